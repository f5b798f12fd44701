//! Warnings, and the module `_warnings`.
//!
//! The filters are a Python list that the module `warnings` shares; once it has been
//! imported, its attributes count, so that programs can replace them. What has been
//! shown is kept in the `__warningregistry__` of the module that a warning is for.

use core::cell::Cell;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyResult, Signature, call, dict, errors, exceptions, int, list, module,
    number, object, raise, singletons, state, str, tuple,
};

use crate::runtime::{Slot, runtime};
use crate::{compile, frame, import, sys};

/// The filters and what has been shown.
#[derive(Default)]
pub struct State {
    filters: Slot,
    once_registry: Slot,
    default_action: Slot,
    /// Registries of another version are emptied.
    filters_version: Cell<i64>,
}

fn warnings_state() -> &'static State {
    &runtime().warnings
}

/// The filters as they are before anybody changes them.
fn filters() -> PyResult {
    if let Some(filters) = warnings_state().filters.get() {
        return Ok(filters);
    }
    use exceptions::builtin as class;
    let entries = [
        ("default", class::DeprecationWarning(), Some("__main__")),
        ("ignore", class::DeprecationWarning(), None),
        ("ignore", class::PendingDeprecationWarning(), None),
        ("ignore", class::ImportWarning(), None),
        ("ignore", class::ResourceWarning(), None),
    ];
    let mut items = Vec::new();
    for (action, category, module) in entries {
        let module = match module {
            Some(module) => str::intern(module)?.into_object(),
            None => singletons::new_none(),
        };
        let action = str::intern(action)?;
        let none = singletons::none();
        items.push(tuple::pack(&[action.op(), none, category, module.op(), int::small(0).op()])?);
    }
    let filters = list::from_vec(items)?.into_object();
    warnings_state().filters.set(Some(filters.clone()));
    Ok(filters)
}

fn once_registry() -> PyResult {
    if let Some(registry) = attribute_of_module("onceregistry", false)? {
        if !registry.op().is_instance::<PyDictObject>() {
            let found = registry.op().type_name();
            return Err(raise!(TypeError, "_warnings.onceregistry must be a dict, not '{found}'"));
        }
        return Ok(registry);
    }
    if let Some(registry) = warnings_state().once_registry.get() {
        return Ok(registry);
    }
    let registry = dict::new()?.into_object();
    warnings_state().once_registry.set(Some(registry.clone()));
    Ok(registry)
}

fn default_action() -> PyResult {
    if let Some(action) = attribute_of_module("defaultaction", false)? {
        if !action.op().is_instance::<PyUnicodeObject>() {
            let found = action.op().type_name();
            return Err(raise!(TypeError, "_warnings.defaultaction must be a string, not '{found}'"));
        }
        return Ok(action);
    }
    Ok(warnings_state().default_action.get().unwrap_or(str::intern("default")?.into_object()))
}

/// An attribute of the module `warnings`, if that has been imported (or can be, with `try_import`).
fn attribute_of_module(name: &str, try_import: bool) -> PyResult<Option<Object>> {
    let found = if try_import {
        match import::import_module("warnings") {
            Ok(found) => Some(found),
            Err(error) => return error.absorb(exceptions::builtin::ImportError()),
        }
    } else if runtime().finalizing.get() {
        None
    } else {
        import::get_module("warnings")?
    };
    match found {
        Some(found) => object::get_optional_attr_str(found.op(), name),
        None => Ok(None),
    }
}

/// Whether a filter's text or pattern fits; `None` fits everything.
fn matches(pattern: Op<'_>, text: Op<'_>) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.is_exact::<PyUnicodeObject>() {
        return object::equal(pattern, text);
    }
    let found = call::call_method(pattern, "match", &[text])?;
    object::is_true(found.op())
}

/// The action of the first filter that fits, and that filter.
fn find_action(category: Op<'_>, text: Op<'_>, line: isize, module: Op<'_>) -> PyResult<(Object, Object)> {
    let filters = match attribute_of_module("filters", false)? {
        Some(filters) => {
            warnings_state().filters.set(Some(filters.clone()));
            filters
        }
        None => filters()?,
    };
    let Some(filters) = filters.op().downcast::<PyListObject>() else {
        return Err(raise!(ValueError, "_warnings.filters must be a list"));
    };
    // Matching can run Python code that changes the list.
    let mut index = 0;
    while let Some(item) = list::get(filters, index) {
        let parts = item.op().downcast_exact::<PyTupleObject>().filter(|parts| tuple::len(*parts) == 5);
        let Some(parts) = parts else {
            return Err(raise!(ValueError, "warnings.filters item {index} isn't a 5-tuple"));
        };
        let [action, message, class, name, number] = [0, 1, 2, 3, 4].map(|part| tuple::get(parts, part));
        if !action.is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "action must be a string, not '{}'", action.type_name()));
        }
        let fits = matches(message, text)?
            && object::is_subclass(category, class)?
            && matches(name, module)?
            && matches!(int::as_isize(number)?, number if number == 0 || number == line);
        if fits {
            return Ok((action.to_owned(), item.clone()));
        }
        index += 1;
    }
    Ok((default_action()?, singletons::new_none()))
}

/// Whether a registry has the key; with `set`, it has afterwards.
fn already_warned(registry: Op<'_>, key: Op<'_>, set: bool) -> PyResult<bool> {
    let Some(registry) = registry.downcast::<PyDictObject>() else { return Ok(false) };
    let version = warnings_state().filters_version.get();
    let seen = dict::get_item_str(registry, "version")?;
    let current = seen
        .filter(|seen| seen.op().is_instance::<PyLongObject>())
        .is_some_and(|seen| matches!(int::as_i64_and_overflow(seen.op()), Ok(Ok(seen)) if seen == version));
    if !current {
        dict::clear(registry);
        dict::set_item_str(registry, "version", int::from_i64(version)?.op())?;
    } else if let Some(warned) = dict::get_item(registry, key)?
        && object::is_true(warned.op())?
    {
        return Ok(true);
    }
    if set {
        dict::set_item(registry, key, singletons::true_())?;
    }
    Ok(false)
}

/// The module a file holds, by its name.
fn module_of_file(filename: Op<'_>) -> PyResult {
    let Some(text) = filename.downcast::<PyUnicodeObject>() else {
        return Ok(filename.to_owned());
    };
    let length = str::len(text);
    if length == 0 {
        return Ok(str::intern("<unknown>")?.into_object());
    }
    let name = str::to_string_lossy(filename);
    if name.ends_with(".py") {
        return Ok(str::substring(text, 0, length - 3)?.into_object());
    }
    Ok(filename.to_owned())
}

/// A warning that is about to be shown.
struct Warned<'a> {
    category: Op<'a>,
    message: Op<'a>,
    filename: Op<'a>,
    line: isize,
    module: Option<Op<'a>>,
    registry: Option<Op<'a>>,
    source_line: Option<Op<'a>>,
    source: Option<Op<'a>>,
}

/// Filters one warning and shows it, or raises it.
fn show(warned: Warned<'_>) -> PyResult<()> {
    let Warned { category, message, filename, line, module, registry, source_line, source } = warned;
    if module.is_some_and(|module| module.is_none()) {
        return Ok(());
    }
    let registry = registry.filter(|registry| !registry.is_none());
    if registry.is_some_and(|registry| !registry.is_instance::<PyDictObject>()) {
        return Err(raise!(TypeError, "'registry' must be a dict or None"));
    }
    let module = match module {
        Some(module) => module.to_owned(),
        None => module_of_file(filename)?,
    };
    let is_warning = object::is_instance(message, exceptions::builtin::Warning())?;
    let (text, category, message) = if is_warning {
        let class = message.ob_type().as_object().to_owned();
        (object::str(message)?.into_object(), class, message.to_owned())
    } else {
        (message.to_owned(), category.to_owned(), call::call_one(category, message)?)
    };
    let line_object = int::from_isize(line)?;
    let key = tuple::pack(&[text.op(), category.op(), line_object.op()])?;
    if let Some(registry) = registry
        && already_warned(registry, key.op(), false)?
    {
        return Ok(());
    }
    let (action, item) = find_action(category.op(), text.op(), line, module.op())?;
    let action_text = str::to_string_lossy(action.op());
    match action_text.as_str() {
        "error" => return Err(errors::set_object(message.op().ob_type().as_object(), message.op())),
        "ignore" => return Ok(()),
        "always" | "all" => {}
        other => {
            if let Some(registry) = registry.and_then(|registry| registry.downcast::<PyDictObject>()) {
                dict::set_item(registry, key.op(), singletons::true_())?;
            }
            let short_key = tuple::pack(&[text.op(), category.op()])?;
            let seen = match other {
                "once" => {
                    let shared = once_registry()?;
                    already_warned(registry.unwrap_or(shared.op()), short_key.op(), true)?
                }
                "module" => match registry {
                    Some(registry) => already_warned(registry, short_key.op(), true)?,
                    None => false,
                },
                "default" => false,
                _ => {
                    let action = str::to_string_lossy(object::repr(action.op())?.op());
                    let item = str::to_string_lossy(object::repr(item.op())?.op());
                    return Err(raise!(
                        RuntimeError,
                        "Unrecognized action ({action}) in warnings.filters:\n {item}"
                    ));
                }
            };
            if seen {
                return Ok(());
            }
        }
    }
    let shown = Shown {
        category: category.op(),
        text: text.op(),
        message: message.op(),
        filename,
        line: line_object.op(),
        source_line,
        source: source.filter(|source| !source.is_none()),
    };
    call_show_function(shown)
}

struct Shown<'a> {
    category: Op<'a>,
    text: Op<'a>,
    message: Op<'a>,
    filename: Op<'a>,
    line: Op<'a>,
    source_line: Option<Op<'a>>,
    source: Option<Op<'a>>,
}

/// `warnings._showwarnmsg(WarningMessage(...))`; plain text without the module.
fn call_show_function(shown: Shown<'_>) -> PyResult<()> {
    // A source object is worth the import: the module can say where it was allocated.
    let Some(show) = attribute_of_module("_showwarnmsg", shown.source.is_some())? else {
        return show_plainly(shown);
    };
    if !object::is_callable(show.op()) {
        return Err(raise!(TypeError, "warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = attribute_of_module("WarningMessage", false)? else {
        return Err(raise!(RuntimeError, "unable to get warnings.WarningMessage"));
    };
    let none = singletons::none();
    let source = shown.source.unwrap_or(none);
    let args = [shown.message, shown.category, shown.filename, shown.line, none, none, source];
    let message = call::call_positional(class.op(), &args)?;
    call::call_one(show.op(), message.op()).map(drop)
}

fn show_plainly(shown: Shown<'_>) -> PyResult<()> {
    let name = object::get_attr_str(shown.category, "__name__")?;
    let [filename, line, name, text] = [shown.filename, shown.line, name.op(), shown.text]
        .map(|part| object::str(part).map(|part| str::to_string_lossy(part.op())));
    let (filename, line, name, text) = (filename?, line?, name?, text?);
    let mut out = format!("{filename}:{line}: {name}: {text}\n");
    let source_line = match shown.source_line {
        Some(line) => Some(str::to_string_lossy(line)),
        None => int::as_usize(shown.line).ok().and_then(|line| compile::line_of_file(shown.filename, line)),
    };
    if let Some(source_line) = source_line {
        out.push_str(&format!("  {}\n", source_line.trim()));
    }
    sys::write_stderr(&out);
    Ok(())
}

/// Where a warning is said to be: the file, line, module and registry of a frame.
struct Place {
    filename: Object,
    line: isize,
    module: Object,
    registry: Object,
}

fn is_internal(filename: &str) -> bool {
    filename.contains("importlib") && filename.contains("_bootstrap")
}

/// The frame `stacklevel` calls out, not counting importlib's and those of files to skip.
fn find_place(mut level: isize, skip: &[String]) -> PyResult<Place> {
    // SAFETY: a live frame, whose code object owns its file name.
    let file_of = |place| unsafe { str::to_string_lossy(Op::from_ptr(frame::code_of(place).co_filename)) };
    // SAFETY: a live frame.
    let out_of = |place| unsafe { frame::previous(place) };
    let mut place = frame::current();
    let count_all = level <= 0 || place.is_null() || is_internal(&file_of(place));
    level -= 1;
    while level > 0 && !place.is_null() {
        place = out_of(place);
        if !count_all {
            let skipped =
                |file: &str| is_internal(file) || skip.iter().any(|prefix| file.starts_with(prefix));
            while !place.is_null() && skipped(&file_of(place)) {
                place = out_of(place);
            }
        }
        level -= 1;
    }
    let (filename, line, globals) = if place.is_null() {
        let globals = sys::dict().ok_or_else(|| raise!(RuntimeError, "lost sys"))?;
        (str::intern("<sys>")?.into_object(), 0, globals.as_object().to_owned())
    } else {
        // SAFETY: a live frame, whose code owns its names.
        unsafe {
            let filename = Object::new_ref(frame::code_of(place).co_filename);
            (filename, frame::line_of(place) as isize, Object::new_ref((*place).f_globals))
        }
    };
    let namespace: Borrowed<'_, PyDictObject> = globals.op().downcast().expect("globals are a dict");
    let registry = match dict::get_item_str(namespace, "__warningregistry__")? {
        Some(registry) => registry,
        None => {
            let registry = dict::new()?.into_object();
            dict::set_item_str(namespace, "__warningregistry__", registry.op())?;
            registry
        }
    };
    let module = dict::get_item_str(namespace, "__name__")?;
    let module = match module {
        Some(module) if module.op().is_none() || module.op().is_instance::<PyUnicodeObject>() => module,
        _ => str::intern("<string>")?.into_object(),
    };
    Ok(Place { filename, line, module, registry })
}

fn warn_at(
    category: Op<'_>,
    message: Op<'_>,
    level: isize,
    source: Option<Op<'_>>,
    skip: &[String],
) -> PyResult<()> {
    let place = find_place(level, skip)?;
    show(Warned {
        category,
        message,
        filename: place.filename.op(),
        line: place.line,
        module: Some(place.module.op()),
        registry: Some(place.registry.op()),
        source_line: None,
        source,
    })
}

/// `PyErr_WarnEx`.
pub fn warn(category: Op<'_>, message: &str, stacklevel: isize) -> PyResult<()> {
    // Too early for anything to be shown or raised.
    if !runtime().initialized.get() && import::importlib().map_err(|error| error.clear()).is_err() {
        return Ok(());
    }
    let message = str::from_str(message)?;
    warn_at(category, message.op(), stacklevel, None, &[])
}

/// `PyErr_WarnExplicitObject`.
pub fn warn_explicit(
    category: Op<'_>,
    text: Op<'_>,
    filename: Op<'_>,
    line: isize,
    module: Option<Op<'_>>,
    registry: Option<Op<'_>>,
) -> PyResult<()> {
    show(Warned {
        category,
        message: text,
        filename,
        line,
        module,
        registry,
        source_line: None,
        source: None,
    })
}

/// `PyErr_ResourceWarning`.
pub fn warn_resource(source: Op<'_>, message: &str, stacklevel: isize) -> PyResult<()> {
    let message = str::from_str(message)?;
    warn_at(exceptions::builtin::ResourceWarning(), message.op(), stacklevel, Some(source), &[])
}

/// The category of a call: a message that is a warning brings its own.
fn category_of(message: Op<'_>, category: Option<Op<'_>>) -> PyResult {
    if object::is_instance(message, exceptions::builtin::Warning())? {
        return Ok(message.ob_type().as_object().to_owned());
    }
    let Some(category) = category.filter(|category| !category.is_none()) else {
        return Ok(exceptions::builtin::UserWarning().to_owned());
    };
    let fits = category.is_instance::<PyTypeObject>()
        && object::is_subclass(category, exceptions::builtin::Warning())?;
    if fits {
        return Ok(category.to_owned());
    }
    Err(raise!(TypeError, "category must be a Warning subclass, not '{}'", category.type_name()))
}

fn module_warn(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<5> =
        Signature::new("warn", ["message", "category", "stacklevel", "source", "skip_file_prefixes"])
            .keyword_only_from(4)
            .required(1);
    let [message, category, level, source, prefixes] = args.parse(&SIGNATURE)?;
    let message = message.expect("required");
    let mut level = level.map_or(Ok(1), |level| int::as_isize(number::index(level)?.op()))?;
    let mut skip = Vec::new();
    if let Some(prefixes) = prefixes {
        let Some(prefixes) = prefixes.downcast::<PyTupleObject>() else {
            let found = prefixes.type_name();
            return Err(raise!(TypeError, "warn() argument 'skip_file_prefixes' must be tuple, not {found}"));
        };
        for index in 0..tuple::len(prefixes) {
            let prefix = tuple::get(prefixes, index);
            if !prefix.is_instance::<PyUnicodeObject>() {
                return Err(raise!(
                    TypeError,
                    "Found non-str '{}' in skip_file_prefixes.",
                    prefix.type_name()
                ));
            }
            skip.push(str::to_string_lossy(prefix));
        }
        if !skip.is_empty() {
            level = level.max(2);
        }
    }
    let category = category_of(message, category)?;
    warn_at(category.op(), message, level, source, &skip)
}

fn module_warn_explicit(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<8> = Signature::new(
        "warn_explicit",
        ["message", "category", "filename", "lineno", "module", "registry", "module_globals", "source"],
    )
    .required(4);
    let [message, category, filename, line, module, registry, globals, source] = args.parse(&SIGNATURE)?;
    let filename = filename.expect("required");
    if !filename.is_instance::<PyUnicodeObject>() {
        let found = filename.type_name();
        return Err(raise!(TypeError, "warn_explicit() argument 'filename' must be str, not {found}"));
    }
    let line = int::as_isize(number::index(line.expect("required"))?.op())?;
    let mut source_line = None;
    if let Some(globals) = globals.filter(|globals| !globals.is_none()) {
        let Some(globals) = globals.downcast::<PyDictObject>() else {
            return Err(raise!(TypeError, "module_globals must be a dict, not '{}'", globals.type_name()));
        };
        source_line = line_from_loader(globals, line)?;
    }
    show(Warned {
        category: category.expect("required"),
        message: message.expect("required"),
        filename,
        line,
        module,
        registry,
        source_line: source_line.as_ref().map(|line| line.op()),
        source,
    })
}

/// A line of a module's source, if its loader has it.
fn line_from_loader(globals: Borrowed<'_, PyDictObject>, line: isize) -> PyResult<Option<Object>> {
    let Some(name) = dict::get_item_str(globals, "__name__")? else { return Ok(None) };
    let loader = match dict::get_item_str(globals, "__spec__")? {
        Some(spec) if !spec.op().is_none() => object::get_optional_attr_str(spec.op(), "loader")?,
        _ => dict::get_item_str(globals, "__loader__")?,
    };
    let Some(loader) = loader.filter(|loader| !loader.op().is_none()) else { return Ok(None) };
    let Some(get_source) = object::get_optional_attr_str(loader.op(), "get_source")? else { return Ok(None) };
    let source = call::call_one(get_source.op(), name.op())?;
    if source.op().is_none() {
        return Ok(None);
    }
    let lines = call::call_method_noargs(source.op(), "splitlines")?;
    let Some(lines) = lines.op().downcast::<PyListObject>() else { return Ok(None) };
    Ok(usize::try_from(line - 1).ok().and_then(|index| list::get(lines, index)))
}

fn filters_mutated(_module: Op<'_>) -> PyResult<()> {
    let version = &warnings_state().filters_version;
    version.set(version.get() + 1);
    Ok(())
}

/// The GIL already does what this lock is for; it nests and any thread may take it.
fn lock(_module: Op<'_>) -> PyResult<()> {
    Ok(())
}

static FUNCTIONS: &[PyMethodDef] = &[
    method::keywords(c"warn", module_warn, c"warn($module, /, message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())\n--\n\nIssue a warning: it is shown, raised or passed over, as the filters say."),
    method::keywords(c"warn_explicit", module_warn_explicit, c"warn_explicit($module, /, message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)\n--\n\nIssue a warning for a place that is given."),
    method::noargs(c"_filters_mutated_lock_held", filters_mutated, c"_filters_mutated_lock_held($module, /)\n--\n\nSay that the filters have changed."),
    method::noargs(c"_acquire_lock", lock, c"_acquire_lock($module, /)\n--\n\nTake the lock around the filters."),
    method::noargs(c"_release_lock", lock, c"_release_lock($module, /)\n--\n\nGive the lock around the filters back."),
    PyMethodDef::EMPTY,
];

/// Makes the module `_warnings`.
pub fn init() -> PyResult {
    let result = module::new("_warnings")?;
    let target = result.op();
    let doc = "Native parts of the module warnings.";
    module::add_object(target, "__doc__", str::from_str(doc)?.op())?;
    module::add_functions(target, FUNCTIONS.as_ptr())?;
    module::add_object(target, "filters", filters()?.op())?;
    let registry =
        warnings_state().once_registry.get().map_or_else(|| dict::new().map(|new| new.into_object()), Ok)?;
    warnings_state().once_registry.set(Some(registry.clone()));
    module::add_object(target, "_onceregistry", registry.op())?;
    let action = str::intern("default")?;
    warnings_state().default_action.set(Some(action.clone().into_object()));
    module::add_object(target, "_defaultaction", action.op())?;
    let context = crate::context::new_variable("_warnings_context", None)?;
    module::add_object(target, "_warnings_context", context.op())?;
    Ok(result)
}

/// Whether the collector's state is still there: for finalizers that warn at the end.
pub fn can_warn() -> bool {
    !state::current().is_null() && !runtime().finalizing.get()
}
