//! A dialect as an older version of it was.

use botspec_schema::model::Presence;
use botspec_schema::{Catalog, Dialect, Kind};
use serde_json::{Value, json};

fn newest(name: &str) -> &'static Dialect {
    Catalog::builtin().dialect(name).expect("the dialect is built in")
}

fn older(name: &str, version: &str) -> Dialect {
    newest(name).as_of(version).expect("something in it is younger")
}

/// What is wrong with a document, one difference to a line.
fn differences(dialect: &Dialect, kind: Kind, name: &str, document: &Value) -> Vec<String> {
    let name = (!name.is_empty()).then_some(name);
    let differences = dialect.check(kind, name, document).expect("the contract is there");
    differences.iter().map(ToString::to_string).collect()
}

#[test]
fn the_newest_version_is_the_dialect_itself() {
    for version in ["1.3", "1.3.0-rc.1", "2", "", "newest"] {
        assert!(newest("milky").as_of(version).is_none(), "{version}");
    }
    // The standard says of nothing since when it is there.
    assert!(newest("onebot11").as_of("0.1").is_none());
}

#[test]
fn a_younger_action_is_not_there() {
    let milky = older("milky", "1.2");
    assert!(newest("milky").action("persist_group_file").is_some());
    assert!(milky.action("persist_group_file").is_none());
    assert_eq!(milky.actions.len() + 1, newest("milky").actions.len());
    assert_eq!(milky.file.protocol_version, "1.2");
    let llonebot = older("llonebot", "6.0.0");
    assert!(llonebot.action("get_doubt_friends_add_request").is_none());
    assert!(llonebot.action("get_private_file_url").is_some());
    assert_eq!(llonebot.file.implementation.as_ref().map(|it| &*it.app_version), Some("6.0.0"));
}

/// It is not asked for, and where it comes it is held against its contract.
#[test]
fn a_younger_event_is_known_where_it_comes() {
    let milky = older("milky", "1.2");
    assert_eq!(milky.events["group_disband"].presence, Presence::Later);
    let event =
        |data: Value| json!({ "time": 1_767_225_600, "self_id": 10001, "event_type": "group_disband", "data": data });
    let whole = event(json!({ "group_id": 70004, "operator_id": 20002 }));
    assert_eq!(differences(&milky, Kind::Event, "", &whole), [""; 0]);
    let found = differences(&milky, Kind::Event, "", &event(json!({ "group_id": 70004 })));
    assert_eq!(found, ["/data/operator_id: expected integer, found nothing"]);
}

#[test]
fn a_younger_segment_is_received_and_not_sent() {
    let milky = older("milky", "1.2");
    let segment = json!({ "type": "markdown", "data": { "content": "**Dinner**" } });
    assert_eq!(differences(&milky, Kind::SegmentReceive, "", &segment), [""; 0]);
    assert_eq!(differences(&milky, Kind::SegmentSend, "", &segment).len(), 1);
    // A card could be sent since 1.2, and was received before that.
    let card = &older("milky", "1.1").segments["light_app"];
    assert!(card.send.is_none() && card.receive.is_some());
}

#[test]
fn a_younger_field_is_neither_required_nor_shown() {
    let (milky, first) = (older("milky", "1.2"), older("milky", "1.1"));
    let sent = |dialect: &Dialect| {
        let example = dialect.segments["forward"].examples[0].send.clone().expect("it is sent");
        example["messages"][0]["time"].clone()
    };
    assert_eq!(sent(newest("milky")), json!(1_767_225_600));
    assert_eq!(sent(&milky), Value::Null);
    let fields = |dialect: &Dialect| dialect.types["outgoing_forwarded_message"].schema["properties"].clone();
    assert!(fields(newest("milky")).get("time").is_some() && fields(&milky).get("time").is_none());
    let required = |dialect: &Dialect| dialect.types["group_entity"].schema["required"].clone();
    let names = |required: Value| required.as_array().map_or(0, Vec::len);
    assert_eq!(names(required(&milky)), names(required(newest("milky"))));
    assert!(names(required(&first)) < names(required(&milky)));
}

#[test]
fn parameters_lose_what_is_younger() {
    let text = json!([{ "type": "text", "data": { "text": "Soup" } }]);
    let node = |more: Value| {
        let mut node = json!({ "user_id": 30003, "sender_name": "Chen", "segments": text });
        node.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let message = json!([{ "type": "forward", "data": { "messages": [node] } }]);
        json!({ "user_id": 20002, "message": message })
    };
    let mut params = node(json!({ "time": 1_767_225_600 }));
    newest("milky").params_as_of("1.2", "send_private_message", &mut params);
    assert_eq!(params, node(json!({})));
    let mut params = node(json!({ "time": 1_767_225_600 }));
    newest("milky").params_as_of("1.3", "send_private_message", &mut params);
    assert_eq!(params, node(json!({ "time": 1_767_225_600 })));
}

/// What is left of every contract fits the contracts that are left.
#[test]
fn an_older_dialect_is_whole() {
    for (name, version) in [("milky", "1.2"), ("milky", "1.1"), ("milky", "1.0"), ("llonebot", "5.0")] {
        let dialect = older(name, version);
        for action in dialect.actions.values() {
            for example in &action.examples {
                let found = differences(&dialect, Kind::ActionParams, &action.name, &example.params);
                assert_eq!(found, [""; 0], "{name} {version} {}", action.name);
                let found = differences(&dialect, Kind::ActionResult, &action.name, &example.result);
                assert_eq!(found, [""; 0], "{name} {version} {}", action.name);
            }
        }
        for event in dialect.events.values() {
            for example in &event.examples {
                let found = differences(&dialect, Kind::Event, &event.name, example);
                assert_eq!(found, [""; 0], "{name} {version} {}", event.name);
            }
        }
    }
}
