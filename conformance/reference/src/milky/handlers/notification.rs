//! Those who want to come into a group, those who want the account in theirs, and what admins receive besides.

use botspec_bindings::milky::actions::{
    AcceptGroupInvitation, AcceptGroupInvitationResponse, AcceptGroupRequest, AcceptGroupRequestResponse,
    GetGroupNotifications, GetGroupNotificationsResponse, RejectGroupInvitation, RejectGroupInvitationResponse,
    RejectGroupRequest, RejectGroupRequestResponse,
};
use botspec_bindings::milky::types::{GroupNotification, RequestType};

use crate::answer::Failure;
use crate::milky::requests;
use crate::milky::table::{Table, count, given};
use crate::params::number;
use crate::protocol::Context;
use crate::world::{Refusal, Request};

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupNotifications>(get_group_notifications);
    table.add::<AcceptGroupRequest>(accept_group_request);
    table.add::<RejectGroupRequest>(reject_group_request);
    table.add::<AcceptGroupInvitation>(accept_group_invitation);
    table.add::<RejectGroupInvitation>(reject_group_invitation);
}

/// The newest first. Nothing is ever set apart as risky.
fn get_group_notifications(
    context: &mut Context<'_>,
    action: GetGroupNotifications,
) -> Result<GetGroupNotificationsResponse, Failure> {
    if given(action.is_filtered) {
        return Ok(GetGroupNotificationsResponse::new(Vec::new()));
    }
    let (world, account) = (&*context.world, context.served.account);
    let start: Option<i64> =
        action.start_notification_seq.into_value().map(|start| number(start.as_i64(), "notification")).transpose()?;
    let most = count(given(action.limit));
    let back = world.records().rev().filter(|record| start.is_none_or(|start| record.number <= start));
    let rendered = back.filter_map(|record| Some((record.number, requests::notification(world, account, record)?)));
    let mut found: Vec<(i64, GroupNotification)> = rendered.take(most.saturating_add(1)).collect();
    let next = if found.len() > most { found.pop().map(|(number, _)| number) } else { None };
    let rendered =
        GetGroupNotificationsResponse::new(found.into_iter().map(|(_, rendered)| rendered).collect::<Vec<_>>());
    Ok(match next {
        Some(next) => rendered.next_notification_seq(next),
        None => rendered,
    })
}

fn accept_group_request(
    context: &mut Context<'_>,
    action: AcceptGroupRequest,
) -> Result<AcceptGroupRequestResponse, Failure> {
    let asked = Asked {
        number: action.notification_seq.as_i64(),
        group: action.group_id.as_i64(),
        filtered: given(action.is_filtered),
    };
    asked.answer(context, kind(&action.notification_type), true)?;
    Ok(AcceptGroupRequestResponse::new())
}

/// The reason goes nowhere: who asked gets no answer.
fn reject_group_request(
    context: &mut Context<'_>,
    action: RejectGroupRequest,
) -> Result<RejectGroupRequestResponse, Failure> {
    let asked = Asked {
        number: action.notification_seq.as_i64(),
        group: action.group_id.as_i64(),
        filtered: given(action.is_filtered),
    };
    asked.answer(context, kind(&action.notification_type), false)?;
    Ok(RejectGroupRequestResponse::new())
}

fn accept_group_invitation(
    context: &mut Context<'_>,
    action: AcceptGroupInvitation,
) -> Result<AcceptGroupInvitationResponse, Failure> {
    let (number, group) = (action.invitation_seq.as_i64(), action.group_id.as_i64());
    Asked { number, group, filtered: false }.answer(context, invitation, true)?;
    Ok(AcceptGroupInvitationResponse::new())
}

fn reject_group_invitation(
    context: &mut Context<'_>,
    action: RejectGroupInvitation,
) -> Result<RejectGroupInvitationResponse, Failure> {
    let (number, group) = (action.invitation_seq.as_i64(), action.group_id.as_i64());
    Asked { number, group, filtered: false }.answer(context, invitation, false)?;
    Ok(RejectGroupInvitationResponse::new())
}

/// Whether a request is of a kind.
type Kind = fn(&Request) -> bool;

fn invitation(request: &Request) -> bool {
    matches!(request, Request::Invitation { .. })
}

fn join(request: &Request) -> bool {
    matches!(request, Request::Join { .. })
}

fn introduction(request: &Request) -> bool {
    matches!(request, Request::Introduction { .. })
}

fn kind(named: &RequestType) -> Kind {
    if *named == RequestType::InvitedJoinRequest { introduction } else { join }
}

/// A request as a client names it.
struct Asked {
    number: Option<i64>,
    group: Option<i64>,
    filtered: bool,
}

impl Asked {
    fn answer(&self, context: &mut Context<'_>, kind: Kind, accept: bool) -> Result<(), Failure> {
        let number = number(self.number, "request")?;
        let (flag, request) = context.world.open_request_numbered(number)?;
        if self.filtered || !kind(request) || request.group() != self.group {
            return Err(Refusal::NoSuchRequest(number.to_string()).into());
        }
        let flag = flag.to_owned();
        Ok(context.world.answer_group(context.served.account, &flag, None, accept)?)
    }
}
