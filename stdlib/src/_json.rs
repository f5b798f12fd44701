//! The `_json` module: what makes `json` fast.
//!
//!  - `scan`: from text to objects. `encode`: from objects to text.

use adder_object_model::layout::*;
use adder_object_model::{PyResult, method, module, type_object};

pub mod encode;
pub mod scan;

use crate::native::Contents;

static METHODS: [PyMethodDef; 4] = [
    method::o(c"encode_basestring_ascii", encode::encode_basestring_ascii, c"encode_basestring_ascii($self, object, /)\n--\n\nA string as JSON, in ASCII."),
    method::o(c"encode_basestring", encode::encode_basestring, c"encode_basestring($self, object, /)\n--\n\nA string as JSON."),
    method::positional(c"scanstring", scan::scanstring, c"scanstring(string, end, strict=True) -> (string, end)\n\nReads a JSON string that begins before index end."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let (scanner, encoder) = (scan::Scanner::type_ref(), encode::Encoder::type_ref());
    type_object::ready(scanner)?;
    type_object::ready(encoder)?;
    let module = module::new("_json")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    for (name, tp) in [("make_scanner", scanner), ("make_encoder", encoder)] {
        module::add_object(module.op(), name, tp.as_object())?;
    }
    Ok(module)
}
