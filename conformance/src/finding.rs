//! From what a check states to what the record holds.

use botspec_reports::record::{Check, Expected, Finding, Level, Verdict, millis};

use crate::check::CheckInfo;
use crate::check_context::CheckContext;
use crate::not_passed::{CheckResult, NotPassed, Violation};
use crate::reproduce;

/// What the record holds of a check.
pub(crate) fn record(
    info: &CheckInfo,
    judged: &CheckResult,
    cx: &CheckContext,
    command: &[String],
    expected: Option<Expected>,
) -> Check {
    let (verdict, finding) = match judged {
        Ok(()) => (Verdict::Pass, None),
        Err(NotPassed::Skip(reason)) => (Verdict::Skip, Some(Finding::new(info.sentence.clone(), reason.clone()))),
        Err(NotPassed::Defect(what)) => (Verdict::Error, Some(Finding::new(info.sentence.clone(), what.clone()))),
        Err(NotPassed::Untestable(violation)) => (Verdict::Untestable, Some(evidence(info, violation, cx, command))),
        Err(NotPassed::Failed(violation)) => (broken_verdict(info.level), Some(evidence(info, violation, cx, command))),
    };
    let finding = finding.map(|mut finding| {
        finding.source.clone_from(&info.source);
        cx.run.secrets.clean_finding(&mut finding);
        finding
    });
    Check {
        id: info.id.clone(),
        dialect: info.dialect.clone(),
        transport: info.transport,
        level: info.level,
        verdict,
        expected,
        requirements: info.requirement.clone().into_iter().collect(),
        duration_ms: millis(cx.log.duration()),
        seen: None,
        blocked_by: blocked_by(judged),
        finding,
    }
}

/// The check about what stands in the way of another.
fn blocked_by(judged: &CheckResult) -> Option<String> {
    match judged {
        Err(NotPassed::Untestable(violation)) => violation.blocked_by.clone(),
        _ => None,
    }
}

/// What a broken requirement means: MUST fails, SHOULD warns, MAY is reported.
fn broken_verdict(level: Level) -> Verdict {
    match level {
        Level::Must => Verdict::Fail,
        Level::Should => Verdict::Warn,
        Level::May => Verdict::Pass,
    }
}

fn evidence(info: &CheckInfo, violation: &Violation, cx: &CheckContext, command: &[String]) -> Finding {
    let mut finding = Finding::new(info.sentence.clone(), violation.summary.clone());
    finding.differences.clone_from(&violation.differences);
    if let Some(first) = finding.differences.first() {
        finding.summary = first.in_summary(&finding.summary);
    }
    if let Some(exchange) = violation.evidence.as_ref().or_else(|| cx.log.last()) {
        finding.request = Some(exchange.request());
        finding.response = exchange.response();
        finding.repeat.extend(reproduce::request(exchange, cx.run.gate.target(), &cx.run.secrets));
    }
    finding.trace = cx.log.lines();
    finding.seed = Some(cx.run.seed);
    finding.repeat.push(reproduce::check(command, &info.id, cx.run.seed, &cx.run.secrets));
    finding
}
