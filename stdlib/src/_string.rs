//! The `_string` module: what `string.Formatter` is built on.

use adder_object_model::layout::*;
use adder_object_model::str::format::{FieldName, First, Step, Template};
use adder_object_model::{
    Borrowed, Op, Owned, PyResult, alloc, int, method, module, object, raise, singletons, slot, static_type,
    str, tuple, type_object,
};

/// Either iterator: a string, and where in it the walk is.
#[repr(C)]
struct Walk {
    ob_base: PyObject,
    /// Owned.
    text: *mut PyObject,
    position: usize,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for Walk {}

fn new_walk(tp: *mut PyTypeObject, text: Borrowed<'_, PyUnicodeObject>) -> PyResult<Owned<Walk>> {
    // SAFETY: a static type made ready by `init`.
    let walk = alloc::new_object::<Walk>(unsafe { Borrowed::from_ptr(tp) })?;
    // SAFETY: a fresh object.
    unsafe {
        (*walk.as_ptr()).text = text.to_owned().into_object_ptr();
        (*walk.as_ptr()).position = 0;
    }
    Ok(walk)
}

fn text_of<'a>(walk: Borrowed<'a, Walk>) -> Borrowed<'a, PyUnicodeObject> {
    // SAFETY: the field holds a string while the walk lives.
    unsafe { Borrowed::from_ptr((*walk.as_ptr()).text.cast()) }
}

fn set_position(walk: Borrowed<'_, Walk>, position: usize) {
    // SAFETY: a live object.
    unsafe { (*walk.as_ptr()).position = position };
}

fn next_piece(walk: Borrowed<'_, Walk>) -> PyResult<Option<Owned<PyObject>>> {
    let mut template = Template::at(str::units(text_of(walk)), walk.position);
    let piece = template.advance()?;
    set_position(walk, template.position());
    let Some(piece) = piece else {
        return Ok(None);
    };
    let literal = str::from_units(piece.literal)?;
    let none = singletons::none();
    let Some(field) = piece.field else {
        return tuple::pack(&[literal.op(), none, none, none]).map(Some);
    };
    let (name, spec) = (str::from_units(field.name)?, str::from_units(field.spec)?);
    let conversion = field.conversion.map(str::from_char).transpose()?;
    let conversion = conversion.as_ref().map_or(none, Owned::op);
    tuple::pack(&[literal.op(), name.op(), spec.op(), conversion]).map(Some)
}

fn next_step(walk: Borrowed<'_, Walk>) -> PyResult<Option<Owned<PyObject>>> {
    let mut name = FieldName::new(str::units(text_of(walk)))?;
    name.set_position(walk.position);
    let step = name.advance()?;
    set_position(walk, name.position());
    let Some(step) = step else {
        return Ok(None);
    };
    let (attribute, value) = match step {
        Step::Attribute(name) => (true, str::from_units(name)?.into_object()),
        Step::Key(key) => (false, str::from_units(key)?.into_object()),
        Step::Index(index) => (false, int::from_usize(index)?),
    };
    tuple::pack(&[singletons::new_bool(attribute).op(), value.op()]).map(Some)
}

fn dealloc(walk: Borrowed<'_, Walk>) {
    // SAFETY: the last reference is gone; the string is owned.
    unsafe {
        drop(Owned::<PyObject>::steal((*walk.as_ptr()).text));
        alloc::free_object(walk.as_object_ptr());
    }
}

static mut FORMATTER_ITERATOR: PyTypeObject = PyTypeObject {
    tp_name: c"formatteriterator".as_ptr(),
    tp_basicsize: size_of::<Walk>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next_piece),
    ..PyTypeObject::EMPTY
};

static mut FIELD_NAME_ITERATOR: PyTypeObject = PyTypeObject {
    tp_name: c"fieldnameiterator".as_ptr(),
    tp_basicsize: size_of::<Walk>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next_step),
    ..PyTypeObject::EMPTY
};

fn expect<'a>(op: Op<'a>) -> PyResult<Borrowed<'a, PyUnicodeObject>> {
    op.downcast().ok_or_else(|| raise!(TypeError, "expected str, got {}", op.type_name()))
}

fn formatter_parser(_: Op<'_>, text: Op<'_>) -> PyResult<Owned<Walk>> {
    new_walk(&raw mut FORMATTER_ITERATOR, expect(text)?)
}

fn formatter_field_name_split(_: Op<'_>, name: Op<'_>) -> PyResult {
    let text = expect(name)?;
    let name = FieldName::new(str::units(text))?;
    let first = match name.first {
        First::Automatic => str::empty().into_object(),
        First::Index(index) => int::from_usize(index)?,
        First::Key(key) => str::from_units(key)?.into_object(),
    };
    let rest = new_walk(&raw mut FIELD_NAME_ITERATOR, text)?;
    tuple::pack(&[first.op(), rest.op()])
}

static METHODS: [PyMethodDef; 3] = [
    method::o(
        c"formatter_field_name_split",
        formatter_field_name_split,
        c"Splits a field's name into its first part and an iterator over the rest.",
    ),
    method::o(c"formatter_parser", formatter_parser, c"An iterator over the pieces of a format string."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    type_object::ready(static_type!(FORMATTER_ITERATOR))?;
    type_object::ready(static_type!(FIELD_NAME_ITERATOR))?;
    let module = module::new("_string")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    Ok(module)
}
