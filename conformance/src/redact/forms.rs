//! The forms of a secret that cannot be read sign by sign: base64 and hex.

use std::fmt::Write as _;

/// A shorter piece would be found by chance.
const SHORTEST: usize = 6;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A secret in base64 and in hex. Of base64 only those signs that do not depend on what stands around the secret, for each
/// place at which it can begin.
pub(super) fn encoded(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let mut forms = Vec::new();
    for alphabet in [STANDARD, URL_SAFE] {
        forms.extend((0..3).map(|offset| base64(alphabet, bytes, offset)));
    }
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    forms.push(hex.to_ascii_uppercase());
    forms.push(hex);
    forms.retain(|form| form.len() >= SHORTEST);
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The signs that six whole bits of the bytes stand behind, where so many other bytes stand before them.
fn base64(alphabet: &[u8; 64], bytes: &[u8], offset: usize) -> String {
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    // Signs begin at every sixth bit of the whole text; the first one that lies in these bytes alone.
    let first = (6 - offset * 8 % 6) % 6;
    let last = bytes.len() * 8;
    (first..)
        .step_by(6)
        .take_while(|at| at + 6 <= last)
        .map(|at| (at..at + 6).fold(0_usize, |value, at| value << 1 | usize::from(bit(at))))
        .map(|value| char::from(alphabet[value]))
        .collect()
}
