//! Segments and events side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Change, Level};
use super::equivalents;
use super::subject::Subject;
use super::walk::{Part, Walk};
use crate::dialect::{Dialect, Loaded};
use crate::model::{Event, Presence, Schema, Segment};
use crate::shape::Direction;

/// Compares the segments.
pub(super) fn segments(walk: &mut Walk<'_>) {
    let (from, to) = (walk.from.dialect, walk.to.dialect);
    let mut met = BTreeSet::new();
    for segment in segments_of(from) {
        walk.enter(Subject::Segment, &segment.name);
        match segment_of(to, &segment.name) {
            Some(found) => segment_pair(walk, segment, found),
            None => no_segment(walk, segment, &mut met),
        }
    }
    for segment in segments_of(to) {
        if segment_of(from, &segment.name).is_none() && !met.contains(segment.name.as_str()) {
            walk.enter(Subject::Segment, &segment.name);
            let said = walk.words().contract_added(Subject::Segment, &segment.name);
            walk.push(Level::New, Change::Added, "", None, said);
        }
    }
}

/// A segment of a dialect, where a build has it.
fn segment_of<'a>(dialect: &'a Dialect, name: &str) -> Option<&'a Loaded<Segment>> {
    dialect.segments.get(name).filter(|segment| segment.presence == Presence::Current)
}

/// The segments that a build has.
fn segments_of(dialect: &Dialect) -> impl Iterator<Item = &Loaded<Segment>> {
    dialect.segments.values().filter(|segment| segment.presence == Presence::Current)
}

/// A segment that the second dialect does not have under this name.
fn no_segment<'a>(walk: &mut Walk<'a>, segment: &'a Loaded<Segment>, met: &mut BTreeSet<&'a str>) {
    let (from, to) = (walk.from.dialect, walk.to.dialect);
    let others = equivalents::others(Subject::Segment, &segment.name);
    let others: Vec<&str> = others.into_iter().filter(|name| segment_of(to, name).is_some()).collect();
    let level = if segment.send.is_some() { Level::Breaks } else { Level::Misses };
    if others.is_empty() {
        let documented = to.segments.contains_key(&segment.name);
        let said = walk.words().contract_gone(Subject::Segment, &segment.name, documented);
        walk.push(level, Change::Missing, "", None, said);
        return;
    }
    let said = walk.words().renamed(&segment.name, &others);
    walk.push(level, Change::Renamed, "", None, said);
    met.extend(others.iter().copied());
    if let [name] = others.as_slice()
        && !from.segments.contains_key(*name)
        && let Some(found) = to.segments.get(*name)
    {
        walk.enter_pair(Subject::Segment, &segment.name, &found.name);
        segment_pair(walk, segment, found);
    }
}

fn segment_pair(walk: &mut Walk<'_>, from: &Loaded<Segment>, to: &Loaded<Segment>) {
    let parts =
        [("send", Direction::Send, &from.send, &to.send), ("receive", Direction::Receive, &from.receive, &to.receive)];
    for (name, direction, one, other) in parts {
        both(walk, name, direction, (one.as_ref(), &from.path), (other.as_ref(), &to.path));
    }
    if from.path == to.path {
        return;
    }
    // Where the dialect has no CQ codes at all, that is reported once.
    let has_codes = walk.from.dialect.file.cq_code.is_some() && walk.to.dialect.file.cq_code.is_some();
    if has_codes && from.cq != to.cq {
        let said = walk.words().cq(to.cq);
        walk.push(if from.cq { Level::Breaks } else { Level::New }, Change::Setting, "/cq", None, said);
    }
    if from.send.is_some() && to.send.is_some() && from.alone != to.alone {
        let said = walk.words().alone(to.alone);
        walk.push(if to.alone { Level::Breaks } else { Level::New }, Change::Setting, "/alone", None, said);
    }
    if from.send.is_some() && to.send.is_some() {
        refused(walk, from, to);
    }
    if from.deprecated.is_none()
        && let Some(deprecated) = &to.deprecated
    {
        let said = walk.words().deprecated(deprecated.instead.as_deref());
        walk.push(Level::Note, Change::Deprecated, "/deprecated", None, said);
    }
}

/// Actions that both have, and only one of them takes the segment in its messages.
fn refused(walk: &mut Walk<'_>, from: &Loaded<Segment>, to: &Loaded<Segment>) {
    let only = |here: &Loaded<Segment>, there: &Loaded<Segment>| -> Vec<String> {
        let (one, other) = (walk.from.dialect, walk.to.dialect);
        let both = |name: &&String| one.actions.contains_key(*name) && other.actions.contains_key(*name);
        here.refused_by.iter().filter(|name| !there.refused_by.contains(name)).filter(both).cloned().collect()
    };
    for (names, now) in [(only(to, from), true), (only(from, to), false)] {
        if !names.is_empty() {
            let said = walk.words().refused_by(&names, now);
            walk.push(if now { Level::Breaks } else { Level::New }, Change::Setting, "/refused_by", None, said);
        }
    }
}

/// A part that each side may have or not.
fn both(
    walk: &mut Walk<'_>,
    name: &str,
    direction: Direction,
    (one, one_path): (Option<&Schema>, &str),
    (other, other_path): (Option<&Schema>, &str),
) {
    let pointer = format!("/{name}");
    match (one, other) {
        (Some(one), Some(other)) => {
            let part = |schema, path| Part { schema, path };
            walk.part(name, direction, part(one, one_path), part(other, other_path));
        }
        (Some(_), None) => {
            let said = walk.words().direction(name, true);
            let level = if direction == Direction::Send { Level::Breaks } else { Level::Misses };
            walk.push(level, Change::Missing, &pointer, None, said);
        }
        (None, Some(_)) => {
            let said = walk.words().direction(name, false);
            walk.push(Level::New, Change::Added, &pointer, None, said);
        }
        (None, None) => {}
    }
}

/// Compares the events.
pub(super) fn events(walk: &mut Walk<'_>) {
    let (from, to) = (walk.from.dialect, walk.to.dialect);
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for event in from.events.values().filter(|event| is_sent(event)) {
        walk.enter(Subject::Event, &event.name);
        if let Some(found) = same_event(event, &to.events) {
            event_pair(walk, event, found);
            continue;
        }
        let others = equivalents::others(Subject::Event, &event.name);
        let others: Vec<&str> = others.into_iter().filter(|name| to.events.get(*name).is_some_and(is_sent)).collect();
        if others.is_empty() {
            let documented = to.events.contains_key(&event.name);
            let said = walk.words().contract_gone(Subject::Event, &event.name, documented);
            walk.push(Level::Misses, Change::Missing, "", None, said);
        } else {
            // It comes, but code that waits for it under its old name waits for ever.
            let said = walk.words().renamed(&event.name, &others);
            walk.push(Level::Breaks, Change::Renamed, "", None, said);
            met.extend(others);
        }
    }
    for event in to.events.values().filter(|event| is_sent(event)) {
        if same_event(event, &from.events).is_none() && !met.contains(event.name.as_str()) {
            walk.enter(Subject::Event, &event.name);
            let said = walk.words().contract_added(Subject::Event, &event.name);
            walk.push(Level::New, Change::Added, "", None, said);
        }
    }
}

fn is_sent(event: &Loaded<Event>) -> bool {
    event.presence == Presence::Current
}

/// The event of that name, or the one that a bot recognises by the same values.
fn same_event<'a>(event: &Event, events: &'a BTreeMap<String, Loaded<Event>>) -> Option<&'a Loaded<Event>> {
    let mut sent = events.values().filter(|event| is_sent(event));
    events
        .get(&event.name)
        .filter(|event| is_sent(event))
        .or_else(|| sent.find(|other| other.identify == event.identify))
}

fn event_pair(walk: &mut Walk<'_>, from: &Loaded<Event>, to: &Loaded<Event>) {
    if from.identify != to.identify {
        let shown = |event: &Event| {
            event.identify.iter().map(|(key, value)| format!("`{key}` = `{value}`")).collect::<Vec<_>>().join(", ")
        };
        let said = walk.words().identified(&shown(from), &shown(to));
        walk.push(Level::Breaks, Change::Renamed, "/identify", None, said);
    }
    let part = |schema, path| Part { schema, path };
    walk.part("data", Direction::Receive, part(&from.data, &from.path), part(&to.data, &to.path));
    let (one, other) = (from.quick_operation.as_ref(), to.quick_operation.as_ref());
    both(walk, "quick_operation", Direction::Send, (one, &from.path), (other, &to.path));
}
