//! Clients that the account cannot reach, or that cannot reach it.

use std::sync::atomic::{AtomicBool, Ordering};

use botspec_schema::model::Transport;
use tokio::sync::mpsc::UnboundedSender;

/// A client that the account could not reach, or clients that could not reach the account, because too many were there. It is
/// reported once, however often somebody tries, and again only where it went well in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// How it was tried.
    pub wire: Transport,
    /// Where it was tried.
    pub url: String,
    /// What came of it.
    pub reason: String,
}

/// Reports of one address.
pub(crate) struct Refusals {
    wire: Transport,
    url: String,
    rendered: AtomicBool,
    to: Option<UnboundedSender<Refused>>,
}

impl Refusals {
    pub(crate) fn new(wire: Transport, url: &str, to: Option<UnboundedSender<Refused>>) -> Self {
        Self { wire, url: url.to_owned(), rendered: AtomicBool::new(false), to }
    }

    /// It went well.
    pub(crate) fn reached(&self) {
        self.rendered.store(false, Ordering::Relaxed);
    }

    /// It did not.
    pub(crate) fn refused(&self, reason: String) {
        if let Some(to) = self.to.as_ref().filter(|_| !self.rendered.swap(true, Ordering::Relaxed)) {
            // Nobody who listens any more need not learn of it.
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
