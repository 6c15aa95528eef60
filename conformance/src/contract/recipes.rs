//! How what an action needs comes to be known or made: derived from contracts, none written per action.

use std::collections::BTreeSet;

use botspec_schema::model::{Action, Effect, Fixture, Party, Segment, Thing};
use botspec_schema::{Known, Made};
use serde_json::Value;

use super::roles::{is_message, is_sent_message};
use super::{Contract, Id};

/// One way to come to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// What it gives.
    pub fixture: Fixture,
    /// The action that is called.
    pub action: String,
    /// What that does.
    pub effect: Effect,
    /// What has to be there first.
    pub needs: Vec<Fixture>,
    /// How the id is known afterwards.
    pub way: Way,
}

/// How the id of something is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The answer lists it.
    Listed,
    /// The call makes it.
    Made(Known),
    /// A message with this segment holds it, or is it.
    Sent(String),
}

/// All of a dialect, the cheapest first.
#[derive(Debug, Clone, Default)]
pub struct Recipes(Vec<Recipe>);

/// Kinds that state themselves which fixture they are.
fn plain(kind: &str) -> Option<Fixture> {
    let several = ["user", "group", "peer", "message", "request", "media"];
    if several.contains(&kind) { None } else { Fixture::of(kind, &Thing::default()) }
}

impl Recipes {
    /// What the contracts of a dialect allow.
    pub(super) fn of(contract: &Contract) -> Self {
        let mut all: Vec<Recipe> = Vec::new();
        for action in contract.actions() {
            if action.effect == Effect::Read {
                all.extend(listed(contract, action));
            } else {
                all.extend(made(contract, action));
            }
        }
        for segment in contract.segments() {
            all.extend(sent(contract, segment));
        }
        all.sort_by_key(|it| (it.effect, it.needs.len(), matches!(it.way, Way::Sent(_))));
        Self(all)
    }

    /// The ways to come to a fixture, the cheapest first.
    pub fn of_fixture(&self, fixture: Fixture) -> impl Iterator<Item = &Recipe> {
        self.0.iter().filter(move |recipe| recipe.fixture == fixture)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Recipe> {
        self.0.iter()
    }
}

/// What a minimal call of an action needs.
pub(crate) fn needed(action: &Action) -> Vec<Fixture> {
    let required: Vec<&str> = words(action.params.get("required"));
    let shown = action.examples.first().and_then(|example| example.params.as_object());
    let alternatives = action.params.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let chosen = alternatives
        .map(|set| words(set.get("required")))
        .find(|set| shown.is_some_and(|shown| set.iter().all(|name| shown.contains_key(*name))))
        .unwrap_or_default();
    let mut found = Vec::new();
    for need in &action.needs {
        let top = need.at().and_then(|at| at.trim_start_matches('/').split('/').next());
        if top.is_none_or(|top| required.contains(&top) || chosen.contains(&top))
            && let Some(fixture) = need.fixture(&action.params)
            && !found.contains(&fixture)
        {
            found.push(fixture);
        }
    }
    found
}

fn words(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What a read reports, of things that its parameters do not name.
fn listed(contract: &Contract, action: &Action) -> Vec<Recipe> {
    let needs = needed(action);
    let named: BTreeSet<Fixture> = needs.iter().copied().collect();
    let mut told: BTreeSet<Fixture> = BTreeSet::new();
    for place in contract.dialect().kinds_at(&action.result) {
        told.extend(plain(&place.kind));
    }
    if holds_messages(contract, &action.result, 0) && named.contains(&Fixture::Group) {
        let in_messages =
            [Fixture::GroupMessage, Fixture::Image, Fixture::Record, Fixture::VoiceMessage, Fixture::Forward];
        told.extend(in_messages);
    } else if holds_messages(contract, &action.result, 0) && named.contains(&Fixture::Friend) {
        told.extend([Fixture::Image, Fixture::Record, Fixture::VoiceMessage, Fixture::PrivateFile, Fixture::Forward]);
    }
    // Where a word states of which conversation it reports, it can report of the group as well.
    let of_group = contract.roles().history.as_ref().filter(|it| it.action == action.name && it.place.is_some());
    let of_group = of_group.map(|_| recipe(action, Fixture::GroupMessage, vec![Fixture::Group], Way::Listed));
    told.into_iter()
        .filter(|fixture| !named.contains(fixture))
        .map(|fixture| recipe(action, fixture, needs.clone(), Way::Listed))
        .chain(of_group)
        .collect()
}

/// Whether a schema holds a list of messages.
fn holds_messages(contract: &Contract, schema: &Value, depth: usize) -> bool {
    if depth > 4 {
        return false;
    }
    let schema = contract.follow(schema);
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(_, inner)| inner);
    let branches = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    fields
        .chain(schema.get("items"))
        .chain(branches)
        .any(|inner| is_message(inner) || holds_messages(contract, inner, depth + 1))
}

fn made(contract: &Contract, action: &Action) -> Vec<Recipe> {
    let needs = needed(action);
    let by_conversation = contract.counts_by_conversation();
    let made = contract.dialect().made_by(action).into_iter().flat_map(|made| {
        let in_group = made.fixture == Fixture::OwnMessage && needs.contains(&Fixture::Group);
        let there = in_group.then(|| Made { fixture: Fixture::OwnGroupMessage, ..made.clone() });
        (!(in_group && by_conversation)).then_some(made).into_iter().chain(there)
    });
    // What a call uses up or only hands on is not made by it.
    made.filter(|made| !action.spends.contains(&made.fixture))
        .filter(|made| !needs.contains(&made.fixture) && made.fixture != Fixture::OfferElement)
        .map(|made| recipe(action, made.fixture, needs.clone(), Way::Made(made.known)))
        .collect()
}

/// What a message with a segment holds once it was sent, or is.
fn sent(contract: &Contract, segment: &Segment) -> Vec<Recipe> {
    let Some(send) = &contract.roles().send_to_group else { return Vec::new() };
    let Some(action) = contract.actions().find(|action| action.name == send.action) else { return Vec::new() };
    let (Some(sends), Some(receives)) = (&segment.send, &segment.receive) else { return Vec::new() };
    let medium = medium(contract, sends);
    let mut given = Vec::new();
    for place in contract.dialect().kinds_at(receives) {
        given.extend(match (place.kind.as_str(), medium.as_deref().unwrap_or_default()) {
            ("media", "image") => Some(Fixture::Image),
            ("media", "voice") => Some(Fixture::Record),
            ("media", _) => None,
            // Of a forward that is written out, the receiver is reported an id.
            (kind, _) => plain(kind).filter(|it| {
                let sends_id = contract.dialect().kinds_at(sends).iter().any(|it| it.kind == place.kind);
                *it == Fixture::PrivateFile && medium.is_some() || *it == Fixture::Forward && !sends_id
            }),
        });
    }
    // Messages that are written out become one that is opened by its id.
    let opens = |it: &Segment| {
        let receives = it.receive.as_ref().filter(|_| it.send.is_none());
        receives.is_some_and(|it| {
            contract.dialect().kinds_at(it).iter().any(|it| plain(&it.kind) == Some(Fixture::Forward))
        })
    };
    if segment.alone && holds_message(contract, sends) && contract.segments().any(opens) {
        given.push(Fixture::Forward);
    }
    if medium.as_deref() == Some("voice") {
        given.push(Fixture::VoiceMessage);
    }
    given.into_iter().map(|it| recipe(action, it, needed(action), Way::Sent(segment.name.clone()))).collect()
}

/// Whether one of the fields of a schema is a message.
fn holds_message(contract: &Contract, schema: &Value) -> bool {
    let fields = contract.follow(schema).get("properties").and_then(Value::as_object);
    fields.into_iter().flatten().any(|(_, inner)| is_sent_message(inner))
}

/// Which medium a segment is made of.
pub(crate) fn medium(contract: &Contract, schema: &Value) -> Option<String> {
    let schema = contract.follow(schema);
    if let Some(source) = schema.get(botspec_schema::SOURCE) {
        return source.get("media")?.as_str().map(str::to_owned);
    }
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(_, inner)| inner);
    let branches = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    fields.chain(branches).find_map(|inner| medium(contract, inner))
}

fn recipe(action: &Action, fixture: Fixture, needs: Vec<Fixture>, way: Way) -> Recipe {
    Recipe { fixture, action: action.name.clone(), effect: action.effect, needs, way }
}

/// An id that an answer reports, with what it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Harvested {
    pub(crate) fixture: Fixture,
    pub(crate) kind: String,
    pub(crate) value: Value,
    pub(crate) pointer: String,
}

impl Contract {
    /// Whether the id of a message states nothing without its conversation.
    pub(crate) fn counts_by_conversation(&self) -> bool {
        self.roles().read_message.as_ref().is_some_and(|role| role.place.is_some())
    }

    /// Everything that the answer of an action reports, by what it is to this account.
    pub(crate) fn harvest(
        &self,
        action: &Action,
        params: &Value,
        data: &Value,
        myself: Option<&Value>,
    ) -> Vec<Harvested> {
        let mut found = Vec::new();
        let ids = self.ids_at(&action.result, data, "");
        let in_group = self.ids_at(&action.params, params, "").iter().any(|id| id.kind == "group")
            || params.as_object().is_some_and(|it| it.values().any(|word| word == &Value::from(GROUP)));
        for id in ids.clone() {
            let Some(value) = data.pointer(&id.pointer).filter(|value| is_told(value)) else { continue };
            let fixture = match id.kind.as_str() {
                "media" => self.medium_of(data, &id.pointer),
                "message" => message_of(&ids, &id.pointer, in_group, myself),
                kind if action.effect == Effect::Read => plain(kind),
                kind => {
                    plain(kind).and_then(|_| Fixture::of(kind, &Thing { by: Some(Party::Own), ..Thing::default() }))
                }
            };
            let Some(fixture) = fixture else { continue };
            if fixture == Fixture::GroupMessage && self.is_voice(data, &id.pointer) {
                let voice = Fixture::VoiceMessage;
                found.push(Harvested {
                    fixture: voice,
                    kind: id.kind.clone(),
                    value: value.clone(),
                    pointer: id.pointer.clone(),
                });
            }
            found.push(Harvested { fixture, kind: id.kind, value: value.clone(), pointer: id.pointer });
        }
        // The plainest picture is the likeliest to be one of its own, and no sticker of a shop.
        let fields = |it: &Harvested| {
            let item = it.pointer.rsplit_once('/').and_then(|(item, _)| data.pointer(item));
            item.and_then(Value::as_object).map_or(0, serde_json::Map::len)
        };
        let plainest = |it: &Harvested| if it.kind == "media" { fields(it) } else { 0 };
        found.sort_by_key(plainest);
        for place in self.places(&action.result, data, botspec_schema::FIXTURE) {
            let fixture = serde_json::from_value(place.annotation.clone()).ok();
            let value = data.pointer(&place.pointer).filter(|value| is_told(value));
            if let (Some(fixture), Some(value)) = (fixture, value) {
                let kind = place.annotation.as_str().unwrap_or_default().to_owned();
                found.push(Harvested { fixture, kind, value: value.clone(), pointer: place.pointer });
            }
        }
        found
    }

    /// Which fixture a medium in a message is: its segment states.
    fn medium_of(&self, data: &Value, pointer: &str) -> Option<Fixture> {
        let (fields, _) = pointer.rsplit_once('/')?;
        let (segment, _) = fields.rsplit_once('/')?;
        let name = data.pointer(segment)?.get(botspec_schema::SEGMENT_TYPE)?.as_str()?;
        let sends = self.dialect().segments.get(name)?.value.send.as_ref()?;
        match medium(self, sends)?.as_str() {
            "image" => Some(Fixture::Image),
            "voice" => Some(Fixture::Record),
            _ => None,
        }
    }

    /// Whether the message that holds an id is a voice.
    fn is_voice(&self, data: &Value, pointer: &str) -> bool {
        let Some((item, _)) = pointer.rsplit_once('/') else { return false };
        let fields = data.pointer(item).and_then(Value::as_object).into_iter().flatten();
        let segments = fields.filter_map(|(_, value)| value.as_array()).flatten();
        let names = segments.filter_map(|segment| segment.get(botspec_schema::SEGMENT_TYPE)?.as_str());
        names
            .filter_map(|name| self.dialect().segments.get(name)?.value.send.as_ref())
            .any(|sends| medium(self, sends).as_deref() == Some("voice"))
    }
}

/// The word for a conversation in a group.
const GROUP: &str = "group";

/// Whose message an id names, where the item that it stands in states who wrote it: the account in an object of its own, or
/// else the first that is named.
fn message_of(ids: &[Id], pointer: &str, in_group: bool, myself: Option<&Value>) -> Option<Fixture> {
    let (item, _) = pointer.rsplit_once('/')?;
    let inside = |id: &&Id| id.pointer.strip_prefix(item).is_some_and(|rest| rest.starts_with('/'));
    let depth = |id: &Id| id.pointer[item.len()..].matches('/').count();
    let users = || ids.iter().filter(inside).filter(|id| id.kind == "user");
    let sender = users().find(|id| depth(id) == 2).or_else(|| users().find(|id| depth(id) == 1))?;
    let in_group = in_group || ids.iter().filter(inside).any(|id| id.kind == GROUP && depth(id) == 1);
    match (myself.is_some_and(|myself| super::ids::id_text(myself) == sender.value), in_group) {
        (true, true) => Some(Fixture::OwnGroupMessage),
        (true, false) => Some(Fixture::OwnMessage),
        (false, true) => Some(Fixture::GroupMessage),
        (false, false) => None,
    }
}

/// Whether a value can name something.
fn is_told(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty() && text != "/" && text != "0",
        Value::Number(number) => number.as_i64() != Some(0),
        _ => false,
    }
}
