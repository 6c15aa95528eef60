//! An event as JSON.

use serde::Serialize;
use serde_json::Value;

/// An event as JSON; whatever the bindings have has such a form.
pub(super) fn value(event: &impl Serialize) -> Option<Value> {
    serde_json::to_value(event).ok()
}
