//! The frames of a WebSocket, read from a copy of one direction.

use super::deflate::Inflater;
use super::payload::Payload;

/// What a direction carried, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// A message of text or bytes.
    Data {
        /// Whether it is text.
        text: bool,
        /// Whether an extension has changed its bytes, and they are still so.
        extended: bool,
        /// What it carried.
        payload: Payload,
    },
    /// The end, with its code where it has one.
    Close(Option<u16>),
    /// A ping or a pong.
    Control,
}

/// The bytes are no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotFrames;

/// Reads one direction.
#[derive(Debug)]
pub(crate) struct Frames {
    limit: usize,
    inflater: Option<Inflater>,
    header: Vec<u8>,
    frame: Option<Frame>,
    /// The message that goes over several frames.
    message: Option<Message>,
}

#[derive(Debug)]
struct Frame {
    opcode: u8,
    fin: bool,
    left: u64,
    mask: Option<[u8; 4]>,
    at: usize,
    control: Vec<u8>,
}

/// The reserved bit of a message that is compressed.
const COMPRESSED: u8 = 0x40;

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

impl Frames {
    /// One direction, with what inflates its messages where they may be compressed.
    pub(crate) fn new(limit: usize, inflater: Option<Inflater>) -> Self {
        Self { limit, inflater, header: Vec::new(), frame: None, message: None }
    }

    /// Reads bytes and hands out every message that ends in them.
    pub(crate) fn read(&mut self, mut bytes: &[u8], mut out: impl FnMut(Message)) -> Result<(), NotFrames> {
        loop {
            if self.frame.is_none() {
                let wanted = header_length(&self.header);
                let take = (wanted - self.header.len()).min(bytes.len());
                self.header.extend_from_slice(&bytes[..take]);
                bytes = &bytes[take..];
                if self.header.len() < header_length(&self.header) {
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    continue;
                }
                self.begin()?;
            }
            bytes = self.data(bytes);
            match &self.frame {
                Some(frame) if frame.left == 0 => self.end(&mut out),
                _ => return Ok(()),
            }
        }
    }

    /// Takes a whole header.
    fn begin(&mut self) -> Result<(), NotFrames> {
        let header = std::mem::take(&mut self.header);
        let (fin, reserved, opcode) = (header[0] & 0x80 != 0, header[0] & 0x70, header[0] & 0x0f);
        let masked = header[1] & 0x80 != 0;
        let (left, at) = match header[1] & 0x7f {
            126 => (u64::from(u16::from_be_bytes([header[2], header[3]])), 4),
            127 => (header[2..10].iter().fold(0_u64, |length, byte| length << 8 | u64::from(*byte)), 10),
            short => (u64::from(short), 2),
        };
        let mask = masked.then(|| [header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let is_control = opcode >= CLOSE;
        match opcode {
            TEXT | BINARY if self.message.is_none() => {
                let payload = Payload::new(self.limit);
                self.message = Some(Message::Data { text: opcode == TEXT, extended: reserved != 0, payload });
            }
            CONTINUATION if self.message.is_some() => {}
            CLOSE | PING | PONG if fin && left <= 125 => {}
            _ => return Err(NotFrames),
        }
        // The other reserved bits belong to extensions that are not read here.
        if reserved & !COMPRESSED != 0 {
            self.inflater = None;
        }
        if left > i64::MAX as u64 || is_control && reserved != 0 {
            return Err(NotFrames);
        }
        self.frame = Some(Frame { opcode, fin, left, mask, at: 0, control: Vec::new() });
        Ok(())
    }

    /// Takes what belongs to the frame, and gives the rest.
    fn data<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(frame) = &mut self.frame else { return bytes };
        let take = usize::try_from(frame.left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let (own, rest) = bytes.split_at(take);
        frame.left -= take as u64;
        let unmasked: Vec<u8>;
        let own = match frame.mask {
            None => own,
            Some(mask) => {
                let from = frame.at;
                unmasked = own.iter().enumerate().map(|(index, byte)| byte ^ mask[(from + index) % 4]).collect();
                &unmasked
            }
        };
        frame.at = (frame.at + take) % 4;
        if frame.opcode >= CLOSE {
            frame.control.extend_from_slice(own);
        } else if let Some(Message::Data { payload, extended, .. }) = &mut self.message {
            match self.inflater.as_mut().filter(|_| *extended) {
                Some(inflater) => inflater.push(own, payload),
                None => payload.push(own),
            }
        }
        rest
    }

    fn end(&mut self, out: &mut impl FnMut(Message)) {
        let Some(frame) = self.frame.take() else { return };
        match frame.opcode {
            CLOSE => out(Message::Close(frame.control.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]])))),
            PING | PONG => out(Message::Control),
            _ if frame.fin => {
                if let Some(mut message) = self.message.take() {
                    if let (Message::Data { extended, payload, .. }, Some(inflater)) =
                        (&mut message, &mut self.inflater)
                        && *extended
                    {
                        *extended = !inflater.end(payload);
                    }
                    out(message);
                }
            }
            _ => {}
        }
    }
}

/// How long a header is, as its first bytes state.
fn header_length(header: &[u8]) -> usize {
    let Some(second) = header.get(1) else { return 2 };
    let length = match second & 0x7f {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    length + if second & 0x80 != 0 { 4 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], piece: usize) -> Result<Vec<Message>, NotFrames> {
        let (mut frames, mut found) = (Frames::new(300, None), Vec::new());
        for part in bytes.chunks(piece) {
            frames.read(part, |message| found.push(message))?;
        }
        Ok(found)
    }

    fn text(bytes: &[u8]) -> Message {
        Message::Data { text: true, extended: false, payload: Payload::of(bytes, 300) }
    }

    #[test]
    fn frames_are_read_in_pieces_of_any_size() {
        let mut bytes = vec![0x81, 0x03, b'a', b'b', b'c'];
        bytes.extend([0x81, 0x83, 1, 2, 3, 4, b'a' ^ 1, b'b' ^ 2, b'c' ^ 3]);
        bytes.extend([0x01, 0x01, b'x', 0x89, 0x01, b'p', 0x00, 0x00, 0x80, 0x01, b'y']);
        bytes.extend([0x81, 126, 1, 4]);
        bytes.extend([b'z'; 260]);
        bytes.extend([0x81, 127, 0, 0, 0, 0, 0, 0, 2, 0]);
        bytes.extend([b'w'; 512]);
        bytes.extend([0x88, 0x02, 0x03, 0xe8]);
        let wanted = vec![
            text(b"abc"),
            text(b"abc"),
            Message::Control,
            text(b"xy"),
            text(&[b'z'; 260]),
            text(&[b'w'; 512]),
            Message::Close(Some(1000)),
        ];
        for piece in 1..50 {
            assert!(read(&bytes, piece).as_ref() == Ok(&wanted), "{piece}");
        }
    }

    #[test]
    fn what_is_no_frame_is_noticed() {
        for bytes in [&b"GET / HTTP/1.1"[..], &[0x80, 0x00], &[0x89, 126, 1, 0], &[0x83, 0x00]] {
            assert_eq!(read(bytes, 64), Err(NotFrames), "{bytes:?}");
        }
    }
}
