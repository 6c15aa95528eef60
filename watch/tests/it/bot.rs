//! A small bot behind a watch, in front of the stand-in: what it asks, what happens meanwhile, and what it does about that.

use std::net::SocketAddr;
use std::time::Duration;

use botspec_reference::faults::{self, Fault};
use botspec_reference::world::Clock;
use botspec_reference::{Adapter, Server, ServerConfig, SharedWorld, World};
use botspec_reports::record::Transport;
use botspec_schema::Catalog;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bytes::{UPGRADE, frame};
use crate::harness::{Left, watch};

/// How long the bot waits for what a faulty implementation may never send.
const PATIENCE: Duration = Duration::from_millis(700);

/// A faulty implementation may end a connection at any time.
type Io<T> = std::io::Result<T>;

/// What passed between a small bot and the stand-in, and what the watch between them found.
pub(crate) struct Passed {
    pub(crate) left: Left,
    /// Everything that the bot received, without times and in no order.
    pub(crate) received: Vec<String>,
    /// Whether a fault changed a field of something that was sent.
    pub(crate) edited: bool,
}

/// The fault of a dialect with an id.
#[track_caller]
pub(crate) fn fault(dialect: &str, id: &str) -> Fault {
    faults::find(Catalog::builtin().dialect(dialect).expect("the dialect"), id).expect("a fault")
}

/// Lets a bot live through a few minutes of an account.
pub(crate) fn passed(dialect: &str, fault: Option<Fault>) -> Passed {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    runtime.block_on(async {
        let world = SharedWorld::new(World::new(1).with_clock(Clock::System(0)));
        let mut config = ServerConfig::new(dialect);
        config.faults.extend(fault);
        let one_address = Catalog::builtin().dialect(dialect).expect("the dialect").file.transports.ws.as_ref();
        let one_address = one_address.is_some_and(|ws| ws.shares_http);
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        config.adapters.push(if one_address { Adapter::http(any) } else { Adapter::ws(any) });
        let server = Server::start(config, &world).await.expect("the stand-in starts");
        let upstream = if one_address { server.http_addr() } else { server.ws_addr() }.expect("an address");
        let links: &[Transport] = if one_address { &[Transport::Ws, Transport::Http] } else { &[Transport::Ws] };
        let links: Vec<(Transport, SocketAddr)> = links.iter().map(|transport| (*transport, upstream)).collect();
        let watch = watch(dialect, folder.path(), &links).await;
        let at: Vec<SocketAddr> = watch.links().map(|(_, at, _)| at).collect();
        let mut received = Vec::new();
        let mut bot =
            Bot { socket: None, calls: at.get(1).copied(), buffer: Vec::new(), echo: 0, received: &mut received };
        let lived = async {
            bot.connect(at[0]).await?;
            if dialect == "milky" { milky(&mut bot, &world).await } else { onebot(&mut bot, &world).await }
        };
        // A fault may end the connection.
        let _ = lived.await;
        drop(bot);
        let edited = server.has_edited();
        let left = Left::of(watch, folder.path()).await;
        server.shutdown().await;
        received.sort();
        Passed { left, received, edited }
    })
}

struct Bot<'a> {
    socket: Option<TcpStream>,
    /// Where calls go over HTTP, where they do.
    calls: Option<SocketAddr>,
    buffer: Vec<u8>,
    echo: u64,
    received: &'a mut Vec<String>,
}

impl Bot<'_> {
    async fn connect(&mut self, at: SocketAddr) -> Io<()> {
        let mut socket = TcpStream::connect(at).await?;
        let path = if self.calls.is_some() { "/event" } else { "/" };
        socket.write_all(UPGRADE.replace("GET /?", &format!("GET {path}?")).as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await?);
        }
        self.socket = Some(socket);
        Ok(())
    }

    /// The next message of the WebSocket; none where none comes.
    async fn next(&mut self) -> Io<Option<Value>> {
        let Some(socket) = &mut self.socket else { return Ok(None) };
        loop {
            if let Some((text, length)) = first(&self.buffer) {
                let document = serde_json::from_slice(&text).unwrap_or(Value::Null);
                self.buffer.drain(..length);
                self.received.push(without_times(&document).to_string());
                return Ok(Some(document));
            }
            match tokio::time::timeout(PATIENCE, socket.read_buf(&mut self.buffer)).await {
                Ok(read) => {
                    if read? == 0 {
                        return Ok(None);
                    }
                }
                Err(_) => return Ok(None),
            }
        }
    }

    /// Reads until something comes that is waited for.
    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Io<Value> {
        while let Some(message) = self.next().await? {
            if wanted(&message) {
                return Ok(message);
            }
        }
        Ok(Value::Null)
    }

    /// Calls several actions before it waits for the first answer.
    async fn calls(&mut self, calls: &[(&str, Value)]) -> Io<Value> {
        if let Some(at) = self.calls {
            let mut last = Value::Null;
            for (action, params) in calls {
                last = post(at, action, params).await?;
                self.received.push(without_times(&last).to_string());
            }
            return Ok(last);
        }
        let mut frames = Vec::new();
        for (action, params) in calls {
            self.echo += 1;
            let call = json!({ "action": action, "params": params, "echo": self.echo });
            frames.extend(frame(0x81, call.to_string().as_bytes(), Some([1, 2, 3, 4])));
        }
        if let Some(socket) = &mut self.socket {
            socket.write_all(&frames).await?;
        }
        let mut last = Value::Null;
        for _ in calls {
            last = self.until(|message| message.get("post_type").is_none()).await?;
        }
        Ok(last)
    }

    async fn call(&mut self, action: &str, params: Value) -> Io<Value> {
        self.calls(&[(action, params)]).await
    }
}

/// A call over HTTP.
async fn post(at: SocketAddr, action: &str, params: &Value) -> Io<Value> {
    let mut socket = TcpStream::connect(at).await?;
    let body = params.to_string();
    let head = format!(
        "POST /api/{action} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).await?;
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, socket.read_to_string(&mut answer)).await.map_err(std::io::Error::other)??;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok(serde_json::from_str(body).unwrap_or(Value::Null))
}

/// The first message of text in what came, and how many bytes it takes with what stands before it.
fn first(mut bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let whole = bytes.len();
    loop {
        let [opcode, short, ..] = *bytes else { return None };
        let (length, at) = match short {
            126 => (usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])), 4),
            127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
            short => (usize::from(short), 2),
        };
        let payload = bytes.get(at..at + length)?;
        let rest = &bytes[at + length..];
        if opcode & 0x0f == 1 {
            return Some((payload.to_vec(), whole - rest.len()));
        }
        bytes = rest;
    }
}

/// A document in which times stand as what they are.
fn without_times(document: &Value) -> Value {
    match document {
        Value::Number(number) if number.as_f64().is_some_and(|it| it > 1.6e9 && it < 2e9) => "time".into(),
        Value::Array(items) => items.iter().map(without_times).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), without_times(value))).collect(),
        other => other.clone(),
    }
}

const GROUP: i64 = 70_001;

/// What a bot for OneBot 11 does.
async fn onebot(bot: &mut Bot<'_>, world: &SharedWorld) -> Io<()> {
    bot.calls(&[("get_login_info", json!({})), ("get_version_info", json!({})), ("get_status", json!({}))]).await?;
    bot.calls(&[("get_friend_list", json!({})), ("get_group_list", json!({}))]).await?;
    bot.call("get_group_info", json!({ "group_id": GROUP })).await?;
    let member = |user: i64| ("get_group_member_info", json!({ "group_id": GROUP, "user_id": user }));
    bot.calls(&[member(20_002), member(30_003)]).await?;
    bot.call("get_group_member_list", json!({ "group_id": GROUP })).await?;
    bot.call("get_stranger_info", json!({ "user_id": 20_002 })).await?;
    happens(world, "say", &json!({ "from": 20_002, "text": "good morning [all] & everybody" }));
    let asked = bot.until(holds("good morning")).await?;
    bot.call("send_private_msg", json!({ "user_id": 20_002, "message": "good morning to you" })).await?;
    happens(world, "say", &json!({ "from": 30_003, "group": GROUP, "text": "what is new?" }));
    let in_group = bot.until(holds("what is new")).await?;
    bot.call("get_group_list", json!({})).await?;
    let words = [{ json!({ "type": "text", "data": { "text": "nothing at all" } }) }];
    let sent = bot.call("send_group_msg", json!({ "group_id": GROUP, "message": words })).await?;
    for id in [&asked["message_id"], &in_group["message_id"], &sent["data"]["message_id"]] {
        bot.call("get_msg", json!({ "message_id": id })).await?;
    }
    bot.call("get_msg", json!({ "message_id": 1 })).await?;
    happens(world, "say", &json!({ "from": 30_003, "group": GROUP, "text": "spam" }));
    let spam = bot.until(holds("spam")).await?;
    bot.call("delete_msg", json!({ "message_id": spam["message_id"] })).await?;
    bot.call("set_group_ban", json!({ "group_id": GROUP, "user_id": 30_003, "duration": 60 })).await?;
    bot.call("set_group_card", json!({ "group_id": GROUP, "user_id": 30_003, "card": "reads rules" })).await?;
    bot.calls(&[member(30_003), ("get_group_member_list", json!({ "group_id": GROUP }))]).await?;
    someone_joins(bot, world, "group_increase").await
}

/// What a bot for Milky does.
async fn milky(bot: &mut Bot<'_>, world: &SharedWorld) -> Io<()> {
    let words = |text: &str| json!([{ "type": "text", "data": { "text": text } }]);
    let member = |user: i64| ("get_group_member_info", json!({ "group_id": GROUP, "user_id": user }));
    bot.calls(&[
        ("get_login_info", json!({})),
        ("get_impl_info", json!({})),
        ("get_friend_list", json!({})),
        ("get_friend_info", json!({ "user_id": 20_002 })),
        ("get_group_list", json!({})),
        ("get_group_info", json!({ "group_id": GROUP })),
        member(20_002),
        member(30_003),
        ("get_group_member_list", json!({ "group_id": GROUP })),
        ("get_user_profile", json!({ "user_id": 20_002 })),
    ])
    .await?;
    happens(world, "say", &json!({ "from": 20_002, "text": "good morning [all] & everybody" }));
    let asked = bot.until(holds("good morning")).await?;
    bot.call("send_private_message", json!({ "user_id": 20_002, "message": words("good morning to you") })).await?;
    happens(world, "say", &json!({ "from": 30_003, "group": GROUP, "text": "what is new?" }));
    let in_group = bot.until(holds("what is new")).await?;
    bot.call("get_group_list", json!({})).await?;
    let sent = bot.call("send_group_message", json!({ "group_id": GROUP, "message": words("nothing at all") })).await?;
    let read = |scene: &str, peer: i64, number: &Value| {
        ("get_message", json!({ "message_scene": scene, "peer_id": peer, "message_seq": number }))
    };
    bot.calls(&[
        read("friend", 20_002, &asked["data"]["message_seq"]),
        read("group", GROUP, &in_group["data"]["message_seq"]),
        read("group", GROUP, &sent["data"]["message_seq"]),
        ("get_history_messages", json!({ "message_scene": "group", "peer_id": GROUP, "limit": 5 })),
        read("friend", 20_002, &json!(1)),
    ])
    .await?;
    bot.call("set_group_member_card", json!({ "group_id": GROUP, "user_id": 30_003, "card": "reads rules" })).await?;
    bot.calls(&[member(30_003), ("get_group_member_list", json!({ "group_id": GROUP }))]).await?;
    someone_joins(bot, world, "group_member_increase").await
}

/// Somebody joins, which an event of the dialect reports; others poke and ask to be friends, and the bot reads to the end.
async fn someone_joins(bot: &mut Bot<'_>, world: &SharedWorld, event: &'static str) -> Io<()> {
    happens(world, "member_join", &json!({ "group": GROUP, "user": 40_004 }));
    bot.until(holds(event)).await?;
    happens(world, "poke", &json!({ "user": 20_002, "group": GROUP, "target": 10_001 }));
    happens(world, "friend_request", &json!({ "user": 40_004 }));
    while bot.next().await?.is_some() {}
    Ok(())
}

/// Whether a frame holds a text.
fn holds(text: &'static str) -> impl Fn(&Value) -> bool {
    move |event| event.to_string().contains(text)
}

#[track_caller]
fn happens(world: &SharedWorld, step: &str, params: &Value) {
    world.step(step, params).unwrap_or_else(|error| panic!("{step} {params}: {error}"));
}
