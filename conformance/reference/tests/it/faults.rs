//! Faults: each one can be switched on, and then something is different.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use botspec_reference::faults::{self, Fault};
use botspec_reference::{Adapter, Heartbeat, MessageFormat};
use botspec_schema::model::TriggerBy;
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::harness::{ACTOR, PATIENCE, Reply, Socket, TestServer, config, dialect};
use crate::wires::wire_of;

/// What was sent and answered.
#[derive(Default, PartialEq)]
struct Transcript(String);

impl Transcript {
    fn add(&mut self, what: &str, answer: impl std::fmt::Display) {
        writeln!(self.0, "{what}\n  {answer}").expect("a text can be written");
    }

    fn first_difference<'a>(&'a self, other: &'a Self) -> Option<(&'a str, &'a str)> {
        let end = std::iter::repeat("the end");
        let lines = self.0.lines().chain(end.clone()).zip(other.0.lines().chain(end));
        let most = self.0.lines().count().max(other.0.lines().count());
        lines.take(most).find(|(one, another)| one != another)
    }
}

async fn server(faults: &[Fault], format: MessageFormat) -> TestServer {
    let mut config = config().each(|adapter| adapter.message_format = format);
    config.faults = faults.to_vec();
    config.limits.pause = Duration::ZERO;
    TestServer::with(config).await
}

/// The answers to all examples of an action.
async fn action(faults: &[Fault], name: &str, posted: &mut Transcript) {
    let action = dialect().actions.get(name).expect("an action of the contracts");
    for example in &action.examples {
        let server = server(faults, MessageFormat::Array).await;
        let reply = server.post(name, &example.params).await;
        posted.add(&format!("{name} {}", example.params), format!("{} {}", reply.status, reply.body));
        server.done().await;
    }
}

/// What comes of the steps that make an event.
async fn event(faults: &[Fault], name: &str, posted: &mut Transcript) {
    let event = dialect().events.get(name).expect("an event of the contracts");
    let server = server(faults, MessageFormat::Array).await;
    let mut line = Line::open(&server, "/event").await;
    line.settle().await;
    for trigger in event.triggers.iter().filter(|trigger| trigger.by == TriggerBy::World) {
        let mut params = trigger.params.clone().unwrap_or_default();
        if params.get("message") == Some(&json!("$actor_message")) && name.contains("group") {
            params["message"] = json!("$actor_group_message");
        }
        server.step(trigger.call.as_deref().expect("a step"), &params);
    }
    line.settle().await;
    server.done().await;
    line.end(posted).await;
}

/// A connection with everything that came over it.
struct Line {
    path: &'static str,
    socket: Socket,
    frames: Vec<String>,
}

impl Line {
    async fn open(server: &TestServer, path: &'static str) -> Self {
        Self { path, socket: server.ws(path).await, frames: Vec::new() }
    }

    async fn send(&mut self, frame: String) {
        // A connection that was ended by a fault takes nothing any more.
        let _ = self.socket.0.send(Message::text(frame)).await;
    }

    /// Waits until the server read what was sent before.
    async fn settle(&mut self) {
        let _ = self.socket.0.send(Message::Ping("settle".into())).await;
        while let Some(Ok(message)) = self.socket.message().await {
            match message {
                Message::Pong(_) => return,
                Message::Text(text) => self.frames.push(text.to_string()),
                _ => {}
            }
        }
    }

    /// Takes what still comes before the end. Answers come in any order, events do not.
    async fn end(mut self, posted: &mut Transcript) {
        while let Some(Ok(message)) = self.socket.message().await {
            if let Message::Text(text) = message {
                self.frames.push(text.to_string());
            }
        }
        if self.path == "/api" {
            self.frames.sort();
        }
        self.frames.iter().for_each(|frame| posted.add(self.path, frame));
    }
}

/// Requests over HTTP that are right or wrong in every way.
async fn http(faults: &[Fault], posted: &mut Transcript) {
    let mut config = config().each(|adapter| adapter.token = Some("made-up".to_owned()));
    config.faults = faults.to_vec();
    let server = TestServer::with(config).await;
    let client = reqwest::Client::new();
    for (path, token) in [
        ("/get_status", None),
        ("/get_status", Some("other")),
        ("/get_status", Some("made-up")),
        ("/get_status?access_token=other", None),
        ("/get_status?access_token=made-up", None),
        ("/get_stranger_info?user_id=20002", Some("made-up")),
        ("/get_status/", Some("made-up")),
        ("/no_such_action", Some("made-up")),
        ("/get_msg?message_id=1", Some("made-up")),
        ("/get_stranger_info", Some("made-up")),
        ("/get_group_honor_info?group_id=70001&type=%61ll", Some("made-up")),
    ] {
        let mut request = client.get(server.url(path));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let reply = Reply::of(request).await;
        posted.add(&format!("GET {path} {token:?}"), format!("{} {}", reply.status, reply.body));
    }
    for (action, content_type, body) in [
        ("get_status", "application/json", "{".to_owned()),
        ("get_status", "text/plain", "{}".to_owned()),
        ("get_status", "application/json; charset=utf-8", "{}".to_owned()),
        ("get_stranger_info", "application/x-www-form-urlencoded", "user_id=20002".to_owned()),
        ("get_stranger_info", "application/json", json!({ "user_id": "20002" }).to_string()),
        ("get_stranger_info", "application/json", json!({ "user_id": 20002, "extra": 1 }).to_string()),
        ("get_stranger_info", "application/json", json!({}).to_string()),
        ("set_group_add_request", "application/json", json!({ "flag": "group-req-2", "type": "add" }).to_string()),
    ] {
        let request = client.post(server.url(&format!("/{action}"))).header("Authorization", "Bearer made-up");
        let reply = Reply::of(request.header("Content-Type", content_type).body(body.clone())).await;
        posted.add(&format!("{action} {content_type} {body}"), format!("{} {}", reply.status, reply.body));
    }
    for token in ["", "?access_token=other", "?access_token=made-up"] {
        let url = format!("ws://{}/{token}", server.server.ws_addr().expect("WebSocket is served"));
        let opened = tokio_tungstenite::connect_async(url).await;
        posted.add(&format!("handshake {token}"), opened.map_or_else(|error| error.to_string(), |_| "open".to_owned()));
    }
    server.done().await;
}

/// Messages in all forms, sent and read again.
async fn messages(faults: &[Fault], posted: &mut Transcript) {
    for format in [MessageFormat::Array, MessageFormat::String] {
        let server = server(faults, format).await;
        for message in [
            json!("&#91;tea, milk &amp; sugar&#93; &amp;amp;"),
            json!("[CQ:share,url=https://example.com/?a=1&amp;b=2,title=Bread&#44; butter]"),
            json!([{ "type": "text", "data": { "text": "&amp; [not] escaped" } }]),
            json!({ "type": "face", "data": { "id": "14" } }),
            json!({ "type": "dice", "data": null }),
        ] {
            for plain in [false, true] {
                let params = json!({ "user_id": ACTOR, "message": message, "auto_escape": plain });
                let sent = server.post("send_private_msg", &params).await.json();
                posted.add(&params.to_string(), &sent);
                let read = server.post("get_msg", &json!({ "message_id": sent["data"]["message_id"] })).await;
                posted.add("read", read.body);
            }
        }
        server.done().await;
    }
}

/// Calls and events over WebSocket connections of every role.
async fn ws(faults: &[Fault], posted: &mut Transcript) {
    let server = server(faults, MessageFormat::Array).await;
    let mut lines = Vec::new();
    for path in ["/api", "/api", "/event", "/event"] {
        let mut line = Line::open(&server, path).await;
        line.settle().await;
        lines.push(line);
    }
    for text in ["first", "[second] & last"] {
        server.step("say", &json!({ "text": text }));
    }
    server.step("heartbeat", &json!({}));
    for line in lines.iter_mut().skip(1).take(2) {
        let texts = ["Text", " spaced ", "42", ""].map(Value::from);
        for echo in texts.into_iter().chain([json!(1), json!(0), json!({ "a": [1] }), Value::Null]) {
            for action in ["get_status", "get_msg", "no_such_action", "clean_cache", "get_status_async"] {
                line.send(json!({ "action": action, "echo": echo }).to_string()).await;
            }
        }
        line.send("{".to_owned()).await;
        line.settle().await;
    }
    server.done().await;
    for line in lines {
        line.end(posted).await;
    }
}

/// A long call, and one in two frames, each over a connection of its own.
async fn frames(faults: &[Fault], posted: &mut Transcript) {
    let server = server(faults, MessageFormat::Array).await;
    let (mut long, mut parts) = (Line::open(&server, "/api").await, Line::open(&server, "/api").await);
    long.send(json!({ "action": "get_status", "echo": "long".repeat(50_000) }).to_string()).await;
    for (text, opcode, last) in [("{\"action\":", Data::Text, false), ("\"get_status\"}", Data::Continue, true)] {
        let frame = Frame::message(text, OpCode::Data(opcode), last);
        // A connection that was ended by a fault takes nothing any more.
        let _ = parts.socket.0.send(Message::Frame(frame)).await;
    }
    long.settle().await;
    parts.settle().await;
    server.done().await;
    long.end(posted).await;
    parts.end(posted).await;
}

/// A call while a client has not yet answered a post.
async fn posts(faults: &[Fault], posted: &mut Transcript) {
    let slow = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let mut config = config();
    config.adapters.push(Adapter::webhook(format!("http://{}/", slow.local_addr().expect("an address"))));
    config.adapters.iter_mut().for_each(|adapter| adapter.heartbeat = Heartbeat::Never);
    config.faults = faults.to_vec();
    let server = TestServer::with(config).await;
    // Faults keep back the one or the other.
    for text in ["first", "second"] {
        server.step("say", &json!({ "text": text }));
    }
    let accepted = tokio::time::timeout(PATIENCE, slow.accept()).await.expect("a post within the time");
    let (stream, _) = accepted.expect("a connection");
    let nothing = json!({});
    let call = tokio::time::timeout(ENOUGH, server.post("get_status", &nothing)).await;
    posted.add("meanwhile", call.is_ok());
    drop(stream);
    server.done().await;
}

/// By when something that is done at all is done.
const ENOUGH: Duration = Duration::from_secs(3);

/// Calls for later, and whether they are done in the end.
async fn later(faults: &[Fault], posted: &mut Transcript) {
    let server = server(faults, MessageFormat::Array).await;
    let mut other = config();
    other.account = Some(ACTOR);
    let other = TestServer::of(other, &server.world).await;
    for suffix in ["_async", "_rate_limited"] {
        let mut events = other.ws("/event").await;
        events.frame().await;
        let params = json!({ "user_id": ACTOR, "message": suffix });
        let reply = server.post(&format!("send_private_msg{suffix}"), &params).await;
        posted.add(suffix, reply.body);
        let done = tokio::time::timeout(ENOUGH, events.frame()).await;
        posted.add("done", done.is_ok());
    }
    posted.add("always", server.post("set_restart", &json!({})).await.body);
    other.done().await;
    server.done().await;
}

/// Where a fault acts, as its id reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    Action(String),
    Event(String),
    Transports,
    Everything,
}

impl Scope {
    fn of(fault: &Fault) -> Self {
        match fault.id.split('/').collect::<Vec<_>>().as_slice() {
            ["bug", ..] => Self::Everything,
            [family, name, ..] if family.starts_with("result-") => Self::Action((*name).to_owned()),
            [family, name, ..] if family.starts_with("event-") => Self::Event((*name).to_owned()),
            _ => Self::Transports,
        }
    }

    /// Everything that could be different there.
    async fn transcript(&self, faults: &[Fault]) -> Transcript {
        let mut posted = Transcript::default();
        if let Self::Action(name) = self {
            action(faults, name, &mut posted).await;
        }
        if let Self::Event(name) = self {
            event(faults, name, &mut posted).await;
        }
        if matches!(self, Self::Transports | Self::Everything) {
            http(faults, &mut posted).await;
            messages(faults, &mut posted).await;
            ws(faults, &mut posted).await;
            frames(faults, &mut posted).await;
            posts(faults, &mut posted).await;
            later(faults, &mut posted).await;
        }
        if *self == Self::Everything {
            for name in dialect().actions.keys() {
                action(faults, name, &mut posted).await;
            }
            for name in dialect().events.keys() {
                event(faults, name, &mut posted).await;
            }
        }
        posted
    }
}

/// How many faults are tried at the same time.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_changes_something() {
    let mut clean = BTreeMap::new();
    // What is about one transport alone is looked at in `wires`.
    let mut listed = faults::all(dialect());
    listed.retain(|fault| wire_of(fault).is_none());
    for scope in listed.iter().map(Scope::of).collect::<BTreeSet<_>>() {
        let before = scope.transcript(&[]).await;
        let again = scope.transcript(&[]).await;
        assert_eq!(before.first_difference(&again), None, "{scope:?} is not the same twice");
        clean.insert(scope, before);
    }
    let clean = Arc::new(clean);
    let mut trials = JoinSet::new();
    let mut without_effect = Vec::new();
    for fault in listed {
        let clean = Arc::clone(&clean);
        trials.spawn(async move {
            let found = faults::find(dialect(), &fault.id).expect("an id that was listed");
            let scope = Scope::of(&fault);
            (scope.transcript(&[found]).await == clean[&scope]).then_some(fault.id)
        });
        if trials.len() >= AT_ONCE {
            without_effect.extend(trials.join_next().await.expect("a trial").expect("a trial that ended well"));
        }
    }
    without_effect.extend(trials.join_all().await.into_iter().flatten());
    assert!(without_effect.is_empty(), "{without_effect:#?}");
}

#[test]
fn faults_have_ids_of_their_own_and_a_sentence() {
    let all = faults::all(dialect());
    let ids: BTreeSet<&str> = all.iter().map(|fault| fault.id.as_str()).collect();
    assert_eq!(ids.len(), all.len());
    assert!(all.iter().all(|fault| !fault.sentence.is_empty()));
    let sourced = all.iter().filter(|fault| fault.source.is_some()).count();
    assert_eq!(sourced, all.iter().filter(|fault| fault.id.starts_with("bug/")).count());
    assert!(sourced >= 12, "{sourced}");
}

#[test]
fn an_unknown_fault_is_reported_with_its_neighbours() {
    let rendered = |id: &str| faults::find(dialect(), id).expect_err("no such fault").to_string();
    let ids = ["result-missing/get_status/nothing", "token-unchecked", "token-status/x/y", "nothing"];
    insta::assert_snapshot!(ids.map(rendered).join("\n"));
}

#[test]
fn every_required_field_can_be_left_out() {
    let ids: BTreeSet<String> = faults::all(dialect()).into_iter().map(|fault| fault.id).collect();
    for action in dialect().actions.values() {
        for field in action.result.get("required").and_then(Value::as_array).into_iter().flatten() {
            let id = format!("result-missing/{}/{}", action.name, field.as_str().expect("a name"));
            assert!(ids.contains(&id), "{id}");
        }
    }
    for event in dialect().events.values() {
        for field in event.data["required"].as_array().expect("required fields") {
            let id = format!("event-missing/{}/{}", event.name, field.as_str().expect("a name"));
            assert!(ids.contains(&id), "{id}");
        }
    }
}
