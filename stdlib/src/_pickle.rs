//! The `_pickle` module: `pickle` in native code.
//!
//!  - `opcodes`: the bytes of the protocol. `state`: what the module keeps.
//!  - `pickler`: the type `Pickler` and its memo; `output`: the bytes written, in frames.
//!  - `save`: from objects to opcodes; `reduce`: objects that say themselves how they are pickled;
//!    `global`: objects that are pickled by name.
//!  - `unpickler`: the type `Unpickler` and its memo; `input`: the bytes read.
//!  - `load`: from opcodes to objects; `build`: the opcodes that call something.
//!
//! Nearly everything here can run Python code. A pickler or unpickler at work is marked as
//! running and refuses a second call, so its cells are only used by the one at work; what
//! else can be reached meanwhile (the memo) is borrowed for single steps.

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, PyTyped, Raised, Signature, errors, exceptions, int, method, module,
    object, pickle_buffer, raise, static_type, str, type_object,
};

mod build;
mod global;
mod input;
mod load;
mod opcodes;
mod output;
mod pickler;
mod reduce;
mod save;
mod state;
mod unpickler;

use pickler::Pickler;
use unpickler::Unpickler;

/// Raises `PicklingError` with a message.
#[cold]
fn pickling_error(message: &str) -> Raised {
    errors::set_string(state::get().pickling_error.op(), message)
}

/// Raises `UnpicklingError` with a message.
#[cold]
fn unpickling_error(message: &str) -> Raised {
    errors::set_string(state::get().unpickling_error.op(), message)
}

/// The name of an object's type as messages show it (`%T`).
fn full_type_name(op: Op<'_>) -> PyResult<String> {
    Ok(str::to_string_lossy(type_object::get_fully_qualified_name(op.ob_type())?.op()))
}

/// Adds a note to the exception that is set: where in the object it happened.
#[cold]
fn with_note(raised: Raised, note: impl FnOnce() -> PyResult<String>) -> Raised {
    let exception = raised.take();
    let added =
        note().and_then(str::from_string).and_then(|note| exceptions::add_note(exception.op(), note.op()));
    match added {
        Ok(()) => errors::restore(exception),
        Err(raised) => raised,
    }
}

/// `result`, with a note `when serializing TYPE WHAT` on its exception.
fn noting<T>(result: PyResult<T>, op: Op<'_>, what: &str) -> PyResult<T> {
    result.map_err(|raised| {
        with_note(raised, || Ok(format!("when serializing {} {what}", full_type_name(op)?)))
    })
}

fn is_given(op: Option<Op<'_>>) -> Option<Op<'_>> {
    op.filter(|op| !op.is_none())
}

const DUMP: Signature<5> =
    Signature::new("dump", ["obj", "file", "protocol", "fix_imports", "buffer_callback"])
        .keyword_only_from(3)
        .required(2);

fn dump(_: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [op, file, protocol, fix_imports, callback] = args.parse(&DUMP)?;
    let fix_imports = fix_imports.map_or(Ok(true), object::is_true)?;
    let pickler = pickler::new_exact()?;
    pickler.set_protocol(protocol, fix_imports)?;
    pickler.set_output(file.expect("required"))?;
    pickler.set_buffer_callback(is_given(callback))?;
    save::dump(pickler.borrow(), op.expect("required"))?;
    pickler.flush()
}

const DUMPS: Signature<4> = Signature::new("dumps", ["obj", "protocol", "fix_imports", "buffer_callback"])
    .keyword_only_from(2)
    .required(1);

fn dumps(_: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [op, protocol, fix_imports, callback] = args.parse(&DUMPS)?;
    let fix_imports = fix_imports.map_or(Ok(true), object::is_true)?;
    let pickler = pickler::new_exact()?;
    pickler.set_protocol(protocol, fix_imports)?;
    pickler.set_buffer_callback(is_given(callback))?;
    save::dump(pickler.borrow(), op.expect("required"))?;
    pickler.take_output()
}

const LOAD: Signature<5> = Signature::new("load", ["file", "fix_imports", "encoding", "errors", "buffers"])
    .keyword_only_from(1)
    .required(1);

fn load(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [file, fix_imports, encoding, errors, buffers] = args.parse(&LOAD)?;
    let unpickler = unpickler::new_exact()?;
    unpickler.configure("load", fix_imports, encoding, errors)?;
    unpickler.set_file(file.expect("required"))?;
    unpickler.set_buffers(buffers)?;
    load::load(unpickler.borrow())
}

const LOADS: Signature<5> = Signature::new("loads", ["", "fix_imports", "encoding", "errors", "buffers"])
    .positional_only(1)
    .keyword_only_from(1)
    .required(1);

fn loads(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [data, fix_imports, encoding, errors, buffers] = args.parse(&LOADS)?;
    let unpickler = unpickler::new_exact()?;
    unpickler.configure("loads", fix_imports, encoding, errors)?;
    unpickler.set_data(data.expect("required"))?;
    unpickler.set_buffers(buffers)?;
    load::load(unpickler.borrow())
}

static METHODS: [PyMethodDef; 5] = [
    method::keywords(c"dump", dump, c"dump($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)\n--\n\nWrite a pickled representation of obj to the open file object file.\n\nThis does what Pickler(file, protocol).dump(obj) does, perhaps faster."),
    method::keywords(c"dumps", dumps, c"dumps($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)\n--\n\nReturn the pickled representation of the object as a bytes object."),
    method::keywords(c"load", load, c"load($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())\n--\n\nRead and return an object from the pickle data stored in a file.\n\nThis does what Unpickler(file).load() does, perhaps faster."),
    method::keywords(c"loads", loads, c"loads($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())\n--\n\nRead and return an object from the given pickle data."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    state::init()?;
    for tp in [
        Pickler::type_ref(),
        pickler::MemoProxy::type_ref(),
        Unpickler::type_ref(),
        unpickler::MemoProxy::type_ref(),
    ] {
        type_object::ready(tp)?;
    }
    let module = module::new("_pickle")?;
    module::set_doc(module.op(), c"Optimized C implementation for the Python pickle module.")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    module::add_type(module.op(), Pickler::type_ref())?;
    module::add_type(module.op(), Unpickler::type_ref())?;
    module::add_type(module.op(), static_type!(pickle_buffer::PyPickleBuffer_Type))?;
    let state = state::get();
    module::add_object(module.op(), "PickleError", state.pickle_error.op())?;
    module::add_object(module.op(), "PicklingError", state.pickling_error.op())?;
    module::add_object(module.op(), "UnpicklingError", state.unpickling_error.op())?;
    Ok(module)
}

/// The protocol of an argument: absent or None is the default, negative the highest.
fn protocol_argument(protocol: Option<Op<'_>>) -> PyResult<i32> {
    let Some(protocol) = is_given(protocol) else {
        return Ok(opcodes::DEFAULT_PROTOCOL);
    };
    match int::as_i64(protocol)? {
        n if n < 0 => Ok(opcodes::HIGHEST_PROTOCOL),
        n if n > i64::from(opcodes::HIGHEST_PROTOCOL) => {
            Err(raise!(ValueError, "pickle protocol must be <= {}", opcodes::HIGHEST_PROTOCOL))
        }
        n => Ok(n as i32),
    }
}

/// An attribute that may be absent.
fn optional(op: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    object::get_optional_attr(op, name)
}

/// Whether the exception is one that says that an attribute is not there.
fn is_attribute_error(raised: &Raised) -> bool {
    raised.matches(builtin::AttributeError())
}
