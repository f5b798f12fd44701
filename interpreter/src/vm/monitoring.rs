//! Monitoring (PEP 669): which tools want which events, and telling them.
//!
//! Events that belong to a place in a code object are sent by instrumented instructions, which
//! stand in place of the ordinary ones only where a tool wants them; code that nobody watches
//! runs unchanged. Each change of the wishes begins a new *version*, kept above the event bits of
//! every thread's `eval_breaker`. `RESUME` compares it with the code's own, a check that it makes
//! anyway, and brings the code up to date (`refresh`); running code is brought up to date at once.
//!
//! In reading order: here tools, versions and telling; `monitoring/code.rs` what is kept about a
//! code object, and its instructions; `monitoring/instructions.rs` what instrumented instructions do;
//! `monitoring/exceptions.rs` the events of exceptions, which belong to no place.
//!
//! Tools 0 to 5 are Python's; 6 and 7 are `sys.setprofile` and `sys.settrace` (`vm/tracing.rs`).

use core::cell::Cell;
use core::sync::atomic::{AtomicUsize, Ordering};

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, PyResult, call, raise, singletons, state};

use super::{EVENTS, tracing};
use crate::frame;
use crate::runtime::{Slot, runtime};

mod code;
mod exceptions;
mod instructions;

pub use code::{forget, line_of, local_events, original_opcode};
pub use exceptions::{
    end_of, handled, raised, reraised, send, thrown, unwound, watches_exceptions, watches_stops,
    watches_unwinding,
};
pub use instructions::{before, call, for_iter, jump, load_super};

/// Tools that Python code can be.
pub const PYTHON_TOOLS: usize = 6;
/// `sys.setprofile`.
pub const SYS_PROFILE: usize = 6;
/// `sys.settrace`.
pub const SYS_TRACE: usize = 7;
const TOOLS: usize = 8;

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    PyStart,
    PyResume,
    PyReturn,
    PyYield,
    Call,
    Line,
    Instruction,
    Jump,
    BranchLeft,
    BranchRight,
    StopIteration,
    Raise,
    ExceptionHandled,
    PyUnwind,
    PyThrow,
    Reraise,
    CReturn,
    CRaise,
    /// Both branches: only callbacks are registered for it.
    Branch,
}

/// All of them, in the order of their numbers. ORDER: events
pub const ALL: [Event; 19] = [
    Event::PyStart,
    Event::PyResume,
    Event::PyReturn,
    Event::PyYield,
    Event::Call,
    Event::Line,
    Event::Instruction,
    Event::Jump,
    Event::BranchLeft,
    Event::BranchRight,
    Event::StopIteration,
    Event::Raise,
    Event::ExceptionHandled,
    Event::PyUnwind,
    Event::PyThrow,
    Event::Reraise,
    Event::CReturn,
    Event::CRaise,
    Event::Branch,
];
/// Events that belong to a place in a code object come first.
pub const LOCAL: usize = 11;
/// Those that are no part of another one.
pub const UNGROUPED: usize = 16;

/// Names as `sys.monitoring.events` has them. ORDER: events
pub const NAMES: [&str; ALL.len()] = [
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

impl Event {
    /// Its place in an event set.
    pub const fn bit(self) -> u32 {
        1 << self as u8
    }

    const fn is_local(self) -> bool {
        (self as usize) < LOCAL
    }
}

/// What each tool has said, and the current version.
#[derive(Default)]
pub struct State {
    tools: [Tool; TOOLS],
    /// The tools, as bits, that want each event everywhere.
    monitors: [Cell<u8>; UNGROUPED],
    /// Whether any of them is for an event that belongs to no place.
    watches_exceptions: Cell<bool>,
    version: Cell<usize>,
    /// Code of an older version forgets where events were switched off.
    last_restart: Cell<usize>,
    disable: Slot,
    missing: Slot,
    /// The target of the last jump that was noted, and where it came from.
    jump: Cell<(usize, usize)>,
}

#[derive(Default)]
struct Tool {
    name: Slot,
    callbacks: [Slot; ALL.len()],
    /// The branch events, as bits, whose callback is the one for `BRANCH`.
    paired: Cell<u32>,
    /// Local events from before this version are void.
    version: Cell<usize>,
}

fn this() -> &'static State {
    &runtime().monitoring
}

const STEP: usize = EVENTS + 1;

/// An object that stands for itself.
fn sentinel(slot: &Slot) -> PyResult {
    if let Some(made) = slot.get() {
        return Ok(made);
    }
    // SAFETY: the type lives for ever.
    let class = unsafe { Op::from_ptr((&raw mut adder_object_model::type_object::PyBaseObject_Type).cast()) };
    let made = call::call_noargs(class)?;
    slot.set(Some(made.clone()));
    Ok(made)
}

/// `sys.monitoring.DISABLE`.
pub fn disable() -> PyResult {
    sentinel(&this().disable)
}

/// `sys.monitoring.MISSING`: in place of a first argument that there is not.
pub fn missing() -> PyResult {
    sentinel(&this().missing)
}

/// The name of a tool in use.
pub fn tool_name(tool: usize) -> Option<Object> {
    this().tools[tool].name.get()
}

/// Takes a tool into use, or out of it.
pub fn set_tool_name(tool: usize, name: Option<Object>) {
    this().tools[tool].name.set(name);
}

/// Sets a tool's callback for an event; gives the old one.
pub fn register_callback(tool: usize, event: Event, function: Option<Op<'_>>) -> PyResult<Option<Object>> {
    let callbacks = &this().tools[tool].callbacks;
    let replace = |event: Event, new: Option<Object>| {
        let slot = &callbacks[event as usize];
        let old = slot.get();
        slot.set(new);
        old
    };
    let paired = &this().tools[tool].paired;
    let new = || function.map(|function| function.to_owned());
    Ok(match event {
        Event::Branch => {
            paired.set(Event::BranchLeft.bit() | Event::BranchRight.bit());
            drop(replace(Event::BranchRight, new()));
            replace(Event::BranchLeft, new())
        }
        _ => {
            paired.set(paired.get() & !event.bit());
            replace(event, new())
        }
    })
}

/// Those of `tools` whose callback for a branch event was registered for both ways.
fn paired_tools(tools: u8, event: Event) -> u8 {
    let is_paired =
        |tool: &usize| tools >> tool & 1 != 0 && this().tools[*tool].paired.get() & event.bit() != 0;
    (0..TOOLS).filter(is_paired).fold(0, |set, tool| set | 1 << tool)
}

/// The events that a tool wants everywhere, as a set.
pub fn events(tool: usize) -> u32 {
    set_of(this().monitors.iter().map(Cell::get), tool)
}

fn set_of(monitors: impl Iterator<Item = u8>, tool: usize) -> u32 {
    monitors.enumerate().fold(0, |set, (event, tools)| set | ((tools >> tool & 1) as u32) << event)
}

/// The tools that want each event, by its name.
pub fn all_events() -> impl Iterator<Item = (&'static str, u8)> {
    NAMES.into_iter().zip(this().monitors.iter().map(Cell::get)).filter(|(_, tools)| *tools != 0)
}

/// The tools that want an event everywhere.
fn tools_everywhere(event: Event) -> u8 {
    this().monitors[event as usize].get()
}

fn expect_used(tool: usize) -> PyResult<()> {
    if tool < PYTHON_TOOLS && tool_name(tool).is_none() {
        return Err(raise!(ValueError, "tool {tool} is not in use"));
    }
    Ok(())
}

/// Says which events a tool wants everywhere.
pub fn set_events(tool: usize, events: u32) -> PyResult<()> {
    expect_used(tool)?;
    if self::events(tool) == events {
        return Ok(());
    }
    for (event, tools) in this().monitors.iter().enumerate() {
        let wanted = (events >> event & 1) as u8;
        tools.set(tools.get() & !(1 << tool) | wanted << tool);
    }
    this().watches_exceptions.set(this().monitors[LOCAL..].iter().any(|tools| tools.get() != 0));
    begin_version(this().version.get() + STEP);
    Ok(())
}

/// Says which events a tool wants in one code object.
pub fn set_local_events(tool: usize, code: Borrowed<'_, PyCodeObject>, events: u32) -> PyResult<()> {
    if code._co_firsttraceable as isize >= code.ob_base.ob_size {
        // SAFETY: the code's own name.
        let name = adder_object_model::str::to_string_lossy(unsafe { Op::from_ptr(code.co_name) });
        return Err(raise!(SystemError, "cannot instrument shim code object '{name}'"));
    }
    expect_used(tool)?;
    code::set_local_events(code, tool, events);
    Ok(())
}

/// Forgets a tool's callbacks and events, those of code objects too.
pub fn clear_tool(tool: usize) -> PyResult<()> {
    for event in ALL {
        drop(register_callback(tool, event, None)?);
    }
    set_events(tool, 0)?;
    let version = this().version.get() + STEP;
    this().tools[tool].version.set(version);
    begin_version(version);
    Ok(())
}

/// Sends events again from where they were switched off.
pub fn restart_events() {
    let restart = this().version.get() + STEP;
    this().last_restart.set(restart);
    begin_version(restart + STEP);
}

/// Every thread state of the interpreter.
pub fn threads() -> Vec<*mut PyThreadState> {
    let mut first = state::current();
    let mut all = Vec::new();
    // SAFETY: the states are linked while their threads live, and the GIL is held.
    unsafe {
        while !(*first).prev.is_null() {
            first = (*first).prev;
        }
        while !first.is_null() {
            all.push(first);
            first = (*first).next;
        }
    }
    all
}

/// The version that a new thread begins with, as bits of its `eval_breaker`.
pub fn current_version() -> usize {
    this().version.get()
}

/// Tells threads of a new version, and brings the code that they run up to date.
fn begin_version(version: usize) {
    this().version.set(version);
    let threads = threads();
    // SAFETY: live states, whose breakers are changed atomically; frames of stopped threads do not
    // change while the GIL is held.
    unsafe {
        for &tstate in &threads {
            let breaker = AtomicUsize::from_ptr(&raw mut (*tstate).eval_breaker);
            let _ =
                breaker.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| Some(old & EVENTS | version));
        }
        for &tstate in &threads {
            let mut frame = (*tstate).current_frame;
            while !frame.is_null() {
                if (*frame).owner < FRAME_OWNED_BY_INTERPRETER {
                    code::instrument(frame::code_of(frame), version, false);
                }
                frame = (*frame).previous;
            }
        }
    }
}

/// Brings a code object up to the thread's version; whether its instructions may have changed.
///
/// # Safety
/// `tstate` is the running thread's.
#[cold]
pub unsafe fn refresh(tstate: *mut PyThreadState, code: Borrowed<'_, PyCodeObject>) -> bool {
    // SAFETY: the caller's promise.
    let version = unsafe { (*tstate).eval_breaker } & !EVENTS;
    code._co_instrumentation_version != version && code::instrument(code, version, false)
}

/// Tells tools of an event, the highest first; gives those that have switched it off there.
///
/// # Errors
/// What a callback raises; `ValueError` if one switches off an event that belongs to no place.
///
/// # Safety
/// `tstate` is the running thread's.
pub unsafe fn tell(tstate: *mut PyThreadState, mut tools: u8, event: Event, args: &[Op<'_>]) -> PyResult<u8> {
    let mut disabled = 0;
    while tools != 0 {
        let tool = 7 - tools.leading_zeros() as usize;
        tools ^= 1 << tool;
        let callback = if tool < PYTHON_TOOLS {
            match this().tools[tool].callbacks[event as usize].get() {
                Some(callback) => Some(callback),
                None => continue,
            }
        } else {
            None
        };
        // SAFETY: the caller's promise.
        let off = unsafe {
            untold(tstate, event, || match callback {
                Some(callback) => {
                    call::call_positional(callback.op(), args).map(|result| is_disable(result.op()))
                }
                None if tool == SYS_TRACE => tracing::trace_event(tstate, event, args),
                None => tracing::profile_event(tstate, event, args),
            })?
        };
        if !off {
            continue;
        }
        if !event.is_local() {
            // Or it would never end.
            this().tools[tool].callbacks[event as usize].set(None);
            let name = NAMES[event as usize];
            return Err(raise!(ValueError, "Cannot disable {name} events. Callback removed."));
        }
        disabled |= 1 << tool;
    }
    Ok(disabled)
}

/// Runs the callback for an event: nobody is told of what callbacks do.
///
/// # Safety
/// `tstate` is the running thread's.
unsafe fn untold<R>(tstate: *mut PyThreadState, event: Event, callback: impl FnOnce() -> R) -> R {
    // SAFETY: the caller's promise; the state lives as long as its thread runs.
    unsafe {
        let before = core::mem::replace(&mut (*tstate).what_event, event as i32);
        (*tstate).tracing += 1;
        let result = callback();
        (*tstate).tracing -= 1;
        (*tstate).what_event = before;
        result
    }
}

fn is_disable(result: Op<'_>) -> bool {
    this().disable.get().is_some_and(|disable| disable.op().is(result))
}

/// The tools that want an event of code that is not bytecode (`PyMonitoring_EnterScope`).
pub fn tools_for_scope(event: usize) -> u8 {
    this().monitors.get(event).map_or(0, Cell::get)
}

/// Tells of an event of code that is not bytecode: `args` come after code and offset
/// (or, for a line, after the code alone). Gives the tools that have switched it off.
pub fn tell_foreign(tools: u8, event: Event, codelike: Op<'_>, offset: i32, args: &[Op<'_>]) -> PyResult<u8> {
    if offset < 0 {
        return Err(raise!(ValueError, "offset must be non-negative"));
    }
    let mut all = vec![codelike];
    let offset = adder_object_model::int::from_i64(offset as i64)?;
    if event != Event::Line {
        all.push(offset.op());
    }
    all.extend(args);
    // SAFETY: the running thread's state.
    unsafe { tell(state::current(), tools, event, &all) }
}

/// Notes where a jump comes from, for the instruction at its target.
fn note_jump(target: *mut u16, from: *mut u16) {
    this().jump.set((target as usize, from as usize));
}

/// Where the noted jump to an instruction came from.
fn take_jump(target: *mut u16) -> Option<*mut u16> {
    let (to, from) = this().jump.get();
    (to == target as usize).then(|| {
        this().jump.set((0, 0));
        from as *mut u16
    })
}

/// After `f_lineno` was set: the line is not told of again.
///
/// # Safety
/// `frame` is live and has jumped.
pub unsafe fn note_line_set(frame: frame::FramePtr) {
    // SAFETY: the caller's promise.
    let target = unsafe { (*frame).instr_ptr }.cast();
    note_jump(target, target);
}

fn missing_or_none() -> Object {
    missing().unwrap_or_else(|raised| {
        raised.clear();
        singletons::new_none()
    })
}
