//! How a dialect speaks, as its contracts say: what says something to the bot, and where an event holds what was said.

use std::collections::VecDeque;

use botspec_schema::model::{Segment, TriggerBy};
use botspec_schema::{Dialect, ID};
use serde_json::{Map, Value};

use super::world::World;

/// What stands for a message among the parameters of an action.
const MESSAGE: &str = "#/$defs/message_send";

/// What says something to a bot, and what it is called where the bot hears it.
pub(super) struct Speech {
    ways: Vec<Way>,
    /// The name of the number of a message.
    number: String,
}

/// An action by which the second account says something, and the event that the bot hears then.
struct Way {
    event: &'static str,
    action: String,
    params: Value,
    /// Which parameter is the message.
    message: &'static str,
}

impl Speech {
    pub(super) fn of(dialect: &'static Dialect) -> Self {
        let mut ways = Vec::new();
        let mut number = None;
        for event in dialect.events.values() {
            for trigger in event.triggers.iter().filter(|trigger| trigger.by == TriggerBy::Actor) {
                let action = dialect.action(trigger.call.as_deref().expect("an action")).expect("an action");
                let (Some(message), Some(id)) = (
                    property(dialect, &action.params, "$ref", MESSAGE),
                    property(dialect, &action.result, ID, "message"),
                ) else {
                    continue;
                };
                number = Some(id.to_owned());
                let params = trigger.params.clone().expect("parameters");
                ways.push(Way { event: &event.name, action: action.name.clone(), params, message });
            }
        }
        // More can be said to many.
        ways.sort_by_key(|way| way.params["group_id"].is_null());
        Self { ways, number: number.expect("an action that says something") }
    }

    /// Whether the second account can say this where the bot hears it.
    pub(super) fn can_say(&self, segment: &Segment) -> bool {
        self.ways.iter().any(|way| !segment.refused_by.contains(&way.action))
    }

    /// The second account says something where the bot hears it, and this is the number that the bot knows the message by.
    /// Messages that it names are those that the bot knows by these ids.
    #[track_caller]
    pub(super) fn say(&self, world: &World, message: &Value) -> Option<Value> {
        let mut message = message.clone();
        let ids = world.message_ids();
        for data in message.as_array_mut().into_iter().flatten().filter_map(|segment| segment["data"].as_object_mut()) {
            for value in data.values_mut() {
                let read: Option<Value> = value.as_str().and_then(|text| serde_json::from_str(text).ok());
                let is = |of_bot: &Value| of_bot == value || read.as_ref() == Some(of_bot);
                if let Some((_, of_actor)) = ids.iter().find(|(of_bot, _)| is(of_bot)) {
                    *value = if value.is_string() { of_actor.to_string().into() } else { of_actor.clone() };
                }
            }
        }
        self.ways.iter().find_map(|way| {
            let mut params = way.params.clone();
            params[way.message] = message.clone();
            for value in params.as_object_mut().expect("parameters").values_mut() {
                *value = match value.as_str() {
                    Some("$self") => 10_001.into(),
                    Some("$group") => super::understanding::GROUP.into(),
                    _ => continue,
                };
            }
            let sent = world.actor(&way.action, &params).get(&self.number).cloned()?;
            // Where both sides count messages alike, it is the same number.
            let ids = world.message_ids().into_iter().find(|(_, of_actor)| *of_actor == sent);
            Some(ids.map_or(sent, |(of_bot, _)| of_bot))
        })
    }

    /// Whether the bot hears by this event what the second account says.
    pub(super) fn is_heard_in(&self, event: &str) -> bool {
        self.ways.iter().any(|way| way.event == event)
    }

    /// The number of the message that an event is about.
    pub(super) fn number<'e>(&self, event: &'e Value) -> Option<&'e Value> {
        self.message(event)?.get(&self.number)
    }

    /// The kinds of the segments of the message that an event brings.
    pub(super) fn segments(&self, event: &Value) -> Vec<String> {
        let arrays = self.message(event).into_iter().flat_map(|message| message.values().filter_map(Value::as_array));
        let kinds = arrays.flatten().filter(|segment| segment["data"].is_object());
        kinds.filter_map(|segment| Some(segment["type"].as_str()?.to_owned())).collect()
    }

    /// The outermost object of an event that has the number of a message.
    fn message<'e>(&self, event: &'e Value) -> Option<&'e Map<String, Value>> {
        let mut layers = VecDeque::from([event.as_object()?]);
        while let Some(object) = layers.pop_front() {
            if object.contains_key(&self.number) {
                return Some(object);
            }
            layers.extend(object.values().filter_map(Value::as_object));
        }
        None
    }
}

/// The first property that the schema, or the type that it stands for, says this of.
fn property<'s>(dialect: &'s Dialect, schema: &'s Value, keyword: &str, wanted: &str) -> Option<&'s str> {
    let meant = schema["$ref"].as_str().and_then(|name| dialect.defs().get(name.strip_prefix("#/$defs/")?));
    let properties = meant.unwrap_or(schema).get("properties")?.as_object()?;
    properties.iter().find(|(_, property)| property[keyword] == wanted).map(|(name, _)| name.as_str())
}
