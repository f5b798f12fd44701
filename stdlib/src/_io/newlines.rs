//! `IncrementalNewlineDecoder`: turns `\r\n` and `\r` into `\n`, remembering what it met.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Signature, TypeRef, Visitor, bytes, call, getset, int, method, number,
    object, raise, singletons, slot, str, tuple,
};

use super::{State, This, set_state, state};
use crate::posix::flag;

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// The translation itself, for whoever needs it without the object.
#[derive(Default)]
pub(super) struct Newlines {
    pub translate: bool,
    /// A `\r` at the end of the last input, held back until it is known whether `\n` follows.
    pending_cr: bool,
    seen: u8,
}

impl Newlines {
    pub fn new(translate: bool) -> Self {
        Self { translate, ..Self::default() }
    }

    /// The next piece of text, translated if so asked.
    pub fn decode(&mut self, text: Vec<u32>, last: bool) -> Vec<u32> {
        const CR: u32 = b'\r' as u32;
        const LF: u32 = b'\n' as u32;
        let mut text = text;
        if self.pending_cr && (!text.is_empty() || last) {
            text.insert(0, CR);
            self.pending_cr = false;
        }
        if !last && text.last() == Some(&CR) {
            text.pop();
            self.pending_cr = true;
        }
        if !text.contains(&CR) {
            if text.contains(&LF) {
                self.seen |= SEEN_LF;
            }
            return text;
        }
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            match text[at] {
                CR if text.get(at + 1) == Some(&LF) => {
                    self.seen |= SEEN_CRLF;
                    if !self.translate {
                        out.push(CR);
                    }
                    out.push(LF);
                    at += 1;
                }
                CR => {
                    self.seen |= SEEN_CR;
                    out.push(if self.translate { LF } else { CR });
                }
                LF => {
                    self.seen |= SEEN_LF;
                    out.push(LF);
                }
                other => out.push(other),
            }
            at += 1;
        }
        out
    }

    /// None, a string, or a tuple of strings: the line ends met.
    pub fn seen_object(&self) -> PyResult {
        let names = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let met = names.into_iter().filter(|(bit, _)| self.seen & bit != 0);
        let mut met = met
            .map(|(_, name)| str::from_str(name).map(|name| name.into_object()))
            .collect::<PyResult<Vec<_>>>()?;
        match met.len() {
            0 => Ok(singletons::new_none()),
            1 => Ok(met.remove(0)),
            _ => tuple::from_vec(met),
        }
    }

    pub fn reset(&mut self) {
        self.pending_cr = false;
        self.seen = 0;
    }

    pub fn has_pending(&self) -> bool {
        self.pending_cr
    }

    pub fn set_pending(&mut self, pending: bool) {
        self.pending_cr = pending;
    }
}

pub(super) struct Decoder {
    /// None: input is text already.
    inner: Object,
    newlines: Newlines,
}

impl State for Decoder {
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.inner.as_ptr());
    }
    fn take_references(&mut self) -> Vec<Object> {
        vec![core::mem::replace(&mut self.inner, singletons::new_none())]
    }
}

type Stream<'a> = This<'a, Decoder>;

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    super::new_stream(tp, args)
}

fn init(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    let [decoder, translate, _errors] = args.parse(
        &Signature::new("IncrementalNewlineDecoder", ["decoder", "translate", "errors"]).required(2),
    )?;
    let translate = object::is_true(translate.expect("required"))?;
    let inner = decoder.expect("required").to_owned();
    set_state(stream, Decoder { inner, newlines: Newlines::new(translate) });
    Ok(())
}

fn decode(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [input, last] = args.parse(&Signature::new("decode", ["input", "final"]).required(1))?;
    let (input, last) = (input.expect("required"), flag(last, false)?);
    let inner = state(stream)?.inner.clone();
    let text = if inner.op().is_none() {
        input.to_owned()
    } else {
        call::call_method(inner.op(), "decode", &[input, singletons::new_bool(last).op()])?
    };
    let Some(text) = text.op().downcast::<PyUnicodeObject>() else {
        return Err(raise!(
            TypeError,
            "decoder should return a string result, not '{}'",
            text.op().type_name()
        ));
    };
    let points = state(stream)?.newlines.decode(str::code_points(text), last);
    str::from_code_points(&points).map(|text| text.into_object())
}

fn getstate(stream: Stream<'_>) -> PyResult {
    let inner = state(stream)?.inner.clone();
    let (buffer, flag) = if inner.op().is_none() {
        (bytes::from_slice(b"")?.into_object(), int::small(0))
    } else {
        let pair = call::call_method_noargs(inner.op(), "getstate")?;
        let Some(pair) = pair.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2) else {
            return Err(raise!(TypeError, "illegal decoder state"));
        };
        (tuple::get(pair, 0).to_owned(), tuple::get(pair, 1).to_owned())
    };
    let flag = number::lshift(flag.op(), int::small(1).op())?;
    let pending = int::small(state(stream)?.newlines.pending_cr.into());
    tuple::pack(&[buffer.op(), number::or(flag.op(), pending.op())?.op()])
}

fn setstate(stream: Stream<'_>, given: Op<'_>) -> PyResult<()> {
    let Some(pair) = given.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "state argument must be a tuple"));
    };
    if tuple::len(pair) != 2 {
        return Err(raise!(TypeError, "illegal decoder state"));
    }
    let (buffer, flag) = (tuple::get(pair, 0), tuple::get(pair, 1));
    let bit = number::and(flag, int::small(1).op())?;
    state(stream)?.newlines.pending_cr = object::is_true(bit.op())?;
    let inner = state(stream)?.inner.clone();
    if !inner.op().is_none() {
        let rest = number::rshift(flag, int::small(1).op())?;
        call::call_method(inner.op(), "setstate", &[tuple::pack(&[buffer, rest.op()])?.op()])?;
    }
    Ok(())
}

fn reset(stream: Stream<'_>) -> PyResult<()> {
    state(stream)?.newlines.reset();
    let inner = state(stream)?.inner.clone();
    if !inner.op().is_none() {
        call::call_method_noargs(inner.op(), "reset")?;
    }
    Ok(())
}

fn get_newlines(stream: Stream<'_>) -> PyResult {
    state(stream)?.newlines.seen_object()
}

const METHODS: &[PyMethodDef] = &[
    method::keywords(c"decode", decode, c"decode($self, /, input, final=False)\n--\n\nDecode and translate."),
    method::noargs(c"getstate", getstate, c"getstate($self, /)\n--\n\nThe state as (bytes, int)."),
    method::o(c"setstate", setstate, c"setstate($self, state, /)\n--\n\nSet the state."),
    method::noargs(c"reset", reset, c"reset($self, /)\n--\n\nStart anew."),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[getset::get(c"newlines", get_newlines, c""), PyGetSetDef::EMPTY];

pub(super) static mut DECODER_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.IncrementalNewlineDecoder".as_ptr(),
    tp_doc: c"IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\nDecodes with another decoder and translates line ends.".as_ptr(),
    tp_basicsize: super::STREAM_SIZE,
    tp_flags: super::base::FLAGS,
    tp_dealloc: slot::dealloc(super::dealloc::<Decoder>),
    tp_traverse: slot::traverse(super::traverse::<Decoder>),
    tp_clear: slot::clear(super::clear::<Decoder>),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_weaklistoffset: super::WEAKREF_OFFSET,
    tp_init: slot::init(init),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
