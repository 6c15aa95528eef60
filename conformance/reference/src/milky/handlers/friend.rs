//! Friends: those who are some, and those who want to be.

use botspec_bindings::milky::actions::{
    AcceptFriendRequest, AcceptFriendRequestResponse, DeleteFriend, DeleteFriendResponse, GetFriendRequests,
    GetFriendRequestsResponse, RejectFriendRequest, RejectFriendRequestResponse, SendFriendNudge,
    SendFriendNudgeResponse, SendProfileLike, SendProfileLikeResponse,
};

use crate::answer::Failure;
use crate::milky::requests::{self, uid};
use crate::milky::table::{Table, count, given};
use crate::params::number;
use crate::protocol::Context;
use crate::world::{Recorded, Refusal, Request};

pub(super) fn add(table: &mut Table) {
    table.add::<GetFriendRequests>(get_friend_requests);
    table.add::<AcceptFriendRequest>(accept_friend_request);
    table.add::<RejectFriendRequest>(reject_friend_request);
    table.add::<DeleteFriend>(delete_friend);
    table.add::<SendFriendNudge>(send_friend_nudge);
    table.add::<SendProfileLike>(send_profile_like);
}

/// The newest first.
fn get_friend_requests(
    context: &mut Context<'_>,
    action: GetFriendRequests,
) -> Result<GetFriendRequestsResponse, Failure> {
    let (world, account) = (&*context.world, context.served.account);
    let most = count(given(action.limit));
    let requests: Vec<_> = if given(action.is_filtered) {
        world.doubts_for(account).map(|(_, doubt)| requests::doubt(world, doubt)).take(most).collect()
    } else {
        let asked = world.records().rev().filter_map(|record| requests::friend(world, account, record));
        asked.take(most).collect()
    };
    Ok(GetFriendRequestsResponse::new(requests))
}

fn accept_friend_request(
    context: &mut Context<'_>,
    action: AcceptFriendRequest,
) -> Result<AcceptFriendRequestResponse, Failure> {
    answer(context, &action.initiator_uid.to_string(), given(action.is_filtered), true)?;
    Ok(AcceptFriendRequestResponse::new())
}

/// The reason goes nowhere: who asked gets no answer.
fn reject_friend_request(
    context: &mut Context<'_>,
    action: RejectFriendRequest,
) -> Result<RejectFriendRequestResponse, Failure> {
    answer(context, &action.initiator_uid.to_string(), given(action.is_filtered), false)?;
    Ok(RejectFriendRequestResponse::new())
}

/// Answers the newest request of somebody.
fn answer(context: &mut Context<'_>, who: &str, filtered: bool, accept: bool) -> Result<(), Failure> {
    let (world, account) = (&*context.world, context.served.account);
    let no_such = || Refusal::NoSuchRequest(who.to_owned());
    if filtered {
        let mut doubts = world.doubts_for(account);
        let flag = doubts.find(|(_, doubt)| uid(world, doubt.from) == who).map(|(flag, _)| flag.to_owned());
        drop(doubts);
        return Ok(context.world.answer_doubt(account, &flag.ok_or_else(no_such)?, accept)?);
    }
    let flag = world.records().rev().find_map(|record| match &record.what {
        Recorded::Asked { flag, request: Request::Friend { from, to, .. }, answer: None }
            if *to == account && uid(world, *from) == who && world.request(flag).is_ok() =>
        {
            Some(flag.clone())
        }
        _ => None,
    });
    Ok(context.world.answer_friend(account, &flag.ok_or_else(no_such)?, accept, "")?)
}

fn delete_friend(context: &mut Context<'_>, action: DeleteFriend) -> Result<DeleteFriendResponse, Failure> {
    context.world.unfriend(context.served.account, number(action.user_id.as_i64(), "user")?)?;
    Ok(DeleteFriendResponse::new())
}

fn send_friend_nudge(context: &mut Context<'_>, action: SendFriendNudge) -> Result<SendFriendNudgeResponse, Failure> {
    let (account, friend) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    if given(action.is_self) {
        context.world.poke_themselves(account, friend)?;
    } else {
        context.world.poke(None, account, friend)?;
    }
    Ok(SendFriendNudgeResponse::new())
}

fn send_profile_like(context: &mut Context<'_>, action: SendProfileLike) -> Result<SendProfileLikeResponse, Failure> {
    let (account, user) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    context.world.like(account, user, given(action.count))?;
    Ok(SendProfileLikeResponse::new())
}
