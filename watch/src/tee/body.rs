//! Where a body ends, and what is in it.

use super::head::{Head, NotHttp};

/// The longest line of a chunked body that is not its data.
const LINE: usize = 16 << 10;

/// How a body is delimited, and how far it has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// So many bytes are left.
    Length(u64),
    /// In chunks that name their length.
    Chunked(Chunks),
    /// All until the connection ends.
    UntilClose,
}

/// How far a chunked body has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chunks {
    /// In the line that names the length of a chunk.
    Size(Vec<u8>),
    /// In a chunk with so many bytes left.
    Data(u64),
    /// In the line end behind a chunk.
    DataEnd(Vec<u8>),
    /// Behind the last chunk, in a line so long.
    Trailer(usize),
}

impl Body {
    /// The body of a request.
    pub(crate) fn of_request(head: &Head) -> Result<Self, NotHttp> {
        Self::stated(head).map(|stated| stated.unwrap_or(Self::Length(0)))
    }

    /// The body of the answer to a request of this method.
    pub(crate) fn of_response(head: &Head, method: &str) -> Result<Self, NotHttp> {
        if method == "HEAD" || head.status < 200 || matches!(head.status, 204 | 304) {
            return Ok(Self::Length(0));
        }
        Self::stated(head).map(|stated| stated.unwrap_or(Self::UntilClose))
    }

    fn stated(head: &Head) -> Result<Option<Self>, NotHttp> {
        if head.has("Transfer-Encoding", "chunked") {
            return Ok(Some(Self::Chunked(Chunks::Size(Vec::new()))));
        }
        let length = head.header("Content-Length").map(|length| length.trim().parse().map_err(|_| NotHttp));
        Ok(length.transpose()?.map(Self::Length))
    }

    /// Reads as far as the body goes, hands out what is in it, and gives how many bytes were read and whether it is over.
    pub(crate) fn read(&mut self, bytes: &[u8], mut out: impl FnMut(&[u8])) -> Result<(usize, bool), NotHttp> {
        match self {
            Self::Length(left) => {
                let take = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                out(&bytes[..take]);
                *left -= take as u64;
                Ok((take, *left == 0))
            }
            Self::UntilClose => {
                out(bytes);
                Ok((bytes.len(), false))
            }
            Self::Chunked(chunks) => {
                let mut used = 0;
                while used < bytes.len() {
                    let (read, over) = chunks.read(&bytes[used..], &mut out)?;
                    used += read;
                    if over {
                        return Ok((used, true));
                    }
                }
                Ok((used, false))
            }
        }
    }
}

impl Chunks {
    fn read(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) -> Result<(usize, bool), NotHttp> {
        match self {
            Self::Size(line) => {
                let (used, ended) = until_newline(bytes);
                line.extend_from_slice(&bytes[..used]);
                if line.len() > LINE {
                    return Err(NotHttp);
                }
                if ended {
                    let text = std::str::from_utf8(line).map_err(|_| NotHttp)?;
                    let digits = text.split(';').next().unwrap_or_default().trim();
                    let size = u64::from_str_radix(digits, 16).map_err(|_| NotHttp)?;
                    *self = if size == 0 { Self::Trailer(0) } else { Self::Data(size) };
                }
                Ok((used, false))
            }
            Self::Data(left) => {
                let take = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                out(&bytes[..take]);
                *left -= take as u64;
                if *left == 0 {
                    *self = Self::DataEnd(Vec::new());
                }
                Ok((take, false))
            }
            Self::DataEnd(line) => {
                let (used, ended) = until_newline(bytes);
                line.extend_from_slice(&bytes[..used]);
                if line.len() > 2 || line.iter().any(|byte| !matches!(byte, b'\r' | b'\n')) {
                    return Err(NotHttp);
                }
                if ended {
                    *self = Self::Size(Vec::new());
                }
                Ok((used, false))
            }
            Self::Trailer(length) => {
                let (used, ended) = until_newline(bytes);
                *length += bytes[..used].iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).count();
                if *length > LINE {
                    return Err(NotHttp);
                }
                let over = ended && *length == 0;
                if ended {
                    *length = 0;
                }
                Ok((used, over))
            }
        }
    }
}

/// How many bytes there are up to the end of a line, and whether it is among them.
fn until_newline(bytes: &[u8]) -> (usize, bool) {
    bytes.iter().position(|byte| *byte == b'\n').map_or((bytes.len(), false), |at| (at + 1, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunked() -> Body {
        Body::Chunked(Chunks::Size(Vec::new()))
    }

    /// Reads in pieces of a size, and gives what was in it and what is left.
    fn read(mut body: Body, bytes: &[u8], piece: usize) -> Result<(Vec<u8>, usize), NotHttp> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let end = (at + piece).min(bytes.len());
            let (used, over) = body.read(&bytes[at..end], |part| found.extend_from_slice(part))?;
            at += used;
            if over {
                break;
            }
        }
        Ok((found, bytes.len() - at))
    }

    #[test]
    fn bodies_are_read_in_pieces_of_any_size() {
        for piece in 1..20 {
            let text = b"4\r\nabcd\r\n3;x=y\r\n\r\ne\r\n0\r\nA: b\r\n\r\nnext";
            assert_eq!(read(chunked(), text, piece), Ok((b"abcd\r\ne".to_vec(), 4)), "{piece}");
            assert_eq!(read(Body::Length(3), b"abcdef", piece), Ok((b"abc".to_vec(), 3)));
            assert_eq!(read(Body::UntilClose, b"abc", piece), Ok((b"abc".to_vec(), 0)));
            assert_eq!(read(chunked(), b"x\r\n", piece), Err(NotHttp));
            assert_eq!(read(chunked(), b"1\r\nabc", piece), Err(NotHttp));
        }
    }
}
