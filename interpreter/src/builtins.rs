//! The module `builtins`.
//!
//! `output` has `print` and `input`, `objects` what reads and changes one object,
//! `iteration` and `numbers` what their names say, `execution` everything that runs
//! or compiles code, `class_building` what a `class` statement calls.

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{PyResult, exceptions, module, singletons, str};

mod class_building;
mod execution;
mod iteration;
mod numbers;
mod objects;
mod output;

pub use execution::{builtins_of, ensure_builtins};
pub use output::write_text;

static FUNCTIONS: &[PyMethodDef] = &[
    method::keywords(c"__build_class__", class_building::build_class, c"__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nWhat a class statement calls."),
    method::keywords(c"__import__", execution::import, c"__import__($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)\n--\n\nImport a module; importlib.import_module() is the function for programs."),
    method::o(c"abs", numbers::abs, c"abs($module, x, /)\n--\n\nReturn the absolute value of the argument."),
    method::o(c"all", iteration::all, c"all($module, iterable, /)\n--\n\nReturn True if every element is true; True for no elements."),
    method::o(c"any", iteration::any, c"any($module, iterable, /)\n--\n\nReturn True if an element is true; False for no elements."),
    method::o(c"ascii", objects::ascii, c"ascii($module, obj, /)\n--\n\nReturn repr(obj) with everything outside ASCII escaped."),
    method::o(c"bin", numbers::bin, c"bin($module, integer, /)\n--\n\nReturn the binary digits of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'"),
    method::keywords(c"breakpoint", execution::breakpoint, c"breakpoint($module, /, *args, **kws)\n--\n\nCall sys.breakpointhook(*args, **kws), which by default starts pdb."),
    method::o(c"callable", objects::callable, c"callable($module, obj, /)\n--\n\nReturn whether the object can be called."),
    method::o(c"chr", numbers::chr, c"chr($module, i, /)\n--\n\nReturn the character with code point i; 0 <= i <= 0x10ffff."),
    method::keywords(c"compile", crate::compile::builtin_compile, c"compile($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)\n--\n\nCompile source into a code object for exec() or eval()."),
    method::positional(c"delattr", objects::delattr, c"delattr($module, obj, name, /)\n--\n\nDelete the named attribute: delattr(x, 'y') is del x.y."),
    method::positional(c"dir", objects::dir, c"dir([object]) -> list of strings\n\nWithout an argument, the names of the current scope; else the attributes of the object."),
    method::positional(c"divmod", numbers::divmod, c"divmod($module, x, y, /)\n--\n\nReturn the tuple (x//y, x%y)."),
    method::keywords(c"eval", execution::eval, c"eval($module, source, /, globals=None, locals=None)\n--\n\nEvaluate an expression, given as text or code object."),
    method::keywords(c"exec", execution::exec, c"exec($module, source, /, globals=None, locals=None, *, closure=None)\n--\n\nRun statements, given as text or code object."),
    method::positional(c"format", objects::format, c"format($module, value, format_spec='', /)\n--\n\nReturn type(value).__format__(value, format_spec)."),
    method::positional(c"getattr", objects::getattr, c"getattr(object, name[, default]) -> value\n\nReturn the named attribute: getattr(x, 'y') is x.y. The default is returned if there is none."),
    method::noargs(c"globals", execution::globals, c"globals($module, /)\n--\n\nReturn the global namespace of the current function."),
    method::positional(c"hasattr", objects::hasattr, c"hasattr($module, obj, name, /)\n--\n\nReturn whether getattr(obj, name) finds something."),
    method::o(c"hash", objects::hash, c"hash($module, obj, /)\n--\n\nReturn the hash; objects that are equal have equal hashes."),
    method::o(c"hex", numbers::hex, c"hex($module, integer, /)\n--\n\nReturn the hexadecimal digits of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'"),
    method::o(c"id", objects::id, c"id($module, obj, /)\n--\n\nReturn the identity of an object: its address, unique while it lives."),
    method::positional(c"input", output::input, c"input($module, prompt='', /)\n--\n\nRead a line from standard input, without its end."),
    method::positional(c"isinstance", objects::isinstance, c"isinstance($module, obj, class_or_tuple, /)\n--\n\nReturn whether obj is an instance of the class, or of one of them."),
    method::positional(c"issubclass", objects::issubclass, c"issubclass($module, cls, class_or_tuple, /)\n--\n\nReturn whether cls is derived from the class, or from one of them."),
    method::positional(c"iter", iteration::iter, c"iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nReturn an iterator over the object, or over calls until one gives the sentinel."),
    method::o(c"aiter", iteration::aiter, c"aiter($module, async_iterable, /)\n--\n\nReturn the asynchronous iterator of the object."),
    method::o(c"len", objects::len, c"len($module, obj, /)\n--\n\nReturn the number of items in a container."),
    method::noargs(c"locals", execution::locals, c"locals($module, /)\n--\n\nReturn the local namespace; in a function it is a snapshot."),
    method::keywords(c"max", iteration::max, c"max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nReturn the largest item of the iterable, or the largest argument."),
    method::keywords(c"min", iteration::min, c"min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nReturn the smallest item of the iterable, or the smallest argument."),
    method::positional(c"next", iteration::next, c"next(iterator[, default])\n\nReturn the next item; at the end, the default or StopIteration."),
    method::positional(c"anext", iteration::anext, c"anext($module, aiterator, default=<unrepresentable>, /)\n--\n\nReturn an awaitable of the next item; at the end, of the default or StopAsyncIteration."),
    method::o(c"oct", numbers::oct, c"oct($module, integer, /)\n--\n\nReturn the octal digits of an integer.\n\n   >>> oct(342391)\n   '0o1234567'"),
    method::o(c"ord", numbers::ord, c"ord($module, character, /)\n--\n\nReturn the code point of a character."),
    method::keywords(c"pow", numbers::pow, c"pow($module, /, base, exp, mod=None)\n--\n\nReturn base**exp, or base**exp % mod computed at once."),
    method::keywords(c"print", output::print, c"print($module, /, *args, sep=' ', end='\\n', file=None, flush=False)\n--\n\nPrints the values to a stream, or to sys.stdout by default."),
    method::o(c"repr", objects::repr, c"repr($module, obj, /)\n--\n\nReturn the text that describes the object; often eval(repr(obj)) == obj."),
    method::keywords(c"round", numbers::round, c"round($module, /, number, ndigits=None)\n--\n\nRound to a number of decimal digits, to an integer without one."),
    method::positional(c"setattr", objects::setattr, c"setattr($module, obj, name, value, /)\n--\n\nSet the named attribute: setattr(x, 'y', v) is x.y = v."),
    method::keywords(c"sorted", iteration::sorted, c"sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\nReturn a new list of the items in ascending order."),
    method::keywords(c"sum", iteration::sum, c"sum($module, iterable, /, start=0)\n--\n\nReturn the start value plus all the items."),
    method::positional(c"vars", objects::vars, c"vars([object]) -> dictionary\n\nWithout an argument, locals(); else object.__dict__."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let result = module::new("builtins")?;
    let target = result.op();
    let doc = "Built-in functions, types, exceptions, and other objects.\n\nThey are found where no other namespace has a name.";
    module::add_object(target, "__doc__", str::from_str(doc)?.op())?;
    module::add_functions(target, FUNCTIONS.as_ptr())?;
    for (name, value) in [
        ("None", singletons::none()),
        ("Ellipsis", singletons::ellipsis()),
        ("NotImplemented", singletons::not_implemented()),
        ("False", singletons::false_()),
        ("True", singletons::true_()),
        (
            "__debug__",
            if crate::sys::optimize_level() == 0 { singletons::true_() } else { singletons::false_() },
        ),
    ] {
        module::add_object(target, name, value)?;
    }
    for (name, tp) in types() {
        // SAFETY: static types live as long as the process.
        module::add_object(target, name, unsafe { adder_object_model::Op::from_ptr(tp.cast()) })?;
    }
    exceptions::add_to(module::get_dict(target))?;
    Ok(result)
}

/// The types that are names in `builtins`.
fn types() -> Vec<(&'static str, *mut PyTypeObject)> {
    use adder_object_model::*;
    vec![
        ("bool", &raw mut bool::PyBool_Type),
        ("memoryview", &raw mut memoryview::PyMemoryView_Type),
        ("bytearray", &raw mut bytearray::PyByteArray_Type),
        ("bytes", &raw mut bytes::PyBytes_Type),
        ("classmethod", &raw mut descr::PyClassMethod_Type),
        ("complex", &raw mut complex::PyComplex_Type),
        ("dict", &raw mut dict::PyDict_Type),
        ("enumerate", &raw mut builtin_iterators::PyEnum_Type),
        ("filter", &raw mut builtin_iterators::PyFilter_Type),
        ("float", &raw mut float::PyFloat_Type),
        ("frozenset", &raw mut set::PyFrozenSet_Type),
        ("int", &raw mut int::PyLong_Type),
        ("list", &raw mut list::PyList_Type),
        ("map", &raw mut builtin_iterators::PyMap_Type),
        ("object", &raw mut type_object::PyBaseObject_Type),
        ("property", &raw mut descr::PyProperty_Type),
        ("range", &raw mut range::PyRange_Type),
        ("reversed", &raw mut builtin_iterators::PyReversed_Type),
        ("set", &raw mut set::PySet_Type),
        ("slice", &raw mut slice::PySlice_Type),
        ("staticmethod", &raw mut descr::PyStaticMethod_Type),
        ("str", &raw mut str::PyUnicode_Type),
        ("super", &raw mut super_object::PySuper_Type),
        ("tuple", &raw mut tuple::PyTuple_Type),
        ("type", &raw mut type_object::PyType_Type),
        ("zip", &raw mut builtin_iterators::PyZip_Type),
    ]
}
