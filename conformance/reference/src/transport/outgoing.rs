//! A WebSocket message in the frames that it goes out in.

use axum::body::Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::bot::Bot;
use crate::variations::Variation;

/// How many fragments a message comes in where it comes in several.
const FRAGMENTS: usize = 3;

/// One frame, or several with a ping between them.
pub(super) fn frames(bot: &Bot, text: Utf8Bytes) -> Vec<Message> {
    if !bot.variations.on(Variation::Fragments) {
        return vec![Message::Text(text)];
    }
    let bytes = Bytes::from(text);
    // Characters may be cut: only the whole has to be UTF-8.
    let length = bytes.len().div_ceil(FRAGMENTS).max(1);
    let mut frames = Vec::new();
    for begin in (0..bytes.len().max(1)).step_by(length) {
        let end = (begin + length).min(bytes.len());
        let kind = if begin == 0 { Data::Text } else { Data::Continue };
        frames.push(Message::Frame(Frame::message(bytes.slice(begin..end), OpCode::Data(kind), end == bytes.len())));
        if begin == 0 {
            frames.push(Message::Ping(Bytes::from_static(b"between")));
        }
    }
    frames
}
