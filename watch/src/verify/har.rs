//! HAR files: requests with their answers, and the messages of each WebSocket, as browsers and proxies export them.

use std::io::Read;
use std::time::Instant;

use serde::Deserialize;

use crate::tee::{Head, HttpExchange, Passed, Payload};

/// Longer bodies are not judged.
const LIMIT: usize = 16 << 20;

/// An entry of the file, by its number.
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) passed: Vec<Passed>,
}

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<HarEntry>,
}

#[derive(Deserialize)]
struct HarEntry {
    request: Request,
    response: Response,
    #[serde(default, rename = "_webSocketMessages")]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default, rename = "postData")]
    post_data: Option<Content>,
}

#[derive(Deserialize)]
struct Response {
    status: u16,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: Content,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Deserialize, Default)]
struct Content {
    #[serde(default, rename = "mimeType")]
    mime_type: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    opcode: Option<f64>,
    data: String,
}

/// Reads a file; why it is none otherwise.
pub(super) fn read(input: impl Read) -> Result<Vec<Entry>, String> {
    let har: Har = serde_json::from_reader(input).map_err(|error| error.to_string())?;
    let entries = har.log.entries.into_iter().zip(1..);
    Ok(entries.map(|(entry, number)| Entry { number, passed: passed(entry) }).collect())
}

fn passed(entry: HarEntry) -> Vec<Passed> {
    if !entry.messages.is_empty() {
        let message = |it: Message| Passed::Message {
            from_bot: it.kind == "send",
            text: it.opcode.is_none_or(|code| code < 1.5),
            payload: Payload::of(it.data.as_bytes(), LIMIT),
        };
        return entry.messages.into_iter().map(message).collect();
    }
    let HarEntry { request, response, .. } = entry;
    let path = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
    let target = path.find('/').map_or("/", |at| &path[at..]).to_owned();
    let pairs = |headers: Vec<Header>| headers.into_iter().map(|it| (it.name, it.value)).collect::<Vec<_>>();
    let mut headers = pairs(request.headers);
    let body = request.post_data.unwrap_or_default();
    headers.extend(body.mime_type.clone().map(|it| ("Content-Type".to_owned(), it)));
    let request = Head { method: request.method, target, status: 0, headers };
    let answer = Head { status: response.status, headers: pairs(response.headers), ..Head::default() };
    let exchange = HttpExchange {
        bot_asked: true,
        request,
        body: bytes(&body),
        asked_at: Instant::now(),
        response: answer,
        answer: bytes(&response.content),
    };
    vec![Passed::Exchange(Box::new(exchange))]
}

fn bytes(content: &Content) -> Payload {
    let decoded = (content.encoding.as_deref() == Some("base64")).then(|| base64(&content.text)).flatten();
    Payload::of(decoded.as_deref().unwrap_or(content.text.as_bytes()), LIMIT)
}

/// Bytes in base64; None where a text is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for sign in text.bytes().filter(|sign| !sign.is_ascii_whitespace() && *sign != b'=') {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(base64("Ym90c3BlYw==").as_deref(), Some(&b"botspec"[..]));
        assert_eq!(base64("+/8=").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(base64("{}"), None);
    }
}
