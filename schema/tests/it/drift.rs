//! Reading what upstream publishes, comparing it with contracts, and drafting contracts from it.

mod compare;
mod documents;
mod drafts;
mod hostile;
mod known;
mod milky;
mod outline;
pub(crate) mod published;
mod read;

use std::path::PathBuf;

use botspec_schema::drift::{self, Contracts, TODO, Upstream, Which};
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

fn parsed<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"))
}

/// What a person decides; what there is to say is left as it is.
fn decided(draft: &str) -> String {
    draft
        .replace(
            &format!("\"effect\": \"{TODO}: read, send, write, destructive or lifecycle\""),
            "\"effect\": \"read\", \"effect_basis\": [{ \"document\": \"Example\", \"heading\": \"pets\" }]",
        )
        .replace(&format!("\"needs\": [\"{TODO}\"]"), "\"needs\": []")
        .replace(&format!("\"triggers\": [{{ \"by\": \"{TODO}\" }}]"), "\"triggers\": []")
        .replace(&format!("\"cq\": \"{TODO}\""), "\"cq\": false")
}

/// What differs between a document and the contracts that its own drafts become once they are decided.
fn drift_of_drafts(here: &Contracts, part: &Upstream) -> Vec<String> {
    let mut completed = Contracts::new(here.dialect.clone());
    completed.cq = here.cq;
    completed.suffixes = vec!["_async".to_owned(), "_rate_limited".to_owned()];
    for draft in drift::drafts(here, part, Which::All) {
        let (path, text) = (draft.path.as_str(), decided(&draft.text));
        match path.split('/').nth(1) {
            Some("actions") => completed.add_action(path, &parsed(path, &text)),
            Some("segments") => completed.add_segment(path, &parsed(path, &text)),
            Some("events") => completed.add_event(path, &parsed(path, &text)),
            _ => completed.add_type(path, &parsed(path, &text)),
        }
    }
    drift::compare(&completed, part)
        .iter()
        // A draft writes parameters in their plain type, without the strings that the dialect accepts as well.
        .filter(|found| !found.there.as_deref().is_some_and(|there| there.contains(" | string")))
        .map(|found| format!("{found:?}"))
        .collect()
}
