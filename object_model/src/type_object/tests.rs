//! The start of all types, and what rests on it.

use super::*;
use crate::{call, dict, int, object, singletons, state};

/// Types of other crates that this one names.
mod elsewhere {
    use crate::layout::PyTypeObject;
    #[unsafe(no_mangle)]
    static mut PyTraceBack_Type: PyTypeObject = PyTypeObject::EMPTY;
    #[unsafe(no_mangle)]
    static mut _PyTypeAlias_Type: PyTypeObject = PyTypeObject::EMPTY;
}

fn interpreter() -> std::sync::MutexGuard<'static, ()> {
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    static TSTATE: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let guard = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let tstate = *TSTATE.get_or_init(|| {
        state::new_interpreter();
        ok(init_builtin_types());
        state::current() as usize
    });
    state::swap(tstate as *mut _);
    guard
}

fn ok<T>(result: PyResult<T>) -> T {
    result.unwrap_or_else(|raised| {
        let exception = raised.take();
        // SAFETY: an exception has this layout.
        let args = unsafe { Op::from_ptr((*exception.as_ptr().cast::<PyBaseExceptionObject>()).args) };
        let text = object::repr(args).map(|text| str::to_string_lossy(text.op()));
        panic!("{}: {}", exception.op().type_name(), text.unwrap_or_default())
    })
}

fn class(
    name: &core::primitive::str,
    bases: &[Op<'_>],
    entries: &[(&core::primitive::str, Op<'_>)],
) -> Object {
    let namespace = ok(dict::new());
    for (key, value) in entries {
        ok(dict::set_item_str(namespace.borrow(), key, *value));
    }
    let name = ok(str::from_str(name));
    let bases = ok(crate::tuple::pack(bases));
    ok(call::call_positional(of::<PyTypeObject>().as_object(), &[name.op(), bases.op(), namespace.op()]))
}

#[test]
fn every_builtin_type_is_ready_and_callable() {
    let _guard = interpreter();
    let list = ok(call::call_noargs(of::<PyListObject>().as_object()));
    ok(call::call_method(list.op(), "append", &[singletons::none()]));
    assert_eq!(ok(object::len(list.op())), 1);
    let two = ok(call::call_method(int::small(1).op(), "__add__", &[int::small(1).op()]));
    assert_eq!(ok(int::as_i64(two.op())), 2);
    assert_eq!(str::to_string_lossy(ok(object::repr(two.op().ob_type().as_object())).op()), "<class 'int'>");
}

#[test]
fn a_class_has_instances_with_attributes() {
    let _guard = interpreter();
    let c = class("C", &[], &[("answer", int::small(42).op())]);
    let x = ok(call::call_noargs(c.op()));
    assert_eq!(ok(int::as_i64(ok(object::get_attr_str(x.op(), "answer")).op())), 42);
    ok(object::set_attr_str(x.op(), "answer", Some(int::small(7).op())));
    assert_eq!(ok(int::as_i64(ok(object::get_attr_str(x.op(), "answer")).op())), 7);
    ok(object::set_attr_str(x.op(), "answer", None));
    ok(object::set_attr_str(c.op(), "answer", Some(int::small(1).op())));
    assert_eq!(ok(int::as_i64(ok(object::get_attr_str(x.op(), "answer")).op())), 1);
    drop(x);
    drop(c);
}

#[test]
fn subclasses_of_builtin_types_inherit_their_slots() {
    let _guard = interpreter();
    let c = class("L", &[of::<PyListObject>().as_object()], &[]);
    let x = ok(call::call_noargs(c.op()));
    ok(call::call_method(x.op(), "append", &[singletons::none()]));
    assert_eq!(ok(object::len(x.op())), 1);
    ok(object::set_attr_str(x.op(), "extra", Some(singletons::true_())));
    assert!(ok(object::has_attr(x.op(), "extra")));
}

fn attr(op: Op<'_>, name: &core::primitive::str) -> Object {
    ok(object::get_attr_str(op, name))
}

fn message(result: PyResult) -> String {
    let exception = result.expect_err("an exception").take();
    str::to_string_lossy(ok(object::str(exception.op())).op())
}

fn shown(op: Op<'_>) -> String {
    str::to_string_lossy(ok(object::repr(op)).op())
}

#[test]
fn special_methods_fill_slots_and_follow_assignment() {
    let _guard = interpreter();
    let dict_type = of::<PyDictObject>().as_object();
    let or = attr(dict_type, "__or__");
    let c = class("D", &[dict_type], &[("__add__", or.op())]);
    let x = ok(call::call_noargs(c.op()));
    ok(object::set_item(x.op(), singletons::none(), singletons::true_()));
    let sum = ok(crate::number::add(x.op(), x.op()));
    assert_eq!(shown(sum.op()), "{None: True}");
    ok(object::set_attr_str(c.op(), "__add__", None));
    assert!(message(crate::number::add(x.op(), x.op())).starts_with("unsupported operand"));
    let sub = class("E", &[c.op()], &[]);
    let y = ok(call::call_noargs(sub.op()));
    ok(object::set_attr_str(c.op(), "__sub__", Some(or.op())));
    ok(crate::number::subtract(y.op(), y.op()));
}

#[test]
fn mro_is_linear_and_conflicts_are_told() {
    let _guard = interpreter();
    let a = class("A", &[], &[]);
    let b = class("B", &[a.op()], &[]);
    let c = class("C", &[a.op()], &[]);
    let d = class("D", &[b.op(), c.op()], &[]);
    let mro = attr(d.op(), "__mro__");
    let names: Vec<String> = crate::tuple::items(mro.op().downcast().expect("a tuple"))
        .iter()
        // SAFETY: an MRO holds types.
        .map(|&class| name_of(unsafe { TypeRef::from_ptr(class.cast()) }).to_owned())
        .collect();
    assert_eq!(names, ["D", "B", "C", "A", "object"]);
    let namespace = ok(dict::new());
    let name = ok(str::from_str("X"));
    let bases = ok(crate::tuple::pack(&[a.op(), b.op()]));
    let failed =
        call::call_positional(of::<PyTypeObject>().as_object(), &[name.op(), bases.op(), namespace.op()]);
    assert_eq!(message(failed), "Cannot create a consistent method resolution order (MRO) for bases A, B");
    let bases = ok(crate::tuple::pack(&[of::<PyListObject>().as_object(), of::<PyDictObject>().as_object()]));
    let failed =
        call::call_positional(of::<PyTypeObject>().as_object(), &[name.op(), bases.op(), namespace.op()]);
    assert_eq!(message(failed), "multiple bases have instance lay-out conflict");
    ok(object::set_attr_str(b.op(), "__bases__", Some(ok(crate::tuple::pack(&[c.op()])).op())));
    let mro = attr(b.op(), "__mro__");
    assert_eq!(crate::tuple::len(mro.op().downcast().expect("a tuple")), 4);
}

#[test]
fn slots_stand_in_the_object_and_dict_does_not() {
    let _guard = interpreter();
    let names = ok(crate::tuple::pack(&[ok(str::from_str("a")).op(), ok(str::from_str("__b")).op()]));
    // There is no frame that a class could take its module from, and the messages name it.
    let module = ok(str::from_str("builtins"));
    let c = class("C", &[], &[("__slots__", names.op()), ("__module__", module.op())]);
    let x = ok(call::call_noargs(c.op()));
    ok(object::set_attr_str(x.op(), "a", Some(singletons::true_())));
    ok(object::set_attr_str(x.op(), "_C__b", Some(c.op())));
    assert_eq!(
        message(object::set_attr_str(x.op(), "c", Some(c.op())).map(|()| singletons::new_none())),
        "'C' object has no attribute 'c' and no __dict__ for setting new attributes"
    );
    ok(object::set_attr_str(x.op(), "a", None));
    assert_eq!(message(object::get_attr_str(x.op(), "a")), "'C' object has no attribute 'a'");
    let before = object::refcount(c.op());
    drop(x);
    // The instance's reference to its type, and the one in the slot.
    assert_eq!(object::refcount(c.op()), before - 2);
}

#[test]
fn instances_give_their_types_back() {
    let _guard = interpreter();
    for base in [
        of::<PyListObject>(),
        of::<PyDictObject>(),
        of::<PyTypeObject>(),
        of::<PyLongObject>(),
        of::<PyTupleObject>(),
    ] {
        if base.is(of::<PyTypeObject>()) {
            continue;
        }
        let c = class("C", &[base.as_object()], &[]);
        let before = object::refcount(c.op());
        let x = ok(call::call_noargs(c.op()));
        assert_eq!(object::refcount(c.op()), before + 1);
        drop(x);
        assert_eq!(object::refcount(c.op()), before, "{}", name_of(base));
    }
}

#[test]
fn methods_check_their_arguments() {
    let _guard = interpreter();
    let append = attr(of::<PyListObject>().as_object(), "append");
    assert_eq!(message(call::call_noargs(append.op())), "unbound method list.append() needs an argument");
    assert_eq!(
        message(call::call_positional(append.op(), &[singletons::none(), singletons::none()])),
        "descriptor 'append' for 'list' objects doesn't apply to a 'NoneType' object"
    );
    let list = ok(call::call_noargs(of::<PyListObject>().as_object()));
    assert_eq!(
        message(call::call_method(list.op(), "append", &[])),
        "list.append() takes exactly one argument (0 given)"
    );
    assert_eq!(shown(append.op()), "<method 'append' of 'list' objects>");
    let add = attr(of::<PyLongObject>().as_object(), "__add__");
    assert_eq!(shown(add.op()), "<slot wrapper '__add__' of 'int' objects>");
    assert_eq!(shown(attr(add.op(), "__text_signature__").op()), "'($self, value, /)'");
    assert_eq!(
        message(call::call_positional(object_type(), &[singletons::none()])),
        "object() takes no arguments"
    );
}

#[test]
fn properties_and_super_bind() {
    let _guard = interpreter();
    let len = attr(of::<PyListObject>().as_object(), "__len__");
    // SAFETY: a static type.
    let property = unsafe { static_type(&raw mut crate::descr::PyProperty_Type) };
    let size = ok(call::call_one(property.as_object(), len.op()));
    let c = class("C", &[of::<PyListObject>().as_object()], &[("size", size.op())]);
    let x = ok(call::call_noargs(c.op()));
    assert_eq!(ok(int::as_i64(attr(x.op(), "size").op())), 0);
    assert_eq!(
        message(object::set_attr_str(x.op(), "size", Some(x.op())).map(|()| singletons::new_none())),
        "property 'size' of 'C' object has no setter"
    );
    let parent = ok(crate::super_object::new(c.op().downcast().expect("a type"), x.op()));
    ok(call::call_method(parent.op(), "append", &[x.op()]));
    assert_eq!(shown(x.op()), "[[...]]");
    assert_eq!(shown(parent.op()), "<super: <class 'C'>, <C object>>");
}

fn object_type() -> Op<'static> {
    // SAFETY: a static type.
    unsafe { static_type(&raw mut PyBaseObject_Type) }.as_object()
}
