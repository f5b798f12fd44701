//! The part of CPython's `_PyAST_Validate` that looks at expression contexts.
//!
//! A tree that comes from objects can say `Store` where a value is read. The compiler
//! believes the contexts, so they are checked before it sees the tree.

use adder_object_model::{PyResult, raise};
use rustpython_compiler::ast::visitor::{Visitor, walk_expr, walk_stmt};
use rustpython_compiler::ast::{self, Expr, ExprContext, Mod, Stmt};

/// Fails with `ValueError` where a context is not the one that its place asks for.
pub fn contexts(tree: &Mod) -> PyResult<()> {
    let mut checker = Checker { expected: ExprContext::Load, problem: None };
    match tree {
        Mod::Module(module) => checker.visit_body(&module.body),
        Mod::Expression(expression) => checker.visit_expr(&expression.body),
    }
    match checker.problem {
        Some(message) => Err(raise!(ValueError, "{message}")),
        None => Ok(()),
    }
}

struct Checker {
    /// What the next expression's context must be.
    expected: ExprContext,
    /// The first problem's message.
    problem: Option<String>,
}

impl Checker {
    fn visit_as(&mut self, expected: ExprContext, expr: &Expr) {
        let before = core::mem::replace(&mut self.expected, expected);
        self.visit_expr(expr);
        self.expected = before;
    }

    fn note(&mut self, message: String) {
        self.problem.get_or_insert(message);
    }
}

fn name_of(context: ExprContext) -> &'static str {
    match context {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
        ExprContext::Invalid => "Invalid",
    }
}

fn context_of(expr: &Expr) -> Option<ExprContext> {
    Some(match expr {
        Expr::Attribute(node) => node.ctx,
        Expr::Subscript(node) => node.ctx,
        Expr::Starred(node) => node.ctx,
        Expr::Name(node) => node.ctx,
        Expr::List(node) => node.ctx,
        Expr::Tuple(node) => node.ctx,
        _ => return None,
    })
}

impl<'a> Visitor<'a> for Checker {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.problem.is_some() {
            return;
        }
        let expected = core::mem::replace(&mut self.expected, ExprContext::Load);
        match context_of(expr) {
            Some(actual) if actual != expected => self.note(format!(
                "expression must have {} context but has {} instead",
                name_of(expected),
                name_of(actual)
            )),
            None if expected != ExprContext::Load => {
                self.note(format!("expression which can't be assigned to in {} context", name_of(expected)))
            }
            _ => {}
        }
        match expr {
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                for element in elts {
                    self.visit_as(expected, element);
                }
            }
            Expr::Starred(node) => self.visit_as(expected, &node.value),
            Expr::Named(node) => {
                self.visit_as(ExprContext::Store, &node.target);
                self.visit_expr(&node.value);
            }
            _ => walk_expr(self, expr),
        }
        self.expected = expected;
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        self.visit_as(ExprContext::Store, &comprehension.target);
        self.visit_expr(&comprehension.iter);
        for condition in &comprehension.ifs {
            self.visit_expr(condition);
        }
    }

    fn visit_with_item(&mut self, item: &'a ast::WithItem) {
        self.visit_expr(&item.context_expr);
        if let Some(target) = &item.optional_vars {
            self.visit_as(ExprContext::Store, target);
        }
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.problem.is_some() {
            return;
        }
        match stmt {
            Stmt::Delete(node) => {
                for target in &node.targets {
                    self.visit_as(ExprContext::Del, target);
                }
            }
            Stmt::Assign(node) => {
                for target in &node.targets {
                    self.visit_as(ExprContext::Store, target);
                }
                self.visit_expr(&node.value);
            }
            Stmt::AugAssign(node) => {
                self.visit_as(ExprContext::Store, &node.target);
                self.visit_expr(&node.value);
            }
            Stmt::AnnAssign(node) => {
                self.visit_as(ExprContext::Store, &node.target);
                if let Some(value) = &node.value {
                    self.visit_expr(value);
                }
                self.visit_expr(&node.annotation);
            }
            Stmt::TypeAlias(node) => {
                self.visit_as(ExprContext::Store, &node.name);
                if let Some(parameters) = &node.type_params {
                    self.visit_type_params(parameters);
                }
                self.visit_expr(&node.value);
            }
            Stmt::For(node) => {
                self.visit_as(ExprContext::Store, &node.target);
                self.visit_expr(&node.iter);
                self.visit_body(&node.body);
                self.visit_body(&node.orelse);
            }
            _ => walk_stmt(self, stmt),
        }
    }
}
