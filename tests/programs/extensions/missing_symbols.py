"""An extension that needs symbols nobody has: refused as a whole, and the process goes on."""
import os
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
source = """
extern int PyNoSuch_First(void), PyNoSuch_Second(void);
void *PyInit_wants(void) { return PyNoSuch_First() + PyNoSuch_Second() ? 0 : (void *)1; }
"""
path = os.path.join(folder, "wants.so")
subprocess.run(["cc", "-shared", "-fPIC", "-o", path, "-x", "c", "-"], input=source, text=True, check=True)
for _ in range(2):
    try:
        import wants
    except ImportError as error:
        print(type(error).__name__, error.name, error.path == path, "PyNoSuch_" in str(error), path in str(error))
    print("wants" in sys.modules)
