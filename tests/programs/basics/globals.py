"""Scopes."""
x = 1


def read():
    return x


def write():
    global x
    x = 2


def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n
    return step


write()
step = counter()
print(read(), step(), step(), x)
