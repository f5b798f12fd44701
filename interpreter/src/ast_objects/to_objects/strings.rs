//! f-strings and t-strings: neighbouring literal parts become one constant.

use adder_object_model::{Object, PyResult, int, str};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustpython_compiler::ast::{self, AnyStringFlags, InterpolatedStringElement};
use rustpython_compiler::codegen;
use rustpython_wtf8::Wtf8Buf;

use super::{Converter, identifier, list_of, none};

/// A literal part that may still grow.
struct Pending {
    text: Wtf8Buf,
    range: TextRange,
    is_unicode: bool,
}

/// The values of a `JoinedStr` or `TemplateStr` as they are found.
#[derive(Default)]
struct Values {
    done: Vec<Object>,
    pending: Option<Pending>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Formatted,
    Template,
}

impl Converter<'_> {
    pub(super) fn joined_string(&self, node: &ast::ExprFString) -> PyResult {
        let mut values = Values::default();
        for part in node.value.as_slice() {
            match part {
                ast::FStringPart::Literal(literal) => {
                    let text = codegen::string_literal_part_value(self.file, literal);
                    values.literal(text, literal.range, literal.flags.prefix().is_unicode());
                }
                ast::FStringPart::FString(string) => {
                    self.elements(&mut values, &string.elements, string.flags.into(), Kind::Formatted)?;
                }
            }
        }
        self.node("JoinedStr", node.range, [("values", values.finish(self)?)])
    }

    pub(super) fn template_string(&self, node: &ast::ExprTString) -> PyResult {
        let mut values = Values::default();
        for string in node.value.as_slice() {
            self.elements(&mut values, &string.elements, string.flags.into(), Kind::Template)?;
        }
        self.node("TemplateStr", node.range, [("values", values.finish(self)?)])
    }

    fn elements(
        &self,
        values: &mut Values,
        elements: &[InterpolatedStringElement],
        flags: AnyStringFlags,
        kind: Kind,
    ) -> PyResult<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let text = codegen::interpolated_string_literal_value(self.file, literal, flags);
                    values.literal(text, literal.range, false);
                }
                InterpolatedStringElement::Interpolation(element) => {
                    if let Some(debug_text) = &element.debug_text {
                        let place = element.expression.range();
                        let (text, range) = codegen::interpolation_debug_text(self.file, debug_text, place);
                        values.literal(text.into(), range, false);
                    }
                    values.flush(self)?;
                    values.done.push(self.interpolation(element, flags, kind)?);
                }
            }
        }
        Ok(())
    }

    fn interpolation(
        &self,
        element: &ast::InterpolatedElement,
        flags: AnyStringFlags,
        kind: Kind,
    ) -> PyResult {
        let conversion = match element.conversion {
            ast::ConversionFlag::None if element.debug_text.is_some() && element.format_spec.is_none() => {
                ast::ConversionFlag::Repr
            }
            conversion => conversion,
        };
        let conversion = int::from_i64(conversion as i64)?;
        let spec = match &element.format_spec {
            None => none(),
            Some(spec) => {
                let mut values = Values::default();
                self.elements(&mut values, &spec.elements, flags, Kind::Formatted)?;
                // The colon belongs to it.
                let start = spec.range.start();
                let has_colon = self.source()[..start.to_usize()].ends_with(':');
                let start = if has_colon { start - TextSize::new(1) } else { start };
                let range = TextRange::new(start, spec.range.end());
                self.node("JoinedStr", range, [("values", values.finish(self)?)])?
            }
        };
        let value = self.expr(&element.expression)?;
        match kind {
            Kind::Formatted => self.node(
                "FormattedValue",
                element.range,
                [("value", value), ("conversion", conversion), ("format_spec", spec)],
            ),
            Kind::Template => self.node(
                "Interpolation",
                element.range,
                [
                    ("value", value),
                    ("str", str::from_str(self.expression_text(element))?.into_object()),
                    ("conversion", conversion),
                    ("format_spec", spec),
                ],
            ),
        }
    }

    /// What stands behind the brace, up to the `=`, the conversion, the format or the other brace.
    fn expression_text(&self, element: &ast::InterpolatedElement) -> &str {
        let source = self.source();
        let start = element.range.start().to_usize() + 1;
        let mut end = element.expression.range().end().to_usize();
        let bytes = source.as_bytes();
        while bytes.get(end).is_some_and(|&byte| byte == b')' || byte.is_ascii_whitespace()) {
            end += 1;
        }
        &source[start..end]
    }
}

impl Values {
    fn literal(&mut self, text: Wtf8Buf, range: TextRange, is_unicode: bool) {
        if text.is_empty() {
            return;
        }
        match &mut self.pending {
            Some(pending) => {
                pending.text.push_wtf8(&text);
                pending.range = pending.range.cover(range);
            }
            None => self.pending = Some(Pending { text, range, is_unicode }),
        }
    }

    fn flush(&mut self, converter: &Converter<'_>) -> PyResult<()> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let kind = if pending.is_unicode { identifier("u")? } else { none() };
        let text = str::from_wtf8(&pending.text)?.into_object();
        self.done.push(converter.constant(pending.range, text, kind)?);
        Ok(())
    }

    fn finish(mut self, converter: &Converter<'_>) -> PyResult {
        self.flush(converter)?;
        list_of(self.done)
    }
}
