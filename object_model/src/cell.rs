//! The `cell` type: a variable that a function shares with the functions inside it.
//!
//! Layout: `layout/cell.rs`.

use core::ffi::c_int;
use core::ptr;

use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, gc, getset, object, raise, singletons,
    slot, str,
};

/// A new cell, empty if no value is given.
pub fn new(value: Option<Op<'_>>) -> PyResult<Owned<PyCellObject>> {
    // SAFETY: a static type that is ready.
    let tp = unsafe { TypeRef::from_ptr(&raw mut PyCell_Type) };
    let op = gc::alloc_uninit(tp, size_of::<PyCellObject>())?.cast::<PyCellObject>();
    // SAFETY: a fresh object, whose one field is set before anybody sees it.
    unsafe {
        (*op).ob_ref = value.map_or(ptr::null_mut(), |value| value.to_owned().into_ptr());
        gc::track(op.cast());
        Ok(Owned::steal(op))
    }
}

/// What the cell holds; `None` if the variable is unbound.
#[inline]
pub fn get(cell: Borrowed<'_, PyCellObject>) -> Option<Object> {
    // SAFETY: the field owns an object or is null.
    unsafe { Owned::new_ref_nullable(cell.ob_ref) }
}

/// Replaces what the cell holds.
#[inline]
pub fn set(cell: Borrowed<'_, PyCellObject>, value: Option<Object>) {
    drop(swap(cell, value));
}

/// Replaces what the cell holds and gives what it held.
#[inline]
pub fn swap(cell: Borrowed<'_, PyCellObject>, value: Option<Object>) -> Option<Object> {
    // SAFETY: the field owns an object or is null; the new value is in place before the
    // old one can be dropped.
    unsafe {
        let field = &raw mut (*cell.as_ptr()).ob_ref;
        Owned::steal_nullable(ptr::replace(field, crate::refs::into_nullable(value)))
    }
}

fn new_slot(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyCellObject>> {
    args.no_keywords("cell")?;
    args.check_positional("cell", 0, 1)?;
    new(args.get(0))
}

fn dealloc(cell: Borrowed<'_, PyCellObject>) {
    gc::untrack(cell.as_object_ptr());
    set(cell, None);
    // SAFETY: a dying cell, which has just been emptied.
    unsafe { gc::delete(cell.as_object_ptr()) };
}

fn richcompare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    let (Some(a), Some(b)) = (a.downcast::<PyCellObject>(), b.downcast::<PyCellObject>()) else {
        return Ok(singletons::new_not_implemented());
    };
    match (get(a), get(b)) {
        (Some(a), Some(b)) => object::rich_compare(a.op(), b.op(), op),
        (a, b) => {
            // An empty cell is less than any other.
            let order = a.is_some().cmp(&b.is_some());
            Ok(singletons::new_bool(match op {
                Py_LT => order.is_lt(),
                Py_LE => order.is_le(),
                Py_EQ => order.is_eq(),
                Py_NE => order.is_ne(),
                Py_GT => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
    }
}

fn repr(cell: Borrowed<'_, PyCellObject>) -> PyResult<Owned<PyUnicodeObject>> {
    let address = cell.as_ptr();
    match get(cell) {
        None => str::from_string(format!("<cell at {address:p}: empty>")),
        Some(value) => str::from_string(format!(
            "<cell at {address:p}: {} object at {:p}>",
            value.op().type_name(),
            value.as_ptr()
        )),
    }
}

fn traverse(cell: Borrowed<'_, PyCellObject>, visitor: &mut Visitor) {
    visitor.visit(cell.ob_ref);
}

fn clear(cell: Borrowed<'_, PyCellObject>) {
    set(cell, None);
}

fn get_contents(cell: Borrowed<'_, PyCellObject>) -> PyResult {
    get(cell).ok_or_else(|| raise!(ValueError, "Cell is empty"))
}

fn set_contents(cell: Borrowed<'_, PyCellObject>, value: Option<Op<'_>>) -> PyResult<()> {
    set(cell, value.map(Op::to_owned));
    Ok(())
}

static GETSET: [PyGetSetDef; 2] =
    [getset::get_set(c"cell_contents", get_contents, set_contents, c""), PyGetSetDef::EMPTY];

#[unsafe(no_mangle)]
pub static mut PyCell_Type: PyTypeObject = PyTypeObject {
    tp_name: c"cell".as_ptr(),
    tp_basicsize: size_of::<PyCellObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"cell([contents])\n--\n\nMake a new cell that holds contents, or an empty one.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new_slot),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyCellObject, PyCell_Type);
