//! The cursor over a C function's variable arguments; see `shim.c`.

use core::ffi::{c_char, c_int, c_long, c_longlong, c_uint, c_void};

/// A `va_list` behind a pointer, opaque here.
#[repr(C)]
pub struct Cursor {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn adder_va_int(cursor: *mut Cursor) -> c_int;
    fn adder_va_uint(cursor: *mut Cursor) -> c_uint;
    fn adder_va_long(cursor: *mut Cursor) -> c_long;
    fn adder_va_longlong(cursor: *mut Cursor) -> c_longlong;
    fn adder_va_double(cursor: *mut Cursor) -> f64;
    fn adder_va_pointer(cursor: *mut Cursor) -> *mut c_void;
}

/// The arguments that a format string describes, taken one by one.
pub struct VaList(*mut Cursor);

macro_rules! take {
    ($($name:ident: $type:ty = $function:ident;)*) => {$(
        /// The next argument.
        ///
        /// # Safety
        /// The caller of the variadic function passed an argument of this type here.
        pub unsafe fn $name(&mut self) -> $type {
            // SAFETY: the cursor is live, and the type is the caller's promise.
            unsafe { $function(self.0) }
        }
    )*};
}

impl VaList {
    /// # Safety
    /// `cursor` comes from the shim and lives as long as the result.
    pub unsafe fn new(cursor: *mut Cursor) -> Self {
        Self(cursor)
    }

    take! {
        int: c_int = adder_va_int;
        uint: c_uint = adder_va_uint;
        long: c_long = adder_va_long;
        longlong: c_longlong = adder_va_longlong;
        double: f64 = adder_va_double;
    }

    /// The next argument, a pointer.
    ///
    /// # Safety
    /// As for the others.
    pub unsafe fn pointer<T>(&mut self) -> *mut T {
        // SAFETY: as for the others.
        unsafe { adder_va_pointer(self.0).cast() }
    }

    /// The next argument, a string.
    ///
    /// # Safety
    /// As for the others.
    pub unsafe fn string(&mut self) -> *const c_char {
        // SAFETY: as for the others.
        unsafe { adder_va_pointer(self.0).cast() }
    }
}
