//! The hash function of `str` and `bytes` (SipHash-1-3) with its secret.

use core::cell::Cell;

use crate::layout::Py_hash_t;

/// The two key words, set once at start before anything is hashed.
#[derive(Default)]
pub struct Secret {
    k0: Cell<u64>,
    k1: Cell<u64>,
}

/// How the secret comes about (`PYTHONHASHSEED`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seed {
    Random,
    /// 0 means no secret at all.
    Fixed(u32),
}

/// Sets the secret of the current interpreter.
pub fn set_seed(seed: Seed) {
    let mut key = [0u8; 16];
    match seed {
        Seed::Random => {
            // SAFETY: the buffer is writable for its length; a short read leaves zeros.
            unsafe { libc::getrandom(key.as_mut_ptr().cast(), key.len(), 0) };
        }
        Seed::Fixed(0) => {}
        Seed::Fixed(seed) => {
            // The generator CPython stretches a seed with.
            let mut state = seed;
            for byte in &mut key {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (state >> 16) as u8;
            }
        }
    }
    let secret = &crate::state::interp().strings.secret;
    secret.k0.set(u64::from_le_bytes(key[..8].try_into().expect("eight bytes")));
    secret.k1.set(u64::from_le_bytes(key[8..].try_into().expect("eight bytes")));
}

/// The hash of bytes (`Py_HashBuffer`); of none it is 0.
pub fn hash_bytes(bytes: &[u8]) -> Py_hash_t {
    if bytes.is_empty() {
        return 0;
    }
    let secret = &crate::state::interp().strings.secret;
    let hash = siphash13(secret.k0.get(), secret.k1.get(), bytes) as Py_hash_t;
    if hash == -1 { -2 } else { hash }
}

/// The hash of an address (`Py_HashPointer`): its low bits, always zero, go to the top.
#[inline]
pub fn hash_pointer<T>(pointer: *const T) -> Py_hash_t {
    let hash = pointer.addr().rotate_right(4) as Py_hash_t;
    if hash == -1 { -2 } else { hash }
}

#[inline]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[1]);
    v[0] = v[0].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].rotate_left(32);
}

fn siphash13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    }
    let mut last = [0u8; 8];
    last[..rest.len()].copy_from_slice(rest);
    let word = (bytes.len() as u64) << 56 | u64::from_le_bytes(last);
    v[3] ^= word;
    round(&mut v);
    v[0] ^= word;
    v[2] ^= 0xff;
    round(&mut v);
    round(&mut v);
    round(&mut v);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[cfg(test)]
mod tests {
    #[test]
    fn siphash_agrees_with_cpython_without_a_secret() {
        // hash("abc") under PYTHONHASHSEED=0.
        assert_eq!(super::siphash13(0, 0, b"abc") as i64, -4594863902769663758);
    }
}
