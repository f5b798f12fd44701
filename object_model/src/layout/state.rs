//! Thread states, and the settings a runtime starts with.

use super::*;
use core::ffi::{c_char, c_int, c_uint, c_ulong, c_void};
use libc::wchar_t;

/// An interpreter; wheels only pass its address on.
#[repr(C)]
pub struct PyInterpreterState {
    _opaque: [u8; 0],
}

/// One entry of the stack of exceptions that are being handled.
#[repr(C)]
pub struct _PyErr_StackItem {
    /// Owned; null or `None` when nothing is being handled.
    pub exc_value: *mut PyObject,
    pub previous_item: *mut _PyErr_StackItem,
}
assert_layout!(_PyErr_StackItem { size: 16, exc_value: 0, previous_item: 8 });

/// A block of the data stack, where frames stand.
#[repr(C)]
pub struct _PyStackChunk {
    pub previous: *mut _PyStackChunk,
    /// In bytes, this header included.
    pub size: usize,
    /// Where the next frame goes when the chunk becomes current again, in words from `data`.
    pub top: usize,
    pub data: [*mut PyObject; 1],
}
assert_layout!(_PyStackChunk { size: 32, previous: 0, size: 8, top: 16, data: 24 });

/// Where a debugger in another process leaves the script it wants run.
#[repr(C)]
pub struct _PyRemoteDebuggerSupport {
    pub debugger_pending_call: i32,
    pub debugger_script_path: [c_char; _Py_MAX_SCRIPT_PATH_SIZE],
}
assert_layout!(_PyRemoteDebuggerSupport { size: 516, debugger_pending_call: 0, debugger_script_path: 4 });

/// The bit field `_status` of a thread state.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PyThreadStateStatus {
    pub bits: c_uint,
}

impl PyThreadStateStatus {
    pub const INITIALIZED: c_uint = 1 << 0;
    /// Bound to a thread of the operating system.
    pub const BOUND: c_uint = 1 << 1;
    pub const UNBOUND: c_uint = 1 << 2;
    /// The one `PyGILState_Ensure` finds.
    pub const BOUND_GILSTATE: c_uint = 1 << 3;
    pub const ACTIVE: c_uint = 1 << 4;
    pub const FINALIZING: c_uint = 1 << 5;
    pub const CLEARED: c_uint = 1 << 6;
    pub const FINALIZED: c_uint = 1 << 7;
}

/// What a thread state looks like to a compiled wheel.
///
/// The runtime's own struct starts with this one. Coroutine libraries save and
/// exchange its fields, from `current_frame` to the data stack.
#[repr(C)]
pub struct PyThreadState {
    pub prev: *mut PyThreadState,
    pub next: *mut PyThreadState,
    pub interp: *mut PyInterpreterState,
    /// Non-zero when the interpreter loop must look up.
    pub eval_breaker: usize,
    pub _status: PyThreadStateStatus,
    pub holds_gil: c_int,
    pub _whence: c_int,
    /// `_Py_THREAD_*`.
    pub state: c_int,
    pub py_recursion_remaining: c_int,
    pub py_recursion_limit: c_int,
    pub recursion_headroom: c_int,
    /// Above zero while a trace function runs.
    pub tracing: c_int,
    pub what_event: c_int,
    pub current_frame: *mut _PyInterpreterFrame,
    pub c_profilefunc: Option<Py_tracefunc>,
    pub c_tracefunc: Option<Py_tracefunc>,
    /// Owned or null, like the trace object.
    pub c_profileobj: *mut PyObject,
    pub c_traceobj: *mut PyObject,
    /// Owned: the exception being raised, or null.
    pub current_exception: *mut PyObject,
    /// The top of the exceptions being handled; never null.
    pub exc_info: *mut _PyErr_StackItem,
    /// Owned or null: what `PyThreadState_GetDict` returns.
    pub dict: *mut PyObject,
    pub gilstate_counter: c_int,
    /// Owned or null: an exception another thread wants raised here.
    pub async_exc: *mut PyObject,
    pub thread_id: c_ulong,
    pub native_thread_id: c_ulong,
    /// Objects whose destruction was put off because the stack ran deep.
    pub delete_later: *mut PyObject,
    /// Always zero in a build with a GIL.
    pub critical_section: usize,
    pub coroutine_origin_tracking_depth: c_int,
    /// Owned or null, like the finalizer and the context.
    pub async_gen_firstiter: *mut PyObject,
    pub async_gen_finalizer: *mut PyObject,
    pub context: *mut PyObject,
    pub context_ver: u64,
    pub id: u64,
    pub datastack_chunk: *mut _PyStackChunk,
    pub datastack_top: *mut *mut PyObject,
    pub datastack_limit: *mut *mut PyObject,
    /// The bottom entry of `exc_info`.
    pub exc_state: _PyErr_StackItem,
    pub current_executor: *mut PyObject,
    pub dict_global_version: u64,
    /// Owned or null, like the sentinel.
    pub threading_local_key: *mut PyObject,
    pub threading_local_sentinel: *mut PyObject,
    pub remote_debugger_support: _PyRemoteDebuggerSupport,
    pub datastack_cached_chunk: *mut _PyStackChunk,
}
assert_layout!(PyThreadState {
    size: 832,
    prev: 0,
    next: 8,
    interp: 16,
    eval_breaker: 24,
    _status: 32,
    holds_gil: 36,
    _whence: 40,
    state: 44,
    py_recursion_remaining: 48,
    py_recursion_limit: 52,
    recursion_headroom: 56,
    tracing: 60,
    what_event: 64,
    current_frame: 72,
    c_profilefunc: 80,
    c_tracefunc: 88,
    c_profileobj: 96,
    c_traceobj: 104,
    current_exception: 112,
    exc_info: 120,
    dict: 128,
    gilstate_counter: 136,
    async_exc: 144,
    thread_id: 152,
    native_thread_id: 160,
    delete_later: 168,
    critical_section: 176,
    coroutine_origin_tracking_depth: 184,
    async_gen_firstiter: 192,
    async_gen_finalizer: 200,
    context: 208,
    context_ver: 216,
    id: 224,
    datastack_chunk: 232,
    datastack_top: 240,
    datastack_limit: 248,
    exc_state: 256,
    current_executor: 272,
    dict_global_version: 280,
    threading_local_key: 288,
    threading_local_sentinel: 296,
    remote_debugger_support: 304,
    datastack_cached_chunk: 824
});

/// How an initialisation ended.
#[repr(C)]
pub struct PyStatus {
    /// `_PyStatus_TYPE_*`.
    pub _type: c_int,
    pub func: *const c_char,
    pub err_msg: *const c_char,
    pub exitcode: c_int,
}
assert_layout!(PyStatus { size: 32, _type: 0, func: 8, err_msg: 16, exitcode: 24 });

/// A list of wide strings; owns all of it.
#[repr(C)]
pub struct PyWideStringList {
    pub length: Py_ssize_t,
    pub items: *mut *mut wchar_t,
}
assert_layout!(PyWideStringList { size: 16, length: 0, items: 8 });

/// What must be known before the first string is decoded.
#[repr(C)]
pub struct PyPreConfig {
    pub _config_init: c_int,
    pub parse_argv: c_int,
    pub isolated: c_int,
    pub use_environment: c_int,
    pub configure_locale: c_int,
    pub coerce_c_locale: c_int,
    pub coerce_c_locale_warn: c_int,
    pub utf8_mode: c_int,
    pub dev_mode: c_int,
    /// `PYMEM_ALLOCATOR_*`.
    pub allocator: c_int,
}
assert_layout!(PyPreConfig {
    size: 40,
    _config_init: 0,
    parse_argv: 4,
    isolated: 8,
    use_environment: 12,
    configure_locale: 16,
    coerce_c_locale: 20,
    coerce_c_locale_warn: 24,
    utf8_mode: 28,
    dev_mode: 32,
    allocator: 36
});

/// What an embedder can set before the runtime starts. Owns its strings.
#[repr(C)]
pub struct PyConfig {
    pub _config_init: c_int,
    pub isolated: c_int,
    pub use_environment: c_int,
    pub dev_mode: c_int,
    pub install_signal_handlers: c_int,
    pub use_hash_seed: c_int,
    pub hash_seed: c_ulong,
    pub faulthandler: c_int,
    pub tracemalloc: c_int,
    pub perf_profiling: c_int,
    pub remote_debug: c_int,
    pub import_time: c_int,
    pub code_debug_ranges: c_int,
    pub show_ref_count: c_int,
    pub dump_refs: c_int,
    pub dump_refs_file: *mut wchar_t,
    pub malloc_stats: c_int,
    pub filesystem_encoding: *mut wchar_t,
    pub filesystem_errors: *mut wchar_t,
    pub pycache_prefix: *mut wchar_t,
    pub parse_argv: c_int,
    pub orig_argv: PyWideStringList,
    pub argv: PyWideStringList,
    pub xoptions: PyWideStringList,
    pub warnoptions: PyWideStringList,
    pub site_import: c_int,
    pub bytes_warning: c_int,
    pub warn_default_encoding: c_int,
    pub inspect: c_int,
    pub interactive: c_int,
    pub optimization_level: c_int,
    pub parser_debug: c_int,
    pub write_bytecode: c_int,
    pub verbose: c_int,
    pub quiet: c_int,
    pub user_site_directory: c_int,
    pub configure_c_stdio: c_int,
    pub buffered_stdio: c_int,
    pub stdio_encoding: *mut wchar_t,
    pub stdio_errors: *mut wchar_t,
    pub check_hash_pycs_mode: *mut wchar_t,
    pub use_frozen_modules: c_int,
    pub safe_path: c_int,
    pub int_max_str_digits: c_int,
    pub thread_inherit_context: c_int,
    pub context_aware_warnings: c_int,
    pub cpu_count: c_int,
    pub pathconfig_warnings: c_int,
    pub program_name: *mut wchar_t,
    pub pythonpath_env: *mut wchar_t,
    pub home: *mut wchar_t,
    pub platlibdir: *mut wchar_t,
    pub module_search_paths_set: c_int,
    pub module_search_paths: PyWideStringList,
    pub stdlib_dir: *mut wchar_t,
    pub executable: *mut wchar_t,
    pub base_executable: *mut wchar_t,
    pub prefix: *mut wchar_t,
    pub base_prefix: *mut wchar_t,
    pub exec_prefix: *mut wchar_t,
    pub base_exec_prefix: *mut wchar_t,
    pub skip_source_first_line: c_int,
    pub run_command: *mut wchar_t,
    pub run_module: *mut wchar_t,
    pub run_filename: *mut wchar_t,
    pub sys_path_0: *mut wchar_t,
    pub _install_importlib: c_int,
    pub _init_main: c_int,
    pub _is_python_build: c_int,
}
assert_layout!(PyConfig {
    size: 456,
    _config_init: 0,
    isolated: 4,
    use_environment: 8,
    dev_mode: 12,
    install_signal_handlers: 16,
    use_hash_seed: 20,
    hash_seed: 24,
    faulthandler: 32,
    tracemalloc: 36,
    perf_profiling: 40,
    remote_debug: 44,
    import_time: 48,
    code_debug_ranges: 52,
    show_ref_count: 56,
    dump_refs: 60,
    dump_refs_file: 64,
    malloc_stats: 72,
    filesystem_encoding: 80,
    filesystem_errors: 88,
    pycache_prefix: 96,
    parse_argv: 104,
    orig_argv: 112,
    argv: 128,
    xoptions: 144,
    warnoptions: 160,
    site_import: 176,
    bytes_warning: 180,
    warn_default_encoding: 184,
    inspect: 188,
    interactive: 192,
    optimization_level: 196,
    parser_debug: 200,
    write_bytecode: 204,
    verbose: 208,
    quiet: 212,
    user_site_directory: 216,
    configure_c_stdio: 220,
    buffered_stdio: 224,
    stdio_encoding: 232,
    stdio_errors: 240,
    check_hash_pycs_mode: 248,
    use_frozen_modules: 256,
    safe_path: 260,
    int_max_str_digits: 264,
    thread_inherit_context: 268,
    context_aware_warnings: 272,
    cpu_count: 276,
    pathconfig_warnings: 280,
    program_name: 288,
    pythonpath_env: 296,
    home: 304,
    platlibdir: 312,
    module_search_paths_set: 320,
    module_search_paths: 328,
    stdlib_dir: 344,
    executable: 352,
    base_executable: 360,
    prefix: 368,
    base_prefix: 376,
    exec_prefix: 384,
    base_exec_prefix: 392,
    skip_source_first_line: 400,
    run_command: 408,
    run_module: 416,
    run_filename: 424,
    sys_path_0: 432,
    _install_importlib: 440,
    _init_main: 444,
    _is_python_build: 448
});

/// How a subinterpreter is to be made.
#[repr(C)]
pub struct PyInterpreterConfig {
    pub use_main_obmalloc: c_int,
    pub allow_fork: c_int,
    pub allow_exec: c_int,
    pub allow_threads: c_int,
    pub allow_daemon_threads: c_int,
    pub check_multi_interp_extensions: c_int,
    /// `PyInterpreterConfig_*_GIL`.
    pub gil: c_int,
}
assert_layout!(PyInterpreterConfig {
    size: 28,
    use_main_obmalloc: 0,
    allow_fork: 4,
    allow_exec: 8,
    allow_threads: 12,
    allow_daemon_threads: 16,
    check_multi_interp_extensions: 20,
    gil: 24
});

/// Where perf maps are written.
#[repr(C)]
pub struct PerfMapState {
    pub perf_map: *mut libc::FILE,
    pub map_lock: *mut c_void,
}
assert_layout!(PerfMapState { size: 16, perf_map: 0, map_lock: 8 });
