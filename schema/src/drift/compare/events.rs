//! Events have different names on both sides; the values of the fields that identify them bring them together.

use super::super::contracts::{Contracts, HereEvent};
use super::super::difference::{Sort, Subject};
use super::super::upstream::{UpEvent, Upstream};
use super::shapes::{Pair, Walk, limited};
use super::whole;
use crate::model::Presence;

/// How many combinations of values are looked at for one event of upstream.
const COMBINATIONS: usize = 64;

pub(super) fn compare(here: &Contracts, there: &Upstream, walk: &mut Walk<'_>) {
    for (name, up) in &there.events {
        let current = here.events.iter().filter(|own| own.presence == Presence::Current);
        for own in current.filter(|own| fits(own, up, there)) {
            let decided: Vec<String> = own.identify.iter().map(|(key, _)| key.clone()).collect();
            walk.enter(Subject::Event, &own.name);
            walk.shapes(&Pair::decided(&own.data, &up.shape, &decided), "/data");
        }
        for identify in uncovered(here, there, up) {
            let name = name_of(&identify).unwrap_or_else(|| name.clone());
            walk.found.push(whole(Subject::Event, &name, Sort::MissingHere, None, Some(&up.at)));
        }
    }
    for own in here.events.iter().filter(|own| own.presence == Presence::Current) {
        if !there.events.values().any(|up| fits(own, up, there)) {
            walk.found.push(whole(Subject::Event, &own.name, Sort::MissingThere, Some(&own.at), None));
        }
    }
}

/// Whether an event of upstream can have all the values that identify a contract.
fn fits(own: &HereEvent, up: &UpEvent, there: &Upstream) -> bool {
    !own.identify.is_empty() && own.identify.iter().all(|(key, value)| limited(&up.shape, there, key).contains(value))
}

/// The combinations of identifying values that an event of upstream can have.
pub(in super::super) fn forms(here: &Contracts, there: &Upstream, up: &UpEvent) -> Vec<Vec<(String, String)>> {
    let mut combinations: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (key, values) in keys(here, there, up, &fitting(here, there, up)) {
        combinations = combinations
            .iter()
            .flat_map(|known| {
                values.iter().map(|value| {
                    let mut known = known.clone();
                    known.push((key.clone(), value.clone()));
                    known
                })
            })
            .take(COMBINATIONS)
            .collect();
    }
    combinations
}

/// Those of its combinations that no contract covers.
pub(in super::super) fn uncovered(here: &Contracts, there: &Upstream, up: &UpEvent) -> Vec<Vec<(String, String)>> {
    let fitting = fitting(here, there, up);
    let covers = |own: &HereEvent, combination: &[(String, String)]| {
        own.identify.iter().all(|(key, value)| {
            combination.iter().find(|(known, _)| known == key).is_none_or(|(_, known)| known == value)
        })
    };
    let mut combinations = forms(here, there, up);
    combinations.retain(|combination| !fitting.iter().any(|own| covers(own, combination)));
    combinations
}

/// The contracts that describe a form of an event of upstream.
fn fitting<'a>(here: &'a Contracts, there: &Upstream, up: &UpEvent) -> Vec<&'a HereEvent> {
    here.events.iter().filter(|own| own.presence == Presence::Current && fits(own, up, there)).collect()
}

/// The fields that distinguish the forms of one event of upstream, with their values, in the order of its fields.
///
/// Where contracts cover some of them, those are the fields that identify these contracts. Where none does, a field with
/// one value identifies the event, and a field with several does not.
fn keys(here: &Contracts, there: &Upstream, up: &UpEvent, fitting: &[&HereEvent]) -> Vec<(String, Vec<String>)> {
    let known = here.identifying();
    let used = |key: &str| fitting.iter().any(|own| own.identify.iter().any(|(own, _)| own == key));
    let fields = up.shape.fields(&there.types);
    let mut keys = Vec::new();
    for field in fields {
        let values = limited(&up.shape, there, &field.name);
        let identifies = match values.len() {
            0 => false,
            1 => known.is_empty() || known.contains(&field.name.as_str()),
            _ => used(&field.name),
        };
        if identifies {
            keys.push((field.name.clone(), values));
        }
    }
    keys
}

/// `notice.group_ban`: the identifying values, joined.
pub(in super::super) fn name_of(identify: &[(String, String)]) -> Option<String> {
    let values: Vec<&str> = identify.iter().map(|(_, value)| value.as_str()).collect();
    (!values.is_empty()).then(|| values.join("."))
}
