//! What a message carried, bounded.

use botspec_conformance::Received;

/// How many bytes are kept of a message that is longer than what is judged.
const START: usize = 4 << 10;

/// The deepest nesting of JSON that is read.
const DEEPEST: usize = 100;

/// The bytes of a body or of a message. Of one that is too long for judging, the beginning is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payload {
    bytes: Vec<u8>,
    length: u64,
    limit: usize,
}

impl Payload {
    /// An empty one that takes so many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), length: 0, limit }
    }

    /// A whole one.
    pub(crate) fn of(bytes: &[u8], limit: usize) -> Self {
        let mut payload = Self::new(limit);
        payload.push(bytes);
        payload
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let before = self.length;
        self.length += bytes.len() as u64;
        if self.length <= self.limit as u64 {
            self.bytes.extend_from_slice(bytes);
        } else if before <= self.limit as u64 {
            let kept = START.min(self.limit);
            self.bytes.extend_from_slice(&bytes[..bytes.len().min(kept)]);
            self.bytes.truncate(kept);
            self.bytes.shrink_to_fit();
        }
    }

    /// The beginning of one that is too long for judging.
    pub(crate) fn beginning(bytes: &[u8], limit: usize) -> Self {
        let bytes = bytes[..bytes.len().min(START)].to_vec();
        Self { bytes, length: limit as u64 + 1, limit }
    }

    /// How many bytes are judged at most.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// What is kept.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How much memory it takes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.capacity()
    }

    /// Whether all of it is there.
    pub(crate) fn is_whole(&self) -> bool {
        self.length <= self.limit as u64
    }

    /// What it is.
    pub(crate) fn received(&self) -> Received {
        if self.is_whole() {
            Received::read(&self.bytes, DEEPEST)
        } else {
            Received::TooLarge(self.limit, self.bytes.clone())
        }
    }
}
