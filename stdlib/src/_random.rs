//! The `_random` module: the Mersenne Twister behind `random.Random`.

use core::cell::UnsafeCell;

use adder_object_model::define::{method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyLayout, PyResult, TypeRef, alloc, float, int, module, number, object,
    raise, static_type, tuple, type_object,
};

const N: usize = 624;
const M: usize = 397;

/// MT19937: 624 words, and how many of them have been used.
struct Twister {
    index: usize,
    state: [u32; N],
}

impl Twister {
    fn next(&mut self) -> u32 {
        if self.index >= N {
            let mix = |a: u32, b: u32| {
                let y = a & 0x8000_0000 | b & 0x7fff_ffff;
                y >> 1 ^ if y & 1 == 1 { 0x9908_b0df } else { 0 }
            };
            for k in 0..N {
                self.state[k] = self.state[(k + M) % N] ^ mix(self.state[k], self.state[(k + 1) % N]);
            }
            self.index = 0;
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    fn seed_with_word(&mut self, seed: u32) {
        self.state[0] = seed;
        for k in 1..N {
            let previous = self.state[k - 1];
            self.state[k] = 1812433253u32.wrapping_mul(previous ^ previous >> 30).wrapping_add(k as u32);
        }
        self.index = N;
    }

    fn seed(&mut self, key: &[u32]) {
        self.seed_with_word(19650218);
        let (mut i, mut j) = (1, 0);
        let step = |state: &mut [u32; N], i: &mut usize, factor: u32, add: u32| {
            let previous = state[*i - 1];
            state[*i] = (state[*i] ^ (previous ^ previous >> 30).wrapping_mul(factor)).wrapping_add(add);
            *i += 1;
            if *i >= N {
                state[0] = state[N - 1];
                *i = 1;
            }
        };
        for _ in 0..N.max(key.len()) {
            step(&mut self.state, &mut i, 1664525, key[j].wrapping_add(j as u32));
            j = (j + 1) % key.len();
        }
        for _ in 1..N {
            let subtract = (i as u32).wrapping_neg();
            step(&mut self.state, &mut i, 1566083941, subtract);
        }
        self.state[0] = 0x8000_0000;
    }
}

#[repr(C)]
struct RandomObject {
    ob_base: PyObject,
    twister: UnsafeCell<Twister>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for RandomObject {}

type Random<'a> = Borrowed<'a, RandomObject>;

/// Works on the generator; nothing in `body` may run Python.
fn with<R>(random: Random<'_>, body: impl FnOnce(&mut Twister) -> R) -> R {
    // SAFETY: the GIL is held, and the body does not reach the object again.
    body(unsafe { &mut *random.twister.get() })
}

fn random(this: Random<'_>) -> PyResult {
    let (a, b) = with(this, |twister| (twister.next() >> 5, twister.next() >> 6));
    float::new((f64::from(a) * 67108864.0 + f64::from(b)) * (1.0 / 9007199254740992.0))
}

fn set_seed(this: Random<'_>, seed: Option<Op<'_>>) -> PyResult<()> {
    let Some(seed) = seed.filter(|seed| !seed.is_none()) else {
        let mut words = [0u32; N];
        // SAFETY: the buffer has the size stated.
        let n = unsafe { libc::getrandom(words.as_mut_ptr().cast(), size_of_val(&words), 0) };
        if n != size_of_val(&words) as isize {
            return Err(crate::pytime::os_error());
        }
        with(this, |twister| twister.seed(&words));
        return Ok(());
    };
    let number = if seed.is_instance::<PyLongObject>() {
        // Not a subclass's own `__abs__`, which could give anything.
        int::absolute(seed.downcast().expect("checked"))?
    } else {
        int::from_usize(object::hash(seed)? as usize)?
    };
    let n_words = int::bit_length(number.op()).div_ceil(32).max(1);
    let mut bytes = vec![0u8; n_words * 4];
    int::to_bytes(number.op(), &mut bytes, true, false)?;
    let key: Vec<u32> =
        bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect();
    with(this, |twister| twister.seed(&key));
    Ok(())
}

fn seed(this: Random<'_>, args: Args<'_>) -> PyResult<()> {
    let [seed] = args.optional::<1>("seed", 0)?;
    set_seed(this, seed)
}

fn getstate(this: Random<'_>) -> PyResult {
    let words: Vec<u32> =
        with(this, |twister| twister.state.iter().copied().chain([twister.index as u32]).collect());
    tuple::from_vec(
        words.into_iter().map(|word| int::from_u64(word.into())).collect::<PyResult<Vec<Object>>>()?,
    )
}

fn setstate(this: Random<'_>, state: Op<'_>) -> PyResult<()> {
    let Some(words) = state.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "state vector must be a tuple"));
    };
    if tuple::len(words) != N + 1 {
        return Err(raise!(ValueError, "state vector is the wrong size"));
    }
    let mut state = [0u32; N];
    for (index, word) in state.iter_mut().enumerate() {
        *word = int::as_u64(tuple::get(words, index))? as u32;
    }
    let index = int::as_i64(tuple::get(words, N))?;
    if !(0..=N as i64).contains(&index) {
        return Err(raise!(ValueError, "invalid state"));
    }
    with(this, |twister| *twister = Twister { index: index as usize, state });
    Ok(())
}

fn getrandbits(this: Random<'_>, k: Op<'_>) -> PyResult {
    let k = number::index(k)?;
    if int::is_negative(k.op()) {
        return Err(raise!(ValueError, "Cannot convert negative int"));
    }
    let k = int::as_u64(k.op())?;
    if k == 0 {
        return Ok(int::small(0));
    }
    if k <= 32 {
        return int::from_u64((with(this, Twister::next) >> (32 - k)).into());
    }
    if k > 1 << 40 {
        return Err(adder_object_model::errors::no_memory());
    }
    let mut bytes = Vec::with_capacity(k as usize / 8 + 4);
    let mut left = k;
    while left > 0 {
        let mut word = with(this, Twister::next);
        if left < 32 {
            word >>= 32 - left;
        }
        bytes.extend_from_slice(&word.to_le_bytes());
        left -= left.min(32);
    }
    int::from_bytes(&bytes, true, false)
}

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    let alloc = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type is ready; zero is a valid generator, which `__init__` seeds.
    unsafe { Object::from_c(alloc(tp.as_ptr(), 0)) }
}

fn init_random(this: Random<'_>, args: Args<'_>) -> PyResult<()> {
    if this.type_ptr() == &raw mut RANDOM {
        args.no_keywords("Random")?;
    }
    args.check_positional("Random", 0, 1)?;
    set_seed(this, args.get(0))
}

fn dealloc(this: Random<'_>) {
    // SAFETY: the count is 0, and the object owns nothing.
    unsafe { alloc::free_object(this.as_object_ptr()) };
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"random", random, c"random($self, /)\n--\n\nrandom() -> x in the interval [0, 1)."),
    method::positional(c"seed", seed, c"seed($self, n=None, /)\n--\n\nStart anew from n, or from the system's randomness.\n\nn may be an int or anything hashable."),
    method::noargs(c"getstate", getstate, c"getstate($self, /)\n--\n\ngetstate() -> tuple with the whole state."),
    method::o(c"setstate", setstate, c"setstate($self, state, /)\n--\n\nsetstate(state) -> None.  Takes back what getstate() gave."),
    method::o(c"getrandbits", getrandbits, c"getrandbits($self, k, /)\n--\n\ngetrandbits(k) -> x.  An int of k random bits."),
    PyMethodDef::EMPTY,
];

static mut RANDOM: PyTypeObject = PyTypeObject {
    tp_name: c"_random.Random".as_ptr(),
    tp_basicsize: size_of::<RandomObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"Random() -> a generator of random numbers with a state of its own.".as_ptr(),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(init_random),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("_random")?;
    type_object::ready(static_type!(RANDOM))?;
    module::add_type(module.op(), static_type!(RANDOM))?;
    Ok(module)
}
