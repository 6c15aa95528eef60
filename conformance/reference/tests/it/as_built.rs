//! What clients of real builds rely on: each line was seen with one of them.

use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{ACTOR, Reply, TestServer, config_in};

async fn serve(dialect: &str) -> TestServer {
    TestServer::with(config_in(dialect)).await
}

#[tokio::test]
async fn a_binary_frame_is_read_like_a_text() {
    for dialect in ["onebot11", "napcat", "llonebot"] {
        let server = serve(dialect).await;
        let mut socket = server.ws("/api").await;
        let frame = json!({ "action": "get_login_info", "echo": "b" }).to_string();
        socket.0.send(Message::binary(frame.into_bytes())).await.expect("the frame is sent");
        let answer = socket.frame().await;
        assert_eq!((&answer["status"], &answer["echo"]), (&json!("ok"), &json!("b")), "{dialect}");
        server.done().await;
    }
}

#[tokio::test]
async fn data_is_null_where_an_action_returns_null_and_absent_where_it_returns_nothing() {
    let server = serve("napcat").await;
    let group = 70_001;
    let cases = [
        ("set_group_card", json!({ "group_id": group, "user_id": 30_003, "card": "Chen" }), true),
        ("set_group_ban", json!({ "group_id": group, "user_id": 30_003, "duration": 60 }), true),
        ("set_group_whole_ban", json!({ "group_id": group, "enable": false }), true),
        ("send_like", json!({ "user_id": ACTOR, "times": 1 }), false),
        ("group_poke", json!({ "group_id": group, "user_id": 30_003 }), false),
        ("set_group_special_title", json!({ "group_id": group, "user_id": 30_003, "special_title": "cook" }), false),
    ];
    for (action, params, is_null) in cases {
        let answer: Value = server.post(action, &params).await.json();
        assert_eq!(answer["status"], "ok", "{action}: {answer}");
        assert_eq!(answer.get("data"), is_null.then_some(&Value::Null), "{action}");
    }
    server.done().await;
}

#[tokio::test]
async fn a_build_says_what_it_is() {
    for (dialect, name) in [("napcat", "NapCat.Onebot"), ("llonebot", "LLOneBot")] {
        let server = serve(dialect).await;
        let version = server.data("get_version_info", json!({})).await;
        assert_eq!((&version["app_name"], &version["protocol_version"]), (&json!(name), &json!("v11")));
        assert_eq!(version["app_version"], server.dialect.file.protocol_version);
        server.done().await;
    }
}

#[tokio::test]
async fn a_forward_is_opened_by_what_each_build_takes() {
    for (dialect, by_message) in [("napcat", true), ("llonebot", false)] {
        let server = serve(dialect).await;
        let node =
            json!({ "type": "node", "data": { "user_id": ACTOR.to_string(), "nickname": "Lin", "content": "hi" } });
        let params = json!({ "group_id": 70_001, "messages": [node] });
        let sent = server.data("send_group_forward_msg", params).await;
        let read = server.data("get_msg", json!({ "message_id": sent["message_id"] })).await;
        let resource = read["message"][0]["data"]["id"].clone();
        let opened = server.data("get_forward_msg", json!({ "message_id": resource })).await;
        assert_eq!(opened["messages"].as_array().map(Vec::len), Some(1), "{dialect}");
        let number = json!({ "message_id": sent["message_id"].to_string() });
        let reply: Reply = server.post("get_forward_msg", &number).await;
        assert_eq!(reply.json()["status"] == "ok", by_message, "{dialect}: {}", reply.body);
        server.done().await;
    }
}

#[tokio::test]
async fn pictures_of_a_poke_name_people_as_the_build_does() {
    for (dialect, by_number) in [("napcat", false), ("llonebot", true)] {
        let server = serve(dialect).await;
        let mut events = server.ws("/event").await;
        events.frame().await;
        server.step("poke", &json!({ "group": 70_001, "user": 30_003, "target": 10_001 }));
        let info = events.frame().await["raw_info"].clone();
        let uid = info[0]["uid"].as_str().expect("a name");
        assert_eq!(uid == "30003", by_number, "{dialect}: {info}");
        assert!(info[0].get("jp").is_some() && info[0].get("tp").is_some(), "{info}");
        assert_eq!((&info[1]["type"], &info[1]["col"], &info[1]["jp"]), (&json!("nor"), &json!("1"), &json!("")));
        server.done().await;
    }
}

#[tokio::test]
async fn a_video_may_stand_beside_a_text() {
    let server = serve("llonebot").await;
    for kind in ["video", "record"] {
        let message = json!([
            { "type": "text", "data": { "text": "look" } },
            { "type": kind, "data": { "file": "base64://aGVsbG8=" } },
        ]);
        server.data("send_group_msg", json!({ "group_id": 70_001, "message": message })).await;
    }
    let params = json!({ "base64": "base64://aGVsbG8=", "name": "hello.txt" });
    server.data("download_file", params).await;
    server.done().await;
}

#[tokio::test]
async fn what_a_build_takes_beyond_its_documents_is_taken_and_what_it_refuses_is_refused() {
    let group = |message: Value| ("send_group_msg", json!({ "group_id": 70_001, "message": message }));
    let segment = |kind: &str, data: Value| group(json!([{ "type": kind, "data": data }]));
    let segments = [
        segment("at", json!({ "qq": 20_002 })),
        segment("at", json!({ "qq": 20_002, "name": null })),
        segment("face", json!({ "id": 14 })),
        segment("text", json!({ "text": 12 })),
        segment("image", json!({ "file": "base64://aGVsbG8=", "summary": null, "sub_type": "0" })),
        group(json!({ "type": "face", "data": { "id": 14 } })),
    ];
    let card = |card: Value| ("set_group_card", json!({ "group_id": 70_001, "user_id": 30_003, "card": card }));
    let converted = [
        card(json!(123)),
        ("set_group_whole_ban", json!({ "group_id": 70_001, "enable": 1 })),
        ("set_group_whole_ban", json!({ "group_id": 70_001, "enable": 0 })),
        ("get_group_info", json!({ "group_id": "70001" })),
        segment("dice", json!({})),
        segment("rps", json!({})),
        segment("image", json!({ "url": "base64://aGVsbG8=" })),
    ];
    for dialect in ["napcat", "llonebot"] {
        let server = serve(dialect).await;
        let strict = dialect == "llonebot";
        for (action, params) in segments.iter().chain(converted.iter().filter(|_| !strict)) {
            let answer = server.post(action, params).await.json();
            assert_eq!(answer["status"], "ok", "{dialect} {action} {params}: {answer}");
        }
        let mut refused = vec![card(json!(null)), card(json!({})), card(json!([]))];
        // Null counts as absent in one of them.
        refused.drain(..usize::from(strict));
        refused.extend(strict.then(|| card(json!(123))));
        for (action, params) in &refused {
            let answer = server.post(action, params).await.json();
            assert_eq!(answer["status"], "failed", "{dialect} {action} {params}: {answer}");
        }
        server.done().await;
    }
}

/// Numbers for texts reach the action: it fails by what they name, never by their type.
#[tokio::test]
async fn numbers_for_texts_are_refused_by_what_they_name_alone() {
    let unknown = [
        ("set_group_add_request", json!({ "flag": 1_734_738_688_386_176_i64, "approve": 1 })),
        ("get_forward_msg", json!({ "message_id": 315_011_686 })),
    ];
    for (dialect, taken) in [("napcat", true), ("llonebot", false)] {
        let server = serve(dialect).await;
        let mut socket = server.ws("/api").await;
        for (action, params) in &unknown {
            let answer = socket.call(action, params).await;
            assert_eq!(answer["retcode"] == 1400, !taken, "{dialect} {action}: {answer}");
            assert_eq!(answer["status"], "failed");
        }
        server.done().await;
    }
}

#[tokio::test]
async fn a_video_stands_in_a_node_and_a_flash_transfer_is_shared_by_its_address() {
    let server = serve("llonebot").await;
    let content = json!([
        { "type": "text", "data": { "text": "look" } },
        { "type": "video", "data": { "file": "base64://aGVsbG8=" } },
    ]);
    let node = json!({ "type": "node", "data": { "user_id": ACTOR, "nickname": "Lin", "content": content } });
    server.data("send_group_forward_msg", json!({ "group_id": 70_001, "messages": [node] })).await;
    let params = json!({ "title": "Recipes", "paths": ["base64://aGVsbG8="] });
    let link = server.data("upload_flash_file", params).await["share_link"].clone();
    assert!(link.as_str().is_some_and(|link| link.starts_with("https://qfile.qq.com/q/")), "{link}");
    server.done().await;
}

/// A segment that cannot be read never has the parameters refused: the action fails, or the message goes out without it.
#[tokio::test]
async fn a_segment_that_cannot_be_read_fails_the_action_or_is_left_out() {
    let segment = |kind: &str, data: Value| json!({ "type": kind, "data": data });
    let cases = [
        // What is sent, and whether the text beside it goes out in NapCat and in LLOneBot.
        (json!({ "type": "dance", "data": {} }), false, true),
        (json!({ "type": "dance" }), false, true),
        (json!({ "data": { "text": "x" } }), false, true),
        (json!("x"), false, true),
        (segment("share", json!({ "url": "http://127.0.0.1/", "title": "x" })), false, true),
        (segment("poke", json!({ "type": "1", "id": "1" })), true, true),
        (segment("xml", json!({ "data": "<x/>" })), true, true),
        (segment("miniapp", json!({ "data": "{}" })), true, true),
        (segment("reply", json!({ "id": "5" })), true, true),
        (segment("reply", json!({})), true, true),
        (segment("at", json!({})), true, true),
        (segment("at", json!(null)), true, true),
        (segment("face", json!({ "id": null })), true, true),
        (segment("text", json!({ "text": null })), false, true),
        (segment("text", json!({})), false, true),
        (segment("image", json!({})), false, false),
        (segment("image", json!(null)), false, false),
        (segment("json", json!({})), false, false),
    ];
    for (dialect, is_llonebot) in [("napcat", false), ("llonebot", true)] {
        let server = serve(dialect).await;
        let mut socket = server.ws("/api").await;
        for (odd, napcat, llonebot) in &cases {
            let message = json!([{ "type": "text", "data": { "text": "beside" } }, odd]);
            let answer = socket.call("send_group_msg", &json!({ "group_id": 70_001, "message": message })).await;
            let goes_out = if is_llonebot { *llonebot } else { *napcat };
            if goes_out {
                assert_eq!(answer["status"], "ok", "{dialect} {odd}: {answer}");
                let read = server.data("get_msg", json!({ "message_id": answer["data"]["message_id"] })).await;
                assert_eq!(read["raw_message"], "beside", "{dialect} {odd}: {answer}");
            } else {
                assert_eq!(answer["retcode"], 1200, "{dialect} {odd}: {answer}");
            }
            let alone = socket.call("send_group_msg", &json!({ "group_id": 70_001, "message": [odd] })).await;
            assert_eq!(alone["retcode"], 1200, "{dialect} {odd}: {alone}");
        }
        server.done().await;
    }
}

#[tokio::test]
async fn a_segment_that_needs_no_data_may_come_without() {
    for (dialect, kinds) in [("napcat", &["dice", "rps"][..]), ("llonebot", &["dice", "rps", "shake"])] {
        let server = serve(dialect).await;
        for kind in kinds {
            for segment in
                [json!({ "type": kind }), json!({ "type": kind, "data": null }), json!({ "type": kind, "data": {} })]
            {
                let params = json!({ "group_id": 70_001, "message": [segment] });
                let sent = server.data("send_group_msg", params).await;
                let read = server.data("get_msg", json!({ "message_id": sent["message_id"] })).await;
                assert_eq!(read["message"][0]["type"], **kind, "{dialect} {segment}: {read}");
            }
        }
        server.done().await;
    }
}

/// What the check of the parameters lets pass reaches the action, which fails by it or makes of it what it can: 1400 is the check,
/// 1200 the action.
#[tokio::test]
async fn each_build_finds_wrong_values_when_it_looks_at_them() {
    let info = |group: Value| ("get_group_info", json!({ "group_id": group }));
    let ban =
        |duration: Value| ("set_group_ban", json!({ "group_id": 70_001, "user_id": 30_003, "duration": duration }));
    let history = |count: Value| ("get_group_msg_history", json!({ "group_id": 70_001, "count": count }));
    let mute = |enable: Value| ("set_group_whole_ban", json!({ "group_id": 70_001, "enable": enable }));
    let poke = |group: Value| ("send_poke", json!({ "user_id": ACTOR, "group_id": group }));
    let send = |params: Value| ("send_group_msg", params);
    let either = |params: Value| ("send_msg", params);
    let answer = |approve: Value| ("set_group_add_request", json!({ "flag": "nobody", "approve": approve }));
    let cases = [
        // The call, and the retcodes of NapCat and of LLOneBot.
        (info(json!("abc")), 1200, 1200),
        (info(json!(-1)), 1200, 1200),
        (info(json!(0)), 1200, 1200),
        (info(json!(1.5)), 1200, 1200),
        (info(json!("")), 1200, 1200),
        (info(json!(true)), 1200, 1400),
        (info(json!(null)), 1400, 1400),
        (info(json!([70_001])), 1400, 1400),
        (info(json!({})), 1400, 1400),
        (("get_group_info", json!({})), 1400, 1400),
        (("get_msg", json!({ "message_id": "abc" })), 1200, 1200),
        (("delete_msg", json!({ "message_id": 1.5 })), 1200, 1200),
        (ban(json!("abc")), 0, 0),
        (ban(json!(-1)), 1200, 1200),
        (ban(json!(60.5)), 0, 0),
        (ban(json!([])), 1400, 1400),
        (history(json!(-1)), 0, 0),
        // A count is a number in one of them, and a number or a text in the other.
        (history(json!("abc")), 1400, 0),
        (mute(json!("abc")), 0, 0),
        (mute(json!(5)), 0, 1400),
        (mute(json!([])), 1400, 1400),
        (answer(json!("abc")), 1200, 1200),
        (answer(json!(5)), 1200, 1400),
        (poke(json!("")), 0, 0),
        (poke(json!("abc")), 1200, 1200),
        (("delete_essence_msg", json!({})), 1200, 1400),
        (("get_forward_msg", json!({})), 1200, 1200),
        (("get_group_honor_info", json!({ "group_id": 70_001, "type": "abc" })), 1400, 1400),
        (send(json!({})), 1200, 1400),
        (send(json!({ "message": "x" })), 1200, 1200),
        (send(json!({ "group_id": null, "message": "x" })), 1200, 1200),
        (send(json!({ "group_id": 70_001 })), 1200, 1400),
        (send(json!({ "group_id": "x", "message": "x" })), 1200, 1200),
        (send(json!({ "group_id": 70_001, "message": 5 })), 1200, 1200),
        (send(json!({ "group_id": 70_001, "message": true })), 1200, 1200),
        (send(json!({ "group_id": 70_001, "message": "x", "auto_escape": "abc" })), 0, 0),
        (send(json!({ "group_id": 70_001, "message": "x", "auto_escape": 5 })), 0, 1400),
        (either(json!({ "message": "x" })), 1200, 1200),
        (either(json!({ "message": "x", "group_id": 70_001, "user_id": "" })), 0, 0),
        (either(json!({ "message": "x", "group_id": 70_001, "message_type": "channel" })), 0, 1400),
        (either(json!({ "message": "x", "group_id": 70_001, "message_type": 1 })), 0, 1400),
        (("send_msg", json!({ "message": "x", "user_id": ACTOR, "news": 5, "timeout": "abc" })), 0, 0),
    ];
    for (dialect, is_llonebot) in [("napcat", false), ("llonebot", true)] {
        let server = serve(dialect).await;
        let mut socket = server.ws("/api").await;
        for ((action, params), napcat, llonebot) in &cases {
            let answer = socket.call(action, params).await;
            let expected = if is_llonebot { *llonebot } else { *napcat };
            assert_eq!(answer["retcode"], expected, "{dialect} {action} {params}: {answer}");
        }
        server.done().await;
    }
}

#[tokio::test]
async fn forwards_beside_anything_else_have_the_parameters_refused_in_napcat() {
    let node = json!({ "type": "node", "data": { "user_id": ACTOR.to_string(), "nickname": "Lin", "content": "hi" } });
    let text = json!({ "type": "text", "data": { "text": "beside" } });
    for (dialect, retcode) in [("napcat", 1400), ("llonebot", 1200)] {
        let server = serve(dialect).await;
        let mut socket = server.ws("/api").await;
        for message in [json!([node, text]), json!([text, node])] {
            let answer = socket.call("send_group_msg", &json!({ "group_id": 70_001, "message": message })).await;
            assert_eq!(answer["retcode"], retcode, "{dialect} {message}: {answer}");
        }
        server.done().await;
    }
}

#[tokio::test]
async fn who_takes_a_private_message_back_is_notified_where_the_build_does_so() {
    for (dialect, is_notified) in [("napcat", false), ("llonebot", true)] {
        let server = serve(dialect).await;
        let mut events = server.ws("/event").await;
        events.frame().await;
        let sent = server.data("send_private_msg", json!({ "user_id": ACTOR, "message": "x" })).await;
        server.data("delete_msg", json!({ "message_id": sent["message_id"] })).await;
        // Something that is always reported stands behind it.
        server.step("say", &json!({ "text": "next" }));
        let event = events.frame().await;
        assert_eq!(event["notice_type"] == "friend_recall", is_notified, "{dialect}: {event}");
        if is_notified {
            assert_eq!((&event["user_id"], &event["message_id"]), (&json!(10_001), &sent["message_id"]));
        }
        server.done().await;
    }
}

/// A message that would take long to read is refused before it is, in whichever form it comes, and others are answered.
#[tokio::test]
async fn a_message_of_too_many_segments_is_refused() {
    let server = serve("napcat").await;
    let mut socket = server.ws("/api").await;
    let (face, code) = (json!({ "type": "face", "data": { "id": "14" } }), "[CQ:face,id=14]");
    let node =
        |content: Value| json!({ "type": "node", "data": { "user_id": "1", "nickname": "x", "content": content } });
    let messages = [
        Value::from(code.repeat(200_000)),
        Value::from(vec![face.clone(); 200_000]),
        Value::from(vec![node(code.repeat(2_600).into()), node(vec![face; 2_600].into())]),
    ];
    for message in messages {
        let answer = socket.call("send_group_msg", &json!({ "group_id": 70_001, "message": message })).await;
        let text = answer["message"].as_str().unwrap_or_default();
        assert!(answer["retcode"] == 1200 && text.contains("at most 5000 fit in"), "{answer}");
    }
    server.done().await;
}

/// Its name is registered, so that it fails as an action does, and not as one that is not there.
#[tokio::test]
async fn an_action_that_has_nothing_left_but_its_name_fails_as_an_action() {
    let server = serve("llonebot").await;
    for (action, status, retcode) in [("get_group_ignore_add_request", 200, 200), ("get_group_no_requests", 404, 404)] {
        let reply: Reply = server.post(action, &json!({ "group_id": 70_001 })).await;
        assert_eq!((reply.status, &reply.json()["retcode"]), (status, &json!(retcode)), "{action}: {}", reply.body);
    }
    server.done().await;
}
