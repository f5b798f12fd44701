//! What the modules about the operating system share.

use core::ffi::c_char;
use std::ffi::CString;

use adder_object_model::buffer::Buffer;
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, Raised, call, errors, exceptions, int, module, object, raise, singletons, str,
};

/// A new module with its doc string and functions.
pub fn new_module(name: &str, doc: &str, functions: &'static [PyMethodDef]) -> PyResult {
    let result = module::new(name)?;
    module::add_object(result.op(), "__doc__", str::from_str(doc)?.op())?;
    module::add_functions(result.op(), functions.as_ptr())?;
    Ok(result)
}

/// Adds integer constants to a module.
pub fn add_constants(module: Op<'_>, constants: &[(&str, i64)]) -> PyResult<()> {
    for &(name, value) in constants {
        module::add_object(module, name, int::from_i64(value)?.op())?;
    }
    Ok(())
}

/// The `OSError` for the C library's `errno`.
pub fn os_error() -> Raised {
    exceptions::set_from_errno(None, None)
}

/// Warns of True and False as descriptors, which are mistakes mostly.
pub fn warn_of_bool(op: Op<'_>) -> PyResult<()> {
    if op.is(singletons::true_()) || op.is(singletons::false_()) {
        let warn = adder_object_model::state::hooks().warn;
        warn(builtin::RuntimeWarning(), "bool is used as a file descriptor", 1)?;
    }
    Ok(())
}

/// A file descriptor: an int, or what the object's `fileno` gives (`PyObject_AsFileDescriptor`).
pub fn file_descriptor(op: Op<'_>) -> PyResult<i32> {
    let number = if op.is_instance::<PyLongObject>() {
        warn_of_bool(op)?;
        op.to_owned()
    } else if let Some(fileno) = object::get_optional_attr_str(op, "fileno")? {
        let number = call::call_noargs(fileno.op())?;
        if !number.op().is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "fileno() returned a non-integer"));
        }
        number
    } else {
        return Err(raise!(TypeError, "argument must be an int, or have a fileno() method."));
    };
    let fd = int::as_i32(number.op())?;
    if fd < 0 {
        return Err(raise!(ValueError, "file descriptor cannot be a negative integer ({fd})"));
    }
    Ok(fd)
}

/// Runs a system call again and again while it is interrupted, with the signal handlers
/// run in between; gives its result, or what `errno` says if that is -1.
pub fn attempt<T: Copy + PartialEq + From<i8>>(
    mut body: impl FnMut() -> T,
) -> PyResult<Result<T, std::io::Error>> {
    loop {
        // Taking the GIL again can change `errno`.
        let (result, error) = blocking(|| (body(), std::io::Error::last_os_error()));
        if result != T::from(-1) {
            return Ok(Ok(result));
        }
        if error.raw_os_error() != Some(libc::EINTR) {
            return Ok(Err(error));
        }
        check_signals()?;
    }
}

/// The same, with `OSError` raised for a result of -1.
pub fn retry<T: Copy + PartialEq + From<i8>>(body: impl FnMut() -> T) -> PyResult<T> {
    attempt(body)?.map_err(|error| exceptions::set_io_error(&error, None))
}

/// The addresses of strings, with a null behind them.
pub fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|text| text.as_ptr()).chain([core::ptr::null()]).collect()
}

/// The buffers as system calls take them; they keep the memory.
pub fn vectors(buffers: &[Buffer]) -> Vec<libc::iovec> {
    let vector = |piece: &Buffer| libc::iovec { iov_base: piece.view.buf, iov_len: piece.view.len as usize };
    buffers.iter().map(vector).collect()
}

/// Runs the handlers of signals that have come in.
pub fn check_signals() -> PyResult<()> {
    (adder_object_model::state::hooks().eval_breaker_pending)()
}

/// Runs something that can take long and touches no object, without the GIL.
pub fn blocking<T>(body: impl FnOnce() -> T) -> T {
    adder_interpreter::gil::without(body)
}

/// That many zeros, if there is memory for them: sizes that a program chooses must not end the process.
pub fn zeroed(size: usize) -> PyResult<Vec<u8>> {
    if size == 0 {
        return Ok(Vec::new());
    }
    let layout = core::alloc::Layout::array::<u8>(size).map_err(|_| errors::no_memory())?;
    // SAFETY: the size is not 0; a block that was given has the layout of a vector of its size.
    unsafe {
        let block = std::alloc::alloc_zeroed(layout);
        if block.is_null() {
            return Err(errors::no_memory());
        }
        Ok(Vec::from_raw_parts(block, size, size))
    }
}

/// A struct sequence type and its values, as `pwd` and others give them.
pub fn struct_sequence(tp: &Object, values: Vec<Object>) -> PyResult {
    adder_object_model::structseq::from_values(adder_object_model::structseq::as_type(tp)?, values)
}

/// The bytes of a C string, or nothing for null.
///
/// # Safety
/// `text` is null or a C string.
pub unsafe fn c_bytes<'a>(text: *const core::ffi::c_char) -> &'a [u8] {
    if text.is_null() {
        return b"";
    }
    // SAFETY: the caller's promise.
    unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes()
}
