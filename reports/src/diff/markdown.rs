//! A comparison in Markdown, for the summary of a CI job or a comment.

use std::fmt::Write as _;

use super::Diff;
use super::text::{causes, changes, verdicts};
use crate::changed;
use crate::formats::markdown::{escaped, sentence};
use crate::words::Language;

/// How many entries of a list are shown.
const SHOWN: usize = 50;

/// The comparison as Markdown.
pub fn markdown(diff: &Diff, language: Language) -> String {
    let mut out = String::new();
    let sign = if diff.worse { "✕" } else { "✓" };
    let _ = writeln!(out, "## {sign} {}\n", escaped(language.of(&diff.headline())));
    let _ = writeln!(
        out,
        "{} → {} · `{}`\n\n| | {} | {} |\n| --- | --: | --: |",
        escaped(&diff.old.build()),
        escaped(&diff.new.build()),
        diff.new.dialect.replace('`', ""),
        language.pick("tested", "已测"),
        language.pick("checks", "检查"),
    );
    for side in [&diff.old, &diff.new] {
        let _ = writeln!(out, "| {} | {} | {} |", escaped(&side.build()), side.tested, side.checks);
    }
    out.push('\n');
    for note in &diff.notes {
        let _ = writeln!(out, "> {}\n", escaped(language.of(note)));
    }
    for (title, sign, causes) in causes(diff) {
        if !causes.is_empty() {
            let _ = writeln!(out, "### {} ({})\n", language.of(&title), causes.len());
            for cause in causes.iter().take(SHOWN) {
                let checks = cause.checks.len();
                let _ = writeln!(out, "- {sign} {} ({checks})", sentence(language.of(&cause.title)));
            }
            more(&mut out, causes.len());
        }
    }
    if !diff.changed_answers.is_empty() {
        let _ = writeln!(out, "### {} ({})\n", language.of(&changed::heading()), diff.changed_answers.len());
        for change in diff.changed_answers.iter().take(SHOWN) {
            let place = sentence(&format!("`{}`", changed::place(change)));
            let _ = writeln!(
                out,
                "- {} {place}: {}",
                changed::sign(change),
                escaped(language.of(&changed::sentence(change)))
            );
        }
        more(&mut out, diff.changed_answers.len());
    }
    for (title, changes) in changes(diff) {
        if !changes.is_empty() {
            let (title, number) = (language.of(&title), changes.len());
            let _ = writeln!(out, "<details><summary>{title} ({number})</summary>\n");
            for change in changes.iter().take(SHOWN) {
                let _ = writeln!(out, "- {} {}", sentence(&format!("`{}`", change.label())), verdicts(change));
            }
            more(&mut out, number);
            out += "</details>\n\n";
        }
    }
    out
}

fn more(out: &mut String, number: usize) {
    if let Some(more @ 1..) = number.checked_sub(SHOWN) {
        let _ = writeln!(out, "- … +{more}");
    }
    out.push('\n');
}
