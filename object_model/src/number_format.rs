//! Formatting numbers as a format specification says (`__format__` of `int`, `float`, `complex`).

use crate::layout::*;
use crate::{Borrowed, Op, PyResult, object, raise, str};

/// The specification, unless it is empty, which means `str(op)`.
fn specification<'a>(
    op: Op<'_>,
    spec: Op<'a>,
) -> PyResult<Result<Borrowed<'a, PyUnicodeObject>, crate::Object>> {
    let Some(spec) = spec.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "__format__() argument must be str, not {}", spec.type_name()));
    };
    if str::len(spec) == 0 {
        return Ok(Err(object::str(op)?.into_object()));
    }
    Ok(Ok(spec))
}

/// `int.__format__`.
pub fn int_method(int: Borrowed<'_, PyLongObject>, spec: Op<'_>) -> PyResult {
    match specification(int.as_object(), spec)? {
        Err(text) => Ok(text),
        Ok(_) => Err(raise!(NotImplementedError, "format specifications")),
    }
}

/// `float.__format__`.
pub fn float_method(float: Borrowed<'_, PyFloatObject>, spec: Op<'_>) -> PyResult {
    match specification(float.as_object(), spec)? {
        Err(text) => Ok(text),
        Ok(_) => Err(raise!(NotImplementedError, "format specifications")),
    }
}

/// `complex.__format__`.
pub fn complex_method(complex: Borrowed<'_, PyComplexObject>, spec: Op<'_>) -> PyResult {
    match specification(complex.as_object(), spec)? {
        Err(text) => Ok(text),
        Ok(_) => Err(raise!(NotImplementedError, "format specifications")),
    }
}
