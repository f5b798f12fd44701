//! Attributes that stand in the object itself.
//!
//! An instance of a class with a `__dict__` and no items (`Py_TPFLAGS_INLINE_VALUES`) has room
//! for attributes behind its own fields. Which name stands where is the same for all
//! instances of a class: the keys belong to the class (`ht_cached_keys`), and once a name
//! has a place there it keeps it, so that inline caches can hold on to the number.
//!
//! ```text
//! | dict | weakrefs | GC head | object: tp_basicsize bytes | capacity, size, embedded, valid |
//! | values: capacity pointers | order: the places in the order in which they were filled |
//! ```
//!
//! Invariants
//!  - While `valid` is 1 the values are all of the instance's attributes and there is no
//!    dict. Whoever wants the dict gets one made of the values (`materialize`), and from
//!    then on the dict has the attributes: `valid` is 0 and every cell null.
//!  - `order` has `size` entries, each the number of a cell that is not null.
//!  - A class's keys never lose an entry, and entries and `dk_usable` together never grow,
//!    so that every place fits into the values of every older instance.

use core::ptr;

use crate::dict::{self, Keys};
use crate::layout::*;
use crate::{Borrowed, Object, Op, PyResult, TypeRef, Visitor, str as strings, tuple, type_object};

type Name<'a> = Borrowed<'a, PyUnicodeObject>;

/// The values of a live instance.
#[derive(Clone, Copy)]
pub struct Values(*mut PyDictValues);

/// The keys that a class's instances share.
#[inline(always)]
fn keys_of(tp: *mut PyTypeObject) -> Keys {
    // SAFETY: callers pass a class with inline values, which has keys as long as it lives.
    Keys::shared_by(unsafe { (*tp.cast::<PyHeapTypeObject>()).ht_cached_keys })
}

/// How many bytes the values of a new instance of `tp` take.
#[inline]
pub fn size(tp: *mut PyTypeObject) -> usize {
    let capacity = keys_of(tp).shared_capacity();
    (capacity + 1) * size_of::<*mut PyObject>() + capacity.next_multiple_of(size_of::<*mut PyObject>())
}

/// Gives a class its keys and the flag; names that its methods assign to have places at once.
///
/// # Safety
/// `tp` is a heap type with a managed dict and without items that has its dict already.
pub(crate) unsafe fn prepare_class(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let heap = tp.cast::<PyHeapTypeObject>();
        if (*heap).ht_cached_keys.is_null() {
            let keys = Keys::allocate_shared()?;
            (*heap).ht_cached_keys = keys.as_ptr();
            let namespace = type_object::dict_of(TypeRef::from_ptr(tp)).expect("the caller's promise");
            let found = dict::get_item(namespace, crate::id!("__static_attributes__"))?;
            if let Some(names) = found.as_ref().and_then(|found| found.op().downcast::<PyTupleObject>()) {
                for &name in tuple::refs(names) {
                    if let Some(text) = name.downcast_exact::<PyUnicodeObject>() {
                        add_key(keys, text);
                    }
                }
            }
        }
        type_object::add_flags(tp, Py_TPFLAGS_INLINE_VALUES);
    }
    Ok(())
}

/// Frees a dying class's keys.
///
/// # Safety
/// `heap` is a heap type without instances.
pub(crate) unsafe fn free_keys(heap: *mut PyHeapTypeObject) {
    // SAFETY: the caller's promise; the field is null or owns its table.
    unsafe {
        let keys = ptr::replace(&raw mut (*heap).ht_cached_keys, ptr::null_mut());
        if !keys.is_null() {
            Keys::shared_by(keys).drop_all();
        }
    }
}

/// What a class's keys take in memory.
pub(crate) fn keys_size(tp: TypeRef<'_>) -> usize {
    if !type_object::has_flag(tp, Py_TPFLAGS_INLINE_VALUES) { 0 } else { keys_of(tp.as_ptr()).byte_size() }
}

/// The place of a name, which it gets now if there is still room.
fn add_key(keys: Keys, name: Name<'_>) -> Option<usize> {
    let hash = dict::hash_of_string(name);
    keys.find_unicode(name.as_object(), hash)
        .or_else(|| keys.push_shared(|| strings::intern_in_place(name.to_owned()).into_object(), hash))
}

/// The place of attribute `name` in the instances of a class with inline values, if it has one.
#[inline]
pub fn index_of(tp: TypeRef<'_>, name: Name<'_>) -> Option<usize> {
    keys_of(tp.as_ptr()).find_unicode(name.as_object(), dict::hash_of_string(name))
}

/// A number for the present set of a class's keys, 0 if there is none to be had. As long as
/// it stays the same, names without a place are not attributes of instances with valid values.
pub fn keys_version(tp: TypeRef<'_>) -> u32 {
    dict::version_of_keys(keys_of(tp.as_ptr()))
}

/// The values of a new instance, all empty.
///
/// # Safety
/// `op` is a new instance of `tp`, a class with inline values, with `size(tp)` bytes behind its
/// fields that are zero.
#[inline]
pub(crate) unsafe fn init(op: *mut PyObject, tp: *mut PyTypeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let capacity = keys_of(tp).shared_capacity();
        let values = op.byte_offset((*tp).tp_basicsize).cast::<PyDictValues>();
        (*values).capacity = capacity as u8;
        (*values).embedded = 1;
        (*values).valid = 1;
        keys_of(tp).shrink_shared();
    }
}

impl Values {
    /// The values of an instance if they are what its attributes are.
    #[inline(always)]
    pub fn of(op: Op<'_>) -> Option<Self> {
        let tp = op.ob_type();
        if tp.tp_flags & Py_TPFLAGS_INLINE_VALUES == 0 {
            return None;
        }
        // SAFETY: the flag says that they stand behind the object's fields.
        unsafe {
            let values = op.as_ptr().byte_offset(tp.tp_basicsize).cast::<PyDictValues>();
            ((*values).valid != 0).then_some(Self(values))
        }
    }

    #[inline(always)]
    fn cell(self, index: usize) -> *mut *mut PyObject {
        // SAFETY: `self` is live, and callers pass a place in it.
        unsafe {
            debug_assert!(index < (*self.0).capacity as usize);
            (&raw mut (*self.0).values).cast::<*mut PyObject>().add(index)
        }
    }

    #[inline(always)]
    fn capacity(self) -> usize {
        // SAFETY: live values.
        unsafe { (*self.0).capacity as usize }
    }

    /// The places that are filled, oldest first: `size` bytes.
    #[inline]
    fn order(self) -> *mut u8 {
        // SAFETY: the order stands behind the cells.
        unsafe { (&raw mut (*self.0).values).cast::<*mut PyObject>().add(self.capacity()).cast() }
    }

    /// The value of a place, or null.
    #[inline(always)]
    pub fn read(self, index: usize) -> *mut PyObject {
        // SAFETY: a cell of live values.
        unsafe { *self.cell(index) }
    }

    /// Puts a value into a place and drops the old one.
    #[inline]
    pub fn write(self, index: usize, value: Object) {
        // SAFETY: a cell of live values; the order has room for each cell once.
        unsafe {
            let old = ptr::replace(self.cell(index), value.into_ptr());
            if old.is_null() {
                let size = (*self.0).size;
                *self.order().add(size as usize) = index as u8;
                (*self.0).size = size + 1;
            } else {
                drop(Object::steal(old));
            }
        }
    }

    /// Takes the value out of a place.
    fn take(self, index: usize) -> Option<Object> {
        // SAFETY: a cell of live values; what stands behind it in the order moves up.
        unsafe {
            let old = Object::steal_nullable(ptr::replace(self.cell(index), ptr::null_mut()))?;
            let (order, size) = (self.order(), (*self.0).size as usize);
            let place =
                (0..size).find(|&i| *order.add(i) == index as u8).expect("a filled cell has its turn");
            ptr::copy(order.add(place + 1), order.add(place), size - place - 1);
            (*self.0).size -= 1;
            Some(old)
        }
    }
}

/// Attribute `name` of an instance with valid values, or null; borrowed.
#[inline]
pub fn get(op: Op<'_>, values: Values, name: Name<'_>) -> *mut PyObject {
    match index_of(op.ob_type(), name) {
        Some(index) => values.read(index),
        None => ptr::null_mut(),
    }
}

/// Sets an attribute of an instance with valid values; false if there is no room for its name.
#[inline]
pub(crate) fn set(op: Op<'_>, values: Values, name: Name<'_>, value: Op<'_>) -> bool {
    let keys = keys_of(op.type_ptr());
    let found = keys.find_unicode(name.as_object(), dict::hash_of_string(name));
    let Some(index) = found.or_else(|| add_key(keys, name)) else { return false };
    values.write(index, value.to_owned());
    true
}

/// Removes an attribute of an instance with valid values; `None` if it is not there.
pub(crate) fn remove(op: Op<'_>, values: Values, name: Name<'_>) -> Option<Object> {
    values.take(index_of(op.ob_type(), name)?)
}

/// Moves the values of an instance into a dict, which becomes its `__dict__`.
pub(crate) fn materialize(op: Op<'_>, values: Values) -> PyResult<()> {
    let keys = keys_of(op.type_ptr());
    // SAFETY: live values, each of which moves over with its reference. Nothing here runs
    // Python code; the dict is in its place before anyone can look.
    unsafe {
        let size = (*values.0).size as usize;
        let made = dict::with_capacity_for_strings(size.max(6))?;
        for turn in 0..size {
            let index = *values.order().add(turn) as usize;
            let value = Object::steal(ptr::replace(values.cell(index), ptr::null_mut()));
            let key = Object::new_ref(keys.read(index).0);
            dict::push_new(made.borrow(), key, keys.hash_of(index), value);
        }
        (*values.0).size = 0;
        (*values.0).valid = 0;
        let place = op.as_ptr().byte_offset(MANAGED_DICT_OFFSET).cast::<*mut PyObject>();
        debug_assert!((*place).is_null());
        *place = made.into_object_ptr();
    }
    Ok(())
}

/// Ends the values' time and drops them: the attributes are in the dict, or there are none.
pub(crate) fn invalidate(values: Values) {
    // SAFETY: the instance is alive, in the caller's hands; each cell is emptied before its
    // value is dropped.
    unsafe {
        (*values.0).valid = 0;
        (*values.0).size = 0;
        for index in 0..values.capacity() {
            drop(Object::steal_nullable(ptr::replace(values.cell(index), ptr::null_mut())));
        }
    }
}

/// Reports the values to the collector.
pub(crate) fn visit(values: Values, visitor: &mut Visitor) {
    for index in 0..values.capacity() {
        visitor.visit(values.read(index));
    }
}
