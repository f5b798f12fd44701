//! What an extension wants from the runtime, read from its ELF file before it is opened.

use std::ffi::CString;
use std::path::Path;

use object::Endianness;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, Sym};

/// The C API functions and data that a file needs and this process lacks, sorted. Empty for a
/// file that cannot be read as an ELF file: `dlopen` says what is wrong with it.
pub fn missing(path: &Path) -> Vec<String> {
    let Ok(data) = std::fs::read(path) else { return Vec::new() };
    let mut names = undefined(&data).unwrap_or_default();
    names.retain(|name| is_c_api(name) && !is_provided(name));
    names.sort();
    names.dedup();
    names
}

/// The names of strong undefined symbols of a 64-bit ELF file.
fn undefined(data: &[u8]) -> object::Result<Vec<String>> {
    let header = FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let symbols = sections.symbols(endian, data, elf::SHT_DYNSYM)?;
    let mut names = Vec::new();
    for symbol in symbols.iter() {
        if symbol.is_undefined(endian) && symbol.st_bind() == elf::STB_GLOBAL {
            let name = symbol.name(endian, symbols.strings())?;
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
