//! The causes of one check.

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::{Catalog, DATA, Dialect, RETCODE, STATUS, Violation};
use serde_json::Value;

use super::place::{self, ANY, Subject};
use crate::record::{Capture, Cause, Check, Difference};

/// The classes of a defect.
pub(super) const MISSING: &str = "missing";
pub(super) const UNDEFINED: &str = "undefined";
pub(super) const TYPE: &str = "type";
pub(super) const VALUE: &str = "value";
/// The class of a finding without a place in a document.
pub(super) const BEHAVIOUR: &str = "behaviour";

/// In how many events the same must be wrong before it counts as wrong in events as such.
const EVERYWHERE: usize = 3;

/// Reads causes off findings. What a response shows by itself is remembered, as many findings hold the same one.
#[derive(Default)]
pub(super) struct Keys {
    envelopes: BTreeMap<(String, String), Vec<Difference>>,
}

impl Keys {
    /// The causes of a check: at least one.
    pub(super) fn of(&mut self, check: &Check) -> Vec<Cause> {
        let Some(finding) = &check.finding else { return vec![by_itself(check, "")] };
        if let Some(cause) = &finding.cause {
            return vec![cause.clone()];
        }
        let dialect = Catalog::builtin().dialect(&check.dialect);
        let document = finding.response.as_ref().and_then(document);
        let mut causes = BTreeSet::new();
        for difference in &finding.differences {
            causes.insert(of_difference(check, dialect, difference, document.as_ref()));
        }
        if causes.is_empty()
            && let (Some(dialect), Some(response)) = (dialect, &finding.response)
        {
            for difference in self.envelope(dialect, response, document.as_ref()) {
                causes.insert(of_difference(check, Some(dialect), &difference, document.as_ref()));
            }
        }
        if causes.is_empty() {
            causes.insert(by_itself(check, &finding.summary.en));
        }
        causes.into_iter().collect()
    }

    /// In what the envelope of a response differs from that of its dialect.
    fn envelope(&mut self, dialect: &Dialect, response: &Capture, document: Option<&Value>) -> Vec<Difference> {
        let Some(Value::Object(members)) = document else { return Vec::new() };
        if !members.contains_key(STATUS) && !members.contains_key(RETCODE) {
            return Vec::new();
        }
        let key = (dialect.name().to_owned(), response.body.clone());
        let found = self.envelopes.entry(key).or_insert_with(|| {
            let around: Value =
                members.iter().filter(|(key, _)| *key != DATA).map(|(k, v)| (k.clone(), v.clone())).collect();
            let mut around = around;
            if members.contains_key(DATA) {
                around[DATA] = Value::Null;
            }
            dialect
                .check_against(&dialect.file.envelope.schema, &around)
                .into_iter()
                .filter(|violation| !violation.pointer.starts_with(&format!("/{DATA}")) || !members.contains_key(DATA))
                .map(difference)
                .collect()
        });
        found.clone()
    }
}

fn difference(violation: Violation) -> Difference {
    Difference { pointer: violation.pointer, expected: violation.expected, found: violation.found }
}

/// What came back, where it is JSON and all of it was kept.
fn document(response: &Capture) -> Option<Value> {
    (response.omitted_bytes == 0).then(|| serde_json::from_str(&response.body).ok()).flatten()
}

fn of_difference(check: &Check, dialect: Option<&Dialect>, difference: &Difference, document: Option<&Value>) -> Cause {
    let (place, pointer) = place::of(check, dialect, &difference.pointer, document);
    Cause {
        place,
        pointer: with_stars(&pointer),
        defect: class(difference).to_owned(),
        expected: without_figures(&difference.expected),
    }
}

/// The cause of a finding that names no place: the requirement, or what the contract's thing did instead.
fn by_itself(check: &Check, summary: &str) -> Cause {
    let (place, expected) = match (Subject::of(check), check.requirements.first()) {
        (None, Some(requirement)) => (requirement.clone(), String::new()),
        (None, None) => (check.id.clone(), String::new()),
        (Some(subject), _) => (subject.place(&check.dialect), without_figures(tail(summary))),
    };
    Cause { place, pointer: String::new(), defect: BEHAVIOUR.to_owned(), expected }
}

/// What a summary states behind the title of the case that it is about.
fn tail(summary: &str) -> &str {
    summary.rsplit_once(": ").map_or(summary, |(_, tail)| tail)
}

/// The class of a difference.
pub(super) fn class(difference: &Difference) -> &'static str {
    let is_type = |text: &str| {
        let word = text.split([' ', ',']).next().unwrap_or_default();
        ["integer", "number", "string", "boolean", "object", "array", "null"].contains(&word)
    };
    match (difference.expected.as_str(), difference.found.as_str()) {
        (_, "nothing") => MISSING,
        ("nothing", _) => UNDEFINED,
        (expected, found) if is_type(expected) && is_type(found) => TYPE,
        _ => VALUE,
    }
}

/// A pointer in which every index stands for all of them.
pub(crate) fn with_stars(pointer: &str) -> String {
    let star = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    pointer.split('/').map(|part| if star(part) { ANY } else { part }).collect::<Vec<_>>().join("/")
}

/// A text in which every number stands for all of them; an id differs from run to run and states nothing of the defect.
fn without_figures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_ascii_digit() {
            out.push(character);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

/// What is wrong in one and the same way in several events is wrong in events as such.
pub(super) fn everywhere<'a>(causes: impl Iterator<Item = &'a Cause>) -> BTreeMap<Cause, Cause> {
    let mut places: BTreeMap<Cause, BTreeSet<&Cause>> = BTreeMap::new();
    for cause in causes {
        if let Some(events) = place::events(&cause.place) {
            places.entry(Cause { place: events, ..cause.clone() }).or_default().insert(cause);
        }
    }
    let several = places.into_iter().filter(|(_, causes)| causes.len() >= EVERYWHERE);
    several.flat_map(|(common, causes)| causes.into_iter().map(move |one| (one.clone(), common.clone()))).collect()
}
