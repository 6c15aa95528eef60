//! Saying, reading and taking back messages.

use botspec_bindings::napcat::actions::{
    ForwardFriendSingleMsg, ForwardGroupSingleMsg, GetMsg, SendGroupAiRecord, SendGroupAiRecordResponse, SendGroupMsg,
    SendMsg, SendPrivateMsg,
};
use botspec_bindings::napcat::ids;
use botspec_bindings::napcat::types::{MessageType, SentMessage};
use botspec_bindings::onebot11::actions::DeleteMsg;
use botspec_bindings::{Action, Empty};
use serde_json::Value;

use crate::answer::Failure;
use crate::onebot11::given::{Given, cover};
use crate::onebot11::incoming::{self, Incoming};
use crate::onebot11::message_json;
use crate::onebot11::people::{number, or_nobody};
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table};
use crate::params::message;
use crate::protocol::Context;
use crate::world::{GroupId, MediaKind, MessageElement, MessageId, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<SendPrivateMsg>(NAPCAT, send_private_msg);
    table.add::<SendGroupMsg>(NAPCAT, send_group_msg);
    table.add::<SendMsg>(NAPCAT, send_msg);
    table.add::<DeleteMsg>(ONEBOT11, delete_msg);
    table.add_untyped::<GetMsg>(NAPCAT, get_msg);
    table
        .add::<ForwardFriendSingleMsg>(NAPCAT, |context, it| pass_on(context, &it.message_id, it.user_id, it.group_id));
    table.add::<ForwardGroupSingleMsg>(NAPCAT, |context, it| pass_on(context, &it.message_id, it.user_id, it.group_id));
    table.add::<SendGroupAiRecord>(NAPCAT, send_group_ai_record);
}

fn send_private_msg(context: &mut Context<'_>, action: SendPrivateMsg) -> Result<SentMessage, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    let given = Given::new(&action.message, action.auto_escape).by(SendPrivateMsg::NAME);
    to_user(context, user, given.under(cover!(action)))
}

fn send_group_msg(context: &mut Context<'_>, action: SendGroupMsg) -> Result<SentMessage, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let given = Given::new(&action.message, action.auto_escape).by(SendGroupMsg::NAME);
    to_group(context, group, given.under(cover!(action)))
}

fn send_msg(context: &mut Context<'_>, action: SendMsg) -> Result<SentMessage, Failure> {
    let private = action.message_type.as_ref().map(|kind| *kind == MessageType::Private);
    let to = To::new(
        private,
        action.user_id.map(|id| or_nobody(id.as_i64())),
        action.group_id.map(|id| or_nobody(id.as_i64())),
    );
    let given = Given::new(&action.message, action.auto_escape).by(SendMsg::NAME);
    to.say(context, given.under(cover!(action)))
}

/// Whom a message is for: one of the two is named, or the kind decides.
pub(super) struct To {
    private: bool,
    user: Option<i64>,
    group: Option<i64>,
}

impl To {
    pub(super) fn new(private: Option<bool>, user: Option<i64>, group: Option<i64>) -> Self {
        let private = private.unwrap_or(user.is_some());
        Self { private, user, group }
    }

    pub(super) fn say(self, context: &mut Context<'_>, given: Given) -> Result<SentMessage, Failure> {
        if self.private {
            to_user(context, number(self.user, "user")?, given)
        } else {
            to_group(context, number(self.group, "group")?, given)
        }
    }
}

/// States something to somebody.
pub(super) fn to_user(context: &mut Context<'_>, user: UserId, given: Given) -> Result<SentMessage, Failure> {
    let Incoming { elements, masked } = incoming::read(context, given)?;
    if masked == Some(false) {
        return Err(Failure::action("nobody is anonymous between two people"));
    }
    let forward = forward_in(&elements);
    let id = context.world.send_private(context.served.account, user, elements)?;
    Ok(sent(context, id, forward))
}

/// Sends a message to a group.
pub(super) fn to_group(context: &mut Context<'_>, group: GroupId, given: Given) -> Result<SentMessage, Failure> {
    let Incoming { elements, masked } = incoming::read(context, given)?;
    let account = context.served.account;
    let open = context.world.group_as(account, group)?.anonymity;
    let masked = match masked {
        Some(with_name_too) => open || !with_name_too,
        None => false,
    };
    let forward = forward_in(&elements);
    let id = context.world.send_in_group(account, group, elements, masked)?;
    Ok(sent(context, id, forward))
}

/// The merged forward that a message is.
pub(super) fn forward_in(elements: &[MessageElement]) -> Option<String> {
    elements.iter().find_map(|element| match element {
        MessageElement::Forward(id) => Some(id.clone()),
        _ => None,
    })
}

fn sent(context: &Context<'_>, id: MessageId, forward: Option<String>) -> SentMessage {
    let mut rendered = SentMessage::new(context.number_for(id));
    rendered.forward_id = forward.as_deref().map(Into::into);
    rendered.res_id = forward.as_deref().map(Into::into);
    rendered
}

fn delete_msg(context: &mut Context<'_>, action: DeleteMsg) -> Result<Empty, Failure> {
    let id = message(context, action.message_id.as_i64())?.id;
    context.world.recall(id, context.served.account)?;
    Ok(Empty)
}

fn get_msg(context: &mut Context<'_>, action: GetMsg) -> Result<Value, Failure> {
    let message = message(context, action.message_id.as_i64())?;
    Ok(message_json::message(&context.served, context.world, message))
}

/// Forwards what somebody sent to somebody else, or in a group.
fn pass_on(
    context: &mut Context<'_>,
    message: &ids::MessageId,
    user: Option<ids::UserId>,
    group: Option<ids::GroupId>,
) -> Result<Empty, Failure> {
    let account = context.served.account;
    let elements = self::message(context, message.as_i64())?.elements.clone();
    match group.and_then(|id| id.as_i64()) {
        Some(group) => context.world.send_in_group(account, group, elements, false)?,
        None => context.world.send_private(account, number(user.and_then(|id| id.as_i64()), "user")?, elements)?,
    };
    Ok(Empty)
}

fn send_group_ai_record(
    context: &mut Context<'_>,
    action: SendGroupAiRecord,
) -> Result<SendGroupAiRecordResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let source = format!("https://example.com/ai/{}/{}", action.character, action.text);
    let file = context.world.import(&source, MediaKind::Record)?;
    let posted = vec![MessageElement::Record { file, magic: false }];
    let id = context.world.send_in_group(context.served.account, group, posted, false)?;
    Ok(SendGroupAiRecordResponse::new(context.number_for(id)))
}
