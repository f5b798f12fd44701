//! `PyMarshal_*`: marshal data from and to C's files and memory.

use core::ffi::{c_char, c_int, c_long};
use core::slice;

use adder_interpreter::marshal::{self, Reader};
use adder_object_model::{PyResult, bytes, raise};

use crate::c_api;
use crate::convert::*;

type File = libc::FILE;

/// `N` bytes of a file, or `EOFError`.
fn read_bytes<const N: usize>(file: *mut File) -> PyResult<[u8; N]> {
    let mut data = [0; N];
    // SAFETY: the caller of the exported function passes an open file; the buffer has that size.
    if unsafe { libc::fread(data.as_mut_ptr().cast(), 1, N, file) } != N {
        return Err(raise!(EOFError, "EOF read where data expected"));
    }
    Ok(data)
}

/// The rest of a file, and how far back its beginning is.
fn read_rest(file: *mut File) -> Vec<u8> {
    let mut content = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        // SAFETY: as above.
        let n = unsafe { libc::fread(chunk.as_mut_ptr().cast(), 1, chunk.len(), file) };
        content.extend_from_slice(&chunk[..n]);
        if n == 0 {
            return content;
        }
    }
}

/// Reads one object and puts the file where its data ended.
fn read_object(file: *mut File) -> PyResult<Object> {
    // SAFETY: an open file; one that cannot be positioned stays at its end.
    let start = unsafe { libc::ftell(file) };
    let content = read_rest(file);
    let mut reader = Reader::new(&content);
    let result = reader.read();
    if start >= 0 {
        // SAFETY: as above.
        unsafe { libc::fseek(file, start + reader.position() as c_long, libc::SEEK_SET) };
    }
    result
}

fn write(data: &[u8], file: *mut File) {
    // SAFETY: an open file. Errors show in its state, as the function gives no result.
    unsafe { libc::fwrite(data.as_ptr().cast(), 1, data.len(), file) };
}

c_api! {
    fn PyMarshal_ReadShortFromFile(file: *mut File) -> PyResult<c_int> { read_bytes::<2>(file).map(|data| i16::from_le_bytes(data).into()) }
    fn PyMarshal_ReadLongFromFile(file: *mut File) -> PyResult<c_long> { read_bytes::<4>(file).map(|data| i32::from_le_bytes(data).into()) }
    /// New reference.
    fn PyMarshal_ReadObjectFromFile(file: *mut File) -> PyResult<Object> { read_object(file) }
    /// New reference: the file's last object, which may be read ahead of.
    fn PyMarshal_ReadLastObjectFromFile(file: *mut File) -> PyResult<Object> { marshal::loads(&read_rest(file)) }
    /// New reference.
    fn PyMarshal_ReadObjectFromString(data: *const c_char, len: isize) -> PyResult<Object> {
        // SAFETY: the caller passes `len` bytes.
        marshal::loads(unsafe { slice::from_raw_parts(data.cast(), len as usize) })
    }
    /// New reference: `bytes`.
    fn PyMarshal_WriteObjectToString(op: Op, version: c_int) -> PyResult<Object> {
        bytes::from_slice(&marshal::dumps(op, version, true)?).map(adder_object_model::Owned::into_object)
    }
    fn PyMarshal_WriteLongToFile(value: c_long, file: *mut File, _version: c_int) { write(&(value as i32).to_le_bytes(), file) }
    fn PyMarshal_WriteObjectToFile(op: Op, file: *mut File, version: c_int) {
        match marshal::dumps(op, version, true) {
            Ok(data) => write(&data, file),
            Err(error) => error.ignore(),
        }
    }
}
