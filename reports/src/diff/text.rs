//! A comparison for a terminal.

use super::{Change, Diff};
use crate::changed;
use crate::json::CauseEntry;
use crate::record::Text;
use crate::terminal::wrap;
use crate::visible::visible_line;
use crate::words::Language;

/// How many entries of a list are shown.
const SHOWN: usize = 20;

/// The comparison as text.
pub fn text(diff: &Diff, language: Language) -> String {
    let mut out = String::new();
    let mut line = |indent: usize, text: &str| {
        for part in wrap(&visible_line(text), crate::terminal::WIDTH - indent) {
            out.push_str(&" ".repeat(indent));
            out.push_str(part.trim_end());
            out.push('\n');
        }
    };
    line(0, &format!("{} → {} ({})", diff.old.build(), diff.new.build(), diff.new.dialect));
    line(0, language.of(&diff.headline()));
    let tested = |side: &super::Side| format!("{} / {}", side.tested, side.checks);
    line(0, &format!("{}: {} → {}", language.pick("tested", "已测"), tested(&diff.old), tested(&diff.new)));
    for note in &diff.notes {
        line(0, &format!("! {}", language.of(note)));
    }
    for (title, sign, causes) in causes(diff) {
        if !causes.is_empty() {
            line(0, "");
            line(0, &format!("{} ({})", language.of(&title), causes.len()));
            for cause in causes.iter().take(SHOWN) {
                line(2, &format!("{sign} {}", language.of(&cause.title)));
                let checks = cause.checks.len();
                let first = cause.checks.first().map_or("", String::as_str);
                line(4, &format!("{checks} {}: {first}", language.pick("checks, first", "项检查，首先是")));
            }
            more(&mut line, causes.len(), language);
        }
    }
    if !diff.changed_answers.is_empty() {
        line(0, "");
        line(0, &format!("{} ({})", language.of(&changed::heading()), diff.changed_answers.len()));
        for change in diff.changed_answers.iter().take(SHOWN) {
            line(2, &changed::line(change, language));
        }
        more(&mut line, diff.changed_answers.len(), language);
    }
    for (title, changes) in changes(diff) {
        if !changes.is_empty() {
            line(0, "");
            line(0, &format!("{} ({})", language.of(&title), changes.len()));
            for change in changes.iter().take(SHOWN) {
                line(2, &format!("{}  {}", change.label(), verdicts(change)));
                if let Some(summary) = &change.summary {
                    line(4, crate::record::cut(language.of(summary), 300));
                }
            }
            more(&mut line, changes.len(), language);
        }
    }
    out
}

fn more(line: &mut impl FnMut(usize, &str), number: usize, language: Language) {
    if let Some(more @ 1..) = number.checked_sub(SHOWN) {
        line(2, &format!("… +{more}{}", language.pick(" more", "")));
    }
}

/// What came of a check before and now.
pub(super) fn verdicts(change: &Change) -> String {
    let word = |verdict: Option<crate::record::Verdict>| verdict.map_or("–", crate::record::Verdict::as_str);
    format!("{} → {}", word(change.before), word(change.after))
}

/// The lists of causes with their headings and signs.
pub(super) fn causes(diff: &Diff) -> [(Text, &'static str, &[CauseEntry]); 3] {
    [
        (Text::both("New causes", "新出现的原因"), "✕", &diff.new_causes),
        (Text::both("Fixed causes", "已修复的原因"), "✓", &diff.fixed_causes),
        (Text::both("Causes in both", "两次都有的原因"), "~", &diff.lasting_causes),
    ]
}

/// The lists of checks with their headings.
pub(super) fn changes(diff: &Diff) -> [(Text, &[Change]); 6] {
    [
        (Text::both("Newly failing checks", "新失败的检查"), &diff.newly_failing),
        (Text::both("No longer tested", "不再有结论的检查"), &diff.coverage_lost),
        (Text::both("Fixed checks", "已修复的检查"), &diff.fixed),
        (Text::both("Newly tested", "新有结论的检查"), &diff.coverage_gained),
        (Text::both("New checks", "新增的检查"), &diff.added),
        (Text::both("Removed checks", "移除的检查"), &diff.removed),
    ]
}
