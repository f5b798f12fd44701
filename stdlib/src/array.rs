//! The `array` module: rows of numbers or characters of one type, packed in memory.
//!
//! The buffer protocol hands the memory out; while `ob_exports` is not zero the array
//! keeps its length.
//!
//! Parts: this file has the layout and the item types; `array/methods.rs` the methods and
//! slots; `array/pickle.rs` the machine-independent formats that pickles name.

mod methods;
mod pickle;

use core::cell::Cell;
use core::ffi::{CStr, c_char};
use core::ptr;

use adder_object_model::fields::allocate;
use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, call, errors, exceptions, float, int,
    method, module, number, object, py_typed, raise, static_type, str, type_object,
};

pub(crate) use methods::{Array_Type, ArrayIter_Type};

/// The type of the items.
pub(crate) struct ItemType {
    code: u8,
    size: usize,
    format: &'static CStr,
    /// The machine format of pickles on this machine.
    machine_format: u8,
}

const fn item_type(code: u8, size: usize, format: &'static CStr, machine_format: u8) -> ItemType {
    ItemType { code, size, format, machine_format }
}

static ITEM_TYPES: &[ItemType] = &[
    item_type(b'b', 1, c"b", 1),
    item_type(b'B', 1, c"B", 0),
    item_type(b'u', 4, c"w", 20),
    item_type(b'w', 4, c"w", 20),
    item_type(b'h', 2, c"h", 4),
    item_type(b'H', 2, c"H", 2),
    item_type(b'i', 4, c"i", 8),
    item_type(b'I', 4, c"I", 6),
    item_type(b'l', 8, c"l", 12),
    item_type(b'L', 8, c"L", 10),
    item_type(b'q', 8, c"q", 12),
    item_type(b'Q', 8, c"Q", 10),
    item_type(b'f', 4, c"f", 14),
    item_type(b'd', 8, c"d", 16),
];

fn find_type(code: u32) -> PyResult<&'static ItemType> {
    ITEM_TYPES.iter().find(|kind| u32::from(kind.code) == code).ok_or_else(|| {
        raise!(ValueError, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")
    })
}

#[repr(C)]
pub(crate) struct Array {
    ob_base: PyVarObject,
    items: Cell<*mut u8>,
    allocated: Cell<isize>,
    kind: Cell<Option<&'static ItemType>>,
    weakreflist: Cell<*mut PyObject>,
    exports: Cell<isize>,
}
const _: () = assert!(size_of::<Array>() == 64);
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Array {}
py_typed!(Array, Array_Type);

type This<'a> = Borrowed<'a, Array>;

fn out_of_range(name: &str, low: bool) -> adder_object_model::Raised {
    let how = if low { "less than minimum" } else { "greater than maximum" };
    raise!(OverflowError, "{name} is {how}")
}

fn as_long(value: Op<'_>, bounds: &[(i64, i64, &str)]) -> PyResult<i64> {
    let index = number::index(value)?;
    let value = int::as_i64(index.op())?;
    for &(low, high, name) in bounds {
        if value < low || value > high {
            return Err(out_of_range(name, value < low));
        }
    }
    Ok(value)
}

const SHORT: (i64, i64, &str) = (i16::MIN as i64, i16::MAX as i64, "signed short integer");
const INT: (i64, i64, &str) = (i32::MIN as i64, i32::MAX as i64, "signed integer");

fn as_unsigned(value: Op<'_>, max: u64, name: &str) -> PyResult<u64> {
    let index = number::index(value)?;
    if int::is_negative(index.op()) {
        return Err(raise!(OverflowError, "can't convert negative value to unsigned int"));
    }
    match int::as_u64(index.op()) {
        Ok(value) if value > max => Err(out_of_range(name, false)),
        Ok(value) => Ok(value),
        Err(raised) => {
            if !raised.matches(exceptions::builtin::OverflowError()) {
                return Err(raised);
            }
            raised.clear();
            Err(raise!(OverflowError, "Python int too large to convert to C unsigned long"))
        }
    }
}

fn as_long_long(value: Op<'_>) -> PyResult<i64> {
    let index = number::index(value)?;
    int::as_i64(index.op()).map_err(|raised| {
        raised.clear();
        raise!(OverflowError, "int too big to convert")
    })
}

fn as_unsigned_long_long(value: Op<'_>) -> PyResult<u64> {
    let index = number::index(value)?;
    if int::is_negative(index.op()) {
        return Err(raise!(OverflowError, "can't convert negative int to unsigned"));
    }
    int::as_u64(index.op()).map_err(|raised| {
        raised.clear();
        raise!(OverflowError, "int too big to convert")
    })
}

fn as_float(value: Op<'_>) -> PyResult<f64> {
    float::as_f64(value)
}

fn as_character(value: Op<'_>) -> PyResult<u32> {
    let Some(text) = value.downcast::<PyUnicodeObject>() else {
        let given = value.type_name();
        return Err(raise!(TypeError, "array item must be a unicode character, not {given}"));
    };
    match str::len(text) {
        1 => Ok(str::read(text, 0)),
        n => Err(raise!(TypeError, "array item must be a unicode character, not a string of length {n}")),
    }
}

impl ItemType {
    fn is_text(&self) -> bool {
        matches!(self.code, b'u' | b'w')
    }

    /// The object that the bytes of one item stand for.
    fn decode(&self, bytes: &[u8]) -> PyResult {
        macro_rules! read {
            ($ty:ty) => {
                <$ty>::from_ne_bytes(bytes.try_into().expect("the size of an item"))
            };
        }
        match self.code {
            b'b' => int::from_i64(i64::from(read!(i8))),
            b'B' => int::from_i64(i64::from(read!(u8))),
            b'u' | b'w' => match read!(u32) {
                point if point > 0x10ffff => {
                    Err(raise!(ValueError, "character U+{point:x} is not in range [U+0000; U+10ffff]"))
                }
                point => Ok(str::from_char(point)?.into_object()),
            },
            b'h' => int::from_i64(i64::from(read!(i16))),
            b'H' => int::from_i64(i64::from(read!(u16))),
            b'i' => int::from_i64(i64::from(read!(i32))),
            b'I' => int::from_i64(i64::from(read!(u32))),
            b'l' | b'q' => int::from_i64(read!(i64)),
            b'L' | b'Q' => int::from_u64(read!(u64)),
            b'f' => float::new(f64::from(read!(f32))),
            _ => float::new(read!(f64)),
        }
    }

    /// The bytes of an item, in the first `size` cells. May run Python code.
    fn encode(&self, value: Op<'_>) -> PyResult<[u8; 8]> {
        let mut result = [0; 8];
        macro_rules! write {
            ($value:expr) => {{
                let bytes = $value.to_ne_bytes();
                result[..bytes.len()].copy_from_slice(&bytes);
            }};
        }
        match self.code {
            b'b' => write!(as_long(value, &[SHORT, (-128, 127, "signed char")])? as i8),
            b'B' => write!(as_long(value, &[SHORT, (0, 255, "unsigned byte integer")])? as u8),
            b'u' | b'w' => write!(as_character(value)?),
            b'h' => write!(as_long(value, &[SHORT])? as i16),
            b'H' => write!(as_long(value, &[INT, (0, 65535, "unsigned short")])? as u16),
            b'i' => write!(as_long(value, &[INT])? as i32),
            b'I' => write!(as_unsigned(value, u64::from(u32::MAX), "unsigned int")? as u32),
            b'l' => write!(as_long(value, &[])?),
            b'L' => write!(as_unsigned(value, u64::MAX, "unsigned long")?),
            b'q' => write!(as_long_long(value)?),
            b'Q' => write!(as_unsigned_long_long(value)?),
            b'f' => write!(as_float(value)? as f32),
            _ => write!(as_float(value)?),
        }
        Ok(result)
    }
}

impl Array {
    fn len(&self) -> usize {
        self.ob_base.ob_size as usize
    }

    fn kind(&self) -> &'static ItemType {
        self.kind.get().expect("set by new")
    }

    fn byte_len(&self) -> usize {
        self.len() * self.kind().size
    }

    fn bytes(&self) -> &[u8] {
        if self.len() == 0 {
            return &[];
        }
        // SAFETY: the array owns `byte_len` bytes there.
        unsafe { core::slice::from_raw_parts(self.items.get(), self.byte_len()) }
    }

    #[allow(clippy::mut_from_ref, reason = "the memory is shared with whoever holds a buffer")]
    fn bytes_mut(&self) -> &mut [u8] {
        if self.len() == 0 {
            return &mut [];
        }
        // SAFETY: as above; the slice is used up before anything else runs.
        unsafe { core::slice::from_raw_parts_mut(self.items.get(), self.byte_len()) }
    }

    fn get(&self, index: usize) -> PyResult {
        let size = self.kind().size;
        self.kind().decode(&self.bytes()[index * size..(index + 1) * size])
    }

    fn put(&self, index: usize, item: [u8; 8]) {
        let size = self.kind().size;
        self.bytes_mut()[index * size..(index + 1) * size].copy_from_slice(&item[..size]);
    }

    /// Changes the length; new items are whatever the memory holds.
    fn resize(&self, n: usize) -> PyResult<()> {
        if self.exports.get() > 0 && n != self.len() {
            return Err(raise!(BufferError, "cannot resize an array that is exporting buffers"));
        }
        let set_len = |n: usize| {
            // SAFETY: the object is alive.
            unsafe { (*(&raw const self.ob_base).cast_mut()).ob_size = n as isize };
        };
        let allocated = self.allocated.get() as usize;
        if allocated >= n && self.len() < n + 16 && !self.items.get().is_null() {
            set_len(n);
            return Ok(());
        }
        if n == 0 {
            // SAFETY: the array owned the memory.
            unsafe { adder_object_model::alloc::free(self.items.replace(ptr::null_mut()).cast()) };
            self.allocated.set(0);
            set_len(0);
            return Ok(());
        }
        let capacity = (n >> 4) + if self.len() < 8 { 3 } else { 7 } + n;
        let Some(size) = capacity.checked_mul(self.kind().size).filter(|&size| size <= isize::MAX as usize)
        else {
            return Err(errors::no_memory());
        };
        // SAFETY: the memory is the array's own or null.
        let items = unsafe { adder_object_model::alloc::realloc(self.items.get().cast(), size) };
        if items.is_null() {
            return Err(errors::no_memory());
        }
        self.items.set(items.cast());
        self.allocated.set(capacity as isize);
        set_len(n);
        Ok(())
    }

    /// Replaces the items from `start` to `stop` by those in `bytes`.
    fn splice(&self, start: usize, stop: usize, bytes: &[u8]) -> PyResult<()> {
        let size = self.kind().size;
        let (old, n) = (self.len(), bytes.len() / size);
        let (start, stop) = (start.min(old), stop.clamp(start.min(old), old));
        let total = old - (stop - start) + n;
        if total > old {
            self.resize(total)?;
            self.bytes_mut().copy_within(stop * size..old * size, (start + n) * size);
        } else if total < old {
            if self.exports.get() > 0 {
                return Err(raise!(BufferError, "cannot resize an array that is exporting buffers"));
            }
            self.bytes_mut().copy_within(stop * size..old * size, (start + n) * size);
            self.resize(total)?;
        }
        self.bytes_mut()[start * size..(start + n) * size].copy_from_slice(bytes);
        Ok(())
    }

    fn append(&self, value: Op<'_>) -> PyResult<()> {
        let item = self.kind().encode(value)?;
        let n = self.len();
        self.resize(n + 1)?;
        self.put(n, item);
        Ok(())
    }
}

/// A new array of a type or subclass with `n` items of zeros.
fn new_array(tp: TypeRef<'_>, kind: &'static ItemType, n: usize) -> PyResult<Owned<Array>> {
    // SAFETY: the type or a subclass.
    let result: Owned<Array> = unsafe { allocate(tp)? };
    result.kind.set(Some(kind));
    if n > 0 {
        let items = adder_object_model::alloc::calloc(n, kind.size);
        if items.is_null() {
            return Err(errors::no_memory());
        }
        result.items.set(items.cast());
        result.allocated.set(n as isize);
        // SAFETY: the object is new and alive.
        unsafe { (*result.as_ptr()).ob_base.ob_size = n as isize };
    }
    Ok(result)
}

/// A new array of the exact type with these bytes as items.
fn from_bytes(kind: &'static ItemType, bytes: &[u8]) -> PyResult<Owned<Array>> {
    let result = new_array(Array::type_ref(), kind, bytes.len() / kind.size)?;
    result.bytes_mut().copy_from_slice(bytes);
    Ok(result)
}

fn as_array<'a>(op: Op<'a>) -> Option<This<'a>> {
    op.downcast::<Array>()
}

const FUNCTIONS: &[PyMethodDef] = &[
    method::positional(
        c"_array_reconstructor",
        pickle::reconstruct,
        c"_array_reconstructor($module, arraytype, typecode, mformat_code, items,\n                     /)\n--\n\nInternal. Used for pickling support.",
    ),
    PyMethodDef::EMPTY,
];

/// Tells `collections.abc` that arrays are mutable sequences.
fn register_as_sequence() -> PyResult<()> {
    let abc = adder_interpreter::import::import_module("collections.abc")?;
    let sequence = object::get_attr_str(abc.op(), "MutableSequence")?;
    call::call_method(sequence.op(), "register", &[Array::type_ref().as_object()]).map(drop)
}

pub fn init() -> PyResult {
    let result = module::new("array")?;
    type_object::ready(static_type!(ArrayIter_Type))?;
    module::add_type(result.op(), Array::type_ref())?;
    register_as_sequence()?;
    module::add_object(result.op(), "ArrayType", Array::type_ref().as_object())?;
    let codes: String = "bBuwhHiIlLqQfd".into();
    module::add_object(result.op(), "typecodes", str::from_string(codes)?.op())?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    Ok(result)
}

/// The format of the items for a buffer, as C has it.
fn format_pointer(kind: &ItemType) -> *mut c_char {
    kind.format.as_ptr().cast_mut()
}

/// A list of all items.
fn to_list(array: This<'_>) -> PyResult<Vec<Object>> {
    (0..array.len()).map(|index| array.get(index)).collect()
}
