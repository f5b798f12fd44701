//! `typing.Generic` and `typing.NoDefault`.

use super::*;

static mut NO_DEFAULT: PyObject =
    PyObject { ob_type: &raw mut _PyNoDefault_Type, ..PyObject::STATIC_IMMORTAL };

/// `typing.NoDefault`.
pub fn no_default() -> Object {
    // SAFETY: an immortal object.
    unsafe { Owned::steal(&raw mut NO_DEFAULT) }
}

fn no_default_repr(_op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str("typing.NoDefault")
}

fn no_default_reduce(_op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str("NoDefault")
}

fn no_default_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if !args.is_empty() || args.has_keywords() {
        return Err(raise!(TypeError, "NoDefaultType takes no arguments"));
    }
    Ok(no_default())
}

static NO_DEFAULT_METHODS: [PyMethodDef; 2] =
    [method::noargs(c"__reduce__", no_default_reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];

#[unsafe(no_mangle)]
pub static mut _PyNoDefault_Type: PyTypeObject = PyTypeObject {
    tp_name: c"NoDefaultType".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as Py_ssize_t,
    tp_repr: slot::unary(no_default_repr),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"The type of the NoDefault singleton.".as_ptr(),
    tp_methods: (&raw const NO_DEFAULT_METHODS).cast_mut().cast(),
    tp_new: slot::new(no_default_new),
    ..PyTypeObject::EMPTY
};

/// The class `typing.Generic`.
pub fn generic_class() -> Op<'static> {
    // SAFETY: a static type.
    unsafe { Op::from_ptr((&raw mut GENERIC_TYPE).cast()) }
}

/// The base that a class statement with type parameters gets (`INTRINSIC_SUBSCRIPT_GENERIC`).
pub fn subscript_generic(parameters: Op<'_>) -> PyResult {
    let parameters = unpack_variadic(parameters)?;
    call_typing("_GenericAlias", &[generic_class(), parameters.op()])
}

/// Passes a class method on to a function of `typing`.
fn pass_on(function: &str, class: Op<'_>, args: Args<'_>) -> PyResult {
    let typing = (state::hooks().import_module)("typing")?;
    let function = object::get_attr_str(typing.op(), function)?;
    let mut positional = vec![class.to_owned()];
    positional.extend(args.iter().map(Op::to_owned));
    let positional = tuple::from_vec(positional)?;
    let keywords = args.to_dict()?;
    call::call_tuple_dict(function.op(), positional.op(), keywords.as_ref().map(|it| it.op()))
}

fn init_subclass(class: Op<'_>, args: Args<'_>) -> PyResult {
    pass_on("_generic_init_subclass", class, args)
}

fn class_getitem(class: Op<'_>, args: Args<'_>) -> PyResult {
    pass_on("_generic_class_getitem", class, args)
}

static GENERIC_METHODS: [PyMethodDef; 3] = [
    method::class_keywords(
        c"__class_getitem__",
        class_getitem,
        c"Parameterizes a generic class.\n\nAt least this happens for Generic itself and for classes that derive from it.",
    ),
    method::class_keywords(c"__init_subclass__", init_subclass, c"Function to initialize subclasses."),
    PyMethodDef::EMPTY,
];

/// Nothing: the class of an instance is reported by the traversal of subclasses.
fn traverse(_op: Op<'_>, _visitor: &mut Visitor) {}

fn dealloc(op: Op<'_>) {
    gc::untrack(op.as_ptr());
    // SAFETY: a dying instance without fields; the subclass's destructor, which has called this one,
    // gives the reference to the class back afterwards.
    unsafe { gc::delete(op.as_ptr()) };
}

pub(super) static mut GENERIC_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"typing.Generic".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Abstract base class for generic types.\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name:\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT: ...\n\nOn older versions they inherit explicitly from Generic[KT, VT].".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_methods: (&raw const GENERIC_METHODS).cast_mut().cast(),
    tp_free: Some(gc::delete_slot),
    ..PyTypeObject::EMPTY
};
