//! The `_opcode` module: what the `opcode` and `dis` modules know about bytecode.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Signature, int, list, method, raise, singletons, str, tuple,
};

use crate::host;

const HAS_ARG: u8 = 1 << 0;
const HAS_CONST: u8 = 1 << 1;
const HAS_EXC: u8 = 1 << 2;
const HAS_FREE: u8 = 1 << 3;
const HAS_JUMP: u8 = 1 << 4;
const HAS_LOCAL: u8 = 1 << 5;
const HAS_NAME: u8 = 1 << 6;

/// An opcode, its `HAS_*` flags, its effect on the stack (a + b * oparg + c * (oparg & 1);
/// `None` for instructions the compiler does not emit), and what jumping adds to that.
type Entry = (i32, u8, Option<(i32, i32, i32)>, i32);

// ORDER: opcodes, ascending.
const OPCODES: &[Entry] = &[
    (0, 0, Some((0, 0, 0)), 0), // CACHE
    (1, 0, Some((-2, 0, 0)), 0), // BINARY_SLICE
    (2, 0, Some((-1, 0, 0)), 0), // BUILD_TEMPLATE
    (3, 32, None, 0), // BINARY_OP_INPLACE_ADD_UNICODE
    (4, 0, Some((-3, 0, 0)), 0), // CALL_FUNCTION_EX
    (5, 0, Some((0, 0, 0)), 0), // CHECK_EG_MATCH
    (6, 0, Some((0, 0, 0)), 0), // CHECK_EXC_MATCH
    (7, 0, Some((-1, 0, 0)), 0), // CLEANUP_THROW
    (8, 0, Some((-2, 0, 0)), 0), // DELETE_SUBSCR
    (9, 0, Some((-1, 0, 0)), 0), // END_FOR
    (10, 0, Some((-1, 0, 0)), 0), // END_SEND
    (11, 0, Some((-1, 0, 0)), 0), // EXIT_INIT_CHECK
    (12, 0, Some((0, 0, 0)), 0), // FORMAT_SIMPLE
    (13, 0, Some((-1, 0, 0)), 0), // FORMAT_WITH_SPEC
    (14, 0, Some((0, 0, 0)), 0), // GET_AITER
    (15, 0, Some((1, 0, 0)), 0), // GET_ANEXT
    (16, 0, Some((0, 0, 0)), 0), // GET_ITER
    (17, 0, Some((0, 0, 0)), 0), // RESERVED
    (18, 0, Some((1, 0, 0)), 0), // GET_LEN
    (19, 0, Some((0, 0, 0)), 0), // GET_YIELD_FROM_ITER
    (20, 0, Some((-1, 0, 0)), 0), // INTERPRETER_EXIT
    (21, 0, Some((1, 0, 0)), 0), // LOAD_BUILD_CLASS
    (22, 0, Some((1, 0, 0)), 0), // LOAD_LOCALS
    (23, 0, Some((0, 0, 0)), 0), // MAKE_FUNCTION
    (24, 0, Some((1, 0, 0)), 0), // MATCH_KEYS
    (25, 0, Some((1, 0, 0)), 0), // MATCH_MAPPING
    (26, 0, Some((1, 0, 0)), 0), // MATCH_SEQUENCE
    (27, 0, Some((0, 0, 0)), 0), // NOP
    (28, 0, Some((0, 0, 0)), 0), // NOT_TAKEN
    (29, 0, Some((-1, 0, 0)), 0), // POP_EXCEPT
    (30, 0, Some((-1, 0, 0)), 0), // POP_ITER
    (31, 0, Some((-1, 0, 0)), 0), // POP_TOP
    (32, 0, Some((1, 0, 0)), 0), // PUSH_EXC_INFO
    (33, 0, Some((1, 0, 0)), 0), // PUSH_NULL
    (34, 0, Some((1, 0, 0)), 0), // RETURN_GENERATOR
    (35, 0, Some((0, 0, 0)), 0), // RETURN_VALUE
    (36, 0, Some((0, 0, 0)), 0), // SETUP_ANNOTATIONS
    (37, 0, Some((-4, 0, 0)), 0), // STORE_SLICE
    (38, 0, Some((-3, 0, 0)), 0), // STORE_SUBSCR
    (39, 0, Some((0, 0, 0)), 0), // TO_BOOL
    (40, 0, Some((0, 0, 0)), 0), // UNARY_INVERT
    (41, 0, Some((0, 0, 0)), 0), // UNARY_NEGATIVE
    (42, 0, Some((0, 0, 0)), 0), // UNARY_NOT
    (43, 0, Some((1, 0, 0)), 0), // WITH_EXCEPT_START
    (44, 1, Some((-1, 0, 0)), 0), // BINARY_OP
    (45, 1, Some((-1, 0, -1)), 0), // BUILD_INTERPOLATION
    (46, 1, Some((1, -1, 0)), 0), // BUILD_LIST
    (47, 1, Some((1, -2, 0)), 0), // BUILD_MAP
    (48, 1, Some((1, -1, 0)), 0), // BUILD_SET
    (49, 1, Some((1, -1, 0)), 0), // BUILD_SLICE
    (50, 1, Some((1, -1, 0)), 0), // BUILD_STRING
    (51, 1, Some((1, -1, 0)), 0), // BUILD_TUPLE
    (52, 1, Some((-1, -1, 0)), 0), // CALL
    (53, 1, Some((0, 0, 0)), 0), // CALL_INTRINSIC_1
    (54, 1, Some((-1, 0, 0)), 0), // CALL_INTRINSIC_2
    (55, 1, Some((-2, -1, 0)), 0), // CALL_KW
    (56, 1, Some((-1, 0, 0)), 0), // COMPARE_OP
    (57, 1, Some((-1, 0, 0)), 0), // CONTAINS_OP
    (58, 1, Some((0, 0, 0)), 0), // CONVERT_VALUE
    (59, 1, Some((1, 0, 0)), 0), // COPY
    (60, 1, Some((0, 0, 0)), 0), // COPY_FREE_VARS
    (61, 65, Some((-1, 0, 0)), 0), // DELETE_ATTR
    (62, 9, Some((0, 0, 0)), 0), // DELETE_DEREF
    (63, 33, Some((0, 0, 0)), 0), // DELETE_FAST
    (64, 65, Some((0, 0, 0)), 0), // DELETE_GLOBAL
    (65, 65, Some((0, 0, 0)), 0), // DELETE_NAME
    (66, 1, Some((-1, 0, 0)), 0), // DICT_MERGE
    (67, 1, Some((-1, 0, 0)), 0), // DICT_UPDATE
    (68, 17, Some((-2, 0, 0)), 0), // END_ASYNC_FOR
    (69, 1, Some((0, 0, 0)), 0), // EXTENDED_ARG
    (70, 17, Some((1, 0, 0)), 0), // FOR_ITER
    (71, 1, Some((0, 0, 0)), 0), // GET_AWAITABLE
    (72, 65, Some((1, 0, 0)), 0), // IMPORT_FROM
    (73, 65, Some((-1, 0, 0)), 0), // IMPORT_NAME
    (74, 1, Some((-1, 0, 0)), 0), // IS_OP
    (75, 17, Some((0, 0, 0)), 0), // JUMP_BACKWARD
    (76, 17, Some((0, 0, 0)), 0), // JUMP_BACKWARD_NO_INTERRUPT
    (77, 17, Some((0, 0, 0)), 0), // JUMP_FORWARD
    (78, 1, Some((-1, 0, 0)), 0), // LIST_APPEND
    (79, 1, Some((-1, 0, 0)), 0), // LIST_EXTEND
    (80, 65, Some((0, 0, 1)), 0), // LOAD_ATTR
    (81, 1, Some((1, 0, 0)), 0), // LOAD_COMMON_CONSTANT
    (82, 3, Some((1, 0, 0)), 0), // LOAD_CONST
    (83, 33, Some((1, 0, 0)), 0), // LOAD_DEREF
    (84, 33, Some((1, 0, 0)), 0), // LOAD_FAST
    (85, 33, Some((1, 0, 0)), 0), // LOAD_FAST_AND_CLEAR
    (86, 33, Some((1, 0, 0)), 0), // LOAD_FAST_BORROW
    (87, 33, Some((2, 0, 0)), 0), // LOAD_FAST_BORROW_LOAD_FAST_BORROW
    (88, 33, Some((1, 0, 0)), 0), // LOAD_FAST_CHECK
    (89, 33, Some((2, 0, 0)), 0), // LOAD_FAST_LOAD_FAST
    (90, 9, Some((0, 0, 0)), 0), // LOAD_FROM_DICT_OR_DEREF
    (91, 65, Some((0, 0, 0)), 0), // LOAD_FROM_DICT_OR_GLOBALS
    (92, 65, Some((1, 0, 1)), 0), // LOAD_GLOBAL
    (93, 65, Some((1, 0, 0)), 0), // LOAD_NAME
    (94, 1, Some((1, 0, 0)), 0), // LOAD_SMALL_INT
    (95, 1, Some((1, 0, 0)), 0), // LOAD_SPECIAL
    (96, 65, Some((-2, 0, 1)), 0), // LOAD_SUPER_ATTR
    (97, 9, Some((0, 0, 0)), 0), // MAKE_CELL
    (98, 1, Some((-2, 0, 0)), 0), // MAP_ADD
    (99, 1, Some((-2, 0, 0)), 0), // MATCH_CLASS
    (100, 17, Some((-1, 0, 0)), 0), // POP_JUMP_IF_FALSE
    (101, 17, Some((-1, 0, 0)), 0), // POP_JUMP_IF_NONE
    (102, 17, Some((-1, 0, 0)), 0), // POP_JUMP_IF_NOT_NONE
    (103, 17, Some((-1, 0, 0)), 0), // POP_JUMP_IF_TRUE
    (104, 1, Some((0, -1, 0)), 0), // RAISE_VARARGS
    (105, 1, Some((-1, 0, 0)), 0), // RERAISE
    (106, 17, Some((0, 0, 0)), 0), // SEND
    (107, 1, Some((-1, 0, 0)), 0), // SET_ADD
    (108, 1, Some((-1, 0, 0)), 0), // SET_FUNCTION_ATTRIBUTE
    (109, 1, Some((-1, 0, 0)), 0), // SET_UPDATE
    (110, 65, Some((-2, 0, 0)), 0), // STORE_ATTR
    (111, 9, Some((-1, 0, 0)), 0), // STORE_DEREF
    (112, 33, Some((-1, 0, 0)), 0), // STORE_FAST
    (113, 33, Some((0, 0, 0)), 0), // STORE_FAST_LOAD_FAST
    (114, 33, Some((-2, 0, 0)), 0), // STORE_FAST_STORE_FAST
    (115, 65, Some((-1, 0, 0)), 0), // STORE_GLOBAL
    (116, 65, Some((-1, 0, 0)), 0), // STORE_NAME
    (117, 1, Some((0, 0, 0)), 0), // SWAP
    (118, 1, Some((0, 1, 0)), 0), // UNPACK_EX
    (119, 1, Some((-1, 1, 0)), 0), // UNPACK_SEQUENCE
    (120, 1, Some((0, 0, 0)), 0), // YIELD_VALUE
    (128, 1, Some((0, 0, 0)), 0), // RESUME
    (129, 0, None, 0), // BINARY_OP_ADD_FLOAT
    (130, 0, None, 0), // BINARY_OP_ADD_INT
    (131, 0, None, 0), // BINARY_OP_ADD_UNICODE
    (132, 0, None, 0), // BINARY_OP_EXTEND
    (133, 0, None, 0), // BINARY_OP_MULTIPLY_FLOAT
    (134, 0, None, 0), // BINARY_OP_MULTIPLY_INT
    (135, 0, None, 0), // BINARY_OP_SUBSCR_DICT
    (136, 0, None, 0), // BINARY_OP_SUBSCR_GETITEM
    (137, 0, None, 0), // BINARY_OP_SUBSCR_LIST_INT
    (138, 0, None, 0), // BINARY_OP_SUBSCR_LIST_SLICE
    (139, 0, None, 0), // BINARY_OP_SUBSCR_STR_INT
    (140, 0, None, 0), // BINARY_OP_SUBSCR_TUPLE_INT
    (141, 0, None, 0), // BINARY_OP_SUBTRACT_FLOAT
    (142, 0, None, 0), // BINARY_OP_SUBTRACT_INT
    (143, 1, None, 0), // CALL_ALLOC_AND_ENTER_INIT
    (144, 1, None, 0), // CALL_BOUND_METHOD_EXACT_ARGS
    (145, 1, None, 0), // CALL_BOUND_METHOD_GENERAL
    (146, 1, None, 0), // CALL_BUILTIN_CLASS
    (147, 1, None, 0), // CALL_BUILTIN_FAST
    (148, 1, None, 0), // CALL_BUILTIN_FAST_WITH_KEYWORDS
    (149, 1, None, 0), // CALL_BUILTIN_O
    (150, 1, None, 0), // CALL_ISINSTANCE
    (151, 1, None, 0), // CALL_KW_BOUND_METHOD
    (152, 1, None, 0), // CALL_KW_NON_PY
    (153, 1, None, 0), // CALL_KW_PY
    (154, 0, None, 0), // CALL_LEN
    (155, 1, None, 0), // CALL_LIST_APPEND
    (156, 1, None, 0), // CALL_METHOD_DESCRIPTOR_FAST
    (157, 1, None, 0), // CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS
    (158, 1, None, 0), // CALL_METHOD_DESCRIPTOR_NOARGS
    (159, 1, None, 0), // CALL_METHOD_DESCRIPTOR_O
    (160, 1, None, 0), // CALL_NON_PY_GENERAL
    (161, 1, None, 0), // CALL_PY_EXACT_ARGS
    (162, 1, None, 0), // CALL_PY_GENERAL
    (163, 1, None, 0), // CALL_STR_1
    (164, 1, None, 0), // CALL_TUPLE_1
    (165, 1, None, 0), // CALL_TYPE_1
    (166, 1, None, 0), // COMPARE_OP_FLOAT
    (167, 1, None, 0), // COMPARE_OP_INT
    (168, 1, None, 0), // COMPARE_OP_STR
    (169, 1, None, 0), // CONTAINS_OP_DICT
    (170, 1, None, 0), // CONTAINS_OP_SET
    (171, 1, None, 0), // FOR_ITER_GEN
    (172, 17, None, 0), // FOR_ITER_LIST
    (173, 17, None, 0), // FOR_ITER_RANGE
    (174, 17, None, 0), // FOR_ITER_TUPLE
    (175, 17, None, 0), // JUMP_BACKWARD_JIT
    (176, 17, None, 0), // JUMP_BACKWARD_NO_JIT
    (177, 1, None, 0), // LOAD_ATTR_CLASS
    (178, 1, None, 0), // LOAD_ATTR_CLASS_WITH_METACLASS_CHECK
    (179, 65, None, 0), // LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN
    (180, 1, None, 0), // LOAD_ATTR_INSTANCE_VALUE
    (181, 1, None, 0), // LOAD_ATTR_METHOD_LAZY_DICT
    (182, 1, None, 0), // LOAD_ATTR_METHOD_NO_DICT
    (183, 1, None, 0), // LOAD_ATTR_METHOD_WITH_VALUES
    (184, 1, None, 0), // LOAD_ATTR_MODULE
    (185, 1, None, 0), // LOAD_ATTR_NONDESCRIPTOR_NO_DICT
    (186, 1, None, 0), // LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES
    (187, 1, None, 0), // LOAD_ATTR_PROPERTY
    (188, 1, None, 0), // LOAD_ATTR_SLOT
    (189, 65, None, 0), // LOAD_ATTR_WITH_HINT
    (190, 3, None, 0), // LOAD_CONST_IMMORTAL
    (191, 3, None, 0), // LOAD_CONST_MORTAL
    (192, 1, None, 0), // LOAD_GLOBAL_BUILTIN
    (193, 1, None, 0), // LOAD_GLOBAL_MODULE
    (194, 65, None, 0), // LOAD_SUPER_ATTR_ATTR
    (195, 65, None, 0), // LOAD_SUPER_ATTR_METHOD
    (196, 0, None, 0), // RESUME_CHECK
    (197, 1, None, 0), // SEND_GEN
    (198, 0, None, 0), // STORE_ATTR_INSTANCE_VALUE
    (199, 0, None, 0), // STORE_ATTR_SLOT
    (200, 65, None, 0), // STORE_ATTR_WITH_HINT
    (201, 0, None, 0), // STORE_SUBSCR_DICT
    (202, 0, None, 0), // STORE_SUBSCR_LIST_INT
    (203, 0, None, 0), // TO_BOOL_ALWAYS_TRUE
    (204, 0, None, 0), // TO_BOOL_BOOL
    (205, 0, None, 0), // TO_BOOL_INT
    (206, 0, None, 0), // TO_BOOL_LIST
    (207, 0, None, 0), // TO_BOOL_NONE
    (208, 0, None, 0), // TO_BOOL_STR
    (209, 1, None, 0), // UNPACK_SEQUENCE_LIST
    (210, 1, None, 0), // UNPACK_SEQUENCE_TUPLE
    (211, 1, None, 0), // UNPACK_SEQUENCE_TWO_TUPLE
    (234, 0, Some((-1, 0, 0)), 0), // INSTRUMENTED_END_FOR
    (235, 0, Some((-1, 0, 0)), 0), // INSTRUMENTED_POP_ITER
    (236, 0, Some((-1, 0, 0)), 0), // INSTRUMENTED_END_SEND
    (237, 17, Some((1, 0, 0)), 0), // INSTRUMENTED_FOR_ITER
    (238, 0, Some((0, 0, 0)), 0), // INSTRUMENTED_INSTRUCTION
    (239, 1, Some((0, 0, 0)), 0), // INSTRUMENTED_JUMP_FORWARD
    (240, 0, Some((0, 0, 0)), 0), // INSTRUMENTED_NOT_TAKEN
    (241, 1, Some((-1, 0, 0)), 0), // INSTRUMENTED_POP_JUMP_IF_TRUE
    (242, 1, Some((-1, 0, 0)), 0), // INSTRUMENTED_POP_JUMP_IF_FALSE
    (243, 1, Some((-1, 0, 0)), 0), // INSTRUMENTED_POP_JUMP_IF_NONE
    (244, 1, Some((-1, 0, 0)), 0), // INSTRUMENTED_POP_JUMP_IF_NOT_NONE
    (245, 1, Some((0, 0, 0)), 0), // INSTRUMENTED_RESUME
    (246, 0, Some((0, 0, 0)), 0), // INSTRUMENTED_RETURN_VALUE
    (247, 1, Some((0, 0, 0)), 0), // INSTRUMENTED_YIELD_VALUE
    (248, 17, Some((-2, 0, 0)), 0), // INSTRUMENTED_END_ASYNC_FOR
    (249, 65, Some((-2, 0, 1)), 0), // INSTRUMENTED_LOAD_SUPER_ATTR
    (250, 1, Some((-1, -1, 0)), 0), // INSTRUMENTED_CALL
    (251, 1, Some((-2, -1, 0)), 0), // INSTRUMENTED_CALL_KW
    (252, 0, Some((-3, 0, 0)), 0), // INSTRUMENTED_CALL_FUNCTION_EX
    (253, 1, Some((0, 0, 0)), 0), // INSTRUMENTED_JUMP_BACKWARD
    (254, 0, Some((0, 0, 0)), 0), // INSTRUMENTED_LINE
    (255, 1, Some((0, 0, 0)), 0), // ENTER_EXECUTOR
    (256, 0, Some((0, 0, 0)), 0), // ANNOTATIONS_PLACEHOLDER
    (257, 17, Some((0, 0, 0)), 0), // JUMP
    (258, 17, Some((0, 0, 0)), 0), // JUMP_IF_FALSE
    (259, 17, Some((0, 0, 0)), 0), // JUMP_IF_TRUE
    (260, 17, Some((0, 0, 0)), 0), // JUMP_NO_INTERRUPT
    (261, 33, Some((1, 0, 0)), 0), // LOAD_CLOSURE
    (262, 0, Some((0, 0, 0)), 0), // POP_BLOCK
    (263, 5, Some((0, 0, 0)), 2), // SETUP_CLEANUP
    (264, 5, Some((0, 0, 0)), 1), // SETUP_FINALLY
    (265, 5, Some((0, 0, 0)), 1), // SETUP_WITH
    (266, 33, Some((-1, 0, 0)), 0), // STORE_FAST_MAYBE_NULL
];

/// Its count before the star is in the low byte, the one behind it above.
const UNPACK_EX: i32 = 118;

fn entry(opcode: i32) -> Option<&'static Entry> {
    OPCODES.binary_search_by_key(&opcode, |entry| entry.0).ok().map(|index| &OPCODES[index])
}

fn stack_effect(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<3> = Signature::new("stack_effect", ["", "", "jump"])
        .positional_only(2)
        .keyword_only_from(2)
        .required(1);
    let [opcode, oparg, jump] = args.parse(&SIGNATURE)?;
    let opcode = int::as_i32(opcode.expect("required"))?;
    let oparg = match oparg.filter(|it| !it.is_none()) {
        Some(oparg) => int::as_i32(oparg)?,
        None => 0,
    };
    let jump = match jump {
        None => None,
        Some(jump) if jump.is_none() => None,
        Some(jump) if jump.is(singletons::true_()) => Some(true),
        Some(jump) if jump.is(singletons::false_()) => Some(false),
        Some(_) => return Err(raise!(ValueError, "stack_effect: jump must be False, True or None")),
    };
    let Some((_, _, Some((base, factor, odd)), jumping)) = entry(opcode) else {
        return Err(raise!(ValueError, "invalid opcode or oparg"));
    };
    let count = if opcode == UNPACK_EX { (oparg & 0xff) + (oparg >> 8) } else { oparg };
    let straight = base + factor * count + odd * (count & 1);
    let effect = match jump {
        Some(false) => straight,
        Some(true) => straight + jumping,
        None => straight + jumping.max(&0),
    };
    int::from_i64(effect.into())
}

/// Asks for a flag of an opcode.
fn has(args: Args<'_>, function: &'static str, flag: u8) -> PyResult<bool> {
    let signature: Signature<1> = Signature::new(function, ["opcode"]).required(1);
    let [opcode] = args.parse(&signature)?;
    let opcode = int::as_i32(opcode.expect("required"))?;
    Ok(entry(opcode).is_some_and(|entry| flag == 0 || entry.1 & flag != 0))
}

macro_rules! questions {
    ($($name:ident $flag:expr;)*) => {
        $(fn $name(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
            has(args, stringify!($name), $flag)
        })*
    };
}
questions! {
    is_valid 0;
    has_arg HAS_ARG;
    has_const HAS_CONST;
    has_exc HAS_EXC;
    has_free HAS_FREE;
    has_jump HAS_JUMP;
    has_local HAS_LOCAL;
    has_name HAS_NAME;
}

fn names(names: &[&str]) -> PyResult<Owned<PyListObject>> {
    let names = names.iter().map(|name| Ok(str::from_str(name)?.into_object()));
    list::from_vec(names.collect::<PyResult<Vec<Object>>>()?)
}

fn get_specialization_stats(_module: Op<'_>) -> PyResult {
    Ok(singletons::new_none())
}

fn get_nb_ops(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    // ORDER: the argument of BINARY_OP.
    const OPERATIONS: [(&str, &str); 27] = [
        ("NB_ADD", "+"),
        ("NB_AND", "&"),
        ("NB_FLOOR_DIVIDE", "//"),
        ("NB_LSHIFT", "<<"),
        ("NB_MATRIX_MULTIPLY", "@"),
        ("NB_MULTIPLY", "*"),
        ("NB_REMAINDER", "%"),
        ("NB_OR", "|"),
        ("NB_POWER", "**"),
        ("NB_RSHIFT", ">>"),
        ("NB_SUBTRACT", "-"),
        ("NB_TRUE_DIVIDE", "/"),
        ("NB_XOR", "^"),
        ("NB_INPLACE_ADD", "+="),
        ("NB_INPLACE_AND", "&="),
        ("NB_INPLACE_FLOOR_DIVIDE", "//="),
        ("NB_INPLACE_LSHIFT", "<<="),
        ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
        ("NB_INPLACE_MULTIPLY", "*="),
        ("NB_INPLACE_REMAINDER", "%="),
        ("NB_INPLACE_OR", "|="),
        ("NB_INPLACE_POWER", "**="),
        ("NB_INPLACE_RSHIFT", ">>="),
        ("NB_INPLACE_SUBTRACT", "-="),
        ("NB_INPLACE_TRUE_DIVIDE", "/="),
        ("NB_INPLACE_XOR", "^="),
        ("NB_SUBSCR", "[]"),
    ];
    let pairs = OPERATIONS
        .iter()
        .map(|(name, sign)| tuple::pack(&[str::from_str(name)?.op(), str::from_str(sign)?.op()]));
    list::from_vec(pairs.collect::<PyResult<Vec<Object>>>()?)
}

fn get_intrinsic1_descs(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    names(&[
        "INTRINSIC_1_INVALID",
        "INTRINSIC_PRINT",
        "INTRINSIC_IMPORT_STAR",
        "INTRINSIC_STOPITERATION_ERROR",
        "INTRINSIC_ASYNC_GEN_WRAP",
        "INTRINSIC_UNARY_POSITIVE",
        "INTRINSIC_LIST_TO_TUPLE",
        "INTRINSIC_TYPEVAR",
        "INTRINSIC_PARAMSPEC",
        "INTRINSIC_TYPEVARTUPLE",
        "INTRINSIC_SUBSCRIPT_GENERIC",
        "INTRINSIC_TYPEALIAS",
    ])
}

fn get_intrinsic2_descs(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    names(&[
        "INTRINSIC_2_INVALID",
        "INTRINSIC_PREP_RERAISE_STAR",
        "INTRINSIC_TYPEVAR_WITH_BOUND",
        "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
        "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
        "INTRINSIC_SET_TYPEPARAM_DEFAULT",
    ])
}

fn get_special_method_names(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    names(&["__enter__", "__exit__", "__aenter__", "__aexit__"])
}

fn get_executor(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<2> = Signature::new("get_executor", ["code", "offset"]).required(2);
    let [code, offset] = args.parse(&SIGNATURE)?;
    let code = code.expect("required");
    int::as_i32(offset.expect("required"))?;
    if !code.is_instance::<PyCodeObject>() {
        return Err(raise!(TypeError, "expected a code object, not '{}'", code.type_name()));
    }
    Err(raise!(ValueError, "no executor at given byte offset"))
}

static FUNCTIONS: [PyMethodDef; 16] = [
    method::keywords(
        c"stack_effect",
        stack_effect,
        c"stack_effect($module, opcode, oparg=None, /, *, jump=None)\n--\n\nCompute the stack effect of the opcode.",
    ),
    method::keywords(c"is_valid", is_valid, c"is_valid($module, /, opcode)\n--\n\nReturn whether the opcode exists."),
    method::keywords(c"has_arg", has_arg, c"has_arg($module, /, opcode)\n--\n\nReturn whether the opcode uses its oparg."),
    method::keywords(c"has_const", has_const, c"has_const($module, /, opcode)\n--\n\nReturn whether the opcode accesses a constant."),
    method::keywords(c"has_name", has_name, c"has_name($module, /, opcode)\n--\n\nReturn whether the opcode accesses an attribute by name."),
    method::keywords(c"has_jump", has_jump, c"has_jump($module, /, opcode)\n--\n\nReturn whether the opcode has a jump target."),
    method::keywords(c"has_free", has_free, c"has_free($module, /, opcode)\n--\n\nReturn whether the opcode accesses a free variable."),
    method::keywords(c"has_local", has_local, c"has_local($module, /, opcode)\n--\n\nReturn whether the opcode accesses a local variable."),
    method::keywords(c"has_exc", has_exc, c"has_exc($module, /, opcode)\n--\n\nReturn whether the opcode sets an exception handler."),
    method::noargs(
        c"get_specialization_stats",
        get_specialization_stats,
        c"get_specialization_stats($module, /)\n--\n\nReturn the specialization stats",
    ),
    method::noargs(c"get_nb_ops", get_nb_ops, c"get_nb_ops($module, /)\n--\n\nReturn the binary operations with their symbols."),
    method::noargs(
        c"get_intrinsic1_descs",
        get_intrinsic1_descs,
        c"get_intrinsic1_descs($module, /)\n--\n\nReturn the names of the unary intrinsics.",
    ),
    method::noargs(
        c"get_intrinsic2_descs",
        get_intrinsic2_descs,
        c"get_intrinsic2_descs($module, /)\n--\n\nReturn the names of the binary intrinsics.",
    ),
    method::keywords(
        c"get_executor",
        get_executor,
        c"get_executor($module, /, code, offset)\n--\n\nReturn the executor at an offset of the code, if there is one.",
    ),
    method::noargs(
        c"get_special_method_names",
        get_special_method_names,
        c"get_special_method_names($module, /)\n--\n\nReturn the names of the methods that LOAD_SPECIAL loads.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("_opcode", "What is known about the instructions of bytecode.", &FUNCTIONS)?;
    host::add_constants(result.op(), &[("ENABLE_SPECIALIZATION", 1), ("ENABLE_SPECIALIZATION_FT", 1)])?;
    Ok(result)
}
