//! The whole text of each export, for a dialect that fits on a few pages.

use botspec_schema::Catalog;
use botspec_schema::export::{Format, export};
use serde_json::{Value, json};

use crate::dialect::with;

/// `mini` with transports, and with an event that is narrower than its own.
fn small() -> Catalog {
    let mut file: Value =
        serde_json::from_str(include_str!("../mini/contracts/mini/dialect.json")).expect("it is JSON");
    file["name"] = json!("small");
    file["extends"] = json!("mini");
    file["auth"]["query"] = json!("token");
    file["envelope"]["stream"] = json!({ "key": "stream", "whole": "one", "part": "some", "separator": "\r\n" });
    file["transports"] = json!({
        "http": {
            "paths": ["/{action}", "/{action}/"],
            "methods": ["GET", "POST"],
            "content_types": ["application/json", "application/x-www-form-urlencoded"]
        },
        "ws": {
            "endpoints": [{ "role": "api", "paths": ["/api"] }, { "role": "universal", "paths": ["/", "/all"] }],
            "meta": { "heartbeat": true }
        },
        "reverse_ws": { "self_id_header": "X-Self", "role_header": "X-Role", "roles": { "event": "Event" } },
        "webhook": {
            "content_type": "application/json",
            "self_id_header": "X-Self",
            "signature": { "header": "X-Sign", "prefix": "sha1=", "algorithm": "hmac-sha1" },
            "quick_operations": true
        },
        "sse": { "paths": ["/events", "/stream"], "event": "told" }
    });
    file["failures"] = json!({
        "token_missing": { "http": { "status": 401, "envelope": false }, "ws": { "handshake_status": 401 } },
        "token_wrong": { "http": { "status": 401, "envelope": false }, "ws": { "handshake_status": 401 } },
        "malformed_body": { "http": { "status": 400, "retcode": 1400, "envelope": true }, "ws": { "retcode": 1400 } },
        "unknown_action": { "http": { "status": 404, "envelope": false }, "ws": { "retcode": 1404 } },
        "action_failed": { "http": { "status": 200, "retcode": 100, "envelope": true }, "ws": { "retcode": 100 } }
    });
    let event = |name: &str, identify: Value, more: Value| {
        let mut properties = json!({ "time": { "type": "integer", "minimum": 0, "description": "When." } });
        for (key, value) in identify.as_object().expect("an object") {
            properties[key] = json!({ "const": value });
        }
        let required: Vec<&String> = identify.as_object().expect("an object").keys().collect();
        let mut event = json!({
            "name": name,
            "summary": { "en": format!("It is {name}."), "zh": "一个事件。" },
            "identify": identify,
            "data": { "type": "object", "properties": properties, "required": required },
            "sources": [{ "document": "a document", "heading": "a heading" }],
        });
        for (key, value) in more.as_object().expect("an object") {
            event[key] = value.clone();
        }
        event.to_string()
    };
    let beat = event("meta.heartbeat", json!({ "post_type": "heartbeat" }), json!({}));
    let narrow = event(
        "message.private.secret",
        json!({ "post_type": "message", "kind": "secret" }),
        json!({
            "quick_operation": {
                "type": "object",
                "properties": { "reply": { "$ref": "#/$defs/message_send", "description": "What to answer." } }
            },
            "deprecated": { "since": "2", "instead": "`message.private`" }
        }),
    );
    let mut restart: Value =
        serde_json::from_str(include_str!("../mini/contracts/mini/actions/message/look.json")).expect("it is JSON");
    restart["name"] = json!("restart");
    restart["result"] = json!({ "type": "null" });
    restart["always_async"] = json!(true);
    restart["streams"] = json!(true);
    restart["presence"] = json!("documented-only");
    restart["params"] = json!({
        "type": "object",
        "properties": {
            "delay": { "type": "integer", "minimum": 0, "maximum": 2_147_483_647, "description": "How long." },
            "why": { "oneOf": [{ "$ref": "#/$defs/user" }, { "type": "null" }], "description": "Because of whom." },
            "what": { "type": "array", "items": { "type": "string" }, "description": "Which parts." }
        },
        "anyOf": [{ "required": ["delay"] }, { "required": ["why", "what"] }]
    });
    with(&[
        ("contracts/small/dialect.json", file.to_string()),
        ("contracts/small/events/meta.heartbeat.json", beat),
        ("contracts/small/events/message.private.secret.json", narrow),
        ("contracts/small/actions/message/restart.json", restart.to_string()),
    ])
}

#[track_caller]
fn text(format: Format) -> String {
    let document = export(small().dialect("small").expect("it is there"), format);
    let text = format!("{document:#}\n");
    // The hash of the contracts follows from the model too.
    let hash = small().dialect("small").expect("it is there").hash().to_owned();
    text.replace(&hash, "[hash]")
}

#[test]
fn small_json_schema() {
    insta::assert_snapshot!(text(Format::JsonSchema));
}

#[test]
fn small_openapi() {
    insta::assert_snapshot!(text(Format::OpenApi));
}

#[test]
fn small_asyncapi() {
    insta::assert_snapshot!(text(Format::AsyncApi));
}

/// An event that fits a narrower one by its tags is that one, also where the wider one would have it.
#[test]
fn a_narrower_event_wins() {
    let catalog = small();
    let dialect = catalog.dialect("small").expect("it is there");
    let root = jsonschema::draft202012::new(&export(dialect, Format::JsonSchema)).expect("a schema");
    for (event, expected) in [
        (json!({ "post_type": "message", "user_id": 20002 }), true),
        (json!({ "post_type": "message", "user_id": 20002, "kind": "open" }), true),
        (json!({ "post_type": "message", "kind": "secret" }), true),
        (json!({ "post_type": "message", "user_id": 20002, "kind": "secret", "time": -1 }), false),
        (json!({ "post_type": "message" }), false),
        (json!({ "post_type": "heartbeat" }), true),
        (json!({ "post_type": "other" }), false),
    ] {
        assert_eq!(root.is_valid(&event), expected, "{event}");
        let told = dialect.check(botspec_schema::Kind::Event, None, &event).expect("it needs no name");
        assert_eq!(told.is_empty(), expected, "{event}: {told:?}");
    }
}

/// A dialect without transports has nothing to call and nothing that is told, and its schemas all the same.
#[test]
fn without_transports() {
    let catalog = with(&[]);
    let mini = catalog.dialect("mini").expect("it is there");
    let openapi = export(mini, Format::OpenApi);
    assert_eq!((&openapi["paths"], openapi.get("webhooks")), (&json!({}), None));
    let asyncapi = export(mini, Format::AsyncApi);
    assert_eq!((&asyncapi["channels"], &asyncapi["operations"]), (&json!({}), &json!({})));
    assert!(openapi["components"]["schemas"]["send_params"].is_object());
    assert!(asyncapi["components"]["schemas"]["event_message_private"].is_object());
}
