//! What upstream really publishes. The documents are not part of the repository: they lie beside it, and where they do
//! not, these tests say so and check nothing.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use botspec_schema::drift::{self, Contracts, Upstream, Which, drafts};
use serde_json::Value;

use super::drift_of_drafts;

/// The folder beside the checkout that holds the documents.
pub(crate) fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?;
    // Beside the checkout, or beside the checkout that this working tree belongs to.
    let found = root.ancestors().take(2).map(|folder| folder.join("shared")).find(|folder| folder.is_dir());
    if found.is_none() {
        // Written past the capture of the test harness, so that it is seen although the test passes.
        let reason = "skipped: no folder `shared` beside the repository, so no published document is read";
        let _ = writeln!(std::io::stderr(), "{reason}");
    }
    found
}

pub(crate) fn read(folder: &Path, file: &str) -> Vec<Upstream> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
    drift::read(&text, name).unwrap_or_else(|error| panic!("{error}"))
}

fn count(upstream: &Upstream) -> BTreeMap<&'static str, usize> {
    let segments = upstream.segments.values();
    BTreeMap::from([
        ("actions", upstream.actions.len()),
        ("events", upstream.events.len()),
        ("sent", segments.clone().filter(|segment| segment.send.is_some()).count()),
        ("received", segments.filter(|segment| segment.receive.is_some()).count()),
    ])
}

fn names(inventory: &Value, part: &str, key: &str) -> Vec<String> {
    let list = inventory[part][key].as_array().unwrap_or_else(|| panic!("{part} {key}"));
    let mut names: Vec<String> =
        list.iter().map(|item| item.as_str().or_else(|| item["name"].as_str()).expect("a name").to_owned()).collect();
    names.sort();
    names
}

fn keys<V>(map: &BTreeMap<String, V>) -> Vec<String> {
    map.keys().cloned().collect()
}

#[test]
fn napcat_publishes_175_actions() {
    let Some(folder) = shared() else { return };
    let parts = read(&folder, "upstream/napcat-4.18.19.openapi.json");
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].version.as_deref(), Some("4.18.19"));
    let expected = BTreeMap::from([("actions", 175), ("events", 0), ("sent", 23), ("received", 23)]);
    assert_eq!(count(&parts[0]), expected);
}

#[test]
fn llbot_registers_122_actions() {
    let Some(folder) = shared() else { return };
    let parts = read(&folder, "upstream/llbot-8.1.7.onebot11-actions.json");
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].title(), "llbot 8.1.7");
    assert_eq!(parts[0].actions.len(), 122);
    // Every action has its two suffixed names, and no other.
    for (name, action) in &parts[0].actions {
        assert_eq!(action.aliases, [format!("{name}_async"), format!("{name}_rate_limited")]);
    }
}

#[test]
fn milky_defines_64_apis_20_events_and_its_segments() {
    let Some(folder) = shared() else { return };
    let file = "upstream/milky-1.2.2.schema.json";
    let parts = read(&folder, file);
    let expected = BTreeMap::from([("actions", 64), ("events", 20), ("sent", 10), ("received", 13)]);
    assert_eq!(count(&parts[0]), expected);
    assert_eq!(parts[0].remarks, []);
    // The definition counts itself.
    let text = std::fs::read_to_string(folder.join(file)).expect("it was read before");
    let counts = serde_json::from_str::<Value>(&text).expect("it was read before")["counts"].clone();
    assert_eq!(counts["apis"], 64);
    assert_eq!(counts["events"], 20);
    let mut categories: BTreeMap<&str, usize> = BTreeMap::new();
    for action in parts[0].actions.values() {
        *categories.entry(action.category.as_deref().unwrap_or_default()).or_default() += 1;
    }
    assert_eq!(serde_json::json!(categories), counts["byCategory"]);
}

#[test]
fn the_apifox_page_documents_what_the_inventory_lists() {
    let Some(folder) = shared() else { return };
    let file = "llonebot-and-milky-apifox.md";
    let parts = read(&folder, &format!("docs/{file}"));
    let [onebot, milky] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    let inventory = std::fs::read_to_string(folder.join("inventory/documents.json")).expect("the inventory");
    let inventory: Value = serde_json::from_str(&inventory).expect("the inventory is JSON");

    let part = format!("{file}#onebot11");
    assert_eq!(onebot.actions.len(), 100);
    assert_eq!(keys(&onebot.actions), names(&inventory, &part, "actions"));
    assert_eq!(onebot.streams, [inventory[&part]["sse"].as_str().expect("the stream")]);
    assert_eq!(onebot.segments.len(), names(&inventory, &part, "segments").len());
    assert_eq!(keys(&onebot.events), names(&inventory, &part, "events"));
    for object in names(&inventory, &part, "objects") {
        assert!(onebot.types.contains_key(&object), "{object}");
    }

    let part = format!("{file}#milky");
    assert_eq!((milky.actions.len(), milky.events.len()), (62, 19));
    assert_eq!(keys(&milky.actions), names(&inventory, &part, "actions"));
    assert_eq!(keys(&milky.events), names(&inventory, &part, "events"));
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for (name, segment) in &milky.segments {
        sent.extend(segment.send.as_ref().map(|_| name.clone()));
        received.extend(segment.receive.as_ref().map(|_| name.clone()));
    }
    assert_eq!(sent, names(&inventory, &part, "outgoing_segments"));
    assert_eq!(received, names(&inventory, &part, "incoming_segments"));
}

#[test]
fn the_page_completes_what_llbot_registers() {
    let Some(folder) = shared() else { return };
    let mut table = read(&folder, "upstream/llbot-8.1.7.onebot11-actions.json").remove(0);
    let page = read(&folder, "docs/llonebot-and-milky-apifox.md").remove(0);
    let unknown = |upstream: &Upstream| upstream.actions.values().filter(|action| !action.result.is_known()).count();
    let before = unknown(&table);
    assert_eq!(table.fill_from(&page), [""; 0], "the page documents nothing that the build does not register");
    assert!(unknown(&table) < before, "{} of {before} results are unknown still", unknown(&table));
}

#[test]
fn every_published_action_becomes_a_draft() {
    let Some(folder) = shared() else { return };
    for (dialect, file, actions) in [
        ("napcat", "upstream/napcat-4.18.19.openapi.json", 175),
        ("llonebot", "upstream/llbot-8.1.7.onebot11-actions.json", 122),
        ("milky", "upstream/milky-1.2.2.schema.json", 64),
    ] {
        let drafts = drafts(&Contracts::new(dialect), &read(&folder, file)[0], Which::All);
        let of_actions = drafts.iter().filter(|draft| draft.path.contains("/actions/")).count();
        assert_eq!(of_actions, actions, "{dialect}");
        for draft in &drafts {
            let parsed: Result<Value, _> = serde_json::from_str(&draft.text);
            assert!(parsed.is_ok(), "{}", draft.path);
            let long = draft
                .text
                .lines()
                .find(|line| line.chars().count() > 120 && !line.contains("\"heading\"") && !line.contains("\"note\""));
            assert_eq!(long, None, "{}", draft.path);
        }
    }
}

/// A draft says everything that its document says, and nothing else.
#[test]
fn decided_drafts_of_published_documents_have_no_drift() {
    let Some(folder) = shared() else { return };
    for file in [
        "upstream/napcat-4.18.19.openapi.json",
        "upstream/llbot-8.1.7.onebot11-actions.json",
        "upstream/milky-1.2.2.schema.json",
    ] {
        for part in read(&folder, file) {
            let found = drift_of_drafts(&Contracts::new("example"), &part);
            assert!(found.is_empty(), "{}:\n{}", part.title(), found.join("\n"));
        }
    }
}

/// No sentence of a document of upstream may stand in a draft: names and figures carry over, words do not.
#[test]
fn drafts_carry_no_sentences_over() {
    let Some(folder) = shared() else { return };
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for file in [
        "upstream/napcat-4.18.19.openapi.json",
        "upstream/llbot-8.1.7.onebot11-actions.json",
        "upstream/milky-1.2.2.schema.json",
        "docs/llonebot-and-milky-apifox.md",
    ] {
        for part in read(&folder, file) {
            for draft in drafts(&Contracts::new("x"), &part, Which::All) {
                let found = draft.text.lines().find(|line| line.chars().any(is_chinese));
                assert_eq!(found, None, "{}", draft.path);
            }
        }
    }
}
