"""sys: sizes, flags, hooks, recursion limits, modules, exit."""
import sys
import types

print(sys.version_info[:2], sys.implementation.name, sys.implementation.hexversion == sys.hexversion, sys.byteorder, sys.maxsize, sys.maxunicode, sys.platform, sys.api_version, sys.copyright != "", sys.float_info.mant_dig, sys.int_info, sys.hash_info.width, sys.hash_info.modulus, sys.hash_info.algorithm, sys.thread_info.name, sys.getrecursionlimit(), sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.abiflags, sys.float_repr_style, sys.is_finalizing(), sys.getswitchinterval(), sys._is_gil_enabled(), sys.dont_write_bytecode in (True, False), sys.implementation.cache_tag != "", sys.platlibdir)
print(sys.flags.optimize, sys.flags.utf8_mode, sys.flags.isolated, sys.flags.hash_randomization, len(sys.argv), sys.argv[0].endswith("sys_module.py"), sys.path[0].endswith("stdlib"), sys.stdin.name, sys.stdout.name, sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.stdout.line_buffering, sys.warnoptions, sys._xoptions, sys.orig_argv[1:] == sys.argv, sys.executable != "", "sys" in sys.modules, "math" in sys.builtin_module_names or "math" in sys.stdlib_module_names, sys.getallocatedblocks() >= 0, sys.path_hooks != [], sys.meta_path != [])
print([sys.getsizeof(x) for x in (0, 1, 2 ** 30, 1.5, "", "abc", "é", "☃", b"", b"abc", (), (1, 2), [], [1], {}, {1: 2}, set(), None, True, 1j, range(3), slice(1), frozenset(), bytearray(), object(), "𝒳")])
print(sys.intern("abc") is sys.intern("a" + "bc"), sys.getrefcount(object()) >= 1, sys._getframe().f_code.co_name, sys.exc_info(), sys.call_tracing(lambda x: x, (5,)), sys.getwindowsversion() if hasattr(sys, "getwindowsversion") else "posix", sys.audit("test.event", 1), sys.get_asyncgen_hooks().firstiter, sys.activate_stack_trampoline.__name__)
shown = []
sys.displayhook, saved = lambda value: shown.append(value), sys.displayhook
exec(compile("1 + 1\nNone\n'x'", "<d>", "single")) if False else exec(compile("1 + 1", "<d>", "single"))
sys.displayhook = saved
exec(compile("'shown'", "<d>", "single"))
import builtins
print(shown, builtins._)
sys.excepthook(ValueError, ValueError("through the hook"), None) if False else None
old = sys.getrecursionlimit()
sys.setrecursionlimit(150)
def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError as error:
        return n, str(error)
n, message = depth()
print(100 < n < 150, message)
sys.setrecursionlimit(old)
for bad in (lambda: sys.setrecursionlimit(0), lambda: sys.setrecursionlimit("x"), lambda: sys.intern(5), lambda: sys.getsizeof(), lambda: sys.setswitchinterval(-1), lambda: sys._getframe("x"), lambda: sys.getrefcount(), lambda: sys.exit(1, 2), lambda: sys.setrecursionlimit(1), lambda: sys.intern(type("S", (str,), {})("a")), lambda: sys.nope):
    try:
        bad()
        print("fine")
    except Exception as error:
        print(type(error).__name__, error)
for value in (None, 0, 5, "text", 2.5, True):
    try:
        sys.exit(value)
    except SystemExit as error:
        print(repr(error.code), error.args)
audited = []
sys.addaudithook(lambda event, args: audited.append((event, args)) if event.startswith("test.") else None)
sys.audit("test.one", 1, "a")
print(audited, type(sys.flags).__name__, sys.flags[0], type(sys.version_info).__name__, sys.version_info >= (3, 14), repr(sys.hash_info)[:14], isinstance(sys, types.ModuleType), sys.__name__, sys.getsizeof(5, 1), sys.ps1 if hasattr(sys, "ps1") else "no ps1", sys.last_exc if hasattr(sys, "last_exc") else "no last_exc", sys.get_int_max_str_digits(), sys.getunicodeinternedsize() > 100, sys.is_stack_trampoline_active(), sys.base_exec_prefix == sys.base_prefix)
simple = types.SimpleNamespace(a=1, b=[2])
simple.c = simple
print(simple, simple == types.SimpleNamespace(a=1), types.SimpleNamespace(**{"x": 1}), types.SimpleNamespace({"y": 2}), types.MappingProxyType({"a": 1}) | {"b": 2}, types.MappingProxyType({"a": 1}))
module = types.ModuleType("made", "docs")
module.__getattr__ = lambda name: f"dynamic {name}"
print(module, module.__doc__, module.nope, vars(module).keys(), module.__spec__)
