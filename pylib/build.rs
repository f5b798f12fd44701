//! Collects the standard library, compiles it and packs it for `include_bytes!`.
//!
//! Written to `OUT_DIR`:
//!  - `code.bin`: the marshal data of all modules, one after the other;
//!  - `files.bin`: all files, each compressed on its own;
//!  - `names.txt`: module names and file paths, one after the other;
//!  - `index.rs`: the tables `MODULES` and `FILES`, sorted, of offsets into these.
//!
//! The tables hold numbers only: a table of pointers would have to be relocated
//! each time the program starts.
//!
//! Takes about three seconds on two cores. The library itself is part of a crate and
//! changes only with its version, so cargo need not watch its files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use rustpython_compiler::{CompileOpts, Mode};

#[path = "build/annotate_names.rs"]
mod annotate_names;
#[path = "src/corrections.rs"]
mod corrections;
#[path = "src/file_names.rs"]
mod file_names;
#[path = "build/marshal_writer.rs"]
mod marshal_writer;

use corrections::{CORRECTIONS, LEFT_OUT, RENAMED};
use file_names::FILENAME_ROOT;

/// The compiler walks syntax trees recursively.
const STACK_SIZE: usize = 64 << 20;
const THREADS: usize = 2;

/// Files by their path relative to the library folder.
type Library = BTreeMap<String, Vec<u8>>;

/// A module that CPython itself imports from frozen code.
struct Frozen {
    name: &'static str,
    /// Its source file, relative to the library folder.
    path: &'static str,
    /// The file name in its code objects, which is not a file's.
    filename: &'static str,
}

/// The import system. `importlib._bootstrap` and `importlib._bootstrap_external`
/// exist under these names, too, with their files' names.
const FROZEN: &[Frozen] = &[
    Frozen {
        name: "_frozen_importlib",
        path: "importlib/_bootstrap.py",
        filename: "<frozen importlib._bootstrap>",
    },
    Frozen {
        name: "_frozen_importlib_external",
        path: "importlib/_bootstrap_external.py",
        filename: "<frozen importlib._bootstrap_external>",
    },
    Frozen { name: "zipimport", path: "zipimport.py", filename: "<frozen zipimport>" },
];

struct Module {
    name: String,
    /// The module's source file.
    path: String,
    /// `co_filename` of its code objects.
    filename: String,
}

fn main() {
    for input in ["build.rs", "build", "extra", "src/corrections.rs", "src/file_names.rs"] {
        println!("cargo:rerun-if-changed={input}");
    }
    let mut library = Library::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut library);
    correct(&mut library);
    collect(Path::new("extra"), "", &mut library);

    let modules = modules(&library);
    let codes = on_threads(&modules, |module| compile(module, &library[&module.path]));
    let files: Vec<(&String, &Vec<u8>)> = library.iter().collect();
    let packed = on_threads(&files, |(_, data)| compress(data));
    write_tables(&modules, &codes, &files, &packed);
}

/// Adds the files below `folder`, which is `prefix` in the library.
fn collect(folder: &Path, prefix: &str, library: &mut Library) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("folder can be listed");
        let name = entry.file_name().into_string().expect("file names are UTF-8");
        let path = format!("{prefix}{name}");
        if LEFT_OUT.contains(&path.as_str()) || LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), library);
        } else {
            let data = fs::read(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
            let renamed = RENAMED.iter().find(|(from, _)| *from == path).map(|(_, to)| (*to).to_owned());
            library.insert(renamed.unwrap_or(path), data);
        }
    }
}

fn correct(library: &mut Library) {
    for correction in CORRECTIONS {
        let path = correction.path;
        let data = library.get_mut(path).unwrap_or_else(|| panic!("{path} is corrected but missing"));
        let text = std::str::from_utf8(data).unwrap_or_else(|error| panic!("{path}: {error}"));
        let count = text.matches(correction.found).count();
        assert_eq!(count, 1, "{path} has {count} places like this one, not 1:\n{}", correction.found);
        *data = text.replace(correction.found, correction.restored).into_bytes();
    }
}

/// The modules among the files, sorted by name.
fn modules(library: &Library) -> Vec<Module> {
    let mut modules = Vec::new();
    for path in library.keys() {
        let Some(stem) = path.strip_suffix(".py") else {
            continue;
        };
        let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
        let name = stem.replace('/', ".");
        // zipimport keeps its name, so it exists in its frozen form only.
        if !FROZEN.iter().any(|frozen| frozen.name == name) {
            let filename = format!("{FILENAME_ROOT}{path}");
            modules.push(Module { name, path: path.clone(), filename });
        }
    }
    for frozen in FROZEN {
        modules.push(Module {
            name: frozen.name.to_owned(),
            path: frozen.path.to_owned(),
            filename: frozen.filename.to_owned(),
        });
    }
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    modules
}

fn compile(module: &Module, source: &[u8]) -> Vec<u8> {
    let path = &module.path;
    // All of the library is UTF-8; a byte order mark is not part of the text.
    let text = std::str::from_utf8(source).unwrap_or_else(|error| panic!("{path}: {error}"));
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut code = rustpython_compiler::compile(text, Mode::Exec, &module.filename, CompileOpts::default())
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    annotate_names::restore(&mut code);
    marshal_writer::dump(&code)
}

fn compress(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).and_then(|()| encoder.finish()).expect("memory can be written to")
}

/// `work` applied to every item, in the items' order.
fn on_threads<T: Sync>(items: &[T], work: impl Fn(&T) -> Vec<u8> + Sync) -> Vec<Vec<u8>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(vec![Vec::new(); items.len()]);
    let worker = || {
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(item) = items.get(index)
        {
            let result = work(item);
            results.lock().expect("no worker panics with the lock")[index] = result;
        }
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            thread::Builder::new()
                .stack_size(STACK_SIZE)
                .spawn_scoped(scope, worker)
                .expect("threads can be started");
        }
    });
    results.into_inner().expect("no worker panics with the lock")
}

/// A file of parts that are referred to by offset and length.
#[derive(Default)]
struct Blob(Vec<u8>);

impl Blob {
    /// Adds `part` and gives the Rust text of its span.
    fn add(&mut self, part: &[u8]) -> String {
        let offset = self.0.len();
        self.0.extend_from_slice(part);
        assert!(u32::try_from(self.0.len()).is_ok(), "offsets have 32 bits");
        format!("Span {{ offset: {offset}, length: {} }}", part.len())
    }
}

fn write_tables(modules: &[Module], codes: &[Vec<u8>], files: &[(&String, &Vec<u8>)], packed: &[Vec<u8>]) {
    let [mut names, mut code, mut data] = [Blob::default(), Blob::default(), Blob::default()];
    let mut index = String::new();
    writeln!(index, "pub static MODULES: [Module; {}] = [", modules.len()).unwrap();
    for (module, marshalled) in modules.iter().zip(codes) {
        let name = names.add(module.name.as_bytes());
        let code = code.add(marshalled);
        let is_package = module.path.ends_with("/__init__.py");
        let file = files.binary_search_by(|(path, _)| (*path).cmp(&module.path)).expect("modules are files");
        writeln!(index, "Module {{ name: {name}, code: {code}, file: {file}, is_package: {is_package} }},")
            .unwrap();
    }
    writeln!(index, "];\npub static FILES: [File; {}] = [", files.len()).unwrap();
    for ((path, raw), packed) in files.iter().zip(packed) {
        let path = names.add(path.as_bytes());
        let packed = data.add(packed);
        writeln!(index, "File {{ path: {path}, packed: {packed}, size: {} }},", raw.len()).unwrap();
    }
    index.push_str("];\n");

    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let outputs = [
        ("names.txt", names.0),
        ("code.bin", code.0),
        ("files.bin", data.0),
        ("index.rs", index.into_bytes()),
    ];
    for (name, content) in outputs {
        fs::write(Path::new(&out).join(name), content).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
