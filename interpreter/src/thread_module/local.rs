//! `_thread._local`: attributes that each thread has for itself.
//!
//! The object owns a dict of attributes for each thread, so that the collector sees what they
//! refer to. A thread that ends takes its attributes out of every live object.

use core::cell::RefCell;

use adder_object_model::define::{getset, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyLayout, PyResult, TypeRef, Visitor, dict, exceptions, gc, int, object,
    raise, state, str, type_object, weakref,
};

use crate::runtime::runtime;

/// Every live object of the type, borrowed: one that dies takes itself out.
#[derive(Default)]
pub struct State(RefCell<Vec<*mut LocalObject>>);

#[repr(C)]
pub struct LocalObject {
    ob_base: PyObject,
    /// Owned: each thread's attributes by the id of its state.
    dicts: *mut PyObject,
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
    let default = unsafe { type_object::PyBaseObject_Type.tp_init };
    tp.tp_init.map(|init| init as usize) != default.map(|init| init as usize)
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if (!args.is_empty() || args.has_keywords()) && !has_init(tp) {
        return Err(raise!(TypeError, "Initialization arguments are not supported"));
    }
    let result = type_object::generic_alloc(tp, 0)?;
    let dicts = dict::new()?;
    let arguments = args.to_tuple()?;
    let keywords = args.to_dict()?;
    // SAFETY: fresh and zeroed, of this layout.
    unsafe {
        let this = result.as_ptr().cast::<LocalObject>();
        (*this).dicts = dicts.into_object_ptr();
        (*this).args = arguments.into_ptr();
        (*this).kwargs = adder_object_model::refs::into_nullable(keywords);
        runtime().threads.locals.0.borrow_mut().push(this);
        // The first thread's attributes are made now; `__init__` runs by the usual way.
        make_dict(This::from_ptr(this))?;
    }
    Ok(result)
}

/// All threads' attributes.
fn dicts<'a>(this: This<'a>) -> Borrowed<'a, PyDictObject> {
    // SAFETY: an exact dict, owned until the object dies.
    unsafe { Borrowed::from_ptr(this.dicts.cast()) }
}

/// What a thread's attributes are found by.
fn key_of(thread: *mut PyThreadState) -> PyResult {
    // SAFETY: callers pass a live state.
    int::from_u64(unsafe { (*thread).id })
}

fn make_dict(this: This<'_>) -> PyResult {
    let attributes = dict::new()?.into_object();
    dict::set_item(dicts(this), key_of(state::current())?.op(), attributes.op())?;
    Ok(attributes)
}

/// Drops the attributes that belong to a thread that ends.
pub fn forget_thread(thread: *mut PyThreadState) {
    let Ok(key) = key_of(thread) else { return };
    // Nothing of it is dropped before all is taken out: finalizers make and drop such objects.
    let mut taken = Vec::new();
    for &local in runtime().threads.locals.0.borrow().iter() {
        // SAFETY: the list has live objects only, and finding an int in a dict of ints runs no Python code.
        taken.push(dict::pop(dicts(unsafe { This::from_ptr(local) }), key.op()));
    }
    for attributes in taken {
        if let Err(error) = attributes {
            error.clear();
        }
    }
}

/// This thread's attributes; in a thread that comes here first, `__init__` runs.
fn attributes(this: This<'_>) -> PyResult {
    let key = key_of(state::current())?;
    if let Some(found) = dict::get_item(dicts(this), key.op())? {
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
            dict::pop(dicts(this), key.op())?;
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
    let is_dict = if name.is_instance::<PyUnicodeObject>() {
        str::equals(name, "__dict__")
    } else {
        // Whatever it is, it may say that it is that name.
        object::rich_compare_bool(name, str::intern("__dict__")?.op(), Py_EQ)?
    };
    if is_dict {
        let class = this.type_name();
        let shown = object::repr(name)?;
        let shown = str::to_string_lossy(shown.op());
        return Err(raise!(AttributeError, "'{class}' object attribute {shown} is read-only"));
    }
    object::generic_store(this.as_object(), name, value, attributes.op().downcast())
}

fn get_dict(this: This<'_>) -> PyResult {
    attributes(this)
}

fn dealloc(this: This<'_>) {
    let op = this.as_object_ptr();
    gc::untrack(op);
    {
        let mut locals = runtime().threads.locals.0.borrow_mut();
        if let Some(place) = locals.iter().rposition(|&local| local == this.as_ptr()) {
            locals.remove(place);
        }
    }
    weakref::clear_refs(this.as_object());
    clear(this);
    // SAFETY: the count is 0; the reference is taken out before it is dropped.
    unsafe {
        let dicts = core::ptr::replace(&raw mut (*this.as_ptr()).dicts, core::ptr::null_mut());
        drop(Object::steal_nullable(dicts));
        adder_object_model::alloc::free_object(op);
    }
}

fn traverse(this: This<'_>, visitor: &mut Visitor) {
    visitor.visit(this.args);
    visitor.visit(this.kwargs);
    visitor.visit(this.dicts);
}

/// Drops the arguments, and the attributes of all threads.
fn clear(this: This<'_>) {
    // SAFETY: each field holds an owned reference or null and is emptied before the drop.
    unsafe {
        let place = this.as_ptr();
        for field in [&raw mut (*place).args, &raw mut (*place).kwargs] {
            drop(Object::steal_nullable(core::ptr::replace(field, core::ptr::null_mut())));
        }
    }
    if !this.dicts.is_null() {
        dict::clear(dicts(this));
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
