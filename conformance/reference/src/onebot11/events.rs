//! What an account receives. Each change of the world has one look; a dialect reports it in its own form, or not at all.

use botspec_bindings::llonebot::events as llonebot;
use botspec_bindings::onebot11::events::{
    RequestFriend, RequestFriendInit, RequestGroup, RequestGroupInit, RequestGroupSubType,
};
use botspec_schema::Dialect;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{extension_notices, json_merge, message_json, notices};
use crate::coerce::coerce;
use crate::protocol::EventContext;
use crate::world::{Change, MessageId, Request, UserId};

/// The event of a change, if the account is notified of it and the dialect reports it.
pub(crate) fn of(view: &EventContext<'_>, change: &Change) -> Option<Value> {
    let seen = match change {
        Change::MessageSent(id) => sent(view, *id),
        Change::Requested(flag) => requested(view, flag),
        change => notices::of(view, change).or_else(|| extension_notices::of(view, change)),
    };
    in_form_of(view.served.dialect, seen?)
}

/// An event of the adapter itself.
pub(crate) fn own(view: &EventContext<'_>, event: &impl Serialize) -> Option<Value> {
    in_form_of(view.served.dialect, json_merge::value(event))
}

/// An event as the dialect reports it; nothing where it has no such event, or needs to know more for it.
fn in_form_of(dialect: &Dialect, seen: Value) -> Option<Value> {
    let event = dialect.recognise_event(&seen)?;
    let properties = event.data.get("properties").and_then(Value::as_object)?;
    if contradicts(properties, &seen) || lacks(dialect, &event.data, properties, &seen) {
        return None;
    }
    Some(coerce(dialect, &event.data, seen, None))
}

/// Whether the event states something else than what it always states.
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
        |key: &str| properties.get(key).is_some_and(|property| coerce(dialect, property, Value::Null, None).is_null());
    let mut missing = required.filter(|key| seen.get(*key).is_none());
    missing.any(|key| !nullable(key))
}

fn sent(view: &EventContext<'_>, id: MessageId) -> Option<Value> {
    let account = view.served.account;
    let message = view.world.message(account, id).ok()?;
    let rendered = message.sender.user != account || view.served.report_self;
    rendered.then(|| message_json::message(&view.served, view.world, message))
}

/// Stands for nobody where a user is named.
const NOBODY: UserId = 0;

fn requested(view: &EventContext<'_>, flag: &str) -> Option<Value> {
    let request = view.world.request(flag).ok()?;
    if !view.world.can_answer(view.served.account, request) {
        return None;
    }
    // Who brought somebody; nobody where they came by themselves.
    let brought = |rendered: RequestGroup, inviter: UserId| {
        let mut known = llonebot::RequestGroup::new(llonebot::RequestGroupInit {
            time: view.time,
            self_id: view.served.account.into(),
            sub_type: llonebot::RequestGroupSubType::Add,
            group_id: rendered.group_id.clone()?,
            user_id: rendered.user_id.clone()?,
            comment: rendered.comment.clone()?,
            flag: rendered.flag.clone()?,
        });
        known.invitor_id = Some(inviter.into());
        Some(json_merge::both(&rendered, &known))
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
        Request::Friend { from, comment, .. } => json_merge::value(&RequestFriend::new(RequestFriendInit {
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
            json_merge::value(&group(RequestGroupSubType::Invite, *id, *inviter, ""))
        }
    })
}
