"""Exception groups: splitting, except*, nesting, re-raising."""


def group():
    return ExceptionGroup("outer", [
        ValueError("v1"),
        TypeError("t"),
        ExceptionGroup("inner", [ValueError("v2"), KeyError("k")]),
    ])


try:
    raise group()
except* ValueError as caught:
    print("values", caught.exceptions, caught.message)
except* (TypeError, KeyError) as caught:
    print("others", caught.exceptions)
else:
    print("never")
finally:
    print("finally")

try:
    try:
        raise group()
    except* ValueError:
        pass
except ExceptionGroup as rest:
    print("left", repr(rest))

try:
    raise KeyError("bare")
except* KeyError as caught:
    print(repr(caught))

try:
    try:
        raise group()
    except* TypeError as caught:
        raise OSError("new one")
except BaseException as error:
    print(repr(error), repr(error.exceptions[0].__context__))

matched, rest = group().split(ValueError)
print(repr(matched), "|", repr(rest))
print(group().subgroup(lambda e: "1" in str(e)))
print(ExceptionGroup("x", [ValueError()]).derive([TypeError(1)]))
print(type(BaseExceptionGroup("promoted", [ValueError()])).__name__)
for arguments in [("x", []), ("x", [1]), (1, [ValueError()]), ("x", [KeyboardInterrupt()])]:
    try:
        ExceptionGroup(*arguments)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    try:
        raise group()
    except* ExceptionGroup:
        pass
except TypeError as error:
    print(error)


def loop():
    for i in range(3):
        try:
            if i == 1:
                raise ValueError(i)
        except* ValueError as e:
            print("in loop", e.exceptions)
    return "end"


print(loop())
