//! The locale of the process at the start: `LC_CTYPE` is taken from the environment, the C locale
//! is coerced to one with UTF-8 (PEP 538) and switches UTF-8 mode on (PEP 540).

use std::ffi::{CStr, CString};

/// What `PYTHONCOERCECLOCALE` asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Coercion {
    Off,
    On,
    /// On, and what was done is told on stderr.
    Warn,
}

/// Locales with UTF-8 that need no language, the best first.
const TARGETS: [&CStr; 3] = [c"C.UTF-8", c"C.utf8", c"UTF-8"];

/// What [`enter`] has found and done.
pub struct Entered {
    /// The environment asked for the C locale, or for one that does not exist.
    pub legacy: bool,
    /// Another one took its place.
    pub coerced: bool,
}

/// Sets `LC_CTYPE` as the environment says, or in place of the C locale to one of `TARGETS`, for
/// processes that are started from here too.
///
/// To be called while the process has one thread: it changes the environment.
pub fn enter(coercion: Coercion) -> Entered {
    set_ctype(c"");
    let legacy = is_legacy();
    let forced = std::env::var_os("LC_ALL").is_some_and(|value| !value.is_empty());
    if legacy && !forced && coercion != Coercion::Off {
        for target in TARGETS {
            if !set_ctype(target) || encoding().is_empty() {
                continue;
            }
            let name = target.to_str().expect("ASCII");
            // SAFETY: there is one thread, by the contract above.
            unsafe { std::env::set_var("LC_CTYPE", name) };
            if coercion == Coercion::Warn {
                eprintln!(
                    "Python detected LC_CTYPE=C: LC_CTYPE coerced to {name} (set another locale or \
                     PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior)."
                );
            }
            return Entered { legacy, coerced: true };
        }
        set_ctype(c"");
    }
    if legacy && coercion == Coercion::Warn {
        eprintln!(
            "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may \
             cause Unicode compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as \
             alternative Unicode-compatible locales is recommended."
        );
    }
    Entered { legacy, coerced: false }
}

fn set_ctype(name: &CStr) -> bool {
    // SAFETY: a C string; the result is only compared with null.
    unsafe { !libc::setlocale(libc::LC_CTYPE, name.as_ptr()).is_null() }
}

/// The name of the `LC_CTYPE` that holds.
fn ctype() -> CString {
    // SAFETY: the library's own string, copied before the next call.
    unsafe {
        let name = libc::setlocale(libc::LC_CTYPE, core::ptr::null());
        if name.is_null() { CString::default() } else { CStr::from_ptr(name).to_owned() }
    }
}

fn is_legacy() -> bool {
    matches!(ctype().to_bytes(), b"C" | b"POSIX")
}

/// The name that the C library has for the locale's encoding.
pub fn encoding() -> String {
    // SAFETY: the library's own string, copied before the next call.
    let name = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) };
    name.to_string_lossy().into_owned()
}

/// The encoding of the locale, if no codec outside the runtime is needed for it.
pub fn native_encoding() -> Option<&'static str> {
    match encoding().as_str() {
        "UTF-8" => Some("utf-8"),
        "ANSI_X3.4-1968" | "US-ASCII" => Some("ascii"),
        "ISO-8859-1" => Some("iso8859-1"),
        _ => None,
    }
}

/// How the standard streams treat what they cannot decode: in the C locale and those that stand in
/// for it, undecodable bytes pass through.
pub fn stream_errors() -> &'static str {
    let ctype = ctype();
    if is_legacy() || TARGETS.contains(&ctype.as_c_str()) { "surrogateescape" } else { "strict" }
}
