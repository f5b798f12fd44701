//! `collections.defaultdict`: a dict that makes missing values.

use core::mem::offset_of;

use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, Visitor, call, dict, exceptions, gc,
    method, module, object, py_typed, raise, singletons, slot, str, tuple,
};

#[repr(C)]
struct DefaultDict {
    dict: PyDictObject,
    default_factory: Field,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for DefaultDict {}
py_typed!(DefaultDict, DefaultDict_Type);

type This<'a> = Borrowed<'a, DefaultDict>;

fn as_dict<'a>(this: This<'a>) -> Borrowed<'a, PyDictObject> {
    // SAFETY: the dict is the first field.
    unsafe { this.cast_unchecked() }
}

fn init(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    let factory = args.get(0).filter(|factory| !factory.is_none());
    if factory.is_some_and(|factory| !object::is_callable(factory)) {
        return Err(raise!(TypeError, "first argument must be callable or None"));
    }
    let old = this.default_factory.replace(factory.map(Borrowed::to_owned));
    let rest = args.skip(1);
    let (positional, keywords) = (rest.to_tuple()?, rest.to_dict()?);
    let init = PyDictObject::type_ref().tp_init.expect("dict has tp_init");
    // SAFETY: a dict, a tuple and a dict or null.
    let status = unsafe {
        init(
            this.as_object_ptr(),
            positional.as_ptr(),
            keywords.as_ref().map_or(core::ptr::null_mut(), Owned::as_ptr),
        )
    };
    drop(old);
    if status < 0 { Err(adder_object_model::errors::raised_by_c()) } else { Ok(()) }
}

fn missing(this: This<'_>, key: Op<'_>) -> PyResult {
    let Some(factory) = this.default_factory.get().filter(|factory| !factory.op().is_none()) else {
        return Err(exceptions::set_key_error(key));
    };
    let value = call::call_noargs(factory.op())?;
    // The factory may have stored a value for the key itself, which then stays.
    dict::set_default(as_dict(this), key, value.op())
}

/// A new object of the same type, with the same factory and items.
fn copy(this: This<'_>) -> PyResult {
    let factory = this.default_factory.get().unwrap_or_else(singletons::new_none);
    call::call_positional(this.ob_type().as_object(), &[factory.op(), this.as_object()])
}

fn reduce(this: This<'_>) -> PyResult {
    let arguments = match this.default_factory.get() {
        Some(factory) => tuple::pack(&[factory.op()])?,
        None => tuple::empty(),
    };
    let items = call::call_method_noargs(this.as_object(), "items")?;
    let iterator = object::get_iter(items.op())?;
    let none = singletons::none();
    tuple::pack(&[this.ob_type().as_object(), arguments.op(), none, none, iterator.op()])
}

fn repr(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let base = PyDictObject::type_ref().tp_repr.expect("dict has tp_repr");
    // SAFETY: a dict.
    let items: Object = unsafe { Owned::from_c(base(this.as_object_ptr()))? };
    let factory = match this.default_factory.get() {
        None => String::from("None"),
        Some(factory) => {
            if call::repr_enter(factory.op())? {
                String::from("...")
            } else {
                let shown = object::repr(factory.op());
                call::repr_leave(factory.op());
                str::to_string_lossy(shown?.op())
            }
        }
    };
    let name = this.type_name();
    let name = name.rsplit('.').next().unwrap_or(name);
    str::from_string(format!("{name}({factory}, {})", str::to_string_lossy(items.op())))
}

fn nb_or(left: Op<'_>, right: Op<'_>) -> PyResult {
    let (this, other) = match (left.downcast::<DefaultDict>(), right.downcast::<DefaultDict>()) {
        (Some(this), _) => (this, right),
        (None, Some(this)) => (this, left),
        (None, None) => return Ok(singletons::new_not_implemented()),
    };
    if !other.is_instance::<PyDictObject>() {
        return Ok(singletons::new_not_implemented());
    }
    // Like the copy, but with the left operand's items first.
    let factory = this.default_factory.get().unwrap_or_else(singletons::new_none);
    let result = call::call_positional(this.ob_type().as_object(), &[factory.op(), left])?;
    let Some(target) = result.op().downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "expected a dict"));
    };
    dict::update(target, right)?;
    Ok(result)
}

fn traverse(this: This<'_>, visitor: &mut Visitor) {
    this.default_factory.visit(visitor);
    let mut position = 0;
    while let Some((key, value, _)) = dict::next(as_dict(this), &mut position) {
        visitor.visit(value.as_ptr());
        visitor.visit(key.as_ptr());
    }
}

fn clear(this: This<'_>) {
    this.default_factory.clear();
    dict::clear(as_dict(this));
}

fn dealloc(this: This<'_>) {
    gc::untrack(this.as_object_ptr());
    this.default_factory.clear();
    let base = PyDictObject::type_ref().tp_dealloc.expect("dict has tp_dealloc");
    // SAFETY: the count is 0, and what the dict does not know is gone.
    unsafe { base(this.as_object_ptr()) };
}

const METHODS: &[PyMethodDef] = &[
    method::o(
        c"__missing__",
        missing,
        c"__missing__($self, object, /)\n--\n\nCalled for a key that is not there: makes, stores and returns its value.",
    ),
    method::noargs(c"copy", copy, c"copy($self, /)\n--\n\nA new defaultdict with the same factory and items."),
    method::noargs(c"__copy__", copy, c"__copy__($self, /)\n--\n\nA new defaultdict with the same factory and items."),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nReturn state information for pickling."),
    method::class_o(
        c"__class_getitem__",
        adder_object_model::generic_alias::class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
    ),
    PyMethodDef::EMPTY,
];

const MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"default_factory".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(DefaultDict, default_factory) as Py_ssize_t,
        flags: 0,
        doc: c"Factory for default value called by __missing__().".as_ptr(),
    },
    PyMemberDef::EMPTY,
];

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_or: slot::binary(nb_or), ..PyNumberMethods::EMPTY };

static mut DefaultDict_Type: PyTypeObject = PyTypeObject {
    tp_name: c"collections.defaultdict".as_ptr(),
    tp_basicsize: size_of::<DefaultDict>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc: c"defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nA missing key gets what default_factory() returns as its value.\nThe other arguments are those of dict.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_base: &raw mut dict::PyDict_Type,
    tp_init: slot::init(init),
    ..PyTypeObject::EMPTY
};

pub(super) fn add(collections: Op<'_>) -> PyResult<()> {
    module::add_type(collections, DefaultDict::type_ref())
}
