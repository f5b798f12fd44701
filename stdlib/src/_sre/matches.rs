//! `re.Match`: what a pattern found.

use std::cell::OnceCell;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, Visitor, dict, getset, int,
    method, number, object, raise, singletons, slot, str, tuple,
};

use super::pattern::{self, Pattern};
use super::subject::{Matched, Subject};
use crate::native::{self, Contents, Native};

/// The places of the groups; group 0 is all that matched.
pub struct Match {
    pub subject: Matched,
    pub pattern: Owned<Native<Pattern>>,
    pub pos: usize,
    pub endpos: usize,
    pub last_index: Option<usize>,
    pub spans: Vec<Option<(usize, usize)>>,
    regs: OnceCell<Object>,
}

type This<'a> = Borrowed<'a, Native<Match>>;

impl Match {
    pub fn new(
        subject: Subject,
        pattern: Owned<Native<Pattern>>,
        (pos, endpos): (usize, usize),
        last_index: Option<usize>,
        spans: Vec<Option<(usize, usize)>>,
    ) -> Self {
        let subject = Matched { op: subject.op };
        Self { subject, pattern, pos, endpos, last_index, spans, regs: OnceCell::new() }
    }

    /// How many groups besides 0.
    pub fn group_count(&self) -> usize {
        self.spans.len() - 1
    }

    /// What a group matched.
    pub fn group(&self, index: usize) -> PyResult<Option<Object>> {
        match self.spans[index] {
            Some((start, end)) => self.subject.slice(start, end).map(Some),
            None => Ok(None),
        }
    }

    /// The number of a group given by number or name.
    fn index_of(&self, op: Op<'_>) -> PyResult<usize> {
        let index = if number::check_index(op) {
            Some(number::as_ssize_t(op, None)?)
        } else {
            let names = self.pattern.value.group_index.op();
            let names = names.downcast::<PyDictObject>().ok_or_else(no_such_group)?;
            match dict::get_item(names, op) {
                Ok(Some(index)) => Some(int::as_isize(index.op())?),
                Ok(None) => None,
                Err(raised) => {
                    raised.clear();
                    None
                }
            }
        };
        match index {
            Some(index) if index >= 0 && (index as usize) < self.spans.len() => Ok(index as usize),
            _ => Err(no_such_group()),
        }
    }

    fn group_or(&self, index: usize, default: Op<'_>) -> PyResult {
        Ok(self.group(index)?.unwrap_or_else(|| default.to_owned()))
    }
}

#[cold]
fn no_such_group() -> Raised {
    raise!(IndexError, "no such group")
}

impl Contents for Match {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut MATCH
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.subject.op.as_object_ptr());
        visitor.visit(self.pattern.as_object_ptr());
        if let Some(regs) = self.regs.get() {
            visitor.visit(regs.as_object_ptr());
        }
    }
}

fn group(found: This<'_>, args: Args<'_>) -> PyResult {
    let value = &found.value;
    match args.len() {
        0 => value.group_or(0, singletons::none()),
        1 => value.group_or(value.index_of(args.get(0).expect("counted"))?, singletons::none()),
        _ => {
            let mut groups = Vec::with_capacity(args.len());
            for op in args.iter() {
                groups.push(value.group_or(value.index_of(op)?, singletons::none())?);
            }
            tuple::from_vec(groups)
        }
    }
}

fn subscript(found: This<'_>, key: Op<'_>) -> PyResult {
    let value = &found.value;
    value.group_or(value.index_of(key)?, singletons::none())
}

const GROUPS: Signature<1> = Signature::new("groups", ["default"]);
const GROUPDICT: Signature<1> = Signature::new("groupdict", ["default"]);

fn groups(found: This<'_>, args: Args<'_>) -> PyResult {
    let [default] = args.parse(&GROUPS)?;
    let default = default.unwrap_or(singletons::none());
    let value = &found.value;
    tuple::from_vec(
        (1..value.spans.len()).map(|index| value.group_or(index, default)).collect::<PyResult<_>>()?,
    )
}

fn groupdict(found: This<'_>, args: Args<'_>) -> PyResult<Owned<PyDictObject>> {
    let [default] = args.parse(&GROUPDICT)?;
    let default = default.unwrap_or(singletons::none());
    let result = dict::new()?;
    let value = &found.value;
    let names = value.pattern.value.group_index.clone();
    let names = names.op().downcast::<PyDictObject>().ok_or_else(no_such_group)?;
    for (name, index) in dict::pairs(names) {
        let text = value.group_or(value.index_of(index)?, default)?;
        dict::set_item(result.borrow(), name, text.op())?;
    }
    Ok(result)
}

fn span_of(found: This<'_>, args: Args<'_>, name: &str) -> PyResult<(isize, isize)> {
    let [group] = args.optional::<1>(name, 0)?;
    let index = group.map_or(Ok(0), |group| found.value.index_of(group))?;
    Ok(found.value.spans[index].map_or((-1, -1), |(start, end)| (start as isize, end as isize)))
}

fn start(found: This<'_>, args: Args<'_>) -> PyResult {
    int::from_isize(span_of(found, args, "start")?.0)
}

fn end(found: This<'_>, args: Args<'_>) -> PyResult {
    int::from_isize(span_of(found, args, "end")?.1)
}

fn pair((start, end): (isize, isize)) -> PyResult {
    tuple::pack(&[int::from_isize(start)?.op(), int::from_isize(end)?.op()])
}

fn span(found: This<'_>, args: Args<'_>) -> PyResult {
    pair(span_of(found, args, "span")?)
}

const EXPAND: Signature<1> = Signature::new("expand", ["template"]).required(1);

fn expand(found: This<'_>, args: Args<'_>) -> PyResult {
    let [template] = args.parse(&EXPAND)?;
    let template = pattern::compile_template(found.value.pattern.borrow(), template.expect("required"))?;
    let mut output = pattern::Output::new(&found.value.subject.again()?);
    template.value.expand(&found.value, |part| output.push(part))?;
    output.finish()
}

fn itself(found: This<'_>) -> PyResult<Owned<Native<Match>>> {
    Ok(found.to_owned())
}

fn deepcopy(found: This<'_>, _memo: Op<'_>) -> PyResult<Owned<Native<Match>>> {
    Ok(found.to_owned())
}

pub(super) fn class_getitem(tp: TypeRef<'_>, args: Op<'_>) -> PyResult {
    adder_object_model::generic_alias::new(tp.as_object(), args)
}

fn string(found: This<'_>) -> PyResult {
    Ok(found.value.subject.op.clone())
}

fn re(found: This<'_>) -> PyResult<Owned<Native<Pattern>>> {
    Ok(found.value.pattern.clone())
}

fn pos(found: This<'_>) -> PyResult {
    int::from_usize(found.value.pos)
}

fn endpos(found: This<'_>) -> PyResult {
    int::from_usize(found.value.endpos)
}

fn lastindex(found: This<'_>) -> PyResult {
    found.value.last_index.map_or_else(|| Ok(singletons::new_none()), int::from_usize)
}

fn lastgroup(found: This<'_>) -> PyResult {
    let names = found.value.pattern.value.index_group.clone();
    let names = names.op().downcast::<PyTupleObject>();
    match (names, found.value.last_index) {
        (Some(names), Some(index)) if index < tuple::len(names) => Ok(tuple::get(names, index).to_owned()),
        _ => Ok(singletons::new_none()),
    }
}

fn regs(found: This<'_>) -> PyResult {
    if let Some(regs) = found.value.regs.get() {
        return Ok(regs.clone());
    }
    let spans = found.value.spans.iter();
    let spans = spans.map(|span| pair(span.map_or((-1, -1), |(start, end)| (start as isize, end as isize))));
    let regs = tuple::from_vec(spans.collect::<PyResult<_>>()?)?;
    Ok(found.value.regs.get_or_init(|| regs).clone())
}

fn repr(found: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let text = found.value.group_or(0, singletons::none())?;
    let (start, end) = found.value.spans[0].unwrap_or_default();
    let mut builder = str::Builder::new();
    builder.push_str(&format!("<{} object; span=({start}, {end}), match=", found.type_name()));
    builder.push_text(object::repr(text.op())?.borrow());
    builder.push_str(">");
    builder.finish()
}

static METHODS: [PyMethodDef; 11] = [
    method::positional(
        c"group",
        group,
        c"group([group1, ...]) -> str or tuple.\nWhat one or several groups matched; group 0 is all.",
    ),
    method::positional(c"start", start, c"start($self, group=0, /)\n--\n\nWhere a group begins."),
    method::positional(c"end", end, c"end($self, group=0, /)\n--\n\nWhere a group ends."),
    method::positional(c"span", span, c"span($self, group=0, /)\n--\n\nWhere a group begins and ends."),
    method::keywords(c"groups", groups, c"groups($self, /, default=None)\n--\n\nWhat all groups matched."),
    method::keywords(
        c"groupdict",
        groupdict,
        c"groupdict($self, /, default=None)\n--\n\nWhat the named groups matched.",
    ),
    method::keywords(
        c"expand",
        expand,
        c"expand($self, /, template)\n--\n\nA template with its groups filled in.",
    ),
    method::noargs(c"__copy__", itself, c"__copy__($self, /)\n--\n\n"),
    method::o(c"__deepcopy__", deepcopy, c"__deepcopy__($self, memo, /)\n--\n\n"),
    method::class_o(
        c"__class_getitem__",
        class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585.",
    ),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 8] = [
    getset::get(c"string", string, c"What was searched."),
    getset::get(c"re", re, c"The pattern."),
    getset::get(c"pos", pos, c"Where the search began."),
    getset::get(c"endpos", endpos, c"Where the search had to end."),
    getset::get(c"lastindex", lastindex, c"The number of the last group that matched."),
    getset::get(c"lastgroup", lastgroup, c"The name of the last group that matched."),
    getset::get(c"regs", regs, c"The spans of all groups."),
    PyGetSetDef::EMPTY,
];

static mut AS_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_subscript: slot::binary(subscript), ..PyMappingMethods::EMPTY };

static mut MATCH: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_doc: c"What a regular expression found.".as_ptr(),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    ..native::type_object::<Match>(c"re.Match")
};
