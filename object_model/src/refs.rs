//! References to Python objects, with ownership in the type.
//!
//! `Owned<T>` gives its reference back when it is dropped; `Borrowed<'a, T>`
//! never does. Every pointer that crosses a function boundary inside the
//! runtime is one of the two, so who owns a reference can be read off the
//! signature.
//!
//! Objects are shared with compiled extensions, which change them behind our
//! back: no `&mut` to an object exists, and a `&T` obtained through `Deref`
//! must not outlive the statement that reads a field from it.
//!
//! Dropping an `Owned` can run arbitrary Python code (a finalizer). Put the
//! fields of the object at hand in order first, and drop last.

use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::layout::{PyObject, PyTypeObject};

/// A struct that begins with a Python object header.
///
/// # Safety
/// The type is `repr(C)` and a `PyObject` lies at its offset 0.
pub unsafe trait PyLayout {}

/// A layout that belongs to one builtin type, so that objects can be checked for it.
///
/// # Safety
/// Every instance of the type that `type_ptr` names (and of its subclasses) has this layout.
pub unsafe trait PyTyped: PyLayout {
    /// The type object, which lives as long as the process.
    fn type_ptr() -> *mut PyTypeObject;

    /// The type object, borrowed.
    #[inline]
    fn type_ref() -> TypeRef<'static> {
        // SAFETY: it lives as long as the process.
        unsafe { Borrowed::from_ptr(Self::type_ptr()) }
    }

    /// Whether `op` is an instance of the type or of a subclass (`PyX_Check`).
    fn check(op: Borrowed<'_, PyObject>) -> bool {
        crate::type_object::is_subtype_ptr(op.ob_type(), Self::type_ptr())
    }
}

// SAFETY: every object is an `object`, and begins with a header.
unsafe impl PyTyped for PyObject {
    #[inline]
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut crate::type_object::PyBaseObject_Type
    }
    #[inline]
    fn check(_op: Borrowed<'_, PyObject>) -> bool {
        true
    }
}

/// Names the type object of a layout, and the subclass flag where the type has one.
#[macro_export]
macro_rules! py_typed {
    ($layout:ty, $type_object:ident) => {
        // SAFETY: the type's basic size is that of the layout.
        unsafe impl $crate::PyTyped for $layout {
            #[inline]
            fn type_ptr() -> *mut $crate::layout::PyTypeObject {
                &raw mut $type_object
            }
        }
    };
    ($layout:ty, $type_object:ident, $flag:ident) => {
        // SAFETY: the type's basic size is that of the layout.
        unsafe impl $crate::PyTyped for $layout {
            #[inline]
            fn type_ptr() -> *mut $crate::layout::PyTypeObject {
                &raw mut $type_object
            }
            #[inline]
            fn check(op: $crate::Borrowed<'_, $crate::layout::PyObject>) -> bool {
                op.has_type_flag($crate::layout::$flag)
            }
        }
    };
}

/// A reference that is ours to give back.
#[repr(transparent)]
pub struct Owned<T: PyLayout = PyObject>(NonNull<T>);

/// A reference somebody else keeps alive for `'a`.
#[repr(transparent)]
pub struct Borrowed<'a, T: PyLayout = PyObject>(NonNull<T>, PhantomData<&'a T>);

/// Any object, borrowed: what most functions take.
pub type Op<'a> = Borrowed<'a, PyObject>;
/// Any object, owned: what most functions give.
pub type Object = Owned<PyObject>;
/// A type object, borrowed.
pub type TypeRef<'a> = Borrowed<'a, PyTypeObject>;

impl<T: PyLayout> Clone for Borrowed<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: PyLayout> Copy for Borrowed<'_, T> {}

impl<T: PyLayout> Deref for Borrowed<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: a borrowed reference points to a live object of this layout.
        unsafe { self.0.as_ref() }
    }
}

impl<T: PyLayout> Deref for Owned<T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: an owned reference points to a live object of this layout.
        unsafe { self.0.as_ref() }
    }
}

impl<'a, T: PyLayout> Borrowed<'a, T> {
    /// Wraps a pointer.
    ///
    /// # Safety
    /// `ptr` is not null and points to an object of layout `T` that stays alive for `'a`.
    #[inline]
    pub unsafe fn from_ptr(ptr: *mut T) -> Self {
        debug_assert!(!ptr.is_null());
        // SAFETY: the caller passes a pointer that is not null.
        Self(unsafe { NonNull::new_unchecked(ptr) }, PhantomData)
    }

    /// Wraps a pointer that may be null.
    ///
    /// # Safety
    /// As for `from_ptr`, if `ptr` is not null.
    #[inline]
    pub unsafe fn from_nullable(ptr: *mut T) -> Option<Self> {
        NonNull::new(ptr).map(|ptr| Self(ptr, PhantomData))
    }

    #[inline]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    /// The address of the object's header.
    #[inline]
    pub fn as_object_ptr(self) -> *mut PyObject {
        self.0.as_ptr().cast()
    }

    /// The same reference, to the object's header.
    #[inline]
    pub fn as_object(self) -> Op<'a> {
        Borrowed(self.0.cast(), PhantomData)
    }

    /// A new reference to the same object.
    #[inline]
    pub fn to_owned(self) -> Owned<T> {
        // SAFETY: the object is alive.
        unsafe { crate::object::incref(self.as_object_ptr()) };
        Owned(self.0)
    }

    /// The same reference under another layout.
    ///
    /// # Safety
    /// The object has layout `U`.
    #[inline]
    pub unsafe fn cast_unchecked<U: PyLayout>(self) -> Borrowed<'a, U> {
        Borrowed(self.0.cast(), PhantomData)
    }

    /// Whether both are the same object (`is`).
    #[inline]
    pub fn is<U: PyLayout>(self, other: Borrowed<'_, U>) -> bool {
        self.as_object_ptr() == other.as_object_ptr()
    }

    #[inline]
    pub fn type_ptr(self) -> *mut PyTypeObject {
        self.as_object().ob_type
    }

    /// The object's type (`Py_TYPE`). The object keeps it alive.
    #[inline]
    pub fn ob_type(self) -> TypeRef<'a> {
        // SAFETY: a live object keeps its type alive; `__class__` assignment swaps it
        // for another one, so callers that run Python in between take a reference.
        unsafe { Borrowed::from_ptr(self.type_ptr()) }
    }

    /// Whether the object's type has one of the `Py_TPFLAGS_*` bits `flag`.
    #[inline]
    pub fn has_type_flag(self, flag: u64) -> bool {
        self.ob_type().tp_flags & flag as core::ffi::c_ulong != 0
    }

    /// The name of the object's type as in CPython's messages (`Py_TYPE(op)->tp_name`).
    pub fn type_name(self) -> &'a str {
        crate::type_object::name_of(self.ob_type())
    }

    /// Whether the object is an instance of `U`'s type or of a subclass.
    #[inline]
    pub fn is_instance<U: PyTyped>(self) -> bool {
        U::check(self.as_object())
    }

    /// Whether the object's type is exactly `U`'s type.
    #[inline]
    pub fn is_exact<U: PyTyped>(self) -> bool {
        self.type_ptr() == U::type_ptr()
    }

    /// The object as a `U`, if it is an instance of `U`'s type or of a subclass.
    #[inline]
    pub fn downcast<U: PyTyped>(self) -> Option<Borrowed<'a, U>> {
        // SAFETY: the check just passed, and instances of the type have its layout.
        U::check(self.as_object()).then(|| unsafe { self.cast_unchecked() })
    }

    /// The object as a `U`, if its type is exactly `U`'s type.
    #[inline]
    pub fn downcast_exact<U: PyTyped>(self) -> Option<Borrowed<'a, U>> {
        // SAFETY: the type is `U`'s own.
        self.is_exact::<U>().then(|| unsafe { self.cast_unchecked() })
    }

    #[inline]
    pub fn is_none(self) -> bool {
        self.as_object_ptr() == crate::singletons::none_ptr()
    }
}

impl<T: PyLayout> Owned<T> {
    /// Takes over a reference.
    ///
    /// # Safety
    /// `ptr` is not null and points to an object of layout `T`; the caller gives one reference up.
    #[inline]
    pub unsafe fn steal(ptr: *mut T) -> Self {
        debug_assert!(!ptr.is_null());
        // SAFETY: the caller passes a pointer that is not null.
        Self(unsafe { NonNull::new_unchecked(ptr) })
    }

    /// Takes over a reference that may be null.
    ///
    /// # Safety
    /// As for `steal`, if `ptr` is not null.
    #[inline]
    pub unsafe fn steal_nullable(ptr: *mut T) -> Option<Self> {
        NonNull::new(ptr).map(Self)
    }

    /// Takes over the result of a C function: null means that it has raised.
    ///
    /// # Safety
    /// As for `steal`, if `ptr` is not null; if it is, an exception is set.
    #[inline]
    pub unsafe fn from_c(ptr: *mut T) -> Result<Self, crate::Raised> {
        match NonNull::new(ptr) {
            Some(ptr) => Ok(Self(ptr)),
            None => Err(crate::errors::raised_by_c()),
        }
    }

    /// A new reference to a live object.
    ///
    /// # Safety
    /// `ptr` is not null and points to a live object of layout `T`.
    #[inline]
    pub unsafe fn new_ref(ptr: *mut T) -> Self {
        // SAFETY: the caller's promise is `from_ptr`'s.
        unsafe { Borrowed::from_ptr(ptr) }.to_owned()
    }

    /// A new reference to a live object, or `None` for null.
    ///
    /// # Safety
    /// As for `new_ref`, if `ptr` is not null.
    #[inline]
    pub unsafe fn new_ref_nullable(ptr: *mut T) -> Option<Self> {
        // SAFETY: the caller's promise is `from_nullable`'s.
        unsafe { Borrowed::from_nullable(ptr) }.map(Borrowed::to_owned)
    }

    #[inline]
    pub fn borrow(&self) -> Borrowed<'_, T> {
        Borrowed(self.0, PhantomData)
    }

    /// Borrowed, as an object header.
    #[inline]
    pub fn op(&self) -> Op<'_> {
        Borrowed(self.0.cast(), PhantomData)
    }

    #[inline]
    pub fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }

    #[inline]
    pub fn as_object_ptr(&self) -> *mut PyObject {
        self.0.as_ptr().cast()
    }

    /// Gives the reference to the caller as a pointer.
    #[inline]
    #[must_use = "the reference leaks if the pointer is not kept"]
    pub fn into_ptr(self) -> *mut T {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// The same, as a pointer to the object's header.
    #[inline]
    #[must_use = "the reference leaks if the pointer is not kept"]
    pub fn into_object_ptr(self) -> *mut PyObject {
        self.into_ptr().cast()
    }

    #[inline]
    pub fn into_object(self) -> Object {
        Owned(ManuallyDrop::new(self).0.cast())
    }

    /// The same reference under another layout.
    ///
    /// # Safety
    /// The object has layout `U`.
    #[inline]
    pub unsafe fn cast_unchecked<U: PyLayout>(self) -> Owned<U> {
        Owned(ManuallyDrop::new(self).0.cast())
    }

    /// As a `U` if it is one, else the reference back.
    pub fn downcast<U: PyTyped>(self) -> Result<Owned<U>, Self> {
        if self.op().is_instance::<U>() {
            // SAFETY: just checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(self)
        }
    }
}

impl<T: PyLayout> Clone for Owned<T> {
    #[inline]
    fn clone(&self) -> Self {
        self.borrow().to_owned()
    }
}

impl<T: PyLayout> Drop for Owned<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and nobody uses it after this.
        unsafe { crate::object::decref(self.as_object_ptr()) };
    }
}

impl<T: PyLayout> fmt::Debug for Owned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} at {:p}>", self.op().type_name(), self.as_ptr())
    }
}

impl<T: PyLayout> fmt::Debug for Borrowed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} at {:p}>", self.type_name(), self.as_ptr())
    }
}

/// `Option<Owned>` as the nullable pointer C code expects; gives the reference away.
#[inline]
pub fn into_nullable<T: PyLayout>(reference: Option<Owned<T>>) -> *mut T {
    reference.map_or(core::ptr::null_mut(), Owned::into_ptr)
}

/// `Option<Borrowed>` as a nullable pointer.
#[inline]
pub fn as_nullable<T: PyLayout>(reference: Option<Borrowed<'_, T>>) -> *mut T {
    reference.map_or(core::ptr::null_mut(), Borrowed::as_ptr)
}

/// A field of an object that owns a reference or is null.
///
/// It has the layout of a pointer, and zeroed memory is an empty one. Its owner
/// lists it in `tp_traverse` (`visit`) and empties it in `tp_clear` and
/// `tp_dealloc` (`clear`): objects are not dropped by Rust.
#[repr(transparent)]
pub struct Field<T: PyLayout = PyObject>(Cell<*mut T>);

impl<T: PyLayout> Field<T> {
    /// A field that holds nothing.
    #[allow(clippy::declare_interior_mutable_const, reason = "the start of static objects")]
    pub const EMPTY: Self = Self(Cell::new(core::ptr::null_mut()));

    #[inline]
    pub fn new(value: Option<Owned<T>>) -> Self {
        Self(Cell::new(into_nullable(value)))
    }

    /// A new reference to what the field holds.
    #[inline]
    pub fn get(&self) -> Option<Owned<T>> {
        // SAFETY: the field owns a reference or is null.
        unsafe { Owned::new_ref_nullable(self.0.get()) }
    }

    /// What the field holds, or null; nothing keeps it alive once the field changes.
    #[inline]
    pub fn as_ptr(&self) -> *mut T {
        self.0.get()
    }

    #[inline]
    pub fn is_some(&self) -> bool {
        !self.0.get().is_null()
    }

    /// Whether the field holds this very object.
    #[inline]
    pub fn is(&self, op: Op<'_>) -> bool {
        self.0.get().cast() == op.as_ptr()
    }

    /// Puts `value` into the field and drops what was there.
    #[inline]
    pub fn set(&self, value: Option<Owned<T>>) {
        drop(self.replace(value));
    }

    /// Puts `value` into the field and gives what was there.
    #[inline]
    pub fn replace(&self, value: Option<Owned<T>>) -> Option<Owned<T>> {
        // SAFETY: the field owned its reference, and hands it over.
        unsafe { Owned::steal_nullable(self.0.replace(into_nullable(value))) }
    }

    #[inline]
    pub fn take(&self) -> Option<Owned<T>> {
        self.replace(None)
    }

    /// `Py_CLEAR`.
    #[inline]
    pub fn clear(&self) {
        drop(self.take());
    }

    /// Reports the reference to the collector.
    #[inline]
    pub fn visit(&self, visitor: &mut crate::Visitor) {
        visitor.visit(self.0.get());
    }
}
