//! `Py_BuildValue`: objects from C values by a format string.

use core::ffi::{CStr, c_char, c_int};
use core::{ptr, slice};

use adder_object_model::define::guard_object;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, bytes, call, complex, dict, errors, float, int, list, object,
    raise, singletons, str, tuple,
};

use crate::va::{Cursor, VaList};

/// A position in a format string and the arguments that belong to it.
struct Builder<'a> {
    format: &'a [u8],
    at: usize,
    va: VaList,
}

/// The objects of a whole format: none gives `None`, one itself, several a tuple.
pub fn build(format: &[u8], va: VaList) -> PyResult {
    let mut builder = Builder { format, at: 0, va };
    let n = builder.count(0)?;
    match n {
        0 => Ok(singletons::new_none()),
        1 => builder.value(),
        _ => {
            let items = builder.values(n, 0)?;
            tuple::from_vec(items)
        }
    }
}

/// The arguments that `PyObject_CallFunction` makes of a format: a single tuple is spread.
fn build_arguments(format: *const c_char, va: VaList) -> PyResult<Vec<Object>> {
    if format.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: a zero-terminated format.
    let format = unsafe { CStr::from_ptr(format) }.to_bytes();
    let mut builder = Builder { format, at: 0, va };
    let n = builder.count(0)?;
    let items = builder.values(n, 0)?;
    if let [only] = &items[..]
        && let Some(only) = only.op().downcast::<PyTupleObject>()
    {
        // SAFETY: a tuple's items are live.
        return Ok(tuple::items(only).iter().map(|&item| unsafe { Owned::new_ref(item) }).collect());
    }
    Ok(items)
}

impl Builder<'_> {
    fn peek(&self) -> u8 {
        self.format.get(self.at).copied().unwrap_or(0)
    }

    /// How many items come before `end` at this level (`countformat`).
    fn count(&self, end: u8) -> PyResult<usize> {
        let mut level = 0;
        let mut count = 0;
        let mut at = self.at;
        loop {
            let c = self.format.get(at).copied().unwrap_or(0);
            if level == 0 && c == end {
                return Ok(count);
            }
            match c {
                0 => return Err(raise!(SystemError, "unmatched paren in format")),
                b'(' | b'[' | b'{' => {
                    if level == 0 {
                        count += 1;
                    }
                    level += 1;
                }
                b')' | b']' | b'}' => level -= 1,
                b'#' | b'&' | b',' | b':' | b' ' | b'\t' => {}
                _ if level == 0 => count += 1,
                _ => {}
            }
            at += 1;
        }
    }

    /// `n` values and the closing character. A value that fails does not end it: the others are
    /// taken too, because an `N` among them gives its reference up in any case.
    fn values(&mut self, n: usize, end: u8) -> PyResult<Vec<Object>> {
        let mut items = Vec::with_capacity(n);
        let mut first_error: Option<Object> = None;
        for _ in 0..n {
            match self.value() {
                Ok(value) => items.push(value),
                Err(raised) => {
                    let exception = raised.take();
                    first_error.get_or_insert(exception);
                }
            }
        }
        if let Some(exception) = first_error {
            return Err(errors::restore(exception));
        }
        while matches!(self.peek(), b',' | b':' | b' ' | b'\t') {
            self.at += 1;
        }
        if self.peek() != end {
            return Err(raise!(SystemError, "Unmatched paren in format"));
        }
        if end != 0 {
            self.at += 1;
        }
        Ok(items)
    }

    fn text(&mut self, wide: bool) -> PyResult {
        // SAFETY: for a unit of text the caller has passed a pointer.
        let pointer = unsafe { self.va.pointer::<u8>() };
        let length = if self.peek() == b'#' {
            self.at += 1;
            // SAFETY: for `#` the caller has passed a length behind the pointer.
            Some(unsafe { self.va.longlong() } as isize)
        } else {
            None
        };
        if pointer.is_null() {
            return Ok(singletons::new_none());
        }
        if wide {
            let wide: *const u32 = pointer.cast();
            let length = match length {
                Some(n) if n >= 0 => n as usize,
                // SAFETY: the caller's text ends with a zero, behind which nothing is read.
                _ => (0..).take_while(|&i| unsafe { *wide.add(i) } != 0).count(),
            };
            // SAFETY: so many characters as the caller says, or as stand before the zero.
            let points = unsafe { slice::from_raw_parts(wide, length) };
            return str::from_code_points(points).map(Owned::into_object);
        }
        // SAFETY: the caller's text has the length that was passed, or ends with a zero byte.
        str::decode_utf8(unsafe { bytes_at(pointer, length) }, None).map(Owned::into_object)
    }

    /// One value (`do_mkvalue`).
    fn value(&mut self) -> PyResult {
        loop {
            let c = self.peek();
            self.at += 1;
            // SAFETY: each unit takes the arguments that it stands for, and the caller has passed those of all units.
            unsafe {
                return match c {
                    b'(' => {
                        let n = self.count(b')')?;
                        tuple::from_vec(self.values(n, b')')?)
                    }
                    b'[' => {
                        let n = self.count(b']')?;
                        list::from_vec(self.values(n, b']')?).map(Owned::into_object)
                    }
                    b'{' => {
                        let n = self.count(b'}')?;
                        if n % 2 != 0 {
                            return Err(raise!(SystemError, "Bad dict format"));
                        }
                        let items = self.values(n, b'}')?;
                        let result = dict::new()?;
                        for pair in items.chunks(2) {
                            dict::set_item(result.borrow(), pair[0].op(), pair[1].op())?;
                        }
                        Ok(result.into_object())
                    }
                    b'b' | b'B' | b'h' | b'i' => int::from_i64(self.va.int().into()),
                    b'H' => int::from_i64((self.va.int() as u16).into()),
                    b'I' => int::from_u64(self.va.uint().into()),
                    b'n' => int::from_isize(self.va.longlong() as isize),
                    b'l' => int::from_i64(self.va.long()),
                    b'k' => int::from_u64(self.va.long() as u64),
                    b'L' => int::from_i64(self.va.longlong()),
                    b'K' => int::from_u64(self.va.longlong() as u64),
                    b'p' => Ok(singletons::new_bool(self.va.int() != 0)),
                    b'u' => self.text(true),
                    b'f' | b'd' => float::new(self.va.double()),
                    b'D' => {
                        let value = self.va.pointer::<Py_complex>();
                        complex::new((*value).real, (*value).imag)
                    }
                    b'c' => bytes::from_slice(&[self.va.int() as u8]).map(Owned::into_object),
                    b'C' => {
                        let point = self.va.int();
                        if !(0..=0x10_ffff).contains(&point) {
                            return Err(raise!(
                                ValueError,
                                "character U+{point:x} is not in range [U+0000; U+10ffff]"
                            ));
                        }
                        str::from_char(point as u32).map(Owned::into_object)
                    }
                    b's' | b'z' | b'U' => self.text(false),
                    b'y' => {
                        let pointer = self.va.pointer::<u8>();
                        let length = if self.peek() == b'#' {
                            self.at += 1;
                            Some(self.va.longlong() as isize)
                        } else {
                            None
                        };
                        if pointer.is_null() {
                            return Ok(singletons::new_none());
                        }
                        bytes::from_slice(bytes_at(pointer, length)).map(Owned::into_object)
                    }
                    b'N' | b'S' | b'O' => {
                        if self.peek() == b'&' {
                            self.at += 1;
                            type Converter = unsafe extern "C" fn(*mut core::ffi::c_void) -> *mut PyObject;
                            let converter: *mut core::ffi::c_void = self.va.pointer();
                            let argument = self.va.pointer();
                            let converter =
                                core::mem::transmute::<*mut core::ffi::c_void, Converter>(converter);
                            return Object::from_c(converter(argument));
                        }
                        let op = self.va.pointer::<PyObject>();
                        match Op::from_nullable(op) {
                            Some(op) if c == b'N' => Ok(Owned::steal(op.as_ptr())),
                            Some(op) => Ok(op.to_owned()),
                            None if errors::occurred().is_some() => Err(errors::raised()),
                            None => Err(raise!(SystemError, "NULL object passed to Py_BuildValue")),
                        }
                    }
                    b',' | b':' | b' ' | b'\t' => continue,
                    _ => Err(raise!(SystemError, "bad format char passed to Py_BuildValue")),
                };
            }
        }
    }
}

/// # Safety
/// `pointer` points to `length` bytes, or without a length to a zero-terminated string.
unsafe fn bytes_at<'a>(pointer: *const u8, length: Option<isize>) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        match length {
            Some(n) if n >= 0 => slice::from_raw_parts(pointer, n as usize),
            _ => CStr::from_ptr(pointer.cast()).to_bytes(),
        }
    }
}

/// `Py_BuildValue`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_build_value(format: *const c_char, cursor: *mut Cursor) -> *mut PyObject {
    // SAFETY: the shim passes a zero-terminated format and a live cursor.
    guard_object(|| unsafe { build(CStr::from_ptr(format).to_bytes(), VaList::new(cursor)) })
}

fn call_with(callable: Op<'_>, arguments: &[Object]) -> PyResult {
    let borrowed: Vec<Op<'_>> = arguments.iter().map(Owned::op).collect();
    call::call(callable, Args::positional_only(&borrowed))
}

fn null_callable() -> Raised {
    if errors::occurred().is_some() {
        errors::raised()
    } else {
        raise!(SystemError, "null argument to internal routine")
    }
}

/// `PyObject_CallFunction`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_call_function(
    callable: *mut PyObject,
    format: *const c_char,
    cursor: *mut Cursor,
) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: the shim passes its caller's arguments and a live cursor.
        unsafe {
            let arguments = build_arguments(format, VaList::new(cursor))?;
            call_with(Op::from_nullable(callable).ok_or_else(null_callable)?, &arguments)
        }
    })
}

/// `PyObject_CallMethod`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_call_method(
    op: *mut PyObject,
    name: *const c_char,
    format: *const c_char,
    cursor: *mut Cursor,
) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: the shim passes its caller's arguments and a live cursor.
        unsafe {
            let op = Op::from_nullable(op).ok_or_else(null_callable)?;
            let name = str::decode_utf8(CStr::from_ptr(name).to_bytes(), None)?;
            let method = object::get_attr(op, name.op())?;
            if !object::is_callable(method.op()) {
                return Err(raise!(
                    TypeError,
                    "attribute of type '{}' is not callable",
                    method.op().type_name()
                ));
            }
            call_with(method.op(), &build_arguments(format, VaList::new(cursor))?)
        }
    })
}

/// The object arguments up to the null that ends them: the caller's references.
///
/// # Safety
/// The cursor stands before objects that end with null and that live for `'a`.
unsafe fn objects<'a>(mut va: VaList) -> Vec<Op<'a>> {
    let mut result = Vec::new();
    // SAFETY: the caller's promise.
    while let Some(op) = unsafe { Op::from_nullable(va.pointer()) } {
        result.push(op);
    }
    result
}

/// `PyObject_CallFunctionObjArgs`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_call_function_obj_args(
    callable: *mut PyObject,
    cursor: *mut Cursor,
) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: as above; the arguments end with null.
        unsafe {
            let callable = Op::from_nullable(callable).ok_or_else(null_callable)?;
            call::call_positional(callable, &objects(VaList::new(cursor)))
        }
    })
}

/// `PyObject_CallMethodObjArgs`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_call_method_obj_args(
    op: *mut PyObject,
    name: *mut PyObject,
    cursor: *mut Cursor,
) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: as above.
        unsafe {
            let op = Op::from_nullable(op).ok_or_else(null_callable)?;
            let name = Op::from_nullable(name).ok_or_else(null_callable)?;
            call::call_method_object(op, name, &objects(VaList::new(cursor)))
        }
    })
}

/// `PyTuple_Pack`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_tuple_pack(n: c_int_like, cursor: *mut Cursor) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: the caller passes `n` live objects.
        unsafe {
            let mut va = VaList::new(cursor);
            let items = (0..n).map(|_| Owned::new_ref(va.pointer::<PyObject>())).collect();
            tuple::from_vec(items)
        }
    })
}

#[allow(non_camel_case_types, reason = "stands for Py_ssize_t in the shim")]
type c_int_like = isize;

/// A place for results: null means that the caller wants none.
pub(crate) unsafe fn store<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller passes a place for a `T`.
        unsafe { ptr::write(place, value) };
    }
}

/// `PyArg_UnpackTuple`: 1, or 0 with an exception set. Lends the items.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_unpack_tuple(
    args: *mut PyObject,
    name: *const c_char,
    min: isize,
    max: isize,
    cursor: *mut Cursor,
) -> c_int {
    adder_object_model::define::guard_with(0, || {
        // SAFETY: the shim passes its caller's arguments and a live cursor.
        unsafe {
            let args = Op::from_nullable(args)
                .and_then(|args| args.downcast::<PyTupleObject>())
                .ok_or_else(|| raise!(SystemError, "PyArg_UnpackTuple() argument list is not a tuple"))?;
            unpack(tuple::items(args), name, min, max, VaList::new(cursor))
        }
    })
}

/// `_PyArg_UnpackStack`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_unpack_stack(
    args: *const *mut PyObject,
    n: isize,
    name: *const c_char,
    min: isize,
    max: isize,
    cursor: *mut Cursor,
) -> c_int {
    adder_object_model::define::guard_with(0, || {
        // SAFETY: as above; `args` holds `n` objects.
        unsafe {
            let items = if n == 0 { &[] } else { slice::from_raw_parts(args, n as usize) };
            unpack(items, name, min, max, VaList::new(cursor))
        }
    })
}

unsafe fn unpack(
    items: &[*mut PyObject],
    name: *const c_char,
    min: isize,
    max: isize,
    mut va: VaList,
) -> PyResult<c_int> {
    let n = items.len() as isize;
    if n < min || max < n {
        // SAFETY: a zero-terminated name, or null.
        let name = (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_string_lossy());
        let subject = name
            .as_deref()
            .map_or("unpacked tuple should have".to_owned(), |name| format!("{name} expected"));
        let bound = if min == max {
            ""
        } else if n < min {
            "at least "
        } else {
            "at most "
        };
        let limit = if n < min { min } else { max };
        let unit = if name.is_some() { "argument" } else { "element" };
        let plural = if limit == 1 { "" } else { "s" };
        let verb = if name.is_some() { ", got" } else { ", but has" };
        return Err(raise!(TypeError, "{subject} {bound}{limit} {unit}{plural}{verb} {n}"));
    }
    for &item in items {
        // SAFETY: the caller passes `max` places.
        unsafe { store(va.pointer::<*mut PyObject>(), item) };
    }
    Ok(1)
}
