//! What differs for a bot that moves from one dialect to another.

mod builtin;
mod fields;
mod forms;
mod page;
mod pair;
mod settings;
mod whole;

use botspec_schema::compare::{Comparison, compare};
use botspec_schema::{Catalog, Sources};
use serde_json::{Value, json};

/// A contract in a few words; what every contract needs and no comparison reads is filled in.
#[derive(Clone)]
enum Contract {
    Action(&'static str, Value),
    Segment(&'static str, Value),
    Event(&'static str, Value),
    Type(&'static str, Value),
}

impl Contract {
    /// The file that it stands in, and the whole contract.
    fn file(&self, dialect: &str) -> (String, Value) {
        let (folder, key, name, given, mut whole) = match self {
            Contract::Action(name, given) => {
                let rest = json!({ "category": "test", "effect": "read", "params": object(&[], &[]), "result": { "type": "null" } });
                ("actions/test", "name", name, given, rest)
            }
            Contract::Segment(name, given) => ("segments", "type", name, given, json!({ "cq": true })),
            Contract::Event(name, given) => {
                ("events", "name", name, given, json!({ "identify": { "type": name }, "data": object(&[], &[]) }))
            }
            Contract::Type(name, given) => ("types", "name", name, given, json!({})),
        };
        let (whole_map, given) = (whole.as_object_mut().expect("an object"), given.as_object().expect("an object"));
        whole_map.insert(key.to_owned(), json!(name));
        whole_map.insert("summary".to_owned(), json!({ "en": "It.", "zh": "它。" }));
        whole_map.insert("sources".to_owned(), json!([]));
        whole_map.extend(given.clone());
        (format!("contracts/{dialect}/{folder}/{}.json", name.trim_start_matches('.')), whole)
    }
}

/// An object with these fields.
fn object(fields: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// What stands in `dialect.json`, with these parts put in the place of the usual ones.
fn dialect(name: &str, title: &str, parts: &Value) -> Value {
    let mut file = json!({
        "name": name,
        "title": { "en": title, "zh": title },
        "summary": { "en": "It.", "zh": "它。" },
        "protocol_version": "1",
        "envelope": {
            "schema": object(&[("status", json!({ "type": "string" })), ("data", json!({}))], &["status", "data"]),
            "outcomes": { "ok": { "status": "ok", "retcode": 0 }, "failed": { "status": "failed" } }
        },
        "string_params": true,
        "message_forms": { "send": ["string", "array"], "receive": ["array"] },
        "auth": { "header": "Authorization", "scheme": "Bearer" },
        "transports": {},
        "failures": {},
        "sources": []
    });
    file.as_object_mut().expect("an object").extend(parts.as_object().expect("an object").clone());
    file
}

/// Compares two dialects, `old` and `new`, whose titles are Old and New.
fn comparison(one: (&Value, &[Contract]), other: (&Value, &[Contract])) -> Comparison {
    let mut files = Vec::new();
    for (name, title, (parts, contracts)) in [("old", "Old", one), ("new", "New", other)] {
        files.push((format!("contracts/{name}/dialect.json"), dialect(name, title, parts)));
        files.extend(contracts.iter().map(|contract| contract.file(name)));
    }
    let texts: Vec<(String, String)> = files.into_iter().map(|(place, file)| (place, file.to_string())).collect();
    let sources = Sources::from_texts("mini", texts.iter().map(|(place, text)| (place.as_str(), text.as_str())));
    let catalog = Catalog::load(&sources).unwrap_or_else(|defects| panic!("{defects}"));
    let of = |name| catalog.dialect(name).expect("it was loaded");
    compare(of("old"), of("new"))
}

/// The entries in a line each: level, name, pointer, sentence.
fn told(comparison: &Comparison) -> Vec<String> {
    let line = |entry: &botspec_schema::compare::Entry| {
        let level = json!(entry.level).as_str().map(str::to_owned).unwrap_or_default();
        let also = entry.also.iter().map(|place| place.name.as_str());
        let names: Vec<&str> = std::iter::once(entry.name.as_str()).chain(also).collect();
        format!("{level} {}{}: {}", names.join(", "), entry.pointer, entry.text.en)
    };
    comparison.entries.iter().map(line).collect()
}
