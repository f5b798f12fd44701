//! From objects to opcodes: atoms and containers.

use std::borrow::Cow;

use adder_object_model::codecs::utf8;
use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Op, PyResult, PyTyped, buffer, bytearray, bytes, call, dict, errors, float, int, iter, list,
    mapping, object, pickle_buffer, raise, set, singletons, str, tuple,
};

use super::opcodes::*;
use super::pickler::{Pickler, This};
use super::{global, noting, pickling_error, reduce, state, with_note};

/// How deep containers may nest in fast mode before cycles are looked for.
const FAST_NESTING_LIMIT: usize = 50;

/// Writes the whole pickle of an object.
pub fn dump(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    let result = dump_framed(this, op);
    this.output.framing.set(false);
    this.forget_overrides();
    result
}

fn dump_framed(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    Pickler::find_overrides(this)?;
    let proto = this.proto.get();
    if proto >= 2 {
        this.write(&[PROTO, proto as u8])?;
        this.output.framing.set(proto >= 4);
    }
    save(this, op)?;
    this.write_opcode(STOP)?;
    this.output.commit_frame();
    Ok(())
}

/// Writes an object, unless it has a persistent id.
pub fn save(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    this.opcode_boundary()?;
    if this.persistent_id.is_some() && save_persistent(this, op)? {
        return Ok(());
    }
    save_itself(this, op)
}

/// Writes the persistent id of an object, if it has one.
#[cold]
fn save_persistent(this: This<'_>, op: Op<'_>) -> PyResult<bool> {
    let Some(function) = this.persistent_id.get() else {
        return Ok(false);
    };
    let pid = call::call_one(function.op(), op)?;
    if pid.op().is_none() {
        return Ok(false);
    }
    if this.bin.get() != 0 {
        this.opcode_boundary()?;
        save_itself(this, pid.op())?;
        this.write_opcode(BINPERSID)?;
        return Ok(true);
    }
    let text = object::str(pid.op())?;
    if !str::is_ascii(text.borrow()) {
        return Err(pickling_error("persistent IDs in protocol 0 must be ASCII strings"));
    }
    this.write_opcode(PERSID)?;
    this.write(str::units(text.borrow()).as_bytes())?;
    this.write(b"\n")?;
    Ok(true)
}

fn save_itself(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    let tp = op.type_ptr();
    // Atoms are not in the memo.
    if op.is_none() {
        return this.write_opcode(NONE);
    }
    if op.is(singletons::true_()) || op.is(singletons::false_()) {
        return save_bool(this, op);
    }
    if tp == PyLongObject::type_ptr() {
        return save_int(this, op);
    }
    if tp == PyFloatObject::type_ptr() {
        return save_float(this, op);
    }
    if let Some(index) = this.memo_index(op) {
        return this.write_get(index);
    }
    if let Some(text) = op.downcast_exact::<PyUnicodeObject>() {
        return save_str(this, text);
    }
    if let Some(data) = op.downcast_exact::<PyBytesObject>() {
        return save_bytes(this, data);
    }
    call::enter_recursive(" while pickling an object")?;
    let result = save_container(this, op);
    call::leave_recursive();
    result
}

fn save_container(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    let tp = op.type_ptr();
    if tp == PyDictObject::type_ptr() {
        return fast_guarded(this, op, |this| save_dict(this, op));
    }
    if set::is_any_exact(op) {
        return fast_guarded(this, op, |this| save_set(this, op));
    }
    if tp == PyListObject::type_ptr() {
        return fast_guarded(this, op, |this| save_list(this, op));
    }
    if let Some(row) = op.downcast_exact::<PyTupleObject>() {
        if tuple::len(row) == 0 {
            return if this.bin.get() != 0 {
                this.write_opcode(EMPTY_TUPLE)
            } else {
                this.write(&[MARK, TUPLE])
            };
        }
        return fast_guarded(this, op, |this| save_tuple(this, row));
    }
    if let Some(array) = op.downcast_exact::<PyByteArrayObject>() {
        return save_bytearray(this, array);
    }
    if let Some(buffer) = op.downcast_exact::<PyPickleBuffer>() {
        return save_pickle_buffer(this, buffer);
    }
    if let Some(function) = this.reducer_override.get() {
        let reduced = call::call_one(function.op(), op)?;
        if !reduced.op().is(singletons::not_implemented()) {
            return reduce::save_reduced(this, op, reduced.op());
        }
    }
    if tp == PyTypeObject::type_ptr() {
        return global::save_type(this, op);
    }
    if tp == PyFunctionObject::type_ptr() {
        return global::save_global(this, op, None);
    }
    reduce::save_other(this, op)
}

/// Runs `body`; in fast mode, which keeps no memo, notices an object inside itself.
pub fn fast_guarded(this: This<'_>, op: Op<'_>, body: impl FnOnce(This<'_>) -> PyResult<()>) -> PyResult<()> {
    if this.fast.get() == 0 {
        return body(this);
    }
    let nesting = this.fast_nesting.get() + 1;
    this.fast_nesting.set(nesting);
    let address = op.as_ptr() as usize;
    let watched = nesting >= FAST_NESTING_LIMIT;
    if watched && !this.fast_memo.borrow_mut().insert(address) {
        this.fast_nesting.set(nesting - 1);
        return Err(raise!(
            ValueError,
            "fast mode: can't pickle cyclic objects including object type {} at {:p}",
            op.type_name(),
            op.as_ptr()
        ));
    }
    let result = body(this);
    this.fast_nesting.set(nesting - 1);
    if watched {
        this.fast_memo.borrow_mut().remove(&address);
    }
    result
}

fn save_bool(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    let value = op.is(singletons::true_());
    if this.proto.get() >= 2 {
        return this.write_opcode(if value { NEWTRUE } else { NEWFALSE });
    }
    // Not opcodes of their own: Pythons from before bool read them as integers.
    this.write(if value { b"I01\n" } else { b"I00\n" })
}

fn save_int(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    if let Some(value) = int::fits_i64(op)
        && let Ok(value) = i32::try_from(value)
    {
        if this.bin.get() == 0 {
            return this.write(format!("I{value}\n").as_bytes());
        }
        let [a, b, c, d] = value.to_le_bytes();
        return match value {
            0..0x100 => this.write(&[BININT1, a]),
            0x100..0x1_0000 => this.write(&[BININT2, a, b]),
            _ => this.write(&[BININT, a, b, c, d]),
        };
    }
    if this.proto.get() < 2 {
        return this.write(format!("L{}L\n", int::to_decimal_string(op)?).as_bytes());
    }
    // Two's complement with room for the sign; one byte less where it shows anyway.
    let size = int::bit_length(op) / 8 + 1;
    if size > i32::MAX as usize {
        return Err(raise!(OverflowError, "int too large to pickle"));
    }
    let mut data = vec![0; size];
    int::to_bytes(op, &mut data, true, true)?;
    if int::is_negative(op) && size > 1 && data[size - 1] == 0xff && data[size - 2] & 0x80 != 0 {
        data.pop();
    }
    match u8::try_from(data.len()) {
        Ok(n) => this.write(&[LONG1, n])?,
        Err(_) => {
            let [a, b, c, d] = (data.len() as u32).to_le_bytes();
            this.write(&[LONG4, a, b, c, d])?;
        }
    }
    this.write(&data)
}

fn save_float(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    let value = float::value(op);
    if this.bin.get() == 0 {
        return this.write(format!("F{}\n", float::repr_string(value)).as_bytes());
    }
    let mut data = [BINFLOAT; 9];
    data[1..].copy_from_slice(&value.to_be_bytes());
    this.write(&data)
}

/// An opcode and a size in one, four or eight bytes, as the protocol allows.
fn header(this: This<'_>, size: usize, opcodes: [Option<u8>; 3], what: &str) -> PyResult<([u8; 9], usize)> {
    let mut result = [0; 9];
    let (opcode, width) = match opcodes {
        [Some(opcode), _, _] if size <= 0xff => (opcode, 1),
        [_, Some(opcode), _] if size <= 0xffff_ffff => (opcode, 4),
        [_, _, Some(opcode)] if this.proto.get() >= 4 => (opcode, 8),
        _ => {
            let message = "larger than 4 GiB requires pickle protocol 4 or higher";
            return Err(raise!(OverflowError, "serializing a {what} {message}"));
        }
    };
    result[0] = opcode;
    result[1..=width].copy_from_slice(&(size as u64).to_le_bytes()[..width]);
    Ok((result, width + 1))
}

/// Writes bytes with their opcode for protocols from 3 on, and memoizes `op`, which they are of.
fn save_bytes_data(this: This<'_>, op: Op<'_>, data: &[u8]) -> PyResult<()> {
    let opcodes = [Some(SHORT_BINBYTES), Some(BINBYTES), Some(BINBYTES8)];
    let (header, n) = header(this, data.len(), opcodes, "bytes object")?;
    this.write_data(&header[..n], data, Some(op.to_owned()))?;
    this.memoize(op)
}

fn save_bytearray_data(this: This<'_>, op: Op<'_>, data: &[u8]) -> PyResult<()> {
    let (header, n) = header(this, data.len(), [None, None, Some(BYTEARRAY8)], "bytearray")?;
    this.write_data(&header[..n], data, Some(op.to_owned()))?;
    this.memoize(op)
}

fn save_bytes(this: This<'_>, op: Borrowed<'_, PyBytesObject>) -> PyResult<()> {
    let data = bytes::as_slice(op);
    if this.proto.get() >= 3 {
        return save_bytes_data(this, op.as_object(), data);
    }
    // Python 2 has no bytes: a call makes them, which there gives a str.
    let (function, arguments) = if data.is_empty() {
        (PyBytesObject::type_ref().as_object(), tuple::empty())
    } else {
        let text = str::from_latin1(data)?;
        (state::get().codecs_encode.op(), tuple::pack(&[text.op(), str::intern("latin1")?.op()])?)
    };
    let reduced = tuple::pack(&[function, arguments.op()])?;
    reduce::save_reduce(this, reduced.op(), Some(op.as_object()))
}

fn save_bytearray(this: This<'_>, op: Borrowed<'_, PyByteArrayObject>) -> PyResult<()> {
    if this.proto.get() >= 5 {
        // The buffer keeps the data where it is while the file is written to.
        let data = buffer::get(op.as_object(), PyBUF_SIMPLE)?;
        return save_bytearray_data(this, op.as_object(), data.as_slice());
    }
    let arguments = if bytearray::len(op) == 0 {
        tuple::empty()
    } else {
        tuple::pack(&[bytes::from_slice(&bytearray::to_vec(op))?.op()])?
    };
    let reduced = tuple::pack(&[PyByteArrayObject::type_ref().as_object(), arguments.op()])?;
    reduce::save_reduce(this, reduced.op(), Some(op.as_object()))
}

fn save_pickle_buffer(this: This<'_>, op: Borrowed<'_, PyPickleBuffer>) -> PyResult<()> {
    if this.proto.get() < 5 {
        return Err(pickling_error("PickleBuffer can only be pickled with protocol >= 5"));
    }
    pickle_buffer::get_buffer(op)?;
    // A view of its own: the callback may release the object.
    let view = buffer::get(op.as_object(), PyBUF_FULL_RO)?;
    // SAFETY: a filled view.
    if !unsafe { buffer::is_contiguous(&raw const *view.view, b'A') } {
        return Err(pickling_error(
            "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
        ));
    }
    let readonly = view.view.readonly != 0;
    let in_band = match this.buffer_callback.get() {
        Some(callback) => object::is_true(call::call_one(callback.op(), op.as_object())?.op())?,
        None => true,
    };
    if !in_band {
        this.write_opcode(NEXT_BUFFER)?;
        return if readonly { this.write_opcode(READONLY_BUFFER) } else { Ok(()) };
    }
    if readonly {
        save_bytes_data(this, op.as_object(), view.as_slice())
    } else {
        save_bytearray_data(this, op.as_object(), view.as_slice())
    }
}

fn save_str(this: This<'_>, text: Borrowed<'_, PyUnicodeObject>) -> PyResult<()> {
    if this.bin.get() == 0 {
        this.write_opcode(UNICODE)?;
        this.write(&raw_escaped(text))?;
        this.write(b"\n")?;
        return this.memoize(text.as_object());
    }
    let encoded = if str::is_ascii(text) {
        Cow::Borrowed(str::units(text).as_bytes())
    } else {
        Cow::Owned(utf8::encode_to_vec(text, Some("surrogatepass"), "utf-8")?)
    };
    let short = (this.proto.get() >= 4).then_some(SHORT_BINUNICODE);
    let (header, n) = header(this, encoded.len(), [short, Some(BINUNICODE), Some(BINUNICODE8)], "string")?;
    this.write_data(&header[..n], &encoded, None)?;
    this.memoize(text.as_object())
}

/// A string for a line of protocol 0: raw-unicode-escape, and what would end or confuse the line.
fn raw_escaped(text: Borrowed<'_, PyUnicodeObject>) -> Vec<u8> {
    let mut out = Vec::with_capacity(str::len(text));
    for point in str::units(text).iter() {
        match point {
            0 | 10 | 13 | 0x1a | 0x5c | 0x100..0x10000 => out.extend(format!("\\u{point:04x}").bytes()),
            0..0x100 => out.push(point as u8),
            _ => out.extend(format!("\\U{point:08x}").bytes()),
        }
    }
    out
}

fn save_tuple(this: This<'_>, row: Borrowed<'_, PyTupleObject>) -> PyResult<()> {
    let n = tuple::len(row);
    let op = row.as_object();
    let short = n <= 3 && this.proto.get() >= 2;
    if !short {
        this.write_opcode(MARK)?;
    }
    for index in 0..n {
        noting_item(save(this, tuple::get(row, index)), op, index)?;
    }
    // If the tuple is in the memo now, one of its items has led back to it: what is on the
    // stack is thrown away, and the tuple fetched.
    if let Some(index) = this.memo_index(op) {
        if short || this.bin.get() == 0 {
            let pops = if short { n } else { n + 1 };
            this.write(&vec![POP; pops])?;
        } else {
            this.write_opcode(POP_MARK)?;
        }
        return this.write_get(index);
    }
    this.write_opcode(if short { [TUPLE1, TUPLE2, TUPLE3][n - 1] } else { TUPLE })?;
    this.memoize(op)
}

fn noting_item<T>(result: PyResult<T>, op: Op<'_>, index: usize) -> PyResult<T> {
    result.map_err(|raised| {
        with_note(raised, || Ok(format!("when serializing {} item {index}", super::full_type_name(op)?)))
    })
}

/// `result`, with a note that shows the key on its exception.
fn noting_key<T>(result: PyResult<T>, op: Op<'_>, key: Op<'_>) -> PyResult<T> {
    result.map_err(|raised| {
        with_note(raised, || {
            let shown = str::to_string_lossy(object::repr(key)?.op());
            Ok(format!("when serializing {} item {shown}", super::full_type_name(op)?))
        })
    })
}

fn save_list(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    // SAFETY: the caller has seen that it is a list.
    let row: Borrowed<'_, PyListObject> = unsafe { op.cast_unchecked() };
    if this.bin.get() == 0 {
        this.write(&[MARK, LIST])?;
    } else {
        this.write_opcode(EMPTY_LIST)?;
    }
    this.memoize(op)?;
    if list::len(row) == 0 {
        return Ok(());
    }
    if this.proto.get() == 0 {
        let items = object::get_iter(op)?;
        return batch_appends(this, items.op(), op);
    }
    if list::len(row) == 1 {
        if let Some(item) = list::get(row, 0) {
            noting_item(save(this, item.op()), op, 0)?;
        }
        return this.write_opcode(APPEND);
    }
    let mut index = 0;
    while index < list::len(row) {
        this.write_opcode(MARK)?;
        let stop = index + BATCH_SIZE;
        while index < stop
            && let Some(item) = list::get(row, index)
        {
            noting_item(save(this, item.op()), op, index)?;
            index += 1;
        }
        this.write_opcode(APPENDS)?;
    }
    Ok(())
}

/// Writes the items of an iterator, to be appended to what is on the stack.
pub fn batch_appends(this: This<'_>, items: Op<'_>, op: Op<'_>) -> PyResult<()> {
    let mut index = 0;
    if this.proto.get() == 0 {
        while let Some(item) = iter::next(items)? {
            noting_item(save(this, item.op()), op, index)?;
            index += 1;
            this.write_opcode(APPEND)?;
        }
        return Ok(());
    }
    loop {
        let Some(first) = iter::next(items)? else {
            return Ok(());
        };
        let Some(mut item) = iter::next(items)? else {
            noting_item(save(this, first.op()), op, index)?;
            return this.write_opcode(APPEND);
        };
        this.write_opcode(MARK)?;
        noting_item(save(this, first.op()), op, index)?;
        index += 1;
        let mut n = 1;
        loop {
            noting_item(save(this, item.op()), op, index)?;
            index += 1;
            n += 1;
            if n == BATCH_SIZE {
                break;
            }
            match iter::next(items)? {
                Some(next) => item = next,
                None => break,
            }
        }
        this.write_opcode(APPENDS)?;
        if n < BATCH_SIZE {
            return Ok(());
        }
    }
}

fn save_dict(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    // SAFETY: the caller has seen that it is a dict.
    let table: Borrowed<'_, PyDictObject> = unsafe { op.cast_unchecked() };
    if this.bin.get() == 0 {
        this.write(&[MARK, DICT])?;
    } else {
        this.write_opcode(EMPTY_DICT)?;
    }
    this.memoize(op)?;
    let size = dict::len(table);
    if size == 0 {
        return Ok(());
    }
    if this.proto.get() == 0 {
        let items = mapping::items(op)?;
        let items = object::get_iter(items.op())?;
        return batch_setitems(this, items.op(), op);
    }
    let mut position = 0;
    loop {
        let mut n = 0;
        if size > 1 {
            this.write_opcode(MARK)?;
        }
        while n < BATCH_SIZE
            && let Some((key, value, _)) = dict::next(table, &mut position)
        {
            let (key, value) = (key.to_owned(), value.to_owned());
            save(this, key.op())?;
            noting_key(save(this, value.op()), op, key.op())?;
            n += 1;
            if size == 1 {
                break;
            }
        }
        if size == 1 {
            return this.write_opcode(SETITEM);
        }
        this.write_opcode(SETITEMS)?;
        if dict::len(table) != size {
            return Err(raise!(RuntimeError, "dictionary changed size during iteration"));
        }
        if n < BATCH_SIZE {
            return Ok(());
        }
    }
}

/// The two halves of an item that an iterator over pairs has given.
fn pair_of<'a>(pair: Op<'a>) -> PyResult<(Op<'a>, Op<'a>)> {
    match pair.downcast::<PyTupleObject>() {
        Some(pair) if tuple::len(pair) == 2 => Ok((tuple::get(pair, 0), tuple::get(pair, 1))),
        _ => Err(raise!(TypeError, "dict items iterator must return 2-tuples")),
    }
}

fn save_pair(this: This<'_>, pair: Op<'_>, op: Op<'_>) -> PyResult<()> {
    let (key, value) = pair_of(pair)?;
    save(this, key)?;
    noting_key(save(this, value), op, key)
}

/// Writes the pairs of an iterator, to be stored in what is on the stack.
pub fn batch_setitems(this: This<'_>, items: Op<'_>, op: Op<'_>) -> PyResult<()> {
    if this.proto.get() == 0 {
        while let Some(pair) = iter::next(items)? {
            save_pair(this, pair.op(), op)?;
            this.write_opcode(SETITEM)?;
        }
        return Ok(());
    }
    loop {
        let Some(first) = iter::next(items)? else {
            return Ok(());
        };
        pair_of(first.op())?;
        let Some(mut pair) = iter::next(items)? else {
            save_pair(this, first.op(), op)?;
            return this.write_opcode(SETITEM);
        };
        this.write_opcode(MARK)?;
        save_pair(this, first.op(), op)?;
        let mut n = 1;
        loop {
            save_pair(this, pair.op(), op)?;
            n += 1;
            if n == BATCH_SIZE {
                break;
            }
            match iter::next(items)? {
                Some(next) => pair = next,
                None => break,
            }
        }
        this.write_opcode(SETITEMS)?;
        if n < BATCH_SIZE {
            return Ok(());
        }
    }
}

fn save_set(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    let frozen = set::is_frozen_exact(op);
    let Some(elements) = set::downcast_any(op) else {
        return Err(errors::bad_internal_call());
    };
    if this.proto.get() < 4 {
        let items = adder_object_model::sequence::to_list(op)?;
        let arguments = tuple::pack(&[items.op()])?;
        let reduced = tuple::pack(&[op.ob_type().as_object(), arguments.op()])?;
        return reduce::save_reduce(this, reduced.op(), Some(op));
    }
    let save_element = |element: Op<'_>| {
        let element = element.to_owned();
        noting(save(this, element.op()), op, "element")
    };
    let mut position = 0;
    if frozen {
        this.write_opcode(MARK)?;
        while let Some((element, _)) = set::next(elements, &mut position) {
            save_element(element)?;
        }
        if let Some(index) = this.memo_index(op) {
            this.write_opcode(POP_MARK)?;
            return this.write_get(index);
        }
        this.write_opcode(FROZENSET)?;
        return this.memoize(op);
    }
    this.write_opcode(EMPTY_SET)?;
    this.memoize(op)?;
    let size = set::len(elements);
    if size == 0 {
        return Ok(());
    }
    loop {
        this.write_opcode(MARK)?;
        let mut n = 0;
        while n < BATCH_SIZE
            && let Some((element, _)) = set::next(elements, &mut position)
        {
            save_element(element)?;
            n += 1;
        }
        this.write_opcode(ADDITEMS)?;
        if set::len(elements) != size {
            return Err(raise!(RuntimeError, "set changed size during iteration"));
        }
        if n < BATCH_SIZE {
            return Ok(());
        }
    }
}
