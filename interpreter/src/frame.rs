//! Frames: activations of code on the data stack, and the objects Python code sees of them.
//!
//! A `_PyInterpreterFrame` stands on its thread's data stack, or inside the generator
//! that owns it. A `PyFrameObject` is made when somebody asks for one; if it outlives
//! the activation, the frame's content moves into it (`take_ownership`).
//!
//! Reading order: here the frame itself, `frame/stack.rs` (where frames stand),
//! `frame/object.rs` (the `frame` type), `frame/proxy.rs` (`f_locals`).
//!
//! Layout: `layout/frame.rs`.

use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult, Visitor, dict, raise, state};

use crate::code;

mod jump;
#[path = "frame/object.rs"]
mod object_type;
mod proxy;
mod stack;

pub use jump::jump;
pub use object_type::{PyFrame_Type, new_object};
pub use proxy::{PyFrameLocalsProxy_Type, locals_of};
pub use stack::{has_room, pop, push};

pub type FramePtr = *mut _PyInterpreterFrame;

/// The offset of the first local variable.
const LOCALS: usize = offset_of!(_PyInterpreterFrame, localsplus);

/// The frame's first cell.
///
/// # Safety
/// `frame` is live.
#[inline(always)]
pub unsafe fn locals_plus(frame: FramePtr) -> *mut StackRef {
    // SAFETY: the cells stand at the end of the struct.
    unsafe { frame.cast::<u8>().add(LOCALS).cast() }
}

/// The code a frame runs, borrowed from it.
///
/// # Safety
/// `frame` is live and runs code.
#[inline(always)]
pub unsafe fn code_of<'a>(frame: FramePtr) -> Borrowed<'a, PyCodeObject> {
    // SAFETY: the caller's promise; the frame keeps its code alive.
    unsafe { Borrowed::from_ptr((*frame).f_executable.as_ptr().cast()) }
}

/// The function a frame belongs to, borrowed from it.
///
/// # Safety
/// `frame` is live and runs code.
#[inline(always)]
pub unsafe fn function_of<'a>(frame: FramePtr) -> Borrowed<'a, PyFunctionObject> {
    // SAFETY: the caller's promise; the frame keeps its function alive.
    unsafe { Borrowed::from_ptr((*frame).f_funcobj.as_ptr().cast()) }
}

/// Index of the code unit a frame is at.
///
/// # Safety
/// `frame` is live and runs code.
pub unsafe fn unit_index(frame: FramePtr) -> usize {
    // SAFETY: `instr_ptr` points into the code's units.
    unsafe { (*frame).instr_ptr.cast::<u16>().offset_from(code::units(code_of(frame))) as usize }
}

/// Byte offset of the instruction a frame is at (`f_lasti`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn last_instruction(frame: FramePtr) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { unit_index(frame) as i32 * 2 }
}

/// The line a frame is at (`PyUnstable_InterpreterFrame_GetLine`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn line_of(frame: FramePtr) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { code::line_at(code_of(frame), last_instruction(frame)) }
}

/// Fills a fresh frame in (`_PyFrame_Initialize`); takes the function and the locals over.
///
/// # Safety
/// `frame` has room for the code's frame; cells below `null_from` are filled in by the caller.
#[inline(always)]
pub unsafe fn initialize(
    frame: FramePtr,
    function: StackRef,
    locals: *mut PyObject,
    code: Borrowed<'_, PyCodeObject>,
    null_from: usize,
    previous: FramePtr,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let function_object = function.as_ptr().cast::<PyFunctionObject>();
        (*frame).previous = previous;
        (*frame).f_funcobj = function;
        (*frame).f_executable = StackRef::steal(code.to_owned().into_object_ptr());
        (*frame).f_builtins = (*function_object).func_builtins;
        (*frame).f_globals = (*function_object).func_globals;
        (*frame).f_locals = locals;
        let n_locals = code.co_nlocalsplus as usize;
        let cells = locals_plus(frame);
        (*frame).stackpointer = cells.add(n_locals);
        (*frame).frame_obj = ptr::null_mut();
        (*frame).instr_ptr = code::units(code).cast();
        (*frame).return_offset = 0;
        (*frame).owner = FRAME_OWNED_BY_THREAD;
        (*frame).visited = 0;
        for index in null_from..n_locals {
            *cells.add(index) = StackRef::NULL;
        }
    }
}

/// Whether a frame is not yet one that Python code may see: its cells are still being made.
///
/// # Safety
/// `frame` is live.
pub unsafe fn is_incomplete(frame: FramePtr) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).owner >= FRAME_OWNED_BY_INTERPRETER {
            return true;
        }
        (*frame).owner != FRAME_OWNED_BY_GENERATOR
            && (unit_index(frame) as i32) < code_of(frame)._co_firsttraceable
    }
}

/// `frame` or the next complete one outwards, or null.
///
/// # Safety
/// `frame` is null or live.
pub unsafe fn first_complete(mut frame: FramePtr) -> FramePtr {
    // SAFETY: the chain of frames is live.
    unsafe {
        while !frame.is_null() && is_incomplete(frame) {
            frame = (*frame).previous;
        }
    }
    frame
}

/// The innermost frame that runs Python code, or null.
pub fn current() -> FramePtr {
    let tstate = state::current();
    if tstate.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the running thread's frames are live.
    unsafe { first_complete((*tstate).current_frame) }
}

/// The innermost frame of a thread, or null.
///
/// # Safety
/// `thread` is alive, and its frames stand still: it is this one, or waits for the GIL.
pub unsafe fn innermost_of(thread: *mut PyThreadState) -> FramePtr {
    // SAFETY: the caller's promise.
    unsafe { first_complete((*thread).current_frame) }
}

/// The next complete frame outwards, or null.
///
/// # Safety
/// `frame` is live.
pub unsafe fn previous(frame: FramePtr) -> FramePtr {
    // SAFETY: the caller's promise.
    unsafe { first_complete((*frame).previous) }
}

/// Calls `visit` with each complete frame of this thread, the innermost first (`state::Hooks::visit_frames`).
pub fn visit_all(visit: &mut state::FrameVisitor<'_>) {
    let mut frame = current();
    while !frame.is_null() {
        // SAFETY: the thread's frames are live while it is here, and keep their code alive.
        unsafe {
            visit(&|| (Borrowed::from_ptr(code_of(frame).co_filename), line_of(frame)));
            frame = previous(frame);
        }
    }
}

/// The code of the Python frame that runs.
pub fn current_code() -> Option<Owned<PyCodeObject>> {
    let frame = current();
    // SAFETY: not null, so live.
    (!frame.is_null()).then(|| unsafe { code_of(frame).to_owned() })
}

/// The globals of the Python frame that runs (`PyEval_GetGlobals`).
pub fn current_globals() -> Option<Object> {
    let frame = current();
    // SAFETY: not null, so live.
    (!frame.is_null()).then(|| unsafe { Object::new_ref((*frame).f_globals) })
}

/// Its locals (`PyEval_GetFrameLocals`): a proxy's snapshot in functions.
pub fn current_locals() -> PyResult<Option<Object>> {
    let frame = current();
    if frame.is_null() {
        return Ok(None);
    }
    // SAFETY: not null, so live.
    let locals = unsafe { locals_of(frame)? };
    if locals.op().is_instance::<PyFrameLocalsProxyObject>() {
        let snapshot = dict::new()?;
        dict::update(snapshot.borrow(), locals.op())?;
        return Ok(Some(snapshot.into_object()));
    }
    Ok(Some(locals))
}

/// The running frame's locals as a dict that the frame keeps (`PyEval_GetLocals`): in a function
/// a snapshot, the same dict each time, brought up to date.
///
/// # Errors
/// `SystemError` without a frame.
pub fn current_locals_kept() -> PyResult<Object> {
    let Some(locals) = current_locals()? else {
        return Err(raise!(SystemError, "frame does not exist"));
    };
    // SAFETY: there is a running frame, as it had locals; the frame object owns its cache.
    unsafe {
        if (*code_of(current()).as_ptr()).co_flags & CO_OPTIMIZED == 0 {
            return Ok(locals);
        }
        let object = object_of(current())?;
        let cache = &raw mut (*object.as_ptr()).f_locals_cache;
        match Op::from_nullable(*cache).and_then(|kept| kept.downcast::<PyDictObject>()) {
            Some(kept) => {
                let kept = kept.to_owned();
                dict::clear(kept.borrow());
                dict::update(kept.borrow(), locals.op())?;
                Ok(kept.into_object())
            }
            None => {
                *cache = locals.clone().into_ptr();
                Ok(locals)
            }
        }
    }
}

/// Its builtins.
pub fn current_builtins() -> Option<Object> {
    let frame = current();
    // SAFETY: not null, so live.
    (!frame.is_null()).then(|| unsafe { Object::new_ref((*frame).f_builtins) })
}

/// The frame object of a running frame, made on first use (`_PyFrame_GetFrameObject`).
///
/// # Safety
/// `frame` is live and complete.
pub unsafe fn object_of(frame: FramePtr) -> PyResult<Owned<PyFrameObject>> {
    // SAFETY: the caller's promise; the frame owns a reference to its object.
    unsafe {
        if (*frame).frame_obj.is_null() {
            let made = object_type::allocate(code_of(frame))?;
            (*made.as_ptr()).f_frame = frame;
            // Making it may have run the collector, and that Python code, which made one too.
            if (*frame).frame_obj.is_null() {
                (*frame).frame_obj = made.into_ptr();
            } else {
                (*made.as_ptr()).f_frame = ptr::null_mut();
            }
        }
        Ok(Owned::new_ref((*frame).frame_obj))
    }
}

/// Copies a frame to a place of longer life (`_PyFrame_Copy`); the source is used up.
///
/// # Safety
/// Both are live, the target has room, and the source is not used afterwards.
pub unsafe fn copy_to(source: FramePtr, target: FramePtr) {
    // SAFETY: the caller's promise.
    unsafe {
        let n_cells = (*source).stackpointer.offset_from(locals_plus(source)) as usize;
        (*target).f_executable = (*source).f_executable.heap_safe();
        (*target).previous = ptr::null_mut();
        (*target).f_funcobj = (*source).f_funcobj.heap_safe();
        (*target).f_globals = (*source).f_globals;
        (*target).f_builtins = (*source).f_builtins;
        (*target).f_locals = (*source).f_locals;
        (*target).frame_obj = (*source).frame_obj;
        (*target).instr_ptr = (*source).instr_ptr;
        (*target).return_offset = (*source).return_offset;
        (*target).visited = 0;
        (*target).stackpointer = locals_plus(target).add(n_cells);
        for index in 0..n_cells {
            *locals_plus(target).add(index) = (*locals_plus(source).add(index)).heap_safe();
        }
    }
}

/// Moves a frame that ends into the object somebody still holds.
///
/// # Safety
/// The frame's object points to it, and the frame is not used afterwards.
unsafe fn take_ownership(object: *mut PyFrameObject, frame: FramePtr) {
    // SAFETY: the object was made with room for its code's frame.
    unsafe {
        let target = (&raw mut (*object)._f_frame_data).cast::<_PyInterpreterFrame>();
        let outer = first_complete((*frame).previous);
        copy_to(frame, target);
        // The code went with it, while whoever clears the frame still gives back its reference.
        (*frame).f_executable = (*target).f_executable.dup();
        (*object).f_frame = target;
        (*target).owner = FRAME_OWNED_BY_FRAME_OBJECT;
        (*target).frame_obj = ptr::null_mut();
        if is_incomplete(target) {
            // It is going away before its cells were made; pretend it got that far.
            let code = code_of(target);
            (*target).instr_ptr = code::units(code).add(code._co_firsttraceable as usize + 1).cast();
        }
        if !outer.is_null() && (*object).f_back.is_null() {
            match object_of(outer) {
                Ok(back) => (*object).f_back = back.into_ptr(),
                Err(raised) => raised.clear(),
            }
        }
        if !adder_object_model::gc::is_tracked(object.cast()) {
            adder_object_model::gc::track(object.cast());
        }
    }
}

/// Drops locals, stack and namespace of a frame.
///
/// # Safety
/// The frame is live and finished, or owned by a frame object that is cleared.
pub unsafe fn clear_locals(frame: FramePtr) {
    // SAFETY: each cell is closed once: the stack pointer is lowered first.
    unsafe {
        let start = locals_plus(frame);
        let end = (*frame).stackpointer;
        (*frame).stackpointer = start;
        // The last goes first, as in CPython.
        let mut cell = end;
        while cell > start {
            cell = cell.sub(1);
            let value = ptr::replace(cell, StackRef::NULL);
            value.close();
        }
        let locals = ptr::replace(&raw mut (*frame).f_locals, ptr::null_mut());
        drop(Object::steal_nullable(locals));
    }
}

/// Drops what a frame owns, except its code (`_PyFrame_ClearExceptCode`); if somebody holds its
/// object, the content moves there instead.
///
/// # Safety
/// The frame is finished.
pub unsafe fn clear_except_code(frame: FramePtr) {
    // SAFETY: the caller's promise.
    unsafe {
        let object = (*frame).frame_obj;
        if !object.is_null() {
            (*frame).frame_obj = ptr::null_mut();
            if (*object).ob_base.ob_refcnt > 1 {
                take_ownership(object, frame);
                drop(Owned::steal(object));
                return;
            }
            (*object).f_frame = ptr::null_mut();
            drop(Owned::steal(object));
        }
        clear_locals(frame);
        ptr::replace(&raw mut (*frame).f_funcobj, StackRef::NULL).close();
    }
}

/// The same, and drops the code.
///
/// # Safety
/// As for `clear_except_code`.
pub unsafe fn clear_with_code(frame: FramePtr) {
    // SAFETY: the caller's promise. The code keeps the frame's extent known while it is cleared.
    unsafe {
        clear_except_code(frame);
        core::mem::replace(&mut (*frame).f_executable, StackRef::NULL).close();
    }
}

/// Reports a frame's references (`_PyFrame_Traverse`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn traverse(frame: FramePtr, visitor: &mut Visitor) {
    // SAFETY: cells below the stack pointer hold references or null.
    unsafe {
        visitor.visit((*frame).frame_obj);
        visitor.visit((*frame).f_locals);
        for cell in [(*frame).f_funcobj, (*frame).f_executable] {
            if cell.is_counted() {
                visitor.visit(cell.as_ptr());
            }
        }
        let mut cell = locals_plus(frame);
        while cell < (*frame).stackpointer {
            if (*cell).is_counted() {
                visitor.visit((*cell).as_ptr());
            }
            cell = cell.add(1);
        }
    }
}

/// The value of a variable of a frame: what a cell holds, for cells and free variables.
///
/// # Safety
/// `frame` is live; `index` is below the number of its variables.
pub unsafe fn variable(frame: FramePtr, index: usize) -> Option<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let code = code_of(frame);
        let kind = code::local_kinds(code)[index];
        let cell = *locals_plus(frame).add(index);
        if kind & CO_FAST_FREE != 0 && (*frame).owner != FRAME_OWNED_BY_FRAME_OBJECT && is_incomplete(frame) {
            let closure = function_of(frame).func_closure;
            let first = (code.co_nlocalsplus - code.co_nfreevars) as usize;
            let closure: Borrowed<'_, PyTupleObject> = Borrowed::from_nullable(closure.cast())?;
            let cell = adder_object_model::tuple::get(closure, index - first);
            return adder_object_model::cell::get(cell.downcast::<PyCellObject>()?);
        }
        if cell.is_null() {
            return None;
        }
        let value = cell.op();
        if kind & (CO_FAST_CELL | CO_FAST_FREE) != 0
            && let Some(cell) = value.downcast_exact::<PyCellObject>()
        {
            return adder_object_model::cell::get(cell);
        }
        Some(value.to_owned())
    }
}

/// Whether a name of a local is hidden: the variable of an inlined comprehension.
pub fn is_hidden(kind: u8) -> bool {
    kind & CO_FAST_HIDDEN != 0
}

/// Whether the only reference to `op` is an owned cell of the running frame's evaluation
/// stack (`PyUnstable_Object_IsUniqueReferencedTemporary`): then nobody can look at it again.
pub fn is_unique_temporary(op: adder_object_model::Op<'_>) -> bool {
    if op.ob_refcnt != 1 {
        return false;
    }
    let frame = current();
    if frame.is_null() {
        return false;
    }
    // SAFETY: a complete frame whose stack pointer was saved before the call that led here;
    // cells from the stack's base up to it hold references.
    unsafe {
        if (*frame).stackpointer.is_null() {
            return false;
        }
        let code = code_of(frame);
        let base = locals_plus(frame).add(code.co_nlocalsplus as usize);
        let mut cell = (*frame).stackpointer.cast::<StackRef>();
        while cell > base {
            cell = cell.sub(1);
            // An owned reference has no tag bits, so its bits are the address.
            if (*cell).bits == op.as_ptr().addr() {
                return true;
            }
        }
    }
    false
}
