//! Expressions, arguments and parameters.

use adder_object_model::{
    Object, PyResult, bytes, call, complex, float, int, raise, set, singletons, str, tuple,
};
use ruff_text_size::{Ranged, TextRange};
use rustpython_compiler::ast::{self, Expr};
use rustpython_compiler::codegen;

use super::{Converter, identifier, list_of, none, optional_identifier};

impl Converter<'_> {
    pub(super) fn expr(&self, expr: &Expr) -> PyResult {
        call::enter_recursive(" during ast construction")?;
        let result = self.expr_within(expr);
        call::leave_recursive();
        result
    }

    fn expr_within(&self, expr: &Expr) -> PyResult {
        let range = expr.range();
        match expr {
            Expr::BoolOp(node) => {
                let op = self.mark(match node.op {
                    ast::BoolOp::And => "And",
                    ast::BoolOp::Or => "Or",
                })?;
                self.node("BoolOp", range, [("op", op), ("values", self.exprs(&node.values)?)])
            }
            Expr::Named(node) => self.node(
                "NamedExpr",
                range,
                [("target", self.expr(&node.target)?), ("value", self.expr(&node.value)?)],
            ),
            Expr::BinOp(node) => self.node(
                "BinOp",
                range,
                [
                    ("left", self.expr(&node.left)?),
                    ("op", self.operator(node.op)?),
                    ("right", self.expr(&node.right)?),
                ],
            ),
            Expr::UnaryOp(node) => {
                let op = self.mark(match node.op {
                    ast::UnaryOp::Invert => "Invert",
                    ast::UnaryOp::Not => "Not",
                    ast::UnaryOp::UAdd => "UAdd",
                    ast::UnaryOp::USub => "USub",
                })?;
                self.node("UnaryOp", range, [("op", op), ("operand", self.expr(&node.operand)?)])
            }
            Expr::Lambda(node) => {
                let parameters = self.parameters(node.parameters.as_deref())?;
                self.node("Lambda", range, [("args", parameters), ("body", self.expr(&node.body)?)])
            }
            Expr::If(node) => self.node(
                "IfExp",
                range,
                [
                    ("test", self.expr(&node.test)?),
                    ("body", self.expr(&node.body)?),
                    ("orelse", self.expr(&node.orelse)?),
                ],
            ),
            Expr::Dict(node) => {
                let keys = node.items.iter().map(|item| self.optional(item.key.as_ref()));
                let keys = list_of(keys.collect::<PyResult<_>>()?)?;
                let values = self.exprs(node.items.iter().map(|item| &item.value))?;
                self.node("Dict", range, [("keys", keys), ("values", values)])
            }
            Expr::Set(node) => self.node("Set", range, [("elts", self.exprs(&node.elts)?)]),
            Expr::ListComp(node) => self.comprehension("ListComp", range, &node.elt, &node.generators),
            Expr::SetComp(node) => self.comprehension("SetComp", range, &node.elt, &node.generators),
            Expr::Generator(node) => self.comprehension("GeneratorExp", range, &node.elt, &node.generators),
            Expr::DictComp(node) => self.node(
                "DictComp",
                range,
                [
                    ("key", self.optional(node.key.as_deref())?),
                    ("value", self.expr(&node.value)?),
                    ("generators", self.generators(&node.generators)?),
                ],
            ),
            Expr::Await(node) => self.node("Await", range, [("value", self.expr(&node.value)?)]),
            Expr::Yield(node) => {
                self.node("Yield", range, [("value", self.optional(node.value.as_deref())?)])
            }
            Expr::YieldFrom(node) => self.node("YieldFrom", range, [("value", self.expr(&node.value)?)]),
            Expr::Compare(node) => {
                let ops = node.ops.iter().map(|op| self.comparison(*op)).collect::<PyResult<_>>()?;
                self.node(
                    "Compare",
                    range,
                    [
                        ("left", self.expr(&node.left)?),
                        ("ops", list_of(ops)?),
                        ("comparators", self.exprs(&node.comparators)?),
                    ],
                )
            }
            Expr::Call(node) => {
                let func = self.expr(&node.func)?;
                let (args, keywords) = self.arguments(&node.arguments)?;
                self.node("Call", range, [("func", func), ("args", args), ("keywords", keywords)])
            }
            Expr::FString(node) => self.joined_string(node),
            Expr::TString(node) => self.template_string(node),
            Expr::StringLiteral(node) => {
                let value = codegen::string_literal_value(self.file, &node.value);
                let kind = if node.value.is_unicode() { identifier("u")? } else { none() };
                self.constant(range, str::from_wtf8(&value)?.into_object(), kind)
            }
            Expr::BytesLiteral(node) => {
                let value: Vec<u8> = node.value.bytes().collect();
                self.constant(range, bytes::from_slice(&value)?.into_object(), none())
            }
            Expr::NumberLiteral(node) => {
                let value = match &node.value {
                    ast::Number::Int(value) => match value.as_u64() {
                        Some(value) => int::from_u64(value)?,
                        None => match codegen::compile::ruff_int_to_bigint(value) {
                            Ok(value) => int::from_bigint(&value)?,
                            Err(error) => return Err(raise!(SyntaxError, "{error}")),
                        },
                    },
                    ast::Number::Float(value) => float::new(*value)?,
                    ast::Number::Complex { real, imag } => complex::new(*real, *imag)?,
                };
                self.constant(range, value, none())
            }
            Expr::BooleanLiteral(node) => self.constant(range, singletons::new_bool(node.value), none()),
            Expr::NoneLiteral(_) => self.constant(range, none(), none()),
            Expr::EllipsisLiteral(_) => self.constant(range, singletons::new_ellipsis(), none()),
            Expr::Constant(node) => {
                let kind = match &node.kind {
                    Some(kind) => identifier(kind)?,
                    None => none(),
                };
                self.constant(range, constant_value(&node.value)?, kind)
            }
            Expr::Attribute(node) => self.node(
                "Attribute",
                range,
                [
                    ("value", self.expr(&node.value)?),
                    ("attr", identifier(node.attr.as_str())?),
                    ("ctx", self.context(node.ctx)?),
                ],
            ),
            Expr::Subscript(node) => self.node(
                "Subscript",
                range,
                [
                    ("value", self.expr(&node.value)?),
                    ("slice", self.expr(&node.slice)?),
                    ("ctx", self.context(node.ctx)?),
                ],
            ),
            Expr::Starred(node) => self.node(
                "Starred",
                range,
                [("value", self.expr(&node.value)?), ("ctx", self.context(node.ctx)?)],
            ),
            Expr::Name(node) => self.node(
                "Name",
                range,
                [("id", identifier(node.id.as_str())?), ("ctx", self.context(node.ctx)?)],
            ),
            Expr::List(node) => self.node(
                "List",
                range,
                [("elts", self.exprs(&node.elts)?), ("ctx", self.context(node.ctx)?)],
            ),
            Expr::Tuple(node) => self.node(
                "Tuple",
                range,
                [("elts", self.exprs(&node.elts)?), ("ctx", self.context(node.ctx)?)],
            ),
            Expr::Slice(node) => self.node(
                "Slice",
                range,
                [
                    ("lower", self.optional(node.lower.as_deref())?),
                    ("upper", self.optional(node.upper.as_deref())?),
                    ("step", self.optional(node.step.as_deref())?),
                ],
            ),
            Expr::IpyEscapeCommand(_) => Err(raise!(SyntaxError, "invalid syntax")),
        }
    }

    pub(super) fn constant(&self, range: TextRange, value: Object, kind: Object) -> PyResult {
        self.node("Constant", range, [("value", value), ("kind", kind)])
    }

    fn comprehension(
        &self,
        class: &'static str,
        range: TextRange,
        elt: &Expr,
        generators: &[ast::Comprehension],
    ) -> PyResult {
        self.node(class, range, [("elt", self.expr(elt)?), ("generators", self.generators(generators)?)])
    }

    fn generators(&self, generators: &[ast::Comprehension]) -> PyResult {
        let mut nodes = Vec::with_capacity(generators.len());
        for generator in generators {
            nodes.push(self.bare(
                "comprehension",
                [
                    ("target", self.expr(&generator.target)?),
                    ("iter", self.expr(&generator.iter)?),
                    ("ifs", self.exprs(&generator.ifs)?),
                    ("is_async", int::from_i64(generator.is_async.into())?),
                ],
            )?);
        }
        list_of(nodes)
    }

    /// Positional and keyword arguments.
    pub(super) fn arguments(&self, arguments: &ast::Arguments) -> PyResult<(Object, Object)> {
        let args = match &*arguments.args {
            // The parentheses of the call are also those of its only argument.
            [Expr::Generator(node)] if !node.parenthesized => list_of(vec![self.comprehension(
                "GeneratorExp",
                arguments.range,
                &node.elt,
                &node.generators,
            )?])?,
            args => self.exprs(args)?,
        };
        let mut keywords = Vec::with_capacity(arguments.keywords.len());
        for keyword in &arguments.keywords {
            let arg = optional_identifier(keyword.arg.as_ref())?;
            let fields = [("arg", arg), ("value", self.expr(&keyword.value)?)];
            keywords.push(self.node("keyword", keyword.range, fields)?);
        }
        Ok((args, list_of(keywords)?))
    }

    pub(super) fn parameters(&self, parameters: Option<&ast::Parameters>) -> PyResult {
        let none_given = ast::Parameters::default();
        let parameters = parameters.unwrap_or(&none_given);
        let list = |parameters: &[ast::ParameterWithDefault]| -> PyResult {
            list_of(parameters.iter().map(|item| self.parameter(&item.parameter)).collect::<PyResult<_>>()?)
        };
        let optional = |parameter: Option<&ast::Parameter>| -> PyResult {
            parameter.map_or_else(|| Ok(none()), |parameter| self.parameter(parameter))
        };
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults = self.exprs(positional.filter_map(|parameter| parameter.default()))?;
        let keyword_defaults = parameters.kwonlyargs.iter().map(|item| self.optional(item.default()));
        self.bare(
            "arguments",
            [
                ("posonlyargs", list(&parameters.posonlyargs)?),
                ("args", list(&parameters.args)?),
                ("vararg", optional(parameters.vararg.as_deref())?),
                ("kwonlyargs", list(&parameters.kwonlyargs)?),
                ("kw_defaults", list_of(keyword_defaults.collect::<PyResult<_>>()?)?),
                ("kwarg", optional(parameters.kwarg.as_deref())?),
                ("defaults", defaults),
            ],
        )
    }

    fn parameter(&self, parameter: &ast::Parameter) -> PyResult {
        // The stars are not part of it.
        let end = parameter.annotation().map_or(parameter.name.range.end(), |_| parameter.range.end());
        self.node(
            "arg",
            TextRange::new(parameter.name.range.start(), end),
            [
                ("arg", identifier(parameter.name.as_str())?),
                ("annotation", self.optional(parameter.annotation())?),
                ("type_comment", none()),
            ],
        )
    }

    fn context(&self, context: ast::ExprContext) -> PyResult {
        self.mark(match context {
            ast::ExprContext::Store => "Store",
            ast::ExprContext::Del => "Del",
            ast::ExprContext::Load | ast::ExprContext::Invalid => "Load",
        })
    }

    pub(super) fn operator(&self, operator: ast::Operator) -> PyResult {
        use ast::Operator;
        self.mark(match operator {
            Operator::Add => "Add",
            Operator::Sub => "Sub",
            Operator::Mult => "Mult",
            Operator::MatMult => "MatMult",
            Operator::Div => "Div",
            Operator::Mod => "Mod",
            Operator::Pow => "Pow",
            Operator::LShift => "LShift",
            Operator::RShift => "RShift",
            Operator::BitOr => "BitOr",
            Operator::BitXor => "BitXor",
            Operator::BitAnd => "BitAnd",
            Operator::FloorDiv => "FloorDiv",
        })
    }

    fn comparison(&self, operator: ast::CmpOp) -> PyResult {
        use ast::CmpOp;
        self.mark(match operator {
            CmpOp::Eq => "Eq",
            CmpOp::NotEq => "NotEq",
            CmpOp::Lt => "Lt",
            CmpOp::LtE => "LtE",
            CmpOp::Gt => "Gt",
            CmpOp::GtE => "GtE",
            CmpOp::Is => "Is",
            CmpOp::IsNot => "IsNot",
            CmpOp::In => "In",
            CmpOp::NotIn => "NotIn",
        })
    }
}

/// A constant that was folded.
fn constant_value(value: &ast::ConstantValue) -> PyResult {
    use ast::ConstantValue;
    let all = |items: &[ConstantValue]| -> PyResult {
        tuple::from_vec(items.iter().map(constant_value).collect::<PyResult<_>>()?)
    };
    Ok(match value {
        ConstantValue::None => none(),
        ConstantValue::Ellipsis => singletons::new_ellipsis(),
        ConstantValue::Boolean(value) => singletons::new_bool(*value),
        ConstantValue::Str(value) => str::from_str(value)?.into_object(),
        ConstantValue::Bytes(value) => bytes::from_slice(value)?.into_object(),
        ConstantValue::Integer(digits) => int::from_str(digits, 0)?,
        ConstantValue::Float(value) => float::new(*value)?,
        ConstantValue::Complex { real, imag } => complex::new(*real, *imag)?,
        ConstantValue::Tuple(items) => all(items)?,
        ConstantValue::Frozenset(items) => set::new_frozen(Some(all(items)?.op()))?.into_object(),
    })
}
