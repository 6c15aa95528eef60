//! Where a bot or an implementation connects to, and where its traffic is passed on to.

use std::fmt;
use std::net::SocketAddr;

use botspec_conformance::Listen;
use botspec_reports::record::Transport;

/// One address to listen at with the address behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What passes there.
    pub transport: Transport,
    /// Where botspec listens.
    pub listen: SocketAddr,
    /// Where the traffic goes.
    pub upstream: Upstream,
}

/// Where traffic goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Host and port, as a socket is connected to them.
    pub authority: String,
    /// The address as it was given.
    pub url: String,
    /// The path of the address, at least `/`.
    pub path: String,
}

/// A link that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}: {why}")]
pub struct LinkError {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

impl Link {
    /// Reads `127.0.0.1:3100=http://127.0.0.1:3000`; a port alone means loopback.
    pub fn parse(transport: Transport, text: &str) -> Result<Self, LinkError> {
        let error = |why: String| LinkError { text: text.to_owned(), why };
        let example = "expected ADDR=URL, such as 127.0.0.1:3100=http://127.0.0.1:3000";
        let (listen, url) = text.split_once('=').ok_or_else(|| error(example.to_owned()))?;
        let listen = Listen::parse(listen.trim())
            .ok_or_else(|| error(format!("`{listen}` is no address to listen at, such as 127.0.0.1:3100")))?;
        let upstream = Upstream::parse(transport, url.trim()).map_err(error)?;
        Ok(Self { transport, listen, upstream })
    }

    /// Whether the bot opens the connections; otherwise the implementation does.
    pub fn bot_connects(&self) -> bool {
        matches!(self.transport, Transport::Http | Transport::Ws | Transport::Sse)
    }
}

impl Upstream {
    fn parse(transport: Transport, url: &str) -> Result<Self, String> {
        let wanted = match transport {
            Transport::Ws | Transport::ReverseWs => "ws",
            Transport::Http | Transport::Webhook | Transport::Sse => "http",
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("`{url}` does not begin with {wanted}://"))?;
        match scheme {
            "https" | "wss" => {
                return Err(format!("`{url}`: TLS is not supported; name the plain address behind the TLS proxy"));
            }
            "http" | "ws" => {}
            _ => return Err(format!("`{url}` does not begin with {wanted}://")),
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') || path.contains('?') {
            return Err(format!("`{url}`: leave the token out; it is passed through as the client sends it"));
        }
        let has_port = authority.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty() && port.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']'))
        });
        if authority.is_empty() || authority.starts_with(':') {
            return Err(format!("`{url}` names no host"));
        }
        let authority = if has_port { authority.to_owned() } else { format!("{authority}:80") };
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self { authority, url: url.to_owned(), path: path.to_owned() })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} to {}", self.transport, self.listen, self.upstream.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read() {
        let link = Link::parse(Transport::ReverseWs, "3102=ws://bot:8080/onebot/v11/ws").expect("a link");
        assert_eq!(link.listen.to_string(), "127.0.0.1:3102");
        assert_eq!((link.upstream.authority.as_str(), link.upstream.path.as_str()), ("bot:8080", "/onebot/v11/ws"));
        let link = Link::parse(Transport::Http, "[::1]:1=http://[::1]").expect("a link");
        assert_eq!((link.upstream.authority.as_str(), link.upstream.path.as_str()), ("[::1]:80", "/"));
    }

    #[test]
    fn what_is_no_link_says_why() {
        for (text, why) in [
            ("127.0.0.1:1", "expected ADDR=URL"),
            ("x=http://h", "no address to listen at"),
            ("1=h:1", "does not begin with http://"),
            ("1=https://h", "TLS is not supported"),
            ("1=http://t@h", "leave the token out"),
            ("1=http://h?access_token=x", "leave the token out"),
            ("1=http://:80", "names no host"),
        ] {
            let error = Link::parse(Transport::Http, text).expect_err(text).to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
