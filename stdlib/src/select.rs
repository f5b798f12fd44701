//! The `select` module: waiting for file descriptors with `select`, `poll` and `epoll`.
//!
//! A wait that a signal interrupts goes on, after the signal's handlers have run, for
//! the time that is left.

use core::ptr;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Signature, TypeRef, errors, exceptions, float,
    getset, int, list, method, module, raise, sequence, slot, static_type, tuple, type_object,
};

use crate::host;

const CONSTANTS: &[(&str, i64)] = &[
    ("EPOLLERR", 8),
    ("EPOLLET", 2147483648),
    ("EPOLLEXCLUSIVE", 268435456),
    ("EPOLLHUP", 16),
    ("EPOLLIN", 1),
    ("EPOLLMSG", 1024),
    ("EPOLLONESHOT", 1073741824),
    ("EPOLLOUT", 4),
    ("EPOLLPRI", 2),
    ("EPOLLRDBAND", 128),
    ("EPOLLRDHUP", 8192),
    ("EPOLLRDNORM", 64),
    ("EPOLLWAKEUP", 536870912),
    ("EPOLLWRBAND", 512),
    ("EPOLLWRNORM", 256),
    ("EPOLL_CLOEXEC", 524288),
    ("PIPE_BUF", 4096),
    ("POLLERR", 8),
    ("POLLHUP", 16),
    ("POLLIN", 1),
    ("POLLMSG", 1024),
    ("POLLNVAL", 32),
    ("POLLOUT", 4),
    ("POLLPRI", 2),
    ("POLLRDBAND", 128),
    ("POLLRDHUP", 8192),
    ("POLLRDNORM", 64),
    ("POLLWRBAND", 512),
    ("POLLWRNORM", 256),
];

/// A timeout in units of a `unit`-th of a second, rounded away from zero.
fn duration(op: Op<'_>, unit: f64, complaint: &str) -> PyResult<f64> {
    let seconds = if op.is_instance::<PyFloatObject>() {
        let value = float::value(op) / unit;
        if value.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        value
    } else if adder_object_model::number::check_index(op) {
        let number = adder_object_model::number::index(op)?;
        match int::as_i64_and_overflow(number.op())? {
            Ok(value) => value as f64 / unit,
            Err(_) => return Err(raise!(OverflowError, "timestamp out of range for C PyTime_t")),
        }
    } else {
        return Err(errors::set_string(builtin::TypeError(), complaint));
    };
    if seconds.abs() > 9_223_372_036.0 {
        return Err(raise!(OverflowError, "timestamp out of range for C PyTime_t"));
    }
    Ok(seconds)
}

/// When a wait ends; `None` for never.
fn deadline(seconds: Option<f64>) -> Option<Instant> {
    seconds.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds.max(0.0)))
}

/// What is left until the deadline.
fn left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

/// Milliseconds for `poll` and `epoll`, rounded up; -1 is for ever.
fn milliseconds(left: Option<Duration>) -> i32 {
    left.map_or(-1, |left| i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX))
}

/// Waits until `body` gives something else than an interruption. The count it gives is the result.
fn wait(deadline: Option<Instant>, mut body: impl FnMut(Option<Duration>) -> i32) -> PyResult<i32> {
    loop {
        let remaining = left(deadline);
        let (count, error) = host::blocking(|| (body(remaining), std::io::Error::last_os_error()));
        if count >= 0 {
            return Ok(count);
        }
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(exceptions::set_io_error(&error, None));
        }
        host::check_signals()?;
        if remaining.is_some_and(|remaining| remaining.is_zero()) {
            return Ok(0);
        }
    }
}

/// The objects of a sequence with their descriptors.
fn descriptors(op: Op<'_>) -> PyResult<Vec<(Object, i32)>> {
    let items = sequence::fast(op, "arguments 1-3 must be sequences")?;
    let items = sequence::to_list(items.op())?;
    let mut result = Vec::new();
    let mut index = 0;
    while let Some(item) = list::get(items.borrow(), index) {
        index += 1;
        let fd = host::file_descriptor(item.op())?;
        if fd as usize >= libc::FD_SETSIZE {
            return Err(raise!(ValueError, "filedescriptor out of range in select()"));
        }
        if index > libc::FD_SETSIZE {
            return Err(raise!(ValueError, "too many file descriptors in select()"));
        }
        result.push((item, fd));
    }
    Ok(result)
}

fn to_set(descriptors: &[(Object, i32)]) -> libc::fd_set {
    // SAFETY: an `fd_set` is plain bits, and the descriptors are below FD_SETSIZE.
    unsafe {
        let mut set: libc::fd_set = core::mem::zeroed();
        for (_, fd) in descriptors {
            libc::FD_SET(*fd, &raw mut set);
        }
        set
    }
}

fn ready(descriptors: Vec<(Object, i32)>, set: &libc::fd_set) -> PyResult {
    // SAFETY: the descriptors are below FD_SETSIZE.
    let kept = descriptors.into_iter().filter(|(_, fd)| unsafe { libc::FD_ISSET(*fd, set) });
    Ok(list::from_vec(kept.map(|(op, _)| op).collect())?.into_object())
}

fn select(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [read, write, except, timeout] = args.optional::<4>("select", 3)?;
    let seconds = match timeout.filter(|it| !it.is_none()) {
        Some(timeout) => Some(duration(timeout, 1.0, "timeout must be a float or None")?),
        None => None,
    };
    if seconds.is_some_and(|seconds| seconds < 0.0) {
        return Err(raise!(ValueError, "timeout must be non-negative"));
    }
    let read = descriptors(read.expect("required"))?;
    let write = descriptors(write.expect("required"))?;
    let except = descriptors(except.expect("required"))?;
    let n = [&read, &write, &except].into_iter().flatten().map(|(_, fd)| fd + 1).max().unwrap_or(0);
    let wanted = [to_set(&read), to_set(&write), to_set(&except)];
    let mut found = wanted;
    let count = wait(deadline(seconds), |left| {
        found = wanted;
        let mut time = left.map(|left| libc::timeval {
            tv_sec: left.as_secs() as libc::time_t,
            tv_usec: i64::from(left.subsec_nanos().div_ceil(1000)),
        });
        let time = time.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        let [read, write, except] = &mut found;
        // SAFETY: the sets and the time are live for the call.
        unsafe { libc::select(n, read, write, except, time) }
    })?;
    if count == 0 {
        // SAFETY: plain bits.
        found = unsafe { core::mem::zeroed() };
    }
    tuple::from_vec(vec![ready(read, &found[0])?, ready(write, &found[1])?, ready(except, &found[2])?])
}

/// A polling object: descriptors and the events wanted of each.
#[repr(C)]
struct Poll {
    ob_base: PyObject,
    wanted: BTreeMap<i32, u16>,
    is_running: bool,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Poll {}

fn poll_dealloc(poll: Borrowed<'_, Poll>) {
    // SAFETY: the object is dead; the map is dropped once.
    unsafe {
        ptr::drop_in_place(&raw mut (*poll.as_ptr()).wanted);
        adder_object_model::alloc::free_object(poll.as_object_ptr());
    }
}

/// The map of a polling object.
#[allow(clippy::mut_from_ref, reason = "used for one statement each, which runs no Python code")]
fn wanted<'a>(poll: Borrowed<'a, Poll>) -> &'a mut BTreeMap<i32, u16> {
    // SAFETY: live; see above.
    unsafe { &mut (*poll.as_ptr()).wanted }
}

fn event_mask(op: Op<'_>) -> PyResult<u16> {
    let number = adder_object_model::number::index(op)?;
    if int::is_negative(number.op()) {
        return Err(raise!(ValueError, "Cannot convert negative int"));
    }
    match int::as_i64_and_overflow(number.op())? {
        Ok(value) if value <= 0xffff => Ok(value as u16),
        _ => Err(raise!(OverflowError, "Python int too large for C unsigned short")),
    }
}

fn poll_register(poll: Borrowed<'_, Poll>, args: Args<'_>) -> PyResult<()> {
    let [fd, mask] = args.optional::<2>("register", 1)?;
    let fd = host::file_descriptor(fd.expect("required"))?;
    let mask = mask.map_or(Ok((libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16), event_mask)?;
    wanted(poll).insert(fd, mask);
    Ok(())
}

fn poll_modify(poll: Borrowed<'_, Poll>, args: Args<'_>) -> PyResult<()> {
    let [fd, mask] = args.exactly::<2>("modify")?;
    let fd = host::file_descriptor(fd)?;
    let mask = event_mask(mask)?;
    match wanted(poll).get_mut(&fd) {
        Some(old) => *old = mask,
        None => {
            let error = std::io::Error::from_raw_os_error(libc::ENOENT);
            return Err(exceptions::set_io_error(&error, None));
        }
    }
    Ok(())
}

fn poll_unregister(poll: Borrowed<'_, Poll>, fd: Op<'_>) -> PyResult<()> {
    let fd = host::file_descriptor(fd)?;
    if wanted(poll).remove(&fd).is_none() {
        return Err(exceptions::set_key_error(int::from_i64(fd.into())?.op()));
    }
    Ok(())
}

fn poll_poll(poll: Borrowed<'_, Poll>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    let [timeout] = args.optional::<1>("poll", 0)?;
    let seconds = match timeout.filter(|it| !it.is_none()) {
        Some(timeout) => {
            let seconds = duration(timeout, 1000.0, "timeout must be an integer or None")?;
            if seconds * 1000.0 > f64::from(i32::MAX) {
                return Err(raise!(OverflowError, "timeout is too large"));
            }
            // A negative time means for ever.
            (seconds >= 0.0).then_some(seconds)
        }
        None => None,
    };
    if poll.is_running {
        return Err(raise!(RuntimeError, "concurrent poll() invocation"));
    }
    let mut entries: Vec<libc::pollfd> = wanted(poll)
        .iter()
        .map(|(&fd, &events)| libc::pollfd { fd, events: events as i16, revents: 0 })
        .collect();
    // SAFETY: a live object.
    unsafe { (*poll.as_ptr()).is_running = true };
    let count = wait(deadline(seconds), |left| {
        // SAFETY: the entries are live for the call.
        unsafe { libc::poll(entries.as_mut_ptr(), entries.len() as libc::nfds_t, milliseconds(left)) }
    });
    // SAFETY: a live object.
    unsafe { (*poll.as_ptr()).is_running = false };
    let mut result = Vec::new();
    if count? > 0 {
        for entry in entries.iter().filter(|entry| entry.revents != 0) {
            let events = i64::from(entry.revents as u16);
            result.push(tuple::from_vec(vec![int::from_i64(entry.fd.into())?, int::from_i64(events)?])?);
        }
    }
    list::from_vec(result)
}

static POLL_METHODS: [PyMethodDef; 5] = [
    method::positional(
        c"register",
        poll_register,
        c"register($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)\n--\n\nAdd a file descriptor, or change the events wanted of it.",
    ),
    method::positional(
        c"modify",
        poll_modify,
        c"modify($self, fd, eventmask, /)\n--\n\nChange the events wanted of a registered file descriptor.",
    ),
    method::o(c"unregister", poll_unregister, c"unregister($self, fd, /)\n--\n\nRemove a file descriptor."),
    method::positional(
        c"poll",
        poll_poll,
        c"poll($self, timeout=None, /)\n--\n\nWait for events, for as many milliseconds at most.\n\nReturn a list of pairs: file descriptor and events.",
    ),
    PyMethodDef::EMPTY,
];

static mut POLL_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"select.poll".as_ptr(),
    tp_basicsize: size_of::<Poll>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(poll_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_methods: (&raw const POLL_METHODS).cast_mut().cast(),
    ..PyTypeObject::EMPTY
};

fn poll(_module: Op<'_>) -> PyResult<Owned<Poll>> {
    // SAFETY: a static type that is ready; the fresh object's fields are written at once.
    unsafe {
        let op = adder_object_model::alloc::new_object::<Poll>(TypeRef::from_ptr(&raw mut POLL_TYPE))?;
        (&raw mut (*op.as_ptr()).wanted).write(BTreeMap::new());
        (&raw mut (*op.as_ptr()).is_running).write(false);
        Ok(op)
    }
}

/// An epoll object.
#[repr(C)]
struct Epoll {
    ob_base: PyObject,
    /// -1 once it is closed.
    fd: i32,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Epoll {}

type EpollRef<'a> = Borrowed<'a, Epoll>;

fn new_epoll_from(fd: i32) -> PyResult<Owned<Epoll>> {
    // SAFETY: a static type that is ready; the fresh object's field is written at once.
    unsafe {
        let op = adder_object_model::alloc::new_object::<Epoll>(TypeRef::from_ptr(&raw mut EPOLL_TYPE))?;
        (&raw mut (*op.as_ptr()).fd).write(fd);
        Ok(op)
    }
}

fn epoll_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Epoll>> {
    const SIGNATURE: Signature<2> = Signature::new("epoll", ["sizehint", "flags"]);
    let [sizehint, flags] = args.parse(&SIGNATURE)?;
    let sizehint = sizehint.map_or(Ok(-1), int::as_i32)?;
    if sizehint != -1 && sizehint <= 0 {
        return Err(raise!(ValueError, "negative sizehint"));
    }
    let flags = flags.map_or(Ok(0), int::as_i32)?;
    if flags != 0 && flags != libc::EPOLL_CLOEXEC {
        return Err(raise!(OSError, "invalid flags"));
    }
    // SAFETY: has no conditions.
    let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    if fd < 0 {
        return Err(host::os_error());
    }
    new_epoll_from(fd)
}

fn epoll_dealloc(epoll: EpollRef<'_>) {
    let fd = epoll.fd;
    if fd >= 0 {
        // SAFETY: the descriptor is ours, and the object is dead.
        unsafe { libc::close(fd) };
    }
    // SAFETY: the object owns nothing else.
    unsafe { adder_object_model::alloc::free_object(epoll.as_object_ptr()) };
}

/// The descriptor of an open object.
fn open_fd(epoll: EpollRef<'_>) -> PyResult<i32> {
    if epoll.fd < 0 {
        return Err(raise!(ValueError, "I/O operation on closed epoll object"));
    }
    Ok(epoll.fd)
}

fn epoll_close(epoll: EpollRef<'_>) -> PyResult<()> {
    // SAFETY: a live object.
    let fd = unsafe { ptr::replace(&raw mut (*epoll.as_ptr()).fd, -1) };
    // SAFETY: the descriptor was ours.
    if fd >= 0 && host::blocking(|| unsafe { libc::close(fd) }) < 0 {
        return Err(host::os_error());
    }
    Ok(())
}

fn epoll_fileno(epoll: EpollRef<'_>) -> PyResult {
    int::from_i64(open_fd(epoll)?.into())
}

fn epoll_closed(epoll: EpollRef<'_>) -> PyResult<bool> {
    Ok(epoll.fd < 0)
}

fn epoll_fromfd(_class: Op<'_>, fd: Op<'_>) -> PyResult<Owned<Epoll>> {
    new_epoll_from(int::as_i32(fd)?)
}

fn control(epoll: EpollRef<'_>, operation: i32, fd: Op<'_>, events: u32) -> PyResult<()> {
    let own = open_fd(epoll)?;
    let fd = host::file_descriptor(fd)?;
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the event is live for the call.
    if unsafe { libc::epoll_ctl(own, operation, fd, &raw mut event) } < 0 {
        return Err(host::os_error());
    }
    Ok(())
}

fn events_argument(op: Option<Op<'_>>) -> PyResult<u32> {
    match op {
        Some(op) => Ok(int::as_u64_mask(op)? as u32),
        None => Ok((libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32),
    }
}

fn epoll_register(epoll: EpollRef<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<2> = Signature::new("register", ["fd", "eventmask"]).required(1);
    let [fd, events] = args.parse(&SIGNATURE)?;
    control(epoll, libc::EPOLL_CTL_ADD, fd.expect("required"), events_argument(events)?)
}

fn epoll_modify(epoll: EpollRef<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<2> = Signature::new("modify", ["fd", "eventmask"]).required(2);
    let [fd, events] = args.parse(&SIGNATURE)?;
    control(epoll, libc::EPOLL_CTL_MOD, fd.expect("required"), events_argument(events)?)
}

fn epoll_unregister(epoll: EpollRef<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<1> = Signature::new("unregister", ["fd"]).required(1);
    let [fd] = args.parse(&SIGNATURE)?;
    control(epoll, libc::EPOLL_CTL_DEL, fd.expect("required"), 0)
}

fn epoll_poll(epoll: EpollRef<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    const SIGNATURE: Signature<2> = Signature::new("poll", ["timeout", "maxevents"]);
    let [timeout, max] = args.parse(&SIGNATURE)?;
    let fd = open_fd(epoll)?;
    let seconds = match timeout.filter(|it| !it.is_none()) {
        Some(timeout) => {
            let seconds = duration(timeout, 1.0, "timeout must be an integer or None")?;
            if seconds * 1000.0 > f64::from(i32::MAX) {
                return Err(raise!(OverflowError, "timeout is too large"));
            }
            (seconds >= 0.0).then_some(seconds)
        }
        None => None,
    };
    let max = match max.map_or(Ok(-1), int::as_i32)? {
        -1 => libc::FD_SETSIZE as i32 - 1,
        max if max < 1 => {
            return Err(raise!(ValueError, "maxevents must be greater than 0, got {max}"));
        }
        max => max,
    };
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; max as usize];
    let count = wait(deadline(seconds), |left| {
        // SAFETY: room for `max` events, live for the call.
        unsafe { libc::epoll_wait(fd, events.as_mut_ptr(), max, milliseconds(left)) }
    })?;
    let mut result = Vec::new();
    for event in &events[..count as usize] {
        let (fd, mask) = (event.u64 as i32, event.events);
        result.push(tuple::from_vec(vec![int::from_i64(fd.into())?, int::from_i64(mask.into())?])?);
    }
    list::from_vec(result)
}

fn epoll_enter(epoll: EpollRef<'_>) -> PyResult {
    open_fd(epoll)?;
    Ok(epoll.as_object().to_owned())
}

fn epoll_exit(epoll: EpollRef<'_>, _args: Args<'_>) -> PyResult<()> {
    epoll_close(epoll)
}

static EPOLL_METHODS: [PyMethodDef; 10] = [
    method::class_o(
        c"fromfd",
        epoll_fromfd,
        c"fromfd($type, fd, /)\n--\n\nMake an epoll object of a file descriptor.",
    ),
    method::noargs(c"close", epoll_close, c"close($self, /)\n--\n\nClose the epoll file descriptor."),
    method::noargs(c"fileno", epoll_fileno, c"fileno($self, /)\n--\n\nReturn the epoll file descriptor."),
    method::keywords(
        c"modify",
        epoll_modify,
        c"modify($self, /, fd, eventmask)\n--\n\nChange the events wanted of a file descriptor.",
    ),
    method::keywords(
        c"register",
        epoll_register,
        c"register($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)\n--\n\nAdd a file descriptor.",
    ),
    method::keywords(c"unregister", epoll_unregister, c"unregister($self, /, fd)\n--\n\nRemove a file descriptor."),
    method::keywords(
        c"poll",
        epoll_poll,
        c"poll($self, /, timeout=None, maxevents=-1)\n--\n\nWait for events, for as many seconds at most.\n\nReturn a list of pairs: file descriptor and events.",
    ),
    method::noargs(c"__enter__", epoll_enter, c"__enter__($self, /)\n--\n\n"),
    method::positional(
        c"__exit__",
        epoll_exit,
        c"__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)\n--\n\n",
    ),
    PyMethodDef::EMPTY,
];
static EPOLL_GETSET: [PyGetSetDef; 2] =
    [getset::get(c"closed", epoll_closed, c"Whether the epoll object is closed."), PyGetSetDef::EMPTY];

static mut EPOLL_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"select.epoll".as_ptr(),
    tp_basicsize: size_of::<Epoll>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(epoll_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc:
        c"select.epoll(sizehint=-1, flags=0)\n\nAn object that waits for events of many file descriptors."
            .as_ptr(),
    tp_methods: (&raw const EPOLL_METHODS).cast_mut().cast(),
    tp_getset: (&raw const EPOLL_GETSET).cast_mut().cast(),
    tp_new: slot::new(epoll_new),
    ..PyTypeObject::EMPTY
};

static FUNCTIONS: [PyMethodDef; 3] = [
    method::positional(
        c"select",
        select,
        c"select($module, rlist, wlist, xlist, timeout=None, /)\n--\n\nWait until one or more file descriptors are ready.\n\nThe first three arguments are sequences of what waits for reading, for writing, and\nfor exceptional conditions; the result has the subsets that are ready.",
    ),
    method::noargs(c"poll", poll, c"poll($module, /)\n--\n\nReturn a polling object."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    type_object::ready(static_type!(POLL_TYPE))?;
    type_object::ready(static_type!(EPOLL_TYPE))?;
    let result: Object =
        host::new_module("select", "Waiting for many file descriptors at once.", &FUNCTIONS)?;
    host::add_constants(result.op(), CONSTANTS)?;
    module::add_object(result.op(), "error", builtin::OSError())?;
    // SAFETY: a static type that is ready.
    module::add_object(result.op(), "epoll", unsafe { Op::from_ptr((&raw mut EPOLL_TYPE).cast()) })?;
    Ok(result)
}
