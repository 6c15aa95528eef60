//! Serves what is in the files of a world, and pictures of everybody.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use botspec_schema::model::Transport;
use tokio::sync::watch;

use crate::config::Limits;
use crate::refused::Refusals;
use crate::server::StartError;
use crate::shared::SharedWorld;
use crate::transport::listener::{Heads, Listener};
use crate::transport::urlencoded;
use crate::world::{MediaKind, PICTURE};

/// A listener from which every address that the accounts of a world hand out can be fetched, until it is shut down or
/// dropped.
pub struct FileServer {
    listening: Listener,
    end: watch::Sender<bool>,
}

impl FileServer {
    /// Serves the files at the address; from now on, addresses of files lead there.
    pub async fn start(addr: SocketAddr, world: &SharedWorld) -> Result<Self, StartError> {
        let (end, ended) = watch::channel(false);
        let router = Router::new().fallback(fetch).with_state(world.clone());
        let refusals = |addr| Refusals::new(Transport::Http, &format!("http://{addr}"), None);
        let listening = Listener::start(addr, router, Limits::default(), Heads::Small, ended, refusals).await;
        let listening = listening.map_err(|source| StartError::Listen { addr, source })?;
        let mut reached = listening.addr;
        if reached.ip().is_unspecified() {
            reached.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        world.serve_files_at(&format!("http://{reached}"));
        Ok(Self { listening, end })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.listening.addr
    }

    /// Ends every connection and waits until all are gone.
    pub async fn shutdown(self) {
        self.end.send_replace(true);
        self.listening.ended().await;
    }
}

/// The smallest moving picture there is: nothing, as GIF.
const STICKER: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b";

async fn fetch(State(world): State<SharedWorld>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let nothing = || (StatusCode::NOT_FOUND, "there is no such file").into_response();
    let Some(path) = urlencoded::decode(request.uri().path().as_bytes(), false) else { return nothing() };
    let whose = |rest: &str| rest.strip_suffix(".png").and_then(|number| number.parse::<i64>().ok());
    let (kind, bytes): (_, Vec<u8>) = if let Some(name) = path.strip_prefix("/files/") {
        let found = world.read(|world| world.file(name).map(|file| (content_type(file.kind), file.clone())).ok());
        // What is in it may have to be made up, which keeps nobody else waiting.
        let Some((kind, file)) = found else { return nothing() };
        (kind, file.bytes().to_vec())
    } else if let Some(user) = path.strip_prefix("/avatar/").and_then(whose) {
        if world.read(|world| world.person(user).is_err()) {
            return nothing();
        }
        ("image/png", PICTURE.to_vec())
    } else if let Some(group) = path.strip_prefix("/group/").and_then(whose) {
        if world.read(|world| world.group(group).is_err()) {
            return nothing();
        }
        ("image/png", PICTURE.to_vec())
    } else if path.starts_with("/stickers/") {
        ("image/gif", STICKER.to_vec())
    } else {
        return nothing();
    };
    ([(CONTENT_TYPE, kind)], Body::from(bytes)).into_response()
}

fn content_type(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image/png",
        MediaKind::Record => "audio/amr",
        MediaKind::Video => "video/mp4",
        MediaKind::File => "application/octet-stream",
    }
}
