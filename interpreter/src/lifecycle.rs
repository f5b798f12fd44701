//! Start-up and shutdown.
//!
//! In order: state and types, `builtins` and `sys`, importlib's first half from the
//! embedded library, then its second half (which needs `posix`, `_io`, ...), the
//! standard streams, `site`. Shutdown goes the other way.

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Op, PyResult, Raised, TypeRef, call, codecs, dict, errors, hashing, module, object, state,
    static_type, str, type_object,
};

use crate::config::Config;
use crate::runtime::{config, runtime};
use crate::{
    builtins, code, errors_display, frame, gil, import, locale, std_printer, sys, threads, traceback,
    warnings,
};

mod teardown;

static HOOKS: state::Hooks = state::Hooks {
    import_module: import::import_module,
    current_globals: frame::current_globals,
    visit_frames: frame::visit_all,
    warn: warnings::warn,
    write_unraisable: errors_display::write_unraisable,
    eval_breaker_pending: crate::pending::handle,
};

/// The interpreter's own static types, each after its base.
fn interpreter_types() -> Vec<TypeRef<'static>> {
    use crate::generator::{PyGen_Type, anext, async_generator, coroutine};
    vec![
        static_type!(std_printer::PyStdPrinter_Type),
        static_type!(code::PyCode_Type),
        static_type!(crate::function::PyFunction_Type),
        static_type!(crate::template_types::_PyTemplate_Type),
        static_type!(crate::template_types::_PyInterpolation_Type),
        static_type!(crate::symtable_module::PySTEntry_Type),
        static_type!(frame::PyFrame_Type),
        static_type!(frame::PyFrameLocalsProxy_Type),
        static_type!(PyGen_Type),
        static_type!(coroutine::PyCoro_Type),
        static_type!(coroutine::_PyCoroWrapper_Type),
        static_type!(async_generator::PyAsyncGen_Type),
        static_type!(async_generator::_PyAsyncGenWrappedValue_Type),
        static_type!(async_generator::_PyAsyncGenASend_Type),
        static_type!(async_generator::_PyAsyncGenAThrow_Type),
        static_type!(anext::_PyAnextAwaitable_Type),
        static_type!(traceback::PyTraceBack_Type),
    ]
}

/// The builtin modules of this crate.
fn register_own_modules() {
    import::register_module("builtins", builtins::init);
    import::register_module("sys", sys::init);
    import::register_module("_imp", import::imp::init);
    import::register_module("marshal", crate::marshal::init);
    import::register_module("_ast", crate::ast_objects::classes::init_module);
    import::register_module("_symtable", crate::symtable_module::init);
    import::register_module("_tokenize", crate::tokenizer_module::init);
    import::register_module("_signal", crate::signals::module::init);
    import::register_module("atexit", crate::at_exit::init);
    import::register_module("_thread", crate::thread_module::init);
    import::register_module("_warnings", warnings::init);
    import::register_module("_contextvars", crate::context::init);
}

/// Brings an interpreter up (`Py_InitializeFromConfig`). After an error, nothing works.
pub fn initialize(settings: Config) -> Result<(), String> {
    runtime().config.set(settings).map_err(|_| "the interpreter has been started already".to_owned())?;
    crate::config_flags::publish(config());
    register_own_modules();
    let interp = state::new_interpreter();
    interp.hooks.set(Some(&HOOKS));
    hashing::set_seed(config().hash_seed.map_or(hashing::Seed::Random, hashing::Seed::Fixed));
    interp.int_max_str_digits.set(config().int_max_str_digits);
    interp.bytes_warning.set(config().bytes_warning);
    if let Some(encoding) = locale::native_encoding().filter(|_| !config().utf8_mode) {
        codecs::set_file_system_encoding(encoding);
    }
    let main = state::current();
    // SAFETY: the new interpreter's first state, which no other thread has seen.
    unsafe {
        threads::add(main);
        threads::bind(main);
    }
    threads::become_main();
    // SAFETY: bound to this thread above.
    unsafe { gil::acquire(main) };
    crate::signals::install();
    let step = |what: &str, result: PyResult<()>| result.map_err(|error| explain(what, error));
    step("types", make_types_ready())?;
    step("builtins", make_builtins())?;
    step("sys", make_sys())?;
    step("importlib", install_importlib())?;
    step("external importers", install_external_importlib())?;
    if config().faulthandler {
        step("faulthandler", enable_faulthandler())?;
    }
    if config().tracemalloc > 0 {
        let started = adder_object_model::alloc::traced::start(config().tracemalloc.into());
        step("tracemalloc", started)?;
    }
    interp.checks_codec_names.set(config().dev_mode);
    step("streams", sys::streams::open())?;
    step("__main__", make_main())?;
    if !config().warn_options.is_empty() {
        // Its filters come from these options; until then the default ones are in force.
        step("warnings", import::import_module("warnings").map(drop))?;
    }
    runtime().initialized.set(true);
    if config().site_import {
        step("site", import_site())?;
    }
    Ok(())
}

/// What stood in the way, with the traceback as far as it can be shown.
fn explain(what: &str, error: Raised) -> String {
    let exception = error.take();
    format!("cannot initialise {what}\n{}", errors_display::render(exception.op()))
}

fn make_types_ready() -> PyResult<()> {
    type_object::init_builtin_types()?;
    let own = interpreter_types().into_iter();
    for tp in own.chain(crate::type_params::types()) {
        type_object::ready(tp)?;
    }
    // `Generic` makes instances as `object` does; a static type does not inherit that by itself.
    // SAFETY: both are static types that only start-up changes.
    unsafe {
        let generic = crate::type_params::generic_class().as_ptr().cast::<PyTypeObject>();
        (*generic).tp_new = type_object::PyBaseObject_Type.tp_new;
    }
    adder_object_model::exceptions::init()?;
    crate::template_types::finish()?;
    crate::context::init_types()
}

fn make_builtins() -> PyResult<()> {
    let modules = dict::new()?;
    state::interp().modules.set(modules.into_object().into_ptr());
    let builtins = builtins::init()?;
    let namespace = module::get_dict(builtins.op()).as_object().to_owned();
    let at_start = namespace.op().downcast().map(dict::copy).transpose()?;
    runtime().builtins_at_start.set(at_start);
    state::interp().builtins.set(namespace.into_ptr());
    import::set_module("builtins", builtins.op())
}

fn make_sys() -> PyResult<()> {
    let module = sys::init()?;
    import::set_module("sys", module.op())?;
    sys::set_object("modules", Some(import::modules()?.op()))?;
    let printer = std_printer::new(2)?;
    sys::set_object("stderr", Some(printer.op()))?;
    sys::set_object("__stderr__", Some(printer.op()))?;
    let printer = std_printer::new(1)?;
    sys::set_object("stdout", Some(printer.op()))
}

/// `importlib._bootstrap`: builtin and frozen modules can be imported after this.
fn install_importlib() -> PyResult<()> {
    let importlib = import::import_frozen("_frozen_importlib")?;
    import::set_importlib(importlib.op());
    let imp = import::imp::init()?;
    import::set_module("_imp", imp.op())?;
    let sys = import::get_module("sys")?.expect("made before");
    call::call_method(importlib.op(), "_install", &[sys.op(), imp.op()]).map(drop)
}

/// `importlib._bootstrap_external`: modules can be imported from files after this.
fn install_external_importlib() -> PyResult<()> {
    if import::builtin_init("posix").is_none() {
        return Ok(());
    }
    let importlib = import::importlib()?;
    call::call_method_noargs(importlib.op(), "_install_external_importers")?;
    install_zipimport()
}

/// `-X faulthandler`.
fn enable_faulthandler() -> PyResult<()> {
    let module = import::import_module("faulthandler")?;
    call::call_method_noargs(module.op(), "enable").map(drop)
}

fn install_zipimport() -> PyResult<()> {
    let zipimport = match import::import_module("zipimport") {
        Ok(zipimport) => zipimport,
        // Without `zlib` and `time`, archives cannot be imported from; folders can.
        Err(error) => {
            error.clear();
            return Ok(());
        }
    };
    let importer = object::get_attr_str(zipimport.op(), "zipimporter")?;
    let hooks = sys::get_object("path_hooks")?.expect("set at start");
    let hooks: Borrowed<'_, PyListObject> = hooks.op().downcast().expect("a list");
    adder_object_model::list::insert(hooks, 0, importer.op())
}

/// The module `__main__`, empty as yet.
fn make_main() -> PyResult<()> {
    let main = module::new("__main__")?;
    let namespace = module::get_dict(main.op());
    import::set_module("__main__", main.op())?;
    let builtins = import::get_module("builtins")?.expect("made before");
    dict::set_item_str(namespace, "__builtins__", builtins.op())?;
    let importer = object::get_attr_str(import::importlib()?.op(), "BuiltinImporter")?;
    dict::set_item_str(namespace, "__loader__", importer.op())
}

fn import_site() -> PyResult<()> {
    import::import_module("site").map(drop)
}

/// The namespace of `__main__`.
pub fn main_namespace() -> PyResult {
    let main = import::get_module("__main__")?;
    let main = main.ok_or_else(|| adder_object_model::raise!(RuntimeError, "lost __main__"))?;
    Ok(module::get_dict(main.op()).as_object().to_owned())
}

/// What was written to `sys.stdout` or `sys.stderr` could not be flushed: the process ends with status 120.
#[derive(Debug)]
pub struct LostOutput;

/// Brings the interpreter down (`Py_FinalizeEx`).
pub fn finalize() -> Result<(), LostOutput> {
    wait_for_threads();
    if crate::pending::make_calls().is_err() {
        errors_display::write_unraisable(None, None);
    }
    run_exit_functions();
    // From here on, other threads wait for good when they want the lock.
    threads::become_finalizer();
    runtime().finalizing.set(true);
    teardown::clear_other_threads();
    let mut status = flush_streams();
    crate::signals::uninstall();
    if adder_object_model::gc::state().enabled.get() {
        adder_object_model::gc::collect_with_reason(
            adder_object_model::gc::GENERATIONS - 1,
            adder_object_model::gc::Reason::Manual,
        );
    }
    teardown::finalize_modules(runtime().builtins_at_start.get());
    if flush_streams().is_err() {
        status = Err(LostOutput);
    }
    runtime().builtins_at_start.set(None);
    teardown::clear_own_thread();
    status
}

/// Runs shutdown and leaves the process.
pub fn exit(status: i32) -> ! {
    let status = if finalize().is_err() { 120 } else { status };
    crate::at_exit::run_native();
    if runtime().interrupted.get() {
        crate::signals::die_by_interrupt();
    }
    std::process::exit(status)
}

/// `threading._shutdown()`: threads that are not daemons come to their end.
fn wait_for_threads() {
    let shutdown = || -> PyResult<()> {
        let Some(threading) = import::get_module("threading")? else {
            return crate::thread_module::join_all();
        };
        call::call_method_noargs(threading.op(), "_shutdown").map(drop)
    };
    if shutdown().is_err() {
        errors_display::write_unraisable(Some("Exception ignored on threading shutdown"), None);
    }
}

/// `atexit`'s functions.
fn run_exit_functions() {
    crate::at_exit::run();
}

/// Flushes `sys.stdout` and `sys.stderr`.
fn flush_streams() -> Result<(), LostOutput> {
    let mut status = Ok(());
    for name in ["stdout", "stderr"] {
        let Ok(Some(file)) = sys::get_object(name) else { continue };
        if file.op().is_none() || is_closed(file.op()) {
            continue;
        }
        if call::call_method_noargs(file.op(), "flush").is_err() {
            status = Err(LostOutput);
            if name == "stdout" {
                errors_display::write_unraisable(None, Some(file.op()));
            } else {
                drop(errors::take());
            }
        }
    }
    status
}

fn is_closed(file: Op<'_>) -> bool {
    let closed = object::get_optional_attr_str(file, "closed").and_then(|closed| match closed {
        Some(closed) => object::is_true(closed.op()),
        None => Ok(false),
    });
    closed.unwrap_or_else(|error| {
        error.clear();
        false
    })
}
