//! From objects to JSON text.

use adder_object_model::layout::*;
use adder_object_model::str::{Builder, Units};
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, Visitor, call, dict, float,
    getset, int, list, mapping, object, raise, sequence, singletons, slot, str, tuple,
};

use crate::native::{self, Contents, Native};

/// Adds a character as an escape.
fn push_escape(out: &mut Builder, point: u32) {
    match point {
        0x22 => out.push_str("\\\""),
        0x5c => out.push_str("\\\\"),
        8 => out.push_str("\\b"),
        12 => out.push_str("\\f"),
        10 => out.push_str("\\n"),
        13 => out.push_str("\\r"),
        9 => out.push_str("\\t"),
        0..0x10000 => out.push_str(&format!("\\u{point:04x}")),
        _ => {
            let point = point - 0x10000;
            let (high, low) = (0xd800 | point >> 10, 0xdc00 | point & 0x3ff);
            out.push_str(&format!("\\u{high:04x}\\u{low:04x}"));
        }
    }
}

/// Adds a string in quotes.
fn push_string(out: &mut Builder, units: Units<'_>, ascii: bool) {
    let needs_escape = |point: u32| match point {
        0x22 | 0x5c | 0..0x20 => true,
        0x20..0x7f => false,
        _ => ascii,
    };
    out.push(0x22);
    let mut start = 0;
    for (index, point) in units.iter().enumerate() {
        if needs_escape(point) {
            out.push_units(units.slice(start, index));
            push_escape(out, point);
            start = index + 1;
        }
    }
    out.push_units(units.slice(start, units.len()));
    out.push(0x22);
}

fn quoted(text: Op<'_>, ascii: bool) -> PyResult<Owned<PyUnicodeObject>> {
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "first argument must be a string, not {}", text.type_name()));
    };
    let mut out = Builder::with_capacity(str::len(text) + 2);
    push_string(&mut out, str::units(text), ascii);
    out.finish()
}

pub fn encode_basestring(_: Op<'_>, text: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    quoted(text, false)
}

pub fn encode_basestring_ascii(_: Op<'_>, text: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    quoted(text, true)
}

/// How strings are written.
#[derive(Clone, Copy)]
enum Fast {
    Ascii,
    Any,
    No,
}

/// `make_encoder`: the settings of an encoder.
pub struct Encoder {
    markers: Object,
    default: Object,
    encoder: Object,
    indent: Object,
    key_separator: Owned<PyUnicodeObject>,
    item_separator: Owned<PyUnicodeObject>,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
    fast: Fast,
}

type This<'a> = Borrowed<'a, Native<Encoder>>;

impl Contents for Encoder {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut ENCODER
    }
    fn traverse(&self, visitor: &mut Visitor) {
        for op in [&self.markers, &self.default, &self.encoder, &self.indent] {
            visitor.visit(op.as_object_ptr());
        }
    }
}

const NEW: Signature<9> = Signature::new(
    "make_encoder",
    [
        "markers",
        "default",
        "encoder",
        "indent",
        "key_separator",
        "item_separator",
        "sort_keys",
        "skipkeys",
        "allow_nan",
    ],
)
.required(9);

/// Which of this module's functions a callable is, if one.
fn fast_encoder(encoder: Op<'_>) -> Fast {
    if !encoder.is_instance::<PyCFunctionObject>() {
        return Fast::No;
    }
    let is_ours = |name: &str| {
        let module = (adder_object_model::state::hooks().import_module)("_json").ok();
        let ours = module.and_then(|module| object::get_attr_str(module.op(), name).ok());
        ours.is_some_and(|ours| ours.op().is(encoder))
    };
    if is_ours("encode_basestring_ascii") {
        Fast::Ascii
    } else if is_ours("encode_basestring") {
        Fast::Any
    } else {
        Fast::No
    }
}

fn new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Native<Encoder>>> {
    let given = args.parse(&NEW)?.map(|op| op.expect("required"));
    let [markers, default, encoder, indent, key_separator, item_separator, sort_keys, skip_keys, allow_nan] =
        given;
    if !markers.is_none() && !markers.is_instance::<PyDictObject>() {
        let given = markers.type_name();
        return Err(raise!(TypeError, "make_encoder() argument 1 must be dict or None, not {given}"));
    }
    let text = |op: Op<'_>, position: u32| -> PyResult<Owned<PyUnicodeObject>> {
        let given = op.type_name();
        let text = op.downcast::<PyUnicodeObject>().map(Borrowed::to_owned);
        text.ok_or_else(|| raise!(TypeError, "make_encoder() argument {position} must be str, not {given}"))
    };
    native::new(Encoder {
        markers: markers.to_owned(),
        default: default.to_owned(),
        encoder: encoder.to_owned(),
        indent: indent.to_owned(),
        key_separator: text(key_separator, 5)?,
        item_separator: text(item_separator, 6)?,
        sort_keys: object::is_true(sort_keys)?,
        skip_keys: object::is_true(skip_keys)?,
        allow_nan: object::is_true(allow_nan)?,
        fast: fast_encoder(encoder),
    })
}

/// Adds a note to the exception that is set.
fn with_note(raised: Raised, note: PyResult<String>) -> Raised {
    let exception = raised.take();
    let added = note
        .and_then(str::from_string)
        .and_then(|note| call::call_method(exception.op(), "add_note", &[note.op()]));
    match added {
        Ok(_) => adder_object_model::errors::restore(exception),
        Err(raised) => raised,
    }
}

impl Encoder {
    /// A line break and the indentation of a level.
    fn newline(&self, out: &mut Builder, level: usize) {
        if let Some(indent) = self.indent.op().downcast::<PyUnicodeObject>() {
            out.push(10);
            for _ in 0..level {
                out.push_text(indent);
            }
        }
    }

    fn push_float(&self, out: &mut Builder, op: Op<'_>) -> PyResult<()> {
        let value = float::value(op);
        if !value.is_finite() {
            if !self.allow_nan {
                let shown = str::to_string_lossy(object::repr(op)?.op());
                return Err(raise!(ValueError, "Out of range float values are not JSON compliant: {shown}"));
            }
            out.push_str(if value.is_nan() {
                "NaN"
            } else if value > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            });
            return Ok(());
        }
        out.push_str(&float::repr_string(value));
        Ok(())
    }

    fn push_text(&self, out: &mut Builder, text: Borrowed<'_, PyUnicodeObject>) -> PyResult<()> {
        match self.fast {
            Fast::Ascii => push_string(out, str::units(text), true),
            Fast::Any => push_string(out, str::units(text), false),
            Fast::No => {
                let encoded = call::call_one(self.encoder.op(), text.as_object())?;
                let Some(encoded) = encoded.op().downcast::<PyUnicodeObject>() else {
                    let given = encoded.op().type_name();
                    return Err(raise!(TypeError, "encoder() must return a string, not {given}"));
                };
                out.push_text(encoded);
            }
        }
        Ok(())
    }

    /// Remembers an object while it is written, so that it is not met inside itself.
    fn mark(&self, op: Op<'_>) -> PyResult<Option<Object>> {
        let Some(markers) = self.markers.op().downcast::<PyDictObject>() else {
            return Ok(None);
        };
        let id = int::from_ptr(op.as_ptr())?;
        if dict::contains(markers, id.op())? {
            return Err(raise!(ValueError, "Circular reference detected"));
        }
        dict::set_item(markers, id.op(), op)?;
        Ok(Some(id))
    }

    fn unmark(&self, id: Option<Object>) -> PyResult<()> {
        match (id, self.markers.op().downcast::<PyDictObject>()) {
            (Some(id), Some(markers)) => dict::del_item(markers, id.op()),
            _ => Ok(()),
        }
    }

    fn push_value(&self, out: &mut Builder, op: Op<'_>, level: usize) -> PyResult<()> {
        if op.is_none() {
            out.push_str("null");
        } else if op.is(singletons::true_()) {
            out.push_str("true");
        } else if op.is(singletons::false_()) {
            out.push_str("false");
        } else if let Some(text) = op.downcast::<PyUnicodeObject>() {
            return self.push_text(out, text);
        } else if op.is_instance::<PyLongObject>() {
            out.push_str(&int::to_decimal_string(op)?);
        } else if op.is_instance::<PyFloatObject>() {
            return self.push_float(out, op);
        } else {
            call::enter_recursive(" while encoding a JSON object")?;
            let result = if op.is_instance::<PyListObject>() || op.is_instance::<PyTupleObject>() {
                self.push_list(out, op, level)
            } else if let Some(dict) = op.downcast::<PyDictObject>() {
                self.push_dict(out, dict, level)
            } else {
                self.push_other(out, op, level)
            };
            call::leave_recursive();
            return result;
        }
        Ok(())
    }

    fn push_other(&self, out: &mut Builder, op: Op<'_>, level: usize) -> PyResult<()> {
        let id = self.mark(op)?;
        let replacement = call::call_one(self.default.op(), op)?;
        self.push_value(out, replacement.op(), level)
            .map_err(|raised| with_note(raised, Ok(format!("when serializing {} object", op.type_name()))))?;
        self.unmark(id)
    }

    fn push_list(&self, out: &mut Builder, op: Op<'_>, level: usize) -> PyResult<()> {
        let items = sequence::fast(op, "_iterencode_list needs a sequence")?;
        if sequence::len(items.op())? == 0 {
            out.push_str("[]");
            return Ok(());
        }
        let id = self.mark(op)?;
        out.push_str("[");
        self.newline(out, level + 1);
        let mut index = 0;
        while index < sequence::len(items.op())? {
            if index > 0 {
                out.push_text(self.item_separator.borrow());
                self.newline(out, level + 1);
            }
            let item = sequence::get_item(items.op(), index as isize)?;
            self.push_value(out, item.op(), level + 1).map_err(|raised| {
                with_note(raised, Ok(format!("when serializing {} item {index}", op.type_name())))
            })?;
            index += 1;
        }
        self.unmark(id)?;
        self.newline(out, level);
        out.push_str("]");
        Ok(())
    }

    fn push_dict(&self, out: &mut Builder, op: Borrowed<'_, PyDictObject>, level: usize) -> PyResult<()> {
        if dict::len(op) == 0 {
            out.push_str("{}");
            return Ok(());
        }
        let id = self.mark(op.as_object())?;
        out.push_str("{");
        let items = if self.sort_keys || !op.is_exact::<PyDictObject>() {
            let items = mapping::items(op.as_object())?;
            let items = sequence::to_list(items.op())?;
            if self.sort_keys {
                list::sort(items.borrow(), None, false)?;
            }
            items
        } else {
            dict::items(op)?
        };
        let mut first = true;
        let mut index = 0;
        while let Some(item) = list::get(items.borrow(), index) {
            index += 1;
            let Some(pair) = item.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2)
            else {
                return Err(raise!(ValueError, "items must return 2-tuples"));
            };
            self.push_pair(out, op.as_object(), tuple::get(pair, 0), tuple::get(pair, 1), level, &mut first)?;
        }
        self.unmark(id)?;
        if !first {
            self.newline(out, level);
        }
        out.push_str("}");
        Ok(())
    }

    fn push_pair(
        &self,
        out: &mut Builder,
        owner: Op<'_>,
        key: Op<'_>,
        value: Op<'_>,
        level: usize,
        first: &mut bool,
    ) -> PyResult<()> {
        let mut shown = Builder::new();
        if let Some(text) = key.downcast::<PyUnicodeObject>() {
            shown.push_text(text);
        } else if key.is_instance::<PyFloatObject>() {
            self.push_float(&mut shown, key)?;
        } else if key.is_none() {
            shown.push_str("null");
        } else if key.is(singletons::true_()) {
            shown.push_str("true");
        } else if key.is(singletons::false_()) {
            shown.push_str("false");
        } else if key.is_instance::<PyLongObject>() {
            shown.push_str(&int::to_decimal_string(key)?);
        } else if self.skip_keys {
            return Ok(());
        } else {
            let given = key.type_name();
            return Err(raise!(TypeError, "keys must be str, int, float, bool or None, not {given}"));
        }
        if !core::mem::take(first) {
            out.push_text(self.item_separator.borrow());
        }
        self.newline(out, level + 1);
        let shown = match key.downcast::<PyUnicodeObject>() {
            Some(text) => text.to_owned(),
            None => shown.finish()?,
        };
        self.push_text(out, shown.borrow())?;
        out.push_text(self.key_separator.borrow());
        self.push_value(out, value, level + 1).map_err(|raised| {
            let note = || {
                let exception = raised.take();
                let shown = object::repr(key);
                (exception, shown.map(|shown| str::to_string_lossy(shown.op())))
            };
            let (exception, shown) = note();
            let raised = adder_object_model::errors::restore(exception);
            with_note(
                raised,
                shown.map(|shown| format!("when serializing {} item {shown}", owner.type_name())),
            )
        })
    }
}

const CALL: Signature<2> = Signature::new("_iterencode", ["obj", "_current_indent_level"]).required(2);

fn call(this: This<'_>, args: Args<'_>) -> PyResult {
    let [op, level] = args.parse(&CALL)?;
    let level = int::as_isize(level.expect("required"))?;
    let mut out = Builder::new();
    this.value.push_value(&mut out, op.expect("required"), level.max(0) as usize)?;
    tuple::pack(&[out.finish()?.op()])
}

macro_rules! attributes {
    ($($name:ident = $value:expr;)*) => {$(
        fn $name(this: This<'_>) -> PyResult {
            Ok($value(&this.value))
        }
    )*};
}
attributes! {
    markers = |this: &Encoder| this.markers.clone();
    default = |this: &Encoder| this.default.clone();
    encoder = |this: &Encoder| this.encoder.clone();
    indent = |this: &Encoder| this.indent.clone();
    key_separator = |this: &Encoder| this.key_separator.clone().into_object();
    item_separator = |this: &Encoder| this.item_separator.clone().into_object();
    sort_keys = |this: &Encoder| singletons::new_bool(this.sort_keys);
    skipkeys = |this: &Encoder| singletons::new_bool(this.skip_keys);
}

static GETSET: [PyGetSetDef; 9] = [
    getset::get(c"markers", markers, c"markers"),
    getset::get(c"default", default, c"default"),
    getset::get(c"encoder", encoder, c"encoder"),
    getset::get(c"indent", indent, c"indent"),
    getset::get(c"key_separator", key_separator, c"key_separator"),
    getset::get(c"item_separator", item_separator, c"item_separator"),
    getset::get(c"sort_keys", sort_keys, c"sort_keys"),
    getset::get(c"skipkeys", skipkeys, c"skipkeys"),
    PyGetSetDef::EMPTY,
];

static mut ENCODER: PyTypeObject = PyTypeObject {
    tp_call: slot::call(call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)".as_ptr(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new),
    ..native::type_object::<Encoder>(c"_json.Encoder")
};
