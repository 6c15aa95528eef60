//! What was sent or received, as text of bounded size.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request, a response or a frame, as text, cut where it is long.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Capture {
    /// What stands before the body: request or status line and headers, without credentials. Empty for a frame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub head: Vec<String>,
    /// The body or the frame. Bytes that are not UTF-8 stand as U+FFFD.
    pub body: String,
    /// How many bytes of the body were left out at its end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted_bytes: u64,
}

impl Capture {
    /// How many bytes of a body a record keeps.
    pub const LIMIT: usize = 64 * 1024;

    /// A body, cut at [`LIMIT`](Self::LIMIT).
    pub fn new(body: &str) -> Self {
        let kept = cut(body, Self::LIMIT);
        Self { head: Vec::new(), body: kept.to_owned(), omitted_bytes: (body.len() - kept.len()) as u64 }
    }

    /// Bytes as they came, which need not be text.
    pub fn from_bytes(body: &[u8]) -> Self {
        let (mut kept, mut read) = (String::new(), 0);
        for chunk in body.utf8_chunks() {
            let valid = cut(chunk.valid(), Self::LIMIT - kept.len());
            kept.push_str(valid);
            read += valid.len();
            let replacement = char::REPLACEMENT_CHARACTER;
            if valid.len() < chunk.valid().len() || kept.len() + replacement.len_utf8() > Self::LIMIT {
                break;
            }
            if !chunk.invalid().is_empty() {
                kept.push(replacement);
                read += chunk.invalid().len();
            }
        }
        Self { head: Vec::new(), body: kept, omitted_bytes: (body.len() - read) as u64 }
    }

    /// The same with what stood before the body.
    #[must_use]
    pub fn with_head(mut self, head: Vec<String>) -> Self {
        self.head = head;
        self
    }
}

/// The longest start of a text that has at most so many bytes and ends between two characters.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let end = (0..=limit).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
}
