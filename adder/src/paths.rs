//! Where the library and the environment are: what CPython's `getpath` finds out.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use adder_interpreter::config::{Config, Paths};

const LIBRARY: &str = "lib/python3.14";
/// A file that only the library's folder has.
const LANDMARK: &str = "os.py";

/// Finds everything out from the program's name and the environment.
pub fn find(config: &Config) -> Paths {
    let executable = find_executable(config.orig_argv.first().map(OsString::as_os_str));
    let environment = find_virtual_environment(&executable);
    let base_executable = match &environment {
        Some((_, home)) => home.join(executable.file_name().unwrap_or_default()),
        None => executable.clone(),
    };
    let base_prefix = match &config.home {
        Some(home) => PathBuf::from(home.to_string_lossy().split(':').next().unwrap_or_default()),
        None => {
            let start = match &environment {
                Some((_, home)) => home.clone(),
                None => real(&executable).parent().map(Path::to_owned).unwrap_or_default(),
            };
            find_prefix(&start)
        }
    };
    let prefix = environment.map_or_else(|| base_prefix.clone(), |(prefix, _)| prefix);
    let stdlib = base_prefix.join(LIBRARY);
    let stdlib_exists = stdlib.join(LANDMARK).is_file();
    let mut search_path: Vec<OsString> = Vec::new();
    if let Some(path) = &config.python_path {
        search_path.extend(
            path.as_bytes().split(|&byte| byte == b':').map(|part| OsStr::from_bytes(part).to_owned()),
        );
    }
    search_path.push(base_prefix.join("lib/python314.zip").into());
    search_path.push(stdlib.clone().into());
    search_path.push(stdlib.join("lib-dynload").into());
    Paths {
        base_executable,
        executable,
        exec_prefix: prefix.clone(),
        prefix,
        base_exec_prefix: base_prefix.clone(),
        base_prefix,
        stdlib,
        stdlib_exists,
        search_path,
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The program's own path: as named, found on PATH, or as the system says.
fn find_executable(name: Option<&OsStr>) -> PathBuf {
    let by_system = || env::current_exe().unwrap_or_default();
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return by_system();
    };
    if name.as_bytes().contains(&b'/') {
        return std::path::absolute(name).unwrap_or_else(|_| by_system());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file());
    found.unwrap_or_else(by_system)
}

/// The prefix of a virtual environment and the `home` its `pyvenv.cfg` names.
fn find_virtual_environment(executable: &Path) -> Option<(PathBuf, PathBuf)> {
    let folder = executable.parent()?;
    for prefix in [folder, folder.parent()?] {
        let Ok(text) = fs::read_to_string(prefix.join("pyvenv.cfg")) else { continue };
        let home = text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == "home").then(|| PathBuf::from(value.trim()))
        });
        if let Some(home) = home {
            return Some((prefix.to_owned(), home));
        }
    }
    None
}

/// The nearest folder from `start` upwards with the library in it; the one above `start` if there is none.
fn find_prefix(start: &Path) -> PathBuf {
    let found = start.ancestors().find(|folder| folder.join(LIBRARY).join(LANDMARK).is_file());
    found.or(start.parent()).unwrap_or(start).to_owned()
}
