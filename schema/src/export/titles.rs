//! Titles, by which generators name the types that they make of nested objects.

use serde_json::Value;

use crate::model::Schema;

/// Gives every object with properties in a definition a title that follows from where it stands: `GetMsgResultSender`.
pub(super) fn add(name: &str, schema: &mut Schema) {
    within(&words(name), schema);
}

fn within(title: &str, schema: &mut Schema) {
    let Some(keywords) = schema.as_object_mut() else { return };
    let is_object = keywords.get("properties").is_some_and(Value::is_object);
    for (name, property) in keywords.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        within(&format!("{title}{}", words(name)), property);
    }
    if let Some(items) = keywords.get_mut("items") {
        within(&format!("{title}Item"), items);
    }
    if let Some(further) = keywords.get_mut("additionalProperties") {
        within(&format!("{title}Value"), further);
    }
    let alternatives = keywords.get_mut("oneOf").and_then(Value::as_array_mut);
    for (number, alternative) in (1..).zip(alternatives.into_iter().flatten()) {
        within(&format!("{title}{number}"), alternative);
    }
    if is_object && !keywords.contains_key("title") {
        keywords.shift_insert(0, "title".to_owned(), title.into());
    }
}

/// The words of a name, each with a capital.
fn words(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(String::new(), |mut title, word| {
        let mut letters = word.chars();
        title.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        title.push_str(letters.as_str());
        title
    })
}
