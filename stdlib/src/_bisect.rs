//! The `_bisect` module: searching and inserting in sorted sequences.

use adder_object_model::args::Signature;
use adder_object_model::layout::*;
use adder_object_model::{Args, Op, PyResult, call, int, list, method, module, object, raise, sequence};

/// The arguments all four functions take.
struct Search<'a> {
    row: Op<'a>,
    value: Op<'a>,
    low: isize,
    high: isize,
    key: Option<Op<'a>>,
}

impl<'a> Search<'a> {
    fn parse(args: Args<'a>, function: &'static str) -> PyResult<Self> {
        let signature =
            Signature::new(function, ["a", "x", "lo", "hi", "key"]).required(2).keyword_only_from(4);
        let [row, value, low, high, key] = args.parse(&signature)?;
        let low = low.map_or(Ok(0), int::as_isize)?;
        let high = high.filter(|high| !high.is_none()).map_or(Ok(-1), int::as_isize)?;
        Ok(Self {
            row: row.expect("required"),
            value: value.expect("required"),
            low,
            high,
            key: key.filter(|key| !key.is_none()),
        })
    }

    /// The index at which `value` goes: in front of equal items, or behind them with `RIGHT`.
    fn run<const RIGHT: bool>(&self, value: Op<'_>) -> PyResult<isize> {
        if self.low < 0 {
            return Err(raise!(ValueError, "lo must be non-negative"));
        }
        let (mut low, mut high) = (self.low, self.high);
        if high == -1 {
            high = sequence::len(self.row)? as isize;
        }
        while low < high {
            let middle = ((low as usize + high as usize) / 2) as isize;
            let item = sequence::get_item(self.row, middle)?;
            let item = match self.key {
                Some(key) => call::call_one(key, item.op())?,
                None => item,
            };
            let go_left = if RIGHT {
                object::rich_compare_bool(value, item.op(), Py_LT)?
            } else {
                !object::rich_compare_bool(item.op(), value, Py_LT)?
            };
            if go_left {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }

    fn insert<const RIGHT: bool>(&self) -> PyResult<()> {
        let index = match self.key {
            Some(key) => {
                let value = call::call_one(key, self.value)?;
                self.run::<RIGHT>(value.op())?
            }
            None => self.run::<RIGHT>(self.value)?,
        };
        if let Some(row) = self.row.downcast_exact::<PyListObject>() {
            return list::insert(row, index, self.value);
        }
        let index = int::from_isize(index)?;
        call::call_method(self.row, "insert", &[index.op(), self.value]).map(drop)
    }
}

fn bisect_right(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let search = Search::parse(args, "bisect_right")?;
    int::from_isize(search.run::<true>(search.value)?)
}

fn bisect_left(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let search = Search::parse(args, "bisect_left")?;
    int::from_isize(search.run::<false>(search.value)?)
}

fn insort_right(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    Search::parse(args, "insort_right")?.insert::<true>()
}

fn insort_left(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    Search::parse(args, "insort_left")?.insert::<false>()
}

const FUNCTIONS: &[PyMethodDef] = &[
    method::keywords(
        c"bisect_right",
        bisect_right,
        c"bisect_right($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nThe index at which x goes into the sorted sequence a, behind items that equal it.",
    ),
    method::keywords(
        c"insort_right",
        insort_right,
        c"insort_right($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nPut x into the sorted sequence a, behind items that equal it.",
    ),
    method::keywords(
        c"bisect_left",
        bisect_left,
        c"bisect_left($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nThe index at which x goes into the sorted sequence a, in front of items that equal it.",
    ),
    method::keywords(
        c"insort_left",
        insort_left,
        c"insort_left($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nPut x into the sorted sequence a, in front of items that equal it.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result = module::new("_bisect")?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    Ok(result)
}
