//! Doc comments in the markup of rustdoc.

use super::names;
use crate::docs::Docs;
use crate::model::{Field, Record};

/// The lines of a comment.
pub(crate) fn lines(docs: &Docs) -> Vec<String> {
    let mut lines = paragraphs(docs.paragraphs.iter().map(|paragraph| escape(paragraph)));
    if !docs.sources.is_empty() {
        lines.extend([String::new(), "Source:".to_owned()]);
    }
    for source in &docs.sources {
        lines.push(format!("- {}", escape(&source.place)));
        lines.extend(source.note.iter().map(|note| format!("  ({})", escape(note))));
    }
    lines
}

/// Paragraphs with an empty line between them.
pub(crate) fn paragraphs(all: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in all {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(paragraph);
    }
    lines
}

/// The comment of a record: it states, too, which of its keys it needs at least one set of.
pub(crate) fn record(record: &Record) -> Docs {
    let mut docs = record.docs.clone();
    let set = |keys: &Vec<String>| {
        let keys: Vec<_> = keys.iter().map(|key| format!("`{}`", names::field(key))).collect();
        keys.join(" and ")
    };
    if !record.alternatives.is_empty() {
        let sets: Vec<_> = record.alternatives.iter().map(set).collect();
        docs.paragraphs.push(format!("Give {}.", sets.join(", or ")));
    }
    docs
}

/// The comment of a field: it states, too, what its key is where the name is another.
pub(crate) fn field(field: &Field) -> Docs {
    let mut docs = field.docs.clone();
    if names::field(&field.key) != field.key {
        docs.paragraphs.push(format!("On the wire it is `{}`.", field.key));
    }
    docs
}

/// Text in which rustdoc finds no link and no tag outside of code.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for character in text.chars() {
        match character {
            '`' => code = !code,
            '[' | ']' | '<' | '>' if !code => out.push('\\'),
            '\n' => {
                out.push(' ');
                continue;
            }
            _ => {}
        }
        out.push(character);
    }
    out
}
