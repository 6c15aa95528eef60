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
    let rendered = Announcement {
        confirm: on(action.confirm_required),
        asks_card: on(action.is_show_edit_card),
        window: on(action.tip_window),
        pinned: on(action.pinned),
        to_newcomers: on(action.send_new_member),
        ..Announcement::new(context.served.account, action.content)
    };
    announce(context, action.group_id.as_i64(), rendered, action.image)
}

fn get_group_notice(
    context: &mut Context<'_>,
    action: GetGroupNotice,
) -> Result<Vec<GetGroupNoticeResponseItem>, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    Ok(group.announcements.iter().map(notice).collect())
}

/// The size that every picture of an announcement is reported with.
const SIZE: &str = "100";

fn notice(rendered: &Announcement) -> GetGroupNoticeResponseItem {
    let image = |file: &String| GetGroupNoticeResponseItemMessageImagesItem::new(SIZE, SIZE, file);
    GetGroupNoticeResponseItem::new(GetGroupNoticeResponseItemInit {
        notice_id: rendered.id.as_str().into(),
        sender_id: rendered.author.into(),
        publish_time: rendered.time,
        message: GetGroupNoticeResponseItemMessage::new(
            &rendered.text,
            rendered.image.iter().map(image).collect::<Vec<_>>(),
        ),
        settings: GetGroupNoticeResponseItemSettings::new(GetGroupNoticeResponseItemSettingsInit {
            is_show_edit_card: rendered.asks_card,
            tip_window: rendered.window,
            confirm_required: rendered.confirm,
            pinned: rendered.pinned,
            send_new_member: rendered.to_newcomers,
        }),
    })
}

fn delete_group_notice(context: &mut Context<'_>, action: DeleteGroupNotice) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.unannounce(group, context.served.account, &action.notice_id.to_string())?;
    Ok(Empty)
}
