//! The `traceback` type, and adding entries to the exception that is set.
//! Stacks shown when the process is about to die are in `traceback/dump.rs`.

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, Visitor, alloc, errors, exceptions, gc,
    int, list, raise, singletons, str,
};

use crate::{code, frame};

pub mod dump;

type This<'a> = Borrowed<'a, PyTracebackObject>;

/// Adds an entry for a frame to the traceback of the exception that is set (`PyTraceBack_Here`).
pub fn here(frame: Borrowed<'_, PyFrameObject>) -> PyResult<()> {
    let Some(exception) = errors::take() else {
        return Err(raise!(SystemError, "no exception to add a traceback entry to"));
    };
    let next = exceptions::get_traceback(exception.op());
    // SAFETY: a frame object's frame is alive.
    let last_instruction = unsafe { frame::last_instruction(frame.f_frame) };
    let entry = new(next, frame, last_instruction, -1);
    let added = entry.and_then(|entry| exceptions::set_traceback(exception.op(), Some(entry.op())));
    match added {
        Ok(()) => {
            let _: Raised = errors::restore(exception);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// A new entry in front of `next`; a negative line number is found out when somebody asks.
pub fn new(
    next: Option<Object>,
    frame: Borrowed<'_, PyFrameObject>,
    last_instruction: i32,
    line: i32,
) -> PyResult<Owned<PyTracebackObject>> {
    // SAFETY: a static type; the block is fresh and has this layout.
    unsafe {
        let block = gc::alloc(Borrowed::from_ptr(&raw mut PyTraceBack_Type), 0)?;
        let entry = block.into_ptr().cast::<PyTracebackObject>();
        (*entry).tb_next = adder_object_model::refs::into_nullable(next).cast();
        (*entry).tb_frame = frame.to_owned().into_ptr();
        (*entry).tb_lasti = last_instruction;
        (*entry).tb_lineno = line;
        gc::track(entry.cast());
        Ok(Owned::steal(entry))
    }
}

/// The line of an entry.
pub fn line_number(entry: This<'_>) -> i32 {
    if entry.tb_lineno >= 0 {
        return entry.tb_lineno;
    }
    // SAFETY: an entry owns its frame.
    let code = unsafe { frame::code_of((*entry.tb_frame).f_frame) };
    let line = code::line_at(code, entry.tb_lasti);
    // SAFETY: alive; the line of an instruction does not change.
    unsafe { (*entry.as_ptr()).tb_lineno = line };
    line
}

fn new_from_python(_tp: Borrowed<'_, PyTypeObject>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<4> =
        Signature::new("traceback", ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"]).required(4);
    let [next, frame, last_instruction, line] = args.parse(&SIGNATURE)?;
    let (next, frame) = (next.expect("required"), frame.expect("required"));
    let Some(frame) = frame.downcast_exact::<PyFrameObject>() else {
        return Err(raise!(
            TypeError,
            "traceback() argument 'tb_frame' must be frame, not {}",
            frame.type_name()
        ));
    };
    let last_instruction = int::as_i32(last_instruction.expect("required"))?;
    let line = int::as_i32(line.expect("required"))?;
    let next = if next.is_none() {
        None
    } else if next.is_exact::<PyTracebackObject>() {
        Some(next.to_owned())
    } else {
        return Err(raise!(TypeError, "expected traceback object or None, got '{}'", next.type_name()));
    };
    Ok(new(next, frame, last_instruction, line)?.into_object())
}

/// A long chain is freed entry by entry, not by recursion.
fn dealloc(entry: This<'_>) {
    let op = entry.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the count is 0; the fields hold owned references and are emptied before drops.
    unsafe {
        let this = entry.as_ptr();
        let mut next =
            Owned::steal_nullable(core::ptr::replace(&raw mut (*this).tb_next, core::ptr::null_mut()));
        drop(Owned::steal_nullable(core::ptr::replace(&raw mut (*this).tb_frame, core::ptr::null_mut())));
        while let Some(current) = next {
            next = if current.ob_base.ob_refcnt == 1 {
                let field = &raw mut (*current.as_ptr()).tb_next;
                Owned::steal_nullable(core::ptr::replace(field, core::ptr::null_mut()))
            } else {
                None
            };
            drop(current);
        }
        alloc::free_object(op);
    }
}

fn traverse(entry: This<'_>, visitor: &mut Visitor) {
    visitor.visit(entry.tb_next);
    visitor.visit(entry.tb_frame);
}

fn clear(entry: This<'_>) {
    // SAFETY: the fields hold owned references or null.
    unsafe {
        let this = entry.as_ptr();
        drop(Owned::steal_nullable(core::ptr::replace(&raw mut (*this).tb_next, core::ptr::null_mut())));
        drop(Owned::steal_nullable(core::ptr::replace(&raw mut (*this).tb_frame, core::ptr::null_mut())));
    }
}

fn get_next(entry: This<'_>) -> PyResult {
    // SAFETY: the field holds an owned reference or null.
    Ok(unsafe { Object::new_ref_nullable(entry.tb_next.cast()) }.unwrap_or_else(singletons::new_none))
}

fn set_next(entry: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete tb_next attribute"));
    };
    let next = if value.is_none() {
        None
    } else if let Some(next) = value.downcast_exact::<PyTracebackObject>() {
        let mut cursor = next.as_ptr();
        while !cursor.is_null() {
            if cursor == entry.as_ptr() {
                return Err(raise!(ValueError, "traceback loop detected"));
            }
            // SAFETY: a live entry owns the next one.
            cursor = unsafe { (*cursor).tb_next };
        }
        Some(next.to_owned())
    } else {
        return Err(raise!(TypeError, "expected traceback object, got '{}'", value.type_name()));
    };
    // SAFETY: the field holds an owned reference or null; the old one is dropped last.
    drop(unsafe {
        let new = adder_object_model::refs::into_nullable(next);
        Owned::steal_nullable(core::ptr::replace(&raw mut (*entry.as_ptr()).tb_next, new))
    });
    Ok(())
}

fn get_frame(entry: This<'_>) -> PyResult {
    // SAFETY: an entry owns its frame.
    Ok(unsafe { Object::new_ref(entry.tb_frame.cast()) })
}

fn get_last_instruction(entry: This<'_>) -> PyResult {
    int::from_i64(entry.tb_lasti.into())
}

fn get_line(entry: This<'_>) -> PyResult {
    int::from_i64(line_number(entry).into())
}

fn set_line(entry: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete tb_lineno attribute"));
    };
    let line = int::as_i32(value)?;
    // SAFETY: alive.
    unsafe { (*entry.as_ptr()).tb_lineno = line };
    Ok(())
}

fn dir(_entry: This<'_>) -> PyResult {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    let names = names.iter().map(|name| Ok(str::intern(name)?.into_object())).collect::<PyResult<_>>()?;
    Ok(list::from_vec(names)?.into_object())
}

static METHODS: &[PyMethodDef] = &[
    method::noargs(c"__dir__", dir, c"__dir__($self, /)\n--\n\nReturn the names of the attributes."),
    PyMethodDef::EMPTY,
];

static GETSETS: &[PyGetSetDef] = &[
    getset::get(c"tb_frame", get_frame, c""),
    getset::get(c"tb_lasti", get_last_instruction, c""),
    getset::get_set(c"tb_next", get_next, set_next, c""),
    getset::get_set(c"tb_lineno", get_line, set_line, c""),
    PyGetSetDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyTraceBack_Type: PyTypeObject = PyTypeObject {
    tp_name: c"traceback".as_ptr(),
    tp_basicsize: size_of::<PyTracebackObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"traceback(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nOne entry of a traceback.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_new: slot::new(new_from_python),
    ..PyTypeObject::EMPTY
};
