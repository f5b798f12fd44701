//! Union types: `int | str`, `typing.Union[int, str]`.
//!
//! The members of a union stand in order, without repetition. Those that can be
//! hashed are also kept as a frozenset, so that unions compare as sets do; the others
//! are told apart by comparing them one by one, and make the union unhashable.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use rustpython_wtf8::Wtf8Buf;

use crate::exceptions::builtin;
use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyLayout, PyResult, TypeRef, Visitor, call, gc, generic_alias, getset,
    method, object, raise, set, singletons, slot, state, str, tuple, weakref,
};

unsafe extern "C" {
    /// `typing.TypeAliasType`, whose instances can be members.
    static mut _PyTypeAlias_Type: PyTypeObject;
}

/// A union.
#[repr(C)]
pub struct PyUnionObject {
    ob_base: PyObject,
    /// Owned, like the three that follow: a tuple of all members.
    args: *mut PyObject,
    /// A frozenset, or null.
    hashable_args: *mut PyObject,
    /// A tuple, or null.
    unhashable_args: *mut PyObject,
    /// A tuple; null until somebody asks.
    parameters: *mut PyObject,
    /// Borrowed: the first weak reference.
    weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for PyUnionObject {}

type Union<'a> = Borrowed<'a, PyUnionObject>;

/// Whether `op` is a union.
pub fn check(op: Op<'_>) -> bool {
    op.is_exact::<PyUnionObject>()
}

/// The members of a union as a tuple (`_Py_union_args`).
pub fn args(op: Op<'_>) -> Object {
    debug_assert!(check(op));
    // SAFETY: a union owns a tuple of its members from the start.
    unsafe { Owned::new_ref(op.cast_unchecked::<PyUnionObject>().args) }
}

/// Whether `op` can be an operand of `|` that makes a union.
fn is_unionable(op: Op<'_>) -> bool {
    op.is_none()
        || op.is_instance::<PyTypeObject>()
        || op.is_instance::<PyGenericAlias>()
        || check(op)
        || op.type_ptr() == &raw mut _PyTypeAlias_Type
}

/// `a | b` for types (`_Py_union_type_or`).
pub fn or(a: Op<'_>, b: Op<'_>) -> PyResult {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(singletons::new_not_implemented());
    }
    let mut builder = Builder::new(false)?;
    builder.add(a)?;
    builder.add(b)?;
    builder.finish()
}

/// `|` of a union: with it anything may be a member, and text is a forward reference.
fn or_any(a: Op<'_>, b: Op<'_>) -> PyResult {
    let mut builder = Builder::new(true)?;
    for op in [a, b] {
        if op.is_instance::<PyUnicodeObject>() || is_unionable(op) {
            builder.add(op)?;
        } else {
            builder.add_member(op)?;
        }
    }
    builder.finish()
}

/// `Union[args]` (`_Py_union_from_tuple`).
pub fn from_args(args: Op<'_>) -> PyResult {
    let mut builder = Builder::new(true)?;
    match args.downcast_exact::<PyTupleObject>() {
        Some(args) => {
            for index in 0..tuple::len(args) {
                builder.add(tuple::get(args, index))?;
            }
        }
        None => builder.add(args)?,
    }
    builder.finish()
}

/// Collects the members of a union to be.
struct Builder {
    args: Vec<Object>,
    hashable: Owned<PySetObject>,
    unhashable: Vec<Object>,
    /// Whether members are checked, and converted, as `typing` does.
    is_checked: bool,
}

impl Builder {
    fn new(is_checked: bool) -> PyResult<Self> {
        Ok(Self { args: Vec::new(), hashable: set::new(None)?, unhashable: Vec::new(), is_checked })
    }

    fn add(&mut self, op: Op<'_>) -> PyResult<()> {
        if op.is_none() {
            // SAFETY: a static type.
            return self.add_member(unsafe { Op::from_ptr((&raw mut crate::none::_PyNone_Type).cast()) });
        }
        if check(op) {
            let members = args(op);
            // SAFETY: the members of a union are a tuple.
            let members = unsafe { members.op().cast_unchecked::<PyTupleObject>() };
            for index in 0..tuple::len(members) {
                self.add_member(tuple::get(members, index))?;
            }
            return Ok(());
        }
        if self.is_checked && !is_unionable(op) {
            let typing = (state::hooks().import_module)("typing")?;
            let message = str::from_str("Union[arg, ...]: each arg must be a type.")?;
            let checked = call::call_method(typing.op(), "_type_check", &[op, message.op()])?;
            return self.add_member(checked.op());
        }
        self.add_member(op)
    }

    fn add_member(&mut self, op: Op<'_>) -> PyResult<()> {
        match object::hash(op) {
            Ok(_) => {
                if set::contains(self.hashable.borrow(), op)? {
                    return Ok(());
                }
                set::add(self.hashable.borrow(), op)?;
            }
            Err(raised) => {
                if !raised.matches(builtin::TypeError()) {
                    return Err(raised);
                }
                raised.clear();
                for known in &self.unhashable {
                    if object::equal(known.op(), op)? {
                        return Ok(());
                    }
                }
                self.unhashable.push(op.to_owned());
            }
        }
        self.args.push(op.to_owned());
        Ok(())
    }

    fn finish(self) -> PyResult {
        if self.args.is_empty() {
            return Err(raise!(TypeError, "Cannot take a Union of no types."));
        }
        if self.args.len() == 1 {
            return Ok(self.args.into_iter().next().expect("just counted"));
        }
        let hashable = match set::len(self.hashable.borrow()) {
            0 => None,
            _ => Some(set::new_frozen(Some(self.hashable.op()))?.into_object()),
        };
        let unhashable =
            if self.unhashable.is_empty() { None } else { Some(tuple::from_vec(self.unhashable)?) };
        let args = tuple::from_vec(self.args)?;
        // SAFETY: a static type.
        let op = gc::alloc(unsafe { TypeRef::from_ptr(&raw mut _PyUnion_Type) }, 0)?;
        let fields = op.as_ptr().cast::<PyUnionObject>();
        // SAFETY: a fresh zeroed union.
        unsafe {
            (*fields).args = args.into_ptr();
            (*fields).hashable_args = crate::refs::into_nullable(hashable);
            (*fields).unhashable_args = crate::refs::into_nullable(unhashable);
        }
        gc::track(op.as_ptr());
        Ok(op)
    }
}

/// An owned field, if it is set.
fn field(value: *mut PyObject) -> Option<Object> {
    // SAFETY: a field of a live union owns what it points to.
    unsafe { Owned::new_ref_nullable(value) }
}

fn hash(op: Union<'_>) -> PyResult<Py_hash_t> {
    if let Some(unhashable) = field(op.unhashable_args) {
        // SAFETY: the field owns a tuple.
        let unhashable = unsafe { unhashable.op().cast_unchecked::<PyTupleObject>() };
        // One of them will say why it cannot be hashed.
        for index in 0..tuple::len(unhashable) {
            object::hash(tuple::get(unhashable, index))?;
        }
        return Err(raise!(TypeError, "union contains {} unhashable elements", tuple::len(unhashable)));
    }
    object::hash(field(op.hashable_args).unwrap_or_else(singletons::new_none).op())
}

fn equal(a: Union<'_>, b: Union<'_>) -> PyResult<bool> {
    let none = singletons::new_none;
    let (left, right) = (field(a.hashable_args), field(b.hashable_args));
    if !object::equal(left.unwrap_or_else(none).op(), right.unwrap_or_else(none).op())? {
        return Ok(false);
    }
    let (Some(left), Some(right)) = (field(a.unhashable_args), field(b.unhashable_args)) else {
        return Ok(a.unhashable_args.is_null() && b.unhashable_args.is_null());
    };
    // SAFETY: the fields own tuples.
    let (left, right): (Borrowed<'_, PyTupleObject>, Borrowed<'_, PyTupleObject>) =
        unsafe { (left.op().cast_unchecked(), right.op().cast_unchecked()) };
    if tuple::len(left) != tuple::len(right) {
        return Ok(false);
    }
    for index in 0..tuple::len(left) {
        if !crate::sequence::contains(right.as_object(), tuple::get(left, index))? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn richcompare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    match (a.downcast_exact::<PyUnionObject>(), b.downcast_exact::<PyUnionObject>()) {
        (Some(a), Some(b)) if op == Py_EQ || op == Py_NE => {
            Ok(singletons::new_bool(equal(a, b)? == (op == Py_EQ)))
        }
        _ => Ok(singletons::new_not_implemented()),
    }
}

fn repr(op: Union<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let members = args(op.as_object());
    // SAFETY: the members of a union are a tuple.
    let members = unsafe { members.op().cast_unchecked::<PyTupleObject>() };
    let mut text = Wtf8Buf::new();
    for index in 0..tuple::len(members) {
        if index > 0 {
            text.push_str(" | ");
        }
        generic_alias::push_type_repr(&mut text, tuple::get(members, index))?;
    }
    str::from_wtf8(&text)
}

fn parameters(op: Union<'_>) -> PyResult {
    if op.parameters.is_null() {
        let made = generic_alias::make_parameters(args(op.as_object()).op())?;
        // SAFETY: a live union; a tuple made meanwhile is dropped.
        drop(unsafe {
            Owned::steal_nullable(ptr::replace(&raw mut (*op.as_ptr()).parameters, made.into_ptr()))
        });
    }
    Ok(field(op.parameters).expect("just set"))
}

fn get_item(op: Union<'_>, item: Op<'_>) -> PyResult {
    let parameters = parameters(op)?;
    let new_args =
        generic_alias::substitute(op.as_object(), args(op.as_object()).op(), parameters.op(), item)?;
    from_args(new_args.op())
}

/// Attributes are those of the type, except for the module, which only the type has.
fn get_attr(op: Union<'_>, name: Op<'_>) -> PyResult {
    if str::equals(name, "__module__") {
        return object::get_attr(op.ob_type().as_object(), name);
    }
    object::generic_get_attr(op.as_object(), name)
}

fn mro_entries(op: Union<'_>, _bases: Op<'_>) -> PyResult {
    let shown = str::to_string_lossy(object::repr(op.as_object())?.op());
    Err(raise!(TypeError, "Cannot subclass {shown}"))
}

fn class_getitem(_class: Op<'_>, item: Op<'_>) -> PyResult {
    from_args(item)
}

fn name(_op: Union<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str("Union")
}

fn get_origin(op: Union<'_>) -> PyResult {
    Ok(op.ob_type().as_object().to_owned())
}

fn traverse(op: Union<'_>, visitor: &mut Visitor) {
    for field in [op.args, op.hashable_args, op.unhashable_args, op.parameters] {
        visitor.visit(field);
    }
}

fn dealloc(op: Union<'_>) {
    gc::untrack(op.as_object_ptr());
    weakref::clear_refs(op.as_object());
    // SAFETY: the fields own what they point to, and nobody else sees the union any more.
    unsafe {
        for field in [op.args, op.hashable_args, op.unhashable_args, op.parameters] {
            drop(Owned::steal_nullable(field));
        }
    }
    // SAFETY: a dying union, whose references have just been given back.
    unsafe { gc::delete(op.as_object_ptr()) };
}

static METHODS: [PyMethodDef; 3] = [
    method::o(c"__mro_entries__", mro_entries, c"__mro_entries__($self, object, /)\n--\n\n"),
    method::class_o(
        c"__class_getitem__",
        class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nCreate a union containing the given types",
    ),
    PyMethodDef::EMPTY,
];
static MEMBERS: [PyMemberDef; 2] =
    [PyMemberDef::read_only(c"__args__", _Py_T_OBJECT, offset_of!(PyUnionObject, args)), PyMemberDef::EMPTY];
static GETSET: [PyGetSetDef; 5] = [
    getset::get(c"__name__", name, c"Name of the type"),
    getset::get(c"__qualname__", name, c"Qualified name of the type"),
    getset::get(c"__origin__", get_origin, c"Always returns the type"),
    getset::get(c"__parameters__", parameters, c"Type variables in the types.UnionType."),
    PyGetSetDef::EMPTY,
];
static AS_NUMBER: PyNumberMethods = PyNumberMethods { nb_or: slot::binary(or_any), ..PyNumberMethods::EMPTY };
static AS_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_subscript: slot::binary(get_item), ..PyMappingMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut _PyUnion_Type: PyTypeObject = PyTypeObject {
    tp_name: c"typing.Union".as_ptr(),
    tp_basicsize: size_of::<PyUnionObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: (&raw const AS_NUMBER).cast_mut(),
    tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
    tp_hash: slot::hash(hash),
    tp_getattro: slot::binary(get_attr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_doc: c"A type that is one of several, as in int | str.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::richcompare(richcompare),
    tp_weaklistoffset: offset_of!(PyUnionObject, weakreflist) as Py_ssize_t,
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyUnionObject, _PyUnion_Type);
