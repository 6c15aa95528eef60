//! What was sent before.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    GetFriendMsgHistory, GetGroupMsgHistory, GetRecentContact, GetRecentContactResponseItem,
    GetRecentContactResponseItemInit, MarkAllAsRead, MarkGroupMsgAsRead, MarkMsgAsRead, MarkPrivateMsgAsRead,
};
use botspec_bindings::napcat::ids;
use serde_json::Value;

use super::count;
use crate::answer::Failure;
use crate::onebot11::message_json;
use crate::onebot11::people::{name_of, number, or_nobody, own};
use crate::onebot11::table::{NAPCAT, Table};
use crate::params::message as known_as;
use crate::protocol::Context;
use crate::world::{GroupId, Message, MessageId, Scene, UserId};

pub(super) fn add(table: &mut Table) {
    table.add_untyped::<GetGroupMsgHistory>(NAPCAT, get_group_msg_history);
    table.add_untyped::<GetFriendMsgHistory>(NAPCAT, get_friend_msg_history);
    table.add::<GetRecentContact>(NAPCAT, get_recent_contact);
    table.add::<MarkAllAsRead>(NAPCAT, |_, _| Ok(Empty));
    table.add::<MarkMsgAsRead>(NAPCAT, |context, it| read(context, it.message_id, it.user_id, it.group_id));
    table.add::<MarkPrivateMsgAsRead>(NAPCAT, |context, it| read(context, it.message_id, it.user_id, it.group_id));
    table.add::<MarkGroupMsgAsRead>(NAPCAT, |context, it| read(context, it.message_id, it.user_id, it.group_id));
}

/// A conversation, seen from one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Talk {
    With(UserId),
    In(GroupId),
}

impl Talk {
    fn of(message: &Message, account: UserId) -> Self {
        match message.scene {
            Scene::Group { group, .. } => Self::In(group),
            Scene::Private { to, .. } if message.sender.user == account => Self::With(to),
            Scene::Private { .. } => Self::With(message.sender.user),
        }
    }
}

/// Which part of a conversation is wanted.
struct Part {
    from: Option<MessageId>,
    count: usize,
    onwards: bool,
}

/// The messages of a part, the oldest first: those up to the one that is named, or those from it on.
fn part(context: &Context<'_>, talk: Talk, part: &Part) -> Result<Value, Failure> {
    let account = context.served.account;
    let all: Vec<&Message> =
        context.world.messages_of(account).filter(|message| Talk::of(message, account) == talk).collect();
    let place = match part.from {
        Some(id) => {
            let place = all.iter().position(|message| message.id == id);
            Some(place.ok_or_else(|| context.world.no_message(account, id))?)
        }
        None => None,
    };
    let (first, last) = match place {
        Some(place) if part.onwards => (place, place.saturating_add(part.count).min(all.len())),
        Some(place) => ((place + 1).saturating_sub(part.count), place + 1),
        None => (all.len().saturating_sub(part.count), all.len()),
    };
    let rendered =
        all[first..last].iter().map(|message| message_json::message(&context.served, context.world, message));
    Ok(message_json::messages(rendered.collect()))
}

/// The message to begin at; 0 is none.
fn beginning(context: &Context<'_>, id: Option<i64>) -> Result<Option<MessageId>, Failure> {
    match id {
        None | Some(0) => Ok(None),
        id => Ok(Some(known_as(context, id)?.id)),
    }
}

fn get_group_msg_history(context: &mut Context<'_>, action: GetGroupMsgHistory) -> Result<Value, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.group_as(context.served.account, group)?;
    let from = beginning(context, action.message_seq.map(|id| or_nobody(id.as_i64())))?;
    let onwards = action.reverse_order.unwrap_or(false);
    part(context, Talk::In(group), &Part { from, count: count(action.count, USUAL), onwards })
}

/// So many messages are reported where nothing is sent.
const USUAL: usize = 20;

fn get_friend_msg_history(context: &mut Context<'_>, action: GetFriendMsgHistory) -> Result<Value, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.person(user)?;
    let from = beginning(context, action.message_seq.map(|id| or_nobody(id.as_i64())))?;
    let onwards = action.reverse_order.unwrap_or(false);
    part(context, Talk::With(user), &Part { from, count: count(action.count, USUAL), onwards })
}

fn get_recent_contact(
    context: &mut Context<'_>,
    action: GetRecentContact,
) -> Result<Vec<GetRecentContactResponseItem>, Failure> {
    let account = context.served.account;
    let mut seen = std::collections::BTreeSet::new();
    let latest = context.world.messages_of(account).rev().filter(|message| seen.insert(Talk::of(message, account)));
    let latest: Vec<&Message> = latest.take(count(action.count, 10)).collect();
    latest.into_iter().map(|message| contact(context, message)).collect()
}

fn contact(context: &Context<'_>, message: &Message) -> Result<GetRecentContactResponseItem, Failure> {
    let account = own(context)?;
    let (peer, kind, name, remark) = match Talk::of(message, account.id) {
        Talk::With(user) => {
            let remark = account.friends.get(&user).map(|friend| friend.remark.clone());
            (user, PRIVATE, name_of(context, user), remark)
        }
        Talk::In(group) => {
            let name = context.world.group(group)?.name.clone();
            (group, GROUP, name, account.group_remarks.get(&group).cloned())
        }
    };
    let mut rendered = GetRecentContactResponseItem::new(GetRecentContactResponseItemInit {
        peer_uin: peer.to_string(),
        remark: remark.unwrap_or_default(),
        msg_time: message.time.to_string(),
        chat_type: kind,
        msg_id: context.number_for(message.id).unsigned_abs().to_string(),
        send_nick_name: message.sender.nickname.clone(),
        send_member_name: message.sender.member.as_ref().map(|member| member.card.clone()).unwrap_or_default(),
        peer_name: name,
    });
    rendered.lastest_msg = Some(message_json::typed(&context.served, context.world, message));
    Ok(rendered)
}

/// A chat between two, in the numbers of QQ's client.
const PRIVATE: i64 = 1;
/// A chat of a group.
const GROUP: i64 = 2;

/// Nobody reports what was read, so all that counts is that it is there.
fn read(
    context: &Context<'_>,
    message: Option<ids::MessageId>,
    user: Option<ids::UserId>,
    group: Option<ids::GroupId>,
) -> Result<Empty, Failure> {
    let account = context.served.account;
    if let Some(message) = message {
        known_as(context, message.as_i64())?;
    }
    if let Some(user) = user {
        context.world.person(number(user.as_i64(), "user")?)?;
    }
    if let Some(group) = group {
        context.world.group_as(account, number(group.as_i64(), "group")?)?;
    }
    Ok(Empty)
}
