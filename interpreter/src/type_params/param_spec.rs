//! `typing.ParamSpec`, and its `args` and `kwargs`.

use super::*;
use adder_object_model::Signature;
use core::mem::offset_of;

/// A parameter specification. All object fields are owned, and null where nothing was given.
#[repr(C)]
pub(super) struct ParamSpec {
    ob_base: PyObject,
    name: *mut PyObject,
    bound: *mut PyObject,
    default_value: *mut PyObject,
    pub(super) evaluate_default: *mut PyObject,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
    dict: *mut PyObject,
    weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for ParamSpec {}

type Spec<'a> = Borrowed<'a, ParamSpec>;

pub(super) fn make(name: Op<'_>) -> PyResult {
    let op = alloc::<ParamSpec>(&raw mut PARAM_SPEC)?;
    // SAFETY: a fresh object.
    unsafe {
        (*op.as_ptr()).name = name.to_owned().into_ptr();
        (*op.as_ptr()).infer_variance = true;
    }
    gc::track(op.as_object_ptr());
    Ok(op.into_object())
}

fn new_slot(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<6> = Signature::new(
        "paramspec",
        ["name", "bound", "default", "covariant", "contravariant", "infer_variance"],
    )
    .keyword_only_from(1)
    .required(1);
    let [name, bound, default, covariant, contravariant, inferred] = args.parse(&SIGNATURE)?;
    let name = str_argument("paramspec", "name", name.expect("required"))?;
    let (covariant, contravariant, inferred) = (flag(covariant)?, flag(contravariant)?, flag(inferred)?);
    check_variance(covariant, contravariant, inferred)?;
    let bound = bound.filter(|bound| !bound.is_none()).map(|bound| bound.to_owned());
    let default = default.map_or_else(no_default, Op::to_owned);
    let op = alloc::<ParamSpec>(&raw mut PARAM_SPEC)?;
    // SAFETY: a fresh object.
    unsafe {
        let fields = op.as_ptr();
        (*fields).name = name.to_owned().into_ptr();
        (*fields).bound = adder_object_model::refs::into_nullable(bound);
        (*fields).default_value = default.into_ptr();
        (*fields).covariant = covariant;
        (*fields).contravariant = contravariant;
        (*fields).infer_variance = inferred;
    }
    gc::track(op.as_object_ptr());
    set_caller_module(op.op())?;
    Ok(op.into_object())
}

lifecycle!(ParamSpec: name, bound, default_value, evaluate_default);

fn repr(op: Spec<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = str::to_string_lossy(name_of(op.name)?.op());
    let mark = variance_mark(op.covariant, op.contravariant, op.infer_variance);
    str::from_string(format!("{mark}{name}"))
}

fn get_args(op: Spec<'_>) -> PyResult {
    new_part(&raw mut PARAM_SPEC_ARGS, op.as_object())
}

fn get_kwargs(op: Spec<'_>) -> PyResult {
    new_part(&raw mut PARAM_SPEC_KWARGS, op.as_object())
}

fn get_default(op: Spec<'_>) -> PyResult {
    // SAFETY: both are fields of this object.
    let value = unsafe { evaluated(&raw mut (*op.as_ptr()).default_value, op.evaluate_default)? };
    Ok(value.unwrap_or_else(no_default))
}

fn get_evaluate_default(op: Spec<'_>) -> PyResult {
    evaluator_of(op.evaluate_default, op.default_value)
}

fn has_default_method(op: Spec<'_>) -> PyResult<bool> {
    Ok(has_default(op.evaluate_default, op.default_value))
}

fn typing_subst(op: Spec<'_>, argument: Op<'_>) -> PyResult {
    call_typing("_paramspec_subst", &[op.as_object(), argument])
}

fn typing_prepare_subst(op: Spec<'_>, args: Args<'_>) -> PyResult {
    let [alias, given] = args.exactly::<2>("__typing_prepare_subst__")?;
    call_typing("_paramspec_prepare_subst", &[op.as_object(), alias, given])
}

fn reduce(op: Spec<'_>) -> PyResult {
    name_of(op.name)
}

fn mro_entries(_op: Spec<'_>, _bases: Op<'_>) -> PyResult {
    cannot_subclass("ParamSpec")
}

static METHODS: [PyMethodDef; 6] = [
    method::o(c"__typing_subst__", typing_subst, c"__typing_subst__($self, arg, /)\n--\n\n"),
    method::positional(
        c"__typing_prepare_subst__",
        typing_prepare_subst,
        c"__typing_prepare_subst__($self, alias, args, /)\n--\n\n",
    ),
    method::noargs(c"has_default", has_default_method, c"has_default($self, /)\n--\n\n"),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
    method::o(c"__mro_entries__", mro_entries, c"__mro_entries__($self, object, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
static MEMBERS: [PyMemberDef; 6] = [
    PyMemberDef::read_only(c"__name__", _Py_T_OBJECT, offset_of!(ParamSpec, name)),
    PyMemberDef::read_only(c"__bound__", _Py_T_OBJECT, offset_of!(ParamSpec, bound)),
    PyMemberDef::read_only(c"__covariant__", Py_T_BOOL, offset_of!(ParamSpec, covariant)),
    PyMemberDef::read_only(c"__contravariant__", Py_T_BOOL, offset_of!(ParamSpec, contravariant)),
    PyMemberDef::read_only(c"__infer_variance__", Py_T_BOOL, offset_of!(ParamSpec, infer_variance)),
    PyMemberDef::EMPTY,
];
static GETSET: [PyGetSetDef; 5] = [
    getset::get(c"args", get_args, c"Represents positional arguments."),
    getset::get(c"kwargs", get_kwargs, c"Represents keyword arguments."),
    getset::get(c"__default__", get_default, c"The default value for this ParamSpec."),
    getset::get(c"evaluate_default", get_evaluate_default, c""),
    PyGetSetDef::EMPTY,
];

pub(super) static mut PARAM_SPEC: PyTypeObject = PyTypeObject {
    tp_name: c"typing.ParamSpec".as_ptr(),
    tp_basicsize: size_of::<ParamSpec>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: (&raw const type_var::AS_NUMBER).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Parameter specification variable.\n\nIt stands for the parameters of a callable.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_weaklistoffset: offset_of!(ParamSpec, weakreflist) as Py_ssize_t,
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_dictoffset: offset_of!(ParamSpec, dict) as Py_ssize_t,
    tp_new: slot::new(new_slot),
    ..PyTypeObject::EMPTY
};

/// `P.args` or `P.kwargs`.
#[repr(C)]
pub(super) struct Part {
    ob_base: PyObject,
    /// Owned.
    origin: *mut PyObject,
    weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Part {}

type PartRef<'a> = Borrowed<'a, Part>;

fn new_part(tp: *mut PyTypeObject, origin: Op<'_>) -> PyResult {
    let op = alloc::<Part>(tp)?;
    // SAFETY: a fresh object.
    unsafe { (*op.as_ptr()).origin = origin.to_owned().into_ptr() };
    gc::track(op.as_object_ptr());
    Ok(op.into_object())
}

fn part_traverse(op: PartRef<'_>, visitor: &mut Visitor) {
    visitor.visit(op.origin);
}

fn part_clear(op: PartRef<'_>) {
    // SAFETY: a live object.
    unsafe { replace(&raw mut (*op.as_ptr()).origin, None) };
}

fn part_dealloc(op: PartRef<'_>) {
    gc::untrack(op.as_object_ptr());
    weakref::clear_refs(op.as_object());
    part_clear(op);
    // SAFETY: a dying object, whose origin has just been given back.
    unsafe { gc::delete(op.as_object_ptr()) };
}

fn part_repr(op: PartRef<'_>, suffix: &str) -> PyResult<Owned<PyUnicodeObject>> {
    let origin = name_of(op.origin)?;
    let shown = if origin.op().type_ptr() == &raw mut PARAM_SPEC {
        // SAFETY: just checked.
        name_of(unsafe { origin.op().cast_unchecked::<ParamSpec>() }.name)?
    } else {
        object::repr(origin.op())?.into_object()
    };
    str::from_string(format!("{}.{suffix}", str::to_string_lossy(shown.op())))
}

fn args_repr(op: PartRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    part_repr(op, "args")
}

fn kwargs_repr(op: PartRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    part_repr(op, "kwargs")
}

fn part_richcompare(op: PartRef<'_>, other: Op<'_>, operation: c_int) -> PyResult {
    if op.type_ptr() != other.type_ptr() || (operation != Py_EQ && operation != Py_NE) {
        return Ok(singletons::new_not_implemented());
    }
    // SAFETY: of the same type.
    let other = unsafe { other.cast_unchecked::<Part>() };
    object::rich_compare(name_of(op.origin)?.op(), name_of(other.origin)?.op(), operation)
}

fn args_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<1> = Signature::new("paramspecargs", ["origin"]).required(1);
    let [origin] = args.parse(&SIGNATURE)?;
    new_part(&raw mut PARAM_SPEC_ARGS, origin.expect("required"))
}

fn kwargs_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<1> = Signature::new("paramspeckwargs", ["origin"]).required(1);
    let [origin] = args.parse(&SIGNATURE)?;
    new_part(&raw mut PARAM_SPEC_KWARGS, origin.expect("required"))
}

fn args_mro_entries(_op: PartRef<'_>, _bases: Op<'_>) -> PyResult {
    cannot_subclass("ParamSpecArgs")
}

fn kwargs_mro_entries(_op: PartRef<'_>, _bases: Op<'_>) -> PyResult {
    cannot_subclass("ParamSpecKwargs")
}

static ARGS_METHODS: [PyMethodDef; 2] = [
    method::o(c"__mro_entries__", args_mro_entries, c"__mro_entries__($self, object, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
static KWARGS_METHODS: [PyMethodDef; 2] = [
    method::o(c"__mro_entries__", kwargs_mro_entries, c"__mro_entries__($self, object, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
static PART_MEMBERS: [PyMemberDef; 2] =
    [PyMemberDef::read_only(c"__origin__", _Py_T_OBJECT, offset_of!(Part, origin)), PyMemberDef::EMPTY];

/// What both have.
#[allow(clippy::declare_interior_mutable_const, reason = "a template of static type objects, used by value")]
const PART: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<Part>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(part_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(part_traverse),
    tp_clear: slot::clear(part_clear),
    tp_richcompare: slot::richcompare(part_richcompare),
    tp_weaklistoffset: offset_of!(Part, weakreflist) as Py_ssize_t,
    tp_members: (&raw const PART_MEMBERS).cast_mut().cast(),
    ..PyTypeObject::EMPTY
};

pub(super) static mut PARAM_SPEC_ARGS: PyTypeObject = PyTypeObject {
    tp_name: c"typing.ParamSpecArgs".as_ptr(),
    tp_doc: c"The args for a ParamSpec object.\n\nGiven a ParamSpec object P, P.args returns an instance of ParamSpecArgs.".as_ptr(),
    tp_repr: slot::unary(args_repr),
    tp_methods: (&raw const ARGS_METHODS).cast_mut().cast(),
    tp_new: slot::new(args_new),
    ..PART
};

pub(super) static mut PARAM_SPEC_KWARGS: PyTypeObject = PyTypeObject {
    tp_name: c"typing.ParamSpecKwargs".as_ptr(),
    tp_doc: c"The kwargs for a ParamSpec object.\n\nGiven a ParamSpec object P, P.kwargs returns an instance of ParamSpecKwargs.".as_ptr(),
    tp_repr: slot::unary(kwargs_repr),
    tp_methods: (&raw const KWARGS_METHODS).cast_mut().cast(),
    tp_new: slot::new(kwargs_new),
    ..PART
};
