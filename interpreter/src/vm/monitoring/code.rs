//! What monitoring keeps about a code object, and which instructions stand in its bytecode.
//!
//! The tables have a cell for each code unit. What stands at an instruction follows from them:
//! `INSTRUMENTED_LINE` where a line begins that a tool wants to hear of; under it
//! `INSTRUMENTED_INSTRUCTION` if a tool wants each instruction; under that the instrumented form
//! of the instruction, if a tool wants its event; under that the instruction itself.
//!
//! A line is new if the instruction before was of another one. What ran before is known without
//! keeping a record: it stands before in the code, unless there was a jump. So jumps to the
//! beginning of a watched line are instrumented too, and note where they come from.

use core::ptr;

use adder_object_model::Borrowed;
use adder_object_model::layout::*;

use super::{Event, LOCAL, TOOLS, this};
use crate::code;
use crate::opcodes::{CACHES, DEOPT, op};

/// Which tools want each local event.
type Monitors = [u8; LOCAL];

/// No jump.
const NOWHERE: u32 = u32::MAX;

pub struct Tables {
    /// What tools want of this code object alone.
    local: Monitors,
    /// What its instructions are prepared for, with what is wanted everywhere.
    active: Monitors,
    /// When each tool has said what it wants of this code object.
    tool_versions: [usize; TOOLS],
    /// Whether a tool wants to know of exceptions, also those that end a loop.
    wants_raise: bool,
    /// The general instruction of each unit; `CACHE` for the units of inline caches.
    base: Box<[u8]>,
    /// The line of each unit, -1 where there is none.
    lines: Box<[i32]>,
    /// Where a line begins.
    begins_line: Box<[bool]>,
    /// Where each jump goes.
    targets: Box<[u32]>,
    /// The tools that each instruction's own event is for, less those that have switched it off.
    tools: Box<[u8]>,
    line_tools: Box<[u8]>,
    instruction_tools: Box<[u8]>,
}

/// The tables of a code object; null if it was never instrumented.
pub fn tables(code: Borrowed<'_, PyCodeObject>) -> *mut Tables {
    code._co_monitoring.cast()
}

/// The event that an instruction sends.
pub fn event_of(base: u8, arg: u8) -> Option<Event> {
    Some(match base {
        op::RESUME if arg == 0 => Event::PyStart,
        op::RESUME => Event::PyResume,
        op::RETURN_VALUE => Event::PyReturn,
        op::YIELD_VALUE => Event::PyYield,
        op::CALL | op::CALL_KW | op::CALL_FUNCTION_EX | op::LOAD_SUPER_ATTR => Event::Call,
        op::JUMP_FORWARD | op::JUMP_BACKWARD => Event::Jump,
        op::POP_JUMP_IF_FALSE
        | op::POP_JUMP_IF_TRUE
        | op::POP_JUMP_IF_NONE
        | op::POP_JUMP_IF_NOT_NONE
        | op::POP_ITER
        | op::END_ASYNC_FOR => Event::BranchRight,
        op::FOR_ITER | op::NOT_TAKEN => Event::BranchLeft,
        op::END_FOR | op::END_SEND => Event::StopIteration,
        _ => return None,
    })
}

/// The pairs of an instruction and its instrumented form.
const FORMS: [(u8, u8); 19] = [
    (op::RESUME, op::INSTRUMENTED_RESUME),
    (op::RETURN_VALUE, op::INSTRUMENTED_RETURN_VALUE),
    (op::YIELD_VALUE, op::INSTRUMENTED_YIELD_VALUE),
    (op::CALL, op::INSTRUMENTED_CALL),
    (op::CALL_KW, op::INSTRUMENTED_CALL_KW),
    (op::CALL_FUNCTION_EX, op::INSTRUMENTED_CALL_FUNCTION_EX),
    (op::LOAD_SUPER_ATTR, op::INSTRUMENTED_LOAD_SUPER_ATTR),
    (op::JUMP_FORWARD, op::INSTRUMENTED_JUMP_FORWARD),
    (op::JUMP_BACKWARD, op::INSTRUMENTED_JUMP_BACKWARD),
    (op::POP_JUMP_IF_FALSE, op::INSTRUMENTED_POP_JUMP_IF_FALSE),
    (op::POP_JUMP_IF_TRUE, op::INSTRUMENTED_POP_JUMP_IF_TRUE),
    (op::POP_JUMP_IF_NONE, op::INSTRUMENTED_POP_JUMP_IF_NONE),
    (op::POP_JUMP_IF_NOT_NONE, op::INSTRUMENTED_POP_JUMP_IF_NOT_NONE),
    (op::POP_ITER, op::INSTRUMENTED_POP_ITER),
    (op::END_ASYNC_FOR, op::INSTRUMENTED_END_ASYNC_FOR),
    (op::FOR_ITER, op::INSTRUMENTED_FOR_ITER),
    (op::NOT_TAKEN, op::INSTRUMENTED_NOT_TAKEN),
    (op::END_FOR, op::INSTRUMENTED_END_FOR),
    (op::END_SEND, op::INSTRUMENTED_END_SEND),
];

/// The instrumented form of each instruction, itself where there is none.
static INSTRUMENTED: [u8; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        table[index] = index as u8;
        index += 1;
    }
    index = 0;
    while index < FORMS.len() {
        table[FORMS[index].0 as usize] = FORMS[index].1;
        index += 1;
    }
    table
};

/// Whether an opcode is one that monitoring puts in place.
fn is_instrumented(opcode: u8) -> bool {
    (op::INSTRUMENTED_END_FOR..=op::INSTRUMENTED_LINE).contains(&opcode)
}

/// The instruction that stands at a place without instrumentation or specialisation.
pub fn original_opcode(code: Borrowed<'_, PyCodeObject>, index: usize, now: u8) -> u8 {
    let tables = tables(code);
    if !is_instrumented(now) || tables.is_null() {
        return DEOPT[now as usize];
    }
    // SAFETY: owned by the code object.
    unsafe { (&*tables).base[index] }
}

/// The line of a code unit, -1 if it has none.
pub fn line_of(code: Borrowed<'_, PyCodeObject>, index: usize) -> i32 {
    let tables = tables(code);
    if tables.is_null() {
        return code::line_at(code, index as i32 * 2);
    }
    // SAFETY: owned by the code object.
    unsafe { &*tables }.lines.get(index).copied().unwrap_or(-1)
}

impl Tables {
    fn new(code: Borrowed<'_, PyCodeObject>) -> Self {
        let end = code::len(code);
        let first = (code._co_firsttraceable as usize).min(end);
        let units = code::original_units(code);
        let mut base = vec![op::CACHE; end].into_boxed_slice();
        let mut lines = Vec::with_capacity(end);
        for location in code::locations(code) {
            lines.extend(core::iter::repeat_n(location.line, location.units));
        }
        lines.resize(end, -1);
        let mut targets = vec![NOWHERE; end].into_boxed_slice();
        let mut begins_line = vec![false; end].into_boxed_slice();
        let mut line = -1;
        let mut arg = 0;
        let mut index = 0;
        while index < end {
            let opcode = units[index] as u8;
            base[index] = opcode;
            arg = arg << 8 | (units[index] >> 8) as usize;
            let after = index + 1 + CACHES[opcode as usize] as usize;
            let target = match opcode {
                op::POP_JUMP_IF_FALSE
                | op::POP_JUMP_IF_TRUE
                | op::POP_JUMP_IF_NONE
                | op::POP_JUMP_IF_NOT_NONE
                | op::JUMP_FORWARD => after + arg,
                // Behind END_FOR or END_SEND.
                op::FOR_ITER | op::SEND => after + arg + 1,
                // The loop's SEND, which END_ASYNC_FOR stands for, ends there.
                op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT | op::END_ASYNC_FOR => {
                    after.wrapping_sub(arg)
                }
                _ => end,
            };
            if target < end {
                targets[index] = target as u32;
            }
            if opcode != op::EXTENDED_ARG {
                arg = 0;
            }
            // Jumps go past the first ones; RESUME and POP_ITER look at what ran before themselves.
            let never =
                matches!(opcode, op::END_ASYNC_FOR | op::END_FOR | op::END_SEND | op::RESUME | op::POP_ITER);
            if index >= first && !never {
                begins_line[index] = lines[index] != line && lines[index] >= 0;
                line = lines[index];
            }
            index = after;
        }
        for (&target, &opcode) in targets.iter().zip(&base) {
            if target == NOWHERE || opcode == op::END_ASYNC_FOR {
                continue;
            }
            let target = target as usize;
            begins_line[target] |= lines[target] >= 0 && base[target] != op::POP_ITER;
        }
        for handler in code::handlers(code).into_iter().filter(|&handler| handler < end) {
            begins_line[handler] |= lines[handler] >= 0 && base[handler] != op::END_ASYNC_FOR;
        }
        let none = || vec![0; end].into_boxed_slice();
        Self {
            local: [0; LOCAL],
            active: [0; LOCAL],
            tool_versions: [0; TOOLS],
            wants_raise: false,
            base,
            lines: lines.into_boxed_slice(),
            begins_line,
            targets,
            tools: none(),
            line_tools: none(),
            instruction_tools: none(),
        }
    }

    /// Whether a tool has been cleared since it said what it wants of this code object.
    fn is_void(&self, tool: usize) -> bool {
        self.tool_versions[tool] != this().tools[tool].version.get()
    }

    /// Forgets what a tool wanted of this code object before it was cleared.
    fn drop_void(&mut self, tool: usize) {
        if self.is_void(tool) {
            self.local.iter_mut().for_each(|tools| *tools &= !(1 << tool));
        }
    }

    /// The general instruction at a place.
    pub fn base(&self, index: usize) -> u8 {
        self.base[index]
    }

    /// Whether an instruction has an event for one way of a branch.
    pub fn sends_branch(&self, index: usize) -> bool {
        let base = self.base.get(index).copied().unwrap_or(op::CACHE);
        matches!(event_of(base, 0), Some(Event::BranchLeft | Event::BranchRight))
    }

    pub fn line(&self, index: usize) -> i32 {
        self.lines[index]
    }

    pub fn tools(&self, index: usize) -> u8 {
        self.tools[index]
    }

    pub fn line_tools(&self, index: usize) -> u8 {
        self.line_tools[index]
    }

    pub fn instruction_tools(&self, index: usize) -> u8 {
        self.instruction_tools[index]
    }

    /// The tools that want a local event of this code.
    pub fn active(&self, event: Event) -> u8 {
        self.active[event as usize]
    }

    /// The instruction that stands before another one.
    pub fn before(&self, index: usize) -> usize {
        (0..index).rev().find(|&before| self.base[before] != op::CACHE).unwrap_or(0)
    }

    /// Whether the instruction at a place asks where a jump to it came from.
    pub fn asks_for_jump(&self, target: usize) -> bool {
        self.begins_line[target] && self.line_tools[target] != 0
            || self.base[target] == op::POP_ITER && self.tools[target] != 0
    }

    /// Where a jump goes, and where the loop of an `END_ASYNC_FOR` ends.
    pub fn target(&self, index: usize) -> Option<usize> {
        Some(self.targets[index] as usize).filter(|_| self.targets[index] != NOWHERE)
    }

    fn notes_jump(&self, index: usize) -> bool {
        let target = self.targets[index];
        target != NOWHERE && self.asks_for_jump(target as usize)
    }

    /// What stands at a place under `INSTRUMENTED_INSTRUCTION`.
    pub fn under_instruction(&self, index: usize) -> u8 {
        let base = self.base[index];
        let wanted = self.tools[index] != 0
            || !matches!(base, op::SEND | op::END_ASYNC_FOR) && self.notes_jump(index)
            || base == op::FOR_ITER && (self.wants_raise || self.line_tools[index] != 0);
        if wanted { INSTRUMENTED[base as usize] } else { base }
    }

    /// What stands at a place under `INSTRUMENTED_LINE`.
    pub fn under_line(&self, index: usize) -> u8 {
        // This jump has no form of its own.
        let notes = self.base[index] == op::JUMP_BACKWARD_NO_INTERRUPT && self.notes_jump(index);
        if self.instruction_tools[index] != 0 || notes {
            op::INSTRUMENTED_INSTRUCTION
        } else {
            self.under_instruction(index)
        }
    }

    fn outermost(&self, index: usize) -> u8 {
        if self.begins_line[index] && self.line_tools[index] != 0 {
            op::INSTRUMENTED_LINE
        } else {
            self.under_line(index)
        }
    }

    /// Puts in place what the tables say.
    ///
    /// # Safety
    /// `units` are those of the code whose tables these are.
    pub unsafe fn rewrite(&self, units: *mut u16, index: usize) {
        // SAFETY: the caller's promise; the GIL is held, and no instruction of `index` is half done.
        unsafe {
            let place = units.add(index);
            let base = self.base[index];
            let now = *place as u8;
            let wanted = self.outermost(index);
            // A specialised form of the instruction stays.
            if wanted == now || wanted == base && DEOPT[now as usize] == base {
                return;
            }
            *place = *place & 0xff00 | wanted as u16;
            let keeps_counter = matches!(
                base,
                op::POP_JUMP_IF_FALSE
                    | op::POP_JUMP_IF_TRUE
                    | op::POP_JUMP_IF_NONE
                    | op::POP_JUMP_IF_NOT_NONE
                    | op::JUMP_BACKWARD
            );
            if CACHES[base as usize] != 0 && !keeps_counter {
                *place.add(1) = crate::vm::ADAPTIVE_WARMUP;
            }
        }
    }

    /// Switches an instruction's event off for some tools, and its jump's note if nobody asks for it.
    ///
    /// # Safety
    /// As for `rewrite`.
    pub unsafe fn remove_tools(&mut self, units: *mut u16, index: usize, tools: u8) {
        self.tools[index] &= !tools;
        // SAFETY: the caller's promise.
        unsafe { self.rewrite(units, index) };
    }

    /// # Safety
    /// As for `rewrite`.
    pub unsafe fn remove_line_tools(&mut self, units: *mut u16, index: usize, tools: u8) {
        self.line_tools[index] &= !tools;
        // SAFETY: the caller's promise.
        unsafe { self.rewrite(units, index) };
    }

    /// # Safety
    /// As for `rewrite`.
    pub unsafe fn remove_instruction_tools(&mut self, units: *mut u16, index: usize, tools: u8) {
        self.instruction_tools[index] &= !tools;
        // SAFETY: the caller's promise.
        unsafe { self.rewrite(units, index) };
    }

    /// Takes over what is wanted now.
    fn update(&mut self, active: Monitors, restarted: bool, units: *const u16, first: usize) {
        let old = self.active;
        self.active = active;
        let next = |tools: u8, event: Event| {
            let (old, new) = (old[event as usize], active[event as usize]);
            if restarted { new } else { tools & new | new & !old }
        };
        for index in first..self.base.len() {
            let base = self.base[index];
            if base == op::CACHE {
                continue;
            }
            // SAFETY: below the end.
            let arg = unsafe { *units.add(index) >> 8 } as u8;
            if let Some(event) = event_of(base, arg) {
                self.tools[index] = next(self.tools[index], event);
            }
            if self.begins_line[index] {
                self.line_tools[index] = next(self.line_tools[index], Event::Line);
            }
            if base != op::RESUME && base != op::END_FOR {
                self.instruction_tools[index] = next(self.instruction_tools[index], Event::Instruction);
            }
        }
    }
}

/// Brings a code object up to a version (with `force` also if it is of that version); whether its
/// instructions may have changed.
pub fn instrument(code: Borrowed<'_, PyCodeObject>, version: usize, force: bool) -> bool {
    let state = this();
    let object = code.as_ptr();
    let old_version = code._co_instrumentation_version;
    if old_version == version && !force {
        return false;
    }
    // SAFETY: the code's own fields, changed under the GIL.
    unsafe { (*object)._co_instrumentation_version = version };
    let first = code._co_firsttraceable as usize;
    if code.co_flags & CO_NO_MONITORING_EVENTS != 0 || first >= code::len(code) {
        return false;
    }
    let mut active: Monitors = core::array::from_fn(|event| state.monitors[event].get());
    let wants_raise = super::tools_everywhere(Event::Raise) != 0;
    let mut tables = tables(code);
    if tables.is_null() {
        if active == [0; LOCAL] && !wants_raise {
            return false;
        }
        tables = allocate(code);
    }
    // SAFETY: owned by the code; nothing here runs foreign code.
    let tables = unsafe { &mut *tables };
    for tool in 0..TOOLS {
        tables.drop_void(tool);
    }
    for (tools, local) in active.iter_mut().zip(tables.local) {
        *tools |= local;
    }
    let restarted = state.last_restart.get() > old_version;
    if !restarted && active == tables.active && wants_raise == tables.wants_raise {
        return false;
    }
    tables.wants_raise = wants_raise;
    let units = code::units(code);
    tables.update(active, restarted, units, first);
    for index in first..tables.base.len() {
        if tables.base[index] != op::CACHE {
            // SAFETY: the code's own units.
            unsafe { tables.rewrite(units, index) };
        }
    }
    true
}

fn allocate(code: Borrowed<'_, PyCodeObject>) -> *mut Tables {
    let tables = Box::into_raw(Box::new(Tables::new(code)));
    // SAFETY: the code owns what the field points to.
    unsafe { (*code.as_ptr())._co_monitoring = tables.cast() };
    tables
}

/// Says which events a tool wants in a code object.
pub fn set_local_events(code: Borrowed<'_, PyCodeObject>, tool: usize, events: u32) {
    let mut found = tables(code);
    if found.is_null() {
        if events == 0 {
            return;
        }
        found = allocate(code);
    }
    // SAFETY: owned by the code; nothing here runs foreign code.
    unsafe {
        let tables = &mut *found;
        tables.drop_void(tool);
        tables.tool_versions[tool] = this().tools[tool].version.get();
        for (event, tools) in tables.local.iter_mut().enumerate() {
            *tools = *tools & !(1 << tool) | ((events >> event & 1) as u8) << tool;
        }
    }
    instrument(code, super::current_version(), true);
}

/// The events that a tool wants in a code object, as a set.
pub fn local_events(code: Borrowed<'_, PyCodeObject>, tool: usize) -> u32 {
    let tables = tables(code);
    if tables.is_null() {
        return 0;
    }
    // SAFETY: owned by the code.
    let tables = unsafe { &*tables };
    if tables.is_void(tool) {
        return 0;
    }
    super::set_of(tables.local.into_iter(), tool)
}

/// Frees what is kept about a code object.
///
/// # Safety
/// The code object is going away.
pub unsafe fn forget(code: *mut PyCodeObject) {
    // SAFETY: the field holds what `allocate` has put there, or null.
    unsafe {
        let kept = ptr::replace(&raw mut (*code)._co_monitoring, ptr::null_mut()).cast::<Tables>();
        if !kept.is_null() {
            drop(Box::from_raw(kept));
        }
    }
}
