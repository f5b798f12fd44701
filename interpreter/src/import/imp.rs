//! The module `_imp`: builtin, frozen and extension modules for importlib.

use core::cell::Cell;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyResult, Signature, buffer, bytes, int, list, memoryview, module, object,
    raise, singletons, str, tuple,
};

use crate::runtime::{config, runtime};
use crate::{marshal, siphash};

/// Names of extension module files, most specific first.
pub const EXTENSION_SUFFIXES: [&str; 4] =
    [".cpython-314-x86_64-linux-gnu.so", ".abi3.so", ".abi3-x86_64-linux-gnu.so", ".so"];

/// The magic number of `.pyc` files as a number: 3627, CR, LF.
pub const PYC_MAGIC: u32 = 3627 | (b'\r' as u32) << 16 | (b'\n' as u32) << 24;

/// The modules CPython freezes itself; with the library's files at hand, only these come frozen.
const FROZEN_BY_CPYTHON: &[&str] = &[
    "_frozen_importlib",
    "_frozen_importlib_external",
    "zipimport",
    "abc",
    "codecs",
    "io",
    "_collections_abc",
    "_sitebuiltins",
    "genericpath",
    "ntpath",
    "posixpath",
    "os",
    "site",
    "stat",
    "importlib.util",
    "importlib.machinery",
    "runpy",
];
/// How many of them are needed before files can be imported.
const ESSENTIAL: usize = 3;

/// The global import lock.
#[derive(Default)]
pub struct Lock {
    owner: Cell<u64>,
    depth: Cell<u32>,
}

static FUNCTIONS: &[PyMethodDef] = &[
    method::noargs(c"extension_suffixes", extension_suffixes, c"extension_suffixes($module, /)\n--\n\nReturn how names of extension module files end."),
    method::noargs(c"lock_held", lock_held, c"lock_held($module, /)\n--\n\nReturn whether a thread holds the import lock."),
    method::noargs(c"acquire_lock", acquire_lock, c"acquire_lock($module, /)\n--\n\nTake the import lock for this thread."),
    method::noargs(c"release_lock", release_lock, c"release_lock($module, /)\n--\n\nGive the import lock back."),
    method::keywords(c"find_frozen", find_frozen, c"find_frozen($module, name, /, *, withdata=False)\n--\n\nReturn (data, is_package, origname) of a frozen module, or None."),
    method::positional(c"get_frozen_object", get_frozen_object, c"get_frozen_object($module, name, data=None, /)\n--\n\nReturn the code object of a frozen module."),
    method::o(c"is_frozen_package", is_frozen_package, c"is_frozen_package($module, name, /)\n--\n\nReturn whether a frozen module is a package."),
    method::o(c"_frozen_source", frozen_source, c"_frozen_source($module, name, /)\n--\n\nReturn the source of a frozen module, or None where the library's files have it."),
    method::o(c"create_builtin", create_builtin, c"create_builtin($module, spec, /)\n--\n\nMake a builtin module."),
    method::o(c"init_frozen", init_frozen, c"init_frozen($module, name, /)\n--\n\nRun a frozen module."),
    method::o(c"is_builtin", is_builtin, c"is_builtin($module, name, /)\n--\n\nReturn 1 for a builtin module, -1 for one that is made only once, else 0."),
    method::o(c"is_frozen", is_frozen, c"is_frozen($module, name, /)\n--\n\nReturn whether there is a frozen module of that name."),
    method::noargs(c"_frozen_module_names", frozen_module_names, c"_frozen_module_names($module, /)\n--\n\nReturn the names of the frozen modules."),
    method::o(c"_override_frozen_modules_for_tests", override_frozen, c"_override_frozen_modules_for_tests($module, override, /)\n--\n\nSwitch frozen modules on (1), off (-1) or back (0)."),
    method::o(c"_override_multi_interp_extensions_check", override_check, c"_override_multi_interp_extensions_check($module, override, /)\n--\n\nSwitch the check for use in several interpreters."),
    method::positional(c"create_dynamic", create_dynamic, c"create_dynamic($module, spec, file=<unrepresentable>, /)\n--\n\nLoad an extension module."),
    method::o(c"exec_dynamic", exec_module, c"exec_dynamic($module, mod, /)\n--\n\nRun the initialisation of an extension module."),
    method::o(c"exec_builtin", exec_module, c"exec_builtin($module, mod, /)\n--\n\nRun the initialisation of a builtin module."),
    method::positional(c"_fix_co_filename", fix_filename, c"_fix_co_filename($module, code, path, /)\n--\n\nChange the file name in a code object and those inside it."),
    method::keywords(c"source_hash", source_hash, c"source_hash($module, /, key, source)\n--\n\nReturn the hash of a source as .pyc files have it."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let result = module::new("_imp")?;
    let target = result.op();
    module::add_object(target, "__doc__", str::from_str("What importlib needs from the interpreter.")?.op())?;
    module::add_functions(target, FUNCTIONS.as_ptr())?;
    let mode = runtime().config.get().map_or("default", |config| &config.check_hash_pycs);
    module::add_object(target, "check_hash_based_pycs", str::intern(mode)?.op())?;
    module::add_object(target, "pyc_magic_number_token", int::from_i64(PYC_MAGIC.into())?.op())?;
    Ok(result)
}

fn extension_suffixes(_module: Op<'_>) -> PyResult {
    let suffixes = EXTENSION_SUFFIXES.iter().map(|suffix| Ok(str::from_str(suffix)?.into_object()));
    Ok(list::from_vec(suffixes.collect::<PyResult<_>>()?)?.into_object())
}

fn thread_id() -> u64 {
    crate::threads::current_id()
}

fn lock_held(_module: Op<'_>) -> PyResult<bool> {
    Ok(runtime().import.lock.depth.get() > 0)
}

/// In the child of a fork: a lock that another thread held is free.
pub fn reset_lock_after_fork() {
    let lock = &runtime().import.lock;
    if lock.owner.get() != thread_id() {
        lock.depth.set(0);
    }
}

/// Waits until no other thread holds the lock.
fn acquire_lock(_module: Op<'_>) -> PyResult<()> {
    let lock = &runtime().import.lock;
    while lock.depth.get() > 0 && lock.owner.get() != thread_id() {
        crate::gil::without(|| std::thread::sleep(std::time::Duration::from_micros(200)));
        crate::signals::check()?;
    }
    lock.owner.set(thread_id());
    lock.depth.set(lock.depth.get() + 1);
    Ok(())
}

fn release_lock(_module: Op<'_>) -> PyResult<()> {
    let lock = &runtime().import.lock;
    if lock.depth.get() == 0 || lock.owner.get() != thread_id() {
        return Err(raise!(RuntimeError, "not holding the import lock"));
    }
    lock.depth.set(lock.depth.get() - 1);
    Ok(())
}

fn name_argument<'a>(name: Op<'a>, function: &str) -> PyResult<Borrowed<'a, PyUnicodeObject>> {
    name.downcast::<PyUnicodeObject>()
        .ok_or_else(|| raise!(TypeError, "{function}() argument must be str, not {}", name.type_name()))
}

/// The frozen module `name`, if frozen modules are wanted for it.
fn find(name: &str) -> Option<&'static adder_pylib::Module> {
    let position = FROZEN_BY_CPYTHON.iter().position(|frozen| *frozen == name);
    let essential = position.is_some_and(|position| position < ESSENTIAL);
    if !essential {
        let wanted = match runtime().import.override_frozen.get() {
            0 => config().frozen_modules,
            override_ => override_ > 0,
        };
        let stdlib_exists = config().paths.stdlib_exists;
        if stdlib_exists && (!wanted || position.is_none()) {
            return None;
        }
    }
    adder_pylib::find(name)
}

/// The module's name in the library: importlib's parts are frozen under names of their own.
pub fn original_name(name: &str) -> &str {
    match name {
        "_frozen_importlib" => "importlib._bootstrap",
        "_frozen_importlib_external" => "importlib._bootstrap_external",
        name => name,
    }
}

fn missing(name: &str) -> adder_object_model::Raised {
    let named = str::from_str(name).ok();
    adder_object_model::exceptions::set_import_error(
        &format!("No such frozen object named {name}"),
        named.as_ref().map(|name| name.op()),
        None,
    )
}

fn find_frozen(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<2> =
        Signature::new("find_frozen", ["", "withdata"]).positional_only(1).keyword_only_from(1).required(1);
    let [name, with_data] = args.parse(&SIGNATURE)?;
    let name = str::to_string_lossy(name_argument(name.expect("required"), "find_frozen")?.as_object());
    let with_data = with_data.map_or(Ok(false), object::is_true)?;
    let Some(found) = find(&name) else {
        return Ok(singletons::new_none());
    };
    let data = if with_data {
        memoryview::from_object(bytes::from_slice(found.code())?.op())?
    } else {
        singletons::new_none()
    };
    let original = str::from_str(original_name(&name))?.into_object();
    tuple::from_vec(vec![data, singletons::new_bool(found.is_package()), original])
}

/// The code of a frozen module.
pub fn frozen_code(name: &str) -> PyResult {
    super::load_embedded(find(name).ok_or_else(|| missing(name))?)
}

fn get_frozen_object(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [name, data] = args.optional("get_frozen_object", 1)?;
    let name = str::to_string_lossy(name_argument(name.expect("required"), "get_frozen_object")?.as_object());
    match data.filter(|data| !data.is_none()) {
        None => frozen_code(&name),
        Some(data) => {
            let view = buffer::get(data, PyBUF_SIMPLE)?;
            let result = marshal::loads(view.as_slice())?;
            if result.op().is_exact::<PyCodeObject>() {
                return Ok(result);
            }
            Err(raise!(TypeError, "frozen object '{name}' is not a code object"))
        }
    }
}

fn is_frozen_package(_module: Op<'_>, name: Op<'_>) -> PyResult<bool> {
    let name = str::to_string_lossy(name_argument(name, "is_frozen_package")?.as_object());
    find(&name).map(|found| found.is_package()).ok_or_else(|| missing(&name))
}

/// What `FrozenImporter.get_source` gives: text that the executable alone has, unpacked anew by each call.
fn frozen_source(_module: Op<'_>, name: Op<'_>) -> PyResult {
    let name = str::to_string_lossy(name_argument(name, "_frozen_source")?.as_object());
    let found = find(&name).ok_or_else(|| missing(&name))?;
    if config().paths.stdlib_exists {
        return Ok(singletons::new_none());
    }
    let source = found.source();
    // The build has made sure that the library is UTF-8.
    let text = String::from_utf8_lossy(&source);
    Ok(str::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text))?.into_object())
}

fn is_frozen(_module: Op<'_>, name: Op<'_>) -> PyResult<bool> {
    Ok(find(&str::to_string_lossy(name_argument(name, "is_frozen")?.as_object())).is_some())
}

fn init_frozen(_module: Op<'_>, name: Op<'_>) -> PyResult {
    let name = str::to_string_lossy(name_argument(name, "init_frozen")?.as_object());
    match find(&name) {
        Some(_) => super::import_frozen(&name),
        None => Ok(singletons::new_none()),
    }
}

fn frozen_module_names(_module: Op<'_>) -> PyResult {
    let names = adder_pylib::modules().map(|found| found.name()).filter(|name| find(name).is_some());
    let names = names.map(|name| Ok(str::from_str(name)?.into_object())).collect::<PyResult<_>>()?;
    Ok(list::from_vec(names)?.into_object())
}

fn override_frozen(_module: Op<'_>, value: Op<'_>) -> PyResult<()> {
    runtime().import.override_frozen.set(int::as_i32(value)?);
    Ok(())
}

fn override_check(_module: Op<'_>, _value: Op<'_>) -> PyResult {
    int::from_i64(0)
}

fn is_builtin(_module: Op<'_>, name: Op<'_>) -> PyResult {
    let name = str::to_string_lossy(name_argument(name, "is_builtin")?.as_object());
    let known = super::builtin_init(&name).is_some();
    int::from_i64(match (known, name.as_str()) {
        (false, _) => 0,
        (true, "sys" | "builtins") => -1,
        (true, _) => 1,
    })
}

fn create_builtin(_module: Op<'_>, spec: Op<'_>) -> PyResult {
    let name = object::get_attr_str(spec, "name")?;
    let name = str::to_string_lossy(name_argument(name.op(), "create_builtin")?.as_object());
    if matches!(name.as_str(), "sys" | "builtins")
        && let Some(known) = super::get_module(&name)?
    {
        return Ok(known);
    }
    match super::builtin_init(&name) {
        Some(init) => {
            let made = init()?;
            if made.op().is_instance::<PyModuleDef>() {
                let def = made.as_ptr().cast::<PyModuleDef>();
                // SAFETY: the definition of a builtin module, which lives as long as the process.
                return unsafe { module::from_def_and_spec(def, spec, PYTHON_API_VERSION) };
            }
            Ok(made)
        }
        None => Ok(singletons::new_none()),
    }
}

/// The second phase of initialisation, if the module has one (`exec_builtin_or_dynamic`).
fn exec_module(_module: Op<'_>, op: Op<'_>) -> PyResult {
    let Some(target) = op.downcast::<PyModuleObject>() else {
        return int::from_i64(0);
    };
    let def = target.md_def;
    if def.is_null() || !target.md_state.is_null() {
        return int::from_i64(0);
    }
    // SAFETY: the module's own definition, which outlives it.
    unsafe { module::exec_def(op, def) }?;
    int::from_i64(0)
}

fn create_dynamic(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [spec, _file] = args.optional("create_dynamic", 1)?;
    let spec = spec.expect("required");
    let Some(loader) = runtime().loader.get() else {
        return Err(raise!(ImportError, "this program was built without a loader for extension modules"));
    };
    let path = object::get_attr_str(spec, "origin")?;
    loader(spec, path.op())
}

fn fix_filename(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [code, path] = args.exactly("_fix_co_filename")?;
    let Some(code) = code.downcast_exact::<PyCodeObject>() else {
        return Err(raise!(
            TypeError,
            "_fix_co_filename() argument 1 must be code, not {}",
            code.type_name()
        ));
    };
    name_argument(path, "_fix_co_filename")?;
    // SAFETY: a code object owns its file name.
    let old = unsafe { Object::new_ref(code.co_filename) };
    if object::equal(old.op(), path)? {
        return Ok(());
    }
    replace_filename(code, old.op(), path);
    Ok(())
}

fn same_filename(code: Borrowed<'_, PyCodeObject>, name: Op<'_>) -> bool {
    // SAFETY: a code object owns its file name.
    let filename = unsafe { Object::new_ref(code.co_filename) };
    object::equal(filename.op(), name).unwrap_or(false)
}

/// Replaces a file name in a code object and those among its constants that have the same one.
fn replace_filename(code: Borrowed<'_, PyCodeObject>, old: Op<'_>, new: Op<'_>) {
    if !same_filename(code, old) {
        return;
    }
    // SAFETY: the field holds an owned reference; the old one is dropped after the new one is in place.
    unsafe {
        let field = &raw mut (*code.as_ptr()).co_filename;
        drop(Object::steal(core::ptr::replace(field, new.to_owned().into_ptr())));
    }
    // SAFETY: a code object owns its constants.
    let constants = unsafe { Op::from_ptr(code.co_consts) };
    let Some(constants) = constants.downcast::<PyTupleObject>() else { return };
    for index in 0..tuple::len(constants) {
        if let Some(inner) = tuple::get(constants, index).downcast_exact::<PyCodeObject>() {
            replace_filename(inner, old, new);
        }
    }
}

fn source_hash(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<2> = Signature::new("source_hash", ["key", "source"]).required(2);
    let [key, source] = args.parse(&SIGNATURE)?;
    let key = int::as_i64(key.expect("required"))? as u64;
    let view = buffer::get(source.expect("required"), PyBUF_SIMPLE)?;
    let hash = siphash::siphash13(key, 0, view.as_slice());
    Ok(bytes::from_slice(&hash.to_le_bytes())?.into_object())
}
