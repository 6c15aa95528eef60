//! Documents held against the built-in contracts.

use std::fmt::Write as _;

use botspec_schema::model::Presence;
use botspec_schema::{CallMode, Catalog, Dialect, Kind};
use serde_json::{Value, json};

fn onebot11() -> &'static Dialect {
    Catalog::builtin().dialect("onebot11").expect("the standard is built in")
}

fn told(kind: Kind, name: &str, value: &Value) -> String {
    let name = Some(name).filter(|name| !name.is_empty());
    match onebot11().check(kind, name, value) {
        Ok(violations) => violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(unknown) => unknown.to_string(),
    }
}

/// Documents with what is told about them, for one golden file.
#[derive(Default)]
struct Golden(String);

impl Golden {
    fn add(&mut self, kind: Kind, name: &str, value: &Value) {
        let told = match told(kind, name, value) {
            valid if valid.is_empty() => "valid".to_owned(),
            told => told,
        };
        let _ = writeln!(self.0, "{kind} {name} {value}\n  {}\n", told.replace('\n', "\n  "));
    }
}

#[test]
fn examples_are_valid() {
    let mut checked = 0;
    for dialect in Catalog::builtin().dialects() {
        // An event that only documents name is none that a build sends, so that no frame is taken for one.
        for event in dialect.events.values().filter(|event| event.presence == Presence::Current) {
            for example in &event.examples {
                assert_eq!(dialect.check(Kind::Event, None, example), Ok(vec![]), "{}", event.path);
                checked += 1;
            }
        }
        for action in dialect.actions.values() {
            for example in &action.examples {
                assert_eq!(dialect.check(Kind::ActionParams, Some(&action.name), &example.params), Ok(vec![]));
                assert_eq!(dialect.check(Kind::ActionResult, Some(&action.name), &example.result), Ok(vec![]));
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "only {checked} examples");
}

/// A suffix defers where the envelope can say so, and is a further name of the action where it cannot.
#[test]
fn suffixes() {
    let mode = |dialect: &str, name: &str| {
        let dialect = Catalog::builtin().dialect(dialect).expect("a dialect that is built in");
        dialect.resolve_call(name).map(|call| (call.action.name.clone(), call.mode))
    };
    let call = |mode| Some(("get_status".to_owned(), mode));
    for (dialect, name, expected) in [
        ("onebot11", "get_status", call(CallMode::Direct)),
        ("onebot11", "get_status_async", call(CallMode::Async)),
        ("onebot11", "get_status_rate_limited", call(CallMode::RateLimited)),
        ("napcat", "get_status_async", call(CallMode::Direct)),
        ("napcat", "get_status_rate_limited", call(CallMode::Direct)),
        ("napcat", "get_status_later", None),
        ("napcat", "set_group_anonymous_async", None),
    ] {
        assert_eq!(mode(dialect, name), expected, "{dialect} {name}");
    }
}

#[test]
fn events() {
    let mut golden = Golden::default();
    golden.add(Kind::Event, "", &json!({"post_type": "notice", "notice_type": "xyz"}));
    golden.add(Kind::Event, "", &json!({"post_type": "notice", "notice_type": "group_bann"}));
    golden.add(
        Kind::Event,
        "",
        &json!({"post_type": "notice", "notice_type": "notify", "sub_type": "poke", "user_id": "1"}),
    );
    golden.add(Kind::Event, "", &json!([1]));
    golden.add(Kind::Event, "", &json!({}));
    golden.add(Kind::Event, "notice.group_bann", &json!({}));
    insta::assert_snapshot!(golden.0);
}

#[test]
fn responses() {
    let mut golden = Golden::default();
    let answer = |status: &str, retcode: i64, data: Value| json!({"status": status, "retcode": retcode, "data": data});
    golden.add(Kind::Response, "get_login_info", &answer("ok", 0, json!({"user_id": "1"})));
    golden.add(Kind::Response, "get_login_info", &answer("ok", 1, json!({"user_id": 1, "nickname": ""})));
    golden.add(Kind::Response, "get_login_info", &answer("failed", 0, Value::Null));
    golden.add(Kind::Response, "get_login_info", &answer("failed", 100, Value::Null));
    golden.add(Kind::Response, "get_login_info", &answer("async", 1, Value::Null));
    golden.add(Kind::Response, "get_login_info_async", &answer("async", 1, Value::Null));
    golden.add(Kind::Response, "get_login_info_async", &answer("async", 1, json!({})));
    golden.add(Kind::Response, "get_login_info", &json!({"status": "no", "data": 1}));
    golden.add(Kind::Response, "get_login_inf", &json!({}));
    insta::assert_snapshot!(golden.0);
}

#[test]
fn params() {
    let mut golden = Golden::default();
    golden.add(
        Kind::ActionParams,
        "send_msg",
        &json!({"user_id": "20002", "message": [{"type": "text", "data": {"text": 1}}]}),
    );
    golden.add(
        Kind::ActionParams,
        "send_msg",
        &json!({"user_id": "20002", "message": {"type": "tex", "data": {"text": 1}}}),
    );
    golden.add(Kind::ActionParams, "send_msg", &json!({"user_id": "x", "message": 7}));
    golden.add(Kind::ActionParams, "send_msg", &json!({"message_type": "private", "group_id": 70001, "message": ""}));
    golden.add(Kind::ActionParams, "set_group_anonymous_ban", &json!({"group_id": 70001}));
    golden.add(
        Kind::ActionParams,
        "set_group_anonymous_ban",
        &json!({"group_id": "70001", "flag": "x", "duration": "60"}),
    );
    golden.add(Kind::SegmentSend, "music", &json!({"type": "music", "data": {"type": "163"}}));
    golden.add(Kind::SegmentSend, "music", &json!({"type": "spotify"}));
    golden.add(Kind::SegmentSend, "node", &json!({"user_id": "1"}));
    insta::assert_snapshot!(golden.0);
}

#[test]
fn data_may_be_null_without_parameters() {
    let whole = |name: &str| json!({"message_id": 1, "message": [{"type": name, "data": null}], "user_id": 20002});
    assert_eq!(told(Kind::ActionParams, "send_private_msg", &whole("shake")), "");
    assert_eq!(
        told(Kind::ActionParams, "send_private_msg", &whole("text")),
        "/message/0/data: expected object, found null"
    );
}

#[test]
fn a_segment_is_told_where_an_action_refuses_it() {
    let node = json!({ "type": "node", "data": { "user_id": "20002", "nickname": "Lin", "content": "Soup" } });
    let inside = json!({ "type": "node", "data": { "user_id": "20002", "nickname": "Lin", "content": [node] } });
    let told = |dialect: &str, action: &str, key: &str, message: &Value| {
        let dialect = Catalog::builtin().dialect(dialect).expect("a dialect that is built in");
        let params = json!({ "user_id": 20002, key: message });
        let violations = dialect.check(Kind::ActionParams, Some(action), &params).expect("it has the action");
        violations.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let text = json!({ "type": "text", "data": { "text": "Soup" } });
    assert_eq!(
        told("llonebot", "send_msg", "message", &json!([text, node])),
        ["/message/1/type: expected a segment that send_msg takes, found \"node\""]
    );
    assert_eq!(
        told("llonebot", "send_private_msg", "message", &node),
        ["/message/type: expected a segment that send_private_msg takes, found \"node\""]
    );
    for (dialect, action, key, message) in [
        ("llonebot", "send_msg", "message", json!([text])),
        ("llonebot", "send_msg", "message", json!("[CQ:node,id=51001]")),
        ("llonebot", "send_private_forward_msg", "messages", json!([inside])),
        ("napcat", "send_msg", "message", json!([inside])),
    ] {
        assert!(told(dialect, action, key, &message).is_empty(), "{dialect} {action} {message}");
    }
}

/// One array around another, many times over; built and forgotten without recursion, which is the test's own problem.
fn deep() -> Value {
    let mut value = json!("deep");
    for _ in 0..10_000 {
        value = Value::Array(vec![value]);
    }
    value
}

#[test]
fn a_value_nested_without_end_is_told() {
    for (kind, name) in [
        (Kind::ActionParams, "send_msg"),
        (Kind::ActionResult, "get_msg"),
        (Kind::Response, "get_msg"),
        (Kind::SegmentSend, "text"),
        (Kind::SegmentReceive, ""),
        (Kind::Event, ""),
        (Kind::Event, "message.group"),
    ] {
        let document = Value::Object(
            [("message".to_owned(), deep()), ("post_type".into(), "message".into())].into_iter().collect(),
        );
        let told = told(kind, name, &document);
        std::mem::forget(document);
        assert!(!told.is_empty(), "{kind} {name}");
        assert!(told.len() < 1_000, "{kind} {name}: {told}");
    }
}

#[test]
fn a_forward_as_deep_as_the_parser_allows_is_checked_to_its_end() {
    let mut message = json!([{"type": "text", "data": {"text": 1}}]);
    for _ in 0..40 {
        message = json!([{"type": "node", "data": {"user_id": "1", "nickname": "n", "content": message}}]);
    }
    let told = told(Kind::ActionParams, "send_msg", &json!({"user_id": 20002, "message": message}));
    assert!(told.ends_with("/0/data/text: expected string, found integer"), "{told}");
}
