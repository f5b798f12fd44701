//! `_CData`: the base of all instances, a piece of C memory.
//!
//! The memory is the object's own (`b_value` if it is small, else a block), a part of another
//! object's (`b_base`), or somebody else's. Objects that the memory points to are kept alive
//! by the root of the chain of bases in `b_objects`: a dict under keys that name the way from
//! the root, or for objects without parts the one object itself.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use adder_interpreter::sys;
use adder_object_model::layout::*;
use adder_object_model::type_object::alloc::alloc_instance;
use adder_object_model::{
    Args, Borrowed, Field, Object, Op, Owned, PyResult, TypeRef, Visitor, alloc, buffer, bytes, call, define,
    dict, errors, gc, int, method, object, raise, singletons, slot, str, tuple,
};

use super::accessors::{FieldDesc, write_pointer};
use super::array::is_array;
use super::info::{self, StgInfo};
use super::pointer::is_pointer_class;
use super::{functions, simple};

/// Memory for small values.
#[repr(C, align(16))]
pub(super) struct Value(UnsafeCell<[u8; 16]>);

/// An instance of any ctypes type.
#[repr(C)]
pub(super) struct CDataObject {
    ob_base: PyObject,
    pub b_ptr: Cell<*mut u8>,
    /// Whether the memory is this object's own.
    pub b_needsfree: Cell<c_int>,
    /// The object whose memory this is a part of.
    pub b_base: Field<CDataObject>,
    pub b_size: Cell<isize>,
    /// The number of parts that can keep something alive.
    pub b_length: Cell<isize>,
    /// Which part of the base this is.
    pub b_index: Cell<isize>,
    /// What is kept alive, or null.
    pub b_objects: Field,
    b_value: Value,
}
const _: () = assert!(size_of::<CDataObject>() == 96);
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for CDataObject {}
adder_object_model::py_typed!(CDataObject, CData_Type);

/// An instance, borrowed.
pub(super) type Data<'a> = Borrowed<'a, CDataObject>;

impl CDataObject {
    fn own_value(&self) -> *mut u8 {
        self.b_value.0.get().cast()
    }

    fn has_block(&self) -> bool {
        self.b_ptr.get() != self.own_value()
    }

    /// The pointer that the memory holds.
    pub fn pointer(&self) -> *mut core::ffi::c_void {
        // SAFETY: callers know that it holds one; the memory is as good as ctypes can know.
        unsafe { super::accessors::read_pointer(self.b_ptr.get()) }
    }

    /// Puts a pointer into the memory.
    pub fn set_pointer(&self, value: *mut core::ffi::c_void) {
        // SAFETY: as above.
        unsafe { write_pointer(self.b_ptr.get(), value) }
    }

    /// The memory, to be copied at once.
    #[allow(clippy::mut_from_ref, reason = "the memory is C's, and anybody may write it")]
    pub fn content(&self) -> &mut [u8] {
        match self.b_size.get() as usize {
            0 => &mut [],
            // SAFETY: the object has that many bytes, as far as ctypes can know.
            size => unsafe { core::slice::from_raw_parts_mut(self.b_ptr.get(), size) },
        }
    }

    /// A copy of the memory.
    pub fn copy_bytes(&self) -> PyResult<Owned<PyBytesObject>> {
        // SAFETY: the object has that many bytes.
        bytes::from_slice(unsafe {
            core::slice::from_raw_parts(self.b_ptr.get(), self.b_size.get() as usize)
        })
    }

    fn free_memory(&self) {
        let memory = self.b_ptr.replace(ptr::null_mut());
        if self.b_needsfree.get() != 0 && memory != self.own_value() && !memory.is_null() {
            // SAFETY: a block of our own, given back once.
            unsafe { alloc::free(memory.cast()) };
        }
    }

    /// Makes the memory at least `size` bytes large, which it is not yet.
    pub fn grow(&self, size: isize) -> PyResult<()> {
        if size as usize <= size_of::<Value>() {
            self.b_size.set(size);
            return Ok(());
        }
        // SAFETY: the old block is our own and is given up only when there is a new one.
        unsafe {
            let block = if self.has_block() {
                alloc::realloc(self.b_ptr.get().cast(), size as usize).cast::<u8>()
            } else {
                let block = alloc::calloc(1, size as usize).cast::<u8>();
                if !block.is_null() {
                    ptr::copy_nonoverlapping(self.b_ptr.get(), block, self.b_size.get() as usize);
                }
                block
            };
            if block.is_null() {
                return Err(errors::no_memory());
            }
            self.b_ptr.set(block);
        }
        self.b_size.set(size);
        Ok(())
    }
}

/// The root of the chain of bases, with its `b_objects` filled in.
fn container(data: Data<'_>) -> PyResult<Owned<CDataObject>> {
    let mut root = data.to_owned();
    while let Some(base) = root.b_base.get() {
        root = base;
    }
    if !root.b_objects.is_some() {
        let objects =
            if root.b_length.get() != 0 { dict::new()?.into_object() } else { singletons::none().to_owned() };
        root.b_objects.set(Some(objects));
    }
    Ok(root)
}

/// What an object keeps alive.
pub(super) fn kept_objects(data: Data<'_>) -> PyResult {
    Ok(container(data)?.b_objects.get().unwrap_or_else(|| singletons::none().to_owned()))
}

/// The name of a part, seen from the root.
fn unique_key(data: Data<'_>, index: isize) -> PyResult<Owned<PyUnicodeObject>> {
    let mut key = format!("{:x}", index as i32);
    let mut part = data.to_owned();
    while let Some(base) = part.b_base.get() {
        if key.len() > 255 - 2 * size_of::<isize>() - 1 {
            return Err(raise!(ValueError, "ctypes object structure too deep"));
        }
        key.push_str(&format!(":{:x}", part.b_index.get() as i32));
        part = base;
    }
    str::from_string(key)
}

/// Keeps an object alive for part `index`; `None` needs no keeping.
pub(super) fn keep_ref(data: Data<'_>, index: isize, keep: Object) -> PyResult<()> {
    if keep.op().is_none() {
        return Ok(());
    }
    let root = container(data)?;
    match root.b_objects.get() {
        Some(objects) if objects.op().is_exact::<PyDictObject>() => {
            let key = unique_key(data, index)?;
            let objects = objects.op().downcast::<PyDictObject>().expect("just checked");
            dict::set_item(objects, key.op(), keep.op())
        }
        _ => {
            root.b_objects.set(Some(keep));
            Ok(())
        }
    }
}

/// A new instance without memory.
fn bare(class: TypeRef<'_>, info: &StgInfo) -> PyResult<Owned<CDataObject>> {
    info.add_flags(info::DICTFLAG_FINAL);
    let made = alloc_instance(class, 0)?;
    // SAFETY: classes that have information about storage derive from `_CData`.
    let made: Owned<CDataObject> = unsafe { made.cast_unchecked() };
    made.b_length.set(info.length.get());
    made.b_size.set(info.size.get());
    Ok(made)
}

/// Gives a new instance memory of its own, zeroed.
fn allocate_memory(data: &Owned<CDataObject>, size: isize) -> PyResult<()> {
    if size as usize <= size_of::<Value>() {
        data.b_ptr.set(data.own_value());
    } else {
        let block = alloc::calloc(1, size as usize).cast::<u8>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
        data.b_ptr.set(block);
    }
    data.b_needsfree.set(1);
    Ok(())
}

/// A new instance with memory of its own (`GenericPyCData_new`).
pub(super) fn new(class: TypeRef<'_>) -> PyResult<Owned<CDataObject>> {
    let info = info::concrete(class.as_object())?;
    let made = bare(class, info)?;
    allocate_memory(&made, info.size.get())?;
    Ok(made)
}

/// `tp_new` of most types.
pub(super) fn new_slot(class: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<CDataObject>> {
    new(class)
}

/// `class` as a type, which item types and the like are.
pub(super) fn class_of(op: Op<'_>) -> PyResult<TypeRef<'_>> {
    op.downcast().ok_or_else(|| raise!(TypeError, "Expected a type object"))
}

/// An instance over a part of another object's memory.
pub(super) fn from_base(
    class: Op<'_>,
    base: Data<'_>,
    index: isize,
    address: *mut u8,
) -> PyResult<Owned<CDataObject>> {
    let info = info::concrete(class)?;
    let made = bare(class_of(class)?, info)?;
    made.b_ptr.set(address);
    made.b_base.set(Some(base.to_owned()));
    made.b_index.set(index);
    Ok(made)
}

/// An instance with a copy of the memory at an address.
///
/// # Safety
/// The bytes of the type can be read there.
pub(super) unsafe fn from_copy(class: Op<'_>, address: *const u8) -> PyResult<Owned<CDataObject>> {
    let made = new(class_of(class)?)?;
    // SAFETY: the caller's promise, and as many bytes are ours.
    unsafe { ptr::copy_nonoverlapping(address, made.b_ptr.get(), made.b_size.get() as usize) };
    Ok(made)
}

/// An instance over memory at an address, which somebody else keeps.
pub(super) fn at_address(class: Op<'_>, address: *mut u8) -> PyResult<Owned<CDataObject>> {
    sys::audit("ctypes.cdata", &[int::from_usize(address as usize)?.op()])?;
    let info = info::concrete(class)?;
    let made = bare(class_of(class)?, info)?;
    made.b_ptr.set(address);
    Ok(made)
}

/// Reads a part: `desc` says how if it is not the type that does (`PyCData_get`).
pub(super) fn get(
    class: Op<'_>,
    desc: Option<&'static FieldDesc>,
    source: Data<'_>,
    index: isize,
    size: isize,
    address: *mut u8,
) -> PyResult {
    let own = info::from_type(class).and_then(|info| info.desc.get()).filter(|_| !simple::is_subclass(class));
    match desc.or(own) {
        // SAFETY: a part of the object's memory, or what a pointer points to.
        Some(desc) => unsafe { desc.get(address, size) },
        None => Ok(from_base(class, source, index, address)?.into_object()),
    }
}

/// Writes a value and gives what must be kept alive.
fn write(
    class: Op<'_>,
    desc: Option<&'static FieldDesc>,
    value: Op<'_>,
    size: isize,
    address: *mut u8,
) -> PyResult {
    if let Some(desc) = desc {
        // SAFETY: a part of the object's memory, or what a pointer points to.
        return unsafe { desc.set(address, value, size) };
    }
    let class_name = || info::class_name(class);
    let Some(source) = value.downcast::<CDataObject>() else {
        if let Some(desc) = info::from_type(class).and_then(|info| info.desc.get()) {
            // SAFETY: as above.
            return unsafe { desc.set(address, value, size) };
        }
        if value.is_instance::<PyTupleObject>() {
            let made = match call::call_tuple_dict(class, value, None) {
                Ok(made) => made,
                Err(raised) => {
                    let prefix = format!("({}) ", class_name());
                    return Err(functions::extend_error(
                        raised,
                        adder_object_model::exceptions::builtin::RuntimeError(),
                        &prefix,
                    ));
                }
            };
            return write(class, None, made.op(), size, address);
        }
        if value.is_none() && is_pointer_class(class) {
            // SAFETY: as above.
            unsafe { write_pointer(address, ptr::null_mut()) };
            return Ok(singletons::none().to_owned());
        }
        return Err(raise!(TypeError, "expected {} instance, got {}", class_name(), value.type_name()));
    };
    if object::is_instance(value, class)? {
        // SAFETY: the source is an instance of the type, and has at least as many bytes. Both
        // may be the same memory.
        unsafe { ptr::copy(source.b_ptr.get(), address, size as usize) };
        return kept_objects(source);
    }
    let incompatible = || {
        let given = value.type_name();
        raise!(TypeError, "incompatible types, {given} instance instead of {} instance", class_name())
    };
    if is_pointer_class(class) && is_array(value) {
        let same = info::of(source)?.proto.as_ptr() == info::concrete(class)?.proto.as_ptr();
        if !same {
            return Err(incompatible());
        }
        // SAFETY: as above.
        unsafe { write_pointer(address, source.b_ptr.get().cast()) };
        // The pointer needs the array itself, besides what the array needs.
        let kept = kept_objects(source)?;
        return tuple::pack(&[kept.op(), value]);
    }
    Err(incompatible())
}

/// Writes a part (`PyCData_set`).
pub(super) fn set(
    target: Data<'_>,
    class: Op<'_>,
    desc: Option<&'static FieldDesc>,
    value: Op<'_>,
    index: isize,
    size: isize,
    address: *mut u8,
) -> PyResult<()> {
    let keep = write(class, desc, value, size, address)?;
    keep_ref(target, index, keep)
}

fn traverse(data: Data<'_>, visitor: &mut Visitor) {
    visit(data, visitor);
}

/// Reports what every instance owns.
pub(super) fn visit(data: Data<'_>, visitor: &mut Visitor) {
    data.b_objects.visit(visitor);
    data.b_base.visit(visitor);
}

/// Drops the references through which cycles go. The memory and the base stay until the end:
/// bases alone form no cycle, and what still uses the instance finds memory.
pub(super) fn clear(data: Data<'_>) {
    data.b_objects.clear();
}

/// Gives back everything an instance owns; it is going away.
pub(super) fn free(data: Data<'_>) {
    clear(data);
    data.free_memory();
    data.b_base.clear();
    // SAFETY: the references are gone.
    unsafe { alloc::free_object(data.as_object_ptr()) };
}

fn dealloc(data: Data<'_>) {
    gc::untrack(data.as_object_ptr());
    free(data);
}

fn no_hash(_data: Data<'_>) -> PyResult<Py_hash_t> {
    Err(raise!(TypeError, "unhashable type"))
}

fn from_outparam(data: Data<'_>) -> PyResult {
    Ok(data.as_object().to_owned())
}

fn reduce(data: Data<'_>) -> PyResult {
    let info = info::of(data)?;
    if info.has_flag(info::TYPEFLAG_ISPOINTER | info::TYPEFLAG_HASPOINTER) {
        return Err(raise!(ValueError, "ctypes objects containing pointers cannot be pickled"));
    }
    let attributes = object::get_attr_str(data.as_object(), "__dict__")?;
    let state = tuple::pair(attributes, data.copy_bytes()?.into_object())?;
    let arguments = tuple::pair(data.ob_type().as_object().to_owned(), state)?;
    tuple::pair(functions::unpickle_function()?, arguments)
}

fn set_state(data: Data<'_>, args: Args<'_>) -> PyResult<()> {
    if args.len() != 2 {
        let n = args.len();
        return Err(raise!(TypeError, "__setstate__() takes exactly 2 arguments ({n} given)"));
    }
    let [state, content] = args.exactly::<2>("__setstate__")?;
    if !state.is_instance::<PyDictObject>() {
        let given = state.type_name();
        return Err(raise!(TypeError, "__setstate__() argument 1 must be dict, not {given}"));
    }
    let content = buffer::get(content, PyBUF_SIMPLE)?;
    let n = content.len().min(data.b_size.get() as usize);
    // SAFETY: both have that many bytes.
    unsafe { ptr::copy(content.as_slice().as_ptr(), data.b_ptr.get(), n) };
    let attributes = object::get_attr_str(data.as_object(), "__dict__")?;
    let Some(attributes) = attributes.op().downcast::<PyDictObject>() else {
        let (class, given) = (data.type_name(), attributes.op().type_name());
        return Err(raise!(TypeError, "{class}.__dict__ must be a dictionary, not {given}"));
    };
    dict::update(attributes, state)
}

/// The innermost item type of an array type, else the type itself.
fn innermost(class: Op<'_>) -> Op<'_> {
    let mut class = class;
    while super::array::is_array_class(class)
        && let Some(info) = info::from_type(class)
        && info.proto.is_some()
    {
        // SAFETY: the class keeps its item type alive.
        class = unsafe { Op::from_ptr(info.proto.as_ptr()) };
    }
    class
}

unsafe extern "C" fn get_buffer(op: *mut PyObject, view: *mut Py_buffer, _flags: c_int) -> c_int {
    define::guard_status(|| {
        // SAFETY: the buffer protocol: a live instance, and a view to be filled.
        unsafe {
            let data: Data<'_> = Borrowed::from_ptr(op.cast());
            let info = info::of(data)?;
            let item = info::concrete(innermost(data.ob_type().as_object()))?;
            let format = info.format_ptr();
            *view = Py_buffer {
                buf: data.b_ptr.get().cast(),
                obj: data.as_object().to_owned().into_ptr(),
                len: data.b_size.get(),
                itemsize: item.size.get(),
                readonly: 0,
                ndim: info.ndim() as c_int,
                format: if format.is_null() { c"B".as_ptr().cast_mut() } else { format },
                shape: info.shape_ptr(),
                strides: ptr::null_mut(),
                suboffsets: ptr::null_mut(),
                internal: ptr::null_mut(),
            };
            Ok(())
        }
    })
}

pub(super) static AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: None };

static MEMBERS: [PyMemberDef; 4] = [
    super::member(c"_b_base_", _Py_T_OBJECT, offset_of!(CDataObject, b_base), c"the base object"),
    super::member(
        c"_b_needsfree_",
        Py_T_INT,
        offset_of!(CDataObject, b_needsfree),
        c"whether the object owns the memory or not",
    ),
    super::member(
        c"_objects",
        _Py_T_OBJECT,
        offset_of!(CDataObject, b_objects),
        c"internal objects tree (NEVER CHANGE THIS OBJECT!)",
    ),
    PyMemberDef::EMPTY,
];

static METHODS: [PyMethodDef; 4] = [
    method::noargs(
        c"__ctypes_from_outparam__",
        from_outparam,
        c"__ctypes_from_outparam__($self, /)\n--\n\nWhat a function gives for an output parameter.",
    ),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
    method::positional(c"__setstate__", set_state, c""),
    PyMethodDef::EMPTY,
];

pub(super) static mut CData_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_ctypes._CData".as_ptr(),
    tp_basicsize: size_of::<CDataObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_hash: slot::hash(no_hash),
    tp_as_buffer: (&raw const AS_BUFFER).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_IMMUTABLETYPE
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_doc: c"The base of all ctypes instances: a piece of C memory.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    ..PyTypeObject::EMPTY
};
