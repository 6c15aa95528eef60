//! What is sent to the client over HTTP: posted events, and the stream of events.

use serde_json::{Map, Value, json};

use crate::dialect::{Dialect, Loaded};
use crate::model::{Event, Transport, WebhookTransport};

use super::super::security::{HEADER, SIGNATURE};
use super::super::{delivered, names, rewrite, text};
use super::examples;
use super::media::JSON;
use super::responses;

/// The tag of what is sent to the client.
pub(super) const TAG: &str = "event";

/// The posted events by name.
pub(super) fn all(dialect: &Dialect) -> Map<String, Value> {
    let Some(webhook) = &dialect.file.transports.webhook else { return Map::new() };
    let events = dialect.events.values().filter(|event| delivered::is_delivered(&webhook.meta, event));
    events.map(|event| (event.name.clone(), json!({ "post": post(webhook, event) }))).collect()
}

fn post(webhook: &WebhookTransport, event: &Loaded<Event>) -> Value {
    let mut body = json!({ "schema": rewrite::component(&names::event(&event.name)) });
    let examples = event.examples.iter().map(|it| (event.summary.en.as_str(), Some(it.clone())));
    if let Some(examples) = examples::titled(examples) {
        body["examples"] = examples;
    }
    let mut responses = Map::new();
    if let (Some(_), true) = (&event.quick_operation, webhook.quick_operations) {
        let schema = rewrite::component(&names::quick_operation(&event.name));
        let content = json!({ JSON: { "schema": schema } });
        responses
            .insert("200".into(), json!({ "description": "What to do at once. / 快速操作。", "content": content }));
    }
    responses.insert("204".into(), json!({ "description": "Taken note of. / 已收到。" }));
    let mut description = vec![event.summary.zh.clone()];
    description.extend(event.deprecated.as_ref().map(text::deprecation));
    let mut post = json!({
        "operationId": names::event(&event.name),
        "tags": [TAG],
        "summary": text::headline(&event.summary, event.presence),
        "description": description.join("\n\n"),
    });
    if event.deprecated.is_some() {
        post["deprecated"] = json!(true);
    }
    if let Some(post) = post.as_object_mut() {
        post.extend(text::common(event.presence, event.since.as_deref(), &event.declared_in, &event.sources));
    }
    let proof = if webhook.signature.is_some() { SIGNATURE } else { HEADER };
    post["security"] = json!([{ proof: [] }, {}]);
    if let Some(header) = &webhook.self_id_header {
        post["parameters"] = json!([{
            "name": header,
            "in": "header",
            "required": true,
            "description": "The account to which it happened. / 事件所属的账号。",
            "schema": { "type": "string" },
        }]);
    }
    post["requestBody"] = json!({ "required": true, "content": { &*webhook.content_type: body } });
    post["responses"] = responses.into();
    post
}

/// The stream of events, beside the paths of the actions.
pub(super) fn stream(dialect: &Dialect) -> Map<String, Value> {
    let Some(sse) = &dialect.file.transports.sse else { return Map::new() };
    let Some((first, others)) = sse.paths.split_first() else { return Map::new() };
    let line = match &sse.event {
        Some(name) => format!(" after a line `event: {name}`"),
        None => String::new(),
    };
    let mut item = Map::new();
    if !others.is_empty() {
        item.insert("x-botspec-paths".into(), json!(others));
    }
    let events = text::code(names::EVENT);
    let switch = if sse.optional { "\n\nSomebody has to turn it on. / 需要先开启。" } else { "" };
    let mut responses = responses::refused(dialect);
    responses.shift_insert(
        0,
        "200".into(),
        json!({
            "description": format!(
                "Each event is an object of the schema {events}, as JSON in `data:`{line}. / 每个事件以 JSON 写在 `data:` 里。"
            ),
            "content": { "text/event-stream": { "schema": { "type": "string" } } },
        }),
    );
    item.insert(
        "get".into(),
        json!({
            "operationId": "events",
            "tags": [TAG],
            "summary": "Events as a stream of server-sent events.",
            "description": format!("以服务器发送事件（SSE）推送事件。{switch}"),
            "security": super::security(&dialect.file.auth, Transport::Sse),
            "responses": responses,
        }),
    );
    Map::from_iter([(first.clone(), item.into())])
}
