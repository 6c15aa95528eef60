//! The messages: events, what is answered to a posted one, calls and their answers.

use serde_json::{Map, Value, json};

use crate::dialect::{Dialect, Loaded};
use crate::model::{Action, Event, WebhookTransport};

use super::super::{example, names, rewrite, text};
use super::channel::Channel;
use super::names::{call, of, reply, response};

/// The content type of every message.
pub(super) const JSON: &str = "application/json";

/// Every message that a channel carries.
pub(super) fn all(dialect: &Dialect, channels: &[Channel<'_>]) -> Map<String, Value> {
    let mut found = Map::new();
    for channel in channels {
        let webhook = channel.webhook(dialect);
        for it in channel.events(dialect) {
            let mut message = of_event(it);
            if let Some(webhook) = webhook {
                message["headers"] = headers(webhook);
                message["contentType"] = json!(webhook.content_type);
            }
            found.insert(of(webhook, it), message);
            if let Some(name) = reply(webhook, it) {
                found.insert(name.clone(), of_reply(it, &name));
            }
        }
        for action in channel.actions(dialect) {
            found.insert(call(&action.name), of_call(dialect, action));
            found.insert(response(&action.name), of_response(dialect, action));
        }
    }
    found
}

fn of_event(event: &Loaded<Event>) -> Value {
    let mut description = vec![event.summary.zh.clone()];
    description.extend(event.deprecated.as_ref().map(text::deprecation));
    let mut message = json!({
        "name": event.name,
        "title": event.name,
        "summary": text::headline(&event.summary, event.presence),
        "description": description.join("\n\n"),
        "payload": rewrite::component(&names::event(&event.name)),
    });
    if let Some(message) = message.as_object_mut() {
        message.extend(text::common(event.presence, event.since.as_deref(), &event.declared_in, &event.sources));
    }
    let examples = event.examples.iter().map(|it| (event.summary.en.as_str(), Some(it.clone())));
    with_examples(message, examples)
}

fn of_reply(event: &Event, name: &str) -> Value {
    json!({
        "name": name,
        "title": name,
        "summary": "What to do at once.",
        "description": format!("对 {} 的快速操作。", text::code(&event.name)),
        "payload": rewrite::component(&names::quick_operation(&event.name)),
    })
}

fn of_call(dialect: &Dialect, action: &Loaded<Action>) -> Value {
    let mut message = json!({
        "name": call(&action.name),
        "title": action.name,
        "summary": text::headline(&action.summary, action.presence),
        "description": text::about(action),
        "tags": [{ "name": action.category }],
        "payload": rewrite::component(&names::call(&action.name)),
        "x-botspec-response": format!("#/components/messages/{}", response(&action.name)),
    });
    if let Some(message) = message.as_object_mut() {
        message.extend(text::annotations(action, &action.declared_in));
    }
    correlate(dialect, &mut message);
    let examples = action.examples.iter().map(|it| (it.title.as_str(), example::call(dialect, action, &it.params)));
    with_examples(message, examples)
}

fn of_response(dialect: &Dialect, action: &Action) -> Value {
    let name = response(&action.name);
    let mut message = json!({
        "name": name,
        "title": name,
        "summary": format!("The answer to {}.", text::code(&action.name)),
        "payload": rewrite::component(&names::response(&action.name)),
    });
    correlate(dialect, &mut message);
    let examples = action.examples.iter().map(|it| (it.title.as_str(), example::answer(dialect, action, &it.result)));
    with_examples(message, examples)
}

/// An answer belongs to the call with the same echo.
fn correlate(dialect: &Dialect, message: &mut Value) {
    if let Some(frame) = &dialect.file.request_frame {
        message["correlationId"] = json!({ "location": format!("$message.payload#/{}", frame.echo) });
    }
}

fn with_examples<'a>(mut message: Value, examples: impl Iterator<Item = (&'a str, Option<Value>)>) -> Value {
    let examples: Vec<Value> =
        examples.filter_map(|(title, payload)| Some(json!({ "summary": title, "payload": payload? }))).collect();
    if !examples.is_empty() {
        message["examples"] = examples.into();
    }
    message
}

fn headers(webhook: &WebhookTransport) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some(header) = &webhook.self_id_header {
        properties.insert(header.clone(), json!({ "type": "string", "description": "The account. / 账号。" }));
        required.push(header);
    }
    if let Some(signature) = &webhook.signature {
        let words = "The signature of the body, where a secret is set. / 设了密钥时对正文的签名。";
        let pattern = format!("^{}[0-9a-f]+$", signature.prefix);
        properties
            .insert(signature.header.clone(), json!({ "type": "string", "pattern": pattern, "description": words }));
    }
    json!({ "type": "object", "properties": properties, "required": required })
}
