//! The type `object`: what every object can do.

use core::ffi::c_int;

use super::*;
use crate::define::{guard_object, guard_status, method};
use crate::{
    Args, Owned, call, dict, getset, id, inline_values, int, list, object, raise, singletons, state, tuple,
};

/// # Safety
/// A tuple, and a dict or null.
unsafe fn has_arguments(args: *mut PyObject, kwargs: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    let args = unsafe { Args::from_tuple_and_dict(args, kwargs) };
    !args.is_empty() || args.has_keywords()
}

fn same(slot: Option<initproc>, function: initproc) -> bool {
    slot.map(|f| f as usize) == Some(function as usize)
}

/// `object.__init__`: takes no arguments, unless `__new__` alone was overridden and took them.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn object_init(op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> c_int {
    // SAFETY: slots get live objects, a tuple, and a dict or null.
    guard_status(|| unsafe {
        if !has_arguments(args, kwargs) {
            return Ok(());
        }
        let tp = Op::from_ptr(op).ob_type();
        if !same(tp.tp_init, object_init) {
            return Err(raise!(
                TypeError,
                "object.__init__() takes exactly one argument (the instance to initialize)"
            ));
        }
        if tp.tp_new.map(|f| f as usize) == Some(object_new as newfunc as usize) {
            let name = name_of(tp);
            return Err(raise!(
                TypeError,
                "{name}.__init__() takes exactly one argument (the instance to initialize)"
            ));
        }
        Ok(())
    })
}

/// `object.__new__`.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn object_new(
    tp: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: slots get a live type, a tuple, and a dict or null.
    guard_object(|| unsafe {
        let tp = TypeRef::from_ptr(tp);
        if has_arguments(args, kwargs) {
            if tp.tp_new.map(|f| f as usize) != Some(object_new as newfunc as usize) {
                return Err(raise!(
                    TypeError,
                    "object.__new__() takes exactly one argument (the type to instantiate)"
                ));
            }
            if same(tp.tp_init, object_init) {
                return Err(raise!(TypeError, "{}() takes no arguments", name_of(tp)));
            }
        }
        if has_flag(tp, Py_TPFLAGS_IS_ABSTRACT) {
            return Err(abstract_error(tp));
        }
        alloc::alloc_instance(tp, 0)
    })
}

#[cold]
fn abstract_error(tp: TypeRef<'_>) -> crate::Raised {
    let text = || -> PyResult<crate::Raised> {
        let names = attributes::abstract_methods(tp)?;
        let names = crate::sequence::to_list(names.op())?;
        list::sort(names.borrow(), None, false)?;
        let names: Vec<String> = (0..list::len(names.borrow()))
            .filter_map(|i| list::get(names.borrow(), i))
            .map(|n| text(n.op()))
            .collect();
        let plural = if names.len() > 1 { "s" } else { "" };
        Ok(raise!(
            TypeError,
            "Can't instantiate abstract class {} without an implementation for abstract method{plural} '{}'",
            name_of(tp),
            names.join("', '")
        ))
    };
    text().unwrap_or_else(|raised| raised)
}

/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn object_dealloc(op: *mut PyObject) {
    // SAFETY: an object without fields of its own.
    unsafe { crate::alloc::free_object(op) };
}

/// `<module.qualname object at address>`.
pub(super) fn repr(op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let tp = op.ob_type();
    let module = match get_module_name(tp) {
        Ok(module) => Some(module),
        Err(raised) => {
            raised.clear();
            None
        }
    };
    let qualname = get_qualname(tp)?;
    match module {
        Some(module)
            if module.op().is_instance::<PyUnicodeObject>() && !str::equals(module.op(), "builtins") =>
        {
            str::from_string(format!(
                "<{}.{} object at {:p}>",
                text(module.op()),
                text(qualname.op()),
                op.as_ptr()
            ))
        }
        _ => str::from_string(format!("<{} object at {:p}>", name_of(tp), op.as_ptr())),
    }
}

/// `object.__str__` is whatever `repr` gives.
pub(super) fn str(op: Op<'_>) -> PyResult {
    match op.ob_type().tp_repr {
        // SAFETY: the slot of the object's own type.
        Some(slot) => unsafe { Owned::from_c(slot(op.as_ptr())) },
        None => repr(op).map(Owned::into_object),
    }
}

/// Equality is identity; `!=` is the opposite of whatever `==` says.
pub(super) fn richcompare(op: Op<'_>, other: Op<'_>, operation: c_int) -> PyResult {
    match operation {
        // `NotImplemented`, not False: the other operand may know better.
        Py_EQ if op.is(other) => Ok(singletons::new_true()),
        Py_NE => {
            let Some(slot) = op.ob_type().tp_richcompare else {
                return Ok(singletons::new_not_implemented());
            };
            // SAFETY: the slot of the object's own type.
            let equal = unsafe { Owned::from_c(slot(op.as_ptr(), other.as_ptr(), Py_EQ)) }?;
            if equal.op().is(singletons::not_implemented()) {
                return Ok(equal);
            }
            Ok(singletons::new_bool(!object::is_true(equal.op())?))
        }
        _ => Ok(singletons::new_not_implemented()),
    }
}

fn get_class(op: Op<'_>) -> PyResult {
    Ok(op.ob_type().as_object().to_owned())
}

/// Whether instances of both types have the same memory layout.
fn same_layout(a: TypeRef<'_>, b: TypeRef<'_>) -> bool {
    // SAFETY: bases are live types or null.
    let base = |tp: TypeRef<'_>| unsafe { Borrowed::<PyTypeObject>::from_nullable(tp.tp_base) };
    let address = |slot: Option<inquiry>| slot.map(|f| f as usize);
    let compatible_with_base = |tp: TypeRef<'_>| {
        base(tp).is_some_and(|parent| {
            tp.tp_basicsize == parent.tp_basicsize
                && tp.tp_itemsize == parent.tp_itemsize
                && tp.tp_dictoffset == parent.tp_dictoffset
                && tp.tp_weaklistoffset == parent.tp_weaklistoffset
                && (tp.tp_flags & Py_TPFLAGS_HAVE_GC) == (parent.tp_flags & Py_TPFLAGS_HAVE_GC)
                && (address(tp.tp_clear) == Some(new::subtype_clear as inquiry as usize)
                    || address(tp.tp_clear) == address(parent.tp_clear))
        })
    };
    let (mut a, mut b) = (a, b);
    while compatible_with_base(a) {
        a = base(a).expect("just seen");
    }
    while compatible_with_base(b) {
        b = base(b).expect("just seen");
    }
    if a.as_ptr() == b.as_ptr() {
        return true;
    }
    let (Some(base_a), Some(base_b)) = (base(a), base(b)) else { return false };
    base_a.as_ptr() == base_b.as_ptr() && new::same_slots_added(a, b)
}

/// `__class__` and `__bases__` assignment need types whose instances can stand for each other.
pub(super) fn check_compatible(
    old: TypeRef<'_>,
    new_type: TypeRef<'_>,
    what: &core::primitive::str,
) -> PyResult<()> {
    let address = |slot: Option<freefunc>| slot.map(|f| f as usize);
    let (new_name, old_name) = (name_of(new_type), name_of(old));
    if address(new_type.tp_free) != address(old.tp_free) {
        return Err(raise!(
            TypeError,
            "{what} assignment: '{new_name}' deallocator differs from '{old_name}'"
        ));
    }
    if !same_layout(old, new_type) {
        return Err(raise!(
            TypeError,
            "{what} assignment: '{new_name}' object layout differs from '{old_name}'"
        ));
    }
    Ok(())
}

fn set_class(op: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete __class__ attribute"));
    };
    let Some(new_type) = value.downcast::<PyTypeObject>() else {
        return Err(raise!(
            TypeError,
            "__class__ must be set to a class, not '{}' object",
            value.type_name()
        ));
    };
    let old = op.ob_type();
    let module = of::<PyModuleObject>();
    let modules = is_subtype(old, module) && is_subtype(new_type, module);
    if !modules && (has_flag(old, Py_TPFLAGS_IMMUTABLETYPE) || has_flag(new_type, Py_TPFLAGS_IMMUTABLETYPE)) {
        return Err(raise!(
            TypeError,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        ));
    }
    check_compatible(old, new_type, "__class__")?;
    if has_flag(old, Py_TPFLAGS_INLINE_VALUES) != has_flag(new_type, Py_TPFLAGS_INLINE_VALUES) {
        let (new_name, old_name) = (name_of(new_type), name_of(old));
        return Err(raise!(
            TypeError,
            "__class__ assignment: '{new_name}' object layout differs from '{old_name}'"
        ));
    }
    // The other class has other keys.
    if let Some(values) = inline_values::Values::of(op) {
        inline_values::materialize(op, values)?;
    }
    // SAFETY: a live object; the reference to the new type is taken before the old one is given back.
    unsafe {
        if has_flag(new_type, Py_TPFLAGS_HEAPTYPE) {
            let _kept = new_type.to_owned().into_ptr();
        }
        let old_is_heap = has_flag(old, Py_TPFLAGS_HEAPTYPE);
        let old = old.as_ptr();
        (*op.as_ptr()).ob_type = new_type.as_ptr();
        if old_is_heap {
            drop(Owned::steal(old));
        }
    }
    Ok(())
}

fn import_copyreg() -> PyResult {
    (state::hooks().import_module)("copyreg")
}

/// `copyreg._slotnames(class)`, kept in the class's dict.
fn slot_names(tp: TypeRef<'_>) -> PyResult {
    let namespace = dict_of(tp).expect("ready");
    if let Some(found) = dict::get_item(namespace, id!("__slotnames__"))? {
        if !found.op().is_none() && !found.op().is_instance::<PyListObject>() {
            let kind = found.op().type_name();
            return Err(raise!(
                TypeError,
                "{}.__slotnames__ should be a list or None, not {kind}",
                name_of(tp)
            ));
        }
        return Ok(found);
    }
    let names = call::call_method(import_copyreg()?.op(), "_slotnames", &[tp.as_object()])?;
    if !names.op().is_none() && !names.op().is_instance::<PyListObject>() {
        return Err(raise!(TypeError, "copyreg._slotnames didn't return a list or None"));
    }
    Ok(names)
}

/// The state that `__getstate__` gives by default: the dict, and slots by name if there are any.
fn default_state(op: Op<'_>, required: bool) -> PyResult {
    let tp = op.ob_type();
    if required && tp.tp_itemsize != 0 {
        return Err(raise!(TypeError, "cannot pickle {} objects", op.type_name()));
    }
    let state = match object::instance_dict(op)? {
        Some(namespace) if dict::len(namespace.borrow()) > 0 => namespace.into_object(),
        _ => singletons::new_none(),
    };
    let names = slot_names(tp)?;
    let n_names = names.op().downcast::<PyListObject>().map_or(0, list::len);
    if required {
        let word = size_of::<*mut PyObject>() as isize;
        let mut size = size_of::<PyObject>() as isize;
        if tp.tp_dictoffset != 0 && !has_flag(tp, Py_TPFLAGS_MANAGED_DICT) {
            size += word;
        }
        if tp.tp_weaklistoffset > 0 {
            size += word;
        }
        size += word * n_names as isize;
        if tp.tp_basicsize > size {
            return Err(raise!(TypeError, "cannot pickle '{}' object", op.type_name()));
        }
    }
    let Some(names) = names.op().downcast::<PyListObject>().filter(|_| n_names > 0) else { return Ok(state) };
    let slots = dict::new()?;
    let mut index = 0;
    while let Some(name) = list::get(names, index) {
        index += 1;
        if let Some(value) = object::get_optional_attr(op, name.op())? {
            dict::set_item(slots.borrow(), name.op(), value.op())?;
        }
    }
    if dict::len(slots.borrow()) == 0 {
        return Ok(state);
    }
    tuple::pack(&[state.op(), slots.op()])
}

fn getstate(op: Op<'_>) -> PyResult {
    default_state(op, false)
}

/// Whether a bound `__getstate__` is `object`'s own.
fn is_default_getstate(method: Op<'_>, op: Op<'_>) -> bool {
    method.downcast_exact::<PyCFunctionObject>().is_some_and(|function| {
        function.m_self == op.as_ptr()
            // SAFETY: the table entry is static.
            && unsafe { (*function.m_ml).ml_meth.map(|f| f as usize) == METHODS[GETSTATE].ml_meth.map(|f| f as usize) }
    })
}

fn get_state(op: Op<'_>, required: bool) -> PyResult {
    let method = object::get_attr(op, id!("__getstate__"))?;
    if is_default_getstate(method.op(), op) {
        return default_state(op, required);
    }
    call::call_noargs(method.op())
}

/// `__getnewargs_ex__` or `__getnewargs__`.
fn new_arguments(op: Op<'_>) -> PyResult<(Option<Object>, Option<Object>)> {
    if let Some(method) = object::lookup_special_object(op, id!("__getnewargs_ex__"))? {
        let result = call::call_noargs(method.op())?;
        let Some(pair) = result.op().downcast::<PyTupleObject>() else {
            return Err(raise!(
                TypeError,
                "__getnewargs_ex__ should return a tuple, not '{}'",
                result.op().type_name()
            ));
        };
        if tuple::len(pair) != 2 {
            return Err(raise!(
                ValueError,
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                tuple::len(pair)
            ));
        }
        let (args, kwargs) = (tuple::get(pair, 0), tuple::get(pair, 1));
        if !args.is_instance::<PyTupleObject>() {
            return Err(raise!(
                TypeError,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                args.type_name()
            ));
        }
        if !kwargs.is_instance::<PyDictObject>() {
            return Err(raise!(
                TypeError,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                kwargs.type_name()
            ));
        }
        return Ok((Some(args.to_owned()), Some(kwargs.to_owned())));
    }
    if let Some(method) = object::lookup_special_object(op, id!("__getnewargs__"))? {
        let args = call::call_noargs(method.op())?;
        if !args.op().is_instance::<PyTupleObject>() {
            return Err(raise!(
                TypeError,
                "__getnewargs__ should return a tuple, not '{}'",
                args.op().type_name()
            ));
        }
        return Ok((Some(args), None));
    }
    Ok((None, None))
}

/// Pickle protocols 2 and up: `(constructor, arguments, state, items, pairs)`.
fn reduce_new(op: Op<'_>) -> PyResult {
    let tp = op.ob_type();
    if tp.tp_new.is_none() {
        return Err(raise!(TypeError, "cannot pickle '{}' object", op.type_name()));
    }
    let (args, kwargs) = new_arguments(op)?;
    let copyreg = import_copyreg()?;
    let has_args = args.is_some();
    let kwargs = kwargs
        .filter(|kwargs| kwargs.op().downcast::<PyDictObject>().is_some_and(|kwargs| dict::len(kwargs) > 0));
    let (constructor, constructor_args) = match (args, kwargs) {
        (args, None) => {
            let mut all = vec![tp.as_object().to_owned()];
            if let Some(args) = &args {
                // SAFETY: `new_arguments` lets only tuples through.
                let args: Borrowed<'_, PyTupleObject> = unsafe { args.borrow().cast_unchecked() };
                all.extend((0..tuple::len(args)).map(|index| tuple::get(args, index).to_owned()));
            }
            (object::get_attr(copyreg.op(), id!("__newobj__"))?, tuple::from_vec(all)?)
        }
        (Some(args), Some(kwargs)) => (
            object::get_attr(copyreg.op(), id!("__newobj_ex__"))?,
            tuple::pack(&[tp.as_object(), args.op(), kwargs.op()])?,
        ),
        (None, Some(_)) => return Err(crate::errors::bad_internal_call()),
    };
    let is_list = op.is_instance::<PyListObject>();
    let is_dict = op.is_instance::<PyDictObject>();
    let state = get_state(op, !(has_args || is_list || is_dict))?;
    let items = if is_list { object::get_iter(op)? } else { singletons::new_none() };
    let pairs = if is_dict {
        let items = call::call_method(op, "items", &[])?;
        object::get_iter(items.op())?
    } else {
        singletons::new_none()
    };
    tuple::pack(&[constructor.op(), constructor_args.op(), state.op(), items.op(), pairs.op()])
}

fn reduce_protocol(op: Op<'_>, protocol: i32) -> PyResult {
    if protocol >= 2 {
        return reduce_new(op);
    }
    let protocol = int::from_i64(i64::from(protocol))?;
    call::call_method(import_copyreg()?.op(), "_reduce_ex", &[op, protocol.op()])
}

fn reduce(op: Op<'_>) -> PyResult {
    reduce_protocol(op, 0)
}

/// `__reduce_ex__`: an overridden `__reduce__` goes first.
fn reduce_ex(op: Op<'_>, protocol: Op<'_>) -> PyResult {
    let protocol = int::as_i32(protocol)?;
    if let Some(method) = object::get_optional_attr(op, id!("__reduce__"))? {
        let class_method = object::get_attr(op.ob_type().as_object(), id!("__reduce__"))?;
        // SAFETY: `object` is a static type.
        let builtin = lookup(unsafe { static_type(&raw mut PyBaseObject_Type) }, id!("__reduce__"));
        if builtin.is_none_or(|builtin| builtin.as_ptr() != class_method.as_ptr()) {
            return call::call_noargs(method.op());
        }
    }
    reduce_protocol(op, protocol)
}

fn format(op: Op<'_>, spec: Op<'_>) -> PyResult {
    let Some(spec_text) = spec.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "__format__() argument must be str, not {}", spec.type_name()));
    };
    if str::len(spec_text) > 0 {
        return Err(raise!(TypeError, "unsupported format string passed to {}.__format__", op.type_name()));
    }
    object::str(op).map(Owned::into_object)
}

fn sizeof(op: Op<'_>) -> PyResult {
    let tp = op.ob_type();
    let n_items = if tp.tp_itemsize > 0 {
        // SAFETY: an object with items has the header with a size.
        unsafe { op.cast_unchecked::<PyVarObject>() }.ob_size.unsigned_abs()
    } else {
        0
    };
    let values = if has_flag(tp, Py_TPFLAGS_INLINE_VALUES) { inline_values::size(tp.as_ptr()) } else { 0 };
    int::from_usize(tp.tp_basicsize as usize + n_items * tp.tp_itemsize as usize + values)
}

/// `__dir__`: names of the instance, its class, and the class's ancestors.
fn dir(op: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let names = match object::get_optional_attr(op, id!("__dict__"))? {
        Some(namespace) if namespace.op().is_instance::<PyDictObject>() => {
            // SAFETY: just checked.
            let copy = dict::copy(unsafe { namespace.borrow().cast_unchecked() })?;
            // SAFETY: a copy of a dict is a dict.
            unsafe { copy.cast_unchecked::<PyDictObject>() }
        }
        _ => dict::new()?,
    };
    if let Some(class) = object::get_optional_attr(op, id!("__class__"))? {
        attributes::merge_class_dict(names.borrow(), class.op())?;
    }
    dict::keys(names.borrow())
}

fn init_subclass_hook(_class: Op<'_>) -> PyResult<()> {
    Ok(())
}

fn subclass_hook(_class: Op<'_>, _args: Args<'_>) -> PyResult {
    Ok(singletons::new_not_implemented())
}

/// Where `__getstate__` stands in `METHODS`.
const GETSTATE: usize = 2;

pub(super) static METHODS: [PyMethodDef; 9] = [
    method::o(c"__reduce_ex__", reduce_ex, c"__reduce_ex__($self, protocol, /)\n--\n\nHelper for pickle."),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nHelper for pickle."),
    method::noargs(c"__getstate__", getstate, c"__getstate__($self, /)\n--\n\nHelper for pickle."),
    method::class_noargs(c"__init_subclass__", init_subclass_hook, c"__init_subclass__($type, /)\n--\n\nThis method is called when a class is subclassed.\n\nIt does nothing here; a class that wants to know overrides it.\n"),
    method::class_positional(c"__subclasshook__", subclass_hook, c"__subclasshook__($type, object, /)\n--\n\nAbstract classes can override this to customize issubclass().\n\nNotImplemented, the answer here, leaves it to the usual mechanism.\n"),
    method::o(c"__format__", format, c"__format__($self, format_spec, /)\n--\n\nDefault object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise."),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nSize of object in memory, in bytes."),
    method::noargs(c"__dir__", dir, c"__dir__($self, /)\n--\n\nDefault dir() implementation."),
    PyMethodDef::EMPTY,
];

pub(super) const GETSETS: &[PyGetSetDef] =
    &[getset::get_set(c"__class__", get_class, set_class, c"the object's class"), PyGetSetDef::EMPTY];
