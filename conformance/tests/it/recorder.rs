//! A server between botspec and the reference that writes down everything that arrives.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use botspec_conformance::{Adapter, Listen, Target, Token};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;

/// Something that arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arrived {
    /// A request over HTTP: path with query, and body.
    Http(String, String),
    /// A frame over a WebSocket, whichever side opened it.
    Frame(String),
    /// What a post was answered.
    Reply(String),
}

impl Arrived {
    /// The action that it names, where it can be told.
    pub(crate) fn action(&self) -> Option<String> {
        match self {
            Self::Http(path, _) => {
                let name = path.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
                Some(name.to_owned())
            }
            Self::Frame(text) => serde_json::from_str::<Value>(text).ok()?.get("action")?.as_str().map(str::to_owned),
            Self::Reply(_) => None,
        }
    }

    /// Everything in it as one text.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Http(path, body) => format!("{path} {body}"),
            Self::Frame(text) | Self::Reply(text) => text.clone(),
        }
    }
}

type Written = Arc<List>;

/// What has arrived, and word of each arrival.
#[derive(Debug)]
struct List {
    arrived: Mutex<Vec<Arrived>>,
    count: tokio::sync::watch::Sender<usize>,
}

impl List {
    fn new() -> Self {
        Self { arrived: Mutex::default(), count: tokio::sync::watch::Sender::new(0) }
    }

    fn push(&self, arrived: Arrived) {
        self.arrived.lock().expect("no panic").push(arrived);
        self.count.send_modify(|count| *count += 1);
    }
}

/// Stands between botspec and a target.
pub(crate) struct Recorder {
    written: Written,
    tasks: Vec<JoinHandle<()>>,
    target: Target,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Recorder {
    /// A recorder before a target, with the target's own settings.
    pub(crate) async fn before(target: &Target) -> Self {
        let written = Arc::new(List::new());
        let mut tasks = Vec::new();
        let mut through = target.clone();
        if let Some(adapter) = &mut through.http {
            let (addr, task) = http(address(adapter), Arc::clone(&written)).await;
            *adapter = Adapter::new(format!("http://{addr}"), token(adapter));
            tasks.push(task);
        }
        if let Some(adapter) = &mut through.ws {
            let (addr, task) = ws(adapter.url.clone(), Arc::clone(&written)).await;
            *adapter = Adapter::new(format!("ws://{addr}"), token(adapter));
            tasks.push(task);
        }
        let list = Arc::clone(&written);
        tasks.extend(take_over(&mut through.reverse_ws, move |stream, here| {
            relay(stream, format!("ws://{here}"), Arc::clone(&list), Way::Reverse)
        }));
        let list = Arc::clone(&written);
        tasks.extend(take_over(&mut through.webhook, move |stream, here| {
            let passing = posts(stream, here, Arc::clone(&list));
            async move { passing.await.unwrap_or_default() }
        }));
        Self { written, tasks, target: through }
    }

    /// The target as it is reached through here.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Everything that has arrived.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.written.arrived.lock().expect("no panic").clone()
    }

    /// Waits until so many have arrived.
    pub(crate) async fn arrivals(&self, many: usize) {
        let mut count = self.written.count.subscribe();
        count.wait_for(|count| *count >= many).await.expect("the list is there");
    }

    /// The actions that arrived.
    pub(crate) fn actions(&self) -> BTreeSet<String> {
        self.arrived().iter().filter_map(Arrived::action).collect()
    }
}

fn token(adapter: &Adapter) -> Option<Token> {
    adapter.token.clone()
}

fn address(adapter: &Adapter) -> String {
    adapter.url.split("://").nth(1).expect("an address").to_owned()
}

async fn http(upstream: String, written: Written) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client, upstream.clone(), Arc::clone(&written)));
        }
    });
    (addr, task)
}

async fn forward(mut client: TcpStream, upstream: String, written: Written) -> std::io::Result<()> {
    while let Some(asked) = message(&mut client).await? {
        let path = asked.head.split(' ').nth(1).unwrap_or_default().to_owned();
        let arrived = Arrived::Http(path, String::from_utf8_lossy(&asked.body).into_owned());
        written.push(arrived);
        // A connection of its own for each request: one that the server ends is not taken for the next.
        let mut server = TcpStream::connect(&upstream).await?;
        server.write_all(&asked.wire()).await?;
        let Some(answer) = message(&mut server).await? else { break };
        // In one piece: a second write would wait for the other side to acknowledge the first.
        client.write_all(&answer.wire()).await?;
    }
    Ok(())
}

/// Passes posts on to botspec, and writes down what it answers.
async fn posts(mut target: TcpStream, here: SocketAddr, written: Written) -> std::io::Result<()> {
    while let Some(post) = message(&mut target).await? {
        let mut botspec = TcpStream::connect(here).await?;
        botspec.write_all(&post.wire()).await?;
        let Some(answer) = message(&mut botspec).await? else { break };
        if !answer.body.is_empty() {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            written.push(Arrived::Reply(body));
        }
        target.write_all(&answer.wire()).await?;
    }
    Ok(())
}

/// A request or response.
struct Passed {
    head: String,
    /// What it says.
    body: Vec<u8>,
    /// How that came: in pieces, or as it is.
    sent: Vec<u8>,
}

impl Passed {
    fn wire(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.sent].concat()
    }
}

/// One request or response with a length, or in pieces.
async fn message(stream: &mut TcpStream) -> std::io::Result<Option<Passed>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    if length.is_none() && head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        return pieces(stream, head).await.map(Some);
    }
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    Ok(Some(Passed { head, sent: body.clone(), body }))
}

async fn pieces(stream: &mut TcpStream, head: String) -> std::io::Result<Passed> {
    let (mut body, mut sent) = (Vec::new(), Vec::new());
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(stream.read_u8().await?);
        }
        sent.extend_from_slice(&line);
        let length = String::from_utf8_lossy(&line);
        let length = usize::from_str_radix(length.trim(), 16).expect("the length of a piece");
        let mut piece = vec![0; length + 2];
        stream.read_exact(&mut piece).await?;
        sent.extend_from_slice(&piece);
        body.extend_from_slice(&piece[..length]);
        if length == 0 {
            return Ok(Passed { head, body, sent });
        }
    }
}

/// Takes over the place of a listener: what comes there is passed on to where botspec listens now.
fn take_over<F, Fut>(listen: &mut Option<Listen>, pass: F) -> Option<JoinHandle<()>>
where
    F: Fn(TcpStream, SocketAddr) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let there = listen.as_ref()?;
    let here = Listen::on_loopback(there.token.clone()).expect("a free port");
    let (addr, socket) = (here.addr, there.socket().expect("its socket"));
    *listen = Some(here);
    Some(tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            tokio::spawn(pass(stream, addr));
        }
    }))
}

async fn ws(upstream: String, written: Written) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(relay(client, upstream.clone(), Arc::clone(&written), Way::Forward));
        }
    });
    (addr, task)
}

/// Who calls over a WebSocket: the one who opened it, or the other.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Forward,
    Reverse,
}

/// Relays the handshake and then every message, both ways.
async fn relay(client: TcpStream, upstream: String, written: Written, way: Way) {
    let (asked, answer) = std::sync::mpsc::channel();
    let (refuse, refused) = std::sync::mpsc::channel();
    // The handshake has to be answered before the other side is known: it is tried out first.
    #[allow(clippy::result_large_err, reason = "the library's own type")]
    let callback = move |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let mut wanted = format!("{upstream}{}", request.uri()).into_client_request().expect("a request");
        for (name, value) in request.headers() {
            if name == "authorization" || name == "user-agent" || name.as_str().starts_with("x-") {
                wanted.headers_mut().insert(name, value.clone());
            }
        }
        let connected = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(tokio_tungstenite::connect_async(wanted))
        });
        match connected {
            Ok((server, _)) => {
                asked.send(server).expect("somebody waits");
                Ok(response)
            }
            Err(tokio_tungstenite::tungstenite::Error::Http(no)) => {
                refuse.send(()).expect("somebody waits");
                Err(ErrorResponse::new(None)).map_err(|mut error: ErrorResponse| {
                    *error.status_mut() = no.status();
                    error
                })
            }
            // A run that is over waits for nobody any more.
            Err(error) => {
                refuse.send(()).expect("somebody waits");
                Err(ErrorResponse::new(Some(error.to_string()))).map_err(|mut error: ErrorResponse| {
                    *error.status_mut() = StatusCode::BAD_GATEWAY;
                    error
                })
            }
        }
    };
    let accepted = tokio_tungstenite::accept_hdr_async(client, callback).await;
    let (Ok(client), Ok(server)) = (accepted, answer.try_recv()) else {
        let _ = refused.try_recv();
        return;
    };
    let (mut to_client, mut from_client) = client.split();
    let (mut to_server, mut from_server) = server.split();
    let note = |message: &Message, from: Way| {
        if let (Message::Text(text), true) = (message, from == way) {
            written.push(Arrived::Frame(text.to_string()));
        }
    };
    let up = async {
        while let Some(Ok(message)) = from_client.next().await {
            note(&message, Way::Forward);
            if to_server.send(message).await.is_err() {
                break;
            }
        }
    };
    let down = async {
        while let Some(Ok(message)) = from_server.next().await {
            note(&message, Way::Reverse);
            if to_client.send(message).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}
