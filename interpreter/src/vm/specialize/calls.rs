//! Inline caches of `CALL`.

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Op, TypeRef, descr, method, str, type_object};

use super::{back_off, install, write_u32};
use crate::function;
use crate::opcodes::op;
use crate::vm::calls::is_python_function;

/// `CALL` with `n` arguments, `self` among them.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn call(instruction: *mut u16, callable: Op<'_>, n: usize, has_self: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        match find_call(instruction, callable, n, has_self) {
            Some(opcode) => install(instruction, opcode),
            None => back_off(instruction),
        }
    }
}

/// Whether a function takes just its positional arguments and runs at once.
fn is_simple(code: Borrowed<'_, PyCodeObject>) -> bool {
    let special = CO_VARARGS | CO_VARKEYWORDS;
    code.co_flags & (special | CO_OPTIMIZED) == CO_OPTIMIZED && code.co_kwonlyargcount == 0
}

/// Whether a Python function takes just `n` positional arguments; its version goes into the cache.
///
/// # Safety
/// As for `call`; `function` is a Python function.
unsafe fn takes_exactly(instruction: *mut u16, function: *mut PyObject, n: usize) -> bool {
    // SAFETY: the caller's promise; the layout follows from the type.
    unsafe {
        let function: Borrowed<'_, PyFunctionObject> = Borrowed::from_ptr(function.cast());
        let code = function::code_of(function);
        if !is_simple(code) || code.co_argcount as usize != n {
            return false;
        }
        let version = function::version(function);
        write_u32(instruction.add(2), version);
        version != 0
    }
}

/// # Safety
/// As for `call`.
unsafe fn find_call(instruction: *mut u16, callable: Op<'_>, n: usize, has_self: bool) -> Option<u8> {
    // SAFETY: the caller's promise; layouts follow from the types.
    unsafe {
        if is_python_function(callable.as_ptr()) {
            return takes_exactly(instruction, callable.as_ptr(), n).then_some(op::CALL_PY_EXACT_ARGS);
        }
        let tp = callable.type_ptr();
        if tp == &raw mut method::PyMethod_Type && !has_self {
            let inner = (*callable.as_ptr().cast::<PyMethodObject>()).im_func;
            let fits = is_python_function(inner) && takes_exactly(instruction, inner, n + 1);
            return fits.then_some(op::CALL_BOUND_METHOD_EXACT_ARGS);
        }
        if tp == &raw mut method::PyCFunction_Type {
            let def = (*callable.as_ptr().cast::<PyCFunctionObject>()).m_ml;
            return match (*def).ml_flags {
                METH_O if n == 1 => Some(op::CALL_BUILTIN_O),
                METH_FASTCALL => Some(op::CALL_BUILTIN_FAST),
                _ => None,
            };
        }
        if tp == &raw mut descr::PyMethodDescr_Type && n > 0 {
            let def = (*callable.as_ptr().cast::<PyMethodDescrObject>()).d_method;
            return match (*def).ml_flags {
                METH_NOARGS if n == 1 => Some(op::CALL_METHOD_DESCRIPTOR_NOARGS),
                METH_O if n == 2 => Some(op::CALL_METHOD_DESCRIPTOR_O),
                METH_FASTCALL => Some(op::CALL_METHOD_DESCRIPTOR_FAST),
                FAST_WITH_KEYWORDS => Some(op::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS),
                _ => None,
            };
        }
        if tp == &raw mut type_object::PyType_Type && !has_self {
            let class: TypeRef<'_> = Borrowed::from_ptr(callable.as_ptr().cast());
            if n == 1 && class.as_ptr() == &raw mut type_object::PyType_Type {
                return Some(op::CALL_TYPE_1);
            }
            if n == 1 && class.as_ptr() == &raw mut str::PyUnicode_Type {
                return Some(op::CALL_STR_1);
            }
            return find_class_call(instruction, class, n);
        }
        None
    }
}

/// Flags of methods that are called with an array and names of keywords.
pub const FAST_WITH_KEYWORDS: core::ffi::c_int = METH_FASTCALL | METH_KEYWORDS;

/// A class whose instances `object.__new__` makes and a Python function initialises.
///
/// # Safety
/// As for `call`.
unsafe fn find_class_call(instruction: *mut u16, class: TypeRef<'_>, n: usize) -> Option<u8> {
    // SAFETY: the caller's promise; a heap type has the larger layout.
    unsafe {
        let required = Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_HAVE_GC;
        if class.tp_flags & (required | Py_TPFLAGS_IS_ABSTRACT | Py_TPFLAGS_IMMUTABLETYPE) != required
            || class.tp_new.map(|f| f as usize) != type_object::PyBaseObject_Type.tp_new.map(|f| f as usize)
            || class.tp_alloc.map(|f| f as usize)
                != type_object::PyBaseObject_Type.tp_alloc.map(|f| f as usize)
            || !type_object::assign_version_tag(class)
        {
            return None;
        }
        let name = str::intern("__init__").ok()?;
        let init = type_object::lookup_ptr(class, name.borrow().as_object());
        if init.is_null() || !is_python_function(init) {
            return None;
        }
        let code = function::code_of(Borrowed::from_ptr(init.cast()));
        let runs_at_once = code.co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR) == 0;
        if !is_simple(code) || !runs_at_once || code.co_argcount as usize != n + 1 {
            return None;
        }
        (*class.as_ptr().cast::<PyHeapTypeObject>())._spec_cache.init = init;
        write_u32(instruction.add(2), class.tp_version_tag);
        Some(op::CALL_ALLOC_AND_ENTER_INIT)
    }
}
