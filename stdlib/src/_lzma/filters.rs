//! Filter chains: Python's dicts as the library's structs, and back.

use core::ffi::c_void;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, bytes, dict, int, mapping, number, object, raise, sequence,
    str,
};
use liblzma_sys as xz;

use super::{error, lzma_error};
use crate::compression::readable;

/// The library's limit, `LZMA_FILTERS_MAX`.
const MOST: usize = 4;

/// `lzma_options_delta`.
#[repr(C)]
#[derive(Clone, Copy)]
struct DeltaOptions {
    /// Always 0: byte by byte.
    kind: u32,
    dist: u32,
    reserved_int: [u32; 4],
    reserved_ptr: [*mut c_void; 2],
}

/// One filter's options; the library gets their address.
enum Options {
    Lzma(xz::lzma_options_lzma),
    Delta(DeltaOptions),
    Branch(xz::lzma_options_bcj),
}

impl Options {
    fn as_ptr(&self) -> *mut c_void {
        match self {
            Self::Lzma(options) => ptr::from_ref(options).cast_mut().cast(),
            Self::Delta(options) => ptr::from_ref(options).cast_mut().cast(),
            Self::Branch(options) => ptr::from_ref(options).cast_mut().cast(),
        }
    }
}

/// A number for a C `uint32_t`.
pub fn uint32(op: Op<'_>) -> PyResult<u32> {
    let value = int::as_unsigned_long_long(number::index(op)?.op())?;
    u32::try_from(value).map_err(|_| raise!(OverflowError, "Value too large for uint32_t type"))
}

/// The options that a preset stands for.
pub fn options_of_preset(preset: u32) -> PyResult<xz::lzma_options_lzma> {
    // SAFETY: all zero is valid; the call fills it in, or says that there is no such preset.
    unsafe {
        let mut options = core::mem::zeroed();
        if xz::lzma_lzma_preset(&raw mut options, preset) != 0 {
            return Err(lzma_error(&format!("Invalid compression preset: {preset}")));
        }
        Ok(options)
    }
}

/// Reads the entries of a filter's dict.
struct Entries<'a> {
    spec: Op<'a>,
    kind: &'static str,
}

impl Entries<'_> {
    /// What stands for any mistake in an entry.
    fn invalid(&self, mistake: Raised) -> Raised {
        mistake.clear();
        raise!(ValueError, "Invalid filter specifier for {} filter", self.kind)
    }

    /// Refuses entries of other names.
    fn check(&self, names: &[&str]) -> PyResult<()> {
        let result = mapping::for_each_key(self.spec, |key| {
            if key.is_instance::<PyUnicodeObject>() && names.iter().any(|name| str::equals(key, name)) {
                return Ok(());
            }
            Err(raise!(TypeError, "unexpected key"))
        });
        result.map_err(|mistake| self.invalid(mistake))
    }

    fn get(&self, name: &str) -> PyResult<Option<u32>> {
        let value = mapping::get_optional_item_str(self.spec, name);
        let value = value.and_then(|value| value.map(|value| uint32(value.op())).transpose());
        value.map_err(|mistake| self.invalid(mistake))
    }
}

fn lzma_options(spec: Op<'_>) -> PyResult<Options> {
    let preset = mapping::get_optional_item_str(spec, "preset")?;
    let preset = preset.map_or(Ok(xz::LZMA_PRESET_DEFAULT), |preset| uint32(preset.op()))?;
    let mut options = options_of_preset(preset)?;
    let entries = Entries { spec, kind: "LZMA" };
    entries.check(&["id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"])?;
    for (name, field) in [
        ("dict_size", &mut options.dict_size),
        ("lc", &mut options.lc),
        ("lp", &mut options.lp),
        ("pb", &mut options.pb),
        ("mode", &mut options.mode),
        ("nice_len", &mut options.nice_len),
        ("mf", &mut options.mf),
        ("depth", &mut options.depth),
    ] {
        if let Some(value) = entries.get(name)? {
            *field = value;
        }
    }
    Ok(Options::Lzma(options))
}

/// A filter's number and its options.
fn parse_one(spec: Op<'_>) -> PyResult<(u64, Options)> {
    if !mapping::check(spec) {
        return Err(raise!(TypeError, "Filter specifier must be a dict or dict-like object"));
    }
    let Some(id) = mapping::get_optional_item_str(spec, "id")? else {
        return Err(raise!(ValueError, "Filter specifier must have an \"id\" entry"));
    };
    let id = int::as_unsigned_long_long(number::index(id.op())?.op())?;
    let options = match id {
        xz::LZMA_FILTER_LZMA1 | xz::LZMA_FILTER_LZMA2 => lzma_options(spec)?,
        xz::LZMA_FILTER_DELTA => {
            let entries = Entries { spec, kind: "delta" };
            entries.check(&["id", "dist"])?;
            let dist = entries.get("dist")?.unwrap_or(1);
            let (reserved_int, reserved_ptr) = ([0; 4], [ptr::null_mut(); 2]);
            Options::Delta(DeltaOptions { kind: 0, dist, reserved_int, reserved_ptr })
        }
        xz::LZMA_FILTER_X86
        | xz::LZMA_FILTER_POWERPC
        | xz::LZMA_FILTER_IA64
        | xz::LZMA_FILTER_ARM
        | xz::LZMA_FILTER_ARMTHUMB
        | xz::LZMA_FILTER_SPARC => {
            let entries = Entries { spec, kind: "BCJ" };
            entries.check(&["id", "start_offset"])?;
            Options::Branch(xz::lzma_options_bcj { start_offset: entries.get("start_offset")?.unwrap_or(0) })
        }
        _ => return Err(raise!(ValueError, "Invalid filter ID: {id}")),
    };
    Ok((id, options))
}

/// A chain of filters: the library's table, and the options it points to.
pub struct Filters {
    table: Vec<xz::lzma_filter>,
    #[allow(clippy::vec_box, reason = "the table points into the boxes, whose places must not change")]
    _options: Vec<Box<Options>>,
    lzma1: Option<xz::lzma_options_lzma>,
}

impl Filters {
    /// The chain of a sequence of dicts.
    pub fn parse(specs: Op<'_>) -> PyResult<Self> {
        let count = object::len(specs)?;
        if count > MOST {
            return Err(raise!(ValueError, "Too many filters - liblzma supports a maximum of {MOST}"));
        }
        let mut this = Self { table: Vec::new(), _options: Vec::new(), lzma1: None };
        for index in 0..count {
            let spec = sequence::get_item(specs, index as isize)?;
            let (id, options) = parse_one(spec.op())?;
            if let (Options::Lzma(options), xz::LZMA_FILTER_LZMA1, 1) = (&options, id, count) {
                this.lzma1 = Some(*options);
            }
            let options = Box::new(options);
            this.table.push(xz::lzma_filter { id, options: options.as_ptr() });
            this._options.push(options);
        }
        this.table.push(xz::lzma_filter { id: xz::LZMA_VLI_UNKNOWN, options: ptr::null_mut() });
        Ok(this)
    }

    pub fn as_ptr(&self) -> *const xz::lzma_filter {
        self.table.as_ptr()
    }

    /// The options, if the chain is one filter of the first kind of LZMA.
    pub fn only_lzma1(&self) -> Option<&xz::lzma_options_lzma> {
        self.lzma1.as_ref()
    }
}

pub fn encode_properties(_module: Op<'_>, spec: Op<'_>) -> PyResult<Owned<PyBytesObject>> {
    let (id, options) = parse_one(spec)?;
    let filter = xz::lzma_filter { id, options: options.as_ptr() };
    let mut size = 0;
    // SAFETY: the filter's options are of its kind; the buffer has the size that the library asked for.
    unsafe {
        let status = xz::lzma_properties_size(&raw mut size, &filter);
        if status != xz::LZMA_OK {
            return Err(error(status));
        }
        let mut properties = vec![0; size as usize];
        match xz::lzma_properties_encode(&filter, properties.as_mut_ptr()) {
            xz::LZMA_OK => bytes::from_slice(&properties),
            status => Err(error(status)),
        }
    }
}

pub fn decode_properties(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [id, properties] = args.exactly("_decode_filter_properties")?;
    let id = int::as_unsigned_long_long(number::index(id)?.op())?;
    let properties = readable(properties)?;
    let properties = properties.as_slice();
    let mut filter = xz::lzma_filter { id, options: ptr::null_mut() };
    // SAFETY: the options come from C's allocator and are of the filter's kind; freed once.
    unsafe {
        let allocator = ptr::null();
        match xz::lzma_properties_decode(&raw mut filter, allocator, properties.as_ptr(), properties.len()) {
            xz::LZMA_OK => {}
            status => return Err(error(status)),
        }
        let result = spec_of(&filter);
        libc::free(filter.options);
        result
    }
}

/// The dict for a filter.
///
/// # Safety
/// The options are null or of the filter's kind.
unsafe fn spec_of(filter: &xz::lzma_filter) -> PyResult<Object> {
    let spec = dict::new()?;
    let add = |name: &str, value: u64| dict::set_item_str(spec.borrow(), name, int::from_u64(value)?.op());
    add("id", filter.id)?;
    // SAFETY: the caller's promise.
    unsafe {
        match filter.id {
            xz::LZMA_FILTER_LZMA1 => {
                let options = &*filter.options.cast::<xz::lzma_options_lzma>();
                add("lc", options.lc.into())?;
                add("lp", options.lp.into())?;
                add("pb", options.pb.into())?;
                add("dict_size", options.dict_size.into())?;
            }
            xz::LZMA_FILTER_LZMA2 => {
                let options = &*filter.options.cast::<xz::lzma_options_lzma>();
                add("dict_size", options.dict_size.into())?;
            }
            xz::LZMA_FILTER_DELTA => {
                let options = &*filter.options.cast::<DeltaOptions>();
                add("dist", options.dist.into())?;
            }
            _ if filter.options.is_null() => {}
            _ => {
                let options = &*filter.options.cast::<xz::lzma_options_bcj>();
                add("start_offset", options.start_offset.into())?;
            }
        }
    }
    Ok(spec.into_object())
}
