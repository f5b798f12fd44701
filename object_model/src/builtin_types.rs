//! Every static type of this crate, in the order `init_builtin_types` makes them ready:
//! a type comes after its base.

use crate::layout::PyTypeObject;

/// The address of a static type object.
pub struct TypePtr(pub *mut PyTypeObject);
// SAFETY: the address of a static; what it points to is only used under the GIL.
unsafe impl Sync for TypePtr {}

macro_rules! types {
    ($($module:ident::$name:ident),* $(,)?) => {
        /// One line for each static type; a file that defines another one adds it here.
        pub static BUILTIN_TYPES: &[TypePtr] = &[$(TypePtr(&raw mut crate::$module::$name)),*];
    };
}

types! {
    type_object::PyBaseObject_Type,
    type_object::PyType_Type,
    none::_PyNone_Type,
    none::PyEllipsis_Type,
    none::_PyNotImplemented_Type,
    int::PyLong_Type,
    bool::PyBool_Type,
    float::PyFloat_Type,
    complex::PyComplex_Type,
    str::PyUnicode_Type,
    bytes::PyBytes_Type,
    bytearray::PyByteArray_Type,
    memoryview::PyMemoryView_Type,
    tuple::PyTuple_Type,
    tuple::PyTupleIter_Type,
    list::PyList_Type,
    list::PyListIter_Type,
    list::PyListRevIter_Type,
    dict::PyDict_Type,
    dict::PyDictProxy_Type,
    dict::PyDictIterKey_Type,
    dict::PyDictIterValue_Type,
    dict::PyDictIterItem_Type,
    dict::PyDictRevIterKey_Type,
    dict::PyDictRevIterValue_Type,
    dict::PyDictRevIterItem_Type,
    dict::PyDictKeys_Type,
    dict::PyDictValues_Type,
    dict::PyDictItems_Type,
    set::PySet_Type,
    set::PyFrozenSet_Type,
    set::PySetIter_Type,
    iter::PySeqIter_Type,
    iter::PyCallIter_Type,
    builtin_iterators::PyEnum_Type,
    builtin_iterators::PyReversed_Type,
    builtin_iterators::PyFilter_Type,
    builtin_iterators::PyMap_Type,
    builtin_iterators::PyZip_Type,
    slice::PySlice_Type,
    range::PyRange_Type,
    range::PyRangeIter_Type,
    range::PyLongRangeIter_Type,
    module::PyModule_Type,
    module::PyModuleDef_Type,
    method::PyCFunction_Type,
    method::PyMethod_Type,
    cell::PyCell_Type,
    super_object::PySuper_Type,
}
