//! Events that the account posts: their headers, their signature, and what the answers do.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use botspec_reference::world::{MessageElement, World};
use botspec_reference::{Adapter, Endpoint, Heartbeat, MessageFormat};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use tokio::net::TcpListener;

use crate::harness::{ACTOR, BOT, TestServer};
use crate::hook::{Answer, Hook, Post};
use crate::reverse::config;

const GROUP: i64 = 70_001;
const MEMBER: i64 = 30_003;
const STRANGER: i64 = 40_004;

fn adapter(url: String) -> Adapter {
    let mut adapter = Adapter::webhook(url);
    adapter.heartbeat = Heartbeat::Never;
    adapter
}

/// A bed whose events go to a client, which was sent that the account is there.
async fn server(hook: &mut Hook) -> TestServer {
    let server = TestServer::with(config(vec![adapter(hook.url("/"))])).await;
    let first = hook.post().await.json();
    assert_eq!((&first["meta_event_type"], &first["sub_type"]), (&json!("lifecycle"), &json!("enable")));
    server
}

#[tokio::test]
async fn a_post_states_whose_event_it_is() {
    let mut hook = Hook::new().await;
    let server = TestServer::with(config(vec![adapter(hook.url("/events?from=bot"))])).await;
    hook.post().await;
    server.step("say", &json!({ "text": "你好 \u{1F600}" }));
    let post = hook.post().await;
    assert_eq!((post.method.as_str(), post.uri.to_string().as_str()), ("POST", "/events?from=bot"));
    assert_eq!(post.header("X-Self-ID"), Some(BOT.to_string().as_str()));
    assert_eq!(post.header("Content-Type"), Some("application/json"));
    assert_eq!((post.header("X-Signature"), post.header("Authorization")), (None, None));
    assert_eq!(post.json()["raw_message"], "你好 \u{1F600}");
    server.server.shutdown().await;
    assert_eq!(hook.post().await.json()["sub_type"], "disable");
}

/// The signature that the standard asks for.
pub(crate) fn signature(key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("any key will do");
    mac.update(body);
    mac.finalize().into_bytes().iter().fold("sha1=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

#[tokio::test]
async fn a_signature_is_over_the_bytes_that_were_posted() {
    let mut hook = Hook::new().await;
    for secret in ["made-up", "密钥 \u{1F511}", &"long".repeat(100)] {
        let server = TestServer::with(config(vec![adapter(hook.url("/")).with_token(secret)])).await;
        hook.post().await;
        for text in ["Hello", "你好 \u{1F600}\n\t\"\\", &"x".repeat(100_000)] {
            server.step("say", &json!({ "text": text }));
            let post = hook.post().await;
            assert_eq!(post.header("X-Signature"), Some(signature(secret, &post.body).as_str()), "{secret}");
            assert_eq!(post.header("Authorization"), None);
        }
        server.server.shutdown().await;
        hook.post().await;
    }
}

/// Answers message and request events with an operation, everything else with nothing.
fn quick(operation: Value) -> Answer {
    Arc::new(move |post: &Post| match post.json()["post_type"].as_str() {
        Some("message" | "request") => operation.to_string().into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Looks at the world until something holds: what an answer asks for is done some time after it.
async fn until(server: &TestServer, holds: impl Fn(&World) -> bool) {
    let look = async {
        while !server.world.read(&holds) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::harness::PATIENCE, look).await.expect("it holds within the time");
}

#[tokio::test]
async fn a_reply_is_sent_with_or_without_its_codes() {
    for plain in [false, true] {
        let mut hook = Hook::with(quick(json!({ "reply": "[CQ:face,id=14]", "auto_escape": plain }))).await;
        let server = server(&mut hook).await;
        let before = server.world.fixtures(BOT).get("own_message").cloned();
        server.step("say", &json!({ "text": "Hello" }));
        let own = |world: &World| {
            let newest = world.messages_of(BOT).rev().find(|message| message.sender.user == BOT);
            newest.map(|message| message.id)
        };
        until(&server, |world| own(world).map(|id| Value::from(world.number_for(BOT, id))) != before).await;
        let id = server.world.read(own).expect("a message");
        let rendered = server.world.read(|world| world.message(BOT, id).expect("a message").elements.clone());
        assert_eq!(matches!(rendered[0], MessageElement::Text(_)), plain, "{rendered:?}");
        server.done().await;
    }
}

#[tokio::test]
async fn a_group_message_is_deleted_and_its_author_silenced_or_thrown_out() {
    let say = json!({ "from": MEMBER, "group": GROUP, "text": "Hello" });
    let mut hook = Hook::with(quick(json!({ "delete": true, "ban": true, "ban_duration": 60 }))).await;
    let first = server(&mut hook).await;
    let number = first.step("say", &say)["message"].as_i64().and_then(|id| id.try_into().ok()).expect("a message");
    let id = first.world.read(|world| world.message_id(BOT, number));
    until(&first, |world| world.message(BOT, id).is_err()).await;
    let silenced = |world: &World| {
        let member = world.group(GROUP).and_then(|group| group.member(MEMBER)).expect("a member");
        member.silenced_until - world.now()
    };
    until(&first, |world| (1..=60).contains(&silenced(world))).await;
    first.done().await;
    let mut hook = Hook::with(quick(json!({ "kick": true }))).await;
    let second = server(&mut hook).await;
    second.step("say", &say);
    until(&second, |world| world.group(GROUP).expect("the group").member(MEMBER).is_err()).await;
    second.done().await;
}

#[tokio::test]
async fn requests_are_approved_or_declined() {
    let mut hook = Hook::with(quick(json!({ "approve": true, "remark": "Wang" }))).await;
    let first = server(&mut hook).await;
    first.step("friend_request", &json!({ "user": STRANGER }));
    until(&first, |world| world.are_friends(BOT, STRANGER)).await;
    first.step("group_request", &json!({ "group": GROUP, "user": STRANGER }));
    until(&first, |world| world.group(GROUP).expect("the group").member(STRANGER).is_ok()).await;
    first.done().await;
    let mut hook = Hook::with(quick(json!({ "approve": false, "reason": "Full" }))).await;
    let second = server(&mut hook).await;
    let waiting = second.world.read(|world| world.requests_for(BOT).count());
    second.step("group_request", &json!({ "group": GROUP, "user": STRANGER }));
    until(&second, |world| world.requests_for(BOT).count() == waiting).await;
    assert!(second.world.read(|world| world.group(GROUP).expect("the group").member(STRANGER).is_err()));
    second.done().await;
}

/// What clients answer that want nothing done, or do not know what they do.
fn odd(post: &Post) -> Response {
    match post.json()["raw_message"].as_str().unwrap_or_default() {
        "empty" => String::new().into_response(),
        "object" => "{}".into_response(),
        "text" => "thank you".into_response(),
        "list" => "[{\"reply\": \"Hi\"}]".into_response(),
        "type" => "{\"reply\": {\"a\": []}, \"delete\": 7}".into_response(),
        "deep" => ("[".repeat(100_000)).into_response(),
        "bytes" => vec![0xFF_u8; 100].into_response(),
        "failed" => (StatusCode::INTERNAL_SERVER_ERROR, "{\"reply\": \"Hi\"}").into_response(),
        "redirect" => Redirect::temporary("/elsewhere").into_response(),
        "huge" => format!("{{\"reply\": \"{}\"}}", "x".repeat(10 * 1024 * 1024)).into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

#[tokio::test]
async fn an_answer_that_asks_for_nothing_does_nothing() {
    let mut hook = Hook::with(Arc::new(odd)).await;
    let server = server(&mut hook).await;
    let own = |world: &World| world.messages_of(BOT).filter(|it| it.sender.user == BOT).count();
    let before = server.world.read(own);
    let answers =
        ["empty", "object", "text", "list", "type", "deep", "bytes", "failed", "redirect", "huge", "nothing", "last"];
    for answer in answers {
        server.step("say", &json!({ "text": answer }));
    }
    for answer in answers {
        let post = hook.post().await;
        // A redirect that was followed would come from elsewhere.
        assert_eq!((post.uri.path(), post.json()["raw_message"].as_str()), ("/", Some(answer)));
    }
    server.step("say", &json!({ "text": "done" }));
    assert_eq!(hook.post().await.json()["raw_message"], "done");
    assert_eq!(server.world.read(own), before);
    server.done().await;
}

#[tokio::test]
async fn a_client_that_never_answers_holds_up_nobody() {
    const EVENTS: usize = 200;
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let mut hook = Hook::new().await;
    let timeout = Duration::from_millis(100);
    let mut adapters = vec![adapter(hook.url("/")), adapter(url.clone())];
    adapters.push(Adapter::new(Endpoint::Webhook { url, timeout }));
    let mut config = config(adapters);
    config.limits.pace = Duration::from_millis(1);
    config.limits.backlog = 8;
    let server = TestServer::with(config).await;
    hook.post().await;
    for place in 0..EVENTS {
        server.step("say", &json!({ "text": place.to_string() }));
        assert_eq!(hook.post().await.json()["raw_message"], place.to_string());
    }
    assert!(server.server.lost() > 0, "what waits for a client is bounded");
    server.done().await;
}

#[tokio::test]
async fn a_client_that_is_not_there_misses_what_happens_until_it_is() {
    let mut hook = Hook::new().await;
    let (addr, url) = (hook.addr, hook.url("/"));
    let server = TestServer::with(config(vec![adapter(url)])).await;
    hook.post().await;
    drop(hook);
    server.step("say", &json!({ "text": "Nobody hears this" }));
    // Somebody else takes the connections, and hangs up on them.
    let listener = loop {
        if let Ok(listener) = TcpListener::bind(addr).await {
            break listener;
        }
        tokio::task::yield_now().await;
    };
    server.step("say", &json!({ "text": "Nor this" }));
    drop(listener.accept().await.expect("a connection"));
    let (mut stream, _) = loop {
        server.step("say", &json!({ "text": "Here" }));
        if let Ok(accepted) = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await {
            break accepted.expect("a connection");
        }
    };
    let mut request = vec![0; 16];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut request).await.expect("a request");
    assert!(request.starts_with(b"POST / HTTP/1.1"));
    drop((stream, listener));
    server.done().await;
}

#[tokio::test]
async fn a_client_may_wait_for_one_event_while_it_deals_with_another() {
    let mut hook = Hook::new().await;
    let slow = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let mut config = config(vec![adapter(format!("http://{}/", slow.local_addr().expect("an address")))]);
    config.limits.pace = Duration::from_millis(5);
    let server = TestServer::with(config).await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        // None of them is answered.
        streams.push(slow.accept().await.expect("a connection"));
        server.step("say", &json!({ "text": "And another" }));
    }
    drop(streams);
    let other = TestServer::of(crate::reverse::config(vec![adapter(hook.url("/"))]), &server.world).await;
    hook.post().await;
    other.done().await;
    server.done().await;
}

#[tokio::test]
async fn each_adapter_has_its_own_format_and_heartbeat() {
    let (mut arrays, mut strings) = (Hook::new().await, Hook::new().await);
    let mut string = adapter(strings.url("/"));
    string.message_format = MessageFormat::String;
    let server = TestServer::with(config(vec![adapter(arrays.url("/")), string])).await;
    arrays.post().await;
    strings.post().await;
    server.step("say", &json!({ "text": "[Hello]", "from": ACTOR }));
    assert_eq!(arrays.post().await.json()["message"][0]["data"]["text"], "[Hello]");
    assert_eq!(strings.post().await.json()["message"], "&#91;Hello&#93;");
    server.done().await;
    let mut beating = adapter(arrays.url("/"));
    beating.heartbeat = Heartbeat::Every(Duration::from_millis(10));
    let server = TestServer::with(config(vec![beating])).await;
    while arrays.post().await.json()["sub_type"] != "enable" {}
    for _ in 0..3 {
        let beat = arrays.post().await.json();
        assert_eq!((&beat["meta_event_type"], &beat["interval"]), (&json!("heartbeat"), &json!(10)));
    }
    server.done().await;
}

#[tokio::test]
async fn an_address_that_cannot_be_is_refused_at_the_start() {
    let world = botspec_reference::SharedWorld::seeded(1);
    for url in ["ws://127.0.0.1:1/", "https://127.0.0.1:1/", "nonsense", "http://", "http://a b/"] {
        let started = botspec_reference::Server::start(config(vec![adapter(url.to_owned())]), &world).await;
        let Err(error) = started else { panic!("{url} was taken") };
        assert!(error.to_string().starts_with(url), "{error}");
    }
}
