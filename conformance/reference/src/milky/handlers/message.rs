//! Reading messages again.

use botspec_bindings::milky::actions::{
    GetForwardedMessages, GetForwardedMessagesResponse, GetHistoryMessages, GetHistoryMessagesResponse, GetMessage,
    GetMessageResponse, MarkMessageAsRead, MarkMessageAsReadResponse,
};
use botspec_bindings::milky::types::{IncomingForwardedMessage, IncomingForwardedMessageInit};

use crate::answer::Failure;
use crate::milky::messages::{Meant, message};
use crate::milky::outgoing::{Place, segments};
use crate::milky::table::{Table, count, given};
use crate::params::number;
use crate::protocol::Context;
use crate::synthetic::avatar;
use crate::world::Message;

pub(super) fn add(table: &mut Table) {
    table.add::<GetMessage>(get_message);
    table.add::<GetHistoryMessages>(get_history_messages);
    table.add::<GetForwardedMessages>(get_forwarded_messages);
    table.add::<MarkMessageAsRead>(mark_message_as_read);
}

fn get_message(context: &mut Context<'_>, action: GetMessage) -> Result<GetMessageResponse, Failure> {
    let meant = Meant::new(context, action.message_scene, action.peer_id.as_i64())?;
    let found = meant.message(context, action.message_seq.as_i64())?;
    Ok(GetMessageResponse::new(message(context.world, context.served.account, found)?))
}

fn get_history_messages(
    context: &mut Context<'_>,
    action: GetHistoryMessages,
) -> Result<GetHistoryMessagesResponse, Failure> {
    let (world, account) = (&*context.world, context.served.account);
    let meant = Meant::new(context, action.message_scene, action.peer_id.as_i64())?;
    let start: Option<i64> =
        action.start_message_seq.into_value().map(|start| number(start.as_i64(), "message")).transpose()?;
    let most = count(given(action.limit));
    let here = world.messages_in(account, meant.conversation).filter(|message| meant.holds(message, account));
    let back = here.rev().skip_while(|message| start.is_some_and(|start| message.number > start));
    // One more than is reported states whether there are more.
    let mut found: Vec<&Message> = back.take(most.saturating_add(1)).collect();
    let next = if found.len() > most { found.pop().map(|message| message.number) } else { None };
    let rendered = found.into_iter().rev().map(|found| message(world, account, found));
    let rendered = GetHistoryMessagesResponse::new(rendered.collect::<Result<Vec<_>, _>>()?);
    Ok(match next {
        Some(next) => rendered.next_message_seq(botspec_bindings::milky::MessageId::from(next)),
        None => rendered,
    })
}

fn get_forwarded_messages(
    context: &mut Context<'_>,
    action: GetForwardedMessages,
) -> Result<GetForwardedMessagesResponse, Failure> {
    let world = &*context.world;
    let place = Place { world, group: None, private: false, inside: true };
    let nodes = world.forward(&action.forward_id.to_string())?.iter().zip(1..);
    let rendered = nodes.map(|(node, place_in_it)| {
        IncomingForwardedMessage::new(IncomingForwardedMessageInit {
            message_seq: place_in_it,
            sender_name: node.name.clone(),
            avatar_url: avatar(world, node.user),
            time: node.time.unwrap_or_else(|| world.now()),
            segments: segments(place, &node.elements),
        })
    });
    Ok(GetForwardedMessagesResponse::new(rendered.collect::<Vec<_>>()))
}

/// Nobody is sent what was read, so that nothing is left to do but to look whether the message is there.
fn mark_message_as_read(
    context: &mut Context<'_>,
    action: MarkMessageAsRead,
) -> Result<MarkMessageAsReadResponse, Failure> {
    let meant = Meant::new(context, action.message_scene, action.peer_id.as_i64())?;
    meant.message(context, action.message_seq.as_i64())?;
    Ok(MarkMessageAsReadResponse::new())
}
