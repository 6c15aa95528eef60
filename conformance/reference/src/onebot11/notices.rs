//! What an account receives beside messages and requests.

use botspec_bindings::llonebot::events::NoticeGroupDismiss;
use botspec_bindings::napcat::events as napcat;
use botspec_bindings::onebot11::events::{
    NoticeFriendAdd, NoticeFriendRecall, NoticeGroupAdmin, NoticeGroupAdminInit, NoticeGroupAdminSubType,
    NoticeGroupBan, NoticeGroupBanInit, NoticeGroupBanSubType, NoticeGroupDecrease, NoticeGroupDecreaseInit,
    NoticeGroupDecreaseSubType, NoticeGroupIncrease, NoticeGroupIncreaseInit, NoticeGroupIncreaseSubType,
    NoticeGroupRecall, NoticeGroupRecallInit, NoticeGroupUpload, NoticeGroupUploadInit, NoticeNotifyHonor,
    NoticeNotifyHonorHonorType, NoticeNotifyHonorInit, NoticeNotifyLuckyKing, NoticeNotifyLuckyKingInit,
};
use botspec_bindings::onebot11::types::UploadedFile;
use serde_json::Value;

use super::handlers::folder::BUSID;
use super::json_merge::value;
use crate::protocol::EventContext;
use crate::world::{Change, Entry, GroupId, Honor, MessageId, Scene, UserId};

/// Stands for everybody where a notice has room for one user.
const EVERYBODY: i64 = 0;

pub(crate) fn of(view: &EventContext<'_>, change: &Change) -> Option<Value> {
    let member = |group: GroupId| view.world.group_as(view.served.account, group).is_ok();
    match change {
        Change::Recalled { message, operator } => recalled(view, *message, *operator),
        Change::Joined { group, user, operator, entry } if member(*group) => {
            Some(joined(view, *group, *user, *operator, *entry))
        }
        Change::Left { group, user, operator, witnesses } if witnesses.contains(&view.served.account) => {
            Some(left(view, *group, *user, *operator))
        }
        Change::AdminSet { group, user, on } if member(*group) => Some(admin_set(view, *group, *user, *on)),
        Change::Silenced { group, user, operator, seconds } if member(*group) => {
            Some(silenced(view, *group, *user, *operator, *seconds))
        }
        Change::Befriended { one, other } => befriended(view, *one, *other),
        Change::Uploaded { group, user, file } if member(*group) => uploaded(view, *group, *user, file),
        Change::Dissolved { group, operator, witnesses } if witnesses.contains(&view.served.account) => {
            Some(dissolved(view, *group, *operator))
        }
        Change::Lucky { group, user, target } if member(*group) => Some(lucky(view, *group, *user, *target)),
        Change::Honored { group, user, honor } if member(*group) => honored(view, *group, *user, *honor),
        _ => None,
    }
}

fn recalled(view: &EventContext<'_>, id: MessageId, operator: UserId) -> Option<Value> {
    let account = view.served.account;
    let message = view.world.any_message(id).filter(|message| view.world.can_see(account, message))?;
    match message.scene {
        Scene::Private { .. } => {
            let notice = value(&NoticeFriendRecall::new(view.time, account, message.sender.user, view.number_for(id)));
            (message.sender.user != account || is_sent_back(view, &notice)).then_some(notice)
        }
        Scene::Group { group, .. } => Some(value(&NoticeGroupRecall::new(NoticeGroupRecallInit {
            time: view.time,
            self_id: account.into(),
            group_id: group.into(),
            user_id: message.sender.user.into(),
            operator_id: operator.into(),
            message_id: view.number_for(id).into(),
        }))),
    }
}

/// Whether an account is notified of what it did itself.
fn is_sent_back(view: &EventContext<'_>, notice: &Value) -> bool {
    view.served.dialect.recognise_event(notice).is_some_and(|event| event.of_own_acts)
}

fn joined(view: &EventContext<'_>, group: GroupId, user: UserId, operator: UserId, entry: Entry) -> Value {
    value(&NoticeGroupIncrease::new(NoticeGroupIncreaseInit {
        time: view.time,
        self_id: view.served.account.into(),
        sub_type: match entry {
            Entry::Approved => NoticeGroupIncreaseSubType::Approve,
            Entry::Invited => NoticeGroupIncreaseSubType::Invite,
        },
        group_id: group.into(),
        operator_id: operator.into(),
        user_id: user.into(),
    }))
}

fn left(view: &EventContext<'_>, group: GroupId, user: UserId, operator: UserId) -> Value {
    let sub_type = match (user == operator, user == view.served.account) {
        (true, _) => NoticeGroupDecreaseSubType::Leave,
        (false, true) => NoticeGroupDecreaseSubType::KickMe,
        (false, false) => NoticeGroupDecreaseSubType::Kick,
    };
    value(&NoticeGroupDecrease::new(NoticeGroupDecreaseInit {
        time: view.time,
        self_id: view.served.account.into(),
        sub_type,
        group_id: group.into(),
        operator_id: operator.into(),
        user_id: user.into(),
    }))
}

fn admin_set(view: &EventContext<'_>, group: GroupId, user: UserId, on: bool) -> Value {
    value(&NoticeGroupAdmin::new(NoticeGroupAdminInit {
        time: view.time,
        self_id: view.served.account.into(),
        sub_type: if on { NoticeGroupAdminSubType::Set } else { NoticeGroupAdminSubType::Unset },
        group_id: group.into(),
        user_id: user.into(),
    }))
}

fn silenced(view: &EventContext<'_>, group: GroupId, user: Option<UserId>, operator: UserId, seconds: i64) -> Value {
    let lifted = seconds == 0;
    value(&NoticeGroupBan::new(NoticeGroupBanInit {
        time: view.time,
        self_id: view.served.account.into(),
        sub_type: if lifted { NoticeGroupBanSubType::LiftBan } else { NoticeGroupBanSubType::Ban },
        group_id: group.into(),
        operator_id: operator.into(),
        user_id: user.unwrap_or(EVERYBODY).into(),
        duration: seconds,
    }))
}

fn befriended(view: &EventContext<'_>, one: UserId, other: UserId) -> Option<Value> {
    let account = view.served.account;
    let friend = match account {
        _ if account == one => other,
        _ if account == other => one,
        _ => return None,
    };
    Some(value(&NoticeFriendAdd::new(view.time, account, friend)))
}

fn uploaded(view: &EventContext<'_>, group: GroupId, user: UserId, file: &str) -> Option<Value> {
    let file = view.world.file(file).ok()?;
    Some(value(&NoticeGroupUpload::new(NoticeGroupUploadInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        user_id: user.into(),
        file: UploadedFile::new(file.name.as_str(), &file.title, file.size, BUSID),
    })))
}

/// Reported by itself, or as a way to leave. The standard has no word for it; there it looks as if the owner had left.
fn dissolved(view: &EventContext<'_>, group: GroupId, operator: UserId) -> Value {
    let by_itself = value(&NoticeGroupDismiss::new(view.time, view.served.account, group).user_id(operator));
    if view.served.dialect.recognise_event(&by_itself).is_some() {
        return by_itself;
    }
    value(&napcat::NoticeGroupDecrease::new(napcat::NoticeGroupDecreaseInit {
        time: view.time,
        self_id: view.served.account.into(),
        sub_type: napcat::NoticeGroupDecreaseSubType::Disband,
        group_id: group.into(),
        operator_id: operator.into(),
        user_id: operator.into(),
    }))
}

fn lucky(view: &EventContext<'_>, group: GroupId, user: UserId, target: UserId) -> Value {
    value(&NoticeNotifyLuckyKing::new(NoticeNotifyLuckyKingInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        user_id: user.into(),
        target_id: target.into(),
    }))
}

/// Of the honours only three are reported.
fn honored(view: &EventContext<'_>, group: GroupId, user: UserId, honor: Honor) -> Option<Value> {
    Some(value(&NoticeNotifyHonor::new(NoticeNotifyHonorInit {
        time: view.time,
        self_id: view.served.account.into(),
        group_id: group.into(),
        honor_type: match honor {
            Honor::Talkative => NoticeNotifyHonorHonorType::Talkative,
            Honor::Performer => NoticeNotifyHonorHonorType::Performer,
            Honor::Emotion => NoticeNotifyHonorHonorType::Emotion,
            Honor::Legend | Honor::StrongNewbie => return None,
        },
        user_id: user.into(),
    })))
}
