//! Context variables: `Context`, `ContextVar` and `Token`, and the module `_contextvars`.
//!
//! A context's variables are a list behind a counted pointer, shared by contexts
//! that are copies of each other until one of them changes. Programs have few
//! variables, so a change that copies the list is cheap, as is looking one up.

use std::rc::Rc;

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, TypeRef, Visitor, alloc, call, dict, errors,
    exceptions, gc, generic_alias, list, module, object, raise, singletons, state, static_type, str, tuple,
    type_object, weakref,
};

use crate::watchers;

type Context<'a> = Borrowed<'a, PyContext>;
type Variable<'a> = Borrowed<'a, PyContextVar>;
type Token<'a> = Borrowed<'a, PyContextToken>;

/// Variables with their values.
type Entries = Vec<(Object, Object)>;
type Shared = Rc<Entries>;

/// The context's entries.
fn entries<'a>(context: Context<'a>) -> &'a Shared {
    // SAFETY: the field points to a boxed `Shared` for the context's life.
    unsafe { &*context.ctx_vars.cast::<Shared>() }
}

/// Puts other entries in; the old ones are dropped last.
fn set_entries(context: Context<'_>, new: Shared) {
    // SAFETY: as above; nobody keeps a reference into the box across this call.
    let old = unsafe { core::mem::replace(&mut *context.ctx_vars.cast::<Shared>(), new) };
    drop(old);
}

fn allocate_context(vars: Shared) -> PyResult<Owned<PyContext>> {
    // SAFETY: a static type; the block is fresh and has this layout.
    unsafe {
        let block = gc::alloc(Borrowed::from_ptr(&raw mut PyContext_Type), 0)?;
        let context = block.into_ptr().cast::<PyContext>();
        (*context).ctx_prev = core::ptr::null_mut();
        (*context).ctx_vars = Box::into_raw(Box::new(vars)).cast();
        (*context).ctx_weakreflist = core::ptr::null_mut();
        (*context).ctx_entered = 0;
        gc::track(context.cast());
        Ok(Owned::steal(context))
    }
}

/// `PyContext_New`.
pub fn new() -> PyResult<Owned<PyContext>> {
    allocate_context(Shared::default())
}

/// `PyContext_Copy`.
pub fn copy(context: Context<'_>) -> PyResult<Owned<PyContext>> {
    allocate_context(entries(context).clone())
}

/// The thread's context, made on first use.
pub fn current() -> PyResult<Owned<PyContext>> {
    let tstate = state::current();
    // SAFETY: the field holds an owned reference or null.
    unsafe {
        if (*tstate).context.is_null() {
            let context = new()?;
            (*tstate).context = context.into_ptr().cast();
        }
        Ok(Owned::new_ref((*tstate).context.cast()))
    }
}

/// `PyContext_CopyCurrent`.
pub fn copy_current() -> PyResult<Owned<PyContext>> {
    copy(current()?.borrow())
}

/// Makes another context the thread's and gives the one before.
///
/// # Safety
/// `context` is an owned reference or null, which the thread state takes over.
unsafe fn switch(context: *mut PyContext) -> *mut PyContext {
    let tstate = state::current();
    // SAFETY: the caller's promise.
    unsafe {
        (*tstate).context_ver += 1;
        core::ptr::replace(&raw mut (*tstate).context, context.cast()).cast()
    }
}

fn shown(op: Op<'_>) -> PyResult<String> {
    object::repr(op).map(|text| str::to_string_lossy(text.op()))
}

/// `PyContext_Enter`.
pub fn enter(context: Context<'_>) -> PyResult<()> {
    if context.ctx_entered != 0 {
        let context = shown(context.as_object())?;
        return Err(raise!(RuntimeError, "cannot enter context: {context} is already entered"));
    }
    // SAFETY: the context is alive; the one before moves into it.
    unsafe {
        let previous = switch(context.to_owned().into_ptr());
        (*context.as_ptr()).ctx_prev = previous;
        (*context.as_ptr()).ctx_entered = 1;
    }
    watchers::tell_context();
    Ok(())
}

/// `PyContext_Exit`.
pub fn exit(context: Context<'_>) -> PyResult<()> {
    if context.ctx_entered == 0 {
        let context = shown(context.as_object())?;
        return Err(raise!(RuntimeError, "cannot exit context: {context} has not been entered"));
    }
    // SAFETY: the current thread has a state.
    if unsafe { (*state::current()).context } != context.as_object_ptr() {
        return Err(raise!(
            RuntimeError,
            "cannot exit context: thread state references a different context object"
        ));
    }
    // SAFETY: the reference to the one before moves back; the thread's own is dropped last.
    unsafe {
        let previous = core::mem::replace(&mut (*context.as_ptr()).ctx_prev, core::ptr::null_mut());
        (*context.as_ptr()).ctx_entered = 0;
        drop(Owned::steal_nullable(switch(previous)));
    }
    watchers::tell_context();
    Ok(())
}

/// The value of a variable in a context.
fn find(context: Context<'_>, variable: Op<'_>) -> Option<Object> {
    entries(context).iter().find(|(key, _)| key.op().is(variable)).map(|(_, value)| value.clone())
}

fn assign(context: Context<'_>, variable: Op<'_>, value: Option<Op<'_>>) {
    let mut new: Entries =
        entries(context).iter().filter(|(key, _)| !key.op().is(variable)).cloned().collect();
    if let Some(value) = value {
        new.push((variable.to_owned(), value.to_owned()));
    }
    set_entries(context, Rc::new(new));
}

/// `PyContextVar_New`.
pub fn new_variable(name: &str, default: Option<Op<'_>>) -> PyResult {
    Ok(make_variable(str::intern(name)?.op(), default)?.into_object())
}

fn make_variable(name: Op<'_>, default: Option<Op<'_>>) -> PyResult<Owned<PyContextVar>> {
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "context variable name must be a str"));
    }
    let name_hash = object::hash(name)?;
    // SAFETY: a static type; the block is fresh and has this layout.
    unsafe {
        let block = gc::alloc(Borrowed::from_ptr(&raw mut PyContextVar_Type), 0)?;
        let variable = block.into_ptr().cast::<PyContextVar>();
        let hash = (variable as isize >> 4) ^ name_hash;
        (*variable).var_name = name.to_owned().into_ptr();
        (*variable).var_default =
            default.map_or(core::ptr::null_mut(), |default| default.to_owned().into_ptr());
        (*variable).var_cached = core::ptr::null_mut();
        (*variable).var_cached_tsid = 0;
        (*variable).var_cached_tsver = 0;
        (*variable).var_hash = if hash == -1 { -2 } else { hash };
        gc::track(variable.cast());
        Ok(Owned::steal(variable))
    }
}

/// The value of a variable: set, given as default here, or the variable's own default (`PyContextVar_Get`).
pub fn get(variable: Variable<'_>, default: Option<Op<'_>>) -> Option<Object> {
    // SAFETY: the field holds an owned reference or null; it stands still while this looks.
    let context = unsafe { Context::from_nullable((*state::current()).context.cast()) };
    let set = context.and_then(|context| find(context, variable.as_object()));
    // SAFETY: the field holds an owned reference or null.
    set.or_else(|| default.map(Op::to_owned))
        .or_else(|| unsafe { Object::new_ref_nullable(variable.var_default) })
}

/// `PyContextVar_Set`: the token that sets the old value back.
pub fn set(variable: Variable<'_>, value: Op<'_>) -> PyResult {
    let context = current()?;
    let old = find(context.borrow(), variable.as_object());
    // SAFETY: a static type; the block is fresh and has this layout.
    let token = unsafe {
        let block = gc::alloc(Borrowed::from_ptr(&raw mut PyContextToken_Type), 0)?;
        let token = block.as_ptr().cast::<PyContextToken>();
        (*token).tok_ctx = context.clone().into_ptr();
        (*token).tok_var = variable.to_owned().into_ptr();
        (*token).tok_oldval = adder_object_model::refs::into_nullable(old);
        (*token).tok_used = 0;
        gc::track(block.as_ptr());
        block
    };
    assign(context.borrow(), variable.as_object(), Some(value));
    Ok(token)
}

/// `PyContextVar_Reset`.
pub fn reset(variable: Variable<'_>, token: Token<'_>) -> PyResult<()> {
    if token.tok_used != 0 {
        return Err(raise!(RuntimeError, "{} has already been used once", shown(token.as_object())?));
    }
    if token.tok_var != variable.as_ptr() {
        let token = shown(token.as_object())?;
        return Err(raise!(ValueError, "{token} was created by a different ContextVar"));
    }
    let context = current()?;
    if token.tok_ctx != context.as_ptr() {
        return Err(raise!(ValueError, "{} was created in a different Context", shown(token.as_object())?));
    }
    // SAFETY: alive; the field holds an owned reference or null.
    let old = unsafe {
        (*token.as_ptr()).tok_used = 1;
        Object::new_ref_nullable(token.tok_oldval)
    };
    assign(context.borrow(), variable.as_object(), old.as_ref().map(|old| old.op()));
    Ok(())
}

// `Context`.

fn context_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyContext>> {
    if !args.is_empty() || args.has_keywords() {
        return Err(raise!(TypeError, "Context() does not accept any arguments"));
    }
    new()
}

fn context_dealloc(context: Context<'_>) {
    let op = context.as_object_ptr();
    gc::untrack(op);
    weakref::clear_refs(context.as_object());
    // SAFETY: the count is 0; the box and the reference are ours.
    unsafe {
        drop(Owned::steal_nullable(context.ctx_prev));
        drop(Box::from_raw(context.ctx_vars.cast::<Shared>()));
        alloc::free_object(op);
    }
}

/// Shared entries are not reported: their references belong to several contexts at once.
fn context_traverse(context: Context<'_>, visitor: &mut Visitor) {
    visitor.visit(context.ctx_prev);
    let shared = entries(context);
    if Rc::strong_count(shared) == 1 {
        for (key, value) in shared.iter() {
            visitor.visit(key.as_ptr());
            visitor.visit(value.as_ptr());
        }
    }
}

fn context_clear(context: Context<'_>) {
    // SAFETY: the field holds an owned reference or null.
    drop(unsafe {
        Owned::steal_nullable(core::mem::replace(&mut (*context.as_ptr()).ctx_prev, core::ptr::null_mut()))
    });
    set_entries(context, Shared::default());
}

fn key_argument(key: Op<'_>) -> PyResult<()> {
    if key.is_exact::<PyContextVar>() {
        return Ok(());
    }
    Err(raise!(TypeError, "a ContextVar key was expected, got {}", shown(key)?))
}

fn context_subscript(context: Context<'_>, key: Op<'_>) -> PyResult {
    key_argument(key)?;
    find(context, key).ok_or_else(|| exceptions::set_key_error(key))
}

fn context_contains(context: Context<'_>, key: Op<'_>) -> PyResult<bool> {
    key_argument(key)?;
    Ok(find(context, key).is_some())
}

fn context_len(context: Context<'_>) -> PyResult<usize> {
    Ok(entries(context).len())
}

fn context_get(context: Context<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional("get", 1)?;
    let key = key.expect("required");
    key_argument(key)?;
    let missing = || default.map_or_else(singletons::new_none, Op::to_owned);
    Ok(find(context, key).unwrap_or_else(missing))
}

fn iterate(items: Vec<Object>) -> PyResult {
    object::get_iter(list::from_vec(items)?.op())
}

fn context_iter(context: Context<'_>) -> PyResult {
    iterate(entries(context).iter().map(|(key, _)| key.clone()).collect())
}

fn context_values(context: Context<'_>) -> PyResult {
    iterate(entries(context).iter().map(|(_, value)| value.clone()).collect())
}

fn context_items(context: Context<'_>) -> PyResult {
    let pairs = entries(context).iter().map(|(key, value)| tuple::pack(&[key.op(), value.op()]));
    iterate(pairs.collect::<PyResult<_>>()?)
}

fn context_copy(context: Context<'_>) -> PyResult<Owned<PyContext>> {
    copy(context)
}

fn context_run(context: Context<'_>, args: Args<'_>) -> PyResult {
    let Some(callable) = args.get(0) else {
        return Err(raise!(TypeError, "run() missing 1 required positional argument"));
    };
    enter(context)?;
    let result = call::call(callable, args.skip(1));
    exit(context)?;
    result
}

/// Two contexts are equal if their variables have equal values.
fn context_compare(context: Context<'_>, other: Op<'_>, operation: i32) -> PyResult {
    let other = other.downcast_exact::<PyContext>();
    let Some(other) = other.filter(|_| operation == Py_EQ || operation == Py_NE) else {
        return Ok(singletons::new_not_implemented());
    };
    let (left, right) = (entries(context).clone(), entries(other).clone());
    let mut equal = left.len() == right.len();
    for (key, value) in left.iter() {
        if !equal {
            break;
        }
        equal = match right.iter().find(|(known, _)| known.op().is(key.op())) {
            Some((_, found)) => object::equal(value.op(), found.op())?,
            None => false,
        };
    }
    Ok(singletons::new_bool(equal == (operation == Py_EQ)))
}

static CONTEXT_METHODS: &[PyMethodDef] = &[
    method::positional(
        c"get",
        context_get,
        c"get($self, key, default=None, /)\n--\n\nReturn the value of a variable, or the default.",
    ),
    method::noargs(
        c"items",
        context_items,
        c"items($self, /)\n--\n\nReturn all variables with their values.",
    ),
    method::noargs(c"keys", context_iter, c"keys($self, /)\n--\n\nReturn all variables."),
    method::noargs(c"values", context_values, c"values($self, /)\n--\n\nReturn the values of all variables."),
    method::noargs(c"copy", context_copy, c"copy($self, /)\n--\n\nReturn a copy of the context."),
    method::keywords(
        c"run",
        context_run,
        c"run($self, callable, /, *args, **kwargs)\n--\n\nCall something in this context.",
    ),
    PyMethodDef::EMPTY,
];

static CONTEXT_AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: slot::contains(context_contains), ..PySequenceMethods::EMPTY };
static CONTEXT_AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(context_len),
    mp_subscript: slot::binary(context_subscript),
    ..PyMappingMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyContext_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_contextvars.Context".as_ptr(),
    tp_basicsize: size_of::<PyContext>() as isize,
    tp_dealloc: slot::dealloc(context_dealloc),
    tp_as_sequence: (&raw const CONTEXT_AS_SEQUENCE).cast_mut(),
    tp_as_mapping: (&raw const CONTEXT_AS_MAPPING).cast_mut(),
    tp_hash: None,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(context_traverse),
    tp_clear: slot::clear(context_clear),
    tp_richcompare: slot::richcompare(context_compare),
    tp_weaklistoffset: core::mem::offset_of!(PyContext, ctx_weakreflist) as isize,
    tp_iter: slot::unary(context_iter),
    tp_methods: CONTEXT_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(context_new),
    ..PyTypeObject::EMPTY
};

// `ContextVar`.

fn variable_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyContextVar>> {
    static SIGNATURE: Signature<2> =
        Signature::new("ContextVar", ["", "default"]).positional_only(1).keyword_only_from(1).required(1);
    let [name, default] = args.parse(&SIGNATURE)?;
    make_variable(name.expect("required"), default)
}

fn variable_dealloc(variable: Variable<'_>) {
    let op = variable.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the count is 0; the references are ours.
    unsafe {
        drop(Object::steal(variable.var_name));
        drop(Object::steal_nullable(variable.var_default));
        alloc::free_object(op);
    }
}

fn variable_traverse(variable: Variable<'_>, visitor: &mut Visitor) {
    visitor.visit(variable.var_name);
    visitor.visit(variable.var_default);
}

fn variable_hash(variable: Variable<'_>) -> PyResult<isize> {
    Ok(variable.var_hash)
}

fn variable_repr(variable: Variable<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: owned for life, or null.
    let (name, default) =
        unsafe { (Op::from_ptr(variable.var_name), Op::from_nullable(variable.var_default)) };
    let name = shown(name)?;
    let default = match default {
        Some(default) => format!(" default={}", shown(default)?),
        None => String::new(),
    };
    str::from_string(format!("<ContextVar name={name}{default} at {:p}>", variable.as_ptr()))
}

fn variable_name(variable: Variable<'_>) -> PyResult {
    // SAFETY: owned for life.
    Ok(unsafe { Object::new_ref(variable.var_name) })
}

fn variable_get(variable: Variable<'_>, args: Args<'_>) -> PyResult {
    let [default] = args.optional("get", 0)?;
    get(variable, default)
        .ok_or_else(|| errors::set_object(exceptions::builtin::LookupError(), variable.as_object()))
}

fn variable_set(variable: Variable<'_>, value: Op<'_>) -> PyResult {
    set(variable, value)
}

fn variable_reset(variable: Variable<'_>, token: Op<'_>) -> PyResult<()> {
    match token.downcast_exact::<PyContextToken>() {
        Some(token) => reset(variable, token),
        None => Err(raise!(TypeError, "expected an instance of Token, got {}", shown(token)?)),
    }
}

static VARIABLE_METHODS: &[PyMethodDef] = &[
    method::positional(c"get", variable_get, c"get($self, default=<unrepresentable>, /)\n--\n\nReturn the value in the current context, else a default, else raise LookupError."),
    method::o(c"set", variable_set, c"set($self, value, /)\n--\n\nSet the value in the current context; return a token for reset()."),
    method::o(c"reset", variable_reset, c"reset($self, token, /)\n--\n\nGo back to the value from before the set() that gave the token."),
    method::class_o(c"__class_getitem__", generic_alias::class_getitem, c"ContextVars are generic over the type of their contained values"),
    PyMethodDef::EMPTY,
];

static VARIABLE_GETSETS: &[PyGetSetDef] = &[getset::get(c"name", variable_name, c""), PyGetSetDef::EMPTY];

#[unsafe(no_mangle)]
pub static mut PyContextVar_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_contextvars.ContextVar".as_ptr(),
    tp_basicsize: size_of::<PyContextVar>() as isize,
    tp_dealloc: slot::dealloc(variable_dealloc),
    tp_repr: slot::unary(variable_repr),
    tp_hash: slot::hash(variable_hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(variable_traverse),
    tp_methods: VARIABLE_METHODS.as_ptr().cast_mut(),
    tp_getset: VARIABLE_GETSETS.as_ptr().cast_mut(),
    tp_new: slot::new(variable_new),
    ..PyTypeObject::EMPTY
};

// `Token`.

fn token_new(_tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    Err(raise!(RuntimeError, "Tokens can only be created by ContextVars"))
}

fn token_dealloc(token: Token<'_>) {
    let op = token.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the count is 0; the references are ours.
    unsafe {
        drop(Owned::steal_nullable(token.tok_ctx));
        drop(Owned::steal_nullable(token.tok_var));
        drop(Object::steal_nullable(token.tok_oldval));
        alloc::free_object(op);
    }
}

fn token_traverse(token: Token<'_>, visitor: &mut Visitor) {
    visitor.visit(token.tok_ctx);
    visitor.visit(token.tok_var);
    visitor.visit(token.tok_oldval);
}

fn token_repr(token: Token<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let used = if token.tok_used != 0 { " used" } else { "" };
    // SAFETY: owned for life.
    let variable = shown(unsafe { Op::from_ptr(token.tok_var.cast()) })?;
    str::from_string(format!("<Token{used} var={variable} at {:p}>", token.as_ptr()))
}

fn token_variable(token: Token<'_>) -> PyResult {
    // SAFETY: owned for life.
    Ok(unsafe { Object::new_ref(token.tok_var.cast()) })
}

fn token_old_value(token: Token<'_>) -> PyResult {
    // SAFETY: the field holds an owned reference or null.
    match unsafe { Object::new_ref_nullable(token.tok_oldval) } {
        Some(old) => Ok(old),
        None => missing(),
    }
}

fn token_enter(token: Token<'_>) -> PyResult {
    Ok(token.as_object().to_owned())
}

fn token_exit(token: Token<'_>, _args: Args<'_>) -> PyResult<()> {
    // SAFETY: owned for life.
    reset(unsafe { Variable::from_ptr(token.tok_var) }, token)
}

static TOKEN_METHODS: &[PyMethodDef] = &[
    method::class_o(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"Tokens are generic over the same type as the ContextVar which created them.",
    ),
    method::noargs(c"__enter__", token_enter, c"__enter__($self, /)\n--\n\nReturn the token."),
    method::positional(
        c"__exit__",
        token_exit,
        c"__exit__($self, type, value, traceback, /)\n--\n\nReset the variable.",
    ),
    PyMethodDef::EMPTY,
];

static TOKEN_GETSETS: &[PyGetSetDef] = &[
    getset::get(c"var", token_variable, c""),
    getset::get(c"old_value", token_old_value, c""),
    PyGetSetDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyContextToken_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_contextvars.Token".as_ptr(),
    tp_basicsize: size_of::<PyContextToken>() as isize,
    tp_dealloc: slot::dealloc(token_dealloc),
    tp_repr: slot::unary(token_repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(token_traverse),
    tp_methods: TOKEN_METHODS.as_ptr().cast_mut(),
    tp_getset: TOKEN_GETSETS.as_ptr().cast_mut(),
    tp_new: slot::new(token_new),
    ..PyTypeObject::EMPTY
};

// `Token.MISSING`.

fn missing_repr(_op: Op<'_>) -> PyResult {
    Ok(str::intern("<Token.MISSING>")?.into_object())
}

#[unsafe(no_mangle)]
pub static mut _PyContextTokenMissing_Type: PyTypeObject = PyTypeObject {
    tp_name: c"Token.MISSING".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as isize,
    tp_dealloc: slot::dealloc(missing_dealloc),
    tp_repr: slot::unary(missing_repr),
    tp_flags: Py_TPFLAGS_DEFAULT,
    ..PyTypeObject::EMPTY
};

fn missing_dealloc(op: Op<'_>) {
    // SAFETY: the count is 0, and the object owns nothing.
    unsafe { alloc::free_object(op.as_ptr()) };
}

/// The one object of its type, kept in `Token`'s namespace.
fn missing() -> PyResult {
    // SAFETY: a static, ready type.
    let token = unsafe { TypeRef::from_ptr(&raw mut PyContextToken_Type) };
    type_object::lookup_str(token, "MISSING").ok_or_else(|| raise!(RuntimeError, "Token.MISSING is lost"))
}

/// Makes the types ready.
pub fn init_types() -> PyResult<()> {
    for tp in [
        static_type!(PyContext_Type),
        static_type!(PyContextVar_Type),
        static_type!(PyContextToken_Type),
        static_type!(_PyContextTokenMissing_Type),
    ] {
        type_object::ready(tp)?;
    }
    // SAFETY: static, ready types.
    let (token, missing) = unsafe {
        let missing: Object = alloc::new_object(TypeRef::from_ptr(&raw mut _PyContextTokenMissing_Type))?;
        (TypeRef::from_ptr(&raw mut PyContextToken_Type), missing)
    };
    let namespace = type_object::get_dict(token)?;
    if let Some(namespace) = namespace.op().downcast::<PyDictObject>() {
        dict::set_item_str(namespace, "MISSING", missing.op())?;
    }
    type_object::modified(token);
    Ok(())
}

fn copy_context(_module: Op<'_>) -> PyResult<Owned<PyContext>> {
    copy_current()
}

static FUNCTIONS: &[PyMethodDef] = &[
    method::noargs(
        c"copy_context",
        copy_context,
        c"copy_context($module, /)\n--\n\nReturn a copy of the current context.",
    ),
    PyMethodDef::EMPTY,
];

/// Makes the module `_contextvars`.
pub fn init() -> PyResult {
    let result = module::new("_contextvars")?;
    module::add_object(result.op(), "__doc__", str::from_str("Context Variables")?.op())?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    module::add_type(result.op(), static_type!(PyContext_Type))?;
    module::add_type(result.op(), static_type!(PyContextVar_Type))?;
    module::add_type(result.op(), static_type!(PyContextToken_Type))?;
    Ok(result)
}
