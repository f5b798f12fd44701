//! The constants of CPython's headers that have a numeric value, header by header.
//!
//! The types are the ones they are used with: flags of types are `unsigned
//! long`, enumerations `int`, and what goes into a field has the field's type.
//! A test compares every value with a probe of the real headers.

use super::{Py_UCS4, Py_hash_t, Py_ssize_t, Py_uhash_t, digit};
use core::ffi::{c_char, c_int, c_uint, c_ulong};
use libc::wchar_t;

// abstract.h
pub const PY_VECTORCALL_ARGUMENTS_OFFSET: usize = 0x8000000000000000;

// ceval.h
pub const FVC_ASCII: c_int = 3;
pub const FVC_MASK: c_int = 3;
pub const FVC_NONE: c_int = 0;
pub const FVC_REPR: c_int = 2;
pub const FVC_STR: c_int = 1;
pub const FVS_HAVE_SPEC: c_int = 4;
pub const FVS_MASK: c_int = 4;

// cpython/code.h
pub const CO_ASYNC_GENERATOR: c_int = 0x200;
pub const CO_COROUTINE: c_int = 0x80;
pub const CO_FUTURE_ABSOLUTE_IMPORT: c_int = 0x40000;
pub const CO_FUTURE_ANNOTATIONS: c_int = 0x1000000;
pub const CO_FUTURE_BARRY_AS_BDFL: c_int = 0x400000;
pub const CO_FUTURE_DIVISION: c_int = 0x20000;
pub const CO_FUTURE_GENERATOR_STOP: c_int = 0x800000;
pub const CO_FUTURE_PRINT_FUNCTION: c_int = 0x100000;
pub const CO_FUTURE_UNICODE_LITERALS: c_int = 0x200000;
pub const CO_FUTURE_WITH_STATEMENT: c_int = 0x80000;
pub const CO_GENERATOR: c_int = 0x20;
pub const CO_HAS_DOCSTRING: c_int = 0x4000000;
pub const CO_ITERABLE_COROUTINE: c_int = 0x100;
pub const CO_MAXBLOCKS: c_int = 21;
pub const CO_METHOD: c_int = 0x8000000;
pub const CO_NESTED: c_int = 0x10;
pub const CO_NEWLOCALS: c_int = 2;
pub const CO_NO_MONITORING_EVENTS: c_int = 0x2000000;
pub const CO_OPTIMIZED: c_int = 1;
pub const CO_VARARGS: c_int = 4;
pub const CO_VARKEYWORDS: c_int = 8;
pub const PY_CODE_EVENT_CREATE: c_int = 0;
pub const PY_CODE_EVENT_DESTROY: c_int = 1;
pub const PY_CODE_LOCATION_INFO_LONG: c_int = 14;
pub const PY_CODE_LOCATION_INFO_NONE: c_int = 15;
pub const PY_CODE_LOCATION_INFO_NO_COLUMNS: c_int = 13;
pub const PY_CODE_LOCATION_INFO_ONE_LINE0: c_int = 10;
pub const PY_CODE_LOCATION_INFO_ONE_LINE1: c_int = 11;
pub const PY_CODE_LOCATION_INFO_ONE_LINE2: c_int = 12;
pub const PY_CODE_LOCATION_INFO_SHORT0: c_int = 0;

// compile.h
pub const Py_eval_input: c_int = 258;
pub const Py_file_input: c_int = 257;
pub const Py_func_type_input: c_int = 345;
pub const Py_single_input: c_int = 256;

// cpython/compile.h
pub const PY_INVALID_STACK_EFFECT: c_int = 2_147_483_647;
pub const PyCF_ALLOW_INCOMPLETE_INPUT: c_int = 0x4000;
pub const PyCF_ALLOW_TOP_LEVEL_AWAIT: c_int = 0x2000;
pub const PyCF_COMPILE_MASK: c_int = 0xf600;
pub const PyCF_DONT_IMPLY_DEDENT: c_int = 0x200;
pub const PyCF_IGNORE_COOKIE: c_int = 0x800;
pub const PyCF_MASK: c_int = 0x1fe0000;
pub const PyCF_MASK_OBSOLETE: c_int = 0x10;
pub const PyCF_ONLY_AST: c_int = 0x400;
pub const PyCF_OPTIMIZED_AST: c_int = 0x8400;
pub const PyCF_SOURCE_IS_UTF8: c_int = 0x100;
pub const PyCF_TYPE_COMMENTS: c_int = 0x1000;

// cpython/context.h
pub const Py_CONTEXT_SWITCHED: c_int = 1;

// datetime.h
pub const _PyDateTime_DATETIME_DATASIZE: usize = 10;
pub const _PyDateTime_DATE_DATASIZE: usize = 4;
pub const _PyDateTime_TIME_DATASIZE: usize = 6;

// cpython/descrobject.h
pub const PyWrapperFlag_KEYWORDS: c_int = 1;

// descrobject.h
pub const Py_AUDIT_READ: c_int = 2;
pub const Py_READONLY: c_int = 1;
pub const Py_RELATIVE_OFFSET: c_int = 8;
pub const Py_T_BOOL: c_int = 14;
pub const Py_T_BYTE: c_int = 8;
pub const Py_T_CHAR: c_int = 7;
pub const Py_T_DOUBLE: c_int = 4;
pub const Py_T_FLOAT: c_int = 3;
pub const Py_T_INT: c_int = 1;
pub const Py_T_LONG: c_int = 2;
pub const Py_T_LONGLONG: c_int = 17;
pub const Py_T_OBJECT_EX: c_int = 16;
pub const Py_T_PYSSIZET: c_int = 19;
pub const Py_T_SHORT: c_int = 0;
pub const Py_T_STRING: c_int = 5;
pub const Py_T_STRING_INPLACE: c_int = 13;
pub const Py_T_UBYTE: c_int = 9;
pub const Py_T_UINT: c_int = 11;
pub const Py_T_ULONG: c_int = 12;
pub const Py_T_ULONGLONG: c_int = 18;
pub const Py_T_USHORT: c_int = 10;
pub const _Py_T_NONE: c_int = 20;
pub const _Py_T_OBJECT: c_int = 6;
pub const _Py_WRITE_RESTRICTED: c_int = 4;

// cpython/dictobject.h
pub const PyDict_EVENT_ADDED: c_int = 0;
pub const PyDict_EVENT_CLEARED: c_int = 4;
pub const PyDict_EVENT_CLONED: c_int = 3;
pub const PyDict_EVENT_DEALLOCATED: c_int = 5;
pub const PyDict_EVENT_DELETED: c_int = 2;
pub const PyDict_EVENT_MODIFIED: c_int = 1;

// cpython/funcobject.h
pub const PyFunction_EVENT_CREATE: c_int = 0;
pub const PyFunction_EVENT_DESTROY: c_int = 1;
pub const PyFunction_EVENT_MODIFY_CODE: c_int = 2;
pub const PyFunction_EVENT_MODIFY_DEFAULTS: c_int = 3;
pub const PyFunction_EVENT_MODIFY_KWDEFAULTS: c_int = 4;

// cpython/initconfig.h
pub const _PyStatus_TYPE_ERROR: c_int = 1;
pub const _PyStatus_TYPE_EXIT: c_int = 2;
pub const _PyStatus_TYPE_OK: c_int = 0;

// cpython/lock.h
pub const _Py_LOCKED: u8 = 1;
pub const _Py_UNLOCKED: u8 = 0;

// cpython/longintrepr.h
pub const PyLong_BASE: digit = 0x40000000;
pub const PyLong_MASK: digit = 0x3fffffff;
pub const PyLong_SHIFT: u32 = 30;
pub const _PyLong_DECIMAL_BASE: digit = 1_000_000_000;
pub const _PyLong_DECIMAL_SHIFT: u32 = 9;
pub const _PyLong_NON_SIZE_BITS: u32 = 3;
pub const _PyLong_SIGN_MASK: usize = 3;

// longobject.h
pub const Py_ASNATIVEBYTES_ALLOW_INDEX: c_int = 16;
pub const Py_ASNATIVEBYTES_BIG_ENDIAN: c_int = 0;
pub const Py_ASNATIVEBYTES_DEFAULTS: c_int = -1;
pub const Py_ASNATIVEBYTES_LITTLE_ENDIAN: c_int = 1;
pub const Py_ASNATIVEBYTES_NATIVE_ENDIAN: c_int = 3;
pub const Py_ASNATIVEBYTES_REJECT_NEGATIVE: c_int = 8;
pub const Py_ASNATIVEBYTES_UNSIGNED_BUFFER: c_int = 4;

// marshal.h
pub const Py_MARSHAL_VERSION: c_int = 5;

// cpython/memoryobject.h
pub const _Py_MANAGED_BUFFER_FREE_FORMAT: c_int = 2;
pub const _Py_MANAGED_BUFFER_RELEASED: c_int = 1;
pub const _Py_MEMORYVIEW_C: c_int = 2;
pub const _Py_MEMORYVIEW_FORTRAN: c_int = 4;
pub const _Py_MEMORYVIEW_PIL: c_int = 0x10;
pub const _Py_MEMORYVIEW_RELEASED: c_int = 1;
pub const _Py_MEMORYVIEW_RESTRICTED: c_int = 0x20;
pub const _Py_MEMORYVIEW_SCALAR: c_int = 8;

// methodobject.h
pub const METH_CLASS: c_int = 0x10;
pub const METH_COEXIST: c_int = 0x40;
pub const METH_FASTCALL: c_int = 0x80;
pub const METH_KEYWORDS: c_int = 2;
pub const METH_METHOD: c_int = 0x200;
pub const METH_NOARGS: c_int = 4;
pub const METH_O: c_int = 8;
pub const METH_STACKLESS: c_int = 0;
pub const METH_STATIC: c_int = 0x20;
pub const METH_VARARGS: c_int = 1;

// modsupport.h
pub const PYTHON_ABI_VERSION: c_int = 3;
pub const PYTHON_API_VERSION: c_int = 1013;
pub const Py_CLEANUP_SUPPORTED: c_int = 131_072;

// moduleobject.h
pub const Py_MOD_GIL_NOT_USED: c_int = 1;
pub const Py_MOD_GIL_USED: c_int = 0;
pub const Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED: c_int = 0;
pub const Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED: c_int = 1;
pub const Py_MOD_PER_INTERPRETER_GIL_SUPPORTED: c_int = 2;
pub const Py_mod_create: c_int = 1;
pub const Py_mod_exec: c_int = 2;
pub const Py_mod_gil: c_int = 4;
pub const Py_mod_multiple_interpreters: c_int = 3;
pub const _Py_mod_LAST_SLOT: c_int = 4;

// cpython/monitoring.h
pub const PY_MONITORING_EVENT_BRANCH: c_int = 18;
pub const PY_MONITORING_EVENT_BRANCH_LEFT: c_int = 8;
pub const PY_MONITORING_EVENT_BRANCH_RIGHT: c_int = 9;
pub const PY_MONITORING_EVENT_CALL: c_int = 4;
pub const PY_MONITORING_EVENT_C_RAISE: c_int = 17;
pub const PY_MONITORING_EVENT_C_RETURN: c_int = 16;
pub const PY_MONITORING_EVENT_EXCEPTION_HANDLED: c_int = 12;
pub const PY_MONITORING_EVENT_INSTRUCTION: c_int = 6;
pub const PY_MONITORING_EVENT_JUMP: c_int = 7;
pub const PY_MONITORING_EVENT_LINE: c_int = 5;
pub const PY_MONITORING_EVENT_PY_RESUME: c_int = 1;
pub const PY_MONITORING_EVENT_PY_RETURN: c_int = 2;
pub const PY_MONITORING_EVENT_PY_START: c_int = 0;
pub const PY_MONITORING_EVENT_PY_THROW: c_int = 14;
pub const PY_MONITORING_EVENT_PY_UNWIND: c_int = 13;
pub const PY_MONITORING_EVENT_PY_YIELD: c_int = 3;
pub const PY_MONITORING_EVENT_RAISE: c_int = 11;
pub const PY_MONITORING_EVENT_RERAISE: c_int = 15;
pub const PY_MONITORING_EVENT_STOP_ITERATION: c_int = 10;

// cpython/object.h
pub const PyRefTracer_CREATE: c_int = 0;
pub const PyRefTracer_DESTROY: c_int = 1;
pub const _Py_ATTR_CACHE_UNUSED: u16 = 30000;

// object.h
pub const PYGEN_ERROR: c_int = -1;
pub const PYGEN_NEXT: c_int = 1;
pub const PYGEN_RETURN: c_int = 0;
pub const Py_CONSTANT_ELLIPSIS: c_int = 3;
pub const Py_CONSTANT_EMPTY_BYTES: c_int = 8;
pub const Py_CONSTANT_EMPTY_STR: c_int = 7;
pub const Py_CONSTANT_EMPTY_TUPLE: c_int = 9;
pub const Py_CONSTANT_FALSE: c_int = 1;
pub const Py_CONSTANT_NONE: c_int = 0;
pub const Py_CONSTANT_NOT_IMPLEMENTED: c_int = 4;
pub const Py_CONSTANT_ONE: c_int = 6;
pub const Py_CONSTANT_TRUE: c_int = 2;
pub const Py_CONSTANT_ZERO: c_int = 5;
pub const Py_EQ: c_int = 2;
pub const Py_GE: c_int = 5;
pub const Py_GT: c_int = 4;
pub const Py_INVALID_SIZE: Py_ssize_t = -1;
pub const Py_LE: c_int = 1;
pub const Py_LT: c_int = 0;
pub const Py_NE: c_int = 3;
pub const Py_PRINT_RAW: c_int = 1;
pub const Py_TPFLAGS_BASETYPE: c_ulong = 0x400;
pub const Py_TPFLAGS_BASE_EXC_SUBCLASS: c_ulong = 0x40000000;
pub const Py_TPFLAGS_BYTES_SUBCLASS: c_ulong = 0x8000000;
pub const Py_TPFLAGS_DEFAULT: c_ulong = 0;
pub const Py_TPFLAGS_DICT_SUBCLASS: c_ulong = 0x20000000;
pub const Py_TPFLAGS_DISALLOW_INSTANTIATION: c_ulong = 0x80;
pub const Py_TPFLAGS_HAVE_FINALIZE: c_ulong = 1;
pub const Py_TPFLAGS_HAVE_GC: c_ulong = 0x4000;
pub const Py_TPFLAGS_HAVE_STACKLESS_EXTENSION: c_ulong = 0;
pub const Py_TPFLAGS_HAVE_VECTORCALL: c_ulong = 0x800;
pub const Py_TPFLAGS_HAVE_VERSION_TAG: c_ulong = 0x40000;
pub const Py_TPFLAGS_HEAPTYPE: c_ulong = 0x200;
pub const Py_TPFLAGS_IMMUTABLETYPE: c_ulong = 0x100;
pub const Py_TPFLAGS_INLINE_VALUES: c_ulong = 4;
pub const Py_TPFLAGS_IS_ABSTRACT: c_ulong = 0x100000;
pub const Py_TPFLAGS_ITEMS_AT_END: c_ulong = 0x800000;
pub const Py_TPFLAGS_LIST_SUBCLASS: c_ulong = 0x2000000;
pub const Py_TPFLAGS_LONG_SUBCLASS: c_ulong = 0x1000000;
pub const Py_TPFLAGS_MANAGED_DICT: c_ulong = 0x10;
pub const Py_TPFLAGS_MANAGED_WEAKREF: c_ulong = 8;
pub const Py_TPFLAGS_MAPPING: c_ulong = 0x40;
pub const Py_TPFLAGS_METHOD_DESCRIPTOR: c_ulong = 0x20000;
pub const Py_TPFLAGS_PREHEADER: c_ulong = 0x18;
pub const Py_TPFLAGS_READY: c_ulong = 0x1000;
pub const Py_TPFLAGS_READYING: c_ulong = 0x2000;
pub const Py_TPFLAGS_SEQUENCE: c_ulong = 0x20;
pub const Py_TPFLAGS_TUPLE_SUBCLASS: c_ulong = 0x4000000;
pub const Py_TPFLAGS_TYPE_SUBCLASS: c_ulong = 0x80000000;
pub const Py_TPFLAGS_UNICODE_SUBCLASS: c_ulong = 0x10000000;
pub const Py_TPFLAGS_VALID_VERSION_TAG: c_ulong = 0x80000;
pub const Py_TP_USE_SPEC: c_int = 0;
pub const _PyObject_MIN_ALIGNMENT: usize = 4;
pub const _Py_TPFLAGS_HAVE_VECTORCALL: c_ulong = 0x800;
pub const _Py_TPFLAGS_MATCH_SELF: c_ulong = 0x400000;
pub const _Py_TPFLAGS_STATIC_BUILTIN: c_ulong = 2;

// osdefs.h
pub const DELIM: wchar_t = 58;
pub const MAXPATHLEN: usize = 4096;
pub const SEP: wchar_t = 47;

// patchlevel.h
pub const PY_MAJOR_VERSION: c_int = 3;
pub const PY_MICRO_VERSION: c_int = 10;
pub const PY_MINOR_VERSION: c_int = 14;
pub const PY_RELEASE_LEVEL: c_int = 15;
pub const PY_RELEASE_LEVEL_ALPHA: c_int = 10;
pub const PY_RELEASE_LEVEL_BETA: c_int = 11;
pub const PY_RELEASE_LEVEL_FINAL: c_int = 15;
pub const PY_RELEASE_LEVEL_GAMMA: c_int = 12;
pub const PY_RELEASE_SERIAL: c_int = 0;
pub const PY_VERSION_HEX: u32 = 0x30e0af0;

// pybuffer.h
pub const PyBUF_ANY_CONTIGUOUS: c_int = 0x98;
pub const PyBUF_CONTIG: c_int = 9;
pub const PyBUF_CONTIG_RO: c_int = 8;
pub const PyBUF_C_CONTIGUOUS: c_int = 0x38;
pub const PyBUF_FORMAT: c_int = 4;
pub const PyBUF_FULL: c_int = 0x11d;
pub const PyBUF_FULL_RO: c_int = 0x11c;
pub const PyBUF_F_CONTIGUOUS: c_int = 0x58;
pub const PyBUF_INDIRECT: c_int = 0x118;
pub const PyBUF_MAX_NDIM: usize = 64;
pub const PyBUF_ND: c_int = 8;
pub const PyBUF_READ: c_int = 0x100;
pub const PyBUF_RECORDS: c_int = 0x1d;
pub const PyBUF_RECORDS_RO: c_int = 0x1c;
pub const PyBUF_SIMPLE: c_int = 0;
pub const PyBUF_STRIDED: c_int = 0x19;
pub const PyBUF_STRIDED_RO: c_int = 0x18;
pub const PyBUF_STRIDES: c_int = 0x18;
pub const PyBUF_WRITABLE: c_int = 1;
pub const PyBUF_WRITE: c_int = 0x200;
pub const PyBUF_WRITEABLE: c_int = 1;

// pyconfig.h
pub const Py_REMOTE_DEBUG: c_int = 1;
pub const WITH_DECIMAL_CONTEXTVAR: c_int = 1;
pub const WITH_DOC_STRINGS: c_int = 1;
pub const WITH_DTRACE: c_int = 1;
pub const WITH_MIMALLOC: c_int = 1;
pub const WITH_PYMALLOC: c_int = 1;
pub const _Py_FFI_SUPPORT_C_COMPLEX: c_int = 1;
pub const _Py_HACL_CAN_COMPILE_VEC128: c_int = 1;
pub const _Py_HACL_CAN_COMPILE_VEC256: c_int = 1;
pub const _Py_HAVE_STRERROR_R: c_int = 1;
pub const _Py_STACK_GROWS_DOWN: c_int = 1;

// cpython/pyctype.h
pub const PY_CTF_ALNUM: c_uint = 7;
pub const PY_CTF_ALPHA: c_uint = 3;
pub const PY_CTF_DIGIT: c_uint = 4;
pub const PY_CTF_LOWER: c_uint = 1;
pub const PY_CTF_SPACE: c_uint = 8;
pub const PY_CTF_UPPER: c_uint = 2;
pub const PY_CTF_XDIGIT: c_uint = 16;

// cpython/pyframe.h
pub const PyUnstable_EXECUTABLE_KINDS: c_int = 5;
pub const PyUnstable_EXECUTABLE_KIND_BUILTIN_FUNCTION: c_int = 3;
pub const PyUnstable_EXECUTABLE_KIND_METHOD_DESCRIPTOR: c_int = 4;
pub const PyUnstable_EXECUTABLE_KIND_PY_FUNCTION: c_int = 1;
pub const PyUnstable_EXECUTABLE_KIND_SKIP: c_int = 0;

// cpython/pyhash.h
pub const PyHASH_BITS: u32 = 61;
pub const PyHASH_IMAG: Py_uhash_t = 1_000_003;
pub const PyHASH_INF: Py_hash_t = 314_159;
pub const PyHASH_MODULUS: Py_uhash_t = 2_305_843_009_213_693_951;
pub const PyHASH_MULTIPLIER: Py_uhash_t = 1_000_003;
pub const _PyHASH_BITS: u32 = 61;
pub const _PyHASH_IMAG: Py_uhash_t = 1_000_003;
pub const _PyHASH_INF: Py_hash_t = 314_159;
pub const _PyHASH_MODULUS: Py_uhash_t = 2_305_843_009_213_693_951;
pub const _PyHASH_MULTIPLIER: Py_uhash_t = 1_000_003;

// pyhash.h
pub const Py_HASH_ALGORITHM: c_int = 3;
pub const Py_HASH_CUTOFF: c_int = 0;
pub const Py_HASH_EXTERNAL: c_int = 0;
pub const Py_HASH_FNV: c_int = 2;
pub const Py_HASH_SIPHASH13: c_int = 3;
pub const Py_HASH_SIPHASH24: c_int = 1;

// cpython/pylifecycle.h
pub const PyInterpreterConfig_DEFAULT_GIL: c_int = 0;
pub const PyInterpreterConfig_OWN_GIL: c_int = 2;
pub const PyInterpreterConfig_SHARED_GIL: c_int = 1;
pub const _PyInterpreterConfig_LEGACY_CHECK_MULTI_INTERP_EXTENSIONS: c_int = 0;

// cpython/pymem.h
pub const PYMEM_ALLOCATOR_DEBUG: c_int = 2;
pub const PYMEM_ALLOCATOR_DEFAULT: c_int = 1;
pub const PYMEM_ALLOCATOR_MALLOC: c_int = 3;
pub const PYMEM_ALLOCATOR_MALLOC_DEBUG: c_int = 4;
pub const PYMEM_ALLOCATOR_MIMALLOC: c_int = 7;
pub const PYMEM_ALLOCATOR_MIMALLOC_DEBUG: c_int = 8;
pub const PYMEM_ALLOCATOR_NOT_SET: c_int = 0;
pub const PYMEM_ALLOCATOR_PYMALLOC: c_int = 5;
pub const PYMEM_ALLOCATOR_PYMALLOC_DEBUG: c_int = 6;
pub const PYMEM_DOMAIN_MEM: c_int = 1;
pub const PYMEM_DOMAIN_OBJ: c_int = 2;
pub const PYMEM_DOMAIN_RAW: c_int = 0;

// pyport.h
pub const PYLONG_BITS_IN_DIGIT: u32 = 30;
pub const PY_SSIZE_T_MAX: Py_ssize_t = Py_ssize_t::MAX;
pub const PY_SSIZE_T_MIN: Py_ssize_t = Py_ssize_t::MIN;
pub const Py_CAN_START_THREADS: c_int = 1;
pub const SIZEOF_PY_HASH_T: usize = 8;
pub const SIZEOF_PY_UHASH_T: usize = 8;
pub const _Py_NULL: usize = 0;

// cpython/pystate.h
pub const PyTrace_CALL: c_int = 0;
pub const PyTrace_C_CALL: c_int = 4;
pub const PyTrace_C_EXCEPTION: c_int = 5;
pub const PyTrace_C_RETURN: c_int = 6;
pub const PyTrace_EXCEPTION: c_int = 1;
pub const PyTrace_LINE: c_int = 2;
pub const PyTrace_OPCODE: c_int = 7;
pub const PyTrace_RETURN: c_int = 3;
pub const _PY_DATA_STACK_CHUNK_SIZE: usize = 16384;
pub const _Py_MAX_SCRIPT_PATH_SIZE: usize = 512;

// pystate.h
pub const MAX_CO_EXTRA_USERS: c_int = 255;
pub const PyGILState_LOCKED: c_int = 0;
pub const PyGILState_UNLOCKED: c_int = 1;

// pystrtod.h
pub const Py_DTSF_ADD_DOT_0: c_int = 2;
pub const Py_DTSF_ALT: c_int = 4;
pub const Py_DTSF_NO_NEG_0: c_int = 8;
pub const Py_DTSF_SIGN: c_int = 1;
pub const Py_DTST_FINITE: c_int = 0;
pub const Py_DTST_INFINITE: c_int = 1;
pub const Py_DTST_NAN: c_int = 2;

// cpython/pythread.h
pub const PYTHREAD_INVALID_THREAD_ID: c_ulong = 0xffffffffffffffff;

// pythread.h
pub const NOWAIT_LOCK: c_int = 0;
pub const PY_LOCK_ACQUIRED: c_int = 1;
pub const PY_LOCK_FAILURE: c_int = 0;
pub const PY_LOCK_INTR: c_int = 2;
pub const WAIT_LOCK: c_int = 1;

// cpython/pytime.h
pub const PyTime_MAX: i64 = i64::MAX;
pub const PyTime_MIN: i64 = i64::MIN;

// refcount.h
pub const _Py_IMMORTAL_FLAGS: u16 = 1;
pub const _Py_IMMORTAL_INITIAL_REFCNT: u32 = 0xc0000000;
pub const _Py_IMMORTAL_MINIMUM_REFCNT: u32 = 0x80000000;
pub const _Py_STATICALLY_ALLOCATED_FLAG: u16 = 4;
pub const _Py_STATIC_FLAG_BITS: u16 = 5;
pub const _Py_STATIC_IMMORTAL_INITIAL_REFCNT: i64 = 0x50000c0000000;

// cpython/setobject.h
pub const PySet_MINSIZE: usize = 8;

// structmember.h
pub const PY_AUDIT_READ: c_int = 2;
pub const PY_WRITE_RESTRICTED: c_int = 4;
pub const READONLY: c_int = 1;
pub const READ_RESTRICTED: c_int = 2;
pub const RESTRICTED: c_int = 6;
pub const T_BOOL: c_int = 14;
pub const T_BYTE: c_int = 8;
pub const T_CHAR: c_int = 7;
pub const T_DOUBLE: c_int = 4;
pub const T_FLOAT: c_int = 3;
pub const T_INT: c_int = 1;
pub const T_LONG: c_int = 2;
pub const T_LONGLONG: c_int = 17;
pub const T_NONE: c_int = 20;
pub const T_OBJECT: c_int = 6;
pub const T_OBJECT_EX: c_int = 16;
pub const T_PYSSIZET: c_int = 19;
pub const T_SHORT: c_int = 0;
pub const T_STRING: c_int = 5;
pub const T_STRING_INPLACE: c_int = 13;
pub const T_UBYTE: c_int = 9;
pub const T_UINT: c_int = 11;
pub const T_ULONG: c_int = 12;
pub const T_ULONGLONG: c_int = 18;
pub const T_USHORT: c_int = 10;

// typeslots.h
pub const Py_bf_getbuffer: c_int = 1;
pub const Py_bf_releasebuffer: c_int = 2;
pub const Py_mp_ass_subscript: c_int = 3;
pub const Py_mp_length: c_int = 4;
pub const Py_mp_subscript: c_int = 5;
pub const Py_nb_absolute: c_int = 6;
pub const Py_nb_add: c_int = 7;
pub const Py_nb_and: c_int = 8;
pub const Py_nb_bool: c_int = 9;
pub const Py_nb_divmod: c_int = 10;
pub const Py_nb_float: c_int = 11;
pub const Py_nb_floor_divide: c_int = 12;
pub const Py_nb_index: c_int = 13;
pub const Py_nb_inplace_add: c_int = 14;
pub const Py_nb_inplace_and: c_int = 15;
pub const Py_nb_inplace_floor_divide: c_int = 16;
pub const Py_nb_inplace_lshift: c_int = 17;
pub const Py_nb_inplace_multiply: c_int = 18;
pub const Py_nb_inplace_or: c_int = 19;
pub const Py_nb_inplace_power: c_int = 20;
pub const Py_nb_inplace_remainder: c_int = 21;
pub const Py_nb_inplace_rshift: c_int = 22;
pub const Py_nb_inplace_subtract: c_int = 23;
pub const Py_nb_inplace_true_divide: c_int = 24;
pub const Py_nb_inplace_xor: c_int = 25;
pub const Py_nb_int: c_int = 26;
pub const Py_nb_invert: c_int = 27;
pub const Py_nb_lshift: c_int = 28;
pub const Py_nb_multiply: c_int = 29;
pub const Py_nb_negative: c_int = 30;
pub const Py_nb_or: c_int = 31;
pub const Py_nb_positive: c_int = 32;
pub const Py_nb_power: c_int = 33;
pub const Py_nb_remainder: c_int = 34;
pub const Py_nb_rshift: c_int = 35;
pub const Py_nb_subtract: c_int = 36;
pub const Py_nb_true_divide: c_int = 37;
pub const Py_nb_xor: c_int = 38;
pub const Py_sq_ass_item: c_int = 39;
pub const Py_sq_concat: c_int = 40;
pub const Py_sq_contains: c_int = 41;
pub const Py_sq_inplace_concat: c_int = 42;
pub const Py_sq_inplace_repeat: c_int = 43;
pub const Py_sq_item: c_int = 44;
pub const Py_sq_length: c_int = 45;
pub const Py_sq_repeat: c_int = 46;
pub const Py_tp_alloc: c_int = 47;
pub const Py_tp_base: c_int = 48;
pub const Py_tp_bases: c_int = 49;
pub const Py_tp_call: c_int = 50;
pub const Py_tp_clear: c_int = 51;
pub const Py_tp_dealloc: c_int = 52;
pub const Py_tp_del: c_int = 53;
pub const Py_tp_descr_get: c_int = 54;
pub const Py_tp_descr_set: c_int = 55;
pub const Py_tp_doc: c_int = 56;
pub const Py_tp_getattr: c_int = 57;
pub const Py_tp_getattro: c_int = 58;
pub const Py_tp_hash: c_int = 59;
pub const Py_tp_init: c_int = 60;
pub const Py_tp_is_gc: c_int = 61;
pub const Py_tp_iter: c_int = 62;
pub const Py_tp_iternext: c_int = 63;
pub const Py_tp_methods: c_int = 64;
pub const Py_tp_new: c_int = 65;
pub const Py_tp_repr: c_int = 66;
pub const Py_tp_richcompare: c_int = 67;
pub const Py_tp_setattr: c_int = 68;
pub const Py_tp_setattro: c_int = 69;
pub const Py_tp_str: c_int = 70;
pub const Py_tp_traverse: c_int = 71;
pub const Py_tp_members: c_int = 72;
pub const Py_tp_getset: c_int = 73;
pub const Py_tp_free: c_int = 74;
pub const Py_nb_matrix_multiply: c_int = 75;
pub const Py_nb_inplace_matrix_multiply: c_int = 76;
pub const Py_am_await: c_int = 77;
pub const Py_am_aiter: c_int = 78;
pub const Py_am_anext: c_int = 79;
pub const Py_tp_finalize: c_int = 80;
pub const Py_am_send: c_int = 81;
pub const Py_tp_vectorcall: c_int = 82;
pub const Py_tp_token: c_int = 83;

// cpython/unicodeobject.h
pub const PyUnicode_1BYTE_KIND: u32 = 1;
pub const PyUnicode_2BYTE_KIND: u32 = 2;
pub const PyUnicode_4BYTE_KIND: u32 = 4;
pub const SSTATE_INTERNED_IMMORTAL: u32 = 2;
pub const SSTATE_INTERNED_IMMORTAL_STATIC: u32 = 3;
pub const SSTATE_INTERNED_MORTAL: u32 = 1;
pub const SSTATE_NOT_INTERNED: u32 = 0;

// unicodeobject.h
pub const Py_UNICODE_REPLACEMENT_CHARACTER: Py_UCS4 = 0xfffd;
pub const Py_UNICODE_SIZE: usize = 4;

// internal/pycore_code.h
pub const CO_FAST_ARG: u8 = 0xe;
pub const CO_FAST_ARG_KW: u8 = 4;
pub const CO_FAST_ARG_POS: u8 = 2;
pub const CO_FAST_ARG_VAR: u8 = 8;
pub const CO_FAST_CELL: u8 = 0x40;
pub const CO_FAST_FREE: u8 = 0x80;
pub const CO_FAST_HIDDEN: u8 = 0x10;
pub const CO_FAST_LOCAL: u8 = 0x20;

// internal/pycore_dict.h
pub const DICT_KEYS_GENERAL: u8 = 0;
pub const DICT_KEYS_SPLIT: u8 = 2;
pub const DICT_KEYS_UNICODE: u8 = 1;
pub const DICT_UNIQUE_ID_MAX: u64 = 4_294_967_295;
pub const DICT_UNIQUE_ID_SHIFT: u32 = 32;
pub const DICT_VERSION_INCREMENT: u64 = 4096;
pub const DICT_WATCHER_AND_MODIFICATION_MASK: u64 = 4095;
pub const DICT_WATCHER_MASK: u64 = 255;
pub const DKIX_DUMMY: Py_ssize_t = -2;
pub const DKIX_EMPTY: Py_ssize_t = -1;
pub const DKIX_ERROR: Py_ssize_t = -3;
pub const DKIX_KEY_CHANGED: Py_ssize_t = -4;
pub const SHARED_KEYS_MAX_SIZE: usize = 30;

// internal/pycore_dict_state.h
pub const DICT_MAX_WATCHERS: c_int = 8;
pub const DICT_WATCHED_MUTATION_BITS: c_int = 4;

// internal/pycore_frame.h
pub const FRAME_CLEARED: i8 = 4;
pub const FRAME_COMPLETED: i8 = 1;
pub const FRAME_CREATED: i8 = -3;
pub const FRAME_EXECUTING: i8 = 0;
pub const FRAME_SUSPENDED: i8 = -2;
pub const FRAME_SUSPENDED_YIELD_FROM: i8 = -1;

// internal/pycore_gc.h
pub const _PyGC_DEBUG_COLLECTABLE: c_int = 2;
pub const _PyGC_DEBUG_LEAK: c_int = 0x26;
pub const _PyGC_DEBUG_SAVEALL: c_int = 0x20;
pub const _PyGC_DEBUG_STATS: c_int = 1;
pub const _PyGC_DEBUG_UNCOLLECTABLE: c_int = 4;
pub const _PyGC_PREV_MASK: usize = 0xfffffffffffffffc;
pub const _PyGC_PREV_MASK_COLLECTING: usize = 2;
pub const _PyGC_PREV_MASK_FINALIZED: usize = 1;
pub const _PyGC_PREV_SHIFT: u32 = 2;

// internal/pycore_interpframe.h
pub const FRAME_SPECIALS_SIZE: usize = 10;

// internal/pycore_interpframe_structs.h
pub const FRAME_OWNED_BY_CSTACK: c_char = 4;
pub const FRAME_OWNED_BY_FRAME_OBJECT: c_char = 2;
pub const FRAME_OWNED_BY_GENERATOR: c_char = 1;
pub const FRAME_OWNED_BY_INTERPRETER: c_char = 3;
pub const FRAME_OWNED_BY_THREAD: c_char = 0;

// internal/pycore_long.h
pub const IMMORTALITY_BIT_MASK: usize = 4;
pub const NON_SIZE_BITS: u32 = 3;
pub const SIGN_MASK: usize = 3;
pub const SIGN_NEGATIVE: usize = 2;
pub const SIGN_ZERO: usize = 1;
pub const _PyLong_FALSE_TAG: usize = 1;
pub const _PyLong_TRUE_TAG: usize = 8;

// internal/pycore_object.h
pub const MANAGED_DICT_OFFSET: Py_ssize_t = -24;
pub const MANAGED_WEAKREF_OFFSET: Py_ssize_t = -32;

// internal/pycore_pystate.h
pub const _Py_THREAD_ATTACHED: c_int = 1;
pub const _Py_THREAD_DETACHED: c_int = 0;
pub const _Py_THREAD_SHUTTING_DOWN: c_int = 3;
pub const _Py_THREAD_SUSPENDED: c_int = 2;

// internal/pycore_runtime_structs.h
pub const _PY_NSMALLNEGINTS: usize = 5;
pub const _PY_NSMALLPOSINTS: usize = 257;

// internal/pycore_stackref.h
pub const Py_INT_TAG: usize = 3;
pub const Py_TAG_BITS: usize = 3;
pub const Py_TAG_REFCNT: usize = 1;

// internal/pycore_typeobject.h
pub const _Py_TYPE_BASE_VERSION_TAG: c_uint = 131_072;
pub const _Py_TYPE_VERSION_BYTEARRAY: c_uint = 9;
pub const _Py_TYPE_VERSION_BYTES: c_uint = 10;
pub const _Py_TYPE_VERSION_COMPLEX: c_uint = 11;
pub const _Py_TYPE_VERSION_DICT: c_uint = 8;
pub const _Py_TYPE_VERSION_FLOAT: c_uint = 2;
pub const _Py_TYPE_VERSION_FROZEN_SET: c_uint = 7;
pub const _Py_TYPE_VERSION_INT: c_uint = 1;
pub const _Py_TYPE_VERSION_LIST: c_uint = 3;
pub const _Py_TYPE_VERSION_NEXT: c_uint = 16;
pub const _Py_TYPE_VERSION_SET: c_uint = 6;
pub const _Py_TYPE_VERSION_STR: c_uint = 5;
pub const _Py_TYPE_VERSION_TUPLE: c_uint = 4;
