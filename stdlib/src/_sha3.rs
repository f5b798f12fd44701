//! The `_sha3` module: SHA-3 and the functions SHAKE with output of any length.

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Owned, PyResult, Signature, TypeRef, bytes, int, module, number, raise, static_type, str,
    type_object,
};
use sha3::digest::{ExtendableOutput, Update, XofReader};

use crate::hashes::{self, GETSET, Hash, HashRef, METHODS, Named, construct, hash_type, hex, with};

/// A SHAKE function.
#[derive(Clone)]
struct Shake<T>(T, &'static str, usize);

impl<T: ExtendableOutput + Update + Clone + 'static> Hash for Shake<T> {
    fn update(&mut self, data: &[u8]) {
        Update::update(&mut self.0, data);
    }
    fn digest(&self, length: usize) -> Vec<u8> {
        let mut result = vec![0; length];
        self.0.clone().finalize_xof().read(&mut result);
        result
    }
    fn copy(&self) -> Box<dyn Hash> {
        Box::new(self.clone())
    }
    fn digest_size(&self) -> usize {
        0
    }
    fn block_size(&self) -> usize {
        self.2
    }
    fn name(&self) -> &'static str {
        self.1
    }
}

fn rate_bits(hash: HashRef<'_>) -> PyResult {
    int::from_usize(with(hash, |state| state.block_size()) * 8)
}

fn capacity_bits(hash: HashRef<'_>) -> PyResult {
    int::from_usize(1600 - with(hash, |state| state.block_size()) * 8)
}

fn suffix(hash: HashRef<'_>) -> PyResult<Owned<PyBytesObject>> {
    let shake = with(hash, |state| state.digest_size() == 0);
    bytes::from_slice(if shake { b"\x1f" } else { b"\x06" })
}

static LENGTH: Signature<1> = Signature::new("digest", ["length"]).required(1);

/// As many bytes of a SHAKE function as asked for.
fn any_length(hash: HashRef<'_>, args: Args<'_>) -> PyResult<Vec<u8>> {
    let [length] = args.parse(&LENGTH)?;
    let length = number::index(length.expect("required"))?;
    if int::is_negative(length.op()) {
        return Err(raise!(ValueError, "Cannot convert negative int"));
    }
    match int::fits_i64(length.op()) {
        Some(length) if length < 1 << 29 => Ok(with(hash, |state| state.digest(length as usize))),
        _ => Err(raise!(ValueError, "length is too large")),
    }
}

fn shake_digest(hash: HashRef<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    bytes::from_slice(&any_length(hash, args)?)
}

fn shake_hexdigest(hash: HashRef<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    hex(&any_length(hash, args)?)
}

const ATTRIBUTES: &[PyGetSetDef] = &[
    GETSET[0],
    GETSET[1],
    GETSET[2],
    getset::get(c"_capacity_bits", capacity_bits, c""),
    getset::get(c"_rate_bits", rate_bits, c""),
    getset::get(c"_suffix", suffix, c""),
    PyGetSetDef::EMPTY,
];

const SHAKE_METHODS: &[PyMethodDef] = &[
    METHODS[0],
    method::keywords(
        c"digest",
        shake_digest,
        c"digest($self, /, length)\n--\n\nSo many bytes of the digest.",
    ),
    method::keywords(
        c"hexdigest",
        shake_hexdigest,
        c"hexdigest($self, /, length)\n--\n\nSo many bytes of the digest in hexadecimal.",
    ),
    METHODS[3],
    PyMethodDef::EMPTY,
];

macro_rules! functions {
    ($($place:ident $name:ident $tp_name:literal $methods:expr, $state:expr;)*) => {
        $(
            fn $name(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
                construct(tp, stringify!($name), args, Box::new($state))
            }
            static mut $place: PyTypeObject = PyTypeObject {
                tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                tp_doc: c"A hash object, fed with the data.".as_ptr(),
                tp_methods: $methods.as_ptr().cast_mut(),
                tp_getset: ATTRIBUTES.as_ptr().cast_mut(),
                tp_new: slot::new($name),
                ..hash_type($tp_name)
            };
        )*
        fn types() -> [TypeRef<'static>; 6] {
            [$(static_type!($place)),*]
        }
    };
}
functions! {
    SHA3_224 sha3_224 c"_sha3.sha3_224" METHODS, Named(sha3::Sha3_224::default(), "sha3_224");
    SHA3_256 sha3_256 c"_sha3.sha3_256" METHODS, Named(sha3::Sha3_256::default(), "sha3_256");
    SHA3_384 sha3_384 c"_sha3.sha3_384" METHODS, Named(sha3::Sha3_384::default(), "sha3_384");
    SHA3_512 sha3_512 c"_sha3.sha3_512" METHODS, Named(sha3::Sha3_512::default(), "sha3_512");
    SHAKE_128 shake_128 c"_sha3.shake_128" SHAKE_METHODS, Shake(sha3::Shake128::default(), "shake_128", 168);
    SHAKE_256 shake_256 c"_sha3.shake_256" SHAKE_METHODS, Shake(sha3::Shake256::default(), "shake_256", 136);
}

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("_sha3")?;
    for tp in types() {
        type_object::ready(tp)?;
        module::add_type(module.op(), tp)?;
    }
    // What `hashlib` and the tests know CPython's own implementation by.
    module::add_object(module.op(), "implementation", str::from_str("HACL")?.op())?;
    hashes::add_constants(module.op())?;
    Ok(module)
}
