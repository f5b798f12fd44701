//! `_thread._local`: attributes that each thread has for itself.
//!
//! A thread's attributes are a dict in its thread state, under a key of the object's
//! own. They go with the thread; when the object dies, every thread drops its dict.

use adder_object_model::define::{getset, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyLayout, PyResult, TypeRef, Visitor, dict, exceptions, gc, object, raise,
    state, str, type_object, weakref,
};

use crate::threads;

#[repr(C)]
pub struct LocalObject {
    ob_base: PyObject,
    /// Owned: a string that no other object has.
    key: *mut PyObject,
    /// Owned: what `__init__` is called with in each thread; the second may be null.
    args: *mut PyObject,
    kwargs: *mut PyObject,
    weak_references: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for LocalObject {}

type This<'a> = Borrowed<'a, LocalObject>;

/// Whether a class brings an `__init__`.
fn has_init(tp: TypeRef<'_>) -> bool {
    // SAFETY: a static, ready type.
    let default = unsafe { (*(&raw const type_object::PyBaseObject_Type)).tp_init };
    tp.tp_init.map(|init| init as usize) != default.map(|init| init as usize)
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if (!args.is_empty() || args.has_keywords()) && !has_init(tp) {
        return Err(raise!(TypeError, "Initialization arguments are not supported"));
    }
    let result = type_object::generic_alloc(tp, 0)?;
    let key = str::from_string(format!("thread.local.{:p}", result.as_ptr()))?;
    let arguments = args.to_tuple()?;
    let keywords = args.to_dict()?;
    // SAFETY: fresh and zeroed, of this layout.
    unsafe {
        let this = result.as_ptr().cast::<LocalObject>();
        (*this).key = key.into_object_ptr();
        (*this).args = arguments.into_ptr();
        (*this).kwargs = adder_object_model::refs::into_nullable(keywords);
        // The first thread's attributes are made now; `__init__` runs by the usual way.
        make_dict(This::from_ptr(this))?;
    }
    Ok(result)
}

/// The dict of a thread, for everything that belongs to it (`PyThreadState_GetDict`).
fn thread_dict() -> PyResult {
    let tstate = state::current();
    // SAFETY: the field holds an owned reference or null.
    unsafe {
        if (*tstate).dict.is_null() {
            let new = dict::new()?.into_object();
            (*tstate).dict = new.into_ptr();
        }
        Ok(Object::new_ref((*tstate).dict))
    }
}

fn make_dict(this: This<'_>) -> PyResult {
    let attributes = dict::new()?.into_object();
    let of_thread = thread_dict()?;
    let of_thread = of_thread.op().downcast::<PyDictObject>().expect("a dict");
    // SAFETY: owned for life.
    dict::set_item(of_thread, unsafe { Op::from_ptr(this.key) }, attributes.op())?;
    Ok(attributes)
}

/// This thread's attributes; in a thread that comes here first, `__init__` runs.
fn attributes(this: This<'_>) -> PyResult {
    let of_thread = thread_dict()?;
    let of_thread = of_thread.op().downcast::<PyDictObject>().expect("a dict");
    // SAFETY: owned for life.
    let key = unsafe { Op::from_ptr(this.key) };
    if let Some(found) = dict::get_item(of_thread, key)? {
        return Ok(found);
    }
    let attributes = make_dict(this)?;
    let tp = this.ob_type();
    if has_init(tp)
        && let Some(init) = tp.tp_init
    {
        // SAFETY: the slot of the object's own type, with the arguments the object keeps.
        if unsafe { init(this.as_object_ptr(), this.args, this.kwargs) } < 0 {
            let error = adder_object_model::errors::raised_by_c();
            // It will be tried again.
            let pending = error.take();
            dict::pop(of_thread, key)?;
            return Err(adder_object_model::errors::restore(pending));
        }
    }
    Ok(attributes)
}

fn get_attr(this: This<'_>, name: Op<'_>) -> PyResult {
    let attributes = attributes(this)?;
    if str::equals(name, "__dict__") {
        return Ok(attributes);
    }
    match object::generic_lookup(this.as_object(), name, attributes.op().downcast())? {
        Some(found) => Ok(found),
        None => {
            let class = this.type_name();
            let text = str::to_string_lossy(name);
            raise!(AttributeError, "'{class}' object has no attribute '{text}'").ignore();
            Err(exceptions::set_attribute_error_context(this.as_object(), name))
        }
    }
}

fn set_attr(this: This<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let attributes = attributes(this)?;
    if str::equals(name, "__dict__") {
        let class = this.type_name();
        return Err(raise!(AttributeError, "'{class}' object attribute '__dict__' is read-only"));
    }
    object::generic_store(this.as_object(), name, value, attributes.op().downcast())
}

fn get_dict(this: This<'_>) -> PyResult {
    attributes(this)
}

fn dealloc(this: This<'_>) {
    let op = this.as_object_ptr();
    gc::untrack(op);
    weakref::clear_refs(op);
    clear(this);
    // SAFETY: the count is 0.
    unsafe { adder_object_model::alloc::free_object(op) };
}

fn traverse(this: This<'_>, visitor: &mut Visitor) {
    visitor.visit(this.args);
    visitor.visit(this.kwargs);
}

/// Drops the arguments, and the attributes of all threads.
fn clear(this: This<'_>) {
    // SAFETY: each field holds an owned reference or null and is emptied before the drop;
    // thread states stay alive while the GIL is held.
    unsafe {
        let this = this.as_ptr();
        let take = |field: *mut *mut PyObject| {
            Object::steal_nullable(core::ptr::replace(field, core::ptr::null_mut()))
        };
        drop(take(&raw mut (*this).args));
        drop(take(&raw mut (*this).kwargs));
        let Some(key) = take(&raw mut (*this).key) else { return };
        for thread in threads::all() {
            let Some(of_thread) = Object::new_ref_nullable((*thread).dict) else { continue };
            if let Some(of_thread) = of_thread.op().downcast::<PyDictObject>()
                && let Err(error) = dict::pop(of_thread, key.op())
            {
                error.clear();
            }
        }
    }
}

static GETSETS: &[PyGetSetDef] =
    &[getset::get(c"__dict__", get_dict, c"The attributes of the current thread."), PyGetSetDef::EMPTY];

pub static mut LOCAL_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_thread._local".as_ptr(),
    tp_basicsize: size_of::<LocalObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_getattro: slot::binary(get_attr),
    tp_setattro: slot::objobjarg(set_attr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"_local()\n--\n\nAttributes that each thread has for itself.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_weaklistoffset: core::mem::offset_of!(LocalObject, weak_references) as isize,
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
