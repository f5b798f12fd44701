//! `groupby` and `tee`.

use core::cell::Cell;
use core::mem::offset_of;

use adder_object_model::args::Signature;
use adder_object_model::fields::{allocate, dealloc_with_weak_references, gc_type, iterator_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, call, int, method, module, number, object,
    owned_fields, raise, slot, tuple, type_object,
};

use super::next;

#[repr(C)]
struct GroupBy {
    ob_base: PyObject,
    iterator: Field,
    function: Field,
    target_key: Field,
    current_key: Field,
    current_value: Field,
    /// Borrowed, only compared: the group that may go on.
    current_group: Cell<*const Group>,
}
owned_fields!(GroupBy, GroupBy_Type, [iterator, function, target_key, current_key, current_value]);

#[repr(C)]
struct Group {
    ob_base: PyObject,
    parent: Field<GroupBy>,
    target_key: Field,
}
owned_fields!(Group, Group_Type, [parent, target_key]);

fn groupby_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<GroupBy>> {
    const SIGNATURE: Signature<2> = Signature::new("groupby", ["iterable", "key"]).required(1);
    let [iterable, key] = args.parse(&SIGNATURE)?;
    let iterator = object::get_iter(iterable.expect("required"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<GroupBy> = unsafe { allocate(tp)? };
    result.iterator.set(Some(iterator));
    result.function.set(key.filter(|key| !key.is_none()).map(Borrowed::to_owned));
    Ok(result)
}

/// Takes the next item and computes its key; false at the end.
fn step(this: Borrowed<'_, GroupBy>) -> PyResult<bool> {
    let Some(iterator) = this.iterator.get() else { return Ok(false) };
    let Some(value) = next(&iterator)? else { return Ok(false) };
    let key = match this.function.get() {
        Some(function) => call::call_one(function.op(), value.op())?,
        None => value.clone(),
    };
    let old_value = this.current_value.replace(Some(value));
    let old_key = this.current_key.replace(Some(key));
    drop((old_value, old_key));
    Ok(true)
}

fn groupby_next(this: Borrowed<'_, GroupBy>) -> PyResult<Option<Object>> {
    this.current_group.set(core::ptr::null());
    // Skips what is left of the group given out last.
    loop {
        match (this.current_key.get(), this.target_key.get()) {
            (Some(current), Some(target)) => {
                if !object::rich_compare_bool(target.op(), current.op(), Py_EQ)? {
                    break;
                }
            }
            (Some(_), None) => break,
            (None, _) => {}
        }
        if !step(this)? {
            return Ok(None);
        }
    }
    let key = this.current_key.get().expect("just stepped");
    this.target_key.set(Some(key.clone()));
    // SAFETY: the type has this layout.
    let group: Owned<Group> = unsafe { allocate(Group::type_ref())? };
    group.parent.set(Some(this.to_owned()));
    group.target_key.set(Some(key.clone()));
    this.current_group.set(group.as_ptr());
    tuple::pair(key, group.into_object()).map(Some)
}

fn group_next(group: Borrowed<'_, Group>) -> PyResult<Option<Object>> {
    let (Some(parent), Some(target)) = (group.parent.get(), group.target_key.get()) else { return Ok(None) };
    if parent.current_group.get() != group.as_ptr().cast_const() {
        return Ok(None);
    }
    if !parent.current_value.is_some() && !step(parent.borrow())? {
        return Ok(None);
    }
    let Some(current) = parent.current_key.get() else { return Ok(None) };
    if !object::rich_compare_bool(target.op(), current.op(), Py_EQ)? {
        return Ok(None);
    }
    parent.current_key.clear();
    Ok(parent.current_value.take())
}

fn group_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Group>> {
    args.no_keywords("_grouper")?;
    args.check_positional("_grouper", 2, 2)?;
    let Some(parent) = args.get(0).and_then(|op| op.downcast::<GroupBy>()) else {
        let given = args.get(0).expect("counted").type_name();
        return Err(raise!(TypeError, "_grouper() argument 1 must be itertools.groupby, not {given}"));
    };
    // SAFETY: the type has this layout.
    let group: Owned<Group> = unsafe { allocate(Group::type_ref())? };
    group.parent.set(Some(parent.to_owned()));
    group.target_key.set(args.get(1).map(Borrowed::to_owned));
    parent.current_group.set(group.as_ptr());
    Ok(group)
}

/// How many items one piece of `tee`'s memory holds.
const LINK_CELLS: usize = 57;

/// Items that one of the iterators of a `tee` has seen and others may still want.
#[repr(C)]
struct TeeData {
    ob_base: PyObject,
    iterator: Field,
    n_read: Cell<usize>,
    /// Whether an item is being taken, to notice that taking it asks for it.
    running: Cell<bool>,
    next_link: Field<TeeData>,
    values: [Field; LINK_CELLS],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for TeeData {}
adder_object_model::py_typed!(TeeData, TeeData_Type);

impl adder_object_model::fields::OwnedFields for TeeData {
    fn visit(&self, visitor: &mut adder_object_model::Visitor) {
        self.iterator.visit(visitor);
        self.values.iter().for_each(|value| value.visit(visitor));
        self.next_link.visit(visitor);
    }

    /// A long chain is taken apart in a loop, as dropping it link by link would recurse.
    fn clear(&self) {
        self.iterator.clear();
        self.values.iter().for_each(Field::clear);
        let mut link = self.next_link.take();
        while let Some(current) = link {
            link = if object::refcount(current.op()) == 1 { current.next_link.take() } else { None };
        }
    }
}

fn new_data(iterator: Object) -> PyResult<Owned<TeeData>> {
    // SAFETY: the type has this layout.
    let result: Owned<TeeData> = unsafe { allocate(TeeData::type_ref())? };
    result.iterator.set(Some(iterator));
    Ok(result)
}

impl TeeData {
    /// The item at `index`, taken from the iterator if nobody has asked for it yet.
    fn get(&self, index: usize) -> PyResult<Option<Object>> {
        if index < self.n_read.get() {
            return Ok(self.values[index].get());
        }
        if self.running.get() {
            return Err(raise!(RuntimeError, "cannot re-enter the tee iterator"));
        }
        let Some(iterator) = self.iterator.get() else { return Ok(None) };
        self.running.set(true);
        let item = next(&iterator);
        self.running.set(false);
        let Some(item) = item? else { return Ok(None) };
        self.n_read.set(index + 1);
        self.values[index].set(Some(item.clone()));
        Ok(Some(item))
    }

    /// The piece behind this one.
    fn following(&self) -> PyResult<Owned<TeeData>> {
        if let Some(link) = self.next_link.get() {
            return Ok(link);
        }
        let iterator = self.iterator.get().expect("a piece in use has an iterator");
        let link = new_data(iterator)?;
        self.next_link.set(Some(link.clone()));
        Ok(link)
    }
}

#[repr(C)]
struct Tee {
    ob_base: PyObject,
    data: Field<TeeData>,
    index: Cell<usize>,
    weakreflist: Cell<*mut PyObject>,
}
owned_fields!(Tee, Tee_Type, [data]);

fn tee_next(tee: Borrowed<'_, Tee>) -> PyResult<Option<Object>> {
    let Some(mut data) = tee.data.get() else { return Ok(None) };
    if tee.index.get() >= LINK_CELLS {
        data = data.following()?;
        tee.data.set(Some(data.clone()));
        tee.index.set(0);
    }
    let item = data.get(tee.index.get())?;
    if item.is_some() {
        tee.index.set(tee.index.get() + 1);
    }
    Ok(item)
}

fn tee_copy(tee: Borrowed<'_, Tee>) -> PyResult<Owned<Tee>> {
    // SAFETY: the type has this layout.
    let result: Owned<Tee> = unsafe { allocate(Tee::type_ref())? };
    result.data.set(tee.data.get());
    result.index.set(tee.index.get());
    Ok(result)
}

fn tee_from_iterable(iterable: Op<'_>) -> PyResult<Owned<Tee>> {
    let iterator = object::get_iter(iterable)?;
    if let Some(tee) = iterator.op().downcast::<Tee>() {
        return tee_copy(tee);
    }
    // SAFETY: the type has this layout.
    let result: Owned<Tee> = unsafe { allocate(Tee::type_ref())? };
    result.data.set(Some(new_data(iterator)?));
    Ok(result)
}

fn tee_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Tee>> {
    args.no_keywords("_tee")?;
    args.check_positional("_tee", 1, 1)?;
    tee_from_iterable(args.get(0).expect("counted"))
}

fn tee(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [iterable, n] = args.optional::<2>("tee", 1)?;
    let n = n.map_or(Ok(2), |n| int::as_isize(number::index(n)?.op()))?;
    if n < 0 {
        return Err(raise!(ValueError, "n must be >= 0"));
    }
    if n == 0 {
        return Ok(tuple::empty());
    }
    let iterator = object::get_iter(iterable.expect("required"))?;
    let mut iterators: Vec<Object> = Vec::new();
    let first = tee_from_iterable(iterator.op())?;
    for _ in 1..n {
        iterators.push(tee_copy(first.borrow())?.into_object());
    }
    iterators.insert(0, first.into_object());
    tuple::from_vec(iterators)
}

const TEE_METHODS: &[PyMethodDef] = &[
    method::noargs(c"__copy__", tee_copy, c"__copy__($self, /)\n--\n\nReturns an independent iterator."),
    PyMethodDef::EMPTY,
];

const FUNCTIONS: &[PyMethodDef] = &[
    method::positional(
        c"tee",
        tee,
        c"tee($module, iterable, n=2, /)\n--\n\nA tuple of n iterators that give the items of one iterable independently.",
    ),
    PyMethodDef::EMPTY,
];

static mut GroupBy_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"groupby(iterable, key=None)\n--\n\nPairs of a key and an iterator over the neighbouring items that have it.".as_ptr(),
    tp_iternext: slot::iternext(groupby_next),
    tp_new: slot::new(groupby_new),
    ..iterator_type::<GroupBy>(c"itertools.groupby")
};
static mut Group_Type: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(group_next),
    tp_new: slot::new(group_new),
    ..gc_type::<Group>(c"itertools._grouper")
};
static mut TeeData_Type: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_doc: c"Data container common to multiple tee objects.".as_ptr(),
    ..gc_type::<TeeData>(c"itertools._tee_dataobject")
};
static mut Tee_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(dealloc_with_weak_references::<Tee>),
    tp_doc: c"_tee(iterable, /)\n--\n\nAn iterator of which copies go on independently.".as_ptr(),
    tp_weaklistoffset: offset_of!(Tee, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(tee_next),
    tp_methods: TEE_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(tee_new),
    ..gc_type::<Tee>(c"itertools._tee")
};

pub(super) fn add(itertools: Op<'_>) -> PyResult<()> {
    for tp in [GroupBy::type_ref(), Group::type_ref(), TeeData::type_ref(), Tee::type_ref()] {
        type_object::ready(tp)?;
        module::add_type(itertools, tp)?;
    }
    module::add_functions(itertools, FUNCTIONS.as_ptr())
}
