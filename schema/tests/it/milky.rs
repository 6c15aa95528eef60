//! What sets Milky apart from OneBot: messages in one form, an envelope whose keys depend on the outcome, fields that may be
//! absent or null.

use botspec_schema::model::MessageForm;
use botspec_schema::{Catalog, Kind};
use serde_json::{Value, json};

/// What is told about a document, one difference to a line.
fn told(kind: Kind, name: &str, value: &Value) -> Vec<String> {
    let dialect = Catalog::builtin().dialect("milky").expect("Milky is built in");
    let name = (!name.is_empty()).then_some(name);
    let differences = dialect.check(kind, name, value).expect("the contract is there");
    differences.iter().map(ToString::to_string).collect()
}

#[test]
fn a_message_is_an_array() {
    let sent = |message: Value| {
        told(Kind::ActionParams, "send_private_message", &json!({ "user_id": 20002, "message": message }))
    };
    let segment = json!({ "type": "text", "data": { "text": "hi" } });
    assert_eq!(sent(json!([segment])), [""; 0]);
    assert_eq!(sent(json!([])), [""; 0]);
    assert_eq!(sent(json!("hi")), ["/message: expected array, found string"]);
    assert_eq!(sent(segment), ["/message: expected array, found object"]);
    // What is only received cannot be sent.
    let found = sent(json!([{ "type": "xml", "data": { "service_id": 1, "xml_payload": "<msg/>" } }]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("/message/0/type: expected one of "), "{found:?}");
}

#[test]
fn other_dialects_have_other_forms() {
    use MessageForm::{Array, Segment, String};
    for dialect in Catalog::builtin().dialects() {
        let forms = &dialect.file.message_forms;
        let expected: (&[MessageForm], &[MessageForm]) = if dialect.name() == "milky" {
            (&[Array], &[Array])
        } else {
            (&[String, Segment, Array], &[String, Array])
        };
        assert_eq!((&*forms.send, &*forms.receive), expected, "{}", dialect.name());
    }
}

#[test]
fn the_keys_of_an_envelope_depend_on_the_outcome() {
    let answer = |value: Value| told(Kind::Response, "set_bio", &value);
    assert_eq!(answer(json!({ "status": "ok", "retcode": 0, "data": {} })), [""; 0]);
    assert_eq!(answer(json!({ "status": "failed", "retcode": -400, "message": "no" })), [""; 0]);
    assert_eq!(answer(json!({ "status": "ok", "retcode": 0 })), ["/data: expected object, found nothing"]);
    assert_eq!(answer(json!({ "status": "ok", "retcode": 0, "data": null })), ["/data: expected object, found null"]);
    assert_eq!(answer(json!({ "status": "failed", "retcode": -400 })), ["/message: expected a value, found nothing"]);
    assert_eq!(answer(json!({ "status": "failed", "retcode": 0, "message": "no" })).len(), 1);
}

#[test]
fn what_may_be_absent_may_be_null() {
    let event = |more: Value| {
        let mut data = json!({ "group_id": 70003, "invitation_seq": 9101, "initiator_id": 20002 });
        data.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        told(
            Kind::Event,
            "",
            &json!({ "time": 1_767_225_600, "self_id": 10001, "event_type": "group_invitation", "data": data }),
        )
    };
    assert_eq!(event(json!({})), [""; 0]);
    assert_eq!(event(json!({ "source_group_id": null })), [""; 0]);
    assert_eq!(event(json!({ "source_group_id": 70001 })), [""; 0]);
    assert_eq!(event(json!({ "source_group_id": "70001" })).len(), 1);
    assert_eq!(event(json!({ "initiator_id": null })).len(), 1);
    let reaction = |more: Value| {
        let mut params = json!({ "group_id": 70001, "message_seq": 1, "reaction": "76" });
        params.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        told(Kind::ActionParams, "send_group_message_reaction", &params)
    };
    assert_eq!(reaction(json!({ "reaction_type": null, "is_add": null })), [""; 0]);
    assert_eq!(reaction(json!({ "reaction_type": "other" })).len(), 1);
}

#[test]
fn an_account_number_has_a_range_and_is_no_string() {
    let friend = |user: Value| told(Kind::ActionParams, "get_friend_info", &json!({ "user_id": user }));
    for (user, expected) in [
        (json!(10001), None),
        (json!(4_294_967_295_u32), None),
        (json!(10000), Some("/user_id: expected at least 10001, found 10000")),
        (json!(4_294_967_296_u64), Some("/user_id: expected at most 4294967295, found 4294967296")),
        (json!("20002"), Some("/user_id: expected integer, found string")),
    ] {
        assert_eq!(friend(user), expected.into_iter().collect::<Vec<_>>());
    }
}
