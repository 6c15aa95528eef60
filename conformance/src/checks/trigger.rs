//! Making an event happen.

use botspec_reports::record::Text;
use botspec_schema::model::{Effect, Event, Fixture, Trigger, TriggerBy};
use serde_json::Value;

use super::about::{ACTOR_MESSAGE, About};
use super::{messages, seen, subscriptions};
use crate::check_context::CheckContext;
use crate::contract::Contract;
use crate::fixtures::{self, Bindings, name};
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};
use crate::run_context::resolve;

/// The mildest effect by which the accounts can provoke an event, and what provoking it uses up. A stronger trigger is left
/// out where it is not allowed.
pub(super) fn cost(contract: &Contract, event: &Event) -> (Effect, Vec<Fixture>) {
    let mut mildest: Option<Effect> = None;
    let mut spends = Vec::new();
    for trigger in &event.triggers {
        let own = match trigger.by {
            TriggerBy::Itself | TriggerBy::Actor => {
                let call = trigger.call.as_deref().and_then(|name| contract.resolve(name));
                spends.extend(call.into_iter().flat_map(|call| call.action.spends.clone()));
                call.map_or(Effect::Write, |call| call.action.effect)
            }
            // A step changes the world, which can be put back.
            TriggerBy::World => Effect::Write,
            TriggerBy::Connect | TriggerBy::Clock => Effect::Read,
        };
        // A step is there on few targets, and must not let what it stands beside come early.
        if trigger.by == TriggerBy::World && event.triggers.iter().any(|other| other.by != TriggerBy::World) {
            continue;
        }
        mildest = Some(mildest.map_or(own, |mildest| mildest.min(own)));
    }
    spends.sort();
    spends.dedup();
    (mildest.unwrap_or(Effect::Read), spends)
}

/// Whether a trigger can be pulled on this target, or why not: an effect that is not allowed is the user's choice, whoever
/// else is missing.
pub(super) fn can_fire(cx: &CheckContext, trigger: &Trigger) -> CheckResult {
    let missing = |why: Text| Err(NotPassed::Untestable(Box::new(Violation::new(why))));
    let effect = match (&trigger.call, trigger.by) {
        (Some(_), TriggerBy::World) => Effect::Write,
        (Some(call), _) => cx.contract().resolve(call).map_or(Effect::Read, |call| call.action.effect),
        (None, _) => Effect::Read,
    };
    if let Some(call) = &trigger.call {
        cx.gate().allows(call, effect)?;
    }
    let names = |name: &str| is_named(trigger, name);
    let in_group = names(name(Fixture::Group));
    match trigger.by {
        TriggerBy::World if !cx.gate().can_step() => missing(Text::both(
            "only somebody else makes it happen; give the target a control url (--control) or a hook in its file",
            "需要由外部触发；可为目标提供 control 地址（--control），或在目标文件中设置 hook",
        )),
        TriggerBy::Actor if cx.run.actor.is_none() => missing(Text::both(
            "only a second account makes it happen (--actor-http, --actor-ws)",
            "需要第二个账号才能触发（--actor-http、--actor-ws）",
        )),
        TriggerBy::Actor if in_group => cx.actor_is_in_group(),
        TriggerBy::Itself if in_group => {
            if names(ACTOR) {
                cx.actor_is_in_group()?;
            }
            if effect == Effect::Send { cx.may_send_in_group() } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// Pulls a trigger, and states what the event is about that comes of it. Connecting and waiting are left to who listens.
pub(super) async fn fire(cx: &mut CheckContext, event: &Event, trigger: &Trigger) -> CheckResult<About> {
    let about = pull(cx, event, trigger).await?;
    if let Some(next) = &trigger.then {
        can_fire(cx, next)?;
        pull(cx, event, next).await?;
    }
    Ok(about)
}

async fn pull(cx: &mut CheckContext, event: &Event, trigger: &Trigger) -> CheckResult<About> {
    let Some(call) = &trigger.call else { return Ok(About::default()) };
    let bindings = bindings(cx, event, trigger).await?;
    let wanted = trigger.params.clone().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let mut params = match resolve(&bindings, &wanted) {
        Ok(params) => params,
        Err(missing) => {
            return untestable(
                format!("nothing is known of: {}", missing.replace('_', "-")),
                format!("缺少测试对象：{}", missing.replace('_', "-")),
            );
        }
    };
    // A name that is there already is no news.
    let action = cx.contract().actions().find(|action| action.name == *call && action.effect == Effect::Write).cloned();
    if let Some(action) = action.filter(|_| trigger.by != TriggerBy::World) {
        let run = std::sync::Arc::clone(&cx.run);
        fixtures::unique_names(&action, &mut params, || run.fixtures.next_mark());
    }
    let about = About::of_trigger(cx.contract(), trigger, &bindings, &params);
    match trigger.by {
        TriggerBy::Itself => drop(cx.need(call, &params).await?),
        TriggerBy::Actor => drop(messages::actor_calls(cx, call, &params).await?),
        TriggerBy::World => drop(cx.step(call, &params).await?),
        TriggerBy::Connect | TriggerBy::Clock => {}
    }
    Ok(about)
}

/// The same trigger with its one switch the other way round, where it has one: who is an admin already does not become one.
pub(super) fn the_other_way(trigger: &Trigger) -> Option<Trigger> {
    let mut other = trigger.clone();
    let switch = other.params.as_mut().and_then(Value::as_object_mut)?.values_mut().find(|value| value.is_boolean())?;
    *switch = (!switch.as_bool()?).into();
    // What is expected of one way alone is not of the other.
    other.expects.retain(|_, value| value.as_str().is_some_and(|it| it.starts_with(['$', '='])));
    (trigger.by == TriggerBy::Itself).then_some(other)
}

/// The trigger with parameters left out that have their default in it: the event has to be the same.
pub(super) fn by_default(contract: &Contract, trigger: &Trigger) -> Option<Trigger> {
    let call = trigger.call.as_deref().filter(|_| trigger.by == TriggerBy::Itself)?;
    let action = contract.actions().find(|action| action.name == call)?;
    let is_default = |name: &String, value: &Value| {
        let schema = action.params.pointer(&format!("/properties/{name}"));
        schema.and_then(|schema| schema.get("default")).is_some_and(|default| default == value)
    };
    let mut short = trigger.clone();
    let params = short.params.as_mut().and_then(Value::as_object_mut)?;
    let left_out: Vec<(String, Value)> = params
        .iter()
        .filter(|(name, value)| is_default(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in &left_out {
        params.shift_remove(name);
        let of_param = |value: &&mut Value| value.as_str().and_then(|it| it.strip_prefix('=')) == Some(name);
        let same = short.expects.values_mut().filter(of_param);
        same.for_each(|expected| *expected = value.clone());
    }
    (!left_out.is_empty()).then_some(short)
}

/// Pulls a trigger with other words in place of those it sends.
pub(super) async fn fire_with_text(
    cx: &mut CheckContext,
    event: &Event,
    trigger: &Trigger,
    words: &str,
) -> CheckResult<About> {
    let trigger = with_text(cx.contract(), trigger, words);
    fire(cx, event, &trigger).await
}

/// The same trigger with other words in place of those it sends: in parameters that are text, and in segments that are.
pub(super) fn with_text(contract: &Contract, trigger: &Trigger, words: &str) -> Trigger {
    let mut trigger = trigger.clone();
    for (_, value) in trigger.params.as_mut().and_then(Value::as_object_mut).into_iter().flatten() {
        if value.as_str().is_some_and(|text| !text.starts_with('$')) {
            *value = words.into();
        } else if value.as_array().is_some_and(|items| messages::words(contract, items).is_some()) {
            *value = messages::text(contract, words);
        }
    }
    trigger
}

/// The second account, by the name that triggers use.
pub(super) const ACTOR: &str = "actor";

/// A message of this account, by the name that triggers use.
const OWN_MESSAGE: &str = "own_message";

/// Whether a trigger names something.
fn is_named(trigger: &Trigger, name: &str) -> bool {
    let params = trigger.params.as_ref().and_then(Value::as_object);
    params.is_some_and(|it| it.values().any(|it| it.as_str().and_then(|it| it.strip_prefix('$')) == Some(name)))
}

/// The fixtures that a trigger names.
fn named(trigger: &Trigger) -> Vec<Fixture> {
    let params = trigger.params.as_ref().and_then(Value::as_object).into_iter().flatten();
    let names = params.filter_map(|(_, value)| value.as_str()?.strip_prefix('$'));
    names.filter_map(|name| serde_json::from_value(name.replace('_', "-").into()).ok()).collect()
}

/// What a trigger can name. Messages are sent freshly, where the event will be about them, and each account names them by
/// the id that it knows itself.
async fn bindings(cx: &mut CheckContext, event: &Event, trigger: &Trigger) -> CheckResult<Bindings> {
    if trigger.by == TriggerBy::Itself {
        super::provision::provide(cx, &named(trigger), Effect::Read).await?;
    }
    let mut bindings = cx.run.fixtures.bindings();
    let names = |name: &str| {
        let params = trigger.params.as_ref().and_then(Value::as_object);
        params.into_iter().flatten().any(|(_, value)| value.as_str().and_then(|it| it.strip_prefix('$')) == Some(name))
    };
    let in_group = subscriptions::needs_group(cx.contract(), event) || names(name(Fixture::Group));
    let by_actor = trigger.by == TriggerBy::Actor;
    if cx.run.actor.is_none() {
        return Ok(bindings);
    }
    if names(ACTOR_MESSAGE)
        && let Some(to) = bindings.get(if in_group { name(Fixture::Group) } else { "self" }).cloned()
    {
        let sent = seen::actor_sends(cx, in_group, &to, "botspec takes this back").await?;
        bindings.insert(ACTOR_MESSAGE.to_owned(), if by_actor { sent.as_sender } else { sent.as_receiver });
    }
    if by_actor && names(OWN_MESSAGE) {
        let sent = seen::sends(cx, in_group, "botspec waits for a reaction").await?;
        bindings.insert(OWN_MESSAGE.to_owned(), sent);
    }
    Ok(bindings)
}
