//! What to serve.

use std::net::SocketAddr;
use std::time::Duration;

use botspec_reference::variations::Variation;
use botspec_reference::world::{Layout, WorldKind};
use botspec_reference::{Heartbeat, Script, ServerConfig};

use crate::failure::Failure;

/// The accounts to serve, and what happens then.
pub(super) struct Plan {
    pub(super) dialect: String,
    pub(super) seed: u64,
    /// The account that scripts are about comes first. Without a number of its own, each is the next of the world.
    pub(super) accounts: Vec<ServerConfig>,
    pub(super) control: Option<SocketAddr>,
    pub(super) control_token: Option<String>,
    /// How the world begins.
    pub(super) world: WorldKind,
    /// Whom and what it has besides, and the file that describes it.
    pub(super) layout: Option<(String, Layout)>,
    /// What is done otherwise, by all accounts.
    pub(super) variations: Vec<Variation>,
    /// Whether the clock is that of the machine.
    pub(super) system_clock: bool,
    pub(super) script: Option<(String, Script)>,
    /// The events to play; all of them where the list is empty.
    pub(super) events: Option<Vec<String>>,
    pub(super) at_once: bool,
    /// The pause between two events.
    pub(super) pace: Duration,
}

/// `ADDR` as people write it: `127.0.0.1:3000`, `localhost:3000`, `:3000` or `3000`; without a host it is loopback.
pub(super) fn addr(flag: &str, given: Option<&str>) -> Result<Option<SocketAddr>, Failure> {
    let Some(given) = given else { return Ok(None) };
    let (host, port) = given.rsplit_once(':').unwrap_or(("", given));
    let host = if host.is_empty() || host == "localhost" { "127.0.0.1" } else { host };
    format!("{host}:{port}")
        .parse()
        .map(Some)
        .map_err(|_| Failure::usage(format!("{flag} {given}: expected an address such as 127.0.0.1:3000, or a port")))
}

/// How often to beat: as usual where nobody states, never where somebody states 0.
pub(super) fn heartbeat(given: Option<u64>) -> Heartbeat {
    match given {
        None => Heartbeat::Usual,
        Some(0) => Heartbeat::Never,
        Some(every) => Heartbeat::Every(Duration::from_millis(every)),
    }
}
