//! `PyUnicode_*`.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::{ptr, slice};

use adder_object_model::layout::*;
use adder_object_model::{Owned, PyResult, alloc, bytes, codecs, errors, object, raise, str, unicode_data};

use crate::c_api;
use crate::convert::*;

c_api! {
    /// Lent by the object: its code points, 1, 2 or 4 bytes each.
    fn PyUnicode_DATA(op: Of<PyUnicodeObject>) -> *mut c_void { str::data(op) }
    /// New reference.
    fn PyUnicode_FromString(text: Text) -> PyResult<Str> { text.to_str() }
    /// New reference.
    fn PyUnicode_InternFromString(text: Text) -> PyResult<Str> { Ok(str::intern_in_place(text.to_str()?)) }
    /// New reference.
    fn PyUnicode_FromObject(op: Op) -> PyResult<Object> {
        if op.is_exact::<PyUnicodeObject>() { return Ok(op.to_owned()); }
        match op.downcast::<PyUnicodeObject>() {
            Some(text) => Ok(str::from_wtf8(&str::to_wtf8(text))?.into_object()),
            None => Err(raise!(TypeError, "Can't convert '{}' object to str implicitly", op.type_name())),
        }
    }
    /// New reference.
    fn PyUnicode_FromOrdinal(point: c_int) -> PyResult<Str> {
        if !(0..=0x10_ffff).contains(&point) {
            return Err(raise!(ValueError, "chr() arg not in range(0x110000)"));
        }
        str::from_char(point as u32)
    }
    /// New reference: bytes or a buffer decoded.
    fn PyUnicode_FromEncodedObject(op: Op, encoding: Option<Text>, errors: Option<Text>) -> PyResult<Object> {
        if op.is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "decoding str is not supported"));
        }
        let data: Object = if let Some(value) = op.downcast::<PyBytesObject>() {
            if bytes::len(value) == 0 { return Ok(str::empty().into_object()); }
            op.to_owned()
        } else {
            let buffer = adder_object_model::buffer::get(op, PyBUF_SIMPLE).map_err(|raised| {
                raised.clear();
                raise!(TypeError, "decoding to str: need a bytes-like object, {} found", op.type_name())
            })?;
            bytes::from_slice(buffer.as_slice())?.into_object()
        };
        codecs::decode(data.op(), name(&encoding)?, optional(&errors)?)
    }
    /// The length in code points.
    fn PyUnicode_GetLength(op: Op) -> PyResult<isize> {
        match op.downcast::<PyUnicodeObject>() {
            Some(text) => Ok(str::len(text) as isize),
            None => Err(errors::bad_argument()),
        }
    }
    fn PyUnicode_ReadChar(op: Op, index: isize) -> PyResult<u32> {
        let text = op.downcast::<PyUnicodeObject>().ok_or_else(errors::bad_argument)?;
        if index < 0 || index as usize >= str::len(text) {
            return Err(raise!(IndexError, "string index out of range"));
        }
        Ok(str::read(text, index as usize))
    }
    /// Only for a string nobody else has seen.
    fn PyUnicode_WriteChar(op: Of<PyUnicodeObject>, index: isize, point: u32) -> PyResult<()> {
        if index < 0 || index as usize >= str::len(op) {
            return Err(raise!(IndexError, "string index out of range"));
        }
        write_point(op, index as usize, point);
        Ok(())
    }
    /// New reference.
    fn PyUnicode_Concat(a: Op, b: Op) -> PyResult<Str> { str::concat(text_of(a)?, text_of(b)?) }
    /// New reference.
    fn PyUnicode_Join(separator: Option<Op>, items: Op) -> PyResult<Object> {
        match separator {
            Some(separator) => str::join(text_of(separator)?, items),
            None => {
                let space = str::from_str(" ")?;
                str::join(space.borrow(), items)
            }
        }
    }
    /// New reference: the method of that name.
    fn PyUnicode_Split(op: Of<PyUnicodeObject>, separator: Option<Op>, max: isize) -> PyResult<Object> {
        method(op, "split", &[separator.unwrap_or_else(adder_object_model::singletons::none), adder_object_model::int::from_isize(max)?.op()])
    }
    /// New reference: the method of that name.
    fn PyUnicode_RSplit(op: Of<PyUnicodeObject>, separator: Option<Op>, max: isize) -> PyResult<Object> {
        method(op, "rsplit", &[separator.unwrap_or_else(adder_object_model::singletons::none), adder_object_model::int::from_isize(max)?.op()])
    }
    /// New reference: the method of that name.
    fn PyUnicode_Splitlines(op: Of<PyUnicodeObject>, keep_ends: c_int) -> PyResult<Object> {
        method(op, "splitlines", &[if keep_ends != 0 { adder_object_model::singletons::true_() } else { adder_object_model::singletons::false_() }])
    }
    /// New reference: the method of that name.
    fn PyUnicode_Partition(op: Of<PyUnicodeObject>, separator: Op) -> PyResult<Object> { method(op, "partition", &[separator]) }
    /// New reference: the method of that name.
    fn PyUnicode_RPartition(op: Of<PyUnicodeObject>, separator: Op) -> PyResult<Object> { method(op, "rpartition", &[separator]) }
    /// New reference: the method of that name.
    fn PyUnicode_Replace(op: Of<PyUnicodeObject>, old: Op, new: Op, max: isize) -> PyResult<Object> {
        method(op, "replace", &[old, new, adder_object_model::int::from_isize(max)?.op()])
    }
    /// New reference: the method of that name.
    fn PyUnicode_Translate(op: Of<PyUnicodeObject>, table: Op, _errors: Option<Text>) -> PyResult<Object> { method(op, "translate", &[table]) }
    fn PyUnicode_Contains(op: Op, part: Op) -> PyResult<bool> {
        let Some(part) = part.downcast::<PyUnicodeObject>() else {
            return Err(raise!(TypeError, "'in <string>' requires string as left operand, not {}", part.type_name()));
        };
        Ok(str::contains(text_of(op)?, part))
    }
    /// 1 if `part` stands at the start (`direction` <= 0) or end of the range, 0, or -1.
    fn PyUnicode_Tailmatch(op: Of<PyUnicodeObject>, part: Of<PyUnicodeObject>, start: isize, end: isize, direction: c_int) -> PyResult<isize> {
        let (start, end) = clip(str::len(op), start, end);
        let n = str::len(part);
        if n > end.saturating_sub(start) || start > end { return Ok(isize::from(n == 0 && start <= end)); }
        let at = if direction > 0 { end - n } else { start };
        Ok(isize::from((0..n).all(|i| str::read(op, at + i) == str::read(part, i))))
    }
    /// The place, -1 if there is none, -2 for an error.
    fn PyUnicode_Find(op: Option<Op>, part: Option<Op>, start: isize, end: isize, direction: c_int) -> isize {
        let find = || Ok(str::find(wanted_text(op)?, wanted_text(part)?, start, end, direction > 0).map_or(-1, |at| at as isize));
        find().unwrap_or_else(|raised: adder_object_model::Raised| { raised.ignore(); -2 })
    }
    /// The place, -1 if there is none, -2 for an error.
    fn PyUnicode_FindChar(op: Of<PyUnicodeObject>, point: u32, start: isize, end: isize, direction: c_int) -> PyResult<isize> {
        let (start, end) = clip(str::len(op), start, end);
        let mut places = start..end.max(start);
        let found = if direction > 0 {
            places.find(|&at| str::read(op, at) == point)
        } else {
            places.rev().find(|&at| str::read(op, at) == point)
        };
        Ok(found.map_or(-1, |at| at as isize))
    }
    fn PyUnicode_Count(op: Of<PyUnicodeObject>, part: Of<PyUnicodeObject>, start: isize, end: isize) -> PyResult<isize> {
        let count = method(op, "count", &[part.as_object(), adder_object_model::int::from_isize(start)?.op(), adder_object_model::int::from_isize(end)?.op()])?;
        adder_object_model::int::as_isize(count.op())
    }
    /// -1, 0 or 1; -1 with an exception for an error.
    fn PyUnicode_Compare(a: Op, b: Op) -> PyResult<c_int> {
        match (a.downcast::<PyUnicodeObject>(), b.downcast::<PyUnicodeObject>()) {
            (Some(a), Some(b)) => Ok(str::compare(a, b) as c_int),
            _ => Err(raise!(TypeError, "Can't compare {} and {}", a.type_name(), b.type_name())),
        }
    }
    /// -1, 0 or 1.
    fn PyUnicode_CompareWithASCIIString(op: Of<PyUnicodeObject>, text: Text) -> c_int {
        let mut points = (0..str::len(op)).map(|at| str::read(op, at));
        let other = text.bytes().iter().map(|&byte| u32::from(byte));
        points.by_ref().cmp(other) as c_int
    }
    fn PyUnicode_EqualToUTF8(op: Of<PyUnicodeObject>, text: Text) -> bool { equals_utf8(op, text.bytes()) }
    fn PyUnicode_EqualToUTF8AndSize(op: Of<PyUnicodeObject>, text: *const c_char, n: isize) -> bool {
        // SAFETY: the caller passes `n` bytes.
        equals_utf8(op, unsafe { bytes_of(text, n) })
    }
    fn _PyUnicode_EqualToASCIIString(op: Of<PyUnicodeObject>, text: Text) -> bool { equals_utf8(op, text.bytes()) }
    fn PyUnicode_Equal(a: Op, b: Op) -> PyResult<bool> {
        for op in [a, b] {
            if !op.is_instance::<PyUnicodeObject>() {
                let which = if op.is(a) { "first" } else { "second" };
                return Err(raise!(TypeError, "{which} argument must be str, not {}", op.type_name()));
            }
        }
        Ok(str::eq(text_of(a)?, text_of(b)?))
    }
    /// New reference.
    fn PyUnicode_RichCompare(a: Op, b: Op, op: c_int) -> PyResult<Object> { object::rich_compare(a, b, op) }
    /// New reference: `format % args`.
    fn PyUnicode_Format(format: Op, args: Op) -> PyResult<Object> { str::format_percent(format, args) }
    /// New reference.
    fn PyUnicode_Substring(op: Of<PyUnicodeObject>, start: isize, end: isize) -> PyResult<Str> {
        if start < 0 || end < 0 { return Err(raise!(IndexError, "string index out of range")); }
        let end = (end as usize).min(str::len(op));
        str::substring(op, (start as usize).min(end), end)
    }
    fn PyUnicode_IsIdentifier(op: Of<PyUnicodeObject>) -> PyResult<bool> { Ok(str::methods::is_identifier(op)) }
    /// New reference.
    fn PyUnicode_AsEncodedString(op: Op, encoding: Option<Text>, errors: Option<Text>) -> PyResult<Object> {
        text_of(op)?;
        codecs::encode(op, name(&encoding)?, optional(&errors)?)
    }
    /// New reference.
    fn PyUnicode_AsUTF8String(op: Op) -> PyResult<Object> { str::encode_utf8(text_of(op)?, None) }
    /// New reference.
    fn _PyUnicode_AsUTF8String(op: Op, errors: Option<Text>) -> PyResult<Object> { str::encode_utf8(text_of(op)?, optional(&errors)?) }
    /// New reference.
    fn PyUnicode_AsLatin1String(op: Op) -> PyResult<Object> { text_of(op)?; codecs::encode(op, "latin-1", None) }
    /// New reference.
    fn PyUnicode_AsASCIIString(op: Op) -> PyResult<Object> { text_of(op)?; codecs::encode(op, "ascii", None) }
    /// New reference.
    fn PyUnicode_AsUTF16String(op: Op) -> PyResult<Object> { text_of(op)?; codecs::encode(op, "utf-16", None) }
    /// New reference.
    fn PyUnicode_AsUTF32String(op: Op) -> PyResult<Object> { text_of(op)?; codecs::encode(op, "utf-32", None) }
    /// New reference.
    fn PyUnicode_AsUnicodeEscapeString(op: Op) -> PyResult<Object> { text_of(op)?; codecs::encode(op, "unicode_escape", None) }
    /// New reference.
    fn PyUnicode_AsRawUnicodeEscapeString(op: Op) -> PyResult<Object> { text_of(op)?; codecs::encode(op, "raw_unicode_escape", None) }
    /// New reference.
    fn PyUnicode_EncodeFSDefault(op: Op) -> PyResult<Object> { str::encode_fs_default(text_of(op)?) }
    /// New reference.
    fn PyUnicode_DecodeFSDefault(text: Text) -> PyResult<Str> { str::decode_fs_default(text.bytes()) }
    /// New reference.
    fn PyUnicode_DecodeLocale(text: Text, _errors: Option<Text>) -> PyResult<Str> { str::decode_fs_default(text.bytes()) }
    /// New reference.
    fn PyUnicode_EncodeLocale(op: Op, _errors: Option<Text>) -> PyResult<Object> { str::encode_fs_default(text_of(op)?) }
    /// Lent by the object.
    fn PyUnicode_AsUTF8(op: Op) -> PyResult<*const c_char> {
        Ok(str::as_utf8(text_of(op)?)?.as_ptr().cast())
    }
    /// Lent by the object; `len` may be null.
    fn PyUnicode_AsUTF8AndSize(op: Op, len: *mut isize) -> PyResult<*const c_char> {
        let result = text_of(op).and_then(str::as_utf8);
        if !len.is_null() {
            // SAFETY: the caller's place.
            unsafe { *len = result.as_ref().map_or(-1, |text| text.len() as isize) };
        }
        Ok(result?.as_ptr().cast())
    }
    /// The code points in the caller's buffer, or null.
    fn PyUnicode_AsUCS4(op: Of<PyUnicodeObject>, buffer: *mut u32, n: isize, copy_null: c_int) -> PyResult<*mut u32> {
        let points = str::code_points(op);
        if (n as usize) < points.len() + usize::from(copy_null != 0) {
            return Err(raise!(SystemError, "string is longer than the buffer"));
        }
        // SAFETY: the caller's buffer of `n` code points.
        unsafe {
            ptr::copy_nonoverlapping(points.as_ptr(), buffer, points.len());
            if copy_null != 0 { *buffer.add(points.len()) = 0; }
        }
        Ok(buffer)
    }
    /// The code points with a zero behind them, in memory of `PyMem_Malloc` that the caller frees.
    fn PyUnicode_AsUCS4Copy(op: Of<PyUnicodeObject>) -> PyResult<*mut u32> {
        let points = str::code_points(op);
        let block = alloc::malloc((points.len() + 1) * 4).cast::<u32>();
        if block.is_null() { return Err(errors::no_memory()); }
        // SAFETY: room for the points and the zero.
        unsafe {
            ptr::copy_nonoverlapping(points.as_ptr(), block, points.len());
            *block.add(points.len()) = 0;
        }
        Ok(block)
    }
    /// The text as `wchar_t`, in memory of `PyMem_Malloc` that the caller frees; `len` may be null.
    fn PyUnicode_AsWideCharString(op: Of<PyUnicodeObject>, len: *mut isize) -> PyResult<*mut u32> {
        let points = str::code_points(op);
        if len.is_null() {
            if points.contains(&0) { return Err(raise!(ValueError, "embedded null character")); }
        } else {
            // SAFETY: the caller's place.
            unsafe { *len = points.len() as isize };
        }
        let block = alloc::malloc((points.len() + 1) * 4).cast::<u32>();
        if block.is_null() { return Err(errors::no_memory()); }
        // SAFETY: room for the points and the zero.
        unsafe {
            ptr::copy_nonoverlapping(points.as_ptr(), block, points.len());
            *block.add(points.len()) = 0;
        }
        Ok(block)
    }
    /// The text as `wchar_t` in the caller's buffer; how many were written.
    fn PyUnicode_AsWideChar(op: Of<PyUnicodeObject>, buffer: *mut u32, n: isize) -> PyResult<isize> {
        let points = str::code_points(op);
        if buffer.is_null() { return Ok(points.len() as isize + 1); }
        let count = points.len().min(n as usize);
        // SAFETY: the caller's buffer of `n` characters.
        unsafe {
            ptr::copy_nonoverlapping(points.as_ptr(), buffer, count);
            if (n as usize) > count { *buffer.add(count) = 0; }
        }
        Ok(count as isize)
    }
    fn PyUnicode_GetDefaultEncoding() -> *const c_char { c"utf-8".as_ptr() }
    /// How many code points were copied, or -1. Only into a string nobody else has seen.
    fn PyUnicode_CopyCharacters(to: Of<PyUnicodeObject>, to_start: isize, from: Of<PyUnicodeObject>, from_start: isize, n: isize) -> PyResult<isize> {
        if from_start < 0 || from_start as usize > str::len(from) || to_start < 0 || to_start as usize > str::len(to) {
            return Err(raise!(IndexError, "string index out of range"));
        }
        if n < 0 { return Err(raise!(SystemError, "how_many cannot be negative")); }
        let n = (n as usize).min(str::len(from) - from_start as usize);
        if to_start as usize + n > str::len(to) {
            return Err(raise!(SystemError, "Cannot write {n} characters at {to_start} in a string of {} characters", str::len(to)));
        }
        for i in 0..n {
            write_point(to, to_start as usize + i, str::read(from, from_start as usize + i));
        }
        Ok(n as isize)
    }
    fn PyUnicode_Fill(op: Of<PyUnicodeObject>, start: isize, n: isize, point: u32) -> PyResult<isize> {
        if start < 0 { return Err(raise!(IndexError, "string index out of range")); }
        let n = (n.max(0) as usize).min(str::len(op).saturating_sub(start as usize));
        for i in 0..n { write_point(op, start as usize + i, point); }
        Ok(n as isize)
    }
    /// New reference: an uninitialised string of `len` code points up to `max`.
    fn PyUnicode_New(len: isize, max: u32) -> PyResult<Str> {
        if len < 0 { return Err(raise!(SystemError, "Negative size passed to PyUnicode_New")); }
        str::new_unfilled(len as usize, max)
    }
    /// New reference.
    fn PyUnicode_BuildEncodingMap(text: Op) -> PyResult<Object> {
        adder_object_model::call::call_method(crate::import::module("_codecs")?.op(), "charmap_build", &[text])
    }
    fn PyUnicode_FSConverter(op: Option<Op>, place: *mut *mut PyObject) -> PyResult<c_int> { fs_converter(op, place, true) }
    fn PyUnicode_FSDecoder(op: Option<Op>, place: *mut *mut PyObject) -> PyResult<c_int> { fs_converter(op, place, false) }
    /// New reference.
    fn PyOS_FSPath(op: Op) -> PyResult<Object> { str::fs_path(op) }
    fn PyUnicode_AppendAndDel(place: *mut *mut PyObject, right: Stolen) {
        // SAFETY: `right` is ours until this function ends.
        append(place, right.0.as_ref().map(|op| unsafe { Op::from_ptr(op.as_ptr()) }));
    }
    fn PyUnicode_Append(place: *mut *mut PyObject, right: Option<Op>) { append(place, right); }
    /// New reference.
    fn PyCodec_Encode(op: Op, encoding: Option<Text>, errors: Option<Text>) -> PyResult<Object> { codecs::encode(op, name(&encoding)?, optional(&errors)?) }
    /// New reference.
    fn PyCodec_Decode(op: Op, encoding: Option<Text>, errors: Option<Text>) -> PyResult<Object> { codecs::decode(op, name(&encoding)?, optional(&errors)?) }
    /// New reference.
    fn PyCodec_LookupError(name: Option<Text>) -> PyResult<Object> { codecs::lookup_error(optional(&name)?) }
}

fn name(encoding: &Option<Text>) -> PyResult<&'static str> {
    encoding.as_ref().map_or(Ok("utf-8"), Text::utf8)
}

/// Sets one code point of a string nobody else has seen.
fn write_point(text: adder_object_model::Borrowed<'_, PyUnicodeObject>, index: usize, point: u32) {
    debug_assert!(index < str::len(text));
    // SAFETY: callers have checked the index; the storage has `kind` bytes for each code point.
    unsafe {
        let data = str::data(text);
        match str::kind(text) {
            1 => *data.cast::<u8>().add(index) = point as u8,
            2 => *data.cast::<u16>().add(index) = point as u16,
            _ => *data.cast::<u32>().add(index) = point,
        }
    }
}

fn equals_utf8(text: Of<PyUnicodeObject>, bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_ok_and(|other| str::equals(text.as_object(), other))
}

fn optional(text: &Option<Text>) -> PyResult<Option<&'static str>> {
    text.as_ref().map(Text::utf8).transpose()
}

fn text_of(op: Op) -> PyResult<Of<PyUnicodeObject>> {
    op.downcast().ok_or_else(errors::bad_argument)
}

fn method(op: Of<PyUnicodeObject>, name: &str, args: &[adder_object_model::Op<'_>]) -> PyResult<Object> {
    adder_object_model::call::call_method(op.as_object(), name, args)
}

/// A slice's bounds as indices, negative ones counted from the end.
/// A string argument of a function that gives -2 for an error.
fn wanted_text(op: Option<Op>) -> PyResult<Of<PyUnicodeObject>> {
    text_of(op.ok_or_else(errors::bad_internal_call)?)
}

fn clip(len: usize, start: isize, end: isize) -> (usize, usize) {
    let fix = |index: isize| {
        if index < 0 { (index + len as isize).max(0) as usize } else { (index as usize).min(len) }
    };
    (fix(start), fix(end))
}

fn append(place: *mut *mut PyObject, right: Option<Op>) {
    if place.is_null() {
        if errors::occurred().is_none() {
            errors::bad_internal_call().ignore();
        }
        return;
    }
    // SAFETY: the caller's place holds a reference or null.
    let left = unsafe { Object::steal_nullable(ptr::replace(place, ptr::null_mut())) };
    let joined = match (left, right) {
        (Some(left), Some(right)) => {
            match (left.op().downcast::<PyUnicodeObject>(), right.downcast::<PyUnicodeObject>()) {
                (Some(a), Some(b)) => str::concat(a, b).ok(),
                _ => {
                    errors::bad_internal_call().ignore();
                    None
                }
            }
        }
        _ => {
            if errors::occurred().is_none() {
                errors::bad_internal_call().ignore();
            }
            None
        }
    };
    // SAFETY: as above.
    unsafe { *place = joined.map_or(ptr::null_mut(), Owned::into_object_ptr) };
}

fn fs_converter(op: Option<Op>, place: *mut *mut PyObject, to_bytes: bool) -> PyResult<c_int> {
    let Some(op) = op else {
        // The clean-up call: the reference that was given is taken back.
        // SAFETY: the caller's place holds a reference or null.
        drop(unsafe { Object::steal_nullable(ptr::replace(place, ptr::null_mut())) });
        return Ok(1);
    };
    let convert = || -> PyResult<Object> {
        let path = str::fs_path(op)?;
        let result = match (path.op().downcast::<PyUnicodeObject>(), path.op().downcast::<PyBytesObject>()) {
            (Some(text), _) if to_bytes => str::encode_fs_default(text)?,
            (_, Some(raw)) if !to_bytes => str::decode_fs_default(bytes::as_slice(raw))?.into_object(),
            _ => path.clone(),
        };
        let has_null =
            match (result.op().downcast::<PyBytesObject>(), result.op().downcast::<PyUnicodeObject>()) {
                (Some(raw), _) => bytes::as_slice(raw).contains(&0),
                (_, Some(text)) => str::code_points(text).contains(&0),
                _ => false,
            };
        if has_null {
            return Err(raise!(ValueError, "embedded null {}", if to_bytes { "byte" } else { "character" }));
        }
        Ok(result)
    };
    match convert() {
        Ok(result) => {
            // SAFETY: the caller's place.
            unsafe { *place = result.into_ptr() };
            Ok(0x20000)
        }
        // A converter reports failure as 0.
        Err(_) => Ok(0),
    }
}

unsafe fn given<'a>(text: *const c_char, n: isize) -> &'a [u8] {
    // SAFETY: the caller's promise: `n` bytes.
    if n <= 0 || text.is_null() { &[] } else { unsafe { slice::from_raw_parts(text.cast(), n as usize) } }
}

/// `PyUnicode_FromStringAndSize`: new reference.
///
/// # Safety
/// `text` holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromStringAndSize(text: *const c_char, n: isize) -> *mut PyObject {
    run(|| {
        if n < 0 {
            return Err(raise!(SystemError, "Negative size passed to PyUnicode_FromStringAndSize"));
        }
        if text.is_null() && n > 0 {
            return Err(raise!(
                SystemError,
                "NULL string with positive size with NULL passed to PyUnicode_FromStringAndSize"
            ));
        }
        // No text of the caller's is that long, so it is not looked at.
        if n > isize::MAX - 64 {
            return Err(errors::no_memory());
        }
        // SAFETY: the caller's promise.
        Ok(str::decode_utf8(unsafe { given(text, n) }, None))
    })
}

/// `PyUnicode_FromKindAndData`: new reference.
///
/// # Safety
/// `data` holds `n` characters of `kind` bytes each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromKindAndData(
    kind: c_int,
    data: *const c_void,
    n: isize,
) -> *mut PyObject {
    run(|| {
        if n < 0 {
            return Err(raise!(ValueError, "size must be positive"));
        }
        if n == 0 {
            return Ok(Ok(str::empty()));
        }
        // SAFETY: the caller's promise.
        unsafe {
            Ok(match kind {
                1 => str::from_latin1(slice::from_raw_parts(data.cast(), n as usize)),
                2 => str::from_ucs2(slice::from_raw_parts(data.cast(), n as usize)),
                4 => str::from_code_points(slice::from_raw_parts(data.cast(), n as usize)),
                _ => Err(raise!(SystemError, "invalid kind")),
            })
        }
    })
}

/// `PyUnicode_FromWideChar`: new reference; a negative length means up to the zero.
///
/// # Safety
/// `data` holds the characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromWideChar(data: *const u32, n: isize) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let n = if n < 0 { (0..).take_while(|&i| *data.add(i) != 0).count() } else { n as usize };
        Ok(str::from_code_points(if n == 0 { &[] } else { slice::from_raw_parts(data, n) }))
    })
}

macro_rules! decoders {
    ($($name:ident = $encoding:literal;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: new reference.")]
        ///
        /// # Safety
        /// `text` holds `n` bytes, `errors` is null or zero-terminated.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(text: *const c_char, n: isize, errors: *const c_char) -> *mut PyObject {
            // SAFETY: the caller's promise.
            run(|| Ok(unsafe { decode(given(text, n), $encoding, errors) }))
        }
    )*};
}
decoders! {
    PyUnicode_DecodeUTF8 = "utf-8";
    PyUnicode_DecodeLatin1 = "latin-1";
    PyUnicode_DecodeASCII = "ascii";
    PyUnicode_DecodeUnicodeEscape = "unicode_escape";
    PyUnicode_DecodeRawUnicodeEscape = "raw_unicode_escape";
    PyUnicode_DecodeUTF7 = "utf-7";
}

/// # Safety
/// `errors` is null or ends with a zero byte.
unsafe fn decode(data: &[u8], encoding: &str, errors: *const c_char) -> PyResult<Object> {
    let errors = if errors.is_null() {
        None
    } else {
        // SAFETY: the caller's promise, as it is not null.
        Some(unsafe { CStr::from_ptr(errors) }.to_string_lossy())
    };
    if encoding == "utf-8" {
        return str::decode_utf8(data, errors.as_deref()).map(Owned::into_object);
    }
    codecs::decode(bytes::from_slice(data)?.op(), encoding, errors.as_deref())
}

/// `PyUnicode_Decode`: new reference.
///
/// # Safety
/// `text` holds `n` bytes, the names are null or zero-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Decode(
    text: *const c_char,
    n: isize,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let encoding =
            if encoding.is_null() { "utf-8".into() } else { CStr::from_ptr(encoding).to_string_lossy() };
        Ok(decode(given(text, n), &encoding, errors))
    })
}

macro_rules! ordered_decoders {
    ($($name:ident, $either:literal, $little:literal, $big:literal;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: new reference. `order` is 0 (by mark), -1 or 1.")]
        ///
        /// # Safety
        /// `text` holds `n` bytes, `errors` is null or zero-terminated, `order` null or a place.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(text: *const c_char, n: isize, errors: *const c_char, order: *mut c_int) -> *mut PyObject {
            // SAFETY: the caller's promise.
            run(|| unsafe {
                let encoding = match if order.is_null() { 0 } else { *order } {
                    0 => $either,
                    ..0 => $little,
                    _ => $big,
                };
                Ok(decode(given(text, n), encoding, errors))
            })
        }
    )*};
}
ordered_decoders! {
    PyUnicode_DecodeUTF16, "utf-16", "utf-16-le", "utf-16-be";
    PyUnicode_DecodeUTF32, "utf-32", "utf-32-le", "utf-32-be";
}

/// `PyUnicode_DecodeFSDefaultAndSize`: new reference.
///
/// # Safety
/// `text` holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeFSDefaultAndSize(text: *const c_char, n: isize) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| Ok(str::decode_fs_default(unsafe { given(text, n) })))
}

/// `PyUnicode_Resize`: the string in `place` gets another length. Only one nobody else has seen.
///
/// # Safety
/// `place` holds a reference to a string, or null, or is null: the last two are errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Resize(place: *mut *mut PyObject, len: isize) -> c_int {
    // SAFETY: the caller's promise; a null place is not looked into.
    run(|| unsafe {
        if place.is_null() {
            return Err(errors::bad_internal_call());
        }
        let op = Op::from_nullable(*place).ok_or_else(errors::bad_internal_call)?;
        let text = op.downcast::<PyUnicodeObject>().ok_or_else(errors::bad_internal_call)?;
        if len < 0 {
            return Err(errors::bad_internal_call());
        }
        let n = str::len(text);
        if n == len as usize {
            return Ok(0);
        }
        let max = match (str::kind(text), str::is_ascii(text)) {
            (1, true) => 0x7f,
            (1, _) => 0xff,
            (2, _) => 0xffff,
            _ => 0x10_ffff,
        };
        let new = str::new_unfilled(len as usize, max)?;
        for at in 0..n.min(len as usize) {
            write_point(new.borrow(), at, str::read(text, at));
        }
        drop(Object::steal(ptr::replace(place, new.into_object_ptr())));
        Ok(0)
    })
}

macro_rules! intern {
    ($($name:ident),*) => {$(
        #[doc = concat!("`", stringify!($name), "`: replaces the string in `place` by the interned one.")]
        ///
        /// # Safety
        /// `place` holds a reference to a string, or null.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(place: *mut *mut PyObject) {
            // SAFETY: the caller's promise; the reference goes in and comes out.
            unsafe {
                let Some(op) = Op::from_nullable(*place) else { return };
                if !op.is_exact::<PyUnicodeObject>() {
                    return;
                }
                let text = Owned::steal((*place).cast());
                *place = str::intern_in_place(text).into_object_ptr();
            }
        }
    )*};
}
intern!(PyUnicode_InternInPlace, _PyUnicode_InternMortal, _PyUnicode_InternImmortal);

macro_rules! by_flag {
    ($($name:ident = $flag:ident;)*) => {$(
        fn $name(point: u32) -> bool {
            unicode_data::is(point, unicode_data::$flag)
        }
    )*};
}
by_flag! {
    is_alpha = ALPHA;
    is_decimal = DECIMAL;
    is_digit = DIGIT;
    is_numeric = NUMERIC;
    is_lower = LOWER;
    is_upper = UPPER;
    is_title = TITLE;
}
fn to_lower(point: u32) -> u32 {
    unicode_data::to_lower(point).first()
}
fn to_upper(point: u32) -> u32 {
    unicode_data::to_upper(point).first()
}
fn to_title(point: u32) -> u32 {
    unicode_data::to_title(point).first()
}

macro_rules! classify {
    ($($name:ident = $function:path;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`.")]
        ///
        /// # Safety
        /// None.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(point: u32) -> c_int {
            $function(point).into()
        }
    )*};
}
classify! {
    _PyUnicode_IsAlpha = is_alpha;
    _PyUnicode_IsDecimalDigit = is_decimal;
    _PyUnicode_IsDigit = is_digit;
    _PyUnicode_IsNumeric = is_numeric;
    _PyUnicode_IsLowercase = is_lower;
    _PyUnicode_IsUppercase = is_upper;
    _PyUnicode_IsTitlecase = is_title;
    _PyUnicode_IsWhitespace = unicode_data::is_space;
    _PyUnicode_IsLinebreak = unicode_data::is_linebreak;
    _PyUnicode_IsPrintable = unicode_data::is_printable;
}

macro_rules! convert_case {
    ($($name:ident = $function:path;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: the simple mapping.")]
        ///
        /// # Safety
        /// None.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(point: u32) -> u32 {
            $function(point)
        }
    )*};
}
convert_case! {
    _PyUnicode_ToLowercase = to_lower;
    _PyUnicode_ToUppercase = to_upper;
    _PyUnicode_ToTitlecase = to_title;
}

/// `_PyUnicode_ToDecimalDigit`: the value, or -1.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToDecimalDigit(point: u32) -> c_int {
    unicode_data::to_decimal(point).map_or(-1, |value| value as c_int)
}
/// `_PyUnicode_ToDigit`: the value, or -1.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToDigit(point: u32) -> c_int {
    unicode_data::to_digit(point).map_or(-1, |value| value as c_int)
}

/// # Safety
/// `writer` is live.
unsafe fn append_text(writer: *mut PyUnicodeWriter, text: Str) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe { (*writer).text.push_wtf8(&str::to_wtf8(text.borrow())) };
    Ok(())
}

/// A string under construction.
pub struct PyUnicodeWriter {
    text: rustpython_wtf8::Wtf8Buf,
}

c_api! {
    /// A writer; `Finish` or `Discard` ends it.
    fn PyUnicodeWriter_Create(len: isize) -> PyResult<*mut PyUnicodeWriter> {
        if len < 0 { return Err(raise!(ValueError, "length must be positive")); }
        let text = rustpython_wtf8::Wtf8Buf::with_capacity(len as usize);
        Ok(Box::into_raw(Box::new(PyUnicodeWriter { text })))
    }
    fn PyUnicodeWriter_Discard(writer: *mut PyUnicodeWriter) {
        // SAFETY: null, or a writer the caller gives up.
        if !writer.is_null() { drop(unsafe { Box::from_raw(writer) }); }
    }
    /// New reference; ends the writer.
    fn PyUnicodeWriter_Finish(writer: *mut PyUnicodeWriter) -> PyResult<Str> {
        // SAFETY: the caller gives the writer up.
        let writer = unsafe { Box::from_raw(writer) };
        str::from_wtf8(&writer.text)
    }
    fn PyUnicodeWriter_WriteChar(writer: *mut PyUnicodeWriter, point: u32) -> PyResult<()> {
        let Some(point) = rustpython_wtf8::CodePoint::from_u32(point) else {
            return Err(raise!(ValueError, "character must be in range(0x110000)"));
        };
        // SAFETY: a live writer.
        unsafe { (*writer).text.push(point) };
        Ok(())
    }
    fn PyUnicodeWriter_WriteStr(writer: *mut PyUnicodeWriter, op: Op) -> PyResult<()> {
        let text = object::str(op)?;
        // SAFETY: a live writer.
        unsafe { (*writer).text.push_wtf8(&str::to_wtf8(text.borrow())) };
        Ok(())
    }
    fn PyUnicodeWriter_WriteRepr(writer: *mut PyUnicodeWriter, op: Op) -> PyResult<()> {
        let text = object::repr(op)?;
        // SAFETY: a live writer.
        unsafe { (*writer).text.push_wtf8(&str::to_wtf8(text.borrow())) };
        Ok(())
    }
    fn PyUnicodeWriter_WriteWideChar(writer: *mut PyUnicodeWriter, data: *const u32, n: isize) -> PyResult<()> {
        // SAFETY: the caller passes `n` characters, or a zero at the end; a writer that is not finished.
        unsafe {
            let n = if n < 0 { (0..).take_while(|&i| *data.add(i) != 0).count() } else { n as usize };
            let text = str::from_code_points(if n == 0 { &[] } else { slice::from_raw_parts(data, n) })?;
            append_text(writer, text)
        }
    }
    fn _PyUnicodeWriter_WriteLatin1String(writer: *mut PyUnicodeWriter, data: *const u8, n: isize) -> PyResult<()> {
        // SAFETY: the caller passes `n` bytes and a writer that is not finished.
        unsafe { append_text(writer, str::from_latin1(slice::from_raw_parts(data, n as usize))?) }
    }
    /// `consumed`, if not null, gets the bytes used and lets an incomplete end stand.
    fn PyUnicodeWriter_DecodeUTF8Stateful(writer: *mut PyUnicodeWriter, data: *const c_char, n: isize, errors: Option<Text>, consumed: *mut isize) -> PyResult<()> {
        // SAFETY: the caller passes `n` bytes, or a zero at the end; a writer that is not finished.
        unsafe {
            let n = if n < 0 { CStr::from_ptr(data).count_bytes() as isize } else { n };
            let text = crate::codecs::PyUnicode_DecodeUTF8Stateful(data, n, errors.map_or(ptr::null(), |errors| errors.0.as_ptr()), consumed);
            if text.is_null() && !consumed.is_null() { *consumed = 0; }
            append_text(writer, Object::from_c(text)?.cast_unchecked())
        }
    }
    fn PyUnicodeWriter_WriteSubstring(writer: *mut PyUnicodeWriter, op: Of<PyUnicodeObject>, start: isize, end: isize) -> PyResult<()> {
        if start < 0 || end < start || end as usize > str::len(op) { return Err(raise!(ValueError, "end must be positive")); }
        let text = str::substring(op, start as usize, end as usize)?;
        // SAFETY: a live writer.
        unsafe { (*writer).text.push_wtf8(&str::to_wtf8(text.borrow())) };
        Ok(())
    }
}

/// `PyUnicodeWriter_WriteUTF8`; a negative length means up to the zero.
///
/// # Safety
/// `writer` is live, `text` holds the bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeWriter_WriteUTF8(
    writer: *mut PyUnicodeWriter,
    text: *const c_char,
    n: isize,
) -> c_int {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let data = if n < 0 { CStr::from_ptr(text).to_bytes() } else { given(text, n) };
        let text = str::decode_utf8(data, None)?;
        (*writer).text.push_wtf8(&str::to_wtf8(text.borrow()));
        Ok(0)
    })
}

/// `PyUnicodeWriter_WriteASCII`; a negative length means up to the zero.
///
/// # Safety
/// As `PyUnicodeWriter_WriteUTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeWriter_WriteASCII(
    writer: *mut PyUnicodeWriter,
    text: *const c_char,
    n: isize,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { PyUnicodeWriter_WriteUTF8(writer, text, n) }
}

/// `PyUnicodeWriter_WriteUCS4`.
///
/// # Safety
/// `writer` is live, `points` holds `n` code points.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeWriter_WriteUCS4(
    writer: *mut PyUnicodeWriter,
    points: *const u32,
    n: isize,
) -> c_int {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        for i in 0..n.max(0) {
            (*writer).text.extend(rustpython_wtf8::CodePoint::from_u32(*points.offset(i)));
        }
        Ok(0)
    })
}

/// `PyUnicodeWriter_Format`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_unicode_writer_format(
    writer: *mut PyUnicodeWriter,
    format: *const c_char,
    cursor: *mut crate::va::Cursor,
) -> c_int {
    // SAFETY: the shim's promise; a live writer.
    run(|| unsafe {
        let text = crate::format::format_text(
            CStr::from_ptr(format).to_bytes(),
            &mut crate::va::VaList::new(cursor),
        )?;
        (*writer).text.push_wtf8(&text);
        Ok(0)
    })
}
