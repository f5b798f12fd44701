//! What the code that Argument Clinic generates calls: arguments by name into an array, and its refusals.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use adder_object_model::define::guard_with;
use adder_object_model::layout::*;
use adder_object_model::{Args, Borrowed, Op, PyResult, dict, raise, str};

use crate::getargs::unexpected_keyword;

/// The signature behind a `_PyArg_Parser`, and the counts that the caller passes beside it.
struct Signature<'a> {
    function: Option<&'a str>,
    names: Vec<&'a str>,
    n_positional_only: usize,
    min_positional: usize,
    max_positional: usize,
    min_keyword: usize,
    has_varargs: bool,
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

impl Signature<'_> {
    fn called(&self) -> String {
        self.function.map_or_else(|| "function".to_owned(), |name| format!("{name}()"))
    }

    /// Refuses a wrong number of arguments.
    fn check_counts(&self, n_args: usize, n_keywords: usize) -> PyResult<()> {
        let (len, called) = (self.names.len(), self.called());
        if !self.has_varargs && n_args + n_keywords > len {
            let kind = if n_args == 0 { "keyword " } else { "" };
            let given = n_args + n_keywords;
            return Err(raise!(
                TypeError,
                "{called} takes at most {len} {kind}argument{} ({given} given)",
                plural(len)
            ));
        }
        let max = self.max_positional;
        if !self.has_varargs && n_args > max {
            if max == 0 {
                return Err(raise!(TypeError, "{called} takes no positional arguments"));
            }
            let bound = if self.min_positional < max { "at most" } else { "exactly" };
            return Err(raise!(
                TypeError,
                "{called} takes {bound} {max} positional argument{} ({n_args} given)",
                plural(max)
            ));
        }
        let least = self.n_positional_only.min(self.min_positional);
        if n_args < least {
            let bound = if self.has_varargs || least < max { "at least" } else { "exactly" };
            return Err(raise!(
                TypeError,
                "{called} takes {bound} {least} positional argument{} ({n_args} given)",
                plural(least)
            ));
        }
        Ok(())
    }

    /// Whether parameter `index` has to be given.
    fn is_required(&self, index: usize) -> bool {
        let keywords_until = self.max_positional + self.min_keyword;
        index < self.min_positional
            || (self.min_keyword > 0 && (self.max_positional..keywords_until).contains(&index))
    }

    /// Puts each argument at its parameter's place; null where none is given.
    fn unpack(
        &self,
        args: &[*mut PyObject],
        keywords: &[(Op<'_>, Op<'_>)],
        places: &mut [*mut PyObject],
    ) -> PyResult<()> {
        self.check_counts(args.len(), keywords.len())?;
        let n_args = if self.has_varargs { args.len().min(self.max_positional) } else { args.len() };
        places.fill(ptr::null_mut());
        places[..n_args].copy_from_slice(&args[..n_args]);
        let mut used = 0;
        let first = n_args.max(self.n_positional_only);
        for (index, (name, place)) in self.names.iter().zip(places).enumerate().skip(first) {
            match keywords.iter().find(|(key, _)| str::equals(*key, name)) {
                Some((_, value)) => {
                    *place = value.as_ptr();
                    used += 1;
                }
                None if self.is_required(index) => {
                    return Err(raise!(
                        TypeError,
                        "{} missing required argument '{name}' (pos {})",
                        self.called(),
                        index + 1
                    ));
                }
                None => {}
            }
        }
        if used < keywords.len() {
            return Err(unexpected_keyword(
                self.function,
                &self.called(),
                n_args,
                keywords,
                &self.names,
                self.n_positional_only,
            ));
        }
        Ok(())
    }
}

/// `_PyArg_UnpackKeywords`: the arguments in the order of the parameters, in `buffer` or `args` itself.
///
/// # Ownership
/// The references in the result are borrowed from the caller's arguments.
///
/// # Safety
/// `args` holds `n_args` objects and the values of `kwnames`; `kwargs` is null or a dict; `parser`'s names
/// end with null, and `buffer` has room for each. The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_UnpackKeywords(
    args: *const *mut PyObject,
    n_args: isize,
    kwargs: *mut PyObject,
    kwnames: *mut PyObject,
    parser: *mut _PyArg_Parser,
    min_positional: c_int,
    max_positional: c_int,
    min_keyword: c_int,
    has_varargs: c_int,
    buffer: *mut *mut PyObject,
) -> *const *mut PyObject {
    guard_with(ptr::null(), || {
        // SAFETY: the caller's promise.
        unsafe {
            let args_view =
                if args.is_null() { &[] } else { core::slice::from_raw_parts(args, n_args as usize) };
            let keywords = if !kwnames.is_null() {
                Args::from_vectorcall(args, n_args as usize, kwnames).keywords()
            } else {
                Borrowed::<PyDictObject>::from_nullable(kwargs.cast()).map(dict::pairs).unwrap_or_default()
            };
            let mut names = Vec::new();
            let mut next = (*parser).keywords;
            while !(*next).is_null() {
                names.push(CStr::from_ptr(*next).to_str().unwrap_or("?"));
                next = next.add(1);
            }
            let function = (*parser).fname;
            let signature = Signature {
                function: (!function.is_null()).then(|| CStr::from_ptr(function).to_str().unwrap_or("?")),
                n_positional_only: names.iter().take_while(|name| name.is_empty()).count(),
                names,
                min_positional: min_positional as usize,
                max_positional: max_positional as usize,
                min_keyword: min_keyword as usize,
                has_varargs: has_varargs != 0,
            };
            let places = core::slice::from_raw_parts_mut(buffer, signature.names.len());
            signature.unpack(args_view, &keywords, places)?;
            Ok(buffer.cast_const())
        }
    })
}

/// `_PyArg_CheckPositional`: 1 if the number of positional arguments is right, else 0 with `TypeError`.
///
/// # Safety
/// `name` is null or ends with a zero byte; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_CheckPositional(
    name: *const c_char,
    given: isize,
    min: isize,
    max: isize,
) -> c_int {
    guard_with(0, || {
        let (wrong, bound) = if given < min {
            (min, if min == max { "" } else { "at least " })
        } else if given > max {
            (max, if min == max { "" } else { "at most " })
        } else {
            return Ok(1);
        };
        let plural = plural(wrong as usize);
        if name.is_null() {
            return Err(raise!(
                TypeError,
                "unpacked tuple should have {bound}{wrong} element{plural}, but has {given}"
            ));
        }
        // SAFETY: the caller's promise.
        let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
        Err(raise!(TypeError, "{name} expected {bound}{wrong} argument{plural}, got {given}"))
    })
}

/// `_PyArg_BadArgument`: sets the `TypeError` for an argument of a wrong type.
///
/// # Safety
/// The strings end with a zero byte, `argument` is a live object; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_BadArgument(
    function: *const c_char,
    name: *const c_char,
    expected: *const c_char,
    argument: *mut PyObject,
) {
    guard_with((), || {
        // SAFETY: the caller's promise.
        let (function, name, expected, argument) = unsafe {
            let text = |text: *const c_char| CStr::from_ptr(text).to_string_lossy();
            (text(function), text(name), text(expected), Op::from_ptr(argument))
        };
        let found = if argument.is_none() { "None".to_owned() } else { argument.type_name().to_string() };
        Err(raise!(TypeError, "{function}() {name} must be {expected}, not {found}"))
    });
}
