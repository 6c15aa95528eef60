//! What was sent before, by the numbers that messages have in their conversation.

use botspec_bindings::llonebot::actions::{GetFriendMsgHistory, GetGroupMsgHistory};
use serde_json::Value;

use crate::answer::Failure;
use crate::onebot11::handlers::count;
use crate::onebot11::message_json;
use crate::onebot11::people::number;
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::world::{Conversation, Refusal};

pub(super) fn add(table: &mut Table) {
    table.add_untyped::<GetGroupMsgHistory>(LLONEBOT, get_group_msg_history);
    table.add_untyped::<GetFriendMsgHistory>(LLONEBOT, get_friend_msg_history);
}

/// So many messages are reported where nothing is sent.
const USUAL: usize = 20;

/// The messages up to the one with the number, or up to the latest; the oldest first, unless it is turned round.
fn up_to(
    context: &Context<'_>,
    conversation: Conversation,
    last: Option<i64>,
    most: Option<i64>,
    newest_first: bool,
) -> Result<Value, Failure> {
    let mut sent: Vec<_> = context.world.messages_in(context.served.account, conversation).collect();
    if let Some(last) = last.filter(|last| *last != 0) {
        let place = sent.iter().position(|message| message.number == last);
        let place = place.ok_or_else(|| Refusal::NoSuch("message with the number", last.to_string()))?;
        sent.truncate(place + 1);
    }
    let mut rendered = sent.split_off(sent.len().saturating_sub(count(most, USUAL)));
    if newest_first {
        rendered.reverse();
    }
    let rendered = rendered.into_iter().map(|message| message_json::message(&context.served, context.world, message));
    Ok(message_json::messages(rendered.collect()))
}

fn get_group_msg_history(context: &mut Context<'_>, action: GetGroupMsgHistory) -> Result<Value, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?.id;
    let newest_first = action.reverse_order.unwrap_or(false);
    up_to(context, Conversation::Group(group), action.message_seq, action.count, newest_first)
}

fn get_friend_msg_history(context: &mut Context<'_>, action: GetFriendMsgHistory) -> Result<Value, Failure> {
    let user = context.world.person(number(action.user_id.as_i64(), "user")?)?.id;
    let conversation = Conversation::between(context.served.account, user);
    let newest_first = action.reverse_order.unwrap_or(false);
    up_to(context, conversation, action.message_seq, action.count, newest_first)
}
