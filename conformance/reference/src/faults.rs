//! Faults: deviations that can be switched on, so that a check can prove that it finds them.
//!
//! Most are derived from the contracts, the rest are written from bugs that people really met. None of them is known to
//! the handlers of actions: they change answers and events on their way out, or they are switches that a transport reads.

mod active;
mod bugs;
mod derived;
mod edit;
mod held;
mod related;
mod required;
mod switch;
mod target;
mod wires;

use std::collections::BTreeSet;

use botspec_schema::Dialect;
use botspec_schema::model::Transport;

pub(crate) use active::{Active, Delivery};
pub(crate) use held::HeldEchoes;
pub(crate) use switch::{Switch, requires};
pub use target::FAMILIES as TARGET_FAMILIES;
pub(crate) use target::{Absence, TargetTrait, Traits};
pub(crate) use wires::Slip;

use edit::Edit;

/// The token or secret that a fault makes up where none is set.
pub(crate) const INVENTED: &str = "nobody-set-this";

/// One deviation from the contracts.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What it is switched on by, such as `result-missing/get_msg/message_id`.
    pub id: String,
    /// What deviates, in one sentence.
    pub sentence: String,
    /// The bug that it was written from; `None` for those that follow from the contracts.
    pub source: Option<&'static str>,
    kind: Kind,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// Changes answers or events.
    Edits(Vec<Edit>),
    /// Changes the outcome in the envelope.
    Envelope(EnvelopeFault),
    /// Changes the echo.
    Echo(EchoFault),
    /// Keeps back an event.
    Undelivered(String),
    /// Passes over a parameter of an action.
    ParamIgnored(String, String),
    /// Does not know an action.
    ActionMissing(String),
    /// Makes one transport deviate from the others.
    Slip(Transport, Slip),
    /// Makes a transport or a handler's surroundings behave otherwise.
    Switch(Switch),
    /// Serves less than the dialect has, or otherwise.
    Target(TargetTrait),
}

/// What is wrong with an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EnvelopeFault {
    FailedWithRetcodeOfOk,
    OkWithRetcodeOfFailed,
    OkWithRetcodeOfAsync,
    AsyncWithRetcodeOfOk,
    UnknownStatus,
    RetcodeAsString,
    FailureLooksDone,
    NullDataDropped,
    FailedDataObject,
    TextsEmpty,
    StatusDropped,
    RetcodeDropped,
}

/// What is wrong with an echo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EchoFault {
    Dropped,
    DroppedOnFailure,
    Null,
    NumberAsString,
    Constant,
    EmptyDropped,
    ObjectAsText,
    LowerCased,
    DigitsAsNumber,
    Trimmed,
    Cut,
}

/// The faults of a dialect, in the order of their families.
pub fn all(dialect: &Dialect) -> Vec<Fault> {
    let mut faults = derived::all(dialect);
    faults.extend(related::all(dialect));
    faults.extend(switch::all(dialect));
    faults.extend(wires::all(dialect));
    faults.extend(required::all(dialect));
    faults.extend(bugs::all(dialect));
    faults
}

/// A fault by its id.
pub fn find(dialect: &Dialect, id: &str) -> Result<Fault, UnknownFault> {
    if let Some(fault) = target::find(dialect, id) {
        return Ok(fault);
    }
    let faults = all(dialect);
    let near = near(&faults, id);
    faults.into_iter().find(|fault| fault.id == id).ok_or_else(|| UnknownFault { id: id.to_owned(), near })
}

/// An id that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no fault `{id}`; there is {}", near.join(", "))]
pub struct UnknownFault {
    /// What was asked for.
    pub id: String,
    /// Ids that begin like it; where none does, the families of faults.
    pub near: Vec<String>,
}

/// The ids that share the longest beginning with an unknown one, up to a slash.
fn near(faults: &[Fault], id: &str) -> Vec<String> {
    let mut beginning = id;
    while let Some((shorter, _)) = beginning.rsplit_once('/') {
        let found: Vec<String> = faults
            .iter()
            .filter(|fault| fault.id.starts_with(&format!("{shorter}/")))
            .map(|it| it.id.clone())
            .collect();
        if !found.is_empty() {
            return found;
        }
        beginning = shorter;
    }
    let families: BTreeSet<String> = faults
        .iter()
        .map(|fault| fault.id.split_once('/').map_or_else(|| fault.id.clone(), |(family, _)| format!("{family}/…")))
        .collect();
    families.into_iter().collect()
}
