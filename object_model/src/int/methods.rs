//! The constructor and the methods of `int`.

use core::ffi::CStr;
use core::mem::offset_of;

use super::digits::{self};
use super::{
    arithmetic, base_argument, copy, div_mod_near, from_ascii_bytes, from_i64, from_u64, from_unicode, known,
    small,
};
use crate::define::method;
use crate::layout::*;
use crate::{
    Args, Borrowed, Op, PyResult, Signature, TypeRef, alloc, bytearray, bytes, free_lists, getset, number,
    object, raise, str, tuple,
};

type Int<'a> = Borrowed<'a, PyLongObject>;

pub(super) const DOC: &CStr = c"int([x]) -> integer
int(x, base=10) -> integer

Make an integer from a number or from text; without arguments, 0. A number
gives x.__int__(), a float loses its fraction.

Text, bytes or a bytearray hold a literal in the given base, with white space
around and a sign in front if wanted. The base is 2 to 36 (10 if not given);
with base 0 it is read off the literal's prefix.
>>> int('0b100', base=0)
4";

/// Static ints stay; others go back to the allocator.
pub(super) fn dealloc(int: Int<'_>) {
    if int.long_value.lv_tag & super::SMALL_BIT != 0 && int.is_exact::<PyLongObject>() {
        // A C extension gave back too many references.
        // SAFETY: the object is a static of this crate.
        unsafe { (*int.as_object_ptr()).ob_refcnt = PyObject::STATIC_IMMORTAL.ob_refcnt };
        return;
    }
    // SAFETY: the count is 0, and ints own nothing.
    unsafe {
        let op = int.as_object_ptr();
        let is_short = int.long_value.lv_tag < 2 << _PyLong_NON_SIZE_BITS;
        if !is_short
            || !int.is_exact::<PyLongObject>()
            || !free_lists::current().ints.push(op, free_lists::MOST_NUMBERS)
        {
            alloc::free_object(op);
        }
    }
}

static NEW: Signature<2> = Signature::new("int", ["", "base"]).positional_only(1);

pub(super) fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [x, base] = args.parse(&NEW)?;
    if tp.as_ptr() == &raw mut super::PyLong_Type {
        return construct(x, base);
    }
    let value = construct(x, base)?;
    subtype_from(tp, known(value.op()))
}

/// A call of the type itself.
pub(super) fn vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.has_keywords() || tp.as_ptr() != &raw mut super::PyLong_Type {
        return new(tp, args);
    }
    args.check_positional("int", 0, 2)?;
    construct(args.get(0), args.get(1))
}

fn construct(x: Option<Op<'_>>, base: Option<Op<'_>>) -> PyResult {
    match (x, base) {
        (None, None) => Ok(small(0)),
        (None, Some(_)) => Err(raise!(TypeError, "int() missing string argument")),
        (Some(x), None) => number::long(x),
        (Some(x), Some(base)) => {
            let base = base_argument(base)?;
            if let Some(text) = x.downcast::<PyUnicodeObject>() {
                from_unicode(text, base)
            } else if let Some(text) = x.downcast::<PyBytesObject>() {
                from_ascii_bytes(bytes::as_slice(text), base)
            } else if let Some(text) = x.downcast::<PyByteArrayObject>() {
                from_ascii_bytes(&bytearray::to_vec(text), base)
            } else {
                Err(raise!(TypeError, "int() can't convert non-string with explicit base"))
            }
        }
    }
}

/// An instance of a subclass with the digits of `value`.
fn subtype_from(tp: TypeRef<'_>, value: Int<'_>) -> PyResult {
    let digits = value.digits();
    let alloc = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type is ready and derives from int, so its instances have room for the digits asked for.
    unsafe {
        let result = crate::Object::from_c(alloc(tp.as_ptr(), digits.len().max(1) as isize))?;
        let int = result.as_ptr().cast::<PyLongObject>();
        (*int).long_value.lv_tag = value.long_value.lv_tag & !super::SMALL_BIT;
        let first: *mut digit = (&raw mut (*int).long_value.ob_digit).cast();
        if digits.is_empty() {
            first.write(0);
        }
        first.copy_from_nonoverlapping(digits.as_ptr(), digits.len());
        Ok(result)
    }
}

/// The value of a number that is an integer in its own right (`__index__`).
pub fn from_number(op: Op<'_>) -> PyResult {
    number::index(op)
}

fn itself(int: Int<'_>) -> PyResult {
    copy(int)
}

fn bit_length(int: Int<'_>) -> PyResult {
    from_u64(digits::bit_length(int.digits()))
}

fn bit_count(int: Int<'_>) -> PyResult {
    from_u64(int.digits().iter().map(|d| d.count_ones() as u64).sum())
}

fn is_integer(_int: Int<'_>) -> PyResult<bool> {
    Ok(true)
}

fn as_integer_ratio(int: Int<'_>) -> PyResult {
    tuple::from_vec(vec![copy(int)?, small(1)])
}

fn get_new_args(int: Int<'_>) -> PyResult {
    tuple::from_vec(vec![copy(int)?])
}

fn size_of_int(int: Int<'_>) -> PyResult {
    let n = int.digits().len().max(1);
    from_u64((offset_of!(PyLongObject, long_value.ob_digit) + n * size_of::<digit>()) as u64)
}

/// `round(int, ndigits)`: to a multiple of a power of ten, ties to even.
fn round(int: Int<'_>, args: Args<'_>) -> PyResult {
    let [n_digits] = args.optional::<1>("__round__", 0)?;
    let Some(n_digits) = n_digits.filter(|n| !n.is_none()) else {
        return copy(int);
    };
    let n_digits = number::index(n_digits)?;
    if super::sign(n_digits.op()) >= 0 {
        return copy(int);
    }
    // Far beyond the number's length the result is 0 without making the power of ten.
    let up_to = digits::bit_length(int.digits()) as i64 / 3 + 2;
    let places = match super::to_i64(known(n_digits.op())) {
        Ok(n) if -n <= up_to => -n,
        _ => return Ok(small(0)),
    };
    let places = from_i64(places)?;
    let ten = small(10);
    let unit = arithmetic::power_ints(known(ten.op()), known(places.op()))?;
    let (_, remainder) = div_mod_near(int.as_object(), unit.op())?;
    arithmetic::subtract_ints(int, known(remainder.op()))
}

fn byte_order(op: Option<Op<'_>>, function: &str) -> PyResult<bool> {
    let Some(op) = op else { return Ok(false) };
    if !op.is_instance::<PyUnicodeObject>() {
        return Err(raise!(
            TypeError,
            "{function}() argument 'byteorder' must be str, not {}",
            op.type_name()
        ));
    }
    if str::equals(op, "little") {
        Ok(true)
    } else if str::equals(op, "big") {
        Ok(false)
    } else {
        Err(raise!(ValueError, "byteorder must be either 'little' or 'big'"))
    }
}

static TO_BYTES: Signature<3> =
    Signature::new("to_bytes", ["length", "byteorder", "signed"]).keyword_only_from(2);

fn to_bytes(int: Int<'_>, args: Args<'_>) -> PyResult<crate::Owned<PyBytesObject>> {
    let [length, order, signed] = args.parse(&TO_BYTES)?;
    let length = length.map_or(Ok(1), |length| {
        number::as_ssize_t(length, Some(crate::exceptions::builtin::OverflowError()))
    })?;
    let order_given = order;
    if let Some(order) = order_given
        && !order.is_instance::<PyUnicodeObject>()
    {
        byte_order(Some(order), "to_bytes")?;
    }
    let signed = signed.map_or(Ok(false), object::is_true)?;
    let little_endian = byte_order(order_given, "to_bytes")?;
    if length < 0 {
        return Err(raise!(ValueError, "length argument must be non-negative"));
    }
    let mut status = Ok(());
    let result = bytes::new_with(length as usize, |out| {
        status = super::to_bytes(int.as_object(), out, little_endian, signed);
    })?;
    status.map(|()| result)
}

static FROM_BYTES: Signature<3> =
    Signature::new("from_bytes", ["bytes", "byteorder", "signed"]).required(1).keyword_only_from(2);

fn from_bytes(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [source, order, signed] = args.parse(&FROM_BYTES)?;
    let source = source.expect("required");
    if let Some(order) = order
        && !order.is_instance::<PyUnicodeObject>()
    {
        byte_order(Some(order), "from_bytes")?;
    }
    let signed = signed.map_or(Ok(false), object::is_true)?;
    let little_endian = byte_order(order, "from_bytes")?;
    let value = {
        let source = object::bytes(source)?;
        let source = source.op().downcast::<PyBytesObject>().expect("object::bytes gives bytes");
        super::from_bytes(bytes::as_slice(source), little_endian, signed)?
    };
    if tp.as_ptr() == &raw mut super::PyLong_Type {
        return Ok(value);
    }
    crate::call::call_one(tp.as_object(), value.op())
}

fn format(int: Int<'_>, spec: Op<'_>) -> PyResult {
    crate::number_format::int_method(int, spec)
}

fn real(int: Int<'_>) -> PyResult {
    copy(int)
}

fn zero(_int: Int<'_>) -> PyResult {
    Ok(small(0))
}

fn one(_int: Int<'_>) -> PyResult {
    Ok(small(1))
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::noargs(c"conjugate", itself, c"conjugate($self, /)\n--\n\nReturn the int itself: it has no imaginary part."),
    method::noargs(c"bit_length", bit_length, c"bit_length($self, /)\n--\n\nCount the bits that the magnitude takes in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6"),
    method::noargs(c"bit_count", bit_count, c"bit_count($self, /)\n--\n\nCount the ones of the magnitude in binary.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3"),
    method::keywords(c"to_bytes", to_bytes, c"to_bytes($self, /, length=1, byteorder='big', *, signed=False)\n--\n\nGive the value as an array of bytes.\n\n  length\n    How many bytes. OverflowError if they are too few.\n  byteorder\n    'big' puts the most significant byte first, 'little' last.\n  signed\n    Whether two's complement is used; without it negative values raise."),
    method::class_keywords(c"from_bytes", from_bytes, c"from_bytes($type, /, bytes, byteorder='big', *, signed=False)\n--\n\nMake an int from an array of bytes.\n\n  bytes\n    Bytes, or what can be made into bytes.\n  byteorder\n    'big' puts the most significant byte first, 'little' last.\n  signed\n    Whether the bytes are two's complement."),
    method::noargs(c"as_integer_ratio", as_integer_ratio, c"as_integer_ratio($self, /)\n--\n\nGive a pair of ints whose ratio is the value: itself and 1."),
    method::noargs(c"__trunc__", itself, c"__trunc__($self, /)\n--\n\nAn int has no fraction to cut off."),
    method::noargs(c"__floor__", itself, c"__floor__($self, /)\n--\n\nAn int is its own floor."),
    method::noargs(c"__ceil__", itself, c"__ceil__($self, /)\n--\n\nAn int is its own ceiling."),
    method::positional(c"__round__", round, c"__round__($self, ndigits=None, /)\n--\n\nRound to a multiple of a power of ten if ndigits is negative."),
    method::noargs(c"__getnewargs__", get_new_args, c"__getnewargs__($self, /)\n--\n\n"),
    method::o(c"__format__", format, c"__format__($self, format_spec, /)\n--\n\nFormat as format_spec says."),
    method::noargs(c"__sizeof__", size_of_int, c"__sizeof__($self, /)\n--\n\nHow many bytes of memory the int takes."),
    method::noargs(c"is_integer", is_integer, c"is_integer($self, /)\n--\n\nTrue: every int is an integer. It is there because float has it."),
    PyMethodDef::EMPTY,
];

pub(super) const GETSET: &[PyGetSetDef] = &[
    getset::get(c"real", real, c"the real part: the int itself"),
    getset::get(c"imag", zero, c"the imaginary part: 0"),
    getset::get(c"numerator", real, c"the numerator in lowest terms: the int itself"),
    getset::get(c"denominator", one, c"the denominator in lowest terms: 1"),
    PyGetSetDef::EMPTY,
];
