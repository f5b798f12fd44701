//! The `_csv` module: reading and writing comma-separated values.
//!
//!  - `dialect`: the settings. `reader` and `writer`: the two directions.

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, Signature, dict, errors, exceptions, int, method, module,
    raise, str, type_object,
};
use core::sync::atomic::{AtomicIsize, Ordering};

pub mod dialect;
pub mod reader;
pub mod writer;

use crate::native::{Contents, Kept};
use dialect::Dialect;

static ERROR: Kept = Kept::new();
static DIALECTS: Kept = Kept::new();
static FIELD_LIMIT: AtomicIsize = AtomicIsize::new(128 * 1024);

/// `csv.Error` with a message.
#[cold]
pub(crate) fn error(message: &str) -> Raised {
    match ERROR.get() {
        Some(class) => errors::set_string(class.op(), message),
        None => raise!(SystemError, "_csv is not initialised"),
    }
}

pub(crate) fn field_limit() -> isize {
    FIELD_LIMIT.load(Ordering::Relaxed)
}

fn dialects() -> PyResult<Owned<PyDictObject>> {
    let dialects = DIALECTS.get().and_then(|dialects| dialects.downcast().ok());
    dialects.ok_or_else(|| raise!(SystemError, "_csv is not initialised"))
}

/// The registered dialect of a name.
pub(crate) fn registered(name: Op<'_>) -> PyResult<Object> {
    dict::get_item(dialects()?.borrow(), name)?.ok_or_else(|| error("unknown dialect"))
}

fn list_dialects(_: Op<'_>) -> PyResult<Owned<PyListObject>> {
    dict::keys(dialects()?.borrow())
}

fn register_dialect(_: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let name = args
        .get(0)
        .ok_or_else(|| raise!(TypeError, "register_dialect expected at least 1 argument, got 0"))?;
    if args.len() > 2 {
        let given = args.len();
        return Err(raise!(TypeError, "register_dialect expected at most 2 arguments, got {given}"));
    }
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "dialect name must be a string"));
    }
    let made = dialect::from_call(args.get(1), args)?;
    dict::set_item(dialects()?.borrow(), name, made.op())
}

const NAME: Signature<1> = Signature::new("get_dialect", ["name"]).required(1);
const UNREGISTER: Signature<1> = Signature::new("unregister_dialect", ["name"]).required(1);

fn unregister_dialect(_: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [name] = args.parse(&UNREGISTER)?;
    match dict::pop(dialects()?.borrow(), name.expect("required"))? {
        Some(old) => {
            drop(old);
            Ok(())
        }
        None => Err(error("unknown dialect")),
    }
}

fn get_dialect(_: Op<'_>, args: Args<'_>) -> PyResult<Object> {
    let [name] = args.parse(&NAME)?;
    registered(name.expect("required"))
}

const LIMIT: Signature<1> = Signature::new("field_size_limit", ["new_limit"]);

fn field_size_limit(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [limit] = args.parse(&LIMIT)?;
    let old = field_limit();
    if let Some(limit) = limit {
        if !limit.is_exact::<PyLongObject>() {
            return Err(raise!(TypeError, "limit must be an integer"));
        }
        FIELD_LIMIT.store(int::as_isize(limit)?, Ordering::Relaxed);
    }
    int::from_isize(old)
}

static METHODS: [PyMethodDef; 8] = [
    method::keywords(c"reader", reader::new_reader, c"reader($module, iterable, /, dialect='excel', **fmtparams)\n--\n\nAn iterator over the rows of lines."),
    method::keywords(c"writer", writer::new_writer, c"writer($module, fileobj, /, dialect='excel', **fmtparams)\n--\n\nWrites rows to a file object."),
    method::noargs(c"list_dialects", list_dialects, c"list_dialects($module, /)\n--\n\nThe names of all dialects."),
    method::keywords(c"register_dialect", register_dialect, c"register_dialect($module, name, /, dialect='excel', **fmtparams)\n--\n\nGives a dialect a name."),
    method::keywords(c"unregister_dialect", unregister_dialect, c"unregister_dialect($module, /, name)\n--\n\nForgets a name."),
    method::keywords(c"get_dialect", get_dialect, c"get_dialect($module, /, name)\n--\n\nThe dialect of a name."),
    method::keywords(c"field_size_limit", field_size_limit, c"field_size_limit($module, /, new_limit=<unrepresentable>)\n--\n\nSets the longest field the parser takes; gives the old limit."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let types = [
        ("Dialect", Dialect::type_ref()),
        ("Reader", reader::Reader::type_ref()),
        ("Writer", writer::Writer::type_ref()),
    ];
    let module = module::new("_csv")?;
    for (name, tp) in types {
        type_object::ready(tp)?;
        module::add_object(module.op(), name, tp.as_object())?;
    }
    module::add_functions(module.op(), METHODS.as_ptr())?;
    let names = dict::new()?.into_object();
    module::add_object(module.op(), "_dialects", names.op())?;
    DIALECTS.set(names);
    for (name, value) in dialect::QUOTE_STYLES {
        module::add_object(module.op(), name, int::from_i64(value)?.op())?;
    }
    let class = exceptions::new_class("_csv.Error", Some(builtin::Exception()), None)?;
    module::add_object(module.op(), "Error", class.op())?;
    ERROR.set(class);
    module::add_object(module.op(), "__doc__", str::from_str("CSV parsing and writing.\n")?.op())?;
    Ok(module)
}
