//! The `_typing` module; the types are the interpreter's.

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, method};

use crate::host;

fn idfunc(_module: Op<'_>, op: Op<'_>) -> PyResult {
    Ok(op.to_owned())
}

static FUNCTIONS: [PyMethodDef; 2] =
    [method::o(c"_idfunc", idfunc, c"_idfunc($module, x, /)\n--\n\n"), PyMethodDef::EMPTY];

pub fn init() -> PyResult {
    let result: Object = host::new_module("_typing", "What the typing module is made of.\n", &FUNCTIONS)?;
    adder_interpreter::type_params::add_to(result.op())?;
    Ok(result)
}
