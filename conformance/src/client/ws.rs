//! A client for `WebSockets`. One task reads each connection into its [frames](super::frames); who waits for an answer or
//! an event looks there.

use std::sync::Arc;
use std::time::Instant;

use botspec_reference::{FragmentLimited, TooManyFragments};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout_at;
use tokio_rustls::rustls::ClientConfig;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::frame::Frame as WsFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::frames::{FrameOrigin, Frames};
use super::send_permit::SendPermit;
use super::tls::{Place, Stream};
use crate::received::{Received, start};
use crate::target::Limits;

pub(super) type Socket = WebSocketStream<FragmentLimited<Stream>>;

/// One open connection.
#[derive(Debug)]
pub(crate) struct WsClient {
    sink: Mutex<SplitSink<Socket, Message>>,
    pub(crate) frames: Arc<Frames>,
    reader: JoinHandle<()>,
    limits: Limits,
}

/// A handshake that did not end in a connection.
#[derive(Debug, Clone)]
pub(crate) struct NoHandshake {
    /// The status of the answer, where there was one.
    pub(crate) status: Option<u16>,
    /// The headers of the answer.
    pub(crate) headers: Vec<(String, String)>,
    /// What was seen.
    pub(crate) received: Received,
}

impl NoHandshake {
    pub(super) fn only(received: Received) -> Self {
        Self { status: None, headers: Vec::new(), received }
    }
}

impl Drop for WsClient {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl WsClient {
    /// Opens a connection.
    pub(crate) async fn connect(
        _pass: &impl SendPermit,
        url: &str,
        headers: &[(String, String)],
        limits: &Limits,
        tls: &Arc<ClientConfig>,
    ) -> Result<Self, NoHandshake> {
        let deadline = tokio::time::Instant::from_std(Instant::now() + limits.timeout);
        match timeout_at(deadline, handshake(url, headers, limits, tls)).await {
            Err(_) => Err(NoHandshake::only(Received::TimedOut(limits.timeout, Vec::new()))),
            Ok(Err(no)) => Err(no),
            Ok(Ok(socket)) => Ok(Self::over(socket, limits)),
        }
    }

    /// Takes over a connection that stands, whichever side opened it.
    pub(super) fn over(socket: Socket, limits: &Limits) -> Self {
        let (sink, stream) = socket.split();
        let frames = Arc::new(Frames::new());
        let reader = tokio::spawn(read(stream, Arc::clone(&frames), limits.max_depth));
        Self { sink: Mutex::new(sink), frames, reader, limits: limits.clone() }
    }

    /// Sends a text frame.
    pub(crate) async fn send(&self, _pass: &impl SendPermit, text: &str) -> Result<(), Received> {
        self.put(Message::text(text)).await
    }

    /// Sends a text in several frames, cut wherever the caller states, also within a character.
    pub(crate) async fn send_pieces(&self, _pass: &impl SendPermit, pieces: &[Vec<u8>]) -> Result<(), Received> {
        for (at, piece) in pieces.iter().enumerate() {
            let kind = if at == 0 { Data::Text } else { Data::Continue };
            let last = at + 1 == pieces.len();
            self.put(Message::Frame(WsFrame::message(piece.clone(), OpCode::Data(kind), last))).await?;
        }
        Ok(())
    }

    async fn put(&self, message: Message) -> Result<(), Received> {
        let deadline = tokio::time::Instant::from_std(Instant::now() + self.limits.timeout);
        let sending = async { self.sink.lock().await.send(message).await };
        match timeout_at(deadline, sending).await {
            Err(_) => Err(Received::TimedOut(self.limits.timeout, Vec::new())),
            Ok(Err(error)) => Err(self.frames.ended().unwrap_or_else(|| failure(&error))),
            Ok(Ok(())) => Ok(()),
        }
    }

    /// Ends the connection as the protocol wants it, without waiting for the other side.
    pub(crate) async fn close(&self) {
        let deadline = tokio::time::Instant::from_std(Instant::now() + self.limits.timeout);
        // Who has gone already need not be reported.
        let _ = timeout_at(deadline, async { self.sink.lock().await.close().await }).await;
    }
}

async fn handshake(
    url: &str,
    headers: &[(String, String)],
    limits: &Limits,
    tls: &Arc<ClientConfig>,
) -> Result<Socket, NoHandshake> {
    let violation = |error: &dyn std::fmt::Display| NoHandshake::only(Received::ProtocolError(error.to_string()));
    let mut request = url.into_client_request().map_err(|error| violation(&error))?;
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| violation(&error))?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|error| violation(&error))?;
        request.headers_mut().append(name, value);
    }
    let stream = Place::of(url).map_err(NoHandshake::only)?.connect(tls).await.map_err(NoHandshake::only)?;
    match client_async_with_config(request, watched(stream, limits), Some(config(limits))).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => {
            let status = Some(response.status().as_u16());
            let headers = response
                .headers()
                .iter()
                .take(64)
                .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
                .collect();
            let body = response.body().as_deref().unwrap_or_default();
            Err(NoHandshake { status, headers, received: Received::read(&start(body), limits.max_depth) })
        }
        Err(error) => Err(NoHandshake::only(failure(&error))),
    }
}

/// What a connection goes over, whichever side opened it.
pub(super) fn watched(stream: Stream, limits: &Limits) -> FragmentLimited<Stream> {
    FragmentLimited::before_handshake(stream, limits.max_fragments)
}

/// How a connection is read, whichever side opened it.
pub(super) fn config(limits: &Limits) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(16 << 10)
        .write_buffer_size(0)
        .max_message_size(Some(limits.max_frame))
        .max_frame_size(Some(limits.max_frame))
}

/// Reads frames until the connection ends.
async fn read(mut stream: SplitStream<Socket>, frames: Arc<Frames>, max_depth: usize) {
    loop {
        let (bytes, origin) = match stream.next().await {
            None => return frames.end(Received::Closed("without a close frame".to_owned())),
            Some(Err(error)) => return frames.end(failure(&error)),
            Some(Ok(Message::Text(text))) => (text.into(), FrameOrigin::Text),
            Some(Ok(Message::Binary(bytes))) => (bytes, FrameOrigin::Binary),
            Some(Ok(Message::Close(frame))) => {
                let how = frame.map_or_else(
                    || "by a close frame without a code".to_owned(),
                    |frame| {
                        let (code, reason) = (u16::from(frame.code), frame.reason);
                        let reason = if reason.is_empty() { String::new() } else { format!(" {:?}", reason.as_str()) };
                        format!("by a close frame: {code}{reason}")
                    },
                );
                return frames.end(Received::Closed(how));
            }
            Some(Ok(_)) => continue,
        };
        frames.push(Received::read(&bytes, max_depth), bytes.len(), origin);
    }
}

/// What an error of the WebSocket library means.
fn failure(error: &Error) -> Received {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => Received::Closed("by the other side".to_owned()),
        Error::Io(io) => match TooManyFragments::of(io) {
            Some(TooManyFragments { most }) => Received::TooManyFragments(most),
            None => Received::Closed(io.to_string()),
        },
        Error::Capacity(CapacityError::MessageTooLong { max_size, .. }) => Received::TooLarge(*max_size, Vec::new()),
        Error::Utf8(_) => Received::NotUtf8(Vec::new()),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake | ProtocolError::HandshakeIncomplete) => {
            Received::Closed(error.to_string())
        }
        _ => Received::ProtocolError(error.to_string()),
    }
}
