//! From source to code objects.
//!
//! The front end is the crate `rustpython-compiler`, which gives CPython 3.14's
//! bytecode, line tables and exception tables. Here its result becomes objects,
//! as CPython's compiler leaves them: names interned, equal constants of a module
//! one object; and its errors become `SyntaxError`s with CPython's fields.

use std::collections::HashMap;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, Signature, buffer, bytes, complex, errors, exceptions, float,
    int, object, raise, set, singletons, slice, str, tuple,
};
use ruff_source_file::SourceFileBuilder;
use rustpython_compiler::ast::Mod;
use rustpython_compiler::codegen::error::CodegenErrorType;
use rustpython_compiler::core::bytecode::{CodeFlags, CodeObject, ConstantData};
use rustpython_compiler::parser::{LexicalErrorType, ParseErrorType};
use rustpython_compiler::{CompileError, CompileOpts, Mode};

use crate::source_text::{self, syntax_error_of};
use crate::{code, frame, sys, warnings};

#[path = "../../pylib/build/annotate_names.rs"]
mod annotate_names;
mod literals;
mod places;
mod tabs;

/// What a compilation starts from, besides the source.
#[derive(Clone, Copy)]
pub struct Options {
    pub mode: Mode,
    /// `CO_FUTURE_*` and `PyCF_*`.
    pub flags: i32,
    /// 0 to 2; -1 takes the command line's.
    pub optimize: i32,
    /// The minor version whose syntax is asked for in a tree; -1 for all there is.
    pub feature_version: i32,
}

impl Options {
    pub const fn new(mode: Mode) -> Self {
        Self { mode, flags: 0, optimize: -1, feature_version: -1 }
    }
}

/// A name or constant of the compiler, once for a whole module.
#[derive(Default)]
struct Pool<'a> {
    names: HashMap<&'a str, Object>,
    constants: HashMap<&'a ConstantData, Object>,
    /// Line and exception tables, kinds of locals.
    bytes: HashMap<&'a [u8], Object>,
    name_tuples: HashMap<Vec<&'a str>, Object>,
}

/// Compiles text into a code object.
pub fn compile_text(source: &str, filename: Op<'_>, options: Options) -> PyResult<Owned<PyCodeObject>> {
    let path = str::to_string_lossy(filename);
    let opts = compiler_options(options);
    // Warnings are shown after the compiler has left its deep stack.
    let mut found: Vec<((usize, usize), String)> = Vec::new();
    let compiled = on_deep_stack(source.len(), || {
        let mut note = |place: rustpython_compiler::core::SourceLocation, message: String| {
            found.push(((place.line.get(), place.character_offset.get()), message));
            Ok(())
        };
        rustpython_compiler::compile_with_syntax_warning_handler(source, options.mode, &path, opts, &mut note)
    });
    // What stands before an error has been read, and warned of.
    match &compiled {
        Err(CompileError::Parse(error)) => {
            literal_warnings(source, filename, options.mode, error.raw_location.start().to_usize())?;
        }
        _ => literal_warnings(source, filename, options.mode, usize::MAX)?,
    }
    compiler_warnings(found, filename)?;
    match compiled {
        Ok(mut code) => {
            annotate_names::restore(&mut code);
            Pool::default().code(&code, filename)
        }
        Err(error) => Err(raise_compile_error(error, source, filename, options)),
    }
}

fn compiler_options(options: Options) -> CompileOpts {
    CompileOpts {
        optimize: if options.optimize < 0 { sys::optimize_level() } else { options.optimize as u8 },
        debug_ranges: sys::debug_ranges(),
        int_max_str_digits: match adder_object_model::state::interp().int_max_str_digits.get() {
            0 => usize::MAX,
            digits => digits as usize,
        },
        allow_top_level_await: options.flags & PyCF_ALLOW_TOP_LEVEL_AWAIT != 0,
        future_features: CodeFlags::from_bits_truncate((options.flags & PyCF_MASK) as u32),
        dont_imply_dedent: options.flags & PyCF_DONT_IMPLY_DEDENT != 0,
        ..CompileOpts::default()
    }
}

/// Compiles a tree whose places are in `source`.
pub fn compile_tree(tree: Mod, source: &str, filename: Op<'_>, options: Options) -> PyResult {
    let path = str::to_string_lossy(filename);
    let opts = compiler_options(options);
    let mut found: Vec<((usize, usize), String)> = Vec::new();
    let compiled = on_deep_stack(source.len(), || {
        let mut note = |place: rustpython_compiler::core::SourceLocation, message: String| {
            found.push(((place.line.get(), place.character_offset.get()), message));
            Ok(())
        };
        let file = SourceFileBuilder::new(path, source).finish();
        rustpython_compiler::codegen::compile::compile_top_with_syntax_warning_handler(
            tree,
            file,
            options.mode,
            opts,
            Some(&mut note),
        )
    });
    compiler_warnings(found, filename)?;
    match compiled {
        Ok(mut code) => {
            annotate_names::restore(&mut code);
            Ok(Pool::default().code(&code, filename)?.into_object())
        }
        Err(error) => Err(raise_compile_error(error.into(), source, filename, options)),
    }
}

/// Compiles bytes by their cookie, or text.
pub fn compile_bytes(source: &[u8], filename: Op<'_>, options: Options) -> PyResult<Owned<PyCodeObject>> {
    if source.contains(&0) {
        return Err(raise!(SyntaxError, "source code string cannot contain null bytes"));
    }
    compile_text(&source_text::decode(source, filename)?, filename, options)
}

/// Compiles the content of the file of that name.
pub fn compile_file(content: &[u8], filename: Op<'_>, options: Options) -> PyResult<Owned<PyCodeObject>> {
    if let Some(position) = content.iter().position(|&byte| byte == 0) {
        return Err(source_text::null_byte(content, position, filename));
    }
    compile_text(&source_text::decode_file(content, filename)?, filename, options)
}

/// Runs the parser where its recursion has room: its frames are larger than the source's nesting suggests.
pub fn on_deep_stack<R>(source_length: usize, body: impl FnOnce() -> R) -> R {
    const BASE: usize = 256 << 10;
    const PER_BYTE: usize = 8 << 10;
    const MOST: usize = 512 << 20;
    let wanted = BASE.saturating_add(source_length.saturating_mul(PER_BYTE)).min(MOST);
    stacker::maybe_grow(wanted, wanted, body)
}

impl<'a> Pool<'a> {
    fn code(&mut self, code: &'a CodeObject, filename: Op<'_>) -> PyResult<Owned<PyCodeObject>> {
        let mut constants = Vec::with_capacity(code.constants.len());
        for constant in code.constants.iter() {
            constants.push(self.constant(constant, filename)?);
        }
        let constants = tuple::from_vec(constants)?;
        let names = self.name_tuple(code.names.iter().map(|name| name.as_str()).collect())?;
        let cells = code.cellvars.iter().filter(|cell| !code.varnames.contains(cell));
        let locals = code.varnames.iter().chain(cells).chain(&code.freevars).map(|name| name.as_str());
        let locals = self.name_tuple(locals.collect())?;
        let kinds = self.bytes(&code.localspluskinds)?;
        let name = self.name(&code.obj_name)?;
        let qualname = self.name(&code.qualname)?;
        let linetable = self.bytes(&code.linetable)?;
        let exceptiontable = self.bytes(&code.exceptiontable)?;
        code::new(code::Parts {
            filename,
            name: name.op(),
            qualname: qualname.op(),
            flags: code.flags.bits() as i32,
            code: &code.instructions.original_bytes(),
            firstlineno: code.first_line_number.map_or(0, |line| line.get() as i32),
            linetable: linetable.op(),
            consts: constants.op(),
            names: names.op(),
            localsplusnames: locals.op(),
            localspluskinds: kinds.op(),
            argcount: code.arg_count as i32,
            posonlyargcount: code.posonlyarg_count as i32,
            kwonlyargcount: code.kwonlyarg_count as i32,
            stacksize: code.max_stackdepth as i32,
            exceptiontable: exceptiontable.op(),
        })
    }

    fn name(&mut self, name: &'a str) -> PyResult {
        if let Some(name) = self.names.get(name) {
            return Ok(name.clone());
        }
        let object = str::intern(name)?.into_object();
        self.names.insert(name, object.clone());
        Ok(object)
    }

    fn name_tuple(&mut self, names: Vec<&'a str>) -> PyResult {
        if let Some(tuple) = self.name_tuples.get(&names) {
            return Ok(tuple.clone());
        }
        let items = names.iter().map(|name| self.name(name)).collect::<PyResult<Vec<_>>>()?;
        let object = tuple::from_vec(items)?;
        self.name_tuples.insert(names, object.clone());
        Ok(object)
    }

    fn bytes(&mut self, data: &'a [u8]) -> PyResult {
        if let Some(bytes) = self.bytes.get(data) {
            return Ok(bytes.clone());
        }
        let object = bytes::from_slice(data)?.into_object();
        self.bytes.insert(data, object.clone());
        Ok(object)
    }

    fn constant(&mut self, constant: &'a ConstantData, filename: Op<'_>) -> PyResult {
        if let ConstantData::Code { code } = constant {
            return Ok(self.code(code, filename)?.into_object());
        }
        if let Some(object) = self.constants.get(constant) {
            return Ok(object.clone());
        }
        let object = self.new_constant(constant, filename)?;
        self.constants.insert(constant, object.clone());
        Ok(object)
    }

    fn new_constant(&mut self, constant: &'a ConstantData, filename: Op<'_>) -> PyResult {
        Ok(match constant {
            ConstantData::None => singletons::new_none(),
            ConstantData::Ellipsis => singletons::new_ellipsis(),
            ConstantData::Boolean { value } => singletons::new_bool(*value),
            ConstantData::Integer { value } => int::from_bigint(value)?,
            ConstantData::Float { value } => float::new(*value)?,
            ConstantData::Complex { value } => complex::new(value.re, value.im)?,
            ConstantData::Bytes { value } => self.bytes(value)?,
            ConstantData::Str { value } => match value.as_str() {
                Ok(text) if is_name_like(text) => self.name(text)?,
                Ok(text) => str::from_str(text)?.into_object(),
                Err(_) => str::from_wtf8(value)?.into_object(),
            },
            ConstantData::Tuple { elements } => tuple::from_vec(self.elements(elements, filename)?)?,
            ConstantData::Frozenset { elements } => {
                let elements = tuple::from_vec(self.elements(elements, filename)?)?;
                set::new_frozen(Some(elements.op()))?.into_object()
            }
            ConstantData::Slice { elements } => {
                let [start, stop, step] = &**elements;
                let start = self.constant(start, filename)?;
                let stop = self.constant(stop, filename)?;
                let step = self.constant(step, filename)?;
                slice::new(Some(start.op()), Some(stop.op()), Some(step.op()))?
            }
            ConstantData::Code { code } => self.code(code, filename)?.into_object(),
        })
    }

    fn elements(&mut self, elements: &'a [ConstantData], filename: Op<'_>) -> PyResult<Vec<Object>> {
        elements.iter().map(|element| self.constant(element, filename)).collect()
    }
}

/// Whether CPython interns a string constant: letters, digits and underscores of ASCII.
pub fn is_name_like(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Line `number` of `source`, with its line end.
pub fn line_of(source: &str, number: usize) -> Option<String> {
    let line = source.split('\n').nth(number.checked_sub(1)?)?;
    Some(format!("{line}\n"))
}

/// Shows a `SyntaxWarning`; if the filters make it an error, that is a `SyntaxError` at the place.
fn syntax_warning(
    message: &str,
    filename: Op<'_>,
    (line, column): (isize, isize),
    end: (isize, isize),
    text: impl FnOnce() -> Option<String>,
) -> PyResult<()> {
    let shown = str::from_str(message)?;
    let category = exceptions::builtin::SyntaxWarning();
    let Err(error) = warnings::warn_explicit(category, shown.op(), filename, line, None, None) else {
        return Ok(());
    };
    if !error.matches(category) {
        return Err(error);
    }
    error.clear();
    // As an error it does not speak of the future.
    let message = message.replace(" Such sequences will not work in the future.", "");
    Err(source_text::syntax_error(&message, Some(filename), (line, column), text().as_deref(), Some(end)))
}

/// Shows what the compiler proper warns of.
fn compiler_warnings(found: Vec<((usize, usize), String)>, filename: Op<'_>) -> PyResult<()> {
    for ((line, column), message) in found {
        let place = (line as isize, column as isize);
        syntax_warning(&message, filename, place, place, || line_of_file(filename, line))?;
    }
    Ok(())
}

/// Shows what the tokenizer warns of up to an offset.
pub fn literal_warnings(source: &str, filename: Op<'_>, mode: Mode, end: usize) -> PyResult<()> {
    for found in literals::warnings(source, mode).into_iter().filter(|found| found.offset < end) {
        let (line, column) = position(source, found.offset);
        let text = || {
            let text = line_of(source, line as usize)?;
            // The tokenizer has read no further than the number.
            Some(if found.length == 0 { text.trim_end_matches('\n').to_owned() } else { text })
        };
        let end = (line, column + found.length as isize);
        syntax_warning(&found.message, filename, (line, column), end, text)?;
    }
    Ok(())
}

/// What CPython says where the parser reports its own expectations.
fn python_message(message: String) -> String {
    /// The parser's sentences that CPython has words of its own for.
    const KNOWN: [(&str, &str); 22] = [
        ("'/' parameter must appear before '*' parameter", "/ must be ahead of *"),
        ("Only one '*' parameter allowed", "* argument may appear only once"),
        (
            "Position-only parameter separator not allowed as first parameter",
            "at least one argument must precede /",
        ),
        ("Pattern cannot follow a double star pattern", "invalid syntax"),
        (
            "Multiple exception types must be parenthesized when using `as`",
            "multiple exception types must be parenthesized when using 'as'",
        ),
        ("Boolean 'not' expression cannot be used here", "'not' after an operator must be parenthesized"),
        ("Positional patterns cannot follow keyword patterns", "positional patterns follow keyword patterns"),
        ("Expected `(`, found", "expected '('"),
        ("Bytes literal cannot be mixed with non-bytes literals", "cannot mix bytes and nonbytes literals"),
        (
            "Cannot mix t-string literals with string or bytes literals",
            "cannot mix t-string literals with string or bytes literals",
        ),
        ("Unexpected indentation", "unexpected indent"),
        ("Expected `:`, found newline", "expected ':'"),
        ("Expected `else`, found", "expected 'else' after 'if' expression"),
        ("Expected `except` or `finally` after `try`", "expected 'except' or 'finally' block"),
        ("Unparenthesized generator expression", "Generator expression must be parenthesized"),
        ("Expected one or more symbol names after import", "Expected one or more names after 'import'"),
        ("Parameter cannot follow var-keyword parameter", "arguments cannot follow var-keyword argument"),
        (
            "Parameter without a default cannot follow a parameter with a default",
            "parameter without a default follows parameter with a default",
        ),
        ("Expected one or more keyword parameter after", "named arguments must follow bare *"),
        (
            "Iterable argument unpacking cannot follow keyword argument unpacking",
            "iterable argument unpacking follows keyword argument unpacking",
        ),
        (
            "Positional argument cannot follow keyword argument unpacking",
            "positional argument follows keyword argument unpacking",
        ),
        (
            "Positional argument cannot follow keyword argument",
            "positional argument follows keyword argument",
        ),
    ];
    /// How its sentences begin for which CPython has none.
    const OTHERS: [&str; 14] = [
        "Expected ",
        "Got unexpected ",
        "Simple statements must be separated",
        "Compound statements are not allowed",
        "Starred expression cannot",
        "Yield expression cannot",
        "Lambda expression cannot",
        "Unparenthesized named expression",
        "Unparenthesized tuple expression",
        "Global statement must",
        "Nonlocal statement must",
        "Delete statement must",
        "Exception missing in `raise`",
        "Trailing comma not allowed",
    ];
    if let Some((_, words)) = KNOWN.iter().find(|(start, _)| message.starts_with(start)) {
        return (*words).to_owned();
    }
    if OTHERS.iter().any(|start| message.starts_with(start)) {
        return "invalid syntax".to_owned();
    }
    if message.starts_with("f-string: ") || message.starts_with("t-string: ") {
        return message.replace('`', "'");
    }
    message
}

/// Offsets in `source` as line and column, both from 1.
pub fn position(source: &str, offset: usize) -> (isize, isize) {
    let start = source[..offset].rfind('\n').map_or(0, |at| at + 1);
    let line = source[..offset].bytes().filter(|&byte| byte == b'\n').count() + 1;
    (line as isize, source[start..offset].chars().count() as isize + 1)
}

/// What may be said of a line whose indentation depends on the width of tabs.
const INDENTATION_MESSAGES: [&str; 3] =
    ["unexpected indent", "unexpected unindent", "unindent does not match any outer indentation level"];

/// Gives a syntax error the source in which `traceback` looks for misspelt keywords.
fn with_source(error: Raised, source: &str) -> Raised {
    let exception = error.take();
    let zero = int::from_i64(0);
    let line_end = if source.ends_with('\n') { "" } else { "\n" };
    let result = zero.and_then(|zero| {
        let text = str::from_str(&format!("{source}{line_end}"))?;
        let metadata = tuple::pack(&[zero.op(), zero.op(), text.op()])?;
        object::set_attr_str(exception.op(), "_metadata", Some(metadata.op()))
    });
    match result {
        Ok(()) => errors::restore(exception),
        Err(error) => error,
    }
}

/// What the compiler reports, as CPython raises it.
pub fn raise_compile_error(error: CompileError, source: &str, filename: Op<'_>, options: Options) -> Raised {
    let builtin = exceptions::builtin::SyntaxError();
    let (line, column) = error.python_location();
    let start = (line as isize, column as isize);
    let end = error.python_end_location().map(|(line, column)| (line as isize, column as isize));
    let mut message = python_message(error.to_string());
    let mut start = start;
    let mut end = end;
    if let CompileError::Parse(error) = &error {
        match &error.error {
            ParseErrorType::OtherError(words) if words == "Trailing comma not allowed" => {
                let text = line_of(source, line).unwrap_or_default();
                if text.trim_start().starts_with("from") {
                    message = "trailing comma not allowed without surrounding parentheses".to_owned();
                }
            }
            ParseErrorType::Lexical(LexicalErrorType::UnicodeError | LexicalErrorType::StringError) => {
                if let Some((from, to, words)) = literals::unicode_error(source, options.mode) {
                    message = words;
                    start = position(source, from);
                    end = Some(position(source, to));
                }
            }
            _ => {}
        }
    }
    if matches!(error, CompileError::Parse(_)) {
        (start, end) = places::as_in_cpython(&mut message, source, start, end);
        if INDENTATION_MESSAGES.contains(&message.as_str())
            && let Some(line) = tabs::inconsistent_line(source, options.mode, start.0 as usize)
        {
            message = "inconsistent use of tabs and spaces in indentation".to_owned();
            (start, end) = ((line as isize, 1), Some((line as isize, 0)));
        }
    }
    let line = start.0 as usize;
    match &error {
        CompileError::Codegen(error) => {
            if matches!(error.error, CodegenErrorType::RecursionError) {
                return raise!(RecursionError, "maximum recursion depth exceeded during compilation");
            }
            // The compiler proper no longer has the source: CPython reads the file again.
            let text = line_of_file(filename, line);
            syntax_error_of(builtin, &message, Some(filename), start, text.as_deref(), end)
        }
        CompileError::Parse(error) => {
            let at_end = matches!(error.error, ParseErrorType::Lexical(LexicalErrorType::Eof))
                || error.is_unclosed_bracket
                || error.is_unclosed_string
                || (message.starts_with("expected an indented block")
                    && error.raw_location.start().to_usize() >= source.trim_end().len());
            let mut text = line_of(source, line);
            if message.starts_with("unterminated ")
                && let Some(text) = &mut text
            {
                text.truncate(text.trim_end_matches('\n').len());
            }
            if options.flags & PyCF_ALLOW_INCOMPLETE_INPUT != 0 && at_end {
                let class = exceptions::builtin::_IncompleteInputError();
                return syntax_error_of(
                    class,
                    "incomplete input",
                    Some(filename),
                    start,
                    text.as_deref(),
                    end,
                );
            }
            let class = match &error.error {
                _ if message == "inconsistent use of tabs and spaces in indentation" => {
                    exceptions::builtin::TabError()
                }
                ParseErrorType::UnexpectedIndentation
                | ParseErrorType::Lexical(LexicalErrorType::IndentationError) => {
                    exceptions::builtin::IndentationError()
                }
                _ if message.starts_with("expected an indented block")
                    || message.starts_with("unindent does not match")
                    || message == "unexpected indent"
                    || message == "unexpected unindent"
                    || message == "too many levels of indentation" =>
                {
                    exceptions::builtin::IndentationError()
                }
                _ => builtin,
            };
            with_source(syntax_error_of(class, &message, Some(filename), start, text.as_deref(), end), source)
        }
    }
}

/// Line `number` of a file, if it can be read (`PyErr_ProgramTextObject`).
pub fn line_of_file(filename: Op<'_>, number: usize) -> Option<String> {
    let path = str::to_string_lossy(filename);
    if path.starts_with('<') {
        return None;
    }
    let content = std::fs::read(path).ok()?;
    let content = match source_text::decode(&content, filename) {
        Ok(content) => content,
        Err(error) => {
            error.clear();
            String::from_utf8_lossy(&content).into_owned()
        }
    };
    content.split_inclusive('\n').nth(number.checked_sub(1)?).map(str::to_owned)
}

/// The source argument of `compile`, `exec` and `eval` as bytes; a `str` as UTF-8.
pub enum Source {
    Text(String),
    Bytes(Vec<u8>),
}

/// `_Py_SourceAsString`: `function` and `what` go into the message.
pub fn source_argument(source: Op<'_>, function: &str, what: &str) -> PyResult<Source> {
    if let Some(text) = source.downcast::<PyUnicodeObject>() {
        let text = str::as_utf8(text)?;
        if text.contains('\0') {
            return Err(raise!(SyntaxError, "source code string cannot contain null bytes"));
        }
        return Ok(Source::Text(source_text::normalize_line_ends(text)));
    }
    if !buffer::check(source) {
        return Err(raise!(TypeError, "{function}() arg 1 must be a {what} object"));
    }
    let buffer = buffer::get(source, PyBUF_SIMPLE)?;
    if buffer.as_slice().contains(&0) {
        return Err(raise!(SyntaxError, "source code string cannot contain null bytes"));
    }
    Ok(Source::Bytes(buffer.as_slice().to_vec()))
}

impl Source {
    pub fn compile(&self, filename: Op<'_>, options: Options) -> PyResult<Owned<PyCodeObject>> {
        match self {
            Self::Text(text) => compile_text(text, filename, options),
            Self::Bytes(data) => compile_bytes(data, filename, options),
        }
    }

    /// `eval` passes over blanks in front.
    pub fn trim_start(self) -> Self {
        match self {
            Self::Text(text) => Self::Text(text.trim_start_matches([' ', '\t']).to_owned()),
            Self::Bytes(data) => {
                let start = data.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(data.len());
                Self::Bytes(data[start..].to_vec())
            }
        }
    }
}

/// The `__future__` flags of the code that runs (`PyEval_MergeCompilerFlags`).
pub fn inherited_flags() -> i32 {
    frame::current_code().map_or(0, |code| code.co_flags & PyCF_MASK)
}

/// `compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)`.
pub fn builtin_compile(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<7> = Signature::new(
        "compile",
        ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"],
    )
    .keyword_only_from(6)
    .required(3);
    let [source, filename, mode, flags, dont_inherit, optimize, feature_version] = args.parse(&SIGNATURE)?;
    let (source, filename, mode) =
        (source.expect("required"), filename.expect("required"), mode.expect("required"));
    let filename = filename_argument(filename)?;
    let Some(mode) = mode.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "compile() argument 'mode' must be str, not {}", mode.type_name()));
    };
    let mut flags = flags.map_or(Ok(0), int::as_i32)?;
    let dont_inherit = dont_inherit.map_or(Ok(false), object::is_true)?;
    let optimize = optimize.map_or(Ok(-1), int::as_i32)?;
    let feature_version = feature_version.map_or(Ok(-1), int::as_i32)?;
    if flags & !(PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK) != 0 {
        return Err(raise!(ValueError, "compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(raise!(ValueError, "compile(): invalid optimize value"));
    }
    if !dont_inherit {
        flags |= inherited_flags();
    }
    let only_ast = flags & PyCF_ONLY_AST != 0;
    let mode = match str::as_utf8(mode)? {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" if !only_ast => {
            return Err(raise!(ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        "func_type" => return crate::ast_objects::parse_function_type(source, filename.op()),
        _ if only_ast => {
            return Err(raise!(ValueError, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(raise!(ValueError, "compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let feature_version = if only_ast { feature_version } else { -1 };
    let options = Options { mode, flags, optimize, feature_version };
    if crate::ast_objects::is_node(source)? {
        return crate::ast_objects::compile_node(source, filename.op(), options);
    }
    let source = source_argument(source, "compile", "string, bytes or AST")?;
    if only_ast {
        return crate::ast_objects::parse(&source, filename.op(), options);
    }
    Ok(source.compile(filename.op(), options)?.into_object())
}

/// A file name as `PyUnicode_FSDecoder` takes it.
pub fn filename_argument(filename: Op<'_>) -> PyResult {
    let path = str::fs_path(filename)?;
    if path.op().is_instance::<PyUnicodeObject>() {
        return Ok(path);
    }
    let Some(data) = path.op().downcast::<PyBytesObject>() else {
        return Err(raise!(
            TypeError,
            "path should be string, bytes, or os.PathLike, not {}",
            filename.type_name()
        ));
    };
    Ok(str::decode_fs_default(bytes::as_slice(data))?.into_object())
}
