//! `typing.TypeVarTuple`.

use super::*;
use adder_object_model::Signature;
use core::mem::offset_of;

/// A variadic type variable. All object fields are owned, and null where nothing was given.
#[repr(C)]
pub(super) struct TypeVarTuple {
    ob_base: PyObject,
    name: *mut PyObject,
    default_value: *mut PyObject,
    pub(super) evaluate_default: *mut PyObject,
    dict: *mut PyObject,
    weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for TypeVarTuple {}

type Var<'a> = Borrowed<'a, TypeVarTuple>;

pub(super) fn make(name: Op<'_>) -> PyResult {
    let op = alloc::<TypeVarTuple>(&raw mut TYPE_VAR_TUPLE)?;
    // SAFETY: a fresh object.
    unsafe { (*op.as_ptr()).name = name.to_owned().into_ptr() };
    gc::track(op.as_object_ptr());
    Ok(op.into_object())
}

fn new_slot(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<2> =
        Signature::new("typevartuple", ["name", "default"]).keyword_only_from(1).required(1);
    let [name, default] = args.parse(&SIGNATURE)?;
    let name = str_argument("typevartuple", "name", name.expect("required"))?;
    let default = default.map_or_else(no_default, Op::to_owned);
    let op = alloc::<TypeVarTuple>(&raw mut TYPE_VAR_TUPLE)?;
    // SAFETY: a fresh object.
    unsafe {
        (*op.as_ptr()).name = name.to_owned().into_ptr();
        (*op.as_ptr()).default_value = default.into_ptr();
    }
    gc::track(op.as_object_ptr());
    set_caller_module(op.op())?;
    Ok(op.into_object())
}

lifecycle!(TypeVarTuple: name, default_value, evaluate_default);

/// `typing.Unpack[op]`.
pub(super) fn unpack(op: Op<'_>) -> PyResult {
    let typing = (state::hooks().import_module)("typing")?;
    let unpack = object::get_attr_str(typing.op(), "Unpack")?;
    object::get_item(unpack.op(), op)
}

fn iter(op: Var<'_>) -> PyResult {
    object::get_iter(tuple::pack(&[unpack(op.as_object())?.op()])?.op())
}

fn repr(op: Var<'_>) -> PyResult {
    name_of(op.name)
}

fn get_default(op: Var<'_>) -> PyResult {
    // SAFETY: both are fields of this object.
    let value = unsafe { evaluated(&raw mut (*op.as_ptr()).default_value, op.evaluate_default)? };
    Ok(value.unwrap_or_else(no_default))
}

fn get_evaluate_default(op: Var<'_>) -> PyResult {
    evaluator_of(op.evaluate_default, op.default_value)
}

fn has_default_method(op: Var<'_>) -> PyResult<bool> {
    Ok(has_default(op.evaluate_default, op.default_value))
}

fn typing_subst(_op: Var<'_>, _argument: Op<'_>) -> PyResult {
    Err(raise!(TypeError, "Substitution of bare TypeVarTuple is not supported"))
}

fn typing_prepare_subst(op: Var<'_>, args: Args<'_>) -> PyResult {
    let [alias, given] = args.exactly::<2>("__typing_prepare_subst__")?;
    call_typing("_typevartuple_prepare_subst", &[op.as_object(), alias, given])
}

fn mro_entries(_op: Var<'_>, _bases: Op<'_>) -> PyResult {
    cannot_subclass("TypeVarTuple")
}

static METHODS: [PyMethodDef; 6] = [
    method::o(c"__typing_subst__", typing_subst, c"__typing_subst__($self, arg, /)\n--\n\n"),
    method::positional(
        c"__typing_prepare_subst__",
        typing_prepare_subst,
        c"__typing_prepare_subst__($self, alias, args, /)\n--\n\n",
    ),
    method::noargs(c"__reduce__", repr, c"__reduce__($self, /)\n--\n\n"),
    method::noargs(c"has_default", has_default_method, c"has_default($self, /)\n--\n\n"),
    method::o(c"__mro_entries__", mro_entries, c"__mro_entries__($self, object, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
static MEMBERS: [PyMemberDef; 2] =
    [PyMemberDef::read_only(c"__name__", _Py_T_OBJECT, offset_of!(TypeVarTuple, name)), PyMemberDef::EMPTY];
static GETSET: [PyGetSetDef; 3] = [
    getset::get(c"__default__", get_default, c"The default value for this TypeVarTuple."),
    getset::get(c"evaluate_default", get_evaluate_default, c""),
    PyGetSetDef::EMPTY,
];

pub(super) static mut TYPE_VAR_TUPLE: PyTypeObject = PyTypeObject {
    tp_name: c"typing.TypeVarTuple".as_ptr(),
    tp_basicsize: size_of::<TypeVarTuple>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Type variable tuple.\n\nIt stands for any number of types.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_weaklistoffset: offset_of!(TypeVarTuple, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(iter),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_dictoffset: offset_of!(TypeVarTuple, dict) as Py_ssize_t,
    tp_new: slot::new(new_slot),
    ..PyTypeObject::EMPTY
};
