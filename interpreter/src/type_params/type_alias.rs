//! `typing.TypeAliasType`: what a `type` statement makes.

use super::*;
use adder_object_model::Signature;
use core::mem::offset_of;

/// A type alias. All object fields are owned, and null where nothing was given.
#[repr(C)]
pub(super) struct TypeAlias {
    ob_base: PyObject,
    name: *mut PyObject,
    type_params: *mut PyObject,
    compute_value: *mut PyObject,
    value: *mut PyObject,
    module: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for TypeAlias {}

type Alias<'a> = Borrowed<'a, TypeAlias>;

pub(super) fn make(parts: Op<'_>) -> PyResult {
    let parts = parts
        .downcast::<PyTupleObject>()
        .filter(|parts| tuple::len(*parts) == 3)
        .ok_or_else(adder_object_model::errors::bad_internal_call)?;
    let type_params = tuple::get(parts, 1);
    let op = alloc::<TypeAlias>(&raw mut _PyTypeAlias_Type)?;
    // SAFETY: a fresh object.
    unsafe {
        let fields = op.as_ptr();
        (*fields).name = tuple::get(parts, 0).to_owned().into_ptr();
        (*fields).type_params = kept_params(type_params);
        (*fields).compute_value = tuple::get(parts, 2).to_owned().into_ptr();
    }
    gc::track(op.as_object_ptr());
    Ok(op.into_object())
}

/// The parameters, or null where there are none.
fn kept_params(type_params: Op<'_>) -> *mut PyObject {
    match type_params.downcast::<PyTupleObject>() {
        Some(params) if tuple::len(params) > 0 => type_params.to_owned().into_ptr(),
        _ => ptr::null_mut(),
    }
}

/// All must be type parameters, and those with a default come last.
fn check_params(type_params: Borrowed<'_, PyTupleObject>) -> PyResult<()> {
    let mut seen_default = false;
    for index in 0..tuple::len(type_params) {
        let parameter = tuple::get(type_params, index);
        let shown = || -> PyResult<String> { Ok(str::to_string_lossy(object::repr(parameter)?.op())) };
        if !is_type_parameter(parameter) {
            let shown = shown()?;
            return Err(raise!(TypeError, "Expected a type param, got {shown}"));
        }
        let has_default = object::is_true(call::call_method_noargs(parameter, "has_default")?.op())?;
        if has_default {
            seen_default = true;
        } else if seen_default {
            let shown = shown()?;
            return Err(raise!(
                TypeError,
                "non-default type parameter '{shown}' follows default type parameter"
            ));
        }
    }
    Ok(())
}

fn new_slot(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<3> =
        Signature::new("typealias", ["name", "value", "type_params"]).keyword_only_from(2).required(2);
    let [name, value, type_params] = args.parse(&SIGNATURE)?;
    let name = str_argument("typealias", "name", name.expect("required"))?;
    let type_params = match type_params {
        None => None,
        Some(params) => match params.downcast::<PyTupleObject>() {
            Some(params) => Some(params),
            None => return Err(raise!(TypeError, "type_params must be a tuple")),
        },
    };
    if let Some(params) = type_params {
        check_params(params)?;
    }
    let module = caller_module()?;
    let op = alloc::<TypeAlias>(&raw mut _PyTypeAlias_Type)?;
    // SAFETY: a fresh object.
    unsafe {
        let fields = op.as_ptr();
        (*fields).name = name.to_owned().into_ptr();
        (*fields).type_params = type_params.map_or(ptr::null_mut(), |it| kept_params(it.as_object()));
        (*fields).value = value.expect("required").to_owned().into_ptr();
        (*fields).module = module.into_ptr();
    }
    gc::track(op.as_object_ptr());
    Ok(op.into_object())
}

fn traverse(op: Alias<'_>, visitor: &mut Visitor) {
    for field in [op.name, op.type_params, op.compute_value, op.value, op.module] {
        visitor.visit(field);
    }
}

fn clear(op: Alias<'_>) {
    let fields = op.as_ptr();
    // SAFETY: the fields of a live object own what they point to.
    unsafe {
        replace(&raw mut (*fields).name, None);
        replace(&raw mut (*fields).type_params, None);
        replace(&raw mut (*fields).compute_value, None);
        replace(&raw mut (*fields).value, None);
        replace(&raw mut (*fields).module, None);
    }
}

fn dealloc(op: Alias<'_>) {
    gc::untrack(op.as_object_ptr());
    clear(op);
    // SAFETY: a dying alias, whose fields have just been given back.
    unsafe { gc::delete(op.as_object_ptr()) };
}

fn repr(op: Alias<'_>) -> PyResult {
    name_of(op.name)
}

fn get_value(op: Alias<'_>) -> PyResult {
    // SAFETY: both are fields of this object.
    let value = unsafe { evaluated(&raw mut (*op.as_ptr()).value, op.compute_value)? };
    Ok(value.unwrap_or_else(singletons::new_none))
}

fn get_evaluate_value(op: Alias<'_>) -> PyResult {
    evaluator_of(op.compute_value, op.value)
}

fn get_parameters(op: Alias<'_>) -> PyResult {
    match field(op.type_params) {
        Some(params) => unpack_variadic(params.op()),
        None => Ok(tuple::empty()),
    }
}

fn get_type_params(op: Alias<'_>) -> PyResult {
    Ok(field(op.type_params).unwrap_or_else(tuple::empty))
}

fn get_module(op: Alias<'_>) -> PyResult {
    if let Some(module) = field(op.module) {
        return Ok(module);
    }
    match field(op.compute_value) {
        Some(function) => {
            Ok(object::get_optional_attr_str(function.op(), "__module__")?
                .unwrap_or_else(singletons::new_none))
        }
        None => Ok(singletons::new_none()),
    }
}

fn subscript(op: Alias<'_>, item: Op<'_>) -> PyResult {
    if op.type_params.is_null() {
        return Err(raise!(TypeError, "Only generic type aliases are subscriptable"));
    }
    generic_alias::new(op.as_object(), item)
}

/// `*alias`: the alias as an unpacked argument.
fn iter(op: Alias<'_>) -> PyResult {
    object::get_iter(tuple::pack(&[type_var_tuple::unpack(op.as_object())?.op()])?.op())
}

fn reduce(op: Alias<'_>) -> PyResult {
    name_of(op.name)
}

static METHODS: [PyMethodDef; 2] =
    [method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];
static MEMBERS: [PyMemberDef; 2] =
    [PyMemberDef::read_only(c"__name__", _Py_T_OBJECT, offset_of!(TypeAlias, name)), PyMemberDef::EMPTY];
static GETSET: [PyGetSetDef; 6] = [
    getset::get(c"__parameters__", get_parameters, c""),
    getset::get(c"__type_params__", get_type_params, c""),
    getset::get(c"__value__", get_value, c""),
    getset::get(c"evaluate_value", get_evaluate_value, c""),
    getset::get(c"__module__", get_module, c""),
    PyGetSetDef::EMPTY,
];
static AS_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_subscript: slot::binary(subscript), ..PyMappingMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut _PyTypeAlias_Type: PyTypeObject = PyTypeObject {
    tp_name: c"typing.TypeAliasType".as_ptr(),
    tp_basicsize: size_of::<TypeAlias>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: (&raw const type_var::AS_NUMBER).cast_mut(),
    tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Type alias.\n\nType aliases are created through the type statement::\n\n    type Alias = int"
        .as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_iter: slot::unary(iter),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new_slot),
    ..PyTypeObject::EMPTY
};
