//! JSON texts that mean the same and are written otherwise.

use std::fmt::Write;

use serde_json::{Map, Value};

/// White space between tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Lines,
    InLine,
}

/// How JSON is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spelling {
    pub(super) reversed: bool,
    /// What stands between tokens.
    pub(super) space: Option<Space>,
    pub(super) escaped: bool,
}

impl Spelling {
    /// An object as a text.
    pub(super) fn object(self, entries: &Map<String, Value>) -> String {
        let mut text = String::new();
        self.write_object(entries, &mut text);
        text
    }

    fn write(self, value: &Value, text: &mut String) {
        match value {
            Value::Object(entries) => self.write_object(entries, text),
            Value::Array(items) => {
                text.push('[');
                for (number, item) in items.iter().enumerate() {
                    self.separate(number, text);
                    self.write(item, text);
                }
                self.space("\n", text);
                text.push(']');
            }
            Value::String(string) => self.write_string(string, text),
            Value::Number(number) => match number.as_f64().filter(|_| self.escaped && number.is_f64()) {
                Some(fraction) => drop(write!(text, "{fraction:e}")),
                None => drop(write!(text, "{number}")),
            },
            Value::Null | Value::Bool(_) => drop(write!(text, "{value}")),
        }
    }

    fn write_object(self, entries: &Map<String, Value>, text: &mut String) {
        text.push('{');
        let mut ordered: Vec<_> = entries.iter().collect();
        if self.reversed {
            ordered.reverse();
        }
        for (number, (key, value)) in ordered.into_iter().enumerate() {
            self.separate(number, text);
            self.write_string(key, text);
            self.space(" ", text);
            text.push(':');
            self.space("\t", text);
            self.write(value, text);
        }
        self.space("\r\n", text);
        text.push('}');
    }

    fn separate(self, number: usize, text: &mut String) {
        text.push_str(if number == 0 { "" } else { "," });
        self.space("\r\n  ", text);
    }

    fn space(self, space: &str, text: &mut String) {
        match self.space {
            Some(Space::Lines) => text.push_str(space),
            Some(Space::InLine) => text.push(' '),
            None => {}
        }
    }

    fn write_string(self, string: &str, text: &mut String) {
        let plain = Value::from(string).to_string();
        if !self.escaped {
            text.push_str(&plain);
            return;
        }
        for letter in plain.chars() {
            match letter {
                '/' => text.push_str("\\/"),
                letter if letter.is_ascii() => text.push(letter),
                letter => {
                    for unit in letter.encode_utf16(&mut [0; 2]) {
                        let _ = write!(text, "\\u{unit:04x}");
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_means_the_same_however_it_is_written() {
        let value =
            json!({ "a/b": [1, -2, 1.5, 1e300, null, true], "\"鱼\"": { "🐟": "一\n\\u4e00" }, "empty": [{}, []] });
        let entries = value.as_object().expect("an object");
        for space in [None, Some(Space::InLine), Some(Space::Lines)] {
            for (reversed, escaped) in [(false, false), (true, false), (false, true), (true, true)] {
                let spelling = Spelling { reversed, space, escaped };
                let text = spelling.object(entries);
                assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value, "{text}");
                assert_eq!(text.lines().count() > 1, space == Some(Space::Lines), "{text}");
            }
        }
        assert_eq!(Spelling::default().object(entries), value.to_string());
    }
}
