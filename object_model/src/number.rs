//! The number protocol (`PyNumber_*`): operator dispatch over `tp_as_number`.
//!
//! A binary operator asks the left operand's type first, unless the right
//! operand's type is a subclass with a slot of its own. `+` and `*` fall back
//! to the sequence slots, an in-place operator to the plain one.

use crate::exceptions::builtin;
use crate::layout::*;
use crate::{
    Object, Op, PyResult, Raised, bytearray, bytes, float as float_object, int, raise, singletons, state,
    str, type_object,
};

/// The slot of `tp_as_number` that `get` picks.
#[inline(always)]
fn number_slot<F>(op: Op<'_>, get: impl Fn(&PyNumberMethods) -> Option<F>) -> Option<F> {
    // SAFETY: the table belongs to the object's type, which is alive.
    unsafe { op.ob_type().tp_as_number.as_ref().and_then(get) }
}

/// The slot of `tp_as_sequence` that `get` picks.
#[inline(always)]
fn sequence_slot<F>(op: Op<'_>, get: impl Fn(&PySequenceMethods) -> Option<F>) -> Option<F> {
    // SAFETY: the table belongs to the object's type, which is alive.
    unsafe { op.ob_type().tp_as_sequence.as_ref().and_then(get) }
}

#[inline]
fn call_binary(f: binaryfunc, a: Op<'_>, b: Op<'_>) -> PyResult {
    // SAFETY: the slot belongs to the type of one of the two live objects.
    unsafe { Object::from_c(f(a.as_ptr(), b.as_ptr())) }
}

#[inline]
fn call_ternary(f: ternaryfunc, a: Op<'_>, b: Op<'_>, c: Op<'_>) -> PyResult {
    // SAFETY: the slot belongs to the type of one of the live objects.
    unsafe { Object::from_c(f(a.as_ptr(), b.as_ptr(), c.as_ptr())) }
}

#[inline]
fn is_not_implemented(result: &Object) -> bool {
    result.as_ptr() == singletons::not_implemented_ptr()
}

/// Whether the type of `b` is a proper subclass of `a`'s, so that its slot goes first.
fn overrides(a: Op<'_>, b: Op<'_>) -> bool {
    type_object::is_subtype(b.ob_type(), a.ob_type())
}

/// Asks both operands' slots in order (`binary_op1`); the result may be `NotImplemented`.
#[inline]
fn binary_op1(a: Op<'_>, b: Op<'_>, get: impl Fn(&PyNumberMethods) -> Option<binaryfunc> + Copy) -> PyResult {
    let left = number_slot(a, get);
    let mut right = if a.type_ptr() == b.type_ptr() { None } else { number_slot(b, get) };
    if right.map(|f| f as usize) == left.map(|f| f as usize) {
        right = None;
    }
    if let Some(left) = left {
        if let Some(first) = right.filter(|_| overrides(a, b)) {
            let result = call_binary(first, a, b)?;
            if !is_not_implemented(&result) {
                return Ok(result);
            }
            right = None;
        }
        let result = call_binary(left, a, b)?;
        if !is_not_implemented(&result) {
            return Ok(result);
        }
    }
    match right {
        Some(right) => call_binary(right, a, b),
        None => Ok(singletons::new_not_implemented()),
    }
}

#[cold]
fn unsupported(a: Op<'_>, b: Op<'_>, name: &str) -> Raised {
    raise!(
        TypeError,
        "unsupported operand type(s) for {name}: '{}' and '{}'",
        short(a.type_name(), 100),
        short(b.type_name(), 100)
    )
}

/// A name cut off where CPython's messages cut it.
fn short(name: &str, limit: usize) -> &str {
    match name.char_indices().nth(limit) {
        Some((end, _)) => &name[..end],
        None => name,
    }
}

#[inline]
fn binary_op(
    a: Op<'_>,
    b: Op<'_>,
    get: impl Fn(&PyNumberMethods) -> Option<binaryfunc> + Copy,
    name: &str,
) -> PyResult {
    let result = binary_op1(a, b, get)?;
    if is_not_implemented(&result) {
        return Err(unsupported(a, b, name));
    }
    Ok(result)
}

/// The in-place slot of the left operand, then the plain operator; the result may be `NotImplemented`.
#[inline]
fn in_place_op1(
    a: Op<'_>,
    b: Op<'_>,
    get_in_place: impl Fn(&PyNumberMethods) -> Option<binaryfunc>,
    get: impl Fn(&PyNumberMethods) -> Option<binaryfunc> + Copy,
) -> PyResult {
    if let Some(f) = number_slot(a, get_in_place) {
        let result = call_binary(f, a, b)?;
        if !is_not_implemented(&result) {
            return Ok(result);
        }
    }
    binary_op1(a, b, get)
}

macro_rules! binary_operators {
    ($($name:ident $slot:ident $text:literal, $in_place:ident $in_place_slot:ident $in_place_text:literal;)*) => {
        $(
            #[doc = concat!("`a ", $text, " b`.")]
            pub fn $name(a: Op<'_>, b: Op<'_>) -> PyResult {
                binary_op(a, b, |m| m.$slot, $text)
            }
            #[doc = concat!("`a ", $in_place_text, " b`; gives the new value of `a`.")]
            pub fn $in_place(a: Op<'_>, b: Op<'_>) -> PyResult {
                let result = in_place_op1(a, b, |m| m.$in_place_slot, |m| m.$slot)?;
                if is_not_implemented(&result) {
                    return Err(unsupported(a, b, $in_place_text));
                }
                Ok(result)
            }
        )*
    };
}
binary_operators! {
    subtract nb_subtract "-", in_place_subtract nb_inplace_subtract "-=";
    matrix_multiply nb_matrix_multiply "@", in_place_matrix_multiply nb_inplace_matrix_multiply "@=";
    floor_divide nb_floor_divide "//", in_place_floor_divide nb_inplace_floor_divide "//=";
    true_divide nb_true_divide "/", in_place_true_divide nb_inplace_true_divide "/=";
    remainder nb_remainder "%", in_place_remainder nb_inplace_remainder "%=";
    lshift nb_lshift "<<", in_place_lshift nb_inplace_lshift "<<=";
    rshift nb_rshift ">>", in_place_rshift nb_inplace_rshift ">>=";
    and nb_and "&", in_place_and nb_inplace_and "&=";
    or nb_or "|", in_place_or nb_inplace_or "|=";
    xor nb_xor "^", in_place_xor nb_inplace_xor "^=";
}

/// `divmod(a, b)`.
pub fn divmod(a: Op<'_>, b: Op<'_>) -> PyResult {
    binary_op(a, b, |m| m.nb_divmod, "divmod()")
}

/// `a + b`; concatenation if the numbers' slots do not know how.
pub fn add(a: Op<'_>, b: Op<'_>) -> PyResult {
    let result = binary_op1(a, b, |m| m.nb_add)?;
    if !is_not_implemented(&result) {
        return Ok(result);
    }
    match sequence_slot(a, |m| m.sq_concat) {
        Some(concat) => call_binary(concat, a, b),
        None => Err(unsupported(a, b, "+")),
    }
}

/// `a += b`.
pub fn in_place_add(a: Op<'_>, b: Op<'_>) -> PyResult {
    let result = in_place_op1(a, b, |m| m.nb_inplace_add, |m| m.nb_add)?;
    if !is_not_implemented(&result) {
        return Ok(result);
    }
    match sequence_slot(a, |m| m.sq_inplace_concat.or(m.sq_concat)) {
        Some(concat) => call_binary(concat, a, b),
        None => Err(unsupported(a, b, "+=")),
    }
}

/// Repeats `sequence` as often as `n` says.
fn sequence_repeat(repeat: ssizeargfunc, sequence: Op<'_>, n: Op<'_>) -> PyResult {
    if !check_index(n) {
        return Err(raise!(
            TypeError,
            "can't multiply sequence by non-int of type '{}'",
            short(n.type_name(), 200)
        ));
    }
    let count = as_ssize_t(n, Some(builtin::OverflowError()))?;
    // SAFETY: the slot belongs to the sequence's type.
    unsafe { Object::from_c(repeat(sequence.as_ptr(), count)) }
}

/// `a * b`; repetition of either if the numbers' slots do not know how.
pub fn multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    let result = binary_op1(a, b, |m| m.nb_multiply)?;
    if !is_not_implemented(&result) {
        return Ok(result);
    }
    if let Some(repeat) = sequence_slot(a, |m| m.sq_repeat) {
        return sequence_repeat(repeat, a, b);
    }
    if let Some(repeat) = sequence_slot(b, |m| m.sq_repeat) {
        return sequence_repeat(repeat, b, a);
    }
    Err(unsupported(a, b, "*"))
}

/// `a *= b`.
pub fn in_place_multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    let result = in_place_op1(a, b, |m| m.nb_inplace_multiply, |m| m.nb_multiply)?;
    if !is_not_implemented(&result) {
        return Ok(result);
    }
    if let Some(repeat) = sequence_slot(a, |m| m.sq_inplace_repeat.or(m.sq_repeat)) {
        return sequence_repeat(repeat, a, b);
    }
    // The right operand is not changed, and is asked only if the left is no sequence at all.
    if a.ob_type().tp_as_sequence.is_null()
        && let Some(repeat) = sequence_slot(b, |m| m.sq_repeat)
    {
        return sequence_repeat(repeat, b, a);
    }
    Err(unsupported(a, b, "*="))
}

/// `a ** b`, or `pow(a, b, c)` if `c` is not `None`.
pub fn power(a: Op<'_>, b: Op<'_>, c: Op<'_>) -> PyResult {
    ternary_op(a, b, c, "** or pow()")
}

/// `a **= b`.
pub fn in_place_power(a: Op<'_>, b: Op<'_>, c: Op<'_>) -> PyResult {
    if let Some(f) = number_slot(a, |m| m.nb_inplace_power) {
        let result = call_ternary(f, a, b, c)?;
        if !is_not_implemented(&result) {
            return Ok(result);
        }
    }
    ternary_op(a, b, c, "**=")
}

fn ternary_op(a: Op<'_>, b: Op<'_>, c: Op<'_>, name: &str) -> PyResult {
    let get = |m: &PyNumberMethods| m.nb_power;
    let same =
        |f: Option<ternaryfunc>, g: Option<ternaryfunc>| f.map(|f| f as usize) == g.map(|g| g as usize);
    let left = number_slot(a, get);
    let mut right = if a.type_ptr() == b.type_ptr() { None } else { number_slot(b, get) };
    if same(left, right) {
        right = None;
    }
    let asked_right = right;
    if let Some(left) = left {
        if let Some(first) = right.filter(|_| overrides(a, b)) {
            let result = call_ternary(first, a, b, c)?;
            if !is_not_implemented(&result) {
                return Ok(result);
            }
            right = None;
        }
        let result = call_ternary(left, a, b, c)?;
        if !is_not_implemented(&result) {
            return Ok(result);
        }
    }
    if let Some(right) = right {
        let result = call_ternary(right, a, b, c)?;
        if !is_not_implemented(&result) {
            return Ok(result);
        }
    }
    let third = number_slot(c, get).filter(|&f| !same(Some(f), left) && !same(Some(f), asked_right));
    if let Some(third) = third {
        let result = call_ternary(third, a, b, c)?;
        if !is_not_implemented(&result) {
            return Ok(result);
        }
    }
    if c.is_none() {
        return Err(unsupported(a, b, name));
    }
    Err(raise!(
        TypeError,
        "unsupported operand type(s) for {name}: '{}', '{}', '{}'",
        short(a.type_name(), 100),
        short(b.type_name(), 100),
        short(c.type_name(), 100)
    ))
}

macro_rules! unary_operators {
    ($($name:ident $slot:ident $text:literal;)*) => {
        $(
            #[doc = concat!("The operator of `", stringify!($slot), "`.")]
            pub fn $name(a: Op<'_>) -> PyResult {
                match number_slot(a, |m| m.$slot) {
                    // SAFETY: the slot belongs to the type of the live object.
                    Some(f) => unsafe { Object::from_c(f(a.as_ptr())) },
                    None => Err(raise!(
                        TypeError,
                        concat!("bad operand type for ", $text, ": '{}'"),
                        short(a.type_name(), 200)
                    )),
                }
            }
        )*
    };
}
unary_operators! {
    negative nb_negative "unary -";
    positive nb_positive "unary +";
    invert nb_invert "unary ~";
    absolute nb_absolute "abs()";
}

/// Warns that a conversion slot gave an instance of a subclass.
fn warn_subclass(method: &str, kind: &str, result: Op<'_>) -> PyResult<()> {
    let message = format!(
        "{method} returned non-{kind} (type {}).  The ability to return an instance of a strict subclass of {kind} \
         is deprecated, and may be removed in a future version of Python.",
        short(result.type_name(), 200)
    );
    (state::hooks().warn)(builtin::DeprecationWarning(), &message, 1)
}

/// The value as an int or an instance of a subclass (`_PyNumber_Index`).
pub fn index_or_subclass(a: Op<'_>) -> PyResult {
    if a.is_instance::<PyLongObject>() {
        return Ok(a.to_owned());
    }
    let Some(f) = number_slot(a, |m| m.nb_index) else {
        return Err(raise!(
            TypeError,
            "'{}' object cannot be interpreted as an integer",
            short(a.type_name(), 200)
        ));
    };
    // SAFETY: the slot belongs to the type of the live object.
    let result = unsafe { Object::from_c(f(a.as_ptr()))? };
    if result.op().is_exact::<PyLongObject>() {
        return Ok(result);
    }
    if !result.op().is_instance::<PyLongObject>() {
        return Err(raise!(
            TypeError,
            "__index__ returned non-int (type {})",
            short(result.op().type_name(), 200)
        ));
    }
    warn_subclass("__index__", "int", result.op())?;
    Ok(result)
}

/// `operator.index(a)`: the value as an exact int.
pub fn index(a: Op<'_>) -> PyResult {
    let result = index_or_subclass(a)?;
    match result.op().downcast_exact::<PyLongObject>() {
        Some(_) => Ok(result),
        None => int::copy(int::downcast(result.op()).expect("index gives an int")),
    }
}

/// The index as a size. One that does not fit raises `overflow`, or is clipped if that is `None`.
pub fn as_ssize_t(a: Op<'_>, overflow: Option<Op<'_>>) -> PyResult<isize> {
    if let Some(value) = int::compact_value(a) {
        return Ok(value);
    }
    let value = index_or_subclass(a)?;
    match int::to_i64(int::downcast(value.op()).expect("index gives an int")) {
        Ok(value) => Ok(value as isize),
        Err(sign) => match overflow {
            None => Ok(if sign < 0 { isize::MIN } else { isize::MAX }),
            Some(class) => Err(crate::errors::set_formatted(
                class,
                format_args!("cannot fit '{}' into an index-sized integer", short(a.type_name(), 200)),
            )),
        },
    }
}

/// `int(a)`.
pub fn long(a: Op<'_>) -> PyResult {
    if a.is_exact::<PyLongObject>() {
        return Ok(a.to_owned());
    }
    if let Some(f) = number_slot(a, |m| m.nb_int) {
        // SAFETY: the slot belongs to the type of the live object.
        let result = unsafe { Object::from_c(f(a.as_ptr()))? };
        if result.op().is_exact::<PyLongObject>() {
            return Ok(result);
        }
        let Some(value) = int::downcast(result.op()) else {
            return Err(raise!(
                TypeError,
                "__int__ returned non-int (type {})",
                short(result.op().type_name(), 200)
            ));
        };
        warn_subclass("__int__", "int", result.op())?;
        return int::copy(value);
    }
    if number_slot(a, |m| m.nb_index).is_some() {
        return index(a);
    }
    if let Some(text) = a.downcast::<PyUnicodeObject>() {
        return int::from_unicode(text, 10);
    }
    if let Some(text) = a.downcast::<PyBytesObject>() {
        return int::from_ascii_bytes(bytes::as_slice(text), 10);
    }
    if let Some(text) = a.downcast::<PyByteArrayObject>() {
        return int::from_ascii_bytes(&bytearray::to_vec(text), 10);
    }
    if crate::buffer::check(a) {
        match crate::buffer::get(a, PyBUF_SIMPLE) {
            Ok(buffer) => {
                let text = buffer.as_slice().to_vec();
                drop(buffer);
                return int::from_ascii_bytes(&text, 10);
            }
            Err(raised) => raised.clear(),
        }
    }
    Err(raise!(
        TypeError,
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        short(a.type_name(), 200)
    ))
}

/// `float(a)`.
pub fn float(a: Op<'_>) -> PyResult {
    if a.is_exact::<PyFloatObject>() {
        return Ok(a.to_owned());
    }
    if let Some(f) = number_slot(a, |m| m.nb_float) {
        // SAFETY: the slot belongs to the type of the live object.
        let result = unsafe { Object::from_c(f(a.as_ptr()))? };
        if result.op().is_exact::<PyFloatObject>() {
            return Ok(result);
        }
        check_float_result(a, result.op())?;
        return float_object::new(float_object::value(result.op()));
    }
    if number_slot(a, |m| m.nb_index).is_some() {
        let value = index(a)?;
        return float_object::new(int::as_f64(value.op())?);
    }
    // A subclass that took its `__float__` away.
    if a.is_instance::<PyFloatObject>() {
        return float_object::new(float_object::value(a));
    }
    float_object::from_string(a)
}

/// Refuses what `__float__` must not give, and warns of a subclass.
pub(crate) fn check_float_result(a: Op<'_>, result: Op<'_>) -> PyResult<()> {
    let owner = short(a.type_name(), 50);
    if !result.is_instance::<PyFloatObject>() {
        return Err(raise!(
            TypeError,
            "{owner}.__float__ returned non-float (type {})",
            short(result.type_name(), 50)
        ));
    }
    if result.is_exact::<PyFloatObject>() {
        return Ok(());
    }
    warn_subclass(&format!("{owner}.__float__"), "float", result)
}

/// The warning for a `__complex__` that gives an instance of a subclass.
pub(crate) fn warn_complex_subclass(result: Op<'_>) -> PyResult<()> {
    warn_subclass("__complex__", "complex", result)
}

/// The index in base 2, 8, 10 or 16, as `bin`, `oct`, `str`, `hex` write it.
pub fn to_base(a: Op<'_>, base: u32) -> PyResult {
    if !matches!(base, 2 | 8 | 10 | 16) {
        return Err(raise!(SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16"));
    }
    let value = index_or_subclass(a)?;
    Ok(str::from_string(int::to_string_radix(value.op(), base, true)?)?.into_object())
}

/// Whether the object has `__index__`.
#[inline]
pub fn check_index(a: Op<'_>) -> bool {
    number_slot(a, |m| m.nb_index).is_some()
}

/// Whether the object is a number of some kind (`PyNumber_Check`).
pub fn check(a: Op<'_>) -> bool {
    number_slot(a, |m| m.nb_index.map(|_| ()).or(m.nb_int.map(|_| ())).or(m.nb_float.map(|_| ()))).is_some()
        || a.is_instance::<PyComplexObject>()
}
