//! What an extension wants from the runtime, read from its ELF file before it is opened.

use std::ffi::CString;
use std::path::Path;

use object::Endianness;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader, Sym};
use object::read::{ReadCache, ReadRef, StringTable};

/// The C API functions and data that a file needs and this process lacks, sorted. Empty for a
/// file that cannot be read as an ELF file: `dlopen` says what is wrong with it.
pub fn missing(path: &Path) -> Vec<String> {
    let Ok(file) = std::fs::File::open(path) else { return Vec::new() };
    // Only the tables are read: the code of a library may be many megabytes.
    let mut names = undefined(&ReadCache::new(file)).unwrap_or_default();
    names.retain(|name| is_c_api(name) && !is_provided(name));
    names.sort();
    names.dedup();
    names
}

/// The names of strong undefined symbols of a 64-bit ELF file.
fn undefined<'data>(data: impl ReadRef<'data>) -> object::Result<Vec<String>> {
    let header = FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let symbols = sections.symbols(endian, data, elf::SHT_DYNSYM)?;
    let text = sections.section(symbols.string_section())?.data(endian, data)?;
    let strings = StringTable::new(text, 0, text.len() as u64);
    let mut names = Vec::new();
    for symbol in symbols.iter() {
        if symbol.is_undefined(endian) && symbol.st_bind() == elf::STB_GLOBAL {
            let name = symbol.name(endian, strings)?;
            names.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    Ok(names)
}

fn is_c_api(name: &str) -> bool {
    name.starts_with("Py") || name.starts_with("_Py")
}

/// Whether the executable or a library it has loaded exports the name.
fn is_provided(name: &str) -> bool {
    let Ok(name) = CString::new(name) else { return false };
    // SAFETY: a zero-terminated name; the address is not used.
    unsafe { !libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()).is_null() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A library that C source makes, in a file of its own that is gone afterwards.
    fn with_library<R>(name: &str, source: &str, body: impl FnOnce(&Path) -> R) -> R {
        let folder = std::env::temp_dir().join(format!("adder-symbols-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        let (c, library) = (folder.join("module.c"), folder.join("module.so"));
        std::fs::write(&c, source).expect("a place for the source");
        let compiled = std::process::Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&library, &c])
            .status()
            .expect("a C compiler");
        assert!(compiled.success());
        let result = body(&library);
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
        result
    }

    #[test]
    fn every_missing_symbol_is_named_and_no_other() {
        let source = "extern int printf(const char *, ...), PyNoSuch_B, _PyNoSuch_A(void), PyHere(void);
            extern int PyNoSuch_Weak(void) __attribute__((weak));
            int PyHere(void) { return 1; }
            int f(void) { return printf(\"%d\", PyNoSuch_B) + _PyNoSuch_A() + PyHere() + (PyNoSuch_Weak != 0); }";
        let names = with_library("named", source, missing);
        assert_eq!(names, ["PyNoSuch_B", "_PyNoSuch_A"]);
    }

    #[test]
    fn a_file_that_is_no_library_is_left_to_dlopen() {
        assert!(missing(Path::new("/nowhere/at/all.so")).is_empty());
        assert!(missing(Path::new(file!())).is_empty());
    }
}
