//! A path per action.

use serde_json::{Map, Value, json};

use crate::dialect::{Dialect, Loaded};
use crate::model::{Action, FailureKind, HttpTransport};

use super::super::{definitions, names, rewrite, text};
use super::media::JSON;
use super::{examples, flat, responses, webhooks};

/// What stands in the place of an action's name in a path.
const ACTION: &str = "{action}";
/// The paths of all actions, and the stream of events where it is served beside them.
pub(super) fn paths(dialect: &Dialect) -> Map<String, Value> {
    let transports = &dialect.file.transports;
    let mut paths = Map::new();
    if let Some(http) = &transports.http
        && let Some((first, others)) = http.paths.split_first()
    {
        for action in dialect.actions.values() {
            let path = |pattern: &String| pattern.replace(ACTION, &action.name);
            let mut item = Map::new();
            if !others.is_empty() {
                item.insert("x-botspec-paths".into(), json!(others.iter().map(path).collect::<Vec<_>>()));
            }
            for method in &http.methods {
                item.insert(method.to_ascii_lowercase(), operation(dialect, http, action, method));
            }
            paths.insert(path(first), item.into());
        }
    }
    paths.extend(webhooks::stream(dialect));
    paths
}

fn operation(dialect: &Dialect, http: &HttpTransport, action: &Loaded<Action>, method: &str) -> Value {
    let in_query = method.eq_ignore_ascii_case("GET");
    let id = if in_query { format!("{}_get", action.name) } else { action.name.clone() };
    let mut operation = Map::new();
    operation.insert("operationId".into(), id.into());
    operation.insert("tags".into(), json!([action.category]));
    operation.insert("summary".into(), text::headline(&action.summary, action.presence).into());
    operation.insert("description".into(), text::about(action).into());
    if action.deprecated.is_some() {
        operation.insert("deprecated".into(), true.into());
    }
    operation.extend(text::annotations(action, &action.declared_in));
    if in_query {
        let parameters = flat::query(dialect, action);
        if !parameters.is_empty() {
            operation.insert("parameters".into(), parameters.into());
        }
    } else {
        operation.insert("requestBody".into(), body(dialect, http, action));
    }
    let never: &[FailureKind] =
        if in_query { &[FailureKind::MalformedBody, FailureKind::UnsupportedContentType] } else { &[] };
    operation.insert("responses".into(), responses::of(dialect, action, never).into());
    Value::Object(operation)
}

fn body(dialect: &Dialect, http: &HttpTransport, action: &Action) -> Value {
    let content: Map<String, Value> = http
        .content_types
        .iter()
        .map(|kind| {
            let media = if kind == JSON { json_body(action) } else { flat::form(dialect, action) };
            (kind.clone(), media)
        })
        .collect();
    json!({ "required": definitions::demands(&action.params), "content": content })
}

fn json_body(action: &Action) -> Value {
    let mut media = json!({ "schema": rewrite::component(&names::params(&action.name)) });
    let examples = action.examples.iter().map(|it| (it.title.as_str(), Some(it.params.clone())));
    if let Some(examples) = examples::titled(examples) {
        media["examples"] = examples;
    }
    media
}
