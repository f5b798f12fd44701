//! The `grp` module: the database of groups.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Signature, int, list, method, module, object, raise, str, structseq,
};

use crate::host;
use crate::pwd::{id_argument, name_argument};

fn entry(module: Op<'_>, entry: &libc::group) -> PyResult {
    // SAFETY: the texts of an entry are C strings, the members an array of them that ends with null.
    let values = unsafe {
        let text = |text| -> PyResult { Ok(str::decode_fs_default(host::c_bytes(text))?.into_object()) };
        let mut members: Vec<Object> = Vec::new();
        let mut member = entry.gr_mem;
        while !(*member).is_null() {
            members.push(text(*member)?);
            member = member.add(1);
        }
        vec![
            text(entry.gr_name)?,
            text(entry.gr_passwd)?,
            int::from_i64(entry.gr_gid.into())?,
            list::from_vec(members)?.into_object(),
        ]
    };
    host::struct_sequence(&object::get_attr_str(module, "struct_group")?, values)
}

fn getgrgid(module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<1> = Signature::new("getgrgid", ["id"]).required(1);
    let [id] = args.parse(&SIGNATURE)?;
    let Some(gid) = id_argument("gid", id.expect("required"))? else {
        return Err(raise!(KeyError, "getgrgid(): gid not found"));
    };
    // SAFETY: has no conditions; the entry is read before the next call.
    let found = unsafe { libc::getgrgid(gid) };
    if found.is_null() {
        return Err(raise!(KeyError, "getgrgid(): gid not found: {gid}"));
    }
    // SAFETY: not null.
    entry(module, unsafe { &*found })
}

fn getgrnam(module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<1> = Signature::new("getgrnam", ["name"]).required(1);
    let [name] = args.parse(&SIGNATURE)?;
    let name = name.expect("required");
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "getgrnam() argument 'name' must be str, not {}", name.type_name()));
    }
    let text = name_argument("getgrnam", name)?;
    // SAFETY: a C string; the entry is read before the next call.
    let found = unsafe { libc::getgrnam(text.as_ptr()) };
    if found.is_null() {
        let shown = str::to_string_lossy(object::repr(name)?.op());
        return Err(raise!(KeyError, "getgrnam(): name not found: {shown}"));
    }
    // SAFETY: not null.
    entry(module, unsafe { &*found })
}

fn getgrall(module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let mut found: Vec<Object> = Vec::new();
    // SAFETY: the three functions share a position, which only this function moves; each
    // entry is read before the next call.
    unsafe {
        libc::setgrent();
        loop {
            let next = libc::getgrent();
            if next.is_null() {
                break;
            }
            match entry(module, &*next) {
                Ok(value) => found.push(value),
                Err(raised) => {
                    libc::endgrent();
                    return Err(raised);
                }
            }
        }
        libc::endgrent();
    }
    list::from_vec(found)
}

static FUNCTIONS: [PyMethodDef; 4] = [
    method::keywords(
        c"getgrgid",
        getgrgid,
        c"getgrgid($module, /, id)\n--\n\nReturn the entry of the group with this number.\n\nRaise KeyError if there is none.",
    ),
    method::keywords(
        c"getgrnam",
        getgrnam,
        c"getgrnam($module, /, name)\n--\n\nReturn the entry of the group with this name.\n\nRaise KeyError if there is none.",
    ),
    method::noargs(c"getgrall", getgrall, c"getgrall($module, /)\n--\n\nReturn a list of all entries."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("grp", "The database of groups.\n\nIts entries are tuples with named items.", &FUNCTIONS)?;
    let tp = structseq::define(
        c"grp.struct_group",
        c"grp.struct_group: Results from getgr*() routines.\n\nIts fields can be read by index and by name.",
        &[
            (c"gr_name", c"group name"),
            (c"gr_passwd", c"password"),
            (c"gr_gid", c"group id"),
            (c"gr_mem", c"group members"),
        ],
        4,
        0,
    )?;
    module::add_object(result.op(), "struct_group", tp.op())?;
    Ok(result)
}
