//! Ids: numbers, strings, and what is written.

use botspec_bindings::FromJson as _;
use botspec_bindings::llonebot::segments::send::Node;
use botspec_bindings::onebot11::segments::receive::Reply;
use botspec_bindings::onebot11::types::FriendInfo;
use botspec_bindings::onebot11::{ForwardId, UserId};

#[test]
fn both_forms_of_a_number_are_equal() {
    assert_eq!(UserId::from("10001"), UserId::from(10001));
    assert_eq!(UserId::from_json("10001").expect("a number"), UserId::from_json("\"10001\"").expect("a string"));
    assert_eq!(UserId::from_json("10001.0").expect("a float"), 10001);
    assert_eq!(UserId::from("-1").as_i64(), Some(-1));
}

#[test]
fn other_texts_stay_as_they_are() {
    for text in ["all", "0123", "+5", "-0", "", "00", "99999999999999999999", "1e3", " 7"] {
        let id = ForwardId::from(text);
        assert_eq!((id.as_i64(), id.to_string().as_str()), (None, text));
        assert_eq!(ForwardId::from_json(&serde_json::to_string(&id).expect("JSON")).expect("an id"), id);
    }
    assert_eq!(ForwardId::from("7505442611578883339").as_i64(), Some(7_505_442_611_578_883_339));
}

#[test]
fn the_contract_decides_what_is_written() {
    let reply = Reply::new(-51002);
    assert_eq!(serde_json::to_string(&reply).expect("JSON"), r#"{"id":"-51002"}"#);
    let friend = FriendInfo::new("20002", "Lin", "");
    assert_eq!(serde_json::to_string(&friend).expect("JSON"), r#"{"user_id":20002,"nickname":"Lin","remark":""}"#);
    for text in [r#"{"id":"-51002"}"#, r#"{"id":-51002}"#, r#"{"id":"x"}"#] {
        let node = Node::from_json(text).expect("it takes both forms");
        assert_eq!(serde_json::to_string(&node).expect("JSON"), text, "as it came");
    }
}

#[test]
fn what_is_no_id_is_refused() {
    for text in ["null", "[]", "{}", "true"] {
        let error = UserId::from_json(text).expect_err(text);
        assert!(error.to_string().contains("expected an id (a number or a string)"), "{error}");
    }
}
