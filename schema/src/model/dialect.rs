//! A dialect: the facts about its envelope, its names and its CQ codes; transports and failures are beside this.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subset::Subset;

use super::{ActionRoles, Auth, Coercions, Failure, FailureKind, LateChecks, Schema, Source, Text, Transports};

/// `dialect.json`: everything about a dialect that is not an action, a segment, an event or a type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DialectFile {
    /// The meta-schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// The short name; equal to the folder it stands in.
    pub name: String,
    /// The name people use.
    pub title: Text,
    /// What it is.
    pub summary: Text,
    /// The dialect whose contracts it takes over; a file of the same name here replaces the whole file there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// What of the parent it does not have; absent where it has everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<Without>,
    /// The protocol version its contracts describe.
    pub protocol_version: String,
    /// Where the answer of the action that reports the version has the one that `since` and `x-since` count in: a JSON pointer
    /// into its data. Absent where no contract states since when it is there, or no answer reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_at: Option<String>,
    /// What a build calls itself; absent where the dialect is no implementation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implementation: Option<Implementation>,
    /// What stands around every answer.
    pub envelope: Envelope,
    /// What a client sends over a WebSocket to call an action; absent where no WebSocket carries calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_frame: Option<RequestFrame>,
    /// Names that change how an action is called; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffixes: Option<Suffixes>,
    /// Whether a number or a boolean may be given as a string in parameters.
    pub string_params: bool,
    /// What it takes beyond what it documents.
    #[serde(default, skip_serializing_if = "Coercions::is_empty")]
    pub coercions: Coercions,
    /// What the check of the parameters lets pass, so that the action fails by it or makes of it what it can.
    #[serde(default, skip_serializing_if = "LateChecks::is_empty")]
    pub late_checks: LateChecks,
    /// Whether a message has the same id for every account; without this, each account knows it by an id of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared_message_ids: bool,
    /// The forms that a message may have.
    pub message_forms: MessageForms,
    /// How a client proves who it is.
    pub auth: Auth,
    /// The transports, with their paths and names.
    pub transports: Transports,
    /// How each kind of failure looks from outside.
    pub failures: BTreeMap<FailureKind, Failure>,
    /// Which action does what every client needs.
    #[serde(default)]
    pub roles: ActionRoles,
    /// The string form of messages; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cq_code: Option<CqCode>,
    /// The segment that holds words as they are, where no string form of messages names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_text: Option<PlainText>,
    /// Where the facts come from.
    pub sources: Vec<Source>,
}

/// Names of the parent's contracts that a dialect does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Without {
    /// Actions that no build of it registers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
    /// Segments that it neither takes nor reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
    /// Events that it never sends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
}

/// What stands around every answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The whole envelope with anything as `data`.
    #[schemars(with = "Subset")]
    pub schema: Schema,
    /// Which `status` goes with which `retcode`.
    pub outcomes: Outcomes,
    /// Keys that hold what went wrong, in words for people; each is empty where nothing did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
    /// The actions that leave `data` out when they succeed; all others answer null where they have nothing to report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omits_data: Vec<String>,
    /// How an answer that comes in parts is distinguished from one that comes whole; absent where every answer comes whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamMark>,
}

/// What a build calls itself where somebody asks for its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Implementation {
    /// Its name, by which clients distinguish implementations.
    pub app_name: String,
    /// Its version.
    pub app_version: String,
    /// The protocol that it states it speaks.
    pub protocol_version: String,
}

/// How an answer that comes in parts is distinguished from one that comes whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamMark {
    /// The key of the envelope that reports.
    pub key: String,
    /// Its value where the answer is whole.
    pub whole: String,
    /// Its value in every part of an answer in parts, the last one among them.
    pub part: String,
    /// What follows each part in the body of an answer over HTTP.
    pub separator: String,
}

/// The three ways a call can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// Done.
    pub ok: Outcome,
    /// Taken on, result never reported; absent where a dialect has no such thing.
    #[serde(rename = "async", default, skip_serializing_if = "Option::is_none")]
    pub deferred: Option<Outcome>,
    /// Not done.
    pub failed: Outcome,
}

/// One way a call can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The value of `status`.
    pub status: String,
    /// The value of `retcode`; absent: any that no other outcome names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retcode: Option<i64>,
    /// Keys that the envelope has where a call ends like this, beside those that it always has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
}

/// The keys of a call over a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFrame {
    /// The key that holds the name of the action.
    pub action: String,
    /// The key that holds the parameters.
    pub params: String,
    /// The key whose value comes back in the answer.
    pub echo: String,
}

/// Suffixes of an action's name that change how it is called.
///
/// In a dialect whose envelope has no outcome `async` they are further names of every action, answered like it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suffixes {
    /// Answer at once, do it afterwards.
    #[serde(rename = "async")]
    pub deferred: String,
    /// Answer at once, do it in a queue with pauses.
    pub rate_limited: String,
}

/// The forms that a message may have in each direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageForms {
    /// Where a client sends one.
    pub send: Vec<MessageForm>,
    /// Where an implementation reports one.
    pub receive: Vec<MessageForm>,
}

/// A form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MessageForm {
    /// A string with CQ codes.
    String,
    /// One segment by itself.
    Segment,
    /// A list of segments.
    Array,
}

/// The string form of messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CqCode {
    /// What opens a code, before the segment type.
    pub open: String,
    /// What closes it.
    pub close: String,
    /// What stands between parameters.
    pub separator: String,
    /// What stands between the name and the value of a parameter.
    pub assign: String,
    /// The segment type that a string holds as it is, escaped.
    pub text_segment: String,
    /// The data key of that segment type.
    pub text_key: String,
    /// Escapes in plain text, in the order in which they are applied.
    pub text_escapes: Vec<Escape>,
    /// Escapes in the value of a parameter, in the order in which they are applied.
    pub value_escapes: Vec<Escape>,
}

/// The segment that holds words as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainText {
    /// The segment type.
    pub segment: String,
    /// The data key that holds the words.
    pub key: String,
}

impl DialectFile {
    /// The type of the segment that holds words as they are, and the data key that holds them.
    pub fn text_segment(&self) -> Option<(&str, &str)> {
        let in_strings = self.cq_code.as_ref().map(|code| (code.text_segment.as_str(), code.text_key.as_str()));
        in_strings.or_else(|| self.plain_text.as_ref().map(|text| (text.segment.as_str(), text.key.as_str())))
    }
}

/// A character and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escape {
    /// The character.
    pub raw: String,
    /// What stands for it.
    pub escaped: String,
    /// Understood where it is read, and never written: the character stands for itself as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_read: bool,
}
