# The standard library's source lines are shown, also where only the executable has them.
import inspect
import json
import linecache
import traceback

print(inspect.getsource(json.loads).splitlines()[0])
print(inspect.getsource(json).splitlines()[0][:20])
try:
    json.loads("{")
except ValueError as error:
    for frame in traceback.extract_tb(error.__traceback__):
        print(frame.name, frame.line)
print(linecache.getline(json.__file__, 1)[:20])
