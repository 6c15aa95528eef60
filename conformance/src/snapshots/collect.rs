//! Collects what comes from a target while a run goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use botspec_schema::model::Schema;
use botspec_schema::{
    CallMode, DATA, ID, Kind, PERSONAL, RETCODE, SECRET, SEGMENT_TYPE, STATUS, UNTYPED, VOLATILE, reference,
};
use serde_json::Value;

use super::place::VARIES;
use super::{Place, Snapshot, Snapshots};
use crate::answer::{self, CallOutcome};
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::received::kind;
use crate::redact::Secrets;
use crate::walk;

/// How many values of a place are kept. More are no property of a build, and several numbers are sizes or counts.
const VALUES_KEPT: usize = 8;
const NUMBERS_KEPT: usize = 2;

/// How long the JSON text of a value may be.
const LONGEST_VALUE: usize = 80;

/// How many places a snapshot has at most, and how deep they lie: what a target reports beyond that is not looked at.
const PLACES_KEPT: usize = 2_000;
const DEEPEST: usize = 24;

/// How many items of a list are looked at.
const ITEMS_SEEN: usize = 500;

/// Collects what comes from one account of a target.
#[derive(Debug)]
pub(crate) struct SnapshotCollector {
    contract: Arc<Contract>,
    seen: Mutex<BTreeMap<String, BTreeMap<String, Seen>>>,
}

#[derive(Debug, Default)]
struct Seen {
    types: BTreeSet<&'static str>,
    times: u64,
    /// How often it was an object.
    objects: u64,
    redacted: Option<String>,
    /// The JSON texts of the values; nothing where there were too many.
    values: Option<BTreeSet<String>>,
}

/// What the contract states of a place in a document.
#[derive(Debug, Default)]
struct Declared {
    redacted: Option<String>,
    /// An object whose keys are data.
    is_map: bool,
    is_segment: bool,
    is_untyped: bool,
}

impl SnapshotCollector {
    pub(crate) fn new(contract: Arc<Contract>) -> Self {
        Self { contract, seen: Mutex::default() }
    }

    /// Takes the answer to a call.
    pub(crate) fn answer(&self, called: &str, params: &Value, exchange: &Exchange) {
        let Some(call) = self.contract.resolve(called) else { return };
        if exchange.status.is_some_and(|status| status != 200) || call.mode != CallMode::Direct {
            return;
        }
        let action = &call.action.value;
        let valid = || self.contract.differences(Kind::ActionParams, Some(&action.name), params).is_empty();
        for envelope in exchange.received.documents() {
            let root = match answer::call_outcome(&self.contract, envelope) {
                CallOutcome::Ok if valid() => "ok",
                CallOutcome::Failed(_) => "failed",
                CallOutcome::Deferred => "deferred",
                _ => continue,
            };
            let mut declared = self.declared(&self.contract.file().envelope.schema, envelope, "");
            if let (Some(data), "ok") = (answer::data(envelope), root) {
                declared.extend(self.declared(&action.result, data, &format!("/{DATA}")));
            }
            if root == "failed" {
                // What a failure states in words names what was asked for.
                for key in envelope.as_object().into_iter().flat_map(|fields| fields.keys()) {
                    if key != STATUS && key != RETCODE {
                        declared.entry(format!("/{key}")).or_default().redacted = Some(VARIES.to_owned());
                    }
                }
            }
            self.take(&format!("action/{}", action.name), root, &declared, &self.without_echo(envelope));
        }
    }

    /// An answer without what comes back as it was sent, and only to calls that sent it.
    fn without_echo(&self, envelope: &Value) -> Value {
        let mut envelope = envelope.clone();
        if let (Some(fields), Some(keys)) = (envelope.as_object_mut(), self.contract.call_keys()) {
            fields.remove(&keys.echo);
        }
        envelope
    }

    /// Takes a frame that came by itself.
    pub(crate) fn frame(&self, document: &Value) {
        if self.contract.is_answer(document) {
            return;
        }
        let Some(event) = self.contract.dialect().recognise_event(document) else { return };
        let declared = self.declared(&event.data, document, "");
        self.take(&format!("event/{}", event.name), "event", &declared, document);
    }

    /// What came, without what must not be written.
    pub(crate) fn snapshots(&self, secrets: &Secrets) -> Snapshots {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().map(|(name, places)| (name.clone(), snapshot(places, secrets))).collect()
    }

    fn declared(&self, schema: &Schema, document: &Value, below: &str) -> BTreeMap<String, Declared> {
        let mut declared: BTreeMap<String, Declared> = BTreeMap::new();
        let segment = reference("segment_receive");
        let mut each = |pointer: &str, schema: &Value| {
            let place = declared.entry(format!("{below}{pointer}")).or_default();
            let is = |keyword: &str| schema.get(keyword) == Some(&Value::Bool(true));
            let words = [(SECRET, "secret"), (PERSONAL, "personal"), (VOLATILE, "volatile")];
            let id = || schema.get(ID).and_then(Value::as_str);
            let word = words.into_iter().find(|(keyword, _)| is(keyword)).map(|(_, word)| word).or_else(id);
            if place.redacted.is_none() {
                place.redacted = word.map(str::to_owned);
            }
            place.is_map |= schema.get("additionalProperties").is_some_and(Value::is_object);
            place.is_untyped |= schema.get(UNTYPED).is_some();
            place.is_segment |= schema.get("$ref") == segment.get("$ref");
        };
        self.contract.each_place(schema, document, &mut each);
        declared
    }

    fn take(&self, name: &str, root: &str, declared: &BTreeMap<String, Declared>, document: &Value) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut take = Take { declared, seen: &mut seen };
        take.visit(name, root, &mut String::new(), document, None, 0);
    }
}

/// One document that is taken.
struct Take<'a> {
    declared: &'a BTreeMap<String, Declared>,
    seen: &'a mut BTreeMap<String, BTreeMap<String, Seen>>,
}

impl Take<'_> {
    fn visit(
        &mut self,
        name: &str,
        key: &str,
        pointer: &mut String,
        document: &Value,
        inherited: Option<&str>,
        depth: usize,
    ) {
        if depth > DEEPEST {
            return;
        }
        let declared = self.declared.get(pointer.as_str());
        let redacted = match (inherited, declared) {
            (Some(inherited), _) => Some(inherited),
            (None, Some(declared)) => declared.redacted.as_deref(),
            (None, None) => Some("undeclared"),
        };
        let segment = declared.filter(|it| it.is_segment && key != "segment").and_then(|_| segment_name(document));
        self.note(name, key, document, if segment.is_some() { Some("segment") } else { redacted });
        if let Some(segment) = segment {
            // What a message holds is reported of each segment by itself, wherever it came.
            return self.visit(&segment, "segment", pointer, document, None, depth + 1);
        }
        if declared.is_some_and(|declared| declared.is_untyped) {
            return;
        }
        // An id is a value; what lies below a secret, a person or something volatile is of the same kind.
        let below = redacted.filter(|word| ["secret", "personal", "volatile", "undeclared", VARIES].contains(word));
        let length = pointer.len();
        match document {
            Value::Object(fields) => {
                let is_map = declared.is_some_and(|declared| declared.is_map);
                for (field, value) in fields {
                    walk::step(pointer, field);
                    let is_data = is_map || below == Some("undeclared") && !is_name(field);
                    let inner = format!("{key}{}", if is_data { "/*" } else { &pointer[length..] });
                    self.visit(name, &inner, pointer, value, below, depth + 1);
                    pointer.truncate(length);
                }
            }
            Value::Array(items) => {
                let inner = format!("{key}/*");
                for (index, value) in items.iter().enumerate().take(ITEMS_SEEN) {
                    walk::step(pointer, &index.to_string());
                    self.visit(name, &inner, pointer, value, below, depth + 1);
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, name: &str, key: &str, document: &Value, redacted: Option<&str>) {
        let places = self.seen.entry(name.to_owned()).or_default();
        if places.len() >= PLACES_KEPT && !places.contains_key(key) {
            return;
        }
        let fresh = || Seen { values: Some(BTreeSet::new()), ..Seen::default() };
        let seen = places.entry(key.to_owned()).or_insert_with(fresh);
        seen.types.insert(kind(document));
        seen.times += 1;
        seen.objects += u64::from(document.is_object());
        if seen.redacted.is_none() {
            seen.redacted = redacted.map(str::to_owned);
        }
        if let (Some(values), true) = (&mut seen.values, is_scalar(document)) {
            let text = document.to_string();
            let most = if document.is_number() { NUMBERS_KEPT } else { VALUES_KEPT };
            if text.len() <= LONGEST_VALUE && (values.contains(&text) || values.len() < most) {
                values.insert(text);
            } else {
                seen.values = None;
            }
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}

/// A key that a programmer chose, and not a number or a text that is data.
fn is_name(key: &str) -> bool {
    let mut letters = key.bytes();
    key.len() <= 48
        && letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-')
}

fn segment_name(segment: &Value) -> Option<String> {
    let kind = segment.get(SEGMENT_TYPE).and_then(Value::as_str).filter(|kind| is_name(kind))?;
    Some(format!("segment/{kind}"))
}

fn snapshot(places: &BTreeMap<String, Seen>, secrets: &Secrets) -> Snapshot {
    let mut snapshot = Snapshot::new();
    for (key, seen) in places {
        let parent =
            key.rsplit_once('/').and_then(|(parent, step)| (step != "*").then(|| places.get(parent)).flatten());
        let mut place = Place {
            types: seen.types.iter().map(|&kind| kind.to_owned()).collect(),
            sometimes: parent.is_some_and(|parent| seen.times < parent.objects),
            redacted: seen.redacted.clone(),
            values: Vec::new(),
        };
        if place.redacted.is_none() {
            match &seen.values {
                None => place.redacted = Some(VARIES.to_owned()),
                Some(values) if values.iter().any(|text| secrets.clean(text) != *text) => {
                    place.redacted = Some("personal".to_owned());
                }
                Some(values) => {
                    place.values = values.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
                }
            }
        }
        // A key that is a secret or a name is data.
        let clean = secrets.clean(key);
        if clean == *key {
            snapshot.insert(key.clone(), place);
        }
    }
    snapshot
}
