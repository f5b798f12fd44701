//! The `_struct` module: values in C structs.
//!
//!  - `format`: reading a format into codes. `codec`: single values.
//!  - here: the type `Struct`, its methods, and the module's functions with their cache.

use std::cell::{Cell, RefCell};

use adder_object_model::buffer::{self, Buffer};
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, Visitor, bytes, call, dict,
    getset, int, method, module, number, object, raise, slot, static_type, str, tuple, type_object,
};

pub mod codec;
pub mod format;

use crate::native::{self, Contents, Kept, Native};
use format::{Code, Layout};

static ERROR: Kept = Kept::new();

/// `struct.error` with a message.
#[cold]
pub(crate) fn error(message: &str) -> Raised {
    let class = match ERROR.get() {
        Some(class) => Ok(class),
        None => Err(raise!(SystemError, "_struct is not initialised")),
    };
    match class {
        Ok(class) => adder_object_model::errors::set_string(class.op(), message),
        Err(raised) => raised,
    }
}

/// A compiled format. CPython's `_testbuffer` reads the first two fields where they lie.
#[repr(C)]
pub struct Struct {
    s_size: Cell<isize>,
    s_len: Cell<isize>,
    layout: RefCell<Option<Compiled>>,
}

#[derive(Clone)]
struct Compiled {
    format: Object,
    layout: std::rc::Rc<Layout>,
}

type This<'a> = Borrowed<'a, Native<Struct>>;

impl Contents for Struct {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut STRUCT
    }
    fn traverse(&self, visitor: &mut Visitor) {
        if let Some(compiled) = &*self.layout.borrow() {
            visitor.visit(compiled.format.as_object_ptr());
        }
    }
}

fn compile(format: Op<'_>) -> PyResult<Compiled> {
    let format = if let Some(text) = format.downcast::<PyUnicodeObject>() {
        adder_object_model::codecs::encode_text(text, Some("ascii"), None)?
    } else if format.is_instance::<PyBytesObject>() {
        format.to_owned()
    } else {
        let given = format.type_name();
        return Err(raise!(TypeError, "Struct() argument 1 must be a str or bytes object, not {given}"));
    };
    let source = format.op().downcast::<PyBytesObject>().expect("bytes by now");
    let layout = Layout::parse(bytes::as_slice(source))?;
    Ok(Compiled { layout: std::rc::Rc::new(layout), format })
}

fn compiled(this: This<'_>) -> PyResult<Compiled> {
    match &*this.value.layout.borrow() {
        Some(compiled) => Ok(compiled.clone()),
        None => Err(raise!(RuntimeError, "Struct object is not initialized")),
    }
}

const NEW: Signature<1> = Signature::new("Struct", ["format"]).required(1);

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    let made = type_object::generic_alloc(tp, 0)?;
    // SAFETY: a fresh object of this type or of a subclass.
    unsafe {
        let this = made.as_ptr().cast::<Native<Struct>>();
        let empty = Struct { s_size: Cell::new(-1), s_len: Cell::new(-1), layout: RefCell::new(None) };
        core::ptr::write(&raw mut (*this).value, empty);
    }
    Ok(made)
}

fn init_struct(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [format] = args.parse(&NEW)?;
    let compiled = compile(format.expect("required"))?;
    this.value.s_size.set(compiled.layout.size as isize);
    this.value.s_len.set(compiled.layout.values as isize);
    let old = this.value.layout.replace(Some(compiled));
    drop(old);
    Ok(())
}

/// The values of a struct that begins at `data[0]`.
fn unpack_values(layout: &Layout, data: &[u8]) -> PyResult {
    let mut values = Vec::with_capacity(layout.values);
    for code in &layout.codes {
        codec::unpack(code, &data[code.offset..], layout.order, &mut values)?;
    }
    tuple::from_vec(values)
}

/// Packs values into zeroed memory of the struct's size.
fn pack_values<'a>(layout: &Layout, args: impl Iterator<Item = Op<'a>>) -> PyResult<Vec<u8>> {
    let mut out = crate::host::zeroed(layout.size)?;
    let mut args = args;
    for code in &layout.codes {
        codec::pack(code, &mut out[code.offset..], layout.order, &mut args)?;
    }
    Ok(out)
}

fn check_count(layout: &Layout, given: usize, function: &str) -> PyResult<()> {
    if given != layout.values {
        let expected = layout.values;
        return Err(error(&format!("{function} expected {expected} items for packing (got {given})")));
    }
    Ok(())
}

fn pack_with(layout: &Layout, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    args.no_keywords("pack")?;
    check_count(layout, args.len(), "pack")?;
    bytes::from_slice(&pack_values(layout, args.iter())?)
}

fn pack_into_with(layout: &Layout, args: Args<'_>) -> PyResult<()> {
    args.no_keywords("pack_into")?;
    if args.len() < 2 {
        let what = if args.is_empty() { "buffer argument" } else { "offset argument" };
        return Err(error(&format!("pack_into expected {what}")));
    }
    check_count(layout, args.len() - 2, "pack_into")?;
    let target = buffer::get_writable(args.get(0).expect("counted"), "argument")?;
    let offset = number::as_ssize_t(args.get(1).expect("counted"), Some(builtin::IndexError()))?;
    let start = place(layout, &target, offset, "pack_into", "packing")?;
    let packed = pack_values(layout, args.iter().skip(2))?;
    // Pad bytes are written as zeros, too.
    target.as_mut_slice()[start..start + layout.size].copy_from_slice(&packed);
    Ok(())
}

/// Where a struct begins in a buffer, if it fits.
fn place(layout: &Layout, target: &Buffer, offset: isize, function: &str, doing: &str) -> PyResult<usize> {
    let (size, len) = (layout.size, target.len() as isize);
    let what = if function == "pack_into" { "no space to pack" } else { "not enough data to unpack" };
    let mut start = offset;
    if offset < 0 {
        if offset + size as isize > 0 {
            return Err(error(&format!("{what} {size} bytes at offset {offset}")));
        }
        if offset + len < 0 {
            return Err(error(&format!("offset {offset} out of range for {len}-byte buffer")));
        }
        start += len;
    }
    if len - start < size as isize {
        let needed = size as i128 + start as i128;
        return Err(error(&format!(
            "{function} requires a buffer of at least {needed} bytes for {doing} {size} bytes at offset {start} (actual buffer size is {len})"
        )));
    }
    Ok(start as usize)
}

fn unpack_with(layout: &Layout, data: Op<'_>) -> PyResult {
    let data = buffer::get(data, PyBUF_SIMPLE)?;
    if data.len() != layout.size {
        return Err(error(&format!("unpack requires a buffer of {} bytes", layout.size)));
    }
    unpack_values(layout, data.as_slice())
}

fn unpack_from_with(layout: &Layout, data: Op<'_>, offset: Option<Op<'_>>) -> PyResult {
    let data = buffer::get(data, PyBUF_SIMPLE)?;
    let offset = offset.map_or(Ok(0), |offset| number::as_ssize_t(offset, Some(builtin::OverflowError())))?;
    let start = place(layout, &data, offset, "unpack_from", "unpacking")?;
    unpack_values(layout, &data.as_slice()[start..])
}

fn pack(this: This<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    pack_with(&compiled(this)?.layout, args)
}

fn pack_into(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    pack_into_with(&compiled(this)?.layout, args)
}

fn unpack(this: This<'_>, data: Op<'_>) -> PyResult {
    unpack_with(&compiled(this)?.layout, data)
}

const UNPACK_FROM: Signature<2> = Signature::new("unpack_from", ["buffer", "offset"]).required(1);

fn unpack_from(this: This<'_>, args: Args<'_>) -> PyResult {
    let [data, offset] = args.parse(&UNPACK_FROM)?;
    unpack_from_with(&compiled(this)?.layout, data.expect("required"), offset)
}

/// What `iter_unpack` gives.
struct UnpackIterator {
    compiled: Compiled,
    state: RefCell<Option<(Buffer, usize)>>,
}

impl Contents for UnpackIterator {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut UNPACK_ITERATOR
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.compiled.format.as_object_ptr());
        if let Some((buffer, _)) = &*self.state.borrow() {
            visitor.visit(buffer.view.obj);
        }
    }
}

fn new_iterator(compiled: Compiled, data: Op<'_>) -> PyResult<Owned<Native<UnpackIterator>>> {
    if compiled.layout.size == 0 {
        return Err(error("cannot iteratively unpack with a struct of length 0"));
    }
    let data = buffer::get(data, PyBUF_SIMPLE)?;
    if data.len() % compiled.layout.size != 0 {
        let size = compiled.layout.size;
        return Err(error(&format!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
    }
    native::new(UnpackIterator { compiled, state: RefCell::new(Some((data, 0))) })
}

fn next_struct(iterator: Borrowed<'_, Native<UnpackIterator>>) -> PyResult<Option<Object>> {
    let layout = &iterator.value.compiled.layout;
    let mut state = iterator.value.state.borrow_mut();
    let Some((data, at)) = &mut *state else {
        return Ok(None);
    };
    if *at >= data.len() {
        let done = state.take();
        drop(state);
        drop(done);
        return Ok(None);
    }
    let start = *at;
    *at += layout.size;
    unpack_values(layout, &data.as_slice()[start..]).map(Some)
}

fn length_hint(iterator: Borrowed<'_, Native<UnpackIterator>>) -> PyResult {
    let left = match &*iterator.value.state.borrow() {
        Some((data, at)) => (data.len() - at) / iterator.value.compiled.layout.size,
        None => 0,
    };
    int::from_usize(left)
}

fn iter_unpack(this: This<'_>, data: Op<'_>) -> PyResult<Owned<Native<UnpackIterator>>> {
    new_iterator(compiled(this)?, data)
}

fn get_format(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let compiled = compiled(this)?;
    str::from_latin1(bytes::as_slice(compiled.format.op().downcast().expect("bytes")))
}

fn get_size(this: This<'_>) -> PyResult {
    // -1 before `__init__`, as in CPython.
    match this.value.layout.borrow().as_ref() {
        Some(compiled) => int::from_usize(compiled.layout.size),
        None => int::from_i64(-1),
    }
}

fn sizeof(this: This<'_>) -> PyResult {
    let codes = compiled(this)?.layout.codes.len() + 1;
    int::from_usize(this.ob_type().tp_basicsize as usize + codes * size_of::<Code>())
}

fn repr(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let format = object::repr(get_format(this)?.op())?;
    let name = this.type_name();
    let name = name.rsplit('.').next().unwrap_or(name);
    str::from_string(format!("{name}({})", str::to_string_lossy(format.op())))
}

/// Compiled formats by their source.
static CACHE: Kept = Kept::new();

/// The compiled form of a format, from the cache if it is there.
fn cached(format: Op<'_>) -> PyResult<Compiled> {
    let cache = match CACHE.get() {
        Some(cache) => cache,
        None => {
            let made = dict::new()?.into_object();
            CACHE.set(made.clone());
            made
        }
    };
    let cache = cache.downcast::<PyDictObject>().expect("a dict");
    if let Some(found) = dict::get_item(cache.borrow(), format)?
        && let Some(found) = found.op().downcast::<Native<Struct>>()
    {
        return compiled(found);
    }
    // SAFETY: a static type.
    let class = unsafe { Op::from_ptr((&raw mut STRUCT).cast()) };
    let made = call::call_one(class, format)?;
    if dict::len(cache.borrow()) >= 100 {
        dict::clear(cache.borrow());
    }
    dict::set_item(cache.borrow(), format, made.op())?;
    compiled(made.op().downcast().expect("just made"))
}

fn module_calcsize(_: Op<'_>, format: Op<'_>) -> PyResult {
    int::from_usize(cached(format)?.layout.size)
}

fn clearcache(_: Op<'_>) -> PyResult<()> {
    if let Some(cache) = CACHE.get()
        && let Some(cache) = cache.op().downcast::<PyDictObject>()
    {
        dict::clear(cache);
    }
    Ok(())
}

fn format_argument<'a>(args: Args<'a>) -> PyResult<Op<'a>> {
    args.get(0).ok_or_else(|| raise!(TypeError, "missing format argument"))
}

fn module_pack(_: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    pack_with(&cached(format_argument(args)?)?.layout, args.skip(1))
}

fn module_pack_into(_: Op<'_>, args: Args<'_>) -> PyResult<()> {
    pack_into_with(&cached(format_argument(args)?)?.layout, args.skip(1))
}

fn module_unpack(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [format, data] = args.exactly::<2>("unpack")?;
    unpack_with(&cached(format)?.layout, data)
}

const MODULE_UNPACK_FROM: Signature<3> =
    Signature::new("unpack_from", ["", "buffer", "offset"]).positional_only(1).required(2);

fn module_unpack_from(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [format, data, offset] = args.parse(&MODULE_UNPACK_FROM)?;
    unpack_from_with(&cached(format.expect("required"))?.layout, data.expect("required"), offset)
}

fn module_iter_unpack(_: Op<'_>, args: Args<'_>) -> PyResult<Owned<Native<UnpackIterator>>> {
    let [format, data] = args.exactly::<2>("iter_unpack")?;
    new_iterator(cached(format)?, data)
}

static METHODS: [PyMethodDef; 7] = [
    method::o(
        c"iter_unpack",
        iter_unpack,
        c"iter_unpack($self, buffer, /)\n--\n\nAn iterator over the structs in a buffer.",
    ),
    method::keywords(c"pack", pack, c"pack(*values) -> bytes\n\nThe values as bytes."),
    method::keywords(
        c"pack_into",
        pack_into,
        c"pack_into(buffer, offset, *values)\n\nWrites the values into a buffer.",
    ),
    method::o(
        c"unpack",
        unpack,
        c"unpack($self, buffer, /)\n--\n\nThe values of a buffer of exactly the struct's size.",
    ),
    method::keywords(
        c"unpack_from",
        unpack_from,
        c"unpack_from($self, /, buffer, offset=0)\n--\n\nThe values at a place of a buffer.",
    ),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nThe memory it takes."),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 3] = [
    getset::get(c"format", get_format, c"The format."),
    getset::get(c"size", get_size, c"The bytes of the struct."),
    PyGetSetDef::EMPTY,
];

static mut STRUCT: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc: c"Struct(fmt) --> compiled struct object".as_ptr(),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_init: slot::init(init_struct),
    tp_new: slot::new(new),
    ..native::type_object::<Struct>(c"_struct.Struct")
};

static ITERATOR_METHODS: [PyMethodDef; 2] = [
    method::noargs(
        c"__length_hint__",
        length_hint,
        c"__length_hint__($self, /)\n--\n\nHow many structs are left.",
    ),
    PyMethodDef::EMPTY,
];

static mut UNPACK_ITERATOR: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next_struct),
    tp_methods: (&raw const ITERATOR_METHODS).cast_mut().cast(),
    ..native::type_object::<UnpackIterator>(c"_struct.unpack_iterator")
};

static FUNCTIONS: [PyMethodDef; 8] = [
    method::noargs(
        c"_clearcache",
        clearcache,
        c"_clearcache($module, /)\n--\n\nForgets the compiled formats.",
    ),
    method::o(c"calcsize", module_calcsize, c"calcsize($module, format, /)\n--\n\nThe bytes of a struct."),
    method::positional(
        c"iter_unpack",
        module_iter_unpack,
        c"iter_unpack($module, format, buffer, /)\n--\n\nAn iterator over the structs in a buffer.",
    ),
    method::keywords(c"pack", module_pack, c"pack(format, v1, v2, ...) -> bytes\n\nThe values as bytes."),
    method::keywords(
        c"pack_into",
        module_pack_into,
        c"pack_into(format, buffer, offset, v1, v2, ...)\n\nWrites the values into a buffer.",
    ),
    method::positional(
        c"unpack",
        module_unpack,
        c"unpack($module, format, buffer, /)\n--\n\nThe values of a buffer of exactly the struct's size.",
    ),
    method::keywords(
        c"unpack_from",
        module_unpack_from,
        c"unpack_from($module, format, /, buffer, offset=0)\n--\n\nThe values at a place of a buffer.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    type_object::ready(static_type!(STRUCT))?;
    type_object::ready(static_type!(UNPACK_ITERATOR))?;
    let module = module::new("_struct")?;
    module::add_functions(module.op(), FUNCTIONS.as_ptr())?;
    module::add_type(module.op(), static_type!(STRUCT))?;
    // Importing the module anew must not make the errors of the one before strangers.
    let class = match ERROR.get() {
        Some(class) => class,
        None => adder_object_model::exceptions::new_class("struct.error", None, None)?,
    };
    module::add_object(module.op(), "error", class.op())?;
    if ERROR.get().is_none() {
        ERROR.set(class);
    }
    module::add_object(module.op(), "__doc__", str::from_str(DOC)?.op())?;
    Ok(module)
}

const DOC: &str = "Values in C structs.

A format is an optional sign for the order of bytes, then letters for the members, each with
a count in front if there are several:
  @ native order, sizes and alignment (the default)   = native order, standard sizes
  < little-endian   > ! big-endian
  x pad byte   c char   b B 1 byte   ? bool   h H 2   i I l L 4   q Q 8   n N ssize_t, size_t
  e f d floats of 2, 4, 8 bytes   F D complex   s bytes   p Pascal string   P pointer
Where bytes and values do not fit, struct.error is raised.
";
