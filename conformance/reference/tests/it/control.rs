//! The control adapter and what it says when something is wrong.

use botspec_reference::{Control, STEPS, SharedWorld};
use serde_json::{Value, json};

use crate::bed::{BOT, Bed, Reply, config};

struct Remote(Control);

impl Remote {
    async fn new(world: &SharedWorld) -> Self {
        Self(Control::start(([127, 0, 0, 1], 0).into(), world).await.expect("it starts"))
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.addr())
    }

    async fn step(&self, body: &str) -> (u16, Value) {
        let reply = Reply::of(reqwest::Client::new().post(self.url("/step")).body(body.to_owned())).await;
        (reply.status, reply.json())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let reply = Reply::of(reqwest::Client::new().get(self.url(path))).await;
        (reply.status, reply.json())
    }
}

#[tokio::test]
async fn a_friend_is_made_to_talk() {
    let bed = Bed::new().await;
    let remote = Remote::new(&bed.world).await;
    let mut events = bed.ws("/event").await;
    events.frame().await;
    let order = json!({ "step": "say", "params": { "from": "$friend", "text": "hello" } });
    let (status, said) = remote.step(&order.to_string()).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(events.frame().await["message_id"], said["message"]);
    remote.0.shutdown().await;
    bed.done().await;
}

#[tokio::test]
async fn the_world_can_be_looked_at_and_put_back() {
    let bed = Bed::with(config()).await;
    let remote = Remote::new(&bed.world).await;
    let (status, before) = remote.get("/world").await;
    assert_eq!(status, 200);
    assert_eq!(before["accounts"][0]["user"], BOT);
    for name in [
        "self",
        "actor",
        "friend",
        "stranger",
        "group",
        "member",
        "own_message",
        "actor_message",
        "group_message",
        "actor_group_message",
        "own_group_message",
        "anonymous",
        "image",
        "record",
        "forward",
        "friend_request",
        "group_request",
        "group_invitation",
    ] {
        assert!(!before["accounts"][0]["fixtures"][name].is_null(), "{name}");
    }
    remote
        .step(&json!({ "step": "member_leave", "params": { "group": "$group", "user": "$member" } }).to_string())
        .await;
    assert_ne!(remote.get("/world").await.1, before);
    let reset = Reply::of(reqwest::Client::new().post(remote.url("/reset"))).await;
    assert_eq!(reset.status, 200);
    assert_eq!(remote.get("/world").await.1, before);
    let (_, steps) = remote.get("/steps").await;
    assert_eq!(steps.as_array().map(Vec::len), Some(STEPS.len()));
    bed.done().await;
}

#[tokio::test]
async fn mistakes_are_explained() {
    let bed = Bed::new().await;
    let remote = Remote::new(&bed.world).await;
    let mut told = Vec::new();
    for body in [
        "",
        "[]",
        r#"{"step": "say", "parms": {}}"#,
        r#"{"step": "dance"}"#,
        r#"{"step": "say"}"#,
        r#"{"step": "say", "params": {"text": "x", "user": 1}}"#,
        r#"{"step": "say", "params": {"text": "x", "from": "$nobody"}}"#,
        r#"{"step": "say", "params": {"text": "x", "from": 1}}"#,
        r#"{"step": "say", "params": {"text": "x", "to": 20002, "group": 70001}}"#,
        r#"{"step": "say", "params": []}"#,
        r#"{"step": "member_leave", "params": {"group": 1, "user": 1}}"#,
        r#"{"step": "heartbeat", "params": {"now": true}}"#,
    ] {
        let (status, answer) = remote.step(body).await;
        told.push(format!("{body}\n  {status} {}", answer["error"].as_str().expect("an error")));
    }
    let (status, answer) = remote.get("/nowhere").await;
    told.push(format!("GET /nowhere\n  {status} {}", answer["error"].as_str().expect("an error")));
    insta::assert_snapshot!(told.join("\n"));
    bed.done().await;
}
