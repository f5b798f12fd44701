//! `sys._jit`: what tests and tools ask about machine code.

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{Op, PyResult, module};

static TABLE: &[PyMethodDef] = &[
    method::noargs(
        c"is_available",
        no,
        c"is_available($module, /)\n--\n\nWhether this executable can compile to machine code the way CPython's JIT does.",
    ),
    method::noargs(
        c"is_enabled",
        no,
        c"is_enabled($module, /)\n--\n\nWhether this process does it (implies sys._jit.is_available()).",
    ),
    method::noargs(
        c"is_active",
        no,
        c"is_active($module, /)\n--\n\nWhether the topmost frame runs such code (implies sys._jit.is_enabled()).",
    ),
    PyMethodDef::EMPTY,
];

fn no(_module: Op<'_>) -> PyResult<bool> {
    Ok(false)
}

pub fn init() -> PyResult {
    let result = module::new("sys._jit")?;
    module::set_doc(result.op(), c"Questions about just-in-time compilation.")?;
    module::add_functions(result.op(), TABLE.as_ptr())?;
    Ok(result)
}
