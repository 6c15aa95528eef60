//! What stands before the body of a request or an answer.

/// The longest head that is read.
pub(crate) const LONGEST: usize = 256 << 10;

/// How many headers are read.
const HEADERS: usize = 256;

/// The first line and the headers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Head {
    /// Of a request.
    pub(crate) method: String,
    /// The path of a request with its query.
    pub(crate) target: String,
    /// Of an answer.
    pub(crate) status: u16,
    /// In order, with repetitions.
    pub(crate) headers: Vec<(String, String)>,
}

/// Why something is no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotHttp;

impl Head {
    /// Reads a request, with how many bytes it takes; None where it is not whole yet.
    pub(crate) fn of_request(bytes: &[u8]) -> Result<Option<(Self, usize)>, NotHttp> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let read = request.parse(bytes).map_err(|_| NotHttp)?;
        Ok(whole(read, bytes)?.map(|length| {
            let head = Self {
                method: request.method.unwrap_or_default().to_owned(),
                target: request.path.unwrap_or_default().to_owned(),
                status: 0,
                headers: owned(request.headers),
            };
            (head, length)
        }))
    }

    /// Reads the head of an answer.
    pub(crate) fn of_response(bytes: &[u8]) -> Result<Option<(Self, usize)>, NotHttp> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let read = response.parse(bytes).map_err(|_| NotHttp)?;
        Ok(whole(read, bytes)?.map(|length| {
            let status = response.code.unwrap_or_default();
            (Self { status, headers: owned(response.headers), ..Self::default() }, length)
        }))
    }

    /// The first header of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether a header that lists words has one.
    pub(crate) fn has(&self, name: &str, word: &str) -> bool {
        let named = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.flat_map(|(_, value)| value.split(',')).any(|it| it.trim().eq_ignore_ascii_case(word))
    }

    /// The path without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query.
    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Whether a request asks for a WebSocket.
    pub(crate) fn asks_for_websocket(&self) -> bool {
        self.has("Upgrade", "websocket")
    }
}

fn whole(read: httparse::Status<usize>, bytes: &[u8]) -> Result<Option<usize>, NotHttp> {
    match read {
        httparse::Status::Complete(length) => Ok(Some(length)),
        httparse::Status::Partial if bytes.len() > LONGEST => Err(NotHttp),
        httparse::Status::Partial => Ok(None),
    }
}

fn owned(headers: &[httparse::Header<'_>]) -> Vec<(String, String)> {
    headers.iter().map(|it| (it.name.to_owned(), String::from_utf8_lossy(it.value).into_owned())).collect()
}
