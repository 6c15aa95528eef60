//! Content types.

/// JSON.
pub(super) const JSON: &str = "application/json";
