//! From method to slot: how `x.__add__(y)` calls the C function in a slot.
//!
//! A wrapper gets `self` (its type already checked), the argument tuple and the slot's
//! function. Wrapper descriptors in `descr.rs` are the only callers.

use core::ffi::{c_int, c_void};
use core::mem::transmute;
use core::ptr;

use super::super::*;
use crate::define::guard_object;
use crate::{Owned, errors, int, raise, singletons};

/// The argument tuple's items, exactly `n` of them.
fn arguments<'a>(args: *mut PyObject, n: usize) -> PyResult<&'a [*mut PyObject]> {
    let items = super::items(args)?;
    if items.len() != n {
        let plural = if n == 1 { "" } else { "s" };
        return Err(raise!(TypeError, "expected {n} argument{plural}, got {}", items.len()));
    }
    Ok(items)
}

/// One argument or two; a missing one is null. The named methods tell what they are.
fn one_or_two(
    args: *mut PyObject,
    name: Option<&core::primitive::str>,
) -> PyResult<(*mut PyObject, *mut PyObject)> {
    match super::items(args)? {
        &[first] => Ok((first, ptr::null_mut())),
        &[first, second] => Ok((first, second)),
        other => Err(match (name, other.len()) {
            (None, n) => raise!(TypeError, "expected 1 or 2 arguments, got {n}"),
            (Some(name), 0) => raise!(TypeError, "{name} expected at least 1 argument, got 0"),
            (Some(name), n) => raise!(TypeError, "{name} expected at most 2 arguments, got {n}"),
        }),
    }
}

fn status(result: c_int) -> PyResult {
    if result < 0 { Err(errors::raised_by_c()) } else { Ok(singletons::new_none()) }
}

fn truth(result: c_int) -> PyResult {
    if result < 0 { Err(errors::raised_by_c()) } else { Ok(singletons::new_bool(result != 0)) }
}

macro_rules! wrapper {
    ($(#[$doc:meta])* $name:ident, $slot:ty, |$op:ident, $args:ident, $f:ident| $body:expr) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// `op` is live and of a type whose slot is `wrapped`; `args` is a live tuple.
        pub unsafe extern "C" fn $name($op: *mut PyObject, $args: *mut PyObject, wrapped: *mut c_void) -> *mut PyObject {
            guard_object(|| -> PyResult {
                // SAFETY: the caller's promise: the slot's function type goes with this wrapper.
                unsafe {
                    let $f = transmute::<*mut c_void, $slot>(wrapped);
                    $body
                }
            })
        }
    };
}

wrapper!(/// `__repr__`, `__neg__`, `__iter__`, ...
    unary, unaryfunc, |op, args, f| { arguments(args, 0)?; Owned::from_c(f(op)) });
wrapper!(/// `__add__`, `__getitem__`, ...
    binary, binaryfunc, |op, args, f| Owned::from_c(f(op, arguments(args, 1)?[0])));
wrapper!(/// `__radd__` and its like.
    binary_r, binaryfunc, |op, args, f| Owned::from_c(f(arguments(args, 1)?[0], op)));
wrapper!(/// `__pow__`.
ternary, ternaryfunc, |op, args, f| {
    let (other, third) = one_or_two(args, None)?;
    Owned::from_c(f(op, other, if third.is_null() { singletons::none_ptr() } else { third }))
});
wrapper!(/// `__rpow__`.
ternary_r, ternaryfunc, |op, args, f| {
    let (other, third) = one_or_two(args, None)?;
    Owned::from_c(f(other, op, if third.is_null() { singletons::none_ptr() } else { third }))
});
wrapper!(/// `__bool__`.
    inquiry_, inquiry, |op, args, f| { arguments(args, 0)?; truth(f(op)) });
wrapper!(/// `__len__`.
len, lenfunc, |op, args, f| {
    arguments(args, 0)?;
    match f(op) {
        ..0 => Err(errors::raised_by_c()),
        n => int::from_isize(n),
    }
});
wrapper!(/// `__hash__`.
hash, hashfunc, |op, args, f| {
    arguments(args, 0)?;
    match f(op) {
        -1 => Err(errors::raised_by_c()),
        n => int::from_isize(n),
    }
});
wrapper!(/// `__mul__` of sequences.
indexarg, ssizeargfunc, |op, args, f| {
    let n = crate::number::as_ssize_t(Op::from_ptr(arguments(args, 1)?[0]), Some(crate::exceptions::builtin::OverflowError()))?;
    Owned::from_c(f(op, n))
});

/// A sequence index: negative ones count from the end if the sequence has a length.
///
/// # Safety
/// Both are live objects.
unsafe fn index(op: *mut PyObject, arg: *mut PyObject) -> PyResult<isize> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut n =
            crate::number::as_ssize_t(Op::from_ptr(arg), Some(crate::exceptions::builtin::OverflowError()))?;
        if n < 0 {
            let methods = (*(*op).ob_type).tp_as_sequence;
            if !methods.is_null()
                && let Some(length) = (*methods).sq_length
            {
                let len = length(op);
                if len < 0 {
                    return Err(errors::raised_by_c());
                }
                n += len;
            }
        }
        Ok(n)
    }
}

wrapper!(/// `__getitem__` of sequences.
sq_item, ssizeargfunc, |op, args, f| {
    let n = index(op, arguments(args, 1)?[0])?;
    Owned::from_c(f(op, n))
});
wrapper!(/// `__setitem__` of sequences.
sq_setitem, ssizeobjargproc, |op, args, f| {
    let args = arguments(args, 2)?;
    let n = index(op, args[0])?;
    status(f(op, n, args[1]))
});
wrapper!(/// `__delitem__` of sequences.
sq_delitem, ssizeobjargproc, |op, args, f| {
    let n = index(op, arguments(args, 1)?[0])?;
    status(f(op, n, ptr::null_mut()))
});
wrapper!(/// `__contains__`.
    contains, objobjproc, |op, args, f| truth(f(op, arguments(args, 1)?[0])));
wrapper!(/// `__setitem__`.
    objobjarg, objobjargproc, |op, args, f| { let args = arguments(args, 2)?; status(f(op, args[0], args[1])) });
wrapper!(/// `__delitem__`.
    delitem, objobjargproc, |op, args, f| status(f(op, arguments(args, 1)?[0], ptr::null_mut())));

/// Refuses `object.__setattr__(x, ...)` where a more derived C type has its own idea.
///
/// # Safety
/// `op` is a live object.
unsafe fn check_setattr(op: *mut PyObject, function: setattrofunc, what: &str) -> PyResult<()> {
    // SAFETY: the caller's promise; MROs hold types.
    unsafe {
        let tp = TypeRef::from_ptr((*op).ob_type);
        let address = |slot: Option<setattrofunc>| slot.map(|f| f as usize);
        let Some(mro) = mro_of(tp) else { return Ok(()) };
        let generic = Some(functions::tp_setattro as setattrofunc as usize);
        // The class whose slot the type has; class statements never define one of their own.
        let own = address(tp.tp_setattro);
        let mut defining = tp;
        for &class in crate::tuple::items(mro).iter().rev() {
            let class: TypeRef<'_> = TypeRef::from_ptr(class.cast());
            if address(class.tp_setattro) != generic && address(class.tp_setattro) == own {
                defining = class;
                break;
            }
        }
        let mut base = Some(defining);
        while let Some(class) = base {
            if address(class.tp_setattro) == Some(function as usize) {
                return Ok(());
            }
            if address(class.tp_setattro) != generic {
                return Err(raise!(TypeError, "can't apply this {what} to {} object", name_of(tp)));
            }
            base = Borrowed::from_nullable(class.tp_base);
        }
        Ok(())
    }
}

use super::functions;

wrapper!(/// `__setattr__`.
setattr, setattrofunc, |op, args, f| {
    let args = arguments(args, 2)?;
    check_setattr(op, f, "__setattr__")?;
    status(f(op, args[0], args[1]))
});
wrapper!(/// `__delattr__`.
delattr, setattrofunc, |op, args, f| {
    let args = arguments(args, 1)?;
    check_setattr(op, f, "__delattr__")?;
    status(f(op, args[0], ptr::null_mut()))
});

macro_rules! comparison {
    ($($name:ident $op:ident;)*) => {$(
        wrapper!(/// A rich comparison.
            $name, richcmpfunc, |op, args, f| Owned::from_c(f(op, arguments(args, 1)?[0], $op)));
    )*};
}
comparison! { lt Py_LT; le Py_LE; eq Py_EQ; ne Py_NE; gt Py_GT; ge Py_GE; }

wrapper!(/// `__next__`: an end without exception becomes `StopIteration`.
next, iternextfunc, |op, args, f| {
    arguments(args, 0)?;
    let result = f(op);
    if result.is_null() && errors::occurred().is_none() {
        return Err(errors::set_none(crate::exceptions::builtin::StopIteration()));
    }
    Owned::from_c(result)
});
wrapper!(/// `__get__`.
descr_get, descrgetfunc, |op, args, f| {
    let (instance, owner) = one_or_two(args, Some("__get__"))?;
    let none_to_null = |op: *mut PyObject| if op == singletons::none_ptr() { ptr::null_mut() } else { op };
    let (instance, owner) = (none_to_null(instance), none_to_null(owner));
    if instance.is_null() && owner.is_null() {
        return Err(raise!(TypeError, "__get__(None, None) is invalid"));
    }
    Owned::from_c(f(op, instance, owner))
});
wrapper!(/// `__set__`.
    descr_set, descrsetfunc, |op, args, f| { let args = arguments(args, 2)?; status(f(op, args[0], args[1])) });
wrapper!(/// `__delete__`.
    descr_delete, descrsetfunc, |op, args, f| status(f(op, arguments(args, 1)?[0], ptr::null_mut())));
wrapper!(/// `__del__`.
    del, destructor, |op, args, f| { arguments(args, 0)?; f(op); Ok(singletons::new_none()) });
wrapper!(/// `__buffer__`: the view keeps the buffer.
buffer, getbufferproc, |op, args, f| {
    let flags = crate::number::as_ssize_t(Op::from_ptr(arguments(args, 1)?[0]), Some(crate::exceptions::builtin::OverflowError()))?;
    let Ok(flags) = c_int::try_from(flags) else {
        return Err(raise!(OverflowError, "buffer flags out of range"));
    };
    crate::memoryview::from_function(Op::from_ptr(op), flags, f)
});
wrapper!(/// `__release_buffer__`.
releasebuffer, releasebufferproc, |op, args, f| {
    let view = Op::from_ptr(arguments(args, 1)?[0]);
    let Some(of) = view.downcast::<PyMemoryViewObject>() else {
        return Err(raise!(TypeError, "expected a memoryview object"));
    };
    // Whoever has released the view has called the function.
    let _ = f;
    if of.view.obj.is_null() {
        return Ok(singletons::new_none());
    }
    if of.view.obj != op {
        return Err(raise!(ValueError, "memoryview's buffer is not this object"));
    }
    if of.flags & _Py_MEMORYVIEW_RELEASED != 0 {
        return Err(raise!(ValueError, "memoryview's buffer has already been released"));
    }
    crate::call::call_method(view, "release", &[])
});

unsafe extern "C" fn call(
    op: *mut PyObject,
    args: *mut PyObject,
    wrapped: *mut c_void,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: a wrapper of `tp_call` gets such a function, a tuple, and a dict or null.
    unsafe { transmute::<*mut c_void, ternaryfunc>(wrapped)(op, args, kwargs) }
}

unsafe extern "C" fn init(
    op: *mut PyObject,
    args: *mut PyObject,
    wrapped: *mut c_void,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: a wrapper of `tp_init` gets such a function, a tuple, and a dict or null.
    guard_object(|| status(unsafe { transmute::<*mut c_void, initproc>(wrapped)(op, args, kwargs) }))
}

// SAFETY: both carry `PyWrapperFlag_KEYWORDS`, by which callers know their real type.
pub const CALL: Option<wrapperfunc> =
    Some(unsafe { transmute::<wrapperfunc_kwds, wrapperfunc>(call as wrapperfunc_kwds) });
pub const INIT: Option<wrapperfunc> =
    // SAFETY: as above.
    Some(unsafe { transmute::<wrapperfunc_kwds, wrapperfunc>(init as wrapperfunc_kwds) });

/// The builtin `__new__`: checks its first argument, then calls the slot of the type it
/// belongs to.
///
/// # Safety
/// `op` is the type it was made for, `args` a tuple, `kwargs` a dict or null.
pub unsafe extern "C" fn new_wrapper(
    op: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard_object(|| unsafe { call_new(Op::from_ptr(op), args, kwargs) })
}

unsafe fn call_new(receiver: Op<'_>, args: *mut PyObject, kwargs: *mut PyObject) -> PyResult {
    let Some(tp) = receiver.downcast::<PyTypeObject>() else {
        return Err(raise!(SystemError, "__new__() called with non-type 'self'"));
    };
    let name = name_of(tp);
    let items = super::items(args)?;
    let Some(&first) = items.first() else {
        return Err(raise!(TypeError, "{name}.__new__(): not enough arguments"));
    };
    // SAFETY: an argument is live.
    let first = unsafe { Op::from_ptr(first) };
    let Some(subtype) = first.downcast::<PyTypeObject>() else {
        return Err(raise!(TypeError, "{name}.__new__(X): X is not a type object ({})", first.type_name()));
    };
    let subname = name_of(subtype);
    if !is_subtype(subtype, tp) {
        return Err(raise!(TypeError, "{name}.__new__({subname}): {subname} is not a subtype of {name}"));
    }
    // `object.__new__(dict)` would make a dict that nobody has set up: the nearest base
    // that is not a class statement's must have the same constructor.
    let address = |slot: Option<newfunc>| slot.map(|f| f as usize);
    let mut static_base = subtype;
    while address(static_base.tp_new) == Some(functions::tp_new as newfunc as usize) {
        // SAFETY: bases are live types, and `object` has another constructor.
        static_base = unsafe { TypeRef::from_ptr(static_base.tp_base) };
    }
    if address(static_base.tp_new) != address(tp.tp_new) {
        if static_base.tp_new.is_none() {
            return Err(raise!(TypeError, "cannot create '{subname}' instances"));
        }
        let safe = name_of(static_base);
        return Err(raise!(TypeError, "{name}.__new__({subname}) is not safe, use {safe}.__new__()"));
    }
    let rest = crate::tuple::from_refs(
        // SAFETY: arguments are live.
        items[1..].iter().map(|&item| unsafe { Op::from_ptr(item) }),
    )?;
    let Some(new) = tp.tp_new else {
        return Err(raise!(TypeError, "cannot create '{subname}' instances"));
    };
    // SAFETY: the slot of a live type, with a tuple, and a dict or null.
    unsafe { Owned::from_c(new(subtype.as_ptr(), rest.as_ptr(), kwargs)) }
}
