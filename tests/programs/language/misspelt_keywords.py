"""Keywords that are nearly right are suggested in tracebacks."""
import traceback

for source in ["whille True: pass", "classe A: pass", "impor math", "def f():\n  yeld i\n", "x = lamda: 1",
               "for x im n:\n  pass"]:
    try:
        compile(source, "<text>", "exec")
    except SyntaxError as error:
        print(error.msg, error._metadata)
        print("".join(traceback.format_exception_only(error)))

namespace = {}
for value in ["0", "{}", "frozenset()"]:
    try:
        exec(f"__conditional_annotations__ = {value}\nx: int", {})
    except TypeError as error:
        print(error)

deep = [0]
for _ in range(200_000):
    deep = [deep]
try:
    list[deep].__parameters__
except RecursionError as error:
    print("in __parameter__ calculation" in str(error))
