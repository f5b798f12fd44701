//! The exported functions of CPython's C API: conversions only, no algorithms.
//!
//! Each file is a noun of the C API. A function converts its arguments (`convert`),
//! calls what is inside (`list::append` for `PyList_Append`), and converts the result.
//! This crate must never be depended upon by anything but the executable: the inside
//! reaches native code only through function pointers in types and method tables.
//!
//! The static type objects and the singletons are exported where they are defined, in
//! `adder-object-model` and `adder-interpreter`.

#![allow(non_upper_case_globals, non_snake_case, reason = "exported names are CPython's")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the promises are the C API's for every function: the GIL is held, objects are live; `convert` states them"
)]

pub mod buffer;
pub mod build_value;
pub mod bytes;
pub mod clinic;
pub mod codecs;
pub mod complex;
pub mod config;
pub mod containers;
pub mod convert;
pub mod errors;
pub mod eval;
pub mod file;
pub mod float;
pub mod format;
pub mod frames;
pub mod functions;
pub mod getargs;
pub mod hash;
pub mod import;
pub mod long;
pub mod marshal;
pub mod memory;
pub mod monitoring;
pub mod number;
pub mod object;
pub mod pickle_buffer;
pub mod process;
pub mod run;
pub mod sequence;
pub mod thread;
pub mod time;
pub mod tracing;
pub mod types;
pub mod unicode;
pub mod unicode_errors;
pub mod va;
pub mod watchers;

/// Does nothing; the executable calls it so that this crate is linked.
pub fn link() {}
