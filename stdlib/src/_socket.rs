//! The `_socket` module: sockets of the system.
//!
//! `address` turns addresses into structs and back, `names` has the resolver and the
//! functions of the module; here is the type.
//!
//! A socket with a timeout is non-blocking for the system: an operation waits with `poll`
//! until it can go on or the time is up. A signal that interrupts it runs its handlers
//! first. `messages` has `sendmsg`, `recvmsg` and their relatives.

use core::cell::Cell;
use core::ffi::c_int;
use std::time::{Duration, Instant};

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyLayout, PyResult, Signature, TypeRef, alloc, buffer, exceptions, getset,
    int, method, module, raise, slot, static_type, str, tuple, type_object,
};

use crate::host::{self, blocking};
use crate::native::Kept;

mod address;
mod constants;
mod messages;
mod names;

use address::{Address, c_int_of};

/// `gaierror` and `herror`.
static GAI_ERROR: Kept = Kept::new();
static HERROR: Kept = Kept::new();

/// `setdefaulttimeout`, as the bits of seconds; negative for no limit.
static DEFAULT_TIMEOUT: core::sync::atomic::AtomicU64 =
    core::sync::atomic::AtomicU64::new(f64::to_bits(-1.0));

fn default_timeout() -> Option<f64> {
    let seconds = f64::from_bits(DEFAULT_TIMEOUT.load(core::sync::atomic::Ordering::Relaxed));
    (seconds >= 0.0).then_some(seconds)
}

#[repr(C)]
struct SocketObject {
    ob_base: PyObject,
    /// -1 before `__init__` and once it is closed; stored plus 1, so that zeroed memory is a closed socket.
    fd_plus_1: Cell<c_int>,
    family: Cell<c_int>,
    kind: Cell<c_int>,
    proto: Cell<c_int>,
    timeout: Cell<Option<f64>>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for SocketObject {}

type Socket<'a> = Borrowed<'a, SocketObject>;

fn fd(socket: Socket<'_>) -> c_int {
    socket.fd_plus_1.get() - 1
}

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    let allocate = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type is ready; the fresh object's fields are written at once.
    unsafe {
        let op = Object::from_c(allocate(tp.as_ptr(), 0))?;
        (&raw mut (*op.as_ptr().cast::<SocketObject>()).timeout).write(Cell::new(default_timeout()));
        Ok(op)
    }
}

fn set_nonblocking(fd: c_int, on: bool) -> PyResult<()> {
    let mut flag = c_int::from(on);
    // SAFETY: FIONBIO reads an int.
    if unsafe { libc::ioctl(fd, libc::FIONBIO, &mut flag) } < 0 { Err(host::os_error()) } else { Ok(()) }
}

fn init_socket(socket: Socket<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<4> = Signature::new("socket", ["family", "type", "proto", "fileno"]);
    let [family, kind, proto, fileno] = args.parse(&SIGNATURE)?;
    let number = |op: Option<Op<'_>>| op.map_or(Ok(-1), c_int_of);
    let (mut family, mut kind, mut proto) = (number(family)?, number(kind)?, number(proto)?);
    let descriptor = match fileno.filter(|fileno| !fileno.is_none()) {
        Some(fileno) => {
            let fd = c_int_of(fileno)?;
            if fd < 0 {
                return Err(raise!(ValueError, "negative file descriptor"));
            }
            let mut own = Address::empty();
            // SAFETY: room for an address.
            let known = unsafe { libc::getsockname(fd, own.as_mut_ptr(), &mut own.len) } >= 0;
            if known && family == -1 {
                family = c_int::from(own.storage.ss_family);
            } else if !known {
                let errno = std::io::Error::last_os_error().raw_os_error();
                if family == -1 || matches!(errno, Some(libc::EBADF | libc::ENOTSOCK)) {
                    return Err(host::os_error());
                }
            }
            if kind == -1 {
                kind = option(fd, libc::SO_TYPE)?;
            }
            if proto == -1 {
                proto = option(fd, libc::SO_PROTOCOL)?;
            }
            fd
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            proto = if proto == -1 { 0 } else { proto };
            // SAFETY: plain numbers.
            let fd = blocking(|| unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) });
            if fd < 0 {
                return Err(host::os_error());
            }
            fd
        }
    };
    socket.fd_plus_1.set(descriptor + 1);
    socket.family.set(family);
    socket.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
    socket.proto.set(proto);
    if kind & libc::SOCK_NONBLOCK != 0 {
        socket.timeout.set(Some(0.0));
    } else {
        let timeout = default_timeout();
        socket.timeout.set(timeout);
        if timeout.is_some() {
            set_nonblocking(descriptor, true)?;
        }
    }
    Ok(())
}

/// A number that the system keeps of a socket.
fn option(fd: c_int, name: c_int) -> PyResult<c_int> {
    let mut value = 0;
    let mut length = size_of::<c_int>() as libc::socklen_t;
    // SAFETY: room for an int.
    let status =
        unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, name, (&raw mut value).cast(), &mut length) };
    if status < 0 { Err(host::os_error()) } else { Ok(value) }
}

fn dealloc(socket: Socket<'_>) {
    if socket.fd_plus_1.get() > 0 {
        let pending = adder_object_model::errors::take();
        let text = format!("unclosed {}", shown(socket));
        let warned = (adder_object_model::state::hooks().warn)(builtin::ResourceWarning(), &text, 1);
        if let Err(raised) = warned {
            raised.clear();
        }
        // SAFETY: the descriptor is this socket's.
        unsafe { libc::close(socket.fd_plus_1.replace(0) - 1) };
        if let Some(pending) = pending {
            adder_object_model::errors::restore(pending).ignore();
        }
    }
    // SAFETY: the count is 0, and the object owns nothing.
    unsafe { alloc::free_object(socket.as_object_ptr()) };
}

fn shown(socket: Socket<'_>) -> String {
    format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        fd(socket),
        socket.family.get(),
        socket.kind.get(),
        socket.proto.get()
    )
}

fn repr(socket: Socket<'_>) -> PyResult {
    Ok(str::from_string(shown(socket))?.into_object())
}

/// Waits until the descriptor is ready; `false` if the time is up first.
fn wait(fd: c_int, events: i16, deadline: Option<Instant>) -> PyResult<bool> {
    loop {
        let milliseconds = deadline.map_or(-1, |deadline| {
            let left = deadline.saturating_duration_since(Instant::now());
            i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
        });
        let mut entry = libc::pollfd { fd, events, revents: 0 };
        let (count, error) = blocking(|| {
            // SAFETY: one live entry.
            (unsafe { libc::poll(&mut entry, 1, milliseconds) }, std::io::Error::last_os_error())
        });
        match count {
            0 => return Ok(false),
            1.. => return Ok(true),
            _ if error.raw_os_error() == Some(libc::EINTR) => host::check_signals()?,
            _ => return Err(exceptions::set_io_error(&error, None)),
        }
    }
}

fn deadline(timeout: Option<f64>) -> Option<Instant> {
    timeout.filter(|&seconds| seconds > 0.0).map(|seconds| Instant::now() + Duration::from_secs_f64(seconds))
}

/// Makes a system call that may have to wait, as the socket's timeout says.
fn run(
    socket: Socket<'_>,
    events: i16,
    limit: Option<Instant>,
    mut body: impl FnMut(c_int) -> isize,
) -> PyResult<usize> {
    loop {
        let fd = fd(socket);
        if limit.is_some() && !wait(fd, events, limit)? {
            return Err(names::timed_out());
        }
        let (result, error) = blocking(|| (body(fd), std::io::Error::last_os_error()));
        if result >= 0 {
            return Ok(result as usize);
        }
        match error.raw_os_error() {
            Some(libc::EINTR) => host::check_signals()?,
            Some(libc::EAGAIN) if limit.is_some() => {}
            _ => return Err(exceptions::set_io_error(&error, None)),
        }
    }
}

/// The same with the socket's own timeout.
fn run_once(socket: Socket<'_>, events: i16, body: impl FnMut(c_int) -> isize) -> PyResult<usize> {
    run(socket, events, deadline(socket.timeout.get()), body)
}

/// Raises for a call that gave -1.
fn checked(result: c_int) -> PyResult<()> {
    if result < 0 { Err(host::os_error()) } else { Ok(()) }
}

fn accept(socket: Socket<'_>) -> PyResult {
    let mut peer = Address::empty();
    let room = peer.len;
    let fd = run_once(socket, libc::POLLIN, |fd| {
        peer.len = room;
        // SAFETY: room for an address.
        unsafe { libc::accept4(fd, peer.as_mut_ptr(), &mut peer.len, libc::SOCK_CLOEXEC) as isize }
    })?;
    // SAFETY: written by the system.
    let peer = unsafe { address::to_object(peer.as_ptr(), peer.len) }.inspect_err(|_| {
        // SAFETY: nobody else knows the descriptor.
        unsafe { libc::close(fd as c_int) };
    })?;
    tuple::from_vec(vec![int::from_usize(fd)?, peer])
}

fn bind(socket: Socket<'_>, op: Op<'_>) -> PyResult<()> {
    let address = address::parse(op, socket.family.get(), "bind")?;
    // SAFETY: a whole address.
    checked(unsafe { libc::bind(fd(socket), address.as_ptr(), address.len) })
}

/// Connects; the error number, 0 for success.
fn connect_to(socket: Socket<'_>, address: &Address) -> PyResult<c_int> {
    let (result, error) = blocking(|| {
        // SAFETY: a whole address.
        (unsafe { libc::connect(fd(socket), address.as_ptr(), address.len) }, std::io::Error::last_os_error())
    });
    if result == 0 {
        return Ok(0);
    }
    let errno = error.raw_os_error().unwrap_or(0);
    let limit = deadline(socket.timeout.get());
    let goes_on = match errno {
        libc::EINTR => {
            host::check_signals()?;
            socket.timeout.get() != Some(0.0)
        }
        libc::EINPROGRESS => limit.is_some(),
        _ => false,
    };
    if !goes_on {
        return Ok(errno);
    }
    if !wait(fd(socket), libc::POLLOUT, limit)? {
        return Ok(libc::EWOULDBLOCK);
    }
    option(fd(socket), libc::SO_ERROR)
}

fn connect(socket: Socket<'_>, op: Op<'_>) -> PyResult<()> {
    let address = address::parse(op, socket.family.get(), "connect")?;
    match connect_to(socket, &address)? {
        0 => Ok(()),
        libc::EWOULDBLOCK if socket.timeout.get().is_some_and(|seconds| seconds > 0.0) => {
            Err(names::timed_out())
        }
        errno => Err(exceptions::set_io_error(&std::io::Error::from_raw_os_error(errno), None)),
    }
}

fn connect_ex(socket: Socket<'_>, op: Op<'_>) -> PyResult {
    let address = address::parse(op, socket.family.get(), "connect_ex")?;
    int::from_i64(connect_to(socket, &address)?.into())
}

fn listen(socket: Socket<'_>, args: Args<'_>) -> PyResult<()> {
    let [backlog] = args.optional::<1>("listen", 0)?;
    let backlog = backlog.map_or(Ok(128), c_int_of)?.max(0);
    // SAFETY: plain numbers.
    checked(unsafe { libc::listen(fd(socket), backlog) })
}

fn close(socket: Socket<'_>) -> PyResult<()> {
    let fd = socket.fd_plus_1.replace(0) - 1;
    if fd < 0 {
        return Ok(());
    }
    close_descriptor(fd)
}

/// Closes; that the other side has gone already is no error.
fn close_descriptor(fd: c_int) -> PyResult<()> {
    // SAFETY: the descriptor belongs to the caller.
    let (result, error) = blocking(|| (unsafe { libc::close(fd) }, std::io::Error::last_os_error()));
    if result < 0 && error.raw_os_error() != Some(libc::ECONNRESET) {
        return Err(exceptions::set_io_error(&error, None));
    }
    Ok(())
}

fn detach(socket: Socket<'_>) -> PyResult {
    int::from_i64((socket.fd_plus_1.replace(0) - 1).into())
}

fn fileno(socket: Socket<'_>) -> PyResult {
    int::from_i64(fd(socket).into())
}

fn name_by(
    socket: Socket<'_>,
    ask: unsafe extern "C" fn(c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> c_int,
) -> PyResult {
    let mut address = Address::empty();
    // SAFETY: room for an address, then what the system wrote.
    unsafe {
        checked(ask(fd(socket), address.as_mut_ptr(), &mut address.len))?;
        address::to_object(address.as_ptr(), address.len)
    }
}

fn getpeername(socket: Socket<'_>) -> PyResult {
    name_by(socket, libc::getpeername)
}

fn getsockname(socket: Socket<'_>) -> PyResult {
    name_by(socket, libc::getsockname)
}

fn getsockopt(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [level, name, length] = args.optional::<3>("getsockopt", 2)?;
    let (level, name) = (c_int_of(level.expect("required"))?, c_int_of(name.expect("required"))?);
    let room = length.map_or(Ok(0), c_int_of)?;
    if room == 0 {
        let mut value: c_int = 0;
        let mut length = size_of::<c_int>() as libc::socklen_t;
        // SAFETY: room for an int.
        checked(unsafe { libc::getsockopt(fd(socket), level, name, (&raw mut value).cast(), &mut length) })?;
        return int::from_i64(value.into());
    }
    if !(1..=1024).contains(&room) {
        return Err(raise!(OSError, "getsockopt buflen out of range"));
    }
    let mut value = vec![0u8; room as usize];
    let mut length = room as libc::socklen_t;
    // SAFETY: room as said.
    checked(unsafe { libc::getsockopt(fd(socket), level, name, value.as_mut_ptr().cast(), &mut length) })?;
    address::bytes_object(&value[..length as usize])
}

fn setsockopt(socket: Socket<'_>, args: Args<'_>) -> PyResult<()> {
    let [level, name, value, length] = args.optional::<4>("setsockopt", 3)?;
    let (level, name) = (c_int_of(level.expect("required"))?, c_int_of(name.expect("required"))?);
    let value = value.expect("required");
    let set = |data: *const u8, length: usize| {
        // SAFETY: the callers pass data of that length.
        checked(unsafe { libc::setsockopt(fd(socket), level, name, data.cast(), length as libc::socklen_t) })
    };
    if value.is_none() {
        let Some(length) = length else {
            return Err(raise!(TypeError, "socket option should be integer, bytes-like object or None"));
        };
        return set(core::ptr::null(), int::as_i64(length)?.max(0) as usize);
    }
    if value.is_instance::<PyLongObject>() {
        return set(&c_int_of(value)?.to_ne_bytes()[0], size_of::<c_int>());
    }
    let data = buffer::get(value, PyBUF_SIMPLE)?;
    set(data.as_slice().as_ptr(), data.len())
}

fn flags(op: Option<Op<'_>>) -> PyResult<c_int> {
    op.map_or(Ok(0), c_int_of)
}

/// How many bytes a call asks for.
fn size(op: Op<'_>, function: &str) -> PyResult<usize> {
    let size = adder_object_model::number::as_ssize_t(op, Some(builtin::OverflowError()))?;
    usize::try_from(size).map_err(|_| raise!(ValueError, "negative buffersize in {function}"))
}

/// Receives into `room`, with the sender's address if `from` is wanted.
fn receive(
    socket: Socket<'_>,
    room: &mut [u8],
    flags: c_int,
    mut from: Option<&mut Address>,
) -> PyResult<usize> {
    run_once(socket, libc::POLLIN, |fd| {
        let data = room.as_mut_ptr().cast();
        // SAFETY: `room` takes as many bytes as its length says, and an address is as large as any can be.
        unsafe {
            match &mut from {
                Some(from) => {
                    from.len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
                    libc::recvfrom(fd, data, room.len(), flags, from.as_mut_ptr(), &mut from.len)
                }
                None => libc::recv(fd, data, room.len(), flags),
            }
        }
    })
}

fn recv(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [wanted, given] = args.optional::<2>("recv", 1)?;
    let mut room = crate::host::zeroed(size(wanted.expect("required"), "recv")?)?;
    let n = receive(socket, &mut room, flags(given)?, None)?;
    address::bytes_object(&room[..n])
}

fn recvfrom(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [wanted, given] = args.optional::<2>("recvfrom", 1)?;
    let mut room = crate::host::zeroed(size(wanted.expect("required"), "recvfrom")?)?;
    let mut from = Address::empty();
    let n = receive(socket, &mut room, flags(given)?, Some(&mut from))?;
    // SAFETY: written by the system.
    let from = unsafe { address::to_object(from.as_ptr(), from.len) }?;
    tuple::from_vec(vec![address::bytes_object(&room[..n])?, from])
}

/// `recv_into` and `recvfrom_into`.
fn receive_into(
    socket: Socket<'_>,
    args: Args<'_>,
    signature: &Signature<3>,
    from: Option<&mut Address>,
) -> PyResult<usize> {
    let [into, wanted, given] = args.parse(signature)?;
    let into = buffer::get(into.expect("required"), PyBUF_WRITABLE)?;
    let wanted = wanted.map_or(Ok(0), |wanted| size(wanted, signature.function))?;
    if wanted > into.len() {
        return Err(raise!(ValueError, "buffer too small for requested bytes"));
    }
    let wanted = if wanted == 0 { into.len() } else { wanted };
    receive(socket, &mut into.as_mut_slice()[..wanted], flags(given)?, from)
}

fn recv_into(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> = Signature::new("recv_into", ["buffer", "nbytes", "flags"]).required(1);
    int::from_usize(receive_into(socket, args, &SIGNATURE, None)?)
}

fn recvfrom_into(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> =
        Signature::new("recvfrom_into", ["buffer", "nbytes", "flags"]).required(1);
    let mut from = Address::empty();
    let n = receive_into(socket, args, &SIGNATURE, Some(&mut from))?;
    // SAFETY: written by the system.
    let from = unsafe { address::to_object(from.as_ptr(), from.len) }?;
    tuple::from_vec(vec![int::from_usize(n)?, from])
}

fn send(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [data, given] = args.optional::<2>("send", 1)?;
    let data = buffer::get(data.expect("required"), PyBUF_SIMPLE)?;
    let flags = flags(given)?;
    let data = data.as_slice();
    // SAFETY: live data of that length.
    let n = run_once(socket, libc::POLLOUT, |fd| unsafe {
        libc::send(fd, data.as_ptr().cast(), data.len(), flags)
    })?;
    int::from_usize(n)
}

fn sendall(socket: Socket<'_>, args: Args<'_>) -> PyResult<()> {
    let [data, given] = args.optional::<2>("sendall", 1)?;
    let data = buffer::get(data.expect("required"), PyBUF_SIMPLE)?;
    let flags = flags(given)?;
    let limit = deadline(socket.timeout.get());
    let mut data = data.as_slice();
    while !data.is_empty() {
        // SAFETY: live data of that length.
        let n = run(socket, libc::POLLOUT, limit, |fd| unsafe {
            libc::send(fd, data.as_ptr().cast(), data.len(), flags)
        })?;
        data = &data[n..];
        host::check_signals()?;
    }
    Ok(())
}

fn sendto(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [data, second, third] = args.optional::<3>("sendto", 2)?;
    let second = second.expect("required");
    let (given, to) = match third {
        Some(third) => (Some(second), third),
        None => (None, second),
    };
    let data = buffer::get(data.expect("required"), PyBUF_SIMPLE)?;
    let flags = flags(given)?;
    let to = address::parse(to, socket.family.get(), "sendto")?;
    let data = data.as_slice();
    // SAFETY: live data of that length, and a whole address.
    let n = run_once(socket, libc::POLLOUT, |fd| unsafe {
        libc::sendto(fd, data.as_ptr().cast(), data.len(), flags, to.as_ptr(), to.len)
    })?;
    int::from_usize(n)
}

fn change_timeout(socket: Socket<'_>, timeout: Option<f64>) -> PyResult<()> {
    socket.timeout.set(timeout);
    set_nonblocking(fd(socket), timeout.is_some())
}

fn setblocking(socket: Socket<'_>, op: Op<'_>) -> PyResult<()> {
    let on = adder_object_model::object::is_true(op)?;
    change_timeout(socket, if on { None } else { Some(0.0) })
}

fn getblocking(socket: Socket<'_>) -> PyResult<bool> {
    Ok(socket.timeout.get() != Some(0.0))
}

fn settimeout(socket: Socket<'_>, op: Op<'_>) -> PyResult<()> {
    change_timeout(socket, names::timeout(Some(op))?)
}

fn gettimeout(socket: Socket<'_>) -> PyResult {
    names::timeout_object(socket.timeout.get())
}

fn shutdown(socket: Socket<'_>, how: Op<'_>) -> PyResult<()> {
    let how = c_int_of(how)?;
    // SAFETY: plain numbers.
    checked(blocking(|| unsafe { libc::shutdown(fd(socket), how) }))
}

fn get_family(socket: Socket<'_>) -> PyResult {
    int::from_i64(socket.family.get().into())
}

fn get_kind(socket: Socket<'_>) -> PyResult {
    int::from_i64(socket.kind.get().into())
}

fn get_proto(socket: Socket<'_>) -> PyResult {
    int::from_i64(socket.proto.get().into())
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"_accept", accept, c"_accept() -> (integer, address info)\n\nWait for a connection; its descriptor and the peer's address."),
    method::o(c"bind", bind, c"bind(address)\n\nGive the socket a local address."),
    method::noargs(c"close", close, c"close()\n\nClose the socket; it cannot be used afterwards."),
    method::o(c"connect", connect, c"connect(address)\n\nConnect to a remote address."),
    method::o(c"connect_ex", connect_ex, c"connect_ex(address) -> errno\n\nThe same, with the error number as the result."),
    method::noargs(c"detach", detach, c"detach()\n\nClose the object without closing the descriptor, and return that."),
    method::noargs(c"fileno", fileno, c"fileno() -> integer\n\nThe file descriptor."),
    method::noargs(c"getpeername", getpeername, c"getpeername() -> address info\n\nThe address of the other side."),
    method::noargs(c"getsockname", getsockname, c"getsockname() -> address info\n\nThe local address."),
    method::positional(c"getsockopt", getsockopt, c"getsockopt(level, option[, buffersize]) -> value\n\nA socket option, as an int or as bytes."),
    method::positional(c"listen", listen, c"listen([backlog])\n\nLet others connect."),
    method::positional(c"recv", recv, c"recv(buffersize[, flags]) -> data\n\nReceive at most that many bytes."),
    method::keywords(c"recv_into", recv_into, c"recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\nReceive into a buffer."),
    method::positional(c"recvfrom", recvfrom, c"recvfrom(buffersize[, flags]) -> (data, address info)\n\nReceive, with the sender's address."),
    method::keywords(c"recvfrom_into", recvfrom_into, c"recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)\n\nReceive into a buffer, with the sender's address."),
    method::positional(c"send", send, c"send(data[, flags]) -> count\n\nSend; how much of it was sent."),
    method::positional(c"sendall", sendall, c"sendall(data[, flags])\n\nSend all of it."),
    method::positional(c"sendmsg", messages::sendmsg, c"sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\nSend pieces of data, with ancillary data beside them."),
    method::positional(c"recvmsg", messages::recvmsg, c"recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)\n\nReceive data with the ancillary data beside it."),
    method::positional(c"recvmsg_into", messages::recvmsg_into, c"recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)\n\nReceive into buffers, with the ancillary data."),
    method::positional(c"sendto", sendto, c"sendto(data[, flags], address) -> count\n\nSend to an address."),
    method::o(c"setblocking", setblocking, c"setblocking(flag)\n\nLet operations wait, or not."),
    method::noargs(c"getblocking", getblocking, c"getblocking()\n\nWhether operations wait."),
    method::o(c"settimeout", settimeout, c"settimeout(timeout)\n\nHow long operations wait: seconds, or None for ever."),
    method::noargs(c"gettimeout", gettimeout, c"gettimeout() -> timeout\n\nHow long operations wait."),
    method::positional(c"setsockopt", setsockopt, c"setsockopt(level, option, value: int)\nsetsockopt(level, option, value: buffer)\nsetsockopt(level, option, None, optlen: int)\n\nSet a socket option."),
    method::o(c"shutdown", shutdown, c"shutdown(flag)\n\nClose one or both directions."),
    PyMethodDef::EMPTY,
];

static GETSETS: [PyGetSetDef; 5] = [
    getset::get(c"family", get_family, c"the socket family"),
    getset::get(c"type", get_kind, c"the socket type"),
    getset::get(c"proto", get_proto, c"the socket protocol"),
    getset::get(c"timeout", gettimeout, c"the socket timeout"),
    PyGetSetDef::EMPTY,
];

static mut SOCKET: PyTypeObject = PyTypeObject {
    tp_name: c"_socket.socket".as_ptr(),
    tp_basicsize: size_of::<SocketObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOne end of a connection.".as_ptr(),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: (&raw const GETSETS).cast_mut().cast(),
    tp_init: slot::init(init_socket),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

fn socketpair(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [family, kind, proto] = args.optional::<3>("socketpair", 0)?;
    let family = family.map_or(Ok(libc::AF_UNIX), c_int_of)?;
    let kind = kind.map_or(Ok(libc::SOCK_STREAM), c_int_of)?;
    let proto = proto.map_or(Ok(0), c_int_of)?;
    let mut ends = [0; 2];
    // SAFETY: room for two descriptors.
    checked(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, ends.as_mut_ptr()) })?;
    // SAFETY: the type is ready.
    let class = unsafe { Op::from_ptr((&raw mut SOCKET).cast()) };
    let end = |fd: c_int| {
        let numbers: Vec<Object> = [family, kind, proto, fd]
            .into_iter()
            .map(|number| int::from_i64(number.into()))
            .collect::<PyResult<_>>()?;
        let numbers: Vec<Op<'_>> = numbers.iter().map(Object::op).collect();
        adder_object_model::call::call_positional(class, &numbers)
    };
    tuple::from_vec(vec![end(ends[0])?, end(ends[1])?])
}

fn close_function(_module: Op<'_>, op: Op<'_>) -> PyResult<()> {
    close_descriptor(c_int_of(op)?)
}

fn dup(_module: Op<'_>, op: Op<'_>) -> PyResult {
    // SAFETY: plain numbers.
    let fd = unsafe { libc::fcntl(c_int_of(op)?, libc::F_DUPFD_CLOEXEC, 0) };
    checked(fd)?;
    int::from_i64(fd.into())
}

fn getdefaulttimeout(_module: Op<'_>) -> PyResult {
    names::timeout_object(default_timeout())
}

fn setdefaulttimeout(_module: Op<'_>, op: Op<'_>) -> PyResult<()> {
    let seconds = names::timeout(Some(op))?.unwrap_or(-1.0);
    DEFAULT_TIMEOUT.store(seconds.to_bits(), core::sync::atomic::Ordering::Relaxed);
    Ok(())
}

static FUNCTIONS: &[PyMethodDef] = &[
    method::positional(c"socketpair", socketpair, c"socketpair([family[, type [, proto]]]) -> (socket object, socket object)\n\nTwo connected sockets."),
    method::o(c"close", close_function, c"close(integer) -> None\n\nClose a socket by its descriptor."),
    method::o(c"dup", dup, c"dup(integer) -> integer\n\nA second descriptor for a socket."),
    method::noargs(c"getdefaulttimeout", getdefaulttimeout, c"getdefaulttimeout() -> timeout\n\nThe timeout of new sockets."),
    method::o(c"setdefaulttimeout", setdefaulttimeout, c"setdefaulttimeout(timeout)\n\nSet the timeout of new sockets."),
    method::keywords(c"getaddrinfo", names::getaddrinfo, c"getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, canonname, sockaddr)\n\nAddresses of a host and service."),
    method::positional(c"getnameinfo", names::getnameinfo, c"getnameinfo(sockaddr, flags) --> (host, port)\n\nHost and service of an address."),
    method::noargs(c"gethostname", names::gethostname, c"gethostname() -> string\n\nThis machine's name."),
    method::o(c"gethostbyname", names::gethostbyname, c"gethostbyname(host) -> address\n\nThe IPv4 address of a host."),
    method::o(c"gethostbyname_ex", names::gethostbyname_ex, c"gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\nWhat is known of a host."),
    method::o(c"gethostbyaddr", names::gethostbyaddr, c"gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\nWhat is known of an address."),
    method::o(c"htons", names::swap_short, c"htons($module, x, /)\n--\n\nA number of 16 bits in network order."),
    method::o(c"ntohs", names::swap_short, c"ntohs($module, x, /)\n--\n\nA number of 16 bits from network order."),
    method::o(c"htonl", names::swap_long, c"htonl(integer) -> integer\n\nA number of 32 bits in network order."),
    method::o(c"ntohl", names::swap_long, c"ntohl(integer) -> integer\n\nA number of 32 bits from network order."),
    method::o(c"inet_aton", names::inet_aton, c"inet_aton($module, ip_addr, /)\n--\n\nAn IPv4 address as four bytes."),
    method::o(c"inet_ntoa", names::inet_ntoa, c"inet_ntoa($module, packed_ip, /)\n--\n\nFour bytes as an IPv4 address."),
    method::positional(c"inet_pton", names::inet_pton, c"inet_pton(af, ip) -> packed IP address string\n\nAn address as bytes."),
    method::o(c"CMSG_LEN", messages::cmsg_len, c"CMSG_LEN(length) -> control message length\n\nThe length of ancillary data with its header."),
    method::o(c"CMSG_SPACE", messages::cmsg_space, c"CMSG_SPACE(length) -> buffer size\n\nThe room that ancillary data need."),
    method::positional(c"inet_ntop", names::inet_ntop, c"inet_ntop(af, packed_ip) -> string formatted IP address\n\nBytes as an address."),
    method::positional(c"getservbyname", names::getservbyname, c"getservbyname(servicename[, protocolname]) -> integer\n\nThe port of a service."),
    method::positional(c"getservbyport", names::getservbyport, c"getservbyport(port[, protocolname]) -> string\n\nThe service at a port."),
    method::o(c"getprotobyname", names::getprotobyname, c"getprotobyname(name) -> integer\n\nThe number of a protocol."),
    method::o(c"if_nametoindex", names::if_nametoindex, c"if_nametoindex($module, oname, /)\n--\n\nThe index of a network interface."),
    method::o(c"if_indextoname", names::if_indextoname, c"if_indextoname($module, if_index, /)\n--\n\nThe name of a network interface."),
    method::noargs(c"if_nameindex", names::if_nameindex, c"if_nameindex()\n\nThe network interfaces: pairs of index and name."),
    PyMethodDef::EMPTY,
];

/// A subclass of `OSError`, made once.
fn error_class(kept: &Kept, name: &str) -> PyResult {
    if let Some(class) = kept.get() {
        return Ok(class);
    }
    let class = exceptions::new_class(name, Some(builtin::OSError()), None)?;
    kept.set(class.clone());
    Ok(class)
}

/// Makes the module.
pub fn init() -> PyResult {
    type_object::ready(static_type!(SOCKET))?;
    let result = host::new_module("_socket", "Sockets of the system; see the module socket.", FUNCTIONS)?;
    let target = result.op();
    host::add_constants(target, constants::CONSTANTS)?;
    module::add_object(target, "error", builtin::OSError())?;
    module::add_object(target, "timeout", builtin::TimeoutError())?;
    module::add_object(target, "gaierror", error_class(&GAI_ERROR, "socket.gaierror")?.op())?;
    module::add_object(target, "herror", error_class(&HERROR, "socket.herror")?.op())?;
    module::add_object(target, "has_ipv6", adder_object_model::singletons::new_true().op())?;
    module::add_type(target, static_type!(SOCKET))?;
    module::add_object(target, "SocketType", static_type!(SOCKET).as_object())?;
    Ok(result)
}
