//! Messages and segments: the forms they have, and how they are made.

use botspec_bindings::FromJson as _;
use botspec_bindings::onebot11::actions::SendGroupMsg;
use botspec_bindings::onebot11::segments::send::{Music, MusicCustom, Node};
use botspec_bindings::onebot11::{ReceiveMessage, ReceiveSegment, SendMessage, SendSegment};
use serde_json::json;

#[test]
fn the_three_forms_mean_the_same() {
    let array = SendMessage::from_json(r#"[{"type":"text","data":{"text":"a&b"}}]"#).expect("an array");
    let single = SendMessage::from_json(r#"{"type":"text","data":{"text":"a&b"}}"#).expect("a segment");
    let string = SendMessage::from_json(r#""a&amp;b""#).expect("a string");
    assert_eq!(array.segments(), single.segments());
    assert_eq!(array.segments(), string.segments());
    for (message, form) in [(array, "["), (single, "{"), (string, "\"")] {
        assert!(serde_json::to_string(&message).expect("JSON").starts_with(form), "the form is kept");
    }
    assert!(SendMessage::from_json("7").is_err());
}

#[test]
fn plain_text_is_never_a_code() {
    let message = SendMessage::from("[CQ:at,qq=all] hi");
    assert_eq!(message.segments().len(), 1);
    assert_eq!(message.to_cq().expect("text"), "&#91;CQ:at,qq=all&#93; hi");
}

#[test]
fn a_message_is_made_of_what_is_required() {
    let action =
        SendGroupMsg::new(70001, SendMessage::from("hi ").push(SendSegment::at(20002)).push(SendSegment::dice()))
            .auto_escape(false);
    assert_eq!(
        serde_json::to_value(&action).expect("JSON"),
        json!({
            "group_id": 70001,
            "message": [
                {"type": "text", "data": {"text": "hi "}}, {"type": "at", "data": {"qq": "20002"}},
                {"type": "dice", "data": {}},
            ],
            "auto_escape": false,
        })
    );
}

#[test]
fn a_union_is_decided_by_its_key() {
    let custom = MusicCustom::new("https://example.com/", "https://example.com/a.mp3", "Song").content("by us");
    let segment = SendSegment::music(custom);
    let value = serde_json::to_value(&segment).expect("JSON");
    assert_eq!(value["data"]["type"], "custom");
    assert_eq!(serde_json::from_value::<SendSegment>(value).expect("it decodes"), segment);
    let other = json!({"type": "music", "data": {"type": "kugou", "id": "1"}});
    let SendSegment::Music(Music::Unknown(raw)) = serde_json::from_value(other.clone()).expect("it is kept") else {
        panic!("it should be unknown");
    };
    assert_eq!(raw.as_str(), other["data"].to_string());
}

#[test]
fn nesting_has_an_end() {
    let mut text = r#"[{"type":"text","data":{"text":"x"}}]"#.to_owned();
    for _ in 0..5_000 {
        text = format!(r#"[{{"type":"node","data":{{"user_id":"1","nickname":"n","content":{text}}}}}]"#);
    }
    let message = ReceiveMessage::from_json(&text).expect("the innermost are kept as they are");
    assert_eq!(serde_json::to_string(&message).expect("JSON"), text);
    let mut depth = 0;
    let mut inner = message;
    loop {
        depth += 1;
        let Some(ReceiveSegment::Node(node)) = inner.into_segments().pop() else { panic!("no node at {depth}") };
        match node.content {
            Some(content) => inner = content,
            None => break assert!(node.extra.unread("content").is_some(), "the rest is there as it came"),
        }
    }
    assert!(depth > 10, "what anybody sends is decoded");
}

#[test]
fn a_node_says_its_alternatives() {
    let node = Node::new().user_id(20002).nickname("Lin").content("hi");
    assert_eq!(
        serde_json::to_value(SendSegment::from(node)).expect("JSON"),
        json!({"type": "node", "data": {
            "user_id": "20002", "nickname": "Lin", "content": [{"type": "text", "data": {"text": "hi"}}],
        }})
    );
}
