//! CPython 3.14's marshal format: what `.pyc` files and the embedded library hold.
//!
//! An object begins with a type byte. `FLAG_REF` on it enters the object into a
//! table, at the index it has when its type byte is read, before its parts; `r`
//! and an index refer to it later. A container that is not complete yet stands in
//! the table as an empty place.

use std::collections::HashMap;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyResult, Raised, Signature, buffer, bytes, call, complex, dict, exceptions,
    float, int, list, module, object, raise, set, singletons, slice, str, tuple,
};
use rustpython_wtf8::Wtf8;

use crate::code;

pub const VERSION: i32 = 5;

const FLAG_REF: u8 = 0x80;
const MAX_DEPTH: usize = 2000;
/// Digits of the format are shorter than those of `int`.
const DIGIT_BITS: usize = 15;

/// Reads one object. `rename` gives the file name of code objects in place of the one they carry.
pub fn loads(data: &[u8]) -> PyResult {
    Reader::new(data).read()
}

/// Reads one object; file names that start with `from` start with `to` instead.
pub fn loads_renaming(data: &[u8], from: &str, to: &str) -> PyResult {
    let mut reader = Reader::new(data);
    reader.rename = Some((from.to_owned(), to.to_owned()));
    reader.read()
}

/// An object that can be referred to; `None` while it is being read.
type Reference = Option<Object>;

pub struct Reader<'a> {
    data: &'a [u8],
    position: usize,
    references: Vec<Reference>,
    depth: usize,
    allow_code: bool,
    rename: Option<(String, String)>,
    renamed: HashMap<String, Object>,
}

impl<'a> Reader<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            position: 0,
            references: Vec::new(),
            depth: 0,
            allow_code: true,
            rename: None,
            renamed: HashMap::new(),
        }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Reads one whole object.
    pub fn read(&mut self) -> PyResult {
        match self.object()? {
            Some(object) => Ok(object),
            None => Err(raise!(TypeError, "NULL object in marshal data for object")),
        }
    }

    fn take(&mut self, count: usize) -> PyResult<&'a [u8]> {
        let end = self.position.checked_add(count).filter(|&end| end <= self.data.len());
        let Some(end) = end else {
            return Err(raise!(EOFError, "marshal data too short"));
        };
        let part = &self.data[self.position..end];
        self.position = end;
        Ok(part)
    }

    fn byte(&mut self) -> PyResult<u8> {
        Ok(self.take(1)?[0])
    }

    fn short(&mut self) -> PyResult<i16> {
        Ok(i16::from_le_bytes(self.take(2)?.try_into().expect("two bytes")))
    }

    fn long(&mut self) -> PyResult<i32> {
        Ok(i32::from_le_bytes(self.take(4)?.try_into().expect("four bytes")))
    }

    fn size(&mut self, what: &str) -> PyResult<usize> {
        usize::try_from(self.long()?)
            .map_err(|_| raise!(ValueError, "bad marshal data ({what} size out of range)"))
    }

    fn text_float(&mut self) -> PyResult<f64> {
        let length = usize::from(self.byte()?);
        let text = core::str::from_utf8(self.take(length)?).ok().and_then(|text| text.parse().ok());
        text.ok_or_else(|| raise!(ValueError, "could not convert string to float in marshal data"))
    }

    fn binary_float(&mut self) -> PyResult<f64> {
        Ok(f64::from_le_bytes(self.take(8)?.try_into().expect("eight bytes")))
    }

    fn part(&mut self, what: &str) -> PyResult {
        match self.object()? {
            Some(object) => Ok(object),
            None => Err(raise!(TypeError, "NULL object in marshal data for {what}")),
        }
    }

    fn parts(&mut self, count: usize, what: &str) -> PyResult<Vec<Object>> {
        let mut items = Vec::with_capacity(count.min(self.data.len()));
        for _ in 0..count {
            items.push(self.part(what)?);
        }
        Ok(items)
    }

    /// One object; `None` is the null that ends a dict.
    fn object(&mut self) -> PyResult<Option<Object>> {
        if self.position >= self.data.len() {
            return Err(raise!(EOFError, "EOF read where object expected"));
        }
        let byte = self.byte()?;
        if self.depth >= MAX_DEPTH {
            return Err(raise!(ValueError, "recursion limit exceeded"));
        }
        self.depth += 1;
        let object = self.of_type(byte & !FLAG_REF, byte & FLAG_REF != 0);
        self.depth -= 1;
        object
    }

    /// Reserves the place of a container that is about to be read.
    fn reserve(&mut self, flagged: bool) -> Option<usize> {
        flagged.then(|| {
            self.references.push(None);
            self.references.len() - 1
        })
    }

    fn enter(&mut self, place: Option<usize>, object: &Object) {
        if let Some(index) = place {
            self.references[index] = Some(object.clone());
        }
    }

    fn of_type(&mut self, code: u8, flagged: bool) -> PyResult<Option<Object>> {
        let object = match code {
            b'0' => return Ok(None),
            b'N' => return Ok(Some(singletons::new_none())),
            b'S' => return Ok(Some(exceptions::builtin::StopIteration().to_owned())),
            b'.' => return Ok(Some(singletons::new_ellipsis())),
            b'F' => return Ok(Some(singletons::new_false())),
            b'T' => return Ok(Some(singletons::new_true())),
            b'r' => return self.reference().map(Some),
            b'(' | b')' | b'[' | b'{' | b'<' | b'>' | b':' | b'c' => {
                return self.container(code, flagged).map(Some);
            }
            b'i' => int::from_i64(i64::from(self.long()?))?,
            b'I' => int::from_i64(i64::from_le_bytes(self.take(8)?.try_into().expect("eight bytes")))?,
            b'l' => self.big_int()?,
            b'f' => float::new(self.text_float()?)?,
            b'g' => float::new(self.binary_float()?)?,
            b'x' => complex::new(self.text_float()?, self.text_float()?)?,
            b'y' => complex::new(self.binary_float()?, self.binary_float()?)?,
            b's' => {
                let length = self.size("bytes object")?;
                bytes::from_slice(self.take(length)?)?.into_object()
            }
            b'a' | b'A' => {
                let length = self.size("string")?;
                self.ascii(length, code == b'A')?
            }
            b'z' | b'Z' => {
                let length = usize::from(self.byte()?);
                self.ascii(length, code == b'Z')?
            }
            b'u' | b't' => {
                let length = self.size("string")?;
                let data = self.take(length)?;
                let text = match Wtf8::from_bytes(data) {
                    Some(text) => str::from_wtf8(text)?,
                    None => str::decode_utf8(data, Some("surrogatepass"))?,
                };
                if code == b't' { str::intern_in_place(text).into_object() } else { text.into_object() }
            }
            _ => return Err(raise!(ValueError, "bad marshal data (unknown type code)")),
        };
        if flagged {
            self.references.push(Some(object.clone()));
        }
        Ok(Some(object))
    }

    fn ascii(&mut self, length: usize, interned: bool) -> PyResult {
        let text = str::from_latin1(self.take(length)?)?;
        Ok(if interned { str::intern_in_place(text) } else { text }.into_object())
    }

    fn reference(&mut self) -> PyResult {
        let index = self.long()?;
        usize::try_from(index)
            .ok()
            .and_then(|index| self.references.get(index).cloned().flatten())
            .ok_or_else(|| raise!(ValueError, "bad marshal data (invalid reference)"))
    }

    fn big_int(&mut self) -> PyResult {
        let count = self.long()?;
        if count == i32::MIN {
            return Err(raise!(ValueError, "bad marshal data (long size out of range)"));
        }
        let n_digits = count.unsigned_abs() as usize;
        let mut data = vec![0u8; n_digits * DIGIT_BITS / 8 + 3];
        let mut digit = 0;
        for index in 0..n_digits {
            digit = self.short()?;
            if digit < 0 {
                return Err(raise!(ValueError, "bad marshal data (digit out of range in long)"));
            }
            let bit = index * DIGIT_BITS;
            let shifted = (digit as u32) << (bit % 8);
            for (byte, cell) in shifted.to_le_bytes().iter().zip(&mut data[bit / 8..]) {
                *cell |= byte;
            }
        }
        if n_digits > 0 && digit == 0 {
            return Err(raise!(ValueError, "bad marshal data (unnormalized long data)"));
        }
        let value = int::from_bytes(&data, true, false)?;
        if count < 0 { adder_object_model::number::negative(value.op()) } else { Ok(value) }
    }

    fn container(&mut self, code: u8, flagged: bool) -> PyResult {
        // Lists and dicts can contain themselves, so they are entered before their parts are read.
        match code {
            b'[' => {
                let count = self.size("list")?;
                let result = list::new()?;
                let place = self.reserve(flagged);
                self.enter(place, &result.clone().into_object());
                for _ in 0..count {
                    list::append(result.borrow(), self.part("list")?)?;
                }
                return Ok(result.into_object());
            }
            b'{' => {
                let result = dict::new()?;
                let place = self.reserve(flagged);
                self.enter(place, &result.clone().into_object());
                while let Some(key) = self.object()? {
                    let Some(value) = self.object()? else { break };
                    dict::set_item(result.borrow(), key.op(), value.op())?;
                }
                return Ok(result.into_object());
            }
            b'<' => {
                let count = self.size("set")?;
                let result = set::new(None)?;
                let place = self.reserve(flagged);
                self.enter(place, &result.clone().into_object());
                for _ in 0..count {
                    set::add(result.borrow(), self.part("set")?.op())?;
                }
                return Ok(result.into_object());
            }
            _ => {}
        }
        let place = self.reserve(flagged);
        let object = match code {
            b')' => {
                let count = usize::from(self.byte()?);
                tuple::from_vec(self.parts(count, "tuple")?)?
            }
            b'(' => {
                let count = self.size("tuple")?;
                tuple::from_vec(self.parts(count, "tuple")?)?
            }
            b'>' => {
                let count = self.size("set")?;
                let items = tuple::from_vec(self.parts(count, "set")?)?;
                set::new_frozen(Some(items.op()))?.into_object()
            }
            b':' => {
                let [start, stop, step] = [self.part("slice")?, self.part("slice")?, self.part("slice")?];
                slice::new(Some(start.op()), Some(stop.op()), Some(step.op()))?
            }
            _ => self.code()?,
        };
        self.enter(place, &object);
        Ok(object)
    }

    fn code(&mut self) -> PyResult {
        if !self.allow_code {
            return Err(raise!(ValueError, "unmarshalling code objects is disallowed"));
        }
        let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] =
            [self.long()?, self.long()?, self.long()?, self.long()?, self.long()?];
        let code = self.part("code")?;
        let consts = self.part("code")?;
        let names = self.part("code")?;
        let localsplusnames = self.part("code")?;
        let localspluskinds = self.part("code")?;
        let filename = self.part("code")?;
        let name = self.part("code")?;
        let qualname = self.part("code")?;
        let firstlineno = self.long()?;
        let linetable = self.part("code")?;
        let exceptiontable = self.part("code")?;
        let filename = self.filename(filename)?;
        let Some(code) = code.op().downcast::<PyBytesObject>() else {
            return Err(raise!(SystemError, "bad code object in marshal data"));
        };
        let parts = code::Parts {
            filename: filename.op(),
            name: name.op(),
            qualname: qualname.op(),
            flags,
            code: bytes::as_slice(code),
            firstlineno,
            linetable: linetable.op(),
            consts: consts.op(),
            names: names.op(),
            localsplusnames: localsplusnames.op(),
            localspluskinds: localspluskinds.op(),
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            exceptiontable: exceptiontable.op(),
        };
        Ok(code::new(parts)?.into_object())
    }

    /// The file name with its prefix exchanged; one object for each name.
    fn filename(&mut self, filename: Object) -> PyResult {
        let Some((from, to)) = &self.rename else {
            return Ok(filename);
        };
        let path = str::to_string_lossy(filename.op());
        let Some(rest) = path.strip_prefix(from.as_str()) else {
            return Ok(filename);
        };
        if let Some(renamed) = self.renamed.get(&path) {
            return Ok(renamed.clone());
        }
        let renamed = str::from_string(format!("{to}{rest}"))?.into_object();
        self.renamed.insert(path, renamed.clone());
        Ok(renamed)
    }
}

/// The marshal data of `op` in format `version`.
pub fn dumps(op: Op<'_>, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut writer = Writer {
        out: Vec::new(),
        version,
        references: (version >= 3).then(HashMap::new),
        kept: Vec::new(),
        depth: 0,
        allow_code,
    };
    writer.object(Some(op))?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    version: i32,
    /// Index of each object that may be referred to, by address.
    references: Option<HashMap<*mut PyObject, u32>>,
    /// Keeps these objects alive, so that their addresses stay theirs.
    kept: Vec<Object>,
    depth: usize,
    allow_code: bool,
}

fn is_frozenset(op: Op<'_>) -> bool {
    op.type_ptr() == &raw mut set::PyFrozenSet_Type
}

fn unmarshallable() -> Raised {
    raise!(ValueError, "unmarshallable object")
}

impl Writer {
    fn long(&mut self, value: i32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn size(&mut self, size: usize) -> PyResult<()> {
        let size = i32::try_from(size).map_err(|_| unmarshallable())?;
        self.long(size);
        Ok(())
    }

    fn object(&mut self, op: Option<Op<'_>>) -> PyResult<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(raise!(ValueError, "object too deeply nested to marshal"));
        }
        match op {
            None => self.out.push(b'0'),
            Some(op) if op.is_none() => self.out.push(b'N'),
            Some(op) if op.is(exceptions::builtin::StopIteration()) => self.out.push(b'S'),
            Some(op) if op.is(singletons::ellipsis()) => self.out.push(b'.'),
            Some(op) if op.is(singletons::false_()) => self.out.push(b'F'),
            Some(op) if op.is(singletons::true_()) => self.out.push(b'T'),
            Some(op) => self.referable(op)?,
        }
        self.depth -= 1;
        Ok(())
    }

    /// Writes a reference to `op` if it was written before, else the object.
    fn referable(&mut self, op: Op<'_>) -> PyResult<()> {
        let mut flag = 0;
        // An object that nobody else holds cannot come up again; an interned string may in
        // the next dump, and the flag keeps equal inputs equal outputs.
        let interned = op.downcast_exact::<PyUnicodeObject>().is_some_and(str::is_interned);
        if let Some(references) = &mut self.references
            && (object::refcount(op) > 1 || interned)
        {
            if let Some(&index) = references.get(&op.as_ptr()) {
                self.out.push(b'r');
                self.long(index as i32);
                return Ok(());
            }
            let index = references.len() as u32;
            references.insert(op.as_ptr(), index);
            self.kept.push(op.to_owned());
            flag = FLAG_REF;
        }
        let start = self.out.len();
        self.complex_object(op)?;
        self.out[start] |= flag;
        Ok(())
    }

    fn complex_object(&mut self, op: Op<'_>) -> PyResult<()> {
        if let Some(value) = op.downcast_exact::<PyLongObject>() {
            return self.int(value.as_object());
        }
        if op.is_exact::<PyFloatObject>() {
            let value = float::value(op);
            if self.version > 1 {
                self.out.push(b'g');
                self.out.extend_from_slice(&value.to_le_bytes());
            } else {
                self.out.push(b'f');
                self.text_float(value);
            }
        } else if op.is_exact::<PyComplexObject>() {
            let (real, imag) = complex::as_parts(op)?;
            self.out.push(if self.version > 1 { b'y' } else { b'x' });
            for value in [real, imag] {
                if self.version > 1 {
                    self.out.extend_from_slice(&value.to_le_bytes());
                } else {
                    self.text_float(value);
                }
            }
        } else if let Some(data) = op.downcast_exact::<PyBytesObject>() {
            self.bytes(bytes::as_slice(data))?;
        } else if let Some(text) = op.downcast_exact::<PyUnicodeObject>() {
            self.string(text)?;
        } else if let Some(items) = op.downcast_exact::<PyTupleObject>() {
            let count = tuple::len(items);
            match u8::try_from(count) {
                Ok(short) if self.version >= 4 => self.out.extend_from_slice(&[b')', short]),
                _ => {
                    self.out.push(b'(');
                    self.size(count)?;
                }
            }
            for index in 0..count {
                self.object(Some(tuple::get(items, index)))?;
            }
        } else if let Some(items) = op.downcast_exact::<PyListObject>() {
            self.out.push(b'[');
            let count = list::len(items);
            self.size(count)?;
            for index in 0..count {
                let item = list::get(items, index).ok_or_else(unmarshallable)?;
                self.object(Some(item.op()))?;
            }
        } else if let Some(items) = op.downcast_exact::<PyDictObject>() {
            self.out.push(b'{');
            for (key, value) in dict::pairs(items) {
                self.object(Some(key))?;
                self.object(Some(value))?;
            }
            self.object(None)?;
        } else if op.is_exact::<PySetObject>() || is_frozenset(op) {
            self.set(op)?;
        } else if let Some(value) = op.downcast_exact::<PySliceObject>() {
            if self.version < 5 {
                return Err(unmarshallable());
            }
            self.out.push(b':');
            for part in [value.start, value.stop, value.step] {
                // SAFETY: a slice owns its three parts.
                self.object(Some(unsafe { Op::from_ptr(part) }))?;
            }
        } else if let Some(value) = op.downcast_exact::<PyCodeObject>() {
            self.code(value)?;
        } else if buffer::check(op) {
            let view = buffer::get(op, PyBUF_SIMPLE).map_err(|error| {
                error.clear();
                unmarshallable()
            })?;
            self.bytes(view.as_slice())?;
        } else {
            return Err(unmarshallable());
        }
        Ok(())
    }

    fn text_float(&mut self, value: f64) {
        let text = float::repr_string(value);
        self.out.push(text.len() as u8);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn int(&mut self, op: Op<'_>) -> PyResult<()> {
        if let Ok(value) = int::as_i64_and_overflow(op)?
            && let Ok(value) = i32::try_from(value)
        {
            self.out.push(b'i');
            self.long(value);
            return Ok(());
        }
        let bits = int::bit_length(op);
        let magnitude = adder_object_model::number::absolute(op)?;
        let mut data = vec![0u8; bits / 8 + 4];
        int::to_bytes(magnitude.op(), &mut data, true, false)?;
        let n_digits = bits.div_ceil(DIGIT_BITS);
        self.out.push(b'l');
        let count = i32::try_from(n_digits).map_err(|_| unmarshallable())?;
        self.long(if int::is_negative(op) { -count } else { count });
        for index in 0..n_digits {
            let bit = index * DIGIT_BITS;
            let mut window = [0u8; 4];
            for (cell, byte) in window.iter_mut().zip(&data[bit / 8..]) {
                *cell = *byte;
            }
            let digit = (u32::from_le_bytes(window) >> (bit % 8)) & 0x7fff;
            self.out.extend_from_slice(&(digit as u16).to_le_bytes());
        }
        Ok(())
    }

    fn bytes(&mut self, data: &[u8]) -> PyResult<()> {
        self.out.push(b's');
        self.size(data.len())?;
        self.out.extend_from_slice(data);
        Ok(())
    }

    fn string(&mut self, text: Borrowed<'_, PyUnicodeObject>) -> PyResult<()> {
        let interned = str::is_interned(text) && self.version >= 3;
        let data = str::to_wtf8(text);
        let data = data.as_bytes();
        if self.version >= 4 && str::is_ascii(text) {
            if let Ok(short) = u8::try_from(data.len()) {
                self.out.extend_from_slice(&[if interned { b'Z' } else { b'z' }, short]);
            } else {
                self.out.push(if interned { b'A' } else { b'a' });
                self.size(data.len())?;
            }
        } else {
            self.out.push(if interned { b't' } else { b'u' });
            self.size(data.len())?;
        }
        self.out.extend_from_slice(data);
        Ok(())
    }

    /// The elements go in the order of their own marshal data, so that equal sets give equal bytes.
    fn set(&mut self, op: Op<'_>) -> PyResult<()> {
        let frozen = is_frozenset(op);
        self.out.push(if frozen { b'>' } else { b'<' });
        // SAFETY: both set types have this layout.
        let items: Borrowed<'_, PySetObject> = unsafe { op.cast_unchecked() };
        self.size(set::len(items))?;
        let mut sorted = Vec::new();
        let mut position = 0;
        while let Some((item, _)) = set::next(items, &mut position) {
            sorted.push((dumps(item, self.version, self.allow_code)?, item.to_owned()));
        }
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, item) in &sorted {
            self.object(Some(item.op()))?;
        }
        Ok(())
    }

    fn code(&mut self, code: Borrowed<'_, PyCodeObject>) -> PyResult<()> {
        if !self.allow_code {
            return Err(raise!(ValueError, "marshalling code objects is disallowed"));
        }
        self.out.push(b'c');
        for number in [
            code.co_argcount,
            code.co_posonlyargcount,
            code.co_kwonlyargcount,
            code.co_stacksize,
            code.co_flags,
        ] {
            self.long(number);
        }
        let bytecode = code::bytecode(code)?;
        self.object(Some(bytecode.op()))?;
        for part in [
            code.co_consts,
            code.co_names,
            code.co_localsplusnames,
            code.co_localspluskinds,
            code.co_filename,
            code.co_name,
            code.co_qualname,
        ] {
            // SAFETY: a code object owns its parts.
            self.object(Some(unsafe { Op::from_ptr(part) }))?;
        }
        self.long(code.co_firstlineno);
        for part in [code.co_linetable, code.co_exceptiontable] {
            // SAFETY: as above.
            self.object(Some(unsafe { Op::from_ptr(part) }))?;
        }
        Ok(())
    }
}

static DUMP: Signature<4> =
    Signature::new("dump", ["", "", "", "allow_code"]).positional_only(3).keyword_only_from(3).required(2);

fn module_dump(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [value, file, version, allow_code] = args.parse(&DUMP)?;
    let version = version.map_or(Ok(VERSION), int::as_i32)?;
    let allow_code = allow_code.map_or(Ok(true), object::is_true)?;
    let data = dumps(value.expect("required"), version, allow_code)?;
    call::call_method(file.expect("required"), "write", &[bytes::from_slice(&data)?.op()])
}

static DUMPS: Signature<3> =
    Signature::new("dumps", ["", "", "allow_code"]).positional_only(2).keyword_only_from(2).required(1);

fn module_dumps(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [value, version, allow_code] = args.parse(&DUMPS)?;
    let version = version.map_or(Ok(VERSION), int::as_i32)?;
    let allow_code = allow_code.map_or(Ok(true), object::is_true)?;
    let data = dumps(value.expect("required"), version, allow_code)?;
    Ok(bytes::from_slice(&data)?.into_object())
}

static LOADS: Signature<2> =
    Signature::new("loads", ["", "allow_code"]).positional_only(1).keyword_only_from(1).required(1);

fn module_loads(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [data, allow_code] = args.parse(&LOADS)?;
    let allow_code = allow_code.map_or(Ok(true), object::is_true)?;
    let view = buffer::get(data.expect("required"), PyBUF_SIMPLE)?;
    let mut reader = Reader::new(view.as_slice());
    reader.allow_code = allow_code;
    reader.read()
}

static LOAD: Signature<2> =
    Signature::new("load", ["", "allow_code"]).positional_only(1).keyword_only_from(1).required(1);

/// Reads the rest of the file, then sets it back behind what the object took.
fn module_load(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [file, allow_code] = args.parse(&LOAD)?;
    let file = file.expect("required");
    let allow_code = allow_code.map_or(Ok(true), object::is_true)?;
    let data = call::call_method_noargs(file, "read")?;
    let Some(data) = data.op().downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "file.read() returned not bytes but {}", data.op().type_name()));
    };
    let mut reader = Reader::new(bytes::as_slice(data));
    reader.allow_code = allow_code;
    let object = reader.read()?;
    let unread = bytes::len(data) - reader.position();
    if unread > 0 {
        let back = int::from_i64(-(unread as i64))?;
        call::call_method(file, "seek", &[back.op(), int::from_i64(1)?.op()])?;
    }
    Ok(object)
}

static FUNCTIONS: &[PyMethodDef] = &[
    method::keywords(c"dump", module_dump, c"dump($module, value, file, version=5, /, *, allow_code=True)\n--\n\nWrite a value to an open file."),
    method::keywords(c"load", module_load, c"load($module, file, /, *, allow_code=True)\n--\n\nRead one value from an open file."),
    method::keywords(c"dumps", module_dumps, c"dumps($module, value, version=5, /, *, allow_code=True)\n--\n\nGive the bytes that dump() would write."),
    method::keywords(c"loads", module_loads, c"loads($module, data, /, *, allow_code=True)\n--\n\nTurn bytes back into the value they hold."),
    PyMethodDef::EMPTY,
];

/// The module `marshal`.
pub fn init() -> PyResult {
    let result = module::new("marshal")?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    module::add_object(result.op(), "version", int::from_i64(i64::from(VERSION))?.op())?;
    Ok(result)
}
