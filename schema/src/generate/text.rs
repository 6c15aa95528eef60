//! Text at random: plain first, then what breaks careless programs.

use proptest::prelude::*;
use proptest::string::string_regex;

/// A character; shrinks towards `a`.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        8 => proptest::char::range('a', 'z'),
        3 => proptest::char::range('0', '9'),
        2 => prop::sample::select(vec![' ', '[', ']', ',', '&', '=', ';', '#', '"', '\\', '/', '\n', '<', '%', '+']),
        4 => proptest::char::range('一', '龥'),
        2 => prop::sample::select(vec!['🎉', '😀', '👍', '𠮷', 'é', 'ß', '，', '　', '\u{200b}']),
    ]
}

/// A text of so many characters; shrinks towards the shortest.
pub(super) fn text(least: usize, most: usize) -> BoxedStrategy<String> {
    proptest::collection::vec(character(), least..=most).prop_map(String::from_iter).boxed()
}

/// A text that matches a pattern; None where the pattern asks for what cannot be made.
pub(super) fn matching(pattern: &str) -> Option<BoxedStrategy<String>> {
    let inside = pattern.strip_prefix('^').unwrap_or(pattern);
    let inside = match inside.strip_suffix('$') {
        Some(before) if !before.ends_with('\\') => before,
        _ => inside,
    };
    // Perl classes mean ASCII in JSON Schema, and Unicode to the generator.
    let ascii = inside.replace("\\d", "[0-9]").replace("\\w", "[A-Za-z0-9_]");
    string_regex(&ascii).ok().map(Strategy::boxed)
}
