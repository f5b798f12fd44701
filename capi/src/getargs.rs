//! `PyArg_Parse*`: C values from Python arguments by a format string.
//!
//! What the format units mean and the messages are those of CPython's
//! documentation ("Parsing arguments and building values") and of its `getargs.c`.
//! Buffers that a unit has filled are released again if a later unit fails.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::{ptr, slice};

use adder_object_model::define::guard_with;
use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Op, PyResult, Raised, bytearray, bytes, codecs, complex, errors, float, int, number, object,
    raise, str, suggestions, tuple,
};

use crate::build_value::store;
use crate::va::{Cursor, VaList};

/// What has to be undone if parsing fails.
enum Cleanup {
    Buffer(*mut Py_buffer),
    Memory(*mut *mut c_char),
    Converter(Converter, *mut c_void),
}

type Converter = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;
/// `Py_CLEANUP_SUPPORTED`: the converter wants to be called again to undo.
const CLEANUP_SUPPORTED: c_int = 0x20000;

/// Why a conversion failed: an exception is set, or what was expected is told to the caller,
/// who knows the function's name and the argument's number.
enum Failure {
    Raised(Raised),
    Expected(String),
}
impl From<Raised> for Failure {
    fn from(raised: Raised) -> Self {
        Self::Raised(raised)
    }
}

struct Parser<'a> {
    format: &'a [u8],
    at: usize,
    va: VaList,
    cleanups: Vec<Cleanup>,
    /// The function's name from behind `:`, or the whole message from behind `;`.
    function: Option<String>,
    message: Option<String>,
}

impl<'a> Parser<'a> {
    fn new(format: &'a [u8], va: VaList) -> Self {
        let tail = |mark: u8| {
            format
                .iter()
                .position(|&c| c == mark || (mark == b':' && c == b';'))
                .filter(|&at| format[at] == mark)
                .map(|at| String::from_utf8_lossy(&format[at + 1..]).into_owned())
        };
        Self { format, at: 0, va, cleanups: Vec::new(), function: tail(b':'), message: tail(b';') }
    }

    fn peek(&self) -> u8 {
        self.format.get(self.at).copied().unwrap_or(0)
    }

    fn accept(&mut self, c: u8) -> bool {
        let found = self.peek() == c;
        self.at += usize::from(found);
        found
    }

    /// "f()" or "function": how messages call the function.
    fn called(&self) -> String {
        self.function.as_deref().map_or("function".to_owned(), |name| format!("{name}()"))
    }

    /// Undoes what succeeded before the failure.
    fn undo(&mut self) {
        let exception = errors::take();
        for cleanup in self.cleanups.drain(..).rev() {
            // SAFETY: each was filled by a unit of this very parse.
            unsafe {
                match cleanup {
                    Cleanup::Buffer(view) => crate::buffer::PyBuffer_Release(view),
                    Cleanup::Memory(place) => {
                        adder_object_model::alloc::free((*place).cast());
                        *place = ptr::null_mut();
                    }
                    Cleanup::Converter(converter, place) => {
                        converter(ptr::null_mut(), place);
                    }
                }
            }
        }
        if let Some(exception) = exception {
            errors::restore(exception).ignore();
        }
    }

    /// Raises for a failed argument (`seterror`).
    fn fail(&mut self, failure: Failure, number: usize, levels: &[usize]) -> Raised {
        let raised = match failure {
            Failure::Raised(raised) => raised,
            Failure::Expected(text) => {
                if let Some(message) = &self.message {
                    raise!(TypeError, "{message}")
                } else if text.starts_with('(') {
                    // An error of the format itself.
                    raise!(SystemError, "{}", text.trim_matches(['(', ')']))
                } else {
                    let function =
                        self.function.as_deref().map_or(String::new(), |name| format!("{name}() "));
                    let mut place =
                        if number == 0 { "argument".to_owned() } else { format!("argument {number}") };
                    for level in levels {
                        place += &format!(", item {level}");
                    }
                    raise!(TypeError, "{function}{place} {text}")
                }
            }
        };
        self.undo();
        raised
    }

    /// Skips one unit without converting, taking the C arguments that belong to it.
    fn skip_unit(&mut self) -> PyResult<()> {
        let c = self.peek();
        self.at += 1;
        // SAFETY: a unit that is skipped takes the same C arguments as one that is converted.
        unsafe {
            match c {
                b'(' => {
                    while self.peek() != b')' && self.peek() != 0 {
                        self.skip_unit()?;
                    }
                    self.at += 1;
                }
                b'e' => {
                    self.at += 1;
                    self.va.pointer::<c_void>();
                    self.va.pointer::<c_void>();
                    if self.accept(b'#') {
                        self.va.pointer::<c_void>();
                    }
                }
                b'O' => {
                    self.va.pointer::<c_void>();
                    if self.accept(b'!') || self.accept(b'&') {
                        self.va.pointer::<c_void>();
                    }
                }
                b's' | b'z' | b'y' | b'w' => {
                    self.va.pointer::<c_void>();
                    if self.accept(b'#') {
                        self.va.pointer::<c_void>();
                    } else {
                        self.accept(b'*');
                    }
                }
                b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'k' | b'L' | b'K' | b'n' | b'f' | b'd'
                | b'D' | b'c' | b'C' | b'p' | b'S' | b'Y' | b'U' => {
                    self.va.pointer::<c_void>();
                }
                _ => return Err(raise!(SystemError, "impossible<bad format char>")),
            }
        }
        Ok(())
    }

    /// Converts one item: a value, or a parenthesised sequence (`convertitem`).
    fn item(&mut self, op: Op<'_>, levels: &mut Vec<usize>) -> Result<(), Failure> {
        if self.accept(b'(') {
            return self.nested(op, levels);
        }
        self.simple(op)
    }

    fn nested(&mut self, op: Op<'_>, levels: &mut Vec<usize>) -> Result<(), Failure> {
        let start = self.at;
        let mut n = 0;
        let mut depth = 0;
        let mut at = start;
        loop {
            match self.format.get(at).copied().unwrap_or(0) {
                b'(' => {
                    if depth == 0 {
                        n += 1;
                    }
                    depth += 1;
                }
                b')' if depth == 0 => break,
                b')' => depth -= 1,
                0 => return Err(Failure::Expected("(excess ')' in getargs format)".into())),
                c if depth == 0 && c.is_ascii_alphabetic() && c != b'e' => n += 1,
                _ => {}
            }
            at += 1;
        }
        let is_sequence = adder_object_model::sequence::check(op)
            && !op.is_instance::<PyUnicodeObject>()
            && !op.is_instance::<PyBytesObject>();
        if !is_sequence {
            return Err(Failure::Expected(format!("must be {n}-item tuple, not {}", short_name(op))));
        }
        let length = adder_object_model::sequence::len(op)?;
        if length != n {
            return Err(Failure::Expected(format!("must be tuple of length {n}, not {length}")));
        }
        for index in 0..n {
            let item = adder_object_model::sequence::get_item(op, index as isize)?;
            levels.push(index);
            self.item(item.op(), levels)?;
            levels.pop();
            // As in CPython, what the C side gets is lent by the sequence.
        }
        self.at += 1;
        Ok(())
    }

    fn integer_overflow(kind: &str, less: bool) -> Failure {
        let side = if less { "less than minimum" } else { "greater than maximum" };
        Failure::Raised(raise!(OverflowError, "{kind} is {side}"))
    }

    /// Stores an int after checking its range, named as CPython's messages name the C type.
    fn ranged(op: Op<'_>, low: i64, high: i64, kind: &str) -> Result<i64, Failure> {
        let value = int::as_i64(number::index(op)?.op())?;
        if value < low {
            return Err(Self::integer_overflow(kind, true));
        }
        if value > high {
            return Err(Self::integer_overflow(kind, false));
        }
        Ok(value)
    }

    /// The text of a `str` as UTF-8, kept in the object.
    fn utf8(op: Op<'_>) -> Result<&'static [u8], Failure> {
        let text = op.downcast::<PyUnicodeObject>().expect("checked by the caller");
        let utf8 = str::as_utf8(text)?.as_bytes();
        // SAFETY: the UTF-8 form lives as long as the object, which the caller's argument keeps.
        Ok(unsafe { slice::from_raw_parts(utf8.as_ptr(), utf8.len()) })
    }

    /// Converts one value to a C variable (`convertsimple`).
    fn simple(&mut self, op: Op<'_>) -> Result<(), Failure> {
        let c = self.peek();
        self.at += 1;
        let must = |what: &str| Err(Failure::Expected(format!("must be {what}, not {}", short_name(op))));
        // SAFETY: for each unit the caller has passed the place of a variable of the type that is stored there.
        unsafe {
            match c {
                b'b' => {
                    let value = Self::ranged(op, 0, u8::MAX.into(), "unsigned byte integer")?;
                    store(self.va.pointer(), value as u8);
                }
                b'B' => store(self.va.pointer(), int::as_u64_mask(number::index(op)?.op())? as u8),
                b'h' => {
                    let value = Self::ranged(op, i16::MIN.into(), i16::MAX.into(), "signed short integer")?;
                    store(self.va.pointer(), value as i16);
                }
                b'H' => store(self.va.pointer(), int::as_u64_mask(number::index(op)?.op())? as u16),
                b'i' => {
                    let value = Self::ranged(op, i32::MIN.into(), i32::MAX.into(), "signed integer")?;
                    store(self.va.pointer(), value as i32);
                }
                b'I' => store(self.va.pointer(), int::as_u64_mask(number::index(op)?.op())? as u32),
                b'n' => store(self.va.pointer(), int::as_isize(number::index(op)?.op())?),
                b'l' | b'L' => store(self.va.pointer(), int::as_i64(number::index(op)?.op())?),
                b'k' | b'K' => store(self.va.pointer(), int::as_u64_mask(number::index(op)?.op())?),
                b'f' => store(self.va.pointer(), float::as_f64(op)? as f32),
                b'd' => store(self.va.pointer(), float::as_f64(op)?),
                b'D' => {
                    let (real, imag) = complex::as_parts(op)?;
                    store(self.va.pointer(), Py_complex { real, imag });
                }
                b'c' => {
                    let place = self.va.pointer();
                    if let Some(value) = op.downcast::<PyBytesObject>() {
                        match bytes::as_slice(value) {
                            [byte] => store(place, *byte),
                            other => {
                                return Err(Failure::Expected(format!(
                                    "must be a byte string of length 1, not a bytes object of length {}",
                                    other.len()
                                )));
                            }
                        }
                    } else if let Some(value) = op.downcast::<PyByteArrayObject>() {
                        match &bytearray::to_vec(value)[..] {
                            [byte] => store(place, *byte),
                            other => {
                                return Err(Failure::Expected(format!(
                                    "must be a byte string of length 1, not a bytearray object of length {}",
                                    other.len()
                                )));
                            }
                        }
                    } else {
                        return must("a byte string of length 1");
                    }
                }
                b'C' => {
                    let place = self.va.pointer::<c_int>();
                    let Some(text) = op.downcast::<PyUnicodeObject>() else {
                        return must("a unicode character");
                    };
                    if str::len(text) != 1 {
                        return Err(Failure::Expected(format!(
                            "must be a unicode character, not a string of length {}",
                            str::len(text)
                        )));
                    }
                    store(place, str::read(text, 0) as c_int);
                }
                b'p' => store(self.va.pointer(), c_int::from(object::is_true(op)?)),
                b'y' | b's' | b'z' => return self.text(c, op),
                b'w' => {
                    if !self.accept(b'*') {
                        return Err(Failure::Expected("(invalid use of 'w' format character)".into()));
                    }
                    let view = self.va.pointer::<Py_buffer>();
                    if crate::buffer::PyObject_GetBuffer(op.as_ptr(), view, PyBUF_WRITABLE) < 0 {
                        errors::take();
                        return must("read-write bytes-like object");
                    }
                    self.cleanups.push(Cleanup::Buffer(view));
                }
                b'e' => return self.encoded(op),
                b'S' if op.is_instance::<PyBytesObject>() => store(self.va.pointer(), op.as_ptr()),
                b'S' => return must("bytes"),
                b'Y' if op.is_instance::<PyByteArrayObject>() => store(self.va.pointer(), op.as_ptr()),
                b'Y' => return must("bytearray"),
                b'U' if op.is_instance::<PyUnicodeObject>() => store(self.va.pointer(), op.as_ptr()),
                b'U' => return must("str"),
                b'O' => {
                    if self.accept(b'!') {
                        let wanted = self.va.pointer::<PyTypeObject>();
                        let place = self.va.pointer();
                        let wanted = Borrowed::from_ptr(wanted);
                        if !adder_object_model::type_object::is_subtype(op.ob_type(), wanted) {
                            return must(adder_object_model::type_object::name_of(wanted));
                        }
                        store(place, op.as_ptr());
                    } else if self.accept(b'&') {
                        let converter: *mut c_void = self.va.pointer();
                        let converter = core::mem::transmute::<*mut c_void, Converter>(converter);
                        let place = self.va.pointer::<c_void>();
                        match converter(op.as_ptr(), place) {
                            0 if errors::occurred().is_some() => {
                                return Err(Failure::Raised(errors::raised()));
                            }
                            0 => return Err(Failure::Expected("(unspecified)".into())),
                            CLEANUP_SUPPORTED => self.cleanups.push(Cleanup::Converter(converter, place)),
                            _ => {}
                        }
                    } else {
                        store(self.va.pointer(), op.as_ptr());
                    }
                }
                _ => return Err(Failure::Expected("(impossible<bad format char>)".into())),
            }
        }
        Ok(())
    }

    /// `s`, `z` and `y` with their `#` and `*` forms.
    fn text(&mut self, c: u8, op: Op<'_>) -> Result<(), Failure> {
        let nullable = c == b'z';
        let is_str = op.is_instance::<PyUnicodeObject>();
        // SAFETY: the caller has passed a `Py_buffer` for `*`, else a place for a pointer, and for `#` one for a
        // length.
        unsafe {
            if self.accept(b'*') {
                let view = self.va.pointer::<Py_buffer>();
                if nullable && op.is_none() {
                    crate::buffer::PyBuffer_FillInfo(view, ptr::null_mut(), ptr::null_mut(), 0, 1, 0);
                } else if is_str && c != b'y' {
                    let utf8 = Self::utf8(op)?;
                    crate::buffer::PyBuffer_FillInfo(
                        view,
                        op.as_ptr(),
                        utf8.as_ptr().cast_mut().cast(),
                        utf8.len() as isize,
                        1,
                        0,
                    );
                } else {
                    self.bytes_like(op, view)?;
                }
                self.cleanups.push(Cleanup::Buffer(view));
                return Ok(());
            }
            let place = self.va.pointer::<*const u8>();
            if self.accept(b'#') {
                let length = self.va.pointer::<isize>();
                if nullable && op.is_none() {
                    store(place, ptr::null());
                    store(length, 0);
                } else if is_str && c != b'y' {
                    let utf8 = Self::utf8(op)?;
                    store(place, utf8.as_ptr());
                    store(length, utf8.len() as isize);
                } else if let Some(value) = op.downcast::<PyBytesObject>() {
                    let value = bytes::as_slice(value);
                    store(place, value.as_ptr());
                    store(length, value.len() as isize);
                } else {
                    // Only objects whose buffer stays where it is without being held.
                    let mut view = core::mem::zeroed::<Py_buffer>();
                    let releases = (*op.type_ptr()).tp_as_buffer;
                    if !releases.is_null() && (*releases).bf_releasebuffer.is_some() {
                        return Err(Failure::Expected(format!(
                            "must be read-only bytes-like object, not {}",
                            short_name(op)
                        )));
                    }
                    self.bytes_like(op, &raw mut view)?;
                    store(place, view.buf.cast_const().cast());
                    store(length, view.len);
                    crate::buffer::PyBuffer_Release(&raw mut view);
                }
                return Ok(());
            }
            if nullable && op.is_none() {
                store(place, ptr::null());
                return Ok(());
            }
            let value = if c == b'y' {
                let Some(value) = op.downcast::<PyBytesObject>() else {
                    return Err(Failure::Expected(format!("must be bytes, not {}", short_name(op))));
                };
                let value = bytes::as_slice(value);
                slice::from_raw_parts(value.as_ptr(), value.len())
            } else {
                if !is_str {
                    let wanted = if nullable { "str or None" } else { "str" };
                    return Err(Failure::Expected(format!("must be {wanted}, not {}", short_name(op))));
                }
                Self::utf8(op)?
            };
            if value.contains(&0) {
                let kind = if c == b'y' { "byte" } else { "character" };
                return Err(Failure::Raised(raise!(ValueError, "embedded null {kind}")));
            }
            store(place, value.as_ptr());
        }
        Ok(())
    }

    fn bytes_like(&mut self, op: Op<'_>, view: *mut Py_buffer) -> Result<(), Failure> {
        // SAFETY: a place for a view, and a live object.
        if unsafe { crate::buffer::PyObject_GetBuffer(op.as_ptr(), view, PyBUF_SIMPLE) } < 0 {
            return Err(Failure::Raised(errors::raised_by_c()));
        }
        Ok(())
    }

    /// `es`, `et`, `es#`, `et#`: text encoded into memory that the caller frees.
    fn encoded(&mut self, op: Op<'_>) -> Result<(), Failure> {
        // SAFETY: the caller has passed an encoding, a place for a pointer, and for `#` one for a length.
        unsafe {
            let encoding = self.va.string();
            let encoding = if encoding.is_null() { c"utf-8" } else { CStr::from_ptr(encoding) };
            let recode = match self.peek() {
                b's' => true,
                b't' => false,
                _ => return Err(Failure::Expected("(unknown parser marker combination)".into())),
            };
            self.at += 1;
            let place = self.va.pointer::<*mut c_char>();
            let sized = self.accept(b'#');
            let length = if sized { self.va.pointer::<isize>() } else { ptr::null_mut() };
            let raw: Option<Vec<u8>> = if recode {
                None
            } else if let Some(value) = op.downcast::<PyBytesObject>() {
                Some(bytes::as_slice(value).to_vec())
            } else {
                op.downcast::<PyByteArrayObject>().map(bytearray::to_vec)
            };
            let value = match raw {
                Some(value) => value,
                None if op.is_instance::<PyUnicodeObject>() => {
                    let result = codecs::encode(op, &encoding.to_string_lossy(), None)?;
                    let Some(result) = result.op().downcast::<PyBytesObject>() else {
                        return Err(Failure::Expected("(encoder failed to return bytes)".into()));
                    };
                    bytes::as_slice(result).to_vec()
                }
                None => {
                    let wanted = if recode { "str" } else { "str, bytes or bytearray" };
                    return Err(Failure::Expected(format!("must be {wanted}, not {}", short_name(op))));
                }
            };
            if !sized && value.contains(&0) {
                return Err(Failure::Expected(format!(
                    "must be encoded string without null bytes, not {}",
                    short_name(op)
                )));
            }
            if sized && !(*place).is_null() {
                if value.len() as isize + 1 > *length {
                    return Err(Failure::Raised(raise!(
                        ValueError,
                        "encoded string too long ({}, maximum length {})",
                        value.len(),
                        *length - 1
                    )));
                }
            } else {
                *place = adder_object_model::alloc::malloc(value.len() + 1).cast();
                if (*place).is_null() {
                    return Err(Failure::Raised(errors::no_memory()));
                }
                self.cleanups.push(Cleanup::Memory(place));
            }
            ptr::copy_nonoverlapping(value.as_ptr(), (*place).cast(), value.len());
            *(*place).add(value.len()) = 0;
            if sized {
                *length = value.len() as isize;
            }
        }
        Ok(())
    }

    /// How many arguments the format describes, and how many of them must be there.
    fn count(&self) -> (usize, usize) {
        let mut level = 0;
        let mut max = 0;
        let mut min = None;
        for &c in self.format {
            match c {
                b':' | b';' => break,
                b'(' => {
                    if level == 0 {
                        max += 1;
                    }
                    level += 1;
                }
                b')' => level -= 1,
                b'|' if level == 0 => min = Some(max),
                b'e' => {}
                c if level == 0 && c.is_ascii_alphabetic() => max += 1,
                _ => {}
            }
        }
        (min.unwrap_or(max), max)
    }

    /// All positional arguments by a format without names (`vgetargs1`).
    fn positional(&mut self, items: &[*mut PyObject]) -> PyResult<c_int> {
        let (min, max) = self.count();
        let n = items.len();
        if n < min || max < n {
            let raised = if max == 0 {
                raise!(TypeError, "{} takes no arguments", self.called())
            } else if let Some(message) = &self.message {
                raise!(TypeError, "{message}")
            } else {
                let bound = if min == max {
                    "exactly"
                } else if n < min {
                    "at least"
                } else {
                    "at most"
                };
                let limit = if n < min { min } else { max };
                let plural = if limit == 1 { "" } else { "s" };
                raise!(TypeError, "{} takes {bound} {limit} argument{plural} ({n} given)", self.called())
            };
            return Err(raised);
        }
        for (index, &item) in items.iter().enumerate() {
            if self.peek() == b'|' {
                self.at += 1;
            }
            let mut levels = Vec::new();
            // SAFETY: arguments are live.
            if let Err(failure) = self.item(unsafe { Op::from_ptr(item) }, &mut levels) {
                return Err(self.fail(failure, index + 1, &levels));
            }
        }
        let rest = self.peek();
        if rest != 0 && !rest.is_ascii_alphabetic() && !matches!(rest, b'(' | b'|' | b':' | b';') {
            self.undo();
            let format = String::from_utf8_lossy(self.format).into_owned();
            return Err(raise!(SystemError, "bad format string: {format:.200}"));
        }
        Ok(1)
    }

    /// Positional and keyword arguments by names (`vgetargskeywords`).
    fn keywords(
        &mut self,
        items: &[*mut PyObject],
        given: &[(Op<'_>, Op<'_>)],
        names: &[&'a str],
    ) -> PyResult<c_int> {
        let n_positional_only = names.iter().take_while(|name| name.is_empty()).count();
        let total = items.len() + given.len();
        let len = names.len();
        if total > len {
            let kind = if given.is_empty() {
                "positional "
            } else if items.is_empty() {
                "keyword "
            } else {
                ""
            };
            let plural = if len == 1 { "" } else { "s" };
            return Err(raise!(
                TypeError,
                "{} takes at most {len} {kind}argument{plural} ({total} given)",
                self.called()
            ));
        }
        let mut min = usize::MAX;
        let mut used = 0;
        let mut index = 0;
        while index < len {
            if self.peek() == b'|' {
                self.at += 1;
                min = index;
            }
            if self.peek() == b'$' {
                self.at += 1;
                let max = index;
                if max < n_positional_only {
                    self.undo();
                    return Err(raise!(SystemError, "Empty parameter name after $"));
                }
                if items.len() > max {
                    let bound = if max == 0 {
                        "no".to_owned()
                    } else if min < max {
                        format!("at most {max}")
                    } else {
                        format!("exactly {max}")
                    };
                    let plural = if max == 1 { "" } else { "s" };
                    self.undo();
                    return Err(raise!(
                        TypeError,
                        "{} takes {bound} positional argument{plural} ({} given)",
                        self.called(),
                        items.len()
                    ));
                }
            }
            if matches!(self.peek(), 0 | b';' | b':') {
                self.undo();
                return Err(raise!(
                    SystemError,
                    "More keyword list entries ({len}) than format specifiers ({index})"
                ));
            }
            let current = if let Some(&item) = items.get(index) {
                // SAFETY: arguments are live.
                Some(unsafe { Op::from_ptr(item) })
            } else if !given.is_empty() && index >= n_positional_only {
                given.iter().find(|(name, _)| str::equals(*name, names[index])).map(|(_, value)| *value)
            } else {
                None
            };
            match current {
                Some(current) => {
                    if index >= items.len() {
                        used += 1;
                    }
                    let mut levels = Vec::new();
                    if let Err(failure) = self.item(current, &mut levels) {
                        return Err(self.fail(failure, index + 1, &levels));
                    }
                }
                None if index < min => {
                    let raised = if index < n_positional_only {
                        let least =
                            n_positional_only.min(if min == usize::MAX { n_positional_only } else { min });
                        let bound = if least < len { "at least" } else { "exactly" };
                        let plural = if least == 1 { "" } else { "s" };
                        raise!(
                            TypeError,
                            "{} takes {bound} {least} positional argument{plural} ({} given)",
                            self.called(),
                            items.len()
                        )
                    } else {
                        raise!(
                            TypeError,
                            "{} missing required argument '{}' (pos {})",
                            self.called(),
                            names[index],
                            index + 1
                        )
                    };
                    self.undo();
                    return Err(raised);
                }
                None => {
                    if used == given.len() {
                        // Nothing more is given: the rest keeps its defaults.
                        return Ok(1);
                    }
                    if let Err(raised) = self.skip_unit() {
                        self.undo();
                        return Err(raised);
                    }
                }
            }
            index += 1;
        }
        if used < given.len() {
            let function = self.function.as_ref().map(|name| name.to_string());
            let called = self.called();
            let raised = unexpected_keyword(
                function.as_deref(),
                &called,
                items.len(),
                given,
                names,
                n_positional_only,
            );
            self.undo();
            return Err(raised);
        }
        let rest = self.peek();
        if !matches!(rest, 0 | b';' | b':' | b'|' | b'$') {
            let format = String::from_utf8_lossy(&self.format[self.at..]).into_owned();
            self.undo();
            return Err(raise!(
                SystemError,
                "more argument specifiers than keyword list entries (remaining format:'{format}')"
            ));
        }
        Ok(1)
    }
}

/// Why keywords are left over: given by position as well, no strings, or unknown. `function` is the function's
/// name, if it is known, and `called` what messages about positions call it.
pub(crate) fn unexpected_keyword(
    function: Option<&str>,
    called: &str,
    n_positional: usize,
    given: &[(Op<'_>, Op<'_>)],
    names: &[&str],
    n_positional_only: usize,
) -> Raised {
    for (index, name) in names.iter().enumerate().take(n_positional).skip(n_positional_only) {
        if given.iter().any(|(key, _)| str::equals(*key, name)) {
            return raise!(
                TypeError,
                "argument for {called} given by name ('{name}') and position ({})",
                index + 1
            );
        }
    }
    let known = &names[n_positional_only..];
    for (key, _) in given {
        if !key.is_instance::<PyUnicodeObject>() {
            return raise!(TypeError, "keywords must be strings");
        }
        if !known.iter().any(|name| str::equals(*key, name)) {
            let called = function.map_or_else(|| "this function".to_owned(), |name| format!("{name}()"));
            let key = str::to_string_lossy(*key);
            let hint = suggestions::hint(&key, known.iter().copied());
            return raise!(TypeError, "{called} got an unexpected keyword argument '{key}'{hint}");
        }
    }
    raise!(SystemError, "invalid keyword arguments")
}

/// The type's name as messages use it: `None` for None.
fn short_name(op: Op<'_>) -> String {
    if op.is_none() { "None".to_owned() } else { op.type_name().chars().take(50).collect() }
}

/// # Safety
/// `names` is an array of zero-terminated strings that ends with null.
unsafe fn names<'a>(mut list: *const *const c_char) -> Vec<&'a str> {
    let mut result = Vec::new();
    // SAFETY: the caller's promise.
    unsafe {
        while !(*list).is_null() {
            result.push(CStr::from_ptr(*list).to_str().unwrap_or("?"));
            list = list.add(1);
        }
    }
    result
}

fn tuple_items<'a>(args: *mut PyObject, complaint: &str) -> PyResult<&'a [*mut PyObject]> {
    // SAFETY: null or a live object that the caller keeps during the call.
    let args = unsafe { Op::from_nullable(args) }.and_then(|args| args.downcast::<PyTupleObject>());
    args.map(tuple::items).ok_or_else(|| raise!(SystemError, "{complaint}"))
}

/// `PyArg_ParseTuple`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_parse_tuple(
    args: *mut PyObject,
    format: *const c_char,
    cursor: *mut Cursor,
) -> c_int {
    guard_with(0, || {
        let items = tuple_items(args, "new style getargs format but argument is not a tuple")?;
        // SAFETY: the shim passes a zero-terminated format and a live cursor.
        unsafe { Parser::new(CStr::from_ptr(format).to_bytes(), VaList::new(cursor)).positional(items) }
    })
}

/// `_PyArg_ParseStack`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_parse_stack(
    args: *const *mut PyObject,
    n: isize,
    format: *const c_char,
    cursor: *mut Cursor,
) -> c_int {
    guard_with(0, || {
        // SAFETY: the shim passes its caller's arguments, a zero-terminated format and a live cursor.
        unsafe {
            let items = if n == 0 { &[] } else { slice::from_raw_parts(args, n as usize) };
            Parser::new(CStr::from_ptr(format).to_bytes(), VaList::new(cursor)).positional(items)
        }
    })
}

/// `PyArg_Parse`: one object for the whole format.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_parse_object(
    arg: *mut PyObject,
    format: *const c_char,
    cursor: *mut Cursor,
) -> c_int {
    guard_with(0, || {
        // SAFETY: as above.
        unsafe {
            let mut parser = Parser::new(CStr::from_ptr(format).to_bytes(), VaList::new(cursor));
            let Some(op) = Op::from_nullable(arg) else {
                return Err(raise!(TypeError, "{} takes at least one argument", parser.called()));
            };
            let mut levels = Vec::new();
            match parser.item(op, &mut levels) {
                Ok(()) => Ok(1),
                Err(failure) => Err(parser.fail(failure, 0, &levels)),
            }
        }
    })
}

/// `PyArg_ParseTupleAndKeywords`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_parse_tuple_and_keywords(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    format: *const c_char,
    keywords: *const *const c_char,
    cursor: *mut Cursor,
) -> c_int {
    guard_with(0, || {
        let items = tuple_items(args, "bad argument to internal function")?;
        // SAFETY: as above; `kwargs` is a dict or null.
        unsafe {
            let given = match Borrowed::<PyDictObject>::from_nullable(kwargs.cast()) {
                Some(kwargs) => adder_object_model::dict::pairs(kwargs),
                None => Vec::new(),
            };
            Parser::new(CStr::from_ptr(format).to_bytes(), VaList::new(cursor)).keywords(
                items,
                &given,
                &names(keywords),
            )
        }
    })
}

unsafe fn with_parser(
    items: &[*mut PyObject],
    given: &[(Op<'_>, Op<'_>)],
    parser: *mut c_void,
    cursor: *mut Cursor,
) -> PyResult<c_int> {
    // SAFETY: the shim passes its caller's parser, whose format and names are zero-terminated.
    unsafe {
        let parser: *const _PyArg_Parser = parser.cast();
        let format = CStr::from_ptr((*parser).format).to_bytes();
        Parser::new(format, VaList::new(cursor)).keywords(items, given, &names((*parser).keywords))
    }
}

/// `_PyArg_ParseStackAndKeywords`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_parse_stack_and_keywords(
    args: *const *mut PyObject,
    n: isize,
    kwnames: *mut PyObject,
    parser: *mut c_void,
    cursor: *mut Cursor,
) -> c_int {
    guard_with(0, || {
        // SAFETY: as above; the values of `kwnames` follow the positional arguments.
        unsafe {
            let args = adder_object_model::Args::from_vectorcall(args, n as usize, kwnames);
            with_parser(args.as_slice(), &args.keywords(), parser, cursor)
        }
    })
}

/// `_PyArg_ParseTupleAndKeywordsFast`.
#[unsafe(no_mangle)]
unsafe extern "C" fn adder_parse_parser(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    parser: *mut c_void,
    cursor: *mut Cursor,
) -> c_int {
    guard_with(0, || {
        let items = tuple_items(args, "bad argument to internal function")?;
        // SAFETY: as above.
        unsafe {
            let given = match Borrowed::<PyDictObject>::from_nullable(kwargs.cast()) {
                Some(kwargs) => adder_object_model::dict::pairs(kwargs),
                None => Vec::new(),
            };
            with_parser(items, &given, parser, cursor)
        }
    })
}

/// `PyArg_ValidateKeywordArguments`: whether every key of a dict is a string.
///
/// # Safety
/// `kwargs` is a live object and the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyArg_ValidateKeywordArguments(kwargs: *mut PyObject) -> c_int {
    guard_with(0, || {
        // SAFETY: the caller passes a live object.
        let kwargs = unsafe { Op::from_ptr(kwargs) };
        let kwargs = kwargs.downcast::<PyDictObject>().ok_or_else(errors::bad_internal_call)?;
        for (key, _) in adder_object_model::dict::pairs(kwargs) {
            if !key.is_instance::<PyUnicodeObject>() {
                return Err(raise!(TypeError, "keywords must be strings"));
            }
        }
        Ok(1)
    })
}
