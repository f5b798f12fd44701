//! How the system shares the processors out: policies and their parameters.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, PyResult, Signature, TypeRef, descr, dict, float, int, method, raise, slot, structseq, tuple,
    type_object,
};

use super::stat::ResultType;
use super::{check, int_argument};

const SCHED_PARAM: ResultType = ResultType {
    name: c"posix.sched_param",
    doc: c"sched_param(sched_priority)\n--\n\nThe parameters of a scheduling policy, of which there is one.\n\n  sched_priority\n    The priority.",
    fields: &[c"sched_priority"],
    in_sequence: 1,
};

/// `sched_param(sched_priority)`: unlike other struct sequences, from the field itself.
fn new_param(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [priority] = args.parse(&Signature::new("sched_param", ["sched_priority"]).required(1))?;
    structseq::from_values(tp, vec![priority.expect("required").to_owned()])
}

fn reduce_param(param: Op<'_>) -> PyResult {
    let class = param.ob_type().as_object().to_owned();
    tuple::from_vec(vec![class, tuple::from_vec(vec![structseq::get_item(param, 0)])?])
}

static REDUCE: [PyMethodDef; 2] = [
    method::noargs(c"__reduce__", reduce_param, c"__reduce__($self, /)\n--\n\nHelper for pickle."),
    PyMethodDef::EMPTY,
];

pub(super) fn add_types(posix: Op<'_>) -> PyResult<()> {
    SCHED_PARAM.add(posix)?;
    let class = SCHED_PARAM.type_ref();
    // SAFETY: a type that nobody has used yet; its `__new__` calls whatever stands in the slot.
    unsafe { (*class.as_ptr()).tp_new = slot::new(new_param) };
    // SAFETY: the first entry of a static table, whose function takes any tuple.
    let reduce = unsafe { descr::new_method(class, REDUCE.as_ptr().cast_mut()) }?;
    let namespace = type_object::dict_of(class).expect("ready");
    dict::set_item_str(namespace, "__reduce__", reduce.op())?;
    type_object::modified(class);
    Ok(())
}

/// What a `sched_param` says.
pub(super) fn param_argument(op: Op<'_>) -> PyResult<libc::sched_param> {
    if op.ob_type().as_ptr() != SCHED_PARAM.type_ref().as_ptr() {
        return Err(raise!(TypeError, "must have a sched_param object"));
    }
    let priority = int::as_i64(structseq::get_item(op, 0).op())?;
    let Ok(sched_priority) = i32::try_from(priority) else {
        return Err(raise!(OverflowError, "sched_priority out of range"));
    };
    Ok(libc::sched_param { sched_priority })
}

fn sched_get_priority_max(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [policy] = args.parse(&Signature::new("sched_get_priority_max", ["policy"]).required(1))?;
    let policy = int_argument(policy.expect("required"))?;
    // SAFETY: a plain number.
    int::from_i64(check(unsafe { libc::sched_get_priority_max(policy) }.into(), None)?)
}

fn sched_get_priority_min(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [policy] = args.parse(&Signature::new("sched_get_priority_min", ["policy"]).required(1))?;
    let policy = int_argument(policy.expect("required"))?;
    // SAFETY: a plain number.
    int::from_i64(check(unsafe { libc::sched_get_priority_min(policy) }.into(), None)?)
}

fn sched_getscheduler(_module: Op<'_>, pid: Op<'_>) -> PyResult {
    let pid = int_argument(pid)?;
    // SAFETY: a plain number.
    int::from_i64(check(unsafe { libc::sched_getscheduler(pid) }.into(), None)?)
}

fn sched_setscheduler(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [pid, policy, param] = args.exactly("sched_setscheduler")?;
    let (pid, policy, param) = (int_argument(pid)?, int_argument(policy)?, param_argument(param)?);
    // SAFETY: plain numbers and a filled parameter.
    check(unsafe { libc::sched_setscheduler(pid, policy, &raw const param) }.into(), None).map(drop)
}

fn sched_getparam(_module: Op<'_>, pid: Op<'_>) -> PyResult {
    let pid = int_argument(pid)?;
    let mut param = libc::sched_param { sched_priority: 0 };
    // SAFETY: a place for the parameter.
    check(unsafe { libc::sched_getparam(pid, &raw mut param) }.into(), None)?;
    SCHED_PARAM.make(vec![int::from_i64(param.sched_priority.into())?])
}

fn sched_setparam(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [pid, param] = args.exactly("sched_setparam")?;
    let (pid, param) = (int_argument(pid)?, param_argument(param)?);
    // SAFETY: a filled parameter.
    check(unsafe { libc::sched_setparam(pid, &raw const param) }.into(), None).map(drop)
}

fn sched_rr_get_interval(_module: Op<'_>, pid: Op<'_>) -> PyResult {
    let pid = int_argument(pid)?;
    let mut interval = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a place for the time.
    check(unsafe { libc::sched_rr_get_interval(pid, &raw mut interval) }.into(), None)?;
    float::new(interval.tv_sec as f64 + 1e-9 * interval.tv_nsec as f64)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::keywords(c"sched_get_priority_max", sched_get_priority_max, c"sched_get_priority_max($module, /, policy)\n--\n\nThe highest priority of a policy."),
    method::keywords(c"sched_get_priority_min", sched_get_priority_min, c"sched_get_priority_min($module, /, policy)\n--\n\nThe lowest priority of a policy."),
    method::o(c"sched_getscheduler", sched_getscheduler, c"sched_getscheduler($module, pid, /)\n--\n\nThe policy of a process."),
    method::positional(c"sched_setscheduler", sched_setscheduler, c"sched_setscheduler($module, pid, policy, param, /)\n--\n\nSet the policy of a process and its parameters."),
    method::o(c"sched_getparam", sched_getparam, c"sched_getparam($module, pid, /)\n--\n\nThe parameters of a process's policy."),
    method::positional(c"sched_setparam", sched_setparam, c"sched_setparam($module, pid, param, /)\n--\n\nSet the parameters of a process's policy."),
    method::o(c"sched_rr_get_interval", sched_rr_get_interval, c"sched_rr_get_interval($module, pid, /)\n--\n\nThe time slice of a process in seconds."),
    PyMethodDef::EMPTY,
];
