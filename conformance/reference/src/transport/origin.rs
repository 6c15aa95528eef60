//! Which web pages may open a connection: browsers name the page that does.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Whether a connection may be opened by whoever names this origin. A program names none; a page that this machine or the
/// same host serves is no foreign one.
pub(crate) fn may_connect(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    if allowed.iter().any(|known| known == "*" || known.trim_end_matches('/').eq_ignore_ascii_case(origin)) {
        return true;
    }
    let Some((_, authority)) = origin.split_once("://") else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    is_loopback(host_of_authority(authority)) || authority.eq_ignore_ascii_case(host)
}

/// The host in `host:port`.
pub(crate) fn host_of_authority(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    authority.split(':').next().unwrap_or_default()
}

/// Whether a host is this machine and nothing else.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_foreign_pages_are_refused() {
        let may = |origin: Option<&str>, allowed: &[String]| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "bot.lan:3001".parse().expect("a value"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().expect("a value"));
            }
            may_connect(&headers, allowed)
        };
        for origin in [None, Some("http://127.0.0.1:8080"), Some("http://[::1]:1"), Some("http://bot.lan:3001")] {
            assert!(may(origin, &[]), "{origin:?}");
        }
        for origin in ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example"]
        {
            assert!(!may(Some(origin), &[]), "{origin}");
        }
        assert!(may(Some("https://ui.example"), &["https://ui.example/".to_owned()]));
        assert!(may(Some("null"), &["*".to_owned()]));
    }
}
