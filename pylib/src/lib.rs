//! The pure-Python standard library, inside the executable.
//!
//! [`find`] gives a module's precompiled code, [`find_file`] any file of the
//! library, and [`write_out`] writes all of it to disk as `lib/python3.14`.
//! Nothing here runs at start-up, and nothing is relocated: the tables are
//! sorted arrays of offsets, and code is used where the executable maps it.
//!
//! What is embedded: the `Lib` folder of the crate `rustpython-pylib` (CPython 3.14's
//! own, with a few changes that `corrections.rs` undoes) and the files of `extra/`.
//! Left out are `test`, `idlelib` and `turtledemo`.
//! CPython 3.14 has `curses` (`curses.ascii`, `.has_key`, `.panel`, `.textpad`)
//! besides, which the crate lacks.
//!
//! # Reading the code
//!
//! [`Module::code`] is CPython 3.14 marshal data (version 5) without a `.pyc` header,
//! compiled with `optimize=0`. It uses these type codes:
//!
//! ```text
//! c code    ) ( tuple    > frozenset    : slice    s bytes    r reference
//! Z A t     interned string: short ASCII, long ASCII, UTF-8
//! z a u     other string, likewise; lone surrogates occur in u
//! i l       int: 32 bits, 15-bit digits          g float    y complex
//! N T F .   None, True, False, Ellipsis
//! ```
//!
//! `0x80` on a type byte enters the object into the table that `r` refers to, at
//! the index it has when its type byte is read, before its parts. Equal constants,
//! names and tuples of names of a module are one object, as with CPython's compiler.
//! Names and identifier-like string constants come interned; other constants do not.
//! For file names see [`FILENAME_ROOT`].

#![forbid(unsafe_code)]

use std::fs;
use std::io::{self, Read};
use std::path::Path;

#[cfg(test)]
mod corrections;
mod file_names;
#[cfg(test)]
mod tests;

pub use file_names::FILENAME_ROOT;

/// All code, one module after the other.
const CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.bin"));
/// All files, each compressed (deflate).
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/files.bin"));
/// All module names and file paths.
const NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/names.txt"));

mod index {
    use super::{File, Module, Span};
    include!(concat!(env!("OUT_DIR"), "/index.rs"));
}
use index::{FILES, MODULES};

/// A part of one of the constants above.
struct Span {
    offset: u32,
    length: u32,
}

impl Span {
    fn of_bytes(&self, bytes: &'static [u8]) -> &'static [u8] {
        &bytes[self.offset as usize..][..self.length as usize]
    }

    fn of_str(&self, text: &'static str) -> &'static str {
        &text[self.offset as usize..][..self.length as usize]
    }
}

/// A module of the library.
pub struct Module {
    name: Span,
    code: Span,
    /// Index into `FILES`.
    file: u16,
    is_package: bool,
}

impl Module {
    /// The dotted name, as in `import`.
    pub fn name(&self) -> &'static str {
        self.name.of_str(NAMES)
    }

    pub fn is_package(&self) -> bool {
        self.is_package
    }

    /// The module's code object as marshal data.
    pub fn code(&self) -> &'static [u8] {
        self.code.of_bytes(CODE)
    }

    /// The source file.
    pub fn file(&self) -> &'static File {
        &FILES[usize::from(self.file)]
    }

    /// The source file's path below the library folder, as in `json/__init__.py`.
    pub fn relative_path(&self) -> &'static str {
        self.file().path()
    }

    /// The source text, as it is in the file.
    pub fn source(&self) -> Vec<u8> {
        self.file().read()
    }
}

/// A file of the library: a module's source or data.
pub struct File {
    path: Span,
    packed: Span,
    /// Unpacked.
    size: u32,
}

impl File {
    /// The path below the library folder, with slashes.
    pub fn path(&self) -> &'static str {
        self.path.of_str(NAMES)
    }

    /// The number of bytes that [`read`](Self::read) gives.
    pub fn size(&self) -> usize {
        self.size as usize
    }

    /// The file's content, unpacked anew by each call.
    pub fn read(&self) -> Vec<u8> {
        let mut content = Vec::with_capacity(self.size());
        flate2::read::DeflateDecoder::new(self.packed.of_bytes(PACKED))
            .read_to_end(&mut content)
            .expect("the build packed this file");
        debug_assert_eq!(content.len(), self.size());
        content
    }
}

/// The module called `name`.
pub fn find(name: &str) -> Option<&'static Module> {
    let index = MODULES.binary_search_by(|module| module.name().cmp(name)).ok()?;
    Some(&MODULES[index])
}

/// The file at `path` below the library folder.
pub fn find_file(path: &str) -> Option<&'static File> {
    let index = FILES.binary_search_by(|file| file.path().cmp(path)).ok()?;
    Some(&FILES[index])
}

/// All modules, sorted by name.
pub fn modules() -> impl ExactSizeIterator<Item = &'static Module> {
    MODULES.iter()
}

/// All files, sorted by path.
pub fn files() -> impl ExactSizeIterator<Item = &'static File> {
    FILES.iter()
}

/// Writes the library to `prefix/lib/python3.14`, over what is there.
///
/// A file takes its place only when it is complete, so that programs which run
/// from the folder meanwhile, or write it as well, never see half of one.
pub fn write_out(prefix: &Path) -> io::Result<()> {
    let library = prefix.join("lib/python3.14");
    for file in files() {
        let path = library.join(file.path());
        let folder = path.parent().expect("the path has the library folder in front");
        fs::create_dir_all(folder)?;
        let unfinished = folder.join(format!(".{}.unfinished", std::process::id()));
        fs::write(&unfinished, file.read())?;
        fs::rename(&unfinished, &path)?;
    }
    Ok(())
}
