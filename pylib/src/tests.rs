use std::collections::HashSet;
use std::path::PathBuf;

use rustpython_compiler_core::bytecode::{BasicBag, CodeObject, ConstantData};
use rustpython_compiler_core::marshal::deserialize_code;

use super::*;
use crate::corrections::{CORRECTIONS, LEFT_OUT, RENAMED};

fn text(path: &str) -> String {
    String::from_utf8(find_file(path).expect(path).read()).expect(path)
}

/// The code of `module`, read by the compiler crate's own reader.
fn parse(module: &Module) -> CodeObject {
    let (&type_byte, mut rest) = module.code().split_first().expect("code is not empty");
    assert_eq!(type_byte, b'c', "{}", module.name());
    let code =
        deserialize_code(&mut rest, BasicBag).unwrap_or_else(|error| panic!("{}: {error}", module.name()));
    assert!(rest.is_empty(), "{} has {} bytes too many", module.name(), rest.len());
    code
}

fn check_filenames(code: &CodeObject, filename: &str) {
    assert_eq!(code.source_path.as_str(), filename);
    for constant in code.constants.iter() {
        if let ConstantData::Code { code } = constant {
            check_filenames(code, filename);
        }
    }
}

#[test]
fn every_name_finds_its_module() {
    for module in modules() {
        let found = find(module.name()).unwrap_or_else(|| panic!("{}", module.name()));
        assert!(std::ptr::eq(found, module), "{} is there twice", module.name());
        assert_eq!(module.is_package(), module.relative_path().ends_with("/__init__.py"));
    }
    for absent in ["", "os.", "nosuch", "test", "idlelib", "_dummy_os", "~"] {
        assert!(find(absent).is_none(), "{absent}");
    }
    assert!(find("json").unwrap().is_package());
    assert_eq!(find("os.path").map(Module::name), None); // sys.modules has it, no file
    assert_eq!(find("importlib.metadata._text").unwrap().relative_path(), "importlib/metadata/_text.py");
}

#[test]
fn every_path_finds_its_file() {
    for file in files() {
        assert!(std::ptr::eq(find_file(file.path()).unwrap_or_else(|| panic!("{}", file.path())), file));
    }
    let renamed = RENAMED.iter().map(|(_, path)| *path);
    for path in renamed.chain(["venv/scripts/common/activate", "pydoc_data/_pydoc.css"]) {
        assert!(find_file(path).is_some(), "{path}");
    }
}

#[test]
fn every_code_object_parses_to_its_end_and_knows_its_file() {
    for module in modules() {
        let path = module.relative_path();
        let filename = match module.name() {
            "_frozen_importlib" => "<frozen importlib._bootstrap>".to_owned(),
            "_frozen_importlib_external" => "<frozen importlib._bootstrap_external>".to_owned(),
            "zipimport" => "<frozen zipimport>".to_owned(),
            _ => format!("{FILENAME_ROOT}{path}"),
        };
        let code = parse(module);
        assert_eq!(code.obj_name.as_str(), "<module>");
        check_filenames(&code, &filename);
    }
}

#[test]
fn names_are_interned_and_the_filename_is_written_once() {
    let data = find("os").unwrap().code();
    let count = |wanted: &[u8]| data.windows(wanted.len()).filter(|part| *part == wanted).count();
    assert_eq!(count(b"<stdlib>/os.py"), 1);
    assert_eq!(count(b"\xda\x08__name__"), 1); // interned, short ASCII, referred to later
    assert_eq!(count(b"\x08__name__"), 1);
}

#[test]
fn corrections_are_applied() {
    for correction in CORRECTIONS {
        let text = text(correction.path);
        assert!(!text.contains(correction.found), "{}", correction.path);
        assert!(text.contains(correction.restored), "{}", correction.path);
    }
    for file in files() {
        let content = String::from_utf8_lossy(&file.read()).to_lowercase();
        assert!(!content.contains("rustpython"), "{} names another runtime", file.path());
    }
}

#[test]
fn what_is_left_out_is_absent() {
    for file in files() {
        for part in file.path().split('/') {
            assert!(!LEFT_OUT.contains(&part), "{}", file.path());
        }
    }
}

#[test]
fn write_out_makes_the_same_tree() {
    let prefix = std::env::temp_dir().join(format!("adder-pylib-test-{}", std::process::id()));
    write_out(&prefix).unwrap();
    write_out(&prefix).unwrap(); // over what is there
    let library = prefix.join("lib/python3.14");
    let mut written = HashSet::new();
    let mut folders: Vec<PathBuf> = vec![library.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(&library).unwrap().to_str().unwrap().to_owned();
                assert_eq!(fs::read(&path).unwrap(), find_file(&relative).expect(&relative).read());
                written.insert(relative);
            }
        }
    }
    assert_eq!(written.len(), files().len());
    fs::remove_dir_all(&prefix).unwrap();
}
