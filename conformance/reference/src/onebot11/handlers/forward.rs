//! Merged forwards: many messages as one.

use botspec_bindings::napcat::actions::{GetForwardMsg, SendForwardMsg, SendGroupForwardMsg, SendPrivateForwardMsg};
use botspec_bindings::napcat::types::{MessageType, SentMessage};
use botspec_bindings::onebot11;
use botspec_bindings::onebot11::ReceiveSegment;
use serde_json::Value;

use super::message::{To, forward_in, to_group, to_user};
use crate::answer::Failure;
use crate::onebot11::given::{Given, cover};
use crate::onebot11::message_json;
use crate::onebot11::outgoing::Outgoing;
use crate::onebot11::people::{number, or_nobody};
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table};
use crate::params::message;
use crate::protocol::Context;
use crate::world::Node;

pub(super) fn add(table: &mut Table) {
    table.add::<SendForwardMsg>(NAPCAT, send_forward_msg);
    table.add::<SendPrivateForwardMsg>(NAPCAT, send_private_forward_msg);
    table.add::<SendGroupForwardMsg>(NAPCAT, send_group_forward_msg);
    table.add::<onebot11::actions::GetForwardMsg>(ONEBOT11, get_nodes);
    table.add_untyped::<GetForwardMsg>(NAPCAT, get_messages);
}

fn send_forward_msg(context: &mut Context<'_>, action: SendForwardMsg) -> Result<SentMessage, Failure> {
    let private = action.message_type.as_ref().map(|kind| *kind == MessageType::Private);
    let to = To::new(
        private,
        action.user_id.map(|id| or_nobody(id.as_i64())),
        action.group_id.map(|id| or_nobody(id.as_i64())),
    );
    to.say(context, Given::new(&action.messages, action.auto_escape).under(cover!(action)))
}

fn send_private_forward_msg(context: &mut Context<'_>, action: SendPrivateForwardMsg) -> Result<SentMessage, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    to_user(context, user, Given::new(&action.messages, action.auto_escape).under(cover!(action)))
}

fn send_group_forward_msg(context: &mut Context<'_>, action: SendGroupForwardMsg) -> Result<SentMessage, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    to_group(context, group, Given::new(&action.messages, action.auto_escape).under(cover!(action)))
}

fn merged<'w>(context: &'w Context<'_>, id: &str) -> Result<(&'w [Node], i64), Failure> {
    Ok(context.world.merged(id)?)
}

/// The messages in it as nodes, as the standard reports them.
fn get_nodes(
    context: &mut Context<'_>,
    action: onebot11::actions::GetForwardMsg,
) -> Result<onebot11::actions::GetForwardMsgResponse, Failure> {
    let (nodes, _) = merged(context, &action.id.to_string())?;
    let rendered = nodes.iter().map(|node| {
        let message: onebot11::ReceiveMessage = Outgoing::of(&context.served, context.world, &node.elements).message();
        ReceiveSegment::node(node.user, &node.name, message)
    });
    Ok(onebot11::actions::GetForwardMsgResponse::new(rendered.collect::<Vec<_>>()))
}

/// The messages in it as messages, as implementations report them.
fn get_messages(context: &mut Context<'_>, action: GetForwardMsg) -> Result<Value, Failure> {
    // By the number of the message that it is, or by its own id.
    let in_message =
        message(context, action.message_id.as_i64()).ok().and_then(|message| forward_in(&message.elements));
    let merged = merged(context, &in_message.unwrap_or_else(|| action.message_id.to_string()))?;
    Ok(message_json::forwarded(&context.served, context.world, merged))
}
