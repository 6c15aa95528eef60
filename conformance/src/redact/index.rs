//! Finding many values in a text at once, each sign of them as it is or escaped in any way that protocols use.

use std::borrow::Cow;

use super::MASK;

/// What stands in the place of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mask {
    /// A secret.
    Secret,
    /// Something of a person, by its number.
    Personal(u32),
}

impl Mask {
    fn text(self) -> Cow<'static, str> {
        match self {
            Self::Secret => Cow::Borrowed(MASK),
            Self::Personal(number) => Cow::Owned(format!("<personal {number}>")),
        }
    }
}

/// The beginning of a value at the end of a text counts as the value from this length on.
const SHORTEST_BEGINNING: usize = 8;

/// Values in order, so that all that begin alike stand together.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<Entry>,
    /// Whether any value begins with a byte.
    begins: Begins,
}

#[derive(Debug)]
struct Entry {
    value: Box<[u8]>,
    mask: Mask,
    stands: Stands,
}

/// Where a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// Wherever it stands.
    Anywhere,
    /// Only where no letter or digit stands beside it.
    Whole,
    /// Only where a token stands, behind a word for one: elsewhere it is a word like any other.
    AsToken,
}

impl Stands {
    fn holds(self, bytes: &[u8], start: usize, end: usize) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Whole => is_whole(bytes, start, end),
            Self::AsToken => {
                let goes_on = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
                !goes_on && is_behind_a_token_word(&bytes[..start])
            }
        }
    }
}

#[derive(Debug)]
struct Begins([bool; 256]);

impl Default for Begins {
    fn default() -> Self {
        Self([false; 256])
    }
}

/// What was found at a place.
struct Found {
    end: usize,
    mask: Mask,
}

/// How far a text agrees with some values: those between two places, in so many bytes, up to a place in the text.
#[derive(Clone, Copy)]
struct State {
    low: usize,
    high: usize,
    depth: usize,
    at: usize,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds a value; whether it was not there. A secret stays one.
    pub(super) fn add(&mut self, value: &[u8], mask: Mask, stands: Stands) -> bool {
        match self.entries.binary_search_by(|entry| (*entry.value).cmp(value)) {
            Ok(at) => {
                let entry = &mut self.entries[at];
                let becomes = entry.mask != Mask::Secret && mask == Mask::Secret;
                if becomes {
                    (entry.mask, entry.stands) = (mask, stands);
                }
                becomes
            }
            Err(at) => {
                if let Some(&first) = value.first() {
                    self.begins.0[usize::from(first)] = true;
                }
                self.entries.insert(at, Entry { value: value.into(), mask, stands });
                true
            }
        }
    }

    /// The text with every value masked, the longest at each place.
    pub(super) fn masked(&self, text: &str) -> String {
        if self.entries.is_empty() {
            return text.to_owned();
        }
        let bytes = text.as_bytes();
        let (mut masked, mut kept, mut at) = (String::new(), 0, 0);
        while at < bytes.len() {
            let byte = bytes[at];
            let may_begin = self.begins.0[usize::from(byte)] || matches!(byte, b'%' | b'\\' | b'&' | b'+');
            match may_begin.then(|| self.find(bytes, at)).flatten() {
                Some(found) if text.is_char_boundary(at) && text.is_char_boundary(found.end) => {
                    masked.push_str(&text[kept..at]);
                    masked.push_str(&found.mask.text());
                    at = found.end;
                    kept = at;
                }
                _ => at += 1,
            }
        }
        masked.push_str(&text[kept..]);
        masked
    }

    /// The longest value that begins at a place.
    fn find(&self, bytes: &[u8], start: usize) -> Option<Found> {
        // Where a text was cut, a sign states so.
        let end = bytes.strip_suffix("…".as_bytes()).map_or(bytes.len(), <[u8]>::len);
        let mut found: Option<Found> = None;
        let mut states = vec![State { low: 0, high: self.entries.len(), depth: 0, at: start }];
        while let Some(state) = states.pop() {
            if state.depth > 0 {
                let entry = &self.entries[state.low];
                let is_it = entry.value.len() == state.depth && entry.stands.holds(bytes, start, state.at);
                let is_cut = state.at == end
                    && state.depth >= SHORTEST_BEGINNING
                    && entry.mask == Mask::Secret
                    && entry.stands != Stands::AsToken;
                if (is_it || is_cut) && found.as_ref().is_none_or(|found| found.end < state.at) {
                    found = Some(Found { end: state.at, mask: entry.mask });
                }
            }
            if state.at >= end {
                continue;
            }
            let literal = [bytes[state.at]];
            states.extend(self.step(state, &literal, 1));
            for (read, length) in escapes(&bytes[state.at..end]) {
                states.extend(self.step(state, read.as_slice(), length));
            }
        }
        found
    }

    /// What is left of a state when the text goes on with these bytes.
    fn step(&self, mut state: State, read: &[u8], length: usize) -> Option<State> {
        for &byte in read {
            let here = &self.entries[state.low..state.high];
            let of = |entry: &Entry| entry.value.get(state.depth).copied();
            let low = here.partition_point(|entry| of(entry) < Some(byte));
            let high = here.partition_point(|entry| of(entry) <= Some(byte));
            (state.low, state.high) = (state.low + low, state.low + high);
            state.depth += 1;
            if state.low >= state.high {
                return None;
            }
        }
        state.at += length;
        Some(state)
    }
}

/// Whether no letter or digit stands beside a place.
fn is_whole(bytes: &[u8], start: usize, end: usize) -> bool {
    let continues = |byte: Option<&u8>, own: u8| {
        let word = |byte: u8| byte.is_ascii_alphanumeric();
        word(own) && byte.is_some_and(|byte| word(*byte))
    };
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    !continues(before, bytes[start]) && !continues(bytes.get(end), bytes[end - 1])
}

/// Words behind which a token stands, in small letters.
const TOKEN_WORDS: [&str; 7] = ["bearer", "token", "secret", "authorization", "key", "password", "signature"];

/// How far before a value such a word is looked for, and what may stand between.
const BEFORE: usize = 40;
const BETWEEN: &[u8] = b" =:\"'\\%023acd";

/// Whether the last word of a text is one behind which a token stands.
fn is_behind_a_token_word(before: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&before[before.len().saturating_sub(BEFORE)..]).to_ascii_lowercase();
    let between = |sign: char| sign.is_ascii() && BETWEEN.contains(&(sign as u8));
    // Percent-encoded signs end in letters and digits too, so that each word is looked for at the end of what is left.
    let mut rest = text.as_str();
    loop {
        if TOKEN_WORDS.iter().any(|word| rest.ends_with(word)) && rest.len() < text.len() {
            return true;
        }
        match rest.char_indices().next_back() {
            Some((at, sign)) if between(sign) => rest = &rest[..at],
            _ => return false,
        }
    }
}

/// A few bytes that an escape stands for.
struct Read {
    bytes: [u8; 4],
    length: usize,
}

impl Read {
    fn byte(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1 }
    }

    fn char(char: char) -> Self {
        let mut bytes = [0; 4];
        let length = char.encode_utf8(&mut bytes).len();
        Self { bytes, length }
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// What the beginning of a text may stand for, with the length of each escape.
fn escapes(text: &[u8]) -> impl Iterator<Item = (Read, usize)> {
    let (one, two) = match text.first() {
        Some(b'%') => (percent(text), None),
        Some(b'+') => (Some((Read::byte(b' '), 1)), None),
        Some(b'&') => (entity(text), None),
        Some(b'\\') => backslash(text),
        _ => (None, None),
    };
    one.into_iter().chain(two)
}

/// `%2F`, and `%252F` where it was encoded twice.
fn percent(text: &[u8]) -> Option<(Read, usize)> {
    let mut at = 1;
    while text.get(at..at + 2) == Some(b"25") && hex(text.get(at + 2..at + 4)?).is_some() {
        at += 2;
    }
    let value = u8::try_from(hex(text.get(at..at + 2)?)?).ok()?;
    Some((Read::byte(value), at + 2))
}

/// `&amp;`, `&#44;`, `&#x2c;`; also encoded twice.
fn entity(text: &[u8]) -> Option<(Read, usize)> {
    let mut at = 1;
    while text.get(at..at + 4) == Some(b"amp;")
        && text.get(at + 4).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'#')
        && entity_at(&text[at + 4..]).is_some()
    {
        at += 4;
    }
    let (char, length) = entity_at(&text[at..])?;
    Some((Read::char(char), at + length))
}

/// What stands behind the `&` of an escape, with its length.
fn entity_at(text: &[u8]) -> Option<(char, usize)> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&text[..end]).ok()?;
    let char = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(value.ok()?)?
        }
    };
    Some((char, end + 1))
}

/// What is read, and how many bytes it takes.
type ReadLength = (Read, usize);

/// A sign behind backslashes, however often it was escaped; or the half of the backslashes.
fn backslash(text: &[u8]) -> (Option<ReadLength>, Option<ReadLength>) {
    let run = text.iter().take_while(|byte| **byte == b'\\').count();
    let itself = (run >= 2).then(|| (Read::byte(b'\\'), 1 << (usize::BITS - 1 - run.leading_zeros()).min(4)));
    let sign = match text.get(run) {
        Some(b'u') => unicode(&text[run + 1..]).map(|(char, length)| (Read::char(char), run + 1 + length)),
        Some(b'n') => Some((Read::byte(b'\n'), run + 1)),
        Some(b'r') => Some((Read::byte(b'\r'), run + 1)),
        Some(b't') => Some((Read::byte(b'\t'), run + 1)),
        Some(&other) if !other.is_ascii_alphanumeric() => Some((Read::byte(other), run + 1)),
        _ => None,
    };
    (sign, itself)
}

/// Four hex digits, or a pair of them for what lies beyond, with the length.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let first = hex(text.get(..4)?)?;
    if let Some(char) = char::from_u32(first) {
        return Some((char, 4));
    }
    let gap = text[4..].iter().take_while(|byte| **byte == b'\\').count();
    let second = text.get(4 + gap + 1..4 + gap + 5).filter(|_| text.get(4 + gap) == Some(&b'u')).and_then(hex)?;
    let value = 0x1_0000 + ((first & 0x3ff) << 10 | second & 0x3ff);
    Some((char::from_u32(value)?, 4 + gap + 5))
}

fn hex(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
