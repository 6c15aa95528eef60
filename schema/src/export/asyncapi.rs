//! `AsyncAPI` 3.0: events over every transport that carries them, and calls over a WebSocket.
//!
//! The application is the implementation: it sends events and receives calls.

mod channel;
mod message;
mod names;
mod operation;
mod server;
mod transport;

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;

use super::{definitions, rewrite, security, text};
use channel::Channel;

/// The document.
pub(super) fn document(dialect: &Dialect) -> Value {
    let file = &dialect.file;
    let channels = channel::all(dialect);
    let mut components = json!({
        "securitySchemes": security::schemes(dialect, "httpApiKey"),
        "messages": message::all(dialect, &channels),
        "schemas": schemas(dialect),
    });
    if let Some(components) = components.as_object_mut() {
        components.retain(|_, found| found.as_object().is_some_and(|found| !found.is_empty()));
    }
    json!({
        "asyncapi": "3.0.0",
        "id": format!("urn:botspec:{}:{}", file.name, file.protocol_version),
        "info": {
            "title": file.title.en,
            "version": file.protocol_version,
            "description": text::of_dialect(dialect),
            "x-botspec-dialect": file.name,
            "x-botspec-contracts": dialect.hash(),
        },
        "defaultContentType": message::JSON,
        "servers": server::all(dialect, &channels),
        "channels": named(&channels, |channel| channel.document(dialect)),
        "operations": channels.iter().flat_map(|channel| operation::all(dialect, channel)).collect::<Map<_, _>>(),
        "components": components,
    })
}

fn named(channels: &[Channel<'_>], document: impl Fn(&Channel<'_>) -> Value) -> Map<String, Value> {
    channels.iter().map(|channel| (channel.name.clone(), document(channel))).collect()
}

fn schemas(dialect: &Dialect) -> Map<String, Value> {
    let mut schemas = definitions::all(dialect);
    schemas.extend(definitions::calls(dialect));
    for schema in schemas.values_mut() {
        rewrite::for_components(schema);
        rewrite::for_draft_7(schema);
    }
    schemas
}
