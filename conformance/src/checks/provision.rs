//! Coming to what a check needs: read from a list, made by an action, sent by this account or by the second one. The ways
//! are those that contracts state; the cheapest that works is taken.

use std::sync::Arc;

use botspec_schema::model::{Action, Effect, Fixture, FoundBy, Segment};
use botspec_schema::{Known, SEGMENT_DATA, SEGMENT_TYPE};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::messages::{self, Conversation};
use super::seen;
use super::trigger::ACTOR;
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::contract::{Harvested, Recipe, Way};
use crate::exchange::Exchange;
use crate::fixtures::{self, DEPTH, Permissions, Planner};
use crate::not_passed::{CheckResult, NotPassed};

/// Comes to what is missing of a list, as far as the target allows. What cannot be had stays missing, and the check that
/// needs it states so, with what its user can do. What an action changes or uses up has to be ours.
pub(super) async fn provide(cx: &mut CheckContext, needs: &[Fixture], effect: Effect) -> CheckResult {
    if effect == Effect::Send && needs.contains(&Fixture::Group) {
        cx.may_send_in_group()?;
    }
    let ours = effect > Effect::Send;
    let run = Arc::clone(&cx.run);
    let lacks = |fixture: &Fixture| !is_there(cx, *fixture) || ours && run.fixtures.is_foreign(*fixture);
    if !needs.iter().filter(|it| !it.is_rank()).any(lacks) {
        return Ok(());
    }
    let _providing = run.providing.lock().await;
    for &fixture in needs.iter().filter(|it| !it.is_rank()) {
        if !obtain(cx, fixture, ours, Vec::new()).await {
            let may = Permissions {
                allow: cx.gate().target().allow.clone(),
                actor: cx.run.actor.is_some(),
                known: cx.run.fixtures.known(),
            };
            let why = Planner::new(cx.contract(), &may).unmet(fixture);
            cx.run.fixtures.set_unmet(fixture, why);
        }
    }
    Ok(())
}

/// Whether something is known of a fixture.
fn is_there(cx: &CheckContext, fixture: Fixture) -> bool {
    cx.run.fixtures.missing(&cx.run.fixtures.bindings(), &[fixture]).is_empty()
}

/// Comes to one fixture; whether it is known then. One of somebody else is kept where none of ours can be had.
fn obtain(cx: &mut CheckContext, fixture: Fixture, ours: bool, open: Vec<Fixture>) -> BoxFuture<'_, bool> {
    async move {
        let theirs = (ours && cx.run.fixtures.is_foreign(fixture)).then(|| cx.run.fixtures.forget(fixture)).flatten();
        if is_there(cx, fixture) {
            return true;
        }
        if open.len() < DEPTH && !open.contains(&fixture) {
            let below: Vec<Fixture> = open.into_iter().chain([fixture]).collect();
            try_recipes(cx, fixture, ours, &below).await;
        }
        if !is_there(cx, fixture)
            && let Some(theirs) = theirs
        {
            cx.run.fixtures.learn_found(fixture, theirs);
        }
        is_there(cx, fixture)
    }
    .boxed()
}

/// Tries each way to come to a fixture until one works.
async fn try_recipes(cx: &mut CheckContext, fixture: Fixture, ours: bool, open: &[Fixture]) {
    let recipes: Vec<Recipe> = cx.contract().recipes().of_fixture(fixture).cloned().collect();
    let found = |recipe: &Recipe| recipe.way == Way::Listed;
    for recipe in recipes.into_iter().filter(|recipe| !(ours && found(recipe))) {
        let tried = !cx.run.fixtures.may_try(fixture, &recipe.action);
        let allowed = cx.gate().target().allow.contains(&recipe.effect);
        if tried || !allowed || cx.run.fixtures.lacks_rank(&recipe.needs).is_some() {
            continue;
        }
        let mut ready = true;
        for need in recipe.needs.clone() {
            ready = ready && obtain(cx, need, recipe.effect > Effect::Send, open.to_vec()).await;
        }
        if ready {
            follow(cx, &recipe).await;
            if is_there(cx, fixture) {
                return;
            }
            cx.run.fixtures.failed(fixture, &recipe.action);
        }
    }
    if let Some(somebody) = another(cx, fixture).await {
        cx.run.fixtures.learn_found(fixture, somebody);
        return;
    }
    if fixture == Fixture::GroupMessage
        && let Some(message) = actor_message(cx).await
    {
        cx.run.fixtures.learn_made(fixture, message);
    }
}

/// Somebody else of whom an account has several, where nothing that it has is of value: a friend, or a member of the group.
async fn another(cx: &mut CheckContext, fixture: Fixture) -> Option<Value> {
    if !cx.gate().target().disposable {
        return None;
    }
    let roles = cx.contract().roles();
    let role = match fixture {
        Fixture::Friend => roles.friends.clone()?,
        Fixture::Member => roles.members.clone()?,
        _ => return None,
    };
    let bindings = cx.run.fixtures.bindings();
    let of = role.param.clone().zip(bindings.get(fixtures::name(Fixture::Group)).cloned());
    let data = cx.need(&role.action, &Value::Object(of.into_iter().collect())).await.ok()?;
    let spared = [MYSELF, ACTOR].map(|name| bindings.get(name));
    let items = data.pointer(&role.list)?.as_array()?;
    items.iter().filter_map(|item| item.pointer(&role.id)).find(|id| !spared.contains(&Some(id))).cloned()
}

/// How many groups are asked for the rank that the account has there.
const GROUPS_ASKED: usize = 10;

/// A group that the account does not own and can leave, where nothing that it has is of value.
pub(super) async fn group_to_leave(cx: &mut CheckContext) -> Option<Value> {
    let roles = cx.contract().roles();
    let (list, member) = (roles.groups.clone()?, roles.member.clone()?);
    let bindings = cx.run.fixtures.bindings();
    if !cx.gate().target().disposable {
        return None;
    }
    let (own, myself) = (bindings.get(fixtures::name(Fixture::Group)), bindings.get(MYSELF)?);
    let data = cx.need(&list.action, &json!({})).await.ok()?;
    let groups = data.pointer(&list.list)?.as_array()?.iter().filter_map(|item| item.pointer(&list.id));
    for group in groups.filter(|group| Some(*group) != own).take(GROUPS_ASKED) {
        let params = json!({ member.group.clone(): group, member.user.clone(): myself });
        let told = cx.need(&member.action, &params).await.ok();
        let rank = told.as_ref().and_then(|told| told.pointer(&member.rank)?.as_str());
        if rank.is_some_and(|rank| rank != fixtures::name(Fixture::Owner)) {
            return Some(group.clone());
        }
    }
    None
}

/// The account itself, by the name of its binding.
const MYSELF: &str = "self";

/// Does what a recipe states. What comes of it is learned; what fails breaks the check of its action, and what needs it is
/// blocked by that.
async fn follow(cx: &mut CheckContext, recipe: &Recipe) {
    let Some(action) = cx.contract().actions().find(|it| it.name == recipe.action).cloned() else { return };
    match &recipe.way {
        Way::Listed => look(cx, &action, recipe.fixture).await,
        Way::Made(known) => make(cx, &action, recipe, known).await,
        Way::Sent(segment) => send(cx, segment).await,
    }
}

/// Calls an action on the way to something; where it is not let through, that is why the thing cannot be had.
async fn called(cx: &mut CheckContext, action: &Action, params: &Value, gives: Fixture) -> Option<Arc<Exchange>> {
    match cx.call(&action.name, params).await {
        Ok(exchange) => Some(exchange),
        Err(NotPassed::Skip(why)) => {
            cx.run.fixtures.set_refused(gives, why);
            None
        }
        Err(_) => None,
    }
}

/// What an action reports, if it succeeds.
async fn data(cx: &mut CheckContext, action: &Action, params: &Value, gives: Fixture) -> Option<Value> {
    let exchange = called(cx, action, params, gives).await?;
    let envelope = exchange.json()?;
    let ok = answer::call_outcome(cx.contract(), envelope) == CallOutcome::Ok;
    ok.then(|| answer::data(envelope).cloned()).flatten()
}

/// Reads a list, once for each thing that it is of, and learns all that it reports and that was not known.
async fn look(cx: &mut CheckContext, action: &Action, wanted: Fixture) {
    let bindings = cx.run.fixtures.bindings();
    let params = list_params(cx, action, wanted);
    if !cx.run.fixtures.first_look(&action.name, &params) {
        return;
    }
    if let Some(data) = data(cx, action, &params, wanted).await {
        let contract = Arc::clone(cx.run.gate.contract());
        learn(cx, contract.harvest(action, &params, &data, bindings.get("self")));
    }
}

/// The parameters that read a list: of the group, where a word states of which conversation it reports.
fn list_params(cx: &CheckContext, action: &Action, wanted: Fixture) -> Value {
    let bindings = cx.run.fixtures.bindings();
    let history = cx.contract().roles().history.clone().filter(|it| it.action == action.name && it.place.is_some());
    let mut params = match (history, bindings.get(fixtures::name(Fixture::Group))) {
        (Some(history), Some(group)) if wanted == Fixture::GroupMessage => Value::Object(history.params(group, true)),
        _ => super::action::minimal(cx, action, &bindings),
    };
    // Without a limit some lists have no default.
    if let (Some(history), Some(fields)) = (&cx.contract().roles().history, params.as_object_mut())
        && history.action == action.name
        && let Some(limit) = &history.limit
    {
        fields.insert(limit.clone(), 20.into());
    }
    params
}

/// Learns what was reported, the first of each kind, and of what belongs together only what stands in one item.
fn learn(cx: &mut CheckContext, told: Vec<Harvested>) {
    let known = cx.run.fixtures.bindings();
    let mut taken: Vec<(Fixture, String)> = Vec::new();
    for it in told {
        let item = it.pointer.rsplit_once('/').map(|(item, _)| item.to_owned()).unwrap_or_default();
        let name = fixtures::name(it.fixture);
        if known.contains_key(name) || taken.iter().any(|(fixture, _)| *fixture == it.fixture) {
            continue;
        }
        cx.run.fixtures.learn_found(it.fixture, it.value);
        taken.push((it.fixture, item));
    }
}

/// Calls an action that makes something, under a name of its own.
async fn make(cx: &mut CheckContext, action: &Action, recipe: &Recipe, known: &Known) {
    let bindings = cx.run.fixtures.bindings();
    let mut params = super::action::minimal(cx, action, &bindings);
    let run = Arc::clone(&cx.run);
    let words = fixtures::unique_names(action, &mut params, || run.fixtures.next_mark());
    let Some(told) = data_or_null(cx, action, &params, recipe.fixture).await else { return };
    let value = match known {
        Known::Answered(at) => told.pointer(at).filter(|value| !value.is_null()).cloned(),
        Known::Named(of) => params.pointer(of).cloned(),
        Known::Found(_) => None,
    };
    let value = match (value, known) {
        (Some(value), _) => Some(value),
        (None, Known::Found(found)) => find(cx, recipe.fixture, found, words.as_deref()).await,
        (None, _) => None,
    };
    let contract = Arc::clone(cx.run.gate.contract());
    let mut harvested = contract.harvest(action, &params, &told, bindings.get("self"));
    harvested.retain(|it| it.fixture != recipe.fixture);
    if let Some(value) = value {
        cx.run.fixtures.learn_made(recipe.fixture, value);
    }
    learn(cx, harvested);
}

/// The same as [`data`] of a call that makes something, where nothing may be reported.
async fn data_or_null(cx: &mut CheckContext, action: &Action, params: &Value, makes: Fixture) -> Option<Value> {
    let exchange = called(cx, action, params, makes).await?;
    let envelope = exchange.json();
    let ok = envelope.filter(|it| answer::call_outcome(cx.contract(), it) == CallOutcome::Ok);
    if ok.is_none()
        && let Some(owner) = cx.blame(&action.name, params, &exchange)
    {
        cx.run.fixtures.set_broken(makes, owner);
    }
    ok.map(|envelope| answer::data(envelope).cloned().unwrap_or_default())
}

/// Finds something in a list: the item that holds some words, or the first.
async fn find(cx: &mut CheckContext, gives: Fixture, found: &FoundBy, words: Option<&str>) -> Option<Value> {
    let (at, words) = (&found.at, found.matching.as_ref().and(words));
    let action = cx.contract().actions().find(|it| it.name == found.read).cloned()?;
    let bindings = cx.run.fixtures.bindings();
    let params = super::action::minimal(cx, &action, &bindings);
    let told = data(cx, &action, &params, gives).await?;
    let (list, id) = at.split_once("/*")?;
    let items = told.pointer(list)?.as_array()?;
    // Others may have a name that holds this one.
    let is_called = |item: &Value| words.is_none_or(|words| is_within(item, words));
    let mentions = |item: &Value| words.is_some_and(|words| item.to_string().contains(words));
    let index = items.iter().position(is_called).or_else(|| items.iter().position(mentions))?;
    // What is reported together with it belongs to it.
    let contract = Arc::clone(cx.run.gate.contract());
    let inside = format!("{list}/{index}/");
    for it in contract.harvest(&action, &params, &told, bindings.get("self")) {
        if it.pointer.starts_with(&inside) {
            cx.gate().admit(&it.kind, &it.value);
            cx.run.fixtures.learn_made(it.fixture, it.value);
        }
    }
    items[index].pointer(id).cloned()
}

/// Whether a text stands somewhere in a document, by itself.
fn is_within(document: &Value, text: &str) -> bool {
    match document {
        Value::String(it) => it == text,
        Value::Array(items) => items.iter().any(|it| is_within(it, text)),
        Value::Object(fields) => fields.values().any(|it| is_within(it, text)),
        _ => false,
    }
}

/// Sends a message with a segment, reads it again, and learns what is in it.
async fn send(cx: &mut CheckContext, segment: &str) {
    let Ok(conversation) = Conversation::group(cx) else { return };
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(segment) = contract.segments().find(|it| it.name == segment) else { return };
    let Some(shown) = segment.examples.iter().find_map(|it| it.send.clone()) else { return };
    let message =
        messages::filled(cx, &segment.fixtures(), &json!([{ SEGMENT_TYPE: segment.name, SEGMENT_DATA: shown }]));
    if let Ok(id) = messages::send_accepted(cx, &conversation, &message, None).await {
        learn_sent(cx, segment, &conversation, &id).await;
    }
}

/// Learns what a message that was sent with a segment holds, or is, and was not known: later checks need not send another.
pub(super) async fn learn_sent(cx: &mut CheckContext, segment: &Segment, conversation: &Conversation, id: &Value) {
    let contract = Arc::clone(cx.run.gate.contract());
    let by_this = |it: &&Recipe| matches!(&it.way, Way::Sent(by) if *by == segment.name) && !is_there(cx, it.fixture);
    let mut given: Vec<Fixture> = contract.recipes().iter().filter(by_this).map(|it| it.fixture).collect();
    if let Some(at) = given.iter().position(|it| *it == Fixture::VoiceMessage) {
        given.remove(at);
        if conversation.is_group || !contract.counts_by_conversation() {
            cx.run.fixtures.learn_made(Fixture::VoiceMessage, id.clone());
        }
    }
    let (Some(&wanted), Some(role)) = (given.first(), contract.roles().read_message.clone()) else { return };
    let Some(action) = contract.actions().find(|it| it.name == role.action).cloned() else { return };
    let params = role.params(id, &conversation.to, conversation.is_group);
    if let Some(reported) = data(cx, &action, &params, wanted).await {
        let myself = cx.run.fixtures.bindings().remove("self");
        let reported = contract.harvest(&action, &params, &reported, myself.as_ref());
        reported.iter().filter(|it| given.contains(&it.fixture)).for_each(|it| cx.gate().admit(&it.kind, &it.value));
        learn(cx, reported);
    }
}

/// The second account sends something in the group; the id is the one that this account knows it by.
async fn actor_message(cx: &mut CheckContext) -> Option<Value> {
    let group = cx.run.fixtures.bindings().get(fixtures::name(Fixture::Group)).cloned()?;
    seen::actor_sends(cx, true, &group, "botspec says hello").await.ok().map(|sent| sent.as_receiver)
}
