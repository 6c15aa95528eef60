//! How failures look from outside.

use std::collections::BTreeSet;

use super::entry::{Change, Level};
use super::subject::Subject;
use super::walk::Walk;
use crate::model::{Failure, FailureKind, HttpFailure, Text, WsFailure};

/// Compares every kind of failure on every transport that both have.
pub(super) fn compare(walk: &mut Walk<'_>) {
    let (from, to) = (&walk.from.dialect.file, &walk.to.dialect.file);
    let kinds: BTreeSet<FailureKind> = from.failures.keys().chain(to.failures.keys()).copied().collect();
    for kind in kinds {
        let (one, other) = (from.failures.get(&kind), to.failures.get(&kind));
        if one == other {
            continue;
        }
        walk.enter(Subject::Dialect, "failures");
        match (one, other) {
            (Some(one), Some(other)) => of_kind(walk, kind, one, other),
            (Some(_), None) => {
                let said = walk.words().failure_gone(kind);
                walk.push(Level::Note, Change::Setting, &pointer(kind, ""), None, said);
            }
            (None, Some(other)) => {
                let shown = other.http.as_ref().map(over_http).or_else(|| other.ws.as_ref().map(over_ws));
                let Some(shown) = shown else { continue };
                let said = walk.words().failure_added(kind, &shown);
                walk.push(Level::New, Change::Setting, &pointer(kind, ""), None, said);
            }
            (None, None) => {}
        }
    }
}

fn pointer(kind: FailureKind, transport: &str) -> String {
    let kind = serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    format!("/failures/{kind}{transport}")
}

fn of_kind(walk: &mut Walk<'_>, kind: FailureKind, from: &Failure, to: &Failure) {
    if let (Some(one), Some(other)) = (&from.http, &to.http)
        && !(one.status == other.status && one.envelope == other.envelope && covers(one.retcode, other.retcode))
    {
        // Code that reads the envelope of a failure finds none, or the other way round.
        let level = if one.envelope && !other.envelope { Level::Breaks } else { Level::Misses };
        let said = walk.words().failure("HTTP", kind, (&over_http(one), &over_http(other)));
        walk.push(level, Change::Setting, &pointer(kind, "/http"), None, said);
    }
    if let (Some(one), Some(other)) = (&from.ws, &to.ws)
        && !(WsFailure { retcode: other.retcode, ..one.clone() } == *other && covers(one.retcode, other.retcode))
    {
        let level = if other.silent && !one.silent { Level::Breaks } else { Level::Misses };
        let said = walk.words().failure("WebSocket", kind, (&over_ws(one), &over_ws(other)));
        walk.push(level, Change::Setting, &pointer(kind, "/ws"), None, said);
    }
}

/// Whether code that looks for the first recognises the second: no retcode is any.
fn covers(from: Option<i64>, to: Option<i64>) -> bool {
    from.is_none() || from == to
}

fn over_http(failure: &HttpFailure) -> Text {
    let mut parts = vec![both(format!("HTTP {}", failure.status), format!("HTTP {}", failure.status))];
    if let Some(retcode) = failure.retcode {
        parts.push(both(format!("retcode {retcode}"), format!("retcode {retcode}")));
    } else if failure.envelope {
        parts.push(both("any retcode", "retcode 不定"));
    }
    if !failure.envelope {
        parts.push(both("no envelope", "不带响应外层"));
    }
    joined(&parts)
}

fn over_ws(failure: &WsFailure) -> Text {
    let mut parts = Vec::new();
    if let Some(status) = failure.handshake_status {
        parts.push(both(format!("handshake refused with {status}"), format!("握手以 {status} 拒绝")));
    } else if failure.silent {
        parts.push(both("no frame", "不回数据帧"));
    } else if let Some(retcode) = failure.retcode {
        parts.push(both(format!("retcode {retcode}"), format!("retcode {retcode}")));
    } else {
        parts.push(both("any retcode", "retcode 不定"));
    }
    parts.extend(failure.close.map(|code| both(format!("close {code}"), format!("以 {code} 关闭连接"))));
    joined(&parts)
}

fn both(en: impl Into<String>, zh: impl Into<String>) -> Text {
    Text { en: en.into(), zh: zh.into() }
}

fn joined(parts: &[Text]) -> Text {
    let join = |of: fn(&Text) -> &str, comma: &str| parts.iter().map(of).collect::<Vec<_>>().join(comma);
    both(join(|part| &part.en, ", "), join(|part| &part.zh, "，"))
}
