//! `string.templatelib.Template` and `Interpolation`: what template strings evaluate to.

use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyLayout, PyResult, Signature, TypeRef, Visitor, define, gc, generic_alias,
    getset, list, method, object, raise, singletons, slot, str, tuple,
};

/// A template: one more string than interpolations.
#[repr(C)]
pub struct Template {
    ob_base: PyObject,
    /// Owned tuples.
    strings: *mut PyObject,
    interpolations: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Template {}
adder_object_model::py_typed!(Template, _PyTemplate_Type);

/// One replacement field; every field is owned.
#[repr(C)]
pub struct Interpolation {
    ob_base: PyObject,
    value: *mut PyObject,
    expression: *mut PyObject,
    /// `None` or a string.
    conversion: *mut PyObject,
    format_spec: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Interpolation {}
adder_object_model::py_typed!(Interpolation, _PyInterpolation_Type);

type This<'a> = Borrowed<'a, Template>;
type Field<'a> = Borrowed<'a, Interpolation>;

/// A template of two tuples (`_PyTemplate_Build`).
pub fn new_template(strings: Op<'_>, interpolations: Op<'_>) -> PyResult {
    // SAFETY: the type is ready; both fields of the fresh object are written.
    unsafe {
        let made = gc::alloc(Borrowed::from_ptr(&raw mut _PyTemplate_Type), 0)?;
        let this = made.as_ptr().cast::<Template>();
        (*this).strings = strings.to_owned().into_ptr();
        (*this).interpolations = interpolations.to_owned().into_ptr();
        gc::track(this.cast());
        Ok(made)
    }
}

/// An interpolation (`_PyInterpolation_Build`).
pub fn new_interpolation(value: Op<'_>, expression: Op<'_>, conversion: Op<'_>, spec: Op<'_>) -> PyResult {
    // SAFETY: the type is ready; all fields of the fresh object are written.
    unsafe {
        let made = gc::alloc(Borrowed::from_ptr(&raw mut _PyInterpolation_Type), 0)?;
        let this = made.as_ptr().cast::<Interpolation>();
        (*this).value = value.to_owned().into_ptr();
        (*this).expression = expression.to_owned().into_ptr();
        (*this).conversion = conversion.to_owned().into_ptr();
        (*this).format_spec = spec.to_owned().into_ptr();
        gc::track(this.cast());
        Ok(made)
    }
}

/// `Template(*parts)`: strings in a row are joined, and empty ones stand between interpolations.
fn construct_template(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(raise!(TypeError, "Template.__new__ only accepts *args arguments"));
    }
    let mut strings: Vec<Object> = Vec::new();
    let mut fields: Vec<Object> = Vec::new();
    for part in args.iter() {
        if let Some(text) = part.downcast::<PyUnicodeObject>() {
            if strings.len() > fields.len() {
                let last = strings.pop().expect("counted");
                let last = last.op().downcast::<PyUnicodeObject>().expect("a string").to_owned();
                strings.push(str::concat(last.borrow(), text)?.into_object());
            } else {
                strings.push(part.to_owned());
            }
        } else if part.is_exact::<Interpolation>() {
            if strings.len() == fields.len() {
                strings.push(str::empty().into_object());
            }
            fields.push(part.to_owned());
        } else {
            return Err(raise!(
                TypeError,
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                part.type_name()
            ));
        }
    }
    if strings.len() == fields.len() {
        strings.push(str::empty().into_object());
    }
    new_template(tuple::from_vec(strings)?.op(), tuple::from_vec(fields)?.op())
}

fn items<'a>(field: *mut PyObject) -> &'a [Op<'a>] {
    // SAFETY: a tuple the template owns, which callers hold.
    unsafe { tuple::refs(Borrowed::from_ptr(field.cast())) }
}

fn values(this: This<'_>) -> PyResult {
    let values: Vec<Object> = items(this.interpolations)
        .iter()
        .filter_map(|field| field.downcast_exact::<Interpolation>())
        // SAFETY: an owned field.
        .map(|field| unsafe { Object::new_ref(field.value) })
        .collect();
    tuple::from_vec(values)
}

fn iterate(this: This<'_>) -> PyResult {
    let mut parts = Vec::new();
    for (index, &text) in items(this.strings).iter().enumerate() {
        if object::is_true(text)? {
            parts.push(text.to_owned());
        }
        if let Some(field) = items(this.interpolations).get(index) {
            parts.push((*field).to_owned());
        }
    }
    object::get_iter(list::from_vec(parts)?.op())
}

fn concat(a: Op<'_>, b: Op<'_>) -> PyResult {
    let (Some(a), Some(b)) = (a.downcast_exact::<Template>(), b.downcast_exact::<Template>()) else {
        if a.is_exact::<Template>() {
            let other = b.type_name();
            return Err(raise!(
                TypeError,
                "can only concatenate string.templatelib.Template (not \"{other}\") to string.templatelib.Template"
            ));
        }
        return define::not_implemented();
    };
    let mut strings: Vec<Object> = items(a.strings).iter().map(|&text| text.to_owned()).collect();
    let last = strings.pop().expect("a template has a string");
    let rest = items(b.strings);
    let text = |op: Op<'_>| op.downcast::<PyUnicodeObject>().expect("a string").to_owned();
    strings.push(str::concat(text(last.op()).borrow(), text(rest[0]).borrow())?.into_object());
    strings.extend(rest[1..].iter().map(|&text| text.to_owned()));
    let fields: Vec<Object> = items(a.interpolations)
        .iter()
        .chain(items(b.interpolations))
        .map(|&field| field.to_owned())
        .collect();
    new_template(tuple::from_vec(strings)?.op(), tuple::from_vec(fields)?.op())
}

fn shown(field: *mut PyObject) -> PyResult<String> {
    // SAFETY: an owned field of a live object.
    Ok(str::to_string_lossy(object::repr(unsafe { Op::from_ptr(field) })?.op()))
}

fn repr_template(this: This<'_>) -> PyResult {
    let text =
        format!("Template(strings={}, interpolations={})", shown(this.strings)?, shown(this.interpolations)?);
    Ok(str::from_string(text)?.into_object())
}

/// `template.__reduce__()`: the module's function that puts the parts together again.
fn reduce_template(this: This<'_>) -> PyResult {
    let module = crate::import::import_module("string.templatelib")?;
    let function = object::get_attr_str(module.op(), "_template_unpickle")?;
    // SAFETY: owned fields of a live object.
    let (strings, interpolations) =
        unsafe { (Op::from_ptr(this.strings), Op::from_ptr(this.interpolations)) };
    let parts = tuple::pack(&[strings, interpolations])?;
    tuple::pack(&[function.op(), parts.op()])
}

fn construct_interpolation(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<4> =
        Signature::new("Interpolation", ["value", "expression", "conversion", "format_spec"]).required(1);
    let [value, expression, conversion, spec] = args.parse(&SIGNATURE)?;
    let empty = str::empty();
    let none = singletons::new_none();
    let expression = expression.unwrap_or(empty.op());
    let conversion = conversion.unwrap_or(none.op());
    let spec = spec.unwrap_or(empty.op());
    for (name, op) in [("expression", expression), ("format_spec", spec)] {
        if !op.is_instance::<PyUnicodeObject>() {
            return Err(raise!(
                TypeError,
                "Interpolation() argument '{name}' must be str, not {}",
                op.type_name()
            ));
        }
    }
    if !conversion.is_none() {
        if !conversion.is_instance::<PyUnicodeObject>() {
            let got = conversion.type_name();
            return Err(raise!(TypeError, "Interpolation() argument 'conversion' must be str, not {got}"));
        }
        if !["s", "r", "a"].iter().any(|letter| str::equals(conversion, letter)) {
            return Err(raise!(
                ValueError,
                "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
            ));
        }
    }
    new_interpolation(value.expect("required"), expression, conversion, spec)
}

fn repr_interpolation(this: Field<'_>) -> PyResult {
    let text = format!(
        "Interpolation({}, {}, {}, {})",
        shown(this.value)?,
        shown(this.expression)?,
        shown(this.conversion)?,
        shown(this.format_spec)?
    );
    Ok(str::from_string(text)?.into_object())
}

fn reduce_interpolation(this: Field<'_>) -> PyResult {
    // SAFETY: owned fields.
    let fields = unsafe {
        [this.value, this.expression, this.conversion, this.format_spec].map(|field| Object::new_ref(field))
    };
    let class = this.ob_type().as_object().to_owned();
    tuple::from_vec(vec![class, tuple::from_vec(fields.into())?])
}

fn drop_fields(fields: &[*mut *mut PyObject]) {
    for &field in fields {
        // SAFETY: an owned field, emptied before its reference goes.
        unsafe { drop(Object::steal_nullable(ptr::replace(field, ptr::null_mut()))) };
    }
}

fn traverse_template(this: This<'_>, visitor: &mut Visitor) {
    visitor.visit(this.strings);
    visitor.visit(this.interpolations);
}
fn clear_template(this: This<'_>) {
    let this = this.as_ptr();
    // SAFETY: only addresses are taken.
    let fields = unsafe { [&raw mut (*this).strings, &raw mut (*this).interpolations] };
    drop_fields(&fields);
}
fn dealloc_template(this: This<'_>) {
    gc::untrack(this.as_object_ptr());
    clear_template(this);
    // SAFETY: a dying template, whose fields have just been given back.
    unsafe { gc::delete(this.as_object_ptr()) };
}
fn traverse_interpolation(this: Field<'_>, visitor: &mut Visitor) {
    for field in [this.value, this.expression, this.conversion, this.format_spec] {
        visitor.visit(field);
    }
}
fn clear_interpolation(this: Field<'_>) {
    let this = this.as_ptr();
    // SAFETY: only addresses are taken.
    let fields = unsafe {
        [
            &raw mut (*this).value,
            &raw mut (*this).expression,
            &raw mut (*this).conversion,
            &raw mut (*this).format_spec,
        ]
    };
    drop_fields(&fields);
}
fn dealloc_interpolation(this: Field<'_>) {
    gc::untrack(this.as_object_ptr());
    clear_interpolation(this);
    // SAFETY: a dying interpolation, whose fields have just been given back.
    unsafe { gc::delete(this.as_object_ptr()) };
}

fn class_getitem(class: Op<'_>, item: Op<'_>) -> PyResult {
    generic_alias::new(class, item)
}

/// The class attributes that are no slots; after the types are ready.
pub fn finish() -> PyResult<()> {
    let names = ["value", "expression", "conversion", "format_spec"];
    let names =
        names.iter().map(|name| Ok(str::intern(name)?.into_object())).collect::<PyResult<Vec<_>>>()?;
    let names = tuple::from_vec(names)?;
    // SAFETY: a ready static type, whose dict only start-up changes.
    unsafe {
        let class: TypeRef<'_> = Borrowed::from_ptr(&raw mut _PyInterpolation_Type);
        let namespace = adder_object_model::type_object::dict_of(class).expect("a ready type has a dict");
        adder_object_model::dict::set_item_str(namespace, "__match_args__", names.op())
    }
}

static TEMPLATE_MEMBERS: [PyMemberDef; 3] = [
    PyMemberDef::read_only(c"strings", Py_T_OBJECT_EX, offset_of!(Template, strings)),
    PyMemberDef::read_only(c"interpolations", Py_T_OBJECT_EX, offset_of!(Template, interpolations)),
    PyMemberDef::EMPTY,
];
static INTERPOLATIO6MEMBERS: [PyMemberDef; 5] = [
    PyMemberDef::read_only(c"value", Py_T_OBJECT_EX, offset_of!(Interpolation, value)),
    PyMemberDef::read_only(c"expression", Py_T_OBJECT_EX, offset_of!(Interpolation, expression)),
    PyMemberDef::read_only(c"conversion", Py_T_OBJECT_EX, offset_of!(Interpolation, conversion)),
    PyMemberDef::read_only(c"format_spec", Py_T_OBJECT_EX, offset_of!(Interpolation, format_spec)),
    PyMemberDef::EMPTY,
];
const TEMPLATE_GETSET: &[PyGetSetDef] =
    &[getset::get(c"values", values, c"The values of the interpolations."), PyGetSetDef::EMPTY];
const TEMPLATE_METHODS: &[PyMethodDef] = &[
    method::noargs(c"__reduce__", reduce_template, c""),
    method::class_o(c"__class_getitem__", class_getitem, c"Templates are generic over what is in them."),
    PyMethodDef::EMPTY,
];
const INTERPOLATIO6METHODS: &[PyMethodDef] = &[
    method::noargs(c"__reduce__", reduce_interpolation, c""),
    method::class_o(c"__class_getitem__", class_getitem, c"See PEP 585"),
    PyMethodDef::EMPTY,
];
static TEMPLATE_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_concat: slot::binary(concat), ..PySequenceMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut _PyTemplate_Type: PyTypeObject = PyTypeObject {
    tp_name: c"string.templatelib.Template".as_ptr(),
    tp_basicsize: size_of::<Template>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc_template),
    tp_repr: slot::unary(repr_template),
    tp_as_sequence: (&raw const TEMPLATE_SEQUENCE).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"What a template string evaluates to.".as_ptr(),
    tp_traverse: slot::traverse(traverse_template),
    tp_clear: slot::clear(clear_template),
    tp_iter: slot::unary(iterate),
    tp_methods: TEMPLATE_METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const TEMPLATE_MEMBERS).cast::<PyMemberDef>().cast_mut(),
    tp_getset: TEMPLATE_GETSET.as_ptr().cast_mut(),
    tp_new: slot::new(construct_template),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut _PyInterpolation_Type: PyTypeObject = PyTypeObject {
    tp_name: c"string.templatelib.Interpolation".as_ptr(),
    tp_basicsize: size_of::<Interpolation>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc_interpolation),
    tp_repr: slot::unary(repr_interpolation),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"One replacement field of a template string.".as_ptr(),
    tp_traverse: slot::traverse(traverse_interpolation),
    tp_clear: slot::clear(clear_interpolation),
    tp_methods: INTERPOLATIO6METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const INTERPOLATIO6MEMBERS).cast::<PyMemberDef>().cast_mut(),
    tp_new: slot::new(construct_interpolation),
    ..PyTypeObject::EMPTY
};
