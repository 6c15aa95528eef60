//! A comparison for a terminal.

use std::fmt::Write as _;

use super::Language;
use super::entry::{Change, Comparison, Entry};
use super::outline::{Block, Group, List, outline};
use super::phrases::Phrases;
use super::subject::Subject;

/// How many columns a list of names may take.
const WIDTH: usize = 100;

/// The comparison as text without control characters.
pub fn text(comparison: &Comparison, language: Language) -> String {
    let phrases = Phrases { comparison, language };
    let mut out = format!("{}\n{}\n", phrases.title(), phrases.summary());
    for section in outline(comparison) {
        let heading = phrases.level(section.level).to_uppercase();
        let _ = writeln!(out, "\n{heading} ({})\n{}", section.count, phrases.meaning(section.level));
        for kind in &section.kinds {
            of_kind(&mut out, &phrases, kind);
        }
    }
    out
}

fn of_kind(out: &mut String, phrases: &Phrases<'_>, kind: &Group<'_>) {
    for list in &kind.lists {
        names(out, phrases, kind.kind, list);
    }
    if kind.blocks.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", phrases.kind(kind.kind));
    for block in &kind.blocks {
        of_block(out, phrases, block);
    }
}

fn names(out: &mut String, phrases: &Phrases<'_>, kind: Subject, list: &List<'_>) {
    let _ = writeln!(out, "\n{} ({})", phrases.list(kind, list.change), list.count());
    for (category, entries) in &list.groups {
        if list.change == Change::Renamed {
            for entry in entries {
                let _ = writeln!(out, "  {} → {}", entry.name, entry.replacements.join(", "));
            }
            continue;
        }
        let names: Vec<String> = entries.iter().map(|entry| item(phrases, entry)).collect();
        let head = if category.is_empty() { "  ".to_owned() } else { format!("  {category:<10}") };
        wrapped(out, &head, &names.join(", "));
    }
}

fn of_block(out: &mut String, phrases: &Phrases<'_>, block: &Block<'_>) {
    let head = phrases.names(block).join(", ");
    wrapped(out, "  ", &block.to_name().map_or(head.clone(), |to| format!("{head} → {to}")));
    for line in phrases.lines(block) {
        let part = if line.part.is_empty() { String::new() } else { format!("{}: ", line.part) };
        wrapped(out, "    - ", &format!("{part}{}", line.sentence));
    }
    if let Some(used) = block.entries.first().and_then(|entry| phrases.used_by(entry)) {
        wrapped(out, "      ", &used);
    }
}

/// A whole contract, and what may take its place.
fn item(phrases: &Phrases<'_>, entry: &Entry) -> String {
    if entry.replacements.is_empty() {
        format!("{}{}", entry.name, phrases.behind(entry))
    } else {
        format!("{} → {}", entry.name, entry.replacements.join(", "))
    }
}

/// Words behind a head, broken where the line is full, and set in as far as the head is wide.
fn wrapped(out: &mut String, head: &str, words: &str) {
    let indent = head.chars().count();
    let mut line = head.to_owned();
    let mut filled = false;
    for word in words.split(' ') {
        if filled && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{}", line.trim_end());
            line = " ".repeat(indent);
            filled = false;
        }
        if filled {
            line.push(' ');
        }
        line.push_str(word);
        filled = true;
    }
    let _ = writeln!(out, "{}", line.trim_end());
}
