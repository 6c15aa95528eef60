//! Compressed bodies and messages, read for judging. What passes stays as it is.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::head::Head;
use super::payload::Payload;

/// The WebSocket extension that compresses messages (RFC 7692).
const EXTENSION: &str = "permessage-deflate";

/// What a sender leaves out at the end of each message.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// How many bytes are inflated at once.
const PART: usize = 16 << 10;

/// Why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotDecoded {
    /// The name of its encoding is not one that is read here.
    Unknown(String),
    /// It is not what its encoding names.
    Broken(String),
}

/// The encoding of a body, where it has one.
pub(crate) fn encoding(head: &Head) -> Option<String> {
    let encoding = head.header("Content-Encoding")?.trim().to_ascii_lowercase();
    (!encoding.is_empty() && encoding != "identity").then_some(encoding)
}

/// A body without the encoding that its head names.
pub(crate) fn decoded(head: &Head, body: Payload) -> Result<Payload, NotDecoded> {
    let Some(encoding) = encoding(head).filter(|_| !body.bytes().is_empty()) else { return Ok(body) };
    // Of a longer one only the beginning is there.
    if !body.is_whole() {
        return Ok(body);
    }
    let (bytes, limit) = (body.bytes(), body.limit());
    let broken = || NotDecoded::Broken(encoding.clone());
    let inflated = match encoding.as_str() {
        "gzip" | "x-gzip" => decompress_to_vec_with_limit(without_gzip_header(bytes).ok_or_else(broken)?, limit),
        // Some senders leave the zlib header out.
        "deflate" => decompress_to_vec_zlib_with_limit(bytes, limit).or_else(|error| match error.status {
            TINFLStatus::HasMoreOutput => Err(error),
            _ => decompress_to_vec_with_limit(bytes, limit),
        }),
        _ => return Err(NotDecoded::Unknown(encoding)),
    };
    match inflated {
        Ok(text) => Ok(Payload::of(&text, limit)),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => Ok(Payload::beginning(&error.output, limit)),
        Err(_) => Err(broken()),
    }
}

/// What stands behind the header of gzip (RFC 1952); none where there is no such header.
fn without_gzip_header(bytes: &[u8]) -> Option<&[u8]> {
    let [0x1f, 0x8b, 8, flags, ..] = *bytes else { return None };
    let mut rest = bytes.get(10..)?;
    if flags & 4 != 0 {
        let length = usize::from(u16::from_le_bytes([*rest.first()?, *rest.get(1)?]));
        rest = rest.get(2 + length..)?;
    }
    // A name and a comment, each of which ends with a zero.
    for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
        rest = rest.get(rest.iter().position(|byte| *byte == 0)? + 1..)?;
    }
    if flags & 2 != 0 { rest.get(2..) } else { Some(rest) }
}

/// How a WebSocket compresses its messages, as both sides agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agreed {
    /// Whether each message of the client is compressed by itself.
    pub(crate) client_alone: bool,
    /// Whether each message of the server is.
    pub(crate) server_alone: bool,
}

impl Agreed {
    /// Reads it from the answer to a handshake: none where nothing is compressed, an error where something else was agreed
    /// on that may change messages.
    pub(crate) fn read(response: &Head) -> Result<Option<Self>, String> {
        let named = response.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("Sec-WebSocket-Extensions"));
        let all: Vec<&str> =
            named.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|it| !it.is_empty()).collect();
        match all.as_slice() {
            [] => Ok(None),
            [one] => {
                let mut words = one.split(';').map(str::trim);
                if words.next() != Some(EXTENSION) {
                    return Err((*one).to_owned());
                }
                let words: Vec<&str> = words.collect();
                let client_alone = words.contains(&"client_no_context_takeover");
                Ok(Some(Self { client_alone, server_alone: words.contains(&"server_no_context_takeover") }))
            }
            several => Err(several.join(", ")),
        }
    }
}

/// Inflates the messages of one direction.
pub(crate) struct Inflater {
    state: Box<InflateState>,
    /// Whether each message is compressed by itself.
    alone: bool,
    /// What follows refers to something that was not read.
    broken: bool,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater").field("alone", &self.alone).field("broken", &self.broken).finish_non_exhaustive()
    }
}

impl Inflater {
    pub(crate) fn new(alone: bool) -> Self {
        Self { state: InflateState::new_boxed(DataFormat::Raw), alone, broken: false }
    }

    /// Inflates a part of a message. A message that is longer than what is judged is not inflated to its end.
    pub(crate) fn push(&mut self, mut bytes: &[u8], into: &mut Payload) {
        let mut part = [0; PART];
        while !self.broken {
            let result = inflate(&mut self.state, bytes, &mut part, MZFlush::None);
            bytes = &bytes[result.bytes_consumed..];
            into.push(&part[..result.bytes_written]);
            match result.status {
                Ok(MZStatus::Ok) if !into.is_whole() => self.broken = true,
                Ok(MZStatus::Ok) if bytes.is_empty() && result.bytes_written < PART => return,
                Ok(MZStatus::Ok) => {}
                Ok(MZStatus::StreamEnd) => {
                    // A last block: what follows begins anew.
                    self.state = InflateState::new_boxed(DataFormat::Raw);
                    return;
                }
                // There is nothing left to do with what is there.
                Err(MZError::Buf) if bytes.is_empty() => return,
                _ => self.broken = true,
            }
        }
    }

    /// Ends a message; whether it was read.
    pub(crate) fn end(&mut self, into: &mut Payload) -> bool {
        self.push(&TAIL, into);
        let read = !self.broken;
        if self.alone {
            *self = Self::new(true);
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

    use super::*;

    fn head(name: &str, value: &str) -> Head {
        Head { headers: vec![(name.to_owned(), value.to_owned())], ..Head::default() }
    }

    fn gzip(flags: u8, more: &[u8], text: &[u8]) -> Vec<u8> {
        [&[0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3][..], more, &compress_to_vec(text, 6), &[0; 8]].concat()
    }

    #[test]
    fn bodies_are_decoded() {
        let text = b"{\"status\":\"ok\",\"status\":\"ok\"}".repeat(20);
        let read = |encoding: &str, bytes: &[u8]| {
            let body = decoded(&head("Content-Encoding", encoding), Payload::of(bytes, 1_000));
            body.map(|body| body.bytes().to_vec())
        };
        assert_eq!(read("gzip", &gzip(0, b"", &text)), Ok(text.clone()));
        assert_eq!(read("GZIP", &gzip(0b1_1110, b"\x02\0abname\0word\0hh", &text)), Ok(text.clone()));
        assert_eq!(read("deflate", &compress_to_vec_zlib(&text, 6)), Ok(text.clone()));
        assert_eq!(read("deflate", &compress_to_vec(&text, 6)), Ok(text.clone()));
        assert_eq!(read("identity", &text), Ok(text.clone()));
        assert_eq!(read("br", &text), Err(NotDecoded::Unknown("br".to_owned())));
        assert_eq!(read("gzip", &text), Err(NotDecoded::Broken("gzip".to_owned())));
        assert_eq!(read("gzip", b""), Ok(Vec::new()));
        let long = decoded(&head("Content-Encoding", "gzip"), Payload::of(&gzip(0, b"", &vec![0; 100_000]), 1_000));
        assert!(long.is_ok_and(|long| !long.is_whole() && long.size() <= 4_096), "a bomb");
    }

    #[test]
    fn extensions_are_read() {
        let read = |value: &str| Agreed::read(&head("sec-websocket-extensions", value));
        assert_eq!(read(""), Ok(None));
        let agreed = |client_alone, server_alone| Ok(Some(Agreed { client_alone, server_alone }));
        assert_eq!(read("permessage-deflate"), agreed(false, false));
        assert_eq!(
            read("permessage-deflate; server_no_context_takeover; client_max_window_bits=12"),
            agreed(false, true)
        );
        assert_eq!(read("x-own"), Err("x-own".to_owned()));
        assert!(read("permessage-deflate, x-own").is_err());
    }

    #[test]
    fn a_message_that_is_too_long_ends_reading_where_the_next_refers_to_it() {
        for alone in [true, false] {
            let mut inflater = Inflater::new(alone);
            let message = |text: &[u8]| compress_to_vec(text, 6);
            let mut long = Payload::new(1_000);
            inflater.push(&message(&vec![7; 50_000]), &mut long);
            assert!(!inflater.end(&mut long));
            let mut short = Payload::new(1_000);
            inflater.push(&message(b"short"), &mut short);
            assert_eq!((inflater.end(&mut short), short.bytes() == b"short"), (alone, alone));
        }
    }
}
