//! The `math` module.
use adder_object_model::{PyResult, module};

pub fn init() -> PyResult {
    module::new("math")
}
