# time limit: 60
"""Extension modules that cannot be loaded, or whose init function breaks the rules."""
import importlib
import importlib.machinery
import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import tempfile

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
suffix = sysconfig.get_config_var("EXT_SUFFIX")

DECLARATIONS = """
typedef struct _object PyObject;
extern PyObject *PyExc_ValueError, *PyExc_KeyError;
extern void PyErr_SetString(PyObject *, const char *);
extern PyObject *PyLong_FromLong(long);
extern PyObject *PyDict_New(void);
"""
SOURCES = {
    "no_init": "int other(void) { return 0; }",
    "returns_null": "PyObject *PyInit_returns_null(void) { return 0; }",
    "raises": 'PyObject *PyInit_raises(void) { PyErr_SetString(PyExc_ValueError, "from init"); return 0; }',
    "result_and_error": 'PyObject *PyInit_result_and_error(void)'
                        ' { PyErr_SetString(PyExc_KeyError, "unreported"); return PyLong_FromLong(1); }',
    "not_a_module": "PyObject *PyInit_not_a_module(void) { return PyDict_New(); }",
}


def compiled(name, source):
    path = os.path.join(folder, name + suffix)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", path, "-x", "c", "-"], input=DECLARATIONS + source, text=True, check=True)
    return path


def attempt(name):
    try:
        module = importlib.import_module(name)
    except BaseException as error:
        text = str(error).replace(folder, "DIR")
        print(f"{name}: {type(error).__name__}: {text}")
        if isinstance(error, ImportError):
            print("   ", error.name, error.path and os.path.basename(error.path) == name + suffix)
        if error.__cause__ is not None:
            print("    from", repr(error.__cause__))
    else:
        print(f"{name}: {type(module).__name__}")
    print("   ", name in sys.modules)


for name, source in SOURCES.items():
    compiled(name, source)
    attempt(name)

good = open(compiled("cut_short", SOURCES["no_init"]), "rb").read()
for name, content in {"empty": b"", "text": b"this is no library\n" * 100, "cut_short": good[:200]}.items():
    with open(os.path.join(folder, name + suffix), "wb") as file:
        file.write(content)
    attempt(name)

# For another Python: its suffix is not looked for at all.
os.rename(compiled("other_python", SOURCES["no_init"]),
          os.path.join(folder, "other_python.cpython-313-x86_64-linux-gnu.so"))
attempt("other_python")

os.mkdir(os.path.join(folder, "a_folder" + suffix))
attempt("a_folder")

loader = importlib.machinery.ExtensionFileLoader("gone", os.path.join(folder, "gone" + suffix))
spec = importlib.util.spec_from_loader("gone", loader)
try:
    importlib.util.module_from_spec(spec)
except ImportError as error:
    print(type(error).__name__, re.sub(r"/\S*/", "DIR/", str(error)))

# The process goes on, and what failed once fails again.
attempt("raises")
