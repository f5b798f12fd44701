//! The `_types` module: builtin types that have no name in `builtins`.

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, module};

use crate::host;

unsafe extern "C" {
    static mut PyAsyncGen_Type: PyTypeObject;
    static mut PyCFunction_Type: PyTypeObject;
    static mut PyCapsule_Type: PyTypeObject;
    static mut PyCell_Type: PyTypeObject;
    static mut PyClassMethodDescr_Type: PyTypeObject;
    static mut PyCode_Type: PyTypeObject;
    static mut PyCoro_Type: PyTypeObject;
    static mut PyDictProxy_Type: PyTypeObject;
    static mut PyEllipsis_Type: PyTypeObject;
    static mut PyFrame_Type: PyTypeObject;
    static mut PyFunction_Type: PyTypeObject;
    static mut PyGen_Type: PyTypeObject;
    static mut PyGetSetDescr_Type: PyTypeObject;
    static mut PyMemberDescr_Type: PyTypeObject;
    static mut PyMethodDescr_Type: PyTypeObject;
    static mut PyMethod_Type: PyTypeObject;
    static mut PyModule_Type: PyTypeObject;
    static mut PyTraceBack_Type: PyTypeObject;
    static mut PyWrapperDescr_Type: PyTypeObject;
    static mut Py_GenericAliasType: PyTypeObject;
    static mut _PyMethodWrapper_Type: PyTypeObject;
    static mut _PyNamespace_Type: PyTypeObject;
    static mut _PyNone_Type: PyTypeObject;
    static mut _PyNotImplemented_Type: PyTypeObject;
    static mut _PyUnion_Type: PyTypeObject;
}

static FUNCTIONS: [PyMethodDef; 1] = [PyMethodDef::EMPTY];

pub fn init() -> PyResult {
    let result: Object = host::new_module("_types", "Names for builtin types.", &FUNCTIONS)?;
    let types = [
        ("AsyncGeneratorType", &raw mut PyAsyncGen_Type),
        ("BuiltinFunctionType", &raw mut PyCFunction_Type),
        ("BuiltinMethodType", &raw mut PyCFunction_Type),
        ("CapsuleType", &raw mut PyCapsule_Type),
        ("CellType", &raw mut PyCell_Type),
        ("ClassMethodDescriptorType", &raw mut PyClassMethodDescr_Type),
        ("CodeType", &raw mut PyCode_Type),
        ("CoroutineType", &raw mut PyCoro_Type),
        ("EllipsisType", &raw mut PyEllipsis_Type),
        ("FrameType", &raw mut PyFrame_Type),
        ("FunctionType", &raw mut PyFunction_Type),
        ("GeneratorType", &raw mut PyGen_Type),
        ("GenericAlias", &raw mut Py_GenericAliasType),
        ("GetSetDescriptorType", &raw mut PyGetSetDescr_Type),
        ("LambdaType", &raw mut PyFunction_Type),
        ("MappingProxyType", &raw mut PyDictProxy_Type),
        ("MemberDescriptorType", &raw mut PyMemberDescr_Type),
        ("MethodDescriptorType", &raw mut PyMethodDescr_Type),
        ("MethodType", &raw mut PyMethod_Type),
        ("MethodWrapperType", &raw mut _PyMethodWrapper_Type),
        ("ModuleType", &raw mut PyModule_Type),
        ("NoneType", &raw mut _PyNone_Type),
        ("NotImplementedType", &raw mut _PyNotImplemented_Type),
        ("SimpleNamespace", &raw mut _PyNamespace_Type),
        ("TracebackType", &raw mut PyTraceBack_Type),
        ("UnionType", &raw mut _PyUnion_Type),
        ("WrapperDescriptorType", &raw mut PyWrapperDescr_Type),
    ];
    for (name, tp) in types {
        // SAFETY: static types that are ready.
        module::add_object(result.op(), name, unsafe { Op::from_ptr(tp.cast()) })?;
    }
    Ok(result)
}
