//! Calls: binding arguments to parameters, pushing frames, and the general call protocol.

use core::mem::{MaybeUninit, transmute};
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyResult, Raised, call, descr, dict, errors, exceptions, mapping, method,
    object, raise, sequence, str, tuple,
};

use crate::frame::{self, FramePtr};
use crate::opcodes::op;
use crate::{code, function};

/// Untagged copies of cells, for callees that want an array of pointers; a free word stands in front.
pub struct Pointers {
    few: [MaybeUninit<*mut PyObject>; 12],
    many: Vec<MaybeUninit<*mut PyObject>>,
}

impl Pointers {
    /// Copies `n` cells; null cells become null.
    ///
    /// # Safety
    /// `cells` points to `n` cells.
    #[inline(always)]
    pub unsafe fn new(cells: *const StackRef, n: usize) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            let mut result = Self { few: [MaybeUninit::uninit(); 12], many: Vec::new() };
            if n < 12 {
                for index in 0..n {
                    result.few[index + 1] = MaybeUninit::new((*cells.add(index)).as_ptr());
                }
            } else {
                result.many.reserve(n + 1);
                result.many.push(MaybeUninit::new(ptr::null_mut()));
                result.many.extend((0..n).map(|index| MaybeUninit::new((*cells.add(index)).as_ptr())));
            }
            result
        }
    }

    /// The first pointer; one word before it may be written to.
    #[inline(always)]
    pub fn as_ptr(&mut self) -> *mut *mut PyObject {
        let all: &mut [_] = if self.many.is_empty() { &mut self.few } else { &mut self.many };
        // SAFETY: both arrays have a first word.
        unsafe { all.as_mut_ptr().add(1).cast() }
    }
}

/// Closes `n` cells.
///
/// # Safety
/// The cells are live and used up.
#[inline(always)]
pub unsafe fn close_all(cells: *const StackRef, n: usize) {
    for index in 0..n {
        // SAFETY: the caller's promise.
        unsafe { (*cells.add(index)).close() };
    }
}

/// The vectorcall function of an object, if its type has the protocol.
///
/// # Safety
/// `callable` is live.
#[inline(always)]
pub unsafe fn vectorcall_of(callable: *mut PyObject) -> Option<vectorcallfunc> {
    // SAFETY: types with the flag keep the function at the offset.
    unsafe {
        let tp = (*callable).ob_type;
        if (*tp).tp_flags & Py_TPFLAGS_HAVE_VECTORCALL as core::ffi::c_ulong == 0 {
            return None;
        }
        *callable.cast::<u8>().offset((*tp).tp_vectorcall_offset).cast::<Option<vectorcallfunc>>()
    }
}

/// Calls with an argument vector (`PyObject_Vectorcall`).
///
/// # Safety
/// The vectorcall protocol.
#[inline]
pub unsafe fn vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        match vectorcall_of(callable) {
            Some(f) => {
                let result = f(callable, args, nargsf, kwnames);
                // A result beside an exception, or neither, is the callee's mistake.
                if result.is_null() == (*adder_object_model::state::current()).current_exception.is_null() {
                    return call::check_c_result(Op::from_ptr(callable), result);
                }
                if result.is_null() { Err(errors::raised()) } else { Ok(Owned::steal(result)) }
            }
            None => {
                let n = nargsf & !(1 << 63);
                let args = core::slice::from_raw_parts(args, n + kwnames_len(kwnames));
                call::vectorcall(Op::from_ptr(callable), args, n, Op::from_nullable(kwnames))
            }
        }
    }
}

/// How many names a tuple of keyword names has; 0 for null.
///
/// # Safety
/// `kwnames` is a tuple or null.
#[inline(always)]
pub unsafe fn kwnames_len(kwnames: *mut PyObject) -> usize {
    // SAFETY: the caller's promise.
    unsafe { if kwnames.is_null() { 0 } else { (*kwnames.cast::<PyVarObject>()).ob_size as usize } }
}

/// Pushes a frame for a call and binds the arguments (`_PyEvalFramePushAndInit`).
///
/// Takes over the function, the locals and the arguments, also when it fails.
///
/// # Safety
/// `function` holds a function, `args` points to `n` cells and one for each name of `kwnames`.
#[inline]
pub unsafe fn push_frame(
    tstate: *mut PyThreadState,
    function: StackRef,
    locals: *mut PyObject,
    args: *const StackRef,
    n: usize,
    kwnames: *mut PyObject,
    previous: FramePtr,
) -> PyResult<FramePtr> {
    // SAFETY: the caller's promise.
    unsafe {
        let function_object = function.as_ptr().cast::<PyFunctionObject>();
        let code = Borrowed::<PyCodeObject>::from_ptr((*function_object).func_code.cast());
        let frame = frame::push(tstate, code.co_framesize as usize);
        if frame.is_null() {
            close_all(args, n + kwnames_len(kwnames));
            function.close();
            drop(Object::steal_nullable(locals));
            return Err(errors::no_memory());
        }
        let cells = frame::locals_plus(frame);
        if kwnames.is_null()
            && n == code.co_argcount as usize
            && code.co_flags & (CO_VARARGS | CO_VARKEYWORDS) == 0
            && code.co_kwonlyargcount == 0
        {
            // The exact number of arguments for a function without any extras.
            ptr::copy_nonoverlapping(args, cells, n);
            frame::initialize(frame, function, locals, code, n, previous);
            return Ok(frame);
        }
        frame::initialize(frame, function, locals, code, 0, previous);
        match bind(Borrowed::from_ptr(function_object), code, cells, args, n, kwnames) {
            Ok(()) => Ok(frame),
            Err(raised) => {
                super::clear_frame(tstate, frame);
                Err(raised)
            }
        }
    }
}

/// Pushes the frame of a function that takes just its positional arguments, all of which are
/// there; takes the function and the arguments over.
///
/// # Safety
/// `function` holds a function of `code`, which takes `n` arguments and whose frame has room;
/// `args` points to them.
#[inline(always)]
pub unsafe fn push_exact(
    tstate: *mut PyThreadState,
    function: StackRef,
    code: *mut PyCodeObject,
    args: *const StackRef,
    n: usize,
    previous: FramePtr,
) -> FramePtr {
    // SAFETY: the caller's promise.
    unsafe {
        let frame: FramePtr = (*tstate).datastack_top.cast();
        (*tstate).datastack_top = (*tstate).datastack_top.add((*code).co_framesize as usize);
        let cells = frame::locals_plus(frame);
        for index in 0..n {
            *cells.add(index) = *args.add(index);
        }
        frame::initialize(frame, function, ptr::null_mut(), Borrowed::from_ptr(code), n, previous);
        frame
    }
}

/// Whether a function takes just positional arguments and has no namespace of its own.
///
/// # Safety
/// `code` is live.
#[inline(always)]
pub unsafe fn is_simple(code: *mut PyCodeObject) -> bool {
    let all = CO_VARARGS | CO_VARKEYWORDS | CO_OPTIMIZED | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
    // SAFETY: the caller's promise.
    unsafe { (*code).co_flags & all == CO_OPTIMIZED && (*code).co_kwonlyargcount == 0 }
}

/// Whether a specialised `CALL` of a native function or method is right for this callable.
///
/// # Safety
/// `callable` is live, `args` points to `n` cells with objects.
#[inline(always)]
pub unsafe fn is_builtin(opcode: u8, callable: *mut PyObject, args: *const StackRef, n: usize) -> bool {
    // SAFETY: the caller's promise; layouts follow from the types.
    unsafe {
        let tp = (*callable).ob_type;
        if opcode == op::CALL_BUILTIN_O || opcode == op::CALL_BUILTIN_FAST {
            if tp != &raw mut method::PyCFunction_Type {
                return false;
            }
            let flags = (*(*callable.cast::<PyCFunctionObject>()).m_ml).ml_flags;
            return if opcode == op::CALL_BUILTIN_O {
                flags == METH_O && n == 1
            } else {
                flags == METH_FASTCALL
            };
        }
        if tp != &raw mut descr::PyMethodDescr_Type || n == 0 {
            return false;
        }
        let descriptor = callable.cast::<PyMethodDescrObject>();
        if (*(*args).as_ptr()).ob_type != (*descriptor).d_common.d_type {
            return false;
        }
        let flags = (*(*descriptor).d_method).ml_flags;
        match opcode {
            op::CALL_METHOD_DESCRIPTOR_NOARGS => flags == METH_NOARGS && n == 1,
            op::CALL_METHOD_DESCRIPTOR_O => flags == METH_O && n == 2,
            op::CALL_METHOD_DESCRIPTOR_FAST => flags == METH_FASTCALL,
            _ => flags == METH_FASTCALL | METH_KEYWORDS,
        }
    }
}

/// Calls a native function or method straight through its definition.
///
/// # Safety
/// `is_builtin` holds.
#[inline(always)]
pub unsafe fn call_builtin(opcode: u8, callable: *mut PyObject, args: *const StackRef, n: usize) -> PyResult {
    // SAFETY: the flags, which `is_builtin` has looked at, say what the function's type is.
    unsafe {
        call::enter_recursive(" while calling a Python object")?;
        let result = match opcode {
            op::CALL_BUILTIN_O => {
                let function = callable.cast::<PyCFunctionObject>();
                let f = transmute::<Option<PyCFunction>, PyCFunction>((*(*function).m_ml).ml_meth);
                f((*function).m_self, (*args).as_ptr())
            }
            op::CALL_BUILTIN_FAST => {
                let function = callable.cast::<PyCFunctionObject>();
                let f = transmute::<Option<PyCFunction>, PyCFunctionFast>((*(*function).m_ml).ml_meth);
                let mut pointers = Pointers::new(args, n);
                f((*function).m_self, pointers.as_ptr(), n as Py_ssize_t)
            }
            _ => {
                let meth = (*(*callable.cast::<PyMethodDescrObject>()).d_method).ml_meth;
                let receiver = (*args).as_ptr();
                match opcode {
                    op::CALL_METHOD_DESCRIPTOR_NOARGS => {
                        transmute::<Option<PyCFunction>, PyCFunction>(meth)(receiver, ptr::null_mut())
                    }
                    op::CALL_METHOD_DESCRIPTOR_O => {
                        let argument = (*args.add(1)).as_ptr();
                        transmute::<Option<PyCFunction>, PyCFunction>(meth)(receiver, argument)
                    }
                    op::CALL_METHOD_DESCRIPTOR_FAST => {
                        let mut pointers = Pointers::new(args.add(1), n - 1);
                        let f = transmute::<Option<PyCFunction>, PyCFunctionFast>(meth);
                        f(receiver, pointers.as_ptr(), (n - 1) as Py_ssize_t)
                    }
                    _ => {
                        let mut pointers = Pointers::new(args.add(1), n - 1);
                        let f = transmute::<Option<PyCFunction>, PyCFunctionFastWithKeywords>(meth);
                        f(receiver, pointers.as_ptr(), (n - 1) as Py_ssize_t, ptr::null_mut())
                    }
                }
            }
        };
        // A result beside an exception, or neither, is the callee's mistake.
        if result.is_null() == (*adder_object_model::state::current()).current_exception.is_null() {
            return call::check_c_result(Op::from_ptr(callable), result);
        }
        if result.is_null() { Err(errors::raised()) } else { Ok(Owned::steal(result)) }
    }
}

/// The error of a function's call; `text` follows its name.
fn bad_call(function: Borrowed<'_, PyFunctionObject>, text: core::fmt::Arguments<'_>) -> Raised {
    // SAFETY: a live string.
    let name = unsafe { str::to_string_lossy(Op::from_ptr(function.func_qualname)) };
    raise!(TypeError, "{name}(){text}")
}

/// Puts arguments into a frame's first cells (`initialize_locals`); takes them over.
///
/// # Safety
/// As for `push_frame`; `cells` are the frame's, all null.
unsafe fn bind(
    function: Borrowed<'_, PyFunctionObject>,
    code: Borrowed<'_, PyCodeObject>,
    cells: *mut StackRef,
    args: *const StackRef,
    n: usize,
    kwnames: *mut PyObject,
) -> PyResult<()> {
    // SAFETY: the caller's promise. Every argument goes into a cell or is closed.
    unsafe {
        let n_positional = code.co_argcount as usize;
        let n_keyword_only = code.co_kwonlyargcount as usize;
        let n_named = n_positional + n_keyword_only;
        let has_varargs = code.co_flags & CO_VARARGS != 0;
        let has_varkeywords = code.co_flags & CO_VARKEYWORDS != 0;
        let n_kwargs = kwnames_len(kwnames);
        let kwargs_cells = args.add(n);

        let extra_keywords = if has_varkeywords {
            let made = match dict::new() {
                Ok(made) => made,
                Err(raised) => {
                    close_all(args, n + n_kwargs);
                    return Err(raised);
                }
            };
            let place = n_named + has_varargs as usize;
            let borrowed = made.as_ptr();
            *cells.add(place) = StackRef::from_owned(made.into_object());
            Some(Borrowed::<PyDictObject>::from_ptr(borrowed))
        } else {
            None
        };

        let n_direct = n.min(n_positional);
        ptr::copy_nonoverlapping(args, cells, n_direct);
        if has_varargs {
            let rest: Vec<Object> = (n_direct..n).map(|index| (*args.add(index)).into_owned()).collect();
            let rest = if rest.is_empty() { Ok(tuple::empty()) } else { tuple::from_vec(rest) };
            match rest {
                Ok(rest) => *cells.add(n_named) = StackRef::from_owned(rest),
                Err(raised) => {
                    close_all(kwargs_cells, n_kwargs);
                    return Err(raised);
                }
            }
        } else {
            close_all(args.add(n_direct), n - n_direct);
        }

        if n_kwargs > 0 {
            let names = tuple::refs(Borrowed::from_ptr(kwnames.cast()));
            let variables = code::local_names(code);
            let n_positional_only = code.co_posonlyargcount as usize;
            for (index, &keyword) in names.iter().enumerate() {
                let value = *kwargs_cells.add(index);
                let result = (|| -> PyResult<Option<StackRef>> {
                    let Some(text) = keyword.downcast::<PyUnicodeObject>() else {
                        return Err(bad_call(function, format_args!(" keywords must be strings")));
                    };
                    let mut found =
                        (n_positional_only..n_named).find(|&position| variables[position].is(keyword));
                    if found.is_none() {
                        let named = variables.iter().enumerate().take(n_named).skip(n_positional_only);
                        for (position, &name) in named {
                            let same = match name.downcast::<PyUnicodeObject>() {
                                Some(variable) if keyword.is_exact::<PyUnicodeObject>() => {
                                    str::eq(variable, text)
                                }
                                _ => object::equal(keyword, name)?,
                            };
                            if same {
                                found = Some(position);
                                break;
                            }
                        }
                    }
                    if let Some(position) = found {
                        if !(*cells.add(position)).is_null() {
                            let name = str::to_string_lossy(keyword);
                            return Err(bad_call(
                                function,
                                format_args!(" got multiple values for argument '{name}'"),
                            ));
                        }
                        *cells.add(position) = value;
                        return Ok(None);
                    }
                    if let Some(extra) = extra_keywords {
                        dict::set_item(extra, keyword, value.op())?;
                        return Ok(Some(value));
                    }
                    if n_positional_only > 0 {
                        refuse_positional_only(function, code, names)?;
                    }
                    let name = str::to_string_lossy(keyword);
                    let possible: Vec<String> = variables[n_positional_only..n_named]
                        .iter()
                        .map(|variable| str::to_string_lossy(*variable))
                        .collect();
                    Err(match adder_object_model::suggestions::suggestion(&name, &possible) {
                        Some(other) => bad_call(
                            function,
                            format_args!(
                                " got an unexpected keyword argument '{name}'. Did you mean '{other}'?"
                            ),
                        ),
                        None => {
                            bad_call(function, format_args!(" got an unexpected keyword argument '{name}'"))
                        }
                    })
                })();
                match result {
                    Ok(None) => {}
                    Ok(Some(done)) => done.close(),
                    Err(raised) => {
                        close_all(kwargs_cells.add(index), n_kwargs - index);
                        return Err(raised);
                    }
                }
            }
        }

        if n > n_positional && !has_varargs {
            return Err(too_many_positional(function, code, n, cells));
        }

        if n < n_positional {
            let defaults = Borrowed::<PyTupleObject>::from_nullable(function.func_defaults.cast());
            let defaults = defaults.map_or(&[][..], |defaults| tuple::refs(defaults));
            let first_default = n_positional as isize - defaults.len() as isize;
            let missing: Vec<usize> = (n..n_positional)
                .filter(|&index| (index as isize) < first_default && (*cells.add(index)).is_null())
                .collect();
            if !missing.is_empty() {
                return Err(missing_arguments(function, code, "positional", &missing));
            }
            for (offset, &default) in defaults.iter().enumerate() {
                let index = first_default + offset as isize;
                if index < 0 {
                    continue;
                }
                let cell = cells.add(index as usize);
                if (*cell).is_null() {
                    *cell = StackRef::from_owned(default.to_owned());
                }
            }
        }

        if n_keyword_only > 0 {
            let mut missing = Vec::new();
            let variables = code::local_names(code);
            let defaults = Object::new_ref_nullable(function.func_kwdefaults);
            for (index, &name) in variables.iter().enumerate().take(n_named).skip(n_positional) {
                if !(*cells.add(index)).is_null() {
                    continue;
                }
                let default = match &defaults {
                    Some(defaults) => mapping::get_optional_item(defaults.op(), name)?,
                    None => None,
                };
                match default {
                    Some(default) => *cells.add(index) = StackRef::from_owned(default),
                    None => missing.push(index),
                }
            }
            if !missing.is_empty() {
                return Err(missing_arguments(function, code, "keyword-only", &missing));
            }
        }
        Ok(())
    }
}

/// `'a', 'b', and 'c'`.
fn enumerate(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("'{one}'"),
        [first, second] => format!("'{first}' and '{second}'"),
        [head @ .., last] => {
            let head: Vec<String> = head.iter().map(|name| format!("'{name}'")).collect();
            format!("{}, and '{last}'", head.join(", "))
        }
    }
}

fn missing_arguments(
    function: Borrowed<'_, PyFunctionObject>,
    code: Borrowed<'_, PyCodeObject>,
    kind: &str,
    missing: &[usize],
) -> Raised {
    let variables = code::local_names(code);
    let names: Vec<String> = missing.iter().map(|&index| str::to_string_lossy(variables[index])).collect();
    let n = names.len();
    let plural = if n == 1 { "" } else { "s" };
    bad_call(function, format_args!(" missing {n} required {kind} argument{plural}: {}", enumerate(&names)))
}

unsafe fn too_many_positional(
    function: Borrowed<'_, PyFunctionObject>,
    code: Borrowed<'_, PyCodeObject>,
    given: usize,
    cells: *mut StackRef,
) -> Raised {
    let n_positional = code.co_argcount as usize;
    let n_keyword_only = code.co_kwonlyargcount as usize;
    // SAFETY: the frame's cells; the defaults are a tuple or null.
    let (keyword_only_given, n_defaults) = unsafe {
        let given = (n_positional..n_positional + n_keyword_only)
            .filter(|&index| !(*cells.add(index)).is_null())
            .count();
        let defaults = Borrowed::<PyTupleObject>::from_nullable(function.func_defaults.cast());
        (given, defaults.map_or(0, |defaults| tuple::len(defaults)))
    };
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let (many, takes) = if n_defaults > 0 {
        (true, format!("from {} to {n_positional}", n_positional - n_defaults))
    } else {
        (n_positional != 1, n_positional.to_string())
    };
    let also = if keyword_only_given > 0 {
        format!(
            " positional argument{} (and {keyword_only_given} keyword-only argument{})",
            plural(given),
            plural(keyword_only_given)
        )
    } else {
        String::new()
    };
    let verb = if given == 1 && keyword_only_given == 0 { "was" } else { "were" };
    bad_call(
        function,
        format_args!(
            " takes {takes} positional argument{} but {given}{also} {verb} given",
            if many { "s" } else { "" }
        ),
    )
}

/// An error if some of the keywords name parameters that are positional-only.
fn refuse_positional_only(
    function: Borrowed<'_, PyFunctionObject>,
    code: Borrowed<'_, PyCodeObject>,
    keywords: &[Op<'_>],
) -> PyResult<()> {
    let variables = code::local_names(code);
    let mut wrong = Vec::new();
    for &variable in &variables[..code.co_posonlyargcount as usize] {
        for &keyword in keywords {
            if variable.is(keyword) || object::equal(variable, keyword)? {
                wrong.push(str::to_string_lossy(keyword));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(bad_call(
        function,
        format_args!(
            " got some positional-only arguments passed as keyword arguments: '{}'",
            wrong.join(", ")
        ),
    ))
}

/// The arguments of `f(*args)` as a tuple.
pub fn star_arguments(callable: Op<'_>, args: Op<'_>) -> PyResult<Object> {
    if args.is_exact::<PyTupleObject>() {
        return Ok(args.to_owned());
    }
    // SAFETY: a live type.
    let iterable = args.ob_type().tp_iter.is_some() || sequence::check(args);
    if !iterable {
        let name = descr::function_str(callable);
        return Err(raise!(
            TypeError,
            "{name} argument after * must be an iterable, not {}",
            args.type_name()
        ));
    }
    sequence::to_tuple(args)
}

/// The error of `f(**kwargs)` when merging has failed (`_PyEval_FormatKwargsError`).
pub fn double_star_error(callable: Op<'_>, kwargs: Op<'_>, raised: Raised) -> Raised {
    if raised.matches(exceptions::builtin::AttributeError()) {
        raised.clear();
        let name = descr::function_str(callable);
        return raise!(TypeError, "{name} argument after ** must be a mapping, not {}", kwargs.type_name());
    }
    if raised.matches(exceptions::builtin::KeyError()) {
        let error = raised.take();
        let key = object::get_attr_str(error.op(), "args")
            .ok()
            .and_then(|args| {
                args.op()
                    .downcast::<PyTupleObject>()
                    .map(|args| tuple::refs(args).first().map(|&key| key.to_owned()))
            })
            .flatten();
        let Some(key) = key else { return errors::restore(error) };
        let name = descr::function_str(callable);
        let key = match object::str(key.op()) {
            Ok(key) => str::to_string_lossy(key.op()),
            Err(error) => return error,
        };
        return raise!(TypeError, "{name} got multiple values for keyword argument '{key}'");
    }
    raised
}

/// Positional and keyword arguments of `f(*args, **kwargs)` as cells and a tuple of names.
pub fn spread(
    args: Borrowed<'_, PyTupleObject>,
    kwargs: Option<Borrowed<'_, PyDictObject>>,
) -> PyResult<(Vec<StackRef>, usize, Option<Object>)> {
    let mut cells: Vec<StackRef> =
        tuple::refs(args).iter().map(|&op| StackRef::from_owned(op.to_owned())).collect();
    let n = cells.len();
    let mut names = Vec::new();
    if let Some(kwargs) = kwargs {
        for (name, value) in dict::pairs(kwargs) {
            if !name.is_instance::<PyUnicodeObject>() {
                for cell in cells {
                    // SAFETY: made above.
                    unsafe { cell.close() };
                }
                return Err(raise!(TypeError, "keywords must be strings"));
            }
            names.push(name.to_owned());
            cells.push(StackRef::from_owned(value.to_owned()));
        }
    }
    let names = if names.is_empty() { None } else { Some(tuple::from_vec(names)?) };
    Ok((cells, n, names))
}

/// A function whose calls the evaluation loop runs itself.
///
/// # Safety
/// `callable` is live.
#[inline(always)]
pub unsafe fn is_python_function(callable: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*callable).ob_type == &raw mut function::PyFunction_Type
            && (*callable.cast::<PyFunctionObject>()).vectorcall.map(|f| f as usize)
                == Some(function::_PyFunction_Vectorcall as *const () as usize)
    }
}
