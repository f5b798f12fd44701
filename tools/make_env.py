#!/usr/bin/env python3
"""Lays out an environment as `python -m venv` does and installs wheels into it, unchanged.

    make_env.py [--dest env] [--python target/release/adder] [--numpy 2.5.5] [--build-tools]
    make_env.py --lock          ask the package index for newer wheels and rewrite env.lock

The wheels are those that `env.lock` names, byte for byte: a file whose hash differs
is refused, and every unpacked file is held against the wheel's own RECORD. The host's
pip only downloads, because pip cannot install for a Python that is not its own.
Running it again changes nothing that is already right.

Needs Python 3.9 or newer with pip, and no other package.
"""
import argparse
import base64
import configparser
import csv
import hashlib
import io
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOCK = pathlib.Path(__file__).with_name("env.lock")
CACHE = ROOT / "build" / "wheels"
PYTHON_VERSION = "3.14"
INSTALLER = "adder-make-env"

# What is asked for; env.lock holds what it resolves to. `build` is what numpy's own tests compile with.
GROUPS = {
    "run": ["numpy", "pytest", "hypothesis"],
    "build": ["cython", "meson", "ninja"],
}
PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
PLATFORMS += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"]


class Failure(Exception):
    """Something the user has to know; the message is all there is to say."""


def say(text):
    print(text, flush=True)


# --- the lock file, and the wheels it names -----------------------------------

class Locked:
    """One line of env.lock: a wheel, and the hash it must have."""

    def __init__(self, group, wheel, sha256):
        self.group, self.wheel, self.sha256 = group, wheel, sha256
        name, self.version = wheel.split("-")[:2]
        self.name = normalized(name)


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock():
    rows = (line.split() for line in LOCK.read_text().splitlines() if line and not line.startswith("#"))
    return [Locked(*row) for row in rows]


def write_lock():
    lines = [
        "# The wheels of an environment: group, file, SHA-256. Written by `tools/make_env.py --lock`.",
        "# Group `numpy` holds other numpy releases that `make env NUMPY=...` installs in place of the first.",
    ]
    others = [lock for lock in read_lock() if lock.group == "numpy"] if LOCK.exists() else []
    seen = set()
    with tempfile.TemporaryDirectory() as folder:
        for group, names in GROUPS.items():
            say(f"resolving {', '.join(names)}")
            pip_download(folder, names, resolve=True)
            for path in sorted(pathlib.Path(folder).iterdir()):
                if path.name not in seen:
                    seen.add(path.name)
                    lines.append(f"{group:<6} {path.name} {sha256_of(path)}")
    lines += [f"{lock.group:<6} {lock.wheel} {lock.sha256}" for lock in others if lock.wheel not in seen]
    LOCK.write_text("\n".join(lines) + "\n")
    say(f"wrote {LOCK}")


def pip_download(folder, requirements, resolve=False):
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--dest", str(folder), "--only-binary", ":all:",
               "--python-version", PYTHON_VERSION, "--implementation", "cp"]
    for abi in ("cp314", "abi3", "none"):
        command += ["--abi", abi]
    for platform in PLATFORMS:
        command += ["--platform", platform]
    if not resolve:
        command.append("--no-deps")
    done = subprocess.run(command + requirements, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        hint = "\nInstall pip for this Python first (Debian: apt-get install python3-pip)." \
            if "No module named pip" in done.stdout else ""
        raise Failure(f"pip could not download {' '.join(requirements)}:\n{done.stdout.rstrip()}{hint}")


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def fetch(lock):
    """The path of a locked wheel, downloaded if the cache does not hold it."""
    path = CACHE / lock.wheel
    if path.exists() and sha256_of(path) == lock.sha256:
        return path
    path.unlink(missing_ok=True)
    say(f"  {lock.name} {lock.version}: downloading")
    pip_download(CACHE, [f"{lock.name}=={lock.version}"])
    if not path.exists():
        raise Failure(f"the package index has {lock.name} {lock.version}, but not the file {lock.wheel}")
    found = sha256_of(path)
    if found != lock.sha256:
        raise Failure(f"{path} has SHA-256 {found}; env.lock wants {lock.sha256}. Not installed.")
    return path


def fetch_numpy(version):
    """A numpy release that env.lock does not name: pip holds it against the index's hash."""
    pattern = f"numpy-{version}-cp314-cp314-*.whl"
    if not any(CACHE.glob(pattern)):
        say(f"  numpy {version}: downloading (not in env.lock; checked against the index only)")
        pip_download(CACHE, [f"numpy=={version}"])
    path = next(CACHE.glob(pattern), None)
    if path is None:
        raise Failure(f"numpy {version} has no cp314 wheel")
    return path


def chosen_wheels(numpy_version, build_tools):
    CACHE.mkdir(parents=True, exist_ok=True)
    locks = read_lock()
    groups = {"run", "build"} if build_tools else {"run"}
    for lock in locks:
        if lock.name == "numpy":
            continue
        if lock.group in groups:
            yield fetch(lock)
    numpy = next((lock for lock in locks if lock.name == "numpy" and numpy_version in (None, lock.version)), None)
    yield fetch(numpy) if numpy else fetch_numpy(numpy_version)


# --- the layout ------------------------------------------------------------------

ACTIVATE = """\
# Used as `source bin/activate`; `deactivate` undoes it.
deactivate () {{
    PATH="$_OLD_PATH"
    unset _OLD_PATH VIRTUAL_ENV
    unset -f deactivate
    hash -r 2> /dev/null
}}
_OLD_PATH="$PATH"
VIRTUAL_ENV="{env}"
export VIRTUAL_ENV
PATH="$VIRTUAL_ENV/bin:$PATH"
hash -r 2> /dev/null
"""


def lay_out(env, python):
    """What `venv` makes: pyvenv.cfg, bin/ with links to the interpreter, lib/ and include/."""
    bin_folder = env / "bin"
    bin_folder.mkdir(parents=True, exist_ok=True)
    (env / "lib" / f"python{PYTHON_VERSION}" / "site-packages").mkdir(parents=True, exist_ok=True)
    (env / "include" / f"python{PYTHON_VERSION}").mkdir(parents=True, exist_ok=True)
    point(env / "lib64", "lib")
    names = [f"python{PYTHON_VERSION}", "python", "python3"]
    if python.name not in names:
        names.append(python.name)
    point(bin_folder / names[0], str(python))
    for name in names[1:]:
        point(bin_folder / name, names[0])
    write(env / "pyvenv.cfg",
          f"home = {python.parent}\n"
          "include-system-site-packages = false\n"
          f"version = {PYTHON_VERSION}\n"
          f"executable = {python}\n"
          f"command = {python} -m venv {env}\n")
    write(bin_folder / "activate", ACTIVATE.format(env=env))
    write(env / ".gitignore", "*\n")


def point(link, target):
    if link.is_symlink() and os.readlink(link) == target:
        return
    if link.is_symlink() or link.exists():
        link.unlink()
    link.symlink_to(target)


def write(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


# --- installing a wheel ------------------------------------------------------------

class Installation:
    """Unpacks one wheel into an environment and keeps its RECORD."""

    def __init__(self, env, wheel):
        self.env, self.wheel = env, wheel
        self.site = env / "lib" / f"python{PYTHON_VERSION}" / "site-packages"
        self.distribution, self.version = wheel.name.split("-")[:2]
        self.info = f"{self.distribution}-{self.version}.dist-info"
        self.data = f"{self.distribution}-{self.version}.data"
        self.record = []

    def stamp(self):
        """Says which wheel this is, so that a second run can see that nothing is to do."""
        return sha256_of(self.wheel) + "\n"

    def is_done(self):
        stamp = self.site / self.info / "WHEEL.sha256"
        return stamp.exists() and stamp.read_text() == self.stamp()

    def run(self, requested):
        self.remove_others()
        with zipfile.ZipFile(self.wheel) as archive:
            hashes = self.hashes(archive)
            members = [member for member in archive.infolist() if not member.is_dir()]
            for member in members:
                self.unpack(archive, member, hashes)
            try:
                entry_points = archive.read(f"{self.info}/entry_points.txt").decode()
            except KeyError:
                entry_points = ""
        self.write_scripts(entry_points)
        self.add(self.site / self.info / "INSTALLER", INSTALLER.encode() + b"\n")
        if requested:
            self.add(self.site / self.info / "REQUESTED", b"")
        self.add(self.site / self.info / "WHEEL.sha256", self.stamp().encode())
        self.write_record()
        return len(members)

    def hashes(self, archive):
        """What the wheel's RECORD says each file's hash is."""
        try:
            text = archive.read(f"{self.info}/RECORD").decode()
        except KeyError:
            raise Failure(f"{self.wheel.name} has no RECORD; is it a wheel?") from None
        return {row[0]: row[1] for row in csv.reader(io.StringIO(text)) if row}

    def unpack(self, archive, member, hashes):
        name = member.filename
        if name == f"{self.info}/RECORD":
            return
        content = archive.read(member)
        algorithm, _, expected = hashes.get(name, "").partition("=")
        if not expected and not name.endswith((".jws", ".p7s")):
            raise Failure(f"{self.wheel.name}: RECORD does not list {name}")
        if expected and encoded_digest(content, algorithm) != expected:
            raise Failure(f"{self.wheel.name}: {name} is not the file that RECORD describes")
        target, is_script = self.place(name)
        if is_script and content.startswith(b"#!python"):
            content = self.shebang().encode() + content.partition(b"\n")[2]
        executable = is_script or bool(member.external_attr >> 16 & 0o111)
        self.add(target, content, executable)

    def place(self, name):
        """Where a member goes: site-packages, or for `NAME.data/KIND/...` what its kind asks for."""
        parts = pathlib.PurePosixPath(name).parts
        base, is_script = self.site, False
        if parts[0] == self.data:
            kind, parts = parts[1], parts[2:]
            is_script = kind == "scripts"
            base = {
                "purelib": self.site,
                "platlib": self.site,
                "scripts": self.env / "bin",
                "headers": self.env / "include" / "site" / f"python{PYTHON_VERSION}" / self.distribution,
                "data": self.env,
            }.get(kind)
            if base is None:
                raise Failure(f"{self.wheel.name}: unknown kind of data {kind!r}")
        if ".." in parts or name.startswith("/"):
            raise Failure(f"{self.wheel.name}: {name} points outside the environment")
        return base.joinpath(*parts), is_script

    def add(self, path, content, executable=False):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.write_bytes(content)
        if executable:
            path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        digest = encoded_digest(content, "sha256")
        self.record.append((os.path.relpath(path, self.site), f"sha256={digest}", len(content)))

    def shebang(self):
        """The first line of a script. The kernel cuts long lines and lines with blanks short: then by way of sh."""
        python = str(self.env / "bin" / "python")
        line = f"#!{python}\n"
        if len(line) <= 127 and " " not in python:
            return line
        return f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n"

    def write_scripts(self, entry_points):
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        parser.optionxform = str
        parser.read_string(entry_points)
        if not parser.has_section("console_scripts"):
            return
        for name, target in parser.items("console_scripts"):
            module, _, function = target.split("[")[0].strip().partition(":")
            script = (
                f"{self.shebang()}"
                "import sys\n"
                f"from {module} import {function.split('.')[0]}\n"
                "if __name__ == '__main__':\n"
                f"    sys.exit({function}())\n"
            )
            self.add(self.env / "bin" / name, script.encode(), executable=True)

    def write_record(self):
        path = self.site / self.info / "RECORD"
        rows = sorted(self.record) + [(f"{self.info}/RECORD", "", "")]
        with open(path, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def remove_others(self):
        """Takes away what an earlier installation of the same distribution left, of any version."""
        wanted = normalized(self.distribution)
        for info in self.site.glob("*.dist-info"):
            if normalized(info.name[:-len(".dist-info")].rpartition("-")[0]) != wanted:
                continue
            record = info / "RECORD"
            rows = list(csv.reader(record.read_text().splitlines())) if record.exists() else []
            paths = [self.site / row[0] for row in rows if row]
            for path in paths:
                path.unlink(missing_ok=True)
            self.remove_empty({path.parent for path in paths})
            shutil.rmtree(info, ignore_errors=True)

    def remove_empty(self, folders):
        for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
            shutil.rmtree(folder / "__pycache__", ignore_errors=True)
            while folder not in (self.site, self.env) and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent


def encoded_digest(content, algorithm):
    digest = hashlib.new(algorithm, content).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dest", type=pathlib.Path, default=ROOT / "env", help="where (default: env)")
    parser.add_argument("--python", type=pathlib.Path, default=ROOT / "target" / "release" / "adder",
                        help="the interpreter (default: target/release/adder)")
    parser.add_argument("--numpy", metavar="VERSION", help="another numpy release than the lock file's first")
    parser.add_argument("--build-tools", action="store_true",
                        help="also what numpy's tests compile extensions with: cython, meson, ninja")
    parser.add_argument("--lock", action="store_true", help="rewrite the lock file and stop")
    options = parser.parse_args()
    if options.lock:
        write_lock()
        return
    env = options.dest.absolute()
    python = options.python.resolve()
    if not os.access(python, os.X_OK):
        raise Failure(f"{python} is not an executable: run `make build` first")
    say(f"environment {env}")
    lay_out(env, python)
    requested = {name for names in GROUPS.values() for name in names}
    for wheel in chosen_wheels(options.numpy, options.build_tools):
        installation = Installation(env, wheel)
        label = f"{installation.distribution} {installation.version}"
        if installation.is_done():
            say(f"  {label}: in place")
        else:
            count = installation.run(normalized(installation.distribution) in requested)
            say(f"  {label}: installed, {count} files")
    say(f"ready: {env / 'bin' / 'python'}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"make_env: {failure}")
