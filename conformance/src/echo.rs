//! The echoes of a run's own calls, of which each is used once.

/// What the echoes of plain calls begin with.
pub(crate) const PREFIX: &str = "botspec-";

/// The number of the plain call that has this echo; nothing where it is that of another call.
pub(crate) fn number(echo: &str) -> Option<u64> {
    echo.strip_prefix(PREFIX)?.parse().ok()
}
