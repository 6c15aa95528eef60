//! The reference implementation in this process, as a target.

/// A reference implementation that runs in this process.
#[derive(Debug)]
pub struct Embedded;

/// Why the reference implementation cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {}
