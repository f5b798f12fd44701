//! Statements.

use adder_object_model::{PyResult, call, int, raise};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustpython_compiler::ast::{self, Expr, Stmt};

use super::{Converter, identifier, list_of, none, optional_identifier};

impl Converter<'_> {
    pub(super) fn body(&self, body: &[Stmt]) -> PyResult {
        list_of(body.iter().map(|statement| self.statement(statement)).collect::<PyResult<_>>()?)
    }

    fn statement(&self, statement: &Stmt) -> PyResult {
        call::enter_recursive(" during ast construction")?;
        let result = self.statement_within(statement);
        call::leave_recursive();
        result
    }

    fn statement_within(&self, statement: &Stmt) -> PyResult {
        let range = self.with_semicolon(statement);
        match statement {
            Stmt::FunctionDef(node) => self.node(
                if node.is_async { "AsyncFunctionDef" } else { "FunctionDef" },
                self.without_decorators(range, &node.decorator_list),
                [
                    ("name", identifier(node.name.as_str())?),
                    ("args", self.parameters(Some(&node.parameters))?),
                    ("body", self.body(&node.body)?),
                    ("decorator_list", self.decorators(&node.decorator_list)?),
                    ("returns", self.optional(node.returns.as_deref())?),
                    ("type_comment", none()),
                    ("type_params", self.type_params(node.type_params.as_deref())?),
                ],
            ),
            Stmt::ClassDef(node) => {
                let (bases, keywords) = match &node.arguments {
                    Some(arguments) => self.arguments(arguments)?,
                    None => (list_of(Vec::new())?, list_of(Vec::new())?),
                };
                self.node(
                    "ClassDef",
                    self.without_decorators(range, &node.decorator_list),
                    [
                        ("name", identifier(node.name.as_str())?),
                        ("bases", bases),
                        ("keywords", keywords),
                        ("body", self.body(&node.body)?),
                        ("decorator_list", self.decorators(&node.decorator_list)?),
                        ("type_params", self.type_params(node.type_params.as_deref())?),
                    ],
                )
            }
            Stmt::Return(node) => {
                self.node("Return", range, [("value", self.optional(node.value.as_deref())?)])
            }
            Stmt::Delete(node) => self.node("Delete", range, [("targets", self.exprs(&node.targets)?)]),
            Stmt::TypeAlias(node) => self.node(
                "TypeAlias",
                range,
                [
                    ("name", self.expr(&node.name)?),
                    ("type_params", self.type_params(node.type_params.as_deref())?),
                    ("value", self.expr(&node.value)?),
                ],
            ),
            Stmt::Assign(node) => self.node(
                "Assign",
                range,
                [
                    ("targets", self.exprs(&node.targets)?),
                    ("value", self.expr(&node.value)?),
                    ("type_comment", none()),
                ],
            ),
            Stmt::AugAssign(node) => self.node(
                "AugAssign",
                range,
                [
                    ("target", self.expr(&node.target)?),
                    ("op", self.operator(node.op)?),
                    ("value", self.expr(&node.value)?),
                ],
            ),
            Stmt::AnnAssign(node) => self.node(
                "AnnAssign",
                range,
                [
                    ("target", self.expr(&node.target)?),
                    ("annotation", self.expr(&node.annotation)?),
                    ("value", self.optional(node.value.as_deref())?),
                    ("simple", int::from_i64(node.simple.into())?),
                ],
            ),
            Stmt::For(node) => self.node(
                if node.is_async { "AsyncFor" } else { "For" },
                range,
                [
                    ("target", self.expr(&node.target)?),
                    ("iter", self.expr(&node.iter)?),
                    ("body", self.body(&node.body)?),
                    ("orelse", self.body(&node.orelse)?),
                    ("type_comment", none()),
                ],
            ),
            Stmt::While(node) => self.node(
                "While",
                range,
                [
                    ("test", self.expr(&node.test)?),
                    ("body", self.body(&node.body)?),
                    ("orelse", self.body(&node.orelse)?),
                ],
            ),
            Stmt::If(node) => self.node(
                "If",
                range,
                [
                    ("test", self.expr(&node.test)?),
                    ("body", self.body(&node.body)?),
                    ("orelse", self.else_clauses(&node.elif_else_clauses, range.end())?),
                ],
            ),
            Stmt::With(node) => {
                let mut items = Vec::with_capacity(node.items.len());
                for item in &node.items {
                    items.push(self.bare(
                        "withitem",
                        [
                            ("context_expr", self.expr(&item.context_expr)?),
                            ("optional_vars", self.optional(item.optional_vars.as_deref())?),
                        ],
                    )?);
                }
                self.node(
                    if node.is_async { "AsyncWith" } else { "With" },
                    range,
                    [("items", list_of(items)?), ("body", self.body(&node.body)?), ("type_comment", none())],
                )
            }
            Stmt::Match(node) => self.node(
                "Match",
                range,
                [("subject", self.expr(&node.subject)?), ("cases", self.cases(&node.cases)?)],
            ),
            Stmt::Raise(node) => self.node(
                "Raise",
                range,
                [
                    ("exc", self.optional(node.exc.as_deref())?),
                    ("cause", self.optional(node.cause.as_deref())?),
                ],
            ),
            Stmt::Try(node) => self.node(
                if node.is_star { "TryStar" } else { "Try" },
                range,
                [
                    ("body", self.body(&node.body)?),
                    ("handlers", self.handlers(&node.handlers)?),
                    ("orelse", self.body(&node.orelse)?),
                    ("finalbody", self.body(&node.finalbody)?),
                ],
            ),
            Stmt::Assert(node) => self.node(
                "Assert",
                range,
                [("test", self.expr(&node.test)?), ("msg", self.optional(node.msg.as_deref())?)],
            ),
            Stmt::Import(node) => self.node("Import", range, [("names", self.aliases(&node.names)?)]),
            Stmt::ImportFrom(node) => self.node(
                "ImportFrom",
                range,
                [
                    ("module", optional_identifier(node.module.as_ref())?),
                    ("names", self.aliases(&node.names)?),
                    ("level", int::from_i64(node.level.into())?),
                ],
            ),
            Stmt::Global(node) => self.node("Global", range, [("names", identifiers(&node.names)?)]),
            Stmt::Nonlocal(node) => self.node("Nonlocal", range, [("names", identifiers(&node.names)?)]),
            Stmt::Expr(node) => self.node("Expr", range, [("value", self.expr(&node.value)?)]),
            Stmt::Pass(_) => self.node("Pass", range, []),
            Stmt::Break(_) => self.node("Break", range, []),
            Stmt::Continue(_) => self.node("Continue", range, []),
            Stmt::IpyEscapeCommand(_) => Err(raise!(SyntaxError, "invalid syntax")),
        }
    }

    /// A compound statement has the semicolon that ends the last simple one in it.
    fn with_semicolon(&self, statement: &Stmt) -> TextRange {
        let range = statement.range();
        let is_compound = matches!(
            statement,
            Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
                | Stmt::If(_)
                | Stmt::For(_)
                | Stmt::While(_)
                | Stmt::With(_)
                | Stmt::Try(_)
                | Stmt::Match(_)
        );
        if !is_compound {
            return range;
        }
        let rest = &self.source()[range.end().to_usize()..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        match u32::try_from(blanks) {
            Ok(blanks) if rest[blanks as usize..].starts_with(';') => {
                TextRange::new(range.start(), range.end() + TextSize::new(blanks + 1))
            }
            _ => range,
        }
    }

    /// Each `elif` is a statement in the `else` of the one before, up to the end of them all.
    fn else_clauses(&self, clauses: &[ast::ElifElseClause], end: TextSize) -> PyResult {
        let Some((first, rest)) = clauses.split_first() else {
            return list_of(Vec::new());
        };
        let Some(test) = &first.test else {
            return self.body(&first.body);
        };
        call::enter_recursive(" during ast construction")?;
        let rest = self.else_clauses(rest, end);
        call::leave_recursive();
        let fields = [("test", self.expr(test)?), ("body", self.body(&first.body)?), ("orelse", rest?)];
        list_of(vec![self.node("If", TextRange::new(first.range.start(), end), fields)?])
    }

    fn handlers(&self, handlers: &[ast::ExceptHandler]) -> PyResult {
        let mut nodes = Vec::with_capacity(handlers.len());
        for ast::ExceptHandler::ExceptHandler(handler) in handlers {
            nodes.push(self.node(
                "ExceptHandler",
                handler.range,
                [
                    ("type", self.optional(handler.type_.as_deref())?),
                    ("name", optional_identifier(handler.name.as_ref())?),
                    ("body", self.body(&handler.body)?),
                ],
            )?);
        }
        list_of(nodes)
    }

    fn aliases(&self, aliases: &[ast::Alias]) -> PyResult {
        let mut nodes = Vec::with_capacity(aliases.len());
        for alias in aliases {
            nodes.push(self.node(
                "alias",
                alias.range,
                [
                    ("name", identifier(alias.name.as_str())?),
                    ("asname", optional_identifier(alias.asname.as_ref())?),
                ],
            )?);
        }
        list_of(nodes)
    }

    fn decorators(&self, decorators: &[ast::Decorator]) -> PyResult {
        self.exprs(decorators.iter().map(|decorator| &decorator.expression))
    }

    /// A definition begins at its keyword, not at its decorators.
    fn without_decorators(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else {
            return range;
        };
        let source = self.source().as_bytes();
        let mut at = last.expression.range().end().to_usize();
        while let Some(&byte) = source.get(at) {
            match byte {
                b'#' => {
                    while source.get(at).is_some_and(|&byte| byte != b'\n') {
                        at += 1;
                    }
                }
                b if b.is_ascii_alphabetic() => break,
                _ => at += 1,
            }
        }
        u32::try_from(at).map_or(range, |at| TextRange::new(TextSize::new(at), range.end()))
    }

    fn type_params(&self, parameters: Option<&ast::TypeParams>) -> PyResult {
        let mut nodes = Vec::new();
        for parameter in parameters.into_iter().flatten() {
            let name = identifier(parameter.name().as_str())?;
            let default = |default: &Option<Box<Expr>>| self.optional(default.as_deref());
            nodes.push(match parameter {
                ast::TypeParam::TypeVar(node) => self.node(
                    "TypeVar",
                    node.range,
                    [
                        ("name", name),
                        ("bound", self.optional(node.bound.as_deref())?),
                        ("default_value", default(&node.default)?),
                    ],
                ),
                ast::TypeParam::ParamSpec(node) => self.node(
                    "ParamSpec",
                    node.range,
                    [("name", name), ("default_value", default(&node.default)?)],
                ),
                ast::TypeParam::TypeVarTuple(node) => self.node(
                    "TypeVarTuple",
                    node.range,
                    [("name", name), ("default_value", default(&node.default)?)],
                ),
            }?);
        }
        list_of(nodes)
    }
}

fn identifiers(names: &[ast::Identifier]) -> PyResult {
    list_of(names.iter().map(|name| identifier(name.as_str())).collect::<PyResult<_>>()?)
}
