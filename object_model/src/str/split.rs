//! Splitting and stripping.
