//! Saying something and taking it back.

use botspec_bindings::milky::SendSegment;
use botspec_bindings::milky::actions::{
    RecallGroupMessage, RecallGroupMessageResponse, RecallPrivateMessage, RecallPrivateMessageResponse,
    SendGroupMessage, SendGroupMessageResponse, SendPrivateMessage, SendPrivateMessageResponse,
};

use crate::answer::Failure;
use crate::milky::incoming;
use crate::milky::messages::in_group;
use crate::milky::table::Table;
use crate::params::number;
use crate::protocol::Context;
use crate::world::{Conversation, Message, MessageElement, MessageId};

pub(super) fn add(table: &mut Table) {
    table.add::<SendPrivateMessage>(send_private_message);
    table.add::<SendGroupMessage>(send_group_message);
    table.add::<RecallPrivateMessage>(recall_private_message);
    table.add::<RecallGroupMessage>(recall_group_message);
}

fn read(
    context: &mut Context<'_>,
    conversation: Conversation,
    message: Vec<SendSegment>,
) -> Result<Vec<MessageElement>, Failure> {
    incoming::read(context, conversation, message)
}

fn sent<'c>(context: &'c Context<'_>, id: MessageId) -> Result<&'c Message, Failure> {
    Ok(context.world.message(context.served.account, id)?)
}

fn send_private_message(
    context: &mut Context<'_>,
    action: SendPrivateMessage,
) -> Result<SendPrivateMessageResponse, Failure> {
    let (account, user) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    let elements = read(context, Conversation::between(account, user), action.message)?;
    let id = context.world.send_private(account, user, elements)?;
    let sent = sent(context, id)?;
    Ok(SendPrivateMessageResponse::new(sent.number, sent.time))
}

fn send_group_message(
    context: &mut Context<'_>,
    action: SendGroupMessage,
) -> Result<SendGroupMessageResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let elements = read(context, Conversation::Group(group), action.message)?;
    let id = context.world.send_in_group(context.served.account, group, elements, false)?;
    let sent = sent(context, id)?;
    Ok(SendGroupMessageResponse::new(sent.number, sent.time))
}

fn recall_private_message(
    context: &mut Context<'_>,
    action: RecallPrivateMessage,
) -> Result<RecallPrivateMessageResponse, Failure> {
    let (account, user) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    let number = number(action.message_seq.as_i64(), "message")?;
    let id = context.world.numbered(account, Conversation::between(account, user), number)?.id;
    context.world.recall(id, account)?;
    Ok(RecallPrivateMessageResponse::new())
}

fn recall_group_message(
    context: &mut Context<'_>,
    action: RecallGroupMessage,
) -> Result<RecallGroupMessageResponse, Failure> {
    let id = in_group(context, action.group_id.as_i64(), action.message_seq.as_i64())?.id;
    context.world.recall(id, context.served.account)?;
    Ok(RecallGroupMessageResponse::new())
}
