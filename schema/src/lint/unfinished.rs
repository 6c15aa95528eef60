//! Drafts that were not completed.

use serde_json::Value;

use super::File;
use crate::drift::TODO;
use crate::validate::escape_pointer;

/// No text begins with the mark that a draft has where a person has something to state.
pub(super) fn check(file: &mut File<'_>) {
    if !file.item.file.text.contains(TODO) {
        return;
    }
    // A text that is no JSON is reported by the parser.
    let Ok(contract) = serde_json::from_str(&file.item.file.text) else { return };
    walk(file, &contract, "");
}

fn walk(file: &mut File<'_>, value: &Value, at: &str) {
    match value {
        Value::String(text) if text.starts_with(TODO) => {
            file.report_with(at, "unfinished", "this is left over from a draft", "say or decide what stands here");
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                walk(file, item, &format!("{at}/{index}"));
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                walk(file, item, &format!("{at}/{}", escape_pointer(key)));
            }
        }
        _ => {}
    }
}
