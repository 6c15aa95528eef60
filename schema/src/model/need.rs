//! What has to be there before something can succeed, stated beside the parameter that names it.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::Schema;
use super::fixture::Fixture;
use crate::annotations::{FIXTURE, ID, SOURCE};

/// One thing that an action or a segment needs: something that a parameter names, or a rank.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Need {
    /// What the account is in the group.
    Rank(Rank),
    /// Something that exists.
    Thing(Thing),
}

/// What the account has to be in the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// Administrator or owner.
    Admin,
    /// Owner.
    Owner,
}

/// Something that has to exist. Its kind is the `x-id` of the parameter that names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thing {
    /// Pointer to the parameter, or to the field of a segment, that names it; `*` for any item of a list. Left out where
    /// somebody or some group has to be there that nothing names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Whose it has to be; either will do where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Party>,
    /// Where it has to be; an account is a friend or a member of the group.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub scene: Option<Scene>,
    /// What it has to be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
}

/// Whose something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The account's.
    Own,
    /// Somebody else's.
    Other,
}

/// Where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scene {
    /// In the group.
    Group,
    /// With a friend.
    Friend,
}

/// What something is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A message on the list of essence messages.
    Essence,
    /// A message that the members should do something about.
    Todo,
    /// A voice.
    Voice,
    /// An image.
    Image,
    /// A request that is an invitation into a group.
    Invitation,
    /// A request of somebody whom QQ does not trust.
    Doubtful,
}

impl Need {
    /// The thing, where it is no rank.
    pub fn thing(&self) -> Option<&Thing> {
        match self {
            Self::Rank(_) => None,
            Self::Thing(thing) => Some(thing),
        }
    }

    /// Where the parameter stands that names it.
    pub fn at(&self) -> Option<&str> {
        self.thing()?.at.as_deref()
    }

    /// The fixture that it is, beside the schema of the parameters.
    pub fn fixture(&self, params: &Schema) -> Option<Fixture> {
        match self {
            Self::Rank(Rank::Admin) => Some(Fixture::Admin),
            Self::Rank(Rank::Owner) => Some(Fixture::Owner),
            Self::Thing(Thing { at: None, scene, .. }) => scene.map(|scene| match scene {
                Scene::Group => Fixture::Group,
                Scene::Friend => Fixture::Friend,
            }),
            Self::Thing(thing) => Fixture::of(kind_at(params, thing.at.as_deref()?)?, thing),
        }
    }
}

impl Fixture {
    /// The fixture that something of a kind is; none where the kind has none.
    pub fn of(kind: &str, thing: &Thing) -> Option<Self> {
        Some(match (kind, thing.scene, thing.state) {
            ("user" | "peer", Some(Scene::Friend), _) | ("user", None, _) => Self::Friend,
            ("user", Some(Scene::Group), _) => Self::Member,
            ("group", ..) | ("peer", Some(Scene::Group), _) => Self::Group,
            ("message", _, Some(State::Essence)) => Self::EssenceMessage,
            ("message", _, Some(State::Todo)) => Self::TodoMessage,
            ("message", _, Some(State::Voice)) => Self::VoiceMessage,
            ("message", Some(Scene::Group), _) if thing.by == Some(Party::Own) => Self::OwnGroupMessage,
            ("message", Some(Scene::Group), _) => Self::GroupMessage,
            ("message", ..) if thing.by != Some(Party::Other) => Self::OwnMessage,
            ("message", ..) => Self::GroupMessage,
            ("request", _, Some(State::Invitation)) => Self::GroupInvitation,
            ("request", _, Some(State::Doubtful)) => Self::DoubtfulRequest,
            ("request", Some(Scene::Group), _) => Self::GroupRequest,
            ("request", ..) => Self::FriendRequest,
            ("media", _, Some(State::Voice)) => Self::Record,
            ("media", ..) => Self::Image,
            ("offer", ..) if thing.by == Some(Party::Own) => Self::OwnOffer,
            (kind, ..) => Self::of_kind(kind)?,
        })
    }
}

/// The fixtures that needs are.
pub(super) fn fixtures(needs: &[Need], params: &Schema) -> Vec<Fixture> {
    let mut found = Vec::new();
    for fixture in needs.iter().filter_map(|need| need.fixture(params)) {
        if !found.contains(&fixture) {
            found.push(fixture);
        }
    }
    found
}

/// The kind of what a parameter names: its `x-id`, or what it is that is no identifier.
pub fn kind_at<'s>(params: &'s Schema, pointer: &str) -> Option<&'s str> {
    kind_of(schema_at(params, pointer)?)
}

/// The kind of a file on the disk of the implementation.
const DISK_FILE: &str = "disk-file";

/// The kind of what a schema describes: its `x-id`, what it is that is no identifier, or a file that only a path names.
pub(crate) fn kind_of(schema: &Schema) -> Option<&str> {
    let named = [ID, FIXTURE].into_iter().find_map(|key| schema.get(key)?.as_str());
    let on_disk = |schema: &Schema| {
        let source = schema.get(SOURCE)?;
        let forms: Vec<&str> = source.get("forms")?.as_array()?.iter().filter_map(|it| it.as_str()).collect();
        let bytes = forms.contains(&"base64") || forms.contains(&"bytes");
        (forms.contains(&"path") && !bytes && source.get("media")? != "folder").then_some(DISK_FILE)
    };
    let branches = || schema.get("oneOf").and_then(Schema::as_array).into_iter().flatten();
    named.or_else(|| on_disk(schema)).or_else(|| branches().find_map(on_disk))
}

/// The schema of the parameter at a pointer.
fn schema_at<'s>(schema: &'s Schema, pointer: &str) -> Option<&'s Schema> {
    let Some(rest) = pointer.strip_prefix('/') else { return pointer.is_empty().then_some(schema) };
    let (name, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let inner = if name == "*" { schema.get("items") } else { schema.get("properties").and_then(|it| it.get(name)) };
    let branches = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    inner
        .and_then(|inner| schema_at(inner, below))
        .or_else(|| branches.into_iter().find_map(|branch| schema_at(branch, pointer)))
}

impl<'de> Deserialize<'de> for Need {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NeedVisitor)
    }
}

struct NeedVisitor;

impl<'de> Visitor<'de> for NeedVisitor {
    type Value = Need;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a rank, or an object that names what is needed at which parameter")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Need, E> {
        Rank::deserialize(StrDeserializer::new(word)).map(Need::Rank)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Need, A::Error> {
        Thing::deserialize(MapAccessDeserializer::new(map)).map(Need::Thing)
    }
}
