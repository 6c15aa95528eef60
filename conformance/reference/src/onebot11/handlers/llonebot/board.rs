//! Announcements of groups.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    DeleteGroupNotice, GetGroupNotice, GetGroupNoticeResponseItem, GetGroupNoticeResponseItemInit,
    GetGroupNoticeResponseItemMessage, GetGroupNoticeResponseItemMessageImagesItem, GetGroupNoticeResponseItemSettings,
    GetGroupNoticeResponseItemSettingsInit, SendGroupNotice,
};

use crate::answer::Failure;
use crate::onebot11::handlers::board::announce;
use crate::onebot11::people::number;
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::world::Announcement;

pub(super) fn add(table: &mut Table) {
    table.add::<SendGroupNotice>(LLONEBOT, send_group_notice);
    table.add::<GetGroupNotice>(LLONEBOT, get_group_notice);
    table.add::<DeleteGroupNotice>(LLONEBOT, delete_group_notice);
}

fn send_group_notice(context: &mut Context<'_>, action: SendGroupNotice) -> Result<Empty, Failure> {
    let on = |switch: Option<bool>| switch.unwrap_or(false);
    let told = Announcement {
        confirm: on(action.confirm_required),
        asks_card: on(action.is_show_edit_card),
        window: on(action.tip_window),
        pinned: on(action.pinned),
        to_newcomers: on(action.send_new_member),
        ..Announcement::new(context.served.account, action.content)
    };
    announce(context, action.group_id.as_i64(), told, action.image)
}

fn get_group_notice(
    context: &mut Context<'_>,
    action: GetGroupNotice,
) -> Result<Vec<GetGroupNoticeResponseItem>, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    Ok(group.announcements.iter().map(notice).collect())
}

/// The size that every picture of an announcement is told with.
const SIZE: &str = "100";

fn notice(told: &Announcement) -> GetGroupNoticeResponseItem {
    let image = |file: &String| GetGroupNoticeResponseItemMessageImagesItem::new(SIZE, SIZE, file);
    GetGroupNoticeResponseItem::new(GetGroupNoticeResponseItemInit {
        notice_id: told.id.as_str().into(),
        sender_id: told.author.into(),
        publish_time: told.time,
        message: GetGroupNoticeResponseItemMessage::new(&told.text, told.image.iter().map(image).collect::<Vec<_>>()),
        settings: GetGroupNoticeResponseItemSettings::new(GetGroupNoticeResponseItemSettingsInit {
            is_show_edit_card: told.asks_card,
            tip_window: told.window,
            confirm_required: told.confirm,
            pinned: told.pinned,
            send_new_member: told.to_newcomers,
        }),
    })
}

fn delete_group_notice(context: &mut Context<'_>, action: DeleteGroupNotice) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.unannounce(group, context.served.account, &action.notice_id.to_string())?;
    Ok(Empty)
}
