//! Struct sequences: tuples with named fields (`sys.version_info`, `os.stat_result`).
//!
//! The first fields are the items of the tuple; more may follow behind, which have
//! names only. `ob_size` counts the former; room for all is in the basic size. Their
//! types carry `n_sequence_fields`, `n_fields` and `n_unnamed_fields`.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::offset_of;
use core::ptr;

use rustpython_wtf8::Wtf8Buf;

use crate::layout::*;
use crate::{
    Args, Object, Op, Owned, PyResult, Signature, TypeRef, Visitor, dict, errors, gc, int, list, method,
    object, raise, sequence, slot, str, tuple, type_object,
};

/// The name of a field that has none (`PyStructSequence_UnnamedField`).
pub const UNNAMED: &CStr = c"unnamed field";
#[unsafe(no_mangle)]
pub static mut PyStructSequence_UnnamedField: *const c_char = UNNAMED.as_ptr();

/// Makes a type (`PyStructSequence_NewType`).
///
/// # Safety
/// `desc` is a description whose fields end with a null name, and whose strings live as long as
/// the process.
pub unsafe fn new_type(desc: *mut PyStructSequence_Desc) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe { new_type_with_flags(&*desc, 0) }
}

/// Makes a type from Rust: its full name, doc string, and fields with theirs. `flags` are
/// added to the usual ones, as `Py_TPFLAGS_DISALLOW_INSTANTIATION`.
pub fn define(
    name: &'static CStr,
    doc: &'static CStr,
    fields: &[(&'static CStr, &'static CStr)],
    n_in_sequence: usize,
    flags: u64,
) -> PyResult {
    let mut entries: Vec<PyStructSequence_Field> = fields
        .iter()
        .map(|(name, doc)| PyStructSequence_Field { name: name.as_ptr(), doc: doc.as_ptr() })
        .collect();
    entries.push(PyStructSequence_Field { name: ptr::null(), doc: ptr::null() });
    let desc = PyStructSequence_Desc {
        name: name.as_ptr(),
        doc: doc.as_ptr(),
        fields: entries.as_mut_ptr(),
        n_in_sequence: n_in_sequence as c_int,
    };
    // SAFETY: the description just made is complete.
    unsafe { new_type_with_flags(&desc, flags) }
}

/// Names and members of a description; the members stay for ever, as descriptors point at them.
struct Fields {
    names: Vec<&'static CStr>,
    members: &'static mut [PyMemberDef],
    visible: usize,
}

fn is_unnamed(name: &CStr) -> bool {
    name.to_bytes() == UNNAMED.to_bytes()
}

impl Fields {
    /// # Safety
    /// The fields of `desc` end with a null name; its strings live as long as the process.
    unsafe fn new(desc: &PyStructSequence_Desc) -> Self {
        let mut names: Vec<&CStr> = Vec::new();
        let mut docs: Vec<*const c_char> = Vec::new();
        // SAFETY: the caller's promise.
        unsafe {
            let mut field = desc.fields;
            while !(*field).name.is_null() {
                names.push(if (*field).name == UNNAMED.as_ptr() {
                    UNNAMED
                } else {
                    CStr::from_ptr((*field).name)
                });
                docs.push((*field).doc);
                field = field.add(1);
            }
        }
        let members: Vec<PyMemberDef> = names
            .iter()
            .zip(&docs)
            .enumerate()
            .filter(|(_, (name, _))| !is_unnamed(name))
            .map(|(index, (name, &doc))| PyMemberDef {
                name: name.as_ptr(),
                r#type: _Py_T_OBJECT,
                offset: (offset_of!(PyTupleObject, ob_item) + index * 8) as Py_ssize_t,
                flags: Py_READONLY,
                doc,
            })
            .chain([PyMemberDef::EMPTY])
            .collect();
        Self { names, members: members.leak(), visible: desc.n_in_sequence as usize }
    }

    /// The size of an instance without the fields that the sequence shows.
    fn basic_size(&self) -> usize {
        offset_of!(PyTupleObject, ob_item) + (self.names.len() - self.visible) * 8
    }

    /// The class attributes that count fields, and `__match_args__`.
    fn attributes(&self) -> PyResult<Vec<(&'static str, Object)>> {
        let n_unnamed = self.names.iter().filter(|name| is_unnamed(name)).count();
        let match_args: Vec<Object> = self.names[..self.visible]
            .iter()
            .filter(|name| !is_unnamed(name))
            .map(|name| Ok(str::intern(&name.to_string_lossy())?.into_object()))
            .collect::<PyResult<_>>()?;
        Ok(vec![
            ("n_sequence_fields", int::from_usize(self.visible)?),
            ("n_fields", int::from_usize(self.names.len())?),
            ("n_unnamed_fields", int::from_usize(n_unnamed)?),
            ("__match_args__", tuple::from_vec(match_args)?),
        ])
    }
}

/// Makes a caller's own zeroed static type into one of structure sequences (`PyStructSequence_InitType2`).
///
/// # Safety
/// `tp` is not ready yet and lives as long as the process; as for the description of `new_type`.
pub unsafe fn init_static(tp: *mut PyTypeObject, desc: &PyStructSequence_Desc) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let fields = Fields::new(desc);
        (*tp).tp_name = desc.name;
        (*tp).tp_doc = desc.doc;
        (*tp).tp_basicsize = fields.basic_size() as Py_ssize_t;
        (*tp).tp_itemsize = 8;
        (*tp).tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
        (*tp).tp_base = &raw mut tuple::PyTuple_Type;
        (*tp).tp_dealloc = slot::dealloc(dealloc);
        (*tp).tp_repr = slot::unary(repr);
        (*tp).tp_new = slot::new(new_slot);
        (*tp).tp_traverse = slot::traverse(traverse);
        (*tp).tp_methods = METHODS.as_ptr().cast_mut();
        let attributes = fields.attributes()?;
        (*tp).tp_members = fields.members.as_mut_ptr();
        let class = TypeRef::from_ptr(tp);
        type_object::ready(class)?;
        let namespace = type_object::dict_of(class).expect("ready");
        for (name, value) in attributes {
            crate::dict::set_item_str(namespace, name, value.op())?;
        }
        Ok(())
    }
}

/// # Safety
/// The fields of `desc` end with a null name; its strings live as long as the process.
unsafe fn new_type_with_flags(desc: &PyStructSequence_Desc, flags: u64) -> PyResult {
    // SAFETY: the caller's promise.
    let fields = unsafe { Fields::new(desc) };
    let attributes = fields.attributes()?;
    let basic_size = fields.basic_size();
    let function = |f: *const ()| f.cast_mut().cast::<c_void>();
    let slots = [
        PyType_Slot {
            slot: Py_tp_dealloc,
            pfunc: function(slot::dealloc(dealloc).expect("declared") as *const ()),
        },
        PyType_Slot { slot: Py_tp_repr, pfunc: function(slot::unary(repr).expect("declared") as *const ()) },
        PyType_Slot { slot: Py_tp_doc, pfunc: desc.doc.cast_mut().cast() },
        PyType_Slot { slot: Py_tp_methods, pfunc: (&raw const METHODS).cast_mut().cast() },
        PyType_Slot { slot: Py_tp_new, pfunc: function(slot::new(new_slot).expect("declared") as *const ()) },
        PyType_Slot { slot: Py_tp_members, pfunc: fields.members.as_mut_ptr().cast() },
        PyType_Slot {
            slot: Py_tp_traverse,
            pfunc: function(slot::traverse(traverse).expect("declared") as *const ()),
        },
        PyType_Slot::EMPTY,
    ];
    // Without instances from Python there is no `__new__`.
    let mut slots: Vec<PyType_Slot> = slots
        .into_iter()
        .filter(|slot| flags & Py_TPFLAGS_DISALLOW_INSTANTIATION == 0 || slot.slot != Py_tp_new)
        .collect();
    let mut spec = PyType_Spec {
        name: desc.name,
        basicsize: basic_size as c_int,
        itemsize: 8,
        flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | flags) as core::ffi::c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the static type `tuple`.
    let base = unsafe { Op::from_ptr((&raw mut tuple::PyTuple_Type).cast()) };
    let bases = tuple::pack(&[base])?;
    // SAFETY: the specification just made is complete, and the slots end with number 0.
    let tp = unsafe { type_object::from_module_and_spec(None, None, &raw mut spec, Some(bases.op())) }?;
    for (name, value) in attributes {
        object::set_attr_str(tp.op(), name, Some(value.op()))?;
    }
    Ok(tp)
}

/// One of the numbers a type carries.
fn type_number(tp: TypeRef<'_>, name: &str) -> PyResult<usize> {
    let value = object::get_attr_str(tp.as_object(), name)?;
    int::as_usize(value.op())
}

/// How many fields there are in all: the items, and what has room behind them.
pub fn field_count(op: Op<'_>) -> usize {
    let tp = op.ob_type();
    let base = offset_of!(PyTupleObject, ob_item) as Py_ssize_t;
    // A subclass adds nothing, as the types cannot be subclassed.
    let hidden = ((tp.tp_basicsize - base) / 8).max(0) as usize;
    // SAFETY: struct sequences are tuples.
    hidden + tuple::len(unsafe { op.cast_unchecked() })
}

/// The address of field `index`.
fn field(op: Op<'_>, index: usize) -> *mut *mut PyObject {
    debug_assert!(index < field_count(op));
    // SAFETY: fields follow each other from `ob_item` on.
    unsafe { (&raw mut (*op.as_ptr().cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>().add(index) }
}

/// An instance with all fields null (`PyStructSequence_New`); fill it with `set_item`.
pub fn new(tp: TypeRef<'_>) -> PyResult {
    let visible = type_number(tp, "n_sequence_fields")?;
    let op = gc::alloc(tp, visible as isize)?;
    // SAFETY: a fresh tuple.
    unsafe { (*op.as_ptr().cast::<PyTupleObject>()).ob_hash = -1 };
    gc::track(op.as_ptr());
    Ok(op)
}

/// An instance with these fields; missing ones become `None`.
pub fn from_values(tp: TypeRef<'_>, values: Vec<Object>) -> PyResult {
    let op = new(tp)?;
    let n = field_count(op.op());
    for (index, value) in values.into_iter().enumerate().take(n) {
        set_item(op.op(), index, value);
    }
    for index in 0..n {
        // SAFETY: a field of the instance just made.
        if unsafe { (*field(op.op(), index)).is_null() } {
            set_item(op.op(), index, crate::singletons::new_none());
        }
    }
    Ok(op)
}

/// Fills a field of a new instance (`PyStructSequence_SetItem`).
pub fn set_item(op: Op<'_>, index: usize, value: Object) {
    // SAFETY: a field owns what it points to, or is null.
    drop(unsafe { Owned::steal_nullable(ptr::replace(field(op, index), value.into_ptr())) });
}

/// A field (`PyStructSequence_GetItem`).
pub fn get_item(op: Op<'_>, index: usize) -> Object {
    // SAFETY: the fields of a finished instance own objects.
    unsafe { Owned::new_ref_nullable(*field(op, index)) }.unwrap_or_else(crate::singletons::new_none)
}

fn traverse(op: Op<'_>, visitor: &mut Visitor) {
    visitor.visit(op.type_ptr());
    for index in 0..field_count(op) {
        // SAFETY: a field owns what it points to, or is null.
        visitor.visit(unsafe { *field(op, index) });
    }
}

fn dealloc(op: Op<'_>) {
    gc::untrack(op.as_ptr());
    for index in 0..field_count(op) {
        // SAFETY: a field owns what it points to, or is null; nobody reads it again.
        drop(unsafe { Owned::steal_nullable(ptr::replace(field(op, index), ptr::null_mut())) });
    }
    // SAFETY: the instance's own references are gone; `gc::delete` is how GC objects go, and
    // the type's reference is ours to give back.
    unsafe {
        let tp = op.type_ptr();
        gc::delete(op.as_ptr());
        if (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 {
            drop(Object::steal(tp.cast()));
        }
    }
}

/// The names of the fields in order; `None` for one without.
fn field_names(tp: TypeRef<'_>, n_fields: usize) -> Vec<Option<String>> {
    let mut names = vec![None; n_fields];
    let mut member = tp.tp_members;
    // SAFETY: the type's members end with a null name.
    unsafe {
        while !member.is_null() && !(*member).name.is_null() {
            let index = ((*member).offset as usize - offset_of!(PyTupleObject, ob_item)) / 8;
            if let Some(name) = names.get_mut(index) {
                *name = Some(CStr::from_ptr((*member).name).to_string_lossy().into_owned());
            }
            member = member.add(1);
        }
    }
    names
}

fn repr(op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let n_fields = field_count(op);
    // SAFETY: struct sequences are tuples.
    let visible = tuple::len(unsafe { op.cast_unchecked() });
    let names = field_names(op.ob_type(), n_fields);
    let mut text = Wtf8Buf::from_string(format!("{}(", op.type_name()));
    for (index, name) in names.iter().enumerate().take(visible) {
        if index > 0 {
            text.push_str(", ");
        }
        if let Some(name) = name {
            text.push_str(name);
            text.push_str("=");
        }
        text.push_wtf8(&str::to_wtf8(object::repr(get_item(op, index).op())?.borrow()));
    }
    text.push_str(")");
    str::from_wtf8(&text)
}

const SIGNATURE: Signature<2> = Signature::new("structseq", ["sequence", "dict"]).required(1);

fn new_slot(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [source, extra] = args.parse(&SIGNATURE)?;
    let source = source.expect("required");
    construct(tp, source, extra)
}

/// `type(sequence, dict)`: items by position, the hidden fields also by name.
fn construct(tp: TypeRef<'_>, source: Op<'_>, extra: Option<Op<'_>>) -> PyResult {
    let name = type_object::name_of(tp);
    let min = type_number(tp, "n_sequence_fields")?;
    let max = type_number(tp, "n_fields")?;
    let source = match sequence::to_tuple(source) {
        Ok(source) => source,
        Err(raised) if raised.matches(crate::exceptions::builtin::TypeError()) => {
            raised.clear();
            return Err(raise!(TypeError, "constructor requires a sequence"));
        }
        Err(raised) => return Err(raised),
    };
    let extra = match extra.filter(|it| !it.is_none()) {
        None => None,
        Some(extra) => match extra.downcast::<PyDictObject>() {
            Some(extra) => Some(extra),
            None => return Err(raise!(TypeError, "{name}() takes a dict as second arg, if any")),
        },
    };
    // SAFETY: just made a tuple.
    let source = unsafe { source.cast_unchecked::<PyTupleObject>() };
    let n = tuple::len(source.borrow());
    let complain = |bound: &str, limit: usize| {
        raise!(TypeError, "{name}() takes an {bound} {limit}-sequence ({n}-sequence given)")
    };
    if min != max && n < min {
        return Err(complain("at least", min));
    }
    if min != max && n > max {
        return Err(complain("at most", max));
    }
    if min == max && n != min {
        return Err(raise!(TypeError, "{name}() takes a {min}-sequence ({n}-sequence given)"));
    }
    let op = new(tp)?;
    for index in 0..n {
        set_item(op.op(), index, tuple::get(source.borrow(), index).to_owned());
    }
    let names = field_names(tp, max);
    let mut used = 0;
    for (index, name) in names.iter().enumerate().take(max).skip(n) {
        let mut value = None;
        if let (Some(extra), Some(name)) = (extra, name) {
            value = dict::get_item_str(extra, name)?;
            used += usize::from(value.is_some());
        }
        set_item(op.op(), index, value.unwrap_or_else(crate::singletons::new_none));
    }
    if extra.is_some_and(|extra| dict::len(extra) > used) {
        return Err(raise!(TypeError, "{name}() got duplicate or unexpected field name(s)"));
    }
    Ok(op)
}

fn reduce(op: Op<'_>) -> PyResult {
    let n_fields = field_count(op);
    // SAFETY: struct sequences are tuples.
    let visible = tuple::len(unsafe { op.cast_unchecked() });
    let items = tuple::from_vec((0..visible).map(|index| get_item(op, index)).collect())?;
    let extra = dict::new()?;
    for (index, name) in field_names(op.ob_type(), n_fields).iter().enumerate().skip(visible) {
        if let Some(name) = name {
            dict::set_item_str(extra.borrow(), name, get_item(op, index).op())?;
        }
    }
    let args = tuple::pack(&[items.op(), extra.op()])?;
    tuple::pack(&[op.ob_type().as_object(), args.op()])
}

fn replace(op: Op<'_>, args: Args<'_>) -> PyResult {
    if !args.is_empty() {
        return Err(raise!(TypeError, "__replace__() takes no positional arguments"));
    }
    let n_fields = field_count(op);
    let names = field_names(op.ob_type(), n_fields);
    if names.iter().any(Option::is_none) {
        return Err(raise!(
            TypeError,
            "__replace__() is not supported for {} because it has unnamed field(s)",
            op.type_name()
        ));
    }
    let mut values: Vec<Object> = (0..n_fields).map(|index| get_item(op, index)).collect();
    let unexpected = list::new()?;
    for (key, value) in args.keywords() {
        match names.iter().position(|name| name.as_deref().is_some_and(|name| str::equals(key, name))) {
            Some(index) => values[index] = value.to_owned(),
            None => list::append(unexpected.borrow(), key.to_owned())?,
        }
    }
    if list::len(unexpected.borrow()) > 0 {
        let shown = str::to_string_lossy(object::repr(unexpected.op())?.op());
        return Err(raise!(TypeError, "Got unexpected field name(s): {shown}"));
    }
    from_values(op.ob_type(), values)
}

static METHODS: [PyMethodDef; 3] = [
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
    method::keywords(
        c"__replace__",
        replace,
        c"__replace__($self, /, **changes)\n--\n\nReturn a copy of the structure with some fields changed.",
    ),
    PyMethodDef::EMPTY,
];

/// The type behind a `Borrowed` class object, for callers that hold it as an object.
pub fn as_type(tp: &Object) -> PyResult<TypeRef<'_>> {
    tp.op().downcast::<PyTypeObject>().ok_or_else(errors::bad_internal_call)
}
