//! One block per cause that needs attention.

use super::paint::Paint;
use super::wrap::cut;
use crate::cause::CauseGroup;
use crate::record::{Capture, Check, Finding};
use crate::summary::Group;
use crate::visible::visible_line;
use crate::words::{self, Language, label};

/// How many columns of a value are shown.
const VALUE: usize = 150;
/// How many checks are named.
const CHECKS: usize = 3;
const INDENT: usize = 2;

/// Writes the block of a cause.
pub(super) fn write(paint: &mut Paint, cause: &CauseGroup<'_>) {
    let language = paint.language;
    let word = format!("{} {}", words::sign(cause.group), language.word(words::standing(cause.group)).to_uppercase());
    paint.heading(cause.group, &word, &visible_line(language.of(&cause.title())));
    if cause.group == Group::Stale {
        let reason = cause.checks.first().and_then(|check| check.expected.as_ref()).map_or("", |it| &it.reason);
        paint.labelled(INDENT, label::WAIVER, &visible_line(reason));
    }
    if let Some(finding) = cause.example() {
        details(paint, cause, finding);
    }
    checks(paint, &cause.checks);
    paint.blank();
}

fn details(paint: &mut Paint, cause: &CauseGroup<'_>, finding: &Finding) {
    let language = paint.language;
    let found = cause.found();
    if found.is_empty() {
        if !cause.cause.pointer.is_empty() {
            paint.labelled(INDENT, label::EXPECTED, &value(&language.side(&cause.cause.expected)));
        }
        paint.labelled(INDENT, label::FOUND, &value(language.of(&finding.summary)));
    } else {
        let here = finding.differences.iter().find(|difference| difference.found == found);
        if let Some(difference) = here {
            paint.labelled(INDENT, label::EXPECTED, &value(&language.side(&difference.expected)));
            paint.labelled(INDENT, label::FOUND, &value(&language.side(&difference.found)));
            if !cause.pointer_in_title(&difference.pointer) {
                paint.labelled(INDENT, label::AT, &value(&difference.pointer));
            }
        }
        paint.labelled(INDENT, label::REQUIRED, &value(language.of(&finding.sentence)));
    }
    if let Some(source) = &finding.source {
        let parts = [source.document.as_str(), source.heading.as_str()];
        let place: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        paint.labelled(INDENT, label::SOURCE, &value(&place.join(", ")));
    }
    for (label, capture) in [(label::REQUEST, &finding.request), (label::RESPONSE, &finding.response)] {
        if let Some(capture) = capture {
            paint.labelled(INDENT, label, &one_line(capture));
        }
    }
    for line in &finding.repeat {
        paint.pasteable(INDENT, program(line), &visible_line(line));
    }
}

/// The program that a line to paste starts.
fn program(line: &str) -> words::Word {
    ["curl", "websocat", "botspec"]
        .into_iter()
        .find(|name| line.split(' ').any(|word| word == *name))
        .map_or(label::REPRODUCE, |name| (name, name))
}

/// The checks that met the cause, the first of them by name.
fn checks(paint: &mut Paint, checks: &[&Check]) {
    let mut text: Vec<String> = checks.iter().take(CHECKS).map(|check| visible_line(&check.label())).collect();
    if let Some(more @ 1..) = checks.len().checked_sub(CHECKS) {
        text.push(match paint.language {
            Language::En => format!("and {more} more"),
            Language::Zh => format!("另有 {more} 项"),
        });
    }
    let mut label = label::SEEN_IN;
    for line in text {
        paint.labelled(INDENT, label, &line);
        label = ("", "");
    }
}

/// The first line of the head, and the beginning of the body.
fn one_line(capture: &Capture) -> String {
    let parts = [capture.head.first().map(String::as_str), Some(capture.body.as_str())];
    let text: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let length = capture.body.len() as u64 + capture.omitted_bytes;
    if text.is_empty() { "(empty)".to_owned() } else { cut(&visible_line(&text.join("  ")), VALUE, length) }
}

fn value(text: &str) -> String {
    cut(&visible_line(text), VALUE, text.len() as u64)
}
