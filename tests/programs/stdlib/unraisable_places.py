"""Exceptions that native code raises where nobody can catch them say where; coroutines that nobody awaits."""
import collections
import sys
import warnings


def hook(args):
    traceback, places = args.exc_traceback, []
    while traceback is not None:
        places.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    print(args.exc_type.__name__, args.exc_value, places, str(args.err_msg).split(" at 0x")[0])


sys.unraisablehook = hook
def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            pass
def drop():
    generator = stubborn()
    next(generator)
    del generator
drop()

async def coroutine(): ...
warnings.simplefilter("always")
warnings.showwarning = lambda message, category, *rest: print(category.__name__, message)
def forget():
    coroutine()
forget()
original = warnings._warn_unawaited_coroutine
warnings._warn_unawaited_coroutine = lambda coroutine: 1 / 0
forget()
del warnings._warn_unawaited_coroutine
forget()
warnings._warn_unawaited_coroutine = original
made = coroutine()
made.cr_frame.clear()
made.close()
print("cleared")
warnings.simplefilter("error")
forget()
try:
    sys._clear_type_cache()
except DeprecationWarning as error:
    print(error)
sys._clear_internal_caches()
sys.stderr = sys.stdout
sys.excepthook(1, "text", 1)


class Key:
    """Equal to everything; takes itself out of a dict when it is compared."""
    dicts = ()
    def __hash__(self):
        return 1
    def __eq__(self, other):
        calls.append(1)
        for mapping in self.dicts:
            mapping.pop(doomed, None)
        return True


calls = []
doomed = Key()
first, second = (collections.OrderedDict.fromkeys((0, key, 4.5)) for key in (doomed, Key()))
Key.dicts = [first]
print(first == second, len(calls))
import random
class Bad(int):
    def __abs__(self):
        return None
random.seed(Bad(-3))
print(random.random() == random.Random(3).random())
