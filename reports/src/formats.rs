//! The forms that CI systems and other programs read.

pub(crate) mod annotations;
pub(crate) mod badge;
pub(crate) mod ctrf;
pub(crate) mod junit;
pub(crate) mod markdown;

use std::collections::BTreeMap;

use crate::record::{Check, Expectation, Finding};
use crate::summary::Group;
use crate::visible::visible;

/// The outcome of a check as CI systems know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CiStatus {
    Passed,
    Failed,
    /// The test program failed, not what it tests.
    Error,
    Skipped,
}

impl CiStatus {
    pub(crate) fn of(check: &Check) -> Self {
        match Group::of(check) {
            Group::Failed | Group::Stale => Self::Failed,
            Group::Defect => Self::Error,
            Group::Waived | Group::Untestable | Group::Skipped => Self::Skipped,
            // A broken SHOULD breaks no build.
            Group::Warned | Group::Noted | Group::Passed => Self::Passed,
        }
    }
}

/// Why a check counts as it does, in one line; empty for a pass about which there is nothing to state.
pub(crate) fn message(check: &Check) -> String {
    let summary = check.finding.as_ref().map_or("", |finding| finding.summary.en.as_str());
    match (Group::of(check), &check.expected) {
        (Group::Stale, _) => "passes, though a waiver expects it to fail; remove the waiver".to_owned(),
        (Group::Waived, Some(waiver)) => {
            let kind = match waiver.kind {
                Expectation::Failure => "expected to fail",
                Expectation::Flaky => "flaky",
            };
            format!("{kind} by a waiver: {}; {summary}", waiver.reason)
        }
        _ => summary.to_owned(),
    }
}

/// How long the evidence of one finding may be in a form that has an entry per check.
const EVIDENCE: usize = 2 * 1024;

/// A finding in a few lines of text.
pub(crate) fn evidence(finding: &Finding) -> String {
    let mut lines = vec![format!("required: {}", finding.sentence.en), format!("found: {}", finding.summary.en)];
    for difference in finding.differences.iter().take(8) {
        let at = if difference.pointer.is_empty() { "(whole)" } else { &difference.pointer };
        lines.push(format!("at {at}: expected {}, found {}", difference.expected, difference.found));
    }
    if let Some(source) = &finding.source {
        lines.push(format!("source: {}, {}", source.document, source.heading));
    }
    for (name, capture) in [("request", &finding.request), ("response", &finding.response)] {
        if let Some(capture) = capture {
            let head = capture.head.first().map_or("", String::as_str);
            let kept = crate::record::cut(&capture.body, EVIDENCE);
            let cut = if kept.len() < capture.body.len() || capture.omitted_bytes > 0 {
                format!("… ({})", crate::quantity::bytes(capture.body.len() as u64 + capture.omitted_bytes))
            } else {
                String::new()
            };
            lines.push(format!("{name}: {head} {kept}{cut}"));
        }
    }
    lines.extend(finding.repeat.iter().cloned());
    lines.iter().map(|line| visible(line)).collect::<Vec<_>>().join("\n")
}

/// Names for checks, each given once: CI systems distinguish test cases by name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    given: BTreeMap<String, u32>,
}

impl Names {
    /// The name for a check: its id and transport, with a number behind it where that is taken.
    pub(crate) fn of(&mut self, check: &Check) -> String {
        let plain = crate::visible::visible_line(&check.label());
        let times = self.given.entry(plain.clone()).or_default();
        *times += 1;
        if *times == 1 { plain } else { format!("{plain} #{times}") }
    }
}
