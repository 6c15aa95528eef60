//! The same seed makes the same world, and the same steps lead to the same answers.

use botspec_reference::SharedWorld;
use serde_json::{Value, json};

use crate::bed::{ACTOR, BOT, Bed, config};

/// What a world answers to a fixed conversation.
async fn conversation(world: &SharedWorld) -> Vec<Value> {
    let bed = Bed::of(config(), world).await;
    let mut events = bed.ws("/event").await;
    let mut told = vec![events.frame().await];
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
        told.push(bed.data(action, params).await);
    }
    told.push(bed.step("friend_request", &json!({ "user": 40_004 })));
    told.push(events.frame().await);
    told.push(serde_json::to_value(bed.world.fixtures(BOT)).expect("JSON"));
    bed.done().await;
    told
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
    let first = conversation(&world).await;
    world.reset();
    assert_eq!(conversation(&world).await, first);
}
