//! Whom and what calls on an account may name.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use botspec_schema::model::Fixture;

use super::names::id_text;
use crate::bindings::name;
use crate::contract::Id;
use crate::target::Declared;

/// Ids with their kinds: what the user of the target declared, and what the calls of this run made. An id of one kind
/// unlocks nothing of another.
#[derive(Debug, Default)]
pub(super) struct Scope(Mutex<BTreeSet<(String, String)>>);

impl Scope {
    /// What was declared.
    pub(super) fn of(declared: &Declared) -> Self {
        let scope = Self::default();
        for (fixture, value) in declared.iter() {
            if let Some(id) = id_text(value) {
                scope.lock().extend(kinds(fixture).into_iter().map(|kind| (kind, id.clone())));
            }
        }
        scope
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what a call made.
    pub(super) fn admit(&self, ids: impl IntoIterator<Item = Id>) {
        self.lock().extend(ids.into_iter().map(|id| (id.kind, id.value)));
    }

    /// How many ids there are.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether anything of a kind is in it.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.lock().iter().any(|(known, _)| known == kind)
    }

    /// Whether a call may name something. The other side of a conversation is an account or a group.
    pub(super) fn holds(&self, id: &Id) -> bool {
        let scope = self.lock();
        let has = |kind: &str| scope.contains(&(kind.to_owned(), id.value.clone()));
        has(&id.kind) || id.kind == PEER && [USER, GROUP].into_iter().any(has)
    }
}

const PEER: &str = "peer";
const USER: &str = "user";
const GROUP: &str = "group";

/// The kinds of id that a declared fixture may stand for: the words of fixtures end in their kind, or are it.
fn kinds(fixture: Fixture) -> Vec<String> {
    let word = name(fixture).replace('_', "-");
    let kind = match word.as_str() {
        "friend" | "member" => USER,
        GROUP => GROUP,
        word => ["anonymous", "forward", "message", "request"]
            .into_iter()
            .find(|kind| word.split('-').any(|part| part == *kind))
            .unwrap_or(if word.ends_with("invitation") { "request" } else { word }),
    };
    // Media are named by what they are, where a contract states no more than that a file is meant.
    let more: &[&str] = match fixture {
        Fixture::Image | Fixture::Record => &["media", "resource", "file"],
        Fixture::GroupFolder => &["folder"],
        Fixture::Announcement => &["notice"],
        _ if word.contains("file") => &["file"],
        _ => &[],
    };
    std::iter::once(kind).chain(more.iter().copied()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(kind: &str, value: &str) -> Id {
        Id { pointer: String::new(), kind: kind.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn an_id_unlocks_nothing_of_another_kind() {
        let declared = Declared::default()
            .with(Fixture::Group, 70_001)
            .with(Fixture::Member, "20002")
            .with(Fixture::OwnMessage, -5)
            .with(Fixture::GroupInvitation, "flag-1");
        let scope = Scope::of(&declared);
        for (kind, value) in [
            ("group", "70001"),
            ("peer", "70001"),
            ("user", "20002"),
            ("peer", "20002"),
            ("message", "-5"),
            ("request", "flag-1"),
        ] {
            assert!(scope.holds(&id(kind, value)), "{kind} {value}");
        }
        for (kind, value) in
            [("user", "70001"), ("group", "20002"), ("message", "70001"), ("user", "-5"), ("file", "-5")]
        {
            assert!(!scope.holds(&id(kind, value)), "{kind} {value}");
        }
        scope.admit([id("folder", "a")]);
        assert!(scope.holds(&id("folder", "a")) && !scope.holds(&id("file", "a")));
    }
}
