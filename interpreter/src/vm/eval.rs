//! The loop itself.
//!
//! Exported under CPython's name: numpy asks the dynamic linker whose code called it, and stops
//! its search for temporaries it may overwrite at a caller of this name.

use core::ffi::c_int;
use core::panic::AssertUnwindSafe;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, bool as py_bool, cell, dict, errors, float, int, iter, list, method, number,
    object, raise, range, sequence, set, singletons, slice, str, tuple, type_object,
};

use super::{
    EVENTS, attributes, calls, clear_frame, exceptions, generator_of, generators, handle_pending, imports,
    intrinsics, matching, monitoring, names, operators, specialize, templates, unpack,
};
use crate::frame::{self, FramePtr};
use crate::opcodes::{CACHES, op};
use crate::{code, function};

/// Runs a frame, and those it calls, until it returns, yields or raises.
///
/// # Safety
/// `tstate` is the running thread's state, and `frame` is complete and not running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_EvalFrameDefault(
    tstate: *mut PyThreadState,
    frame: *mut _PyInterpreterFrame,
    throwflag: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise. The entry frame marks where this call's frames begin; it lives
    // until they are gone.
    unsafe {
        let mut entry: _PyInterpreterFrame = core::mem::zeroed();
        entry.f_executable = StackRef::uncounted(singletons::none_ptr());
        entry.f_funcobj = StackRef::NULL;
        entry.previous = (*tstate).current_frame;
        entry.owner = FRAME_OWNED_BY_INTERPRETER;
        entry.stackpointer = (&raw mut entry.localsplus).cast();
        entry.localsplus = [StackRef::NULL];
        let entry = &raw mut entry;
        (*frame).previous = entry;
        (*tstate).current_frame = frame;
        let throwing = throwflag != 0;
        if adder_object_model::gc::stack_remaining() < STACK_RESERVE {
            (*tstate).py_recursion_remaining -= 1;
            raise!(RecursionError, "maximum recursion depth exceeded").ignore();
            return match std::panic::catch_unwind(AssertUnwindSafe(|| run(tstate, entry, Start::Unwind))) {
                Ok(result) => result,
                Err(_) => ptr::null_mut(),
            };
        }
        let mut start = if throwing { Start::Throw } else { Start::Run };
        loop {
            match std::panic::catch_unwind(AssertUnwindSafe(|| run(tstate, entry, start))) {
                Ok(result) => return result,
                Err(payload) => {
                    // An instruction has panicked; its frame is still current and can unwind.
                    adder_object_model::define::guard_with((), || std::panic::resume_unwind(payload));
                    start = Start::Raise;
                }
            }
        }
    }
}

/// Native stack that must be left for a new evaluation.
const STACK_RESERVE: usize = 192 << 10;

/// Set in the `return_offset` of a frame that waits for an `__init__`, whose result is dropped.
const INIT_RETURNS: u16 = 1 << 15;

/// Generators are resumed inside the loop by instructions that jump less far, so that
/// `return_offset` can say where to.
const FARTHEST: usize = INIT_RETURNS as usize - 2;

/// How a frame is entered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// At its `instr_ptr`.
    Run,
    /// With the exception that is set raised where it waits.
    Throw,
    /// With the exception that is set raised at the current instruction.
    Raise,
    /// It never starts: the exception that is set leaves it at once.
    Unwind,
}

/// What the loop does next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Continue,
    /// Raise the exception that is set, with an entry for the frame in its traceback.
    Raise,
    /// The same, after a call that was made here has raised it.
    RaiseInCaller,
    /// Raise it again, without one.
    Reraise,
    /// Only look for a handler: it was raised where another one begins.
    Search,
    /// Leave the frame without looking for a handler.
    Unwind,
}

/// The loop. `tstate.current_frame` is the frame to run; returns when control is back at `entry`.
///
/// # Safety
/// As for `_PyEval_EvalFrameDefault`.
unsafe fn run(tstate: *mut PyThreadState, entry: FramePtr, start: Start) -> *mut PyObject {
    // SAFETY: frames and their cells are live while they run; bytecode is what the compiler made or
    // `code` objects were given, and trusted as in CPython.
    unsafe {
        let mut frame = (*tstate).current_frame;
        let mut sp = (*frame).stackpointer;
        let mut ip: *mut u16 = (*frame).instr_ptr.cast();
        // Where an exception was raised that is not the instruction that runs, for the exception table.
        let mut elsewhere: *mut u16 = ptr::null_mut();
        let mut mode = Mode::Continue;
        let mut opcode: u8;
        let mut oparg: usize;

        macro_rules! push {
            ($cell:expr) => {{
                let cell: StackRef = $cell;
                *sp = cell;
                sp = sp.add(1);
            }};
        }
        macro_rules! push_object {
            ($object:expr) => {
                push!(StackRef::from_owned($object))
            };
        }
        macro_rules! pop {
            () => {{
                sp = sp.sub(1);
                *sp
            }};
        }
        macro_rules! top {
            ($n:expr) => {
                *sp.sub($n)
            };
        }
        macro_rules! spill {
            () => {
                (*frame).stackpointer = sp
            };
        }
        // The instruction that runs, its prefixes behind it.
        macro_rules! this {
            () => {
                (*frame).instr_ptr.cast::<u16>()
            };
        }
        macro_rules! local {
            ($index:expr) => {
                *frame::locals_plus(frame).add($index)
            };
        }
        macro_rules! name {
            ($index:expr) => {{
                let names =
                    (*(*frame).f_executable.as_ptr().cast::<PyCodeObject>()).co_names.cast::<PyTupleObject>();
                Op::from_ptr(*(&raw const (*names).ob_item).cast::<*mut PyObject>().add($index))
            }};
        }
        macro_rules! constant {
            ($index:expr) => {{
                let consts = (*(*frame).f_executable.as_ptr().cast::<PyCodeObject>())
                    .co_consts
                    .cast::<PyTupleObject>();
                *(&raw const (*consts).ob_item).cast::<*mut PyObject>().add($index)
            }};
        }
        macro_rules! set_local {
            ($index:expr, $cell:expr) => {{
                let value: StackRef = $cell;
                let place = frame::locals_plus(frame).add($index);
                let old = *place;
                *place = value;
                if old.is_counted() {
                    spill!();
                    old.close();
                }
            }};
        }
        // Continues in another frame at its `instr_ptr` plus `$offset` units.
        macro_rules! resume_frame {
            ($offset:expr) => {{
                sp = (*frame).stackpointer;
                ip = (*frame).instr_ptr.cast::<u16>().add($offset);
            }};
        }

        match start {
            Start::Run => {
                (*tstate).py_recursion_remaining -= 1;
                if (*tstate).py_recursion_remaining < 0 && super::check_recursion(tstate).is_err() {
                    mode = Mode::Unwind;
                }
            }
            Start::Throw => {
                (*tstate).py_recursion_remaining -= 1;
                // It does not come by its RESUME.
                monitoring::refresh(tstate, frame::code_of(frame));
                if monitoring::watches_exceptions() {
                    monitoring::thrown(tstate, frame, frame::unit_index(frame) as isize);
                }
                // Where it waits is behind the instruction that yielded.
                elsewhere = ip.sub(1);
                mode = Mode::Raise;
            }
            Start::Raise => mode = Mode::Raise,
            Start::Unwind => mode = Mode::Unwind,
        }

        'handle: loop {
            // Breaking out of this block raises: the exception that is set is handled below.
            'error: {
                if mode != Mode::Continue {
                    break 'error;
                }

                macro_rules! check {
                    ($result:expr) => {
                        match $result {
                            Ok(value) => value,
                            Err(raised) => {
                                let _: errors::Raised = raised;
                                break 'error;
                            }
                        }
                    };
                }
                // Makes `$new` the running frame; the caller continues after `$size` units.
                macro_rules! enter {
                    ($new:expr, $size:expr) => {{
                        let new: FramePtr = $new;
                        (*frame).return_offset = ($size) as u16;
                        spill!();
                        (*new).previous = frame;
                        (*tstate).current_frame = new;
                        frame = new;
                        resume_frame!(0);
                        (*tstate).py_recursion_remaining -= 1;
                        if (*tstate).py_recursion_remaining < 0 && super::check_recursion(tstate).is_err() {
                            mode = Mode::Unwind;
                            break 'error;
                        }
                    }};
                }
                // Leaves the running frame with a value for its caller.
                macro_rules! leave {
                    ($value:expr) => {{
                        let value: StackRef = $value;
                        spill!();
                        (*tstate).py_recursion_remaining += 1;
                        let dying = frame;
                        frame = (*dying).previous;
                        (*tstate).current_frame = frame;
                        if (*dying).owner == FRAME_OWNED_BY_THREAD
                            && (*dying).frame_obj.is_null()
                            && (*dying).f_locals.is_null()
                        {
                            // Nobody else knows of this frame: its cells need not be emptied.
                            let locals = frame::locals_plus(dying);
                            (*dying).stackpointer = locals;
                            while sp > locals {
                                sp = sp.sub(1);
                                (*sp).close();
                            }
                            (*dying).f_funcobj.close();
                            (*dying).f_executable.close();
                            frame::pop(tstate, dying);
                        } else {
                            clear_frame(tstate, dying);
                        }
                        if (*frame).owner == FRAME_OWNED_BY_INTERPRETER {
                            (*tstate).current_frame = (*frame).previous;
                            return value.into_owned().into_ptr();
                        }
                        let offset = (*frame).return_offset;
                        resume_frame!((offset & !INIT_RETURNS) as usize);
                        if offset & INIT_RETURNS != 0 {
                            // The instance stands on the stack already.
                            (*frame).return_offset = 0;
                            if value.as_ptr() != singletons::none_ptr() {
                                let value = value.into_owned();
                                ip = this!();
                                let name = value.op().type_name();
                                check!(Err(raise!(TypeError, "__init__() should return None, not '{name}'")));
                            }
                        } else {
                            push!(value);
                        }
                    }};
                }
                // Asked-for work, at a point where all of the frame is in order.
                macro_rules! periodic {
                    () => {
                        if ptr::read_volatile(&raw const (*tstate).eval_breaker) & EVENTS != 0 {
                            spill!();
                            check!(handle_pending(tstate));
                        }
                    };
                }
                // The counter of an inline cache: whether it is time to specialise.
                macro_rules! warm {
                    () => {{
                        let counter = *ip;
                        if counter < 15 {
                            true
                        } else {
                            *ip = counter.wrapping_sub(16);
                            false
                        }
                    }};
                }

                // Whether it is time to specialise; not while the instruction is being traced.
                macro_rules! adapts {
                    ($general:expr) => {
                        warm!() && *this!() as u8 == $general
                    };
                }
                // Goes on with the instruction that has been put in place, if one has.
                macro_rules! adapted {
                    ($general:expr, $again:lifetime) => {
                        if *this!() as u8 != $general {
                            opcode = *this!() as u8;
                            continue $again;
                        }
                    };
                }
                // A guard of a specialised instruction.
                macro_rules! guard {
                    ($condition:expr, $general:expr, $again:lifetime) => {
                        if !$condition {
                            opcode = specialize::give_up(this!(), $general);
                            continue $again;
                        }
                    };
                }
                // Jumps by a comparison's result where that is what follows, else pushes it.
                macro_rules! push_truth {
                    ($truth:expr) => {{
                        let truth: bool = $truth;
                        let next = *ip;
                        if next as u8 == op::POP_JUMP_IF_FALSE {
                            ip = ip.add(2);
                            if !truth {
                                ip = ip.add((next >> 8) as usize);
                            }
                        } else if next as u8 == op::POP_JUMP_IF_TRUE {
                            ip = ip.add(2);
                            if truth {
                                ip = ip.add((next >> 8) as usize);
                            }
                        } else {
                            push!(truth_cell(truth));
                        }
                    }};
                }
                // `BINARY_OP_*_FLOAT`: the result takes the place of an operand that nobody else has.
                macro_rules! float_operator {
                    ($operator:tt, $again:lifetime) => {{
                        let (left, right) = (top!(2), top!(1));
                        guard!(operators::are_floats(left.as_ptr(), right.as_ptr()), op::BINARY_OP, $again);
                        ip = ip.add(5);
                        let value = operators::float_value(left.as_ptr())
                            $operator operators::float_value(right.as_ptr());
                        if operators::is_only(left) {
                            (*left.as_ptr().cast::<PyFloatObject>()).ob_fval = value;
                            sp = sp.sub(1);
                            right.close();
                        } else if operators::is_only(right) {
                            (*right.as_ptr().cast::<PyFloatObject>()).ob_fval = value;
                            sp = sp.sub(1);
                            top!(1) = right;
                            left.close();
                        } else {
                            let made = check!(float::new(value));
                            sp = sp.sub(1);
                            top!(1) = StackRef::from_owned(made);
                            left.close();
                            right.close();
                        }
                    }};
                }
                // `BINARY_OP_*_INT`.
                macro_rules! int_operator {
                    ($operator:tt, $again:lifetime) => {{
                        let (left, right) = (top!(2), top!(1));
                        let (a, b) = (left.as_ptr(), right.as_ptr());
                        guard!(operators::are_short(a, b), op::BINARY_OP, $again);
                        ip = ip.add(5);
                        let value = operators::short_value(a) $operator operators::short_value(b);
                        let made = check!(int::from_i64(value));
                        sp = sp.sub(1);
                        top!(1) = StackRef::from_owned(made);
                        left.close();
                        right.close();
                    }};
                }

                // `CONTAINS_OP` in a container of a known type.
                macro_rules! contains {
                    ($is_kind:expr, $find:expr, $again:lifetime) => {{
                        let (value, container) = (top!(2), top!(1));
                        guard!($is_kind((*container.as_ptr()).ob_type), op::CONTAINS_OP, $again);
                        ip = ip.add(1);
                        spill!();
                        let found = $find(Borrowed::from_ptr(container.as_ptr().cast()), value.op());
                        sp = sp.sub(2);
                        spill!();
                        value.close();
                        container.close();
                        push_truth!(check!(found) != (oparg != 0));
                    }};
                }
                // `BINARY_OP_SUBSCR_*_INT`: an item where it stands.
                macro_rules! item {
                    ($find:expr, $again:lifetime) => {{
                        let (left, right) = (top!(2), top!(1));
                        let item = $find(left.as_ptr(), right.as_ptr());
                        guard!(!item.is_null(), op::BINARY_OP, $again);
                        ip = ip.add(5);
                        sp = sp.sub(1);
                        top!(1) = StackRef::from_owned(Owned::new_ref(item));
                        right.close();
                        if left.is_counted() {
                            spill!();
                            left.close();
                        }
                    }};
                }
                // `FOR_ITER` over a list or a tuple.
                macro_rules! next_item {
                    ($tp:expr, $again:lifetime) => {{
                        let iterator = top!(1).as_ptr();
                        guard!((*iterator).ob_type == &raw mut $tp, op::FOR_ITER, $again);
                        match operators::quick_next(iterator) {
                            Some(value) => {
                                ip = ip.add(1);
                                push_object!(value);
                            }
                            None => {
                                // The general instruction ends it, once; this one stays.
                                opcode = op::FOR_ITER;
                                continue $again;
                            }
                        }
                    }};
                }
                // The numbers that no instruction here has, one by one: a range would be compared with, not jumped by.
                macro_rules! unknown {
                    () => {
                        3 | 17
                            | 121
                            | 122
                            | 123
                            | 124
                            | 125
                            | 126
                            | 127
                            | 131
                            | 136
                            | 138
                            | 139
                            | 145
                            | 146
                            | 148
                            | 150
                            | 151
                            | 152
                            | 153
                            | 154
                            | 155
                            | 160
                            | 162
                            | 164
                            | 178
                            | 179
                            | 181
                            | 189
                            | 194
                            | 195
                            | 197
                            | 200
                            | 203
                            | 206
                            | 208
                            | 212
                            | 213
                            | 214
                            | 215
                            | 216
                            | 217
                            | 218
                            | 219
                            | 220
                            | 221
                            | 222
                            | 223
                            | 224
                            | 225
                            | 226
                            | 227
                            | 228
                            | 229
                            | 230
                            | 231
                            | 232
                            | 233
                            | 255
                    };
                }
                // An instruction that tools watch: tells them, then does what stands under it.
                macro_rules! watched {
                    ($opcode:expr, $again:lifetime) => {{
                        spill!();
                        let this = this!();
                        let under = check!(monitoring::before(tstate, frame, this, $opcode));
                        if this!() != this {
                            // A callback has set the line.
                            ip = this!();
                            sp = (*frame).stackpointer;
                        } else {
                            opcode = under;
                            continue $again;
                        }
                    }};
                }
                // A jump that tools watch.
                macro_rules! watched_jump {
                    ($opcode:expr) => {{
                        spill!();
                        if $opcode == op::INSTRUMENTED_JUMP_BACKWARD {
                            periodic!();
                        }
                        let (target, told) = monitoring::jump(tstate, frame, this!(), ip, oparg, $opcode);
                        sp = (*frame).stackpointer;
                        ip = target;
                        if told.is_err() {
                            elsewhere = target;
                            break 'error;
                        }
                    }};
                }
                // A call that tools watch: made here if it runs native code, else by the general instruction.
                macro_rules! watched_call {
                    ($opcode:expr, $general:expr, $again:lifetime) => {{
                        spill!();
                        let result = monitoring::call(tstate, frame, this!(), oparg, $opcode);
                        sp = (*frame).stackpointer;
                        match check!(result) {
                            Some(result) => {
                                ip = ip.add(CACHES[$general as usize] as usize);
                                push_object!(result);
                                periodic!();
                            }
                            None => {
                                opcode = $general;
                                continue $again;
                            }
                        }
                    }};
                }
                // Puts the function and the `self` of a bound method in its place and the one above.
                macro_rules! unbind {
                    ($cell:expr) => {{
                        let cell: *mut StackRef = $cell;
                        let method = (*cell).as_ptr().cast::<PyMethodObject>();
                        *cell.add(1) = StackRef::from_owned(Owned::new_ref((*method).im_self));
                        let function = StackRef::from_owned(Owned::new_ref((*method).im_func));
                        let bound = core::mem::replace(&mut *cell, function);
                        spill!();
                        bound.close();
                    }};
                }
                // After a call that was made here: its cells are used up, its result takes their place.
                macro_rules! called {
                    ($result:expr, $callable_cell:expr, $first:expr, $n:expr) => {{
                        sp = $callable_cell;
                        spill!();
                        calls::close_all($first, $n);
                        (*$callable_cell).close();
                        push_object!(check!($result));
                        periodic!();
                    }};
                }
                // `CALL` and `CALL_KW`: arguments stand above the callable and its `self` or null; the names
                // are those of the last ones.
                macro_rules! call {
                    ($kwnames:expr, $done:lifetime) => {{
                        ip = ip.add(3);
                        let kwnames = $kwnames;
                        let names = kwnames.as_ref().map_or(ptr::null_mut(), Object::as_ptr);
                        let args = sp.sub(oparg);
                        let self_cell = args.sub(1);
                        let callable_cell = args.sub(2);
                        let mut callable = (*callable_cell).as_ptr();
                        if (*self_cell).is_null() && (*callable).ob_type == &raw mut method::PyMethod_Type {
                            unbind!(callable_cell);
                            callable = (*callable_cell).as_ptr();
                        }
                        let has_self = !(*self_cell).is_null();
                        let (first, total) = if has_self { (self_cell, oparg + 1) } else { (args, oparg) };
                        let n = total - calls::kwnames_len(names);
                        if calls::is_python_function(callable) {
                            let function = callable.cast::<PyFunctionObject>();
                            let code = (*function).func_code.cast::<PyCodeObject>();
                            let namespace = if (*code).co_flags & CO_OPTIMIZED != 0 {
                                ptr::null_mut()
                            } else {
                                Object::new_ref((*function).func_globals).into_ptr()
                            };
                            sp = callable_cell;
                            spill!();
                            let callee = *callable_cell;
                            let new =
                                check!(calls::push_frame(tstate, callee, namespace, first, n, names, frame));
                            drop(kwnames);
                            enter!(new, 4);
                            break $done;
                        }
                        spill!();
                        let mut pointers = calls::Pointers::new(first, total);
                        let result = calls::vectorcall(callable, pointers.as_ptr(), n | 1 << 63, names);
                        called!(result, callable_cell, first, total);
                    }};
                }
                // `CALL_BUILTIN_*` and `CALL_METHOD_DESCRIPTOR_*`: a native function called by its definition.
                macro_rules! call_builtin {
                    ($opcode:expr, $again:lifetime) => {{
                        let args = sp.sub(oparg);
                        let callable_cell = args.sub(2);
                        let has_self = !(*args.sub(1)).is_null();
                        let first = args.sub(has_self as usize);
                        let n = oparg + has_self as usize;
                        let callable = (*callable_cell).as_ptr();
                        guard!(calls::is_builtin($opcode, callable, first, n), op::CALL, $again);
                        ip = ip.add(3);
                        spill!();
                        let result = calls::call_builtin($opcode, callable, first, n);
                        called!(result, callable_cell, first, n);
                    }};
                }

                // The next instruction.
                macro_rules! fetch {
                    () => {{
                        let unit = *ip;
                        (*frame).instr_ptr = ip.cast();
                        ip = ip.add(1);
                        opcode = unit as u8;
                        oparg = (unit >> 8) as usize;
                    }};
                }
                fetch!();
                // One loop: continuing it runs another instruction with the same argument.
                'again: loop {
                    'done: {
                        match opcode {
                            op::NOP | op::NOT_TAKEN | op::CACHE => {}
                            op::EXTENDED_ARG => {
                                (*frame).instr_ptr = ip.cast();
                                let unit = *ip;
                                ip = ip.add(1);
                                opcode = unit as u8;
                                oparg = oparg << 8 | (unit >> 8) as usize;
                                continue 'again;
                            }
                            op::RESUME | op::RESUME_CHECK => {
                                let breaker = ptr::read_volatile(&raw const (*tstate).eval_breaker);
                                let code = (*frame).f_executable.as_ptr().cast::<PyCodeObject>();
                                if breaker != (*code)._co_instrumentation_version {
                                    spill!();
                                    if (*tstate).tracing == 0
                                        && monitoring::refresh(tstate, Borrowed::from_ptr(code))
                                    {
                                        ip = this!();
                                        break 'done;
                                    }
                                    if oparg & 3 < 2 {
                                        periodic!();
                                    }
                                }
                            }

                            // Locals and constants.
                            op::LOAD_FAST => push!(local!(oparg).dup()),
                            op::LOAD_FAST_BORROW => push!(local!(oparg).borrowed()),
                            op::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                                push!(local!(oparg >> 4).borrowed());
                                push!(local!(oparg & 15).borrowed());
                            }
                            op::LOAD_FAST_LOAD_FAST => {
                                push!(local!(oparg >> 4).dup());
                                push!(local!(oparg & 15).dup());
                            }
                            op::LOAD_FAST_CHECK => {
                                let value = local!(oparg);
                                if value.is_null() {
                                    spill!();
                                    check!(Err(names::unbound_local(frame, oparg)));
                                }
                                push!(value.dup());
                            }
                            op::LOAD_FAST_AND_CLEAR => {
                                push!(local!(oparg));
                                local!(oparg) = StackRef::NULL;
                            }
                            op::STORE_FAST => {
                                let value = pop!();
                                set_local!(oparg, value);
                            }
                            op::STORE_FAST_LOAD_FAST => {
                                let value = pop!();
                                set_local!(oparg >> 4, value);
                                push!(local!(oparg & 15).dup());
                            }
                            op::STORE_FAST_STORE_FAST => {
                                let value = pop!();
                                set_local!(oparg >> 4, value);
                                let value = pop!();
                                set_local!(oparg & 15, value);
                            }
                            op::DELETE_FAST => {
                                let value = local!(oparg);
                                spill!();
                                if value.is_null() {
                                    check!(Err(names::unbound_local(frame, oparg)));
                                }
                                local!(oparg) = StackRef::NULL;
                                value.close();
                            }
                            op::LOAD_CONST | op::LOAD_CONST_MORTAL | op::LOAD_CONST_IMMORTAL => {
                                // The code keeps its constants, and the frame its code.
                                push!(StackRef::uncounted(constant!(oparg)));
                            }
                            op::LOAD_SMALL_INT => push!(StackRef::uncounted(int::small_ptr(oparg as isize))),
                            op::LOAD_COMMON_CONSTANT => push_object!(check!(names::common_constant(oparg))),

                            // Cells.
                            op::MAKE_CELL => {
                                let initial = local!(oparg);
                                spill!();
                                let made = check!(cell::new(None));
                                (*made.as_ptr()).ob_ref =
                                    initial.into_option().map_or(ptr::null_mut(), Object::into_ptr);
                                local!(oparg) = StackRef::from_owned(made.into_object());
                            }
                            op::COPY_FREE_VARS => {
                                let code = frame::code_of(frame);
                                let closure = frame::function_of(frame).func_closure;
                                let cells = tuple::items(Borrowed::from_ptr(closure.cast()));
                                let first = code.co_nlocalsplus as usize - oparg;
                                for (index, &cell) in cells.iter().enumerate().take(oparg) {
                                    local!(first + index) = StackRef::from_owned(Owned::new_ref(cell));
                                }
                            }
                            op::LOAD_DEREF => {
                                let cell = local!(oparg).as_ptr().cast::<PyCellObject>();
                                let value = (*cell).ob_ref;
                                if value.is_null() {
                                    spill!();
                                    check!(Err(names::unbound_cell(frame, oparg)));
                                }
                                push_object!(Owned::new_ref(value));
                            }
                            op::STORE_DEREF => {
                                let value = pop!();
                                spill!();
                                let value = value.into_owned();
                                cell::set(Borrowed::from_ptr(local!(oparg).as_ptr().cast()), Some(value));
                            }
                            op::DELETE_DEREF => {
                                let cell: Borrowed<'_, PyCellObject> =
                                    Borrowed::from_ptr(local!(oparg).as_ptr().cast());
                                spill!();
                                if cell.ob_ref.is_null() {
                                    check!(Err(names::unbound_cell(frame, oparg)));
                                }
                                cell::set(cell, None);
                            }
                            op::LOAD_FROM_DICT_OR_DEREF => {
                                let namespace = pop!().into_owned();
                                spill!();
                                push_object!(check!(names::load_from_dict_or_deref(
                                    frame,
                                    namespace.op(),
                                    oparg
                                )));
                            }

                            // Names.
                            op::LOAD_LOCALS => {
                                spill!();
                                match Object::new_ref_nullable((*frame).f_locals) {
                                    Some(namespace) => push_object!(namespace),
                                    None => check!(Err(raise!(SystemError, "no locals"))),
                                }
                            }
                            op::LOAD_NAME => {
                                spill!();
                                push_object!(check!(names::load_name(frame, name!(oparg))));
                            }
                            op::STORE_NAME => {
                                let value = pop!().into_owned();
                                spill!();
                                check!(names::store_name(frame, name!(oparg), value.op()));
                            }
                            op::DELETE_NAME => {
                                spill!();
                                check!(names::delete_name(frame, name!(oparg)));
                            }
                            op::LOAD_GLOBAL => {
                                if adapts!(op::LOAD_GLOBAL) {
                                    spill!();
                                    specialize::load_global(frame, this!(), name!(oparg >> 1));
                                    adapted!(op::LOAD_GLOBAL, 'again);
                                }
                                ip = ip.add(4);
                                spill!();
                                let value = check!(names::load_global(
                                    (*frame).f_globals,
                                    (*frame).f_builtins,
                                    name!(oparg >> 1)
                                ));
                                push_object!(value);
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                            }
                            op::LOAD_GLOBAL_MODULE => {
                                let dict = (*frame).f_globals.cast::<PyDictObject>();
                                let keys = (*dict).ma_keys;
                                let value = specialize::dict_entry(keys, *ip.add(1), *ip.add(3));
                                if value.is_null() {
                                    opcode = specialize::give_up(this!(), op::LOAD_GLOBAL);
                                    continue 'again;
                                }
                                ip = ip.add(4);
                                push_object!(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                            }
                            op::LOAD_GLOBAL_BUILTIN => {
                                let globals = (*frame).f_globals.cast::<PyDictObject>();
                                let builtins = (*frame).f_builtins.cast::<PyDictObject>();
                                let mut value = ptr::null_mut();
                                if (*(*globals).ma_keys).dk_version == *ip.add(1) as u32 {
                                    value =
                                        specialize::dict_entry((*builtins).ma_keys, *ip.add(2), *ip.add(3));
                                }
                                if value.is_null() {
                                    opcode = specialize::give_up(this!(), op::LOAD_GLOBAL);
                                    continue 'again;
                                }
                                ip = ip.add(4);
                                push_object!(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                            }
                            op::LOAD_FROM_DICT_OR_GLOBALS => {
                                let namespace = pop!().into_owned();
                                spill!();
                                push_object!(check!(names::load_from_dict_or_globals(
                                    frame,
                                    namespace.op(),
                                    name!(oparg)
                                )));
                            }
                            op::STORE_GLOBAL => {
                                let value = pop!().into_owned();
                                spill!();
                                check!(names::store_in((*frame).f_globals, name!(oparg), value.op()));
                            }
                            op::DELETE_GLOBAL => {
                                spill!();
                                check!(names::delete_global(frame, name!(oparg)));
                            }
                            op::SETUP_ANNOTATIONS => {
                                spill!();
                                check!(names::setup_annotations(frame));
                            }
                            op::LOAD_BUILD_CLASS => {
                                spill!();
                                push_object!(check!(names::load_build_class(frame)));
                            }

                            // The stack itself.
                            op::POP_TOP | op::POP_ITER | op::END_FOR => {
                                let value = pop!();
                                spill!();
                                value.close();
                            }
                            op::PUSH_NULL => push!(StackRef::NULL),
                            op::COPY => push!(top!(oparg).dup()),
                            op::SWAP => {
                                let other = sp.sub(oparg);
                                let last = sp.sub(1);
                                ptr::swap(other, last);
                            }
                            op::END_SEND => {
                                let value = pop!();
                                let receiver = pop!();
                                push!(value);
                                spill!();
                                receiver.close();
                            }

                            // Operators.
                            op::UNARY_NOT => {
                                let value = pop!();
                                push!(truth_cell(value.as_ptr() == singletons::false_ptr()));
                            }
                            op::UNARY_NEGATIVE => {
                                let value = pop!().into_owned();
                                spill!();
                                push_object!(check!(number::negative(value.op())));
                            }
                            op::UNARY_INVERT => {
                                let value = pop!().into_owned();
                                spill!();
                                push_object!(check!(number::invert(value.op())));
                            }
                            op::TO_BOOL | op::TO_BOOL_BOOL | op::TO_BOOL_INT | op::TO_BOOL_NONE => {
                                ip = ip.add(3);
                                let value = top!(1);
                                let object = value.as_ptr();
                                let tp = (*object).ob_type;
                                if tp == &raw mut py_bool::PyBool_Type {
                                    break 'done;
                                }
                                sp = sp.sub(1);
                                spill!();
                                let truth = if object == singletons::none_ptr() {
                                    false
                                } else if tp == &raw mut int::PyLong_Type {
                                    (*object.cast::<PyLongObject>()).long_value.lv_tag & 3 != 1
                                } else {
                                    match object::is_true(value.op()) {
                                        Ok(truth) => truth,
                                        Err(_) => {
                                            value.close();
                                            break 'error;
                                        }
                                    }
                                };
                                value.close();
                                push!(truth_cell(truth));
                            }
                            op::BINARY_OP_ADD_FLOAT => float_operator!(+, 'again),
                            op::BINARY_OP_SUBTRACT_FLOAT => float_operator!(-, 'again),
                            op::BINARY_OP_MULTIPLY_FLOAT => float_operator!(*, 'again),
                            op::BINARY_OP_ADD_INT => int_operator!(+, 'again),
                            op::BINARY_OP_SUBTRACT_INT => int_operator!(-, 'again),
                            op::BINARY_OP_MULTIPLY_INT => int_operator!(*, 'again),
                            op::BINARY_OP_EXTEND => {
                                // A float and a small int, in either order.
                                let (left, right) = (top!(2), top!(1));
                                let value = operators::mixed(oparg, left.as_ptr(), right.as_ptr());
                                guard!(value.is_some(), op::BINARY_OP, 'again);
                                ip = ip.add(5);
                                let value = value.unwrap_or_default();
                                sp = sp.sub(1);
                                if operators::is_only_float(left) {
                                    (*left.as_ptr().cast::<PyFloatObject>()).ob_fval = value;
                                    right.close();
                                } else {
                                    let made = float::new(value);
                                    sp = sp.sub(1);
                                    left.close();
                                    right.close();
                                    push_object!(check!(made));
                                }
                            }
                            op::BINARY_OP_SUBSCR_LIST_INT => item!(operators::list_item, 'again),
                            op::BINARY_OP_SUBSCR_TUPLE_INT => item!(operators::tuple_item, 'again),
                            op::BINARY_OP_SUBSCR_DICT => {
                                let (left, right) = (top!(2), top!(1));
                                guard!(
                                    (*left.as_ptr()).ob_type == &raw mut dict::PyDict_Type,
                                    op::BINARY_OP,
                                    'again
                                );
                                ip = ip.add(5);
                                spill!();
                                let found =
                                    dict::get_item(Borrowed::from_ptr(left.as_ptr().cast()), right.op());
                                let found = match found {
                                    Ok(Some(found)) => Ok(found),
                                    Ok(None) => object::get_item(left.op(), right.op()),
                                    Err(raised) => Err(raised),
                                };
                                sp = sp.sub(2);
                                spill!();
                                left.close();
                                right.close();
                                push_object!(check!(found));
                            }
                            op::BINARY_OP => {
                                if adapts!(op::BINARY_OP) {
                                    specialize::binary(this!(), oparg, top!(2).op(), top!(1).op());
                                    adapted!(op::BINARY_OP, 'again);
                                }
                                ip = ip.add(5);
                                let right = pop!();
                                let left = pop!();
                                spill!();
                                if let Some(result) =
                                    operators::quick_binary(oparg, left.as_ptr(), right.as_ptr())
                                {
                                    left.close();
                                    right.close();
                                    push_object!(result);
                                    break 'done;
                                }
                                let result = operators::binary(oparg, left.op(), right.op());
                                left.close();
                                right.close();
                                push_object!(check!(result));
                            }
                            op::COMPARE_OP_INT => {
                                let (left, right) = (top!(2), top!(1));
                                let (a, b) = (left.as_ptr(), right.as_ptr());
                                guard!(operators::are_short(a, b), op::COMPARE_OP, 'again);
                                ip = ip.add(1);
                                let (a, b) = (operators::short_value(a), operators::short_value(b));
                                sp = sp.sub(2);
                                left.close();
                                right.close();
                                push_truth!(operators::holds(oparg, a, b));
                            }
                            op::COMPARE_OP_FLOAT => {
                                let (left, right) = (top!(2), top!(1));
                                let (a, b) = (left.as_ptr(), right.as_ptr());
                                guard!(operators::are_floats(a, b), op::COMPARE_OP, 'again);
                                ip = ip.add(1);
                                let (a, b) = (operators::float_value(a), operators::float_value(b));
                                sp = sp.sub(2);
                                left.close();
                                right.close();
                                push_truth!(operators::ordered(oparg >> 5, &a, &b));
                            }
                            op::COMPARE_OP_STR => {
                                let (left, right) = (top!(2), top!(1));
                                let (a, b) = (left.as_ptr(), right.as_ptr());
                                guard!(
                                    (*a).ob_type == &raw mut str::PyUnicode_Type
                                        && (*b).ob_type == &raw mut str::PyUnicode_Type,
                                    op::COMPARE_OP,
                                    'again
                                );
                                ip = ip.add(1);
                                let same = a == b
                                    || str::eq(Borrowed::from_ptr(a.cast()), Borrowed::from_ptr(b.cast()));
                                sp = sp.sub(2);
                                left.close();
                                right.close();
                                push_truth!(same == (oparg >> 5 == Py_EQ as usize));
                            }
                            op::COMPARE_OP => {
                                if adapts!(op::COMPARE_OP) {
                                    specialize::compare(this!(), oparg, top!(2).op(), top!(1).op());
                                    adapted!(op::COMPARE_OP, 'again);
                                }
                                ip = ip.add(1);
                                let right = pop!();
                                let left = pop!();
                                spill!();
                                if let Some(truth) =
                                    operators::quick_compare(oparg, left.as_ptr(), right.as_ptr())
                                {
                                    left.close();
                                    right.close();
                                    push!(truth_cell(truth));
                                    break 'done;
                                }
                                let result = operators::compare(oparg, left.op(), right.op());
                                left.close();
                                right.close();
                                push_object!(check!(result));
                            }
                            op::IS_OP => {
                                let right = pop!();
                                let left = pop!();
                                let same = left.as_ptr() == right.as_ptr();
                                spill!();
                                left.close();
                                right.close();
                                push!(truth_cell(same != (oparg != 0)));
                            }
                            op::CONTAINS_OP_DICT => {
                                let is_dict = |tp| tp == &raw mut dict::PyDict_Type;
                                contains!(is_dict, dict::contains, 'again);
                            }
                            op::CONTAINS_OP_SET => {
                                let is_set = |tp| {
                                    tp == &raw mut set::PySet_Type || tp == &raw mut set::PyFrozenSet_Type
                                };
                                contains!(is_set, set::holds, 'again);
                            }
                            op::CONTAINS_OP => {
                                if adapts!(op::CONTAINS_OP) {
                                    specialize::contains(this!(), top!(1).op());
                                    adapted!(op::CONTAINS_OP, 'again);
                                }
                                ip = ip.add(1);
                                let container = pop!();
                                let value = pop!();
                                spill!();
                                let found = sequence::contains(container.op(), value.op());
                                value.close();
                                container.close();
                                push!(truth_cell(check!(found) != (oparg != 0)));
                            }

                            // Subscripts.
                            op::BINARY_SLICE => {
                                let stop = pop!().into_owned();
                                let start = pop!().into_owned();
                                let container = pop!().into_owned();
                                spill!();
                                let slice = check!(slice::new(Some(start.op()), Some(stop.op()), None));
                                push_object!(check!(object::get_item(container.op(), slice.op())));
                            }
                            op::STORE_SLICE => {
                                let stop = pop!().into_owned();
                                let start = pop!().into_owned();
                                let container = pop!().into_owned();
                                let value = pop!().into_owned();
                                spill!();
                                let slice = check!(slice::new(Some(start.op()), Some(stop.op()), None));
                                check!(object::set_item(container.op(), slice.op(), value.op()));
                            }
                            op::STORE_SUBSCR_LIST_INT => {
                                let (value, container, key) = (top!(3), top!(2), top!(1));
                                let place = operators::list_place(container.as_ptr(), key.as_ptr());
                                guard!(!place.is_null(), op::STORE_SUBSCR, 'again);
                                ip = ip.add(1);
                                sp = sp.sub(3);
                                let old = ptr::replace(place, value.into_owned().into_ptr());
                                key.close();
                                spill!();
                                drop(Object::steal(old));
                                container.close();
                            }
                            op::STORE_SUBSCR_DICT => {
                                let (value, container, key) = (top!(3), top!(2), top!(1));
                                guard!(
                                    (*container.as_ptr()).ob_type == &raw mut dict::PyDict_Type,
                                    op::STORE_SUBSCR,
                                    'again
                                );
                                ip = ip.add(1);
                                spill!();
                                let result = dict::set_item(
                                    Borrowed::from_ptr(container.as_ptr().cast()),
                                    key.op(),
                                    value.op(),
                                );
                                sp = sp.sub(3);
                                spill!();
                                key.close();
                                container.close();
                                value.close();
                                check!(result);
                            }
                            op::STORE_SUBSCR => {
                                if adapts!(op::STORE_SUBSCR) {
                                    specialize::store_subscript(this!(), top!(2).op(), top!(1).op());
                                    adapted!(op::STORE_SUBSCR, 'again);
                                }
                                ip = ip.add(1);
                                let key = pop!();
                                let container = pop!();
                                let value = pop!();
                                spill!();
                                let result = object::set_item(container.op(), key.op(), value.op());
                                key.close();
                                container.close();
                                value.close();
                                check!(result);
                            }
                            op::DELETE_SUBSCR => {
                                let key = pop!().into_owned();
                                let container = pop!().into_owned();
                                spill!();
                                check!(object::del_item(container.op(), key.op()));
                            }

                            // Building.
                            op::BUILD_TUPLE => {
                                let first = sp.sub(oparg);
                                let made = operators::tuple_of(first, oparg);
                                sp = first;
                                spill!();
                                push_object!(check!(made));
                            }
                            op::BUILD_LIST => {
                                let first = sp.sub(oparg);
                                let made = operators::list_of(first, oparg);
                                sp = first;
                                spill!();
                                push_object!(check!(made));
                            }
                            op::BUILD_SET => {
                                let first = sp.sub(oparg);
                                sp = first;
                                spill!();
                                push_object!(check!(operators::set_of(first, oparg)));
                            }
                            op::BUILD_MAP => {
                                let first = sp.sub(oparg * 2);
                                sp = first;
                                spill!();
                                push_object!(check!(operators::dict_of(first, oparg)));
                            }
                            op::BUILD_SLICE => {
                                let step = if oparg == 3 { Some(pop!().into_owned()) } else { None };
                                let stop = pop!().into_owned();
                                let start = pop!().into_owned();
                                spill!();
                                push_object!(check!(slice::new(
                                    Some(start.op()),
                                    Some(stop.op()),
                                    step.as_ref().map(Object::op)
                                )));
                            }
                            op::BUILD_STRING => {
                                let first = sp.sub(oparg);
                                let made = operators::tuple_of(first, oparg);
                                sp = first;
                                spill!();
                                let pieces = check!(made);
                                let empty = str::empty();
                                push_object!(check!(str::join(empty.borrow(), pieces.op())));
                            }
                            op::LIST_APPEND => {
                                let value = pop!();
                                let target: Borrowed<'_, PyListObject> =
                                    Borrowed::from_ptr(top!(oparg).as_ptr().cast());
                                check!(list::append(target, value.into_owned()));
                            }
                            op::LIST_EXTEND => {
                                let iterable = pop!().into_owned();
                                spill!();
                                let target = top!(oparg);
                                check!(unpack::list_extend(target.op(), iterable.op()));
                            }
                            op::SET_ADD => {
                                let value = pop!().into_owned();
                                spill!();
                                // Usually a new set; `__conditional_annotations__` can be rebound.
                                let target = Op::from_ptr(top!(oparg).as_ptr());
                                check!(set::add_to(target, value.op()));
                            }
                            op::SET_UPDATE => {
                                let iterable = pop!().into_owned();
                                spill!();
                                let target: Borrowed<'_, PySetObject> =
                                    Borrowed::from_ptr(top!(oparg).as_ptr().cast());
                                check!(set::update(target, iterable.op()));
                            }
                            op::MAP_ADD => {
                                let value = pop!().into_owned();
                                let key = pop!().into_owned();
                                spill!();
                                let target: Borrowed<'_, PyDictObject> =
                                    Borrowed::from_ptr(top!(oparg).as_ptr().cast());
                                check!(dict::set_item(target, key.op(), value.op()));
                            }
                            op::DICT_UPDATE => {
                                let update = pop!().into_owned();
                                spill!();
                                check!(unpack::dict_update(top!(oparg).op(), update.op()));
                            }
                            op::DICT_MERGE => {
                                let update = pop!().into_owned();
                                spill!();
                                let target = top!(oparg);
                                let callable = top!(oparg + 3);
                                check!(unpack::dict_merge(callable.op(), target.op(), update.op()));
                            }
                            op::UNPACK_SEQUENCE_TWO_TUPLE => {
                                let value = top!(1);
                                let pair = value.as_ptr().cast::<PyTupleObject>();
                                guard!(
                                    oparg == 2
                                        && (*value.as_ptr()).ob_type == &raw mut tuple::PyTuple_Type
                                        && (*pair).ob_base.ob_size == 2,
                                    op::UNPACK_SEQUENCE,
                                    'again
                                );
                                ip = ip.add(1);
                                let items = (&raw const (*pair).ob_item).cast::<*mut PyObject>();
                                top!(1) = StackRef::from_owned(Owned::new_ref(*items.add(1)));
                                push_object!(Owned::new_ref(*items));
                                if value.is_counted() {
                                    spill!();
                                    value.close();
                                }
                            }
                            op::UNPACK_SEQUENCE_TUPLE | op::UNPACK_SEQUENCE_LIST => {
                                let value = top!(1);
                                let items = operators::fast_items(value.op());
                                guard!(
                                    items.is_some_and(|items| items.len() == oparg),
                                    op::UNPACK_SEQUENCE,
                                    'again
                                );
                                ip = ip.add(1);
                                sp = sp.sub(1);
                                for &item in items.unwrap_or_default().iter().rev() {
                                    push_object!(Owned::new_ref(item));
                                }
                                spill!();
                                value.close();
                            }
                            op::UNPACK_SEQUENCE => {
                                if adapts!(op::UNPACK_SEQUENCE) {
                                    specialize::unpack(this!(), oparg, top!(1).op());
                                    adapted!(op::UNPACK_SEQUENCE, 'again);
                                }
                                ip = ip.add(1);
                                let value = pop!();
                                spill!();
                                let result = unpack::sequence(value.op(), oparg, sp);
                                value.close();
                                check!(result);
                                sp = sp.add(oparg);
                            }
                            op::UNPACK_EX => {
                                let value = pop!();
                                spill!();
                                let result = unpack::with_star(value.op(), oparg & 0xff, oparg >> 8, sp);
                                value.close();
                                check!(result);
                                sp = sp.add((oparg & 0xff) + 1 + (oparg >> 8));
                            }

                            // Attributes.
                            op::LOAD_ATTR => {
                                if adapts!(op::LOAD_ATTR) {
                                    spill!();
                                    specialize::load_attr(this!(), top!(1).op(), name!(oparg >> 1), oparg);
                                    adapted!(op::LOAD_ATTR, 'again);
                                }
                                ip = ip.add(9);
                                let owner = pop!();
                                spill!();
                                let name = name!(oparg >> 1);
                                if oparg & 1 != 0 {
                                    let found = attributes::load_method(owner.op(), name);
                                    match found {
                                        Ok((method, true)) => {
                                            push_object!(method);
                                            push!(owner);
                                        }
                                        Ok((attribute, false)) => {
                                            owner.close();
                                            push_object!(attribute);
                                            push!(StackRef::NULL);
                                        }
                                        Err(_) => {
                                            owner.close();
                                            break 'error;
                                        }
                                    }
                                } else {
                                    let result = object::get_attr(owner.op(), name);
                                    owner.close();
                                    push_object!(check!(result));
                                }
                            }
                            op::LOAD_ATTR_INSTANCE_VALUE => {
                                let owner = top!(1);
                                let tp = (*owner.as_ptr()).ob_type;
                                let values = specialize::values_of(owner.as_ptr(), tp);
                                guard!(
                                    (*tp).tp_version_tag == specialize::read_u32(ip.add(1))
                                        && (*values).valid != 0,
                                    op::LOAD_ATTR,
                                    'again
                                );
                                let value = *specialize::value_place(values, *ip.add(3));
                                guard!(!value.is_null(), op::LOAD_ATTR, 'again);
                                ip = ip.add(9);
                                top!(1) = StackRef::from_owned(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                                if owner.is_counted() {
                                    spill!();
                                    owner.close();
                                }
                            }
                            op::LOAD_ATTR_SLOT => {
                                let owner = top!(1);
                                let tp = (*owner.as_ptr()).ob_type;
                                guard!(
                                    (*tp).tp_version_tag == specialize::read_u32(ip.add(1)),
                                    op::LOAD_ATTR,
                                    'again
                                );
                                let value = *owner
                                    .as_ptr()
                                    .cast::<u8>()
                                    .add(*ip.add(3) as usize)
                                    .cast::<*mut PyObject>();
                                guard!(!value.is_null(), op::LOAD_ATTR, 'again);
                                ip = ip.add(9);
                                top!(1) = StackRef::from_owned(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                                if owner.is_counted() {
                                    spill!();
                                    owner.close();
                                }
                            }
                            op::LOAD_ATTR_MODULE => {
                                let owner = top!(1);
                                guard!(
                                    (*owner.as_ptr()).ob_type
                                        == &raw mut adder_object_model::module::PyModule_Type,
                                    op::LOAD_ATTR,
                                    'again
                                );
                                let dict =
                                    (*owner.as_ptr().cast::<PyModuleObject>()).md_dict.cast::<PyDictObject>();
                                let version = specialize::read_u32(ip.add(1)) as u16;
                                let value = specialize::dict_entry((*dict).ma_keys, version, *ip.add(3));
                                guard!(!value.is_null(), op::LOAD_ATTR, 'again);
                                ip = ip.add(9);
                                top!(1) = StackRef::from_owned(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                                spill!();
                                owner.close();
                            }
                            op::LOAD_ATTR_CLASS => {
                                let owner = top!(1);
                                let class = owner.as_ptr().cast::<PyTypeObject>();
                                guard!(
                                    (*owner.as_ptr()).ob_type == &raw mut type_object::PyType_Type
                                        && (*class).tp_version_tag == specialize::read_u32(ip.add(1)),
                                    op::LOAD_ATTR,
                                    'again
                                );
                                let value = specialize::read_pointer(ip.add(5));
                                ip = ip.add(9);
                                top!(1) = StackRef::from_owned(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                                spill!();
                                owner.close();
                            }
                            op::LOAD_ATTR_METHOD_WITH_VALUES | op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES => {
                                let owner = top!(1);
                                let tp = (*owner.as_ptr()).ob_type;
                                guard!(
                                    (*tp).tp_version_tag == specialize::read_u32(ip.add(1))
                                        && (*specialize::values_of(owner.as_ptr(), tp)).valid != 0
                                        && (*(*tp.cast::<PyHeapTypeObject>()).ht_cached_keys).dk_version
                                            == specialize::read_u32(ip.add(3)),
                                    op::LOAD_ATTR,
                                    'again
                                );
                                let value = specialize::read_pointer(ip.add(5));
                                ip = ip.add(9);
                                top!(1) = StackRef::from_owned(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(owner);
                                } else {
                                    spill!();
                                    owner.close();
                                }
                            }
                            op::LOAD_ATTR_METHOD_NO_DICT | op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT => {
                                let owner = top!(1);
                                guard!(
                                    (*(*owner.as_ptr()).ob_type).tp_version_tag
                                        == specialize::read_u32(ip.add(1)),
                                    op::LOAD_ATTR,
                                    'again
                                );
                                let value = specialize::read_pointer(ip.add(5));
                                ip = ip.add(9);
                                top!(1) = StackRef::from_owned(Owned::new_ref(value));
                                if oparg & 1 != 0 {
                                    push!(owner);
                                } else {
                                    spill!();
                                    owner.close();
                                }
                            }
                            op::LOAD_ATTR_PROPERTY => {
                                let owner = top!(1);
                                guard!(
                                    (*(*owner.as_ptr()).ob_type).tp_version_tag
                                        == specialize::read_u32(ip.add(1)),
                                    op::LOAD_ATTR,
                                    'again
                                );
                                let getter =
                                    (*specialize::read_pointer(ip.add(5)).cast::<PyProperty>()).prop_get;
                                guard!(
                                    !getter.is_null()
                                        && (*getter).ob_type == &raw mut function::PyFunction_Type
                                        && (*getter.cast::<PyFunctionObject>()).func_version
                                            == specialize::read_u32(ip.add(3)),
                                    op::LOAD_ATTR,
                                    'again
                                );
                                sp = sp.sub(1);
                                spill!();
                                let callee = StackRef::from_owned(Owned::new_ref(getter));
                                let new = check!(calls::push_frame(
                                    tstate,
                                    callee,
                                    ptr::null_mut(),
                                    &raw const owner,
                                    1,
                                    ptr::null_mut(),
                                    frame
                                ));
                                enter!(new, 10);
                            }
                            op::STORE_ATTR_INSTANCE_VALUE => {
                                let owner = top!(1);
                                let tp = (*owner.as_ptr()).ob_type;
                                let values = specialize::values_of(owner.as_ptr(), tp);
                                guard!(
                                    (*tp).tp_version_tag == specialize::read_u32(ip.add(1))
                                        && (*values).valid != 0,
                                    op::STORE_ATTR,
                                    'again
                                );
                                let index = *ip.add(3);
                                ip = ip.add(4);
                                let value = top!(2).into_owned().into_ptr();
                                sp = sp.sub(2);
                                let place = specialize::value_place(values, index);
                                let old = *place;
                                *place = value;
                                if old.is_null() {
                                    let order = specialize::value_place(values, (*values).capacity as u16);
                                    *order.cast::<u8>().add((*values).size as usize) = index as u8;
                                    (*values).size += 1;
                                } else {
                                    spill!();
                                    drop(Object::steal(old));
                                }
                                if owner.is_counted() {
                                    spill!();
                                    owner.close();
                                }
                            }
                            op::STORE_ATTR_SLOT => {
                                let owner = top!(1);
                                guard!(
                                    (*(*owner.as_ptr()).ob_type).tp_version_tag
                                        == specialize::read_u32(ip.add(1)),
                                    op::STORE_ATTR,
                                    'again
                                );
                                let place = owner
                                    .as_ptr()
                                    .cast::<u8>()
                                    .add(*ip.add(3) as usize)
                                    .cast::<*mut PyObject>();
                                ip = ip.add(4);
                                let value = top!(2).into_owned().into_ptr();
                                sp = sp.sub(2);
                                spill!();
                                drop(Object::steal_nullable(ptr::replace(place, value)));
                                owner.close();
                            }
                            op::STORE_ATTR => {
                                if adapts!(op::STORE_ATTR) {
                                    spill!();
                                    specialize::store_attr(this!(), top!(1).op(), name!(oparg));
                                    adapted!(op::STORE_ATTR, 'again);
                                }
                                ip = ip.add(4);
                                let owner = pop!();
                                let value = pop!();
                                spill!();
                                let result = object::set_attr(owner.op(), name!(oparg), Some(value.op()));
                                value.close();
                                owner.close();
                                check!(result);
                            }
                            op::DELETE_ATTR => {
                                let owner = pop!().into_owned();
                                spill!();
                                check!(object::set_attr(owner.op(), name!(oparg), None));
                            }
                            op::LOAD_SUPER_ATTR => {
                                ip = ip.add(1);
                                let receiver = pop!().into_owned();
                                let class = pop!().into_owned();
                                let super_type = pop!().into_owned();
                                spill!();
                                let (value, own) = check!(attributes::load_super(
                                    super_type.op(),
                                    class.op(),
                                    receiver.op(),
                                    name!(oparg >> 2),
                                    oparg
                                ));
                                push_object!(value);
                                if oparg & 1 != 0 {
                                    push!(if own { StackRef::from_owned(receiver) } else { StackRef::NULL });
                                }
                            }

                            // Control flow.
                            op::JUMP_FORWARD => ip = ip.add(oparg),
                            op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_JIT | op::JUMP_BACKWARD_JIT => {
                                ip = ip.add(1).sub(oparg);
                                periodic!();
                            }
                            op::JUMP_BACKWARD_NO_INTERRUPT => ip = ip.sub(oparg),
                            op::POP_JUMP_IF_FALSE => {
                                ip = ip.add(1);
                                let condition = pop!();
                                if condition.as_ptr() == singletons::false_ptr() {
                                    ip = ip.add(oparg);
                                }
                            }
                            op::POP_JUMP_IF_TRUE => {
                                ip = ip.add(1);
                                let condition = pop!();
                                if condition.as_ptr() == singletons::true_ptr() {
                                    ip = ip.add(oparg);
                                }
                            }
                            op::POP_JUMP_IF_NONE => {
                                ip = ip.add(1);
                                let value = pop!();
                                if value.as_ptr() == singletons::none_ptr() {
                                    ip = ip.add(oparg);
                                } else {
                                    spill!();
                                    value.close();
                                }
                            }
                            op::POP_JUMP_IF_NOT_NONE => {
                                ip = ip.add(1);
                                let value = pop!();
                                if value.as_ptr() != singletons::none_ptr() {
                                    ip = ip.add(oparg);
                                    spill!();
                                    value.close();
                                }
                            }
                            op::GET_ITER => {
                                let iterable = pop!();
                                spill!();
                                let result = object::get_iter(iterable.op());
                                iterable.close();
                                push_object!(check!(result));
                            }
                            op::FOR_ITER_RANGE => {
                                let iterator = top!(1).as_ptr();
                                guard!(
                                    (*iterator).ob_type == &raw mut range::PyRangeIter_Type,
                                    op::FOR_ITER,
                                    'again
                                );
                                ip = ip.add(1);
                                // Start, step and length.
                                let fields = iterator.cast::<isize>().add(2);
                                let left = *fields.add(2);
                                if left <= 0 {
                                    ip = ip.add(oparg + 1);
                                    break 'done;
                                }
                                let value = *fields;
                                *fields = value.wrapping_add(*fields.add(1));
                                *fields.add(2) = left - 1;
                                let made = check!(int::from_i64(value as i64));
                                if *ip as u8 == op::STORE_FAST {
                                    let index = (*ip >> 8) as usize;
                                    ip = ip.add(1);
                                    set_local!(index, StackRef::from_owned(made));
                                } else {
                                    push_object!(made);
                                }
                            }
                            op::FOR_ITER_LIST => next_item!(list::PyListIter_Type, 'again),
                            op::FOR_ITER_TUPLE => next_item!(tuple::PyTupleIter_Type, 'again),
                            op::FOR_ITER_GEN => {
                                let iterator = top!(1).as_ptr();
                                guard!(
                                    (*iterator).ob_type == generators::generator_type()
                                        && (*iterator.cast::<PyGenObject>()).gi_frame_state < FRAME_EXECUTING
                                        && oparg < FARTHEST,
                                    op::FOR_ITER,
                                    'again
                                );
                                let new = generators::start(
                                    tstate,
                                    iterator.cast(),
                                    StackRef::uncounted(singletons::none_ptr()),
                                );
                                enter!(new, 2 + oparg);
                            }
                            op::FOR_ITER => {
                                if adapts!(op::FOR_ITER) {
                                    specialize::for_iter(this!(), top!(1).op());
                                    adapted!(op::FOR_ITER, 'again);
                                }
                                ip = ip.add(1);
                                let iterator = top!(1).as_ptr();
                                if let Some(value) = operators::quick_next(iterator) {
                                    push_object!(value);
                                    break 'done;
                                }
                                spill!();
                                if (*iterator).ob_type == generators::generator_type()
                                    && (*iterator.cast::<PyGenObject>()).gi_frame_state < FRAME_EXECUTING
                                    && oparg < FARTHEST
                                {
                                    let new = generators::start(
                                        tstate,
                                        iterator.cast(),
                                        StackRef::uncounted(singletons::none_ptr()),
                                    );
                                    enter!(new, 2 + oparg);
                                    break 'done;
                                }
                                match check!(iter::next(Op::from_ptr(iterator))) {
                                    Some(value) => push_object!(value),
                                    // Past the END_FOR.
                                    None => ip = ip.add(oparg + 1),
                                }
                            }
                            op::GET_LEN => {
                                spill!();
                                let n = check!(object::len(top!(1).op()));
                                push_object!(check!(int::from_usize(n)));
                            }

                            // Calls.
                            op::CALL_PY_EXACT_ARGS => {
                                let args = sp.sub(oparg);
                                let callable_cell = args.sub(2);
                                let callable = (*callable_cell).as_ptr();
                                guard!(
                                    (*callable).ob_type == &raw mut function::PyFunction_Type
                                        && (*callable.cast::<PyFunctionObject>()).func_version
                                            == specialize::read_u32(ip.add(1)),
                                    op::CALL,
                                    'again
                                );
                                let has_self = !(*args.sub(1)).is_null();
                                let n = oparg + has_self as usize;
                                let code =
                                    (*callable.cast::<PyFunctionObject>()).func_code.cast::<PyCodeObject>();
                                guard!(
                                    (*code).co_argcount as usize == n
                                        && frame::has_room(tstate, (*code).co_framesize as usize),
                                    op::CALL,
                                    'again
                                );
                                let first = args.sub(has_self as usize);
                                sp = callable_cell;
                                let new = calls::push_exact(tstate, *callable_cell, code, first, n, frame);
                                enter!(new, 4);
                            }
                            op::CALL_BOUND_METHOD_EXACT_ARGS => {
                                let callable_cell = sp.sub(oparg + 2);
                                guard!(
                                    (*callable_cell.add(1)).is_null()
                                        && (*(*callable_cell).as_ptr()).ob_type
                                            == &raw mut method::PyMethod_Type,
                                    op::CALL,
                                    'again
                                );
                                unbind!(callable_cell);
                                opcode = op::CALL_PY_EXACT_ARGS;
                                continue 'again;
                            }
                            op::CALL_ALLOC_AND_ENTER_INIT => {
                                let args = sp.sub(oparg);
                                let callable_cell = args.sub(2);
                                let class = (*callable_cell).as_ptr().cast::<PyTypeObject>();
                                guard!(
                                    (*args.sub(1)).is_null()
                                        && (*class).ob_base.ob_base.ob_type == &raw mut type_object::PyType_Type
                                        && (*class).tp_version_tag == specialize::read_u32(ip.add(1)),
                                    op::CALL,
                                    'again
                                );
                                let init = (*class.cast::<PyHeapTypeObject>())._spec_cache.init;
                                let code =
                                    (*init.cast::<PyFunctionObject>()).func_code.cast::<PyCodeObject>();
                                guard!(
                                    (*code).co_argcount as usize == oparg + 1
                                        && calls::is_simple(code)
                                        && frame::has_room(tstate, (*code).co_framesize as usize),
                                    op::CALL,
                                    'again
                                );
                                spill!();
                                let instance =
                                    check!(type_object::generic_alloc(Borrowed::from_ptr(class), 0));
                                // The instance waits below the arguments; `__init__` gets another reference.
                                let callee = StackRef::from_owned(Owned::new_ref(init));
                                *args.sub(1) = StackRef::from_owned(instance.clone());
                                let class_cell =
                                    core::mem::replace(&mut *callable_cell, StackRef::from_owned(instance));
                                sp = args.sub(1);
                                let new =
                                    calls::push_exact(tstate, callee, code, args.sub(1), oparg + 1, frame);
                                spill!();
                                class_cell.close();
                                enter!(new, INIT_RETURNS | 4);
                            }
                            op::CALL_TYPE_1 => {
                                let value = top!(1);
                                guard!(
                                    top!(2).is_null()
                                        && top!(3).as_ptr() == (&raw mut type_object::PyType_Type).cast(),
                                    op::CALL,
                                    'again
                                );
                                ip = ip.add(3);
                                let tp = Owned::new_ref((*value.as_ptr()).ob_type.cast::<PyObject>());
                                sp = sp.sub(3);
                                push_object!(tp);
                                spill!();
                                value.close();
                            }
                            op::CALL_STR_1 => {
                                let value = top!(1);
                                guard!(
                                    top!(2).is_null()
                                        && top!(3).as_ptr() == (&raw mut str::PyUnicode_Type).cast(),
                                    op::CALL,
                                    'again
                                );
                                ip = ip.add(3);
                                spill!();
                                let made = object::str(value.op()).map(Owned::into_object);
                                sp = sp.sub(3);
                                spill!();
                                value.close();
                                push_object!(check!(made));
                                periodic!();
                            }
                            op::CALL_BUILTIN_O => call_builtin!(op::CALL_BUILTIN_O, 'again),
                            op::CALL_BUILTIN_FAST => call_builtin!(op::CALL_BUILTIN_FAST, 'again),
                            op::CALL_METHOD_DESCRIPTOR_NOARGS => {
                                call_builtin!(op::CALL_METHOD_DESCRIPTOR_NOARGS, 'again)
                            }
                            op::CALL_METHOD_DESCRIPTOR_O => {
                                call_builtin!(op::CALL_METHOD_DESCRIPTOR_O, 'again)
                            }
                            op::CALL_METHOD_DESCRIPTOR_FAST => {
                                call_builtin!(op::CALL_METHOD_DESCRIPTOR_FAST, 'again)
                            }
                            op::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS => {
                                call_builtin!(op::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS, 'again)
                            }
                            op::CALL => {
                                if adapts!(op::CALL) {
                                    let has_self = !top!(oparg + 1).is_null();
                                    spill!();
                                    specialize::call(
                                        this!(),
                                        top!(oparg + 2).op(),
                                        oparg + has_self as usize,
                                        has_self,
                                    );
                                    adapted!(op::CALL, 'again);
                                }
                                call!(None::<Object>, 'done);
                            }
                            op::CALL_KW => {
                                let kwnames = pop!().into_owned();
                                call!(Some(kwnames), 'done);
                            }
                            op::CALL_FUNCTION_EX => {
                                let kwargs = pop!().into_option();
                                let args = pop!().into_owned();
                                let _null = pop!();
                                let callable = pop!();
                                spill!();
                                let args = match calls::star_arguments(callable.op(), args.op()) {
                                    Ok(args) => args,
                                    Err(_) => {
                                        callable.close();
                                        break 'error;
                                    }
                                };
                                if calls::is_python_function(callable.as_ptr()) {
                                    let function = callable.as_ptr().cast::<PyFunctionObject>();
                                    let code = (*function).func_code.cast::<PyCodeObject>();
                                    let spread = calls::spread(
                                        Borrowed::from_ptr(args.as_ptr().cast()),
                                        kwargs
                                            .as_ref()
                                            .map(|kwargs| Borrowed::from_ptr(kwargs.as_ptr().cast())),
                                    );
                                    let (cells, n, kwnames) = match spread {
                                        Ok(spread) => spread,
                                        Err(_) => {
                                            callable.close();
                                            break 'error;
                                        }
                                    };
                                    let namespace = if (*code).co_flags & CO_OPTIMIZED != 0 {
                                        ptr::null_mut()
                                    } else {
                                        Object::new_ref((*function).func_globals).into_ptr()
                                    };
                                    let new = check!(calls::push_frame(
                                        tstate,
                                        callable,
                                        namespace,
                                        cells.as_ptr(),
                                        n,
                                        kwnames.as_ref().map_or(ptr::null_mut(), Object::as_ptr),
                                        frame
                                    ));
                                    drop((cells, kwnames, args, kwargs));
                                    enter!(new, 1);
                                    break 'done;
                                }
                                let result = adder_object_model::call::call_tuple_dict(
                                    callable.op(),
                                    args.op(),
                                    kwargs.as_ref().map(Object::op),
                                );
                                callable.close();
                                drop(args);
                                drop(kwargs);
                                push_object!(check!(result));
                                periodic!();
                            }
                            op::MAKE_FUNCTION => {
                                let code = pop!().into_owned();
                                spill!();
                                let code: Owned<PyCodeObject> = code.cast_unchecked();
                                let made =
                                    check!(function::new(code.borrow(), Op::from_ptr((*frame).f_globals)));
                                (*made.as_ptr()).func_version = code.co_version;
                                push_object!(made.into_object());
                            }
                            op::SET_FUNCTION_ATTRIBUTE => {
                                let function = pop!();
                                let value = pop!().into_owned().into_ptr();
                                let target = function.as_ptr().cast::<PyFunctionObject>();
                                let place = match oparg {
                                    1 => &raw mut (*target).func_defaults,
                                    2 => &raw mut (*target).func_kwdefaults,
                                    4 => &raw mut (*target).func_annotations,
                                    8 => &raw mut (*target).func_closure,
                                    _ => &raw mut (*target).func_annotate,
                                };
                                *place = value;
                                push!(function);
                            }
                            op::RETURN_VALUE => {
                                let value = pop!().heap_safe();
                                leave!(value);
                            }
                            op::INTERPRETER_EXIT => {
                                let value = pop!();
                                (*tstate).current_frame = (*frame).previous;
                                return value.into_owned().into_ptr();
                            }

                            // Generators.
                            op::RETURN_GENERATOR => {
                                spill!();
                                let made = check!(generators::make(frame));
                                (*tstate).py_recursion_remaining += 1;
                                let dying = frame;
                                frame = (*dying).previous;
                                (*tstate).current_frame = frame;
                                generators::release_copied(tstate, dying);
                                if (*frame).owner == FRAME_OWNED_BY_INTERPRETER {
                                    (*tstate).current_frame = (*frame).previous;
                                    return made.into_ptr();
                                }
                                debug_assert!((*frame).return_offset & INIT_RETURNS == 0);
                                resume_frame!((*frame).return_offset as usize);
                                push_object!(made);
                            }
                            op::YIELD_VALUE => {
                                let value = pop!().heap_safe();
                                (*frame).instr_ptr = ip.cast();
                                spill!();
                                let generator = generator_of(frame);
                                (*generator).gi_frame_state = FRAME_SUSPENDED + oparg as i8;
                                (*tstate).exc_info = (*generator).gi_exc_state.previous_item;
                                (*generator).gi_exc_state.previous_item = ptr::null_mut();
                                (*tstate).py_recursion_remaining += 1;
                                let waiting = frame;
                                frame = (*waiting).previous;
                                (*tstate).current_frame = frame;
                                (*waiting).previous = ptr::null_mut();
                                if (*frame).owner == FRAME_OWNED_BY_INTERPRETER {
                                    (*tstate).current_frame = (*frame).previous;
                                    return value.into_owned().into_ptr();
                                }
                                // Both SEND and FOR_ITER, which may have resumed it, are two units long.
                                resume_frame!(2);
                                push!(value);
                            }
                            op::SEND => {
                                ip = ip.add(1);
                                let receiver = top!(2).as_ptr();
                                let tp = (*receiver).ob_type;
                                if (tp == generators::generator_type() || tp == generators::coroutine_type())
                                    && (*receiver.cast::<PyGenObject>()).gi_frame_state < FRAME_EXECUTING
                                    && oparg < FARTHEST
                                {
                                    let value = pop!().heap_safe();
                                    let new = generators::start(tstate, receiver.cast(), value);
                                    enter!(new, 2 + oparg);
                                    break 'done;
                                }
                                let value = pop!();
                                spill!();
                                let result = generators::send(Op::from_ptr(receiver), value.op());
                                value.close();
                                let (returned, value) = check!(result);
                                push_object!(value);
                                if returned {
                                    ip = ip.add(oparg);
                                }
                            }
                            op::GET_YIELD_FROM_ITER => {
                                let iterable = pop!().into_owned();
                                spill!();
                                push_object!(check!(generators::yield_from_iterator(frame, iterable)));
                            }
                            op::GET_AWAITABLE => {
                                let iterable = pop!().into_owned();
                                spill!();
                                push_object!(check!(generators::get_awaitable(iterable.op(), oparg)));
                            }
                            op::GET_AITER => {
                                let iterable = pop!().into_owned();
                                spill!();
                                push_object!(check!(generators::get_aiter(iterable.op())));
                            }
                            op::GET_ANEXT => {
                                spill!();
                                push_object!(check!(generators::get_anext(top!(1).op())));
                            }
                            op::END_ASYNC_FOR => {
                                let exception = pop!().into_owned();
                                let awaitable = pop!();
                                spill!();
                                let done = adder_object_model::exceptions::class_matches(
                                    exception.op(),
                                    adder_object_model::exceptions::builtin::StopAsyncIteration(),
                                );
                                awaitable.close();
                                if !done {
                                    errors::restore(exception).ignore();
                                    // Without a traceback entry of its own: it is on its way already.
                                    mode = Mode::Reraise;
                                    break 'error;
                                }
                            }
                            op::CLEANUP_THROW => {
                                let exception = pop!().into_owned();
                                let _last = pop!();
                                let receiver = pop!();
                                spill!();
                                let value = generators::stop_value(exception.op());
                                _last.close();
                                receiver.close();
                                match value {
                                    Some(value) => {
                                        push!(StackRef::uncounted(singletons::none_ptr()));
                                        push_object!(value);
                                    }
                                    None => {
                                        errors::restore(exception).ignore();
                                        mode = Mode::Reraise;
                                        break 'error;
                                    }
                                }
                            }

                            // Exceptions.
                            op::PUSH_EXC_INFO => {
                                let exception = pop!();
                                let info = (*tstate).exc_info;
                                let handled = (*info).exc_value;
                                if handled.is_null() {
                                    push!(StackRef::uncounted(singletons::none_ptr()));
                                } else {
                                    push!(StackRef::steal(handled));
                                }
                                (*info).exc_value = Owned::new_ref(exception.as_ptr()).into_ptr();
                                push!(exception);
                            }
                            op::POP_EXCEPT => {
                                let value = pop!();
                                let info = (*tstate).exc_info;
                                let new = if value.as_ptr() == singletons::none_ptr() {
                                    ptr::null_mut()
                                } else {
                                    value.into_owned().into_ptr()
                                };
                                let old = core::mem::replace(&mut (*info).exc_value, new);
                                spill!();
                                drop(Object::steal_nullable(old));
                            }
                            op::CHECK_EXC_MATCH => {
                                let class = pop!().into_owned();
                                spill!();
                                let matches = check!(exceptions::matches(top!(1).op(), class.op()));
                                push!(truth_cell(matches));
                            }
                            op::CHECK_EG_MATCH => {
                                let class = pop!().into_owned();
                                let exception = pop!().into_owned();
                                spill!();
                                let (rest, matched) =
                                    check!(exceptions::group_match(exception.op(), class.op()));
                                if let Some(matched) = &matched {
                                    exceptions::set_handled(tstate, matched.op());
                                }
                                push_object!(rest);
                                push_object!(matched.unwrap_or_else(singletons::new_none));
                            }
                            op::RAISE_VARARGS => {
                                let cause = if oparg == 2 { Some(pop!().into_owned()) } else { None };
                                let exception = if oparg >= 1 { Some(pop!().into_owned()) } else { None };
                                spill!();
                                if exceptions::raise(tstate, exception, cause) {
                                    // Raised again: the traceback begins at the entry that is there.
                                    mode = Mode::Reraise;
                                }
                                break 'error;
                            }
                            op::RERAISE => {
                                // The traceback names the place it comes from, the handlers are this one's.
                                elsewhere = this!();
                                let exception = pop!().into_owned();
                                if oparg != 0 {
                                    let index = top!(oparg);
                                    if let Some(index) = int::compact_value(index.op()) {
                                        (*frame).instr_ptr =
                                            code::units(frame::code_of(frame)).add(index as usize).cast();
                                    }
                                }
                                spill!();
                                errors::restore(exception).ignore();
                                mode = Mode::Reraise;
                                break 'error;
                            }
                            op::WITH_EXCEPT_START => {
                                let exception = top!(1);
                                let exit_self = top!(4);
                                let exit = top!(5);
                                spill!();
                                push_object!(check!(exceptions::call_exit(exit, exit_self, exception.op())));
                            }
                            op::LOAD_SPECIAL => {
                                let owner = pop!();
                                spill!();
                                match attributes::load_special(owner.op(), oparg) {
                                    Ok((method, true)) => {
                                        push_object!(method);
                                        push!(owner);
                                    }
                                    Ok((method, false)) => {
                                        owner.close();
                                        push_object!(method);
                                        push!(StackRef::NULL);
                                    }
                                    Err(_) => {
                                        owner.close();
                                        break 'error;
                                    }
                                }
                            }
                            op::EXIT_INIT_CHECK => {
                                let value = pop!().into_owned();
                                spill!();
                                if !value.op().is_none() {
                                    let name = value.op().type_name();
                                    check!(Err(raise!(
                                        TypeError,
                                        "__init__() should return None, not '{name}'"
                                    )));
                                }
                            }

                            // Imports.
                            op::IMPORT_NAME => {
                                let from_list = pop!().into_owned();
                                let level = pop!().into_owned();
                                spill!();
                                push_object!(check!(imports::import_name(
                                    frame,
                                    name!(oparg),
                                    from_list.op(),
                                    level.op()
                                )));
                            }
                            op::IMPORT_FROM => {
                                spill!();
                                push_object!(check!(imports::import_from(top!(1).op(), name!(oparg))));
                            }

                            // Matching.
                            op::MATCH_CLASS => {
                                let attribute_names = pop!().into_owned();
                                let class = pop!().into_owned();
                                let subject = pop!().into_owned();
                                spill!();
                                let found = check!(matching::match_class(
                                    subject.op(),
                                    class.op(),
                                    oparg,
                                    attribute_names.op()
                                ));
                                push_object!(found.unwrap_or_else(singletons::new_none));
                            }
                            op::MATCH_MAPPING => {
                                let matches = top!(1).op().has_type_flag(Py_TPFLAGS_MAPPING);
                                push!(truth_cell(matches));
                            }
                            op::MATCH_SEQUENCE => {
                                let matches = top!(1).op().has_type_flag(Py_TPFLAGS_SEQUENCE);
                                push!(truth_cell(matches));
                            }
                            op::MATCH_KEYS => {
                                spill!();
                                let found = check!(matching::match_keys(top!(2).op(), top!(1).op()));
                                push_object!(found.unwrap_or_else(singletons::new_none));
                            }

                            // Text.
                            op::FORMAT_SIMPLE => {
                                let value = pop!();
                                if value.op().is_exact::<PyUnicodeObject>() {
                                    push!(value);
                                } else {
                                    spill!();
                                    let result = object::format(value.op(), None);
                                    value.close();
                                    push_object!(check!(result));
                                }
                            }
                            op::FORMAT_WITH_SPEC => {
                                let spec = pop!().into_owned();
                                let value = pop!().into_owned();
                                spill!();
                                push_object!(check!(object::format(value.op(), Some(spec.op()))));
                            }
                            op::CONVERT_VALUE => {
                                let value = pop!().into_owned();
                                spill!();
                                push_object!(check!(templates::convert(value.op(), oparg)));
                            }
                            op::BUILD_INTERPOLATION => {
                                let spec = if oparg & 1 != 0 { Some(pop!().into_owned()) } else { None };
                                let text = pop!().into_owned();
                                let value = pop!().into_owned();
                                spill!();
                                push_object!(check!(templates::interpolation(
                                    value.op(),
                                    text.op(),
                                    oparg >> 2,
                                    spec
                                )));
                            }
                            op::BUILD_TEMPLATE => {
                                let interpolations = pop!().into_owned();
                                let strings = pop!().into_owned();
                                spill!();
                                push_object!(check!(templates::template(strings.op(), interpolations.op())));
                            }

                            // Rare things.
                            op::CALL_INTRINSIC_1 => {
                                let value = pop!().into_owned();
                                spill!();
                                push_object!(check!(intrinsics::one(tstate, frame, oparg, value.op())));
                            }
                            op::CALL_INTRINSIC_2 => {
                                let second = pop!().into_owned();
                                let first = pop!().into_owned();
                                spill!();
                                push_object!(check!(intrinsics::two(oparg, first.op(), second.op())));
                            }

                            // Monitoring puts these in place of instructions that tools watch.
                            op::INSTRUMENTED_RESUME => {
                                let breaker = ptr::read_volatile(&raw const (*tstate).eval_breaker);
                                let code = (*frame).f_executable.as_ptr().cast::<PyCodeObject>();
                                spill!();
                                if breaker != (*code)._co_instrumentation_version
                                    && (*tstate).tracing == 0
                                    && monitoring::refresh(tstate, Borrowed::from_ptr(code))
                                {
                                    ip = this!();
                                    break 'done;
                                }
                                if oparg & 3 < 2 {
                                    periodic!();
                                }
                                let this = this!();
                                check!(monitoring::before(tstate, frame, this, op::INSTRUMENTED_RESUME));
                                if this!() != this {
                                    ip = (*frame).instr_ptr.cast();
                                    sp = (*frame).stackpointer;
                                }
                            }
                            op::INSTRUMENTED_LINE => watched!(op::INSTRUMENTED_LINE, 'again),
                            op::INSTRUMENTED_INSTRUCTION => watched!(op::INSTRUMENTED_INSTRUCTION, 'again),
                            op::INSTRUMENTED_RETURN_VALUE => watched!(op::INSTRUMENTED_RETURN_VALUE, 'again),
                            op::INSTRUMENTED_YIELD_VALUE => watched!(op::INSTRUMENTED_YIELD_VALUE, 'again),
                            op::INSTRUMENTED_END_FOR => watched!(op::INSTRUMENTED_END_FOR, 'again),
                            op::INSTRUMENTED_END_SEND => watched!(op::INSTRUMENTED_END_SEND, 'again),
                            op::INSTRUMENTED_END_ASYNC_FOR => {
                                watched!(op::INSTRUMENTED_END_ASYNC_FOR, 'again)
                            }
                            op::INSTRUMENTED_JUMP_FORWARD => watched_jump!(op::INSTRUMENTED_JUMP_FORWARD),
                            op::INSTRUMENTED_JUMP_BACKWARD => watched_jump!(op::INSTRUMENTED_JUMP_BACKWARD),
                            op::INSTRUMENTED_POP_JUMP_IF_TRUE => {
                                watched_jump!(op::INSTRUMENTED_POP_JUMP_IF_TRUE)
                            }
                            op::INSTRUMENTED_POP_JUMP_IF_FALSE => {
                                watched_jump!(op::INSTRUMENTED_POP_JUMP_IF_FALSE)
                            }
                            op::INSTRUMENTED_POP_JUMP_IF_NONE => {
                                watched_jump!(op::INSTRUMENTED_POP_JUMP_IF_NONE)
                            }
                            op::INSTRUMENTED_POP_JUMP_IF_NOT_NONE => {
                                watched_jump!(op::INSTRUMENTED_POP_JUMP_IF_NOT_NONE)
                            }
                            op::INSTRUMENTED_NOT_TAKEN => watched_jump!(op::INSTRUMENTED_NOT_TAKEN),
                            op::INSTRUMENTED_POP_ITER => watched_jump!(op::INSTRUMENTED_POP_ITER),
                            op::INSTRUMENTED_FOR_ITER => {
                                spill!();
                                let (target, item) = monitoring::for_iter(tstate, frame, this!(), ip, oparg);
                                sp = (*frame).stackpointer;
                                ip = target;
                                match item {
                                    Ok(Some(item)) => push_object!(item),
                                    Ok(None) => {}
                                    Err(_) => break 'error,
                                }
                            }
                            op::INSTRUMENTED_CALL => watched_call!(op::INSTRUMENTED_CALL, op::CALL, 'again),
                            op::INSTRUMENTED_CALL_KW => {
                                watched_call!(op::INSTRUMENTED_CALL_KW, op::CALL_KW, 'again)
                            }
                            op::INSTRUMENTED_CALL_FUNCTION_EX => {
                                watched_call!(op::INSTRUMENTED_CALL_FUNCTION_EX, op::CALL_FUNCTION_EX, 'again)
                            }
                            op::INSTRUMENTED_LOAD_SUPER_ATTR => {
                                spill!();
                                let result =
                                    monitoring::load_super(tstate, frame, this!(), name!(oparg >> 2), oparg);
                                sp = (*frame).stackpointer;
                                push_object!(check!(result));
                                ip = ip.add(1);
                                if oparg & 1 != 0 {
                                    push!(StackRef::NULL);
                                }
                            }
                            // Every number is named, or the jump to an instruction would be behind a comparison.
                            unknown!() => {
                                spill!();
                                check!(Err(raise!(
                                    SystemError,
                                    "unknown opcode {} at offset {}",
                                    *this!() as u8,
                                    frame::last_instruction(frame)
                                )));
                            }
                        }
                    }
                    fetch!();
                }
            }

            // An exception is set.
            debug_assert!(errors::occurred().is_some());
            let how = match core::mem::replace(&mut mode, Mode::Continue) {
                Mode::Continue => Mode::Raise,
                how => how,
            };
            let reraised = matches!(how, Mode::Reraise | Mode::Search);
            if how != Mode::Unwind {
                spill!();
                if !reraised && !frame::is_incomplete(frame) {
                    exceptions::note_frame(tstate, frame);
                }
                let watched = monitoring::watches_exceptions();
                let running = frame::code_of(frame);
                let this = match core::mem::replace(&mut elsewhere, ptr::null_mut()) {
                    place if place.is_null() => this!(),
                    place => place,
                };
                let index = this.offset_from(code::units(running));
                // Where tools are told that it was raised.
                let place = match how {
                    Mode::RaiseInCaller => index - 1,
                    Mode::Raise if watched => monitoring::end_of(frame, this),
                    _ => index,
                };
                if watched {
                    match how {
                        Mode::Raise | Mode::RaiseInCaller => monitoring::raised(tstate, frame, place),
                        Mode::Reraise => monitoring::reraised(tstate, frame, place),
                        _ => {}
                    }
                }
                let base = frame::locals_plus(frame).add(running.co_nlocalsplus as usize);
                if let Some((handler, depth, push_index)) = code::handler_at(running, index as usize) {
                    let target = base.add(depth);
                    while sp > target {
                        let value = pop!();
                        spill!();
                        value.close();
                    }
                    if push_index {
                        let index = frame::unit_index(frame);
                        match int::from_usize(index) {
                            Ok(index) => push_object!(index),
                            Err(_) => push!(StackRef::uncounted(singletons::none_ptr())),
                        }
                    }
                    let exception = errors::take().expect("an exception is set");
                    push_object!(exception);
                    spill!();
                    ip = code::units(running).add(handler);
                    if (watched || !running._co_monitoring.is_null())
                        && monitoring::handled(tstate, frame, ip, top!(1).op()).is_err()
                    {
                        elsewhere = ip.sub(1);
                        mode = Mode::Search;
                    }
                    continue 'handle;
                }
                while sp > base {
                    let value = pop!();
                    spill!();
                    value.close();
                }
                if watched {
                    monitoring::unwound(tstate, frame, place);
                }
            }
            // Not handled here: on to the caller.
            if frame == entry {
                (*tstate).current_frame = (*frame).previous;
                return ptr::null_mut();
            }
            (*tstate).py_recursion_remaining += 1;
            let dying = frame;
            frame = (*dying).previous;
            (*tstate).current_frame = frame;
            clear_frame(tstate, dying);
            (*frame).return_offset = 0;
            if (*frame).owner == FRAME_OWNED_BY_INTERPRETER {
                (*tstate).current_frame = (*frame).previous;
                return ptr::null_mut();
            }
            resume_frame!(0);
            mode = Mode::RaiseInCaller;
        }
    }
}

/// A bool as a cell.
#[inline(always)]
fn truth_cell(value: bool) -> StackRef {
    StackRef::uncounted(if value { singletons::true_ptr() } else { singletons::false_ptr() })
}
