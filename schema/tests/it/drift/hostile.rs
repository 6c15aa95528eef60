//! Documents that are cut off, torn or made to trap their reader: they are read or refused, and never stop the program.

use botspec_schema::drift::{self, Contracts, Which, compare, drafts};
use serde_json::json;

use super::document;

/// Reads a text, and does with it everything that is done with a document.
fn survive(text: &str) -> usize {
    let Ok(parts) = drift::read(text, "hostile") else { return 0 };
    for part in &parts {
        let here = Contracts::new("example");
        let _ = compare(&here, part);
        let _ = drafts(&here, part, Which::All);
        let _ = part.clone().fill_from(part);
    }
    1
}

#[test]
fn documents_that_are_cut_off_or_torn() {
    for name in ["openapi.json", "milky.json", "actions.json", "apifox.md"] {
        let text = document(name);
        let lines: Vec<&str> = text.lines().collect();
        let mut read = survive(&text);
        for (index, _) in text.char_indices().step_by(211) {
            survive(&text[..index]);
            survive(&text[index..]);
        }
        for gone in (0..lines.len()).step_by(5) {
            let mut rest = lines.clone();
            rest.remove(gone);
            read += survive(&rest.join("\n"));
            let mut swapped = lines.clone();
            swapped.swap(gone, (gone * 7 + 3) % lines.len());
            read += survive(&swapped.join("\n"));
        }
        assert!(read > 1, "{name} was never read");
    }
}

/// Every string of a document replaced by another one, every number by a string, every object by a list.
#[test]
fn values_of_the_wrong_kind() {
    for name in ["openapi.json", "milky.json", "actions.json"] {
        let whole: serde_json::Value = serde_json::from_str(&document(name)).expect("JSON");
        let mut pointers = Vec::new();
        places(&whole, String::new(), &mut pointers);
        for pointer in pointers.iter().step_by(3) {
            for wrong in [json!(null), json!("x"), json!([{}]), json!({ "type": "object" })] {
                let mut torn = whole.clone();
                if let Some(place) = torn.pointer_mut(pointer) {
                    *place = wrong;
                }
                survive(&torn.to_string());
            }
        }
    }
}

fn places(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                places(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        serde_json::Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

#[test]
fn types_that_hold_themselves() {
    let a = json!({ "$ref": "#/components/schemas/A" });
    let b = json!({ "$ref": "#/components/schemas/B" });
    let tagged = |kind: &str| {
        json!({ "type": "object", "properties": {
            "kind": { "const": kind }, "child": { "oneOf": [a, b] }, "other": { "anyOf": [a, { "type": "object" }] },
        }, "required": ["kind"] })
    };
    let cases = [
        ("itself", a.clone(), json!({})),
        ("a list of itself", json!({ "type": "array", "items": a }), json!({})),
        ("a union of itself", json!({ "anyOf": [a, a, b, b] }), json!({ "anyOf": [a, b, a, b] })),
        ("each other", b.clone(), a.clone()),
        ("objects told apart that hold each other", tagged("one"), tagged("two")),
        (
            "objects not told apart that hold each other",
            json!({ "type": "object", "properties": { "child": { "anyOf": [a, b] } } }),
            json!({ "type": "object", "properties": { "child": { "anyOf": [a, b] }, "x": {} } }),
        ),
        ("parts of itself", json!({ "allOf": [b, { "type": "object" }] }), json!({ "allOf": [{ "type": "object" }] })),
    ];
    for (what, one, two) in cases {
        let document = json!({
            "openapi": "3.1.0", "info": {},
            "paths": { "/get_pet": { "post": {
                "requestBody": { "content": { "application/json": { "schema": { "anyOf": [a, b] } } } },
                "responses": { "200": { "content": { "application/json": { "schema": {
                    "type": "object", "properties": { "data": { "anyOf": [a, b] } },
                } } } } },
            } } },
            "components": { "schemas": { "A": one, "B": two } },
        });
        assert_eq!(survive(&document.to_string()), 1, "{what}");
        let part = drift::read(&document.to_string(), "loop").expect(what).remove(0);
        let found = drafts(&Contracts::new("example"), &part, Which::All);
        assert!(!found.is_empty(), "{what}");
        // The document against contracts that are drafted from it: endless on both sides.
        let mut here = Contracts::new("example");
        for draft in found.iter().filter(|draft| draft.path.contains("/types/")) {
            here.add_type(
                &draft.path,
                &serde_json::from_str(&draft.text).expect("a type is complete but for its words"),
            );
        }
        here.add_action("get_pet.json", &serde_json::from_value(json!({
            "name": "get_pet", "category": "pet", "summary": { "en": "", "zh": "" }, "effect": "read", "sources": [],
            "params": { "type": "object", "properties": {} }, "result": { "oneOf": [
                { "$ref": "#/$defs/a" }, { "$ref": "#/$defs/b" },
            ] },
        })).expect("an action"));
        let _ = compare(&here, &part);
    }
}
