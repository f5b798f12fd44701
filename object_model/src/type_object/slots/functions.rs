//! From slot to method: what stands in the slots of classes written in Python.
//!
//! Each function looks its special method up on the type, binds it and calls it.
//! Binary operators also decide whose turn it is: the right operand's reflected
//! method goes first if its type is a subclass that overrides it.

use core::ffi::c_int;
use core::ptr;

use super::super::*;
use crate::define::{guard_object, guard_status, guard_truth, guard_with};
use crate::{Args, call, descr, errors, exceptions, id, int, number, object, raise, singletons};

/// A special method, and whether `self` has to be passed along.
enum Method {
    /// Function-like: call it with `self` first, so that no bound method is made.
    Unbound(Object),
    Bound(Object),
}

/// Finds special method `name` of `op`'s type.
fn find(op: Op<'_>, name: Op<'_>) -> PyResult<Option<Method>> {
    let tp = op.ob_type();
    let Some(found) = lookup(tp, name) else { return Ok(None) };
    if found.op().has_type_flag(Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return Ok(Some(Method::Unbound(found)));
    }
    descr::bind(found, Some(op), tp.as_object()).map(|bound| Some(Method::Bound(bound)))
}

fn call_method(method: &Method, op: Op<'_>, args: &[Op<'_>]) -> PyResult {
    match method {
        Method::Bound(bound) => call::call_positional(bound.op(), args),
        Method::Unbound(function) => match args {
            [] => call::call_positional(function.op(), &[op]),
            [a] => call::call_positional(function.op(), &[op, *a]),
            [a, b] => call::call_positional(function.op(), &[op, *a, *b]),
            _ => call::call_positional(function.op(), &[&[op], args].concat()),
        },
    }
}

/// Calls special method `name`; it must be there.
pub(super) fn invoke(op: Op<'_>, name: Op<'_>, args: &[Op<'_>]) -> PyResult {
    match find(op, name)? {
        Some(method) => call_method(&method, op, args),
        None => Err(errors::set_object(exceptions::builtin::AttributeError(), name)),
    }
}

/// Calls special method `name`; `NotImplemented` if it is not there.
fn invoke_maybe(op: Op<'_>, name: Op<'_>, args: &[Op<'_>]) -> PyResult {
    match find(op, name)? {
        Some(method) => call_method(&method, op, args),
        None => Ok(singletons::new_not_implemented()),
    }
}

/// # Safety
/// `op` is a live object.
pub(super) unsafe fn live<'a>(op: *mut PyObject) -> Op<'a> {
    // SAFETY: the caller's promise.
    unsafe { Op::from_ptr(op) }
}

macro_rules! unary_slots {
    ($($name:ident $method:literal;)*) => {$(
        /// # Safety
        /// Called through its slot.
        pub unsafe extern "C" fn $name(op: *mut PyObject) -> *mut PyObject {
            // SAFETY: slots get live objects.
            guard_object(|| invoke(unsafe { live(op) }, id!($method), &[]))
        }
    )*};
}
unary_slots! {
    nb_negative "__neg__";
    nb_positive "__pos__";
    nb_absolute "__abs__";
    nb_invert "__invert__";
    nb_int "__int__";
    nb_float "__float__";
    nb_index "__index__";
}

macro_rules! in_place_slots {
    ($($name:ident $method:literal;)*) => {$(
        /// # Safety
        /// Called through its slot.
        pub unsafe extern "C" fn $name(op: *mut PyObject, other: *mut PyObject) -> *mut PyObject {
            // SAFETY: slots get live objects.
            guard_object(|| unsafe { invoke(live(op), id!($method), &[live(other)]) })
        }
    )*};
}
in_place_slots! {
    nb_inplace_add "__iadd__";
    nb_inplace_subtract "__isub__";
    nb_inplace_multiply "__imul__";
    nb_inplace_remainder "__imod__";
    nb_inplace_lshift "__ilshift__";
    nb_inplace_rshift "__irshift__";
    nb_inplace_and "__iand__";
    nb_inplace_xor "__ixor__";
    nb_inplace_or "__ior__";
    nb_inplace_floor_divide "__ifloordiv__";
    nb_inplace_true_divide "__itruediv__";
    nb_inplace_matrix_multiply "__imatmul__";
    mp_subscript "__getitem__";
}

/// Whether the right operand's type has a reflected method that differs from the left one's.
fn is_overloaded(left: Op<'_>, right: Op<'_>, name: Op<'_>) -> PyResult<bool> {
    let Some(theirs) = object::get_optional_attr(right.ob_type().as_object(), name)? else {
        return Ok(false);
    };
    let Some(ours) = object::get_optional_attr(left.ob_type().as_object(), name)? else { return Ok(true) };
    object::rich_compare_bool(ours.op(), theirs.op(), Py_NE)
}

/// The dispatch of binary operators; `is_generic` tells whether a type's slot is the caller.
fn binary(
    left: Op<'_>,
    right: Op<'_>,
    name: Op<'_>,
    reflected: Op<'_>,
    is_generic: impl Fn(*mut PyTypeObject) -> bool,
) -> PyResult {
    let mut try_right = left.type_ptr() != right.type_ptr() && is_generic(right.type_ptr());
    if is_generic(left.type_ptr()) {
        if try_right && is_subtype(right.ob_type(), left.ob_type()) && is_overloaded(left, right, reflected)?
        {
            let result = invoke_maybe(right, reflected, &[left])?;
            if !result.op().is(singletons::not_implemented()) {
                return Ok(result);
            }
            try_right = false;
        }
        let result = invoke_maybe(left, name, &[right])?;
        if !result.op().is(singletons::not_implemented()) || left.type_ptr() == right.type_ptr() {
            return Ok(result);
        }
    }
    if try_right {
        return invoke_maybe(right, reflected, &[left]);
    }
    Ok(singletons::new_not_implemented())
}

macro_rules! binary_slots {
    ($($name:ident $method:literal $reflected:literal;)*) => {$(
        /// # Safety
        /// Called through its slot.
        pub unsafe extern "C" fn $name(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
            // SAFETY: types are live, their tables null or live.
            let is_generic = |tp: *mut PyTypeObject| unsafe {
                let methods = (*tp).tp_as_number;
                !methods.is_null()
                    && (*methods).$name.map(|f| f as usize) == Some($name as binaryfunc as usize)
            };
            // SAFETY: slots get live objects.
            guard_object(|| unsafe { binary(live(left), live(right), id!($method), id!($reflected), is_generic) })
        }
    )*};
}
binary_slots! {
    nb_add "__add__" "__radd__";
    nb_subtract "__sub__" "__rsub__";
    nb_multiply "__mul__" "__rmul__";
    nb_remainder "__mod__" "__rmod__";
    nb_divmod "__divmod__" "__rdivmod__";
    nb_lshift "__lshift__" "__rlshift__";
    nb_rshift "__rshift__" "__rrshift__";
    nb_and "__and__" "__rand__";
    nb_xor "__xor__" "__rxor__";
    nb_or "__or__" "__ror__";
    nb_floor_divide "__floordiv__" "__rfloordiv__";
    nb_true_divide "__truediv__" "__rtruediv__";
    nb_matrix_multiply "__matmul__" "__rmatmul__";
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn nb_power(
    left: *mut PyObject,
    right: *mut PyObject,
    modulus: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: types are live, their tables null or live.
    let is_generic = |tp: *mut PyTypeObject| unsafe {
        let methods = (*tp).tp_as_number;
        !methods.is_null()
            && (*methods).nb_power.map(|f| f as usize) == Some(nb_power as ternaryfunc as usize)
    };
    // SAFETY: slots get live objects.
    guard_object(|| unsafe {
        let (left, right, modulus) = (live(left), live(right), live(modulus));
        if modulus.is_none() {
            return binary(left, right, id!("__pow__"), id!("__rpow__"), is_generic);
        }
        // Three arguments have no subclass priority: the left operand, then the right one.
        if is_generic(left.type_ptr()) {
            let result = invoke_maybe(left, id!("__pow__"), &[right, modulus])?;
            if !result.op().is(singletons::not_implemented()) || left.type_ptr() == right.type_ptr() {
                return Ok(result);
            }
        }
        if left.type_ptr() != right.type_ptr() && is_generic(right.type_ptr()) {
            return invoke_maybe(right, id!("__rpow__"), &[left, modulus]);
        }
        Ok(singletons::new_not_implemented())
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn nb_inplace_power(
    left: *mut PyObject,
    right: *mut PyObject,
    _modulus: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: slots get live objects.
    guard_object(|| unsafe { invoke(live(left), id!("__ipow__"), &[live(right)]) })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn nb_bool(op: *mut PyObject) -> c_int {
    // SAFETY: slots get live objects.
    let op = unsafe { live(op) };
    guard_truth(|| {
        if let Some(method) = find(op, id!("__bool__"))? {
            let value = call_method(&method, op, &[])?;
            if value.op().type_ptr() != &raw mut crate::bool::PyBool_Type {
                return Err(raise!(
                    TypeError,
                    "__bool__ should return bool, returned {}",
                    value.op().type_name()
                ));
            }
            return object::is_true(value.op());
        }
        match find(op, id!("__len__"))? {
            Some(method) => Ok(length(&call_method(&method, op, &[])?)? != 0),
            None => Ok(true),
        }
    })
}

/// The result of `__len__` as a length.
fn length(value: &Object) -> PyResult<isize> {
    let value = number::index(value.op())?;
    if int::is_negative(value.op()) {
        return Err(raise!(ValueError, "__len__() should return >= 0"));
    }
    number::as_ssize_t(value.op(), Some(exceptions::builtin::OverflowError()))
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn sq_length(op: *mut PyObject) -> Py_ssize_t {
    // SAFETY: slots get live objects.
    guard_with(-1, || length(&invoke(unsafe { live(op) }, id!("__len__"), &[])?))
}
pub use sq_length as mp_length;

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn sq_item(op: *mut PyObject, index: Py_ssize_t) -> *mut PyObject {
    guard_object(|| {
        let index = int::from_isize(index)?;
        // SAFETY: slots get live objects.
        invoke(unsafe { live(op) }, id!("__getitem__"), &[index.op()])
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn sq_ass_item(op: *mut PyObject, index: Py_ssize_t, value: *mut PyObject) -> c_int {
    // SAFETY: slots get live objects; a null value deletes.
    guard_status(|| unsafe {
        let index = int::from_isize(index)?;
        match Op::from_nullable(value) {
            None => invoke(live(op), id!("__delitem__"), &[index.op()]).map(drop),
            Some(value) => invoke(live(op), id!("__setitem__"), &[index.op(), value]).map(drop),
        }
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn mp_ass_subscript(
    op: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: slots get live objects; a null value deletes.
    guard_status(|| unsafe {
        match Op::from_nullable(value) {
            None => invoke(live(op), id!("__delitem__"), &[live(key)]).map(drop),
            Some(value) => invoke(live(op), id!("__setitem__"), &[live(key), value]).map(drop),
        }
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn sq_contains(op: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: slots get live objects.
    let (op, value) = unsafe { (live(op), live(value)) };
    guard_truth(|| {
        if lookup(op.ob_type(), id!("__contains__")).is_some_and(|method| method.op().is_none()) {
            return Err(raise!(TypeError, "'{}' object is not a container", op.type_name()));
        }
        match find(op, id!("__contains__"))? {
            Some(method) => object::is_true(call_method(&method, op, &[value])?.op()),
            None => object::contains_by_iteration(op, value),
        }
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_repr(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots get live objects.
    let op = unsafe { live(op) };
    guard_object(|| match find(op, id!("__repr__"))? {
        Some(method) => call_method(&method, op, &[]),
        None => {
            Ok(str::from_string(format!("<{} object at {:p}>", op.type_name(), op.as_ptr()))?.into_object())
        }
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_str(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots get live objects.
    guard_object(|| invoke(unsafe { live(op) }, id!("__str__"), &[]))
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_hash(op: *mut PyObject) -> Py_hash_t {
    // SAFETY: slots get live objects.
    let op = unsafe { live(op) };
    guard_with(-1, || {
        if lookup(op.ob_type(), id!("__hash__")).is_none_or(|method| method.op().is_none()) {
            return object::hash_not_implemented(op);
        }
        let value = invoke(op, id!("__hash__"), &[])?;
        if !value.op().is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "__hash__ method should return an integer"));
        }
        // An int too large for a hash gives its own hash.
        let hash = match int::as_i64_and_overflow(value.op())? {
            Ok(small) => small as Py_hash_t,
            Err(_) => object::hash(value.op())?,
        };
        Ok(if hash == -1 { -2 } else { hash })
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_call(
    op: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: slots get live objects, a tuple, and a dict or null.
    guard_object(|| unsafe {
        let op = live(op);
        let args = Args::from_tuple_and_dict(args, kwargs);
        match find(op, id!("__call__"))? {
            Some(Method::Bound(bound)) => call::call(bound.op(), args),
            Some(Method::Unbound(function)) => call::call_prepended(function.op(), op, args),
            None => Err(errors::set_object(exceptions::builtin::AttributeError(), id!("__call__"))),
        }
    })
}

/// `tp_getattro` of a class with `__getattribute__` or `__getattr__` in Python.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_getattr_hook(op: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots get live objects.
    guard_object(|| unsafe { getattr_hook(live(op), live(name)) })
}

fn getattr_hook(op: Op<'_>, name: Op<'_>) -> PyResult {
    let tp = op.ob_type();
    let fallback = lookup(tp, id!("__getattr__"));
    let getattribute = lookup(tp, id!("__getattribute__"));
    let is_generic = match &getattribute {
        None => true,
        Some(method) => method.op().downcast_exact::<PyWrapperDescrObject>().is_some_and(|wrapper| {
            ptr::addr_eq(wrapper.d_wrapped, object::PyObject_GenericGetAttr as *const ())
        }),
    };
    let result = if is_generic {
        if fallback.is_none() {
            return object::generic_get_attr(op, name);
        }
        match object::generic_get_optional(op, name)? {
            Some(found) => return Ok(found),
            None => None,
        }
    } else {
        let method = descr::bind(getattribute.expect("just seen"), Some(op), tp.as_object())?;
        match call::call_one(method.op(), name) {
            Ok(found) => return Ok(found),
            Err(raised) => Some(raised),
        }
    };
    let Some(fallback) = fallback else {
        return Err(result.expect("the generic lookup with no fallback has returned"));
    };
    if let Some(raised) = result {
        raised.absorb::<()>(exceptions::builtin::AttributeError())?;
    }
    let fallback = descr::bind(fallback, Some(op), tp.as_object())?;
    call::call_one(fallback.op(), name)
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_setattro(op: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: slots get live objects; a null value deletes.
    guard_status(|| unsafe {
        match Op::from_nullable(value) {
            None => invoke(live(op), id!("__delattr__"), &[live(name)]).map(drop),
            Some(value) => invoke(live(op), id!("__setattr__"), &[live(name), value]).map(drop),
        }
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_richcompare(
    left: *mut PyObject,
    right: *mut PyObject,
    op: c_int,
) -> *mut PyObject {
    // SAFETY: slots get live objects.
    guard_object(|| unsafe {
        let name = match op {
            Py_LT => id!("__lt__"),
            Py_LE => id!("__le__"),
            Py_EQ => id!("__eq__"),
            Py_NE => id!("__ne__"),
            Py_GT => id!("__gt__"),
            _ => id!("__ge__"),
        };
        invoke_maybe(live(left), name, &[live(right)])
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_iter(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots get live objects.
    let op = unsafe { live(op) };
    guard_object(|| {
        let not_iterable = || raise!(TypeError, "'{}' object is not iterable", op.type_name());
        if lookup(op.ob_type(), id!("__iter__")).is_some_and(|method| method.op().is_none()) {
            return Err(not_iterable());
        }
        if let Some(method) = find(op, id!("__iter__"))? {
            return call_method(&method, op, &[]);
        }
        if lookup(op.ob_type(), id!("__getitem__")).is_none() {
            return Err(not_iterable());
        }
        crate::iter::new_sequence_iterator(op)
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_iternext(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots get live objects.
    guard_object(|| invoke(unsafe { live(op) }, id!("__next__"), &[]))
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_descr_get(
    op: *mut PyObject,
    instance: *mut PyObject,
    owner: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: slots get live objects; instance and owner may be null.
    guard_object(|| unsafe {
        let op = live(op);
        let Some(get) = lookup(op.ob_type(), id!("__get__")) else {
            // Only possible if `__get__` was deleted meanwhile.
            (*op.type_ptr()).tp_descr_get = None;
            return Ok(op.to_owned());
        };
        let instance = Op::from_nullable(instance).unwrap_or(singletons::none());
        let owner = Op::from_nullable(owner).unwrap_or(singletons::none());
        call::call_positional(get.op(), &[op, instance, owner])
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_descr_set(
    op: *mut PyObject,
    instance: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: slots get live objects; a null value deletes.
    guard_status(|| unsafe {
        match Op::from_nullable(value) {
            None => invoke(live(op), id!("__delete__"), &[live(instance)]).map(drop),
            Some(value) => invoke(live(op), id!("__set__"), &[live(instance), value]).map(drop),
        }
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_init(op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> c_int {
    // SAFETY: slots get live objects, a tuple, and a dict or null.
    guard_status(|| unsafe {
        let op = live(op);
        let args = Args::from_tuple_and_dict(args, kwargs);
        let result = match find(op, id!("__init__"))? {
            Some(Method::Bound(bound)) => call::call(bound.op(), args)?,
            Some(Method::Unbound(function)) => call::call_prepended(function.op(), op, args)?,
            None => return Err(errors::set_object(exceptions::builtin::AttributeError(), id!("__init__"))),
        };
        check_init_result(result.op())
    })
}

/// `__init__` gives nothing.
pub(in crate::type_object) fn check_init_result(result: Op<'_>) -> PyResult<()> {
    if result.is_none() {
        return Ok(());
    }
    Err(raise!(TypeError, "__init__() should return None, not '{}'", result.type_name()))
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_new(
    tp: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: slots get a live type, a tuple, and a dict or null.
    guard_object(|| unsafe {
        let tp = Op::from_ptr(tp.cast());
        let function = object::get_attr(tp, id!("__new__"))?;
        call::call_prepended(function.op(), tp, Args::from_tuple_and_dict(args, kwargs))
    })
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn tp_finalize(op: *mut PyObject) {
    // SAFETY: slots get live objects.
    let op = unsafe { live(op) };
    let saved = errors::take();
    let _: c_int = guard_status(|| {
        let unraisable = |raised: crate::Raised, object: Op<'_>| {
            raised.ignore();
            errors::write_unraisable("Exception ignored while calling deallocator", Some(object));
        };
        match find(op, id!("__del__")) {
            Ok(Some(method)) => {
                if let Err(raised) = call_method(&method, op, &[]) {
                    let function = match &method {
                        Method::Bound(function) | Method::Unbound(function) => function,
                    };
                    unraisable(raised, function.op());
                }
            }
            Ok(None) => {}
            Err(raised) => unraisable(raised, op),
        }
        Ok(())
    });
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
}

macro_rules! async_slots {
    ($($name:ident $method:literal $message:literal;)*) => {$(
        /// # Safety
        /// Called through its slot.
        pub unsafe extern "C" fn $name(op: *mut PyObject) -> *mut PyObject {
            // SAFETY: slots get live objects.
            let op = unsafe { live(op) };
            guard_object(|| match find(op, id!($method))? {
                Some(method) => call_method(&method, op, &[]),
                None => Err(raise!(AttributeError, $message, op.type_name())),
            })
        }
    )*};
}
async_slots! {
    am_await "__await__" "object {} does not have __await__ method";
    am_aiter "__aiter__" "object {} does not have __aiter__ method";
    am_anext "__anext__" "object {} does not have __anext__ method";
}
