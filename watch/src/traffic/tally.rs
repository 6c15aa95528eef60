//! What passed, and how often.

use std::collections::BTreeMap;

use botspec_reports::record::Transport;

use crate::rules::Rule;

/// How many different names are counted of actions that no contract knows.
const NAMES: usize = 2_000;

/// What passed, and how often.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Events by name.
    pub(crate) events: BTreeMap<String, BTreeMap<Transport, u64>>,
    /// Calls by action.
    pub(crate) calls: BTreeMap<String, BTreeMap<Transport, Calls>>,
    /// Frames that came by themselves.
    pub(crate) frames: BTreeMap<Transport, u64>,
    /// How many documents each rule could judge.
    pub(crate) rules: Vec<(&'static Rule, BTreeMap<Transport, u64>)>,
    /// The name and the version that the implementation gives itself, with the action that reports them.
    pub(crate) version: Option<(String, String, String)>,
}

/// Calls of one action.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Calls {
    /// All of them.
    pub(crate) made: u64,
    /// Those that were answered in an envelope.
    pub(crate) answered: u64,
    /// Those that succeeded, so that their result could be judged.
    pub(crate) succeeded: u64,
}

impl Tally {
    pub(crate) fn event(&mut self, name: &str, transport: Transport) {
        if !self.events.contains_key(name) {
            self.events.insert(name.to_owned(), BTreeMap::new());
        }
        if let Some(events) = self.events.get_mut(name) {
            *events.entry(transport).or_default() += 1;
        }
    }

    pub(crate) fn call(&mut self, action: &str, transport: Transport) -> &mut Calls {
        let action = if self.calls.len() < NAMES || self.calls.contains_key(action) { action } else { "other" };
        if !self.calls.contains_key(action) {
            self.calls.insert(action.to_owned(), BTreeMap::new());
        }
        self.calls.entry(action.to_owned()).or_default().entry(transport).or_default()
    }

    pub(crate) fn rule(&mut self, rule: &'static Rule, transport: Transport) {
        let at = self.rules.iter().position(|(known, _)| *known == rule).unwrap_or_else(|| {
            self.rules.push((rule, BTreeMap::new()));
            self.rules.len() - 1
        });
        *self.rules[at].1.entry(transport).or_default() += 1;
    }

    /// How many calls were made.
    pub(crate) fn made(&self) -> u64 {
        self.calls.values().flat_map(BTreeMap::values).map(|calls| calls.made).sum()
    }

    /// The transports over which anything passed.
    pub(crate) fn transports(&self) -> Vec<Transport> {
        let calls = self.calls.values().flat_map(BTreeMap::keys);
        let seen = |transport: &Transport| calls.clone().chain(self.frames.keys()).any(|it| it == transport);
        Transport::ALL.into_iter().filter(seen).collect()
    }
}
