//! `PyType_FromSpec`: heap types from C tables.

use core::ffi::{CStr, c_char, c_int, c_ulong, c_void};
use core::mem::offset_of;
use core::ptr;

use super::*;
use crate::{Owned, dict, exceptions, id, raise, state, tuple};

/// Where slot `number` of a `PyType_Slot` stands in a heap type.
pub(super) fn slot_offset(number: c_int) -> Option<usize> {
    macro_rules! table {
        ($($number:ident => $path:expr;)*) => {
            match number {
                $($number => Some($path),)*
                _ => None,
            }
        };
    }
    macro_rules! at {
        ($outer:ident) => {
            offset_of!(PyTypeObject, $outer)
        };
        ($table:ident, $layout:ident, $slot:ident) => {
            offset_of!(PyHeapTypeObject, $table) + offset_of!($layout, $slot)
        };
    }
    table! {
        Py_bf_getbuffer => at!(as_buffer, PyBufferProcs, bf_getbuffer);
        Py_bf_releasebuffer => at!(as_buffer, PyBufferProcs, bf_releasebuffer);
        Py_mp_ass_subscript => at!(as_mapping, PyMappingMethods, mp_ass_subscript);
        Py_mp_length => at!(as_mapping, PyMappingMethods, mp_length);
        Py_mp_subscript => at!(as_mapping, PyMappingMethods, mp_subscript);
        Py_nb_absolute => at!(as_number, PyNumberMethods, nb_absolute);
        Py_nb_add => at!(as_number, PyNumberMethods, nb_add);
        Py_nb_and => at!(as_number, PyNumberMethods, nb_and);
        Py_nb_bool => at!(as_number, PyNumberMethods, nb_bool);
        Py_nb_divmod => at!(as_number, PyNumberMethods, nb_divmod);
        Py_nb_float => at!(as_number, PyNumberMethods, nb_float);
        Py_nb_floor_divide => at!(as_number, PyNumberMethods, nb_floor_divide);
        Py_nb_index => at!(as_number, PyNumberMethods, nb_index);
        Py_nb_inplace_add => at!(as_number, PyNumberMethods, nb_inplace_add);
        Py_nb_inplace_and => at!(as_number, PyNumberMethods, nb_inplace_and);
        Py_nb_inplace_floor_divide => at!(as_number, PyNumberMethods, nb_inplace_floor_divide);
        Py_nb_inplace_lshift => at!(as_number, PyNumberMethods, nb_inplace_lshift);
        Py_nb_inplace_multiply => at!(as_number, PyNumberMethods, nb_inplace_multiply);
        Py_nb_inplace_or => at!(as_number, PyNumberMethods, nb_inplace_or);
        Py_nb_inplace_power => at!(as_number, PyNumberMethods, nb_inplace_power);
        Py_nb_inplace_remainder => at!(as_number, PyNumberMethods, nb_inplace_remainder);
        Py_nb_inplace_rshift => at!(as_number, PyNumberMethods, nb_inplace_rshift);
        Py_nb_inplace_subtract => at!(as_number, PyNumberMethods, nb_inplace_subtract);
        Py_nb_inplace_true_divide => at!(as_number, PyNumberMethods, nb_inplace_true_divide);
        Py_nb_inplace_xor => at!(as_number, PyNumberMethods, nb_inplace_xor);
        Py_nb_int => at!(as_number, PyNumberMethods, nb_int);
        Py_nb_invert => at!(as_number, PyNumberMethods, nb_invert);
        Py_nb_lshift => at!(as_number, PyNumberMethods, nb_lshift);
        Py_nb_multiply => at!(as_number, PyNumberMethods, nb_multiply);
        Py_nb_negative => at!(as_number, PyNumberMethods, nb_negative);
        Py_nb_or => at!(as_number, PyNumberMethods, nb_or);
        Py_nb_positive => at!(as_number, PyNumberMethods, nb_positive);
        Py_nb_power => at!(as_number, PyNumberMethods, nb_power);
        Py_nb_remainder => at!(as_number, PyNumberMethods, nb_remainder);
        Py_nb_rshift => at!(as_number, PyNumberMethods, nb_rshift);
        Py_nb_subtract => at!(as_number, PyNumberMethods, nb_subtract);
        Py_nb_true_divide => at!(as_number, PyNumberMethods, nb_true_divide);
        Py_nb_xor => at!(as_number, PyNumberMethods, nb_xor);
        Py_sq_ass_item => at!(as_sequence, PySequenceMethods, sq_ass_item);
        Py_sq_concat => at!(as_sequence, PySequenceMethods, sq_concat);
        Py_sq_contains => at!(as_sequence, PySequenceMethods, sq_contains);
        Py_sq_inplace_concat => at!(as_sequence, PySequenceMethods, sq_inplace_concat);
        Py_sq_inplace_repeat => at!(as_sequence, PySequenceMethods, sq_inplace_repeat);
        Py_sq_item => at!(as_sequence, PySequenceMethods, sq_item);
        Py_sq_length => at!(as_sequence, PySequenceMethods, sq_length);
        Py_sq_repeat => at!(as_sequence, PySequenceMethods, sq_repeat);
        Py_tp_alloc => at!(tp_alloc);
        Py_tp_base => at!(tp_base);
        Py_tp_bases => at!(tp_bases);
        Py_tp_call => at!(tp_call);
        Py_tp_clear => at!(tp_clear);
        Py_tp_dealloc => at!(tp_dealloc);
        Py_tp_del => at!(tp_del);
        Py_tp_descr_get => at!(tp_descr_get);
        Py_tp_descr_set => at!(tp_descr_set);
        Py_tp_doc => at!(tp_doc);
        Py_tp_getattr => at!(tp_getattr);
        Py_tp_getattro => at!(tp_getattro);
        Py_tp_hash => at!(tp_hash);
        Py_tp_init => at!(tp_init);
        Py_tp_is_gc => at!(tp_is_gc);
        Py_tp_iter => at!(tp_iter);
        Py_tp_iternext => at!(tp_iternext);
        Py_tp_methods => at!(tp_methods);
        Py_tp_new => at!(tp_new);
        Py_tp_repr => at!(tp_repr);
        Py_tp_richcompare => at!(tp_richcompare);
        Py_tp_setattr => at!(tp_setattr);
        Py_tp_setattro => at!(tp_setattro);
        Py_tp_str => at!(tp_str);
        Py_tp_traverse => at!(tp_traverse);
        Py_tp_members => at!(tp_members);
        Py_tp_getset => at!(tp_getset);
        Py_tp_free => at!(tp_free);
        Py_nb_matrix_multiply => at!(as_number, PyNumberMethods, nb_matrix_multiply);
        Py_nb_inplace_matrix_multiply => at!(as_number, PyNumberMethods, nb_inplace_matrix_multiply);
        Py_am_await => at!(as_async, PyAsyncMethods, am_await);
        Py_am_aiter => at!(as_async, PyAsyncMethods, am_aiter);
        Py_am_anext => at!(as_async, PyAsyncMethods, am_anext);
        Py_tp_finalize => at!(tp_finalize);
        Py_am_send => at!(as_async, PyAsyncMethods, am_send);
        Py_tp_vectorcall => at!(tp_vectorcall);
        Py_tp_token => offset_of!(PyHeapTypeObject, ht_token);
    }
}

/// What the slots of a spec say before there is a type.
struct Outline {
    n_members: usize,
    members: *const PyMemberDef,
    weaklist: Py_ssize_t,
    dict: Py_ssize_t,
    vectorcall: Py_ssize_t,
    base: *mut c_void,
    bases: *mut c_void,
    doc: *const c_char,
    token: *mut c_void,
}

/// The slots of a spec, up to the one with number 0.
///
/// # Safety
/// `spec` is a valid spec.
unsafe fn slots_of(spec: *const PyType_Spec) -> Vec<PyType_Slot> {
    let mut result = Vec::new();
    // SAFETY: the caller's promise.
    unsafe {
        let mut entry = (*spec).slots;
        while !entry.is_null() && (*entry).slot != 0 {
            result.push(*entry);
            entry = entry.add(1);
        }
    }
    result
}

/// Alignment of what a type adds to its base's instances.
const fn align(size: Py_ssize_t) -> Py_ssize_t {
    (size + 15) & !15
}

/// # Safety
/// `spec` is a valid spec.
unsafe fn read_outline(spec: *const PyType_Spec) -> PyResult<Outline> {
    let mut outline = Outline {
        n_members: 0,
        members: ptr::null(),
        weaklist: 0,
        dict: 0,
        vectorcall: 0,
        base: ptr::null_mut(),
        bases: ptr::null_mut(),
        doc: ptr::null(),
        token: ptr::null_mut(),
    };
    // SAFETY: the caller's promise: tables end with a null name.
    unsafe {
        for entry in slots_of(spec) {
            match entry.slot {
                Py_tp_base => outline.base = entry.pfunc,
                Py_tp_bases => outline.bases = entry.pfunc,
                Py_tp_doc => outline.doc = entry.pfunc.cast(),
                Py_tp_token => {
                    outline.token = if entry.pfunc.is_null() { spec.cast_mut().cast() } else { entry.pfunc };
                }
                Py_tp_members => {
                    if !outline.members.is_null() {
                        return Err(raise!(SystemError, "Multiple Py_tp_members slots are not supported."));
                    }
                    outline.members = entry.pfunc.cast();
                }
                _ => {}
            }
        }
        let mut member = outline.members;
        while !member.is_null() && !(*member).name.is_null() {
            outline.n_members += 1;
            if (*member).flags & Py_RELATIVE_OFFSET != 0 {
                if (*spec).basicsize > 0 {
                    return Err(raise!(
                        SystemError,
                        "With Py_RELATIVE_OFFSET, basicsize must be negative or zero"
                    ));
                }
                if (*member).offset < 0 || (*member).offset >= -((*spec).basicsize as Py_ssize_t) {
                    return Err(raise!(SystemError, "Member offset out of range (0..-basicsize)"));
                }
            }
            match CStr::from_ptr((*member).name).to_bytes() {
                b"__weaklistoffset__" => outline.weaklist = (*member).offset,
                b"__dictoffset__" => outline.dict = (*member).offset,
                b"__vectorcalloffset__" => outline.vectorcall = (*member).offset,
                _ => {}
            }
            member = member.add(1);
        }
    }
    Ok(outline)
}

/// The bases of a type from a spec: as given, or from its slots, or `object`.
fn choose_bases(bases: Option<Op<'_>>, outline: &Outline) -> PyResult {
    // SAFETY: slots hold null or live objects.
    let (from_bases, from_base) =
        unsafe { (Op::from_nullable(outline.bases.cast()), Op::from_nullable(outline.base.cast())) };
    match bases.or(from_bases) {
        Some(bases) if bases.is_instance::<PyTupleObject>() => Ok(bases.to_owned()),
        Some(base) => {
            if bases.is_none() {
                return Err(raise!(SystemError, "Py_tp_bases is not a tuple"));
            }
            tuple::pack(&[base])
        }
        None => {
            // SAFETY: `object` is a static type.
            let object = unsafe { static_type(&raw mut PyBaseObject_Type) }.as_object();
            tuple::pack(&[from_base.unwrap_or(object)])
        }
    }
}

/// A heap type from a spec (`PyType_FromMetaclass`).
///
/// The spec's tables are copied as far as they may be temporary: names, doc, members.
///
/// # Safety
/// `spec` is live; its slots end with number 0 and hold what their numbers say.
pub unsafe fn from_module_and_spec(
    metaclass: Option<TypeRef<'_>>,
    module: Option<Op<'_>>,
    spec: *mut PyType_Spec,
    bases: Option<Op<'_>>,
) -> PyResult {
    // SAFETY: the caller's promise; the new heap type is nobody else's until it is returned.
    unsafe {
        let outline = read_outline(spec)?;
        if (*spec).name.is_null() {
            return Err(raise!(SystemError, "Type spec does not define the name field."));
        }
        let full_name = CStr::from_ptr((*spec).name).to_string_lossy().into_owned();
        let short_name = full_name.rsplit('.').next().unwrap_or(&full_name);
        let bases = choose_bases(bases, &outline)?;
        let bases: Borrowed<'_, PyTupleObject> = bases.borrow().cast_unchecked();
        let flags = c_ulong::from((*spec).flags);
        if flags & Py_TPFLAGS_IMMUTABLETYPE != 0 {
            for &base in tuple::items(bases) {
                let base = Op::from_ptr(base);
                if let Some(base) = base.downcast::<PyTypeObject>()
                    && !has_flag(base, Py_TPFLAGS_IMMUTABLETYPE)
                {
                    let base_name = get_fully_qualified_name(base)?;
                    return Err(raise!(
                        TypeError,
                        "Creating immutable type {full_name} from mutable base {}",
                        text(base_name.op())
                    ));
                }
            }
        }
        let metaclass = metaclass.unwrap_or(static_type(&raw mut PyType_Type));
        let metaclass: Owned<PyTypeObject> =
            calculate_metaclass(metaclass, bases.as_object())?.cast_unchecked();
        if !is_subtype_ptr(metaclass.borrow(), &raw mut PyType_Type) {
            let shown = crate::object::repr(metaclass.op())?;
            return Err(raise!(TypeError, "Metaclass '{}' is not a subclass of 'type'.", text(shown.op())));
        }
        if let Some(new) = metaclass.tp_new
            && Some(new as usize) != PyType_Type.tp_new.map(|f| f as usize)
        {
            return Err(raise!(TypeError, "Metaclasses with custom tp_new are not supported."));
        }
        let base = new::best_base(bases)?;
        if (*spec).itemsize < 0 || ((*spec).basicsize < 0 && (*spec).itemsize > 0 && base.tp_itemsize != 0) {
            return Err(raise!(SystemError, "Invalid itemsize of type {full_name}"));
        }
        let wanted = (*spec).basicsize as Py_ssize_t;
        let (basicsize, data_offset) = match wanted {
            0 => (base.tp_basicsize, base.tp_basicsize),
            1.. => (wanted, wanted),
            _ => {
                if base.tp_itemsize != 0
                    && !has_flag(base, Py_TPFLAGS_ITEMS_AT_END)
                    && flags & Py_TPFLAGS_ITEMS_AT_END == 0
                {
                    return Err(raise!(
                        SystemError,
                        "Cannot extend variable-size class without Py_TPFLAGS_ITEMS_AT_END."
                    ));
                }
                let offset = align(base.tp_basicsize);
                (offset + align(-wanted), offset)
            }
        };

        let class = alloc::alloc_instance(metaclass.borrow(), outline.n_members as isize)?;
        let heap = class.as_ptr().cast::<PyHeapTypeObject>();
        let raw = class.as_ptr().cast::<PyTypeObject>();
        (*raw).tp_flags = flags | Py_TPFLAGS_HEAPTYPE;
        (*raw).tp_as_async = &raw mut (*heap).as_async;
        (*raw).tp_as_number = &raw mut (*heap).as_number;
        (*raw).tp_as_sequence = &raw mut (*heap).as_sequence;
        (*raw).tp_as_mapping = &raw mut (*heap).as_mapping;
        (*raw).tp_as_buffer = &raw mut (*heap).as_buffer;
        let name = str::from_str(short_name)?.into_object();
        (*heap).ht_name = name.clone().into_ptr();
        (*heap).ht_qualname = name.into_ptr();
        (*heap).ht_module = module.map_or(ptr::null_mut(), |module| module.to_owned().into_ptr());
        (*heap).ht_token = outline.token;
        new::set_tp_name(heap, &full_name)?;
        (*raw).tp_bases = bases.to_owned().into_object_ptr();
        (*raw).tp_base = base.to_owned().into_ptr();
        (*raw).tp_basicsize = basicsize;
        (*raw).tp_itemsize = (*spec).itemsize as Py_ssize_t;
        if !outline.doc.is_null() {
            (*raw).tp_doc = new::copy_text(&CStr::from_ptr(outline.doc).to_string_lossy())?;
        }
        for entry in slots_of(spec) {
            match entry.slot {
                Py_tp_base | Py_tp_bases | Py_tp_doc | Py_tp_members | Py_tp_token => {}
                number => match slot_offset(number) {
                    Some(offset) => *class.as_ptr().byte_add(offset).cast::<*mut c_void>() = entry.pfunc,
                    None => return Err(raise!(RuntimeError, "invalid slot offset")),
                },
            }
        }
        let relative = |offset: Py_ssize_t, name: &CStr| {
            let member = find_member(outline.members, name);
            let is_relative = !member.is_null() && (*member).flags & Py_RELATIVE_OFFSET != 0;
            if is_relative { offset + data_offset } else { offset }
        };
        if !outline.members.is_null() {
            let members = new::members_of(raw);
            for index in 0..outline.n_members {
                let mut member = *outline.members.add(index);
                if member.flags & Py_RELATIVE_OFFSET != 0 {
                    member.flags &= !Py_RELATIVE_OFFSET;
                    member.offset += data_offset;
                }
                *members.add(index) = member;
            }
            *members.add(outline.n_members) = PyMemberDef::EMPTY;
            (*raw).tp_members = members;
        }
        if (*raw).tp_dealloc.is_none() {
            (*raw).tp_dealloc = Some(new::subtype_dealloc);
        }
        if outline.vectorcall != 0 || !find_member(outline.members, c"__vectorcalloffset__").is_null() {
            (*raw).tp_vectorcall_offset = relative(outline.vectorcall, c"__vectorcalloffset__");
        }
        if outline.weaklist != 0 || !find_member(outline.members, c"__weaklistoffset__").is_null() {
            (*raw).tp_weaklistoffset = relative(outline.weaklist, c"__weaklistoffset__");
        }
        if outline.dict != 0 || !find_member(outline.members, c"__dictoffset__").is_null() {
            (*raw).tp_dictoffset = relative(outline.dict, c"__dictoffset__");
        }
        ready(TypeRef::from_ptr(raw))?;

        let namespace = dict_of(TypeRef::from_ptr(raw)).expect("ready");
        for marker in [id!("__weaklistoffset__"), id!("__dictoffset__")] {
            dict::pop(namespace, marker)?;
        }
        if !dict::contains(namespace, id!("__module__"))? {
            match full_name.rsplit_once('.') {
                Some((module_name, _)) => {
                    dict::set_item(namespace, id!("__module__"), str::intern(module_name)?.op())?;
                }
                None => {
                    if let Some(hooks) = state::interp().hooks.get() {
                        let message = format!("builtin type {full_name} has no __module__ attribute");
                        (hooks.warn)(exceptions::builtin::DeprecationWarning(), &message, 1)?;
                    }
                }
            }
        }
        Ok(class)
    }
}

/// # Safety
/// `members` is null or a table that ends with a null name.
unsafe fn find_member(mut members: *const PyMemberDef, name: &CStr) -> *const PyMemberDef {
    // SAFETY: the caller's promise.
    unsafe {
        while !members.is_null() && !(*members).name.is_null() {
            if CStr::from_ptr((*members).name) == name {
                return members;
            }
            members = members.add(1);
        }
    }
    ptr::null()
}

/// Where the part of an instance begins that `class` has added (`PyObject_GetTypeData`).
pub fn type_data(op: Op<'_>, class: TypeRef<'_>) -> *mut c_void {
    // SAFETY: a heap type has a base, and instances are as large as their types say.
    unsafe { op.as_ptr().byte_offset(align((*class.tp_base).tp_basicsize)).cast() }
}

/// `PyType_GetTypeDataSize`.
pub fn type_data_size(class: TypeRef<'_>) -> Py_ssize_t {
    // SAFETY: bases are live types or null.
    let base = if class.tp_base.is_null() { 0 } else { unsafe { (*class.tp_base).tp_basicsize } };
    (class.tp_basicsize - align(base)).max(0)
}

/// `PyObject_GetItemData`.
pub fn item_data(op: Op<'_>) -> PyResult<*mut c_void> {
    let tp = op.ob_type();
    if !has_flag(tp, Py_TPFLAGS_ITEMS_AT_END) {
        let name = get_fully_qualified_name(tp)?;
        return Err(raise!(TypeError, "type '{}' does not have Py_TPFLAGS_ITEMS_AT_END", text(name.op())));
    }
    // SAFETY: the flag says that items stand where the fixed part ends.
    Ok(unsafe { op.as_ptr().byte_offset(tp.tp_basicsize).cast() })
}

/// The ancestor with a token (`PyType_GetBaseByToken`).
pub fn base_by_token(tp: TypeRef<'_>, token: *mut c_void) -> Option<Object> {
    let mro = mro_of(tp)?;
    tuple::items(mro).iter().find_map(|&class| {
        // SAFETY: an MRO holds types.
        let class: TypeRef<'_> = unsafe { Borrowed::from_ptr(class.cast()) };
        as_heap_type(class).filter(|heap| heap.ht_token == token).map(|_| class.as_object().to_owned())
    })
}
