//! The bytes of a WebSocket, watched for what the WebSocket itself puts together before anybody sees it: messages in
//! several frames.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream of frames in which no message comes in more than so many: one that does ends the reading with [`TooManyFragments`].
///
/// Who reads a WebSocket bounds the bytes of a message. Frames without any would be put together for ever, and nobody would
/// be reported of a message.
#[derive(Debug)]
pub struct FragmentLimited<S> {
    inner: S,
    heads: Option<Heads>,
    most: usize,
}

/// A message that came in more frames than are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message in more than {most} frames")]
pub struct TooManyFragments {
    /// How many are read.
    pub most: usize,
}

impl TooManyFragments {
    /// What such an error of a stream states; nothing where it is another one.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref()).copied()
    }
}

impl<S> FragmentLimited<S> {
    /// A stream that has its handshake behind it.
    pub fn new(inner: S, most: usize) -> Self {
        Self { inner, heads: Some(Heads::default()), most }
    }

    /// A stream whose handshake is still to come, from whichever side: frames begin behind its head.
    pub fn before_handshake(inner: S, most: usize) -> Self {
        let heads = Heads { handshake: Some(Handshake::default()), ..Heads::default() };
        Self { inner, heads: Some(heads), most }
    }
}

/// Finds the heads of frames among their bytes, and counts the frames of a message.
#[derive(Debug, Default)]
struct Heads {
    handshake: Option<Handshake>,
    /// What came of a head so far.
    head: Vec<u8>,
    /// How many bytes of the frame are still to come.
    rest: u64,
    /// How many frames of the message came so far.
    frames: usize,
}

/// The last frame of a message has it in its first byte.
const FINAL: u8 = 0x80;
/// Frames with it are no part of a message, and may come between those that are.
const CONTROL: u8 = 0x08;
/// The client masks what it sends, with so many bytes behind the length.
const MASK: usize = 4;

impl Heads {
    /// Reads on, and states in how many frames the longest message of these bytes came so far.
    fn read(&mut self, mut bytes: &[u8]) -> usize {
        let mut most = 0;
        while let Some((first, others)) = bytes.split_first() {
            if self.rest > 0 {
                let skipped = bytes.len().min(usize::try_from(self.rest).unwrap_or(usize::MAX));
                self.rest -= skipped as u64;
                bytes = &bytes[skipped..];
                continue;
            }
            bytes = others;
            if let Some(handshake) = &mut self.handshake {
                if handshake.ends_with(*first) {
                    self.handshake = None;
                }
                continue;
            }
            self.head.push(*first);
            let Some(length) = length(&self.head) else { continue };
            self.rest = length;
            most = most.max(self.count(self.head[0]));
            self.head.clear();
        }
        most
    }

    /// Counts a frame, and states how many its message has by now.
    fn count(&mut self, first: u8) -> usize {
        if first & CONTROL != 0 {
            return 0;
        }
        self.frames += 1;
        if first & FINAL == 0 { self.frames } else { std::mem::take(&mut self.frames) }
    }
}

/// The head of a request or an answer, which an empty line ends. Empty lines before it are no part of it.
#[derive(Debug, Default)]
struct Handshake {
    begun: bool,
    /// Whether something stands in the line.
    filled: bool,
}

impl Handshake {
    /// Whether a byte is the last of the head.
    fn ends_with(&mut self, byte: u8) -> bool {
        match byte {
            b'\n' => !std::mem::take(&mut self.filled) && self.begun,
            b'\r' => false,
            _ => {
                (self.begun, self.filled) = (true, true);
                false
            }
        }
    }
}

/// How long the matter of a frame is, once its head is whole.
fn length(head: &[u8]) -> Option<u64> {
    let [_, second, following @ ..] = head else { return None };
    let (short, masked) = (second & !FINAL, second & FINAL != 0);
    let wide = match short {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mask = if masked { MASK } else { 0 };
    if following.len() < wide + mask {
        return None;
    }
    let long = following[..wide].iter().fold(0, |length, byte| length << 8 | u64::from(*byte));
    Some(if wide == 0 { short.into() } else { long })
}

impl<S: AsyncRead + Unpin> AsyncRead for FragmentLimited<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let Self { inner, heads, most } = &mut *self;
        let read = Pin::new(inner).poll_read(cx, buffer);
        if let (Poll::Ready(Ok(())), Some(watching)) = (&read, &mut *heads)
            && watching.read(&buffer.filled()[before..]) > *most
        {
            // What follows is no message any more; who reads on throws it away.
            *heads = None;
            return Poll::Ready(Err(io::Error::other(TooManyFragments { most: *most })));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FragmentLimited<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASKED: [u8; 4] = [1, 2, 3, 4];

    fn frame(first: u8, length: u8) -> Vec<u8> {
        [&[first, 0x80 | length][..], &MASKED, &vec![9; length.into()]].concat()
    }

    /// However the bytes come, the longest message has so many frames.
    fn has_frames(bytes: &[u8], handshake: bool, frames: usize) {
        for size in [1, 2, 7, bytes.len()] {
            let mut heads = Heads { handshake: handshake.then(Handshake::default), ..Heads::default() };
            let most = bytes.chunks(size).map(|element| heads.read(element)).max();
            assert_eq!(most, Some(frames), "in pieces of {size}");
        }
    }

    #[test]
    fn frames_are_counted_however_the_bytes_come() {
        let long = [&[0x81, 0xFE, 0x01, 0x00][..], &MASKED, &[0; 256]].concat();
        let whole = [frame(0x81, 3), long, frame(0x89, 0), frame(0x82, 0)].concat();
        has_frames(&whole, false, 1);
        let parts = [frame(0x01, 1), frame(0x89, 2), frame(0x00, 0), frame(0x80, 5)].concat();
        has_frames(&[&whole[..], &parts, &whole].concat(), false, 3);
        has_frames(&[&parts[..], &parts].concat(), false, 3);
        has_frames(&[frame(0x01, 0), frame(0x00, 0).repeat(40)].concat(), false, 41);
    }

    #[test]
    fn frames_begin_behind_the_handshake() {
        let parts = [&[0x01, 1, b'x'][..], &[0x00, 0], &[0x80, 0]].concat();
        for head in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\nHTTP/1.1 101 Switching Protocols\nUpgrade: x\n\n"] {
            has_frames(&[head.as_bytes(), &parts].concat(), true, 3);
        }
    }
}
