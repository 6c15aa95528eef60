//! Steps: what happens in the world without an account having called an action.
//!
//! A step makes it so. It asks for no rank, ends a silence that would be in the way, and lets somebody go before they come
//! again, so that the same step can be taken any number of times.

mod gestures;
mod groups;
mod login;
mod people;
mod talk;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::world::{Refusal, UserId, World};

/// Something that can be made to happen.
pub struct Step {
    /// What it is called.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// The names of its parameters; those that have to be given come first and have no question mark.
    pub takes: &'static [&'static str],
    run: fn(&mut World, Value) -> Result<Value, Trouble>,
}

/// Every step.
pub const STEPS: &[Step] = &[
    talk::SAY,
    talk::SHOW,
    talk::ANONYMOUS_SAY,
    talk::RECALL,
    talk::UPLOAD_FILE,
    talk::POKE,
    talk::RECALL_POKE,
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
    gestures::CARD,
    gestures::TITLE,
    gestures::RENAME,
    gestures::DISSOLVE,
    gestures::ESSENCE,
    gestures::REACT,
    gestures::LIKE,
    gestures::TYPING,
    gestures::OFFER_FILE,
    gestures::END_OFFER,
    gestures::NOTE,
];

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// There is no such step.
    #[error("there is no step `{name}`; there are {}", names())]
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
enum Trouble {
    Params(String),
    Refused(Refusal),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

pub(crate) fn run(world: &mut World, name: &str, params: &Value) -> Result<Value, StepError> {
    let step =
        STEPS.iter().find(|step| step.name == name).ok_or_else(|| StepError::Unknown { name: name.to_owned() })?;
    let wrong = |reason: String| StepError::Params { step: step.name, reason };
    let params = match params {
        Value::Null => Value::Object(serde_json::Map::new()),
        params => resolve(world, params).map_err(|name| wrong(format!("there is no {name}")))?,
    };
    (step.run)(world, params).map_err(|trouble| match trouble {
        Trouble::Params(reason) => wrong(reason),
        Trouble::Refused(refusal) => StepError::Refused { step: step.name, refusal },
    })
}

/// Parameters that are said or shown as they stand: nothing in them names a fixture.
const TEXTS: [&str; 3] = ["text", "name", "comment"];

/// Puts fixtures in the place of their names; the error is a name that stands for nothing.
fn resolve(world: &World, params: &Value) -> Result<Value, String> {
    let Value::Object(entries) = params else { return Ok(params.clone()) };
    let names = |key: &str, value: &Value| !TEXTS.contains(&key) && Fixtures::named_in(value);
    if !entries.iter().any(|(key, value)| names(key, value)) {
        return Ok(params.clone());
    }
    let fixtures = Fixtures::of(world, bot(world));
    let resolved = entries.iter().map(|(key, value)| {
        let value = if names(key, value) { fixtures.resolve(value)? } else { value.clone() };
        Ok((key.clone(), value))
    });
    resolved.collect()
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Trouble> {
    if !params.is_object() {
        return Err(Trouble::Params("the parameters are no object".to_owned()));
    }
    serde_json::from_value(params).map_err(|error| Trouble::Params(error.to_string()))
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
