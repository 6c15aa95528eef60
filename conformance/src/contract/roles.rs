//! Which action does what botspec itself needs: who am I, who is there, send, read again.
//!
//! They are found by the shape of their parameters and results, so that a dialect with other names needs no code.

use botspec_schema::SEGMENT_TYPE;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::Contract;

/// The names of actions that botspec itself needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Tells which account this is. It needs nothing, changes nothing, and serves as the plainest of calls.
    pub myself: Option<Told>,
    /// Lists accounts: the friends.
    pub friends: Option<Told>,
    /// Lists groups.
    pub groups: Option<Told>,
    /// Lists the accounts in a group.
    pub members: Option<Asked>,
    /// Sends a message to an account.
    pub say_to_user: Option<Say>,
    /// Sends a message to a group.
    pub say_to_group: Option<Say>,
    /// Tells a message again.
    pub read_message: Option<ReadMessage>,
    /// Tells the name and the version of the implementation.
    pub version: Option<Version>,
    /// Tells about the account that it is asked for.
    pub about_user: Option<Asked>,
    /// Opens what an id of a kind names, and tells the messages in it.
    pub openers: Vec<(String, ReadMessage)>,
    /// The field of an event that holds a message.
    pub message_field: Option<String>,
    /// The field of an event that holds a message as a string, whatever the format.
    pub raw_field: Option<String>,
    /// The field of every event that says which account was told.
    pub self_field: Option<String>,
}

/// An action without parameters, and where it tells an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The action.
    pub action: String,
    /// The field that holds the id: of the result, or of each of its items.
    pub field: String,
}

/// An action that asks about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The action.
    pub action: String,
    /// The parameter.
    pub param: String,
    /// The field of the result, or of its items, that holds an id.
    pub field: String,
}

/// An action that sends a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// The action.
    pub action: String,
    /// The parameter that says to whom.
    pub to: String,
    /// The parameter that holds the message.
    pub message: String,
    /// The field of the result that holds the id of the message.
    pub field: String,
    /// The parameter that has a string taken for plain text, where there is one.
    pub verbatim: Option<String>,
}

/// An action that tells a message again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMessage {
    /// The action.
    pub action: String,
    /// The parameter that says which.
    pub param: String,
    /// The field of the result that holds the message.
    pub message: String,
}

/// An action that tells a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The action.
    pub action: String,
    /// The field that holds the name of the implementation.
    pub name: String,
    /// The field that holds its version.
    pub version: String,
}

impl Roles {
    pub(super) fn of(contract: &Contract) -> Self {
        let shapes: Vec<Shape<'_>> = contract.actions().map(|action| Shape::of(contract, action)).collect();
        let first = |wanted: &dyn Fn(&Shape<'_>) -> bool| shapes.iter().find(|shape| wanted(shape));
        let reads = |shape: &Shape<'_>| shape.action.effect == Effect::Read;
        let list = |kind: &str| {
            first(&|it| reads(it) && it.required.is_empty() && it.is_list && it.told(kind).is_some())
                .and_then(|it| Some(Told { action: it.action.name.clone(), field: it.told(kind)?.to_owned() }))
        };
        let ask = |is_list: bool, asked: &str, told: &str| {
            first(&|it| reads(it) && it.is_list == is_list && it.only_asks(asked).is_some() && it.told(told).is_some())
                .and_then(|it| {
                    let action = it.action.name.clone();
                    Some(Asked { action, param: it.only_asks(asked)?.to_owned(), field: it.told(told)?.to_owned() })
                })
        };
        // What is shown with segments that stand alone is for them.
        let says = |kind: &str| {
            let plain = shapes.iter().filter(|it| !it.shows_lonely_segments());
            plain.chain(&shapes).find_map(|it| it.says_to(kind))
        };
        Self {
            myself: first(&|it| reads(it) && it.required.is_empty() && !it.is_list && it.told("user").is_some())
                .and_then(|it| Some(Told { action: it.action.name.clone(), field: it.told("user")?.to_owned() })),
            friends: list("user"),
            groups: list("group"),
            members: ask(true, "group", "user"),
            say_to_user: says("user"),
            say_to_group: says("group"),
            read_message: shapes.iter().find_map(Shape::reads_message),
            version: shapes.iter().find_map(Shape::version),
            about_user: ask(false, "user", "user"),
            openers: shapes.iter().filter_map(Shape::opener).collect(),
            message_field: event_field(contract, &is_message),
            raw_field: raw_field(contract),
            self_field: self_field(contract),
        }
    }
}

/// The fields of parameters and result of an action, references followed.
struct Shape<'a> {
    action: &'a Action,
    contract: &'a Contract,
    required: Vec<&'a str>,
    params: Vec<(&'a str, &'a Value)>,
    is_list: bool,
    result: Vec<(&'a str, &'a Value)>,
    always: Vec<&'a str>,
}

const MESSAGE_SEND: &str = "#/$defs/message_send";
const MESSAGE_RECEIVE: [&str; 2] = ["#/$defs/message_receive", "#/$defs/message_array"];

/// Whether a schema stands for a message that is received.
pub(crate) fn is_message(schema: &Value) -> bool {
    schema.get("$ref").and_then(Value::as_str).is_some_and(|it| MESSAGE_RECEIVE.contains(&it))
}

impl<'a> Shape<'a> {
    fn of(contract: &'a Contract, action: &'a Action) -> Self {
        let params = contract.follow(&action.params);
        let mut result = contract.follow(&action.result);
        let is_list = result.get("items").is_some();
        if let Some(items) = result.get("items") {
            result = contract.follow(items);
        }
        Self {
            action,
            contract,
            required: strings(params.get("required")),
            params: fields(params),
            is_list,
            result: fields(result),
            always: strings(result.get("required")),
        }
    }

    fn id_of(&self, schema: &'a Value) -> Option<&'a str> {
        let direct = schema.get("x-id").and_then(Value::as_str);
        direct.or_else(|| self.contract.follow(schema).get("x-id").and_then(Value::as_str))
    }

    /// The field of the result that always tells an id of a kind.
    fn told(&self, kind: &str) -> Option<&'a str> {
        let mut told = self.result.iter().filter(|(name, _)| self.always.contains(name));
        told.find(|(_, schema)| self.id_of(schema) == Some(kind)).map(|(name, _)| *name)
    }

    /// The one required parameter, where it is an id of a kind.
    fn only_asks(&self, kind: &str) -> Option<&'a str> {
        let [only] = self.required[..] else { return None };
        let (_, schema) = self.params.iter().find(|(name, _)| *name == only)?;
        (self.id_of(schema) == Some(kind)).then_some(only)
    }

    fn says_to(&self, kind: &str) -> Option<Say> {
        if self.action.effect != Effect::Send || self.required.len() != 2 {
            return None;
        }
        let required = |wanted: &dyn Fn(&'a Value) -> bool| {
            self.params.iter().find(|(name, schema)| self.required.contains(name) && wanted(schema)).map(|it| it.0)
        };
        let boolean = self.params.iter().find(|(_, schema)| schema.get("type").is_some_and(|it| it == "boolean"));
        Some(Say {
            action: self.action.name.clone(),
            to: required(&|schema| self.id_of(schema) == Some(kind))?.to_owned(),
            message: required(&|schema| schema.get("$ref").is_some_and(|it| it == MESSAGE_SEND))?.to_owned(),
            field: self.told("message")?.to_owned(),
            verbatim: boolean.map(|(name, _)| (*name).to_owned()),
        })
    }

    /// Whether an example sends a list of nothing but segments that stand alone.
    fn shows_lonely_segments(&self) -> bool {
        let alone = |segment: &Value| {
            let name = segment.get(SEGMENT_TYPE).and_then(Value::as_str).unwrap_or_default();
            self.contract.dialect().segments.get(name).is_some_and(|contract| contract.alone)
        };
        let messages = self.params.iter().filter(|(_, schema)| schema.get("$ref").is_some_and(|it| it == MESSAGE_SEND));
        let mut names = messages.map(|(name, _)| *name);
        names.any(|name| {
            let shown = self.action.examples.iter().filter_map(|example| example.params.get(name)?.as_array());
            shown.into_iter().any(|segments| !segments.is_empty() && segments.iter().all(alone))
        })
    }

    fn reads_message(&self) -> Option<ReadMessage> {
        self.tells_message(self.only_asks("message")?)
    }

    fn tells_message(&self, param: &str) -> Option<ReadMessage> {
        let (message, _) = self.result.iter().find(|(_, schema)| is_message(schema))?;
        (self.action.effect == Effect::Read).then(|| ReadMessage {
            action: self.action.name.clone(),
            param: param.to_owned(),
            message: (*message).to_owned(),
        })
    }

    fn opener(&self) -> Option<(String, ReadMessage)> {
        let [only] = self.required[..] else { return None };
        let (_, schema) = self.params.iter().find(|(name, _)| *name == only)?;
        let kind = self.id_of(schema).filter(|kind| *kind != "message")?;
        Some((kind.to_owned(), self.tells_message(only)?))
    }

    fn version(&self) -> Option<Version> {
        if self.action.effect != Effect::Read || !self.required.is_empty() {
            return None;
        }
        self.result.iter().find_map(|(name, _)| {
            let version = format!("{}_version", name.strip_suffix("_name")?);
            let (version, _) = self.result.iter().find(|(name, _)| *name == version)?;
            let (action, name) = (self.action.name.clone(), (*name).to_owned());
            Some(Version { action, name, version: (*version).to_owned() })
        })
    }
}

/// The first field of any event whose schema is wanted.
fn event_field(contract: &Contract, wanted: &dyn Fn(&Value) -> bool) -> Option<String> {
    contract.events().flat_map(|event| fields(&event.data)).find(|(_, schema)| wanted(schema)).map(|it| it.0.to_owned())
}

/// Of an event that holds a message, the field that is always a free string.
fn raw_field(contract: &Contract) -> Option<String> {
    let telling = contract.events().map(|event| (fields(&event.data), strings(event.data.get("required"))));
    let mut telling = telling.filter(|(all, _)| all.iter().any(|(_, schema)| is_message(schema)));
    telling.find_map(|(all, required)| {
        let free = all.into_iter().find(|(name, schema)| {
            let fixed = ["enum", "const", "x-id", "pattern"].iter().any(|key| schema.get(key).is_some());
            required.contains(name) && schema.get("type").is_some_and(|it| it == "string") && !fixed
        });
        free.map(|(name, _)| name.to_owned())
    })
}

/// The account that every event names.
fn self_field(contract: &Contract) -> Option<String> {
    let named = |event: &botspec_schema::model::Event| -> Vec<String> {
        let required = strings(event.data.get("required"));
        fields(&event.data)
            .into_iter()
            .filter(|(name, schema)| required.contains(name) && schema.get("x-id").is_some_and(|kind| kind == "user"))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let mut all = contract.events().map(named);
    let first = all.next()?;
    let common = all.fold(first, |common, other| common.into_iter().filter(|name| other.contains(name)).collect());
    common.into_iter().next()
}

fn fields(schema: &Value) -> Vec<(&str, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)).collect()
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}
