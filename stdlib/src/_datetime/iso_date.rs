//! `datetime.IsoCalendarDate`: what `isocalendar()` gives, a tuple with named items.

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, TypeRef, object, str, tuple,
};

use super::{long, type_of};

type IsoDate<'a> = Borrowed<'a, PyTupleObject>;

/// Without Python's constructor, so that nobody else makes one.
pub fn new(year: i32, week: i32, day: i32) -> PyResult {
    make(type_of(&raw mut PyDateTime_IsoCalendarDateType), [long(year)?, long(week)?, long(day)?])
}

fn make(tp: TypeRef<'_>, items: [Object; 3]) -> PyResult {
    let alloc = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type derives from tuple, so its instances have room for the items asked for.
    unsafe {
        let op = Object::from_c(alloc(tp.as_ptr(), 3))?;
        let first = (&raw mut (*op.as_ptr().cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>();
        for (index, item) in items.into_iter().enumerate() {
            *first.add(index) = item.into_ptr();
        }
        (*op.as_ptr().cast::<PyTupleObject>()).ob_hash = -1;
        Ok(op)
    }
}

static NEW: Signature<3> = Signature::new("IsoCalendarDate", ["year", "week", "weekday"]).required(3);

fn construct(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let items = args.parse(&NEW)?;
    make(tp, items.map(|item| item.expect("required").to_owned()))
}

fn repr(date: IsoDate<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let text = |index: usize| -> PyResult<_> {
        Ok(str::to_string_lossy(object::repr(tuple::get(date, index))?.op()))
    };
    str::from_string(format!(
        "{}(year={}, week={}, weekday={})",
        date.type_name(),
        text(0)?,
        text(1)?,
        text(2)?
    ))
}

/// As the plain tuple, since the class cannot be imported by its name.
fn reduce(date: IsoDate<'_>) -> PyResult {
    let items = tuple::pack(&[tuple::get(date, 0), tuple::get(date, 1), tuple::get(date, 2)])?;
    let arguments = tuple::pack(&[items.op()])?;
    // SAFETY: the address of a static.
    let tuple_type = unsafe { Op::from_ptr((&raw mut tuple::PyTuple_Type).cast()) };
    tuple::pack(&[tuple_type, arguments.op()])
}

fn year(date: IsoDate<'_>) -> PyResult {
    Ok(tuple::get(date, 0).to_owned())
}

fn week(date: IsoDate<'_>) -> PyResult {
    Ok(tuple::get(date, 1).to_owned())
}

fn weekday(date: IsoDate<'_>) -> PyResult {
    Ok(tuple::get(date, 2).to_owned())
}

const METHODS: &[PyMethodDef] =
    &[method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];

const GETSET: &[PyGetSetDef] = &[
    super::date::nameless(getset::get(c"year", year, c"")),
    super::date::nameless(getset::get(c"week", week, c"")),
    super::date::nameless(getset::get(c"weekday", weekday, c"")),
    PyGetSetDef::EMPTY,
];

pub static mut PyDateTime_IsoCalendarDateType: PyTypeObject = PyTypeObject {
    tp_name: c"datetime.IsoCalendarDate".as_ptr(),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"What date.isocalendar() gives: ISO year, week and weekday by name.".as_ptr(),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_base: &raw mut tuple::PyTuple_Type,
    tp_new: slot::new(construct),
    ..PyTypeObject::EMPTY
};
