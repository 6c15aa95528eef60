//! What a client has to know of a dialect's transports and envelope, whatever its language.

use botspec_schema::model::{RequestFrame, WsRole};
use botspec_schema::{DATA, Dialect, RETCODE, STATUS};

/// The facts of `dialect.json` that a client needs.
#[derive(Debug, PartialEq)]
pub(crate) struct Wire {
    /// The header that carries the token, and the word before it there.
    pub(crate) auth: [String; 2],
    /// The path of a call over HTTP, with `{action}` for the name, and the content type of its body.
    pub(crate) http: [String; 2],
    /// The path of the WebSocket that carries the most.
    pub(crate) ws: String,
    /// The path of server-sent events; absent where there are none.
    pub(crate) sse: Option<String>,
    /// The keys of a call over a WebSocket; absent where none carries calls.
    pub(crate) frame: Option<RequestFrame>,
    /// The keys of an answer: how it ended, its code, its data.
    pub(crate) envelope: [&'static str; 3],
    /// Keys that hold what went wrong.
    pub(crate) texts: Vec<String>,
    /// The values of the status that are no failure.
    pub(crate) done: Vec<String>,
    /// For implementations that connect to the bot: the header that names the account, the one that names the role, and the
    /// word there for a connection that carries no calls.
    pub(crate) reverse: Option<(String, String, Option<String>)>,
}

impl Wire {
    /// Nothing where the dialect has no transports that a client could use.
    pub(crate) fn of(dialect: &Dialect) -> Option<Self> {
        let file = &dialect.file;
        let http = file.transports.http.as_ref()?;
        let endpoints = file.transports.ws.iter().flat_map(|ws| &ws.endpoints);
        let most = endpoints.max_by_key(|endpoint| match endpoint.role {
            WsRole::Api => 0,
            WsRole::Event => 1,
            WsRole::Universal => 2,
        });
        let outcomes = &file.envelope.outcomes;
        let done = std::iter::once(&outcomes.ok).chain(&outcomes.deferred);
        Some(Self {
            auth: [file.auth.header.clone(), file.auth.scheme.clone()],
            http: [http.paths.first()?.clone(), http.content_types.first()?.clone()],
            ws: most?.paths.first()?.clone(),
            sse: file.transports.sse.as_ref().and_then(|sse| sse.paths.first().cloned()),
            frame: file.request_frame.clone(),
            envelope: [STATUS, RETCODE, DATA],
            texts: file.envelope.texts.clone(),
            done: done.map(|outcome| outcome.status.clone()).collect(),
            reverse: file.transports.reverse_ws.as_ref().map(|reverse| {
                let events = reverse.roles.get(&WsRole::Event).cloned();
                (reverse.self_id_header.clone(), reverse.role_header.clone(), events)
            }),
        })
    }
}
