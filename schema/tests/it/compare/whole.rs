//! Whole actions, segments and events: what is missing, what has another name, what is told once.

use serde_json::{Value, json};

use super::{Contract, comparison, object, told};

use Contract::{Action, Event, Segment, Type};

#[track_caller]
fn check(one: &[Contract], other: &[Contract], expected: &[&str]) {
    assert_eq!(told(&comparison((&json!({}), one), (&json!({}), other))), expected);
}

#[test]
fn an_action_that_is_not_there() {
    let plain = || [Action("act", json!({}))];
    check(&plain(), &[], &["breaks act: New has no action `act`."]);
    check(&[], &plain(), &["new act: New has an action `act`."]);
    let mentioned = [Action("act", json!({ "presence": "documented-only" }))];
    check(&plain(), &mentioned, &["breaks act: New has no action `act`. Its documents mention it, no build has it."]);
    check(&mentioned, &[], &[]);
    check(&mentioned, &plain(), &["new act: New has an action `act`."]);
}

#[test]
fn an_action_under_another_name() {
    let named = |name: &'static str, aliases: &[&str]| [Action(name, json!({ "aliases": aliases }))];
    check(&named("act", &["do_it"]), &named("do_it", &[]), &["breaks act: `act` is `do_it` in New."]);
    check(&named("act", &[]), &named("do_it", &["act"]), &["note act: New calls it `do_it`; `act` works too."]);
    check(
        &named("act", &["do_it"]),
        &named("act", &[]),
        &["breaks act/aliases/do_it: New does not know its other name `do_it`; call `act`."],
    );
    let sourced =
        |name: &'static str| [Action(name, json!({ "sources": [{ "document": "actions.ts", "heading": "Act" }] }))];
    check(&sourced("act"), &sourced("perform"), &["breaks act: `act` is `perform` in New."]);
    // A place that several were taken from says nothing.
    let several = [sourced("act"), sourced("bet")].concat();
    let expected = [
        "breaks act: New has no action `act`.",
        "breaks bet: New has no action `bet`.",
        "new perform: New has an action `perform`.",
    ];
    check(&several, &sourced("perform"), &expected);
}

#[test]
fn an_action_that_is_known_to_be_the_same_or_several_others() {
    let plain = |name: &'static str| Action(name, json!({}));
    check(&[plain("send_packet")], &[plain("send_pb")], &["breaks send_packet: `send_packet` is `send_pb` in New."]);
    check(
        &[plain("delete_msg")],
        &[plain("recall_group_message"), plain("recall_private_message")],
        &["breaks delete_msg: `delete_msg` is `recall_group_message` or `recall_private_message` in New."],
    );
    let found = comparison((&json!({}), &[plain("send_packet")]), (&json!({}), &[plain("send_pb")]));
    assert_eq!(found.entries[0].replacements, ["send_pb"]);
    let instead = Action("act", json!({ "deprecated": { "since": "1", "instead": "new_act" } }));
    let found = comparison((&json!({}), &[instead]), (&json!({}), &[plain("new_act")]));
    assert_eq!(found.entries[0].replacements, ["new_act"]);
}

#[test]
fn what_is_advised_against_and_what_comes_in_parts() {
    let old = [Action("act", json!({}))];
    let new = [Action("act", json!({ "deprecated": { "since": "1", "instead": "bet" }, "streams": true }))];
    check(
        &old,
        &new,
        &[
            "breaks act/streams: The answer comes in several parts.",
            "note act/deprecated: New advises against it; use `bet`.",
        ],
    );
}

#[test]
fn a_segment_in_its_directions() {
    let form = || object(&[("a", json!({ "type": "string" }))], &[]);
    let both = || [Segment("pic", json!({ "send": form(), "receive": form() }))];
    check(&both(), &[], &["breaks pic: New has no segment `pic`."]);
    check(&[], &both(), &["new pic: New has a segment `pic`."]);
    check(&[Segment("pic", json!({ "receive": form() }))], &[], &["misses pic: New has no segment `pic`."]);
    check(&both(), &[Segment("pic", json!({ "receive": form() }))], &["breaks pic/send: New cannot send it."]);
    check(&both(), &[Segment("pic", json!({ "send": form() }))], &["misses pic/receive: New never sends it."]);
    check(
        &both(),
        &[Segment("pic", json!({ "send": form(), "receive": form(), "alone": true }))],
        &["breaks pic/alone: In New a message can hold nothing beside it."],
    );
    let refused = |by: &[&str]| {
        let pic = Segment("pic", json!({ "send": form(), "receive": form(), "refused_by": by }));
        [pic, Action("act", json!({})), Action("bet", json!({}))]
    };
    check(
        &refused(&["act"]),
        &refused(&["bet"]),
        &[
            "breaks pic/refused_by: In New it is refused in messages of `bet`.",
            "new pic/refused_by: In New messages of `act` may hold it.",
        ],
    );
    let at = |name: &'static str| [Segment(name, json!({ "send": form() }))];
    check(&at("mface"), &at("market_face"), &["breaks mface: `mface` is `market_face` in New."]);
}

#[test]
fn an_event_and_what_it_is_recognised_by() {
    let event = |name: &'static str, identify: Value| [Event(name, json!({ "identify": identify }))];
    check(&event("ping", json!({ "type": "ping" })), &[], &["misses ping: New sends no event `ping`."]);
    check(&[], &event("ping", json!({ "type": "ping" })), &["new ping: New sends an event `ping`."]);
    check(&event("ping", json!({ "type": "ping" })), &event("pong", json!({ "type": "ping" })), &[]);
    check(
        &event("ping", json!({ "type": "ping" })),
        &event("ping", json!({ "kind": "ping" })),
        &["breaks ping/identify: It is recognised by `kind` = `ping`, not by `type` = `ping`."],
    );
    check(
        &event("notice.bot_offline", json!({ "type": "a" })),
        &event("bot_offline", json!({ "type": "b" })),
        &["breaks notice.bot_offline: `notice.bot_offline` is `bot_offline` in New."],
    );
    let quick = |fields: Value| [Event("ping", json!({ "quick_operation": fields }))];
    check(
        &quick(object(&[("reply", json!({ "type": "string" }))], &[])),
        &[Event("ping", json!({}))],
        &["breaks ping/quick_operation: New knows no quick operation for it."],
    );
    check(
        &quick(object(&[("reply", json!({ "type": "string" }))], &[])),
        &quick(object(&[], &[])),
        &["misses ping/quick_operation/reply: New does not read `reply`."],
    );
}

#[test]
fn a_shared_type_is_told_once_with_everything_that_uses_it() {
    let of = |kind: &str| {
        let user = json!({ "$ref": "#/$defs/user" });
        vec![
            Type("user", json!({ "schema": object(&[("id", json!({ "type": kind }))], &["id"]) })),
            Type("group", json!({ "schema": object(&[("owner", user.clone())], &["owner"]) })),
            Action("get_user", json!({ "result": user })),
            Action("get_group", json!({ "result": { "$ref": "#/$defs/group" } })),
            Event("joined", json!({ "data": object(&[("who", user.clone())], &["who"]) })),
        ]
    };
    let found = comparison((&json!({}), &of("integer")), (&json!({}), &of("string")));
    assert_eq!(told(&found), ["breaks user/id: `id`: `string` in New, `integer` in Old."]);
    let users: Vec<&str> = found.entries[0].used_by.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(users, ["get_group", "get_user", "joined"]);
}

#[test]
fn a_type_in_the_place_of_another_is_named_with_both_names() {
    let of = |name: &'static str, kind: &str| {
        [
            Type(name, json!({ "schema": object(&[("id", json!({ "type": kind }))], &["id"]) })),
            Action("get", json!({ "result": { "$ref": format!("#/$defs/{name}") } })),
        ]
    };
    let found = comparison((&json!({}), &of("user", "integer")), (&json!({}), &of("person", "string")));
    assert_eq!(told(&found), ["breaks user/id: `id`: `string` in New, `integer` in Old."]);
    assert_eq!(found.entries[0].to_name.as_deref(), Some("person"));
}

#[test]
fn the_same_difference_in_several_contracts_is_told_once() {
    let of = |fields: &[(&str, Value)]| {
        let params = object(fields, &[]);
        ["one", "three", "two"].map(|name| Action(name, json!({ "params": params })))
    };
    let cached = of(&[("no_cache", json!({ "type": "boolean" }))]);
    check(&cached, &of(&[]), &["misses one, three, two/params/no_cache: New does not read `no_cache`."]);
}

#[test]
fn a_message_is_not_told_in_every_place_where_it_stands() {
    let segment = || Segment("text", json!({ "send": object(&[], &[]), "receive": object(&[], &[]) }));
    let of = |name: &'static str| {
        [
            segment(),
            Action(
                "say",
                json!({ "params": object(&[("message", json!({ "$ref": format!("#/$defs/{name}") }))], &[]) }),
            ),
        ]
    };
    let forms = json!({ "message_forms": { "send": ["array"], "receive": ["array"] } });
    let found = comparison((&json!({}), &of("message_send")), (&forms, &of("message_send")));
    assert_eq!(
        told(&found),
        ["breaks messages/message_forms/send: Forms of a message to send: New does not have `string`."]
    );
    // Less than the dialect takes elsewhere is told where it is.
    let found = comparison((&json!({}), &of("message_send")), (&json!({}), &of("message_array")));
    assert_eq!(found.entries.len(), 1, "{:?}", told(&found));
}
