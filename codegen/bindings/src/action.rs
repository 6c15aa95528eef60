//! What an action is.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};
use serde::ser::Serializer;

use crate::decode::{Decode, FromJson};

/// What an action does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Other people see it.
    Send,
    /// Changes state that can be put back.
    Write,
    /// Changes state that cannot be put back.
    Destructive,
    /// Restarts or ends the bot.
    Lifecycle,
}

/// Parameters or answers: whatever travels as JSON.
pub trait Payload:
    Serialize + DeserializeOwned + FromJson + fmt::Debug + Clone + PartialEq + Send + Sync + 'static
{
}

impl<T> Payload for T where
    T: Serialize + DeserializeOwned + FromJson + fmt::Debug + Clone + PartialEq + Send + Sync + 'static
{
}

/// A call of an action: the value holds its parameters.
pub trait Action: Payload {
    /// The name a client calls.
    const NAME: &'static str;
    /// What it does to the world.
    const EFFECT: Effect;
    /// What stands in `data` of a successful answer.
    type Response: Payload;
}

/// Takes the type of every action of a dialect in turn; its `actions::visit` calls it.
pub trait Visitor {
    /// Takes one.
    fn action<A: Action>(&mut self);
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Done.
    Ok,
    /// Taken on; the result is never told.
    Deferred,
    /// Not done.
    Failed,
}

/// The answer of an action that has nothing to tell. Anything is accepted; null is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Empty;

impl<'de> Decode<'de> for Empty {
    const WHAT: &'static str = "nothing";

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_ignored_any(IgnoredAny).map(|_| Self)
    }
}

impl<'de> Deserialize<'de> for Empty {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::read(input)
    }
}

impl Serialize for Empty {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_unit()
    }
}
