//! `summary.md`: what needs attention first, within what GitHub shows of a job.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::Analysis;
use crate::cause::CauseGroup;
use crate::changed;
use crate::quantity::bytes;
use crate::record::{Capture, cut};
use crate::shell::command_line;
use crate::summary::{Group, Outcome, incomplete};
use crate::visible::{visible, visible_line};
use crate::words::{self, Language, label};

/// GitHub refuses a summary of more than a mebibyte; what follows the causes needs some of it.
const LIMIT: usize = 1000 * 1000;
/// How many causes are written out.
const CAUSES: usize = 100;
/// How many checks of a cause are named.
const CHECKS: usize = 20;
/// How many bytes of a body are shown.
const BODY: usize = 1500;

/// Writes the document.
pub(crate) fn write(analysis: &Analysis<'_>, language: Language, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text(analysis, language).as_bytes())
}

fn text(analysis: &Analysis<'_>, language: Language) -> String {
    let mut out = String::new();
    let figures = &analysis.figures;
    let target = &analysis.run.header.target;
    let sign = match figures.outcome {
        Outcome::Failed | Outcome::Stopped => words::sign(Group::Failed),
        Outcome::Defect => words::sign(Group::Defect),
        Outcome::Incomplete | Outcome::Partial | Outcome::NothingChecked => words::sign(Group::Untestable),
        Outcome::Conformant => words::sign(Group::Passed),
    };
    let _ = writeln!(out, "## {sign} {}\n", escaped(language.of(&figures.headline())));
    let build: Vec<_> = [Some(&target.name), target.implementation.as_ref(), target.version.as_ref()]
        .into_iter()
        .flatten()
        .map(|text| escaped(text))
        .collect();
    let _ = writeln!(out, "{} · `{}`\n", build.join(" "), code(&analysis.run.header.dialect));
    if let Some(why) = incomplete(analysis.run) {
        let text = language.of(&why);
        let _ = writeln!(out, "> **{}** {}\n", language.pick("Incomplete.", "不完整。"), escaped(text));
    }
    for defect in &analysis.run.defects.first {
        let _ = writeln!(out, "> {}\n", escaped(defect));
    }
    counts(&mut out, analysis, language);
    let attention: Vec<_> = analysis.causes.iter().filter(|cause| cause.group <= Group::Warned).collect();
    let mut shown = 0;
    for cause in attention.iter().take(CAUSES) {
        let block = block(cause, language);
        if out.len() + block.len() > LIMIT {
            break;
        }
        out += &block;
        shown += 1;
    }
    if let Some(more @ 1..) = attention.len().checked_sub(shown) {
        let _ = match language {
            Language::En => writeln!(out, "… and {more} more causes; the report lists all of them.\n"),
            Language::Zh => writeln!(out, "……还有 {more} 个原因，见报告。\n"),
        };
    }
    changed_answers(&mut out, analysis, language);
    if !analysis.run.header.command.is_empty() {
        let command = command_line(&analysis.run.header.command);
        let _ = writeln!(out, "{}\n\n{}", language.word(label::REPRODUCE), fenced("sh", &visible(&command)));
    }
    out
}

/// What is not as in the snapshots of an earlier build.
fn changed_answers(out: &mut String, analysis: &Analysis<'_>, language: Language) {
    let changes = changed::of(analysis.run);
    if changes.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {} ({})\n", language.of(&changed::heading()), changes.len());
    for change in changes.iter().take(CAUSES) {
        let sign = changed::sign(change);
        let what = escaped(cut(language.of(&changed::sentence(change)), BODY));
        let _ = writeln!(out, "- {sign} `{}`: {what}", code(&changed::place(change)));
    }
    if let Some(more @ 1..) = changes.len().checked_sub(CAUSES) {
        let _ = writeln!(out, "- … +{more}");
    }
    out.push('\n');
}

fn counts(out: &mut String, analysis: &Analysis<'_>, language: Language) {
    let groups: Vec<_> = Group::ALL
        .into_iter()
        .map(|group| (group, analysis.checks.iter().filter(|check| Group::of(check) == group).count()))
        .filter(|(_, number)| *number > 0)
        .collect();
    if groups.is_empty() {
        return;
    }
    if let Some(judged) = analysis.figures.judged_sentence() {
        let _ = writeln!(out, "{}\n", escaped(language.of(&judged)));
    }
    if let Some(actions) = &analysis.figures.actions {
        let _ = writeln!(out, "{}\n", escaped(language.of(&actions.sentence())));
        for line in actions.absent_lines() {
            let _ = writeln!(out, "- {}", escaped(&line));
        }
        if !actions.absent.is_empty() {
            out.push('\n');
        }
    }
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    *out += &row(groups
        .iter()
        .map(|(group, _)| format!("{} {}", words::sign(*group), language.word(words::standing(*group))))
        .collect());
    *out += &row(groups.iter().map(|_| "--:".to_owned()).collect());
    *out += &row(groups.iter().map(|(_, number)| number.to_string()).collect());
    out.push('\n');
    for set in &analysis.figures.sets {
        for level in &set.levels {
            let sentence = level.sentence();
            let _ = writeln!(out, "- `{}` {}: {}", code(&set.set), level.level, language.of(&sentence));
        }
    }
    out.push('\n');
}

fn block(cause: &CauseGroup<'_>, language: Language) -> String {
    let mut out = String::new();
    let standing = language.word(words::standing(cause.group));
    let title = cause.title();
    let _ = writeln!(out, "### {} {standing}: {}\n", words::sign(cause.group), sentence(language.of(&title)));
    let ids = cause.ids();
    let over = cause.transports().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let _ = match language {
        Language::En => writeln!(out, "{} checks, {} ids, over {over}\n", cause.checks.len(), ids.len()),
        Language::Zh => writeln!(out, "{} 项检查，{} 个编号，经由 {over}\n", cause.checks.len(), ids.len()),
    };
    if let Some(finding) = cause.example() {
        let mut item = |label: words::Word, text: &str| {
            if !text.is_empty() {
                let _ = writeln!(out, "- {}: {}", language.word(label), sentence(text));
            }
        };
        let here = finding.differences.iter().find(|one| !cause.found().is_empty() && one.found == cause.found());
        match here {
            Some(difference) => {
                item(label::EXPECTED, &language.side(&difference.expected));
                item(label::FOUND, &language.side(&difference.found));
                item(label::AT, &difference.pointer);
                item(label::REQUIRED, language.of(&finding.sentence));
            }
            None => item(label::FOUND, language.of(&finding.summary)),
        }
        if let Some(source) = &finding.source {
            item(label::SOURCE, &format!("{}, {}", source.document, source.heading));
        }
        out.push('\n');
        for (label, capture) in [(label::REQUEST, &finding.request), (label::RESPONSE, &finding.response)] {
            if let Some(capture) = capture {
                let _ = writeln!(out, "{}\n\n{}", language.word(label), fenced("", &body(capture)));
            }
        }
        if !finding.repeat.is_empty() {
            let lines = visible(&finding.repeat.join("\n")).into_owned();
            let _ = writeln!(out, "{}\n\n{}", language.word(label::REPRODUCE), fenced("sh", &lines));
        }
    }
    let _ = writeln!(out, "<details><summary>{}</summary>\n", language.word(label::SEEN_IN));
    for check in cause.checks.iter().take(CHECKS) {
        let _ = writeln!(out, "- `{}`", code(&check.label()));
    }
    if let Some(more @ 1..) = cause.checks.len().checked_sub(CHECKS) {
        let _ = writeln!(out, "- … +{more}");
    }
    out += "\n</details>\n\n";
    out
}

fn body(capture: &Capture) -> String {
    let kept = crate::record::cut(&capture.body, BODY);
    let length = capture.body.len() as u64 + capture.omitted_bytes;
    let cut = if (kept.len() as u64) < length { format!("… ({})", bytes(length)) } else { String::new() };
    let head: String = capture.head.iter().take(4).map(|line| visible_line(line) + "\n").collect();
    format!("{head}{}{cut}", visible(kept))
}

/// A block of code whose fence is longer than any that stands inside.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// Text that stands between backticks.
fn code(text: &str) -> String {
    visible_line(text).replace('`', "ˋ")
}

/// A sentence in which what stands between backticks stays code, and nothing else means anything to Markdown.
pub(crate) fn sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let part = |(at, part): (usize, &&str)| if at % 2 == 1 { format!("`{}`", code(part)) } else { escaped(part) };
    parts.iter().enumerate().map(part).collect()
}

/// Text that means nothing to Markdown or HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible_line(text).chars() {
        match character {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '|' | '!' | '~' | '@' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}
