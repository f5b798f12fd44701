//! The settings as C code sees them: `Py_OptimizeFlag` and its like, exported variables.
//!
//! They are written once at start. C code that was written for older versions reads them; what
//! it writes into them has no effect here.

use core::ffi::c_int;

use crate::config::Config;

macro_rules! flags {
    ($($name:ident = $value:expr;)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`.")]
            #[unsafe(no_mangle)]
            pub static mut $name: c_int = 0;
        )*
        /// Shows the settings to C code.
        pub fn publish(config: &Config) {
            // SAFETY: called once at start, before any foreign code runs.
            unsafe {
                $($name = ($value)(config);)*
            }
        }
    };
}

flags! {
    Py_BytesWarningFlag = |config: &Config| config.bytes_warning;
    Py_DebugFlag = |config: &Config| config.debug;
    Py_DontWriteBytecodeFlag = |config: &Config| (!config.write_bytecode).into();
    Py_FrozenFlag = |_: &Config| 0;
    Py_HashRandomizationFlag = |config: &Config| (config.hash_seed != Some(0)).into();
    Py_IgnoreEnvironmentFlag = |config: &Config| (!config.use_environment).into();
    Py_InspectFlag = |config: &Config| config.inspect.into();
    Py_InteractiveFlag = |config: &Config| config.interactive.into();
    Py_IsolatedFlag = |config: &Config| config.isolated.into();
    Py_NoSiteFlag = |config: &Config| (!config.site_import).into();
    Py_NoUserSiteDirectory = |config: &Config| (!config.user_site).into();
    Py_OptimizeFlag = |config: &Config| config.optimize;
    Py_QuietFlag = |config: &Config| config.quiet.into();
    Py_UTF8Mode = |config: &Config| config.utf8_mode.into();
    Py_UnbufferedStdioFlag = |config: &Config| config.unbuffered.into();
    Py_VerboseFlag = |config: &Config| config.verbose;
}
