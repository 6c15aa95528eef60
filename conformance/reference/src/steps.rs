//! Steps: what happens in the world without an account having called an action.
//!
//! A step makes it so. It asks for no rank, ends a silence that would be in the way, and lets somebody go before they come
//! again, so that the same step can be taken any number of times.

mod extensions;
mod groups;
mod login;
mod messages;
mod people;

use botspec_schema::suggestion;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::world::{MessageElement, Refusal, UserId, World};

/// Something that can be made to happen.
pub struct Step {
    /// What it is called.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// The names of its parameters; those that have to be given come first and have no question mark.
    pub takes: &'static [&'static str],
    run: fn(&mut Stage<'_>, Value) -> Result<Value, StepFailure>,
}

/// Every step.
pub const STEPS: &[Step] = &[
    messages::SAY,
    messages::SHOW,
    messages::ANONYMOUS_SAY,
    messages::RECALL,
    messages::UPLOAD_FILE,
    messages::POKE,
    messages::RECALL_POKE,
    people::FRIEND_REQUEST,
    people::FRIEND_ADD,
    people::GROUP_REQUEST,
    people::GROUP_INVITATION,
    people::GROUP_INTRODUCTION,
    groups::MEMBER_JOIN,
    groups::MEMBER_LEAVE,
    groups::MEMBER_KICK,
    groups::SET_ADMIN,
    groups::BAN,
    groups::LUCKY_KING,
    groups::HONOR,
    people::HEARTBEAT,
    login::LOG_OFF,
    login::LOG_ON,
    extensions::CARD,
    extensions::TITLE,
    extensions::RENAME,
    extensions::DISSOLVE,
    extensions::ESSENCE,
    extensions::REACT,
    extensions::LIKE,
    extensions::TYPING,
    extensions::OFFER_FILE,
    extensions::END_OFFER,
    extensions::NOTE,
];

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// There is no such step.
    #[error("there is no step `{name}`{}; there are {}", suggestion(name, STEPS.iter().map(|step| step.name)), names())]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The parameters do not fit.
    #[error("step `{step}`: {reason}; it takes {}", takes(step))]
    Params {
        /// The step.
        step: &'static str,
        /// What is wrong with them.
        reason: String,
    },
    /// The world refused.
    #[error("step `{step}`: {refusal}")]
    Refused {
        /// The step.
        step: &'static str,
        /// Why.
        refusal: Refusal,
    },
}

fn names() -> String {
    STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ")
}

fn takes(step: &str) -> String {
    let takes = STEPS.iter().find(|it| it.name == step).map_or(&[][..], |it| it.takes);
    if takes.is_empty() { "nothing".to_owned() } else { takes.join(", ") }
}

/// What can go wrong inside a step.
enum StepFailure {
    Params(String),
    Refused(Refusal),
}

impl From<Refusal> for StepFailure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Reads messages that are written in a dialect.
pub(crate) trait MessageReader {
    /// The elements of a message that somebody sends; what is wrong with it is the error, as a sentence.
    fn read(&self, world: &mut World, from: UserId, message: Value) -> Result<Vec<MessageElement>, String>;
}

/// What a step works with.
struct Stage<'s> {
    world: &'s mut World,
    reader: Option<&'s dyn MessageReader>,
}

/// Whether a step can be meant: it is there, and its parameters are those that it takes. What they name is another matter.
pub(crate) fn check(name: &str, params: &Value) -> Result<(), StepError> {
    let step = find(name)?;
    let wrong = |reason: String| Err(StepError::Params { step: step.name, reason });
    let given: Vec<&str> = match params {
        Value::Null => Vec::new(),
        Value::Object(given) => given.keys().map(String::as_str).collect(),
        _ => return wrong("the parameters are no object".to_owned()),
    };
    let is_known = |name: &str| step.takes.iter().any(|takes| alternatives(takes).any(|known| known == name));
    if let Some(unknown) = given.iter().find(|name| !is_known(name)) {
        return wrong(format!("unknown field `{unknown}`"));
    }
    let is_given = |takes: &&&str| takes.ends_with('?') || alternatives(takes).any(|name| given.contains(&name));
    match step.takes.iter().find(|takes| !is_given(takes)) {
        Some(missing) => wrong(format!("`{missing}` is missing")),
        None => Ok(()),
    }
}

/// The names of which one stands for a parameter.
pub(crate) fn alternatives(takes: &str) -> impl Iterator<Item = &str> {
    takes.trim_end_matches('?').split(" or ")
}

fn find(name: &str) -> Result<&'static Step, StepError> {
    STEPS.iter().find(|step| step.name == name).ok_or_else(|| StepError::Unknown { name: name.to_owned() })
}

pub(crate) fn run(
    world: &mut World,
    name: &str,
    params: &Value,
    reader: Option<&dyn MessageReader>,
) -> Result<Value, StepError> {
    let step = find(name)?;
    let wrong = |reason: String| StepError::Params { step: step.name, reason };
    let params = match params {
        Value::Null => Value::Object(serde_json::Map::new()),
        params => resolve(world, params).map_err(|name| wrong(format!("there is no {name}")))?,
    };
    (step.run)(&mut Stage { world, reader }, params).map_err(|trouble| match trouble {
        StepFailure::Params(reason) => wrong(reason),
        StepFailure::Refused(refusal) => StepError::Refused { step: step.name, refusal },
    })
}

/// Parameters that are sent or shown as they stand: nothing in them names a fixture.
const TEXTS: [&str; 3] = ["text", "name", "comment"];

/// Puts fixtures in the place of their names; the error is a name that stands for nothing.
fn resolve(world: &World, params: &Value) -> Result<Value, String> {
    let Value::Object(entries) = params else { return Ok(params.clone()) };
    if !entries.iter().any(|(key, value)| !TEXTS.contains(&key.as_str()) && Fixtures::named_in(value)) {
        return Ok(params.clone());
    }
    resolve_within(&Fixtures::of(world, bot(world)), params)
}

fn resolve_within(fixtures: &Fixtures, value: &Value) -> Result<Value, String> {
    match value {
        Value::Object(entries) => {
            let resolved = entries.iter().map(|(key, value)| {
                let as_it_stands = TEXTS.contains(&key.as_str()) && value.is_string();
                let value = if as_it_stands { value.clone() } else { resolve_within(fixtures, value)? };
                Ok((key.clone(), value))
            });
            resolved.collect()
        }
        Value::Array(items) => items.iter().map(|item| resolve_within(fixtures, item)).collect(),
        other => fixtures.resolve(other),
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, StepFailure> {
    if !params.is_object() {
        return Err(StepFailure::Params("the parameters are no object".to_owned()));
    }
    serde_json::from_value(params).map_err(|error| StepFailure::Params(error.to_string()))
}

/// The account that things happen to where a step names none.
fn bot(world: &World) -> UserId {
    world.accounts().next().unwrap_or_default()
}

/// The other account, who does things where a step names nobody.
fn actor(world: &World) -> UserId {
    world.accounts().nth(1).unwrap_or_else(|| bot(world))
}

/// Who rules in the group, for steps that name no operator.
fn ruler(world: &World, group: i64) -> UserId {
    world.group(group).ok().and_then(crate::world::Group::owner).unwrap_or_else(|| actor(world))
}
