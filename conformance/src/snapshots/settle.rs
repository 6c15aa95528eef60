//! Compares one snapshot with what a run saw.

use botspec_reports::record::{AnswerChange, ChangedAnswer};

use super::place::VARIES;
use super::{Place, Snapshot};

/// How far a difference states something of the build.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trust {
    /// The snapshot is of the same build: a value that differs, and a field that is missing now and then, come and go by
    /// themselves.
    pub(super) same: bool,
    /// More than one run of the build of the snapshot was compared, so that what changes by itself is known.
    pub(super) known_values: bool,
}

/// What came of one snapshot.
pub(super) struct Settled {
    pub(super) changes: Vec<ChangedAnswer>,
    pub(super) learned: Vec<String>,
    /// The snapshot with what was learned.
    pub(super) keep: Snapshot,
    /// The snapshot as it is where the changes are accepted.
    pub(super) pending: Snapshot,
}

/// Compares a snapshot with what was seen.
pub(super) fn settle(name: &str, kept: &Snapshot, seen: &Snapshot, trust: Trust) -> Settled {
    let mut settled = Settled { changes: Vec::new(), learned: Vec::new(), keep: kept.clone(), pending: kept.clone() };
    for (key, now) in seen {
        match kept.get(key) {
            Some(was) => settled.place(name, key, was, now, trust),
            None => settled.added(name, key, now, kept),
        }
    }
    for (key, was) in kept {
        if !seen.contains_key(key) {
            settled.lost(name, key, was, seen, kept);
        }
    }
    settled
}

impl Settled {
    fn change(&mut self, name: &str, key: &str, kind: AnswerChange, before: String, now: String) {
        self.changes.push(ChangedAnswer { snapshot: name.to_owned(), pointer: key.to_owned(), kind, before, now });
    }

    /// A place that is in both.
    fn place(&mut self, name: &str, key: &str, was: &Place, now: &Place, trust: Trust) {
        let mut keep = was.clone();
        let mut pending = was.clone();
        let is_new =
            |kind: &&String| !(was.types.contains(*kind) || *kind == "integer" && was.types.contains("number"));
        if now.types.iter().any(|kind| is_new(&kind)) {
            self.change(name, key, AnswerChange::Retyped, was.type_text(), now.type_text());
            pending.types.clone_from(&now.types);
            pending.values.clone_from(&now.values);
        }
        if now.sometimes && !was.sometimes {
            pending.sometimes = true;
            if trust.same {
                keep.sometimes = true;
                self.learned.push(format!("{name} {key}"));
            } else {
                self.change(name, key, AnswerChange::Seldom, "always there".to_owned(), "sometimes missing".to_owned());
            }
        }
        if was.redacted.is_none() && pending.types == was.types {
            let others = now.redacted.is_some() || now.values.iter().any(|value| !was.values.contains(value));
            let counts = now.redacted.as_deref().is_none_or(|why| why == VARIES);
            if others && counts {
                if trust.same || !trust.known_values || was.values.is_empty() {
                    for place in [&mut keep, &mut pending] {
                        place.redacted = Some(VARIES.to_owned());
                        place.values.clear();
                    }
                    self.learned.push(format!("{name} {key}"));
                } else {
                    let found = if now.redacted.is_some() { "many values".to_owned() } else { now.value_text() };
                    self.change(name, key, AnswerChange::Value, was.value_text(), found);
                    pending.redacted.clone_from(&now.redacted);
                    pending.values.clone_from(&now.values);
                }
            }
        }
        self.keep.insert(key.to_owned(), keep);
        self.pending.insert(key.to_owned(), pending);
    }

    /// A place that the snapshot does not have.
    fn added(&mut self, name: &str, key: &str, now: &Place, kept: &Snapshot) {
        self.pending.insert(key.to_owned(), now.clone());
        let parent = parent(key);
        // An item of a list that was empty so far, and how else a call can end, state nothing of the build.
        let in_known_object = parent.and_then(|parent| kept.get(parent)).is_some_and(|it| it.types.contains("object"));
        if in_known_object && !key.ends_with("/*") {
            self.change(name, key, AnswerChange::Added, "nothing".to_owned(), now.type_text());
        } else if parent.is_none_or(|parent| self.keep.contains_key(parent)) {
            self.keep.insert(key.to_owned(), now.clone());
        }
    }

    /// A place that only the snapshot has.
    fn lost(&mut self, name: &str, key: &str, was: &Place, seen: &Snapshot, kept: &Snapshot) {
        let Some(parent) = parent(key) else { return };
        let was_field = !key.ends_with("/*") && kept.contains_key(parent);
        let could_be = seen.get(parent).is_some_and(|parent| parent.types.contains("object"));
        if was_field && could_be && !was.sometimes {
            self.change(name, key, AnswerChange::Lost, was.type_text(), "nothing".to_owned());
            let below = format!("{key}/");
            self.pending.retain(|other, _| other != key && !other.starts_with(&below));
        }
    }
}

fn parent(key: &str) -> Option<&str> {
    key.rsplit_once('/').map(|(parent, _)| parent)
}
