//! Messages that are passed on, merged, reacted to or listened to.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    FetchEmojiLike, FetchEmojiLikeResponse, FetchEmojiLikeResponseEmojiLikesListItem, ForwardFriendSingleMsg,
    ForwardGroupSingleMsg, GetForwardMsg, GetForwardMsgResponse, UnsetMsgEmojiLike, VoiceMsgToText,
    VoiceMsgToTextResponse,
};
use botspec_bindings::llonebot::types::{
    ForwardedMessage, ForwardedMessageInit, ForwardedMessageSender, MessageFormat as Form, MessageType, SentMessage,
};

use crate::answer::Failure;
use crate::onebot11::handlers::count;
use crate::onebot11::handlers::gesture::reacted;
use crate::onebot11::outgoing::Outgoing;
use crate::onebot11::people::number;
use crate::onebot11::table::{LLONEBOT, Table, example};
use crate::params::message as message_known_as;
use crate::protocol::Context;
use crate::synthetic::avatar;
use crate::world::{MessageElement, Node};
use botspec_schema::model::MessageFormat;

pub(super) fn add(table: &mut Table) {
    table.add::<ForwardFriendSingleMsg>(LLONEBOT, forward_friend_single_msg);
    table.add::<ForwardGroupSingleMsg>(LLONEBOT, forward_group_single_msg);
    table.add::<GetForwardMsg>(LLONEBOT, get_forward_msg);
    table.add::<FetchEmojiLike>(LLONEBOT, fetch_emoji_like);
    table.add::<UnsetMsgEmojiLike>(LLONEBOT, unset_msg_emoji_like);
    table.add::<VoiceMsgToText>(LLONEBOT, voice_msg_to_text);
}

/// What is in a message.
fn elements(context: &Context<'_>, message: Option<i64>) -> Result<Vec<MessageElement>, Failure> {
    Ok(message_known_as(context, message)?.elements.clone())
}

fn forward_friend_single_msg(
    context: &mut Context<'_>,
    action: ForwardFriendSingleMsg,
) -> Result<SentMessage, Failure> {
    let (user, sent) = (number(action.user_id.as_i64(), "user")?, elements(context, action.message_id.as_i64())?);
    let id = context.world.send_private(context.served.account, user, sent)?;
    Ok(SentMessage::new(context.number_for(id)))
}

fn forward_group_single_msg(context: &mut Context<'_>, action: ForwardGroupSingleMsg) -> Result<SentMessage, Failure> {
    let (group, sent) = (number(action.group_id.as_i64(), "group")?, elements(context, action.message_id.as_i64())?);
    let id = context.world.send_in_group(context.served.account, group, sent, false)?;
    Ok(SentMessage::new(context.number_for(id)))
}

/// A merged forward, by its own id: a build does not look for it in the message.
fn get_forward_msg(context: &mut Context<'_>, action: GetForwardMsg) -> Result<GetForwardMsgResponse, Failure> {
    let id = action.message_id.to_string();
    let (nodes, time) = context.world.merged(&id)?;
    Ok(GetForwardMsgResponse::new(nodes.iter().map(|node| rendered(context, node, time)).collect::<Vec<_>>()))
}

/// Of a message in it only who sent what is known.
fn rendered(context: &Context<'_>, node: &Node, time: i64) -> ForwardedMessage {
    ForwardedMessage::new(ForwardedMessageInit {
        content: Outgoing::of(&context.served, context.world, &node.elements).message(),
        sender: ForwardedMessageSender::new(&node.name, node.user),
        time,
        message_format: match context.served.format {
            MessageFormat::Array => Form::Array,
            MessageFormat::String => Form::String,
        },
        message_type: MessageType::Private,
    })
}

fn fetch_emoji_like(context: &mut Context<'_>, action: FetchEmojiLike) -> Result<FetchEmojiLikeResponse, Failure> {
    let users = reacted(context, action.message_id.as_i64(), action.emoji_id)?;
    let most = count(action.count, 20);
    let rendered = users.iter().take(most).map(|user| {
        context.world.person(*user)?;
        Ok(FetchEmojiLikeResponseEmojiLikesListItem::new(*user, "", avatar(context.world, *user)))
    });
    let rendered = rendered.collect::<Result<Vec<_>, Failure>>()?;
    Ok(FetchEmojiLikeResponse::new(rendered, "", users.len() <= most, true))
}

fn unset_msg_emoji_like(context: &mut Context<'_>, action: UnsetMsgEmojiLike) -> Result<Empty, Failure> {
    let message = message_known_as(context, action.message_id.as_i64())?.id;
    let emoji = action.emoji_id.to_string();
    context.world.react(context.served.account, message, emoji.as_str().into(), false)?;
    Ok(Empty)
}

/// Nobody can listen to the voices of a made-up world; all that counts is that there is one.
fn voice_msg_to_text(context: &mut Context<'_>, action: VoiceMsgToText) -> Result<VoiceMsgToTextResponse, Failure> {
    let sent = elements(context, action.message_id.as_i64())?;
    if sent.iter().any(|element| matches!(element, MessageElement::Record { .. })) {
        return example::<VoiceMsgToText>(LLONEBOT);
    }
    Err(Failure::action("the message is no voice"))
}
