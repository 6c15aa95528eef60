//! The contracts are what the documents show: every example is valid, or listed with the reason why it is not. Like the
//! documents of upstream, these lie beside the repository.

mod pages;

use std::collections::BTreeSet;
use std::path::Path;

use botspec_schema::drift::{self, Contracts, Format, Known, explained};
use botspec_schema::{Catalog, Dialect, Kind};
use serde_json::{Value, json};

use super::published::{read, shared};

fn dialect(name: &str) -> &'static Dialect {
    Catalog::builtin().dialect(name).unwrap_or_else(|| panic!("{name} is built in"))
}

/// Fails on a difference that nobody explained, and on an explanation of none; `least` is how many are explained.
fn no_unexplained_drift(name: &str, file: &str, format: Format, least: usize) {
    let Some(folder) = shared() else { return };
    let here = Contracts::of(dialect(name));
    let there = drift::part_for(&here, read(&folder, file)).expect("one part");
    let known = Known::builtin(name, format).expect("the file of known differences is sound");
    let sorted = explained(&drift::compare(&here, &there), &known);
    assert_eq!(sorted.unexplained, []);
    assert_eq!(sorted.stale, []);
    assert!(sorted.explained.len() > least, "{}", sorted.explained.len());
}

#[test]
fn napcat_has_no_unexplained_drift() {
    no_unexplained_drift("napcat", "upstream/napcat-4.18.19.openapi.json", Format::OpenApi, 100);
}

#[test]
fn llonebot_has_no_unexplained_drift_from_its_table() {
    no_unexplained_drift("llonebot", "upstream/llbot-8.1.7.onebot11-actions.json", Format::Actions, 100);
}

#[test]
fn llonebot_has_no_unexplained_drift_from_its_page() {
    no_unexplained_drift("llonebot", "docs/llonebot-and-milky-apifox.md", Format::Apifox, 300);
}

/// An example of a document.
struct Example {
    heading: String,
    kinds: Vec<ExampleKind>,
    value: Option<Value>,
}

/// What an example may be; it is valid as soon as it is one of them.
enum ExampleKind {
    /// What `schema check` takes, with its name.
    Checked(Kind, Option<String>),
    /// A shared type.
    Type(&'static str),
}

impl Example {
    fn new(heading: String, kind: Kind, name: Option<&str>, value: Option<Value>) -> Self {
        Self { heading, kinds: vec![ExampleKind::Checked(kind, name.map(str::to_owned))], value }
    }

    fn is_valid(&self, dialect: &Dialect) -> bool {
        let Some(value) = &self.value else { return false };
        self.kinds.iter().any(|kind| match kind {
            ExampleKind::Checked(kind, name) => {
                // A segment that goes one way only has no contract for the other.
                dialect.check(*kind, name.as_deref(), value).is_ok_and(|violations| violations.is_empty())
            }
            ExampleKind::Type(name) => {
                let schema = dialect.bundle(json!({ "$ref": format!("#/$defs/{name}") }));
                jsonschema::draft202012::new(&schema).expect("a type is a JSON Schema").is_valid(value)
            }
        })
    }
}

fn text(folder: &Path, file: &str) -> String {
    let bytes = std::fs::read(folder.join("docs").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The examples that a file lists, each with a reason.
fn listed(list: &str) -> BTreeSet<(String, String)> {
    let entries: Vec<Value> = serde_json::from_str(list).expect("a list of examples");
    let text = |entry: &Value, key: &str| entry[key].as_str().filter(|text| !text.is_empty()).expect(key).to_owned();
    let both = entries.iter().map(|entry| {
        text(entry, "reason");
        (text(entry, "document"), text(entry, "heading"))
    });
    both.collect()
}

/// Holds the examples of documents against what is listed; `least` is how many there are.
fn every_example_is_valid_or_listed(name: &str, list: &str, documents: Vec<(&str, Vec<Example>)>, least: usize) {
    let count: usize = documents.iter().map(|(_, examples)| examples.len()).sum();
    assert!(count > least, "only {count} examples");
    let mut invalid = BTreeSet::new();
    for (document, examples) in documents {
        let failing = examples.into_iter().filter(|example| !example.is_valid(dialect(name)));
        invalid.extend(failing.map(|example| (document.to_owned(), example.heading)));
    }
    let listed = listed(list);
    let unlisted: Vec<_> = invalid.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&invalid).collect();
    assert!(unlisted.is_empty() && stale.is_empty(), "not listed: {unlisted:#?}\nlisted for nothing: {stale:#?}");
}

#[test]
fn every_frame_of_napcat_is_valid() {
    let Some(folder) = shared() else { return };
    let found = pages::frames(&text(&folder, "napcat-ws-frames.md"));
    assert!(found.len() >= 15, "only {} frames", found.len());
    let invalid = found.iter().filter(|it| !it.is_valid(dialect("napcat")));
    assert_eq!(invalid.map(|it| it.heading.as_str()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_example_of_napcat_is_valid_or_listed() {
    let Some(folder) = shared() else { return };
    let (page, names) = ("napcat-apifox.txt", "napcat-extended-actions.txt");
    let documents = vec![
        (page, pages::plain(&text(&folder, page))),
        (names, pages::by_names(dialect("napcat"), &text(&folder, names))),
    ];
    every_example_is_valid_or_listed("napcat", include_str!("../../../drift/napcat/examples.json"), documents, 60);
}

#[test]
fn every_example_of_llonebot_is_valid_or_listed() {
    let Some(folder) = shared() else { return };
    let page = "llonebot-and-milky-apifox.md";
    let text = text(&folder, page);
    let (actions, _) = text.split_once("\n# Milky/").expect("Milky comes after OneBot 11");
    let (_, models) = text.split_once("\n# 数据模型").expect("the models come last");
    // Those of Milky begin with this one.
    let (models, _) = models.split_once("<h2 id=\"tocS_FileEntity\"").expect("the models of Milky");
    let objects = [
        ("GroupUploadFile", "uploaded_file"),
        ("FlashFile", "flash_file"),
        ("MsgEmojiLike", "emoji_like"),
        ("MessageSender", "message_sender"),
        ("KeyboardButton", "keyboard_button"),
    ];
    let mut examples = pages::markdown_actions(dialect("llonebot"), actions);
    examples.extend(pages::markdown_models(models, &objects));
    let documents = vec![(page, examples)];
    every_example_is_valid_or_listed("llonebot", include_str!("../../../drift/llonebot/examples.json"), documents, 200);
}
