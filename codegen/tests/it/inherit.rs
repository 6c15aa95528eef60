//! What a dialect takes over from the one it extends: what both make the same, down to everything it refers to.

use std::path::Path;

use botspec_codegen::{GeneratedFile, rust};
use botspec_schema::{Catalog, Sources};
use serde_json::{Value, json};

use crate::dialects;

/// The dialect of all forms, and one that extends it with `own` contracts.
fn child(own: &[(&str, Value)]) -> Catalog {
    let shapes = Sources::read_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes"));
    let files = shapes.files().iter().map(|file| (file.place.clone(), file.text.clone()));
    let dialect = files.clone().find(|(place, _)| place.ends_with("dialect.json")).expect("it is there");
    let mut dialect: Value = serde_json::from_str(&dialect.1).expect("JSON");
    dialect["name"] = "child".into();
    dialect["extends"] = "shapes".into();
    let own = own.iter().map(|(place, contract)| (format!("contracts/child/{place}"), contract.to_string()));
    let dialect = ("contracts/child/dialect.json".to_owned(), dialect.to_string());
    let texts: Vec<_> = files.chain(own).chain([dialect]).collect();
    let texts = texts.iter().map(|(place, text)| (place.as_str(), text.as_str()));
    Catalog::load(&Sources::from_texts("", texts)).unwrap_or_else(|defects| panic!("{defects}"))
}

fn files(own: &[(&str, Value)]) -> Vec<GeneratedFile> {
    let catalog = child(own);
    rust::generate(catalog.dialect("child").expect("it is there"), catalog.dialects()).expect("it has bindings")
}

fn text<'a>(files: &'a [GeneratedFile], path: &str) -> &'a str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path}")).text
}

/// The names that a file takes over.
fn taken(files: &[GeneratedFile], path: &str) -> Vec<String> {
    let Some((_, list)) = text(files, path).split_once("pub use crate::shapes::") else { return Vec::new() };
    let (list, _) = list.split_once(';').expect("a declaration ends");
    let names = list.split_once('{').map_or_else(|| list.rsplit("::").next(), |(_, names)| names.split('}').next());
    let names = names.into_iter().flat_map(|names| names.split(',')).map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn shared(name: &str, schema: &Value) -> Value {
    let words = json!({"en": "Another.", "zh": "Another."});
    json!({"name": name, "summary": words, "schema": schema, "sources": []})
}

/// A shared type of the parent, otherwise.
fn other_circle() -> Value {
    let circle = json!({
        "type": "object", "properties": {"form": {"const": "circle"}, "diameter": {"type": "number"}},
        "required": ["form", "diameter"],
    });
    shared("circle", &circle)
}

#[test]
fn what_is_the_same_is_taken_over_whole() {
    let files = files(&[]);
    for file in &files {
        assert!(
            !file.text.contains("pub struct") || file.path.starts_with("client"),
            "{} declares something",
            file.path
        );
        assert!(!file.text.contains("pub enum"), "{} declares something", file.path);
    }
    assert_eq!(text(&files, "envelope.rs").lines().last(), Some("pub use crate::shapes::envelope::*;"));
    assert_eq!(taken(&files, "segments.rs"), ["ReceiveSegment", "SendMessage", "SendSegment"]);
    assert!(taken(&files, "events.rs").contains(&"Event".to_owned()));
    assert_eq!(taken(&files, "ids.rs"), ["GroupId", "LongNameId", "UserId"]);
}

#[test]
fn what_refers_to_something_else_is_apart() {
    let files = files(&[("types/circle.json", other_circle())]);
    let types = taken(&files, "types.rs");
    // A figure may be a circle, and what takes all takes a figure.
    for own in ["Circle", "Figure", "FigureN2d"] {
        assert!(!types.contains(&own.to_owned()), "{own} is another one");
    }
    assert!(types.contains(&"Square".to_owned()) && types.contains(&"Tree".to_owned()));
    let actions = taken(&files, "actions.rs");
    for own in ["TakeAll", "TakeAllInit", "TakeAllType"] {
        assert!(!actions.contains(&own.to_owned()), "{own} is another one");
    }
    assert!(actions.contains(&"GiveText".to_owned()));
    assert!(text(&files, "types/figure.rs").contains("use crate::child::types;"));
}

#[test]
fn a_new_segment_makes_every_message_another() {
    let words = json!({"en": "Another.", "zh": "Another."});
    let data = json!({"type": "object", "properties": {}});
    let segment = json!({"type": "wave", "summary": words, "cq": false, "send": data, "receive": data, "sources": []});
    let files = files(&[("segments/wave.json", segment)]);
    assert_eq!(taken(&files, "segments.rs"), Vec::<String>::new());
    assert_eq!(taken(&files, "segments/send.rs"), ["Kind", "Mark"]);
    // What is received may hold other segments.
    assert_eq!(taken(&files, "segments/receive.rs"), Vec::<String>::new());
    assert!(!taken(&files, "actions.rs").contains(&"GiveMessage".to_owned()));
    assert!(taken(&files, "events.rs").contains(&"Event".to_owned()), "no event holds a message");
}

/// What stands right in front of a declaration.
fn condition<'a>(text: &'a str, declaration: &str) -> &'a str {
    let (before, _) = text.split_once(&format!("\n{declaration}")).unwrap_or_else(|| panic!("{declaration}"));
    before.lines().last().filter(|line| line.starts_with("#[cfg")).unwrap_or_default()
}

#[test]
fn what_no_heir_takes_over_is_compiled_with_its_own_feature_only() {
    let catalog = child(&[("types/circle.json", other_circle())]);
    let parent = catalog.dialect("shapes").expect("it is there");
    let files = rust::generate(parent, catalog.dialects()).expect("it has bindings");
    let own = "#[cfg(feature = \"shapes\")]";
    let types = text(&files, "types.rs");
    for name in ["circle", "figure"] {
        assert_eq!(condition(types, &format!("mod {name};")), own);
        assert_eq!(condition(types, &format!("pub use {name}::*;")), own);
    }
    assert_eq!(condition(types, "mod square;"), "", "both have the same");
    let actions = text(&files, "actions.rs");
    assert_eq!(condition(actions, "mod fields;"), "", "some of them are taken over");
    assert_eq!(condition(actions, "/// Every action: its name"), own);
    assert_eq!(condition(text(&files, "mod.rs"), "pub use envelope::Envelope;"), "");
    assert_eq!(
        condition(text(&files, "mod.rs"), "pub mod client;"),
        "#[cfg(all(feature = \"client\", feature = \"shapes\"))]"
    );
    // A module that stands alone, or that nobody extends, has no conditions but those of what it is used for.
    for files in
        [rust::generate(parent, []), rust::generate(catalog.dialect("child").expect("there"), catalog.dialects())]
    {
        for file in files.expect("it has bindings") {
            let uses = ["client", "actions"].map(|feature| format!("#[cfg(feature = \"{feature}\")]"));
            let rest = uses.iter().fold(file.text.clone(), |text, used| text.replace(used, ""));
            assert!(!rest.contains("#[cfg"), "{}", file.path);
        }
    }
}

#[test]
fn what_is_taken_over_twice_is_compiled_for_every_heir() {
    let of = |name| Catalog::builtin().dialect(name).expect("it is built in");
    let files = rust::generate(of("onebot11"), Catalog::builtin().dialects()).expect("it has bindings");
    // NapCat and LLOneBot have it from go-cqhttp, which has it from the standard.
    assert_eq!(condition(text(&files, "actions/message.rs"), "mod delete_msg;"), "");
    // Only go-cqhttp has it unchanged.
    let needed = condition(text(&files, "events.rs"), "mod request_friend;");
    assert!(needed.contains("\"gocqhttp\"") && !needed.contains("\"napcat\""), "{needed}");
}

#[test]
fn what_is_left_out_is_not_taken_over() {
    let catalog = child(&[]);
    let mut without = catalog.dialect("child").expect("it is there").clone();
    without.events.remove("stop");
    let files = rust::generate(&without, catalog.dialects()).expect("it has bindings");
    assert_eq!(taken(&files, "events.rs").iter().filter(|name| *name == "Stop" || *name == "Event").count(), 0);
    assert!(text(&files, "events.rs").contains("pub enum Event"));
}

#[test]
fn a_dialect_alone_refers_to_no_other() {
    for dialect in dialects::all() {
        let Some(parent) = &dialect.file.extends else { continue };
        for file in rust::generate(dialect, []).expect("it has bindings") {
            assert!(!file.text.contains(&format!("crate::{parent}")), "{}: {}", dialect.name(), file.path);
        }
    }
}
