//! `capi/manifest.toml` and the executable say the same of every C API symbol.

use std::collections::HashSet;

use object::{Object, ObjectSymbol};

/// Name and state of each line of the manifest.
fn manifest() -> Vec<(String, String)> {
    include_str!("../../capi/manifest.toml")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, rest) = line.split_once(" = ").expect("name = { ... }");
            let state = rest.split("state = \"").nth(1).and_then(|rest| rest.split('"').next());
            (name.to_owned(), state.expect("a state").to_owned())
        })
        .collect()
}

fn exported() -> HashSet<String> {
    let data = std::fs::read(env!("CARGO_BIN_EXE_adder")).expect("the executable has been built");
    let file = object::File::parse(&*data).expect("an ELF file");
    let defined = file.dynamic_symbols().filter(|symbol| symbol.is_definition());
    defined.filter_map(|symbol| symbol.name().ok().map(str::to_owned)).collect()
}

#[test]
fn what_the_manifest_calls_present_is_exported_and_nothing_else_is() {
    let exported = exported();
    let wrong: Vec<String> = manifest()
        .into_iter()
        .filter(|(name, state)| exported.contains(name) != (state != "missing"))
        .map(|(name, state)| format!("{name}: {state} in the manifest"))
        .collect();
    assert!(wrong.is_empty(), "run tools/capi_manifest.py: {wrong:#?}");
}
