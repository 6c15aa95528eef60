//! Each format, read into the neutral form, and what is told of documents that are broken.

use std::fmt::Write as _;

use botspec_schema::Catalog;
use botspec_schema::drift::{Contracts, Drift, Explained, compare, read};

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
fn a_type_that_there_is_not_stops_nothing_but_itself() {
    let body = |data: &str| {
        format!(
            r#"{{"200": {{"content": {{"application/json": {{"schema": {{"type": "object", "properties": {{
            "data": {data}, "retcode": {{"type": "number"}} }} }} }} }} }} }}"#
        )
    };
    let (odd, sound) = (body(r#"{"type": "void"}"#), body(r#"{"type": "string"}"#));
    let document = format!(
        r#"{{"openapi": "3.1.0", "info": {{"title": "Odd"}}, "paths": {{
        "/send_like": {{"post": {{"responses": {odd} }} }}, "/get_status": {{"post": {{"responses": {sound} }} }} }} }}"#
    );
    let there = read(&document, "upstream.json").expect("the rest can be compared").remove(0);
    let at = "#/paths/~1send_like/post/responses/200/content/application~1json/schema/properties/data/type";
    assert_eq!(there.unreadable, [(at.to_owned(), "there is no type void".to_owned())]);
    let here = Contracts::of(Catalog::builtin().dialect("onebot11").expect("built in"));
    let found = compare(&here, &there);
    let results = |name: &str| found.iter().filter(|it| it.name == name && it.pointer.starts_with("/result")).count();
    assert_eq!((results("send_like"), results("get_status")), (0, 1));
    let shown = Explained { unexplained: found, ..Explained::default() };
    let text = Drift { dialect: "onebot11", upstream: &there, differences: &shown }.text();
    assert!(text.contains(&format!("not compared:\n  {at}: there is no type void\n")), "{text}");
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
