//! The `super` type.
//!
//! An attribute of `super(C, x)` is looked up along the MRO of `x`'s type, behind `C`,
//! and bound to `x`.

use core::ffi::CStr;
use core::mem::offset_of;
use core::ptr;

use crate::layout::*;
use crate::type_object::{self, is_subtype, mro_of};
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, alloc, call, cell, descr, dict, gc, id,
    object, raise, slot, state, str, tuple,
};

crate::py_typed!(PySuper, PySuper_Type);

/// `super(tp, op)`.
pub fn new(tp: TypeRef<'_>, op: Op<'_>) -> PyResult {
    let obj_type = check(tp, op)?;
    // SAFETY: a static type; the new object is zeroed and of the layout filled in.
    unsafe {
        let result = gc::alloc(TypeRef::from_ptr(&raw mut PySuper_Type), 0)?;
        fill(result.as_ptr().cast(), tp, Some((op, obj_type)));
        if !gc::is_tracked(result.as_ptr()) {
            gc::track(result.as_ptr());
        }
        Ok(result)
    }
}

/// Whether `tp` is in the MRO of `class`; one that a `mro()` made need not even have the class itself.
fn inherits(class: TypeRef<'_>, tp: TypeRef<'_>) -> bool {
    mro_of(class).map_or_else(
        || is_subtype(class, tp),
        |mro| crate::tuple::items(mro).iter().any(|&entry| entry == tp.as_object_ptr()),
    )
}

/// The type whose MRO counts: `op` itself if it is a subclass of `tp`, else its type.
fn check(tp: TypeRef<'_>, op: Op<'_>) -> PyResult<Owned<PyTypeObject>> {
    if let Some(class) = op.downcast::<PyTypeObject>()
        && inherits(class, tp)
    {
        return Ok(class.to_owned());
    }
    if is_subtype(op.ob_type(), tp) {
        return Ok(op.ob_type().to_owned());
    }
    // Proxies tell another class than their type.
    if let Some(class) = object::get_optional_attr(op, id!("__class__"))?
        && let Some(class) = class.op().downcast::<PyTypeObject>()
        && !class.is(op.ob_type())
        && inherits(class, tp)
    {
        return Ok(class.to_owned());
    }
    let (kind, name) = match op.downcast::<PyTypeObject>() {
        Some(class) => ("type", type_object::name_of(class)),
        None => ("instance of", op.type_name()),
    };
    Err(raise!(
        TypeError,
        "super(type, obj): obj ({kind} {name}) is not an instance or subtype of type ({}).",
        type_object::name_of(tp)
    ))
}

/// # Safety
/// `raw` is a live `super` object.
unsafe fn fill(raw: *mut PySuper, tp: TypeRef<'_>, bound: Option<(Op<'_>, Owned<PyTypeObject>)>) {
    let (op, obj_type) = match bound {
        Some((op, obj_type)) => (op.to_owned().into_ptr(), obj_type.into_ptr()),
        None => (ptr::null_mut(), ptr::null_mut()),
    };
    // SAFETY: the caller's promise; old references go when all fields are new.
    unsafe {
        let old_type = ptr::replace(&raw mut (*raw).r#type, tp.to_owned().into_ptr());
        let old_op = ptr::replace(&raw mut (*raw).obj, op);
        let old_obj_type = ptr::replace(&raw mut (*raw).obj_type, obj_type);
        drop((
            Owned::steal_nullable(old_type),
            Object::steal_nullable(old_op),
            Owned::steal_nullable(old_obj_type),
        ));
    }
}

/// What `type` is found behind in the MRO of `start`, bound to `op` (`_PySuper_Lookup`).
fn find(tp: *mut PyTypeObject, start: TypeRef<'_>, op: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    let Some(mro) = mro_of(start) else { return Ok(None) };
    let mro = mro.to_owned();
    let classes = tuple::items(mro.borrow());
    let Some(index) = classes.iter().position(|&class| class.cast() == tp) else { return Ok(None) };
    for &class in &classes[index + 1..] {
        // SAFETY: an MRO holds types.
        let class: TypeRef<'_> = unsafe { Borrowed::from_ptr(class.cast()) };
        let Some(namespace) = type_object::dict_of(class) else { continue };
        if let Some(found) = dict::get_item(namespace, name)? {
            // A class is not an instance: its functions stay unbound.
            let instance = (!op.is(start)).then_some(op);
            return descr::bind(found, instance, start.as_object()).map(Some);
        }
    }
    Ok(None)
}

/// `super(tp, op).name` without making the object; the interpreter's LOAD_SUPER_ATTR.
/// With `method`, a function found on the MRO may come back unbound.
pub fn lookup(tp: TypeRef<'_>, op: Op<'_>, name: Op<'_>) -> PyResult {
    let start = check(tp, op)?;
    match find(tp.as_ptr(), start.borrow(), op, name)? {
        Some(found) => Ok(found),
        None => {
            let object = new(tp, op)?;
            object::generic_get_attr(object.op(), name)
        }
    }
}

fn getattro(this: Borrowed<'_, PySuper>, name: Op<'_>) -> PyResult {
    // `__class__` is super's own, so that `type(super())` is what it seems.
    let own = str::equals(name, "__class__");
    // SAFETY: fields of a live object are null or what it owns.
    let bound = unsafe { (Borrowed::from_nullable(this.obj_type), Op::from_nullable(this.obj)) };
    if let (Some(start), Some(op), false) = (bound.0, bound.1, own) {
        let (start, op) = (start.to_owned(), op.to_owned());
        if let Some(found) = find(this.r#type, start.borrow(), op.op(), name)? {
            return Ok(found);
        }
    }
    object::generic_get_attr(this.as_object(), name)
}

fn repr(this: Borrowed<'_, PySuper>) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: fields of a live object are null or what it owns.
    let (tp, start): (Option<TypeRef<'_>>, Option<TypeRef<'_>>) =
        unsafe { (Borrowed::from_nullable(this.r#type), Borrowed::from_nullable(this.obj_type)) };
    let name = tp.map_or("NULL", type_object::name_of);
    str::from_string(match start {
        None => format!("<super: <class '{name}'>, NULL>"),
        Some(start) => format!("<super: <class '{name}'>, <{} object>>", type_object::name_of(start)),
    })
}

fn descr_get(this: Borrowed<'_, PySuper>, instance: Option<Op<'_>>, _owner: Option<Op<'_>>) -> PyResult {
    let Some(instance) = instance.filter(|instance| !instance.is_none() && this.obj.is_null()) else {
        return Ok(this.as_object().to_owned());
    };
    // SAFETY: null only before `__init__`.
    let Some(tp) = (unsafe { Borrowed::<PyTypeObject>::from_nullable(this.r#type) }) else {
        return Ok(this.as_object().to_owned());
    };
    if !this.is_exact::<PySuper>() {
        // A subclass may want to know.
        return call::call_positional(this.ob_type().as_object(), &[tp.as_object(), instance]);
    }
    new(tp, instance)
}

fn init(this: Borrowed<'_, PySuper>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords("super")?;
    let [tp, op] = args.optional::<2>("super()", 0)?;
    let (tp, op) = match tp {
        Some(tp) => {
            let Some(class) = tp.downcast::<PyTypeObject>() else {
                return Err(raise!(TypeError, "super() argument 1 must be a type, not {}", tp.type_name()));
            };
            (class.to_owned(), op.filter(|op| !op.is_none()).map(Borrowed::to_owned))
        }
        None => {
            let (class, receiver) = from_frame()?;
            (class, Some(receiver))
        }
    };
    let bound = match &op {
        Some(op) => Some((op.op(), check(tp.borrow(), op.op())?)),
        None => None,
    };
    // SAFETY: a live object.
    unsafe { fill(this.as_ptr(), tp.borrow(), bound) };
    Ok(())
}

/// `super()` takes the class from the cell `__class__` and the receiver from the first
/// argument of the running function.
fn from_frame() -> PyResult<(Owned<PyTypeObject>, Object)> {
    let no_frame = || raise!(RuntimeError, "super(): no current frame");
    // SAFETY: frames of the running thread and what they refer to are alive; locals are
    // tagged references, whose tag is cleared before they are used.
    unsafe {
        let mut frame = (*state::current()).current_frame;
        while !frame.is_null() && (*frame).owner >= FRAME_OWNED_BY_INTERPRETER {
            frame = (*frame).previous;
        }
        if frame.is_null() {
            return Err(no_frame());
        }
        let untag = |reference: StackRef| (reference.bits & !Py_TAG_BITS) as *mut PyObject;
        let locals = &raw const (*frame).localsplus;
        let local = |index: usize| untag(*locals.cast::<StackRef>().add(index));
        let code = untag((*frame).f_executable).cast::<PyCodeObject>();
        if (*code).co_argcount == 0 {
            return Err(raise!(RuntimeError, "super(): no arguments"));
        }
        let kinds = crate::bytes::as_slice(Borrowed::from_ptr((*code).co_localspluskinds.cast()));
        let mut receiver = Object::new_ref_nullable(local(0));
        // An argument that is a cell variable stands in its cell once the frame has made it.
        if kinds[0] & CO_FAST_CELL != 0
            && let Some(cell) = receiver.as_ref().and_then(|op| op.op().downcast_exact::<PyCellObject>())
        {
            receiver = cell::get(cell);
        }
        let Some(receiver) = receiver else { return Err(raise!(RuntimeError, "super(): arg[0] deleted")) };
        let names: Borrowed<'_, PyTupleObject> = Borrowed::from_ptr((*code).co_localsplusnames.cast());
        let total = (*code).co_nlocalsplus as usize;
        for index in total - (*code).co_nfreevars as usize..total {
            if !str::equals(tuple::get(names, index), "__class__") {
                continue;
            }
            let cell = Object::new_ref_nullable(local(index));
            let Some(cell) = cell.as_ref().and_then(|op| op.op().downcast_exact::<PyCellObject>()) else {
                return Err(raise!(RuntimeError, "super(): bad __class__ cell"));
            };
            let Some(class) = cell::get(cell) else {
                return Err(raise!(RuntimeError, "super(): empty __class__ cell"));
            };
            let class = class.downcast::<PyTypeObject>().map_err(|other| {
                raise!(RuntimeError, "super(): __class__ is not a type ({})", other.op().type_name())
            })?;
            return Ok((class, receiver));
        }
        Err(raise!(RuntimeError, "super(): __class__ cell not found"))
    }
}

fn dealloc(this: Borrowed<'_, PySuper>) {
    let op = this.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the object is dying; its fields are owned references or null.
    unsafe {
        drop(Object::steal_nullable(this.obj));
        drop(Owned::steal_nullable(this.r#type));
        drop(Owned::steal_nullable(this.obj_type));
        alloc::free_object(op);
    }
}

fn traverse(this: Borrowed<'_, PySuper>, visitor: &mut Visitor) {
    visitor.visit(this.obj);
    visitor.visit(this.r#type);
    visitor.visit(this.obj_type);
}

const fn member(name: &'static CStr, offset: usize, doc: &'static CStr) -> PyMemberDef {
    PyMemberDef::read_only(name, _Py_T_OBJECT, offset).documented(doc)
}
const MEMBERS: &[PyMemberDef] = &[
    member(c"__thisclass__", offset_of!(PySuper, r#type), c"the class invoking super()"),
    member(c"__self__", offset_of!(PySuper, obj), c"the instance invoking super(); may be None"),
    member(
        c"__self_class__",
        offset_of!(PySuper, obj_type),
        c"the type of the instance invoking super(); may be None",
    ),
    PyMemberDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PySuper_Type: PyTypeObject = PyTypeObject {
    tp_name: c"super".as_ptr(),
    tp_basicsize: size_of::<PySuper>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_getattro: slot::binary(getattro),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc: c"super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nFinds attributes in the classes that follow `type` in the method resolution order:\n\nclass C(B):\n    def method(self, argument):\n        super().method(argument)".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(descr_get),
    tp_init: slot::init(init),
    tp_alloc: Some(type_object::alloc::PyType_GenericAlloc),
    tp_new: Some(type_object::alloc::PyType_GenericNew),
    ..PyTypeObject::EMPTY
};
