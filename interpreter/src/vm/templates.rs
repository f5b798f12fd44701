//! Formatted strings and template strings.

use adder_object_model::{Object, Op, PyResult, object, raise, singletons, str};

use crate::template_types;

/// `CONVERT_VALUE`: `!s`, `!r` or `!a`.
pub fn convert(value: Op<'_>, conversion: usize) -> PyResult {
    match conversion {
        1 => Ok(object::str(value)?.into_object()),
        2 => Ok(object::repr(value)?.into_object()),
        3 => Ok(object::ascii(value)?.into_object()),
        _ => Err(raise!(SystemError, "unexpected conversion flag {conversion}")),
    }
}

/// `BUILD_INTERPOLATION`.
pub fn interpolation(value: Op<'_>, text: Op<'_>, conversion: usize, spec: Option<Object>) -> PyResult {
    let conversion = match conversion {
        0 => singletons::new_none(),
        1 => str::intern("s")?.into_object(),
        2 => str::intern("r")?.into_object(),
        3 => str::intern("a")?.into_object(),
        _ => return Err(raise!(SystemError, "unexpected conversion flag {conversion}")),
    };
    let spec = match spec {
        Some(spec) => spec,
        None => str::empty().into_object(),
    };
    template_types::new_interpolation(value, text, conversion.op(), spec.op())
}

/// `BUILD_TEMPLATE`.
pub fn template(strings: Op<'_>, interpolations: Op<'_>) -> PyResult {
    template_types::new_template(strings, interpolations)
}
