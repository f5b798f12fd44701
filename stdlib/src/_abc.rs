//! The `_abc` module: what `abc.ABCMeta` keeps for each class, and the checks over it.
//!
//! A class's data is an object of a type of its own under `_abc_impl`. Registry and
//! caches are sets of weak references to classes, whose callbacks take them out again.

use core::ptr;
use core::sync::atomic::{AtomicU64, Ordering};

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, Owned, PyLayout, PyResult, TypeRef, Visitor, call, dict, gc, int, list, mapping,
    method, object, raise, set, slot, static_type, str, tuple, type_object, weakref,
};

use crate::host;

/// What stands under `_abc_impl`. The sets are made when something goes into them.
#[repr(C)]
struct AbcData {
    ob_base: PyObject,
    /// Owned sets, or null.
    registry: *mut PyObject,
    cache: *mut PyObject,
    negative_cache: *mut PyObject,
    /// The value of the counter when the negative cache was last known to be right.
    negative_cache_version: u64,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for AbcData {}

/// Counts registrations: a class that was no subclass may be one after each.
static INVALIDATION_COUNTER: AtomicU64 = AtomicU64::new(0);

fn counter() -> u64 {
    INVALIDATION_COUNTER.load(Ordering::Relaxed)
}

static mut ABC_DATA_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_abc._abc_data".as_ptr(),
    tp_basicsize: size_of::<AbcData>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Internal state held by ABC machinery.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_new: slot::new(new_data),
    ..PyTypeObject::EMPTY
};
adder_object_model::py_typed!(AbcData, ABC_DATA_TYPE);

fn new_data(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    let op = gc::alloc(tp, 0)?;
    // SAFETY: fresh zeroed data.
    unsafe { (*op.as_ptr().cast::<AbcData>()).negative_cache_version = counter() };
    gc::track(op.as_ptr());
    Ok(op)
}

fn traverse(data: Borrowed<'_, AbcData>, visitor: &mut Visitor) {
    visitor.visit(data.registry);
    visitor.visit(data.cache);
    visitor.visit(data.negative_cache);
}

fn clear(data: Borrowed<'_, AbcData>) {
    let fields = data.as_ptr();
    // SAFETY: the fields own sets or are null.
    unsafe {
        for field in
            [&raw mut (*fields).registry, &raw mut (*fields).cache, &raw mut (*fields).negative_cache]
        {
            drop(Owned::steal_nullable(ptr::replace(field, ptr::null_mut())));
        }
    }
}

fn dealloc(data: Borrowed<'_, AbcData>) {
    gc::untrack(data.as_object_ptr());
    clear(data);
    // SAFETY: dying data, whose sets have just been given back.
    unsafe { gc::delete(data.as_object_ptr()) };
}

/// Which of the three sets is meant.
#[derive(Clone, Copy)]
enum Which {
    Registry,
    Cache,
    NegativeCache,
}

fn slot_of(data: Borrowed<'_, AbcData>, which: Which) -> *mut *mut PyObject {
    let fields = data.as_ptr();
    // SAFETY: live data.
    unsafe {
        match which {
            Which::Registry => &raw mut (*fields).registry,
            Which::Cache => &raw mut (*fields).cache,
            Which::NegativeCache => &raw mut (*fields).negative_cache,
        }
    }
}

fn set_in(data: Borrowed<'_, AbcData>, which: Which) -> Option<Owned<PySetObject>> {
    // SAFETY: the field owns a set or is null.
    unsafe { Owned::new_ref_nullable((*slot_of(data, which)).cast()) }
}

/// The data of a class.
fn data_of(class: Op<'_>) -> PyResult<Owned<AbcData>> {
    let data = object::get_attr_str(class, "_abc_impl")?;
    data.downcast::<AbcData>().map_err(|_| raise!(TypeError, "_abc_impl is set to a wrong type"))
}

/// Takes a dead reference out of the set it stands in; the set's own weak reference is the receiver.
fn destroy(set_reference: Op<'_>, reference: Op<'_>) -> PyResult<()> {
    let Some(set_object) = weakref::get(set_reference)? else { return Ok(()) };
    if let Some(set_object) = set_object.op().downcast::<PySetObject>() {
        set::discard(set_object, reference)?;
    }
    Ok(())
}

static mut DESTROY: PyMethodDef = method::o(c"_destroy", destroy, c"");

/// Adds a weak reference to `class`, which leaves the set when the class dies.
fn add_to(data: Borrowed<'_, AbcData>, which: Which, class: Op<'_>) -> PyResult<()> {
    let set_object = match set_in(data, which) {
        Some(set_object) => set_object,
        None => {
            let new = set::new(None)?;
            // SAFETY: live data; a set that came meanwhile is dropped.
            drop(unsafe {
                Owned::steal_nullable(ptr::replace(slot_of(data, which), new.clone().into_object_ptr()))
            });
            new
        }
    };
    let set_reference = weakref::new_ref(set_object.op(), None)?;
    // SAFETY: a static entry, whose function takes a weak reference to a set.
    let callback = unsafe {
        adder_object_model::method::new_function(&raw mut DESTROY, Some(set_reference.op()), None, None)?
    };
    let reference = weakref::new_ref(class, Some(callback.op()))?;
    set::add(set_object.borrow(), reference.op())
}

fn is_in(data: Borrowed<'_, AbcData>, which: Which, class: Op<'_>) -> PyResult<bool> {
    let Some(set_object) = set_in(data, which) else { return Ok(false) };
    if set::len(set_object.borrow()) == 0 {
        return Ok(false);
    }
    let reference = match weakref::new_ref(class, None) {
        Ok(reference) => reference,
        // What cannot be referred to weakly is in no set.
        Err(raised) if raised.matches(builtin::TypeError()) => {
            raised.clear();
            return Ok(false);
        }
        Err(raised) => return Err(raised),
    };
    set::contains(set_object.borrow(), reference.op())
}

fn reset_registry(_module: Op<'_>, class: Op<'_>) -> PyResult<()> {
    let data = data_of(class)?;
    if let Some(registry) = set_in(data.borrow(), Which::Registry) {
        while set::len(registry.borrow()) > 0 {
            drop(set::pop(registry.borrow())?);
        }
    }
    Ok(())
}

fn reset_caches(_module: Op<'_>, class: Op<'_>) -> PyResult<()> {
    let data = data_of(class)?;
    for which in [Which::Cache, Which::NegativeCache] {
        if let Some(set_object) = set_in(data.borrow(), which) {
            while set::len(set_object.borrow()) > 0 {
                drop(set::pop(set_object.borrow())?);
            }
        }
    }
    Ok(())
}

fn get_dump(_module: Op<'_>, class: Op<'_>) -> PyResult {
    let data = data_of(class)?;
    let content = |which| -> PyResult {
        let source = set_in(data.borrow(), which);
        Ok(set::new(source.as_ref().map(|it| it.op()))?.into_object())
    };
    tuple::from_vec(vec![
        content(Which::Registry)?,
        content(Which::Cache)?,
        content(Which::NegativeCache)?,
        int::from_u64(data.negative_cache_version)?,
    ])
}

fn is_abstract(op: Op<'_>) -> PyResult<bool> {
    match object::get_optional_attr_str(op, "__isabstractmethod__")? {
        Some(flag) => object::is_true(flag.op()),
        None => Ok(false),
    }
}

/// Finds the abstract methods a class has, its own and inherited.
fn compute_abstract_methods(class: Op<'_>) -> PyResult<()> {
    let names = set::new(None)?;
    let namespace = object::get_attr_str(class, "__dict__")?;
    let items = mapping::items(namespace.op())?;
    let items = adder_object_model::sequence::to_list(items.op())?;
    let mut index = 0;
    while let Some(item) = list::get(items.borrow(), index) {
        index += 1;
        let Some(pair) = item.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2) else {
            return Err(raise!(TypeError, "items() returned non-iterable"));
        };
        let (key, value) = (tuple::get(pair, 0).to_owned(), tuple::get(pair, 1).to_owned());
        if is_abstract(value.op())? {
            set::add(names.borrow(), key.op())?;
        }
    }
    let bases = object::get_attr_str(class, "__bases__")?;
    let Some(bases) = bases.op().downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "__bases__ is not tuple"));
    };
    for index in 0..tuple::len(bases) {
        let Some(inherited) = object::get_optional_attr_str(tuple::get(bases, index), "__abstractmethods__")?
        else {
            continue;
        };
        let iterator = object::get_iter(inherited.op())?;
        while let Some(name) = adder_object_model::iter::next(iterator.op())? {
            if let Some(value) = object::get_optional_attr(class, name.op())?
                && is_abstract(value.op())?
            {
                set::add(names.borrow(), name.op())?;
            }
        }
    }
    let frozen = set::new_frozen(Some(names.op()))?;
    object::set_attr_str(class, "__abstractmethods__", Some(frozen.op()))
}

const COLLECTION_FLAGS: u64 = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;

fn abc_init(_module: Op<'_>, class: Op<'_>) -> PyResult<()> {
    compute_abstract_methods(class)?;
    // SAFETY: the type is ready since the module was made.
    let data = new_data(unsafe { TypeRef::from_ptr(&raw mut ABC_DATA_TYPE) }, Args::positional_only(&[]))?;
    object::set_attr_str(class, "_abc_impl", Some(data.op()))?;
    // `match` statements go by a flag that collection ABCs ask for.
    if let Some(tp) = class.downcast::<PyTypeObject>() {
        // SAFETY: a ready type has a dict.
        let namespace: Owned<PyDictObject> = unsafe { Owned::new_ref(tp.tp_dict.cast()) };
        if let Some(flags) = dict::get_item_str(namespace.borrow(), "__abc_tpflags__")? {
            if flags.op().is_exact::<PyLongObject>() {
                let value = int::as_i64(flags.op())? as u64;
                if value & COLLECTION_FLAGS == COLLECTION_FLAGS {
                    return Err(raise!(
                        TypeError,
                        "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
                    ));
                }
                set_collection_flag(tp.as_ptr(), value & COLLECTION_FLAGS);
            }
            dict::del_item(namespace.borrow(), str::intern("__abc_tpflags__")?.op())?;
        }
    }
    Ok(())
}

fn set_collection_flag(tp: *mut PyTypeObject, flag: u64) {
    if flag != 0 {
        // SAFETY: a live type.
        unsafe { (*tp).tp_flags = (*tp).tp_flags & !COLLECTION_FLAGS | flag };
    }
}

/// Gives a class and its subclasses the flag.
fn set_collection_flag_recursive(class: Op<'_>, flag: u64) -> PyResult<()> {
    let Some(tp) = class.downcast::<PyTypeObject>() else { return Ok(()) };
    if tp.tp_flags & COLLECTION_FLAGS == flag || tp.tp_flags & Py_TPFLAGS_IMMUTABLETYPE != 0 {
        return Ok(());
    }
    set_collection_flag(tp.as_ptr(), flag);
    let subclasses = call::call_method_noargs(class, "__subclasses__")?;
    if let Some(subclasses) = subclasses.op().downcast::<PyListObject>() {
        let mut index = 0;
        while let Some(subclass) = list::get(subclasses, index) {
            index += 1;
            set_collection_flag_recursive(subclass.op(), flag)?;
        }
    }
    Ok(())
}

fn abc_register(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [class, subclass] = args.exactly::<2>("_abc_register")?;
    if !subclass.is_instance::<PyTypeObject>() {
        return Err(raise!(TypeError, "Can only register classes"));
    }
    if object::is_subclass(subclass, class)? {
        return Ok(subclass.to_owned());
    }
    // The other way round it would be a cycle.
    if object::is_subclass(class, subclass)? {
        return Err(raise!(RuntimeError, "Refusing to create an inheritance cycle"));
    }
    let data = data_of(class)?;
    add_to(data.borrow(), Which::Registry, subclass)?;
    INVALIDATION_COUNTER.fetch_add(1, Ordering::Relaxed);
    if let Some(tp) = class.downcast::<PyTypeObject>() {
        let flag = tp.tp_flags & COLLECTION_FLAGS;
        if flag != 0 {
            set_collection_flag_recursive(subclass, flag)?;
        }
    }
    Ok(subclass.to_owned())
}

fn abc_instancecheck(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [class, instance] = args.exactly::<2>("_abc_instancecheck")?;
    let data = data_of(class)?;
    let subclass = object::get_attr_str(instance, "__class__")?;
    if is_in(data.borrow(), Which::Cache, subclass.op())? {
        return Ok(adder_object_model::singletons::new_true());
    }
    let tp = instance.ob_type().as_object().to_owned();
    if tp.op().is(subclass.op()) {
        if data.negative_cache_version == counter()
            && is_in(data.borrow(), Which::NegativeCache, subclass.op())?
        {
            return Ok(adder_object_model::singletons::new_false());
        }
        return call::call_method(class, "__subclasscheck__", &[subclass.op()]);
    }
    let result = call::call_method(class, "__subclasscheck__", &[subclass.op()])?;
    if object::is_true(result.op())? {
        return Ok(result);
    }
    call::call_method(class, "__subclasscheck__", &[tp.op()])
}

fn abc_subclasscheck(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let [class, subclass] = args.exactly::<2>("_abc_subclasscheck")?;
    if !subclass.is_instance::<PyTypeObject>() {
        return Err(raise!(TypeError, "issubclass() arg 1 must be a class"));
    }
    let data = data_of(class)?;
    if is_in(data.borrow(), Which::Cache, subclass)? {
        return Ok(true);
    }
    if data.negative_cache_version < counter() {
        // Registrations since then may have made any of these wrong.
        if let Some(negative) = set_in(data.borrow(), Which::NegativeCache) {
            while set::len(negative.borrow()) > 0 {
                drop(set::pop(negative.borrow())?);
            }
        }
        // SAFETY: live data.
        unsafe { (*data.as_ptr()).negative_cache_version = counter() };
    } else if is_in(data.borrow(), Which::NegativeCache, subclass)? {
        return Ok(false);
    }
    let found = call::call_method(class, "__subclasshook__", &[subclass])?;
    if found.op().is(adder_object_model::singletons::true_()) {
        add_to(data.borrow(), Which::Cache, subclass)?;
        return Ok(true);
    }
    if found.op().is(adder_object_model::singletons::false_()) {
        add_to(data.borrow(), Which::NegativeCache, subclass)?;
        return Ok(false);
    }
    if !found.op().is(adder_object_model::singletons::not_implemented()) {
        return Err(raise!(
            AssertionError,
            "__subclasshook__ must return either False, True, or NotImplemented"
        ));
    }
    // A direct subclass.
    if subclass
        .downcast::<PyTypeObject>()
        .is_some_and(|subclass| type_object::is_subtype_ptr(subclass, class.as_ptr().cast()))
    {
        add_to(data.borrow(), Which::Cache, subclass)?;
        return Ok(true);
    }
    // A subclass of a registered class.
    if let Some(registry) = set_in(data.borrow(), Which::Registry) {
        let mut references = Vec::new();
        let mut position = 0;
        while let Some((reference, _)) = set::next(registry.borrow(), &mut position) {
            references.push(reference.to_owned());
        }
        for reference in references {
            if let Some(registered) = weakref::get(reference.op())?
                && object::is_subclass(subclass, registered.op())?
            {
                add_to(data.borrow(), Which::Cache, subclass)?;
                return Ok(true);
            }
        }
    }
    // A subclass of a subclass, which may have a registry and a hook of its own.
    let subclasses = call::call_method_noargs(class, "__subclasses__")?;
    let Some(subclasses) = subclasses.op().downcast::<PyListObject>() else {
        return Err(raise!(TypeError, "__subclasses__() must return a list"));
    };
    let mut index = 0;
    while let Some(derived) = list::get(subclasses, index) {
        index += 1;
        if object::is_subclass(subclass, derived.op())? {
            add_to(data.borrow(), Which::Cache, subclass)?;
            return Ok(true);
        }
    }
    add_to(data.borrow(), Which::NegativeCache, subclass)?;
    Ok(false)
}

fn get_cache_token(_module: Op<'_>) -> PyResult {
    int::from_u64(counter())
}

static FUNCTIONS: [PyMethodDef; 9] = [
    method::noargs(
        c"get_cache_token",
        get_cache_token,
        c"get_cache_token($module, /)\n--\n\nReturn a token that changes with every registration of a virtual subclass.",
    ),
    method::o(c"_abc_init", abc_init, c"_abc_init($module, self, /)\n--\n\nSet up a new class for abc.ABCMeta."),
    method::o(
        c"_reset_registry",
        reset_registry,
        c"_reset_registry($module, self, /)\n--\n\nForget the registered subclasses, for tests.",
    ),
    method::o(c"_reset_caches", reset_caches, c"_reset_caches($module, self, /)\n--\n\nEmpty both caches, for tests."),
    method::o(c"_get_dump", get_dump, c"_get_dump($module, self, /)\n--\n\nReturn registry, caches and version, for debugging."),
    method::positional(
        c"_abc_register",
        abc_register,
        c"_abc_register($module, self, subclass, /)\n--\n\nRegister a virtual subclass for abc.ABCMeta.",
    ),
    method::positional(
        c"_abc_instancecheck",
        abc_instancecheck,
        c"_abc_instancecheck($module, self, instance, /)\n--\n\nCheck an instance for abc.ABCMeta.",
    ),
    method::positional(
        c"_abc_subclasscheck",
        abc_subclasscheck,
        c"_abc_subclasscheck($module, self, subclass, /)\n--\n\nCheck a subclass for abc.ABCMeta.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    type_object::ready(static_type!(ABC_DATA_TYPE))?;
    host::new_module("_abc", "What abc.ABCMeta is made of.", &FUNCTIONS)
}
