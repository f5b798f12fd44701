//! Writes a code object as CPython 3.14 marshal data, version 5.
//!
//! The compiler crate has a writer of its own, but it marks no string as
//! interned and repeats each object in full, the file name once per function.
//! This one writes what CPython writes to a `.pyc` file:
//!
//!  - Names (`co_names`, `co_localsplusnames`, `co_name`, `co_qualname`) and string
//!    constants that look like identifiers carry an interned type code: `Z`
//!    (ASCII, shorter than 256), `A` (longer ASCII), `t` (UTF-8). Other strings
//!    are `z`, `a`, `u`; `u` and `t` hold UTF-8 in which surrogates may stand alone.
//!  - Equal constants of one module are one object, as CPython's compiler merges
//!    them: the first has `FLAG_REF`, later ones are `r` and an index. Only what
//!    is referred to has the flag, so a reader keeps no table of the rest.
//!    None, True, False, `...` and the cached small ints are always written out.
//!
//! Indices count flagged objects in the order of their type bytes, so a tuple
//! comes before its elements. Bytecode itself is never shared and never flagged.

use std::collections::HashMap;

use rustpython_compiler::core::bytecode::{CodeObject, ConstantData};
use rustpython_compiler::core::marshal::{DumpableValue, FLAG_REF, serialize_value};

/// The marshal data of `code`.
pub fn dump(code: &CodeObject) -> Vec<u8> {
    let mut counting = Writer::new(Pass::Count, HashMap::new());
    counting.code(code);
    let mut writing = Writer::new(Pass::Write, counting.seen);
    writing.code(code);
    writing.out
}

#[derive(Clone, Copy, PartialEq)]
enum Pass {
    /// Find out which objects occur more than once.
    Count,
    /// Write, with references.
    Write,
    /// Write without looking at references: the result serves as a key.
    Key,
}

#[derive(Default)]
struct Seen {
    occurrences: u32,
    index: Option<u32>,
}

struct Writer {
    pass: Pass,
    out: Vec<u8>,
    /// By the object's data without references.
    seen: HashMap<Vec<u8>, Seen>,
    next_index: u32,
}

impl Writer {
    fn new(pass: Pass, seen: HashMap<Vec<u8>, Seen>) -> Self {
        Self { pass, out: Vec::new(), seen, next_index: 0 }
    }

    /// Writes an object that may occur again. `write` begins with a type byte.
    fn shared(&mut self, write: impl Fn(&mut Self)) {
        if self.pass == Pass::Key {
            return write(self);
        }
        let mut key = Self::new(Pass::Key, HashMap::new());
        write(&mut key);
        let seen = self.seen.entry(key.out).or_default();
        if self.pass == Pass::Count {
            seen.occurrences += 1;
            if seen.occurrences == 1 {
                write(self);
            }
            return;
        }
        if let Some(index) = seen.index {
            self.out.push(b'r');
            self.length(index as usize);
            return;
        }
        let start = self.out.len();
        let flagged = seen.occurrences > 1;
        if flagged {
            seen.index = Some(self.next_index);
            self.next_index += 1;
        }
        write(self);
        if flagged {
            self.out[start] |= FLAG_REF;
        }
    }

    fn number(&mut self, value: u32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn length(&mut self, length: usize) {
        self.number(u32::try_from(length).expect("no object of a module has 2**32 parts"));
    }

    fn bytes(&mut self, value: &[u8]) {
        self.out.push(b's');
        self.length(value.len());
        self.out.extend_from_slice(value);
    }

    fn string(&mut self, utf8: &[u8], interned: bool) {
        let short = utf8.len() < 256;
        let code = match (utf8.is_ascii(), short, interned) {
            (true, true, true) => b'Z',
            (true, true, false) => b'z',
            (true, false, true) => b'A',
            (true, false, false) => b'a',
            (false, _, true) => b't',
            (false, _, false) => b'u',
        };
        self.out.push(code);
        if matches!(code, b'z' | b'Z') {
            self.out.push(utf8.len() as u8);
        } else {
            self.length(utf8.len());
        }
        self.out.extend_from_slice(utf8);
    }

    fn name(&mut self, name: &str) {
        self.shared(|writer| writer.string(name.as_bytes(), true));
    }

    fn tuple_start(&mut self, length: usize) {
        if let Ok(short) = u8::try_from(length) {
            self.out.extend_from_slice(&[b')', short]);
        } else {
            self.out.push(b'(');
            self.length(length);
        }
    }

    fn names<S: AsRef<str>>(&mut self, names: &[S]) {
        self.shared(|writer| {
            writer.tuple_start(names.len());
            for name in names {
                writer.name(name.as_ref());
            }
        });
    }

    fn constant(&mut self, constant: &ConstantData) {
        match constant {
            ConstantData::Code { code } => self.code(code),
            ConstantData::Str { value } => {
                let utf8 = value.as_bytes();
                // What CPython interns: letters, digits and underscores of ASCII.
                let interned = utf8.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
                self.shared(|writer| writer.string(utf8, interned));
            }
            ConstantData::Bytes { value } => self.shared(|writer| writer.bytes(value)),
            ConstantData::Tuple { elements } => self.shared(|writer| {
                writer.tuple_start(elements.len());
                elements.iter().for_each(|element| writer.constant(element));
            }),
            ConstantData::Frozenset { elements } => self.shared(|writer| {
                writer.out.push(b'>');
                writer.length(elements.len());
                elements.iter().for_each(|element| writer.constant(element));
            }),
            ConstantData::Slice { elements } => self.shared(|writer| {
                writer.out.push(b':');
                elements.iter().for_each(|element| writer.constant(element));
            }),
            ConstantData::None | ConstantData::Ellipsis | ConstantData::Boolean { .. } => {
                self.plain(constant)
            }
            ConstantData::Integer { value }
                if i16::try_from(value).is_ok_and(|small| (-5..=256).contains(&small)) =>
            {
                self.plain(constant);
            }
            ConstantData::Integer { .. } | ConstantData::Float { .. } | ConstantData::Complex { .. } => {
                self.shared(|writer| writer.plain(constant));
            }
        }
    }

    /// Constants without parts, which the compiler crate writes as CPython does.
    fn plain(&mut self, constant: &ConstantData) {
        use rustpython_compiler::core::bytecode::Constant;
        let value = DumpableValue::<ConstantData>::from(constant.borrow_constant());
        serialize_value(&mut self.out, value).unwrap_or_else(|never| match never {});
    }

    fn code(&mut self, code: &CodeObject) {
        self.out.push(b'c');
        self.number(code.arg_count);
        self.number(code.posonlyarg_count);
        self.number(code.kwonlyarg_count);
        self.number(code.max_stackdepth);
        self.number(code.flags.bits());
        self.bytes(&code.instructions.original_bytes());
        self.tuple_start(code.constants.len());
        code.constants.iter().for_each(|constant| self.constant(constant));
        self.names(&code.names);
        self.names(&local_names(code));
        self.shared(|writer| writer.bytes(&code.localspluskinds));
        self.shared(|writer| writer.string(code.source_path.as_bytes(), false));
        self.name(&code.obj_name);
        self.name(&code.qualname);
        self.length(code.first_line_number.map_or(0, |line| line.get()));
        self.shared(|writer| writer.bytes(&code.linetable));
        self.shared(|writer| writer.bytes(&code.exceptiontable));
    }
}

/// `co_localsplusnames`: locals, then cells that are not also locals, then free variables.
fn local_names(code: &CodeObject) -> Vec<&str> {
    let cells = code.cellvars.iter().filter(|cell| !code.varnames.contains(cell));
    let names: Vec<&str> =
        code.varnames.iter().chain(cells).chain(&code.freevars).map(|name| name.as_str()).collect();
    assert_eq!(names.len(), code.localspluskinds.len(), "{}: names and kinds differ", code.qualname);
    names
}
