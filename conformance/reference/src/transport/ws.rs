//! An open WebSocket connection.

use std::sync::Arc;
use std::time::Duration;

use botspec_schema::model::WsFailure;
use futures_util::stream::FusedStream;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::calls::{receive, texts};
use super::fragment_limit::TooManyFragments;
use super::heartbeat_timer::HeartbeatTimer;
use super::listener::throw_away;
use super::outgoing;
use crate::answer::Failure;
use crate::bot::{Bot, Registered};
use crate::connection_settings::ConnectionSettings;
use crate::faults::Switch;
use crate::session::{Frames, Session};

/// How long a client may take to get the rest and to answer a close.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a connection until one of the two sides ends it.
pub(crate) async fn serve<S: Stream>(registered: Registered, mut frames: Frames, mut socket: WebSocketStream<S>) {
    let goodbye = converse(&registered.bot, &registered.session, &mut socket, &mut frames).await;
    drop(registered);
    if let Some(goodbye) = goodbye {
        close(socket, Some(goodbye)).await;
    }
}

/// Lets a client that may not connect go, as the dialect does.
pub(crate) async fn turn_away<S: Stream>(
    bot: &Bot,
    settings: &ConnectionSettings,
    mut socket: WebSocketStream<S>,
    failure: Failure,
    encoding: &WsFailure,
) {
    for frame in texts(bot, bot.failed(settings, failure), None).filter(|_| !encoding.silent) {
        let _ = tokio::time::timeout(FAREWELL, socket.send(Message::Text(frame))).await;
    }
    close(socket, encoding.close.map(|code| goodbye(code.into()))).await;
}

async fn close<S: Stream>(mut socket: WebSocketStream<S>, goodbye: Option<CloseFrame>) {
    // Of what broke the rules nothing more is understood.
    let broken = socket.is_terminated();
    let goodbye = async {
        let _ = socket.close(goodbye).await;
        if broken {
            throw_away(socket.get_mut()).await;
        } else {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    // A client that does not answer is left alone.
    let _ = tokio::time::timeout(FAREWELL, goodbye).await;
}

/// A close that has a code alone.
fn goodbye(code: CloseCode) -> CloseFrame {
    CloseFrame { code, reason: Utf8Bytes::default() }
}

/// What a connection goes over.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// What a connection turns to next.
enum LoopEvent {
    /// The server ends.
    End,
    /// The client let too many frames wait.
    Overflow,
    /// A frame goes out.
    Send(Utf8Bytes),
    /// It is time for a sign of life.
    Beat,
    /// There is room for another call.
    Room(Option<OwnedSemaphorePermit>),
    /// Something came in.
    Receive(Option<Result<Message, Error>>),
}

/// Reads and writes until the end; the close to send, if the client should still get one.
async fn converse<S: Stream>(
    bot: &Arc<Bot>,
    session: &Arc<Session>,
    socket: &mut WebSocketStream<S>,
    frames: &mut Frames,
) -> Option<CloseFrame> {
    let calls = Arc::new(Semaphore::new(bot.limits.calls));
    let mut room = None;
    let mut pulse = HeartbeatTimer::of(session);
    let mut end = bot.end.clone();
    loop {
        let turn = tokio::select! {
            _ = end.wait_for(|end| *end) => LoopEvent::End,
            () = session.overflowed() => LoopEvent::Overflow,
            Some(frame) = frames.next() => LoopEvent::Send(frame),
            () = pulse.tick() => LoopEvent::Beat,
            free = Arc::clone(&calls).acquire_owned(), if room.is_none() => LoopEvent::Room(free.ok()),
            message = socket.next(), if room.is_some() => LoopEvent::Receive(message),
        };
        match turn {
            LoopEvent::End => {
                finish(bot, room, &calls, socket, frames).await;
                return Some(goodbye(CloseCode::Away));
            }
            LoopEvent::Overflow => return Some(goodbye(CloseCode::Again)),
            LoopEvent::Beat => bot.beat(session),
            LoopEvent::Room(free) => room = free,
            LoopEvent::Send(frame) => tokio::select! {
                biased;
                sent = write(bot, socket, frame, frames) => sent.ok()?,
                () = session.overflowed() => return None,
                // A client that reads still gets what is being written; half a frame cannot be followed by a close.
                () = long_after(&mut end) => return None,
            },
            // Builds read a binary frame like a text.
            LoopEvent::Receive(Some(Ok(message @ (Message::Text(_) | Message::Binary(_))))) => {
                let frame = message.into_data();
                if bot.faults.on(Switch::MalformedFrameCloses) && serde_json::from_slice::<Value>(&frame).is_err() {
                    return Some(goodbye(CloseCode::Invalid));
                }
                let (bot, session, room) = (Arc::clone(bot), Arc::clone(session), room.take());
                tokio::spawn(async move {
                    receive(&bot, &session, &frame).await;
                    drop(room);
                });
            }
            // It ends when the other side hangs up, or takes too long to.
            LoopEvent::Receive(Some(Ok(Message::Close(_)))) => return Some(goodbye(CloseCode::Normal)),
            LoopEvent::Receive(Some(Ok(_))) => {}
            LoopEvent::Receive(Some(Err(error))) => return farewell(&error),
            LoopEvent::Receive(None) => return None,
        }
    }
}

/// Waits until the server has been ending for as long as a client may take to get the rest.
async fn long_after(end: &mut watch::Receiver<bool>) {
    let _ = end.wait_for(|end| *end).await;
    tokio::time::sleep(FAREWELL).await;
}

/// Ends what is under way and sends what still waits, as far as the client takes it.
async fn finish<S: Stream>(
    bot: &Bot,
    room: Option<OwnedSemaphorePermit>,
    calls: &Semaphore,
    socket: &mut WebSocketStream<S>,
    frames: &mut Frames,
) {
    drop(room);
    let all = u32::try_from(bot.limits.calls).unwrap_or(u32::MAX);
    let rest = async {
        let mut done = std::pin::pin!(calls.acquire_many(all));
        loop {
            tokio::select! {
                biased;
                Some(frame) = frames.next() => write(bot, socket, frame, frames).await?,
                _ = &mut done => break,
            }
        }
        while let Some(frame) = frames.waiting() {
            write(bot, socket, frame, frames).await?;
        }
        Ok::<(), Error>(())
    };
    // Whoever does not take it in time goes without.
    let _ = tokio::time::timeout(FAREWELL, rest).await;
}

/// What a client that breaks the rules is sent; nothing where there is no connection any more.
fn farewell(error: &Error) -> Option<CloseFrame> {
    let (code, reason) = match error {
        Error::Capacity(CapacityError::MessageTooLong { max_size, .. }) => {
            (CloseCode::Size, format!("a message of more than {max_size} bytes"))
        }
        Error::Io(error) => (CloseCode::Policy, TooManyFragments::of(error)?.to_string()),
        Error::Utf8(_) => (CloseCode::Invalid, "text that is not UTF-8".to_owned()),
        Error::Protocol(error) => (CloseCode::Protocol, error.to_string()),
        _ => return None,
    };
    Some(CloseFrame { code, reason: reason.into() })
}

/// Writes a frame, and with it whatever else waits already.
async fn write<S: Stream>(
    bot: &Bot,
    socket: &mut WebSocketStream<S>,
    frame: Utf8Bytes,
    frames: &mut Frames,
) -> Result<(), Error> {
    let mut next = Some(frame);
    while let Some(frame) = next {
        for frame in outgoing::frames(bot, frame) {
            socket.feed(frame).await?;
        }
        next = frames.waiting();
    }
    socket.flush().await
}
