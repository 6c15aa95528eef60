//! What is checked: where it is, what it may be asked, and what exists there.

mod file;
mod fixtures;
mod limits;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use botspec_schema::model::Effect;

pub use file::read_target;
pub use fixtures::Declared;
pub use limits::Limits;

use crate::control::Control;

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
    /// What exists there and may be touched.
    pub fixtures: Declared,
    /// A second account that provokes events.
    pub actor: Option<Box<Target>>,
    /// A way to make things happen in the world behind it; absent for a real account.
    pub control: Option<Control>,
    /// How long, how much and how fast.
    pub limits: Limits,
    /// The kinds of effect that calls may have.
    pub allow: BTreeSet<Effect>,
    /// How the target writes messages in events and answers, where its user said so.
    pub message_format: Option<MessageFormat>,
    /// The version of the implementation, where its user said so.
    pub version: Option<String>,
}

impl Target {
    /// A target with safe defaults: reads only, one call at a time, with pauses.
    pub fn new(name: impl Into<String>, dialect: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            dialect: dialect.into(),
            http: None,
            ws: None,
            fixtures: Declared::default(),
            actor: None,
            control: None,
            limits: Limits::careful(),
            allow: BTreeSet::from([Effect::Read]),
            message_format: None,
            version: None,
        }
    }

    /// Whether nobody can be hurt: the world behind the target is a simulated one, so that any id may be used.
    pub fn is_simulated(&self) -> bool {
        self.control.is_some()
    }

    /// The secrets that must not be written anywhere.
    pub fn tokens(&self) -> Vec<&str> {
        let own = self.http.iter().chain(&self.ws).filter_map(|adapter| adapter.token.as_ref()).map(Token::expose);
        let actor = self.actor.iter().flat_map(|actor| actor.tokens());
        own.chain(actor).collect()
    }

    /// What is wrong with it, in one sentence that says what to do.
    pub fn validate(&self) -> Result<(), TargetError> {
        if self.http.is_none() && self.ws.is_none() {
            return Err(TargetError::NoTransport { target: self.name.clone() });
        }
        for (key, adapter, scheme) in [("http", &self.http, "http"), ("ws", &self.ws, "ws")] {
            if let Some(adapter) = adapter {
                adapter.validate(key, scheme)?;
            }
        }
        self.actor.as_ref().map_or(Ok(()), |actor| actor.validate())
    }
}

/// One way to reach a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// The address, without a trailing slash: `http://127.0.0.1:3000`.
    pub url: String,
    /// The access token.
    pub token: Option<Token>,
}

impl Adapter {
    /// An adapter at an address.
    pub fn new(url: impl Into<String>, token: Option<Token>) -> Self {
        let url: String = url.into();
        Self { url: url.trim_end_matches('/').to_owned(), token }
    }

    fn validate(&self, key: &'static str, scheme: &str) -> Result<(), TargetError> {
        let bad = |why: String| TargetError::Url { key, url: self.url.clone(), why };
        match self.url.split_once("://") {
            Some((found, _)) if found == format!("{scheme}s") => Err(bad(format!(
                "TLS is not spoken; name the address behind the proxy, such as {scheme}://127.0.0.1:3000"
            ))),
            Some((found, rest)) if found == scheme => {
                let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
                if authority.contains('@') {
                    return Err(bad("put the token into `token` or `token_env`, not into the address".to_owned()));
                }
                match reqwest::Url::parse(&format!("http://{rest}")) {
                    Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                        Err(bad("leave out everything from `?` on; the token belongs into `token_env`".to_owned()))
                    }
                    Ok(_) => Ok(()),
                    Err(error) => Err(bad(error.to_string())),
                }
            }
            _ => Err(bad(format!("expected an address that begins with {scheme}://"))),
        }
    }
}

/// An access token. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token itself, to send it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// How a target writes a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageFormat {
    /// As an array of segments.
    Array,
    /// As a string with codes in it.
    String,
}

/// Why a target cannot be used. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
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
    /// A token is named that the environment does not have.
    #[error("{}: {key} names the environment variable {name}, which is not set; export {name}=… before the run", path.display())]
    TokenEnv {
        /// The file.
        path: PathBuf,
        /// The key in it.
        key: String,
        /// The variable.
        name: String,
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
    /// Nothing to speak over.
    #[error(
        "{target}: no address; name one with --http URL or --ws URL, or as [http] or [ws] with a url in the target file"
    )]
    NoTransport {
        /// The target.
        target: String,
    },
}
