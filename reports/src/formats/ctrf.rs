//! `ctrf.json`: the common test report format.

use std::io::{self, Write};

use serde::Serialize;

use super::{CiStatus, Names, evidence, message};
use crate::Analysis;
use crate::record::{Check, epoch_millis};
use crate::summary::area;
use crate::visible::visible_line;

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Summary {
    tests: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    pending: usize,
    other: usize,
    start: u64,
    stop: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    name: String,
    status: &'static str,
    raw_status: &'static str,
    duration: u64,
    suite: [String; 2],
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    trace: String,
}

/// Writes the document.
pub(crate) fn write(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    let run = analysis.run;
    let count = |wanted| run.checks.iter().filter(|check| status(check) == wanted).count();
    let start = epoch_millis(&run.header.started_at).unwrap_or(0);
    let finished = run.footer.as_ref().and_then(|footer| epoch_millis(&footer.finished_at));
    let mut names = Names::default();
    let tool = Tool { name: "botspec", version: &run.header.botspec_version };
    let summary = Summary {
        tests: run.checks.len(),
        passed: count("passed"),
        failed: count("failed"),
        skipped: count("skipped"),
        pending: 0,
        other: count("other"),
        start,
        stop: finished.unwrap_or(start),
    };
    // Tests are written as they come, so that none is held beside the run.
    out.write_all(
        b"{\"reportFormat\":\"CTRF\",\"specVersion\":\"0.0.0\",\"generatedBy\":\"botspec\",\"results\":{\"tool\":",
    )?;
    serde_json::to_writer(&mut *out, &tool)?;
    out.write_all(b",\"summary\":")?;
    serde_json::to_writer(&mut *out, &summary)?;
    out.write_all(b",\"tests\":[")?;
    for (number, check) in run.checks.iter().enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &test(check, &mut names))?;
    }
    out.write_all(b"\n]}}\n")
}

fn status(check: &Check) -> &'static str {
    match CiStatus::of(check) {
        CiStatus::Passed => "passed",
        CiStatus::Failed => "failed",
        CiStatus::Skipped => "skipped",
        CiStatus::Error => "other",
    }
}

fn test(check: &Check, names: &mut Names) -> Test {
    let failed = matches!(CiStatus::of(check), CiStatus::Failed | CiStatus::Error);
    let evidence = check.finding.as_ref().filter(|_| failed).map(evidence).unwrap_or_default();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a duration in whole milliseconds")]
    let duration = check.duration_ms.max(0.0).round() as u64;
    Test {
        name: names.of(check),
        status: status(check),
        raw_status: check.verdict.as_str(),
        duration,
        suite: [visible_line(&check.dialect), visible_line(area(check))],
        message: visible_line(&message(check)),
        trace: evidence,
    }
}
