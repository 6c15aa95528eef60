//! The same seed makes the same world, and the same steps lead to the same answers.

use botspec_reference::{SharedWorld, World};
use serde_json::{Value, json};

use crate::harness::{ACTOR, BOT, TestServer, config};

/// What a world answers to a fixed conversation.
async fn conversation(world: &SharedWorld) -> Vec<Value> {
    let server = TestServer::of(config(), world).await;
    let mut events = server.ws("/event").await;
    let mut rendered = vec![events.frame().await];
    for (action, params) in [
        ("get_login_info", json!({})),
        ("get_friend_list", json!({})),
        ("get_group_list", json!({})),
        ("get_group_member_list", json!({ "group_id": 70_001 })),
        ("get_group_honor_info", json!({ "group_id": 70_001, "type": "all" })),
        ("send_private_msg", json!({ "user_id": ACTOR, "message": "Hello" })),
        ("send_group_msg", json!({ "group_id": 70_001, "message": "[CQ:image,file=https://example.com/a.png]" })),
        ("get_credentials", json!({})),
    ] {
        rendered.push(server.data(action, params).await);
    }
    rendered.push(server.step("friend_request", &json!({ "user": 40_004 })));
    rendered.push(events.frame().await);
    rendered.push(serde_json::to_value(server.world.fixtures(BOT)).expect("JSON"));
    server.done().await;
    rendered
}

#[tokio::test]
async fn two_worlds_of_a_seed_answer_the_same() {
    assert_eq!(conversation(&SharedWorld::seeded(7)).await, conversation(&SharedWorld::seeded(7)).await);
}

#[tokio::test]
async fn another_seed_is_another_world() {
    assert_ne!(conversation(&SharedWorld::seeded(7)).await, conversation(&SharedWorld::seeded(8)).await);
}

#[tokio::test]
async fn a_world_that_is_put_back_is_as_it_was() {
    let world = SharedWorld::seeded(7);
    let before = (world.fixtures(BOT), world.read(World::now));
    let first = conversation(&world).await;
    assert_ne!(world.fixtures(BOT), before.0);
    world.reset();
    assert_eq!((world.fixtures(BOT), world.read(World::now)), before);
    // The same happens, but no message has an id that another one had.
    let second = conversation(&world).await;
    assert_eq!(second.len(), first.len());
    assert_ne!(second, first);
}
