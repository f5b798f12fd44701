//! From `ast` objects to the parser's tree.
//!
//! The tree's places are offsets in a source. There is none here, so one is made of
//! blanks: its lines are as long as the objects' columns need, and literals that the
//! compiler reads in the source are put behind them.

mod expressions;
mod patterns;
mod statements;
mod strings;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, int, list, object, raise, str};
use ruff_text_size::{TextRange, TextSize};
use rustpython_compiler::ast::{self, Identifier};

use super::{classes, validate};

/// Lines and columns beyond these are taken for mistakes.
const MOST_LINES: usize = 1 << 22;
const MOST_COLUMNS: usize = 1 << 20;

pub struct Reader {
    /// Names of the classes by their address.
    names: HashMap<*mut PyTypeObject, &'static str>,
    /// The longest column of each line.
    widths: RefCell<Vec<usize>>,
    /// Where the lines start, when the widths are known.
    starts: Vec<usize>,
    /// What stands behind the blanks.
    literals: RefCell<String>,
    literals_start: usize,
    is_measuring: Cell<bool>,
}

/// Reads the root, checking its sense as well; gives the tree and the source of its places.
pub fn read(root: Op<'_>) -> PyResult<(ast::Mod, String)> {
    let mut reader = Reader {
        names: classes::names_by_address()?,
        widths: RefCell::new(vec![0]),
        starts: Vec::new(),
        literals: RefCell::default(),
        literals_start: 0,
        is_measuring: Cell::new(true),
    };
    drop(reader.module(root)?);
    validate::check(&reader, root)?;
    reader.is_measuring.set(false);
    let widths = reader.widths.take();
    let mut source = String::new();
    for width in &widths {
        reader.starts.push(source.len());
        source.extend(std::iter::repeat_n(' ', *width));
        source.push('\n');
    }
    if u32::try_from(source.len().saturating_add(reader.literals.borrow().len())).is_err() {
        return Err(raise!(OverflowError, "the positions of the ast are out of range"));
    }
    reader.literals_start = source.len();
    reader.widths.replace(widths);
    reader.literals.borrow_mut().clear();
    let tree = reader.module(root)?;
    source.push_str(&reader.literals.borrow());
    Ok((tree, source))
}

/// The value of a field of kind `int`.
fn integer(value: Op<'_>) -> PyResult<i32> {
    if value.is_instance::<PyLongObject>() {
        return int::as_i32(value);
    }
    let shown = object::repr(value)?;
    Err(raise!(ValueError, "invalid integer value: {}", str::to_string_lossy(shown.op())))
}

impl Reader {
    fn module(&self, root: Op<'_>) -> PyResult<ast::Mod> {
        let range = TextRange::default();
        Ok(match self.class_of(root) {
            Some("Module" | "Interactive") => ast::Mod::Module(ast::ModModule {
                node_index: Default::default(),
                range,
                body: self.statements(root, "body")?.into_iter().collect(),
                runtime_body: None,
            }),
            Some("Expression") => ast::Mod::Expression(ast::ModExpression {
                node_index: Default::default(),
                range,
                body: self.expr_field(root, "body")?,
            }),
            _ => return Err(self.unexpected("mod", root)),
        })
    }

    /// The grammar's class of a node.
    pub(super) fn class_of(&self, node: Op<'_>) -> Option<&'static str> {
        let mut class = node.type_ptr();
        while !class.is_null() {
            if let Some(name) = self.names.get(&class) {
                return Some(name);
            }
            // SAFETY: a type's base is a type, which it keeps.
            class = unsafe { (*class).tp_base };
        }
        None
    }

    fn unexpected(&self, kind: &str, node: Op<'_>) -> adder_object_model::Raised {
        match object::repr(node) {
            Ok(shown) => {
                let shown = str::to_string_lossy(shown.op());
                raise!(TypeError, "expected some sort of {kind}, but got {shown}")
            }
            Err(error) => error,
        }
    }

    /// A field that may be missing or None.
    pub(super) fn optional(&self, node: Op<'_>, name: &str) -> PyResult<Option<Object>> {
        let name = str::intern(name)?;
        let value = object::get_optional_attr(node, name.op())?;
        Ok(value.filter(|value| !value.op().is_none()))
    }

    /// A field that must be there, and not None.
    fn required(&self, node: Op<'_>, name: &str) -> PyResult {
        let class = self.class_of(node).unwrap_or("AST");
        match object::get_optional_attr_str(node, name)? {
            Some(value) if value.op().is_none() => {
                Err(raise!(ValueError, "field '{name}' is required for {class}"))
            }
            Some(value) => Ok(value),
            None => Err(raise!(TypeError, "required field \"{name}\" missing from {class}")),
        }
    }

    pub(super) fn list(&self, node: Op<'_>, name: &str) -> PyResult<Vec<Object>> {
        let Some(value) = self.optional(node, name)? else {
            return Ok(Vec::new());
        };
        let Some(items) = value.op().downcast::<PyListObject>() else {
            return Err(raise!(
                TypeError,
                "{} field \"{name}\" must be a list, not a {}",
                self.class_of(node).unwrap_or("AST"),
                value.op().type_name()
            ));
        };
        Ok(list::to_vec(items))
    }

    /// Reads the nodes of a list; a None among them is reported when the tree is checked.
    fn each<T>(&self, node: Op<'_>, name: &str, read: impl Fn(Op<'_>) -> PyResult<T>) -> PyResult<Vec<T>> {
        let items = self.list(node, name)?;
        items.iter().filter(|item| !item.op().is_none()).map(|item| read(item.op())).collect()
    }

    fn int(&self, node: Op<'_>, name: &str) -> PyResult<i32> {
        match self.optional(node, name)? {
            Some(value) => integer(value.op()),
            None => Ok(0),
        }
    }

    fn text(&self, value: Op<'_>) -> PyResult<String> {
        if !value.is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "AST identifier must be of type str"));
        }
        Ok(str::to_string_lossy(value))
    }

    fn identifier(&self, node: Op<'_>, name: &str, range: TextRange) -> PyResult<Identifier> {
        Ok(Identifier::new(self.text(self.required(node, name)?.op())?, range))
    }

    fn optional_identifier(
        &self,
        node: Op<'_>,
        name: &str,
        range: TextRange,
    ) -> PyResult<Option<Identifier>> {
        let Some(value) = self.optional(node, name)? else { return Ok(None) };
        Ok(Some(Identifier::new(self.text(value.op())?, range)))
    }

    fn identifiers(&self, node: Op<'_>, name: &str, range: TextRange) -> PyResult<Vec<Identifier>> {
        let item = |item: &Object| Ok(Identifier::new(self.text(item.op())?, range));
        self.list(node, name)?.iter().map(item).collect()
    }

    /// Where a node stands.
    fn range(&self, node: Op<'_>, kind: &str) -> PyResult<TextRange> {
        let place = |value: Op<'_>| Ok(usize::try_from(integer(value)?).unwrap_or(0));
        let required = |name: &str| match object::get_optional_attr_str(node, name)? {
            Some(value) => place(value.op()),
            None => Err(raise!(TypeError, "required field \"{name}\" missing from {kind}")),
        };
        let (line, column) = (required("lineno")?, required("col_offset")?);
        let or = |name: &str, default: usize| match self.optional(node, name)? {
            Some(value) => place(value.op()),
            None => Ok(default),
        };
        let (end_line, end_column) = (or("end_lineno", line)?, or("end_col_offset", column)?);
        let start = self.offset(line, column)?;
        let end = self.offset(end_line, end_column)?;
        Ok(TextRange::new(start, end.max(start)))
    }

    fn offset(&self, line: usize, column: usize) -> PyResult<TextSize> {
        if line > MOST_LINES || column > MOST_COLUMNS {
            return Err(raise!(OverflowError, "line {line}, column {column} is out of range"));
        }
        let line = line.saturating_sub(1);
        if self.is_measuring.get() {
            let mut widths = self.widths.borrow_mut();
            if widths.len() <= line {
                widths.resize(line + 1, 0);
            }
            widths[line] = widths[line].max(column);
            return Ok(TextSize::new(0));
        }
        let start = self.starts.get(line).copied().unwrap_or(0);
        Ok(TextSize::new(u32::try_from(start + column).unwrap_or(0)))
    }

    /// Puts a literal behind the blanks.
    fn place_literal(&self, text: &str) -> TextRange {
        let mut literals = self.literals.borrow_mut();
        let start = self.literals_start + literals.len();
        literals.push_str(text);
        literals.push('\n');
        let size = |at: usize| TextSize::new(u32::try_from(at).unwrap_or(0));
        TextRange::new(size(start), size(start + text.len()))
    }
}
