//! The instructions of CPython 3.14: numbers, inline caches, families and stack effects.
//!
//! One line for each: name = number, cells of inline cache, the instruction it
//! specialises (itself if none), and what it pops and pushes for an argument.
//! `.pyc` files and `dis` depend on the numbers. ORDER: opcodes

macro_rules! opcodes {
    ($($name:ident = $number:literal, $caches:literal, $base:ident, |$arg:ident| $popped:expr => $pushed:expr;)*) => {
        /// The numbers; those above 255 are the compiler's and never stand in bytecode.
        pub mod number {
            $(pub const $name: u16 = $number;)*
        }

        /// The numbers as bytes, for the evaluation loop.
        pub mod op {
            $(pub const $name: u8 = ($number & 0xff) as u8;)*
        }

        /// Every instruction, by number.
        pub const NAMES: &[(&str, u16)] = &[$((stringify!($name), $number)),*];

        /// Cells of inline cache behind each instruction.
        pub static CACHES: [u8; 256] = {
            let mut table = [0; 256];
            $(if $number < 256 { table[$number & 0xff] = $caches; })*
            table
        };

        /// What each instruction is a specialisation of.
        pub static DEOPT: [u8; 256] = {
            let mut table = [0; 256];
            let mut index = 0;
            while index < 256 {
                table[index] = index as u8;
                index += 1;
            }
            $(if $number < 256 { table[$number & 0xff] = (number::$base & 0xff) as u8; })*
            table
        };

        /// Cells an instruction pops and pushes; `None` if there is no such instruction.
        #[allow(unused_variables, clippy::identity_op, reason = "most effects do not depend on the argument")]
        pub fn stack_effect(opcode: u16, arg: i32) -> Option<(i32, i32)> {
            match opcode {
                $($number => { let $arg = arg; Some(($popped, $pushed)) })*
                _ => None,
            }
        }
    };
}

opcodes! {
    CACHE = 0, 0, CACHE, |arg| 0 => 0;
    BINARY_SLICE = 1, 0, BINARY_SLICE, |arg| 3 => 1;
    BUILD_TEMPLATE = 2, 0, BUILD_TEMPLATE, |arg| 2 => 1;
    BINARY_OP_INPLACE_ADD_UNICODE = 3, 5, BINARY_OP, |arg| 2 => 0;
    CALL_FUNCTION_EX = 4, 0, CALL_FUNCTION_EX, |arg| 4 => 1;
    CHECK_EG_MATCH = 5, 0, CHECK_EG_MATCH, |arg| 2 => 2;
    CHECK_EXC_MATCH = 6, 0, CHECK_EXC_MATCH, |arg| 2 => 2;
    CLEANUP_THROW = 7, 0, CLEANUP_THROW, |arg| 3 => 2;
    DELETE_SUBSCR = 8, 0, DELETE_SUBSCR, |arg| 2 => 0;
    END_FOR = 9, 0, END_FOR, |arg| 1 => 0;
    END_SEND = 10, 0, END_SEND, |arg| 2 => 1;
    EXIT_INIT_CHECK = 11, 0, EXIT_INIT_CHECK, |arg| 1 => 0;
    FORMAT_SIMPLE = 12, 0, FORMAT_SIMPLE, |arg| 1 => 1;
    FORMAT_WITH_SPEC = 13, 0, FORMAT_WITH_SPEC, |arg| 2 => 1;
    GET_AITER = 14, 0, GET_AITER, |arg| 1 => 1;
    GET_ANEXT = 15, 0, GET_ANEXT, |arg| 1 => 2;
    GET_ITER = 16, 0, GET_ITER, |arg| 1 => 1;
    RESERVED = 17, 0, RESERVED, |arg| 0 => 0;
    GET_LEN = 18, 0, GET_LEN, |arg| 1 => 2;
    GET_YIELD_FROM_ITER = 19, 0, GET_YIELD_FROM_ITER, |arg| 1 => 1;
    INTERPRETER_EXIT = 20, 0, INTERPRETER_EXIT, |arg| 1 => 0;
    LOAD_BUILD_CLASS = 21, 0, LOAD_BUILD_CLASS, |arg| 0 => 1;
    LOAD_LOCALS = 22, 0, LOAD_LOCALS, |arg| 0 => 1;
    MAKE_FUNCTION = 23, 0, MAKE_FUNCTION, |arg| 1 => 1;
    MATCH_KEYS = 24, 0, MATCH_KEYS, |arg| 2 => 3;
    MATCH_MAPPING = 25, 0, MATCH_MAPPING, |arg| 1 => 2;
    MATCH_SEQUENCE = 26, 0, MATCH_SEQUENCE, |arg| 1 => 2;
    NOP = 27, 0, NOP, |arg| 0 => 0;
    NOT_TAKEN = 28, 0, NOT_TAKEN, |arg| 0 => 0;
    POP_EXCEPT = 29, 0, POP_EXCEPT, |arg| 1 => 0;
    POP_ITER = 30, 0, POP_ITER, |arg| 1 => 0;
    POP_TOP = 31, 0, POP_TOP, |arg| 1 => 0;
    PUSH_EXC_INFO = 32, 0, PUSH_EXC_INFO, |arg| 1 => 2;
    PUSH_NULL = 33, 0, PUSH_NULL, |arg| 0 => 1;
    RETURN_GENERATOR = 34, 0, RETURN_GENERATOR, |arg| 0 => 1;
    RETURN_VALUE = 35, 0, RETURN_VALUE, |arg| 1 => 1;
    SETUP_ANNOTATIONS = 36, 0, SETUP_ANNOTATIONS, |arg| 0 => 0;
    STORE_SLICE = 37, 0, STORE_SLICE, |arg| 4 => 0;
    STORE_SUBSCR = 38, 1, STORE_SUBSCR, |arg| 3 => 0;
    TO_BOOL = 39, 3, TO_BOOL, |arg| 1 => 1;
    UNARY_INVERT = 40, 0, UNARY_INVERT, |arg| 1 => 1;
    UNARY_NEGATIVE = 41, 0, UNARY_NEGATIVE, |arg| 1 => 1;
    UNARY_NOT = 42, 0, UNARY_NOT, |arg| 1 => 1;
    WITH_EXCEPT_START = 43, 0, WITH_EXCEPT_START, |arg| 5 => 6;
    BINARY_OP = 44, 5, BINARY_OP, |arg| 2 => 1;
    BUILD_INTERPOLATION = 45, 0, BUILD_INTERPOLATION, |arg| 2 + (arg & 1) => 1;
    BUILD_LIST = 46, 0, BUILD_LIST, |arg| arg => 1;
    BUILD_MAP = 47, 0, BUILD_MAP, |arg| arg*2 => 1;
    BUILD_SET = 48, 0, BUILD_SET, |arg| arg => 1;
    BUILD_SLICE = 49, 0, BUILD_SLICE, |arg| arg => 1;
    BUILD_STRING = 50, 0, BUILD_STRING, |arg| arg => 1;
    BUILD_TUPLE = 51, 0, BUILD_TUPLE, |arg| arg => 1;
    CALL = 52, 3, CALL, |arg| 2 + arg => 1;
    CALL_INTRINSIC_1 = 53, 0, CALL_INTRINSIC_1, |arg| 1 => 1;
    CALL_INTRINSIC_2 = 54, 0, CALL_INTRINSIC_2, |arg| 2 => 1;
    CALL_KW = 55, 3, CALL_KW, |arg| 3 + arg => 1;
    COMPARE_OP = 56, 1, COMPARE_OP, |arg| 2 => 1;
    CONTAINS_OP = 57, 1, CONTAINS_OP, |arg| 2 => 1;
    CONVERT_VALUE = 58, 0, CONVERT_VALUE, |arg| 1 => 1;
    COPY = 59, 0, COPY, |arg| 1 + (arg-1) => 2 + (arg-1);
    COPY_FREE_VARS = 60, 0, COPY_FREE_VARS, |arg| 0 => 0;
    DELETE_ATTR = 61, 0, DELETE_ATTR, |arg| 1 => 0;
    DELETE_DEREF = 62, 0, DELETE_DEREF, |arg| 0 => 0;
    DELETE_FAST = 63, 0, DELETE_FAST, |arg| 0 => 0;
    DELETE_GLOBAL = 64, 0, DELETE_GLOBAL, |arg| 0 => 0;
    DELETE_NAME = 65, 0, DELETE_NAME, |arg| 0 => 0;
    DICT_MERGE = 66, 0, DICT_MERGE, |arg| 5 + (arg - 1) => 4 + (arg - 1);
    DICT_UPDATE = 67, 0, DICT_UPDATE, |arg| 2 + (arg - 1) => 1 + (arg - 1);
    END_ASYNC_FOR = 68, 0, END_ASYNC_FOR, |arg| 2 => 0;
    EXTENDED_ARG = 69, 0, EXTENDED_ARG, |arg| 0 => 0;
    FOR_ITER = 70, 1, FOR_ITER, |arg| 1 => 2;
    GET_AWAITABLE = 71, 0, GET_AWAITABLE, |arg| 1 => 1;
    IMPORT_FROM = 72, 0, IMPORT_FROM, |arg| 1 => 2;
    IMPORT_NAME = 73, 0, IMPORT_NAME, |arg| 2 => 1;
    IS_OP = 74, 0, IS_OP, |arg| 2 => 1;
    JUMP_BACKWARD = 75, 1, JUMP_BACKWARD, |arg| 0 => 0;
    JUMP_BACKWARD_NO_INTERRUPT = 76, 0, JUMP_BACKWARD_NO_INTERRUPT, |arg| 0 => 0;
    JUMP_FORWARD = 77, 0, JUMP_FORWARD, |arg| 0 => 0;
    LIST_APPEND = 78, 0, LIST_APPEND, |arg| 2 + (arg-1) => 1 + (arg-1);
    LIST_EXTEND = 79, 0, LIST_EXTEND, |arg| 2 + (arg-1) => 1 + (arg-1);
    LOAD_ATTR = 80, 9, LOAD_ATTR, |arg| 1 => 1 + (arg&1);
    LOAD_COMMON_CONSTANT = 81, 0, LOAD_COMMON_CONSTANT, |arg| 0 => 1;
    LOAD_CONST = 82, 0, LOAD_CONST, |arg| 0 => 1;
    LOAD_DEREF = 83, 0, LOAD_DEREF, |arg| 0 => 1;
    LOAD_FAST = 84, 0, LOAD_FAST, |arg| 0 => 1;
    LOAD_FAST_AND_CLEAR = 85, 0, LOAD_FAST_AND_CLEAR, |arg| 0 => 1;
    LOAD_FAST_BORROW = 86, 0, LOAD_FAST_BORROW, |arg| 0 => 1;
    LOAD_FAST_BORROW_LOAD_FAST_BORROW = 87, 0, LOAD_FAST_BORROW_LOAD_FAST_BORROW, |arg| 0 => 2;
    LOAD_FAST_CHECK = 88, 0, LOAD_FAST_CHECK, |arg| 0 => 1;
    LOAD_FAST_LOAD_FAST = 89, 0, LOAD_FAST_LOAD_FAST, |arg| 0 => 2;
    LOAD_FROM_DICT_OR_DEREF = 90, 0, LOAD_FROM_DICT_OR_DEREF, |arg| 1 => 1;
    LOAD_FROM_DICT_OR_GLOBALS = 91, 0, LOAD_FROM_DICT_OR_GLOBALS, |arg| 1 => 1;
    LOAD_GLOBAL = 92, 4, LOAD_GLOBAL, |arg| 0 => 1 + (arg & 1);
    LOAD_NAME = 93, 0, LOAD_NAME, |arg| 0 => 1;
    LOAD_SMALL_INT = 94, 0, LOAD_SMALL_INT, |arg| 0 => 1;
    LOAD_SPECIAL = 95, 0, LOAD_SPECIAL, |arg| 1 => 2;
    LOAD_SUPER_ATTR = 96, 1, LOAD_SUPER_ATTR, |arg| 3 => 1 + (arg & 1);
    MAKE_CELL = 97, 0, MAKE_CELL, |arg| 0 => 0;
    MAP_ADD = 98, 0, MAP_ADD, |arg| 3 + (arg - 1) => 1 + (arg - 1);
    MATCH_CLASS = 99, 0, MATCH_CLASS, |arg| 3 => 1;
    POP_JUMP_IF_FALSE = 100, 1, POP_JUMP_IF_FALSE, |arg| 1 => 0;
    POP_JUMP_IF_NONE = 101, 1, POP_JUMP_IF_NONE, |arg| 1 => 0;
    POP_JUMP_IF_NOT_NONE = 102, 1, POP_JUMP_IF_NOT_NONE, |arg| 1 => 0;
    POP_JUMP_IF_TRUE = 103, 1, POP_JUMP_IF_TRUE, |arg| 1 => 0;
    RAISE_VARARGS = 104, 0, RAISE_VARARGS, |arg| arg => 0;
    RERAISE = 105, 0, RERAISE, |arg| 1 + arg => arg;
    SEND = 106, 1, SEND, |arg| 2 => 2;
    SET_ADD = 107, 0, SET_ADD, |arg| 2 + (arg-1) => 1 + (arg-1);
    SET_FUNCTION_ATTRIBUTE = 108, 0, SET_FUNCTION_ATTRIBUTE, |arg| 2 => 1;
    SET_UPDATE = 109, 0, SET_UPDATE, |arg| 2 + (arg-1) => 1 + (arg-1);
    STORE_ATTR = 110, 4, STORE_ATTR, |arg| 2 => 0;
    STORE_DEREF = 111, 0, STORE_DEREF, |arg| 1 => 0;
    STORE_FAST = 112, 0, STORE_FAST, |arg| 1 => 0;
    STORE_FAST_LOAD_FAST = 113, 0, STORE_FAST_LOAD_FAST, |arg| 1 => 1;
    STORE_FAST_STORE_FAST = 114, 0, STORE_FAST_STORE_FAST, |arg| 2 => 0;
    STORE_GLOBAL = 115, 0, STORE_GLOBAL, |arg| 1 => 0;
    STORE_NAME = 116, 0, STORE_NAME, |arg| 1 => 0;
    SWAP = 117, 0, SWAP, |arg| 2 + (arg-2) => 2 + (arg-2);
    UNPACK_EX = 118, 0, UNPACK_EX, |arg| 1 => 1 + (arg & 0xFF) + (arg >> 8);
    UNPACK_SEQUENCE = 119, 1, UNPACK_SEQUENCE, |arg| 1 => arg;
    YIELD_VALUE = 120, 0, YIELD_VALUE, |arg| 1 => 1;
    RESUME = 128, 0, RESUME, |arg| 0 => 0;
    BINARY_OP_ADD_FLOAT = 129, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_ADD_INT = 130, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_ADD_UNICODE = 131, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_EXTEND = 132, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_MULTIPLY_FLOAT = 133, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_MULTIPLY_INT = 134, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_SUBSCR_DICT = 135, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_SUBSCR_GETITEM = 136, 5, BINARY_OP, |arg| 2 => 0;
    BINARY_OP_SUBSCR_LIST_INT = 137, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_SUBSCR_LIST_SLICE = 138, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_SUBSCR_STR_INT = 139, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_SUBSCR_TUPLE_INT = 140, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_SUBTRACT_FLOAT = 141, 5, BINARY_OP, |arg| 2 => 1;
    BINARY_OP_SUBTRACT_INT = 142, 5, BINARY_OP, |arg| 2 => 1;
    CALL_ALLOC_AND_ENTER_INIT = 143, 3, CALL, |arg| 2 + arg => 0;
    CALL_BOUND_METHOD_EXACT_ARGS = 144, 3, CALL, |arg| 2 + arg => 0;
    CALL_BOUND_METHOD_GENERAL = 145, 3, CALL, |arg| 2 + arg => 0;
    CALL_BUILTIN_CLASS = 146, 3, CALL, |arg| 2 + arg => 1;
    CALL_BUILTIN_FAST = 147, 3, CALL, |arg| 2 + arg => 1;
    CALL_BUILTIN_FAST_WITH_KEYWORDS = 148, 3, CALL, |arg| 2 + arg => 1;
    CALL_BUILTIN_O = 149, 3, CALL, |arg| 2 + arg => 1;
    CALL_ISINSTANCE = 150, 3, CALL, |arg| 2 + arg => 1;
    CALL_KW_BOUND_METHOD = 151, 3, CALL_KW, |arg| 3 + arg => 0;
    CALL_KW_NON_PY = 152, 3, CALL_KW, |arg| 3 + arg => 1;
    CALL_KW_PY = 153, 3, CALL_KW, |arg| 3 + arg => 0;
    CALL_LEN = 154, 3, CALL, |arg| 3 => 1;
    CALL_LIST_APPEND = 155, 3, CALL, |arg| 3 => 0;
    CALL_METHOD_DESCRIPTOR_FAST = 156, 3, CALL, |arg| 2 + arg => 1;
    CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 157, 3, CALL, |arg| 2 + arg => 1;
    CALL_METHOD_DESCRIPTOR_NOARGS = 158, 3, CALL, |arg| 2 + arg => 1;
    CALL_METHOD_DESCRIPTOR_O = 159, 3, CALL, |arg| 2 + arg => 1;
    CALL_NON_PY_GENERAL = 160, 3, CALL, |arg| 2 + arg => 1;
    CALL_PY_EXACT_ARGS = 161, 3, CALL, |arg| 2 + arg => 0;
    CALL_PY_GENERAL = 162, 3, CALL, |arg| 2 + arg => 0;
    CALL_STR_1 = 163, 3, CALL, |arg| 3 => 1;
    CALL_TUPLE_1 = 164, 3, CALL, |arg| 3 => 1;
    CALL_TYPE_1 = 165, 3, CALL, |arg| 3 => 1;
    COMPARE_OP_FLOAT = 166, 1, COMPARE_OP, |arg| 2 => 1;
    COMPARE_OP_INT = 167, 1, COMPARE_OP, |arg| 2 => 1;
    COMPARE_OP_STR = 168, 1, COMPARE_OP, |arg| 2 => 1;
    CONTAINS_OP_DICT = 169, 1, CONTAINS_OP, |arg| 2 => 1;
    CONTAINS_OP_SET = 170, 1, CONTAINS_OP, |arg| 2 => 1;
    FOR_ITER_GEN = 171, 1, FOR_ITER, |arg| 1 => 1;
    FOR_ITER_LIST = 172, 1, FOR_ITER, |arg| 1 => 2;
    FOR_ITER_RANGE = 173, 1, FOR_ITER, |arg| 1 => 2;
    FOR_ITER_TUPLE = 174, 1, FOR_ITER, |arg| 1 => 2;
    JUMP_BACKWARD_JIT = 175, 1, JUMP_BACKWARD, |arg| 0 => 0;
    JUMP_BACKWARD_NO_JIT = 176, 1, JUMP_BACKWARD, |arg| 0 => 0;
    LOAD_ATTR_CLASS = 177, 9, LOAD_ATTR, |arg| 1 => 1 + (arg & 1);
    LOAD_ATTR_CLASS_WITH_METACLASS_CHECK = 178, 9, LOAD_ATTR, |arg| 1 => 1 + (arg & 1);
    LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN = 179, 9, LOAD_ATTR, |arg| 1 => 1;
    LOAD_ATTR_INSTANCE_VALUE = 180, 9, LOAD_ATTR, |arg| 1 => 1 + (arg & 1);
    LOAD_ATTR_METHOD_LAZY_DICT = 181, 9, LOAD_ATTR, |arg| 1 => 2;
    LOAD_ATTR_METHOD_NO_DICT = 182, 9, LOAD_ATTR, |arg| 1 => 2;
    LOAD_ATTR_METHOD_WITH_VALUES = 183, 9, LOAD_ATTR, |arg| 1 => 2;
    LOAD_ATTR_MODULE = 184, 9, LOAD_ATTR, |arg| 1 => 1 + (arg & 1);
    LOAD_ATTR_NONDESCRIPTOR_NO_DICT = 185, 9, LOAD_ATTR, |arg| 1 => 1;
    LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES = 186, 9, LOAD_ATTR, |arg| 1 => 1;
    LOAD_ATTR_PROPERTY = 187, 9, LOAD_ATTR, |arg| 1 => 0;
    LOAD_ATTR_SLOT = 188, 9, LOAD_ATTR, |arg| 1 => 1 + (arg & 1);
    LOAD_ATTR_WITH_HINT = 189, 9, LOAD_ATTR, |arg| 1 => 1 + (arg & 1);
    LOAD_CONST_IMMORTAL = 190, 0, LOAD_CONST, |arg| 0 => 1;
    LOAD_CONST_MORTAL = 191, 0, LOAD_CONST, |arg| 0 => 1;
    LOAD_GLOBAL_BUILTIN = 192, 4, LOAD_GLOBAL, |arg| 0 => 1 + (arg & 1);
    LOAD_GLOBAL_MODULE = 193, 4, LOAD_GLOBAL, |arg| 0 => 1 + (arg & 1);
    LOAD_SUPER_ATTR_ATTR = 194, 1, LOAD_SUPER_ATTR, |arg| 3 => 1;
    LOAD_SUPER_ATTR_METHOD = 195, 1, LOAD_SUPER_ATTR, |arg| 3 => 2;
    RESUME_CHECK = 196, 0, RESUME, |arg| 0 => 0;
    SEND_GEN = 197, 1, SEND, |arg| 2 => 1;
    STORE_ATTR_INSTANCE_VALUE = 198, 4, STORE_ATTR, |arg| 2 => 0;
    STORE_ATTR_SLOT = 199, 4, STORE_ATTR, |arg| 2 => 0;
    STORE_ATTR_WITH_HINT = 200, 4, STORE_ATTR, |arg| 2 => 0;
    STORE_SUBSCR_DICT = 201, 1, STORE_SUBSCR, |arg| 3 => 0;
    STORE_SUBSCR_LIST_INT = 202, 1, STORE_SUBSCR, |arg| 3 => 0;
    TO_BOOL_ALWAYS_TRUE = 203, 3, TO_BOOL, |arg| 1 => 1;
    TO_BOOL_BOOL = 204, 3, TO_BOOL, |arg| 1 => 1;
    TO_BOOL_INT = 205, 3, TO_BOOL, |arg| 1 => 1;
    TO_BOOL_LIST = 206, 3, TO_BOOL, |arg| 1 => 1;
    TO_BOOL_NONE = 207, 3, TO_BOOL, |arg| 1 => 1;
    TO_BOOL_STR = 208, 3, TO_BOOL, |arg| 1 => 1;
    UNPACK_SEQUENCE_LIST = 209, 1, UNPACK_SEQUENCE, |arg| 1 => arg;
    UNPACK_SEQUENCE_TUPLE = 210, 1, UNPACK_SEQUENCE, |arg| 1 => arg;
    UNPACK_SEQUENCE_TWO_TUPLE = 211, 1, UNPACK_SEQUENCE, |arg| 1 => 2;
    INSTRUMENTED_END_FOR = 234, 0, INSTRUMENTED_END_FOR, |arg| 2 => 1;
    INSTRUMENTED_POP_ITER = 235, 0, INSTRUMENTED_POP_ITER, |arg| 1 => 0;
    INSTRUMENTED_END_SEND = 236, 0, INSTRUMENTED_END_SEND, |arg| 2 => 1;
    INSTRUMENTED_FOR_ITER = 237, 0, INSTRUMENTED_FOR_ITER, |arg| 1 => 2;
    INSTRUMENTED_INSTRUCTION = 238, 0, INSTRUMENTED_INSTRUCTION, |arg| 0 => 0;
    INSTRUMENTED_JUMP_FORWARD = 239, 0, INSTRUMENTED_JUMP_FORWARD, |arg| 0 => 0;
    INSTRUMENTED_NOT_TAKEN = 240, 0, INSTRUMENTED_NOT_TAKEN, |arg| 0 => 0;
    INSTRUMENTED_POP_JUMP_IF_TRUE = 241, 0, INSTRUMENTED_POP_JUMP_IF_TRUE, |arg| 1 => 0;
    INSTRUMENTED_POP_JUMP_IF_FALSE = 242, 0, INSTRUMENTED_POP_JUMP_IF_FALSE, |arg| 1 => 0;
    INSTRUMENTED_POP_JUMP_IF_NONE = 243, 0, INSTRUMENTED_POP_JUMP_IF_NONE, |arg| 1 => 0;
    INSTRUMENTED_POP_JUMP_IF_NOT_NONE = 244, 0, INSTRUMENTED_POP_JUMP_IF_NOT_NONE, |arg| 1 => 0;
    INSTRUMENTED_RESUME = 245, 0, INSTRUMENTED_RESUME, |arg| 0 => 0;
    INSTRUMENTED_RETURN_VALUE = 246, 0, INSTRUMENTED_RETURN_VALUE, |arg| 1 => 1;
    INSTRUMENTED_YIELD_VALUE = 247, 0, INSTRUMENTED_YIELD_VALUE, |arg| 1 => 1;
    INSTRUMENTED_END_ASYNC_FOR = 248, 0, INSTRUMENTED_END_ASYNC_FOR, |arg| 2 => 0;
    INSTRUMENTED_LOAD_SUPER_ATTR = 249, 0, INSTRUMENTED_LOAD_SUPER_ATTR, |arg| 3 => 1 + (arg & 1);
    INSTRUMENTED_CALL = 250, 0, INSTRUMENTED_CALL, |arg| 2 + arg => 1;
    INSTRUMENTED_CALL_KW = 251, 0, INSTRUMENTED_CALL_KW, |arg| 3 + arg => 1;
    INSTRUMENTED_CALL_FUNCTION_EX = 252, 0, INSTRUMENTED_CALL_FUNCTION_EX, |arg| 4 => 1;
    INSTRUMENTED_JUMP_BACKWARD = 253, 0, INSTRUMENTED_JUMP_BACKWARD, |arg| 0 => 0;
    INSTRUMENTED_LINE = 254, 0, INSTRUMENTED_LINE, |arg| 0 => 0;
    ENTER_EXECUTOR = 255, 0, ENTER_EXECUTOR, |arg| 0 => 0;
    ANNOTATIONS_PLACEHOLDER = 256, 0, ANNOTATIONS_PLACEHOLDER, |arg| 0 => 0;
    JUMP = 257, 0, JUMP, |arg| 0 => 0;
    JUMP_IF_FALSE = 258, 0, JUMP_IF_FALSE, |arg| 1 => 1;
    JUMP_IF_TRUE = 259, 0, JUMP_IF_TRUE, |arg| 1 => 1;
    JUMP_NO_INTERRUPT = 260, 0, JUMP_NO_INTERRUPT, |arg| 0 => 0;
    LOAD_CLOSURE = 261, 0, LOAD_CLOSURE, |arg| 0 => 1;
    POP_BLOCK = 262, 0, POP_BLOCK, |arg| 0 => 0;
    SETUP_CLEANUP = 263, 0, SETUP_CLEANUP, |arg| 0 => 2;
    SETUP_FINALLY = 264, 0, SETUP_FINALLY, |arg| 0 => 1;
    SETUP_WITH = 265, 0, SETUP_WITH, |arg| 0 => 1;
    STORE_FAST_MAYBE_NULL = 266, 0, STORE_FAST_MAYBE_NULL, |arg| 1 => 0;
}
