//! Milky: events whose matter stands under `data`, and messages that are lists.

use botspec_bindings::milky::types::IncomingMessage;
use botspec_bindings::milky::{Envelope, Event, ReceiveSegment, SendSegment, actions};
use botspec_bindings::{Action, FromJson as _, Mode, Outcome, Raw};
use serde_json::{Value, json};

fn decode(frame: &Value) -> Event {
    let event = Event::from_json(&frame.to_string()).expect("the event decodes");
    assert_eq!(serde_json::to_value(&event).expect("an event is JSON"), *frame, "what was written back");
    event
}

fn message() -> Value {
    json!({
        "time": 1_767_225_600, "self_id": 10001, "event_type": "message_receive", "new": true,
        "data": {
            "message_scene": "group", "peer_id": 70001, "message_seq": 51002, "sender_id": 20002, "time": 1_767_225_600,
            "segments": [
                {"type": "mention", "data": {"user_id": 10001, "name": "bot"}},
                {"type": "text", "data": {"text": " hi"}},
                {"type": "hologram", "data": {"depth": 3}},
                {"type": "face", "data": {"face_id": ["odd"]}},
            ],
            "group": {"group_id": 70001, "group_name": "Cooks", "member_count": 3, "max_member_count": 200,
                "remark": "", "created_time": 0, "description": "", "question": "", "announcement": ""},
            "group_member": {"user_id": 20002, "nickname": "Lin", "sex": "unknown", "group_id": 70001, "card": "",
                "title": "", "level": 1, "role": "wizard", "join_time": 0, "last_sent_time": 0, "shut_up_end_time": null},
        },
    })
}

#[test]
fn a_message_decodes_with_everything_in_it() {
    let Event::MessageReceive(event) = decode(&message()) else { panic!("another event") };
    assert_eq!(event.extra.get("new").map(Raw::as_str), Some("true"));
    let Some(IncomingMessage::Group(message)) = event.data else { panic!("another scene") };
    let role = message.group_member.and_then(|member| member.role).expect("a role");
    assert_eq!((message.sender_id, role.is_known()), (Some(20002.into()), false));
    let segments = message.segments.expect("segments");
    let [ReceiveSegment::Mention(mention), ReceiveSegment::Text(text), unknown, odd] = segments.as_slice() else {
        panic!("other segments: {segments:?}")
    };
    assert_eq!((mention.user_id.clone(), text.text.as_deref()), (Some(10001.into()), Some(" hi")));
    assert!(matches!(unknown, ReceiveSegment::Unknown(one) if one.reason().is_none()));
    assert!(matches!(odd, ReceiveSegment::Face(face) if face.extra.unread("face_id").is_some()));
}

#[test]
fn a_scene_nobody_knows_is_kept() {
    let mut frame = message();
    frame["data"]["message_scene"] = "channel".into();
    let Event::MessageReceive(event) = decode(&frame) else { panic!("another event") };
    assert!(matches!(event.data, Some(IncomingMessage::Unknown(_))));
    frame["event_type"] = "hologram_receive".into();
    assert!(
        matches!(decode(&frame), Event::Unknown(event) if event.tag("event_type").as_deref() == Some("hologram_receive"))
    );
}

#[test]
fn an_error_points_into_the_data() {
    let mut frame = message();
    frame["data"]["message_seq"] = json!([]);
    let error = Event::from_json_in(Mode::Strict, &frame.to_string()).expect_err("it does not fit");
    assert_eq!((error.what(), error.pointer()), ("message_receive", "/data/message_seq"));
}

#[test]
fn an_answer_may_have_no_data() {
    let call = actions::SendGroupMessage::new(70001, vec![SendSegment::text("hi"), SendSegment::mention(20002)]);
    assert_eq!(
        serde_json::to_value(&call).expect("JSON"),
        json!({"group_id": 70001, "message": [
            {"type": "text", "data": {"text": "hi"}}, {"type": "mention", "data": {"user_id": 20002}},
        ]})
    );
    assert_eq!(actions::SendGroupMessage::NAME, "send_group_message");
    let failed = Envelope::from_json(r#"{"status":"failed","retcode":-404,"message":"no such group"}"#).expect("JSON");
    assert_eq!((failed.outcome(), failed.message.as_deref()), (Outcome::Failed, Some("no such group")));
    let done = Envelope::from_json(r#"{"status":"ok","retcode":0,"data":{"message_seq":7,"time":8}}"#).expect("JSON");
    let answer = done.response::<actions::SendGroupMessage>().expect("it decodes");
    assert_eq!((answer.message_seq, answer.time), (Some(7.into()), Some(8)));
}
