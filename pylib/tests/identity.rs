//! The precompiled code against CPython's own.
//!
//! CPython 3.14 unmarshals every embedded module, compiles its embedded source,
//! and compares the two: `identity.py` says how, `identity_known.txt` where they
//! differ. Without CPython (environment variable `ADDER_ORACLE`, or `python3.14`)
//! the test says so and passes.

use std::fs;
use std::process::Command;

/// The interpreter to compare with, if there is one of the right version.
fn oracle() -> Option<String> {
    let python = std::env::var("ADDER_ORACLE").unwrap_or_else(|_| "python3.14".to_owned());
    let check = "import sys; sys.exit((sys.implementation.cache_tag, sys.version_info[:2]) != ('cpython-314', (3, 14)))";
    let found = Command::new(&python).args(["-I", "-c", check]).output().ok()?;
    found.status.success().then_some(python)
}

#[test]
fn precompiled_code_is_what_cpython_compiles() {
    let Some(python) = oracle() else {
        eprintln!("skipped: no CPython 3.14; name one in ADDER_ORACLE");
        return;
    };
    let folder = std::env::temp_dir().join(format!("adder-pylib-identity-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for module in adder_pylib::modules() {
        fs::write(folder.join(format!("{}.code", module.name())), module.code()).unwrap();
        fs::write(folder.join(format!("{}.py", module.name())), module.source()).unwrap();
    }
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let output = Command::new(python)
        .args(["-I", "-W", "ignore"])
        .args([format!("{here}/identity.py"), format!("{here}/identity_known.txt")])
        .arg(&folder)
        .output()
        .unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    eprint!("{report}");
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
}
