//! The names of the definitions of an export.

/// The union of all events.
pub(super) const EVENT: &str = "event";
/// The union of the segments that may be sent.
pub(super) const SEGMENT_SEND: &str = "segment_send";
/// The union of the segments that are received.
pub(super) const SEGMENT_RECEIVE: &str = "segment_receive";

/// The parameters of an action.
pub(super) fn params(action: &str) -> String {
    format!("{action}.params")
}

/// What stands in the data of an action's answer.
pub(super) fn result(action: &str) -> String {
    format!("{action}.result")
}

/// The whole answer to an action.
pub(super) fn response(action: &str) -> String {
    format!("{action}.response")
}

/// A call over a WebSocket.
pub(super) fn call(action: &str) -> String {
    format!("{action}.call")
}

/// An event.
pub(super) fn event(event: &str) -> String {
    format!("{EVENT}.{event}")
}

/// What may be answered to an event.
pub(super) fn quick_operation(event: &str) -> String {
    format!("quick_operation.{event}")
}

/// A segment in one of its directions.
pub(super) fn segment(union: &str, segment: &str) -> String {
    format!("{union}.{segment}")
}
