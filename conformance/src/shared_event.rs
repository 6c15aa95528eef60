//! One event that several checks look at, in a run that sends few messages.

use std::sync::Arc;

use botspec_reports::record::Transport;
use botspec_schema::model::{Event, WsRole};

use crate::client::frames::Frame;

/// Where an event came that was made once for all of them.
#[derive(Debug)]
pub(crate) struct SharedEvent {
    /// The event.
    pub(crate) event: Event,
    /// What came over each connection.
    pub(crate) arrivals: Vec<Arrival>,
}

/// An event on one connection, which is closed since.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The role for which the connection was opened.
    pub(crate) role: WsRole,
    /// The transport over which it came.
    pub(crate) transport: Transport,
    /// The address at which it came.
    pub(crate) url: String,
    /// The event.
    pub(crate) frame: Arc<Frame>,
}

impl SharedEvent {
    /// What came over a transport, once for each role; nothing where it did not come over a connection of one of them.
    pub(crate) fn over(&self, transport: Transport, roles: &[WsRole]) -> Option<Vec<&Arrival>> {
        let mut left: Vec<&Arrival> = self.arrivals.iter().filter(|it| it.transport == transport).collect();
        let of_role = |role: &WsRole| {
            let at = left.iter().position(|it| transport != Transport::Ws || it.role == *role)?;
            Some(left.remove(at))
        };
        roles.iter().map(of_role).collect()
    }
}
