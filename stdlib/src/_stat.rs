//! The `_stat` module: what the bits of a file's mode mean.

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, Owned, PyResult, int, method, raise, str};

use crate::host;

const CONSTANTS: &[(&str, i64)] = &[
    ("SF_APPEND", 262144),
    ("SF_ARCHIVED", 65536),
    ("SF_DATALESS", 1073741824),
    ("SF_FIRMLINK", 8388608),
    ("SF_IMMUTABLE", 131072),
    ("SF_NOUNLINK", 1048576),
    ("SF_SETTABLE", 4294901760),
    ("SF_SNAPSHOT", 2097152),
    ("ST_ATIME", 7),
    ("ST_CTIME", 9),
    ("ST_DEV", 2),
    ("ST_GID", 5),
    ("ST_INO", 1),
    ("ST_MODE", 0),
    ("ST_MTIME", 8),
    ("ST_NLINK", 3),
    ("ST_SIZE", 6),
    ("ST_UID", 4),
    ("S_ENFMT", 1024),
    ("S_IEXEC", 64),
    ("S_IFBLK", 24576),
    ("S_IFCHR", 8192),
    ("S_IFDIR", 16384),
    ("S_IFDOOR", 0),
    ("S_IFIFO", 4096),
    ("S_IFLNK", 40960),
    ("S_IFPORT", 0),
    ("S_IFREG", 32768),
    ("S_IFSOCK", 49152),
    ("S_IFWHT", 0),
    ("S_IREAD", 256),
    ("S_IRGRP", 32),
    ("S_IROTH", 4),
    ("S_IRUSR", 256),
    ("S_IRWXG", 56),
    ("S_IRWXO", 7),
    ("S_IRWXU", 448),
    ("S_ISGID", 1024),
    ("S_ISUID", 2048),
    ("S_ISVTX", 512),
    ("S_IWGRP", 16),
    ("S_IWOTH", 2),
    ("S_IWRITE", 128),
    ("S_IWUSR", 128),
    ("S_IXGRP", 8),
    ("S_IXOTH", 1),
    ("S_IXUSR", 64),
    ("UF_APPEND", 4),
    ("UF_COMPRESSED", 32),
    ("UF_DATAVAULT", 128),
    ("UF_HIDDEN", 32768),
    ("UF_IMMUTABLE", 2),
    ("UF_NODUMP", 1),
    ("UF_NOUNLINK", 16),
    ("UF_OPAQUE", 8),
    ("UF_SETTABLE", 65535),
    ("UF_TRACKED", 64),
];

/// A file mode as the C type.
fn mode(op: Op<'_>) -> PyResult<u32> {
    u32::try_from(int::as_u64(op)?).map_err(|_| raise!(OverflowError, "mode out of range"))
}

fn ifmt(_module: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_u64(u64::from(mode(op)? & libc::S_IFMT))
}

fn imode(_module: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_u64(u64::from(mode(op)? & 0o7777))
}

macro_rules! tests {
    ($($function:ident $kind:expr;)*) => {
        $(fn $function(_module: Op<'_>, op: Op<'_>) -> PyResult<bool> {
            Ok(mode(op)? & libc::S_IFMT == $kind)
        })*
    };
}
tests! {
    is_dir libc::S_IFDIR;
    is_chr libc::S_IFCHR;
    is_blk libc::S_IFBLK;
    is_reg libc::S_IFREG;
    is_fifo libc::S_IFIFO;
    is_lnk libc::S_IFLNK;
    is_sock libc::S_IFSOCK;
}

/// Doors, event ports and whiteouts do not exist on Linux.
fn is_nothing(_module: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    mode(op).map(|_| false)
}

fn filemode(_module: Op<'_>, op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let mode = mode(op)?;
    let mut text = String::with_capacity(10);
    text.push(match mode & libc::S_IFMT {
        libc::S_IFREG => '-',
        libc::S_IFDIR => 'd',
        libc::S_IFLNK => 'l',
        libc::S_IFBLK => 'b',
        libc::S_IFCHR => 'c',
        libc::S_IFIFO => 'p',
        libc::S_IFSOCK => 's',
        _ => '?',
    });
    for (shift, special, letter) in [(6, libc::S_ISUID, 's'), (3, libc::S_ISGID, 's'), (0, libc::S_ISVTX, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    str::from_string(text)
}

static FUNCTIONS: [PyMethodDef; 14] = [
    method::o(c"S_ISDIR", is_dir, c"S_ISDIR($self, object, /)\n--\n\nWhether the mode is that of a directory."),
    method::o(c"S_ISCHR", is_chr, c"S_ISCHR($self, object, /)\n--\n\nWhether the mode is that of a character device."),
    method::o(c"S_ISBLK", is_blk, c"S_ISBLK($self, object, /)\n--\n\nWhether the mode is that of a block device."),
    method::o(c"S_ISREG", is_reg, c"S_ISREG($self, object, /)\n--\n\nWhether the mode is that of a regular file."),
    method::o(c"S_ISFIFO", is_fifo, c"S_ISFIFO($self, object, /)\n--\n\nWhether the mode is that of a named pipe."),
    method::o(c"S_ISLNK", is_lnk, c"S_ISLNK($self, object, /)\n--\n\nWhether the mode is that of a symbolic link."),
    method::o(c"S_ISSOCK", is_sock, c"S_ISSOCK($self, object, /)\n--\n\nWhether the mode is that of a socket."),
    method::o(c"S_ISDOOR", is_nothing, c"S_ISDOOR($self, object, /)\n--\n\nWhether the mode is that of a door."),
    method::o(c"S_ISPORT", is_nothing, c"S_ISPORT($self, object, /)\n--\n\nWhether the mode is that of an event port."),
    method::o(c"S_ISWHT", is_nothing, c"S_ISWHT($self, object, /)\n--\n\nWhether the mode is that of a whiteout."),
    method::o(c"S_IMODE", imode, c"S_IMODE($self, object, /)\n--\n\nThe part of the mode that os.chmod() can set."),
    method::o(c"S_IFMT", ifmt, c"S_IFMT($self, object, /)\n--\n\nThe part of the mode that tells the type of the file."),
    method::o(c"filemode", filemode, c"filemode($self, object, /)\n--\n\nThe mode as a string like '-rwxrwxrwx'."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object =
        host::new_module("_stat", "What the bits of a file's mode mean.", &FUNCTIONS)?;
    host::add_constants(result.op(), CONSTANTS)?;
    Ok(result)
}
