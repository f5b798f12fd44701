//! `re.Pattern`: searching, splitting and replacing.

use std::cell::{Cell, RefCell};

use adder_object_model::layout::*;
use adder_object_model::str::{Builder, Units};
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, Visitor, bytes, call, dict,
    exceptions::builtin, getset, hashing, int, iter, list, method, number, object, raise, singletons, slot,
    str, tuple,
};
use rustpython_sre_engine::{Request, SearchIter, State};

use super::matches::{self, Match};
use super::subject::{Subject, with_drive};
use super::template::Template;
use crate::native::{self, Contents, Native};

pub struct Pattern {
    /// What was compiled, or `None`.
    pub pattern: Object,
    pub flags: i32,
    pub codes: Vec<u32>,
    pub groups: usize,
    pub group_index: Object,
    pub index_group: Object,
    /// Whether it searches bytes; without an original it searches both.
    pub is_bytes: Option<bool>,
}

type This<'a> = Borrowed<'a, Native<Pattern>>;

impl Contents for Pattern {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut PATTERN
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.pattern.as_object_ptr());
        visitor.visit(self.group_index.as_object_ptr());
        visitor.visit(self.index_group.as_object_ptr());
    }
}

/// How a search is to run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Match,
    FullMatch,
    Search,
}

/// What one run found: the spans and the last group.
struct Found {
    spans: Vec<Option<(usize, usize)>>,
    last_index: Option<usize>,
}

impl Found {
    fn new(state: &State, groups: usize) -> Self {
        let mut spans = vec![Some((state.start, state.cursor.position))];
        for group in 0..groups {
            let (start, end) = state.marks.get(group);
            let span = (start.is_some() && end.is_some()).then(|| (start.unpack(), end.unpack()));
            spans.push(span);
        }
        let last = state.marks.last_index();
        Self { spans, last_index: (last >= 0).then_some(last as usize) }
    }

    /// All that matched.
    fn whole(&self) -> (usize, usize) {
        self.spans[0].expect("group 0 always takes part")
    }
}

/// A search: the subject with its bounds.
struct Search {
    subject: Subject,
    pos: usize,
    endpos: usize,
}

impl Pattern {
    /// Takes a subject, which must be of the pattern's sort.
    fn start(&self, op: Op<'_>, pos: isize, endpos: isize) -> PyResult<Search> {
        let subject = Subject::new(op)?;
        match (self.is_bytes, subject.is_bytes()) {
            (Some(false), true) => {
                return Err(raise!(TypeError, "cannot use a string pattern on a bytes-like object"));
            }
            (Some(true), false) => {
                return Err(raise!(TypeError, "cannot use a bytes pattern on a string-like object"));
            }
            _ => {}
        }
        let len = subject.len() as isize;
        let (pos, endpos) = (pos.clamp(0, len) as usize, endpos.clamp(0, len) as usize);
        Ok(Search { subject, pos, endpos })
    }

    fn run(&self, search: &Search, mode: Mode) -> Option<Found> {
        if search.pos > search.endpos {
            return None;
        }
        with_drive!(search.subject.units(), |drive| {
            let request =
                Request::new(drive, search.pos, search.endpos, &self.codes, mode == Mode::FullMatch);
            let mut state = State::default();
            let found = if mode == Mode::Search { state.search(request) } else { state.py_match(&request) };
            found.then(|| Found::new(&state, self.groups))
        })
    }

    /// Calls `f` with what is found one after the other until it says stop (`false`).
    fn for_each(&self, search: &Search, mut f: impl FnMut(Found) -> PyResult<bool>) -> PyResult<()> {
        if search.pos > search.endpos {
            return Ok(());
        }
        with_drive!(search.subject.units(), |drive| {
            let req = Request::new(drive, search.pos, search.endpos, &self.codes, false);
            let mut found = SearchIter { req, state: State::default() };
            while found.next().is_some() {
                if !f(Found::new(&found.state, self.groups))? {
                    break;
                }
            }
        });
        Ok(())
    }
}

fn new_match(pattern: This<'_>, search: Search, found: Option<Found>) -> PyResult {
    let Some(found) = found else {
        return Ok(singletons::new_none());
    };
    let bounds = (search.pos, search.endpos);
    let made = Match::new(search.subject, pattern.to_owned(), bounds, found.last_index, found.spans);
    native::new(made).map(Owned::into_object)
}

fn parse_bounds(pos: Option<Op<'_>>, endpos: Option<Op<'_>>) -> PyResult<(isize, isize)> {
    let bound = |op: Option<Op<'_>>, default| match op {
        Some(op) => number::as_ssize_t(op, Some(builtin::OverflowError())),
        None => Ok(default),
    };
    Ok((bound(pos, 0)?, bound(endpos, isize::MAX)?))
}

fn start(pattern: This<'_>, args: Args<'_>, signature: &Signature<3>) -> PyResult<Search> {
    let [subject, pos, endpos] = args.parse(signature)?;
    let (pos, endpos) = parse_bounds(pos, endpos)?;
    pattern.value.start(subject.expect("required"), pos, endpos)
}

const fn bounded(name: &'static str) -> Signature<3> {
    Signature::new(name, ["string", "pos", "endpos"]).required(1)
}
const MATCH: Signature<3> = bounded("match");
const FULLMATCH: Signature<3> = bounded("fullmatch");
const SEARCH: Signature<3> = bounded("search");
const FINDALL: Signature<3> = bounded("findall");
const FINDITER: Signature<3> = bounded("finditer");
const SCANNER: Signature<3> = bounded("scanner");

fn match_(pattern: This<'_>, args: Args<'_>) -> PyResult {
    let search = start(pattern, args, &MATCH)?;
    let found = pattern.value.run(&search, Mode::Match);
    new_match(pattern, search, found)
}

fn fullmatch(pattern: This<'_>, args: Args<'_>) -> PyResult {
    let search = start(pattern, args, &FULLMATCH)?;
    let found = pattern.value.run(&search, Mode::FullMatch);
    new_match(pattern, search, found)
}

fn search(pattern: This<'_>, args: Args<'_>) -> PyResult {
    let search = start(pattern, args, &SEARCH)?;
    let found = pattern.value.run(&search, Mode::Search);
    new_match(pattern, search, found)
}

/// What a span covers; nothing where a group took no part.
fn slice_or_empty(subject: &Subject, span: Option<(usize, usize)>) -> PyResult {
    let (start, end) = span.unwrap_or((0, 0));
    subject.slice(start, end)
}

fn findall(pattern: This<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    let search = start(pattern, args, &FINDALL)?;
    let result = list::new()?;
    pattern.value.for_each(&search, |found| {
        let item = match found.spans.len() {
            1 | 2 => slice_or_empty(&search.subject, found.spans[found.spans.len() - 1])?,
            _ => {
                let groups = found.spans[1..].iter().map(|span| slice_or_empty(&search.subject, *span));
                tuple::from_vec(groups.collect::<PyResult<_>>()?)?
            }
        };
        list::append(result.borrow(), item)?;
        Ok(true)
    })?;
    Ok(result)
}

const SPLIT: Signature<2> = Signature::new("split", ["string", "maxsplit"]).required(1);

fn split(pattern: This<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    let [subject, max] = args.parse(&SPLIT)?;
    let max = max.map_or(Ok(0), |max| number::as_ssize_t(max, Some(builtin::OverflowError())))?;
    let search = pattern.value.start(subject.expect("required"), 0, isize::MAX)?;
    let result = list::new()?;
    let (mut last, mut count) = (0, 0);
    if max >= 0 {
        pattern.value.for_each(&search, |found| {
            let (start, end) = found.whole();
            list::append(result.borrow(), search.subject.slice(last, start)?)?;
            for span in &found.spans[1..] {
                let text = match span {
                    Some((start, end)) => search.subject.slice(*start, *end)?,
                    None => singletons::new_none(),
                };
                list::append(result.borrow(), text)?;
            }
            last = end;
            count += 1;
            Ok(max == 0 || count < max)
        })?;
    }
    list::append(result.borrow(), search.subject.slice(last, search.endpos)?)?;
    Ok(result)
}

/// Pieces put together: text or bytes.
pub enum Output {
    Text(Builder, usize),
    Bytes(Vec<u8>, usize),
}

impl Output {
    pub fn new(subject: &Subject) -> Self {
        if subject.is_bytes() { Self::Bytes(Vec::new(), 0) } else { Self::Text(Builder::new(), 0) }
    }

    /// Adds an object, which must be of the right sort.
    pub fn push(&mut self, op: Op<'_>) -> PyResult<()> {
        match self {
            Self::Text(builder, count) => {
                let Some(text) = op.downcast::<PyUnicodeObject>() else {
                    let given = op.type_name();
                    return Err(raise!(
                        TypeError,
                        "sequence item {count}: expected str instance, {given} found"
                    ));
                };
                builder.push_text(text);
                *count += 1;
            }
            Self::Bytes(out, count) => {
                let Ok(buffer) = adder_object_model::buffer::get(op, PyBUF_SIMPLE).map_err(Raised::clear)
                else {
                    let given = op.type_name();
                    return Err(raise!(
                        TypeError,
                        "sequence item {count}: expected a bytes-like object, {given} found"
                    ));
                };
                out.extend_from_slice(buffer.as_slice());
                *count += 1;
            }
        }
        Ok(())
    }

    /// Adds a part of the subject.
    fn push_part(&mut self, subject: &Subject, start: usize, end: usize) {
        if start >= end {
            return;
        }
        match (self, subject.units().slice(start, end)) {
            (Self::Text(builder, count), units) => {
                builder.push_units(units);
                *count += 1;
            }
            (Self::Bytes(out, count), Units::Latin1(bytes)) => {
                out.extend_from_slice(bytes);
                *count += 1;
            }
            _ => unreachable!("bytes are one byte wide"),
        }
    }

    pub fn finish(self) -> PyResult {
        match self {
            Self::Text(builder, _) => builder.finish().map(Owned::into_object),
            Self::Bytes(out, _) => bytes::from_slice(&out).map(Owned::into_object),
        }
    }
}

/// A template from its source, through `re` and its cache.
pub fn compile_template(pattern: This<'_>, template: Op<'_>) -> PyResult<Owned<Native<Template>>> {
    let module = (adder_object_model::state::hooks().import_module)("re")?;
    let function = object::get_attr_str(module.op(), "_compile_template")?;
    let made = match call::call_positional(function.op(), &[pattern.as_object(), template]) {
        Err(raised) if raised.matches(builtin::TypeError()) && !template.is_exact::<PyUnicodeObject>() => {
            // What cannot be hashed is tried again as plain bytes.
            let error = raised.take();
            let Ok(buffer) = adder_object_model::buffer::get(template, PyBUF_SIMPLE).map_err(Raised::clear)
            else {
                return Err(adder_object_model::errors::restore(error));
            };
            let copy = bytes::from_slice(buffer.as_slice())?;
            drop(error);
            call::call_positional(function.op(), &[pattern.as_object(), copy.op()])?
        }
        made => made?,
    };
    made.downcast::<Native<Template>>().map_err(|other| {
        raise!(
            RuntimeError,
            "the result of compiling a replacement string is {}, not Template object",
            other.op().type_name()
        )
    })
}

/// What stands in the place of what is found.
enum Replacement {
    Literal(Object),
    Template(Owned<Native<Template>>),
    Callable(Object),
}

impl Replacement {
    fn new(pattern: This<'_>, op: Op<'_>) -> PyResult<Self> {
        if object::is_callable(op) {
            return Ok(Self::Callable(op.to_owned()));
        }
        let plain = match Subject::new(op) {
            Ok(subject) => !subject.units().iter().any(|point| point == u32::from('\\')),
            Err(raised) => {
                raised.clear();
                false
            }
        };
        if plain {
            return Ok(Self::Literal(op.to_owned()));
        }
        let template = compile_template(pattern, op)?;
        if template.value.items.is_empty() {
            return Ok(Self::Literal(template.value.literal.clone()));
        }
        Ok(Self::Template(template))
    }
}

fn replaced(pattern: This<'_>, args: Args<'_>, signature: &Signature<3>) -> PyResult<(Object, usize)> {
    let [replacement, subject, max] = args.parse(signature)?;
    let max = max.map_or(Ok(0), |max| number::as_ssize_t(max, Some(builtin::OverflowError())))?;
    let replacement = Replacement::new(pattern, replacement.expect("required"))?;
    let search = pattern.value.start(subject.expect("required"), 0, isize::MAX)?;
    let mut output = Output::new(&search.subject);
    let (mut last, mut count) = (0, 0);
    if max >= 0 {
        pattern.value.for_each(&search, |found| {
            let (start, end) = found.whole();
            output.push_part(&search.subject, last, start);
            last = end;
            count += 1;
            if let Replacement::Literal(literal) = &replacement {
                output.push(literal.op())?;
            } else {
                let subject = Subject::new(search.subject.op.op())?;
                let bounds = (search.pos, search.endpos);
                let found = Match::new(subject, pattern.to_owned(), bounds, found.last_index, found.spans);
                match &replacement {
                    Replacement::Template(template) => {
                        template.value.expand(&found, |part| output.push(part))?;
                    }
                    Replacement::Callable(function) => {
                        let found = native::new(found)?;
                        let result = call::call_one(function.op(), found.op())?;
                        if !result.op().is_none() {
                            output.push(result.op())?;
                        }
                    }
                    Replacement::Literal(_) => unreachable!("done above"),
                }
            }
            Ok(max == 0 || (count as isize) < max)
        })?;
    }
    if count == 0 {
        return Ok((search.subject.slice(0, search.endpos)?, 0));
    }
    output.push_part(&search.subject, last, search.endpos);
    Ok((output.finish()?, count))
}

const SUB: Signature<3> = Signature::new("sub", ["repl", "string", "count"]).required(2);
const SUBN: Signature<3> = Signature::new("subn", ["repl", "string", "count"]).required(2);

fn sub(pattern: This<'_>, args: Args<'_>) -> PyResult {
    replaced(pattern, args, &SUB).map(|(text, _)| text)
}

fn subn(pattern: This<'_>, args: Args<'_>) -> PyResult {
    let (text, count) = replaced(pattern, args, &SUBN)?;
    tuple::pack(&[text.op(), int::from_usize(count)?.op()])
}

/// `SRE_Scanner`: searches on from where the last search ended.
pub struct Scanner {
    pattern: Owned<Native<Pattern>>,
    subject: RefCell<Option<Subject>>,
    pos: usize,
    endpos: usize,
    /// Where the next search begins, and whether it must not be empty there.
    next: Cell<usize>,
    must_advance: Cell<bool>,
    executing: Cell<bool>,
}

impl Contents for Scanner {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut SCANNER_TYPE
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.pattern.as_object_ptr());
        if let Some(subject) = &*self.subject.borrow() {
            visitor.visit(subject.op.as_object_ptr());
        }
    }
}

fn new_scanner(pattern: This<'_>, search: Search) -> PyResult<Owned<Native<Scanner>>> {
    native::new(Scanner {
        pattern: pattern.to_owned(),
        pos: search.pos,
        endpos: search.endpos,
        next: Cell::new(search.pos),
        must_advance: Cell::new(false),
        executing: Cell::new(false),
        subject: RefCell::new(Some(search.subject)),
    })
}

fn scanner(pattern: This<'_>, args: Args<'_>) -> PyResult<Owned<Native<Scanner>>> {
    let search = start(pattern, args, &SCANNER)?;
    new_scanner(pattern, search)
}

fn scan(scanner: Borrowed<'_, Native<Scanner>>, mode: Mode) -> PyResult {
    let this = &scanner.value;
    if this.executing.replace(true) {
        return Err(raise!(ValueError, "regular expression scanner already executing"));
    }
    let result = scan_once(this, mode);
    this.executing.set(false);
    result
}

fn scan_once(this: &Scanner, mode: Mode) -> PyResult {
    let held = this.subject.borrow();
    let Some(subject) = &*held else {
        return Ok(singletons::new_none());
    };
    let (from, groups) = (this.next.get(), this.pattern.value.groups);
    let found = if from > this.endpos {
        None
    } else {
        with_drive!(subject.units(), |drive| {
            let mut request = Request::new(drive, from, this.endpos, &this.pattern.value.codes, false);
            request.must_advance = this.must_advance.get();
            let mut state = State::default();
            let hit = if mode == Mode::Search { state.search(request) } else { state.py_match(&request) };
            hit.then(|| Found::new(&state, groups))
        })
    };
    let Some(found) = found else {
        // Once nothing is found the scanner is at its end.
        drop(held);
        drop(this.subject.take());
        return Ok(singletons::new_none());
    };
    let (start, end) = found.whole();
    this.must_advance.set(start == end);
    this.next.set(end);
    let bounds = (this.pos, this.endpos);
    let copy = Subject::new(subject.op.op())?;
    let made = Match::new(copy, this.pattern.clone(), bounds, found.last_index, found.spans);
    native::new(made).map(Owned::into_object)
}

fn scanner_match(scanner: Borrowed<'_, Native<Scanner>>) -> PyResult {
    scan(scanner, Mode::Match)
}

fn scanner_search(scanner: Borrowed<'_, Native<Scanner>>) -> PyResult {
    scan(scanner, Mode::Search)
}

fn scanner_pattern(scanner: Borrowed<'_, Native<Scanner>>) -> PyResult<Owned<Native<Pattern>>> {
    Ok(scanner.value.pattern.clone())
}

fn finditer(pattern: This<'_>, args: Args<'_>) -> PyResult {
    let search = start(pattern, args, &FINDITER)?;
    let scanner = new_scanner(pattern, search)?;
    let search = object::get_attr_str(scanner.op(), "search")?;
    iter::new_callable_iterator(search.op(), singletons::none())
}

fn itself(pattern: This<'_>) -> PyResult<Owned<Native<Pattern>>> {
    Ok(pattern.to_owned())
}

fn deepcopy(pattern: This<'_>, _memo: Op<'_>) -> PyResult<Owned<Native<Pattern>>> {
    Ok(pattern.to_owned())
}

fn pattern_of(pattern: This<'_>) -> PyResult {
    Ok(pattern.value.pattern.clone())
}

fn flags(pattern: This<'_>) -> PyResult {
    int::from_i64(i64::from(pattern.value.flags))
}

fn groups(pattern: This<'_>) -> PyResult {
    int::from_usize(pattern.value.groups)
}

fn groupindex(pattern: This<'_>) -> PyResult {
    dict::new_proxy(pattern.value.group_index.op())
}

const FLAG_NAMES: [(i32, &str); 7] = [
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];
const UNICODE: i32 = 32;

fn repr(pattern: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let value = &pattern.value;
    let mut flags = value.flags;
    // Text patterns are Unicode ones unless they say otherwise.
    if value.is_bytes == Some(false) && flags & (4 | UNICODE | 256) == UNICODE {
        flags &= !UNICODE;
    }
    let mut names = Vec::new();
    for (flag, name) in FLAG_NAMES {
        if flags & flag != 0 {
            names.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        names.push(format!("0x{flags:x}"));
    }
    let source = object::repr(value.pattern.op())?;
    let mut builder = Builder::new();
    builder.push_str("re.compile(");
    let units = str::units(source.borrow());
    builder.push_units(units.slice(0, units.len().min(200)));
    if !names.is_empty() {
        builder.push_str(", ");
        builder.push_str(&names.join("|"));
    }
    builder.push_str(")");
    builder.finish()
}

fn hash(pattern: This<'_>) -> PyResult<Py_hash_t> {
    let value = &pattern.value;
    let codes: Vec<u8> = value.codes.iter().flat_map(|code| code.to_ne_bytes()).collect();
    let hash = hashing::hash_bytes(&codes) ^ object::hash(value.pattern.op())?;
    Ok(hash ^ value.flags as isize ^ isize::from(value.is_bytes == Some(true)) ^ value.groups as isize)
}

fn rich_compare(pattern: This<'_>, other: Op<'_>, op: core::ffi::c_int) -> PyResult {
    let Some(other) = other.downcast::<Native<Pattern>>().filter(|_| matches!(op, Py_EQ | Py_NE)) else {
        return Ok(singletons::new_not_implemented());
    };
    let (a, b) = (&pattern.value, &other.value);
    let same = pattern.is(other)
        || (a.flags == b.flags
            && a.is_bytes == b.is_bytes
            && a.groups == b.groups
            && a.codes == b.codes
            // Patterns of bytes and of text are told apart without a comparison that warns.
            && object::equal(a.pattern.op(), b.pattern.op())?);
    Ok(singletons::new_bool(same == (op == Py_EQ)))
}

static METHODS: [PyMethodDef; 13] = [
    method::keywords(c"match", match_, c"match($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatches at the beginning."),
    method::keywords(c"fullmatch", fullmatch, c"fullmatch($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatches all of the string."),
    method::keywords(c"search", search, c"search($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatches at the first place possible."),
    method::keywords(c"sub", sub, c"sub($self, /, repl, string, count=0)\n--\n\nThe string with what matches replaced."),
    method::keywords(c"subn", subn, c"subn($self, /, repl, string, count=0)\n--\n\nThe string with what matches replaced, and how often that was."),
    method::keywords(c"findall", findall, c"findall($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nAll that matches."),
    method::keywords(c"split", split, c"split($self, /, string, maxsplit=0)\n--\n\nThe string split by what matches."),
    method::keywords(c"finditer", finditer, c"finditer($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nAn iterator over all matches."),
    method::keywords(c"scanner", scanner, c"scanner($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nAn object that searches on and on."),
    method::noargs(c"__copy__", itself, c"__copy__($self, /)\n--\n\n"),
    method::o(c"__deepcopy__", deepcopy, c"__deepcopy__($self, memo, /)\n--\n\n"),
    method::class_o(c"__class_getitem__", matches::class_getitem, c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585."),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 5] = [
    getset::get(c"pattern", pattern_of, c"What was compiled."),
    getset::get(c"flags", flags, c"The flags."),
    getset::get(c"groups", groups, c"How many groups there are."),
    getset::get(c"groupindex", groupindex, c"The numbers of the named groups."),
    PyGetSetDef::EMPTY,
];

static mut PATTERN: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_hash: slot::hash(hash),
    tp_doc: c"A compiled regular expression.".as_ptr(),
    tp_richcompare: slot::richcompare(rich_compare),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    ..native::type_object::<Pattern>(c"re.Pattern")
};

static SCANNER_METHODS: [PyMethodDef; 3] = [
    method::noargs(c"match", scanner_match, c"match($self, /)\n--\n\nMatches where the last match ended."),
    method::noargs(
        c"search",
        scanner_search,
        c"search($self, /)\n--\n\nSearches from where the last match ended.",
    ),
    PyMethodDef::EMPTY,
];

static SCANNER_GETSET: [PyGetSetDef; 2] =
    [getset::get(c"pattern", scanner_pattern, c"The pattern."), PyGetSetDef::EMPTY];

static mut SCANNER_TYPE: PyTypeObject = PyTypeObject {
    tp_methods: (&raw const SCANNER_METHODS).cast_mut().cast(),
    tp_getset: (&raw const SCANNER_GETSET).cast_mut().cast(),
    ..native::type_object::<Scanner>(c"_sre.SRE_Scanner")
};
