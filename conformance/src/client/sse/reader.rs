//! A strict reader of server-sent events: it gives the events, and names everything in the framing that a client may
//! trip over, where an ordinary client would pass over it in silence.

use botspec_reports::record::Text;
use serde_json::Value;

/// Something about the framing that is wrong, or that real clients do not cope with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    /// A byte order mark at the beginning.
    ByteOrderMark,
    /// Lines that end with a carriage return alone.
    CarriageReturns,
    /// Two events without an empty line between them.
    NoBlankLine,
    /// A line that is not UTF-8.
    NotUtf8,
    /// A field that no client knows.
    UnknownField(String),
    /// One event whose data stands on several lines.
    SeveralDataLines,
    /// An event without data, which no client reports.
    NoData,
    /// A line or an event longer than is read, in bytes.
    TooLarge(usize),
    /// The stream ended within an event.
    Unfinished,
}

impl Defect {
    /// Whether the standard allows it, so that it harms careless clients alone.
    pub fn is_legal(&self) -> bool {
        matches!(self, Self::ByteOrderMark | Self::CarriageReturns | Self::SeveralDataLines)
    }

    /// What it is, in a sentence.
    pub fn describe(&self) -> Text {
        match self {
            Self::ByteOrderMark => Text::both("the stream begins with a byte order mark", "流以字节顺序标记开头"),
            Self::CarriageReturns => {
                Text::both("lines end with a carriage return alone", "行尾只有回车符（CR），没有换行符")
            }
            Self::NoBlankLine => Text::both(
                "no empty line between two events, which makes them one",
                "两个事件之间没有空行，会被当作同一个事件",
            ),
            Self::NotUtf8 => Text::both("a line is not UTF-8", "有一行不是 UTF-8"),
            Self::UnknownField(name) => {
                Text::both(format!("a field `{name}` that no client knows"), format!("有客户端不认识的字段 `{name}`"))
            }
            Self::SeveralDataLines => {
                Text::both("the data of one event stands on several lines", "一个事件的数据分成了多行")
            }
            Self::NoData => Text::both("an event without data, which clients drop", "事件没有数据，会被客户端丢弃"),
            Self::TooLarge(limit) => Text::both(
                format!("a line or an event of more than {limit} bytes; the rest was not read"),
                format!("一行或一个事件超过 {limit} 字节，其余部分未读取"),
            ),
            Self::Unfinished => Text::both("the stream ended within an event", "流在事件中途结束"),
        }
    }
}

/// One event as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamEvent {
    /// The name in its `event` line.
    pub(crate) name: Option<String>,
    /// Its data, with the lines put together; not always UTF-8.
    pub(crate) data: Vec<u8>,
    /// Whether data was left out because there was too much.
    pub(crate) cut: bool,
}

/// What the reader found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Event(StreamEvent),
    /// A comment, which servers send to keep a connection alive.
    Comment,
    Defect(Defect),
}

/// Reads a stream piece by piece. It holds one event at most, of bounded size.
#[derive(Debug)]
pub(crate) struct Reader {
    limit: usize,
    line: Line,
    /// The last byte was a carriage return, whose line has been taken.
    after_cr: bool,
    /// A line has been read.
    begun: bool,
    /// The event whose lines have begun.
    event: Option<Event>,
}

/// The line that is being read.
#[derive(Debug, Default)]
struct Line {
    bytes: Vec<u8>,
    /// It is longer than is kept.
    cut: bool,
}

/// The lines of an event so far.
#[derive(Debug, Default)]
struct Event {
    name: Option<String>,
    data: Vec<Vec<u8>>,
    size: usize,
    /// There is more data than is kept.
    cut: bool,
    /// How many of its lines are a whole JSON object each, where it has several.
    whole: usize,
    /// It has been reported that it is several events.
    reported: bool,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How much of an unknown field's name is reported.
const NAME_SHOWN: usize = 40;

impl Reader {
    /// A reader that keeps events up to a size.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, line: Line::default(), after_cr: false, begun: false, event: None }
    }

    /// Reads what came.
    pub(crate) fn feed(&mut self, bytes: &[u8], found: &mut impl FnMut(Item)) {
        for &byte in bytes {
            let was_cr = std::mem::take(&mut self.after_cr);
            if was_cr && byte != b'\n' {
                found(Item::Defect(Defect::CarriageReturns));
            }
            match byte {
                // The line ended with the carriage return before.
                b'\n' if was_cr => {}
                b'\n' => self.take_line(found),
                b'\r' => {
                    self.take_line(found);
                    self.after_cr = true;
                }
                byte if self.line.bytes.len() < self.limit => self.line.bytes.push(byte),
                // It is reported now, as the line may never end.
                _ if !std::mem::replace(&mut self.line.cut, true) => found(Item::Defect(Defect::TooLarge(self.limit))),
                _ => {}
            }
        }
    }

    /// The stream has ended.
    pub(crate) fn end(&mut self, found: &mut impl FnMut(Item)) {
        if self.event.is_some() || !self.line.bytes.is_empty() {
            found(Item::Defect(Defect::Unfinished));
        }
    }

    fn take_line(&mut self, found: &mut impl FnMut(Item)) {
        let Line { bytes: mut line, cut } = std::mem::take(&mut self.line);
        if !std::mem::replace(&mut self.begun, true) && line.starts_with(BYTE_ORDER_MARK) {
            found(Item::Defect(Defect::ByteOrderMark));
            line.drain(..BYTE_ORDER_MARK.len());
        }
        if std::str::from_utf8(&line).is_err() && !cut {
            found(Item::Defect(Defect::NotUtf8));
        }
        if line.is_empty() {
            return self.dispatch(found);
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (field, value) = match colon {
            Some(0) => return found(Item::Comment),
            Some(at) => (&line[..at], line[at + 1..].strip_prefix(b" ").unwrap_or(&line[at + 1..])),
            None => (&line[..], &b""[..]),
        };
        let event = self.event.get_or_insert_default();
        match field {
            b"data" => {
                // Of a line that is too long it was reported already.
                if event.add(value, cut, self.limit) && !cut {
                    found(Item::Defect(Defect::TooLarge(self.limit)));
                }
                // It is reported now, as the empty line behind them may never come.
                if event.whole > 1 && !std::mem::replace(&mut event.reported, true) {
                    found(Item::Defect(Defect::NoBlankLine));
                }
            }
            b"event" => event.name = Some(String::from_utf8_lossy(value).into_owned()),
            b"id" | b"retry" => {}
            other => {
                let name = String::from_utf8_lossy(other).chars().take(NAME_SHOWN).collect();
                found(Item::Defect(Defect::UnknownField(name)));
            }
        }
    }

    /// An empty line ends an event.
    fn dispatch(&mut self, found: &mut impl FnMut(Item)) {
        let Event { name, data, cut, reported, .. } = self.event.take().unwrap_or_default();
        if data.is_empty() {
            // Lines with `id` or `retry` alone are meant for the client itself.
            if name.is_some() {
                found(Item::Defect(Defect::NoData));
            }
            return;
        }
        if !cut && !reported && data.len() > 1 {
            found(Item::Defect(Defect::SeveralDataLines));
        }
        found(Item::Event(StreamEvent { name, data: data.join(&b'\n'), cut }));
    }
}

impl Event {
    /// Adds a line of data; whether it is the first for which there is no room.
    fn add(&mut self, value: &[u8], cut: bool, limit: usize) -> bool {
        let was_cut = self.cut;
        self.cut |= cut || self.size + value.len() > limit;
        if !self.cut {
            self.size += value.len() + 1;
            self.data.push(value.to_vec());
            // Of a single line nobody needs to know.
            let unseen = if self.data.len() == 2 { 0 } else { self.data.len() - 1 };
            if self.data.len() > 1 {
                self.whole += self.data[unseen..].iter().filter(|line| is_object(line)).count();
            }
        } else if self.data.is_empty() {
            self.data.push(value[..value.len().min(limit)].to_vec());
        }
        self.cut && !was_cut
    }
}

fn is_object(line: &[u8]) -> bool {
    serde_json::from_slice::<Value>(line).is_ok_and(|it| it.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(stream: &[u8], piece: usize) -> Vec<Item> {
        let mut found = Vec::new();
        let mut reader = Reader::new(64);
        let mut take = |item| found.push(item);
        for piece in stream.chunks(piece) {
            reader.feed(piece, &mut take);
        }
        reader.end(&mut take);
        found
    }

    /// However the bytes are cut, the same is read.
    fn read(stream: &[u8]) -> Vec<String> {
        let whole = read_in(stream, stream.len().max(1));
        for piece in 1..stream.len().min(8) {
            assert_eq!(read_in(stream, piece), whole, "in pieces of {piece}");
        }
        let evidence = |item: Item| match item {
            Item::Event(reported) => {
                let name = reported.name.map(|name| format!("{name} ")).unwrap_or_default();
                format!("{name}{}{}", String::from_utf8_lossy(&reported.data), if reported.cut { "…" } else { "" })
            }
            Item::Comment => "comment".to_owned(),
            Item::Defect(defect) => format!("! {defect:?}"),
        };
        whole.into_iter().map(evidence).collect()
    }

    #[test]
    fn events_are_read() {
        assert_eq!(read(b"data: {\"a\":1}\n\ndata:{\"a\":2}\r\n\r\n"), ["{\"a\":1}", "{\"a\":2}"]);
        assert_eq!(read(b": ping\n\nid: 1\nretry: 500\n\nevent: e\ndata: x\nid: 2\n\n"), ["comment", "e x"]);
        assert_eq!(read("data: 群 \u{1f389}\n\n".as_bytes()), ["群 \u{1f389}"]);
        assert_eq!(read(b"data\n\n"), [""], "a line without a colon is a field without a value");
        assert_eq!(read(b""), [""; 0]);
    }

    #[test]
    fn every_defect_has_a_name() {
        assert_eq!(read(b"\xef\xbb\xbfdata: a\n\n"), ["! ByteOrderMark", "a"]);
        assert_eq!(
            read(b"data: a\r\rdata: b\r\r"),
            ["! CarriageReturns", "a", "! CarriageReturns", "! CarriageReturns", "b"]
        );
        assert_eq!(read(b"data: {}\ndata: {}\n\n"), ["! NoBlankLine", "{}\n{}"]);
        assert_eq!(read(b"event: e\ndata: {}\nevent: e\ndata: {}\ndata: {}\n"), ["! NoBlankLine", "! Unfinished"]);
        assert_eq!(read(b"data: [\ndata: {}\ndata: ]\n\n"), ["! SeveralDataLines", "[\n{}\n]"]);
        assert_eq!(read(b"data: {\ndata: }\n\n"), ["! SeveralDataLines", "{\n}"]);
        assert_eq!(read(b"data: \xff\n\n"), ["! NotUtf8", "\u{fffd}"]);
        assert_eq!(read(b"date: a\n\n"), ["! UnknownField(\"date\")"]);
        assert_eq!(read(b"event: a\n\n"), ["! NoData"]);
        assert_eq!(read(b"data: a\n"), ["! Unfinished"]);
        assert_eq!(read(b"data: a"), ["! Unfinished"]);
    }

    #[test]
    fn what_is_too_large_is_cut() {
        let long = [b"data: ".to_vec(), vec![b'x'; 1000], b"\n\ndata: a\n\n".to_vec()].concat();
        let read_long = read(&long);
        assert_eq!(read_long[0], "! TooLarge(64)");
        assert!(read_long[1].len() <= 64 + '…'.len_utf8(), "{}", read_long[1]);
        assert_eq!(read_long[2..], ["a"]);
        let endless = [b": ".to_vec(), vec![b'x'; 1000]].concat();
        assert_eq!(read(&endless), ["! TooLarge(64)", "! Unfinished"], "it is told before the line ends");
        let many = [b"data: 0123456789\n".repeat(1000), b"\n".to_vec()].concat();
        assert_eq!(read(&many)[0], "! TooLarge(64)");
    }
}
