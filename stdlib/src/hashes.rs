//! What the hash modules (`_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`) share: an object around a hash
//! function's state, its methods and attributes.

use core::cell::UnsafeCell;
use core::ffi::CStr;

use adder_object_model::buffer;
use adder_object_model::define::{getset, method};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Signature, TypeRef, alloc, bytes, int, module,
    object, raise, str,
};

/// A hash function's state.
pub trait Hash {
    fn update(&mut self, data: &[u8]);
    /// The digest so far; `length` for functions that give any number of bytes.
    fn digest(&self, length: usize) -> Vec<u8>;
    fn copy(&self) -> Box<dyn Hash>;
    fn digest_size(&self) -> usize;
    fn block_size(&self) -> usize;
    fn name(&self) -> &'static str;
}

/// The functions of the `digest` crate with a fixed output.
impl<T> Hash for Named<T>
where
    T: sha2::digest::Digest + sha2::digest::core_api::BlockSizeUser + Clone + 'static,
{
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
    fn digest(&self, _length: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
    fn copy(&self) -> Box<dyn Hash> {
        Box::new(Self(self.0.clone(), self.1))
    }
    fn digest_size(&self) -> usize {
        <T as sha2::digest::Digest>::output_size()
    }
    fn block_size(&self) -> usize {
        T::block_size()
    }
    fn name(&self) -> &'static str {
        self.1
    }
}

/// A state with the name of its function.
pub struct Named<T>(pub T, pub &'static str);

/// An object around a hash function's state.
#[repr(C)]
pub struct HashObject {
    ob_base: PyObject,
    state: UnsafeCell<Option<Box<dyn Hash>>>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for HashObject {}

pub type HashRef<'a> = Borrowed<'a, HashObject>;

/// Works on the state; nothing in `body` may run Python.
pub fn with<R>(hash: HashRef<'_>, body: impl FnOnce(&mut dyn Hash) -> R) -> R {
    // SAFETY: the GIL is held, and the body does not reach the object again.
    let state = unsafe { &mut *hash.state.get() };
    body(&mut **state.as_mut().expect("every object gets a state"))
}

/// A new object of one of the types.
pub fn new_object(tp: TypeRef<'_>, state: Box<dyn Hash>) -> PyResult {
    let alloc = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type is ready and has this layout; the state's cell is not yet a value.
    unsafe {
        let op = Object::from_c(alloc(tp.as_ptr(), 0))?;
        (&raw mut (*op.as_ptr().cast::<HashObject>()).state).write(UnsafeCell::new(Some(state)));
        Ok(op)
    }
}

pub fn dealloc(hash: HashRef<'_>) {
    // SAFETY: the count is 0; the state is dropped once.
    unsafe {
        drop((*hash.state.get()).take());
        alloc::free_object(hash.as_object_ptr());
    }
}

/// The bytes of an object that is to be fed. Taken before the state is worked on, as this can run Python.
pub fn readable(data: Op<'_>) -> PyResult<buffer::Buffer> {
    if data.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "Strings must be encoded before hashing"));
    }
    if !buffer::check(data) {
        return Err(raise!(TypeError, "object supporting the buffer API required"));
    }
    buffer::get(data, PyBUF_SIMPLE)
}

static NEW: Signature<3> = Signature::new("", ["data", "usedforsecurity", "string"]).keyword_only_from(1);

/// The data given to a constructor, as `data` or by its old name `string`.
pub fn data_argument<'a>(data: Option<Op<'a>>, string: Option<Op<'a>>) -> PyResult<Option<Op<'a>>> {
    let string = string.filter(|string| !string.is_none());
    if data.is_some() && string.is_some() {
        return Err(raise!(
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version."
        ));
    }
    Ok(data.or(string))
}

/// A constructor of an object with the state, fed with what is given.
pub fn construct(
    tp: TypeRef<'_>,
    function: &'static str,
    args: Args<'_>,
    mut state: Box<dyn Hash>,
) -> PyResult {
    let signature = Signature { function, ..NEW };
    let [data, security, string] = args.parse(&signature)?;
    if let Some(security) = security {
        object::is_true(security)?;
    }
    if let Some(data) = data_argument(data, string)? {
        state.update(readable(data)?.as_slice());
    }
    new_object(tp, state)
}

fn update(hash: HashRef<'_>, data: Op<'_>) -> PyResult<()> {
    let data = readable(data)?;
    with(hash, |state| state.update(data.as_slice()));
    Ok(())
}

fn digest(hash: HashRef<'_>) -> PyResult<Owned<PyBytesObject>> {
    bytes::from_slice(&with(hash, |state| state.digest(0)))
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    str::from_string(text)
}

fn hexdigest(hash: HashRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    hex(&with(hash, |state| state.digest(0)))
}

pub fn copy(hash: HashRef<'_>) -> PyResult {
    let state = with(hash, |state| state.copy());
    new_object(hash.ob_type(), state)
}

fn block_size(hash: HashRef<'_>) -> PyResult {
    int::from_usize(with(hash, |state| state.block_size()))
}

fn digest_size(hash: HashRef<'_>) -> PyResult {
    int::from_usize(with(hash, |state| state.digest_size()))
}

fn name(hash: HashRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str(with(hash, |state| state.name()))
}

pub const METHODS: &[PyMethodDef] = &[
    method::noargs(c"copy", copy, c"copy($self, /)\n--\n\nAnother hash object with the same state."),
    method::noargs(c"digest", digest, c"digest($self, /)\n--\n\nThe digest as bytes."),
    method::noargs(c"hexdigest", hexdigest, c"hexdigest($self, /)\n--\n\nThe digest in hexadecimal."),
    method::o(c"update", update, c"update($self, obj, /)\n--\n\nFeed more data."),
    PyMethodDef::EMPTY,
];

pub const GETSET: &[PyGetSetDef] = &[
    getset::get(c"block_size", block_size, c""),
    getset::get(c"name", name, c""),
    getset::get(c"digest_size", digest_size, c""),
    PyGetSetDef::EMPTY,
];

/// A type that only functions make instances of.
#[allow(clippy::declare_interior_mutable_const, reason = "the initialiser of statics")]
pub const fn hash_type(name: &'static CStr) -> PyTypeObject {
    PyTypeObject {
        tp_name: name.as_ptr(),
        tp_basicsize: size_of::<HashObject>() as isize,
        tp_dealloc: adder_object_model::slot::dealloc(dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
        tp_methods: METHODS.as_ptr().cast_mut(),
        tp_getset: GETSET.as_ptr().cast_mut(),
        ..PyTypeObject::EMPTY
    }
}

/// Below this much data the GIL is not released; part of every hash module.
pub fn add_constants(module: Op<'_>) -> PyResult<()> {
    module::add_object(module, "_GIL_MINSIZE", int::from_i64(2048)?.op())
}
