//! Doc strings of C functions: `name(signature)\n--\n\nsentences`.

use core::ffi::{CStr, c_char};

use crate::{PyResult, singletons, str};

const END: &core::primitive::str = ")\n--\n\n";

/// The position of the opening parenthesis, if the doc begins with the name and one.
fn find_signature(name: &core::primitive::str, doc: &core::primitive::str) -> Option<usize> {
    let name = name.rsplit('.').next().unwrap_or(name);
    let rest = doc.strip_prefix(name)?;
    rest.starts_with('(').then_some(name.len())
}

/// The position just past the marker that ends the signature.
fn skip_signature(doc: &core::primitive::str, start: usize) -> Option<usize> {
    let found = doc[start..].find(END)? + start;
    // An empty line before it means that the text is prose after all.
    if doc[start..found].contains("\n\n") { None } else { Some(found + END.len()) }
}

/// The sentences of a doc string.
pub fn doc_without_signature(name: &core::primitive::str, doc: &CStr) -> String {
    let doc = doc.to_string_lossy();
    let start = find_signature(name, &doc).and_then(|start| skip_signature(&doc, start)).unwrap_or(0);
    doc[start..].to_owned()
}

/// `__doc__` of a function with this name and doc, `None` for no sentences.
///
/// # Safety
/// `name` is a C string, `doc` one or null.
pub unsafe fn doc_object(name: *const c_char, doc: *const c_char) -> PyResult {
    if doc.is_null() {
        return Ok(singletons::new_none());
    }
    // SAFETY: the caller's promise.
    let text = unsafe { doc_without_signature(&CStr::from_ptr(name).to_string_lossy(), CStr::from_ptr(doc)) };
    if text.is_empty() { Ok(singletons::new_none()) } else { Ok(str::from_string(text)?.into_object()) }
}

/// `__text_signature__` of a function with this name and doc, or `None`.
///
/// # Safety
/// As for `doc_object`.
pub unsafe fn text_signature_object(name: *const c_char, doc: *const c_char) -> PyResult {
    if doc.is_null() {
        return Ok(singletons::new_none());
    }
    // SAFETY: the caller's promise.
    let (name, doc) =
        unsafe { (CStr::from_ptr(name).to_string_lossy(), CStr::from_ptr(doc).to_string_lossy()) };
    let signature = find_signature(&name, &doc)
        .and_then(|start| Some(&doc[start..skip_signature(&doc, start)? - END.len() + 1]));
    match signature {
        Some(signature) => Ok(str::from_str(signature)?.into_object()),
        None => Ok(singletons::new_none()),
    }
}
