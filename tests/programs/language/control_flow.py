"""Loops with else, break out of nested blocks, conditions, chained comparison, walrus, assert, del."""


def search(items, wanted):
    for i, item in enumerate(items):
        if item == wanted:
            break
    else:
        return "not found"
    return i


print(search("abc", "c"), search("abc", "z"))
n = 3
while n:
    n -= 1
    if n == 5:
        break
else:
    print("while else", n)


class Noisy:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        print(f"{self.value} < {other.value}")
        return self.value < other.value

    def __bool__(self):
        print(f"bool {self.value}")
        return self.value > 0


print(Noisy(1) < Noisy(3) < Noisy(2) < Noisy(9))
print((Noisy(0) or Noisy(2)).value, (Noisy(0) and Noisy(2)).value, not Noisy(1))
print("yes" if Noisy(1) else "no")
print(1 < 2 > 1 == 1 is not None in [None, True])
data = [1, 2, 3, 4]
if (count := len(data)) > 3 and (half := count // 2):
    print(count, half)
while chunk := data[:2]:
    print(chunk)
    del data[:2]
try:
    assert 1 == 2, f"message {n}"
except AssertionError as error:
    print(repr(error))
try:
    assert ()
except AssertionError as error:
    print(repr(error))


def nested_finally():
    for i in range(2):
        for j in range(2):
            try:
                try:
                    if j == 0:
                        continue
                    if i == 1:
                        break
                finally:
                    print("inner", i, j)
            finally:
                print("outer", i, j)
    return "end"


print(nested_finally())
d = {"a": 1, "b": [1, 2, 3]}
del d["a"], d["b"][0]
print(d)
x = y = 5
del (x, y)
print("x" in globals())
class BadBool:
    def __bool__(self):
        return "not a bool"
class BadLen:
    def __len__(self):
        return -1
for bad in (BadBool(), BadLen()):
    try:
        if bad:
            pass
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
for x in []: pass
else: print("empty loop runs else")
pass; print("same line"); pass
if False: pass
elif n == 0: print("elif")
total = 0
for i in range(10):
    if i % 2: continue
    if i > 6: break
    total += i
print(total, i)
