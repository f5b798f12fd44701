"""try, except, else, finally, raise."""
def divide(a, b):
    try:
        result = a / b
    except ZeroDivisionError as error:
        print("caught:", error)
        return None
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
        raise
    else:
        print("no error")
        return result
    finally:
        print("finally")


print(divide(6, 3), divide(1, 0))
try:
    divide(1, "a")
except TypeError:
    print("passed on")


class MyError(Exception):
    pass


try:
    raise MyError("custom", 5)
except MyError as error:
    print(error.args, repr(error))
for action in (lambda: [][0], lambda: {}["k"], lambda: int("x"), lambda: None.x, lambda: undefined, lambda: "a" + 1, lambda: len(5)):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)
