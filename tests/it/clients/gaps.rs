//! What clients do not understand by their own fault, in `tests/clients/gaps.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

use crate::harness::repository;

/// Something that a client gets wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    /// The client, as it is called where it is published.
    client: String,
    /// In which dialects it shows.
    dialects: Vec<String>,
    /// What is not understood: `event` or `segment` with the name, `call` with the action.
    what: Vec<String>,
    /// Why this is the client's fault.
    reason: String,
}

/// Holds what a client did not understand against what is known of it. Whatever else it is, and whatever is known and
/// did not show, is a failure.
#[track_caller]
pub(super) fn hold(client: &str, dialect: &str, found: &BTreeMap<String, String>) {
    let path = repository().join("tests/clients/gaps.json");
    let text = fs::read_to_string(&path).expect("the list of gaps");
    let gaps: Vec<Gap> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut known = BTreeSet::new();
    for gap in gaps.iter().filter(|gap| gap.client == client && gap.dialects.iter().any(|it| it == dialect)) {
        assert!(!gap.reason.is_empty(), "{client}: a gap without a reason");
        known.extend(&gap.what);
    }
    let new: Vec<_> = found.iter().filter(|(what, _)| !known.contains(what)).collect();
    assert!(new.is_empty(), "{client} does not understand {dialect}: {new:#?}");
    let stale: Vec<_> = known.into_iter().filter(|what| !found.contains_key(*what)).collect();
    assert!(
        stale.is_empty(),
        "{client} understands this of {dialect} by now; take it out of {}: {stale:#?}",
        path.display()
    );
}
