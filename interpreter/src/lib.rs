//! What runs Python code: code objects, frames, the VM, generators, import, `builtins` and `sys`.
//!
//! Reading order: `compile` (source to code objects), `vm` (running them), `lifecycle`
//! (from nothing to a running interpreter and back), `import` and `builtins`.

#![allow(non_upper_case_globals, reason = "exported names are CPython's")]

pub mod ast_objects;
pub mod code;
pub mod compile;
pub mod frame;
pub mod function;
pub mod generator;
pub mod marshal;
pub mod source_text;
pub mod sys;
pub mod traceback;
pub mod vm;
pub mod warnings;
