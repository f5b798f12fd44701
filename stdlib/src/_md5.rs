//! The `_md5` module.

use adder_object_model::define::method;
use adder_object_model::layout::{PyMethodDef, PyTypeObject};
use adder_object_model::{Args, Op, PyResult, TypeRef, module, static_type, type_object};

use crate::hashes::{self, Named};

static mut MD5: PyTypeObject = hashes::hash_type(c"_md5.md5");

fn md5(_module: Op<'_>, args: Args<'_>) -> PyResult {
    // SAFETY: the address of a static.
    let tp = unsafe { TypeRef::from_ptr(&raw mut MD5) };
    hashes::construct(tp, "md5", args, Box::new(Named(::md5::Md5::default(), "md5")))
}

const METHODS: &[PyMethodDef] = &[
    method::keywords(c"md5", md5, c"md5($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nA hash object, fed with the data."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("_md5")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    let tp = static_type!(MD5);
    type_object::ready(tp)?;
    module::add_object(module.op(), "MD5Type", tp.as_object())?;
    hashes::add_constants(module.op())?;
    Ok(module)
}
