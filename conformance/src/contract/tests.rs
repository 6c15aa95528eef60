//! What the engine finds in the contracts of the standard.

use std::collections::BTreeSet;

use super::{Contract, Recipe, Way};
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
        [""; 0],
        "everybody is nobody in particular"
    );
}

/// One line for each role: what it is, and the action with all that is asked and reported.
#[test]
fn every_dialect_has_what_botspec_needs() {
    for dialect in Catalog::builtin().dialects() {
        let contract = Contract::new(Catalog::builtin(), dialect.name()).expect("the dialect");
        insta::assert_debug_snapshot!(format!("roles-{}", dialect.name()), contract.roles());
    }
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

/// One line for each way to come to something.
#[test]
fn recipes_follow_from_contracts() {
    for dialect in Catalog::builtin().dialects() {
        let contract = Contract::new(Catalog::builtin(), dialect.name()).expect("the dialect");
        let lines: BTreeSet<String> = contract.recipes().iter().map(line).collect();
        let lines: Vec<String> = lines.into_iter().collect();
        insta::assert_snapshot!(format!("recipes-{}", dialect.name()), lines.join("\n"));
    }
}

fn line(recipe: &Recipe) -> String {
    let needs: Vec<String> = recipe.needs.iter().map(|it| it.word()).collect();
    let way = match &recipe.way {
        Way::Listed => "listed".to_owned(),
        Way::Sent(segment) => format!("sent as {segment}"),
        Way::Made(known) => format!("{known:?}"),
    };
    format!("{}: {} [{}] {way}", recipe.fixture.word(), recipe.action, needs.join(", "))
}
