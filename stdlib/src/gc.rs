//! The `gc` module: the user's side of the cycle collector.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Signature, dict, gc, int, list, method, module, number, raise, tuple,
};

use crate::host;

fn enable(_module: Op<'_>) -> PyResult<()> {
    gc::state().enabled.set(true);
    Ok(())
}

fn disable(_module: Op<'_>) -> PyResult<()> {
    gc::state().enabled.set(false);
    Ok(())
}

fn isenabled(_module: Op<'_>) -> PyResult<bool> {
    Ok(gc::state().enabled.get())
}

fn collect(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<1> = Signature::new("collect", ["generation"]);
    let [generation] = args.parse(&SIGNATURE)?;
    let generation = generation.map_or(Ok(gc::GENERATIONS as i32 - 1), |op| int::as_i32(op))?;
    match usize::try_from(generation) {
        Ok(generation) if generation < gc::GENERATIONS => int::from_usize(gc::collect(generation)?),
        _ => Err(raise!(ValueError, "invalid generation")),
    }
}

fn set_debug(_module: Op<'_>, flags: Op<'_>) -> PyResult<()> {
    gc::state().debug.set(int::as_i32(flags)?);
    Ok(())
}

fn get_debug(_module: Op<'_>) -> PyResult {
    int::from_i64(gc::state().debug.get().into())
}

fn set_threshold(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords("gc.set_threshold")?;
    if args.is_empty() || args.len() > gc::GENERATIONS {
        return Err(raise!(
            TypeError,
            "gc.set_threshold requires 1 to 3 arguments"
        ));
    }
    let values: Vec<i32> = args.iter().map(int::as_i32).collect::<PyResult<_>>()?;
    for (place, value) in gc::state().thresholds.iter().zip(values) {
        place.set(value);
    }
    Ok(())
}

fn get_threshold(_module: Op<'_>) -> PyResult {
    let values = gc::state().thresholds.iter().map(|value| int::from_i64(value.get().into()));
    tuple::from_vec(values.collect::<PyResult<Vec<Object>>>()?)
}

fn get_count(_module: Op<'_>) -> PyResult {
    let counts: Vec<i64> = gc::state().counts.iter().map(|count| count.get().into()).collect();
    tuple::from_vec(counts.into_iter().map(int::from_i64).collect::<PyResult<Vec<Object>>>()?)
}

fn get_referrers(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    gc::referrers(args, None)
}

fn get_referents(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    gc::referents(args)
}

fn get_objects(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    const SIGNATURE: Signature<1> = Signature::new("get_objects", ["generation"]);
    let [generation] = args.parse(&SIGNATURE)?;
    let Some(generation) = generation.filter(|it| !it.is_none()) else {
        return gc::objects(None);
    };
    let generation = number::as_ssize_t(generation, Some(adder_object_model::exceptions::builtin::OverflowError()))?;
    if generation >= gc::GENERATIONS as isize {
        return Err(raise!(
            ValueError,
            "generation parameter must be less than the number of available generations ({})",
            gc::GENERATIONS
        ));
    }
    if generation < 0 {
        return Err(raise!(ValueError, "generation parameter cannot be negative"));
    }
    gc::objects(Some(generation as usize))
}

fn get_stats(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let statistics: Vec<gc::Statistics> = gc::state().statistics.iter().map(|it| it.get()).collect();
    let mut result = Vec::new();
    for it in statistics {
        let entry = dict::new()?;
        for (name, value) in [
            ("collections", it.collections),
            ("collected", it.collected),
            ("uncollectable", it.uncollectable),
        ] {
            dict::set_item_str(entry.borrow(), name, int::from_usize(value)?.op())?;
        }
        result.push(entry.into_object());
    }
    list::from_vec(result)
}

fn is_tracked(_module: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    Ok(gc::is_gc(op) && gc::is_tracked(op.as_ptr()))
}

fn is_finalized(_module: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    Ok(gc::is_gc(op) && gc::is_finalized(op.as_ptr()))
}

fn freeze(_module: Op<'_>) -> PyResult<()> {
    gc::freeze();
    Ok(())
}

fn unfreeze(_module: Op<'_>) -> PyResult<()> {
    gc::unfreeze();
    Ok(())
}

fn get_freeze_count(_module: Op<'_>) -> PyResult {
    int::from_usize(gc::freeze_count())
}

static FUNCTIONS: [PyMethodDef; 19] = [
    method::noargs(c"enable", enable, c"enable($module, /)\n--\n\nEnable automatic garbage collection."),
    method::noargs(c"disable", disable, c"disable($module, /)\n--\n\nDisable automatic garbage collection."),
    method::noargs(
        c"isenabled",
        isenabled,
        c"isenabled($module, /)\n--\n\nReturn whether automatic garbage collection is enabled.",
    ),
    method::noargs(c"get_debug", get_debug, c"get_debug($module, /)\n--\n\nGet the debugging flags."),
    method::o(
        c"set_debug",
        set_debug,
        c"set_debug($module, flags, /)\n--\n\nSet the debugging flags: a sum of the module's DEBUG_* constants.\n\nWhat they make the collector tell goes to sys.stderr.",
    ),
    method::noargs(
        c"get_count",
        get_count,
        c"get_count($module, /)\n--\n\nReturn a three-tuple of the current collection counts.",
    ),
    method::positional(
        c"set_threshold",
        set_threshold,
        c"set_threshold(threshold0, [threshold1, [threshold2]])\nSet how many allocations, and collections of the next younger generation,\nmake a collection due. A threshold0 of zero disables collection.",
    ),
    method::noargs(
        c"get_threshold",
        get_threshold,
        c"get_threshold($module, /)\n--\n\nReturn the current collection thresholds.",
    ),
    method::keywords(
        c"collect",
        collect,
        c"collect($module, /, generation=2)\n--\n\nCollect a generation and those younger, all of them by default.\n\nReturn how many objects were unreachable.",
    ),
    method::keywords(
        c"get_objects",
        get_objects,
        c"get_objects($module, /, generation=None)\n--\n\nReturn a list of the objects the collector tracks, or tracks in one generation.",
    ),
    method::noargs(
        c"get_stats",
        get_stats,
        c"get_stats($module, /)\n--\n\nReturn a list of dictionaries with statistics, one for each generation.",
    ),
    method::o(
        c"is_tracked",
        is_tracked,
        c"is_tracked($module, obj, /)\n--\n\nReturn whether the collector tracks the object.",
    ),
    method::positional(
        c"get_referrers",
        get_referrers,
        c"get_referrers($module, /, *objs)\n--\n\nReturn the list of objects that refer directly to any of 'objs'.",
    ),
    method::positional(
        c"get_referents",
        get_referents,
        c"get_referents($module, /, *objs)\n--\n\nReturn the list of objects that 'objs' refer to directly.",
    ),
    method::o(
        c"is_finalized",
        is_finalized,
        c"is_finalized($module, obj, /)\n--\n\nReturn whether the collector has finalized the object.",
    ),
    method::noargs(
        c"freeze",
        freeze,
        c"freeze($module, /)\n--\n\nHide all objects that are tracked now from future collections.",
    ),
    method::noargs(
        c"unfreeze",
        unfreeze,
        c"unfreeze($module, /)\n--\n\nPut what was frozen into the oldest generation.",
    ),
    method::noargs(
        c"get_freeze_count",
        get_freeze_count,
        c"get_freeze_count($module, /)\n--\n\nReturn how many objects are frozen.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let doc = "The user's side of the collector of reference cycles: when it runs, and what it sees.";
    let result = host::new_module("gc", doc, &FUNCTIONS)?;
    module::add_object(result.op(), "garbage", gc::state().garbage()?.op())?;
    module::add_object(result.op(), "callbacks", gc::state().callbacks()?.op())?;
    let flags = [
        ("DEBUG_STATS", _PyGC_DEBUG_STATS),
        ("DEBUG_COLLECTABLE", _PyGC_DEBUG_COLLECTABLE),
        ("DEBUG_UNCOLLECTABLE", _PyGC_DEBUG_UNCOLLECTABLE),
        ("DEBUG_SAVEALL", _PyGC_DEBUG_SAVEALL),
        ("DEBUG_LEAK", _PyGC_DEBUG_LEAK),
    ];
    for (name, value) in flags {
        host::add_constants(result.op(), &[(name, value.into())])?;
    }
    Ok(result)
}
