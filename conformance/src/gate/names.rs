//! What the names in a request do.

use std::collections::BTreeMap;

use botspec_schema::model::Effect;
use serde_json::Value;

use crate::contract::Contract;

/// What the names of actions begin with that nobody has.
pub const UNKNOWN_PREFIX: &str = "botspec_";

/// The name of an action that no implementation has.
pub(crate) fn unknown_action() -> String {
    format!("{UNKNOWN_PREFIX}no_such_action")
}

/// Every name that an action of the dialect can be called by, with what it does.
#[derive(Debug)]
pub(super) struct Names {
    effects: BTreeMap<String, Effect>,
}

impl Names {
    pub(super) fn of(contract: &Contract) -> Self {
        let suffixes: Vec<String> = contract
            .file()
            .suffixes
            .iter()
            .flat_map(|suffixes| [suffixes.deferred.clone(), suffixes.rate_limited.clone()])
            .chain([String::new()])
            .collect();
        let mut effects = BTreeMap::new();
        for action in contract.every_action() {
            for name in std::iter::once(&action.name).chain(&action.aliases) {
                for suffix in &suffixes {
                    let effect = effects.entry(format!("{name}{suffix}")).or_insert(action.effect);
                    // Two dialects may know the name; the stronger effect counts.
                    *effect = (*effect).max(action.effect);
                }
            }
        }
        Self { effects }
    }

    /// What the action of a name does.
    pub(super) fn effect(&self, name: &str) -> Option<Effect> {
        self.effects.get(name).copied()
    }

    /// The strongest action that any word in a text names. A lenient target may read more in broken bytes than we do.
    pub(super) fn strongest_in(&self, text: &str) -> Option<(&str, Effect)> {
        words(text)
            .filter_map(|word| self.effects.get_key_value(word))
            .map(|(name, effect)| (name.as_str(), *effect))
            .max_by_key(|(_, effect)| *effect)
    }
}

/// The words in a text that may be names of actions, each with and without the dots around it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|other: char| !(other.is_alphanumeric() || other == '_' || other == '.'))
        .flat_map(|word| [word, word.trim_matches('.'), word.trim_end_matches('.'), word.trim_start_matches('.')])
        .filter(|word| !word.is_empty())
}

/// An id as text, so that a number and a string that name the same are equal.
pub(super) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
