//! What the engine finds in the contracts of the standard.

use super::Contract;
use botspec_schema::Catalog;
use serde_json::{Value, json};

fn contract() -> Contract {
    Contract::new(Catalog::builtin(), "onebot11").expect("the dialect")
}

#[test]
fn secrets_are_found_where_the_contract_says_so() {
    let contract = contract();
    let image = json!({"type": "image", "data": {"file": "a.png", "url": "https://example.com/i?key=made-up"}});
    let event = json!({"post_type": "message", "message_type": "group", "message": [image]});
    assert_eq!(contract.secrets_in_event(&event), ["https://example.com/i?key=made-up"]);
    let answer = json!({"status": "ok", "retcode": 0, "data": {"cookies": "skey=@made-up", "csrf_token": 1_234_567}});
    assert_eq!(contract.secrets_in("get_credentials", &answer), ["skey=@made-up", "1234567"]);
    assert_eq!(contract.secrets_in("get_credentials_async", &answer).len(), 2, "whatever suffix the name has");
    assert!(contract.secrets_in("get_status", &answer).is_empty());
}

#[test]
fn ids_are_found_in_parameters_and_in_strings() {
    let contract = contract();
    let found = |params: Value| -> Vec<String> {
        let ids = contract.ids_in("send_group_msg_rate_limited", &params).into_iter();
        ids.map(|id| format!("{} {} {}", id.pointer, id.kind, id.value)).collect()
    };
    assert_eq!(
        found(json!({"group_id": "70001", "message": "hello [CQ:at,qq=10001][CQ:reply,id=-5]"})),
        ["/group_id group 70001", "/message/1/data/qq user 10001", "/message/2/data/id message -5"]
    );
    assert_eq!(
        found(json!({"group_id": true, "message": {"type": "contact", "data": {"type": "group", "id": "70002"}}})),
        ["/group_id group true", "/message/data/id group 70002"]
    );
    assert_eq!(
        found(json!({"group_id": null, "message": [{"type": "at", "data": {"qq": "all"}}]})),
        ["/message/0/data/qq user all"]
    );
}

#[test]
fn what_botspec_needs_is_found_by_its_shape() {
    let contract = contract();
    insta::assert_debug_snapshot!(contract.roles(), @r#"
    Roles {
        myself: Some(
            Told {
                action: "get_login_info",
                field: "user_id",
            },
        ),
        friends: Some(
            Told {
                action: "get_friend_list",
                field: "user_id",
            },
        ),
        groups: Some(
            Told {
                action: "get_group_list",
                field: "group_id",
            },
        ),
        members: Some(
            Asked {
                action: "get_group_member_list",
                param: "group_id",
                field: "user_id",
            },
        ),
        say_to_user: Some(
            Say {
                action: "send_private_msg",
                to: "user_id",
                message: "message",
                field: "message_id",
                verbatim: Some(
                    "auto_escape",
                ),
            },
        ),
        say_to_group: Some(
            Say {
                action: "send_group_msg",
                to: "group_id",
                message: "message",
                field: "message_id",
                verbatim: Some(
                    "auto_escape",
                ),
            },
        ),
        read_message: Some(
            ReadMessage {
                action: "get_msg",
                param: "message_id",
                message: "message",
            },
        ),
        version: Some(
            Version {
                action: "get_version_info",
                name: "app_name",
                version: "app_version",
            },
        ),
        about_user: Some(
            Asked {
                action: "get_stranger_info",
                param: "user_id",
                field: "user_id",
            },
        ),
        openers: [
            (
                "forward",
                ReadMessage {
                    action: "get_forward_msg",
                    param: "id",
                    message: "message",
                },
            ),
        ],
        message_field: Some(
            "message",
        ),
        raw_field: Some(
            "raw_message",
        ),
        self_field: Some(
            "self_id",
        ),
    }
    "#);
}

#[test]
fn an_answer_is_told_from_an_event() {
    let contract = contract();
    for (frame, is_answer) in [
        (json!({"status": "ok", "retcode": 0, "data": null}), true),
        (json!({"status": "failed", "retcode": 1404}), true),
        (json!({"retcode": 0, "data": {}, "echo": 1}), true),
        (json!({"post_type": "meta_event", "meta_event_type": "heartbeat", "status": {}}), false),
        (json!({"post_type": "message", "status": "ok", "retcode": 0, "data": null}), false),
        (json!({}), false),
    ] {
        assert_eq!(contract.is_answer(&frame), is_answer, "{frame}");
    }
}
