//! Every name that documents and builds have is a contract, and no contract has a name that neither has.

use std::collections::BTreeSet;
use std::path::Path;

use botspec_schema::model::Presence;
use botspec_schema::{Catalog, Dialect, Kind};
use serde::Deserialize;
use serde_json::Value;

use crate::drift::published::{read, shared};

/// The names that one source has, of a dialect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    dialect: String,
    #[serde(rename = "source")]
    of: String,
    #[serde(default)]
    actions: BTreeSet<String>,
    #[serde(default)]
    events: BTreeSet<String>,
    #[serde(default)]
    segments: BTreeSet<String>,
    #[serde(default)]
    sent: BTreeSet<String>,
    #[serde(default)]
    received: BTreeSet<String>,
}

impl Source {
    /// What it names that the contracts do not have.
    fn missing(&self, dialect: &Dialect) -> Vec<String> {
        let has_segment = |name: &String| dialect.segments.contains_key(name);
        let sent = |name: &String| dialect.schema_of(Kind::SegmentSend, name).is_some();
        let received = |name: &String| dialect.schema_of(Kind::SegmentReceive, name).is_some();
        let of = |kind: &str, names: &BTreeSet<String>, has: &dyn Fn(&String) -> bool| -> Vec<String> {
            names.iter().filter(|name| !has(name)).map(|name| format!("{}: {kind} {name}", self.of)).collect()
        };
        [
            of("action", &self.actions, &|name| dialect.actions.contains_key(name)),
            of("event", &self.events, &|name| dialect.events.contains_key(name)),
            of("segment", &self.segments, &has_segment),
            of("sent segment", &self.sent, &sent),
            of("received segment", &self.received, &received),
        ]
        .concat()
    }
}

fn sources() -> Vec<Source> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inventory.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn of(name: &str) -> Source {
    sources().into_iter().find(|source| source.of == name).unwrap_or_else(|| panic!("no source {name}"))
}

fn dialect(name: &str) -> &'static Dialect {
    Catalog::builtin().dialect(name).expect("the dialect is built in")
}

#[test]
fn every_name_of_the_documents_has_a_contract() {
    let missing: Vec<String> = sources().iter().flat_map(|source| source.missing(dialect(&source.dialect))).collect();
    assert!(missing.is_empty(), "no contract has:\n{}", missing.join("\n"));
}

#[test]
fn a_name_without_a_contract_is_found() {
    let mut source = of("Milky 1.2.2");
    source.actions.insert("send_cake".to_owned());
    // Received only.
    source.sent.insert("file".to_owned());
    let expected = ["Milky 1.2.2: action send_cake", "Milky 1.2.2: sent segment file"];
    assert_eq!(source.missing(dialect("milky")), expected);
}

/// Actions that a build registers and refuses in every case, so that no call of them can be judged.
const ALWAYS_REFUSED: [(&str, &str); 2] = [("llonebot", "get_group_ignore_add_request"), ("llonebot", "scan_qrcode")];

/// What a build registers is what the contracts have, but for what only documents name.
#[test]
fn every_action_is_one_that_a_build_registers() {
    for (name, source, count) in
        [("napcat", "NapCat 4.18.19", 175), ("llonebot", "LLBot 8.1.7", 122), ("milky", "Milky 1.3.0-rc.1", 65)]
    {
        let registered = of(source).actions;
        assert_eq!(registered.len(), count, "{source}");
        let actions = dialect(name).actions.values().filter(|action| action.value.presence == Presence::Current);
        let mut ours: BTreeSet<String> = actions.map(|action| action.value.name.clone()).collect();
        let refused = ALWAYS_REFUSED.iter().filter(|(dialect, _)| *dialect == name);
        ours.extend(refused.map(|(_, action)| (*action).to_owned()));
        assert_eq!(ours, registered, "{name}");
    }
    for (version, counts) in [("Milky 1.2.2", [20, 13, 10]), ("Milky 1.3.0-rc.1", [21, 14, 10])] {
        let milky = of(version);
        assert_eq!([milky.events.len(), milky.received.len(), milky.sent.len()], counts, "{version}");
    }
    assert_eq!((dialect("milky").events.len(), dialect("milky").segments.len()), (21, 14));
}

/// The names above are those that upstream publishes, where its documents lie beside the checkout.
#[test]
fn the_inventory_is_what_upstream_publishes() {
    let Some(folder) = shared() else { return };
    for (source, file) in [
        ("NapCat 4.18.19", "upstream/napcat-4.18.19.openapi.json"),
        ("LLBot 8.1.7", "upstream/llbot-8.1.7.onebot11-actions.json"),
        ("Milky 1.2.2", "upstream/milky-1.2.2.schema.json"),
        ("Milky 1.3.0-rc.1", "upstream/milky-1.3.0-rc.1.schema.json"),
    ] {
        let actions: BTreeSet<String> = read(&folder, file)[0].actions.keys().cloned().collect();
        assert_eq!(of(source).actions, actions, "{source}");
    }
    let text = std::fs::read_to_string(folder.join("inventory/documents.json")).expect("the inventory");
    let documents: Value = serde_json::from_str(&text).expect("the inventory is JSON");
    let listed = |part: &str, key: &str| -> BTreeSet<String> {
        let names = documents[part][key].as_array().unwrap_or_else(|| panic!("{part} {key}")).iter();
        names.map(|item| item.as_str().or_else(|| item["name"].as_str()).expect("a name").to_owned()).collect()
    };
    for source in sources().iter().filter(|source| documents.get(&source.of).is_some()) {
        let part = &source.of;
        assert_eq!(source.actions, listed(part, "actions"), "{part}");
        if source.dialect == "milky" {
            assert_eq!(source.events, listed(part, "events"));
            assert_eq!(source.received, listed(part, "incoming_segments"));
            assert_eq!(source.sent, listed(part, "outgoing_segments"));
        }
    }
}
