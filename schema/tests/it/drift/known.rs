//! Known differences: what they explain, what is stale, and what is told of a file that is wrong.

use std::collections::BTreeSet;
use std::path::Path;

use botspec_schema::drift::{Difference, Drift, Format, Known, Sort, Subject, Upstream, explained};

fn difference(kind: Subject, name: &str, pointer: &str, difference: Sort, said: Option<(&str, &str)>) -> Difference {
    Difference {
        kind,
        name: name.to_owned(),
        pointer: pointer.to_owned(),
        difference,
        here: said.map(|(here, _)| here.to_owned()),
        there: said.map(|(_, there)| there.to_owned()),
        here_at: Some(format!("contracts/{name}.json#{pointer}")),
        there_at: Some("line 7".to_owned()),
    }
}

fn some_differences() -> Vec<Difference> {
    vec![
        difference(Subject::Action, "get_pet", "/params/pet_id", Sort::Type, Some(("integer", "string"))),
        difference(Subject::Action, "get_pet", "/params/name", Sort::Type, Some(("boolean", "string"))),
        difference(Subject::Action, "get_pet", "/result/[]/age", Sort::MissingThere, None),
        difference(Subject::Action, "sell_pet", "", Sort::MissingHere, None),
        difference(Subject::Segment, "card", "/send/id", Sort::Required, Some(("required", "optional"))),
        difference(Subject::Type, "pet", "/kind", Sort::Enum, Some(("cat, dog", "cat"))),
    ]
}

#[test]
fn a_drift_with_known_differences() {
    let known = r#"[
        {"kind": "*", "name": "*", "pointer": "/params/**", "difference": "type", "here": "integer", "there": "string",
         "reason": "Ids may be written as strings."},
        {"kind": "action", "name": "get_*", "pointer": "/result/**", "difference": "missing-there",
         "reason": "Seen on the wire."},
        {"kind": "segment", "name": "card", "pointer": "/send/*", "difference": "type", "reason": "No longer so."},
        {"kind": "event", "name": "*", "pointer": "", "difference": "missing-here", "reason": "Not sent.",
         "there": "x"}
    ]"#;
    let known = Known::read(known, "known.json").expect("the file is read");
    let sorted = explained(&some_differences(), &known);
    let upstream = Upstream { name: "Example".to_owned(), version: Some("2".to_owned()), ..Upstream::default() };
    let drift = Drift { dialect: "example", upstream: &upstream, differences: &sorted };
    let json = serde_json::to_string_pretty(&drift.json()).expect("JSON is written");
    insta::assert_snapshot!(format!("{}\n----\n\n{json}\n", drift.text()));
}

#[test]
fn no_difference_is_told_as_such() {
    let sorted = explained(&[], &Known::default());
    let upstream = Upstream { name: "Example".to_owned(), ..Upstream::default() };
    let text = Drift { dialect: "example", upstream: &upstream, differences: &sorted }.text();
    assert_eq!(text, "example against Example: no unexplained difference\n");
}

#[test]
fn a_file_of_known_differences_that_is_wrong_is_told() {
    let entry = |rest: &str| {
        format!("[\n  {{\"kind\": \"action\", \"name\": \"a\", \"pointer\": \"\", \"difference\": \"type\"{rest}}}\n]")
    };
    let cases = [
        entry(""),
        entry(r#", "reason": " ""#),
        entry(r#", "reason": "so", "why": "so""#),
        entry(r#", "reason": "so""#).replace("\"action\"", "\"actoin\""),
        entry(r#", "reason": "so""#).replace("\"type\"", "\"missing\""),
        "[".to_owned(),
        "{}".to_owned(),
    ];
    let told: Vec<String> =
        cases.iter().map(|text| Known::read(text, "known.json").expect_err(text).to_string()).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn every_file_of_known_differences_is_carried_and_can_be_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("drift");
    let mut files = BTreeSet::new();
    for dialect in std::fs::read_dir(&root).expect("the folder is there") {
        let dialect = dialect.expect("an entry").path();
        for file in std::fs::read_dir(&dialect).expect("a folder") {
            let file = file.expect("an entry").path();
            // That one lists examples of documents, not differences.
            if file.file_name().is_some_and(|name| name == "examples.json") {
                continue;
            }
            let place = file.strip_prefix(&root).expect("below the folder");
            files.insert(format!("schema/drift/{}", place.to_string_lossy().replace('\\', "/")));
        }
    }
    let mut carried = BTreeSet::new();
    for dialect in ["onebot11", "gocqhttp", "napcat", "llonebot", "milky"] {
        for format in [Format::OpenApi, Format::Milky, Format::Actions, Format::Apifox] {
            let known = Known::builtin(dialect, format).unwrap_or_else(|error| panic!("{error}"));
            if !known.file.is_empty() {
                carried.insert(known.file);
            }
        }
    }
    assert_eq!(files, carried);
}
