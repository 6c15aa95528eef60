//! The contracts are what the documents of NapCat show: every example is valid, or listed with the reason why it is
//! not. Like the documents of upstream, these lie beside the repository.

use std::collections::BTreeSet;
use std::path::Path;

use botspec_schema::drift::{self, Contracts, Format, Known, explained};
use botspec_schema::{Catalog, Dialect, Kind};
use serde_json::Value;

use super::published::{read, shared};

fn napcat() -> &'static Dialect {
    Catalog::builtin().dialect("napcat").expect("NapCat is built in")
}

#[test]
fn napcat_has_no_unexplained_drift() {
    let Some(folder) = shared() else { return };
    let here = Contracts::of(napcat());
    let there = drift::part_for(&here, read(&folder, "upstream/napcat-4.18.19.openapi.json")).expect("one part");
    let known = Known::builtin("napcat", Format::OpenApi).expect("the file of known differences is sound");
    let sorted = explained(&drift::compare(&here, &there), &known);
    assert_eq!(sorted.unexplained, []);
    assert_eq!(sorted.stale, []);
    assert!(sorted.explained.len() > 100);
}

/// An example of a document.
struct Example {
    heading: String,
    kind: Kind,
    name: Option<String>,
    value: Option<Value>,
}

impl Example {
    fn is_valid(&self) -> bool {
        let Some(value) = &self.value else { return false };
        napcat().check(self.kind, self.name.as_deref(), value).expect("the contract is there").is_empty()
    }
}

fn text(folder: &Path, file: &str) -> String {
    let bytes = std::fs::read(folder.join("docs").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The JSON value at the beginning of a text, whatever comes after it.
fn leading(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

/// The blocks of a page whose headings begin with `POST /`.
fn apifox_page(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    for part in page.split("\nPOST /").skip(1) {
        let name = part.lines().next().unwrap_or_default().trim();
        let (body, rest) = part.split_once("返回示例").unwrap_or((part, ""));
        let answers = rest.split("返回结果").next().unwrap_or_default();
        for (label, kind, text) in [("Body 请求参数", Kind::ActionParams, body), ("返回示例", Kind::Response, answers)]
        {
            for block in text.split("\njson\n").skip(1).filter(|block| block.starts_with('{')) {
                let heading = format!("POST /{name} {label}");
                found.push(Example { heading, kind, name: Some(name.to_owned()), value: leading(block) });
            }
        }
    }
    found
}

/// The blocks of a page that lists actions by their bare names.
fn page_of_names(page: &str) -> Vec<Example> {
    let (mut found, mut name, mut comment) = (Vec::new(), "", "");
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let bare = line.trim();
        if napcat().action(bare).is_some() {
            name = bare;
        } else if bare.starts_with("// ") {
            comment = bare.split(" - ").next().unwrap_or(bare);
        } else if line.starts_with('{') {
            let kind = if comment == "// Request" { Kind::ActionParams } else { Kind::Response };
            let (heading, value) = (format!("{name} {comment}"), leading(&page[at..]));
            found.push(Example { heading, kind, name: Some(name.to_owned()), value });
        }
        at += line.len();
    }
    found
}

/// The frames of a page in Markdown: events, and a call with its answers.
fn frames(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut called = None;
    for block in page.split("```json\n").skip(1) {
        let frame = leading(block).expect("each frame is JSON");
        let heading = frame.to_string();
        found.push(if let Some(action) = frame["action"].as_str() {
            called = Some(action.to_owned());
            Example { heading, kind: Kind::ActionParams, name: called.clone(), value: Some(frame["params"].clone()) }
        } else if frame.get("retcode").is_some() {
            Example { heading, kind: Kind::Response, name: called.clone(), value: Some(frame) }
        } else {
            Example { heading, kind: Kind::Event, name: None, value: Some(frame) }
        });
    }
    found
}

#[test]
fn every_frame_is_valid() {
    let Some(folder) = shared() else { return };
    let found = frames(&text(&folder, "napcat-ws-frames.md"));
    assert!(found.len() >= 15, "only {} frames", found.len());
    let invalid: Vec<&str> = found.iter().filter(|it| !it.is_valid()).map(|it| it.heading.as_str()).collect();
    assert_eq!(invalid, [""; 0]);
}

#[test]
fn every_example_is_valid_or_listed() {
    let Some(folder) = shared() else { return };
    let listed: Vec<Value> =
        serde_json::from_str(include_str!("../../../drift/napcat/examples.json")).expect("a list of examples");
    let listed: BTreeSet<(String, String)> = listed
        .iter()
        .map(|entry| {
            let text = |key: &str| entry[key].as_str().filter(|text| !text.is_empty()).expect(key).to_owned();
            text("reason");
            (text("document"), text("heading"))
        })
        .collect();
    let mut invalid = BTreeSet::new();
    let mut count = 0;
    for (document, examples) in [
        ("napcat-apifox.txt", apifox_page(&text(&folder, "napcat-apifox.txt"))),
        ("napcat-extended-actions.txt", page_of_names(&text(&folder, "napcat-extended-actions.txt"))),
    ] {
        count += examples.len();
        let failing = examples.into_iter().filter(|example| !example.is_valid());
        invalid.extend(failing.map(|example| (document.to_owned(), example.heading)));
    }
    assert!(count > 60, "only {count} examples");
    assert_eq!(invalid, listed);
}
