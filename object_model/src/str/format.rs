//! `str.format`.
