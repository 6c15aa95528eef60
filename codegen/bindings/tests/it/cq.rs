//! CQ codes.

use botspec_bindings::onebot11::cq;
use botspec_bindings::onebot11::segments::send::Node;
use botspec_bindings::onebot11::{ReceiveMessage, ReceiveSegment, SendMessage, SendSegment};
use proptest::prelude::*;

fn texts(message: &str) -> Vec<String> {
    cq::parse::<ReceiveSegment>(message).iter().map(|segment| serde_json::to_string(segment).expect("JSON")).collect()
}

#[test]
fn codes_and_text_are_told_apart() {
    insta::assert_debug_snapshot!(
        texts("&#91;a&#93; &amp;#44;[CQ:at,qq=20002][CQ:share,url=https://example.com/?a=1&amp;b=2&#44;3,title=T][CQ:shake]"),
        @r#"
    [
        "{\"type\":\"text\",\"data\":{\"text\":\"[a] &#44;\"}}",
        "{\"type\":\"at\",\"data\":{\"qq\":\"20002\"}}",
        "{\"type\":\"share\",\"data\":{\"url\":\"https://example.com/?a=1&b=2,3\",\"title\":\"T\"}}",
        "{\"type\":\"shake\",\"data\":{}}",
    ]
    "#
    );
}

#[test]
fn what_is_not_well_formed_stays_text() {
    for message in ["[CQ:at,qq=1", "[CQ:]", "[CQ:,qq=1]", "[cq:at,qq=1]", "[CQ:at,", "[", "]["] {
        let message = ReceiveMessage::cq(message);
        let ReceiveMessage::Cq(text) = &message else { unreachable!() };
        assert_eq!(message.plain_text(), *text);
        assert_eq!(message.segments().len(), 1);
    }
}

#[test]
fn what_has_no_string_form_is_an_error() {
    let list = SendSegment::other("list", &serde_json::json!({"rows": [1, 2]})).expect("JSON");
    let error = SendMessage::from(list).to_cq().expect_err("a list is no value of a code");
    assert_eq!((error.kind(), error.key()), ("list", Some("rows")));
    let odd = SendSegment::other("a]b", &serde_json::json!({})).expect("JSON");
    let error = SendMessage::from(odd).to_cq().expect_err("it would end the code");
    assert_eq!((error.kind(), error.key()), ("a]b", None));
}

#[test]
fn a_message_in_a_segment_is_a_string_in_it() {
    let inner = SendMessage::from("a, b ").push(SendSegment::at(20002));
    let node = Node::new().user_id(10001).nickname("Lin").content(inner.clone());
    let code = SendMessage::from(SendSegment::from(node)).to_cq().expect("it has a string form");
    insta::assert_snapshot!(
        code,
        @"[CQ:node,user_id=10001,nickname=Lin,content=a&#44; b &#91;CQ:at&#44;qq=20002&#93;]"
    );
    let [SendSegment::Node(node)] = &cq::parse::<SendSegment>(&code)[..] else { panic!("no node") };
    assert_eq!(node.content.as_ref().map(SendMessage::segments), Some(inner.segments()));
}

/// Texts that are full of what codes are made of.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\[\\]&,=CQ:at;#0-9amp ]{0,24}",
        prop::collection::vec(
            prop::sample::select(vec!["[CQ:", "]", ",", "=", "&amp;", "&#91;", "&#44;", "&", "at", "qq", "text", "é"]),
            0..12
        )
        .prop_map(|parts| parts.concat()),
    ]
}

fn segment() -> impl Strategy<Value = SendSegment> {
    prop_oneof![
        text().prop_map(SendSegment::text),
        text().prop_map(SendSegment::at),
        (text(), text()).prop_map(|(url, title)| SendSegment::share(url, title)),
        Just(SendSegment::shake()),
    ]
}

/// Neighbouring texts are one in a string, and an empty one is nothing.
fn merged(segments: Vec<SendSegment>) -> Vec<SendSegment> {
    let mut out: Vec<SendSegment> = Vec::new();
    for segment in segments {
        match (segment, out.last_mut()) {
            (SendSegment::Text(text), _) if text.text.is_empty() => {}
            (SendSegment::Text(text), Some(SendSegment::Text(last))) => last.text.push_str(&text.text),
            (segment, _) => out.push(segment),
        }
    }
    out
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn segments_come_back_from_a_string(segments in prop::collection::vec(segment(), 0..6)) {
        let message = cq::write(&segments).expect("they have a string form");
        prop_assert_eq!(cq::parse::<SendSegment>(&message), merged(segments));
    }

    #[test]
    fn any_string_means_the_same_when_it_is_written_again(message in text()) {
        let segments = cq::parse::<SendSegment>(&message);
        let again = cq::write(&segments).expect("they came from a string");
        prop_assert_eq!(cq::parse::<SendSegment>(&again), segments);
    }

    #[test]
    fn escaped_text_stands_for_itself(plain in text()) {
        let message = ReceiveMessage::cq(cq::escape_text(&plain));
        prop_assert_eq!(message.plain_text(), plain.clone());
        let code = format!("[CQ:share,url={}]", cq::escape_value(&plain));
        prop_assert_eq!(cq::parse::<ReceiveSegment>(&code).len(), 1);
    }
}
