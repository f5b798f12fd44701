//! Formatted strings and template strings.

use adder_object_model::{Object, Op, PyResult, call, object, raise, singletons, str};

/// `CONVERT_VALUE`: `!s`, `!r` or `!a`.
pub fn convert(value: Op<'_>, conversion: usize) -> PyResult {
    match conversion {
        1 => Ok(object::str(value)?.into_object()),
        2 => Ok(object::repr(value)?.into_object()),
        3 => Ok(object::ascii(value)?.into_object()),
        _ => Err(raise!(SystemError, "unexpected conversion flag {conversion}")),
    }
}

/// A class of `string.templatelib`.
fn class(name: &str) -> PyResult {
    let module = crate::import::import_module("_template").or_else(|raised| {
        raised.clear();
        crate::import::import_module("string.templatelib")
    })?;
    object::get_attr_str(module.op(), name)
}

/// `BUILD_INTERPOLATION`.
pub fn interpolation(value: Op<'_>, text: Op<'_>, conversion: usize, spec: Option<Object>) -> PyResult {
    let conversion = match conversion {
        0 => singletons::new_none(),
        1 => str::from_str("s")?.into_object(),
        2 => str::from_str("r")?.into_object(),
        3 => str::from_str("a")?.into_object(),
        _ => {
            return Err(raise!(
                SystemError,
                "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
            ));
        }
    };
    let spec = match spec {
        Some(spec) => spec,
        None => str::empty().into_object(),
    };
    call::call_positional(class("Interpolation")?.op(), &[value, text, conversion.op(), spec.op()])
}

/// `BUILD_TEMPLATE`.
pub fn template(strings: Op<'_>, interpolations: Op<'_>) -> PyResult {
    use adder_object_model::layout::PyTupleObject;
    use adder_object_model::tuple;
    let (Some(strings), Some(values)) =
        (strings.downcast::<PyTupleObject>(), interpolations.downcast::<PyTupleObject>())
    else {
        return Err(raise!(SystemError, "a template is built from tuples"));
    };
    let mut parts = Vec::new();
    for (index, &piece) in tuple::refs(strings).iter().enumerate() {
        parts.push(piece);
        if let Some(&value) = tuple::refs(values).get(index) {
            parts.push(value);
        }
    }
    call::call_positional(class("Template")?.op(), &parts)
}
