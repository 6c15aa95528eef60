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
use crate::made_up::avatar;
use crate::onebot11::handlers::count;
use crate::onebot11::handlers::gesture::reacted;
use crate::onebot11::outgoing::Outgoing;
use crate::onebot11::people::number;
use crate::onebot11::table::{LLONEBOT, Table, example};
use crate::protocol::Context;
use crate::world::{MessageId, Node, Piece, Refusal};
use botspec_schema::model::MessageFormat;

pub(super) fn add(table: &mut Table) {
    table.add::<ForwardFriendSingleMsg>(LLONEBOT, forward_friend_single_msg);
    table.add::<ForwardGroupSingleMsg>(LLONEBOT, forward_group_single_msg);
    table.add::<GetForwardMsg>(LLONEBOT, get_forward_msg);
    table.add::<FetchEmojiLike>(LLONEBOT, fetch_emoji_like);
    table.add::<UnsetMsgEmojiLike>(LLONEBOT, unset_msg_emoji_like);
    table.add::<VoiceMsgToText>(LLONEBOT, voice_msg_to_text);
}

/// What a message says.
fn pieces(context: &Context<'_>, message: Option<i64>) -> Result<Vec<Piece>, Failure> {
    let message: MessageId = number(message, "message")?;
    Ok(context.world.message(context.served.account, message)?.pieces.clone())
}

fn forward_friend_single_msg(
    context: &mut Context<'_>,
    action: ForwardFriendSingleMsg,
) -> Result<SentMessage, Failure> {
    let (user, said) = (number(action.user_id.as_i64(), "user")?, pieces(context, action.message_id.as_i64())?);
    Ok(SentMessage::new(i64::from(context.world.say_private(context.served.account, user, said)?)))
}

fn forward_group_single_msg(context: &mut Context<'_>, action: ForwardGroupSingleMsg) -> Result<SentMessage, Failure> {
    let (group, said) = (number(action.group_id.as_i64(), "group")?, pieces(context, action.message_id.as_i64())?);
    Ok(SentMessage::new(i64::from(context.world.say_in_group(context.served.account, group, said, false)?)))
}

/// A merged forward, by its own id or by that of the message that it is.
fn get_forward_msg(context: &mut Context<'_>, action: GetForwardMsg) -> Result<GetForwardMsgResponse, Failure> {
    let id = action.message_id.to_string();
    let in_message = pieces(context, action.message_id.as_i64()).unwrap_or_default();
    let id = in_message.into_iter().find_map(forwarded).unwrap_or(id);
    let nodes = context.world.forward(&id).map_err(|_| Refusal::NoSuchForward(id.clone()))?;
    Ok(GetForwardMsgResponse::new(nodes.iter().map(|node| told(context, node)).collect::<Vec<_>>()))
}

fn forwarded(piece: Piece) -> Option<String> {
    match piece {
        Piece::Forward(id) => Some(id),
        _ => None,
    }
}

/// Of a message in it only who said what is known.
fn told(context: &Context<'_>, node: &Node) -> ForwardedMessage {
    ForwardedMessage::new(ForwardedMessageInit {
        content: Outgoing::of(&context.served, context.world, &node.pieces).message(),
        sender: ForwardedMessageSender::new(&node.name, node.user),
        time: context.world.now(),
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
    let told = users.iter().take(most).map(|user| {
        let person = context.world.person(*user)?;
        let told = FetchEmojiLikeResponseEmojiLikesListItem::new(&person.nickname, avatar(*user));
        Ok(told.uid(person.uid()).uin(*user))
    });
    let told = told.collect::<Result<Vec<_>, Failure>>()?;
    Ok(FetchEmojiLikeResponse::new(told, "", users.len() <= most, true))
}

fn unset_msg_emoji_like(context: &mut Context<'_>, action: UnsetMsgEmojiLike) -> Result<Empty, Failure> {
    let message = number(action.message_id.as_i64(), "message")?;
    let emoji = action.emoji_id.to_string();
    context.world.react(context.served.account, message, emoji.as_str().into(), false)?;
    Ok(Empty)
}

/// Nobody can hear the voices of a made-up world; all that counts is that there is one.
fn voice_msg_to_text(context: &mut Context<'_>, action: VoiceMsgToText) -> Result<VoiceMsgToTextResponse, Failure> {
    let said = pieces(context, action.message_id.as_i64())?;
    if said.iter().any(|piece| matches!(piece, Piece::Record { .. })) {
        return example::<VoiceMsgToText>(LLONEBOT);
    }
    Err(Failure::action("the message is no voice"))
}
