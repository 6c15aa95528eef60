//! Calls that wait for their answers on one connection.

use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::evidence::ActionCall;

/// How many calls are known at once on one connection.
const CALLS: usize = 4_096;

/// How long an answer may take before it counts as missing.
const LATEST: Duration = Duration::from_secs(60);

/// A call that was made.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) called: ActionCall,
    pub(crate) echo: Option<Value>,
    pub(crate) at: Instant,
    pub(crate) time: SystemTime,
    /// Its answer comes in parts, or may take longer.
    pub(crate) patient: bool,
    answered: bool,
}

/// Calls that wait.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    calls: Vec<Call>,
    /// Some calls are not known, so that an answer without a call proves nothing.
    incomplete: bool,
}

/// What an answer belongs to.
#[derive(Debug)]
pub(crate) enum Match {
    /// This call.
    Call(Box<Call>),
    /// No call that waits.
    None,
    /// It cannot be known.
    Unknown,
}

impl Pending {
    /// A call was made.
    pub(crate) fn add(
        &mut self,
        called: ActionCall,
        echo: Option<Value>,
        at: Instant,
        time: SystemTime,
        patient: bool,
    ) {
        if self.calls.len() >= CALLS {
            self.calls.remove(0);
            self.incomplete = true;
        }
        self.calls.push(Call { called, echo, at, time, patient, answered: false });
    }

    /// The call that an answer belongs to.
    pub(crate) fn take(&mut self, echo: Option<&Value>) -> Match {
        let echo = echo.filter(|echo| !echo.is_null());
        let same = |call: &Call| call.echo.as_ref().filter(|echo| !echo.is_null()) == echo;
        if echo.is_none() && self.calls.iter().filter(|call| same(call)).count() > 1 {
            return Match::Unknown;
        }
        match self.calls.iter().position(same) {
            Some(at) if self.calls[at].patient => {
                self.calls[at].answered = true;
                Match::Call(Box::new(self.calls[at].clone()))
            }
            Some(at) => Match::Call(Box::new(self.calls.remove(at))),
            None if self.incomplete => Match::Unknown,
            None => Match::None,
        }
    }

    /// Calls that have waited too long, each once.
    pub(crate) fn late(&mut self, now: Instant) -> impl Iterator<Item = Call> + use<> {
        let is_late = |call: &Call| now.duration_since(call.at) > LATEST && !call.patient;
        let (late, waiting) = std::mem::take(&mut self.calls).into_iter().partition(is_late);
        self.calls = waiting;
        // What comes after all is no answer to nothing.
        self.incomplete |= !Vec::is_empty(&late);
        let late: Vec<Call> = late;
        late.into_iter()
    }

    /// What still waits at the end.
    pub(crate) fn rest(self) -> impl Iterator<Item = Call> {
        self.calls.into_iter().filter(|call| !call.answered)
    }

    /// Something was not seen.
    pub(crate) fn forget(&mut self) {
        self.calls.clear();
        self.incomplete = true;
    }
}
