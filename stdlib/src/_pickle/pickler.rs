//! The type `Pickler`: settings, the memo, and the proxy through which Python sees it.

use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use core::hash::{BuildHasherDefault, Hasher};
use core::mem::offset_of;
use core::ptr;
use std::collections::{HashMap, HashSet};

use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, Signature, TypeRef, Visitor, alloc, dict,
    getset, id, int, method, object, owned_fields, py_typed, raise, slot, str, tuple,
};

use super::output::Output;
use super::{opcodes, optional, save};

/// Hashes an address: multiplication spreads its bits.
#[derive(Default)]
pub struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }
    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0 ^ (address as u64 >> 4)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

/// The objects written so far, by address, with the numbers they got. It keeps them alive,
/// so that no other object gets their address meanwhile.
pub type Memo = HashMap<usize, (usize, Object), BuildHasherDefault<AddressHasher>>;

/// What `Pickler` looks like inside. `work_size` is at the end so that the size is CPython's.
#[repr(C)]
pub struct Pickler {
    ob_base: PyObject,
    pub(super) write_method: Field,
    pub(super) buffer_callback: Field,
    /// What the user has set with `pickler.persistent_id = ...`.
    persistent_id_attr: Field,
    pub(super) dispatch_table: Field,
    /// Methods of subclasses, only while `dump` runs.
    pub(super) persistent_id: Field,
    pub(super) reducer_override: Field,
    pub(super) bin: Cell<c_int>,
    pub(super) fast: Cell<c_int>,
    pub(super) proto: Cell<i32>,
    pub(super) fix_imports: Cell<bool>,
    running: Cell<bool>,
    pub(super) fast_nesting: Cell<usize>,
    inner: Cell<*mut Inner>,
}

/// The parts that are no references, in a block of their own.
pub struct Inner {
    pub output: Output,
    pub memo: RefCell<Memo>,
    /// Containers being written in fast mode, once they are deeply nested.
    pub fast_memo: RefCell<HashSet<usize>>,
}

// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Pickler {}
py_typed!(Pickler, Pickler_Type);

pub type This<'a> = Borrowed<'a, Pickler>;

impl core::ops::Deref for Pickler {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        // SAFETY: `new` made the block, and it lives as long as the object.
        unsafe { &*self.inner.get() }
    }
}

/// A mark that the pickler is at work; it goes when dropped.
pub struct Running<'a>(&'a Cell<bool>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Pickler {
    pub fn start(&self) -> PyResult<Running<'_>> {
        if self.running.replace(true) {
            return Err(raise!(RuntimeError, "Pickler object is already used"));
        }
        Ok(Running(&self.running))
    }

    pub fn set_protocol(&self, protocol: Option<Op<'_>>, fix_imports: bool) -> PyResult<()> {
        let protocol = super::protocol_argument(protocol)?;
        self.proto.set(protocol);
        self.bin.set(c_int::from(protocol > 0));
        self.fix_imports.set(fix_imports && protocol < 3);
        Ok(())
    }

    pub fn set_output(&self, file: Op<'_>) -> PyResult<()> {
        let Some(write) = optional(file, id!("write"))? else {
            return Err(raise!(TypeError, "file must have a 'write' attribute"));
        };
        self.write_method.set(Some(write));
        Ok(())
    }

    pub fn set_buffer_callback(&self, callback: Option<Op<'_>>) -> PyResult<()> {
        if callback.is_some() && self.proto.get() < 5 {
            return Err(raise!(ValueError, "buffer_callback needs protocol >= 5"));
        }
        self.buffer_callback.set(callback.map(Borrowed::to_owned));
        Ok(())
    }

    /// The number of an object that has been written.
    #[inline]
    pub fn memo_index(&self, op: Op<'_>) -> Option<usize> {
        self.memo.borrow().get(&(op.as_ptr() as usize)).map(|(index, _)| *index)
    }

    /// Writes the opcode that fetches an object by its number.
    pub fn write_get(&self, index: usize) -> PyResult<()> {
        if self.bin.get() == 0 {
            return self.write(format!("g{index}\n").as_bytes());
        }
        if index < 256 {
            return self.write(&[opcodes::BINGET, index as u8]);
        }
        let Ok(index) = u32::try_from(index) else {
            return Err(super::pickling_error("memo id too large for LONG_BINGET"));
        };
        let [a, b, c, d] = index.to_le_bytes();
        self.write(&[opcodes::LONG_BINGET, a, b, c, d])
    }

    /// Numbers an object, and writes the opcode that makes the other side do the same.
    pub fn memoize(&self, op: Op<'_>) -> PyResult<()> {
        if self.fast.get() != 0 {
            return Ok(());
        }
        let index = {
            let mut memo = self.memo.borrow_mut();
            let index = memo.len();
            let before = memo.insert(op.as_ptr() as usize, (index, op.to_owned()));
            drop(memo);
            drop(before);
            index
        };
        if self.proto.get() >= 4 {
            return self.write_opcode(opcodes::MEMOIZE);
        }
        if self.bin.get() == 0 {
            return self.write(format!("p{index}\n").as_bytes());
        }
        if index < 256 {
            return self.write(&[opcodes::BINPUT, index as u8]);
        }
        let Ok(index) = u32::try_from(index) else {
            return Err(super::pickling_error("memo id too large for LONG_BINPUT"));
        };
        let [a, b, c, d] = index.to_le_bytes();
        self.write(&[opcodes::LONG_BINPUT, a, b, c, d])
    }

    fn clear_memo(&self) {
        // The objects go after the memo is empty: finalizers may look at it.
        let old = self.memo.take();
        drop(old);
    }

    /// Looks up what a subclass or the user may have put in, for the time of one `dump`.
    pub fn find_overrides(this: This<'_>) -> PyResult<()> {
        if this.is_exact::<Pickler>() {
            this.persistent_id.set(this.persistent_id_attr.get());
            return Ok(());
        }
        let persistent_id = optional(this.as_object(), id!("persistent_id"))?;
        this.persistent_id.set(persistent_id.filter(|found| !is_own_method(this, found.op())));
        this.reducer_override.set(optional(this.as_object(), id!("reducer_override"))?);
        Ok(())
    }

    pub fn forget_overrides(&self) {
        self.persistent_id.clear();
        self.reducer_override.clear();
    }
}

/// Whether a callable is the method `persistent_id` of this type, which gives None.
fn is_own_method(this: This<'_>, found: Op<'_>) -> bool {
    found.downcast_exact::<PyCFunctionObject>().is_some_and(|function| {
        // SAFETY: a function object's definition is never null and outlives it.
        function.m_self == this.as_object_ptr()
            && unsafe { ptr::eq((*function.m_ml).ml_name, PERSISTENT_ID.as_ptr()) }
    })
}

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<Pickler>> {
    // SAFETY: the type or a subclass.
    let made: Owned<Pickler> = unsafe { allocate(tp)? };
    let inner = Inner { output: Output::new(), memo: RefCell::default(), fast_memo: RefCell::default() };
    made.inner.set(Box::into_raw(Box::new(inner)));
    Ok(made)
}

pub fn new_exact() -> PyResult<Owned<Pickler>> {
    new(Pickler::type_ref(), Args::positional_only(&[]))
}

const INIT: Signature<4> =
    Signature::new("Pickler", ["file", "protocol", "fix_imports", "buffer_callback"]).required(1);

fn init(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [file, protocol, fix_imports, callback] = args.parse(&INIT)?;
    let fix_imports = fix_imports.map_or(Ok(true), object::is_true)?;
    let _running = this.start()?;
    if this.write_method.is_some() {
        clear(this);
    }
    this.set_protocol(protocol, fix_imports)?;
    this.set_output(file.expect("required"))?;
    this.set_buffer_callback(super::is_given(callback))?;
    this.output.clear();
    this.fast.set(0);
    this.fast_nesting.set(0);
    this.fast_memo.take();
    if !this.dispatch_table.is_some() {
        this.dispatch_table.set(optional(this.as_object(), id!("dispatch_table"))?);
    }
    Ok(())
}

fn dump(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    if !this.write_method.is_some() {
        let name = this.type_name();
        let name = name.rsplit('.').next().unwrap_or(name);
        return Err(super::pickling_error(&format!(
            "Pickler.__init__() was not called by {name}.__init__()"
        )));
    }
    let _running = this.start()?;
    this.output.clear();
    save::dump(this, op)?;
    this.flush()
}

fn clear_memo(this: This<'_>) -> PyResult<()> {
    this.clear_memo();
    Ok(())
}

fn persistent_id(_this: This<'_>, _op: Op<'_>) -> PyResult<()> {
    Ok(())
}

fn getattro(this: This<'_>, name: Op<'_>) -> PyResult {
    if let Some(set) = this.persistent_id_attr.get()
        && str::equals(name, "persistent_id")
    {
        return Ok(set);
    }
    object::generic_get_attr(this.as_object(), name)
}

fn setattro(this: This<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if str::equals(name, "persistent_id") {
        this.persistent_id_attr.set(value.map(Borrowed::to_owned));
        return Ok(());
    }
    object::generic_set_attr(this.as_object(), name, value)
}

/// The size CPython's memo has for so many objects.
fn memo_capacity(used: usize) -> usize {
    let mut capacity = 8;
    // It grows as soon as two thirds are used.
    while used * 3 >= capacity * 2 {
        let at = (capacity * 2).div_ceil(3);
        let wanted = at * if at > 50_000 { 2 } else { 4 };
        while capacity <= wanted {
            capacity *= 2;
        }
    }
    capacity
}

fn sizeof(this: This<'_>) -> PyResult {
    let own = this.ob_type().tp_basicsize as usize;
    // A table with five words, and three words for each entry; then the buffer, a `bytes`.
    let memo = 4 * size_of::<usize>() + memo_capacity(this.memo.borrow().len()) * 2 * size_of::<usize>();
    int::from_usize(own + memo + this.output.capacity() + 33)
}

fn get_memo(this: This<'_>) -> PyResult<Owned<MemoProxy>> {
    // SAFETY: the type's own layout.
    let proxy: Owned<MemoProxy> = unsafe { allocate(MemoProxy::type_ref())? };
    proxy.pickler.set(Some(this.to_owned()));
    Ok(proxy)
}

fn set_memo(this: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "attribute deletion is not supported"));
    };
    let mut memo = Memo::default();
    if let Some(proxy) = value.downcast_exact::<MemoProxy>() {
        if let Some(other) = proxy.pickler.get() {
            memo.clone_from(&other.memo.borrow());
        }
    } else if let Some(dict) = value.downcast::<PyDictObject>() {
        for (_, pair) in dict::pairs(dict) {
            let pair = pair.downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2);
            let Some(pair) = pair else {
                return Err(raise!(TypeError, "'memo' values must be 2-item tuples"));
            };
            let index = int::as_isize(tuple::get(pair, 0))?;
            let op = tuple::get(pair, 1);
            memo.insert(op.as_ptr() as usize, (index as usize, op.to_owned()));
        }
    } else {
        let given = value.type_name();
        return Err(raise!(
            TypeError,
            "'memo' attribute must be a PicklerMemoProxy object or dict, not {given}"
        ));
    }
    let old = this.memo.replace(memo);
    drop(old);
    Ok(())
}

fn visit(this: &Pickler, visitor: &mut Visitor) {
    for field in [
        &this.write_method,
        &this.buffer_callback,
        &this.persistent_id_attr,
        &this.dispatch_table,
        &this.persistent_id,
        &this.reducer_override,
    ] {
        field.visit(visitor);
    }
}

fn traverse(this: This<'_>, visitor: &mut Visitor) {
    visit(&this, visitor);
}

fn clear(this: This<'_>) {
    this.write_method.clear();
    this.buffer_callback.clear();
    this.persistent_id_attr.clear();
    this.dispatch_table.clear();
    this.forget_overrides();
    this.clear_memo();
}

fn dealloc(this: This<'_>) {
    adder_object_model::gc::untrack(this.as_object_ptr());
    if !this.inner.get().is_null() {
        clear(this);
        // SAFETY: made by `Box::into_raw`; nobody uses the object any more.
        drop(unsafe { Box::from_raw(this.inner.get()) });
    }
    // SAFETY: the references are gone.
    unsafe { alloc::free_object(this.as_object_ptr()) };
}

const PERSISTENT_ID: &core::ffi::CStr = c"persistent_id";

const METHODS: &[PyMethodDef] = &[
    method::o(PERSISTENT_ID, persistent_id, c"persistent_id($self, obj, /)\n--\n\n"),
    method::o(c"dump", dump, c"dump($self, obj, /)\n--\n\nWrite a pickled representation of the given object to the open file."),
    method::noargs(c"clear_memo", clear_memo, c"clear_memo($self, /)\n--\n\nClears the pickler's \"memo\".\n\nThe memo remembers which objects the pickler has already written, so that\nshared and recursive objects are pickled by reference.  This is useful\nwhen a pickler is used again."),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nReturns size in memory, in bytes."),
    PyMethodDef::EMPTY,
];

const fn member(name: &'static core::ffi::CStr, kind: c_int, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: kind,
        offset: offset as Py_ssize_t,
        flags: 0,
        doc: ptr::null(),
    }
}

const MEMBERS: &[PyMemberDef] = &[
    member(c"bin", Py_T_INT, offset_of!(Pickler, bin)),
    member(c"fast", Py_T_INT, offset_of!(Pickler, fast)),
    member(c"dispatch_table", Py_T_OBJECT_EX, offset_of!(Pickler, dispatch_table)),
    PyMemberDef::EMPTY,
];

static GETSET: [PyGetSetDef; 2] = [getset::get_set(c"memo", get_memo, set_memo, c""), PyGetSetDef::EMPTY];

/// The size of CPython's struct, which subclasses and `__sizeof__` show.
const BASIC_SIZE: usize = 152;
const _: () = assert!(size_of::<Pickler>() <= BASIC_SIZE);

static mut Pickler_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_pickle.Pickler".as_ptr(),
    tp_basicsize: BASIC_SIZE as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_getattro: slot::binary(getattro),
    tp_setattro: slot::objobjarg(setattro),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\nThis takes a binary file for writing a pickle data stream.\n\nThe optional *protocol* argument says which protocol to use: 0 to 5, by\ndefault 5; a negative number selects the highest.  The higher it is, the\nmore recent must be the Python that reads the pickle.\n\nThe *file* argument must have a write() method that accepts a single\nbytes argument.\n\nIf *fix_imports* is True and protocol is less than 3, names of Python 3\nare replaced by those of Python 2.\n\nIf *buffer_callback* is not None, it is called with each buffer view; if it\nreturns a false value, the buffer is out-of-band, else it is serialized\ninside the pickle stream.  It needs protocol 5.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_init: slot::init(init),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

/// `pickler.memo`: the memo as far as Python may see it.
#[repr(C)]
pub struct MemoProxy {
    ob_base: PyObject,
    pickler: Field<Pickler>,
}
owned_fields!(MemoProxy, PicklerMemoProxy_Type, [pickler]);

type Proxy<'a> = Borrowed<'a, MemoProxy>;

fn proxy_clear(proxy: Proxy<'_>) -> PyResult<()> {
    if let Some(pickler) = proxy.pickler.get() {
        pickler.clear_memo();
    }
    Ok(())
}

fn proxy_copy(proxy: Proxy<'_>) -> PyResult<Owned<PyDictObject>> {
    let result = dict::new()?;
    let memo = proxy.pickler.get().map(|pickler| pickler.memo.borrow().clone()).unwrap_or_default();
    for (address, (index, op)) in &memo {
        let pair = tuple::pair(int::from_usize(*index)?, op.clone())?;
        dict::set_item(result.borrow(), int::from_usize(*address)?.op(), pair.op())?;
    }
    Ok(result)
}

fn proxy_reduce(proxy: Proxy<'_>) -> PyResult {
    let copy = tuple::pack(&[proxy_copy(proxy)?.op()])?;
    tuple::pack(&[PyDictObject::type_ref().as_object(), copy.op()])
}

const PROXY_METHODS: &[PyMethodDef] = &[
    method::noargs(c"clear", proxy_clear, c"clear($self, /)\n--\n\nRemove all items from memo."),
    method::noargs(c"copy", proxy_copy, c"copy($self, /)\n--\n\nCopy the memo to a new object."),
    method::noargs(c"__reduce__", proxy_reduce, c"__reduce__($self, /)\n--\n\nImplement pickle support."),
    PyMethodDef::EMPTY,
];

static mut PicklerMemoProxy_Type: PyTypeObject = PyTypeObject {
    tp_hash: slot::hash(object::hash_not_implemented),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_methods: PROXY_METHODS.as_ptr().cast_mut(),
    ..gc_type::<MemoProxy>(c"_pickle.PicklerMemoProxy")
};
