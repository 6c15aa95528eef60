//! Input that means no good: it is refused or kept, and never brings anything down.

use botspec_bindings::onebot11::{Envelope, Event, ReceiveMessage, SendMessage};
use botspec_bindings::{Defect, FromJson as _, Mode, Raw};
use proptest::prelude::*;

#[test]
fn depth_does_no_harm_where_nobody_looks() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let known =
        format!(r#"{{"time":1,"self_id":1,"post_type":"notice","notice_type":"friend_add","user_id":2,"x":{deep}}}"#);
    let event = Event::from_json(&known).expect("what nobody reads is kept");
    assert_eq!(Raw::of(&event).expect("JSON").as_str(), known);
    for unknown in [format!(r#"{{"post_type":{deep}}}"#), format!(r#"{{"x":{deep},"post_type":"y"}}"#)] {
        let event = Event::from_json(&unknown).expect("it is kept whole");
        assert!(matches!(event, Event::Unknown(_)));
    }
    assert!(Event::from_json(&deep).is_err());
    let wrong = known.replace(r#""user_id":2"#, &format!(r#""user_id":{deep}"#));
    let error = Event::from_json_in(Mode::Strict, &wrong).expect_err("an id is no list");
    assert_eq!(error.pointer(), "/user_id");
    let event = Event::from_json(&wrong).expect("the rest is read");
    assert_eq!(event.defects().iter().map(Defect::pointer).collect::<Vec<_>>(), ["/user_id"]);
    assert_eq!(Raw::of(&event).expect("JSON").as_str(), wrong);
    assert!(SendMessage::from_json(&format!(r#"[{{"type":"text","data":{deep}}}]"#)).is_ok(), "kept as unknown");
}

#[test]
fn a_code_that_never_ends_is_read_in_one_go() {
    let opened = "[CQ:".repeat(250_000);
    for (message, segments) in [(opened.clone(), 1), (format!("{opened}]"), 1), (format!("{opened}at,qq=1]"), 2)] {
        let message = ReceiveMessage::cq(message);
        assert_eq!(message.segments().len(), segments);
        assert!(message.plain_text().starts_with("[CQ:[CQ:"));
    }
    let params: Vec<String> = (0..100_000).map(|number| format!(",k{number}=v")).collect();
    assert_eq!(ReceiveMessage::cq(format!("[CQ:x{}]", params.concat())).segments().len(), 1);
}

/// JSON of no particular meaning, with the words in it that events are made of.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let word = prop::sample::select(vec![
        "message", "group", "private", "notice", "notify", "poke", "type", "data", "text", "at", "sub_type", "[CQ:at]",
    ]);
    let leaf = prop_oneof![
        word.clone().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(|number| serde_json::Value::from(f64::from(number) / 8.0)),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    let key = prop_oneof![
        word.prop_map(str::to_owned),
        prop::sample::select(vec!["post_type", "message_type", "notice_type", "user_id", "time", "self_id", "status"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 32, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn anything_is_decoded_or_refused(value in json()) {
        let text = value.to_string();
        if let Ok(message) = SendMessage::from_json(&text) {
            prop_assert_eq!(&serde_json::to_value(&message).expect("JSON"), &value);
            let _ = message.to_cq();
        }
        if let Err(error) = Event::from_json(&text) {
            prop_assert_eq!(error.body(), &text);
        }
        let _ = Envelope::from_json(&text);
    }

    #[test]
    fn text_that_is_no_json_is_refused(text in any::<String>()) {
        prop_assume!(serde_json::from_str::<serde_json::Value>(&text).is_err());
        let error = Event::from_json(&text).expect_err("it is no JSON");
        prop_assert_eq!((error.what(), error.body()), ("event", text.as_str()));
    }
}
