//! The names of the definitions of an export.

/// The union of all events.
pub(super) const EVENT: &str = "event";
/// The union of the segments that may be sent.
pub(super) const SEGMENT_SEND: &str = "segment_send";
/// The union of the segments that are received.
pub(super) const SEGMENT_RECEIVE: &str = "segment_receive";

/// A name without dots, which generators take for the borders of modules.
fn dotless(name: &str) -> String {
    name.replace('.', "_")
}

/// The parameters of an action.
pub(super) fn params(action: &str) -> String {
    dotless(&format!("{action}_params"))
}

/// What stands in the data of an action's answer.
pub(super) fn result(action: &str) -> String {
    dotless(&format!("{action}_result"))
}

/// The whole answer to an action.
pub(super) fn response(action: &str) -> String {
    dotless(&format!("{action}_response"))
}

/// A call over a WebSocket.
pub(super) fn call(action: &str) -> String {
    dotless(&format!("{action}_call"))
}

/// An event.
pub(super) fn event(event: &str) -> String {
    dotless(&format!("{EVENT}_{event}"))
}

/// What may be answered to an event.
pub(super) fn quick_operation(event: &str) -> String {
    dotless(&format!("quick_operation_{event}"))
}

/// A segment in one of its directions.
pub(super) fn segment(union: &str, segment: &str) -> String {
    dotless(&format!("{union}_{segment}"))
}
