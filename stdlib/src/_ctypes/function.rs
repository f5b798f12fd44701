//! `CFuncPtr` and its metatype `PyCFuncPtrType`: function pointers that can be called.

use core::ffi::c_void;

use adder_interpreter::sys;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Field, Object, Op, Owned, PyResult, PyTyped, Raised, TypeRef, Visitor, call, errors, gc,
    getset, id, int, object, raise, sequence, slot, str, tuple, type_object,
};

use super::array::is_array_class;
use super::call::{self as foreign, FUNCFLAG_CDECL};
use super::callback::CThunkObject;
use super::data::{self, AS_BUFFER, CData_Type, CDataObject, Data};
use super::info::{self, CTypeObject, Class, StgInfo};
use super::metatype::{self, CLASS_METHODS, own_attribute};
use super::pointer::{self, is_pointer_class};
use super::{MAX_ARGUMENTS, callback, functions, library, simple};

const PARAMFLAG_FIN: u64 = 1;
const PARAMFLAG_FOUT: u64 = 2;
const PARAMFLAG_FLCID: u64 = 4;

/// A function pointer.
#[repr(C)]
pub(super) struct CFuncPtrObject {
    base: CDataObject,
    /// The closure, if the function is one of ours.
    thunk: Field<CThunkObject>,
    callable: Field,
    /// These stand before those of the type.
    converters: Field,
    argtypes: Field,
    restype: Field,
    checker: Field,
    errcheck: Field,
    /// How arguments are passed and which are results, a tuple.
    paramflags: Field,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for CFuncPtrObject {}
// SAFETY: the type's basic size is that of the layout.
unsafe impl PyTyped for CFuncPtrObject {
    fn type_ptr() -> *mut PyTypeObject {
        (&raw mut CFuncPtr_Type).cast()
    }
}

type This<'a> = Borrowed<'a, CFuncPtrObject>;

fn as_data<'a>(function: This<'a>) -> Data<'a> {
    // SAFETY: the layout begins with that of `_CData`.
    unsafe { function.cast_unchecked() }
}

pub(super) fn is_function_class(op: Op<'_>) -> bool {
    info::is_class_of(op, &raw mut PyCFuncPtrType)
}

/// `from_param` of each type.
fn converters_of(argtypes: Op<'_>) -> PyResult {
    let Ok(argtypes) = sequence::to_tuple(argtypes).map_err(Raised::clear) else {
        return Err(raise!(TypeError, "_argtypes_ must be a sequence of types"));
    };
    let argtypes = tuple::refs(argtypes.op().downcast().expect("a tuple"));
    let n = argtypes.len();
    if n > MAX_ARGUMENTS {
        let class = functions::argument_error()?;
        let message = format!("_argtypes_ has too many arguments ({n}), maximum is {MAX_ARGUMENTS}");
        return Err(errors::set_string(class.op(), &message));
    }
    let mut converters = Vec::with_capacity(n);
    for (index, &argtype) in argtypes.iter().enumerate() {
        match object::get_optional_attr(argtype, id!("from_param"))? {
            Some(converter) => converters.push(converter),
            None => {
                let number = index + 1;
                return Err(raise!(TypeError, "item {number} in _argtypes_ has no from_param method"));
            }
        }
    }
    tuple::from_vec(converters)
}

/// Whether something can be the type of a result.
fn is_restype(op: Op<'_>) -> bool {
    op.is_none() || info::from_type(op).is_some() || object::is_callable(op)
}

fn init_class(class: Class<'_>, _args: Args<'_>) -> PyResult<()> {
    let info = info::init(class)?;
    pointer::fill(info);
    info.paramfunc.set(Some(pointer::paramfunc));
    // The signature does not show: converters need not be types.
    info.set_format("X{}");
    info.add_flags(info::TYPEFLAG_ISPOINTER);
    let flags =
        own_attribute(class, id!("_flags_"))?.filter(|flags| flags.op().is_instance::<PyLongObject>());
    let Some(flags) = flags else {
        return Err(raise!(TypeError, "class must define _flags_ which must be an integer"));
    };
    info.flags.set(int::as_u64_mask(flags.op())? as u32 | info::TYPEFLAG_ISPOINTER);
    if let Some(argtypes) = own_attribute(class, id!("_argtypes_"))? {
        let converters = converters_of(argtypes.op())?;
        info.argtypes.set(Some(argtypes));
        info.converters.set(Some(converters));
    }
    if let Some(restype) = own_attribute(class, id!("_restype_"))? {
        if !is_restype(restype.op()) {
            return Err(raise!(TypeError, "_restype_ must be a type, a callable, or None"));
        }
        info.checker.set(object::get_optional_attr(restype.op(), id!("_check_retval_"))?);
        info.restype.set(Some(restype));
    }
    Ok(())
}

fn get_errcheck(function: This<'_>) -> PyResult {
    Ok(function.errcheck.get().unwrap_or_else(adder_object_model::singletons::new_none))
}

fn set_errcheck(function: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if value.is_some_and(|value| !object::is_callable(value)) {
        return Err(raise!(TypeError, "the errcheck attribute must be callable"));
    }
    function.errcheck.set(value.map(|value| value.to_owned()));
    Ok(())
}

fn get_restype(function: This<'_>) -> PyResult {
    let own = function.restype.get();
    let restype = own.or(info::of(as_data(function))?.restype.get());
    Ok(restype.unwrap_or_else(adder_object_model::singletons::new_none))
}

fn set_restype(function: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        function.checker.clear();
        function.restype.clear();
        return Ok(());
    };
    if !is_restype(value) {
        return Err(raise!(TypeError, "restype must be a type, a callable, or None"));
    }
    let checker = object::get_optional_attr(value, id!("_check_retval_"))?;
    function.checker.set(checker);
    function.restype.set(Some(value.to_owned()));
    Ok(())
}

fn get_argtypes(function: This<'_>) -> PyResult {
    let own = function.argtypes.get();
    let argtypes = own.or(info::of(as_data(function))?.argtypes.get());
    Ok(argtypes.unwrap_or_else(adder_object_model::singletons::new_none))
}

fn set_argtypes(function: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    match value.filter(|value| !value.is_none()) {
        None => {
            function.converters.clear();
            function.argtypes.clear();
        }
        Some(value) => {
            let converters = converters_of(value)?;
            let paramflags = function.paramflags.get();
            check_paramflags(Some(value), paramflags.as_ref().map(Object::op))?;
            function.converters.set(Some(converters));
            function.argtypes.set(Some(value.to_owned()));
        }
    }
    Ok(())
}

/// Whether a type can be that of an output parameter.
fn check_output_type(argtype: Op<'_>, number: usize) -> PyResult<()> {
    let is_pointer_code =
        |info: &StgInfo| simple::code_of(info).is_some_and(|code| matches!(code, b'P' | b'z' | b'Z'));
    if is_pointer_class(argtype)
        || is_array_class(argtype)
        || info::from_type(argtype).is_some_and(is_pointer_code)
    {
        return Ok(());
    }
    let name = match argtype.downcast::<PyTypeObject>() {
        Some(class) => type_object::name_of(class),
        None => argtype.type_name(),
    };
    Err(raise!(TypeError, "'out' parameter {number} must be a pointer type, not {name}"))
}

/// Checks `paramflags` against the types of the arguments.
fn check_paramflags(argtypes: Option<Op<'_>>, paramflags: Option<Op<'_>>) -> PyResult<()> {
    let (Some(paramflags), Some(argtypes)) = (paramflags, argtypes) else {
        return Ok(());
    };
    let Some(paramflags) = paramflags.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "paramflags must be a tuple or None"));
    };
    let argtypes = sequence::to_tuple(argtypes)?;
    let argtypes = tuple::refs(argtypes.op().downcast().expect("a tuple"));
    if tuple::len(paramflags) != argtypes.len() {
        return Err(raise!(ValueError, "paramflags must have the same length as argtypes"));
    }
    for (index, (&item, &argtype)) in tuple::refs(paramflags).iter().zip(argtypes).enumerate() {
        let Some(flag) = paramflag(item) else {
            return Err(raise!(
                TypeError,
                "paramflags must be a sequence of (int [,string [,value]]) tuples"
            ));
        };
        match flag & (PARAMFLAG_FIN | PARAMFLAG_FOUT | PARAMFLAG_FLCID) {
            0 | PARAMFLAG_FIN | 5 | 3 => {}
            PARAMFLAG_FOUT => check_output_type(argtype, index + 1)?,
            _ => return Err(raise!(TypeError, "paramflag value {flag} not supported")),
        }
    }
    Ok(())
}

/// The flag of an entry of `paramflags`, if it is a well-formed one.
fn paramflag(item: Op<'_>) -> Option<u64> {
    let item = tuple::refs(item.downcast::<PyTupleObject>()?);
    let (&flag, rest) = item.split_first()?;
    let is_name = |name: Op<'_>| name.is_none() || name.is_instance::<PyUnicodeObject>();
    if rest.len() > 2
        || rest.first().is_some_and(|&name| !is_name(name))
        || !flag.is_instance::<PyLongObject>()
    {
        return None;
    }
    int::as_i32(flag).map_err(Raised::clear).ok().map(|flag| flag as u32 as u64)
}

/// A function of a library, by name.
fn from_dll(class: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<CDataObject>> {
    if args.len() > 2 {
        let n = args.len();
        return Err(raise!(TypeError, "function takes at most 2 arguments ({n} given)"));
    }
    let spec = sequence::to_tuple(args.get(0).expect("checked"))?;
    let spec = tuple::refs(spec.op().downcast().expect("a tuple"));
    let paramflags = args.get(1).filter(|paramflags| !paramflags.is_none());
    let &[name, dll] = spec else {
        return Err(raise!(TypeError, "illegal func_spec argument"));
    };
    let symbol_name = library::symbol_name(name)?;
    sys::audit("ctypes.dlsym", &[dll, name])?;
    let handle = library::handle_of(dll)?;
    let address = match library::symbol(handle, &symbol_name) {
        Ok(address) => address,
        Err(Some(message)) => return Err(raise!(AttributeError, "{message}")),
        Err(None) => {
            return Err(raise!(AttributeError, "function '{}' not found", symbol_name.to_string_lossy()));
        }
    };
    let argtypes = info::concrete(class.as_object())?.argtypes.get();
    check_paramflags(argtypes.as_ref().map(Object::op), paramflags)?;
    let made = data::new(class)?;
    let function = made.op().downcast::<CFuncPtrObject>().ok_or_else(errors::bad_internal_call)?;
    function.paramflags.set(paramflags.map(|paramflags| paramflags.to_owned()));
    made.set_pointer(address);
    data::keep_ref(made.borrow(), 0, dll.to_owned())?;
    function.callable.set(Some(function.as_object().to_owned()));
    Ok(made)
}

fn new(class: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<CDataObject>> {
    let Some(first) = args.get(0) else {
        return data::new(class);
    };
    if first.is_instance::<PyTupleObject>() {
        return from_dll(class, args);
    }
    if args.len() == 1 && first.is_instance::<PyLongObject>() {
        let address = library::address(first)?;
        let made = data::new(class)?;
        made.set_pointer(address);
        return Ok(made);
    }
    if args.len() != 1 {
        let n = args.len();
        return Err(raise!(TypeError, "function takes exactly 1 argument ({n} given)"));
    }
    if !object::is_callable(first) {
        return Err(raise!(TypeError, "argument must be callable or integer function address"));
    }
    let info = info::from_type(class.as_object());
    let Some((info, argtypes)) = info.and_then(|info| Some((info, info.argtypes.get()?))) else {
        return Err(raise!(TypeError, "cannot construct instance of this class: no argtypes"));
    };
    let restype = info.restype.get();
    let restype = restype.as_ref().map(Object::op);
    let thunk = callback::new(first, argtypes.op(), restype, info.flags.get())?;
    let made = data::new(class)?;
    let function = made.op().downcast::<CFuncPtrObject>().ok_or_else(errors::bad_internal_call)?;
    function.callable.set(Some(first.to_owned()));
    made.set_pointer(thunk.code());
    function.thunk.set(Some(thunk.clone()));
    data::keep_ref(made.borrow(), 0, thunk.into_object())?;
    Ok(made)
}

/// The arguments of a call as its paramflags arrange them, and which of them are results.
struct Arranged {
    arguments: Object,
    /// For each result its index, and whether the caller has passed it.
    results: Vec<(usize, bool)>,
}

/// Takes the next argument for an input parameter: by position, by name, or the default.
fn next_input(
    position: &mut usize,
    name: Option<Op<'_>>,
    default: Option<Op<'_>>,
    args: Args<'_>,
) -> PyResult {
    if let Some(argument) = args.get(*position) {
        *position += 1;
        return Ok(argument.to_owned());
    }
    let name = name.filter(|name| !name.is_none()).map(str::to_string_lossy);
    if let Some(name) = &name
        && let Some(argument) = args.keyword(name)
    {
        *position += 1;
        return Ok(argument.to_owned());
    }
    match (default, name) {
        (Some(default), _) => Ok(default.to_owned()),
        (None, Some(name)) => Err(raise!(TypeError, "required argument '{name}' missing")),
        (None, None) => Err(raise!(TypeError, "not enough arguments")),
    }
}

/// A fresh object for an output parameter.
fn new_output(argtype: Op<'_>) -> PyResult {
    let Some(info) = info::from_type(argtype) else {
        return Err(raise!(RuntimeError, "NULL stginfo unexpected"));
    };
    let proto = info.proto.get().ok_or_else(|| raise!(RuntimeError, "NULL stginfo unexpected"))?;
    if proto.op().is_instance::<PyUnicodeObject>() {
        let name = info::class_name(argtype);
        return Err(raise!(TypeError, "{name} 'out' parameter must be passed as default value"));
    }
    // The conversion passes what a pointer points to by reference.
    if is_array_class(argtype) { call::call_noargs(argtype) } else { call::call_noargs(proto.op()) }
}

fn arrange(function: This<'_>, argtypes: Option<&Object>, args: Args<'_>) -> PyResult<Arranged> {
    let paramflags = function.paramflags.get();
    let argtypes = match argtypes {
        Some(argtypes) => Some(sequence::to_tuple(argtypes.op())?),
        None => None,
    };
    let argtypes = argtypes.as_ref().map(|argtypes| tuple::refs(argtypes.op().downcast().expect("a tuple")));
    let (Some(argtypes), Some(paramflags)) = (argtypes.filter(|argtypes| !argtypes.is_empty()), paramflags)
    else {
        return Ok(Arranged { arguments: args.to_tuple()?, results: Vec::new() });
    };
    let paramflags = tuple::refs(paramflags.op().downcast().ok_or_else(errors::bad_internal_call)?);
    let mut position = 0;
    let mut arranged = Vec::with_capacity(argtypes.len());
    let mut results = Vec::new();
    for (index, (&argtype, &item)) in argtypes.iter().zip(paramflags).enumerate() {
        let item = tuple::refs(item.downcast().ok_or_else(errors::bad_internal_call)?);
        let flag = int::as_u64_mask(item[0])? as u32 as u64;
        let (name, default) = (item.get(1).copied(), item.get(2).copied());
        arranged.push(match flag & (PARAMFLAG_FIN | PARAMFLAG_FOUT | PARAMFLAG_FLCID) {
            5 => default.map_or_else(|| int::from_i64(0), |default| Ok(default.to_owned()))?,
            3 => {
                results.push((index, true));
                next_input(&mut position, name, default, args)?
            }
            0 | PARAMFLAG_FIN => next_input(&mut position, name, default, args)?,
            PARAMFLAG_FOUT => {
                results.push((index, false));
                match default {
                    Some(default) => default.to_owned(),
                    None => new_output(argtype)?,
                }
            }
            _ => return Err(raise!(ValueError, "paramflag {flag} not yet implemented")),
        });
    }
    let given = args.len() + args.keyword_count();
    if given != position {
        return Err(raise!(TypeError, "call takes exactly {position} arguments ({given} given)"));
    }
    Ok(Arranged { arguments: tuple::from_vec(arranged)?, results })
}

/// The result of a call with output parameters: their values.
fn output(result: Object, arranged: &Arranged) -> PyResult {
    if arranged.results.is_empty() {
        return Ok(result);
    }
    drop(result);
    let arguments = tuple::refs(arranged.arguments.op().downcast().expect("a tuple"));
    let mut values = Vec::with_capacity(arranged.results.len());
    for &(index, passed) in &arranged.results {
        values.push(if passed {
            arguments[index].to_owned()
        } else {
            call::call_method_noargs(arguments[index], "__ctypes_from_outparam__")?
        });
    }
    if values.len() == 1 { Ok(values.pop().expect("one")) } else { tuple::from_vec(values) }
}

fn call_slot(function: This<'_>, args: Args<'_>) -> PyResult {
    let info = info::of(as_data(function))?;
    // Held here, as the call can change the function.
    let restype = function.restype.get().or_else(|| info.restype.get());
    let converters = function.converters.get().or_else(|| info.converters.get());
    let checker = function.checker.get().or_else(|| info.checker.get());
    let argtypes = function.argtypes.get().or_else(|| info.argtypes.get());
    let errcheck = function.errcheck.get();
    let address: *mut c_void = as_data(function).pointer();
    if address.is_null() {
        return Err(raise!(ValueError, "NULL function pointer called"));
    }

    let arranged = arrange(function, argtypes.as_ref(), args)?;
    let arguments: Borrowed<'_, PyTupleObject> = arranged.arguments.op().downcast().expect("a tuple");
    if let Some(converters) = &converters {
        let required = tuple::len(converters.op().downcast().expect("a tuple"));
        let actual = tuple::len(arguments);
        let plural = if required == 1 { "" } else { "s" };
        if info.has_flag(FUNCFLAG_CDECL) {
            if required > actual {
                return Err(raise!(
                    TypeError,
                    "this function takes at least {required} argument{plural} ({actual} given)"
                ));
            }
        } else if required != actual {
            return Err(raise!(
                TypeError,
                "this function takes {required} argument{plural} ({actual} given)"
            ));
        }
    }
    let signature = foreign::Signature {
        flags: info.flags.get(),
        converters: converters.as_ref().map(Object::op),
        restype: restype.as_ref().map(Object::op),
        checker: checker.as_ref().map(Object::op),
    };
    let result = foreign::call_function(address, tuple::refs(arguments), &signature)?;
    if let Some(errcheck) = errcheck {
        let checked = call::call_positional(
            errcheck.op(),
            &[result.op(), function.as_object(), arranged.arguments.op()],
        )?;
        // The arguments themselves mean that all is as usual.
        if !checked.op().is(arranged.arguments.op()) {
            return Ok(checked);
        }
    }
    output(result, &arranged)
}

fn fields(function: &CFuncPtrObject) -> [&Field; 7] {
    [
        &function.callable,
        &function.restype,
        &function.checker,
        &function.errcheck,
        &function.argtypes,
        &function.converters,
        &function.paramflags,
    ]
}

fn traverse(function: This<'_>, visitor: &mut Visitor) {
    for field in fields(&function) {
        field.visit(visitor);
    }
    function.thunk.visit(visitor);
    data::visit(as_data(function), visitor);
}

fn clear(function: This<'_>) {
    for field in fields(&function) {
        field.clear();
    }
    if function.thunk.is_some() {
        // The closure may die, and nobody shall call it then.
        as_data(function).set_pointer(core::ptr::null_mut());
        function.thunk.clear();
    }
    data::clear(as_data(function));
}

fn dealloc(function: This<'_>) {
    gc::untrack(function.as_object_ptr());
    clear(function);
    data::free(as_data(function));
}

fn repr(function: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(format!("<{} object at {:p}>", function.type_name(), function.as_ptr()))
}

fn truth(function: This<'_>) -> PyResult<bool> {
    Ok(!as_data(function).pointer().is_null())
}

pub(super) static mut PyCFuncPtrType: PyTypeObject = PyTypeObject {
    tp_doc: c"metatype for C function pointers".as_ptr(),
    tp_init: slot::init(init_class),
    ..metatype::metatype(c"_ctypes.PyCFuncPtrType", (&raw const CLASS_METHODS).cast())
};

static GETSET: [PyGetSetDef; 4] = [
    getset::get_set(c"errcheck", get_errcheck, set_errcheck, c"a function to check for errors"),
    getset::get_set(c"restype", get_restype, set_restype, c"specify the result type"),
    getset::get_set(c"argtypes", get_argtypes, set_argtypes, c"specify the argument types"),
    PyGetSetDef::EMPTY,
];
static AS_NUMBER: PyNumberMethods = PyNumberMethods { nb_bool: slot::truth(truth), ..PyNumberMethods::EMPTY };

pub(super) static mut CFuncPtr_Type: CTypeObject = CTypeObject::new_static(
    &raw mut PyCFuncPtrType,
    PyTypeObject {
        tp_name: c"_ctypes.CFuncPtr".as_ptr(),
        tp_basicsize: size_of::<CFuncPtrObject>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_number: (&raw const AS_NUMBER).cast_mut(),
        tp_call: slot::call(call_slot),
        tp_as_buffer: (&raw const AS_BUFFER).cast_mut(),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
        tp_doc: c"Function Pointer".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_getset: (&raw const GETSET).cast_mut().cast(),
        tp_base: &raw mut CData_Type,
        tp_new: slot::new(new),
        ..PyTypeObject::EMPTY
    },
);
