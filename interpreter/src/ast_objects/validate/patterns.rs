//! The patterns of `match`.

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, raise, singletons, str};

use super::{Checker, error, recursive};

impl Checker<'_> {
    fn patterns(&self, items: &[Object], star_allowed: bool) -> PyResult<()> {
        for item in items {
            if item.op().is_none() {
                return Err(error("None disallowed in pattern list"));
            }
            self.pattern(item.op(), star_allowed)?;
        }
        Ok(())
    }

    pub(super) fn pattern(&self, node: Op<'_>, star_allowed: bool) -> PyResult<()> {
        self.positions(node)?;
        recursive(|| self.pattern_within(node, star_allowed))
    }

    fn pattern_within(&self, node: Op<'_>, star_allowed: bool) -> PyResult<()> {
        match self.class(node) {
            "MatchValue" => match self.get(node, "value")? {
                Some(value) => self.pattern_value(value.op()),
                None => Ok(()),
            },
            "MatchSingleton" => match self.get(node, "value")? {
                Some(value) if !is_bool(value.op()) => {
                    Err(error("MatchSingleton can only contain True, False and None"))
                }
                _ => Ok(()),
            },
            "MatchSequence" => self.patterns(&self.items(node, "patterns")?, true),
            "MatchMapping" => self.mapping_pattern(node),
            "MatchClass" => self.class_pattern(node),
            "MatchStar" if !star_allowed => Err(error("can't use MatchStar here")),
            "MatchStar" => self.capture(node, "name"),
            "MatchAs" => {
                self.capture(node, "name")?;
                let Some(pattern) = self.get(node, "pattern")? else { return Ok(()) };
                if self.get(node, "name")?.is_none() {
                    return Err(error("MatchAs must specify a target name if a pattern is given"));
                }
                self.pattern(pattern.op(), false)
            }
            "MatchOr" => {
                let patterns = self.items(node, "patterns")?;
                if patterns.len() < 2 {
                    return Err(error("MatchOr requires at least 2 patterns"));
                }
                self.patterns(&patterns, false)
            }
            _ => Ok(()),
        }
    }

    fn mapping_pattern(&self, node: Op<'_>) -> PyResult<()> {
        let (keys, patterns) = (self.items(node, "keys")?, self.items(node, "patterns")?);
        if keys.len() != patterns.len() {
            return Err(error("MatchMapping doesn't have the same number of keys as patterns"));
        }
        self.capture(node, "rest")?;
        for key in &keys {
            let key = key.op();
            if self.class(key) == "Constant" {
                match self.get(key, "value")? {
                    None => continue,
                    Some(value) if is_bool(value.op()) => continue,
                    Some(_) => {}
                }
            }
            self.pattern_value(key)?;
        }
        self.patterns(&patterns, false)
    }

    fn class_pattern(&self, node: Op<'_>) -> PyResult<()> {
        let (names, patterns) = (self.items(node, "kwd_attrs")?, self.items(node, "kwd_patterns")?);
        if names.len() != patterns.len() {
            return Err(error("MatchClass doesn't have the same number of keyword attributes as patterns"));
        }
        self.field(node, "cls", "Load")?;
        let mut class = self.get(node, "cls")?;
        while let Some(current) = class {
            class = match self.class(current.op()) {
                "Name" => None,
                "Attribute" => self.get(current.op(), "value")?,
                _ => return Err(error("MatchClass cls field can only contain Name or Attribute nodes.")),
            };
        }
        names.iter().try_for_each(|name| self.name_itself(name.op()))?;
        self.patterns(&self.items(node, "patterns")?, false)?;
        self.patterns(&patterns, false)
    }

    /// A name that a pattern binds.
    fn capture(&self, node: Op<'_>, name: &str) -> PyResult<()> {
        match self.get(node, name)? {
            Some(value) if str::to_string_lossy(value.op()) == "_" => {
                Err(error("can't capture name '_' in patterns"))
            }
            Some(value) => self.name_itself(value.op()),
            None => Ok(()),
        }
    }

    /// A value to compare with: a literal, perhaps with a sign, or an attribute.
    fn pattern_value(&self, node: Op<'_>) -> PyResult<()> {
        self.expr(node, "Load")?;
        let is_allowed = match self.class(node) {
            "Constant" => {
                let value = self.get(node, "value")?;
                let is_literal = value.as_ref().is_some_and(|value| {
                    let value = value.op();
                    is_number(value, true, true)
                        || value.is_exact::<PyBytesObject>()
                        || value.is_exact::<PyUnicodeObject>()
                });
                if !is_literal {
                    return Err(error("unexpected constant inside of a literal pattern"));
                }
                true
            }
            "Attribute" | "JoinedStr" | "TemplateStr" => true,
            "UnaryOp" => self.is_negative(node, true)?,
            "BinOp" => self.is_complex(node)?,
            _ => false,
        };
        if is_allowed {
            return Ok(());
        }
        Err(raise!(ValueError, "patterns may only match literals and attribute lookups"))
    }

    fn is_negative(&self, node: Op<'_>, imaginary: bool) -> PyResult<bool> {
        let is_minus = self.get(node, "op")?.is_some_and(|op| self.class(op.op()) == "USub");
        Ok(is_minus
            && match self.get(node, "operand")? {
                Some(operand) => self.is_number_node(operand.op(), true, imaginary)?,
                None => false,
            })
    }

    fn is_number_node(&self, node: Op<'_>, real: bool, imaginary: bool) -> PyResult<bool> {
        Ok(self.class(node) == "Constant"
            && self.get(node, "value")?.is_some_and(|value| is_number(value.op(), real, imaginary)))
    }

    /// A sum or difference of a real and an imaginary number.
    fn is_complex(&self, node: Op<'_>) -> PyResult<bool> {
        let is_sum = self.get(node, "op")?.is_some_and(|op| matches!(self.class(op.op()), "Add" | "Sub"));
        let (Some(left), Some(right)) = (self.get(node, "left")?, self.get(node, "right")?) else {
            return Ok(false);
        };
        let left_counts = match self.class(left.op()) {
            "UnaryOp" => self.is_negative(left.op(), false)?,
            _ => self.is_number_node(left.op(), true, false)?,
        };
        Ok(is_sum && left_counts && self.is_number_node(right.op(), false, true)?)
    }
}

fn is_bool(value: Op<'_>) -> bool {
    value.is(singletons::new_bool(true).op()) || value.is(singletons::new_bool(false).op())
}

fn is_number(value: Op<'_>, real: bool, imaginary: bool) -> bool {
    (real && (value.is_exact::<PyFloatObject>() || value.is_exact::<PyLongObject>()))
        || (imaginary && value.is_exact::<PyComplexObject>())
}
