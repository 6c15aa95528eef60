//! The same thing under two names.

use std::collections::BTreeSet;

use crate::dialect::Loaded;
use crate::model::{Action, Presence, Source};
use crate::shape::{Field, Object};

use super::equivalents;
use super::side::Side;
use super::subject::Subject;

/// The field of the other object that is the same as this one: under its name, under another name that either side
/// knows, or under its name in another spelling.
pub(super) fn same_field<'o>(own: &Object, field: &Field, other: &'o Object) -> Option<&'o Field> {
    if let Some(found) = other.fields.iter().find(|theirs| theirs.name == field.name) {
        return Some(found);
    }
    // What the own side has under that very name is no other name of this field.
    let free = |theirs: &&Field| own.fields.iter().all(|mine| mine.name != theirs.name);
    let mut open = other.fields.iter().filter(free);
    open.clone()
        .find(|theirs| share(field, theirs))
        .or_else(|| open.find(|theirs| spelling(&theirs.name) == spelling(&field.name)))
}

/// Whether two fields have a name in common.
pub(super) fn share(one: &Field, other: &Field) -> bool {
    let names = |field: &Field, name: &str| field.name == name || field.aliases.iter().any(|alias| alias == name);
    names(other, &one.name) || one.aliases.iter().any(|alias| names(other, alias))
}

/// A name without what only spelling adds: `sub_type` and `subType` are one.
fn spelling(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Fields whose names are so much alike that one may have been renamed to the other, each field in one pair at most.
pub(super) fn alike<'f>(gone: &[&'f Field], added: &[&'f Field]) -> Vec<(&'f Field, &'f Field)> {
    let mut pairs: Vec<(&Field, &Field)> = gone
        .iter()
        .flat_map(|mine| added.iter().map(move |theirs| (*mine, *theirs)))
        .filter(|(mine, theirs)| half_the_words(&mine.name, &theirs.name))
        .collect();
    let mut found = Vec::new();
    // A field that is like one other only decides for those that are like several.
    while let Some(index) = pairs.iter().position(|(mine, theirs)| {
        let of_mine = pairs.iter().filter(|(other, _)| other.name == mine.name).count();
        let of_theirs = pairs.iter().filter(|(_, other)| other.name == theirs.name).count();
        of_mine == 1 || of_theirs == 1
    }) {
        let (mine, theirs) = pairs[index];
        pairs.retain(|(one, other)| one.name != mine.name && other.name != theirs.name);
        found.push((mine, theirs));
    }
    found
}

/// Whether two names share at least half of the words that either has.
fn half_the_words(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let common = one.intersection(&other).count();
    common > 0 && common * 2 >= one.union(&other).count()
}

/// The words of a name in any spelling.
fn words(name: &str) -> BTreeSet<String> {
    let mut spaced = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            spaced.push('_');
        }
        spaced.push(letter.to_ascii_lowercase());
    }
    spaced.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The actions of the other dialect that do the same under another name.
pub(super) fn same_action<'a>(from: &Side<'a>, to: &Side<'a>, action: &Action) -> Vec<&'a Loaded<Action>> {
    let aliases = || action.aliases.iter().find_map(|alias| to.action(alias));
    let known = || equivalents::others(Subject::Action, &action.name);
    match aliases().or_else(|| by_source(from, to, action)) {
        Some(found) => vec![found],
        None => known().into_iter().filter_map(|name| to.action(name)).collect(),
    }
}

/// The one action of the other dialect that was taken from the same place of the same document, where each dialect took
/// only one from there.
fn by_source<'a>(from: &Side<'a>, to: &Side<'a>, action: &Action) -> Option<&'a Loaded<Action>> {
    action.sources.iter().find_map(|source| {
        let same = |other: &&Loaded<Action>| {
            let here = |one: &Source| one.document == source.document && one.heading == source.heading;
            other.presence == Presence::Current && other.sources.iter().any(here)
        };
        if from.dialect.actions.values().filter(same).count() > 1 {
            return None;
        }
        only(to.dialect.actions.values().filter(same)).filter(|found| from.action(&found.name).is_none())
    })
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{alike, half_the_words, spelling};
    use crate::shape::{Field, Shape};

    fn fields(names: &[&str]) -> Vec<Field> {
        names.iter().map(|name| Field::new(*name, Shape::unknown(""), false)).collect()
    }

    #[test]
    fn a_name_in_another_spelling_is_the_same() {
        assert_eq!(spelling("sub_type"), spelling("subType"));
        assert_ne!(spelling("sub_type"), spelling("type"));
    }

    #[test]
    fn names_are_alike_where_they_share_half_of_their_words() {
        assert!(half_the_words("qqLevel", "level"));
        assert!(half_the_words("has_more", "next_has_more"));
        assert!(!half_the_words("invitor_uin", "requester_uin"));
    }

    #[test]
    fn a_name_that_is_like_several_goes_to_the_one_that_is_left() {
        let gone = fields(&["target_parent_directory", "current_parent_directory"]);
        let added = fields(&["parent_directory", "target_directory"]);
        let (gone, added): (Vec<_>, Vec<_>) = (gone.iter().collect(), added.iter().collect());
        let mut found: Vec<_> =
            alike(&gone, &added).into_iter().map(|(one, other)| format!("{} {}", one.name, other.name)).collect();
        found.sort();
        assert_eq!(found, ["current_parent_directory parent_directory", "target_parent_directory target_directory"]);
    }

    #[test]
    fn names_that_are_like_each_other_in_every_way_are_left_alone() {
        let (gone, added) = (fields(&["a_b", "b_a"]), fields(&["a_c_b", "b_c_a"]));
        let (gone, added): (Vec<_>, Vec<_>) = (gone.iter().collect(), added.iter().collect());
        assert!(alike(&gone, &added).is_empty());
    }
}
