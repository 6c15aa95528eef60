//! How a text is being read: strictly or not, in one go or piece by piece.

use std::cell::Cell;

/// What becomes of a field that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// In what an implementation sends it becomes absent, and what was wrong is kept beside it.
    #[default]
    Lenient,
    /// It is an error, as is a field that the contract requires and that is missing.
    Strict,
}

/// How the text at hand is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) mode: Mode,
    /// In one go, as if nothing were odd; where that fails, each value is cut out before it is read.
    pub(crate) direct: bool,
}

thread_local! {
    static READING: Cell<Reading> = const { Cell::new(Reading { mode: Mode::Lenient, direct: false }) };
}

impl Reading {
    pub(crate) fn now() -> Self {
        READING.get()
    }

    /// Whether a value that cannot be read is cut out and left behind.
    pub(crate) fn is_careful(self) -> bool {
        !self.direct && self.mode == Mode::Lenient
    }

    /// Reads in this way until the guard is dropped.
    pub(crate) fn enter(self) -> ReadingGuard {
        ReadingGuard(READING.replace(self))
    }

    /// Reads strictly until the guard is dropped: parameters are not guessed.
    pub(crate) fn strictly() -> ReadingGuard {
        Self { mode: Mode::Strict, ..Self::now() }.enter()
    }
}

/// Goes back to the way of reading that was before.
pub(crate) struct ReadingGuard(Reading);

impl Drop for ReadingGuard {
    fn drop(&mut self) {
        READING.set(self.0);
    }
}
