//! Requests, and what admins receive, as Milky reports them.

use botspec_bindings::milky::types::{
    FriendRequest, FriendRequestInit, GroupNotification, GroupNotificationAdminChange,
    GroupNotificationAdminChangeInit, GroupNotificationInvitedJoinRequest, GroupNotificationInvitedJoinRequestInit,
    GroupNotificationJoinRequest, GroupNotificationJoinRequestInit, GroupNotificationKick, GroupNotificationQuit,
    RequestState,
};

use crate::world::{Answer, Doubt, Person, Record, Recorded, Request, Role, UserId, World};

/// Where somebody found who they ask.
pub(super) const VIA: &str = "QQ number";

/// What somebody is named by in a request.
pub(super) fn uid(world: &World, user: UserId) -> String {
    world.person(user).map(Person::uid).unwrap_or_default()
}

/// What became of a request: who is not answered and cannot be answered any more was ignored.
fn state(world: &World, flag: &str, answer: Option<Answer>) -> RequestState {
    match answer {
        Some(Answer { accepted: true, .. }) => RequestState::Accepted,
        Some(Answer { accepted: false, .. }) => RequestState::Rejected,
        None if world.request(flag).is_ok() => RequestState::Pending,
        None => RequestState::Ignored,
    }
}

/// A request to be friends out of the book, if the account was asked.
pub(super) fn friend(world: &World, account: UserId, record: &Record) -> Option<FriendRequest> {
    let Recorded::Asked { flag, request: Request::Friend { from, to, comment }, answer } = &record.what else {
        return None;
    };
    (*to == account).then(|| {
        FriendRequest::new(FriendRequestInit {
            time: record.time,
            initiator_id: (*from).into(),
            initiator_uid: uid(world, *from).into(),
            target_user_id: (*to).into(),
            target_user_uid: uid(world, *to),
            state: state(world, flag, *answer),
            comment: comment.clone(),
            via: VIA.to_owned(),
            is_filtered: false,
        })
    })
}

/// A request that QQ does not trust.
pub(super) fn doubt(world: &World, doubt: &Doubt) -> FriendRequest {
    FriendRequest::new(FriendRequestInit {
        time: doubt.time,
        initiator_id: doubt.from.into(),
        initiator_uid: uid(world, doubt.from).into(),
        target_user_id: doubt.to.into(),
        target_user_uid: uid(world, doubt.to),
        state: RequestState::Pending,
        comment: doubt.comment.clone(),
        via: VIA.to_owned(),
        is_filtered: true,
    })
}

/// An entry of the book, if the account rules in the group that it is about.
pub(super) fn notification(world: &World, account: UserId, record: &Record) -> Option<GroupNotification> {
    let rules = |group| {
        let member = world.group(group).ok()?.member(account).ok()?;
        (member.role >= Role::Admin).then_some(())
    };
    let number = record.number;
    Some(match &record.what {
        Recorded::Asked { flag, request, answer } => {
            rules(request.group()?)?;
            asked(number, request, state(world, flag, *answer), answer.map(|answer| answer.operator))?
        }
        Recorded::Appointed { group, user, operator, on } => {
            rules(*group)?;
            GroupNotification::AdminChange(GroupNotificationAdminChange::new(GroupNotificationAdminChangeInit {
                group_id: (*group).into(),
                notification_seq: number.into(),
                target_user_id: (*user).into(),
                is_set: *on,
                operator_id: (*operator).into(),
            }))
        }
        Recorded::Removed { group, user, operator } => {
            rules(*group)?;
            GroupNotification::Kick(GroupNotificationKick::new(*group, number, *user, *operator))
        }
        Recorded::Left { group, user } => {
            rules(*group)?;
            GroupNotification::Quit(GroupNotificationQuit::new(*group, number, *user))
        }
    })
}

/// A request for the rulers of a group; an invitation is none of theirs.
fn asked(number: i64, request: &Request, state: RequestState, operator: Option<UserId>) -> Option<GroupNotification> {
    let operator = operator.map(Into::into);
    Some(match request {
        Request::Join { group, user, comment } => {
            let rendered = GroupNotificationJoinRequest::new(GroupNotificationJoinRequestInit {
                group_id: (*group).into(),
                notification_seq: number.into(),
                is_filtered: false,
                initiator_id: (*user).into(),
                state,
                comment: comment.clone(),
            });
            GroupNotification::JoinRequest(rendered.operator_id(operator))
        }
        Request::Introduction { group, inviter, user } => {
            let rendered = GroupNotificationInvitedJoinRequest::new(GroupNotificationInvitedJoinRequestInit {
                group_id: (*group).into(),
                notification_seq: number.into(),
                initiator_id: (*inviter).into(),
                target_user_id: (*user).into(),
                state,
            });
            GroupNotification::InvitedJoinRequest(rendered.operator_id(operator))
        }
        Request::Friend { .. } | Request::Invitation { .. } => return None,
    })
}
