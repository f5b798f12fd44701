//! Takes the modules down at the end of the program, in CPython's order, so that finalizers see what they
//! see there.
//!
//! `sys` loses where user objects hide; `sys.modules` is emptied, and the collector takes what only it kept.
//! Modules that are still alive then have their namespaces wiped, the newest first; `sys` and `builtins` come
//! last. Python code may run at each step, and finds less and less.

use adder_object_model::gc::{self, Reason};
use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, call, dict, exceptions, list, module, object, singletons, state, str,
    weakref,
};

use crate::runtime::config;
use crate::{errors_display, import, sys, threads, warnings};

/// Attributes of `sys` that hold user objects.
const SYS_DELETES: [&str; 12] = [
    "path_importer_cache",
    "path_hooks",
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_exc",
    "last_type",
    "last_value",
    "last_traceback",
    "__interactivehook__",
    "meta_path",
];

/// A module that was in `sys.modules`: its name, and a weak reference to it.
struct Removed {
    name: Object,
    reference: Object,
}

/// Reports what a step raised, and goes on.
fn report(result: PyResult<()>, doing: &str) {
    if result.is_err() {
        errors_display::write_unraisable(Some(&format!("Exception ignored while {doing}")), None);
    }
}

/// A line for `-v`.
fn tell(line: core::fmt::Arguments<'_>) {
    if config().verbose > 0 {
        sys::write_stderr(&format!("# {line}\n"));
    }
}

/// A line for `-v` about a module.
fn tell_of(step: &str, name: Op<'_>) {
    if config().verbose > 0 && name.is_instance::<PyUnicodeObject>() {
        tell(format_args!("{step} {}", str::to_string_lossy(name)));
    }
}

/// The namespace of `builtins`.
fn builtins_namespace() -> Option<Borrowed<'static, PyDictObject>> {
    // SAFETY: set at start-up and kept until the process ends.
    unsafe { Borrowed::from_nullable(state::interp().builtins.get().cast()) }
}

/// Takes all modules down (`finalize_modules`). `original_builtins` is what `builtins` had at start.
pub(super) fn finalize_modules(original_builtins: Option<Object>) {
    delete_special();
    let removed = remove_modules();
    clear_modules_dict();
    if let Some(original) = original_builtins {
        report(restore_builtins(original), "restoring builtins");
    }
    gc::collect_with_reason(gc::GENERATIONS - 1, Reason::Shutdown);
    report(tell_of_garbage(), "counting uncollectable objects");
    wipe_modules(removed);
    let streams = ["stdout", "stderr"].map(|name| sys::get_object(name).ok().flatten());
    tell(format_args!("cleanup[3] wiping sys"));
    if let Some(namespace) = sys::dict() {
        clear_namespace(namespace);
    }
    tell(format_args!("cleanup[3] wiping builtins"));
    if let Some(namespace) = builtins_namespace() {
        clear_namespace(namespace);
    }
    let by_index = state::interp().modules_by_index.take();
    for module in by_index {
        // SAFETY: the table owned its modules.
        drop(unsafe { Object::steal_nullable(module) });
    }
    // Modules that finalizers have imported meanwhile.
    clear_modules_dict();
    gc::collect_with_reason(gc::GENERATIONS - 1, Reason::Shutdown);
    // What finalizers have printed since; the streams would write it when they die, if nothing else holds them.
    for stream in streams.into_iter().flatten() {
        if !stream.op().is_none()
            && !super::is_closed(stream.op())
            && let Err(error) = call::call_method_noargs(stream.op(), "flush")
        {
            error.clear();
        }
    }
}

fn delete_special() {
    tell(format_args!("clear builtins._"));
    if let Some(builtins) = builtins_namespace() {
        report(dict::set_item_str(builtins, "_", singletons::none()), "setting builtin variable _");
    }
    for name in SYS_DELETES {
        tell(format_args!("clear sys.{name}"));
        report(sys::set_object(name, Some(singletons::none())), &format!("clearing sys.{name}"));
    }
    for name in ["stdin", "stdout", "stderr"] {
        tell(format_args!("restore sys.{name}"));
        let restored = sys::get_object(&format!("__{name}__")).and_then(|original| {
            let original = original.unwrap_or_else(singletons::new_none);
            sys::set_object(name, Some(original.op()))
        });
        report(restored, &format!("restoring sys.{name}"));
    }
}

/// Sets every module in `sys.modules` to None; gives weak references to them, in the order of import.
fn remove_modules() -> Vec<Removed> {
    let mut removed = Vec::new();
    let result = (|| -> PyResult<()> {
        let modules = import::modules()?;
        let names: Vec<Object> = match modules.op().downcast_exact::<PyDictObject>() {
            Some(modules) => dict::pairs(modules).into_iter().map(|(name, _)| name.to_owned()).collect(),
            None => {
                let names = list::new()?;
                list::extend(names.borrow(), modules.op())?;
                list::to_vec(names.borrow())
            }
        };
        for name in names {
            let found = match object::get_item(modules.op(), name.op()) {
                Ok(found) => found,
                Err(error) => {
                    error.absorb::<()>(exceptions::builtin::KeyError())?;
                    continue;
                }
            };
            if !found.op().is_instance::<PyModuleObject>() {
                continue;
            }
            tell_of("cleanup[2] removing", name.op());
            match weakref::new_ref(found.op(), None) {
                Ok(reference) => removed.push(Removed { name: name.clone(), reference }),
                Err(error) => report(Err(error), "removing modules"),
            }
            drop(found);
            report(object::set_item(modules.op(), name.op(), singletons::none()), "removing modules");
        }
        Ok(())
    })();
    report(result, "removing modules");
    removed
}

fn clear_modules_dict() {
    let result = import::modules().and_then(|modules| match modules.op().downcast_exact::<PyDictObject>() {
        Some(modules) => {
            dict::clear(modules);
            Ok(())
        }
        None => call::call_method_noargs(modules.op(), "clear").map(drop),
    });
    report(result, "clearing sys.modules");
}

/// Gives `builtins` the names that it had at start, and no others.
fn restore_builtins(original: Object) -> PyResult<()> {
    let Some(builtins) = builtins_namespace() else { return Ok(()) };
    // Dropped when the namespace is whole again: finalizers look into it.
    let before = dict::copy(builtins)?;
    dict::clear(builtins);
    let restored = dict::update(builtins, original.op());
    drop(before);
    restored
}

/// Warns of what the collector could not free.
fn tell_of_garbage() -> PyResult<()> {
    let state = gc::state();
    if state.debug.get() & _PyGC_DEBUG_SAVEALL != 0 {
        return Ok(());
    }
    let garbage = state.garbage()?;
    let count = object::len(garbage.op())?;
    if count == 0 {
        return Ok(());
    }
    let listed = state.debug.get() & _PyGC_DEBUG_UNCOLLECTABLE != 0;
    let hint = if listed { "" } else { "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them" };
    let text = str::from_string(format!("gc: {count} uncollectable objects at shutdown{hint}"))?;
    let (file, module) = (str::intern("gc")?, str::intern("gc")?);
    warnings::warn_explicit(
        exceptions::builtin::ResourceWarning(),
        text.op(),
        file.op(),
        0,
        Some(module.op()),
        None,
    )?;
    if listed {
        let shown = object::repr(garbage.op())?;
        sys::write_stderr(&format!("      {}\n", str::to_string_lossy(shown.op())));
    }
    Ok(())
}

/// Wipes the modules that something still holds, those imported last first.
fn wipe_modules(removed: Vec<Removed>) {
    for Removed { name, reference } in removed.into_iter().rev() {
        let Ok(Some(module)) = weakref::get(reference.op()) else { continue };
        let namespace = module::get_dict(module.op());
        let address = namespace.as_object().as_ptr();
        if address == state::interp().builtins.get() || address == state::interp().sysdict.get() {
            continue;
        }
        tell_of("cleanup[3] wiping", name.op());
        clear_namespace(namespace);
    }
}

/// Sets the names of a namespace to None: first those with one underscore, then the rest (`_PyModule_ClearDict`).
fn clear_namespace(namespace: Borrowed<'_, PyDictObject>) {
    let names: Vec<Object> = dict::pairs(namespace).into_iter().map(|(name, _)| name.to_owned()).collect();
    for first in [true, false] {
        for name in &names {
            if !name.op().is_instance::<PyUnicodeObject>() {
                continue;
            }
            let text = str::to_string_lossy(name.op());
            let private = text.starts_with('_') && !text[1..].starts_with('_');
            if text == "__builtins__" || first && !private {
                continue;
            }
            // A finalizer may have taken the name away, or the value is None already.
            let Ok(Some(value)) = dict::get_item(namespace, name.op()) else { continue };
            if value.op().is_none() {
                continue;
            }
            drop(value);
            if let Err(error) = dict::set_item(namespace, name.op(), singletons::none()) {
                error.clear();
            }
        }
    }
}

/// Drops what the states of other threads hold; none of them runs Python code any more.
pub(super) fn clear_other_threads() {
    for thread in threads::all() {
        if thread != state::current() {
            // SAFETY: its thread waits for the GIL for good when it wants it again. The state itself stays.
            unsafe { threads::clear(thread) };
        }
    }
}

/// Drops what this thread's state holds, as the very last.
pub(super) fn clear_own_thread() {
    // SAFETY: no Python code runs below this, and a state that is cleared can still be used.
    unsafe { threads::clear(state::current()) };
}
