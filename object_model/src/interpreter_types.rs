//! Types whose layouts are declared here while their type objects stand in the interpreter.
//!
//! The object model does not know the interpreter, so it finds them by their
//! exported names, as a compiled extension does.

use crate::layout::*;

unsafe extern "C" {
    static mut PyCode_Type: PyTypeObject;
    static mut PyFunction_Type: PyTypeObject;
    static mut PyFrame_Type: PyTypeObject;
    static mut PyFrameLocalsProxy_Type: PyTypeObject;
    static mut PyGen_Type: PyTypeObject;
    static mut PyCoro_Type: PyTypeObject;
    static mut PyAsyncGen_Type: PyTypeObject;
    static mut PyTraceBack_Type: PyTypeObject;
    static mut PyContext_Type: PyTypeObject;
    static mut PyContextVar_Type: PyTypeObject;
    static mut PyContextToken_Type: PyTypeObject;
}

crate::py_typed!(PyCodeObject, PyCode_Type);
crate::py_typed!(PyFunctionObject, PyFunction_Type);
crate::py_typed!(PyFrameObject, PyFrame_Type);
crate::py_typed!(PyFrameLocalsProxyObject, PyFrameLocalsProxy_Type);
crate::py_typed!(PyGenObject, PyGen_Type);
crate::py_typed!(PyCoroObject, PyCoro_Type);
crate::py_typed!(PyAsyncGenObject, PyAsyncGen_Type);
crate::py_typed!(PyTracebackObject, PyTraceBack_Type);
crate::py_typed!(PyContext, PyContext_Type);
crate::py_typed!(PyContextVar, PyContextVar_Type);
crate::py_typed!(PyContextToken, PyContextToken_Type);
