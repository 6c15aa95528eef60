//! Differences: each sort with the smallest pair that shows it, and whole drifts as people read them.

use botspec_schema::drift::{self, Contracts, Drift, Known, Upstream, compare, explained};
use serde_json::{Value, json};

use super::{contracts, document, upstream};

/// An OpenAPI document with one action, whose parameters or result have this schema.
fn one_action(part: &str, schema: &Value) -> Upstream {
    let nothing = json!({ "type": "object", "properties": {} });
    let (params, result) = if part == "params" { (schema, &json!({ "type": "null" })) } else { (&nothing, schema) };
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Example", "version": "1" },
        "paths": { "/get_pet": { "post": {
            "requestBody": { "content": { "application/json": { "schema": params } } },
            "responses": { "200": { "content": { "application/json": { "schema": {
                "type": "object", "properties": { "data": result },
            } } } } },
        } } },
        // Some document says `integer`, so this one tells whole numbers from others.
        "components": { "schemas": { "Whole": { "type": "integer" }, "Pet": {
            "type": "object", "properties": { "id": { "type": "integer" } }, "required": ["id"],
        } } },
    });
    drift::read(&document.to_string(), "one.json").expect("the document is read").remove(0)
}

/// A contract for the same action.
fn one_contract(part: &str, schema: &Value) -> Contracts {
    let nothing = json!({ "type": "object", "properties": {} });
    let null = json!({ "type": "null" });
    let (params, result) = if part == "params" { (schema, &null) } else { (&nothing, schema) };
    contracts(
        "example",
        &[
            ("action", json!({ "name": "get_pet", "params": params, "result": result })),
            (
                "type",
                json!({ "name": "pet", "schema": {
                "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"],
            } }),
            ),
        ],
    )
}

/// What differs between two schemas in the same place, one line each.
fn differences(part: &str, here: &Value, there: &Value) -> Vec<String> {
    compare(&one_contract(part, here), &one_action(part, there))
        .iter()
        .map(|found| {
            let said = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
            let words = found.difference.words();
            format!("{} {} {words}: {} / {}", found.name, found.pointer, said(&found.here), said(&found.there))
        })
        .collect()
}

fn object(properties: &Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    here: Value,
    there: Value,
    differences: Vec<String>,
}

#[test]
fn each_sort_of_difference() {
    let cases: Vec<Case> = serde_json::from_str(&document("differences.json")).expect("a list of cases");
    assert!(cases.len() > 20);
    for Case { what, here, there, differences } in &cases {
        assert_eq!(self::differences("result", here, there), *differences, "{what}");
    }
}

#[test]
fn a_parameter_with_a_default_may_be_left_out_whatever_the_document_requires() {
    let here = object(&json!({ "a": { "type": "integer", "default": 1 } }), &[]);
    let there = object(&json!({ "a": { "type": "integer", "default": 1 } }), &["a"]);
    assert_eq!(differences("params", &here, &there), [""; 0]);
    assert_eq!(differences("result", &here, &there), ["get_pet /result/a required: optional / required"]);
}

#[test]
fn ids_that_are_strings_there_are_a_difference_of_type() {
    let here = object(&json!({ "group_id": { "type": "integer", "x-id": "group" } }), &["group_id"]);
    let there = object(&json!({ "group_id": { "type": "string" } }), &["group_id"]);
    assert_eq!(differences("params", &here, &there), ["get_pet /params/group_id type: integer / string"]);
}

/// Contracts that differ from the own documents in every way.
fn some_contracts() -> Contracts {
    let mut contracts = contracts(
        "example",
        &[
            (
                "action",
                json!({
                    "name": "get_pet",
                    "params": object(&json!({
                        "pet_id": { "type": "integer" },
                        "no_cache": { "type": "boolean", "default": false },
                    }), &["pet_id"]),
                    "result": { "$ref": "#/$defs/pet" },
                }),
            ),
            (
                "action",
                json!({
                    "name": "send_post",
                    "params": object(&json!({
                        "user_id": { "type": "integer" },
                        "message": { "$ref": "#/$defs/message_send" },
                        "colour": { "type": ["string", "null"], "enum": ["red"] },
                    }), &["user_id", "message"]),
                    "result": { "type": "null" },
                }),
            ),
            (
                "action",
                json!({
                    "name": "sell_pet", "params": object(&json!({}), &[]), "result": { "type": "null" },
                }),
            ),
            (
                "action",
                json!({
                    "name": "feed_pet", "presence": "documented-only",
                    "params": object(&json!({}), &[]), "result": { "type": "null" },
                }),
            ),
            (
                "action",
                json!({
                    "name": "lend_pet", "presence": "documented-only",
                    "params": object(&json!({}), &[]), "result": { "type": "null" },
                }),
            ),
            ("segment", json!({ "type": "text", "send": object(&json!({ "text": { "type": "string" } }), &["text"]) })),
            ("segment", json!({ "type": "sound", "receive": object(&json!({}), &[]) })),
            (
                "type",
                json!({ "name": "pet", "schema": object(&json!({
                "pet_id": { "type": "integer" },
                "name": { "type": ["string", "null"] },
                "mother": { "oneOf": [{ "$ref": "#/$defs/pet" }, { "type": "null" }] },
                "age": { "type": "integer" },
            }), &["pet_id"]) }),
            ),
        ],
    );
    contracts.suffixes = vec!["_async".to_owned()];
    contracts
}

fn shown(here: &Contracts, there: &Upstream) -> String {
    let differences = explained(&compare(here, there), &Known::default());
    Drift { dialect: &here.dialect, upstream: there, differences: &differences }.text()
}

#[test]
fn a_drift_against_openapi() {
    insta::assert_snapshot!(shown(&some_contracts(), &upstream("openapi.json")[0]));
}

#[test]
fn a_drift_against_an_action_table() {
    insta::assert_snapshot!(shown(&some_contracts(), &upstream("actions.json")[0]));
}

#[test]
fn a_drift_against_milky() {
    let here = contracts(
        "milky",
        &[
            (
                "segment",
                json!({
                    "type": "text",
                    "send": object(&json!({ "text": { "type": "string" } }), &["text"]),
                    "receive": object(&json!({ "text": { "type": "integer" } }), &["text"]),
                }),
            ),
            ("segment", json!({ "type": "image", "receive": object(&json!({}), &[]) })),
            (
                "event",
                json!({
                    "name": "pet_fed", "identify": { "event_type": "pet_fed" },
                    "data": object(&json!({
                        "event_type": { "const": "pet_fed" },
                        "time": { "type": "integer" },
                        "data": object(&json!({ "pet_id": { "type": "string" } }), &[]),
                    }), &["event_type", "time", "data"]),
                }),
            ),
            (
                "event",
                json!({
                    "name": "pet_sold", "identify": { "event_type": "pet_sold" },
                    "data": object(&json!({ "event_type": { "const": "pet_sold" } }), &["event_type"]),
                }),
            ),
        ],
    );
    insta::assert_snapshot!(shown(&here, &upstream("milky.json")[0]));
}

#[test]
fn events_come_together_by_the_values_that_identify_them() {
    let event = |name: &str, identify: Value| {
        let fields: serde_json::Map<String, Value> = identify
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), json!({ "const": value })))
            .chain([("level".to_owned(), json!({ "type": "integer" }))])
            .collect();
        (
            "event",
            json!({ "name": name, "identify": identify, "data": { "type": "object", "properties": fields,
            "required": ["post_type", "notice_type"] } }),
        )
    };
    let told = |here: &Contracts| -> Vec<String> {
        let found = compare(here, &upstream("apifox.md")[0]);
        let events = found.iter().filter(|found| found.kind == drift::Subject::Event);
        events.map(|found| format!("{} {} {}", found.name, found.pointer, found.difference.words())).collect()
    };
    let whole = event("notice.fed", json!({ "post_type": "notice", "notice_type": "fed" }));
    let enums = ["notice.fed /data/level enum"];
    assert_eq!(told(&contracts("x", std::slice::from_ref(&whole))), enums);
    // One contract for one of two forms: the other one is missing.
    let mut first = event("notice.fed.1", json!({ "post_type": "notice", "notice_type": "fed", "level": "1" }));
    first.1["data"]["properties"]["level"] = json!({ "const": 1 });
    assert_eq!(told(&contracts("x", &[first])), ["notice.fed.2  missing here"]);
    // Another event has nothing to do with it.
    let other = event("notice.lost", json!({ "post_type": "notice", "notice_type": "lost" }));
    assert_eq!(told(&contracts("x", &[other])), ["notice.fed  missing here", "notice.lost  missing there"]);
}

#[test]
fn the_part_of_a_page_is_chosen_by_the_actions_it_shares_with_the_contracts() {
    let action = |name: &str| {
        ("action", json!({ "name": name, "params": object(&json!({}), &[]), "result": { "type": "null" } }))
    };
    let chosen = |here: &Contracts| drift::part_for(here, upstream("apifox.md")).map(|part| part.name);
    assert_eq!(chosen(&contracts("x", &[action("feed_cat")])), Some("Cats 2".to_owned()));
    assert_eq!(chosen(&contracts("x", &[action("get_pet")])), Some("Pets 11".to_owned()));
    assert_eq!(chosen(&contracts("cats", &[])), Some("Cats 2".to_owned()));
    assert_eq!(chosen(&contracts("x", &[])), Some("Pets 11".to_owned()));
    assert_eq!(drift::part_for(&contracts("x", &[]), Vec::new()), None);
}
