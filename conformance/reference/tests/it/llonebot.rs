//! LLOneBot: what is its own about messages, groups, files and the events that wait for whoever asks.

use botspec_reference::ServerConfig;
use botspec_schema::Kind;
use botspec_schema::model::{FailureKind, Presence};
use serde_json::{Value, json};

use crate::harness::{ACTOR, BOT, PATIENCE, Socket, TestServer, config_in};

const LLONEBOT: &str = "llonebot";
const GROUP: i64 = 70_001;
const MEMBER: i64 = 30_003;
const TEXT: &str = "base64://QnJlYWQsIGJ1dHRlciAmIGphbQo=";

async fn server() -> TestServer {
    TestServer::with(config_in(LLONEBOT)).await
}

/// A bed, and a client that receives its events from now on.
async fn received() -> (TestServer, Socket) {
    let server = server().await;
    let mut events = server.ws("/event").await;
    assert_eq!(events.frame().await["meta_event_type"], "lifecycle");
    (server, events)
}

fn valid(server: &TestServer, segment: &Value) {
    let violations =
        server.dialect.check(Kind::SegmentReceive, segment["type"].as_str(), segment).expect("a known one");
    assert!(violations.is_empty(), "{violations:#?}\n{segment:#}");
}

/// The only segment of a message.
async fn rendered(server: &TestServer, message: &Value) -> Value {
    let rendered = server.data("get_msg", json!({ "message_id": message })).await;
    let [segment] = rendered["message"].as_array().expect("segments").as_slice() else {
        panic!("one segment in {rendered}")
    };
    segment.clone()
}

#[tokio::test]
async fn every_segment_is_sent_and_read_back_as_its_contract_states() {
    let server = server().await;
    let mut tried = 0;
    for contract in server.dialect.segments.values().filter(|it| it.presence == Presence::Current) {
        for example in &contract.examples {
            let (name, Some(data)) = (&contract.name, &example.send) else { continue };
            let segment = json!({ "type": name, "data": data });
            let say = |action: &'static str, key: &str| (action, json!({ "user_id": ACTOR, key: [segment] }));
            let (action, params) = if contract.refused_by.iter().any(|it| it == "send_private_msg") {
                say("send_private_forward_msg", "messages")
            } else {
                say("send_private_msg", "message")
            };
            let sent = server.data(action, params).await;
            let read = rendered(&server, &sent["message_id"]).await;
            valid(&server, &read);
            // What cannot be received arrives as something else that can.
            if contract.receive.is_some() {
                assert_eq!(read["type"], name.as_str(), "{}", example.title);
            }
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} examples");
    server.done().await;
}

#[tokio::test]
async fn a_node_is_refused_where_no_forward_is_sent() {
    let server = server().await;
    let node = json!({ "type": "node", "data": { "user_id": "20002", "nickname": "Lin", "content": "Soup" } });
    let code = json!("[CQ:node,user_id=20002,nickname=Lin,content=Soup]");
    let forms = [json!([node]), node.clone(), code.clone()];
    let failed = &server.dialect.file.failures[&FailureKind::ActionFailed].http;
    let failed = failed.as_ref().and_then(|it| it.retcode).expect("a failure has a retcode");
    for form in &forms {
        for (action, to) in [("send_private_msg", "user_id"), ("send_group_msg", "group_id"), ("send_msg", "user_id")] {
            let whom = if to == "user_id" { ACTOR } else { GROUP };
            let answer = server.post(action, &json!({ to: whom, "message": form })).await.json();
            assert_eq!(answer["retcode"], json!(failed), "{action} {form}: {answer}");
        }
    }
    // Plain text is no node, and a forward takes it.
    let plain = json!({ "user_id": ACTOR, "message": code, "auto_escape": true });
    let sent = server.data("send_private_msg", plain).await;
    assert_eq!(rendered(&server, &sent["message_id"]).await["data"]["text"], code);
    server.data("send_private_forward_msg", json!({ "user_id": ACTOR, "messages": [node] })).await;
    server.done().await;
}

#[tokio::test]
async fn what_only_programs_can_show_is_received() {
    let server = server().await;
    for (kind, segment) in [("markdown", "markdown"), ("transfer", "flash_file")] {
        let shown = server.step("show", &json!({ "kind": kind, "text": "Dinner" }));
        let read = rendered(&server, &shown["message"]).await;
        assert_eq!(read["type"], segment);
        assert!(read["data"].to_string().contains("Dinner"), "{read}");
        valid(&server, &read);
    }
    server.done().await;
}

#[tokio::test]
async fn a_throw_may_be_chosen_and_a_picture_has_its_kind() {
    let server = server().await;
    let read = async |segment: Value| {
        let sent = server.data("send_private_msg", json!({ "user_id": ACTOR, "message": segment })).await;
        rendered(&server, &sent["message_id"]).await["data"].clone()
    };
    for eyes in ["1", "6"] {
        assert_eq!(read(json!({ "type": "dice", "data": { "result": eyes } })).await["result"], eyes);
    }
    assert_eq!(read(json!({ "type": "rps", "data": { "result": 3 } })).await["result"], "3");
    let picture = json!({ "type": "image", "data": { "file": "IMAGE0001.png", "subType": 1, "type": "flash" } });
    let picture = read(picture).await;
    assert_eq!((&picture["subType"], &picture["type"]), (&json!(1), &json!("flash")));
    server.done().await;
}

#[tokio::test]
async fn history_goes_by_the_numbers_of_a_conversation() {
    let server = server().await;
    let mut numbers = Vec::new();
    for place in 0..4 {
        let posted = server.step("say", &json!({ "from": MEMBER, "group": GROUP, "text": format!("number {place}") }));
        numbers.push(posted["number"].as_i64().expect("a number"));
    }
    assert_eq!(numbers.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>(), [1, 1, 1]);
    let page = async |params: Value| -> Vec<i64> {
        let rendered = server.data("get_group_msg_history", params).await;
        let rendered = rendered["messages"].as_array().expect("messages").iter();
        rendered.map(|message| message["message_seq"].as_i64().expect("a number")).collect()
    };
    assert_eq!(page(json!({ "group_id": GROUP, "count": 2 })).await, numbers[2..]);
    assert_eq!(page(json!({ "group_id": GROUP, "count": 2, "message_seq": numbers[1] })).await, numbers[..2]);
    let turned: Vec<i64> = numbers[1..3].iter().rev().copied().collect();
    let params = json!({ "group_id": GROUP, "count": 2, "message_seq": numbers[2], "reverseOrder": true });
    assert_eq!(page(params).await, turned);
    server.refused("get_group_msg_history", json!({ "group_id": GROUP, "message_seq": 999_999 })).await;
    server.done().await;
}

#[tokio::test]
async fn albums_announcements_and_folders_are_kept() {
    let server = server().await;
    let group = json!({ "group_id": GROUP });
    let album = server.data("create_group_album", json!({ "group_id": GROUP, "name": "Soups", "desc": "Hot" })).await;
    let in_album = json!({ "group_id": GROUP, "album_id": album["album_id"] });
    let files = json!(["https://example.com/soup.png", "no picture"]);
    let mut upload = in_album.clone();
    upload["files"] = files;
    let done = server.data("upload_group_album", upload).await;
    assert_eq!(done, json!({ "success_count": 1, "fail_count": 1, "fail_indexes": [1] }));
    let media = server.data("get_group_album_media_list", in_album.clone()).await;
    assert_eq!(media["media_list"].as_array().map(Vec::len), Some(1));
    assert_eq!(media["media_list"][0]["upload_user"]["uin"], BOT.to_string());
    server.data("delete_group_album", in_album.clone()).await;
    server.refused("get_group_album_media_list", in_album).await;

    let notice = json!({ "group_id": GROUP, "content": "Soup at six", "pinned": true, "confirm_required": false });
    server.data("_send_group_notice", notice).await;
    let notices = server.data("_get_group_notice", group.clone()).await;
    assert_eq!(notices[0]["message"]["text"], "Soup at six");
    assert_eq!(
        (&notices[0]["settings"]["pinned"], &notices[0]["settings"]["confirm_required"]),
        (&json!(true), &json!(false))
    );

    let folder =
        server.data("create_group_file_folder", json!({ "group_id": GROUP, "name": "Menus" })).await["folder_id"]
            .clone();
    let file =
        server.data("upload_group_file", json!({ "group_id": GROUP, "file": TEXT, "name": "soup.txt" })).await["file_id"]
            .clone();
    let moved = json!({ "group_id": GROUP, "file_id": file, "parent_directory": "/", "target_directory": folder });
    server.data("move_group_file", moved).await;
    let renamed = json!({ "group_id": GROUP, "folder_id": folder, "new_folder_name": "Menus of May" });
    server.data("rename_group_file_folder", renamed).await;
    server.data("set_group_file_forever", json!({ "group_id": GROUP, "file_id": file })).await;
    let inside = server.data("get_group_files_by_folder", json!({ "group_id": GROUP, "folder_id": folder })).await;
    assert_eq!((&inside["files"][0]["file_id"], &inside["files"][0]["dead_time"]), (&file, &json!(0)));
    let root = server.data("get_group_root_files", group).await;
    let names: Vec<&Value> = root["folders"].as_array().expect("folders").iter().map(|it| &it["folder_name"]).collect();
    assert!(names.contains(&&json!("Menus of May")), "{names:?}");
    server.done().await;
}

#[tokio::test]
async fn friends_are_sorted_and_likes_are_counted() {
    let server = server().await;
    server.data("set_friend_category", json!({ "user_id": ACTOR, "category_id": 1 })).await;
    let sorted = server.data("get_friends_with_category", json!({})).await;
    let kitchen = sorted.as_array().expect("categories").iter().find(|it| it["categoryId"] == 1).expect("the kitchen");
    assert_eq!(kitchen["buddyList"][0]["user_id"], ACTOR);
    server.refused("set_friend_category", json!({ "user_id": ACTOR, "category_id": 77 })).await;
    server.data("send_like", json!({ "user_id": ACTOR, "times": 4 })).await;
    let liked = server.data("get_profile_like", json!({})).await;
    assert_eq!((&liked["users"][0]["uin"], &liked["users"][0]["count"]), (&json!(ACTOR), &json!(4)));
    assert_eq!(server.data("get_profile_like_count", json!({ "user_id": ACTOR })).await["count"], 4);
    for _ in 0..2 {
        server.step("like", &json!({}));
    }
    let first = server.data("get_profile_like_me", json!({ "count": 1 })).await;
    assert_eq!((first["users"].as_array().map(Vec::len), &first["nextStart"]), (Some(1), &json!(1)));
    let rest = server.data("get_profile_like_me", json!({ "start": 1 })).await;
    assert_eq!((rest["users"].as_array().map(Vec::len), &rest["nextStart"]), (Some(1), &json!(-1)));
    assert_ne!(first["users"][0]["uin"], rest["users"][0]["uin"]);
    server.done().await;
}

#[tokio::test]
async fn a_message_is_passed_on_with_an_id_of_its_own() {
    let server = server().await;
    let sent = server.data("forward_group_single_msg", json!({ "group_id": GROUP, "message_id": 61_001 })).await;
    let read = server.data("get_msg", json!({ "message_id": sent["message_id"] })).await;
    assert_eq!(
        (&read["raw_message"], &read["user_id"], &read["group_id"]),
        (&json!("Hello"), &json!(BOT), &json!(GROUP))
    );
    let react = json!({ "message_id": sent["message_id"], "emoji_id": 66 });
    server.data("set_msg_emoji_like", react.clone()).await;
    let likes = server.data("fetch_emoji_like", react.clone()).await;
    assert_eq!(likes["emojiLikesList"][0]["tinyId"], BOT.to_string());
    server.data("unset_msg_emoji_like", react.clone()).await;
    assert_eq!(server.data("fetch_emoji_like", react).await["emojiLikesList"], json!([]));
    server.refused("voice_msg_to_text", json!({ "message_id": sent["message_id"] })).await;
    server.done().await;
}

#[tokio::test]
async fn what_it_is_set_to_and_what_it_did_is_reported() {
    let server = server().await;
    let before = server.data("get_config", json!({})).await;
    assert_eq!(before["ob11"]["connect"][0]["token"], "made-up");
    let mut after = before.clone();
    after["msgCacheExpire"] = json!(7);
    server.data("set_config", after.clone()).await;
    assert_eq!(server.data("get_config", json!({})).await["msgCacheExpire"], 7);
    let stat = server.data("get_status", json!({})).await["stat"].clone();
    server.data("send_private_msg", json!({ "user_id": ACTOR, "message": "One more" })).await;
    let later = server.data("get_status", json!({})).await["stat"].clone();
    assert_eq!(later["message_sent"].as_i64(), stat["message_sent"].as_i64().map(|sent| sent + 1));
    assert_eq!(
        (&later["message_received"], &later["startup_time"]),
        (&stat["message_received"], &stat["startup_time"])
    );
    server.done().await;
}

#[tokio::test]
async fn a_flash_transfer_goes_there_and_back_and_no_event_speaks_of_it() {
    let (server, mut events) = received().await;
    let sent = server.data("upload_flash_file", json!({ "title": "Recipes", "paths": [TEXT] })).await;
    assert_eq!((&sent["downloads"][0]["size"], &sent["downloads"][0]["expire"]), (&json!(20), &json!(3600)));
    let by_link = json!({ "share_link": sent["share_link"] });
    server.data("download_flash_file", by_link.clone()).await;
    server.step("heartbeat", &json!({}));
    assert_eq!(events.frame().await["meta_event_type"], "heartbeat", "its events stand in documents alone");
    assert_eq!(server.data("get_flash_file_info", by_link.clone()).await["total_file_size"], 20);
    let again = server.data("reshare_flash_file", by_link.clone()).await;
    assert_ne!((&again["share_link"], &again["file_set_id"]), (&sent["share_link"], &sent["file_set_id"]));
    // Both links lead to the files.
    for id in [&sent["file_set_id"], &again["file_set_id"]] {
        let info = server.data("get_flash_file_info", json!({ "file_set_id": id })).await;
        assert_eq!((&info["file_set_id"], &info["total_file_size"]), (id, &json!(20)));
    }
    server.data("get_flash_file_info", by_link).await;
    server.done().await;
}

#[tokio::test]
async fn who_poked_is_named_as_who_did_it() {
    let (server, mut events) = received().await;
    server.data("friend_poke", json!({ "user_id": ACTOR })).await;
    server.data("friend_poke", json!({ "user_id": ACTOR, "target_id": BOT })).await;
    for (what, user, target) in [("poke", BOT, ACTOR), ("poke", BOT, BOT)] {
        let event = events.frame().await;
        assert_eq!(
            (&event["sub_type"], &event["user_id"], &event["target_id"]),
            (&json!(what), &json!(user), &json!(target))
        );
    }
    server.done().await;
}

#[tokio::test]
async fn a_group_that_ends_and_a_newcomer_who_was_brought_are_reported_as_such() {
    let (server, mut events) = received().await;
    server.step("group_introduction", &json!({ "group": GROUP, "user": 40_004, "by": MEMBER }));
    let event = events.frame().await;
    assert_eq!(
        (&event["sub_type"], &event["user_id"], &event["invitor_id"]),
        (&json!("add"), &json!(40_004), &json!(MEMBER))
    );
    server.data("set_group_add_request", json!({ "flag": event["flag"] })).await;
    assert_eq!(events.frame().await["notice_type"], "group_increase");
    server.step("dissolve", &json!({ "group": 70_004 }));
    let event = events.frame().await;
    assert_eq!((&event["notice_type"], &event["group_id"]), (&json!("group_dismiss"), &json!(70_004)));
    server.done().await;
}

#[tokio::test]
async fn what_stands_for_no_group_is_not_checked_for() {
    let server = server().await;
    let left_out = server.data("get_ai_characters", json!({})).await;
    assert_eq!(server.data("get_ai_characters", json!({ "group_id": 42 })).await, left_out);
    server.refused("get_ai_characters", json!({ "group_id": 43 })).await;
    server.done().await;
}

/// The texts of the messages that wait in a queue.
async fn waiting(server: &TestServer, key: &str) -> Vec<String> {
    let rendered = server.data("get_event", json!({ "key": key })).await;
    let rendered = rendered.as_array().expect("events").iter();
    rendered.map(|event| event["raw_message"].as_str().expect("a message").to_owned()).collect()
}

#[tokio::test]
async fn events_wait_in_the_queue_of_each_key_from_its_first_call() {
    let server = server().await;
    let none: [&str; 0] = [];
    let say = |text: &str| drop(server.step("say", &json!({ "text": text })));
    say("too early");
    assert_eq!(waiting(&server, "one").await, none);
    say("first");
    assert_eq!(waiting(&server, "other").await, none);
    say("second");
    assert_eq!(waiting(&server, "one").await, ["first", "second"]);
    assert_eq!(waiting(&server, "other").await, ["second"]);
    assert_eq!(waiting(&server, "one").await, none);
    // A queue that nobody asks for any more makes room for others.
    for key in 0..70 {
        waiting(&server, &key.to_string()).await;
    }
    say("third");
    assert_eq!(waiting(&server, "one").await, none);
    assert_eq!(waiting(&server, "69").await, ["third"]);
    server.done().await;
}

#[tokio::test]
async fn whoever_polls_may_wait_for_the_next_event() {
    let server = server().await;
    let wait = json!({ "key": "kitchen", "timeout": i32::MAX });
    waiting(&server, "kitchen").await;
    let ask = async { server.data("get_event", wait.clone()).await };
    let (rendered, ()) = tokio::join!(ask, async {
        tokio::task::yield_now().await;
        server.step("say", &json!({ "text": "Dinner" }));
    });
    assert_eq!(rendered[0]["raw_message"], "Dinner");
    // Over a WebSocket other calls are answered meanwhile.
    let mut socket = server.ws("/api").await;
    socket.send(json!({ "action": "get_event", "params": wait, "echo": "late" }).to_string()).await;
    assert_eq!(socket.call("get_login_info", &json!({})).await["status"], "ok");
    server.step("say", &json!({ "text": "Tea" }));
    let late = socket.frame().await;
    assert_eq!((&late["echo"], &late["data"][0]["raw_message"]), (&json!("late"), &json!("Tea")));
    server.done().await;
}

#[tokio::test]
async fn nobody_who_waits_holds_up_the_end() {
    let server = server().await;
    let TestServer { server, .. } = server;
    let url = format!("http://{}/get_event?timeout=2000000000", server.http_addr().expect("HTTP is served"));
    let asked = tokio::spawn(async move { reqwest::get(url).await });
    tokio::task::yield_now().await;
    tokio::time::timeout(PATIENCE, server.shutdown()).await.expect("it ends");
    // Answered or cut off, but not kept.
    let _ = tokio::time::timeout(PATIENCE, asked).await.expect("the client is let go").expect("no panic");
}

#[tokio::test]
async fn a_wrong_token_is_reported_before_the_connection_is_closed() {
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
    let config: ServerConfig = config_in(LLONEBOT).each(|adapter| adapter.token = Some("made-up".to_owned()));
    let server = TestServer::with(config).await;
    for path in ["/", "/api", "/event", "/?access_token=other"] {
        let mut socket = server.ws(path).await;
        let rendered = socket.frame().await;
        assert_eq!((&rendered["status"], &rendered["retcode"]), (&json!("failed"), &json!(1403)), "{path}: {rendered}");
        match socket.message().await {
            Some(Ok(Message::Close(Some(close)))) => assert_eq!(close.code, CloseCode::Policy, "{path}"),
            other => panic!("{path}: expected the end, found {other:?}"),
        }
    }
    let mut socket = server.ws("/?access_token=made-up").await;
    assert_eq!(socket.frame().await["meta_event_type"], "lifecycle");
    for query in ["", "?access_token=other"] {
        let reply = reqwest::get(server.url(&format!("/get_login_info{query}"))).await.expect("an answer");
        assert_eq!(reply.status().as_u16(), 403);
    }
    server.done().await;
}

#[tokio::test]
async fn a_stream_has_no_lifecycle_and_an_account_that_comes_states_what_it_is() {
    use botspec_schema::model::WsRole;

    use crate::hook::Hook;
    use crate::reverse::{Client, adapter};
    let (client, mut hook) = (Client::new().await, Hook::new().await);
    let mut config = config_in(LLONEBOT);
    config.adapters.push(adapter(client.url("/ws"), WsRole::Universal).with_token("made-up"));
    let mut posting = botspec_reference::Adapter::webhook(hook.url("/")).with_token("made-up");
    posting.heartbeat = botspec_reference::Heartbeat::Never;
    config.adapters.push(posting);
    let server = TestServer::with(config).await;
    let mut stream = crate::sse::Reader::open(&server.url("/_events"), None).await;
    let (mut socket, handshake) = client.accept().await;
    let header = |name: &str| handshake.headers().get(name).map(|value| value.to_str().expect("a text").to_owned());
    let agent = server.dialect.file.transports.reverse_ws.as_ref().and_then(|ws| ws.user_agent.clone());
    assert_eq!(header("User-Agent"), agent);
    assert_eq!(header("X-Client-Role").as_deref(), Some("Universal"));
    assert_eq!(header("Authorization").as_deref(), Some("Bearer made-up"));
    assert_eq!(socket.frame().await["meta_event_type"], "lifecycle");
    server.step("say", &json!({ "text": "Hello" }));
    assert_eq!(stream.next().await.expect("an event")["raw_message"], "Hello");
    assert_eq!(socket.frame().await["raw_message"], "Hello");
    let post = hook.post().await;
    assert_eq!(post.json()["raw_message"], "Hello");
    assert_eq!(post.header("X-Signature"), Some(crate::webhook::signature("made-up", &post.body).as_str()));
    drop(stream);
    server.done().await;
}
