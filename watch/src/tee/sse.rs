//! The events of a stream of server-sent events, read from a copy.

use super::payload::Payload;

/// An event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamEvent {
    /// The name in its `event` line.
    pub(crate) name: Option<String>,
    /// Its data, lines joined.
    pub(crate) data: Payload,
}

/// Reads a stream.
#[derive(Debug)]
pub(crate) struct EventStream {
    limit: usize,
    line: Payload,
    /// The last byte was the first half of a line end.
    after_return: bool,
    name: Option<String>,
    data: Option<Payload>,
}

impl EventStream {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, line: Payload::new(limit), after_return: false, name: None, data: None }
    }

    /// Reads bytes and hands out every event that ends in them.
    pub(crate) fn read(&mut self, mut bytes: &[u8], mut out: impl FnMut(StreamEvent)) {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_return) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            match bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
                None => return self.line.push(bytes),
                Some(end) => {
                    self.line.push(&bytes[..end]);
                    self.after_return = bytes[end] == b'\r';
                    bytes = &bytes[end + 1..];
                    self.line(&mut out);
                }
            }
        }
    }

    fn line(&mut self, out: &mut impl FnMut(StreamEvent)) {
        let line = std::mem::replace(&mut self.line, Payload::new(self.limit));
        let bytes = line.bytes();
        if bytes.is_empty() {
            let name = self.name.take();
            if let Some(data) = self.data.take() {
                out(StreamEvent { name, data });
            }
            return;
        }
        let colon = bytes.iter().position(|byte| *byte == b':').unwrap_or(bytes.len());
        let value = bytes.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &bytes[..colon] {
            b"data" => match &mut self.data {
                Some(data) => {
                    data.push(b"\n");
                    data.push(value);
                }
                // A line that is too long for judging makes the data so.
                None if line.is_whole() => self.data = Some(Payload::of(value, self.limit)),
                None => self.data = Some(line),
            },
            b"event" => self.name = Some(String::from_utf8_lossy(value).into_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_in_pieces_of_any_size() {
        let text = b": hello\r\nevent: milky_event\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata:x\n\nid: 7\r\rdata: y\r\r";
        for piece in 1..30 {
            let (mut stream, mut found) = (EventStream::new(100), Vec::new());
            for part in text.chunks(piece) {
                stream.read(part, |it| found.push((it.name, String::from_utf8(it.data.bytes().to_vec()))));
            }
            let wanted = [
                (Some("milky_event".to_owned()), Ok("{\"a\":\n1}".to_owned())),
                (None, Ok("x".to_owned())),
                (None, Ok("y".to_owned())),
            ];
            assert_eq!(found, wanted, "{piece}");
        }
    }
}
