//! The `frame` type.

use core::ffi::{CStr, c_int};
use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyResult, Visitor, errors, gc, getset, int, method, number, raise,
    singletons, slot, str,
};

use super::{FramePtr, clear_locals, code_of, first_complete, last_instruction, line_of, object_of};
use crate::code;

type Frame<'a> = Borrowed<'a, PyFrameObject>;

/// A frame object without a frame, with room for one of `code`.
pub(super) fn allocate(code: Borrowed<'_, PyCodeObject>) -> PyResult<Owned<PyFrameObject>> {
    // SAFETY: the type is ready; the block has room for the struct and `co_framesize` words.
    unsafe {
        let tp = Borrowed::from_ptr(&raw mut PyFrame_Type);
        let slots = code.co_framesize as isize - FRAME_SPECIALS_SIZE as isize;
        let frame = gc::alloc(tp, slots)?.cast_unchecked::<PyFrameObject>();
        let this = frame.as_ptr();
        (*this).f_back = ptr::null_mut();
        (*this).f_frame = ptr::null_mut();
        (*this).f_trace = ptr::null_mut();
        (*this).f_lineno = 0;
        (*this).f_trace_lines = 1;
        (*this).f_trace_opcodes = 0;
        (*this).f_extra_locals = ptr::null_mut();
        (*this).f_locals_cache = ptr::null_mut();
        (*this).f_overwritten_fast_locals = ptr::null_mut();
        Ok(frame)
    }
}

/// A frame that has not run and stands on no stack (`PyFrame_New`): compiled modules make one to
/// leave a line in a traceback.
pub fn new_object(
    code: Borrowed<'_, PyCodeObject>,
    globals: Op<'_>,
    locals: Option<Op<'_>>,
) -> PyResult<Owned<PyFrameObject>> {
    let function = crate::function::new(code, globals)?;
    let object = allocate(code)?;
    // SAFETY: the object was made with room for the frame.
    unsafe {
        let this = object.as_ptr();
        let frame = (&raw mut (*this)._f_frame_data).cast::<_PyInterpreterFrame>();
        let locals = locals.map_or(ptr::null_mut(), |locals| locals.to_owned().into_ptr());
        super::initialize(
            frame,
            StackRef::from_owned(function.into_object()),
            locals,
            code,
            0,
            ptr::null_mut(),
        );
        (*this).f_frame = frame;
        (*frame).owner = FRAME_OWNED_BY_FRAME_OBJECT;
        // Past the prologue, so that the frame counts as complete.
        (*frame).instr_ptr = code::units(code).add(code._co_firsttraceable as usize + 1).cast();
        gc::track(this.cast());
    }
    Ok(object)
}

/// The line of a frame object: the one that was set, or that of its instruction.
pub fn line(frame: Frame<'_>) -> i32 {
    if frame.f_lineno != 0 {
        return frame.f_lineno;
    }
    // SAFETY: a frame object's frame is live.
    unsafe { line_of(frame.f_frame) }
}

fn get_lineno(frame: Frame<'_>) -> PyResult {
    let line = line(frame);
    if line < 0 { Ok(singletons::new_none()) } else { int::from_i64(line as i64) }
}

fn set_lineno(frame: Frame<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(AttributeError, "attribute 'f_lineno' of 'frame' objects cannot be deleted"));
    };
    if !value.is_exact::<PyLongObject>() {
        return Err(raise!(ValueError, "lineno must be an integer"));
    }
    crate::vm::tracing::jump(frame, number::as_ssize_t(value, None)?)
}

fn get_lasti(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame object's frame is live.
    let offset = unsafe { last_instruction(frame.f_frame) };
    int::from_i64(if offset < 0 { -1 } else { offset as i64 })
}

fn get_globals(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame object's frame is live.
    unsafe { Object::new_ref_nullable((*frame.f_frame).f_globals).ok_or_else(errors::bad_internal_call) }
}

fn get_builtins(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame object's frame is live.
    unsafe { Object::new_ref_nullable((*frame.f_frame).f_builtins).ok_or_else(errors::bad_internal_call) }
}

fn get_code(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame object's frame is live.
    Ok(unsafe { code_of(frame.f_frame) }.to_owned().into_object())
}

/// The next frame outwards (`PyFrame_GetBack`).
pub fn back(frame: Frame<'_>) -> PyResult<Option<Owned<PyFrameObject>>> {
    // SAFETY: a frame object's frame is live, and so are those it was called from.
    unsafe {
        if !frame.f_back.is_null() {
            return Ok(Some(Owned::new_ref(frame.f_back)));
        }
        let outer = first_complete((*frame.f_frame).previous);
        if outer.is_null() { Ok(None) } else { object_of(outer).map(Some) }
    }
}

fn get_back(frame: Frame<'_>) -> PyResult {
    Ok(back(frame)?.map_or_else(singletons::new_none, Owned::into_object))
}

fn get_locals(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame object's frame is live.
    unsafe {
        let code = code_of(frame.f_frame);
        let kinds = code::local_kinds(code);
        if code.co_flags & CO_OPTIMIZED == 0 && !has_hidden(frame.f_frame, kinds) {
            return match Object::new_ref_nullable((*frame.f_frame).f_locals) {
                Some(locals) => Ok(locals),
                None => {
                    let locals = adder_object_model::dict::new()?.into_object();
                    (*frame.f_frame).f_locals = locals.clone().into_ptr();
                    Ok(locals)
                }
            };
        }
        super::proxy::new(frame)
    }
}

/// Whether variables of inlined comprehensions have values.
unsafe fn has_hidden(frame: FramePtr, kinds: &[u8]) -> bool {
    // SAFETY: the caller passes a live frame and its code's kinds.
    kinds
        .iter()
        .enumerate()
        .any(|(index, &kind)| super::is_hidden(kind) && unsafe { super::variable(frame, index) }.is_some())
}

fn get_trace(frame: Frame<'_>) -> PyResult {
    // SAFETY: an owned reference or null.
    Ok(unsafe { Object::new_ref_nullable(frame.f_trace) }.unwrap_or_else(singletons::new_none))
}

fn set_trace(frame: Frame<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let value =
        value.filter(|value| !value.is_none()).map_or(ptr::null_mut(), |value| value.to_owned().into_ptr());
    // SAFETY: the field is replaced before the old reference is dropped.
    unsafe {
        if value != frame.f_trace {
            (*frame.as_ptr()).f_lineno = 0;
        }
        drop(Object::steal_nullable(ptr::replace(&raw mut (*frame.as_ptr()).f_trace, value)));
    }
    trace_opcodes_if_wanted(frame)
}

/// A frame that is traced by instructions has them instrumented.
fn trace_opcodes_if_wanted(frame: Frame<'_>) -> PyResult<()> {
    if frame.f_trace_opcodes == 0 || frame.f_trace.is_null() {
        return Ok(());
    }
    crate::vm::tracing::set_opcode_trace(frame, true)
}

fn get_trace_opcodes(frame: Frame<'_>) -> PyResult<bool> {
    Ok(frame.f_trace_opcodes != 0)
}

fn set_trace_opcodes(frame: Frame<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let on = match value {
        None => {
            let message = "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted";
            return Err(raise!(AttributeError, "{message}"));
        }
        Some(value) if value.as_ptr() == singletons::true_ptr() => true,
        Some(value) if value.as_ptr() == singletons::false_ptr() => false,
        _ => return Err(raise!(TypeError, "attribute value type must be bool")),
    };
    // SAFETY: a plain field.
    unsafe { (*frame.as_ptr()).f_trace_opcodes = on as _ };
    trace_opcodes_if_wanted(frame)
}

fn get_generator(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame owned by a generator stands inside it.
    unsafe {
        if (*frame.f_frame).owner == FRAME_OWNED_BY_GENERATOR {
            return Ok(Object::new_ref(crate::vm::generator_of(frame.f_frame).cast()));
        }
    }
    Ok(singletons::new_none())
}

/// `frame.clear()`.
fn clear_method(frame: Frame<'_>) -> PyResult<()> {
    // SAFETY: a frame object's frame is live.
    unsafe {
        let inner = frame.f_frame;
        if (*inner).owner == FRAME_OWNED_BY_GENERATOR {
            let generator = crate::vm::generator_of(inner);
            if (*generator).gi_frame_state == FRAME_EXECUTING {
                return Err(raise!(RuntimeError, "cannot clear an executing frame"));
            }
            if matches!((*generator).gi_frame_state, FRAME_SUSPENDED | FRAME_SUSPENDED_YIELD_FROM) {
                return Err(raise!(RuntimeError, "cannot clear a suspended frame"));
            }
            if (*generator).gi_frame_state < FRAME_CLEARED {
                // Never started: finish it; a coroutine says that nobody has awaited it.
                let generator = Owned::<PyGenObject>::new_ref(generator);
                crate::generator::finalize(generator.borrow());
            }
            return Ok(());
        }
        if (*inner).owner == FRAME_OWNED_BY_THREAD {
            return Err(raise!(RuntimeError, "cannot clear an executing frame"));
        }
        clear_references(frame);
    }
    Ok(())
}

/// Drops the locals of a frame the object owns, and the trace function.
fn clear_references(frame: Frame<'_>) {
    let this = frame.as_ptr();
    // SAFETY: each field is emptied before its reference is dropped.
    unsafe {
        for field in [
            &raw mut (*this).f_trace,
            &raw mut (*this).f_extra_locals,
            &raw mut (*this).f_locals_cache,
            &raw mut (*this).f_overwritten_fast_locals,
        ] {
            drop(Object::steal_nullable(ptr::replace(field, ptr::null_mut())));
        }
        if !(*this).f_frame.is_null() && (*(*this).f_frame).owner == FRAME_OWNED_BY_FRAME_OBJECT {
            clear_locals((*this).f_frame);
        }
    }
}

fn traverse(frame: Frame<'_>, visitor: &mut Visitor) {
    visitor.visit(frame.f_back);
    visitor.visit(frame.f_trace);
    visitor.visit(frame.f_extra_locals);
    visitor.visit(frame.f_locals_cache);
    visitor.visit(frame.f_overwritten_fast_locals);
    // SAFETY: a frame the object owns is live.
    unsafe {
        if !frame.f_frame.is_null() && (*frame.f_frame).owner == FRAME_OWNED_BY_FRAME_OBJECT {
            super::traverse(frame.f_frame, visitor);
        }
    }
}

fn dealloc(frame: Frame<'_>) {
    let this = frame.as_ptr();
    gc::untrack(this.cast());
    // SAFETY: the last reference is gone.
    unsafe {
        let inner = (*this).f_frame;
        clear_references(frame);
        if !inner.is_null() && (*inner).owner == FRAME_OWNED_BY_FRAME_OBJECT {
            core::mem::replace(&mut (*inner).f_funcobj, StackRef::NULL).close();
            core::mem::replace(&mut (*inner).f_executable, StackRef::NULL).close();
        }
        drop(Owned::steal_nullable(ptr::replace(&raw mut (*this).f_back, ptr::null_mut())));
    }
    // SAFETY: a dying frame object, whose references have just been given back.
    unsafe { gc::delete(this.cast()) };
}

fn repr(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame object's frame and its code are live.
    let (file, name) = unsafe {
        let code = code_of(frame.f_frame);
        (object_repr(Op::from_ptr(code.co_filename))?, str::to_string_lossy(Op::from_ptr(code.co_name)))
    };
    let text = format!("<frame at {:p}, file {file}, line {}, code {name}>", frame.as_ptr(), line(frame));
    Ok(str::from_string(text)?.into_object())
}

fn object_repr(op: Op<'_>) -> PyResult<String> {
    Ok(str::to_string_lossy(adder_object_model::object::repr(op)?.op()))
}

fn size_of_frame(frame: Frame<'_>) -> PyResult {
    // SAFETY: a frame object's frame and its code are live.
    let code = unsafe { code_of(frame.f_frame) };
    int::from_usize(size_of::<PyFrameObject>() + 8 * code.co_framesize as usize)
}

const fn member(name: &'static CStr, kind: c_int, offset: usize, flags: c_int) -> PyMemberDef {
    PyMemberDef { name: name.as_ptr(), r#type: kind, offset: offset as Py_ssize_t, flags, doc: ptr::null() }
}

static MEMBERS: [PyMemberDef; 2] =
    [member(c"f_trace_lines", Py_T_BOOL, offset_of!(PyFrameObject, f_trace_lines), 0), PyMemberDef::EMPTY];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"f_back", get_back, c"The frame this one was called from."),
    getset::get(c"f_locals", get_locals, c"The namespace of local variables."),
    getset::get_set(c"f_lineno", get_lineno, set_lineno, c"The line that runs."),
    getset::get_set(c"f_trace", get_trace, set_trace, c"The function that is told of this frame's events."),
    getset::get(c"f_lasti", get_lasti, c"Offset of the instruction that runs."),
    getset::get(c"f_globals", get_globals, c"The namespace of global variables."),
    getset::get(c"f_builtins", get_builtins, c"The namespace of builtins."),
    getset::get(c"f_code", get_code, c"The code that runs."),
    getset::get_set(
        c"f_trace_opcodes",
        get_trace_opcodes,
        set_trace_opcodes,
        c"Whether each instruction is an event.",
    ),
    getset::get(c"f_generator", get_generator, c"The generator that owns the frame, or None."),
    PyGetSetDef::EMPTY,
];

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"clear", clear_method, c"clear($self, /)\n--\n\nDrop the references the frame holds."),
    method::noargs(c"__sizeof__", size_of_frame, c"__sizeof__($self, /)\n--\n\nThe frame's size in memory."),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyFrame_Type: PyTypeObject = PyTypeObject {
    tp_name: c"frame".as_ptr(),
    tp_basicsize: (offset_of!(PyFrameObject, _f_frame_data) + offset_of!(_PyInterpreterFrame, localsplus))
        as Py_ssize_t,
    tp_itemsize: size_of::<*mut PyObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear_references),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const MEMBERS).cast::<PyMemberDef>().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
