//! What was done is there afterwards, and not everybody may do everything.

use serde_json::{Value, json};

use crate::harness::{ACTOR, BOT, TestServer, config};

/// The group that the bot owns, the one it rules in, and the one it is a plain member of.
const OWNED: i64 = 70_001;
const RULED: i64 = 70_002;
const JOINED: i64 = 70_004;

fn member(list: &Value, user: i64) -> Option<&Value> {
    list.as_array().expect("a list").iter().find(|member| member["user_id"] == user)
}

async fn plain_member(server: &TestServer, group: i64) -> i64 {
    let list = server.data("get_group_member_list", json!({ "group_id": group })).await;
    let plain = |member: &&Value| member["role"] == "member" && member["user_id"] != BOT && member["user_id"] != ACTOR;
    let found = list.as_array().expect("a list").iter().find(plain).expect("a plain member");
    found["user_id"].as_i64().expect("a number")
}

#[tokio::test]
async fn what_was_sent_can_be_read_and_taken_back() {
    let server = TestServer::new().await;
    for (action, target) in [
        ("send_private_msg", json!({ "user_id": ACTOR })),
        ("send_group_msg", json!({ "group_id": OWNED })),
        ("send_msg", json!({ "message_type": "group", "group_id": OWNED })),
    ] {
        let mut params = target.clone();
        params["message"] = json!([{ "type": "text", "data": { "text": "Soup is ready" } }]);
        let id = server.data(action, params).await["message_id"].clone();
        let read = server.data("get_msg", json!({ "message_id": id })).await;
        assert_eq!(read["message_id"], id);
        assert_eq!(read["message"], json!([{ "type": "text", "data": { "text": "Soup is ready" } }]));
        assert_eq!(read["sender"]["user_id"], BOT);
        server.data("delete_msg", json!({ "message_id": id })).await;
        server.refused("get_msg", json!({ "message_id": id })).await;
        server.refused("delete_msg", json!({ "message_id": id })).await;
    }
    server.done().await;
}

#[tokio::test]
async fn who_is_silenced_is_silent_until_it_is_lifted() {
    let server = TestServer::new().await;
    let mut other = config();
    other.account = Some(ACTOR);
    let other = TestServer::of(other, &server.world).await;
    let say = json!({ "group_id": OWNED, "message": "Hm" });
    other.data("send_group_msg", say.clone()).await;
    server.data("set_group_ban", json!({ "group_id": OWNED, "user_id": ACTOR, "duration": 600 })).await;
    other.refused("send_group_msg", say.clone()).await;
    server.data("set_group_ban", json!({ "group_id": OWNED, "user_id": ACTOR, "duration": 0 })).await;
    other.data("send_group_msg", say.clone()).await;
    server.data("set_group_admin", json!({ "group_id": OWNED, "user_id": ACTOR, "enable": false })).await;
    server.data("set_group_whole_ban", json!({ "group_id": OWNED })).await;
    other.refused("send_group_msg", say.clone()).await;
    server.data("send_group_msg", say.clone()).await;
    server.data("set_group_whole_ban", json!({ "group_id": OWNED, "enable": false })).await;
    other.data("send_group_msg", say).await;
    server.done().await;
    other.done().await;
}

#[tokio::test]
async fn members_change_and_the_lists_follow() {
    let server = TestServer::new().await;
    let user = plain_member(&server, OWNED).await;
    let at = json!({ "group_id": OWNED, "user_id": user });
    let with = |key: &str, value: Value| {
        let mut params = at.clone();
        params[key] = value;
        params
    };
    server.data("set_group_card", with("card", json!("Captain"))).await;
    server.data("set_group_special_title", with("special_title", json!("First"))).await;
    server.data("set_group_admin", at.clone()).await;
    let info = server.data("get_group_member_info", at.clone()).await;
    assert_eq!((&info["card"], &info["title"], &info["role"]), (&json!("Captain"), &json!("First"), &json!("admin")));
    let list = server.data("get_group_member_list", json!({ "group_id": OWNED })).await;
    assert_eq!(member(&list, user), Some(&info));
    let before = server.data("get_group_info", json!({ "group_id": OWNED })).await["member_count"].clone();
    server.data("set_group_kick", at.clone()).await;
    server.refused("get_group_member_info", at.clone()).await;
    let after = server.data("get_group_info", json!({ "group_id": OWNED })).await["member_count"].clone();
    assert_eq!(before.as_i64().map(|count| count - 1), after.as_i64());
    server.done().await;
}

#[tokio::test]
async fn rank_decides_who_may_do_what() {
    let server = TestServer::new().await;
    let plain = plain_member(&server, RULED).await;
    let owner = server.data("get_group_member_list", json!({ "group_id": RULED })).await;
    let owner =
        owner.as_array().expect("a list").iter().find(|it| it["role"] == "owner").expect("an owner")["user_id"].clone();
    let other = plain_member(&server, JOINED).await;
    for (action, params) in [
        ("set_group_kick", json!({ "group_id": JOINED, "user_id": other })),
        ("set_group_ban", json!({ "group_id": JOINED, "user_id": other })),
        ("set_group_whole_ban", json!({ "group_id": JOINED })),
        ("set_group_name", json!({ "group_id": JOINED, "group_name": "Mine" })),
        ("set_group_card", json!({ "group_id": JOINED, "user_id": other, "card": "Mine" })),
        ("set_group_anonymous", json!({ "group_id": JOINED })),
        ("set_group_admin", json!({ "group_id": RULED, "user_id": plain })),
        ("set_group_special_title", json!({ "group_id": RULED, "user_id": plain, "special_title": "Mine" })),
        ("set_group_kick", json!({ "group_id": RULED, "user_id": owner })),
        ("set_group_ban", json!({ "group_id": RULED, "user_id": owner, "duration": 60 })),
        ("set_group_kick", json!({ "group_id": OWNED, "user_id": BOT })),
        ("set_group_leave", json!({ "group_id": OWNED })),
    ] {
        server.refused(action, params).await;
    }
    for (action, params) in [
        ("set_group_ban", json!({ "group_id": RULED, "user_id": plain, "duration": 60 })),
        ("set_group_card", json!({ "group_id": JOINED, "user_id": BOT, "card": "Myself" })),
        ("set_group_leave", json!({ "group_id": JOINED })),
        ("set_group_leave", json!({ "group_id": OWNED, "is_dismiss": true })),
    ] {
        server.data(action, params).await;
    }
    let left = server.data("get_group_list", json!({})).await;
    assert_eq!(left.as_array().map(Vec::len), Some(1), "{left}");
    server.done().await;
}

#[tokio::test]
async fn what_nobody_knows_is_refused() {
    let server = TestServer::new().await;
    let nobody = 987_654_321;
    for (action, params) in [
        ("send_private_msg", json!({ "user_id": nobody, "message": "?" })),
        ("send_private_msg", json!({ "user_id": 40_004, "message": "We never met" })),
        ("send_group_msg", json!({ "group_id": nobody, "message": "?" })),
        ("send_group_msg", json!({ "group_id": 70_003, "message": "Not in there" })),
        ("send_group_msg", json!({ "group_id": OWNED, "message": "" })),
        ("send_group_msg", json!({ "group_id": OWNED, "message": "[CQ:reply,id=123454321]?" })),
        ("send_group_msg", json!({ "group_id": OWNED, "message": "[CQ:image,file=nowhere.png]" })),
        ("send_group_msg", json!({ "group_id": OWNED, "message": "[CQ:nothing,like=it]" })),
        ("get_msg", json!({ "message_id": nobody })),
        ("get_forward_msg", json!({ "id": "nothing" })),
        ("get_stranger_info", json!({ "user_id": nobody })),
        ("get_group_info", json!({ "group_id": nobody })),
        ("get_group_member_info", json!({ "group_id": OWNED, "user_id": nobody })),
        ("get_group_member_list", json!({ "group_id": 70_003 })),
        ("get_group_member_info", json!({ "group_id": 70_003, "user_id": ACTOR })),
        ("get_image", json!({ "file": "nowhere.png" })),
        ("get_image", json!({ "file": "VOICE0001.silk" })),
        ("get_record", json!({ "file": "IMAGE0001.png", "out_format": "mp3" })),
        ("set_friend_add_request", json!({ "flag": "nothing" })),
        ("set_group_add_request", json!({ "flag": "nothing", "sub_type": "add" })),
        ("set_group_add_request", json!({ "flag": "group-req-1", "sub_type": "invite" })),
        ("set_group_anonymous_ban", json!({ "group_id": OWNED, "anonymous_flag": "nothing" })),
    ] {
        server.refused(action, params).await;
    }
    server.done().await;
}

#[tokio::test]
async fn requests_are_answered_once() {
    let server = TestServer::new().await;
    server.data("set_friend_add_request", json!({ "flag": "friend-req-1", "remark": "from the club" })).await;
    server.refused("set_friend_add_request", json!({ "flag": "friend-req-1" })).await;
    let friends = server.data("get_friend_list", json!({})).await;
    assert_eq!(member(&friends, 40_004).expect("a new friend")["remark"], "from the club");
    server.data("set_group_add_request", json!({ "flag": "group-req-1", "sub_type": "add" })).await;
    server.data("get_group_member_info", json!({ "group_id": OWNED, "user_id": 40_004 })).await;
    server.data("set_group_add_request", json!({ "flag": "group-invite-1", "sub_type": "invite" })).await;
    server.data("get_group_member_info", json!({ "group_id": 70_003, "user_id": BOT })).await;
    server.refused("set_group_add_request", json!({ "flag": "group-req-2", "sub_type": "invite" })).await;
    server.data("set_group_add_request", json!({ "flag": "group-req-2", "type": "add", "approve": "false" })).await;
    server.refused("set_group_add_request", json!({ "flag": "group-req-2", "sub_type": "add" })).await;
    server.done().await;
}

#[tokio::test]
async fn a_mask_can_be_silenced() {
    let server = TestServer::new().await;
    let group = json!({ "group_id": OWNED, "message": [{ "type": "anonymous", "data": {} }, { "type": "text", "data": { "text": "Guess" } }] });
    server.data("send_group_msg", group.clone()).await;
    server.data("set_group_anonymous", json!({ "group_id": OWNED, "enable": false })).await;
    server.refused("send_group_msg", group.clone()).await;
    let mut fallback = group;
    fallback["message"][0]["data"]["ignore"] = json!("1");
    server.data("send_group_msg", fallback).await;
    server.data("set_group_anonymous_ban", json!({ "group_id": OWNED, "anonymous_flag": "mask-flag-1" })).await;
    server.done().await;
}

#[tokio::test]
async fn a_restart_leaves_the_adapters_usable() {
    let server = TestServer::new().await;
    let mut socket = server.ws("/").await;
    assert_eq!(socket.call("set_restart", &json!({})).await["status"], "async");
    assert_eq!(socket.call("get_status", &json!({})).await["data"], json!({ "online": true, "good": true }));
    assert_eq!(server.data("get_login_info", json!({})).await["user_id"], BOT);
    server.done().await;
}
