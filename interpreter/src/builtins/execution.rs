//! Functions that compile, run or import code, and look at namespaces.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyResult, Signature, call, dict, int, mapping, raise, singletons, state, str,
    tuple,
};
use rustpython_compiler::Mode;

use crate::compile::{self, Options};
use crate::{frame, import as importing, sys, vm};

pub fn import(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<5> =
        Signature::new("__import__", ["name", "globals", "locals", "fromlist", "level"]).required(1);
    let [name, globals, locals, fromlist, level] = args.parse(&SIGNATURE)?;
    let level = level.map_or(Ok(0), int::as_i32)?;
    importing::import_module_level(name.expect("required"), globals, locals, fromlist, level)
}

/// The namespace of the frame that runs.
fn current_globals() -> PyResult {
    frame::current_globals().ok_or_else(|| raise!(SystemError, "globals and locals cannot be NULL"))
}

pub fn current_locals() -> PyResult {
    frame::current_locals()?.ok_or_else(|| raise!(SystemError, "frame does not exist"))
}

pub fn globals(_module: Op<'_>) -> PyResult {
    Ok(frame::current_globals().unwrap_or_else(singletons::new_none))
}

pub fn locals(_module: Op<'_>) -> PyResult {
    current_locals()
}

/// `sys.breakpointhook(*args, **kws)`.
pub fn breakpoint(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let Some(hook) = sys::get_object("breakpointhook")? else {
        return Err(raise!(RuntimeError, "lost sys.breakpointhook"));
    };
    sys::audit("builtins.breakpoint", &[hook.op()])?;
    call::call(hook.op(), args)
}

/// The builtins that code with these globals sees (`_PyEval_BuiltinsFromGlobals`).
pub fn builtins_of(globals: Borrowed<'_, PyDictObject>) -> PyResult {
    if let Some(builtins) = dict::get_item_str(globals, "__builtins__")? {
        if let Some(module) = builtins.op().downcast::<PyModuleObject>() {
            return Ok(adder_object_model::module::get_dict(module.as_object()).as_object().to_owned());
        }
        return Ok(builtins);
    }
    Ok(default_builtins())
}

/// The builtins of the frame that runs, or the interpreter's.
fn default_builtins() -> Object {
    frame::current_builtins().unwrap_or_else(|| {
        // SAFETY: set at start-up and kept until the end.
        unsafe { Object::new_ref(state::interp().builtins.get()) }
    })
}

/// Gives globals a `__builtins__` if they have none.
pub fn ensure_builtins(globals: Borrowed<'_, PyDictObject>) -> PyResult<()> {
    if dict::get_item_str(globals, "__builtins__")?.is_none() {
        dict::set_item_str(globals, "__builtins__", default_builtins().op())?;
    }
    Ok(())
}

/// Globals and locals where either may be left out.
fn namespaces(globals: Option<Op<'_>>, locals: Option<Op<'_>>) -> PyResult<(Object, Object)> {
    Ok(match (globals, locals) {
        (Some(globals), Some(locals)) => (globals.to_owned(), locals.to_owned()),
        (Some(globals), None) => (globals.to_owned(), globals.to_owned()),
        (None, Some(locals)) => (current_globals()?, locals.to_owned()),
        (None, None) => (current_globals()?, current_locals()?),
    })
}

/// `eval(source, /, globals=None, locals=None)`.
pub fn eval(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> =
        Signature::new("eval", ["", "globals", "locals"]).positional_only(1).required(1);
    let [source, globals, locals] = args.parse(&SIGNATURE)?;
    let source = source.expect("required");
    let globals = globals.filter(|globals| !globals.is_none());
    let locals = locals.filter(|locals| !locals.is_none());
    if locals.is_some_and(|locals| !mapping::check(locals)) {
        return Err(raise!(TypeError, "locals must be a mapping"));
    }
    if let Some(globals) = globals
        && !globals.is_instance::<PyDictObject>()
    {
        return Err(if mapping::check(globals) {
            raise!(TypeError, "globals must be a real dict; try eval(code, {{}}, mapping)")
        } else {
            raise!(TypeError, "globals must be a dict")
        });
    }
    if globals.is_none() && frame::current_globals().is_none() {
        return Err(raise!(TypeError, "eval must be given globals and locals when called without a frame"));
    }
    let (globals, locals) = namespaces(globals, locals)?;
    ensure_builtins(globals.op().downcast().expect("a dict"))?;
    if let Some(code) = source.downcast_exact::<PyCodeObject>() {
        sys::audit("exec", &[source])?;
        if code.co_nfreevars > 0 {
            return Err(raise!(TypeError, "code object passed to eval() may not contain free variables"));
        }
        return vm::eval_code(code, globals.op(), locals.op());
    }
    let source = compile::source_argument(source, "eval", "string, bytes or code")?.trim_start();
    let options = Options { flags: compile::inherited_flags(), ..Options::new(Mode::Eval) };
    let code = source.compile(str::intern("<string>")?.op(), options)?;
    sys::audit("exec", &[code.op()])?;
    vm::eval_code(code.borrow(), globals.op(), locals.op())
}

/// `exec(source, /, globals=None, locals=None, *, closure=None)`.
pub fn exec(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<4> = Signature::new("exec", ["", "globals", "locals", "closure"])
        .positional_only(1)
        .keyword_only_from(3)
        .required(1);
    let [source, globals, locals, closure] = args.parse(&SIGNATURE)?;
    let source = source.expect("required");
    let globals = globals.filter(|globals| !globals.is_none());
    let locals = locals.filter(|locals| !locals.is_none());
    let closure = closure.filter(|closure| !closure.is_none());
    if let Some(globals) = globals
        && !globals.is_instance::<PyDictObject>()
    {
        return Err(raise!(TypeError, "exec() globals must be a dict, not {}", globals.type_name()));
    }
    if let Some(locals) = locals
        && !mapping::check(locals)
    {
        return Err(raise!(TypeError, "locals must be a mapping or None, not {}", locals.type_name()));
    }
    let (globals, locals) = namespaces(globals, locals)?;
    ensure_builtins(globals.op().downcast().expect("a dict"))?;
    if let Some(code) = source.downcast_exact::<PyCodeObject>() {
        let n_free = code.co_nfreevars as usize;
        check_closure(n_free, closure)?;
        sys::audit("exec", &[source])?;
        return vm::eval_code_with_closure(code, globals.op(), locals.op(), closure).map(drop);
    }
    if closure.is_some() {
        return Err(raise!(TypeError, "closure can only be used when source is a code object"));
    }
    let source = compile::source_argument(source, "exec", "string, bytes or code")?;
    let options = Options { flags: compile::inherited_flags(), ..Options::new(Mode::Exec) };
    let code = source.compile(str::intern("<string>")?.op(), options)?;
    sys::audit("exec", &[code.op()])?;
    vm::eval_code(code.borrow(), globals.op(), locals.op()).map(drop)
}

/// A closure is a tuple of as many cells as the code has free variables.
fn check_closure(n_free: usize, closure: Option<Op<'_>>) -> PyResult<()> {
    if n_free == 0 {
        return match closure {
            Some(_) => Err(raise!(TypeError, "cannot use a closure with this code object")),
            None => Ok(()),
        };
    }
    let fits = closure.and_then(|closure| closure.downcast_exact::<PyTupleObject>()).is_some_and(|cells| {
        tuple::len(cells) == n_free
            && (0..n_free).all(|index| tuple::get(cells, index).is_exact::<PyCellObject>())
    });
    if fits {
        Ok(())
    } else {
        Err(raise!(TypeError, "code object requires a closure of exactly length {n_free}"))
    }
}
