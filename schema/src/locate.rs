//! From a JSON pointer to a line and a column of the text.

use std::collections::BTreeSet;
use std::fmt;

/// A place in a text, both counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Finds where the value that a JSON pointer names begins in a text.
///
/// None where the text has no such value, or is no JSON up to that place. Nesting costs no stack.
pub fn locate(text: &str, pointer: &str) -> Option<Position> {
    let offset = offset_of(text, pointer)?;
    Some(position_at(text, offset))
}

/// Line and column of a byte offset.
pub(crate) fn position_at(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position { line, column: before[start..].chars().count() + 1 }
}

fn offset_of(text: &str, pointer: &str) -> Option<usize> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.blank();
    let Some(steps) = pointer.strip_prefix('/') else {
        return pointer.is_empty().then_some(scan.at).filter(|at| *at < text.len());
    };
    for step in steps.split('/') {
        let step = step.replace("~1", "/").replace("~0", "~");
        match scan.peek()? {
            b'{' => scan.enter_object(&step, text)?,
            b'[' => scan.enter_array(step.parse().ok()?)?,
            _ => return None,
        }
    }
    Some(scan.at)
}

/// Reads over JSON without building anything.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.blank();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Goes to the value of a key; the last one counts where a key stands twice, as it does for the parser.
    fn enter_object(&mut self, key: &str, text: &str) -> Option<()> {
        let mut found = None;
        self.expect(b'{')?;
        self.blank();
        if self.peek()? == b'}' {
            return None;
        }
        loop {
            self.blank();
            let start = self.at;
            self.string()?;
            let raw = text.get(start..self.at)?;
            let same = if raw.contains('\\') {
                serde_json::from_str::<String>(raw).ok()? == key
            } else {
                raw.get(1..raw.len() - 1)? == key
            };
            self.expect(b':')?;
            self.blank();
            if same {
                found = Some(self.at);
            }
            self.value()?;
            self.blank();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return None,
            }
        }
        self.at = found?;
        Some(())
    }

    fn enter_array(&mut self, index: usize) -> Option<()> {
        self.expect(b'[')?;
        self.blank();
        if self.peek()? == b']' {
            return None;
        }
        for _ in 0..index {
            self.value()?;
            self.expect(b',')?;
            self.blank();
        }
        Some(())
    }

    /// Over one string, from its opening to behind its closing quote.
    fn string(&mut self) -> Option<()> {
        self.expect(b'"')?;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    /// Over one value of any kind, counting brackets in place of recursing.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            self.blank();
            match self.peek()? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                b',' | b':' => return None,
                _ => {
                    while self.peek().is_some_and(|byte| !b",:{}[]\" \t\r\n".contains(&byte)) {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// Keys that stand in the same object a second time, with their offset, as they are written.
pub(crate) fn duplicate_keys(text: &str) -> Vec<(usize, &str)> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    // The keys of every open object; None for an open array.
    let mut open: Vec<Option<BTreeSet<&str>>> = Vec::new();
    let mut found = Vec::new();
    loop {
        scan.blank();
        let start = scan.at;
        match scan.peek() {
            None => return found,
            Some(b'{') => open.push(Some(BTreeSet::new())),
            Some(b'[') => open.push(None),
            Some(b'}' | b']') => drop(open.pop()),
            Some(b'"') => {
                if scan.string().is_none() {
                    return found;
                }
                let end = scan.at;
                scan.blank();
                if scan.peek() == Some(b':')
                    && let (Some(Some(keys)), Some(key)) = (open.last_mut(), text.get(start..end))
                    && !keys.insert(key)
                {
                    found.push((start, key));
                }
                continue;
            }
            Some(_) => {}
        }
        scan.at += 1;
    }
}
