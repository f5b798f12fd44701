"""warnings: filters, catching, formatting, categories, once per place."""
import sys
import warnings

sys.stderr = sys.stdout


def old(level=1):
    warnings.warn("old is deprecated", DeprecationWarning, stacklevel=level)


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old()
    old(2)
    warnings.warn("plain")
    warnings.warn(UserWarning("instance"))
    warnings.warn_explicit("explicit", SyntaxWarning, "file.py", 7)
    for w in caught:
        print(w.category.__name__, w.message, w.lineno, w.filename.rsplit("/", 1)[-1])
for action in ("default", "once", "ignore", "module", "always", "error"):
    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.simplefilter(action)
        print("---", action)
        try:
            for _ in range(2):
                warnings.warn("repeated " + action, RuntimeWarning)
        except RuntimeWarning as error:
            print("raised", error)
with warnings.catch_warnings(record=True) as caught:
    warnings.filterwarnings("error", message="bad.*", category=UserWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    warnings.warn("ignored", FutureWarning)
    try:
        warnings.warn("bad thing")
    except UserWarning as error:
        print(repr(error))
print(warnings.formatwarning("text", UserWarning, "f.py", 3, "source line"), warnings.filters != [])
for bad in (lambda: warnings.warn("x", int), lambda: warnings.warn("x", 5), lambda: warnings.simplefilter("nope"), lambda: warnings.warn_explicit("x", UserWarning, "f", "x"), lambda: warnings.warn()):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: print("shown:", message, category.__name__)
warnings.simplefilter("always")
warnings.warn("custom display")


@warnings.deprecated("use new() instead")
def gone():
    return 5


print(gone(), gone.__deprecated__)
exec("x = 'a' is 'a'\nassert (1, 'always true')")
import ast
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    compile("'\\d'; 1 is 1; 'a' 'b' == 'ab'; [1][1, 2]; x = 5 if 1else 2; return_ = 0x1for x in y" .split(" for")[0].replace("; return_ = 0x1for x in y", ""), "<c>", "exec")
    print([(w.category.__name__, str(w.message)) for w in caught])
