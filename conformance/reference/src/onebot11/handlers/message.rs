//! Saying, reading and taking back messages.

use botspec_bindings::Empty;
use botspec_bindings::onebot11::SendMessage;
use botspec_bindings::onebot11::actions::{
    DeleteMsg, GetForwardMsg, GetForwardMsgResponse, GetMsg, GetMsgResponse, GetMsgResponseInit,
    GetMsgResponseMessageType, SendGroupMsg, SendMsg, SendMsgMessageType, SendPrivateMsg,
};
use botspec_bindings::onebot11::types::SentMessage;

use crate::answer::Failure;
use crate::onebot11::incoming::{self, Incoming};
use crate::onebot11::people::{any_sender, number};
use crate::onebot11::{outgoing, table};
use crate::protocol::{Context, Handlers};
use crate::world::{GroupId, Refusal, Scene, UserId};

pub(super) fn add(handlers: &mut Handlers) {
    table::add::<SendPrivateMsg>(handlers, send_private_msg);
    table::add::<SendGroupMsg>(handlers, send_group_msg);
    table::add::<SendMsg>(handlers, send_msg);
    table::add::<DeleteMsg>(handlers, delete_msg);
    table::add::<GetMsg>(handlers, get_msg);
    table::add::<GetForwardMsg>(handlers, get_forward_msg);
}

fn send_private_msg(context: &mut Context<'_>, action: SendPrivateMsg) -> Result<SentMessage, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    to_user(context, user, action.message, action.auto_escape.unwrap_or(false))
}

fn send_group_msg(context: &mut Context<'_>, action: SendGroupMsg) -> Result<SentMessage, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    to_group(context, group, action.message, action.auto_escape.unwrap_or(false))
}

fn send_msg(context: &mut Context<'_>, action: SendMsg) -> Result<SentMessage, Failure> {
    let plain = action.auto_escape.unwrap_or(false);
    let private = match (&action.message_type, &action.user_id) {
        (Some(SendMsgMessageType::Private), _) => true,
        (Some(SendMsgMessageType::Group), _) => false,
        (_, user) => user.is_some(),
    };
    if private {
        let user = number(action.user_id.and_then(|user| user.as_i64()), "user")?;
        to_user(context, user, action.message, plain)
    } else {
        let group = number(action.group_id.and_then(|group| group.as_i64()), "group")?;
        to_group(context, group, action.message, plain)
    }
}

/// Says something to somebody.
pub(super) fn to_user(
    context: &mut Context<'_>,
    user: UserId,
    message: SendMessage,
    plain: bool,
) -> Result<SentMessage, Failure> {
    let Incoming { pieces, masked } = incoming::read(context, message, plain)?;
    if masked == Some(false) {
        return Err(Failure::action("nobody is anonymous between two people"));
    }
    let id = context.world.say_private(context.served.account, user, pieces)?;
    Ok(SentMessage::new(i64::from(id)))
}

/// Says something in a group.
pub(super) fn to_group(
    context: &mut Context<'_>,
    group: GroupId,
    message: SendMessage,
    plain: bool,
) -> Result<SentMessage, Failure> {
    let Incoming { pieces, masked } = incoming::read(context, message, plain)?;
    let account = context.served.account;
    let open = context.world.group_as(account, group)?.anonymity;
    let masked = match masked {
        Some(with_name_too) => open || !with_name_too,
        None => false,
    };
    let id = context.world.say_in_group(account, group, pieces, masked)?;
    Ok(SentMessage::new(i64::from(id)))
}

fn delete_msg(context: &mut Context<'_>, action: DeleteMsg) -> Result<Empty, Failure> {
    let id = number(action.message_id.as_i64(), "message")?;
    context.world.recall(id, context.served.account)?;
    Ok(Empty)
}

fn get_msg(context: &mut Context<'_>, action: GetMsg) -> Result<GetMsgResponse, Failure> {
    let id = number(action.message_id.as_i64(), "message")?;
    let message = context.world.message(context.served.account, id)?;
    Ok(GetMsgResponse::new(GetMsgResponseInit {
        time: message.time,
        message_type: match message.scene {
            Scene::Private { .. } => GetMsgResponseMessageType::Private,
            Scene::Group { .. } => GetMsgResponseMessageType::Group,
        },
        message_id: i64::from(message.id).into(),
        real_id: i64::from(message.seq),
        sender: any_sender(&message.sender, &message.scene),
        message: outgoing::message(&context.served, context.world, &message.pieces),
    }))
}

fn get_forward_msg(context: &mut Context<'_>, action: GetForwardMsg) -> Result<GetForwardMsgResponse, Failure> {
    let id = action.id.to_string();
    let nodes = context.world.forward(&id).map_err(|_| Refusal::NoSuchForward(id.clone()))?;
    Ok(GetForwardMsgResponse::new(outgoing::nodes(&context.served, context.world, nodes)))
}
