//! `OSError`: errno decides the class, the arguments become attributes.
//!
//! `OSError(errno, strerror, filename, winerror, filename2)` gives an instance of the
//! subclass that stands for the errno. Arguments are taken in `__new__`, except by
//! subclasses that override `__init__` but not `__new__`: those expect `__init__` to.

use core::mem::offset_of;

use super::base::{self, COMMON, object_member, undocumented};
use super::simple::owned_fields;
use super::{_PyExc_BlockingIOError, _PyExc_OSError, builtin, replace};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, dict, errors, getset, int, method, number, object,
    raise, singletons, slot, state, str, tuple,
};

type OsError<'a> = Borrowed<'a, PyOSErrorObject>;

/// The dict from errno to class, made when it is first wanted.
fn errno_map() -> PyResult<Owned<PyDictObject>> {
    let place = &state::interp().exceptions.errno_map;
    if place.get().is_null() {
        let map = dict::new()?;
        let classes: [(Op<'_>, &[i32]); 15] = [
            (
                builtin::BlockingIOError(),
                &[libc::EAGAIN, libc::EALREADY, libc::EINPROGRESS, libc::EWOULDBLOCK],
            ),
            (builtin::BrokenPipeError(), &[libc::EPIPE, libc::ESHUTDOWN]),
            (builtin::ChildProcessError(), &[libc::ECHILD]),
            (builtin::ConnectionAbortedError(), &[libc::ECONNABORTED]),
            (builtin::ConnectionRefusedError(), &[libc::ECONNREFUSED]),
            (builtin::ConnectionResetError(), &[libc::ECONNRESET]),
            (builtin::FileExistsError(), &[libc::EEXIST]),
            (builtin::FileNotFoundError(), &[libc::ENOENT]),
            (builtin::IsADirectoryError(), &[libc::EISDIR]),
            (builtin::NotADirectoryError(), &[libc::ENOTDIR]),
            (builtin::InterruptedError(), &[libc::EINTR]),
            (builtin::PermissionError(), &[libc::EACCES, libc::EPERM]),
            (builtin::ProcessLookupError(), &[libc::ESRCH]),
            (builtin::TimeoutError(), &[libc::ETIMEDOUT]),
            (builtin::OSError(), &[]),
        ];
        for (class, errnos) in classes {
            for &errno in errnos {
                dict::set_item(map.borrow(), int::from_i64(errno.into())?.op(), class)?;
            }
        }
        place.set(map.into_object_ptr());
    }
    // SAFETY: the place owns a dict now.
    Ok(unsafe { Owned::new_ref(place.get().cast()) })
}

/// Whether `__init__` takes the arguments, and not `__new__`.
fn uses_init(tp: TypeRef<'_>) -> bool {
    // SAFETY: a static type, written only before it is ready.
    let (init, new) = unsafe { (_PyExc_OSError.tp_init, _PyExc_OSError.tp_new) };
    tp.tp_init.map(|f| f as usize) != init.map(|f| f as usize)
        && tp.tp_new.map(|f| f as usize) == new.map(|f| f as usize)
}

fn new_slot(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if uses_init(tp) {
        let op = base::alloc(tp, tuple::empty())?;
        set_written(&op, -1);
        return Ok(op);
    }
    args.no_keywords(tp_name(tp))?;
    let mut class = tp.as_object().to_owned();
    if tp.as_ptr() == &raw mut _PyExc_OSError
        && (2..=5).contains(&args.len())
        && let Some(errno) = args.get(0)
        && errno.is_instance::<PyLongObject>()
        && let Some(found) = dict::get_item(errno_map()?.borrow(), errno)?
    {
        class = found;
    }
    // SAFETY: the map holds classes, and `tp` is one.
    let tp = unsafe { class.op().cast_unchecked::<PyTypeObject>() };
    let op = base::alloc(tp, tuple::empty())?;
    set_written(&op, -1);
    // SAFETY: a fresh instance of a subclass of `OSError`.
    fill(unsafe { op.op().cast_unchecked() }, args)?;
    Ok(op)
}

fn init(op: OsError<'_>, args: Args<'_>) -> PyResult<()> {
    if !uses_init(op.ob_type()) {
        return Ok(());
    }
    args.no_keywords(tp_name(op.ob_type()))?;
    fill(op, args)
}

fn tp_name(tp: TypeRef<'_>) -> &str {
    crate::type_object::name_of(tp)
}

fn set_written(op: &Object, written: Py_ssize_t) {
    // SAFETY: an instance of `OSError`.
    unsafe { (*op.as_ptr().cast::<PyOSErrorObject>()).written = written };
}

/// Sets the attributes from the constructor's arguments.
fn fill(op: OsError<'_>, args: Args<'_>) -> PyResult<()> {
    let mut kept = args.to_tuple()?;
    let fields = op.as_ptr();
    if (2..=5).contains(&args.len()) {
        let filename = args.get(2).filter(|it| !it.is_none());
        let filename2 = args.get(4).filter(|it| !it.is_none());
        if let Some(filename) = filename {
            if op.type_ptr() == &raw mut _PyExc_BlockingIOError && number::check(filename) {
                // Its third argument can be the number of characters written.
                let written = number::as_ssize_t(filename, Some(builtin::ValueError()))?;
                // SAFETY: a live exception.
                unsafe { (*fields).written = written };
            } else {
                // SAFETY: a live exception.
                unsafe {
                    replace(&raw mut (*fields).filename, Some(filename.to_owned()));
                    if let Some(filename2) = filename2 {
                        replace(&raw mut (*fields).filename2, Some(filename2.to_owned()));
                    }
                }
                kept = tuple::pack(&[args.get(0).expect("counted"), args.get(1).expect("counted")])?;
            }
        }
        // SAFETY: a live exception.
        unsafe {
            replace(&raw mut (*fields).myerrno, args.get(0).map(Op::to_owned));
            replace(&raw mut (*fields).strerror, args.get(1).map(Op::to_owned));
        }
    }
    base::set_args(op.as_object(), kept.op());
    Ok(())
}

owned_fields!(PyOSErrorObject: myerrno, strerror, filename, filename2);

/// An owned field as an object, `None` where it is null.
fn field(value: *mut PyObject) -> Object {
    // SAFETY: a field of a live exception owns what it points to.
    unsafe { Owned::new_ref_nullable(value) }.unwrap_or_else(singletons::new_none)
}

fn to_str(op: OsError<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if op.filename.is_null() && (op.myerrno.is_null() || op.strerror.is_null()) {
        return base::to_str(super::simple::base_of(op));
    }
    let (filename, filename2) = (op.filename, op.filename2);
    let (filename, filename2) =
        ((!filename.is_null()).then(|| field(filename)), (!filename2.is_null()).then(|| field(filename2)));
    let strerror = field(op.strerror);
    let mut text = rustpython_wtf8::Wtf8Buf::from_string("[Errno ".to_owned());
    text.push_wtf8(&str::to_wtf8(object::str(field(op.myerrno).op())?.borrow()));
    text.push_str("] ");
    text.push_wtf8(&str::to_wtf8(object::str(strerror.op())?.borrow()));
    if let Some(filename) = filename {
        text.push_str(": ");
        text.push_wtf8(&str::to_wtf8(object::repr(filename.op())?.borrow()));
        if let Some(filename2) = filename2 {
            text.push_str(" -> ");
            text.push_wtf8(&str::to_wtf8(object::repr(filename2.op())?.borrow()));
        }
    }
    str::from_wtf8(&text)
}

fn reduce(op: OsError<'_>) -> PyResult {
    let mut args = base::get_args(op.as_object());
    if let Some(pair) = args.op().downcast::<PyTupleObject>()
        && tuple::len(pair) == 2
        && !op.filename.is_null()
    {
        let (errno, strerror) = (tuple::get(pair, 0), tuple::get(pair, 1));
        let filename = field(op.filename);
        let full = if op.filename2.is_null() {
            tuple::pack(&[errno, strerror, filename.op()])?
        } else {
            let filename2 = field(op.filename2);
            tuple::pack(&[errno, strerror, filename.op(), singletons::none(), filename2.op()])?
        };
        args = full;
    }
    let tp = op.ob_type();
    // SAFETY: the field owns a dict or is null.
    match unsafe { Owned::new_ref_nullable(op.dict) } {
        Some(dict) => tuple::pack(&[tp.as_object(), args.op(), dict.op()]),
        None => tuple::pack(&[tp.as_object(), args.op()]),
    }
}

fn get_written(op: OsError<'_>) -> PyResult {
    if op.written == -1 {
        return Err(errors::set_string(builtin::AttributeError(), "characters_written"));
    }
    int::from_isize(op.written)
}

fn set_written_attribute(op: OsError<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let written = match value {
        None if op.written == -1 => return Err(raise!(AttributeError, "characters_written")),
        None => -1,
        Some(value) => number::as_ssize_t(value, Some(builtin::ValueError()))?,
    };
    // SAFETY: a live exception.
    unsafe { (*op.as_ptr()).written = written };
    Ok(())
}

static METHODS: [PyMethodDef; 2] =
    [method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];
static MEMBERS: [PyMemberDef; 5] = [
    object_member(c"errno", offset_of!(PyOSErrorObject, myerrno), c"POSIX exception code"),
    object_member(c"strerror", offset_of!(PyOSErrorObject, strerror), c"exception strerror"),
    object_member(c"filename", offset_of!(PyOSErrorObject, filename), c"exception filename"),
    object_member(c"filename2", offset_of!(PyOSErrorObject, filename2), c"second exception filename"),
    PyMemberDef::EMPTY,
];
static GETSET: [PyGetSetDef; 2] = [
    undocumented(getset::get_set(c"characters_written", get_written, set_written_attribute, c"")),
    PyGetSetDef::EMPTY,
];

pub(super) const OS_ERROR_CHILD: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyOSErrorObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    ..COMMON
};

pub(super) const OS_ERROR: PyTypeObject = PyTypeObject {
    tp_str: slot::unary(to_str),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_init: slot::init(init),
    tp_new: slot::new(new_slot),
    ..OS_ERROR_CHILD
};
