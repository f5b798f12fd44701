//! The module `_symtable`: the compiler's symbol tables as objects.
//!
//! The tables are the compiler's own. An entry is made with all its parts and never
//! changes afterwards, so it can be in no cycle and needs no collector.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Signature, alloc, dict, int, list, method, module,
    raise, slot, str,
};
use rustpython_compiler::Mode;
use rustpython_compiler::ast::Mod;
use rustpython_compiler::codegen::symboltable::{CompilerScope, SymbolFlags, SymbolTable};

use crate::ast_objects::parse_text;
use crate::compile::{self, Options, Source, on_deep_stack, raise_compile_error, source_argument};
use crate::source_text;

/// Where a symbol's scope stands above its `DEF_*` flags.
const SCOPE_OFFSET: i32 = 12;

/// CPython's `DEF_BOUND`.
const BOUND: SymbolFlags =
    SymbolFlags::DEF_LOCAL.union(SymbolFlags::DEF_PARAM).union(SymbolFlags::DEF_IMPORT);

const CONSTANTS: [(&str, i64); 26] = [
    ("USE", 2 << 3),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 2 << 2),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 2 << 1),
    ("DEF_TYPE_PARAM", 2 << 9),
    ("DEF_FREE_CLASS", 2 << 5),
    ("DEF_IMPORT", 2 << 6),
    ("DEF_BOUND", 2 | 2 << 1 | 2 << 6),
    ("DEF_ANNOT", 2 << 7),
    ("DEF_COMP_ITER", 2 << 8),
    ("DEF_COMP_CELL", 2 << 10),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("TYPE_ANNOTATION", 3),
    ("TYPE_TYPE_ALIAS", 4),
    ("TYPE_TYPE_PARAMETERS", 5),
    ("TYPE_TYPE_VARIABLE", 6),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", SCOPE_OFFSET as i64),
    ("SCOPE_MASK", 15),
];

/// One block: a module, class, function or one of the scopes of annotations and generics.
#[repr(C)]
pub struct Entry {
    ob_base: PyObject,
    /// Owned: an int, a dict of names to flags, a string, a list of names and a list of entries.
    id: *mut PyObject,
    symbols: *mut PyObject,
    name: *mut PyObject,
    varnames: *mut PyObject,
    children: *mut PyObject,
    kind: c_int,
    nested: c_int,
    lineno: c_int,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Entry {}
adder_object_model::py_typed!(Entry, PySTEntry_Type);

type This<'a> = Borrowed<'a, Entry>;

/// The number of a block's kind (`_Py_block_ty`).
fn kind_of(scope: CompilerScope) -> c_int {
    match scope {
        CompilerScope::Function
        | CompilerScope::AsyncFunction
        | CompilerScope::Lambda
        | CompilerScope::Comprehension => 0,
        CompilerScope::Class => 1,
        CompilerScope::Module => 2,
        CompilerScope::Annotation => 3,
        CompilerScope::TypeAlias => 4,
        CompilerScope::TypeParams => 5,
        CompilerScope::TypeVariable => 6,
    }
}

/// A table and those inside it as objects.
fn entry(table: &SymbolTable) -> PyResult {
    let mut tables: Vec<&SymbolTable> = table.sub_tables.iter().collect();
    // CPython lists the block of a scope's annotations where the first of them stands.
    if let Some(annotations) = &table.annotation_block {
        let place = tables.iter().position(|table| table.line_number >= annotations.line_number);
        tables.insert(place.unwrap_or(tables.len()), annotations);
    }
    let children = tables.into_iter().map(entry).collect::<PyResult<Vec<_>>>()?;
    let children = list::from_vec(children)?.into_object();
    let symbols = dict::new()?;
    for (name, symbol) in &table.symbols {
        let mut flags = symbol.flags;
        // The compiler notes this of every name that a class passes on; CPython, of those it binds.
        if !flags.intersects(BOUND | SymbolFlags::DEF_GLOBAL) {
            flags.remove(SymbolFlags::DEF_FREE_CLASS);
        }
        let flags = i64::from(flags.bits()) | i64::from(symbol.scope.as_i32()) << SCOPE_OFFSET;
        dict::set_item(symbols.borrow(), str::intern(name)?.op(), int::from_i64(flags)?.op())?;
    }
    let varnames = table.varnames.iter().map(|name| Ok(str::intern(name)?.into_object()));
    let varnames = list::from_vec(varnames.collect::<PyResult<_>>()?)?.into_object();
    let name = str::intern(&table.name)?.into_object();
    let id = int::from_i64(ptr::from_ref(table).addr() as i64)?;
    // SAFETY: the type is ready; all fields of the fresh object are written.
    unsafe {
        let made = alloc::new_object::<Entry>(Borrowed::from_ptr(&raw mut PySTEntry_Type))?;
        let this = made.as_ptr();
        (*this).id = id.into_ptr();
        (*this).symbols = symbols.into_object().into_ptr();
        (*this).name = name.into_ptr();
        (*this).varnames = varnames.into_ptr();
        (*this).children = children.into_ptr();
        (*this).kind = kind_of(table.typ);
        (*this).nested = c_int::from(table.is_nested);
        (*this).lineno = table.line_number as c_int;
        Ok(made.into_object())
    }
}

/// `symtable(source, filename, startstr, /)`.
fn symtable(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> = Signature::new("symtable", ["", "", ""]).positional_only(3).required(3);
    let [source, filename, start] = args.parse(&SIGNATURE)?;
    let (source, filename, start) =
        (source.expect("required"), filename.expect("required"), start.expect("required"));
    let filename = compile::filename_argument(filename)?;
    let Some(start) = start.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "symtable() argument 3 must be str, not {}", start.type_name()));
    };
    let source = source_argument(source, "symtable", "string or bytes")?;
    let mode = match str::as_utf8(start)? {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => return Err(raise!(ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
    };
    let text = match source {
        Source::Text(text) => text,
        Source::Bytes(data) => source_text::decode(&data, filename.op())?,
    };
    let options = Options::new(mode);
    let (file, tree) = parse_text(&text, filename.op(), options)?;
    on_deep_stack(text.len(), || {
        let table = match &tree {
            Mod::Module(tree) => SymbolTable::scan_program(tree, file),
            Mod::Expression(tree) => SymbolTable::scan_expr(tree, file),
        };
        let result = match table {
            Ok(table) => entry(&table),
            Err(error) => {
                let error = error.into_codegen_error(str::to_string_lossy(filename.op()));
                Err(raise_compile_error(error.into(), &text, filename.op(), options))
            }
        };
        drop(tree);
        result
    })
}

fn repr(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: owned fields.
    let (name, id) = unsafe { (Op::from_ptr(this.name), Op::from_ptr(this.id)) };
    let id = int::as_i64(id)?;
    str::from_str(&format!("<symtable entry {}({id}), line {}>", str::to_string_lossy(name), this.lineno))
}

fn dealloc(this: This<'_>) {
    let fields = [this.id, this.symbols, this.name, this.varnames, this.children];
    for field in fields {
        // SAFETY: an owned field of an object that nobody has any more.
        drop(unsafe { Object::steal(field) });
    }
    // SAFETY: the count is 0, and the fields are given back.
    unsafe { alloc::free_object(this.as_object_ptr()) };
}

static MEMBERS: [PyMemberDef; 9] = [
    PyMemberDef::read_only(c"id", Py_T_OBJECT_EX, offset_of!(Entry, id)),
    PyMemberDef::read_only(c"name", Py_T_OBJECT_EX, offset_of!(Entry, name)),
    PyMemberDef::read_only(c"symbols", Py_T_OBJECT_EX, offset_of!(Entry, symbols)),
    PyMemberDef::read_only(c"varnames", Py_T_OBJECT_EX, offset_of!(Entry, varnames)),
    PyMemberDef::read_only(c"children", Py_T_OBJECT_EX, offset_of!(Entry, children)),
    PyMemberDef::read_only(c"nested", Py_T_INT, offset_of!(Entry, nested)),
    PyMemberDef::read_only(c"type", Py_T_INT, offset_of!(Entry, kind)),
    PyMemberDef::read_only(c"lineno", Py_T_INT, offset_of!(Entry, lineno)),
    PyMemberDef::EMPTY,
];

pub static mut PySTEntry_Type: PyTypeObject = PyTypeObject {
    tp_name: c"symtable entry".as_ptr(),
    tp_basicsize: size_of::<Entry>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    ..PyTypeObject::EMPTY
};

static FUNCTIONS: &[PyMethodDef] = &[
    method::keywords(c"symtable", symtable, c"symtable($module, source, filename, startstr, /)\n--\n\nReturn the compiler's symbol table of a source."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let result = module::new("_symtable")?;
    let target = result.op();
    module::add_functions(target, FUNCTIONS.as_ptr())?;
    for (name, value) in CONSTANTS {
        module::add_object(target, name, int::from_i64(value)?.op())?;
    }
    Ok(result)
}
