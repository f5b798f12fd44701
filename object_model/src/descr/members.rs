//! C fields as attributes: reading and writing what a `PyMemberDef` describes.

use core::ffi::{
    CStr, c_char, c_double, c_float, c_int, c_long, c_longlong, c_short, c_uint, c_ulong, c_ulonglong,
    c_ushort,
};
use core::ptr;

use crate::layout::*;
use crate::{
    Object, Op, Owned, PyResult, bool, errors, exceptions, float, int, object, raise, singletons, state, str,
};

/// The value of a field (`PyMember_GetOne`).
///
/// # Safety
/// `def` is an entry of a member table, and at its offset `op` has a field of the entry's kind.
pub unsafe fn member_get(op: Op<'_>, def: *const PyMemberDef) -> PyResult {
    // SAFETY: the caller's promise: the field lies in the live object.
    unsafe {
        if (*def).flags & Py_RELATIVE_OFFSET != 0 {
            return Err(raise!(SystemError, "PyMember_GetOne used with Py_RELATIVE_OFFSET"));
        }
        let field = op.as_ptr().byte_offset((*def).offset);
        macro_rules! read {
            ($ty:ty) => {
                field.cast::<$ty>().read_unaligned()
            };
        }
        match (*def).r#type {
            Py_T_BOOL => Ok(singletons::new_bool(read!(c_char) != 0)),
            Py_T_BYTE => int::from_i64(i64::from(read!(i8))),
            Py_T_UBYTE => int::from_i64(i64::from(read!(u8))),
            Py_T_SHORT => int::from_i64(i64::from(read!(c_short))),
            Py_T_USHORT => int::from_i64(i64::from(read!(c_ushort))),
            Py_T_INT => int::from_i64(i64::from(read!(c_int))),
            Py_T_UINT => int::from_i64(i64::from(read!(c_uint))),
            Py_T_LONG => int::from_i64(read!(c_long)),
            Py_T_ULONG => int::from_u64(read!(c_ulong)),
            Py_T_LONGLONG => int::from_i64(read!(c_longlong)),
            Py_T_ULONGLONG => int::from_u64(read!(c_ulonglong)),
            Py_T_PYSSIZET => int::from_isize(read!(Py_ssize_t)),
            Py_T_FLOAT => float::new(f64::from(read!(c_float))),
            Py_T_DOUBLE => float::new(read!(c_double)),
            Py_T_STRING => match read!(*const c_char) {
                text if text.is_null() => Ok(singletons::new_none()),
                text => Ok(str::decode_utf8(CStr::from_ptr(text).to_bytes(), None)?.into_object()),
            },
            Py_T_STRING_INPLACE => {
                Ok(str::decode_utf8(CStr::from_ptr(field.cast()).to_bytes(), None)?.into_object())
            }
            Py_T_CHAR => Ok(str::from_latin1(&[read!(u8)])?.into_object()),
            _Py_T_OBJECT => {
                Ok(Object::new_ref_nullable(read!(*mut PyObject)).unwrap_or_else(singletons::new_none))
            }
            Py_T_OBJECT_EX => Object::new_ref_nullable(read!(*mut PyObject)).ok_or_else(|| missing(op, def)),
            _Py_T_NONE => Ok(singletons::new_none()),
            _ => Err(raise!(SystemError, "bad memberdescr type for {}", name_of(def))),
        }
    }
}

/// # Safety
/// `def` is an entry of a table.
unsafe fn name_of(def: *const PyMemberDef) -> String {
    // SAFETY: entries have C strings for names.
    unsafe { CStr::from_ptr((*def).name) }.to_string_lossy().into_owned()
}

/// # Safety
/// `def` is an entry of a table.
unsafe fn missing(op: Op<'_>, def: *const PyMemberDef) -> crate::Raised {
    // SAFETY: the caller's promise.
    let name = unsafe { name_of(def) };
    let build = || {
        let class = crate::type_object::get_fully_qualified_name(op.ob_type())?;
        Ok((str::intern(&name)?, str::to_string_lossy(class.op())))
    };
    match build() {
        Ok((interned, class)) => object::attribute_error(
            op,
            interned.op(),
            format_args!("'{class}' object has no attribute '{name}'"),
        ),
        Err(raised) => raised,
    }
}

/// Stores into a field, or deletes it (`PyMember_SetOne`).
///
/// # Safety
/// As for `member_get`.
pub unsafe fn member_set(op: Op<'_>, def: *const PyMemberDef, value: Option<Op<'_>>) -> PyResult<()> {
    // SAFETY: the caller's promise: the field lies in the live object, and owns what it points to
    // if it is one of the kinds that hold objects.
    unsafe {
        if (*def).flags & Py_RELATIVE_OFFSET != 0 {
            return Err(raise!(SystemError, "PyMember_SetOne used with Py_RELATIVE_OFFSET"));
        }
        if (*def).flags & Py_READONLY != 0 {
            return Err(raise!(AttributeError, "readonly attribute"));
        }
        let field = op.as_ptr().byte_offset((*def).offset);
        let kind = (*def).r#type;
        let Some(value) = value else {
            let cell = field.cast::<*mut PyObject>();
            match kind {
                Py_T_OBJECT_EX if (*cell).is_null() => {
                    return Err(raise!(AttributeError, "{}", name_of(def)));
                }
                Py_T_OBJECT_EX | _Py_T_OBJECT => {
                    drop(Owned::steal_nullable(ptr::replace(cell, ptr::null_mut())));
                    return Ok(());
                }
                _ => return Err(raise!(TypeError, "can't delete numeric/char attribute")),
            }
        };
        /// Stores an integer; one that does not fit is cut, with a warning.
        macro_rules! store_int {
            ($ty:ty, $what:literal) => {{
                let number = int::as_i64(value)?;
                field.cast::<$ty>().write_unaligned(number as $ty);
                if i128::from(number as $ty) != i128::from(number) {
                    warn_truncated(concat!("Truncation of value to ", $what))?;
                }
                Ok(())
            }};
        }
        match kind {
            Py_T_BOOL => {
                if value.type_ptr() != &raw mut bool::PyBool_Type {
                    return Err(raise!(TypeError, "attribute value type must be bool"));
                }
                field.cast::<u8>().write(u8::from(value.is(singletons::true_())));
                Ok(())
            }
            Py_T_BYTE => store_int!(i8, "char"),
            Py_T_UBYTE => store_int!(u8, "unsigned char"),
            Py_T_SHORT => store_int!(c_short, "short"),
            Py_T_USHORT => store_int!(c_ushort, "unsigned short"),
            Py_T_INT => store_int!(c_int, "int"),
            Py_T_UINT => {
                let number = signed_or_unsigned(value, "unsigned int")?;
                field.cast::<c_uint>().write_unaligned(number as c_uint);
                if number > u64::from(c_uint::MAX) && (number as i64) >= 0 {
                    warn_truncated("Truncation of value to unsigned int")?;
                }
                Ok(())
            }
            Py_T_LONG => {
                field.cast::<c_long>().write_unaligned(int::as_i64(value)?);
                Ok(())
            }
            Py_T_LONGLONG => {
                field.cast::<c_longlong>().write_unaligned(int::as_i64(value)?);
                Ok(())
            }
            Py_T_ULONG | Py_T_ULONGLONG => {
                let number = signed_or_unsigned(value, "unsigned long")?;
                field.cast::<u64>().write_unaligned(number);
                Ok(())
            }
            Py_T_PYSSIZET => {
                field.cast::<isize>().write_unaligned(int::as_isize(value)?);
                Ok(())
            }
            Py_T_FLOAT => {
                field.cast::<c_float>().write_unaligned(float::as_f64(value)? as c_float);
                Ok(())
            }
            Py_T_DOUBLE => {
                field.cast::<c_double>().write_unaligned(float::as_f64(value)?);
                Ok(())
            }
            _Py_T_OBJECT | Py_T_OBJECT_EX => {
                let cell = field.cast::<*mut PyObject>();
                // The new value is in place before the old one goes.
                drop(Owned::steal_nullable(ptr::replace(cell, value.to_owned().into_ptr())));
                Ok(())
            }
            Py_T_CHAR => {
                let text = value.downcast::<PyUnicodeObject>().filter(|&text| str::len(text) == 1);
                let point = text.map(|text| str::read(text, 0)).filter(|&point| point < 0x80);
                match point {
                    Some(point) => {
                        field.cast::<u8>().write(point as u8);
                        Ok(())
                    }
                    None => Err(errors::bad_argument()),
                }
            }
            Py_T_STRING | Py_T_STRING_INPLACE => Err(raise!(TypeError, "readonly attribute")),
            _ => Err(raise!(SystemError, "bad memberdescr type for {}", name_of(def))),
        }
    }
}

/// An unsigned field takes a negative number, too, with a warning.
fn signed_or_unsigned(value: Op<'_>, what: &core::primitive::str) -> PyResult<u64> {
    let value = crate::number::index(value)?;
    if int::is_negative(value.op()) {
        let number = int::as_i64(value.op())?;
        warn_truncated(&format!("Writing negative value into {what} field"))?;
        return Ok(number as u64);
    }
    int::as_u64(value.op())
}

fn warn_truncated(message: &core::primitive::str) -> PyResult<()> {
    match state::interp().hooks.get() {
        Some(hooks) => (hooks.warn)(exceptions::builtin::RuntimeWarning(), message, 1),
        None => Ok(()),
    }
}
