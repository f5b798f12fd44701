//! What runs around a fork: hooks that Python code registers, and the runtime's own repairs in the child.

use adder_object_model::{Op, call, state};
use parking_lot::Mutex;

use crate::{gil, import, signals, thread_module, threads};

/// Owned callables, kept for good, in the order they were registered.
#[derive(Default)]
struct Hooks {
    before: Vec<usize>,
    child: Vec<usize>,
    parent: Vec<usize>,
}

static HOOKS: Mutex<Hooks> = Mutex::new(Hooks { before: Vec::new(), child: Vec::new(), parent: Vec::new() });

/// `os.register_at_fork`: callables for before a fork, for the child and for the parent after it.
pub fn register(before: Option<Op<'_>>, child: Option<Op<'_>>, parent: Option<Op<'_>>) {
    let keep = |hook: Op<'_>| hook.to_owned().into_ptr().expose_provenance();
    let mut hooks = HOOKS.lock();
    hooks.before.extend(before.map(keep));
    hooks.child.extend(child.map(keep));
    hooks.parent.extend(parent.map(keep));
}

/// Calls hooks; what they raise has nowhere to go.
fn run(hooks: Vec<usize>) {
    for hook in hooks {
        // SAFETY: registered hooks are kept for good.
        let hook: Op<'_> = unsafe { Op::from_ptr(core::ptr::with_exposed_provenance_mut(hook)) };
        if call::call_noargs(hook).is_err() {
            (state::hooks().write_unraisable)(None, Some(hook));
        }
    }
}

/// Before a fork (`PyOS_BeforeFork`): the hooks, last registered first.
pub fn before() {
    let hooks = HOOKS.lock().before.iter().rev().copied().collect();
    run(hooks);
}

/// After a fork, in the parent (`PyOS_AfterFork_Parent`).
pub fn after_in_parent() {
    let hooks = HOOKS.lock().parent.clone();
    run(hooks);
}

/// After a fork, in the child, whose only thread is this one (`PyOS_AfterFork_Child`).
pub fn after_in_child() {
    gil::reset_after_fork();
    let others = threads::reset_after_fork();
    signals::reset_after_fork();
    import::imp::reset_lock_after_fork();
    thread_module::handles::reset_after_fork();
    for thread in others {
        // SAFETY: its thread does not exist in this process.
        unsafe {
            threads::clear(thread);
            threads::delete(thread);
        }
    }
    // SAFETY: a lock that another thread of the parent held would never be released here.
    unsafe {
        if HOOKS.is_locked() {
            HOOKS.force_unlock();
        }
    }
    let hooks = HOOKS.lock().child.clone();
    run(hooks);
}
