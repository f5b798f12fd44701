//! Python objects as compiled extensions see them.
//!
//! This crate holds the layouts of CPython 3.14, references and allocation, the
//! cycle collector, types and slots, the abstract protocols and the builtin types.
//! It must never know the interpreter: it calls functions through their type's
//! slots, and what it needs from above it gets through `state::Hooks`.
//!
//! Reading order: `refs` (ownership), `errors` (raising), `define` and `args` (how a
//! type and a function are declared), `object` and `type_object`, then any type.
//!
//! Naming: the inside of `PyList_Append` is `list::append`, of `PyObject_GetAttr`
//! `object::get_attr`, of `PyNumber_Add` `number::add`. Functions take `Borrowed`
//! arguments and give `Owned` results, also where the C function lends a reference.

#![allow(non_upper_case_globals, non_camel_case_types, reason = "exported names are CPython's")]

pub mod alloc;
pub mod args;
pub mod builtin_types;
pub mod define;
pub mod errors;
pub mod fields;
pub mod layout;
pub mod names;
pub mod refs;
pub mod singletons;
pub mod stack_ref;
pub mod state;

pub mod bool;
pub mod buffer;
pub mod builtin_iterators;
pub mod bytearray;
pub mod bytes;
pub mod bytes_methods;
pub mod call;
pub mod capsule;
pub mod cell;
pub mod codecs;
pub mod complex;
pub mod descr;
pub mod dict;
#[allow(clippy::declare_interior_mutable_const, reason = "templates of static type objects, used by value")]
pub mod exceptions;
pub mod float;
pub mod format_spec;
pub mod free_lists;
pub mod gc;
pub mod generic_alias;
pub mod hashing;
pub mod index_iterator;
pub mod inline_values;
pub mod int;
pub mod interpreter_types;
pub mod iter;
pub mod list;
pub mod mapping;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub mod none;
pub mod number;
pub mod number_format;
pub mod object;
pub mod pickle_buffer;
pub mod range;
pub mod ref_tracer;
pub mod sequence;
pub mod set;
pub mod slice;
pub mod str;
pub mod structseq;
pub mod suggestions;
pub mod super_object;
pub mod tuple;
pub mod type_object;
pub mod unicode_data;
pub mod union;
pub mod weakref;

pub use args::{Args, Signature};
pub use define::{Visitor, getset, slot};
pub use errors::{PyResult, Raised};
pub use refs::{Borrowed, Field, Object, Op, Owned, PyLayout, PyTyped, TypeRef};
