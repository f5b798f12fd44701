//! The `_operator` module: operators as functions, and callables that get items or attributes.

use core::ffi::c_int;

use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, call, dict, int, method, module, number, object,
    owned_fields, raise, sequence, singletons, slot, static_type, str, tuple, type_object,
};

macro_rules! unary {
    ($($name:ident = $function:expr;)*) => {
        $(fn $name(_module: Op<'_>, a: Op<'_>) -> PyResult { $function(a) })*
    };
}
unary! {
    op_abs = number::absolute;
    op_neg = number::negative;
    op_pos = number::positive;
    op_invert = number::invert;
    op_index = number::index;
}

fn op_truth(_module: Op<'_>, a: Op<'_>) -> PyResult<bool> {
    object::is_true(a)
}
fn op_not(_module: Op<'_>, a: Op<'_>) -> PyResult<bool> {
    Ok(!object::is_true(a)?)
}
fn op_is_none(_module: Op<'_>, a: Op<'_>) -> PyResult<bool> {
    Ok(a.is_none())
}
fn op_is_not_none(_module: Op<'_>, a: Op<'_>) -> PyResult<bool> {
    Ok(!a.is_none())
}

macro_rules! binary {
    ($($name:ident $text:literal $function:expr;)*) => {
        $(
            fn $name(_module: Op<'_>, args: Args<'_>) -> PyResult {
                let [a, b] = args.exactly::<2>($text)?;
                $function(a, b)
            }
        )*
    };
}

fn power(a: Op<'_>, b: Op<'_>) -> PyResult {
    number::power(a, b, singletons::none())
}
fn in_place_power(a: Op<'_>, b: Op<'_>) -> PyResult {
    number::in_place_power(a, b, singletons::none())
}
fn compare<const OP: c_int>(a: Op<'_>, b: Op<'_>) -> PyResult {
    object::rich_compare(a, b, OP)
}
fn truth(result: PyResult<bool>) -> PyResult {
    result.map(singletons::new_bool)
}

binary! {
    op_add "add" number::add;
    op_sub "sub" number::subtract;
    op_mul "mul" number::multiply;
    op_matmul "matmul" number::matrix_multiply;
    op_floordiv "floordiv" number::floor_divide;
    op_truediv "truediv" number::true_divide;
    op_mod "mod" number::remainder;
    op_pow "pow" power;
    op_lshift "lshift" number::lshift;
    op_rshift "rshift" number::rshift;
    op_and "and_" number::and;
    op_or "or_" number::or;
    op_xor "xor" number::xor;
    op_iadd "iadd" number::in_place_add;
    op_isub "isub" number::in_place_subtract;
    op_imul "imul" number::in_place_multiply;
    op_imatmul "imatmul" number::in_place_matrix_multiply;
    op_ifloordiv "ifloordiv" number::in_place_floor_divide;
    op_itruediv "itruediv" number::in_place_true_divide;
    op_imod "imod" number::in_place_remainder;
    op_ipow "ipow" in_place_power;
    op_ilshift "ilshift" number::in_place_lshift;
    op_irshift "irshift" number::in_place_rshift;
    op_iand "iand" number::in_place_and;
    op_ior "ior" number::in_place_or;
    op_ixor "ixor" number::in_place_xor;
    op_concat "concat" sequence::concat;
    op_iconcat "iconcat" sequence::in_place_concat;
    op_getitem "getitem" object::get_item;
    op_lt "lt" compare::<Py_LT>;
    op_le "le" compare::<Py_LE>;
    op_eq "eq" compare::<Py_EQ>;
    op_ne "ne" compare::<Py_NE>;
    op_gt "gt" compare::<Py_GT>;
    op_ge "ge" compare::<Py_GE>;
    op_is "is_" |a: Op<'_>, b: Op<'_>| truth(Ok(a.is(b)));
    op_is_not "is_not" |a: Op<'_>, b: Op<'_>| truth(Ok(!a.is(b)));
    op_contains "contains" |a, b| truth(sequence::contains(a, b));
    op_index_of "indexOf" |a, b| int::from_usize(sequence::index(a, b)?);
    op_count_of "countOf" |a, b| int::from_usize(sequence::count(a, b)?);
}

fn op_delitem(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [a, b] = args.exactly::<2>("delitem")?;
    object::del_item(a, b)
}

fn op_setitem(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [a, b, c] = args.exactly::<3>("setitem")?;
    object::set_item(a, b, c)
}

fn op_length_hint(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [op, default] = args.optional::<2>("length_hint", 1)?;
    let default = match default {
        None => 0,
        Some(default) if default.is_instance::<PyLongObject>() => int::as_isize(default)?,
        Some(default) => {
            return Err(raise!(
                TypeError,
                "'{}' object cannot be interpreted as an integer",
                default.type_name()
            ));
        }
    };
    int::from_usize(object::length_hint(op.expect("required"), default.max(0) as usize)?)
}

fn op_call(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let Some(callable) = args.get(0) else {
        return Err(raise!(TypeError, "call expected at least 1 argument, got 0"));
    };
    call::call(callable, args.skip(1))
}

/// Compares two byte strings or ASCII strings in a time that does not depend on where they
/// differ.
fn op_compare_digest(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let [a, b] = args.exactly::<2>("_compare_digest")?;
    if let (Some(a), Some(b)) = (a.downcast::<PyUnicodeObject>(), b.downcast::<PyUnicodeObject>()) {
        if !str::is_ascii(a) || !str::is_ascii(b) {
            return Err(raise!(TypeError, "comparing strings with non-ASCII characters is not supported"));
        }
        return Ok(equal_bytes(str::as_utf8(a)?.as_bytes(), str::as_utf8(b)?.as_bytes()));
    }
    use adder_object_model::buffer;
    if !buffer::check(a) || !buffer::check(b) {
        return Err(raise!(
            TypeError,
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            a.type_name(),
            b.type_name()
        ));
    }
    let (a, b) = (buffer::get(a, PyBUF_SIMPLE)?, buffer::get(b, PyBUF_SIMPLE)?);
    if a.view.ndim > 1 || b.view.ndim > 1 {
        return Err(raise!(BufferError, "Buffer must be single dimension"));
    }
    Ok(equal_bytes(a.as_slice(), b.as_slice()))
}

fn equal_bytes(a: &[u8], b: &[u8]) -> bool {
    // As many steps as `b` has bytes, also if the lengths differ.
    let source = if a.len() == b.len() { a } else { b };
    let start = u8::from(a.len() != b.len());
    let difference = source.iter().zip(b).fold(start, |found, (x, y)| core::hint::black_box(found | (x ^ y)));
    difference == 0
}

// itemgetter

#[repr(C)]
struct ItemGetter {
    ob_base: PyObject,
    /// A tuple of keys.
    items: Field<PyTupleObject>,
    vectorcall: core::cell::Cell<Option<vectorcallfunc>>,
}
owned_fields!(ItemGetter, ItemGetter_Type, [items]);

fn itemgetter_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<ItemGetter>> {
    args.no_keywords("itemgetter")?;
    if args.is_empty() {
        return Err(raise!(TypeError, "itemgetter expected at least 1 argument, got 0"));
    }
    // SAFETY: the type or a subclass.
    let result: Owned<ItemGetter> = unsafe { allocate(tp)? };
    result.items.set(Some(tuple_of(args)?));
    result.vectorcall.set(slot::vectorcall(itemgetter_call));
    Ok(result)
}

fn tuple_of(args: Args<'_>) -> PyResult<Owned<PyTupleObject>> {
    let items: Vec<Op<'_>> = args.iter().collect();
    // SAFETY: `pack` gives a tuple.
    Ok(unsafe { tuple::pack(&items)?.cast_unchecked() })
}

fn itemgetter_call(getter: Borrowed<'_, ItemGetter>, args: Args<'_>) -> PyResult {
    args.no_keywords("itemgetter")?;
    args.check_positional("itemgetter", 1, 1)?;
    let op = args.get(0).expect("counted");
    let items = getter.items.get().expect("set by new");
    if let &[item] = tuple::refs(items.borrow()) {
        return object::get_item(op, item);
    }
    let values: PyResult<Vec<Object>> =
        tuple::refs(items.borrow()).iter().map(|&item| object::get_item(op, item)).collect();
    tuple::from_vec(values?)
}

fn itemgetter_repr(getter: Borrowed<'_, ItemGetter>) -> PyResult<Owned<PyUnicodeObject>> {
    getter_repr(getter.as_object(), getter.items.get().expect("set by new").borrow())
}

fn getter_repr(op: Op<'_>, items: Borrowed<'_, PyTupleObject>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = type_object::get_fully_qualified_name(op.ob_type())?;
    let name = str::to_string_lossy(name.op());
    if call::repr_enter(op)? {
        return str::from_string(format!("{name}(...)"));
    }
    let result = getter_items_repr(items);
    call::repr_leave(op);
    str::from_string(format!("{name}({})", result?))
}

fn getter_items_repr(items: Borrowed<'_, PyTupleObject>) -> PyResult<String> {
    let parts: PyResult<Vec<String>> =
        tuple::refs(items).iter().map(|&item| Ok(str::to_string_lossy(object::repr(item)?.op()))).collect();
    Ok(parts?.join(", "))
}

fn itemgetter_reduce(getter: Borrowed<'_, ItemGetter>) -> PyResult {
    let items = getter.items.get().expect("set by new");
    tuple::pack(&[getter.ob_type().as_object(), items.op()])
}

// attrgetter

#[repr(C)]
struct AttrGetter {
    ob_base: PyObject,
    /// A tuple with, for each name, a string or a tuple of the parts between dots.
    attributes: Field<PyTupleObject>,
    vectorcall: core::cell::Cell<Option<vectorcallfunc>>,
}
owned_fields!(AttrGetter, AttrGetter_Type, [attributes]);

fn attrgetter_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<AttrGetter>> {
    args.no_keywords("attrgetter")?;
    if args.is_empty() {
        return Err(raise!(TypeError, "attrgetter expected at least 1 argument, got 0"));
    }
    let mut attributes = Vec::with_capacity(args.len());
    for name in args.iter() {
        let Some(text) = name.downcast::<PyUnicodeObject>() else {
            return Err(raise!(TypeError, "attribute name must be a string"));
        };
        let text = str::to_wtf8(text);
        if !text.as_bytes().contains(&b'.') {
            attributes.push(str::intern_in_place(str::from_wtf8(&text)?).into_object());
            continue;
        }
        let mut parts = Vec::new();
        for part in str::to_string_lossy(name).split('.') {
            parts.push(str::intern(part)?.into_object());
        }
        attributes.push(tuple::from_vec(parts)?);
    }
    // SAFETY: the type or a subclass.
    let result: Owned<AttrGetter> = unsafe { allocate(tp)? };
    // SAFETY: `from_vec` gives a tuple.
    result.attributes.set(Some(unsafe { tuple::from_vec(attributes)?.cast_unchecked() }));
    result.vectorcall.set(slot::vectorcall(attrgetter_call));
    Ok(result)
}

fn get_dotted(op: Op<'_>, attribute: Op<'_>) -> PyResult {
    let Some(parts) = attribute.downcast::<PyTupleObject>() else { return object::get_attr(op, attribute) };
    let mut current = op.to_owned();
    for &part in tuple::refs(parts) {
        current = object::get_attr(current.op(), part)?;
    }
    Ok(current)
}

fn attrgetter_call(getter: Borrowed<'_, AttrGetter>, args: Args<'_>) -> PyResult {
    args.no_keywords("attrgetter")?;
    args.check_positional("attrgetter", 1, 1)?;
    let op = args.get(0).expect("counted");
    let attributes = getter.attributes.get().expect("set by new");
    if let &[attribute] = tuple::refs(attributes.borrow()) {
        return get_dotted(op, attribute);
    }
    let values: PyResult<Vec<Object>> =
        tuple::refs(attributes.borrow()).iter().map(|&attribute| get_dotted(op, attribute)).collect();
    tuple::from_vec(values?)
}

/// The names as they were given, dots and all.
fn attrgetter_names(getter: Borrowed<'_, AttrGetter>) -> PyResult<Owned<PyTupleObject>> {
    let attributes = getter.attributes.get().expect("set by new");
    let mut names = Vec::new();
    for &attribute in tuple::refs(attributes.borrow()) {
        names.push(match attribute.downcast::<PyTupleObject>() {
            None => attribute.to_owned(),
            Some(parts) => {
                let parts: Vec<String> =
                    tuple::refs(parts).iter().map(|&part| str::to_string_lossy(part)).collect();
                str::from_string(parts.join("."))?.into_object()
            }
        });
    }
    // SAFETY: `from_vec` gives a tuple.
    Ok(unsafe { tuple::from_vec(names)?.cast_unchecked() })
}

fn attrgetter_repr(getter: Borrowed<'_, AttrGetter>) -> PyResult<Owned<PyUnicodeObject>> {
    let names = attrgetter_names(getter)?;
    getter_repr(getter.as_object(), names.borrow())
}

fn attrgetter_reduce(getter: Borrowed<'_, AttrGetter>) -> PyResult {
    let names = attrgetter_names(getter)?;
    tuple::pack(&[getter.ob_type().as_object(), names.op()])
}

// methodcaller

#[repr(C)]
struct MethodCaller {
    ob_base: PyObject,
    name: Field,
    /// A tuple of positional arguments.
    args: Field<PyTupleObject>,
    /// A dict, or empty without keywords.
    keywords: Field<PyDictObject>,
    vectorcall: core::cell::Cell<Option<vectorcallfunc>>,
}
owned_fields!(MethodCaller, MethodCaller_Type, [name, args, keywords]);

fn methodcaller_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<MethodCaller>> {
    let Some(name) = args.get(0) else {
        return Err(raise!(TypeError, "methodcaller needs at least one argument, the method name"));
    };
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "method name must be a string"));
    }
    // SAFETY: the type or a subclass.
    let result: Owned<MethodCaller> = unsafe { allocate(tp)? };
    // SAFETY: just checked.
    let name: Owned<PyUnicodeObject> = unsafe { name.cast_unchecked::<PyUnicodeObject>() }.to_owned();
    result.name.set(Some(str::intern_in_place(name).into_object()));
    let rest: Vec<Op<'_>> = args.iter().skip(1).collect();
    // SAFETY: `pack` gives a tuple.
    result.args.set(Some(unsafe { tuple::pack(&rest)?.cast_unchecked() }));
    if args.has_keywords() {
        let keywords = dict::new()?;
        for (key, value) in args.keywords() {
            dict::set_item(keywords.borrow(), key, value)?;
        }
        result.keywords.set(Some(keywords));
    }
    result.vectorcall.set(slot::vectorcall(methodcaller_call));
    Ok(result)
}

fn methodcaller_call(caller: Borrowed<'_, MethodCaller>, args: Args<'_>) -> PyResult {
    args.no_keywords("methodcaller")?;
    args.check_positional("methodcaller", 1, 1)?;
    let op = args.get(0).expect("counted");
    let name = caller.name.get().expect("set by new");
    let method = object::get_attr(op, name.op())?;
    let arguments = caller.args.get().expect("set by new");
    let keywords = caller.keywords.get();
    call::call_tuple_dict(method.op(), arguments.op(), keywords.as_ref().map(Owned::op))
}

fn methodcaller_repr(caller: Borrowed<'_, MethodCaller>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = type_object::get_fully_qualified_name(caller.ob_type())?;
    let name = str::to_string_lossy(name.op());
    if call::repr_enter(caller.as_object())? {
        return str::from_string(format!("{name}(...)"));
    }
    let result = methodcaller_items(caller);
    call::repr_leave(caller.as_object());
    str::from_string(format!("{name}({})", result?.join(", ")))
}

fn methodcaller_items(caller: Borrowed<'_, MethodCaller>) -> PyResult<Vec<String>> {
    let shown = |op: Op<'_>| -> PyResult<String> { Ok(str::to_string_lossy(object::repr(op)?.op())) };
    let mut parts = vec![shown(caller.name.get().expect("set by new").op())?];
    let arguments = caller.args.get().expect("set by new");
    for &argument in tuple::refs(arguments.borrow()) {
        parts.push(shown(argument)?);
    }
    if let Some(keywords) = caller.keywords.get() {
        for (key, value) in dict::pairs(keywords.borrow()) {
            parts.push(format!("{}={}", str::to_string_lossy(key), shown(value)?));
        }
    }
    Ok(parts)
}

fn methodcaller_reduce(caller: Borrowed<'_, MethodCaller>) -> PyResult {
    let name = caller.name.get().expect("set by new");
    let arguments = caller.args.get().expect("set by new");
    let Some(keywords) = caller.keywords.get() else {
        let mut row = vec![name];
        row.extend(tuple::refs(arguments.borrow()).iter().map(|&item| item.to_owned()));
        let row = tuple::from_vec(row)?;
        return tuple::pack(&[caller.ob_type().as_object(), row.op()]);
    };
    // With keywords: functools.partial(type, name, **keywords), called with the rest.
    let functools = import("functools")?;
    let partial = object::get_attr_str(functools.op(), "partial")?;
    let first = tuple::pack(&[caller.ob_type().as_object(), name.op()])?;
    let constructor = call::call_tuple_dict(partial.op(), first.op(), Some(keywords.op()))?;
    tuple::pack(&[constructor.op(), arguments.op()])
}

fn import(name: &str) -> PyResult {
    (adder_object_model::state::hooks().import_module)(name)
}

fn text_signature(_getter: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str("(obj, /)")
}

const fn vectorcall_member(offset: usize) -> [PyMemberDef; 2] {
    [
        PyMemberDef {
            name: c"__vectorcalloffset__".as_ptr(),
            r#type: Py_T_PYSSIZET,
            offset: offset as Py_ssize_t,
            flags: Py_READONLY,
            doc: core::ptr::null(),
        },
        PyMemberDef::EMPTY,
    ]
}

const GETSET: &[PyGetSetDef] =
    &[adder_object_model::getset::get(c"__text_signature__", text_signature, c""), PyGetSetDef::EMPTY];

const REDUCE_DOC: &core::ffi::CStr = c"__reduce__($self, /)\n--\n\nReturn state information for pickling.";
const ITEMGETTER_METHODS: &[PyMethodDef] =
    &[method::noargs(c"__reduce__", itemgetter_reduce, REDUCE_DOC), PyMethodDef::EMPTY];
const ATTRGETTER_METHODS: &[PyMethodDef] =
    &[method::noargs(c"__reduce__", attrgetter_reduce, REDUCE_DOC), PyMethodDef::EMPTY];
const METHODCALLER_METHODS: &[PyMethodDef] =
    &[method::noargs(c"__reduce__", methodcaller_reduce, REDUCE_DOC), PyMethodDef::EMPTY];
const ITEMGETTER_MEMBERS: &[PyMemberDef] = &vectorcall_member(core::mem::offset_of!(ItemGetter, vectorcall));
const ATTRGETTER_MEMBERS: &[PyMemberDef] = &vectorcall_member(core::mem::offset_of!(AttrGetter, vectorcall));
const METHODCALLER_MEMBERS: &[PyMemberDef] =
    &vectorcall_member(core::mem::offset_of!(MethodCaller, vectorcall));

static mut ItemGetter_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(itemgetter_repr),
    tp_call: slot::call(itemgetter_call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    tp_doc:
        c"itemgetter(item, /, *items)\n--\n\nA callable that gives obj[item], or a tuple for several items."
            .as_ptr(),
    tp_methods: ITEMGETTER_METHODS.as_ptr().cast_mut(),
    tp_members: ITEMGETTER_MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_vectorcall_offset: core::mem::offset_of!(ItemGetter, vectorcall) as Py_ssize_t,
    tp_new: slot::new(itemgetter_new),
    ..gc_type::<ItemGetter>(c"operator.itemgetter")
};

static mut AttrGetter_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(attrgetter_repr),
    tp_call: slot::call(attrgetter_call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    tp_doc: c"attrgetter(attr, /, *attrs)\n--\n\nA callable that gives obj.attr, or a tuple for several attributes; names may have dots.".as_ptr(),
    tp_methods: ATTRGETTER_METHODS.as_ptr().cast_mut(),
    tp_members: ATTRGETTER_MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_vectorcall_offset: core::mem::offset_of!(AttrGetter, vectorcall) as Py_ssize_t,
    tp_new: slot::new(attrgetter_new),
    ..gc_type::<AttrGetter>(c"operator.attrgetter")
};

static mut MethodCaller_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(methodcaller_repr),
    tp_call: slot::call(methodcaller_call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    tp_doc: c"methodcaller(name, /, *args, **kwargs)\n--\n\nA callable that gives obj.name(*args, **kwargs)."
        .as_ptr(),
    tp_methods: METHODCALLER_METHODS.as_ptr().cast_mut(),
    tp_members: METHODCALLER_MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_vectorcall_offset: core::mem::offset_of!(MethodCaller, vectorcall) as Py_ssize_t,
    tp_new: slot::new(methodcaller_new),
    ..gc_type::<MethodCaller>(c"operator.methodcaller")
};

macro_rules! functions {
    ([$($unary:ident $function:ident $doc:literal;)*] [$($binary:ident $function2:ident $doc2:literal;)*] [$($entry:expr;)*]) => {
        const FUNCTIONS: &[PyMethodDef] = &[
            $(method::o(name(concat!(stringify!($unary), "\0")), $function,
                name(concat!(stringify!($unary), "($module, a, /)\n--\n\n", $doc, "\0"))),)*
            $(method::positional(name(concat!(stringify!($binary), "\0")), $function2,
                name(concat!(stringify!($binary), "($module, a, b, /)\n--\n\n", $doc2, "\0"))),)*
            $($entry,)*
            PyMethodDef::EMPTY,
        ];
    };
}

const fn name(text: &'static str) -> &'static core::ffi::CStr {
    match core::ffi::CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(name) => name,
        Err(_) => panic!("a name with a zero inside"),
    }
}

functions! {
    [
        truth op_truth "Same as bool(a).";
        not_ op_not "Same as not a.";
        abs op_abs "Same as abs(a).";
        neg op_neg "Same as -a.";
        pos op_pos "Same as +a.";
        inv op_invert "Same as ~a.";
        invert op_invert "Same as ~a.";
        index op_index "Same as a.__index__().";
        is_none op_is_none "Same as a is None.";
        is_not_none op_is_not_none "Same as a is not None.";
    ]
    [
        add op_add "Same as a + b.";
        sub op_sub "Same as a - b.";
        mul op_mul "Same as a * b.";
        matmul op_matmul "Same as a @ b.";
        floordiv op_floordiv "Same as a // b.";
        truediv op_truediv "Same as a / b.";
        mod op_mod "Same as a % b.";
        pow op_pow "Same as a ** b.";
        lshift op_lshift "Same as a << b.";
        rshift op_rshift "Same as a >> b.";
        and_ op_and "Same as a & b.";
        or_ op_or "Same as a | b.";
        xor op_xor "Same as a ^ b.";
        iadd op_iadd "Same as a += b.";
        isub op_isub "Same as a -= b.";
        imul op_imul "Same as a *= b.";
        imatmul op_imatmul "Same as a @= b.";
        ifloordiv op_ifloordiv "Same as a //= b.";
        itruediv op_itruediv "Same as a /= b.";
        imod op_imod "Same as a %= b.";
        ipow op_ipow "Same as a **= b.";
        ilshift op_ilshift "Same as a <<= b.";
        irshift op_irshift "Same as a >>= b.";
        iand op_iand "Same as a &= b.";
        ior op_ior "Same as a |= b.";
        ixor op_ixor "Same as a ^= b.";
        concat op_concat "Same as a + b, for a and b sequences.";
        iconcat op_iconcat "Same as a += b, for a and b sequences.";
        contains op_contains "Same as b in a (note reversed operands).";
        indexOf op_index_of "The first index of b in a.";
        countOf op_count_of "How many items of a are, or equal, b.";
        getitem op_getitem "Same as a[b].";
        delitem op_delitem "Same as del a[b].";
        is_ op_is "Same as a is b.";
        is_not op_is_not "Same as a is not b.";
        lt op_lt "Same as a < b.";
        le op_le "Same as a <= b.";
        eq op_eq "Same as a == b.";
        ne op_ne "Same as a != b.";
        gt op_gt "Same as a > b.";
        ge op_ge "Same as a >= b.";
        _compare_digest op_compare_digest "Same as a == b, in a time that does not depend on where they differ.";
    ]
    [
        method::positional(c"setitem", op_setitem, c"setitem($module, a, b, c, /)\n--\n\nSame as a[b] = c.");
        method::positional(c"length_hint", op_length_hint, c"length_hint($module, obj, default=0, /)\n--\n\nAbout how many items obj has; default if it does not say.");
        method::keywords(c"call", op_call, c"call($module, obj, /, *args, **kwargs)\n--\n\nSame as obj(*args, **kwargs).");
    ]
}

pub fn init() -> PyResult {
    let result = module::new("_operator")?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    for tp in [static_type!(ItemGetter_Type), static_type!(AttrGetter_Type), static_type!(MethodCaller_Type)]
    {
        module::add_type(result.op(), tp)?;
    }
    Ok(result)
}
