//! Between C and Rust: arguments in, results out, and the `c_api!` macro.
//!
//! `c_api!` turns a body over safe types into the exported function:
//!
//! ```ignore
//! c_api! {
//!     /// New reference.
//!     fn PyObject_Repr(op: Op) -> PyResult<Str> { object::repr(op) }
//! }
//! ```
//!
//! An argument's type says how the C argument is read (`FromC`): a typed reference is
//! checked and a wrong or null one raises `SystemError`, as `PyErr_BadInternalCall`
//! does. The result's type says how it is handed over (`IntoC`): a `Lent` result gives
//! no reference to the caller.
//!
//! Every function of this crate relies on what the C API asks of its callers: the GIL
//! is held, pointers are null or point to live objects, strings end with a zero byte.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;

use adder_object_model::define::guard_with;
use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Owned, PyLayout, PyResult, PyTyped, errors, raise, str};

/// A borrowed argument: alive as long as the C function that got it runs.
pub type Op = Borrowed<'static, PyObject>;
/// A borrowed argument of a type that is checked.
pub type Of<T> = Borrowed<'static, T>;
pub type Object = Owned<PyObject>;
pub type Str = Owned<PyUnicodeObject>;

/// A C argument as the type a body wants.
pub trait FromC: Sized {
    type C;
    /// What happens before any argument is looked at: what the caller finds in its places if one is wrong.
    ///
    /// # Safety
    /// As for `from_c`.
    #[inline]
    unsafe fn prepare(_value: &Self::C) {}
    /// # Safety
    /// `value` is what the C API promises for a parameter of this kind.
    unsafe fn from_c(value: Self::C) -> PyResult<Self>;
}

impl<T: PyTyped> FromC for Borrowed<'static, T> {
    type C = *mut PyObject;
    #[inline]
    unsafe fn from_c(value: *mut PyObject) -> PyResult<Self> {
        // SAFETY: null or a live object, which the caller keeps alive during the call.
        unsafe { Op::from_nullable(value) }.and_then(Borrowed::downcast).ok_or_else(errors::bad_internal_call)
    }
}

impl FromC for Option<Op> {
    type C = *mut PyObject;
    #[inline]
    unsafe fn from_c(value: *mut PyObject) -> PyResult<Self> {
        // SAFETY: as above.
        Ok(unsafe { Op::from_nullable(value) })
    }
}

/// A reference the function takes over, also when it fails; null is `None`.
pub struct Stolen(pub Option<Object>);

impl FromC for Stolen {
    type C = *mut PyObject;
    #[inline]
    unsafe fn from_c(value: *mut PyObject) -> PyResult<Self> {
        // SAFETY: the caller gives the reference up.
        Ok(Self(unsafe { Object::steal_nullable(value) }))
    }
}

/// A place of the caller's for a reference, or null; null is there until something else is stored.
pub struct Place(*mut *mut PyObject);

impl Place {
    /// Stores a reference, which the caller owns then, or gives it back if there is no place.
    pub fn store(&self, value: Object) {
        if self.0.is_null() {
            drop(value);
        } else {
            // SAFETY: the caller's place, which holds null.
            unsafe { *self.0 = value.into_ptr() };
        }
    }
}

impl FromC for Place {
    type C = *mut *mut PyObject;
    #[inline]
    unsafe fn prepare(value: &Self::C) {
        if !value.is_null() {
            // SAFETY: the caller's place.
            unsafe { **value = ptr::null_mut() };
        }
    }
    #[inline]
    unsafe fn from_c(value: Self::C) -> PyResult<Self> {
        Ok(Self(value))
    }
}

/// A type argument, which C passes as `PyTypeObject *`.
pub struct Type(pub Of<PyTypeObject>);

impl FromC for Type {
    type C = *mut PyTypeObject;
    #[inline]
    unsafe fn from_c(value: *mut PyTypeObject) -> PyResult<Self> {
        // SAFETY: null or a live type.
        unsafe { Borrowed::from_nullable(value) }.map(Self).ok_or_else(errors::bad_internal_call)
    }
}

/// A string argument that is not null.
pub struct Text(pub &'static CStr);

impl Text {
    /// The bytes without the zero at the end.
    pub fn bytes(&self) -> &'static [u8] {
        self.0.to_bytes()
    }
    /// As UTF-8, or `UnicodeDecodeError`.
    pub fn utf8(&self) -> PyResult<&'static str> {
        match self.0.to_str() {
            Ok(text) => Ok(text),
            // The decoder raises what CPython raises, with the position in it.
            Err(_) => Err(str::decode_utf8(self.0.to_bytes(), None)
                .err()
                .unwrap_or_else(|| raise!(ValueError, "invalid UTF-8"))),
        }
    }
    /// A new `str`.
    pub fn to_str(&self) -> PyResult<Str> {
        str::decode_utf8(self.bytes(), None)
    }
}

impl FromC for Text {
    type C = *const c_char;
    #[inline]
    unsafe fn from_c(value: *const c_char) -> PyResult<Self> {
        if value.is_null() {
            return Err(errors::bad_internal_call());
        }
        // SAFETY: a zero-terminated string that outlives the call.
        Ok(Self(unsafe { CStr::from_ptr(value) }))
    }
}

impl FromC for Option<Text> {
    type C = *const c_char;
    #[inline]
    unsafe fn from_c(value: *const c_char) -> PyResult<Self> {
        if value.is_null() {
            return Ok(None);
        }
        // SAFETY: as above.
        unsafe { Text::from_c(value) }.map(Some)
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl FromC for $type {
            type C = $type;
            #[inline]
            unsafe fn from_c(value: $type) -> PyResult<Self> {
                Ok(value)
            }
        }
        impl IntoC for PyResult<$type> {
            type C = $type;
            const ERROR: $type = -1i8 as $type;
            #[inline]
            fn into_c(self) -> Result<$type, errors::Raised> {
                self
            }
        }
        impl IntoC for $type {
            type C = $type;
            const ERROR: $type = -1i8 as $type;
            #[inline]
            fn into_c(self) -> Result<$type, errors::Raised> {
                Ok(self)
            }
        }
    )*};
}
plain!(c_int, isize, usize, i64, u64, u32, f64, i8, u8);

impl<T> FromC for *mut T {
    type C = *mut T;
    #[inline]
    unsafe fn from_c(value: *mut T) -> PyResult<Self> {
        Ok(value)
    }
}
impl<T> FromC for *const T {
    type C = *const T;
    #[inline]
    unsafe fn from_c(value: *const T) -> PyResult<Self> {
        Ok(value)
    }
}

/// How a result is handed to C, and which value stands for an exception.
pub trait IntoC {
    type C;
    const ERROR: Self::C;
    /// # Errors
    /// An exception is set; the caller returns `ERROR`.
    fn into_c(self) -> Result<Self::C, errors::Raised>;
}

/// A reference that stays where it is: the caller gets the pointer only.
pub struct Lent<T: PyLayout = PyObject>(pub Owned<T>);

impl<T: PyLayout> Lent<T> {
    fn lend(self) -> *mut PyObject {
        // The owner that the C API names for this function keeps the object alive.
        self.0.as_object_ptr()
    }
}

impl<T: PyLayout> IntoC for PyResult<Owned<T>> {
    type C = *mut PyObject;
    const ERROR: *mut PyObject = ptr::null_mut();
    #[inline]
    fn into_c(self) -> Result<*mut PyObject, errors::Raised> {
        self.map(Owned::into_object_ptr)
    }
}
impl<T: PyLayout> IntoC for PyResult<Option<Owned<T>>> {
    type C = *mut PyObject;
    const ERROR: *mut PyObject = ptr::null_mut();
    #[inline]
    fn into_c(self) -> Result<*mut PyObject, errors::Raised> {
        self.map(|value| value.map_or(ptr::null_mut(), Owned::into_object_ptr))
    }
}
impl<T: PyLayout> IntoC for PyResult<Lent<T>> {
    type C = *mut PyObject;
    const ERROR: *mut PyObject = ptr::null_mut();
    #[inline]
    fn into_c(self) -> Result<*mut PyObject, errors::Raised> {
        self.map(Lent::lend)
    }
}
impl<T: PyLayout> IntoC for PyResult<Option<Lent<T>>> {
    type C = *mut PyObject;
    const ERROR: *mut PyObject = ptr::null_mut();
    #[inline]
    fn into_c(self) -> Result<*mut PyObject, errors::Raised> {
        self.map(|value| value.map_or(ptr::null_mut(), Lent::lend))
    }
}
impl IntoC for PyResult<()> {
    type C = c_int;
    const ERROR: c_int = -1;
    #[inline]
    fn into_c(self) -> Result<c_int, errors::Raised> {
        self.map(|()| 0)
    }
}
impl IntoC for PyResult<bool> {
    type C = c_int;
    const ERROR: c_int = -1;
    #[inline]
    fn into_c(self) -> Result<c_int, errors::Raised> {
        self.map(c_int::from)
    }
}
impl IntoC for bool {
    type C = c_int;
    const ERROR: c_int = 0;
    #[inline]
    fn into_c(self) -> Result<c_int, errors::Raised> {
        Ok(self.into())
    }
}
impl IntoC for () {
    type C = ();
    const ERROR: () = ();
    #[inline]
    fn into_c(self) -> Result<(), errors::Raised> {
        Ok(())
    }
}
impl<T> IntoC for *mut T {
    type C = *mut T;
    const ERROR: *mut T = ptr::null_mut();
    #[inline]
    fn into_c(self) -> Result<*mut T, errors::Raised> {
        Ok(self)
    }
}
impl<T> IntoC for *const T {
    type C = *const T;
    const ERROR: *const T = ptr::null();
    #[inline]
    fn into_c(self) -> Result<*const T, errors::Raised> {
        Ok(self)
    }
}
impl<T> IntoC for PyResult<*mut T> {
    type C = *mut T;
    const ERROR: *mut T = ptr::null_mut();
    #[inline]
    fn into_c(self) -> Result<*mut T, errors::Raised> {
        self
    }
}
impl<T> IntoC for PyResult<*const T> {
    type C = *const T;
    const ERROR: *const T = ptr::null();
    #[inline]
    fn into_c(self) -> Result<*const T, errors::Raised> {
        self
    }
}

/// Runs the body of an exported function.
#[inline]
pub fn run<R: IntoC>(body: impl FnOnce() -> PyResult<R>) -> R::C {
    guard_with(R::ERROR, || body()?.into_c())
}

/// Runs a body whose `return` and `?` leave only itself.
#[inline(always)]
pub fn evaluate<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Stores a result in a place of the caller's and gives 1, 0 (none, null stored) or -1.
pub fn store_optional(result: PyResult<Option<Object>>, place: Place) -> PyResult<c_int> {
    match result? {
        Some(value) => {
            place.store(value);
            Ok(1)
        }
        None => Ok(0),
    }
}

/// Bytes that a caller passes with their number; none if that is not positive.
///
/// # Safety
/// `text` holds `n` bytes for as long as the result is used.
pub unsafe fn bytes_of<'a>(text: *const c_char, n: isize) -> &'a [u8] {
    if n <= 0 || text.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(text.cast(), n as usize) }
}

/// What `look` finds, for a function that has no way to give an exception: one is reported, and nothing
/// was found then. An exception that is set stays set and does not meet it.
pub fn quietly<T>(function: &str, look: impl FnOnce() -> PyResult<Option<T>>) -> Option<T> {
    let saved = errors::take();
    let found = look().unwrap_or_else(|raised| unheard(raised, function));
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
    found
}

/// Reports an exception that the function named has no way to give; its result is then that there is none.
#[cold]
pub fn unheard<T>(raised: errors::Raised, function: &str) -> Option<T> {
    raised.ignore();
    errors::write_unraisable(&format!("Exception ignored in {function}"), None);
    None
}

/// An opaque pointer without a type.
pub type Pointer = *mut c_void;

/// Defines exported functions from bodies over safe types; see the module's text.
#[macro_export]
macro_rules! c_api {
    ($($(#[$attribute:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block)*) => {$(
        $(#[$attribute])*
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            $($arg: <$type as $crate::convert::FromC>::C),*
        ) -> <$crate::c_api!(@result $($result)?) as $crate::convert::IntoC>::C {
            $(
                // SAFETY: the caller keeps the C API's promises.
                unsafe { <$type as $crate::convert::FromC>::prepare(&$arg) };
            )*
            $crate::convert::run::<$crate::c_api!(@result $($result)?)>(|| {
                $(
                    // SAFETY: the caller keeps the C API's promises.
                    let $arg = unsafe { <$type as $crate::convert::FromC>::from_c($arg) }?;
                )*
                let result: $crate::c_api!(@result $($result)?) = $crate::convert::evaluate(|| $body);
                Ok(result)
            })
        }
    )*};
    (@result) => { () };
    (@result $result:ty) => { $result };
}
