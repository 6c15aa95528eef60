//! Faults of one transport while the others keep to their contracts.

use botspec_schema::Dialect;
use botspec_schema::model::Wire;

use super::{Fault, Kind};

/// What is wrong with what goes over one transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slip {
    /// What happens is not told.
    EventsMissing,
    /// What happens is told differently than elsewhere.
    EventsChanged,
    /// Nothing is told of the account itself.
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
    let wires = [Wire::Ws, Wire::ReverseWs, Wire::Webhook, Wire::Sse];
    wires.into_iter().flat_map(move |wire| {
        TABLE.iter().filter(move |(slip, _, _)| concerns(dialect, wire, *slip)).map(move |(slip, id, sentence)| Fault {
            id: format!("{id}/{}", word(wire)),
            sentence: format!("{sentence} {}", title(wire)),
            source: None,
            kind: Kind::Slip(wire, *slip),
        })
    })
}

fn concerns(dialect: &Dialect, wire: Wire, slip: Slip) -> bool {
    let Some(meta) = dialect.file.transports.meta(wire) else { return false };
    match slip {
        Slip::EventsMissing | Slip::EventsChanged => true,
        // Where events go over one transport alone, these are the faults that speak of all.
        Slip::LifecycleMissing => wire != Wire::Ws && !meta.lifecycle.is_empty(),
        Slip::HeartbeatMissing => wire != Wire::Ws && meta.heartbeat,
    }
}

fn word(wire: Wire) -> &'static str {
    match wire {
        Wire::Http => "http",
        Wire::Ws => "ws",
        Wire::ReverseWs => "reverse-ws",
        Wire::Webhook => "webhook",
        Wire::Sse => "sse",
    }
}

fn title(wire: Wire) -> &'static str {
    match wire {
        Wire::Http => "HTTP",
        Wire::Ws => "WebSocket",
        Wire::ReverseWs => "reverse WebSocket",
        Wire::Webhook => "webhook",
        Wire::Sse => "SSE",
    }
}
