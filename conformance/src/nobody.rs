//! An id of nobody and nothing.

/// An id that no account, group or message has: near the end of what 32 bits hold.
pub(crate) const NOBODY: i64 = 2_147_480_123;
