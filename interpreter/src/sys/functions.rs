//! The functions of `sys`.

use core::ffi::c_int;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Signature, TypeRef, call, codecs, dict, errors, exceptions, float,
    int, object, raise, singletons, state, str, tuple,
};

use crate::frame;
use crate::runtime::{config, runtime};
use crate::vm::tracing::{self, Threads};

pub static TABLE: &[PyMethodDef] = &[
    method::keywords(c"addaudithook", add_audit_hook, c"addaudithook($module, /, hook)\n--\n\nHave a function called with every audit event."),
    method::positional(c"audit", audit, c"audit($module, event, /, *args)\n--\n\nTell the audit hooks of an event."),
    method::o(c"activate_stack_trampoline", activate_stack_trampoline, c"activate_stack_trampoline($module, backend, /)\n--\n\nLeave traces of calls for a profiler."),
    method::noargs(c"deactivate_stack_trampoline", deactivate_stack_trampoline, c"deactivate_stack_trampoline($module, /)\n--\n\nLeave no traces of calls for a profiler."),
    method::noargs(c"_baserepl", base_repl, c"_baserepl($module, /)\n--\n\nRead and run statements from standard input without an editor."),
    method::noargs(c"_clear_type_cache", clear_type_cache, c"_clear_type_cache($module, /)\n--\n\nForget looked-up attributes."),
    method::o(c"_clear_type_descriptors", clear_type_descriptors, c"_clear_type_descriptors($module, type, /)\n--\n\nRemove the descriptors for __dict__ and __weakref__ from a class."),
    method::noargs(c"_clear_internal_caches", clear_internal_caches, c"_clear_internal_caches($module, /)\n--\n\nForget what was kept for speed."),
    method::noargs(c"_current_frames", current_frames, c"_current_frames($module, /)\n--\n\nReturn each thread's frame by the thread's id."),
    method::noargs(c"_current_exceptions", current_exceptions, c"_current_exceptions($module, /)\n--\n\nReturn the exception each thread is handling by the thread's id."),
    method::noargs(c"exception", exception, c"exception($module, /)\n--\n\nReturn the exception that is being handled, or None."),
    method::noargs(c"exc_info", exc_info, c"exc_info($module, /)\n--\n\nReturn type, value and traceback of the exception that is being handled."),
    method::positional(c"exit", exit, c"exit($module, status=None, /)\n--\n\nLeave the program by raising SystemExit(status)."),
    method::noargs(c"getdefaultencoding", get_default_encoding, c"getdefaultencoding($module, /)\n--\n\nReturn the encoding that str and bytes use by default."),
    method::noargs(c"getfilesystemencoding", get_filesystem_encoding, c"getfilesystemencoding($module, /)\n--\n\nReturn the encoding of file names."),
    method::noargs(c"getfilesystemencodeerrors", get_filesystem_errors, c"getfilesystemencodeerrors($module, /)\n--\n\nReturn the error handler for file names."),
    method::noargs(c"getdlopenflags", get_dlopen_flags, c"getdlopenflags($module, /)\n--\n\nReturn the flags that extension modules are loaded with."),
    method::o(c"setdlopenflags", set_dlopen_flags, c"setdlopenflags($module, flags, /)\n--\n\nSet the flags that extension modules are loaded with."),
    method::noargs(c"getallocatedblocks", get_allocated_blocks, c"getallocatedblocks($module, /)\n--\n\nReturn the number of memory blocks in use."),
    method::noargs(c"getunicodeinternedsize", get_interned_size, c"getunicodeinternedsize($module, /, *, _only_immortal=False)\n--\n\nReturn the number of interned strings."),
    method::o(c"getrefcount", get_refcount, c"getrefcount($module, object, /)\n--\n\nReturn the number of references to an object, the argument's own among them."),
    method::noargs(c"getrecursionlimit", get_recursion_limit, c"getrecursionlimit($module, /)\n--\n\nReturn how deep calls may go."),
    method::o(c"setrecursionlimit", set_recursion_limit_to, c"setrecursionlimit($module, limit, /)\n--\n\nSet how deep calls may go."),
    method::keywords(c"getsizeof", get_size_of, c"getsizeof(object [, default]) -> int\n\nReturn the size of an object in bytes."),
    method::positional(c"_getframe", get_frame, c"_getframe($module, depth=0, /)\n--\n\nReturn a frame from the call stack."),
    method::keywords(c"_getframemodulename", get_frame_module_name, c"_getframemodulename($module, /, depth=0)\n--\n\nReturn the name of the module that a frame on the call stack belongs to."),
    method::o(c"intern", intern, c"intern($module, string, /)\n--\n\nReturn the one string that equals the argument."),
    method::o(c"_is_interned", is_interned, c"_is_interned($module, string, /)\n--\n\nReturn whether a string is interned."),
    method::o(c"_is_immortal", is_immortal, c"_is_immortal($module, op, /)\n--\n\nReturn whether an object is never freed."),
    method::noargs(c"is_finalizing", is_finalizing, c"is_finalizing($module, /)\n--\n\nReturn whether the program is shutting down."),
    method::noargs(c"_is_gil_enabled", is_gil_enabled, c"_is_gil_enabled($module, /)\n--\n\nReturn whether threads run one at a time."),
    method::noargs(c"is_stack_trampoline_active", never, c"is_stack_trampoline_active($module, /)\n--\n\nReturn whether calls leave traces for a profiler."),
    method::noargs(c"is_remote_debug_enabled", never, c"is_remote_debug_enabled($module, /)\n--\n\nReturn whether another process may debug this one."),
    method::noargs(c"getswitchinterval", get_switch_interval, c"getswitchinterval($module, /)\n--\n\nReturn how many seconds a thread runs before others may."),
    method::o(c"setswitchinterval", set_switch_interval, c"setswitchinterval($module, interval, /)\n--\n\nSet how many seconds a thread runs before others may."),
    method::o(c"settrace", set_trace, c"settrace($module, function, /)\n--\n\nSet a function that is called as lines and functions run."),
    method::noargs(c"gettrace", get_trace, c"gettrace($module, /)\n--\n\nReturn the function that settrace() set."),
    method::o(c"setprofile", set_profile, c"setprofile($module, function, /)\n--\n\nSet a function that is called as functions are entered and left."),
    method::noargs(c"getprofile", get_profile, c"getprofile($module, /)\n--\n\nReturn the function that setprofile() set."),
    method::o(c"_settraceallthreads", set_trace_all_threads, c"_settraceallthreads($module, function, /)\n--\n\nThe same as settrace() for every thread."),
    method::o(c"_setprofileallthreads", set_profile_all_threads, c"_setprofileallthreads($module, function, /)\n--\n\nThe same as setprofile() for every thread."),
    method::positional(c"call_tracing", call_tracing, c"call_tracing($module, func, args, /)\n--\n\nCall func(*args) with tracing on, from inside a trace function."),
    method::noargs(c"get_coroutine_origin_tracking_depth", get_origin_depth, c"get_coroutine_origin_tracking_depth($module, /)\n--\n\nReturn how many frames coroutines keep of where they were made."),
    method::keywords(c"set_coroutine_origin_tracking_depth", set_origin_depth, c"set_coroutine_origin_tracking_depth($module, /, depth)\n--\n\nSet how many frames coroutines keep of where they were made."),
    method::keywords(c"set_asyncgen_hooks", set_asyncgen_hooks, c"set_asyncgen_hooks($module, /, firstiter=<unrepresentable>,\n                   finalizer=<unrepresentable>)\n--\n\nSet what is called when asynchronous generators are first used and collected."),
    method::noargs(c"get_asyncgen_hooks", get_asyncgen_hooks, c"get_asyncgen_hooks($module, /)\n--\n\nReturn what set_asyncgen_hooks() set."),
    method::noargs(c"get_int_max_str_digits", get_int_max_str_digits, c"get_int_max_str_digits($module, /)\n--\n\nReturn how many digits an int may have in text."),
    method::keywords(c"set_int_max_str_digits", set_int_max_str_digits, c"set_int_max_str_digits($module, /, maxdigits)\n--\n\nSet how many digits an int may have in text; 0 is no limit."),
    method::noargs(c"_get_cpu_count_config", cpu_count_config, c"_get_cpu_count_config($module, /)\n--\n\nReturn the number of processors that -X cpu_count set."),
    PyMethodDef::EMPTY,
];

fn add_audit_hook(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<1> = Signature::new("addaudithook", ["hook"]).required(1);
    let [hook] = args.parse(&SIGNATURE)?;
    if let Err(error) = super::audit("sys.addaudithook", &[]) {
        // A hook may veto the new one in silence.
        error.absorb::<()>(exceptions::builtin::RuntimeError())?;
        return Ok(());
    }
    let hook = hook.expect("required").to_owned();
    runtime().sys.audit_hooks.borrow_mut().push(hook);
    Ok(())
}

fn audit(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let Some(event) = args.get(0) else {
        return Err(raise!(TypeError, "audit expected at least 1 argument, got 0"));
    };
    let Some(event) = event.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "expected str for argument 'event', not {}", event.type_name()));
    };
    let rest: Vec<Op<'_>> = args.iter().skip(1).collect();
    super::audit(str::as_utf8(event)?, &rest)
}

fn activate_stack_trampoline(_module: Op<'_>, backend: Op<'_>) -> PyResult<()> {
    if !backend.is_instance::<PyUnicodeObject>() {
        return Err(raise!(
            TypeError,
            "activate_stack_trampoline() argument must be str, not {}",
            backend.type_name()
        ));
    }
    Err(raise!(ValueError, "perf trampoline not available"))
}

fn deactivate_stack_trampoline(_module: Op<'_>) -> PyResult<()> {
    Ok(())
}

fn clear_type_cache(module: Op<'_>) -> PyResult<()> {
    crate::warnings::warn(
        exceptions::builtin::DeprecationWarning(),
        "sys._clear_type_cache() is deprecated and scheduled for removal in a future version. \
         Use sys._clear_internal_caches() instead.",
        1,
    )?;
    clear_internal_caches(module)
}

/// No cache keeps anything that a look-up would not find again.
fn clear_internal_caches(_module: Op<'_>) -> PyResult<()> {
    Ok(())
}

/// Takes `__dict__` and `__weakref__` out of a class that is about to be replaced by one with
/// slots (`dataclass(slots=True)`), so that it does not keep the new one's instances company.
fn clear_type_descriptors(_module: Op<'_>, class: Op<'_>) -> PyResult<()> {
    let Some(tp) = class.downcast::<PyTypeObject>() else {
        return Err(raise!(TypeError, "argument must be a type, not {}", class.type_name()));
    };
    if tp.tp_flags & Py_TPFLAGS_IMMUTABLETYPE != 0 {
        return Err(raise!(TypeError, "argument is immutable"));
    }
    let namespace = adder_object_model::type_object::get_dict(tp)?;
    let namespace = namespace
        .op()
        .downcast::<PyDictObject>()
        .ok_or_else(adder_object_model::errors::bad_internal_call)?;
    for name in ["__dict__", "__weakref__"] {
        dict::pop(namespace, str::intern(name)?.op())?;
    }
    adder_object_model::type_object::modified(tp);
    Ok(())
}

fn current_frames(_module: Op<'_>) -> PyResult {
    let result = dict::new()?;
    for thread in crate::threads::all() {
        // SAFETY: the GIL is held, so no state in the list goes away, and its frames stand still.
        let (id, frame) = unsafe { ((*thread).thread_id, frame::innermost_of(thread)) };
        if !frame.is_null() {
            // SAFETY: a live, complete frame.
            let frame = unsafe { frame::object_of(frame) }?;
            dict::set_item(result.borrow(), int::from_u64(id)?.op(), frame.op())?;
        }
    }
    Ok(result.into_object())
}

fn current_exceptions(_module: Op<'_>) -> PyResult {
    let result = dict::new()?;
    for thread in crate::threads::all() {
        // SAFETY: as above.
        let id = unsafe { (*thread).thread_id };
        let exception = handled_by(thread).unwrap_or_else(singletons::new_none);
        dict::set_item(result.borrow(), int::from_u64(id)?.op(), exception.op())?;
    }
    Ok(result.into_object())
}

/// The exception a thread is handling (`_PyErr_GetTopmostException`).
fn handled_by(thread: *mut PyThreadState) -> Option<Object> {
    // SAFETY: the stack of handled exceptions ends in the thread state itself; its values
    // are owned references, `None` or null.
    unsafe {
        let mut item = (*thread).exc_info;
        loop {
            let value = (*item).exc_value;
            let empty = value.is_null() || value == singletons::none_ptr();
            if !empty {
                return Some(Object::new_ref(value));
            }
            if (*item).previous_item.is_null() {
                return None;
            }
            item = (*item).previous_item;
        }
    }
}

/// The exception that is being handled (`PyErr_GetHandledException`).
pub fn handled_exception() -> Option<Object> {
    handled_by(state::current())
}

fn exception(_module: Op<'_>) -> PyResult {
    Ok(handled_exception().unwrap_or_else(singletons::new_none))
}

fn exc_info(_module: Op<'_>) -> PyResult {
    let Some(exception) = handled_exception() else {
        return tuple::pack(&[singletons::none(); 3]);
    };
    let traceback = exceptions::get_traceback(exception.op()).unwrap_or_else(singletons::new_none);
    tuple::pack(&[exception.op().ob_type().as_object(), exception.op(), traceback.op()])
}

fn exit(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [status] = args.optional("exit", 0)?;
    Err(errors::set_object(exceptions::builtin::SystemExit(), status.unwrap_or(singletons::none())))
}

fn get_default_encoding(_module: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("utf-8")
}

fn get_filesystem_encoding(_module: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern(codecs::file_system_encoding())
}

fn get_filesystem_errors(_module: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("surrogateescape")
}

/// The flags for `dlopen`.
pub fn dlopen_flags() -> c_int {
    runtime().sys.dlopen_flags.get().unwrap_or(libc::RTLD_NOW)
}

fn get_dlopen_flags(_module: Op<'_>) -> PyResult {
    int::from_i64(dlopen_flags().into())
}

fn set_dlopen_flags(_module: Op<'_>, flags: Op<'_>) -> PyResult<()> {
    runtime().sys.dlopen_flags.set(Some(int::as_i32(flags)?));
    Ok(())
}

fn get_allocated_blocks(_module: Op<'_>) -> PyResult {
    // The allocator keeps no such count that is cheap to ask for.
    int::from_usize(0)
}

fn get_interned_size(_module: Op<'_>) -> PyResult {
    int::from_usize(0)
}

fn get_refcount(_module: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_usize(object::refcount(op))
}

fn get_recursion_limit(_module: Op<'_>) -> PyResult {
    // SAFETY: the current thread has a state.
    int::from_i64(unsafe { (*state::current()).py_recursion_limit }.into())
}

/// `Py_SetRecursionLimit`: for every thread.
pub fn set_recursion_limit(limit: i32) {
    for thread in crate::threads::all() {
        // SAFETY: the GIL is held.
        unsafe {
            let depth = (*thread).py_recursion_limit - (*thread).py_recursion_remaining;
            (*thread).py_recursion_limit = limit;
            (*thread).py_recursion_remaining = limit - depth;
        }
    }
}

fn set_recursion_limit_to(_module: Op<'_>, limit: Op<'_>) -> PyResult<()> {
    let limit = int::as_i32(limit)?;
    if limit < 1 {
        return Err(raise!(ValueError, "recursion limit must be greater or equal than 1"));
    }
    // SAFETY: the current thread has a state.
    let depth =
        unsafe { (*state::current()).py_recursion_limit - (*state::current()).py_recursion_remaining };
    if depth >= limit {
        return Err(raise!(
            RecursionError,
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        ));
    }
    set_recursion_limit(limit);
    Ok(())
}

/// `object.__sizeof__()` and the collector's head.
fn get_size_of(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<2> = Signature::new("getsizeof", ["object", "default"]).required(1);
    let [op, default] = args.parse(&SIGNATURE)?;
    let size = size_of_object(op.expect("required"));
    match (size, default) {
        (Ok(size), _) => int::from_usize(size),
        (Err(error), Some(default)) => {
            error.absorb::<()>(exceptions::builtin::TypeError())?;
            Ok(default.to_owned())
        }
        (Err(error), None) => Err(error),
    }
}

fn size_of_object(op: Op<'_>) -> PyResult<usize> {
    let Some(size_method) = object::lookup_special(op, "__sizeof__")? else {
        return Err(raise!(TypeError, "Type {} doesn't define __sizeof__", op.type_name()));
    };
    let size = call::call_noargs(size_method.op())?;
    let size = int::as_isize(size.op())?;
    let size = usize::try_from(size).map_err(|_| raise!(ValueError, "__sizeof__() should return >= 0"))?;
    let tp = op.ob_type();
    let heads = tp.tp_flags & (Py_TPFLAGS_MANAGED_DICT | Py_TPFLAGS_MANAGED_WEAKREF) != 0;
    let collected = adder_object_model::gc::is_gc(op);
    Ok(size
        + if collected { size_of::<PyGC_Head>() } else { 0 }
        + if heads { 2 * size_of::<usize>() } else { 0 })
}

fn get_frame(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [depth] = args.optional("_getframe", 0)?;
    let depth = depth.map_or(Ok(0), int::as_i32)?;
    let frame = frame_at_depth(depth);
    if frame.is_null() {
        return Err(raise!(ValueError, "call stack is not deep enough"));
    }
    // SAFETY: a live, complete frame.
    let frame = unsafe { frame::object_of(frame) }?;
    super::audit("sys._getframe", &[frame.op()])?;
    Ok(frame.into_object())
}

/// The frame so many calls out, or null.
fn frame_at_depth(depth: i32) -> *mut _PyInterpreterFrame {
    let mut frame = frame::current();
    for _ in 0..depth.max(0) {
        if frame.is_null() {
            break;
        }
        // SAFETY: a live frame.
        frame = unsafe { frame::previous(frame) };
    }
    frame
}

fn get_frame_module_name(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<1> = Signature::new("_getframemodulename", ["depth"]);
    let [depth] = args.parse(&SIGNATURE)?;
    let depth = depth.map_or(Ok(0), int::as_i32)?;
    super::audit("sys._getframemodulename", &[int::from_i64(depth.into())?.op()])?;
    let frame = frame_at_depth(depth);
    if frame.is_null() {
        return Ok(singletons::new_none());
    }
    // SAFETY: a live, complete frame has a function; the low bits of a reference are its tag.
    let function = unsafe { Object::new_ref(((*frame).f_funcobj.bits & !3) as *mut PyObject) };
    Ok(object::get_optional_attr_str(function.op(), "__module__")?.unwrap_or_else(singletons::new_none))
}

fn intern(_module: Op<'_>, op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(text) = op.downcast_exact::<PyUnicodeObject>() {
        return Ok(str::intern_in_place(text.to_owned()));
    }
    if op.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "can't intern {}", op.type_name()));
    }
    Err(raise!(TypeError, "intern() argument must be str, not {}", op.type_name()))
}

fn is_interned(_module: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    match op.downcast::<PyUnicodeObject>() {
        Some(text) => Ok(str::is_interned(text)),
        None => Err(raise!(TypeError, "_is_interned() argument must be str, not {}", op.type_name())),
    }
}

fn is_immortal(_module: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    Ok((op.ob_refcnt as i32) < 0)
}

fn is_finalizing(_module: Op<'_>) -> PyResult<bool> {
    Ok(runtime().finalizing.get())
}

fn is_gil_enabled(_module: Op<'_>) -> PyResult<bool> {
    Ok(true)
}

fn never(_module: Op<'_>) -> PyResult<bool> {
    Ok(false)
}

fn get_switch_interval(_module: Op<'_>) -> PyResult {
    float::new(crate::gil::switch_interval().as_secs_f64())
}

fn set_switch_interval(_module: Op<'_>, interval: Op<'_>) -> PyResult<()> {
    let interval = float::as_f64(interval)?;
    if interval <= 0.0 || interval.is_nan() {
        return Err(raise!(ValueError, "switch interval must be strictly positive"));
    }
    crate::gil::set_switch_interval(std::time::Duration::from_secs_f64(interval.min(1e6)));
    Ok(())
}

/// A function to trace with; `None` takes the old one away.
fn tracer(function: Op<'_>) -> Option<Op<'_>> {
    Some(function).filter(|function| !function.is_none())
}

fn set_trace(_module: Op<'_>, function: Op<'_>) -> PyResult<()> {
    tracing::set_trace_function(Threads::Current, tracer(function))
}

fn set_trace_all_threads(_module: Op<'_>, function: Op<'_>) -> PyResult<()> {
    tracing::set_trace_function(Threads::All, tracer(function))
}

fn set_profile(_module: Op<'_>, function: Op<'_>) -> PyResult<()> {
    tracing::set_profile_function(Threads::Current, tracer(function))
}

fn set_profile_all_threads(_module: Op<'_>, function: Op<'_>) -> PyResult<()> {
    tracing::set_profile_function(Threads::All, tracer(function))
}

fn get_trace(_module: Op<'_>) -> PyResult {
    // SAFETY: the field holds an owned reference or null.
    Ok(unsafe { Object::new_ref_nullable((*state::current()).c_traceobj) }
        .unwrap_or_else(singletons::new_none))
}

fn get_profile(_module: Op<'_>) -> PyResult {
    // SAFETY: as above.
    Ok(unsafe { Object::new_ref_nullable((*state::current()).c_profileobj) }
        .unwrap_or_else(singletons::new_none))
}

fn call_tracing(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [function, arguments] = args.exactly("call_tracing")?;
    if !arguments.is_instance::<PyTupleObject>() {
        return Err(raise!(
            TypeError,
            "call_tracing() argument 2 must be tuple, not {}",
            arguments.type_name()
        ));
    }
    let tstate = state::current();
    // SAFETY: the current thread has a state; the count is put back below.
    let tracing = unsafe { core::mem::replace(&mut (*tstate).tracing, 0) };
    let result = call::call_tuple_dict(function, arguments, None);
    // SAFETY: as above.
    unsafe { (*tstate).tracing = tracing };
    result
}

fn get_origin_depth(_module: Op<'_>) -> PyResult {
    // SAFETY: the current thread has a state.
    int::from_i64(unsafe { (*state::current()).coroutine_origin_tracking_depth }.into())
}

fn set_origin_depth(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<1> =
        Signature::new("set_coroutine_origin_tracking_depth", ["depth"]).required(1);
    let [depth] = args.parse(&SIGNATURE)?;
    let depth = int::as_i32(depth.expect("required"))?;
    if depth < 0 {
        return Err(raise!(ValueError, "depth must be >= 0"));
    }
    // SAFETY: the current thread has a state.
    unsafe { (*state::current()).coroutine_origin_tracking_depth = depth };
    Ok(())
}

/// Puts a new reference or null into a field of the thread state.
///
/// # Safety
/// `field` holds an owned reference or null.
unsafe fn replace(field: *mut *mut PyObject, value: Op<'_>) {
    let value = if value.is_none() { core::ptr::null_mut() } else { value.to_owned().into_ptr() };
    // SAFETY: the caller's promise; the old value is dropped last.
    drop(unsafe { Object::steal_nullable(core::ptr::replace(field, value)) });
}

fn set_asyncgen_hooks(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<2> = Signature::new("set_asyncgen_hooks", ["firstiter", "finalizer"]);
    let [firstiter, finalizer] = args.parse(&SIGNATURE)?;
    for (name, hook) in [("finalizer", finalizer), ("firstiter", firstiter)] {
        if let Some(hook) = hook
            && !hook.is_none()
            && !object::is_callable(hook)
        {
            return Err(raise!(TypeError, "callable {name} expected, got {}", hook.type_name()));
        }
    }
    let tstate = state::current();
    if let Some(finalizer) = finalizer {
        super::audit("sys.set_asyncgen_hook_finalizer", &[])?;
        // SAFETY: the current thread's state.
        unsafe { replace(&raw mut (*tstate).async_gen_finalizer, finalizer) };
    }
    if let Some(firstiter) = firstiter {
        super::audit("sys.set_asyncgen_hook_firstiter", &[])?;
        // SAFETY: the current thread's state.
        unsafe { replace(&raw mut (*tstate).async_gen_firstiter, firstiter) };
    }
    Ok(())
}

fn get_asyncgen_hooks(_module: Op<'_>) -> PyResult {
    let tstate = state::current();
    // SAFETY: the fields hold owned references or null.
    let (firstiter, finalizer) = unsafe {
        (
            Object::new_ref_nullable((*tstate).async_gen_firstiter),
            Object::new_ref_nullable((*tstate).async_gen_finalizer),
        )
    };
    let values = [firstiter, finalizer].map(|hook| hook.unwrap_or_else(singletons::new_none));
    let tp = super::infos::asyncgen_hooks_type()?;
    let class: TypeRef<'_> = tp.op().downcast().expect("a type");
    let result = adder_object_model::structseq::new(class)?;
    for (index, value) in values.into_iter().enumerate() {
        adder_object_model::structseq::set_item(result.op(), index, value);
    }
    Ok(result)
}

fn get_int_max_str_digits(_module: Op<'_>) -> PyResult {
    int::from_i64(state::interp().int_max_str_digits.get().into())
}

fn set_int_max_str_digits(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<1> = Signature::new("set_int_max_str_digits", ["maxdigits"]).required(1);
    let [digits] = args.parse(&SIGNATURE)?;
    set_max_str_digits(int::as_i32(digits.expect("required"))?)
}

/// How many digits an int may have in text; 0 is no limit.
///
/// # Errors
/// Fewer than 640.
pub fn set_max_str_digits(digits: c_int) -> PyResult<()> {
    if digits != 0 && digits < 640 {
        return Err(raise!(ValueError, "maxdigits must be >= 640 or 0 for unlimited"));
    }
    state::interp().int_max_str_digits.set(digits);
    Ok(())
}

fn cpu_count_config(_module: Op<'_>) -> PyResult {
    int::from_i64(crate::config_options::changed("cpu_count", config().cpu_count).into())
}

fn base_repl(_module: Op<'_>) -> PyResult {
    crate::interactive::plain().map(|()| singletons::new_none())
}
