"""A decorator and a context manager."""
def twice(function):
    def wrapper(*args):
        function(*args)
        return function(*args)
    return wrapper


@twice
def greet(name):
    print("hi", name)
    return name


print(greet("x"))


class Timer:
    def __enter__(self):
        print("start")
        return self

    def __exit__(self, kind, error, traceback):
        print("stop", kind)
        return True


with Timer() as t:
    print("inside", type(t).__name__)
    raise ValueError("ignored")
print("after")
