//! Workflow commands that GitHub shows as annotations: one per cause, the worst first.

use std::io::{self, Write};

use crate::Analysis;
use crate::summary::Group;
use crate::visible::visible_line;
use crate::words::Language;

/// How many annotations are written; GitHub shows ten of each kind in a step.
const SHOWN: usize = 10;

/// Writes the commands.
pub(crate) fn write(analysis: &Analysis<'_>, language: Language, out: &mut dyn Write) -> io::Result<()> {
    for (command, groups) in
        [("error", &[Group::Failed, Group::Stale, Group::Defect][..]), ("warning", &[Group::Warned][..])]
    {
        let causes: Vec<_> = analysis.causes.iter().filter(|cause| groups.contains(&cause.group)).collect();
        let shown = if causes.len() > SHOWN { SHOWN - 1 } else { SHOWN };
        for cause in causes.iter().take(shown) {
            let title = cause.title();
            let first = cause.checks.first().map_or_else(String::new, |check| check.label());
            let found = cause.example().map_or("", |finding| language.of(&finding.summary));
            let text = match language {
                Language::En => format!("{found}\nseen in {} checks, first {first}", cause.checks.len()),
                Language::Zh => format!("{found}\n出现于 {} 项检查，首先是 {first}", cause.checks.len()),
            };
            writeln!(out, "::{command} title={}::{}", property(language.of(&title)), data(&text))?;
        }
        if let Some(more @ 1..) = causes.len().checked_sub(shown) {
            writeln!(
                out,
                "::{command} title=botspec::{more} {}",
                language.pick("more causes in the report", "个其他原因，见报告")
            )?;
        }
    }
    Ok(())
}

/// The text of a command.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible_line).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
