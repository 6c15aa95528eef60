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
use crate::world::{Conversation, Message, MessageId, Piece, Refusal};

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
) -> Result<Vec<Piece>, Failure> {
    incoming::read(context, conversation, message)
}

fn said<'c>(context: &'c Context<'_>, id: MessageId) -> Result<&'c Message, Failure> {
    Ok(context.world.any_message(id).ok_or(Refusal::NoSuchMessage(id))?)
}

fn send_private_message(
    context: &mut Context<'_>,
    action: SendPrivateMessage,
) -> Result<SendPrivateMessageResponse, Failure> {
    let (account, user) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    let pieces = read(context, Conversation::between(account, user), action.message)?;
    let id = context.world.say_private(account, user, pieces)?;
    let said = said(context, id)?;
    Ok(SendPrivateMessageResponse::new(said.number, said.time))
}

fn send_group_message(
    context: &mut Context<'_>,
    action: SendGroupMessage,
) -> Result<SendGroupMessageResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let pieces = read(context, Conversation::Group(group), action.message)?;
    let id = context.world.say_in_group(context.served.account, group, pieces, false)?;
    let said = said(context, id)?;
    Ok(SendGroupMessageResponse::new(said.number, said.time))
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
