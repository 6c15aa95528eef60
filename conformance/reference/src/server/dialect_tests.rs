//! Every dialect over its transports, also those whose actions nobody handles: a stand-in answers each action with its own
//! parameters, and reports what is sent as the text alone.

use std::time::Duration;

use botspec_schema::model::{DialectFile, FailureKind, HttpStep, Lifecycle};
use botspec_schema::{Catalog, Dialect};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::Server;
use crate::answer::Failure;
use crate::config::{Adapter, Heartbeat, ServerConfig};
use crate::protocol::{Context, EventContext, Handler, Handlers, Protocol};
use crate::shared::SharedWorld;
use crate::world::{self, Change, MessageElement};

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(20);
const TOKEN: &str = "made-up";

struct Double;

impl Protocol for Double {
    fn handlers(&self, dialect: &'static Dialect) -> Handlers {
        let same = || -> Handler { Handler::new(|_: &mut Context<'_>, params: Value| Ok(params)) };
        dialect.actions.keys().map(|name| (name.as_str(), same())).collect()
    }

    fn event(&self, view: &EventContext<'_>, change: &Change) -> Option<Value> {
        let Change::MessageSent(id) = change else { return None };
        let message = view.world.message(view.served.account, *id).ok()?;
        message.elements.iter().find_map(|element| match element {
            MessageElement::Text(text) => Some(json!({ "said": text })),
            _ => None,
        })
    }

    fn read_message(&self, _: &mut Context<'_>, message: Value) -> Result<Vec<MessageElement>, Failure> {
        Ok(vec![MessageElement::Text(message.to_string())])
    }

    fn write_message(&self, _: &EventContext<'_>, message: &world::Message) -> Value {
        message.elements.len().into()
    }

    fn lifecycle(&self, _: &EventContext<'_>, what: Lifecycle) -> Option<Value> {
        Some(json!({ "lifecycle": what.as_str() }))
    }

    fn heartbeat(&self, _: &EventContext<'_>, next: Duration) -> Option<Value> {
        Some(json!({ "next": next.as_millis() }))
    }

    fn quick_operation(&self, _: Value, _: Value) -> Option<(&'static str, Value)> {
        None
    }
}

/// A dialect as its contracts say, but for some changes, which is served with a token.
struct Stage {
    server: Server,
    world: SharedWorld,
}

impl Stage {
    async fn of(name: &str, change: impl FnOnce(&mut DialectFile), adapters: Vec<Adapter>) -> Self {
        let mut dialect = Catalog::builtin().dialect(name).expect("the dialect").clone();
        change(&mut dialect.file);
        let dialect: &'static Dialect = Box::leak(Box::new(dialect));
        let protocol = &Double;
        let mut config = ServerConfig::new(name).on_loopback();
        config.adapters.extend(adapters);
        let config = config.each(|adapter| {
            adapter.token = Some(TOKEN.to_owned());
            if adapter.heartbeat == Heartbeat::Usual {
                adapter.heartbeat = Heartbeat::Never;
            }
        });
        let config = ServerConfig { verify: false, ..config };
        let world = SharedWorld::seeded(1);
        let server = Server::serve(dialect, protocol, config, &world).await.expect("the server starts");
        Self { server, world }
    }

    fn say(&self, text: &str) {
        self.world.step("say", &json!({ "text": text })).expect("the step is taken");
    }

    fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{path}", self.server.http_addr().expect("HTTP is served"))
    }

    /// A call with what is right about it left to the test.
    fn post(&self, path: &str) -> RequestBuilder {
        Client::new().post(self.url("http", path)).timeout(PATIENCE)
    }
}

async fn rendered(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let body = response.text().await.expect("a text");
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn milky_checks_at_content_type_token_and_name_in_this_order() {
    let stage = Stage::of("milky", |_| {}, Vec::new()).await;
    let call = |path: &str| stage.post(path).header("Content-Type", "application/json").body("{}");
    for (request, status) in [
        (stage.post("/api/no_such"), 415),
        (stage.post("/api/no_such").header("Content-Type", "text/plain").body("{}"), 415),
        (stage.post("/api/no_such").header("Content-Type", "application/x-www-form-urlencoded").body("a=b"), 415),
        (call("/api/no_such"), 401),
        (call("/api/get_login_info").bearer_auth("other"), 401),
        (call("/api/get_login_info").header("Authorization", format!("Basic {TOKEN}")), 401),
        (call("/api/get_login_info?access_token=made-up"), 401),
        (call("/api/no_such").bearer_auth(TOKEN), 404),
        (call("/api/get_login_info/").bearer_auth(TOKEN), 404),
        (call("/get_login_info").bearer_auth(TOKEN), 404),
        (call("/event").bearer_auth(TOKEN), 404),
        (Client::new().get(stage.url("http", "/api/get_login_info")).bearer_auth(TOKEN), 405),
        (call("/api/get_login_info").bearer_auth(TOKEN), 200),
        (call("/api/get_login_info").header("Authorization", format!("bearer {TOKEN}")), 200),
    ] {
        let shown = format!("{request:?}");
        assert_eq!(rendered(request).await.0, status, "{shown}");
    }
    let spoken = stage.post("/api/get_login_info").header("Content-Type", "Application/JSON; charset=utf-8").body("{}");
    let (status, answer) = rendered(spoken.bearer_auth(TOKEN)).await;
    assert_eq!((status, answer), (200, json!({ "status": "ok", "retcode": 0, "data": {} })));
    for body in ["", "{", "[]", "null", "\"{}\"", "{\"no_cache\": 7}"] {
        let request = stage.post("/api/get_user_profile").header("Content-Type", "application/json");
        let (status, answer) = rendered(request.bearer_auth(TOKEN).body(body)).await;
        assert_eq!((status, &answer["status"], &answer["retcode"]), (200, &json!("failed"), &json!(-400)), "{body}");
        assert!(answer.get("data").is_none() && answer["message"].is_string(), "{answer}");
    }
    stage.server.shutdown().await;
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a WebSocket; the error is the status of the handshake.
async fn open(url: &str, token: Option<&str>) -> Result<Socket, u16> {
    let mut request = url.into_client_request().expect("a request");
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert("Authorization", value);
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// The next frame as JSON, or the code of the close.
async fn next(socket: &mut Socket) -> Result<Value, Option<CloseCode>> {
    match tokio::time::timeout(PATIENCE, socket.next()).await.expect("something within the time") {
        Some(Ok(Message::Text(text))) => Ok(serde_json::from_str(&text).expect("JSON")),
        Some(Ok(Message::Close(frame))) => Err(frame.map(|frame| frame.code)),
        other => panic!("{other:?}"),
    }
}

/// The answer to a request for a stream.
async fn stream(url: &str, token: Option<&str>) -> reqwest::Response {
    let mut request = Client::new().get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.expect("an answer")
}

/// Reads a stream until it has this text; whatever else comes is a failure.
async fn reads(stream: &mut reqwest::Response, wanted: &str) {
    let mut seen = String::new();
    while seen.len() < wanted.len() {
        let element = tokio::time::timeout(PATIENCE, stream.chunk()).await.expect("more within the time");
        seen += std::str::from_utf8(&element.expect("a piece").expect("no end yet")).expect("UTF-8");
        assert!(wanted.starts_with(&seen), "{seen:?} is not {wanted:?}");
    }
}

#[tokio::test]
async fn milky_streams_events_both_ways_at_one_path() {
    let stage = Stage::of("milky", |_| {}, Vec::new()).await;
    let (ws, sse) = (stage.url("ws", "/event"), stage.url("http", "/event"));
    for token in [None, Some("other")] {
        assert_eq!(open(&ws, token).await.err(), Some(401));
        assert_eq!(stream(&sse, token).await.status().as_u16(), 401);
    }
    let query = "?access_token=made-up";
    let mut sockets =
        [open(&ws, Some(TOKEN)).await.expect("open"), open(&format!("{ws}{query}"), None).await.expect("open")];
    let mut streams = [stream(&sse, Some(TOKEN)).await, stream(&format!("{sse}{query}"), None).await];
    assert_eq!(stream(&stage.url("http", "/events"), Some(TOKEN)).await.status().as_u16(), 405);
    for text in ["Hello", "line\nbreak \u{1F600}"] {
        stage.say(text);
        let event = json!({ "said": text });
        for socket in &mut sockets {
            assert_eq!(next(socket).await, Ok(event.clone()));
        }
        for stream in &mut streams {
            assert_eq!(stream.headers()["content-type"], "text/event-stream");
            reads(stream, &format!("event: milky_event\ndata: {event}\n\n")).await;
        }
    }
    // Nobody calls anything there.
    sockets[0].send(Message::text("{\"action\":\"get_login_info\"}")).await.expect("the frame is sent");
    stage.say("Still");
    assert_eq!(next(&mut sockets[0]).await, Ok(json!({ "said": "Still" })));
    let taken = [Adapter::ws(([127, 0, 0, 1], 0).into()), Adapter::reverse_ws("ws://127.0.0.1:1/")];
    for adapter in taken {
        let dialect = Catalog::builtin().dialect("milky").expect("the dialect");
        let mut config = ServerConfig::new("milky");
        config.adapters.push(adapter);
        let started = Server::serve(dialect, &Double, config, &stage.world).await;
        let error = started.err().expect("Milky has no such transport").to_string();
        assert!(error.starts_with("`milky` has no "), "{error}");
    }
    stage.server.shutdown().await;
}

#[tokio::test]
async fn a_connection_without_the_right_token_ends_as_the_dialect_states() {
    let frame = |retcode: i64| move |frame: &Value| frame["status"] == "failed" && frame["retcode"] == retcode;
    for (dialect, retcode, code) in [("napcat", 1403, None), ("llonebot", 1403, Some(CloseCode::Policy))] {
        let stage = Stage::of(dialect, |_| {}, Vec::new()).await;
        let url = format!("ws://{}/event", stage.server.ws_addr().expect("WebSocket is served"));
        for token in [None, Some("other")] {
            let mut socket = open(&url, token).await.expect("open");
            let rendered = next(&mut socket).await.expect("a frame");
            assert!(frame(retcode)(&rendered), "{dialect}: {rendered}");
            assert_eq!(next(&mut socket).await, Err(code), "{dialect}");
        }
        stage.server.shutdown().await;
    }
    // Accepted, and closed without a word.
    let silent = |file: &mut DialectFile| {
        for kind in [FailureKind::TokenMissing, FailureKind::TokenWrong] {
            let ws = file.failures.get_mut(&kind).and_then(|look| look.ws.as_mut()).expect("a look");
            (ws.handshake_status, ws.silent, ws.close) = (None, true, Some(1008));
        }
    };
    let stage = Stage::of("milky", silent, Vec::new()).await;
    let mut socket = open(&stage.url("ws", "/event"), None).await.expect("open");
    assert_eq!(next(&mut socket).await, Err(Some(CloseCode::Policy)));
    stage.server.shutdown().await;
}

#[tokio::test]
async fn every_other_path_of_a_websocket_is_served_where_the_dialect_does_so() {
    for (dialect, path, served) in
        [("napcat", "/onebot", true), ("napcat", "/event", true), ("llonebot", "/onebot", false)]
    {
        let stage = Stage::of(dialect, |_| {}, Vec::new()).await;
        let url = format!("ws://{}{path}", stage.server.ws_addr().expect("WebSocket is served"));
        match open(&url, Some(TOKEN)).await {
            Ok(mut socket) => {
                assert!(served, "{dialect} {path}");
                assert_eq!(next(&mut socket).await, Ok(json!({ "lifecycle": "connect" })));
                socket.send(Message::text("{\"action\":\"get_status\",\"echo\":7}")).await.expect("the frame is sent");
                assert_eq!(next(&mut socket).await.expect("an answer")["echo"], 7);
            }
            Err(status) => assert_eq!((served, status), (false, 404), "{dialect} {path}"),
        }
        stage.server.shutdown().await;
    }
}

#[tokio::test]
async fn napcat_reads_what_stands_beside_a_body_and_echoes() {
    let stage = Stage::of("napcat", |_| {}, Vec::new()).await;
    let call = |query: &str, body: &'static str| stage.post(&format!("/get_stranger_info{query}")).body(body);
    // The token in the query comes first, the header only where the query has none.
    assert_eq!(rendered(call("?access_token=other", "{}").bearer_auth(TOKEN)).await.0, 403);
    assert_eq!(rendered(call("?access_token=", "{}").bearer_auth(TOKEN)).await.0, 200);
    for (query, body, user, echo) in [
        ("", "{\"user_id\":\"20002\",\"echo\":{\"a\":[1]}}", 20002, Some(json!({ "a": [1] }))),
        ("?user_id=30003&echo=x", "{\"user_id\":\"20002\",\"echo\":7}", 30003, Some(json!("x"))),
        ("?user_id=30003", "", 30003, None),
    ] {
        // Whatever the content type states: it is none that the dialect refuses.
        for kind in ["application/json", "text/plain", "application/octet-stream"] {
            let (status, answer) = rendered(call(query, body).header("Content-Type", kind).bearer_auth(TOKEN)).await;
            assert_eq!((status, answer["data"]["user_id"].as_i64()), (200, Some(user)), "{answer}");
            let echoed = answer.get("echo").expect("an echo");
            assert!(echo.as_ref().is_none_or(|echo| echo == echoed) && !echoed.is_null(), "{answer}");
        }
    }
    let (status, hello) = rendered(Client::new().get(stage.url("http", "/")).bearer_auth(TOKEN)).await;
    assert_eq!((status, &hello["status"]), (200, &json!("ok")));
    stage.server.shutdown().await;
}

#[tokio::test]
async fn what_is_checked_at_first_makes_the_answer() {
    // Without a token, to no action, with nonsense of no content type that is spoken.
    for (first, status) in
        [(HttpStep::Token, 401), (HttpStep::Action, 404), (HttpStep::ContentType, 406), (HttpStep::Body, 406)]
    {
        let reorder = |file: &mut DialectFile| {
            let order = &mut file.transports.http.as_mut().expect("HTTP").order;
            order.retain(|step| *step != first);
            order.insert(0, first);
        };
        let stage = Stage::of("onebot11", reorder, Vec::new()).await;
        let request = stage.post("/no_such").header("Content-Type", "text/plain").body("{");
        assert_eq!(rendered(request).await.0, status, "{first:?}");
        stage.server.shutdown().await;
    }
}

#[tokio::test]
async fn a_stream_beats_as_often_as_the_dialect_or_somebody_states() {
    let mut adapter = Adapter::http(([127, 0, 0, 1], 0).into());
    adapter.heartbeat = Heartbeat::Every(Duration::from_millis(10));
    let stage = Stage::of("llonebot", |_| {}, vec![adapter]).await;
    let sse: Vec<String> =
        stage.server.transports().iter().map(|open| open.url.clone()).filter(|url| url.ends_with("/_events")).collect();
    let mut beating = stream(&sse[1], Some(TOKEN)).await;
    reads(&mut beating, "data: {\"next\":10}\n\ndata: {\"next\":10}\n\n").await;
    let mut quiet = stream(&sse[0], Some(TOKEN)).await;
    stage.say("Hello");
    reads(&mut quiet, "data: {\"said\":\"Hello\"}\n\n").await;
    stage.server.shutdown().await;
    for (dialect, every) in [("llonebot", Some(5_000)), ("napcat", None), ("onebot11", None)] {
        let file = &Catalog::builtin().dialect(dialect).expect("the dialect").file;
        let line = crate::connection_settings::ConnectionSettings::new(
            file,
            botspec_schema::model::Transport::Sse,
            &Adapter::new(crate::config::Endpoint::Http { addr: ([127, 0, 0, 1], 0).into(), sse: true }),
        );
        assert_eq!(line.heartbeat.map(|every| every.as_millis()), every, "{dialect}");
    }
}

#[tokio::test]
async fn milky_posts_events_with_its_token_and_does_nothing_about_the_answer() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let stage = Stage::of("milky", |_| {}, vec![Adapter::webhook(url)]).await;
    stage.say("Hello");
    let (mut client, _) = listener.accept().await.expect("a connection");
    let mut post = String::new();
    let body = json!({ "said": "Hello" }).to_string();
    while !post.ends_with(&body) {
        let mut element = [0; 1_024];
        let length = client.read(&mut element).await.expect("a post");
        post += std::str::from_utf8(&element[..length]).expect("UTF-8");
    }
    let head = post.to_lowercase();
    assert!(head.starts_with("post /hook http/1.1\r\n"), "{post}");
    for line in ["\r\nauthorization: bearer made-up\r\n", "\r\ncontent-type: application/json\r\n"] {
        assert!(head.contains(line), "{post}");
    }
    assert!(!head.contains("x-signature") && !head.contains("x-self-id"), "{post}");
    client.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("an answer");
    stage.server.shutdown().await;
}
