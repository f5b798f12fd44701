//! The `_sha1` module.

use adder_object_model::define::method;
use adder_object_model::layout::{PyMethodDef, PyTypeObject};
use adder_object_model::{Args, Op, PyResult, TypeRef, module, static_type, type_object};

use crate::hashes::{self, Named};

static mut SHA1: PyTypeObject = hashes::hash_type(c"_sha1.sha1");

fn sha1(_module: Op<'_>, args: Args<'_>) -> PyResult {
    // SAFETY: the address of a static.
    let tp = unsafe { TypeRef::from_ptr(&raw mut SHA1) };
    hashes::construct(tp, "sha1", args, Box::new(Named(::sha1::Sha1::default(), "sha1")))
}

const METHODS: &[PyMethodDef] = &[
    method::keywords(c"sha1", sha1, c"sha1($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nA hash object, fed with the data."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("_sha1")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    let tp = static_type!(SHA1);
    type_object::ready(tp)?;
    module::add_object(module.op(), "SHA1Type", tp.as_object())?;
    hashes::add_constants(module.op())?;
    Ok(module)
}
