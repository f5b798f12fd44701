//! Socket addresses: Python's tuples and paths, the system's structs.

use core::ffi::{CStr, c_int};
use std::net::{Ipv4Addr, Ipv6Addr};

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, buffer, bytes, int, raise, singletons, str, tuple};

use super::names;

/// An address as system calls take it.
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for what a system call gives.
    pub fn empty() -> Self {
        // SAFETY: plain bits.
        let storage = unsafe { core::mem::zeroed() };
        Self { storage, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    pub fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    /// The address with the struct of its family in front.
    fn of<T>(value: T, len: usize) -> Self {
        let mut result = Self::empty();
        // SAFETY: the storage is large and aligned enough for the struct of every family.
        unsafe { result.as_mut_ptr().cast::<T>().write(value) };
        result.len = len as libc::socklen_t;
        result
    }
}

/// A port number.
fn port(op: Op<'_>, function: &str) -> PyResult<u16> {
    match int::as_i64_and_overflow(op)? {
        Ok(port) if (0..=0xffff).contains(&port) => Ok(port as u16),
        _ => Err(raise!(OverflowError, "{function}(): port must be 0-65535.")),
    }
}

/// A host name as the resolver takes it.
pub fn host_bytes(op: Op<'_>) -> PyResult<Vec<u8>> {
    let host = if op.is_instance::<PyUnicodeObject>() {
        let text = str::to_string_lossy(op);
        if text.is_ascii() {
            text.into_bytes()
        } else {
            let encoded = adder_object_model::call::call_method(op, "encode", &[str::intern("idna")?.op()])?;
            bytes_of(encoded.op())?
        }
    } else if op.is_instance::<PyBytesObject>() || op.is_instance::<PyByteArrayObject>() {
        bytes_of(op)?
    } else {
        return Err(raise!(TypeError, "str, bytes or bytearray expected, not {}", op.type_name()));
    };
    if host.contains(&0) {
        return Err(raise!(ValueError, "host name must not contain null character"));
    }
    Ok(host)
}

pub fn bytes_of(op: Op<'_>) -> PyResult<Vec<u8>> {
    Ok(buffer::get(op, PyBUF_SIMPLE)?.as_slice().to_vec())
}

/// The parts of an address that is a tuple.
fn parts(op: Op<'_>, family: &str, function: &str) -> PyResult<Vec<Object>> {
    let Some(tuple) = op.downcast::<PyTupleObject>() else {
        return Err(raise!(
            TypeError,
            "{function}(): {family} address must be tuple, not {}",
            op.type_name()
        ));
    };
    Ok((0..tuple::len(tuple)).map(|index| tuple::get(tuple, index).to_owned()).collect())
}

/// The address that `op` stands for in a family.
pub fn parse(op: Op<'_>, family: c_int, function: &str) -> PyResult<Address> {
    match family {
        libc::AF_INET => {
            let parts = parts(op, "AF_INET", function)?;
            let [host, number] = &parts[..] else {
                return Err(raise!(TypeError, "AF_INET address must be a pair (host, port)"));
            };
            let mut result = names::resolve(&host_bytes(host.op())?, libc::AF_INET)?;
            let number = port(number.op(), function)?;
            // SAFETY: `resolve` gives an address of the family.
            unsafe { (*result.as_mut_ptr().cast::<libc::sockaddr_in>()).sin_port = number.to_be() };
            Ok(result)
        }
        libc::AF_INET6 => {
            let parts = parts(op, "AF_INET6", function)?;
            if !(2..=4).contains(&parts.len()) {
                return Err(raise!(
                    TypeError,
                    "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                ));
            }
            let mut result = names::resolve(&host_bytes(parts[0].op())?, libc::AF_INET6)?;
            let number = port(parts[1].op(), function)?;
            let flow = parts.get(2).map_or(Ok(0), |flow| int::as_i64(flow.op()))?;
            if !(0..=0xfffff).contains(&flow) {
                return Err(raise!(OverflowError, "{function}(): flowinfo must be 0-1048575."));
            }
            let scope = parts.get(3).map_or(Ok(0), |scope| int::as_i64(scope.op()))?;
            // SAFETY: `resolve` gives an address of the family.
            let inside = unsafe { &mut *result.as_mut_ptr().cast::<libc::sockaddr_in6>() };
            inside.sin6_port = number.to_be();
            inside.sin6_flowinfo = (flow as u32).to_be();
            inside.sin6_scope_id = scope as u32;
            Ok(result)
        }
        libc::AF_UNIX => {
            let path = match op.downcast::<PyUnicodeObject>() {
                Some(text) => bytes_of(str::encode_fs_default(text)?.op())?,
                None => bytes_of(op)?,
            };
            // SAFETY: plain bits.
            let mut inside: libc::sockaddr_un = unsafe { core::mem::zeroed() };
            let is_abstract = path.first() == Some(&0);
            if path.len() + usize::from(!is_abstract) > inside.sun_path.len() {
                return Err(raise!(OSError, "AF_UNIX path too long"));
            }
            inside.sun_family = libc::AF_UNIX as libc::sa_family_t;
            for (to, from) in inside.sun_path.iter_mut().zip(&path) {
                *to = *from as _;
            }
            let start = core::mem::offset_of!(libc::sockaddr_un, sun_path);
            Ok(Address::of(inside, start + path.len() + usize::from(!is_abstract)))
        }
        _ => Err(raise!(OSError, "{function}(): bad family")),
    }
}

pub fn ipv4(address: Ipv4Addr) -> Address {
    // SAFETY: plain bits.
    let mut inside: libc::sockaddr_in = unsafe { core::mem::zeroed() };
    inside.sin_family = libc::AF_INET as libc::sa_family_t;
    inside.sin_addr.s_addr = u32::from_ne_bytes(address.octets());
    Address::of(inside, size_of::<libc::sockaddr_in>())
}

pub fn ipv6(address: Ipv6Addr) -> Address {
    // SAFETY: plain bits.
    let mut inside: libc::sockaddr_in6 = unsafe { core::mem::zeroed() };
    inside.sin6_family = libc::AF_INET6 as libc::sa_family_t;
    inside.sin6_addr.s6_addr = address.octets();
    Address::of(inside, size_of::<libc::sockaddr_in6>())
}

fn text(value: &str) -> PyResult {
    Ok(str::from_str(value)?.into_object())
}

/// An address from the system as Python shows it.
///
/// # Safety
/// `address` points to `len` bytes that begin with an address of its family.
pub unsafe fn to_object(address: *const libc::sockaddr, len: libc::socklen_t) -> PyResult {
    if len == 0 {
        return Ok(singletons::new_none());
    }
    // SAFETY: the caller's promise; the struct read is that of the family.
    unsafe {
        match c_int::from((*address).sa_family) {
            libc::AF_INET => {
                let inside = address.cast::<libc::sockaddr_in>().read_unaligned();
                let host = Ipv4Addr::from(inside.sin_addr.s_addr.to_ne_bytes());
                let port = int::from_i64(u16::from_be(inside.sin_port).into())?;
                tuple::from_vec(vec![text(&host.to_string())?, port])
            }
            libc::AF_INET6 => {
                let inside = address.cast::<libc::sockaddr_in6>().read_unaligned();
                // The scope stands beside it, not in it.
                let host = Ipv6Addr::from(inside.sin6_addr.s6_addr).to_string();
                tuple::from_vec(vec![
                    text(&host)?,
                    int::from_i64(u16::from_be(inside.sin6_port).into())?,
                    int::from_i64(u32::from_be(inside.sin6_flowinfo).into())?,
                    int::from_i64(inside.sin6_scope_id.into())?,
                ])
            }
            libc::AF_UNIX => {
                let start = core::mem::offset_of!(libc::sockaddr_un, sun_path);
                let path = address.cast::<u8>().add(start);
                let length = (len as usize).saturating_sub(start);
                if length > 0 && *path == 0 {
                    return bytes_object(core::slice::from_raw_parts(path, length));
                }
                let path = core::slice::from_raw_parts(path, length);
                let path = CStr::from_bytes_until_nul(path).map_or(path, CStr::to_bytes);
                fs_text(path)
            }
            family => {
                let rest = core::slice::from_raw_parts(
                    address.cast::<u8>().add(2),
                    (len as usize).saturating_sub(2),
                );
                tuple::from_vec(vec![int::from_i64(family.into())?, bytes_object(rest)?])
            }
        }
    }
}

/// Bytes as an object.
pub fn bytes_object(data: &[u8]) -> PyResult {
    Ok(bytes::from_slice(data)?.into_object())
}

/// A path or name from the system as text.
pub fn fs_text(data: &[u8]) -> PyResult {
    Ok(str::decode_fs_default(data)?.into_object())
}

/// A number of any width a C int has, also through `__index__`.
pub fn c_int_of(op: Op<'_>) -> PyResult<c_int> {
    if op.is_instance::<PyFloatObject>() {
        return Err(raise!(TypeError, "'float' object cannot be interpreted as an integer"));
    }
    int::as_i32(adder_object_model::number::index(op)?.op())
}

/// Whether an argument was left out or is `None`.
pub fn is_absent(op: Option<Op<'_>>) -> bool {
    op.is_none_or(|op| op.is_none())
}
