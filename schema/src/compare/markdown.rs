//! A comparison as Markdown, for a wiki or a pull request.

use std::fmt::Write as _;

use super::Language;
use super::entry::{Change, Comparison, Entry};
use super::outline::{Block, Group, outline};
use super::phrases::Phrases;
use super::subject::Subject;

/// The comparison as Markdown.
pub fn markdown(comparison: &Comparison, language: Language) -> String {
    let phrases = Phrases { comparison, language };
    let mut out = format!("# {}\n\n{}\n", phrases.title(), phrases.summary());
    for section in outline(comparison) {
        let level = section.level;
        let _ = writeln!(out, "\n## {} ({})\n\n{}", phrases.level(level), section.count, phrases.meaning(level));
        for kind in &section.kinds {
            of_kind(&mut out, &phrases, kind);
        }
    }
    out
}

fn of_kind(out: &mut String, phrases: &Phrases<'_>, kind: &Group<'_>) {
    let _ = writeln!(out, "\n### {}", phrases.kind(kind.kind));
    for list in &kind.lists {
        let _ = writeln!(out, "\n{} ({}):\n", phrases.list(kind.kind, list.change), list.count());
        for (category, entries) in &list.groups {
            if list.change == Change::Renamed {
                for entry in entries {
                    let _ = writeln!(out, "- {}", item(phrases, entry));
                }
                continue;
            }
            let names: Vec<String> = entries.iter().map(|entry| item(phrases, entry)).collect();
            let head = if category.is_empty() { String::new() } else { format!("{category}: ") };
            let _ = writeln!(out, "- {head}{}", names.join(", "));
        }
    }
    for block in &kind.blocks {
        of_block(out, phrases, block);
    }
}

fn of_block(out: &mut String, phrases: &Phrases<'_>, block: &Block<'_>) {
    let plain = block.entries.first().is_some_and(|entry| entry.kind == Subject::Dialect);
    let name = |name: &&str| if plain { (*name).to_owned() } else { format!("`{name}`") };
    let names: Vec<String> = phrases.names(block).iter().map(name).collect();
    let other = block.to_name().map_or_else(String::new, |name| format!(" → `{name}`"));
    let _ = writeln!(out, "\n**{}{other}**", names.join(", "));
    if let Some(used) = block.entries.first().and_then(|entry| phrases.used_by(entry)) {
        let _ = writeln!(out, "({used})");
    }
    let _ = writeln!(out);
    for line in phrases.lines(block) {
        let part = if line.part.is_empty() { String::new() } else { format!("{}: ", line.part) };
        let _ = writeln!(out, "- {part}{}", line.sentence);
    }
}

/// A whole contract, and what may take its place.
fn item(phrases: &Phrases<'_>, entry: &Entry) -> String {
    let name = format!("`{}`{}", entry.name, phrases.behind(entry));
    let others: Vec<String> = entry.replacements.iter().map(|other| format!("`{other}`")).collect();
    if others.is_empty() { name } else { format!("{name} → {}", others.join(", ")) }
}
