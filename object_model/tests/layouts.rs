//! Every struct and every constant equals the probe of the real headers.
//!
//! `data/layouts.tsv` and `data/constants.tsv` were printed by programs compiled
//! against CPython 3.14's headers, or read out of a running CPython. Each row is
//! either compared here or excluded by name with the reason; a row that is
//! neither fails, and so does an entry of ours that no row knows.

#[path = "layouts/tables.rs"]
mod tables;

use adder_object_model::layout::*;
use std::collections::{BTreeMap, BTreeSet};

const LAYOUTS: &str = include_str!("data/layouts.tsv");
const CONSTANTS: &str = include_str!("data/constants.tsv");

/// Fields that Rust has no place for. Every struct is compared.
const EXCLUDED_FIELDS: &[(&str, &str, &str)] = &[
    ("PyObject", "ob_refcnt_full", "a second view of the whole first word"),
    ("PyObject", "_aligner", "there only to align the struct"),
];

/// What one of our structs or fields measures.
#[derive(Clone, Copy)]
struct Measured {
    offset: usize,
    size: usize,
    /// Of a struct only.
    align: Option<usize>,
}

type Layouts = BTreeMap<(&'static str, String), Measured>;

fn field_size<T, F>(_field: fn(*const T) -> *const F) -> usize {
    size_of::<F>()
}

/// Measures the structs and fields listed: `PyListObject { ob_base, ob_item, allocated }`.
macro_rules! measure {
    ($($name:ident { $($($field:ident).+),* $(,)? })*) => {{
        let mut measured = $crate::Layouts::new();
        $(
            measured.insert((stringify!($name), String::new()), $crate::Measured {
                offset: 0,
                size: size_of::<$name>(),
                align: Some(align_of::<$name>()),
            });
            $({
                let path = [$(stringify!($field).trim_start_matches("r#")),+].join(".");
                measured.insert((stringify!($name), path), $crate::Measured {
                    offset: core::mem::offset_of!($name, $($field).+),
                    // SAFETY: the closure is never called; only its type counts.
                    size: $crate::field_size(|base: *const $name| unsafe {
                        &raw const (*base).$($field).+
                    }),
                    align: None,
                });
            })*
        )*
        measured
    }};
}
use measure;

/// Names and values of the constants listed.
macro_rules! values {
    ($($name:ident)*) => {
        BTreeMap::from([$((stringify!($name), $name as i128)),*])
    };
}
use values;

/// The bit fields, as the masks we give them.
fn bit_fields() -> BTreeMap<(&'static str, String), u32> {
    type Text = _PyUnicodeObject_state;
    type Thread = PyThreadStateStatus;
    let mut masks = BTreeMap::new();
    for (field, mask) in [
        ("interned", Text::INTERNED),
        ("kind", Text::KIND),
        ("compact", Text::COMPACT),
        ("ascii", Text::ASCII),
        ("statically_allocated", Text::STATICALLY_ALLOCATED),
    ] {
        masks.insert(("_PyUnicodeObject_state", field.to_owned()), mask);
        masks.insert(("PyASCIIObject", format!("state.{field}")), mask);
    }
    for (field, mask) in [
        ("initialized", Thread::INITIALIZED),
        ("bound", Thread::BOUND),
        ("unbound", Thread::UNBOUND),
        ("bound_gilstate", Thread::BOUND_GILSTATE),
        ("active", Thread::ACTIVE),
        ("finalizing", Thread::FINALIZING),
        ("cleared", Thread::CLEARED),
        ("finalized", Thread::FINALIZED),
    ] {
        masks.insert(("PyThreadState", format!("_status.{field}")), mask);
    }
    masks
}

/// A row of `layouts.tsv`.
struct Row {
    name: &'static str,
    field: &'static str,
    offset: usize,
    /// Unknown for an array without a length.
    size: Option<usize>,
    align: Option<usize>,
    /// Shift and width of a bit field in the four bytes at `offset`.
    bits: Option<(u32, u32)>,
}

impl Row {
    fn parse(line: &'static str) -> Self {
        let cells: Vec<_> = line.split('\t').collect();
        let [name, field, offset, size, _header, align, bits] = cells[..] else {
            panic!("seven cells expected: {line}");
        };
        Self {
            name,
            field,
            offset: offset.parse().unwrap(),
            size: size.parse().ok(),
            align: align.parse().ok(),
            bits: bits.split_once('+').map(|(shift, width)| (shift.parse().unwrap(), width.parse().unwrap())),
        }
    }

    /// What is wrong with ours, if anything.
    fn compare(&self, ours: &Measured) -> Option<String> {
        let same_size = self.size.is_none_or(|size| size == ours.size);
        let same_align = !self.field.is_empty() || self.align.is_none_or(|align| Some(align) == ours.align);
        if self.offset == ours.offset && same_size && same_align {
            return None;
        }
        Some(format!(
            "{}.{}: offset {}, size {}, align {:?}; should be {}, {:?}, {:?}",
            self.name, self.field, ours.offset, ours.size, ours.align, self.offset, self.size, self.align,
        ))
    }
}

fn rows() -> impl Iterator<Item = Row> {
    LAYOUTS.lines().skip(1).map(Row::parse)
}

fn mask_of(shift: u32, width: u32) -> u32 {
    ((1 << width) - 1) << shift
}

fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_struct_and_field_is_where_the_headers_put_it() {
    let mut ours = tables::layouts();
    let mut masks = bit_fields();
    let mut complaints = Vec::new();
    for row in rows() {
        let key = (row.name, row.field.to_owned());
        if EXCLUDED_FIELDS.iter().any(|(name, field, _)| (*name, *field) == (row.name, row.field)) {
            continue;
        }
        if let Some((shift, width)) = row.bits {
            if masks.remove(&key) != Some(mask_of(shift, width)) {
                complaints.push(format!("{}.{}: other bits", row.name, row.field));
            }
            continue;
        }
        match ours.remove(&key) {
            Some(measured) => complaints.extend(row.compare(&measured)),
            None => complaints.push(format!("{}.{}: not compared", row.name, row.field)),
        }
    }
    complaints.extend(ours.keys().chain(masks.keys()).map(|key| format!("{key:?}: no such row")));
    expect_none(&complaints);
}

#[test]
fn every_exclusion_is_still_needed() {
    let known: BTreeSet<_> = rows().map(|row| (row.name, row.field)).collect();
    for (name, field, reason) in EXCLUDED_FIELDS {
        assert!(known.contains(&(*name, *field)), "{name}.{field} ({reason}) is in no row");
    }
}

/// `PyASCIIObject.state.ascii:bit_shift` and its like.
fn bit_field_property(name: &str) -> Option<i128> {
    let (path, property) = name.split_once(':')?;
    let field = path.strip_prefix("PyASCIIObject.")?;
    let mask = *bit_fields().get(&("PyASCIIObject", field.to_owned()))?;
    Some(match property {
        "bit_shift" => mask.trailing_zeros().into(),
        "bit_width" => mask.count_ones().into(),
        "byte_offset" => core::mem::offset_of!(PyASCIIObject, state) as i128,
        _ => return None,
    })
}

/// `sizeof(Py_ssize_t)` and its like.
fn size_of_type(name: &str) -> Option<i128> {
    let size = match name.strip_prefix("sizeof(")?.strip_suffix(')')? {
        "PyGILState_STATE" => size_of::<PyGILState_STATE>(),
        "PySendResult" => size_of::<PySendResult>(),
        "PyTime_t" => size_of::<PyTime_t>(),
        "Py_UCS1" => size_of::<Py_UCS1>(),
        "Py_UCS2" => size_of::<Py_UCS2>(),
        "Py_UCS4" => size_of::<Py_UCS4>(),
        "Py_hash_t" => size_of::<Py_hash_t>(),
        "Py_ssize_t" => size_of::<Py_ssize_t>(),
        "Py_uhash_t" => size_of::<Py_uhash_t>(),
        "digit" => size_of::<digit>(),
        "sdigit" => size_of::<sdigit>(),
        "twodigits" => size_of::<twodigits>(),
        "wchar_t" => size_of::<libc::wchar_t>(),
        _ => return None,
    };
    Some(size as i128)
}

#[test]
fn every_number_has_the_headers_value() {
    let mut ours = tables::constants();
    let mut complaints = Vec::new();
    for line in CONSTANTS.lines().skip(1) {
        let cells: Vec<_> = line.split('\t').collect();
        let [name, value, header] = cells[..] else {
            panic!("three cells expected: {line}");
        };
        // These rows tell about objects of a running CPython, and strings have no value to compare.
        if header == "measured in the running interpreter" || value.starts_with('"') {
            continue;
        }
        let found = ours.remove(name).or_else(|| bit_field_property(name)).or_else(|| size_of_type(name));
        match found {
            None => complaints.push(format!("{name}: not compared")),
            Some(found) if found != value.parse::<i128>().unwrap() => {
                complaints.push(format!("{name}: {found}, should be {value}"));
            }
            Some(_) => {}
        }
    }
    complaints.extend(ours.keys().map(|name| format!("{name}: no such row")));
    expect_none(&complaints);
}

#[test]
fn a_static_header_is_the_word_that_extensions_write() {
    let head = PyObject::STATIC_IMMORTAL;
    let word = i64::from(head.ob_refcnt) | i64::from(head.ob_overflow) << 32 | i64::from(head.ob_flags) << 48;
    assert_eq!(word, _Py_STATIC_IMMORTAL_INITIAL_REFCNT);
}

#[test]
fn static_types_and_definitions_are_in_writable_memory() {
    static TYPE: PyTypeObject = PyTypeObject::EMPTY;
    static DEFINITION: PyModuleDef = PyModuleDef::EMPTY;
    let type_object = (&raw const TYPE).cast_mut();
    let definition = (&raw const DEFINITION).cast_mut();
    // SAFETY: both are writable, and nobody else uses them.
    unsafe {
        (&raw mut (*type_object).tp_basicsize).write_volatile(16);
        (&raw mut (*definition).m_base.m_index).write_volatile(1);
        assert_eq!((&raw const (*type_object).tp_basicsize).read_volatile(), 16);
        assert_eq!((&raw const (*definition).m_base.m_index).read_volatile(), 1);
    }
}
