//! Events as a stream of server-sent events.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use botspec_schema::model::{Lifecycle, SseTransport, WsRole};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::heartbeat_timer::HeartbeatTimer;
use super::listener::DisconnectHandle;
use super::respond::respond;
use super::{auth, urlencoded};
use crate::bot::{Bot, Registered};
use crate::connection_settings::ConnectionSettings;
use crate::faults::{Switch, requires};
use crate::session::{Frames, Session};
use crate::variations::Variation;

/// More bytes are not written at once.
const PIECE: usize = 64 * 1024;

/// The check of those dialects whose streams have plain line feeds.
const PLAIN_FRAMING: &str = "transport/sse/plain-framing";

/// Whether events are streamed at a path.
pub(crate) fn serves(bot: &Bot, path: &str) -> bool {
    let path = urlencoded::decode(path.as_bytes(), false);
    let sse = bot.contract().transports.sse.as_ref();
    path.is_some_and(|path| sse.is_some_and(|sse| sse.paths.contains(&path)))
}

/// Begins a stream.
pub(crate) fn serve(bot: &Arc<Bot>, settings: &Arc<ConnectionSettings>, request: &Request) -> Response {
    if let Err(failure) = auth::check(bot, settings, request.headers(), request.uri()) {
        return respond(bot, bot.failed(settings, failure));
    }
    let Some(sse) = &bot.contract().transports.sse else {
        return axum::http::StatusCode::NOT_FOUND.into_response();
    };
    // Before the answer leaves: whoever has it misses nothing.
    // A client that lets too much wait does not read: nothing but the end of its connection reaches it.
    let hangup = request.extensions().get::<DisconnectHandle>().cloned().unwrap_or_default();
    let session = Session::with_overflow(settings, WsRole::Event, &bot.limits, hangup.0);
    let (registered, frames) = bot.welcome(session, Lifecycle::Connect);
    bot.note_connected(&registered.session);
    let pulse = HeartbeatTimer::of(&registered.session);
    let stream = Stream { sse, end: bot.end.clone(), registered, frames, pulse };
    let elements = futures_util::stream::unfold(stream, |mut stream| async {
        let element = stream.next().await?;
        Some((Ok::<_, Infallible>(element), stream))
    });
    let content_type = if bot.faults.on(Switch::SseContentType) { "text/plain" } else { "text/event-stream" };
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")], Body::from_stream(elements)).into_response()
}

/// One stream; it is registered as long as it is there.
struct Stream {
    sse: &'static SseTransport,
    end: watch::Receiver<bool>,
    registered: Registered,
    frames: Frames,
    pulse: HeartbeatTimer,
}

impl Stream {
    /// The next element: an event, and with it whatever else waits already.
    async fn next(&mut self) -> Option<Bytes> {
        let first = loop {
            let Self { registered, end, frames, pulse, .. } = self;
            tokio::select! {
                _ = end.wait_for(|end| *end) => break frames.waiting()?,
                frame = frames.next() => break frame?,
                () = pulse.tick() => registered.bot.beat(&registered.session),
            }
        };
        let mut element = String::with_capacity(first.len() + 32);
        self.write(&mut element, &first);
        while element.len() < PIECE
            && let Some(frame) = self.frames.waiting()
        {
            self.write(&mut element, &frame);
        }
        Some(Bytes::from(element))
    }

    fn write(&self, element: &mut String, frame: &Utf8Bytes) {
        let bot = &self.registered.bot;
        let faults = &bot.faults;
        let is_varied = bot.variations.on(Variation::SseSpelling);
        let space = if is_varied { "" } else { " " };
        let eol = if is_varied && !requires(bot.dialect, PLAIN_FRAMING) { "\r\n" } else { "\n" };
        if is_varied {
            let _ = write!(element, ": a comment{eol}id:7{eol}retry:3000{eol}");
        }
        let other = faults.on(Switch::SseEventName).then_some("botspec_other");
        if let Some(name) = other.or(self.sse.event.as_deref()) {
            let _ = write!(element, "event:{space}{name}{eol}");
        }
        let before = if faults.on(Switch::SseDataNotJson) { "event " } else { "" };
        // A text that has several lines has as many here.
        for line in frame.lines() {
            let _ = write!(element, "data:{space}{before}{line}{eol}");
        }
        if !faults.on(Switch::SseNoBlankLine) {
            element.push_str(eol);
        }
    }
}
