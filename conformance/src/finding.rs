//! From what a check says to what the record holds.

use botspec_reports::record::{Check, Difference, Expected, Finding, Level, Text, Verdict, millis};

use crate::check::CheckInfo;
use crate::probe::{Broken, Judged, Probe, Stop};
use crate::repeat;

/// What the record holds of a check.
pub(crate) fn record(
    info: &CheckInfo,
    judged: &Judged,
    probe: &Probe,
    command: &[String],
    expected: Option<Expected>,
) -> Check {
    let (verdict, finding) = match judged {
        Ok(()) => (Verdict::Pass, None),
        Err(Stop::Skip(reason)) => (Verdict::Skip, Some(Finding::new(info.sentence.clone(), reason.clone()))),
        Err(Stop::Defect(what)) => (Verdict::Error, Some(Finding::new(info.sentence.clone(), what.clone()))),
        Err(Stop::Untestable(broken)) => (Verdict::Untestable, Some(shown(info, broken, probe, command))),
        Err(Stop::Broken(broken)) => (broken_verdict(info.level), Some(shown(info, broken, probe, command))),
    };
    let finding = finding.map(|mut finding| {
        finding.source.clone_from(&info.source);
        probe.cx.secrets.clean_finding(&mut finding);
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
        duration_ms: millis(probe.log.duration()),
        finding,
    }
}

/// What a broken requirement means: MUST fails, SHOULD warns, MAY is told.
fn broken_verdict(level: Level) -> Verdict {
    match level {
        Level::Must => Verdict::Fail,
        Level::Should => Verdict::Warn,
        Level::May => Verdict::Pass,
    }
}

fn shown(info: &CheckInfo, broken: &Broken, probe: &Probe, command: &[String]) -> Finding {
    let mut finding = Finding::new(info.sentence.clone(), broken.summary.clone());
    finding.differences.clone_from(&broken.differences);
    if let Some(first) = finding.differences.first() {
        finding.summary = with_difference(&finding.summary, first);
    }
    if let Some(exchange) = broken.shown.as_ref().or_else(|| probe.log.last()) {
        finding.request = Some(exchange.request());
        finding.response = exchange.response();
        finding.repeat.extend(repeat::request(exchange, probe.cx.gate.target()));
    }
    finding.trace = probe.log.lines();
    finding.seed = Some(probe.cx.seed);
    finding.repeat.push(repeat::check(command, &info.id, probe.cx.seed));
    finding
}

/// A summary that also says where the first difference is, for who reads nothing else.
fn with_difference(summary: &Text, difference: &Difference) -> Text {
    let Difference { pointer, expected, found } = difference;
    let (space, pointer) = if pointer.is_empty() { ("", "") } else { (" ", pointer.as_str()) };
    Text::both(
        format!("{}:{space}{pointer} expected {expected}, found {found}", summary.en),
        format!("{}：{pointer}{space}应为 {expected}，实际为 {found}", summary.zh()),
    )
}
