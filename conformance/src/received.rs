//! What a target was seen to do, whatever it did.

use std::time::Duration;

use botspec_reports::in_chinese;
use botspec_reports::record::{Capture, Text};
use serde_json::Value;

/// What came back. A target is never trusted: everything it can do has a name here.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// A JSON document.
    Json(Value),
    /// Several JSON documents, one after the other: an answer in parts.
    Parts(Vec<Value>),
    /// Text that is not JSON.
    Text(String),
    /// An answer without a body.
    Empty,
    /// Bytes that are not UTF-8.
    NotUtf8(Vec<u8>),
    /// More than is read; the beginning of it.
    TooLarge(usize, Vec<u8>),
    /// A message in more frames than are read.
    TooManyFragments(usize),
    /// JSON that is nested deeper than is read; the beginning of it.
    TooDeep(usize, Vec<u8>),
    /// No whole answer in time; what had come until then.
    TimedOut(Duration, Vec<u8>),
    /// The connection ended before there was a whole answer.
    Closed(String),
    /// Something that is not the protocol of the transport.
    ProtocolError(String),
    /// There was no connection.
    ConnectFailed(String),
    /// There was a connection, and no TLS came about over it.
    TlsFailed(Text),
}

impl Received {
    /// Reads a whole body or frame.
    pub fn read(bytes: &[u8], max_depth: usize) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return Self::NotUtf8(start(bytes)) };
        if is_deeper(bytes, max_depth) {
            return Self::TooDeep(max_depth, start(bytes));
        }
        serde_json::from_str(text).map_or_else(|_| Self::Text(text.to_owned()), Self::Json)
    }

    /// The same as an answer in parts, where it can be one.
    #[must_use]
    pub fn in_parts(self) -> Self {
        let Self::Text(text) = self else { return self };
        let parts: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter().collect();
        parts.ok().filter(|parts| !parts.is_empty()).map_or(Self::Text(text), Self::Parts)
    }

    /// The JSON document, where it is one; of an answer in parts the last.
    pub fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Parts(parts) => parts.last(),
            _ => None,
        }
    }

    /// Every JSON document that came.
    pub fn documents(&self) -> &[Value] {
        match self {
            Self::Json(value) => std::slice::from_ref(value),
            Self::Parts(parts) => parts,
            _ => &[],
        }
    }

    /// Whether nobody was there to answer.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::ConnectFailed(_) | Self::TlsFailed(_))
    }

    /// What it is, in one line.
    pub fn describe(&self) -> Text {
        match self {
            Self::Json(value) => Text::both(format!("JSON: {}", kind(value)), format!("JSON：{}", kind(value))),
            Self::Parts(parts) => {
                Text::both(format!("{} JSON documents", parts.len()), format!("{} 个 JSON 文档", parts.len()))
            }
            Self::Text(text) if looks_like_html(text) => {
                Text::both("an HTML page in place of JSON", "返回了 HTML 页面，而不是 JSON")
            }
            Self::Text(text) => Text::both(
                format!("{} bytes of text that is not JSON", text.len()),
                format!("返回了 {} 字节不是 JSON 的文本", text.len()),
            ),
            Self::Empty => Text::both("an empty answer", "返回为空"),
            Self::NotUtf8(_) => Text::both("bytes that are not UTF-8", "返回的字节不是 UTF-8"),
            Self::TooLarge(limit, _) => Text::both(
                format!("more than {limit} bytes; reading was stopped there"),
                format!("超过 {limit} 字节，已停止读取"),
            ),
            Self::TooManyFragments(most) => Text::both(
                format!("a message in more than {most} frames; reading was stopped there"),
                format!("一条消息超过 {most} 个帧，已停止读取"),
            ),
            Self::TooDeep(limit, _) => Text::both(
                format!("JSON nested deeper than {limit} levels; it was not read"),
                format!("JSON 嵌套超过 {limit} 层，未解析"),
            ),
            Self::TimedOut(waited, got) => Text::both(
                format!("no whole answer within {} ms ({} bytes had come)", waited.as_millis(), got.len()),
                format!("{} 毫秒内没有完整的响应（已收到 {} 字节）", waited.as_millis(), got.len()),
            ),
            Self::Closed(how) => {
                Text::both(format!("the connection was closed: {how}"), format!("连接被关闭：{}", in_chinese(how)))
            }
            Self::ProtocolError(what) => {
                Text::both(format!("not the protocol of the transport: {what}"), format!("不符合传输协议：{what}"))
            }
            Self::ConnectFailed(why) => Text::both(format!("no connection: {why}"), format!("无法连接：{why}")),
            Self::TlsFailed(why) => why.clone(),
        }
    }

    /// What came, as far as it came, to show it.
    pub fn capture(&self) -> Option<Capture> {
        match self {
            Self::Json(value) => Some(Capture::new(&value.to_string())),
            Self::Parts(parts) => {
                let texts: Vec<String> = parts.iter().map(Value::to_string).collect();
                Some(Capture::new(&texts.join("\n")))
            }
            Self::Text(text) => Some(Capture::new(text)),
            Self::Empty => Some(Capture::default()),
            Self::NotUtf8(bytes) | Self::TooLarge(_, bytes) | Self::TooDeep(_, bytes) => {
                Some(Capture::from_bytes(bytes))
            }
            Self::TimedOut(_, bytes) if !bytes.is_empty() => Some(Capture::from_bytes(bytes)),
            Self::TimedOut(..)
            | Self::TooManyFragments(_)
            | Self::Closed(_)
            | Self::ProtocolError(_)
            | Self::ConnectFailed(_)
            | Self::TlsFailed(_) => None,
        }
    }
}

/// How many bytes are kept of what cannot be read.
const KEPT: usize = 4096;

/// The beginning of what cannot be read.
pub(crate) fn start(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(KEPT)].to_vec()
}

/// The JSON type of a value, as the protocol documents call it.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn looks_like_html(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    text.starts_with("<!doctype html") || text.starts_with("<html")
}

/// Whether brackets nest deeper than a limit, found without recursion. Brackets in strings do not count.
fn is_deeper(bytes: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for &byte in bytes {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Received {
        Received::read(bytes, 4)
    }

    #[test]
    fn everything_has_a_name() {
        assert_eq!(read(b""), Received::Empty);
        assert_eq!(read(b"{\"a\":[1]}"), Received::Json(serde_json::json!({"a": [1]})));
        assert_eq!(read(b"<html>"), Received::Text("<html>".into()));
        assert_eq!(read(b"\xff"), Received::NotUtf8(vec![0xff]));
        assert_eq!(read(b"[[[[1]]]]").json().map(kind), Some("array"));
        assert_eq!(read(b"[[[[[1]]]]]"), Received::TooDeep(4, b"[[[[[1]]]]]".to_vec()));
        assert_eq!(read(br#"["[[[[[[\"[["]"#), Received::Json(serde_json::json!(["[[[[[[\"[["])));
    }

    #[test]
    fn several_documents_are_an_answer_in_parts_only_where_that_is_asked() {
        let received = read(b"{\"a\":1}\r\n\r\n{\"a\":2}\r\n\r\n");
        assert_eq!(received.json(), None);
        let parts = [serde_json::json!({"a": 1}), serde_json::json!({"a": 2})];
        assert_eq!(received.clone().in_parts().documents(), parts);
        assert_eq!(received.in_parts().json(), Some(&parts[1]));
        assert_eq!(read(b"{\"a\":1} {").in_parts().json(), None);
        assert_eq!(read(b"{\"a\":1}").in_parts().documents().len(), 1);
    }

    #[test]
    fn the_deepest_limit_is_within_what_the_parser_takes() {
        let limit = crate::target::Limits::DEEPEST;
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(matches!(Received::read(&nested(limit), limit), Received::Json(_)));
        assert!(matches!(Received::read(&nested(10_000), limit), Received::TooDeep(..)));
    }
}
