//! How a comparison looks.

use botspec_schema::compare::{Comparison, Language, html, markdown, text};
use serde_json::json;

use super::pair::pair;

#[test]
fn as_text() {
    insta::assert_snapshot!(text(&pair(), Language::En));
}

#[test]
fn as_text_in_chinese() {
    insta::assert_snapshot!(text(&pair(), Language::Zh));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(markdown(&pair(), Language::En));
}

#[test]
fn as_json() {
    insta::assert_snapshot!(format!("{:#}", json!(pair())));
}

#[test]
fn the_json_is_as_its_schema_says() {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let schema = json!(settings.into_generator().into_root_schema_for::<Comparison>());
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.validate(&json!(pair())).expect("it is valid");
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    let page = html(&pair(), Language::En);
    for word in ["<script", "src=", "href=", "@import", "url(", "http:", "https:"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_name_cannot_put_elements_into_the_page() {
    let mut found = pair();
    found.from.title.en = "<img src=x onerror=alert(1)>".to_owned();
    for entry in &mut found.entries {
        entry.name = "</code><script>alert(1)</script>".to_owned();
    }
    let page = html(&found, Language::En);
    assert!(!page.contains("<script") && !page.contains("<img"));
}
