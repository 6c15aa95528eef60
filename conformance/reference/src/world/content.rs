//! What is in a file: what somebody uploaded, or something made up that has the size and stays the same.

use std::fmt::Write;
use std::sync::Arc;

use sha1::{Digest, Sha1};

use super::{Media, MediaKind};

/// The smallest picture there is: one dark pixel, as PNG.
pub(crate) const PICTURE: [u8; 67] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00, 0x0A, 0x49,
    0x44, 0x41, 0x54, 0x08, 0xD7, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01, 0xE2, 0x21, 0xBC, 0x33, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

impl Media {
    /// What is in it.
    pub fn bytes(&self) -> Arc<[u8]> {
        if let Some(content) = &self.content {
            return Arc::clone(content);
        }
        let size = usize::try_from(self.size).unwrap_or_default();
        let picture = self.kind == MediaKind::Image && size >= PICTURE.len();
        let start = if picture { &PICTURE[..] } else { &[] };
        // Behind the end of a picture nothing is looked at.
        let words = self.name.as_bytes().iter().chain(b" ").copied();
        start.iter().copied().chain(words.cycle()).take(size).collect()
    }

    /// Its size, and what somebody uploaded.
    pub(crate) fn whole(&self) -> (i64, Option<Arc<[u8]>>) {
        (self.size, self.content.clone())
    }

    /// What proves which file it is: the SHA-1 of what is in it, in hexadecimal digits.
    pub fn hash(&self) -> String {
        let mut digits = String::new();
        for byte in Sha1::digest(self.bytes()) {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}

/// The bytes that a text stands for; `None` if it is no base64.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if digits.is_empty() || padding > 2 || digits.len() % 4 == 1 || (padding > 0 && !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut buffer, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = (buffer << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits).to_le_bytes()[0]);
        }
    }
    Some(bytes)
}

/// Bytes in base64.
pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let all = three.iter().chain(&[0, 0]).take(3).fold(0_u32, |all, byte| (all << 8) | u32::from(*byte));
        for place in 0..4_usize {
            let digit = DIGITS[(all >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= three.len() { digit as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_and_written_and_nonsense_refused() {
        for (text, bytes) in [("aGVsbG8=", &b"hello"[..]), ("AA==", &[0]), ("/+8A", &[0xFF, 0xEF, 0]), ("aGk=", b"hi")]
        {
            assert_eq!(decode_base64(text).as_deref(), Some(bytes), "{text}");
            assert_eq!(encode_base64(bytes), text);
        }
        assert_eq!(decode_base64("aGVsbG8").as_deref(), Some(&b"hello"[..]));
        for text in ["", "a", "####", "aGVsbG8=="] {
            assert_eq!(decode_base64(text), None, "{text}");
        }
    }
}
