//! The faults that a server has, and where they act.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use botspec_schema::model::{DialectFile, Transport};
use botspec_schema::{Dialect, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Map, Value};
use tokio::sync::{RwLock, RwLockReadGuard};

use super::edit::{Edit, Place};
use super::{Absence, EchoFault, EnvelopeFault, Fault, HeldEchoes, Kind, Slip, Switch, Traits, related};
use crate::answer::{Answer, End, FIRST_FREE_RETCODE, parts};
use crate::encoding::EncodedEvents;

/// How late an event is that comes late.
const LATE: Duration = Duration::from_secs(6);

/// When an event is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    AtOnce,
    After(Duration),
    Never,
}

/// The faults that are on.
#[derive(Default)]
pub(crate) struct Active {
    is_empty: bool,
    switches: BTreeSet<Switch>,
    results: BTreeMap<String, Vec<Edit>>,
    events: BTreeMap<String, Vec<Edit>>,
    any_event: Vec<Edit>,
    /// Whether any of these changed anything.
    edited: AtomicBool,
    envelopes: Vec<EnvelopeFault>,
    echoes: Vec<EchoFault>,
    undelivered: BTreeSet<String>,
    missing: BTreeSet<String>,
    ignored: Vec<(String, String)>,
    slips: BTreeSet<(Transport, Slip)>,
    held: Mutex<Option<EncodedEvents>>,
    posting: RwLock<()>,
    messages: AtomicUsize,
    pub(crate) echoes_held: HeldEchoes,
    pub(crate) traits: Traits,
}

impl Active {
    pub(crate) fn new(faults: &[Fault]) -> Self {
        let mut active = Self { is_empty: faults.is_empty(), ..Self::default() };
        for fault in faults {
            match &fault.kind {
                Kind::Edits(edits) => edits.iter().for_each(|edit| active.edit(edit.clone())),
                Kind::Envelope(fault) => active.envelopes.push(*fault),
                Kind::Echo(fault) => active.echoes.push(*fault),
                Kind::Undelivered(event) => {
                    active.undelivered.insert(event.clone());
                }
                Kind::ParamIgnored(action, param) => active.ignored.push((action.clone(), param.clone())),
                Kind::ActionMissing(action) => {
                    active.missing.insert(action.clone());
                }
                Kind::Slip(wire, slip) => {
                    active.slips.insert((*wire, *slip));
                }
                Kind::Switch(switch) => {
                    active.switches.insert(*switch);
                }
                Kind::Target(it) => active.traits.add(it),
            }
        }
        active
    }

    fn edit(&mut self, edit: Edit) {
        match &edit.place {
            Place::Result(action) => self.results.entry(action.clone()).or_default().push(edit),
            Place::Event(event) => self.events.entry(event.clone()).or_default().push(edit),
            Place::AnyEvent => self.any_event.push(edit),
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Whether a switch is on.
    pub(crate) fn on(&self, switch: Switch) -> bool {
        self.switches.contains(&switch)
    }

    /// Whether an action is not known.
    pub(crate) fn lacks(&self, action: &str) -> bool {
        self.missing.contains(action) || self.traits.absence(action) == Some(&Absence::Unknown)
    }

    /// Whether anything that was reported has another field or value than it should.
    pub(crate) fn edited(&self) -> bool {
        self.edited.load(Ordering::Acquire)
    }

    fn change<'e>(&self, edits: impl Iterator<Item = &'e Edit>, value: &mut Value) {
        for edit in edits {
            let before = value.clone();
            edit.apply(value);
            if *value != before {
                self.edited.store(true, Ordering::Release);
            }
        }
    }

    /// Parameters without those that are not looked at.
    pub(crate) fn edit_params(&self, action: &str, mut params: Value) -> Value {
        for (_, param) in self.ignored.iter().filter(|(name, _)| name == action) {
            if let Some(params) = params.as_object_mut() {
                params.shift_remove(param);
            }
        }
        params
    }

    /// The result of an action as it is reported.
    pub(crate) fn result(&self, action: &str, mut data: Value) -> Value {
        self.change(self.results.get(action).into_iter().flatten(), &mut data);
        if self.on(Switch::SegmentValuesNumbers) {
            numbers(&mut data);
        }
        data
    }

    /// An event as it is reported: not at all, or several times.
    pub(crate) fn event(&self, name: &str, mut event: Value) -> Vec<Value> {
        if self.undelivered.contains(name) {
            return Vec::new();
        }
        self.change(self.events.get(name).into_iter().flatten().chain(&self.any_event), &mut event);
        if self.on(Switch::SegmentValuesNumbers) {
            numbers(&mut event);
        }
        if self.on(Switch::EventTwice) {
            return vec![event.clone(), event];
        }
        vec![event]
    }

    /// What becomes of an event that holds a message, where that is not simply sent: every third is lost.
    pub(crate) fn delivery(&self, dialect: &Dialect, event: &Value) -> Delivery {
        let (loses, delays) = (self.on(Switch::MessagesLost), self.on(Switch::MessagesLate));
        let holds = || dialect.recognise_event(event).is_some_and(|event| related::holds_message(dialect, event));
        if !(loses || delays) || !holds() {
            return Delivery::AtOnce;
        }
        let is_lost = loses && self.messages.fetch_add(1, Ordering::Relaxed) % 3 == 1;
        if is_lost {
            Delivery::Never
        } else if delays {
            Delivery::After(LATE)
        } else {
            Delivery::AtOnce
        }
    }

    /// What goes to everybody when this happens: where events are swapped, every second one brings the one before along.
    pub(crate) fn in_order(&self, encoded: EncodedEvents) -> Vec<EncodedEvents> {
        if !self.on(Switch::EventsSwapped) {
            return vec![encoded];
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(earlier) = held.take() else {
            *held = Some(encoded);
            return Vec::new();
        };
        vec![encoded, earlier]
    }

    /// Held while a post waits for its answer, where that stops everything else.
    pub(crate) async fn posting(&self) -> Option<RwLockReadGuard<'_, ()>> {
        if self.on(Switch::WebhookBlocks) { Some(self.posting.read().await) } else { None }
    }

    /// Waits until no post waits for its answer, where that stops everything else.
    pub(crate) async fn unblocked(&self) {
        if self.on(Switch::WebhookBlocks) {
            drop(self.posting.write().await);
        }
    }

    /// What of an event goes over a transport, where that is something else than the event.
    pub(crate) fn over(&self, wire: Transport, event: &Value) -> Option<Vec<Value>> {
        if self.slips.contains(&(wire, Slip::EventsMissing)) {
            return Some(Vec::new());
        }
        if self.slips.contains(&(wire, Slip::EventsChanged)) {
            let mut event = event.clone();
            if let Some(entries) = event.as_object_mut() {
                entries.insert("botspec_changed".to_owned(), true.into());
            }
            return Some(vec![event]);
        }
        None
    }

    /// Whether a transport reports nothing of the account itself.
    pub(crate) fn no_lifecycle(&self, wire: Transport) -> bool {
        self.on(Switch::NoLifecycle) || self.slips.contains(&(wire, Slip::LifecycleMissing))
    }

    /// Whether a transport has no signs of life.
    pub(crate) fn no_heartbeat(&self, wire: Transport) -> bool {
        self.on(Switch::NoHeartbeat) || self.slips.contains(&(wire, Slip::HeartbeatMissing))
    }

    /// An answer as it is given.
    pub(crate) fn answer(&self, dialect: &DialectFile, mut answer: Answer) -> Answer {
        let end = answer.end;
        for envelope in answer.envelopes_mut() {
            for fault in &self.envelopes {
                spoil(dialect, envelope, end, *fault);
            }
        }
        answer
    }

    /// The echo as it comes back.
    pub(crate) fn echo(&self, echo: Option<Value>, end: End) -> Option<Value> {
        self.echoes.iter().fold(echo, |echo, fault| garble(echo?, *fault, end))
    }
}

/// Makes numbers of what looks like one in the data of segments.
fn numbers(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(numbers),
        Value::Object(entries) if entries.contains_key(SEGMENT_TYPE) && entries.contains_key(SEGMENT_DATA) => {
            let data = entries.get_mut(SEGMENT_DATA).and_then(Value::as_object_mut);
            for field in data.into_iter().flat_map(Map::values_mut) {
                match field.as_str().and_then(|text| text.parse::<i64>().ok()) {
                    Some(number) => *field = number.into(),
                    None => numbers(field),
                }
            }
        }
        Value::Object(entries) => entries.values_mut().for_each(numbers),
        _ => {}
    }
}

fn spoil(dialect: &DialectFile, envelope: &mut Map<String, Value>, end: End, fault: EnvelopeFault) {
    let outcomes = &dialect.envelope.outcomes;
    let ok = outcomes.ok.retcode.unwrap_or_default();
    let deferred = outcomes.deferred.as_ref().and_then(|outcome| outcome.retcode);
    match (fault, end) {
        (EnvelopeFault::FailedWithRetcodeOfOk, End::Failed) | (EnvelopeFault::AsyncWithRetcodeOfOk, End::Deferred) => {
            parts::set_retcode(envelope, ok.into());
        }
        (EnvelopeFault::OkWithRetcodeOfFailed, End::Done) => parts::set_retcode(envelope, FIRST_FREE_RETCODE.into()),
        (EnvelopeFault::OkWithRetcodeOfAsync, End::Done) => {
            if let Some(retcode) = deferred {
                parts::set_retcode(envelope, retcode.into());
            }
        }
        (EnvelopeFault::UnknownStatus, End::Done) => parts::set_status(envelope, "botspec-unknown"),
        (EnvelopeFault::FailureLooksDone, End::Failed) => {
            parts::set_status(envelope, &outcomes.ok.status);
            parts::set_retcode(envelope, ok.into());
        }
        (EnvelopeFault::FailedDataObject, End::Failed) => parts::set_data(envelope, Value::Object(Map::new())),
        (EnvelopeFault::TextsEmpty, End::Failed) => {
            dialect.envelope.texts.iter().for_each(|key| parts::empty(envelope, key));
        }
        (EnvelopeFault::NullDataDropped, _) => parts::drop_empty_data(envelope, &outcomes.ok.required),
        (EnvelopeFault::StatusDropped, _) => parts::drop_status(envelope),
        (EnvelopeFault::RetcodeDropped, _) => parts::drop_retcode(envelope),
        (EnvelopeFault::RetcodeAsString, _) => parts::retcode_as_string(envelope),
        _ => {}
    }
}

/// How much of an echo is left where it is cut off.
const CUT: usize = 256;

fn garble(echo: Value, fault: EchoFault, end: End) -> Option<Value> {
    let empty = match &echo {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
    };
    match (fault, &echo) {
        (EchoFault::Dropped, _) => None,
        (EchoFault::DroppedOnFailure, _) if end == End::Failed => None,
        (EchoFault::EmptyDropped, _) if empty => None,
        (EchoFault::Null, _) => Some(Value::Null),
        (EchoFault::Constant, _) => Some("echo".into()),
        (EchoFault::NumberAsString, Value::Number(number)) => Some(number.to_string().into()),
        (EchoFault::ObjectAsText, Value::Object(_) | Value::Array(_)) => Some(echo.to_string().into()),
        (EchoFault::DigitsAsNumber, Value::String(text)) => {
            Some(text.parse::<i64>().map_or_else(|_| echo.clone(), Value::from))
        }
        (EchoFault::Trimmed, Value::String(text)) => Some(text.trim().into()),
        (EchoFault::Cut, Value::String(text)) => Some(text.chars().take(CUT).collect::<String>().into()),
        (EchoFault::LowerCased, Value::String(text)) => Some(text.to_lowercase().into()),
        _ => Some(echo),
    }
}
