"""Names and attributes that were nearly right: 'Did you mean', and when there is no suggestion."""
import traceback


class Animal:
    legs = 4
    _private = 1

    def __init__(self):
        self.colour = "red"

    def bark(self): ...

    def use(self):
        return color

    def use_method(self):
        return bark()

    def misspelt(self):
        return self.colur


global_value = 1


def local_names():
    first_value = 1
    return frist_value


def nested():
    captured = 1
    def inner():
        return capturd, captured
    return inner()


def keyword(alpha, beta=1): ...


def show(action):
    try:
        action()
    except Exception as error:
        print(traceback.format_exception_only(error)[-1].strip().replace(error.path, "PATH") if getattr(error, "path", None) else traceback.format_exception_only(error)[-1].strip())


for action in (lambda: globl_value, local_names, nested, lambda: Animal().leg, lambda: Animal().misspelt(), lambda: Animal().use(), lambda: Animal().use_method(), lambda: Animal.bakr, lambda: Animal().private, lambda: Animal().completely_different, lambda: [].appendd(1), lambda: "".joni(), lambda: pritn(1), lambda: lenght, lambda: x, lambda: Tru, lambda: time.sleep(1), lambda: sys.exit(), lambda: keyword(alpa=1), lambda: keyword(1, betta=2), lambda: int.form_bytes, lambda: traceback.format_ex, lambda: exec("import colections"), lambda: exec("from collections import ordereddict"), lambda: exec("from os import pth"), lambda: exec("import sys.path"), lambda: print(seperator=1), lambda: sorted([], ky=1), lambda: "a".split(seb=1), lambda: (1).bit_lenght(), lambda: None.foo, lambda: Animal().__dic__, lambda: exec("for i in rang(3): pass"), lambda: exec("impotr sys"), lambda: exec("whille True: pass"), lambda: exec("def f(x):\n  retrun x"), lambda: exec("print 'a'"), lambda: exec("clas A: pass"), lambda: exec("if x:\n  pass\nesle:\n  pass"), lambda: exec("pirnt(1) extra"), lambda: exec("x = nll"), lambda: exec("a = true"), lambda: exec("fro x in y: pass"), lambda: {}.ietms(), lambda: Animal(), lambda: [1].lenght, lambda: [].push(1), lambda: {}.put(1, 2), lambda: "".toUpperCase(), lambda: set().push, lambda: [1, 2].map, lambda: self.value):
    show(action)
