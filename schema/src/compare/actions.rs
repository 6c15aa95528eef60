//! Actions side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Change, Level};
use super::names;
use super::subject::Subject;
use super::walk::{Part, Walk};
use crate::dialect::Loaded;
use crate::model::{Action, Presence};
use crate::shape::Direction;

/// Compares the actions.
pub(super) fn compare(walk: &mut Walk<'_>) {
    let (from, to) = (walk.from, walk.to);
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for action in current(&from.dialect.actions) {
        walk.enter(Subject::Action, &action.name);
        if let Some(found) = to.action(&action.name) {
            if found.name != action.name {
                let said = walk.words().known_as(&action.name, &found.name);
                walk.push(Level::Note, Change::Renamed, "", None, said);
            }
            met.insert(&found.name);
            pair(walk, action, found);
            continue;
        }
        let found = names::same_action(from, to, action);
        match found.as_slice() {
            [] => gone(walk, action),
            [found] if from.action(&found.name).is_none() => {
                let by_alias = action.aliases.iter().find(|alias| to.action(alias).is_some());
                renamed(walk, action, &[by_alias.unwrap_or(&found.name)]);
                met.insert(&found.name);
                walk.enter_pair(Subject::Action, &action.name, &found.name);
                pair(walk, action, found);
            }
            several => {
                met.extend(several.iter().map(|found| found.name.as_str()));
                renamed(walk, action, &several.iter().map(|found| found.name.as_str()).collect::<Vec<_>>());
            }
        }
    }
    for action in current(&to.dialect.actions) {
        if !met.contains(action.name.as_str()) && from.action(&action.name).is_none() {
            walk.enter(Subject::Action, &action.name);
            let said = walk.words().contract_added(Subject::Action, &action.name);
            walk.push(Level::New, Change::Added, "", None, said);
            walk.of_category(&action.category);
        }
    }
}

fn current(actions: &BTreeMap<String, Loaded<Action>>) -> impl Iterator<Item = &Loaded<Action>> {
    actions.values().filter(|action| action.presence == Presence::Current)
}

/// An action that has another name in the second dialect, or that several others do together.
fn renamed(walk: &mut Walk<'_>, action: &Action, names: &[&str]) {
    let said = walk.words().renamed(&action.name, names);
    walk.push(Level::Breaks, Change::Renamed, "", None, said);
    walk.of_category(&action.category);
}

/// An action that the second dialect does not have.
fn gone(walk: &mut Walk<'_>, action: &Action) {
    let documented = walk.to.dialect.action(&action.name).is_some();
    let mut said = walk.words().contract_gone(Subject::Action, &action.name, documented);
    let instead = action.deprecated.as_ref().and_then(|deprecated| deprecated.instead.clone());
    said.replacements = instead.into_iter().filter(|name| walk.to.action(name).is_some()).collect();
    walk.push(Level::Breaks, Change::Missing, "", None, said);
    walk.of_category(&action.category);
}

/// An action that both have.
fn pair(walk: &mut Walk<'_>, from: &Loaded<Action>, to: &Loaded<Action>) {
    for alias in &from.aliases {
        let known = walk.to.action(alias).is_some_and(|found| found.name == to.name);
        if !known && walk.to.action(&from.name).is_some() {
            let said = walk.words().alias_gone(alias, &from.name);
            walk.push(Level::Breaks, Change::Alias, &format!("/aliases/{alias}"), None, said);
        }
    }
    if from.deprecated.is_none()
        && let Some(deprecated) = &to.deprecated
    {
        let said = walk.words().deprecated(deprecated.instead.as_deref());
        walk.push(Level::Note, Change::Deprecated, "/deprecated", None, said);
    }
    if from.streams != to.streams {
        let said = walk.words().streams(to.streams);
        walk.push(Level::Breaks, Change::Setting, "/streams", None, said);
    }
    let (one, other) = (from.path.as_str(), to.path.as_str());
    let part = |schema, path| Part { schema, path };
    walk.part("params", Direction::Send, part(&from.params, one), part(&to.params, other));
    walk.part("result", Direction::Receive, part(&from.result, one), part(&to.result, other));
}
