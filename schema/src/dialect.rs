//! One dialect, with what it takes over from the dialect that it extends.

mod as_of;
mod definitions;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::hash::Fnv;
use crate::model::{Action, DialectFile, Event, RequirementSet, Schema, Segment, SharedType};
use crate::response;

/// A contract with where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<T> {
    /// What the file states.
    pub value: T,
    /// The file.
    pub path: String,
    /// The dialect whose folder it stands in.
    pub declared_in: String,
}

impl<T> Deref for Loaded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// How a call is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallMode {
    /// When it is done.
    Direct,
    /// At once, without a result.
    Async,
    /// At once, without a result; it is done in a queue with pauses.
    RateLimited,
}

/// An action with the way it is called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call<'a> {
    /// The action.
    pub action: &'a Loaded<Action>,
    /// How the call is to be answered.
    pub mode: CallMode,
}

/// One dialect.
#[derive(Debug, Clone)]
pub struct Dialect {
    /// What is not an action, a segment, an event or a type.
    pub file: DialectFile,
    /// The actions by name.
    pub actions: BTreeMap<String, Loaded<Action>>,
    /// The segments by type.
    pub segments: BTreeMap<String, Loaded<Segment>>,
    /// The events by name.
    pub events: BTreeMap<String, Loaded<Event>>,
    /// The shared types by name.
    pub types: BTreeMap<String, Loaded<SharedType>>,
    /// What the dialect requires of transports and behaviour; its own only, nothing is taken over.
    pub requirements: Option<RequirementSet>,
    name: String,
    aliases: BTreeMap<String, String>,
    pub(crate) defs: Map<String, Value>,
    /// The schema of the answer to each action, made when it is first needed: reported at once, and reported later.
    responses: BTreeMap<String, [OnceLock<Schema>; 2]>,
    hash: OnceLock<String>,
}

impl Dialect {
    /// A dialect that has what its parent has; [`Dialect::finish`] ends it.
    pub(crate) fn new(name: &str, file: DialectFile, parent: Option<&Self>) -> Self {
        let (actions, segments, events, types) = match parent {
            Some(p) => (p.actions.clone(), p.segments.clone(), p.events.clone(), p.types.clone()),
            None => Default::default(),
        };
        Self {
            file,
            actions,
            segments,
            events,
            types,
            requirements: None,
            name: name.to_owned(),
            aliases: BTreeMap::new(),
            defs: Map::new(),
            responses: BTreeMap::new(),
            hash: OnceLock::new(),
        }
    }

    /// Computes what follows from the contracts.
    pub(crate) fn finish(&mut self) {
        self.aliases = self
            .actions
            .values()
            .flat_map(|action| action.aliases.iter().map(|alias| (alias.clone(), action.name.clone())))
            .collect();
        self.defs = definitions::build(self);
        self.responses = self.actions.keys().map(|name| (name.clone(), Default::default())).collect();
    }

    /// The dialect with something in it changed, and what follows from the contracts computed anew.
    #[must_use]
    pub fn edited(&self, edit: impl FnOnce(&mut Self)) -> Self {
        let mut edited = self.clone();
        edit(&mut edited);
        edited.hash = OnceLock::new();
        edited.finish();
        edited
    }

    /// The name; equal to that of its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// An action by its name or one of its aliases.
    pub fn action(&self, name: &str) -> Option<&Loaded<Action>> {
        self.actions.get(name).or_else(|| self.actions.get(self.aliases.get(name)?))
    }

    /// The action that a client means by a name, which may carry a suffix of the dialect. An exact name wins.
    ///
    /// Where no call ends as taken on, the suffixes are further names and nothing else.
    pub fn resolve_call(&self, name: &str) -> Option<Call<'_>> {
        if let Some(action) = self.action(name) {
            return Some(Call { action, mode: CallMode::Direct });
        }
        let suffixes = self.file.suffixes.as_ref()?;
        let defers = self.file.envelope.outcomes.deferred.is_some();
        let told = |mode| if defers { mode } else { CallMode::Direct };
        [(&suffixes.deferred, CallMode::Async), (&suffixes.rate_limited, CallMode::RateLimited)].into_iter().find_map(
            |(suffix, mode)| {
                let action = self.action(name.strip_suffix(suffix.as_str())?)?;
                Some(Call { action, mode: told(mode) })
            },
        )
    }

    /// The schema of the whole answer to a call.
    pub(crate) fn response_schema(&self, call: Call<'_>) -> Cow<'_, Schema> {
        let deferred = call.mode != CallMode::Direct || call.action.always_async;
        let make = || response::schema(&self.file.envelope, &call.action.result, deferred);
        match self.responses.get(&call.action.name) {
            Some(known) => Cow::Borrowed(known[usize::from(deferred)].get_or_init(make)),
            None => Cow::Owned(make()),
        }
    }

    /// Every `$defs` entry: the shared types, and `segment_send`, `segment_receive`, `message_send`,
    /// `message_receive`, `message_array` and `event`, which follow from the segments and events.
    pub fn defs(&self) -> &Map<String, Value> {
        &self.defs
    }

    /// A hash of what the contracts state, independent of how the files are laid out.
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| self.compute_hash())
    }

    fn compute_hash(&self) -> String {
        let mut hash = Fnv::new();
        take(&mut hash, &self.file);
        self.actions.values().for_each(|item| take(&mut hash, &item.value));
        self.segments.values().for_each(|item| take(&mut hash, &item.value));
        self.events.values().for_each(|item| take(&mut hash, &item.value));
        self.types.values().for_each(|item| take(&mut hash, &item.value));
        self.requirements.iter().for_each(|set| take(&mut hash, set));
        hash.hex()
    }
}

fn take(hash: &mut Fnv, contract: &impl Serialize) {
    // The model holds nothing that cannot be written as JSON; an error would leave the piece out.
    if let Ok(text) = serde_json::to_vec(contract) {
        hash.piece(&text);
    }
}
