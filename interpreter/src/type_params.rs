//! Type parameters and type aliases: `TypeVar`, `ParamSpec`, `TypeVarTuple`, `TypeAliasType`,
//! `Generic` and `NoDefault`, which `typing` re-exports, and the VM's intrinsics over them.
//!
//! A bound, constraints, a default or an alias's value written in the new syntax is a
//! function, called when somebody asks for the value; the value is then kept. What was
//! given as a value answers the other question, for the function, with a
//! `_ConstEvaluator`.
//!
//! Reading order: `type_params/type_var.rs` for the pattern; `param_spec.rs`,
//! `type_var_tuple.rs`, `type_alias.rs` follow it.

use core::ffi::c_int;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, TypeRef, Visitor, call, dict, gc, generic_alias,
    getset, int, method, module, object, raise, singletons, slot, state, static_type, str, tuple, union,
    weakref,
};

mod evaluator;
mod generic;
mod param_spec;
mod type_alias;
mod type_var;
mod type_var_tuple;

pub use generic::{generic_class, no_default, subscript_generic};
pub use type_alias::_PyTypeAlias_Type;

/// The types of this folder, to be made ready in this order.
pub fn types() -> [TypeRef<'static>; 9] {
    [
        static_type!(evaluator::EVALUATOR_TYPE),
        static_type!(generic::_PyNoDefault_Type),
        static_type!(generic::GENERIC_TYPE),
        static_type!(type_var::TYPE_VAR),
        static_type!(param_spec::PARAM_SPEC),
        static_type!(param_spec::PARAM_SPEC_ARGS),
        static_type!(param_spec::PARAM_SPEC_KWARGS),
        static_type!(type_var_tuple::TYPE_VAR_TUPLE),
        static_type!(type_alias::_PyTypeAlias_Type),
    ]
}

/// Adds the types to the module `_typing`.
pub fn add_to(typing: Op<'_>) -> PyResult<()> {
    let names = [
        ("TypeVar", &raw mut type_var::TYPE_VAR),
        ("ParamSpec", &raw mut param_spec::PARAM_SPEC),
        ("ParamSpecArgs", &raw mut param_spec::PARAM_SPEC_ARGS),
        ("ParamSpecKwargs", &raw mut param_spec::PARAM_SPEC_KWARGS),
        ("TypeVarTuple", &raw mut type_var_tuple::TYPE_VAR_TUPLE),
        ("TypeAliasType", &raw mut type_alias::_PyTypeAlias_Type),
        ("Generic", &raw mut generic::GENERIC_TYPE),
        ("Union", &raw mut union::_PyUnion_Type),
    ];
    for (name, tp) in names {
        // SAFETY: static types.
        module::add_object(typing, name, unsafe { Op::from_ptr(tp.cast()) })?;
    }
    module::add_object(typing, "NoDefault", no_default().op())
}

/// Calls a function of the module `typing`.
fn call_typing(function: &str, args: &[Op<'_>]) -> PyResult {
    let typing = (state::hooks().import_module)("typing")?;
    call::call_method(typing.op(), function, args)
}

/// A value that is a type, as `typing` sees it.
fn type_check(op: Op<'_>, message: &str) -> PyResult {
    if op.is_none() {
        // SAFETY: a static type.
        return Ok(unsafe { Object::new_ref((&raw mut adder_object_model::none::_PyNone_Type).cast()) });
    }
    call_typing("_type_check", &[op, str::from_str(message)?.op()])
}

/// The name of the module of the function that runs, for objects made by a call.
fn caller_module() -> PyResult {
    match (state::hooks().current_globals)() {
        Some(globals) => match globals.op().downcast::<PyDictObject>() {
            Some(globals) => {
                Ok(dict::get_item_str(globals, "__name__")?.unwrap_or_else(singletons::new_none))
            }
            None => Ok(singletons::new_none()),
        },
        None => Ok(singletons::new_none()),
    }
}

/// Sets `__module__` to the caller's.
fn set_caller_module(op: Op<'_>) -> PyResult<()> {
    let name = caller_module()?;
    object::set_attr_str(op, "__module__", Some(name.op()))
}

/// Replaces an owned, nullable field; the old value is dropped last.
///
/// # Safety
/// `field` lies in a live object and owns what it points to.
unsafe fn replace(field: *mut *mut PyObject, value: Option<Object>) {
    // SAFETY: the caller's promise.
    drop(unsafe {
        Owned::steal_nullable(ptr::replace(field, adder_object_model::refs::into_nullable(value)))
    });
}

/// An owned field, if it is set.
fn field(value: *mut PyObject) -> Option<Object> {
    // SAFETY: a field of a live object owns what it points to.
    unsafe { Owned::new_ref_nullable(value) }
}

/// A value, or what its function gives, which is then kept in `place`; `None` if there is neither.
///
/// # Safety
/// Both fields lie in one live object, which the caller keeps alive.
unsafe fn evaluated(place: *mut *mut PyObject, function: *mut PyObject) -> PyResult<Option<Object>> {
    // SAFETY: the caller's promise.
    if let Some(value) = field(unsafe { *place }) {
        return Ok(Some(value));
    }
    let Some(function) = field(function) else { return Ok(None) };
    let value = call::call_one(function.op(), int::small(1).op())?;
    // SAFETY: the caller's promise.
    unsafe { replace(place, Some(value.clone())) };
    Ok(Some(value))
}

/// The function that gives a value: the one it was made with, or one made for the value.
fn evaluator_of(function: *mut PyObject, value: *mut PyObject) -> PyResult {
    if let Some(function) = field(function) {
        return Ok(function);
    }
    match field(value) {
        Some(value) => evaluator::new(value),
        None => Ok(singletons::new_none()),
    }
}

/// Whether a default was given, as value or function.
fn has_default(function: *mut PyObject, value: *mut PyObject) -> bool {
    !function.is_null() || !(value.is_null() || value == no_default().as_ptr())
}

/// `a | b` where one of both is a type parameter or an alias.
fn or(a: Op<'_>, b: Op<'_>) -> PyResult {
    union::from_args(tuple::pack(&[a, b])?.op())
}

fn cannot_subclass(kind: &str) -> PyResult {
    Err(raise!(TypeError, "Cannot subclass an instance of {kind}"))
}

/// An argument that must be a `str`.
fn str_argument<'a>(function: &str, argument: &str, op: Op<'a>) -> PyResult<Op<'a>> {
    if op.is_instance::<PyUnicodeObject>() {
        return Ok(op);
    }
    Err(raise!(TypeError, "{function}() argument '{argument}' must be str, not {}", op.type_name()))
}

/// A flag given as keyword.
fn flag(op: Option<Op<'_>>) -> PyResult<bool> {
    op.map_or(Ok(false), object::is_true)
}

/// The mark of variance in front of a name.
fn variance_mark(covariant: bool, contravariant: bool, inferred: bool) -> &'static str {
    match (inferred, covariant, contravariant) {
        (true, ..) => "",
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    }
}

fn check_variance(covariant: bool, contravariant: bool, inferred: bool) -> PyResult<()> {
    if covariant && contravariant {
        return Err(raise!(ValueError, "Bivariant types are not supported."));
    }
    if inferred && (covariant || contravariant) {
        return Err(raise!(ValueError, "Variance cannot be specified with infer_variance."));
    }
    Ok(())
}

/// `traverse`, `clear` and `dealloc` over the owned fields of a layout with `dict` and `weakreflist`.
macro_rules! lifecycle {
    ($layout:ty: $($owned:ident),*) => {
        fn traverse(op: Borrowed<'_, $layout>, visitor: &mut Visitor) {
            $(visitor.visit(op.$owned);)*
            visitor.visit(op.dict);
        }
        fn clear(op: Borrowed<'_, $layout>) {
            // SAFETY: the fields of a live object own what they point to.
            unsafe {
                $(replace(&raw mut (*op.as_ptr()).$owned, None);)*
                replace(&raw mut (*op.as_ptr()).dict, None);
            }
        }
        fn dealloc(op: Borrowed<'_, $layout>) {
            gc::untrack(op.as_object_ptr());
            weakref::clear_refs(op.as_object());
            clear(op);
            // SAFETY: a dying object, whose fields have just been given back.
            unsafe { gc::delete(op.as_object_ptr()) };
        }
    };
}
use lifecycle;

/// A new zeroed object of a static type of this folder, not tracked yet.
fn alloc<T: PyLayout>(tp: *mut PyTypeObject) -> PyResult<Owned<T>> {
    // SAFETY: callers pass the type that belongs to the layout.
    unsafe { Ok(gc::alloc(TypeRef::from_ptr(tp), 0)?.cast_unchecked()) }
}

/// `def f[T]` (`INTRINSIC_TYPEVAR`).
pub fn make_type_var(name: Op<'_>) -> PyResult {
    type_var::make(name, None, None)
}

/// `def f[T: bound]` (`INTRINSIC_TYPEVAR_WITH_BOUND`).
pub fn make_type_var_with_bound(name: Op<'_>, evaluate_bound: Op<'_>) -> PyResult {
    type_var::make(name, Some(evaluate_bound), None)
}

/// `def f[T: (a, b)]` (`INTRINSIC_TYPEVAR_WITH_CONSTRAINTS`).
pub fn make_type_var_with_constraints(name: Op<'_>, evaluate_constraints: Op<'_>) -> PyResult {
    type_var::make(name, None, Some(evaluate_constraints))
}

/// `def f[**P]` (`INTRINSIC_PARAMSPEC`).
pub fn make_param_spec(name: Op<'_>) -> PyResult {
    param_spec::make(name)
}

/// `def f[*Ts]` (`INTRINSIC_TYPEVARTUPLE`).
pub fn make_type_var_tuple(name: Op<'_>) -> PyResult {
    type_var_tuple::make(name)
}

/// `type A[T] = ...` (`INTRINSIC_TYPEALIAS`): `parts` is (name, type parameters, function).
pub fn make_type_alias(parts: Op<'_>) -> PyResult {
    type_alias::make(parts)
}

/// `def f[T = default]` (`INTRINSIC_SET_TYPEPARAM_DEFAULT`); gives the parameter itself.
pub fn set_default(parameter: Op<'_>, evaluate_default: Op<'_>) -> PyResult {
    let value = Some(evaluate_default.to_owned());
    let tp = parameter.type_ptr();
    // SAFETY: the layout is that of the type.
    unsafe {
        if tp == &raw mut type_var::TYPE_VAR {
            replace(&raw mut (*parameter.as_ptr().cast::<type_var::TypeVar>()).evaluate_default, value);
        } else if tp == &raw mut param_spec::PARAM_SPEC {
            replace(&raw mut (*parameter.as_ptr().cast::<param_spec::ParamSpec>()).evaluate_default, value);
        } else if tp == &raw mut type_var_tuple::TYPE_VAR_TUPLE {
            replace(
                &raw mut (*parameter.as_ptr().cast::<type_var_tuple::TypeVarTuple>()).evaluate_default,
                value,
            );
        } else {
            let shown = str::to_string_lossy(object::repr(parameter)?.op());
            return Err(raise!(TypeError, "Expected a type param, got {shown}"));
        }
    }
    Ok(parameter.to_owned())
}

/// Whether `op` is a type parameter of one of the three kinds.
fn is_type_parameter(op: Op<'_>) -> bool {
    let tp = op.type_ptr();
    tp == &raw mut type_var::TYPE_VAR
        || tp == &raw mut param_spec::PARAM_SPEC
        || tp == &raw mut type_var_tuple::TYPE_VAR_TUPLE
}

/// The parameters with each variadic one unpacked, as `Generic[...]` and alias parameters show them.
fn unpack_variadic(parameters: Op<'_>) -> PyResult {
    let Some(parameters) = parameters.downcast::<PyTupleObject>() else {
        return Ok(parameters.to_owned());
    };
    let mut result = Vec::new();
    for index in 0..tuple::len(parameters) {
        let parameter = tuple::get(parameters, index);
        if parameter.type_ptr() == &raw mut type_var_tuple::TYPE_VAR_TUPLE {
            result.push(type_var_tuple::unpack(parameter)?);
        } else {
            result.push(parameter.to_owned());
        }
    }
    tuple::from_vec(result)
}

/// `op.__reduce__()` for what is pickled by its name.
fn name_of(name: *mut PyObject) -> PyResult {
    Ok(field(name).unwrap_or_else(singletons::new_none))
}
