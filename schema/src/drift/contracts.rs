//! The contracts of one dialect in the neutral form.

use serde_json::Value;

use super::upstream::Upstream;
use crate::Dialect;
use crate::model::{Action, Event, MessageForms, Presence, Schema, Segment, SharedType};
use crate::shape::{Shape, Types, escape, of_contract};

/// Everything that holds in one dialect, inherited contracts included.
#[derive(Debug, Clone, Default)]
pub struct Contracts {
    /// The dialect.
    pub dialect: String,
    /// Suffixes that make further names of every action.
    pub suffixes: Vec<String>,
    /// Whether messages have a form as CQ codes; absent where nobody stated.
    pub cq: Option<bool>,
    /// The forms that a message may have; absent where nobody stated, and any form may stand.
    pub message_forms: Option<MessageForms>,
    pub(super) actions: Vec<HereAction>,
    pub(super) segments: Vec<HereSegment>,
    pub(super) events: Vec<HereEvent>,
    pub(super) types: Types,
    /// The fields of all contracts as they are written; drafts learn from them.
    pub(super) annotations: Vec<Annotated>,
}

/// A field of a contract as it is written.
#[derive(Debug, Clone)]
pub(super) struct Annotated {
    pub(super) name: String,
    /// The part of the contract that it stands in, such as `params`.
    pub(super) part: &'static str,
    pub(super) schema: Value,
}

/// An action of the contracts.
#[derive(Debug, Clone)]
pub(super) struct HereAction {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) category: String,
    pub(super) at: String,
    pub(super) params: Shape,
    pub(super) result: Shape,
    pub(super) presence: Presence,
}

/// A segment of the contracts.
#[derive(Debug, Clone)]
pub(super) struct HereSegment {
    pub(super) name: String,
    pub(super) at: String,
    pub(super) send: Option<Shape>,
    pub(super) receive: Option<Shape>,
    pub(super) presence: Presence,
}

/// An event of the contracts.
#[derive(Debug, Clone)]
pub(super) struct HereEvent {
    pub(super) name: String,
    pub(super) at: String,
    pub(super) identify: Vec<(String, String)>,
    pub(super) data: Shape,
    pub(super) presence: Presence,
}

impl Contracts {
    /// The contracts of a dialect, none yet.
    pub fn new(dialect: impl Into<String>) -> Self {
        Contracts { dialect: dialect.into(), ..Contracts::default() }
    }

    /// The contracts of a dialect with those that it takes over.
    pub fn of(dialect: &Dialect) -> Self {
        let mut contracts = Contracts::new(dialect.name());
        let suffixes = dialect.file.suffixes.iter();
        contracts.suffixes = suffixes.flat_map(|names| [names.deferred.clone(), names.rate_limited.clone()]).collect();
        contracts.cq = Some(dialect.file.cq_code.is_some());
        contracts.message_forms = Some(dialect.file.message_forms.clone());
        dialect.actions.values().for_each(|action| contracts.add_action(&action.path, action));
        dialect.segments.values().for_each(|segment| contracts.add_segment(&segment.path, segment));
        dialect.events.values().for_each(|event| contracts.add_event(&event.path, event));
        dialect.types.values().for_each(|shared| contracts.add_type(&shared.path, shared));
        contracts
    }

    /// Adds an action; `file` is where its contract stands.
    pub fn add_action(&mut self, file: &str, action: &Action) {
        let params = self.shape(file, "params", &action.params);
        let result = self.shape(file, "result", &action.result);
        self.actions.push(HereAction {
            name: action.name.clone(),
            aliases: action.aliases.clone(),
            category: action.category.clone(),
            at: file.to_owned(),
            params,
            result,
            presence: action.presence,
        });
    }

    /// Adds a segment; `file` is where its contract stands.
    pub fn add_segment(&mut self, file: &str, segment: &Segment) {
        let send = segment.send.as_ref().map(|schema| self.shape(file, "send", schema));
        let receive = segment.receive.as_ref().map(|schema| self.shape(file, "receive", schema));
        let (name, at) = (segment.name.clone(), file.to_owned());
        self.segments.push(HereSegment { name, at, send, receive, presence: segment.presence });
    }

    /// Adds an event; `file` is where its contract stands.
    pub fn add_event(&mut self, file: &str, event: &Event) {
        let data = self.shape(file, "data", &event.data);
        let identify = event.identify.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let (name, at) = (event.name.clone(), file.to_owned());
        self.events.push(HereEvent { name, at, identify, data, presence: event.presence });
    }

    /// Adds a shared type; `file` is where it stands.
    pub fn add_type(&mut self, file: &str, shared: &SharedType) {
        let shape = self.shape(file, "schema", &shared.schema);
        self.types.insert(shared.name.clone(), shape);
    }

    /// Takes over how the fields of other contracts are annotated, so that drafts of a dialect that inherits nothing know
    /// what the others call an account or a credential.
    pub fn annotations_from(&mut self, other: &Contracts) {
        self.annotations.extend(other.annotations.iter().cloned());
    }

    /// Takes the actions of a document as if they were contracts, so that two documents can be compared.
    pub(super) fn take_actions(&mut self, upstream: &Upstream) {
        self.types.clone_from(&upstream.types);
        self.actions.extend(upstream.actions.iter().map(|(name, action)| HereAction {
            name: name.clone(),
            aliases: action.aliases.clone(),
            category: action.category.clone().unwrap_or_default(),
            at: action.at.clone(),
            params: action.params.clone(),
            result: action.result.clone(),
            presence: Presence::Current,
        }));
    }

    /// The action of a name, or with this name among its further names.
    pub(super) fn action(&self, name: &str) -> Option<&HereAction> {
        self.actions
            .iter()
            .find(|action| action.name == name)
            .or_else(|| self.actions.iter().find(|action| action.aliases.iter().any(|alias| alias == name)))
    }

    /// The fields that distinguish events.
    pub(super) fn identifying(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = Vec::new();
        for (key, _) in self.events.iter().flat_map(|event| &event.identify) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        keys
    }

    fn shape(&mut self, file: &str, part: &'static str, schema: &Schema) -> Shape {
        self.annotate(part, schema);
        of_contract(schema, self.message_forms.as_ref(), &format!("{file}#/{}", escape(part)))
    }

    /// Remembers how the fields of a schema are annotated.
    fn annotate(&mut self, part: &'static str, schema: &Value) {
        match schema {
            Value::Object(map) => {
                for (name, field) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
                    self.annotations.push(Annotated { name: name.clone(), part, schema: field.clone() });
                }
                map.values().for_each(|value| self.annotate(part, value));
            }
            Value::Array(list) => list.iter().for_each(|value| self.annotate(part, value)),
            _ => {}
        }
    }
}
