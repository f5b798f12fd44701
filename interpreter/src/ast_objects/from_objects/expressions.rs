//! Expressions, arguments and parameters.

use adder_object_model::{Op, PyResult, call};
use ruff_text_size::TextRange;
use rustpython_compiler::ast::{self, Expr, ExprContext};

use super::Reader;

impl Reader {
    pub(super) fn expr_field(&self, node: Op<'_>, name: &str) -> PyResult<Box<Expr>> {
        Ok(Box::new(self.expr(self.required(node, name)?.op())?))
    }

    pub(super) fn optional_expr(&self, node: Op<'_>, name: &str) -> PyResult<Option<Box<Expr>>> {
        match self.optional(node, name)? {
            Some(value) => Ok(Some(Box::new(self.expr(value.op())?))),
            None => Ok(None),
        }
    }

    pub(super) fn exprs(&self, node: Op<'_>, name: &str) -> PyResult<Vec<Expr>> {
        self.each(node, name, |item| self.expr(item))
    }

    pub(super) fn expr(&self, node: Op<'_>) -> PyResult<Expr> {
        call::enter_recursive(" during ast construction")?;
        let result = self.expr_within(node);
        call::leave_recursive();
        result
    }

    fn expr_within(&self, node: Op<'_>) -> PyResult<Expr> {
        let range = self.range(node, "expr")?;
        let Some(class) = self.class_of(node) else {
            return Err(self.unexpected("expr", node));
        };
        let node_index = Default::default();
        Ok(match class {
            "BoolOp" => {
                let values = self.exprs(node, "values")?;
                let op = match self.class_of(self.required(node, "op")?.op()) {
                    Some("And") => ast::BoolOp::And,
                    Some("Or") => ast::BoolOp::Or,
                    _ => return Err(self.unexpected("boolop", self.required(node, "op")?.op())),
                };
                Expr::BoolOp(ast::ExprBoolOp { node_index, range, op, values, runtime_values: None })
            }
            "NamedExpr" => Expr::Named(ast::ExprNamed {
                node_index,
                range,
                target: self.expr_field(node, "target")?,
                value: self.expr_field(node, "value")?,
            }),
            "BinOp" => Expr::BinOp(ast::ExprBinOp {
                node_index,
                range,
                left: self.expr_field(node, "left")?,
                op: self.operator(node)?,
                right: self.expr_field(node, "right")?,
            }),
            "UnaryOp" => {
                let op = match self.class_of(self.required(node, "op")?.op()) {
                    Some("Invert") => ast::UnaryOp::Invert,
                    Some("Not") => ast::UnaryOp::Not,
                    Some("UAdd") => ast::UnaryOp::UAdd,
                    Some("USub") => ast::UnaryOp::USub,
                    _ => return Err(self.unexpected("unaryop", self.required(node, "op")?.op())),
                };
                let operand = self.expr_field(node, "operand")?;
                Expr::UnaryOp(ast::ExprUnaryOp { node_index, range, op, operand })
            }
            "Lambda" => {
                let parameters = self.parameters(self.required(node, "args")?.op(), range)?;
                Expr::Lambda(ast::ExprLambda {
                    node_index,
                    range,
                    parameters: if parameters.is_empty() { None } else { Some(Box::new(parameters)) },
                    body: self.expr_field(node, "body")?,
                })
            }
            "IfExp" => Expr::If(ast::ExprIf {
                node_index,
                range,
                test: self.expr_field(node, "test")?,
                body: self.expr_field(node, "body")?,
                orelse: self.expr_field(node, "orelse")?,
            }),
            "Dict" => {
                let keys = self.list(node, "keys")?;
                let values = self.exprs(node, "values")?;
                let mut items = Vec::with_capacity(values.len());
                for (key, value) in keys.iter().zip(values) {
                    let key = if key.op().is_none() { None } else { Some(self.expr(key.op())?) };
                    items.push(ast::DictItem { key, value });
                }
                Expr::Dict(ast::ExprDict { node_index, range, items, runtime_values: None })
            }
            "Set" => {
                let elts = self.exprs(node, "elts")?;
                Expr::Set(ast::ExprSet { node_index, range, elts, runtime_elts: None })
            }
            "ListComp" => Expr::ListComp(ast::ExprListComp {
                node_index,
                range,
                elt: self.expr_field(node, "elt")?,
                generators: self.generators(node, range)?,
            }),
            "SetComp" => Expr::SetComp(ast::ExprSetComp {
                node_index,
                range,
                elt: self.expr_field(node, "elt")?,
                generators: self.generators(node, range)?,
            }),
            "DictComp" => Expr::DictComp(ast::ExprDictComp {
                node_index,
                range,
                key: Some(self.expr_field(node, "key")?),
                value: self.expr_field(node, "value")?,
                generators: self.generators(node, range)?,
            }),
            "GeneratorExp" => Expr::Generator(ast::ExprGenerator {
                node_index,
                range,
                elt: self.expr_field(node, "elt")?,
                generators: self.generators(node, range)?,
                parenthesized: true,
            }),
            "Await" => {
                Expr::Await(ast::ExprAwait { node_index, range, value: self.expr_field(node, "value")? })
            }
            "Yield" => {
                Expr::Yield(ast::ExprYield { node_index, range, value: self.optional_expr(node, "value")? })
            }
            "YieldFrom" => {
                let value = self.expr_field(node, "value")?;
                Expr::YieldFrom(ast::ExprYieldFrom { node_index, range, value })
            }
            "Compare" => {
                let comparators = self.exprs(node, "comparators")?;
                let ops = self.list(node, "ops")?;
                let ops = ops.iter().map(|op| self.comparison(op.op())).collect::<PyResult<Vec<_>>>()?;
                Expr::Compare(ast::ExprCompare {
                    node_index,
                    range,
                    left: self.expr_field(node, "left")?,
                    ops: ops.into(),
                    comparators: comparators.into(),
                    runtime_comparators: None,
                })
            }
            "Call" => {
                let func = self.expr_field(node, "func")?;
                let arguments = self.arguments(node, "args", range)?;
                Expr::Call(ast::ExprCall { node_index, range_start: range.start(), func, arguments })
            }
            "FormattedValue" => self.formatted_value(node, range)?,
            "JoinedStr" => self.joined_string(node, range)?,
            "TemplateStr" => self.template_string(node, range)?,
            "Interpolation" => self.lone_interpolation(node, range)?,
            "Constant" => self.constant(node, range)?,
            "Attribute" => Expr::Attribute(ast::ExprAttribute {
                node_index,
                range,
                value: self.expr_field(node, "value")?,
                // The name is what stands last.
                attr: self.identifier(node, "attr", TextRange::empty(range.end()))?,
                ctx: self.context(node)?,
            }),
            "Subscript" => Expr::Subscript(ast::ExprSubscript {
                node_index,
                range,
                value: self.expr_field(node, "value")?,
                slice: self.expr_field(node, "slice")?,
                ctx: self.context(node)?,
            }),
            "Starred" => Expr::Starred(ast::ExprStarred {
                node_index,
                range,
                value: self.expr_field(node, "value")?,
                ctx: self.context(node)?,
            }),
            "Name" => {
                let id = self.identifier(node, "id", range)?.id;
                let ctx = self.context(node)?;
                Expr::Name(ast::ExprName { node_index, range, id, ctx })
            }
            "List" => Expr::List(ast::ExprList {
                node_index,
                range,
                elts: self.exprs(node, "elts")?,
                ctx: self.context(node)?,
                runtime_elts: None,
            }),
            "Tuple" => Expr::Tuple(ast::ExprTuple {
                node_index,
                range,
                elts: self.exprs(node, "elts")?,
                ctx: self.context(node)?,
                parenthesized: true,
                runtime_elts: None,
            }),
            "Slice" => Expr::Slice(ast::ExprSlice {
                node_index,
                range,
                lower: self.optional_expr(node, "lower")?,
                upper: self.optional_expr(node, "upper")?,
                step: self.optional_expr(node, "step")?,
            }),
            _ => return Err(self.unexpected("expr", node)),
        })
    }

    fn context(&self, node: Op<'_>) -> PyResult<ExprContext> {
        let Some(context) = self.optional(node, "ctx")? else {
            return Ok(ExprContext::Load);
        };
        match self.class_of(context.op()) {
            Some("Load") => Ok(ExprContext::Load),
            Some("Store") => Ok(ExprContext::Store),
            Some("Del") => Ok(ExprContext::Del),
            _ => Err(self.unexpected("expr_context", context.op())),
        }
    }

    fn generators(&self, node: Op<'_>, range: TextRange) -> PyResult<Vec<ast::Comprehension>> {
        let items = self.list(node, "generators")?;
        let mut generators = Vec::with_capacity(items.len());
        for item in items {
            let item = item.op();
            generators.push(ast::Comprehension {
                range,
                node_index: Default::default(),
                target: *self.expr_field(item, "target")?,
                iter: *self.expr_field(item, "iter")?,
                ifs: self.exprs(item, "ifs")?,
                is_async: self.int(item, "is_async")? != 0,
                runtime_ifs: None,
                runtime_is_async: None,
            });
        }
        Ok(generators)
    }

    /// The arguments of a call, or the bases of a class.
    pub(super) fn arguments(
        &self,
        node: Op<'_>,
        positional: &str,
        range: TextRange,
    ) -> PyResult<ast::Arguments> {
        let mut keywords = Vec::new();
        for keyword in self.list(node, "keywords")? {
            let keyword = keyword.op();
            let place = self.range(keyword, "keyword")?;
            keywords.push(ast::Keyword {
                range: place,
                node_index: Default::default(),
                arg: self.optional_identifier(keyword, "arg", place)?,
                value: *self.expr_field(keyword, "value")?,
            });
        }
        Ok(ast::Arguments {
            range,
            node_index: Default::default(),
            args: self.exprs(node, positional)?.into(),
            keywords: keywords.into_iter().collect(),
            runtime_args: None,
            runtime_bases: None,
        })
    }

    pub(super) fn parameters(&self, node: Op<'_>, range: TextRange) -> PyResult<ast::Parameters> {
        let list = |name: &str| -> PyResult<Vec<ast::ParameterWithDefault>> {
            let item = |item: &adder_object_model::Object| {
                let parameter = self.parameter(item.op())?;
                Ok(ast::ParameterWithDefault {
                    range: parameter.range,
                    node_index: Default::default(),
                    parameter,
                    default: None,
                })
            };
            self.list(node, name)?.iter().map(item).collect()
        };
        let single = |name: &str| -> PyResult<Option<Box<ast::Parameter>>> {
            match self.optional(node, name)? {
                Some(parameter) => Ok(Some(Box::new(self.parameter(parameter.op())?))),
                None => Ok(None),
            }
        };
        let mut positional_only = list("posonlyargs")?;
        let mut args = list("args")?;
        let mut keyword_only = list("kwonlyargs")?;
        let defaults = self.exprs(node, "defaults")?;
        let count = positional_only.len() + args.len();
        let without = count.saturating_sub(defaults.len());
        let places = positional_only.iter_mut().chain(&mut args).skip(without);
        for (parameter, default) in places.zip(defaults) {
            parameter.default = Some(Box::new(default));
        }
        let defaults = self.list(node, "kw_defaults")?;
        for (parameter, default) in keyword_only.iter_mut().zip(defaults) {
            if !default.op().is_none() {
                parameter.default = Some(Box::new(self.expr(default.op())?));
            }
        }
        Ok(ast::Parameters {
            range,
            node_index: Default::default(),
            posonlyargs: positional_only.into_iter().collect(),
            args: args.into_iter().collect(),
            vararg: single("vararg")?,
            kwonlyargs: keyword_only.into_iter().collect(),
            kwarg: single("kwarg")?,
            runtime_defaults: None,
        })
    }

    fn parameter(&self, node: Op<'_>) -> PyResult<ast::Parameter> {
        let range = self.range(node, "arg")?;
        Ok(ast::Parameter {
            range,
            node_index: Default::default(),
            name: self.identifier(node, "arg", range)?,
            annotation: self.optional_expr(node, "annotation")?,
            runtime_type_comment: None,
            runtime_type_comment_bytes: None,
        })
    }

    pub(super) fn operator(&self, node: Op<'_>) -> PyResult<ast::Operator> {
        use ast::Operator;
        let op = self.required(node, "op")?;
        Ok(match self.class_of(op.op()).unwrap_or("") {
            "Add" => Operator::Add,
            "Sub" => Operator::Sub,
            "Mult" => Operator::Mult,
            "MatMult" => Operator::MatMult,
            "Div" => Operator::Div,
            "Mod" => Operator::Mod,
            "Pow" => Operator::Pow,
            "LShift" => Operator::LShift,
            "RShift" => Operator::RShift,
            "BitOr" => Operator::BitOr,
            "BitXor" => Operator::BitXor,
            "BitAnd" => Operator::BitAnd,
            "FloorDiv" => Operator::FloorDiv,
            _ => return Err(self.unexpected("operator", op.op())),
        })
    }

    fn comparison(&self, op: Op<'_>) -> PyResult<ast::CmpOp> {
        use ast::CmpOp;
        Ok(match self.class_of(op).unwrap_or("") {
            "Eq" => CmpOp::Eq,
            "NotEq" => CmpOp::NotEq,
            "Lt" => CmpOp::Lt,
            "LtE" => CmpOp::LtE,
            "Gt" => CmpOp::Gt,
            "GtE" => CmpOp::GtE,
            "Is" => CmpOp::Is,
            "IsNot" => CmpOp::IsNot,
            "In" => CmpOp::In,
            "NotIn" => CmpOp::NotIn,
            _ => return Err(self.unexpected("cmpop", op)),
        })
    }
}
