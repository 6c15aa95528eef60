//! Events: frames as they come, unknown ones, and those that do not fit.

use botspec_bindings::Mode;
use botspec_bindings::onebot11::{Event, ReceiveSegment};
use serde_json::{Value, json};

/// Decodes an event, and finds nothing lost in what is written back.
fn decode(frame: &Value) -> Event {
    let event = Event::from_json(&frame.to_string()).expect("the event decodes");
    let again = serde_json::to_value(&event).expect("an event is JSON");
    assert_eq!(again, *frame, "what was written back");
    event
}

/// A group message as NapCat frames it: keys of its own, no `anonymous`, a segment with a number among its data.
fn group_message() -> Value {
    json!({
        "self_id": 10001, "user_id": 20002, "time": 1_767_225_600, "message_id": 361_878_627,
        "message_seq": 361_878_627, "real_id": 361_878_627, "real_seq": "20472", "message_type": "group",
        "sender": {"user_id": 20002, "nickname": "Lin", "card": "", "role": "admin"},
        "raw_message": "[CQ:reply,id=51002][CQ:at,qq=all] look", "font": 14, "sub_type": "normal",
        "message": [
            {"type": "reply", "data": {"id": "51002"}},
            {"type": "at", "data": {"qq": "all"}},
            {"type": "text", "data": {"text": " look"}},
            {"type": "image", "data": {
                "summary": "[picture]", "file": "5B.jpg", "sub_type": 1, "url": "https://example.com/5B?rkey=a&b", "file_size": "9299"
            }},
            {"type": "forward", "data": {"id": "7505442611578883339"}},
            {"type": "mface", "data": {"emoji_id": "x", "key": {"deep": [1, 2.50]}}},
        ],
        "message_format": "array", "post_type": "message", "group_id": 70001, "anonymous": null,
    })
}

#[test]
fn a_group_message_decodes_with_everything_in_it() {
    let Event::MessageGroup(event) = decode(&group_message()) else { panic!("another event") };
    assert_eq!(event.group_id, Some(70001.into()));
    assert_eq!(event.extra.decode::<String>("real_seq").expect("a string"), Some("20472".to_owned()));
    let message = event.message.as_ref().expect("a message");
    let segments = message.segments();
    let [ReceiveSegment::Reply(reply), ReceiveSegment::At(at), .., ReceiveSegment::Unknown(unknown)] = &*segments
    else {
        panic!("other segments: {segments:?}");
    };
    assert_eq!((reply.id.clone(), at.qq.clone()), (Some(51002.into()), Some("all".into())));
    assert_eq!((unknown.kind(), unknown.reason()), ("mface", None));
    assert_eq!(unknown.data::<String>("emoji_id").expect("a string"), Some("x".to_owned()));
    assert_eq!(message.plain_text(), " look");
}

#[test]
fn a_missing_nullable_key_is_taken_as_null() {
    let mut frame = group_message();
    frame.as_object_mut().expect("an object").remove("anonymous");
    let Event::MessageGroup(event) = Event::from_json(&frame.to_string()).expect("it decodes") else { panic!() };
    assert_eq!(event.anonymous, None);
}

#[test]
fn strings_stand_for_numbers_and_numbers_for_strings() {
    let mut frame = group_message();
    frame["font"] = json!("14");
    frame["user_id"] = json!("20002");
    frame["sender"]["level"] = json!(7);
    let Event::MessageGroup(event) = Event::from_json(&frame.to_string()).expect("it decodes") else { panic!() };
    assert_eq!((event.font, event.user_id), (Some(14), Some(20002.into())));
    assert_eq!(event.sender.and_then(|sender| sender.level).as_deref(), Some("7"));
}

#[test]
fn the_event_with_the_most_matching_keys_is_taken() {
    let poke = json!({
        "time": 1, "self_id": 10001, "post_type": "notice", "notice_type": "notify", "sub_type": "poke",
        "group_id": 70001, "user_id": 20002, "target_id": 10001,
    });
    let Event::NoticeNotifyPoke(event) = decode(&poke) else { panic!("another event") };
    assert_eq!(event.target_id, Some(10001.into()));
}

#[test]
fn an_unknown_event_is_kept_whole() {
    let frame = r#"{"post_type":"notice", "notice_type":"flash_file","n":1.50,"time":1}"#;
    let event = Event::from_json(frame).expect("it is kept");
    assert_eq!((event.name(), event.time()), (None, None));
    let Event::Unknown(unknown) = &event else { panic!("another event") };
    assert_eq!(unknown.tag("notice_type").as_deref(), Some("flash_file"));
    assert_eq!(unknown.tag("n"), None);
    assert_eq!(serde_json::to_string(&event).expect("JSON"), frame);
}

#[test]
fn an_unknown_value_of_an_enumeration_is_kept() {
    let mut frame = group_message();
    frame["sub_type"] = json!("channel");
    frame["sender"]["role"] = json!("robot");
    let Event::MessageGroup(event) = decode(&frame) else { panic!("another event") };
    assert!(event.sub_type.is_some_and(|kind| !kind.is_known() && kind == "channel"));
}

#[test]
fn an_event_that_does_not_fit_is_an_error_that_keeps_it() {
    let mut frame = group_message();
    frame["sender"]["age"] = json!(["young"]);
    let text = frame.to_string();
    let error = Event::from_json_in(Mode::Strict, &text).expect_err("it does not fit");
    assert_eq!((error.what(), error.pointer(), error.body()), ("message.group", "/sender/age", text.as_str()));
    insta::assert_snapshot!(
        error.to_string().split(" at line").next().unwrap_or_default(),
        @"message.group: /sender/age: invalid type: sequence, expected an integer"
    );
    frame["sender"]["age"] = json!(20);
    frame.as_object_mut().expect("an object").remove("user_id");
    let error = Event::from_json_in(Mode::Strict, &frame.to_string()).expect_err("something is missing");
    assert_eq!((error.pointer(), error.reason().split(" at line").next()), ("/user_id", Some("missing")));
}

#[test]
fn one_odd_segment_does_not_lose_the_message() {
    let mut frame = group_message();
    frame["message"] = json!([
        {"type": "at", "data": {"qq": {"deep": true}}}, {"type": "text", "data": {"text": "hi"}},
        {"data": {}}, 7, {"type": "dice"}, {"type": "rps", "data": null}, {"type": "text", "data": {"text": "x"}, "id": 3},
    ]);
    let event = decode(&frame);
    let Event::MessageGroup(group) = &event else { panic!("another event") };
    let message = group.message.as_ref().expect("a message");
    let segments = message.segments();
    let ReceiveSegment::At(odd) = &segments[0] else { panic!("another segment") };
    assert_eq!(odd.qq, None);
    let [defect] = event.defects() else { panic!("{:?}", event.defects()) };
    assert_eq!(
        defect.to_string(),
        r#"/message/0/data/qq: expected an id (a number or a string), found object {"deep":true}"#
    );
    let strict = Event::from_json_in(Mode::Strict, &frame.to_string()).expect("a segment is never an error");
    let Event::MessageGroup(strict) = strict else { panic!("another event") };
    let strict = strict.message.expect("a message").into_segments();
    assert!(
        matches!(&strict[0], ReceiveSegment::Unknown(odd) if odd.reason().is_some_and(|why| why.starts_with("/qq: ")))
    );
    assert!(matches!(&segments[2], ReceiveSegment::Unknown(one) if one.kind().is_empty()));
    assert!(matches!((&segments[4], &segments[5]), (ReceiveSegment::Dice(_), ReceiveSegment::Rps(_))));
    let ReceiveSegment::Text(text) = &segments[6] else { panic!("not text") };
    assert_eq!(text.extra.beside().map(|(key, value)| (key, value.as_str())).collect::<Vec<_>>(), [("id", "3")]);
}

#[test]
fn an_event_is_the_same_by_way_of_a_value() {
    let frame = group_message();
    let event: Event = serde_json::from_value(frame.clone()).expect("it decodes");
    assert_eq!(event.name(), Some("message.group"));
    assert_eq!(serde_json::to_value(event).expect("JSON"), frame);
}
