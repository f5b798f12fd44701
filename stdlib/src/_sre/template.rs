//! Replacement templates: literals with groups between them.

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, Visitor, int, list, object, raise};

use super::matches::Match;
use crate::native::{self, Contents};

/// `literal`, then groups each with the literal behind it.
pub struct Template {
    pub literal: Object,
    pub items: Vec<(usize, Object)>,
}

static mut TEMPLATE: PyTypeObject = native::type_object::<Template>(c"_sre.SRE_Template");

impl Contents for Template {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut TEMPLATE
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.literal.as_object_ptr());
        self.items.iter().for_each(|(_, literal)| visitor.visit(literal.as_object_ptr()));
    }
}

impl Template {
    /// From a list: literal, group, literal, ..., literal.
    pub fn new(parts: Op<'_>) -> PyResult<Self> {
        let invalid = || raise!(TypeError, "invalid template");
        let parts = parts.downcast::<PyListObject>().ok_or_else(invalid)?;
        let n = list::len(parts);
        if n.is_multiple_of(2) {
            return Err(invalid());
        }
        let part = |index| list::get(parts, index).ok_or_else(invalid);
        let mut items = Vec::with_capacity(n / 2);
        for at in 0..n / 2 {
            let group = int::as_isize(part(2 * at + 1)?.op())?;
            if group < 0 {
                return Err(invalid());
            }
            items.push((group as usize, part(2 * at + 2)?));
        }
        Ok(Self { literal: part(0)?, items })
    }

    /// The parts for one match; a group that took no part gives nothing.
    pub fn expand(&self, found: &Match, mut push: impl FnMut(Op<'_>) -> PyResult<()>) -> PyResult<()> {
        push(self.literal.op())?;
        for (group, literal) in &self.items {
            if *group > found.group_count() {
                return Err(raise!(IndexError, "no such group"));
            }
            if let Some(text) = found.group(*group)? {
                push(text.op())?;
            }
            if object::len(literal.op())? > 0 {
                push(literal.op())?;
            }
        }
        Ok(())
    }
}
