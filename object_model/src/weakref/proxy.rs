//! Weak proxies: stand-ins that pass every operation on to their object.

use super::*;

/// The object behind `op` if that is a proxy, else `op` itself.
fn unwrap(op: Op<'_>) -> PyResult {
    if !is_proxy(op) {
        return Ok(op.to_owned());
    }
    // SAFETY: just checked.
    target(unsafe { op.cast_unchecked() })
        .ok_or_else(|| raise!(ReferenceError, "weakly-referenced object no longer exists"))
}

macro_rules! pass_on {
    (unary: $($name:ident $function:path;)*) => {
        $(fn $name(op: Op<'_>) -> PyResult { $function(unwrap(op)?.op()) })*
    };
    (binary: $($name:ident $function:path;)*) => {
        $(fn $name(a: Op<'_>, b: Op<'_>) -> PyResult {
            let a = unwrap(a)?;
            let b = unwrap(b)?;
            $function(a.op(), b.op())
        })*
    };
    (ternary: $($name:ident $function:path;)*) => {
        $(fn $name(a: Op<'_>, b: Op<'_>, c: Op<'_>) -> PyResult {
            let a = unwrap(a)?;
            let b = unwrap(b)?;
            let c = if c.is_none() { c.to_owned() } else { unwrap(c)? };
            $function(a.op(), b.op(), c.op())
        })*
    };
}

pass_on! { unary:
    negative number::negative;
    positive number::positive;
    absolute number::absolute;
    invert number::invert;
    long number::long;
    float number::float;
    index number::index;
    iter object::get_iter;
}
pass_on! { binary:
    add number::add;
    subtract number::subtract;
    multiply number::multiply;
    remainder number::remainder;
    divmod number::divmod;
    lshift number::lshift;
    rshift number::rshift;
    and number::and;
    xor number::xor;
    or number::or;
    in_place_add number::in_place_add;
    in_place_subtract number::in_place_subtract;
    in_place_multiply number::in_place_multiply;
    in_place_remainder number::in_place_remainder;
    in_place_lshift number::in_place_lshift;
    in_place_rshift number::in_place_rshift;
    in_place_and number::in_place_and;
    in_place_xor number::in_place_xor;
    in_place_or number::in_place_or;
    floor_divide number::floor_divide;
    true_divide number::true_divide;
    in_place_floor_divide number::in_place_floor_divide;
    in_place_true_divide number::in_place_true_divide;
    matrix_multiply number::matrix_multiply;
    in_place_matrix_multiply number::in_place_matrix_multiply;
    get_item object::get_item;
    get_attr object::get_attr;
}
pass_on! { ternary:
    power number::power;
    in_place_power number::in_place_power;
}

fn to_str(op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    object::str(unwrap(op)?.op())
}

fn set_attr(op: Op<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    object::set_attr(unwrap(op)?.op(), name, value)
}

fn compare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    let a = unwrap(a)?;
    let b = unwrap(b)?;
    object::rich_compare(a.op(), b.op(), op)
}

fn truth(op: Op<'_>) -> PyResult<bool> {
    object::is_true(unwrap(op)?.op())
}

fn len(op: Op<'_>) -> PyResult<usize> {
    object::len(unwrap(op)?.op())
}

fn contains(op: Op<'_>, value: Op<'_>) -> PyResult<bool> {
    crate::sequence::contains(unwrap(op)?.op(), value)
}

fn set_item(op: Op<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let op = unwrap(op)?;
    match value {
        Some(value) => object::set_item(op.op(), key, value),
        None => object::del_item(op.op(), key),
    }
}

fn iternext(op: Op<'_>) -> PyResult<Option<Object>> {
    let op = unwrap(op)?;
    if !crate::iter::check(op.op()) {
        return Err(raise!(
            TypeError,
            "Weakref proxy referenced a non-iterator '{}' object",
            op.op().type_name()
        ));
    }
    crate::iter::next(op.op())
}

fn call_proxy(op: Op<'_>, args: Args<'_>) -> PyResult {
    call::call(unwrap(op)?.op(), args)
}

fn bytes(op: Op<'_>) -> PyResult {
    call::call_method_noargs(unwrap(op)?.op(), "__bytes__")
}

fn reversed(op: Op<'_>) -> PyResult {
    call::call_method_noargs(unwrap(op)?.op(), "__reversed__")
}

fn repr(proxy: Borrowed<'_, PyWeakReference>) -> PyResult<Owned<PyUnicodeObject>> {
    let address = proxy.as_ptr();
    match target(proxy) {
        Some(op) => {
            let type_name = type_object::get_fully_qualified_name(op.op().ob_type())?;
            let type_name = str::to_string_lossy(type_name.op());
            str::from_string(format!("<weakproxy at {address:p}; to '{type_name}' at {:p}>", op.as_ptr()))
        }
        None => str::from_string(format!("<weakproxy at {address:p}; dead>")),
    }
}

fn dealloc(proxy: Borrowed<'_, PyWeakReference>) {
    gc::untrack(proxy.as_object_ptr());
    clear(proxy);
    // SAFETY: a dying proxy; `clear` took it off its object's list and gave its callback back.
    unsafe { gc::delete(proxy.as_object_ptr()) };
}

static METHODS: [PyMethodDef; 3] = [
    method::noargs(c"__bytes__", bytes, c"__bytes__($self, /)\n--\n\n"),
    method::noargs(c"__reversed__", reversed, c"__reversed__($self, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

static AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_power: slot::ternary(power),
    nb_negative: slot::unary(negative),
    nb_positive: slot::unary(positive),
    nb_absolute: slot::unary(absolute),
    nb_bool: slot::truth(truth),
    nb_invert: slot::unary(invert),
    nb_lshift: slot::binary(lshift),
    nb_rshift: slot::binary(rshift),
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    nb_int: slot::unary(long),
    nb_float: slot::unary(float),
    nb_inplace_add: slot::binary(in_place_add),
    nb_inplace_subtract: slot::binary(in_place_subtract),
    nb_inplace_multiply: slot::binary(in_place_multiply),
    nb_inplace_remainder: slot::binary(in_place_remainder),
    nb_inplace_power: slot::ternary(in_place_power),
    nb_inplace_lshift: slot::binary(in_place_lshift),
    nb_inplace_rshift: slot::binary(in_place_rshift),
    nb_inplace_and: slot::binary(in_place_and),
    nb_inplace_xor: slot::binary(in_place_xor),
    nb_inplace_or: slot::binary(in_place_or),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    nb_inplace_floor_divide: slot::binary(in_place_floor_divide),
    nb_inplace_true_divide: slot::binary(in_place_true_divide),
    nb_index: slot::unary(index),
    nb_matrix_multiply: slot::binary(matrix_multiply),
    nb_inplace_matrix_multiply: slot::binary(in_place_matrix_multiply),
    ..PyNumberMethods::EMPTY
};
static AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    sq_contains: slot::contains(contains),
    ..PySequenceMethods::EMPTY
};
static AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::binary(get_item),
    mp_ass_subscript: slot::objobjarg(set_item),
};

/// What both proxy types have.
#[allow(clippy::declare_interior_mutable_const, reason = "a template of static type objects, used by value")]
const PROXY: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyWeakReference>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: (&raw const AS_NUMBER).cast_mut(),
    tp_as_sequence: (&raw const AS_SEQUENCE).cast_mut(),
    tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
    tp_hash: slot::hash(object::hash_not_implemented),
    tp_str: slot::unary(to_str),
    tp_getattro: slot::binary(get_attr),
    tp_setattro: slot::objobjarg(set_attr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(compare),
    tp_iter: slot::unary(iter),
    tp_iternext: slot::iternext(iternext),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut _PyWeakref_ProxyType: PyTypeObject = PyTypeObject {
    tp_name: c"weakref.ProxyType".as_ptr(),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    ..PROXY
};

#[unsafe(no_mangle)]
pub static mut _PyWeakref_CallableProxyType: PyTypeObject =
    PyTypeObject { tp_name: c"weakref.CallableProxyType".as_ptr(), tp_call: slot::call(call_proxy), ..PROXY };
