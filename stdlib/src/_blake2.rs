//! The `_blake2` module: BLAKE2b and BLAKE2s with keys, salts and the parameters of tree hashing.

use adder_object_model::define::slot;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, PyResult, Raised, Signature, TypeRef, buffer, dict, int, module, number, object, raise,
    static_type, type_object,
};

use crate::hashes::{self, Hash, data_argument, hash_type, new_object, readable};

static NAMES: [&str; 14] = [
    "data",
    "digest_size",
    "key",
    "salt",
    "person",
    "fanout",
    "depth",
    "leaf_size",
    "node_offset",
    "node_depth",
    "inner_size",
    "last_node",
    "usedforsecurity",
    "string",
];

fn number(op: Option<Op<'_>>, default: i64) -> PyResult<i64> {
    op.map_or(Ok(default), int::as_i64)
}

/// A number that must not be negative.
fn unsigned(op: Option<Op<'_>>) -> PyResult<u64> {
    let Some(op) = op else { return Ok(0) };
    let value = number::index(op)?;
    if int::is_negative(value.op()) {
        return Err(raise!(ValueError, "Cannot convert negative int"));
    }
    int::as_u64(value.op())
}

/// The bytes of an argument that may have so many.
fn short(op: Option<Op<'_>>, what: &str, max: usize) -> PyResult<Vec<u8>> {
    let Some(op) = op else { return Ok(Vec::new()) };
    let bytes = buffer::get(op, PyBUF_SIMPLE)?.as_slice().to_vec();
    if bytes.len() > max {
        return Err(raise!(ValueError, "maximum {what} length is {max} bytes"));
    }
    Ok(bytes)
}

fn out_of_range(name: &str, low: i64, high: i64) -> Raised {
    raise!(ValueError, "{name} must be between {low} and {high}")
}

macro_rules! concat_doc {
    ($name:ident) => {
        match core::ffi::CStr::from_bytes_with_nul(
            concat!(
                stringify!($name),
                "(data=b'', *, digest_size=_blake2.", stringify!($name), ".MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', \
                 fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        \
                 usedforsecurity=True, string=None)\n--\n\nA BLAKE2 hash object, fed with the data.\0"
            )
            .as_bytes(),
        ) {
            Ok(text) => text,
            Err(_) => panic!("a doc string with a zero byte"),
        }
    };
}

macro_rules! functions {
    ($($place:ident $name:ident $State:ident $krate:ident $tp_name:literal $class:literal $max_out:literal $max_key:literal $max_salt:literal $block:literal $offset_bits:literal;)*) => {
        $(
            #[derive(Clone)]
            struct $State($krate::State, usize);

            impl Hash for $State {
                fn update(&mut self, data: &[u8]) {
                    self.0.update(data);
                }
                fn digest(&self, _length: usize) -> Vec<u8> {
                    self.0.finalize().as_bytes().to_vec()
                }
                fn copy(&self) -> Box<dyn Hash> {
                    Box::new(self.clone())
                }
                fn digest_size(&self) -> usize {
                    self.1
                }
                fn block_size(&self) -> usize {
                    $block
                }
                fn name(&self) -> &'static str {
                    stringify!($name)
                }
            }

            fn $name(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
                let signature: Signature<14> = Signature::new(stringify!($name), NAMES).keyword_only_from(1);
                let [
                    data, size, key, salt, person, fanout, depth, leaf_size, node_offset, node_depth, inner_size,
                    last_node, security, string,
                ] = args.parse(&signature)?;
                if let Some(security) = security {
                    object::is_true(security)?;
                }
                let data = data_argument(data, string)?;
                let size = number(size, $max_out)?;
                if !(1..=$max_out).contains(&size) {
                    return Err(raise!(
                        ValueError,
                        "digest_size for {} must be between 1 and {} bytes, here it is {size}",
                        $class, $max_out
                    ));
                }
                let salt = short(salt, "salt", $max_salt)?;
                let person = short(person, "person", $max_salt)?;
                let fanout = number(fanout, 1)?;
                if !(0..=255).contains(&fanout) {
                    return Err(out_of_range("fanout", 0, 255));
                }
                let depth = number(depth, 1)?;
                if !(1..=255).contains(&depth) {
                    return Err(out_of_range("depth", 1, 255));
                }
                let Ok(leaf_size) = u32::try_from(unsigned(leaf_size)?) else {
                    return Err(raise!(OverflowError, "leaf_size is too large"));
                };
                let node_offset = unsigned(node_offset)?;
                if $offset_bits < 64 && node_offset >> ($offset_bits % 64) != 0 {
                    return Err(raise!(OverflowError, "node_offset is too large"));
                }
                let node_depth = number(node_depth, 0)?;
                if !(0..=255).contains(&node_depth) {
                    return Err(out_of_range("node_depth", 0, 255));
                }
                let inner_size = number(inner_size, 0)?;
                if !(0..=$max_out).contains(&inner_size) {
                    return Err(raise!(ValueError, "inner_size must be between 0 and is {}", $max_out));
                }
                let last_node = last_node.map_or(Ok(false), object::is_true)?;
                let key = short(key, "key", $max_key)?;
                let mut params = $krate::Params::new();
                params
                    .hash_length(size as usize)
                    .key(&key)
                    .salt(&salt)
                    .personal(&person)
                    .fanout(fanout as u8)
                    .max_depth(depth as u8)
                    .max_leaf_length(leaf_size)
                    .node_offset(node_offset)
                    .node_depth(node_depth as u8)
                    .inner_hash_length(inner_size as usize)
                    .last_node(last_node);
                let mut state = $State(params.to_state(), size as usize);
                if let Some(data) = data {
                    Hash::update(&mut state, readable(data)?.as_slice());
                }
                new_object(tp, Box::new(state))
            }

            static mut $place: PyTypeObject = PyTypeObject {
                tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                tp_doc: concat_doc!($name).as_ptr(),
                tp_new: slot::new($name),
                ..hash_type($tp_name)
            };
        )*
    };
}

functions! {
    BLAKE2B blake2b StateB blake2b_simd c"_blake2.blake2b" "Blake2b" 64 64 16 128 64;
    BLAKE2S blake2s StateS blake2s_simd c"_blake2.blake2s" "Blake2s" 32 32 8 64 48;
}

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("_blake2")?;
    let types = [(static_type!(BLAKE2B), "BLAKE2B", 16, 64), (static_type!(BLAKE2S), "BLAKE2S", 8, 32)];
    for (tp, prefix, salt, max) in types {
        type_object::ready(tp)?;
        let namespace = type_object::get_dict(tp)?;
        let namespace = namespace.op().downcast::<PyDictObject>().expect("a type's dict");
        let sizes =
            [("SALT_SIZE", salt), ("PERSON_SIZE", salt), ("MAX_KEY_SIZE", max), ("MAX_DIGEST_SIZE", max)];
        for (name, value) in sizes {
            let value = int::from_i64(value)?;
            dict::set_item_str(namespace, name, value.op())?;
            module::add_object(module.op(), &format!("{prefix}_{name}"), value.op())?;
        }
        module::add_type(module.op(), tp)?;
    }
    hashes::add_constants(module.op())?;
    Ok(module)
}
