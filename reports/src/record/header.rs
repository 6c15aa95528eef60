//! The first line of a record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Level, Text, Transport, lenient};

/// What a run checks, with what, and how to repeat it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// Version of the record format, see [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// The botspec that wrote the record.
    pub botspec_version: String,
    /// Hash over the contracts and requirements that were checked.
    #[serde(default)]
    pub contract_hash: String,
    /// The frozen requirement sets that figures are computed over. A target may be judged by more than one: by the
    /// standard and by its own documents.
    #[serde(default)]
    pub requirement_sets: Vec<RequirementSet>,
    /// The dialect the target was checked as.
    pub dialect: String,
    /// What was checked.
    pub target: Target,
    /// The seed of everything that was drawn at random.
    pub seed: u64,
    /// The transports that checks ran over.
    #[serde(default)]
    pub transports: Vec<Transport>,
    /// The kinds of effect that were allowed, such as `read` and `send`.
    #[serde(default)]
    pub effects_allowed: Vec<String>,
    /// When the run began, RFC 3339.
    #[serde(default)]
    pub started_at: String,
    /// The command line that repeats the run, one word per entry, without secrets.
    #[serde(default)]
    pub command: Vec<String>,
}

/// The implementation that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// The name its user gave it.
    pub name: String,
    /// The name it gives itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implementation: Option<String>,
    /// Its version; absent where it could not be learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How the version was learned, such as the name of an action or `target file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_source: Option<String>,
    /// Where it was reached.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
}

/// Where a target was reached over one transport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Endpoint {
    /// The transport.
    pub transport: Transport,
    /// Its address, without credentials.
    pub address: String,
}

/// A frozen set of requirements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct RequirementSet {
    /// Dialect and edition, such as `onebot11@1`.
    pub set: String,
    /// The dialect it belongs to.
    pub dialect: String,
    /// Everything in the set, whether this run exercised it or not.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
}

/// One requirement of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// Its stable id, the one that checks name.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::optional_text")]
    #[schemars(with = "Option<lenient::Text>")]
    pub sentence: Option<Text>,
}
