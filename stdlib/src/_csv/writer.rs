//! The writer: rows to lines.

use adder_object_model::layout::*;
use adder_object_model::str::{Builder, Units};
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Visitor, call, exceptions::builtin, getset, iter, method,
    number, object, raise, str,
};

use super::dialect::{self, Dialect, QUOTE_ALL, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS};
use super::error;
use crate::native::{self, Contents, Native};

pub struct Writer {
    write: Object,
    dialect: Owned<Native<Dialect>>,
}

impl Contents for Writer {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut WRITER
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.write.as_object_ptr());
        visitor.visit(self.dialect.as_object_ptr());
    }
}

/// A field as it will stand in the line, without its quotes, and whether it needs them.
fn escaped(dialect: &Dialect, text: Units<'_>, mut quoted: bool) -> PyResult<(Builder, bool)> {
    let mut out = Builder::with_capacity(text.len());
    let terminator = str::units(dialect.line_terminator.borrow());
    for point in text.iter() {
        let special = point == dialect.delimiter
            || Some(point) == dialect.escape_char
            || Some(point) == dialect.quote_char
            || matches!(point, 10 | 13)
            || terminator.iter().any(|other| other == point);
        if special {
            let mut want_escape = false;
            if dialect.quoting == QUOTE_NONE {
                want_escape = true;
            } else {
                if Some(point) == dialect.quote_char {
                    if dialect.double_quote {
                        out.push(point);
                    } else {
                        want_escape = true;
                    }
                } else if Some(point) == dialect.escape_char {
                    want_escape = true;
                }
                if !want_escape {
                    quoted = true;
                }
            }
            if want_escape {
                let Some(escape) = dialect.escape_char else {
                    return Err(error("need to escape, but no escapechar set"));
                };
                out.push(escape);
            }
        }
        out.push(point);
    }
    Ok((out, quoted))
}

fn line_of(dialect: &Dialect, row: Op<'_>) -> PyResult<Builder> {
    let iterator = object::get_iter(row).map_err(|raised| {
        if raised.matches(builtin::TypeError()) {
            raised.clear();
            error(&format!("iterable expected, not {}", row.type_name()))
        } else {
            raised
        }
    })?;
    let mut line = Builder::new();
    let (mut count, mut only_is_null) = (0, false);
    while let Some(field) = iter::next(iterator.op())? {
        let field_op = field.op();
        let quoted = match dialect.quoting {
            QUOTE_NONNUMERIC => !number::check(field_op),
            QUOTE_ALL => true,
            QUOTE_STRINGS => field_op.is_instance::<PyUnicodeObject>(),
            QUOTE_NOTNULL => !field_op.is_none(),
            _ => false,
        };
        only_is_null = field_op.is_none();
        let text = if field_op.is_none() { str::empty() } else { object::str(field_op)? };
        let units = str::units(text.borrow());
        let unquotable_null = only_is_null && matches!(dialect.quoting, QUOTE_STRINGS | QUOTE_NOTNULL);
        if count > 0 {
            line.push(dialect.delimiter);
        }
        // A leading space would be skipped when read back.
        let space_first = units.is_empty() || units.get(0) == 32;
        let mut quoted = quoted;
        if space_first && dialect.delimiter == 32 && dialect.skip_initial_space && !quoted {
            if dialect.quoting == QUOTE_NONE || unquotable_null {
                return Err(error(
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        let (field_text, quoted) = escaped(dialect, units, quoted)?;
        let quote = dialect.quote_char.filter(|_| quoted);
        if let Some(quote) = quote {
            line.push(quote);
        }
        line.push_units(field_text.units());
        if let Some(quote) = quote {
            line.push(quote);
        }
        count += 1;
    }
    if count > 0 && line.is_empty() {
        // A row of one empty field is not an empty line.
        let null = only_is_null && matches!(dialect.quoting, QUOTE_STRINGS | QUOTE_NOTNULL);
        if dialect.quoting == QUOTE_NONE || null {
            return Err(error("single empty field record must be quoted"));
        }
        let quote = dialect.quote_char.unwrap_or(u32::from('"'));
        line.push(quote);
        line.push(quote);
    }
    line.push_text(dialect.line_terminator.borrow());
    Ok(line)
}

fn writerow(this: Borrowed<'_, Native<Writer>>, row: Op<'_>) -> PyResult<Object> {
    let line = line_of(&this.value.dialect.value, row)?.finish()?;
    call::call_one(this.value.write.op(), line.op())
}

fn writerows(this: Borrowed<'_, Native<Writer>>, rows: Op<'_>) -> PyResult<()> {
    let iterator = object::get_iter(rows)?;
    while let Some(row) = iter::next(iterator.op())? {
        drop(writerow(this, row.op())?);
    }
    Ok(())
}

pub fn new_writer(_: Op<'_>, args: Args<'_>) -> PyResult<Owned<Native<Writer>>> {
    if args.is_empty() || args.len() > 2 {
        let bound = if args.is_empty() { "at least 1 argument" } else { "at most 2 arguments" };
        return Err(raise!(TypeError, "writer expected {bound}, got {}", args.len()));
    }
    let write = object::get_optional_attr_str(args.get(0).expect("counted"), "write")?;
    let Some(write) = write.filter(|write| object::is_callable(write.op())) else {
        return Err(raise!(TypeError, "argument 1 must have a \"write\" method"));
    };
    let dialect = dialect::from_call(args.get(1), args)?;
    native::new(Writer { write, dialect })
}

fn dialect_of(this: Borrowed<'_, Native<Writer>>) -> PyResult<Owned<Native<Dialect>>> {
    Ok(this.value.dialect.clone())
}

static METHODS: [PyMethodDef; 3] = [
    method::o(c"writerow", writerow, c"writerow($self, row, /)\n--\n\nWrites a row."),
    method::o(c"writerows", writerows, c"writerows($self, rows, /)\n--\n\nWrites several rows."),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 2] = [getset::get(c"dialect", dialect_of, c"The dialect."), PyGetSetDef::EMPTY];

static mut WRITER: PyTypeObject = PyTypeObject {
    tp_doc: c"Writes rows as lines.".as_ptr(),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    ..native::type_object::<Writer>(c"_csv.writer")
};
