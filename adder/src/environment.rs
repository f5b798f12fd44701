//! `PYTHON*` variables and `-X` options.

use std::env;
use std::ffi::OsString;

use adder_interpreter::config::Config;

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
        _ => Err(format!("{place}: invalid limit; must be >= 640 or 0 for unlimited.")),
    }
}

/// What an `-X` option changes; unknown ones are only kept for `sys._xoptions`.
pub fn apply_x_option(config: &mut Config, option: &str) -> Result<(), String> {
    let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    match name {
        "dev" => enter_dev_mode(config),
        "utf8" => config.utf8_mode = value != Some("0"),
        "faulthandler" => config.faulthandler = true,
        "importtime" => config.import_time = value.and_then(|value| value.parse().ok()).unwrap_or(1),
        "tracemalloc" => config.tracemalloc = frames(value.unwrap_or("1"), "-X tracemalloc=NFRAME")?,
        "no_debug_ranges" => config.debug_ranges = false,
        "warn_default_encoding" => config.warn_default_encoding = true,
        "pycache_prefix" => {
            config.pycache_prefix = value.filter(|value| !value.is_empty()).map(OsString::from)
        }
        "int_max_str_digits" => {
            config.int_max_str_digits = digits_limit(value.unwrap_or_default(), "-X int_max_str_digits")?;
        }
        "frozen_modules" => config.frozen_modules = value != Some("off"),
        "cpu_count" => config.cpu_count = cpu_count(value.unwrap_or_default(), "-X cpu_count")?,
        _ => {}
    }
    Ok(())
}

/// How many frames tracing of memory keeps; 0 is off.
fn frames(text: &str, place: &str) -> Result<i32, String> {
    let frames = text.parse::<i32>().ok().filter(|frames| *frames >= 0);
    frames.ok_or_else(|| format!("config_init_tracemalloc: {place}: invalid number of frames"))
}

fn cpu_count(text: &str, place: &str) -> Result<i32, String> {
    match text.parse::<i32>() {
        _ if text == "default" => Ok(-1),
        Ok(count) if count >= 1 => Ok(count),
        _ => Err(format!("{place}=n option: n is missing or an invalid number, n must be greater than 0")),
    }
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
        config.import_time = config.import_time.max(level("PYTHONPROFILEIMPORTTIME"));
        if is_set("PYTHONDEVMODE") {
            enter_dev_mode(config);
        }
        if let Some(mode) = variable("PYTHONUTF8") {
            config.utf8_mode = mode == "1";
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
        let limited_on_command_line =
            config.x_options.iter().any(|option| option.starts_with("int_max_str_digits"));
        if let Some(limit) = variable("PYTHONINTMAXSTRDIGITS")
            && !limited_on_command_line
        {
            config.int_max_str_digits = digits_limit(&limit.to_string_lossy(), "PYTHONINTMAXSTRDIGITS")?;
        }
        let traced_on_command_line = config.x_options.iter().any(|option| option.starts_with("tracemalloc"));
        if let Some(limit) = variable("PYTHONTRACEMALLOC")
            && !traced_on_command_line
        {
            config.tracemalloc = frames(&limit.to_string_lossy(), "PYTHONTRACEMALLOC")?;
        }
        if let Some(count) = variable("PYTHON_CPU_COUNT")
            && config.cpu_count < 0
        {
            config.cpu_count = cpu_count(&count.to_string_lossy(), "PYTHON_CPU_COUNT")?;
        }
        if let Some(encoding) = variable("PYTHONIOENCODING") {
            let encoding = encoding.to_string_lossy().into_owned();
            let (name, errors) = encoding.split_once(':').map_or((encoding.as_str(), ""), |parts| parts);
            config.stdio_encoding = Some(name.to_owned()).filter(|name| !name.is_empty());
            config.stdio_errors = Some(errors.to_owned()).filter(|errors| !errors.is_empty());
        }
        config.python_path = variable("PYTHONPATH");
        config.home = variable("PYTHONHOME");
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
