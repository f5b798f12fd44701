//! The classes of `ast` nodes.
//!
//! `nodes.txt` is the abstract grammar: a line `base = attributes` and the nodes of
//! that kind below it, or a node that is its own kind with its attributes behind `=`.

use std::collections::HashMap;

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, TypeRef, Visitor, call, dict, exceptions, gc,
    generic_alias, list, module, number, object, raise, singletons, state, static_type, str, tuple,
    type_object,
};

use crate::runtime::runtime;

const GRAMMAR: &str = include_str!("nodes.txt");

/// A node: its attributes are in a dict.
#[repr(C)]
pub struct AstObject {
    ob_base: PyObject,
    /// Owned or null.
    dict: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for AstObject {}

type Node<'a> = Borrowed<'a, AstObject>;

/// A field of the grammar.
struct Field<'a> {
    name: &'a str,
    kind: &'a str,
    /// `?`, `*`, `?*` or nothing.
    quantifier: &'a str,
}

/// Name and fields of `Name(kind field, kind* field)`.
fn parse_node(text: &str) -> (&str, Vec<Field<'_>>) {
    let Some((name, fields)) = text.split_once('(') else {
        return (text, Vec::new());
    };
    let fields = fields.trim_end_matches(')').split(", ").filter_map(|field| {
        let (kind, name) = field.split_once(' ')?;
        let end = kind.trim_end_matches(['?', '*']).len();
        Some(Field { name, kind: &kind[..end], quantifier: &kind[end..] })
    });
    (name, fields.collect())
}

fn names(names: &[&str]) -> PyResult {
    tuple::from_vec(names.iter().map(|name| Ok(str::intern(name)?.into_object())).collect::<PyResult<_>>()?)
}

/// All classes by name, made on first use.
fn classes() -> PyResult<Owned<PyDictObject>> {
    let made = &runtime().ast_classes;
    if let Some(classes) = made.get() {
        return classes.downcast().map_err(|_| adder_object_model::errors::bad_internal_call());
    }
    let classes = make_classes()?;
    made.set(Some(classes.clone().into_object()));
    Ok(classes)
}

/// The class of that name.
pub fn class(name: &str) -> PyResult {
    dict::get_item_str(classes()?.borrow(), name)?.ok_or_else(|| raise!(SystemError, "no ast class {name}"))
}

fn base_class() -> Op<'static> {
    // SAFETY: a static type.
    unsafe { Op::from_ptr((&raw mut AST_TYPE).cast()) }
}

fn make_classes() -> PyResult<Owned<PyDictObject>> {
    type_object::ready(static_type!(AST_TYPE))?;
    // SAFETY: a ready type, which no other thread knows of yet; its attributes may be changed.
    unsafe { AST_TYPE.tp_flags &= !Py_TPFLAGS_IMMUTABLETYPE };
    let ast = base_class();
    let empty = tuple::empty();
    // SAFETY: a static, ready type.
    let namespace = type_object::get_dict(unsafe { TypeRef::from_ptr(&raw mut AST_TYPE) })?;
    if let Some(namespace) = namespace.op().downcast::<PyDictObject>() {
        for name in ["_fields", "__match_args__", "_attributes"] {
            dict::set_item_str(namespace, name, empty.op())?;
        }
        dict::set_item_str(namespace, "__module__", str::intern("ast")?.op())?;
    }
    let classes = dict::new()?;
    dict::set_item_str(classes.borrow(), "AST", ast)?;
    let mut parent: Option<Object> = None;
    let mut typed: Vec<(Object, Vec<Field<'_>>)> = Vec::new();
    for (index, line) in GRAMMAR.lines().enumerate() {
        if let Some(node) = line.strip_prefix("  ") {
            let (name, fields) = parse_node(node);
            let base = parent.as_ref().map_or(ast, |parent| parent.op());
            let class = make_class(name, base, node, &fields, None)?;
            dict::set_item_str(classes.borrow(), name, class.op())?;
            typed.push((class, fields));
            continue;
        }
        let (head, attributes) = line.split_once(" =").expect("a line of the grammar");
        let (name, fields) = parse_node(head);
        let kinds: Vec<&str> =
            GRAMMAR.lines().skip(index + 1).map_while(|line| line.strip_prefix("  ")).collect();
        let doc = if kinds.is_empty() {
            head.to_owned()
        } else {
            let separator = format!("\n{}| ", " ".repeat(name.len() + 1));
            // A list without parts stands on one line.
            let simple = kinds.iter().all(|kind| !kind.contains('('));
            format!("{name} = {}", kinds.join(if simple { " | " } else { &separator }))
        };
        let attributes: Vec<&str> = attributes.split_whitespace().collect();
        let class = make_class(name, ast, &doc, &fields, Some(&attributes))?;
        dict::set_item_str(classes.borrow(), name, class.op())?;
        if kinds.is_empty() {
            typed.push((class, fields));
            parent = None;
        } else {
            parent = Some(class);
        }
    }
    for (class, fields) in typed {
        let types = dict::new()?;
        for field in fields {
            let tp = field_type(classes.borrow(), &field)?;
            dict::set_item_str(types.borrow(), field.name, tp.op())?;
        }
        object::set_attr_str(class.op(), "_field_types", Some(types.op()))?;
        object::set_attr_str(class.op(), "__annotations__", Some(types.op()))?;
    }
    Ok(classes)
}

fn make_class(
    name: &str,
    base: Op<'_>,
    doc: &str,
    fields: &[Field<'_>],
    attributes: Option<&[&str]>,
) -> PyResult {
    let namespace = dict::new()?;
    let put = |key: &str, value: Op<'_>| dict::set_item_str(namespace.borrow(), key, value);
    let field_names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let field_names = names(&field_names)?;
    put("_fields", field_names.op())?;
    put("__match_args__", field_names.op())?;
    put("__module__", str::intern("ast")?.op())?;
    put("__doc__", str::from_str(doc)?.op())?;
    for field in fields.iter().filter(|field| field.quantifier == "?") {
        put(field.name, singletons::none())?;
    }
    if let Some(attributes) = attributes {
        put("_attributes", names(attributes)?.op())?;
        for name in attributes.iter().filter(|name| name.starts_with("end_")) {
            put(name, singletons::none())?;
        }
    }
    let bases = tuple::pack(&[base])?;
    // SAFETY: a static, ready type.
    let metaclass = unsafe { Op::from_ptr((&raw mut type_object::PyType_Type).cast()) };
    call::call_positional(metaclass, &[str::intern(name)?.op(), bases.op(), namespace.op()])
}

/// What `_field_types` says of a field.
fn field_type(classes: Borrowed<'_, PyDictObject>, field: &Field<'_>) -> PyResult {
    // SAFETY: static, ready types.
    let kind = unsafe {
        match field.kind {
            "identifier" | "string" => Op::from_ptr((&raw mut str::PyUnicode_Type).cast()).to_owned(),
            "int" => Op::from_ptr((&raw mut adder_object_model::int::PyLong_Type).cast()).to_owned(),
            "constant" => Op::from_ptr((&raw mut type_object::PyBaseObject_Type).cast()).to_owned(),
            name => dict::get_item_str(classes, name)?
                .ok_or_else(|| raise!(SystemError, "no ast class {name}"))?,
        }
    };
    match field.quantifier {
        "?" => number::or(kind.op(), singletons::none()),
        "*" | "?*" => {
            // SAFETY: a static, ready type.
            let list = unsafe { Op::from_ptr((&raw mut list::PyList_Type).cast()) };
            generic_alias::new(list, kind.op())
        }
        _ => Ok(kind),
    }
}

fn dealloc(node: Node<'_>) {
    let op = node.as_object_ptr();
    gc::untrack(op);
    clear(node);
    // SAFETY: the count is 0.
    unsafe { adder_object_model::alloc::free_object(op) };
}

fn traverse(node: Node<'_>, visitor: &mut Visitor) {
    visitor.visit(node.dict);
}

fn clear(node: Node<'_>) {
    // SAFETY: the field holds an owned reference or null.
    drop(unsafe {
        Object::steal_nullable(core::ptr::replace(&raw mut (*node.as_ptr()).dict, core::ptr::null_mut()))
    });
}

/// The texts of a sequence attribute of the node's class.
fn texts_of(node: Op<'_>, name: &str) -> PyResult<Vec<Object>> {
    let Some(found) = object::get_optional_attr_str(node.ob_type().as_object(), name)? else {
        return Ok(Vec::new());
    };
    let items = adder_object_model::sequence::to_list(found.op())?;
    Ok((0..list::len(items.borrow())).filter_map(|index| list::get(items.borrow(), index)).collect())
}

fn warn(message: &str) -> PyResult<()> {
    (state::hooks().warn)(exceptions::builtin::DeprecationWarning(), message, 1)
}

fn shown(op: Op<'_>) -> PyResult<String> {
    object::repr(op).map(|text| str::to_string_lossy(text.op()))
}

/// `Node(*fields, **fields_and_attributes)`.
fn init(node: Node<'_>, args: Args<'_>) -> PyResult<()> {
    let node = node.as_object();
    let class = node.type_name();
    let fields = texts_of(node, "_fields")?;
    let mut missing: Vec<Object> = fields.clone();
    if args.len() > fields.len() {
        let (n, plural) = (fields.len(), if fields.len() == 1 { "" } else { "s" });
        return Err(raise!(TypeError, "{class} constructor takes at most {n} positional argument{plural}"));
    }
    for (name, value) in fields.iter().zip(args.iter()) {
        object::set_attr(node, name.op(), Some(value))?;
        missing.retain(|missing| !missing.op().is(name.op()));
    }
    for (name, value) in args.keywords() {
        let position = |among: &[Object]| -> PyResult<Option<usize>> {
            for (index, known) in among.iter().enumerate() {
                if object::equal(known.op(), name)? {
                    return Ok(Some(index));
                }
            }
            Ok(None)
        };
        if position(&fields)?.is_some() {
            match position(&missing)? {
                Some(index) => drop(missing.remove(index)),
                None => {
                    return Err(raise!(
                        TypeError,
                        "{class} got multiple values for argument {}",
                        shown(name)?
                    ));
                }
            }
        } else if position(&texts_of(node, "_attributes")?)?.is_none() {
            let name = shown(name)?;
            warn(&format!(
                "{class}.__init__ got an unexpected keyword argument {name}. Support for arbitrary keyword \
                 arguments is deprecated and will be removed in Python 3.15."
            ))?;
        }
        object::set_attr(node, name, Some(value))?;
    }
    if missing.is_empty() {
        return Ok(());
    }
    let types = object::get_optional_attr_str(node.ob_type().as_object(), "_field_types")?;
    let Some(types) = types.as_ref().and_then(|types| types.op().downcast::<PyDictObject>()) else {
        return Ok(());
    };
    let context = self::class("expr_context")?;
    for name in missing {
        fill_in(node, name.op(), dict::get_item(types, name.op())?, context.op())?;
    }
    Ok(())
}

/// The value of a field that was not given, if it may be left out.
fn fill_in(node: Op<'_>, name: Op<'_>, tp: Option<Object>, context: Op<'_>) -> PyResult<()> {
    let class = node.type_name();
    let Some(tp) = tp else {
        let name = shown(name)?;
        return warn(&format!(
            "Field {name} is missing from {class}._field_types. This will become an error in Python 3.15."
        ));
    };
    if tp.op().type_ptr() == &raw mut adder_object_model::union::_PyUnion_Type {
        // The class has None.
        return Ok(());
    }
    if tp.op().type_ptr() == &raw mut generic_alias::Py_GenericAliasType {
        return object::set_attr(node, name, Some(list::new()?.op()));
    }
    if tp.op().is(context) {
        let load = call::call_noargs(self::class("Load")?.op())?;
        return object::set_attr(node, name, Some(load.op()));
    }
    let name = shown(name)?;
    warn(&format!(
        "{class}.__init__ missing 1 required positional argument: {name}. This will become an error in Python 3.15."
    ))
}

/// The names of the grammar's node classes, by the address of the class.
pub fn names_by_address() -> PyResult<HashMap<*mut PyTypeObject, &'static str>> {
    let mut names = HashMap::new();
    for line in GRAMMAR.lines() {
        let head = line.strip_prefix("  ").or_else(|| line.split_once(" =").map(|(head, _)| head));
        let (name, _) = parse_node(head.unwrap_or(line));
        names.insert(class(name)?.op().as_ptr().cast::<PyTypeObject>(), name);
    }
    Ok(names)
}

/// A new instance of `class`, with these attributes.
pub fn new_node(class: Op<'_>, values: Owned<PyDictObject>) -> PyResult {
    let class = class.downcast::<PyTypeObject>().ok_or_else(adder_object_model::errors::bad_internal_call)?;
    let node = type_object::generic_alloc(class, 0)?;
    // SAFETY: classes made here are `AstObject`s; the field of a new one is null.
    unsafe { (*node.op().as_ptr().cast::<AstObject>()).dict = values.into_object().into_ptr() };
    Ok(node)
}

fn namespace(node: Node<'_>) -> PyResult<Owned<PyDictObject>> {
    // SAFETY: the field holds an owned reference or null.
    let found = unsafe { Object::new_ref_nullable(node.dict) };
    let found = match found {
        Some(found) => found,
        None => dict::new()?.into_object(),
    };
    found.downcast().map_err(|_| adder_object_model::errors::bad_internal_call())
}

/// `(class, as many times None as there are fields, the attributes)`.
///
/// The fields come with the attributes, so that a copy can reach a node that it is a child of.
fn reduce(node: Node<'_>) -> PyResult {
    let attributes = dict::copy(namespace(node)?.op().downcast().expect("a dict"))?;
    let own: Borrowed<'_, PyDictObject> = attributes.op().downcast().expect("a dict");
    let mut arguments = Vec::new();
    for name in texts_of(node.as_object(), "_fields")? {
        if dict::get_item(own, name.op())?.is_none() {
            break;
        }
        arguments.push(singletons::new_none());
    }
    let arguments = tuple::from_vec(arguments)?;
    tuple::pack(&[node.ob_type().as_object(), arguments.op(), attributes.op()])
}

/// `copy.replace(node, **changes)`.
fn replace(node: Node<'_>, args: Args<'_>) -> PyResult {
    if !args.is_empty() {
        return Err(raise!(
            TypeError,
            "__replace__() takes exactly 0 positional arguments ({} given)",
            args.len()
        ));
    }
    let mut known = texts_of(node.as_object(), "_fields")?;
    known.extend(texts_of(node.as_object(), "_attributes")?);
    let mut unexpected = Vec::new();
    for (name, _) in args.keywords() {
        let mut found = false;
        for known in &known {
            found |= object::equal(known.op(), name)?;
        }
        if !found {
            unexpected.push(shown(name)?);
        }
    }
    let class = node.type_name();
    if let Some(name) = unexpected.first() {
        return Err(raise!(TypeError, "{class}.__replace__ got an unexpected keyword argument {name}."));
    }
    let values = dict::new()?;
    let own = namespace(node)?;
    for name in known {
        if let Some(value) = dict::get_item(own.borrow(), name.op())? {
            dict::set_item(values.borrow(), name.op(), value.op())?;
        }
    }
    for (name, value) in args.keywords() {
        dict::set_item(values.borrow(), name, value)?;
    }
    missing_on_replacement(node, values.borrow())?;
    call::call_tuple_dict(node.ob_type().as_object(), tuple::empty().op(), Some(values.op()))
}

/// Fails if a field without a default would be missing from a copy.
fn missing_on_replacement(node: Node<'_>, values: Borrowed<'_, PyDictObject>) -> PyResult<()> {
    let class = node.ob_type();
    let types = object::get_optional_attr_str(class.as_object(), "_field_types")?;
    let types = types.as_ref().and_then(|types| types.op().downcast::<PyDictObject>());
    let mut missing = Vec::new();
    for name in texts_of(node.as_object(), "_fields")? {
        if dict::get_item(values, name.op())?.is_some() {
            continue;
        }
        let tp = match types {
            Some(types) => dict::get_item(types, name.op())?,
            None => None,
        };
        let has_default = tp.is_some_and(|tp| {
            let class = tp.op().type_ptr();
            class == &raw mut adder_object_model::union::_PyUnion_Type
                || class == &raw mut generic_alias::Py_GenericAliasType
        });
        if !has_default && object::get_optional_attr(class.as_object(), name.op())?.is_none() {
            missing.push(shown(name.op())?);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort();
    let (count, plural) = (missing.len(), if missing.len() == 1 { "" } else { "s" });
    let names = missing.join(", ");
    let class = node.type_name();
    Err(raise!(TypeError, "{class}.__replace__ missing {count} keyword argument{plural}: {names}."))
}

fn repr(node: Node<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(repr_to_depth(node.as_object(), 3)?)
}

/// Nodes that lie deeper are left out, as are all but the ends of long lists.
fn repr_to_depth(node: Op<'_>, depth: usize) -> PyResult<String> {
    let class = node.type_name();
    let fields = texts_of(node, "_fields")?;
    if depth == 0 && !fields.is_empty() {
        return Ok(format!("{class}(...)"));
    }
    let mut parts = Vec::new();
    for name in fields {
        let Some(value) = object::get_optional_attr(node, name.op())? else { continue };
        let text = if let Some(items) = value.op().downcast_exact::<PyListObject>() {
            let length = list::len(items);
            let item = |index| -> PyResult<String> {
                match list::get(items, index) {
                    Some(item) => repr_of_value(item.op(), depth),
                    None => Ok(String::new()),
                }
            };
            match length {
                0 => "[]".to_owned(),
                1 => format!("[{}]", item(0)?),
                2 => format!("[{}, {}]", item(0)?, item(1)?),
                _ => format!("[{}, ..., {}]", item(0)?, item(length - 1)?),
            }
        } else {
            repr_of_value(value.op(), depth)?
        };
        parts.push(format!("{}={text}", str::to_string_lossy(name.op())));
    }
    Ok(format!("{class}({})", parts.join(", ")))
}

fn repr_of_value(value: Op<'_>, depth: usize) -> PyResult<String> {
    if is_node(value)? { repr_to_depth(value, depth.saturating_sub(1)) } else { shown(value) }
}

/// Whether `op` is an instance of `ast.AST`.
pub fn is_node(op: Op<'_>) -> PyResult<bool> {
    Ok(type_object::is_subtype(op.ob_type(), static_type!(AST_TYPE)))
}

fn get_dict(node: Node<'_>) -> PyResult {
    // SAFETY: the field holds an owned reference or null.
    unsafe {
        if node.dict.is_null() {
            (*node.as_ptr()).dict = dict::new()?.into_object().into_ptr();
        }
        Ok(Object::new_ref((*node.as_ptr()).dict))
    }
}

fn set_dict(node: Node<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value.filter(|value| value.is_instance::<PyDictObject>()) else {
        return Err(raise!(TypeError, "__dict__ must be set to a dictionary"));
    };
    // SAFETY: the field holds an owned reference or null; the old one is dropped last.
    drop(unsafe {
        Object::steal_nullable(core::ptr::replace(
            &raw mut (*node.as_ptr()).dict,
            value.to_owned().into_ptr(),
        ))
    });
    Ok(())
}

static METHODS: &[PyMethodDef] = &[
    method::noargs(c"__reduce__", reduce, c""),
    method::keywords(
        c"__replace__",
        replace,
        c"__replace__($self, /, **fields)\n--\n\nReturn a copy of the node with other values in some fields.",
    ),
    PyMethodDef::EMPTY,
];

static GETSETS: &[PyGetSetDef] = &[getset::get_set(c"__dict__", get_dict, set_dict, c""), PyGetSetDef::EMPTY];

/// `ast.AST`.
pub static mut AST_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"ast.AST".as_ptr(),
    tp_basicsize: size_of::<AstObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_dictoffset: core::mem::offset_of!(AstObject, dict) as isize,
    tp_init: slot::init(init),
    tp_new: slot::new(type_object::generic_new),
    ..PyTypeObject::EMPTY
};

/// Makes the module `_ast`.
pub fn init_module() -> PyResult {
    let result = module::new("_ast")?;
    let target = result.op();
    for (name, class) in dict::pairs(classes()?.borrow()) {
        module::add_object(target, &str::to_string_lossy(name), class)?;
    }
    for (name, flag) in [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", PyCF_ALLOW_TOP_LEVEL_AWAIT),
        ("PyCF_ONLY_AST", PyCF_ONLY_AST),
        ("PyCF_TYPE_COMMENTS", PyCF_TYPE_COMMENTS),
        ("PyCF_OPTIMIZED_AST", PyCF_OPTIMIZED_AST),
    ] {
        module::add_object(target, name, adder_object_model::int::from_i64(flag.into())?.op())?;
    }
    Ok(result)
}
