//! Constants, f-strings and t-strings.

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, bytes, complex, float, int, list, raise, set, singletons, str, tuple,
};
use ruff_text_size::TextRange;
use rustpython_compiler::ast::{self, ConstantValue, Expr, InterpolatedStringElement};

use super::Reader;

/// Text that the compiler has to read in the source, as its values there lose surrogates.
fn must_be_read(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
}

/// Text in escapes, for a literal in double quotes.
fn escaped(value: Op<'_>) -> String {
    let Some(text) = value.downcast::<PyUnicodeObject>() else {
        return String::new();
    };
    let points = str::to_wtf8(text);
    points.code_points().map(|point| format!("\\U{:08x}", point.to_u32())).collect()
}

/// The items of a tuple or set.
fn items_of(value: Op<'_>) -> PyResult<Vec<Object>> {
    let items = list::new()?;
    list::extend(items.borrow(), value)?;
    Ok(list::to_vec(items.borrow()))
}

fn template(
    range: TextRange,
    elements: Vec<InterpolatedStringElement>,
    runtime_template_str: Option<Vec<Expr>>,
) -> Expr {
    let string = ast::TString {
        range,
        node_index: Default::default(),
        elements: elements.into(),
        flags: ast::TStringFlags::empty(),
    };
    Expr::TString(ast::ExprTString {
        node_index: Default::default(),
        range,
        value: ast::TStringValue::single(string),
        runtime_template_str,
        runtime_values: None,
    })
}

impl Reader {
    pub(super) fn constant(&self, node: Op<'_>, range: TextRange) -> PyResult<Expr> {
        let node_index = Default::default();
        let Some(value) = self.optional(node, "value")? else {
            return Ok(Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }));
        };
        let value = value.op();
        if value.type_ptr() == &raw mut str::PyUnicode_Type {
            let text = str::to_string_lossy(value);
            let place = if must_be_read(&text) {
                self.place_literal(&format!("\"{}\"", escaped(value)))
            } else {
                range
            };
            let literal = ast::StringLiteral {
                range: place,
                node_index: Default::default(),
                value: text.into(),
                flags: ast::StringLiteralFlags::empty(),
            };
            let value = ast::StringLiteralValue::single(literal);
            return Ok(Expr::StringLiteral(ast::ExprStringLiteral { node_index, range, value }));
        }
        Ok(match self.constant_value(value)? {
            ConstantValue::Boolean(value) => {
                Expr::BooleanLiteral(ast::ExprBooleanLiteral { node_index, range, value })
            }
            ConstantValue::Ellipsis => Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range }),
            ConstantValue::Bytes(value) => {
                let literal = ast::BytesLiteral {
                    range,
                    node_index: Default::default(),
                    value,
                    flags: ast::BytesLiteralFlags::empty(),
                };
                let value = ast::BytesLiteralValue::single(literal);
                Expr::BytesLiteral(ast::ExprBytesLiteral { node_index, range, value })
            }
            ConstantValue::Integer(digits) if !digits.starts_with('-') => {
                let Ok(value) = digits.parse::<ast::Int>() else {
                    return Err(raise!(ValueError, "invalid integer value: {digits}"));
                };
                let value = ast::Number::Int(value);
                Expr::NumberLiteral(ast::ExprNumberLiteral { node_index, range, value })
            }
            ConstantValue::Float(value) if value.is_sign_positive() => {
                let value = ast::Number::Float(value);
                Expr::NumberLiteral(ast::ExprNumberLiteral { node_index, range, value })
            }
            value => {
                Expr::Constant(ast::ExprConstant { node_index, range, value, kind: None, invalid_type: None })
            }
        })
    }

    fn constant_value(&self, value: Op<'_>) -> PyResult<ConstantValue> {
        let tp = value.type_ptr();
        let items = |items: Vec<Object>| {
            items.iter().map(|item| self.constant_value(item.op())).collect::<PyResult<Vec<_>>>()
        };
        if value.is_none() {
            return Ok(ConstantValue::None);
        }
        if value.is(singletons::new_ellipsis().op()) {
            return Ok(ConstantValue::Ellipsis);
        }
        for truth in [true, false] {
            if value.is(singletons::new_bool(truth).op()) {
                return Ok(ConstantValue::Boolean(truth));
            }
        }
        if tp == &raw mut int::PyLong_Type {
            return Ok(ConstantValue::Integer(int::to_bigint(value).to_string().into()));
        }
        if tp == &raw mut float::PyFloat_Type {
            return Ok(ConstantValue::Float(float::as_f64(value)?));
        }
        if tp == &raw mut complex::PyComplex_Type {
            let (real, imag) = complex::as_parts(value)?;
            return Ok(ConstantValue::Complex { real, imag });
        }
        if tp == &raw mut str::PyUnicode_Type {
            return Ok(ConstantValue::Str(str::to_string_lossy(value).into()));
        }
        if let Some(data) = value.downcast_exact::<PyBytesObject>() {
            return Ok(ConstantValue::Bytes(bytes::as_slice(data).into()));
        }
        if tp == &raw mut tuple::PyTuple_Type {
            return Ok(ConstantValue::Tuple(items(items_of(value)?)?));
        }
        if tp == &raw mut set::PyFrozenSet_Type {
            return Ok(ConstantValue::Frozenset(items(items_of(value)?)?));
        }
        Err(raise!(TypeError, "got an invalid type in Constant: {}", value.type_name()))
    }

    pub(super) fn joined_string(&self, node: Op<'_>, range: TextRange) -> PyResult<Expr> {
        let string = ast::FString {
            range,
            node_index: Default::default(),
            elements: self.elements(node)?.into(),
            flags: ast::FStringFlags::empty(),
        };
        Ok(Expr::FString(ast::ExprFString {
            node_index: Default::default(),
            range,
            value: ast::FStringValue::single(string),
            runtime_joined_str: None,
            runtime_values: None,
        }))
    }

    /// A formatted value that stands by itself.
    pub(super) fn formatted_value(&self, node: Op<'_>, range: TextRange) -> PyResult<Expr> {
        let element = InterpolatedStringElement::Interpolation(self.interpolation(node, range)?);
        let string = ast::FString {
            range,
            node_index: Default::default(),
            elements: vec![element].into(),
            flags: ast::FStringFlags::empty(),
        };
        Ok(Expr::FString(ast::ExprFString {
            node_index: Default::default(),
            range,
            value: ast::FStringValue::single(string),
            runtime_joined_str: None,
            runtime_values: None,
        }))
    }

    pub(super) fn template_string(&self, node: Op<'_>, range: TextRange) -> PyResult<Expr> {
        let values = self.exprs(node, "values")?;
        Ok(template(range, self.elements(node)?, Some(values)))
    }

    /// An interpolation by itself, as the compiler takes it in a template's values.
    pub(super) fn lone_interpolation(&self, node: Op<'_>, range: TextRange) -> PyResult<Expr> {
        let element = InterpolatedStringElement::Interpolation(self.interpolation(node, range)?);
        Ok(template(range, vec![element], None))
    }

    fn elements(&self, node: Op<'_>) -> PyResult<Vec<InterpolatedStringElement>> {
        let mut elements = Vec::new();
        for item in self.list(node, "values")? {
            let item = item.op();
            let range = self.range(item, "expr")?;
            elements.push(match self.class_of(item) {
                Some("Constant") => {
                    let value = self.required(item, "value")?;
                    let text = self.text(value.op())?;
                    let range =
                        if must_be_read(&text) { self.place_literal(&escaped(value.op())) } else { range };
                    InterpolatedStringElement::Literal(ast::InterpolatedStringLiteralElement {
                        range,
                        node_index: Default::default(),
                        value: text.into(),
                    })
                }
                Some("FormattedValue" | "Interpolation") => {
                    InterpolatedStringElement::Interpolation(self.interpolation(item, range)?)
                }
                // Text, which formatting leaves as it is.
                _ => InterpolatedStringElement::Interpolation(ast::InterpolatedElement {
                    range,
                    node_index: Default::default(),
                    expression: Box::new(self.expr(item)?),
                    debug_text: None,
                    conversion: ast::ConversionFlag::None,
                    format_spec: None,
                    runtime_str: None,
                    runtime_interpolation_format_spec: None,
                    runtime_formatted_value_format_spec: None,
                }),
            });
        }
        Ok(elements)
    }

    fn interpolation(&self, node: Op<'_>, range: TextRange) -> PyResult<ast::InterpolatedElement> {
        let conversion = match self.optional(node, "conversion")? {
            Some(_) => self.int(node, "conversion")?,
            None => -1,
        };
        let conversion = match conversion {
            -1 => ast::ConversionFlag::None,
            115 => ast::ConversionFlag::Str,
            97 => ast::ConversionFlag::Ascii,
            114 => ast::ConversionFlag::Repr,
            other => return Err(raise!(SystemError, "Unrecognized conversion character {other}")),
        };
        let mut element = ast::InterpolatedElement {
            range,
            node_index: Default::default(),
            expression: self.expr_field(node, "value")?,
            debug_text: None,
            conversion,
            format_spec: None,
            runtime_str: None,
            runtime_interpolation_format_spec: None,
            runtime_formatted_value_format_spec: None,
        };
        let spec = self.optional(node, "format_spec")?;
        if self.class_of(node) == Some("Interpolation") {
            element.runtime_str = Some(match self.optional(node, "str")? {
                Some(text) => self.constant_value(text.op())?,
                None => ConstantValue::None,
            });
            if let Some(spec) = spec {
                element.runtime_interpolation_format_spec = Some(Box::new(self.expr(spec.op())?));
            }
            return Ok(element);
        }
        match spec {
            None => {}
            Some(spec) if self.class_of(spec.op()) == Some("JoinedStr") => {
                element.format_spec = Some(Box::new(ast::InterpolatedStringFormatSpec {
                    range: self.range(spec.op(), "expr")?,
                    node_index: Default::default(),
                    elements: self.elements(spec.op())?.into(),
                }));
            }
            Some(spec) => {
                element.runtime_formatted_value_format_spec = Some(Box::new(self.expr(spec.op())?));
            }
        }
        Ok(element)
    }
}
