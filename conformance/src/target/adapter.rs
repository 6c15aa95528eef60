//! The ways to reach a target, and those by which it reaches botspec.

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use super::TargetError;

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

    /// An adapter at an address that may be written short: a port of this machine, or a host with a port.
    pub fn at(scheme: &str, address: &str, token: Option<Token>) -> Self {
        match address.parse::<u16>() {
            Ok(port) => Self::new(format!("{scheme}://127.0.0.1:{port}"), token),
            Err(_) if address.contains("://") => Self::new(address, token),
            Err(_) => Self::new(format!("{scheme}://{address}"), token),
        }
    }

    pub(super) fn validate(&self, key: &'static str, scheme: &str) -> Result<(), TargetError> {
        let bad = |why: String| TargetError::Url { key, url: self.url.clone(), why };
        match self.url.split_once("://") {
            Some((found, rest)) if found == scheme || found.strip_suffix('s') == Some(scheme) => {
                let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
                if authority.contains('@') {
                    return Err(bad("put the token into `token` or `token_env`, not into the address".to_owned()));
                }
                match url::Url::parse(&format!("http://{rest}")) {
                    Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                        Err(bad("leave out everything from `?` on; the token belongs into `token_env`".to_owned()))
                    }
                    Ok(_) => Ok(()),
                    Err(error) => Err(bad(error.to_string())),
                }
            }
            _ => Err(bad(format!("expected an address that begins with {scheme}:// or {scheme}s://"))),
        }
    }
}

/// An address of this machine at which botspec waits for the target: reverse WebSocket, webhook.
#[derive(Debug, Clone)]
pub struct Listen {
    /// Where; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The paths that the target may use; empty for any.
    pub paths: Vec<String>,
    /// What the target proves itself with: the access token, or the secret that it signs with.
    pub token: Option<Token>,
    /// The socket, where somebody has opened it already.
    socket: Option<Arc<TcpListener>>,
}

impl Listen {
    /// An address to listen at as soon as a run begins.
    pub fn at(addr: SocketAddr, token: Option<Token>) -> Self {
        Self { addr, paths: Vec::new(), token, socket: None }
    }

    /// A free port of this machine, taken now, so that the target can be configured before the run begins.
    pub fn on_loopback(token: Option<Token>) -> std::io::Result<Self> {
        let socket = TcpListener::bind(("127.0.0.1", 0))?;
        let addr = socket.local_addr()?;
        Ok(Self { socket: Some(Arc::new(socket)), ..Self::at(addr, token) })
    }

    /// Reads an address: `127.0.0.1:6700`, or a port of this machine alone.
    pub fn parse(text: &str) -> Option<SocketAddr> {
        match text.parse::<u16>() {
            Ok(port) => Some(SocketAddr::from(([127, 0, 0, 1], port))),
            Err(_) => text.parse().ok(),
        }
    }

    /// Only these paths; other ones are turned away.
    #[must_use]
    pub fn with_paths(mut self, paths: Vec<String>) -> Self {
        self.paths = paths;
        self
    }

    /// Whether the target may use a path.
    pub(crate) fn takes(&self, path: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|known| known == path)
    }

    /// The socket to accept connections from.
    pub fn socket(&self) -> std::io::Result<tokio::net::TcpListener> {
        let socket = match &self.socket {
            Some(socket) => socket.try_clone()?,
            None => TcpListener::bind(self.addr)?,
        };
        socket.set_nonblocking(true)?;
        tokio::net::TcpListener::from_std(socket)
    }

    pub(super) fn validate(&self, key: &'static str) -> Result<(), TargetError> {
        match self.paths.iter().find(|path| !path.starts_with('/')) {
            None => Ok(()),
            Some(path) => {
                Err(TargetError::Listen { key, listen: path.clone(), why: "a path begins with a slash".to_owned() })
            }
        }
    }
}

impl PartialEq for Listen {
    fn eq(&self, other: &Self) -> bool {
        (self.addr, &self.paths, &self.token) == (other.addr, &other.paths, &other.token)
    }
}

/// An access token. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    text: String,
    variable: Option<String>,
}

impl Token {
    /// A token.
    pub fn new(token: impl Into<String>) -> Self {
        Self { text: token.into(), variable: None }
    }

    /// A token from an environment variable, whose name stands for it in lines to paste.
    #[must_use]
    pub fn from_variable(self, name: impl Into<String>) -> Self {
        Self { variable: Some(name.into()), ..self }
    }

    /// The environment variable that it came from, where it did.
    pub fn variable(&self) -> Option<&str> {
        self.variable.as_deref()
    }

    /// The token itself, to send it.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
