//! `symbols`: what compiled modules want from the executable, and what it has.
//!
//! A module loads only if each symbol it leaves undefined is found in what the process
//! has loaded. Those that begin with `Py` or `_Py` have to come from the executable; the
//! rest (libc, libm, ...) come from the libraries that the module names itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use object::{Object, ObjectSymbol};

use crate::{Outcome, files_below};

/// Names shown of the modules that want a symbol.
const MOST_EXAMPLES: usize = 3;

pub fn run(root: &Path, arguments: &[String]) -> Outcome {
    let options = Options::parse(root, arguments)?;
    let exported = Symbols::of_file(&options.executable)?.defined;
    if options.stray {
        return Ok(show_stray(&exported));
    }
    let modules = find_modules(&options.paths)?;
    if modules.is_empty() {
        return Err("name files that end in .so, or folders that hold some".to_string());
    }
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for path in &modules {
        let symbols = Symbols::of_file(path)?;
        for name in symbols.undefined.into_iter().filter(|name| is_pythons(name)) {
            if !exported.contains(&name) {
                let module = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                missing.entry(name.clone()).or_default().push(module);
            }
            wanted.insert(name);
        }
    }
    show_missing(&missing, modules.len(), wanted.len());
    Ok(missing.is_empty())
}

/// What was asked for.
struct Options {
    executable: PathBuf,
    stray: bool,
    paths: Vec<PathBuf>,
}

impl Options {
    fn parse(root: &Path, arguments: &[String]) -> Result<Self, String> {
        let mut options =
            Options { executable: root.join("target/release/adder"), stray: false, paths: Vec::new() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--exe" => {
                    options.executable = arguments.next().ok_or("--exe needs a file")?.into();
                }
                "--stray" => options.stray = true,
                option if option.starts_with('-') => {
                    return Err(format!("symbols knows no option {option}"));
                }
                path => options.paths.push(path.into()),
            }
        }
        Ok(options)
    }
}

/// The dynamic symbols of an ELF file.
struct Symbols {
    defined: BTreeSet<String>,
    undefined: BTreeSet<String>,
}

impl Symbols {
    fn of_file(path: &Path) -> Result<Self, String> {
        let complain = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let data = std::fs::read(path).map_err(|error| complain(&error))?;
        let file = object::File::parse(&*data).map_err(|error| complain(&error))?;
        let mut symbols = Symbols { defined: BTreeSet::new(), undefined: BTreeSet::new() };
        for symbol in file.dynamic_symbols() {
            let name = symbol.name().map_err(|error| complain(&error))?.to_string();
            if symbol.is_undefined() {
                // A weak reference may stay unresolved.
                if !symbol.is_weak() {
                    symbols.undefined.insert(name);
                }
            } else if symbol.is_global() {
                symbols.defined.insert(name);
            }
        }
        Ok(symbols)
    }
}

/// Whether a symbol belongs to Python's C API, and so has to come from the executable.
fn is_pythons(name: &str) -> bool {
    name.starts_with("Py") || name.starts_with("_Py")
}

/// The files named, and the `.so` files of the folders named.
fn find_modules(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut modules = Vec::new();
    for path in paths {
        if path.is_dir() {
            let is_module = |file: &Path| file.extension().is_some_and(|end| end == "so");
            modules.extend(files_below(path, &|_| true, &is_module)?);
        } else {
            modules.push(path.clone());
        }
    }
    Ok(modules)
}

/// Prints the missing symbols, the most wanted first.
fn show_missing(missing: &BTreeMap<String, Vec<String>>, n_modules: usize, n_wanted: usize) {
    let mut rows: Vec<_> = missing.iter().collect();
    rows.sort_by_key(|(name, modules)| (std::cmp::Reverse(modules.len()), name.as_str()));
    for (name, modules) in rows {
        let examples = modules[..modules.len().min(MOST_EXAMPLES)].join(", ");
        let more = if modules.len() > MOST_EXAMPLES { ", ..." } else { "" };
        println!("{:>4}  {name:<50} {examples}{more}", modules.len());
    }
    println!("{n_modules} modules want {n_wanted} symbols of Python, {} are missing", missing.len());
}

/// Prints the exported symbols that are not Python's. Module initialisers are Python's, too.
fn show_stray(exported: &BTreeSet<String>) -> bool {
    let stray: Vec<_> = exported.iter().filter(|name| !is_pythons(name)).collect();
    for name in &stray {
        println!("{name}");
    }
    println!("{} symbols exported, {} of them not Python's", exported.len(), stray.len());
    stray.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pythons_symbols_are_told_by_their_prefix() {
        assert!(is_pythons("PyList_New"));
        assert!(is_pythons("_Py_NoneStruct"));
        assert!(!is_pythons("malloc"));
        assert!(!is_pythons("_ZN5adder4main"));
    }

    #[test]
    fn options_are_told_from_paths() {
        let arguments = ["--exe", "/x", "a.so", "b"].map(String::from);
        let options = Options::parse(Path::new("/root"), &arguments).unwrap();
        assert_eq!(options.executable, Path::new("/x"));
        assert_eq!(options.paths, [PathBuf::from("a.so"), PathBuf::from("b")]);
        assert!(Options::parse(Path::new("/root"), &["--nope".to_string()]).is_err());
        assert!(Options::parse(Path::new("/root"), &["--exe".to_string()]).is_err());
    }

    #[test]
    fn an_elf_files_dynamic_symbols_are_read() {
        let own = std::env::current_exe().unwrap();
        let symbols = Symbols::of_file(&own).unwrap();
        assert!(symbols.undefined.iter().any(|name| name.starts_with("mem")));
        assert!(Symbols::of_file(Path::new("/etc/passwd")).is_err());
    }
}
