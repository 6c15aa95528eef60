//! What a group shows: announcements, essence messages, things to do, who was there today.

use botspec_bindings::Empty;
use botspec_bindings::gocqhttp::actions::SendGroupSign;
use botspec_bindings::napcat::actions::{
    CancelGroupTodo, CompleteGroupTodo, DelGroupNotice, DeleteEssenceMsg, DeleteEssenceMsgResponse, GetEssenceMsgList,
    GetEssenceMsgListResponseItem, GetEssenceMsgListResponseItemContentItem,
    GetEssenceMsgListResponseItemContentItemData, GetEssenceMsgListResponseItemInit, GetGroupNotice,
    GetGroupNoticeResponseItem, GetGroupNoticeResponseItemMessage, GetGroupNoticeResponseItemSettings,
    GetGroupSignedList, GetGroupSignedListResponseItem, SendGroupNotice, SetEssenceMsg, SetEssenceMsgResponse,
    SetGroupSign, SetGroupTodo,
};
use botspec_bindings::napcat::ids::MessageId as Named;
use botspec_bindings::napcat::types::{ClientAnswer, NoticeImage};

use crate::answer::Failure;
use crate::onebot11::people::{name_of, number};
use crate::onebot11::table::{GOCQHTTP, NAPCAT, Table, example};
use crate::params::message as known_as;
use crate::protocol::Context;
use crate::world::{Announcement, GroupId, Media, MediaKind, Message, MessageElement, MessageId};

pub(super) fn add(table: &mut Table) {
    table.add::<SendGroupNotice>(NAPCAT, send_group_notice);
    table.add::<GetGroupNotice>(NAPCAT, get_group_notice);
    table.add::<DelGroupNotice>(NAPCAT, del_group_notice);
    table.add::<SetEssenceMsg>(NAPCAT, set_essence_msg);
    table.add::<DeleteEssenceMsg>(NAPCAT, delete_essence_msg);
    table.add::<GetEssenceMsgList>(NAPCAT, get_essence_msg_list);
    table.add::<SetGroupTodo>(NAPCAT, set_group_todo);
    table.add::<CompleteGroupTodo>(NAPCAT, complete_group_todo);
    table.add::<CancelGroupTodo>(NAPCAT, cancel_group_todo);
    table.add::<SendGroupSign>(GOCQHTTP, |context, action| sign(context, action.group_id.as_i64()));
    table.add::<SetGroupSign>(NAPCAT, |context, action| sign(context, action.group_id.as_i64()));
    table.add::<GetGroupSignedList>(NAPCAT, get_group_signed_list);
}

fn send_group_notice(context: &mut Context<'_>, action: SendGroupNotice) -> Result<Empty, Failure> {
    let on = |switch: Option<i64>| switch == Some(1);
    let rendered = Announcement {
        confirm: on(action.confirm_required),
        asks_card: on(action.is_show_edit_card),
        window: on(action.tip_window_type),
        ..Announcement::new(context.served.account, action.content)
    };
    announce(context, action.group_id.as_i64(), rendered, action.image)
}

/// Puts an announcement up in a group, with a picture where one is named.
pub(super) fn announce(
    context: &mut Context<'_>,
    group: Option<i64>,
    rendered: Announcement,
    image: Option<String>,
) -> Result<Empty, Failure> {
    let group = number(group, "group")?;
    let image = image.filter(|image| !image.is_empty());
    let image = image.map(|image| context.world.import(&image, MediaKind::Image)).transpose()?;
    context.world.announce(group, Announcement { image, ..rendered })?;
    Ok(Empty)
}

fn get_group_notice(
    context: &mut Context<'_>,
    action: GetGroupNotice,
) -> Result<Vec<GetGroupNoticeResponseItem>, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let rendered = group.announcements.iter().map(|rendered| {
        let images: Vec<NoticeImage> = rendered.image.iter().map(|file| NoticeImage::new(file, "100", "100")).collect();
        let message = GetGroupNoticeResponseItemMessage::new(&rendered.text, images.clone(), images);
        let mut item = GetGroupNoticeResponseItem::new(rendered.id.as_str(), rendered.author, rendered.time, message);
        let on = |switch: bool| i64::from(switch);
        let (card, window) = (on(rendered.asks_card), on(rendered.window));
        item.settings = Some(GetGroupNoticeResponseItemSettings::new(card, 0, window, on(rendered.confirm)));
        item.read_num = Some(1);
        item
    });
    Ok(rendered.collect())
}

fn del_group_notice(context: &mut Context<'_>, action: DelGroupNotice) -> Result<ClientAnswer, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.unannounce(group, context.served.account, &action.notice_id.to_string())?;
    example::<DelGroupNotice>(NAPCAT)
}

fn set_essence_msg(context: &mut Context<'_>, action: SetEssenceMsg) -> Result<SetEssenceMsgResponse, Failure> {
    let message = known_as(context, action.message_id.as_i64())?.id;
    context.world.set_essence(context.served.account, message, true)?;
    example::<SetEssenceMsg>(NAPCAT)
}

fn delete_essence_msg(
    context: &mut Context<'_>,
    action: DeleteEssenceMsg,
) -> Result<DeleteEssenceMsgResponse, Failure> {
    let message = match (&action.message_id, action.msg_seq) {
        (Some(id), _) => known_as(context, id.as_i64())?.id,
        (None, seq) => context.world.message_at(context.served.account, seq.unwrap_or_default())?.id,
    };
    context.world.set_essence(context.served.account, message, false)?;
    example::<DeleteEssenceMsg>(NAPCAT)
}

fn get_essence_msg_list(
    context: &mut Context<'_>,
    action: GetEssenceMsgList,
) -> Result<Vec<GetEssenceMsgListResponseItem>, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let rendered = group.essence.iter().filter_map(|essence| {
        let message = context.world.message(context.served.account, essence.message).ok()?;
        Some(GetEssenceMsgListResponseItem::new(GetEssenceMsgListResponseItemInit {
            msg_seq: i64::from(message.seq),
            msg_random: context.number_for(message.id).abs(),
            sender_id: message.sender.user.into(),
            sender_nick: message.sender.nickname.clone(),
            operator_id: essence.operator.into(),
            operator_nick: name_of(context, essence.operator),
            message_id: context.number_for(message.id).into(),
            operator_time: essence.time,
            content: content(context, message),
        }))
    });
    Ok(rendered.collect())
}

/// The texts and pictures of a message.
fn content(context: &Context<'_>, message: &Message) -> Vec<GetEssenceMsgListResponseItemContentItem> {
    type Data = GetEssenceMsgListResponseItemContentItemData;
    let rendered = message.elements.iter().filter_map(|element| match element {
        MessageElement::Text(text) => Some(("text", Data::new().text(text))),
        MessageElement::Image { file, .. } => {
            Some(("image", Data::new().url(context.world.file(file).map(Media::url).unwrap_or_default())))
        }
        _ => None,
    });
    rendered.map(|(kind, data)| GetEssenceMsgListResponseItemContentItem::new(kind, data)).collect()
}

/// The message that should be done something about: by its id, or by its place in the group.
fn todo(
    context: &Context<'_>,
    group: Option<i64>,
    message: Option<&Named>,
    seq: Option<i64>,
) -> Result<MessageId, Failure> {
    let group: GroupId = number(group, "group")?;
    let id = match (message, seq) {
        (Some(id), _) => known_as(context, id.as_i64())?.id,
        (None, seq) => context.world.message_at(context.served.account, seq.unwrap_or_default())?.id,
    };
    let (there, _) = context.world.group_message(context.served.account, id)?;
    if there == group { Ok(id) } else { Err(context.world.no_message(context.served.account, id).into()) }
}

fn set_group_todo(context: &mut Context<'_>, action: SetGroupTodo) -> Result<Empty, Failure> {
    let message = todo(context, action.group_id.as_i64(), action.message_id.as_ref(), action.message_seq)?;
    context.world.set_todo(context.served.account, message)?;
    Ok(Empty)
}

fn complete_group_todo(context: &mut Context<'_>, action: CompleteGroupTodo) -> Result<Empty, Failure> {
    let message = todo(context, action.group_id.as_i64(), action.message_id.as_ref(), action.message_seq)?;
    context.world.complete_todo(context.served.account, message)?;
    Ok(Empty)
}

fn cancel_group_todo(context: &mut Context<'_>, action: CancelGroupTodo) -> Result<Empty, Failure> {
    let message = todo(context, action.group_id.as_i64(), action.message_id.as_ref(), action.message_seq)?;
    context.world.cancel_todo(context.served.account, message)?;
    Ok(Empty)
}

fn sign(context: &mut Context<'_>, group: Option<i64>) -> Result<Empty, Failure> {
    context.world.sign(number(group, "group")?, context.served.account)?;
    Ok(Empty)
}

fn get_group_signed_list(
    context: &mut Context<'_>,
    action: GetGroupSignedList,
) -> Result<Vec<GetGroupSignedListResponseItem>, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let mut signed: Vec<(i64, i64)> = group.signed.iter().map(|(user, time)| (*time, *user)).collect();
    signed.sort_unstable();
    let rendered = signed
        .into_iter()
        .zip(1..)
        .map(|((time, user), place)| GetGroupSignedListResponseItem::new(user, name_of(context, user), time, place));
    Ok(rendered.collect())
}
