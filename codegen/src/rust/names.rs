//! Names on the wire as names in Rust.

use proc_macro2::{Ident, Span};

/// Words that cannot be a name; `type` is left out because it has a name of its own.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that not even `r#` makes a name, and the field that every record has.
const TAKEN: &[&str] = &["crate", "self", "super", "extra", "new"];

/// A key as the name of a field, a parameter or a method. `type` becomes `kind`.
pub(crate) fn field(key: &str) -> String {
    let name = crate::names::snake(key);
    match name.as_str() {
        "type" => "kind".to_owned(),
        word if KEYWORDS.contains(&word) => format!("r#{word}"),
        word if TAKEN.contains(&word) => format!("{word}_"),
        word if word.starts_with(|first: char| first.is_ascii_digit()) => format!("n{word}"),
        "" => "empty".to_owned(),
        _ => name,
    }
}

/// The name as a token.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(word) => Ident::new_raw(word, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
