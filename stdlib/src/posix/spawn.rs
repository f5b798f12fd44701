//! Starting programs: `execv` and its kin, `posix_spawn`.

use core::mem::MaybeUninit;
use std::ffi::CString;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, PyResult, Signature, int, mapping, method, number, raise, sequence, tuple,
};

use crate::host::pointers;

use super::path::{Path, fs_name};
use super::{failed, failed_with, flag, given, int_argument};

/// The arguments of a new program: a list or tuple of strings that is not empty.
fn argument_list(argv: Op<'_>, what: &str) -> PyResult<Vec<CString>> {
    if !argv.is_instance::<PyListObject>() && !argv.is_instance::<PyTupleObject>() {
        return Err(raise!(TypeError, "{what} must be a tuple or list"));
    }
    let n = sequence::len(argv)?;
    if n == 0 {
        return Err(raise!(ValueError, "{what} must not be empty"));
    }
    let result = (0..n)
        .map(|index| fs_name(sequence::get_item(argv, index as isize)?.op()))
        .collect::<PyResult<Vec<_>>>()?;
    if result[0].is_empty() {
        return Err(raise!(ValueError, "{what} first element cannot be empty"));
    }
    Ok(result)
}

/// "name=value" for each item of a mapping.
fn environment_list(env: Op<'_>) -> PyResult<Vec<CString>> {
    let (names, values) = (mapping::keys(env)?, mapping::values(env)?);
    let mut result = Vec::new();
    let mut index = 0;
    // Converting a name may run Python code that changes the lists.
    while index < sequence::len(names.op())?.min(sequence::len(values.op())?) {
        let name = sequence::get_item(names.op(), index as isize)?;
        let value = sequence::get_item(values.op(), index as isize)?;
        let (name, value) = (fs_name(name.op())?, fs_name(value.op())?);
        index += 1;
        if name.is_empty() || name.as_bytes()[1..].contains(&b'=') {
            return Err(raise!(ValueError, "illegal environment variable name"));
        }
        let text = [name.as_bytes(), b"=", value.as_bytes()].concat();
        result.push(CString::new(text).expect("no zero in the parts"));
    }
    Ok(result)
}

fn execv(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [path, argv] = args.exactly("execv")?;
    let path = Path::new(path, "execv")?;
    let argv = argument_list(argv, "execv() arg 2")?;
    // SAFETY: zero-terminated strings, arrays that end with null.
    unsafe { libc::execv(path.name.as_ptr(), pointers(&argv).as_ptr()) };
    Err(failed(Some(&path)))
}

fn execve(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [path, argv, env] = args
        .parse(&Signature::new("execve", ["path", "argv", "env"]).required(3))?
        .map(|op| op.expect("required"));
    let path = Path::or_fd(path, "execve")?;
    let argv = argument_list(argv, "execve: argv")?;
    if !mapping::check(env) {
        return Err(raise!(TypeError, "execve: environment must be a mapping object"));
    }
    let env = environment_list(env)?;
    let (argv, env) = (pointers(&argv), pointers(&env));
    // SAFETY: zero-terminated strings, arrays that end with null.
    unsafe {
        match path.fd {
            Some(fd) => libc::fexecve(fd, argv.as_ptr(), env.as_ptr()),
            None => libc::execve(path.name.as_ptr(), argv.as_ptr(), env.as_ptr()),
        }
    };
    Err(failed(Some(&path)))
}

/// `Ok` for 0; other results are error numbers.
fn succeeded(error: i32, path: Option<&Path>) -> PyResult<()> {
    match error {
        0 => Ok(()),
        _ => Err(failed_with(&std::io::Error::from_raw_os_error(error), path)),
    }
}

/// What the new process does with descriptors before the program starts.
struct FileActions {
    actions: libc::posix_spawn_file_actions_t,
    /// Names that the actions point to.
    names: Vec<CString>,
}

impl FileActions {
    fn new() -> PyResult<Self> {
        let mut actions = MaybeUninit::uninit();
        // SAFETY: the call makes the structure whole.
        unsafe {
            succeeded(libc::posix_spawn_file_actions_init(actions.as_mut_ptr()), None)?;
            Ok(Self { actions: actions.assume_init(), names: Vec::new() })
        }
    }

    /// Adds one action: a tuple of its kind and what that wants.
    fn add(&mut self, action: Op<'_>) -> PyResult<()> {
        // What the blocks below rely on: the structure is initialised, and names live as long as it does.
        let action = action.downcast::<PyTupleObject>().filter(|action| tuple::len(*action) > 0);
        let Some(action) = action else {
            return Err(raise!(TypeError, "Each file_actions element must be a non-empty tuple"));
        };
        let item = |index| tuple::get(action, index);
        let counted = |kind: &str, n: usize| {
            if tuple::len(action) == n {
                return Ok(());
            }
            Err(raise!(TypeError, "A {kind} file_action tuple must have {n} elements"))
        };
        let actions = &raw mut self.actions;
        let error = match int_argument(item(0))? {
            OPEN => {
                counted("open", 5)?;
                let (fd, name) = (int_argument(item(1))?, fs_name(item(2))?);
                let (flags, mode) = (int_argument(item(3))?, int::as_u64_mask(item(4))?);
                self.names.push(name);
                let name = self.names.last().expect("just added").as_ptr();
                // SAFETY: as said.
                unsafe {
                    libc::posix_spawn_file_actions_addopen(actions, fd, name, flags, mode as libc::mode_t)
                }
            }
            CLOSE => {
                counted("close", 2)?;
                let fd = int_argument(item(1))?;
                // SAFETY: as said.
                unsafe { libc::posix_spawn_file_actions_addclose(actions, fd) }
            }
            DUP2 => {
                counted("dup2", 3)?;
                let (from, to) = (int_argument(item(1))?, int_argument(item(2))?);
                // SAFETY: as said.
                unsafe { libc::posix_spawn_file_actions_adddup2(actions, from, to) }
            }
            CLOSEFROM => {
                counted("closefrom", 2)?;
                let fd = int_argument(item(1))?;
                // SAFETY: as said.
                unsafe { posix_spawn_file_actions_addclosefrom_np(actions, fd) }
            }
            _ => return Err(raise!(TypeError, "Unknown file_actions identifier")),
        };
        succeeded(error, None)
    }
}

impl Drop for FileActions {
    fn drop(&mut self) {
        // SAFETY: made by `new`, destroyed once.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.actions) };
    }
}

// ORDER: `POSIX_SPAWN_*` in `constants`.
const OPEN: i32 = 0;
const CLOSE: i32 = 1;
const DUP2: i32 = 2;
const CLOSEFROM: i32 = 3;

unsafe extern "C" {
    /// glibc 2.34: close all descriptors from `from` on.
    fn posix_spawn_file_actions_addclosefrom_np(
        actions: *mut libc::posix_spawn_file_actions_t,
        from: libc::c_int,
    ) -> libc::c_int;
}

/// What else is different in the new process.
struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    fn new() -> PyResult<Self> {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the call makes the structure whole.
        unsafe {
            succeeded(libc::posix_spawnattr_init(attributes.as_mut_ptr()), None)?;
            Ok(Self(attributes.assume_init()))
        }
    }

    /// Sets them from the keyword arguments of `posix_spawn`.
    fn set(&mut self, function: &str, given: &Given<'_>) -> PyResult<()> {
        let attributes = &raw mut self.0;
        let mut flags = 0;
        // What the blocks below rely on: the structure is initialised, and their arguments live during the call.
        if let Some(group) = given.group {
            let group = int_argument(group)?;
            // SAFETY: as said.
            succeeded(unsafe { libc::posix_spawnattr_setpgroup(attributes, group) }, None)?;
            flags |= libc::POSIX_SPAWN_SETPGROUP;
        }
        if given.reset_ids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if given.new_session {
            flags |= POSIX_SPAWN_SETSID;
        }
        if let Some(signals) = given.mask {
            let signals = adder_interpreter::signals::module::mask_argument(signals)?;
            // SAFETY: as said.
            succeeded(unsafe { libc::posix_spawnattr_setsigmask(attributes, &raw const signals) }, None)?;
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
        }
        if let Some(signals) = given.defaults {
            let signals = adder_interpreter::signals::module::mask_argument(signals)?;
            // SAFETY: as said.
            succeeded(unsafe { libc::posix_spawnattr_setsigdefault(attributes, &raw const signals) }, None)?;
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
        }
        if let Some(scheduler) = given.scheduler {
            let Some(scheduler) = scheduler.downcast::<PyTupleObject>() else {
                return Err(raise!(TypeError, "{function}: scheduler must be a tuple or None"));
            };
            if tuple::len(scheduler) != 2 {
                return Err(raise!(TypeError, "A scheduler tuple must have two elements"));
            }
            let policy = tuple::get(scheduler, 0);
            if !policy.is_none() {
                let policy = int_argument(policy)?;
                // SAFETY: as said.
                succeeded(unsafe { libc::posix_spawnattr_setschedpolicy(attributes, policy) }, None)?;
                flags |= libc::POSIX_SPAWN_SETSCHEDULER;
            }
            let param = super::scheduling::param_argument(tuple::get(scheduler, 1))?;
            // SAFETY: as said.
            succeeded(unsafe { libc::posix_spawnattr_setschedparam(attributes, &raw const param) }, None)?;
            flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
        }
        // SAFETY: as said.
        succeeded(unsafe { libc::posix_spawnattr_setflags(attributes, flags as libc::c_short) }, None)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: made by `new`, destroyed once.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}

/// glibc's number for it.
const POSIX_SPAWN_SETSID: i32 = 0x80;

/// The keyword arguments that are attributes.
struct Given<'a> {
    group: Option<Op<'a>>,
    reset_ids: bool,
    new_session: bool,
    mask: Option<Op<'a>>,
    defaults: Option<Op<'a>>,
    scheduler: Option<Op<'a>>,
}

type Spawn = unsafe extern "C" fn(
    *mut libc::pid_t,
    *const libc::c_char,
    *const libc::posix_spawn_file_actions_t,
    *const libc::posix_spawnattr_t,
    *const *mut libc::c_char,
    *const *mut libc::c_char,
) -> libc::c_int;

fn spawn_with(args: Args<'_>, function: &'static str, call: Spawn) -> PyResult {
    let signature = Signature::new(
        function,
        [
            "",
            "",
            "",
            "file_actions",
            "setpgroup",
            "resetids",
            "setsid",
            "setsigmask",
            "setsigdef",
            "scheduler",
        ],
    )
    .positional_only(3)
    .required(3)
    .keyword_only_from(3);
    let [path, argv, env, actions, group, reset_ids, new_session, mask, defaults, scheduler] =
        args.parse(&signature)?;
    let path = Path::new(path.expect("required"), function)?;
    let env = given(env);
    let attributes_given = Given {
        group: given(group),
        reset_ids: flag(reset_ids, false)?,
        new_session: flag(new_session, false)?,
        mask,
        defaults,
        scheduler: given(scheduler),
    };
    let argv_op = argv.expect("required");
    if env.is_some_and(|env| !mapping::check(env)) {
        return Err(raise!(TypeError, "{function}: environment must be a mapping object or None"));
    }
    let argv = argument_list(argv_op, &format!("{function}: argv"))?;
    let env = env.map(environment_list).transpose()?;

    let mut file_actions = None;
    if let Some(actions) = given(actions) {
        if !sequence::check(actions) {
            return Err(raise!(TypeError, "file_actions must be a sequence or None"));
        }
        let made = file_actions.insert(FileActions::new()?);
        let mut index = 0;
        while index < sequence::len(actions)? {
            made.add(sequence::get_item(actions, index as isize)?.op())?;
            index += 1;
        }
    }
    let mut attributes = Attributes::new()?;
    attributes.set(function, &attributes_given)?;

    let argv = pointers(&argv);
    let env_pointers = env.as_deref().map(pointers);
    let mut pid = 0;
    // SAFETY: zero-terminated strings, arrays that end with null, structures that live during the call.
    let error = unsafe {
        unsafe extern "C" {
            static environ: *const *mut libc::c_char;
        }
        call(
            &raw mut pid,
            path.name.as_ptr(),
            file_actions.as_ref().map_or(core::ptr::null(), |made| &raw const made.actions),
            &raw const attributes.0,
            argv.as_ptr().cast(),
            env_pointers.as_ref().map_or(environ, |env| env.as_ptr().cast()),
        )
    };
    succeeded(error, Some(&path))?;
    int::from_i64(pid.into())
}

fn posix_spawn(_module: Op<'_>, args: Args<'_>) -> PyResult {
    spawn_with(args, "posix_spawn", libc::posix_spawn)
}

fn posix_spawnp(_module: Op<'_>, args: Args<'_>) -> PyResult {
    spawn_with(args, "posix_spawnp", libc::posix_spawnp)
}

fn setns(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, kind] = args.parse(&Signature::new("setns", ["fd", "nstype"]).required(1))?;
    let fd = crate::host::file_descriptor(fd.expect("required"))?;
    let kind = kind.map_or(Ok(0), |kind| int_argument(number::index(kind)?.op()))?;
    // SAFETY: plain numbers.
    super::check(unsafe { libc::setns(fd, kind) }.into(), None).map(drop)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::positional(c"execv", execv, c"execv($module, path, argv, /)\n--\n\nReplace the process by a program."),
    method::keywords(c"execve", execve, c"execve($module, /, path, argv, env)\n--\n\nReplace the process by a program with an environment."),
    method::keywords(c"posix_spawn", posix_spawn, c"posix_spawn($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=None, resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=None)\n--\n\nStart a program in a new process and give its id."),
    method::keywords(c"posix_spawnp", posix_spawnp, c"posix_spawnp($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=None, resetids=False, setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=None)\n--\n\nStart a program found on PATH in a new process and give its id."),
    method::keywords(c"setns", setns, c"setns($module, /, fd, nstype=0)\n--\n\nMove this thread into a namespace."),
    PyMethodDef::EMPTY,
];
