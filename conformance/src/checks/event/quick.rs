//! Checks derived from a quick operation: the answer to a post asks for something, and that is what happens. What a field
//! does is reported by the action that the contract names beside it.

mod lasting;
mod operate;
mod run;
mod undo;

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{Effect, Event, Fixture, TriggerBy};
use serde_json::Value;

use self::run::run;
use super::super::{CheckTemplate, ContractRef, derived_as, trigger};
use crate::contract::{Contract, ListRole};
use crate::gate::stands_for;
use crate::unit::only;
use crate::unit::{Body, Order, Unit};

const QUICK: CheckTemplate = CheckTemplate {
    name: "quick",
    should: false,
    sentence: None,
    sends: ("a trigger of the event, and a quick operation as the answer to its post", "触发它，并以快速操作回应上报"),
    expects: ("the requested object", "所要求的操作生效"),
};

/// What a field of a quick operation does, as far as it can be seen.
#[derive(Debug, Clone)]
enum Does {
    /// Sends something where the event came from.
    Says,
    /// Has what is sent taken for plain text.
    Verbatim,
    /// Has what is sent name who made the event happen.
    Names,
    /// Makes another event happen, as an action would.
    Makes(Box<Event>),
    /// States how much of what the field beside it does; reported by a field of the event that comes of it.
    Measures { primary: String, made: Box<Event>, reported_as: String },
    /// Takes a message back, so that it cannot be read again.
    TakesBack,
    /// Lets somebody in, so that a list holds them; the value of a further field stands beside them.
    LetsIn { primary: String, beside: Option<String> },
}

/// One unit for each field whose effect can be seen.
pub(super) fn units(contract: &Contract, transports: &[Transport], event: &Event) -> Vec<Unit> {
    let spoken = contract.file().transports.webhook.as_ref().is_some_and(|webhook| webhook.quick_operations);
    if !spoken || !transports.contains(&Transport::Webhook) {
        return Vec::new();
    }
    fields(event).into_iter().filter_map(|field| unit(contract, event, field)).collect()
}

fn fields(event: &Event) -> Vec<&str> {
    let properties = event.quick_operation.as_ref().and_then(|it| it.get("properties")).and_then(Value::as_object);
    properties.into_iter().flat_map(|it| it.keys()).map(String::as_str).collect()
}

fn unit(contract: &Contract, event: &Event, field: &str) -> Option<Unit> {
    let does = does(contract, event, field)?;
    let (mut effect, mut spends) = trigger::cost(contract, event);
    for action in fields(event).iter().filter_map(|it| stands_for(event, it)) {
        // A field that states how is sent with the one that states what.
        if stands_for(event, field).is_none_or(|own| own.0 == action.0)
            && let Some(call) = contract.resolve(action.0)
        {
            let own = stands_for(event, field).map_or(Effect::Send, |_| call.action.effect);
            effect = effect.max(own);
            spends.extend(call.action.spends.iter().copied());
        }
    }
    let contract_ref = ContractRef { kind: "event", name: &event.name, sources: &event.sources, effect };
    let name = format!("{}-{}", QUICK.name, field.replace('_', "-"));
    let mut info = derived_as(contract, &contract_ref, &name, &QUICK, Some(Transport::Webhook));
    info.sentence = Text::both(
        format!("{}: what `{field}` in the answer to its post asks for is done.", event.name),
        format!("{}：回应中 `{field}` 所要求的操作会被执行。", event.name),
    );
    let (event, field, does) = (Arc::new(event.clone()), Arc::<str>::from(field), Arc::new(does));
    let body: Body = Arc::new(move |cx| {
        let (event, field, does) = (Arc::clone(&event), Arc::clone(&field), Arc::clone(&does));
        Box::pin(async move {
            let judged = run(cx, &event, &field, &does).await;
            undo::put_back(cx).await;
            only(judged)
        })
    });
    // Nothing brings the second account back: whatever needs it comes before.
    if spends.contains(&Fixture::Member) {
        spends.push(Fixture::Group);
    }
    Some(Unit::new(vec![info], Order::new(effect, &spends).alone(), body))
}

/// What a field does; nothing where nobody can see it.
fn does(contract: &Contract, event: &Event, field: &str) -> Option<Does> {
    let schema = event.quick_operation.as_ref()?.get("properties")?.get(field)?;
    let is_boolean = schema.get("type").is_some_and(|it| it == "boolean");
    let Some((name, param)) = stands_for(event, field) else {
        return (is_boolean && reply_field(contract, event).is_some()).then_some(Does::Names);
    };
    let action = contract.resolve(name)?.action;
    if action.effect == Effect::Send {
        return if reply_field(contract, event) == Some(field) {
            Some(Does::Says)
        } else {
            is_boolean.then_some(Does::Verbatim)
        };
    }
    let primary = fields(event).into_iter().find(|it| stands_for(event, it).is_some_and(|it| it.0 == name))?;
    let by_it = |it: &&Event| {
        it.triggers.iter().any(|trigger| trigger.by == TriggerBy::Itself && trigger.call.as_deref() == Some(name))
    };
    let made = contract.events().find(by_it).cloned().map(Box::new);
    let required = |kind: &str| {
        let params = contract.follow(&action.params);
        let list = params.get("required").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).any(|name| {
            let schema = params.pointer(&format!("/properties/{name}"));
            schema.is_some_and(|schema| contract.follow(schema).get("x-id").is_some_and(|it| it == kind))
        })
    };
    match (made, field == primary) {
        (Some(made), true) => Some(Does::Makes(made)),
        (Some(made), false) => {
            let reported_as = param.filter(|param| made.data.pointer(&format!("/properties/{param}")).is_some())?;
            Some(Does::Measures { primary: primary.to_owned(), reported_as: reported_as.to_owned(), made })
        }
        (None, true) if required("message") => Some(Does::TakesBack),
        (None, is_primary) if required("request") => {
            let beside = (!is_primary).then(|| param.map(str::to_owned)).flatten();
            let visible = beside.as_ref().is_none_or(|key| lists_beside(contract, event, key));
            visible.then(|| Does::LetsIn { primary: primary.to_owned(), beside })
        }
        _ => None,
    }
}

/// The field that holds what is sent.
fn reply_field<'e>(contract: &Contract, event: &'e Event) -> Option<&'e str> {
    let properties = event.quick_operation.as_ref()?.get("properties")?.as_object()?;
    let sends = |field: &str| {
        let (action, param) = stands_for(event, field)?;
        let call = contract.resolve(action)?;
        let schema = call.action.params.pointer(&format!("/properties/{}", param?))?;
        (call.action.effect == Effect::Send && schema.get("$ref").is_some()).then_some(())
    };
    properties.keys().map(String::as_str).find(|field| sends(field).is_some())
}

/// Whether the list that shows who was let in reports a value beside them.
fn lists_beside(contract: &Contract, event: &Event, key: &str) -> bool {
    let Some((list, _)) = list_of(contract, event) else { return false };
    let Some(call) = contract.resolve(&list.action) else { return false };
    let place = list.list.replace('/', "/properties/");
    let listed = contract.follow(&call.action.result).pointer(&place).map(|listed| contract.follow(listed));
    let items = listed.and_then(|listed| listed.get("items")).map(|items| contract.follow(items));
    items.is_some_and(|items| items.pointer(&format!("/properties/{key}")).is_some())
}

/// The list that shows who was let in: of friends, or of the members of the group that the event names.
fn list_of(contract: &Contract, event: &Event) -> Option<(ListRole, Option<String>)> {
    let roles = contract.roles();
    if let Some(group) = id_field(contract, event, "group") {
        return Some((roles.members.clone()?, Some(group)));
    }
    Some((roles.friends.clone()?, None))
}

/// The field of an event that holds an id of a kind, other than that of the account itself.
fn id_field(contract: &Contract, event: &Event, kind: &str) -> Option<String> {
    let own = contract.roles().self_field.as_deref();
    let properties = event.data.get("properties").and_then(Value::as_object)?;
    let is_it = |(name, schema): &(&String, &Value)| {
        own != Some(name.as_str()) && contract.follow(schema).get("x-id").is_some_and(|it| it == kind)
    };
    properties.iter().find(is_it).map(|(name, _)| name.clone())
}
