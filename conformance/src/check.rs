//! A check: what it is called, what it is about, and what it looks at.

use botspec_reports::record::{Level, Source, Text, Transport};
use botspec_schema::model::Effect;
use serde::Serialize;

/// What is known of a check before it runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckInfo {
    /// Its stable id, such as `onebot11/action/get_msg/result`.
    pub id: String,
    /// The dialect it belongs to.
    pub dialect: String,
    /// The transport it runs over; absent where it speaks of none or of several.
    pub transport: Option<Transport>,
    /// How binding what it checks is.
    pub level: Level,
    /// The strongest effect that it has on the target.
    pub effect: Effect,
    /// The requirement it covers; absent for a check that follows from a contract alone.
    pub requirement: Option<String>,
    /// What should be true.
    pub sentence: Text,
    /// Where that comes from.
    pub source: Option<Source>,
    /// What is sent.
    pub sends: Text,
    /// What is expected.
    pub expects: Text,
}

impl CheckInfo {
    /// The id with its transport, as a person writes it: `onebot11/action/get_msg/result @ws`.
    pub fn label(&self) -> String {
        match self.transport {
            Some(transport) => format!("{} @{transport}", self.id),
            None => self.id.clone(),
        }
    }

    #[cfg(test)]
    pub(crate) fn example(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            dialect: "onebot11".to_owned(),
            transport: None,
            level: Level::Must,
            effect: Effect::Read,
            requirement: None,
            sentence: "Something is true.".into(),
            source: None,
            sends: "something".into(),
            expects: "something".into(),
        }
    }
}
