//! Records to render: one from disk that has every verdict, and small ones built here.

use botspec_reports::record::{
    self, Check, Counts, Defects, Ending, Expected, Finding, Footer, Header, Level, Run, Verdict,
};

/// A record with every verdict, with and without waivers.
pub(crate) const EVERY_VERDICT: &str = include_str!("records/every-verdict.ndjson");

/// [`EVERY_VERDICT`], read.
pub(crate) fn every_verdict() -> Run {
    read(EVERY_VERDICT)
}

/// Reads a record that is known to be good.
pub(crate) fn read(text: &str) -> Run {
    record::read(text.as_bytes()).expect("the record reads")
}

/// A header with nothing but what it must have.
pub(crate) fn header() -> Header {
    serde_json::from_str(
        r#"{"format":1,"botspec_version":"0.1.0","dialect":"onebot11","target":{"name":"small"},"seed":7}"#,
    )
    .expect("the header reads")
}

/// A check without a finding.
pub(crate) fn check(id: &str, verdict: Verdict) -> Check {
    Check {
        id: id.to_owned(),
        dialect: "onebot11".to_owned(),
        transport: None,
        level: Level::Must,
        verdict,
        expected: None,
        requirements: Vec::new(),
        duration_ms: 1.0,
        seen: None,
        blocked_by: None,
        finding: None,
    }
}

/// A check that did not pass.
pub(crate) fn found(id: &str, verdict: Verdict, finding: Finding) -> Check {
    Check { finding: Some(finding), ..check(id, verdict) }
}

/// The same check with a waiver.
pub(crate) fn waived(check: Check, kind: record::Expectation) -> Check {
    Check { expected: Some(Expected { kind, reason: "known".to_owned() }), ..check }
}

/// A complete run of these checks.
pub(crate) fn run(checks: Vec<Check>) -> Run {
    let counts: Counts = checks.iter().map(|check| check.verdict).collect();
    let judged_percent = Some(counts.judged_percent());
    let footer = Footer { counts, duration_ms: 1.0, judged_percent, ..Footer::default() };
    Run {
        header: header(),
        checks,
        left: Vec::new(),
        stopped: None,
        footer: Some(footer),
        ending: Ending::Complete,
        defects: Defects::default(),
    }
}
