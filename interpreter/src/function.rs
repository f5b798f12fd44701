//! The `function` type.
