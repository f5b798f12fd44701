//! File names in precompiled code objects.

/// What `co_filename` of a precompiled module begins with; the path relative to
/// the library folder follows, as in `<stdlib>/os.py`.
///
/// Where the library's folder is, is known at run time only, so whoever reads the
/// marshal data replaces this prefix with that folder and a slash. All code objects
/// of a module share one file name string: the first to be read holds it, the
/// others refer to it.
pub const FILENAME_ROOT: &str = "<stdlib>/";
