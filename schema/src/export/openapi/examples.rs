//! Examples in the form that OpenAPI tools read.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::model::Action;

use super::super::example;

/// Examples as a map whose keys tools show and refer to; None where there are none.
pub(super) fn titled<'a>(pairs: impl Iterator<Item = (&'a str, Option<Value>)>) -> Option<Value> {
    let mut examples = Map::new();
    for (title, value) in pairs {
        let Some(value) = value else { continue };
        let number = examples.len() + 1;
        examples.insert(format!("example_{number}"), json!({ "summary": title, "value": value }));
    }
    (!examples.is_empty()).then(|| examples.into())
}

/// The answers around the results of an action's examples.
pub(super) fn answers(dialect: &Dialect, action: &Action) -> Option<Value> {
    let answers = action.examples.iter().map(|it| (it.title.as_str(), example::answer(dialect, action, &it.result)));
    titled(answers)
}
