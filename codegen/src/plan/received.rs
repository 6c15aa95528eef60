//! Which records stand in what an implementation sends: events, answers, their envelope, and segments that are received.

use std::collections::BTreeSet;

use super::{Direction, Plan};
use crate::model::{Item, Module, Path, Record, Type};

/// Marks them.
pub(crate) fn mark(plan: &mut Plan) {
    let received = reached(plan);
    let is_received = |module, name: &str| received.contains(&Path { module, name: name.to_owned() });
    for shared in &mut plan.types {
        mark_items(&mut shared.items, |name| is_received(Module::Types, name));
    }
    for direction in [&mut plan.send, &mut plan.receive] {
        let module = direction.module;
        for segment in &mut direction.segments {
            mark_items(&mut segment.items, |name| is_received(module, name));
        }
    }
    for event in &mut plan.events {
        event.record.received = true;
        mark_items(&mut event.items, |name| is_received(Module::Events, name));
    }
    for action in plan.actions.values_mut().flatten() {
        mark_items(&mut action.items, |name| is_received(Module::Actions, name));
    }
    mark_items(&mut plan.envelope.items, |name| is_received(Module::Envelope, name));
}

fn mark_items(items: &mut [Item], is_received: impl Fn(&str) -> bool) {
    for item in items {
        if let Item::Record(record) = item {
            record.received = is_received(&record.name);
        }
    }
}

/// The types that events, answers and received segments are made of.
fn reached(plan: &Plan) -> BTreeSet<Path> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    plan.events.iter().for_each(|event| record(&event.record, &mut open));
    plan.actions.values().flatten().for_each(|action| action.response.paths(&mut open));
    plan.envelope.items.iter().for_each(|item| open.push(path(Module::Envelope, item.name())));
    branches(&plan.receive, &mut open);
    while let Some(next) = open.pop() {
        if found.insert(next.clone()) {
            inside(plan, &next, &mut open);
        }
    }
    found
}

/// What a type is made of.
fn inside(plan: &Plan, path: &Path, open: &mut Vec<Path>) {
    match (path.module, path.name.as_str()) {
        (Module::Segments, "SendSegment" | "SendMessage") => branches(&plan.send, open),
        (Module::Segments, _) => branches(&plan.receive, open),
        _ => {}
    }
    for item in items(plan, path.module).filter(|item| item.name() == path.name) {
        item.types(&mut |ty: &Type| ty.paths(open));
    }
}

/// The types that have a name in a part of the dialect.
pub(super) fn items(plan: &Plan, module: Module) -> Box<dyn Iterator<Item = &Item> + '_> {
    match module {
        Module::Types => Box::new(plan.types.iter().flat_map(|shared| &shared.items)),
        Module::SegmentsSend => Box::new(plan.send.segments.iter().flat_map(|segment| &segment.items)),
        Module::SegmentsReceive => Box::new(plan.receive.segments.iter().flat_map(|segment| &segment.items)),
        Module::Events => Box::new(plan.events.iter().flat_map(|event| &event.items)),
        Module::Actions => Box::new(plan.actions.values().flatten().flat_map(|action| &action.items)),
        Module::Envelope => Box::new(plan.envelope.items.iter()),
        Module::Ids | Module::Segments => Box::new(std::iter::empty()),
    }
}

fn record(record: &Record, open: &mut Vec<Path>) {
    record.types(&mut |ty: &Type| ty.paths(open));
}

fn branches(direction: &Direction, open: &mut Vec<Path>) {
    direction.segments.iter().for_each(|segment| segment.branch.ty.paths(open));
}

fn path(module: Module, name: &str) -> Path {
    Path { module, name: name.to_owned() }
}
