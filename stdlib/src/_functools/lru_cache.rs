//! The wrapper behind `functools.lru_cache`.
//!
//! Results are kept in a dict under a key made of the arguments. With a bound on their
//! number they also stand in a list from the least to the most recently used one. The
//! wrapped function and the `__eq__` of arguments can call the wrapper again, so after
//! each of these the cache is looked at anew.

use core::cell::Cell;
use core::mem::offset_of;
use core::ptr;

use adder_object_model::args::Signature;
use adder_object_model::fields::{OwnedFields, allocate, dealloc_with_weak_references, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, call, dict, getset,
    int, method, module, object, py_typed, raise, singletons, slot, static_type, tuple, type_object,
};

use super::{instance_dict, set_instance_dict};

/// One result, and its place in the order of use. The cache's dict owns it, and so does the list.
#[repr(C)]
struct Link {
    ob_base: PyObject,
    previous: Cell<*mut Link>,
    next: Cell<*mut Link>,
    hash: Cell<Py_hash_t>,
    key: Field,
    result: Field,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Link {}
py_typed!(Link, Link_Type);

fn link_dealloc(link: Borrowed<'_, Link>) {
    link.key.clear();
    link.result.clear();
    // SAFETY: the references are gone.
    unsafe { adder_object_model::alloc::free_object(link.as_object_ptr()) };
}

static mut Link_Type: PyTypeObject = PyTypeObject {
    tp_name: c"functools._lru_list_elem".as_ptr(),
    tp_basicsize: size_of::<Link>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(link_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    ..PyTypeObject::EMPTY
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// Nothing is kept.
    Nothing,
    Limited,
    Unlimited,
}

#[repr(C)]
struct Wrapper {
    ob_base: PyObject,
    bound: Cell<Bound>,
    typed: Cell<bool>,
    cache: Field<PyDictObject>,
    hits: Cell<isize>,
    function: Field,
    max_size: Cell<isize>,
    misses: Cell<isize>,
    /// The least and the most recently used result.
    first: Cell<*mut Link>,
    last: Cell<*mut Link>,
    keyword_mark: Field,
    cache_info_type: Field,
    /// Gives the size of CPython's struct.
    _reserved: [usize; 5],
    dict: Field<PyDictObject>,
    weakreflist: Cell<*mut PyObject>,
}
const _: () = assert!(size_of::<Wrapper>() == 152);
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Wrapper {}
py_typed!(Wrapper, Wrapper_Type);

type This<'a> = Borrowed<'a, Wrapper>;

impl OwnedFields for Wrapper {
    fn visit(&self, visitor: &mut Visitor) {
        let mut link = self.first.get();
        while !link.is_null() {
            // SAFETY: the list owns its links.
            unsafe {
                (*link).key.visit(visitor);
                (*link).result.visit(visitor);
                link = (*link).next.get();
            }
        }
        self.cache.visit(visitor);
        self.function.visit(visitor);
        self.keyword_mark.visit(visitor);
        self.cache_info_type.visit(visitor);
        self.dict.visit(visitor);
    }

    fn clear(&self) {
        drop(self.unlink_all());
        self.cache.clear();
        self.function.clear();
        self.keyword_mark.clear();
        self.cache_info_type.clear();
        self.dict.clear();
    }
}

impl Wrapper {
    /// Empties the list and gives its links, to be dropped when everything is in order.
    fn unlink_all(&self) -> Vec<Owned<Link>> {
        let mut links = Vec::new();
        let mut link = self.first.replace(ptr::null_mut());
        self.last.set(ptr::null_mut());
        while !link.is_null() {
            // SAFETY: the list owned the link, and gives it up.
            unsafe {
                let next = (*link).next.get();
                links.push(Owned::steal(link));
                link = next;
            }
        }
        links
    }

    /// Takes a link out of the list.
    fn unlink(&self, link: Borrowed<'_, Link>) -> Owned<Link> {
        let (previous, next) = (link.previous.get(), link.next.get());
        // SAFETY: neighbours in the list are alive; the list gives its reference up.
        unsafe {
            match previous.is_null() {
                true => self.first.set(next),
                false => (*previous).next.set(next),
            }
            match next.is_null() {
                true => self.last.set(previous),
                false => (*next).previous.set(previous),
            }
            Owned::steal(link.as_ptr())
        }
    }

    /// Puts a link at the end, where the most recently used ones are.
    fn append(&self, link: Owned<Link>) {
        let last = self.last.get();
        link.previous.set(last);
        link.next.set(ptr::null_mut());
        let link = link.into_ptr();
        if last.is_null() {
            self.first.set(link);
        } else {
            // SAFETY: the list owns its links.
            unsafe { (*last).next.set(link) };
        }
        self.last.set(link);
    }
}

fn cache(wrapper: This<'_>) -> Owned<PyDictObject> {
    wrapper.cache.get().expect("set by new")
}

fn function(wrapper: This<'_>) -> Object {
    wrapper.function.get().expect("set by new")
}

/// The arguments as one hashable object. A single int or string stands for itself.
fn make_key(wrapper: This<'_>, args: Args<'_>) -> PyResult {
    let typed = wrapper.typed.get();
    if !typed
        && !args.has_keywords()
        && args.len() == 1
        && let Some(key) = args.get(0)
        && (key.is_exact::<PyUnicodeObject>() || key.is_exact::<PyLongObject>())
    {
        return Ok(key.to_owned());
    }
    let mut parts: Vec<Object> = args.iter().map(Borrowed::to_owned).collect();
    let keywords = args.keywords();
    if !keywords.is_empty() {
        parts.extend(wrapper.keyword_mark.get());
        for (name, value) in &keywords {
            parts.push((*name).to_owned());
            parts.push((*value).to_owned());
        }
    }
    if typed {
        parts.extend(args.iter().map(|op| op.ob_type().to_owned().into_object()));
        parts.extend(keywords.iter().map(|(_, value)| value.ob_type().to_owned().into_object()));
    }
    tuple::from_vec(parts)
}

fn add_one(counter: &Cell<isize>) {
    counter.set(counter.get() + 1);
}

fn call(wrapper: This<'_>, args: Args<'_>) -> PyResult {
    match wrapper.bound.get() {
        Bound::Nothing => {
            add_one(&wrapper.misses);
            call::call(function(wrapper).op(), args)
        }
        Bound::Unlimited => call_unlimited(wrapper, args),
        Bound::Limited => call_limited(wrapper, args),
    }
}

fn call_unlimited(wrapper: This<'_>, args: Args<'_>) -> PyResult {
    let key = make_key(wrapper, args)?;
    let hash = object::hash(key.op())?;
    let cache = cache(wrapper);
    if let Some(result) = dict::get_item_known_hash(cache.borrow(), key.op(), hash)? {
        add_one(&wrapper.hits);
        return Ok(result);
    }
    add_one(&wrapper.misses);
    let result = call::call(function(wrapper).op(), args)?;
    dict::set_item_known_hash(cache.borrow(), key.op(), result.op(), hash)?;
    Ok(result)
}

fn as_link(op: Object) -> Owned<Link> {
    // SAFETY: the cache of a bounded wrapper holds links only.
    unsafe { op.cast_unchecked() }
}

fn call_limited(wrapper: This<'_>, args: Args<'_>) -> PyResult {
    let key = make_key(wrapper, args)?;
    let hash = object::hash(key.op())?;
    let cache = cache(wrapper);
    if let Some(link) = dict::get_item_known_hash(cache.borrow(), key.op(), hash)? {
        let link = as_link(link);
        let result = link.result.get().expect("a link has a result");
        let moved = wrapper.unlink(link.borrow());
        wrapper.append(moved);
        add_one(&wrapper.hits);
        return Ok(result);
    }
    add_one(&wrapper.misses);
    let result = call::call(function(wrapper).op(), args)?;
    if dict::get_item_known_hash(cache.borrow(), key.op(), hash)?.is_some() {
        // The call has put this result in already; it is also the most recent one.
        return Ok(result);
    }
    let first = wrapper.first.get();
    if (dict::len(cache.borrow()) as isize) < wrapper.max_size.get() || first.is_null() {
        let link: Owned<Link> = adder_object_model::alloc::new_object(Link::type_ref())?;
        // SAFETY: a new object of this layout, whose fields are not initialised yet.
        unsafe {
            let raw = link.as_ptr();
            (&raw mut (*raw).previous).write(Cell::new(ptr::null_mut()));
            (&raw mut (*raw).next).write(Cell::new(ptr::null_mut()));
            (&raw mut (*raw).hash).write(Cell::new(hash));
            (&raw mut (*raw).key).write(Field::new(Some(key.clone())));
            (&raw mut (*raw).result).write(Field::new(Some(result.clone())));
        }
        dict::set_item_known_hash(cache.borrow(), key.op(), link.op(), hash)?;
        wrapper.append(link);
        return Ok(result);
    }
    // The cache is full: the least recently used link takes the new result.
    // SAFETY: the list owns its links.
    let link = wrapper.unlink(unsafe { Borrowed::from_ptr(first) });
    let old_key = link.key.get().expect("a link has a key");
    match dict::pop_known_hash(cache.borrow(), old_key.op(), link.hash.get()) {
        Err(raised) => {
            // The link goes back, so that list and cache agree.
            wrapper.append(link);
            return Err(raised);
        }
        // Somebody else has removed it meanwhile.
        Ok(None) => return Ok(result),
        Ok(Some(popped)) => {
            let old_result = link.result.replace(Some(result.clone()));
            let old_key = link.key.replace(Some(key.clone()));
            link.hash.set(hash);
            let stored = dict::set_item_known_hash(cache.borrow(), key.op(), link.op(), hash);
            if stored.is_ok() {
                wrapper.append(link);
            }
            drop(popped);
            drop(old_key);
            drop(old_result);
            stored?;
        }
    }
    Ok(result)
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Wrapper>> {
    const SIGNATURE: Signature<4> =
        Signature::new("lru_cache", ["user_function", "maxsize", "typed", "cache_info_type"]).required(4);
    let [function, max_size, typed, cache_info_type] = args.parse(&SIGNATURE)?;
    let (function, max_size) = (function.expect("required"), max_size.expect("required"));
    if !object::is_callable(function) {
        return Err(raise!(TypeError, "the first argument must be callable"));
    }
    let (bound, max_size) = if max_size.is_none() {
        (Bound::Unlimited, -1)
    } else if max_size.is_instance::<PyLongObject>() {
        let n = int::as_isize(max_size)?.max(0);
        (if n == 0 { Bound::Nothing } else { Bound::Limited }, n)
    } else {
        return Err(raise!(TypeError, "maxsize should be integer or None"));
    };
    let typed = object::is_true(typed.expect("required"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<Wrapper> = unsafe { allocate(tp)? };
    result.bound.set(bound);
    result.max_size.set(max_size);
    result.typed.set(typed);
    result.cache.set(Some(dict::new()?));
    result.function.set(Some(function.to_owned()));
    result.cache_info_type.set(cache_info_type.map(Borrowed::to_owned));
    // An object that is equal to nothing else.
    // SAFETY: `object` is a static type.
    let base = unsafe { TypeRef::from_ptr(&raw mut type_object::PyBaseObject_Type) };
    result.keyword_mark.set(Some(call::call_noargs(base.as_object())?));
    Ok(result)
}

fn cache_info(wrapper: This<'_>) -> PyResult {
    let max_size = match wrapper.bound.get() {
        Bound::Unlimited => singletons::new_none(),
        _ => int::from_isize(wrapper.max_size.get())?,
    };
    let hits = int::from_isize(wrapper.hits.get())?;
    let misses = int::from_isize(wrapper.misses.get())?;
    let size = int::from_usize(dict::len(cache(wrapper).borrow()))?;
    let tp = wrapper.cache_info_type.get().expect("set by new");
    call::call_positional(tp.op(), &[hits.op(), misses.op(), max_size.op(), size.op()])
}

fn cache_clear(wrapper: This<'_>) -> PyResult<()> {
    let links = wrapper.unlink_all();
    wrapper.hits.set(0);
    wrapper.misses.set(0);
    dict::clear(cache(wrapper).borrow());
    drop(links);
    Ok(())
}

fn descr_get(wrapper: This<'_>, instance: Option<Op<'_>>, _owner: Option<Op<'_>>) -> PyResult {
    match instance {
        Some(instance) if !instance.is_none() => {
            adder_object_model::method::new_bound(wrapper.as_object(), instance)
        }
        _ => Ok(wrapper.to_owned().into_object()),
    }
}

fn reduce(wrapper: This<'_>) -> PyResult {
    object::get_attr_str(wrapper.as_object(), "__qualname__")
}

fn copy(wrapper: This<'_>, _unused: Args<'_>) -> PyResult<Owned<Wrapper>> {
    Ok(wrapper.to_owned())
}

fn get_dict(wrapper: This<'_>) -> PyResult<Owned<PyDictObject>> {
    instance_dict(&wrapper.dict)
}

fn set_dict(wrapper: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    set_instance_dict(&wrapper.dict, value)
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"cache_info", cache_info, c"cache_info($self, /)\n--\n\nReport cache statistics"),
    method::noargs(
        c"cache_clear",
        cache_clear,
        c"cache_clear($self, /)\n--\n\nClear the cache and cache statistics",
    ),
    method::noargs(
        c"__reduce__",
        reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::positional(c"__copy__", copy, c"The wrapper itself."),
    method::positional(c"__deepcopy__", copy, c"The wrapper itself."),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[getset::get_set(c"__dict__", get_dict, set_dict, c""), PyGetSetDef::EMPTY];

static mut Wrapper_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(dealloc_with_weak_references::<Wrapper>),
    tp_call: slot::call(call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR,
    tp_doc: c"A function that remembers its results.\n\nuser_function:      what is called for a result that is not remembered.\n\nmaxsize:            0       for no caching\n                    None    for unlimited cache size\n                    n       for a bounded cache\n\ntyped:              False   cache f(3) and f(3.0) as identical calls\n                    True    cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n".as_ptr(),
    tp_weaklistoffset: offset_of!(Wrapper, weakreflist) as Py_ssize_t,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(descr_get),
    tp_dictoffset: offset_of!(Wrapper, dict) as Py_ssize_t,
    tp_new: slot::new(new),
    ..gc_type::<Wrapper>(c"functools._lru_cache_wrapper")
};

pub(super) fn add(functools: Op<'_>) -> PyResult<()> {
    type_object::ready(static_type!(Link_Type))?;
    module::add_type(functools, Wrapper::type_ref())
}
