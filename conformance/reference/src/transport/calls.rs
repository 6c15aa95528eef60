//! Calls in the frames of a WebSocket, whichever side opened it.

use std::sync::Arc;

use botspec_schema::model::{FailureKind, RequestFrame, Transport, WsRole};
use serde_json::{Map, Value};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::answer::{Answer, Failure};
use crate::bot::Bot;
use crate::faults::Switch;
use crate::session::Session;

/// Whether a connection takes calls.
pub(crate) fn answers(bot: &Bot, session: &Session) -> bool {
    matches!(session.role, WsRole::Api | WsRole::Universal) || bot.faults.on(Switch::AnswersOnEvent)
}

/// Takes a frame, and answers the call in it.
pub(crate) async fn receive(bot: &Arc<Bot>, session: &Session, frame: &[u8]) {
    if !answers(bot, session) {
        return;
    }
    let Some(keys) = &bot.contract().request_frame else { return };
    bot.faults.unblocked().await;
    let (answer, echo) = match serde_json::from_slice::<Value>(frame) {
        Ok(Value::Object(mut request)) => {
            let echo = request.shift_remove(&keys.echo);
            (call(bot, session, keys, request).await, echo)
        }
        Ok(_) => (malformed(bot, session, "the frame is JSON, but no object"), None),
        Err(error) => (malformed(bot, session, &format!("the frame does not parse: {error}")), None),
    };
    if let Some(answer) = answer {
        let mut echo = bot.faults.echo(echo, answer.end);
        if let Some(own) = echo.take_if(|_| bot.faults.on(Switch::AnswersSwapped)) {
            echo = Some(bot.faults.echoes_held.swapped(std::ptr::from_ref(session) as usize, own).await);
        }
        for frame in texts(bot, answer, echo.map(|echo| (keys.echo.as_str(), echo))) {
            if bot.faults.on(Switch::AnswersToAll) {
                bot.sessions.each(|to| {
                    if to.settings.wire == Transport::Ws
                        && to.role != WsRole::Event
                        && !std::ptr::eq(&raw const **to, session)
                    {
                        to.push(frame.clone());
                    }
                });
            }
            if bot.faults.on(Switch::AnswerTwice) {
                session.send(frame.clone()).await;
            }
            session.send(frame).await;
        }
    }
}

async fn call(
    bot: &Arc<Bot>,
    session: &Session,
    keys: &RequestFrame,
    mut request: Map<String, Value>,
) -> Option<Answer> {
    let params = match request.shift_remove(&keys.params) {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(params) => params,
    };
    match request.get(&keys.action) {
        Some(Value::String(action)) => bot.call(action, params, &session.settings).await,
        _ => malformed(bot, session, &format!("the frame has no text as `{}`", keys.action)),
    }
}

fn malformed(bot: &Bot, session: &Session, reason: &str) -> Option<Answer> {
    if bot.faults.on(Switch::MalformedFrameSilent) {
        return None;
    }
    Some(bot.failed(&session.settings, Failure::new(FailureKind::MalformedBody, reason)))
}

/// The frames of an answer.
pub(crate) fn texts(
    bot: &Bot,
    mut answer: Answer,
    echo: Option<(&str, Value)>,
) -> impl Iterator<Item = Utf8Bytes> + use<> {
    if let Some((key, echo)) = echo {
        for envelope in answer.envelopes_mut() {
            envelope.insert(key.to_owned(), echo.clone());
        }
    }
    answer.body.texts(|envelope| bot.variations.spelled_answer(envelope)).into_iter().map(Utf8Bytes::from)
}
