//! One block per check that needs attention.

use super::paint::Paint;
use crate::record::{Capture, Check, Finding};
use crate::summary::Group;
use crate::visible::visible_line;

/// How many characters of a request or a response are shown.
const BODY: usize = 160;
/// How many differences are shown.
const DIFFERENCES: usize = 8;

/// Writes the block of a check.
pub(super) fn write(paint: &mut Paint, check: &Check) {
    let group = Group::of(check);
    let word = paint.of_group(group, word(group));
    paint.line(&format!("{word} {}", visible_line(&check.label())));
    if group == Group::Stale {
        let reason = check.expected.as_ref().map_or("", |expected| expected.reason.as_str());
        paint.detail("waiver", &visible_line(reason));
        paint.detail("seen", "The check passes; remove the waiver.");
    }
    if let Some(finding) = &check.finding {
        details(paint, finding);
    }
    paint.blank();
}

fn word(group: Group) -> &'static str {
    match group {
        Group::Failed => "✕ FAIL",
        Group::Stale => "✕ STALE WAIVER",
        Group::Defect => "! ERROR (a defect of botspec)",
        Group::Warned => "▲ WARN",
        Group::Untestable => "? UNTESTABLE",
        Group::Waived => "~ EXPECTED",
        Group::Noted => "i NOTED",
        Group::Skipped => "- SKIP",
        Group::Passed => "✓ PASS",
    }
}

fn details(paint: &mut Paint, finding: &Finding) {
    paint.detail("should", &visible_line(&finding.sentence.en));
    paint.detail("seen", &visible_line(&finding.summary.en));
    if let Some(source) = &finding.source {
        let parts = [source.document.as_str(), source.heading.as_str()];
        let place: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        paint.detail("source", &visible_line(&place.join(", ")));
    }
    for difference in finding.differences.iter().take(DIFFERENCES) {
        let pointer = if difference.pointer.is_empty() { "(whole)" } else { &difference.pointer };
        let text = format!("{pointer}: expected {}, found {}", difference.expected, difference.found);
        paint.detail("at", &shortened(&text));
    }
    if let Some(more @ 1..) = finding.differences.len().checked_sub(DIFFERENCES) {
        paint.detail("at", &format!("… {more} more"));
    }
    for (label, capture) in [("request", &finding.request), ("response", &finding.response)] {
        if let Some(capture) = capture {
            paint.detail(label, &one_line(capture));
        }
    }
    for line in &finding.repeat {
        paint.detail("again", &visible_line(line));
    }
}

/// The first line of the head, and the beginning of the body.
fn one_line(capture: &Capture) -> String {
    let parts = [capture.head.first().map(String::as_str), Some(capture.body.as_str())];
    let text: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if text.is_empty() { "(empty)".to_owned() } else { shortened(&text.join("  ")) }
}

fn shortened(text: &str) -> String {
    let line = visible_line(text);
    match line.char_indices().nth(BODY) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
