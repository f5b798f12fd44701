//! Dates and times to and from text: ISO 8601, `strftime`, `strptime`.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, call, object, raise, state, str,
    tuple,
};

use super::calendar::Ymd;
use super::delta::Delta;
use super::{Clock, date, long, zone};

/// Matches arguments as C functions do that parse without a name.
pub fn parse_function<'a, const N: usize>(
    args: &Args<'a>,
    signature: &Signature<N>,
) -> PyResult<[Option<Op<'a>>; N]> {
    let max = signature.max_positional;
    if args.len() > max {
        let kind = if max < N { "positional " } else { "" };
        let given = if max < N { args.len() } else { args.len() + args.keyword_count() };
        return Err(raise!(TypeError, "function takes at most {max} {kind}arguments ({given} given)"));
    }
    for (index, name) in signature.names.iter().enumerate().take(signature.required).skip(args.len()) {
        if args.keyword(name).is_none() {
            return Err(raise!(TypeError, "function missing required argument '{name}' (pos {})", index + 1));
        }
    }
    args.parse(signature)
}

pub fn date_text(date: Ymd) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// `+HH:MM[:SS[.ffffff]]`.
pub fn offset_text(offset: Delta, separator: &str) -> String {
    let us = offset.us();
    let sign = if us < 0 { '-' } else { '+' };
    let us = us.unsigned_abs();
    let (seconds, us) = (us / 1_000_000, us % 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{sign}{hours:02}{separator}{minutes:02}");
    if seconds != 0 || us != 0 {
        text += &format!("{separator}{seconds:02}");
    }
    if us != 0 {
        text += &format!(".{us:06}");
    }
    text
}

/// The time of day as `timespec` says.
pub fn clock_text(clock: Clock, timespec: Option<Op<'_>>) -> PyResult<String> {
    let Clock { hour, minute, second, microsecond, .. } = clock;
    let wanted = match timespec {
        None => "auto".to_owned(),
        Some(wanted) => str::to_string_lossy(wanted),
    };
    let wanted = match wanted.as_str() {
        "auto" if microsecond == 0 => "seconds",
        "auto" => "microseconds",
        wanted => wanted,
    };
    Ok(match wanted {
        "hours" => format!("{hour:02}"),
        "minutes" => format!("{hour:02}:{minute:02}"),
        "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
        "milliseconds" => format!("{hour:02}:{minute:02}:{second:02}.{:03}", microsecond / 1000),
        "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
        _ => return Err(raise!(ValueError, "Unknown timespec value")),
    })
}

/// `Thu Jan  2 03:04:05 2020`.
pub fn ctime(date: Ymd, clock: Clock) -> PyResult<Owned<PyUnicodeObject>> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    str::from_string(format!(
        "{} {} {:2} {:02}:{:02}:{:02} {:04}",
        DAYS[date.weekday() as usize],
        MONTHS[date.month as usize - 1],
        date.day,
        clock.hour,
        clock.minute,
        clock.second,
        date.year
    ))
}

/// A `time.struct_time`.
pub fn time_tuple(date: Ymd, clock: Clock, dst: i32) -> PyResult {
    let fields = [
        date.year,
        date.month,
        date.day,
        clock.hour,
        clock.minute,
        clock.second,
        date.weekday(),
        date.day_of_year(),
        dst,
    ];
    let items = fields.into_iter().map(long).collect::<PyResult<Vec<Object>>>()?;
    let items = tuple::from_vec(items)?;
    let time = (state::hooks().import_module)("time")?;
    let struct_time = object::get_attr_str(time.op(), "struct_time")?;
    call::call_one(struct_time.op(), items.op())
}

static FORMAT: Signature<1> = Signature::new("strftime", ["format"]).required(1);

/// The format given to `strftime`.
pub fn format_argument<'a>(args: &Args<'a>) -> PyResult<Borrowed<'a, PyUnicodeObject>> {
    let [format] = args.parse(&FORMAT)?;
    let format = format.expect("required");
    format
        .downcast::<PyUnicodeObject>()
        .ok_or_else(|| raise!(TypeError, "strftime() argument 1 must be str, not {}", format.type_name()))
}

/// `__format__`: `strftime`, or `str` for no format.
pub fn format_method(op: Op<'_>, args: &Args<'_>) -> PyResult {
    let [format] = args.exactly("__format__")?;
    let Some(text) = format.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "__format__() argument 1 must be str, not {}", format.type_name()));
    };
    if str::len(text) == 0 {
        return Ok(object::str(op)?.into_object());
    }
    call::call_method(op, "strftime", &[format])
}

/// What a directive that the C library does not know, or writes otherwise, stands for.
fn replacement(
    op: Op<'_>,
    directive: &str,
    time_tuple: Op<'_>,
    zone_argument: Op<'_>,
    c_strftime: Op<'_>,
) -> PyResult<Option<String>> {
    let attribute = |name: &str| object::get_optional_attr_str(op, name);
    Ok(match directive {
        "f" => {
            let us = match attribute("microsecond")? {
                Some(us) => adder_object_model::int::as_i64(us.op())?,
                None => 0,
            };
            Some(format!("{us:06}"))
        }
        "z" | ":z" => {
            let zone = attribute("tzinfo")?.unwrap_or_else(adder_object_model::singletons::new_none);
            let offset = zone::offset(zone.op(), "utcoffset", zone_argument)?;
            let separator = if directive == "z" { "" } else { ":" };
            Some(offset.map_or_else(String::new, |offset| offset_text(offset, separator)))
        }
        "Z" => {
            let zone = attribute("tzinfo")?.unwrap_or_else(adder_object_model::singletons::new_none);
            let name = zone::name(zone.op(), zone_argument)?;
            // What the zone's name holds is no directive.
            Some(if name.op().is_none() {
                String::new()
            } else {
                str::to_string_lossy(name.op()).replace('%', "%%")
            })
        }
        "Y" | "G" | "C" | "F" => {
            let year = adder_object_model::sequence::get_item(time_tuple, 0)?;
            let mut year = adder_object_model::int::as_i64(year.op())?;
            if year >= 1000 {
                return Ok(None);
            }
            // The C library writes early years without zeros in front.
            if directive == "G" {
                let format = str::from_str("%G")?;
                let text = call::call_positional(c_strftime, &[format.op(), time_tuple])?;
                year = adder_object_model::int::as_i64(adder_object_model::number::long(text.op())?.op())?;
            }
            Some(match directive {
                "C" => format!("{:02}", year / 100),
                "F" => format!("{year:04}-%m-%d"),
                _ => format!("{year:04}"),
            })
        }
        _ => None,
    })
}

/// `time.strftime` with the directives of this module filled in before.
pub fn strftime(
    op: Op<'_>,
    format: Borrowed<'_, PyUnicodeObject>,
    time_tuple: Op<'_>,
    zone_argument: Op<'_>,
) -> PyResult {
    let time = (state::hooks().import_module)("time")?;
    let c_strftime = object::get_attr_str(time.op(), "strftime")?;
    let points = str::code_points(format);
    let mut result: Vec<u32> = Vec::new();
    let mut at = 0;
    let percent = u32::from('%');
    while at < points.len() {
        let rest = &points[at..];
        let directive = match rest {
            [p, c, z, ..] if *p == percent && *c == u32::from(':') && *z == u32::from('z') => {
                Some((":z".to_owned(), 3))
            }
            [p, d, ..] if *p == percent => char::from_u32(*d).map(|d| (d.to_string(), 2)),
            _ => None,
        };
        let Some((directive, n)) = directive else {
            result.push(rest[0]);
            at += 1;
            continue;
        };
        match replacement(op, &directive, time_tuple, zone_argument, c_strftime.op())? {
            Some(text) => result.extend(text.chars().map(u32::from)),
            None => result.extend_from_slice(&rest[..n]),
        }
        at += n;
    }
    let format = str::from_code_points(&result)?;
    call::call_positional(c_strftime.op(), &[format.op(), time_tuple])
}

/// A class method `strptime` through the module `_strptime`.
pub fn strptime(class: TypeRef<'_>, args: Args<'_>, function: &str) -> PyResult {
    let [text, format] = args.exactly("strptime")?;
    for (index, op) in [text, format].into_iter().enumerate() {
        if !op.is_instance::<PyUnicodeObject>() {
            return Err(raise!(
                TypeError,
                "strptime() argument {} must be str, not {}",
                index + 1,
                op.type_name()
            ));
        }
    }
    let parser = (state::hooks().import_module)("_strptime")?;
    let function = object::get_attr_str(parser.op(), function)?;
    call::call_positional(function.op(), &[class.as_object(), text, format])
}

/// Raises for text that is not in ISO 8601's form.
pub fn invalid(source: Op<'_>) -> Raised {
    match object::repr(source) {
        Ok(repr) => raise!(ValueError, "Invalid isoformat string: {}", str::to_string_lossy(repr.op())),
        Err(raised) => raised,
    }
}

/// The text given to `fromisoformat`, a surrogate as a byte that no format has.
pub fn iso_argument(source: Op<'_>) -> PyResult<Vec<u32>> {
    match source.downcast::<PyUnicodeObject>() {
        Some(text) => Ok(str::code_points(text)),
        None => Err(raise!(TypeError, "fromisoformat: argument must be str")),
    }
}

fn is_digit(point: u32) -> bool {
    (u32::from('0')..=u32::from('9')).contains(&point)
}

/// `n` digits at `at`.
fn digits(text: &[u32], at: usize, n: usize) -> Option<i32> {
    let slice = text.get(at..at + n)?;
    slice
        .iter()
        .try_fold(0, |value, &point| is_digit(point).then(|| value * 10 + (point - u32::from('0')) as i32))
}

fn has(text: &[u32], at: usize, character: char) -> bool {
    text.get(at) == Some(&u32::from(character))
}

/// A date in a form of ISO 8601; `None` if it has none of the forms, an exception if a part is out of range.
pub fn parse_date(text: &[u32]) -> Option<PyResult<Ymd>> {
    if !matches!(text.len(), 7 | 8 | 10) {
        return None;
    }
    let year = digits(text, 0, 4)?;
    let dashes = has(text, 4, '-');
    let mut at = 4 + usize::from(dashes);
    if has(text, at, 'W') {
        let week = digits(text, at + 1, 2)?;
        at += 3;
        let mut day = 1;
        if at < text.len() {
            if has(text, at, '-') != dashes {
                return None;
            }
            at += usize::from(dashes);
            day = digits(text, at, 1)?;
            if at + 1 != text.len() {
                return None;
            }
        }
        return Some(date::from_iso(year, week, day));
    }
    let month = digits(text, at, 2)?;
    at += 2;
    if has(text, at, '-') != dashes {
        return None;
    }
    at += usize::from(dashes);
    let day = digits(text, at, 2)?;
    (at + 2 == text.len()).then_some(Ok(Ymd { year, month, day }))
}

/// The argument of `date.fromisoformat`.
pub fn parse_date_argument(source: Op<'_>) -> PyResult<Ymd> {
    let text = iso_argument(source)?;
    match parse_date(&text) {
        // Only a date out of range, which raises by itself, is an error of another kind.
        Some(Ok(date)) => Ok(date),
        Some(Err(raised)) => {
            raised.clear();
            Err(invalid(source))
        }
        None => Err(invalid(source)),
    }
}

/// `HH[:MM[:SS[.f+]]]`, colons in all places or in none.
fn parse_clock(text: &[u32]) -> Option<Clock> {
    let mut fields = [0; 3];
    let mut at = 0;
    let mut colons = false;
    for (index, field) in fields.iter_mut().enumerate() {
        *field = digits(text, at, 2)?;
        at += 2;
        if index == 0 {
            colons = has(text, at, ':');
        }
        if at >= text.len() || index == 2 {
            break;
        }
        if has(text, at, ':') {
            if !colons {
                return None;
            }
            at += 1;
        } else if colons {
            return None;
        }
    }
    let mut microsecond = 0;
    if at < text.len() {
        if !has(text, at, '.') && !has(text, at, ',') {
            return None;
        }
        let fraction = &text[at + 1..];
        if fraction.is_empty() || !fraction.iter().all(|&point| is_digit(point)) {
            return None;
        }
        let shown = fraction.len().min(6);
        microsecond = digits(fraction, 0, shown)? * 10_i32.pow(6 - shown as u32);
    }
    let [hour, minute, second] = fields;
    Some(Clock { hour, minute, second, microsecond, fold: 0 })
}

/// A time in ISO 8601's form.
pub struct IsoTime {
    pub clock: Clock,
    /// A time zone, or `None`.
    pub zone: Object,
    /// The time was 24:00: midnight at the end of the day.
    pub next_day: bool,
}

/// `None` if the text has not the form.
pub fn parse_time(text: &[u32]) -> Option<PyResult<IsoTime>> {
    let sign_at =
        ['-', '+', 'Z'].into_iter().find_map(|sign| text.iter().position(|&point| point == u32::from(sign)));
    let mut clock = parse_clock(&text[..sign_at.unwrap_or(text.len())])?;
    let mut zone = None;
    if let Some(at) = sign_at {
        let tail = &text[at + 1..];
        if has(text, at, 'Z') {
            if !tail.is_empty() {
                return None;
            }
            zone = Some(Delta::ZERO);
        } else {
            if matches!(tail.len(), 0 | 1 | 3) {
                return None;
            }
            let offset = parse_clock(tail)?;
            let us = i128::from(offset.seconds()) * 1_000_000 + i128::from(offset.microsecond);
            match Delta::from_us(if has(text, at, '-') { -us } else { us }) {
                Ok(offset) => zone = Some(offset),
                Err(raised) => return Some(Err(raised)),
            }
        }
    }
    let mut next_day = false;
    if clock.hour == 24 {
        if clock.minute != 0 || clock.second != 0 || clock.microsecond != 0 {
            return Some(Err(raise!(
                ValueError,
                "minute, second, and microsecond must be 0 when hour is 24"
            )));
        }
        clock.hour = 0;
        next_day = true;
    }
    let make_zone = || -> PyResult {
        match zone {
            None => Ok(adder_object_model::singletons::new_none()),
            Some(offset) => zone::new_timezone(offset.new_object()?.op(), None),
        }
    };
    Some(make_zone().map(|zone| IsoTime { clock, zone, next_day }))
}

/// Where the time begins in the text of a `datetime`: the index of the character between date and time.
pub fn separator(text: &[u32]) -> Option<usize> {
    let n = text.len();
    if n <= 7 {
        return (n == 7).then_some(7);
    }
    let digit_at = |at: usize| text.get(at).is_some_and(|&point| is_digit(point));
    if has(text, 4, '-') {
        if !has(text, 5, 'W') {
            return Some(10);
        }
        // YYYY-Www, or YYYY-Www-D; a dash may also stand between date and time.
        if n > 8 && has(text, 8, '-') {
            return match n {
                9 => None,
                _ if n > 10 && digit_at(10) => Some(8),
                _ => Some(10),
            };
        }
        return Some(8);
    }
    if has(text, 4, 'W') {
        // YYYYWww or YYYYWwwD: an even number of digits in all means the former.
        let end = (7..n).find(|&at| !digit_at(at)).unwrap_or(n);
        return Some(if end < 9 {
            end
        } else if end % 2 == 0 {
            7
        } else {
            8
        });
    }
    Some(8)
}
