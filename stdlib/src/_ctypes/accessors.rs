//! Reading and writing single C values: one `FieldDesc` for each type code.
//!
//! The `size` that goes with an access is the number of bytes, or for a bit-field its number
//! of bits in the upper half and its lowest bit in the lower half (see `field::packed_size`).
//!
//! Writing gives an object that must be kept alive as long as the memory points to it, or
//! `None` when there is nothing to keep.

use core::ffi::{CStr, c_char, c_void};
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, alloc, bytes, capsule, complex, float, int, object, raise, singletons, str,
};
use libffi_sys::ffi_type;

/// What a type code stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Int {
        signed: bool,
    },
    Bool,
    /// A boolean of 16 bits, all of them set if it is true.
    VariantBool,
    Char,
    WChar,
    Float,
    Double,
    LongDouble,
    FloatComplex,
    DoubleComplex,
    LongDoubleComplex,
    /// An array of characters inside a structure.
    CharArray,
    WCharArray,
    CharPointer,
    WCharPointer,
    Pointer,
    Object,
}

/// How a simple type is read and written.
pub(super) struct FieldDesc {
    pub code: u8,
    pub kind: Kind,
    /// Bytes, of the types that have a fixed size.
    pub size: usize,
    /// Whether the bytes are in the other order.
    pub swapped: bool,
    pub ffi: *mut ffi_type,
    /// The same with the bytes in the other order.
    pub other: Option<&'static FieldDesc>,
}
// SAFETY: the descriptions are only read; libffi's own types are constant.
unsafe impl Sync for FieldDesc {}

macro_rules! descs {
    ($($name:ident $code:literal $kind:expr, $size:literal, $ffi:ident;)*) => {
        $(static $name: FieldDesc = FieldDesc {
            code: $code, kind: $kind, size: $size, swapped: false, ffi: &raw mut libffi_sys::$ffi, other: None,
        };)*
        static PLAIN: &[&FieldDesc] = &[$(&$name),*];
    };
}
macro_rules! swappable_descs {
    ($($name:ident $other:ident $code:literal $kind:expr, $size:literal, $ffi:ident;)*) => {
        $(static $name: FieldDesc = FieldDesc {
            code: $code, kind: $kind, size: $size, swapped: false, ffi: &raw mut libffi_sys::$ffi, other: Some(&$other),
        };
        static $other: FieldDesc = FieldDesc {
            code: $code, kind: $kind, size: $size, swapped: true, ffi: &raw mut libffi_sys::$ffi, other: None,
        };)*
        static SWAPPABLE: &[&FieldDesc] = &[$(&$name),*];
    };
}

const SIGNED: Kind = Kind::Int { signed: true };
const UNSIGNED: Kind = Kind::Int { signed: false };

descs! {
    VARIANT_BOOL b'v' Kind::VariantBool, 2, ffi_type_sint16;
    CHAR b'c' Kind::Char, 1, ffi_type_sint8;
    WCHAR b'u' Kind::WChar, 4, ffi_type_sint32;
    LONGDOUBLE b'g' Kind::LongDouble, 16, ffi_type_longdouble;
    CHAR_POINTER b'z' Kind::CharPointer, 8, ffi_type_pointer;
    WCHAR_POINTER b'Z' Kind::WCharPointer, 8, ffi_type_pointer;
    POINTER b'P' Kind::Pointer, 8, ffi_type_pointer;
    OBJECT b'O' Kind::Object, 8, ffi_type_pointer;
    LONGDOUBLE_COMPLEX b'G' Kind::LongDoubleComplex, 32, ffi_type_complex_longdouble;
}
swappable_descs! {
    BYTE BYTE_SWAPPED b'b' SIGNED, 1, ffi_type_sint8;
    UBYTE UBYTE_SWAPPED b'B' UNSIGNED, 1, ffi_type_uint8;
    BOOL BOOL_SWAPPED b'?' Kind::Bool, 1, ffi_type_uint8;
    SHORT SHORT_SWAPPED b'h' SIGNED, 2, ffi_type_sint16;
    USHORT USHORT_SWAPPED b'H' UNSIGNED, 2, ffi_type_uint16;
    INT INT_SWAPPED b'i' SIGNED, 4, ffi_type_sint32;
    UINT UINT_SWAPPED b'I' UNSIGNED, 4, ffi_type_uint32;
    LONG LONG_SWAPPED b'l' SIGNED, 8, ffi_type_sint64;
    ULONG ULONG_SWAPPED b'L' UNSIGNED, 8, ffi_type_uint64;
    LONGLONG LONGLONG_SWAPPED b'q' SIGNED, 8, ffi_type_sint64;
    ULONGLONG ULONGLONG_SWAPPED b'Q' UNSIGNED, 8, ffi_type_uint64;
    FLOAT FLOAT_SWAPPED b'f' Kind::Float, 4, ffi_type_float;
    DOUBLE DOUBLE_SWAPPED b'd' Kind::Double, 8, ffi_type_double;
    FLOAT_COMPLEX FLOAT_COMPLEX_SWAPPED b'F' Kind::FloatComplex, 8, ffi_type_complex_float;
    DOUBLE_COMPLEX DOUBLE_COMPLEX_SWAPPED b'D' Kind::DoubleComplex, 16, ffi_type_complex_double;
}

/// Fields that are arrays of characters read as strings.
pub(super) static CHAR_ARRAY: FieldDesc = FieldDesc {
    code: b's',
    kind: Kind::CharArray,
    size: 0,
    swapped: false,
    ffi: &raw mut libffi_sys::ffi_type_pointer,
    other: None,
};
pub(super) static WCHAR_ARRAY: FieldDesc = FieldDesc {
    code: b'U',
    kind: Kind::WCharArray,
    size: 0,
    swapped: false,
    ffi: &raw mut libffi_sys::ffi_type_pointer,
    other: None,
};

/// The description of a type code.
pub(super) fn by_code(code: u8) -> Option<&'static FieldDesc> {
    PLAIN.iter().chain(SWAPPABLE).copied().find(|desc| desc.code == code)
}

/// The number of bits of a bit-field and its lowest bit, if `size` says that it is one.
fn bit_field(size: isize) -> Option<(u32, u32)> {
    let bits = (size >> 16) as u32;
    (bits != 0).then_some((bits, (size & 0xffff) as u32))
}

fn low_bits(n: u32) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

impl FieldDesc {
    /// The bytes of a value in the order of this machine.
    ///
    /// # Safety
    /// `N` bytes at `source` can be read.
    unsafe fn read<const N: usize>(&self, source: *const u8) -> [u8; N] {
        // SAFETY: the caller's promise.
        let mut bytes: [u8; N] = unsafe { ptr::read_unaligned(source.cast()) };
        if self.swapped {
            bytes.reverse();
        }
        bytes
    }

    /// # Safety
    /// `N` bytes at `target` can be written.
    unsafe fn write<const N: usize>(&self, target: *mut u8, mut bytes: [u8; N]) {
        if self.swapped {
            bytes.reverse();
        }
        // SAFETY: the caller's promise.
        unsafe { ptr::write_unaligned(target.cast(), bytes) }
    }

    /// # Safety
    /// An integer of this type at `source` can be read.
    unsafe fn read_bits(&self, source: *const u8) -> u64 {
        // SAFETY: the caller's promise.
        unsafe {
            match self.size {
                1 => *source as u64,
                2 => u16::from_ne_bytes(self.read(source)) as u64,
                4 => u32::from_ne_bytes(self.read(source)) as u64,
                _ => u64::from_ne_bytes(self.read(source)),
            }
        }
    }

    /// Writes an integer, or only the bits of a bit-field.
    ///
    /// # Safety
    /// An integer of this type at `target` can be read and written.
    unsafe fn write_bits(&self, target: *mut u8, value: u64, size: isize) {
        // SAFETY: the caller's promise.
        unsafe {
            let value = match bit_field(size) {
                None => value,
                Some((bits, low)) => {
                    let mask = low_bits(bits);
                    let old = self.read_bits(target);
                    (old & !(mask << low)) | ((value & mask) << low)
                }
            };
            match self.size {
                1 => *target = value as u8,
                2 => self.write(target, (value as u16).to_ne_bytes()),
                4 => self.write(target, (value as u32).to_ne_bytes()),
                _ => self.write(target, value.to_ne_bytes()),
            }
        }
    }

    /// The value at an address.
    ///
    /// # Safety
    /// A value of this type at `source` can be read.
    pub unsafe fn get(&self, source: *const u8, size: isize) -> PyResult {
        // SAFETY: the caller's promise, here and below.
        unsafe {
            match self.kind {
                Kind::Int { signed } => {
                    let value = self.read_bits(source);
                    let (bits, low) = bit_field(size).unwrap_or((self.size as u32 * 8, 0));
                    let unused = 64 - bits;
                    let value = value >> low << unused;
                    if signed {
                        int::from_i64(value as i64 >> unused)
                    } else {
                        int::from_u64(value >> unused)
                    }
                }
                Kind::Bool => {
                    let (bits, low) = bit_field(size).unwrap_or((8, 0));
                    Ok(singletons::new_bool((self.read_bits(source) >> low) & low_bits(bits) != 0))
                }
                Kind::VariantBool => Ok(singletons::new_bool(self.read_bits(source) != 0)),
                Kind::Char => Ok(bytes::from_slice(&[*source])?.into_object()),
                Kind::WChar => from_wide(&[u32::from_ne_bytes(self.read(source))]),
                Kind::Float => float::new(f32::from_ne_bytes(self.read(source)).into()),
                Kind::Double => float::new(f64::from_ne_bytes(self.read(source))),
                Kind::LongDouble => float::new(long_double_to_f64(ptr::read_unaligned(source.cast()))),
                Kind::FloatComplex => complex::new(
                    f32::from_ne_bytes(self.read(source)).into(),
                    f32::from_ne_bytes(self.read(source.add(4))).into(),
                ),
                Kind::DoubleComplex => complex::new(
                    f64::from_ne_bytes(self.read(source)),
                    f64::from_ne_bytes(self.read(source.add(8))),
                ),
                Kind::LongDoubleComplex => complex::new(
                    long_double_to_f64(ptr::read_unaligned(source.cast())),
                    long_double_to_f64(ptr::read_unaligned(source.add(16).cast())),
                ),
                Kind::CharArray => {
                    let place = core::slice::from_raw_parts(source, size as usize);
                    let end = place.iter().position(|&byte| byte == 0).unwrap_or(place.len());
                    Ok(bytes::from_slice(&place[..end])?.into_object())
                }
                Kind::WCharArray => {
                    let place = read_wide(source.cast(), size as usize / 4);
                    let end = place.iter().position(|&unit| unit == 0).unwrap_or(place.len());
                    from_wide(&place[..end])
                }
                Kind::CharPointer => match read_pointer(source) {
                    text if text.is_null() => Ok(singletons::new_none()),
                    text => Ok(bytes::from_slice(CStr::from_ptr(text.cast()).to_bytes())?.into_object()),
                },
                Kind::WCharPointer => match read_pointer(source) {
                    text if text.is_null() => Ok(singletons::new_none()),
                    text => from_wide(&read_wide(text.cast(), wide_len(text.cast()))),
                },
                Kind::Pointer => match read_pointer(source) {
                    address if address.is_null() => Ok(singletons::new_none()),
                    address => int::from_usize(address as usize),
                },
                Kind::Object => match Object::new_ref_nullable(read_pointer(source).cast()) {
                    Some(op) => Ok(op),
                    None => Err(raise!(ValueError, "PyObject is NULL")),
                },
            }
        }
    }

    /// Writes a value to an address; gives what must be kept alive with it, or `None`.
    ///
    /// # Safety
    /// A value of this type at `target` can be read and written.
    pub unsafe fn set(&self, target: *mut u8, value: Op<'_>, size: isize) -> PyResult {
        // SAFETY: the caller's promise, here and below. Converting runs Python code before
        // anything is written, and the owner of the memory is in the caller's hands.
        unsafe {
            match self.kind {
                Kind::Int { .. } => self.write_bits(target, int::as_u64_mask(value)?, size),
                Kind::Bool => self.write_bits(target, object::is_true(value)?.into(), size),
                Kind::VariantBool => {
                    self.write_bits(target, if object::is_true(value)? { u64::MAX } else { 0 }, size);
                }
                Kind::Char => *target = char_value(value)?,
                Kind::WChar => self.write(target, wchar_value(value)?.to_ne_bytes()),
                Kind::Float => self.write(target, (float::as_f64(value)? as f32).to_ne_bytes()),
                Kind::Double => self.write(target, float::as_f64(value)?.to_ne_bytes()),
                Kind::LongDouble => {
                    ptr::write_unaligned(target.cast(), f64_to_long_double(float::as_f64(value)?));
                }
                Kind::FloatComplex => {
                    let (real, imag) = complex::as_parts(value)?;
                    self.write(target, (real as f32).to_ne_bytes());
                    self.write(target.add(4), (imag as f32).to_ne_bytes());
                }
                Kind::DoubleComplex => {
                    let (real, imag) = complex::as_parts(value)?;
                    self.write(target, real.to_ne_bytes());
                    self.write(target.add(8), imag.to_ne_bytes());
                }
                Kind::LongDoubleComplex => {
                    let (real, imag) = complex::as_parts(value)?;
                    ptr::write_unaligned(target.cast(), f64_to_long_double(real));
                    ptr::write_unaligned(target.add(16).cast(), f64_to_long_double(imag));
                }
                Kind::CharArray => set_char_array(target, value, size as usize)?,
                Kind::WCharArray => set_wchar_array(target, value, size as usize / 4)?,
                Kind::CharPointer => {
                    if let Some(text) = value.downcast::<PyBytesObject>() {
                        write_pointer(target, bytes::data(text).cast());
                        return Ok(value.to_owned());
                    }
                    write_pointer(target, address_or_null(value, "bytes")?);
                }
                Kind::WCharPointer => {
                    if let Some(text) = value.downcast::<PyUnicodeObject>() {
                        let (address, keep) = new_wide_string(&str::code_points(text))?;
                        write_pointer(target, address);
                        return Ok(keep);
                    }
                    write_pointer(target, address_or_null(value, "unicode string")?);
                }
                Kind::Pointer => {
                    let address = if value.is_none() {
                        0
                    } else if value.is_instance::<PyLongObject>() {
                        int::as_u64_mask(value)?
                    } else {
                        return Err(raise!(TypeError, "cannot be converted to pointer"));
                    };
                    write_pointer(target, address as *mut c_void);
                }
                Kind::Object => {
                    write_pointer(target, value.as_ptr().cast());
                    return Ok(value.to_owned());
                }
            }
        }
        Ok(singletons::new_none())
    }
}

/// # Safety
/// A pointer at `source` can be read.
pub(super) unsafe fn read_pointer(source: *const u8) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { ptr::read_unaligned(source.cast()) }
}

/// # Safety
/// A pointer at `target` can be written.
pub(super) unsafe fn write_pointer(target: *mut u8, value: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { ptr::write_unaligned(target.cast(), value) }
}

/// The wide characters at an address, which need not be aligned.
///
/// # Safety
/// `n` characters can be read.
pub(super) unsafe fn read_wide(source: *const u32, n: usize) -> Vec<u32> {
    // SAFETY: the caller's promise.
    (0..n).map(|index| unsafe { ptr::read_unaligned(source.add(index)) }).collect()
}

/// # Safety
/// `source` points to wide characters that end with a null.
pub(super) unsafe fn wide_len(source: *const u32) -> usize {
    let mut n = 0;
    // SAFETY: the caller's promise.
    while unsafe { ptr::read_unaligned(source.add(n)) } != 0 {
        n += 1;
    }
    n
}

/// A string of wide characters (`PyUnicode_FromWideChar`).
pub(super) fn from_wide(units: &[u32]) -> PyResult {
    if let Some(unit) = units.iter().find(|&&unit| unit > 0x10ffff) {
        return Err(raise!(ValueError, "character U+{unit:x} is not in range [U+0000; U+10ffff]"));
    }
    Ok(str::from_code_points(units)?.into_object())
}

const PYMEM: &CStr = c"_ctypes pymem";

unsafe extern "C" fn free_capsule(op: *mut PyObject) {
    // SAFETY: called with the capsule that owns the memory, once.
    unsafe {
        if let Ok(memory) = capsule::get_pointer(Op::from_ptr(op), PYMEM.as_ptr()) {
            alloc::free(memory);
        }
    }
}

/// Wide characters with a null behind them in memory of their own, and what keeps them alive.
pub(super) fn new_wide_string(units: &[u32]) -> PyResult<(*mut c_void, Object)> {
    let memory = alloc::malloc((units.len() + 1) * 4).cast::<u32>();
    if memory.is_null() {
        return Err(adder_object_model::errors::no_memory());
    }
    // SAFETY: fresh memory for one more than there are.
    unsafe {
        ptr::copy_nonoverlapping(units.as_ptr(), memory, units.len());
        *memory.add(units.len()) = 0;
    }
    let keep = capsule::new(memory.cast(), PYMEM.as_ptr().cast::<c_char>(), Some(free_capsule));
    if keep.is_err() {
        // SAFETY: nobody else has it.
        unsafe { alloc::free(memory.cast()) };
    }
    Ok((memory.cast(), keep?))
}

fn char_value(value: Op<'_>) -> PyResult<u8> {
    let place = if let Some(text) = value.downcast::<PyBytesObject>() {
        Some(bytes::as_slice(text).to_vec())
    } else if value.is_instance::<PyByteArrayObject>() {
        Some(adder_object_model::buffer::get(value, PyBUF_SIMPLE)?.as_slice().to_vec())
    } else {
        None
    };
    let kind = value.type_name();
    match place.as_deref() {
        Some(&[byte]) => return Ok(byte),
        Some(place) => {
            let n = place.len();
            return Err(raise!(
                TypeError,
                "one character bytes, bytearray, or an integer in range(256) expected, not {kind} of length {n}"
            ));
        }
        None => {}
    }
    if value.is_instance::<PyLongObject>() {
        let byte = int::fits_i64(value).and_then(|value| u8::try_from(value).ok());
        return byte.ok_or_else(|| raise!(TypeError, "integer not in range(256)"));
    }
    Err(raise!(TypeError, "one character bytes, bytearray, or an integer in range(256) expected, not {kind}"))
}

fn wchar_value(value: Op<'_>) -> PyResult<u32> {
    let Some(text) = value.downcast::<PyUnicodeObject>() else {
        let kind = value.type_name();
        return Err(raise!(TypeError, "a unicode character expected, not instance of {kind}"));
    };
    match str::code_points(text)[..] {
        [unit] => Ok(unit),
        ref units => {
            let n = units.len();
            Err(raise!(TypeError, "a unicode character expected, not a string of length {n}"))
        }
    }
}

/// An address given as an int, or null for `None`.
fn address_or_null(value: Op<'_>, what: &str) -> PyResult<*mut c_void> {
    if value.is_none() {
        return Ok(ptr::null_mut());
    }
    if value.is_instance::<PyLongObject>() {
        return Ok(int::as_u64_mask(value)? as *mut c_void);
    }
    let kind = value.type_name();
    Err(raise!(TypeError, "{what} or integer address expected instead of {kind} instance"))
}

/// # Safety
/// `length` bytes at `target` can be written.
unsafe fn set_char_array(target: *mut u8, value: Op<'_>, length: usize) -> PyResult<()> {
    let Some(text) = value.downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "expected bytes, {} found", value.type_name()));
    };
    let text = bytes::as_slice(text);
    let text = &text[..text.iter().position(|&byte| byte == 0).unwrap_or(text.len())];
    let n = text.len();
    if n > length {
        return Err(raise!(ValueError, "bytes too long ({n}, maximum length {length})"));
    }
    // SAFETY: the caller's promise; there is room for `n`, and for a null if `n` is less.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr(), target, n);
        if n < length {
            *target.add(n) = 0;
        }
    }
    Ok(())
}

/// # Safety
/// `length` wide characters at `target` can be written.
unsafe fn set_wchar_array(target: *mut u8, value: Op<'_>, length: usize) -> PyResult<()> {
    let Some(text) = value.downcast::<PyUnicodeObject>() else {
        let kind = value.type_name();
        return Err(raise!(TypeError, "unicode string expected instead of {kind} instance"));
    };
    let units = str::code_points(text);
    let n = units.len();
    if n > length {
        return Err(raise!(ValueError, "string too long ({n}, maximum length {length})"));
    }
    // SAFETY: the caller's promise.
    unsafe { write_wide(target, &units, length) };
    Ok(())
}

/// Writes wide characters, and a null behind them if there is room.
///
/// # Safety
/// `length` wide characters at `target` can be written, and `units` are no more.
pub(super) unsafe fn write_wide(target: *mut u8, units: &[u32], length: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        ptr::copy_nonoverlapping(units.as_ptr().cast(), target, units.len() * 4);
        if units.len() < length {
            ptr::write_unaligned(target.add(units.len() * 4).cast(), 0u32);
        }
    }
}

/// The `long double` of x86: 64 bits of mantissa with its leading one, 15 of exponent, a sign.
fn f64_to_long_double(value: f64) -> [u8; 16] {
    let bits = value.to_bits();
    let sign = ((bits >> 63) as u16) << 15;
    let exponent = (bits >> 52) as i32 & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    let (exponent, mantissa) = match exponent {
        0 if fraction == 0 => (0, 0),
        0 => {
            let shift = fraction.leading_zeros() as i32;
            (16383 - 1022 + 11 - shift, fraction << shift)
        }
        0x7ff => (0x7fff, 1 << 63 | fraction << 11),
        _ => (exponent - 1023 + 16383, 1 << 63 | fraction << 11),
    };
    let mut result = [0; 16];
    result[..8].copy_from_slice(&mantissa.to_le_bytes());
    result[8..10].copy_from_slice(&(sign | exponent as u16).to_le_bytes());
    result
}

fn long_double_to_f64(bytes: [u8; 16]) -> f64 {
    let mantissa = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes"));
    let top = u16::from_le_bytes([bytes[8], bytes[9]]);
    let sign = if top & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exponent = i32::from(top & 0x7fff);
    if exponent == 0x7fff {
        let fraction = mantissa << 1;
        return if fraction == 0 {
            sign * f64::INFINITY
        } else {
            f64::from_bits(f64::NAN.to_bits() | fraction >> 12)
        };
    }
    if mantissa == 0 {
        return sign * 0.0;
    }
    round_to_f64(mantissa, exponent - 16383 - 63, sign)
}

/// `mantissa * 2**exponent`, rounded once to the nearest, ties to even.
fn round_to_f64(mantissa: u64, exponent: i32, sign: f64) -> f64 {
    let zeros = mantissa.leading_zeros() as i32;
    // The place of the leading bit decides how many bits remain.
    let leading = exponent + 63 - zeros;
    if leading > 1023 {
        return sign * f64::INFINITY;
    }
    let keep = if leading < -1022 { 53 - (-1022 - leading) } else { 53 };
    let drop_bits = 64 - zeros - keep;
    if drop_bits <= 0 {
        return sign
            * (mantissa as f64)
            * int::power_of_two(exponent.max(-1000))
            * int::power_of_two((exponent + 1000).min(0));
    }
    if drop_bits > 64 {
        return sign * 0.0;
    }
    let (kept, rest, half) = if drop_bits == 64 {
        (0, mantissa, 1 << 63)
    } else {
        (mantissa >> drop_bits, mantissa & ((1 << drop_bits) - 1), 1 << (drop_bits - 1))
    };
    let rounded = if rest > half || (rest == half && kept & 1 == 1) { kept + 1 } else { kept };
    let exponent = exponent + drop_bits;
    // Both steps are exact: the rounded value fits the format.
    let low = exponent.clamp(-1000, 1000);
    sign * rounded as f64 * int::power_of_two(low) * int::power_of_two(exponent - low)
}
