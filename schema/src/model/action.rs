//! An action: what a client can ask of an implementation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subset::Subset;

use super::{Deprecation, Presence, Schema, Source, Text};

/// What an action does to the world; decides whether it may be called on a real account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
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

/// Something that has to exist before an action can succeed or an event can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fixture {
    /// A friend of the account.
    Friend,
    /// A group that the account is in.
    Group,
    /// Somebody else in that group, below the account in rank.
    Member,
    /// A message that the account sent.
    OwnMessage,
    /// A message of the member in the group.
    GroupMessage,
    /// The account is administrator or owner of the group.
    Admin,
    /// The account owns the group.
    Owner,
    /// An open request of somebody to become a friend.
    FriendRequest,
    /// An open request to join the group.
    GroupRequest,
    /// An open invitation of the account into a group.
    GroupInvitation,
    /// A message that somebody sent anonymously to the group.
    AnonymousMessage,
    /// A merged forward that can be opened.
    ForwardMessage,
    /// An image file that the account received.
    Image,
    /// A voice file that the account received.
    Record,
    /// A file among those of the group.
    GroupFile,
    /// A file that was sent between the account and the friend.
    PrivateFile,
    /// The hash of that file, as it was told with it.
    PrivateFileHash,
    /// A folder among the files of the group.
    GroupFolder,
    /// An announcement of the group.
    Announcement,
    /// A message on the list of essence messages of the group.
    EssenceMessage,
    /// A message that the members of the group should do something about.
    TodoMessage,
    /// An album of the group.
    Album,
    /// A picture in an album of the group.
    AlbumPicture,
    /// An open request of somebody to become a friend whom QQ does not trust.
    DoubtfulRequest,
    /// Files that can be fetched by a link.
    FlashTransfer,
    /// A file that a friend offers to the account.
    OfferedFile,
    /// A file that the account offers to a friend.
    OwnOffer,
    /// A message that is a voice.
    VoiceMessage,
    /// A sticker of the account.
    Sticker,
    /// Something that the account wrote for everybody to see.
    Post,
}

/// One action of a dialect: `actions/<category>/<name>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The meta-schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// The name a client calls.
    pub name: String,
    /// Further names of the same action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Which group of actions it belongs to; equal to the folder it stands in.
    pub category: String,
    /// What it is for.
    pub summary: Text,
    /// What it does to the world.
    pub effect: Effect,
    /// What must exist for it to succeed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Fixture>,
    /// Fixtures that are gone after it succeeded; actions that spend something run last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spends: Vec<Fixture>,
    /// The parameters: a schema of type object.
    #[schemars(with = "Subset")]
    pub params: Schema,
    /// What stands in `data` of a successful answer; type null where there is nothing to tell.
    #[schemars(with = "Subset")]
    pub result: Schema,
    /// True for an action that always answers `async`, whichever way it is called.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always_async: bool,
    /// True for an action that answers in parts, each an answer by itself with a `data` that `result` describes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub streams: bool,
    /// The parameter that says for how many milliseconds the answer may wait for something to happen, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
    /// Calls with their answers; each validates against `params` and `result`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ActionExample>,
    /// The version of the dialect that introduced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Set where it should no longer be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Deprecation>,
    /// Whether a running build has it.
    #[serde(default)]
    pub presence: Presence,
    /// Where the facts come from.
    pub sources: Vec<Source>,
}

/// A call with made-up data, and what it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionExample {
    /// What the example shows.
    pub title: String,
    /// The parameters.
    pub params: serde_json::Value,
    /// The `data` part of the answer.
    pub result: serde_json::Value,
}
