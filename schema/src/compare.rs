//! What differs between two dialects for somebody who moves a bot from one to the other.
//!
//! [`compare`] walks what both have and judges each difference by the way it travels: a parameter breaks a bot where the
//! target takes less, an answer or an event where it reports less or something else. What both take from the same file is
//! not looked at. [`Comparison`] is the result; [`text`], [`markdown`] and [`html`] show it to people.

mod actions;
mod connection;
mod entry;
mod equivalents;
mod failures;
mod fold;
mod html;
mod markdown;
mod messages;
mod names;
mod outline;
mod phrases;
mod sentence;
mod sentences;
mod settings;
mod side;
mod subject;
mod text;
mod walk;

use crate::dialect::Dialect;

pub use entry::{About, Change, Comparison, Counts, Entry, Level, Place};
pub use html::html;
pub use markdown::markdown;
pub use subject::Subject;
pub use text::text;

use self::side::Side;
use self::walk::Walk;

/// A language of what is shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// Everything that differs, worst first.
///
/// What only a document mentions counts as not there.
pub fn compare(from: &Dialect, to: &Dialect) -> Comparison {
    let (from, to) = (Side::new(from), Side::new(to));
    let mut walk = Walk::new(&from, &to);
    connection::compare(&mut walk);
    failures::compare(&mut walk);
    actions::compare(&mut walk);
    messages::segments(&mut walk);
    messages::events(&mut walk);
    walk.types();
    let entries = fold::fold(walk);
    Comparison { counts: Counts::of(&entries), from: from.about(), to: to.about(), entries }
}
