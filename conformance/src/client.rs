//! The connections to a target. Nothing here decides what may be sent: the [gate](crate::gate) does, and every function
//! that sends asks for its [permit](send_permit::SendPermit).

mod connector;
pub(crate) mod frames;
pub(crate) mod http;
pub(crate) mod reverse;
pub(crate) mod send_permit;
pub(crate) mod sse;
pub(crate) mod tls;
pub(crate) mod webhook;
pub(crate) mod ws;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_rustls::rustls::ClientConfig;

use self::tls::Place;
use crate::received::Received;

/// Whether anybody listens at an address, and speaks TLS where the address states so. No request is sent.
pub(crate) async fn reach(url: &str, tls: &Arc<ClientConfig>, within: Duration) -> Result<(), Received> {
    let place = Place::of(url)?;
    match timeout(within, place.connect(tls)).await {
        Err(_) => Err(Received::TimedOut(within, Vec::new())),
        Ok(connected) => connected.map(drop),
    }
}
