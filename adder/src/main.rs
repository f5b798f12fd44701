//! The executable: command line, environment and paths into a configuration; then the interpreter runs.

#![forbid(unsafe_code)]

use std::process::ExitCode;

mod command_line;
mod environment;
mod paths;

use command_line::Request;

fn main() -> ExitCode {
    let request = command_line::parse(std::env::args_os().collect());
    let config = match request {
        Request::Run(config) => *config,
        Request::Print(text) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Request::Refuse(text) => {
            eprint!("{text}");
            return ExitCode::from(2);
        }
        Request::Fail(message) => {
            // The encoding of everything else is settled first.
            let state = if message.starts_with("preconfig") { "preinitializing" } else { "preinitialized" };
            eprintln!("Fatal Python error: {message}\nPython runtime state: {state}\n");
            return ExitCode::FAILURE;
        }
    };
    for (name, init) in adder_stdlib::INITTAB {
        adder_interpreter::import::register_module(name, *init);
    }
    adder_loader::install();
    adder_capi::link();
    if let Err(reason) = adder_interpreter::lifecycle::initialize(config) {
        eprintln!("Fatal Python error: {}", reason.trim_end());
        return ExitCode::FAILURE;
    }
    let status = adder_interpreter::run_main::run();
    adder_interpreter::lifecycle::exit(status)
}
