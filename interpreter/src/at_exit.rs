//! The module `atexit`.

/// Runs the registered functions, last first.
pub fn run() {}
