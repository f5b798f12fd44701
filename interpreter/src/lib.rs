//! What runs Python code: code objects, frames, the VM, generators, import, `builtins` and `sys`.
//!
//! Reading order: `compile` (source to code objects), `vm` (running them), `lifecycle`
//! (from nothing to a running interpreter and back), `import` and `builtins`.

#![allow(non_upper_case_globals, reason = "exported names are CPython's")]

pub mod ast_objects;
pub mod at_exit;
pub mod builtins;
pub mod code;
pub mod compile;
pub mod config;
pub mod config_flags;
pub mod config_options;
pub mod context;
pub mod errors_display;
pub mod fork;
pub mod frame;
pub mod function;
pub mod generator;
pub mod gil;
pub mod import;
pub mod interactive;
pub mod lifecycle;
pub mod locale;
pub mod marshal;
pub mod opcodes;
pub mod pending;
pub mod pytime;
pub mod run_main;
pub mod runtime;
pub mod signals;
pub mod siphash;
pub mod source_text;
pub mod std_printer;
pub mod symtable_module;
pub mod sys;
pub mod template_types;
pub mod thread_module;
pub mod threads;
pub mod tokenizer_module;
pub mod traceback;
pub mod type_params;
pub mod vm;
pub mod warnings;
pub mod watchers;
