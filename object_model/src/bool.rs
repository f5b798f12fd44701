//! The `bool` type: two static ints.

use core::mem::offset_of;

use crate::define::not_implemented;
use crate::exceptions::builtin;
use crate::layout::*;
use crate::{Args, Borrowed, Op, Owned, PyResult, TypeRef, int, object, singletons, slot, state, str};

type Bool<'a> = Borrowed<'a, PyLongObject>;

fn repr(value: Bool<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern(if value.is_zero() { "False" } else { "True" })
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<bool> {
    // The type cannot have subclasses, so it is the type itself.
    let _ = tp;
    args.no_keywords("bool")?;
    args.check_positional("bool", 0, 1)?;
    args.get(0).map_or(Ok(false), object::is_true)
}

fn vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<bool> {
    new(tp, args)
}

fn invert(value: Bool<'_>) -> PyResult {
    (state::hooks().warn)(
        builtin::DeprecationWarning(),
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
         inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
         'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying \
         int.",
        1,
    )?;
    int::invert(value)
}

macro_rules! bit_operations {
    ($($name:ident $on_ints:ident $operator:tt;)*) => {
        $(fn $name(a: Op<'_>, b: Op<'_>) -> PyResult {
            let (Some(x), Some(y)) = (int::downcast(a), int::downcast(b)) else {
                return not_implemented();
            };
            if a.is_exact_bool() && b.is_exact_bool() {
                return Ok(singletons::new_bool(!x.is_zero() $operator !y.is_zero()));
            }
            int::$on_ints(x, y)
        })*
    };
}
bit_operations! {
    and and_ints &;
    or or_ints |;
    xor xor_ints ^;
}

impl Borrowed<'_, PyObject> {
    /// Whether the object is `True` or `False` (`PyBool_Check`).
    #[inline]
    pub fn is_exact_bool(self) -> bool {
        self.type_ptr() == &raw mut PyBool_Type
    }
}

/// Whether the object is `True` or `False`.
#[inline]
pub fn check(op: Op<'_>) -> bool {
    op.is_exact_bool()
}

/// The two objects are static; a C extension that drops too many references changes nothing.
fn dealloc(value: Bool<'_>) {
    // SAFETY: the object is a static of this crate.
    unsafe { (*value.as_object_ptr()).ob_refcnt = PyObject::STATIC_IMMORTAL.ob_refcnt };
}

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_invert: slot::unary(invert),
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    ..PyNumberMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyBool_Type: PyTypeObject = PyTypeObject {
    tp_name: c"bool".as_ptr(),
    tp_basicsize: offset_of!(PyLongObject, long_value.ob_digit) as isize,
    tp_itemsize: size_of::<digit>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"bool(object=False, /)\n--\n\nWhether the argument counts as true.\n\nTrue and False are the only instances; the class derives from int and\ncannot be derived from."
        .as_ptr(),
    tp_base: &raw mut int::PyLong_Type,
    tp_new: slot::new(new),
    tp_vectorcall: slot::vectorcall(vectorcall),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut _Py_TrueStruct: PyLongObject = int::static_int(&raw mut PyBool_Type, 1);
#[unsafe(no_mangle)]
pub static mut _Py_FalseStruct: PyLongObject = int::static_int(&raw mut PyBool_Type, 0);
