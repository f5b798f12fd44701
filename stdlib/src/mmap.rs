//! The `mmap` module: files and anonymous memory mapped into the address space.
//!
//! While a buffer of the map is exported, the map can be neither closed nor resized, so
//! exported memory stays where it is.

use core::ptr;
use core::slice;

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Signature, TypeRef, buffer, bytes, errors, getset,
    int, method, module, number, object, raise, slot, static_type, str, type_object, weakref,
};

use crate::host;

const CONSTANTS: &[(&str, i64)] = &[
    ("ACCESS_COPY", 3),
    ("ACCESS_DEFAULT", 0),
    ("ACCESS_READ", 1),
    ("ACCESS_WRITE", 2),
    ("ALLOCATIONGRANULARITY", 4096),
    ("MADV_DODUMP", 17),
    ("MADV_DOFORK", 11),
    ("MADV_DONTDUMP", 16),
    ("MADV_DONTFORK", 10),
    ("MADV_DONTNEED", 4),
    ("MADV_FREE", 8),
    ("MADV_HUGEPAGE", 14),
    ("MADV_HWPOISON", 100),
    ("MADV_MERGEABLE", 12),
    ("MADV_NOHUGEPAGE", 15),
    ("MADV_NORMAL", 0),
    ("MADV_RANDOM", 1),
    ("MADV_REMOVE", 9),
    ("MADV_SEQUENTIAL", 2),
    ("MADV_UNMERGEABLE", 13),
    ("MADV_WILLNEED", 3),
    ("MAP_32BIT", 64),
    ("MAP_ANON", 32),
    ("MAP_ANONYMOUS", 32),
    ("MAP_DENYWRITE", 2048),
    ("MAP_EXECUTABLE", 4096),
    ("MAP_NORESERVE", 16384),
    ("MAP_POPULATE", 32768),
    ("MAP_PRIVATE", 2),
    ("MAP_SHARED", 1),
    ("MAP_STACK", 131072),
    ("PAGESIZE", 4096),
    ("PROT_EXEC", 4),
    ("PROT_READ", 1),
    ("PROT_WRITE", 2),
];

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C)]
enum Access {
    Default,
    Read,
    Write,
    Copy,
}

/// A map.
#[repr(C)]
struct Map {
    ob_base: PyObject,
    /// Null once it is closed.
    data: *mut u8,
    size: usize,
    position: usize,
    offset: i64,
    exports: usize,
    weakreflist: *mut PyObject,
    /// A duplicate of ours, or -1.
    fd: i32,
    /// Whether the descriptor is kept, or would be if there were one.
    trackfd: bool,
    flags: i32,
    access: Access,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Map {}

type MapRef<'a> = Borrowed<'a, Map>;

/// The bytes of an open map.
fn content<'a>(map: MapRef<'a>) -> PyResult<&'a mut [u8]> {
    check_open(map)?;
    // SAFETY: an open map's memory is mapped for its whole size. Others may write to it at
    // any time, so each slice is used for one copy or search only.
    Ok(unsafe { slice::from_raw_parts_mut(map.data, map.size) })
}

fn check_open(map: MapRef<'_>) -> PyResult<()> {
    if map.data.is_null() {
        return Err(raise!(ValueError, "mmap closed or invalid"));
    }
    Ok(())
}

fn check_writable(map: MapRef<'_>) -> PyResult<()> {
    if map.access == Access::Read {
        return Err(raise!(TypeError, "mmap can't modify a readonly memory map."));
    }
    Ok(())
}

fn check_resizeable(map: MapRef<'_>) -> PyResult<()> {
    if map.exports > 0 {
        return Err(raise!(BufferError, "mmap can't resize with extant pointers exported."));
    }
    if !map.trackfd {
        return Err(raise!(ValueError, "mmap can't resize with trackfd=False."));
    }
    if matches!(map.access, Access::Read | Access::Copy) {
        return Err(raise!(TypeError, "mmap can't resize a readonly or copy-on-write memory map."));
    }
    Ok(())
}

fn set_position(map: MapRef<'_>, position: usize) {
    // SAFETY: a live object.
    unsafe { (*map.as_ptr()).position = position };
}

fn index(op: Op<'_>) -> PyResult<isize> {
    number::as_ssize_t(op, Some(builtin::OverflowError()))
}

fn new_slot(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<7> =
        Signature::new("mmap", ["fileno", "length", "flags", "prot", "access", "offset", "trackfd"])
            .keyword_only_from(6)
            .required(2);
    let [fd, length, flags, prot, access, offset, trackfd] = args.parse(&SIGNATURE)?;
    let fd = int::as_i32(number::index(fd.expect("required"))?.op())?;
    let length = index(length.expect("required"))?;
    let has_flags = flags.is_some() || prot.is_some();
    let mut flags = flags.map_or(Ok(libc::MAP_SHARED), int::as_i32)?;
    let mut prot = prot.map_or(Ok(libc::PROT_READ | libc::PROT_WRITE), int::as_i32)?;
    let access = access.map_or(Ok(0), int::as_i32)?;
    let offset = offset.map_or(Ok(0), int::as_i64)?;
    let trackfd = trackfd.map_or(Ok(true), object::is_true)?;
    if length < 0 {
        return Err(raise!(OverflowError, "memory mapped length must be positive"));
    }
    if offset < 0 {
        return Err(raise!(OverflowError, "memory mapped offset must be positive"));
    }
    if access != 0 && has_flags {
        return Err(raise!(ValueError, "mmap can't specify both access and flags, prot."));
    }
    let access = match access {
        1 => {
            (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ);
            Access::Read
        }
        2 => {
            (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE);
            Access::Write
        }
        3 => {
            (flags, prot) = (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE);
            Access::Copy
        }
        0 if prot & libc::PROT_READ != 0 && prot & libc::PROT_WRITE == 0 => Access::Read,
        0 => Access::Default,
        _ => return Err(raise!(ValueError, "mmap invalid access parameter.")),
    };
    let mut size = length as usize;
    if fd != -1 {
        // SAFETY: plain data, which the call fills.
        let status = unsafe {
            let mut status: libc::stat = core::mem::zeroed();
            (libc::fstat(fd, &raw mut status) == 0).then_some(status)
        };
        if let Some(status) = status
            && status.st_mode & libc::S_IFMT == libc::S_IFREG
        {
            if size == 0 {
                if status.st_size == 0 {
                    return Err(raise!(ValueError, "cannot mmap an empty file"));
                }
                if offset >= status.st_size {
                    return Err(raise!(ValueError, "mmap offset is greater than file size"));
                }
                size = (status.st_size - offset) as usize;
            } else if offset > status.st_size || status.st_size - offset < size as i64 {
                return Err(raise!(ValueError, "mmap length is greater than file size"));
            }
        }
    } else {
        flags |= libc::MAP_ANONYMOUS;
    }
    let kept = if fd == -1 || !trackfd {
        -1
    } else {
        // SAFETY: has no conditions.
        let kept = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if kept == -1 {
            return Err(host::os_error());
        }
        kept
    };
    // SAFETY: a new map at a place the system chooses.
    let (data, error) = host::blocking(|| unsafe {
        let data = libc::mmap(ptr::null_mut(), size, prot, flags, fd, offset);
        (data as usize, std::io::Error::last_os_error())
    });
    if data == libc::MAP_FAILED as usize {
        if kept != -1 {
            // SAFETY: the duplicate is ours.
            unsafe { libc::close(kept) };
        }
        return Err(adder_object_model::exceptions::set_io_error(&error, None));
    }
    let alloc = tp.tp_alloc.ok_or_else(errors::bad_internal_call)?;
    // SAFETY: a ready type; the allocator gives a zeroed object or raises.
    unsafe {
        let op = match Object::from_c(alloc(tp.as_ptr(), 0)) {
            Ok(op) => op,
            Err(raised) => {
                libc::munmap(data as *mut _, size);
                return Err(raised);
            }
        };
        let fields = op.as_ptr().cast::<Map>();
        (*fields).data = data as *mut u8;
        (*fields).size = size;
        (*fields).offset = offset;
        (*fields).fd = kept;
        (*fields).trackfd = trackfd;
        (*fields).flags = flags;
        (*fields).access = access;
        Ok(op)
    }
}

/// Unmaps the memory and closes the descriptor.
fn release(map: MapRef<'_>) {
    let fields = map.as_ptr();
    // SAFETY: the memory and the descriptor are ours, and are forgotten before they go.
    unsafe {
        let data = ptr::replace(&raw mut (*fields).data, ptr::null_mut());
        let fd = ptr::replace(&raw mut (*fields).fd, -1);
        if !data.is_null() {
            libc::munmap(data.cast(), (*fields).size);
        }
        if fd != -1 {
            libc::close(fd);
        }
    }
}

fn dealloc(map: MapRef<'_>) {
    weakref::clear_refs(map.as_object());
    release(map);
    // SAFETY: the map owns nothing any more.
    unsafe { adder_object_model::alloc::free_object(map.as_object_ptr()) };
}

fn close(map: MapRef<'_>) -> PyResult<()> {
    if map.exports > 0 {
        return Err(raise!(BufferError, "cannot close exported pointers exist"));
    }
    release(map);
    Ok(())
}

fn closed(map: MapRef<'_>) -> PyResult<bool> {
    Ok(map.data.is_null())
}

/// How much there is from the position on.
fn remaining(map: MapRef<'_>) -> usize {
    map.size.saturating_sub(map.position)
}

fn read(map: MapRef<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [n] = args.optional::<1>("read", 0)?;
    check_open(map)?;
    let wanted = match n.filter(|it| !it.is_none()) {
        None => isize::MAX,
        Some(n) if number::check_index(n) => index(n)?,
        Some(n) => {
            return Err(raise!(TypeError, "argument should be integer or None, not '{}'", n.type_name()));
        }
    };
    let n = if wanted < 0 { remaining(map) } else { remaining(map).min(wanted as usize) };
    let start = map.position;
    // The position may lie behind the end of a map that was made smaller.
    let result = bytes::from_slice(if n == 0 { &[] } else { &content(map)?[start..start + n] })?;
    set_position(map, start + n);
    Ok(result)
}

fn read_byte(map: MapRef<'_>) -> PyResult {
    check_open(map)?;
    if map.position >= map.size {
        return Err(raise!(ValueError, "read byte out of range"));
    }
    let byte = content(map)?[map.position];
    set_position(map, map.position + 1);
    int::from_i64(byte.into())
}

fn readline(map: MapRef<'_>) -> PyResult<Owned<PyBytesObject>> {
    check_open(map)?;
    let start = map.position;
    let rest = &content(map)?[start.min(map.size)..];
    let n = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end + 1);
    let result = bytes::from_slice(&rest[..n])?;
    set_position(map, start + n);
    Ok(result)
}

fn write(map: MapRef<'_>, data: Op<'_>) -> PyResult {
    check_open(map)?;
    let view = buffer::get(data, 0)?;
    check_writable(map)?;
    let data = view.as_slice();
    if map.position > map.size || remaining(map) < data.len() {
        return Err(raise!(ValueError, "data out of range"));
    }
    let start = map.position;
    // SAFETY: in range; source and target may overlap.
    unsafe { ptr::copy(data.as_ptr(), map.data.add(start), data.len()) };
    set_position(map, start + data.len());
    int::from_usize(data.len())
}

fn byte_argument(op: Op<'_>) -> PyResult<u8> {
    let value = int::as_i64(number::index(op)?.op())?;
    if value < 0 {
        return Err(raise!(OverflowError, "unsigned byte integer is less than minimum"));
    }
    u8::try_from(value).map_err(|_| raise!(OverflowError, "unsigned byte integer is greater than maximum"))
}

fn write_byte(map: MapRef<'_>, byte: Op<'_>) -> PyResult<()> {
    let byte = byte_argument(byte)?;
    check_open(map)?;
    check_writable(map)?;
    if map.position >= map.size {
        return Err(raise!(ValueError, "write byte out of range"));
    }
    content(map)?[map.position] = byte;
    set_position(map, map.position + 1);
    Ok(())
}

fn size(map: MapRef<'_>) -> PyResult {
    check_open(map)?;
    // SAFETY: plain data, which the call fills; without a descriptor it fails.
    unsafe {
        let mut status: libc::stat = core::mem::zeroed();
        if libc::fstat(map.fd, &raw mut status) == -1 {
            return Err(host::os_error());
        }
        int::from_i64(status.st_size)
    }
}

fn resize(map: MapRef<'_>, new_size: Op<'_>) -> PyResult<()> {
    let new_size = index(new_size)?;
    check_open(map)?;
    check_resizeable(map)?;
    if new_size < 0 || i64::MAX - (new_size as i64) < map.offset {
        return Err(raise!(ValueError, "new size out of range"));
    }
    let new_size = new_size as usize;
    if map.fd == -1 && new_size > map.size && map.flags & libc::MAP_PRIVATE == 0 {
        return Err(raise!(ValueError, "mmap: can't expand a shared anonymous mapping"));
    }
    // SAFETY: the memory is ours and not exported.
    unsafe {
        if map.fd != -1 && libc::ftruncate(map.fd, map.offset + new_size as i64) == -1 {
            return Err(host::os_error());
        }
        let data = libc::mremap(map.data.cast(), map.size, new_size, libc::MREMAP_MAYMOVE);
        if data == libc::MAP_FAILED {
            return Err(host::os_error());
        }
        (*map.as_ptr()).data = data.cast();
        (*map.as_ptr()).size = new_size;
    }
    Ok(())
}

fn tell(map: MapRef<'_>) -> PyResult {
    check_open(map)?;
    int::from_usize(map.position)
}

fn seekable(_map: MapRef<'_>) -> PyResult<bool> {
    Ok(true)
}

fn seek(map: MapRef<'_>, args: Args<'_>) -> PyResult {
    let [distance, whence] = args.optional::<2>("seek", 1)?;
    let distance = index(distance.expect("required"))?;
    let whence = whence.map_or(Ok(0), int::as_i32)?;
    check_open(map)?;
    let origin = match whence {
        0 => 0,
        1 => map.position,
        2 => map.size,
        _ => return Err(raise!(ValueError, "unknown seek type")),
    };
    match origin.checked_add_signed(distance) {
        Some(position) if position <= map.size => {
            set_position(map, position);
            int::from_usize(position)
        }
        _ => Err(raise!(ValueError, "seek out of range")),
    }
}

/// An optional position, counted from the end if negative, within the map.
fn bound(op: Option<Op<'_>>, default: usize, size: usize) -> PyResult<usize> {
    let Some(op) = op.filter(|it| !it.is_none()) else { return Ok(default) };
    let value = index(op)?;
    let value = if value < 0 { value + size as isize } else { value };
    Ok((value.max(0) as usize).min(size))
}

fn search(map: MapRef<'_>, args: Args<'_>, function: &str, backwards: bool) -> PyResult {
    let [view, start, end] = args.optional::<3>(function, 1)?;
    check_open(map)?;
    let view = buffer::get(view.expect("required"), 0)?;
    let needle = view.as_slice();
    let start = bound(start, if backwards { 0 } else { map.position }, map.size)?;
    let end = bound(end, map.size, map.size)?;
    let found = if end < start || end - start < needle.len() {
        None
    } else if needle.is_empty() {
        Some(if backwards { end } else { start })
    } else {
        let place = &content(map)?[start..end];
        let mut windows = place.windows(needle.len());
        let index = if backwards {
            windows.rposition(|it| it == needle)
        } else {
            windows.position(|it| it == needle)
        };
        index.map(|index| start + index)
    };
    match found {
        Some(index) => int::from_usize(index),
        None => int::from_i64(-1),
    }
}

fn find(map: MapRef<'_>, args: Args<'_>) -> PyResult {
    search(map, args, "find", false)
}

fn rfind(map: MapRef<'_>, args: Args<'_>) -> PyResult {
    search(map, args, "rfind", true)
}

fn flush(map: MapRef<'_>, args: Args<'_>) -> PyResult<()> {
    let [offset, size] = args.optional::<2>("flush", 0)?;
    let offset = offset.map_or(Ok(0), index)?;
    check_open(map)?;
    let size = match size.filter(|it| !it.is_none()) {
        Some(size) => index(size)?,
        None => map.size as isize - offset,
    };
    if offset < 0 || size < 0 || (map.size as isize) - offset < size {
        return Err(raise!(ValueError, "flush values out of range"));
    }
    if matches!(map.access, Access::Read | Access::Copy) {
        return Ok(());
    }
    // SAFETY: in range.
    if unsafe { libc::msync(map.data.add(offset as usize).cast(), size as usize, libc::MS_SYNC) } == -1 {
        return Err(host::os_error());
    }
    Ok(())
}

fn move_bytes(map: MapRef<'_>, args: Args<'_>) -> PyResult<()> {
    let [target, source, count] = args.exactly::<3>("move")?;
    let (target, source, count) = (index(target)?, index(source)?, index(count)?);
    check_open(map)?;
    check_writable(map)?;
    let size = map.size as isize;
    if target < 0 || source < 0 || count < 0 || size - target < count || size - source < count {
        return Err(raise!(ValueError, "source, destination, or count out of range"));
    }
    content(map)?.copy_within(source as usize..(source + count) as usize, target as usize);
    Ok(())
}

fn madvise(map: MapRef<'_>, args: Args<'_>) -> PyResult<()> {
    let [option, start, length] = args.optional::<3>("madvise", 1)?;
    let option = int::as_i32(option.expect("required"))?;
    let start = start.map_or(Ok(0), index)?;
    check_open(map)?;
    let size = map.size as isize;
    let length = match length.filter(|it| !it.is_none()) {
        Some(length) => index(length)?,
        None => size,
    };
    if start < 0 || start >= size {
        return Err(raise!(ValueError, "madvise start out of bounds"));
    }
    if length < 0 {
        return Err(raise!(ValueError, "madvise length invalid"));
    }
    if isize::MAX - start < length {
        return Err(raise!(OverflowError, "madvise length too large"));
    }
    let length = length.min(size - start);
    // SAFETY: in range.
    if unsafe { libc::madvise(map.data.add(start as usize).cast(), length as usize, option) } == -1 {
        return Err(host::os_error());
    }
    Ok(())
}

fn enter(map: MapRef<'_>) -> PyResult {
    check_open(map)?;
    Ok(map.as_object().to_owned())
}

fn exit(map: MapRef<'_>, args: Args<'_>) -> PyResult<()> {
    args.exactly::<3>("__exit__")?;
    close(map)
}

fn repr(map: MapRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = map.type_name();
    if map.data.is_null() {
        return str::from_string(format!("<{name} closed=True>"));
    }
    let access = match map.access {
        Access::Default => "ACCESS_DEFAULT",
        Access::Read => "ACCESS_READ",
        Access::Write => "ACCESS_WRITE",
        Access::Copy => "ACCESS_COPY",
    };
    str::from_string(format!(
        "<{name} closed=False, access={access}, length={}, pos={}, offset={}>",
        map.size, map.position, map.offset
    ))
}

fn len(map: MapRef<'_>) -> PyResult<usize> {
    check_open(map)?;
    Ok(map.size)
}

/// An index into the map, counted from the end if negative.
fn item_index(map: MapRef<'_>, op: Op<'_>) -> PyResult<usize> {
    let value = number::as_ssize_t(op, Some(builtin::IndexError()))?;
    // Converting the index may have closed the map or changed its size.
    check_open(map)?;
    let value = if value < 0 { value + map.size as isize } else { value };
    if value < 0 || value >= map.size as isize {
        return Err(raise!(IndexError, "mmap index out of range"));
    }
    Ok(value as usize)
}

fn subscript(map: MapRef<'_>, key: Op<'_>) -> PyResult {
    check_open(map)?;
    if number::check_index(key) {
        let index = item_index(map, key)?;
        return int::from_i64(content(map)?[index].into());
    }
    let Some(range) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "mmap indices must be integers"));
    };
    let (mut start, mut stop, step) = adder_object_model::slice::unpack(range)?;
    check_open(map)?;
    let n = adder_object_model::slice::adjust_indices(map.size, &mut start, &mut stop, step);
    let place = content(map)?;
    let picked: Vec<u8> = (0..n).map(|index| place[(start + index as isize * step) as usize]).collect();
    Ok(bytes::from_slice(&picked)?.into_object())
}

fn ass_subscript(map: MapRef<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_open(map)?;
    check_writable(map)?;
    if number::check_index(key) {
        let index = item_index(map, key)?;
        let Some(value) = value else {
            return Err(raise!(TypeError, "mmap doesn't support item deletion"));
        };
        if !number::check_index(value) {
            return Err(raise!(TypeError, "mmap item value must be an int"));
        }
        let value = number::as_ssize_t(value, Some(builtin::TypeError()))?;
        let Ok(value) = u8::try_from(value) else {
            return Err(raise!(ValueError, "mmap item value must be in range(0, 256)"));
        };
        // Converting the value may have done so as well.
        let Some(place) = content(map)?.get_mut(index) else {
            return Err(raise!(IndexError, "mmap index out of range"));
        };
        *place = value;
        return Ok(());
    }
    let Some(range) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "mmap indices must be integers"));
    };
    let (mut start, mut stop, step) = adder_object_model::slice::unpack(range)?;
    let Some(value) = value else {
        return Err(raise!(TypeError, "mmap object doesn't support slice deletion"));
    };
    let view = buffer::get(value, 0)?;
    let source = view.as_slice().to_vec();
    // Only now: all of this may have run Python code that changed the map's size.
    check_open(map)?;
    let n = adder_object_model::slice::adjust_indices(map.size, &mut start, &mut stop, step);
    if source.len() != n {
        return Err(raise!(IndexError, "mmap slice assignment is wrong size"));
    }
    let place = content(map)?;
    for (index, byte) in source.into_iter().enumerate() {
        place[(start + index as isize * step) as usize] = byte;
    }
    Ok(())
}

unsafe extern "C" fn get_buffer(
    op: *mut PyObject,
    view: *mut Py_buffer,
    flags: core::ffi::c_int,
) -> core::ffi::c_int {
    adder_object_model::define::guard_status(|| {
        // SAFETY: the buffer protocol: a live map, and a view to be filled.
        unsafe {
            let map: MapRef<'_> = Borrowed::from_ptr(op.cast());
            check_open(map)?;
            buffer::fill_info(
                view,
                Some(map.as_object()),
                map.data,
                map.size,
                map.access == Access::Read,
                flags,
            )?;
            (*map.as_ptr()).exports += 1;
            Ok(())
        }
    })
}

unsafe extern "C" fn release_buffer(op: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: a live map that has exported the view.
    unsafe { (*op.cast::<Map>()).exports -= 1 };
}

static METHODS: [PyMethodDef; 19] = [
    method::noargs(c"close", close, c"close($self, /)\n--\n\n"),
    method::positional(c"find", find, c"find($self, view, start=None, end=None, /)\n--\n\n"),
    method::positional(c"rfind", rfind, c"rfind($self, view, start=None, end=None, /)\n--\n\n"),
    method::positional(c"flush", flush, c"flush($self, offset=0, size=None, /)\n--\n\n"),
    method::positional(c"madvise", madvise, c"madvise($self, option, start=0, length=None, /)\n--\n\n"),
    method::positional(c"move", move_bytes, c"move($self, dest, src, count, /)\n--\n\n"),
    method::positional(c"read", read, c"read($self, n=None, /)\n--\n\n"),
    method::noargs(c"read_byte", read_byte, c"read_byte($self, /)\n--\n\n"),
    method::noargs(c"readline", readline, c"readline($self, /)\n--\n\n"),
    method::o(c"resize", resize, c"resize($self, newsize, /)\n--\n\n"),
    method::positional(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\n"),
    method::noargs(c"seekable", seekable, c"seekable($self, /)\n--\n\n"),
    method::noargs(c"size", size, c"size($self, /)\n--\n\n"),
    method::noargs(c"tell", tell, c"tell($self, /)\n--\n\n"),
    method::o(c"write", write, c"write($self, bytes, /)\n--\n\n"),
    method::o(c"write_byte", write_byte, c"write_byte($self, byte, /)\n--\n\n"),
    method::noargs(c"__enter__", enter, c"__enter__($self, /)\n--\n\n"),
    method::positional(c"__exit__", exit, c"__exit__($self, exc_type, exc_value, traceback, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
static GETSET: [PyGetSetDef; 2] = [getset::get(c"closed", closed, c""), PyGetSetDef::EMPTY];
static AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::objobjarg(ass_subscript),
};
static AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_length: slot::len(len), ..PySequenceMethods::EMPTY };
static AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: Some(release_buffer) };

static mut MMAP_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"mmap.mmap".as_ptr(),
    tp_basicsize: size_of::<Map>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_sequence: (&raw const AS_SEQUENCE).cast_mut(),
    tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
    tp_as_buffer: (&raw const AS_BUFFER).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])\n\nMap a file, or anonymous memory if fileno is -1, into memory.\n\nA length of 0 means up to the end of the file.".as_ptr(),
    tp_weaklistoffset: core::mem::offset_of!(Map, weakreflist) as Py_ssize_t,
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new_slot),
    ..PyTypeObject::EMPTY
};

static FUNCTIONS: [PyMethodDef; 1] = [PyMethodDef::EMPTY];

pub fn init() -> PyResult {
    type_object::ready(static_type!(MMAP_TYPE))?;
    let result: Object = host::new_module("mmap", "Memory-mapped files.", &FUNCTIONS)?;
    host::add_constants(result.op(), CONSTANTS)?;
    module::add_object(result.op(), "error", builtin::OSError())?;
    module::add_object(result.op(), "mmap", static_type!(MMAP_TYPE).as_object())?;
    Ok(result)
}
