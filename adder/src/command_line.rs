//! Options and arguments, as CPython's.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use adder_interpreter::config::{Config, Program};

use crate::{environment, paths};

/// What the command line asks for.
pub enum Request {
    Run(Box<Config>),
    Print(String),
    /// Wrong usage.
    Refuse(String),
    /// A value that cannot be used: what is wrong, and how far the start had come.
    Fail(String),
}

const OPTIONS: &str = "\
Options (and corresponding environment variables):
-b     : warn about str() of bytes and comparing them with str (-bb: raise)
-B     : do not write .pyc files; also PYTHONDONTWRITEBYTECODE=x
-c cmd : run a program given as text (ends the options)
-d     : turn on parser debugging output; also PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables
-h     : print this help and exit (also -? or --help)
-i     : go on interactively after the program; also PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run a library module as a program (ends the options)
-O     : leave out assert and what depends on __debug__; also PYTHONOPTIMIZE=x
-OO    : leave out docstrings as well
-P     : do not put the program's folder first in sys.path; also PYTHONSAFEPATH
-q     : no version and copyright when a session starts
-s     : no user site folder in sys.path; also PYTHONNOUSERSITE=x
-S     : do not import site at the start
-u     : do not buffer stdout and stderr; also PYTHONUNBUFFERED=x
-v     : trace imports; also PYTHONVERBOSE=x
-V     : print the version and exit (also --version)
-W arg : warning control, action:message:category:module:lineno;
         also PYTHONWARNINGS=arg
-x     : skip the first line of the source
-X opt : an option of the implementation
--check-hash-based-pycs always|default|never:
         how hash-based .pyc files are checked

Arguments:
file   : the program is read from a file
-      : the program is read from standard input (default)
arg ...: passed to the program in sys.argv[1:]
";

const X_OPTIONS: &str = "\
Options of the implementation (-X), and the environment variables that mean the same:
-X cpu_count=N: what os.cpu_count() says; also PYTHON_CPU_COUNT
-X dev : development mode; also PYTHONDEVMODE
-X faulthandler: show the Python traceback after a crash; also PYTHONFAULTHANDLER
-X frozen_modules=[on|off]: whether the embedded library is used where files are there too;
         also PYTHON_FROZEN_MODULES
-X importtime[=2]: print how long each import takes, with 2 also those of loaded modules;
         also PYTHONPROFILEIMPORTTIME
-X int_max_str_digits=N: the most digits when int and str are converted, 0 for any number;
         also PYTHONINTMAXSTRDIGITS
-X no_debug_ranges: keep no columns in code objects; also PYTHONNODEBUGRANGES
-X pycache_prefix=PATH: where the tree of .pyc files goes; also PYTHONPYCACHEPREFIX
-X thread_inherit_context=[0|1]: whether threads start with their maker's context variables;
         also PYTHON_THREAD_INHERIT_CONTEXT
-X tracemalloc[=N]: trace memory, keeping N frames of each place (1); also PYTHONTRACEMALLOC
-X utf8[=0|1]: UTF-8 mode; also PYTHONUTF8
-X warn_default_encoding: warn where a text file is opened without an encoding;
         also PYTHONWARNDEFAULTENCODING
";

const VARIABLES: &str = "\
Environment variables (-E ignores them):
PYTHONASYNCIODEBUG: asyncio's debug mode
PYTHON_BASIC_REPL: the plain session in place of the one with editing of several lines
PYTHONBREAKPOINT: what breakpoint() calls; 0 switches it off
PYTHONCOERCECLOCALE: 0 keeps the C locale as it is, warn tells that it was replaced
PYTHON_COLORS   : 1 colours output, 0 does not
PYTHONHASHSEED  : a number for hashes of str and bytes that are the same each time, or random
PYTHON_HISTORY  : the file that keeps what was typed
PYTHONHOME      : the prefix under which the library is looked for
PYTHONIOENCODING: encoding[:errors] of stdin, stdout and stderr
PYTHONPATH      : folders, separated by ':', that go before the library in sys.path
PYTHONSTARTUP   : a file that runs when a session starts
PYTHONUSERBASE  : the user's own folder (site.USER_BASE)

Variables that mean the same as an option:
PYTHONDEBUG (-d), PYTHONDONTWRITEBYTECODE (-B), PYTHONINSPECT (-i), PYTHONNOUSERSITE (-s),
PYTHONOPTIMIZE (-O), PYTHONSAFEPATH (-P), PYTHONUNBUFFERED (-u), PYTHONVERBOSE (-v),
PYTHONWARNINGS (-W), and those that --help-xoptions names
";

fn usage(program: &str) -> String {
    format!("usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n")
}

fn refuse(program: &str, message: &str) -> Request {
    Request::Refuse(format!("{message}\n{}Try `python -h' for more information.\n", usage(program)))
}

/// What `-V` prints.
fn version() -> String {
    let language = adder_interpreter::sys::VERSION.split(' ').next().unwrap_or_default();
    format!("Python {language} (Adder {})\n", env!("CARGO_PKG_VERSION"))
}

fn text(argument: &OsStr) -> String {
    argument.to_string_lossy().into_owned()
}

/// Reads the options, then the environment, then finds the paths.
pub fn parse(arguments: Vec<OsString>) -> Request {
    let program = arguments.first().map(|name| text(name)).unwrap_or_default();
    let mut config = Config { orig_argv: arguments.clone(), ..Config::default() };
    let mut rest = arguments.into_iter().skip(1).peekable();
    let mut found: Option<(Program, OsString)> = None;
    'arguments: while found.is_none() {
        let Some(argument) =
            rest.next_if(|argument| argument.as_bytes().starts_with(b"-") && argument != "-")
        else {
            break;
        };
        if let Some(long) = argument.as_bytes().strip_prefix(b"--") {
            match long {
                b"" => break,
                b"help" => return Request::Print(usage(&program) + OPTIONS),
                b"help-env" => return Request::Print(VARIABLES.to_owned()),
                b"help-xoptions" => return Request::Print(X_OPTIONS.to_owned()),
                b"help-all" => {
                    let all = [&usage(&program), OPTIONS, "\n", X_OPTIONS, "\n", VARIABLES];
                    return Request::Print(all.concat());
                }
                b"version" => return Request::Print(version()),
                b"check-hash-based-pycs" => match rest.next().as_deref().and_then(OsStr::to_str) {
                    Some(mode @ ("always" | "never" | "default")) => config.check_hash_pycs = mode.to_owned(),
                    _ => {
                        return refuse(
                            &program,
                            "--check-hash-based-pycs must be one of 'default', 'always', or 'never'",
                        );
                    }
                },
                _ => return refuse(&program, &format!("Unknown option: {}", text(&argument))),
            }
            continue;
        }
        let letters = argument.as_bytes()[1..].to_vec();
        for (index, letter) in letters.iter().enumerate() {
            // An option's argument follows in the same word or is the next one.
            let mut value = || -> Option<OsString> {
                let attached = &letters[index + 1..];
                if attached.is_empty() { rest.next() } else { Some(OsStr::from_bytes(attached).to_owned()) }
            };
            let missing =
                |letter: char| refuse(&program, &format!("Argument expected for the -{letter} option"));
            match letter {
                b'b' => config.bytes_warning += 1,
                b'B' => config.write_bytecode = false,
                b'd' => config.debug += 1,
                b'E' => config.use_environment = false,
                b'h' | b'?' => return Request::Print(usage(&program) + OPTIONS),
                b'i' => {
                    config.inspect = true;
                    config.interactive = true;
                }
                b'I' => {
                    config.isolated = true;
                    config.use_environment = false;
                    config.user_site = false;
                    config.safe_path = true;
                }
                b'O' => config.optimize += 1,
                b'P' => config.safe_path = true,
                b'q' => config.quiet = true,
                b's' => config.user_site = false,
                b'S' => config.site_import = false,
                b't' | b'R' => {}
                b'u' => config.unbuffered = true,
                b'v' => config.verbose += 1,
                b'V' => return Request::Print(version()),
                b'x' => config.skip_first_line = true,
                b'c' => {
                    let Some(command) = value() else { return missing('c') };
                    found = Some((Program::Command(text(&command)), OsString::from("-c")));
                    break 'arguments;
                }
                b'm' => {
                    let Some(name) = value() else { return missing('m') };
                    found = Some((Program::Module(text(&name)), OsString::from("-m")));
                    break 'arguments;
                }
                b'W' => {
                    let Some(option) = value() else { return missing('W') };
                    config.warn_options.push(text(&option));
                    continue 'arguments;
                }
                b'X' => {
                    let Some(option) = value() else { return missing('X') };
                    let option = text(&option);
                    if let Err(message) = environment::apply_x_option(&mut config, &option) {
                        return Request::Fail(message);
                    }
                    config.x_options.push(option);
                    continue 'arguments;
                }
                other => {
                    return refuse(&program, &format!("Unknown option: -{}", char::from(*other)));
                }
            }
        }
    }
    let (program_to_run, argv0) = found.unwrap_or_else(|| match rest.next() {
        None => (Program::Input, OsString::new()),
        Some(dash) if dash == "-" => (Program::Input, dash),
        Some(file) => (Program::File(file.clone()), file),
    });
    config.program = program_to_run;
    config.argv = std::iter::once(argv0).chain(rest).collect();
    if let Err(message) = environment::apply(&mut config) {
        return Request::Fail(message);
    }
    config.paths = paths::find(&config);
    Request::Run(Box::new(config))
}
