//! Callbacks: C functions that call Python.

use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_int, c_void};
use core::ptr;

use adder_interpreter::threads;
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::type_object::alloc::alloc_instance;
use adder_object_model::{
    Borrowed, Field, Object, Op, Owned, PyLayout, PyResult, Visitor, alloc, call, define, errors, gc, raise,
    sequence, slot, state, tuple, type_object,
};
use libffi_sys::{ffi_cif, ffi_closure, ffi_type};

use super::accessors::{FieldDesc, Kind};
use super::call::{FUNCFLAG_USE_ERRNO, ffi_type_of, swap_errno};
use super::{data, info, simple};

/// A C function that calls a Python object: libffi's closure and what it needs.
#[repr(C)]
pub(super) struct CThunkObject {
    ob_base: PyObject,
    /// The closure as data, and as code. Null before it is made.
    closure: Cell<*mut ffi_closure>,
    code: Cell<*mut c_void>,
    cif: UnsafeCell<ffi_cif>,
    flags: Cell<u32>,
    /// The types of the arguments, a tuple.
    argtypes: Field,
    callable: Field,
    restype: Field,
    /// How the result is written; none if there is no result.
    desc: Cell<Option<&'static FieldDesc>>,
    /// Owned: the arguments' descriptions, which `cif` points to.
    types: Cell<*mut Vec<*mut ffi_type>>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for CThunkObject {}

type Thunk<'a> = Borrowed<'a, CThunkObject>;

impl CThunkObject {
    pub fn code(&self) -> *mut c_void {
        self.code.get()
    }
}

fn traverse(thunk: Thunk<'_>, visitor: &mut Visitor) {
    thunk.argtypes.visit(visitor);
    thunk.callable.visit(visitor);
    thunk.restype.visit(visitor);
}

/// Drops only the callable: libffi looks at the types as long as C code can call the closure.
fn clear(thunk: Thunk<'_>) {
    thunk.callable.clear();
}

fn dealloc(thunk: Thunk<'_>) {
    gc::untrack(thunk.as_object_ptr());
    thunk.callable.clear();
    thunk.argtypes.clear();
    thunk.restype.clear();
    // SAFETY: nothing can call the closure any more, and everything is given back once.
    unsafe {
        let closure = thunk.closure.replace(ptr::null_mut());
        if !closure.is_null() {
            libffi_sys::ffi_closure_free(closure.cast());
        }
        let types = thunk.types.replace(ptr::null_mut());
        if !types.is_null() {
            drop(Box::from_raw(types));
        }
        alloc::free_object(thunk.as_object_ptr());
    }
}

pub(super) static mut CThunk_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_ctypes.CThunkObject".as_ptr(),
    tp_basicsize: size_of::<CThunkObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_IMMUTABLETYPE
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_doc: c"CThunkObject".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    ..PyTypeObject::EMPTY
};

/// Makes a C function that calls `callable` (`_ctypes_alloc_callback`).
pub(super) fn new(
    callable: Op<'_>,
    argtypes: Op<'_>,
    restype: Option<Op<'_>>,
    flags: u32,
) -> PyResult<Owned<CThunkObject>> {
    // SAFETY: a static type with this layout; the fresh object is zeroed.
    let thunk: Owned<CThunkObject> =
        unsafe { alloc_instance(type_object::static_type(&raw mut CThunk_Type), 0)?.cast_unchecked() };
    let argtypes = sequence::to_tuple(argtypes)?;
    let types: Vec<*mut ffi_type> = tuple::refs(argtypes.op().downcast().expect("a tuple"))
        .iter()
        .map(|&argtype| ffi_type_of(Some(argtype)))
        .collect();
    let n = types.len() as u32;
    let types = Box::into_raw(Box::new(types));
    thunk.types.set(types);
    thunk.flags.set(flags);
    let result_type = match restype.filter(|restype| !restype.is_none()) {
        None => &raw mut libffi_sys::ffi_type_void,
        Some(restype) => {
            let info = info::from_type(restype);
            let Some((info, desc)) = info.and_then(|info| Some((info, info.desc.get()?))) else {
                return Err(raise!(TypeError, "invalid result type for callback function"));
            };
            thunk.desc.set(Some(desc));
            info.ffi_type()
        }
    };
    thunk.restype.set(restype.map(|restype| restype.to_owned()));
    // SAFETY: the closure, the descriptions and the thunk itself live until the thunk dies,
    // and with it the function.
    unsafe {
        let mut code = ptr::null_mut();
        let closure =
            libffi_sys::ffi_closure_alloc(size_of::<ffi_closure>(), &raw mut code).cast::<ffi_closure>();
        if closure.is_null() {
            return Err(errors::no_memory());
        }
        thunk.closure.set(closure);
        thunk.code.set(code);
        let abi = libffi_sys::ffi_abi_FFI_DEFAULT_ABI;
        let status = libffi_sys::ffi_prep_cif(thunk.cif.get(), abi, n, result_type, (*types).as_mut_ptr());
        if status != libffi_sys::ffi_status_FFI_OK {
            return Err(raise!(RuntimeError, "ffi_prep_cif failed with {status}"));
        }
        let status = libffi_sys::ffi_prep_closure_loc(
            closure,
            thunk.cif.get(),
            Some(run),
            thunk.as_ptr().cast(),
            code,
        );
        if status != libffi_sys::ffi_status_FFI_OK {
            return Err(raise!(RuntimeError, "ffi_prep_closure failed with {status}"));
        }
    }
    thunk.argtypes.set(Some(argtypes));
    thunk.callable.set(Some(callable.to_owned()));
    Ok(thunk)
}

/// What libffi calls.
unsafe extern "C" fn run(
    _cif: *mut ffi_cif,
    result: *mut c_void,
    arguments: *mut *mut c_void,
    thunk: *mut c_void,
) {
    let held = threads::ensure();
    {
        // SAFETY: the function lives only as long as its thunk; our reference lets the
        // callback drop the others.
        let thunk: Owned<CThunkObject> = unsafe { Owned::new_ref(thunk.cast()) };
        let status: c_int = define::guard_status(|| {
            // SAFETY: libffi passes as many arguments as the closure was declared with.
            unsafe { answer(thunk.borrow(), result.cast(), arguments) };
            Ok(())
        });
        if status != 0 {
            errors::write_unraisable("Exception ignored while calling ctypes callback function", None);
        }
    }
    threads::release(held);
}

/// The arguments of a callback as objects.
///
/// # Safety
/// `arguments` points to as many values as the thunk's types say.
unsafe fn convert_arguments(thunk: Thunk<'_>, arguments: *mut *mut c_void) -> PyResult<Vec<Object>> {
    let Some(argtypes) = thunk.argtypes.get() else { return Ok(Vec::new()) };
    let argtypes: Borrowed<'_, PyTupleObject> = argtypes.op().downcast().expect("a tuple");
    let mut converted = Vec::with_capacity(tuple::len(argtypes));
    for (index, &argtype) in tuple::refs(argtypes).iter().enumerate() {
        // SAFETY: the caller's promise.
        let value: *mut u8 = unsafe { (*arguments.add(index)).cast() };
        let Some(info) = info::from_type(argtype) else {
            return Err(raise!(TypeError, "cannot build parameter"));
        };
        converted.push(match info.desc.get().filter(|_| !simple::is_subclass(argtype)) {
            // SAFETY: a value of the type.
            Some(desc) => unsafe { desc.get(value, info.size.get())? },
            None => {
                let made = call::call_noargs(argtype)?;
                let Some(held) = made.op().downcast::<data::CDataObject>() else {
                    return Err(raise!(TypeError, "unexpected result of create argument {index}"));
                };
                // SAFETY: both have the size of the type.
                unsafe { ptr::copy_nonoverlapping(value, held.b_ptr.get(), info.size.get() as usize) };
                made
            }
        });
    }
    Ok(converted)
}

/// Calls the Python object and writes the result; reports what goes wrong.
///
/// # Safety
/// As for `convert_arguments`, and a result of the thunk's type can be written.
unsafe fn answer(thunk: Thunk<'_>, result: *mut u8, arguments: *mut *mut c_void) {
    let Some(callable) = thunk.callable.get() else { return };
    let report = |what: &str| {
        errors::write_unraisable(
            &format!("Exception ignored while {what} ctypes callback function"),
            Some(callable.op()),
        );
    };
    // A caller gets zero where there is no result.
    // SAFETY: results are at least as large as a register, or as large as their type.
    unsafe {
        if let Some(desc) = thunk.desc.get() {
            ptr::write_bytes(result, 0, desc.size.max(size_of::<usize>()));
        }
    }
    // SAFETY: the caller's promise.
    let converted = match unsafe { convert_arguments(thunk, arguments) } {
        Ok(converted) => converted,
        Err(raised) => {
            raised.ignore();
            return report("creating argument of");
        }
    };
    let refs: Vec<Op<'_>> = converted.iter().map(Object::op).collect();
    let uses_errno = thunk.flags.get() & FUNCFLAG_USE_ERRNO != 0;
    if uses_errno {
        swap_errno();
    }
    let returned = call::call_positional(callable.op(), &refs);
    if uses_errno {
        swap_errno();
    }
    let returned = match returned {
        Ok(returned) => returned,
        Err(raised) => {
            raised.ignore();
            return report("calling");
        }
    };
    let Some(desc) = thunk.desc.get() else { return };
    // SAFETY: the caller's promise.
    match unsafe { desc.set(result, returned.op(), desc.size as isize) } {
        Err(raised) => {
            raised.ignore();
            report("converting result of");
        }
        Ok(keep) if keep.op().is_none() => {}
        // The caller gets the reference.
        Ok(keep) if desc.kind == Kind::Object => core::mem::forget(keep),
        Ok(keep) => {
            // Nothing can tell when the caller is done with it.
            core::mem::forget(keep);
            let warned =
                (state::hooks().warn)(builtin::RuntimeWarning(), "memory leak in callback function.", 1);
            if let Err(raised) = warned {
                raised.ignore();
                report("converting result of");
            }
        }
    }
}
