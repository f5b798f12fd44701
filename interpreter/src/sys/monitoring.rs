//! `sys.monitoring`: the Python side of `vm/monitoring.rs`.

use core::ffi::c_int;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, PyResult, dict, int, module, namespace, object, raise, singletons,
};

use crate::vm::monitoring::{self, ALL, Event, LOCAL, NAMES, PYTHON_TOOLS};

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

/// A tool that Python code can be.
fn tool_of(id: Op<'_>) -> PyResult<usize> {
    check_tool(int::as_i32(id)?)
}

fn check_tool(id: c_int) -> PyResult<usize> {
    usize::try_from(id)
        .ok()
        .filter(|&tool| tool < PYTHON_TOOLS)
        .ok_or_else(|| raise!(ValueError, "invalid tool {id} (must be between 0 and 5)"))
}

fn use_tool_id(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [id, name] = args.exactly("use_tool_id")?;
    let tool = tool_of(id)?;
    if name.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(ValueError, "tool name must be a str"));
    }
    if monitoring::tool_name(tool).is_some() {
        return Err(raise!(ValueError, "tool {tool} is already in use"));
    }
    monitoring::set_tool_name(tool, Some(name.to_owned()));
    Ok(())
}

fn clear_tool_id(_module: Op<'_>, id: Op<'_>) -> PyResult<()> {
    let tool = tool_of(id)?;
    if monitoring::tool_name(tool).is_some() { monitoring::clear_tool(tool) } else { Ok(()) }
}

fn free_tool_id(module: Op<'_>, id: Op<'_>) -> PyResult<()> {
    clear_tool_id(module, id)?;
    monitoring::set_tool_name(tool_of(id)?, None);
    Ok(())
}

fn get_tool(_module: Op<'_>, id: Op<'_>) -> PyResult {
    Ok(monitoring::tool_name(tool_of(id)?).unwrap_or_else(singletons::new_none))
}

fn register_callback(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [id, event, function] = args.exactly("register_callback")?;
    let id = int::as_i32(id)?;
    let number = int::as_i32(event)?;
    let tool = check_tool(id)?;
    if number.count_ones() != 1 {
        return Err(raise!(ValueError, "The callback can only be set for one event at a time"));
    }
    let Some(&event) = ALL.get(number.trailing_zeros() as usize) else {
        return Err(raise!(ValueError, "invalid event {number}"));
    };
    super::audit("sys.monitoring.register_callback", &[function])?;
    let old =
        monitoring::register_callback(tool, event, Some(function).filter(|function| !function.is_none()))?;
    Ok(old.unwrap_or_else(singletons::new_none))
}

/// An event set as the events it stands for.
fn event_set(events: c_int) -> PyResult<c_int> {
    let call = Event::Call.bit() as c_int;
    let ends = (Event::CReturn.bit() | Event::CRaise.bit()) as c_int;
    let branch = Event::Branch.bit() as c_int;
    if events & ends != 0 && events & (ends | call) != ends | call {
        return Err(raise!(ValueError, "cannot set C_RETURN or C_RAISE events independently"));
    }
    let events = events & !ends;
    if events & branch == 0 {
        return Ok(events);
    }
    Ok(events & !branch | (Event::BranchLeft.bit() | Event::BranchRight.bit()) as c_int)
}

fn get_events(_module: Op<'_>, id: Op<'_>) -> PyResult {
    int::from_i64(monitoring::events(tool_of(id)?).into())
}

fn set_events(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [id, events] = args.exactly("set_events")?;
    let (id, events) = (int::as_i32(id)?, int::as_i32(events)?);
    let tool = check_tool(id)?;
    if !(0..1 << ALL.len()).contains(&events) {
        return Err(raise!(ValueError, "invalid event set 0x{events:x}"));
    }
    monitoring::set_events(tool, event_set(events)? as u32)
}

fn code_of<'a>(code: Op<'a>) -> PyResult<Borrowed<'a, PyCodeObject>> {
    code.downcast::<PyCodeObject>().ok_or_else(|| raise!(TypeError, "code must be a code object"))
}

fn get_local_events(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [id, code] = args.exactly("get_local_events")?;
    let id = int::as_i32(id)?;
    let code = code_of(code)?;
    int::from_i64(monitoring::local_events(code, check_tool(id)?).into())
}

fn set_local_events(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [id, code, events] = args.exactly("set_local_events")?;
    let (id, events) = (int::as_i32(id)?, int::as_i32(events)?);
    let code = code_of(code)?;
    let tool = check_tool(id)?;
    let events = event_set(events)?;
    if !(0..1 << LOCAL).contains(&events) {
        return Err(raise!(ValueError, "invalid local event set 0x{events:x}"));
    }
    monitoring::set_local_events(tool, code, events as u32)
}

fn restart_events(_module: Op<'_>) -> PyResult<()> {
    monitoring::restart_events();
    Ok(())
}

fn all_events(_module: Op<'_>) -> PyResult {
    let result = dict::new()?;
    for (name, tools) in monitoring::all_events() {
        dict::set_item_str(result.borrow(), name, int::from_i64(tools.into())?.op())?;
    }
    Ok(result.into_object())
}

pub fn init() -> PyResult {
    let result = module::new("sys.monitoring")?;
    let target = result.op();
    module::add_functions(target, TABLE.as_ptr())?;
    module::add_object(target, "DISABLE", monitoring::disable()?.op())?;
    module::add_object(target, "MISSING", monitoring::missing()?.op())?;
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        module::add_object(target, name, int::from_i64(id)?.op())?;
    }
    let events = namespace::new(None)?;
    for event in ALL {
        let bit = int::from_i64(event.bit().into())?;
        object::set_attr_str(events.op(), NAMES[event as usize], Some(bit.op()))?;
    }
    object::set_attr_str(events.op(), "NO_EVENTS", Some(int::from_i64(0)?.op()))?;
    module::add_object(target, "events", events.op())?;
    Ok(result)
}
