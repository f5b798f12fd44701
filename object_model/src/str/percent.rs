//! The `%` operator.
use super::Unicode;
use crate::{Op, PyResult, raise, singletons};

pub(super) fn remainder(format: Op<'_>, args: Op<'_>) -> PyResult {
    if !format.is_instance::<Unicode>() {
        return Ok(singletons::new_not_implemented());
    }
    format_percent(format, args)
}

/// `format % args`.
pub fn format_percent(_format: Op<'_>, _args: Op<'_>) -> PyResult {
    Err(raise!(NotImplementedError, "% formatting"))
}

/// `%` of bytes.
pub(crate) fn format_bytes(_format: &[u8], _args: Op<'_>) -> PyResult<Vec<u8>> {
    Err(raise!(NotImplementedError, "% formatting"))
}
