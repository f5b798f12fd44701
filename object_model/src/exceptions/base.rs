//! `BaseException`: what every exception has.

use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use core::ptr;

use super::replace;
use crate::define::{guard_object, guard_status};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, dict, errors, gc, getset, list, method,
    object, raise, sequence, slot, str, tuple, type_object,
};

type Exception<'a> = Borrowed<'a, PyBaseExceptionObject>;

/// The exception behind any instance.
///
/// # Panics
/// In debug builds, if `op` is not an exception.
fn exception(op: Op<'_>) -> Exception<'_> {
    debug_assert!(op.is_instance::<PyBaseExceptionObject>());
    // SAFETY: callers pass exceptions.
    unsafe { op.cast_unchecked() }
}

/// `exception.args` (`PyException_GetArgs`).
pub fn get_args(op: Op<'_>) -> Object {
    // SAFETY: the field owns an object once the exception is made.
    unsafe { Owned::new_ref_nullable(exception(op).args) }.unwrap_or_else(tuple::empty)
}

/// Replaces `exception.args` (`PyException_SetArgs`); the value is a tuple.
pub fn set_args(op: Op<'_>, args: Op<'_>) {
    // SAFETY: a live exception.
    unsafe { replace(&raw mut (*exception(op).as_ptr()).args, Some(args.to_owned())) };
}

/// `exception.__context__` (`PyException_GetContext`).
pub fn get_context(op: Op<'_>) -> Option<Object> {
    // SAFETY: the field owns an exception or is null.
    unsafe { Owned::new_ref_nullable(exception(op).context) }
}

/// Replaces `exception.__context__` (`PyException_SetContext`).
pub fn set_context(op: Op<'_>, context: Option<Object>) {
    // SAFETY: a live exception.
    unsafe { replace(&raw mut (*exception(op).as_ptr()).context, context) };
}

/// `exception.__cause__` (`PyException_GetCause`).
pub fn get_cause(op: Op<'_>) -> Option<Object> {
    // SAFETY: the field owns an exception or is null.
    unsafe { Owned::new_ref_nullable(exception(op).cause) }
}

/// Replaces `exception.__cause__` and suppresses the context (`PyException_SetCause`).
pub fn set_cause(op: Op<'_>, cause: Option<Object>) {
    // SAFETY: a live exception.
    unsafe {
        (*exception(op).as_ptr()).suppress_context = 1;
        replace(&raw mut (*exception(op).as_ptr()).cause, cause);
    }
}

/// `exception.__traceback__` (`PyException_GetTraceback`).
pub fn get_traceback(op: Op<'_>) -> Option<Object> {
    // SAFETY: the field owns a traceback or is null.
    unsafe { Owned::new_ref_nullable(exception(op).traceback) }
}

/// Replaces `exception.__traceback__` with a traceback or nothing (`PyException_SetTraceback`).
pub fn set_traceback(op: Op<'_>, traceback: Option<Op<'_>>) -> PyResult<()> {
    let traceback = traceback.filter(|it| !it.is_none());
    if let Some(traceback) = traceback
        && !traceback.is_exact::<PyTracebackObject>()
    {
        return Err(raise!(TypeError, "__traceback__ must be a traceback or None"));
    }
    // SAFETY: a live exception.
    unsafe { replace(&raw mut (*exception(op).as_ptr()).traceback, traceback.map(Op::to_owned)) };
    Ok(())
}

/// `exception.add_note(note)`.
pub fn add_note(op: Op<'_>, note: Op<'_>) -> PyResult<()> {
    if !note.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "add_note() argument must be str, not {}", note.type_name()));
    }
    let notes = match object::get_optional_attr_str(op, "__notes__")? {
        Some(notes) => notes,
        None => {
            let notes = list::new()?.into_object();
            object::set_attr_str(op, "__notes__", Some(notes.op()))?;
            notes
        }
    };
    match notes.op().downcast::<PyListObject>() {
        Some(notes) => list::append(notes, note.to_owned()),
        None => Err(raise!(TypeError, "Cannot add note: __notes__ is not a list")),
    }
}

/// A new instance of exception type `tp` with these arguments and all else unset.
pub(super) fn alloc(tp: TypeRef<'_>, args: Object) -> PyResult {
    let alloc = tp.tp_alloc.ok_or_else(errors::bad_internal_call)?;
    // SAFETY: a ready type; the allocator gives a zeroed object or raises.
    let op = unsafe { Object::from_c(alloc(tp.as_ptr(), 0))? };
    // SAFETY: a fresh exception.
    unsafe { (*op.as_ptr().cast::<PyBaseExceptionObject>()).args = args.into_ptr() };
    Ok(op)
}

/// `BaseException.__new__`: keeps the arguments, whatever they are.
pub(super) unsafe extern "C" fn new_slot(
    tp: *mut PyTypeObject,
    args: *mut PyObject,
    _kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller passes a ready type and a tuple or null.
    guard_object(|| unsafe {
        let args = Owned::new_ref_nullable(args).unwrap_or_else(tuple::empty);
        alloc(TypeRef::from_ptr(tp), args)
    })
}

/// `BaseException.__init__`: the arguments again, and no keywords.
pub(super) unsafe extern "C" fn init_slot(
    op: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> c_int {
    // SAFETY: the caller passes an exception, a tuple, and a dict or null.
    guard_status(|| unsafe {
        let op = Op::from_ptr(op);
        Args::from_tuple_and_dict(args, kwargs).no_keywords(op.type_name())?;
        set_args(op, Op::from_ptr(args));
        Ok(())
    })
}

/// `__init__` for families that go on after `BaseException` has had its turn with the
/// positional arguments.
pub(super) fn init_args(op: Op<'_>, args: Args<'_>) -> PyResult<()> {
    set_args(op, args.to_tuple()?.op());
    Ok(())
}

/// Makes an instance without a tuple in between where no keywords are given.
unsafe extern "C" fn vectorcall(
    class: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the vectorcall protocol; `class` is the type this function belongs to.
    guard_object(|| unsafe {
        let tp: TypeRef<'_> = Borrowed::from_ptr(class.cast());
        let args = Args::from_vectorcall(args, nargsf & !(1 << 63), kwnames);
        args.no_keywords(type_object::name_of(tp))?;
        alloc(tp, args.to_tuple()?)
    })
}

pub(super) fn clear(op: Exception<'_>) {
    let exception = op.as_ptr();
    // SAFETY: a live exception.
    unsafe {
        replace(&raw mut (*exception).dict, None);
        replace(&raw mut (*exception).args, None);
        replace(&raw mut (*exception).notes, None);
        replace(&raw mut (*exception).traceback, None);
        replace(&raw mut (*exception).cause, None);
        replace(&raw mut (*exception).context, None);
    }
}

pub(super) fn traverse(op: Exception<'_>, visitor: &mut Visitor) {
    for field in [op.dict, op.args, op.notes, op.traceback, op.cause, op.context] {
        visitor.visit(field);
    }
}

fn dealloc(op: Exception<'_>) {
    gc::untrack(op.as_object_ptr());
    clear(op);
    // SAFETY: the exception's own references are gone.
    unsafe { crate::alloc::free_object(op.as_object_ptr()) };
}

pub(super) fn to_str(op: Exception<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let args = get_args(op.as_object());
    match args.op().downcast::<PyTupleObject>() {
        Some(args) if tuple::len(args) == 0 => Ok(str::empty()),
        Some(args) if tuple::len(args) == 1 => object::str(tuple::get(args, 0)),
        _ => object::str(args.op()),
    }
}

/// The name of an object's type behind the last dot (`_PyType_Name`).
pub(super) fn short_type_name(op: Op<'_>) -> &str {
    let name = op.type_name();
    name.rsplit('.').next().unwrap_or(name)
}

fn repr(op: Exception<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let args = get_args(op.as_object());
    let shown = match args.op().downcast::<PyTupleObject>() {
        Some(args) if tuple::len(args) == 1 => {
            let only = object::repr(tuple::get(args, 0))?;
            let only = str::to_wtf8(only.borrow());
            let mut text = rustpython_wtf8::Wtf8Buf::from_string("(".to_owned());
            text.push_wtf8(&only);
            text.push_str(")");
            text
        }
        _ => str::to_wtf8(object::repr(args.op())?.borrow()),
    };
    let mut text = rustpython_wtf8::Wtf8Buf::from_string(short_type_name(op.as_object()).to_owned());
    text.push_wtf8(&shown);
    str::from_wtf8(&text)
}

fn reduce(op: Exception<'_>) -> PyResult {
    let args = get_args(op.as_object());
    let tp = op.ob_type();
    // SAFETY: the field owns a dict or is null.
    match unsafe { Owned::new_ref_nullable(op.dict) } {
        Some(dict) => tuple::pack(&[tp.as_object(), args.op(), dict.op()]),
        None => tuple::pack(&[tp.as_object(), args.op()]),
    }
}

fn set_state(op: Exception<'_>, state: Op<'_>) -> PyResult<()> {
    if state.is_none() {
        return Ok(());
    }
    let Some(state) = state.downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "state is not a dictionary"));
    };
    // Copied: setting an attribute can change the dict.
    let pairs: Vec<(Object, Object)> =
        dict::pairs(state).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    for (key, value) in pairs {
        object::set_attr(op.as_object(), key.op(), Some(value.op()))?;
    }
    Ok(())
}

fn with_traceback(op: Exception<'_>, traceback: Op<'_>) -> PyResult {
    set_traceback(op.as_object(), Some(traceback))?;
    Ok(op.as_object().to_owned())
}

fn add_note_method(op: Exception<'_>, note: Op<'_>) -> PyResult<()> {
    add_note(op.as_object(), note)
}

fn args_getter(op: Exception<'_>) -> PyResult {
    Ok(get_args(op.as_object()))
}

fn args_setter(op: Exception<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "args may not be deleted"));
    };
    set_args(op.as_object(), sequence::to_tuple(value)?.op());
    Ok(())
}

fn traceback_getter(op: Exception<'_>) -> PyResult {
    Ok(get_traceback(op.as_object()).unwrap_or_else(crate::singletons::new_none))
}

fn traceback_setter(op: Exception<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "__traceback__ may not be deleted"));
    };
    set_traceback(op.as_object(), Some(value))
}

fn context_getter(op: Exception<'_>) -> PyResult {
    Ok(get_context(op.as_object()).unwrap_or_else(crate::singletons::new_none))
}

fn context_setter(op: Exception<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    match value {
        None => return Err(raise!(TypeError, "__context__ may not be deleted")),
        Some(value) if value.is_none() => set_context(op.as_object(), None),
        Some(value) if value.is_instance::<PyBaseExceptionObject>() => {
            set_context(op.as_object(), Some(value.to_owned()));
        }
        Some(_) => {
            return Err(raise!(TypeError, "exception context must be None or derive from BaseException"));
        }
    }
    Ok(())
}

fn cause_getter(op: Exception<'_>) -> PyResult {
    Ok(get_cause(op.as_object()).unwrap_or_else(crate::singletons::new_none))
}

fn cause_setter(op: Exception<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    match value {
        None => return Err(raise!(TypeError, "__cause__ may not be deleted")),
        Some(value) if value.is_none() => set_cause(op.as_object(), None),
        Some(value) if value.is_instance::<PyBaseExceptionObject>() => {
            set_cause(op.as_object(), Some(value.to_owned()));
        }
        Some(_) => {
            return Err(raise!(TypeError, "exception cause must be None or derive from BaseException"));
        }
    }
    Ok(())
}

fn dict_getter(op: Exception<'_>) -> PyResult {
    // SAFETY: a live exception, whose field owns a dict or is null.
    unsafe {
        if (*op.as_ptr()).dict.is_null() {
            (*op.as_ptr()).dict = dict::new()?.into_object_ptr();
        }
        Ok(Owned::new_ref((*op.as_ptr()).dict))
    }
}

fn dict_setter(op: Exception<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete __dict__"));
    };
    if !value.is_instance::<PyDictObject>() {
        return Err(raise!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name()));
    }
    // SAFETY: a live exception.
    unsafe { replace(&raw mut (*op.as_ptr()).dict, Some(value.to_owned())) };
    Ok(())
}

static METHODS: [PyMethodDef; 5] = [
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
    method::o(c"__setstate__", set_state, c"__setstate__($self, state, /)\n--\n\n"),
    method::o(
        c"with_traceback",
        with_traceback,
        c"with_traceback($self, tb, /)\n--\n\nSet self.__traceback__ to tb and return self.",
    ),
    method::o(c"add_note", add_note_method, c"add_note($self, note, /)\n--\n\nAdd a note to the exception"),
    PyMethodDef::EMPTY,
];
static MEMBERS: [PyMemberDef; 2] = [
    PyMemberDef {
        name: c"__suppress_context__".as_ptr(),
        r#type: Py_T_BOOL,
        offset: offset_of!(PyBaseExceptionObject, suppress_context) as Py_ssize_t,
        flags: 0,
        doc: ptr::null(),
    },
    PyMemberDef::EMPTY,
];
static GETSET: [PyGetSetDef; 6] = [
    undocumented(getset::get_set(c"__dict__", dict_getter, dict_setter, c"")),
    undocumented(getset::get_set(c"args", args_getter, args_setter, c"")),
    undocumented(getset::get_set(c"__traceback__", traceback_getter, traceback_setter, c"")),
    undocumented(getset::get_set(c"__context__", context_getter, context_setter, c"")),
    undocumented(getset::get_set(c"__cause__", cause_getter, cause_setter, c"")),
    PyGetSetDef::EMPTY,
];

/// The entry with no doc string at all, so that `__doc__` is `None`.
pub(super) const fn undocumented(mut entry: PyGetSetDef) -> PyGetSetDef {
    entry.doc = ptr::null();
    entry
}

/// A read-write member that owns an object, or null, which reads as `None`.
pub(super) const fn object_member(
    name: &'static core::ffi::CStr,
    offset: usize,
    doc: &'static core::ffi::CStr,
) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset as Py_ssize_t,
        flags: 0,
        doc: doc.as_ptr(),
    }
}

/// What all classes have; those that add fields put their own slots over it.
pub(super) const COMMON: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyBaseExceptionObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASE_EXC_SUBCLASS,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_dictoffset: offset_of!(PyBaseExceptionObject, dict) as Py_ssize_t,
    tp_free: Some(gc::delete_slot as unsafe extern "C" fn(*mut c_void)),
    ..PyTypeObject::EMPTY
};

/// A class that adds nothing; its `__new__` is its own, as in CPython.
pub(super) const SIMPLE: PyTypeObject =
    PyTypeObject { tp_new: Some(new_slot), tp_vectorcall: Some(vectorcall), ..COMMON };

pub(super) const BASE: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_str: slot::unary(to_str),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_init: Some(init_slot),
    ..SIMPLE
};
