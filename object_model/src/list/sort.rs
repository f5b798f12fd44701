//! `list.sort`: a stable, adaptive mergesort (timsort with powersort's merge order).
//!
//! The list's items are taken out of it for the time of the sort, so that a
//! comparison that changes the list is noticed. Runs that are in order already are
//! found and merged pairwise, with galloping where one run wins many times over.
//!
//! Before it starts the sort looks at all keys: if they are all strings of one byte
//! a character, small ints, floats, or tuples that begin with one of these, comparisons
//! skip the dispatch through `tp_richcompare`.
//!
//! Every step works on raw cells. Whatever a comparison does, each reference stands in
//! exactly one cell of the row or the temporary row when a function returns, also on error.

use core::ptr;

use super::List;
use crate::define::same_slot;
use crate::layout::*;
use crate::{
    Object, Op, PyResult, PyTyped, Raised, call, errors, int, object, raise, singletons, str, tuple,
};

type Cell = *mut PyObject;

/// After this many wins of the same run in a row, merging begins to gallop.
const MIN_GALLOP: isize = 7;

/// A place in the row of keys and, if there is a key function, in the row of values.
#[derive(Clone, Copy)]
struct Place {
    keys: *mut Cell,
    /// Null without a key function.
    values: *mut Cell,
}

impl Place {
    fn add(self, n: isize) -> Self {
        // SAFETY: callers stay within their row or one past it.
        unsafe {
            Self {
                keys: self.keys.offset(n),
                values: if self.values.is_null() { self.values } else { self.values.offset(n) },
            }
        }
    }

    fn key(self, index: isize) -> Cell {
        // SAFETY: callers stay within their row.
        unsafe { *self.keys.offset(index) }
    }

    /// `self[to] = source[from]`.
    fn set(self, to: isize, source: Place, from: isize) {
        // SAFETY: callers stay within their rows.
        unsafe {
            *self.keys.offset(to) = *source.keys.offset(from);
            if !self.values.is_null() {
                *self.values.offset(to) = *source.values.offset(from);
            }
        }
    }

    /// `self[to..to + n] = source[from..from + n]`; the two may overlap.
    fn copy(self, to: isize, source: Place, from: isize, n: isize) {
        // SAFETY: callers stay within their rows.
        unsafe {
            ptr::copy(source.keys.offset(from), self.keys.offset(to), n as usize);
            if !self.values.is_null() {
                ptr::copy(source.values.offset(from), self.values.offset(to), n as usize);
            }
        }
    }

    fn reverse(self, n: isize) {
        // SAFETY: callers pass a part of their row.
        unsafe {
            core::slice::from_raw_parts_mut(self.keys, n as usize).reverse();
            if !self.values.is_null() {
                core::slice::from_raw_parts_mut(self.values, n as usize).reverse();
            }
        }
    }
}

/// How two keys are compared.
#[derive(Clone, Copy)]
enum Comparison {
    /// Through the full protocol.
    Any,
    /// All keys have the same type, whose `tp_richcompare` is called directly.
    SameType(richcmpfunc),
    /// Exact strings of one byte a character.
    Latin1,
    /// Exact ints that are compact.
    CompactInt,
    Float,
    /// Exact, nonempty tuples; the first items are compared as the inner value says.
    Tuple(Inner),
}

/// How the first items of tuples are compared: `Comparison` without tuples.
#[derive(Clone, Copy)]
enum Inner {
    Any,
    SameType(richcmpfunc),
    Latin1,
    CompactInt,
    Float,
}

impl From<Inner> for Comparison {
    fn from(inner: Inner) -> Self {
        match inner {
            Inner::Any => Self::Any,
            Inner::SameType(function) => Self::SameType(function),
            Inner::Latin1 => Self::Latin1,
            Inner::CompactInt => Self::CompactInt,
            Inner::Float => Self::Float,
        }
    }
}

/// # Safety
/// Both are live objects of the kind that `how` was chosen for.
unsafe fn less_than(how: Comparison, a: Cell, b: Cell) -> PyResult<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        let (left, right) = (Op::from_ptr(a), Op::from_ptr(b));
        match how {
            Comparison::Any => object::rich_compare_bool(left, right, Py_LT),
            Comparison::SameType(function) => {
                // An earlier comparison may have changed the type of one of the two.
                if !same_slot((*left.type_ptr()).tp_richcompare, Some(function)) {
                    return object::rich_compare_bool(left, right, Py_LT);
                }
                let result = call::check_c_result(left, function(a, b, Py_LT))?;
                if result.op().as_ptr() == singletons::not_implemented_ptr() {
                    return object::rich_compare_bool(left, right, Py_LT);
                }
                object::is_true(result.op())
            }
            Comparison::Latin1 => {
                Ok(str::compare(left.cast_unchecked(), right.cast_unchecked()) == core::cmp::Ordering::Less)
            }
            Comparison::CompactInt => Ok(int::compact_value(left) < int::compact_value(right)),
            Comparison::Float => {
                Ok((*a.cast::<PyFloatObject>()).ob_fval < (*b.cast::<PyFloatObject>()).ob_fval)
            }
            Comparison::Tuple(inner) => tuple_less_than(inner, left.cast_unchecked(), right.cast_unchecked()),
        }
    }
}

/// # Safety
/// As for `less_than`.
unsafe fn tuple_less_than(
    inner: Inner,
    a: crate::Borrowed<'_, PyTupleObject>,
    b: crate::Borrowed<'_, PyTupleObject>,
) -> PyResult<bool> {
    let (a, b) = (tuple::refs(a), tuple::refs(b));
    let mut index = 0;
    while index < a.len() && index < b.len() {
        if !object::rich_compare_bool(a[index], b[index], Py_EQ)? {
            break;
        }
        index += 1;
    }
    if index >= a.len() || index >= b.len() {
        return Ok(a.len() < b.len());
    }
    if index == 0 {
        // SAFETY: the first items were looked at when `inner` was chosen.
        return unsafe { less_than(inner.into(), a[0].as_ptr(), b[0].as_ptr()) };
    }
    object::rich_compare_bool(a[index], b[index], Py_LT)
}

/// What `less_than` may assume of all `keys`.
fn choose(keys: &[Op<'_>]) -> Comparison {
    let Some(first) = keys.first() else { return Comparison::Any };
    let in_tuples =
        keys.iter().all(|key| key.downcast_exact::<PyTupleObject>().is_some_and(|key| tuple::len(key) > 0));
    let lead = |key: &Op<'_>| -> Cell {
        match key.downcast_exact::<PyTupleObject>() {
            Some(row) if in_tuples => tuple::get(row, 0).as_ptr(),
            _ => key.as_ptr(),
        }
    };
    let first_type = {
        // SAFETY: the key is alive, and a tuple keeps its items alive.
        unsafe { (*lead(first)).ob_type }
    };
    let (mut same_type, mut all_latin1, mut all_compact) = (true, true, true);
    let is_string = first_type == PyUnicodeObject::type_ptr();
    let is_int = first_type == PyLongObject::type_ptr();
    for key in keys {
        // SAFETY: as above.
        let item = unsafe { Op::from_ptr(lead(key)) };
        if item.type_ptr() != first_type {
            same_type = false;
            break;
        }
        if is_int && all_compact && int::compact_value(item).is_none() {
            all_compact = false;
        } else if is_string && all_latin1 {
            // SAFETY: an exact string.
            all_latin1 = str::kind(unsafe { item.cast_unchecked() }) == 1;
        }
    }
    let inner = if !same_type {
        Inner::Any
    } else if is_string && all_latin1 {
        Inner::Latin1
    } else if is_int && all_compact {
        Inner::CompactInt
    } else if first_type == PyFloatObject::type_ptr() {
        Inner::Float
    } else {
        // SAFETY: the type of a live object.
        match unsafe { (*first_type).tp_richcompare } {
            Some(function) => Inner::SameType(function),
            None => Inner::Any,
        }
    };
    if !in_tuples {
        return inner.into();
    }
    // Tuples within tuples are compared in full.
    if first_type == PyTupleObject::type_ptr() {
        return Comparison::Tuple(Inner::Any);
    }
    Comparison::Tuple(inner)
}

struct Run {
    base: Place,
    len: isize,
    /// The level of the boundary to the next run in the tree of merges.
    power: i32,
}

struct Sorter {
    how: Comparison,
    min_gallop: isize,
    base: Place,
    total: isize,
    runs: Vec<Run>,
    /// The temporary rows; they own nothing.
    temporary_keys: Vec<Cell>,
    temporary_values: Vec<Cell>,
}

impl Sorter {
    fn lt(&self, a: Cell, b: Cell) -> PyResult<bool> {
        // SAFETY: both stand in a row whose references the sort owns.
        unsafe { less_than(self.how, a, b) }
    }

    fn temporary(&mut self, n: isize) -> Place {
        let n = n as usize;
        let with_values = !self.base.values.is_null();
        if self.temporary_keys.len() < n {
            self.temporary_keys.resize(n, ptr::null_mut());
            if with_values {
                self.temporary_values.resize(n, ptr::null_mut());
            }
        }
        Place {
            keys: self.temporary_keys.as_mut_ptr(),
            values: if with_values { self.temporary_values.as_mut_ptr() } else { ptr::null_mut() },
        }
    }

    /// Sorts `n` items of which the first `sorted` are in order, by binary insertion.
    fn binary_sort(&self, row: Place, n: isize, sorted: isize) -> PyResult<()> {
        for start in sorted.max(1)..n {
            let pivot = row.key(start);
            let (mut left, mut right) = (0, start);
            while left < right {
                let middle = (left + right) >> 1;
                if self.lt(pivot, row.key(middle))? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            // SAFETY: the cells from `left` to `start` move up by one within the row.
            unsafe {
                ptr::copy(row.keys.offset(left), row.keys.offset(left + 1), (start - left) as usize);
                *row.keys.offset(left) = pivot;
                if !row.values.is_null() {
                    let value = *row.values.offset(start);
                    ptr::copy(row.values.offset(left), row.values.offset(left + 1), (start - left) as usize);
                    *row.values.offset(left) = value;
                }
            }
        }
        Ok(())
    }

    /// The length of the run at `row`; a descending one is reversed first.
    ///
    /// Stretches of equal items inside a descending run are reversed on the way, so that
    /// reversing the whole keeps their order.
    fn count_run(&self, row: Place, remaining: isize) -> PyResult<isize> {
        if remaining < 2 {
            return Ok(remaining);
        }
        let mut n = 1;
        while n < remaining && !self.lt(row.key(n), row.key(n - 1))? {
            n += 1;
        }
        if n == remaining {
            return Ok(n);
        }
        // What follows is smaller. Before it the items ascend, unless they are all equal:
        // then they begin a descending run.
        if n > 1 {
            if self.lt(row.key(0), row.key(n - 1))? {
                return Ok(n);
            }
            row.reverse(n);
        }
        // How many of the last items equal the one before.
        let mut equal = 0;
        n += 1;
        while n < remaining {
            if self.lt(row.key(n), row.key(n - 1))? {
                if equal > 0 {
                    row.add(n - equal - 1).reverse(equal + 1);
                    equal = 0;
                }
            } else if self.lt(row.key(n - 1), row.key(n))? {
                break;
            } else {
                equal += 1;
            }
            n += 1;
        }
        if equal > 0 {
            row.add(n - equal - 1).reverse(equal + 1);
        }
        row.reverse(n);
        // The reversed run may go on as an ascending one.
        while n < remaining && !self.lt(row.key(n), row.key(n - 1))? {
            n += 1;
        }
        Ok(n)
    }

    /// The place of `key` in the sorted row of `n`, in front of any equal items; the search
    /// begins at `hint`.
    fn gallop_left(&self, key: Cell, row: Place, n: isize, hint: isize) -> PyResult<isize> {
        let (mut last, mut offset) = (0, 1);
        if self.lt(row.key(hint), key)? {
            let limit = n - hint;
            while offset < limit {
                if !self.lt(row.key(hint + offset), key)? {
                    break;
                }
                last = offset;
                offset = (offset << 1) + 1;
            }
            offset = offset.min(limit);
            last += hint;
            offset += hint;
        } else {
            let limit = hint + 1;
            while offset < limit {
                if self.lt(row.key(hint - offset), key)? {
                    break;
                }
                last = offset;
                offset = (offset << 1) + 1;
            }
            offset = offset.min(limit);
            (last, offset) = (hint - offset, hint - last);
        }
        last += 1;
        while last < offset {
            let middle = last + ((offset - last) >> 1);
            if self.lt(row.key(middle), key)? {
                last = middle + 1;
            } else {
                offset = middle;
            }
        }
        Ok(offset)
    }

    /// The same, behind any equal items.
    fn gallop_right(&self, key: Cell, row: Place, n: isize, hint: isize) -> PyResult<isize> {
        let (mut last, mut offset) = (0, 1);
        if self.lt(key, row.key(hint))? {
            let limit = hint + 1;
            while offset < limit {
                if !self.lt(key, row.key(hint - offset))? {
                    break;
                }
                last = offset;
                offset = (offset << 1) + 1;
            }
            offset = offset.min(limit);
            (last, offset) = (hint - offset, hint - last);
        } else {
            let limit = n - hint;
            while offset < limit {
                if self.lt(key, row.key(hint + offset))? {
                    break;
                }
                last = offset;
                offset = (offset << 1) + 1;
            }
            offset = offset.min(limit);
            last += hint;
            offset += hint;
        }
        last += 1;
        while last < offset {
            let middle = last + ((offset - last) >> 1);
            if self.lt(key, row.key(middle))? {
                offset = middle;
            } else {
                last = middle + 1;
            }
        }
        Ok(offset)
    }

    /// Merges two neighbouring runs, the first of which is not longer and is copied aside.
    fn merge_low(&mut self, a: Place, n_a: isize, b: Place, n_b: isize) -> PyResult<()> {
        let temporary = self.temporary(n_a);
        temporary.copy(0, a, 0, n_a);
        let mut merge = Merge { dest: a, a: temporary, n_a, b, n_b };
        merge.dest.set(0, merge.b, 0);
        merge.dest = merge.dest.add(1);
        merge.b = merge.b.add(1);
        merge.n_b -= 1;
        let result = self.merge_low_loop(&mut merge);
        // Whatever happened, what is left of the first run goes where it is missing.
        if merge.n_a > 0 {
            if result.is_ok() && merge.n_a == 1 && merge.n_b > 0 {
                // The last of the first run belongs behind all of the second.
                merge.dest.copy(0, merge.b, 0, merge.n_b);
                merge.dest.set(merge.n_b, merge.a, 0);
            } else {
                merge.dest.copy(0, merge.a, 0, merge.n_a);
            }
        }
        result
    }

    fn merge_low_loop(&mut self, m: &mut Merge) -> PyResult<()> {
        if m.n_b == 0 || m.n_a == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            loop {
                if self.lt(m.b.key(0), m.a.key(0))? {
                    m.take_b();
                    b_wins += 1;
                    a_wins = 0;
                    if m.n_b == 0 {
                        return Ok(());
                    }
                    if b_wins >= min_gallop {
                        break;
                    }
                } else {
                    m.take_a();
                    a_wins += 1;
                    b_wins = 0;
                    if m.n_a == 1 {
                        return Ok(());
                    }
                    if a_wins >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= (min_gallop > 1) as isize;
                self.min_gallop = min_gallop;
                let k = self.gallop_right(m.b.key(0), m.a, m.n_a, 0)?;
                a_wins = k;
                if k > 0 {
                    m.dest.copy(0, m.a, 0, k);
                    m.dest = m.dest.add(k);
                    m.a = m.a.add(k);
                    m.n_a -= k;
                    if m.n_a <= 1 {
                        // 0 only if the comparison contradicts itself.
                        return Ok(());
                    }
                }
                m.take_b();
                if m.n_b == 0 {
                    return Ok(());
                }
                let k = self.gallop_left(m.a.key(0), m.b, m.n_b, 0)?;
                b_wins = k;
                if k > 0 {
                    m.dest.copy(0, m.b, 0, k);
                    m.dest = m.dest.add(k);
                    m.b = m.b.add(k);
                    m.n_b -= k;
                    if m.n_b == 0 {
                        return Ok(());
                    }
                }
                m.take_a();
                if m.n_a == 1 {
                    return Ok(());
                }
                if a_wins < MIN_GALLOP && b_wins < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    /// Merges two neighbouring runs, the second of which is shorter and is copied aside;
    /// works from the end.
    fn merge_high(&mut self, a: Place, n_a: isize, b: Place, n_b: isize) -> PyResult<()> {
        let temporary = self.temporary(n_b);
        temporary.copy(0, b, 0, n_b);
        let base_a = a;
        let base_b = temporary;
        let mut merge =
            Merge { dest: b.add(n_b - 1), a: a.add(n_a - 1), n_a, b: temporary.add(n_b - 1), n_b };
        merge.take_a_back();
        let result = self.merge_high_loop(&mut merge, base_a, base_b);
        if merge.n_b > 0 {
            if result.is_ok() && merge.n_b == 1 && merge.n_a > 0 {
                // The first of the second run belongs in front of all of the first.
                merge.dest.copy(1 - merge.n_a, merge.a, 1 - merge.n_a, merge.n_a);
                merge.dest = merge.dest.add(-merge.n_a);
                merge.dest.set(0, merge.b, 0);
            } else {
                merge.dest.copy(1 - merge.n_b, base_b, 0, merge.n_b);
            }
        }
        result
    }

    fn merge_high_loop(&mut self, m: &mut Merge, base_a: Place, base_b: Place) -> PyResult<()> {
        if m.n_a == 0 || m.n_b == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            loop {
                if self.lt(m.b.key(0), m.a.key(0))? {
                    m.take_a_back();
                    a_wins += 1;
                    b_wins = 0;
                    if m.n_a == 0 {
                        return Ok(());
                    }
                    if a_wins >= min_gallop {
                        break;
                    }
                } else {
                    m.take_b_back();
                    b_wins += 1;
                    a_wins = 0;
                    if m.n_b == 1 {
                        return Ok(());
                    }
                    if b_wins >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= (min_gallop > 1) as isize;
                self.min_gallop = min_gallop;
                let k = m.n_a - self.gallop_right(m.b.key(0), base_a, m.n_a, m.n_a - 1)?;
                a_wins = k;
                if k > 0 {
                    m.dest = m.dest.add(-k);
                    m.a = m.a.add(-k);
                    m.dest.copy(1, m.a, 1, k);
                    m.n_a -= k;
                    if m.n_a == 0 {
                        return Ok(());
                    }
                }
                m.take_b_back();
                if m.n_b == 1 {
                    return Ok(());
                }
                let k = m.n_b - self.gallop_left(m.a.key(0), base_b, m.n_b, m.n_b - 1)?;
                b_wins = k;
                if k > 0 {
                    m.dest = m.dest.add(-k);
                    m.b = m.b.add(-k);
                    m.dest.copy(1, m.b, 1, k);
                    m.n_b -= k;
                    if m.n_b <= 1 {
                        // 0 only if the comparison contradicts itself.
                        return Ok(());
                    }
                }
                m.take_a_back();
                if m.n_a == 0 {
                    return Ok(());
                }
                if a_wins < MIN_GALLOP && b_wins < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    /// Merges runs `i` and `i + 1`.
    fn merge_at(&mut self, i: usize) -> PyResult<()> {
        let (mut a, mut n_a) = (self.runs[i].base, self.runs[i].len);
        let (b, mut n_b) = (self.runs[i + 1].base, self.runs[i + 1].len);
        self.runs[i].len = n_a + n_b;
        self.runs.remove(i + 1);
        // Where the second run starts in the first: what is in front stays where it is.
        let k = self.gallop_right(b.key(0), a, n_a, 0)?;
        a = a.add(k);
        n_a -= k;
        if n_a == 0 {
            return Ok(());
        }
        // Where the first run ends in the second: what is behind stays where it is.
        n_b = self.gallop_left(a.key(n_a - 1), b, n_b, n_b - 1)?;
        if n_b <= 0 {
            return Ok(());
        }
        if n_a <= n_b { self.merge_low(a, n_a, b, n_b) } else { self.merge_high(a, n_a, b, n_b) }
    }

    /// Merges runs whose boundary lies deeper in the tree of merges than that of the new run.
    fn found_new_run(&mut self, n2: isize) -> PyResult<()> {
        let Some(last) = self.runs.last() else { return Ok(()) };
        // SAFETY: both pointers are into the same row.
        let start = unsafe { last.base.keys.offset_from(self.base.keys) };
        let power = power_of_boundary(start, last.len, n2, self.total);
        while self.runs.len() > 1 && self.runs[self.runs.len() - 2].power > power {
            self.merge_at(self.runs.len() - 2)?;
        }
        self.runs.last_mut().expect("not empty").power = power;
        Ok(())
    }

    fn collapse_all(&mut self) -> PyResult<()> {
        while self.runs.len() > 1 {
            let mut n = self.runs.len() - 2;
            if n > 0 && self.runs[n - 1].len < self.runs[n + 1].len {
                n -= 1;
            }
            self.merge_at(n)?;
        }
        Ok(())
    }

    fn run(&mut self) -> PyResult<()> {
        let mut remaining = self.total;
        let mut row = self.base;
        let mut min_run = MinRun::new(remaining);
        while remaining > 0 {
            let mut n = self.count_run(row, remaining)?;
            let wanted = min_run.next();
            if n < wanted {
                let forced = wanted.min(remaining);
                self.binary_sort(row, forced, n)?;
                n = forced;
            }
            self.found_new_run(n)?;
            self.runs.push(Run { base: row, len: n, power: 0 });
            row = row.add(n);
            remaining -= n;
        }
        self.collapse_all()
    }
}

/// The state of a merge: what is left of both runs and where the next item goes.
struct Merge {
    dest: Place,
    a: Place,
    n_a: isize,
    b: Place,
    n_b: isize,
}

impl Merge {
    fn take_a(&mut self) {
        self.dest.set(0, self.a, 0);
        self.dest = self.dest.add(1);
        self.a = self.a.add(1);
        self.n_a -= 1;
    }
    fn take_b(&mut self) {
        self.dest.set(0, self.b, 0);
        self.dest = self.dest.add(1);
        self.b = self.b.add(1);
        self.n_b -= 1;
    }
    fn take_a_back(&mut self) {
        self.dest.set(0, self.a, 0);
        self.dest = self.dest.add(-1);
        self.a = self.a.add(-1);
        self.n_a -= 1;
    }
    fn take_b_back(&mut self) {
        self.dest.set(0, self.b, 0);
        self.dest = self.dest.add(-1);
        self.b = self.b.add(-1);
        self.n_b -= 1;
    }
}

/// How long runs are made: their lengths add up to the whole as evenly as can be, so
/// that merges are balanced.
struct MinRun {
    current: isize,
    mask: isize,
    shift: u32,
    total: isize,
}

const MAX_MIN_RUN: isize = 64;

impl MinRun {
    fn new(total: isize) -> Self {
        let mut shift = 0;
        while total >> shift >= MAX_MIN_RUN {
            shift += 1;
        }
        Self { current: 0, mask: (1 << shift) - 1, shift, total }
    }

    fn next(&mut self) -> isize {
        self.current += self.total;
        let result = self.current >> self.shift;
        self.current &= self.mask;
        result
    }
}

/// The level in a perfectly balanced tree of merges at which the boundary between run 1
/// (`n1` items from `s1`) and run 2 (`n2` items behind it) lies.
fn power_of_boundary(s1: isize, n1: isize, n2: isize, n: isize) -> i32 {
    let mut result = 0;
    let mut a = 2 * s1 + n1;
    let mut b = a + n1 + n2;
    loop {
        result += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return result;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// `list.sort(key=key, reverse=reverse)`.
pub fn sort(list: List<'_>, key: Option<Op<'_>>, reversed: bool) -> PyResult<()> {
    // SAFETY: the items are taken out; a list without buffer and size is consistent, and
    // `allocated` of -1 marks it.
    let (items, n, allocated) = unsafe {
        let raw = list.as_ptr();
        let saved = ((*raw).ob_item, (*raw).ob_base.ob_size, (*raw).allocated);
        (*raw).ob_base.ob_size = 0;
        (*raw).ob_item = ptr::null_mut();
        (*raw).allocated = -1;
        saved
    };
    let mut result = if n == 0 { Ok(()) } else { sort_cells(items, n, key, reversed) };
    // SAFETY: the list gets back the buffer it had; what a comparison put into it meanwhile
    // is taken out and dropped.
    unsafe {
        let raw = list.as_ptr();
        let intruders = ((*raw).ob_item, (*raw).ob_base.ob_size);
        if (*raw).allocated != -1 && result.is_ok() {
            result = Err(raise!(ValueError, "list modified during sort"));
        }
        (*raw).ob_base.ob_size = n;
        (*raw).ob_item = items;
        (*raw).allocated = allocated;
        if !intruders.0.is_null() {
            for index in (0..intruders.1).rev() {
                drop(Object::steal_nullable(*intruders.0.offset(index)));
            }
            crate::alloc::free(intruders.0.cast());
        }
    }
    result
}

fn sort_cells(items: *mut Cell, n: isize, key: Option<Op<'_>>, reversed: bool) -> PyResult<()> {
    // SAFETY: the list's `n` items, owned by the sort meanwhile.
    let row = unsafe { core::slice::from_raw_parts(items, n as usize) };
    let Some(key) = key else {
        return sort_row(Place { keys: items, values: ptr::null_mut() }, n, reversed);
    };
    let mut keys: Vec<Object> = Vec::new();
    if keys.try_reserve_exact(row.len()).is_err() {
        return Err(errors::no_memory());
    }
    for &item in row {
        // SAFETY: the sort owns the items.
        keys.push(call::call_one(key, unsafe { Op::from_ptr(item) })?);
    }
    // The sort permutes the references within the vector, so it owns each of them still.
    let place = Place { keys: keys.as_mut_ptr().cast(), values: items };
    let result = sort_row(place, n, reversed);
    drop(keys);
    result
}

fn sort_row(base: Place, n: isize, reversed: bool) -> Result<(), Raised> {
    // SAFETY: `n` live objects; `Op` is a transparent pointer. The choice runs no Python.
    let how = choose(unsafe { core::slice::from_raw_parts(base.keys.cast::<Op<'_>>(), n as usize) });
    // Reversing before and after keeps equal items in order.
    if reversed && n > 1 {
        base.reverse(n);
    }
    let mut sorter = Sorter {
        how,
        min_gallop: MIN_GALLOP,
        base,
        total: n,
        runs: Vec::new(),
        temporary_keys: Vec::new(),
        temporary_values: Vec::new(),
    };
    let result = if n < 2 { Ok(()) } else { sorter.run() };
    if reversed && n > 1 {
        base.reverse(n);
    }
    result
}
