//! `Py_Hash*` and `PyHash_GetFuncDef`.

use core::ffi::c_void;

use adder_object_model::hashing;
use adder_object_model::layout::*;

/// `Py_HashBuffer`: the hash of bytes, as `str` and `bytes` have it.
///
/// # Safety
/// `data` holds `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_HashBuffer(data: *const c_void, len: Py_ssize_t) -> Py_hash_t {
    if len <= 0 {
        return 0;
    }
    // SAFETY: the caller's promise.
    hashing::hash_bytes(unsafe { core::slice::from_raw_parts(data.cast(), len as usize) })
}

/// `Py_HashPointer`: the hash of an address.
#[unsafe(no_mangle)]
pub extern "C" fn Py_HashPointer(pointer: *const c_void) -> Py_hash_t {
    hashing::hash_pointer(pointer)
}

static FUNCTION: PyHash_FuncDef =
    PyHash_FuncDef { hash: Some(Py_HashBuffer), name: c"siphash13".as_ptr(), hash_bits: 64, seed_bits: 128 };

/// `PyHash_GetFuncDef`: what the hash of strings is called and how wide it is.
#[unsafe(no_mangle)]
pub extern "C" fn PyHash_GetFuncDef() -> *const PyHash_FuncDef {
    &raw const FUNCTION
}
