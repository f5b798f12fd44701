//! Calling objects: vectorcall, tp_call, methods, and the helpers of `PyObject_Call*`.
//!
//! Most callables have a vectorcall function at an offset their type names: it takes
//! the arguments as an array, with the names of the last ones in a tuple. The others
//! have `tp_call`, with a tuple and a dict. The functions here take either kind of
//! arguments and convert only when the callable wants the other one.

use core::cell::Cell;
use core::ffi::c_void;
use core::{ptr, slice};

use crate::args::Parts;
use crate::define::guard_object;
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, dict, errors, exceptions, object, raise, state, str, tuple,
};

/// The vectorcall function of an object, if it has one (`PyVectorcall_Function`).
#[inline]
pub fn vectorcall_function(callable: Op<'_>) -> Option<vectorcallfunc> {
    let tp = callable.ob_type();
    if tp.tp_flags & Py_TPFLAGS_HAVE_VECTORCALL == 0 {
        return None;
    }
    // SAFETY: the flag promises a function pointer, or null, at the offset.
    unsafe { *callable.as_ptr().byte_offset(tp.tp_vectorcall_offset).cast::<Option<vectorcallfunc>>() }
}

/// `PyObject_Vectorcall` as C sees it: null with an exception set, or a new reference.
///
/// # Safety
/// As the vectorcall protocol says: `args` holds as many live objects as `nargsf` and
/// `kwnames` say, and the cell before it may be written to if `nargsf` has its top bit set.
#[inline]
pub unsafe fn vectorcall_raw(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(function) = vectorcall_function(Op::from_ptr(callable)) else {
            let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
            return call_slot(callable, args, n, kwnames);
        };
        let result = function(callable, args, nargsf, kwnames);
        checked(callable, result)
    }
}

/// Lets a C result through if result and exception state agree.
#[inline]
fn checked(callable: *mut PyObject, result: *mut PyObject) -> *mut PyObject {
    if result.is_null() == errors::occurred().is_some() {
        return result;
    }
    // SAFETY: the callable is alive during its call, whose result is a new reference or null.
    guard_object(|| unsafe { check_c_result(Op::from_ptr(callable), result) })
}

/// Calls through `tp_call` with arguments that came as an array.
#[cold]
unsafe fn call_slot(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    n: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: the caller's promise is the vectorcall protocol.
        unsafe {
            let args = Args::from_vectorcall(args, n, kwnames);
            if let Some(result) = crate::type_object::new::call_plain_class(Op::from_ptr(callable), args) {
                return result;
            }
            let positional = args.to_tuple()?;
            let keywords = args.to_dict()?;
            call_slot_with_tuple(Op::from_ptr(callable), positional.op(), keywords.as_ref().map(Owned::op))
        }
    })
}

fn call_slot_with_tuple(callable: Op<'_>, args: Op<'_>, kwargs: Option<Op<'_>>) -> PyResult {
    let Some(call) = callable.ob_type().tp_call else {
        return Err(raise!(TypeError, "'{}' object is not callable", callable.type_name()));
    };
    enter_recursive(" while calling a Python object")?;
    // SAFETY: the slot of a live type, with a tuple, and a dict or null.
    let result = unsafe { call(callable.as_ptr(), args.as_ptr(), crate::refs::as_nullable(kwargs)) };
    leave_recursive();
    // SAFETY: `tp_call` gives a new reference or null.
    unsafe { check_c_result(callable, result) }
}

/// Calls `callable` with the arguments of another call.
pub fn call(callable: Op<'_>, args: Args<'_>) -> PyResult {
    match args.parts() {
        Parts::Array(args, n, kwnames) => {
            // SAFETY: `Args` holds live arguments in the order of the protocol.
            unsafe { Owned::from_c(vectorcall_raw(callable.as_ptr(), args, n, kwnames)) }
        }
        Parts::Dict(positional, kwargs) => {
            if vectorcall_function(callable).is_some() {
                let flat = Flat::new(None, positional, kwargs)?;
                // SAFETY: `Flat` holds live arguments in the order of the protocol.
                return unsafe { flat.call(callable) };
            }
            let positional = args_tuple(positional)?;
            call_slot_with_tuple(callable, positional.op(), Some(kwargs.as_object()))
        }
    }
}

fn args_tuple(positional: &[*mut PyObject]) -> PyResult {
    // SAFETY: arguments are live.
    tuple::from_refs(positional.iter().map(|&op| unsafe { Op::from_ptr(op) }))
}

/// Calls `callable(first, *args)`: what a method does that was found on a type.
pub fn call_prepended(callable: Op<'_>, first: Op<'_>, args: Args<'_>) -> PyResult {
    match args.parts() {
        Parts::Array(args, n, kwnames) => {
            // SAFETY: `Args` holds live arguments in the order of the protocol; a tuple of names.
            unsafe {
                let names: Option<Borrowed<'_, PyTupleObject>> = Borrowed::from_nullable(kwnames.cast());
                let total = n + names.map_or(0, tuple::len);
                let rest = if total == 0 { &[][..] } else { slice::from_raw_parts(args, total) };
                with_array(Some(first), rest, |array| {
                    // The cell in front of the array is ours to lend.
                    Owned::from_c(vectorcall_raw(
                        callable.as_ptr(),
                        array,
                        (n + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET,
                        kwnames,
                    ))
                })
            }
        }
        Parts::Dict(positional, kwargs) => {
            let flat = Flat::new(Some(first), positional, kwargs)?;
            // SAFETY: `Flat` holds live arguments in the order of the protocol.
            unsafe { flat.call(callable) }
        }
    }
}

/// Lays out `[spare cell, first, rest...]` and hands out the address behind the spare cell.
fn with_array<R>(
    first: Option<Op<'_>>,
    rest: &[*mut PyObject],
    f: impl FnOnce(*const *mut PyObject) -> R,
) -> R {
    const SMALL: usize = 8;
    let skip = 1 + usize::from(first.is_some());
    let first = first.map_or(ptr::null_mut(), Borrowed::as_ptr);
    if rest.len() + skip <= SMALL {
        let mut array = [ptr::null_mut(); SMALL];
        array[1] = first;
        array[skip..skip + rest.len()].copy_from_slice(rest);
        return f(array[1..].as_ptr());
    }
    let mut array = Vec::with_capacity(rest.len() + skip);
    array.resize(skip, first);
    array.extend_from_slice(rest);
    f(array[1..].as_ptr())
}

/// Arguments of a tuple and a dict, laid out for vectorcall.
struct Flat {
    /// A spare cell, the arguments, the values of keywords; all kept alive by `_held`.
    array: Vec<*mut PyObject>,
    n: usize,
    names: Object,
    /// The dict can change during the call.
    _held: Vec<Object>,
}

impl Flat {
    fn new(
        first: Option<Op<'_>>,
        positional: &[*mut PyObject],
        kwargs: Borrowed<'_, PyDictObject>,
    ) -> PyResult<Self> {
        let pairs = dict::pairs(kwargs);
        if pairs.iter().any(|(key, _)| !key.is_instance::<PyUnicodeObject>()) {
            return Err(raise!(TypeError, "keywords must be strings"));
        }
        let names = tuple::from_refs(pairs.iter().map(|(key, _)| *key))?;
        let held: Vec<Object> = pairs.iter().map(|&(_, value)| value.to_owned()).collect();
        let mut array = vec![ptr::null_mut()];
        array.extend(first.map(Borrowed::as_ptr));
        array.extend_from_slice(positional);
        let n = array.len() - 1;
        array.extend(held.iter().map(Owned::as_ptr));
        Ok(Self { array, n, names, _held: held })
    }

    /// # Safety
    /// The positional arguments are still alive.
    unsafe fn call(&self, callable: Op<'_>) -> PyResult {
        // SAFETY: the array holds what `n` and `names` say, behind a spare cell.
        unsafe {
            Owned::from_c(vectorcall_raw(
                callable.as_ptr(),
                self.array.as_ptr().add(1),
                self.n | PY_VECTORCALL_ARGUMENTS_OFFSET,
                self.names.as_ptr(),
            ))
        }
    }
}

pub fn call_noargs(callable: Op<'_>) -> PyResult {
    call_positional(callable, &[])
}

pub fn call_one(callable: Op<'_>, arg: Op<'_>) -> PyResult {
    call_positional(callable, &[arg])
}

/// Calls with positional arguments.
#[inline]
pub fn call_positional(callable: Op<'_>, args: &[Op<'_>]) -> PyResult {
    // SAFETY: `Op` is a transparent pointer; the arguments are alive during the call.
    unsafe {
        Owned::from_c(vectorcall_raw(callable.as_ptr(), args.as_ptr().cast(), args.len(), ptr::null_mut()))
    }
}

/// `PyObject_Call`: with a tuple and a dict.
pub fn call_tuple_dict(callable: Op<'_>, args: Op<'_>, kwargs: Option<Op<'_>>) -> PyResult {
    let Some(positional) = args.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "argument list must be a tuple"));
    };
    if vectorcall_function(callable).is_none() {
        return call_slot_with_tuple(callable, args, kwargs);
    }
    // SAFETY: a tuple and a dict, alive during the call.
    call(callable, unsafe {
        Args::from_tuple_and_dict(positional.as_object_ptr(), crate::refs::as_nullable(kwargs))
    })
}

/// Calls `op.name(*args)` without making a bound method where that can be avoided.
pub fn call_method(op: Op<'_>, name: &str, args: &[Op<'_>]) -> PyResult {
    let name = str::intern(name)?;
    call_method_object(op, name.op(), args)
}

/// `call_method` for a name that is at hand as an object.
pub fn call_method_object(op: Op<'_>, name: Op<'_>, args: &[Op<'_>]) -> PyResult {
    match object::get_method(op, name)? {
        object::Method::Bound(method) => call_positional(method.op(), args),
        object::Method::Unbound(function) => {
            // SAFETY: `Op` is a transparent pointer.
            let rest = unsafe { slice::from_raw_parts(args.as_ptr().cast::<*mut PyObject>(), args.len()) };
            with_array(Some(op), rest, |array| {
                // SAFETY: the array holds `self` and the arguments, behind a spare cell.
                unsafe {
                    Owned::from_c(vectorcall_raw(
                        function.as_ptr(),
                        array,
                        (args.len() + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET,
                        ptr::null_mut(),
                    ))
                }
            })
        }
    }
}

pub fn call_method_noargs(op: Op<'_>, name: &str) -> PyResult {
    call_method(op, name, &[])
}

/// `PyObject_Vectorcall`: `args` are the positional arguments and the values of `kwnames`.
pub fn vectorcall(
    callable: Op<'_>,
    args: &[*mut PyObject],
    nargsf: usize,
    kwnames: Option<Op<'_>>,
) -> PyResult {
    // SAFETY: the caller's arguments are alive and as many as the counts say.
    unsafe {
        Owned::from_c(vectorcall_raw(
            callable.as_ptr(),
            args.as_ptr(),
            nargsf,
            crate::refs::as_nullable(kwnames),
        ))
    }
}

/// `PyObject_VectorcallMethod`: the receiver is `args[0]`.
///
/// # Safety
/// The vectorcall protocol, with at least one positional argument.
pub unsafe fn vectorcall_method(
    name: Op<'_>,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> PyResult {
    // SAFETY: the caller's promise. A bound method gets the arguments behind the receiver,
    // whose cell it may use, as it stands in front of them.
    unsafe {
        let receiver = Op::from_ptr(*args);
        let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        match object::get_method(receiver, name)? {
            object::Method::Bound(method) => Owned::from_c(vectorcall_raw(
                method.as_ptr(),
                args.add(1),
                (n - 1) | (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET),
                kwnames,
            )),
            object::Method::Unbound(function) => {
                Owned::from_c(vectorcall_raw(function.as_ptr(), args, n, kwnames))
            }
        }
    }
}

/// The result of a C function as a `PyResult`; a result that contradicts the exception
/// state becomes `SystemError` (`_Py_CheckFunctionResult`).
///
/// # Safety
/// `result` is null or a reference that the caller gives up.
pub unsafe fn check_c_result(callable: Op<'_>, result: *mut PyObject) -> PyResult {
    // SAFETY: the caller's promise.
    let result = unsafe { Owned::steal_nullable(result) };
    match (result, errors::occurred()) {
        (Some(result), None) => Ok(result),
        (None, Some(_)) => Err(errors::raised()),
        (None, None) => {
            let name = repr_for_message(callable);
            Err(raise!(SystemError, "{name} returned NULL without setting an exception"))
        }
        (Some(result), Some(_)) => {
            drop(result);
            let cause = errors::take().expect("just seen");
            let name = repr_for_message(callable);
            let raised = raise!(SystemError, "{name} returned a result with an exception set");
            let exception = raised.take();
            exceptions::set_cause(exception.op(), Some(cause.clone()));
            exceptions::set_context(exception.op(), Some(cause));
            Err(errors::restore(exception))
        }
    }
}

fn repr_for_message(op: Op<'_>) -> String {
    match object::repr(op) {
        Ok(text) => str::to_string_lossy(text.op()),
        Err(raised) => {
            raised.clear();
            format!("<{}>", op.type_name())
        }
    }
}

/// `tp_call` of types whose instances have a vectorcall function.
///
/// # Safety
/// `callable` is a live object, `args` a tuple, `kwargs` a dict or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyVectorcall_Call(
    callable: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise; the type names the offset of a function pointer.
    guard_object(|| unsafe {
        let callable = Op::from_ptr(callable);
        let offset = callable.ob_type().tp_vectorcall_offset;
        let function = (offset > 0)
            .then(|| *callable.as_ptr().byte_offset(offset).cast::<Option<vectorcallfunc>>())
            .flatten();
        let Some(function) = function else {
            return Err(raise!(TypeError, "'{}' object does not support vectorcall", callable.type_name()));
        };
        let result = match Args::from_tuple_and_dict(args, kwargs).parts() {
            Parts::Array(args, n, kwnames) => function(callable.as_ptr(), args, n, kwnames),
            Parts::Dict(positional, kwargs) => {
                let flat = Flat::new(None, positional, kwargs)?;
                let nargsf = flat.n | PY_VECTORCALL_ARGUMENTS_OFFSET;
                let result =
                    function(callable.as_ptr(), flat.array.as_ptr().add(1), nargsf, flat.names.as_ptr());
                drop(flat);
                result
            }
        };
        check_c_result(callable, result)
    })
}

thread_local! {
    /// The lowest stack address a call may start at; 0 until the thread first asks.
    static STACK_LIMIT: Cell<usize> = const { Cell::new(0) };
    static STACK_TOP: Cell<usize> = const { Cell::new(0) };
    /// Containers whose repr is being computed.
    static IN_REPR: core::cell::RefCell<Vec<*mut PyObject>> = const { core::cell::RefCell::new(Vec::new()) };
}

/// What stays free below the limit, for raising the exception and for leaf functions.
const STACK_MARGIN: usize = 256 * 1024;

#[cold]
fn find_stack_limit() -> usize {
    // SAFETY: asks the C library about the calling thread; the attributes are given back.
    let (bottom, size) = unsafe {
        let mut attributes = core::mem::zeroed::<libc::pthread_attr_t>();
        let mut bottom: *mut c_void = ptr::null_mut();
        let mut size = 0;
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            (0, 0)
        } else {
            libc::pthread_attr_getstack(&attributes, &mut bottom, &mut size);
            libc::pthread_attr_destroy(&mut attributes);
            (bottom as usize, size)
        }
    };
    let margin = STACK_MARGIN.min(size / 4);
    let limit = (bottom + margin).max(1);
    STACK_LIMIT.set(limit);
    STACK_TOP.set(bottom + size);
    limit
}

/// Refuses to recurse when the machine stack is nearly used up (`Py_EnterRecursiveCall`).
#[inline]
pub fn enter_recursive(place: &str) -> PyResult<()> {
    let here = stack_address();
    let mut limit = STACK_LIMIT.get();
    if limit == 0 {
        limit = find_stack_limit();
    }
    if here < limit { Err(too_deep(here, place)) } else { Ok(()) }
}

/// The stack address of the running function, more or less.
#[inline]
pub fn stack_address() -> usize {
    let marker = 0u8;
    &raw const marker as usize
}

/// Another stack than the thread's own is being used (greenlets switch by hand): the limit
/// holds for the thread's stack alone.
#[cold]
fn too_deep(here: usize, place: &str) -> crate::Raised {
    let used = STACK_TOP.get().saturating_sub(here) / 1024;
    let tstate = state::current();
    // SAFETY: a running thread has a state.
    unsafe { (*tstate).recursion_headroom += 1 };
    let raised = raise!(RecursionError, "Stack overflow (used {used} kB){place}");
    // SAFETY: as above.
    unsafe { (*tstate).recursion_headroom -= 1 };
    raised
}

/// `Py_LeaveRecursiveCall`: nothing is counted, so nothing is to be done.
#[inline]
pub fn leave_recursive() {}

/// `Py_ReprEnter`: true if the repr of `op` is already being computed.
pub fn repr_enter(op: Op<'_>) -> PyResult<bool> {
    Ok(IN_REPR.with_borrow_mut(|active| {
        let found = active.contains(&op.as_ptr());
        if !found {
            active.push(op.as_ptr());
        }
        found
    }))
}

/// `Py_ReprLeave`.
pub fn repr_leave(op: Op<'_>) {
    IN_REPR.with_borrow_mut(|active| {
        if let Some(index) = active.iter().rposition(|&other| other == op.as_ptr()) {
            active.remove(index);
        }
    });
}
