//! The reader: a state machine over the characters of lines.

use std::cell::Cell;

use adder_object_model::layout::*;
use adder_object_model::str::Builder;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Visitor, float, getset, int, iter, list, object, raise,
    singletons, slot, str,
};

use super::dialect::{self, Dialect, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS};
use super::{error, field_limit};
use crate::native::{self, Contents, Native};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    StartRecord,
    StartField,
    EscapedChar,
    InField,
    InQuotedField,
    EscapeInQuotedField,
    QuoteInQuotedField,
    EatCrnl,
    AfterEscapedCrnl,
}

/// What is read so far of a row.
struct Row {
    state: State,
    field: Builder,
    fields: Owned<PyListObject>,
    unquoted: bool,
}

pub struct Reader {
    dialect: Owned<Native<Dialect>>,
    input: Object,
    line_num: Cell<usize>,
    /// Counts the rows begun, to notice one that is read while another is.
    turn: Cell<usize>,
}

impl Contents for Reader {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut READER
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.dialect.as_object_ptr());
        visitor.visit(self.input.as_object_ptr());
    }
}

/// The end of a line, fed after its last character.
const END_OF_LINE: u32 = u32::MAX;

impl Row {
    fn new() -> PyResult<Self> {
        Ok(Self { state: State::StartRecord, field: Builder::new(), fields: list::new()?, unquoted: true })
    }

    fn add(&mut self, point: u32) -> PyResult<()> {
        if self.field.len() as isize >= field_limit() {
            return Err(error(&format!("field larger than field limit ({})", field_limit())));
        }
        self.field.push(point);
        Ok(())
    }

    fn save(&mut self, dialect: &Dialect) -> PyResult<()> {
        let quoting = dialect.quoting;
        let empty_unquoted = self.unquoted && self.field.is_empty();
        let text = core::mem::take(&mut self.field).finish()?;
        let value = if empty_unquoted && matches!(quoting, QUOTE_NOTNULL | QUOTE_STRINGS) {
            singletons::new_none()
        } else if self.unquoted && !empty_unquoted && quoting == QUOTE_STRINGS
            || self.unquoted && quoting == QUOTE_NONNUMERIC
        {
            if empty_unquoted { text.into_object() } else { float::from_string(text.op())? }
        } else {
            text.into_object()
        };
        self.unquoted = true;
        list::append(self.fields.borrow(), value)
    }

    fn feed(&mut self, dialect: &Dialect, point: u32) -> PyResult<()> {
        let line_end = matches!(point, 10 | 13 | END_OF_LINE);
        let is = |special: Option<u32>| special == Some(point) && point != END_OF_LINE;
        match self.state {
            State::StartRecord | State::StartField => {
                if self.state == State::StartRecord {
                    if point == END_OF_LINE {
                        return Ok(());
                    }
                    if line_end {
                        self.state = State::EatCrnl;
                        return Ok(());
                    }
                    self.state = State::StartField;
                }
                if line_end {
                    self.save(dialect)?;
                    self.state = if point == END_OF_LINE { State::StartRecord } else { State::EatCrnl };
                } else if is(dialect.quote_char) && dialect.quoting != QUOTE_NONE {
                    self.unquoted = false;
                    self.state = State::InQuotedField;
                } else if is(dialect.escape_char) {
                    self.state = State::EscapedChar;
                } else if point == 32 && dialect.skip_initial_space {
                    // Skipped.
                } else if point == dialect.delimiter {
                    self.save(dialect)?;
                } else {
                    self.add(point)?;
                    self.state = State::InField;
                }
            }
            State::EscapedChar => {
                if matches!(point, 10 | 13) {
                    self.add(point)?;
                    self.state = State::AfterEscapedCrnl;
                } else {
                    self.add(if point == END_OF_LINE { 10 } else { point })?;
                    self.state = State::InField;
                }
            }
            State::AfterEscapedCrnl | State::InField => {
                if self.state == State::AfterEscapedCrnl && point == END_OF_LINE {
                    return Ok(());
                }
                if line_end {
                    self.save(dialect)?;
                    self.state = if point == END_OF_LINE { State::StartRecord } else { State::EatCrnl };
                } else if is(dialect.escape_char) {
                    self.state = State::EscapedChar;
                } else if point == dialect.delimiter {
                    self.save(dialect)?;
                    self.state = State::StartField;
                } else {
                    self.add(point)?;
                    self.state = State::InField;
                }
            }
            State::InQuotedField => {
                if point == END_OF_LINE {
                    // The field goes on in the next line.
                } else if is(dialect.escape_char) {
                    self.state = State::EscapeInQuotedField;
                } else if is(dialect.quote_char) && dialect.quoting != QUOTE_NONE {
                    self.state =
                        if dialect.double_quote { State::QuoteInQuotedField } else { State::InField };
                } else {
                    self.add(point)?;
                }
            }
            State::EscapeInQuotedField => {
                self.add(if point == END_OF_LINE { 10 } else { point })?;
                self.state = State::InQuotedField;
            }
            State::QuoteInQuotedField => {
                if dialect.quoting != QUOTE_NONE && is(dialect.quote_char) {
                    self.add(point)?;
                    self.state = State::InQuotedField;
                } else if point == dialect.delimiter {
                    self.save(dialect)?;
                    self.state = State::StartField;
                } else if line_end {
                    self.save(dialect)?;
                    self.state = if point == END_OF_LINE { State::StartRecord } else { State::EatCrnl };
                } else if !dialect.strict {
                    self.add(point)?;
                    self.state = State::InField;
                } else {
                    let show = |point: u32| char::from_u32(point).unwrap_or('\u{fffd}');
                    let (delimiter, quote) = (show(dialect.delimiter), show(dialect.quote_char.unwrap_or(0)));
                    return Err(error(&format!("'{delimiter}' expected after '{quote}'")));
                }
            }
            State::EatCrnl => match point {
                10 | 13 => {}
                END_OF_LINE => self.state = State::StartRecord,
                _ => {
                    let message = "new-line character seen in unquoted field - do you need to open the file with newline=''?";
                    return Err(error(message));
                }
            },
        }
        Ok(())
    }
}

fn next_row(this: Borrowed<'_, Native<Reader>>) -> PyResult<Option<Object>> {
    let reader = &this.value;
    let dialect = &reader.dialect.value;
    let mut row = Row::new()?;
    let turn = reader.turn.get().wrapping_add(1);
    reader.turn.set(turn);
    loop {
        let line = iter::next(reader.input.op())?;
        if reader.turn.get() != turn {
            return Err(error("iterator has already advanced the reader"));
        }
        let Some(line) = line else {
            if !row.field.is_empty() || row.state == State::InQuotedField {
                if dialect.strict {
                    return Err(error("unexpected end of data"));
                }
                row.save(dialect)?;
                break;
            }
            return Ok(None);
        };
        let Some(text) = line.op().downcast::<PyUnicodeObject>() else {
            let given = line.op().type_name();
            return Err(error(&format!(
                "iterator should return strings, not {given} (the file should be opened in text mode)"
            )));
        };
        reader.line_num.set(reader.line_num.get() + 1);
        for point in str::units(text).iter() {
            row.feed(dialect, point)?;
        }
        row.feed(dialect, END_OF_LINE)?;
        if row.state == State::StartRecord {
            break;
        }
    }
    Ok(Some(row.fields.into_object()))
}

pub fn new_reader(_: Op<'_>, args: Args<'_>) -> PyResult<Owned<Native<Reader>>> {
    if args.is_empty() || args.len() > 2 {
        let bound = if args.is_empty() { "at least 1 argument" } else { "at most 2 arguments" };
        return Err(raise!(TypeError, "reader expected {bound}, got {}", args.len()));
    }
    let input = object::get_iter(args.get(0).expect("counted"))?;
    let dialect = dialect::from_call(args.get(1), args)?;
    native::new(Reader { dialect, input, line_num: Cell::new(0), turn: Cell::new(0) })
}

fn dialect_of(this: Borrowed<'_, Native<Reader>>) -> PyResult<Owned<Native<Dialect>>> {
    Ok(this.value.dialect.clone())
}

fn line_num(this: Borrowed<'_, Native<Reader>>) -> PyResult {
    int::from_usize(this.value.line_num.get())
}

static GETSET: [PyGetSetDef; 3] = [
    getset::get(c"dialect", dialect_of, c"The dialect."),
    getset::get(c"line_num", line_num, c"How many lines were read."),
    PyGetSetDef::EMPTY,
];

static mut READER: PyTypeObject = PyTypeObject {
    tp_doc: c"Reads rows from lines.".as_ptr(),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next_row),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    ..native::type_object::<Reader>(c"_csv.reader")
};
