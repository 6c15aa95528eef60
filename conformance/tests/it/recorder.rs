//! A server between botspec and the reference that writes down everything that arrives.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use botspec_conformance::{Adapter, Target, Token};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// Something that arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arrived {
    /// A request over HTTP: path with query, and body.
    Http(String, String),
    /// A frame over a WebSocket.
    Frame(String),
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
        }
    }

    /// Everything in it as one text.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Http(path, body) => format!("{path} {body}"),
            Self::Frame(text) => text.clone(),
        }
    }
}

type Written = Arc<Mutex<Vec<Arrived>>>;

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
        let written = Written::default();
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
        Self { written, tasks, target: through }
    }

    /// The target as it is reached through here.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Everything that has arrived.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.written.lock().expect("no panic").clone()
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
    while let Some((head, body)) = message(&mut client).await? {
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let arrived = Arrived::Http(path, String::from_utf8_lossy(&body).into_owned());
        written.lock().expect("no panic").push(arrived);
        // A connection of its own for each request: one that the server ends is not taken for the next.
        let mut server = TcpStream::connect(&upstream).await?;
        server.write_all(&[head.as_bytes(), &body].concat()).await?;
        let Some((head, body)) = message(&mut server).await? else { break };
        // In one piece: a second write would wait for the other side to acknowledge the first.
        client.write_all(&[head.as_bytes(), &body].concat()).await?;
    }
    Ok(())
}

/// One request or response with a length.
async fn message(stream: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
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
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    Ok(Some((head, body)))
}

async fn ws(upstream: String, written: Written) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(relay(client, upstream.clone(), Arc::clone(&written)));
        }
    });
    (addr, task)
}

/// Relays the handshake and then every message, both ways.
async fn relay(client: TcpStream, upstream: String, written: Written) {
    let (asked, answer) = std::sync::mpsc::channel();
    let (refuse, refused) = std::sync::mpsc::channel();
    // The handshake has to be answered before the other side is known: it is tried out first.
    #[allow(clippy::result_large_err, reason = "the library's own type")]
    let callback = move |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let mut wanted = format!("{upstream}{}", request.uri()).into_client_request().expect("a request");
        if let Some(proof) = request.headers().get("authorization") {
            wanted.headers_mut().insert("authorization", proof.clone());
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
            Err(error) => panic!("the upstream is there: {error}"),
        }
    };
    let accepted = tokio_tungstenite::accept_hdr_async(client, callback).await;
    let (Ok(client), Ok(server)) = (accepted, answer.try_recv()) else {
        let _ = refused.try_recv();
        return;
    };
    let (mut to_client, mut from_client) = client.split();
    let (mut to_server, mut from_server) = server.split();
    let up = async {
        while let Some(Ok(message)) = from_client.next().await {
            if let Message::Text(text) = &message {
                written.lock().expect("no panic").push(Arrived::Frame(text.to_string()));
            }
            if to_server.send(message).await.is_err() {
                break;
            }
        }
    };
    let down = async {
        while let Some(Ok(message)) = from_server.next().await {
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
