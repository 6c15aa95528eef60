//! Messages as a client receives them.

use botspec_schema::model::Presence;
use botspec_schema::{SEGMENT_DATA, SEGMENT_TYPE, cq};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::reading::kind;
use super::segments_out;
use crate::coerce::coerce;
use crate::faults::Switch;
use crate::plain_text::in_words;
use crate::protocol::AccountContext;
use crate::world::{MessageElement, World};
use botspec_schema::model::MessageFormat;

/// A message in the forms in which it is reported.
pub(crate) struct Outgoing {
    /// In the form that the adapter is set to.
    message: Value,
    /// As a string.
    pub(crate) raw: String,
}

impl Outgoing {
    /// A message as the account receives it.
    pub(crate) fn of(served: &AccountContext<'_>, world: &World, elements: &[MessageElement]) -> Self {
        let segments: Vec<Value> = elements.iter().map(|element| segment(served, world, element)).collect();
        let raw = raw(served, &segments);
        let message = match served.format {
            MessageFormat::Array => Value::Array(segments),
            MessageFormat::String => raw.as_str().into(),
        };
        Self { message, raw }
    }

    /// The message as a type of the bindings; none of them refuses a message.
    pub(crate) fn message<T: DeserializeOwned + Default>(&self) -> T {
        T::deserialize(&self.message).unwrap_or_default()
    }
}

/// The string form of segments.
fn raw(served: &AccountContext<'_>, segments: &[Value]) -> String {
    let Some(signs) = &served.dialect.file.cq_code else { return String::new() };
    // Everything that the world knows has a string form.
    let text = cq::encode(signs, segments).unwrap_or_default();
    if !served.faults.on(Switch::CqNotEscaped) {
        return text;
    }
    signs.value_escapes.iter().rev().fold(text, |text, escape| text.replace(&escape.escaped, &escape.raw))
}

/// An element as a segment of the dialect: of the ways in which any dialect reports it the first that this one knows, and a
/// text where it knows none.
fn segment(served: &AccountContext<'_>, world: &World, element: &MessageElement) -> Value {
    let dialect = served.dialect;
    let ways = segments_out::ways(world, served.account, element);
    for mut way in ways {
        let contract = dialect.segments.get(kind(&way)).filter(|contract| contract.presence == Presence::Current);
        if let Some(schema) = contract.and_then(|contract| contract.value.receive.as_ref()) {
            if let Some(data) = way.get_mut(SEGMENT_DATA) {
                *data = coerce(dialect, schema, data.take(), None);
            }
            return way;
        }
    }
    let (name, key) =
        dialect.file.cq_code.as_ref().map_or(("text", "text"), |signs| (&signs.text_segment, &signs.text_key));
    json!({ SEGMENT_TYPE: name, SEGMENT_DATA: { key: in_words(element) } })
}
