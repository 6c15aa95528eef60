//! The operations: sending events, and being called.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::response::RETCODE;

use super::super::{security, text};
use super::channel::Channel;
use super::transport::Transport;
use super::{names, server};

/// The operations of a channel.
pub(super) fn all(dialect: &Dialect, channel: &Channel<'_>) -> Map<String, Value> {
    let mut found = events(dialect, channel);
    found.extend(calls(dialect, channel));
    found
}

/// Being called: one operation for all actions. With one for each, tools need minutes for a dialect; which answer
/// belongs to a call its message states, and in a conversation the echo.
fn calls(dialect: &Dialect, channel: &Channel<'_>) -> Option<(String, Value)> {
    let names: Vec<&str> = channel.actions(dialect).map(|action| action.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let messages = |name: fn(&str) -> String| names.iter().map(|it| channel.message(&name(it))).collect::<Vec<_>>();
    let mut operation = json!({
        "action": "receive",
        "channel": itself(channel),
        "summary": "Carries out a call and answers it. / 执行调用并应答。",
        "messages": messages(names::call),
        "reply": { "channel": itself(channel), "messages": messages(names::response) },
    });
    let failures = failures(dialect);
    if !failures.is_empty() {
        operation["description"] = failures.into();
    }
    Some((format!("{}.calls", channel.name), operation))
}

/// How calls fail over a WebSocket, a paragraph each.
fn failures(dialect: &Dialect) -> String {
    let failures = dialect.file.failures.iter().filter_map(|(kind, failure)| {
        let ws = failure.ws.as_ref()?;
        let handshake = ws.handshake_status.map(|status| format!("handshake {status}"));
        let retcode = ws.retcode.map(|code| format!("{RETCODE} {code}"));
        let close = ws.close.map(|code| format!("close {code}"));
        let told_by: Vec<String> = [handshake, retcode, close].into_iter().flatten().collect();
        Some(text::failure(*kind, (!told_by.is_empty()).then(|| told_by.join(", "))))
    });
    failures.collect::<Vec<_>>().join("\n\n")
}

/// Sending events: one operation for all of them, and one for each that may be answered.
fn events(dialect: &Dialect, channel: &Channel<'_>) -> Map<String, Value> {
    let webhook = channel.webhook(dialect);
    let mut found = Map::new();
    let mut messages = Vec::new();
    for event in channel.events(dialect) {
        let name = names::of(webhook, event);
        match names::reply(webhook, event) {
            None => messages.push(channel.message(&name)),
            Some(reply) => {
                let summary = text::headline(&event.summary, event.presence);
                let mut operation = send(channel, &summary, &[channel.message(&name)]);
                operation["reply"] = json!({ "channel": itself(channel), "messages": [channel.message(&reply)] });
                found.insert(format!("{}.{}", channel.name, event.name), operation);
            }
        }
    }
    if !messages.is_empty() {
        let operation = send(channel, "Sends events. / 推送事件。", &messages);
        found.insert(format!("{}.events", channel.name), operation);
    }
    if webhook.is_some_and(|webhook| webhook.signature.is_some()) {
        found
            .values_mut()
            .for_each(|operation| operation["security"] = json!([server::reference(security::SIGNATURE)]));
    }
    found
}

fn send(channel: &Channel<'_>, summary: &str, messages: &[Value]) -> Value {
    let mut operation =
        json!({ "action": "send", "channel": itself(channel), "summary": summary, "messages": messages });
    let method = match channel.transport {
        Transport::Webhook => "POST",
        Transport::Sse => "GET",
        Transport::Ws | Transport::ReverseWs(..) => return operation,
    };
    operation["bindings"] = json!({ "http": { "method": method, "bindingVersion": "0.3.0" } });
    operation
}

fn itself(channel: &Channel<'_>) -> Value {
    json!({ "$ref": format!("#/channels/{}", channel.name) })
}
