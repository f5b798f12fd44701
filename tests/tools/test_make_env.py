"""Environments and wheels: what make_env.py lays out, installs, refuses and takes away again."""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import make_env

FILES = {
    "thing/__init__.py": "def main():\n    print('from the script')\n",
    "thing/native.so": "not really",
    "thing-1.0.data/scripts/tool": "#!python\nprint('a tool')\n",
    "thing-1.0.data/data/share/doc.txt": "text",
    "thing-1.0.data/headers/thing.h": "int x;",
    "thing-1.0.data/purelib/extra.py": "x = 1\n",
    "thing-1.0.dist-info/METADATA": "Name: thing\nVersion: 1.0\n",
    "thing-1.0.dist-info/entry_points.txt": "[console_scripts]\nrun-thing = thing:main\n\n[other]\nx = y\n",
}


class Installing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()
        self.env = self.folder / "env"
        make_env.lay_out(self.env, pathlib.Path(sys.executable).resolve())
        self.site = self.env / "lib" / "python3.14" / "site-packages"

    def wheel(self, files=FILES, version="1.0", tampered=()):
        files = {name.replace("1.0", version): text for name, text in files.items()}
        path = self.folder / f"thing-{version}-py3-none-any.whl"
        record = "".join(f"{name},sha256={make_env.encoded_digest(text.encode(), 'sha256')},{len(text)}\n" for name, text in files.items())
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, "changed" if name in tampered else text)
            archive.writestr(f"thing-{version}.dist-info/RECORD", record + f"thing-{version}.dist-info/RECORD,,\n")
        return path

    def install(self, *args, **options):
        installation = make_env.Installation(self.env, self.wheel(*args, **options))
        installation.run(requested=True)
        return installation

    def test_the_layout_is_that_of_venv(self):
        self.assertEqual(os.readlink(self.env / "bin" / "python"), "python3.14")
        self.assertEqual((self.env / "bin" / "python3").resolve(), pathlib.Path(sys.executable).resolve())
        config = dict(line.split(" = ") for line in (self.env / "pyvenv.cfg").read_text().splitlines())
        self.assertEqual(config["home"], str(pathlib.Path(sys.executable).resolve().parent))
        self.assertTrue((self.env / "include" / "python3.14").is_dir())

    def test_files_go_where_their_kind_says(self):
        self.install()
        self.assertEqual((self.site / "thing" / "__init__.py").read_text(), FILES["thing/__init__.py"])
        self.assertTrue((self.site / "extra.py").exists())
        self.assertTrue((self.env / "share" / "doc.txt").exists())
        self.assertTrue((self.env / "include" / "site" / "python3.14" / "thing" / "thing.h").exists())
        self.assertFalse((self.site / "thing-1.0.data").exists())

    def test_scripts_run_the_environments_python(self):
        self.install()
        tool, entry = self.env / "bin" / "tool", self.env / "bin" / "run-thing"
        for script in (tool, entry):
            self.assertTrue(os.access(script, os.X_OK))
            self.assertEqual(script.read_text().splitlines()[0], f"#!{self.env}/bin/python")
        done = subprocess.run([entry], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(self.site)})
        self.assertEqual(done.stdout, "from the script\n")

    def test_a_path_with_blanks_goes_by_way_of_the_shell(self):
        env = self.folder / "with blanks"
        make_env.lay_out(env, pathlib.Path(sys.executable).resolve())
        make_env.Installation(env, self.wheel()).run(requested=False)
        done = subprocess.run([env / "bin" / "tool"], capture_output=True, text=True)
        self.assertEqual(done.stdout, "a tool\n")

    def test_the_record_lists_what_is_there(self):
        self.install()
        with open(self.site / "thing-1.0.dist-info" / "RECORD", newline="") as file:
            rows = {row[0]: row[1:] for row in csv.reader(file)}
        self.assertIn("../../../bin/run-thing", rows)
        self.assertIn("thing-1.0.dist-info/INSTALLER", rows)
        self.assertIn("thing-1.0.dist-info/REQUESTED", rows)
        self.assertEqual(rows.pop("thing-1.0.dist-info/RECORD"), ["", ""])
        for name, (digest, size) in rows.items():
            content = (self.site / name).read_bytes()
            self.assertEqual((digest, size), (f"sha256={make_env.encoded_digest(content, 'sha256')}", str(len(content))))

    def test_a_second_time_there_is_nothing_to_do(self):
        installation = make_env.Installation(self.env, self.wheel())
        self.assertFalse(installation.is_done())
        installation.run(requested=True)
        self.assertTrue(make_env.Installation(self.env, self.wheel()).is_done())

    def test_another_version_takes_the_place_of_the_first(self):
        self.install()
        cache = self.site / "thing" / "__pycache__"
        cache.mkdir()
        (cache / "x.pyc").touch()
        self.install({name: text for name, text in FILES.items() if "extra" not in name}, version="2.0")
        self.assertEqual([path.name for path in self.site.glob("thing-*")], ["thing-2.0.dist-info"])
        self.assertFalse((self.site / "extra.py").exists())
        self.assertFalse(cache.exists())

    def test_a_changed_file_is_refused(self):
        with self.assertRaisesRegex(make_env.Failure, "not the file that RECORD describes"):
            self.install(tampered=["thing/native.so"])

    def test_a_file_outside_of_the_environment_is_refused(self):
        with self.assertRaisesRegex(make_env.Failure, "outside"):
            self.install({**FILES, "../../../../escaped.py": "x"})

    def test_the_lock_file_names_numpy_first_and_once_a_group(self):
        locks = make_env.read_lock()
        self.assertEqual([lock.version for lock in locks if lock.name == "numpy"][0], "2.5.5")
        self.assertTrue(all(len(lock.sha256) == 64 for lock in locks))


if __name__ == "__main__":
    unittest.main()
