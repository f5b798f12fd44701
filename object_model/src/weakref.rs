//! Weak references, proxies, and clearing them when their object dies.
//!
//! An object with weak reference support keeps the first of its references at
//! `tp_weaklistoffset`; they form a doubly linked list. The reference of exact type
//! `weakref.ref` without callback comes first, the proxy without callback next; both
//! are shared by everybody who asks for one. A reference whose object is gone is in no
//! list, and its `wr_object` is `None`.
//!
//! Layout: `layout/weakref.rs`.

use core::ffi::c_int;
use core::ptr;

use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, call, errors, gc, list, method, number,
    object, raise, singletons, slot, str, type_object,
};

mod proxy;
pub use proxy::{_PyWeakref_CallableProxyType, _PyWeakref_ProxyType};

/// `weakref.ref(op, callback)` (`PyWeakref_NewRef`).
pub fn new_ref(op: Op<'_>, callback: Option<Op<'_>>) -> PyResult {
    // SAFETY: a static type.
    let tp = unsafe { TypeRef::from_ptr(&raw mut _PyWeakref_RefType) };
    get_or_create(tp, op, callback)
}

/// `weakref.proxy(op, callback)` (`PyWeakref_NewProxy`).
pub fn new_proxy(op: Op<'_>, callback: Option<Op<'_>>) -> PyResult {
    let tp = if object::is_callable(op) {
        &raw mut _PyWeakref_CallableProxyType
    } else {
        &raw mut _PyWeakref_ProxyType
    };
    // SAFETY: a static type.
    get_or_create(unsafe { TypeRef::from_ptr(tp) }, op, callback)
}

/// The object a reference or proxy refers to, if it is alive (`PyWeakref_GetRef`).
pub fn get(reference: Op<'_>) -> PyResult<Option<Object>> {
    if !check(reference) {
        return Err(raise!(TypeError, "expected a weakref"));
    }
    // SAFETY: just checked.
    Ok(target(unsafe { reference.cast_unchecked() }))
}

/// Whether `op` is a weak reference or a proxy (`PyWeakref_Check`).
pub fn check(op: Op<'_>) -> bool {
    is_ref(op) || is_proxy(op)
}

/// Whether `op` is a `weakref.ref` or of a subclass (`PyWeakref_CheckRef`).
pub fn is_ref(op: Op<'_>) -> bool {
    op.is_instance::<PyWeakReference>()
}

/// Whether `op` is a weak proxy (`PyWeakref_CheckProxy`).
pub fn is_proxy(op: Op<'_>) -> bool {
    let tp = op.type_ptr();
    tp == &raw mut _PyWeakref_ProxyType || tp == &raw mut _PyWeakref_CallableProxyType
}

/// Whether the object of a reference is gone (`PyWeakref_IsDead`).
pub fn is_dead(reference: Borrowed<'_, PyWeakReference>) -> bool {
    let op = reference.wr_object;
    // SAFETY: a reference that is not cleared refers to an object that is there; with a
    // count of 0 it is being destroyed and has not come to its references yet.
    op == singletons::none_ptr() || unsafe { (*op).ob_refcnt == 0 }
}

/// The object of a reference, if it is alive.
fn target(reference: Borrowed<'_, PyWeakReference>) -> Option<Object> {
    if is_dead(reference) {
        return None;
    }
    // SAFETY: alive, as just checked.
    Some(unsafe { Owned::new_ref(reference.wr_object) })
}

/// Where an object keeps its first weak reference; `None` if its type supports none.
#[inline]
pub(crate) fn list_slot(op: *mut PyObject) -> Option<*mut *mut PyObject> {
    // SAFETY: callers pass a live object; the offset, which is negative for managed
    // references, leads to a pointer that belongs to it.
    unsafe {
        let offset = (*(*op).ob_type).tp_weaklistoffset;
        if offset == 0 { None } else { Some(op.cast::<u8>().offset(offset).cast()) }
    }
}

/// Clears the weak references to an object whose count is 0, and runs their callbacks
/// (`PyObject_ClearWeakRefs`). An exception that is set survives.
pub fn clear_refs(op: Op<'_>) {
    let Some(slot) = list_slot(op.as_ptr()) else { return };
    // SAFETY: the slot of a live object; references in the list are live.
    unsafe {
        if (*slot).is_null() {
            return;
        }
        debug_assert!(op.ob_refcnt == 0, "only a dying object loses its references");
        let mut callbacks: Vec<(Option<Object>, Object)> = Vec::new();
        while !(*slot).is_null() {
            let reference = (*slot).cast::<PyWeakReference>();
            let callback = Owned::steal_nullable((*reference).wr_callback);
            (*reference).wr_callback = ptr::null_mut();
            // A reference that is dying itself does not call back.
            let alive = (*reference).ob_base.ob_refcnt > 0;
            clear_one(reference);
            if let Some(callback) = callback {
                callbacks.push((alive.then(|| Owned::new_ref(reference.cast())), callback));
            }
        }
        if callbacks.is_empty() {
            return;
        }
        let current = errors::take();
        for (reference, callback) in callbacks {
            if let Some(reference) = &reference
                && call::call_one(callback.op(), reference.op()).is_err()
            {
                errors::write_unraisable(
                    "Exception ignored while calling weakref callback",
                    Some(callback.op()),
                );
            }
            // The callback goes before its reference, as the list is walked.
            drop(callback);
        }
        if let Some(current) = current {
            errors::restore(current).ignore();
        }
    }
}

/// Clears the weak references to an object without calling back
/// (`PyUnstable_Object_ClearWeakRefsNoCallbacks`).
pub fn clear_refs_silently(op: *mut PyObject) {
    let Some(slot) = list_slot(op) else { return };
    // SAFETY: the slot of a live object; references in the list are live. Callbacks are dropped last.
    unsafe {
        let mut callbacks: Vec<Option<Object>> = Vec::new();
        while !(*slot).is_null() {
            let reference = (*slot).cast::<PyWeakReference>();
            callbacks.push(Owned::steal_nullable(ptr::replace(
                &raw mut (*reference).wr_callback,
                ptr::null_mut(),
            )));
            clear_one(reference);
        }
    }
}

/// How many weak references an object has.
pub fn count(op: Op<'_>) -> usize {
    let Some(slot) = list_slot(op.as_ptr()) else { return 0 };
    // SAFETY: the slot of a live object; references in the list are live.
    unsafe {
        let mut reference = (*slot).cast::<PyWeakReference>();
        let mut n = 0;
        while !reference.is_null() {
            n += usize::from((*reference).ob_base.ob_refcnt > 0);
            reference = (*reference).wr_next;
        }
        n
    }
}

/// The weak references to an object, in list order.
pub fn list_of(op: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let mut references: Vec<Object> = Vec::new();
    if let Some(slot) = list_slot(op.as_ptr()) {
        // SAFETY: the slot of a live object; references in the list are live.
        unsafe {
            let mut reference = (*slot).cast::<PyWeakReference>();
            while !reference.is_null() {
                if (*reference).ob_base.ob_refcnt > 0 {
                    references.push(Owned::new_ref(reference.cast()));
                }
                reference = (*reference).wr_next;
            }
        }
    }
    list::from_vec(references)
}

/// Takes a reference out of its object's list; the callback stays (`_PyWeakref_ClearRef`).
///
/// # Safety
/// `reference` points to a live weak reference.
pub(crate) unsafe fn clear_one(reference: *mut PyWeakReference) {
    // SAFETY: the caller's promise; neighbours in a list are live.
    unsafe {
        let op = (*reference).wr_object;
        if op == singletons::none_ptr() {
            return;
        }
        if let Some(slot) = list_slot(op)
            && *slot == reference.cast()
        {
            *slot = (*reference).wr_next.cast();
        }
        (*reference).wr_object = singletons::none_ptr();
        let (prev, next) = ((*reference).wr_prev, (*reference).wr_next);
        if !prev.is_null() {
            (*prev).wr_next = next;
        }
        if !next.is_null() {
            (*next).wr_prev = prev;
        }
        (*reference).wr_prev = ptr::null_mut();
        (*reference).wr_next = ptr::null_mut();
    }
}

/// The shared reference and the shared proxy at the front of a list, where present.
///
/// # Safety
/// `first` is null or the first reference of a live object's list.
unsafe fn basic_refs(first: *mut PyWeakReference) -> (*mut PyWeakReference, *mut PyWeakReference) {
    let mut reference = ptr::null_mut();
    let mut proxy = ptr::null_mut();
    let mut current = first;
    // SAFETY: the caller's promise; references in the list are live.
    unsafe {
        if !current.is_null() && (*current).wr_callback.is_null() {
            if (*current).ob_base.ob_type == &raw mut _PyWeakref_RefType {
                reference = current;
                current = (*current).wr_next;
            }
            if !current.is_null()
                && (*current).wr_callback.is_null()
                && is_proxy(Op::from_ptr(current.cast()))
            {
                proxy = current;
            }
        }
    }
    (reference, proxy)
}

/// The shared reference or proxy where that is what is asked for, else a new one.
fn get_or_create(tp: TypeRef<'_>, op: Op<'_>, callback: Option<Op<'_>>) -> PyResult {
    let Some(slot) = list_slot(op.as_ptr()) else {
        return Err(raise!(TypeError, "cannot create weak reference to '{}' object", op.type_name()));
    };
    let callback = callback.filter(|callback| !callback.is_none());
    let is_ref_type = tp.as_ptr() == &raw mut _PyWeakref_RefType;
    let is_proxy_type =
        tp.as_ptr() == &raw mut _PyWeakref_ProxyType || tp.as_ptr() == &raw mut _PyWeakref_CallableProxyType;
    // SAFETY: the slot of a live object; references in its list are live.
    unsafe {
        if callback.is_none() {
            let (reference, proxy) = basic_refs((*slot).cast());
            let shared = if is_ref_type {
                reference
            } else if is_proxy_type {
                proxy
            } else {
                ptr::null_mut()
            };
            if !shared.is_null() && (*shared).ob_base.ob_refcnt > 0 {
                return Ok(Owned::new_ref(shared.cast()));
            }
        }
        let new = gc_alloc(tp)?;
        let reference = new.as_ptr().cast::<PyWeakReference>();
        (*reference).wr_object = op.as_ptr();
        (*reference).wr_callback = callback.map_or(ptr::null_mut(), |it| it.to_owned().into_ptr());
        (*reference).hash = -1;
        (*reference).vectorcall = slot::vectorcall(call_ref);
        insert(slot, reference, callback.is_none(), is_ref_type, is_proxy_type);
        gc::track(new.as_ptr());
        Ok(new)
    }
}

/// A new reference of type `tp`, through the type's own allocator where it is a subclass.
fn gc_alloc(tp: TypeRef<'_>) -> PyResult {
    let alloc = tp.tp_alloc.unwrap_or_else(|| panic!("{} is not ready", tp.type_name()));
    // SAFETY: a ready type; the allocator gives a tracked object or raises.
    let new = unsafe { Object::from_c(alloc(tp.as_ptr(), 0))? };
    gc::untrack(new.as_ptr());
    Ok(new)
}

/// Puts a new reference into the list at `slot`, keeping the shared ones in front.
///
/// # Safety
/// The slot belongs to a live object, and `new` is in no list.
unsafe fn insert(
    slot: *mut *mut PyObject,
    new: *mut PyWeakReference,
    no_callback: bool,
    is_ref_type: bool,
    is_proxy_type: bool,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (reference, proxy) = basic_refs((*slot).cast());
        let after = if no_callback && is_ref_type {
            ptr::null_mut()
        } else if (no_callback && is_proxy_type) || proxy.is_null() {
            reference
        } else {
            proxy
        };
        if after.is_null() {
            let next = (*slot).cast::<PyWeakReference>();
            (*new).wr_prev = ptr::null_mut();
            (*new).wr_next = next;
            if !next.is_null() {
                (*next).wr_prev = new;
            }
            *slot = new.cast();
        } else {
            (*new).wr_prev = after;
            (*new).wr_next = (*after).wr_next;
            if !(*after).wr_next.is_null() {
                (*(*after).wr_next).wr_prev = new;
            }
            (*after).wr_next = new;
        }
    }
}

fn new_slot(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if tp.as_ptr() == &raw mut _PyWeakref_RefType {
        args.no_keywords("ref")?;
    }
    args.check_positional("__new__", 1, 2)?;
    let op = args.get(0).expect("counted");
    get_or_create(tp, op, args.get(1))
}

fn init(_reference: Borrowed<'_, PyWeakReference>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords("ref")?;
    args.check_positional("__init__", 1, 2)
}

fn call_ref(reference: Borrowed<'_, PyWeakReference>, args: Args<'_>) -> PyResult {
    args.no_keywords("weakref")?;
    args.check_positional("weakref", 0, 0)?;
    Ok(target(reference).unwrap_or_else(singletons::new_none))
}

fn hash(reference: Borrowed<'_, PyWeakReference>) -> PyResult<Py_hash_t> {
    if reference.hash != -1 {
        return Ok(reference.hash);
    }
    let Some(op) = target(reference) else {
        return Err(raise!(TypeError, "weak object has gone away"));
    };
    let hash = object::hash(op.op())?;
    // SAFETY: the reference is alive; hashing gives the same value whoever asks first.
    unsafe { (*reference.as_ptr()).hash = hash };
    Ok(hash)
}

fn repr(reference: Borrowed<'_, PyWeakReference>) -> PyResult<Owned<PyUnicodeObject>> {
    let address = reference.as_ptr();
    let Some(op) = target(reference) else {
        return str::from_string(format!("<weakref at {address:p}; dead>"));
    };
    let name = object::lookup_special(op.op(), "__name__")?;
    let type_name = type_object::get_fully_qualified_name(op.op().ob_type())?;
    let (type_name, place) = (str::to_string_lossy(type_name.op()), op.as_ptr());
    match name {
        Some(name) if name.op().is_instance::<PyUnicodeObject>() => str::from_string(format!(
            "<weakref at {address:p}; to '{type_name}' at {place:p} ({})>",
            str::to_string_lossy(name.op())
        )),
        _ => str::from_string(format!("<weakref at {address:p}; to '{type_name}' at {place:p}>")),
    }
}

fn richcompare(reference: Borrowed<'_, PyWeakReference>, other: Op<'_>, op: c_int) -> PyResult {
    if (op != Py_EQ && op != Py_NE) || !is_ref(other) {
        return Ok(singletons::new_not_implemented());
    }
    // SAFETY: just checked.
    let other_ref = unsafe { other.cast_unchecked::<PyWeakReference>() };
    match (target(reference), target(other_ref)) {
        (Some(left), Some(right)) => object::rich_compare(left.op(), right.op(), op),
        _ => Ok(singletons::new_bool(reference.as_object().is(other) == (op == Py_EQ))),
    }
}

fn traverse(reference: Borrowed<'_, PyWeakReference>, visitor: &mut Visitor) {
    visitor.visit(reference.wr_callback);
}

/// Leaves the object's list and drops the callback.
fn clear(reference: Borrowed<'_, PyWeakReference>) {
    let pointer = reference.as_ptr();
    // SAFETY: a live reference; the field is emptied before the callback goes.
    unsafe {
        clear_one(pointer);
        let callback = Owned::steal_nullable(ptr::replace(&raw mut (*pointer).wr_callback, ptr::null_mut()));
        drop(callback);
    }
}

fn dealloc(reference: Borrowed<'_, PyWeakReference>) {
    gc::untrack(reference.as_object_ptr());
    clear(reference);
    // SAFETY: the reference's own references are gone.
    unsafe { crate::alloc::free_object(reference.as_object_ptr()) };
}

fn class_getitem(class: Op<'_>, item: Op<'_>) -> PyResult {
    crate::generic_alias::class_getitem(class, item)
}

static METHODS: [PyMethodDef; 2] = [
    method::class_o(
        c"__class_getitem__",
        class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nReferences are generic over the type of what they refer to.",
    ),
    PyMethodDef::EMPTY,
];
static MEMBERS: [PyMemberDef; 2] = [
    PyMemberDef {
        name: c"__callback__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: core::mem::offset_of!(PyWeakReference, wr_callback) as Py_ssize_t,
        flags: Py_READONLY,
        doc: ptr::null(),
    },
    PyMemberDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut _PyWeakref_RefType: PyTypeObject = PyTypeObject {
    tp_name: c"weakref.ReferenceType".as_ptr(),
    tp_basicsize: size_of::<PyWeakReference>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_vectorcall_offset: core::mem::offset_of!(PyWeakReference, vectorcall) as Py_ssize_t,
    tp_call: slot::call(call_ref),
    tp_repr: slot::unary(repr),
    tp_hash: slot::hash(hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_BASETYPE,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_init: slot::init(init),
    tp_new: slot::new(new_slot),
    tp_free: Some(gc::delete_slot),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyWeakReference, _PyWeakref_RefType);
