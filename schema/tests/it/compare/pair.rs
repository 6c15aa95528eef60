//! A small dialect and its successor, in which everything happens that can happen.

use serde_json::{Value, json};

use super::Contract::{self, Action, Event, Segment, Type};
use super::{comparison, object};

fn text() -> Value {
    json!({ "type": "string" })
}

fn integer() -> Value {
    json!({ "type": "integer" })
}

fn old() -> (Value, Vec<Contract>) {
    let parts = json!({
        "transports": {
            "http": { "paths": ["/{action}"], "methods": ["GET", "POST"], "content_types": ["application/json"] },
            "sse": { "paths": ["/events"] }
        },
        "failures": { "unknown_action": { "http": { "status": 404, "envelope": false } } }
    });
    let message = object(
        &[("id", integer()), ("text", text()), ("sender", json!({ "$ref": "#/$defs/user" }))],
        &["id", "text", "sender"],
    );
    let contracts = vec![
        Type(
            "user",
            json!({ "schema": object(&[("id", integer()), ("name", text()), ("age", integer())], &["id", "name"]) }),
        ),
        Action("dance", json!({})),
        Action("sing", json!({ "category": "test" })),
        Action("send_packet", json!({ "params": object(&[("cmd", text())], &["cmd"]), "result": text() })),
        Action("delete_msg", json!({})),
        Action(
            "say",
            json!({
                "params": object(
                    &[("text", text()), ("to", integer()), ("quiet", json!({ "type": "boolean", "default": false })),
                      ("mode", json!({ "type": "string", "enum": ["plain", "rich"] })), ("no_cache", json!({ "type": "boolean" }))],
                    &["text"],
                ),
                "result": message,
            }),
        ),
        Action(
            "get_user",
            json!({
                "params": object(&[("id", integer()), ("no_cache", json!({ "type": "boolean" }))], &["id"]),
                "result": { "$ref": "#/$defs/user" },
            }),
        ),
        Action("get_users", json!({ "result": { "type": "array", "items": { "$ref": "#/$defs/user" } } })),
        Segment(
            "pic",
            json!({ "send": object(&[("file", text()), ("sub_type", integer())], &["file"]), "receive": object(&[("url", text())], &["url"]) }),
        ),
        Segment(
            "song",
            json!({ "send": json!({ "oneOf": [
            object(&[("type", json!({ "const": "a" })), ("id", text()), ("cover", text())], &["type", "id"]),
            object(&[("type", json!({ "const": "b" })), ("id", text()), ("cover", text())], &["type", "id"]),
        ] }) }),
        ),
        Segment("stamp", json!({ "receive": object(&[], &[]) })),
        Event(
            "said",
            json!({ "data": object(&[("time", integer()), ("raw", text()), ("kind", json!({ "type": "string", "enum": ["a"] }))], &["time", "raw", "kind"]) }),
        ),
        Event("shouted", json!({ "data": object(&[("time", integer()), ("raw", text())], &["time", "raw"]) })),
        Event("slept", json!({})),
    ];
    (parts, contracts)
}

fn new() -> (Value, Vec<Contract>) {
    let parts = json!({
        "transports": { "http": { "paths": ["/{action}"], "methods": ["POST"], "content_types": ["application/json"] } },
        "failures": { "unknown_action": { "http": { "status": 200, "retcode": 404, "envelope": true } } }
    });
    let message = object(
        &[("id", text()), ("sender", json!({ "$ref": "#/$defs/user" })), ("time", integer())],
        &["id", "sender"],
    );
    let contracts = vec![
        Type(
            "user",
            json!({ "schema": object(&[("id", integer()), ("name", text()), ("level", integer())], &["id"]) }),
        ),
        Action("dance", json!({ "presence": "documented-only" })),
        Action(
            "send_pb",
            json!({ "params": object(&[("cmd", text()), ("hex", text())], &["cmd", "hex"]), "result": object(&[("hex", text())], &["hex"]) }),
        ),
        Action("recall_group_message", json!({})),
        Action("recall_private_message", json!({})),
        Action("whisper", json!({})),
        Action(
            "say",
            json!({
                "params": object(
                    &[("text", text()), ("to", integer()), ("quiet", json!({ "type": "boolean", "default": true })),
                      ("mode", json!({ "type": "string", "enum": ["plain"] })), ("colour", text())],
                    &["text", "to"],
                ),
                "result": message,
            }),
        ),
        Action(
            "get_user",
            json!({ "params": object(&[("id", integer())], &["id"]), "result": { "$ref": "#/$defs/user" } }),
        ),
        Action(
            "get_users",
            json!({ "result": object(&[("users", json!({ "type": "array", "items": { "$ref": "#/$defs/user" } }))], &["users"]) }),
        ),
        Segment(
            "pic",
            json!({ "send": object(&[("file", text()), ("subType", integer())], &["file"]), "receive": object(&[("url", text()), ("size", integer())], &["url"]) }),
        ),
        Segment(
            "song",
            json!({ "send": json!({ "oneOf": [
            object(&[("type", json!({ "const": "a" })), ("id", text())], &["type", "id"]),
            object(&[("type", json!({ "const": "b" })), ("id", text())], &["type", "id"]),
        ] }) }),
        ),
        Segment("card", json!({ "send": object(&[], &[]) })),
        Event(
            "said",
            json!({ "data": object(&[("time", integer()), ("kind", json!({ "type": "string", "enum": ["a", "b"] }))], &["time", "kind"]) }),
        ),
        Event("shouted", json!({ "data": object(&[("time", integer())], &["time"]) })),
        Event("woke", json!({})),
    ];
    (parts, contracts)
}

/// What differs between the two.
pub(super) fn pair() -> botspec_schema::compare::Comparison {
    let ((old, old_contracts), (new, new_contracts)) = (old(), new());
    comparison((&old, &old_contracts), (&new, &new_contracts))
}
