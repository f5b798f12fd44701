//! The type `Unpickler`: settings, the memo, and the proxy through which Python sees it.

use core::cell::{Cell, RefCell};

use adder_interpreter::{import, sys};
use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, Signature, TypeRef, Visitor, alloc, dict,
    errors, getset, id, int, method, object, owned_fields, py_typed, raise, slot, str, tuple,
};

use super::input::Input;
use super::{global, is_attribute_error, load, optional, state, unpickling_error};

/// What `Unpickler` looks like inside.
#[repr(C)]
pub struct Unpickler {
    ob_base: PyObject,
    /// What the user has set with `unpickler.persistent_load = ...`.
    persistent_load_attr: Field,
    /// An iterator over the out-of-band buffers.
    pub(super) buffers: Field,
    pub(super) proto: Cell<i32>,
    pub(super) fix_imports: Cell<bool>,
    running: Cell<bool>,
    inner: Cell<*mut Inner>,
}

/// The parts that are no plain references, in a block of their own.
pub struct Inner {
    /// Borrowed by the `load` that runs.
    pub input: RefCell<Input>,
    pub memo: RefCell<Memo>,
    pub encoding: RefCell<String>,
    pub errors: RefCell<String>,
}

/// The objects made so far, by number.
#[derive(Default, Clone)]
pub struct Memo {
    cells: Vec<Option<Object>>,
    used: usize,
}

impl Memo {
    pub fn get(&self, index: usize) -> Option<Object> {
        self.cells.get(index).cloned().flatten()
    }

    /// How many numbers are taken.
    pub fn len(&self) -> usize {
        self.used
    }

    /// Gives an object a number, and gives the one that had it before.
    pub fn put(&mut self, index: usize, op: Object) -> PyResult<Option<Object>> {
        if index >= self.cells.len() {
            let wanted = (index + 1).max(32).max(self.cells.len() * 2);
            if self.cells.try_reserve(wanted - self.cells.len()).is_err() {
                return Err(errors::no_memory());
            }
            self.cells.resize(wanted, None);
        }
        let before = self.cells[index].replace(op);
        if before.is_none() {
            self.used += 1;
        }
        Ok(before)
    }
}

// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Unpickler {}
py_typed!(Unpickler, Unpickler_Type);

pub type This<'a> = Borrowed<'a, Unpickler>;

impl core::ops::Deref for Unpickler {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        // SAFETY: `new` made the block, and it lives as long as the object.
        unsafe { &*self.inner.get() }
    }
}

/// A mark that the unpickler is at work; it goes when dropped.
pub struct Running<'a>(&'a Cell<bool>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// A keyword argument that must be a string.
fn text_argument(function: &str, name: &str, op: Option<Op<'_>>, default: &str) -> PyResult<String> {
    let Some(op) = op else {
        return Ok(default.to_owned());
    };
    match op.downcast::<PyUnicodeObject>() {
        Some(text) => Ok(str::as_utf8(text)?.to_owned()),
        None => {
            let given = if op.is_none() { "None" } else { op.type_name() };
            Err(raise!(TypeError, "{function}() argument '{name}' must be str, not {given}"))
        }
    }
}

impl Unpickler {
    pub fn start(&self) -> PyResult<Running<'_>> {
        if self.running.replace(true) {
            return Err(raise!(RuntimeError, "Unpickler object is already used"));
        }
        Ok(Running(&self.running))
    }

    /// Takes the arguments that all ways to unpickle share.
    pub fn configure(
        &self,
        function: &str,
        fix_imports: Option<Op<'_>>,
        encoding: Option<Op<'_>>,
        errors: Option<Op<'_>>,
    ) -> PyResult<()> {
        self.fix_imports.set(fix_imports.map_or(Ok(true), object::is_true)?);
        let encoding = text_argument(function, "encoding", encoding, "ASCII")?;
        let errors = text_argument(function, "errors", errors, "strict")?;
        *self.encoding.borrow_mut() = encoding;
        *self.errors.borrow_mut() = errors;
        Ok(())
    }

    pub fn set_data(&self, data: Op<'_>) -> PyResult<()> {
        self.input.borrow_mut().set_data(data).map(drop)
    }

    pub fn set_file(&self, file: Op<'_>) -> PyResult<()> {
        let peek = optional(file, id!("peek"))?;
        let readinto = optional(file, id!("readinto"))?;
        let read = optional(file, id!("read"))?;
        let readline = optional(file, id!("readline"))?;
        if read.is_none() || readline.is_none() {
            return Err(raise!(TypeError, "file must have 'read' and 'readline' attributes"));
        }
        let old = self.input.replace(Input::from_file(read, readline, readinto, peek));
        drop(old);
        Ok(())
    }

    pub fn set_buffers(&self, buffers: Option<Op<'_>>) -> PyResult<()> {
        let buffers = super::is_given(buffers).map(object::get_iter).transpose()?;
        self.buffers.set(buffers);
        Ok(())
    }

    /// The callable for persistent ids, if a subclass or the user has put one in.
    pub fn find_persistent_load(this: This<'_>) -> PyResult<Option<Object>> {
        if this.is_exact::<Unpickler>() {
            return Ok(this.persistent_load_attr.get());
        }
        optional(this.as_object(), id!("persistent_load"))
    }

    pub fn memoize(&self, index: usize, op: Object) -> PyResult<()> {
        let before = self.memo.borrow_mut().put(index, op)?;
        drop(before);
        Ok(())
    }
}

/// An object by its module and name: what `find_class` does unless a subclass does it.
pub fn find_global(this: This<'_>, module_name: Op<'_>, name: Op<'_>) -> PyResult {
    sys::audit("pickle.find_class", &[module_name, name])?;
    let (module_name, name) = if this.proto.get() < 3 && this.fix_imports.get() {
        new_names(module_name, name)?
    } else {
        (module_name.to_owned(), name.to_owned())
    };
    let module = import::import_module_object(module_name.op())?;
    let Some(text) = name.op().downcast::<PyUnicodeObject>().filter(|_| this.proto.get() >= 4) else {
        return object::get_attr(module.op(), name.op());
    };
    let path = global::split_path(text)?;
    if path.len() < 2 {
        return object::get_attr(module.op(), name.op());
    }
    let mut found = module;
    for part in &path {
        found = object::get_attr(found.op(), part.op()).map_err(|raised| {
            if !is_attribute_error(&raised) {
                return raised;
            }
            let cause = raised.take();
            let shown = |op: Op<'_>| object::repr(op).map(|repr| str::to_string_lossy(repr.op()));
            let message = shown(name.op()).and_then(|name| Ok((name, shown(module_name.op())?)));
            let raised = match message {
                Ok((name, module)) => raise!(AttributeError, "Can't resolve path {name} on module {module}"),
                Err(raised) => raised,
            };
            let exception = raised.take();
            adder_object_model::exceptions::set_context(exception.op(), Some(cause));
            errors::restore(exception)
        })?;
    }
    Ok(found)
}

/// The names of Python 3 for a module and a name of Python 2.
fn new_names(module_name: Op<'_>, name: Op<'_>) -> PyResult<(Object, Object)> {
    let state = state::get();
    let key = tuple::pack(&[module_name, name])?;
    if let Some(pair) = dict::get_item(state.name_mapping_2to3.borrow(), key.op())? {
        let names = pair.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2);
        let Some(names) = names else {
            let given = pair.op().type_name();
            return Err(raise!(
                RuntimeError,
                "_compat_pickle.NAME_MAPPING values should be 2-tuples, not {given}"
            ));
        };
        let [module_name, name] = [tuple::get(names, 0), tuple::get(names, 1)];
        if !module_name.is_instance::<PyUnicodeObject>() || !name.is_instance::<PyUnicodeObject>() {
            let (a, b) = (module_name.type_name(), name.type_name());
            return Err(raise!(
                RuntimeError,
                "_compat_pickle.NAME_MAPPING values should be pairs of str, not ({a}, {b})"
            ));
        }
        return Ok((module_name.to_owned(), name.to_owned()));
    }
    let module = dict::get_item(state.import_mapping_2to3.borrow(), module_name)?;
    if let Some(module) = &module
        && !module.op().is_instance::<PyUnicodeObject>()
    {
        let given = module.op().type_name();
        return Err(raise!(
            RuntimeError,
            "_compat_pickle.IMPORT_MAPPING values should be strings, not {given}"
        ));
    }
    Ok((module.unwrap_or_else(|| module_name.to_owned()), name.to_owned()))
}

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<Unpickler>> {
    // SAFETY: the type or a subclass.
    let made: Owned<Unpickler> = unsafe { allocate(tp)? };
    let inner = Inner {
        input: RefCell::default(),
        memo: RefCell::default(),
        encoding: RefCell::default(),
        errors: RefCell::default(),
    };
    made.inner.set(Box::into_raw(Box::new(inner)));
    Ok(made)
}

pub fn new_exact() -> PyResult<Owned<Unpickler>> {
    new(Unpickler::type_ref(), Args::positional_only(&[]))
}

const INIT: Signature<5> =
    Signature::new("Unpickler", ["file", "fix_imports", "encoding", "errors", "buffers"])
        .keyword_only_from(1)
        .required(1);

fn init(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [file, fix_imports, encoding, errors, buffers] = args.parse(&INIT)?;
    let _running = this.start()?;
    this.configure("Unpickler", fix_imports, encoding, errors)?;
    this.set_file(file.expect("required"))?;
    this.set_buffers(buffers)?;
    let old = this.memo.take();
    drop(old);
    this.proto.set(0);
    Ok(())
}

fn load_method(this: This<'_>) -> PyResult {
    // The input is borrowed only while `load` runs, which refuses to be called again itself.
    let ready = this.input.try_borrow().map_or(true, |input| input.read.is_some());
    if !ready {
        let name = this.type_name();
        let name = name.rsplit('.').next().unwrap_or(name);
        return Err(unpickling_error(&format!("Unpickler.__init__() was not called by {name}.__init__()")));
    }
    load::load(this)
}

fn find_class(this: This<'_>, args: Args<'_>) -> PyResult {
    let [module_name, name] = args.exactly("find_class")?;
    find_global(this, module_name, name)
}

fn persistent_load(_this: This<'_>, _pid: Op<'_>) -> PyResult {
    Err(no_persistent_load())
}

pub fn no_persistent_load() -> adder_object_model::Raised {
    unpickling_error(
        "A load persistent id instruction was encountered, but no persistent_load function was specified.",
    )
}

fn getattro(this: This<'_>, name: Op<'_>) -> PyResult {
    if let Some(set) = this.persistent_load_attr.get()
        && str::equals(name, "persistent_load")
    {
        return Ok(set);
    }
    object::generic_get_attr(this.as_object(), name)
}

fn setattro(this: This<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if str::equals(name, "persistent_load") {
        this.persistent_load_attr.set(value.map(Borrowed::to_owned));
        return Ok(());
    }
    object::generic_set_attr(this.as_object(), name, value)
}

fn sizeof(this: This<'_>) -> PyResult {
    let own = this.ob_type().tp_basicsize as usize;
    let memo = this.memo.borrow().cells.len().max(32) * size_of::<usize>();
    let names = this.encoding.borrow().len() + this.errors.borrow().len() + 2;
    int::from_usize(own + memo + if names == 2 { 0 } else { names })
}

fn get_memo(this: This<'_>) -> PyResult<Owned<MemoProxy>> {
    // SAFETY: the type's own layout.
    let proxy: Owned<MemoProxy> = unsafe { allocate(MemoProxy::type_ref())? };
    proxy.unpickler.set(Some(this.to_owned()));
    Ok(proxy)
}

fn set_memo(this: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "attribute deletion is not supported"));
    };
    let mut memo = Memo::default();
    if let Some(proxy) = value.downcast_exact::<MemoProxy>() {
        if let Some(other) = proxy.unpickler.get() {
            memo = other.memo.borrow().clone();
        }
    } else if let Some(dict) = value.downcast::<PyDictObject>() {
        for (key, op) in dict::pairs(dict) {
            if !key.is_instance::<PyLongObject>() {
                return Err(raise!(TypeError, "memo key must be integers"));
            }
            let index = int::as_isize(key)?;
            if index < 0 {
                return Err(raise!(ValueError, "memo key must be positive integers."));
            }
            memo.put(index as usize, op.to_owned())?;
        }
    } else {
        let given = value.type_name();
        return Err(raise!(
            TypeError,
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {given}"
        ));
    }
    let old = this.memo.replace(memo);
    drop(old);
    Ok(())
}

fn traverse(this: This<'_>, visitor: &mut Visitor) {
    this.persistent_load_attr.visit(visitor);
    this.buffers.visit(visitor);
    if this.inner.get().is_null() {
        return;
    }
    if let Ok(input) = this.input.try_borrow() {
        for op in [&input.read, &input.readinto, &input.readline, &input.peek].into_iter().flatten() {
            visitor.visit(op.as_ptr());
        }
    }
    if let Ok(memo) = this.memo.try_borrow() {
        for op in memo.cells.iter().flatten() {
            visitor.visit(op.as_ptr());
        }
    }
}

fn clear(this: This<'_>) {
    this.persistent_load_attr.clear();
    this.buffers.clear();
    let input = this.input.try_borrow_mut().map(|mut input| core::mem::take(&mut *input));
    drop(input);
    let memo = this.memo.take();
    drop(memo);
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

const METHODS: &[PyMethodDef] = &[
    method::o(c"persistent_load", persistent_load, c"persistent_load($self, pid, /)\n--\n\n"),
    method::noargs(c"load", load_method, c"load($self, /)\n--\n\nLoad a pickle.\n\nRead a pickled object from the open file given in the constructor, and\nreturn it."),
    method::positional(c"find_class", find_class, c"find_class($self, module_name, global_name, /)\n--\n\nReturn an object from a specified module.\n\nThe module is imported if necessary.  Subclasses may override this method,\nfor example to restrict what can be unpickled.  Both arguments are strings."),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nReturns size in memory, in bytes."),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 2] = [getset::get_set(c"memo", get_memo, set_memo, c""), PyGetSetDef::EMPTY];

/// The size of CPython's struct, which subclasses and `__sizeof__` show.
const BASIC_SIZE: usize = 296;
const _: () = assert!(size_of::<Unpickler>() <= BASIC_SIZE);

static mut Unpickler_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_pickle.Unpickler".as_ptr(),
    tp_basicsize: BASIC_SIZE as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_getattro: slot::binary(getattro),
    tp_setattro: slot::objobjarg(setattro),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())\n--\n\nThis takes a binary file for reading a pickle data stream.\n\nThe protocol version of the pickle is detected automatically, and bytes\npast the pickled object are ignored.\n\nThe argument *file* must have a read() method that takes an integer\nargument, and a readline() method without arguments; both return bytes.\n\nIf *fix_imports* is True, names of Python 2 are replaced by those of\nPython 3.  *encoding* and *errors* say how to decode strings that Python 2\nhas pickled; the encoding 'bytes' leaves them as bytes.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_init: slot::init(init),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

/// `unpickler.memo`: the memo as far as Python may see it.
#[repr(C)]
pub struct MemoProxy {
    ob_base: PyObject,
    unpickler: Field<Unpickler>,
}
owned_fields!(MemoProxy, UnpicklerMemoProxy_Type, [unpickler]);

type Proxy<'a> = Borrowed<'a, MemoProxy>;

fn proxy_clear(proxy: Proxy<'_>) -> PyResult<()> {
    if let Some(unpickler) = proxy.unpickler.get() {
        let old = unpickler.memo.take();
        drop(old);
    }
    Ok(())
}

fn proxy_copy(proxy: Proxy<'_>) -> PyResult<Owned<PyDictObject>> {
    let result = dict::new()?;
    let memo = proxy.unpickler.get().map(|unpickler| unpickler.memo.borrow().clone()).unwrap_or_default();
    for (index, op) in memo.cells.iter().enumerate() {
        if let Some(op) = op {
            dict::set_item(result.borrow(), int::from_usize(index)?.op(), op.op())?;
        }
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
    method::noargs(c"__reduce__", proxy_reduce, c"__reduce__($self, /)\n--\n\nImplement pickling support."),
    PyMethodDef::EMPTY,
];

static mut UnpicklerMemoProxy_Type: PyTypeObject = PyTypeObject {
    tp_hash: slot::hash(object::hash_not_implemented),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_methods: PROXY_METHODS.as_ptr().cast_mut(),
    ..gc_type::<MemoProxy>(c"_pickle.UnpicklerMemoProxy")
};
