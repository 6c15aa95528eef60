//! What an account hears. Each change of the world has one look; a dialect tells it in its own form, or not at all.

use botspec_bindings::llonebot::events as llonebot;
use botspec_bindings::onebot11::events::{
    RequestFriend, RequestFriendInit, RequestGroup, RequestGroupInit, RequestGroupSubType,
};
use botspec_schema::Dialect;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{gestures, notices, saying, told};
use crate::fit::fit;
use crate::protocol::View;
use crate::world::{Change, MessageId, Request, UserId};

/// The event of a change, if the account hears of it and the dialect tells it.
pub(crate) fn of(view: &View<'_>, change: &Change) -> Option<Value> {
    let seen = match change {
        Change::Said(id) => said(view, *id),
        Change::Requested(flag) => requested(view, flag),
        change => notices::of(view, change).or_else(|| gestures::of(view, change)),
    };
    in_form_of(view.served.dialect, seen?)
}

/// An event of the adapter itself.
pub(crate) fn own(view: &View<'_>, event: &impl Serialize) -> Option<Value> {
    in_form_of(view.served.dialect, told::value(event))
}

/// An event as the dialect tells it; nothing where it has no such event, or needs to know more for it.
fn in_form_of(dialect: &Dialect, seen: Value) -> Option<Value> {
    let event = dialect.recognise_event(&seen)?;
    let properties = event.data.get("properties").and_then(Value::as_object)?;
    if contradicts(properties, &seen) || lacks(dialect, &event.data, properties, &seen) {
        return None;
    }
    Some(fit(dialect, &event.data, seen, None))
}

/// Whether the event says something else than what it always says.
fn contradicts(properties: &Map<String, Value>, seen: &Value) -> bool {
    let fixed = |property: &Value| property.get("const").cloned();
    properties
        .iter()
        .any(|(key, property)| fixed(property).is_some_and(|fixed| seen.get(key).is_some_and(|it| *it != fixed)))
}

/// Whether something is required that was not seen, and that cannot be nothing either.
fn lacks(dialect: &Dialect, schema: &Value, properties: &Map<String, Value>, seen: &Value) -> bool {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let nullable =
        |key: &str| properties.get(key).is_some_and(|property| fit(dialect, property, Value::Null, None).is_null());
    let mut missing = required.filter(|key| seen.get(*key).is_none());
    missing.any(|key| !nullable(key))
}

fn said(view: &View<'_>, id: MessageId) -> Option<Value> {
    let account = view.served.account;
    let message = view.world.message(account, id).ok()?;
    let told = message.sender.user != account || view.served.report_self;
    told.then(|| saying::message(&view.served, view.world, message))
}

/// Stands for nobody where a user is named.
const NOBODY: UserId = 0;

fn requested(view: &View<'_>, flag: &str) -> Option<Value> {
    let request = view.world.request(flag).ok()?;
    if !view.world.can_answer(view.served.account, request) {
        return None;
    }
    // Who brought somebody; nobody where they came by themselves.
    let brought = |told: RequestGroup, inviter: UserId| {
        let mut known = llonebot::RequestGroup::new(llonebot::RequestGroupInit {
            time: view.time,
            self_id: view.served.account.into(),
            sub_type: llonebot::RequestGroupSubType::Add,
            group_id: told.group_id.clone()?,
            user_id: told.user_id.clone()?,
            comment: told.comment.clone()?,
            flag: told.flag.clone()?,
        });
        known.invitor_id = Some(inviter.into());
        Some(told::both(&told, &known))
    };
    let group = |sub_type, group: i64, user: i64, comment: &str| {
        RequestGroup::new(RequestGroupInit {
            time: view.time,
            self_id: view.served.account.into(),
            sub_type,
            group_id: group.into(),
            user_id: user.into(),
            comment: comment.to_owned(),
            flag: flag.into(),
        })
    };
    Some(match request {
        Request::Friend { from, comment, .. } => told::value(&RequestFriend::new(RequestFriendInit {
            time: view.time,
            self_id: view.served.account.into(),
            user_id: (*from).into(),
            comment: comment.clone(),
            flag: flag.into(),
        })),
        Request::Join { group: id, user, comment } => {
            brought(group(RequestGroupSubType::Add, *id, *user, comment), NOBODY)?
        }
        Request::Introduction { group: id, user, inviter } => {
            brought(group(RequestGroupSubType::Add, *id, *user, ""), *inviter)?
        }
        Request::Invitation { group: id, inviter, .. } => {
            told::value(&group(RequestGroupSubType::Invite, *id, *inviter, ""))
        }
    })
}
