//! Quick operations: what a framework does about an event in one go.

use botspec_bindings::onebot11::actions::{
    HandleQuickOperation, HandleQuickOperationContext, HandleQuickOperationContextPostType as PostType,
    HandleQuickOperationContextRequestType as RequestType,
};
use botspec_bindings::onebot11::events::{
    MessageGroupQuickOperation, MessagePrivateQuickOperation, RequestFriendQuickOperation, RequestGroupQuickOperation,
};
use botspec_bindings::onebot11::types::MessageType;
use botspec_bindings::onebot11::{SendSegment, ids};
use botspec_bindings::{Empty, Raw};
use botspec_schema::cq;
use botspec_schema::model::FailureKind;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::member::USUAL_SILENCE;
use super::message::{to_group, to_user};
use crate::answer::Failure;
use crate::onebot11::given::Given;
use crate::onebot11::json_merge::value;
use crate::onebot11::people::number;
use crate::onebot11::reading;
use crate::onebot11::table::{ONEBOT11, Table, with_defaults};
use crate::params::message as known_as;
use crate::protocol::Context;
use crate::world::{GroupId, Mask, MessageId, Request, Scene, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<HandleQuickOperation>(ONEBOT11, handle_quick_operation);
}

fn handle_quick_operation(context: &mut Context<'_>, action: HandleQuickOperation) -> Result<Empty, Failure> {
    let HandleQuickOperation { context: event, operation, .. } = action;
    let operation = meant(context, &event, &operation);
    match (&event.post_type, &event.message_type, &event.request_type) {
        (PostType::Message, Some(MessageType::Private), _) => on_private(context, &event, read(&operation)?),
        (PostType::Message, Some(MessageType::Group), _) => on_group(context, &event, read(&operation)?),
        (PostType::Request, _, Some(RequestType::Friend)) => on_friend_request(context, &event, read(&operation)?),
        (PostType::Request, _, Some(RequestType::Group)) => on_group_request(context, &event, read(&operation)?),
        _ => Err(Failure::action("there is nothing to do about such an event")),
    }?;
    Ok(Empty)
}

/// What of an operation the dialect knows for the event, with what holds where nothing is sent.
fn meant(context: &Context<'_>, event: &Event, operation: &Raw) -> Value {
    let mut operation = value(operation);
    let contract = context.served.dialect.recognise_event(&value(event));
    let Some(schema) = contract.and_then(|contract| contract.quick_operation.as_ref()) else { return operation };
    let known = schema.get("properties").and_then(Value::as_object);
    if let (Some(operation), Some(known)) = (operation.as_object_mut(), known) {
        operation.retain(|key, _| known.contains_key(key));
    }
    with_defaults(schema, operation)
}

fn read<T: DeserializeOwned>(operation: &Value) -> Result<T, Failure> {
    T::deserialize(operation).map_err(|error| Failure::new(FailureKind::InvalidParams, error.to_string()))
}

type Event = HandleQuickOperationContext;

fn on_private(
    context: &mut Context<'_>,
    event: &Event,
    operation: MessagePrivateQuickOperation,
) -> Result<(), Failure> {
    let user = number(event.user_id.as_ref().and_then(ids::UserId::as_i64), "user")?;
    if let Some(reply) = operation.reply {
        to_user(context, user, Given::new(&reply, operation.auto_escape))?;
    }
    Ok(())
}

/// Where a group message was sent, and by whom.
struct GroupMessage {
    group: GroupId,
    message: Option<MessageId>,
    author: UserId,
    mask: Option<Mask>,
}

fn sent(context: &Context<'_>, event: &Event) -> Result<GroupMessage, Failure> {
    let group = number(event.group_id.as_ref().and_then(ids::GroupId::as_i64), "group")?;
    let Some(id) = &event.message_id else {
        let author = number(event.user_id.as_ref().and_then(ids::UserId::as_i64), "user")?;
        return Ok(GroupMessage { group, message: None, author, mask: None });
    };
    let message = known_as(context, id.as_i64())?;
    match &message.scene {
        Scene::Group { group: there, mask } if *there == group => {
            Ok(GroupMessage { group, message: Some(message.id), author: message.sender.user, mask: mask.clone() })
        }
        _ => Err(context.world.no_message(context.served.account, message.id).into()),
    }
}

fn on_group(context: &mut Context<'_>, event: &Event, operation: MessageGroupQuickOperation) -> Result<(), Failure> {
    let GroupMessage { group, message, author, mask } = sent(context, event)?;
    let account = context.served.account;
    if let Some(reply) = operation.reply {
        let at = operation.at_sender.unwrap_or(true) && mask.is_none();
        let reply = Given::new(&reply, operation.auto_escape);
        let reply = if at { addressed(context, author, reply) } else { reply };
        to_group(context, group, reply)?;
    }
    if operation.delete == Some(true) {
        let id = message.ok_or_else(|| Failure::action("the event does not say which message to take back"))?;
        context.world.recall(id, account)?;
    }
    if operation.ban == Some(true) {
        let seconds = operation.ban_duration.unwrap_or(USUAL_SILENCE);
        match &mask {
            Some(mask) => context.world.silence_mask(group, &mask.flag, account, seconds)?,
            None => context.world.silence(group, author, account, seconds)?,
        }
    }
    if operation.kick == Some(true) {
        if mask.is_some() {
            return Err(Failure::action("nobody knows who is behind a mask"));
        }
        context.world.kick(group, author, account, false)?;
    }
    Ok(())
}

/// The reply with the author called at its beginning, unless it has to stand alone.
fn addressed(context: &Context<'_>, author: UserId, reply: Given) -> Given {
    let contracts = &context.served.dialect.segments;
    let alone = |segment: &Value| contracts.get(reading::kind(segment)).is_some_and(|contract| contract.alone);
    let call = [value(&SendSegment::at(author)), value(&SendSegment::text(" "))];
    let signs = context.served.dialect.file.cq_code.as_ref();
    let message = match (reply.message, signs) {
        (Value::String(text), _) if reply.plain => call.into_iter().chain([value(&SendSegment::text(text))]).collect(),
        (Value::String(text), Some(signs)) if !cq::parse(signs, &text).iter().any(alone) => {
            Value::String(cq::encode(signs, &call).unwrap_or_default() + &text)
        }
        (Value::Array(segments), _) if !segments.iter().any(alone) => call.into_iter().chain(segments).collect(),
        (single @ Value::Object(_), _) if !alone(&single) => call.into_iter().chain([single]).collect(),
        (message, _) => message,
    };
    Given { message, ..reply }
}

fn flag(event: &Event) -> Result<String, Failure> {
    let flag = event.flag.as_ref().ok_or_else(|| Failure::action("the event does not say which request it is"))?;
    Ok(flag.to_string())
}

fn on_friend_request(
    context: &mut Context<'_>,
    event: &Event,
    operation: RequestFriendQuickOperation,
) -> Result<(), Failure> {
    let flag = flag(event)?;
    if let Some(approve) = operation.approve {
        let remark = operation.remark.unwrap_or_default();
        context.world.answer_friend(context.served.account, &flag, approve, &remark)?;
    }
    Ok(())
}

fn on_group_request(
    context: &mut Context<'_>,
    event: &Event,
    operation: RequestGroupQuickOperation,
) -> Result<(), Failure> {
    let flag = flag(event)?;
    if let Some(approve) = operation.approve {
        let invitation = matches!(context.world.request(&flag)?, Request::Invitation { .. });
        context.world.answer_group(context.served.account, &flag, Some(invitation), approve)?;
    }
    Ok(())
}
