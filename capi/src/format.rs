//! `PyUnicode_FromFormat` and the functions that format a message with it.
//!
//! The conversions are those of CPython's documentation: printf's integers, `%c %s
//! %p`, and for objects `%U %V %S %R %A %T %#T %N %#N`.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use adder_object_model::define::{guard_object, guard_status};
use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, Owned, PyResult, bytes, errors, exceptions, object, raise, state, str, type_object,
};
use rustpython_wtf8::{CodePoint, Wtf8Buf};

use crate::va::{Cursor, VaList};

/// One `%` conversion.
#[derive(Default)]
struct Spec {
    minus: bool,
    zero: bool,
    hash: bool,
    width: Option<usize>,
    precision: Option<usize>,
    size: Size,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Size {
    #[default]
    Int,
    Long,
}

fn digits(format: &[u8], at: &mut usize) -> Option<usize> {
    let start = *at;
    while format.get(*at).is_some_and(u8::is_ascii_digit) {
        *at += 1;
    }
    core::str::from_utf8(&format[start..*at]).ok()?.parse().ok()
}

/// The bytes of a C string, at most `limit` of them.
///
/// # Safety
/// `text` is zero-terminated or has at least `limit` bytes.
unsafe fn limited<'a>(text: *const c_char, limit: Option<usize>) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        let length = match limit {
            Some(limit) => libc::strnlen(text, limit),
            None => libc::strlen(text),
        };
        core::slice::from_raw_parts(text.cast(), length)
    }
}

/// Appends text cut to the precision and padded to the width.
fn push_text(out: &mut Wtf8Buf, text: &Wtf8Buf, spec: &Spec) {
    let mut text = text.clone();
    if let Some(precision) = spec.precision {
        text = text.code_points().take(precision).collect();
    }
    let missing = spec.width.unwrap_or(0).saturating_sub(text.code_points().count());
    if !spec.minus {
        (0..missing).for_each(|_| out.push_str(" "));
    }
    out.push_wtf8(&text);
    if spec.minus {
        (0..missing).for_each(|_| out.push_str(" "));
    }
}

/// Appends a number: precision is the least number of digits, width pads.
fn push_number(out: &mut Wtf8Buf, negative: bool, mut body: String, spec: &Spec) {
    while body.len() < spec.precision.unwrap_or(0) {
        body.insert(0, '0');
    }
    let sign = if negative { "-" } else { "" };
    let missing = spec.width.unwrap_or(0).saturating_sub(body.len() + sign.len());
    if spec.minus {
        out.push_str(sign);
        out.push_str(&body);
        out.push_str(&" ".repeat(missing));
    } else if spec.zero {
        out.push_str(sign);
        out.push_str(&"0".repeat(missing));
        out.push_str(&body);
    } else {
        out.push_str(&" ".repeat(missing));
        out.push_str(sign);
        out.push_str(&body);
    }
}

/// The text a format and its arguments make.
///
/// # Safety
/// The arguments behind `va` are what the format says.
pub unsafe fn format_text(format: &[u8], va: &mut VaList) -> PyResult<Wtf8Buf> {
    let mut out = Wtf8Buf::new();
    let mut at = 0;
    while at < format.len() {
        let c = format[at];
        if c != b'%' {
            if !c.is_ascii() {
                return Err(raise!(
                    ValueError,
                    "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{c:02x}"
                ));
            }
            let end = format[at..]
                .iter()
                .position(|&c| c == b'%' || !c.is_ascii())
                .map_or(format.len(), |n| at + n);
            out.push_str(core::str::from_utf8(&format[at..end]).expect("ASCII"));
            at = end;
            continue;
        }
        at += 1;
        // SAFETY: the caller's promise.
        at = unsafe { convert(format, at, va, &mut out)? };
    }
    Ok(out)
}

/// Appends one conversion whose text begins at `at` and gives the place behind it.
///
/// # Safety
/// As for `format_text`.
unsafe fn convert(format: &[u8], mut at: usize, va: &mut VaList, out: &mut Wtf8Buf) -> PyResult<usize> {
    let mut spec = Spec::default();
    let start = at;
    let invalid =
        || Err(raise!(SystemError, "invalid format string: %{}", String::from_utf8_lossy(&format[start..])));
    let mut pos = at;
    loop {
        match format.get(pos) {
            Some(b'-') => spec.minus = true,
            Some(b'0') => spec.zero = true,
            Some(b'#') => spec.hash = true,
            _ => break,
        }
        pos += 1;
    }
    // SAFETY: a conversion takes its width, precision and value in the order in which the caller passed them.
    unsafe {
        if format.get(pos) == Some(&b'*') {
            pos += 1;
            let width = va.int();
            spec.minus |= width < 0;
            spec.width = Some(width.unsigned_abs() as usize);
        } else {
            spec.width = digits(format, &mut pos);
        }
        if format.get(pos) == Some(&b'.') {
            pos += 1;
            if format.get(pos) == Some(&b'*') {
                pos += 1;
                spec.precision = usize::try_from(va.int()).ok();
            } else {
                spec.precision = Some(digits(format, &mut pos).unwrap_or(0));
            }
        }
        let mut wide = false;
        match format.get(pos) {
            Some(b'l') => {
                pos += 1;
                wide = true;
                spec.size = Size::Long;
                if format.get(pos) == Some(&b'l') {
                    pos += 1;
                }
            }
            Some(b'z' | b'j' | b't') => {
                pos += 1;
                spec.size = Size::Long;
            }
            _ => {}
        }
        let Some(&kind) = format.get(pos) else { return invalid() };
        at = pos + 1;
        match kind {
            b'%' => out.push_str("%"),
            b'd' | b'i' => {
                let value = if spec.size == Size::Long { va.longlong() } else { va.int().into() };
                push_number(out, value < 0, value.unsigned_abs().to_string(), &spec);
            }
            b'u' | b'x' | b'X' | b'o' => {
                let value = if spec.size == Size::Long { va.longlong() as u64 } else { va.uint().into() };
                let body = match kind {
                    b'u' => value.to_string(),
                    b'x' => format!("{value:x}"),
                    b'X' => format!("{value:X}"),
                    _ => format!("{value:o}"),
                };
                push_number(out, false, body, &spec);
            }
            b'c' => {
                let value = va.int();
                let Some(point) = u32::try_from(value).ok().and_then(CodePoint::from_u32) else {
                    return Err(raise!(OverflowError, "character argument not in range(0x110000)"));
                };
                out.push(point);
            }
            b'p' => {
                let value = va.pointer::<u8>();
                let text: Wtf8Buf = format!("0x{:x}", value.addr()).into();
                push_text(out, &text, &spec);
            }
            b's' if wide => {
                let value = va.pointer::<u32>();
                let limit = spec.precision.unwrap_or(usize::MAX);
                let text = (0..limit)
                    .map(|i| *value.add(i))
                    .take_while(|&c| c != 0)
                    .filter_map(CodePoint::from_u32)
                    .collect();
                push_text(out, &text, &spec);
            }
            b's' => {
                let bytes = limited(va.string(), spec.precision);
                let text = str::decode_utf8(bytes, Some("replace"))?;
                push_text(out, &str::to_wtf8(text.borrow()), &spec);
            }
            b'U' | b'S' | b'R' | b'A' | b'T' | b'N' | b'V' => {
                let op = va.pointer::<PyObject>();
                let text = match (kind, Op::from_nullable(op)) {
                    (b'V', op) => {
                        let fallback = va.string();
                        match op {
                            Some(op) => object::str(op)?,
                            None => str::decode_utf8(limited(fallback, spec.precision), Some("replace"))?,
                        }
                    }
                    (_, None) => return Err(errors::bad_internal_call()),
                    (b'U' | b'S', Some(op)) => object::str(op)?,
                    (b'R', Some(op)) => object::repr(op)?,
                    (b'A', Some(op)) => object::ascii(op)?,
                    (_, Some(op)) => {
                        let of = if kind == b'T' {
                            op.ob_type()
                        } else {
                            op.downcast::<PyTypeObject>()
                                .ok_or_else(|| raise!(TypeError, "%N argument must be a type"))?
                        };
                        let name = type_object::get_fully_qualified_name(of)?;
                        let name = object::str(name.op())?;
                        if spec.hash {
                            // The module is set off by a colon: "package.module:Class".
                            let qualname = object::str(type_object::get_qualname(of)?.op())?;
                            let full = str::to_string_lossy(name.op());
                            let qualname = str::to_string_lossy(qualname.op());
                            match full.strip_suffix(&format!(".{qualname}")) {
                                Some(module) => str::from_string(format!("{module}:{qualname}"))?,
                                None => name,
                            }
                        } else {
                            name
                        }
                    }
                };
                push_text(out, &str::to_wtf8(text.borrow()), &spec);
            }
            _ => return invalid(),
        }
    }
    Ok(at)
}

/// # Safety
/// The shim's promise: a zero-terminated format and a live cursor before its arguments.
unsafe fn text_of(format: *const c_char, cursor: *mut Cursor) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: the caller's promise.
    let text = unsafe { format_text(CStr::from_ptr(format).to_bytes(), &mut VaList::new(cursor))? };
    str::from_wtf8(&text)
}

/// `PyUnicode_FromFormat`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_unicode_from_format(format: *const c_char, cursor: *mut Cursor) -> *mut PyObject {
    // SAFETY: the shim's promise.
    guard_object(|| unsafe { text_of(format, cursor) })
}

/// `PyBytes_FromFormat`: the same conversions without objects; `%c` is a byte.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_bytes_from_format(format: *const c_char, cursor: *mut Cursor) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: the shim's promise.
        unsafe {
            let format = CStr::from_ptr(format).to_bytes();
            let mut va = VaList::new(cursor);
            let mut out = Vec::new();
            let mut at = 0;
            while at < format.len() {
                if format[at] != b'%' {
                    out.push(format[at]);
                    at += 1;
                    continue;
                }
                match format.get(at + 1) {
                    Some(b'c') => {
                        let value = va.int();
                        let Ok(byte) = u8::try_from(value) else {
                            return Err(raise!(
                                OverflowError,
                                "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]"
                            ));
                        };
                        out.push(byte);
                        at += 2;
                    }
                    Some(b's') => {
                        out.extend_from_slice(limited(va.string(), None));
                        at += 2;
                    }
                    _ => {
                        let mut text = Wtf8Buf::new();
                        at = convert(format, at + 1, &mut va, &mut text)?;
                        out.extend_from_slice(text.as_bytes());
                    }
                }
            }
            bytes::from_slice(&out)
        }
    })
}

/// `PyErr_Format`: always null.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_err_format(
    class: *mut PyObject,
    format: *const c_char,
    cursor: *mut Cursor,
) -> *mut PyObject {
    guard_object(|| -> PyResult {
        // The message is made with no exception set, as CPython does.
        drop(errors::take());
        // SAFETY: the shim's promise; `class` is a live exception class.
        unsafe {
            let message = text_of(format, cursor)?;
            Err(exceptions::set_object(Op::from_ptr(class), Some(message.op())))
        }
    });
    ptr::null_mut()
}

/// `_PyErr_FormatFromCause`: the exception that is set becomes cause and context of the new one.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_err_format_from_cause(
    class: *mut PyObject,
    format: *const c_char,
    cursor: *mut Cursor,
) -> *mut PyObject {
    guard_object(|| -> PyResult {
        let cause = errors::take().ok_or_else(errors::bad_internal_call)?;
        // SAFETY: the shim's promise; `class` is a live exception class.
        let new = unsafe {
            let message = text_of(format, cursor)?;
            exceptions::set_object(Op::from_ptr(class), Some(message.op())).take()
        };
        exceptions::set_cause(new.op(), Some(cause.clone()));
        exceptions::set_context(new.op(), Some(cause));
        Err(errors::restore(new))
    });
    ptr::null_mut()
}

/// `PyErr_WarnFormat`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_err_warn_format(
    category: *mut PyObject,
    level: isize,
    format: *const c_char,
    cursor: *mut Cursor,
) -> c_int {
    guard_status(|| {
        // SAFETY: the shim's promise; `category` is null or live.
        unsafe {
            let message = text_of(format, cursor)?;
            let category = Op::from_nullable(category).unwrap_or_else(exceptions::builtin::RuntimeWarning);
            (state::hooks().warn)(category, &str::to_string_lossy(message.op()), level)
        }
    })
}

/// `PyErr_ResourceWarning`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_err_resource_warning(
    _source: *mut PyObject,
    level: isize,
    format: *const c_char,
    cursor: *mut Cursor,
) -> c_int {
    guard_status(|| {
        // SAFETY: the shim's promise.
        let message = unsafe { text_of(format, cursor)? };
        (state::hooks().warn)(
            exceptions::builtin::ResourceWarning(),
            &str::to_string_lossy(message.op()),
            level,
        )
    })
}

/// `PyErr_FormatUnraisable`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_err_format_unraisable(format: *const c_char, cursor: *mut Cursor) {
    let exception = errors::take();
    // SAFETY: the shim's promise; a null format means no message.
    let message = (!format.is_null()).then(|| unsafe { text_of(format, cursor) }.ok()).flatten();
    drop(errors::take());
    if let Some(exception) = exception {
        errors::restore(exception).ignore();
    }
    let message = message.map(|message| str::to_string_lossy(message.op()));
    (state::hooks().write_unraisable)(message.as_deref(), None);
}

fn write_to(stream: c_int, text: Op<'_>) {
    let saved: Option<Object> = errors::take();
    let name = if stream == 1 { "stdout" } else { "stderr" };
    // SAFETY: the sys module's dict, null before start.
    let file = unsafe { Op::from_nullable(state::interp().sysdict.get()) }
        .and_then(|dict| dict.downcast::<PyDictObject>())
        .and_then(|dict| adder_object_model::dict::get_item_str(dict, name).ok().flatten());
    let written = file.is_some_and(|file| {
        adder_object_model::call::call_method(file.op(), "write", &[text])
            .map_err(errors::Raised::clear)
            .is_ok()
    });
    if !written {
        let text = str::to_string_lossy(text);
        // SAFETY: a live buffer of that length.
        unsafe { libc::write(stream, text.as_ptr().cast(), text.len()) };
    }
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
}

/// `PySys_WriteStdout` and `PySys_WriteStderr`, after formatting.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_sys_write(stream: c_int, text: *const c_char) {
    // SAFETY: the shim passes a zero-terminated buffer.
    match str::decode_utf8(unsafe { CStr::from_ptr(text) }.to_bytes(), Some("backslashreplace")) {
        Ok(text) => write_to(stream, text.op()),
        Err(raised) => raised.clear(),
    }
}

/// `PySys_FormatStdout` and `PySys_FormatStderr`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_sys_format(stream: c_int, format: *const c_char, cursor: *mut Cursor) {
    // SAFETY: the shim's promise.
    match unsafe { text_of(format, cursor) } {
        Ok(text) => write_to(stream, text.op()),
        Err(raised) => raised.clear(),
    }
}
