//! The first line of a record.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::capture::is_zero;
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
    /// How many checks were selected; 0 where an older version did not count them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub selected: u64,
    /// The patterns that selected them; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<String>,
    /// The kinds of effect that were allowed, such as `read` and `send`.
    #[serde(default)]
    pub effects_allowed: Vec<String>,
    /// When the run began, RFC 3339.
    #[serde(default)]
    pub started_at: String,
    /// Which part of the checks this is, where the run was split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
    /// The command line that repeats the run, one word per entry, without secrets.
    #[serde(default)]
    pub command: Vec<String>,
}

/// One of so many parts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Partition {
    /// Which part, from 1.
    pub number: u32,
    /// How many parts there are.
    pub of: u32,
}

impl Partition {
    /// Whether a check belongs to this part. It depends on the id alone, so that a part is the same on every machine
    /// and a check over several transports stays in one.
    pub fn has(self, id: &str) -> bool {
        let hash = id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        // The lower bits of this hash differ too little between ids that end alike.
        (hash >> 32) % u64::from(self.of.max(1)) == u64::from(self.number.saturating_sub(1))
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(format!("`{text}` is no part; expected a form such as 2/8, from 1/8 to 8/8")),
        }
    }
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
    /// What it states.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::optional_text")]
    #[schemars(with = "Option<lenient::Text>")]
    pub sentence: Option<Text>,
}
