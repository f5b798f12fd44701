//! `sys.monitoring`: tools, their callbacks, and the events they ask for.
//!
//! Tools and callbacks are kept as CPython keeps them. The evaluation loop sends no events to
//! them, so asking for any raises `NotImplementedError` rather than staying silent;
//! `sys.settrace` and `sys.setprofile` are served by `vm/tracing.rs`.

use core::ffi::c_int;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, dict, int, module, namespace, object, raise, singletons, str,
};

use crate::runtime::{Slot, runtime};

/// Tools that Python code can be.
const TOOLS: usize = 6;
const EVENTS: [&str; 19] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];
const CALL: c_int = 1 << 4;
const BRANCHES: c_int = 1 << 8 | 1 << 9;
const C_RETURN: c_int = 1 << 16;
const C_RAISE: c_int = 1 << 17;
const BRANCH: c_int = 1 << 18;
/// The events that belong to a place in a code object.
const LOCAL: c_int = (1 << 11) - 1;

/// What each tool has said.
#[derive(Default)]
pub struct State {
    tools: [Tool; TOOLS],
}

#[derive(Default)]
struct Tool {
    name: Slot,
    callbacks: [Slot; EVENTS.len()],
}

static TABLE: &[PyMethodDef] = &[
    method::positional(c"use_tool_id", use_tool_id, c"use_tool_id($module, tool_id, name, /)\n--\n\n"),
    method::o(c"clear_tool_id", clear_tool_id, c"clear_tool_id($module, tool_id, /)\n--\n\n"),
    method::o(c"free_tool_id", free_tool_id, c"free_tool_id($module, tool_id, /)\n--\n\n"),
    method::o(c"get_tool", get_tool, c"get_tool($module, tool_id, /)\n--\n\n"),
    method::positional(
        c"register_callback",
        register_callback,
        c"register_callback($module, tool_id, event, func, /)\n--\n\n",
    ),
    method::o(c"get_events", get_events, c"get_events($module, tool_id, /)\n--\n\n"),
    method::positional(c"set_events", set_events, c"set_events($module, tool_id, event_set, /)\n--\n\n"),
    method::positional(
        c"get_local_events",
        get_local_events,
        c"get_local_events($module, tool_id, code, /)\n--\n\n",
    ),
    method::positional(
        c"set_local_events",
        set_local_events,
        c"set_local_events($module, tool_id, code, event_set, /)\n--\n\n",
    ),
    method::noargs(c"restart_events", restart_events, c"restart_events($module, /)\n--\n\n"),
    method::noargs(c"_all_events", all_events, c"_all_events($module, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

/// The tool that an argument names, in use or not.
fn tool_of(id: Op<'_>) -> PyResult<(c_int, &'static Tool)> {
    let id = int::as_i32(id)?;
    match usize::try_from(id).ok().and_then(|id| runtime().sys.monitoring.tools.get(id)) {
        Some(tool) => Ok((id, tool)),
        None => Err(raise!(ValueError, "invalid tool {id} (must be between 0 and 5)")),
    }
}

/// The same, for what only a tool in use may do.
fn used_tool(id: c_int, tool: &Tool) -> PyResult<()> {
    match tool.name.get() {
        Some(_) => Ok(()),
        None => Err(raise!(ValueError, "tool {id} is not in use")),
    }
}

fn use_tool_id(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [id, name] = args.exactly("use_tool_id")?;
    let (id, tool) = tool_of(id)?;
    if name.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(ValueError, "tool name must be a str"));
    }
    if tool.name.get().is_some() {
        return Err(raise!(ValueError, "tool {id} is already in use"));
    }
    tool.name.set(Some(name.to_owned()));
    Ok(())
}

fn clear_tool_id(_module: Op<'_>, id: Op<'_>) -> PyResult<()> {
    let (_, tool) = tool_of(id)?;
    if tool.name.get().is_some() {
        for callback in &tool.callbacks {
            callback.set(None);
        }
    }
    Ok(())
}

fn free_tool_id(module: Op<'_>, id: Op<'_>) -> PyResult<()> {
    clear_tool_id(module, id)?;
    tool_of(id)?.1.name.set(None);
    Ok(())
}

fn get_tool(_module: Op<'_>, id: Op<'_>) -> PyResult {
    Ok(tool_of(id)?.1.name.get().unwrap_or_else(singletons::new_none))
}

fn register_callback(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [id, event, function] = args.exactly("register_callback")?;
    let (_, tool) = tool_of(id)?;
    let event = int::as_i32(event)?;
    if event <= 0 || event.count_ones() != 1 {
        return Err(raise!(ValueError, "The callback can only be set for one event at a time"));
    }
    let index = event.trailing_zeros() as usize;
    let Some(callback) = tool.callbacks.get(index) else {
        return Err(raise!(ValueError, "invalid event {event}"));
    };
    super::audit("sys.monitoring.register_callback", &[function])?;
    let old = callback.get();
    callback.set((!function.is_none()).then(|| function.to_owned()));
    Ok(old.unwrap_or_else(singletons::new_none))
}

/// An event set as the events it stands for.
fn event_set(events: Op<'_>) -> PyResult<c_int> {
    let mut events = int::as_i32(events)?;
    if !(0..1 << EVENTS.len()).contains(&events) {
        return Err(raise!(ValueError, "invalid event set 0x{events:x}"));
    }
    if events & (C_RETURN | C_RAISE) != 0 && events & CALL == 0 {
        return Err(raise!(ValueError, "cannot set C_RETURN or C_RAISE events independently"));
    }
    events &= !(C_RETURN | C_RAISE);
    if events & BRANCH != 0 {
        events = events & !BRANCH | BRANCHES;
    }
    Ok(events)
}

/// No events may always be asked for.
fn expect_none(events: c_int) -> PyResult<()> {
    if events == 0 {
        return Ok(());
    }
    Err(raise!(NotImplementedError, "events for sys.monitoring are not sent"))
}

fn get_events(_module: Op<'_>, id: Op<'_>) -> PyResult {
    let (id, tool) = tool_of(id)?;
    used_tool(id, tool)?;
    int::from_i64(0)
}

fn set_events(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [id, events] = args.exactly("set_events")?;
    let (id, tool) = tool_of(id)?;
    let events = event_set(events)?;
    used_tool(id, tool)?;
    expect_none(events)
}

fn expect_code(code: Op<'_>) -> PyResult<()> {
    match code.downcast::<PyCodeObject>() {
        Some(_) => Ok(()),
        None => Err(raise!(TypeError, "code must be a code object")),
    }
}

fn get_local_events(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [id, code] = args.exactly("get_local_events")?;
    let (id, tool) = tool_of(id)?;
    expect_code(code)?;
    used_tool(id, tool)?;
    int::from_i64(0)
}

fn set_local_events(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [id, code, events] = args.exactly("set_local_events")?;
    let (id, tool) = tool_of(id)?;
    let given = int::as_i32(events)?;
    expect_code(code)?;
    used_tool(id, tool)?;
    let events = event_set(events)?;
    if events & !LOCAL != 0 {
        return Err(raise!(ValueError, "invalid local event set 0x{given:x}"));
    }
    expect_none(events)
}

fn restart_events(_module: Op<'_>) -> PyResult<()> {
    Ok(())
}

fn all_events(_module: Op<'_>) -> PyResult {
    Ok(dict::new()?.into_object())
}

pub fn init() -> PyResult {
    let result = module::new("sys.monitoring")?;
    let target = result.op();
    module::add_functions(target, TABLE.as_ptr())?;
    module::add_object(target, "DISABLE", bare_object()?.op())?;
    module::add_object(target, "MISSING", bare_object()?.op())?;
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        module::add_object(target, name, int::from_i64(id)?.op())?;
    }
    let events = namespace::new(None)?;
    for (index, name) in EVENTS.iter().enumerate() {
        object::set_attr_str(events.op(), name, Some(int::from_i64(1 << index)?.op()))?;
    }
    object::set_attr_str(events.op(), "NO_EVENTS", Some(int::from_i64(0)?.op()))?;
    module::add_object(target, "events", events.op())?;
    Ok(result)
}

/// An `object()`, different from everything else.
fn bare_object() -> PyResult<Object> {
    // SAFETY: the type lives for ever.
    let class = unsafe { Op::from_ptr((&raw mut adder_object_model::type_object::PyBaseObject_Type).cast()) };
    adder_object_model::call::call_noargs(class)
}
