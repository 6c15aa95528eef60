//! The bytes that a client sends over a WebSocket, watched for what the WebSocket itself puts together before anybody sees
//! it: messages in several frames.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream of frames. Where fragments are refused, the first one ends it.
pub(super) struct Watched<S> {
    inner: S,
    heads: Option<Heads>,
}

impl<S> Watched<S> {
    pub(super) fn new(inner: S, refuses_fragments: bool) -> Self {
        Self { inner, heads: refuses_fragments.then(Heads::default) }
    }
}

/// Finds the heads of frames among their bytes.
#[derive(Default)]
struct Heads {
    /// What came of a head so far.
    head: Vec<u8>,
    /// How many bytes of the frame are still to come.
    rest: u64,
}

/// The last frame of a message has it in its first byte.
const FINAL: u8 = 0x80;
/// The client masks what it sends, with so many bytes behind the length.
const MASK: usize = 4;

impl Heads {
    /// Whether a frame begins in these bytes that is not the last of its message.
    fn show_fragment(&mut self, bytes: &[u8]) -> bool {
        let mut found = false;
        for byte in bytes {
            if self.rest > 0 {
                self.rest -= 1;
                continue;
            }
            self.head.push(*byte);
            let Some(length) = length(&self.head) else { continue };
            found |= self.head[0] & FINAL == 0;
            self.rest = length;
            self.head.clear();
        }
        found
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

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if let (Poll::Ready(Ok(())), Some(heads)) = (&read, &mut self.heads)
            && heads.show_fragment(&buffer.filled()[before..])
        {
            return Poll::Ready(Err(io::Error::other("a message in several frames")));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
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

    #[test]
    fn a_fragment_is_seen_however_the_bytes_come() {
        let long = [&[0x81, 0xfe, 0x01, 0x00, 1, 2, 3, 4][..], &[0; 256]].concat();
        let whole = [&[0x81, 0x83, 1, 2, 3, 4, 9, 9, 9][..], &long, &[0x89, 0x80, 1, 2, 3, 4]].concat();
        let parts = [&whole[..], &[0x01, 0x81, 1, 2, 3, 4, 9]].concat();
        for (bytes, fragment) in [(&whole, false), (&parts, true)] {
            for size in [1, 2, 7, bytes.len()] {
                let mut heads = Heads::default();
                let found = bytes.chunks(size).filter(|piece| heads.show_fragment(piece)).count();
                assert_eq!(found > 0, fragment, "in pieces of {size}");
            }
        }
    }
}
