//! Contract files for what upstream has and the contracts do not, to be completed by hand.
//!
//! Only facts are taken over: names, types, values, defaults, bounds. What a person has to decide or to state stands as
//! [`TODO`] in its place: the summary in both languages, the effect, the fixtures, and every description that no other
//! contract has for a field of that name. A draft does not load before they are gone.

mod learn;
mod names;
mod print;
mod schema;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::learn::Learned;
use self::print::print;
use self::schema::{Role, Writer};
use super::compare::{forms, name_of, uncovered};
use super::contracts::Contracts;
use super::upstream::{UpAction, UpEvent, UpSegment, UpSource, Upstream};
use crate::shape::{Kind, Shape};

/// What stands in a draft where a person has to state something. No contract may contain it.
pub const TODO: &str = "TODO";

/// The folder of the meta-schemas, seen from a folder of contracts.
const META: &str = "../../../meta";

/// For which actions, segments and events drafts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that the contracts do not have.
    Missing,
    /// All of them, those with a contract too.
    All,
}

/// A contract file that is not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its path below the folder of contracts.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Writes drafts for what a document has. Shared types that a draft uses are drafted with it.
pub fn drafts(here: &Contracts, there: &Upstream, which: Which) -> Vec<Draft> {
    let learned = Learned::from(&here.annotations);
    let mut drafts =
        Drafts { here, there, writer: Writer::new(there, &learned, names::types(there)), files: BTreeMap::new() };
    for (name, action) in &there.actions {
        let known = here.action(name).is_some();
        if which == Which::All || !known {
            drafts.action(name, action);
        }
    }
    for (name, segment) in &there.segments {
        let known = here.segments.iter().any(|own| own.name == *name);
        if which == Which::All || !known {
            drafts.segment(name, segment);
        }
    }
    for (name, event) in &there.events {
        let forms = match which {
            Which::All => forms(here, there, event),
            Which::Missing => uncovered(here, there, event),
        };
        for identify in forms {
            drafts.event(name, &identify, event);
        }
    }
    drafts.types();
    drafts.files.into_iter().map(|(path, text)| Draft { path, text }).collect()
}

struct Drafts<'a> {
    here: &'a Contracts,
    there: &'a Upstream,
    writer: Writer<'a>,
    files: BTreeMap<String, String>,
}

impl Drafts<'_> {
    fn add(&mut self, path: &str, contract: Map<String, Value>) {
        // Two names may become the same file name; the second one is counted.
        let paths = (1..).map(|number| match number {
            1 => format!("{}/{path}.json", self.here.dialect),
            number => format!("{}/{path}-{number}.json", self.here.dialect),
        });
        let mut paths = paths.filter(|path| !self.files.contains_key(path));
        let Some(path) = paths.next() else { return };
        self.files.insert(path, print(&Value::Object(contract)));
    }

    fn action(&mut self, name: &str, action: &UpAction) {
        let category = names::category(name, action.category.as_deref(), self.here);
        let suffixes = &self.here.suffixes;
        let by_suffix = |alias: &&String| suffixes.iter().any(|s| alias.strip_suffix(s.as_str()) == Some(name));
        let aliases: Vec<&String> = action.aliases.iter().filter(|alias| !by_suffix(alias)).collect();
        let mut contract = begin(&format!("../{META}/action.schema.json"), "name", name);
        if !aliases.is_empty() {
            contract.insert("aliases".into(), json!(aliases));
        }
        contract.insert("category".into(), category.clone().into());
        summary(&mut contract);
        contract.insert("effect".into(), format!("{TODO}: read, send, write, destructive or lifecycle").into());
        contract.insert("needs".into(), json!([TODO]));
        let params = action.params.resolve(&self.there.types);
        contract.insert("params".into(), self.writer.object(params, Role::Params));
        contract.insert("result".into(), self.writer.schema(&action.result, Role::Result));
        if action.deprecated {
            contract.insert("deprecated".into(), json!({ "since": TODO }));
        }
        contract.insert("sources".into(), self.sources(name, &action.sources));
        self.add(&format!("actions/{category}/{}", names::file(name)), contract);
    }

    fn segment(&mut self, name: &str, segment: &UpSegment) {
        let mut contract = begin(&format!("{META}/segment.schema.json"), "type", name);
        summary(&mut contract);
        contract.insert("cq".into(), self.here.cq.map_or_else(|| TODO.into(), Value::from));
        for (key, shape, role) in [("send", &segment.send, Role::Send), ("receive", &segment.receive, Role::Receive)] {
            if let Some(shape) = shape {
                let object = self.writer.object(shape.resolve(&self.there.types), role);
                contract.insert(key.into(), object);
            }
        }
        if segment.undirected {
            // The document has one description: which of its fields are sent and which are received is to be decided.
            contract.insert("needs".into(), json!([TODO]));
        }
        contract.insert("sources".into(), self.sources(name, &segment.sources));
        self.add(&format!("segments/{}", names::file(name)), contract);
    }

    fn event(&mut self, name: &str, identify: &[(String, String)], event: &UpEvent) {
        let contract_name = name_of(identify).unwrap_or_else(|| names::snake(name));
        let mut contract = begin(&format!("{META}/event.schema.json"), "name", &contract_name);
        summary(&mut contract);
        let pairs: Map<String, Value> = identify.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        contract.insert("identify".into(), Value::Object(pairs));
        let shape = narrowed(event.shape.resolve(&self.there.types), identify);
        contract.insert("data".into(), self.writer.object(&shape, Role::Event));
        contract.insert("triggers".into(), json!([{ "by": TODO }]));
        contract.insert("sources".into(), self.sources(name, &event.sources));
        self.add(&format!("events/{}", names::file(&contract_name)), contract);
    }

    /// The shared types that the drafts so far use, and those that these use.
    fn types(&mut self) {
        while let Some((name, own_name)) = self.writer.next_type() {
            let Some(shape) = self.there.types.get(&name) else { continue };
            let mut contract = begin(&format!("{META}/type.schema.json"), "name", &own_name);
            summary(&mut contract);
            contract.insert("schema".into(), self.writer.schema(shape, Role::Result));
            let source = UpSource { document: self.there.title(), heading: shape.at.clone(), note: None };
            contract.insert("sources".into(), self.sources(&name, &[source]));
            self.add(&format!("types/{own_name}"), contract);
        }
    }

    /// The sources, with what the document contradicts itself in, for a person to decide.
    fn sources(&self, name: &str, sources: &[UpSource]) -> Value {
        let said: Vec<String> = self
            .there
            .remarks
            .iter()
            .filter(|remark| remark.name == name)
            .map(|remark| format!("{}: {}", remark.at, remark.text).trim_start_matches(": ").to_owned())
            .collect();
        let list = sources.iter().enumerate().map(|(index, source)| {
            let mut note: Vec<String> = source.note.iter().cloned().collect();
            if index + 1 == sources.len() && !said.is_empty() {
                note.push(format!("{TODO} decide: {}.", said.join("; ")));
            }
            let mut entry = Map::new();
            entry.insert("document".into(), source.document.clone().into());
            entry.insert("heading".into(), source.heading.clone().into());
            if !note.is_empty() {
                entry.insert("note".into(), note.join(" ").into());
            }
            Value::Object(entry)
        });
        Value::Array(list.collect())
    }
}

fn begin(meta: &str, key: &str, name: &str) -> Map<String, Value> {
    let mut contract = Map::new();
    contract.insert("$schema".into(), meta.into());
    contract.insert(key.into(), name.into());
    contract
}

fn summary(contract: &mut Map<String, Value>) {
    contract.insert("summary".into(), json!({ "en": TODO, "zh": TODO }));
}

/// An event with the values that identify this form of it.
fn narrowed(shape: &Shape, identify: &[(String, String)]) -> Shape {
    let mut shape = shape.clone();
    if let Kind::Object(object) = &mut shape.kind {
        for field in &mut object.fields {
            if let Some((_, value)) = identify.iter().find(|(key, _)| *key == field.name) {
                field.shape.values = vec![value.clone().into()];
            }
        }
    }
    shape
}
