//! `SyntaxError`: where in which file, and what stands there.

use core::mem::offset_of;

use super::base::{COMMON, init_args, object_member};
use super::replace;
use super::simple::owned_fields;
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Owned, PyResult, int, object, raise, sequence, singletons, slot, str, tuple,
};

type SyntaxError<'a> = Borrowed<'a, PySyntaxErrorObject>;

fn init(op: SyntaxError<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords(op.type_name())?;
    init_args(op.as_object(), args)?;
    let fields = op.as_ptr();
    if let Some(message) = args.get(0) {
        // SAFETY: a live exception.
        unsafe { replace(&raw mut (*fields).msg, Some(message.to_owned())) };
    }
    if args.len() != 2 {
        return Ok(());
    }
    let info = sequence::to_tuple(args.get(1).expect("counted"))?;
    // SAFETY: just made a tuple.
    let info = unsafe { info.cast_unchecked::<PyTupleObject>() };
    let n = tuple::len(info.borrow());
    // SAFETY: a live exception.
    unsafe {
        replace(&raw mut (*fields).end_lineno, None);
        replace(&raw mut (*fields).end_offset, None);
    }
    if !(4..=7).contains(&n) {
        let (bound, limit) = if n < 4 { ("least", 4) } else { ("most", 7) };
        return Err(raise!(TypeError, "function takes at {bound} {limit} arguments ({n} given)"));
    }
    let item = |index: usize| (index < n).then(|| tuple::get(info.borrow(), index).to_owned());
    // SAFETY: a live exception.
    unsafe {
        replace(&raw mut (*fields).filename, item(0));
        replace(&raw mut (*fields).lineno, item(1));
        replace(&raw mut (*fields).offset, item(2));
        replace(&raw mut (*fields).text, item(3));
        replace(&raw mut (*fields).end_lineno, item(4));
        replace(&raw mut (*fields).end_offset, item(5));
        replace(&raw mut (*fields).metadata, item(6));
    }
    if n == 5 {
        return Err(raise!(TypeError, "end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

owned_fields!(PySyntaxErrorObject:
    msg, filename, lineno, offset, end_lineno, end_offset, text, print_file_and_line, metadata);

fn to_str(op: SyntaxError<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: fields own what they point to, or are null.
    let (message, filename, lineno) = unsafe {
        (
            Owned::new_ref_nullable(op.msg).unwrap_or_else(singletons::new_none),
            Owned::new_ref_nullable(op.filename),
            Owned::new_ref_nullable(op.lineno),
        )
    };
    let filename = filename.filter(|it: &Object| it.op().is_instance::<PyUnicodeObject>());
    let lineno = lineno.filter(|it: &Object| it.op().is_exact::<PyLongObject>());
    let text = object::str(message.op())?;
    if filename.is_none() && lineno.is_none() {
        return Ok(text);
    }
    let mut text = str::to_wtf8(text.borrow());
    text.push_str(" (");
    if let Some(filename) = &filename {
        // SAFETY: just checked.
        let whole = str::to_wtf8(unsafe { filename.op().cast_unchecked() });
        let start = whole.as_bytes().iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
        text.push_wtf8(&whole[start..]);
    }
    if let Some(lineno) = &lineno {
        if filename.is_some() {
            text.push_str(", ");
        }
        let line = int::as_i64_and_overflow(lineno.op())?.unwrap_or(-1);
        text.push_str(&format!("line {line}"));
    }
    text.push_str(")");
    str::from_wtf8(&text)
}

static MEMBERS: [PyMemberDef; 10] = [
    object_member(c"msg", offset_of!(PySyntaxErrorObject, msg), c"exception message"),
    object_member(c"filename", offset_of!(PySyntaxErrorObject, filename), c"exception filename"),
    object_member(c"lineno", offset_of!(PySyntaxErrorObject, lineno), c"exception lineno"),
    object_member(c"offset", offset_of!(PySyntaxErrorObject, offset), c"exception offset"),
    object_member(c"text", offset_of!(PySyntaxErrorObject, text), c"exception text"),
    object_member(c"end_lineno", offset_of!(PySyntaxErrorObject, end_lineno), c"exception end lineno"),
    object_member(c"end_offset", offset_of!(PySyntaxErrorObject, end_offset), c"exception end offset"),
    object_member(
        c"print_file_and_line",
        offset_of!(PySyntaxErrorObject, print_file_and_line),
        c"exception print_file_and_line",
    ),
    object_member(c"_metadata", offset_of!(PySyntaxErrorObject, metadata), c"exception private metadata"),
    PyMemberDef::EMPTY,
];

pub(super) const SYNTAX_ERROR_CHILD: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PySyntaxErrorObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    ..COMMON
};
pub(super) const SYNTAX_ERROR: PyTypeObject = PyTypeObject {
    tp_str: slot::unary(to_str),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_init: slot::init(init),
    ..SYNTAX_ERROR_CHILD
};
