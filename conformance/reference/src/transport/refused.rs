//! Clients that the account cannot reach.

use std::sync::atomic::{AtomicBool, Ordering};

use botspec_schema::model::Wire;
use tokio::sync::mpsc::UnboundedSender;

/// A client that the account could not reach. It is told once, however often the account tries, and again only where the
/// client was reached in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// How the account tried.
    pub wire: Wire,
    /// Where it tried.
    pub url: String,
    /// What came of it.
    pub reason: String,
}

/// Tells of one address.
pub(crate) struct Refusals {
    wire: Wire,
    url: String,
    told: AtomicBool,
    to: Option<UnboundedSender<Refused>>,
}

impl Refusals {
    pub(crate) fn new(wire: Wire, url: &str, to: Option<UnboundedSender<Refused>>) -> Self {
        Self { wire, url: url.to_owned(), told: AtomicBool::new(false), to }
    }

    /// The client was reached.
    pub(crate) fn reached(&self) {
        self.told.store(false, Ordering::Relaxed);
    }

    /// It was not.
    pub(crate) fn refused(&self, reason: String) {
        if let Some(to) = self.to.as_ref().filter(|_| !self.told.swap(true, Ordering::Relaxed)) {
            // Nobody who listens any more need not hear of it.
            let _ = to.send(Refused { wire: self.wire, url: self.url.clone(), reason });
        }
    }
}

/// What is at the bottom of an error: libraries put their own words around it.
pub(crate) fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut bottom = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    bottom.to_string()
}
