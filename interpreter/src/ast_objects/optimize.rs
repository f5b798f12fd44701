//! What `PyCF_OPTIMIZED_AST` asks for.

use rustpython_compiler::ast::visitor::transformer::{Transformer, walk_expr};
use rustpython_compiler::ast::{self, Expr, ExprContext, Mod};
use rustpython_compiler::codegen::preprocess;
use rustpython_compiler::core::bytecode::CodeFlags;

use crate::compile::Options;
use crate::sys;

/// Folds constants, and leaves out what the level leaves out.
pub fn tree(tree: &mut Mod, options: Options, features: CodeFlags) {
    let level = if options.optimize < 0 { sys::optimize_level() } else { options.optimize as u8 };
    let annotations =
        features.contains(CodeFlags::FUTURE_ANNOTATIONS) || preprocess::has_future_annotations(tree);
    let debug = Debug { is_on: level == 0 };
    match tree {
        Mod::Module(module) => module.body.iter_mut().for_each(|statement| debug.visit_stmt(statement)),
        Mod::Expression(expression) => debug.visit_expr(&mut expression.body),
    }
    preprocess::preprocess_mod(tree, level, annotations, false);
}

/// Puts its value for `__debug__`.
struct Debug {
    is_on: bool,
}

impl Transformer for Debug {
    fn visit_expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Name(ast::ExprName { id, range, ctx: ExprContext::Load, .. }) if id == "__debug__" => {
                *expr = Expr::BooleanLiteral(ast::ExprBooleanLiteral {
                    node_index: Default::default(),
                    range: *range,
                    value: self.is_on,
                });
            }
            _ => walk_expr(self, expr),
        }
    }
}
