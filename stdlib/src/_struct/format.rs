//! Formats: from text to codes with places.

use adder_object_model::PyResult;

use super::error;

/// The order of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Little,
    Big,
}

/// What one letter stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Char,
    Signed,
    Unsigned,
    Bool,
    Float,
    Complex,
    /// `s`: one value of `size` bytes.
    Bytes,
    /// `p`: the same with its length in the first byte.
    Pascal,
    Pointer,
}

/// Values of one kind behind each other.
#[derive(Clone, Debug)]
pub struct Code {
    pub letter: u8,
    pub kind: Kind,
    pub offset: usize,
    /// Of one value.
    pub size: usize,
    pub repeat: usize,
    /// Native sizes, whose messages differ.
    pub native: bool,
}

/// A whole struct.
#[derive(Debug)]
pub struct Layout {
    pub order: Order,
    pub size: usize,
    pub values: usize,
    pub codes: Vec<Code>,
}

/// Kind, size and alignment of a letter.
fn letter(letter: u8, native: bool) -> Option<(Kind, usize, usize)> {
    let (kind, size) = match letter {
        b'x' | b's' => (Kind::Bytes, 1),
        b'p' => (Kind::Pascal, 1),
        b'c' => (Kind::Char, 1),
        b'b' => (Kind::Signed, 1),
        b'B' => (Kind::Unsigned, 1),
        b'?' => (Kind::Bool, 1),
        b'h' => (Kind::Signed, 2),
        b'H' => (Kind::Unsigned, 2),
        b'i' => (Kind::Signed, 4),
        b'I' => (Kind::Unsigned, 4),
        b'l' => (Kind::Signed, if native { 8 } else { 4 }),
        b'L' => (Kind::Unsigned, if native { 8 } else { 4 }),
        b'q' => (Kind::Signed, 8),
        b'Q' => (Kind::Unsigned, 8),
        b'n' if native => (Kind::Signed, 8),
        b'N' if native => (Kind::Unsigned, 8),
        b'P' if native => (Kind::Pointer, 8),
        b'e' => (Kind::Float, 2),
        b'f' => (Kind::Float, 4),
        b'd' => (Kind::Float, 8),
        b'F' => (Kind::Complex, 8),
        b'D' => (Kind::Complex, 16),
        _ => return None,
    };
    let alignment = match kind {
        _ if !native => 1,
        Kind::Complex => size / 2,
        _ => size,
    };
    Some((kind, size, alignment))
}

impl Layout {
    pub fn parse(format: &[u8]) -> PyResult<Self> {
        let (order, native, rest) = match format {
            [b'@', rest @ ..] => (Order::Little, true, rest),
            [b'=' | b'<', rest @ ..] => (Order::Little, false, rest),
            [b'>' | b'!', rest @ ..] => (Order::Big, false, rest),
            _ => (Order::Little, true, format),
        };
        let mut layout = Self { order, size: 0, values: 0, codes: Vec::new() };
        let too_long = || error("total struct size too long");
        let mut at = 0;
        while at < rest.len() {
            let byte = rest[at];
            at += 1;
            if byte.is_ascii_whitespace() || byte == 11 {
                continue;
            }
            let mut count = 1usize;
            let mut byte = byte;
            if byte.is_ascii_digit() {
                count = usize::from(byte - b'0');
                loop {
                    match rest.get(at) {
                        Some(&digit) if digit.is_ascii_digit() => {
                            let digit = usize::from(digit - b'0');
                            if count >= isize::MAX as usize / 10
                                && (count > isize::MAX as usize / 10 || digit > isize::MAX as usize % 10)
                            {
                                return Err(too_long());
                            }
                            count = count * 10 + digit;
                            at += 1;
                        }
                        Some(&next) => {
                            byte = next;
                            at += 1;
                            break;
                        }
                        None => return Err(error("repeat count given without format specifier")),
                    }
                }
            }
            if byte == 0 {
                return Err(error("embedded null character"));
            }
            let Some((kind, size, alignment)) = letter(byte, native) else {
                return Err(error("bad char in struct format"));
            };
            if native && alignment > 1 {
                let aligned = layout.size.checked_next_multiple_of(alignment);
                layout.size = aligned.filter(|&size| size <= isize::MAX as usize).ok_or_else(too_long)?;
            }
            let offset = layout.size;
            let total = size.checked_mul(count).and_then(|bytes| bytes.checked_add(offset));
            layout.size = total.filter(|&size| size <= isize::MAX as usize).ok_or_else(too_long)?;
            let (size, repeat, values) = match kind {
                Kind::Bytes | Kind::Pascal => (count, 1, usize::from(byte != b'x')),
                _ => (size, count, count),
            };
            layout.values += values;
            if byte != b'x' && repeat > 0 {
                layout.codes.push(Code { letter: byte, kind, offset, size, repeat, native });
            }
        }
        Ok(layout)
    }
}
