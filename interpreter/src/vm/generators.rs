//! Generators from the loop's side: making, resuming and ending their frames; awaiting.

use core::ptr;

use adder_object_model::iter::SendResult;
use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, Raised, errors, exceptions, iter, object, raise, singletons, state,
};

use super::generator_of;
use crate::frame::{self, FramePtr};
use crate::generator;

/// The type of generators.
#[inline(always)]
pub fn generator_type() -> *mut PyTypeObject {
    &raw mut generator::PyGen_Type
}

/// The type of coroutines.
#[inline(always)]
pub fn coroutine_type() -> *mut PyTypeObject {
    &raw mut generator::coroutine::PyCoro_Type
}

/// Makes the generator for a running frame and moves the frame into it (`RETURN_GENERATOR`).
///
/// # Safety
/// `frame` runs; it is used up on success.
pub unsafe fn make(frame: FramePtr) -> PyResult {
    // SAFETY: the generator has room for the frame of its function's code.
    unsafe {
        let made = generator::new(frame::function_of(frame))?;
        let this = made.as_ptr();
        let target = &raw mut (*this).gi_iframe;
        frame::copy_to(frame, target);
        if !(*target).frame_obj.is_null() {
            (*(*target).frame_obj).f_frame = target;
        }
        (*target).instr_ptr = (*frame).instr_ptr.cast::<u16>().add(1).cast();
        (*target).owner = FRAME_OWNED_BY_GENERATOR;
        (*this).gi_frame_state = FRAME_CREATED;
        Ok(made.into_object())
    }
}

/// Gives back the place of a frame that has been moved.
///
/// # Safety
/// `frame` is the innermost of the data stack.
pub unsafe fn release_copied(tstate: *mut PyThreadState, frame: FramePtr) {
    // SAFETY: the caller's promise.
    unsafe { frame::pop(tstate, frame) }
}

/// Readies a suspended generator's frame to run; takes `value` over as the result of its `yield`.
///
/// # Safety
/// The generator is suspended or fresh.
#[inline(always)]
pub unsafe fn start(tstate: *mut PyThreadState, generator: *mut PyGenObject, value: StackRef) -> FramePtr {
    // SAFETY: the caller's promise; the frame has room for one more cell.
    unsafe {
        let frame = &raw mut (*generator).gi_iframe;
        *(*frame).stackpointer = value;
        (*frame).stackpointer = (*frame).stackpointer.add(1);
        (*generator).gi_frame_state = FRAME_EXECUTING;
        (*generator).gi_exc_state.previous_item = (*tstate).exc_info;
        (*tstate).exc_info = &raw mut (*generator).gi_exc_state;
        frame
    }
}

/// Ends a generator's frame (`clear_gen_frame`).
///
/// # Safety
/// The frame is finished and owned by a generator.
pub unsafe fn clear_frame(tstate: *mut PyThreadState, frame: FramePtr) {
    // SAFETY: the caller's promise.
    unsafe {
        let generator = generator_of(frame);
        (*generator).gi_frame_state = FRAME_CLEARED;
        (*tstate).exc_info = (*generator).gi_exc_state.previous_item;
        (*generator).gi_exc_state.previous_item = ptr::null_mut();
        // A frame object that is left has no outer frame any more.
        (*frame).previous = ptr::null_mut();
        frame::clear_except_code(frame);
        let handled = ptr::replace(&raw mut (*generator).gi_exc_state.exc_value, ptr::null_mut());
        drop(Object::steal_nullable(handled));
    }
}

/// Continues a suspended (or fresh) generator's frame with `value` as the result of its
/// `yield`, or with the exception that is set if `value` is `None`.
///
/// Links the generator's exception state, sets `gi_frame_state` to executing, runs. Afterwards
/// the state is `FRAME_SUSPENDED*` if the result was yielded, `FRAME_CLEARED` if the frame has
/// returned or raised. The caller has checked that the generator is neither running nor finished.
pub fn resume_generator(generator: Borrowed<'_, PyGenObject>, value: Option<Op<'_>>) -> PyResult {
    let tstate = state::current();
    let throwing = value.is_none();
    let value = value.map_or_else(singletons::new_none, |value| value.to_owned());
    // SAFETY: the caller holds a reference to the generator and has checked its state.
    unsafe {
        if throwing {
            chain_handled(generator);
        }
        let frame = start(tstate, generator.as_ptr(), StackRef::from_owned(value));
        super::eval_frame(frame, throwing)
    }
}

/// The exception thrown in gets the one that was being handled inside as its context
/// (`_PyErr_ChainStackItem`).
fn chain_handled(generator: Borrowed<'_, PyGenObject>) {
    // SAFETY: an owned reference or null.
    let handled = unsafe { Object::new_ref_nullable(generator.gi_exc_state.exc_value) };
    let Some(handled) = handled.filter(|handled| !handled.op().is_none()) else { return };
    let Some(exception) = errors::take() else { return };
    if !handled.op().is(exception.op()) {
        // Setting the context goes through the exception state that is current.
        let tstate = state::current();
        // SAFETY: the item lives on this stack frame while it is linked.
        unsafe {
            let mut item =
                _PyErr_StackItem { exc_value: handled.as_ptr(), previous_item: (*tstate).exc_info };
            (*tstate).exc_info = &raw mut item;
            exceptions::set_instance(exception).ignore();
            (*tstate).exc_info = item.previous_item;
        }
    } else {
        errors::restore(exception).ignore();
    }
}

/// `SEND` to anything: whether it has returned, and the value.
pub fn send(receiver: Op<'_>, value: Op<'_>) -> PyResult<(bool, Object)> {
    if super::monitoring::watches_stops() {
        return super::monitoring::send(receiver, value);
    }
    match iter::send(receiver, value)? {
        SendResult::Yielded(value) => Ok((false, value)),
        SendResult::Returned(value) => Ok((true, value)),
    }
}

/// `GET_YIELD_FROM_ITER`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn yield_from_iterator(frame: FramePtr, iterable: Object) -> PyResult {
    if iterable.op().type_ptr() == coroutine_type() {
        // SAFETY: the caller's promise.
        let flags = unsafe { frame::code_of(frame) }.co_flags;
        if flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE) == 0 {
            return Err(raise!(
                TypeError,
                "cannot 'yield from' a coroutine object in a non-coroutine generator"
            ));
        }
        return Ok(iterable);
    }
    if iterable.op().type_ptr() == generator_type() {
        return Ok(iterable);
    }
    object::get_iter(iterable.op())
}

/// `GET_AWAITABLE`; `oparg` says which method of a `with` gave the object.
pub fn get_awaitable(op: Op<'_>, oparg: usize) -> PyResult {
    let found = match generator::awaitable_iter(op) {
        Ok(found) => found,
        Err(raised) => {
            let as_async = op.ob_type().tp_as_async;
            // SAFETY: a type's async methods live as long as the type.
            let awaitable = unsafe { !as_async.is_null() && (*as_async).am_await.is_some() };
            if oparg > 0 && !awaitable && raised.matches(exceptions::builtin::TypeError()) {
                raised.clear();
                let method = if oparg == 1 { "__aenter__" } else { "__aexit__" };
                return Err(raise!(
                    TypeError,
                    "'async with' received an object from {method} that does not implement __await__: {}",
                    op.type_name()
                ));
            }
            return Err(raised);
        }
    };
    if found.op().type_ptr() == coroutine_type() {
        // SAFETY: the type is exact.
        let coroutine = unsafe { found.op().cast_unchecked::<PyGenObject>() };
        if generator::yields_from(coroutine).is_some() {
            return Err(raise!(RuntimeError, "coroutine is being awaited already"));
        }
    }
    Ok(found)
}

/// `GET_AITER`.
pub fn get_aiter(op: Op<'_>) -> PyResult {
    let methods = op.ob_type().tp_as_async;
    // SAFETY: a type's async methods live as long as the type; slots of the object's own type.
    unsafe {
        let Some(aiter) = methods.as_ref().and_then(|methods| methods.am_aiter) else {
            return Err(raise!(
                TypeError,
                "'async for' requires an object with __aiter__ method, got {}",
                op.type_name()
            ));
        };
        let found = Object::from_c(aiter(op.as_ptr()))?;
        let methods = found.op().ob_type().tp_as_async;
        if methods.as_ref().is_none_or(|methods| methods.am_anext.is_none()) {
            return Err(raise!(
                TypeError,
                "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                found.op().type_name()
            ));
        }
        Ok(found)
    }
}

/// `GET_ANEXT`.
pub fn get_anext(op: Op<'_>) -> PyResult {
    let methods = op.ob_type().tp_as_async;
    // SAFETY: as above.
    unsafe {
        let anext = methods.as_ref().and_then(|methods| methods.am_anext);
        if op.type_ptr() == &raw mut generator::async_generator::PyAsyncGen_Type {
            return Object::from_c(anext.expect("asynchronous generators have it")(op.as_ptr()));
        }
        let Some(anext) = anext else {
            return Err(raise!(
                TypeError,
                "'async for' requires an iterator with __anext__ method, got {}",
                op.type_name()
            ));
        };
        let next = Object::from_c(anext(op.as_ptr()))?;
        generator::awaitable_iter(next.op()).map_err(|raised| {
            let cause = raised.take();
            raise!(
                TypeError,
                "'async for' received an invalid object from __anext__: {}",
                next.op().type_name()
            )
            .ignore();
            exceptions::chain_cause(cause)
        })
    }
}

/// The value of a `StopIteration`; `None` for other exceptions.
pub fn stop_value(exception: Op<'_>) -> Option<Object> {
    if !exceptions::class_matches(exception, exceptions::builtin::StopIteration()) {
        return None;
    }
    let stop: Borrowed<'_, PyStopIterationObject> = unsafe_cast(exception);
    // SAFETY: an owned reference or null.
    Some(unsafe { Object::new_ref_nullable(stop.value) }.unwrap_or_else(singletons::new_none))
}

fn unsafe_cast<'a>(exception: Op<'a>) -> Borrowed<'a, PyStopIterationObject> {
    // SAFETY: instances of StopIteration have this layout.
    unsafe { exception.cast_unchecked() }
}

/// `INTRINSIC_STOPITERATION_ERROR`: what leaves a generator instead of a `StopIteration`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn stop_iteration_error(frame: FramePtr, exception: Op<'_>) -> PyResult {
    // SAFETY: the caller's promise.
    let flags = unsafe { frame::code_of(frame) }.co_flags;
    let is_async = flags & CO_ASYNC_GENERATOR != 0;
    let message = if exceptions::class_matches(exception, exceptions::builtin::StopIteration()) {
        if is_async {
            "async generator raised StopIteration"
        } else if flags & CO_COROUTINE != 0 {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if is_async && exceptions::class_matches(exception, exceptions::builtin::StopAsyncIteration()) {
        "async generator raised StopAsyncIteration"
    } else {
        return Ok(exception.to_owned());
    };
    let raised: Raised = raise!(RuntimeError, "{message}");
    let error = raised.take();
    exceptions::set_cause(error.op(), Some(exception.to_owned()));
    exceptions::set_context(error.op(), Some(exception.to_owned()));
    Ok(error)
}
