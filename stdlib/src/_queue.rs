//! The `_queue` module: `SimpleQueue`, an unbounded queue whose `put` never waits.
//!
//! The items are only touched by the thread that holds the GIL. A thread that finds the
//! queue empty gives the GIL up and sleeps until somebody has put something in; what it
//! sleeps on is a counter of `put`s, so that none is missed in between.

use core::cell::Cell;
use core::mem::offset_of;
use std::collections::VecDeque;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use adder_interpreter::{gil, signals};
use adder_object_model::args::Signature;
use adder_object_model::fields::allocate;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, call, dict, errors,
    exceptions, float, gc, int, method, module, object, py_typed, raise, slot, str, tuple, type_object,
    weakref,
};
use parking_lot::{Condvar, Mutex};

/// How long a sleeping thread waits before it looks for signals.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(50);

#[derive(Default)]
struct Waiting {
    n_puts: Mutex<u64>,
    more: Condvar,
}

#[derive(Default)]
struct Inside {
    items: VecDeque<Object>,
    waiting: Waiting,
}

#[repr(C)]
struct SimpleQueue {
    ob_base: PyObject,
    inside: Cell<*mut Inside>,
    weakreflist: Cell<*mut PyObject>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for SimpleQueue {}
py_typed!(SimpleQueue, SimpleQueue_Type);

type This<'a> = Borrowed<'a, SimpleQueue>;

impl SimpleQueue {
    /// Runs a step on the items that runs no Python code.
    fn with<R>(&self, step: impl FnOnce(&mut VecDeque<Object>) -> R) -> R {
        // SAFETY: `new` made it, it lives as long as the object; the GIL is held and steps
        // do not nest.
        step(unsafe { &mut (*self.inside.get()).items })
    }

    fn waiting(&self) -> &Waiting {
        // SAFETY: as above; locks may be shared between threads.
        unsafe { &(*self.inside.get()).waiting }
    }
}

/// The class `_queue.Empty`, made once. It is never freed.
struct EmptyClass(*mut PyObject);
// SAFETY: only used with the GIL.
unsafe impl Send for EmptyClass {}
// SAFETY: as above.
unsafe impl Sync for EmptyClass {}
static EMPTY: OnceLock<EmptyClass> = OnceLock::new();

fn raise_empty() -> adder_object_model::Raised {
    let class = EMPTY.get().expect("made by init").0;
    // SAFETY: the class is never freed.
    errors::set_none(unsafe { Op::from_ptr(class) })
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<SimpleQueue>> {
    if tp.as_ptr() == SimpleQueue::type_ptr() {
        args.no_keywords("SimpleQueue")?;
        args.check_positional("SimpleQueue", 0, 0)?;
    }
    // SAFETY: the type or a subclass.
    let result: Owned<SimpleQueue> = unsafe { allocate(tp)? };
    result.inside.set(Box::into_raw(Box::default()));
    Ok(result)
}

fn put_item(queue: This<'_>, item: Op<'_>) {
    queue.with(|items| items.push_back(item.to_owned()));
    let waiting = queue.waiting();
    *waiting.n_puts.lock() += 1;
    waiting.more.notify_one();
}

fn put(queue: This<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<3> = Signature::new("put", ["item", "block", "timeout"]).required(1);
    let [item, block, _timeout] = args.parse(&SIGNATURE)?;
    block.map_or(Ok(true), object::is_true)?;
    put_item(queue, item.expect("required"));
    Ok(())
}

fn put_nowait(queue: This<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<1> = Signature::new("put_nowait", ["item"]).required(1);
    let [item] = args.parse(&SIGNATURE)?;
    put_item(queue, item.expect("required"));
    Ok(())
}

/// The moment at which waiting ends; `None` for never.
fn deadline(timeout: Option<Op<'_>>) -> PyResult<Option<Instant>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) else { return Ok(None) };
    let seconds = float::as_f64(timeout)?;
    if seconds.is_nan() {
        return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(raise!(ValueError, "'timeout' must be a non-negative number"));
    }
    if seconds > 9_223_372_036.0 {
        return Err(raise!(OverflowError, "timeout value is too large"));
    }
    Ok(Instant::now().checked_add(Duration::from_secs_f64(seconds)))
}

fn get(queue: This<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<2> = Signature::new("get", ["block", "timeout"]);
    let [block, timeout] = args.parse(&SIGNATURE)?;
    let block = block.map_or(Ok(true), object::is_true)?;
    let deadline = if block { deadline(timeout)? } else { None };
    loop {
        let seen = *queue.waiting().n_puts.lock();
        if let Some(item) = queue.with(VecDeque::pop_front) {
            return Ok(item);
        }
        if !block {
            return Err(raise_empty());
        }
        let now = Instant::now();
        if deadline.is_some_and(|deadline| deadline <= now) {
            return Err(raise_empty());
        }
        let wake = now + SIGNAL_INTERVAL;
        let until = deadline.map_or(wake, |deadline| deadline.min(wake));
        let waiting = queue.waiting();
        gil::without(|| {
            let mut n_puts = waiting.n_puts.lock();
            if *n_puts == seen {
                waiting.more.wait_until(&mut n_puts, until);
            }
        });
        signals::check()?;
    }
}

fn get_nowait(queue: This<'_>) -> PyResult {
    queue.with(VecDeque::pop_front).ok_or_else(raise_empty)
}

fn empty(queue: This<'_>) -> PyResult<bool> {
    Ok(queue.with(|items| items.is_empty()))
}

fn qsize(queue: This<'_>) -> PyResult {
    int::from_usize(queue.with(|items| items.len()))
}

fn traverse(queue: This<'_>, visitor: &mut Visitor) {
    if !queue.inside.get().is_null() {
        queue.with(|items| items.iter().for_each(|item| visitor.visit(item.as_ptr())));
    }
}

fn clear(queue: This<'_>) {
    if !queue.inside.get().is_null() {
        drop(queue.with(core::mem::take));
    }
}

fn dealloc(queue: This<'_>) {
    let op = queue.as_object_ptr();
    gc::untrack(op);
    weakref::clear_refs(queue.as_object());
    clear(queue);
    let inside = queue.inside.get();
    if !inside.is_null() {
        // SAFETY: made by `Box::into_raw`; nobody waits on a queue that nobody holds.
        drop(unsafe { Box::from_raw(inside) });
    }
    // SAFETY: the references are gone.
    unsafe { adder_object_model::alloc::free_object(op) };
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"empty", empty, c"empty($self, /)\n--\n\nWhether the queue is empty now."),
    method::keywords(
        c"get",
        get,
        c"get($self, /, block=True, timeout=None)\n--\n\nTake the first item out.\n\nIf there is none and block is true, wait for one, at most timeout seconds if that is\ngiven; without an item in the end raise Empty.",
    ),
    method::noargs(
        c"get_nowait",
        get_nowait,
        c"get_nowait($self, /)\n--\n\nTake the first item out; raise Empty if there is none.",
    ),
    method::keywords(
        c"put",
        put,
        c"put($self, /, item, block=True, timeout=None)\n--\n\nAdd an item at the end.\n\nNothing ever waits here: block and timeout are there to be like Queue.put.",
    ),
    method::keywords(c"put_nowait", put_nowait, c"put_nowait($self, /, item)\n--\n\nAdd an item at the end."),
    method::noargs(c"qsize", qsize, c"qsize($self, /)\n--\n\nHow many items the queue has now."),
    method::class_o(
        c"__class_getitem__",
        adder_object_model::generic_alias::class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
    ),
    PyMethodDef::EMPTY,
];

static mut SimpleQueue_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_queue.SimpleQueue".as_ptr(),
    tp_basicsize: size_of::<SimpleQueue>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc: c"SimpleQueue()\n--\n\nAn unbounded first-in, first-out queue.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_weaklistoffset: offset_of!(SimpleQueue, weakreflist) as Py_ssize_t,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

/// `class Empty(Exception)` of this module.
fn new_empty_class() -> PyResult {
    let namespace = dict::new()?;
    let module_name = str::from_str("_queue")?;
    let doc = str::from_str("Exception raised by Queue.get(block=0)/get_nowait().")?;
    dict::set_item_str(namespace.borrow(), "__module__", module_name.op())?;
    dict::set_item_str(namespace.borrow(), "__doc__", doc.op())?;
    let name = str::intern("Empty")?;
    let bases = tuple::pack(&[exceptions::builtin::Exception()])?;
    // SAFETY: `type` is a static type.
    let metatype = unsafe { TypeRef::from_ptr(&raw mut type_object::PyType_Type) };
    call::call_positional(metatype.as_object(), &[name.op(), bases.op(), namespace.op()])
}

pub fn init() -> PyResult {
    let result = module::new("_queue")?;
    if EMPTY.get().is_none() {
        let class = new_empty_class()?;
        let _ = EMPTY.set(EmptyClass(class.into_ptr()));
    }
    // SAFETY: the class is never freed.
    let class = unsafe { Op::from_ptr(EMPTY.get().expect("just set").0) };
    module::add_object(result.op(), "Empty", class)?;
    module::add_type(result.op(), SimpleQueue::type_ref())?;
    Ok(result)
}
