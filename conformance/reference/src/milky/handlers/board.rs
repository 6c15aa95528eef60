//! What a group shows: announcements, essence messages and reactions.

use botspec_bindings::milky::actions::{
    DeleteGroupAnnouncement, DeleteGroupAnnouncementResponse, GetGroupAnnouncements, GetGroupAnnouncementsResponse,
    GetGroupEssenceMessages, GetGroupEssenceMessagesResponse, SendGroupAnnouncement, SendGroupAnnouncementResponse,
    SendGroupMessageReaction, SendGroupMessageReactionResponse, SetGroupEssenceMessage, SetGroupEssenceMessageResponse,
};
use botspec_bindings::milky::types::{
    GroupAnnouncementEntity, GroupAnnouncementEntityInit, GroupEssenceMessage, GroupEssenceMessageInit, ReactionType,
};

use crate::answer::Failure;
use crate::milky::entities::called;
use crate::milky::messages::in_group;
use crate::milky::outgoing::{Place, segments};
use crate::milky::table::{Table, count, given};
use crate::params::number;
use crate::protocol::Context;
use crate::world::{Announcement, Essence, Group, GroupId, MediaKind, Reaction, World};

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupAnnouncements>(get_group_announcements);
    table.add::<SendGroupAnnouncement>(send_group_announcement);
    table.add::<DeleteGroupAnnouncement>(delete_group_announcement);
    table.add::<GetGroupEssenceMessages>(get_group_essence_messages);
    table.add::<SetGroupEssenceMessage>(set_group_essence_message);
    table.add::<SendGroupMessageReaction>(send_group_message_reaction);
}

fn get_group_announcements(
    context: &mut Context<'_>,
    action: GetGroupAnnouncements,
) -> Result<GetGroupAnnouncementsResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let rendered = group.announcements.iter().map(|rendered| announcement(context.world, group.id, rendered));
    Ok(GetGroupAnnouncementsResponse::new(rendered.collect::<Vec<_>>()))
}

fn announcement(world: &World, group: GroupId, rendered: &Announcement) -> GroupAnnouncementEntity {
    let entity = GroupAnnouncementEntity::new(GroupAnnouncementEntityInit {
        group_id: group.into(),
        announcement_id: rendered.id.as_str().into(),
        user_id: rendered.author.into(),
        time: rendered.time,
        content: rendered.text.clone(),
    });
    match rendered.image.as_ref().and_then(|image| world.file(image).ok()) {
        Some(image) => entity.image_url(image.url()),
        None => entity,
    }
}

fn send_group_announcement(
    context: &mut Context<'_>,
    action: SendGroupAnnouncement,
) -> Result<SendGroupAnnouncementResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let image = action.image_uri.into_value();
    let image = image.map(|image| context.world.import(&image, MediaKind::Image)).transpose()?;
    let rendered = Announcement { image, ..Announcement::new(context.served.account, action.content) };
    context.world.announce(group, rendered)?;
    Ok(SendGroupAnnouncementResponse::new())
}

fn delete_group_announcement(
    context: &mut Context<'_>,
    action: DeleteGroupAnnouncement,
) -> Result<DeleteGroupAnnouncementResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.unannounce(group, context.served.account, &action.announcement_id.to_string())?;
    Ok(DeleteGroupAnnouncementResponse::new())
}

/// Pages count from 0.
fn get_group_essence_messages(
    context: &mut Context<'_>,
    action: GetGroupEssenceMessages,
) -> Result<GetGroupEssenceMessagesResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let size = count(action.page_size);
    let all: Vec<_> = group.essence.iter().filter_map(|essence| rendered(context.world, group, essence)).collect();
    let before = count(action.page_index).saturating_mul(size);
    let is_end = before.saturating_add(size) >= all.len();
    Ok(GetGroupEssenceMessagesResponse::new(all.into_iter().skip(before).take(size).collect::<Vec<_>>(), is_end))
}

/// An essence message; what was taken back or is forgotten is none any more.
fn rendered(world: &World, group: &Group, essence: &Essence) -> Option<GroupEssenceMessage> {
    let message = world.any_message(essence.message).filter(|message| !message.recalled)?;
    let sender = message.sender.user;
    Some(GroupEssenceMessage::new(GroupEssenceMessageInit {
        group_id: group.id.into(),
        message_seq: message.number.into(),
        message_time: message.time,
        sender_id: sender.into(),
        sender_name: called(world, Some(group), sender),
        operator_id: essence.operator.into(),
        operator_name: called(world, Some(group), essence.operator),
        operation_time: essence.time,
        segments: segments(Place::of(world, message), &message.elements),
    }))
}

fn set_group_essence_message(
    context: &mut Context<'_>,
    action: SetGroupEssenceMessage,
) -> Result<SetGroupEssenceMessageResponse, Failure> {
    let message = in_group(context, action.group_id.as_i64(), action.message_seq.as_i64())?.id;
    let on = given(action.is_set);
    let mut groups = context.world.groups_of(context.served.account);
    let listed = groups.any(|group| group.essence.iter().any(|essence| essence.message == message));
    drop(groups);
    // To take off what is not on the list changes nothing.
    if on || listed {
        context.world.set_essence(context.served.account, message, on)?;
    }
    Ok(SetGroupEssenceMessageResponse::new())
}

fn send_group_message_reaction(
    context: &mut Context<'_>,
    action: SendGroupMessageReaction,
) -> Result<SendGroupMessageReactionResponse, Failure> {
    let message = in_group(context, action.group_id.as_i64(), action.message_seq.as_i64())?.id;
    let emoji = action.reaction_type.value() == Some(&ReactionType::Emoji);
    let reaction = Reaction { id: action.reaction, emoji };
    context.world.react(context.served.account, message, reaction, given(action.is_add))?;
    Ok(SendGroupMessageReactionResponse::new())
}
