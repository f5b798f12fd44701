//! What a type takes from its bases: flags, sizes and slots.
//!
//! A slot comes from the nearest class in the MRO that defines it itself, that is
//! whose value differs from its own base's. Slots that depend on each other
//! (hash and comparison, getattr and getattro, call and vectorcall) go together.

use super::*;
use crate::{dict, exceptions, id, tuple};

/// Size, flags and offsets, from the dominant base.
fn inherit_special(tp: *mut PyTypeObject, base: *mut PyTypeObject) {
    // SAFETY: both are live types; written under the GIL.
    unsafe {
        if (*tp).tp_flags & Py_TPFLAGS_HAVE_GC == 0
            && (*base).tp_flags & Py_TPFLAGS_HAVE_GC != 0
            && (*tp).tp_traverse.is_none()
            && (*tp).tp_clear.is_none()
        {
            add_flags(tp, Py_TPFLAGS_HAVE_GC);
            (*tp).tp_traverse = (*base).tp_traverse;
            (*tp).tp_clear = (*base).tp_clear;
        }
        add_flags(tp, (*base).tp_flags & Py_TPFLAGS_PREHEADER);
        macro_rules! copy_value {
            ($($field:ident)*) => {$(
                if (*tp).$field == 0 {
                    (*tp).$field = (*base).$field;
                }
            )*};
        }
        copy_value!(tp_basicsize tp_itemsize tp_weaklistoffset tp_dictoffset);
        const SUBCLASS_FLAGS: core::ffi::c_ulong = Py_TPFLAGS_TYPE_SUBCLASS
            | Py_TPFLAGS_LONG_SUBCLASS
            | Py_TPFLAGS_BYTES_SUBCLASS
            | Py_TPFLAGS_UNICODE_SUBCLASS
            | Py_TPFLAGS_TUPLE_SUBCLASS
            | Py_TPFLAGS_LIST_SUBCLASS
            | Py_TPFLAGS_DICT_SUBCLASS;
        if is_subtype_ptr(TypeRef::from_ptr(base), exceptions::builtin::BaseException().as_ptr().cast()) {
            add_flags(tp, Py_TPFLAGS_BASE_EXC_SUBCLASS);
        } else {
            add_flags(tp, (*base).tp_flags & SUBCLASS_FLAGS);
        }
        add_flags(tp, (*base).tp_flags & (_Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_ITEMS_AT_END));
    }
}

/// Whether a class body defines `__eq__` or `__hash__`: then neither slot is inherited.
fn overrides_hash(tp: TypeRef<'_>) -> PyResult<bool> {
    let Some(namespace) = dict_of(tp) else { return Ok(false) };
    Ok(dict::contains(namespace, id!("__eq__"))? || dict::contains(namespace, id!("__hash__"))?)
}

/// Slots from one class of the MRO.
fn inherit_slots(tp: *mut PyTypeObject, base: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: live types, whose tables are null or live; written under the GIL.
    unsafe {
        /// The base's value, unless the base has it from its own base.
        macro_rules! copy_from {
            ($target:expr, $source:expr, $above:expr; $($field:ident)*) => {$(
                if (*$target).$field.is_none()
                    && let Some(value) = (*$source).$field
                    && ($above.is_null() || (*$above).$field.map(|f| f as usize) != Some(value as usize))
                {
                    (*$target).$field = Some(value);
                }
            )*};
        }
        macro_rules! copy_table {
            ($table:ident; $($field:ident)*) => {
                if !(*tp).$table.is_null() && !(*base).$table.is_null() {
                    let basebase = (*base).tp_base;
                    let above = if basebase.is_null() { core::ptr::null_mut() } else { (*basebase).$table };
                    copy_from!((*tp).$table, (*base).$table, above; $($field)*);
                }
            };
        }
        copy_table!(tp_as_number;
            nb_add nb_subtract nb_multiply nb_remainder nb_divmod nb_power nb_negative nb_positive
            nb_absolute nb_bool nb_invert nb_lshift nb_rshift nb_and nb_xor nb_or nb_int nb_float
            nb_inplace_add nb_inplace_subtract nb_inplace_multiply nb_inplace_remainder nb_inplace_power
            nb_inplace_lshift nb_inplace_rshift nb_inplace_and nb_inplace_xor nb_inplace_or
            nb_true_divide nb_floor_divide nb_inplace_true_divide nb_inplace_floor_divide nb_index
            nb_matrix_multiply nb_inplace_matrix_multiply);
        copy_table!(tp_as_async; am_await am_aiter am_anext am_send);
        copy_table!(tp_as_sequence;
            sq_length sq_concat sq_repeat sq_item sq_ass_item sq_contains sq_inplace_concat sq_inplace_repeat);
        copy_table!(tp_as_mapping; mp_length mp_subscript mp_ass_subscript);
        copy_table!(tp_as_buffer; bf_getbuffer bf_releasebuffer);

        let basebase = (*base).tp_base;
        copy_from!(tp, base, basebase; tp_dealloc);
        if (*tp).tp_getattr.is_none() && (*tp).tp_getattro.is_none() {
            (*tp).tp_getattr = (*base).tp_getattr;
            (*tp).tp_getattro = (*base).tp_getattro;
        }
        if (*tp).tp_setattr.is_none() && (*tp).tp_setattro.is_none() {
            (*tp).tp_setattr = (*base).tp_setattr;
            (*tp).tp_setattro = (*base).tp_setattro;
        }
        copy_from!(tp, base, basebase; tp_repr);
        // The offset always, so that PyVectorcall_Call works; the flag only with the call it speeds up.
        macro_rules! copy_offset {
            ($field:ident) => {
                if (*tp).$field == 0
                    && (*base).$field != 0
                    && (basebase.is_null() || (*base).$field != (*basebase).$field)
                {
                    (*tp).$field = (*base).$field;
                }
            };
        }
        copy_offset!(tp_vectorcall_offset);
        if (*tp).tp_call.is_none() {
            add_flags(tp, (*base).tp_flags & Py_TPFLAGS_HAVE_VECTORCALL);
        }
        copy_from!(tp, base, basebase; tp_call tp_str);
        if (*tp).tp_richcompare.is_none()
            && (*tp).tp_hash.is_none()
            && !overrides_hash(TypeRef::from_ptr(tp))?
        {
            (*tp).tp_richcompare = (*base).tp_richcompare;
            (*tp).tp_hash = (*base).tp_hash;
        }
        copy_from!(tp, base, basebase; tp_iter tp_iternext tp_descr_get);
        if let Some(get) = (*base).tp_descr_get
            && (*tp).tp_descr_get.map(|f| f as usize) == Some(get as usize)
            && (*tp).tp_flags & Py_TPFLAGS_IMMUTABLETYPE != 0
        {
            add_flags(tp, (*base).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR);
        }
        copy_from!(tp, base, basebase; tp_descr_set);
        copy_offset!(tp_dictoffset);
        copy_from!(tp, base, basebase; tp_init tp_alloc tp_is_gc tp_finalize);
        let (gc, base_gc) =
            ((*tp).tp_flags & Py_TPFLAGS_HAVE_GC != 0, (*base).tp_flags & Py_TPFLAGS_HAVE_GC != 0);
        if gc == base_gc {
            copy_from!(tp, base, basebase; tp_free);
        } else if gc
            && (*tp).tp_free.is_none()
            && (*base).tp_free.map(|f| f as usize) == Some(alloc::PyObject_Free as *const () as usize)
        {
            // A subclass that adds GC to a base with the plain default.
            (*tp).tp_free = Some(alloc::PyObject_GC_Del);
        }
    }
    Ok(())
}

/// `Py_TPFLAGS_SEQUENCE` and `_MAPPING`: the first class that has one of them decides.
fn inherit_pattern_flags(tp: *mut PyTypeObject, base: *mut PyTypeObject) {
    const COLLECTION: core::ffi::c_ulong = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;
    // SAFETY: live types.
    unsafe {
        if (*tp).tp_flags & COLLECTION == 0 {
            add_flags(tp, (*base).tp_flags & COLLECTION);
        }
    }
}

/// Everything a type inherits, along its MRO.
pub(super) fn inherit(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: a live type with its MRO in place, which holds types.
    unsafe {
        let base = (*tp).tp_base;
        if !base.is_null() {
            inherit_special(tp, base);
        }
        let mro = mro_of(TypeRef::from_ptr(tp)).expect("computed before").to_owned();
        for &class in tuple::items(mro.borrow()).iter().skip(1) {
            inherit_slots(tp, class.cast())?;
            inherit_pattern_flags(tp, class.cast());
        }
        if !base.is_null() {
            macro_rules! share {
                ($($table:ident)*) => {$(
                    if (*tp).$table.is_null() {
                        (*tp).$table = (*base).$table;
                    }
                )*};
            }
            share!(tp_as_async tp_as_number tp_as_sequence tp_as_mapping tp_as_buffer);
        }
    }
    Ok(())
}
