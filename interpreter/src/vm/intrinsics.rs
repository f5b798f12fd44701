//! `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`: what is too rare for an instruction of its own.

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, call, exceptions, list, number, raise, singletons};

use super::{generators, imports};
use crate::frame::{self, FramePtr};
use crate::{generator, type_params};

/// Intrinsics with one argument.
///
/// # Safety
/// `frame` is the running frame.
pub unsafe fn one(tstate: *mut PyThreadState, frame: FramePtr, index: usize, value: Op<'_>) -> PyResult {
    let _ = tstate;
    match index {
        1 => match crate::sys::get_object("displayhook")? {
            Some(hook) => call::call_one(hook.op(), value),
            None => Err(raise!(RuntimeError, "lost sys.displayhook")),
        },
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
        7 => type_params::make_type_var(value),
        8 => type_params::make_param_spec(value),
        9 => type_params::make_type_var_tuple(value),
        10 => type_params::subscript_generic(value),
        11 => type_params::make_type_alias(value),
        _ => Err(raise!(SystemError, "unknown intrinsic {index}")),
    }
}

/// Intrinsics with two arguments.
pub fn two(index: usize, first: Op<'_>, second: Op<'_>) -> PyResult {
    match index {
        1 => {
            let exceptions_list = second.downcast::<PyListObject>().expect("the compiler makes a list");
            exceptions::prep_reraise_star(first, exceptions_list)
        }
        2 => type_params::make_type_var_with_bound(first, second),
        3 => type_params::make_type_var_with_constraints(first, second),
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
        5 => type_params::set_default(first, second),
        _ => Err(raise!(SystemError, "unknown intrinsic {index}")),
    }
}
