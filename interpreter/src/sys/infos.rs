//! Constants and struct sequences of `sys`.

use core::ffi::{CStr, c_int};
use core::ptr;
use std::ffi::CString;

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, dict, float, int, module, namespace, object, set, singletons, str, structseq, tuple,
};

use crate::runtime::{config, runtime};

/// What wheels and programs take this for.
pub const HEX_VERSION: u32 = PY_VERSION_HEX;
/// `sys.version`: the language's version first, then who speaks.
pub const VERSION: &str = concat!("3.14.10 (Adder ", env!("CARGO_PKG_VERSION"), ") [Rust]");

/// `sys.copyright`.
pub const COPYRIGHT: &str = "Copyright (c) 2001 Python Software Foundation.
All Rights Reserved.

Copyright (c) 2000 BeOpen.com.
All Rights Reserved.

Copyright (c) 1995-2001 Corporation for National Research Initiatives.
All Rights Reserved.

Copyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.
All Rights Reserved.";

/// Makes a struct sequence type with these fields and one instance of it, which cannot be called for more.
fn one_of_its_kind(
    name: &'static CStr,
    doc: &'static CStr,
    fields: Vec<(&'static CStr, Object)>,
) -> PyResult {
    with_hidden_fields(0, name, doc, fields)
}

/// The same; the last `hidden` fields are attributes without being items.
fn with_hidden_fields(
    hidden: usize,
    name: &'static CStr,
    doc: &'static CStr,
    fields: Vec<(&'static CStr, Object)>,
) -> PyResult {
    let names: Vec<&'static CStr> = fields.iter().map(|(name, _)| *name).collect();
    let tp = new_sequence_type(name, doc, &names, names.len() - hidden)?;
    let class = tp.op().downcast::<PyTypeObject>().expect("a type");
    let result = structseq::new(class)?;
    for (index, (_, value)) in fields.into_iter().enumerate() {
        structseq::set_item(result.op(), index, value);
    }
    // SAFETY: the type was made just now; nobody has cached its slots.
    unsafe {
        (*class.as_ptr()).tp_new = None;
        (*class.as_ptr()).tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    }
    let namespace = adder_object_model::type_object::get_dict(class)?;
    if let Some(namespace) = namespace.op().downcast::<PyDictObject>() {
        dict::pop(namespace, str::intern("__new__")?.op())?;
    }
    adder_object_model::type_object::modified(class);
    Ok(result)
}

/// A struct sequence type all of whose fields are items.
pub fn struct_sequence_type(name: &'static CStr, doc: &'static CStr, fields: &[&'static CStr]) -> PyResult {
    new_sequence_type(name, doc, fields, fields.len())
}

fn new_sequence_type(
    name: &'static CStr,
    doc: &'static CStr,
    fields: &[&'static CStr],
    n_items: usize,
) -> PyResult {
    let mut table: Vec<PyStructSequence_Field> =
        fields.iter().map(|name| PyStructSequence_Field { name: name.as_ptr(), doc: ptr::null() }).collect();
    table.push(PyStructSequence_Field { name: ptr::null(), doc: ptr::null() });
    // A name without a module is one of builtins', which a type from a description has to say.
    let full_name: &'static CStr = if name.to_bytes().contains(&b'.') {
        name
    } else {
        let text = [b"builtins.", name.to_bytes()].concat();
        Box::leak(CString::new(text).expect("no zeros").into_boxed_c_str())
    };
    // The type keeps pointers into the table and the description.
    let table: &'static mut [_] = Box::leak(table.into_boxed_slice());
    let desc = Box::leak(Box::new(PyStructSequence_Desc {
        name: full_name.as_ptr(),
        doc: doc.as_ptr(),
        fields: table.as_mut_ptr(),
        n_in_sequence: n_items as c_int,
    }));
    // SAFETY: the table ends with a null name, and all of it is kept; the type is made just now, so
    // that nobody has seen its name yet.
    let tp = unsafe {
        let tp = structseq::new_type(desc)?;
        (*tp.as_ptr().cast::<PyTypeObject>()).tp_name = name.as_ptr();
        tp
    };
    Ok(tp)
}

/// The type of what `sys.get_asyncgen_hooks()` gives.
pub fn asyncgen_hooks_type() -> PyResult {
    let made = &runtime().sys.asyncgen_hooks_type;
    if let Some(tp) = made.get() {
        return Ok(tp);
    }
    let tp = struct_sequence_type(
        c"asyncgen_hooks",
        c"asyncgen_hooks\n\nWhat is called when asynchronous generators are first used and collected.",
        &[c"firstiter", c"finalizer"],
    )?;
    made.set(Some(tp.clone()));
    Ok(tp)
}

fn number(value: i64) -> PyResult {
    int::from_i64(value)
}

pub fn add(target: Op<'_>) -> PyResult<()> {
    let text = |text: &str| str::from_str(text).map(|text| text.into_object());
    let put = |name: &str, value: Object| module::add_object(target, name, value.op());
    let doc =
        "Access to the interpreter: its parameters, its streams, its hooks and the modules it has loaded.";
    put("__doc__", text(doc)?)?;
    put("version", text(VERSION)?)?;
    put("hexversion", number(HEX_VERSION.into())?)?;
    put("_git", tuple::from_vec(vec![text("Adder")?, text("")?, text("")?])?)?;
    put("_framework", text("")?)?;
    put("api_version", number(PYTHON_API_VERSION.into())?)?;
    put("copyright", text(COPYRIGHT)?)?;
    put("platform", text("linux")?)?;
    put("maxsize", number(isize::MAX as i64)?)?;
    put("maxunicode", number(0x10ffff)?)?;
    put("byteorder", text("little")?)?;
    put("float_repr_style", text("short")?)?;
    put("abiflags", text("")?)?;
    put("platlibdir", text("lib")?)?;
    put("flags", flags()?)?;
    let version_info = version_info()?;
    put("version_info", version_info.clone())?;
    runtime().sys.version_info.set(Some(version_info));
    put("implementation", implementation()?)?;
    put("float_info", float_info()?)?;
    put("int_info", int_info()?)?;
    put("hash_info", hash_info()?)?;
    put("thread_info", thread_info()?)?;
    put("builtin_module_names", builtin_module_names()?)?;
    put("stdlib_module_names", stdlib_module_names()?)?;
    put("meta_path", adder_object_model::list::new()?.into_object())?;
    put("path_hooks", adder_object_model::list::new()?.into_object())?;
    put("path_importer_cache", dict::new()?.into_object())?;
    Ok(())
}

fn version_info() -> PyResult {
    one_of_its_kind(
        c"sys.version_info",
        c"sys.version_info\n\nThe version of the language, in five parts.",
        vec![
            (c"major", number(3)?),
            (c"minor", number(14)?),
            (c"micro", number((HEX_VERSION >> 8 & 0xff).into())?),
            (c"releaselevel", str::from_str("final")?.into_object()),
            (c"serial", number(0)?),
        ],
    )
}

fn flags() -> PyResult {
    let config = config();
    let flag = |value: bool| number(value.into());
    with_hidden_fields(
        3,
        c"sys.flags",
        c"sys.flags\n\nWhat the command line and the environment set.",
        vec![
            (c"debug", number(config.debug.into())?),
            (c"inspect", flag(config.inspect)?),
            (c"interactive", flag(config.interactive)?),
            (c"optimize", number(config.optimize.into())?),
            (c"dont_write_bytecode", flag(!config.write_bytecode)?),
            (c"no_user_site", flag(!config.user_site)?),
            (c"no_site", flag(!config.site_import)?),
            (c"ignore_environment", flag(!config.use_environment)?),
            (c"verbose", number(config.verbose.into())?),
            (c"bytes_warning", number(config.bytes_warning.into())?),
            (c"quiet", flag(config.quiet)?),
            (c"hash_randomization", flag(config.hash_seed != Some(0))?),
            (c"isolated", flag(config.isolated)?),
            (c"dev_mode", singletons::new_bool(config.dev_mode)),
            (c"utf8_mode", flag(config.utf8_mode)?),
            (c"warn_default_encoding", flag(config.warn_default_encoding)?),
            (c"safe_path", singletons::new_bool(config.safe_path)),
            (c"int_max_str_digits", number(config.int_max_str_digits.into())?),
            (c"gil", number(1)?),
            (c"thread_inherit_context", flag(config.thread_inherit_context)?),
            (c"context_aware_warnings", number(0)?),
        ],
    )
}

fn implementation() -> PyResult {
    let attributes = dict::new()?;
    let text = |text: &str| str::from_str(text).map(|text| text.into_object());
    let adder = namespace::new(None)?;
    object::set_attr_str(adder.op(), "version", Some(text(env!("CARGO_PKG_VERSION"))?.op()))?;
    let version_info = runtime().sys.version_info.get().expect("made before");
    for (name, value) in [
        ("name", text("cpython")?),
        ("cache_tag", text(super::CACHE_TAG.to_str().expect("ASCII"))?),
        ("version", version_info),
        ("hexversion", number(HEX_VERSION.into())?),
        ("_multiarch", text("x86_64-linux-gnu")?),
        ("supports_isolated_interpreters", singletons::new_false()),
        ("adder", adder),
    ] {
        dict::set_item_str(attributes.borrow(), name, value.op())?;
    }
    namespace::new(Some(attributes.op()))
}

fn float_info() -> PyResult {
    one_of_its_kind(
        c"sys.float_info",
        c"sys.float_info\n\nLimits and precision of float.",
        vec![
            (c"max", float::new(f64::MAX)?),
            (c"max_exp", number(f64::MAX_EXP.into())?),
            (c"max_10_exp", number(f64::MAX_10_EXP.into())?),
            (c"min", float::new(f64::MIN_POSITIVE)?),
            (c"min_exp", number(f64::MIN_EXP.into())?),
            (c"min_10_exp", number(f64::MIN_10_EXP.into())?),
            (c"dig", number(f64::DIGITS.into())?),
            (c"mant_dig", number(f64::MANTISSA_DIGITS.into())?),
            (c"epsilon", float::new(f64::EPSILON)?),
            (c"radix", number(2)?),
            (c"rounds", number(1)?),
        ],
    )
}

fn int_info() -> PyResult {
    one_of_its_kind(
        c"sys.int_info",
        c"sys.int_info\n\nHow int is represented, and its limits.",
        vec![
            (c"bits_per_digit", number(PyLong_SHIFT.into())?),
            (c"sizeof_digit", number(4)?),
            (c"default_max_str_digits", number(4300)?),
            (c"str_digits_check_threshold", number(640)?),
        ],
    )
}

fn hash_info() -> PyResult {
    one_of_its_kind(
        c"sys.hash_info",
        c"hash_info\n\nParameters of hash().",
        vec![
            (c"width", number(64)?),
            (c"modulus", number((1 << 61) - 1)?),
            (c"inf", number(314159)?),
            (c"nan", number(0)?),
            (c"imag", number(1000003)?),
            (c"algorithm", str::from_str("siphash13")?.into_object()),
            (c"hash_bits", number(64)?),
            (c"seed_bits", number(128)?),
            (c"cutoff", number(0)?),
        ],
    )
}

fn thread_info() -> PyResult {
    // SAFETY: gnu_get_libc_version gives a static string.
    let version = unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) };
    let version = format!("NPTL {}", version.to_string_lossy());
    one_of_its_kind(
        c"sys.thread_info",
        c"sys.thread_info\n\nHow threads are implemented.",
        vec![
            (c"name", str::from_str("pthread")?.into_object()),
            (c"lock", str::from_str("semaphore")?.into_object()),
            (c"version", str::from_string(version)?.into_object()),
        ],
    )
}

fn builtin_module_names() -> PyResult {
    let mut names: Vec<&str> = runtime().builtin_modules.borrow().iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    tuple::from_vec(
        names.into_iter().map(|name| Ok(str::intern(name)?.into_object())).collect::<PyResult<_>>()?,
    )
}

fn stdlib_module_names() -> PyResult {
    let names = include_str!("stdlib_module_names.txt").lines();
    let names = names.map(|name| Ok(str::intern(name)?.into_object())).collect::<PyResult<_>>()?;
    Ok(set::new_frozen(Some(tuple::from_vec(names)?.op()))?.into_object())
}
