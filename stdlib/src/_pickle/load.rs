//! From opcodes to objects: the machine, atoms and containers.
//!
//! The machine has a stack of objects and one of marks, which are places in the first. An
//! opcode may take no object from below the last mark.

use std::cell::RefMut;

use adder_object_model::codecs::{self, escapes};
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, Owned, PyResult, Raised, bytearray, bytes, call, dict, float, id, int, iter, list,
    memoryview, number, object, raise, set, singletons, str, tuple,
};

use super::input::Input;
use super::opcodes::*;
use super::unpickler::{This, Unpickler, no_persistent_load};
use super::unpickling_error;

/// An unpickler at work.
pub struct Machine<'a> {
    pub this: This<'a>,
    pub input: RefMut<'a, Input>,
    pub stack: Vec<Object>,
    marks: Vec<usize>,
    /// The last mark: the objects below it are out of reach.
    pub fence: usize,
    persistent_load: Option<Object>,
}

/// Reads one pickle and gives its object.
pub fn load(this: This<'_>) -> PyResult {
    let running = this.start()?;
    this.proto.set(0);
    let persistent_load = Unpickler::find_persistent_load(this)?;
    let inner: &super::unpickler::Inner = &this;
    let mut machine = Machine {
        this,
        input: inner.input.borrow_mut(),
        stack: Vec::with_capacity(16),
        marks: Vec::new(),
        fence: 0,
        persistent_load,
    };
    machine.input.start();
    let result = machine.run().and_then(|()| machine.pop());
    // The rest of the stack goes first: dropping it may run code.
    let Machine { input, stack, persistent_load, .. } = machine;
    drop(input);
    drop(running);
    drop((stack, persistent_load));
    result
}

#[cold]
fn truncated() -> Raised {
    unpickling_error("pickle data was truncated")
}

#[cold]
fn exceeds(opcode: &str) -> Raised {
    raise!(OverflowError, "{opcode} exceeds system's maximum size of {} bytes", isize::MAX)
}

/// A size that memory can have.
fn checked_size(size: u64, opcode: &str) -> PyResult<usize> {
    usize::try_from(size).ok().filter(|size| *size <= isize::MAX as usize).ok_or_else(|| exceeds(opcode))
}

/// A decimal integer in text.
fn parse_int(line: &[u8]) -> PyResult {
    int::from_ascii_bytes(line, 10)
}

impl Machine<'_> {
    #[cold]
    pub fn underflow(&self) -> Raised {
        unpickling_error(if self.marks.is_empty() {
            "unpickling stack underflow"
        } else {
            "unexpected MARK found"
        })
    }

    #[inline]
    pub fn push(&mut self, op: Object) {
        self.stack.push(op);
    }

    #[inline]
    pub fn pop(&mut self) -> PyResult {
        if self.stack.len() <= self.fence {
            return Err(self.underflow());
        }
        self.stack.pop().ok_or_else(|| self.underflow())
    }

    /// The object on top.
    pub fn top(&self) -> PyResult<&Object> {
        if self.stack.len() <= self.fence {
            return Err(self.underflow());
        }
        self.stack.last().ok_or_else(|| self.underflow())
    }

    /// Takes the last mark off and gives its place.
    pub fn mark(&mut self) -> PyResult<usize> {
        let Some(mark) = self.marks.pop() else {
            return Err(unpickling_error("could not find MARK"));
        };
        self.fence = self.marks.last().copied().unwrap_or(0);
        Ok(mark)
    }

    /// Takes the objects from a place on off, as a tuple.
    pub fn pop_tuple(&mut self, start: usize) -> PyResult<Owned<PyTupleObject>> {
        if start < self.fence || start > self.stack.len() {
            return Err(self.underflow());
        }
        let made = tuple::from_iter(self.stack.drain(start..))?;
        // SAFETY: a tuple.
        Ok(unsafe { made.cast_unchecked() })
    }

    fn pop_list(&mut self, start: usize) -> PyResult<Owned<PyListObject>> {
        list::from_vec(self.stack.split_off(start))
    }

    fn run(&mut self) -> PyResult<()> {
        loop {
            let Some(opcode) = self.input.read_opcode()? else {
                return Err(raise!(EOFError, "Ran out of input"));
            };
            if opcode == STOP {
                return self.input.skip_consumed();
            }
            self.step(opcode)?;
        }
    }

    fn step(&mut self, opcode: u8) -> PyResult<()> {
        match opcode {
            NONE => self.push(singletons::new_none()),
            NEWTRUE => self.push(singletons::new_bool(true)),
            NEWFALSE => self.push(singletons::new_bool(false)),
            BININT => {
                let value = i32::from_le_bytes(self.input.read_array()?);
                self.push(int::from_i64(i64::from(value))?);
            }
            BININT1 => {
                let [value] = self.input.read_array()?;
                self.push(int::from_i64(i64::from(value))?);
            }
            BININT2 => {
                let value = u16::from_le_bytes(self.input.read_array()?);
                self.push(int::from_i64(i64::from(value))?);
            }
            INT => return self.load_int(),
            LONG => return self.load_long(),
            LONG1 => return self.load_counted_long(1),
            LONG4 => return self.load_counted_long(4),
            FLOAT => return self.load_float(),
            BINFLOAT => {
                let value = f64::from_be_bytes(self.input.read_array()?);
                self.push(float::new(value)?.into_object());
            }
            SHORT_BINBYTES => return self.load_bytes(1),
            BINBYTES => return self.load_bytes(4),
            BINBYTES8 => return self.load_bytes(8),
            BYTEARRAY8 => return self.load_bytearray(),
            NEXT_BUFFER => return self.load_next_buffer(),
            READONLY_BUFFER => return self.load_readonly_buffer(),
            SHORT_BINSTRING => return self.load_old_string(1),
            BINSTRING => return self.load_old_string(4),
            STRING => return self.load_quoted_string(),
            UNICODE => {
                let line = self.input.read_line()?;
                let text = escapes::decode_raw_unicode(&line[..line.len() - 1], None, true)?.0;
                self.push(text.into_object());
            }
            SHORT_BINUNICODE => return self.load_str(1),
            BINUNICODE => return self.load_str(4),
            BINUNICODE8 => return self.load_str(8),
            EMPTY_TUPLE => self.push(tuple::empty().into_object()),
            TUPLE1 => return self.load_short_tuple(1),
            TUPLE2 => return self.load_short_tuple(2),
            TUPLE3 => return self.load_short_tuple(3),
            TUPLE => {
                let start = self.mark()?;
                let row = self.pop_tuple(start)?;
                self.push(row.into_object());
            }
            EMPTY_LIST => self.push(list::new()?.into_object()),
            LIST => {
                let start = self.mark()?;
                let row = self.pop_list(start)?;
                self.push(row.into_object());
            }
            EMPTY_DICT => self.push(dict::new()?.into_object()),
            DICT => return self.load_dict(),
            EMPTY_SET => self.push(set::new(None)?.into_object()),
            ADDITEMS => return self.load_additems(),
            FROZENSET => {
                let start = self.mark()?;
                let items = self.pop_tuple(start)?;
                self.push(set::new_frozen(Some(items.op()))?.into_object());
            }
            OBJ => return self.load_obj(),
            INST => return self.load_inst(),
            NEWOBJ => return self.load_newobj(false),
            NEWOBJ_EX => return self.load_newobj(true),
            GLOBAL => return self.load_global(),
            STACK_GLOBAL => return self.load_stack_global(),
            APPEND => {
                let Some(start) = self.stack.len().checked_sub(1).filter(|start| *start > self.fence) else {
                    return Err(self.underflow());
                };
                return self.append_from(start);
            }
            APPENDS => {
                let start = self.mark()?;
                return self.append_from(start);
            }
            BUILD => return self.load_build(),
            DUP => {
                let top = self.top()?.clone();
                self.push(top);
            }
            BINGET => {
                let index = self.input.read_size(1)?;
                return self.get_memo(index as usize);
            }
            LONG_BINGET => {
                let index = self.input.read_size(4)?;
                return self.get_memo(index as usize);
            }
            GET => return self.load_get(),
            MARK => {
                self.fence = self.stack.len();
                self.marks.push(self.fence);
            }
            BINPUT => {
                let index = self.input.read_size(1)?;
                return self.put_memo(index as usize);
            }
            LONG_BINPUT => {
                let index = self.input.read_size(4)?;
                return self.put_memo(index as usize);
            }
            PUT => return self.load_put(),
            MEMOIZE => {
                let index = self.this.memo.borrow().len();
                return self.put_memo(index);
            }
            POP => return self.load_pop(),
            POP_MARK => {
                let start = self.mark()?;
                let gone = self.stack.split_off(start);
                drop(gone);
            }
            SETITEM => {
                // Without a mark between, the container and the pair lie above the fence.
                let Some(start) = self.stack.len().checked_sub(2) else {
                    return Err(self.underflow());
                };
                return self.set_items_from(start);
            }
            SETITEMS => {
                let start = self.mark()?;
                return self.set_items_from(start);
            }
            PERSID => return self.load_persid(),
            BINPERSID => {
                let Some(function) = self.persistent_load.clone() else {
                    return Err(no_persistent_load());
                };
                let pid = self.pop()?;
                let found = call::call_one(function.op(), pid.op())?;
                self.push(found);
            }
            REDUCE => return self.load_reduce(),
            PROTO => {
                let [proto] = self.input.read_array()?;
                if i32::from(proto) > HIGHEST_PROTOCOL {
                    return Err(raise!(ValueError, "unsupported pickle protocol: {proto}"));
                }
                self.this.proto.set(i32::from(proto));
            }
            FRAME => return self.input.begin_frame(),
            EXT1 => return self.load_extension(1),
            EXT2 => return self.load_extension(2),
            EXT4 => return self.load_extension(4),
            0x20..=0x7e if opcode != b'\'' && opcode != b'\\' => {
                return Err(unpickling_error(&format!("invalid load key, '{}'.", char::from(opcode))));
            }
            _ => return Err(unpickling_error(&format!("invalid load key, '\\x{opcode:02x}'."))),
        }
        Ok(())
    }

    fn load_int(&mut self) -> PyResult<()> {
        let line = self.input.read_line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        // Protocol 0 has no opcode for truth values; two digits stand for one.
        let value = match line.as_slice() {
            b"00\n" => singletons::new_bool(false),
            b"01\n" => singletons::new_bool(true),
            _ => match parse_int(&line) {
                Ok(value) => value,
                Err(raised) => {
                    raised.clear();
                    return Err(raise!(ValueError, "could not convert string to int"));
                }
            },
        };
        self.push(value);
        Ok(())
    }

    fn load_long(&mut self) -> PyResult<()> {
        let mut line = self.input.read_line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        if line[line.len() - 2] == b'L' {
            line.truncate(line.len() - 2);
        }
        self.push(parse_int(&line)?);
        Ok(())
    }

    fn load_counted_long(&mut self, width: usize) -> PyResult<()> {
        let size = self.input.read_size(width)?;
        if size > i32::MAX as u64 {
            return Err(unpickling_error("LONG pickle has negative byte count"));
        }
        let value = match size {
            0 => int::from_i64(0)?,
            _ => int::from_bytes(self.input.read(size as usize)?, true, true)?,
        };
        self.push(value);
        Ok(())
    }

    fn load_float(&mut self) -> PyResult<()> {
        let line = self.input.read_line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        let text = String::from_utf8_lossy(&line[..line.len() - 1]).into_owned();
        // Spaces and underscores, which `float` takes, are not part of the format.
        if text.contains(|char: char| char.is_whitespace() || char == '_') {
            return Err(raise!(ValueError, "could not convert string to float: '{text}\n'"));
        }
        let value = number::float(str::from_str(&text)?.op()).map_err(|raised| {
            if !raised.matches(builtin::ValueError()) {
                return raised;
            }
            raised.clear();
            if text.starts_with(|char: char| char.is_ascii_digit()) {
                raise!(ValueError, "could not convert string to float")
            } else {
                raise!(ValueError, "could not convert string to float: '{text}\n'")
            }
        })?;
        if float::value(value.op()).is_infinite() && text.contains(|char: char| char.is_ascii_digit()) {
            return Err(raise!(OverflowError, "value too large to convert to float: '{text}\n'"));
        }
        self.push(value);
        Ok(())
    }

    fn load_bytes(&mut self, width: usize) -> PyResult<()> {
        let size = checked_size(self.input.read_size(width)?, "BINBYTES")?;
        if !self.input.may_have(size) {
            return Err(truncated());
        }
        let made = if size < 2 {
            bytes::from_slice(self.input.read(size)?)?
        } else {
            let made = bytes::new_unfilled(size)?;
            // SAFETY: a fresh object of so many bytes, which nobody else has seen.
            unsafe { self.input.read_into(bytes::data(made.borrow()), size)? };
            made
        };
        self.push(made.into_object());
        Ok(())
    }

    fn load_bytearray(&mut self) -> PyResult<()> {
        let size = checked_size(self.input.read_size(8)?, "BYTEARRAY8")?;
        if !self.input.may_have(size) {
            return Err(truncated());
        }
        let made = bytearray::from_slice(&[])?;
        bytearray::resize(made.borrow(), size)?;
        // SAFETY: a fresh object of so many bytes, which nobody else has seen.
        unsafe { self.input.read_into(bytearray::data(made.borrow()), size)? };
        self.push(made.into_object());
        Ok(())
    }

    fn load_next_buffer(&mut self) -> PyResult<()> {
        let Some(buffers) = self.this.buffers.get() else {
            return Err(unpickling_error(
                "pickle stream refers to out-of-band data but no *buffers* argument was given",
            ));
        };
        let Some(buffer) = iter::next(buffers.op())? else {
            return Err(unpickling_error("not enough out-of-band buffers"));
        };
        self.push(buffer);
        Ok(())
    }

    fn load_readonly_buffer(&mut self) -> PyResult<()> {
        let view = memoryview::from_object_with_flags(self.top()?.op(), PyBUF_FULL_RO)?;
        // SAFETY: a fresh view that nobody else has seen.
        unsafe {
            if (*view.as_ptr()).view.readonly != 0 {
                return Ok(());
            }
            (*view.as_ptr()).view.readonly = 1;
        }
        let writable = self.pop()?;
        self.push(view.into_object());
        drop(writable);
        Ok(())
    }

    /// A `str` of Python 2, decoded as the user has said.
    fn decode_old(&self, data: &[u8]) -> PyResult {
        let encoding = self.this.encoding.borrow().clone();
        if encoding == "bytes" {
            return Ok(bytes::from_slice(data)?.into_object());
        }
        let errors = self.this.errors.borrow().clone();
        Ok(codecs::decode_text(data, Some(&encoding), Some(&errors))?.into_object())
    }

    fn load_old_string(&mut self, width: usize) -> PyResult<()> {
        let size = self.input.read_size(width)?;
        if size > i32::MAX as u64 {
            return Err(unpickling_error("BINSTRING pickle has negative byte count"));
        }
        let data = self.input.read(size as usize)?.to_vec();
        let text = self.decode_old(&data)?;
        self.push(text);
        Ok(())
    }

    fn load_quoted_string(&mut self) -> PyResult<()> {
        let line = self.input.read_line()?;
        let inside = match &line[..line.len() - 1] {
            [first @ (b'\'' | b'"'), inside @ .., last] if first == last => inside,
            _ => return Err(unpickling_error("the STRING opcode argument must be quoted")),
        };
        let data = escapes::decode_bytes(inside, None)?;
        let text = self.decode_old(&data)?;
        self.push(text);
        Ok(())
    }

    fn load_str(&mut self, width: usize) -> PyResult<()> {
        let size = checked_size(self.input.read_size(width)?, "BINUNICODE")?;
        let data = self.input.read(size)?;
        let text = str::decode_utf8(data, Some("surrogatepass"))?;
        self.push(text.into_object());
        Ok(())
    }

    fn load_short_tuple(&mut self, n: usize) -> PyResult<()> {
        let Some(start) = self.stack.len().checked_sub(n) else {
            return Err(self.underflow());
        };
        let row = self.pop_tuple(start)?;
        self.push(row.into_object());
        Ok(())
    }

    fn load_dict(&mut self) -> PyResult<()> {
        let start = self.mark()?;
        let made = dict::new()?;
        if !(self.stack.len() - start).is_multiple_of(2) {
            return Err(unpickling_error("odd number of items for DICT"));
        }
        set_pairs(made.op(), self.stack.split_off(start))?;
        self.push(made.into_object());
        Ok(())
    }

    /// The container below the items that begin at `start`.
    fn container_below(&self, start: usize) -> PyResult<Object> {
        if start > self.stack.len() || start <= self.fence {
            return Err(self.underflow());
        }
        Ok(self.stack[start - 1].clone())
    }

    fn append_from(&mut self, start: usize) -> PyResult<()> {
        let container = self.container_below(start)?;
        if start == self.stack.len() {
            return Ok(());
        }
        if let Some(row) = container.op().downcast_exact::<PyListObject>() {
            for item in self.stack.drain(start..) {
                list::append(row, item)?;
            }
            return Ok(());
        }
        if let Some(extend) = super::optional(container.op(), id!("extend"))? {
            let items = self.pop_list(start)?;
            return call::call_one(extend.op(), items.op()).map(drop);
        }
        // PEP 307 wants both methods; objects without `extend` have been tolerated ever since.
        let append = object::get_attr(container.op(), id!("append"))?;
        for item in self.stack.split_off(start) {
            call::call_one(append.op(), item.op())?;
        }
        Ok(())
    }

    fn set_items_from(&mut self, start: usize) -> PyResult<()> {
        let container = self.container_below(start)?;
        if start == self.stack.len() {
            return Ok(());
        }
        if !(self.stack.len() - start).is_multiple_of(2) {
            return Err(unpickling_error("odd number of items for SETITEMS"));
        }
        if let Some(table) = container.op().downcast_exact::<PyDictObject>() {
            let mut items = self.stack.drain(start..);
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                dict::set_item_owned(table, key, value)?;
            }
            return Ok(());
        }
        set_pairs(container.op(), self.stack.split_off(start))
    }

    fn load_additems(&mut self) -> PyResult<()> {
        let start = self.mark()?;
        let container = self.container_below(start)?;
        if start == self.stack.len() {
            return Ok(());
        }
        let items = self.stack.split_off(start);
        if !set::is_frozen(container.op())
            && let Some(elements) = set::downcast_any(container.op())
        {
            return items.iter().try_for_each(|item| set::add(elements, item.op()));
        }
        let add = object::get_attr(container.op(), id!("add"))?;
        for item in items {
            call::call_one(add.op(), item.op())?;
        }
        Ok(())
    }

    fn load_pop(&mut self) -> PyResult<()> {
        // A mark on top is what is popped, if no object lies above it.
        if self.marks.last() == Some(&self.stack.len()) {
            return self.mark().map(drop);
        }
        let gone = self.pop()?;
        drop(gone);
        Ok(())
    }

    fn get_memo(&mut self, index: usize) -> PyResult<()> {
        let found = self.this.memo.borrow().get(index);
        let Some(found) = found else {
            return Err(unpickling_error(&format!("Memo value not found at index {index}")));
        };
        self.push(found);
        Ok(())
    }

    fn put_memo(&mut self, index: usize) -> PyResult<()> {
        let top = self.top()?.clone();
        self.this.memoize(index, top)
    }

    fn load_get(&mut self) -> PyResult<()> {
        let line = self.input.read_line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        let index = int::as_isize(parse_int(&line)?.op())?;
        if index < 0 {
            return Err(unpickling_error(&format!("Memo value not found at index {index}")));
        }
        self.get_memo(index as usize)
    }

    fn load_put(&mut self) -> PyResult<()> {
        let line = self.input.read_line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        self.top()?;
        let index = int::as_isize(parse_int(&line)?.op())?;
        if index < 0 {
            return Err(raise!(ValueError, "negative PUT argument"));
        }
        self.put_memo(index as usize)
    }

    fn load_persid(&mut self) -> PyResult<()> {
        let Some(function) = self.persistent_load.clone() else {
            return Err(no_persistent_load());
        };
        let line = self.input.read_line()?;
        let pid = codecs::decode_text(&line[..line.len() - 1], Some("ascii"), None).map_err(|raised| {
            if !raised.matches(builtin::UnicodeDecodeError()) {
                return raised;
            }
            raised.clear();
            unpickling_error("persistent IDs in protocol 0 must be ASCII strings")
        })?;
        let found = call::call_one(function.op(), pid.op())?;
        self.push(found);
        Ok(())
    }
}

/// Stores keys and values that alternate.
fn set_pairs(container: Op<'_>, items: Vec<Object>) -> PyResult<()> {
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        object::set_item(container, key.op(), value.op())?;
    }
    Ok(())
}
