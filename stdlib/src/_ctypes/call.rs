//! Calling a C function through libffi, and turning its result into an object.

use core::cell::Cell;
use core::ffi::{c_int, c_void};

use adder_interpreter::{gil, sys};
use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, Raised, call, errors, int, raise, singletons, tuple};
use libffi_sys::{ffi_cif, ffi_type};

use super::accessors::Kind;
use super::argument::Argument;
use super::functions::{argument_error, extend_error};
use super::{MAX_ARGUMENTS, data, info, simple};

pub(super) const FUNCFLAG_CDECL: u32 = 0x1;
pub(super) const FUNCFLAG_PYTHONAPI: u32 = 0x4;
pub(super) const FUNCFLAG_USE_ERRNO: u32 = 0x8;
pub(super) const FUNCFLAG_USE_LASTERROR: u32 = 0x10;

thread_local! {
    /// The copy of `errno` that belongs to ctypes.
    static ERRNO: Cell<c_int> = const { Cell::new(0) };
}

/// Ctypes' own copy of `errno`; gives the old value.
pub(super) fn set_errno(value: c_int) -> c_int {
    ERRNO.replace(value)
}

pub(super) fn errno() -> c_int {
    ERRNO.get()
}

/// Exchanges the C library's `errno` with ctypes' copy.
pub(super) fn swap_errno() {
    // SAFETY: the C library's own place, for this thread.
    unsafe {
        let place = libc::__errno_location();
        *place = ERRNO.replace(*place);
    }
}

/// What a function is, besides its address.
pub(super) struct Signature<'a> {
    pub flags: u32,
    /// `from_param` of each argument's type, if there are such types.
    pub converters: Option<Op<'a>>,
    pub restype: Option<Op<'a>>,
    /// `_check_retval_` of the result's type.
    pub checker: Option<Op<'a>>,
}

/// The description of a type for libffi; anything that is no ctypes type is an `int`.
pub(super) fn ffi_type_of(restype: Option<Op<'_>>) -> *mut ffi_type {
    match restype {
        Some(op) if op.is_none() => &raw mut libffi_sys::ffi_type_sint32,
        Some(op) => info::from_type(op).map_or(&raw mut libffi_sys::ffi_type_sint32, |info| info.ffi_type()),
        None => &raw mut libffi_sys::ffi_type_sint32,
    }
}

fn wrong_argument(raised: Raised, index: usize) -> Raised {
    match argument_error() {
        Ok(class) => extend_error(raised, class.op(), &format!("argument {index}: ")),
        Err(raised) => raised,
    }
}

/// Converts the arguments, calls the function and converts the result (`_ctypes_callproc`).
pub(super) fn call_function(
    address: *mut c_void,
    arguments: &[Op<'_>],
    signature: &Signature<'_>,
) -> PyResult {
    let n = arguments.len();
    if n > MAX_ARGUMENTS {
        let class = argument_error()?;
        let message = format!("too many arguments ({n}), maximum is {MAX_ARGUMENTS}");
        return Err(errors::set_string(class.op(), &message));
    }
    let converters = signature.converters.and_then(|op| op.downcast::<PyTupleObject>());
    let converters = converters.map_or(&[][..], |converters| tuple::refs(converters));
    let mut converted = Vec::with_capacity(n);
    for (index, &argument) in arguments.iter().enumerate() {
        // More arguments than there are types for are allowed.
        let argument = match converters.get(index) {
            Some(&converter) => call::call_one(converter, argument)
                .and_then(|argument| Argument::convert(argument.op(), index + 1)),
            None => Argument::convert(argument, index + 1),
        };
        converted.push(argument.map_err(|raised| wrong_argument(raised, index + 1))?);
    }
    let restype = ffi_type_of(signature.restype);
    let mut types: Vec<*mut ffi_type> = converted.iter().map(|argument| argument.ffi).collect();
    let mut values: Vec<*mut c_void> = converted.iter().map(Argument::address).collect();
    // Results are at least as large as a register, and aligned for any type.
    // SAFETY: a live description.
    let mut result = vec![0u128; unsafe { (*restype).size }.div_ceil(16).max(1)];
    let result_address = result.as_mut_ptr().cast::<u8>();
    invoke(address, signature.flags, restype, &mut types, &mut values, result_address)?;
    // The result can point into an argument.
    // SAFETY: the function has filled it in.
    let result = unsafe { convert_result(signature, result_address) };
    drop(converted);
    result
}

fn invoke(
    address: *mut c_void,
    flags: u32,
    restype: *mut ffi_type,
    types: &mut [*mut ffi_type],
    values: &mut [*mut c_void],
    result: *mut u8,
) -> PyResult<()> {
    // SAFETY: plain data that the call below fills in.
    let mut cif: ffi_cif = unsafe { core::mem::zeroed() };
    // SAFETY: the descriptions live as long as the call.
    let status = unsafe {
        libffi_sys::ffi_prep_cif(
            &raw mut cif,
            libffi_sys::ffi_abi_FFI_DEFAULT_ABI,
            types.len() as u32,
            restype,
            types.as_mut_ptr(),
        )
    };
    if status != libffi_sys::ffi_status_FFI_OK {
        return Err(raise!(RuntimeError, "ffi_prep_cif failed"));
    }
    let mut body = || {
        if flags & FUNCFLAG_USE_ERRNO != 0 {
            swap_errno();
        }
        // SAFETY: whoever declared the function promised that it takes such arguments.
        unsafe {
            let function = core::mem::transmute::<*mut c_void, Option<unsafe extern "C" fn()>>(address);
            libffi_sys::ffi_call(&raw mut cif, function, result.cast(), values.as_mut_ptr());
        }
        if flags & FUNCFLAG_USE_ERRNO != 0 {
            swap_errno();
        }
    };
    if flags & FUNCFLAG_PYTHONAPI == 0 {
        gil::without(body);
    } else {
        body();
        if errors::occurred().is_some() {
            return Err(errors::raised());
        }
    }
    Ok(())
}

/// # Safety
/// A result of the function's type lies at `result`.
unsafe fn convert_result(signature: &Signature<'_>, result: *mut u8) -> PyResult {
    // SAFETY: a function without a C type for its result gives an `int`, which lies there.
    let as_int = || int::from_i64(unsafe { *result.cast::<i32>() }.into());
    let Some(restype) = signature.restype else {
        return as_int();
    };
    if restype.is_none() {
        return Ok(singletons::none().to_owned());
    }
    let Some(info) = info::from_type(restype) else {
        return call::call_one(restype, as_int()?.op());
    };
    let value = match info.desc.get().filter(|_| !simple::is_subclass(restype)) {
        Some(desc) => {
            // SAFETY: the caller's promise: a value of the type that the description reads lies there.
            let value = unsafe { desc.get(result, info.size.get())? };
            if desc.kind == Kind::Object {
                // The function's reference is ours, and reading took another one.
                // SAFETY: the reference that the function gave.
                drop(unsafe { Object::steal(value.as_ptr()) });
            }
            value
        }
        // SAFETY: the caller's promise: as many bytes as the type has lie there.
        None => unsafe { data::from_copy(restype, result)?.into_object() },
    };
    match signature.checker {
        Some(checker) => call::call_one(checker, value.op()),
        None => Ok(value),
    }
}

/// Tells the audit hooks of a call by address.
pub(super) fn audit_call(address: *mut c_void, arguments: Op<'_>) -> PyResult<()> {
    sys::audit("ctypes.call_function", &[int::from_usize(address as usize)?.op(), arguments])
}
