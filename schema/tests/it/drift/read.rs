//! Each format, read into the neutral form, and what is told of documents that are broken.

use std::fmt::Write as _;

use botspec_schema::drift::read;

use super::outline::outline;
use super::upstream;

#[test]
fn openapi() {
    let parts = upstream("openapi.json");
    assert_eq!(parts.len(), 1);
    insta::assert_snapshot!(outline(&parts[0]));
}

#[test]
fn milky() {
    let parts = upstream("milky.json");
    assert_eq!(parts.len(), 1);
    insta::assert_snapshot!(outline(&parts[0]));
}

#[test]
fn action_table() {
    let parts = upstream("actions.json");
    assert_eq!(parts.len(), 1);
    insta::assert_snapshot!(outline(&parts[0]));
}

#[test]
fn apifox() {
    let parts: Vec<String> = upstream("apifox.md").iter().map(outline).collect();
    insta::assert_snapshot!(parts.join("\n----\n\n"));
}

#[test]
fn broken_documents_are_told_with_their_place() {
    let schema = |schema: &str| {
        format!(
            r#"{{"openapi": "3.0.3", "info": {{}}, "paths": {{"/a": {{"post": {{"requestBody":
            {{"content": {{"application/json": {{"schema": {schema}}}}}}}, "responses": {{}}}}}}}}}}"#
        )
    };
    let row = |row: &str| format!(r#"{{"list": [{{"action": "a", "params": []}}, {row}]}}"#);
    let table = |row: &str| {
        format!("# A\n\n## POST B\n\nPOST /b\n\n### 返回数据结构\n\n|名称|类型|必选|\n|---|---|---|\n{row}\n")
    };
    let milky = r#"{"apis": {}, "common": {}, "events": {}, "outgoingSegments": {}, "incomingSegments": "#;
    let cases = [
        ("nothing", String::new()),
        ("a text", "# A title\n\nand words\n".to_owned()),
        ("half a document", "{\n  \"openapi\": ".to_owned()),
        ("some JSON", r#"{"name": "x"}"#.to_owned()),
        ("a list", "[1, 2]".to_owned()),
        ("an old format", r#"{"swagger": "2.0", "paths": {}}"#.to_owned()),
        ("a format to come", r#"{"openapi": "4.0.0", "paths": {}}"#.to_owned()),
        ("no paths", r#"{"openapi": "3.1.0"}"#.to_owned()),
        ("an operation that is none", r#"{"openapi": "3.1.0", "paths": {"/a": {"post": 1}}}"#.to_owned()),
        ("an unknown type", schema(r#"{"type": "object", "properties": {"a/b": {"type": "strin"}}}"#)),
        ("a reference to nothing", schema(r##"{"$ref": "#/nowhere"}"##)),
        (
            "a reference to itself",
            schema(r##"{"$ref": "#/paths/~1a/post/requestBody/content/application~1json/schema"}"##),
        ),
        ("a schema that is none", schema("7")),
        ("a row without a name", row(r#"{"params": []}"#)),
        ("a parameter without a name", row(r#"{"action": "b", "params": [{}]}"#)),
        ("a type that is none", row(r#"{"action": "b", "params": [{"name": "c", "type": {"list_of": "string"}}]}"#)),
        ("an unknown word", row(r#"{"action": "b", "params": [{"name": "c", "type": "strin"}]}"#)),
        ("no events", r#"{"apis": {}, "common": {}}"#.to_owned()),
        ("a segment that is none", format!(r#"{milky} {{"text": {{"type": "object"}}}}}}"#)),
        ("an unknown type in a table", table("|» data|strin|true|")),
        (
            "an operation without a path",
            "# A\n\n## POST B\n\n|名称|类型|必选|\n|---|---|---|\n|a|string|true|\n".to_owned(),
        ),
    ];
    let mut told = String::new();
    for (what, text) in cases {
        let error = read(&text, "upstream.json").expect_err(what);
        let _ = writeln!(told, "{what}\n  {error}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_document_that_nests_without_end_is_an_error() {
    let mut schema = r#"{"type": "string"}"#.to_owned();
    for _ in 0..50 {
        schema = format!(r#"{{"type": "array", "items": {schema}}}"#);
    }
    let text = format!(r#"{{"openapi": "3.1.0", "paths": {{}}, "components": {{"schemas": {{"Deep": {schema}}}}}}}"#);
    let error = read(&text, "deep.json").expect_err("too deep").to_string();
    assert!(error.contains("nested deeper than"), "{error}");
    let text = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    let error = read(&text, "deep.json").expect_err("far too deep").to_string();
    assert!(error.starts_with("deep.json:1:"), "{error}");
}
