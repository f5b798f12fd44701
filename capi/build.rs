//! Compiles the varargs shim and keeps all of it in the executable: nothing in Rust
//! refers to the variadic functions, only extensions do.

fn main() {
    println!("cargo:rerun-if-changed=src/shim.c");
    cc::Build::new()
        .file("src/shim.c")
        .flag_if_supported("-fvisibility=default")
        .warnings(true)
        .cargo_metadata(false)
        .compile("adder_capi_shim");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    println!("cargo:rustc-link-search=native={out}");
    println!("cargo:rustc-link-lib=static:+whole-archive=adder_capi_shim");
}
