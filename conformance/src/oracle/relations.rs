//! What ids have to do with each other: those in an answer are those that were asked about, lists name each thing once, and
//! one who is named twice is the same both times. All of it follows from `x-id`.

use std::collections::BTreeMap;

use botspec_reports::record::Difference;
use botspec_schema::model::{Action, Effect, Event};
use botspec_schema::{DATA, SAME_AS, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Value, json};

use super::starred;
use crate::contract::{Contract, Id, is_called_after};
use crate::walk;

/// Kinds of ids of which a list may name the same one many times, as whoever wrote a message.
const REPEATED: [&str; 3] = ["user", "group", "peer"];

/// What of a successful answer does not fit the question.
pub(super) fn differences(contract: &Contract, action: &Action, params: &Value, envelope: &Value) -> Vec<Difference> {
    let Some(data) = envelope.get(DATA) else { return Vec::new() };
    let told = contract.ids_at(&action.result, data, "");
    let mut found = about_something_else(contract, action, params, (data, &told));
    found.extend(repeated(contract, action, data, &told));
    let mut inside = at_odds(&told);
    inside.extend(of_another_conversation(&told, data));
    inside.extend(written_otherwise(contract, &action.result, data));
    inside.extend(unlike_beside(contract, &action.result, data));
    found.extend(inside.into_iter().map(|it| Difference { pointer: format!("/{DATA}{}", it.pointer), ..it }));
    found
}

/// What of an event does not fit together.
pub(super) fn in_event(contract: &Contract, event: &Event, document: &Value) -> Vec<Difference> {
    let told = contract.ids_at(&event.data, document, "");
    let mut found = at_odds(&told);
    found.extend(of_another_conversation(&told, document));
    found.extend(written_otherwise(contract, &event.data, document));
    found.extend(unlike_beside(contract, &event.data, document));
    found
}

/// A field whose contract states that another one beside it has the same value.
fn unlike_beside(contract: &Contract, schema: &Value, document: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    for place in contract.places(schema, document, SAME_AS) {
        let Some((whole, _)) = place.pointer.rsplit_once('/') else { continue };
        let mut other = whole.to_owned();
        walk::step(&mut other, place.annotation.as_str().unwrap_or_default());
        let (Some(own), Some(same)) = (document.pointer(&place.pointer), document.pointer(&other)) else { continue };
        let difference =
            Difference { pointer: place.pointer, expected: format!("{same}, as in {other}"), found: own.to_string() };
        if own != same && !found.contains(&difference) {
            found.push(difference);
        }
    }
    found
}

/// Where a word beside the id of a conversation names the object that describes it, as `friend` does, that object is about
/// the same one.
fn of_another_conversation(ids: &[Id], document: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    for peer in ids.iter().filter(|id| id.kind == "peer") {
        let Some((whole, _)) = peer.pointer.rsplit_once('/') else { continue };
        let Some(fields) = document.pointer(whole).and_then(Value::as_object) else { continue };
        let words =
            fields.values().filter_map(Value::as_str).filter(|word| fields.get(*word).is_some_and(Value::is_object));
        for word in words {
            let part = format!("{whole}/{word}/");
            let own = |id: &&Id| {
                let name = id.pointer.strip_prefix(&part).filter(|name| !name.contains('/'));
                ["user", "group"].contains(&id.kind.as_str())
                    && name.is_some_and(|name| is_called_after(name, &id.kind))
            };
            if let Some(described) = ids.iter().find(own).filter(|described| described.value != peer.value) {
                found.push(Difference {
                    pointer: described.pointer.clone(),
                    expected: format!("{}, as in {}", peer.value, peer.pointer),
                    found: described.value.clone(),
                });
            }
        }
    }
    found
}

/// A message that is reported as segments and as a string beside them is the same in both.
fn written_otherwise(contract: &Contract, schema: &Value, document: &Value) -> Vec<Difference> {
    let roles = contract.roles();
    let (Some(field), Some(raw)) = (&roles.message_field, &roles.raw_field) else { return Vec::new() };
    let mut found = Vec::new();
    for place in contract.places(schema, document, "$ref") {
        let Some(whole) = place.pointer.strip_suffix(field.as_str()) else { continue };
        let raw = format!("{whole}{raw}");
        let (Some(Value::Array(segments)), Some(Value::String(string))) =
            (document.pointer(&place.pointer), document.pointer(&raw))
        else {
            continue;
        };
        let read = contract.read_string(string).unwrap_or_default();
        let read = trimmed(contract, joined(contract, read.as_array().map_or(&[][..], Vec::as_slice)));
        let told = trimmed(contract, joined(contract, segments));
        let differs = told.iter().zip(&read).position(|(told, read)| !is_written_as(told, read));
        let differs = differs.or_else(|| (told.len() != read.len()).then(|| told.len().min(read.len())));
        let Some(at) = differs else { continue };
        let words = |segment: Option<&Value>| segment.map_or_else(|| "no further segment".to_owned(), Value::to_string);
        let difference = Difference { pointer: raw, expected: words(told.get(at)), found: words(read.get(at)) };
        if !found.contains(&difference) {
            found.push(difference);
        }
    }
    found
}

/// Segments with texts that follow each other as one, and without those that state nothing: a string has no other form of them.
fn joined(contract: &Contract, segments: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for segment in segments {
        let text = crate::checks::words_of(contract, segment);
        if text.as_deref() == Some("") {
            continue;
        }
        let before = all.last().and_then(|last| crate::checks::words_of(contract, last));
        match (before, text) {
            (Some(before), Some(text)) => {
                all.pop();
                let (kind, key) = contract.file().text_segment().unwrap_or_default();
                all.push(json!({ SEGMENT_TYPE: kind, SEGMENT_DATA: { key: format!("{before}{text}") } }));
            }
            _ => all.push(segment.clone()),
        }
    }
    all
}

/// Segments without white space at both ends: a string is often written without it.
fn trimmed(contract: &Contract, mut segments: Vec<Value>) -> Vec<Value> {
    let key = contract.file().text_segment().map(|(_, key)| key).unwrap_or_default();
    let last = segments.len().saturating_sub(1);
    let mut trim = |at: usize, trim: fn(&str) -> &str| {
        let text = segments.get_mut(at).and_then(|it| it.get_mut(SEGMENT_DATA)?.get_mut(key));
        if let Some(Value::String(text)) = text {
            *text = trim(text).to_owned();
        }
    };
    trim(0, str::trim_start);
    trim(last, str::trim_end);
    joined(contract, &segments)
}

/// Whether a segment that was read from a string can stand for one: each value that it has is the same, written as text.
fn is_written_as(told: &Value, read: &Value) -> bool {
    if told.get(SEGMENT_TYPE) != read.get(SEGMENT_TYPE) {
        return false;
    }
    let values = read.get(SEGMENT_DATA).and_then(Value::as_object).into_iter().flatten();
    values.into_iter().all(|(key, read)| {
        let Some(text) = read.as_str() else { return true };
        match told.get(SEGMENT_DATA).and_then(|data| data.get(key)) {
            Some(Value::String(told)) => told == text,
            Some(Value::Number(told)) => told.to_string() == text,
            Some(Value::Bool(told)) => told.to_string() == text,
            Some(told @ (Value::Array(_) | Value::Object(_))) => {
                // A message within may be written as a string too; what no value is written as is no such thing.
                !text.contains(NO_VALUE) || told.to_string().contains(NO_VALUE)
            }
            Some(Value::Null) | None => true,
        }
    })
}

/// What a language writes in place of an object that it cannot write.
const NO_VALUE: &str = "[object ";

/// An id in a part of an object is the id of the same name and kind in the object itself, as the sender of a message is
/// who sent it.
fn at_odds(ids: &[Id]) -> Vec<Difference> {
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
fn about_something_else(
    contract: &Contract,
    action: &Action,
    params: &Value,
    (data, told): (&Value, &[Id]),
) -> Vec<Difference> {
    if action.effect != Effect::Read {
        return Vec::new();
    }
    let asked = contract.ids_at(&action.params, params, "");
    let mut found = Vec::new();
    // An answer that holds one thing alone is about that.
    let wrapped = |pointer: &str| {
        let first = pointer.split('/').nth(1).unwrap_or_default();
        data.as_object().is_some_and(|data| data.len() == 1 && data.get(first).is_some_and(Value::is_object))
    };
    for question in asked.iter().filter(|id| id.pointer.rfind('/') == Some(0)) {
        let same_name =
            |id: &&Id| id.kind == question.kind && id.pointer.rsplit('/').next() == Some(&question.pointer[1..]);
        for id in told.iter().filter(same_name) {
            let depth = id.pointer.matches('/').count();
            let in_list = starred(&id.pointer).matches("/*").count();
            let of_place = ["group", "peer"].contains(&question.kind.as_str());
            let is_about =
                depth == 1 || depth == 2 && wrapped(&id.pointer) || of_place && depth == 2 + in_list && in_list == 1;
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
        // Many things that have no id have the same one.
        if !names_item || is_nothing(&id.value) || data.pointer(&id.pointer).is_none() {
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

/// Whether a value stands in the place of an id that is not there.
fn is_nothing(value: &str) -> bool {
    value.is_empty() || value == "0"
}

/// Whether an id names the item that it stands in, and not something that the item refers to: its field is called after
/// its kind.
fn is_own(action: &Action, kind: &str, field: &str) -> bool {
    action.effect == Effect::Read && is_called_after(&field[1..], kind)
}
