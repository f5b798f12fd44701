//! How a type and a function are declared: safe Rust functions become C slots.
//!
//! A slot or method is a plain function over `Borrowed` arguments that gives a
//! `PyResult`. The `const fn`s here turn it into the `extern "C"` function that
//! stands in a `PyTypeObject` or `PyMethodDef`, so tables are statics that need
//! no code at start:
//!
//! ```ignore
//! static AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
//!     sq_length: slot::len(len),
//!     sq_concat: slot::binary(concat),
//!     ..PySequenceMethods::EMPTY
//! };
//! const METHODS: &[PyMethodDef] = &[
//!     method::o(c"append", append, c"append($self, object, /)\n--\n\nAppend object to the end of the list."),
//!     method::keywords(c"sort", sort, c"sort($self, /, *, key=None, reverse=False)\n--\n\nSort in place."),
//!     PyMethodDef::EMPTY,
//! ];
//! ```
//!
//! The function is passed as a value of its own zero-sized type and called from a
//! trampoline that is generic over that type: no pointer is stored, no cost remains.
//! `guard` around it is the only place that catches panics and turns `Err` into the
//! C convention.

use core::ffi::{c_int, c_void};
use core::mem::size_of;
use core::panic::AssertUnwindSafe;
use core::ptr;

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Raised, TypeRef, raise, singletons};

/// A result that has a C form: null or -1 mean that an exception is set.
pub trait IntoC {
    type C;
    fn into_c(self) -> Self::C;
    fn error() -> Self::C;
}

/// A result that becomes an object pointer.
pub trait IntoCObject {
    fn into_object_ptr(self) -> *mut PyObject;
}

impl<T: PyLayout> IntoCObject for Owned<T> {
    #[inline]
    fn into_object_ptr(self) -> *mut PyObject {
        self.into_ptr().cast()
    }
}
/// `None` is null without an exception: the end of an iteration.
impl<T: PyLayout> IntoCObject for Option<Owned<T>> {
    #[inline]
    fn into_object_ptr(self) -> *mut PyObject {
        self.map_or(ptr::null_mut(), |value| value.into_ptr().cast())
    }
}
/// A method without a result gives Python's `None`.
impl IntoCObject for () {
    #[inline]
    fn into_object_ptr(self) -> *mut PyObject {
        singletons::none_ptr()
    }
}
impl IntoCObject for bool {
    #[inline]
    fn into_object_ptr(self) -> *mut PyObject {
        singletons::new_bool(self).into_ptr()
    }
}

/// Runs the body of a C function: panics become `SystemError`, `Err` becomes `error`.
#[inline]
pub fn guard_with<R>(error: R, body: impl FnOnce() -> Result<R, Raised>) -> R {
    match std::panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err(_)) => error,
        Err(payload) => {
            panicked(&*payload);
            error
        }
    }
}

#[cold]
fn panicked(payload: &(dyn core::any::Any + Send)) {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown panic");
    raise!(SystemError, "internal error: {text}").ignore();
}

impl Raised {
    /// Leaves the exception set: the caller reports the failure through its C result.
    pub fn ignore(self) {}
}

/// The body of a C function that gives an object pointer.
#[inline]
pub fn guard_object<R: IntoCObject>(body: impl FnOnce() -> PyResult<R>) -> *mut PyObject {
    guard_with(ptr::null_mut(), || body().map(IntoCObject::into_object_ptr))
}

/// The body of a C function that gives 0 or -1.
#[inline]
pub fn guard_status(body: impl FnOnce() -> PyResult<()>) -> c_int {
    guard_with(-1, || body().map(|()| 0))
}

/// The body of a C function that gives 1, 0 or -1.
#[inline]
pub fn guard_truth(body: impl FnOnce() -> PyResult<bool>) -> c_int {
    guard_with(-1, || body().map(c_int::from))
}

/// A value of a function's zero-sized type.
#[inline(always)]
fn conjure<F: Copy>() -> F {
    const { assert!(size_of::<F>() == 0, "only plain functions can be declared, not closures with state") };
    // SAFETY: the type has no size, so that any aligned address can be read; a value of it
    // was passed to the declaring function, so the type is inhabited.
    unsafe { core::ptr::NonNull::<F>::dangling().read() }
}

/// Defines `const fn name(f) -> Option<type>` whose trampoline converts arguments and result.
macro_rules! declare {
    (
        $(#[$doc:meta])*
        $name:ident: $slot:ty = Fn($($arg:ty),*) -> $result:ty;
        ($($c_arg:ident: $c_ty:ty),*) -> $c_result:ty;
        $f:ident => $body:expr
    ) => {
        $(#[$doc])*
        pub const fn $name<S, F>(_: F) -> Option<$slot>
        where
            S: PyLayout,
            F: Copy + Fn($($arg),*) -> $result,
        {
            unsafe extern "C" fn run<S: PyLayout, F: Copy + Fn($($arg),*) -> $result>(
                $($c_arg: $c_ty),*
            ) -> $c_result {
                let $f = conjure::<F>();
                $body
            }
            Some(run::<S, F>)
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident<R: $bound:ident>: $slot:ty = Fn($($arg:ty),*);
        ($($c_arg:ident: $c_ty:ty),*) -> $c_result:ty;
        $f:ident => $body:expr
    ) => {
        $(#[$doc])*
        pub const fn $name<S, R, F>(_: F) -> Option<$slot>
        where
            S: PyLayout,
            R: $bound,
            F: Copy + Fn($($arg),*) -> PyResult<R>,
        {
            unsafe extern "C" fn run<S: PyLayout, R: $bound, F: Copy + Fn($($arg),*) -> PyResult<R>>(
                $($c_arg: $c_ty),*
            ) -> $c_result {
                let $f = conjure::<F>();
                $body
            }
            Some(run::<S, R, F>)
        }
    };
}

/// A pointer argument as a borrowed reference of the layout the slot's type has.
///
/// # Safety
/// `ptr` points to a live object of layout `S`.
#[inline(always)]
unsafe fn borrow<'a, S: PyLayout>(ptr: *mut PyObject) -> Borrowed<'a, S> {
    // SAFETY: the caller's promise.
    unsafe { Borrowed::from_ptr(ptr.cast()) }
}

/// What a `traverse` function reports the references of its object to.
pub struct Visitor {
    visit: visitproc,
    arg: *mut c_void,
    result: c_int,
}

impl Visitor {
    /// Reports one reference; null is passed over. Does nothing once a visit has said stop.
    #[inline]
    pub fn visit<T: PyLayout>(&mut self, reference: *mut T) {
        if self.result == 0 && !reference.is_null() {
            // SAFETY: the collector passes a function and the argument it wants; the
            // reference is one the traversed object owns.
            self.result = unsafe { (self.visit)(reference.cast(), self.arg) };
        }
    }

    /// Lets another traverse function report the references of `op`.
    ///
    /// # Safety
    /// `traverse` follows the protocol and takes `op`.
    pub unsafe fn forward(&mut self, op: *mut PyObject, traverse: traverseproc) {
        if self.result == 0 {
            // SAFETY: the caller's promise.
            self.result = unsafe { traverse(op, self.visit, self.arg) };
        }
    }

    /// Lets another traverse function report what `op` owns.
    ///
    /// # Safety
    /// `traverse` takes objects of `op`'s type, and `op` is alive.
    pub unsafe fn delegate(&mut self, traverse: traverseproc, op: *mut PyObject) {
        if self.result == 0 {
            // SAFETY: the caller's promise.
            self.result = unsafe { traverse(op, self.visit, self.arg) };
        }
    }

    /// A visitor for a traverse function that is called directly.
    pub fn new(visit: visitproc, arg: *mut c_void) -> Self {
        Self { visit, arg, result: 0 }
    }

    /// 0, or what the visit function returned to stop.
    pub fn result(&self) -> c_int {
        self.result
    }
}

/// Slots: each function takes a safe function and gives what a `PyTypeObject` field wants.
///
/// Where a slot's first argument is `self`, it is `Borrowed<S>` with the layout of the
/// type it is declared in. Number slots take `Op` on both sides, as either may be `self`.
#[allow(
    clippy::undocumented_unsafe_blocks,
    reason = "one contract holds for all of them; it stands at the first"
)]
#[allow(clippy::unused_unit, reason = "a declaration without a result type means any `PyResult`")]
pub mod slot {
    use super::*;

    declare! {
        /// `tp_repr`, `tp_str`, `tp_iter`, `nb_negative`, `am_await`, ...: one object gives another.
        unary<R: IntoCObject>: unaryfunc = Fn(Borrowed<'_, S>);
        (op: *mut PyObject) -> *mut PyObject;
        // SAFETY (here and below): C callers pass live objects, `self` of the slot's type.
        f => guard_object(|| f(unsafe { borrow(op) }))
    }
    declare! {
        /// `tp_iternext`, `am_anext`: `Ok(None)` ends the iteration.
        iternext<R: IntoCObject>: unaryfunc = Fn(Borrowed<'_, S>);
        (op: *mut PyObject) -> *mut PyObject;
        f => guard_object(|| f(unsafe { borrow(op) }))
    }
    declare! {
        /// `nb_add` and its like, `sq_concat`, `mp_subscript`, `tp_getattro`.
        binary<R: IntoCObject>: binaryfunc = Fn(Borrowed<'_, S>, Op<'_>);
        (left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
        f => guard_object(|| f(unsafe { borrow(left) }, unsafe { borrow(right) }))
    }
    declare! {
        /// `nb_power`, `nb_inplace_power`.
        ternary<R: IntoCObject>: ternaryfunc = Fn(Borrowed<'_, S>, Op<'_>, Op<'_>);
        (a: *mut PyObject, b: *mut PyObject, c: *mut PyObject) -> *mut PyObject;
        f => guard_object(|| f(unsafe { borrow(a) }, unsafe { borrow(b) }, unsafe { borrow(c) }))
    }
    declare! {
        /// `nb_bool`.
        truth: inquiry = Fn(Borrowed<'_, S>) -> PyResult<bool>;
        (op: *mut PyObject) -> c_int;
        f => guard_truth(|| f(unsafe { borrow(op) }))
    }
    declare! {
        /// `sq_length`, `mp_length`.
        len: lenfunc = Fn(Borrowed<'_, S>) -> PyResult<usize>;
        (op: *mut PyObject) -> Py_ssize_t;
        f => guard_with(-1, || f(unsafe { borrow(op) }).map(|n| n as Py_ssize_t))
    }
    declare! {
        /// `tp_hash`; a result of -1 becomes -2.
        hash: hashfunc = Fn(Borrowed<'_, S>) -> PyResult<Py_hash_t>;
        (op: *mut PyObject) -> Py_hash_t;
        f => guard_with(-1, || f(unsafe { borrow(op) }).map(|h| if h == -1 { -2 } else { h }))
    }
    declare! {
        /// `sq_item`, `sq_repeat`.
        ssizearg<R: IntoCObject>: ssizeargfunc = Fn(Borrowed<'_, S>, Py_ssize_t);
        (op: *mut PyObject, n: Py_ssize_t) -> *mut PyObject;
        f => guard_object(|| f(unsafe { borrow(op) }, n))
    }
    declare! {
        /// `sq_ass_item`; no value means delete.
        ssizeobjarg: ssizeobjargproc = Fn(Borrowed<'_, S>, Py_ssize_t, Option<Op<'_>>) -> PyResult<()>;
        (op: *mut PyObject, n: Py_ssize_t, value: *mut PyObject) -> c_int;
        f => guard_status(|| f(unsafe { borrow(op) }, n, unsafe { Op::from_nullable(value) }))
    }
    declare! {
        /// `sq_contains`.
        contains: objobjproc = Fn(Borrowed<'_, S>, Op<'_>) -> PyResult<bool>;
        (op: *mut PyObject, value: *mut PyObject) -> c_int;
        f => guard_truth(|| f(unsafe { borrow(op) }, unsafe { borrow(value) }))
    }
    declare! {
        /// `mp_ass_subscript`, `tp_setattro`; no value means delete.
        objobjarg: objobjargproc = Fn(Borrowed<'_, S>, Op<'_>, Option<Op<'_>>) -> PyResult<()>;
        (op: *mut PyObject, key: *mut PyObject, value: *mut PyObject) -> c_int;
        f => guard_status(|| f(unsafe { borrow(op) }, unsafe { borrow(key) }, unsafe { Op::from_nullable(value) }))
    }
    declare! {
        /// `tp_richcompare`; `op` is one of `Py_LT` .. `Py_GE`.
        richcompare<R: IntoCObject>: richcmpfunc = Fn(Borrowed<'_, S>, Op<'_>, c_int);
        (left: *mut PyObject, right: *mut PyObject, op: c_int) -> *mut PyObject;
        f => guard_object(|| f(unsafe { borrow(left) }, unsafe { borrow(right) }, op))
    }
    declare! {
        /// `tp_descr_get`: (descriptor, instance, owner).
        descr_get<R: IntoCObject>: descrgetfunc = Fn(Borrowed<'_, S>, Option<Op<'_>>, Option<Op<'_>>);
        (op: *mut PyObject, instance: *mut PyObject, owner: *mut PyObject) -> *mut PyObject;
        f => guard_object(|| f(unsafe { borrow(op) }, unsafe { Op::from_nullable(instance) }, unsafe { Op::from_nullable(owner) }))
    }
    declare! {
        /// `tp_descr_set`: (descriptor, instance, value); no value means delete.
        descr_set: descrsetfunc = Fn(Borrowed<'_, S>, Op<'_>, Option<Op<'_>>) -> PyResult<()>;
        (op: *mut PyObject, instance: *mut PyObject, value: *mut PyObject) -> c_int;
        f => guard_status(|| f(unsafe { borrow(op) }, unsafe { borrow(instance) }, unsafe { Op::from_nullable(value) }))
    }
    declare! {
        /// `tp_init`.
        init: initproc = Fn(Borrowed<'_, S>, Args<'_>) -> PyResult<()>;
        (op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> c_int;
        f => guard_status(|| f(unsafe { borrow(op) }, unsafe { Args::from_tuple_and_dict(args, kwargs) }))
    }
    declare! {
        /// `tp_call`.
        call<R: IntoCObject>: ternaryfunc = Fn(Borrowed<'_, S>, Args<'_>);
        (op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> *mut PyObject;
        f => guard_object(|| f(unsafe { borrow(op) }, unsafe { Args::from_tuple_and_dict(args, kwargs) }))
    }
    declare! {
        /// `tp_traverse`.
        traverse: traverseproc = Fn(Borrowed<'_, S>, &mut Visitor) -> ();
        (op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int;
        f => {
            let mut visitor = Visitor { visit, arg, result: 0 };
            f(unsafe { borrow(op) }, &mut visitor);
            visitor.result
        }
    }
    declare! {
        /// `tp_clear`.
        clear: inquiry = Fn(Borrowed<'_, S>) -> ();
        (op: *mut PyObject) -> c_int;
        f => { f(unsafe { borrow(op) }); 0 }
    }
    declare! {
        /// `tp_dealloc`: the count is 0. Untracks, drops what the object owns, frees its memory.
        dealloc: destructor = Fn(Borrowed<'_, S>) -> ();
        (op: *mut PyObject) -> ();
        f => f(unsafe { borrow(op) })
    }
    declare! {
        /// `tp_finalize`: runs with no exception set and must leave none.
        finalize: destructor = Fn(Borrowed<'_, S>) -> ();
        (op: *mut PyObject) -> ();
        f => f(unsafe { borrow(op) })
    }

    /// `tp_new`: (type, arguments).
    pub const fn new<R, F>(_: F) -> Option<newfunc>
    where
        R: IntoCObject,
        F: Copy + Fn(TypeRef<'_>, Args<'_>) -> PyResult<R>,
    {
        unsafe extern "C" fn run<R: IntoCObject, F: Copy + Fn(TypeRef<'_>, Args<'_>) -> PyResult<R>>(
            tp: *mut PyTypeObject,
            args: *mut PyObject,
            kwargs: *mut PyObject,
        ) -> *mut PyObject {
            let f = conjure::<F>();
            // SAFETY: the caller passes a ready type, a tuple, and a dict or null.
            guard_object(|| unsafe { f(Borrowed::from_ptr(tp), Args::from_tuple_and_dict(args, kwargs)) })
        }
        Some(run::<R, F>)
    }

    /// A type's `tp_vectorcall`: the callable is the type itself.
    pub const fn vectorcall<S, R, F>(_: F) -> Option<vectorcallfunc>
    where
        S: PyLayout,
        R: IntoCObject,
        F: Copy + Fn(Borrowed<'_, S>, Args<'_>) -> PyResult<R>,
    {
        unsafe extern "C" fn run<
            S: PyLayout,
            R: IntoCObject,
            F: Copy + Fn(Borrowed<'_, S>, Args<'_>) -> PyResult<R>,
        >(
            callable: *mut PyObject,
            args: *const *mut PyObject,
            nargsf: usize,
            kwnames: *mut PyObject,
        ) -> *mut PyObject {
            let f = conjure::<F>();
            let n = nargsf & !(1 << 63);
            // SAFETY: the vectorcall protocol.
            guard_object(|| unsafe { f(borrow(callable), Args::from_vectorcall(args, n, kwnames)) })
        }
        Some(run::<S, R, F>)
    }
}

/// Methods: entries of a `PyMethodDef` table. The doc string begins with the text
/// signature, `name($self, /, ...)\n--\n\n`, as CPython's do.
pub mod method {
    use core::ffi::CStr;

    use super::*;

    const fn entry(
        name: &'static CStr,
        function: *const (),
        flags: c_int,
        doc: &'static CStr,
    ) -> PyMethodDef {
        PyMethodDef {
            ml_name: name.as_ptr(),
            // SAFETY: a function pointer of one of the METH_* signatures; callers go by `flags`.
            ml_meth: unsafe { core::mem::transmute::<*const (), Option<PyCFunction>>(function) },
            ml_flags: flags,
            ml_doc: doc.as_ptr(),
        }
    }

    macro_rules! by_flags {
        ($(#[$doc:meta])* $name:ident, $class:ident, $static_:ident, $flags:expr, Fn($($arg:ty),*); ($($c_arg:ident: $c_ty:ty),*); $f:ident => $body:expr) => {
            $(#[$doc])*
            pub const fn $name<S, R, F>(name: &'static CStr, _: F, doc: &'static CStr) -> PyMethodDef
            where S: PyLayout, R: IntoCObject, F: Copy + Fn($($arg),*) -> PyResult<R> {
                flagged::$name::<S, R, F>(name, 0, doc)
            }
            /// The same as a class method: `self` is the type.
            pub const fn $class<S, R, F>(name: &'static CStr, _: F, doc: &'static CStr) -> PyMethodDef
            where S: PyLayout, R: IntoCObject, F: Copy + Fn($($arg),*) -> PyResult<R> {
                flagged::$name::<S, R, F>(name, METH_CLASS, doc)
            }
            /// The same as a static method: `self` is null in C and stands for nothing here,
            /// so the function must be declared over `Op` and not look at it.
            pub const fn $static_<S, R, F>(name: &'static CStr, _: F, doc: &'static CStr) -> PyMethodDef
            where S: PyLayout, R: IntoCObject, F: Copy + Fn($($arg),*) -> PyResult<R> {
                flagged::$name::<S, R, F>(name, METH_STATIC, doc)
            }
        };
    }

    mod flagged {
        use super::*;
        macro_rules! flagged {
            ($name:ident, $flags:expr, Fn($($arg:ty),*); ($($c_arg:ident: $c_ty:ty),*); $f:ident => $body:expr) => {
                pub(super) const fn $name<S, R, F>(name: &'static CStr, extra: c_int, doc: &'static CStr) -> PyMethodDef
                where S: PyLayout, R: IntoCObject, F: Copy + Fn($($arg),*) -> PyResult<R> {
                    unsafe extern "C" fn run<S: PyLayout, R: IntoCObject, F: Copy + Fn($($arg),*) -> PyResult<R>>(
                        $($c_arg: $c_ty),*
                    ) -> *mut PyObject {
                        let $f = conjure::<F>();
                        $body
                    }
                    entry(name, run::<S, R, F> as *const (), $flags | extra, doc)
                }
            };
        }
        // SAFETY: callers of a PyMethodDef pass what its flags promise: a live `self`
        // (or null for a static method, for which `receiver` substitutes None), and arguments.
        flagged!(noargs, METH_NOARGS, Fn(Borrowed<'_, S>); (op: *mut PyObject, _unused: *mut PyObject);
        f => guard_object(|| {
            // SAFETY: as said above.
            f(unsafe { receiver(op) })
        }));
        flagged!(o, METH_O, Fn(Borrowed<'_, S>, Op<'_>); (op: *mut PyObject, arg: *mut PyObject);
        f => guard_object(|| {
            // SAFETY: as said above.
            let (op, arg) = unsafe { (receiver(op), borrow(arg)) };
            f(op, arg)
        }));
        flagged!(positional, METH_FASTCALL, Fn(Borrowed<'_, S>, Args<'_>);
        (op: *mut PyObject, args: *const *mut PyObject, n: Py_ssize_t);
        f => guard_object(|| {
            // SAFETY: as said above.
            let (op, args) = unsafe { (receiver(op), Args::from_vectorcall(args, n as usize, ptr::null_mut())) };
            f(op, args)
        }));
        flagged!(keywords, METH_FASTCALL | METH_KEYWORDS, Fn(Borrowed<'_, S>, Args<'_>);
        (op: *mut PyObject, args: *const *mut PyObject, n: Py_ssize_t, kwnames: *mut PyObject);
        f => guard_object(|| {
            // SAFETY: as said above.
            let (op, args) = unsafe { (receiver(op), Args::from_vectorcall(args, n as usize, kwnames)) };
            f(op, args)
        }));

        /// # Safety
        /// `op` is null or a live object of layout `S`; if null, `S` is not looked at.
        unsafe fn receiver<'a, S: PyLayout>(op: *mut PyObject) -> Borrowed<'a, S> {
            let op = if op.is_null() { singletons::none_ptr() } else { op };
            // SAFETY: not null; the layout is the caller's promise.
            unsafe { borrow(op) }
        }
    }

    by_flags!(/// A method without arguments.
        noargs, class_noargs, static_noargs, METH_NOARGS, Fn(Borrowed<'_, S>); (op: *mut PyObject); f => ());
    by_flags!(/// A method with exactly one argument.
        o, class_o, static_o, METH_O, Fn(Borrowed<'_, S>, Op<'_>); (op: *mut PyObject); f => ());
    by_flags!(/// A method with positional arguments only; it checks their number itself.
        positional, class_positional, static_positional, METH_FASTCALL, Fn(Borrowed<'_, S>, Args<'_>); (op: *mut PyObject); f => ());
    by_flags!(/// A method with positional and keyword arguments.
        keywords, class_keywords, static_keywords, METH_FASTCALL, Fn(Borrowed<'_, S>, Args<'_>); (op: *mut PyObject); f => ());

    /// The same entry with `METH_COEXIST`, so that it replaces a slot wrapper of its name.
    pub const fn coexist(mut entry: PyMethodDef) -> PyMethodDef {
        entry.ml_flags |= METH_COEXIST;
        entry
    }
}

/// Computed attributes: entries of a `PyGetSetDef` table.
pub mod getset {
    use core::ffi::CStr;

    use super::*;

    const fn read<S, R, F>(_: F) -> Option<getter>
    where
        S: PyLayout,
        R: IntoCObject,
        F: Copy + Fn(Borrowed<'_, S>) -> PyResult<R>,
    {
        unsafe extern "C" fn run<
            S: PyLayout,
            R: IntoCObject,
            F: Copy + Fn(Borrowed<'_, S>) -> PyResult<R>,
        >(
            op: *mut PyObject,
            _closure: *mut c_void,
        ) -> *mut PyObject {
            let f = conjure::<F>();
            // SAFETY: the descriptor has checked the type of `op`.
            guard_object(|| f(unsafe { borrow(op) }))
        }
        Some(run::<S, R, F>)
    }

    const fn write<S, F>(_: F) -> Option<setter>
    where
        S: PyLayout,
        F: Copy + Fn(Borrowed<'_, S>, Option<Op<'_>>) -> PyResult<()>,
    {
        unsafe extern "C" fn run<
            S: PyLayout,
            F: Copy + Fn(Borrowed<'_, S>, Option<Op<'_>>) -> PyResult<()>,
        >(
            op: *mut PyObject,
            value: *mut PyObject,
            _closure: *mut c_void,
        ) -> c_int {
            let f = conjure::<F>();
            // SAFETY: the descriptor has checked the type of `op`; `value` is live or null.
            guard_status(|| f(unsafe { borrow(op) }, unsafe { Op::from_nullable(value) }))
        }
        Some(run::<S, F>)
    }

    /// An attribute that can only be read.
    pub const fn get<S, R, F>(name: &'static CStr, f: F, doc: &'static CStr) -> PyGetSetDef
    where
        S: PyLayout,
        R: IntoCObject,
        F: Copy + Fn(Borrowed<'_, S>) -> PyResult<R>,
    {
        PyGetSetDef {
            name: name.as_ptr(),
            get: read(f),
            set: None,
            doc: doc.as_ptr(),
            closure: ptr::null_mut(),
        }
    }

    /// An attribute that can be read and written; the setter gets `None` for deletion.
    pub const fn get_set<S, R, F, G>(name: &'static CStr, f: F, g: G, doc: &'static CStr) -> PyGetSetDef
    where
        S: PyLayout,
        R: IntoCObject,
        F: Copy + Fn(Borrowed<'_, S>) -> PyResult<R>,
        G: Copy + Fn(Borrowed<'_, S>, Option<Op<'_>>) -> PyResult<()>,
    {
        PyGetSetDef {
            name: name.as_ptr(),
            get: read(f),
            set: write(g),
            doc: doc.as_ptr(),
            closure: ptr::null_mut(),
        }
    }
}

/// What an `Object`-returning helper gives for a comparison that does not apply.
#[inline]
pub fn not_implemented() -> PyResult<Object> {
    Ok(singletons::new_not_implemented())
}

/// Whether two slots hold the same function.
///
/// The address of a trampoline may differ between uses in code, so only slots that were
/// filled from the same table or by inheritance compare equal.
pub fn same_slot<F: Copy>(a: Option<F>, b: Option<F>) -> bool {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>(), "only function pointers are slots") };
    // SAFETY: an optional function pointer is a word, zero for `None`.
    unsafe { core::mem::transmute_copy::<_, usize>(&a) == core::mem::transmute_copy::<_, usize>(&b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Object, PyResult};

    fn concat(list: Borrowed<'_, PyListObject>, other: Op<'_>) -> PyResult {
        let _ = list;
        Ok(other.to_owned())
    }
    fn make(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
        args.get(0).map(|op| op.to_owned()).ok_or_else(crate::errors::bad_argument)
    }
    fn flag(_list: Borrowed<'_, PyListObject>) -> PyResult<bool> {
        Ok(true)
    }

    static SEQUENCE: PySequenceMethods =
        PySequenceMethods { sq_concat: slot::binary(concat), ..PySequenceMethods::EMPTY };
    const METHODS: &[PyMethodDef] = &[method::o(c"concat", concat, c""), PyMethodDef::EMPTY];
    const GETSET: &[PyGetSetDef] = &[getset::get(c"flag", flag, c"")];
    static mut TYPE: PyTypeObject = PyTypeObject {
        tp_as_sequence: (&raw const SEQUENCE).cast_mut(),
        tp_methods: METHODS.as_ptr().cast_mut(),
        tp_getset: GETSET.as_ptr().cast_mut(),
        tp_new: slot::new(make),
        ..PyTypeObject::EMPTY
    };

    #[test]
    fn a_declared_slot_calls_its_function() {
        assert!(METHODS[0].ml_meth.is_some() && GETSET[0].get.is_some());
        let list = crate::singletons::none_ptr();
        // SAFETY: the function does not look at its first argument and
        // passes the second through.
        let result = unsafe { (SEQUENCE.sq_concat.expect("declared"))(list, crate::singletons::true_ptr()) };
        assert_eq!(result, crate::singletons::true_ptr());
        // SAFETY: a reference to an immortal object.
        drop(unsafe { Object::steal(result) });
        assert!(!(&raw const TYPE).is_null());
    }
}
