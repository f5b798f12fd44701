//! The `bytes` type: its memory, and what differs from `bytearray`.
//!
//! The bytes follow the header, with a zero behind them. `bytes` of no or one byte are
//! made once. The methods shared with `bytearray` are in `bytes_methods`.
//!
//! Layout: `layout/bytes.rs`.

use core::cell::Cell;
use core::ffi::c_int;
use core::ptr;

use crate::bytes_methods as shared;
use crate::exceptions::builtin;
use crate::index_iterator::{self, Indexed};
use crate::layout::*;
use crate::{
    Args, Borrowed, Op, Owned, PyResult, Signature, TypeRef, alloc, buffer, call, errors, hashing, int,
    number, object, raise, slice, slot, str,
};

type Object = Owned<PyBytesObject>;
type Bytes<'a> = Borrowed<'a, PyBytesObject>;

/// The objects made once.
pub struct State {
    characters: [Cell<*mut PyBytesObject>; 256],
    empty: Cell<*mut PyBytesObject>,
}

impl Default for State {
    fn default() -> Self {
        Self { characters: [const { Cell::new(ptr::null_mut()) }; 256], empty: Cell::new(ptr::null_mut()) }
    }
}

const HEADER: usize = core::mem::offset_of!(PyBytesObject, ob_sval);

/// An object with room for `len` bytes; only the zero at the end is set.
fn allocate(len: usize) -> PyResult<Object> {
    let Some(size) = len.checked_add(HEADER + 1) else {
        return Err(errors::no_memory());
    };
    let block = alloc::malloc(size).cast::<PyBytesObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: a fresh block with room for the header, the bytes and the zero.
    unsafe {
        alloc::init_header(block.cast(), &raw mut PyBytes_Type);
        (*block).ob_base.ob_size = len as Py_ssize_t;
        (*block).ob_shash = -1;
        block.cast::<u8>().add(HEADER + len).write(0);
        Ok(Owned::steal(block))
    }
}

/// The object kept in `cell`, made when it is first asked for; it is immortal.
#[inline]
fn cached(cell: &Cell<*mut PyBytesObject>, bytes: &[u8]) -> PyResult<Object> {
    if cell.get().is_null() {
        let made = allocate(bytes.len())?;
        // SAFETY: room for the bytes; alive for ever from here on.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), data(made.borrow()), bytes.len());
            str::intern::make_immortal(made.as_object_ptr());
        }
        cell.set(made.into_ptr());
    }
    // SAFETY: immortal.
    Ok(unsafe { Owned::steal(cell.get()) })
}

/// The address of the bytes.
#[inline]
pub fn data(bytes: Bytes<'_>) -> *mut u8 {
    // SAFETY: a live object.
    unsafe { (&raw mut (*bytes.as_ptr()).ob_sval).cast() }
}

/// A copy of some bytes.
#[inline]
pub fn from_slice(bytes: &[u8]) -> PyResult<Object> {
    let state = &crate::state::interp().strings.bytes;
    match bytes {
        [] => cached(&state.empty, b""),
        [byte] => cached(&state.characters[usize::from(*byte)], bytes),
        _ => {
            let made = allocate(bytes.len())?;
            // SAFETY: room for the bytes.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data(made.borrow()), bytes.len()) };
            Ok(made)
        }
    }
}

/// `b''`.
pub fn empty() -> PyResult<Object> {
    from_slice(b"")
}

/// Bytes that `fill` writes; they are zero before.
pub fn new_with(len: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Object> {
    if len < 2 {
        let mut bytes = [0u8];
        fill(&mut bytes[..len]);
        return from_slice(&bytes[..len]);
    }
    let made = allocate(len)?;
    // SAFETY: nobody else has seen the object; its bytes are set before the slice is made.
    unsafe {
        ptr::write_bytes(data(made.borrow()), 0, len);
        fill(core::slice::from_raw_parts_mut(data(made.borrow()), len));
    }
    Ok(made)
}

/// An object of its own with unset bytes, for C code to fill (`PyBytes_FromStringAndSize(NULL, len)`).
pub fn new_unfilled(len: usize) -> PyResult<Object> {
    if len == 0 { empty() } else { allocate(len) }
}

/// Changes the length of an object nobody else refers to (`_PyBytes_Resize`).
pub fn resize(bytes: Object, len: usize) -> PyResult<Object> {
    let old = self::len(bytes.borrow());
    if old == len {
        return Ok(bytes);
    }
    if len == 0 {
        return empty();
    }
    if object::refcount(bytes.op()) != 1 || old == 0 {
        return Err(errors::bad_internal_call());
    }
    let Some(size) = len.checked_add(HEADER + 1) else {
        return Err(errors::no_memory());
    };
    let block = bytes.into_ptr();
    // SAFETY: ours alone; the block has the object's memory.
    unsafe {
        let grown = alloc::realloc(block.cast(), size).cast::<PyBytesObject>();
        if grown.is_null() {
            drop(Object::steal(block));
            return Err(errors::no_memory());
        }
        (*grown).ob_base.ob_size = len as Py_ssize_t;
        (*grown).ob_shash = -1;
        grown.cast::<u8>().add(HEADER + len).write(0);
        Ok(Owned::steal(grown))
    }
}

/// The bytes; they live as long as the object, which never changes.
#[inline]
pub fn as_slice<'a>(bytes: Bytes<'a>) -> &'a [u8] {
    // SAFETY: `ob_size` bytes follow the header.
    unsafe { core::slice::from_raw_parts(data(bytes), len(bytes)) }
}

#[inline]
pub fn len(bytes: Bytes<'_>) -> usize {
    // SAFETY: a live object.
    unsafe { (*bytes.as_ptr()).ob_base.ob_size as usize }
}

/// `repr` of bytes: `b'...'`. With `smart_quotes`, double quotes where the bytes have
/// single ones and no double ones.
pub fn repr_of(bytes: &[u8], smart_quotes: bool) -> String {
    let double = smart_quotes && bytes.contains(&b'\'') && !bytes.contains(&b'"');
    let quote = if double { '"' } else { '\'' };
    let mut text = String::with_capacity(bytes.len() + 3);
    text.push('b');
    text.push(quote);
    for &byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            _ if byte as char == quote => {
                text.push('\\');
                text.push(quote);
            }
            b' '..=b'~' => text.push(byte as char),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text.push(quote);
    text
}

/// `bytes(op)` for an object without `__bytes__` (`PyBytes_FromObject`).
pub fn from_object(op: Op<'_>) -> PyResult<Object> {
    if let Some(exact) = op.downcast_exact::<PyBytesObject>() {
        return Ok(exact.to_owned());
    }
    from_slice(&shared::collect(op, "bytes")?)
}

const NEW: Signature<3> = Signature::new("bytes", ["source", "encoding", "errors"]);

fn make(args: Args<'_>) -> PyResult<Object> {
    let [source, encoding, errors] = args.parse(&NEW)?;
    if let Some(source) = source
        && encoding.is_none()
        && errors.is_none()
        && let Some(method) = object::lookup_special(source, "__bytes__")?
    {
        let made = call::call_noargs(method.op())?;
        return made.downcast::<PyBytesObject>().map_err(|other| {
            raise!(TypeError, "__bytes__ returned non-bytes (type {})", other.op().type_name())
        });
    }
    match shared::constructor_source(source, encoding, errors, "bytes")? {
        shared::Source::Nothing => empty(),
        shared::Source::Encoded(bytes) => Ok(bytes),
        shared::Source::Zeros(len) => new_with(len, |_| {}),
        shared::Source::Object(op) => from_object(op),
    }
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let value = make(args)?;
    if tp.as_ptr() == &raw mut PyBytes_Type {
        return Ok(value.into_object());
    }
    let made = crate::type_object::generic_alloc(tp, len(value.borrow()) as isize)?;
    // SAFETY: an instance of a subclass has the layout, with room for as many bytes.
    unsafe {
        let op = made.as_ptr().cast::<PyBytesObject>();
        (*op).ob_shash = -1;
        let to = (&raw mut (*op).ob_sval).cast::<u8>();
        ptr::copy_nonoverlapping(data(value.borrow()), to, len(value.borrow()) + 1);
    }
    Ok(made)
}

fn vectorcall(_tp: Borrowed<'_, PyTypeObject>, args: Args<'_>) -> PyResult<Object> {
    make(args)
}

fn dealloc(bytes: Bytes<'_>) {
    // SAFETY: the last reference is gone; the object owns nothing else.
    unsafe { alloc::free_object(bytes.as_object_ptr()) };
}

fn repr(bytes: Bytes<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(repr_of(as_slice(bytes), true))
}

fn str_slot(bytes: Bytes<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    shared::warn_about_str("str() on a bytes instance")?;
    repr(bytes)
}

/// The hash, which the object keeps.
pub fn hash(bytes: Bytes<'_>) -> Py_hash_t {
    // SAFETY: a live object.
    unsafe {
        let kept = (*bytes.as_ptr()).ob_shash;
        if kept != -1 {
            return kept;
        }
        let hash = hashing::hash_bytes(as_slice(bytes));
        (*bytes.as_ptr()).ob_shash = hash;
        hash
    }
}

fn hash_slot(bytes: Bytes<'_>) -> PyResult<Py_hash_t> {
    Ok(hash(bytes))
}

fn rich_compare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    let (Some(a), Some(b)) = (a.downcast::<PyBytesObject>(), b.downcast::<PyBytesObject>()) else {
        shared::warn_about_comparison(a, b, op)?;
        return Ok(crate::singletons::new_not_implemented());
    };
    if a.is(b) {
        return Ok(crate::singletons::new_bool(matches!(op, Py_EQ | Py_LE | Py_GE)));
    }
    Ok(shared::compare(as_slice(a), as_slice(b), op))
}

fn length(bytes: Bytes<'_>) -> PyResult<usize> {
    Ok(len(bytes))
}

/// `a + b`, where both give buffers.
pub fn concat(a: Op<'_>, b: Op<'_>) -> PyResult {
    let (Ok(left), Ok(right)) = (buffer::get(a, PyBUF_SIMPLE), buffer::get(b, PyBUF_SIMPLE)) else {
        drop(errors::take());
        let (name_a, name_b) = (a.type_name(), b.type_name());
        return Err(raise!(TypeError, "can't concat {name_b} to {name_a}"));
    };
    let (left, right) = (left.as_slice(), right.as_slice());
    if left.is_empty() && b.is_exact::<PyBytesObject>() {
        return Ok(b.to_owned());
    }
    if right.is_empty() && a.is_exact::<PyBytesObject>() {
        return Ok(a.to_owned());
    }
    new_with(left.len() + right.len(), |cells| {
        cells[..left.len()].copy_from_slice(left);
        cells[left.len()..].copy_from_slice(right);
    })
    .map(Owned::into_object)
}

fn repeat(bytes: Bytes<'_>, count: Py_ssize_t) -> PyResult<Object> {
    let count = count.max(0) as usize;
    let old = as_slice(bytes);
    let Some(total) = old.len().checked_mul(count).filter(|&total| total < isize::MAX as usize - HEADER)
    else {
        return Err(raise!(OverflowError, "repeated bytes are too long"));
    };
    if total == old.len() && bytes.is_exact::<PyBytesObject>() {
        return Ok(bytes.to_owned());
    }
    new_with(total, |cells| shared::fill_repeated(cells, old))
}

fn item(bytes: Bytes<'_>, index: Py_ssize_t) -> PyResult {
    match as_slice(bytes).get(index as usize) {
        Some(byte) if index >= 0 => Ok(int::small(isize::from(*byte))),
        _ => Err(raise!(IndexError, "index out of range")),
    }
}

fn subscript(bytes: Bytes<'_>, key: Op<'_>) -> PyResult {
    let len = len(bytes);
    if number::check_index(key) {
        let index = number::as_ssize_t(key, Some(builtin::IndexError()))?;
        return item(bytes, if index < 0 { index + len as isize } else { index });
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "byte indices must be integers or slices, not {}", key.type_name()));
    };
    let (mut start, mut stop, step) = slice::unpack(key)?;
    let count = slice::adjust_indices(len, &mut start, &mut stop, step);
    if step == 1 && count == len && bytes.is_exact::<PyBytesObject>() {
        return Ok(bytes.to_owned().into_object());
    }
    if count == 0 {
        return empty().map(Owned::into_object);
    }
    if step == 1 {
        return from_slice(&as_slice(bytes)[start as usize..start as usize + count]).map(Owned::into_object);
    }
    let old = as_slice(bytes);
    new_with(count, |cells| {
        for (position, cell) in cells.iter_mut().enumerate() {
            *cell = old[(start + position as isize * step) as usize];
        }
    })
    .map(Owned::into_object)
}

fn contains(bytes: Bytes<'_>, wanted: Op<'_>) -> PyResult<bool> {
    shared::contains(as_slice(bytes), wanted)
}

fn remainder(format: Op<'_>, args: Op<'_>) -> PyResult {
    let Some(format) = format.downcast::<PyBytesObject>() else {
        return Ok(crate::singletons::new_not_implemented());
    };
    let made = crate::str::percent::format_bytes(as_slice(format), args)?;
    from_slice(&made).map(Owned::into_object)
}

unsafe extern "C" fn get_buffer(op: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    crate::define::guard_status(|| {
        // SAFETY: called with a live `bytes` and a view to fill.
        unsafe {
            let bytes = Bytes::from_ptr(op.cast());
            buffer::fill_info(view, Some(bytes.as_object()), data(bytes), len(bytes), true, flags)
        }
    })
}

impl Indexed for PyBytesObject {
    fn iterator_type(_op: Bytes<'_>) -> *mut PyTypeObject {
        &raw mut PyBytesIter_Type
    }
    fn len(op: Bytes<'_>) -> usize {
        len(op)
    }
    fn item(op: Bytes<'_>, index: usize) -> PyResult {
        Ok(int::small(isize::from(as_slice(op)[index])))
    }
}

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_remainder: slot::binary(remainder), ..PyNumberMethods::EMPTY };

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::ssizearg(repeat),
    sq_item: slot::ssizearg(item),
    sq_contains: slot::contains(contains),
    ..PySequenceMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: None };

#[unsafe(no_mangle)]
pub static mut PyBytes_Type: PyTypeObject = PyTypeObject {
    tp_name: c"bytes".as_ptr(),
    tp_basicsize: (HEADER + 1) as Py_ssize_t,
    tp_itemsize: 1,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_hash: slot::hash(hash_slot),
    tp_str: slot::unary(str_slot),
    tp_as_buffer: &raw mut AS_BUFFER,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    tp_doc: c"bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nA sequence of bytes that never changes.".as_ptr(),
    tp_richcompare: slot::richcompare(rich_compare),
    tp_iter: slot::unary(index_iterator::new::<PyBytesObject>),
    tp_methods: (&raw const shared::BYTES_METHODS).cast_mut().cast(),
    tp_new: slot::new(new),
    tp_vectorcall: slot::vectorcall(vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyBytesObject, PyBytes_Type, Py_TPFLAGS_BYTES_SUBCLASS);

#[unsafe(no_mangle)]
pub static mut PyBytesIter_Type: PyTypeObject =
    index_iterator::type_object::<PyBytesObject>(c"bytes_iterator");
