//! `layouts`: the tables of layouts and constants, held against CPython's real headers.
//!
//! The tables in `object_model/tests/data` are what the runtime's structs are tested
//! against. Here the C compiler confirms them: each row becomes an assertion about
//! `sizeof`, `_Alignof` or `offsetof`, one per line, and the lines it complains of are
//! the rows that are wrong. Run it when the pinned CPython version changes.
//!
//! A name may be a typedef or a tag, and some have no declaration in any header, so each
//! struct is asked about under both spellings, and the better answer counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::{Outcome, read};

const TABLES: &str = "object_model/tests/data";

pub fn run(root: &Path, arguments: &[String]) -> Outcome {
    let default = root.join("env/include/python3.14");
    let headers = arguments.first().map_or(default, Into::into);
    if !headers.join("Python.h").exists() {
        return Err(format!("{} has no Python.h; `make headers` puts it there", headers.display()));
    }
    let tables = root.join(TABLES);
    let layouts = Layout::parse_table(&read(&tables.join("layouts.tsv"))?)?;
    let constants = Constant::parse_table(&read(&tables.join("constants.tsv"))?)?;
    let program = Program::new(&layouts, &constants);
    let complaints = compile(&program.text, &headers)?;
    Ok(program.judge(&complaints))
}

/// A row of `layouts.tsv`: a struct (no field), or a field of one.
#[derive(Debug, PartialEq)]
struct Layout {
    name: String,
    field: String,
    offset: u64,
    /// None for an array whose length the struct does not say.
    size: Option<u64>,
    header: String,
    align: Option<u64>,
    is_bit_field: bool,
}

impl Layout {
    fn parse_table(text: &str) -> Result<Vec<Self>, String> {
        rows(text).map(|row| Self::parse(&row).ok_or(format!("layouts.tsv: {row:?}"))).collect()
    }

    fn parse(row: &[&str]) -> Option<Self> {
        let &[name, field, offset, size, header, align, bits] = row else { return None };
        Some(Layout {
            name: name.to_string(),
            field: field.to_string(),
            offset: offset.parse().ok()?,
            size: size.parse().ok(),
            header: header.to_string(),
            align: align.parse().ok(),
            is_bit_field: !bits.is_empty(),
        })
    }

    /// Whether a header declares it; the others are written down from CPython's own sources.
    fn is_declared(&self) -> bool {
        self.header.ends_with(".h")
    }

    /// The assertion, with the struct spelled as `c_name`. C cannot take a bit field's offset.
    fn assertion(&self, c_name: &str) -> Option<String> {
        let (field, offset) = (&self.field, self.offset);
        if self.is_bit_field {
            return None;
        }
        let mut facts = Vec::new();
        if !field.is_empty() {
            facts.push(format!("offsetof({c_name}, {field}) == {offset}"));
        }
        match self.size {
            Some(size) if field.is_empty() => facts.push(format!("sizeof({c_name}) == {size}")),
            Some(size) => facts.push(format!("sizeof((({c_name} *)0)->{field}) == {size}")),
            None => {}
        }
        if let (true, Some(align)) = (field.is_empty(), self.align) {
            facts.push(format!("_Alignof({c_name}) == {align}"));
        }
        Some(format!("_Static_assert({}, \"\");", facts.join(" && ")))
    }
}

/// A row of `constants.tsv`: a macro or enumerator.
struct Constant {
    name: String,
    value: String,
    header: String,
}

impl Constant {
    fn parse_table(text: &str) -> Result<Vec<Self>, String> {
        rows(text)
            .map(|row| match row[..] {
                [name, value, header] => Ok(Constant {
                    name: name.to_string(),
                    value: value.to_string(),
                    header: header.to_string(),
                }),
                _ => Err(format!("constants.tsv: {row:?}")),
            })
            .collect()
    }

    /// The assertion; none for strings, sizes of types, and what was read from a running interpreter.
    fn assertion(&self) -> Option<String> {
        let number: i128 = self.value.parse().ok()?;
        if !self.header.ends_with(".h") || !self.name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let suffix = if number > i128::from(i64::MAX) { "ULL" } else { "" };
        Some(format!("_Static_assert(({}) == {number}{suffix}, \"\");", self.name))
    }
}

/// The cells of each row below the heading.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split('\t').collect())
}

/// A C program of assertions, and what each line of it is about.
struct Program {
    text: String,
    /// Line number -> (row, spelling).
    subjects: BTreeMap<usize, (String, usize)>,
    not_asked: usize,
}

impl Program {
    fn new(layouts: &[Layout], constants: &[Constant]) -> Self {
        let mut program = Program { text: String::new(), subjects: BTreeMap::new(), not_asked: 0 };
        program.include(layouts.iter().map(|l| &l.header).chain(constants.iter().map(|c| &c.header)));
        for layout in layouts {
            let row = format!("{} {}", layout.name, layout.field).trim_end().to_string();
            let spellings = [layout.name.clone(), format!("struct {}", layout.name)];
            let assertions = spellings.iter().map(|name| layout.assertion(name)).collect();
            program.ask(&row, if layout.is_declared() { assertions } else { Vec::new() });
        }
        for constant in constants {
            program.ask(&constant.name, vec![constant.assertion()]);
        }
        program
    }

    fn include<'a>(&mut self, headers: impl Iterator<Item = &'a String>) {
        self.text.push_str("#define Py_BUILD_CORE 1\n#include <stddef.h>\n#include <Python.h>\n");
        // Headers in cpython/ come in through their public twins.
        let extra: BTreeSet<_> =
            headers.filter(|h| h.ends_with(".h") && !h.starts_with("cpython/")).collect();
        for header in extra {
            let _ = writeln!(self.text, "#include \"{header}\"");
        }
        for header in ["frameobject.h", "datetime.h", "structmember.h"] {
            let _ = writeln!(self.text, "#include \"{header}\"");
        }
    }

    fn ask(&mut self, row: &str, assertions: Vec<Option<String>>) {
        let mut asked = false;
        for (spelling, assertion) in assertions.into_iter().enumerate() {
            if let Some(assertion) = assertion {
                let line = self.text.lines().count() + 1;
                let _ = writeln!(self.text, "{assertion}");
                self.subjects.insert(line, (row.to_string(), spelling));
                asked = true;
            }
        }
        self.not_asked += usize::from(!asked);
    }

    /// Prints the rows that no spelling confirms, and says whether there are none.
    fn judge(&self, complaints: &BTreeMap<usize, String>) -> bool {
        let mut confirmed = BTreeSet::new();
        let mut refuted: BTreeMap<&str, &str> = BTreeMap::new();
        for (line, (row, _)) in &self.subjects {
            match complaints.get(line) {
                None => {
                    confirmed.insert(row.as_str());
                }
                Some(complaint) => {
                    let kept = refuted.entry(row).or_insert(complaint);
                    // An assertion that failed says more than a name that is not known.
                    if complaint.contains("static assertion failed") {
                        *kept = complaint;
                    }
                }
            }
        }
        refuted.retain(|row, _| !confirmed.contains(row));
        for (row, complaint) in &refuted {
            println!("{row}: {complaint}");
        }
        println!(
            "{} rows confirmed by the headers, {} refuted, {} that C cannot be asked about",
            confirmed.len(),
            refuted.len(),
            self.not_asked
        );
        refuted.is_empty()
    }
}

/// The compiler's complaints by line. Complaints elsewhere than in the program mean that the headers are broken.
fn compile(text: &str, headers: &Path) -> Result<BTreeMap<usize, String>, String> {
    let folder = std::env::temp_dir().join(format!("adder-layouts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let source = folder.join("probe.c");
    std::fs::write(&source, text).map_err(|error| error.to_string())?;
    let output = Command::new("cc")
        .args(["-std=gnu11", "-fsyntax-only", "-fmax-errors=0", "-w"])
        .arg("-I")
        .arg(headers)
        .arg("-I")
        .arg(headers.join("internal"))
        .arg(&source)
        .output()
        .map_err(|error| format!("cc: {error}"));
    let _ = std::fs::remove_dir_all(&folder);
    let said = String::from_utf8_lossy(&output?.stderr).into_owned();
    complaints_in(&said, &source.display().to_string())
}

fn complaints_in(said: &str, source: &str) -> Result<BTreeMap<usize, String>, String> {
    let mut complaints: BTreeMap<usize, String> = BTreeMap::new();
    for line in said.lines() {
        let Some((place, message)) =
            line.split_once(": error: ").or_else(|| line.split_once(": fatal error: "))
        else {
            continue;
        };
        let number = place
            .strip_prefix(source)
            .and_then(|rest| rest.trim_start_matches(':').split(':').next())
            .and_then(|number| number.parse().ok())
            .ok_or(format!("the headers do not compile: {line}"))?;
        complaints.entry(number).or_insert_with(|| message.to_string());
    }
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "struct\tfield\toffset\tsize\theader\talign\tbits\n\
        Good\t\t0\t16\ta.h\t8\t\nGood\tb\t8\t4\ta.h\t4\t\nGood\tbit\t8\t0\ta.h\t\t0+3\nHidden\t\t0\t8\topaque\t\t\n";

    #[test]
    fn rows_become_assertions() {
        let layouts = Layout::parse_table(TABLE).unwrap();
        assert_eq!(
            layouts[0].assertion("Good").unwrap(),
            "_Static_assert(sizeof(Good) == 16 && _Alignof(Good) == 8, \"\");"
        );
        assert!(layouts[1].assertion("Good").unwrap().contains("offsetof(Good, b) == 8"));
        assert_eq!(layouts[2].assertion("Good"), None);
        assert!(!layouts[3].is_declared());
        assert!(Layout::parse_table("heading\nonly\ttwo\n").is_err());
    }

    #[test]
    fn one_good_spelling_confirms_a_row() {
        let program = Program::new(&Layout::parse_table(TABLE).unwrap(), &[]);
        let lines: Vec<usize> = program.subjects.keys().copied().collect();
        assert_eq!(lines.len(), 4);
        let unknown = |line: &usize| (*line, "unknown type name".to_string());
        // The spelling with `struct` is unknown for both rows, the typedef is fine.
        assert!(program.judge(&[unknown(&lines[1]), unknown(&lines[3])].into()));
        assert!(!program.judge(&[unknown(&lines[0]), unknown(&lines[1])].into()));
        assert_eq!(program.not_asked, 2);
    }

    #[test]
    fn complaints_are_read_from_what_the_compiler_says() {
        let said =
            "p.c: In function:\np.c:12:5: error: static assertion failed: \"\"\np.c:12:9: error: other\n";
        assert_eq!(complaints_in(said, "p.c").unwrap()[&12], "static assertion failed: \"\"");
        assert!(complaints_in("Python.h:3:1: error: broken\n", "p.c").is_err());
    }

    #[test]
    fn constants_that_are_numbers_in_headers_are_asked_about() {
        let table = "name\tvalue\theader\nA\t18446744073709551615\tx.h\nB\t\"text\"\tx.h\nC\t1\tmeasured\nsizeof(int)\t4\tx.h\n";
        let asked: Vec<_> =
            Constant::parse_table(table).unwrap().iter().filter_map(Constant::assertion).collect();
        assert_eq!(asked, ["_Static_assert((A) == 18446744073709551615ULL, \"\");"]);
    }
}
