//! Finds where the contracts of a dialect and a document of upstream differ.

mod events;
mod shapes;

pub(super) use events::{forms, name_of, uncovered};

use super::contracts::{Contracts, HereAction};
use super::difference::{Difference, Sort, Subject};
use super::upstream::{UpAction, Upstream};
use crate::model::Presence;

use self::shapes::{Pair, Walk};

/// Every difference, worst first within each action, segment and event.
///
/// Only what both sides state is compared: where upstream states nothing of a type, or its format cannot state it, there is
/// no difference.
pub fn compare(here: &Contracts, there: &Upstream) -> Vec<Difference> {
    let mut walk = Walk::new(here, there);
    if there.says.actions {
        actions(here, there, &mut walk);
    }
    if there.says.segments {
        segments(here, there, &mut walk);
    }
    if there.says.events {
        events::compare(here, there, &mut walk);
    }
    let mut found = walk.found;
    found.sort_by(|one, other| {
        (one.kind, &one.name, one.weight(), &one.pointer).cmp(&(
            other.kind,
            &other.name,
            other.weight(),
            &other.pointer,
        ))
    });
    found.dedup();
    found
}

/// A difference of a whole contract.
fn whole(kind: Subject, name: &str, difference: Sort, here_at: Option<&str>, there_at: Option<&str>) -> Difference {
    Difference {
        kind,
        name: name.to_owned(),
        pointer: String::new(),
        difference,
        here: None,
        there: None,
        here_at: here_at.map(str::to_owned),
        there_at: there_at.map(str::to_owned),
    }
}

fn actions(here: &Contracts, there: &Upstream, walk: &mut Walk<'_>) {
    for (name, up) in &there.actions {
        match here.action(name) {
            Some(own) if own.presence == Presence::DocumentedOnly => {
                let mut missing = whole(Subject::Action, name, Sort::MissingHere, Some(&own.at), Some(&up.at));
                missing.here = Some("documented-only".to_owned());
                walk.found.push(missing);
            }
            Some(own) => action(here, name, own, up, walk),
            None => walk.found.push(whole(Subject::Action, name, Sort::MissingHere, None, Some(&up.at))),
        }
    }
    let names = |up: &str, own: &HereAction| up == own.name || own.aliases.iter().any(|alias| alias == up);
    for own in here.actions.iter().filter(|own| own.presence == Presence::Current) {
        if !there.actions.iter().any(|(name, up)| names(name, own) || up.aliases.contains(&own.name)) {
            walk.found.push(whole(Subject::Action, &own.name, Sort::MissingThere, Some(&own.at), None));
        }
    }
}

fn action(here: &Contracts, name: &str, own: &HereAction, up: &UpAction, walk: &mut Walk<'_>) {
    walk.enter(Subject::Action, &own.name);
    walk.shapes(&Pair::new(&own.params, &up.params), "/params");
    walk.shapes(&Pair::new(&own.result, &up.result), "/result");
    for alias in &up.aliases {
        let by_suffix = here.suffixes.iter().any(|suffix| alias.strip_suffix(suffix.as_str()) == Some(name));
        if !by_suffix && alias != &own.name && !own.aliases.contains(alias) && here.action(alias).is_none() {
            let pointer = format!("/aliases/{alias}");
            walk.found.push(Difference {
                pointer,
                ..whole(Subject::Action, &own.name, Sort::MissingHere, Some(&own.at), Some(&up.at))
            });
        }
    }
}

fn segments(here: &Contracts, there: &Upstream, walk: &mut Walk<'_>) {
    for (name, up) in &there.segments {
        let Some(own) = here.segments.iter().find(|own| own.name == *name) else {
            walk.found.push(whole(Subject::Segment, name, Sort::MissingHere, None, Some(&up.at)));
            continue;
        };
        if own.presence == Presence::DocumentedOnly {
            let mut missing = whole(Subject::Segment, name, Sort::MissingHere, Some(&own.at), Some(&up.at));
            missing.here = Some("documented-only".to_owned());
            walk.found.push(missing);
            continue;
        }
        walk.enter(Subject::Segment, name);
        for (part, one, other) in [("/send", &own.send, &up.send), ("/receive", &own.receive, &up.receive)] {
            match (one, other) {
                (Some(one), Some(other)) => walk.shapes(&Pair::new(one, other), part),
                (Some(one), None) => direction(name, part, Sort::MissingThere, Some(&one.at), None, walk),
                (None, Some(other)) if !up.undirected => {
                    direction(name, part, Sort::MissingHere, None, Some(&other.at), walk);
                }
                _ => {}
            }
        }
    }
    for own in here.segments.iter().filter(|own| own.presence == Presence::Current) {
        if !there.segments.contains_key(&own.name) {
            walk.found.push(whole(Subject::Segment, &own.name, Sort::MissingThere, Some(&own.at), None));
        }
    }
}

/// A segment that only one side sends, or only one side receives.
fn direction(name: &str, part: &str, sort: Sort, here: Option<&str>, there: Option<&str>, walk: &mut Walk<'_>) {
    let missing = whole(Subject::Segment, name, sort, here, there);
    walk.found.push(Difference { pointer: part.to_owned(), ..missing });
}
