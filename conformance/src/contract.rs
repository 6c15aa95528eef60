//! The contracts of one dialect, as the engine asks them.

mod ids;
mod recipes;
mod relatives;
mod roles;
mod secrets;
mod survey;
#[cfg(test)]
mod tests;
mod unexpected;

use std::collections::{BTreeMap, BTreeSet};

use botspec_reports::record::Difference;
use botspec_schema::model::{Action, DialectFile, Event, Presence, RequestFrame, Requirement, Schema, Segment};
use botspec_schema::{Call, Catalog, DATA, Dialect, Kind, Violation};
use serde_json::Value;

pub use ids::Id;
pub(crate) use ids::{id_at, id_text, is_called_after, same_id};
pub(crate) use recipes::{Harvested, needed};
pub use recipes::{Recipe, Recipes, Way};
pub use roles::{
    ConversationParams, ListRole, MemberInfoRole, OpenForwardRole, PagedRole, ReadMessageRole, Roles, SelfIdRole,
    SendMessageRole, UserInfoRole, VersionRole,
};
pub(crate) use roles::{is_message, is_sent_message};

pub(crate) use self::relatives::Relative;
use self::secrets::{SECRET, SecretFields};
pub use self::survey::Surveyed;
pub(crate) use self::unexpected::hide_all;
use crate::{glob, walk};

/// The annotation of what states something of people.
const PERSONAL: &str = "x-personal";

/// The contracts of one dialect.
#[derive(Debug)]
pub struct Contract {
    dialect: Dialect,
    /// Actions of other dialects, whose names a target may know too.
    foreign: Vec<Action>,
    /// The dialects of its family, with what shows that a target speaks them.
    relatives: Vec<Relative>,
    roles: Roles,
    recipes: Recipes,
    /// Fields that every event has with a fixed value, such as the one that distinguishes an event from an answer.
    event_keys: BTreeSet<String>,
    /// Which requirement names a check by its id.
    named: BTreeMap<String, usize>,
    /// The patterns of requirements, each with the requirement that it stands in.
    patterns: Vec<(String, usize)>,
    secret_fields: SecretFields,
}

impl Contract {
    /// The contracts of a dialect of the catalogue.
    pub fn new(catalog: &Catalog, name: &str) -> Option<Self> {
        let dialect = catalog.dialect(name)?.clone();
        let relatives = relatives::of(catalog, &dialect);
        let others = catalog.dialects().filter(|other| other.name() != name);
        let foreign = others.flat_map(|other| other.actions.values()).map(|action| action.value.clone()).collect();
        Some(Self::of(dialect, foreign, relatives))
    }

    /// The contracts as a build of an older version of the dialect keeps to them; nothing where none of them is younger.
    pub(crate) fn as_of(&self, version: &str) -> Option<Self> {
        let older = self.dialect.as_of(version)?;
        let gone = self.dialect.actions.iter().filter(|(name, _)| !older.actions.contains_key(*name));
        let foreign = self.foreign.iter().cloned().chain(gone.map(|(_, action)| action.value.clone())).collect();
        Some(Self::of(older, foreign, self.relatives.clone()))
    }

    fn of(dialect: Dialect, foreign: Vec<Action>, relatives: Vec<Relative>) -> Self {
        let requirements = dialect.requirements.as_ref().map_or(&[][..], |set| &set.requirements);
        let mut named = BTreeMap::new();
        let mut patterns = Vec::new();
        for (at, requirement) in requirements.iter().enumerate() {
            named.insert(requirement.id.clone(), at);
        }
        for (at, pattern) in
            requirements.iter().enumerate().flat_map(|(at, it)| it.checks.iter().map(move |it| (at, it)))
        {
            if pattern.contains(['*', '?']) {
                patterns.push((pattern.clone(), at));
            } else {
                named.entry(pattern.clone()).or_insert(at);
            }
        }
        let event_keys = common_keys(&dialect);
        let secret_fields = SecretFields::of(&dialect);
        let mut contract = Self {
            roles: Roles::default(),
            recipes: Recipes::default(),
            event_keys,
            named,
            patterns,
            secret_fields,
            dialect,
            foreign,
            relatives,
        };
        contract.roles = Roles::of(&contract);
        contract.recipes = Recipes::of(&contract);
        contract
    }

    /// The name of the dialect.
    pub fn name(&self) -> &str {
        self.dialect.name()
    }

    /// The dialect itself.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// What is not an action, a segment, an event or a type.
    pub fn file(&self) -> &DialectFile {
        &self.dialect.file
    }

    /// The keys of a call over a WebSocket; nothing where no WebSocket carries calls.
    pub fn call_keys(&self) -> Option<&RequestFrame> {
        self.dialect.file.request_frame.as_ref()
    }

    /// Which action does what botspec itself needs.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// How what actions need comes to be known or made.
    pub fn recipes(&self) -> &Recipes {
        &self.recipes
    }

    /// The actions that a build has.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.dialect.actions.values().map(|action| &action.value).filter(|it| it.presence == Presence::Current)
    }

    /// The segments that a build has.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.dialect.segments.values().map(|segment| &segment.value).filter(|it| it.presence == Presence::Current)
    }

    /// The events that a build has.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.dialect.events.values().map(|event| &event.value).filter(|it| it.presence == Presence::Current)
    }

    /// The dialects of its family, itself among them.
    pub(crate) fn relatives(&self) -> &[Relative] {
        &self.relatives
    }

    /// Every action that anybody may know by its name, also of other dialects.
    pub(crate) fn every_action(&self) -> impl Iterator<Item = &Action> {
        self.dialect.actions.values().map(|action| &action.value).chain(&self.foreign)
    }

    /// The action that a client means by a name, which may carry a suffix.
    pub fn resolve(&self, name: &str) -> Option<Call<'_>> {
        self.dialect.resolve_call(name)
    }

    /// The requirements of the dialect.
    pub fn requirements(&self) -> &[Requirement] {
        self.dialect.requirements.as_ref().map_or(&[], |set| &set.requirements)
    }

    /// The requirement that a check covers: the one that names it, or else one whose patterns mean it.
    pub fn requirement(&self, check: &str) -> Option<&Requirement> {
        let all = self.requirements();
        if let Some(named) = self.named.get(check) {
            return all.get(*named);
        }
        let meant = || self.patterns.iter().filter(|(pattern, _)| glob::matches(pattern, check)).map(|(_, at)| *at);
        // A check of a template belongs to the requirement of the same name, if there is one.
        let template = check.rsplit('/').next().unwrap_or_default();
        let of_template = |at: &usize| all[*at].id.rsplit('/').next() == Some(template);
        all.get(meant().find(of_template).or_else(|| meant().next())?)
    }

    /// What a document differs in from what it should be.
    pub fn differences(&self, kind: Kind, name: Option<&str>, document: &Value) -> Vec<Difference> {
        match self.dialect.check(kind, name, document) {
            Ok(violations) => violations.into_iter().map(difference).collect(),
            Err(error) => vec![Difference {
                pointer: String::new(),
                expected: error.to_string(),
                found: crate::received::kind(document).to_owned(),
            }],
        }
    }

    /// Whether the dialect states which values a build takes beyond those that it documents. Where strings do for numbers and
    /// nobody states what else does, that a value of another type is taken is no defect.
    pub(crate) fn tells_what_is_taken(&self) -> bool {
        let file = self.file();
        !file.string_params || !file.coercions.is_empty()
    }

    /// A definition that a `$ref` points to.
    pub fn definition(&self, reference: &str) -> Option<&Value> {
        self.dialect.defs().get(botspec_schema::referenced(reference)?)
    }

    /// A schema without references around it.
    pub fn follow<'s>(&'s self, mut schema: &'s Schema) -> &'s Schema {
        for _ in 0..32 {
            match schema.get("$ref").and_then(Value::as_str).and_then(|reference| self.definition(reference)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// The places in a document that an annotation speaks of.
    pub(crate) fn places(&self, schema: &Schema, document: &Value, keyword: &str) -> Vec<walk::AnnotatedPointer> {
        walk::places(&|reference| self.definition(reference), schema, document, keyword)
    }

    /// Calls back with every place in a document that its schema knows, once for each schema that speaks of it.
    pub(crate) fn each_place<'s>(
        &'s self,
        schema: &'s Schema,
        document: &Value,
        each: &mut dyn FnMut(&str, &'s Value),
    ) {
        walk::each_place(&|reference| self.definition(reference), schema, document, each);
    }

    /// A document without what its contract knows nothing of: an implementation may report more, and that more may be another
    /// each time.
    pub(crate) fn known_part(&self, schema: &Schema, document: &Value) -> Value {
        walk::known_part(&|reference| self.definition(reference), schema, document)
    }

    /// What stands in an answer to a call and must not be written anywhere.
    pub(crate) fn secrets_in(&self, called: &str, answer: &Value) -> Vec<String> {
        let Some(call) = self.resolve(called) else { return Vec::new() };
        let data = answer.get(DATA).filter(|data| self.secret_fields.may_be_in_result(&call.action.name, data));
        let mut found = data.map(|data| self.secrets_at(&call.action.result, data)).unwrap_or_default();
        if self.is_called_for_secret(called) {
            self.unexpected_in(&call.action.result, answer, &mut found);
        }
        found
    }

    /// Whether an action is called for a secret, so that whatever its contract does not know in its answers may be one.
    pub(crate) fn is_called_for_secret(&self, called: &str) -> bool {
        self.resolve(called).is_some_and(|call| self.secret_fields.is_called_for_one(&call.action.name))
    }

    /// What stands in an answer to a call and states something of people.
    pub(crate) fn personal_in(&self, called: &str, answer: &Value) -> Vec<String> {
        let (Some(call), Some(data)) = (self.resolve(called), answer.get(DATA)) else { return Vec::new() };
        self.values_at(&call.action.result, data, PERSONAL)
    }

    /// What stands in the parameters of a call and must not be written anywhere.
    pub(crate) fn secrets_in_params(&self, called: &str, params: &Value) -> Vec<String> {
        self.resolve(called).map(|call| self.values_at(&call.action.params, params, SECRET)).unwrap_or_default()
    }

    /// What stands in the parameters of a call and states something of people.
    pub(crate) fn personal_in_params(&self, called: &str, params: &Value) -> Vec<String> {
        self.resolve(called).map(|call| self.values_at(&call.action.params, params, PERSONAL)).unwrap_or_default()
    }

    /// What stands in an event and states something of people.
    pub(crate) fn personal_in_event(&self, event: &Value) -> Vec<String> {
        let schema = self.dialect.defs().get("event");
        schema.map(|schema| self.values_at(schema, event, PERSONAL)).unwrap_or_default()
    }

    /// What stands in an event and must not be written anywhere.
    pub(crate) fn secrets_in_event(&self, event: &Value) -> Vec<String> {
        let schema = self.dialect.defs().get("event").filter(|_| self.secret_fields.may_be_in(event));
        schema.map(|schema| self.secrets_at(schema, event)).unwrap_or_default()
    }

    fn secrets_at(&self, schema: &Schema, document: &Value) -> Vec<String> {
        self.values_at(schema, document, SECRET)
    }

    fn values_at(&self, schema: &Schema, document: &Value, keyword: &str) -> Vec<String> {
        let mut found = Vec::new();
        for place in self.places(schema, document, keyword) {
            if let Some(value) = document.pointer(&place.pointer) {
                scalars(value, &mut found);
            }
        }
        found
    }

    /// The fields by which every event reports its kind.
    pub fn event_keys(&self) -> &BTreeSet<String> {
        &self.event_keys
    }

    /// Whether a frame is an answer, and not an event.
    pub fn is_answer(&self, frame: &Value) -> bool {
        let required = self.file().envelope.schema.get("required").and_then(Value::as_array);
        let keys = || required.into_iter().flatten().filter_map(Value::as_str);
        let has = keys().filter(|key| frame.get(*key).is_some()).count();
        let is_event = !self.event_keys.is_empty() && self.event_keys.iter().all(|key| frame.get(key).is_some());
        !is_event && has * 2 > keys().count()
    }
}

/// The identifying fields that all events have.
fn common_keys(dialect: &Dialect) -> BTreeSet<String> {
    let mut keys = dialect.events.values().map(|event| event.identify.keys().cloned().collect::<BTreeSet<_>>());
    let first = keys.next().unwrap_or_default();
    keys.fold(first, |common, other| common.intersection(&other).cloned().collect())
}

fn scalars(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, into)),
        Value::Object(fields) => fields.values().for_each(|item| scalars(item, into)),
        _ => {}
    }
}

pub(crate) fn difference(violation: Violation) -> Difference {
    Difference { pointer: violation.pointer, expected: violation.expected, found: violation.found }
}
