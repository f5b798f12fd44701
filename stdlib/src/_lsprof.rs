//! The `_lsprof` module: the profiler under `cProfile`, a tool of `sys.monitoring`.
//!
//! A profiler keeps a stack of the calls that run and, for each function, how often it ran
//! and how long. Times are nanoseconds of a clock, or units of the caller's own timer.
//!
//! A timer is Python code and can use the profiler that asks it; `in_timer` is true
//! meanwhile, and `disable` and `clear` refuse. Nothing of `Inside` is borrowed then.

use core::cell::{Cell, RefCell};
use std::collections::HashMap;

use adder_object_model::args::Signature;
use adder_object_model::fields::allocate;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, call, errors, float,
    gc, int, list, method, module, object, py_typed, raise, singletons, slot, str, structseq, type_object,
};

use crate::pytime;

/// `sys.monitoring.PROFILER_ID`.
const TOOL_ID: i64 = 2;

/// What is known of a function, or of a function as called by another.
#[derive(Default)]
struct Counts {
    /// Time with and without what was called from there.
    total: i64,
    inline: i64,
    n_calls: i64,
    n_recursive_calls: i64,
    /// How many calls run now.
    depth: i64,
}

impl Counts {
    fn leave(&mut self, total: i64, inline: i64) {
        self.depth -= 1;
        if self.depth == 0 {
            self.total += total;
        } else {
            self.n_recursive_calls += 1;
        }
        self.inline += inline;
        self.n_calls += 1;
    }
}

struct Entry {
    /// A code object, or a text that names a builtin function.
    function: Object,
    counts: Counts,
    /// Functions called from here, by their index.
    calls: Vec<(usize, Counts)>,
}

impl Entry {
    fn call(&mut self, callee: usize) -> &mut Counts {
        let index = self.calls.iter().position(|call| call.0 == callee).unwrap_or_else(|| {
            self.calls.push((callee, Counts::default()));
            self.calls.len() - 1
        });
        &mut self.calls[index].1
    }
}

/// A call that runs.
struct Running {
    entry: usize,
    start: i64,
    /// Time that calls from here took.
    in_calls: i64,
}

#[derive(Default)]
struct Inside {
    entries: Vec<Entry>,
    /// By the address of the code object or of the method definition.
    index: HashMap<usize, usize>,
    running: Vec<Running>,
    timer: Option<Object>,
    time_unit: f64,
    /// `sys.monitoring.MISSING`.
    missing: Option<Object>,
}

#[repr(C)]
struct Profiler {
    ob_base: PyObject,
    inside: Cell<*mut RefCell<Inside>>,
    enabled: Cell<bool>,
    subcalls: Cell<bool>,
    builtins: Cell<bool>,
    in_timer: Cell<bool>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Profiler {}
py_typed!(Profiler, Profiler_Type);

type This<'a> = Borrowed<'a, Profiler>;

impl Profiler {
    /// Runs a step that runs no Python code.
    fn with<R>(&self, step: impl FnOnce(&mut Inside) -> R) -> R {
        // SAFETY: `new` made it, it lives as long as the object.
        step(&mut unsafe { &*self.inside.get() }.borrow_mut())
    }

    /// Reads the clock; Python code can run.
    fn now(&self) -> i64 {
        let (timer, unit) =
            self.with(|inside| (inside.timer.as_ref().map(|timer| timer.op().to_owned()), inside.time_unit));
        let Some(timer) = timer else {
            return pytime::read_clock(libc::CLOCK_MONOTONIC).unwrap_or_else(|raised| {
                raised.clear();
                0
            });
        };
        self.in_timer.set(true);
        let answer = call::call_noargs(timer.op());
        self.in_timer.set(false);
        let time = answer.and_then(|answer| {
            if unit > 0.0 {
                int::as_i64(answer.op())
            } else {
                pytime::from_seconds(answer.op(), pytime::Round::Floor)
            }
        });
        time.unwrap_or_else(|_raised| {
            errors::write_unraisable("Exception ignored while calling _lsprof timer", Some(timer.op()));
            0
        })
    }
}

/// What `getstats` calls a builtin function: `<module.name>`, or for a method the `repr` of its descriptor.
fn describe(function: Borrowed<'_, PyCFunctionObject>) -> PyResult {
    // SAFETY: the definition outlives the function; its name is a C string.
    let name = unsafe { core::ffi::CStr::from_ptr((*function.m_ml).ml_name) }.to_string_lossy();
    // SAFETY: null or live, the function owns both.
    let (receiver, module) =
        unsafe { (Op::from_nullable(function.m_self), Op::from_nullable(function.m_module)) };
    let module_name = match module {
        Some(module) if module.is_instance::<PyUnicodeObject>() => Some(module.to_owned()),
        Some(module) if receiver.is_none() && module.is_instance::<PyModuleObject>() => {
            module::get_name(module).map(Some).unwrap_or_else(|raised| {
                raised.clear();
                None
            })
        }
        _ => None,
    };
    let Some(receiver) = receiver else {
        return match module_name.map(|name| str::to_string_lossy(name.op())) {
            Some(module) if module != "builtins" => {
                str::from_string(format!("<{module}.{name}>")).map(Owned::into_object)
            }
            _ => str::from_string(format!("<{name}>")).map(Owned::into_object),
        };
    };
    if let Some(descriptor) = type_object::lookup_str(receiver.ob_type(), &name) {
        match object::repr(descriptor.op()) {
            Ok(text) => return Ok(text.into_object()),
            Err(raised) => raised.clear(),
        }
    }
    match module_name.map(|name| str::to_string_lossy(name.op())) {
        Some(module) => {
            str::from_string(format!("<built-in method {module}.{name}>")).map(Owned::into_object)
        }
        None => str::from_string(format!("<built-in method {name}>")).map(Owned::into_object),
    }
}

/// A call begins. `key` stands for the function for as long as `function` lives.
fn enter(profiler: This<'_>, key: usize, function: Op<'_>) {
    let saved = errors::take();
    let known = profiler.with(|inside| inside.index.get(&key).copied());
    let entry = known.map_or_else(
        || {
            let function = match function.downcast::<PyCFunctionObject>() {
                Some(function) => describe(function)?,
                None => function.to_owned(),
            };
            Ok(profiler.with(|inside| {
                let entry = inside.entries.len();
                inside.entries.push(Entry { function, counts: Counts::default(), calls: Vec::new() });
                inside.index.insert(key, entry);
                entry
            }))
        },
        Ok,
    );
    match entry {
        Ok(entry) => begin(profiler, entry),
        Err(raised) => adder_object_model::Raised::clear(raised),
    }
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
}

fn begin(profiler: This<'_>, entry: usize) {
    let subcalls = profiler.subcalls.get();
    profiler.with(|inside| {
        inside.entries[entry].counts.depth += 1;
        if let Some(caller) = inside.running.last().map(|running| running.entry).filter(|_| subcalls) {
            inside.entries[caller].call(entry).depth += 1;
        }
        inside.running.push(Running { entry, start: 0, in_calls: 0 });
    });
    let start = profiler.now();
    profiler.with(|inside| {
        if let Some(running) = inside.running.last_mut() {
            running.start = start;
        }
    });
}

/// The innermost call ends, if it is one of `key`; another is only taken off.
fn leave(profiler: This<'_>, key: usize) {
    let saved = errors::take();
    let known = profiler.with(|inside| inside.index.get(&key).copied());
    match known {
        Some(entry) => end(profiler, Some(entry)),
        None => profiler.with(|inside| {
            inside.running.pop();
        }),
    }
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
}

/// Counts the innermost call as one of `entry`, or of the function that it began as.
fn end(profiler: This<'_>, entry: Option<usize>) {
    if profiler.with(|inside| inside.running.is_empty()) {
        return;
    }
    let now = profiler.now();
    let subcalls = profiler.subcalls.get();
    profiler.with(|inside| {
        let Some(ended) = inside.running.pop() else { return };
        let entry = entry.unwrap_or(ended.entry);
        let total = now - ended.start;
        let inline = total - ended.in_calls;
        inside.entries[entry].counts.leave(total, inline);
        if let Some(caller) = inside.running.last_mut() {
            caller.in_calls += total;
            let caller = caller.entry;
            if subcalls {
                inside.entries[caller].call(entry).leave(total, inline);
            }
        }
    });
}

fn address(op: Op<'_>) -> usize {
    op.as_ptr() as usize
}

fn pystart(profiler: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [code, _offset] = args.exactly("_pystart_callback")?;
    enter(profiler, address(code), code);
    Ok(())
}

fn pythrow(profiler: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [code, _offset, _exception] = args.exactly("_pythrow_callback")?;
    enter(profiler, address(code), code);
    Ok(())
}

fn pyreturn(profiler: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [code, _offset, _value] = args.exactly("_pyreturn_callback")?;
    leave(profiler, address(code));
    Ok(())
}

/// The builtin function of a call: itself, or what a method descriptor makes of its first argument.
fn builtin_of(profiler: This<'_>, callable: Op<'_>, first: Op<'_>) -> PyResult<Option<Object>> {
    if callable.is_instance::<PyCFunctionObject>() {
        return Ok(Some(callable.to_owned()));
    }
    let missing = profiler.with(|inside| inside.missing.as_ref().map(|missing| address(missing.op())));
    if !callable.is_exact::<PyMethodDescrObject>() || missing == Some(address(first)) {
        return Ok(None);
    }
    let bound = object::get_attr_str(callable, "__get__")?;
    let bound = call::call_positional(bound.op(), &[first, first.ob_type().as_object()])?;
    Ok(Some(bound).filter(|bound| bound.op().is_instance::<PyCFunctionObject>()))
}

/// The key of a builtin function: its definition, which all its bound objects share.
fn definition(function: Op<'_>) -> Option<usize> {
    function.downcast::<PyCFunctionObject>().map(|function| function.m_ml as usize)
}

fn ccall(profiler: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [_code, _offset, callable, first] = args.exactly("_ccall_callback")?;
    if profiler.builtins.get()
        && let Some(function) = builtin_of(profiler, callable, first)?
        && let Some(key) = definition(function.op())
    {
        enter(profiler, key, function.op());
    }
    Ok(())
}

fn creturn(profiler: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [_code, _offset, callable, first] = args.exactly("_creturn_callback")?;
    if profiler.builtins.get()
        && let Some(function) = builtin_of(profiler, callable, first)?
        && let Some(key) = definition(function.op())
    {
        leave(profiler, key);
    }
    Ok(())
}

/// Events of `sys.monitoring`, and the method that each is given to.
const CALLBACKS: [(&str, &str); 9] = [
    ("PY_START", "_pystart_callback"),
    ("PY_RESUME", "_pystart_callback"),
    ("PY_THROW", "_pythrow_callback"),
    ("PY_RETURN", "_pyreturn_callback"),
    ("PY_YIELD", "_pyreturn_callback"),
    ("PY_UNWIND", "_pyreturn_callback"),
    ("CALL", "_ccall_callback"),
    ("C_RETURN", "_creturn_callback"),
    ("C_RAISE", "_creturn_callback"),
];

fn monitoring() -> PyResult {
    let sys = adder_interpreter::import::import_module("sys")?;
    object::get_attr_str(sys.op(), "monitoring")
}

/// Registers the callbacks, or takes them away; gives the set of their events.
fn register(monitoring: Op<'_>, profiler: Option<This<'_>>) -> PyResult {
    let events = object::get_attr_str(monitoring, "events")?;
    let tool = int::from_i64(TOOL_ID)?;
    let mut all = 0;
    for (event, callback) in CALLBACKS {
        let event = object::get_attr_str(events.op(), event)?;
        let callback = match profiler {
            Some(profiler) => object::get_attr_str(profiler.as_object(), callback)?,
            None => singletons::new_none(),
        };
        call::call_method(monitoring, "register_callback", &[tool.op(), event.op(), callback.op()])?;
        all |= int::as_i64(event.op())?;
    }
    int::from_i64(all)
}

fn enable(profiler: This<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<2> = Signature::new("enable", ["subcalls", "builtins"]);
    let [subcalls, builtins] = args.parse(&SIGNATURE)?;
    let subcalls = subcalls.map_or(Ok(true), object::is_true)?;
    let builtins = builtins.map_or(Ok(true), object::is_true)?;
    profiler.subcalls.set(subcalls);
    profiler.builtins.set(builtins);
    let monitoring = monitoring()?;
    let tool = int::from_i64(TOOL_ID)?;
    let name = str::from_str("cProfile")?;
    call::call_method(monitoring.op(), "use_tool_id", &[tool.op(), name.op()])?;
    let events = register(monitoring.op(), Some(profiler))?;
    call::call_method(monitoring.op(), "set_events", &[tool.op(), events.op()])?;
    profiler.enabled.set(true);
    Ok(())
}

fn switch_off(profiler: This<'_>) -> PyResult<()> {
    let monitoring = monitoring()?;
    let tool = int::from_i64(TOOL_ID)?;
    register(monitoring.op(), None)?;
    call::call_method(monitoring.op(), "set_events", &[tool.op(), int::from_i64(0)?.op()])?;
    call::call_method(monitoring.op(), "free_tool_id", &[tool.op()])?;
    profiler.enabled.set(false);
    while profiler.with(|inside| !inside.running.is_empty()) {
        end(profiler, None);
    }
    Ok(())
}

fn disable(profiler: This<'_>) -> PyResult<()> {
    if profiler.in_timer.get() {
        return Err(raise!(RuntimeError, "cannot disable profiler in external timer"));
    }
    if profiler.enabled.get() { switch_off(profiler) } else { Ok(()) }
}

/// Takes everything out that was collected, and drops it when nothing is borrowed.
fn forget(profiler: This<'_>) {
    let gone = profiler.with(|inside| {
        inside.index.clear();
        inside.running.clear();
        core::mem::take(&mut inside.entries)
    });
    drop(gone);
}

fn clear_collected(profiler: This<'_>) -> PyResult<()> {
    if profiler.in_timer.get() {
        return Err(raise!(RuntimeError, "cannot clear profiler in external timer"));
    }
    forget(profiler);
    Ok(())
}

/// A name of this module.
fn own(name: &str) -> PyResult {
    let this = adder_interpreter::import::import_module("_lsprof")?;
    object::get_attr_str(this.op(), name)
}

/// Counts as Python sees them: a plain copy, with which Python code may run.
type Copied = (Object, [i64; 2], [i64; 2]);

fn copied(function: &Object, counts: &Counts) -> Copied {
    (function.op().to_owned(), [counts.n_calls, counts.n_recursive_calls], [counts.total, counts.inline])
}

fn fields((function, counts, times): Copied, unit: f64) -> PyResult<Vec<Object>> {
    let mut result = vec![function];
    for count in counts {
        result.push(int::from_i64(count)?);
    }
    for time in times {
        result.push(float::new(time as f64 * unit)?);
    }
    Ok(result)
}

fn getstats(profiler: This<'_>) -> PyResult<Owned<PyListObject>> {
    let (unit, entries) = profiler.with(|inside| {
        let unit = if inside.timer.is_none() || inside.time_unit == 0.0 { 1e-9 } else { inside.time_unit };
        let entries: Vec<(Copied, Vec<Copied>)> = inside
            .entries
            .iter()
            .filter(|entry| entry.counts.n_calls != 0)
            .map(|entry| {
                let calls = entry
                    .calls
                    .iter()
                    .map(|(callee, counts)| copied(&inside.entries[*callee].function, counts));
                (copied(&entry.function, &entry.counts), calls.collect())
            })
            .collect();
        (unit, entries)
    });
    let (entry_type, subentry_type) = (own("profiler_entry")?, own("profiler_subentry")?);
    let result = list::new()?;
    for (entry, calls) in entries {
        let mut entry = fields(entry, unit)?;
        entry.push(if calls.is_empty() {
            singletons::new_none()
        } else {
            let details = list::new()?;
            for subentry in calls {
                let subentry =
                    structseq::from_values(structseq::as_type(&subentry_type)?, fields(subentry, unit)?)?;
                list::append(details.borrow(), subentry)?;
            }
            details.into_object()
        });
        let entry = structseq::from_values(structseq::as_type(&entry_type)?, entry)?;
        list::append(result.borrow(), entry)?;
    }
    Ok(result)
}

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<Profiler>> {
    // SAFETY: the type or a subclass.
    let result: Owned<Profiler> = unsafe { allocate(tp)? };
    result.inside.set(Box::into_raw(Box::default()));
    Ok(result)
}

fn init_profiler(profiler: This<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<4> = Signature::new("Profiler", ["timer", "timeunit", "subcalls", "builtins"]);
    let [timer, unit, subcalls, builtins] = args.parse(&SIGNATURE)?;
    let unit = unit.map_or(Ok(0.0), float::as_f64)?;
    profiler.subcalls.set(subcalls.map_or(Ok(true), object::is_true)?);
    profiler.builtins.set(builtins.map_or(Ok(true), object::is_true)?);
    let missing = object::get_attr_str(monitoring()?.op(), "MISSING")?;
    let timer = timer.filter(|timer| !timer.is_none()).map(|timer| timer.to_owned());
    let old = profiler.with(|inside| {
        inside.time_unit = unit;
        (inside.timer.take(), core::mem::replace(&mut inside.timer, timer), inside.missing.replace(missing))
    });
    drop(old);
    Ok(())
}

fn traverse(profiler: This<'_>, visitor: &mut Visitor) {
    if !profiler.inside.get().is_null() {
        profiler.with(|inside| {
            inside.timer.iter().chain(inside.entries.iter().map(|entry| &entry.function)).for_each(|owned| {
                visitor.visit(owned.as_ptr());
            });
        });
    }
}

fn clear(profiler: This<'_>) {
    if !profiler.inside.get().is_null() {
        let timer = profiler.with(|inside| inside.timer.take());
        drop(timer);
        forget(profiler);
    }
}

fn dealloc(profiler: This<'_>) {
    let op = profiler.as_object_ptr();
    gc::untrack(op);
    // While the tool's callbacks are registered, they keep the profiler alive.
    clear(profiler);
    let inside = profiler.inside.get();
    if !inside.is_null() {
        // SAFETY: made by `Box::into_raw`.
        drop(unsafe { Box::from_raw(inside) });
    }
    // SAFETY: the references are gone.
    unsafe { adder_object_model::alloc::free_object(op) };
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"getstats",
        getstats,
        c"getstats($self, /)\n--\n\nReturn a list with a profiler_entry for each function that was called.\n\nAn entry has the fields code, callcount, reccallcount, totaltime, inlinetime and calls.\nThe last is None, or a list with a profiler_subentry for each function that was called\nfrom this one, with the same fields but calls.",
    ),
    method::keywords(
        c"enable",
        enable,
        c"enable($self, /, subcalls=True, builtins=True)\n--\n\nStart collecting profiling information.\n\n  subcalls\n    Whether calls are also counted by who calls.\n  builtins\n    Whether the time in builtin functions is counted apart from their caller's.",
    ),
    method::noargs(c"disable", disable, c"disable($self, /)\n--\n\nStop collecting profiling information."),
    method::noargs(c"clear", clear_collected, c"clear($self, /)\n--\n\nForget all that has been collected so far."),
    method::positional(c"_pystart_callback", pystart, c"_pystart_callback($self, code, instruction_offset, /)\n--\n\n"),
    method::positional(
        c"_pythrow_callback",
        pythrow,
        c"_pythrow_callback($self, code, instruction_offset, exception, /)\n--\n\n",
    ),
    method::positional(
        c"_pyreturn_callback",
        pyreturn,
        c"_pyreturn_callback($self, code, instruction_offset, retval, /)\n--\n\n",
    ),
    method::positional(
        c"_ccall_callback",
        ccall,
        c"_ccall_callback($self, code, instruction_offset, callable, self_arg, /)\n--\n\n",
    ),
    method::positional(
        c"_creturn_callback",
        creturn,
        c"_creturn_callback($self, code, instruction_offset, callable, self_arg,\n                  /)\n--\n\n",
    ),
    PyMethodDef::EMPTY,
];

static mut Profiler_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_lsprof.Profiler".as_ptr(),
    tp_basicsize: size_of::<Profiler>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"Profiler(timer=None, timeunit=0.0, subcalls=True, builtins=True)\n--\n\nA profiler that measures with the timer.\n\nWithout one it takes a fine clock of the system. For a timer that gives whole numbers,\ntimeunit says how many seconds one unit is.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(init_profiler),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

pub fn init() -> PyResult {
    let result = module::new("_lsprof")?;
    module::set_doc(result.op(), c"Fast profiler")?;
    module::add_type(result.op(), Profiler::type_ref())?;
    let entry = structseq::define(
        c"_lsprof.profiler_entry",
        c"",
        &[
            (c"code", c"code object or built-in function name"),
            (c"callcount", c"how many times this was called"),
            (c"reccallcount", c"how many times called recursively"),
            (c"totaltime", c"total time in this entry"),
            (c"inlinetime", c"inline time in this entry (not in subcalls)"),
            (c"calls", c"details of the calls"),
        ],
        6,
        0,
    )?;
    module::add_object(result.op(), "profiler_entry", entry.op())?;
    let subentry = structseq::define(
        c"_lsprof.profiler_subentry",
        c"",
        &[
            (c"code", c"called code object or built-in function name"),
            (c"callcount", c"how many times this is called"),
            (c"reccallcount", c"how many times this is called recursively"),
            (c"totaltime", c"total time spent in this call"),
            (c"inlinetime", c"inline time (not in further subcalls)"),
        ],
        5,
        0,
    )?;
    module::add_object(result.op(), "profiler_subentry", subentry.op())?;
    Ok(result)
}
