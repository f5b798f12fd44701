//! `stderrprinter`: a file that only writes, for `sys.stdout` and `sys.stderr` until `io` has been imported.

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Op, Owned, PyLayout, PyResult, alloc, int, raise, singletons, str};

#[repr(C)]
pub struct PyStdPrinter_Object {
    pub ob_base: PyObject,
    pub fd: i32,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for PyStdPrinter_Object {}

type This<'a> = Borrowed<'a, PyStdPrinter_Object>;

/// `PyFile_NewStdPrinter`.
pub fn new(fd: i32) -> PyResult {
    // SAFETY: a static type that start-up has made ready.
    let tp = unsafe { Borrowed::from_ptr(&raw mut PyStdPrinter_Type) };
    let result: Owned<PyStdPrinter_Object> = alloc::new_object(tp)?;
    // SAFETY: fresh, nobody else has it.
    unsafe { (*result.as_ptr()).fd = fd };
    Ok(result.into_object())
}

fn write(this: This<'_>, text: Op<'_>) -> PyResult {
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "write() argument must be str, not {}", text.type_name()));
    };
    let data = str::to_wtf8(text);
    let mut rest = data.as_bytes();
    while !rest.is_empty() {
        // SAFETY: the buffer is as long as said.
        let written = unsafe { libc::write(this.fd, rest.as_ptr().cast(), rest.len()) };
        if written <= 0 {
            break;
        }
        rest = &rest[written as usize..];
    }
    int::from_usize(str::len(text))
}

fn fileno(this: This<'_>) -> PyResult {
    int::from_i64(this.fd.into())
}

fn repr(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(format!("<stdprinter(fd={}) object at {:p}>", this.fd, this.as_ptr()))
}

fn isatty(this: This<'_>) -> PyResult<bool> {
    // SAFETY: isatty accepts any number.
    Ok(unsafe { libc::isatty(this.fd) } != 0)
}

fn nothing(_this: This<'_>) -> PyResult<()> {
    Ok(())
}

fn encoding(_this: This<'_>) -> PyResult {
    Ok(singletons::new_none())
}

fn closed(_this: This<'_>) -> PyResult<bool> {
    Ok(false)
}

fn mode(_this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("w")
}

fn dealloc(this: This<'_>) {
    // SAFETY: the count is 0, and the object owns nothing.
    unsafe { alloc::free_object(this.as_object_ptr()) };
}

static METHODS: &[PyMethodDef] = &[
    method::noargs(c"close", nothing, c"Do nothing: the descriptor belongs to the process."),
    method::noargs(c"flush", nothing, c"Do nothing: everything is written at once."),
    method::noargs(c"fileno", fileno, c"Return the descriptor."),
    method::noargs(c"isatty", isatty, c"Return whether the descriptor is a terminal."),
    method::o(c"write", write, c"Write text as UTF-8."),
    PyMethodDef::EMPTY,
];

static GETSETS: &[PyGetSetDef] = &[
    getset::get(c"encoding", encoding, c"None."),
    getset::get(c"closed", closed, c"False."),
    getset::get(c"mode", mode, c"The mode of the file."),
    PyGetSetDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyStdPrinter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"stderrprinter".as_ptr(),
    tp_basicsize: size_of::<PyStdPrinter_Object>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
