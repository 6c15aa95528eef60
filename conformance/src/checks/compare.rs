//! Comparing documents that should state the same.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Action, Event, Schema};
use serde_json::Value;

use crate::answer;
use crate::check_context::CheckContext;
use crate::contract::{Contract, is_message};
use crate::exchange::Exchange;
use crate::not_passed::{CheckResult, Violation};
use crate::walk;

/// How many differences are reported.
const MOST_DIFFERENCES: usize = 20;

/// The kind of an id that names a message.
const MESSAGE: &str = "message";

/// Two answers to the same call have to report the same, but for what changes by itself.
pub(super) fn answers(cx: &CheckContext, action: &Action, one: &Arc<Exchange>, other: &Arc<Exchange>) -> CheckResult {
    let data = |exchange: &Exchange| {
        let data = exchange.json().and_then(answer::data).cloned().unwrap_or(Value::Null);
        stable(cx.contract(), &action.result, &data)
    };
    let (one, other_data) = (data(one), data(other));
    let differences = differences(&one, &other_data, "/data");
    let sorted = |document: Value| in_any_order(cx.contract(), &action.result, document);
    if differences.is_empty() || sorted(one) == sorted(other_data) {
        return Ok(());
    }
    Violation::new(Text::both("the two answers differ", "两次响应不同"))
        .at(differences)
        .with_evidence(other)
        .into_failure()
}

/// A document whose lists of things without an order are sorted. Items with ids are such things, but for messages and what
/// holds them: those have an order in time.
fn in_any_order(contract: &Contract, schema: &Schema, mut document: Value) -> Value {
    let mut lists = Vec::new();
    contract.each_place(schema, &document, &mut |pointer, schema| {
        let items = schema.get("items").map(|items| contract.follow(items));
        let fields = items.and_then(|items| items.get("properties")?.as_object()).into_iter().flatten();
        let mut kinds = fields.filter_map(|(_, field)| contract.follow(field).get("x-id")?.as_str()).peekable();
        if kinds.peek().is_some() && kinds.all(|kind| kind != MESSAGE) {
            lists.push(pointer.to_owned());
        }
    });
    // What is inside comes first, so that pointers stay right.
    lists.sort_by_key(|pointer| std::cmp::Reverse(pointer.len()));
    for pointer in lists {
        if let Some(items) = document.pointer_mut(&pointer).and_then(Value::as_array_mut) {
            items.sort_by_cached_key(Value::to_string);
        }
    }
    document
}

/// A document without what changes by itself, as far as its contract knows it.
pub(super) fn stable(contract: &Contract, schema: &Schema, document: &Value) -> Value {
    let mut document = contract.known_part(schema, document);
    for place in contract.places(schema, &document.clone(), "x-volatile") {
        if let Some(value) = document.pointer_mut(&place.pointer) {
            *value = Value::Null;
        }
    }
    document
}

/// Where two reports of the same event differ, but for what depends on when it was reported. An id is the same everywhere,
/// also where it differs from run to run.
pub(super) fn events(contract: &Contract, event: &Event, one: &Value, other: &Value) -> Vec<Difference> {
    let barriers = |document: &Value| {
        let ids = contract.places(&event.data, document, "x-id");
        let mut barriers = document.clone();
        for place in contract.places(&event.data, document, "x-volatile") {
            if !ids.iter().any(|id| id.pointer == place.pointer)
                && let Some(value) = barriers.pointer_mut(&place.pointer)
            {
                *value = Value::Null;
            }
        }
        barriers
    };
    let (mut one, mut other) = (barriers(one), barriers(other));
    // An adapter may be set to write messages as strings, another as arrays.
    for name in event.data.get("properties").and_then(Value::as_object).into_iter().flat_map(|it| it.keys()) {
        if let (Some(first), Some(second)) = (one.get_mut(name), other.get_mut(name))
            && first.is_string() != second.is_string()
            && is_message(&event.data["properties"][name.as_str()])
        {
            (*first, *second) = (Value::Null, Value::Null);
        }
    }
    differences(&one, &other, "")
}

/// Where two documents differ. What the first states is expected of the second.
pub(super) fn differences(expected: &Value, found: &Value, below: &str) -> Vec<Difference> {
    let mut all = Vec::new();
    collect(expected, found, &mut below.to_owned(), &mut all);
    all
}

fn collect(expected: &Value, found: &Value, pointer: &mut String, all: &mut Vec<Difference>) {
    if expected == found || all.len() >= MOST_DIFFERENCES {
        return;
    }
    let mut inside = |step: &str, expected: Option<&Value>, found: Option<&Value>| {
        let length = pointer.len();
        walk::step(pointer, step);
        match (expected, found) {
            (Some(expected), Some(found)) => collect(expected, found, pointer, all),
            (expected, found) => all.push(difference(pointer, expected, found)),
        }
        pointer.truncate(length);
    };
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for key in expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key))) {
                inside(key, expected.get(key), found.get(key));
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            for index in 0..expected.len().max(found.len()) {
                inside(&index.to_string(), expected.get(index), found.get(index));
            }
        }
        _ => all.push(difference(pointer, Some(expected), Some(found))),
    }
}

fn difference(pointer: &str, expected: Option<&Value>, found: Option<&Value>) -> Difference {
    let words = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    Difference { pointer: pointer.to_owned(), expected: words(expected), found: words(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_schema::Catalog;
    use serde_json::json;

    #[test]
    fn people_and_groups_have_no_order_and_messages_have_one() {
        let contract = Contract::new(Catalog::builtin(), "napcat").expect("the dialect");
        let alike = |action: &str, one: Value, other: Value| {
            let schema = &contract.resolve(action).expect("the action").action.result;
            in_any_order(&contract, schema, one) == in_any_order(&contract, schema, other)
        };
        let [first, second] = [1, 2].map(|id| json!({ "user_id": id, "nickname": "Lin" }));
        assert!(alike("get_friend_list", json!([first, second]), json!([second, first])));
        assert!(!alike("get_friend_list", json!([first, second]), json!([second, second])));
        let category = |friends: Value| json!([{ "categoryId": 1, "buddyList": friends }]);
        let (one, other) = (category(json!([first, second])), category(json!([second, first])));
        assert!(alike("get_friends_with_category", one, other));
        let history = |ids: [i64; 2]| json!({ "messages": ids.map(|id| json!({ "message_id": id, "user_id": 1 })) });
        assert!(!alike("get_friend_msg_history", history([1, 2]), history([2, 1])));
    }

    #[test]
    fn differences_are_told_at_their_place() {
        let one = json!({"a": [1, {"b/c": 2}], "d": null, "same": "x"});
        let other = json!({"a": [1, {"b/c": 3}, 4], "e": 5, "same": "x"});
        let reported: Vec<String> = differences(&one, &other, "/data")
            .into_iter()
            .map(|it| format!("{}: {} / {}", it.pointer, it.expected, it.found))
            .collect();
        assert_eq!(
            reported,
            ["/data/a/1/b~1c: 2 / 3", "/data/a/2: nothing / 4", "/data/d: null / nothing", "/data/e: nothing / 5"]
        );
    }
}
