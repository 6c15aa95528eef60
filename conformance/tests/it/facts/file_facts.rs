//! The facts of `dialect.json`: paths, headers, retcodes, statuses, names, flags.

use botspec_schema::Dialect;
use serde_json::Value;

use super::flip::{Flip, Part};

/// What says something to people or to the loader, and nothing of what passes between a bot and a target.
const NO_FACTS: [&str; 8] =
    ["$schema", "name", "title", "summary", "sources", "extends", "without", "protocol_version"];

/// Each of them, and the same for an envelope that differs.
pub(super) fn all(dialect: &Dialect) -> Vec<Flip> {
    let document = serde_json::to_value(&dialect.file).expect("a file of a dialect is JSON");
    let mut flips = Vec::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        if !NO_FACTS.contains(&key.as_str()) {
            visit(dialect, &format!("/{key}"), value, &mut flips);
        }
    }
    flips
}

fn visit(dialect: &Dialect, at: &str, value: &Value, flips: &mut Vec<Flip>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                // What a schema says to people.
                if key != "description" {
                    visit(dialect, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), value, flips);
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| visit(dialect, &format!("{at}/{index}"), value, flips));
        }
        _ => {
            let flip = |value| Flip {
                id: format!("{}/file{at}", dialect.name()),
                family: "file",
                part: Part::File,
                pointer: at.to_owned(),
                value,
                field: String::new(),
                encloses: true,
            };
            let another = match value {
                Value::String(text) => Some(Value::from(format!("{text}x"))),
                Value::Bool(on) => Some((!on).into()),
                Value::Number(number) => number.as_i64().map(|number| (number + 1).into()),
                _ => None,
            };
            // A word of which only some are known is taken away.
            let ways = [another.map(|value| flip(Some(value))), Some(flip(None))];
            flips.extend(ways.into_iter().flatten().find(|flip| flip.edited_file(&dialect.file).is_some()));
        }
    }
}
