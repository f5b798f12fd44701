//! Functions on numbers and code points.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, Owned, PyResult, Signature, bytearray, bytes, call, int, number, object, raise, singletons, str,
};

pub fn abs(_module: Op<'_>, op: Op<'_>) -> PyResult {
    number::absolute(op)
}

pub fn bin(_module: Op<'_>, op: Op<'_>) -> PyResult {
    number::to_base(op, 2)
}

pub fn oct(_module: Op<'_>, op: Op<'_>) -> PyResult {
    number::to_base(op, 8)
}

pub fn hex(_module: Op<'_>, op: Op<'_>) -> PyResult {
    number::to_base(op, 16)
}

pub fn divmod(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [left, right] = args.exactly("divmod")?;
    number::divmod(left, right)
}

pub fn pow(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> = Signature::new("pow", ["base", "exp", "mod"]).required(2);
    let [base, exp, modulus] = args.parse(&SIGNATURE)?;
    number::power(base.expect("required"), exp.expect("required"), modulus.unwrap_or(singletons::none()))
}

pub fn round(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<2> = Signature::new("round", ["number", "ndigits"]).required(1);
    let [op, digits] = args.parse(&SIGNATURE)?;
    let op = op.expect("required");
    let Some(round) = object::lookup_special(op, "__round__")? else {
        return Err(raise!(TypeError, "type {} doesn't define __round__ method", op.type_name()));
    };
    match digits {
        Some(digits) if !digits.is_none() => call::call_one(round.op(), digits),
        _ => call::call_noargs(round.op()),
    }
}

pub fn chr(_module: Op<'_>, op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let index = number::index(op)?;
    match int::as_i64_and_overflow(index.op())? {
        Ok(point @ 0..=0x10ffff) => str::from_char(point as u32),
        _ => Err(raise!(ValueError, "chr() arg not in range(0x110000)")),
    }
}

pub fn ord(_module: Op<'_>, op: Op<'_>) -> PyResult {
    let (point, length) = if let Some(text) = op.downcast::<PyUnicodeObject>() {
        let length = str::len(text);
        (if length == 1 { str::read(text, 0) } else { 0 }, length)
    } else if let Some(data) = op.downcast::<PyBytesObject>() {
        let data = bytes::as_slice(data);
        (data.first().copied().unwrap_or(0).into(), data.len())
    } else if let Some(data) = op.downcast::<PyByteArrayObject>() {
        let data = bytearray::view(data);
        (data.first().copied().unwrap_or(0).into(), data.len())
    } else {
        return Err(raise!(TypeError, "ord() expected string of length 1, but {} found", op.type_name()));
    };
    if length != 1 {
        return Err(raise!(TypeError, "ord() expected a character, but string of length {length} found"));
    }
    int::from_i64(point.into())
}
