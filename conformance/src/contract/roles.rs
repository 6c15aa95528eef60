//! Which action does what botspec itself needs: who am I, who is there, send, read again.
//!
//! The dialect names the actions; which parameter asks and where in the answer something stands is found by the shape of
//! parameters and results. What a role reports is a JSON pointer into the data, so that a dialect that wraps its answers
//! needs no code.

mod pages;
mod reach;

use botspec_schema::model::{Action, Effect, Event, Fixture};
use serde_json::{Map, Value};

pub use self::pages::PagedRole;
use self::reach::{Reach, fields, strings};
pub(crate) use self::reach::{is_message, is_sent_message};
use super::Contract;
use crate::bindings;

/// The actions that botspec itself needs. A role that the dialect does not name, or whose action has not the shape for it,
/// is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Reports which account this is. It needs nothing, changes nothing, and serves as the plainest of calls.
    pub myself: Option<SelfIdRole>,
    /// Lists the friends.
    pub friends: Option<ListRole>,
    /// Lists groups.
    pub groups: Option<ListRole>,
    /// Lists the accounts in a group.
    pub members: Option<ListRole>,
    /// Reports about one member of a group.
    pub member: Option<MemberInfoRole>,
    /// Reports about the account that it is asked for.
    pub user_info: Option<UserInfoRole>,
    /// Sends a message to an account.
    pub send_to_user: Option<SendMessageRole>,
    /// Sends a message to a group.
    pub send_to_group: Option<SendMessageRole>,
    /// Reports a message again.
    pub read_message: Option<ReadMessageRole>,
    /// Reports the messages in a merged forward.
    pub open_forward: Option<OpenForwardRole>,
    /// Reports the messages of a conversation, page by page.
    pub history: Option<PagedRole>,
    /// Reports what groups ask of the account, page by page.
    pub notifications: Option<PagedRole>,
    /// Reports the name and the version of the implementation.
    pub version: Option<VersionRole>,
    /// Where an event holds a message.
    pub message_field: Option<String>,
    /// Where an event holds a message as a string, whatever the format.
    pub raw_field: Option<String>,
    /// The field of every event that states which account was reported.
    pub self_field: Option<String>,
}

/// An action without parameters that reports an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfIdRole {
    /// The action.
    pub action: String,
    /// Where the data holds the id.
    pub id: String,
}

/// An action that lists things with ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRole {
    /// The action.
    pub action: String,
    /// The parameter that names what is listed, where the list belongs to something.
    pub param: Option<String>,
    /// Where the data holds the list.
    pub list: String,
    /// Where an item of it holds the id.
    pub id: String,
}

/// An action that describes an account in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberInfoRole {
    /// The action.
    pub action: String,
    /// The parameter that states in which group.
    pub group: String,
    /// The parameter that states who.
    pub user: String,
    /// Where the data holds the rank.
    pub rank: String,
    /// Where the data holds until when the account may not speak.
    pub muted_until: Option<String>,
}

/// An action that asks about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInfoRole {
    /// The action.
    pub action: String,
    /// The parameter.
    pub param: String,
    /// Where the data holds the id of what was asked for.
    pub id: String,
}

/// An action that sends a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendMessageRole {
    /// The action.
    pub action: String,
    /// The parameter that states to whom.
    pub to: String,
    /// The parameter that holds the message.
    pub message: String,
    /// Where the data holds the id of the message.
    pub id: String,
    /// The parameter that has a string taken for plain text, where there is one.
    pub verbatim: Option<String>,
}

/// An action that reports a message again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMessageRole {
    /// The action.
    pub action: String,
    /// The parameter that states which.
    pub param: String,
    /// How it is named in which conversation, where the id of a message does not state that by itself.
    pub place: Option<ConversationParams>,
    /// Where the data holds the message.
    pub message: String,
}

/// The parameters that state in which conversation a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationParams {
    /// The parameter that states of which kind it is.
    pub scene: String,
    /// Its value for a conversation with a friend.
    pub friend: String,
    /// Its value for a conversation in a group.
    pub group: String,
    /// The parameter that states which friend or group.
    pub peer: String,
}

/// An action that reports the messages in what an id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenForwardRole {
    /// The action.
    pub action: String,
    /// The parameter that states what is opened.
    pub param: String,
    /// What kind of id that is.
    pub kind: String,
    /// Where the data holds the list of messages; absent where they are reported as one message that holds them as segments.
    pub list: Option<String>,
    /// Where an item of the list, or the data, holds a message.
    pub message: String,
}

/// An action that reports a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRole {
    /// The action.
    pub action: String,
    /// The field that holds the name of the implementation.
    pub name: String,
    /// The field that holds its version.
    pub version: String,
    /// Where the data holds the version that `since` counts in, where the dialect names one.
    pub spoken: Option<String>,
}

impl ReadMessageRole {
    /// The parameters that read a message of a conversation.
    pub fn params(&self, id: &Value, peer: &Value, in_group: bool) -> Value {
        let mut params = Map::new();
        params.insert(self.param.clone(), id.clone());
        if let Some(place) = &self.place {
            let scene = if in_group { &place.group } else { &place.friend };
            params.insert(place.scene.clone(), scene.clone().into());
            params.insert(place.peer.clone(), peer.clone());
        }
        Value::Object(params)
    }
}

impl OpenForwardRole {
    /// The segments of what was reported: those of every message in it.
    pub fn segments(&self, contract: &Contract, data: &Value) -> Vec<Value> {
        let message = |it: &Value| it.pointer(&self.message).map(|it| contract.segments_of(it)).unwrap_or_default();
        match &self.list {
            None => message(data),
            Some(list) => {
                data.pointer(list).and_then(Value::as_array).into_iter().flatten().flat_map(message).collect()
            }
        }
    }
}

impl Roles {
    pub(super) fn of(contract: &Contract) -> Self {
        let named = &contract.file().roles;
        let shape = |name: &Option<String>| {
            let name = name.as_deref()?;
            contract.actions().find(|action| action.name == name).map(|action| Shape::of(contract, action))
        };
        let listed = |name: &Option<String>, of: Option<&str>, kind: &str| shape(name)?.lists(of, kind);
        Self {
            myself: shape(&named.myself).and_then(|it| it.reports("user")),
            friends: listed(&named.friends, None, "user"),
            groups: listed(&named.groups, None, "group"),
            members: listed(&named.members, Some("group"), "user"),
            member: shape(&named.member).and_then(|it| it.ranks()),
            user_info: shape(&named.about_user).and_then(|it| it.asks("user")),
            send_to_user: shape(&named.say_to_user).and_then(|it| it.sends_to("user")),
            send_to_group: shape(&named.say_to_group).and_then(|it| it.sends_to("group")),
            read_message: shape(&named.read_message).and_then(|it| it.reads_message()),
            open_forward: shape(&named.open_forward).and_then(|it| it.opens()),
            history: shape(&named.history).and_then(|it| it.pages("message")),
            notifications: shape(&named.notifications).and_then(|it| it.pages("request")),
            version: shape(&named.version).and_then(|it| it.version()),
            message_field: message_field(contract),
            raw_field: raw_field(contract),
            self_field: self_field(contract),
        }
    }
}

/// The parameters of an action, references followed.
struct Shape<'a> {
    action: &'a Action,
    reach: Reach<'a>,
    required: Vec<&'a str>,
    params: Vec<(&'a str, &'a Value)>,
}

impl<'a> Shape<'a> {
    fn of(contract: &'a Contract, action: &'a Action) -> Self {
        let params = contract.follow(&action.params);
        Self { action, reach: Reach { contract }, required: strings(params.get("required")), params: fields(params) }
    }

    fn name(&self) -> String {
        self.action.name.clone()
    }

    /// The required parameter that is wanted.
    fn requires(&self, wanted: impl Fn(&'a Value) -> bool) -> Option<String> {
        let found = self.params.iter().find(|(name, schema)| self.required.contains(name) && wanted(schema));
        found.map(|(name, _)| (*name).to_owned())
    }

    fn requires_id(&self, kind: &str) -> Option<String> {
        self.requires(|schema| self.reach.id_of(schema) == Some(kind))
    }

    fn reads(&self, required: usize) -> Option<()> {
        (self.action.effect == Effect::Read && self.required.len() == required).then_some(())
    }

    fn reports(&self, kind: &str) -> Option<SelfIdRole> {
        self.reads(0)?;
        Some(SelfIdRole { action: self.name(), id: self.reach.id(&self.action.result, kind)? })
    }

    fn asks(&self, kind: &str) -> Option<UserInfoRole> {
        self.reads(1)?;
        let id = self.reach.id(&self.action.result, kind)?;
        Some(UserInfoRole { action: self.name(), param: self.requires_id(kind)?, id })
    }

    fn lists(&self, of: Option<&str>, kind: &str) -> Option<ListRole> {
        self.reads(of.iter().count())?;
        let param = of.map(|of| self.requires_id(of).ok_or(())).transpose().ok()?;
        let (list, item) = self.reach.list(&self.action.result, |item| self.reach.id(item, kind))?;
        Some(ListRole { action: self.name(), param, list, id: item })
    }

    fn ranks(&self) -> Option<MemberInfoRole> {
        self.reads(2)?;
        let ranks = [Fixture::Admin, Fixture::Owner].map(bindings::name);
        let rank = self.reach.find(&self.action.result, true, &|schema| has_words(schema, &ranks))?;
        let (group, user) = (self.requires_id("group")?, self.requires_id("user")?);
        Some(MemberInfoRole { action: self.name(), group, user, rank, muted_until: self.numbers_read_here() })
    }

    /// Where the data holds what an action sets for a number of seconds.
    fn numbers_read_here(&self) -> Option<String> {
        let contract = self.reach.contract;
        let set = contract.actions().flat_map(|action| action.reads_back.iter().map(move |back| (action, back)));
        let is_number = |action: &Action, param: &str| {
            let schema =
                fields(contract.follow(&action.params)).into_iter().find(|(name, _)| param == format!("/{name}"));
            schema.is_some_and(|(_, schema)| schema.get("type").is_some_and(|it| it == "integer"))
        };
        let mut here = set.filter(|(action, back)| back.by == self.action.name && is_number(action, &back.param));
        here.next().map(|(_, back)| back.at.clone())
    }

    fn sends_to(&self, kind: &str) -> Option<SendMessageRole> {
        if self.action.effect != Effect::Send || self.required.len() != 2 {
            return None;
        }
        let (to, message) = (self.requires_id(kind)?, self.requires(is_sent_message)?);
        let id = self.reach.id(&self.action.result, "message")?;
        Some(SendMessageRole { action: self.name(), to, message, id, verbatim: self.verbatim() })
    }

    /// Of a dialect with codes, the parameter that states to take them for plain text.
    fn verbatim(&self) -> Option<String> {
        self.reach.contract.file().cq_code.as_ref()?;
        let boolean = self.params.iter().find(|(_, schema)| self.reach.is_boolean(schema));
        boolean.map(|(name, _)| (*name).to_owned())
    }

    fn reads_message(&self) -> Option<ReadMessageRole> {
        let place = self.conversation();
        self.reads(if place.is_some() { 3 } else { 1 })?;
        let (message, param) = (self.reach.message(&self.action.result)?, self.requires_id("message")?);
        Some(ReadMessageRole { action: self.name(), param, place, message })
    }

    fn conversation(&self) -> Option<ConversationParams> {
        let [friend, group] = [Fixture::Friend, Fixture::Group].map(|it| bindings::name(it).to_owned());
        let scene = self.requires(|schema| has_words(self.reach.contract.follow(schema), &[&friend, &group]))?;
        Some(ConversationParams { scene, friend, group, peer: self.requires_id("peer")? })
    }

    fn opens(&self) -> Option<OpenForwardRole> {
        self.reads(1)?;
        let (param, schema) = self.params.iter().find(|(name, _)| self.required.contains(name))?;
        let (param, kind) = ((*param).to_owned(), self.reach.id_of(schema)?.to_owned());
        let (list, message) = if let Some(message) = self.reach.message(&self.action.result) {
            (None, message)
        } else {
            let (list, message) = self.reach.list(&self.action.result, |item| self.reach.message(item))?;
            (Some(list), message)
        };
        Some(OpenForwardRole { action: self.name(), param, kind, list, message })
    }

    fn version(&self) -> Option<VersionRole> {
        self.reads(0)?;
        let result = fields(self.reach.contract.follow(&self.action.result));
        result.iter().find_map(|(name, _)| {
            let version = format!("{}_version", name.strip_suffix("_name")?);
            let (version, _) = result.iter().find(|(name, _)| *name == version)?;
            let (action, name) = (self.name(), (*name).to_owned());
            let spoken = self.reach.contract.file().version_at.clone();
            Some(VersionRole { action, name, version: (*version).to_owned(), spoken })
        })
    }
}

/// Whether a schema lists all of some words.
fn has_words(schema: &Value, words: &[impl AsRef<str>]) -> bool {
    let listed = strings(schema.get("enum"));
    words.iter().all(|word| listed.contains(&word.as_ref()))
}

impl Contract {
    /// The message that an event holds.
    pub(crate) fn message_in<'v>(&self, event: &'v Value) -> Option<&'v Value> {
        event.pointer(self.roles().message_field.as_deref()?)
    }

    /// Whether an event holds a message.
    pub(crate) fn carries_message(&self, event: &Event) -> bool {
        let place = Reach { contract: self }.message(&event.data);
        place.is_some() && place == self.roles().message_field
    }
}

/// Where the events that hold a message hold it.
fn message_field(contract: &Contract) -> Option<String> {
    let reach = Reach { contract };
    contract.events().find_map(|event| reach.message(&event.data))
}

/// Of an event that holds a message, the field beside it that is always a free string.
fn raw_field(contract: &Contract) -> Option<String> {
    let reach = Reach { contract };
    let event = contract.events().find(|event| reach.message(&event.data).is_some())?;
    let required = strings(event.data.get("required"));
    contract.file().cq_code.as_ref()?;
    let free = fields(&event.data).into_iter().find(|(name, schema)| {
        let fixed = ["enum", "const", "x-id", "pattern"].iter().any(|key| schema.get(key).is_some());
        required.contains(name) && schema.get("type").is_some_and(|it| it == "string") && !fixed
    });
    free.map(|(name, _)| format!("/{name}"))
}

/// The account that every event names.
fn self_field(contract: &Contract) -> Option<String> {
    let named = |event: &Event| -> Vec<String> {
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
