//! What is reported of a target that falls silent: a finding with the request after which it did, and why a run ends.

use botspec_reports::record::{Check, Expected, Finding, Level, Stopped, StoppedBy, Text, Verdict};
use botspec_schema::model::Effect;

use crate::check::CheckInfo;
use crate::gate::Silence;
use crate::reproduce;
use crate::run_context::RunContext;

/// The check that no run selects, because every run makes it.
pub(crate) fn check(dialect: &str) -> CheckInfo {
    CheckInfo {
        id: format!("{dialect}/target/keeps-answering"),
        dialect: dialect.to_owned(),
        transport: None,
        level: Level::Must,
        effect: Effect::Read,
        requirement: None,
        sentence: Text::both("The target keeps answering, whatever it is asked.", "无论收到什么请求，目标都继续响应。"),
        source: None,
        sends: Text::both("every request of the run", "本次运行的每个请求"),
        expects: Text::both(
            "an answer, or a closed connection and an answer to the next call",
            "返回响应；或断开连接，但仍响应之后的调用",
        ),
    }
}

/// What the record holds of it.
pub(crate) fn record(info: &CheckInfo, silence: &Silence, context: &RunContext, expected: Option<Expected>) -> Check {
    let mut finding = Finding::new(info.sentence.clone(), note(silence));
    finding.request = Some(silence.after.request());
    finding.repeat.extend(reproduce::request(&silence.after, context.gate.target(), &context.secrets));
    context.secrets.clean_finding(&mut finding);
    Check {
        id: info.id.clone(),
        dialect: info.dialect.clone(),
        transport: Some(silence.after.transport),
        level: info.level,
        verdict: Verdict::Fail,
        expected,
        requirements: Vec::new(),
        duration_ms: 0.0,
        finding: Some(finding),
        seen: None,
        blocked_by: None,
    }
}

/// What was seen.
pub(crate) fn note(silence: &Silence) -> Text {
    let transport = silence.after.transport;
    let (en, zh) = (&silence.seen.en, silence.seen.zh());
    if silence.recovered {
        Text::both(
            format!("after this request the target answered nothing over {transport} for a while ({en})"),
            format!("在这个请求之后，目标有一段时间在 {transport} 上没有任何响应（{zh}）"),
        )
    } else {
        Text::both(
            format!("after this request the target answered nothing over {transport} any more ({en})"),
            format!("在这个请求之后，目标在 {transport} 上不再有任何响应（{zh}）"),
        )
    }
}

/// Why the run ends.
pub(crate) fn stopped(last: Option<&Silence>, context: &RunContext) -> Stopped {
    let reason = last.map_or_else(
        || Text::both("the target stopped answering", "目标停止响应"),
        |silence| context.secrets.clean_note(note(silence)),
    );
    Stopped {
        by: StoppedBy::Target,
        reason,
        request: last.map(|silence| reproduce::named(&silence.after, &context.secrets)),
        repeat: last.and_then(|silence| reproduce::request(&silence.after, context.gate.target(), &context.secrets)),
    }
}
