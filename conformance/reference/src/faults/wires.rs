//! Faults of one transport while the others keep to their contracts.

use botspec_schema::Dialect;
use botspec_schema::model::Transport;

use super::{Fault, Kind};

/// What is wrong with what goes over one transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slip {
    /// What happens is not reported.
    EventsMissing,
    /// What happens is reported differently than elsewhere.
    EventsChanged,
    /// Nothing is reported of the account itself.
    LifecycleMissing,
    /// There are no signs of life.
    HeartbeatMissing,
}

const TABLE: &[(Slip, &str, &str)] = &[
    (Slip::EventsMissing, "events-missing", "nothing that happens is told over"),
    (Slip::EventsChanged, "events-changed", "events have a key more than elsewhere over"),
    (Slip::LifecycleMissing, "lifecycle-missing", "no lifecycle event is sent over"),
    (Slip::HeartbeatMissing, "heartbeat-missing", "no heartbeat is sent over"),
];

pub(super) fn all(dialect: &Dialect) -> impl Iterator<Item = Fault> {
    let wires = [Transport::Ws, Transport::ReverseWs, Transport::Webhook, Transport::Sse];
    wires.into_iter().flat_map(move |wire| {
        TABLE.iter().filter(move |(slip, _, _)| concerns(dialect, wire, *slip)).map(move |(slip, id, sentence)| Fault {
            id: format!("{id}/{wire}"),
            sentence: format!("{sentence} {}", title(wire)),
            source: None,
            kind: Kind::Slip(wire, *slip),
        })
    })
}

fn concerns(dialect: &Dialect, wire: Transport, slip: Slip) -> bool {
    let Some(meta) = dialect.file.transports.meta(wire) else { return false };
    match slip {
        Slip::EventsMissing | Slip::EventsChanged => true,
        // Where events go over one transport alone, these are the faults that speak of all.
        Slip::LifecycleMissing => wire != Transport::Ws && !meta.lifecycle.is_empty(),
        Slip::HeartbeatMissing => wire != Transport::Ws && meta.heartbeat,
    }
}

fn title(wire: Transport) -> &'static str {
    match wire {
        Transport::Http => "HTTP",
        Transport::Ws => "WebSocket",
        Transport::ReverseWs => "reverse WebSocket",
        Transport::Webhook => "webhook",
        Transport::Sse => "SSE",
    }
}
