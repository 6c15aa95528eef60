//! Contracts that have no form in Rust are refused, with the file and the place in it.

use std::path::Path;

use botspec_codegen::rust;
use botspec_schema::{Catalog, Sources};
use serde_json::{Value, json};

/// What the generator says about the dialect of all forms with one more contract in it.
fn problem(place: &str, contract: &Value) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes");
    let shapes = Sources::read_dir(&root);
    let (place, text) = (format!("contracts/shapes/{place}"), contract.to_string());
    let others = shapes.files().iter().filter(|file| file.place != place);
    let texts = others.map(|file| (file.place.as_str(), file.text.as_str())).chain([(place.as_str(), text.as_str())]);
    let catalog = Catalog::load(&Sources::from_texts("", texts)).unwrap_or_else(|defects| panic!("{defects}"));
    let dialect = catalog.dialect("shapes").expect("it is there");
    rust::generate(dialect, []).map(|files| files.len()).expect_err("it should be refused").to_string()
}

fn shared(name: &str, schema: &Value) -> String {
    let words = json!({"en": "A test.", "zh": "A test."});
    let contract = json!({"name": name, "summary": words, "schema": schema, "sources": []});
    problem(&format!("types/{name}.json"), &contract)
}

fn action(name: &str, params: &Value, result: &Value) -> String {
    let words = json!({"en": "A test.", "zh": "A test."});
    let contract = json!({
        "name": name, "category": "fields", "summary": words, "effect": "read", "params": params, "result": result,
        "sources": [],
    });
    problem(&format!("actions/fields/{name}.json"), &contract)
}

#[test]
fn references_have_to_lead_somewhere() {
    let schema = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/nobody"}}});
    insta::assert_snapshot!(shared("x", &schema), @"contracts/shapes/types/x.json: /schema/properties/a: there is no type `nobody`");
    let schema = json!({"type": "object", "properties": {"a": {"$ref": "https://example.com/schema"}}});
    insta::assert_snapshot!(shared("x", &schema), @r#"contracts/shapes/types/x.json: /schema/properties/a: "https://example.com/schema" is not `#/$defs/<type>`"#);
    let alias = json!({"type": "array", "items": {"$ref": "#/$defs/names"}});
    insta::assert_snapshot!(shared("names", &alias), @"contracts/shapes/types/names.json: /schema/items: the type `names` is a list or an alias of itself");
}

#[test]
fn two_things_never_share_a_name() {
    let schema = json!({"type": "object", "properties": {"a-b": {"type": "string"}, "a_b": {"type": "string"}}});
    insta::assert_snapshot!(shared("x", &schema), @"contracts/shapes/types/x.json: /schema/properties/a_b: another property is called `a_b` in code, too");
    let schema = json!({"type": "string", "enum": ["a-b", "a_b"]});
    insta::assert_snapshot!(shared("x", &schema), @"contracts/shapes/types/x.json: /schema: `a-b` and `a_b` would both be called AB");
    let nothing = json!({"type": "object", "properties": {}});
    insta::assert_snapshot!(action("take_all_inner", &nothing, &json!({"type": "null"})), @"contracts/shapes/actions/fields/take_all_inner.json: /params: it makes a type TakeAllInner, and so does contracts/shapes/actions/fields/take_all.json; rename one of them");
}

#[test]
fn a_mark_in_front_of_a_name_gives_way_to_the_plain_name() {
    let nothing = json!({"type": "object", "properties": {}});
    let shapes = rust::generate(crate::dialects::shapes(), []).expect("it has bindings");
    let all = shapes.iter().find(|file| file.path == "actions.rs").expect("it is there");
    assert!(all.text.contains("<GiveText>") && all.text.contains("<InnerGiveText>"), "`give_text` and `.give_text`");
    insta::assert_snapshot!(action("giveText", &nothing, &json!({"type": "null"})), @"contracts/shapes/actions/answers/give_text.json: /params: it makes a type GiveText, and so does contracts/shapes/actions/fields/giveText.json; rename one of them");
}

#[test]
fn a_union_has_to_be_decided_by_something() {
    let number = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
    insta::assert_snapshot!(shared("x", &json!({"oneOf": [{"$ref": "#/$defs/tree"}, number]})), @"contracts/shapes/types/x.json: /schema/oneOf/1: two branches have the JSON type object, and no constant identifies it");
    let schema = json!({"oneOf": [{"type": "integer"}, {"type": ["string", "boolean"]}]});
    insta::assert_snapshot!(shared("x", &schema), @"contracts/shapes/types/x.json: /schema/oneOf/1: a branch of `oneOf` has to have one JSON type, or a constant that identifies it");
}

#[test]
fn what_is_an_object_has_to_be_one() {
    insta::assert_snapshot!(action("take", &json!({"type": "string"}), &json!({"type": "null"})), @"contracts/shapes/actions/fields/take.json: /params: this has to be an object with properties");
    let schema = json!({"type": "object", "properties": {}, "required": ["a"]});
    insta::assert_snapshot!(shared("x", &schema), @"contracts/shapes/types/x.json: /schema/required: `a` is required, but is no property");
    let words = json!({"en": "A test.", "zh": "A test."});
    let segment = json!({"type": "mark", "summary": words, "cq": false, "send": {"type": "string"}, "sources": []});
    insta::assert_snapshot!(problem("segments/mark.json", &segment), @"contracts/shapes/segments/mark.json: /send: the data of a segment has to be an object");
}
