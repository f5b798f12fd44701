//! What an interpreter starts with: command line, environment and paths, decided before the first object exists.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the main program is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Program {
    /// `-c`
    Command(String),
    /// `-m`
    Module(String),
    /// A script, or a folder or zip file with a `__main__`.
    File(OsString),
    /// Statements from standard input, interactively if it is a terminal.
    #[default]
    Input,
}

/// The settings CPython keeps in `PyConfig`.
#[derive(Clone, Debug)]
pub struct Config {
    pub program: Program,
    /// `sys.argv`; the first is the script, `-c`, `-m` or empty.
    pub argv: Vec<OsString>,
    pub orig_argv: Vec<OsString>,
    pub isolated: bool,
    pub use_environment: bool,
    pub dev_mode: bool,
    pub utf8_mode: bool,
    /// Whether the C locale had to make way for one with UTF-8.
    pub coerced_c_locale: bool,
    pub coerce_c_locale_warn: bool,
    pub debug: i32,
    pub inspect: bool,
    pub interactive: bool,
    pub optimize: i32,
    pub write_bytecode: bool,
    pub user_site: bool,
    pub site_import: bool,
    pub verbose: i32,
    pub bytes_warning: i32,
    pub quiet: bool,
    pub safe_path: bool,
    pub unbuffered: bool,
    pub skip_first_line: bool,
    pub faulthandler: bool,
    /// 1 prints what each import takes, 2 those of loaded modules too.
    pub import_time: i32,
    pub thread_inherit_context: bool,
    pub tracemalloc: i32,
    pub debug_ranges: bool,
    pub warn_default_encoding: bool,
    pub hash_seed: Option<u32>,
    pub int_max_str_digits: i32,
    pub frozen_modules: bool,
    pub cpu_count: i32,
    pub check_hash_pycs: String,
    pub pycache_prefix: Option<OsString>,
    pub warn_options: Vec<String>,
    pub x_options: Vec<String>,
    /// `PYTHONIOENCODING`, split at the colon.
    pub stdio_encoding: Option<String>,
    pub stdio_errors: Option<String>,
    /// `PYTHONPATH`.
    pub python_path: Option<OsString>,
    /// `PYTHONHOME`.
    pub home: Option<OsString>,
    pub install_signal_handlers: bool,
    pub paths: Paths,
}

/// What `getpath` finds out.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    pub executable: PathBuf,
    pub base_executable: PathBuf,
    pub prefix: PathBuf,
    pub exec_prefix: PathBuf,
    pub base_prefix: PathBuf,
    pub base_exec_prefix: PathBuf,
    /// The library folder, whether or not it exists.
    pub stdlib: PathBuf,
    /// Whether the library's files are there; if not, the embedded library stands in for them.
    pub stdlib_exists: bool,
    /// `sys.path` without its first entry.
    pub search_path: Vec<OsString>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            program: Program::Input,
            argv: vec![OsString::new()],
            orig_argv: Vec::new(),
            isolated: false,
            use_environment: true,
            dev_mode: false,
            utf8_mode: false,
            coerced_c_locale: false,
            coerce_c_locale_warn: false,
            debug: 0,
            inspect: false,
            interactive: false,
            optimize: 0,
            write_bytecode: true,
            user_site: true,
            site_import: true,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            safe_path: false,
            unbuffered: false,
            skip_first_line: false,
            faulthandler: false,
            import_time: 0,
            thread_inherit_context: false,
            tracemalloc: 0,
            debug_ranges: true,
            warn_default_encoding: false,
            hash_seed: None,
            int_max_str_digits: 4300,
            frozen_modules: true,
            cpu_count: -1,
            check_hash_pycs: "default".to_owned(),
            pycache_prefix: None,
            warn_options: Vec::new(),
            x_options: Vec::new(),
            stdio_encoding: None,
            stdio_errors: None,
            python_path: None,
            home: None,
            install_signal_handlers: true,
            paths: Paths::default(),
        }
    }
}
