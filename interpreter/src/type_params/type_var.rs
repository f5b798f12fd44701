//! `typing.TypeVar`.

use super::*;
use adder_object_model::Signature;
use core::mem::offset_of;

/// A type variable. All object fields are owned, and null where nothing was given.
#[repr(C)]
pub(super) struct TypeVar {
    ob_base: PyObject,
    name: *mut PyObject,
    bound: *mut PyObject,
    evaluate_bound: *mut PyObject,
    constraints: *mut PyObject,
    evaluate_constraints: *mut PyObject,
    default_value: *mut PyObject,
    pub(super) evaluate_default: *mut PyObject,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
    dict: *mut PyObject,
    weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for TypeVar {}

type Var<'a> = Borrowed<'a, TypeVar>;

pub(super) fn make(
    name: Op<'_>,
    evaluate_bound: Option<Op<'_>>,
    evaluate_constraints: Option<Op<'_>>,
) -> PyResult {
    let op = alloc::<TypeVar>(&raw mut TYPE_VAR)?;
    let owned = |value: Option<Op<'_>>| adder_object_model::refs::into_nullable(value.map(Op::to_owned));
    // SAFETY: a fresh object.
    unsafe {
        let fields = op.as_ptr();
        (*fields).name = name.to_owned().into_ptr();
        (*fields).evaluate_bound = owned(evaluate_bound);
        (*fields).evaluate_constraints = owned(evaluate_constraints);
        (*fields).infer_variance = true;
    }
    gc::track(op.as_object_ptr());
    Ok(op.into_object())
}

fn new_slot(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<6> = Signature::new(
        "typevar",
        ["name", "bound", "default", "covariant", "contravariant", "infer_variance"],
    )
    .keyword_only_from(1)
    .required(1);
    // What follows the name by position are the constraints.
    let constraints: Vec<Op<'_>> = args.iter().skip(1).collect();
    let [name, bound, default, covariant, contravariant, inferred] = args.first(1).parse(&SIGNATURE)?;
    let name = str_argument("typevar", "name", name.expect("required"))?;
    let (covariant, contravariant, inferred) = (flag(covariant)?, flag(contravariant)?, flag(inferred)?);
    check_variance(covariant, contravariant, inferred)?;
    let bound = match bound.filter(|bound| !bound.is_none()) {
        Some(bound) => Some(type_check(bound, "Bound must be a type.")?),
        None => None,
    };
    let constraints = match constraints.len() {
        0 => None,
        1 => return Err(raise!(TypeError, "A single constraint is not allowed")),
        _ if bound.is_some() => {
            return Err(raise!(TypeError, "Constraints cannot be combined with bound=..."));
        }
        _ => Some(tuple::from_refs(constraints.into_iter())?),
    };
    let default = default.map_or_else(no_default, Op::to_owned);
    let op = alloc::<TypeVar>(&raw mut TYPE_VAR)?;
    // SAFETY: a fresh object.
    unsafe {
        let fields = op.as_ptr();
        (*fields).name = name.to_owned().into_ptr();
        (*fields).bound = adder_object_model::refs::into_nullable(bound);
        (*fields).constraints = adder_object_model::refs::into_nullable(constraints);
        (*fields).default_value = default.into_ptr();
        (*fields).covariant = covariant;
        (*fields).contravariant = contravariant;
        (*fields).infer_variance = inferred;
    }
    gc::track(op.as_object_ptr());
    set_caller_module(op.op())?;
    Ok(op.into_object())
}

lifecycle!(TypeVar: name, bound, evaluate_bound, constraints, evaluate_constraints, default_value, evaluate_default);

fn repr(op: Var<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = str::to_string_lossy(name_of(op.name)?.op());
    let mark = variance_mark(op.covariant, op.contravariant, op.infer_variance);
    str::from_string(format!("{mark}{name}"))
}

fn get_bound(op: Var<'_>) -> PyResult {
    // SAFETY: both are fields of this object.
    let value = unsafe { evaluated(&raw mut (*op.as_ptr()).bound, op.evaluate_bound)? };
    Ok(value.unwrap_or_else(singletons::new_none))
}

fn get_constraints(op: Var<'_>) -> PyResult {
    // SAFETY: both are fields of this object.
    let value = unsafe { evaluated(&raw mut (*op.as_ptr()).constraints, op.evaluate_constraints)? };
    Ok(value.unwrap_or_else(tuple::empty))
}

fn get_default(op: Var<'_>) -> PyResult {
    // SAFETY: both are fields of this object.
    let value = unsafe { evaluated(&raw mut (*op.as_ptr()).default_value, op.evaluate_default)? };
    Ok(value.unwrap_or_else(no_default))
}

fn get_evaluate_bound(op: Var<'_>) -> PyResult {
    evaluator_of(op.evaluate_bound, op.bound)
}

fn get_evaluate_constraints(op: Var<'_>) -> PyResult {
    evaluator_of(op.evaluate_constraints, op.constraints)
}

fn get_evaluate_default(op: Var<'_>) -> PyResult {
    evaluator_of(op.evaluate_default, op.default_value)
}

fn has_default_method(op: Var<'_>) -> PyResult<bool> {
    Ok(has_default(op.evaluate_default, op.default_value))
}

fn typing_subst(op: Var<'_>, argument: Op<'_>) -> PyResult {
    call_typing("_typevar_subst", &[op.as_object(), argument])
}

/// Adds the default where the arguments end just before this parameter.
fn typing_prepare_subst(op: Var<'_>, args: Args<'_>) -> PyResult {
    let [alias, given] = args.exactly::<2>("__typing_prepare_subst__")?;
    let parameters = object::get_attr_str(alias, "__parameters__")?;
    let n_given = object::len(given)?;
    let index = adder_object_model::sequence::index(parameters.op(), op.as_object())?;
    if index < n_given {
        return Ok(given.to_owned());
    }
    let default = if index == n_given { get_default(op)? } else { no_default() };
    if default.as_ptr() == no_default().as_ptr() {
        let shown = str::to_string_lossy(object::str(alias)?.op());
        let wanted = n_given + 1;
        return Err(raise!(
            TypeError,
            "Too few arguments for {shown}; actual {n_given}, expected at least {wanted}"
        ));
    }
    adder_object_model::sequence::concat(given, tuple::pack(&[default.op()])?.op())
}

fn reduce(op: Var<'_>) -> PyResult {
    name_of(op.name)
}

fn mro_entries(_op: Var<'_>, _bases: Op<'_>) -> PyResult {
    cannot_subclass("TypeVar")
}

static METHODS: [PyMethodDef; 6] = [
    method::o(c"__typing_subst__", typing_subst, c"__typing_subst__($self, arg, /)\n--\n\n"),
    method::positional(
        c"__typing_prepare_subst__",
        typing_prepare_subst,
        c"__typing_prepare_subst__($self, alias, args, /)\n--\n\n",
    ),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
    method::noargs(c"has_default", has_default_method, c"has_default($self, /)\n--\n\n"),
    method::o(c"__mro_entries__", mro_entries, c"__mro_entries__($self, object, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
static MEMBERS: [PyMemberDef; 5] = [
    PyMemberDef::read_only(c"__name__", _Py_T_OBJECT, offset_of!(TypeVar, name)),
    PyMemberDef::read_only(c"__covariant__", Py_T_BOOL, offset_of!(TypeVar, covariant)),
    PyMemberDef::read_only(c"__contravariant__", Py_T_BOOL, offset_of!(TypeVar, contravariant)),
    PyMemberDef::read_only(c"__infer_variance__", Py_T_BOOL, offset_of!(TypeVar, infer_variance)),
    PyMemberDef::EMPTY,
];
static GETSET: [PyGetSetDef; 7] = [
    getset::get(c"__bound__", get_bound, c""),
    getset::get(c"__constraints__", get_constraints, c""),
    getset::get(c"__default__", get_default, c""),
    getset::get(c"evaluate_bound", get_evaluate_bound, c""),
    getset::get(c"evaluate_constraints", get_evaluate_constraints, c""),
    getset::get(c"evaluate_default", get_evaluate_default, c""),
    PyGetSetDef::EMPTY,
];
pub(super) static AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_or: slot::binary(or), ..PyNumberMethods::EMPTY };

pub(super) static mut TYPE_VAR: PyTypeObject = PyTypeObject {
    tp_name: c"typing.TypeVar".as_ptr(),
    tp_basicsize: size_of::<TypeVar>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: (&raw const AS_NUMBER).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Type variable.\n\nIt stands for a type in generic classes, functions and aliases.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_weaklistoffset: offset_of!(TypeVar, weakreflist) as Py_ssize_t,
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_dictoffset: offset_of!(TypeVar, dict) as Py_ssize_t,
    tp_new: slot::new(new_slot),
    ..PyTypeObject::EMPTY
};
