"""The order in which modules go at the end, and what finalizers still find."""
import builtins
import json
import sys
import types


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, sys.is_finalizing(), flush=True)


def make(name):
    made = types.ModuleType(name)
    sys.modules[name] = made
    made.first, made._private, made.Class = Noisy(name + ".first"), Noisy(name + "._private"), Noisy


make("one")
make("two")
make("three")
kept = sys.modules["two"]
sys.modules["none"] = None
sys.modules["no module"] = Noisy("no module")
sys.attribute = Noisy("attribute of sys")
sys.ps1 = Noisy("sys.ps1")
builtins._ = Noisy("builtins._")
builtins.added = Noisy("builtins.added")
json.attribute = Noisy("attribute of json")
cycle = [Noisy("in a cycle")]
cycle.append(cycle)


class Last:
    def __del__(self):
        print("Last", __name__, type(sys.modules).__name__, len(sys.modules), sys.path, sys.meta_path)
        for text in "import colorsys", "import json", "open", "len", "quit", "print", "added", "Noisy":
            try:
                print(text, "gives", eval(text) if "import" not in text else exec(text))
            except BaseException as error:
                print(text, "raises", type(error).__name__, error)
        sys.stdout.flush()


kept.last = Last()
