//! Exports: valid by the meta-schemas, of one mind with the checks of this crate, and the same on every run.

mod samples;
mod small;

use std::collections::BTreeSet;

use botspec_schema::export::{Format, export};
use botspec_schema::{Catalog, Sources};
use serde_json::{Map, Value, json};

/// Calls back with every dialect's document in a format.
fn each(format: Format, mut visit: impl FnMut(&str, &Value)) {
    for dialect in Catalog::builtin().dialects() {
        visit(dialect.name(), &export(dialect, format));
    }
}

/// The definitions of a document.
fn definitions(format: Format, document: &Value) -> &Map<String, Value> {
    let found = if format == Format::JsonSchema { &document["$defs"] } else { &document["components"]["schemas"] };
    found.as_object().expect("there are definitions")
}

/// Calls back with every string under `$ref`.
fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(pointer) if key == "$ref" => found(pointer),
                    value => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn formats_have_words() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let told = "yaml".parse::<Format>().map_err(|error| error.to_string());
    assert_eq!(told, Err("`yaml` is no format of an export; there are json-schema, openapi and asyncapi".into()));
}

#[test]
fn every_reference_leads_somewhere() {
    for format in Format::ALL {
        each(format, |dialect, document| {
            references(document, &mut |pointer| {
                let inner = pointer.strip_prefix('#').unwrap_or_else(|| panic!("{dialect} {format}: {pointer}"));
                assert!(document.pointer(inner).is_some(), "{dialect} {format}: {pointer} leads nowhere");
            });
        });
    }
}

/// Two things under one name would leave one of them out.
#[test]
fn everything_has_a_name_of_its_own() {
    for dialect in Catalog::builtin().dialects() {
        let has = |present: bool| usize::from(present);
        let segments: usize =
            dialect.segments.values().map(|it| has(it.send.is_some()) + has(it.receive.is_some())).sum();
        let events: usize = dialect.events.values().map(|it| 1 + has(it.quick_operation.is_some())).sum();
        let envelopes = 2 + has(dialect.file.envelope.outcomes.deferred.is_some());
        let expected = envelopes + 3 * dialect.actions.len() + segments + events + dialect.defs().len();
        let calls = dialect.actions.len() * has(dialect.file.request_frame.is_some());
        for (format, expected) in
            [(Format::JsonSchema, expected + calls), (Format::OpenApi, expected), (Format::AsyncApi, expected + calls)]
        {
            let document = export(dialect, format);
            let names = definitions(format, &document);
            assert_eq!(names.len(), expected, "{} {format}", dialect.name());
            // Generators make modules of dots.
            let fits = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
            assert_eq!(names.keys().find(|name| !fits(name)), None);
            for (name, schema) in names {
                assert_eq!(untitled(schema), None, "{} {format} {name}", dialect.name());
            }
        }
    }
}

/// An object with properties that a generator would have to find a name for.
fn untitled(schema: &Value) -> Option<&Value> {
    let members = schema.as_object()?;
    if members.get("properties").is_some_and(Value::is_object) && !members.contains_key("title") {
        return Some(schema);
    }
    let properties = members.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let listed = members.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let further = ["items", "additionalProperties"].into_iter().filter_map(|key| members.get(key));
    properties.chain(listed).chain(further).find_map(untitled)
}

#[test]
fn json_schema_keeps_to_its_meta_schema() {
    each(Format::JsonSchema, |dialect, document| {
        if let Err(error) = jsonschema::draft202012::meta::validate(document) {
            panic!("{dialect}: {error} at {}", error.instance_path());
        }
        assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
    });
}

#[test]
fn schemas_of_the_api_formats_keep_to_their_meta_schemas() {
    each(Format::OpenApi, |dialect, document| {
        for (name, schema) in definitions(Format::OpenApi, document) {
            assert!(jsonschema::draft202012::meta::is_valid(schema), "{dialect} {name}");
        }
    });
    each(Format::AsyncApi, |dialect, document| {
        for (name, schema) in definitions(Format::AsyncApi, document) {
            assert!(jsonschema::draft7::meta::is_valid(schema), "{dialect} {name}");
            // In draft 7 nothing beside a reference is read.
            assert_eq!(beside_a_reference(schema), None, "{dialect} {name}");
        }
    });
}

fn beside_a_reference(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(members) if members.contains_key("$ref") && members.len() > 1 => Some(value),
        Value::Object(members) => members.values().find_map(beside_a_reference),
        Value::Array(items) => items.iter().find_map(beside_a_reference),
        _ => None,
    }
}

#[test]
fn the_text_is_the_same_on_every_run() {
    let again = Catalog::load(&Sources::builtin()).unwrap_or_else(|defects| panic!("{defects}"));
    for dialect in Catalog::builtin().dialects() {
        let other = again.dialect(dialect.name()).expect("it is built in");
        for format in Format::ALL {
            let (one, two) = (export(dialect, format).to_string(), export(other, format).to_string());
            assert!(one == two, "{} {format}", dialect.name());
        }
    }
}

#[test]
fn openapi_has_every_action_in_every_method() {
    each(Format::OpenApi, |name, document| {
        let dialect = Catalog::builtin().dialect(name).expect("it is built in");
        let Some(http) = &dialect.file.transports.http else { return };
        let mut ids = BTreeSet::new();
        for action in dialect.actions.values() {
            let path = http.paths[0].replace("{action}", &action.name);
            for method in &http.methods {
                let operation = &document["paths"][&path][method.to_ascii_lowercase()];
                assert_eq!(operation["x-botspec-effect"], json!(action.effect), "{name} {method} {path}");
                assert_eq!(operation["tags"], json!([action.category]));
                assert!(ids.insert(operation["operationId"].to_string()), "{name} {method} {path}: not the only one");
                for (kind, failure) in &dialect.file.failures {
                    let Some(failure) = &failure.http else { continue };
                    let needs_body = ["malformed_body", "unsupported_content_type"].map(|word| json!(word));
                    let expected = method != "GET" || !needs_body.contains(&json!(kind));
                    let others = dialect.file.failures.iter().filter(|(other, it)| {
                        it.http.as_ref().is_some_and(|it| it.status == failure.status)
                            && !(method == "GET" && needs_body.contains(&json!(other)))
                    });
                    let told = operation["responses"].get(failure.status.to_string()).is_some();
                    assert_eq!(told, expected || failure.status == 200 || others.count() > 0, "{name} {path} {kind:?}");
                }
            }
        }
        let events = document["webhooks"].as_object().map_or(0, Map::len);
        assert_eq!(events > 0, dialect.file.transports.webhook.is_some() && !dialect.events.is_empty());
    });
}

#[test]
fn asyncapi_has_every_event_on_every_transport_that_carries_it() {
    let document = |name: &str| export(Catalog::builtin().dialect(name).expect("it is built in"), Format::AsyncApi);
    let channels = |name: &str| -> Vec<String> {
        document(name)["channels"].as_object().expect("channels").keys().cloned().collect()
    };
    assert_eq!(
        channels("onebot11"),
        ["ws_api", "ws_event", "ws_universal", "reverse_ws_api", "reverse_ws_event", "reverse_ws_universal", "webhook"]
    );
    assert_eq!(channels("napcat"), ["ws_api", "ws_universal", "reverse_ws_universal", "webhook", "sse"]);

    let napcat = document("napcat");
    let carries = |channel: &str, message: &str| napcat["channels"][channel]["messages"].get(message).is_some();
    for (channel, message, expected) in [
        ("ws_universal", "event_message_group", true),
        ("ws_universal", "event_meta_event_heartbeat", true),
        ("ws_universal", "send_msg_call", true),
        ("ws_universal", "send_msg_response", true),
        ("ws_api", "send_msg_call", true),
        ("ws_api", "event_message_group", false),
        ("sse", "event_message_group", true),
        ("sse", "send_msg_call", false),
        // Neither the stream nor a post tells of the implementation itself.
        ("sse", "event_meta_event_heartbeat", false),
        ("sse", "event_meta_event_lifecycle", false),
        ("webhook", "webhook.message.group", true),
        ("webhook", "webhook.meta_event.heartbeat", false),
        ("webhook", "quick_operation_message_group", true),
        ("webhook", "quick_operation_notice_group_ban", false),
    ] {
        assert_eq!(carries(channel, message), expected, "{channel} {message}");
    }
    for (name, operation) in napcat["operations"].as_object().expect("operations") {
        let channel = operation["channel"]["$ref"].as_str().expect("a channel");
        for side in [operation, &operation["reply"]] {
            for message in side["messages"].as_array().into_iter().flatten() {
                let within = message["$ref"].as_str().is_some_and(|it| it.starts_with(&format!("{channel}/")));
                assert!(within, "{name}: {message} is no message of its channel");
            }
        }
    }
    assert_eq!(
        napcat["operations"]["webhook.message.group"]["reply"]["messages"][0]["$ref"],
        "#/channels/webhook/messages/quick_operation_message_group"
    );
}
