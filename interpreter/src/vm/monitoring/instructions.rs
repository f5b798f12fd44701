//! What instrumented instructions do beside the work of the ordinary ones.
//!
//! The loop has written its stack pointer into the frame before it calls one of these, and reads it
//! from there afterwards. Callbacks run arbitrary code, also such as changes what is watched; so
//! tables are looked up again after each, and nothing borrowed from them is held.

use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyResult, call as calling, errors, exceptions, int, iter, object, raise,
    singletons, tuple,
};

use super::code::{Tables, tables};
use super::{
    Event, SYS_TRACE, exceptions as exception_events, missing_or_none, note_jump, paired_tools, take_jump,
    tell, untold,
};
use crate::frame::{self, FramePtr};
use crate::opcodes::op;
use crate::vm::{calls, generators, tracing};
use crate::{code, function};

/// A place in a running frame's code.
#[derive(Clone, Copy)]
struct Place<'a> {
    code: Borrowed<'a, PyCodeObject>,
    units: *mut u16,
    index: usize,
}

impl Place<'_> {
    /// # Safety
    /// `frame` is live, and `at` points into its code.
    unsafe fn new(frame: FramePtr, at: *mut u16) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            let code = frame::code_of(frame);
            let units = code::units(code);
            Self { code, units, index: at.offset_from(units) as usize }
        }
    }

    /// What is kept about the code; only while nothing runs.
    ///
    /// # Safety
    /// No other reference to the tables is alive.
    #[allow(clippy::mut_from_ref, reason = "the tables belong to the code object, not to the place")]
    unsafe fn tables(&self) -> Option<&mut Tables> {
        // SAFETY: owned by the code object, which the frame keeps alive.
        unsafe { tables(self.code).as_mut() }
    }

    fn offset_of(&self, at: *const u16) -> PyResult {
        // SAFETY: both point into the units.
        int::from_i64(unsafe { at.offset_from(self.units) } as i64 * 2)
    }
}

/// Tells of an instruction's event. `shown` is the instruction that callbacks see.
///
/// # Safety
/// `frame` runs, `at` is an instruction of its code, and its stack pointer is true.
unsafe fn tell_at(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    at: *mut u16,
    shown: *mut u16,
    event: Event,
    rest: &[Op<'_>],
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*tstate).tracing != 0 {
            return Ok(());
        }
        let place = Place::new(frame, at);
        let mut tools = place.tables().map_or(0, |tables| tables.tools(place.index));
        if tools == 0 {
            return Ok(());
        }
        if matches!(event, Event::BranchLeft | Event::BranchRight)
            && let Some(tables) = place.tables()
        {
            // Where the branch itself is switched off, so is the other way's instruction.
            let from = shown.offset_from(place.units) as usize;
            let over = paired_tools(tools, event) & !tables.tools(from);
            if over != 0 && tables.sends_branch(from) {
                tables.remove_tools(place.units, place.index, over);
                tools &= !over;
            }
        }
        let offset = place.offset_of(shown)?;
        let code = place.code.as_object();
        let mut args = [code; 4];
        args[1] = offset.op();
        args[2..2 + rest.len()].copy_from_slice(rest);
        let disabled = tell(tstate, tools, event, &args[..2 + rest.len()])?;
        if disabled != 0
            && let Some(tables) = place.tables()
        {
            tables.remove_tools(place.units, place.index, disabled);
        }
        Ok(())
    }
}

/// Tells of a native call's end; an error of a callback takes the place of what the call has given.
///
/// # Safety
/// As for `tell_at`.
unsafe fn tell_result(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    at: *mut u16,
    result: PyResult,
    callable: Op<'_>,
    first: Op<'_>,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        match result {
            Ok(result) => {
                tell_at(tstate, frame, at, at, Event::CReturn, &[callable, first])?;
                Ok(result)
            }
            Err(raised) => {
                let exception = raised.take();
                tell_at(tstate, frame, at, at, Event::CRaise, &[callable, first])?;
                Err(errors::restore(exception))
            }
        }
    }
}

/// Tells of an instruction that is about to run; gives the one that stands under `opcode`.
///
/// # Safety
/// `frame` runs, its code is instrumented, `instruction` is where it is, and its stack pointer is true.
#[cold]
pub unsafe fn before(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    opcode: u8,
) -> PyResult<u8> {
    // SAFETY: the caller's promise. Values on the stack are kept for the call of the callback.
    unsafe {
        let place = Place::new(frame, instruction);
        if place.tables().is_none() {
            return Err(raise!(SystemError, "instruction without an original"));
        }
        let top = |depth: usize| Owned::new_ref((*(*frame).stackpointer.sub(depth)).as_ptr());
        match opcode {
            op::INSTRUMENTED_LINE => {
                tell_line(tstate, frame, instruction)?;
                return Ok(place.tables().map_or(op::NOP, |tables| tables.under_line(place.index)));
            }
            op::INSTRUMENTED_INSTRUCTION => {
                tell_instruction(tstate, frame, instruction)?;
                return Ok(place.tables().map_or(op::NOP, |tables| tables.under_instruction(place.index)));
            }
            op::INSTRUMENTED_RESUME => {
                let event = if *instruction >> 8 == 0 { Event::PyStart } else { Event::PyResume };
                tell_at(tstate, frame, instruction, instruction, event, &[])?;
            }
            op::INSTRUMENTED_RETURN_VALUE => {
                let value = top(1);
                tell_at(tstate, frame, instruction, instruction, Event::PyReturn, &[value.op()])?;
            }
            op::INSTRUMENTED_YIELD_VALUE => {
                let value = top(1);
                tell_at(tstate, frame, instruction, instruction, Event::PyYield, &[value.op()])?;
            }
            op::INSTRUMENTED_END_FOR | op::INSTRUMENTED_END_SEND => {
                let (receiver, value) = (top(2), top(1));
                let tp = (*receiver.as_ptr()).ob_type;
                let awaited = opcode == op::INSTRUMENTED_END_SEND && tp == generators::coroutine_type();
                if tp == generators::generator_type() || awaited {
                    tell_stop(tstate, frame, instruction, value.op())?;
                }
            }
            op::INSTRUMENTED_END_ASYNC_FOR => {
                let to = instruction.add(1);
                let target = place.offset_of(to)?;
                let from =
                    place.tables().and_then(|tables| tables.target(place.index)).unwrap_or(place.index);
                let from = place.units.add(from);
                tell_at(tstate, frame, instruction, from, Event::BranchRight, &[target.op()])?;
            }
            _ => {}
        }
        Ok(place.tables().map_or(op::NOP, |tables| tables.base(place.index)))
    }
}

/// A generator has returned to a loop or `yield from`, for which no StopIteration was made.
unsafe fn tell_stop(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    value: Op<'_>,
) -> PyResult<()> {
    // SAFETY: the caller passes a running frame.
    unsafe {
        let place = Place::new(frame, instruction);
        if place.tables().is_none_or(|tables| tables.active(Event::StopIteration) == 0) {
            return Ok(());
        }
        let exception = exceptions::set_stop_iteration(Some(value)).take();
        tell_at(tstate, frame, instruction, instruction, Event::StopIteration, &[exception.op()])
    }
}

unsafe fn tell_line(tstate: *mut PyThreadState, frame: FramePtr, instruction: *mut u16) -> PyResult<()> {
    // SAFETY: the caller passes a running frame.
    let result = unsafe { tell_new_line(tstate, frame, instruction) };
    // A callback that has set the very same line has not jumped.
    take_jump(instruction);
    result
}

unsafe fn tell_new_line(tstate: *mut PyThreadState, frame: FramePtr, instruction: *mut u16) -> PyResult<()> {
    // SAFETY: the caller passes a running frame.
    unsafe {
        let jumped_from = take_jump(instruction);
        if (*tstate).tracing != 0 {
            return Ok(());
        }
        let place = Place::new(frame, instruction);
        let (line, mut tools) = {
            let Some(tables) = place.tables() else { return Ok(()) };
            let before = match jumped_from {
                Some(from) => from.offset_from(place.units) as usize,
                None => tables.before(place.index),
            };
            let line = tables.line(place.index);
            if tables.line(before) == line && tables.base(before) != op::RESUME {
                return Ok(());
            }
            (line, tables.line_tools(place.index))
        };
        if tools & 1 << SYS_TRACE != 0 {
            tools &= !(1 << SYS_TRACE);
            untold(tstate, Event::Line, || {
                frame::object_of(frame).and_then(|object| tracing::trace_line(tstate, object.borrow(), line))
            })?;
        }
        if tools == 0 {
            return Ok(());
        }
        let line = int::from_i64(line as i64)?;
        let disabled = tell(tstate, tools, Event::Line, &[place.code.as_object(), line.op()])?;
        if disabled != 0
            && let Some(tables) = place.tables()
        {
            tables.remove_line_tools(place.units, place.index, disabled);
        }
        Ok(())
    }
}

unsafe fn tell_instruction(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
) -> PyResult<()> {
    // SAFETY: the caller passes a running frame.
    unsafe {
        let place = Place::new(frame, instruction);
        let (base, tools) = {
            let Some(tables) = place.tables() else { return Ok(()) };
            (tables.base(place.index), tables.instruction_tools(place.index))
        };
        if tools != 0 && (*tstate).tracing == 0 {
            let offset = place.offset_of(instruction)?;
            let disabled = tell(tstate, tools, Event::Instruction, &[place.code.as_object(), offset.op()])?;
            if disabled != 0
                && let Some(tables) = place.tables()
            {
                tables.remove_instruction_tools(place.units, place.index, disabled);
            }
        }
        if base == op::JUMP_BACKWARD_NO_INTERRUPT {
            // The distance may be longer than this unit says.
            if let Some(target) = place.tables().and_then(|tables| tables.target(place.index)) {
                finish_jump(place, place.units.add(target), instruction);
            }
        }
        Ok(())
    }
}

/// After a jump: a note of it, if the target asks for one; else the jump may be an ordinary one again.
unsafe fn finish_jump(place: Place<'_>, target: *mut u16, from: *mut u16) {
    // SAFETY: the caller passes places in the same code.
    unsafe {
        let Some(tables) = place.tables() else { return };
        if tables.asks_for_jump(target.offset_from(place.units) as usize) {
            note_jump(target, from);
        } else {
            tables.rewrite(place.units, place.index);
        }
    }
}

/// What an instrumented jump gives: where to go on, and whether telling of it has failed (then the
/// exception counts as raised there).
pub type Jumped<T> = (*mut u16, PyResult<T>);

/// Jumps and branches. `next` is the unit behind the instruction's own.
///
/// # Safety
/// As for `before`.
#[cold]
pub unsafe fn jump(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    next: *mut u16,
    oparg: usize,
    opcode: u8,
) -> Jumped<()> {
    // SAFETY: the caller's promise; the condition on the stack is taken off first.
    unsafe {
        let place = Place::new(frame, instruction);
        let stands_before = || {
            let index = place.tables().map_or(place.index, |tables| tables.before(place.index));
            place.units.add(index)
        };
        let (target, event, from) = match opcode {
            op::INSTRUMENTED_JUMP_FORWARD => (next.add(oparg), Event::Jump, instruction),
            op::INSTRUMENTED_JUMP_BACKWARD => (next.add(1).sub(oparg), Event::Jump, instruction),
            op::INSTRUMENTED_NOT_TAKEN => (next, Event::BranchLeft, stands_before()),
            op::INSTRUMENTED_POP_ITER => {
                let from = take_jump(instruction).unwrap_or_else(stands_before);
                (next, Event::BranchRight, from)
            }
            _ => {
                (*frame).stackpointer = (*frame).stackpointer.sub(1);
                let value = *(*frame).stackpointer;
                let taken = match opcode {
                    op::INSTRUMENTED_POP_JUMP_IF_TRUE => value.as_ptr() == singletons::true_ptr(),
                    op::INSTRUMENTED_POP_JUMP_IF_FALSE => value.as_ptr() == singletons::false_ptr(),
                    op::INSTRUMENTED_POP_JUMP_IF_NONE => value.as_ptr() == singletons::none_ptr(),
                    _ => value.as_ptr() != singletons::none_ptr(),
                };
                value.close();
                if !taken {
                    return (next.add(1), Ok(()));
                }
                (next.add(1 + oparg), Event::BranchRight, instruction)
            }
        };
        let told = place
            .offset_of(target)
            .and_then(|to| tell_at(tstate, frame, instruction, from, event, &[to.op()]));
        if let Err(raised) = told {
            return (target, Err(raised));
        }
        if (*frame).instr_ptr.cast() != instruction {
            // A callback has set the line.
            return ((*frame).instr_ptr.cast(), Ok(()));
        }
        if opcode == op::INSTRUMENTED_POP_ITER {
            (*frame).stackpointer = (*frame).stackpointer.sub(1);
            (*(*frame).stackpointer).close();
        } else if opcode != op::INSTRUMENTED_NOT_TAKEN {
            finish_jump(place, target, instruction);
        }
        (target, Ok(()))
    }
}

/// `FOR_ITER`: the next item, or `None` with where to go on. `next` is the unit behind the instruction's own.
///
/// # Safety
/// As for `before`.
#[cold]
pub unsafe fn for_iter(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    next: *mut u16,
    oparg: usize,
) -> Jumped<Option<Object>> {
    // SAFETY: the caller's promise.
    unsafe {
        let place = Place::new(frame, instruction);
        let iterator = Owned::new_ref((*(*frame).stackpointer.sub(1)).as_ptr());
        let item = match iter::next_raw(iterator.op()) {
            Ok(item) => item,
            Err(raised) if raised.matches(exceptions::builtin::StopIteration()) => {
                exception_events::raised(tstate, frame, instruction.offset_from(place.units));
                errors::raised().clear();
                None
            }
            Err(raised) => return (next.add(1), Err(raised)),
        };
        let Some(item) = item else {
            let target = next.add(1 + oparg + 1);
            finish_jump(place, target, instruction);
            return (target, Ok(None));
        };
        let target = next.add(1);
        let told = place
            .offset_of(target)
            .and_then(|to| tell_at(tstate, frame, instruction, instruction, Event::BranchLeft, &[to.op()]));
        if let Err(raised) = told {
            return (target, Err(raised));
        }
        if (*frame).instr_ptr.cast() != instruction {
            return ((*frame).instr_ptr.cast(), Ok(None));
        }
        (target, Ok(Some(item)))
    }
}

/// The callable's cell of a call's operands is made a function and its `self` if it is a bound method.
unsafe fn expand_method(callable_cell: *mut StackRef) {
    // SAFETY: the caller passes the cell of a live callable, and the next one is its `self`.
    unsafe {
        let callable = (*callable_cell).as_ptr();
        let self_cell = callable_cell.add(1);
        if !(*self_cell).is_null()
            || (*callable).ob_type != &raw mut adder_object_model::method::PyMethod_Type
        {
            return;
        }
        let method = callable.cast::<PyMethodObject>();
        let function = Object::new_ref((*method).im_func);
        *self_cell = StackRef::from_owned(Owned::new_ref((*method).im_self));
        ptr::replace(callable_cell, StackRef::from_owned(function)).close();
    }
}

/// `CALL`, `CALL_KW` and `CALL_FUNCTION_EX`: tells of the call, and makes it if it is a native one;
/// `None` if the ordinary instruction is to make it.
///
/// # Safety
/// As for `before`.
#[cold]
pub unsafe fn call(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    oparg: usize,
    opcode: u8,
) -> PyResult<Option<Object>> {
    // SAFETY: the caller's promise; cells are closed once the call is over and the stack is lower.
    unsafe {
        let end = (*frame).stackpointer;
        if opcode == op::INSTRUMENTED_CALL_FUNCTION_EX {
            return call_spread(tstate, frame, instruction, end);
        }
        let with_names = opcode == op::INSTRUMENTED_CALL_KW;
        let args = end.sub(oparg + with_names as usize);
        let callable_cell = args.sub(2);
        expand_method(callable_cell);
        let callable = Owned::<PyObject>::new_ref((*callable_cell).as_ptr());
        let has_self = !(*args.sub(1)).is_null();
        let first = args.sub(has_self as usize);
        let total = oparg + has_self as usize;
        let first_argument = if total == 0 { missing_or_none() } else { Owned::new_ref((*first).as_ptr()) };
        let told = [callable.op(), first_argument.op()];
        tell_at(tstate, frame, instruction, instruction, Event::Call, &told)?;
        if calls::is_python_function(callable.as_ptr()) || (*tstate).tracing != 0 {
            return Ok(None);
        }
        let names = if with_names { (*end.sub(1)).as_ptr() } else { ptr::null_mut() };
        let n = total - calls::kwnames_len(names);
        let result = {
            let mut pointers = calls::Pointers::new(first, total);
            calls::vectorcall(callable.as_ptr(), pointers.as_ptr(), n | 1 << 63, names)
        };
        let result = tell_result(tstate, frame, instruction, result, callable.op(), first_argument.op());
        (*frame).stackpointer = callable_cell;
        calls::close_all(callable_cell, end.offset_from(callable_cell) as usize);
        result.map(Some)
    }
}

unsafe fn call_spread(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    end: *mut StackRef,
) -> PyResult<Option<Object>> {
    // SAFETY: the caller passes a running frame with the operands of the call on its stack.
    unsafe {
        let callable = Owned::<PyObject>::new_ref((*end.sub(4)).as_ptr());
        let args_cell = end.sub(2);
        let args = calls::star_arguments(callable.op(), (*args_cell).op())?;
        ptr::replace(args_cell, StackRef::from_owned(args.clone())).close();
        let first_argument = match args.op().downcast::<PyTupleObject>().filter(|args| tuple::len(*args) > 0)
        {
            Some(args) => tuple::get(args, 0).to_owned(),
            None => missing_or_none(),
        };
        let told = [callable.op(), first_argument.op()];
        tell_at(tstate, frame, instruction, instruction, Event::Call, &told)?;
        let in_python = calls::is_python_function(callable.as_ptr())
            || (*callable.as_ptr()).ob_type == &raw mut function::PyFunction_Type
            || (*callable.as_ptr()).ob_type == &raw mut adder_object_model::method::PyMethod_Type;
        if in_python || (*tstate).tracing != 0 {
            return Ok(None);
        }
        let kwargs_cell = *end.sub(1);
        let kwargs = if kwargs_cell.is_null() { None } else { Some(kwargs_cell.op()) };
        let result = calling::call_tuple_dict(callable.op(), args.op(), kwargs);
        let result = tell_result(tstate, frame, instruction, result, callable.op(), first_argument.op());
        let start = end.sub(4);
        (*frame).stackpointer = start;
        calls::close_all(start, 4);
        result.map(Some)
    }
}

/// `LOAD_SUPER_ATTR`: tells of the call of `super`, makes it, and gives the attribute.
///
/// # Safety
/// As for `before`.
#[cold]
pub unsafe fn load_super(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    name: Op<'_>,
    oparg: usize,
) -> PyResult {
    // SAFETY: the caller's promise; the operands leave the stack when they are no longer needed.
    unsafe {
        let end = (*frame).stackpointer;
        let start = end.sub(3);
        let [super_type, class, receiver] = [3, 2, 1].map(|depth| (*end.sub(depth)).op());
        let result = (|| {
            let first = if oparg & 2 != 0 { class.to_owned() } else { missing_or_none() };
            tell_at(tstate, frame, instruction, instruction, Event::Call, &[super_type, first.op()])?;
            let written = oparg & 2 != 0
                || super_type.as_ptr() == (&raw mut adder_object_model::super_object::PySuper_Type).cast();
            let made = if written {
                calling::call_positional(super_type, &[class, receiver])
            } else {
                calling::call_noargs(super_type)
            };
            let made = tell_result(tstate, frame, instruction, made, super_type, first.op())?;
            object::get_attr(made.op(), name)
        })();
        (*frame).stackpointer = start;
        calls::close_all(start, 3);
        result
    }
}
