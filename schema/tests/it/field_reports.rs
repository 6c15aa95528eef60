//! Values that implementations really told and that a contract has to decide.

use botspec_schema::{Catalog, Kind};
use serde_json::{Value, json};

/// What a contract says of a value, for each value in one place of an example.
fn check(dialect: &str, kind: Kind, name: &str, sound: &Value, cases: &[(&str, Value, &str)]) {
    let contracts = Catalog::builtin().dialect(dialect).expect("built in");
    let told = |value: &Value| {
        let found = contracts.check(kind, Some(name), value).expect("the contract is there");
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(told(sound), "", "{dialect} {name}");
    for (pointer, value, expected) in cases {
        let mut changed = sound.clone();
        *changed.pointer_mut(pointer).expect("a place of the example") = value.clone();
        let found = told(&changed);
        assert!(
            if expected.is_empty() { found.is_empty() } else { found.contains(expected) },
            "{dialect} {name} {pointer}: {found}"
        );
    }
}

fn example(dialect: &str, event: &str) -> Value {
    let contracts = Catalog::builtin().dialect(dialect).expect("built in");
    contracts.events[event].examples.first().expect("an example").clone()
}

#[test]
fn times_are_seconds_of_this_century() {
    for dialect in ["onebot11", "napcat", "llonebot"] {
        let event = example(dialect, "message.private");
        let milliseconds = json!(1_709_136_161_123_i64);
        check(
            dialect,
            Kind::Event,
            "message.private",
            &event,
            &[
                ("/time", milliseconds, "/time: expected at most 4102444799"),
                ("/time", json!(0), "/time: expected at least 946684800"),
            ],
        );
    }
    let milky = Catalog::builtin().dialect("milky").expect("built in");
    let mut told = milky.actions["get_group_member_info"].examples[0].result.clone();
    *told.pointer_mut("/member/join_time").expect("a time") = json!(3_369_815_392_i64);
    let found = milky.check(Kind::ActionResult, Some("get_group_member_info"), &told).expect("the contract is there");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].pointer, "/member/join_time");
}

#[test]
fn files_have_names() {
    for dialect in ["onebot11", "napcat", "llonebot"] {
        let event = example(dialect, "notice.group_upload");
        check(
            dialect,
            Kind::Event,
            "notice.group_upload",
            &event,
            &[("/file/name", json!(""), "/file/name: expected at least 1 character")],
        );
    }
}

#[test]
fn what_is_always_0_is_0() {
    let mut event = example("napcat", "message.private");
    let members = event.as_object_mut().expect("an object");
    members.insert("sub_type".into(), json!("group"));
    members.insert("group_id".into(), json!(70001));
    members.insert("temp_source".into(), json!(0));
    check(
        "napcat",
        Kind::Event,
        "message.private",
        &event,
        &[("/temp_source", json!(70001), "/temp_source: expected at most 0")],
    );
}

#[test]
fn sequence_numbers_and_counts_end_where_builds_do() {
    let call = json!({ "user_id": 20002, "message_seq": 21, "count": 20 });
    for dialect in ["napcat", "llonebot"] {
        check(
            dialect,
            Kind::ActionParams,
            "get_friend_msg_history",
            &call,
            &[
                ("/message_seq", json!(9_223_372_036_854_775_807_i64), "/message_seq: expected at most 4294967295"),
                ("/count", json!(2_147_483_647), "/count: expected at most 100"),
            ],
        );
    }
}
