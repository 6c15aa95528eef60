//! Proposals for contracts: fields that no contract knows, optional ones that never come, words that an enum does not have,
//! events and actions that nobody describes. Only names and counts are kept, never values of people.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use botspec_conformance::{Contract, Surveyed, json_type};
use botspec_schema::DATA;
use serde::Serialize;
use serde_json::Value;

/// How many contracts, and how many places in each, are kept.
const CONTRACTS: usize = 1_000;
const PLACES: usize = 2_000;

/// How often an object has to be seen before a field that never comes is worth a line.
const OFTEN: u64 = 20;

/// What was seen of the documents of all contracts.
#[derive(Debug, Default)]
pub(crate) struct Lessons {
    contracts: BTreeMap<(&'static str, String), Lesson>,
}

/// What was seen of the documents of one contract.
#[derive(Debug, Default)]
struct Lesson {
    documents: u64,
    places: BTreeMap<String, Place>,
}

#[derive(Debug, Default)]
struct Place {
    present: u64,
    absent: u64,
    optional: bool,
    unknown: BTreeMap<&'static str, u64>,
    values: BTreeMap<String, u64>,
}

/// What is proposed for a contract.
#[derive(Debug, Serialize)]
struct Proposal<'a> {
    dialect: &'a str,
    kind: &'a str,
    name: &'a str,
    /// How many documents were seen.
    documents: u64,
    /// Whether no contract describes it at all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unknown: bool,
    /// Fields that the contract does not know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Field<'a>>,
    /// Fields that the contract calls required and that were left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Count<'a>>,
    /// Optional fields that never came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    never: Vec<Count<'a>>,
    /// Words that an enum does not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<Words<'a>>,
}

#[derive(Debug, Serialize)]
struct Field<'a> {
    pointer: &'a str,
    types: &'a BTreeMap<&'static str, u64>,
}

#[derive(Debug, Serialize)]
struct Count<'a> {
    pointer: &'a str,
    times: u64,
}

#[derive(Debug, Serialize)]
struct Words<'a> {
    pointer: &'a str,
    times: &'a BTreeMap<String, u64>,
}

impl Lessons {
    /// Looks at an event.
    pub(crate) fn event(&mut self, contract: &Contract, event: &Value) {
        if let Some(known) = contract.dialect().recognise_event(event) {
            let lesson = self.lesson("event", &known.name);
            return lesson.document(contract, &known.data, event);
        }
        // What distinguishes events of the dialect is a word of the protocol.
        let mut keys: Vec<&String> = contract.event_keys().iter().collect();
        for key in contract.events().flat_map(|known| known.identify.keys()) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let words: Vec<&str> = keys.into_iter().filter_map(|key| event.get(key)?.as_str()).collect();
        let plain = |word: &&str| word.len() <= 40 && word.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
        if !words.is_empty() && words.iter().all(plain) {
            self.lesson("event", &words.join(".")).unknown(event);
        }
    }

    /// Looks at the result of a call that succeeded.
    pub(crate) fn answer(&mut self, contract: &Contract, called: &str, answer: &Value) {
        let Some(data) = answer.get(DATA) else { return };
        match contract.resolve(called) {
            Some(call) => self.lesson("action", &call.action.name).document(contract, &call.action.result, data),
            None if called.len() <= 64 => self.lesson("action", called).unknown(data),
            None => {}
        }
    }

    fn lesson(&mut self, kind: &'static str, name: &str) -> &mut Lesson {
        let full = self.contracts.len() >= CONTRACTS && !self.contracts.contains_key(&(kind, name.to_owned()));
        let name = if full { "other" } else { name };
        self.contracts.entry((kind, name.to_owned())).or_default()
    }

    /// Writes a file for each contract for which there is something to propose, and gives how many there are.
    pub(crate) fn write(&self, contract: &Contract, folder: &Path) -> io::Result<usize> {
        let mut written = 0;
        for ((kind, name), lesson) in &self.contracts {
            let known = match *kind {
                "event" => contract.dialect().events.contains_key(name),
                _ => contract.resolve(name).is_some(),
            };
            let proposal = lesson.proposal(contract.name(), kind, name, !known);
            if proposal.is_empty() {
                continue;
            }
            let folder = folder.join(contract.name()).join(format!("{kind}s"));
            fs::create_dir_all(&folder)?;
            let plain = |sign: char| if sign.is_ascii_alphanumeric() || "._-".contains(sign) { sign } else { '_' };
            let file = format!("{}.json", name.chars().map(plain).collect::<String>());
            fs::write(folder.join(file), format!("{}\n", serde_json::to_string_pretty(&proposal)?))?;
            written += 1;
        }
        Ok(written)
    }
}

impl Lesson {
    fn document(&mut self, contract: &Contract, schema: &Value, document: &Value) {
        self.documents += 1;
        contract.survey(schema, document, &mut |pointer, surveyed| {
            let Some(place) = self.place(pointer) else { return };
            match surveyed {
                Surveyed::Known => place.present += 1,
                Surveyed::Unknown(kind) => *place.unknown.entry(kind).or_default() += 1,
                Surveyed::Absent { optional } => (place.absent, place.optional) = (place.absent + 1, optional),
                Surveyed::Value(word) if place.values.len() < 20 || place.values.contains_key(&word) => {
                    *place.values.entry(word).or_default() += 1;
                }
                Surveyed::Value(_) => {}
            }
        });
    }

    /// A document of a kind that no contract describes: what its fields are called.
    fn unknown(&mut self, document: &Value) {
        self.documents += 1;
        for (key, value) in document.as_object().into_iter().flatten() {
            if key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                let kind = json_type(value);
                if let Some(place) = self.place(&format!("/{key}")) {
                    *place.unknown.entry(kind).or_default() += 1;
                }
            }
        }
    }

    fn place(&mut self, pointer: &str) -> Option<&mut Place> {
        if !self.places.contains_key(pointer) {
            if self.places.len() >= PLACES {
                return None;
            }
            self.places.insert(pointer.to_owned(), Place::default());
        }
        self.places.get_mut(pointer)
    }

    fn proposal<'a>(&'a self, dialect: &'a str, kind: &'a str, name: &'a str, unknown: bool) -> Proposal<'a> {
        let places = || self.places.iter().map(|(pointer, place)| (pointer.as_str(), place));
        let fields = places().filter(|(_, place)| !place.unknown.is_empty());
        let left_out = places().filter(|(_, place)| place.absent > 0 && !place.optional);
        let never = places().filter(|(_, place)| place.optional && place.present == 0 && place.absent >= OFTEN);
        let count = |(pointer, place): (&'a str, &'a Place)| Count { pointer, times: place.absent };
        Proposal {
            dialect,
            kind,
            name,
            documents: self.documents,
            unknown,
            fields: fields.map(|(pointer, place)| Field { pointer, types: &place.unknown }).collect(),
            left_out: left_out.map(count).collect(),
            never: never.map(count).collect(),
            values: places()
                .filter(|(_, place)| !place.values.is_empty())
                .map(|(pointer, place)| Words { pointer, times: &place.values })
                .collect(),
        }
    }
}

impl Proposal<'_> {
    fn is_empty(&self) -> bool {
        !self.unknown
            && self.fields.is_empty()
            && self.left_out.is_empty()
            && self.never.is_empty()
            && self.values.is_empty()
    }
}
