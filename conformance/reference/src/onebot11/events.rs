//! What an account hears: messages and requests; notices are beside this.

use botspec_bindings::onebot11::events::{
    MessageGroup, MessageGroupInit, MessageGroupSubType, MessagePrivate, MessagePrivateInit, MessagePrivateSubType,
    RequestFriend, RequestFriendInit, RequestGroup, RequestGroupInit, RequestGroupSubType,
};
use botspec_bindings::onebot11::types::Anonymous;
use serde::Serialize;
use serde_json::Value;

use super::{notices, outgoing, people};
use crate::protocol::View;
use crate::world::{Change, Message, MessageId, Request, Scene};

/// The font that every message is told in.
const FONT: i64 = 0;

/// The event of a change, if the account hears of it.
pub(crate) fn of(view: &View<'_>, change: &Change) -> Option<Value> {
    match change {
        Change::Said(id) => said(view, *id),
        Change::Requested(flag) => requested(view, flag),
        change => notices::of(view, change),
    }
}

/// An event as JSON; every event has such a form.
pub(crate) fn value(event: &impl Serialize) -> Option<Value> {
    serde_json::to_value(event).ok()
}

fn said(view: &View<'_>, id: MessageId) -> Option<Value> {
    let account = view.served.account;
    let message = view.world.message(account, id).ok()?;
    if message.sender.user == account {
        return own(view, message);
    }
    match &message.scene {
        Scene::Private { through, .. } => private(view, message, through.is_some()),
        Scene::Group { group, .. } => in_group(view, message, *group),
    }
}

/// What the account itself said, where the dialect has such an event and a client wants it.
fn own(view: &View<'_>, message: &Message) -> Option<Value> {
    let (event, mut told) = match &message.scene {
        Scene::Private { through, .. } => ("message_sent.private", private(view, message, through.is_some())?),
        Scene::Group { group, .. } => ("message_sent.group", in_group(view, message, *group)?),
    };
    let contract = view.served.dialect.events.get(event).filter(|_| view.served.report_self)?;
    let names = contract.identify.iter().map(|(key, word)| (key.clone(), word.as_str().into()));
    told.as_object_mut()?.extend(names);
    Some(told)
}

fn private(view: &View<'_>, message: &Message, through_group: bool) -> Option<Value> {
    let friends = view.world.are_friends(view.served.account, message.sender.user);
    value(&MessagePrivate::new(MessagePrivateInit {
        time: message.time,
        self_id: view.served.account.into(),
        sub_type: match (friends, through_group) {
            (true, _) => MessagePrivateSubType::Friend,
            (false, true) => MessagePrivateSubType::Group,
            (false, false) => MessagePrivateSubType::Other,
        },
        message_id: i64::from(message.id).into(),
        user_id: message.sender.user.into(),
        message: outgoing::message(&view.served, view.world, &message.pieces),
        raw_message: outgoing::raw(&view.served, view.world, &message.pieces),
        font: FONT,
        sender: people::private_sender(&message.sender),
    }))
}

fn in_group(view: &View<'_>, message: &Message, group: i64) -> Option<Value> {
    let mask = match &message.scene {
        Scene::Group { mask, .. } => mask.as_ref(),
        Scene::Private { .. } => None,
    };
    value(&MessageGroup::new(MessageGroupInit {
        time: message.time,
        self_id: view.served.account.into(),
        sub_type: if mask.is_some() { MessageGroupSubType::Anonymous } else { MessageGroupSubType::Normal },
        message_id: i64::from(message.id).into(),
        group_id: group.into(),
        user_id: mask.map_or(message.sender.user, |mask| mask.id).into(),
        anonymous: mask.map(|mask| Anonymous::new(mask.id, &mask.name, mask.flag.as_str())),
        message: outgoing::message(&view.served, view.world, &message.pieces),
        raw_message: outgoing::raw(&view.served, view.world, &message.pieces),
        font: FONT,
        sender: people::any_sender(&message.sender, &message.scene),
    }))
}

fn requested(view: &View<'_>, flag: &str) -> Option<Value> {
    let request = view.world.request(flag).ok()?;
    if !view.world.can_answer(view.served.account, request) {
        return None;
    }
    let group = |sub_type, group: i64, user: i64, comment: &str| {
        value(&RequestGroup::new(RequestGroupInit {
            time: view.time,
            self_id: view.served.account.into(),
            sub_type,
            group_id: group.into(),
            user_id: user.into(),
            comment: comment.to_owned(),
            flag: flag.into(),
        }))
    };
    match request {
        Request::Friend { from, comment, .. } => value(&RequestFriend::new(RequestFriendInit {
            time: view.time,
            self_id: view.served.account.into(),
            user_id: (*from).into(),
            comment: comment.clone(),
            flag: flag.into(),
        })),
        Request::Join { group: id, user, comment } => group(RequestGroupSubType::Add, *id, *user, comment),
        Request::Invitation { group: id, inviter, .. } => group(RequestGroupSubType::Invite, *id, *inviter, ""),
    }
}
