//! One defect of a target, however many checks met it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One defect of a target, however many checks met it. Findings of equal causes are one finding to a reader.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Cause {
    /// The contract or the requirement that is broken, such as `onebot11/action/get_msg` or a requirement's id.
    pub place: String,
    /// JSON pointer from that place to what is wrong, with `*` for every item of an array; empty for the whole.
    pub pointer: String,
    /// The class of the defect, such as `missing`, `type` or `value`.
    pub defect: String,
    /// What should be there.
    pub expected: String,
}
