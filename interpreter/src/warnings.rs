//! Warnings.
use adder_object_model::{Op, PyResult};
pub fn warn_explicit(
    _category: Op<'_>,
    _text: Op<'_>,
    _filename: Op<'_>,
    _line: isize,
    _module: Option<Op<'_>>,
    _registry: Option<Op<'_>>,
) -> PyResult<()> {
    todo!()
}
