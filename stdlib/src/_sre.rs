//! The `_sre` module: running compiled regular expressions.
//!
//! `re` compiles patterns into codes; the engine (`rustpython-sre_engine`) runs them.
//!
//!  - `subject`: what is searched. `pattern`: `re.Pattern` and its scanner.
//!  - `matches`: `re.Match`. `template`: replacement templates.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, PyResult, Signature, int, list, method, module, raise, str, type_object, unicode_data,
};

pub mod matches;
pub mod pattern;
pub mod subject;
pub mod template;

use crate::native::{self, Contents};
use matches::Match;
use pattern::{Pattern, Scanner};
use template::Template;

const COMPILE: Signature<6> =
    Signature::new("compile", ["pattern", "flags", "code", "groups", "groupindex", "indexgroup"]).required(6);

fn compile(_: Op<'_>, args: Args<'_>) -> PyResult {
    let given = args.parse(&COMPILE)?;
    let [pattern, flags, code, groups, group_index, index_group] = given.map(|op| op.expect("required"));
    let Some(code) = code.downcast::<PyListObject>() else {
        return Err(raise!(TypeError, "compile() argument 'code' must be list, not {}", code.type_name()));
    };
    if !group_index.is_instance::<PyDictObject>() {
        let given = group_index.type_name();
        return Err(raise!(TypeError, "compile() argument 'groupindex' must be dict, not {given}"));
    }
    if !index_group.is_instance::<PyTupleObject>() {
        let given = index_group.type_name();
        return Err(raise!(TypeError, "compile() argument 'indexgroup' must be tuple, not {given}"));
    }
    let mut codes = Vec::with_capacity(list::len(code));
    while let Some(item) = list::get(code, codes.len()) {
        let value = int::as_u64(item.op())?;
        let Ok(value) = u32::try_from(value) else {
            return Err(raise!(OverflowError, "regular expression code size limit exceeded"));
        };
        codes.push(value);
    }
    let is_bytes = match pattern {
        none if none.is_none() => None,
        text if text.is_instance::<PyUnicodeObject>() => Some(false),
        other => {
            subject::Subject::new(other)?;
            Some(true)
        }
    };
    let pattern = Pattern {
        pattern: pattern.to_owned(),
        flags: int::as_i32(flags)?,
        codes,
        groups: int::as_isize(groups)?.max(0) as usize,
        group_index: group_index.to_owned(),
        index_group: index_group.to_owned(),
        is_bytes,
    };
    native::new(pattern).map(|made| made.into_object())
}

fn template(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [_pattern, parts] = args.exactly::<2>("template")?;
    native::new(Template::new(parts)?).map(|made| made.into_object())
}

fn getcodesize(_: Op<'_>) -> PyResult {
    int::from_usize(rustpython_sre_engine::CODESIZE)
}

fn character(op: Op<'_>) -> PyResult<u32> {
    Ok(int::as_i32(op)? as u32)
}

/// Whether a character and its other case differ, in ASCII.
fn ascii_iscased(_: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    Ok(u8::try_from(character(op)?).is_ok_and(|byte| byte.is_ascii_alphabetic()))
}

fn ascii_tolower(_: Op<'_>, op: Op<'_>) -> PyResult {
    let point = character(op)?;
    int::from_u64(u64::from(u8::try_from(point).map_or(point, |byte| u32::from(byte.to_ascii_lowercase()))))
}

fn unicode_iscased(_: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    let point = character(op)?;
    Ok(unicode_data::to_lower(point).first() != point || unicode_data::to_upper(point).first() != point)
}

fn unicode_tolower(_: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_u64(u64::from(unicode_data::to_lower(character(op)?).first()))
}

static METHODS: [PyMethodDef; 8] = [
    method::keywords(c"compile", compile, c"compile($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)\n--\n\nMakes a pattern of codes."),
    method::positional(c"template", template, c"template($module, pattern, template, /)\n--\n\nMakes a replacement template of its parts."),
    method::noargs(c"getcodesize", getcodesize, c"getcodesize($module, /)\n--\n\nThe bytes of one code."),
    method::o(c"ascii_iscased", ascii_iscased, c"ascii_iscased($module, character, /)\n--\n\nWhether an ASCII character has another case."),
    method::o(c"ascii_tolower", ascii_tolower, c"ascii_tolower($module, character, /)\n--\n\nThe lower case of an ASCII character."),
    method::o(c"unicode_iscased", unicode_iscased, c"unicode_iscased($module, character, /)\n--\n\nWhether a character has another case."),
    method::o(c"unicode_tolower", unicode_tolower, c"unicode_tolower($module, character, /)\n--\n\nThe lower case of a character."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    for tp in [Pattern::type_ref(), Match::type_ref(), Scanner::type_ref(), Template::type_ref()] {
        type_object::ready(tp)?;
    }
    let module = module::new("_sre")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    let constants = [
        ("MAGIC", rustpython_sre_engine::SRE_MAGIC),
        ("CODESIZE", rustpython_sre_engine::CODESIZE),
        ("MAXREPEAT", rustpython_sre_engine::MAXREPEAT),
        ("MAXGROUPS", 1_073_741_823),
    ];
    for (name, value) in constants {
        module::add_object(module.op(), name, int::from_usize(value)?.op())?;
    }
    let copyright = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ";
    module::add_object(module.op(), "copyright", str::from_str(copyright)?.op())?;
    Ok(module)
}
