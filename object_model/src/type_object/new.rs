//! `type.__new__`: making a class from a name, bases and a namespace.
//!
//! Instances of such a class are laid out as those of its dominant base, then a word for
//! each of `__slots__`; dict and weak references stand in front of the object
//! (`Py_TPFLAGS_MANAGED_DICT`, `Py_TPFLAGS_MANAGED_WEAKREF`). A base is dominant if its
//! instances have the fields of all other bases' instances; without one there is a
//! layout conflict.

use core::ffi::{c_char, c_int, c_void};
use core::mem::offset_of;
use core::ptr;

use super::*;
use crate::define::{guard_object, same_slot};
use crate::{
    Args, Owned, Visitor, call, cell, descr, dict, errors, gc, getset, id, list, object, raise, sequence,
    singletons, state, tuple, weakref,
};

/// `tp_call` of types: makes an instance, then initialises it.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn type_call(
    op: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: slots get live objects, a tuple, and a dict or null; only types have this slot.
    guard_object(|| unsafe {
        let tp: TypeRef<'_> = Borrowed::from_ptr(op.cast());
        if op == (&raw mut PyType_Type).cast() {
            let args = Args::from_tuple_and_dict(args, kwargs);
            match args.len() {
                1 if !args.has_keywords() => {
                    return Ok(args.get(0).expect("counted").ob_type().as_object().to_owned());
                }
                3 => {}
                _ => return Err(raise!(TypeError, "type() takes 1 or 3 arguments")),
            }
        }
        let Some(new) = tp.tp_new else {
            return Err(raise!(TypeError, "cannot create '{}' instances", name_of(tp)));
        };
        let instance = call::check_c_result(tp.as_object(), new(tp.as_ptr(), args, kwargs))?;
        // `__new__` may give anything; only instances of the class are initialised.
        if !is_subtype(instance.op().ob_type(), tp) {
            return Ok(instance);
        }
        if let Some(init) = instance.op().ob_type().tp_init
            && init(instance.as_ptr(), args, kwargs) < 0
        {
            return Err(errors::raised_by_c());
        }
        Ok(instance)
    })
}

/// What `type_call` does, without tuple and dict for the arguments, where `__new__` is `object`'s
/// and `__init__` is a function; `None` for any other callable.
pub(crate) fn call_plain_class(callable: Op<'_>, args: Args<'_>) -> Option<PyResult> {
    let class = callable.downcast::<PyTypeObject>()?;
    let is_plain = same_slot(class.ob_type().tp_call, Some(type_call as ternaryfunc))
        && same_slot(class.tp_new, Some(object_type::object_new as newfunc))
        && same_slot(class.tp_init, Some(slots::functions::tp_init as initproc))
        && !has_flag(class, Py_TPFLAGS_IS_ABSTRACT);
    if !is_plain {
        return None;
    }
    let init = lookup(class, id!("__init__"))?;
    if !init.op().has_type_flag(Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return None;
    }
    let run = || {
        call::enter_recursive(" while calling a Python object")?;
        let instance = alloc::alloc_instance(class, 0)?;
        let result = call::call_prepended(init.op(), instance.op(), args)?;
        slots::functions::check_init_result(result.op())?;
        Ok(instance)
    };
    Some(run())
}

/// `type(x)` without a tuple for its argument.
pub(super) fn type_vectorcall(metatype: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.len() == 1 && metatype.as_ptr() == &raw mut PyType_Type {
        args.no_keywords("type")?;
        return Ok(args.get(0).expect("counted").ob_type().as_object().to_owned());
    }
    let positional = args.to_tuple()?;
    let kwargs = args.to_dict()?;
    let kwargs = kwargs.as_ref().map_or(ptr::null_mut(), Owned::as_ptr);
    // SAFETY: a type, a tuple, and a dict or null.
    unsafe { Owned::from_c(type_call(metatype.as_object_ptr(), positional.as_ptr(), kwargs)) }
}

/// `type.__init__` checks the number of arguments and does nothing.
pub(super) fn type_init(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<()> {
    if args.has_keywords() && args.len() == 1 {
        return Err(raise!(TypeError, "type.__init__() takes no keyword arguments"));
    }
    if args.len() != 1 && args.len() != 3 {
        return Err(raise!(TypeError, "type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// The most derived metaclass of `metatype` and those of all bases (`_PyType_CalculateMetaclass`).
pub fn calculate_metaclass(metatype: TypeRef<'_>, bases: Op<'_>) -> PyResult<Object> {
    let mut winner = metatype.to_owned();
    let Some(bases) = bases.downcast::<PyTupleObject>() else {
        return Err(errors::bad_internal_call());
    };
    for index in 0..tuple::len(bases) {
        let candidate = tuple::get(bases, index).ob_type();
        if is_subtype(winner.borrow(), candidate) {
            continue;
        }
        if !is_subtype(candidate, winner.borrow()) {
            return Err(raise!(
                TypeError,
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
            ));
        }
        winner = candidate.to_owned();
    }
    Ok(winner.into_object())
}

/// The nearest ancestor whose instances have a layout of their own.
pub(super) fn solid_base<'a>(tp: TypeRef<'a>) -> TypeRef<'a> {
    // SAFETY: bases are live types or null, and `object` is static.
    unsafe {
        let base = match Borrowed::from_nullable(tp.tp_base) {
            Some(base) => solid_base(base),
            None => static_type(&raw mut PyBaseObject_Type),
        };
        if tp.tp_basicsize != base.tp_basicsize || tp.tp_itemsize != base.tp_itemsize { tp } else { base }
    }
}

/// Among the bases, the one whose instances' layout includes that of all others.
pub(super) fn best_base<'a>(bases: Borrowed<'a, PyTupleObject>) -> PyResult<TypeRef<'a>> {
    let mut best: Option<(TypeRef<'a>, TypeRef<'a>)> = None;
    for &base in tuple::items(bases) {
        // SAFETY: a tuple's items are live.
        let Some(base) = unsafe { Op::from_ptr(base) }.downcast::<PyTypeObject>() else {
            return Err(raise!(TypeError, "bases must be types"));
        };
        // One whose `mro()` is running has its dict already: its subclasses are refused later.
        if dict_of(base).is_none() {
            ready(base)?;
        }
        if !has_flag(base, Py_TPFLAGS_BASETYPE) {
            return Err(raise!(TypeError, "type '{}' is not an acceptable base type", name_of(base)));
        }
        let candidate = solid_base(base);
        best = match best {
            None => Some((candidate, base)),
            Some((winner, _)) if is_subtype(winner, candidate) => best,
            Some((winner, _)) if is_subtype(candidate, winner) => Some((candidate, base)),
            Some(_) => return Err(raise!(TypeError, "multiple bases have instance lay-out conflict")),
        };
    }
    best.map(|(_, base)| base)
        .ok_or_else(|| raise!(TypeError, "a new-style class can't have only classic bases"))
}

/// What is known about a class that is being made.
struct Plan<'a> {
    metatype: TypeRef<'a>,
    name: Borrowed<'a, PyUnicodeObject>,
    bases: Borrowed<'a, PyTupleObject>,
    base: TypeRef<'a>,
    namespace: Owned<PyDictObject>,
    /// Mangled and sorted; `None` without `__slots__`.
    slots: Option<Owned<PyTupleObject>>,
    add_dict: bool,
    add_weak: bool,
}

/// `type.__new__(metatype, name, bases, namespace, **kwargs)`.
pub(super) fn type_new(metatype: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.len() != 3 {
        return Err(raise!(TypeError, "type.__new__() takes exactly 3 arguments ({} given)", args.len()));
    }
    let (name, bases, namespace) =
        (args.get(0).expect("counted"), args.get(1).expect("counted"), args.get(2).expect("counted"));
    let wrong = |index: usize, wanted: &core::primitive::str, op: Op<'_>| {
        raise!(TypeError, "type.__new__() argument {index} must be {wanted}, not {}", op.type_name())
    };
    let name = name.downcast::<PyUnicodeObject>().ok_or_else(|| wrong(1, "str", name))?;
    let bases = bases.downcast::<PyTupleObject>().ok_or_else(|| wrong(2, "tuple", bases))?;
    let namespace = namespace.downcast::<PyDictObject>().ok_or_else(|| wrong(3, "dict", namespace))?;

    let object_alone;
    let (metatype, bases) = if tuple::len(bases) == 0 {
        // SAFETY: `object` is a static type.
        object_alone = tuple::pack(&[unsafe { static_type(&raw mut PyBaseObject_Type) }.as_object()])?;
        // SAFETY: `pack` makes a tuple.
        (metatype.to_owned(), unsafe { object_alone.borrow().cast_unchecked() })
    } else {
        for &base in tuple::items(bases) {
            // SAFETY: a tuple's items are live.
            let base = unsafe { Op::from_ptr(base) };
            if !base.is_instance::<PyTypeObject>()
                && object::get_optional_attr(base, id!("__mro_entries__"))?.is_some()
            {
                return Err(raise!(
                    TypeError,
                    "type() doesn't support MRO entry resolution; use types.new_class()"
                ));
            }
        }
        // SAFETY: a metaclass is a type.
        let winner: Owned<PyTypeObject> =
            unsafe { calculate_metaclass(metatype, bases.as_object())?.cast_unchecked() };
        if winner.as_ptr() != metatype.as_ptr() {
            // SAFETY: `type` is a static type.
            let own = unsafe { PyType_Type.tp_new }.map(|f| f as usize);
            if let Some(new) = winner.tp_new
                && Some(new as usize) != own
            {
                let positional = args.to_tuple()?;
                let kwargs = args.to_dict()?;
                let kwargs = kwargs.as_ref().map_or(ptr::null_mut(), Owned::as_ptr);
                // SAFETY: the slot of a live type, with a tuple, and a dict or null.
                return unsafe { Owned::from_c(new(winner.as_ptr(), positional.as_ptr(), kwargs)) };
            }
        }
        (winner, bases)
    };
    let base = best_base(bases)?;
    // SAFETY: a copy of a dict is a dict.
    let namespace: Owned<PyDictObject> = unsafe { dict::copy(namespace)?.cast_unchecked() };
    let mut plan = Plan {
        metatype: metatype.borrow(),
        name,
        bases,
        base,
        namespace,
        slots: None,
        add_dict: false,
        add_weak: false,
    };
    plan.read_slots()?;
    let class = plan.make()?;
    // SAFETY: just made.
    let tp: TypeRef<'_> = unsafe { class.borrow().cast_unchecked() };
    set_names(tp)?;
    init_subclass(tp, args)?;
    debug_assert!(has_flag(tp, Py_TPFLAGS_READY));
    Ok(class)
}

impl Plan<'_> {
    /// Decides on `__slots__`, dict and weak references.
    fn read_slots(&mut self) -> PyResult<()> {
        let may_add_dict = self.base.tp_dictoffset == 0;
        let may_add_weak = self.base.tp_weaklistoffset == 0 && self.base.tp_itemsize == 0;
        let Some(slots) = dict::get_item(self.namespace.borrow(), id!("__slots__"))? else {
            self.add_dict = may_add_dict;
            self.add_weak = may_add_weak;
            return Ok(());
        };
        let names = if slots.op().is_instance::<PyUnicodeObject>() {
            tuple::pack(&[slots.op()])?
        } else {
            sequence::to_tuple(slots.op())?
        };
        // SAFETY: both make tuples.
        let names: Owned<PyTupleObject> = unsafe { names.cast_unchecked() };
        if tuple::len(names.borrow()) > 0 && self.base.tp_itemsize != 0 {
            let base = name_of(self.base);
            return Err(raise!(TypeError, "nonempty __slots__ not supported for subtype of '{base}'"));
        }
        let mut kept: Vec<Object> = Vec::new();
        for index in 0..tuple::len(names.borrow()) {
            let slot = tuple::get(names.borrow(), index);
            let Some(name) = slot.downcast::<PyUnicodeObject>() else {
                return Err(raise!(TypeError, "__slots__ items must be strings, not '{}'", slot.type_name()));
            };
            if !is_identifier(slot)? {
                return Err(raise!(TypeError, "__slots__ must be identifiers"));
            }
            if str::equals(slot, "__dict__") {
                if !may_add_dict || self.add_dict {
                    return Err(raise!(TypeError, "__dict__ slot disallowed: we already got one"));
                }
                self.add_dict = true;
            } else if str::equals(slot, "__weakref__") {
                if !may_add_weak || self.add_weak {
                    return Err(raise!(TypeError, "__weakref__ slot disallowed: we already got one"));
                }
                self.add_weak = true;
            } else {
                let mangled = mangle(self.name, name)?;
                // The compiler puts these into the namespace; they do not stay.
                let from_compiler = ["__qualname__", "__classcell__", "__classdictcell__"]
                    .iter()
                    .any(|known| str::equals(mangled.op(), known));
                if !from_compiler && dict::contains(self.namespace.borrow(), mangled.op())? {
                    let shown = object::repr(slot)?;
                    return Err(raise!(
                        ValueError,
                        "{} in __slots__ conflicts with class variable",
                        text(shown.op())
                    ));
                }
                kept.push(mangled.into_object());
            }
        }
        let kept = list::from_vec(kept)?;
        list::sort(kept.borrow(), None, false)?;
        // SAFETY: `to_tuple` makes a tuple.
        self.slots = Some(unsafe { list::to_tuple(kept.borrow())?.cast_unchecked() });
        // A secondary base may have what the dominant one and `__slots__` do not give.
        for &base in tuple::items(self.bases) {
            // SAFETY: `best_base` has checked that all are types.
            let base: TypeRef<'_> = unsafe { Borrowed::from_ptr(base.cast()) };
            if base.as_ptr() == self.base.as_ptr() {
                continue;
            }
            self.add_dict |= may_add_dict && base.tp_dictoffset != 0;
            self.add_weak |= may_add_weak && base.tp_weaklistoffset != 0;
        }
        Ok(())
    }

    fn make(&self) -> PyResult {
        let namespace = self.namespace.borrow();
        let n_slots = self.slots.as_ref().map_or(0, |slots| tuple::len(slots.borrow()));
        let qualname = match dict::get_item(namespace, id!("__qualname__"))? {
            Some(qualname) if !qualname.op().is_instance::<PyUnicodeObject>() => {
                let kind = qualname.op().type_name();
                return Err(raise!(TypeError, "type __qualname__ must be a str, not {kind}"));
            }
            Some(qualname) => {
                dict::del_item(namespace, id!("__qualname__"))?;
                qualname
            }
            None => self.name.as_object().to_owned(),
        };
        let tp_name = name_bytes(self.name)?;
        let class = alloc::alloc_instance(self.metatype, n_slots as isize)?;
        // SAFETY: a zeroed object of a metatype: it has the layout of a heap type. Every
        // field is set before Python code can see the class.
        unsafe {
            let heap = class.as_ptr().cast::<PyHeapTypeObject>();
            let raw = class.as_ptr().cast::<PyTypeObject>();
            (*raw).tp_flags =
                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
            (*raw).tp_as_async = &raw mut (*heap).as_async;
            (*raw).tp_as_number = &raw mut (*heap).as_number;
            (*raw).tp_as_sequence = &raw mut (*heap).as_sequence;
            (*raw).tp_as_mapping = &raw mut (*heap).as_mapping;
            (*raw).tp_as_buffer = &raw mut (*heap).as_buffer;
            (*heap).ht_name = self.name.to_owned().into_ptr().cast();
            (*heap).ht_qualname = qualname.into_ptr();
            (*raw).tp_dict = self.namespace.clone().into_object_ptr();
            (*raw).tp_bases = self.bases.to_owned().into_object_ptr();
            (*raw).tp_base = self.base.to_owned().into_ptr();
            (*heap).ht_slots = self.slots.clone().map_or(ptr::null_mut(), Owned::into_object_ptr);
            set_tp_name(heap, tp_name)?;
            self.complete_namespace(raw)?;
            self.lay_out(heap, n_slots)?;
            take_class_cells(TypeRef::from_ptr(raw))?;
            ready(TypeRef::from_ptr(raw))?;
            slots::fixup_slots(TypeRef::from_ptr(raw));
            modified(TypeRef::from_ptr(raw));
        }
        if !dict::has_only_string_keys(namespace) {
            let message = format!("non-string key in the __dict__ of class {}", text(self.name.as_object()));
            (state::hooks().warn)(crate::exceptions::builtin::RuntimeWarning(), &message, 1)?;
        }
        Ok(class)
    }

    /// `__module__`, `__doc__`, and the decorators some special methods do not need to write.
    unsafe fn complete_namespace(&self, raw: *mut PyTypeObject) -> PyResult<()> {
        let namespace = self.namespace.borrow();
        if !dict::contains(namespace, id!("__module__"))?
            && let Some(globals) = state::interp().hooks.get().and_then(|hooks| (hooks.current_globals)())
            && let Some(globals) = globals.op().downcast::<PyDictObject>()
            && let Some(module) = dict::get_item(globals, id!("__name__"))?
        {
            dict::set_item(namespace, id!("__module__"), module.op())?;
        }
        if let Some(doc) = dict::get_item(namespace, id!("__doc__"))?
            && let Some(doc) = doc.op().downcast::<PyUnicodeObject>()
        {
            let doc = str::as_utf8(doc)?;
            // SAFETY: the class is being made; the field owns its memory.
            unsafe { (*raw).tp_doc = copy_text(doc.split('\0').next().unwrap_or(""))? };
        }
        if let Some(function) = dict::get_item(namespace, id!("__new__"))?
            && is_python_function(function.op())
        {
            dict::set_item(namespace, id!("__new__"), descr::new_static_method(function.op())?.op())?;
        }
        for name in [id!("__init_subclass__"), id!("__class_getitem__")] {
            if let Some(function) = dict::get_item(namespace, name)?
                && is_python_function(function.op())
            {
                dict::set_item(namespace, name, descr::new_classmethod_object(function.op())?.op())?;
            }
        }
        Ok(())
    }

    /// Size, slot members, dict and weak references, and the functions that go with them.
    unsafe fn lay_out(&self, heap: *mut PyHeapTypeObject, n_slots: usize) -> PyResult<()> {
        // SAFETY: the class is being made; its object has room for as many members as slots.
        unsafe {
            let raw = &raw mut (*heap).ht_type;
            let mut offset = self.base.tp_basicsize;
            let members = members_of(raw);
            if let Some(slots) = &self.slots {
                for index in 0..n_slots {
                    let name = tuple::get(slots.borrow(), index);
                    let name = str::as_utf8(name.cast_unchecked())?;
                    *members.add(index) = PyMemberDef {
                        // Never freed: descriptors may outlive the class.
                        name: copy_text(name)?,
                        r#type: Py_T_OBJECT_EX,
                        offset,
                        flags: 0,
                        doc: ptr::null(),
                    };
                    offset += size_of::<*mut PyObject>() as isize;
                }
                *members.add(n_slots) = PyMemberDef::EMPTY;
            }
            (*raw).ob_base.ob_size = n_slots as isize;
            (*raw).tp_basicsize = offset;
            (*raw).tp_itemsize = self.base.tp_itemsize;
            if n_slots > 0 {
                (*raw).tp_members = members;
            }
            if self.add_weak {
                add_flags(raw, Py_TPFLAGS_MANAGED_WEAKREF);
                (*raw).tp_weaklistoffset = MANAGED_WEAKREF_OFFSET;
            }
            if self.add_dict {
                add_flags(raw, Py_TPFLAGS_MANAGED_DICT);
                (*raw).tp_dictoffset = -1;
            }
            let getsets = match (self.add_dict, self.add_weak) {
                (true, true) => GETSETS.as_ptr(),
                (true, false) => DICT_GETSETS.as_ptr(),
                (false, true) => GETSETS[1..].as_ptr(),
                (false, false) => ptr::null(),
            };
            (*raw).tp_getset = getsets.cast_mut();
            (*raw).tp_dealloc = Some(subtype_dealloc);
            (*raw).tp_alloc = Some(alloc::PyType_GenericAlloc);
            (*raw).tp_free = Some(alloc::PyObject_GC_Del);
            (*raw).tp_traverse = Some(subtype_traverse);
            (*raw).tp_clear = Some(subtype_clear);
        }
        Ok(())
    }
}

/// The member table behind a heap type, one entry for each of its slots.
///
/// # Safety
/// `tp` is a live heap type.
pub(super) unsafe fn members_of(tp: *mut PyTypeObject) -> *mut PyMemberDef {
    // SAFETY: the table stands where instances of the metatype end.
    unsafe { tp.byte_offset((*(*tp).ob_base.ob_base.ob_type).tp_basicsize).cast() }
}

/// A C string in memory of its own.
pub(super) fn copy_text(text: &core::primitive::str) -> PyResult<*mut c_char> {
    let block = crate::alloc::malloc(text.len() + 1).cast::<u8>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: a fresh block with room for the text and its end.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
        *block.add(text.len()) = 0;
    }
    Ok(block.cast())
}

/// A class's name as UTF-8, which must not contain null characters.
pub(super) fn name_bytes(name: Borrowed<'_, PyUnicodeObject>) -> PyResult<&core::primitive::str> {
    let text = str::as_utf8(name)?;
    if text.contains('\0') {
        return Err(raise!(ValueError, "type name must not contain null characters"));
    }
    Ok(text)
}

/// Sets `tp_name` to a copy that the type owns.
///
/// # Safety
/// `heap` is a heap type.
pub(super) unsafe fn set_tp_name(heap: *mut PyHeapTypeObject, name: &core::primitive::str) -> PyResult<()> {
    let copy = copy_text(name)?;
    // SAFETY: the caller's promise; the field owns its memory or is null.
    unsafe {
        let old = (*heap)._ht_tpname;
        (*heap)._ht_tpname = copy;
        (*heap).ht_type.tp_name = copy;
        crate::alloc::free(old.cast());
    }
    Ok(())
}

/// Whether `op` is a function written in Python. Its type belongs to the interpreter and is
/// known here by name alone.
fn is_python_function(op: Op<'_>) -> bool {
    let tp = op.ob_type();
    !has_flag(tp, Py_TPFLAGS_HEAPTYPE) && name_of(tp) == "function"
}

fn is_identifier(name: Op<'_>) -> PyResult<bool> {
    object::is_true(call::call_method(name, "isidentifier", &[])?.op())
}

/// `__name` in class `X` is `_X__name` (`_Py_Mangle`).
pub fn mangle(
    class: Borrowed<'_, PyUnicodeObject>,
    name: Borrowed<'_, PyUnicodeObject>,
) -> PyResult<Owned<PyUnicodeObject>> {
    let name_text = text(name.as_object());
    let class_text = text(class.as_object());
    let class_text = class_text.trim_start_matches('_');
    let private = name_text.starts_with("__") && !name_text.ends_with("__") && !name_text.contains('.');
    if !private || class_text.is_empty() {
        return Ok(name.to_owned());
    }
    str::intern(&format!("_{class_text}{name_text}"))
}

/// Gives the cells behind `__class__` and the class's namespace their content.
fn take_class_cells(tp: TypeRef<'_>) -> PyResult<()> {
    let namespace = dict_of(tp).expect("just set");
    let take = |name: Op<'_>, value: Op<'_>| -> PyResult<()> {
        let Some(found) = dict::get_item(namespace, name)? else { return Ok(()) };
        let Some(target) = found.op().downcast_exact::<PyCellObject>() else {
            let (name, kind) = (text(name), object::repr(found.op().ob_type().as_object())?);
            return Err(raise!(TypeError, "{name} must be a nonlocal cell, not {}", text(kind.op())));
        };
        cell::set(target, Some(value.to_owned()));
        dict::del_item(namespace, name)
    };
    take(id!("__classcell__"), tp.as_object())?;
    take(id!("__classdictcell__"), namespace.as_object())
}

/// Tells the values of the namespace the names they have been given.
fn set_names(tp: TypeRef<'_>) -> PyResult<()> {
    // A method may change the class.
    let entries: Vec<(Object, Object)> = dict::pairs(dict_of(tp).expect("ready"))
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    for (key, value) in entries {
        let Some(method) = object::lookup_special_object(value.op(), id!("__set_name__"))? else { continue };
        if let Err(raised) = call::call_positional(method.op(), &[tp.as_object(), key.op()]) {
            let exception = raised.take();
            let shown = object::repr(key.op())?;
            let note = str::from_string(format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.op().type_name(),
                text(shown.op()),
                name_of(tp)
            ))?;
            call::call_method(exception.op(), "add_note", &[note.op()])?;
            return Err(errors::restore(exception));
        }
    }
    Ok(())
}

/// Calls `super(tp, tp).__init_subclass__(**kwargs)`.
fn init_subclass(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<()> {
    let parent = crate::super_object::new(tp, tp.as_object())?;
    let function = object::get_attr(parent.op(), id!("__init_subclass__"))?;
    call::call(function.op(), args.skip(3)).map(drop)
}

/// Whether two classes of the same base have added the same fields to it.
pub(super) fn same_slots_added(a: TypeRef<'_>, b: TypeRef<'_>) -> bool {
    let (Some(heap_a), Some(heap_b)) = (as_heap_type(a), as_heap_type(b)) else { return false };
    if (a.tp_flags ^ b.tp_flags) & Py_TPFLAGS_PREHEADER != 0 {
        return false;
    }
    // SAFETY: the caller has checked that both have the same base, which is not null; slots
    // are null or tuples.
    let (base, slots_a, slots_b) = unsafe {
        (TypeRef::from_ptr(a.tp_base), Op::from_nullable(heap_a.ht_slots), Op::from_nullable(heap_b.ht_slots))
    };
    let word = size_of::<*mut PyObject>() as isize;
    let mut size = base.tp_basicsize;
    if a.tp_dictoffset == size && b.tp_dictoffset == size {
        size += word;
    }
    if a.tp_weaklistoffset == size && b.tp_weaklistoffset == size {
        size += word;
    }
    if let (Some(slots_a), Some(slots_b)) = (slots_a, slots_b) {
        let equal = object::equal(slots_a, slots_b).unwrap_or_else(|raised| {
            raised.clear();
            false
        });
        if !equal {
            return false;
        }
        // SAFETY: `ht_slots` is a tuple.
        size += word * tuple::len(unsafe { slots_a.cast_unchecked() }) as isize;
    }
    size == a.tp_basicsize && size == b.tp_basicsize
}

/// `type.__bases__ = ...`: checks, new MROs for the class and its subclasses, slots.
pub(super) fn set_bases(tp: TypeRef<'_>, value: Op<'_>) -> PyResult<()> {
    let name = name_of(tp);
    let Some(bases) = value.downcast::<PyTupleObject>() else {
        return Err(raise!(
            TypeError,
            "can only assign tuple to {name}.__bases__, not {}",
            value.type_name()
        ));
    };
    if tuple::len(bases) == 0 {
        return Err(raise!(TypeError, "can only assign non-empty tuple to {name}.__bases__, not ()"));
    }
    for &base in tuple::items(bases) {
        // SAFETY: a tuple's items are live.
        let base = unsafe { Op::from_ptr(base) };
        let Some(base) = base.downcast::<PyTypeObject>() else {
            return Err(raise!(
                TypeError,
                "{name}.__bases__ must be tuple of classes, not '{}'",
                base.type_name()
            ));
        };
        // A custom mro() may leave out ancestors, so the chain of first bases counts, too.
        if is_subtype(base, tp) || in_base_chain(base, tp) {
            return Err(raise!(TypeError, "a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = best_base(bases)?;
    // SAFETY: a ready class has a base.
    object_type::check_compatible(unsafe { TypeRef::from_ptr(tp.tp_base) }, new_base, "__bases__")?;
    // SAFETY: a live heap type; what it owned stays in hand until all has gone well.
    unsafe {
        let raw = tp.as_ptr();
        let old_bases: Owned<PyTupleObject> = Owned::steal((*raw).tp_bases.cast());
        let old_base = Owned::steal((*raw).tp_base);
        (*raw).tp_bases = bases.to_owned().into_object_ptr();
        (*raw).tp_base = new_base.to_owned().into_ptr();
        let mut undo = Vec::new();
        if let Err(raised) = update_hierarchy(tp, &mut undo) {
            // Back to what was before, unless `mro()` itself has assigned other bases.
            for (class, new_mro, old_mro) in undo {
                let class = class.as_ptr();
                if (*class).tp_mro == new_mro {
                    drop(Object::steal_nullable((*class).tp_mro));
                    (*class).tp_mro = crate::refs::into_nullable(old_mro);
                }
            }
            if (*raw).tp_bases == bases.as_object_ptr() {
                drop(Object::steal((*raw).tp_bases));
                drop(Owned::steal((*raw).tp_base));
                (*raw).tp_bases = old_bases.into_object_ptr();
                (*raw).tp_base = old_base.into_ptr();
            }
            modified(tp);
            return Err(raised);
        }
        if (*raw).tp_bases == bases.as_object_ptr() {
            for &base in tuple::items(old_bases.borrow()) {
                lookup::remove_subclass(base.cast(), raw);
            }
            for &base in tuple::items(bases) {
                lookup::add_subclass(base.cast(), raw);
            }
        }
    }
    modified(tp);
    slots::update_all_slots(tp);
    Ok(())
}

/// Whether `ancestor` is among the first bases of `tp`.
fn in_base_chain(tp: TypeRef<'_>, ancestor: TypeRef<'_>) -> bool {
    let mut base = tp.as_ptr();
    while !base.is_null() {
        if base == ancestor.as_ptr() {
            return true;
        }
        // SAFETY: bases are live types.
        base = unsafe { (*base).tp_base };
    }
    false
}

type Undo = Vec<(Owned<PyTypeObject>, *mut PyObject, Option<Object>)>;

/// New MROs for a class and all its subclasses, remembering the old ones.
fn update_hierarchy(tp: TypeRef<'_>, undo: &mut Undo) -> PyResult<()> {
    let Some(old) = mro::update(tp)? else { return Ok(()) };
    undo.push((tp.to_owned(), tp.tp_mro, old));
    for subclass in lookup::subclass_pointers(tp) {
        // SAFETY: subclasses leave the list before they die.
        let subclass = unsafe { TypeRef::from_ptr(subclass) }.to_owned();
        update_hierarchy(subclass.borrow(), undo)?;
    }
    Ok(())
}

use super::object as object_type;

/// The nearest ancestor with a `dealloc` of its own.
///
/// # Safety
/// `tp` is a live type.
unsafe fn dealloc_base(tp: *mut PyTypeObject) -> *mut PyTypeObject {
    let mut base = tp;
    // SAFETY: class statements' types have bases, and `object` has another `dealloc`.
    unsafe {
        while (*base).tp_dealloc.map(|f| f as usize) == Some(subtype_dealloc as destructor as usize) {
            base = (*base).tp_base;
        }
    }
    base
}

/// Whether the `dealloc` that frees an instance of `tp` gives the reference to its type back.
///
/// # Safety
/// `tp` is a live type.
pub(crate) unsafe fn base_gives_type_back(tp: *mut PyTypeObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 && (*dealloc_base(tp)).tp_flags & Py_TPFLAGS_HEAPTYPE != 0
    }
}

/// Runs `f` for the cell of each slot that `tp` itself has added.
///
/// # Safety
/// `tp` is a heap type and `op` an instance.
unsafe fn for_each_slot(tp: *mut PyTypeObject, op: *mut PyObject, mut f: impl FnMut(*mut *mut PyObject)) {
    // SAFETY: the table has as many entries as the type's size says.
    unsafe {
        let members = members_of(tp);
        for index in 0..(*tp).ob_base.ob_size {
            let member = members.offset(index);
            if (*member).r#type == Py_T_OBJECT_EX && (*member).flags & Py_READONLY == 0 {
                f(op.byte_offset((*member).offset).cast());
            }
        }
    }
}

/// `tp_dealloc` of classes.
///
/// # Safety
/// The count of `op` has become 0.
pub unsafe extern "C" fn subtype_dealloc(op: *mut PyObject) {
    // SAFETY: a dying instance of a class; each reference is given back once.
    unsafe {
        let tp = (*op).ob_type;
        let is_gc = (*tp).tp_flags & Py_TPFLAGS_HAVE_GC != 0;
        let base = dealloc_base(tp);
        if is_gc {
            gc::untrack(op);
        }
        if (*tp).tp_finalize.is_some() {
            if is_gc {
                gc::track(op);
            }
            if gc::call_finalizer_from_dealloc(Op::from_ptr(op)) {
                return; // Somebody has taken a reference: it lives on.
            }
            if is_gc {
                gc::untrack(op);
            }
        }
        if (*tp).tp_weaklistoffset != 0 && (*base).tp_weaklistoffset == 0 {
            weakref::clear_refs(Op::from_ptr(op));
        }
        if let Some(del) = (*tp).tp_del {
            if is_gc {
                gc::track(op);
            }
            // It takes and gives back a reference of its own.
            del(op);
            if (*op).ob_refcnt > 0 {
                return;
            }
            if is_gc {
                gc::untrack(op);
            }
        }
        if is_gc {
            let mut class = tp;
            while class != base {
                for_each_slot(class, op, |cell| {
                    drop(Object::steal_nullable(ptr::replace(cell, ptr::null_mut())));
                });
                class = (*class).tp_base;
            }
            if (*tp).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
                if (*base).tp_flags & Py_TPFLAGS_MANAGED_DICT == 0 {
                    object::clear_managed_dict(Op::from_ptr(op));
                }
            } else if (*tp).tp_dictoffset != 0 && (*base).tp_dictoffset == 0 {
                let place = object::dict_pointer(Op::from_ptr(op));
                drop(Object::steal_nullable(ptr::replace(place, ptr::null_mut())));
            }
            if (*base).tp_flags & Py_TPFLAGS_HAVE_GC != 0 {
                gc::track(op);
            }
        }
        // A finalizer may have assigned `__class__`.
        let tp = (*op).ob_type;
        if base == &raw mut PyBaseObject_Type
            && same_slot((*tp).tp_free, Some(alloc::PyObject_GC_Del as freefunc))
        {
            gc::delete(op);
            if (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 {
                drop(Owned::steal(tp));
            }
            return;
        }
        let gives_back =
            (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 && (*base).tp_flags & Py_TPFLAGS_HEAPTYPE == 0;
        ((*base).tp_dealloc.expect("a ready type has tp_dealloc"))(op);
        if gives_back {
            drop(Owned::steal(tp));
        }
    }
}

/// `tp_traverse` of classes.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn subtype_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live instance of a class.
    unsafe {
        let mut visitor = Visitor::new(visit, arg);
        let tp = (*op).ob_type;
        let mut base = tp;
        while !base.is_null()
            && (*base).tp_traverse.map(|f| f as usize) == Some(subtype_traverse as traverseproc as usize)
        {
            for_each_slot(base, op, |cell| visitor.visit(*cell));
            base = (*base).tp_base;
        }
        if (*tp).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            // A base that has the dict already visits it itself.
            if (*base).tp_flags & Py_TPFLAGS_MANAGED_DICT == 0 {
                object::visit_managed_dict(Op::from_ptr(op), &mut visitor);
            }
        } else if (*tp).tp_dictoffset != (*base).tp_dictoffset {
            let place = object::dict_pointer(Op::from_ptr(op));
            if !place.is_null() {
                visitor.visit(*place);
            }
        }
        let base_traverse = (*base).tp_traverse;
        // A heap base's own function visits the type.
        if (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE != 0
            && (base_traverse.is_none() || (*base).tp_flags & Py_TPFLAGS_HEAPTYPE == 0)
        {
            visitor.visit(tp);
        }
        match base_traverse {
            Some(traverse) if visitor.result() == 0 => traverse(op, visit, arg),
            _ => visitor.result(),
        }
    }
}

/// `tp_clear` of classes.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn subtype_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live instance of a class; cells are emptied before they are dropped.
    unsafe {
        let tp = (*op).ob_type;
        let mut base = tp;
        while !base.is_null()
            && (*base).tp_clear.map(|f| f as usize) == Some(subtype_clear as inquiry as usize)
        {
            for_each_slot(base, op, |cell| {
                drop(Object::steal_nullable(ptr::replace(cell, ptr::null_mut())));
            });
            base = (*base).tp_base;
        }
        if (*tp).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            if (*base).tp_flags & Py_TPFLAGS_MANAGED_DICT == 0 {
                object::clear_managed_dict(Op::from_ptr(op));
            }
        } else if (*tp).tp_dictoffset != (*base).tp_dictoffset {
            let place = object::dict_pointer(Op::from_ptr(op));
            if !place.is_null() {
                drop(Object::steal_nullable(ptr::replace(place, ptr::null_mut())));
            }
        }
        match (*base).tp_clear {
            Some(clear) => clear(op),
            None => 0,
        }
    }
}

/// The `__dict__` descriptor of a C base that has a dict, whose word counts.
fn inherited_dict_descriptor(op: Op<'_>) -> Option<Object> {
    let mut tp = op.ob_type();
    // SAFETY: bases are live types or null.
    while let Some(base) = unsafe { Borrowed::<PyTypeObject>::from_nullable(tp.tp_base) } {
        if tp.tp_dictoffset != 0 && !has_flag(tp, Py_TPFLAGS_HEAPTYPE) {
            return lookup(tp, id!("__dict__")).filter(|found| descr::is_data(found.op()));
        }
        tp = base;
    }
    None
}

fn get_instance_dict(op: Op<'_>) -> PyResult {
    match inherited_dict_descriptor(op) {
        Some(found) => descr::bind(found, Some(op), op.ob_type().as_object()),
        None => object::generic_get_dict(op),
    }
}

fn set_instance_dict(op: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if let Some(found) = inherited_dict_descriptor(op)
        && let Some(set) = found.op().ob_type().tp_descr_set
    {
        // SAFETY: the slot of the descriptor's own type.
        let status = unsafe { set(found.as_ptr(), op.as_ptr(), crate::refs::as_nullable(value)) };
        return if status < 0 { Err(errors::raised_by_c()) } else { Ok(()) };
    }
    object::generic_set_dict(op, value)
}

fn get_weakref(op: Op<'_>) -> PyResult {
    let offset = op.ob_type().tp_weaklistoffset;
    if offset == 0 {
        return Err(raise!(AttributeError, "This object has no __weakref__"));
    }
    // SAFETY: the type says that the word at the offset is null or a weak reference.
    let first = unsafe { Object::new_ref_nullable(*op.as_ptr().byte_offset(offset).cast::<*mut PyObject>()) };
    Ok(first.unwrap_or_else(singletons::new_none))
}

const DICT_GETSET: PyGetSetDef =
    getset::get_set(c"__dict__", get_instance_dict, set_instance_dict, c"dictionary for instance variables");
/// ORDER: `lay_out` takes the tail for classes without a dict.
static GETSETS: [PyGetSetDef; 3] = [
    DICT_GETSET,
    getset::get(c"__weakref__", get_weakref, c"list of weak references to the object"),
    PyGetSetDef::EMPTY,
];
static DICT_GETSETS: [PyGetSetDef; 2] = [DICT_GETSET, PyGetSetDef::EMPTY];

const _: () = assert!(offset_of!(PyHeapTypeObject, ht_type) == 0);
