//! Special methods and slots, both ways.
//!
//! `SLOTDEFS` is the one table: the name of a special method, the slot it belongs to,
//! the function that fills the slot when the method is written in Python
//! (`functions`), and the wrapper through which Python calls a slot filled in C
//! (`wrappers`). `add_operators` reads it from slot to dict, `update_slot` and
//! `fixup_slots` from dict to slot.

use core::ffi::{CStr, c_int, c_void};
use core::mem::offset_of;
use core::ptr;

use super::*;
use crate::{descr, dict, id, method, raise, tuple};

pub mod buffers;
pub mod functions;
pub mod wrappers;

use functions as f;
use wrappers as w;

/// The number of entries of `SLOTDEFS`.
const N_SLOTDEFS: usize = 94;

const fn entry(
    name: &'static CStr,
    offset: usize,
    function: *const (),
    wrapper: Option<wrapperfunc>,
    doc: &'static CStr,
) -> wrapperbase {
    wrapperbase {
        name: name.as_ptr(),
        offset: offset as c_int,
        function: function.cast_mut().cast(),
        wrapper,
        doc: doc.as_ptr(),
        flags: 0,
        name_strobj: ptr::null_mut(),
    }
}

const fn with_keywords(mut entry: wrapperbase) -> wrapperbase {
    entry.flags = PyWrapperFlag_KEYWORDS;
    entry
}

macro_rules! offset {
    (tp $slot:ident) => {
        offset_of!(PyTypeObject, $slot)
    };
    (nb $slot:ident) => {
        offset_of!(PyHeapTypeObject, as_number) + offset_of!(PyNumberMethods, $slot)
    };
    (am $slot:ident) => {
        offset_of!(PyHeapTypeObject, as_async) + offset_of!(PyAsyncMethods, $slot)
    };
    (mp $slot:ident) => {
        offset_of!(PyHeapTypeObject, as_mapping) + offset_of!(PyMappingMethods, $slot)
    };
    (sq $slot:ident) => {
        offset_of!(PyHeapTypeObject, as_sequence) + offset_of!(PySequenceMethods, $slot)
    };
    (bf $slot:ident) => {
        offset_of!(PyHeapTypeObject, as_buffer) + offset_of!(PyBufferProcs, $slot)
    };
}

macro_rules! slotdef {
    ($table:ident $slot:ident, $name:literal, $function:expr, $wrapper:expr, $doc:literal) => {
        entry($name, offset!($table $slot), $function as *const (), $wrapper, $doc)
    };
}

const NONE: *const () = ptr::null();

/// All special methods. ORDER: entries of one slot stand together; where a name
/// belongs to two slots, the mapping's stands before the sequence's.
pub static mut SLOTDEFS: [wrapperbase; N_SLOTDEFS] = [
    slotdef!(tp tp_getattr, c"__getattribute__", NONE, None, c""),
    slotdef!(tp tp_getattr, c"__getattr__", NONE, None, c""),
    slotdef!(tp tp_setattr, c"__setattr__", NONE, None, c""),
    slotdef!(tp tp_setattr, c"__delattr__", NONE, None, c""),
    slotdef!(tp tp_repr, c"__repr__", f::tp_repr, Some(w::unary), c"__repr__($self, /)\n--\n\nReturn repr(self)."),
    slotdef!(tp tp_hash, c"__hash__", f::tp_hash, Some(w::hash), c"__hash__($self, /)\n--\n\nReturn hash(self)."),
    with_keywords(
        slotdef!(tp tp_call, c"__call__", f::tp_call, w::CALL, c"__call__($self, /, *args, **kwargs)\n--\n\nCall self as a function."),
    ),
    slotdef!(tp tp_str, c"__str__", f::tp_str, Some(w::unary), c"__str__($self, /)\n--\n\nReturn str(self)."),
    slotdef!(tp tp_getattro, c"__getattribute__", f::tp_getattr_hook, Some(w::binary), c"__getattribute__($self, name, /)\n--\n\nReturn getattr(self, name)."),
    slotdef!(tp tp_getattro, c"__getattr__", f::tp_getattr_hook, None, c"__getattr__($self, name, /)\n--\n\nImplement getattr(self, name)."),
    slotdef!(tp tp_setattro, c"__setattr__", f::tp_setattro, Some(w::setattr), c"__setattr__($self, name, value, /)\n--\n\nImplement setattr(self, name, value)."),
    slotdef!(tp tp_setattro, c"__delattr__", f::tp_setattro, Some(w::delattr), c"__delattr__($self, name, /)\n--\n\nImplement delattr(self, name)."),
    slotdef!(tp tp_richcompare, c"__lt__", f::tp_richcompare, Some(w::lt), c"__lt__($self, value, /)\n--\n\nReturn self<value."),
    slotdef!(tp tp_richcompare, c"__le__", f::tp_richcompare, Some(w::le), c"__le__($self, value, /)\n--\n\nReturn self<=value."),
    slotdef!(tp tp_richcompare, c"__eq__", f::tp_richcompare, Some(w::eq), c"__eq__($self, value, /)\n--\n\nReturn self==value."),
    slotdef!(tp tp_richcompare, c"__ne__", f::tp_richcompare, Some(w::ne), c"__ne__($self, value, /)\n--\n\nReturn self!=value."),
    slotdef!(tp tp_richcompare, c"__gt__", f::tp_richcompare, Some(w::gt), c"__gt__($self, value, /)\n--\n\nReturn self>value."),
    slotdef!(tp tp_richcompare, c"__ge__", f::tp_richcompare, Some(w::ge), c"__ge__($self, value, /)\n--\n\nReturn self>=value."),
    slotdef!(tp tp_iter, c"__iter__", f::tp_iter, Some(w::unary), c"__iter__($self, /)\n--\n\nImplement iter(self)."),
    slotdef!(tp tp_iternext, c"__next__", f::tp_iternext, Some(w::next), c"__next__($self, /)\n--\n\nImplement next(self)."),
    slotdef!(tp tp_descr_get, c"__get__", f::tp_descr_get, Some(w::descr_get), c"__get__($self, instance, owner=None, /)\n--\n\nReturn an attribute of instance, which is of type owner."),
    slotdef!(tp tp_descr_set, c"__set__", f::tp_descr_set, Some(w::descr_set), c"__set__($self, instance, value, /)\n--\n\nSet an attribute of instance to value."),
    slotdef!(tp tp_descr_set, c"__delete__", f::tp_descr_set, Some(w::descr_delete), c"__delete__($self, instance, /)\n--\n\nDelete an attribute of instance."),
    with_keywords(
        slotdef!(tp tp_init, c"__init__", f::tp_init, w::INIT, c"__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature."),
    ),
    slotdef!(tp tp_new, c"__new__", f::tp_new, None, c"__new__(type, /, *args, **kwargs)\n--\n\nCreate and return new object.  See help(type) for accurate signature."),
    slotdef!(tp tp_finalize, c"__del__", f::tp_finalize, Some(w::del), c"__del__($self, /)\n--\n\nCalled when the instance is about to be destroyed."),
    slotdef!(bf bf_getbuffer, c"__buffer__", buffers::bf_getbuffer, Some(w::buffer), c"__buffer__($self, flags, /)\n--\n\nReturn a buffer object that exposes the underlying memory of the object."),
    slotdef!(bf bf_releasebuffer, c"__release_buffer__", buffers::bf_releasebuffer, Some(w::releasebuffer), c"__release_buffer__($self, buffer, /)\n--\n\nRelease the buffer object that exposes the underlying memory of the object."),
    slotdef!(am am_await, c"__await__", f::am_await, Some(w::unary), c"__await__($self, /)\n--\n\nReturn an iterator to be used in await expression."),
    slotdef!(am am_aiter, c"__aiter__", f::am_aiter, Some(w::unary), c"__aiter__($self, /)\n--\n\nReturn an awaitable, that resolves in asynchronous iterator."),
    slotdef!(am am_anext, c"__anext__", f::am_anext, Some(w::unary), c"__anext__($self, /)\n--\n\nReturn a value or raise StopAsyncIteration."),
    slotdef!(nb nb_add, c"__add__", f::nb_add, Some(w::binary), c"__add__($self, value, /)\n--\n\nReturn self+value."),
    slotdef!(nb nb_add, c"__radd__", f::nb_add, Some(w::binary_r), c"__radd__($self, value, /)\n--\n\nReturn value+self."),
    slotdef!(nb nb_subtract, c"__sub__", f::nb_subtract, Some(w::binary), c"__sub__($self, value, /)\n--\n\nReturn self-value."),
    slotdef!(nb nb_subtract, c"__rsub__", f::nb_subtract, Some(w::binary_r), c"__rsub__($self, value, /)\n--\n\nReturn value-self."),
    slotdef!(nb nb_multiply, c"__mul__", f::nb_multiply, Some(w::binary), c"__mul__($self, value, /)\n--\n\nReturn self*value."),
    slotdef!(nb nb_multiply, c"__rmul__", f::nb_multiply, Some(w::binary_r), c"__rmul__($self, value, /)\n--\n\nReturn value*self."),
    slotdef!(nb nb_remainder, c"__mod__", f::nb_remainder, Some(w::binary), c"__mod__($self, value, /)\n--\n\nReturn self%value."),
    slotdef!(nb nb_remainder, c"__rmod__", f::nb_remainder, Some(w::binary_r), c"__rmod__($self, value, /)\n--\n\nReturn value%self."),
    slotdef!(nb nb_divmod, c"__divmod__", f::nb_divmod, Some(w::binary), c"__divmod__($self, value, /)\n--\n\nReturn divmod(self, value)."),
    slotdef!(nb nb_divmod, c"__rdivmod__", f::nb_divmod, Some(w::binary_r), c"__rdivmod__($self, value, /)\n--\n\nReturn divmod(value, self)."),
    slotdef!(nb nb_power, c"__pow__", f::nb_power, Some(w::ternary), c"__pow__($self, value, mod=None, /)\n--\n\nReturn pow(self, value, mod)."),
    slotdef!(nb nb_power, c"__rpow__", f::nb_power, Some(w::ternary_r), c"__rpow__($self, value, mod=None, /)\n--\n\nReturn pow(value, self, mod)."),
    slotdef!(nb nb_negative, c"__neg__", f::nb_negative, Some(w::unary), c"__neg__($self, /)\n--\n\n-self"),
    slotdef!(nb nb_positive, c"__pos__", f::nb_positive, Some(w::unary), c"__pos__($self, /)\n--\n\n+self"),
    slotdef!(nb nb_absolute, c"__abs__", f::nb_absolute, Some(w::unary), c"__abs__($self, /)\n--\n\nabs(self)"),
    slotdef!(nb nb_bool, c"__bool__", f::nb_bool, Some(w::inquiry_), c"__bool__($self, /)\n--\n\nTrue if self else False"),
    slotdef!(nb nb_invert, c"__invert__", f::nb_invert, Some(w::unary), c"__invert__($self, /)\n--\n\n~self"),
    slotdef!(nb nb_lshift, c"__lshift__", f::nb_lshift, Some(w::binary), c"__lshift__($self, value, /)\n--\n\nReturn self<<value."),
    slotdef!(nb nb_lshift, c"__rlshift__", f::nb_lshift, Some(w::binary_r), c"__rlshift__($self, value, /)\n--\n\nReturn value<<self."),
    slotdef!(nb nb_rshift, c"__rshift__", f::nb_rshift, Some(w::binary), c"__rshift__($self, value, /)\n--\n\nReturn self>>value."),
    slotdef!(nb nb_rshift, c"__rrshift__", f::nb_rshift, Some(w::binary_r), c"__rrshift__($self, value, /)\n--\n\nReturn value>>self."),
    slotdef!(nb nb_and, c"__and__", f::nb_and, Some(w::binary), c"__and__($self, value, /)\n--\n\nReturn self&value."),
    slotdef!(nb nb_and, c"__rand__", f::nb_and, Some(w::binary_r), c"__rand__($self, value, /)\n--\n\nReturn value&self."),
    slotdef!(nb nb_xor, c"__xor__", f::nb_xor, Some(w::binary), c"__xor__($self, value, /)\n--\n\nReturn self^value."),
    slotdef!(nb nb_xor, c"__rxor__", f::nb_xor, Some(w::binary_r), c"__rxor__($self, value, /)\n--\n\nReturn value^self."),
    slotdef!(nb nb_or, c"__or__", f::nb_or, Some(w::binary), c"__or__($self, value, /)\n--\n\nReturn self|value."),
    slotdef!(nb nb_or, c"__ror__", f::nb_or, Some(w::binary_r), c"__ror__($self, value, /)\n--\n\nReturn value|self."),
    slotdef!(nb nb_int, c"__int__", f::nb_int, Some(w::unary), c"__int__($self, /)\n--\n\nint(self)"),
    slotdef!(nb nb_float, c"__float__", f::nb_float, Some(w::unary), c"__float__($self, /)\n--\n\nfloat(self)"),
    slotdef!(nb nb_inplace_add, c"__iadd__", f::nb_inplace_add, Some(w::binary), c"__iadd__($self, value, /)\n--\n\nReturn self+=value."),
    slotdef!(nb nb_inplace_subtract, c"__isub__", f::nb_inplace_subtract, Some(w::binary), c"__isub__($self, value, /)\n--\n\nReturn self-=value."),
    slotdef!(nb nb_inplace_multiply, c"__imul__", f::nb_inplace_multiply, Some(w::binary), c"__imul__($self, value, /)\n--\n\nReturn self*=value."),
    slotdef!(nb nb_inplace_remainder, c"__imod__", f::nb_inplace_remainder, Some(w::binary), c"__imod__($self, value, /)\n--\n\nReturn self%=value."),
    slotdef!(nb nb_inplace_power, c"__ipow__", f::nb_inplace_power, Some(w::ternary), c"__ipow__($self, value, /)\n--\n\nReturn self**=value."),
    slotdef!(nb nb_inplace_lshift, c"__ilshift__", f::nb_inplace_lshift, Some(w::binary), c"__ilshift__($self, value, /)\n--\n\nReturn self<<=value."),
    slotdef!(nb nb_inplace_rshift, c"__irshift__", f::nb_inplace_rshift, Some(w::binary), c"__irshift__($self, value, /)\n--\n\nReturn self>>=value."),
    slotdef!(nb nb_inplace_and, c"__iand__", f::nb_inplace_and, Some(w::binary), c"__iand__($self, value, /)\n--\n\nReturn self&=value."),
    slotdef!(nb nb_inplace_xor, c"__ixor__", f::nb_inplace_xor, Some(w::binary), c"__ixor__($self, value, /)\n--\n\nReturn self^=value."),
    slotdef!(nb nb_inplace_or, c"__ior__", f::nb_inplace_or, Some(w::binary), c"__ior__($self, value, /)\n--\n\nReturn self|=value."),
    slotdef!(nb nb_floor_divide, c"__floordiv__", f::nb_floor_divide, Some(w::binary), c"__floordiv__($self, value, /)\n--\n\nReturn self//value."),
    slotdef!(nb nb_floor_divide, c"__rfloordiv__", f::nb_floor_divide, Some(w::binary_r), c"__rfloordiv__($self, value, /)\n--\n\nReturn value//self."),
    slotdef!(nb nb_true_divide, c"__truediv__", f::nb_true_divide, Some(w::binary), c"__truediv__($self, value, /)\n--\n\nReturn self/value."),
    slotdef!(nb nb_true_divide, c"__rtruediv__", f::nb_true_divide, Some(w::binary_r), c"__rtruediv__($self, value, /)\n--\n\nReturn value/self."),
    slotdef!(nb nb_inplace_floor_divide, c"__ifloordiv__", f::nb_inplace_floor_divide, Some(w::binary), c"__ifloordiv__($self, value, /)\n--\n\nReturn self//=value."),
    slotdef!(nb nb_inplace_true_divide, c"__itruediv__", f::nb_inplace_true_divide, Some(w::binary), c"__itruediv__($self, value, /)\n--\n\nReturn self/=value."),
    slotdef!(nb nb_index, c"__index__", f::nb_index, Some(w::unary), c"__index__($self, /)\n--\n\nReturn self converted to an integer, if self is suitable for use as an index into a list."),
    slotdef!(nb nb_matrix_multiply, c"__matmul__", f::nb_matrix_multiply, Some(w::binary), c"__matmul__($self, value, /)\n--\n\nReturn self@value."),
    slotdef!(nb nb_matrix_multiply, c"__rmatmul__", f::nb_matrix_multiply, Some(w::binary_r), c"__rmatmul__($self, value, /)\n--\n\nReturn value@self."),
    slotdef!(nb nb_inplace_matrix_multiply, c"__imatmul__", f::nb_inplace_matrix_multiply, Some(w::binary), c"__imatmul__($self, value, /)\n--\n\nReturn self@=value."),
    slotdef!(mp mp_length, c"__len__", f::mp_length, Some(w::len), c"__len__($self, /)\n--\n\nReturn len(self)."),
    slotdef!(mp mp_subscript, c"__getitem__", f::mp_subscript, Some(w::binary), c"__getitem__($self, key, /)\n--\n\nReturn self[key]."),
    slotdef!(mp mp_ass_subscript, c"__setitem__", f::mp_ass_subscript, Some(w::objobjarg), c"__setitem__($self, key, value, /)\n--\n\nSet self[key] to value."),
    slotdef!(mp mp_ass_subscript, c"__delitem__", f::mp_ass_subscript, Some(w::delitem), c"__delitem__($self, key, /)\n--\n\nDelete self[key]."),
    slotdef!(sq sq_length, c"__len__", f::sq_length, Some(w::len), c"__len__($self, /)\n--\n\nReturn len(self)."),
    // Classes written in Python leave these two empty: their `nb_add` and `nb_multiply` do.
    slotdef!(sq sq_concat, c"__add__", NONE, Some(w::binary), c"__add__($self, value, /)\n--\n\nReturn self+value."),
    slotdef!(sq sq_repeat, c"__mul__", NONE, Some(w::indexarg), c"__mul__($self, value, /)\n--\n\nReturn self*value."),
    slotdef!(sq sq_repeat, c"__rmul__", NONE, Some(w::indexarg), c"__rmul__($self, value, /)\n--\n\nReturn value*self."),
    slotdef!(sq sq_item, c"__getitem__", f::sq_item, Some(w::sq_item), c"__getitem__($self, key, /)\n--\n\nReturn self[key]."),
    slotdef!(sq sq_ass_item, c"__setitem__", f::sq_ass_item, Some(w::sq_setitem), c"__setitem__($self, key, value, /)\n--\n\nSet self[key] to value."),
    slotdef!(sq sq_ass_item, c"__delitem__", f::sq_ass_item, Some(w::sq_delitem), c"__delitem__($self, key, /)\n--\n\nDelete self[key]."),
    slotdef!(sq sq_contains, c"__contains__", f::sq_contains, Some(w::contains), c"__contains__($self, key, /)\n--\n\nReturn bool(key in self)."),
    slotdef!(sq sq_inplace_concat, c"__iadd__", NONE, Some(w::binary), c"__iadd__($self, value, /)\n--\n\nImplement self+=value."),
    slotdef!(sq sq_inplace_repeat, c"__imul__", NONE, Some(w::indexarg), c"__imul__($self, value, /)\n--\n\nImplement self*=value."),
];

/// The table's entries as pointers, their names interned.
fn slotdefs() -> impl Iterator<Item = *mut wrapperbase> {
    let table = (&raw mut SLOTDEFS).cast::<wrapperbase>();
    // SAFETY: the table is static; names are written under the GIL.
    unsafe {
        if (*table).name_strobj.is_null() {
            for index in 0..N_SLOTDEFS {
                let definition = table.add(index);
                let name = CStr::from_ptr((*definition).name).to_str().expect("ASCII");
                (*definition).name_strobj = str::intern(name).expect("no memory for names").into_ptr().cast();
            }
        }
        (0..N_SLOTDEFS).map(move |index| table.add(index))
    }
}

/// Where the slot at `offset` of a heap type stands for `tp`; null if its table is missing.
///
/// # Safety
/// `tp` is a live type.
unsafe fn slot_pointer(tp: *mut PyTypeObject, offset: usize) -> *mut *mut c_void {
    // SAFETY: the caller's promise; offsets come from `SLOTDEFS`.
    unsafe {
        macro_rules! within {
            ($($field:ident $table:ident),*) => {$(
                if offset >= offset_of!(PyHeapTypeObject, $field) {
                    let table = (*tp).$table.cast::<u8>();
                    return if table.is_null() {
                        ptr::null_mut()
                    } else {
                        table.add(offset - offset_of!(PyHeapTypeObject, $field)).cast()
                    };
                }
            )*};
        }
        within!(
            as_buffer tp_as_buffer, as_sequence tp_as_sequence, as_mapping tp_as_mapping,
            as_number tp_as_number, as_async tp_as_async
        );
        tp.cast::<u8>().add(offset).cast()
    }
}

/// Wrappers in the dict for the slots the type fills itself.
pub(super) fn add_operators(tp: TypeRef<'_>) -> PyResult<()> {
    let namespace = dict_of(tp).expect("set before");
    for definition in slotdefs() {
        // SAFETY: a live type and entries of the table.
        unsafe {
            if (*definition).wrapper.is_none() {
                continue;
            }
            let slot = slot_pointer(tp.as_ptr(), (*definition).offset as usize);
            if slot.is_null() || (*slot).is_null() {
                continue;
            }
            let name = Op::from_ptr((*definition).name_strobj);
            if dict::contains(namespace, name)? {
                continue;
            }
            if ptr::addr_eq(*slot, crate::object::PyObject_HashNotImplemented as *const ()) {
                dict::set_item(namespace, name, crate::singletons::none())?;
            } else {
                let wrapper = descr::new_wrapper(tp, definition, *slot)?;
                dict::set_item(namespace, name, wrapper.op())?;
            }
        }
    }
    Ok(())
}

static mut NEW_METHOD: [PyMethodDef; 2] = [
    PyMethodDef::keywords(
        c"__new__",
        wrappers::new_wrapper,
        Some(c"__new__($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature."),
    ),
    PyMethodDef::EMPTY,
];

/// `__new__` in the dict of a type that fills `tp_new`, unless it is there.
pub(super) fn add_new_wrapper(tp: TypeRef<'_>) -> PyResult<()> {
    let namespace = dict_of(tp).expect("set before");
    if dict::contains(namespace, id!("__new__"))? {
        return Ok(());
    }
    // SAFETY: the first entry of a static table; its function takes a type.
    let function =
        unsafe { method::new_function((&raw mut NEW_METHOD).cast(), Some(tp.as_object()), None, None) }?;
    dict::set_item(namespace, id!("__new__"), function.op())
}

/// Whether `op` is the builtin `__new__` of some type, and of which.
pub(super) fn new_wrapper_owner<'a>(op: Op<'a>) -> Option<TypeRef<'a>> {
    let function = op.downcast_exact::<PyCFunctionObject>()?;
    if !ptr::eq(function.m_ml, (&raw mut NEW_METHOD).cast()) {
        return None;
    }
    // SAFETY: `add_new_wrapper` gives the function a type as receiver.
    unsafe { Borrowed::from_nullable(function.m_self.cast()) }
}

/// Among all slots a name belongs to, the only one that is filled; null if none or several are.
unsafe fn only_filled_slot(tp: *mut PyTypeObject, name: *mut PyObject) -> *mut *mut c_void {
    let mut result: *mut *mut c_void = ptr::null_mut();
    let mut n_slots = 0;
    for definition in slotdefs() {
        // SAFETY: entries of the table; the caller passes a live type.
        unsafe {
            if (*definition).name_strobj != name {
                continue;
            }
            n_slots += 1;
            let slot = slot_pointer(tp, (*definition).offset as usize);
            if slot.is_null() || (*slot).is_null() {
                continue;
            }
            if !result.is_null() {
                return ptr::null_mut();
            }
            result = slot;
        }
    }
    // A name of a single slot needs no such choice, and the caller treats null as "no conflict".
    if n_slots == 1 { ptr::null_mut() } else { result }
}

/// Fills one slot by what the special methods of its entries are now.
///
/// If a method is the wrapper of a C function with the same wrapper, made for an
/// ancestor, that function goes in directly; else the generic function that looks the
/// method up.
unsafe fn update_one_slot(tp: TypeRef<'_>, group: &[*mut wrapperbase]) {
    let mut generic: *mut c_void = ptr::null_mut();
    let mut specific: *mut c_void = ptr::null_mut();
    let mut use_generic = false;
    // SAFETY: a live type and entries of the table, all of one slot.
    unsafe {
        let slot = slot_pointer(tp.as_ptr(), (*group[0]).offset as usize);
        if slot.is_null() {
            return;
        }
        let raw = tp.as_ptr();
        for &definition in group {
            let found = lookup::find_in_mro(tp, Op::from_ptr((*definition).name_strobj));
            if found.is_null() {
                if slot == (&raw mut (*raw).tp_iternext).cast() {
                    specific = crate::object::_PyObject_NextNotImplemented as *mut c_void;
                }
                continue;
            }
            let found = Op::from_ptr(found);
            if let Some(wrapper) = found.downcast_exact::<PyWrapperDescrObject>()
                && (*wrapper.d_base).name_strobj == (*definition).name_strobj
            {
                let other = only_filled_slot(raw, (*definition).name_strobj);
                if other.is_null() || other == slot {
                    generic = (*definition).function;
                }
                // `list.__add__` is no `nb_add`, which is also called for the right operand.
                let same_protocol = group.len() == 1 || (*wrapper.d_base).offset == (*definition).offset;
                let same_wrapper = same_protocol
                    && (*wrapper.d_base).wrapper.map(|f| f as usize)
                        == (*definition).wrapper.map(|f| f as usize);
                if (specific.is_null() || specific == wrapper.d_wrapped)
                    && same_wrapper
                    && is_subtype_ptr(tp, wrapper.d_common.d_type)
                {
                    specific = wrapper.d_wrapped;
                } else {
                    use_generic = true;
                }
            } else if slot == (&raw mut (*raw).tp_new).cast() && new_wrapper_owner(found).is_some() {
                // The wrapper checks that it is the right one; what the slot holds was
                // inherited from the same class.
                specific = *slot;
            } else if found.is_none() && slot == (&raw mut (*raw).tp_hash).cast() {
                specific = crate::object::PyObject_HashNotImplemented as *mut c_void;
            } else {
                use_generic = true;
                generic = (*definition).function;
                if slot == (&raw mut (*raw).tp_call).cast() {
                    clear_flags(raw, Py_TPFLAGS_HAVE_VECTORCALL);
                }
            }
        }
        *slot = if !specific.is_null() && !use_generic { specific } else { generic };
    }
}

/// The table's entries, one vector for each slot.
fn groups() -> Vec<Vec<*mut wrapperbase>> {
    let mut groups: Vec<Vec<*mut wrapperbase>> = Vec::with_capacity(N_SLOTDEFS);
    for definition in slotdefs() {
        match groups.last_mut() {
            // SAFETY: entries of the table.
            Some(group) if unsafe { (*group[0]).offset == (*definition).offset } => group.push(definition),
            _ => groups.push(vec![definition]),
        }
    }
    groups
}

/// Fills all slots of a new class from its dict and its ancestors' methods.
pub(super) fn fixup_slots(tp: TypeRef<'_>) {
    for group in groups() {
        // SAFETY: a live type and a group of the table.
        unsafe { update_one_slot(tp, &group) };
    }
}

/// After attribute `name` of a class has changed: its slots and those of the subclasses that
/// do not define the name themselves.
pub(super) fn update_slot(tp: TypeRef<'_>, name: Op<'_>) {
    if !may_be_special(name) {
        return;
    }
    let affected: Vec<_> = groups()
        .into_iter()
        // SAFETY: entries of the table; a name is compared by value, as it may not be interned.
        .filter(|group| group.iter().any(|&definition| unsafe { same_name(name, (*definition).name_strobj) }))
        .collect();
    if !affected.is_empty() {
        update_recursively(tp, name, &affected);
    }
}

/// # Safety
/// `other` is a live string.
unsafe fn same_name(name: Op<'_>, other: *mut PyObject) -> bool {
    // SAFETY: the caller's promise; special names are strings, and so is `name`.
    name.as_object_ptr() == other
        || unsafe { str::eq(name.cast_unchecked(), Op::from_ptr(other).cast_unchecked()) }
}

/// Whether a name is `__x__`.
pub(super) fn may_be_special(name: Op<'_>) -> bool {
    let Some(name) = name.downcast::<PyUnicodeObject>() else { return false };
    let len = str::len(name);
    let underscore = |index| str::read(name, index) == u32::from(b'_');
    len > 4 && underscore(0) && underscore(1) && underscore(len - 1) && underscore(len - 2)
}

fn update_recursively(tp: TypeRef<'_>, name: Op<'_>, affected: &[Vec<*mut wrapperbase>]) {
    for group in affected {
        // SAFETY: a live type and a group of the table.
        unsafe { update_one_slot(tp, group) };
    }
    for subclass in lookup::subclass_pointers(tp) {
        // SAFETY: subclasses leave the list before they die.
        let subclass = unsafe { TypeRef::from_ptr(subclass) };
        let overrides = dict_of(subclass).is_some_and(|namespace| {
            dict::contains(namespace, name).unwrap_or_else(|raised| {
                raised.clear();
                false
            })
        });
        if !overrides {
            update_recursively(subclass, name, affected);
        }
    }
}

/// After the bases of a class have changed.
pub(super) fn update_all_slots(tp: TypeRef<'_>) {
    fixup_slots(tp);
    for subclass in lookup::subclass_pointers(tp) {
        // SAFETY: as above.
        update_all_slots(unsafe { TypeRef::from_ptr(subclass) });
    }
}

/// `PyType_GetSlot`: the content of a slot by its number, null if it is empty.
pub fn get_slot(tp: TypeRef<'_>, number: c_int) -> PyResult<*mut c_void> {
    let Some(offset) = spec::slot_offset(number) else {
        return Err(crate::errors::bad_internal_call());
    };
    // SAFETY: a live type; the offset is that of a slot.
    let slot = unsafe { slot_pointer(tp.as_ptr(), offset) };
    // SAFETY: as above.
    Ok(if slot.is_null() { ptr::null_mut() } else { unsafe { *slot } })
}

/// Items of an argument tuple.
pub(super) fn items<'a>(args: *mut PyObject) -> PyResult<&'a [*mut PyObject]> {
    // SAFETY: wrappers get a live argument object.
    let args = unsafe { Op::from_ptr(args) };
    match args.downcast::<PyTupleObject>() {
        Some(args) => Ok(tuple::items(args)),
        None => Err(raise!(SystemError, "PyArg_UnpackTuple() argument list is not a tuple")),
    }
}
