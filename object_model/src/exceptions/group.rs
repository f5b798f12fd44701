//! Exception groups: `BaseExceptionGroup`, `ExceptionGroup`, and what `except*` needs.

use core::mem::offset_of;

use super::base::{self, COMMON, init_args, short_type_name};
use super::simple::owned_fields;
use super::{_PyExc_BaseExceptionGroup, builtin, replace};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, call, int, list, method, object, raise, sequence,
    set, singletons, slot, state, str, tuple,
};

type Group<'a> = Borrowed<'a, PyBaseExceptionGroupObject>;

/// The class `ExceptionGroup`, which has two bases and is therefore a heap type.
pub fn exception_group_class() -> PyResult {
    let place = &state::interp().exceptions.exception_group;
    if place.get().is_null() {
        let bases = tuple::pack(&[builtin::BaseExceptionGroup(), builtin::Exception()])?;
        let class = super::new_class("builtins.ExceptionGroup", Some(bases.op()), None)?;
        if place.get().is_null() {
            place.set(class.into_ptr());
        }
    }
    // SAFETY: the place owns a class now.
    Ok(unsafe { Owned::new_ref(place.get()) })
}

fn is_group(op: Op<'_>) -> bool {
    op.is_instance::<PyBaseExceptionGroupObject>()
}

/// The tuple of exceptions in a group.
fn exceptions_of(group: Group<'_>) -> Owned<PyTupleObject> {
    // SAFETY: the field owns a tuple once the group is made.
    unsafe { Owned::new_ref_nullable(group.excs.cast()) }.unwrap_or_else(|| {
        // SAFETY: an empty tuple.
        unsafe { tuple::empty().cast_unchecked() }
    })
}

fn new_slot(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.len() != 2 {
        return Err(raise!(
            TypeError,
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.len()
        ));
    }
    let (message, exceptions) = (args.get(0).expect("counted"), args.get(1).expect("counted"));
    if !message.is_instance::<PyUnicodeObject>() {
        return Err(raise!(
            TypeError,
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            message.type_name()
        ));
    }
    if !sequence::check(exceptions) {
        return Err(raise!(TypeError, "second argument (exceptions) must be a sequence"));
    }
    // Other sequences can change or hide their content, so what `repr` shows is kept.
    let shown = if exceptions.is_instance::<PyTupleObject>() || exceptions.is_instance::<PyListObject>() {
        None
    } else {
        Some(object::repr(exceptions)?.into_object())
    };
    let excs = sequence::to_tuple(exceptions)?;
    // SAFETY: just made a tuple.
    let members = unsafe { excs.op().cast_unchecked::<PyTupleObject>() };
    let n = tuple::len(members);
    if n == 0 {
        return Err(raise!(ValueError, "second argument (exceptions) must be a non-empty sequence"));
    }
    let mut has_base_exceptions = false;
    for index in 0..n {
        let member = tuple::get(members, index);
        if !member.is_instance::<PyBaseExceptionObject>() {
            return Err(raise!(
                ValueError,
                "Item {index} of second argument (exceptions) is not an exception"
            ));
        }
        if !object::is_instance(member, builtin::Exception())? {
            has_base_exceptions = true;
        }
    }
    let group_class = exception_group_class()?;
    let mut class = tp.as_object().to_owned();
    if tp.as_object().is(group_class.op()) {
        if has_base_exceptions {
            return Err(raise!(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if tp.as_ptr() == &raw mut _PyExc_BaseExceptionGroup {
        if !has_base_exceptions {
            class = group_class;
        }
    } else if has_base_exceptions && object::is_subclass(tp.as_object(), builtin::Exception())? {
        return Err(raise!(TypeError, "Cannot nest BaseExceptions in '{}'", crate::type_object::name_of(tp)));
    }
    // SAFETY: one of the classes seen above.
    let op = base::alloc(unsafe { class.op().cast_unchecked() }, args.to_tuple()?)?;
    let fields = op.as_ptr().cast::<PyBaseExceptionGroupObject>();
    // SAFETY: a fresh group.
    unsafe {
        replace(&raw mut (*fields).msg, Some(message.to_owned()));
        replace(&raw mut (*fields).excs, Some(excs));
        replace(&raw mut (*fields).excs_str, shown);
    }
    Ok(op)
}

/// `BaseExceptionGroup(message, exceptions)` or an `ExceptionGroup`, as the members demand
/// (`_PyExc_CreateExceptionGroup`).
pub fn new_group(message: &str, exceptions: Op<'_>) -> PyResult {
    let message = str::from_str(message)?;
    call::call_positional(builtin::BaseExceptionGroup(), &[message.op(), exceptions])
}

fn init(op: Group<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords(op.type_name())?;
    init_args(op.as_object(), args)
}

owned_fields!(PyBaseExceptionGroupObject: msg, excs, excs_str);

/// An owned field as an object.
fn field(value: *mut PyObject) -> Object {
    // SAFETY: a field of a live exception owns what it points to.
    unsafe { Owned::new_ref_nullable(value) }.unwrap_or_else(singletons::new_none)
}

fn to_str(op: Group<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let n = tuple::len(exceptions_of(op).borrow());
    let message = object::str(field(op.msg).op())?;
    let mut text = str::to_wtf8(message.borrow());
    text.push_str(&format!(" ({n} sub-exception{})", if n > 1 { "s" } else { "" }));
    str::from_wtf8(&text)
}

fn repr(op: Group<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let shown = if op.excs_str.is_null() {
        let members = exceptions_of(op);
        let args = base::get_args(op.as_object());
        let was_list = args
            .op()
            .downcast::<PyTupleObject>()
            .is_some_and(|args| tuple::len(args) > 1 && tuple::get(args, 1).is_instance::<PyListObject>());
        if was_list {
            object::repr(sequence::to_list(members.op())?.op())?.into_object()
        } else {
            object::repr(members.op())?.into_object()
        }
    } else {
        field(op.excs_str)
    };
    let message = object::repr(field(op.msg).op())?;
    let mut text = rustpython_wtf8::Wtf8Buf::from_string(format!("{}(", short_type_name(op.as_object())));
    text.push_wtf8(&str::to_wtf8(message.borrow()));
    text.push_str(", ");
    if let Some(shown) = shown.op().downcast::<PyUnicodeObject>() {
        text.push_wtf8(&str::to_wtf8(shown));
    }
    text.push_str(")");
    str::from_wtf8(&text)
}

fn derive(op: Group<'_>, exceptions: Op<'_>) -> PyResult {
    let message = field(op.msg);
    call::call_positional(builtin::BaseExceptionGroup(), &[message.op(), exceptions])
}

/// A group of `members` with the metadata of `original`; `None` if there are no members.
fn subset(original: Group<'_>, members: Vec<Object>) -> PyResult<Option<Object>> {
    if members.is_empty() {
        return Ok(None);
    }
    let members = list::from_vec(members)?;
    let group = call::call_method(original.as_object(), "derive", &[members.op()])?;
    if !is_group(group.op()) {
        return Err(raise!(TypeError, "derive must return an instance of BaseExceptionGroup"));
    }
    let source = original.as_object();
    if let Some(traceback) = base::get_traceback(source) {
        base::set_traceback(group.op(), Some(traceback.op()))?;
    }
    base::set_context(group.op(), base::get_context(source));
    base::set_cause(group.op(), base::get_cause(source));
    if let Some(notes) = object::get_optional_attr_str(source, "__notes__")?
        && sequence::check(notes.op())
    {
        // A copy, so that the parts have lists of their own.
        let copy = sequence::to_list(notes.op())?;
        object::set_attr_str(group.op(), "__notes__", Some(copy.op()))?;
    }
    Ok(Some(group))
}

/// How the exceptions wanted are told from the others.
enum Matcher<'a> {
    ByType(Op<'a>),
    Predicate(Op<'a>),
    /// A set of addresses.
    Instances(Borrowed<'a, PySetObject>),
}

impl<'a> Matcher<'a> {
    fn from_value(value: Op<'a>) -> PyResult<Self> {
        if object::is_callable(value) && !value.is_instance::<PyTypeObject>() {
            return Ok(Self::Predicate(value));
        }
        let is_class_tuple = || {
            value.downcast_exact::<PyTupleObject>().is_some_and(|classes| {
                (0..tuple::len(classes)).all(|index| super::is_exception_class(tuple::get(classes, index)))
            })
        };
        if super::is_exception_class(value) || is_class_tuple() {
            return Ok(Self::ByType(value));
        }
        Err(raise!(
            TypeError,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        ))
    }

    fn matches(&self, exception: Op<'_>) -> PyResult<bool> {
        match self {
            Self::ByType(class) => Ok(super::given_exception_matches(exception, *class)),
            Self::Predicate(predicate) => object::is_true(call::call_one(*predicate, exception)?.op()),
            Self::Instances(addresses) => {
                if is_group(exception) {
                    return Ok(false);
                }
                set::contains(*addresses, int::from_ptr(exception.as_ptr())?.op())
            }
        }
    }
}

/// The part of an exception (or group) that matches, and the rest.
type Parts = (Option<Object>, Option<Object>);

fn split_recursive(exception: Op<'_>, matcher: &Matcher<'_>, construct_rest: bool) -> PyResult<Parts> {
    if matcher.matches(exception)? {
        return Ok((Some(exception.to_owned()), None));
    }
    let Some(group) = exception.downcast::<PyBaseExceptionGroupObject>() else {
        return Ok((None, construct_rest.then(|| exception.to_owned())));
    };
    let members = exceptions_of(group);
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for index in 0..tuple::len(members.borrow()) {
        let member = tuple::get(members.borrow(), index);
        call::enter_recursive(" in exceptiongroup_split_recursive")?;
        let parts = split_recursive(member, matcher, construct_rest);
        call::leave_recursive();
        let (member_match, member_rest) = parts?;
        matching.extend(member_match);
        rest.extend(member_rest);
    }
    let matching = subset(group, matching)?;
    let rest = if construct_rest { subset(group, rest)? } else { None };
    Ok((matching, rest))
}

/// Splits an exception or group by a class or tuple of classes: what matches, and the rest.
pub fn split(exception: Op<'_>, class: Op<'_>) -> PyResult<Parts> {
    split_recursive(exception, &Matcher::ByType(class), true)
}

fn split_method(op: Group<'_>, value: Op<'_>) -> PyResult {
    let (matching, rest) = split_recursive(op.as_object(), &Matcher::from_value(value)?, true)?;
    let none = |part: Option<Object>| part.unwrap_or_else(singletons::new_none);
    tuple::from_vec(vec![none(matching), none(rest)])
}

fn subgroup(op: Group<'_>, value: Op<'_>) -> PyResult {
    let (matching, _) = split_recursive(op.as_object(), &Matcher::from_value(value)?, false)?;
    Ok(matching.unwrap_or_else(singletons::new_none))
}

/// Adds the addresses of all exceptions in `exception` that are not groups.
fn collect_leaves(exception: Op<'_>, addresses: Borrowed<'_, PySetObject>) -> PyResult<()> {
    let Some(group) = exception.downcast::<PyBaseExceptionGroupObject>() else {
        return set::add(addresses, int::from_ptr(exception.as_ptr())?.op());
    };
    let members = exceptions_of(group);
    for index in 0..tuple::len(members.borrow()) {
        call::enter_recursive(" in collect_exception_group_leaf_ids")?;
        let result = collect_leaves(tuple::get(members.borrow(), index), addresses);
        call::leave_recursive();
        result?;
    }
    Ok(())
}

/// The part of `group` whose leaves are those of the exceptions to keep.
fn projection(group: Op<'_>, keep: &[Object]) -> PyResult<Option<Object>> {
    let addresses = set::new(None)?;
    for exception in keep {
        collect_leaves(exception.op(), addresses.borrow())?;
    }
    Ok(split_recursive(group, &Matcher::Instances(addresses.borrow()), false)?.0)
}

/// Whether two exceptions share notes, traceback, cause and context: one is then a part of the other.
fn same_metadata(a: Op<'_>, b: Op<'_>) -> bool {
    let (Some(a), Some(b)) = (a.downcast::<PyBaseExceptionObject>(), b.downcast::<PyBaseExceptionObject>())
    else {
        return false;
    };
    a.notes == b.notes && a.traceback == b.traceback && a.cause == b.cause && a.context == b.context
}

/// What `try`/`except*` raises at its end (`_PyExc_PrepReraiseStar`): `exceptions` are those
/// its clauses raised, and the unhandled rest; `None` means nothing.
pub fn prep_reraise_star(original: Op<'_>, exceptions: Borrowed<'_, PyListObject>) -> PyResult {
    if list::len(exceptions) == 0 {
        return Ok(singletons::new_none());
    }
    if !is_group(original) {
        // A single exception was wrapped for the clauses; at most one of them ran.
        return Ok(list::get(exceptions, 0).expect("just counted"));
    }
    let (mut raised, mut reraised) = (Vec::new(), Vec::new());
    let mut index = 0;
    while let Some(exception) = list::get(exceptions, index) {
        index += 1;
        if exception.op().is_none() {
            continue;
        }
        if same_metadata(exception.op(), original) {
            reraised.push(exception);
        } else {
            raised.push(exception);
        }
    }
    let reraised = projection(original, &reraised)?;
    if raised.is_empty() {
        return Ok(reraised.unwrap_or_else(singletons::new_none));
    }
    raised.extend(reraised);
    if raised.len() == 1 {
        return Ok(raised.pop().expect("just counted"));
    }
    new_group("", list::from_vec(raised)?.op())
}

fn class_getitem(class: Op<'_>, item: Op<'_>) -> PyResult {
    crate::generic_alias::class_getitem(class, item)
}

static METHODS: [PyMethodDef; 5] = [
    method::class_o(
        c"__class_getitem__",
        class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nGroups are generic over the type of the exceptions in them.",
    ),
    method::o(c"derive", derive, c"derive($self, excs, /)\n--\n\n"),
    method::o(c"split", split_method, c"split($self, matcher_value, /)\n--\n\n"),
    method::o(c"subgroup", subgroup, c"subgroup($self, matcher_value, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

const fn read_only(
    name: &'static core::ffi::CStr,
    offset: usize,
    doc: &'static core::ffi::CStr,
) -> PyMemberDef {
    PyMemberDef::read_only(name, _Py_T_OBJECT, offset).documented(doc)
}

static MEMBERS: [PyMemberDef; 3] = [
    read_only(c"message", offset_of!(PyBaseExceptionGroupObject, msg), c"exception message"),
    read_only(c"exceptions", offset_of!(PyBaseExceptionGroupObject, excs), c"nested exceptions"),
    PyMemberDef::EMPTY,
];

pub(super) const GROUP: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyBaseExceptionGroupObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_str: slot::unary(to_str),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_init: slot::init(init),
    tp_new: slot::new(new_slot),
    ..COMMON
};
