//! What `-X importtime` prints: how long each import takes, by itself and with those it makes.

use std::cell::Cell;
use std::time::{Duration, Instant};

use adder_object_model::{Op, PyResult, str};

use crate::runtime::runtime;

thread_local! {
    /// How deep imports are nested, and what those inside the running one have taken so far.
    static NESTED: Cell<(usize, Duration)> = const { Cell::new((0, Duration::ZERO)) };
    static HEADED: Cell<bool> = const { Cell::new(false) };
}

fn level() -> i32 {
    runtime().config.get().map_or(0, |config| config.import_time)
}

/// Runs an import and prints its line, if that was asked for.
pub fn timed(name: Op<'_>, import: impl FnOnce() -> PyResult) -> PyResult {
    if level() == 0 {
        return import();
    }
    if !HEADED.replace(true) {
        eprintln!("import time: self [us] | cumulative | imported package");
    }
    let (depth, taken_before) = NESTED.get();
    NESTED.set((depth + 1, Duration::ZERO));
    let start = Instant::now();
    let result = import();
    let cumulative = start.elapsed();
    let own = cumulative.saturating_sub(NESTED.get().1);
    let (own, all) = (microseconds(own).to_string(), microseconds(cumulative).to_string());
    print_line(depth, name, [&own, &all]);
    NESTED.set((depth, taken_before + cumulative));
    result
}

/// Prints the line of an import that found the module loaded, if that was asked for.
pub fn loaded_already(name: Op<'_>) {
    if level() == 2 {
        print_line(NESTED.get().0, name, ["cached   ", "cached    "]);
    }
}

fn print_line(depth: usize, name: Op<'_>, [own, all]: [&str; 2]) {
    let (indent, name) = (depth * 2, str::to_string_lossy(name));
    eprintln!("import time: {own:>9} | {all:>10} | {:indent$}{name}", "");
}

/// Rounded up, so that nothing takes no time.
fn microseconds(time: Duration) -> u128 {
    time.as_nanos().div_ceil(1000)
}
