//! What ids have to do with each other: those in an answer are those that were asked about, lists name each thing once, and
//! one who is named twice is the same both times. All of it follows from `x-id`.

use std::collections::BTreeMap;

use botspec_reports::record::Difference;
use botspec_schema::DATA;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::starred;
use crate::contract::{Contract, Id};

/// Kinds of ids of which a list may name the same one many times, as whoever wrote a message.
const REPEATED: [&str; 3] = ["user", "group", "peer"];

/// What of a successful answer does not fit the question.
pub(super) fn differences(contract: &Contract, action: &Action, params: &Value, envelope: &Value) -> Vec<Difference> {
    let Some(data) = envelope.get(DATA) else { return Vec::new() };
    let told = contract.ids_at(&action.result, data, "");
    let mut found = about_something_else(contract, action, params, &told);
    found.extend(repeated(contract, action, data, &told));
    found.extend(at_odds(&told).into_iter().map(|it| Difference { pointer: format!("/{DATA}{}", it.pointer), ..it }));
    found
}

/// An id in a part of an object is the id of the same name and kind in the object itself, as the sender of a message is
/// who sent it.
pub(super) fn at_odds(ids: &[Id]) -> Vec<Difference> {
    let mut found = Vec::new();
    for inner in ids {
        let Some((part, name)) = inner.pointer.rsplit_once('/') else { continue };
        let Some((whole, part)) = part.rsplit_once('/') else { continue };
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let outer = ids.iter().find(|id| id.kind == inner.kind && id.pointer == format!("{whole}/{name}"));
        if let Some(outer) = outer.filter(|outer| outer.value != inner.value) {
            found.push(Difference {
                pointer: inner.pointer.clone(),
                expected: format!("{}, as in {}", outer.value, outer.pointer),
                found: inner.value.clone(),
            });
        }
    }
    found
}

/// A read reports about what it was asked about: an id that stands in the result itself under the name of a parameter is
/// that parameter, and the items of a list belong to the group that was asked for.
fn about_something_else(contract: &Contract, action: &Action, params: &Value, told: &[Id]) -> Vec<Difference> {
    if action.effect != Effect::Read {
        return Vec::new();
    }
    let asked = contract.ids_at(&action.params, params, "");
    let mut found = Vec::new();
    for question in asked.iter().filter(|id| id.pointer.rfind('/') == Some(0)) {
        let same_name =
            |id: &&Id| id.kind == question.kind && id.pointer.rsplit('/').next() == Some(&question.pointer[1..]);
        for id in told.iter().filter(same_name) {
            let depth = id.pointer.matches('/').count();
            let in_list = starred(&id.pointer).matches("/*").count();
            let is_about = depth == 1 || question.kind == "group" && depth == 2 + in_list && in_list == 1;
            if is_about && question.value != id.value {
                found.push(Difference {
                    pointer: format!("/{DATA}{}", id.pointer),
                    expected: format!("{}, which was asked for", question.value),
                    found: id.value.clone(),
                });
            }
        }
    }
    found
}

/// A list has each thing once: of ids that name the items themselves, no two are equal.
fn repeated(contract: &Contract, action: &Action, data: &Value, told: &[Id]) -> Vec<Difference> {
    let roles = contract.roles();
    let lists = [&roles.friends, &roles.groups, &roles.members];
    let listed = lists.iter().filter_map(|role| role.as_ref()).find(|role| role.action == action.name);
    let mut places: BTreeMap<(String, &str), &str> = BTreeMap::new();
    let mut found = Vec::new();
    for id in told {
        let place = starred(&id.pointer);
        // The last index is that of the item; the id stands directly in it.
        let Some((list, rest)) = place.rsplit_once("/*") else { continue };
        let names_item = match listed {
            Some(role) => list == role.list && rest == role.id,
            None => {
                rest.matches('/').count() == 1
                    && !REPEATED.contains(&id.kind.as_str())
                    && is_own(action, &id.kind, rest)
            }
        };
        if !names_item || data.pointer(&id.pointer).is_none() {
            continue;
        }
        // Items of different lists may be the same: the place with its earlier indices belongs to the key.
        let of_list = &id.pointer[..id.pointer[..id.pointer.len() - rest.len()].rfind('/').unwrap_or_default()];
        if places.insert((format!("{of_list} {rest}"), &id.value), &id.pointer).is_some() {
            found.push(Difference {
                pointer: format!("/{DATA}{}", id.pointer),
                expected: "each item once".to_owned(),
                found: format!("{} again", id.value),
            });
        }
    }
    found
}

/// Whether an id names the item that it stands in, and not something that the item refers to: its field is called after
/// its kind.
fn is_own(action: &Action, kind: &str, field: &str) -> bool {
    let field = &field[1..];
    action.effect == Effect::Read && field == format!("{}_id", kind.replace('-', "_"))
}
