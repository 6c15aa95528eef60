//! Faults of one transport: each makes a difference there, and nowhere else.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::response::IntoResponse;
use botspec_reference::faults::{self, Fault};
use botspec_reference::{Adapter, Heartbeat, ServerConfig};
use botspec_schema::Catalog;
use botspec_schema::model::WsRole;
use futures_util::StreamExt;
use serde_json::json;

use crate::harness::{BOT, Socket, TestServer};
use crate::hook::Hook;
use crate::reverse::{Client, adapter};

const TOKEN: &str = "made-up";
/// What does not come within this time does not come: everything here is much faster.
const LONG: Duration = Duration::from_millis(1500);

/// What was seen of each transport.
#[derive(Default, Debug, PartialEq)]
struct Seen {
    http: String,
    ws: String,
    reverse_ws: String,
    webhook: String,
    sse: String,
}

impl Seen {
    /// The transports of which something else was seen.
    fn differ(&self, other: &Self) -> Vec<&'static str> {
        let pairs = [
            ("http", &self.http, &other.http),
            ("ws", &self.ws, &other.ws),
            ("reverse-ws", &self.reverse_ws, &other.reverse_ws),
            ("webhook", &self.webhook, &other.webhook),
            ("sse", &self.sse, &other.sse),
        ];
        pairs.into_iter().filter(|(_, one, another)| one != another).map(|(name, _, _)| name).collect()
    }
}

fn note(seen: &mut String, what: &str, value: impl std::fmt::Display) {
    writeln!(seen, "{what}: {value}").expect("a text can be written");
}

/// Everything that a client of each transport sees of the same things.
async fn seen(dialect: &str, faults: &[Fault]) -> Seen {
    let mut seen = Seen::default();
    let client = Client::new().await;
    let mut hook = Hook::with(Arc::new(|post| match post.json()["message_type"].as_str() {
        Some(_) => json!({ "reply": "Quick" }).to_string().into_response(),
        None => String::new().into_response(),
    }))
    .await;
    let mut config = ServerConfig::new(dialect).on_loopback();
    config.adapters.push(adapter(client.url("/"), WsRole::Universal));
    config.adapters.push(Adapter::webhook(hook.url("/")));
    config = config.each(|adapter| (adapter.token, adapter.heartbeat) = (Some(TOKEN.to_owned()), Heartbeat::Never));
    config.faults = faults.to_vec();
    let server = TestServer::with(config).await;
    let (reverse, request) = client.accept().await;
    for name in ["X-Self-ID", "X-Client-Role", "Authorization"] {
        note(&mut seen.reverse_ws, name, format_args!("{:?}", request.headers().get(name)));
    }
    let events = format!("ws://{}/event?access_token={TOKEN}", server.server.ws_addr().expect("WebSocket is served"));
    let mut sockets = [(Socket::open(&events).await, String::new()), (reverse, String::new())];
    let stream = match Catalog::builtin().dialect(dialect).expect("the dialect").file.transports.sse {
        Some(_) => Some(open_stream(&server, &mut seen.sse).await),
        None => None,
    };
    server.step("heartbeat", &json!({}));
    server.step("say", &json!({ "text": "Hello" }));
    for (socket, frames) in &mut sockets {
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(LONG, socket.0.next()).await {
            note(frames, "frame", frame);
        }
    }
    if let Some(mut stream) = stream {
        while let Ok(Ok(Some(element))) = tokio::time::timeout(LONG, stream.chunk()).await {
            seen.sse += std::str::from_utf8(&element).expect("UTF-8");
        }
    }
    while let Ok(post) = tokio::time::timeout(LONG, hook.post()).await {
        for name in ["X-Self-ID", "Content-Type", "X-Signature"] {
            note(&mut seen.webhook, name, format_args!("{:?}", post.header(name)));
        }
        note(&mut seen.webhook, "body", std::str::from_utf8(&post.body).expect("UTF-8"));
    }
    let replies = server.world.read(|world| world.messages_of(BOT).filter(|it| it.sender.user == BOT).count());
    note(&mut seen.webhook, "messages of its own", replies);
    let [(ws, frames), (mut reverse, more)] = sockets;
    seen.ws += &frames;
    seen.reverse_ws += &more;
    reverse.0.close(None).await.expect("a close");
    drop((ws, reverse));
    // It comes again, is sent away, and comes once more.
    for _ in 0..2 {
        let again = tokio::time::timeout(LONG, client.stream()).await;
        note(&mut seen.reverse_ws, "again", again.is_ok());
    }
    drop(client);
    server.server.shutdown().await;
    seen
}

async fn open_stream(server: &TestServer, seen: &mut String) -> reqwest::Response {
    let url = server.url("/_events");
    let refused = reqwest::get(&url).await.expect("an answer");
    note(seen, "without a token", refused.status());
    let stream = reqwest::Client::new().get(&url).bearer_auth(TOKEN).send().await.expect("an answer");
    note(seen, "content type", format_args!("{:?}", stream.headers().get("content-type")));
    stream
}

/// The transport that a fault is about, where it is about one of those that are looked at here.
pub(crate) fn wire_of(fault: &Fault) -> Option<&str> {
    let wires = ["ws", "reverse-ws", "webhook", "sse"];
    let spread = ["token-unchecked", "events-missing", "events-changed", "lifecycle-missing", "heartbeat-missing"];
    let (family, rest) = fault.id.split_once('/')?;
    let family_of_wire = wires.contains(&family).then_some(family);
    let spread_over = (spread.contains(&family) && rest != "ws" && wires.contains(&rest)).then_some(rest);
    family_of_wire.or(spread_over)
}

/// The faults of one transport that make a difference in a dialect, with that transport.
fn of_wires(dialect: &str) -> Vec<(Fault, String)> {
    let dialect = Catalog::builtin().dialect(dialect).expect("the dialect");
    // What is made up where no token is set shows only there, and here one is.
    let faults = faults::all(dialect).into_iter().filter(|fault| !fault.id.ends_with("-invented"));
    faults.filter_map(|fault| wire_of(&fault).map(str::to_owned).map(|wire| (fault, wire))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_of_a_transport_is_seen_there_and_nowhere_else() {
    for dialect in ["onebot11", "napcat"] {
        let whole = seen(dialect, &[]).await;
        let again = seen(dialect, &[]).await;
        assert!(whole.differ(&again).is_empty(), "the same is seen twice: {whole:#?} {again:#?}");
        let faults = of_wires(dialect);
        assert!(faults.len() > 15, "{dialect} has only {} of them", faults.len());
        let differences = faults.iter().map(async |(fault, wire)| {
            let other = seen(dialect, std::slice::from_ref(fault)).await;
            (fault.id.as_str(), wire.as_str(), other.differ(&whole))
        });
        let differences: Vec<_> = futures_util::stream::iter(differences).buffered(8).collect().await;
        for (id, wire, differ) in differences {
            assert_eq!(differ, [wire], "{dialect}: {id}");
        }
    }
}

#[test]
fn each_fault_is_found_by_its_id() {
    let dialect = Catalog::builtin().dialect("napcat").expect("the dialect");
    let all = faults::all(dialect);
    let ids: BTreeSet<&str> = all.iter().map(|fault| fault.id.as_str()).collect();
    assert_eq!(ids.len(), all.len(), "an id stands there twice");
    // Each look-up lists them all, so one of each family is looked up.
    let family = |fault: &&Fault| fault.id.split('/').next().map(str::to_owned);
    let mut families = BTreeSet::new();
    for fault in all.iter().filter(|fault| families.insert(family(fault))) {
        assert_eq!(faults::find(dialect, &fault.id).as_ref(), Ok(fault));
    }
}
