//! Running the main program: a command, a module, a file, a folder, or standard input.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, call, dict, exceptions, list, object, raise, singletons, str,
};
use rustpython_compiler::Mode;

use crate::compile::{self, Options};
use crate::config::Program;
use crate::runtime::{config, runtime};
use crate::{errors_display, import, interactive, lifecycle, sys, vm};

/// Runs what the configuration names and gives the exit status (`Py_RunMain` without the shutdown).
pub fn run() -> i32 {
    let status = match run_program() {
        Ok(status) => status,
        Err(_) => report(),
    };
    let wants_session = crate::config_options::changed("inspect", config().inspect.into()) != 0
        || std::env::var_os("PYTHONINSPECT").is_some_and(|value| !value.is_empty());
    // With `-i` and no program the session has been had.
    if wants_session && config().program != Program::Input && (config().interactive || stdin_is_terminal()) {
        return match interactive::session(false) {
            Ok(()) => 0,
            Err(_) => report(),
        };
    }
    status
}

/// Prints the exception that is set; the exit status that belongs to it.
fn report() -> i32 {
    if let Some(status) = errors_display::system_exit_status() {
        return status;
    }
    let interrupted = adder_object_model::errors::occurred()
        .is_some_and(|class| exceptions::class_matches(class, exceptions::builtin::KeyboardInterrupt()));
    errors_display::print();
    // The process is going to end by the signal; the status is for those who cannot see that.
    runtime().interrupted.set(interrupted);
    if interrupted { 128 + libc::SIGINT } else { 1 }
}

fn run_program() -> PyResult<i32> {
    let config = config();
    match &config.program {
        Program::Command(command) => {
            insert_path(OsStr::new(""))?;
            run_command(command)?;
        }
        Program::Module(name) => {
            if let Ok(folder) = std::env::current_dir() {
                insert_path(folder.as_os_str())?;
            }
            run_module(str::from_str(name)?.op(), true)?;
        }
        Program::File(file) => return run_file(Path::new(file)),
        Program::Input => {
            insert_path(OsStr::new(""))?;
            if stdin_is_terminal() || config.interactive {
                if !config.quiet {
                    let copyright =
                        "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.";
                    eprintln!("Python {} on linux\n{copyright}", sys::VERSION);
                }
                interactive::session(true)?;
            } else {
                run_stdin()?;
            }
        }
    }
    Ok(0)
}

fn stdin_is_terminal() -> bool {
    // SAFETY: isatty accepts any number.
    unsafe { libc::isatty(0) != 0 }
}

/// Puts the first entry into `sys.path`.
fn insert_path(entry: &OsStr) -> PyResult<()> {
    if config().safe_path {
        return Ok(());
    }
    let Some(path) = sys::get_object("path")? else {
        return Err(raise!(RuntimeError, "unable to get sys.path"));
    };
    let Some(path) = path.op().downcast::<PyListObject>() else { return Ok(()) };
    list::insert(path, 0, str::decode_fs_default(entry.as_bytes())?.op())
}

/// Compiles and runs text in `__main__`.
fn run_text(source: &str, filename: &str, in_memory: bool) -> PyResult<()> {
    let filename = str::from_str(filename)?;
    let code = compile::compile_text(source, filename.op(), Options::new(Mode::Exec))?;
    if in_memory && import::builtin_init("_io").is_some() {
        show_source_of(code.op(), str::from_str(source)?.op(), filename.op());
    }
    run_code(code.borrow())
}

fn run_code(code: Borrowed<'_, PyCodeObject>) -> PyResult<()> {
    let namespace = lifecycle::main_namespace()?;
    sys::audit("exec", &[code.as_object()])?;
    vm::eval_code(code, namespace.op(), namespace.op())?;
    Ok(())
}

/// Lets tracebacks show lines of code that is in no file.
pub fn show_source_of(code: Op<'_>, source: Op<'_>, filename: Op<'_>) {
    let register = || -> PyResult<()> {
        let linecache = import::import_module("linecache")?;
        call::call_method(linecache.op(), "_register_code", &[code, source, filename]).map(drop)
    };
    if let Err(error) = register() {
        error.clear();
    }
}

fn run_command(command: &str) -> PyResult<()> {
    sys::audit("cpython.run_command", &[str::from_str(command)?.op()])?;
    let mut source = dedent(command);
    source.push('\n');
    run_text(&source, "<string>", true)
}

/// `-c` takes away the blanks that all lines begin with.
fn dedent(text: &str) -> String {
    let blank = |line: &&str| line.trim().is_empty();
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !blank(line)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(margin) => {
                let common = margin.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &margin[..common]
            }
        });
    }
    let margin = margin.map_or(0, |margin| margin.len());
    if margin == 0 {
        return text.to_owned();
    }
    let lines = text.split('\n').map(|line| if blank(&line) { "" } else { &line[margin..] });
    lines.collect::<Vec<_>>().join("\n")
}

/// `runpy._run_module_as_main(name)`.
fn run_module(name: Op<'_>, set_argv0: bool) -> PyResult<()> {
    sys::audit("cpython.run_module", &[name])?;
    let runpy = match import::import_module("runpy") {
        Ok(runpy) => runpy,
        Err(error) => {
            eprintln!("Could not import runpy module");
            return Err(error);
        }
    };
    let set_argv0 = singletons::new_bool(set_argv0);
    call::call_method(runpy.op(), "_run_module_as_main", &[name, set_argv0.op()]).map(drop)
}

fn run_file(path: &Path) -> PyResult<i32> {
    let path = absolute(path);
    let path = path.as_path();
    let name = str::decode_fs_default(path.as_os_str().as_bytes())?;
    // A folder or an archive that something can import from has a `__main__` inside.
    if importer_for(name.op())? {
        if let Some(entries) = sys::get_object("path")?
            && let Some(entries) = entries.op().downcast::<PyListObject>()
        {
            list::insert(entries, 0, name.op())?;
        }
        run_module(str::intern("__main__")?.op(), false)?;
        return Ok(0);
    }
    sys::audit("cpython.run_file", &[name.op()])?;
    let content = match std::fs::read(path) {
        Ok(_) if path.is_dir() => unreachable!("folders cannot be read"),
        Ok(content) => content,
        Err(error) => {
            let executable = config().orig_argv.first().cloned().unwrap_or_default();
            let program = executable.to_string_lossy();
            let shown = path.to_string_lossy();
            if path.is_dir() {
                eprintln!("{program}: can't find '__main__' module in '{shown}'");
                return Ok(1);
            }
            let number = error.raw_os_error().unwrap_or(0);
            let reason = exceptions::error_message(number);
            eprintln!("{program}: can't open file '{}': [Errno {number}] {reason}", path.display());
            return Ok(2);
        }
    };
    insert_path(script_folder(path).as_os_str())?;
    run_file_content(content, name.op())?;
    Ok(0)
}

/// The path as seen from the root, without following links.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The folder a script is in, links followed.
fn script_folder(path: &Path) -> PathBuf {
    let real = path.canonicalize().unwrap_or_else(|_| absolute(path));
    real.parent().map(Path::to_owned).unwrap_or_default()
}

/// Whether a path hook knows what to do with the file or folder.
fn importer_for(path: Op<'_>) -> PyResult<bool> {
    let Some(hooks) = sys::get_object("path_hooks")? else { return Ok(false) };
    let Some(hooks) = hooks.op().downcast::<PyListObject>() else { return Ok(false) };
    for index in 0..list::len(hooks) {
        let Some(hook) = list::get(hooks, index) else { break };
        match call::call_one(hook.op(), path) {
            Ok(_) => return Ok(true),
            Err(error) => {
                error.absorb::<()>(exceptions::builtin::ImportError())?;
            }
        }
    }
    Ok(false)
}

fn run_file_content(mut content: Vec<u8>, name: Op<'_>) -> PyResult<()> {
    let main = lifecycle::main_namespace()?;
    let namespace: Borrowed<'_, PyDictObject> = main.op().downcast().expect("a dict");
    dict::set_item_str(namespace, "__file__", name)?;
    dict::set_item_str(namespace, "__cached__", singletons::none())?;
    let is_bytecode = content.starts_with(&import::imp::PYC_MAGIC.to_le_bytes());
    set_loader(namespace, name, if is_bytecode { "SourcelessFileLoader" } else { "SourceFileLoader" })?;
    if is_bytecode {
        let code = crate::marshal::loads(content.get(16..).unwrap_or_default())?;
        let Some(code) = code.op().downcast_exact::<PyCodeObject>() else {
            return Err(raise!(RuntimeError, "Bad code object in .pyc file"));
        };
        return run_code(code);
    }
    if config().skip_first_line {
        let end = content.iter().position(|&byte| byte == b'\n').unwrap_or(content.len());
        content.drain(..end);
    }
    let code = compile::compile_file(&content, name, Options::new(Mode::Exec))?;
    run_code(code.borrow())
}

fn set_loader(namespace: Borrowed<'_, PyDictObject>, name: Op<'_>, class: &str) -> PyResult<()> {
    let external = object::get_optional_attr_str(import::importlib()?.op(), "_bootstrap_external")?;
    let Some(external) = external.filter(|external| !external.op().is_none()) else {
        return Ok(());
    };
    let class = object::get_attr_str(external.op(), class)?;
    let loader = call::call_positional(class.op(), &[str::intern("__main__")?.op(), name])?;
    dict::set_item_str(namespace, "__loader__", loader.op())
}

fn run_stdin() -> PyResult<()> {
    sys::audit("cpython.run_stdin", &[])?;
    let mut content = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut content);
    read.map_err(|error| exceptions::set_io_error(&error, None))?;
    run_named_input(content, "<stdin>")
}

fn run_named_input(content: Vec<u8>, name: &str) -> PyResult<()> {
    let name: Object = str::from_str(name)?.into_object();
    let main = lifecycle::main_namespace()?;
    let namespace: Borrowed<'_, PyDictObject> = main.op().downcast().expect("a dict");
    dict::set_item_str(namespace, "__file__", name.op())?;
    dict::set_item_str(namespace, "__cached__", singletons::none())?;
    let code = compile::compile_file(&content, name.op(), Options::new(Mode::Exec))?;
    run_code(code.borrow())
}
