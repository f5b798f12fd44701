//! `_ConstEvaluator`: a function that gives a value known already.

use super::*;
use core::mem::offset_of;
use rustpython_wtf8::Wtf8Buf;

#[repr(C)]
pub(super) struct Evaluator {
    ob_base: PyObject,
    /// Owned.
    value: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Evaluator {}

const _: () = assert!(offset_of!(Evaluator, value) == 16);

/// The format in which annotations are wanted as source text.
const FORMAT_STRING: i32 = 4;

pub(super) fn new(value: Object) -> PyResult {
    let op = alloc::<Evaluator>(&raw mut EVALUATOR_TYPE)?;
    // SAFETY: a fresh object.
    unsafe { (*op.as_ptr()).value = value.into_ptr() };
    gc::track(op.as_object_ptr());
    Ok(op.into_object())
}

fn traverse(op: Borrowed<'_, Evaluator>, visitor: &mut Visitor) {
    visitor.visit(op.value);
}

fn clear(op: Borrowed<'_, Evaluator>) {
    // SAFETY: a live object.
    unsafe { replace(&raw mut (*op.as_ptr()).value, None) };
}

fn dealloc(op: Borrowed<'_, Evaluator>) {
    gc::untrack(op.as_object_ptr());
    clear(op);
    // SAFETY: a dying evaluator, whose value has just been given back.
    unsafe { gc::delete(op.as_object_ptr()) };
}

fn repr(op: Borrowed<'_, Evaluator>) -> PyResult<Owned<PyUnicodeObject>> {
    let shown = object::repr(name_of(op.value)?.op())?;
    str::from_string(format!("<constevaluator {}>", str::to_string_lossy(shown.op())))
}

fn call_evaluator(op: Borrowed<'_, Evaluator>, args: Args<'_>) -> PyResult {
    let [format] = args.exactly::<1>("constevaluator.__call__")?;
    let value = name_of(op.value)?;
    if int::as_i32(format)? != FORMAT_STRING {
        return Ok(value);
    }
    let mut text = Wtf8Buf::new();
    match value.op().downcast::<PyTupleObject>() {
        Some(items) => {
            text.push_str("(");
            for index in 0..tuple::len(items) {
                if index > 0 {
                    text.push_str(", ");
                }
                generic_alias::push_type_repr(&mut text, tuple::get(items, index))?;
            }
            if tuple::len(items) == 1 {
                text.push_str(",");
            }
            text.push_str(")");
        }
        None => generic_alias::push_type_repr(&mut text, value.op())?,
    }
    Ok(str::from_wtf8(&text)?.into_object())
}

pub(super) static mut EVALUATOR_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_typing._ConstEvaluator".as_ptr(),
    tp_basicsize: size_of::<Evaluator>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_call: slot::call(call_evaluator),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    ..PyTypeObject::EMPTY
};
