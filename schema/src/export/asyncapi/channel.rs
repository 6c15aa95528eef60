//! The channels of a dialect: one per endpoint, and what each of them carries.

use serde_json::{Map, Value, json};

use crate::dialect::{Dialect, Loaded};
use crate::model::{Action, Event, MetaEvents, WebhookTransport, WsRole};

use super::super::{delivered, text};
use super::names;
use super::transport::Transport;

/// One channel.
#[derive(Debug)]
pub(super) struct Channel<'a> {
    /// Its key, which begins the keys of its operations.
    pub(super) name: String,
    /// What stands behind it.
    pub(super) transport: Transport<'a>,
    /// What it carries.
    role: WsRole,
    /// Its paths; none where the client chooses it.
    paths: &'a [String],
    /// What it is reported of the implementation itself.
    meta: &'a MetaEvents,
}

/// Every channel of a dialect.
pub(super) fn all(dialect: &Dialect) -> Vec<Channel<'_>> {
    let transports = &dialect.file.transports;
    let mut found = Vec::new();
    if let Some(ws) = &transports.ws {
        for endpoint in &ws.endpoints {
            let name = format!("ws_{}", text::word(&endpoint.role));
            let (role, paths, meta) = (endpoint.role, endpoint.paths.as_slice(), &ws.meta);
            found.push(Channel { name, transport: Transport::Ws, role, paths, meta });
        }
    }
    if let Some(ws) = &transports.reverse_ws {
        for (role, word) in &ws.roles {
            let name = format!("reverse_ws_{}", text::word(role));
            let transport = Transport::ReverseWs(ws, word);
            found.push(Channel { name, transport, role: *role, paths: &[], meta: &ws.meta });
        }
    }
    if let Some(webhook) = &transports.webhook {
        let (name, transport) = ("webhook".into(), Transport::Webhook);
        found.push(Channel { name, transport, role: WsRole::Event, paths: &[], meta: &webhook.meta });
    }
    if let Some(sse) = &transports.sse {
        let (name, transport) = ("sse".into(), Transport::Sse);
        found.push(Channel { name, transport, role: WsRole::Event, paths: &sse.paths, meta: &sse.meta });
    }
    found
}

impl<'a> Channel<'a> {
    /// The events that it carries.
    pub(super) fn events(&self, dialect: &'a Dialect) -> impl Iterator<Item = &'a Loaded<Event>> {
        let (role, meta) = (self.role, self.meta);
        dialect.events.values().filter(move |event| role != WsRole::Api && delivered::is_delivered(meta, event))
    }

    /// The actions that can be called over it.
    pub(super) fn actions(&self, dialect: &'a Dialect) -> impl Iterator<Item = &'a Loaded<Action>> {
        let carries = self.role != WsRole::Event && dialect.file.request_frame.is_some();
        dialect.actions.values().filter(move |_| carries)
    }

    /// The transport, where events are posted.
    pub(super) fn webhook(&self, dialect: &'a Dialect) -> Option<&'a WebhookTransport> {
        dialect.file.transports.webhook.as_ref().filter(|_| matches!(self.transport, Transport::Webhook))
    }

    /// A reference to a message of this channel.
    pub(super) fn message(&self, name: &str) -> Value {
        json!({ "$ref": format!("#/channels/{}/messages/{name}", self.name) })
    }

    /// The channel as it stands in the document.
    pub(super) fn document(&self, dialect: &'a Dialect) -> Value {
        let mut document = json!({
            "address": self.paths.first(),
            "description": self.description(),
            "servers": [{ "$ref": format!("#/servers/{}", self.transport.server()) }],
            "messages": self.messages(dialect),
        });
        if let [_, others @ ..] = self.paths
            && !others.is_empty()
        {
            document["x-botspec-paths"] = json!(others);
        }
        let other_paths = dialect.file.transports.ws.as_ref().and_then(|ws| ws.other_paths);
        if matches!(self.transport, Transport::Ws) && other_paths == Some(self.role) {
            document["x-botspec-other-paths"] = json!(true);
        }
        if let Some(headers) = self.handshake() {
            document["bindings"] = json!({ "ws": { "method": "GET", "headers": headers, "bindingVersion": "0.1.0" } });
        }
        document
    }

    fn description(&self) -> &'static str {
        match (self.transport, self.role) {
            (Transport::Ws, WsRole::Api) => "Calls and their answers. / 调用与应答。",
            (Transport::Ws, WsRole::Event) => "Events. / 事件。",
            (Transport::Ws, WsRole::Universal) => "Events, calls and their answers. / 事件、调用与应答。",
            (Transport::ReverseWs(..), WsRole::Api) => {
                "The implementation connects, and answers calls. / 由实现发起连接，应答调用。"
            }
            (Transport::ReverseWs(..), WsRole::Event) => {
                "The implementation connects, and sends events. / 由实现发起连接，推送事件。"
            }
            (Transport::ReverseWs(..), WsRole::Universal) => {
                "The implementation connects, sends events and answers calls. / 由实现发起连接，推送事件并应答调用。"
            }
            (Transport::Webhook, _) => "The implementation posts each event. / 由实现以 POST 上报每个事件。",
            (Transport::Sse, _) => {
                "Each event as JSON in the `data:` of a server-sent event. / 以服务器发送事件（SSE）推送，`data:` 里是 JSON。"
            }
        }
    }

    /// The headers with which the implementation opens a WebSocket.
    fn handshake(&self) -> Option<Value> {
        let Transport::ReverseWs(ws, word) = self.transport else { return None };
        Some(json!({
            "type": "object",
            "properties": {
                &*ws.self_id_header: { "type": "string", "description": "The account. / 账号。" },
                &*ws.role_header: { "const": word, "description": "What the connection carries. / 连接的用途。" },
            },
            "required": [ws.self_id_header, ws.role_header],
        }))
    }

    fn messages(&self, dialect: &'a Dialect) -> Map<String, Value> {
        let mut found: Vec<String> = Vec::new();
        let webhook = self.webhook(dialect);
        for event in self.events(dialect) {
            found.push(names::of(webhook, event));
            found.extend(names::reply(webhook, event));
        }
        for action in self.actions(dialect) {
            found.extend([names::call(&action.name), names::response(&action.name)]);
        }
        let reference = |name: &str| json!({ "$ref": format!("#/components/messages/{name}") });
        found.iter().map(|name| (name.clone(), reference(name))).collect()
    }
}
