//! `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`: what is too rare for an instruction of its own.

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, call, exceptions, list, number, object, raise, singletons, str,
};

use super::{generators, imports};
use crate::frame::{self, FramePtr};
use crate::generator;

/// Intrinsics with one argument.
///
/// # Safety
/// `frame` is the running frame.
pub unsafe fn one(tstate: *mut PyThreadState, frame: FramePtr, index: usize, value: Op<'_>) -> PyResult {
    let _ = tstate;
    match index {
        1 => {
            let hook = adder_object_model::iter::builtin("__import__")
                .and_then(|_| crate::import::import_module("sys"))
                .and_then(|sys| object::get_optional_attr_str(sys.op(), "displayhook"))?;
            match hook {
                Some(hook) => call::call_one(hook.op(), value),
                None => Err(raise!(RuntimeError, "lost sys.displayhook")),
            }
        }
        2 => {
            // SAFETY: the caller's promise.
            let locals = unsafe { frame::locals_of(frame)? };
            imports::import_star(value, locals.op())?;
            Ok(singletons::new_none())
        }
        // SAFETY: the caller's promise.
        3 => unsafe { generators::stop_iteration_error(frame, value) },
        4 => generator::wrap_async_value(value),
        5 => number::positive(value),
        6 => {
            let items = value.downcast::<PyListObject>().expect("the compiler makes a list");
            list::to_tuple(items)
        }
        7 => typing_call("_make_typevar", "TypeVar", &[value]),
        8 => typing_call("_make_paramspec", "ParamSpec", &[value]),
        9 => typing_call("_make_typevartuple", "TypeVarTuple", &[value]),
        10 => typing_call("_subscript_generic", "_subscript_generic", &[value]),
        11 => typing_call("_make_typealias", "_make_typealias", &[value]),
        _ => Err(raise!(SystemError, "unknown intrinsic {index}")),
    }
}

/// A function of `_typing`, which makes the objects of type parameter syntax.
fn typing_call(name: &str, _shown: &str, args: &[Op<'_>]) -> PyResult {
    let module = crate::import::import_module("_typing")?;
    let function = object::get_attr_str(module.op(), name)?;
    call::call_positional(function.op(), args)
}

/// Intrinsics with two arguments.
pub fn two(index: usize, first: Op<'_>, second: Op<'_>) -> PyResult {
    match index {
        1 => {
            let exceptions_list = second.downcast::<PyListObject>().expect("the compiler makes a list");
            exceptions::prep_reraise_star(first, exceptions_list)
        }
        2 => typing_call("_make_typevar_with_bound", "TypeVar", &[first, second]),
        3 => typing_call("_make_typevar_with_constraints", "TypeVar", &[first, second]),
        4 => {
            let Some(function) = first.downcast::<PyFunctionObject>() else {
                return Err(raise!(SystemError, "type parameters for {}", first.type_name()));
            };
            // SAFETY: an owned field; the old reference is dropped last.
            unsafe {
                let field = &raw mut (*function.as_ptr()).func_typeparams;
                let old = core::ptr::replace(field, second.to_owned().into_ptr());
                drop(Object::steal_nullable(old));
            }
            Ok(first.to_owned())
        }
        5 => typing_call("_set_typeparam_default", "TypeVar", &[first, second]),
        _ => Err(raise!(SystemError, "unknown intrinsic {index}")),
    }
}
