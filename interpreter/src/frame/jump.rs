//! `frame.f_lineno = line`: on to another line, if what stands on the stack allows it.
//!
//! The instructions are followed once to learn which kinds of things lie on the stack at each
//! of them. A jump may drop things from the stack, and it never makes any: not into a loop,
//! whose iterator would be missing, nor into a handler, whose exception would.

use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, PyResult, exceptions, raise, singletons, state};

use super::{FramePtr, code_of, locals_plus, unit_index};
use crate::opcodes::{CACHES, DEOPT, number, stack_effect};
use crate::vm::monitoring::original_opcode;
use crate::{code, warnings};

/// What lies in a cell of the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iterator,
    Exception,
    Object,
    Null,
    /// The place at which an exception is raised again.
    LastInstruction,
}

/// The kinds on the stack, lowest first.
type Stack = Vec<Kind>;

/// The line that begins at each code unit.
fn line_starts(code: Borrowed<'_, PyCodeObject>) -> Vec<Option<i32>> {
    let mut starts = vec![None; code::len(code)];
    let mut index = 0;
    let mut last = -1;
    for location in code::locations(code) {
        if location.line >= 0 && location.line != last {
            if let Some(start) = starts.get_mut(index) {
                *start = Some(location.line);
            }
            last = location.line;
        }
        index += location.units;
    }
    starts
}

/// What an instruction does: the stack behind it if it goes on to the next one, and where else it goes.
struct Step {
    next: Option<Stack>,
    jump: Option<(usize, Stack)>,
}

fn step(opcode: u16, arg: usize, after: usize, mut stack: Stack) -> Step {
    let going_on = |stack| Step { next: Some(stack), jump: None };
    match opcode {
        number::POP_JUMP_IF_FALSE
        | number::POP_JUMP_IF_TRUE
        | number::POP_JUMP_IF_NONE
        | number::POP_JUMP_IF_NOT_NONE => {
            stack.pop();
            Step { next: Some(stack.clone()), jump: Some((after + arg, stack)) }
        }
        number::SEND => Step { next: Some(stack.clone()), jump: Some((after + arg, stack)) },
        number::JUMP_FORWARD => Step { next: None, jump: Some((after + arg, stack)) },
        number::JUMP_BACKWARD | number::JUMP_BACKWARD_NO_INTERRUPT => {
            Step { next: None, jump: Some((after.saturating_sub(arg), stack)) }
        }
        number::GET_ITER | number::GET_AITER => {
            stack.pop();
            stack.push(Kind::Iterator);
            going_on(stack)
        }
        number::FOR_ITER => {
            stack.push(Kind::Object);
            Step { next: Some(stack.clone()), jump: Some((after + arg, stack)) }
        }
        number::PUSH_EXC_INFO => {
            stack.push(Kind::Exception);
            going_on(stack)
        }
        number::RETURN_VALUE | number::RAISE_VARARGS | number::RERAISE | number::INTERPRETER_EXIT => {
            Step { next: None, jump: None }
        }
        number::PUSH_NULL | number::LOAD_SPECIAL => {
            stack.push(Kind::Null);
            going_on(stack)
        }
        number::LOAD_GLOBAL => {
            stack.push(Kind::Object);
            if arg & 1 != 0 {
                stack.push(Kind::Null);
            }
            going_on(stack)
        }
        number::LOAD_ATTR => {
            if arg & 1 != 0 {
                stack.push(Kind::Null);
            }
            going_on(stack)
        }
        number::SWAP => {
            let top = stack.len().wrapping_sub(1);
            if let Some(other) = stack.len().checked_sub(arg).filter(|&other| other < stack.len()) {
                stack.swap(top, other);
            }
            going_on(stack)
        }
        number::COPY => {
            let copied = stack.len().checked_sub(arg).and_then(|index| stack.get(index).copied());
            stack.push(copied.unwrap_or(Kind::Object));
            going_on(stack)
        }
        _ => {
            let (popped, pushed) = stack_effect(opcode, arg as i32).unwrap_or((0, 0));
            if pushed < popped {
                stack.truncate(stack.len().saturating_sub((popped - pushed) as usize));
            } else {
                stack.extend(core::iter::repeat_n(Kind::Object, (pushed - popped) as usize));
            }
            going_on(stack)
        }
    }
}

/// The stack in front of each instruction; `None` where none leads to it.
fn stacks(code: Borrowed<'_, PyCodeObject>) -> Vec<Option<Stack>> {
    let end = code::len(code);
    let units = code::units(code);
    let mut stacks: Vec<Option<Stack>> = vec![None; end + 1];
    stacks[0] = Some(Stack::new());
    let mut open = true;
    while open {
        open = false;
        let mut index = 0;
        let mut arg = 0;
        while index < end {
            // SAFETY: below the end.
            let unit = unsafe { *units.add(index) };
            let opcode = DEOPT[original_opcode(code, index, unit as u8) as usize];
            let after = index + 1 + CACHES[opcode as usize] as usize;
            arg = arg << 8 | (unit >> 8) as usize;
            let here = stacks[index].clone();
            if let Some(here) = &here
                && let Some((handler, depth, with_place)) = code::handler_at(code, index)
                && let Some(target @ None) = stacks.get_mut(handler)
            {
                let mut at_handler = here.clone();
                at_handler.truncate(depth);
                if with_place {
                    at_handler.push(Kind::LastInstruction);
                }
                at_handler.push(Kind::Exception);
                *target = Some(at_handler);
                open |= handler < index;
            }
            if let Some(here) = here {
                let done = opcode == number::EXTENDED_ARG as u8;
                let step = if done {
                    Step { next: Some(here), jump: None }
                } else {
                    step(opcode as u16, arg, after, here)
                };
                if let Some((target, stack)) = step.jump
                    && let Some(place @ None) = stacks.get_mut(target)
                {
                    *place = Some(stack);
                    open |= target <= index;
                }
                if let Some(stack) = step.next
                    && let Some(place @ None) = stacks.get_mut(after)
                {
                    *place = Some(stack);
                }
            }
            if opcode != number::EXTENDED_ARG as u8 {
                arg = 0;
            }
            index = after;
        }
    }
    stacks
}

/// Whether dropping things from one stack makes the other.
fn leads_to(from: &Stack, to: &Stack) -> bool {
    from.len() >= to.len()
        && from.iter().zip(to).all(|(&from, &to)| match to {
            Kind::Object => from != Kind::Null,
            Kind::Null => true,
            _ => from == to,
        })
}

/// Why a stack cannot be made.
fn obstacle(to: Option<&Stack>) -> &'static str {
    match to.map(|stack| stack.last()) {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(Some(Kind::Exception)) => "can't jump into an 'except' block as there's no exception",
        Some(Some(Kind::LastInstruction)) => "can't jump into a re-raising block as there's no location",
        Some(Some(Kind::Iterator)) => "can't jump into the body of a for loop",
        Some(_) => "incompatible stacks",
    }
}

/// Where to go on for the first line not before `wanted`, and how deep the stack is here and there.
fn find(code: Borrowed<'_, PyCodeObject>, from: usize, wanted: i32) -> PyResult<(usize, Stack, usize)> {
    let starts = line_starts(code);
    let Some(line) = starts.iter().flatten().copied().filter(|&line| line >= wanted).min() else {
        return Err(raise!(ValueError, "line {wanted} comes after the current code block"));
    };
    let mut stacks = stacks(code);
    let start = stacks[from].take();
    stacks[from] = start.clone();
    let mut best: Option<(usize, usize)> = None;
    let mut message = "cannot find bytecode for specified line";
    for (index, _) in starts.iter().enumerate().filter(|(_, start)| **start == Some(line)) {
        let target = stacks[index].as_ref();
        match (&start, target) {
            (Some(start), Some(target)) if leads_to(start, target) => {
                if best.is_none_or(|(_, depth)| target.len() > depth) {
                    best = Some((index, target.len()));
                }
            }
            (None, _) => message = "can't jump from within an exception handler",
            _ => message = obstacle(target),
        }
    }
    match (best, start) {
        (Some((index, depth)), Some(start)) => Ok((index, start, depth)),
        _ => Err(raise!(ValueError, "{message}")),
    }
}

/// Gives `None` to variables without a value, which the compiler may have taken for bound.
///
/// # Safety
/// `frame` is live.
unsafe fn bind_locals(frame: FramePtr) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let n_cells = code_of(frame).co_nlocalsplus as usize;
        let unbound = (0..n_cells).filter(|&index| (*locals_plus(frame).add(index)).is_null()).count();
        if unbound == 0 {
            return Ok(());
        }
        let s = if unbound == 1 { "" } else { "s" };
        let message = format!("assigning None to {unbound} unbound local{s}");
        warnings::warn(exceptions::builtin::RuntimeWarning(), &message, 0)?;
        for index in 0..n_cells {
            let cell = locals_plus(frame).add(index);
            if (*cell).is_null() {
                *cell = StackRef::uncounted(singletons::none_ptr());
            }
        }
    }
    Ok(())
}

/// Sends a frame to another line.
///
/// # Errors
/// `ValueError` if the line is none of the code's, or the stack cannot be that of the place.
///
/// # Safety
/// `frame` is live, and stands in front of an instruction with its stack pointer true.
pub unsafe fn jump(frame: FramePtr, line: isize) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let code = code_of(frame).to_owned();
        let Ok(line) = i32::try_from(line) else {
            return Err(raise!(ValueError, "lineno out of range"));
        };
        if line < code.co_firstlineno {
            return Err(raise!(ValueError, "line {line} comes before the current code block"));
        }
        let (target, mut stack, depth) = find(code.borrow(), unit_index(frame), line)?;
        bind_locals(frame)?;
        let base = locals_plus(frame).add(code.co_nlocalsplus as usize);
        while stack.len() > depth {
            let kind = stack.pop();
            if (*frame).stackpointer <= base {
                break;
            }
            (*frame).stackpointer = (*frame).stackpointer.sub(1);
            let cell = ptr::replace((*frame).stackpointer, StackRef::NULL);
            if kind == Some(Kind::Exception) {
                // The handler is left: what was handled outside of it is handled again.
                let info = (*state::current()).exc_info;
                let exception = cell.into_owned();
                let now = if exception.op().is_none() { ptr::null_mut() } else { exception.into_ptr() };
                drop(Object::steal_nullable(ptr::replace(&raw mut (*info).exc_value, now)));
            } else {
                cell.close();
            }
        }
        (*frame).instr_ptr = code::units(code.borrow()).add(target).cast();
    }
    Ok(())
}
