//! An open WebSocket connection.

use std::sync::Arc;
use std::time::Duration;

use botspec_schema::model::{FailureKind, RequestFrame, Wire, WsRole};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::session::Session;
use crate::answer::{Answer, Failure};
use crate::bot::Bot;
use crate::faults::Switch;
use crate::protocol::Lifecycle;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// How long a client may take to get the rest and to answer a close.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a connection until one of the two sides ends it.
pub(crate) async fn serve(bot: Arc<Bot>, role: WsRole, mut socket: Socket) {
    let (session, mut frames) = Session::new(role, bot.limits.backlog);
    bot.welcome(&session);
    let code = converse(&bot, &session, &mut socket, &mut frames).await;
    bot.sessions.remove(&session);
    if let Some(code) = code {
        close(socket, code).await;
    }
}

/// Tells a client that it may not connect.
pub(crate) async fn turn_away(bot: &Bot, mut socket: Socket, failure: Failure) {
    for frame in texts(bot.failed(Wire::Ws, failure), None) {
        let _ = tokio::time::timeout(FAREWELL, socket.send(Message::Text(frame))).await;
    }
    close(socket, CloseCode::Policy).await;
}

async fn close(mut socket: Socket, code: CloseCode) {
    let goodbye = async {
        let _ = socket.close(Some(CloseFrame { code, reason: Utf8Bytes::default() })).await;
        while let Some(Ok(_)) = socket.next().await {}
    };
    // A client that does not answer is left alone.
    let _ = tokio::time::timeout(FAREWELL, goodbye).await;
}

/// What a connection turns to next.
enum Turn {
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

/// Reads and writes until the end; the close code to send, if the client should still get one.
async fn converse(
    bot: &Arc<Bot>,
    session: &Arc<Session>,
    socket: &mut Socket,
    frames: &mut mpsc::Receiver<Utf8Bytes>,
) -> Option<CloseCode> {
    let calls = Arc::new(Semaphore::new(bot.limits.calls));
    let mut room = None;
    let mut pulse = pulse(bot, session.role);
    let mut end = bot.end.clone();
    loop {
        let turn = tokio::select! {
            _ = end.wait_for(|end| *end) => Turn::End,
            () = session.overflowed() => Turn::Overflow,
            Some(frame) = frames.recv() => Turn::Send(frame),
            () = tick(pulse.as_mut()) => Turn::Beat,
            free = Arc::clone(&calls).acquire_owned(), if room.is_none() => Turn::Room(free.ok()),
            message = socket.next(), if room.is_some() => Turn::Receive(message),
        };
        match turn {
            Turn::End => {
                finish(bot, room, &calls, socket, frames).await;
                return Some(CloseCode::Away);
            }
            Turn::Overflow => return Some(CloseCode::Again),
            Turn::Beat => bot.beat(session),
            Turn::Room(free) => room = free,
            Turn::Send(frame) => tokio::select! {
                sent = write(socket, frame, frames) => sent.ok()?,
                () = session.overflowed() => return None,
                _ = end.wait_for(|end| *end) => return None,
            },
            Turn::Receive(Some(Ok(Message::Text(frame)))) => {
                if bot.faults.on(Switch::MalformedFrameCloses) && serde_json::from_str::<Value>(&frame).is_err() {
                    return Some(CloseCode::Invalid);
                }
                let (bot, session, room) = (Arc::clone(bot), Arc::clone(session), room.take());
                tokio::spawn(async move {
                    receive(&bot, &session, frame.as_bytes()).await;
                    drop(room);
                });
            }
            Turn::Receive(Some(Ok(Message::Binary(_)))) => {
                if answers(bot, session.role) {
                    let failure = Failure::new(FailureKind::MalformedBody, "frames are text");
                    texts(bot.failed(Wire::Ws, failure), None).for_each(|frame| session.push(frame));
                }
            }
            Turn::Receive(Some(Ok(_))) => {}
            Turn::Receive(Some(Err(error))) => return farewell(&error),
            Turn::Receive(None) => return None,
        }
    }
}

/// Ends what is under way and sends what still waits, as far as the client takes it.
async fn finish(
    bot: &Bot,
    room: Option<OwnedSemaphorePermit>,
    calls: &Semaphore,
    socket: &mut Socket,
    frames: &mut mpsc::Receiver<Utf8Bytes>,
) {
    drop(room);
    let all = u32::try_from(bot.limits.calls).unwrap_or(u32::MAX);
    let rest = async {
        let mut done = std::pin::pin!(calls.acquire_many(all));
        loop {
            tokio::select! {
                biased;
                Some(frame) = frames.recv() => write(socket, frame, frames).await?,
                _ = &mut done => break,
            }
        }
        while let Ok(frame) = frames.try_recv() {
            write(socket, frame, frames).await?;
        }
        Ok::<(), Error>(())
    };
    // Whoever does not take it in time goes without.
    let _ = tokio::time::timeout(FAREWELL, rest).await;
}

/// What a client that breaks the rules is told; nothing where there is no connection any more.
fn farewell(error: &Error) -> Option<CloseCode> {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Some(CloseCode::Size),
        Error::Utf8(_) => Some(CloseCode::Invalid),
        Error::Protocol(_) => Some(CloseCode::Protocol),
        _ => None,
    }
}

/// Writes a frame, and with it whatever else waits already.
async fn write(socket: &mut Socket, frame: Utf8Bytes, frames: &mut mpsc::Receiver<Utf8Bytes>) -> Result<(), Error> {
    socket.feed(Message::Text(frame)).await?;
    while let Ok(frame) = frames.try_recv() {
        socket.feed(Message::Text(frame)).await?;
    }
    socket.flush().await
}

fn pulse(bot: &Bot, role: WsRole) -> Option<Interval> {
    let every = bot.heartbeat.filter(|every| takes_events(role) && !every.is_zero())?;
    let mut pulse = tokio::time::interval_at(Instant::now() + every, every);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(pulse)
}

async fn tick(pulse: Option<&mut Interval>) {
    match pulse {
        Some(pulse) => {
            pulse.tick().await;
        }
        None => std::future::pending().await,
    }
}

/// Whether events go to connections of the role.
pub(crate) fn takes_events(role: WsRole) -> bool {
    matches!(role, WsRole::Event | WsRole::Universal)
}

fn answers(bot: &Bot, role: WsRole) -> bool {
    matches!(role, WsRole::Api | WsRole::Universal) || bot.faults.on(Switch::AnswersOnEvent)
}

async fn receive(bot: &Arc<Bot>, session: &Session, frame: &[u8]) {
    if !answers(bot, session.role) {
        return;
    }
    let Some(keys) = &bot.contract().request_frame else { return };
    let (answer, echo) = match serde_json::from_slice::<Value>(frame) {
        Ok(Value::Object(mut request)) => {
            let echo = request.shift_remove(&keys.echo);
            (call(bot, keys, request), echo)
        }
        Ok(_) => (malformed(bot, "the frame is JSON, but no object"), None),
        Err(error) => (malformed(bot, &format!("the frame does not parse: {error}")), None),
    };
    if let Some(answer) = answer {
        let echo = bot.faults.echo(echo, answer.end);
        for frame in texts(answer, echo.map(|echo| (keys.echo.as_str(), echo))) {
            if bot.faults.on(Switch::AnswersToAll) {
                let other = |to: &Session| to.role != WsRole::Event && !std::ptr::eq(to, session);
                bot.sessions.push(&frame, usize::MAX, other);
            }
            session.send(frame).await;
        }
    }
}

fn call(bot: &Arc<Bot>, keys: &RequestFrame, mut request: Map<String, Value>) -> Option<Answer> {
    let params = match request.shift_remove(&keys.params) {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(params) => params,
    };
    match request.get(&keys.action) {
        Some(Value::String(action)) => Some(bot.call(action, params, Wire::Ws)),
        _ => malformed(bot, &format!("the frame has no text as `{}`", keys.action)),
    }
}

fn malformed(bot: &Bot, reason: &str) -> Option<Answer> {
    if bot.faults.on(Switch::MalformedFrameSilent) {
        return None;
    }
    Some(bot.failed(Wire::Ws, Failure::new(FailureKind::MalformedBody, reason)))
}

/// The frames of an answer.
fn texts(mut answer: Answer, echo: Option<(&str, Value)>) -> impl Iterator<Item = Utf8Bytes> + use<> {
    if let Some((key, echo)) = echo {
        for envelope in answer.envelopes_mut() {
            envelope.insert(key.to_owned(), echo.clone());
        }
    }
    answer.body.texts().into_iter().map(Utf8Bytes::from)
}

impl Bot {
    /// Registers a connection; if it takes events, the first of them says that it stands.
    fn welcome(&self, session: &Arc<Session>) {
        self.world.read(|world| {
            if takes_events(session.role) {
                let told = [
                    (Lifecycle::Connected, !self.faults.on(Switch::NoLifecycle)),
                    (Lifecycle::Enabled, self.faults.on(Switch::LifecycleEnable)),
                ];
                for (what, _) in told.into_iter().filter(|(_, on)| *on) {
                    if let Some(event) = self.protocol.lifecycle(&self.view(world), what) {
                        self.emit(event, |frame| session.push(frame.clone()));
                    }
                }
            }
            self.sessions.add(session);
        });
    }

    /// A sign of life on one connection.
    fn beat(&self, session: &Session) {
        if let Some(every) = self.heartbeat
            && !self.faults.on(Switch::NoHeartbeat)
        {
            let event = self.world.read(|world| self.protocol.heartbeat(&self.view(world), every));
            if let Some(event) = event {
                self.emit(event, |frame| session.push(frame.clone()));
            }
        }
    }
}
