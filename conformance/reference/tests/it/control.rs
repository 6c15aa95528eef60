//! The control adapter: what a tester makes happen and sees, and what is refused.

use botspec_reference::{Control, ControlConfig, STEPS, SharedWorld};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ACTOR, BOT, Reply, TestServer, config, config_in};

struct Remote(Control);

impl Remote {
    async fn new(world: &SharedWorld) -> Self {
        let addr: std::net::SocketAddr = ([127, 0, 0, 1], 0).into();
        Self(Control::start(addr, world).await.expect("it starts"))
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.addr())
    }

    async fn post(&self, path: &str, body: impl Into<String>) -> (u16, Value) {
        let request = reqwest::Client::new().post(self.url(path)).header("Content-Type", "application/json");
        let reply = Reply::of(request.body(body.into())).await;
        (reply.status, reply.json())
    }

    /// What is answered to something that has to go well.
    async fn done(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body.to_string()).await;
        assert_eq!(status, 200, "{path} {body}: {answer}");
        answer
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let reply = Reply::of(reqwest::Client::new().get(self.url(path))).await;
        (reply.status, reply.json())
    }
}

#[tokio::test]
async fn say_sends_a_text_and_counts_who_received_it() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    let order = json!({ "step": "say", "params": { "from": "$friend", "text": "hello" } });
    assert_eq!(remote.done("/step", &order).await["received"], 0);
    let mut events = server.ws("/event").await;
    events.frame().await;
    let sent = remote.done("/step", &order).await;
    assert_eq!(sent["received"], 1);
    let event = events.frame().await;
    assert_eq!((&event["message_id"], &event["raw_message"]), (&sent["message"], &json!("hello")));
    remote.0.shutdown().await;
    server.done().await;
}

#[tokio::test]
async fn say_takes_segments_and_codes_as_the_dialect_writes_them() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    let mut events = server.ws("/event").await;
    events.frame().await;
    let first = remote
        .done(
            "/step",
            &json!({ "step": "say", "params": { "from": "$friend", "group": "$group", "text": "$5, please" } }),
        )
        .await;
    assert_eq!(events.frame().await["raw_message"], "$5, please");
    let id = first["message"].to_string();
    for message in [
        json!([
            { "type": "reply", "data": { "id": id } },
            { "type": "at", "data": { "qq": BOT.to_string() } },
            { "type": "text", "data": { "text": " $10" } },
            { "type": "image", "data": { "file": "base64://aGVsbG8=" } },
        ]),
        json!(format!("[CQ:reply,id={id}][CQ:at,qq={BOT}] $10[CQ:image,file=base64://aGVsbG8=]")),
    ] {
        remote
            .done(
                "/step",
                &json!({ "step": "say", "params": { "from": ACTOR, "group": "$group", "message": message } }),
            )
            .await;
        let event = events.frame().await;
        let kinds: Vec<&str> =
            event["message"].as_array().expect("segments").iter().filter_map(|it| it["type"].as_str()).collect();
        assert_eq!(kinds, ["reply", "at", "text", "image"]);
        assert_eq!(event["message"][0]["data"]["id"], id);
        assert_eq!(event["message"][2]["data"]["text"], " $10");
    }
    server.done().await;
}

#[tokio::test]
async fn calls_are_listed_with_their_answers_and_waited_for() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    assert_eq!(remote.get("/calls?wait=1").await.1, json!({ "calls": [], "last": 0 }));
    let (waited, _) = tokio::join!(remote.get("/calls?wait=20000&action=send_private_msg"), async {
        server.refused("get_msg", json!({ "message_id": 7 })).await;
        server.data("send_private_msg", json!({ "user_id": ACTOR, "message": "hi" })).await
    });
    let call = &waited.1["calls"][0];
    assert_eq!(
        (&call["number"], &call["action"], &call["account"]),
        (&json!(2), &json!("send_private_msg"), &json!(BOT))
    );
    assert_eq!((&call["transport"], &call["params"]["message"]), (&json!("http"), &json!("hi")));
    assert_eq!(call["answer"]["retcode"], 0);
    let (_, all) = remote.get("/calls?since=0").await;
    assert_eq!(all["calls"].as_array().map(Vec::len), Some(2));
    assert_eq!(all["calls"][0]["answer"]["status"], "failed");
    assert_eq!(remote.get("/calls?since=2").await.1, json!({ "calls": [], "last": 2 }));
    assert_eq!(remote.get("/calls?sinse=2").await.0, 400);
    server.done().await;
}

#[tokio::test]
async fn connections_are_listed_and_waited_for() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    let (_, nobody) = remote.get("/connections?wait=1").await;
    assert_eq!(nobody["connections"], json!([]));
    assert_eq!(nobody["served"][0]["account"], BOT);
    let (waited, mut events) = tokio::join!(remote.get("/connections?wait=20000"), server.ws("/event"));
    let there = &waited.1["connections"][0];
    assert_eq!((&there["role"], &there["receives_events"]), (&json!("event"), &json!(true)));
    events.frame().await;
    server.done().await;
}

#[tokio::test]
async fn the_next_calls_of_an_action_are_answered_as_planned() {
    let server = TestServer::with(config_in("napcat")).await;
    let remote = Remote::new(&server.world).await;
    let said = json!({ "user_id": ACTOR, "message": "hi" });
    let before = server.world.fixtures(BOT).get("own_message").cloned();
    let plan = json!({ "action": "send_private_msg", "fail": { "retcode": 1234, "message": "no" }, "times": 2 });
    remote.done("/actions", &plan).await;
    for _ in 0..2 {
        let failed = server.post("send_private_msg", &said).await.json();
        assert_eq!((&failed["retcode"], &failed["message"]), (&json!(1234), &json!("no")));
    }
    assert_eq!(server.world.fixtures(BOT).get("own_message").cloned(), before, "nothing was done");
    assert_eq!(remote.get("/actions").await.1, json!([]));
    remote.done("/actions", &json!({ "action": "get_login_info", "data": { "user_id": 7 } })).await;
    assert_eq!(server.data("get_login_info", json!({})).await, json!({ "user_id": 7 }));
    assert_eq!(server.data("get_login_info", json!({})).await["user_id"], BOT);
    remote.done("/actions", &json!({ "action": "get_login_info", "silent": true })).await;
    let mut socket = server.ws("/api").await;
    socket.send(r#"{"action":"get_login_info","echo":1}"#).await;
    socket.send(r#"{"action":"get_login_info","echo":2}"#).await;
    assert_eq!(socket.frame().await["echo"], 2, "the first call is never answered");
    let (_, calls) = remote.get("/calls?action=get_login_info").await;
    assert!(calls["calls"].as_array().expect("calls").iter().any(|call| call["answer"].is_null()));
    remote.done("/actions", &json!({ "action": "send_private_msg", "wait_ms": 1 })).await;
    server.data("send_private_msg", said).await;
    server.server.shutdown().await;
}

#[tokio::test]
async fn time_moves_and_mutes_end() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    let muted = || async {
        let (_, world) = remote.get("/world").await;
        let cards = world["groups"].as_array().expect("groups").iter().find(|group| group["group"] == 70_001);
        let cards = cards.expect("the group")["cards"].as_array().expect("members").clone();
        cards.into_iter().find(|card| card["user"] == 30_003).expect("the member")["muted_until"].clone()
    };
    server.data("set_group_ban", json!({ "group_id": 70_001, "user_id": 30_003, "duration": 600 })).await;
    assert!(muted().await.is_number());
    let before = server.world.read(botspec_reference::World::now);
    assert_eq!(remote.done("/advance", &json!({ "seconds": 600 })).await["time"], before + 600);
    assert!(muted().await.is_null());
    assert_eq!(remote.post("/advance", r#"{"seconds": -1}"#).await.0, 400);
    server.done().await;
}

#[tokio::test]
async fn an_event_is_played_by_its_name() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    let mut events = server.ws("/event").await;
    events.frame().await;
    assert_eq!(remote.done("/event", &json!({ "event": "notice.group_ban" })).await["how"], "happened");
    assert_eq!(events.frame().await["notice_type"], "group_ban");
    let (status, unknown) = remote.post("/event", r#"{"event": "notice.group_bam"}"#).await;
    assert!(status == 404 && unknown.to_string().contains("closest is `notice.group_ban`"), "{unknown}");
    assert_eq!(remote.post("/event", r#"{"event": "notice.group_ban", "account": 7}"#).await.0, 404);
    server.done().await;
}

#[tokio::test]
async fn the_world_is_described_and_put_back_without_giving_an_id_twice() {
    let server = TestServer::with(config()).await;
    let remote = Remote::new(&server.world).await;
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
        "own-message",
        "actor-message",
        "group-message",
        "actor-group-message",
        "own-group-message",
        "anonymous",
        "image",
        "record",
        "forward",
        "friend-request",
        "group-request",
        "group-invitation",
    ] {
        assert!(!before["accounts"][0]["fixtures"][name].is_null(), "{name}");
    }
    for (what, pointer) in
        [("a file", "/groups/0/files/0/name"), ("a message", "/messages/0/text"), ("a request", "/requests/0/flag")]
    {
        assert!(before.pointer(pointer).is_some(), "{what}");
    }
    let say = json!({ "step": "say", "params": { "text": "hello" } });
    let first = remote.done("/step", &say).await;
    remote.done("/step", &json!({ "step": "member_leave", "params": { "group": "$group", "user": "$member" } })).await;
    assert_ne!(remote.get("/world").await.1["groups"], before["groups"]);
    remote.done("/reset", &json!({})).await;
    let (_, after) = remote.get("/world").await;
    for key in ["groups", "accounts", "messages", "people", "requests"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    let second = remote.done("/step", &say).await;
    assert_ne!((&first["message"], &first["number"]), (&second["message"], &second["number"]));
    assert_ne!(first["message"], second["message"]);
    let (_, steps) = remote.get("/steps").await;
    assert_eq!(steps.as_array().map(Vec::len), Some(STEPS.len()));
    server.done().await;
}

#[tokio::test]
async fn fixtures_of_milky_are_numbers_in_the_conversation() {
    let server = TestServer::with(config_in("milky")).await;
    let remote = Remote::new(&server.world).await;
    let (_, world) = remote.get("/world").await;
    let fixtures = &world["accounts"][0]["fixtures"];
    let read = json!({
        "message_scene": "friend", "peer_id": fixtures["actor"], "message_seq": fixtures["actor-message"],
    });
    assert_eq!(server.data("get_message", read).await["message"]["sender_id"], ACTOR);
    server.done().await;
}

#[tokio::test]
async fn only_the_owner_controls() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    let before = server.world.fixtures(BOT);
    let body = json!({ "step": "say", "params": { "text": "x" } }).to_string();
    let json = ("Content-Type", "application/json");
    let own = format!("http://{}", remote.0.addr());
    for (headers, wanted) in [
        (vec![json, ("Origin", "http://evil.example")], 403),
        (vec![json, ("Origin", "null")], 403),
        (vec![json, ("Origin", "http://127.0.0.1:1")], 403),
        (vec![json, ("Host", "evil.example")], 403),
        (vec![("Content-Type", "text/plain")], 415),
        (vec![], 415),
    ] {
        let mut request = reqwest::Client::new().post(remote.url("/step"));
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        assert_eq!(Reply::of(request.body(body.clone())).await.status, wanted, "{headers:?}");
        let mut request = reqwest::Client::new().get(remote.url("/world"));
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        assert_eq!(Reply::of(request).await.status, if wanted == 415 { 200 } else { wanted }, "{headers:?}");
    }
    assert_eq!(server.world.fixtures(BOT), before, "nothing happened");
    let request = reqwest::Client::new().post(remote.url("/step")).header(json.0, "application/json; charset=utf-8");
    assert_eq!(Reply::of(request.header("Origin", own).body(body)).await.status, 200);
    let empty = reqwest::Client::new().request(Method::POST, remote.url("/reset"));
    assert_eq!(Reply::of(empty).await.status, 200, "there is no body to be of another type");
    server.done().await;
}

#[tokio::test]
async fn beyond_this_machine_a_token_is_needed() {
    let server = TestServer::new().await;
    let addr = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
    let error = Control::start(addr, &server.world).await.err().expect("it is refused").to_string();
    assert!(error.contains("needs a token"), "{error}");
    let config = ControlConfig { addr, token: Some("made-up".to_owned()) };
    let control = Control::start_with(config, &server.world).await.expect("it starts");
    let url = format!("http://127.0.0.1:{}/world", control.addr().port());
    for (token, wanted) in [(None, 401), (Some("other"), 401), (Some("made-up"), 200)] {
        let mut request = reqwest::Client::new().get(&url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        assert_eq!(Reply::of(request).await.status, wanted, "{token:?}");
    }
    control.shutdown().await;
    server.done().await;
}

#[tokio::test]
async fn mistakes_are_explained() {
    let server = TestServer::new().await;
    let remote = Remote::new(&server.world).await;
    let mut rendered = Vec::new();
    for body in [
        "",
        "[]",
        r#"{"step": "say", "parms": {}}"#,
        r#"{"step": "dance"}"#,
        r#"{"step": "say"}"#,
        r#"{"step": "say", "params": {"text": "x", "user": 1}}"#,
        r#"{"step": "say", "params": {"text": "x", "message": "x"}}"#,
        r#"{"step": "say", "params": {"message": [{"type": "dance", "data": {}}]}}"#,
        r#"{"step": "say", "params": {"text": "x", "from": "$nobody"}}"#,
        r#"{"step": "say", "params": {"text": "x", "from": 1}}"#,
        r#"{"step": "say", "params": {"text": "x", "to": 20002, "group": 70001}}"#,
        r#"{"step": "say", "params": []}"#,
        r#"{"step": "member_leave", "params": {"group": 1, "user": 1}}"#,
        r#"{"step": "heartbeat", "params": {"now": true}}"#,
    ] {
        let (status, answer) = remote.post("/step", body).await;
        rendered.push(format!("{body}\n  {status} {}", answer["error"].as_str().expect("an error")));
    }
    for body in [r#"{"action": "send_grup_msg", "silent": true}"#, r#"{"action": "get_msg"}"#] {
        let (status, answer) = remote.post("/actions", body).await;
        rendered.push(format!("{body}\n  {status} {}", answer["error"].as_str().expect("an error")));
    }
    let (status, answer) = remote.get("/nowhere").await;
    rendered.push(format!("GET /nowhere\n  {status} {}", answer["error"].as_str().expect("an error")));
    insta::assert_snapshot!(rendered.join("\n"));
    server.done().await;
}
