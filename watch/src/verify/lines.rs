//! The frames in a line of a log, whatever stands around them.

use botspec_conformance::Contract;
use serde_json::Value;

use crate::call;
use crate::evidence::ActionCall;

/// How deep a line is looked into for a frame.
const DEEPEST: u32 = 4;

/// A frame.
#[derive(Debug)]
pub(super) enum Frame {
    /// As over a WebSocket.
    Message {
        /// Whether the bot sent it.
        from_bot: bool,
        /// What it carried.
        document: Value,
    },
    /// A call beside its answer.
    Exchange {
        /// The call.
        called: ActionCall,
        /// The answer.
        answer: Value,
    },
}

/// The frames in a line: the line itself, what stands in a field of it, also as text, or behind words.
pub(super) fn frames(contract: &Contract, line: &[u8]) -> Vec<Frame> {
    let Ok(text) = std::str::from_utf8(line) else { return Vec::new() };
    if let Ok(document) = serde_json::from_str::<Value>(text) {
        return within(contract, document, DEEPEST);
    }
    // Behind words, such as the time and the level of a log.
    for (at, _) in text.match_indices('{') {
        let mut documents = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        if let Some(Ok(document)) = documents.next() {
            let before = &text[..at];
            return behind(contract, before, document);
        }
    }
    Vec::new()
}

/// A document behind words. An answer is one to the action that the words name, where they name one.
fn behind(contract: &Contract, before: &str, document: Value) -> Vec<Frame> {
    let is_answer = contract.is_answer(&document);
    let is_name = |word: &&str| contract.resolve(word).is_some();
    let words = before.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'));
    if let Some(action) = words.filter(|word| word.len() > 4).find(is_name).filter(|_| is_answer) {
        let called = ActionCall { action: action.to_owned(), params: Value::Null };
        return vec![Frame::Exchange { called, answer: document }];
    }
    within(contract, document, DEEPEST)
}

fn within(contract: &Contract, document: Value, depth: u32) -> Vec<Frame> {
    if let Some(frame) = itself(contract, &document) {
        return vec![frame];
    }
    if depth == 0 {
        return Vec::new();
    }
    match document {
        Value::Object(fields) => fields.into_iter().flat_map(|(_, value)| within(contract, value, depth - 1)).collect(),
        Value::Array(items) => items.into_iter().flat_map(|item| within(contract, item, depth - 1)).collect(),
        Value::String(text) if text.trim_start().starts_with('{') => {
            let inner = serde_json::from_str(&text).ok();
            inner.map(|inner| within(contract, inner, depth - 1)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// What a document is by itself.
fn itself(contract: &Contract, document: &Value) -> Option<Frame> {
    let fields = document.as_object()?;
    if let Some(exchange) = exchange(contract, fields) {
        return Some(exchange);
    }
    let from_bot =
        call::in_frame(contract, document).is_some_and(|(called, _)| contract.resolve(&called.action).is_some());
    let is_event =
        !contract.event_keys().is_empty() && contract.event_keys().iter().all(|key| fields.contains_key(key));
    let is_frame = from_bot || is_event || contract.is_answer(document);
    is_frame.then(|| Frame::Message { from_bot, document: document.clone() })
}

/// A call beside its answer: a field that names an action, one that is an answer, and one with parameters.
fn exchange(contract: &Contract, fields: &serde_json::Map<String, Value>) -> Option<Frame> {
    let read = |value: &Value| match value {
        Value::String(text) if text.trim_start().starts_with('{') => serde_json::from_str(text).ok(),
        Value::Object(_) => Some(value.clone()),
        _ => None,
    };
    let (answer_at, answer) =
        fields.iter().find_map(|(key, value)| Some((key, read(value).filter(|it| contract.is_answer(it))?)))?;
    let name = |value: &Value| {
        let text = value.as_str()?;
        let last = text.split('?').next()?.rsplit('/').next()?;
        contract.resolve(last).map(|_| last.to_owned())
    };
    let action = fields.values().find_map(name)?;
    let named = contract.call_keys().and_then(|keys| fields.get(&keys.params));
    let other = || fields.iter().filter(|(key, _)| *key != answer_at).find_map(|(_, value)| read(value));
    let params = named.and_then(read).or_else(other).unwrap_or(Value::Null);
    Some(Frame::Exchange { called: ActionCall { action, params }, answer })
}
