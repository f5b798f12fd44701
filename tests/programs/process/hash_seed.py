"""The secret of hashes: PYTHONHASHSEED, and what -b and -X dev ask for."""
import os
import subprocess
import sys


def run(code, *options, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment | variables)
    return done.stdout + done.stderr


HASHES = "import datetime; print(hash('abc'), hash(b'abc'), hash('äú∑ℇ'), hash(datetime.date(1066, 10, 14)))"
for seed in ("0", "42", "4294967295"):
    print(seed, run(HASHES, PYTHONHASHSEED=seed), end="")
print(run(HASHES) != run(HASHES), run(HASHES, PYTHONHASHSEED="random") != run(HASHES, PYTHONHASHSEED="0"))
print(run("import sys; print(sys.flags.hash_randomization)"), end="")
print(run("import sys; print(sys.flags.hash_randomization)", PYTHONHASHSEED="0"), end="")

print(run("print(str(b'')); b'' == ''", "-b"))
print(run("print(str(b''))", "-bb").splitlines()[-1])
for code in ("str(b'', 'unheard of')", "str(b'', errors='unheard of')", "''.encode(errors='unheard of')"):
    print(run(code), run(code, "-X", "dev").splitlines()[-1])
