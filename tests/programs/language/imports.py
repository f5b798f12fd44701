"""Modules made on the spot: packages, relative imports, cycles, __all__, __getattr__, reload."""
import importlib
import importlib.util
import os
import pathlib
import sys
import tempfile

folder = tempfile.mkdtemp()
files = {
    "alpha.py": "print('alpha runs', __name__, __package__, __spec__.name)\nvalue = 1\n_private = 2\nlisted = 3\n",
    "pack/__init__.py": "print('pack runs', __path__ != [])\n__all__ = ['one', 'two']\nfrom . import one\ndef __getattr__(name):\n    if name == 'lazy':\n        return 'made'\n    raise AttributeError(name)\n",
    "pack/one.py": "from .two import shared\nfrom . import two as sibling\nname = __name__\n",
    "pack/two.py": "shared = 'from two'\n",
    "pack/sub/__init__.py": "",
    "pack/sub/deep.py": "from .. import two\nfrom .. import one\nresult = one.name, two.shared\n",
    "pack/toofar.py": "from ... import x\n",
    "cycle_a.py": "import cycle_b\nx = 1\n",
    "cycle_b.py": "import cycle_a\ntry:\n    cycle_a.x\nexcept AttributeError as error:\n    print(str(error).split(' from')[0])\ntry:\n    from cycle_a import x\nexcept ImportError as error:\n    print(str(error).split('(most')[0])\n",
    "space/part.py": "here = True\n",
    "broken.py": "this is not a program\n",
    "raises.py": "ok = 1\n1 / 0\n",
    "starred.py": "__all__ = ['a']\na = 1\nb = 2\n",
}
for name, text in files.items():
    path = pathlib.Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
sys.path.insert(0, folder)
sys.dont_write_bytecode = True

import alpha
import alpha as again
print(alpha is again, alpha.value)
from alpha import *
print(value, "_private" in globals(), listed)
from starred import *
print(a, "b" in globals())
import pack.sub.deep
print(pack.sub.deep.result, pack.one.sibling.shared, pack.lazy)
from pack import two, one as first
print(two.shared, first.name)
import cycle_a
import space.part
print(space.part.here, type(space.__path__).__name__, space.__file__ if hasattr(space, "__file__") else "no file")
for statement in ("import broken", "import raises", "import pack.toofar", "import pack.absent", "from pack import absent", "import alpha.sub", "from . import x", "import ''"):
    try:
        exec(statement)
    except Exception as error:
        print(statement, "->", type(error).__name__, str(error).replace(folder, "FOLDER"))
print("raises" in sys.modules)
alpha.value = "changed"
print(importlib.reload(alpha).value, importlib.import_module(".two", "pack").shared)
sys.modules["blocked"] = None
try:
    import blocked
except ModuleNotFoundError as error:
    print(error)
print(importlib.util.find_spec("alpha").origin == os.path.join(folder, "alpha.py"), importlib.util.find_spec("nothing_here"))
print(__import__("pack.sub").__name__, __import__("pack.sub", fromlist=["x"]).__name__)


class Finder:
    def find_spec(self, name, path, target=None):
        if name.startswith("virtual"):
            return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.made = f"by the finder for {module.__name__}"


sys.meta_path.append(Finder())
import virtual_module
print(virtual_module.made)
import shutil
shutil.rmtree(folder)
