//! From the parser's tree to `ast` objects.

mod expressions;
mod patterns;
mod statements;
mod strings;

use std::cell::RefCell;
use std::collections::HashMap;

use adder_object_model::{Object, PyResult, call, dict, int, list, raise, singletons, str};
use ruff_source_file::SourceFile;
use ruff_text_size::TextRange;
use rustpython_compiler::ast::{self, Expr};

use super::classes;

/// The conversion of one tree.
pub struct Converter<'a> {
    file: &'a SourceFile,
    line_starts: Vec<usize>,
    /// Columns that were put in front of the first line.
    shift: usize,
    classes: RefCell<HashMap<&'static str, Object>>,
    /// Nodes without fields: contexts and operators.
    marks: RefCell<HashMap<&'static str, Object>>,
}

impl<'a> Converter<'a> {
    pub fn new(file: &'a SourceFile, shift: usize) -> Self {
        let ends = file.source_text().bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let line_starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { file, line_starts, shift, classes: RefCell::default(), marks: RefCell::default() }
    }

    pub fn module(&self, tree: &ast::Mod, interactive: bool) -> PyResult {
        match tree {
            ast::Mod::Module(module) if interactive => {
                self.bare("Interactive", [("body", self.body(&module.body)?)])
            }
            ast::Mod::Module(module) => self
                .bare("Module", [("body", self.body(&module.body)?), ("type_ignores", list_of(Vec::new())?)]),
            ast::Mod::Expression(expression) => {
                self.bare("Expression", [("body", self.expr(&expression.body)?)])
            }
        }
    }

    /// The signature of a type comment, which is in the tree as a call and its result.
    pub fn function_type(&self, tree: &Expr) -> PyResult {
        let invalid = || raise!(SyntaxError, "invalid syntax");
        let Expr::Tuple(parts) = tree else { return Err(invalid()) };
        let [Expr::Call(arguments), returns] = &*parts.elts else { return Err(invalid()) };
        let mut types = Vec::new();
        for argument in &arguments.arguments.args {
            types.push(match argument {
                Expr::Starred(starred) => self.expr(&starred.value)?,
                argument => self.expr(argument)?,
            });
        }
        for keyword in &arguments.arguments.keywords {
            if keyword.arg.is_some() {
                return Err(invalid());
            }
            types.push(self.expr(&keyword.value)?);
        }
        self.bare("FunctionType", [("argtypes", list_of(types)?), ("returns", self.expr(returns)?)])
    }

    fn class(&self, name: &'static str) -> PyResult {
        if let Some(class) = self.classes.borrow().get(name) {
            return Ok(class.clone());
        }
        let class = classes::class(name)?;
        self.classes.borrow_mut().insert(name, class.clone());
        Ok(class)
    }

    /// A node without a place in the source.
    fn bare<const N: usize>(&self, class: &'static str, fields: [(&'static str, Object); N]) -> PyResult {
        let values = dict::new()?;
        for (name, value) in fields {
            dict::set_item_owned(values.borrow(), str::intern(name)?.into_object(), value)?;
        }
        classes::new_node(self.class(class)?.op(), values)
    }

    fn node<const N: usize>(
        &self,
        class: &'static str,
        range: TextRange,
        fields: [(&'static str, Object); N],
    ) -> PyResult {
        let values = dict::new()?;
        let (line, column) = self.position(range.start().to_usize());
        let (end_line, end_column) = self.position(range.end().to_usize());
        let places = [
            ("lineno", int::from_usize(line)?),
            ("col_offset", int::from_usize(column)?),
            ("end_lineno", int::from_usize(end_line)?),
            ("end_col_offset", int::from_usize(end_column)?),
        ];
        for (name, value) in fields.into_iter().chain(places) {
            dict::set_item_owned(values.borrow(), str::intern(name)?.into_object(), value)?;
        }
        classes::new_node(self.class(class)?.op(), values)
    }

    /// The one instance of a class without fields.
    fn mark(&self, class: &'static str) -> PyResult {
        if let Some(mark) = self.marks.borrow().get(class) {
            return Ok(mark.clone());
        }
        let mark = call::call_noargs(self.class(class)?.op())?;
        self.marks.borrow_mut().insert(class, mark.clone());
        Ok(mark)
    }

    /// Line from 1 and column from 0, in bytes.
    fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let column = offset - self.line_starts[line - 1];
        (line, if line == 1 { column.saturating_sub(self.shift) } else { column })
    }

    fn source(&self) -> &'a str {
        self.file.source_text()
    }

    fn exprs<'e>(&self, items: impl IntoIterator<Item = &'e Expr>) -> PyResult {
        list_of(items.into_iter().map(|item| self.expr(item)).collect::<PyResult<_>>()?)
    }

    fn optional(&self, item: Option<&Expr>) -> PyResult {
        item.map_or_else(|| Ok(none()), |item| self.expr(item))
    }
}

fn none() -> Object {
    singletons::new_none()
}

fn list_of(items: Vec<Object>) -> PyResult {
    Ok(list::from_vec(items)?.into_object())
}

fn identifier(name: &str) -> PyResult {
    Ok(str::intern(name)?.into_object())
}

fn optional_identifier(name: Option<&ast::Identifier>) -> PyResult {
    name.map_or_else(|| Ok(none()), |name| identifier(name.as_str()))
}
