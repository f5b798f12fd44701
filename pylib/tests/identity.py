"""Compares precompiled modules with what this CPython compiles from their source.

    identity.py KNOWN FOLDER

FOLDER holds NAME.code (marshal data) and NAME.py per module. KNOWN lists the
accepted differences, one `module | qualified name | field` per line, and the modules
that only CPython has, as `module | | missing`; a listed line that is no longer true
is an error, too.
"""
import importlib.util
import marshal
import sys
from pathlib import Path

FIELDS = [
    'co_code', 'co_names', 'co_varnames', 'co_cellvars', 'co_freevars',
    'co_name', 'co_qualname', 'co_filename', 'co_firstlineno', 'co_linetable',
    'co_exceptiontable', 'co_flags', 'co_stacksize', 'co_argcount',
    'co_posonlyargcount', 'co_kwonlyargcount', 'co_nlocals',
]
Code = type(compile('', '', 'exec'))


def describe(constant):
    """Tells apart what `==` does not: 1 and True, 0.0 and -0.0, interned or not."""
    if isinstance(constant, str):
        return 'str', constant, sys._is_interned(constant)
    if isinstance(constant, tuple):
        return 'tuple', [describe(part) for part in constant]
    if isinstance(constant, frozenset):
        return 'frozenset', sorted(map(repr, map(describe, constant)))
    if isinstance(constant, slice):
        return 'slice', describe(constant.start), describe(constant.stop), describe(constant.step)
    if isinstance(constant, Code):
        return 'code', constant.co_name
    return type(constant).__name__, repr(constant)


def differences(ours, theirs):
    for field in FIELDS:
        if getattr(ours, field) != getattr(theirs, field):
            yield ours.co_qualname, field
    if describe(ours.co_consts) != describe(theirs.co_consts):
        yield ours.co_qualname, 'co_consts'
    nested = [[c for c in code.co_consts if isinstance(c, Code)] for code in (ours, theirs)]
    for pair in zip(*nested):
        yield from differences(*pair)


def count(code):
    return 1 + sum(count(constant) for constant in code.co_consts if isinstance(constant, Code))


def missing(names):
    """Modules that this CPython has in Python and that are not among `names`."""
    for name in sys.stdlib_module_names - names:
        spec = importlib.util.find_spec(name)
        if spec and spec.has_location and spec.origin.endswith('.py'):
            yield f'{name} | | missing'


def main(known_path, folder):
    lines = Path(known_path).read_text().splitlines()
    known = {line for line in lines if line and not line.startswith('#')}
    paths = sorted(Path(folder).glob('*.code'))
    found = set(missing({path.name.removesuffix('.code') for path in paths}))
    n_modules = n_codes = 0
    for path in paths:
        module = path.name.removesuffix('.code')
        ours = marshal.loads(path.read_bytes())
        source = path.with_name(f'{module}.py').read_bytes()
        theirs = compile(source, ours.co_filename, 'exec', dont_inherit=True, optimize=0)
        found.update(f'{module} | {name} | {field}' for name, field in differences(ours, theirs))
        n_modules += 1
        n_codes += count(theirs)
    print(f'{n_modules} modules, {n_codes} code objects, {len(found)} differences ({len(known)} known)')
    for line in sorted(found - known):
        print(f'new: {line}')
    for line in sorted(known - found):
        print(f'no longer: {line}')
    return found != known


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
