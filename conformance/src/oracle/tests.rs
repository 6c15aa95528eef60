use std::time::Instant;

use serde_json::json;

use super::*;
use crate::client::frames::{FrameOrigin, Frames, Observer};
use crate::exchange::Sent;
use crate::received::Received;
use botspec_schema::Catalog;

fn oracle(dialect: &str) -> Arc<Oracle> {
    let contract = Contract::new(Catalog::builtin(), dialect).expect("the dialect");
    Arc::new(Oracle::new(Arc::new(contract)))
}

fn exchange(received: Received) -> Exchange {
    let (transport, at) = (Transport::Ws, Instant::now());
    let sent = Sent::Handshake { url: "ws://127.0.0.1:9".to_owned(), headers: Vec::new() };
    Exchange { transport, sent, sent_at: at, received_at: at, status: None, headers: Vec::new(), received, echo: None }
}

/// What an oracle has seen, a line each: the check that owns it, where, and what was found.
fn causes(oracle: &Oracle) -> Vec<String> {
    let state = oracle.state();
    let line = |(cause, seen): (&Cause, &Observation)| {
        format!("{} {} expected {}, found {}", cause.owner, cause.pointer, cause.expected, seen.difference.found)
    };
    state.causes.iter().map(line).collect()
}

#[track_caller]
fn frame(dialect: &str, document: &Value, wanted: &[&str]) {
    frame_for(&oracle(dialect), document, wanted);
}

#[track_caller]
fn frame_for(oracle: &Arc<Oracle>, document: &Value, wanted: &[&str]) {
    let frames = Frames::new();
    let seen = Arc::clone(oracle);
    frames.observe(Observer(Box::new(move |frame| {
        seen.frame((0, Transport::Ws), Some(&json!(10001)), frame, || exchange(frame.received.clone()));
    })));
    frames.push(Received::Json(document.clone()), 1, FrameOrigin::Text);
    let found = causes(oracle);
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!(found.contains(wanted), "{found} has no {wanted}");
    }
}

fn poke(target: i64) -> Value {
    json!({ "time": events::now(), "self_id": 10001, "post_type": "notice", "notice_type": "notify", "sub_type": "poke",
        "target_id": target, "user_id": 20002, "group_id": 70001 })
}

#[test]
fn fields_that_are_the_same_are_compared() {
    let contract = Contract::new(Catalog::builtin(), "napcat").expect("the dialect");
    let event = contract.events().find(|it| it.name == "message.group").expect("the event");
    let mut message = event.examples[0].clone();
    (message["time"], message["self_id"]) = (events::now().into(), 10001.into());
    frame("napcat", &message, &[]);
    message["real_id"] = 52999.into();
    frame("napcat", &message, &["event/message.group/shape /real_id expected"]);
}

#[test]
fn events_that_nobody_awaited_are_judged() {
    frame("onebot11", &json!({ "post_type": "meta_event" }), &["delivery/frames"]);
    let poked = "gocqhttp/event/notice.notify.poke/shape /target_id";
    frame("gocqhttp", &poke(0), &[poked]);
    let mut other = poke(10001);
    other["self_id"] = json!(20002);
    frame("gocqhttp", &other, &["/self_id expected 10001"]);
    frame("onebot11", &json!({ "post_type": "message_sent", "time": 1, "self_id": 10001, "x": 1 }), &[]);
    frame("onebot11", &json!({ "post_type": "notice", "time": 1, "self_id": 10001 }), &["an event with `notice_type`"]);
    let extension = json!({ "post_type": "notice", "notice_type": "weather", "time": 1, "self_id": 10001 });
    frame("onebot11", &extension, &[]);
    frame(
        "onebot11",
        &json!({ "time": 1, "self_id": 10001 }),
        &["delivery/frames  expected an event with `post_type`"],
    );
    frame("onebot11", &json!("hello"), &["delivery/frames"]);
    frame("onebot11", &json!({ "status": "ok", "retcode": 0, "data": null }), &[]);
}

/// A build of an older version that sends what came later sends nothing wrong, as long as it is what that is.
#[test]
fn what_came_with_a_later_version_is_judged_where_it_comes() {
    let contract =
        Contract::new(Catalog::builtin(), "milky").and_then(|newest| newest.as_of("1.2")).expect("an older one");
    let contract = Arc::new(contract);
    assert!(contract.events().all(|event| event.name != "group_disband"), "it is not asked for");
    let event =
        |kind: &str, data: Value| json!({ "time": 1_733_202_425, "self_id": 10001, "event_type": kind, "data": data });
    let disband = |data| event("group_disband", data);
    let oracle = || Arc::new(Oracle::new(Arc::clone(&contract)));
    frame_for(&oracle(), &disband(json!({ "group_id": 70004, "operator_id": 20002 })), &[]);
    let wrong = "milky/event/group_disband/shape /data/operator_id";
    frame_for(&oracle(), &disband(json!({ "group_id": 70004 })), &[wrong]);
    frame_for(&oracle(), &event("group_weather", json!({})), &[]);
}

#[test]
fn the_sender_is_who_sent() {
    let mut event = json!({
        "time": events::now(), "self_id": 10001, "post_type": "message", "message_type": "private", "sub_type": "friend",
        "message_id": 5, "user_id": 20002, "message": [{ "type": "text", "data": { "text": "hi" } }], "raw_message": "hi",
        "font": 0, "sender": { "user_id": 20002, "nickname": "n", "sex": "unknown", "age": 0 },
    });
    frame("onebot11", &event, &[]);
    event["sender"]["user_id"] = json!(30003);
    frame(
        "onebot11",
        &event,
        &["event/message.private/shape /sender/user_id expected 20002, as in /user_id, found 30003"],
    );
}

#[track_caller]
fn answer(action: &str, params: &Value, data: &Value, wanted: &[&str]) {
    answer_in("onebot11", action, params, data, wanted);
}

#[track_caller]
fn answer_in(dialect: &str, action: &str, params: &Value, data: &Value, wanted: &[&str]) {
    let oracle = oracle(dialect);
    let mut envelope = json!({ "status": "ok", "retcode": 0, "data": data });
    for key in &oracle.contract.file().envelope.texts {
        envelope[key.as_str()] = "".into();
    }
    oracle.answer(None, action, params, &exchange(Received::Json(envelope)));
    let found = causes(&oracle);
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!(found.contains(wanted), "{found} has no {wanted}");
    }
}

#[test]
fn an_answer_is_about_what_was_asked() {
    let friends = json!([{ "user_id": 20002, "nickname": "a", "remark": "" }, { "user_id": 20002, "nickname": "a", "remark": "" }]);
    answer("get_friend_list", &json!({}), &friends, &["/data/*/user_id expected each item once, found 20002 again"]);
    let stranger = json!({ "user_id": 30003, "nickname": "a", "sex": "male", "age": 1 });
    answer(
        "get_stranger_info",
        &json!({ "user_id": 20002 }),
        &stranger,
        &["/data/user_id expected 20002, which was asked for, found 30003"],
    );
    answer("get_stranger_info", &json!({ "user_id": 30003 }), &stranger, &[]);
    answer("get_stranger_info", &json!({ "user_id": "30003" }), &stranger, &[]);
    // What the contract does not describe proves nothing about it.
    answer("get_stranger_info", &json!({ "user_id": [] }), &json!(7), &[]);
    answer("get_stranger_info", &json!({ "user_id": 20002 }), &json!(7), &["action/get_stranger_info/result"]);
}

#[test]
fn a_list_has_each_thing_once() {
    let file = |id: &str| {
        json!({ "group_id": 70001, "file_id": id, "file_name": "a", "busid": 102, "file_size": 1, "upload_time": 1_733_202_425,
            "dead_time": 0, "modify_time": 1_733_202_425, "download_times": 0, "uploader": 20002, "uploader_name": "a" })
    };
    let listed = |ids: [&str; 2], wanted: &[&str]| {
        let data = json!({ "files": ids.map(file), "folders": [] });
        answer_in("llonebot", "get_group_root_files", &json!({ "group_id": 70001 }), &data, wanted);
    };
    listed(["/a", "/b"], &[]);
    listed(["/a", "/a"], &["/data/files/*/file_id expected each item once, found /a again"]);
    listed(["", ""], &[]);
}

#[test]
fn who_a_conversation_is_with_is_said_once() {
    let message = |friend: u32| {
        let friend = json!({ "user_id": friend, "nickname": "a", "sex": "female", "qid": "", "remark": "",
            "category": { "category_id": 0, "category_name": "a" } });
        json!({ "time": events::now(), "self_id": 10001, "event_type": "message_receive", "data": {
            "message_scene": "friend", "peer_id": 20002, "message_seq": 5, "sender_id": 10001, "time": events::now(),
            "segments": [{ "type": "text", "data": { "text": "hi" } }], "friend": friend } })
    };
    frame("milky", &message(20002), &[]);
    frame("milky", &message(10001), &["/data/friend/user_id expected 20002, as in /data/peer_id, found 10001"]);
}

#[test]
fn a_string_says_what_the_segments_say() {
    let message = |raw: &str| {
        json!({
            "time": events::now(), "self_id": 10001, "post_type": "message", "message_type": "private", "sub_type": "friend",
            "message_id": 5, "user_id": 20002, "font": 0, "raw_message": raw,
            "message": [{ "type": "text", "data": { "text": "a" } }, { "type": "text", "data": { "text": "[b]" } },
                { "type": "face", "data": { "id": "14" } }],
            "sender": { "user_id": 20002, "nickname": "n", "sex": "unknown", "age": 0 },
        })
    };
    frame("onebot11", &message("a&#91;b&#93;[CQ:face,id=14]"), &[]);
    frame("onebot11", &message("  a&#91;b&#93;[CQ:face,id=14] "), &[]);
    frame("onebot11", &message("a&#91;b&#93;"), &["/raw_message expected {\"type\":\"face\""]);
    frame("onebot11", &message("a&#91;b&#93;[CQ:face,id=15]"), &["found {\"type\":\"face\",\"data\":{\"id\":\"15\"}}"]);
    frame("onebot11", &message("something else"), &["/raw_message"]);
}

#[test]
fn exceptions_are_no_words_for_people() {
    let oracle = oracle("gocqhttp");
    let envelope = |words: &str| {
        let envelope = json!({ "status": "failed", "retcode": 100, "data": null, "message": words, "wording": words });
        oracle.answer(None, "get_msg", &json!({ "message_id": 3 }), &exchange(Received::Json(envelope)));
    };
    envelope("no such message");
    assert_eq!(causes(&oracle), [""; 0]);
    envelope("Cannot read properties of undefined (reading 'id')");
    let found = causes(&oracle);
    assert!(found[0].starts_with("gocqhttp/answers/texts /message expected words for who called get_msg"), "{found:?}");
}

/// A call that names nobody is made to see whether it is refused, and one that is put off has rules of its own.
#[test]
fn what_other_checks_are_about_is_left_to_them() {
    let nobody = json!({ "user_id": crate::nobody::NOBODY });
    answer("get_stranger_info", &nobody, &json!({ "user_id": 0, "nickname": "", "sex": "unknown", "age": 0 }), &[]);
    answer("get_login_info_async", &json!({}), &json!(7), &[]);
}

/// A group was renamed between two answers, and the event of that comes over another connection.
#[test]
fn what_somebody_else_changed_is_no_defect() {
    let group =
        |name: &str| json!({ "group_id": 70001, "group_name": name, "member_count": 18, "max_member_count": 200 });
    let answered = |oracle: &Oracle, asked_at: Instant| {
        let exchange = |data| Exchange {
            sent_at: asked_at,
            ..exchange(Received::Json(json!({ "status": "ok", "retcode": 0, "data": data })))
        };
        let me = json!(10001);
        oracle.answer(Some(&me), "get_group_info", &json!({ "group_id": 70001 }), &exchange(group("Chess")));
        oracle.answer(Some(&me), "get_group_list", &json!({}), &exchange(json!([group("Go")])));
    };
    let event = |oracle: &Arc<Oracle>| {
        let event = json!({ "time": events::now(), "self_id": 10001, "post_type": "notice", "notice_type": "group_decrease",
            "sub_type": "leave", "group_id": 70001, "user_id": 20003, "operator_id": 20003 });
        frame_for(oracle, &event, &[]);
    };
    let (before, after) = (Instant::now(), Instant::now() + Duration::from_secs(60));
    let found = |steps: &dyn Fn(&Arc<Oracle>)| {
        let oracle = oracle("onebot11");
        steps(&oracle);
        oracle.conclude();
        causes(&oracle)
    };
    let nobody = found(&|oracle| answered(oracle, before));
    assert_eq!(nobody.len(), 1, "{nobody:?}");
    assert!(nobody[0].contains("get_group_list/result /data/*/group_name"), "{nobody:?}");
    let event_comes_after = found(&|oracle| {
        answered(oracle, before);
        event(oracle);
    });
    assert_eq!(event_comes_after, [""; 0]);
    let event_comes_between = found(&|oracle| {
        event(oracle);
        answered(oracle, before);
    });
    assert_eq!(event_comes_between, [""; 0], "it was asked before the event came");
    let asked_after_the_event = found(&|oracle| {
        event(oracle);
        answered(oracle, after);
    });
    assert_eq!(asked_after_the_event, nobody);
    let event_of_an_own_call = found(&|oracle| {
        answered(oracle, before);
        oracle.may_change();
        event(oracle);
    });
    assert_eq!(event_of_an_own_call, nobody);
}

#[test]
fn equal_defects_are_one_cause() {
    let oracle = oracle("onebot11");
    for member in 0..5 {
        let data = json!([{ "user_id": 20002 + member, "nickname": 7, "remark": "" }]);
        let envelope = json!({ "status": "ok", "retcode": 0, "data": data });
        oracle.answer(None, "get_friend_list", &json!({}), &exchange(Received::Json(envelope)));
    }
    let mut check = CheckInfo::example("onebot11/action/get_friend_list/result");
    assert!(oracle.owns(&check));
    check.transport = Some(Transport::Ws);
    let violation = oracle.violation(&check, &|_| true).expect("a violation");
    assert_eq!(violation.differences.len(), 1, "{:?}", violation.differences);
    assert!(violation.summary.en.contains("5 times"), "{}", violation.summary.en);
    check.transport = Some(Transport::Http);
    assert!(oracle.violation(&check, &|_| true).is_none(), "it showed over a transport that has a check of its own");
    assert!(oracle.violation(&check, &|_| false).is_some(), "nobody else reports it");
}
