//! The `code` type.

#![allow(unused, reason = "being filled in")]

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult};

#[unsafe(no_mangle)]
pub static mut PyCode_Type: PyTypeObject = PyTypeObject::EMPTY;

/// What a code object is made of (`struct _PyCodeConstructor`).
pub struct Parts<'a> {
    pub filename: Op<'a>,
    pub name: Op<'a>,
    pub qualname: Op<'a>,
    pub flags: i32,
    /// Bytecode without specialisation, caches zero.
    pub code: &'a [u8],
    pub firstlineno: i32,
    pub linetable: Op<'a>,
    pub consts: Op<'a>,
    pub names: Op<'a>,
    pub localsplusnames: Op<'a>,
    pub localspluskinds: Op<'a>,
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub exceptiontable: Op<'a>,
}

/// `_PyCode_Validate` and `_PyCode_New`.
pub fn new(parts: Parts<'_>) -> PyResult<Owned<PyCodeObject>> {
    todo!()
}

/// `co_code`: the bytecode without specialisation.
pub fn bytecode(code: Borrowed<'_, PyCodeObject>) -> PyResult {
    todo!()
}

/// The line of the instruction at byte offset `offset`, or -1 (`PyCode_Addr2Line`).
pub fn line_at(code: Borrowed<'_, PyCodeObject>, offset: i32) -> i32 {
    todo!()
}

/// Line, column, end line and end column of an instruction; -1 where unknown.
pub fn location_at(code: Borrowed<'_, PyCodeObject>, offset: i32) -> [i32; 4] {
    todo!()
}
