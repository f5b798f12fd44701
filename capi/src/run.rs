//! `Py_CompileString*` and `PyRun_*`: programs from text and from C's files.

use core::ffi::{c_char, c_int};

use adder_interpreter::{errors_display, gil, interactive, lifecycle};
use adder_object_model::layout::*;
use adder_object_model::{PyResult, bytes, call, dict, errors, int, raise, singletons, str};

use crate::c_api;
use crate::convert::*;

/// The grammar's start symbols, as C names the modes (`Py_single_input` and its like).
const SINGLE_INPUT: c_int = 256;
const FILE_INPUT: c_int = 257;
const EVAL_INPUT: c_int = 258;
const FUNC_TYPE_INPUT: c_int = 345;

/// Flags that a caller of `PyRun_*` passes and gets back.
#[repr(C)]
pub struct PyCompilerFlags {
    cf_flags: c_int,
    cf_feature_version: c_int,
}

fn flags_of(flags: *const PyCompilerFlags) -> c_int {
    // SAFETY: null or the caller's flags. Source is text in UTF-8 here, whatever they say.
    let given = if flags.is_null() { 0 } else { unsafe { (*flags).cf_flags } };
    given & !PyCF_SOURCE_IS_UTF8
}

fn mode_of(start: c_int) -> PyResult<&'static str> {
    match start {
        SINGLE_INPUT => Ok("single"),
        FILE_INPUT => Ok("exec"),
        EVAL_INPUT => Ok("eval"),
        FUNC_TYPE_INPUT => Ok("func_type"),
        _ => Err(raise!(ValueError, "mode must be 'exec', 'eval', 'single' or 'func_type'")),
    }
}

/// What the builtin `compile` gives, without the flags of the code that runs.
fn compile(
    source: &[u8],
    filename: adder_object_model::Op<'_>,
    start: c_int,
    flags: c_int,
    optimize: c_int,
) -> PyResult<Object> {
    let compile = crate::eval::builtin("compile")?;
    // A cookie that is to be passed over stands in text, where it means nothing.
    let source = if flags & PyCF_IGNORE_COOKIE != 0 {
        str::decode_utf8(source, None)?.into_object()
    } else {
        bytes::from_slice(source)?.into_object()
    };
    // What C code sets besides means nothing to `compile`, which is strict.
    let flags = flags & (PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK) & !PyCF_IGNORE_COOKIE;
    let mode = str::from_str(mode_of(start)?)?;
    let args = [
        source,
        filename.to_owned(),
        mode.into_object(),
        int::from_i64(flags.into())?,
        singletons::new_bool(true),
        int::from_i64(optimize.into())?,
    ];
    let args: Vec<_> = args.iter().map(Object::op).collect();
    call::call_positional(compile.op(), &args)
}

/// Compiles and runs; gives what an expression gives, else `None`.
fn run(
    source: &[u8],
    filename: adder_object_model::Op<'_>,
    start: c_int,
    globals: adder_object_model::Op<'_>,
    locals: Option<adder_object_model::Op<'_>>,
    flags: c_int,
) -> PyResult<Object> {
    let code = compile(source, filename, start, flags, -1)?;
    let Some(code) = code.op().downcast::<PyCodeObject>() else {
        return Ok(code);
    };
    let Some(namespace) = globals.downcast::<PyDictObject>() else {
        return Err(raise!(SystemError, "globals must be a real dict"));
    };
    if dict::get_item_str(namespace, "__builtins__")?.is_none() {
        let builtins = crate::import::module("builtins")?;
        dict::set_item_str(namespace, "__builtins__", builtins.op())?;
    }
    adder_interpreter::vm::eval_code(code, globals, locals.unwrap_or(globals))
}

/// Runs in `__main__` and shows what it raises; 0, or -1 after an exception.
fn simple(source: &[u8], filename: &str, flags: c_int) -> c_int {
    let run = || {
        let namespace = lifecycle::main_namespace()?;
        let filename = str::from_str(filename)?;
        run(source, filename.op(), FILE_INPUT, namespace.op(), None, flags)
    };
    match run() {
        Ok(_) => 0,
        Err(error) => {
            error.ignore();
            errors_display::print();
            -1
        }
    }
}

/// The rest of a C file; closed afterwards if `close` is set.
///
/// # Safety
/// `file` is open for reading.
unsafe fn read_rest(file: *mut libc::FILE, close: c_int) -> PyResult<Vec<u8>> {
    let mut content = Vec::new();
    let mut chunk = [0u8; 8192];
    // SAFETY: the caller's promise, and a buffer of that size.
    unsafe {
        loop {
            let n = libc::fread(chunk.as_mut_ptr().cast(), 1, chunk.len(), file);
            content.extend_from_slice(&chunk[..n]);
            if n == 0 {
                break;
            }
        }
        let failed = libc::ferror(file) != 0;
        if close != 0 {
            libc::fclose(file);
        }
        if failed {
            return Err(raise!(OSError, "reading the program failed"));
        }
    }
    Ok(content)
}

fn is_interactive(file: *mut libc::FILE) -> bool {
    // SAFETY: an open file of the caller's.
    unsafe { libc::isatty(libc::fileno(file)) != 0 }
}

/// The text after a null check; a missing file name is what CPython shows for one.
fn shown(filename: &Option<Text>) -> PyResult<&'static str> {
    filename.as_ref().map_or(Ok("???"), Text::utf8)
}

/// `PyRun_SimpleFile`: a program, or compiled code by the file's ending.
fn simple_file(
    file: *mut libc::FILE,
    filename: Option<Text>,
    close: c_int,
    flags: *const PyCompilerFlags,
) -> PyResult<c_int> {
    // SAFETY: the caller passes an open file.
    let content = unsafe { read_rest(file, close) };
    match content.and_then(|content| Ok((content, shown(&filename)?))) {
        Ok((content, name)) => Ok(simple(&content, name, flags_of(flags))),
        Err(error) => {
            error.ignore();
            errors_display::print();
            Ok(-1)
        }
    }
}

fn any_file(
    file: *mut libc::FILE,
    filename: Option<Text>,
    close: c_int,
    flags: *const PyCompilerFlags,
) -> PyResult<c_int> {
    if is_interactive(file) {
        return interactive_loop(file, filename, flags);
    }
    simple_file(file, filename, close, flags)
}

/// Statements until the end of the file, with prompts (`PyRun_InteractiveLoopFlags`).
fn interactive_loop(
    file: *mut libc::FILE,
    filename: Option<Text>,
    flags: *const PyCompilerFlags,
) -> PyResult<c_int> {
    // SAFETY: an open file of the caller's.
    if unsafe { libc::fileno(file) } == 0 {
        return interactive::plain().map(|()| 0);
    }
    interactive::plain_from(decoded(filename)?.op(), flags_of(flags), &mut || next_byte(file)).map(|()| 0)
}

/// The next byte of a C file.
fn next_byte(file: *mut libc::FILE) -> PyResult<Option<u8>> {
    // SAFETY: an open file of the caller's, which other threads may wait for meanwhile.
    let byte = gil::without(|| unsafe { libc::fgetc(file) });
    // SAFETY: as above.
    if byte == libc::EOF && unsafe { libc::ferror(file) } != 0 {
        return Err(raise!(OSError, "reading the program failed"));
    }
    Ok(u8::try_from(byte).ok())
}

/// What `PyRun_InteractiveOne*` gives at the end of the input.
const E_EOF: c_int = 11;

/// One statement: 0, -1 if it has raised something, which is shown, or `E_EOF`.
fn interactive_one(file: *mut libc::FILE, filename: PyResult<Object>, flags: *mut PyCompilerFlags) -> c_int {
    let one = || {
        let statements = interactive::Statements::new(filename?.op(), flags_of(flags))?;
        let found = statements.run_next(&mut || next_byte(file))?;
        if !flags.is_null() {
            // SAFETY: the caller's flags.
            unsafe { (*flags).cf_flags |= statements.flags()? & PyCF_MASK };
        }
        Ok(if found { 0 } else { E_EOF })
    };
    one().unwrap_or_else(|error: adder_object_model::Raised| {
        error.ignore();
        errors_display::print();
        -1
    })
}

fn decoded(filename: Option<Text>) -> PyResult<Object> {
    let bytes = filename.as_ref().map_or(&b"???"[..], Text::bytes);
    Ok(str::decode_fs_default(bytes)?.into_object())
}

fn run_file(
    file: *mut libc::FILE,
    filename: Text,
    start: c_int,
    globals: Op,
    locals: Option<Op>,
    close: c_int,
    flags: *const PyCompilerFlags,
) -> PyResult<Object> {
    // SAFETY: the caller passes an open file.
    let content = unsafe { read_rest(file, close) }?;
    run(&content, filename.to_str()?.op(), start, globals, locals, flags_of(flags))
}

type File = libc::FILE;
type Flags = PyCompilerFlags;

c_api! {
    /// New reference: code, or a tree if the flags ask for one.
    fn Py_CompileStringObject(source: Text, filename: Op, start: c_int, flags: *mut Flags, optimize: c_int) -> PyResult<Object> { compile(source.bytes(), filename, start, flags_of(flags), optimize) }
    /// New reference; as `Py_CompileStringObject`.
    fn Py_CompileStringExFlags(source: Text, filename: Text, start: c_int, flags: *mut Flags, optimize: c_int) -> PyResult<Object> { compile(source.bytes(), str::decode_fs_default(filename.bytes())?.op(), start, flags_of(flags), optimize) }
    /// New reference; as `Py_CompileStringObject`.
    fn Py_CompileStringFlags(source: Text, filename: Text, start: c_int, flags: *mut Flags) -> PyResult<Object> { compile(source.bytes(), str::decode_fs_default(filename.bytes())?.op(), start, flags_of(flags), -1) }
    /// New reference; as `Py_CompileStringObject`.
    fn Py_CompileString(source: Text, filename: Text, start: c_int) -> PyResult<Object> { compile(source.bytes(), str::decode_fs_default(filename.bytes())?.op(), start, 0, -1) }
    /// New reference.
    fn PyRun_StringFlags(source: Text, start: c_int, globals: Op, locals: Option<Op>, flags: *mut Flags) -> PyResult<Object> { run(source.bytes(), str::from_str("<string>")?.op(), start, globals, locals, flags_of(flags)) }
    /// New reference.
    fn PyRun_String(source: Text, start: c_int, globals: Op, locals: Option<Op>) -> PyResult<Object> { run(source.bytes(), str::from_str("<string>")?.op(), start, globals, locals, 0) }
    fn PyRun_SimpleStringFlags(source: Text, flags: *mut Flags) -> c_int { simple(source.bytes(), "<string>", flags_of(flags)) }
    fn PyRun_SimpleString(source: Text) -> c_int { simple(source.bytes(), "<string>", 0) }
    fn PyRun_SimpleFile(file: *mut File, filename: Option<Text>) -> PyResult<c_int> { simple_file(file, filename, 0, core::ptr::null()) }
    fn PyRun_SimpleFileEx(file: *mut File, filename: Option<Text>, close: c_int) -> PyResult<c_int> { simple_file(file, filename, close, core::ptr::null()) }
    fn PyRun_SimpleFileExFlags(file: *mut File, filename: Option<Text>, close: c_int, flags: *mut Flags) -> PyResult<c_int> { simple_file(file, filename, close, flags) }
    fn PyRun_AnyFile(file: *mut File, filename: Option<Text>) -> PyResult<c_int> { any_file(file, filename, 0, core::ptr::null()) }
    fn PyRun_AnyFileEx(file: *mut File, filename: Option<Text>, close: c_int) -> PyResult<c_int> { any_file(file, filename, close, core::ptr::null()) }
    fn PyRun_AnyFileFlags(file: *mut File, filename: Option<Text>, flags: *mut Flags) -> PyResult<c_int> { any_file(file, filename, 0, flags) }
    fn PyRun_AnyFileExFlags(file: *mut File, filename: Option<Text>, close: c_int, flags: *mut Flags) -> PyResult<c_int> { any_file(file, filename, close, flags) }
    fn PyRun_InteractiveOne(file: *mut File, filename: Option<Text>) -> c_int { interactive_one(file, decoded(filename), core::ptr::null_mut()) }
    fn PyRun_InteractiveOneFlags(file: *mut File, filename: Option<Text>, flags: *mut Flags) -> c_int { interactive_one(file, decoded(filename), flags) }
    fn PyRun_InteractiveOneObject(file: *mut File, filename: Op, flags: *mut Flags) -> c_int { interactive_one(file, Ok(filename.to_owned()), flags) }
    /// New reference.
    fn PyRun_File(file: *mut File, filename: Text, start: c_int, globals: Op, locals: Option<Op>) -> PyResult<Object> { run_file(file, filename, start, globals, locals, 0, core::ptr::null()) }
    /// New reference.
    fn PyRun_FileEx(file: *mut File, filename: Text, start: c_int, globals: Op, locals: Option<Op>, close: c_int) -> PyResult<Object> { run_file(file, filename, start, globals, locals, close, core::ptr::null()) }
    /// New reference.
    fn PyRun_FileFlags(file: *mut File, filename: Text, start: c_int, globals: Op, locals: Option<Op>, flags: *mut Flags) -> PyResult<Object> { run_file(file, filename, start, globals, locals, 0, flags) }
    /// New reference.
    fn PyRun_FileExFlags(file: *mut File, filename: Text, start: c_int, globals: Op, locals: Option<Op>, close: c_int, flags: *mut Flags) -> PyResult<Object> { run_file(file, filename, start, globals, locals, close, flags) }
    fn PyRun_InteractiveLoop(file: *mut File, filename: Option<Text>) -> PyResult<c_int> { interactive_loop(file, filename, core::ptr::null()) }
    fn PyRun_InteractiveLoopFlags(file: *mut File, filename: Option<Text>, flags: *mut Flags) -> PyResult<c_int> { interactive_loop(file, filename, flags) }
}

/// `PyEval_MergeCompilerFlags`: adds the `__future__` flags of the code that runs; whether any flag is set then.
///
/// # Safety
/// `flags` is readable and writable; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_MergeCompilerFlags(flags: *mut PyCompilerFlags) -> c_int {
    // SAFETY: the caller's promise.
    let flags = unsafe { &mut *flags };
    flags.cf_flags |= adder_interpreter::compile::inherited_flags();
    c_int::from(flags.cf_flags != 0)
}

/// `Py_fopen`: opens a file whose name is any path object; null with an exception when that fails.
///
/// # Safety
/// `path` is a live object and `mode` ends with a zero byte; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_fopen(path: *mut PyObject, mode: *const c_char) -> *mut libc::FILE {
    crate::convert::run(|| {
        // SAFETY: the caller's promise.
        let path = unsafe { Op::from_nullable(path) }.ok_or_else(errors::bad_internal_call)?;
        let name = adder_interpreter::compile::filename_argument(path)?;
        let name = name.op().downcast::<PyUnicodeObject>().ok_or_else(errors::bad_internal_call)?;
        let encoded = str::encode_fs_default(name)?;
        let encoded = encoded.op().downcast::<PyBytesObject>().ok_or_else(errors::bad_internal_call)?;
        let text = bytes::as_slice(encoded);
        if text.contains(&0) {
            return Err(raise!(ValueError, "embedded null byte"));
        }
        let mut zero_terminated = text.to_vec();
        zero_terminated.push(0);
        // SAFETY: both strings end with a zero byte.
        let file = unsafe { libc::fopen(zero_terminated.as_ptr().cast(), mode) };
        if file.is_null() {
            let error = std::io::Error::last_os_error();
            return Err(adder_object_model::exceptions::set_io_error(&error, Some(path)));
        }
        Ok(file)
    })
}

/// `Py_fclose`: closes what `Py_fopen` opened.
///
/// # Safety
/// `file` is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_fclose(file: *mut libc::FILE) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { libc::fclose(file) }
}

/// `Py_UniversalNewlineFgets`: a line of at most `n - 1` bytes whose end, `\r`, `\r\n` or `\n`, becomes `\n`.
///
/// # Safety
/// `line` has room for `n` bytes, `file` is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UniversalNewlineFgets(
    line: *mut c_char,
    n: c_int,
    file: *mut libc::FILE,
    _object: *mut PyObject,
) -> *mut c_char {
    let mut written = 0;
    // SAFETY: the caller's promise; `written` stays below `n - 1` before the final zero.
    unsafe {
        while written < n - 1 {
            let mut byte = libc::fgetc(file);
            if byte == libc::EOF {
                break;
            }
            if byte == c_int::from(b'\r') {
                let next = libc::fgetc(file);
                if next != c_int::from(b'\n') && next != libc::EOF {
                    libc::ungetc(next, file);
                }
                byte = c_int::from(b'\n');
            }
            *line.add(written as usize) = byte as c_char;
            written += 1;
            if byte == c_int::from(b'\n') {
                break;
            }
        }
        if written == 0 {
            return core::ptr::null_mut();
        }
        *line.add(written as usize) = 0;
    }
    line
}

/// `_Py_IsValidFD`: whether a descriptor is open.
///
/// # Safety
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_IsValidFD(descriptor: c_int) -> c_int {
    // SAFETY: fcntl accepts any number.
    c_int::from(descriptor >= 0 && unsafe { libc::fcntl(descriptor, libc::F_GETFD) } >= 0)
}
