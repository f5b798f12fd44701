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
