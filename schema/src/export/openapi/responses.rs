//! What comes back: the envelope around the result, and each failure of the dialect.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::model::{Action, FailureKind, HttpFailure};
use crate::response::RETCODE;

use super::super::{envelope, names, rewrite, text};
use super::examples;
use super::media::JSON;

/// The status of an answer to a call that was done.
const OK: u16 = 200;

type Failures = BTreeMap<u16, Vec<(FailureKind, HttpFailure)>>;

/// The failures that are seen over HTTP, by their status.
fn failures(dialect: &Dialect) -> Failures {
    let mut found = Failures::new();
    for (kind, failure) in &dialect.file.failures {
        if let Some(http) = &failure.http {
            found.entry(http.status).or_default().push((*kind, http.clone()));
        }
    }
    found
}

fn name(status: u16) -> String {
    format!("failure_{status}")
}

/// The responses that are the same for every action.
pub(super) fn components(dialect: &Dialect) -> Map<String, Value> {
    let transports = &dialect.file.transports;
    if transports.http.is_none() && transports.sse.is_none() {
        return Map::new();
    }
    let others = failures(dialect).into_iter().filter(|(status, _)| *status != OK);
    others
        .map(|(status, kinds)| {
            let mut response = json!({ "description": lines(&kinds).join("\n\n") });
            let answers: Vec<&HttpFailure> =
                kinds.iter().map(|(_, failure)| failure).filter(|failure| failure.envelope).collect();
            if !answers.is_empty() {
                response["content"] = json!({ JSON: { "schema": failed(&answers) } });
            }
            (name(status), response)
        })
        .collect()
}

/// The answer to a call that failed in one of these ways, which may all have a code of their own.
fn failed(failures: &[&HttpFailure]) -> Value {
    let failed = rewrite::component(envelope::FAILED);
    let codes: Option<Vec<i64>> = failures.iter().map(|failure| failure.retcode).collect();
    match codes {
        Some(codes) => json!({ "allOf": [failed, { "properties": { RETCODE: { "enum": codes } } }] }),
        None => failed,
    }
}

fn lines(kinds: &[(FailureKind, HttpFailure)]) -> Vec<String> {
    let line = |(kind, failure): &(FailureKind, HttpFailure)| {
        text::failure(*kind, failure.retcode.map(|code| format!("{RETCODE} {code}")))
    };
    kinds.iter().map(line).collect()
}

/// The responses of an action; `never` states which failures its method cannot have.
pub(super) fn of(dialect: &Dialect, action: &Action, never: &[FailureKind]) -> Map<String, Value> {
    let mut failures = failures(dialect);
    for kinds in failures.values_mut() {
        kinds.retain(|(kind, _)| !never.contains(kind));
    }
    failures.retain(|_, kinds| !kinds.is_empty());

    let parts = dialect.file.envelope.stream.as_ref().filter(|_| action.streams);
    let mut description = vec![match parts {
        Some(mark) => {
            format!("Answers, each followed by `{:?}`. / 多个应答，其后各有 `{:?}`。", mark.separator, mark.separator)
        }
        None => "The answer. / 应答。".to_owned(),
    }];
    description.extend(failures.get(&OK).map(|kinds| lines(kinds)).unwrap_or_default());
    let mut media = json!({ "schema": rewrite::component(&names::response(&action.name)) });
    if let Some(answers) = examples::answers(dialect, action) {
        media["examples"] = answers;
    }
    let mut responses = Map::new();
    responses.insert(OK.to_string(), json!({ "description": description.join("\n\n"), "content": { JSON: media } }));
    responses.extend(references(failures));
    responses
}

/// The responses to somebody without the right token.
pub(super) fn refused(dialect: &Dialect) -> Map<String, Value> {
    let mut failures = failures(dialect);
    failures.retain(|_, kinds| {
        kinds.iter().any(|(kind, _)| matches!(kind, FailureKind::TokenMissing | FailureKind::TokenWrong))
    });
    references(failures).collect()
}

fn references(failures: Failures) -> impl Iterator<Item = (String, Value)> {
    let others = failures.into_keys().filter(|status| *status != OK);
    others.map(|status| (status.to_string(), json!({ "$ref": format!("#/components/responses/{}", name(status)) })))
}
