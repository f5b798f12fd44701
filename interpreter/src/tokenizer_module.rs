//! The module `_tokenize`. Its iterator is not written yet: making one raises.

use adder_object_model::define::slot;
use adder_object_model::layout::*;
use adder_object_model::{Args, PyResult, TypeRef, module, raise, str, type_object};

fn new(_tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    Err(raise!(NotImplementedError, "tokenizing is not available yet"))
}

pub static mut TOKENIZER_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_tokenize.TokenizerIter".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as isize,
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

/// Makes the module.
pub fn init() -> PyResult {
    let result = module::new("_tokenize")?;
    module::add_object(result.op(), "__doc__", str::from_str("The tokens of a source.")?.op())?;
    type_object::ready(&raw mut TOKENIZER_TYPE)?;
    module::add_type(result.op(), &raw mut TOKENIZER_TYPE)?;
    Ok(result)
}
