//! The `_suggestions` module: what `traceback` says of misspelt names.

use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, PyResult, list, method, raise, singletons, str, suggestions};

use crate::host;

fn generate_suggestions(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [candidates, item] = args.exactly::<2>("_generate_suggestions")?;
    let Some(item) = item.downcast::<PyUnicodeObject>() else {
        let kind = item.type_name();
        return Err(raise!(TypeError, "_generate_suggestions() argument 2 must be str, not {kind}"));
    };
    let Some(candidates) = candidates.downcast_exact::<PyListObject>() else {
        return Err(raise!(TypeError, "candidates must be a list"));
    };
    let candidates: Vec<Object> = list::to_vec(candidates);
    if candidates.iter().any(|candidate| !candidate.op().is_instance::<PyUnicodeObject>()) {
        return Err(raise!(TypeError, "all elements in 'candidates' must be strings"));
    }
    let names: Vec<String> =
        candidates.iter().map(|candidate| str::to_string_lossy(candidate.op())).collect();
    match suggestions::suggestion(&str::to_string_lossy(item.as_object()), &names) {
        Some(name) => Ok(str::from_str(name)?.into_object()),
        None => Ok(singletons::new_none()),
    }
}

static METHODS: &[PyMethodDef] = &[
    method::positional(
        c"_generate_suggestions",
        generate_suggestions,
        c"_generate_suggestions($module, candidates, item, /)\n--\n\nThe one of the candidates that is most like the item.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    host::new_module("_suggestions", "What a misspelt name may have meant.", METHODS)
}
