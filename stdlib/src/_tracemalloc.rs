//! The `_tracemalloc` module: where memory was asked for. The traces are kept by `alloc::traced`.

use adder_object_model::alloc::traced;
use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, PyResult, int, method, singletons, tuple};

use crate::host;

fn is_tracing(_module: Op<'_>) -> PyResult<bool> {
    Ok(traced::is_tracing())
}

fn clear_traces(_module: Op<'_>) -> PyResult<()> {
    traced::clear();
    Ok(())
}

fn start(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [frames] = args.optional::<1>("start", 0)?;
    traced::start(frames.map_or(Ok(1), int::as_i32)?.into())
}

fn stop(_module: Op<'_>) -> PyResult<()> {
    traced::stop();
    Ok(())
}

fn get_traces(_module: Op<'_>) -> PyResult {
    traced::traces()
}

fn get_object_traceback(_module: Op<'_>, op: Op<'_>) -> PyResult {
    Ok(traced::traceback_of_object(op)?.unwrap_or_else(singletons::new_none))
}

fn get_traceback_limit(_module: Op<'_>) -> PyResult {
    int::from_usize(traced::limit())
}

fn get_tracemalloc_memory(_module: Op<'_>) -> PyResult {
    int::from_usize(traced::own_memory())
}

fn get_traced_memory(_module: Op<'_>) -> PyResult {
    let (current, peak) = traced::traced_memory();
    Ok(tuple::from_vec(vec![int::from_usize(current)?, int::from_usize(peak)?])?.into_object())
}

fn reset_peak(_module: Op<'_>) -> PyResult<()> {
    traced::reset_peak();
    Ok(())
}

static FUNCTIONS: [PyMethodDef; 11] = [
    method::noargs(
        c"is_tracing",
        is_tracing,
        c"is_tracing($module, /)\n--\n\nReturn whether allocations are traced.",
    ),
    method::noargs(c"clear_traces", clear_traces, c"clear_traces($module, /)\n--\n\nForget all traces."),
    method::noargs(
        c"_get_traces",
        get_traces,
        c"_get_traces($module, /)\n--\n\nReturn the list of all traces.",
    ),
    method::o(
        c"_get_object_traceback",
        get_object_traceback,
        c"_get_object_traceback($module, obj, /)\n--\n\nReturn where an object was allocated, or None.",
    ),
    method::positional(
        c"start",
        start,
        c"start($module, nframe=1, /)\n--\n\nStart tracing memory allocations.",
    ),
    method::noargs(c"stop", stop, c"stop($module, /)\n--\n\nStop tracing memory allocations."),
    method::noargs(
        c"get_traceback_limit",
        get_traceback_limit,
        c"get_traceback_limit($module, /)\n--\n\nReturn how many frames a trace holds at most.",
    ),
    method::noargs(
        c"get_tracemalloc_memory",
        get_tracemalloc_memory,
        c"get_tracemalloc_memory($module, /)\n--\n\nReturn how many bytes the traces take.",
    ),
    method::noargs(
        c"get_traced_memory",
        get_traced_memory,
        c"get_traced_memory($module, /)\n--\n\nReturn the current and the largest size of traced memory.",
    ),
    method::noargs(
        c"reset_peak",
        reset_peak,
        c"reset_peak($module, /)\n--\n\nMake the current size the largest one.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object =
        host::new_module("_tracemalloc", "Tracing of memory allocations, for debugging.", &FUNCTIONS)?;
    Ok(result)
}
