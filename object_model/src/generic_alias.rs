//! `types.GenericAlias` (`list[int]`), and substituting type parameters.
//!
//! An alias stands for its origin in almost everything: attributes, calls, bases of a
//! class. It keeps to itself only what says which arguments the origin was given.
//!
//! Layout: `layout/generic_alias.rs`.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use rustpython_wtf8::Wtf8Buf;

use crate::exceptions::builtin;
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, TypeRef, Visitor, call, errors, gc, getset, list,
    method, object, raise, sequence, singletons, slot, str, tuple, union, weakref,
};

type Alias<'a> = Borrowed<'a, PyGenericAlias>;

/// `origin[args]` (`Py_GenericAlias`); arguments that are no tuple become one.
pub fn new(origin: Op<'_>, args: Op<'_>) -> PyResult {
    // SAFETY: a static type.
    let tp = unsafe { TypeRef::from_ptr(&raw mut Py_GenericAliasType) };
    new_of_type(tp, origin, args, false)
}

/// The body of a `__class_getitem__` method.
pub fn class_getitem(class: Op<'_>, item: Op<'_>) -> PyResult {
    new(class, item)
}

fn new_of_type(tp: TypeRef<'_>, origin: Op<'_>, args: Op<'_>, starred: bool) -> PyResult {
    let args = if args.is_instance::<PyTupleObject>() { args.to_owned() } else { tuple::pack(&[args])? };
    let alloc = tp.tp_alloc.ok_or_else(errors::bad_internal_call)?;
    // SAFETY: a ready type; the allocator gives a zeroed object or raises.
    unsafe {
        let op = Object::from_c(alloc(tp.as_ptr(), 0))?;
        let fields = op.as_ptr().cast::<PyGenericAlias>();
        (*fields).origin = origin.to_owned().into_ptr();
        (*fields).args = args.into_ptr();
        (*fields).starred = starred;
        (*fields).vectorcall = slot::vectorcall(call_alias);
        Ok(op)
    }
}

/// The origin of an alias.
fn origin(alias: Alias<'_>) -> Object {
    // SAFETY: the field owns an object from the start.
    unsafe { Owned::new_ref(alias.origin) }
}

/// The arguments of an alias.
fn arguments(alias: Alias<'_>) -> Owned<PyTupleObject> {
    // SAFETY: the field owns a tuple from the start.
    unsafe { Owned::new_ref(alias.args.cast()) }
}

fn items(op: Borrowed<'_, PyTupleObject>) -> Vec<Object> {
    (0..tuple::len(op)).map(|index| tuple::get(op, index).to_owned()).collect()
}

/// The items of a tuple or list.
fn items_of(op: Op<'_>) -> Option<Vec<Object>> {
    if let Some(op) = op.downcast::<PyTupleObject>() {
        return Some(items(op));
    }
    let op = op.downcast::<PyListObject>()?;
    Some((0..list::len(op)).map_while(|index| list::get(op, index)).collect())
}

fn is_type(op: Op<'_>) -> bool {
    op.is_instance::<PyTypeObject>()
}

/// How a type is shown as an argument (`_Py_typing_type_repr`).
pub fn push_type_repr(text: &mut Wtf8Buf, op: Op<'_>) -> PyResult<()> {
    if op.is(singletons::ellipsis()) {
        text.push_str("...");
        return Ok(());
    }
    if op.as_ptr() == (&raw mut crate::none::_PyNone_Type).cast() {
        text.push_str("None");
        return Ok(());
    }
    let is_alias = object::get_optional_attr_str(op, "__origin__")?.is_some()
        && object::get_optional_attr_str(op, "__args__")?.is_some();
    if !is_alias
        && let Some(qualname) = object::get_optional_attr_str(op, "__qualname__")?
        && let Some(module) = object::get_optional_attr_str(op, "__module__")?
        && !module.op().is_none()
    {
        if !str::equals(module.op(), "builtins") {
            text.push_wtf8(&str::to_wtf8(object::str(module.op())?.borrow()));
            text.push_str(".");
        }
        text.push_wtf8(&str::to_wtf8(object::str(qualname.op())?.borrow()));
        return Ok(());
    }
    text.push_wtf8(&str::to_wtf8(object::repr(op)?.borrow()));
    Ok(())
}

fn repr(alias: Alias<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let mut text = Wtf8Buf::new();
    if alias.starred {
        text.push_str("*");
    }
    push_type_repr(&mut text, origin(alias).op())?;
    text.push_str("[");
    let args = arguments(alias);
    for (index, item) in items(args.borrow()).iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        if item.op().is_instance::<PyListObject>() {
            text.push_str("[");
            for (index, inner) in items_of(item.op()).unwrap_or_default().iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                push_type_repr(&mut text, inner.op())?;
            }
            text.push_str("]");
        } else {
            push_type_repr(&mut text, item.op())?;
        }
    }
    if tuple::len(args.borrow()) == 0 {
        text.push_str("()");
    }
    text.push_str("]");
    str::from_wtf8(&text)
}

fn add_if_new(found: &mut Vec<Object>, op: Object) {
    if !found.iter().any(|it| it.op().is(op.op())) {
        found.push(op);
    }
}

/// The type parameters in `args`, in order of appearance (`_Py_make_parameters`).
pub fn make_parameters(args: Op<'_>) -> PyResult {
    let mut found: Vec<Object> = Vec::new();
    for item in items_of(args).unwrap_or_default() {
        // A class may have a `__parameters__` descriptor that is not about it.
        if is_type(item.op()) {
            continue;
        }
        if item.op().is_exact::<PyTupleObject>() || item.op().is_exact::<PyListObject>() {
            call::enter_recursive(" in __parameter__ calculation")?;
            let inner = make_parameters(item.op());
            call::leave_recursive();
            let inner = inner?;
            for parameter in items_of(inner.op()).unwrap_or_default() {
                add_if_new(&mut found, parameter);
            }
        } else if object::get_optional_attr_str(item.op(), "__typing_subst__")?.is_some() {
            add_if_new(&mut found, item);
        } else if let Some(inner) = object::get_optional_attr_str(item.op(), "__parameters__")?
            && inner.op().is_instance::<PyTupleObject>()
        {
            for parameter in items_of(inner.op()).unwrap_or_default() {
                add_if_new(&mut found, parameter);
            }
        }
    }
    tuple::from_vec(found)
}

/// The arguments behind a star, where `op` is such an argument.
fn unpacked_arguments(op: Op<'_>) -> PyResult<Option<Object>> {
    if let Some(alias) = op.downcast_exact::<PyGenericAlias>()
        && alias.starred
        && origin(alias).as_ptr() == (&raw mut tuple::PyTuple_Type).cast()
    {
        return Ok(Some(arguments(alias).into_object()));
    }
    let found = object::get_optional_attr_str(op, "__typing_unpacked_tuple_args__")?;
    Ok(found.filter(|it| !it.op().is_none()))
}

/// The item of a subscript as a tuple, with starred tuples of known length expanded.
fn unpack_item(item: Op<'_>) -> PyResult {
    let given = match item.downcast::<PyTupleObject>() {
        Some(item) => items(item),
        None => vec![item.to_owned()],
    };
    let mut result = Vec::new();
    for item in given {
        if !is_type(item.op())
            && let Some(inner) = unpacked_arguments(item.op())?
            && let Some(inner) = inner.op().downcast::<PyTupleObject>()
        {
            let inner = items(inner);
            if !inner.last().is_some_and(|last| last.op().is(singletons::ellipsis())) {
                result.extend(inner);
                continue;
            }
        }
        result.push(item);
    }
    tuple::from_vec(result)
}

/// Substitutes in an argument that is itself generic.
fn substitute_inside(op: Object, parameters: &[Object], given: &[Object]) -> PyResult {
    let Some(inner) = object::get_optional_attr_str(op.op(), "__parameters__")? else {
        return Ok(op);
    };
    let Some(inner) = inner.op().downcast::<PyTupleObject>() else {
        return Ok(op);
    };
    if tuple::len(inner) == 0 {
        return Ok(op);
    }
    let mut args = Vec::new();
    for item in items(inner) {
        match parameters.iter().position(|it| it.op().is(item.op())) {
            Some(index) => {
                let value = &given[index];
                // A variadic parameter stands for any number of arguments.
                if parameters[index].op().ob_type().tp_iter.is_some()
                    && let Some(several) = value.op().downcast::<PyTupleObject>()
                {
                    args.extend(items(several));
                } else {
                    args.push(value.clone());
                }
            }
            None => args.push(item),
        }
    }
    object::get_item(op.op(), tuple::from_vec(args)?.op())
}

/// `args` with each of `parameters` replaced by what `item` gives for it
/// (`_Py_subs_parameters`). `generic` is the object that is subscripted.
pub fn substitute(generic: Op<'_>, args: Op<'_>, parameters: Op<'_>, item: Op<'_>) -> PyResult {
    let parameters = items_of(parameters).unwrap_or_default();
    if parameters.is_empty() {
        let shown = str::to_string_lossy(object::repr(generic)?.op());
        return Err(raise!(TypeError, "{shown} is not a generic class"));
    }
    let mut item = unpack_item(item)?;
    for parameter in &parameters {
        if let Some(prepare) = object::get_optional_attr_str(parameter.op(), "__typing_prepare_subst__")?
            && !prepare.op().is_none()
        {
            let given =
                if item.op().is_instance::<PyTupleObject>() { item } else { tuple::pack(&[item.op()])? };
            item = call::call_positional(prepare.op(), &[generic, given.op()])?;
        }
    }
    let given = match item.op().downcast::<PyTupleObject>() {
        Some(item) => items(item),
        None => vec![item.clone()],
    };
    if given.len() != parameters.len() {
        let shown = str::to_string_lossy(object::repr(generic)?.op());
        let (how_many, limit) =
            if given.len() > parameters.len() { ("many", "") } else { ("few", "at least ") };
        return Err(raise!(
            TypeError,
            "Too {how_many} arguments for {shown}; actual {}, expected {limit}{}",
            given.len(),
            parameters.len()
        ));
    }
    let parameters_tuple = tuple::from_vec(parameters.clone())?;
    let mut result = Vec::new();
    for argument in items_of(args).unwrap_or_default() {
        if is_type(argument.op()) {
            result.push(argument);
            continue;
        }
        if argument.op().is_instance::<PyTupleObject>() || argument.op().is_instance::<PyListObject>() {
            let inner = substitute(generic, argument.op(), parameters_tuple.op(), item.op())?;
            if argument.op().is_instance::<PyTupleObject>() {
                result.push(inner);
            } else {
                result.push(sequence::to_list(inner.op())?.into_object());
            }
            continue;
        }
        let unpack =
            match object::get_optional_attr_str(argument.op(), "__typing_is_unpacked_typevartuple__")? {
                Some(unpack) => object::is_true(unpack.op())?,
                None => false,
            };
        let original = argument.clone();
        let value = match object::get_optional_attr_str(argument.op(), "__typing_subst__")? {
            Some(subst) => {
                let index = parameters
                    .iter()
                    .position(|it| it.op().is(argument.op()))
                    .ok_or_else(errors::bad_internal_call)?;
                call::call_one(subst.op(), given[index].op())?
            }
            None => substitute_inside(argument, &parameters, &given)?,
        };
        if !unpack {
            result.push(value);
            continue;
        }
        let Some(several) = value.op().downcast::<PyTupleObject>() else {
            return Err(raise!(
                TypeError,
                "expected __typing_subst__ of {} objects to return a tuple, not {}",
                original.op().type_name(),
                value.op().type_name()
            ));
        };
        result.extend(items(several));
    }
    tuple::from_vec(result)
}

fn parameters(alias: Alias<'_>) -> PyResult {
    if alias.parameters.is_null() {
        let made = make_parameters(arguments(alias).op())?;
        // SAFETY: a live alias; a tuple made meanwhile is dropped.
        drop(unsafe {
            Owned::steal_nullable(ptr::replace(&raw mut (*alias.as_ptr()).parameters, made.into_ptr()))
        });
    }
    // SAFETY: the field owns a tuple now.
    Ok(unsafe { Owned::new_ref(alias.parameters) })
}

fn get_item(alias: Alias<'_>, item: Op<'_>) -> PyResult {
    let parameters = parameters(alias)?;
    let args = substitute(alias.as_object(), arguments(alias).op(), parameters.op(), item)?;
    // SAFETY: a static type.
    let tp = unsafe { TypeRef::from_ptr(&raw mut Py_GenericAliasType) };
    new_of_type(tp, origin(alias).op(), args.op(), alias.starred)
}

fn hash(alias: Alias<'_>) -> PyResult<Py_hash_t> {
    Ok(object::hash(origin(alias).op())? ^ object::hash(arguments(alias).op())?)
}

/// Calls the origin and tells the result what it was made with, if it wants to know.
fn call_alias(alias: Alias<'_>, args: Args<'_>) -> PyResult {
    let result = call::call(origin(alias).op(), args)?;
    if let Err(raised) = object::set_attr_str(result.op(), "__orig_class__", Some(alias.as_object())) {
        if !raised.matches(builtin::AttributeError()) && !raised.matches(builtin::TypeError()) {
            return Err(raised);
        }
        raised.clear();
    }
    Ok(result)
}

/// Attributes that are the alias's own and not its origin's.
const OWN_ATTRIBUTES: [&str; 9] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];
/// Attributes that an alias does not have, though its origin may.
const BLOCKED_ATTRIBUTES: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

fn get_attr(alias: Alias<'_>, name: Op<'_>) -> PyResult {
    let own = OWN_ATTRIBUTES.iter().chain(&BLOCKED_ATTRIBUTES).any(|own| str::equals(name, own));
    if name.is_instance::<PyUnicodeObject>() && !own {
        return object::get_attr(origin(alias).op(), name);
    }
    object::generic_get_attr(alias.as_object(), name)
}

fn richcompare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    let (Some(a), Some(b)) = (a.downcast::<PyGenericAlias>(), b.downcast::<PyGenericAlias>()) else {
        return Ok(singletons::new_not_implemented());
    };
    if op != Py_EQ && op != Py_NE {
        return Ok(singletons::new_not_implemented());
    }
    let equal = a.starred == b.starred
        && object::equal(origin(a).op(), origin(b).op())?
        && object::equal(arguments(a).op(), arguments(b).op())?;
    Ok(singletons::new_bool(equal == (op == Py_EQ)))
}

fn iter(alias: Alias<'_>) -> PyResult {
    // SAFETY: a static type.
    let op = gc::alloc(unsafe { TypeRef::from_ptr(&raw mut _Py_GenericAliasIterType) }, 0)?;
    // SAFETY: a fresh iterator.
    unsafe { (*op.as_ptr().cast::<AliasIterator>()).alias = alias.as_object().to_owned().into_ptr() };
    gc::track(op.as_ptr());
    Ok(op)
}

fn mro_entries(alias: Alias<'_>, _bases: Op<'_>) -> PyResult {
    tuple::pack(&[origin(alias).op()])
}

fn instance_check(_alias: Alias<'_>, _op: Op<'_>) -> PyResult {
    Err(raise!(TypeError, "isinstance() argument 2 cannot be a parameterized generic"))
}

fn subclass_check(_alias: Alias<'_>, _op: Op<'_>) -> PyResult {
    Err(raise!(TypeError, "issubclass() argument 2 cannot be a parameterized generic"))
}

fn reduce(alias: Alias<'_>) -> PyResult {
    if alias.starred {
        let plain = new(origin(alias).op(), arguments(alias).op())?;
        let iterator = object::get_iter(plain.op())?;
        let builtins = (crate::state::hooks().import_module)("builtins")?;
        let next = object::get_attr_str(builtins.op(), "next")?;
        return tuple::pack(&[next.op(), tuple::pack(&[iterator.op()])?.op()]);
    }
    let args = tuple::pack(&[origin(alias).op(), arguments(alias).op()])?;
    tuple::pack(&[alias.ob_type().as_object(), args.op()])
}

fn dir(alias: Alias<'_>) -> PyResult {
    let names = object::dir(origin(alias).op())?;
    if let Some(names) = names.op().downcast::<PyListObject>() {
        for own in OWN_ATTRIBUTES {
            let own = str::from_str(own)?;
            if !sequence::contains(names.as_object(), own.op())? {
                list::append(names, own.into_object())?;
            }
        }
    }
    Ok(names)
}

fn unpacked_tuple_args(alias: Alias<'_>) -> PyResult {
    if alias.starred && origin(alias).as_ptr() == (&raw mut tuple::PyTuple_Type).cast() {
        return Ok(arguments(alias).into_object());
    }
    Ok(singletons::new_none())
}

fn new_slot(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [origin, arguments] = args.exactly::<2>("GenericAlias")?;
    new_of_type(tp, origin, arguments, false)
}

fn or(a: Op<'_>, b: Op<'_>) -> PyResult {
    union::or(a, b)
}

fn traverse(alias: Alias<'_>, visitor: &mut Visitor) {
    visitor.visit(alias.origin);
    visitor.visit(alias.args);
    visitor.visit(alias.parameters);
}

fn dealloc(alias: Alias<'_>) {
    gc::untrack(alias.as_object_ptr());
    weakref::clear_refs(alias.as_object());
    // SAFETY: the fields own what they point to, and nobody else sees the alias any more.
    unsafe {
        drop(Owned::steal_nullable(alias.origin));
        drop(Owned::steal_nullable(alias.args));
        drop(Owned::steal_nullable(alias.parameters));
        crate::alloc::free_object(alias.as_object_ptr());
    }
}

/// What `iter(list[int])` gives: the starred alias, once.
#[repr(C)]
struct AliasIterator {
    ob_base: PyObject,
    /// Owned; null once it has been given.
    alias: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for AliasIterator {}

fn iterator_next(op: Borrowed<'_, AliasIterator>) -> PyResult<Option<Object>> {
    // SAFETY: the field owns an alias or is null.
    let alias =
        unsafe { Owned::steal_nullable(ptr::replace(&raw mut (*op.as_ptr()).alias, ptr::null_mut())) };
    let Some(alias) = alias else { return Ok(None) };
    // SAFETY: made for an alias.
    let alias = unsafe { alias.op().cast_unchecked::<PyGenericAlias>() };
    // SAFETY: a static type.
    let tp = unsafe { TypeRef::from_ptr(&raw mut Py_GenericAliasType) };
    new_of_type(tp, origin(alias).op(), arguments(alias).op(), true).map(Some)
}

fn iterator_reduce(op: Borrowed<'_, AliasIterator>) -> PyResult {
    let builtins = (crate::state::hooks().import_module)("builtins")?;
    let iter = object::get_attr_str(builtins.op(), "iter")?;
    // SAFETY: the field owns an alias or is null.
    let rest = match unsafe { Owned::new_ref_nullable(op.alias) } {
        Some(alias) => alias,
        None => tuple::empty(),
    };
    tuple::pack(&[iter.op(), tuple::pack(&[rest.op()])?.op()])
}

fn iterator_traverse(op: Borrowed<'_, AliasIterator>, visitor: &mut Visitor) {
    visitor.visit(op.alias);
}

fn iterator_dealloc(op: Borrowed<'_, AliasIterator>) {
    gc::untrack(op.as_object_ptr());
    // SAFETY: the field owns an alias or is null.
    drop(unsafe { Owned::steal_nullable(ptr::replace(&raw mut (*op.as_ptr()).alias, ptr::null_mut())) });
    // SAFETY: a dying iterator, whose one reference has just been given back.
    unsafe { gc::delete(op.as_object_ptr()) };
}

fn iterator_clear(op: Borrowed<'_, AliasIterator>) {
    // SAFETY: the field owns an alias or is null.
    drop(unsafe { Owned::steal_nullable(ptr::replace(&raw mut (*op.as_ptr()).alias, ptr::null_mut())) });
}

static ITERATOR_METHODS: [PyMethodDef; 2] =
    [method::noargs(c"__reduce__", iterator_reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];

#[unsafe(no_mangle)]
pub static mut _Py_GenericAliasIterType: PyTypeObject = PyTypeObject {
    tp_name: c"generic_alias_iterator".as_ptr(),
    tp_basicsize: size_of::<AliasIterator>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(iterator_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(iterator_traverse),
    tp_clear: slot::clear(iterator_clear),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(iterator_next),
    tp_methods: (&raw const ITERATOR_METHODS).cast_mut().cast(),
    ..PyTypeObject::EMPTY
};

static METHODS: [PyMethodDef; 6] = [
    method::o(c"__mro_entries__", mro_entries, c"__mro_entries__($self, object, /)\n--\n\n"),
    method::o(c"__instancecheck__", instance_check, c"__instancecheck__($self, object, /)\n--\n\n"),
    method::o(c"__subclasscheck__", subclass_check, c"__subclasscheck__($self, object, /)\n--\n\n"),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
    method::noargs(c"__dir__", dir, c"__dir__($self, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

static MEMBERS: [PyMemberDef; 4] = [
    PyMemberDef::read_only(c"__origin__", _Py_T_OBJECT, offset_of!(PyGenericAlias, origin)),
    PyMemberDef::read_only(c"__args__", _Py_T_OBJECT, offset_of!(PyGenericAlias, args)),
    PyMemberDef::read_only(c"__unpacked__", Py_T_BOOL, offset_of!(PyGenericAlias, starred)),
    PyMemberDef::EMPTY,
];
static GETSET: [PyGetSetDef; 3] = [
    getset::get(c"__parameters__", parameters, c"Type variables in the GenericAlias."),
    getset::get(c"__typing_unpacked_tuple_args__", unpacked_tuple_args, c""),
    PyGetSetDef::EMPTY,
];
static AS_NUMBER: PyNumberMethods = PyNumberMethods { nb_or: slot::binary(or), ..PyNumberMethods::EMPTY };
static AS_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_subscript: slot::binary(get_item), ..PyMappingMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut Py_GenericAliasType: PyTypeObject = PyTypeObject {
    tp_name: c"types.GenericAlias".as_ptr(),
    tp_basicsize: size_of::<PyGenericAlias>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_vectorcall_offset: offset_of!(PyGenericAlias, vectorcall) as Py_ssize_t,
    tp_repr: slot::unary(repr),
    tp_as_number: (&raw const AS_NUMBER).cast_mut(),
    tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
    tp_hash: slot::hash(hash),
    tp_call: slot::call(call_alias),
    tp_getattro: slot::binary(get_attr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    tp_doc: c"GenericAlias(origin, args, /)\n--\n\nA generic type with its arguments.\n\nFor t = list[int], t.__origin__ is list and t.__args__ is (int,)."
        .as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::richcompare(richcompare),
    tp_weaklistoffset: offset_of!(PyGenericAlias, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(iter),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new_slot),
    tp_free: Some(gc::delete_slot),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyGenericAlias, Py_GenericAliasType);
