//! What an account receives beyond the standard: reactions, likes, names, titles and files on their way.

use botspec_bindings::gocqhttp::events::{
    NoticeEssence, NoticeEssenceInit, NoticeEssenceSubType, NoticeGroupCard, NoticeGroupCardInit, NoticeNotifyTitle,
    NoticeNotifyTitleInit,
};
use botspec_bindings::llonebot::events as llonebot;
use botspec_bindings::llonebot::types::FlashFile;
use botspec_bindings::napcat::events as napcat;
use botspec_bindings::napcat::events::{
    NoticeBotOffline, NoticeBotOfflineInit, NoticeGroupMsgEmojiLike, NoticeGroupMsgEmojiLikeInit,
    NoticeGroupMsgEmojiLikeLikesItem, NoticeNotifyGrayTip, NoticeNotifyGrayTipInit, NoticeNotifyGrayTipRawInfo,
    NoticeNotifyGroupName, NoticeNotifyGroupNameInit, NoticeNotifyInputStatus, NoticeNotifyInputStatusInit,
    NoticeNotifyPoke, NoticeNotifyPokeRawInfoItem, NoticeNotifyProfileLike, NoticeNotifyProfileLikeInit,
    NoticeOnlineFileReceive, NoticeOnlineFileSend, NoticeOnlineFileSendSubType,
};
use botspec_schema::Kind;
use serde::Serialize;
use serde_json::{Value, json};

use super::json_merge::{both, value};
use crate::protocol::EventContext;
use crate::world::{Change, GroupId, MessageId, Offered, Stage, UserId};

pub(super) fn of(view: &EventContext<'_>, change: &Change) -> Option<Value> {
    let account = view.served.account;
    let member = |group: GroupId| view.world.group_as(account, group).is_ok();
    match change {
        Change::Poked { group: Some(group), user, target } if member(*group) => {
            Some(poked(view, Some(*group), *user, *target))
        }
        Change::Poked { group: None, user, target } if [user, target].contains(&&account) => {
            Some(poked(view, None, *user, *target))
        }
        Change::PokedThemselves { user, friend } if [user, friend].contains(&&account) => {
            Some(poked(view, None, *user, *user))
        }
        Change::PokeRecalled { group: Some(group), user, target } if member(*group) => {
            Some(unpoked(view, Some(*group), *user, *target))
        }
        Change::PokeRecalled { group: None, user, target } if [user, target].contains(&&account) => {
            Some(unpoked(view, None, *user, *target))
        }
        Change::Carried { user, parcel, stage } if *user == account => carried(view, parcel, *stage),
        Change::Carded { group, user, old, new } if member(*group) => Some(carded(view, *group, *user, old, new)),
        Change::Titled { group, user, title } if member(*group) => Some(titled(view, *group, *user, title)),
        Change::Renamed { group, operator, name } if member(*group) => Some(renamed(view, *group, *operator, name)),
        Change::Essence { group, message, operator, on } if member(*group) => {
            essence(view, *group, *message, *operator, *on)
        }
        Change::Reacted { group, message, user, reaction, on } if member(*group) => {
            reacted(view, *group, *message, *user, (&reaction.id, *on))
        }
        Change::Noted { group, user, text } if member(*group) => Some(noted(view, *group, *user, text)),
        Change::Liked { from, to, times } if *to == account => liked(view, *from, i64::from(*times)),
        Change::Typing { from, to, kind } if *to == account => Some(typing(view, *from, *kind)),
        Change::OfferEnded { from, to, end } => offer_ended(view, *from, *to, *end),
        Change::LoggedOff { account: who, reason } if *who == account => Some(logged_off(view, reason)),
        _ => None,
    }
}

fn poked(view: &EventContext<'_>, group: Option<GroupId>, user: UserId, target: UserId) -> Value {
    let account = view.served.account;
    let peer = if user == account { target } else { user };
    let mut rendered = NoticeNotifyPoke::new(view.time, account, user, target);
    rendered.group_id = group.map(Into::into);
    // Between two people some name who did it apart, and the other one of the two in their place.
    let mut apart = rendered.clone();
    (apart.user_id, apart.sender_id) = (Some(peer.into()), Some(user.into()));
    if group.is_none() && knows(view, &apart) {
        rendered = apart;
    }
    let raw_info = |id: &dyn Fn(UserId) -> String| {
        let element =
            |who: UserId| NoticeNotifyPokeRawInfoItem::new().col("1").nm("").kind("qq").jp("").tp("0").uid(id(who));
        let words = NoticeNotifyPokeRawInfoItem::new().col("1").jp("").txt("pokes").kind("nor");
        vec![element(user), words, element(target)]
    };
    // QQ's own name of somebody, or the number where that is how the dialect has it.
    let uid = |who: UserId| view.world.person(who).map(crate::world::Person::uid).unwrap_or_default();
    rendered.raw_info = Some(raw_info(&uid));
    if !fits(view, &rendered) {
        rendered.raw_info = Some(raw_info(&|who| who.to_string()));
    }
    value(&rendered)
}

/// Whether a part of an event that is sent as it is has the form that the dialect has for it.
fn fits(view: &EventContext<'_>, event: &NoticeNotifyPoke) -> bool {
    let event = value(event);
    let dialect = view.served.dialect;
    let Some(known) = dialect.recognise_event(&event) else { return true };
    dialect
        .check(Kind::Event, Some(&known.name), &event)
        .is_ok_and(|violations| violations.iter().all(|violation| !violation.pointer.starts_with("/raw_info")))
}

/// Whether the dialect has the event with every key of it.
fn knows(view: &EventContext<'_>, event: &impl Serialize) -> bool {
    let event = value(event);
    let known = view.served.dialect.recognise_event(&event).and_then(|known| known.data.get("properties"));
    let keys = event.as_object().into_iter().flat_map(|entries| entries.keys());
    known.is_some_and(|known| keys.into_iter().all(|key| known.get(key).is_some()))
}

fn unpoked(view: &EventContext<'_>, group: Option<GroupId>, user: UserId, target: UserId) -> Value {
    let mut rendered = llonebot::NoticeNotifyPokeRecall::new(view.time, view.served.account, user, target);
    rendered.group_id = group.map(Into::into);
    value(&rendered)
}

fn carried(view: &EventContext<'_>, parcel: &str, stage: Stage) -> Option<Value> {
    let parcel = view.world.parcel(parcel).ok()?;
    let files = parcel.files.iter().filter_map(|file| view.world.file(file).ok());
    let files: Vec<FlashFile> = files.map(|file| FlashFile::new(&file.title, file.size)).collect();
    let size = files.iter().filter_map(|file| file.size).sum();
    let mut rendered = llonebot::NoticeFlashFile::new(llonebot::NoticeFlashFileInit {
        time: view.time,
        self_id: view.served.account.into(),
        sub_type: match stage {
            Stage::Going => llonebot::NoticeFlashFileSubType::Uploading,
            Stage::Gone => llonebot::NoticeFlashFileSubType::Uploaded,
            Stage::Coming => llonebot::NoticeFlashFileSubType::Downloading,
            Stage::Come => llonebot::NoticeFlashFileSubType::Downloaded,
        },
        title: parcel.name.clone(),
        share_link: parcel.link(),
        file_set_id: parcel.id.as_str().into(),
        files,
    });
    // It begins and is over at once: nothing of it is done, or all.
    match stage {
        Stage::Going => rendered.uploaded_size = Some(0),
        Stage::Coming => rendered.downloaded_size = Some(0),
        Stage::Gone | Stage::Come => {}
    }
    if matches!(stage, Stage::Going | Stage::Coming) {
        (rendered.total_size, rendered.speed, rendered.remain_seconds) = (Some(size), Some(size), Some(1));
    }
    Some(value(&rendered))
}

fn carded(view: &EventContext<'_>, group: GroupId, user: UserId, old: &str, new: &str) -> Value {
    value(&NoticeGroupCard::new(NoticeGroupCardInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        user_id: user.into(),
        card_new: new.to_owned(),
        card_old: old.to_owned(),
    }))
}

fn titled(view: &EventContext<'_>, group: GroupId, user: UserId, title: &str) -> Value {
    value(&NoticeNotifyTitle::new(NoticeNotifyTitleInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        user_id: user.into(),
        title: title.to_owned(),
    }))
}

fn renamed(view: &EventContext<'_>, group: GroupId, operator: UserId, name: &str) -> Value {
    value(&NoticeNotifyGroupName::new(NoticeNotifyGroupNameInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        user_id: operator.into(),
        name_new: name.to_owned(),
    }))
}

fn essence(view: &EventContext<'_>, group: GroupId, id: MessageId, operator: UserId, on: bool) -> Option<Value> {
    let sender = view.world.any_message(id)?.sender.user;
    let (id, account) = (view.number_for(id), view.served.account);
    let standard = NoticeEssence::new(NoticeEssenceInit {
        time: view.time,
        self_id: account.into(),
        sub_type: if on { NoticeEssenceSubType::Add } else { NoticeEssenceSubType::Delete },
        group_id: group.into(),
        message_id: id.into(),
        sender_id: sender.into(),
        operator_id: operator.into(),
    });
    let newer = napcat::NoticeEssence::new(napcat::NoticeEssenceInit {
        time: view.time,
        self_id: account.into(),
        group_id: group.into(),
        user_id: sender.into(),
        sender_id: sender.into(),
        operator_id: operator.into(),
    })
    .message_id(id);
    Some(both(&standard, &newer))
}

fn reacted(
    view: &EventContext<'_>,
    group: GroupId,
    id: MessageId,
    user: UserId,
    (emoji, on): (&str, bool),
) -> Option<Value> {
    let message = view.world.any_message(id)?;
    let count = message.reactions.get(emoji).map_or(0, std::collections::BTreeSet::len);
    let like = NoticeGroupMsgEmojiLikeLikesItem::new(emoji, i64::try_from(count).unwrap_or(i64::MAX));
    let rendered = NoticeGroupMsgEmojiLike::new(NoticeGroupMsgEmojiLikeInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        user_id: user.into(),
        message_id: view.number_for(id).into(),
        likes: vec![like],
        is_add: on,
    });
    Some(value(&rendered))
}

/// A grey line that means nothing.
const LINE: &str = "1";

fn noted(view: &EventContext<'_>, group: GroupId, user: UserId, text: &str) -> Value {
    value(&NoticeNotifyGrayTip::new(NoticeNotifyGrayTipInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        user_id: user.into(),
        message_id: (view.time & i64::from(i32::MAX)).into(),
        busi_id: LINE.into(),
        content: json!({ "text": text }).to_string(),
        raw_info: NoticeNotifyGrayTipRawInfo::new().msg_time(view.time.to_string()),
    }))
}

fn liked(view: &EventContext<'_>, from: UserId, times: i64) -> Option<Value> {
    Some(value(&NoticeNotifyProfileLike::new(NoticeNotifyProfileLikeInit {
        time: view.time,
        self_id: view.served.account.into(),
        operator_id: from.into(),
        operator_nick: view.world.person(from).ok()?.nickname.clone(),
        times,
    })))
}

/// The number of QQ for somebody who is typing.
const TYPES: i64 = 1;

fn typing(view: &EventContext<'_>, from: UserId, kind: i64) -> Value {
    value(&NoticeNotifyInputStatus::new(NoticeNotifyInputStatusInit {
        time: view.time,
        self_id: view.served.account.into(),
        user_id: from.into(),
        group_id: 0,
        event_type: kind,
        status_text: if kind == TYPES { "is typing…".to_owned() } else { String::new() },
    }))
}

/// Whoever did not end it is notified of it.
fn offer_ended(view: &EventContext<'_>, from: UserId, to: UserId, end: Offered) -> Option<Value> {
    let account = view.served.account;
    let sub_type = match end {
        Offered::Cancelled if to == account => {
            return Some(value(&NoticeOnlineFileReceive::new(view.time, account, from)));
        }
        Offered::Taken if from == account => NoticeOnlineFileSendSubType::Receive,
        Offered::Refused if from == account => NoticeOnlineFileSendSubType::Refuse,
        _ => return None,
    };
    Some(value(&NoticeOnlineFileSend::new(view.time, account, sub_type, to)))
}

fn logged_off(view: &EventContext<'_>, reason: &str) -> Value {
    value(&NoticeBotOffline::new(NoticeBotOfflineInit {
        time: view.time,
        self_id: view.served.account.into(),
        user_id: view.served.account.into(),
        tag: "offline".to_owned(),
        message: reason.to_owned(),
    }))
}
