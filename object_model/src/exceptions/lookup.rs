//! `ImportError`, `NameError` and `AttributeError`: they remember what was looked for.

use core::mem::offset_of;

use super::base::{self, COMMON, init_args, object_member};
use super::replace;
use super::simple::owned_fields;
use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Signature, dict, method, singletons, slot, tuple};

/// A copy of an exception's dict with these entries added; `None` where there is nothing to keep.
fn state_with(own: *mut PyObject, entries: &[(&str, *mut PyObject)]) -> PyResult {
    // SAFETY: a field of a live exception owns what it points to.
    let own = unsafe { Owned::new_ref_nullable(own) };
    let entries: Vec<(&str, Object)> = entries
        .iter()
        .filter_map(|&(name, value)| {
            // SAFETY: as above.
            let value = unsafe { Owned::new_ref_nullable(value) }?;
            Some((name, value))
        })
        .collect();
    if entries.is_empty() {
        return Ok(own.unwrap_or_else(singletons::new_none));
    }
    let state = match own.as_ref().and_then(|own| own.op().downcast::<PyDictObject>()) {
        Some(own) => dict::copy(own)?,
        None => dict::new()?.into_object(),
    };
    if let Some(state) = state.op().downcast::<PyDictObject>() {
        for (name, value) in &entries {
            dict::set_item_str(state, name, value.op())?;
        }
    }
    Ok(state)
}

mod import {
    use super::*;

    type ImportError<'a> = Borrowed<'a, PyImportErrorObject>;

    const SIGNATURE: Signature<3> =
        Signature::new("ImportError", ["name", "path", "name_from"]).keyword_only_from(0);

    fn init(op: ImportError<'_>, args: Args<'_>) -> PyResult<()> {
        init_args(op.as_object(), args)?;
        let [name, path, name_from] = args.skip(args.len()).parse(&SIGNATURE)?;
        let fields = op.as_ptr();
        // SAFETY: a live exception.
        unsafe {
            replace(&raw mut (*fields).name, name.map(Op::to_owned));
            replace(&raw mut (*fields).path, path.map(Op::to_owned));
            replace(&raw mut (*fields).name_from, name_from.map(Op::to_owned));
            let message = if args.len() == 1 { args.get(0).map(Op::to_owned) } else { None };
            replace(&raw mut (*fields).msg, message);
        }
        Ok(())
    }

    owned_fields!(PyImportErrorObject: msg, name, path, name_from);

    fn to_str(op: ImportError<'_>) -> PyResult<Owned<PyUnicodeObject>> {
        // SAFETY: the field owns an object or is null.
        if let Some(message) = unsafe { Owned::new_ref_nullable(op.msg) }
            && message.op().is_exact::<PyUnicodeObject>()
        {
            // SAFETY: just checked.
            return Ok(unsafe { message.cast_unchecked() });
        }
        base::to_str(crate::exceptions::simple::base_of(op))
    }

    fn reduce(op: ImportError<'_>) -> PyResult {
        let state =
            state_with(op.dict, &[("name", op.name), ("path", op.path), ("name_from", op.name_from)])?;
        let args = base::get_args(op.as_object());
        let tp = op.ob_type().as_object();
        if state.op().is_none() {
            tuple::pack(&[tp, args.op()])
        } else {
            tuple::pack(&[tp, args.op(), state.op()])
        }
    }

    static METHODS: [PyMethodDef; 2] =
        [method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];
    static MEMBERS: [PyMemberDef; 5] = [
        object_member(c"msg", offset_of!(PyImportErrorObject, msg), c"exception message"),
        object_member(c"name", offset_of!(PyImportErrorObject, name), c"module name"),
        object_member(c"path", offset_of!(PyImportErrorObject, path), c"module path"),
        object_member(c"name_from", offset_of!(PyImportErrorObject, name_from), c"name imported from module"),
        PyMemberDef::EMPTY,
    ];

    pub(in super::super) const CHILD: PyTypeObject = PyTypeObject {
        tp_basicsize: size_of::<PyImportErrorObject>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        ..COMMON
    };
    pub(in super::super) const TEMPLATE: PyTypeObject = PyTypeObject {
        tp_str: slot::unary(to_str),
        tp_methods: (&raw const METHODS).cast_mut().cast(),
        tp_members: (&raw const MEMBERS).cast_mut().cast(),
        tp_init: slot::init(init),
        ..CHILD
    };
}
pub(super) const IMPORT_ERROR: PyTypeObject = import::TEMPLATE;
pub(super) const IMPORT_ERROR_CHILD: PyTypeObject = import::CHILD;

mod name {
    use super::*;

    type NameError<'a> = Borrowed<'a, PyNameErrorObject>;

    const SIGNATURE: Signature<1> = Signature::new("NameError", ["name"]).keyword_only_from(0);

    fn init(op: NameError<'_>, args: Args<'_>) -> PyResult<()> {
        init_args(op.as_object(), args)?;
        let [name] = args.skip(args.len()).parse(&SIGNATURE)?;
        // SAFETY: a live exception.
        unsafe { replace(&raw mut (*op.as_ptr()).name, name.map(Op::to_owned)) };
        Ok(())
    }

    owned_fields!(PyNameErrorObject: name);

    static MEMBERS: [PyMemberDef; 2] =
        [object_member(c"name", offset_of!(PyNameErrorObject, name), c"name"), PyMemberDef::EMPTY];

    pub(in super::super) const CHILD: PyTypeObject = PyTypeObject {
        tp_basicsize: size_of::<PyNameErrorObject>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        ..COMMON
    };
    pub(in super::super) const TEMPLATE: PyTypeObject = PyTypeObject {
        tp_members: (&raw const MEMBERS).cast_mut().cast(),
        tp_init: slot::init(init),
        ..CHILD
    };
}
pub(super) const NAME_ERROR: PyTypeObject = name::TEMPLATE;
pub(super) const NAME_ERROR_CHILD: PyTypeObject = name::CHILD;

mod attribute {
    use super::*;

    type AttributeError<'a> = Borrowed<'a, PyAttributeErrorObject>;

    const SIGNATURE: Signature<2> = Signature::new("AttributeError", ["name", "obj"]).keyword_only_from(0);

    fn init(op: AttributeError<'_>, args: Args<'_>) -> PyResult<()> {
        init_args(op.as_object(), args)?;
        let [name, obj] = args.skip(args.len()).parse(&SIGNATURE)?;
        // SAFETY: a live exception.
        unsafe {
            replace(&raw mut (*op.as_ptr()).name, name.map(Op::to_owned));
            replace(&raw mut (*op.as_ptr()).obj, obj.map(Op::to_owned));
        }
        Ok(())
    }

    owned_fields!(PyAttributeErrorObject: obj, name);

    /// The object itself is left out: few of those can be pickled.
    fn get_state(op: AttributeError<'_>) -> PyResult {
        state_with(op.dict, &[("name", op.name), ("args", op.args)])
    }

    fn reduce(op: AttributeError<'_>) -> PyResult {
        let state = get_state(op)?;
        let args = base::get_args(op.as_object());
        tuple::pack(&[op.ob_type().as_object(), args.op(), state.op()])
    }

    static METHODS: [PyMethodDef; 3] = [
        method::noargs(c"__getstate__", get_state, c"__getstate__($self, /)\n--\n\n"),
        method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
        PyMethodDef::EMPTY,
    ];
    static MEMBERS: [PyMemberDef; 3] = [
        object_member(c"name", offset_of!(PyAttributeErrorObject, name), c"attribute name"),
        object_member(c"obj", offset_of!(PyAttributeErrorObject, obj), c"object"),
        PyMemberDef::EMPTY,
    ];

    pub(in super::super) const TEMPLATE: PyTypeObject = PyTypeObject {
        tp_basicsize: size_of::<PyAttributeErrorObject>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_methods: (&raw const METHODS).cast_mut().cast(),
        tp_members: (&raw const MEMBERS).cast_mut().cast(),
        tp_init: slot::init(init),
        ..COMMON
    };
}
pub(super) const ATTRIBUTE_ERROR: PyTypeObject = attribute::TEMPLATE;
