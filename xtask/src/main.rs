//! `cargo xtask`: questions a developer asks of the project, answered by a program.
//!
//! Each task is a module with a `run` that prints its findings and says whether all
//! is well. None of them links the runtime: they read sources, ELF files and headers.
#![forbid(unsafe_code)]

mod layouts;
mod symbols;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask TASK

  tidy                          files too long, crates without a header comment, unfinished code
  symbols [--exe FILE] PATH...  which symbols of Python extension modules (files, or folders of
                                them) the executable lacks; default: target/release/adder
  symbols --stray [--exe FILE]  which symbols the executable exports that are not Python's
  layouts [HEADERS]             the tables of layouts and constants held against CPython's headers
                                with the C compiler; default: env/include/python3.14 (`make headers`)
";

/// What a task found: whether all is well, or why it could not tell.
type Outcome = Result<bool, String>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match task.as_str() {
        "tidy" => tidy::run(&root()),
        "symbols" => symbols::run(&root(), &rest),
        "layouts" => layouts::run(&root(), &rest),
        "" | "help" | "-h" | "--help" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => Err(format!("there is no task {other:?}\n\n{HELP}")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}

/// The repository: this crate lies directly below it.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Reads a file, or says which one could not be read.
fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// All files below `folder` for which `wanted` holds, sorted. Folders for which `enter` does not hold are left out.
fn files_below(
    folder: &Path,
    enter: &dyn Fn(&str) -> bool,
    wanted: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{}: {error}", folder.display()))?;
            let kind = entry.file_type().map_err(|error| error.to_string())?;
            let path = entry.path();
            if kind.is_dir() && enter(&entry.file_name().to_string_lossy()) {
                folders.push(path);
            } else if kind.is_file() && wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
