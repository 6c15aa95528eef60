//! LLOneBot: what is its own about messages, groups, files and the events that wait for whoever asks.

use botspec_reference::ServerConfig;
use botspec_schema::Kind;
use botspec_schema::model::{FailureKind, Presence};
use serde_json::{Value, json};

use crate::bed::{ACTOR, BOT, Bed, PATIENCE, Socket, config_in};

const LLONEBOT: &str = "llonebot";
const GROUP: i64 = 70_001;
const MEMBER: i64 = 30_003;
const TEXT: &str = "base64://QnJlYWQsIGJ1dHRlciAmIGphbQo=";

async fn bed() -> Bed {
    Bed::with(config_in(LLONEBOT)).await
}

/// A bed, and a client that hears its events from now on.
async fn heard() -> (Bed, Socket) {
    let bed = bed().await;
    let mut events = bed.ws("/event").await;
    assert_eq!(events.frame().await["meta_event_type"], "lifecycle");
    (bed, events)
}

fn valid(bed: &Bed, segment: &Value) {
    let violations = bed.dialect.check(Kind::SegmentReceive, segment["type"].as_str(), segment).expect("a known one");
    assert!(violations.is_empty(), "{violations:#?}\n{segment:#}");
}

/// The only segment of a message.
async fn told(bed: &Bed, message: &Value) -> Value {
    let told = bed.data("get_msg", json!({ "message_id": message })).await;
    let [segment] = told["message"].as_array().expect("segments").as_slice() else { panic!("one segment in {told}") };
    segment.clone()
}

#[tokio::test]
async fn every_segment_is_sent_and_read_back_as_its_contract_says() {
    let bed = bed().await;
    let mut tried = 0;
    for contract in bed.dialect.segments.values().filter(|it| it.presence == Presence::Current) {
        for example in &contract.examples {
            let (name, Some(data)) = (&contract.name, &example.send) else { continue };
            let segment = json!({ "type": name, "data": data });
            let say = |action: &'static str, key: &str| (action, json!({ "user_id": ACTOR, key: [segment] }));
            let (action, params) = if contract.refused_by.iter().any(|it| it == "send_private_msg") {
                say("send_private_forward_msg", "messages")
            } else {
                say("send_private_msg", "message")
            };
            let sent = bed.data(action, params).await;
            let read = told(&bed, &sent["message_id"]).await;
            valid(&bed, &read);
            // What cannot be received arrives as something else that can.
            if contract.receive.is_some() {
                assert_eq!(read["type"], name.as_str(), "{}", example.title);
            }
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} examples");
    bed.done().await;
}

#[tokio::test]
async fn a_node_is_refused_where_no_forward_is_sent() {
    let bed = bed().await;
    let node = json!({ "type": "node", "data": { "user_id": "20002", "nickname": "Lin", "content": "Soup" } });
    let code = json!("[CQ:node,user_id=20002,nickname=Lin,content=Soup]");
    let forms = [json!([node]), node.clone(), code.clone()];
    let failed = &bed.dialect.file.failures[&FailureKind::ActionFailed].http;
    let failed = failed.as_ref().and_then(|it| it.retcode).expect("a failure has a retcode");
    for form in &forms {
        for (action, to) in [("send_private_msg", "user_id"), ("send_group_msg", "group_id"), ("send_msg", "user_id")] {
            let whom = if to == "user_id" { ACTOR } else { GROUP };
            let answer = bed.post(action, &json!({ to: whom, "message": form })).await.json();
            assert_eq!(answer["retcode"], json!(failed), "{action} {form}: {answer}");
        }
    }
    // Plain text is no node, and a forward takes it.
    let plain = json!({ "user_id": ACTOR, "message": code, "auto_escape": true });
    let sent = bed.data("send_private_msg", plain).await;
    assert_eq!(told(&bed, &sent["message_id"]).await["data"]["text"], code);
    bed.data("send_private_forward_msg", json!({ "user_id": ACTOR, "messages": [node] })).await;
    bed.done().await;
}

#[tokio::test]
async fn what_only_programs_can_show_is_received() {
    let bed = bed().await;
    for (kind, segment) in [("markdown", "markdown"), ("buttons", "keyboard"), ("transfer", "flash_file")] {
        let shown = bed.step("show", &json!({ "kind": kind, "text": "Dinner" }));
        let read = told(&bed, &shown["message"]).await;
        assert_eq!(read["type"], segment);
        assert!(read["data"].to_string().contains("Dinner"), "{read}");
        valid(&bed, &read);
    }
    bed.done().await;
}

#[tokio::test]
async fn a_throw_may_be_chosen_and_a_picture_has_its_kind() {
    let bed = bed().await;
    let read = async |segment: Value| {
        let sent = bed.data("send_private_msg", json!({ "user_id": ACTOR, "message": segment })).await;
        told(&bed, &sent["message_id"]).await["data"].clone()
    };
    for eyes in ["1", "6"] {
        assert_eq!(read(json!({ "type": "dice", "data": { "result": eyes } })).await["result"], eyes);
    }
    assert_eq!(read(json!({ "type": "rps", "data": { "result": 3 } })).await["result"], "3");
    let picture = json!({ "type": "image", "data": { "file": "IMAGE0001.png", "subType": 1, "type": "flash" } });
    let picture = read(picture).await;
    assert_eq!((&picture["subType"], &picture["type"]), (&json!(1), &json!("flash")));
    bed.done().await;
}

#[tokio::test]
async fn history_goes_by_the_numbers_of_a_conversation() {
    let bed = bed().await;
    let mut numbers = Vec::new();
    for place in 0..4 {
        let said = bed.step("say", &json!({ "from": MEMBER, "group": GROUP, "text": format!("number {place}") }));
        numbers.push(said["number"].as_i64().expect("a number"));
    }
    assert_eq!(numbers.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>(), [1, 1, 1]);
    let page = async |params: Value| -> Vec<i64> {
        let told = bed.data("get_group_msg_history", params).await;
        let told = told["messages"].as_array().expect("messages").iter();
        told.map(|message| message["message_seq"].as_i64().expect("a number")).collect()
    };
    assert_eq!(page(json!({ "group_id": GROUP, "count": 2 })).await, numbers[2..]);
    assert_eq!(page(json!({ "group_id": GROUP, "count": 2, "message_seq": numbers[1] })).await, numbers[..2]);
    let turned: Vec<i64> = numbers[1..3].iter().rev().copied().collect();
    let params = json!({ "group_id": GROUP, "count": 2, "message_seq": numbers[2], "reverseOrder": true });
    assert_eq!(page(params).await, turned);
    bed.refused("get_group_msg_history", json!({ "group_id": GROUP, "message_seq": 999_999 })).await;
    bed.done().await;
}

#[tokio::test]
async fn albums_announcements_and_folders_are_kept() {
    let bed = bed().await;
    let group = json!({ "group_id": GROUP });
    let album = bed.data("create_group_album", json!({ "group_id": GROUP, "name": "Soups", "desc": "Hot" })).await;
    let in_album = json!({ "group_id": GROUP, "album_id": album["album_id"] });
    let files = json!(["https://example.com/soup.png", "no picture"]);
    let mut upload = in_album.clone();
    upload["files"] = files;
    let done = bed.data("upload_group_album", upload).await;
    assert_eq!(done, json!({ "success_count": 1, "fail_count": 1, "fail_indexes": [1] }));
    let media = bed.data("get_group_album_media_list", in_album.clone()).await;
    assert_eq!(media["media_list"].as_array().map(Vec::len), Some(1));
    assert_eq!(media["media_list"][0]["upload_user"]["uin"], BOT.to_string());
    bed.data("delete_group_album", in_album.clone()).await;
    bed.refused("get_group_album_media_list", in_album).await;

    let notice = json!({ "group_id": GROUP, "content": "Soup at six", "pinned": true, "confirm_required": false });
    bed.data("_send_group_notice", notice).await;
    let notices = bed.data("_get_group_notice", group.clone()).await;
    assert_eq!(notices[0]["message"]["text"], "Soup at six");
    assert_eq!(
        (&notices[0]["settings"]["pinned"], &notices[0]["settings"]["confirm_required"]),
        (&json!(true), &json!(false))
    );

    let folder =
        bed.data("create_group_file_folder", json!({ "group_id": GROUP, "name": "Menus" })).await["folder_id"].clone();
    let file =
        bed.data("upload_group_file", json!({ "group_id": GROUP, "file": TEXT, "name": "soup.txt" })).await["file_id"]
            .clone();
    let moved = json!({ "group_id": GROUP, "file_id": file, "parent_directory": "/", "target_directory": folder });
    bed.data("move_group_file", moved).await;
    let renamed = json!({ "group_id": GROUP, "folder_id": folder, "new_folder_name": "Menus of May" });
    bed.data("rename_group_file_folder", renamed).await;
    bed.data("set_group_file_forever", json!({ "group_id": GROUP, "file_id": file })).await;
    let inside = bed.data("get_group_files_by_folder", json!({ "group_id": GROUP, "folder_id": folder })).await;
    assert_eq!((&inside["files"][0]["file_id"], &inside["files"][0]["dead_time"]), (&file, &json!(0)));
    let root = bed.data("get_group_root_files", group).await;
    let names: Vec<&Value> = root["folders"].as_array().expect("folders").iter().map(|it| &it["folder_name"]).collect();
    assert!(names.contains(&&json!("Menus of May")), "{names:?}");
    bed.done().await;
}

#[tokio::test]
async fn friends_are_sorted_and_likes_are_counted() {
    let bed = bed().await;
    bed.data("set_friend_category", json!({ "user_id": ACTOR, "category_id": 1 })).await;
    let sorted = bed.data("get_friends_with_category", json!({})).await;
    let kitchen = sorted.as_array().expect("categories").iter().find(|it| it["categoryId"] == 1).expect("the kitchen");
    assert_eq!(kitchen["buddyList"][0]["user_id"], ACTOR);
    bed.refused("set_friend_category", json!({ "user_id": ACTOR, "category_id": 77 })).await;
    bed.data("send_like", json!({ "user_id": ACTOR, "times": 4 })).await;
    let liked = bed.data("get_profile_like", json!({})).await;
    assert_eq!((&liked["users"][0]["uin"], &liked["users"][0]["count"]), (&json!(ACTOR), &json!(4)));
    assert_eq!(bed.data("get_profile_like_count", json!({ "user_id": ACTOR })).await["count"], 4);
    for _ in 0..2 {
        bed.step("like", &json!({}));
    }
    let first = bed.data("get_profile_like_me", json!({ "count": 1 })).await;
    assert_eq!((first["users"].as_array().map(Vec::len), &first["nextStart"]), (Some(1), &json!(1)));
    let rest = bed.data("get_profile_like_me", json!({ "start": 1 })).await;
    assert_eq!((rest["users"].as_array().map(Vec::len), &rest["nextStart"]), (Some(1), &json!(-1)));
    assert_ne!(first["users"][0]["uin"], rest["users"][0]["uin"]);
    bed.done().await;
}

#[tokio::test]
async fn a_message_is_passed_on_with_an_id_of_its_own() {
    let bed = bed().await;
    let sent = bed.data("forward_group_single_msg", json!({ "group_id": GROUP, "message_id": 61_001 })).await;
    let read = bed.data("get_msg", json!({ "message_id": sent["message_id"] })).await;
    assert_eq!(
        (&read["raw_message"], &read["user_id"], &read["group_id"]),
        (&json!("Hello"), &json!(BOT), &json!(GROUP))
    );
    let react = json!({ "message_id": sent["message_id"], "emoji_id": 66 });
    bed.data("set_msg_emoji_like", react.clone()).await;
    let likes = bed.data("fetch_emoji_like", react.clone()).await;
    assert_eq!(likes["emojiLikesList"][0]["uin"], BOT.to_string());
    bed.data("unset_msg_emoji_like", react.clone()).await;
    assert_eq!(bed.data("fetch_emoji_like", react).await["emojiLikesList"], json!([]));
    bed.refused("voice_msg_to_text", json!({ "message_id": sent["message_id"] })).await;
    bed.done().await;
}

#[tokio::test]
async fn what_it_is_set_to_and_what_it_did_is_told() {
    let bed = bed().await;
    let before = bed.data("get_config", json!({})).await;
    assert_eq!(before["ob11"]["connect"][0]["token"], "made-up");
    let mut after = before.clone();
    after["msgCacheExpire"] = json!(7);
    bed.data("set_config", after.clone()).await;
    assert_eq!(bed.data("get_config", json!({})).await["msgCacheExpire"], 7);
    let stat = bed.data("get_status", json!({})).await["stat"].clone();
    bed.data("send_private_msg", json!({ "user_id": ACTOR, "message": "One more" })).await;
    let later = bed.data("get_status", json!({})).await["stat"].clone();
    assert_eq!(later["message_sent"].as_i64(), stat["message_sent"].as_i64().map(|sent| sent + 1));
    assert_eq!(
        (&later["message_received"], &later["startup_time"]),
        (&stat["message_received"], &stat["startup_time"])
    );
    bed.done().await;
}

#[tokio::test]
async fn a_flash_transfer_is_told_on_its_way_there_and_back() {
    let (bed, mut events) = heard().await;
    let sent = bed.data("upload_flash_file", json!({ "title": "Recipes", "paths": [TEXT] })).await;
    let by_link = json!({ "share_link": sent["share_link"] });
    bed.data("download_flash_file", by_link.clone()).await;
    for stage in ["uploading", "uploaded", "downloading", "downloaded"] {
        let event = events.frame().await;
        assert_eq!((&event["notice_type"], &event["sub_type"]), (&json!("flash_file"), &json!(stage)));
        assert_eq!((&event["file_set_id"], &event["title"]), (&sent["file_set_id"], &json!("Recipes")));
    }
    assert_eq!(bed.data("get_flash_file_info", by_link.clone()).await["total_file_size"], 20);
    let again = bed.data("reshare_flash_file", by_link.clone()).await;
    assert_ne!(again["share_link"], sent["share_link"]);
    bed.refused("get_flash_file_info", by_link).await;
    bed.done().await;
}

#[tokio::test]
async fn who_poked_is_named_as_who_did_it() {
    let (bed, mut events) = heard().await;
    bed.data("friend_poke", json!({ "user_id": ACTOR })).await;
    bed.data("friend_poke", json!({ "user_id": ACTOR, "target_id": BOT })).await;
    bed.step("recall_poke", &json!({ "user": ACTOR, "target": BOT }));
    for (what, user, target) in [("poke", BOT, ACTOR), ("poke", BOT, BOT), ("poke_recall", ACTOR, BOT)] {
        let event = events.frame().await;
        assert_eq!(
            (&event["sub_type"], &event["user_id"], &event["target_id"]),
            (&json!(what), &json!(user), &json!(target))
        );
    }
    bed.done().await;
}

#[tokio::test]
async fn a_group_that_ends_and_a_newcomer_who_was_brought_are_told_as_such() {
    let (bed, mut events) = heard().await;
    bed.step("group_introduction", &json!({ "group": GROUP, "user": 40_004, "by": MEMBER }));
    let event = events.frame().await;
    assert_eq!(
        (&event["sub_type"], &event["user_id"], &event["invitor_id"]),
        (&json!("add"), &json!(40_004), &json!(MEMBER))
    );
    bed.data("set_group_add_request", json!({ "flag": event["flag"] })).await;
    assert_eq!(events.frame().await["notice_type"], "group_increase");
    bed.step("dissolve", &json!({ "group": 70_004 }));
    let event = events.frame().await;
    assert_eq!((&event["notice_type"], &event["group_id"]), (&json!("group_dismiss"), &json!(70_004)));
    bed.done().await;
}

#[tokio::test]
async fn what_stands_for_no_group_is_not_looked_for() {
    let bed = bed().await;
    let left_out = bed.data("get_ai_characters", json!({})).await;
    assert_eq!(bed.data("get_ai_characters", json!({ "group_id": 42 })).await, left_out);
    bed.refused("get_ai_characters", json!({ "group_id": 43 })).await;
    bed.done().await;
}

/// The texts of the messages that wait in a queue.
async fn waiting(bed: &Bed, key: &str) -> Vec<String> {
    let told = bed.data("get_event", json!({ "key": key })).await;
    let told = told.as_array().expect("events").iter();
    told.map(|event| event["raw_message"].as_str().expect("a message").to_owned()).collect()
}

#[tokio::test]
async fn events_wait_in_the_queue_of_each_key_from_its_first_call() {
    let bed = bed().await;
    let none: [&str; 0] = [];
    let say = |text: &str| drop(bed.step("say", &json!({ "text": text })));
    say("too early");
    assert_eq!(waiting(&bed, "one").await, none);
    say("first");
    assert_eq!(waiting(&bed, "other").await, none);
    say("second");
    assert_eq!(waiting(&bed, "one").await, ["first", "second"]);
    assert_eq!(waiting(&bed, "other").await, ["second"]);
    assert_eq!(waiting(&bed, "one").await, none);
    // A queue that nobody asks for any more makes room for others.
    for key in 0..70 {
        waiting(&bed, &key.to_string()).await;
    }
    say("third");
    assert_eq!(waiting(&bed, "one").await, none);
    assert_eq!(waiting(&bed, "69").await, ["third"]);
    bed.done().await;
}

#[tokio::test]
async fn whoever_polls_may_wait_for_the_next_event() {
    let bed = bed().await;
    let wait = json!({ "key": "kitchen", "timeout": i32::MAX });
    waiting(&bed, "kitchen").await;
    let ask = async { bed.data("get_event", wait.clone()).await };
    let (told, ()) = tokio::join!(ask, async {
        tokio::task::yield_now().await;
        bed.step("say", &json!({ "text": "Dinner" }));
    });
    assert_eq!(told[0]["raw_message"], "Dinner");
    // Over a WebSocket other calls are answered meanwhile.
    let mut socket = bed.ws("/api").await;
    socket.send(json!({ "action": "get_event", "params": wait, "echo": "late" }).to_string()).await;
    assert_eq!(socket.call("get_login_info", &json!({})).await["status"], "ok");
    bed.step("say", &json!({ "text": "Tea" }));
    let late = socket.frame().await;
    assert_eq!((&late["echo"], &late["data"][0]["raw_message"]), (&json!("late"), &json!("Tea")));
    bed.done().await;
}

#[tokio::test]
async fn nobody_who_waits_holds_up_the_end() {
    let bed = bed().await;
    let Bed { server, .. } = bed;
    let url = format!("http://{}/get_event?timeout=2000000000", server.http_addr().expect("HTTP is served"));
    let asked = tokio::spawn(async move { reqwest::get(url).await });
    tokio::task::yield_now().await;
    tokio::time::timeout(PATIENCE, server.shutdown()).await.expect("it ends");
    // Answered or cut off, but not kept.
    let _ = tokio::time::timeout(PATIENCE, asked).await.expect("the client is let go").expect("no panic");
}

#[tokio::test]
async fn a_wrong_token_is_told_before_the_connection_is_closed() {
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
    let config: ServerConfig = config_in(LLONEBOT).each(|adapter| adapter.token = Some("made-up".to_owned()));
    let bed = Bed::with(config).await;
    for path in ["/", "/api", "/event", "/?access_token=other"] {
        let mut socket = bed.ws(path).await;
        let told = socket.frame().await;
        assert_eq!((&told["status"], &told["retcode"]), (&json!("failed"), &json!(1403)), "{path}: {told}");
        match socket.message().await {
            Some(Ok(Message::Close(Some(close)))) => assert_eq!(close.code, CloseCode::Policy, "{path}"),
            other => panic!("{path}: expected the end, found {other:?}"),
        }
    }
    let mut socket = bed.ws("/?access_token=made-up").await;
    assert_eq!(socket.frame().await["meta_event_type"], "lifecycle");
    for query in ["", "?access_token=other"] {
        let reply = reqwest::get(bed.url(&format!("/get_login_info{query}"))).await.expect("an answer");
        assert_eq!(reply.status().as_u16(), 403);
    }
    bed.done().await;
}

#[tokio::test]
async fn a_stream_has_no_lifecycle_and_an_account_that_comes_says_what_it_is() {
    use botspec_schema::model::WsRole;

    use crate::hook::Hook;
    use crate::reverse::{Client, adapter};
    let (client, mut hook) = (Client::new().await, Hook::new().await);
    let mut config = config_in(LLONEBOT);
    config.adapters.push(adapter(client.url("/ws"), WsRole::Universal).with_token("made-up"));
    let mut posting = botspec_reference::Adapter::webhook(hook.url("/")).with_token("made-up");
    posting.heartbeat = botspec_reference::Heartbeat::Never;
    config.adapters.push(posting);
    let bed = Bed::with(config).await;
    let mut stream = crate::sse::Reader::open(&bed.url("/_events"), None).await;
    let (mut socket, handshake) = client.accept().await;
    let header = |name: &str| handshake.headers().get(name).map(|value| value.to_str().expect("a text").to_owned());
    let agent = bed.dialect.file.transports.reverse_ws.as_ref().and_then(|ws| ws.user_agent.clone());
    assert_eq!(header("User-Agent"), agent);
    assert_eq!(header("X-Client-Role").as_deref(), Some("Universal"));
    assert_eq!(header("Authorization").as_deref(), Some("Bearer made-up"));
    assert_eq!(socket.frame().await["meta_event_type"], "lifecycle");
    bed.step("say", &json!({ "text": "Hello" }));
    assert_eq!(stream.next().await.expect("an event")["raw_message"], "Hello");
    assert_eq!(socket.frame().await["raw_message"], "Hello");
    let post = hook.post().await;
    assert_eq!(post.json()["raw_message"], "Hello");
    assert_eq!(post.header("X-Signature"), Some(crate::webhook::signature("made-up", &post.body).as_str()));
    drop(stream);
    bed.done().await;
}
