//! The account that is served: who it is, how it shows itself, and its made-up credentials.

use botspec_bindings::Empty;
use botspec_bindings::napcat;
use botspec_bindings::napcat::actions::{
    GetProfileLike, GetProfileLikeResponse, NcGetUserStatus, NcGetUserStatusResponse, SetDiyOnlineStatus,
    SetInputStatus, SetOnlineStatus, SetQqAvatar, SetQqProfile, SetSelfLongnick,
};
use botspec_bindings::napcat::types::{CallResult, ProfileVote};
use botspec_bindings::onebot11::actions::{
    GetCookies, GetCookiesResponse, GetCredentials, GetCredentialsResponse, GetCsrfToken, GetCsrfTokenResponse,
    GetLoginInfo,
};
use botspec_bindings::onebot11::types::LoginInfo;
use serde_json::Value;

use super::{count, done};
use crate::answer::Failure;
use crate::onebot11::json_merge::both;
use crate::onebot11::people::{number, own, sex_number, sex_of};
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table, example};
use crate::protocol::Context;
use crate::synthetic::{cookies, csrf_token};
use crate::world::{Like, MediaKind, Presence, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<GetLoginInfo>(ONEBOT11, get_login_info);
    table.add_untyped::<GetCookies>(ONEBOT11, get_cookies);
    table.add::<GetCsrfToken>(ONEBOT11, get_csrf_token);
    table.add_untyped::<GetCredentials>(ONEBOT11, get_credentials);
    table.add::<GetProfileLike>(NAPCAT, get_profile_like);
    table.add::<NcGetUserStatus>(NAPCAT, nc_get_user_status);
    table.add::<SetOnlineStatus>(NAPCAT, set_online_status);
    table.add::<SetDiyOnlineStatus>(NAPCAT, set_diy_online_status);
    table.add::<SetInputStatus>(NAPCAT, set_input_status);
    table.add::<SetQqAvatar>(NAPCAT, set_qq_avatar);
    table.add::<SetQqProfile>(NAPCAT, set_qq_profile);
    table.add::<SetSelfLongnick>(NAPCAT, set_self_longnick);
}

fn get_login_info(context: &mut Context<'_>, _: GetLoginInfo) -> Result<LoginInfo, Failure> {
    let person = own(context)?;
    Ok(LoginInfo::new(person.id, &person.nickname))
}

fn get_cookies(context: &mut Context<'_>, _: GetCookies) -> Result<Value, Failure> {
    let token = csrf_token(context.served.account).to_string();
    let rendered = napcat::actions::GetCookiesResponse::new(cookies(context.served.account), token);
    Ok(both(&GetCookiesResponse::new(cookies(context.served.account)), &rendered))
}

fn get_csrf_token(context: &mut Context<'_>, _: GetCsrfToken) -> Result<GetCsrfTokenResponse, Failure> {
    Ok(GetCsrfTokenResponse::new(csrf_token(context.served.account)))
}

fn get_credentials(context: &mut Context<'_>, _: GetCredentials) -> Result<Value, Failure> {
    let rendered = GetCredentialsResponse::new(cookies(context.served.account), csrf_token(context.served.account));
    Ok(both(
        &rendered,
        &napcat::actions::GetCredentialsResponse::new(
            cookies(context.served.account),
            csrf_token(context.served.account),
        ),
    ))
}

fn get_profile_like(context: &mut Context<'_>, action: GetProfileLike) -> Result<GetProfileLikeResponse, Failure> {
    let user = action.user_id.map_or(Ok(context.served.account), |user| number(user.as_i64(), "user"))?;
    let person = context.world.person(user)?;
    let mut rendered = example::<GetProfileLike>(NAPCAT)?;
    let pattern = rendered.vote_info.as_ref().and_then(|votes| votes.user_infos.as_ref()?.first().cloned());
    let (from, most) = (count(action.start, 0), count(action.count, 10));
    let given = person.likes.iter().skip(from).take(most);
    let votes = given.filter_map(|(by, like)| Some(vote(context, pattern.clone()?, user, *by, *like)));
    if let Some(info) = &mut rendered.vote_info {
        info.user_infos = Some(votes.collect());
        info.total_count = Some(person.likes.values().map(|like| i64::from(like.count)).sum());
        info.last_visit_time = Some(context.world.now());
    }
    if let Some(info) = &mut rendered.favorite_info {
        info.user_infos = Some(Vec::new());
        info.total_count = Some(0);
    }
    rendered.uid = Some(person.uid());
    rendered.time = Some(context.world.now().to_string());
    Ok(rendered)
}

fn vote(context: &Context<'_>, mut vote: ProfileVote, of: UserId, by: UserId, like: Like) -> ProfileVote {
    if let Ok(person) = context.world.person(by) {
        vote.uid = Some(person.uid());
        vote.nick = Some(person.nickname.clone());
        vote.age = Some(i64::from(person.age));
        vote.gender = Some(sex_number(person.sex));
    }
    vote.uin = Some(by.into());
    vote.count = Some(i64::from(like.count));
    vote.latest_time = Some(like.time);
    vote.is_friend = Some(context.world.are_friends(of, by));
    vote
}

fn nc_get_user_status(context: &mut Context<'_>, action: NcGetUserStatus) -> Result<NcGetUserStatusResponse, Failure> {
    let presence = &context.world.person(number(action.user_id.as_i64(), "user")?)?.presence;
    Ok(NcGetUserStatusResponse::new(presence.status, presence.detail))
}

fn set_online_status(context: &mut Context<'_>, action: SetOnlineStatus) -> Result<Empty, Failure> {
    let presence = Presence { status: action.status, detail: action.ext_status, words: String::new() };
    context.world.show_as(context.served.account, presence)?;
    Ok(Empty)
}

fn set_diy_online_status(context: &mut Context<'_>, action: SetDiyOnlineStatus) -> Result<String, Failure> {
    let words = action.wording.unwrap_or_default();
    let presence = Presence { detail: action.face_id, words, ..Presence::default() };
    context.world.show_as(context.served.account, presence)?;
    example::<SetDiyOnlineStatus>(NAPCAT)
}

fn set_input_status(context: &mut Context<'_>, action: SetInputStatus) -> Result<CallResult, Failure> {
    let to = number(action.user_id.as_i64(), "user")?;
    context.world.type_to(context.served.account, to, action.event_type)?;
    Ok(done())
}

fn set_qq_avatar(context: &mut Context<'_>, action: SetQqAvatar) -> Result<Empty, Failure> {
    context.world.import(&action.file, MediaKind::Image)?;
    Ok(Empty)
}

fn set_qq_profile(context: &mut Context<'_>, action: SetQqProfile) -> Result<CallResult, Failure> {
    let (about, sex) = (action.personal_note.as_deref(), action.sex.map(sex_of));
    context.world.introduce(context.served.account, Some(&action.nickname), about, sex)?;
    Ok(done())
}

fn set_self_longnick(context: &mut Context<'_>, action: SetSelfLongnick) -> Result<CallResult, Failure> {
    context.world.introduce(context.served.account, None, Some(&action.long_nick), None)?;
    Ok(done())
}
