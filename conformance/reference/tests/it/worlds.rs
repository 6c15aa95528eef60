//! Worlds that begin otherwise, and messages that are too long for any.

use std::time::Duration;

use botspec_reference::world::{GroupLayout, Layout, PersonLayout, WorldKind};
use botspec_reference::{Chatter, SharedWorld, World};
use serde_json::{Value, json};

use crate::harness::{TestServer, config_in};

const GROUP: i64 = 70_001;

async fn served(world: World) -> TestServer {
    TestServer::of(config_in("napcat"), &SharedWorld::new(world)).await
}

fn count(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn an_empty_world_has_nobody_and_a_big_one_very_many() {
    for (kind, friends, groups, members) in
        [(WorldKind::Empty, 0, 0, None), (WorldKind::Default, 5, 3, Some(18)), (WorldKind::Big, 5, 300, Some(2_000))]
    {
        let server = served(World::of_kind(1, kind)).await;
        assert_eq!(count(&server.data("get_friend_list", json!({})).await), friends, "{kind:?}");
        assert_eq!(count(&server.data("get_group_list", json!({})).await), groups, "{kind:?}");
        let of_group = json!({ "group_id": GROUP });
        match members {
            Some(members) => assert_eq!(count(&server.data("get_group_member_list", of_group).await), members),
            None => server.refused("get_group_member_list", of_group).await,
        }
        server.done().await;
    }
}

#[tokio::test]
async fn others_talk_come_and_go_in_a_chatty_world() {
    let server = served(World::of_kind(1, WorldKind::Chatty)).await;
    let mut events = server.ws("/event").await;
    events.frame().await;
    let chatter = Chatter::start(&server.world, Duration::from_millis(1));
    let mut missing = vec!["group", "group_increase", "group_decrease", "group_msg_emoji_like"];
    while !missing.is_empty() {
        let event = events.frame().await;
        missing.retain(|kind| event["message_type"] != **kind && event["notice_type"] != **kind);
    }
    drop(chatter);
    server.done().await;
}

#[tokio::test]
async fn a_described_world_has_its_people_groups_and_accounts() {
    let person = |user, account, friends: &[i64]| PersonLayout {
        user,
        nickname: Some(format!("Nobody {user}")),
        account,
        friends: friends.to_vec(),
    };
    let group =
        GroupLayout { group: 90_001, name: "Readers".to_owned(), owner: 10_010, admins: vec![10_001], members: vec![] };
    let layout =
        Layout { person: vec![person(10_010, true, &[10_001]), person(10_011, false, &[])], group: vec![group] };
    let mut world = World::of_kind(1, WorldKind::Empty);
    world.lay_out(&layout).expect("everybody is there");
    let shared = SharedWorld::new(world.clone());
    let mut config = config_in("napcat");
    config.account = Some(10_010);
    let server = TestServer::of(config, &shared).await;
    assert_eq!(server.data("get_login_info", json!({})).await["nickname"], "Nobody 10010");
    assert_eq!(count(&server.data("get_friend_list", json!({})).await), 1);
    let members = server.data("get_group_member_list", json!({ "group_id": 90_001 })).await;
    let roles: Vec<&Value> = members.as_array().into_iter().flatten().map(|it| &it["role"]).collect();
    assert_eq!(roles, ["admin", "owner"]);
    server.done().await;

    let unknown = Layout { person: vec![person(10_012, false, &[4])], group: Vec::new() };
    let error = world.lay_out(&unknown).expect_err("nobody has that number").to_string();
    assert_eq!(error, "`friends` of 10012 names 4, who is not there; add a `[[person]]` with `user = 4`");
}

#[tokio::test]
async fn a_message_of_very_many_segments_is_refused_and_others_are_answered() {
    let server = served(World::new(1)).await;
    let codes = json!({ "group_id": GROUP, "message": "[CQ:face,id=1]".repeat(200_000) });
    let nothing = json!({});
    let (refused, other) = tokio::join!(server.post("send_group_msg", &codes), server.post("get_status", &nothing));
    assert_eq!(refused.json()["status"], "failed");
    assert!(refused.body.contains("200000 segments"), "{}", refused.body);
    assert_eq!(other.json()["status"], "ok");
    let few = json!({ "group_id": GROUP, "message": "[CQ:face,id=1]".repeat(500) });
    server.data("send_group_msg", few).await;
    server.done().await;
}
