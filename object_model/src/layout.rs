//! CPython's structs, as a compiled wheel sees them.
//!
//! Layout is law: a wheel reads and writes these fields itself, so a struct
//! changes only together with the pinned CPython version. The offsets come from
//! a probe compiled against the real headers (`tests/data/layouts.tsv`); each
//! struct states its own below it, and `tests/layouts.rs` compares them all.
//!
//! Names are CPython's, also where Rust would spell them differently. In
//! reading order:
//!
//!  - `object`, `type_object`, `functions`, `constants`: headers, types and
//!    their slots, the function types of those, the numbers.
//!  - `long` to `iterators`: values and containers.
//!  - `function` to `traceback`: what runs, and how it fails.
//!  - `module` to `namespace`: everything else that is an object.
//!  - `state`, `memory`, `arguments`: the runtime's own structs that wheels see.

#![allow(non_camel_case_types, non_upper_case_globals, non_snake_case, reason = "names are CPython's")]

use core::ffi::{c_int, c_ulong};

pub type Py_ssize_t = isize;
/// The hash of an object; -1 means an error, or not computed yet.
pub type Py_hash_t = isize;
pub type Py_uhash_t = usize;
pub type Py_uintptr_t = usize;
pub type Py_intptr_t = isize;
pub type Py_UCS1 = u8;
pub type Py_UCS2 = u16;
pub type Py_UCS4 = u32;
/// Nanoseconds.
pub type PyTime_t = i64;
/// `PYGEN_*`.
pub type PySendResult = c_int;
/// `PyGILState_LOCKED` or `PyGILState_UNLOCKED`.
pub type PyGILState_STATE = c_int;
/// `PY_LOCK_*`.
pub type PyLockStatus = c_int;
/// The operating system's name of a thread.
pub type PyThread_ident_t = c_ulong;

/// Proves at compile time that a struct has the size and the offsets stated.
///
/// `assert_layout!(PyListObject { size: 40, ob_item: 24, allocated: 32 });`
#[macro_export]
macro_rules! assert_layout {
    ($name:ident { size: $size:literal $(, $field:ident: $offset:literal)* $(,)? }) => {
        const _: () = {
            assert!(::core::mem::size_of::<$name>() == $size);
            $(assert!(::core::mem::offset_of!($name, $field) == $offset);)*
        };
    };
}

pub mod constants;
pub mod functions;
pub mod object;
pub mod type_object;

pub mod bytearray;
pub mod bytes;
pub mod complex;
pub mod dict;
pub mod float;
pub mod iterators;
pub mod list;
pub mod long;
pub mod range;
pub mod set;
pub mod slice;
pub mod tuple;
pub mod unicode;

pub mod code;
pub mod descr;
pub mod exceptions;
pub mod frame;
pub mod function;
pub mod generator;
pub mod method;
pub mod module;
pub mod traceback;

pub mod capsule;
pub mod cell;
pub mod context;
pub mod datetime;
pub mod generic_alias;
pub mod memoryview;
pub mod namespace;
pub mod weakref;

pub mod arguments;
pub mod memory;
pub mod state;

pub use arguments::*;
pub use bytearray::*;
pub use bytes::*;
pub use capsule::*;
pub use cell::*;
pub use code::*;
pub use complex::*;
pub use constants::*;
pub use context::*;
pub use datetime::*;
pub use descr::*;
pub use dict::*;
pub use exceptions::*;
pub use float::*;
pub use frame::*;
pub use function::*;
pub use functions::*;
pub use generator::*;
pub use generic_alias::*;
pub use iterators::*;
pub use list::*;
pub use long::*;
pub use memory::*;
pub use memoryview::*;
pub use method::*;
pub use module::*;
pub use namespace::*;
pub use object::*;
pub use range::*;
pub use set::*;
pub use slice::*;
pub use state::*;
pub use traceback::*;
pub use tuple::*;
pub use type_object::*;
pub use unicode::*;
pub use weakref::*;
