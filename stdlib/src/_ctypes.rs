//! The `_ctypes` module: C types, and calls of C functions through libffi.
//!
//! A ctypes class is an instance of one of the metatypes below, which keep what they know about
//! the C type behind the type object (`info`). An instance is a piece of memory (`data`).
//!
//!  - `info`: what is known about a type. `metatype`: the base of metatypes, with the class methods.
//!  - `data`: instances, reading and writing parts of them, keeping objects alive.
//!  - `accessors`: reading and writing the simple values, one description for each type code.
//!  - `simple`, `pointer`, `array`, `structure`, `function`: the kinds of types, each with its metatype.
//!  - `field`: the descriptor of a structure's field.
//!  - `argument`, `call`: arguments and calls of C functions. `callback`: C functions that call Python.
//!  - `library`: shared libraries. `functions`: the module's functions.
//!
//! Memory is only as safe as what Python code says about it: a wrong type for a pointer reads
//! wrong memory here as in C.

use core::ffi::{CStr, c_int};

use adder_object_model::layout::*;
use adder_object_model::{PyResult, int, module, static_type, str, type_object};

mod accessors;
mod argument;
mod array;
mod call;
mod callback;
mod data;
mod field;
mod function;
mod functions;
mod info;
mod library;
mod metatype;
mod pointer;
mod simple;
mod structure;

use crate::host;

/// How many arguments a function can have.
const MAX_ARGUMENTS: usize = 1024;

/// An attribute that can only be read.
const fn member(name: &'static CStr, kind: c_int, offset: usize, doc: &'static CStr) -> PyMemberDef {
    PyMemberDef::read_only(name, kind, offset).documented(doc)
}

const CONSTANTS: &[(&str, i64)] = &[
    ("FUNCFLAG_CDECL", call::FUNCFLAG_CDECL as i64),
    ("FUNCFLAG_USE_ERRNO", call::FUNCFLAG_USE_ERRNO as i64),
    ("FUNCFLAG_USE_LASTERROR", call::FUNCFLAG_USE_LASTERROR as i64),
    ("FUNCFLAG_PYTHONAPI", call::FUNCFLAG_PYTHONAPI as i64),
    ("RTLD_LOCAL", libc::RTLD_LOCAL as i64),
    ("RTLD_GLOBAL", libc::RTLD_GLOBAL as i64),
    ("CTYPES_MAX_ARGCOUNT", MAX_ARGUMENTS as i64),
    ("SIZEOF_TIME_T", size_of::<libc::time_t>() as i64),
];

pub fn init() -> PyResult {
    for tp in [
        static_type!(metatype::CType_Type),
        static_type!(structure::PyCStructType),
        static_type!(structure::UnionType),
        static_type!(pointer::PyCPointerType),
        static_type!(array::PyCArrayType),
        static_type!(simple::PyCSimpleType),
        static_type!(function::PyCFuncPtrType),
        static_type!(argument::CArg_Type),
        static_type!(callback::CThunk_Type),
        static_type!(data::CData_Type),
        static_type!(structure::StructParam_Type),
        static_type!(array::DictRemover_Type),
    ] {
        type_object::ready(tp)?;
    }
    let result = host::new_module(
        "_ctypes",
        "Create and manipulate C compatible data types in Python.",
        &functions::FUNCTIONS,
    )?;
    for (name, class) in [
        ("Structure", &raw mut structure::Structure_Type),
        ("Union", &raw mut structure::Union_Type),
        ("_Pointer", &raw mut pointer::Pointer_Type),
        ("Array", &raw mut array::Array_Type),
        ("_SimpleCData", &raw mut simple::SimpleCData_Type),
        ("CFuncPtr", &raw mut function::CFuncPtr_Type),
    ] {
        // SAFETY: the address of a static that begins with a type object.
        let tp = unsafe { type_object::static_type(class.cast()) };
        type_object::ready(tp)?;
        module::add_object(result.op(), name, tp.as_object())?;
    }
    module::add_type(result.op(), static_type!(field::CField_Type))?;
    functions::init(result.op())?;
    host::add_constants(result.op(), CONSTANTS)?;
    module::add_object(result.op(), "__version__", str::from_str("1.1.0")?.op())?;
    for (name, address) in [
        ("_memmove_addr", libc::memmove as *const () as usize),
        ("_memset_addr", libc::memset as *const () as usize),
        ("_string_at_addr", functions::string_at as *const () as usize),
        ("_cast_addr", functions::cast as *const () as usize),
        ("_wstring_at_addr", functions::wstring_at as *const () as usize),
        ("_memoryview_at_addr", functions::memoryview_at as *const () as usize),
    ] {
        module::add_object(result.op(), name, int::from_usize(address)?.op())?;
    }
    Ok(result)
}
