//! `PyType_FromSpec`: heap types from C tables.

use core::ffi::{c_int, c_void};
use core::mem::offset_of;

use super::*;
use crate::raise;

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

/// `PyType_FromMetaclass`.
pub fn from_module_and_spec(
    _metaclass: Option<TypeRef<'_>>,
    _module: Option<Op<'_>>,
    _spec: *mut PyType_Spec,
    _bases: Option<Op<'_>>,
) -> PyResult {
    let _unused: *mut c_void = core::ptr::null_mut();
    Err(raise!(SystemError, "types from specs are not supported yet"))
}
