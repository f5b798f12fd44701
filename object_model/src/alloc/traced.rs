//! Tracing of memory: where each block was asked for, for the module `tracemalloc`.
//!
//! While tracing is on, an allocator stands before each family's own that keeps a trace of every
//! block: its size and the Python frames that ran. Memory that waits for the next object of its kind
//! would belong to nobody, so the lists of it stay empty meanwhile. What Rust asks for itself is not
//! traced.
//!
//! The table has a lock of its own, because blocks are freed without the GIL. Nothing under the lock
//! asks the families for memory or drops an object.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;

use super::hooks::{self, Family, PyMemAllocatorEx};
use crate::layout::PyObject;
use crate::{Object, Op, PyResult, free_lists, int, list, raise, state, str, tuple};

/// The domain of the runtime's own blocks.
const DEFAULT_DOMAIN: u32 = 0;

/// No trace has more frames.
pub const MOST_FRAMES: usize = u16::MAX as usize;

/// A file, as the address of its name in `State::files`, and a line.
type Frame = (usize, u32);

/// Where a block was asked for: the innermost frame first, and how many there were in all.
#[derive(PartialEq, Eq, Hash)]
struct Traceback {
    frames: Box<[Frame]>,
    n_all: usize,
}

struct Trace {
    size: usize,
    traceback: Arc<Traceback>,
}

/// References to names of files.
#[derive(Default)]
struct Files {
    /// Owned: every object that has been seen, so that its address stays its own.
    seen: Vec<Object>,
    /// From the address of a name to that of the first one that is equal.
    by_address: HashMap<usize, usize>,
    by_name: HashMap<String, usize>,
}

// SAFETY: the objects are touched under the GIL alone.
unsafe impl Send for Files {}

impl Files {
    /// The address that stands for a file's name.
    fn intern(&mut self, name: Op<'_>) -> usize {
        let address = name.as_ptr() as usize;
        if let Some(known) = self.by_address.get(&address) {
            return *known;
        }
        self.seen.push(name.to_owned());
        let known = *self.by_name.entry(str::to_string_lossy(name)).or_insert(address);
        self.by_address.insert(address, known);
        known
    }
}

/// What is known while tracing is on.
struct State {
    before: [PyMemAllocatorEx; 3],
    limit: usize,
    traces: HashMap<(u32, usize), Trace>,
    tracebacks: HashSet<Arc<Traceback>>,
    files: Files,
    /// For blocks that were asked for outside of all frames.
    unknown: Arc<Traceback>,
    current: usize,
    peak: usize,
}

static STATE: Mutex<Option<Box<State>>> = Mutex::new(None);

thread_local! {
    /// Whether this thread's blocks are passed over: an allocator below asks for memory itself.
    static PASSED_OVER: Cell<bool> = const { Cell::new(false) };
}

/// Passes over this thread's blocks until dropped.
struct PassOver {
    before: bool,
}

impl PassOver {
    fn new() -> Self {
        Self { before: PASSED_OVER.replace(true) }
    }
}

impl Drop for PassOver {
    fn drop(&mut self) {
        PASSED_OVER.set(self.before);
    }
}

impl State {
    fn traceback(&mut self) -> Arc<Traceback> {
        let mut frames = Vec::new();
        let mut n_all = 0;
        let tstate = state::current();
        // SAFETY: the thread's state is live; its interpreter too.
        if !tstate.is_null()
            && let Some(hooks) = state::interp().hooks.get()
        {
            let (files, limit) = (&mut self.files, self.limit);
            (hooks.visit_frames)(&mut |frame| {
                if frames.len() < limit {
                    let (name, line) = frame();
                    frames.push((files.intern(name), u32::try_from(line).unwrap_or(0)));
                }
                n_all += 1;
            });
        }
        if frames.is_empty() {
            return self.unknown.clone();
        }
        let traceback = Traceback { frames: frames.into_boxed_slice(), n_all: n_all.min(MOST_FRAMES) };
        if let Some(known) = self.tracebacks.get(&traceback) {
            return known.clone();
        }
        let traceback = Arc::new(traceback);
        self.tracebacks.insert(traceback.clone());
        traceback
    }

    fn add(&mut self, domain: u32, address: usize, size: usize) {
        let traceback = self.traceback();
        if let Some(old) = self.traces.insert((domain, address), Trace { size, traceback }) {
            self.current -= old.size;
        }
        self.current += size;
        self.peak = self.peak.max(self.current);
    }

    fn remove(&mut self, domain: u32, address: usize) {
        if let Some(trace) = self.traces.remove(&(domain, address)) {
            self.current -= trace.size;
        }
    }

    /// Forgets all traces, and gives what has to be dropped without the lock.
    fn clear(&mut self) -> Vec<Object> {
        self.traces = HashMap::new();
        self.tracebacks = HashSet::new();
        (self.current, self.peak) = (0, 0);
        // The name of the unknown file is the first one and stays.
        let unknown = self.files.seen.swap_remove(0);
        let mut files = Files::default();
        files.intern(unknown.op());
        core::mem::replace(&mut self.files, files).seen
    }
}

fn family_of(ctx: *mut c_void) -> Family {
    [Family::Raw, Family::Mem, Family::Object][ctx as usize]
}

/// The allocator that was in force before tracing; for a call that meets its end, the present one.
fn before(family: Family) -> PyMemAllocatorEx {
    STATE.lock().as_ref().map_or_else(|| hooks::get(family), |state| state.before[family as usize])
}

fn keep_trace(block: *mut c_void, size: usize) {
    if let Some(state) = STATE.lock().as_mut() {
        state.add(DEFAULT_DOMAIN, block as usize, size);
    }
}

fn allocated(passed_over: &PassOver, block: *mut c_void, size: usize) -> *mut c_void {
    if !block.is_null() && !passed_over.before {
        keep_trace(block, size);
    }
    block
}

unsafe extern "C" fn traced_malloc(ctx: *mut c_void, size: usize) -> *mut c_void {
    let inner = before(family_of(ctx));
    let passed_over = PassOver::new();
    // SAFETY: what the allocator has promised where it was set.
    allocated(&passed_over, unsafe { (inner.malloc)(inner.ctx, size) }, size)
}

unsafe extern "C" fn traced_calloc(ctx: *mut c_void, count: usize, size: usize) -> *mut c_void {
    let inner = before(family_of(ctx));
    let passed_over = PassOver::new();
    // SAFETY: what the allocator has promised where it was set.
    allocated(&passed_over, unsafe { (inner.calloc)(inner.ctx, count, size) }, count.saturating_mul(size))
}

unsafe extern "C" fn traced_realloc(ctx: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    let inner = before(family_of(ctx));
    let passed_over = PassOver::new();
    // SAFETY: what the allocator has promised where it was set, and the caller's promise.
    let moved = unsafe { (inner.realloc)(inner.ctx, block, size) };
    if !moved.is_null()
        && !passed_over.before
        && let Some(state) = STATE.lock().as_mut()
    {
        if moved != block {
            state.remove(DEFAULT_DOMAIN, block as usize);
        }
        state.add(DEFAULT_DOMAIN, moved as usize, size);
    }
    moved
}

unsafe extern "C" fn traced_free(ctx: *mut c_void, block: *mut c_void) {
    if block.is_null() {
        return;
    }
    // Before the block is free: another thread may be given it at once.
    let inner = {
        let mut state = STATE.lock();
        match state.as_mut() {
            Some(state) => {
                state.remove(DEFAULT_DOMAIN, block as usize);
                state.before[family_of(ctx) as usize]
            }
            None => hooks::get(family_of(ctx)),
        }
    };
    let _passed_over = PassOver::new();
    // SAFETY: what the allocator has promised where it was set, and the caller's promise.
    unsafe { (inner.free)(inner.ctx, block) };
}

const FAMILIES: [Family; 3] = [Family::Raw, Family::Mem, Family::Object];

/// Whether tracing is on.
pub fn is_tracing() -> bool {
    hooks::replaced() && STATE.lock().is_some()
}

/// Starts tracing with at most `limit` frames in a trace; nothing happens if tracing is on.
///
/// # Errors
/// ValueError if `limit` is not in the range that `tracemalloc.start` allows.
pub fn start(limit: i64) -> PyResult<()> {
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=MOST_FRAMES).contains(limit));
    let Some(limit) = limit else {
        return Err(raise!(ValueError, "the number of frames must be in range [1; {MOST_FRAMES}]"));
    };
    if is_tracing() {
        return Ok(());
    }
    let unknown = str::from_str("<unknown>")?;
    free_lists::current().close();
    let mut files = Files::default();
    let unknown = files.intern(unknown.op());
    let traced = State {
        before: FAMILIES.map(hooks::get),
        limit,
        traces: HashMap::new(),
        tracebacks: HashSet::new(),
        files,
        unknown: Arc::new(Traceback { frames: Box::new([(unknown, 0)]), n_all: 1 }),
        current: 0,
        peak: 0,
    };
    *STATE.lock() = Some(Box::new(traced));
    for family in FAMILIES {
        let allocator = PyMemAllocatorEx {
            ctx: ptr::without_provenance_mut(family as usize),
            malloc: traced_malloc,
            calloc: traced_calloc,
            realloc: traced_realloc,
            free: traced_free,
        };
        // SAFETY: the functions hand on to the allocator before.
        unsafe { hooks::set(family, allocator) };
    }
    Ok(())
}

/// Stops tracing and forgets the traces.
pub fn stop() {
    if !is_tracing() {
        return;
    }
    let Some(before) = STATE.lock().as_ref().map(|state| state.before) else { return };
    for family in FAMILIES {
        // SAFETY: the allocator was in force before.
        unsafe { hooks::set(family, before[family as usize]) };
    }
    let stopped = STATE.lock().take();
    free_lists::current().open();
    // Without the lock: names of files are freed here.
    drop(stopped);
}

/// Forgets the traces.
pub fn clear() {
    let dropped = STATE.lock().as_mut().map(|state| state.clear());
    drop(dropped);
}

/// The current and the largest size of what is traced.
pub fn traced_memory() -> (usize, usize) {
    STATE.lock().as_ref().map_or((0, 0), |state| (state.current, state.peak))
}

/// Makes the current size the largest one.
pub fn reset_peak() {
    if let Some(state) = STATE.lock().as_mut() {
        state.peak = state.current;
    }
}

/// How many frames a trace has at most: of the tracing that is on, or else 1.
pub fn limit() -> usize {
    static LAST: core::sync::atomic::AtomicUsize = core::sync::atomic::AtomicUsize::new(1);
    let limit = STATE.lock().as_ref().map(|state| state.limit);
    if let Some(limit) = limit {
        LAST.store(limit, core::sync::atomic::Ordering::Relaxed);
    }
    LAST.load(core::sync::atomic::Ordering::Relaxed)
}

/// About how many bytes the traces themselves take.
pub fn own_memory() -> usize {
    STATE.lock().as_ref().map_or(0, |state| {
        let tracebacks: usize = state
            .tracebacks
            .iter()
            .map(|traceback| {
                size_of::<Traceback>() + size_of_val(&*traceback.frames) + 2 * size_of::<usize>()
            })
            .sum();
        size_of::<State>()
            + tracebacks
            + state.tracebacks.capacity() * size_of::<usize>()
            + state.traces.capacity() * (size_of::<(u32, usize)>() + size_of::<Trace>())
            + state.files.by_address.capacity() * size_of::<(usize, usize)>()
    })
}

/// Keeps a trace of a block that somebody else has allocated; false if tracing is off (`PyTraceMalloc_Track`).
/// The GIL is held.
pub fn track(domain: u32, address: usize, size: usize) -> bool {
    if !hooks::replaced() {
        return false;
    }
    STATE.lock().as_mut().map(|state| state.add(domain, address, size)).is_some()
}

/// Forgets a block that `track` was called with; false if tracing is off (`PyTraceMalloc_Untrack`).
pub fn untrack(domain: u32, address: usize) -> bool {
    if !hooks::replaced() {
        return false;
    }
    STATE.lock().as_mut().map(|state| state.remove(domain, address)).is_some()
}

fn frames_to_tuple(traceback: &Traceback) -> PyResult {
    let frame = |&(file, line): &Frame| -> PyResult {
        // SAFETY: `State::files` has a reference, and the caller keeps its traces from being cleared.
        let file = unsafe { Op::from_ptr(file as *mut PyObject) }.to_owned();
        Ok(tuple::from_vec(vec![file, int::from_i64(line.into())?])?.into_object())
    };
    let frames = traceback.frames.iter().map(frame).collect::<PyResult<Vec<_>>>()?;
    Ok(tuple::from_vec(frames)?.into_object())
}

/// The frames of a block as a tuple of pairs of file and line, or `None` (`_PyTraceMalloc_GetTraceback`).
pub fn traceback_of(domain: u32, address: usize) -> PyResult<Option<Object>> {
    let _passed_over = PassOver::new();
    let traceback =
        STATE.lock().as_ref().and_then(|state| Some(state.traces.get(&(domain, address))?.traceback.clone()));
    traceback.map(|traceback| frames_to_tuple(&traceback)).transpose()
}

/// The frames in which an object was allocated, or `None`.
pub fn traceback_of_object(op: Op<'_>) -> PyResult<Option<Object>> {
    let address = op.as_ptr() as usize - crate::gc::prefix_size(op.ob_type().as_ptr());
    traceback_of(DEFAULT_DOMAIN, address)
}

/// All traces: tuples of domain, size, frames and the number of all frames. Equal frames are one object.
pub fn traces() -> PyResult {
    let _passed_over = PassOver::new();
    let copied: Vec<(u32, usize, Arc<Traceback>)> = STATE.lock().as_ref().map_or_else(Vec::new, |state| {
        let copy = |(key, trace): (&(u32, usize), &Trace)| (key.0, trace.size, trace.traceback.clone());
        state.traces.iter().map(copy).collect()
    });
    let mut made: HashMap<*const Traceback, Object> = HashMap::new();
    let result = list::new()?;
    for (domain, size, traceback) in copied {
        let key = Arc::as_ptr(&traceback);
        let frames = match made.get(&key) {
            Some(frames) => frames.clone(),
            None => {
                let frames = frames_to_tuple(&traceback)?;
                made.insert(key, frames.clone());
                frames
            }
        };
        let trace = vec![
            int::from_i64(domain.into())?,
            int::from_usize(size)?,
            frames,
            int::from_usize(traceback.n_all)?,
        ];
        list::append(result.borrow(), tuple::from_vec(trace)?.into_object())?;
    }
    Ok(result.into_object())
}
