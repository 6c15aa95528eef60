//! What dialects call by different names, though it is for the same purpose: `equivalents.json`, judged by hand.

use std::sync::LazyLock;

use serde::Deserialize;

use super::subject::Subject;

/// Names that stand for each other, kind by kind. A name may be in several rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Equivalents {
    actions: Vec<Vec<String>>,
    segments: Vec<Vec<String>>,
    events: Vec<Vec<String>>,
}

static EQUIVALENTS: LazyLock<Equivalents> = LazyLock::new(|| {
    let text = include_str!("../../equivalents.json");
    serde_json::from_str(text).unwrap_or_else(|error| panic!("equivalents.json: {error}"))
});

/// Every other name for an action, a segment or an event.
pub(super) fn others(kind: Subject, name: &str) -> Vec<&'static str> {
    let mut found: Vec<&str> = Vec::new();
    for other in rows(kind).iter().filter(|row| row.iter().any(|known| known == name)).flatten() {
        if other != name && !found.contains(&other.as_str()) {
            found.push(other);
        }
    }
    found
}

fn rows(kind: Subject) -> &'static [Vec<String>] {
    match kind {
        Subject::Action => &EQUIVALENTS.actions,
        Subject::Segment => &EQUIVALENTS.segments,
        Subject::Event => &EQUIVALENTS.events,
        Subject::Dialect | Subject::Type => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Subject, rows};
    use crate::Catalog;

    #[test]
    fn every_name_is_one_that_some_dialect_has() {
        let dialects = || Catalog::builtin().dialects();
        let kinds: [(Subject, BTreeSet<&str>); 3] = [
            (Subject::Action, dialects().flat_map(|it| it.actions.keys()).map(String::as_str).collect()),
            (Subject::Segment, dialects().flat_map(|it| it.segments.keys()).map(String::as_str).collect()),
            (Subject::Event, dialects().flat_map(|it| it.events.keys()).map(String::as_str).collect()),
        ];
        for (kind, names) in kinds {
            for name in rows(kind).iter().flatten() {
                assert!(names.contains(name.as_str()), "{name}");
            }
        }
    }

    #[test]
    fn a_row_says_something() {
        for row in [Subject::Action, Subject::Segment, Subject::Event].into_iter().flat_map(rows) {
            assert!(row.len() > 1, "{row:?}");
            assert_eq!(row.iter().collect::<BTreeSet<_>>().len(), row.len(), "{row:?}");
        }
    }
}
