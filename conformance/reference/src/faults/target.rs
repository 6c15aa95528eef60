//! Implementations that serve less than their dialect has, or serve it otherwise: one path for `WebSocket` alone, actions that
//! are not there, calls that are limited or never answered. They are named, not listed: what they can be about is open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use botspec_schema::Dialect;

use super::{Fault, Kind};

/// What such an implementation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetTrait {
    /// `WebSocket` is served at this path and nowhere else.
    ServesOnly(String),
    /// An action is not there, and a call of it is answered like this.
    Absent(String, Absence),
    /// So many calls a second are taken.
    RateLimit(u32),
    /// An action is never answered; nothing is where the name is `*`.
    Silent(String),
    /// Of each role one client may be there at a time.
    OneClientPerRole,
}

/// How a call of an action is answered that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Absence {
    /// As an action that nobody knows.
    Unknown,
    /// With a failure that says so in words.
    NotImplemented,
    /// As if it had been done.
    Ok,
    /// With a page and the HTTP status 404.
    NotFound,
    /// With a failure that has this retcode.
    Retcode(i64),
    /// Not at all.
    Silent,
}

impl Absence {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "unknown" => Self::Unknown,
            "not-implemented" => Self::NotImplemented,
            "ok" => Self::Ok,
            "404" => Self::NotFound,
            "silent" => Self::Silent,
            number => Self::Retcode(number.parse().ok()?),
        })
    }
}

/// The families, as an id of each is written.
pub const FAMILIES: [&str; 5] = [
    "serves-only/PATH",
    "absent/ACTION/ANSWER (unknown, not-implemented, ok, 404, silent or a retcode)",
    "rate-limit/CALLS-PER-SECOND",
    "silent/ACTION (or silent/*)",
    "one-client-per-role",
];

/// The fault that an id of these families means; nothing where it is of none, or wrong.
pub(super) fn find(dialect: &Dialect, id: &str) -> Option<Fault> {
    let (family, rest) = id.split_once('/').unwrap_or((id, ""));
    let action = |name: &str| Some(dialect.resolve_call(name)?.action.name.clone());
    let (kind, sentence) = match family {
        "serves-only" => {
            let path = format!("/{}", rest.trim_start_matches('/'));
            let sentence = format!("WebSockets are served at {path} alone");
            (TargetTrait::ServesOnly(path), sentence)
        }
        "absent" => {
            let (name, answer) = rest.split_once('/')?;
            let name = action(name)?;
            let sentence = format!("`{name}` is not there, and answered: {answer}");
            (TargetTrait::Absent(name, Absence::parse(answer)?), sentence)
        }
        "rate-limit" => {
            let calls = rest.parse().ok().filter(|calls| *calls > 0)?;
            (TargetTrait::RateLimit(calls), format!("{calls} calls a second are taken"))
        }
        "silent" if rest == "*" => (TargetTrait::Silent(rest.to_owned()), "no call is answered".to_owned()),
        "silent" => {
            let name = action(rest)?;
            let sentence = format!("a call of `{name}` is never answered");
            (TargetTrait::Silent(name), sentence)
        }
        "one-client-per-role" if rest.is_empty() => {
            (TargetTrait::OneClientPerRole, "of each role one client is served at a time".to_owned())
        }
        _ => return None,
    };
    Some(Fault { id: id.to_owned(), sentence, source: None, kind: Kind::Target(kind) })
}

/// The traits that are on.
#[derive(Default)]
pub(crate) struct Traits {
    serves_only: Option<String>,
    absent: BTreeMap<String, Absence>,
    silent: BTreeSet<String>,
    pub(crate) one_client_per_role: bool,
    limit: Option<Limit>,
}

/// A second's worth of calls, and when that second began.
struct Limit {
    calls: u32,
    taken: Mutex<(Option<Instant>, u32)>,
}

impl Traits {
    pub(super) fn add(&mut self, it: &TargetTrait) {
        match it {
            TargetTrait::ServesOnly(path) => self.serves_only = Some(path.clone()),
            TargetTrait::Absent(action, absence) => {
                self.absent.insert(action.clone(), absence.clone());
            }
            TargetTrait::RateLimit(calls) => self.limit = Some(Limit { calls: *calls, taken: Mutex::default() }),
            TargetTrait::Silent(action) => {
                self.silent.insert(action.clone());
            }
            TargetTrait::OneClientPerRole => self.one_client_per_role = true,
        }
    }

    /// Whether `WebSocket` is served at a path that the dialect has.
    pub(crate) fn serves(&self, path: &str) -> bool {
        self.serves_only.as_ref().is_none_or(|only| only == path)
    }

    /// How a call of an action is answered that is not there.
    pub(crate) fn absence(&self, action: &str) -> Option<&Absence> {
        self.absent.get(action)
    }

    /// Whether a call of an action is never answered.
    pub(crate) fn is_silent(&self, action: &str) -> bool {
        self.silent.contains(action) || self.silent.contains("*")
    }

    /// Whether one more call is too much now.
    pub(crate) fn too_many(&self) -> bool {
        let Some(limit) = &self.limit else { return false };
        let mut taken = limit.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if taken.0.is_none_or(|began| now.duration_since(began) >= Duration::from_secs(1)) {
            *taken = (Some(now), 0);
        }
        taken.1 = taken.1.saturating_add(1);
        taken.1 > limit.calls
    }
}
