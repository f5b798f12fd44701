//! The object protocol: attributes, comparison, hashing, conversion; reference counts.
//!
//! Each function here finds the slot of the object's type, calls it, and checks what it
//! gives. Attributes of instances without a slot of their own are looked up by
//! `generic_get_attr`: data descriptors of the type first, then the instance's dict, then
//! other attributes of the type.
//!
//! An instance's dict stands at `tp_dictoffset`, or, for classes with
//! `Py_TPFLAGS_MANAGED_DICT`, three words in front of the object. Most instances of classes
//! have none until somebody asks for it: their attributes are `inline_values`.

use core::ffi::c_int;
use core::ptr;

use crate::define::{guard_object, guard_status, guard_with};
use crate::inline_values::Values;
use crate::layout::*;
use crate::type_object::{lookup, lookup_ptr};
use crate::{
    Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, call, descr, dict, errors, exceptions, id,
    inline_values, int, list, mapping, number, raise, ref_tracer, sequence, singletons, state,
    str as strings, tuple, type_object, union,
};

type StrObject = Owned<PyUnicodeObject>;

/// The result of a method that must give a `str`.
fn expect_str(result: Object, method: &str) -> PyResult<StrObject> {
    result
        .downcast()
        .map_err(|other| raise!(TypeError, "{method} returned non-string (type {})", other.op().type_name()))
}

/// `repr(op)`.
pub fn repr(op: Op<'_>) -> PyResult<StrObject> {
    let Some(slot) = op.ob_type().tp_repr else {
        return strings::from_string(format!("<{} object at {:p}>", op.type_name(), op.as_ptr()));
    };
    call::enter_recursive(" while getting the repr of an object")?;
    // SAFETY: the slot of the object's own type.
    let result = unsafe { Owned::from_c(slot(op.as_ptr())) };
    call::leave_recursive();
    expect_str(result?, "__repr__")
}

/// `str(op)`.
pub fn str(op: Op<'_>) -> PyResult<StrObject> {
    if let Some(text) = op.downcast_exact::<PyUnicodeObject>() {
        return Ok(text.to_owned());
    }
    let Some(slot) = op.ob_type().tp_str else { return repr(op) };
    call::enter_recursive(" while getting the str of an object")?;
    // SAFETY: the slot of the object's own type.
    let result = unsafe { Owned::from_c(slot(op.as_ptr())) };
    call::leave_recursive();
    expect_str(result?, "__str__")
}

/// `ascii(op)`: the repr with everything beyond ASCII escaped.
pub fn ascii(op: Op<'_>) -> PyResult<StrObject> {
    use core::fmt::Write;
    let text = repr(op)?;
    if strings::is_ascii(text.borrow()) {
        return Ok(text);
    }
    let mut escaped = String::new();
    for point in strings::code_points(text.borrow()) {
        let written = match point {
            0..=0x7f => write!(escaped, "{}", point as u8 as char),
            0x80..=0xff => write!(escaped, "\\x{point:02x}"),
            0x100..=0xffff => write!(escaped, "\\u{point:04x}"),
            _ => write!(escaped, "\\U{point:08x}"),
        };
        written.expect("writing to a String");
    }
    strings::from_string(escaped)
}

/// `PyObject_Bytes`.
pub fn bytes(op: Op<'_>) -> PyResult {
    if op.is_exact::<PyBytesObject>() {
        return Ok(op.to_owned());
    }
    if let Some(method) = lookup_special_object(op, id!("__bytes__"))? {
        let result = call::call_noargs(method.op())?;
        if !result.op().is_instance::<PyBytesObject>() {
            return Err(raise!(TypeError, "__bytes__ returned non-bytes (type {})", result.op().type_name()));
        }
        return Ok(result);
    }
    crate::bytes::from_object(op).map(Owned::into_object)
}

/// `format(op, spec)`.
pub fn format(op: Op<'_>, spec: Option<Op<'_>>) -> PyResult {
    if let Some(spec) = spec
        && !spec.is_instance::<PyUnicodeObject>()
    {
        return Err(raise!(SystemError, "Format specifier must be a string, not {}", spec.type_name()));
    }
    // SAFETY: a `str`, just checked.
    let is_empty = spec.is_none_or(|spec| strings::len(unsafe { spec.cast_unchecked() }) == 0);
    if is_empty && op.is_exact::<PyUnicodeObject>() {
        return Ok(op.to_owned());
    }
    if is_empty && op.is_exact::<PyLongObject>() {
        return str(op).map(Owned::into_object);
    }
    let empty = strings::empty();
    let spec = spec.unwrap_or(empty.op());
    // The builtin types cannot get another method.
    if let Some(value) = op.downcast_exact::<PyLongObject>() {
        return crate::number_format::int_method(value, spec);
    }
    if let Some(value) = op.downcast_exact::<PyFloatObject>() {
        return crate::number_format::float_method(value, spec);
    }
    let Some(found) = lookup(op.ob_type(), id!("__format__")) else {
        return Err(raise!(TypeError, "Type {} doesn't define __format__", op.type_name()));
    };
    let result = if found.op().has_type_flag(Py_TPFLAGS_METHOD_DESCRIPTOR) {
        call::call_positional(found.op(), &[op, spec])?
    } else {
        let method = descr::bind(found, Some(op), op.ob_type().as_object())?;
        call::call_one(method.op(), spec)?
    };
    if !result.op().is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "__format__ must return a str, not {}", result.op().type_name()));
    }
    Ok(result)
}

/// `hash(op)`.
#[inline]
pub fn hash(op: Op<'_>) -> PyResult<Py_hash_t> {
    if let Some(slot) = op.ob_type().tp_hash {
        // SAFETY: the slot of the object's own type.
        let hash = unsafe { slot(op.as_ptr()) };
        return if hash == -1 { Err(errors::raised_by_c()) } else { Ok(hash) };
    }
    hash_of_unready(op)
}

/// A static type is made ready the first time somebody hashes an instance of it.
#[cold]
fn hash_of_unready(op: Op<'_>) -> PyResult<Py_hash_t> {
    if op.ob_type().tp_dict.is_null() {
        type_object::ready(op.ob_type())?;
        if op.ob_type().tp_hash.is_some() {
            return hash(op);
        }
    }
    hash_not_implemented(op)
}

pub fn hash_not_implemented(op: Op<'_>) -> PyResult<Py_hash_t> {
    Err(raise!(TypeError, "unhashable type: '{}'", op.type_name()))
}

/// `bool(op)`.
#[inline]
pub fn is_true(op: Op<'_>) -> PyResult<bool> {
    if op.is(singletons::true_()) {
        return Ok(true);
    }
    if op.is(singletons::false_()) || op.is_none() {
        return Ok(false);
    }
    let tp = op.ob_type();
    // SAFETY: the tables and slots of the object's own type.
    let result = unsafe {
        if let Some(table) = tp.tp_as_number.as_ref()
            && let Some(slot) = table.nb_bool
        {
            slot(op.as_ptr()) as isize
        } else if let Some(table) = tp.tp_as_mapping.as_ref()
            && let Some(slot) = table.mp_length
        {
            slot(op.as_ptr())
        } else if let Some(table) = tp.tp_as_sequence.as_ref()
            && let Some(slot) = table.sq_length
        {
            slot(op.as_ptr())
        } else {
            return Ok(true);
        }
    };
    if result < 0 { Err(errors::raised_by_c()) } else { Ok(result > 0) }
}

/// The operation that asks the same question from the right operand's side.
const fn swapped(op: c_int) -> c_int {
    match op {
        Py_LT => Py_GT,
        Py_LE => Py_GE,
        Py_GT => Py_LT,
        Py_GE => Py_LE,
        other => other,
    }
}

const fn operator_text(op: c_int) -> &'static core::primitive::str {
    match op {
        Py_LT => "<",
        Py_LE => "<=",
        Py_EQ => "==",
        Py_NE => "!=",
        Py_GT => ">",
        _ => ">=",
    }
}

/// `a < b` and its like; `op` is `Py_LT` to `Py_GE`.
pub fn rich_compare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    call::enter_recursive(" in comparison")?;
    let result = compare(a, b, op);
    call::leave_recursive();
    result
}

fn compare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    // SAFETY: the slots of the objects' own types.
    let ask = |left: Op<'_>, right: Op<'_>, op| -> PyResult<Option<Object>> {
        let Some(slot) = left.ob_type().tp_richcompare else { return Ok(None) };
        // SAFETY: the slot of a live object's own type.
        let result = unsafe { Owned::from_c(slot(left.as_ptr(), right.as_ptr(), op)) }?;
        Ok(if result.op().is(singletons::not_implemented()) { None } else { Some(result) })
    };
    let mut reflected_done = false;
    if a.type_ptr() != b.type_ptr()
        && type_object::is_subtype(b.ob_type(), a.ob_type())
        && b.ob_type().tp_richcompare.is_some()
    {
        reflected_done = true;
        if let Some(result) = ask(b, a, swapped(op))? {
            return Ok(result);
        }
    }
    if let Some(result) = ask(a, b, op)? {
        return Ok(result);
    }
    if !reflected_done && let Some(result) = ask(b, a, swapped(op))? {
        return Ok(result);
    }
    match op {
        Py_EQ => Ok(singletons::new_bool(a.is(b))),
        Py_NE => Ok(singletons::new_bool(!a.is(b))),
        _ => Err(raise!(
            TypeError,
            "'{}' not supported between instances of '{}' and '{}'",
            operator_text(op),
            a.type_name(),
            b.type_name()
        )),
    }
}

/// The same as a truth value; an object equals itself without being asked.
#[inline]
pub fn rich_compare_bool(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult<bool> {
    if a.is(b) {
        match op {
            Py_EQ => return Ok(true),
            Py_NE => return Ok(false),
            _ => {}
        }
    }
    is_true(rich_compare(a, b, op)?.op())
}

/// `a is b or a == b`.
#[inline]
pub fn equal(a: Op<'_>, b: Op<'_>) -> PyResult<bool> {
    rich_compare_bool(a, b, Py_EQ)
}

#[inline(always)]
fn check_name<'a>(name: Op<'a>) -> PyResult<Borrowed<'a, PyUnicodeObject>> {
    name.downcast::<PyUnicodeObject>().ok_or_else(|| bad_name(name))
}

#[cold]
fn bad_name(name: Op<'_>) -> Raised {
    raise!(TypeError, "attribute name must be string, not '{}'", name.type_name())
}

/// Whether a type's slot is the generic function `function`.
#[inline(always)]
fn is_slot<F: Copy>(slot: Option<F>, function: F) -> bool {
    crate::define::same_slot(slot, Some(function))
}

/// `op.name`.
#[inline]
pub fn get_attr(op: Op<'_>, name: Op<'_>) -> PyResult {
    // Whoever has raised `AttributeError` may not have said of what.
    find_attr(op, name).inspect_err(|_| set_attribute_error_context(op, name))
}

fn find_attr(op: Op<'_>, name: Op<'_>) -> PyResult {
    let text = check_name(name)?;
    let tp = op.ob_type();
    if is_slot(tp.tp_getattro, PyObject_GenericGetAttr as getattrofunc) {
        return generic_get_attr(op, name);
    }
    if let Some(slot) = tp.tp_getattro {
        // SAFETY: the slot of the object's own type.
        return unsafe { Owned::from_c(slot(op.as_ptr(), name.as_ptr())) };
    }
    if let Some(slot) = tp.tp_getattr {
        let text = std::ffi::CString::new(strings::as_utf8(text)?).unwrap_or_default();
        // SAFETY: the slot of the object's own type, and a C string.
        return unsafe { Owned::from_c(slot(op.as_ptr(), text.as_ptr().cast_mut())) };
    }
    Err(no_attribute(op, name))
}

/// `AttributeError: 'X' object has no attribute 'y'`, with name and object for suggestions.
#[cold]
pub fn no_attribute(op: Op<'_>, name: Op<'_>) -> Raised {
    let text = strings::to_string_lossy(name);
    attribute_error(op, name, format_args!("'{}' object has no attribute '{text}'", op.type_name()))
}

/// `AttributeError` with a message of its own, and name and object for suggestions.
#[cold]
pub fn attribute_error(op: Op<'_>, name: Op<'_>, message: core::fmt::Arguments<'_>) -> Raised {
    let raised = errors::set_formatted(exceptions::builtin::AttributeError(), message);
    set_attribute_error_context(op, name);
    raised
}

/// Gives an `AttributeError` that is set its `name` and `obj`, if it has none yet.
#[cold]
pub fn set_attribute_error_context(op: Op<'_>, name: Op<'_>) {
    // SAFETY: the current exception is a live object; one of the class has its layout.
    unsafe {
        let exception = (*state::current()).current_exception;
        if exception.is_null()
            || !type_object::is_subtype_ptr(
                Op::from_ptr(exception).ob_type(),
                exceptions::builtin::AttributeError().as_ptr().cast(),
            )
        {
            return;
        }
        let exception = exception.cast::<PyAttributeErrorObject>();
        if (*exception).name.is_null() && (*exception).obj.is_null() {
            (*exception).name = name.to_owned().into_ptr();
            (*exception).obj = op.to_owned().into_ptr();
        }
    }
}

pub fn get_attr_str(op: Op<'_>, name: &core::primitive::str) -> PyResult {
    get_attr(op, strings::intern(name)?.op())
}

/// `op.name`, or `None` if that raises `AttributeError`; cheap where it can be.
pub fn get_optional_attr(op: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    check_name(name)?;
    let getattro = op.ob_type().tp_getattro.map(|slot| slot as usize);
    if getattro == Some(PyObject_GenericGetAttr as *const () as usize) {
        return generic_get_optional(op, name);
    }
    if getattro == Some(type_object::attributes::type_getattro as *const () as usize) {
        // SAFETY: only types have this slot.
        return type_object::attributes::get_optional(unsafe { op.cast_unchecked() }, name);
    }
    if getattro == Some(crate::module::module_getattro as *const () as usize) {
        return crate::module::get_optional_attr(op, name);
    }
    match get_attr(op, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => raised.absorb(exceptions::builtin::AttributeError()),
    }
}

pub fn get_optional_attr_str(op: Op<'_>, name: &core::primitive::str) -> PyResult<Option<Object>> {
    get_optional_attr(op, strings::intern(name)?.op())
}

/// `op.name = value`; no value means `del op.name`.
pub fn set_attr(op: Op<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let text = check_name(name)?;
    let interned =
        if strings::is_interned(text) { None } else { Some(strings::intern_in_place(text.to_owned())) };
    let name = interned.as_ref().map_or(text, Owned::borrow);
    let tp = op.ob_type();
    if is_slot(tp.tp_setattro, PyObject_GenericSetAttr as setattrofunc) {
        return generic_set_attr(op, name.as_object(), value);
    }
    let raw_value = crate::refs::as_nullable(value);
    let status = if let Some(slot) = tp.tp_setattro {
        // SAFETY: the slot of the object's own type.
        unsafe { slot(op.as_ptr(), name.as_object_ptr(), raw_value) }
    } else if let Some(slot) = tp.tp_setattr {
        let text = std::ffi::CString::new(strings::as_utf8(text)?).unwrap_or_default();
        // SAFETY: the slot of the object's own type, and a C string.
        unsafe { slot(op.as_ptr(), text.as_ptr().cast_mut(), raw_value) }
    } else {
        let name = name.as_object();
        let has = if tp.tp_getattr.is_none() && tp.tp_getattro.is_none() { "no" } else { "only read-only" };
        let what = if value.is_none() { "del" } else { "assign to" };
        let text = strings::to_string_lossy(name);
        return Err(raise!(TypeError, "'{}' object has {has} attributes ({what} .{text})", op.type_name()));
    };
    if status < 0 { Err(errors::raised_by_c()) } else { Ok(()) }
}

pub fn set_attr_str(op: Op<'_>, name: &core::primitive::str, value: Option<Op<'_>>) -> PyResult<()> {
    set_attr(op, strings::intern(name)?.op(), value)
}

pub fn has_attr(op: Op<'_>, name: &core::primitive::str) -> PyResult<bool> {
    get_optional_attr_str(op, name).map(|found| found.is_some())
}

/// Where the pointer to an object's `__dict__` stands; null if its type has none. The pointer
/// itself is null until there is a dict: attributes may stand in the object (`inline_values`).
#[inline]
fn dict_place(op: Op<'_>) -> *mut *mut PyObject {
    let tp = op.ob_type();
    let offset = tp.tp_dictoffset;
    if offset == 0 {
        return ptr::null_mut();
    }
    let offset = if tp.tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
        MANAGED_DICT_OFFSET
    } else if offset < 0 {
        // Counted from the end of an object with items.
        // SAFETY: such an object has the header with a size.
        let n_items = unsafe { op.cast_unchecked::<PyVarObject>() }.ob_size;
        let n_items = if tp.tp_flags & Py_TPFLAGS_LONG_SUBCLASS != 0 {
            // SAFETY: the flag says that it is an int, whose tag holds the number of digits.
            (unsafe { op.cast_unchecked::<PyLongObject>() }.long_value.lv_tag >> _PyLong_NON_SIZE_BITS).max(1)
                as isize
        } else {
            n_items.abs()
        };
        offset + type_object::alloc::instance_size(tp, n_items) as isize
    } else {
        offset
    };
    // SAFETY: the type says that a dict pointer lies at the offset.
    unsafe { op.as_ptr().byte_offset(offset).cast() }
}

/// Where the pointer to an object's `__dict__` stands (`_PyObject_GetDictPtr`); null if its
/// type has none. Attributes that stand in the object move into a dict first; the pointer
/// may still be null if it has none.
pub fn dict_pointer(op: Op<'_>) -> *mut *mut PyObject {
    if let Some(values) = Values::of(op)
        && let Err(raised) = inline_values::materialize(op, values)
    {
        raised.clear();
        return ptr::null_mut();
    }
    dict_place(op)
}

/// The object's `__dict__`, made now if need be; `None` if its type has none.
pub fn instance_dict(op: Op<'_>) -> PyResult<Option<Owned<PyDictObject>>> {
    if let Some(values) = Values::of(op) {
        inline_values::materialize(op, values)?;
    }
    let place = dict_place(op);
    if place.is_null() {
        return Ok(None);
    }
    // SAFETY: the place holds null or a dict the object owns.
    unsafe {
        if (*place).is_null() {
            *place = dict::new()?.into_object_ptr();
        }
        Ok(Some(Owned::new_ref((*place).cast())))
    }
}

/// `PyObject_GenericGetDict`.
pub fn generic_get_dict(op: Op<'_>) -> PyResult {
    match instance_dict(op)? {
        Some(dict) => Ok(dict.into_object()),
        None => Err(raise!(AttributeError, "This object has no __dict__")),
    }
}

/// `PyObject_GenericSetDict`.
pub fn generic_set_dict(op: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let place = dict_place(op);
    if place.is_null() {
        return Err(raise!(AttributeError, "This object has no __dict__"));
    }
    let Some(value) = value else {
        if op.has_type_flag(Py_TPFLAGS_MANAGED_DICT) {
            clear_managed_dict(op);
            return Ok(());
        }
        return Err(raise!(TypeError, "cannot delete __dict__"));
    };
    if !value.is_instance::<PyDictObject>() {
        return Err(raise!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name()));
    }
    let values = Values::of(op);
    // SAFETY: the place holds null or a dict the object owns; the new one is in place
    // before the old one goes, and before values in the object go, which ends their time.
    let old = unsafe { Owned::steal_nullable(ptr::replace(place, value.to_owned().into_ptr())) };
    if let Some(values) = values {
        inline_values::invalidate(values);
    }
    drop(old);
    Ok(())
}

/// Reports the attributes of an object with a managed dict (`PyObject_VisitManagedDict`).
pub fn visit_managed_dict(op: Op<'_>, visitor: &mut crate::Visitor) {
    if op.has_type_flag(Py_TPFLAGS_MANAGED_DICT) {
        match Values::of(op) {
            Some(values) => inline_values::visit(values, visitor),
            // SAFETY: the flag says that the word holds null or a dict.
            None => unsafe { visitor.visit(*dict_place(op)) },
        }
    }
}

/// Drops the attributes of an object with a managed dict (`PyObject_ClearManagedDict`).
pub fn clear_managed_dict(op: Op<'_>) {
    if op.has_type_flag(Py_TPFLAGS_MANAGED_DICT) {
        match Values::of(op) {
            Some(values) => inline_values::invalidate(values),
            // SAFETY: as above; the word is emptied before the dict goes.
            None => drop(unsafe { Owned::steal_nullable(ptr::replace(dict_place(op), ptr::null_mut())) }),
        }
    }
}

/// `object.__getattribute__`.
#[inline]
pub fn generic_get_attr(op: Op<'_>, name: Op<'_>) -> PyResult {
    match generic_lookup(op, name, None)? {
        Some(value) => Ok(value),
        None => Err(no_attribute(op, name)),
    }
}

/// The same, `None` if there is no such attribute.
pub fn generic_get_optional(op: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    match generic_lookup(op, name, None) {
        // A descriptor may say so with an exception.
        Err(raised) => raised.absorb(exceptions::builtin::AttributeError()),
        found => found,
    }
}

/// The lookup behind `object.__getattribute__`, optionally with another dict than the object's.
pub fn generic_lookup(
    op: Op<'_>,
    name: Op<'_>,
    namespace: Option<Borrowed<'_, PyDictObject>>,
) -> PyResult<Option<Object>> {
    check_name(name)?;
    let tp = op.ob_type();
    if tp.tp_dict.is_null() {
        type_object::ready(tp)?;
    }
    // SAFETY: null or borrowed; a reference is taken before anything can run.
    let found = unsafe { Object::new_ref_nullable(lookup_ptr(tp, name)) };
    let getter = found.as_ref().and_then(|found| found.op().ob_type().tp_descr_get);
    if let (Some(found), Some(get)) = (&found, getter)
        && found.op().ob_type().tp_descr_set.is_some()
    {
        // SAFETY: the slot of the descriptor's own type.
        return unsafe { Owned::from_c(get(found.as_ptr(), op.as_ptr(), tp.as_object_ptr())) }.map(Some);
    }
    let own = match namespace {
        Some(namespace) => dict::get_item(namespace, name)?,
        None => own_attribute(op, name)?,
    };
    if own.is_some() {
        return Ok(own);
    }
    if let (Some(found), Some(get)) = (&found, getter) {
        // SAFETY: as above.
        return unsafe { Owned::from_c(get(found.as_ptr(), op.as_ptr(), tp.as_object_ptr())) }.map(Some);
    }
    Ok(found)
}

/// An attribute of the instance itself: in its values or its dict.
#[inline]
fn own_attribute(op: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    if let Some(values) = Values::of(op) {
        if let Some(name) = name.downcast_exact::<PyUnicodeObject>() {
            // SAFETY: null, or a value that the object holds at this moment.
            return Ok(unsafe { Object::new_ref_nullable(inline_values::get(op, values, name)) });
        }
        // Comparing it may run Python code, and dicts know what to do then.
        inline_values::materialize(op, values)?;
    }
    let place = dict_place(op);
    let namespace: Option<Owned<PyDictObject>> = if place.is_null() {
        None
    } else {
        // SAFETY: the place holds null or a dict the object owns; comparing keys may run Python
        // code that replaces it.
        unsafe { Owned::new_ref_nullable((*place).cast()) }
    };
    match namespace {
        Some(namespace) => dict::get_item(namespace.borrow(), name),
        None => Ok(None),
    }
}

/// A method about to be called.
pub enum Method {
    /// Found on the type, to be called with the object as first argument.
    Unbound(Object),
    /// Any other attribute: call it with the arguments alone.
    Bound(Object),
}

/// `op.name` for a call that follows at once (`_PyObject_GetMethod`): functions are not bound.
pub fn get_method(op: Op<'_>, name: Op<'_>) -> PyResult<Method> {
    let tp = op.ob_type();
    let is_generic = is_slot(tp.tp_getattro, PyObject_GenericGetAttr as getattrofunc);
    if !is_generic || !name.is_exact::<PyUnicodeObject>() {
        return get_attr(op, name).map(Method::Bound);
    }
    // SAFETY: null or borrowed; a reference is taken before anything can run.
    let found = unsafe { Object::new_ref_nullable(lookup_ptr(tp, name)) };
    if let Some(found) = found {
        let found_type = found.op().ob_type();
        let unbound = found_type.tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0;
        if !unbound
            && let Some(get) = found_type.tp_descr_get
            && found_type.tp_descr_set.is_some()
        {
            // SAFETY: the slot of the descriptor's own type.
            return unsafe { Owned::from_c(get(found.as_ptr(), op.as_ptr(), tp.as_object_ptr())) }
                .map(Method::Bound);
        }
        if let Some(value) = own_attribute(op, name)? {
            return Ok(Method::Bound(value));
        }
        if unbound {
            return Ok(Method::Unbound(found));
        }
        return descr::bind(found, Some(op), tp.as_object()).map(Method::Bound);
    }
    if let Some(value) = own_attribute(op, name)? {
        return Ok(Method::Bound(value));
    }
    Err(no_attribute(op, name))
}

/// `object.__setattr__` and `object.__delattr__`.
pub fn generic_set_attr(op: Op<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    generic_store(op, name, value, None)
}

/// The same, optionally with another dict than the object's.
pub fn generic_store(
    op: Op<'_>,
    name: Op<'_>,
    value: Option<Op<'_>>,
    namespace: Option<Borrowed<'_, PyDictObject>>,
) -> PyResult<()> {
    check_name(name)?;
    let tp = op.ob_type();
    if tp.tp_dict.is_null() {
        type_object::ready(tp)?;
    }
    let found = lookup(tp, name);
    if let Some(found) = &found
        && let Some(set) = found.op().ob_type().tp_descr_set
    {
        // SAFETY: the slot of the descriptor's own type.
        let status = unsafe { set(found.as_ptr(), op.as_ptr(), crate::refs::as_nullable(value)) };
        return if status < 0 { Err(errors::raised_by_c()) } else { Ok(()) };
    }
    if namespace.is_none()
        && let Some(values) = Values::of(op)
        && let Some(text) = name.downcast_exact::<PyUnicodeObject>()
    {
        match value {
            Some(value) if inline_values::set(op, values, text, value) => return Ok(()),
            // There is no room for another name: the dict gets it.
            Some(_) => {}
            None => {
                return match inline_values::remove(op, values, text) {
                    Some(_old) => Ok(()),
                    None => Err(no_attribute(op, name)),
                };
            }
        }
    }
    let own;
    let namespace = match namespace {
        Some(namespace) => namespace,
        None => {
            own = instance_dict(op)?;
            match &own {
                Some(own) => own.borrow(),
                None => return Err(cannot_store(op, name, found.is_some())),
            }
        }
    };
    match value {
        Some(value) => dict::set_attribute(namespace, name, value),
        None => dict::del_item(namespace, name).map_err(|raised| {
            if !raised.matches(exceptions::builtin::KeyError()) {
                return raised;
            }
            raised.clear();
            if let Some(tp) = op.downcast::<PyTypeObject>() {
                let text = strings::to_string_lossy(name);
                let type_name = type_object::name_of(tp);
                return attribute_error(
                    op,
                    name,
                    format_args!("type object '{type_name}' has no attribute '{text}'"),
                );
            }
            no_attribute(op, name)
        }),
    }
}

#[cold]
fn cannot_store(op: Op<'_>, name: Op<'_>, is_class_attribute: bool) -> Raised {
    let text = strings::to_string_lossy(name);
    let type_name = op.type_name();
    if is_class_attribute {
        return attribute_error(
            op,
            name,
            format_args!("'{type_name}' object attribute '{text}' is read-only"),
        );
    }
    let is_generic = op.ob_type().tp_setattro.map(|slot| slot as usize)
        == Some(PyObject_GenericSetAttr as *const () as usize);
    let hint = if is_generic { " and no __dict__ for setting new attributes" } else { "" };
    attribute_error(op, name, format_args!("'{type_name}' object has no attribute '{text}'{hint}"))
}

/// A special method, looked up on the type and bound; `None` if the type has none.
pub fn lookup_special(op: Op<'_>, name: &core::primitive::str) -> PyResult<Option<Object>> {
    lookup_special_object(op, strings::intern(name)?.op())
}

/// `lookup_special` for a name that is at hand as an object.
pub fn lookup_special_object(op: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    let tp = op.ob_type();
    match lookup(tp, name) {
        Some(found) => descr::bind(found, Some(op), tp.as_object()).map(Some),
        None => Ok(None),
    }
}

/// `op[key]`.
pub fn get_item(op: Op<'_>, key: Op<'_>) -> PyResult {
    let tp = op.ob_type();
    // SAFETY: the tables and slots of the object's own type.
    unsafe {
        if let Some(slot) = tp.tp_as_mapping.as_ref().and_then(|table| table.mp_subscript) {
            return Owned::from_c(slot(op.as_ptr(), key.as_ptr()));
        }
        if tp.tp_as_sequence.as_ref().is_some_and(|table| table.sq_item.is_some()) {
            return sequence::get_item(op, sequence_index(key)?);
        }
    }
    if let Some(tp) = op.downcast::<PyTypeObject>() {
        if tp.as_ptr() == &raw mut type_object::PyType_Type {
            return crate::generic_alias::new(op, key);
        }
        if let Some(method) = get_optional_attr(op, id!("__class_getitem__"))?
            && !method.op().is_none()
        {
            return call::call_one(method.op(), key);
        }
        let name = type_object::name_of(tp);
        return Err(raise!(TypeError, "type '{name}' is not subscriptable"));
    }
    Err(raise!(TypeError, "'{}' object is not subscriptable", op.type_name()))
}

fn sequence_index(key: Op<'_>) -> PyResult<isize> {
    if !number::check_index(key) {
        return Err(raise!(TypeError, "sequence index must be integer, not '{}'", key.type_name()));
    }
    number::as_ssize_t(key, Some(exceptions::builtin::IndexError()))
}

/// `op[key] = value`.
pub fn set_item(op: Op<'_>, key: Op<'_>, value: Op<'_>) -> PyResult<()> {
    store_item(op, key, Some(value))
}

/// `del op[key]`.
pub fn del_item(op: Op<'_>, key: Op<'_>) -> PyResult<()> {
    store_item(op, key, None)
}

fn store_item(op: Op<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let tp = op.ob_type();
    // SAFETY: the tables and slots of the object's own type.
    unsafe {
        if let Some(slot) = tp.tp_as_mapping.as_ref().and_then(|table| table.mp_ass_subscript) {
            let status = slot(op.as_ptr(), key.as_ptr(), crate::refs::as_nullable(value));
            return if status < 0 { Err(errors::raised_by_c()) } else { Ok(()) };
        }
        if let Some(table) = tp.tp_as_sequence.as_ref() {
            if number::check_index(key) {
                return sequence::set_item(
                    op,
                    number::as_ssize_t(key, Some(exceptions::builtin::IndexError()))?,
                    value,
                );
            }
            if table.sq_ass_item.is_some() {
                return Err(raise!(TypeError, "sequence index must be integer, not '{}'", key.type_name()));
            }
        }
    }
    Err(match value {
        Some(_) => raise!(TypeError, "'{}' object does not support item assignment", op.type_name()),
        None => raise!(TypeError, "'{}' object does not support item deletion", op.type_name()),
    })
}

/// The slot behind `len`, if the type has one.
fn length_slot(op: Op<'_>) -> Option<lenfunc> {
    let tp = op.ob_type();
    // SAFETY: the tables of the object's own type.
    unsafe {
        tp.tp_as_sequence
            .as_ref()
            .and_then(|table| table.sq_length)
            .or_else(|| tp.tp_as_mapping.as_ref().and_then(|table| table.mp_length))
    }
}

/// `len(op)`.
pub fn len(op: Op<'_>) -> PyResult<usize> {
    let Some(slot) = length_slot(op) else {
        return Err(raise!(TypeError, "object of type '{}' has no len()", op.type_name()));
    };
    // SAFETY: the slot of the object's own type.
    let length = unsafe { slot(op.as_ptr()) };
    if length < 0 { Err(errors::raised_by_c()) } else { Ok(length as usize) }
}

/// How many items an iterable expects to give (`operator.length_hint`).
pub fn length_hint(op: Op<'_>, default: usize) -> PyResult<usize> {
    if length_slot(op).is_some() {
        match len(op) {
            Ok(length) => return Ok(length),
            Err(raised) => drop(raised.absorb::<()>(exceptions::builtin::TypeError())?),
        }
    }
    let Some(method) = lookup_special_object(op, id!("__length_hint__"))? else { return Ok(default) };
    let result = match call::call_noargs(method.op()) {
        Ok(result) => result,
        Err(raised) => {
            raised.absorb::<()>(exceptions::builtin::TypeError())?;
            return Ok(default);
        }
    };
    if result.op().is(singletons::not_implemented()) {
        return Ok(default);
    }
    if !result.op().is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "__length_hint__ must be an integer, not {}", result.op().type_name()));
    }
    let hint = int::as_isize(result.op())?;
    usize::try_from(hint).map_err(|_| raise!(ValueError, "__length_hint__() should return >= 0"))
}

/// `iter(op)`.
pub fn get_iter(op: Op<'_>) -> PyResult {
    let Some(slot) = op.ob_type().tp_iter else {
        if sequence::check(op) {
            return crate::iter::new_sequence_iterator(op);
        }
        return Err(raise!(TypeError, "'{}' object is not iterable", op.type_name()));
    };
    // SAFETY: the slot of the object's own type.
    let result = unsafe { Owned::from_c(slot(op.as_ptr())) }?;
    if !crate::iter::check(result.op()) {
        return Err(raise!(TypeError, "iter() returned non-iterator of type '{}'", result.op().type_name()));
    }
    Ok(result)
}

/// The bases of something that behaves like a class: `__bases__` if it is a tuple.
fn abstract_bases(class: Op<'_>) -> PyResult<Option<Owned<PyTupleObject>>> {
    Ok(get_optional_attr(class, id!("__bases__"))?.and_then(|bases| bases.downcast::<PyTupleObject>().ok()))
}

fn check_class(class: Op<'_>, message: &core::primitive::str) -> PyResult<()> {
    match abstract_bases(class)? {
        Some(_) => Ok(()),
        None => Err(raise!(TypeError, "{message}")),
    }
}

fn abstract_is_subclass(derived: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    let mut derived = derived.to_owned();
    loop {
        if derived.op().is(class) {
            return Ok(true);
        }
        let Some(bases) = abstract_bases(derived.op())? else { return Ok(false) };
        match tuple::len(bases.borrow()) {
            0 => return Ok(false),
            // The common case goes without recursion.
            1 => derived = tuple::get(bases.borrow(), 0).to_owned(),
            n => {
                call::enter_recursive(" in __issubclass__")?;
                for index in 0..n {
                    if abstract_is_subclass(tuple::get(bases.borrow(), index), class)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
        }
    }
}

/// `isinstance` without `__instancecheck__`: what `type.__instancecheck__` does.
pub fn real_is_instance(op: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    if let Some(tp) = class.downcast::<PyTypeObject>() {
        if type_object::is_subtype(op.ob_type(), tp) {
            return Ok(true);
        }
        // Proxies tell another class than their type.
        let claimed = get_optional_attr(op, id!("__class__"))?;
        return Ok(claimed.is_some_and(|claimed| {
            !claimed.op().is(op.ob_type())
                && claimed
                    .op()
                    .downcast::<PyTypeObject>()
                    .is_some_and(|claimed| type_object::is_subtype(claimed, tp))
        }));
    }
    check_class(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match get_optional_attr(op, id!("__class__"))? {
        Some(claimed) => abstract_is_subclass(claimed.op(), class),
        None => Ok(false),
    }
}

/// `isinstance(op, class)`.
pub fn is_instance(op: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    if op.type_ptr().cast() == class.as_ptr() {
        return Ok(true);
    }
    if class.type_ptr() == &raw mut type_object::PyType_Type {
        return real_is_instance(op, class);
    }
    let members = union::check(class).then(|| union::args(class));
    let class = members.as_ref().map_or(class, |members| members.op());
    if let Some(classes) = class.downcast::<PyTupleObject>() {
        call::enter_recursive(" in __instancecheck__")?;
        for index in 0..tuple::len(classes) {
            if is_instance(op, tuple::get(classes, index))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(checker) = lookup_special_object(class, id!("__instancecheck__"))? {
        call::enter_recursive(" in __instancecheck__")?;
        return is_true(call::call_one(checker.op(), op)?.op());
    }
    real_is_instance(op, class)
}

/// `issubclass` without `__subclasscheck__`: what `type.__subclasscheck__` does.
pub fn real_is_subclass(derived: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    if let (Some(derived), Some(class)) =
        (derived.downcast::<PyTypeObject>(), class.downcast::<PyTypeObject>())
    {
        return Ok(type_object::is_subtype(derived, class));
    }
    check_class(derived, "issubclass() arg 1 must be a class")?;
    check_class(class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_is_subclass(derived, class)
}

/// `issubclass(derived, class)`.
pub fn is_subclass(derived: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    if class.type_ptr() == &raw mut type_object::PyType_Type {
        if derived.is(class) {
            return Ok(true);
        }
        return real_is_subclass(derived, class);
    }
    let members = union::check(class).then(|| union::args(class));
    let class = members.as_ref().map_or(class, |members| members.op());
    if let Some(classes) = class.downcast::<PyTupleObject>() {
        call::enter_recursive(" in __subclasscheck__")?;
        for index in 0..tuple::len(classes) {
            if is_subclass(derived, tuple::get(classes, index))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(checker) = lookup_special_object(class, id!("__subclasscheck__"))? {
        call::enter_recursive(" in __subclasscheck__")?;
        return is_true(call::call_one(checker.op(), derived)?.op());
    }
    real_is_subclass(derived, class)
}

/// `callable(op)`.
pub fn is_callable(op: Op<'_>) -> bool {
    op.ob_type().tp_call.is_some()
}

/// `dir(op)`: what `__dir__` gives, sorted.
pub fn dir(op: Op<'_>) -> PyResult {
    let Some(method) = lookup_special_object(op, id!("__dir__"))? else {
        return Err(raise!(TypeError, "object does not provide __dir__"));
    };
    let names = call::call_noargs(method.op())?;
    let names = sequence::to_list(names.op())?;
    list::sort(names.borrow(), None, false)?;
    Ok(names.into_object())
}

pub fn self_iter(op: Op<'_>) -> PyResult {
    Ok(op.to_owned())
}

/// Whether iterating over `op` comes across `value`.
pub fn contains_by_iteration(op: Op<'_>, value: Op<'_>) -> PyResult<bool> {
    let iterator = match get_iter(op) {
        Ok(iterator) => iterator,
        Err(raised) => {
            raised.absorb::<()>(exceptions::builtin::TypeError())?;
            return Err(raise!(
                TypeError,
                "argument of type '{}' is not a container or iterable",
                op.type_name()
            ));
        }
    };
    while let Some(item) = crate::iter::next(iterator.op())? {
        if equal(item.op(), value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reports the exception that is set as one that nobody can catch.
pub fn write_unraisable(op: Op<'_>) {
    match state::interp().hooks.get() {
        Some(hooks) => (hooks.write_unraisable)(None, Some(op)),
        None => drop(errors::take()),
    }
}

/// What `mapping[key]` gives, or `None` for a missing key; here for symmetry with attributes.
pub fn get_optional_item(op: Op<'_>, key: Op<'_>) -> PyResult<Option<Object>> {
    mapping::get_optional_item(op, key)
}

/// The default `tp_getattro`.
///
/// # Safety
/// Called through its slot or as the C function it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GenericGetAttr(op: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: callers pass live objects.
    guard_object(|| unsafe { generic_get_attr(Op::from_ptr(op), Op::from_ptr(name)) })
}

/// The default `tp_setattro`.
///
/// # Safety
/// Called through its slot or as the C function it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GenericSetAttr(
    op: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: callers pass live objects; a null value deletes.
    guard_status(|| unsafe {
        generic_set_attr(Op::from_ptr(op), Op::from_ptr(name), Op::from_nullable(value))
    })
}

/// `tp_hash` of objects that are equal to nothing but themselves.
///
/// # Safety
/// `op` is a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GenericHash(op: *mut PyObject) -> Py_hash_t {
    crate::hashing::hash_pointer(op)
}

/// `tp_hash` of unhashable types.
///
/// # Safety
/// Called through its slot or as the C function it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_HashNotImplemented(op: *mut PyObject) -> Py_hash_t {
    // SAFETY: callers pass a live object.
    guard_with(-1, || hash_not_implemented(unsafe { Op::from_ptr(op) }))
}

/// `tp_iter` of iterators.
///
/// # Safety
/// Called through its slot or as the C function it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_SelfIter(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: callers pass a live object.
    unsafe { Object::new_ref(op) }.into_ptr()
}

/// `tp_iternext` of classes that had one and lost it.
///
/// # Safety
/// Called through its slot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_NextNotImplemented(op: *mut PyObject) -> *mut PyObject {
    guard_object(|| -> PyResult {
        // SAFETY: callers pass a live object.
        let op = unsafe { Op::from_ptr(op) };
        Err(raise!(TypeError, "'{}' object is not iterable", op.type_name()))
    })
}

/// The type of an object as a reference that survives `__class__` assignment.
pub fn type_of(op: Op<'_>) -> Owned<PyTypeObject> {
    TypeRef::to_owned(op.ob_type())
}

/// Reference counts at and above this are immortal (`_Py_IMMORTAL_INITIAL_REFCNT`).
pub const IMMORTAL_INITIAL_REFCNT: u32 = 3 << 30;

/// `Py_INCREF`.
///
/// # Safety
/// `op` points to a live object.
#[inline(always)]
pub unsafe fn incref(op: *mut PyObject) {
    // SAFETY: the caller passes a live object.
    unsafe {
        let count = (*op).ob_refcnt;
        if count < IMMORTAL_INITIAL_REFCNT {
            (*op).ob_refcnt = count + 1;
        }
    }
}

/// `Py_DECREF`.
///
/// # Safety
/// `op` points to a live object and the caller gives one reference up.
#[inline(always)]
pub unsafe fn decref(op: *mut PyObject) {
    // SAFETY: the caller passes a live object.
    unsafe {
        let count = (*op).ob_refcnt;
        if (count as i32) < 0 {
            return;
        }
        (*op).ob_refcnt = count - 1;
        if count == 1 {
            dealloc(op);
        }
    }
}

/// Ends the life of an object whose count is 0 (`_Py_Dealloc`).
///
/// # Safety
/// The count of `op` has just become 0.
#[inline]
pub unsafe fn dealloc(op: *mut PyObject) {
    ref_tracer::tell(op, ref_tracer::Event::Destroy);
    // SAFETY: the object's type is alive and has a destructor.
    unsafe {
        let tp = (*op).ob_type;
        let destructor = (*tp).tp_dealloc.expect("a ready type has tp_dealloc");
        if (*tp).tp_flags & Py_TPFLAGS_HAVE_GC == 0 {
            destructor(op);
        } else {
            crate::gc::dealloc_tracked(op, destructor);
        }
    }
}

/// `Py_REFCNT`.
#[inline]
pub fn refcount(op: Op<'_>) -> usize {
    op.ob_refcnt as usize
}
