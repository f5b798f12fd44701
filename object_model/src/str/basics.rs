//! Hashing, comparing, concatenating, repeating, joining, slicing, and `repr`.

use core::cmp::Ordering;
use core::ffi::c_int;

use super::storage::{Unit, Units, convert};
use super::{Builder, Object, Text, Unicode, data, from_char, from_units, is_ascii, len, units};
use crate::layout::*;
use crate::unicode_data;
use crate::{Op, PyResult, hashing, list, number, raise, sequence, singletons, slice, tuple, with_units};

/// The hash, which the string keeps.
#[inline]
pub fn hash(text: Text<'_>) -> Py_hash_t {
    let base = text.as_ptr().cast::<PyASCIIObject>();
    // SAFETY: a live string.
    let kept = unsafe { (*base).hash };
    if kept != -1 {
        return kept;
    }
    let hash = hashing::hash_bytes(units(text).as_bytes());
    // SAFETY: a live string.
    unsafe { (*base).hash = hash };
    hash
}

pub(super) fn hash_slot(text: Text<'_>) -> PyResult<Py_hash_t> {
    Ok(hash(text))
}

/// Whether the characters are the same.
#[inline]
pub fn eq(a: Text<'_>, b: Text<'_>) -> bool {
    let (a, b) = (units(a), units(b));
    a.kind() == b.kind() && a.as_bytes() == b.as_bytes()
}

/// Whether `op` is a string of these characters.
pub fn equals(op: Op<'_>, text: &str) -> bool {
    let Some(op) = op.downcast::<Unicode>() else {
        return false;
    };
    if is_ascii(op) {
        return units(op).as_bytes() == text.as_bytes();
    }
    units(op).iter().eq(text.chars().map(u32::from))
}

/// Compares by code points.
pub fn compare(a: Text<'_>, b: Text<'_>) -> Ordering {
    match (units(a), units(b)) {
        (Units::Latin1(a), Units::Latin1(b)) => a.cmp(b),
        (a, b) => with_units!(a, |a| with_units!(b, |b| {
            a.iter().map(|unit| unit.point()).cmp(b.iter().map(|unit| unit.point()))
        })),
    }
}

pub(super) fn rich_compare(a: Text<'_>, b: Op<'_>, op: c_int) -> PyResult<crate::Object> {
    let Some(b) = b.downcast::<Unicode>().filter(|_| a.is_instance::<Unicode>()) else {
        return Ok(singletons::new_not_implemented());
    };
    let truth = match op {
        Py_EQ => a.is(b) || eq(a, b),
        Py_NE => !a.is(b) && !eq(a, b),
        _ => {
            let ordering = if a.is(b) { Ordering::Equal } else { compare(a, b) };
            match op {
                Py_LT => ordering.is_lt(),
                Py_LE => ordering.is_le(),
                Py_GT => ordering.is_gt(),
                _ => ordering.is_ge(),
            }
        }
    };
    Ok(singletons::new_bool(truth))
}

pub(super) fn length(text: Text<'_>) -> PyResult<usize> {
    Ok(len(text))
}

/// Copies characters to place `at` of a string under construction.
///
/// # Safety
/// `target` is at least as wide, has room, and nobody else has seen it.
unsafe fn copy_into(target: Text<'_>, at: usize, source: Units<'_>) {
    let (to, kind) = (data(target), super::kind(target));
    // SAFETY: the caller's promise.
    unsafe {
        if kind == source.kind() {
            let bytes = source.as_bytes();
            core::ptr::copy_nonoverlapping(
                bytes.as_ptr(),
                to.cast::<u8>().add(at * kind as usize),
                bytes.len(),
            );
        } else {
            with_units!(source, |from| match kind {
                PyUnicode_1BYTE_KIND =>
                    convert(from, core::slice::from_raw_parts_mut(to.cast::<u8>().add(at), from.len())),
                PyUnicode_2BYTE_KIND =>
                    convert(from, core::slice::from_raw_parts_mut(to.cast::<u16>().add(at), from.len())),
                _ => convert(from, core::slice::from_raw_parts_mut(to.cast::<u32>().add(at), from.len())),
            });
        }
    }
}

/// An upper bound for the characters of a string, by its kind (`PyUnicode_MAX_CHAR_VALUE`).
#[inline]
pub fn max_char_bound(text: Text<'_>) -> u32 {
    match super::kind(text) {
        PyUnicode_1BYTE_KIND => {
            if is_ascii(text) {
                0x7f
            } else {
                0xff
            }
        }
        PyUnicode_2BYTE_KIND => 0xffff,
        _ => 0x10ffff,
    }
}

/// `a + b`.
pub fn concat(a: Text<'_>, b: Text<'_>) -> PyResult<Object> {
    let (len_a, len_b) = (len(a), len(b));
    if len_b == 0 && a.is_exact::<Unicode>() {
        return Ok(a.to_owned());
    }
    if len_a == 0 && b.is_exact::<Unicode>() {
        return Ok(b.to_owned());
    }
    if len_a + len_b > isize::MAX as usize {
        return Err(raise!(OverflowError, "strings are too large to concat"));
    }
    let result = super::new_unfilled(len_a + len_b, max_char_bound(a).max(max_char_bound(b)))?;
    // SAFETY: fresh, with room for both, and as wide as the wider one.
    unsafe {
        copy_into(result.borrow(), 0, units(a));
        copy_into(result.borrow(), len_a, units(b));
    }
    Ok(result)
}

/// `a + b` where the reference to `a` is given up: if it is the only one, its memory is
/// extended (`PyUnicode_Append`).
pub fn append(a: Object, b: Text<'_>) -> PyResult<Object> {
    let (len_a, len_b) = (len(a.borrow()), len(b));
    let exact = a.op().is_exact::<Unicode>();
    if len_b == 0 && exact {
        return Ok(a);
    }
    let resizable = exact
        && crate::object::refcount(a.op()) == 1
        && len_a > 1
        && !super::is_interned(a.borrow())
        && super::storage::state(a.borrow()).compact()
        && super::storage::state(a.borrow()).interned() == SSTATE_NOT_INTERNED
        && super::kind(b) <= super::kind(a.borrow())
        && (!is_ascii(a.borrow()) || is_ascii(b));
    if !resizable {
        return concat(a.borrow(), b);
    }
    let a = super::storage::resize(a, len_a + len_b)?;
    // SAFETY: ours alone, with room behind the old characters, and wide enough.
    unsafe { copy_into(a.borrow(), len_a, units(b)) };
    Ok(a)
}

pub(super) fn concat_any(a: Text<'_>, b: Op<'_>) -> PyResult<Object> {
    let Some(b) = b.downcast::<Unicode>() else {
        return Err(raise!(TypeError, "can only concatenate str (not \"{}\") to str", b.type_name()));
    };
    concat(a, b)
}

pub(super) fn repeat(text: Text<'_>, count: Py_ssize_t) -> PyResult<Object> {
    let (count, len) = (count.max(0) as usize, len(text));
    if count == 0 || len == 0 {
        return Ok(super::empty());
    }
    if count == 1 {
        return super::as_exact(text);
    }
    if len.checked_mul(count).is_none_or(|total| total > isize::MAX as usize) {
        return Err(raise!(OverflowError, "repeated string is too long"));
    }
    let result = super::new_unfilled(len * count, max_char_bound(text))?;
    let bytes = units(text).as_bytes();
    let to = data(result.borrow()).cast::<u8>();
    // SAFETY: fresh, with room for `count` times the bytes.
    unsafe {
        if let [byte] = bytes {
            core::ptr::write_bytes(to, *byte, count);
        } else {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
            let (mut done, total) = (bytes.len(), bytes.len() * count);
            while done < total {
                let step = done.min(total - done);
                core::ptr::copy_nonoverlapping(to, to.add(done), step);
                done += step;
            }
        }
    }
    Ok(result)
}

pub(super) fn item(text: Text<'_>, index: Py_ssize_t) -> PyResult<Object> {
    if index < 0 || index as usize >= len(text) {
        return Err(raise!(IndexError, "string index out of range"));
    }
    from_char(super::read(text, index as usize))
}

pub(super) fn subscript(text: Text<'_>, key: Op<'_>) -> PyResult<Object> {
    let len = len(text);
    if number::check_index(key) {
        let index = number::as_ssize_t(key, Some(crate::exceptions::builtin::IndexError()))?;
        return item(text, if index < 0 { index + len as isize } else { index });
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "string indices must be integers, not '{}'", key.type_name()));
    };
    let (mut start, mut stop, step) = slice::unpack(key)?;
    let count = slice::adjust_indices(len, &mut start, &mut stop, step);
    if count == 0 {
        return Ok(super::empty());
    }
    if step == 1 {
        return substring(text, start as usize, start as usize + count);
    }
    let mut index = start;
    with_units!(units(text), |from| {
        let mut picked = Vec::with_capacity(count);
        for _ in 0..count {
            picked.push(from[index as usize]);
            // The step behind the last one may leave the range of numbers.
            index = index.wrapping_add(step);
        }
        from_units(wrap(&picked))
    })
}

/// Cells of any width as `Units`.
pub(super) fn wrap<U: Unit>(cells: &[U]) -> Units<'_> {
    let (ptr, len) = (cells.as_ptr(), cells.len());
    // SAFETY: `KIND` says which of the three integer types `U` is.
    unsafe {
        match U::KIND {
            PyUnicode_1BYTE_KIND => Units::Latin1(core::slice::from_raw_parts(ptr.cast(), len)),
            PyUnicode_2BYTE_KIND => Units::Ucs2(core::slice::from_raw_parts(ptr.cast(), len)),
            _ => Units::Ucs4(core::slice::from_raw_parts(ptr.cast(), len)),
        }
    }
}

/// Characters `start` to `end` (clipped to the length); all of an exact string is itself.
pub fn substring(text: Text<'_>, start: usize, end: usize) -> PyResult<Object> {
    let end = end.min(len(text));
    if start >= end {
        return Ok(super::empty());
    }
    if start == 0 && end == len(text) {
        return super::as_exact(text);
    }
    if let Units::Latin1(units) = units(text)
        && end - start > 1
        && super::is_ascii(text)
    {
        return super::storage::from_ascii(&units[start..end]);
    }
    from_units(units(text).slice(start, end))
}

pub fn contains(text: Text<'_>, needle: Text<'_>) -> bool {
    super::search::find_units(units(text), units(needle)).is_some()
}

pub(super) fn contains_any(text: Text<'_>, needle: Op<'_>) -> PyResult<bool> {
    let Some(needle) = needle.downcast::<Unicode>() else {
        let name = needle.type_name();
        return Err(raise!(TypeError, "'in <string>' requires string as left operand, not {name}"));
    };
    Ok(contains(text, needle))
}

/// `separator.join(items)`.
pub fn join(separator: Text<'_>, items: Op<'_>) -> PyResult<crate::Object> {
    let items = sequence::fast(items, "can only join an iterable")?;
    // A list may change while a bad item's message is made, but no Python code runs before.
    let items: Vec<Op<'_>> = fast_items(&items);
    join_array(separator, &items).map(crate::Owned::into_object)
}

/// The items of a list or tuple.
fn fast_items(sequence: &crate::Object) -> Vec<Op<'_>> {
    if let Some(tuple) = sequence.op().downcast::<PyTupleObject>() {
        return tuple::items(tuple)
            .iter()
            .map(|&item| {
                // SAFETY: the tuple keeps its items alive.
                unsafe { Op::from_ptr(item) }
            })
            .collect();
    }
    let list = sequence.op().downcast::<PyListObject>().expect("a list or a tuple");
    // SAFETY: `ob_item` holds `ob_size` live objects; no Python code runs while they are used.
    unsafe {
        let (items, size) = ((*list.as_ptr()).ob_item, list::len(list));
        (0..size).map(|index| Op::from_ptr(*items.add(index))).collect()
    }
}

/// `separator.join` of objects that must be strings (`_PyUnicode_JoinArray`).
pub fn join_array(separator: Text<'_>, items: &[Op<'_>]) -> PyResult<Object> {
    match items {
        [] => return Ok(super::empty()),
        [only] if only.is_exact::<Unicode>() => {
            return Ok(only.downcast::<Unicode>().expect("checked").to_owned());
        }
        _ => {}
    }
    let mut total = len(separator).saturating_mul(items.len() - 1);
    let mut max_char = if items.len() > 1 { max_char_bound(separator) } else { 0 };
    for (index, item) in items.iter().enumerate() {
        let Some(text) = item.downcast::<Unicode>() else {
            let name = item.type_name();
            return Err(raise!(TypeError, "sequence item {index}: expected str instance, {name} found"));
        };
        total = total.saturating_add(len(text));
        max_char = max_char.max(max_char_bound(text));
    }
    if total > isize::MAX as usize {
        return Err(raise!(OverflowError, "join() result is too long for a Python string"));
    }
    if total == 0 {
        return Ok(super::empty());
    }
    if total == 1 {
        // One character: the shared string of it, if it has one.
        let mut builder = Builder::new();
        items.iter().for_each(|item| builder.push_text(item.downcast::<Unicode>().expect("checked")));
        builder.push_units(units(separator).slice(0, usize::from(builder.is_empty())));
        return builder.finish();
    }
    let result = super::new_unfilled(total, max_char)?;
    let mut at = 0;
    for (index, item) in items.iter().enumerate() {
        let text = item.downcast::<Unicode>().expect("checked");
        // SAFETY: fresh, and its length and width were computed from these very strings.
        unsafe {
            if index > 0 && len(separator) > 0 {
                copy_into(result.borrow(), at, units(separator));
                at += len(separator);
            }
            copy_into(result.borrow(), at, units(text));
        }
        at += len(text);
    }
    Ok(result)
}

/// `repr(text)`: quotes, and escapes for what cannot be printed.
pub fn repr(text: Text<'_>) -> PyResult<Object> {
    let units = units(text);
    let (mut single, mut double, mut plain) = (false, false, true);
    for point in units.iter() {
        match point {
            0x27 => single = true,
            0x22 => double = true,
            0x5c => plain = false,
            _ => plain = plain && unicode_data::is_printable(point),
        }
    }
    let quote = if single && !double { '"' } else { '\'' };
    let mut builder = Builder::with_capacity(units.len() + 2);
    builder.push(u32::from(quote));
    if plain && !(single && double) {
        builder.push_units(units);
    } else {
        units.iter().for_each(|point| push_repr_char(&mut builder, point, quote));
    }
    builder.push(u32::from(quote));
    builder.finish()
}

fn push_repr_char(builder: &mut Builder, point: u32, quote: char) {
    match point {
        0x09 => builder.push_str("\\t"),
        0x0a => builder.push_str("\\n"),
        0x0d => builder.push_str("\\r"),
        0x5c => builder.push_str("\\\\"),
        _ if point == u32::from(quote) => {
            builder.push(0x5c);
            builder.push(point);
        }
        _ if unicode_data::is_printable(point) => builder.push(point),
        _ => push_escape(builder, point),
    }
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub(crate) fn push_escape(builder: &mut Builder, point: u32) {
    match point {
        0..0x100 => builder.push_str(&format!("\\x{point:02x}")),
        0x100..0x10000 => builder.push_str(&format!("\\u{point:04x}")),
        _ => builder.push_str(&format!("\\U{point:08x}")),
    }
}

/// A representation in ASCII of a representation (`ascii()`).
pub fn escape_non_ascii(text: Text<'_>) -> PyResult<Object> {
    if is_ascii(text) {
        return Ok(text.to_owned());
    }
    let mut builder = Builder::with_capacity(len(text) * 2);
    for point in units(text).iter() {
        if point < 128 { builder.push(point) } else { push_escape(&mut builder, point) }
    }
    builder.finish()
}

pub(super) fn repr_slot(text: Text<'_>) -> PyResult<Object> {
    repr(text)
}

pub(super) fn str_slot(text: Text<'_>) -> PyResult<Object> {
    super::as_exact(text)
}
