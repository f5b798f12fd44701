//! The patterns of `match`.

use adder_object_model::{PyResult, call, singletons};
use ruff_text_size::Ranged;
use rustpython_compiler::ast::{self, Pattern};

use super::{Converter, identifier, list_of, none, optional_identifier};

impl Converter<'_> {
    pub(super) fn cases(&self, cases: &[ast::MatchCase]) -> PyResult {
        let mut nodes = Vec::with_capacity(cases.len());
        for case in cases {
            nodes.push(self.bare(
                "match_case",
                [
                    ("pattern", self.pattern(&case.pattern)?),
                    ("guard", self.optional(case.guard.as_deref())?),
                    ("body", self.body(&case.body)?),
                ],
            )?);
        }
        list_of(nodes)
    }

    fn patterns<'p>(&self, patterns: impl IntoIterator<Item = &'p Pattern>) -> PyResult {
        list_of(patterns.into_iter().map(|pattern| self.pattern(pattern)).collect::<PyResult<_>>()?)
    }

    fn pattern(&self, pattern: &Pattern) -> PyResult {
        call::enter_recursive(" during ast construction")?;
        let result = self.pattern_within(pattern);
        call::leave_recursive();
        result
    }

    fn pattern_within(&self, pattern: &Pattern) -> PyResult {
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(node) => self.node("MatchValue", range, [("value", self.expr(&node.value)?)]),
            Pattern::MatchSingleton(node) => {
                let value = match node.value {
                    ast::Singleton::None => none(),
                    ast::Singleton::True => singletons::new_bool(true),
                    ast::Singleton::False => singletons::new_bool(false),
                };
                self.node("MatchSingleton", range, [("value", value)])
            }
            Pattern::MatchSequence(node) => {
                self.node("MatchSequence", range, [("patterns", self.patterns(&node.patterns)?)])
            }
            Pattern::MatchMapping(node) => self.node(
                "MatchMapping",
                range,
                [
                    ("keys", self.exprs(&node.keys)?),
                    ("patterns", self.patterns(&node.patterns)?),
                    ("rest", optional_identifier(node.rest.as_ref())?),
                ],
            ),
            Pattern::MatchClass(node) => {
                let keywords = &node.arguments.keywords;
                let names = keywords.iter().map(|keyword| identifier(keyword.attr.as_str()));
                self.node(
                    "MatchClass",
                    range,
                    [
                        ("cls", self.expr(&node.cls)?),
                        ("patterns", self.patterns(&node.arguments.patterns)?),
                        ("kwd_attrs", list_of(names.collect::<PyResult<_>>()?)?),
                        ("kwd_patterns", self.patterns(keywords.iter().map(|keyword| &keyword.pattern))?),
                    ],
                )
            }
            Pattern::MatchStar(node) => {
                self.node("MatchStar", range, [("name", optional_identifier(node.name.as_ref())?)])
            }
            Pattern::MatchAs(node) => {
                let inner = match &node.pattern {
                    Some(inner) => self.pattern(inner)?,
                    None => none(),
                };
                let name = optional_identifier(node.name.as_ref())?;
                self.node("MatchAs", range, [("pattern", inner), ("name", name)])
            }
            Pattern::MatchOr(node) => {
                self.node("MatchOr", range, [("patterns", self.patterns(&node.patterns)?)])
            }
        }
    }
}
