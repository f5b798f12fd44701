//! The settings by name, as C code asks for them while the program runs (`PyConfig_Get`, `PyConfig_Set`).
//!
//! Options with an attribute or a flag in `sys` live there: what a program has set is what is given.
//! The others come from the configuration; the few of those that can be set are kept in `changed`.

use core::cell::RefCell;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, codecs, dict, int, list, object, raise, set, singletons, state, str, structseq,
};

use crate::config::{Config, Program};
use crate::runtime::{config, runtime};
use crate::sys;

/// Where an option's value is.
enum Place {
    /// An attribute of `sys`, in which this kind of value can be put.
    Attribute(&'static str, Kind),
    /// Like that, and cannot be set.
    FixedAttribute(&'static str),
    /// A field of `sys.flags` that is a truth value.
    Flag(usize),
    /// A field of `sys.flags` that is a number.
    Number(usize),
    /// A field of `sys.flags` that says the opposite.
    NotFlag(usize),
    /// A number that can be set: `changed`, or the configuration.
    Setting(fn(&Config) -> i32),
    /// The configuration.
    Fixed(fn(&Config) -> PyResult),
}
use Place::*;

/// What an attribute of `sys` holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    OptionalText,
    Texts,
    TextsByName,
}
use Kind::*;

#[derive(Default)]
pub struct State {
    changed: RefCell<Vec<(&'static str, i32)>>,
}

fn truth(value: bool) -> PyResult {
    Ok(singletons::new_bool(value))
}

fn number(value: impl Into<i64>) -> PyResult {
    int::from_i64(value.into())
}

fn text(value: &str) -> PyResult {
    Ok(str::from_str(value)?.into_object())
}

fn path(value: Option<&OsString>) -> PyResult {
    match value {
        Some(value) => Ok(str::decode_fs_default(value.as_bytes())?.into_object()),
        None => Ok(singletons::new_none()),
    }
}

fn optional_text(value: Option<&str>) -> PyResult {
    value.map_or_else(|| Ok(singletons::new_none()), text)
}

/// An attribute of the stream that `sys` was given at start.
fn of_stdin(name: &str) -> PyResult {
    match sys::get_object("__stdin__")? {
        Some(stream) if !stream.op().is_none() => object::get_attr_str(stream.op(), name),
        _ => text(if name == "encoding" { "utf-8" } else { "strict" }),
    }
}

/// Every option, those that can be set first.
#[rustfmt::skip]
static OPTIONS: &[(&str, Place)] = &[
    ("argv", Attribute("argv", Texts)),
    ("base_exec_prefix", Attribute("base_exec_prefix", OptionalText)),
    ("base_executable", Attribute("_base_executable", OptionalText)),
    ("base_prefix", Attribute("base_prefix", OptionalText)),
    ("bytes_warning", Number(9)),
    ("cpu_count", Setting(|config| config.cpu_count)),
    ("exec_prefix", Attribute("exec_prefix", OptionalText)),
    ("executable", Attribute("executable", OptionalText)),
    ("inspect", Flag(1)),
    ("int_max_str_digits", Setting(|_| state::interp().int_max_str_digits.get())),
    ("interactive", Flag(2)),
    ("module_search_paths", Attribute("path", Texts)),
    ("optimization_level", Number(3)),
    ("parser_debug", Flag(0)),
    ("platlibdir", Attribute("platlibdir", Text)),
    ("prefix", Attribute("prefix", OptionalText)),
    ("pycache_prefix", Attribute("pycache_prefix", OptionalText)),
    ("quiet", Flag(10)),
    ("stdlib_dir", Attribute("_stdlib_dir", OptionalText)),
    ("use_environment", NotFlag(7)),
    ("verbose", Number(8)),
    ("warnoptions", Attribute("warnoptions", Texts)),
    ("write_bytecode", NotFlag(DONT_WRITE_BYTECODE)),
    ("xoptions", Attribute("_xoptions", TextsByName)),
    ("buffered_stdio", Fixed(|config| truth(!config.unbuffered))),
    ("check_hash_pycs_mode", Fixed(|config| text(&config.check_hash_pycs))),
    ("code_debug_ranges", Fixed(|config| truth(config.debug_ranges))),
    ("configure_c_stdio", Fixed(|_| truth(true))),
    ("dev_mode", Fixed(|config| truth(config.dev_mode))),
    ("dump_refs", Fixed(|_| truth(false))),
    ("dump_refs_file", Fixed(|_| path(None))),
    ("faulthandler", Fixed(|config| truth(config.faulthandler))),
    ("filesystem_encoding", Fixed(|_| text(codecs::file_system_encoding()))),
    ("filesystem_errors", Fixed(|_| text("surrogateescape"))),
    ("hash_seed", Fixed(|config| number(config.hash_seed.unwrap_or(0)))),
    ("home", Fixed(|config| path(config.home.as_ref()))),
    ("thread_inherit_context", Fixed(|config| number(config.thread_inherit_context))),
    ("context_aware_warnings", Fixed(|_| number(0))),
    ("import_time", Fixed(|config| number(config.import_time))),
    ("install_signal_handlers", Fixed(|config| truth(config.install_signal_handlers))),
    ("isolated", Fixed(|config| truth(config.isolated))),
    ("malloc_stats", Fixed(|_| truth(false))),
    ("orig_argv", FixedAttribute("orig_argv")),
    ("parse_argv", Fixed(|_| truth(true))),
    ("pathconfig_warnings", Fixed(|_| truth(true))),
    ("perf_profiling", Fixed(|_| number(0))),
    ("remote_debug", Fixed(|_| truth(false))),
    ("program_name", Fixed(|config| path(config.orig_argv.first()))),
    ("run_command", Fixed(|config| match &config.program { Program::Command(command) => optional_text(Some(command)), _ => optional_text(None) })),
    ("run_filename", Fixed(|config| match &config.program { Program::File(file) => path(Some(file)), _ => path(None) })),
    ("run_module", Fixed(|config| match &config.program { Program::Module(module) => optional_text(Some(module)), _ => optional_text(None) })),
    ("safe_path", Fixed(|config| truth(config.safe_path))),
    ("show_ref_count", Fixed(|_| truth(false))),
    ("site_import", Fixed(|config| truth(config.site_import))),
    ("skip_source_first_line", Fixed(|config| truth(config.skip_first_line))),
    ("stdio_encoding", Fixed(|_| of_stdin("encoding"))),
    ("stdio_errors", Fixed(|_| of_stdin("errors"))),
    ("tracemalloc", Fixed(|config| number(config.tracemalloc))),
    ("use_frozen_modules", Fixed(|config| truth(config.frozen_modules))),
    ("use_hash_seed", Fixed(|config| truth(config.hash_seed.is_some()))),
    ("user_site_directory", Fixed(|config| truth(config.user_site))),
    ("warn_default_encoding", Fixed(|config| truth(config.warn_default_encoding))),
    ("allocator", Fixed(|_| number(0))),
    ("coerce_c_locale", Fixed(|config| truth(config.coerced_c_locale))),
    ("coerce_c_locale_warn", Fixed(|config| truth(config.coerce_c_locale_warn))),
    ("configure_locale", Fixed(|_| truth(true))),
    ("utf8_mode", Fixed(|config| truth(config.utf8_mode))),
];

const DONT_WRITE_BYTECODE: usize = 4;
const BYTES_WARNING: usize = 9;
const MAX_STR_DIGITS: usize = 17;

fn find(name: &str) -> PyResult<&'static (&'static str, Place)> {
    OPTIONS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| raise!(ValueError, "unknown config option name: {name}"))
}

fn required(attribute: &str) -> PyResult {
    sys::get_object(attribute)?.ok_or_else(|| raise!(RuntimeError, "lost sys.{attribute}"))
}

fn flag(index: usize) -> PyResult {
    Ok(structseq::get_item(required("flags")?.op(), index))
}

/// What an option that is no attribute has been set to, or `otherwise`.
pub fn changed(name: &str, otherwise: i32) -> i32 {
    let changed = runtime().config_options.changed.borrow();
    changed.iter().find(|(known, _)| *known == name).map_or(otherwise, |(_, value)| *value)
}

fn keep(name: &'static str, value: i32) {
    let mut changed = runtime().config_options.changed.borrow_mut();
    changed.retain(|(known, _)| *known != name);
    changed.push((name, value));
}

/// The value of an option (`PyConfig_Get`).
///
/// # Errors
/// There is no such option, or a program has deleted the attribute it lives in.
pub fn get(name: &str) -> PyResult {
    let (name, place) = find(name)?;
    match place {
        Attribute(attribute, _) | FixedAttribute(attribute) => required(attribute),
        Number(index) => flag(*index),
        Flag(index) => truth(object::is_true(flag(*index)?.op())?),
        NotFlag(DONT_WRITE_BYTECODE) => truth(!object::is_true(required("dont_write_bytecode")?.op())?),
        NotFlag(index) => truth(!object::is_true(flag(*index)?.op())?),
        Setting(value) => number(changed(name, value(config()))),
        Fixed(value) => value(config()),
    }
}

/// The names of all options as a `frozenset` (`PyConfig_Names`).
pub fn names() -> PyResult {
    let names = OPTIONS.iter().map(|(name, _)| text(name)).collect::<PyResult<Vec<_>>>()?;
    Ok(set::new_frozen(Some(list::from_vec(names)?.op()))?.into_object())
}

/// Sets an option (`PyConfig_Set`).
///
/// # Errors
/// There is no such option, it cannot be set, or not to this.
pub fn set(name: &str, value: Op<'_>) -> PyResult<()> {
    sys::audit("cpython.PyConfig_Set", &[text(name)?.op(), value])?;
    let (name, place) = find(name)?;
    match place {
        Fixed(_) | FixedAttribute(_) => Err(raise!(ValueError, "cannot set read-only option {name}")),
        Attribute(attribute, kind) => {
            check(value, *kind)?;
            sys::set_object(attribute, Some(value))
        }
        Setting(_) if *name == "int_max_str_digits" => {
            let digits = number_of(value, true)?;
            sys::set_max_str_digits(digits)?;
            set_flag(MAX_STR_DIGITS, number(digits)?)
        }
        Setting(_) => {
            keep(name, number_of(value, false)?);
            Ok(())
        }
        Number(index) => {
            let given = number_of(value, true)?;
            if *index == BYTES_WARNING {
                state::interp().bytes_warning.set(given);
            }
            keep(name, given);
            set_flag(*index, number(given)?)
        }
        Flag(index) => {
            let given = i32::from(number_of(value, true)? != 0);
            keep(name, given);
            set_flag(*index, number(given)?)
        }
        NotFlag(index) => {
            let opposite = singletons::new_bool(number_of(value, true)? == 0);
            if *index == DONT_WRITE_BYTECODE {
                sys::set_object("dont_write_bytecode", Some(opposite.op()))?;
            }
            set_flag(*index, opposite)
        }
    }
}

/// Gives `sys` other flags, which are the old ones but for one.
fn set_flag(index: usize, value: Object) -> PyResult<()> {
    let old = required("flags")?;
    let new = structseq::new(old.op().ob_type())?;
    for other in 0..structseq::field_count(old.op()) {
        structseq::set_item(new.op(), other, structseq::get_item(old.op(), other));
    }
    structseq::set_item(new.op(), index, value);
    sys::set_object("flags", Some(new.op()))
}

fn number_of(value: Op<'_>, natural: bool) -> PyResult<i32> {
    if !value.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "expected int or bool, got {}", value.type_name()));
    }
    let given = int::as_i32(value)?;
    if natural && given < 0 {
        return Err(raise!(ValueError, "value must be >= 0"));
    }
    Ok(given)
}

fn check(value: Op<'_>, kind: Kind) -> PyResult<()> {
    let refuse = |wanted: &str| Err(raise!(TypeError, "expected {wanted}, got {}", value.type_name()));
    match kind {
        Text if !value.is_exact::<PyUnicodeObject>() => refuse("str"),
        OptionalText if !value.is_none() && !value.is_exact::<PyUnicodeObject>() => refuse("str or None"),
        Text | OptionalText => Ok(()),
        Texts => {
            let Some(items) = value.downcast::<PyListObject>() else { return refuse("list[str]") };
            for (index, item) in list::to_vec(items).iter().enumerate() {
                if !item.op().is_instance::<PyUnicodeObject>() {
                    let given = item.op().type_name();
                    return Err(raise!(TypeError, "expected str, list item {index} has type {given}"));
                }
            }
            Ok(())
        }
        TextsByName => {
            let Some(items) = value.downcast::<PyDictObject>() else {
                return refuse("dict[str, str | bool]");
            };
            let mut position = 0;
            while let Some((key, item, _)) = dict::next(items, &mut position) {
                if !key.is_instance::<PyUnicodeObject>() {
                    return Err(raise!(TypeError, "expected str, got dict key type {}", key.type_name()));
                }
                if !item.is_instance::<PyUnicodeObject>() && !adder_object_model::bool::check(item) {
                    return Err(raise!(
                        TypeError,
                        "expected str or bool, got dict value type {}",
                        key.type_name()
                    ));
                }
            }
            Ok(())
        }
    }
}
