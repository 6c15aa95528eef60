//! What a client has to know of a dialect; the generator writes one for each.

/// The facts of a dialect's transports and of its envelope.
#[derive(Debug)]
#[allow(dead_code, reason = "what a client needs, only some features have")]
pub(crate) struct Wire {
    /// The header that carries the token, and the word before it there.
    pub(crate) auth: [&'static str; 2],
    /// The path of a call over HTTP, with `{action}` for the name, and the content type of its body.
    pub(crate) http: [&'static str; 2],
    /// The path of the WebSocket, for one that shares the address of HTTP.
    pub(crate) ws: &'static str,
    /// The path of server-sent events.
    pub(crate) sse: Option<&'static str>,
    /// The keys of a call over a WebSocket.
    pub(crate) frame: Option<[&'static str; 3]>,
    /// The keys that an answer has and no event: how it ended, and its code.
    pub(crate) answer: [&'static str; 2],
    /// How an implementation that connects to the bot names itself.
    pub(crate) reverse: Option<Reverse>,
}

/// The headers of a reverse WebSocket.
#[derive(Debug)]
#[allow(dead_code, reason = "as above")]
pub(crate) struct Reverse {
    /// The header that names the account.
    pub(crate) self_id: &'static str,
    /// The header that names the role.
    pub(crate) role: &'static str,
    /// Its value for a connection that carries no calls, and for one that carries no events.
    pub(crate) only_events: Option<&'static str>,
}
