//! A message as a client gave it, before it is read.

use serde::Serialize;
use serde_json::Value;

use super::json_merge::value;
use crate::world::Cover;

/// A message as a client gave it.
pub(crate) struct Given {
    pub(crate) message: Value,
    /// Whether it is plain text, where it is a string.
    pub(crate) plain: bool,
    /// What stands on it, where it is a merged forward.
    pub(crate) cover: Cover,
    /// The action that it was given to as its message; it may refuse some segments.
    pub(crate) by: Option<&'static str>,
}

impl Given {
    pub(crate) fn new(message: &impl Serialize, plain: Option<bool>) -> Self {
        Self { message: value(message), plain: plain.unwrap_or(false), cover: Cover::default(), by: None }
    }

    /// The same with what stands on it.
    pub(crate) fn under(self, cover: Cover) -> Self {
        Self { cover, ..self }
    }

    /// The same as the message of an action.
    pub(crate) fn by(self, action: &'static str) -> Self {
        Self { by: Some(action), ..self }
    }
}

/// What stands on a merged forward, as whatever has the fields for it states: each action has types of its own for the same.
macro_rules! cover {
    ($sent:expr) => {
        $crate::world::Cover {
            title: $sent.source,
            preview: $sent.news.map(|lines| lines.into_iter().map(|line| line.text).collect()),
            summary: $sent.summary,
        }
    };
}

pub(crate) use cover;
