//! `PyObject_*`: attributes, comparison, conversion, calls; reference counts.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::{ptr, slice};

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Owned, PyResult, alloc, call, errors, object, raise, ref_tracer, singletons, str, tuple,
};

use crate::c_api;
use crate::convert::*;

c_api! {
    /// New reference.
    fn PyObject_Repr(op: Option<Op>) -> PyResult<Str> {
        op.map_or_else(|| str::from_str("<NULL>"), object::repr)
    }
    /// New reference.
    fn PyObject_Str(op: Option<Op>) -> PyResult<Str> {
        op.map_or_else(|| str::from_str("<NULL>"), object::str)
    }
    /// New reference.
    fn PyObject_ASCII(op: Option<Op>) -> PyResult<Str> {
        op.map_or_else(|| str::from_str("<NULL>"), object::ascii)
    }
    /// New reference.
    fn PyObject_Bytes(op: Option<Op>) -> PyResult<Object> {
        match op {
            Some(op) => object::bytes(op),
            None => Ok(adder_object_model::bytes::from_slice(b"<NULL>")?.into_object()),
        }
    }
    /// New reference.
    fn PyObject_Format(op: Op, spec: Option<Op>) -> PyResult<Object> { object::format(op, spec) }
    /// The hash, or -1.
    fn PyObject_Hash(op: Op) -> PyResult<isize> { object::hash(op) }
    /// 1, 0 or -1.
    fn PyObject_IsTrue(op: Op) -> PyResult<bool> { object::is_true(op) }
    /// 1, 0 or -1.
    fn PyObject_Not(op: Op) -> PyResult<bool> { object::is_true(op).map(|truth| !truth) }
    /// New reference.
    fn PyObject_RichCompare(a: Op, b: Op, op: c_int) -> PyResult<Object> { object::rich_compare(a, b, op) }
    /// 1, 0 or -1; identical objects are equal.
    fn PyObject_RichCompareBool(a: Op, b: Op, op: c_int) -> PyResult<bool> { object::rich_compare_bool(a, b, op) }
    /// New reference.
    fn PyObject_GetAttr(op: Op, name: Op) -> PyResult<Object> { object::get_attr(op, name) }
    /// New reference.
    fn PyObject_GetAttrString(op: Op, name: Text) -> PyResult<Object> {
        object::get_attr(op, name.to_str()?.op())
    }
    /// 1 with a new reference behind `result`, 0 with null there, or -1.
    fn PyObject_GetOptionalAttr(op: Op, name: Op, result: Place) -> PyResult<c_int> {
        store_optional(object::get_optional_attr(op, name), result)
    }
    /// As `PyObject_GetOptionalAttr`.
    fn PyObject_GetOptionalAttrString(op: Op, name: Text, result: Place) -> PyResult<c_int> {
        store_optional(name.to_str().and_then(|name| object::get_optional_attr(op, name.op())), result)
    }
    /// A null value deletes.
    fn PyObject_SetAttr(op: Op, name: Op, value: Option<Op>) -> PyResult<()> { object::set_attr(op, name, value) }
    /// A null value deletes.
    fn PyObject_SetAttrString(op: Op, name: Text, value: Option<Op>) -> PyResult<()> {
        object::set_attr(op, name.to_str()?.op(), value)
    }
    fn PyObject_DelAttr(op: Op, name: Op) -> PyResult<()> { object::set_attr(op, name, None) }
    fn PyObject_DelAttrString(op: Op, name: Text) -> PyResult<()> { object::set_attr(op, name.to_str()?.op(), None) }
    /// 1 or 0; errors count as absent and are reported as unraisable.
    fn PyObject_HasAttr(op: Op, name: Op) -> bool { has(object::get_optional_attr(op, name)) }
    /// As `PyObject_HasAttr`.
    fn PyObject_HasAttrString(op: Op, name: Text) -> bool {
        has(name.to_str().and_then(|name| object::get_optional_attr(op, name.op())))
    }
    /// 1, 0 or -1.
    fn PyObject_HasAttrWithError(op: Op, name: Op) -> PyResult<bool> {
        object::get_optional_attr(op, name).map(|value| value.is_some())
    }
    /// 1, 0 or -1.
    fn PyObject_HasAttrStringWithError(op: Op, name: Text) -> PyResult<bool> {
        object::get_optional_attr(op, name.to_str()?.op()).map(|value| value.is_some())
    }
    /// New reference.
    fn PyObject_GenericGetDict(op: Op, _context: *mut c_void) -> PyResult<Object> { object::generic_get_dict(op) }
    fn PyObject_GenericSetDict(op: Op, value: Option<Op>, _context: *mut c_void) -> PyResult<()> {
        object::generic_set_dict(op, value)
    }
    /// Where the instance dict is kept; null if it has none.
    fn _PyObject_GetDictPtr(op: Op) -> *mut *mut PyObject { object::dict_pointer(op) }
    /// New reference.
    fn PyObject_GetItem(op: Op, key: Op) -> PyResult<Object> { object::get_item(op, key) }
    fn PyObject_SetItem(op: Op, key: Op, value: Op) -> PyResult<()> { object::set_item(op, key, value) }
    fn PyObject_DelItem(op: Op, key: Op) -> PyResult<()> { object::del_item(op, key) }
    fn PyObject_DelItemString(op: Op, key: Text) -> PyResult<()> { object::del_item(op, key.to_str()?.op()) }
    /// The length, or -1.
    fn PyObject_Size(op: Op) -> PyResult<isize> { object::len(op).map(|n| n as isize) }
    /// The length, or -1.
    fn PyObject_Length(op: Op) -> PyResult<isize> { object::len(op).map(|n| n as isize) }
    fn PyObject_LengthHint(op: Op, default: isize) -> PyResult<isize> {
        object::length_hint(op, default.max(0) as usize).map(|n| n as isize)
    }
    /// New reference.
    fn PyObject_GetIter(op: Op) -> PyResult<Object> { object::get_iter(op) }
    /// New reference.
    fn PyObject_GetAIter(op: Op) -> PyResult<Object> { call::call_one(crate::eval::builtin("aiter")?.op(), op) }
    /// New reference.
    fn PyObject_Type(op: Op) -> PyResult<Object> { Ok(op.ob_type().as_object().to_owned()) }
    /// New reference.
    fn PyObject_Dir(op: Option<Op>) -> PyResult<Object> {
        match op {
            Some(op) => object::dir(op),
            None => call::call_noargs(crate::eval::builtin("dir")?.op()),
        }
    }
    /// 1, 0 or -1.
    fn PyObject_IsInstance(op: Op, class: Op) -> PyResult<bool> { object::is_instance(op, class) }
    /// 1, 0 or -1.
    fn PyObject_IsSubclass(derived: Op, class: Op) -> PyResult<bool> { object::is_subclass(derived, class) }
    fn PyCallable_Check(op: Option<Op>) -> bool { op.is_some_and(object::is_callable) }
    /// The file descriptor, or -1.
    fn PyObject_AsFileDescriptor(op: Op) -> PyResult<c_int> { crate::file::descriptor(op) }
    /// New reference.
    fn PyObject_Call(callable: Op, args: Op, kwargs: Option<Op>) -> PyResult<Object> {
        call::call_tuple_dict(callable, args, kwargs)
    }
    /// New reference. `args` is a tuple or null.
    fn PyObject_CallObject(callable: Op, args: Option<Op>) -> PyResult<Object> {
        match args {
            None => call::call_noargs(callable),
            Some(args) if args.is_instance::<PyTupleObject>() => call::call_tuple_dict(callable, args, None),
            Some(_) => Err(raise!(TypeError, "argument list must be a tuple")),
        }
    }
    /// New reference.
    fn PyObject_CallNoArgs(callable: Op) -> PyResult<Object> { call::call_noargs(callable) }
    /// New reference.
    fn PyObject_CallOneArg(callable: Op, arg: Op) -> PyResult<Object> { call::call_one(callable, arg) }
    /// New reference.
    fn PyObject_CallMethodNoArgs(op: Op, name: Op) -> PyResult<Object> {
        call::call_method_object(op, name, &[])
    }
    /// New reference.
    fn PyObject_CallMethodOneArg(op: Op, name: Op, arg: Op) -> PyResult<Object> {
        call::call_method_object(op, name, &[arg])
    }
    /// The instance's vectorcall function, or null.
    fn PyVectorcall_Function(callable: Op) -> *const c_void {
        call::vectorcall_function(callable).map_or(ptr::null(), |function| function as *const c_void)
    }
    /// New reference: `origin[args]`.
    fn Py_GenericAlias(origin: Op, args: Op) -> PyResult<Object> {
        adder_object_model::generic_alias::new(origin, args)
    }
    fn PyObject_ClearManagedDict(op: Op) { object::clear_managed_dict(op) }
    /// 0 for success.
    fn PyObject_CallFinalizerFromDealloc(op: *mut PyObject) -> c_int {
        // SAFETY: the object whose `tp_dealloc` calls.
        -c_int::from(adder_object_model::gc::call_finalizer_from_dealloc(unsafe { Op::from_ptr(op) }))
    }
    fn PyObject_CallFinalizer(op: Op) { adder_object_model::gc::call_finalizer(op) }
    fn PyObject_ClearWeakRefs(op: *mut PyObject) {
        // SAFETY: the object whose `tp_dealloc` calls.
        adder_object_model::weakref::clear_refs(unsafe { Op::from_ptr(op) })
    }
    /// Borrowed; the well-known constants by number.
    fn Py_GetConstantBorrowed(number: u32) -> *mut PyObject { constant(number) }
    /// The well-known constants by number; all are immortal.
    fn Py_GetConstant(number: u32) -> *mut PyObject { constant(number) }
    fn Py_IsNone(op: Op) -> bool { op.is_none() }
    fn Py_IsTrue(op: Op) -> bool { op.is(singletons::true_()) }
    fn Py_IsFalse(op: Op) -> bool { op.is(singletons::false_()) }
    fn Py_Is(a: Op, b: Op) -> bool { a.is(b) }
    fn PyUnstable_Object_EnableDeferredRefcount(_op: Op) -> c_int { 0 }
    fn PyUnstable_EnableTryIncRef(_op: Op) {}
    /// 1 if a new reference was taken.
    fn PyUnstable_TryIncRef(op: *mut PyObject) -> c_int {
        // SAFETY: the caller passes an object whose memory is valid.
        unsafe {
            if (*op).ob_refcnt == 0 {
                return 0;
            }
            object::incref(op);
        }
        1
    }
    /// Whether the caller's reference is the only one.
    fn PyUnstable_Object_IsUniquelyReferenced(op: Op) -> bool { op.ob_refcnt == 1 }
    /// Whether the object is a temporary that only the running frame's evaluation stack holds.
    fn PyUnstable_Object_IsUniqueReferencedTemporary(op: Op) -> bool {
        adder_interpreter::frame::is_unique_temporary(op)
    }
    fn PyUnstable_IsImmortal(op: Op) -> bool { (op.ob_refcnt as i32) < 0 }
}

fn has(result: PyResult<Option<Object>>) -> bool {
    match result {
        Ok(value) => value.is_some(),
        Err(_) => {
            (adder_object_model::state::hooks().write_unraisable)(
                Some(
                    "Exception ignored in PyObject_HasAttr(); consider using PyObject_HasAttrWithError(), PyObject_GetOptionalAttr() or PyObject_GetAttr()",
                ),
                None,
            );
            false
        }
    }
}

fn constant(number: u32) -> *mut PyObject {
    match number {
        0 => singletons::none_ptr(),
        1 => singletons::false_ptr(),
        2 => singletons::true_ptr(),
        3 => singletons::ellipsis_ptr(),
        4 => singletons::not_implemented_ptr(),
        5 => adder_object_model::int::small(0).into_ptr(),
        6 => adder_object_model::int::small(1).into_ptr(),
        7 => str::empty().into_object_ptr(),
        8 => adder_object_model::bytes::from_slice(b"").map_or(ptr::null_mut(), Owned::into_object_ptr),
        9 => tuple::empty().into_ptr(),
        _ => {
            errors::bad_internal_call().ignore();
            ptr::null_mut()
        }
    }
}

/// `PyObject_Vectorcall`: a new reference.
///
/// # Safety
/// The vectorcall protocol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
            let names = Op::from_nullable(kwnames);
            let n_names = names.and_then(|names| names.downcast::<PyTupleObject>()).map_or(0, tuple::len);
            let all = if n + n_names == 0 { &[] } else { slice::from_raw_parts(args, n + n_names) };
            Ok(call::vectorcall(Op::from_ptr(callable), all, nargsf, names))
        }
    })
}

/// `_PyObject_Vectorcall`: the older name.
///
/// # Safety
/// The vectorcall protocol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_Vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyObject_Vectorcall(callable, args, nargsf, kwnames) }
}

/// `PyObject_VectorcallDict`: keywords as a dict or null; a new reference.
///
/// # Safety
/// `args` holds as many live objects as `nargsf` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_VectorcallDict(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let callable = Op::from_ptr(callable);
            let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
            let positional = Args::from_vectorcall(args, n, ptr::null_mut());
            if kwargs.is_null() {
                return Ok(call::call(callable, positional));
            }
            Ok(call::call_tuple_dict(callable, positional.to_tuple()?.op(), Op::from_nullable(kwargs)))
        }
    })
}

/// `PyObject_VectorcallMethod`: `args[0].name(*args[1:])`; a new reference.
///
/// # Safety
/// The vectorcall protocol with the receiver first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_VectorcallMethod(
    name: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
            Ok(match object::get_method(Op::from_ptr(*args), Op::from_ptr(name))? {
                object::Method::Unbound(function) => {
                    call::call(function.op(), Args::from_vectorcall(args, n, kwnames))
                }
                object::Method::Bound(method) => {
                    call::call(method.op(), Args::from_vectorcall(args.add(1), n - 1, kwnames))
                }
            })
        }
    })
}

/// `PyObject_VisitManagedDict`: part of a `tp_traverse`.
///
/// # Safety
/// Called from the object's `tp_traverse`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_VisitManagedDict(
    op: *mut PyObject,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's callback on a live object.
    unsafe {
        let mut visitor = adder_object_model::Visitor::new(visit, arg);
        object::visit_managed_dict(Op::from_ptr(op), &mut visitor);
        visitor.result()
    }
}

/// `PyObject_Print`: writes `repr` (or `str` with `Py_PRINT_RAW`) to a C stream.
///
/// # Safety
/// `op` is null or live, `file` an open stream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Print(op: *mut PyObject, file: *mut libc::FILE, flags: c_int) -> c_int {
    run(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let text = match Op::from_nullable(op) {
                None => "<nil>".to_owned(),
                Some(op) if flags & 1 != 0 => str::to_string_lossy(object::str(op)?.op()),
                Some(op) => str::to_string_lossy(object::repr(op)?.op()),
            };
            libc::fwrite(text.as_ptr().cast(), 1, text.len(), file);
            Ok(0)
        }
    })
}

/// `_Py_Dealloc`: the count of `op` has become 0.
///
/// # Safety
/// As said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_Dealloc(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { object::dealloc(op) }
}

/// `Py_IncRef`; null is passed over.
///
/// # Safety
/// `op` is null or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_IncRef(op: *mut PyObject) {
    if !op.is_null() {
        // SAFETY: the caller's promise.
        unsafe { object::incref(op) }
    }
}

/// `Py_DecRef`; null is passed over.
///
/// # Safety
/// `op` is null or live, and the caller gives one reference up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_DecRef(op: *mut PyObject) {
    if !op.is_null() {
        // SAFETY: the caller's promise.
        unsafe { object::decref(op) }
    }
}

macro_rules! refcount_functions {
    ($($name:ident($op:ident) -> $result:ty = $body:expr;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`, for code that does not inline it.")]
        ///
        /// # Safety
        /// The argument is live.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($op: *mut PyObject) -> $result {
            // SAFETY: the caller's promise.
            unsafe { $body }
        }
    )*};
}
refcount_functions! {
    _Py_IncRef(op) -> () = object::incref(op);
    _Py_DecRef(op) -> () = object::decref(op);
    Py_NewRef(op) -> *mut PyObject = { object::incref(op); op };
    Py_XNewRef(op) -> *mut PyObject = { if !op.is_null() { object::incref(op); } op };
    Py_REFCNT(op) -> isize = (*op).ob_refcnt as isize;
    Py_TYPE(op) -> *mut PyTypeObject = (*op).ob_type;
}

/// `_Py_SetRefcnt`.
///
/// # Safety
/// `op` is live and the count is true.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SetRefcnt(op: *mut PyObject, count: isize) {
    // SAFETY: the caller's promise.
    unsafe {
        if ((*op).ob_refcnt as i32) >= 0 {
            (*op).ob_refcnt = count as u32;
        }
    }
}

/// `_Py_NewReference`: a fresh object with one reference.
///
/// # Safety
/// `op` is memory of an object whose type is set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_NewReference(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        (*op).ob_refcnt = 1;
        (*op).ob_overflow = 0;
        (*op).ob_flags = 0;
    }
    ref_tracer::tell(op, ref_tracer::Event::Create);
}

/// `PyObject_Init`: header for a block from `PyObject_Malloc`. Gives its argument back.
///
/// # Safety
/// `op` is null or a block for an object of type `tp`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Init(op: *mut PyObject, tp: *mut PyTypeObject) -> *mut PyObject {
    if op.is_null() {
        errors::no_memory().ignore();
        return op;
    }
    // SAFETY: the caller's promise.
    unsafe { alloc::init_header(op, tp) };
    op
}

/// `PyObject_InitVar`.
///
/// # Safety
/// As `PyObject_Init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_InitVar(
    op: *mut PyVarObject,
    tp: *mut PyTypeObject,
    size: isize,
) -> *mut PyVarObject {
    // SAFETY: the caller's promise.
    unsafe {
        if !PyObject_Init(op.cast(), tp).is_null() {
            (*op).ob_size = size;
        }
    }
    op
}

/// `_PyObject_New`: memory and header for an object without GC head.
///
/// # Safety
/// `tp` is a ready type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_New(tp: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller's promise; the block has the type's basic size.
    unsafe { PyObject_Init(alloc::malloc((*tp).tp_basicsize as usize).cast(), tp) }
}

/// `_PyObject_NewVar`.
///
/// # Safety
/// `tp` is a ready type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_NewVar(tp: *mut PyTypeObject, n_items: isize) -> *mut PyVarObject {
    // SAFETY: the caller's promise; the size is rounded up to a pointer as in CPython.
    unsafe {
        let size = ((*tp).tp_basicsize + n_items * (*tp).tp_itemsize + 7) & !7;
        PyObject_InitVar(alloc::malloc(size as usize).cast(), tp, n_items)
    }
}

/// `Py_EnterRecursiveCall`: 0, or -1 with `RecursionError`.
///
/// # Safety
/// `place` is null or a zero-terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_EnterRecursiveCall(place: *const c_char) -> c_int {
    run(|| {
        let place = if place.is_null() {
            "".into()
        } else {
            // SAFETY: the caller's text ends with a zero byte.
            unsafe { CStr::from_ptr(place) }.to_string_lossy()
        };
        Ok(call::enter_recursive(&place))
    })
}

c_api! {
    fn Py_LeaveRecursiveCall() { call::leave_recursive() }
    /// 1 if `op` is being printed further out already, 0, or -1.
    fn Py_ReprEnter(op: Op) -> PyResult<bool> { call::repr_enter(op) }
    fn Py_ReprLeave(op: Op) { call::repr_leave(op) }
    fn PyIter_Check(op: Op) -> bool { adder_object_model::iter::check(op) }
    fn PyAIter_Check(op: Op) -> bool {
        let methods = op.ob_type().tp_as_async;
        // SAFETY: a type's method table lives as long as the type.
        !methods.is_null() && unsafe { (*methods).am_anext.is_some() }
    }
    /// New reference; null without an exception at the end.
    fn PyIter_Next(iterator: Op) -> PyResult<Option<Object>> { adder_object_model::iter::next(iterator) }
    /// 1 with an item, 0 at the end, or -1.
    fn PyIter_NextItem(iterator: Op, item: Place) -> PyResult<c_int> {
        if iterator.ob_type().tp_iternext.is_none() {
            return Err(raise!(TypeError, "expected an iterator, got '{}'", iterator.type_name()));
        }
        store_optional(adder_object_model::iter::next(iterator), item)
    }
    /// `PYGEN_RETURN`, `PYGEN_NEXT` or `PYGEN_ERROR`.
    fn PyIter_Send(iterator: Op, value: Op, result: Place) -> PyResult<c_int> {
        use adder_object_model::iter::SendResult;
        let (value, status) = match adder_object_model::iter::send(iterator, value)? {
            SendResult::Returned(value) => (value, 0),
            SendResult::Yielded(value) => (value, 1),
        };
        result.store(value);
        Ok(status)
    }
    /// New reference.
    fn PySeqIter_New(sequence: Op) -> PyResult<Object> { adder_object_model::iter::new_sequence_iterator(sequence) }
    /// New reference.
    fn PyCallIter_New(callable: Op, sentinel: Op) -> PyResult<Object> {
        adder_object_model::iter::new_callable_iterator(callable, sentinel)
    }
}

/// `PyVectorcall_NARGS`: the number of positional arguments, without the flag.
#[unsafe(no_mangle)]
pub extern "C" fn PyVectorcall_NARGS(n: usize) -> isize {
    (n & !PY_VECTORCALL_ARGUMENTS_OFFSET) as isize
}
