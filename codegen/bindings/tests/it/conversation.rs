//! The same questions about a message, asked in the same way in every dialect.

use botspec_bindings::{gocqhttp, llonebot, milky, napcat, onebot11};
use botspec_schema::Catalog;
use serde_json::Value;

/// The examples of the events of a dialect that hold a message.
fn examples(dialect: &str) -> Vec<(String, Value)> {
    let dialect = Catalog::builtin().dialect(dialect).expect("the dialect");
    let message =
        |name: &str| name == "message_receive" || name.starts_with("message.") || name.starts_with("message_sent.");
    let events = dialect.events.values().filter(|event| message(&event.name));
    events.flat_map(|event| event.examples.iter().map(|it| (event.name.clone(), it.clone()))).collect()
}

macro_rules! asks {
    ($test:ident, $dialect:ident) => {
        #[test]
        fn $test() {
            let examples = examples(stringify!($dialect));
            assert!(!examples.is_empty());
            for (name, example) in examples {
                let event = $dialect::Event::from_json(&example.to_string()).expect("an event");
                let message = event.any_message().unwrap_or_else(|| panic!("no message in {name}: {example}"));
                assert!(message.sender().is_some() && message.id().is_some(), "{example}");
                assert_eq!(message.group(), event.group().as_ref(), "{example}");
                let in_group = name.ends_with("group") || example["data"]["message_scene"] == "group";
                assert_eq!(message.is_group(), in_group, "{example}");
                assert_eq!(message.group().is_some(), in_group, "{example}");
                assert_eq!(message.is_own(), name.starts_with("message_sent"), "{example}");
                assert_eq!(event.message().is_some(), !message.is_own(), "{example}");
                assert_eq!(event.sender(), message.sender());
                assert_eq!(event.plain_text(), Some(message.plain_text()));
                // The same builder, from the same words.
                let answer = $dialect::SendMessage::from("hi").text("!").reply(7).push($dialect::SendSegment::reply(7));
                assert_eq!((answer.plain_text().as_str(), answer.segments().len()), ("hi!", 4));
            }
        }
    };
}

asks!(messages_of_onebot11, onebot11);
asks!(messages_of_gocqhttp, gocqhttp);
asks!(messages_of_napcat, napcat);
asks!(messages_of_llonebot, llonebot);
asks!(messages_of_milky, milky);

#[test]
fn a_group_message_without_its_group_is_answered_nowhere() {
    let (_, mut example) = examples("onebot11").into_iter().find(|(name, _)| name == "message.group").expect("one");
    example.as_object_mut().expect("an object").remove("group_id");
    let event = onebot11::Event::from_json(&example.to_string()).expect("an event");
    let message = event.message().expect("a message");
    assert!(message.is_group() && message.group().is_none());
}

#[test]
fn a_peer_is_a_user_or_a_group() {
    let (user, group) = (milky::UserId::from(20002), milky::GroupId::from(70001));
    assert_eq!(milky::PeerId::from(&user), milky::PeerId::from(20002));
    assert_eq!(milky::GroupId::from(milky::PeerId::from(group.clone())), group);
}
