//! What is checked: where it is, what it may be asked, and what exists there.

mod adapter;
mod authorities;
mod file;
mod fixtures;
mod limits;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use botspec_reports::record::Transport;
use botspec_schema::model::{Effect, MessageFormat};

pub use adapter::{Adapter, Listen, Token};
pub use authorities::Authorities;
pub(crate) use file::File;
pub use file::read_target;
pub use fixtures::Declared;
pub use limits::Limits;

/// A running implementation, and what botspec may do to it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The name its user gave it.
    pub name: String,
    /// The dialect it is checked as.
    pub dialect: String,
    /// Where it takes calls over HTTP.
    pub http: Option<Adapter>,
    /// Where it serves a WebSocket.
    pub ws: Option<Adapter>,
    /// Where botspec waits for the WebSocket that the target opens.
    pub reverse_ws: Option<Listen>,
    /// Where botspec waits for the events that the target posts.
    pub webhook: Option<Listen>,
    /// A second address where the target posts the same, to see that it posts to several.
    pub webhook_again: Option<Listen>,
    /// Where it serves a stream of server-sent events.
    pub sse: Option<Adapter>,
    /// What exists there and may be touched.
    pub fixtures: Declared,
    /// Whose certificates are trusted over TLS, besides those whom the machine trusts.
    pub ca: Option<Authorities>,
    /// A second account that provokes events.
    pub actor: Option<Box<Target>>,
    /// Where the world behind it takes steps and is put back, where it has such an address.
    pub control: Option<Adapter>,
    /// The command that makes something happen in the world behind it: its program and first words.
    pub hook: Vec<String>,
    /// Whether nothing that the account has is of value to anybody: then any id may be used and used up, with any value.
    pub disposable: bool,
    /// Whether values that a field allows but hardly means may be tried, and what is hard work asked often.
    pub thorough: bool,
    /// Whether nobody but its user reads what a run leaves, so that people are not masked in it.
    pub private: bool,
    /// How long, how much and how fast.
    pub limits: Limits,
    /// The kinds of effect that calls may have.
    pub allow: BTreeSet<Effect>,
    /// How the target writes messages in events and answers, where its user set it.
    pub message_format: Option<MessageFormat>,
    /// How often it reports that it lives, where its user set it; else its dialect states.
    pub heartbeat: Option<Duration>,
    /// The version of the implementation, where its user set it.
    pub version: Option<String>,
}

impl Target {
    /// A target that has every transport, so that every check is about it; nothing can be sent to it.
    pub fn with_every_transport(name: impl Into<String>, dialect: impl Into<String>) -> Self {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            http: Some(Adapter::new("http://127.0.0.1", None)),
            ws: Some(Adapter::new("ws://127.0.0.1", None)),
            sse: Some(Adapter::new("http://127.0.0.1", None)),
            reverse_ws: Some(Listen::at(anywhere, None)),
            webhook: Some(Listen::at(anywhere, None)),
            ..Self::new(name, dialect)
        }
    }

    /// A target with safe defaults: reads only, one call at a time, with pauses.
    pub fn new(name: impl Into<String>, dialect: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            dialect: dialect.into(),
            http: None,
            ws: None,
            reverse_ws: None,
            webhook: None,
            webhook_again: None,
            sse: None,
            fixtures: Declared::default(),
            ca: None,
            actor: None,
            control: None,
            hook: Vec::new(),
            disposable: false,
            thorough: false,
            private: false,
            limits: Limits::careful(),
            allow: BTreeSet::from([Effect::Read]),
            message_format: None,
            heartbeat: None,
            version: None,
        }
    }

    /// The address that botspec connects to over a transport, where it is botspec that connects.
    pub fn adapter(&self, transport: Transport) -> Option<&Adapter> {
        match transport {
            Transport::Http => self.http.as_ref(),
            Transport::Ws => self.ws.as_ref(),
            Transport::Sse => self.sse.as_ref(),
            _ => None,
        }
    }

    /// The address at which botspec waits for the target over a transport, where it is the target that connects.
    pub fn listen(&self, transport: Transport) -> Option<&Listen> {
        match transport {
            Transport::ReverseWs => self.reverse_ws.as_ref(),
            Transport::Webhook => self.webhook.as_ref(),
            _ => None,
        }
    }

    /// The token or secret of a transport.
    pub fn token(&self, transport: Transport) -> Option<&Token> {
        let adapter = self.adapter(transport).and_then(|adapter| adapter.token.as_ref());
        adapter.or_else(|| self.listen(transport).and_then(|listen| listen.token.as_ref()))
    }

    /// The transports that it has, with the address of each.
    pub fn endpoints(&self) -> impl Iterator<Item = (Transport, String)> {
        TRANSPORTS.into_iter().filter_map(|transport| {
            let there = self.adapter(transport).map(|adapter| adapter.url.clone());
            let here = || self.listen(transport).map(|listen| listen_url(transport, listen));
            Some((transport, there.or_else(here)?))
        })
    }

    /// Whether TLS is spoken at any of its addresses.
    pub(crate) fn speaks_tls(&self) -> bool {
        let adapters = [&self.http, &self.ws, &self.sse, &self.control];
        adapters.into_iter().flatten().any(|it| it.url.starts_with("https://") || it.url.starts_with("wss://"))
    }

    /// Whether it is asked with care: nobody declared the account as one that is there for tests.
    pub(crate) fn is_gentle(&self) -> bool {
        !self.disposable && !self.thorough
    }

    /// Whether it has a transport over which it can be seen to be there: any but the webhook.
    pub(crate) fn has_address(&self) -> bool {
        self.endpoints().any(|(transport, _)| transport != Transport::Webhook)
    }

    /// The tokens and secrets of the account itself.
    pub(crate) fn own_tokens(&self) -> impl Iterator<Item = &Token> {
        TRANSPORTS.into_iter().filter_map(|transport| self.token(transport))
    }

    /// The secrets that must not be written anywhere.
    pub fn tokens(&self) -> Vec<&str> {
        let own = self.own_tokens().map(Token::expose);
        let actor = self.actor.iter().flat_map(|actor| actor.tokens());
        own.chain(actor).collect()
    }

    /// What is wrong with it, in one sentence that states what to do.
    pub fn validate(&self) -> Result<(), TargetError> {
        if self.endpoints().next().is_none() {
            return Err(TargetError::NoTransport { target: self.name.clone() });
        }
        for (key, adapter, scheme) in [
            ("http", &self.http, "http"),
            ("ws", &self.ws, "ws"),
            ("sse", &self.sse, "http"),
            ("control", &self.control, "http"),
        ] {
            if let Some(adapter) = adapter {
                adapter.validate(key, scheme)?;
            }
        }
        for (key, listen) in
            [("reverse-ws", &self.reverse_ws), ("webhook", &self.webhook), ("webhook-again", &self.webhook_again)]
        {
            if let Some(listen) = listen {
                listen.validate(key)?;
            }
        }
        let address = |listen: &Option<Listen>| listen.as_ref().map(|it| it.addr).filter(|addr| addr.port() != 0);
        if let (Some(reverse), Some(webhook)) = (address(&self.reverse_ws), address(&self.webhook))
            && reverse == webhook
        {
            let why = "reverse-ws listens there already; name another port".to_owned();
            return Err(TargetError::Listen { key: "webhook", listen: webhook.to_string(), why });
        }
        self.actor.as_ref().map_or(Ok(()), |actor| actor.validate())
    }
}

/// Every transport, in the order in which they are reported.
pub(crate) const TRANSPORTS: [Transport; 5] =
    [Transport::Http, Transport::Ws, Transport::ReverseWs, Transport::Webhook, Transport::Sse];

/// The address that the target is to be configured with.
pub(crate) fn listen_url(transport: Transport, listen: &Listen) -> String {
    let scheme = if transport == Transport::ReverseWs { "ws" } else { "http" };
    let path = listen.paths.first().map_or("", String::as_str);
    format!("{scheme}://{}{path}", listen.addr)
}

/// Why a target cannot be used. Each message states what to do.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system states.
        source: std::io::Error,
    },
    /// The file holds no certificates.
    #[error("`{}` holds no certificate; name a file in PEM, with lines that say BEGIN CERTIFICATE", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
    },
    /// The file is not what a target file is.
    #[error("{}:{line}:{column}: {what}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// An address is wrong.
    #[error("{key}: {url}: {why}")]
    Url {
        /// The key or flag.
        key: &'static str,
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// An address to listen at is wrong.
    #[error("{key}: {listen}: {why}")]
    Listen {
        /// The key or flag.
        key: &'static str,
        /// What was named.
        listen: String,
        /// What is wrong with it.
        why: String,
    },
    /// Nothing to speak over.
    #[error(
        "{target}: no address; name one with --http, --ws or --sse URL or --reverse-ws or --webhook ADDR, or in the target file as [http], [ws] or [sse] with a url or [reverse-ws] or [webhook] with an address to listen at"
    )]
    NoTransport {
        /// The target.
        target: String,
    },
}
