//! What traffic teaches about contracts.

use std::fs;

use botspec_reports::record::Transport;
use serde_json::{Value, json};

use crate::harness::{Side, left_of};
use crate::judged::socket;
use Side::{Client, Server};

#[test]
fn what_no_contract_knows_is_proposed_without_values() {
    let event = |name: &str| {
        json!({
            "time": 1_733_202_425, "self_id": 10001, "post_type": "message", "message_type": "private", "sub_type": name, "message_id": 5,
            "user_id": 20002, "message": [{ "type": "text", "data": { "text": "hi", "colour": "red" } }], "raw_message": "hi", "font": 0,
            "sender": { "user_id": 20002, "nickname": "Lin", "sex": "unknown", "age": 0, "title_of": "Mei" }, "20002": "Chen", "seen_by": [1],
        })
    };
    let frames: Vec<String> =
        (0..25).map(|_| event("friend").to_string()).chain([event("stranger").to_string()]).collect();
    let notice =
        r#"{"time":1,"self_id":10001,"post_type":"notice","notice_type":"weather","user_id":20002,"sky":"of Lin"}"#;
    let (call, answer) =
        (r#"{"action":"get_weather","echo":1}"#, r#"{"status":"ok","retcode":0,"data":{"sky":"of Lin"},"echo":1}"#);
    let mut all: Vec<(Side, &str)> = frames.iter().map(|it| (Server, it.as_str())).collect();
    all.extend([(Server, notice), (Client, call), (Server, answer)]);
    let folder = tempfile::tempdir().expect("a folder");
    left_of(|set| set.learn = Some(folder.path().to_owned()), "onebot11", Transport::Ws, &socket(&all));
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(folder.path().join("onebot11").join(name)).expect(name);
        for value in ["Lin", "Mei", "Chen", "20002", "red"] {
            assert!(!text.contains(value), "{value} stands in {text}");
        }
        serde_json::from_str(&text).expect("JSON")
    };
    let message = read("events/message.private.json");
    assert_eq!(message["documents"], 26);
    let field =
        |pointer: &str| message["fields"].as_array().into_iter().flatten().find(|it| it["pointer"] == pointer).cloned();
    assert_eq!(field("/seen_by").expect("a field")["types"], json!({ "array": 26 }));
    assert_eq!(field("/sender/title_of").expect("a field")["types"], json!({ "string": 26 }));
    assert_eq!(field("/message/*/data/colour").expect("a field")["types"], json!({ "string": 26 }));
    assert!(field("/message/*/data/text").is_none() && field("/*").is_some(), "{message:#}");
    assert_eq!(message["values"], json!([{ "pointer": "/sub_type", "times": { "stranger": 1 } }]), "{message:#}");
    assert!(read("events/notice.weather.json")["unknown"].as_bool().unwrap_or_default());
    assert_eq!(read("actions/get_weather.json")["fields"], json!([{ "pointer": "/sky", "types": { "string": 1 } }]));
}
