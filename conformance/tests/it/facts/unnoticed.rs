//! The facts that no check notices, with the reasons: `unnoticed.json`.

use botspec_conformance::matches;
use serde::Deserialize;

/// A reason why no check notices some facts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// Patterns over the ids of facts.
    facts: Vec<String>,
    /// Why no check notices them.
    reason: String,
}

/// All of them.
pub(super) struct Unnoticed(Vec<Reason>);

impl Unnoticed {
    pub(super) fn read() -> Self {
        let reasons: Vec<Reason> = serde_json::from_str(include_str!("unnoticed.json")).expect("the reasons are JSON");
        assert!(reasons.iter().all(|it| !it.reason.is_empty() && !it.facts.is_empty()), "each has facts and a reason");
        Self(reasons)
    }

    fn patterns(&self) -> impl Iterator<Item = &String> {
        self.0.iter().flat_map(|reason| &reason.facts)
    }

    /// Whether a reason is given for a fact.
    pub(super) fn explains(&self, id: &str) -> bool {
        self.patterns().any(|pattern| matches(pattern, id))
    }

    /// The patterns that mean no fact, or, where every fact was looked at, none that went unnoticed.
    pub(super) fn stale(&self, ids: &[String], left: Option<&Vec<String>>) -> Vec<String> {
        let among = left.map_or(ids, Vec::as_slice);
        self.patterns().filter(|pattern| !among.iter().any(|id| matches(pattern, id))).cloned().collect()
    }
}
