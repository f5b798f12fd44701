use std::ffi::{CStr, c_char};

unsafe extern "C" {
    fn gnu_get_libc_version() -> *const c_char;
}

/// The C API is exported from the executable, and nothing else is: an extension that brings its
/// own compression library must not find ours.
fn main() {
    for names in ["Py*", "_Py*"] {
        println!("cargo:rustc-link-arg-bins=-Wl,--export-dynamic-symbol={names}");
    }
    if packs_relocations() {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether the C library, which will run what is linked against it, reads packed relocations
/// (glibc 2.36). They take 800 KiB less of every process.
fn packs_relocations() -> bool {
    // SAFETY: gives a constant, zero-terminated text.
    let version = unsafe { CStr::from_ptr(gnu_get_libc_version()) };
    let mut parts = version.to_str().unwrap_or("").split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next(), parts.next()) >= (Some(2), Some(36))
}
