//! The patterns of `match`.

use adder_object_model::{Op, PyResult, call, singletons};
use rustpython_compiler::ast::{self, Pattern};

use super::Reader;

impl Reader {
    fn patterns(&self, node: Op<'_>, name: &str) -> PyResult<Vec<Pattern>> {
        self.each(node, name, |item| self.pattern(item))
    }

    pub(super) fn pattern(&self, node: Op<'_>) -> PyResult<Pattern> {
        call::enter_recursive(" during ast construction")?;
        let result = self.pattern_within(node);
        call::leave_recursive();
        result
    }

    fn pattern_within(&self, node: Op<'_>) -> PyResult<Pattern> {
        let range = self.range(node, "pattern")?;
        let Some(class) = self.class_of(node) else {
            return Err(self.unexpected("pattern", node));
        };
        let node_index = Default::default();
        Ok(match class {
            "MatchValue" => Pattern::MatchValue(ast::PatternMatchValue {
                node_index,
                range,
                value: self.expr_field(node, "value")?,
            }),
            "MatchSingleton" => {
                let value = self.optional(node, "value")?;
                let value = match value.as_ref().map(|value| value.op()) {
                    None => ast::Singleton::None,
                    Some(value) if value.is(singletons::new_bool(true).op()) => ast::Singleton::True,
                    Some(value) if value.is(singletons::new_bool(false).op()) => ast::Singleton::False,
                    // Reported when the tree is checked.
                    Some(_) => ast::Singleton::None,
                };
                Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            "MatchSequence" => Pattern::MatchSequence(ast::PatternMatchSequence {
                node_index,
                range,
                patterns: self.patterns(node, "patterns")?,
                runtime_patterns: None,
            }),
            "MatchMapping" => {
                let keys = self.exprs(node, "keys")?;
                let patterns = self.patterns(node, "patterns")?;
                Pattern::MatchMapping(ast::PatternMatchMapping {
                    node_index,
                    range,
                    keys: keys.into_iter().collect(),
                    patterns: patterns.into_iter().collect(),
                    rest: self.optional_identifier(node, "rest", range)?,
                    runtime_keys: None,
                    runtime_patterns: None,
                })
            }
            "MatchClass" => {
                let names = self.identifiers(node, "kwd_attrs", range)?;
                let patterns = self.patterns(node, "kwd_patterns")?;
                let keywords = names.into_iter().zip(patterns).map(|(attr, pattern)| ast::PatternKeyword {
                    range,
                    node_index: Default::default(),
                    attr,
                    pattern,
                });
                Pattern::MatchClass(ast::PatternMatchClass {
                    node_index,
                    range,
                    cls: self.expr_field(node, "cls")?,
                    arguments: ast::PatternArguments {
                        range,
                        node_index: Default::default(),
                        patterns: self.patterns(node, "patterns")?.into_iter().collect(),
                        keywords: keywords.collect(),
                    },
                    runtime_patterns: None,
                    runtime_kwd_attrs: None,
                    runtime_kwd_patterns: None,
                })
            }
            "MatchStar" => Pattern::MatchStar(ast::PatternMatchStar {
                node_index,
                range,
                name: self.optional_identifier(node, "name", range)?,
            }),
            "MatchAs" => {
                let inner = match self.optional(node, "pattern")? {
                    Some(inner) => Some(Box::new(self.pattern(inner.op())?)),
                    None => None,
                };
                let name = self.optional_identifier(node, "name", range)?;
                Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern: inner, name })
            }
            "MatchOr" => {
                let patterns = self.patterns(node, "patterns")?;
                Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns, runtime_patterns: None })
            }
            _ => return Err(self.unexpected("pattern", node)),
        })
    }
}
