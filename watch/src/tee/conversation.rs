//! One connection: HTTP/1.1 with its requests and answers, which may become a WebSocket or a stream of events.

use std::collections::VecDeque;
use std::time::Instant;

use botspec_reports::record::Transport;

use super::body::Body;
use super::deflate::{self, Agreed, Inflater};
use super::head::{Head, LONGEST, NotHttp};
use super::passed::{HttpExchange, Passed};
use super::payload::Payload;
use super::sse::EventStream;
use super::ws::{Frames, Message};

/// How many requests may wait for their answers on one connection.
const PIPELINED: usize = 64;

/// Who sent something on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Who opened it.
    Client,
    /// Who accepted it.
    Server,
}

/// Reads both directions of a connection and hands out what passed.
#[derive(Debug)]
pub(crate) struct Conversation {
    bot_connects: bool,
    limit: usize,
    mode: Mode,
    client: Reader,
    server: Reader,
    /// Requests without their answers, oldest first.
    asked: VecDeque<Asked>,
}

#[derive(Debug)]
enum Mode {
    Http,
    WebSocket {
        client: Box<Frames>,
        server: Box<Frames>,
    },
    /// Not looked at any further.
    Opaque,
}

#[derive(Debug)]
struct Asked {
    head: Head,
    body: Payload,
    at: Instant,
}

/// One direction as HTTP.
#[derive(Debug, Default)]
struct Reader {
    /// What has come of a head.
    buffer: Vec<u8>,
    message: Option<Reading>,
}

/// A message of which the head is there.
#[derive(Debug)]
struct Reading {
    head: Head,
    body: Body,
    payload: Payload,
    stream: Option<EventStream>,
}

impl Conversation {
    /// A connection that nothing has passed on yet. Longer messages than the limit are not judged.
    pub(crate) fn new(bot_connects: bool, limit: usize) -> Self {
        Self {
            bot_connects,
            limit,
            mode: Mode::Http,
            client: Reader::default(),
            server: Reader::default(),
            asked: VecDeque::new(),
        }
    }

    /// Reads what a side sent.
    pub(crate) fn read(&mut self, side: Side, bytes: &[u8], out: &mut dyn FnMut(Passed)) {
        let from_bot = (side == Side::Client) == self.bot_connects;
        match &mut self.mode {
            Mode::Opaque => {}
            Mode::WebSocket { client, server } => {
                let frames = if side == Side::Client { client } else { server };
                let read = frames.read(bytes, |message| match message {
                    Message::Close(_) | Message::Control => {}
                    Message::Data { extended: true, .. } => out(Passed::NotRead),
                    Message::Data { text, payload, .. } => out(Passed::Message { from_bot, text, payload }),
                });
                if read.is_err() {
                    self.give_up("bytes that are no WebSocket frames", out);
                }
            }
            Mode::Http => {
                if self.http(side, bytes, out).is_err() {
                    let is_tls = bytes.first() == Some(&0x16);
                    self.give_up(if is_tls { "TLS on a plain port" } else { "bytes that are no HTTP/1.1" }, out);
                }
            }
        }
    }

    /// A side sends no more.
    pub(crate) fn end(&mut self, side: Side, out: &mut dyn FnMut(Passed)) {
        if side == Side::Server
            && let Some(Reading { head, body: Body::UntilClose, payload, stream: None }) = self.server.message.take()
        {
            self.answered(head, payload, out);
        }
    }

    /// The connection is over, and the side that sends requests ended it.
    pub(crate) fn abandon(&mut self, out: &mut dyn FnMut(Passed)) {
        if !self.bot_connects {
            return;
        }
        for Asked { head, body, .. } in self.asked.drain(..).filter(|asked| !asked.head.asks_for_websocket()) {
            out(Passed::Abandoned { request: Box::new(head), body });
        }
    }

    fn give_up(&mut self, what: &'static str, out: &mut dyn FnMut(Passed)) {
        self.mode = Mode::Opaque;
        (self.client, self.server) = (Reader::default(), Reader::default());
        self.asked.clear();
        out(Passed::NotParsed { what });
    }

    fn http(&mut self, side: Side, mut bytes: &[u8], out: &mut dyn FnMut(Passed)) -> Result<(), NotHttp> {
        // What a client sends after it asked for a WebSocket waits until that is agreed.
        let waits = side == Side::Client && self.asked.back().is_some_and(|asked| asked.head.asks_for_websocket());
        if waits {
            self.client.buffer.extend_from_slice(bytes);
            return if self.client.buffer.len() > LONGEST { Err(NotHttp) } else { Ok(()) };
        }
        while !bytes.is_empty() {
            let reader = if side == Side::Client { &mut self.client } else { &mut self.server };
            if reader.message.is_none() {
                reader.buffer.extend_from_slice(bytes);
                let Some(rest) = self.head(side, out)? else { return Ok(()) };
                if !matches!(self.mode, Mode::Http) {
                    self.read(side, &rest, out);
                    return Ok(());
                }
                // The rest is read as the body or the next head; it is as short as what came.
                return if rest.is_empty() { Ok(()) } else { self.http(side, &rest, out) };
            }
            let used = self.body(side, bytes, out)?;
            bytes = &bytes[used..];
        }
        Ok(())
    }

    /// Reads a head from what has come, and gives what stands behind it; None where it is not whole.
    fn head(&mut self, side: Side, out: &mut dyn FnMut(Passed)) -> Result<Option<Vec<u8>>, NotHttp> {
        let reader = if side == Side::Client { &mut self.client } else { &mut self.server };
        let read = match side {
            Side::Client => Head::of_request(&reader.buffer)?,
            Side::Server => Head::of_response(&reader.buffer)?,
        };
        let Some((head, length)) = read else { return Ok(None) };
        let rest = reader.buffer.split_off(length);
        reader.buffer = Vec::new();
        let payload = Payload::new(self.limit);
        match side {
            Side::Client => {
                let body = Body::of_request(&head)?;
                self.client.message = Some(Reading { head, body, payload, stream: None });
            }
            Side::Server if head.status == 101 => {
                self.upgrade(&head, out);
                return Ok(Some(rest));
            }
            // An answer before the answer.
            Side::Server if head.status < 200 => return Ok(Some(rest)),
            Side::Server => {
                let asked = self.asked.front().ok_or(NotHttp)?;
                let body = Body::of_response(&head, &asked.head.method)?;
                let is_stream = head.status == 200
                    && head.header("Content-Type").is_some_and(|it| it.trim_start().starts_with("text/event-stream"));
                if is_stream && deflate::encoding(&head).is_some() {
                    self.give_up("a compressed stream of events", out);
                    return Ok(Some(Vec::new()));
                }
                let stream = is_stream.then(|| EventStream::new(self.limit));
                if is_stream && let Some(Asked { head, .. }) = self.asked.pop_front() {
                    out(Passed::Opened { transport: Transport::Sse, request: Box::new(head), extension: None });
                }
                self.server.message = Some(Reading { head, body, payload, stream });
            }
        }
        // A message without a body is over with its head.
        self.body(side, &[], out)?;
        Ok(Some(rest))
    }

    fn body(&mut self, side: Side, bytes: &[u8], out: &mut dyn FnMut(Passed)) -> Result<usize, NotHttp> {
        let reader = if side == Side::Client { &mut self.client } else { &mut self.server };
        let Some(Reading { body, payload, stream, .. }) = &mut reader.message else { return Ok(0) };
        let (used, over) = body.read(bytes, |part| match stream {
            Some(stream) => stream.read(part, |event| out(Passed::Event { name: event.name, data: event.data })),
            None => payload.push(part),
        })?;
        if over && let Some(Reading { head, payload, stream, .. }) = reader.message.take() {
            match side {
                Side::Client if self.asked.len() >= PIPELINED => return Err(NotHttp),
                Side::Client => self.asked.push_back(Asked { head, body: payload, at: Instant::now() }),
                Side::Server if stream.is_none() => self.answered(head, payload, out),
                Side::Server => {}
            }
        }
        Ok(used)
    }

    fn answered(&mut self, response: Head, answer: Payload, out: &mut dyn FnMut(Passed)) {
        if let Some(Asked { head, body, at }) = self.asked.pop_front() {
            let bot_asked = self.bot_connects;
            let exchange = HttpExchange { bot_asked, request: head, body, asked_at: at, response, answer };
            out(Passed::Exchange(Box::new(exchange)));
            // What the client had sent on in the hope of a WebSocket is read as what it is.
            let held = std::mem::take(&mut self.client.buffer);
            if !held.is_empty() && self.client.message.is_none() {
                self.read(Side::Client, &held, out);
            }
        }
    }

    fn upgrade(&mut self, response: &Head, out: &mut dyn FnMut(Passed)) {
        let Some(Asked { head, .. }) = self.asked.pop_front() else { return };
        if !response.asks_for_websocket() {
            return self.give_up("a protocol that is no WebSocket", out);
        }
        let transport = if self.bot_connects { Transport::Ws } else { Transport::ReverseWs };
        let (agreed, extension) = match Agreed::read(response) {
            Ok(agreed) => (agreed, None),
            Err(other) => (None, Some(other)),
        };
        out(Passed::Opened { transport, request: Box::new(head), extension });
        let frames = |alone: fn(Agreed) -> bool| {
            Box::new(Frames::new(self.limit, agreed.map(|agreed| Inflater::new(alone(agreed)))))
        };
        let (client, server) = (frames(|it| it.client_alone), frames(|it| it.server_alone));
        self.mode = Mode::WebSocket { client, server };
        let held = std::mem::take(&mut self.client.buffer);
        self.read(Side::Client, &held, out);
    }
}
