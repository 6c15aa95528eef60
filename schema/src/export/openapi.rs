//! `OpenAPI` 3.1: a path per action, and what is posted to the client.

mod examples;
mod flat;
mod media;
mod operation;
mod responses;
mod webhooks;

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::model::{Auth, Presence, Transport};

use super::names::{self, EVENT, SEGMENT_RECEIVE, SEGMENT_SEND};
use super::security::{self, HEADER, QUERY};
use super::{definitions, rewrite, text, unions};

/// The document.
pub(super) fn document(dialect: &Dialect) -> Value {
    let file = &dialect.file;
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": file.title.en,
            "version": file.protocol_version,
            "description": text::of_dialect(dialect),
            "x-botspec-dialect": file.name,
            "x-botspec-contracts": dialect.hash(),
        },
        "servers": [{
            "url": "http://{host}:{port}",
            "description": "Where the implementation answers actions. / 实现监听的地址。",
            "variables": { "host": { "default": "127.0.0.1" }, "port": { "default": "3000" } },
        }],
        // A token is only asked for where one is set.
        "security": security(&file.auth, Transport::Http),
        "tags": tags(dialect),
        "paths": operation::paths(dialect),
    });
    let webhooks = webhooks::all(dialect);
    if !webhooks.is_empty() {
        document["webhooks"] = webhooks.into();
    }
    let mut components = json!({
        "securitySchemes": security::schemes(dialect, "apiKey"),
        "responses": responses::components(dialect),
        "schemas": schemas(dialect),
    });
    if let Some(components) = components.as_object_mut() {
        components.retain(|_, found| found.as_object().is_some_and(|found| !found.is_empty()));
    }
    document["components"] = components;
    document
}

/// The ways to prove on a transport who one is.
fn security(auth: &Auth, wire: Transport) -> Value {
    let mut ways = vec![json!({ HEADER: [] })];
    ways.extend(auth.query_over(wire).map(|_| json!({ QUERY: [] })));
    ways.push(json!({}));
    ways.into()
}

fn tags(dialect: &Dialect) -> Vec<Value> {
    let mut names: Vec<&str> = dialect.actions.values().map(|action| action.category.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut tags: Vec<Value> = names.into_iter().map(|name| json!({ "name": name })).collect();
    let transports = &dialect.file.transports;
    let posts = (transports.webhook.is_some() || transports.sse.is_some()) && !dialect.events.is_empty();
    if posts && !dialect.actions.values().any(|action| action.category == webhooks::TAG) {
        tags.push(
            json!({ "name": webhooks::TAG, "description": "Events that are sent to the client. / 主动推送给客户端的事件。" }),
        );
    }
    tags
}

/// The schemas, with the unions distinguished in the way of `OpenAPI`.
fn schemas(dialect: &Dialect) -> Map<String, Value> {
    let mut schemas = definitions::all(dialect);
    for union in [SEGMENT_SEND, SEGMENT_RECEIVE] {
        let cases = dialect.segments.values().filter(|it| it.presence == Presence::Current).filter(|it| {
            let form = if union == SEGMENT_SEND { &it.send } else { &it.receive };
            form.is_some()
        });
        let cases = cases.map(|it| (it.name.as_str(), names::segment(union, &it.name)));
        discriminate(schemas.get_mut(union), crate::defs::SEGMENT_TYPE, cases);
    }
    if let Some(tag) = unions::event_tag(dialect) {
        let events = dialect.events.values().filter(|it| it.presence == Presence::Current);
        let cases = events.filter_map(|it| Some((it.identify.get(tag)?.as_str(), names::event(&it.name))));
        discriminate(schemas.get_mut(EVENT), tag, cases);
    }
    for schema in schemas.values_mut() {
        rewrite::with_formats(schema);
        rewrite::for_components(schema);
    }
    schemas
}

fn discriminate<'a>(union: Option<&mut Value>, key: &str, cases: impl Iterator<Item = (&'a str, String)>) {
    let mapping: Map<String, Value> =
        cases.map(|(value, name)| (value.to_owned(), rewrite::component(&name)["$ref"].clone())).collect();
    if let Some(union) = union {
        union["discriminator"] = json!({ "propertyName": key, "mapping": mapping });
    }
}
