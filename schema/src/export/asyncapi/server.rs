//! Where the channels are, and how one proves there who one is.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;

use super::super::security::{self, HEADER, QUERY};
use super::channel::Channel;
use super::transport::Transport;

/// The servers that the channels need.
pub(super) fn all(dialect: &Dialect, channels: &[Channel<'_>]) -> Map<String, Value> {
    let mut found = Map::new();
    for channel in channels {
        let name = channel.transport.server();
        found.entry(name).or_insert_with(|| server(dialect, channel.transport));
    }
    found
}

fn server(dialect: &Dialect, transport: Transport<'_>) -> Value {
    // The ports are examples: each is what somebody configured.
    let (protocol, port, words) = match transport {
        Transport::Ws if dialect.file.transports.ws.as_ref().is_some_and(|ws| ws.shares_http) => {
            ("ws", "3000", "The implementation. / 实现。")
        }
        Transport::Ws => ("ws", "3001", "The implementation. / 实现。"),
        Transport::Sse => ("http", "3000", "The implementation. / 实现。"),
        Transport::ReverseWs(..) => {
            ("ws", "8080", "The client, to which the implementation connects. / 客户端，由实现来连接。")
        }
        Transport::Webhook => ("http", "8081", "The client, to which events are posted. / 客户端，接收上报。"),
    };
    let mut server = json!({
        "host": "{host}:{port}",
        "protocol": protocol,
        "description": words,
        "variables": { "host": { "default": "127.0.0.1" }, "port": { "default": port } },
    });
    let file = &dialect.file;
    let mut security = vec![reference(HEADER)];
    match transport {
        Transport::Ws => security.extend(file.auth.query_over(crate::model::Transport::Ws).map(|_| reference(QUERY))),
        Transport::Sse => security.extend(file.auth.query_over(crate::model::Transport::Sse).map(|_| reference(QUERY))),
        Transport::ReverseWs(..) => {}
        // A signature stands at the operations, which compute it.
        Transport::Webhook => {
            if security::signature(dialect).is_some() {
                return server;
            }
        }
    }
    server["security"] = security.into();
    server
}

/// A reference to a security scheme.
pub(super) fn reference(scheme: &str) -> Value {
    json!({ "$ref": format!("#/components/securitySchemes/{scheme}") })
}
