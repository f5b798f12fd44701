//! The `_tracemalloc` module: says honestly that no allocation is traced.
//!
//! The allocator keeps no records, so tracing cannot be switched on: `start` raises
//! `NotImplementedError`, and everything else answers as when tracing is off.

use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, Owned, PyResult, int, list, method, raise, singletons, tuple};

use crate::host;

fn is_tracing(_module: Op<'_>) -> PyResult<bool> {
    Ok(false)
}

fn nothing(_module: Op<'_>) -> PyResult<()> {
    Ok(())
}

fn start(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [frames] = args.optional::<1>("start", 0)?;
    let frames = frames.map_or(Ok(1), int::as_i32)?;
    if !(1..=65535).contains(&frames) {
        return Err(raise!(ValueError, "the number of frames must be in range [1; 65535]"));
    }
    Err(raise!(NotImplementedError, "this runtime does not trace memory allocations"))
}

fn get_traces(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    list::new()
}

fn get_object_traceback(_module: Op<'_>, _op: Op<'_>) -> PyResult {
    Ok(singletons::new_none())
}

fn get_traceback_limit(_module: Op<'_>) -> PyResult {
    int::from_i64(1)
}

fn get_tracemalloc_memory(_module: Op<'_>) -> PyResult {
    int::from_i64(0)
}

fn get_traced_memory(_module: Op<'_>) -> PyResult {
    tuple::from_vec(vec![int::from_i64(0)?, int::from_i64(0)?])
}

static FUNCTIONS: [PyMethodDef; 11] = [
    method::noargs(c"is_tracing", is_tracing, c"is_tracing($module, /)\n--\n\nReturn whether allocations are traced."),
    method::noargs(c"clear_traces", nothing, c"clear_traces($module, /)\n--\n\nForget all traces."),
    method::noargs(c"_get_traces", get_traces, c"_get_traces($module, /)\n--\n\nReturn the list of all traces."),
    method::o(
        c"_get_object_traceback",
        get_object_traceback,
        c"_get_object_traceback($module, obj, /)\n--\n\nReturn where an object was allocated, or None.",
    ),
    method::positional(c"start", start, c"start($module, nframe=1, /)\n--\n\nStart tracing memory allocations."),
    method::noargs(c"stop", nothing, c"stop($module, /)\n--\n\nStop tracing memory allocations."),
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
    method::noargs(c"reset_peak", nothing, c"reset_peak($module, /)\n--\n\nMake the current size the largest one."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("_tracemalloc", "Tracing of memory allocations, for debugging.", &FUNCTIONS)?;
    Ok(result)
}
