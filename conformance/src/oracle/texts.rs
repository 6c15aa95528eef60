//! The words of a failure are for who called: what a program writes for those who mend it reports nothing there, and shows what
//! is nobody's business.

use botspec_reports::record::{Difference, Text};
use serde_json::Value;

use super::Oracle;
use crate::exchange::Exchange;
use crate::owners;

/// How much of a text is shown, in characters.
const SHOWN: usize = 200;

/// What the runtimes of common languages write of their own exceptions.
const EXCEPTIONS: &[&str] = &[
    "Cannot read propert",
    "Cannot set propert",
    "Cannot destructure property",
    "is not a function",
    "is not iterable",
    "is not a constructor",
    "is not defined",
    "cannot be converted to a BigInt",
    "Cannot convert undefined or null",
    "Maximum call stack size exceeded",
    "Unexpected token",
    "unexpected end of file",
    "TypeError",
    "ReferenceError",
    "RangeError",
    "SyntaxError",
    "Traceback (most recent call last)",
    "AttributeError",
    "NoneType",
    "NullPointerException",
    "NullReferenceException",
    "nil pointer dereference",
    "panicked at",
    "[object Object]",
];

/// How a line of a stack trace begins, or a path of the machine that the implementation runs on.
const PLACES: &[&str] = &["\n    at ", "\n\tat ", "goroutine ", "file:///", "/node_modules/", ":\\Users\\"];

/// What of a text was written for those who mend the program.
fn of_the_program(text: &str) -> bool {
    EXCEPTIONS.iter().chain(PLACES).any(|words| text.contains(words)) || has_undefined(text)
}

/// Whether the place of a value is filled with what a language has for none: `undefined` as a word of a sentence in
/// another language stands between its characters.
fn has_undefined(text: &str) -> bool {
    const NONE: &str = "undefined";
    text.match_indices(NONE).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + NONE.len()..].chars().next();
        let other = |it: Option<char>| it.is_some_and(|it| it.is_alphabetic() && !it.is_ascii());
        other(before) || other(after)
    })
}

impl Oracle {
    /// Judges the words of an answer.
    pub(super) fn texts(&self, action: &str, envelope: &Value, exchange: &Exchange) {
        for key in &self.contract.file().envelope.texts {
            let Some(text) = envelope.get(key).and_then(Value::as_str).filter(|text| of_the_program(text)) else {
                continue;
            };
            let difference = Difference {
                pointer: format!("/{key}"),
                expected: format!("words for who called {action}"),
                found: text.chars().take(SHOWN).collect(),
            };
            let what = Text::both("the words of an answer are those of an exception", "响应中的说明是程序异常的文字");
            let owner = owners::texts(&self.contract);
            self.keep(&owner, &what, vec![difference], exchange.transport, || exchange.clone());
            // The same words stand under several keys.
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of_the_program;

    #[test]
    fn exceptions_are_told_from_words() {
        for text in [
            "Cannot read properties of undefined (reading 'canAtAll')",
            "The number NaN cannot be converted to a BigInt because it is not an integer",
            "消息undefined不存在",
            "failed: Error: no node\n    at SendPrivateMsg.handle (file:///srv/bundle.mjs:1:2)",
            "result.data.msg_list is not iterable",
        ] {
            assert!(of_the_program(text), "{text}");
        }
        for text in [
            "",
            "群不存在",
            "no such message",
            "user_id is required",
            "Error: not found",
            "undefined behaviour",
            "file not found: a.png",
        ] {
            assert!(!of_the_program(text), "{text}");
        }
    }
}
