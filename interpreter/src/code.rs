//! The `code` type: bytecode with what it needs to run and to be explained.
//!
//! The code units stand behind the struct and are specialised in place; `co_code`
//! shows them as they were compiled. Line and exception tables are read by
//! `code/tables.rs`.
//!
//! Layout: `layout/code.rs`.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, TypeRef, alloc, bytes, define, float, getset,
    int, list, method, object, raise, singletons, slot, state, str, tuple, weakref,
};

use crate::opcodes::{CACHES, DEOPT, op};
use crate::watchers;

pub mod extra;
mod tables;

pub use tables::{Location, handler_at, handlers, line_at, lines, location_at, locations};

/// What a code object is made of (`struct _PyCodeConstructor`).
pub struct Parts<'a> {
    pub filename: Op<'a>,
    pub name: Op<'a>,
    pub qualname: Op<'a>,
    pub flags: i32,
    /// Bytecode without specialisation, caches zero.
    pub code: &'a [u8],
    pub firstlineno: i32,
    pub linetable: Op<'a>,
    pub consts: Op<'a>,
    pub names: Op<'a>,
    pub localsplusnames: Op<'a>,
    pub localspluskinds: Op<'a>,
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub exceptiontable: Op<'a>,
}

type Code<'a> = Borrowed<'a, PyCodeObject>;

/// The offset of the first code unit in the object.
const HEADER: usize = offset_of!(PyCodeObject, co_code_adaptive);

/// The first code unit.
#[inline(always)]
pub fn units(code: Code<'_>) -> *mut u16 {
    // SAFETY: the units stand behind the struct.
    unsafe { code.as_ptr().cast::<u8>().add(HEADER).cast() }
}

/// How many code units there are.
#[inline(always)]
pub fn len(code: Code<'_>) -> usize {
    code.ob_base.ob_size as usize
}

/// The names of locals, cells and free variables.
pub fn local_names<'a>(code: Code<'a>) -> &'a [Op<'a>] {
    // SAFETY: a live tuple for as long as the code.
    unsafe { tuple::refs(Borrowed::from_ptr(code.co_localsplusnames.cast())) }
}

/// Their kinds: `CO_FAST_*`.
pub fn local_kinds<'a>(code: Code<'a>) -> &'a [u8] {
    // SAFETY: a live bytes object for as long as the code.
    unsafe { bytes::as_slice(Borrowed::from_ptr(code.co_localspluskinds.cast())) }
}

/// The constants.
pub fn consts<'a>(code: Code<'a>) -> &'a [Op<'a>] {
    // SAFETY: a live tuple for as long as the code.
    unsafe { tuple::refs(Borrowed::from_ptr(code.co_consts.cast())) }
}

/// Refuses what could not run (`_PyCode_Validate`).
fn validate(parts: &Parts<'_>) -> PyResult<()> {
    let is_tuple = |op: Op<'_>| op.is_instance::<PyTupleObject>();
    let is_str = |op: Op<'_>| op.is_instance::<PyUnicodeObject>();
    let is_bytes = |op: Op<'_>| op.is_instance::<PyBytesObject>();
    let sound = parts.argcount >= parts.posonlyargcount
        && parts.posonlyargcount >= 0
        && parts.kwonlyargcount >= 0
        && parts.stacksize >= 0
        && is_tuple(parts.consts)
        && is_tuple(parts.names)
        && is_tuple(parts.localsplusnames)
        && is_bytes(parts.localspluskinds)
        && is_str(parts.name)
        && is_str(parts.qualname)
        && is_str(parts.filename)
        && is_bytes(parts.linetable)
        && is_bytes(parts.exceptiontable);
    if !sound {
        return Err(adder_object_model::errors::bad_internal_call());
    }
    let names = parts.localsplusnames.downcast::<PyTupleObject>().expect("checked");
    let kinds = bytes::as_slice(parts.localspluskinds.downcast::<PyBytesObject>().expect("checked"));
    if tuple::len(names) != kinds.len() {
        return Err(adder_object_model::errors::bad_internal_call());
    }
    if !parts.code.len().is_multiple_of(2) {
        return Err(raise!(ValueError, "code: co_code is malformed"));
    }
    let n_locals = kinds.iter().filter(|&&kind| kind & CO_FAST_LOCAL != 0).count() as i64;
    let total = parts.argcount as i64
        + parts.kwonlyargcount as i64
        + (parts.flags & CO_VARARGS != 0) as i64
        + (parts.flags & CO_VARKEYWORDS != 0) as i64;
    if total > n_locals {
        return Err(raise!(ValueError, "code: varnames is too small"));
    }
    Ok(())
}

/// Whether CPython interns a string constant.
fn is_name_like(text: Borrowed<'_, PyUnicodeObject>) -> bool {
    str::is_ascii(text)
        && str::as_utf8(text)
            .is_ok_and(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// Interns the strings of a tuple in place: all of them, or those that look like names.
fn intern_strings(items: Op<'_>, all: bool) {
    let Some(items) = items.downcast::<PyTupleObject>() else { return };
    let cells = tuple::item_ptr(items);
    for (index, &item) in tuple::refs(items).iter().enumerate() {
        if let Some(inner) = item.downcast_exact::<PyTupleObject>() {
            if !all {
                intern_strings(inner.as_object(), all);
            }
            continue;
        }
        let Some(text) = item.downcast_exact::<PyUnicodeObject>() else { continue };
        if str::is_interned(text) || !(all || is_name_like(text)) {
            continue;
        }
        let interned = str::intern_in_place(text.to_owned());
        if interned.as_object_ptr() != item.as_ptr() {
            // SAFETY: the tuple is not shared yet; the equal string takes the cell over.
            unsafe {
                let old = ptr::replace(cells.add(index), interned.into_object_ptr());
                drop(Object::steal(old));
            }
        }
    }
}

/// The next version of a code object; 0 when they have run out.
fn next_version() -> u32 {
    let versions = &state::interp().function_versions;
    let version = versions.get() + 1;
    if version != 0 {
        versions.set(version);
    }
    version
}

/// `_PyCode_Validate` and `_PyCode_New`.
pub fn new(parts: Parts<'_>) -> PyResult<Owned<PyCodeObject>> {
    validate(&parts)?;
    intern_strings(parts.names, true);
    intern_strings(parts.localsplusnames, true);
    intern_strings(parts.consts, false);
    let block = alloc::malloc(HEADER + parts.code.len().max(size_of::<PyCodeObject>() - HEADER));
    if block.is_null() {
        return Err(adder_object_model::errors::no_memory());
    }
    let block = block.cast::<PyCodeObject>();
    let kinds = bytes::as_slice(parts.localspluskinds.downcast::<PyBytesObject>().expect("validated"));
    let count = |kind: u8| kinds.iter().filter(|&&k| k & kind != 0).count() as c_int;
    let intern = |text: Op<'_>| match text.downcast_exact::<PyUnicodeObject>() {
        Some(text) => str::intern_in_place(text.to_owned()).into_object_ptr(),
        None => text.to_owned().into_ptr(),
    };
    let keep = |op: Op<'_>| op.to_owned().into_ptr();
    let n_locals_plus = kinds.len() as c_int;
    // SAFETY: a fresh block with room for the struct and the units; every field is written.
    unsafe {
        ptr::write_bytes(block.cast::<u8>(), 0, HEADER);
        alloc::init_header(block.cast(), &raw mut PyCode_Type);
        (*block).ob_base.ob_size = (parts.code.len() / 2) as Py_ssize_t;
        (*block).co_consts = keep(parts.consts);
        (*block).co_names = keep(parts.names);
        (*block).co_exceptiontable = keep(parts.exceptiontable);
        (*block).co_flags = parts.flags;
        (*block).co_argcount = parts.argcount;
        (*block).co_posonlyargcount = parts.posonlyargcount;
        (*block).co_kwonlyargcount = parts.kwonlyargcount;
        (*block).co_stacksize = parts.stacksize;
        (*block).co_firstlineno = parts.firstlineno;
        (*block).co_nlocalsplus = n_locals_plus;
        (*block).co_framesize = n_locals_plus + parts.stacksize + FRAME_SPECIALS_SIZE as c_int;
        (*block).co_nlocals = count(CO_FAST_LOCAL);
        (*block).co_ncellvars = count(CO_FAST_CELL);
        (*block).co_nfreevars = count(CO_FAST_FREE);
        (*block).co_version = next_version();
        (*block).co_localsplusnames = keep(parts.localsplusnames);
        (*block).co_localspluskinds = keep(parts.localspluskinds);
        (*block).co_filename = intern(parts.filename);
        (*block).co_name = intern(parts.name);
        (*block).co_qualname = intern(parts.qualname);
        (*block).co_linetable = keep(parts.linetable);
        let code = Owned::<PyCodeObject>::steal(block);
        ptr::copy_nonoverlapping(parts.code.as_ptr(), units(code.borrow()).cast::<u8>(), parts.code.len());
        (*block)._co_firsttraceable = quicken(code.borrow()) as c_int;
        watchers::tell_new_code(block);
        Ok(code)
    }
}

/// Starts the counters of the inline caches; gives the index of the first `RESUME`.
fn quicken(code: Code<'_>) -> usize {
    let units = units(code);
    let end = len(code);
    let mut first = end;
    let mut index = 0;
    while index < end {
        // SAFETY: below the end.
        let unit = unsafe { *units.add(index) };
        let base = DEOPT[(unit & 0xff) as usize];
        if base == op::RESUME && first == end {
            first = index;
        }
        let caches = CACHES[base as usize] as usize;
        if caches > 0 && index + caches < end {
            let counter = match base {
                op::POP_JUMP_IF_FALSE
                | op::POP_JUMP_IF_TRUE
                | op::POP_JUMP_IF_NONE
                | op::POP_JUMP_IF_NOT_NONE => 0x5555,
                op::JUMP_BACKWARD => 0,
                _ => crate::vm::ADAPTIVE_WARMUP,
            };
            // SAFETY: the caches of an instruction stand behind it.
            unsafe { *units.add(index + 1) = counter };
        }
        index += 1 + caches;
    }
    first
}

/// The compiled form of a code object's bytes.
pub fn original_units(code: Code<'_>) -> Vec<u16> {
    let units = units(code);
    let end = len(code);
    let mut result = Vec::with_capacity(end);
    let mut index = 0;
    while index < end {
        // SAFETY: below the end.
        let unit = unsafe { *units.add(index) };
        let opcode = crate::vm::monitoring::original_opcode(code, index, unit as u8);
        let base = DEOPT[opcode as usize];
        result.push(unit & 0xff00 | base as u16);
        let caches = (CACHES[base as usize] as usize).min(end - index - 1);
        result.extend(core::iter::repeat_n(0, caches));
        index += 1 + caches;
    }
    result
}

fn bytes_of_units(units: &[u16]) -> PyResult {
    let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    Ok(bytes::from_slice(&bytes)?.into_object())
}

/// `co_code`: the bytecode without specialisation.
pub fn bytecode(code: Borrowed<'_, PyCodeObject>) -> PyResult {
    bytes_of_units(&original_units(code))
}

/// The names among the locals that are of one of `kinds`.
fn names_of_kind(code: Code<'_>, kind: u8) -> PyResult {
    let names = local_names(code);
    let kinds = local_kinds(code);
    let chosen: Vec<Object> =
        names.iter().zip(kinds).filter(|(_, k)| **k & kind != 0).map(|(&name, _)| name.to_owned()).collect();
    tuple::from_vec(chosen)
}

/// `co_varnames`.
pub fn varnames(code: Code<'_>) -> PyResult {
    names_of_kind(code, CO_FAST_LOCAL)
}
/// `co_cellvars`.
pub fn cellvars(code: Code<'_>) -> PyResult {
    names_of_kind(code, CO_FAST_CELL)
}
/// `co_freevars`.
pub fn freevars(code: Code<'_>) -> PyResult {
    names_of_kind(code, CO_FAST_FREE)
}

fn adaptive_bytecode(code: Code<'_>) -> PyResult {
    // SAFETY: the units of a live code object.
    bytes_of_units(unsafe { core::slice::from_raw_parts(units(code), len(code)) })
}

fn n_locals(code: Code<'_>) -> PyResult {
    int::from_i64(code.co_nlocals as i64)
}

/// `co_lnotab`: the table of Python 3.9 and before.
fn lnotab(code: Code<'_>) -> PyResult {
    let warning = adder_object_model::exceptions::builtin::DeprecationWarning();
    (state::hooks().warn)(warning, "co_lnotab is deprecated, use co_lines instead.", 1)?;
    let mut table = Vec::new();
    let mut line = code.co_firstlineno;
    let mut offset = 0;
    for (start, _, here) in tables::raw_lines(code) {
        let Some(here) = here else { continue };
        if here == line {
            continue;
        }
        let mut bytes_delta = start - offset;
        let mut line_delta = here - line;
        while bytes_delta > 255 {
            table.extend([255, 0]);
            bytes_delta -= 255;
        }
        while line_delta > 127 {
            table.extend([bytes_delta as u8, 127]);
            bytes_delta = 0;
            line_delta -= 127;
        }
        while line_delta < -128 {
            table.extend([bytes_delta as u8, 0x80]);
            bytes_delta = 0;
            line_delta += 128;
        }
        table.extend([bytes_delta as u8, line_delta as i8 as u8]);
        offset = start;
        line = here;
    }
    Ok(bytes::from_slice(&table)?.into_object())
}

fn none_or_int(value: i32) -> PyResult {
    if value < 0 { Ok(singletons::new_none()) } else { int::from_i64(value as i64) }
}

/// `co_lines()`: an iterator over (start, end, line).
fn co_lines(code: Code<'_>) -> PyResult {
    let mut rows = Vec::new();
    for (start, end, line) in lines(code) {
        let line = match line {
            Some(line) => int::from_i64(line as i64)?,
            None => singletons::new_none(),
        };
        rows.push(tuple::from_vec(vec![int::from_i64(start as i64)?, int::from_i64(end as i64)?, line])?);
    }
    object::get_iter(list::from_vec(rows)?.op())
}

/// `co_positions()`: an iterator over (line, end line, column, end column), one for each code unit.
fn co_positions(code: Code<'_>) -> PyResult {
    let mut rows = Vec::new();
    for Location { units, line, end_line, column, end_column } in locations(code) {
        for _ in 0..units {
            rows.push(tuple::from_vec(vec![
                none_or_int(line)?,
                none_or_int(end_line)?,
                none_or_int(column)?,
                none_or_int(end_column)?,
            ])?);
        }
    }
    object::get_iter(list::from_vec(rows)?.op())
}

/// `co_branches()`: an iterator over (from, to if not taken, to if taken).
fn co_branches(code: Code<'_>) -> PyResult {
    let units = original_units(code);
    let mut rows = Vec::new();
    let mut index = 0;
    let mut arg = 0usize;
    while index < units.len() {
        let opcode = units[index] as u8;
        arg = arg << 8 | (units[index] >> 8) as usize;
        if opcode == op::EXTENDED_ARG {
            index += 1;
            continue;
        }
        let next = index + 1 + CACHES[opcode as usize] as usize;
        let mut row = |not_taken: usize, taken: usize| -> PyResult<()> {
            let numbers = [index * 2, not_taken * 2, taken * 2];
            let items = numbers.iter().map(|&n| int::from_usize(n)).collect::<PyResult<Vec<_>>>()?;
            rows.push(tuple::from_vec(items)?);
            Ok(())
        };
        match opcode {
            // Behind END_FOR and POP_ITER.
            op::FOR_ITER => row(next, next + arg + 2)?,
            op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE => {
                let skipped = units.get(next).is_some_and(|unit| *unit as u8 == op::NOT_TAKEN);
                row(next + skipped as usize, next + arg)?;
            }
            op::END_ASYNC_FOR => {
                let send = next - arg;
                let numbers = [send * 2, (send + 2) * 2, next * 2];
                let items = numbers.iter().map(|&n| int::from_usize(n)).collect::<PyResult<Vec<_>>>()?;
                rows.push(tuple::from_vec(items)?);
            }
            _ => {}
        }
        arg = 0;
        index = next;
    }
    object::get_iter(list::from_vec(rows)?.op())
}

fn varname_from_oparg(code: Code<'_>, arg: Op<'_>) -> PyResult {
    let index = adder_object_model::number::as_ssize_t(arg, None)?;
    match usize::try_from(index).ok().and_then(|index| local_names(code).get(index)) {
        Some(&name) => Ok(name.to_owned()),
        None => Err(raise!(IndexError, "tuple index out of range")),
    }
}

fn size_of_code(code: Code<'_>) -> PyResult {
    int::from_usize(
        HEADER + len(code) * 2 + if code._co_cached.is_null() { 0 } else { size_of::<_PyCoCached>() },
    )
}

/// The names and kinds of locals from the tuples of the constructor.
fn locals_plus(varnames: Op<'_>, cellvars: Op<'_>, freevars: Op<'_>) -> PyResult<(Object, Object)> {
    fn names<'a>(op: Op<'a>) -> Option<Vec<Op<'a>>> {
        op.downcast::<PyTupleObject>().map(|names| tuple::refs(names).to_vec())
    }
    let (Some(varnames), Some(cellvars), Some(freevars)) =
        (names(varnames), names(cellvars), names(freevars))
    else {
        return Err(adder_object_model::errors::bad_internal_call());
    };
    let text = |op: &Op<'_>| str::to_string_lossy(*op);
    let mut all: Vec<Object> = varnames.iter().map(|&name| name.to_owned()).collect();
    let mut kinds = vec![CO_FAST_LOCAL; all.len()];
    for &cell in &cellvars {
        match varnames.iter().position(|name| text(name) == text(&cell)) {
            Some(index) => kinds[index] |= CO_FAST_CELL,
            None => {
                all.push(cell.to_owned());
                kinds.push(CO_FAST_CELL);
            }
        }
    }
    for &free in &freevars {
        all.push(free.to_owned());
        kinds.push(CO_FAST_FREE);
    }
    Ok((tuple::from_vec(all)?, bytes::from_slice(&kinds)?.into_object()))
}

/// `PyUnstable_Code_NewWithPosOnlyArgs`; the argument kinds of the locals follow from the counts.
pub fn from_names(
    parts: Parts<'_>,
    varnames: Op<'_>,
    freevars: Op<'_>,
    cellvars: Op<'_>,
) -> PyResult<Owned<PyCodeObject>> {
    let (names, kinds) = locals_plus(varnames, cellvars, freevars)?;
    new(Parts { localsplusnames: names.op(), localspluskinds: kinds.op(), ..parts })
}

/// Code that only has names and a line, for frames that compiled modules make up (`PyCode_NewEmpty`).
pub fn new_empty(filename: Op<'_>, name: Op<'_>, line: c_int) -> PyResult<Owned<PyCodeObject>> {
    let none = adder_object_model::singletons::none();
    let empty = tuple::empty();
    let no_bytes = bytes::from_slice(b"")?;
    // One location entry for the instructions: "no columns", line delta 0 (a zigzag varint).
    let lines = bytes::from_slice(&[0x80 | 13 << 3 | 2, 0])?;
    let resume = op::RESUME;
    let raise = op::RAISE_VARARGS;
    let load = op::LOAD_COMMON_CONSTANT;
    from_names(
        Parts {
            filename,
            name,
            qualname: name,
            flags: CO_OPTIMIZED | CO_NEWLOCALS,
            code: &[resume, 0, load, 0, raise, 1],
            firstlineno: line,
            linetable: lines.op(),
            consts: empty.op(),
            names: empty.op(),
            localsplusnames: none,
            localspluskinds: none,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            stacksize: 1,
            exceptiontable: no_bytes.op(),
        },
        empty.op(),
        empty.op(),
        empty.op(),
    )
}

const FIELDS: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_firstlineno",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_linetable",
    "co_exceptiontable",
];

/// `code.replace(**changes)`.
fn replace(code: Code<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<18> = Signature::new("replace", FIELDS).keyword_only_from(0);
    let given = args.parse(&SIGNATURE)?;
    let number = |index: usize, now: c_int| -> PyResult<c_int> {
        match given[index] {
            Some(value) => small_int(value),
            None => Ok(now),
        }
    };
    // SAFETY: the fields hold live objects for as long as the code.
    let field = |index: usize, now: *mut PyObject| given[index].unwrap_or(unsafe { Op::from_ptr(now) });
    let typed = |index: usize, what: &str, good: fn(Op<'_>) -> bool| match given[index] {
        Some(value) if !good(value) => Err(raise!(
            TypeError,
            "replace() argument '{}' must be {what}, not {}",
            FIELDS[index],
            value.type_name()
        )),
        _ => Ok(()),
    };
    for index in [7, 16, 17] {
        typed(index, "bytes", |op| op.is_instance::<PyBytesObject>())?;
    }
    for index in 8..13 {
        typed(index, "tuple", |op| op.is_instance::<PyTupleObject>())?;
    }
    for index in 13..16 {
        typed(index, "str", |op| op.is_instance::<PyUnicodeObject>())?;
    }
    let [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, firstlineno] = [
        number(0, code.co_argcount)?,
        number(1, code.co_posonlyargcount)?,
        number(2, code.co_kwonlyargcount)?,
        number(3, code.co_nlocals)?,
        number(4, code.co_stacksize)?,
        number(5, code.co_flags)?,
        number(6, code.co_firstlineno)?,
    ];
    for (index, value) in [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, firstlineno]
        .into_iter()
        .enumerate()
    {
        if value < 0 {
            return Err(raise!(ValueError, "{} must be a positive integer", FIELDS[index]));
        }
    }
    let original = bytecode(code)?;
    let bytes = given[7].unwrap_or(original.op()).downcast::<PyBytesObject>().expect("checked");
    let own = [varnames(code)?, freevars(code)?, cellvars(code)?];
    let [vars, frees, cells] = [0, 1, 2].map(|index| given[10 + index].unwrap_or(own[index].op()));
    check_n_locals(nlocals, vars)?;
    let result = from_names(
        Parts {
            filename: field(13, code.co_filename),
            name: field(14, code.co_name),
            qualname: field(15, code.co_qualname),
            flags,
            code: bytes::as_slice(bytes),
            firstlineno,
            linetable: field(16, code.co_linetable),
            consts: field(8, code.co_consts),
            names: field(9, code.co_names),
            localsplusnames: vars,
            localspluskinds: vars,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            exceptiontable: field(17, code.co_exceptiontable),
        },
        vars,
        frees,
        cells,
    )?;
    Ok(result.into_object())
}

fn check_n_locals(n_locals: c_int, varnames: Op<'_>) -> PyResult<()> {
    if varnames.downcast::<PyTupleObject>().is_some_and(|names| tuple::len(names) as c_int != n_locals) {
        return Err(raise!(ValueError, "code: co_nlocals != len(co_varnames)"));
    }
    Ok(())
}

fn small_int(op: Op<'_>) -> PyResult<c_int> {
    let overflow = adder_object_model::exceptions::builtin::OverflowError();
    let value = adder_object_model::number::as_ssize_t(op, Some(overflow))?;
    c_int::try_from(value).map_err(|_| raise!(OverflowError, "signed integer is greater than maximum"))
}

/// `code(argcount, posonlyargcount, ...)`.
fn construct(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let given = args.optional::<18>("code", 16)?;
    let at = |index: usize| given[index].expect("required");
    let mut numbers = [0; 6];
    for (index, number) in numbers.iter_mut().enumerate() {
        *number = small_int(at(index))?;
    }
    let [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags] = numbers;
    for (value, name) in [
        (argcount, "argcount"),
        (posonlyargcount, "posonlyargcount"),
        (kwonlyargcount, "kwonlyargcount"),
        (nlocals, "nlocals"),
    ] {
        if value < 0 {
            return Err(raise!(ValueError, "code: {name} must not be negative"));
        }
    }
    let Some(code) = at(6).downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "code() argument 7 must be bytes, not {}", at(6).type_name()));
    };
    for index in [7, 8, 9] {
        if !at(index).is_instance::<PyTupleObject>() {
            let n = index + 1;
            return Err(raise!(
                TypeError,
                "code() argument {n} must be tuple, not {}",
                at(index).type_name()
            ));
        }
    }
    let empty = tuple::empty();
    let freevars = given[16].unwrap_or(empty.op());
    let cellvars = given[17].unwrap_or(empty.op());
    check_n_locals(nlocals, at(9))?;
    let result = from_names(
        Parts {
            filename: at(10),
            name: at(11),
            qualname: at(12),
            flags,
            code: bytes::as_slice(code),
            firstlineno: small_int(at(13))?,
            linetable: at(14),
            consts: at(7),
            names: at(8),
            localsplusnames: at(9),
            localspluskinds: at(9),
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            exceptiontable: at(15),
        },
        at(9),
        freevars,
        cellvars,
    )?;
    Ok(result.into_object())
}

/// Whether two constants are the same for the compiler: equal, of one type, zeros of one sign.
fn same_constant(a: Op<'_>, b: Op<'_>) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if a.type_ptr() != b.type_ptr() {
        return Ok(false);
    }
    if a.is_exact::<PyFloatObject>() {
        return Ok(float::value(a).to_bits() == float::value(b).to_bits());
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<PyComplexObject>(), b.downcast_exact::<PyComplexObject>())
    {
        return Ok(
            a.cval.real.to_bits() == b.cval.real.to_bits() && a.cval.imag.to_bits() == b.cval.imag.to_bits()
        );
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<PyTupleObject>(), b.downcast_exact::<PyTupleObject>()) {
        if tuple::len(a) != tuple::len(b) {
            return Ok(false);
        }
        for (&a, &b) in tuple::refs(a).iter().zip(tuple::refs(b)) {
            if !same_constant(a, b)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    object::equal(a, b)
}

fn rich_compare(code: Code<'_>, other: Op<'_>, operator: c_int) -> PyResult {
    let Some(other) = other.downcast::<PyCodeObject>() else {
        return define::not_implemented();
    };
    if operator != Py_EQ && operator != Py_NE {
        return define::not_implemented();
    }
    let numbers = |code: Code<'_>| {
        [
            code.co_argcount,
            code.co_posonlyargcount,
            code.co_kwonlyargcount,
            code.co_flags,
            code.co_firstlineno,
            code.co_nlocals,
        ]
    };
    let mut equal = numbers(code) == numbers(other) && original_units(code) == original_units(other);
    for (a, b) in [
        (code.co_name, other.co_name),
        (code.co_names, other.co_names),
        (code.co_localsplusnames, other.co_localsplusnames),
        (code.co_linetable, other.co_linetable),
        (code.co_exceptiontable, other.co_exceptiontable),
    ] {
        // SAFETY: fields of live code objects.
        equal = equal && unsafe { object::equal(Op::from_ptr(a), Op::from_ptr(b))? };
    }
    // SAFETY: as above.
    equal = equal && unsafe { same_constant(Op::from_ptr(code.co_consts), Op::from_ptr(other.co_consts))? };
    Ok(singletons::new_bool(equal == (operator == Py_EQ)))
}

fn hash(code: Code<'_>) -> PyResult<Py_hash_t> {
    let mut result: u64 = 20221211;
    let mut mix = |value: u64| result = (result ^ value).wrapping_mul(1_000_003);
    for field in [
        code.co_name,
        code.co_consts,
        code.co_names,
        code.co_localsplusnames,
        code.co_linetable,
        code.co_exceptiontable,
    ] {
        // SAFETY: fields of a live code object.
        mix(object::hash(unsafe { Op::from_ptr(field) })? as u64);
    }
    for number in [
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags,
        code.co_firstlineno,
    ] {
        mix(number as u64);
    }
    for unit in original_units(code) {
        mix(unit as u64);
    }
    Ok(result as Py_hash_t)
}

fn repr(code: Code<'_>) -> PyResult {
    // SAFETY: fields of a live code object.
    let (name, file) = unsafe {
        (
            str::to_string_lossy(Op::from_ptr(code.co_name)),
            str::to_string_lossy(Op::from_ptr(code.co_filename)),
        )
    };
    let line = if code.co_firstlineno != 0 { code.co_firstlineno } else { -1 };
    let text = format!("<code object {name} at {:p}, file \"{file}\", line {line}>", code.as_ptr());
    Ok(str::from_string(text)?.into_object())
}

fn dealloc(code: Code<'_>) {
    let this = code.as_ptr();
    if !watchers::tell_dying_code(this) {
        return;
    }
    // SAFETY: the last reference is gone: the fields are dropped once and the memory freed.
    unsafe {
        if !(*this).co_weakreflist.is_null() {
            weakref::clear_refs(code.as_object());
        }
        crate::vm::monitoring::forget(this);
        extra::clear(this);
        for field in [
            (*this).co_consts,
            (*this).co_names,
            (*this).co_exceptiontable,
            (*this).co_localsplusnames,
            (*this).co_localspluskinds,
            (*this).co_filename,
            (*this).co_name,
            (*this).co_qualname,
            (*this).co_linetable,
        ] {
            drop(Object::steal_nullable(field));
        }
        alloc::free(this.cast());
    }
}

static MEMBERS: [PyMemberDef; 14] = [
    PyMemberDef::read_only(c"co_argcount", Py_T_INT, offset_of!(PyCodeObject, co_argcount)),
    PyMemberDef::read_only(c"co_posonlyargcount", Py_T_INT, offset_of!(PyCodeObject, co_posonlyargcount)),
    PyMemberDef::read_only(c"co_kwonlyargcount", Py_T_INT, offset_of!(PyCodeObject, co_kwonlyargcount)),
    PyMemberDef::read_only(c"co_stacksize", Py_T_INT, offset_of!(PyCodeObject, co_stacksize)),
    PyMemberDef::read_only(c"co_flags", Py_T_INT, offset_of!(PyCodeObject, co_flags)),
    PyMemberDef::read_only(c"co_names", _Py_T_OBJECT, offset_of!(PyCodeObject, co_names)),
    PyMemberDef::read_only(c"co_filename", _Py_T_OBJECT, offset_of!(PyCodeObject, co_filename)),
    PyMemberDef::read_only(c"co_name", _Py_T_OBJECT, offset_of!(PyCodeObject, co_name)),
    PyMemberDef::read_only(c"co_qualname", _Py_T_OBJECT, offset_of!(PyCodeObject, co_qualname)),
    PyMemberDef::read_only(c"co_firstlineno", Py_T_INT, offset_of!(PyCodeObject, co_firstlineno)),
    PyMemberDef::read_only(c"co_linetable", _Py_T_OBJECT, offset_of!(PyCodeObject, co_linetable)),
    PyMemberDef::read_only(c"co_exceptiontable", _Py_T_OBJECT, offset_of!(PyCodeObject, co_exceptiontable)),
    PyMemberDef::read_only(c"co_consts", _Py_T_OBJECT, offset_of!(PyCodeObject, co_consts)),
    PyMemberDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"co_lnotab", lnotab, c""),
    getset::get(c"_co_code_adaptive", adaptive_bytecode, c""),
    getset::get(c"co_nlocals", n_locals, c""),
    getset::get(c"co_varnames", varnames, c""),
    getset::get(c"co_cellvars", cellvars, c""),
    getset::get(c"co_freevars", freevars, c""),
    getset::get(c"co_code", bytecode, c""),
    PyGetSetDef::EMPTY,
];

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"__sizeof__", size_of_code, c"__sizeof__($self, /)\n--\n\n"),
    method::noargs(c"co_lines", co_lines, c"co_lines($self, /)\n--\n\n"),
    method::noargs(c"co_branches", co_branches, c"co_branches($self, /)\n--\n\n"),
    method::noargs(c"co_positions", co_positions, c"co_positions($self, /)\n--\n\n"),
    method::keywords(
        c"replace",
        replace,
        c"replace($self, /, **changes)\n--\n\nA code object like this one with some fields changed.",
    ),
    method::keywords(
        c"__replace__",
        replace,
        c"__replace__($self, /, **changes)\n--\n\nThe same as replace().",
    ),
    method::o(
        c"_varname_from_oparg",
        varname_from_oparg,
        c"_varname_from_oparg($self, /, oparg)\n--\n\nThe name of local variable oparg.",
    ),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyCode_Type: PyTypeObject = PyTypeObject {
    tp_name: c"code".as_ptr(),
    tp_basicsize: HEADER as Py_ssize_t,
    tp_itemsize: 2,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_hash: slot::hash(hash),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"Create a code object.  Not for mere mortals.".as_ptr(),
    tp_richcompare: slot::richcompare(rich_compare),
    tp_weaklistoffset: offset_of!(PyCodeObject, co_weakreflist) as Py_ssize_t,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_new: slot::new(construct),
    ..PyTypeObject::EMPTY
};
