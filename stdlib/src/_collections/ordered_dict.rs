//! `collections.OrderedDict`: a dict whose order can be changed.
//!
//! Beside the dict's own table stands a list of nodes, one for each key, in the order that
//! iteration follows. `fast_nodes` finds the node of a key by the number of its entry in
//! the table; when the dict has got another table, it is made anew from the list.
//!
//! Layout: `PyODict` in the object model's `layout/dict.rs`.

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use core::ptr;

use adder_object_model::args::Signature;
use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, call, dict, errors,
    exceptions, gc, getset, int, iter, method, module, object, owned_fields, py_typed, raise, sequence,
    singletons, slot, static_type, str, tuple, type_object, weakref,
};

struct Node {
    key: Object,
    hash: Py_hash_t,
    previous: *mut Node,
    next: *mut Node,
}

/// `PyODict` with fields that can be changed through a shared reference.
#[repr(C)]
struct ODict {
    dict: PyDictObject,
    /// As many cells as the table has room for entries.
    fast_nodes: Cell<*mut *mut Node>,
    fast_nodes_size: Cell<isize>,
    /// The table that `fast_nodes` belongs to.
    resize_sentinel: Cell<*mut c_void>,
    state: Cell<usize>,
    first: Cell<*mut Node>,
    last: Cell<*mut Node>,
    inst_dict: Field<PyDictObject>,
    weakreflist: Cell<*mut PyObject>,
}
const _: () = assert!(size_of::<ODict>() == size_of::<PyODict>());
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for ODict {}
py_typed!(ODict, PyODict_Type);

type This<'a> = Borrowed<'a, ODict>;

fn as_dict<'a>(this: This<'a>) -> Borrowed<'a, PyDictObject> {
    // SAFETY: the dict is the first field.
    unsafe { this.cast_unchecked() }
}

fn as_odict<'a>(op: Op<'a>) -> Option<This<'a>> {
    op.downcast::<ODict>()
}

fn is_exact(op: Op<'_>) -> bool {
    op.is_exact::<ODict>()
}

impl ODict {
    fn free_fast_nodes(&self) {
        // SAFETY: made by `refresh` or null.
        unsafe { adder_object_model::alloc::free(self.fast_nodes.replace(ptr::null_mut()).cast()) };
        self.fast_nodes_size.set(0);
        self.resize_sentinel.set(ptr::null_mut());
    }

    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// Puts a node at the end, or with `front` at the start.
    fn link(&self, node: *mut Node, front: bool) {
        // SAFETY: nodes in the list are alive; `node` is not in it.
        unsafe {
            if front {
                let first = self.first.get();
                (*node).previous = ptr::null_mut();
                (*node).next = first;
                if first.is_null() {
                    self.last.set(node)
                } else {
                    (*first).previous = node
                }
                self.first.set(node);
            } else {
                let last = self.last.get();
                (*node).previous = last;
                (*node).next = ptr::null_mut();
                if last.is_null() {
                    self.first.set(node)
                } else {
                    (*last).next = node
                }
                self.last.set(node);
            }
        }
        self.changed();
    }

    fn unlink(&self, node: *mut Node) {
        // SAFETY: the node is in the list, so its neighbours are alive.
        unsafe {
            let (previous, next) = ((*node).previous, (*node).next);
            if previous.is_null() {
                self.first.set(next)
            } else {
                (*previous).next = next
            }
            if next.is_null() { self.last.set(previous) } else { (*next).previous = previous }
        }
        self.changed();
    }
}

/// The number of the entry of a key, with `fast_nodes` brought up to date.
fn entry_index(this: This<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<Option<usize>> {
    let keys = dict::table(as_dict(this));
    let stale = this.resize_sentinel.get() as usize != keys.address()
        || this.fast_nodes_size.get() != keys.capacity() as isize;
    if stale {
        refresh(this)?;
    }
    let index = dict::find(as_dict(this), key, hash)?;
    // Comparing may have given the dict another table.
    let keys = dict::table(as_dict(this));
    if index.is_some() && this.resize_sentinel.get() as usize != keys.address() {
        refresh(this)?;
        return dict::find(as_dict(this), key, hash);
    }
    Ok(index)
}

/// Makes `fast_nodes` for the dict's present table.
fn refresh(this: This<'_>) -> PyResult<()> {
    let keys = dict::table(as_dict(this));
    let capacity = keys.capacity();
    let block: *mut *mut Node = adder_object_model::alloc::calloc(capacity, size_of::<*mut Node>()).cast();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // The entry of a node has the node's own key, which is compared by address, so that
    // nothing runs while the list is walked over.
    let mut by_address = std::collections::HashMap::new();
    let mut node = this.first.get();
    while !node.is_null() {
        // SAFETY: nodes in the list are alive.
        unsafe {
            by_address.insert((*node).key.as_ptr(), node);
            node = (*node).next;
        }
    }
    let mut position = 0;
    while let Some((key, _, _)) = dict::next(as_dict(this), &mut position) {
        if let Some(&node) = by_address.get(&key.as_ptr()) {
            // SAFETY: `next` has just read entry `position - 1`, which the table has.
            unsafe { *block.add(position - 1) = node };
        }
    }
    this.free_fast_nodes();
    this.fast_nodes.set(block);
    this.fast_nodes_size.set(capacity as isize);
    this.resize_sentinel.set(keys.address() as *mut c_void);
    Ok(())
}

/// The node of a key.
fn find_node(this: This<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<Option<*mut Node>> {
    if this.first.get().is_null() {
        return Ok(None);
    }
    let Some(index) = entry_index(this, key, hash)? else { return Ok(None) };
    // SAFETY: `fast_nodes` belongs to the table in which the entry was found.
    let node = unsafe { *this.fast_nodes.get().add(index) };
    Ok((!node.is_null()).then_some(node))
}

/// Gives a key that is in the dict a node at the end, unless it has one.
fn add_node(this: This<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<()> {
    let Some(index) = entry_index(this, key, hash)? else {
        return Err(exceptions::set_key_error(key));
    };
    // SAFETY: as in `find_node`.
    unsafe {
        let cell = this.fast_nodes.get().add(index);
        if !(*cell).is_null() {
            return Ok(());
        }
        // The table's own key, so that `refresh` finds the node by address.
        let key = Object::new_ref(dict::table(as_dict(this)).read(index).0);
        let node =
            Box::into_raw(Box::new(Node { key, hash, previous: ptr::null_mut(), next: ptr::null_mut() }));
        *cell = node;
        this.link(node, false);
    }
    Ok(())
}

/// Takes the node of a key away, if there is one.
fn clear_node(this: This<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<()> {
    if this.first.get().is_null() {
        return Ok(());
    }
    let Some(index) = entry_index(this, key, hash)? else { return Ok(()) };
    // SAFETY: as in `find_node`; the node was made by `Box::into_raw`.
    unsafe {
        let node = ptr::replace(this.fast_nodes.get().add(index), ptr::null_mut());
        if !node.is_null() {
            this.unlink(node);
            drop(Box::from_raw(node));
        }
    }
    Ok(())
}

/// Takes all nodes away.
fn clear_nodes(this: This<'_>) {
    this.free_fast_nodes();
    let mut node = this.first.replace(ptr::null_mut());
    this.last.set(ptr::null_mut());
    let mut nodes = Vec::new();
    while !node.is_null() {
        // SAFETY: nodes in the list were made by `Box::into_raw`.
        unsafe {
            let next = (*node).next;
            nodes.push(Box::from_raw(node));
            node = next;
        }
    }
    this.changed();
    drop(nodes);
}

/// New references to the keys in order.
fn keys_in_order(this: This<'_>) -> Vec<Object> {
    let mut result = Vec::with_capacity(dict::len(as_dict(this)));
    let mut node = this.first.get();
    while !node.is_null() {
        // SAFETY: nodes in the list are alive.
        unsafe {
            result.push((*node).key.clone());
            node = (*node).next;
        }
    }
    result
}

fn set_item_known_hash(this: This<'_>, key: Op<'_>, value: Op<'_>, hash: Py_hash_t) -> PyResult<()> {
    dict::set_item_known_hash(as_dict(this), key, value, hash)?;
    if let Err(raised) = add_node(this, key, hash) {
        // Without a node the item must go.
        let exception = raised.take();
        if let Err(second) = dict::pop_known_hash(as_dict(this), key, hash) {
            second.clear();
        }
        return Err(errors::restore(exception));
    }
    Ok(())
}

fn set_item(this: This<'_>, key: Op<'_>, value: Op<'_>) -> PyResult<()> {
    set_item_known_hash(this, key, value, object::hash(key)?)
}

fn del_item(this: This<'_>, key: Op<'_>) -> PyResult<()> {
    let hash = object::hash(key)?;
    clear_node(this, key, hash)?;
    dict::del_item_known_hash(as_dict(this), key, hash)
}

fn ass_subscript(this: This<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    match value {
        Some(value) => set_item(this, key, value),
        None => del_item(this, key),
    }
}

/// Removes a key and gives its value; the methods of a subclass are not asked.
fn pop_key(this: This<'_>, key: Op<'_>, hash: Py_hash_t, default: Option<Op<'_>>) -> PyResult {
    clear_node(this, key, hash)?;
    let found = dict::pop_known_hash(as_dict(this), key, hash)?;
    match (found, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(exceptions::set_key_error(key)),
    }
}

fn new_ordered(tp: TypeRef<'_>) -> PyResult<Object> {
    call::call_noargs(tp.as_object())
}

/// `OrderedDict()` (`PyODict_New`).
pub fn new_ordered_dict() -> PyResult {
    new_ordered(ODict::type_ref())
}

/// Adds the items of an iterable of pairs.
fn add_pairs(this: Op<'_>, pairs: Op<'_>) -> PyResult<()> {
    let iterator = object::get_iter(pairs)?;
    while let Some(pair) = iter::next(iterator.op())? {
        let parts = object::get_iter(pair.op())?;
        let Some(key) = iter::next(parts.op())? else {
            return Err(raise!(ValueError, "need more than 0 values to unpack"));
        };
        let Some(value) = iter::next(parts.op())? else {
            return Err(raise!(ValueError, "need more than 1 value to unpack"));
        };
        if iter::next(parts.op())?.is_some() {
            return Err(raise!(ValueError, "too many values to unpack (expected 2)"));
        }
        object::set_item(this, key.op(), value.op())?;
    }
    Ok(())
}

/// What `MutableMapping.update` does with its arguments.
fn update(this: Op<'_>, args: Args<'_>) -> PyResult<()> {
    if let Some(other) = args.get(0) {
        if let Some(other) = other.downcast_exact::<PyDictObject>() {
            let items = dict::items(other)?;
            add_pairs(this, items.op())?;
        } else if let Some(keys) = object::get_optional_attr_str(other, "keys")? {
            let keys = call::call_noargs(keys.op())?;
            let iterator = object::get_iter(keys.op())?;
            while let Some(key) = iter::next(iterator.op())? {
                let value = object::get_item(other, key.op())?;
                object::set_item(this, key.op(), value.op())?;
            }
        } else if let Some(items) = object::get_optional_attr_str(other, "items")? {
            let items = call::call_noargs(items.op())?;
            add_pairs(this, items.op())?;
        } else {
            add_pairs(this, other)?;
        }
    }
    for (name, value) in args.keywords() {
        object::set_item(this, name, value)?;
    }
    Ok(())
}

fn init(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    if args.len() > 1 {
        return Err(raise!(TypeError, "expected at most 1 argument, got {}", args.len()));
    }
    update(this.as_object(), args)
}

fn method_update(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    if args.len() > 1 {
        let given = args.len();
        return Err(raise!(TypeError, "update() takes at most 1 positional argument ({given} given)"));
    }
    update(this.as_object(), args)
}

fn richcompare(this: This<'_>, other: Op<'_>, op: c_int) -> PyResult {
    let (Some(this), Some(other)) = (as_odict(this.as_object()), other.downcast::<PyDictObject>()) else {
        return Ok(singletons::new_not_implemented());
    };
    if op != Py_EQ && op != Py_NE {
        return Ok(singletons::new_not_implemented());
    }
    let compare = PyDictObject::type_ref().tp_richcompare.expect("dict has tp_richcompare");
    // SAFETY: two dicts.
    let same: Object = unsafe { Owned::from_c(compare(this.as_object_ptr(), other.as_object_ptr(), Py_EQ))? };
    let mut equal = object::is_true(same.op())?;
    if equal && let Some(other) = as_odict(other.as_object()) {
        let (a, b) = (keys_in_order(this), keys_in_order(other));
        let states = (this.state.get(), other.state.get());
        for (x, y) in a.iter().zip(&b) {
            if !equal {
                break;
            }
            equal = object::rich_compare_bool(x.op(), y.op(), Py_EQ)?;
            if states != (this.state.get(), other.state.get()) {
                return Err(raise!(RuntimeError, "OrderedDict mutated during iteration"));
            }
        }
        equal &= a.len() == b.len();
    }
    Ok(singletons::new_bool(equal == (op == Py_EQ)))
}

fn repr(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = this.type_name();
    let name = name.rsplit('.').next().unwrap_or(name);
    if dict::len(as_dict(this)) == 0 {
        return str::from_string(format!("{name}()"));
    }
    if call::repr_enter(this.as_object())? {
        return str::from_str("...");
    }
    let shown = repr_items(this);
    call::repr_leave(this.as_object());
    let mut text = rustpython_wtf8::Wtf8Buf::from_string(format!("{name}("));
    text.push_wtf8(&str::to_wtf8(shown?.borrow()));
    text.push_str(")");
    str::from_wtf8(&text)
}

/// The repr of a plain dict of the same items in order.
fn repr_items(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let plain = dict::new()?;
    if is_exact(this.as_object()) {
        for key in keys_in_order(this) {
            // A plain dict's methods may have removed what the list still has.
            let value = dict::get_item(as_dict(this), key.op())?
                .ok_or_else(|| exceptions::set_key_error(key.op()))?;
            dict::set_item(plain.borrow(), key.op(), value.op())?;
        }
    } else {
        let items = call::call_method_noargs(this.as_object(), "items")?;
        dict::merge_from_pairs(plain.borrow(), items.op(), dict::OnDuplicate::Replace)?;
    }
    object::repr(plain.op())
}

fn reduce(this: This<'_>) -> PyResult {
    let state = call::call_method_noargs(this.as_object(), "__getstate__")?;
    let items = call::call_method_noargs(this.as_object(), "items")?;
    let iterator = object::get_iter(items.op())?;
    let arguments = tuple::empty();
    let none = singletons::none();
    tuple::pack(&[this.ob_type().as_object(), arguments.op(), state.op(), none, iterator.op()])
}

fn setdefault(this: This<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<2> = Signature::new("setdefault", ["key", "default"]).required(1);
    let [key, default] = args.parse(&SIGNATURE)?;
    let (key, default) = (key.expect("required"), default.unwrap_or(singletons::none()));
    if is_exact(this.as_object()) {
        if let Some(value) = dict::get_item(as_dict(this), key)? {
            return Ok(value);
        }
        set_item(this, key, default)?;
        return Ok(default.to_owned());
    }
    if sequence::contains(this.as_object(), key)? {
        return object::get_item(this.as_object(), key);
    }
    object::set_item(this.as_object(), key, default)?;
    Ok(default.to_owned())
}

fn pop(this: This<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<2> = Signature::new("pop", ["key", "default"]).required(1);
    let [key, default] = args.parse(&SIGNATURE)?;
    let key = key.expect("required");
    pop_key(this, key, object::hash(key)?, default)
}

/// The keyword `last` of `popitem` and `move_to_end`.
fn is_last(given: Option<Op<'_>>) -> PyResult<bool> {
    given.map_or(Ok(true), object::is_true)
}

fn popitem(this: This<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<1> = Signature::new("popitem", ["last"]);
    let [last] = args.parse(&SIGNATURE)?;
    let node = if is_last(last)? { this.last.get() } else { this.first.get() };
    if node.is_null() {
        return Err(raise!(KeyError, "dictionary is empty"));
    }
    // SAFETY: nodes in the list are alive.
    let (key, hash) = unsafe { ((*node).key.clone(), (*node).hash) };
    let value = pop_key(this, key.op(), hash, None)?;
    tuple::pair(key, value)
}

fn move_to_end(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<2> = Signature::new("move_to_end", ["key", "last"]).required(1);
    let [key, last] = args.parse(&SIGNATURE)?;
    let (key, last) = (key.expect("required"), is_last(last)?);
    if this.first.get().is_null() {
        return Err(exceptions::set_key_error(key));
    }
    let end = if last { this.last.get() } else { this.first.get() };
    // SAFETY: nodes in the list are alive.
    if unsafe { (*end).key.as_ptr() } == key.as_ptr() {
        return Ok(());
    }
    let Some(node) = find_node(this, key, object::hash(key)?)? else {
        return Err(exceptions::set_key_error(key));
    };
    let end = if last { this.last.get() } else { this.first.get() };
    if node != end {
        this.unlink(node);
        this.link(node, !last);
    }
    Ok(())
}

fn clear(this: This<'_>) -> PyResult<()> {
    dict::clear(as_dict(this));
    clear_nodes(this);
    Ok(())
}

fn copy(this: This<'_>) -> PyResult {
    let result = new_ordered(this.ob_type())?;
    let exact = is_exact(this.as_object());
    let state = this.state.get();
    for key in keys_in_order(this) {
        if this.state.get() != state {
            return Err(raise!(RuntimeError, "OrderedDict mutated during iteration"));
        }
        if exact {
            let value = dict::get_item(as_dict(this), key.op())?
                .ok_or_else(|| exceptions::set_key_error(key.op()))?;
            let target = as_odict(result.op()).ok_or_else(errors::bad_internal_call)?;
            set_item(target, key.op(), value.op())?;
        } else {
            let value = object::get_item(this.as_object(), key.op())?;
            object::set_item(result.op(), key.op(), value.op())?;
        }
    }
    if this.state.get() != state {
        return Err(raise!(RuntimeError, "OrderedDict mutated during iteration"));
    }
    Ok(result)
}

fn fromkeys(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<2> = Signature::new("fromkeys", ["iterable", "value"]).required(1);
    let [iterable, value] = args.parse(&SIGNATURE)?;
    dict::from_keys(class, iterable.expect("required"), value.unwrap_or(singletons::none()))
}

fn nb_or(left: Op<'_>, right: Op<'_>) -> PyResult {
    let (tp, other) =
        if as_odict(left).is_some() { (left.ob_type(), right) } else { (right.ob_type(), left) };
    if !other.is_instance::<PyDictObject>() {
        return Ok(singletons::new_not_implemented());
    }
    let result = call::call_one(tp.as_object(), left)?;
    update(result.op(), Args::positional_only(&[right]))?;
    Ok(result)
}

fn nb_inplace_or(this: This<'_>, other: Op<'_>) -> PyResult<Owned<ODict>> {
    update(this.as_object(), Args::positional_only(&[other]))?;
    Ok(this.to_owned())
}

fn get_dict(this: This<'_>) -> PyResult<Owned<PyDictObject>> {
    if !this.inst_dict.is_some() {
        this.inst_dict.set(Some(dict::new()?));
    }
    Ok(this.inst_dict.get().expect("just set"))
}

fn set_dict(this: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else { return Err(raise!(TypeError, "cannot delete __dict__")) };
    let Some(value) = value.downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name()));
    };
    this.inst_dict.set(Some(value.to_owned()));
    Ok(())
}

fn sizeof(this: This<'_>) -> PyResult {
    // SAFETY: an argumentless method of dict, called on a dict.
    let base = type_object::lookup_str(PyDictObject::type_ref(), "__sizeof__")
        .ok_or_else(|| raise!(AttributeError, "__sizeof__"))?;
    let size = call::call_one(base.op(), this.as_object())?;
    let nodes = dict::len(as_dict(this)) * (size_of::<Node>() + size_of::<usize>());
    let fast = this.fast_nodes_size.get().max(0) as usize * size_of::<usize>();
    int::from_usize(int::as_usize(size.op())? + nodes + fast)
}

fn traverse(this: This<'_>, visitor: &mut Visitor) {
    this.inst_dict.visit(visitor);
    let mut position = 0;
    while let Some((key, value, _)) = dict::next(as_dict(this), &mut position) {
        visitor.visit(value.as_ptr());
        visitor.visit(key.as_ptr());
    }
    let mut node = this.first.get();
    while !node.is_null() {
        // SAFETY: nodes in the list are alive.
        unsafe {
            visitor.visit((*node).key.as_ptr());
            node = (*node).next;
        }
    }
}

fn tp_clear(this: This<'_>) {
    this.inst_dict.clear();
    dict::clear(as_dict(this));
    clear_nodes(this);
}

fn dealloc(this: This<'_>) {
    gc::untrack(this.as_object_ptr());
    weakref::clear_refs(this.as_object());
    this.inst_dict.clear();
    clear_nodes(this);
    let base = PyDictObject::type_ref().tp_dealloc.expect("dict has tp_dealloc");
    // SAFETY: the count is 0, and what the dict does not know is gone.
    unsafe { base(this.as_object_ptr()) };
}

// Iterators and views

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Keys,
    Values,
    Items,
}

#[repr(C)]
struct ODictIterator {
    ob_base: PyObject,
    odict: Field<ODict>,
    /// The key that comes next; empty at the end.
    current: Field,
    kind: Cell<Kind>,
    reversed: Cell<bool>,
    state: Cell<usize>,
    size: Cell<usize>,
}
owned_fields!(ODictIterator, PyODictIter_Type, [odict, current]);

type Iter<'a> = Borrowed<'a, ODictIterator>;

fn new_iterator(this: This<'_>, kind: Kind, reversed: bool) -> PyResult<Owned<ODictIterator>> {
    // SAFETY: the type has this layout; zeroed memory is an exhausted iterator over keys.
    let result: Owned<ODictIterator> = unsafe { allocate(ODictIterator::type_ref())? };
    let node = if reversed { this.last.get() } else { this.first.get() };
    if !node.is_null() {
        // SAFETY: nodes in the list are alive.
        result.current.set(Some(unsafe { (*node).key.clone() }));
    }
    result.kind.set(kind);
    result.reversed.set(reversed);
    result.state.set(this.state.get());
    result.size.set(dict::len(as_dict(this)));
    result.odict.set(Some(this.to_owned()));
    Ok(result)
}

fn next_key(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    let Some(odict) = iterator.odict.get() else { return Ok(None) };
    let Some(current) = iterator.current.get() else {
        iterator.odict.clear();
        return Ok(None);
    };
    if iterator.state.get() != odict.state.get() {
        iterator.odict.clear();
        return Err(raise!(RuntimeError, "OrderedDict mutated during iteration"));
    }
    if iterator.size.get() != dict::len(as_dict(odict.borrow())) {
        iterator.odict.clear();
        return Err(raise!(RuntimeError, "OrderedDict changed size during iteration"));
    }
    let Some(node) = find_node(odict.borrow(), current.op(), object::hash(current.op())?)? else {
        iterator.current.clear();
        return Err(exceptions::set_key_error(current.op()));
    };
    // SAFETY: nodes in the list are alive.
    let following = unsafe {
        let following = if iterator.reversed.get() { (*node).previous } else { (*node).next };
        (!following.is_null()).then(|| (*following).key.clone())
    };
    iterator.current.set(following);
    Ok(Some(current))
}

fn iter_next(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    let odict = iterator.odict.get();
    let Some(key) = next_key(iterator)? else { return Ok(None) };
    let odict = odict.expect("there was a key");
    if iterator.kind.get() == Kind::Keys {
        return Ok(Some(key));
    }
    // A subclass may compute its values.
    let value = if is_exact(odict.op()) {
        dict::get_item(as_dict(odict.borrow()), key.op())?
            .ok_or_else(|| exceptions::set_key_error(key.op()))?
    } else {
        object::get_item(odict.op(), key.op())?
    };
    if iterator.kind.get() == Kind::Values {
        return Ok(Some(value));
    }
    tuple::pair(key, value).map(Some)
}

fn iter_reduce(iterator: Iter<'_>) -> PyResult {
    // SAFETY: the type has this layout.
    let copy: Owned<ODictIterator> = unsafe { allocate(ODictIterator::type_ref())? };
    copy.odict.set(iterator.odict.get());
    copy.current.set(iterator.current.get());
    copy.kind.set(iterator.kind.get());
    copy.reversed.set(iterator.reversed.get());
    copy.state.set(iterator.state.get());
    copy.size.set(iterator.size.get());
    let rest = sequence::to_list(copy.op())?;
    let function = iter::builtin("iter")?;
    let arguments = tuple::pack(&[rest.op()])?;
    tuple::pack(&[function.op(), arguments.op()])
}

const ITER_METHODS: &[PyMethodDef] = &[
    method::noargs(c"__reduce__", iter_reduce, c"Return state information for pickling"),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyODictIter_Type: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(iter_next),
    tp_methods: ITER_METHODS.as_ptr().cast_mut(),
    ..gc_type::<ODictIterator>(c"odict_iterator")
};

/// The layout of dict views, whose subclasses only iterate differently.
#[repr(C)]
struct View {
    ob_base: PyObject,
    odict: Field<ODict>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for View {}

/// A view of one of the three types below.
fn new_view(tp: *mut PyTypeObject, this: This<'_>) -> PyResult {
    // SAFETY: a static type with the layout of dict views, whose field is the dict.
    unsafe {
        let result: Owned<View> = allocate(TypeRef::from_ptr(tp))?;
        result.odict.set(Some(this.to_owned()));
        Ok(result.into_object())
    }
}

fn view_odict(view: Borrowed<'_, View>) -> PyResult<Owned<ODict>> {
    view.odict.get().ok_or_else(|| raise!(ReferenceError, "the view has lost its dictionary"))
}

macro_rules! views {
    ($($method:ident $iter:ident $reversed:ident $table:ident $tp:ident $base:ident $name:literal $kind:ident;)*) => {
        $(
            fn $method(this: This<'_>) -> PyResult {
                new_view(&raw mut $tp, this)
            }
            fn $iter(view: Borrowed<'_, View>) -> PyResult<Owned<ODictIterator>> {
                new_iterator(view_odict(view)?.borrow(), Kind::$kind, false)
            }
            fn $reversed(view: Borrowed<'_, View>) -> PyResult<Owned<ODictIterator>> {
                new_iterator(view_odict(view)?.borrow(), Kind::$kind, true)
            }
            const $table: &[PyMethodDef] =
                &[method::noargs(c"__reversed__", $reversed, c"An iterator from the last to the first."), PyMethodDef::EMPTY];
            #[unsafe(no_mangle)]
            pub static mut $tp: PyTypeObject = PyTypeObject {
                tp_name: $name.as_ptr(),
                tp_iter: slot::unary($iter),
                tp_methods: $table.as_ptr().cast_mut(),
                tp_base: &raw mut dict::$base,
                ..PyTypeObject::EMPTY
            };
        )*
    };
}
views! {
    keys keys_iter keys_reversed KEYS_METHODS PyODictKeys_Type PyDictKeys_Type c"odict_keys" Keys;
    values values_iter values_reversed VALUES_METHODS PyODictValues_Type PyDictValues_Type c"odict_values" Values;
    items items_iter items_reversed ITEMS_METHODS PyODictItems_Type PyDictItems_Type c"odict_items" Items;
}

fn odict_iter(this: This<'_>) -> PyResult<Owned<ODictIterator>> {
    new_iterator(this, Kind::Keys, false)
}

fn odict_reversed(this: This<'_>) -> PyResult<Owned<ODictIterator>> {
    new_iterator(this, Kind::Keys, true)
}

const METHODS: &[PyMethodDef] = &[
    method::class_keywords(
        c"fromkeys",
        fromkeys,
        c"fromkeys($type, /, iterable, value=None)\n--\n\nA new ordered dictionary of the keys in iterable, all with the same value.",
    ),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\n"),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nReturn state information for pickling"),
    method::keywords(
        c"setdefault",
        setdefault,
        c"setdefault($self, /, key, default=None)\n--\n\nThe value of key; if the dictionary lacks it, default is put in first.",
    ),
    method::keywords(
        c"pop",
        pop,
        c"pop($self, /, key, default=<unrepresentable>)\n--\n\nod.pop(key[,default]) -> v, remove the key and return its value.\n\nWithout the key, default is returned if given, else KeyError is raised.",
    ),
    method::keywords(
        c"popitem",
        popitem,
        c"popitem($self, /, last=True)\n--\n\nRemove and return a (key, value) pair: the last one, or with last=False the first.",
    ),
    method::noargs(c"keys", keys, c"keys($self, /)\n--\n\n"),
    method::noargs(c"values", values, c"values($self, /)\n--\n\n"),
    method::noargs(c"items", items, c"items($self, /)\n--\n\n"),
    method::keywords(c"update", method_update, c"od.update(...) -> None, as MutableMapping.update does"),
    method::noargs(c"clear", clear, c"clear($self, /)\n--\n\nRemove every item."),
    method::noargs(c"copy", copy, c"copy($self, /)\n--\n\nA new ordered dictionary of the same items."),
    method::noargs(c"__reversed__", odict_reversed, c"__reversed__($self, /)\n--\n\nod.__reversed__() <==> reversed(od)"),
    method::keywords(
        c"move_to_end",
        move_to_end,
        c"move_to_end($self, /, key, last=True)\n--\n\nMove a key to the end, or with last=False to the start; KeyError if it is not there.",
    ),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[getset::get_set(c"__dict__", get_dict, set_dict, c""), PyGetSetDef::EMPTY];

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(nb_or),
    nb_inplace_or: slot::binary(nb_inplace_or),
    ..PyNumberMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_ass_subscript: slot::objobjarg(ass_subscript), ..PyMappingMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut PyODict_Type: PyTypeObject = PyTypeObject {
    tp_name: c"collections.OrderedDict".as_ptr(),
    tp_basicsize: size_of::<ODict>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc: c"Dictionary that remembers insertion order".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(tp_clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_weaklistoffset: offset_of!(ODict, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(odict_iter),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_base: &raw mut dict::PyDict_Type,
    tp_dictoffset: offset_of!(ODict, inst_dict) as Py_ssize_t,
    tp_init: slot::init(init),
    ..PyTypeObject::EMPTY
};

pub(super) fn add(collections: Op<'_>) -> PyResult<()> {
    for tp in [
        static_type!(PyODictIter_Type),
        static_type!(PyODictKeys_Type),
        static_type!(PyODictValues_Type),
        static_type!(PyODictItems_Type),
    ] {
        type_object::ready(tp)?;
    }
    module::add_type(collections, ODict::type_ref())
}
