//! Statements.

use adder_object_model::{Object, Op, PyResult, call};
use ruff_text_size::{Ranged, TextRange};
use rustpython_compiler::ast::{self, Stmt};

use super::Reader;

impl Reader {
    pub(super) fn statements(&self, node: Op<'_>, name: &str) -> PyResult<Vec<Stmt>> {
        self.each(node, name, |item| self.statement(item))
    }

    fn suite(&self, node: Op<'_>, name: &str) -> PyResult<ast::Suite> {
        Ok(self.statements(node, name)?.into_iter().collect())
    }

    fn statement(&self, node: Op<'_>) -> PyResult<Stmt> {
        call::enter_recursive(" during ast construction")?;
        let result = self.statement_within(node);
        call::leave_recursive();
        result
    }

    fn statement_within(&self, node: Op<'_>) -> PyResult<Stmt> {
        let range = self.range(node, "stmt")?;
        let Some(class) = self.class_of(node) else {
            return Err(self.unexpected("stmt", node));
        };
        let node_index = Default::default();
        Ok(match class {
            "FunctionDef" | "AsyncFunctionDef" => Stmt::FunctionDef(ast::StmtFunctionDef {
                node_index,
                range,
                is_async: class == "AsyncFunctionDef",
                decorator_list: self.decorators(node)?.into_iter().collect(),
                name: self.identifier(node, "name", range)?,
                type_params: self.type_params(node, range)?,
                parameters: Box::new(self.parameters(self.required(node, "args")?.op(), range)?),
                returns: self.optional_expr(node, "returns")?,
                body: self.suite(node, "body")?,
                runtime_decorator_list: None,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
                runtime_body: None,
            }),
            "ClassDef" => {
                let arguments = self.arguments(node, "bases", range)?;
                Stmt::ClassDef(ast::StmtClassDef {
                    node_index,
                    range,
                    decorator_list: self.decorators(node)?.into_iter().collect(),
                    name: self.identifier(node, "name", range)?,
                    type_params: self.type_params(node, range)?,
                    arguments: if arguments.is_empty() { None } else { Some(Box::new(arguments)) },
                    body: self.suite(node, "body")?,
                    runtime_decorator_list: None,
                    runtime_body: None,
                })
            }
            "Return" => {
                Stmt::Return(ast::StmtReturn { node_index, range, value: self.optional_expr(node, "value")? })
            }
            "Delete" => {
                let targets = self.exprs(node, "targets")?;
                Stmt::Delete(ast::StmtDelete { node_index, range, targets, runtime_targets: None })
            }
            "Assign" => Stmt::Assign(ast::StmtAssign {
                node_index,
                range,
                targets: self.exprs(node, "targets")?,
                value: self.expr_field(node, "value")?,
                runtime_targets: None,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
            }),
            "TypeAlias" => Stmt::TypeAlias(ast::StmtTypeAlias {
                node_index,
                range,
                name: self.expr_field(node, "name")?,
                type_params: self.type_params(node, range)?,
                value: self.expr_field(node, "value")?,
            }),
            "AugAssign" => Stmt::AugAssign(ast::StmtAugAssign {
                node_index,
                range,
                target: self.expr_field(node, "target")?,
                op: self.operator(node)?,
                value: self.expr_field(node, "value")?,
            }),
            "AnnAssign" => Stmt::AnnAssign(ast::StmtAnnAssign {
                node_index,
                range,
                target: self.expr_field(node, "target")?,
                annotation: self.expr_field(node, "annotation")?,
                value: self.optional_expr(node, "value")?,
                simple: self.int(node, "simple")? != 0,
                runtime_simple: None,
            }),
            "For" | "AsyncFor" => Stmt::For(ast::StmtFor {
                node_index,
                range,
                is_async: class == "AsyncFor",
                target: self.expr_field(node, "target")?,
                iter: self.expr_field(node, "iter")?,
                body: self.suite(node, "body")?,
                orelse: self.suite(node, "orelse")?,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
                runtime_body: None,
                runtime_orelse: None,
            }),
            "While" => Stmt::While(ast::StmtWhile {
                node_index,
                range,
                test: self.expr_field(node, "test")?,
                body: self.suite(node, "body")?,
                orelse: self.suite(node, "orelse")?,
                runtime_body: None,
                runtime_orelse: None,
            }),
            "If" => {
                let orelse = self.suite(node, "orelse")?;
                let clause = orelse.first().map(|first| ast::ElifElseClause {
                    range: TextRange::new(first.start(), range.end().max(first.start())),
                    node_index: Default::default(),
                    test: None,
                    body: orelse.clone(),
                    runtime_body: None,
                    runtime_orelse: None,
                });
                Stmt::If(ast::StmtIf {
                    node_index,
                    range,
                    test: self.expr_field(node, "test")?,
                    body: self.suite(node, "body")?,
                    elif_else_clauses: clause.into_iter().collect(),
                    runtime_body: None,
                })
            }
            "With" | "AsyncWith" => {
                let mut items = Vec::new();
                for item in self.list(node, "items")? {
                    let context_expr = *self.expr_field(item.op(), "context_expr")?;
                    items.push(ast::WithItem {
                        range: context_expr.range(),
                        node_index: Default::default(),
                        context_expr,
                        optional_vars: self.optional_expr(item.op(), "optional_vars")?,
                    });
                }
                Stmt::With(ast::StmtWith {
                    node_index,
                    range,
                    is_async: class == "AsyncWith",
                    items,
                    body: self.suite(node, "body")?,
                    runtime_type_comment: None,
                    runtime_type_comment_bytes: None,
                    runtime_body: None,
                })
            }
            "Match" => {
                let mut cases = Vec::new();
                for case in self.list(node, "cases")? {
                    let case = case.op();
                    cases.push(ast::MatchCase {
                        range,
                        node_index: Default::default(),
                        pattern: self.pattern(self.required(case, "pattern")?.op())?,
                        guard: self.optional_expr(case, "guard")?,
                        body: self.suite(case, "body")?,
                        runtime_body: None,
                    });
                }
                let subject = self.expr_field(node, "subject")?;
                Stmt::Match(ast::StmtMatch { node_index, range, subject, cases })
            }
            "Raise" => Stmt::Raise(ast::StmtRaise {
                node_index,
                range,
                exc: self.optional_expr(node, "exc")?,
                cause: self.optional_expr(node, "cause")?,
            }),
            "Try" | "TryStar" => {
                let handlers = self.list(node, "handlers")?;
                let handlers =
                    handlers.iter().map(|item| self.handler(item.op())).collect::<PyResult<_>>()?;
                Stmt::Try(ast::StmtTry {
                    node_index,
                    range,
                    body: self.suite(node, "body")?,
                    handlers,
                    orelse: self.suite(node, "orelse")?,
                    finalbody: self.suite(node, "finalbody")?,
                    is_star: class == "TryStar",
                    runtime_body: None,
                    runtime_handlers: None,
                    runtime_orelse: None,
                    runtime_finalbody: None,
                })
            }
            "Assert" => Stmt::Assert(ast::StmtAssert {
                node_index,
                range,
                test: self.expr_field(node, "test")?,
                msg: self.optional_expr(node, "msg")?,
            }),
            "Import" => {
                let names = self.aliases(node)?;
                Stmt::Import(ast::StmtImport { node_index, range, names, is_lazy: false })
            }
            "ImportFrom" => {
                let level = self.int(node, "level")?;
                let level = u32::try_from(level).unwrap_or(0);
                Stmt::ImportFrom(ast::StmtImportFrom {
                    node_index,
                    range,
                    module: self.optional_identifier(node, "module", range)?,
                    names: self.aliases(node)?,
                    level,
                    is_lazy: false,
                    runtime_level: None,
                })
            }
            "Global" => {
                let names = self.identifiers(node, "names", range)?;
                Stmt::Global(ast::StmtGlobal { node_index, range, names })
            }
            "Nonlocal" => {
                let names = self.identifiers(node, "names", range)?;
                Stmt::Nonlocal(ast::StmtNonlocal { node_index, range, names })
            }
            "Expr" => Stmt::Expr(ast::StmtExpr { node_index, range, value: self.expr_field(node, "value")? }),
            "Pass" => Stmt::Pass(ast::StmtPass { node_index, range }),
            "Break" => Stmt::Break(ast::StmtBreak { node_index, range }),
            "Continue" => Stmt::Continue(ast::StmtContinue { node_index, range }),
            _ => return Err(self.unexpected("stmt", node)),
        })
    }

    fn handler(&self, node: Op<'_>) -> PyResult<ast::ExceptHandler> {
        if self.class_of(node) != Some("ExceptHandler") {
            return Err(self.unexpected("excepthandler", node));
        }
        let range = self.range(node, "excepthandler")?;
        Ok(ast::ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
            range,
            node_index: Default::default(),
            type_: self.optional_expr(node, "type")?,
            name: self.optional_identifier(node, "name", range)?,
            body: self.suite(node, "body")?,
            runtime_body: None,
        }))
    }

    fn aliases(&self, node: Op<'_>) -> PyResult<Vec<ast::Alias>> {
        let items = self.list(node, "names")?;
        let alias = |item: &Object| {
            let range = self.range(item.op(), "alias")?;
            Ok(ast::Alias {
                range,
                node_index: Default::default(),
                name: self.identifier(item.op(), "name", range)?,
                asname: self.optional_identifier(item.op(), "asname", range)?,
            })
        };
        items.iter().map(alias).collect()
    }

    fn decorators(&self, node: Op<'_>) -> PyResult<Vec<ast::Decorator>> {
        let decorator = |expression: ast::Expr| ast::Decorator {
            range: expression.range(),
            node_index: Default::default(),
            expression,
        };
        Ok(self.exprs(node, "decorator_list")?.into_iter().map(decorator).collect())
    }

    fn type_params(&self, node: Op<'_>, range: TextRange) -> PyResult<Option<Box<ast::TypeParams>>> {
        let items = self.list(node, "type_params")?;
        if items.is_empty() {
            return Ok(None);
        }
        let mut type_params = Vec::with_capacity(items.len());
        for item in items {
            let item = item.op();
            let range = self.range(item, "type_param")?;
            let node_index = Default::default();
            let name = self.identifier(item, "name", range)?;
            let default = self.optional_expr(item, "default_value")?;
            type_params.push(match self.class_of(item) {
                Some("TypeVar") => ast::TypeParam::TypeVar(ast::TypeParamTypeVar {
                    node_index,
                    range,
                    name,
                    bound: self.optional_expr(item, "bound")?,
                    default,
                }),
                Some("ParamSpec") => {
                    ast::TypeParam::ParamSpec(ast::TypeParamParamSpec { node_index, range, name, default })
                }
                Some("TypeVarTuple") => ast::TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                    node_index,
                    range,
                    name,
                    default,
                }),
                _ => return Err(self.unexpected("type_param", item)),
            });
        }
        Ok(Some(Box::new(ast::TypeParams {
            range,
            node_index: Default::default(),
            type_params,
            runtime_type_params: None,
        })))
    }
}
