//! Reading what upstream publishes, comparing it with contracts, and drafting contracts from it.

mod compare;
mod drafts;
mod hostile;
mod known;
mod outline;
mod published;
mod read;

use std::path::PathBuf;

use botspec_schema::drift::{self, Contracts, Upstream};
use serde_json::Value;

/// The text of an own document of upstream.
fn document(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/drift").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An own document of upstream, read.
fn upstream(name: &str) -> Vec<Upstream> {
    drift::read(&document(name), name).unwrap_or_else(|error| panic!("{error}"))
}

/// Contracts out of JSON: each with its kind and what a file of that kind says, as far as a test needs it.
fn contracts(dialect: &str, files: &[(&str, Value)]) -> Contracts {
    let mut contracts = Contracts::new(dialect);
    let text = serde_json::json!({ "en": "A pet.", "zh": "宠物。" });
    for (kind, file) in files {
        let mut file = file.clone();
        let map = file.as_object_mut().expect("a contract is an object");
        map.entry("summary").or_insert_with(|| text.clone());
        map.entry("sources").or_insert_with(|| serde_json::json!([]));
        let name = map.get("name").or_else(|| map.get("type")).and_then(Value::as_str).expect("a name");
        let path = format!("{dialect}/{kind}s/{name}.json");
        let read = "a contract of the model";
        match *kind {
            "action" => {
                map.entry("category").or_insert_with(|| "pet".into());
                map.entry("effect").or_insert_with(|| "read".into());
                contracts.add_action(&path, &serde_json::from_value(file).expect(read));
            }
            "segment" => {
                map.entry("cq").or_insert_with(|| false.into());
                contracts.add_segment(&path, &serde_json::from_value(file).expect(read));
            }
            "event" => contracts.add_event(&path, &serde_json::from_value(file).expect(read)),
            "type" => contracts.add_type(&path, &serde_json::from_value(file).expect(read)),
            kind => panic!("there is no kind {kind}"),
        }
    }
    contracts
}
