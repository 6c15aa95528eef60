//! The order in which a comparison is shown: by level, by kind, whole contracts as lists, then contract by contract.

use std::collections::BTreeMap;

use super::entry::{Change, Comparison, Entry, Level};
use super::subject::Subject;

/// The differences of one level.
pub(super) struct Section<'a> {
    pub(super) level: Level,
    pub(super) count: usize,
    pub(super) kinds: Vec<Group<'a>>,
}

/// Those of one kind of contract.
pub(super) struct Group<'a> {
    pub(super) kind: Subject,
    /// Whole contracts that are there or not.
    pub(super) lists: Vec<List<'a>>,
    /// Everything else, contract by contract.
    pub(super) blocks: Vec<Block<'a>>,
}

/// Names of whole contracts, by category.
pub(super) struct List<'a> {
    pub(super) change: Change,
    pub(super) groups: Vec<(&'a str, Vec<&'a Entry>)>,
}

/// What differs in one contract, or in the same way in several.
pub(super) struct Block<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) entries: Vec<&'a Entry>,
}

impl Block<'_> {
    /// The name that the second dialect has for it, where that is another one.
    pub(super) fn to_name(&self) -> Option<&str> {
        self.entries.first().and_then(|entry| entry.to_name.as_deref())
    }
}

impl List<'_> {
    pub(super) fn count(&self) -> usize {
        self.groups.iter().map(|(_, entries)| entries.len()).sum()
    }
}

/// A comparison in the order in which it is shown.
pub(super) fn outline(comparison: &Comparison) -> Vec<Section<'_>> {
    let of = |level: Level| comparison.entries.iter().filter(move |entry| entry.level == level);
    let mut sections = Vec::new();
    for level in Level::ALL {
        let kinds: Vec<Group<'_>> = Subject::ALL
            .into_iter()
            .map(|kind| of_kind(kind, of(level).filter(|entry| entry.kind == kind).collect()))
            .filter(|kind| !kind.lists.is_empty() || !kind.blocks.is_empty())
            .collect();
        if !kinds.is_empty() {
            sections.push(Section { level, count: comparison.counts.get(level), kinds });
        }
    }
    sections
}

fn of_kind(kind: Subject, entries: Vec<&Entry>) -> Group<'_> {
    let listed = |entry: &&Entry| {
        entry.is_whole()
            && matches!(entry.change, Change::Missing | Change::Renamed | Change::Added)
            && entry.level != Level::Note
            && matches!(kind, Subject::Action | Subject::Segment | Subject::Event)
    };
    let (whole, rest): (Vec<&Entry>, Vec<&Entry>) = entries.into_iter().partition(listed);
    let mut lists: Vec<List<'_>> = Vec::new();
    for entry in whole {
        if lists.last().is_none_or(|list| list.change != entry.change) {
            lists.push(List { change: entry.change, groups: Vec::new() });
        }
        let Some(list) = lists.last_mut() else { continue };
        let category = entry.category.as_deref().unwrap_or_default();
        match list.groups.iter_mut().find(|(known, _)| *known == category) {
            Some((_, entries)) => entries.push(entry),
            None => list.groups.push((category, vec![entry])),
        }
    }
    for list in &mut lists {
        list.groups.sort_by_key(|(category, _)| *category);
    }
    Group { kind, lists, blocks: blocks(rest) }
}

/// Entries with the same contracts, in the order of the worst of them.
fn blocks(entries: Vec<&Entry>) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut known: BTreeMap<(Vec<&str>, Option<&str>), usize> = BTreeMap::new();
    for entry in entries {
        let names: Vec<&str> =
            std::iter::once(entry.name.as_str()).chain(entry.also.iter().map(|place| place.name.as_str())).collect();
        let key = (names, entry.to_name.as_deref());
        if let Some(index) = known.get(&key) {
            found[*index].entries.push(entry);
        } else {
            found.push(Block { names: key.0.clone(), entries: vec![entry] });
            known.insert(key, found.len() - 1);
        }
    }
    // What is found in many places comes first, and then each contract by its name.
    found.sort_by_key(|block| (std::cmp::Reverse(block.names.len()), block.names.clone()));
    found
}
