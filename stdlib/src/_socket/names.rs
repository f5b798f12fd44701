//! Hosts, services and interfaces by name, and numbers in network order.

use core::ffi::{CStr, c_int};
use core::ptr;
use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr};

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, PyResult, Raised, Signature, errors, int, list, raise, singletons, str, tuple,
};

use super::address::{self, Address, bytes_of, c_int_of, host_bytes, is_absent};
use super::{GAI_ERROR, HERROR};
use crate::host::blocking;
use crate::native::Kept;

/// An error of the resolver: its number and text.
fn raise_pair(class: &Kept, number: c_int, text: &str) -> Raised {
    let args = int::from_i64(number.into())
        .and_then(|number| tuple::from_vec(vec![number, str::from_str(text)?.into_object()]));
    match (class.get(), args) {
        (Some(class), Ok(args)) => errors::set_object(class.op(), args.op()),
        (_, Err(raised)) => raised,
        (None, _) => raise!(SystemError, "_socket is not initialised"),
    }
}

fn gai_error(code: c_int) -> Raised {
    if code == libc::EAI_SYSTEM {
        return crate::host::os_error();
    }
    // SAFETY: gives a static string for every code.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    raise_pair(&GAI_ERROR, code, &text.to_string_lossy())
}

/// What `getaddrinfo` gave, freed at the end.
struct Found(*mut libc::addrinfo);

impl Drop for Found {
    fn drop(&mut self) {
        // SAFETY: given by `getaddrinfo`, freed once.
        unsafe { libc::freeaddrinfo(self.0) };
    }
}

impl Found {
    fn look_up(host: Option<&CStr>, service: Option<&CStr>, hints: &libc::addrinfo) -> PyResult<Self> {
        let mut found = ptr::null_mut();
        let code = blocking(|| {
            // SAFETY: the strings and hints live for the call.
            unsafe {
                libc::getaddrinfo(
                    host.map_or(ptr::null(), CStr::as_ptr),
                    service.map_or(ptr::null(), CStr::as_ptr),
                    hints,
                    &mut found,
                )
            }
        });
        if code == 0 { Ok(Self(found)) } else { Err(gai_error(code)) }
    }

    fn iter(&self) -> impl Iterator<Item = &libc::addrinfo> {
        // SAFETY: a linked list that lives as long as `self`.
        core::iter::successors(unsafe { self.0.as_ref() }, |it| unsafe { it.ai_next.as_ref() })
    }
}

fn hints(family: c_int, kind: c_int, proto: c_int, flags: c_int) -> libc::addrinfo {
    // SAFETY: plain bits and null pointers.
    let mut result: libc::addrinfo = unsafe { core::mem::zeroed() };
    result.ai_family = family;
    result.ai_socktype = kind;
    result.ai_protocol = proto;
    result.ai_flags = flags;
    result
}

fn c_string(bytes: Vec<u8>) -> PyResult<CString> {
    CString::new(bytes).map_err(|_| raise!(ValueError, "embedded null character"))
}

/// The address of a host, with port 0.
pub fn resolve(host: &[u8], family: c_int) -> PyResult<Address> {
    if host.is_empty() {
        return Ok(match family {
            libc::AF_INET6 => address::ipv6(Ipv6Addr::UNSPECIFIED),
            _ => address::ipv4(Ipv4Addr::UNSPECIFIED),
        });
    }
    if family == libc::AF_INET && (host == b"<broadcast>" || host == b"255.255.255.255") {
        return Ok(address::ipv4(Ipv4Addr::BROADCAST));
    }
    let host = c_string(host.to_vec())?;
    let found = Found::look_up(Some(&host), None, &hints(family, 0, 0, 0))?;
    let Some(first) = found.iter().next() else {
        return Err(raise!(OSError, "no address for the host"));
    };
    let mut result = Address::empty();
    let length = (first.ai_addrlen as usize).min(result.len as usize);
    // SAFETY: both are at least that long.
    unsafe {
        ptr::copy_nonoverlapping(first.ai_addr.cast::<u8>(), result.as_mut_ptr().cast(), length);
    }
    result.len = length as libc::socklen_t;
    Ok(result)
}

/// The host and service of an address.
///
/// # Safety
/// As for `address::to_object`.
unsafe fn name_info(
    address: *const libc::sockaddr,
    len: libc::socklen_t,
    flags: c_int,
) -> PyResult<(String, String)> {
    let (mut host, mut service) = ([0u8; 1025], [0u8; 32]);
    // SAFETY: the caller's promise; the buffers are as long as said.
    let code = blocking(|| unsafe {
        libc::getnameinfo(
            address,
            len,
            host.as_mut_ptr().cast(),
            host.len() as libc::socklen_t,
            service.as_mut_ptr().cast(),
            service.len() as libc::socklen_t,
            flags,
        )
    });
    if code != 0 {
        return Err(gai_error(code));
    }
    let text =
        |bytes: &[u8]| CStr::from_bytes_until_nul(bytes).unwrap_or_default().to_string_lossy().into_owned();
    Ok((text(&host), text(&service)))
}

/// The host of an address in figures.
///
/// # Safety
/// As for `address::to_object`.
pub unsafe fn numeric_host(address: *const libc::sockaddr, len: libc::socklen_t) -> PyResult<String> {
    // SAFETY: the caller's promise.
    Ok(unsafe { name_info(address, len, libc::NI_NUMERICHOST | libc::NI_NUMERICSERV) }?.0)
}

pub fn getaddrinfo(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<6> =
        Signature::new("getaddrinfo", ["host", "port", "family", "type", "proto", "flags"]).required(2);
    let [host, service, rest @ ..] = args.parse(&SIGNATURE)?;
    let host = match host.filter(|host| !host.is_none()) {
        Some(host) if host.is_instance::<PyUnicodeObject>() || host.is_instance::<PyBytesObject>() => {
            Some(c_string(host_bytes(host)?)?)
        }
        Some(_) => return Err(raise!(TypeError, "getaddrinfo() argument 1 must be string or None")),
        None => None,
    };
    let service = match service.filter(|service| !service.is_none()) {
        Some(service) if service.is_instance::<PyLongObject>() => {
            let text = adder_object_model::object::str(service)?;
            Some(c_string(str::to_string_lossy(text.op()).into_bytes())?)
        }
        Some(service)
            if service.is_instance::<PyUnicodeObject>() || service.is_instance::<PyBytesObject>() =>
        {
            Some(c_string(match service.downcast::<PyUnicodeObject>() {
                Some(_) => str::to_string_lossy(service).into_bytes(),
                None => bytes_of(service)?,
            })?)
        }
        Some(_) => return Err(raise!(OSError, "Int or String expected")),
        None => None,
    };
    let mut numbers = [0; 4];
    for (number, given) in numbers.iter_mut().zip(rest) {
        *number = given.map_or(Ok(0), c_int_of)?;
    }
    let [family, kind, proto, flags] = numbers;
    let found = Found::look_up(host.as_deref(), service.as_deref(), &hints(family, kind, proto, flags))?;
    let mut result = Vec::new();
    for entry in found.iter() {
        let name = if entry.ai_canonname.is_null() {
            String::new()
        } else {
            // SAFETY: a C string that lives as long as `found`.
            unsafe { CStr::from_ptr(entry.ai_canonname) }.to_string_lossy().into_owned()
        };
        result.push(tuple::from_vec(vec![
            int::from_i64(entry.ai_family.into())?,
            int::from_i64(entry.ai_socktype.into())?,
            int::from_i64(entry.ai_protocol.into())?,
            str::from_string(name)?.into_object(),
            // SAFETY: the address of the entry, as long as it says.
            unsafe { address::to_object(entry.ai_addr, entry.ai_addrlen) }?,
        ])?);
    }
    Ok(list::from_vec(result)?.into_object())
}

pub fn getnameinfo(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [given, flags] = args.exactly("getnameinfo")?;
    let flags = c_int_of(flags)?;
    let Some(parts) = given.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "getnameinfo() argument 1 must be a tuple"));
    };
    let family = if tuple::len(parts) > 2 { libc::AF_INET6 } else { libc::AF_INET };
    if tuple::len(parts) == 0 {
        return Err(raise!(TypeError, "getnameinfo() takes at least 1 argument (0 given)"));
    }
    let host = tuple::get(parts, 0);
    let family = match host.downcast::<PyUnicodeObject>() {
        Some(_) if str::to_string_lossy(host).contains(':') => libc::AF_INET6,
        _ => family,
    };
    let address = address::parse(given, family, "getnameinfo")?;
    // SAFETY: a whole address.
    let (host, service) = unsafe { name_info(address.as_ptr(), address.len, flags) }?;
    tuple::from_vec(vec![str::from_string(host)?.into_object(), str::from_string(service)?.into_object()])
}

pub fn gethostname(_module: Op<'_>) -> PyResult {
    let mut name = [0u8; 1024];
    // SAFETY: the buffer is one byte longer than said.
    if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } < 0 {
        return Err(crate::host::os_error());
    }
    address::fs_text(CStr::from_bytes_until_nul(&name).unwrap_or_default().to_bytes())
}

pub fn gethostbyname(_module: Op<'_>, host: Op<'_>) -> PyResult {
    let found = resolve(&host_bytes(host)?, libc::AF_INET)?;
    // SAFETY: a whole address.
    let host = unsafe { numeric_host(found.as_ptr(), found.len) }?;
    Ok(str::from_string(host)?.into_object())
}

/// The name, other names and addresses of a host.
fn host_entry(host: Op<'_>, name_of: impl FnOnce(&Address, &str) -> PyResult<String>) -> PyResult {
    let text = host_bytes(host)?;
    let family = if text.contains(&b':') { libc::AF_INET6 } else { libc::AF_INET };
    let found = resolve(&text, family)?;
    let name = name_of(&found, &String::from_utf8_lossy(&text))?;
    // SAFETY: a whole address.
    let numeric = unsafe { numeric_host(found.as_ptr(), found.len) }?;
    tuple::from_vec(vec![
        str::from_string(name)?.into_object(),
        list::new()?.into_object(),
        list::from_vec(vec![str::from_string(numeric)?.into_object()])?.into_object(),
    ])
}

pub fn gethostbyname_ex(_module: Op<'_>, host: Op<'_>) -> PyResult {
    host_entry(host, |_, given| Ok(given.to_owned()))
}

pub fn gethostbyaddr(_module: Op<'_>, host: Op<'_>) -> PyResult {
    host_entry(host, |found, _| {
        // SAFETY: a whole address.
        match unsafe { name_info(found.as_ptr(), found.len, libc::NI_NAMEREQD) } {
            Ok((name, _)) => Ok(name),
            Err(raised) => {
                raised.clear();
                Err(raise_pair(&HERROR, 1, "Unknown host"))
            }
        }
    })
}

/// A number of 16 or 32 bits in the other byte order.
fn swapped<const BITS: u32>(op: Op<'_>) -> PyResult {
    if op.is_instance::<PyFloatObject>() || !op.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "expected int, {} found", op.type_name()));
    }
    if int::is_negative(op) {
        return Err(raise!(ValueError, "Cannot convert negative int"));
    }
    match int::as_i64_and_overflow(op)? {
        Ok(value) if value < 1 << BITS => {
            let value = value as u32;
            int::from_i64(if BITS == 16 { (value as u16).to_be().into() } else { value.to_be().into() })
        }
        _ => Err(raise!(OverflowError, "Python int too large for C uint{BITS}_t")),
    }
}

pub fn swap_short(_module: Op<'_>, op: Op<'_>) -> PyResult {
    swapped::<16>(op)
}

pub fn swap_long(_module: Op<'_>, op: Op<'_>) -> PyResult {
    swapped::<32>(op)
}

fn ascii_argument(op: Op<'_>, function: &str) -> PyResult<CString> {
    if !op.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "{function}() argument must be str, not {}", op.type_name()));
    }
    c_string(str::to_string_lossy(op).into_bytes())
}

pub fn inet_aton(_module: Op<'_>, op: Op<'_>) -> PyResult {
    unsafe extern "C" {
        fn inet_aton(text: *const core::ffi::c_char, into: *mut libc::in_addr) -> c_int;
    }
    let text = ascii_argument(op, "inet_aton")?;
    let mut result = libc::in_addr { s_addr: 0 };
    // SAFETY: a C string, and room for the address.
    if unsafe { inet_aton(text.as_ptr(), &mut result) } == 0 {
        return Err(raise!(OSError, "illegal IP address string passed to inet_aton"));
    }
    address::bytes_object(&result.s_addr.to_ne_bytes())
}

pub fn inet_ntoa(_module: Op<'_>, op: Op<'_>) -> PyResult {
    match <[u8; 4]>::try_from(bytes_of(op)?) {
        Ok(octets) => Ok(str::from_string(Ipv4Addr::from(octets).to_string())?.into_object()),
        Err(_) => Err(raise!(OSError, "packed IP wrong length")),
    }
}

/// `OSError` for a family without such addresses.
fn unknown_family() -> Raised {
    let error = std::io::Error::from_raw_os_error(libc::EAFNOSUPPORT);
    adder_object_model::exceptions::set_io_error(&error, None)
}

pub fn inet_pton(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [family, text] = args.exactly("inet_pton")?;
    let family = c_int_of(family)?;
    let text = ascii_argument(text, "inet_pton")?;
    let text = text.to_string_lossy();
    let packed = match family {
        libc::AF_INET => text.parse::<Ipv4Addr>().map(|it| it.octets().to_vec()).ok(),
        libc::AF_INET6 => text.parse::<Ipv6Addr>().map(|it| it.octets().to_vec()).ok(),
        _ => return Err(unknown_family()),
    };
    match packed {
        Some(packed) => address::bytes_object(&packed),
        None => Err(raise!(OSError, "illegal IP address string passed to inet_pton")),
    }
}

pub fn inet_ntop(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [family, packed] = args.exactly("inet_ntop")?;
    let family = c_int_of(family)?;
    let packed = bytes_of(packed)?;
    let text = match family {
        libc::AF_INET => <[u8; 4]>::try_from(packed).map(|it| Ipv4Addr::from(it).to_string()).ok(),
        libc::AF_INET6 => <[u8; 16]>::try_from(packed).map(|it| Ipv6Addr::from(it).to_string()).ok(),
        _ => return Err(raise!(ValueError, "unknown address family {family}")),
    };
    match text {
        Some(text) => Ok(str::from_string(text)?.into_object()),
        None => Err(raise!(ValueError, "invalid length of packed IP address string")),
    }
}

pub fn getservbyname(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [name, proto] = args.optional::<2>("getservbyname", 1)?;
    let name = ascii_argument(name.expect("required"), "getservbyname")?;
    let proto = proto.map(|proto| ascii_argument(proto, "getservbyname")).transpose()?;
    // SAFETY: C strings; the static result is read at once, under the GIL.
    let port = unsafe {
        libc::getservbyname(name.as_ptr(), proto.as_ref().map_or(ptr::null(), |it| it.as_ptr()))
            .as_ref()
            .map(|entry| u16::from_be(entry.s_port as u16))
    };
    match port {
        Some(port) => int::from_i64(port.into()),
        None => Err(raise!(OSError, "service/proto not found")),
    }
}

pub fn getservbyport(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [port, proto] = args.optional::<2>("getservbyport", 1)?;
    let port = c_int_of(port.expect("required"))?;
    let Ok(port) = u16::try_from(port) else {
        return Err(raise!(OverflowError, "getservbyport: port must be 0-65535."));
    };
    let proto = proto.map(|proto| ascii_argument(proto, "getservbyport")).transpose()?;
    // SAFETY: as above.
    let name = unsafe {
        libc::getservbyport(c_int::from(port.to_be()), proto.as_ref().map_or(ptr::null(), |it| it.as_ptr()))
            .as_ref()
            .map(|entry| CStr::from_ptr(entry.s_name).to_string_lossy().into_owned())
    };
    match name {
        Some(name) => Ok(str::from_string(name)?.into_object()),
        None => Err(raise!(OSError, "port/proto not found")),
    }
}

pub fn getprotobyname(_module: Op<'_>, name: Op<'_>) -> PyResult {
    let name = ascii_argument(name, "getprotobyname")?;
    // SAFETY: as above.
    match unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|entry| entry.p_proto) } {
        Some(number) => int::from_i64(number.into()),
        None => Err(raise!(OSError, "protocol not found")),
    }
}

pub fn if_nametoindex(_module: Op<'_>, name: Op<'_>) -> PyResult {
    let name = match name.downcast::<PyUnicodeObject>() {
        Some(text) => bytes_of(str::encode_fs_default(text)?.op())?,
        None => bytes_of(name)?,
    };
    // SAFETY: a C string.
    match unsafe { libc::if_nametoindex(c_string(name)?.as_ptr()) } {
        0 => Err(raise!(OSError, "no interface with this name")),
        index => int::from_i64(index.into()),
    }
}

pub fn if_indextoname(_module: Op<'_>, index: Op<'_>) -> PyResult {
    let index = int::as_i64(index)?;
    let Ok(index) = u32::try_from(index) else {
        return Err(raise!(OverflowError, "index is too large"));
    };
    let mut name = [0u8; libc::IF_NAMESIZE + 1];
    // SAFETY: room for every name.
    if unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) }.is_null() {
        return Err(crate::host::os_error());
    }
    address::fs_text(CStr::from_bytes_until_nul(&name).unwrap_or_default().to_bytes())
}

pub fn if_nameindex(_module: Op<'_>) -> PyResult {
    let mut pairs = Vec::new();
    // SAFETY: an array that ends with a null name, freed once.
    unsafe {
        let first = libc::if_nameindex();
        if first.is_null() {
            return Err(crate::host::os_error());
        }
        let mut entry = first;
        while !(*entry).if_name.is_null() {
            pairs.push(((*entry).if_index, CStr::from_ptr((*entry).if_name).to_owned()));
            entry = entry.add(1);
        }
        libc::if_freenameindex(first);
    }
    let pairs = pairs.into_iter().map(|(index, name)| {
        tuple::from_vec(vec![int::from_i64(index.into())?, address::fs_text(name.to_bytes())?])
    });
    Ok(list::from_vec(pairs.collect::<PyResult<_>>()?)?.into_object())
}

/// Seconds, `None` for no limit.
pub fn timeout(op: Option<Op<'_>>) -> PyResult<Option<f64>> {
    if is_absent(op) {
        return Ok(None);
    }
    let seconds = adder_object_model::float::as_f64(op.expect("present"))?;
    if seconds.is_nan() {
        return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(raise!(ValueError, "Timeout value out of range"));
    }
    if seconds > 9_223_372_036.0 {
        return Err(raise!(OverflowError, "timeout doesn't fit into C timeval"));
    }
    Ok(Some(seconds))
}

/// `TimeoutError` for a wait that ended without the descriptor being ready.
pub fn timed_out() -> Raised {
    errors::set_string(builtin::TimeoutError(), "timed out")
}

/// Seconds as Python shows a timeout.
pub fn timeout_object(seconds: Option<f64>) -> PyResult {
    match seconds {
        Some(seconds) => adder_object_model::float::new(seconds),
        None => Ok(singletons::new_none()),
    }
}
