//! The arguments of a call, whichever protocol they came by, and parsing them.
//!
//! Messages are CPython's, word for word.

use core::slice;

use crate::layout::{PyDictObject, PyObject, PyTupleObject};
use crate::{Borrowed, Object, Op, PyResult, dict, raise, str, tuple};

/// Borrowed positional and keyword arguments.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    positional: &'a [*mut PyObject],
    keywords: Keywords<'a>,
}

#[derive(Clone, Copy)]
enum Keywords<'a> {
    None,
    /// Vectorcall: a tuple of names, and the values behind the positional arguments.
    Names(Borrowed<'a, PyTupleObject>, &'a [*mut PyObject]),
    Dict(Borrowed<'a, PyDictObject>),
}

/// Arguments as a call wants them.
pub(crate) enum Parts<'a> {
    /// Vectorcall: address, number of positional ones, names or null.
    Array(*const *mut PyObject, usize, *mut PyObject),
    Dict(&'a [*mut PyObject], Borrowed<'a, PyDictObject>),
}

/// What a function accepts: `N` parameters in order.
pub struct Signature<const N: usize> {
    pub function: &'static str,
    pub names: [&'static str; N],
    /// How many of the first cannot be given by name.
    pub positional_only: usize,
    /// How many of the first can be given by position.
    pub max_positional: usize,
    /// How many of the first must be given.
    pub required: usize,
}

impl<const N: usize> Signature<N> {
    /// All parameters optional, by position or name.
    pub const fn new(function: &'static str, names: [&'static str; N]) -> Self {
        Self { function, names, positional_only: 0, max_positional: N, required: 0 }
    }
    /// The first `n` parameters cannot be given by name.
    pub const fn positional_only(mut self, n: usize) -> Self {
        self.positional_only = n;
        self
    }
    /// Parameters from index `n` on can only be given by name.
    pub const fn keyword_only_from(mut self, n: usize) -> Self {
        self.max_positional = n;
        self
    }
    /// The first `n` parameters must be given.
    pub const fn required(mut self, n: usize) -> Self {
        self.required = n;
        self
    }
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    pub fn positional_only(positional: &'a [Op<'a>]) -> Self {
        // SAFETY: `Borrowed` is a transparent pointer to the object's header.
        let positional = unsafe { slice::from_raw_parts(positional.as_ptr().cast(), positional.len()) };
        Self { positional, keywords: Keywords::None }
    }

    /// The arguments of `tp_call`, `tp_new`, `tp_init`.
    ///
    /// # Safety
    /// `args` is a live tuple and `kwargs` a live dict or null, for `'a`.
    pub unsafe fn from_tuple_and_dict(args: *mut PyObject, kwargs: *mut PyObject) -> Self {
        // SAFETY: the caller's promise; a tuple's items do not change.
        unsafe {
            let positional = tuple::items(Borrowed::from_ptr(args.cast()));
            let keywords = match Borrowed::<PyDictObject>::from_nullable(kwargs.cast()) {
                Some(kwargs) if dict::len(kwargs) > 0 => Keywords::Dict(kwargs),
                _ => Keywords::None,
            };
            Self { positional, keywords }
        }
    }

    /// The arguments of a vectorcall.
    ///
    /// # Safety
    /// `args` holds `n` live objects, then one for each name of the tuple `kwnames` (may be null), for `'a`.
    #[inline]
    pub unsafe fn from_vectorcall(args: *const *mut PyObject, n: usize, kwnames: *mut PyObject) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            let positional = if n == 0 { &[] } else { slice::from_raw_parts(args, n) };
            let keywords = match Borrowed::<PyTupleObject>::from_nullable(kwnames.cast()) {
                Some(names) if tuple::len(names) > 0 => {
                    Keywords::Names(names, slice::from_raw_parts(args.add(n), tuple::len(names)))
                }
                _ => Keywords::None,
            };
            Self { positional, keywords }
        }
    }

    /// The arguments as they came.
    #[inline]
    pub(crate) fn parts(&self) -> Parts<'a> {
        match self.keywords {
            Keywords::None => {
                Parts::Array(self.positional.as_ptr(), self.positional.len(), core::ptr::null_mut())
            }
            // The values stand behind the positional arguments.
            Keywords::Names(names, values) => {
                let n = self.positional.len();
                let start = if n == 0 { values.as_ptr() } else { self.positional.as_ptr() };
                Parts::Array(start, n, names.as_object_ptr())
            }
            Keywords::Dict(kwargs) => Parts::Dict(self.positional, kwargs),
        }
    }

    /// How many positional arguments there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.positional.len()
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.positional.is_empty()
    }

    /// Positional argument `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Op<'a>> {
        // SAFETY: arguments are live objects for `'a`.
        self.positional.get(index).map(|&op| unsafe { Op::from_ptr(op) })
    }

    /// The positional arguments in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Op<'a>> + use<'a> {
        // SAFETY: arguments are live objects for `'a`.
        self.positional.iter().map(|&op| unsafe { Op::from_ptr(op) })
    }

    /// The positional arguments as the pointers they came as.
    #[inline]
    pub fn as_slice(&self) -> &'a [*mut PyObject] {
        self.positional
    }

    /// The positional arguments from `index` on, with the keywords.
    pub fn skip(&self, index: usize) -> Self {
        Self { positional: &self.positional[index.min(self.positional.len())..], keywords: self.keywords }
    }

    /// The first `n` positional arguments, with the keywords.
    pub fn first(&self, n: usize) -> Self {
        Self { positional: &self.positional[..n.min(self.positional.len())], keywords: self.keywords }
    }

    /// The positional arguments as a new tuple.
    pub fn to_tuple(&self) -> PyResult<Object> {
        tuple::from_refs(self.iter())
    }

    /// The keyword arguments as a new dict; `None` if there are none.
    pub fn to_dict(&self) -> PyResult<Option<Object>> {
        match self.keywords {
            Keywords::None => Ok(None),
            Keywords::Dict(kwargs) => dict::copy(kwargs).map(Some),
            Keywords::Names(..) => {
                let result = dict::new()?;
                for (name, value) in self.keywords() {
                    dict::set_item(result.borrow(), name, value)?;
                }
                Ok(Some(result.into_object()))
            }
        }
    }

    #[inline]
    pub fn has_keywords(&self) -> bool {
        !matches!(self.keywords, Keywords::None)
    }

    pub fn keyword_count(&self) -> usize {
        match self.keywords {
            Keywords::None => 0,
            Keywords::Names(_, values) => values.len(),
            Keywords::Dict(kwargs) => dict::len(kwargs),
        }
    }

    /// The keyword arguments in order.
    pub fn keywords(&self) -> Vec<(Op<'a>, Op<'a>)> {
        match self.keywords {
            Keywords::None => Vec::new(),
            Keywords::Names(names, values) => {
                // SAFETY: names and values are live for `'a`.
                tuple::items(names)
                    .iter()
                    .zip(values)
                    .map(|(&n, &v)| unsafe { (Op::from_ptr(n), Op::from_ptr(v)) })
                    .collect()
            }
            Keywords::Dict(kwargs) => dict::pairs(kwargs),
        }
    }

    /// The keyword argument `name`, if given.
    pub fn keyword(&self, name: &str) -> Option<Op<'a>> {
        self.keywords().into_iter().find(|(key, _)| str::equals(*key, name)).map(|(_, value)| value)
    }

    /// Refuses keyword arguments.
    pub fn no_keywords(&self, function: &str) -> PyResult<()> {
        if self.has_keywords() {
            return Err(raise!(TypeError, "{function}() takes no keyword arguments"));
        }
        Ok(())
    }

    /// Refuses any number of positional arguments outside `min..=max`.
    pub fn check_positional(&self, function: &str, min: usize, max: usize) -> PyResult<()> {
        let n = self.len();
        if (min..=max).contains(&n) {
            return Ok(());
        }
        let (bound, limit) = if min == max {
            ("", min)
        } else if n < min {
            ("at least ", min)
        } else {
            ("at most ", max)
        };
        let plural = if limit == 1 { "" } else { "s" };
        Err(raise!(TypeError, "{function} expected {bound}{limit} argument{plural}, got {n}"))
    }

    /// Exactly `N` positional arguments and no keywords.
    pub fn exactly<const N: usize>(&self, function: &str) -> PyResult<[Op<'a>; N]> {
        self.no_keywords(function)?;
        self.check_positional(function, N, N)?;
        Ok(core::array::from_fn(|index| self.get(index).expect("counted")))
    }

    /// Between `min` and `N` positional arguments and no keywords.
    pub fn optional<const N: usize>(&self, function: &str, min: usize) -> PyResult<[Option<Op<'a>>; N]> {
        self.no_keywords(function)?;
        self.check_positional(function, min, N)?;
        Ok(core::array::from_fn(|index| self.get(index)))
    }

    /// Matches the arguments with the parameters of `signature`; `None` where nothing was given.
    pub fn parse<const N: usize>(&self, signature: &Signature<N>) -> PyResult<[Option<Op<'a>>; N]> {
        let Signature { function, names, positional_only, max_positional, required } = signature;
        let n_positional = self.len();
        let n_total = n_positional + self.keyword_count();
        if n_total > N {
            let kind = if n_positional == 0 { "keyword argument" } else { "argument" };
            let plural = if N == 1 { "" } else { "s" };
            return Err(raise!(TypeError, "{function}() takes at most {N} {kind}{plural} ({n_total} given)"));
        }
        if n_positional > *max_positional {
            if *max_positional == 0 {
                return Err(raise!(TypeError, "{function}() takes no positional arguments"));
            }
            let bound = if *required < *max_positional { "at most" } else { "exactly" };
            let plural = if *max_positional == 1 { "" } else { "s" };
            return Err(raise!(
                TypeError,
                "{function}() takes {bound} {max_positional} positional argument{plural} ({n_positional} given)"
            ));
        }
        let mut result: [Option<Op<'a>>; N] = [None; N];
        for (cell, value) in result.iter_mut().zip(self.iter()) {
            *cell = Some(value);
        }
        for (name, value) in self.keywords() {
            let index = (*positional_only..N).find(|&index| str::equals(name, names[index]));
            match index {
                Some(index) if index < n_positional => {
                    return Err(raise!(
                        TypeError,
                        "argument for {function}() given by name ('{}') and position ({})",
                        names[index],
                        index + 1
                    ));
                }
                Some(index) => result[index] = Some(value),
                None if !name.is_instance::<crate::layout::PyUnicodeObject>() => {
                    return Err(raise!(TypeError, "keywords must be strings"));
                }
                None => {
                    let name = str::to_string_lossy(name);
                    let known = &names[*positional_only..];
                    let hint = crate::suggestions::hint(&name, known.iter().copied());
                    return Err(raise!(
                        TypeError,
                        "{function}() got an unexpected keyword argument '{name}'{hint}"
                    ));
                }
            }
        }
        if let Some(index) = (0..*required).find(|&index| result[index].is_none()) {
            if index < *positional_only {
                let bound = if *required < *max_positional { "at least" } else { "exactly" };
                let plural = if *required == 1 { "" } else { "s" };
                return Err(raise!(
                    TypeError,
                    "{function}() takes {bound} {required} positional argument{plural} ({n_positional} given)"
                ));
            }
            return Err(raise!(
                TypeError,
                "{function}() missing required argument '{}' (pos {})",
                names[index],
                index + 1
            ));
        }
        Ok(result)
    }
}
