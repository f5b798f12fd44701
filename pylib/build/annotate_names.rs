//! Qualified names of annotation functions, as CPython 3.14 has them.
//!
//! The code object that evaluates the annotations of `def f(x: int)` is called
//! `__annotate__`. The compiler crate qualifies it with the function, as CPython 3.15
//! does: `f.__annotate__`. CPython 3.14 does not, and gives the function object that
//! name later, when `SET_FUNCTION_ATTRIBUTE` attaches it. Annotations of a class or
//! module belong to the code object around them and are named alike in both.

use rustpython_compiler::core::bytecode::{CodeObject, ConstantData};

const NAME: &str = "__annotate__";

pub fn restore(code: &mut CodeObject) {
    let of_this_scope = match code.qualname.as_str() {
        "<module>" => NAME.to_owned(),
        qualname => format!("{qualname}.{NAME}"),
    };
    for constant in code.constants.iter_mut() {
        let ConstantData::Code { code: inner } = constant else {
            continue;
        };
        if inner.obj_name == NAME && inner.qualname != of_this_scope {
            inner.qualname = without_function(&inner.qualname);
        }
        restore(inner);
    }
}

/// `a.f.__annotate__` becomes `a.__annotate__`. A function of that name inside another
/// (`a.<locals>.__annotate__`) is somebody's own.
fn without_function(qualname: &str) -> String {
    let scopes = qualname.strip_suffix(NAME).and_then(|scopes| scopes.strip_suffix('.'));
    match scopes.map(|scopes| scopes.rsplit_once('.').unwrap_or(("", scopes))) {
        None | Some((_, "<locals>")) => qualname.to_owned(),
        Some(("", _function)) => NAME.to_owned(),
        Some((around, _function)) => format!("{around}.{NAME}"),
    }
}
