//! What is around every call and event.

use serde_json::{Value, json};

use super::{comparison, object, told};

#[track_caller]
fn check(one: &Value, other: &Value, expected: &[&str]) {
    assert_eq!(told(&comparison((one, &[]), (other, &[]))), expected);
}

fn transports(of: &Value) -> Value {
    json!({ "transports": of })
}

#[test]
fn a_transport_that_is_not_there() {
    let sse = transports(&json!({ "sse": { "paths": ["/events"] } }));
    check(&sse, &json!({}), &["breaks sse/transports/sse: New does not speak SSE."]);
    check(&json!({}), &sse, &["new sse/transports/sse: New speaks SSE."]);
}

#[test]
fn what_a_call_over_http_may_be() {
    let http = |paths: &[&str], methods: &[&str], query: bool| {
        let http = json!({ "paths": paths, "methods": methods, "content_types": ["application/json"], "query_with_body": query });
        transports(&json!({ "http": http }))
    };
    check(
        &http(&["/{action}", "/{action}/"], &["GET", "POST"], true),
        &http(&["/{action}", "/api/{action}"], &["POST"], false),
        &[
            "breaks http/transports/http/methods: Methods of a call: New does not have `GET`.",
            "breaks http/transports/http/paths: Paths of a call: New does not have `/{action}/`.",
            "breaks http/transports/http/query_with_body: New does not read parameters in the query of a POST.",
            "new http/transports/http/paths: Paths of a call: New also has `/api/{action}`.",
        ],
    );
}

#[test]
fn what_a_path_of_a_websocket_carries() {
    let ws = |endpoints: Value, other: Option<&str>| {
        transports(&json!({ "ws": { "endpoints": endpoints, "other_paths": other } }))
    };
    let one = ws(json!([{ "role": "universal", "paths": ["/", "/event"] }]), Some("universal"));
    let other = ws(json!([{ "role": "universal", "paths": ["/"] }, { "role": "event", "paths": ["/event"] }]), None);
    check(
        &one,
        &other,
        &[
            "breaks ws/transports/ws/endpoints: A connection to `/event` carries no calls.",
            "breaks ws/transports/ws/endpoints: New serves no WebSocket on any other path.",
        ],
    );
    check(
        &other,
        &one,
        &[
            "new ws/transports/ws/endpoints: A connection to `/event` carries calls as well.",
            "new ws/transports/ws/endpoints: New serves a WebSocket on any other path.",
        ],
    );
}

#[test]
fn the_token_and_where_it_may_stand() {
    let auth = |header: &str, query: Option<&str>, on: Option<&[&str]>| {
        let http = json!({ "paths": ["/"], "methods": ["GET"], "content_types": [] });
        let mut file = transports(&json!({ "http": http, "sse": { "paths": ["/"] } }));
        file["auth"] = json!({ "header": header, "scheme": "Bearer", "query": query, "query_on": on });
        file
    };
    check(
        &auth("Authorization", Some("token"), None),
        &auth("X-Token", Some("token"), Some(&["sse"])),
        &[
            "breaks auth/auth/header: The header with the token: `X-Token`, not `Authorization`.",
            "breaks auth/auth/query: New does not read the token in the query (`token`) over HTTP.",
        ],
    );
    check(
        &auth("Authorization", None, None),
        &auth("Authorization", Some("key"), Some(&["sse"])),
        &["new auth/auth/query: New reads the token in the query (`key`) over SSE as well."],
    );
}

#[test]
fn the_envelope_of_a_call_that_succeeds() {
    let envelope = |fields: &[(&str, Value)], required: &[&str], ok: &[&str]| {
        let outcomes = json!({ "ok": { "status": "ok", "required": ok }, "failed": { "status": "failed" } });
        json!({ "envelope": { "schema": object(fields, required), "outcomes": outcomes } })
    };
    let (status, data) = (("status", json!({ "type": "string" })), ("data", json!({})));
    let echo = ("echo", json!({}));
    check(
        &envelope(&[status.clone(), data.clone(), echo], &["status", "data"], &[]),
        &envelope(&[status.clone(), data.clone()], &["status"], &["data"]),
        &["misses envelope/envelope/echo: New does not return `echo`."],
    );
    check(
        &envelope(&[status.clone(), data.clone()], &["status"], &["data"]),
        &envelope(&[status, data], &["status"], &[]),
        &["breaks envelope/envelope/data: `data` may be missing; always there in Old."],
    );
}

#[test]
fn how_failures_look() {
    let failures = |http: Value, ws: Value| json!({ "failures": { "unknown_action": { "http": http, "ws": ws } } });
    let plain = |status: u16| json!({ "status": status, "envelope": false });
    let told = |status: u16, retcode: i64| json!({ "status": status, "retcode": retcode, "envelope": true });
    check(
        &failures(told(200, 404), json!({ "retcode": 1404 })),
        &failures(plain(404), json!({ "silent": true })),
        &[
            "breaks failures/failures/unknown_action/http: An unknown action over HTTP: HTTP 404, no envelope; in Old HTTP 200, retcode 404.",
            "breaks failures/failures/unknown_action/ws: An unknown action over WebSocket: no frame; in Old retcode 1404.",
        ],
    );
    check(
        &failures(plain(401), json!({ "retcode": 1404 })),
        &failures(plain(403), json!({ "retcode": 1400 })),
        &[
            "misses failures/failures/unknown_action/http: An unknown action over HTTP: HTTP 403, no envelope; in Old HTTP 401, no envelope.",
            "misses failures/failures/unknown_action/ws: An unknown action over WebSocket: retcode 1400; in Old retcode 1404.",
        ],
    );
    // Code that looks for no certain retcode finds any.
    check(
        &failures(json!({ "status": 200, "envelope": true }), json!({})),
        &failures(told(200, 404), json!({ "retcode": 1 })),
        &[],
    );
}

#[test]
fn messages_parameters_and_names() {
    let suffixes = json!({ "async": "_async", "rate_limited": "_rate_limited" });
    let frame = |action: &str| json!({ "action": action, "params": "params", "echo": "echo" });
    check(
        &json!({ "suffixes": suffixes, "request_frame": frame("action"), "message_forms": { "send": ["string", "array"], "receive": ["array"] } }),
        &json!({ "string_params": false, "request_frame": frame("call"), "message_forms": { "send": ["array"], "receive": ["string", "array"] } }),
        &[
            "breaks calls/string_params: New refuses numbers and booleans that are given as strings.",
            "breaks calls/suffixes: New knows no suffixes of action names such as `_async`.",
            "breaks messages/message_forms/receive: Forms of a received message: New also has `string`.",
            "breaks messages/message_forms/send: Forms of a message to send: New does not have `string`.",
            "breaks ws/request_frame/action: The key for the name of the action: `call`, not `action`.",
        ],
    );
    check(
        &json!({ "request_frame": frame("action") }),
        &json!({}),
        &["breaks ws/request_frame: New takes no calls over a WebSocket, only over HTTP."],
    );
}

#[test]
fn a_setting_that_no_rule_judges_is_told_as_it_stands() {
    let stream = |separator: &str| {
        let mark = json!({ "key": "stream", "whole": "a", "part": "b", "separator": separator });
        let mut file = super::dialect("x", "X", &json!({}));
        file["envelope"]["stream"] = mark;
        json!({ "envelope": file["envelope"] })
    };
    let found = comparison((&stream("\n"), &[]), (&stream("\r\n"), &[]));
    assert_eq!(found.entries.len(), 1, "{:?}", told(&found));
    assert!(found.entries[0].pointer.starts_with("/envelope/stream"));
    let reconnect = |ms: Option<u64>| {
        let mut ws = json!({ "self_id_header": "A", "role_header": "B", "roles": {} });
        ws["reconnect_ms"] = json!(ms);
        transports(&json!({ "reverse_ws": ws }))
    };
    let said =
        "note reverse_ws/transports/reverse_ws/reconnect_ms: Milliseconds before it connects again: `2`, not `1`.";
    check(&reconnect(Some(1)), &reconnect(Some(2)), &[said]);
    // What only one of them states is no difference.
    check(&reconnect(Some(1)), &reconnect(None), &[]);
}
