//! Between `ast` objects and the parser's tree.

use adder_object_model::{Op, PyResult, raise};

use crate::compile::{Options, Source};

pub mod classes;

pub use classes::is_node;

pub fn compile_node(_node: Op<'_>, _filename: Op<'_>, _options: Options) -> PyResult {
    Err(raise!(NotImplementedError, "ast objects cannot be compiled yet"))
}

pub fn parse(_source: &Source, _filename: Op<'_>, _options: Options) -> PyResult {
    // The traceback module does without carets on an ImportError, as if `ast` were missing.
    Err(raise!(ImportError, "ast objects cannot be made from source yet"))
}

pub fn parse_function_type(_source: Op<'_>, _filename: Op<'_>) -> PyResult {
    // The traceback module does without carets on an ImportError, as if `ast` were missing.
    Err(raise!(ImportError, "ast objects cannot be made from source yet"))
}
