//! The connections to a target. Nothing here decides what may be sent: the [gate](crate::gate) does, and every function
//! that sends asks for its [pass](crate::gate::Pass).

pub(crate) mod frames;
pub(crate) mod http;
pub(crate) mod reverse;
pub(crate) mod sse;
pub(crate) mod webhook;
pub(crate) mod ws;

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::received::Received;

/// Whether anybody listens at an address. Nothing is sent.
pub(crate) async fn reach(url: &str, within: Duration) -> Result<(), Received> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let parsed =
        reqwest::Url::parse(&format!("http://{rest}")).map_err(|error| Received::ConnectFailed(error.to_string()))?;
    let host = parsed.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = parsed.port_or_known_default().unwrap_or(80);
    match timeout(within, TcpStream::connect((host.as_str(), port))).await {
        Err(_) => Err(Received::TimedOut(within, Vec::new())),
        Ok(Err(error)) => Err(Received::ConnectFailed(error.to_string())),
        Ok(Ok(_)) => Ok(()),
    }
}
