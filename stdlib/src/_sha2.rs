//! The `_sha2` module.

use adder_object_model::define::method;
use adder_object_model::layout::{PyMethodDef, PyTypeObject};
use adder_object_model::{Args, Op, PyResult, TypeRef, module, static_type, type_object};

use crate::hashes::{self, Named};

static mut SHA224: PyTypeObject = hashes::hash_type(c"_sha2.SHA224Type");

fn sha224(_module: Op<'_>, args: Args<'_>) -> PyResult {
    // SAFETY: the address of a static.
    let tp = unsafe { TypeRef::from_ptr(&raw mut SHA224) };
    hashes::construct(tp, "sha224", args, Box::new(Named(sha2::Sha224::default(), "sha224")))
}

static mut SHA256: PyTypeObject = hashes::hash_type(c"_sha2.SHA256Type");

fn sha256(_module: Op<'_>, args: Args<'_>) -> PyResult {
    // SAFETY: the address of a static.
    let tp = unsafe { TypeRef::from_ptr(&raw mut SHA256) };
    hashes::construct(tp, "sha256", args, Box::new(Named(sha2::Sha256::default(), "sha256")))
}

static mut SHA384: PyTypeObject = hashes::hash_type(c"_sha2.SHA384Type");

fn sha384(_module: Op<'_>, args: Args<'_>) -> PyResult {
    // SAFETY: the address of a static.
    let tp = unsafe { TypeRef::from_ptr(&raw mut SHA384) };
    hashes::construct(tp, "sha384", args, Box::new(Named(sha2::Sha384::default(), "sha384")))
}

static mut SHA512: PyTypeObject = hashes::hash_type(c"_sha2.SHA512Type");

fn sha512(_module: Op<'_>, args: Args<'_>) -> PyResult {
    // SAFETY: the address of a static.
    let tp = unsafe { TypeRef::from_ptr(&raw mut SHA512) };
    hashes::construct(tp, "sha512", args, Box::new(Named(sha2::Sha512::default(), "sha512")))
}

const METHODS: &[PyMethodDef] = &[
    method::keywords(c"sha224", sha224, c"sha224($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nA hash object, fed with the data."),
    method::keywords(c"sha256", sha256, c"sha256($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nA hash object, fed with the data."),
    method::keywords(c"sha384", sha384, c"sha384($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nA hash object, fed with the data."),
    method::keywords(c"sha512", sha512, c"sha512($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nA hash object, fed with the data."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("_sha2")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    for (name, tp) in [
        ("SHA224Type", static_type!(SHA224)),
        ("SHA256Type", static_type!(SHA256)),
        ("SHA384Type", static_type!(SHA384)),
        ("SHA512Type", static_type!(SHA512)),
    ] {
        type_object::ready(tp)?;
        module::add_object(module.op(), name, tp.as_object())?;
    }
    hashes::add_constants(module.op())?;
    Ok(module)
}
