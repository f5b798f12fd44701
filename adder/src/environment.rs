//! `PYTHON*` variables and `-X` options.

use std::env;
use std::ffi::OsString;

use adder_interpreter::config::Config;
use adder_interpreter::locale::{self, Coercion};

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn is_set(name: &str) -> bool {
    variable(name).is_some()
}

/// The number in a variable that counts like a repeated option: text that is no number counts once.
fn level(name: &str) -> i32 {
    match variable(name) {
        None => 0,
        Some(value) => {
            value.to_str().and_then(|value| value.parse().ok()).filter(|level| *level > 0).unwrap_or(1)
        }
    }
}

fn digits_limit(text: &str, place: &str) -> Result<i32, String> {
    match text.parse::<i32>() {
        Ok(limit) if limit == 0 || limit >= 640 => Ok(limit),
        _ => Err(format!(
            "config_init_int_max_str_digits: {place}: invalid limit; must be >= 640 or 0 for unlimited."
        )),
    }
}

/// What an `-X` option changes; unknown ones are only kept for `sys._xoptions`.
pub fn apply_x_option(config: &mut Config, option: &str) -> Result<(), String> {
    let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    match name {
        "dev" => enter_dev_mode(config),
        "utf8" => config.utf8_mode = utf8_mode(value.unwrap_or("1"), "-X utf8 option")?,
        "faulthandler" => config.faulthandler = true,
        "importtime" => config.import_time = import_time(value.unwrap_or("1"), "-X importtime")?,
        "thread_inherit_context" => {
            let inherits = switch(value.unwrap_or_default());
            config.thread_inherit_context = inherits.ok_or(
                "config_init_thread_inherit_context: -X thread_inherit_context=n: n is missing or invalid",
            )?;
        }
        "gil" if value == Some("0") => return Err(NO_FREE_THREADS.to_owned()),
        "tracemalloc" => config.tracemalloc = frames(value.unwrap_or("1"), "-X tracemalloc=NFRAME")?,
        "no_debug_ranges" => config.debug_ranges = false,
        "warn_default_encoding" => config.warn_default_encoding = true,
        "pycache_prefix" => {
            config.pycache_prefix = value.filter(|value| !value.is_empty()).map(OsString::from)
        }
        "int_max_str_digits" => {
            config.int_max_str_digits = digits_limit(value.unwrap_or_default(), "-X int_max_str_digits")?;
        }
        "frozen_modules" => {
            let frozen = frozen_modules(value.unwrap_or("on"));
            config.frozen_modules =
                frozen.ok_or("bad value for option -X frozen_modules (expected \"on\" or \"off\")")?;
        }
        "cpu_count" => config.cpu_count = cpu_count(value.unwrap_or_default())?,
        _ => {}
    }
    Ok(())
}

const NO_FREE_THREADS: &str = "config_read_gil: Disabling the GIL is not supported by this build";

fn switch(text: &str) -> Option<bool> {
    match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn frozen_modules(text: &str) -> Option<bool> {
    match text {
        "on" | "" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

fn utf8_mode(text: &str, place: &str) -> Result<bool, String> {
    switch(text).ok_or_else(|| format!("preconfig_init_utf8_mode: invalid {place} value"))
}

/// Text that is no number counts as 1.
fn import_time(text: &str, place: &str) -> Result<i32, String> {
    match text.parse::<i32>() {
        Ok(level @ 0..=2) => Ok(level),
        Ok(_) => Err(format!(
            "config_init_import_time: {place}: values other than 1 and 2 are reserved for future use."
        )),
        Err(_) => Ok(1),
    }
}

/// How many frames tracing of memory keeps; 0 is off.
fn frames(text: &str, place: &str) -> Result<i32, String> {
    let frames = text.parse::<i32>().ok().filter(|frames| *frames >= 0);
    frames.ok_or_else(|| format!("config_init_tracemalloc: {place}: invalid number of frames"))
}

fn cpu_count(text: &str) -> Result<i32, String> {
    match text.parse::<i32>() {
        _ if text == "default" => Ok(-1),
        Ok(count) if count >= 1 => Ok(count),
        _ => Err("config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, \
                  n must be greater than 0"
            .to_owned()),
    }
}

/// Whether an `-X` option of this name was given: it goes before the variable.
fn given(config: &Config, name: &str) -> bool {
    config.x_options.iter().any(|option| option.split('=').next() == Some(name))
}

fn enter_dev_mode(config: &mut Config) {
    config.dev_mode = true;
    config.faulthandler = true;
}

/// Adds what the environment says, unless `-E` or `-I` forbid it.
pub fn apply(config: &mut Config) -> Result<(), String> {
    let mut warnings_of_environment = Vec::new();
    if config.use_environment {
        config.debug = config.debug.max(level("PYTHONDEBUG"));
        config.verbose = config.verbose.max(level("PYTHONVERBOSE"));
        config.optimize = config.optimize.max(level("PYTHONOPTIMIZE"));
        config.inspect |= is_set("PYTHONINSPECT");
        config.unbuffered |= is_set("PYTHONUNBUFFERED");
        config.safe_path |= is_set("PYTHONSAFEPATH");
        config.faulthandler |= is_set("PYTHONFAULTHANDLER");
        config.warn_default_encoding |= is_set("PYTHONWARNDEFAULTENCODING");
        config.debug_ranges &= !is_set("PYTHONNODEBUGRANGES");
        config.write_bytecode &= !is_set("PYTHONDONTWRITEBYTECODE");
        config.user_site &= !is_set("PYTHONNOUSERSITE");
        if let Some(level) = variable("PYTHONPROFILEIMPORTTIME")
            && config.import_time == 0
        {
            config.import_time = import_time(&level.to_string_lossy(), "PYTHONPROFILEIMPORTTIME")?;
        }
        if let Some(frozen) = variable("PYTHON_FROZEN_MODULES")
            && !given(config, "frozen_modules")
        {
            config.frozen_modules = frozen_modules(&frozen.to_string_lossy())
                .ok_or("bad value for PYTHON_FROZEN_MODULES (expected \"on\" or \"off\")")?;
        }
        if let Some(inherits) = variable("PYTHON_THREAD_INHERIT_CONTEXT")
            && !given(config, "thread_inherit_context")
        {
            config.thread_inherit_context = switch(&inherits.to_string_lossy())
                .ok_or("config_init_thread_inherit_context: PYTHON_THREAD_INHERIT_CONTEXT=N: N is missing or invalid")?;
        }
        if variable("PYTHON_GIL").is_some_and(|gil| gil == "0") {
            return Err(NO_FREE_THREADS.to_owned());
        }
        if is_set("PYTHONDEVMODE") {
            enter_dev_mode(config);
        }
        if let Some(mode) = variable("PYTHONUTF8")
            && !given(config, "utf8")
        {
            config.utf8_mode = utf8_mode(&mode.to_string_lossy(), "PYTHONUTF8 environment variable")?;
        }
        if let Some(prefix) = variable("PYTHONPYCACHEPREFIX")
            && config.pycache_prefix.is_none()
        {
            config.pycache_prefix = Some(prefix);
        }
        if let Some(options) = variable("PYTHONWARNINGS") {
            let options = options.to_string_lossy().into_owned();
            warnings_of_environment.extend(options.split(',').map(str::to_owned));
        }
        if let Some(seed) = variable("PYTHONHASHSEED")
            && seed != "random"
        {
            let seed = seed.to_str().and_then(|seed| seed.parse::<u32>().ok());
            config.hash_seed = Some(seed.ok_or(
                "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
            )?);
        }
        if let Some(limit) = variable("PYTHONINTMAXSTRDIGITS")
            && !given(config, "int_max_str_digits")
        {
            config.int_max_str_digits = digits_limit(&limit.to_string_lossy(), "PYTHONINTMAXSTRDIGITS")?;
        }
        if let Some(limit) = variable("PYTHONTRACEMALLOC")
            && !given(config, "tracemalloc")
        {
            config.tracemalloc = frames(&limit.to_string_lossy(), "PYTHONTRACEMALLOC")?;
        }
        if let Some(count) = variable("PYTHON_CPU_COUNT")
            && config.cpu_count < 0
        {
            config.cpu_count = cpu_count(&count.to_string_lossy())?;
        }
        if let Some(encoding) = variable("PYTHONIOENCODING") {
            let encoding = encoding.to_string_lossy().into_owned();
            let (name, errors) = encoding.split_once(':').map_or((encoding.as_str(), ""), |parts| parts);
            config.stdio_encoding = Some(name.to_owned()).filter(|name| !name.is_empty());
            config.stdio_errors = Some(errors.to_owned()).filter(|errors| !errors.is_empty());
            if config.stdio_encoding.is_some() {
                // An encoding alone means that no byte may be wrong.
                config.stdio_errors.get_or_insert_with(|| "strict".to_owned());
            }
        }
        config.python_path = variable("PYTHONPATH");
        config.home = variable("PYTHONHOME");
    }
    let coercion = match variable("PYTHONCOERCECLOCALE").filter(|_| config.use_environment) {
        Some(value) if value == "0" => Coercion::Off,
        Some(value) if value == "warn" => Coercion::Warn,
        _ => Coercion::On,
    };
    let entered = locale::enter(coercion);
    config.coerced_c_locale = entered.coerced;
    config.coerce_c_locale_warn = coercion == Coercion::Warn;
    let utf8_is_set = config.use_environment && is_set("PYTHONUTF8");
    if !utf8_is_set && !given(config, "utf8") {
        config.utf8_mode = entered.legacy;
    }
    // Later options win: the development mode's first, then the environment's, then the command line's.
    let mut options = Vec::new();
    if config.dev_mode {
        options.push("default".to_owned());
    }
    options.append(&mut warnings_of_environment);
    options.append(&mut config.warn_options);
    if config.bytes_warning == 1 {
        options.push("default::BytesWarning".to_owned());
    } else if config.bytes_warning > 1 {
        options.push("error::BytesWarning".to_owned());
    }
    config.warn_options = options;
    Ok(())
}
