//! Inline caches: instructions that have seen enough are replaced by ones that expect the same again.
//!
//! A specialised instruction checks what it relies on and turns itself back into the general one
//! when that fails. The caches have CPython's layouts.

use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{Op, dict};

use crate::frame::FramePtr;
use crate::opcodes::op;

mod attributes;
mod calls;
mod operators;

pub use attributes::{load_attr, store_attr, value_place, values_of};
pub use calls::call;
pub use operators::{binary, compare, contains, for_iter, store_subscript, unpack};

/// The counter after a success: so many misses until the general instruction looks again.
const COOLDOWN: u16 = 52 << 4;

/// Puts a specialised instruction in place.
///
/// # Safety
/// `instruction` points into live bytecode and has a counter behind it.
unsafe fn install(instruction: *mut u16, opcode: u8) {
    // SAFETY: the caller's promise.
    unsafe {
        *instruction = *instruction & 0xff00 | opcode as u16;
        *instruction.add(1) = COOLDOWN;
    }
}

/// Makes the counter wait longer after a failure.
///
/// # Safety
/// As for `install`.
unsafe fn back_off(instruction: *mut u16) {
    // SAFETY: the caller's promise.
    unsafe {
        let backoff = (*instruction.add(1) & 15).min(11) + 1;
        *instruction.add(1) = ((1 << backoff) - 1) << 4 | backoff;
    }
}

/// Turns an instruction back into the general one, which it gives.
///
/// # Safety
/// As for `install`.
#[cold]
pub unsafe fn give_up(instruction: *mut u16, general: u8) -> u8 {
    // SAFETY: the caller's promise.
    unsafe {
        *instruction = *instruction & 0xff00 | general as u16;
        *instruction.add(1) = COOLDOWN;
    }
    general
}

/// The value of entry `index` in keys of version `version`; null if the version is another.
///
/// # Safety
/// `keys` is live.
#[inline(always)]
pub unsafe fn dict_entry(keys: *mut PyDictKeysObject, version: u16, index: u16) -> *mut PyObject {
    // SAFETY: keys with this version have the entry.
    unsafe {
        if (*keys).dk_version != version as u32 {
            return ptr::null_mut();
        }
        let entries =
            keys.cast::<u8>().add(size_of::<PyDictKeysObject>() + (1usize << (*keys).dk_log2_index_bytes));
        (*entries.cast::<PyDictUnicodeEntry>().add(index as usize)).me_value
    }
}

/// Where a name stands in a dict whose keys are all strings: (keys version, index).
fn string_entry(op: Op<'_>, name: Op<'_>) -> Option<(u16, u16)> {
    let dict = op.downcast_exact::<PyDictObject>()?;
    let text = name.downcast_exact::<PyUnicodeObject>()?;
    // SAFETY: a live dict's keys.
    if unsafe { (*dict.ma_keys).dk_kind } != 1 {
        return None;
    }
    let index = dict::lookup_unicode_index(dict::table(dict), name, dict::hash_of_string(text))?;
    let version = dict::keys_version(dict);
    Some((u16::try_from(version).ok().filter(|&version| version != 0)?, u16::try_from(index).ok()?))
}

/// `LOAD_GLOBAL`.
///
/// # Safety
/// `frame` runs, `instruction` is its instruction.
pub unsafe fn load_global(frame: FramePtr, instruction: *mut u16, name: Op<'_>) {
    // SAFETY: the caller's promise.
    unsafe {
        let (globals, builtins) = (Op::from_ptr((*frame).f_globals), Op::from_ptr((*frame).f_builtins));
        if let Some((version, index)) = string_entry(globals, name) {
            *instruction.add(2) = version;
            *instruction.add(4) = index;
            install(instruction, op::LOAD_GLOBAL_MODULE);
            return;
        }
        let known =
            globals.downcast_exact::<PyDictObject>().filter(|globals| (*globals.ma_keys).dk_kind == 1);
        if let (Some(globals), Some((version, index))) = (known, string_entry(builtins, name)) {
            let found = dict::get_item(globals, name);
            let globals_version = u16::try_from(dict::keys_version(globals)).unwrap_or(0);
            if matches!(found, Ok(None)) && globals_version != 0 {
                *instruction.add(2) = globals_version;
                *instruction.add(3) = version;
                *instruction.add(4) = index;
                install(instruction, op::LOAD_GLOBAL_BUILTIN);
                return;
            }
        }
        back_off(instruction);
    }
}

/// A number in two units of a cache.
///
/// # Safety
/// `units` points into live bytecode.
#[inline(always)]
pub unsafe fn read_u32(units: *const u16) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { units.cast::<u32>().read_unaligned() }
}

/// # Safety
/// As for `read_u32`.
unsafe fn write_u32(units: *mut u16, value: u32) {
    // SAFETY: the caller's promise.
    unsafe { units.cast::<u32>().write_unaligned(value) }
}

/// A pointer in four units of a cache.
///
/// # Safety
/// `units` points into live bytecode.
#[inline(always)]
pub unsafe fn read_pointer(units: *const u16) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { units.cast::<*mut PyObject>().read_unaligned() }
}

/// # Safety
/// As for `read_pointer`.
unsafe fn write_pointer(units: *mut u16, value: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { units.cast::<*mut PyObject>().write_unaligned(value) }
}
