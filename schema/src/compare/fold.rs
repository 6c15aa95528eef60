//! Puts differences that repeat themselves together, and everything in order.

use std::collections::BTreeMap;

use super::entry::{Change, Entry, Level, Place};
use super::subject::Subject;
use super::walk::Walk;

/// What two entries have in common that are reported as one.
type Same = (Level, Subject, Change, String, String, Option<String>, Option<String>);

/// The differences that a walk found, each once, worst first.
pub(super) fn fold(mut walk: Walk<'_>) -> Vec<Entry> {
    let mut found = std::mem::take(&mut walk.found);
    found.sort_by(|one, other| one.order().cmp(&other.order()));
    found.dedup_by(|one, other| one.order() == other.order() && one.text == other.text);
    let mut used: BTreeMap<(String, String), Vec<Place>> = BTreeMap::new();
    for entry in found.iter_mut().filter(|entry| entry.kind == Subject::Type) {
        let to_name = entry.to_name.as_ref().unwrap_or(&entry.name).clone();
        let pair = (entry.name.clone(), to_name);
        let places = used.entry(pair).or_insert_with_key(|(name, to_name)| walk.used_by(name, to_name));
        entry.used_by.clone_from(places);
    }
    let mut folded: Vec<Entry> = Vec::new();
    let mut first: BTreeMap<Same, usize> = BTreeMap::new();
    for entry in found {
        // A whole contract stays an entry of its own, and what is around every call has no second place.
        // So does what is in one that has two names.
        if entry.is_whole() || entry.to_name.is_some() || matches!(entry.kind, Subject::Dialect | Subject::Type) {
            folded.push(entry);
            continue;
        }
        let same = (
            entry.level,
            entry.kind,
            entry.change,
            entry.pointer.clone(),
            entry.text.en.clone(),
            entry.from.clone(),
            entry.to.clone(),
        );
        if let Some(index) = first.get(&same) {
            folded[*index].also.push(entry.place());
        } else {
            first.insert(same, folded.len());
            folded.push(entry);
        }
    }
    folded
}
