//! The `_locale` module: the C library's locales.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;
use std::ffi::CString;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, dict, errors, exceptions, int, list, method, module, object, raise, str,
};

use crate::host;

const CONSTANTS: &[(&str, i64)] = &[
    ("ABDAY_1", 131072),
    ("ABDAY_2", 131073),
    ("ABDAY_3", 131074),
    ("ABDAY_4", 131075),
    ("ABDAY_5", 131076),
    ("ABDAY_6", 131077),
    ("ABDAY_7", 131078),
    ("ABMON_1", 131086),
    ("ABMON_10", 131095),
    ("ABMON_11", 131096),
    ("ABMON_12", 131097),
    ("ABMON_2", 131087),
    ("ABMON_3", 131088),
    ("ABMON_4", 131089),
    ("ABMON_5", 131090),
    ("ABMON_6", 131091),
    ("ABMON_7", 131092),
    ("ABMON_8", 131093),
    ("ABMON_9", 131094),
    ("ALT_DIGITS", 131119),
    ("AM_STR", 131110),
    ("CHAR_MAX", 127),
    ("CODESET", 14),
    ("CRNCYSTR", 262159),
    ("DAY_1", 131079),
    ("DAY_2", 131080),
    ("DAY_3", 131081),
    ("DAY_4", 131082),
    ("DAY_5", 131083),
    ("DAY_6", 131084),
    ("DAY_7", 131085),
    ("D_FMT", 131113),
    ("D_T_FMT", 131112),
    ("ERA", 131116),
    ("ERA_D_FMT", 131118),
    ("ERA_D_T_FMT", 131120),
    ("ERA_T_FMT", 131121),
    ("LC_ALL", 6),
    ("LC_COLLATE", 3),
    ("LC_CTYPE", 0),
    ("LC_MESSAGES", 5),
    ("LC_MONETARY", 4),
    ("LC_NUMERIC", 1),
    ("LC_TIME", 2),
    ("MON_1", 131098),
    ("MON_10", 131107),
    ("MON_11", 131108),
    ("MON_12", 131109),
    ("MON_2", 131099),
    ("MON_3", 131100),
    ("MON_4", 131101),
    ("MON_5", 131102),
    ("MON_6", 131103),
    ("MON_7", 131104),
    ("MON_8", 131105),
    ("MON_9", 131106),
    ("NOEXPR", 327681),
    ("PM_STR", 131111),
    ("RADIXCHAR", 65536),
    ("THOUSEP", 65537),
    ("T_FMT", 131114),
    ("T_FMT_AMPM", 131115),
    ("YESEXPR", 327680),
    ("_DATE_FMT", 131180),
];

unsafe extern "C" {
    fn gettext(message: *const c_char) -> *mut c_char;
    fn dgettext(domain: *const c_char, message: *const c_char) -> *mut c_char;
    fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char;
    fn textdomain(domain: *const c_char) -> *mut c_char;
    fn bindtextdomain(domain: *const c_char, folder: *const c_char) -> *mut c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
}

/// Raises the module's `Error`.
fn locale_error(module: Op<'_>, message: &str) -> Raised {
    match object::get_attr_str(module, "Error") {
        Ok(class) => errors::set_string(class.op(), message),
        Err(raised) => raised,
    }
}

/// A `str` argument as the C library wants it.
fn text_argument(op: Op<'_>) -> PyResult<CString> {
    let Some(text) = op.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "argument must be str, not {}", op.type_name()));
    };
    CString::new(str::as_utf8(text)?).map_err(|_| raise!(ValueError, "embedded null character"))
}

fn optional_text(op: Op<'_>) -> PyResult<Option<CString>> {
    if op.is_none() { Ok(None) } else { text_argument(op).map(Some) }
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

/// A text of the C library; `None` for null.
///
/// # Safety
/// `text` is null or a C string.
unsafe fn result(text: *const c_char) -> PyResult {
    if text.is_null() {
        return Ok(adder_object_model::singletons::new_none());
    }
    // SAFETY: the caller's promise.
    Ok(str::decode_fs_default(unsafe { CStr::from_ptr(text) }.to_bytes())?.into_object())
}

fn setlocale(module: Op<'_>, args: Args<'_>) -> PyResult {
    let [category, locale] = args.optional::<2>("setlocale", 1)?;
    let category = int::as_i32(category.expect("required"))?;
    let locale = match locale {
        Some(locale) => optional_text(locale)?,
        None => None,
    };
    // SAFETY: a C string or null.
    let found = unsafe { libc::setlocale(category, pointer(&locale)) };
    if found.is_null() {
        let message =
            if locale.is_some() { "unsupported locale setting" } else { "locale query failed" };
        return Err(locale_error(module, message));
    }
    // SAFETY: a C string.
    unsafe { result(found) }
}

/// Sizes of groups of digits; 0 repeats the last one, CHAR_MAX ends.
unsafe fn grouping(text: *const c_char) -> PyResult<Owned<PyListObject>> {
    let mut sizes = Vec::new();
    // SAFETY: the caller passes a C string.
    for &size in unsafe { host::c_bytes(text) } {
        sizes.push(int::from_i64(size.into())?);
        if size == 127 {
            return list::from_vec(sizes);
        }
    }
    if !sizes.is_empty() {
        sizes.push(int::from_i64(0)?);
    }
    list::from_vec(sizes)
}

fn localeconv(_module: Op<'_>) -> PyResult<Owned<PyDictObject>> {
    let found = dict::new()?;
    // SAFETY: the struct is valid until the next call, and its texts are C strings.
    unsafe {
        let values = &*libc::localeconv();
        let texts = [
            ("int_curr_symbol", values.int_curr_symbol),
            ("currency_symbol", values.currency_symbol),
            ("mon_decimal_point", values.mon_decimal_point),
            ("mon_thousands_sep", values.mon_thousands_sep),
        ];
        for (name, text) in texts {
            dict::set_item_str(found.borrow(), name, result(text)?.op())?;
        }
        dict::set_item_str(found.borrow(), "mon_grouping", grouping(values.mon_grouping)?.op())?;
        for (name, text) in [("positive_sign", values.positive_sign), ("negative_sign", values.negative_sign)] {
            dict::set_item_str(found.borrow(), name, result(text)?.op())?;
        }
        let numbers = [
            ("int_frac_digits", values.int_frac_digits),
            ("frac_digits", values.frac_digits),
            ("p_cs_precedes", values.p_cs_precedes),
            ("p_sep_by_space", values.p_sep_by_space),
            ("n_cs_precedes", values.n_cs_precedes),
            ("n_sep_by_space", values.n_sep_by_space),
            ("p_sign_posn", values.p_sign_posn),
            ("n_sign_posn", values.n_sign_posn),
        ];
        for (name, number) in numbers {
            dict::set_item_str(found.borrow(), name, int::from_i64(number.into())?.op())?;
        }
        dict::set_item_str(found.borrow(), "decimal_point", result(values.decimal_point)?.op())?;
        dict::set_item_str(found.borrow(), "thousands_sep", result(values.thousands_sep)?.op())?;
        dict::set_item_str(found.borrow(), "grouping", grouping(values.grouping)?.op())?;
    }
    Ok(found)
}

fn nl_langinfo(_module: Op<'_>, key: Op<'_>) -> PyResult {
    let key = int::as_i32(key)?;
    if !CONSTANTS.iter().any(|&(name, value)| value == i64::from(key) && !name.starts_with("LC_") && name != "CHAR_MAX")
    {
        return Err(raise!(ValueError, "unsupported langinfo constant"));
    }
    // SAFETY: a known constant; the text is valid until the next call.
    unsafe { result(libc::nl_langinfo(key)) }
}

fn getencoding(_module: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: the text is valid until the next call.
    let name = unsafe { host::c_bytes(libc::nl_langinfo(libc::CODESET)) };
    str::from_string(if name.is_empty() { "utf-8".into() } else { String::from_utf8_lossy(name).into_owned() })
}

fn strcoll(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [a, b] = args.exactly::<2>("strcoll")?;
    let (a, b) = (text_argument(a)?, text_argument(b)?);
    // SAFETY: C strings.
    int::from_i64(unsafe { libc::strcoll(a.as_ptr(), b.as_ptr()) }.into())
}

fn strxfrm(_module: Op<'_>, op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let text = text_argument(op)?;
    // SAFETY: the first call only measures; the second has room for what it said.
    let transformed = unsafe {
        let n = libc::strxfrm(ptr::null_mut(), text.as_ptr(), 0);
        let mut buffer = vec![0_u8; n + 1];
        libc::strxfrm(buffer.as_mut_ptr().cast(), text.as_ptr(), n + 1);
        buffer.truncate(n);
        buffer
    };
    match core::str::from_utf8(&transformed) {
        Ok(text) => str::from_str(text),
        Err(_) => str::from_latin1(&transformed),
    }
}

fn gettext_function(_module: Op<'_>, message: Op<'_>) -> PyResult {
    let message = text_argument(message)?;
    // SAFETY: a C string.
    unsafe { result(gettext(message.as_ptr())) }
}

fn dgettext_function(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [domain, message] = args.exactly::<2>("dgettext")?;
    let (domain, message) = (optional_text(domain)?, text_argument(message)?);
    // SAFETY: C strings, or null.
    unsafe { result(dgettext(pointer(&domain), message.as_ptr())) }
}

fn dcgettext_function(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [domain, message, category] = args.exactly::<3>("dcgettext")?;
    let (domain, message) = (optional_text(domain)?, text_argument(message)?);
    let category = int::as_i32(category)?;
    // SAFETY: C strings, or null.
    unsafe { result(dcgettext(pointer(&domain), message.as_ptr(), category)) }
}

fn textdomain_function(_module: Op<'_>, domain: Op<'_>) -> PyResult {
    let domain = optional_text(domain)?;
    // SAFETY: a C string or null.
    let found = unsafe { textdomain(pointer(&domain)) };
    if found.is_null() {
        return Err(exceptions::set_from_errno(None, None));
    }
    // SAFETY: a C string.
    unsafe { result(found) }
}

fn bindtextdomain_function(module: Op<'_>, args: Args<'_>) -> PyResult {
    let [domain, folder] = args.exactly::<2>("bindtextdomain")?;
    let domain = text_argument(domain)?;
    if domain.is_empty() {
        return Err(locale_error(module, "domain must be a non-empty string"));
    }
    let folder = if folder.is_none() {
        None
    } else {
        let path = str::fs_path(folder)?;
        let bytes = match path.op().downcast::<PyUnicodeObject>() {
            Some(text) => str::encode_fs_default(text)?,
            None => path,
        };
        let Some(bytes) = bytes.op().downcast::<PyBytesObject>() else {
            return Err(errors::bad_argument());
        };
        Some(
            CString::new(adder_object_model::bytes::as_slice(bytes))
                .map_err(|_| raise!(ValueError, "embedded null byte"))?,
        )
    };
    // SAFETY: C strings, or null.
    let found = unsafe { bindtextdomain(domain.as_ptr(), pointer(&folder)) };
    if found.is_null() {
        return Err(exceptions::set_from_errno(None, None));
    }
    // SAFETY: a C string.
    unsafe { result(found) }
}

fn bind_codeset_function(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [domain, codeset] = args.exactly::<2>("bind_textdomain_codeset")?;
    let (domain, codeset) = (text_argument(domain)?, optional_text(codeset)?);
    // SAFETY: C strings, or null.
    unsafe { result(bind_textdomain_codeset(domain.as_ptr(), pointer(&codeset))) }
}

static FUNCTIONS: [PyMethodDef; 13] = [
    method::positional(
        c"setlocale",
        setlocale,
        c"setlocale($module, category, locale=None, /)\n--\n\nSet a category of the locale, or say what it is.",
    ),
    method::noargs(c"localeconv", localeconv, c"localeconv($module, /)\n--\n\nReturn how the locale writes numbers and money."),
    method::positional(c"strcoll", strcoll, c"strcoll($module, os1, os2, /)\n--\n\nCompare two strings as the locale orders them."),
    method::o(c"strxfrm", strxfrm, c"strxfrm($module, string, /)\n--\n\nReturn a key that sorts as the locale orders strings."),
    method::o(c"nl_langinfo", nl_langinfo, c"nl_langinfo($module, key, /)\n--\n\nReturn a text of the locale."),
    method::o(c"gettext", gettext_function, c"gettext($module, msg, /)\n--\n\nReturn the translation of a message."),
    method::positional(
        c"dgettext",
        dgettext_function,
        c"dgettext($module, domain, msg, /)\n--\n\nReturn the translation of a message in a domain.",
    ),
    method::positional(
        c"dcgettext",
        dcgettext_function,
        c"dcgettext($module, domain, msg, category, /)\n--\n\nReturn the translation of a message in a domain and category.",
    ),
    method::o(
        c"textdomain",
        textdomain_function,
        c"textdomain($module, domain, /)\n--\n\nSet the domain of messages, and return it.",
    ),
    method::positional(
        c"bindtextdomain",
        bindtextdomain_function,
        c"bindtextdomain($module, domain, dir, /)\n--\n\nSay where the messages of a domain are.",
    ),
    method::positional(
        c"bind_textdomain_codeset",
        bind_codeset_function,
        c"bind_textdomain_codeset($module, domain, codeset, /)\n--\n\nSay in which encoding the messages of a domain are wanted.",
    ),
    method::noargs(c"getencoding", getencoding, c"getencoding($module, /)\n--\n\nReturn the encoding of the locale."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("_locale", "The locales of the C library.", &FUNCTIONS)?;
    host::add_constants(result.op(), CONSTANTS)?;
    let error = exceptions::new_class("locale.Error", None, None)?;
    module::add_object(result.op(), "Error", error.op())?;
    Ok(result)
}
