//! Warnings, and the module `_warnings`.

use adder_object_model::{Op, PyResult};

/// The filters and what has been shown.
#[derive(Default)]
pub struct State {}

pub fn warn_explicit(
    _category: Op<'_>,
    _text: Op<'_>,
    _filename: Op<'_>,
    _line: isize,
    _module: Option<Op<'_>>,
    _registry: Option<Op<'_>>,
) -> PyResult<()> {
    Ok(())
}

/// `PyErr_WarnEx`.
pub fn warn(_category: Op<'_>, _message: &str, _stacklevel: isize) -> PyResult<()> {
    Ok(())
}
