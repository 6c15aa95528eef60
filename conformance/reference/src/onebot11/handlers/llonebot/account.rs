//! The account that is served: who likes it, whom it likes, and what it reports of itself.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    GetProfileLike, GetProfileLikeCount, GetProfileLikeCountResponse, GetProfileLikeMe, GetQqAvatar,
    GetQqAvatarResponse, SetQqProfile,
};
use botspec_bindings::llonebot::types::{ProfileVote, ProfileVotes};

use crate::answer::Failure;
use crate::onebot11::handlers::count;
use crate::onebot11::people::{number, own, sex_number};
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::synthetic::{avatar, group_avatar};
use crate::world::{Like, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<GetProfileLike>(LLONEBOT, get_profile_like);
    table.add::<GetProfileLikeMe>(LLONEBOT, get_profile_like_me);
    table.add::<GetProfileLikeCount>(LLONEBOT, get_profile_like_count);
    table.add::<GetQqAvatar>(LLONEBOT, get_qq_avatar);
    table.add::<SetQqProfile>(LLONEBOT, set_qq_profile);
}

/// Stands for everything in the place where a list begins, and for nothing more in the place where it goes on.
const ALL: i64 = -1;
/// So many are reported where nothing is sent.
const USUAL: usize = 20;

fn get_profile_like(context: &mut Context<'_>, action: GetProfileLike) -> Result<ProfileVotes, Failure> {
    let given = context.world.likes_of(context.served.account).collect();
    let (users, next) = page(context, given, action.start, action.count)?;
    Ok(ProfileVotes::new(users, next))
}

fn get_profile_like_me(context: &mut Context<'_>, action: GetProfileLikeMe) -> Result<ProfileVotes, Failure> {
    let got = own(context)?.likes.iter().map(|(by, like)| (*by, *like)).collect();
    let (users, next) = page(context, got, action.start, action.count)?;
    Ok(ProfileVotes::new(users, next))
}

/// A part of those who gave or got likes, and where the next one begins.
fn page(
    context: &Context<'_>,
    all: Vec<(UserId, Like)>,
    start: Option<i64>,
    most: Option<i64>,
) -> Result<(Vec<ProfileVote>, i64), Failure> {
    let there_are = all.len();
    let (from, most) = match start {
        Some(ALL) => (0, there_are),
        start => (count(start, 0), count(most, USUAL)),
    };
    let rendered = all.into_iter().skip(from).take(most).map(|(user, like)| vote(context, user, like));
    let rendered = rendered.collect::<Result<Vec<_>, _>>()?;
    let next = from.saturating_add(rendered.len());
    let next = if next >= there_are { ALL } else { i64::try_from(next).unwrap_or(ALL) };
    Ok((rendered, next))
}

fn vote(context: &Context<'_>, user: UserId, like: Like) -> Result<ProfileVote, Failure> {
    let person = context.world.person(user)?;
    let rendered = ProfileVote::new(person.uid(), user)
        .nick(&person.nickname)
        .count(i64::from(like.count))
        .latest_time(like.time)
        .is_friend(context.world.are_friends(context.served.account, user))
        .isvip(false)
        .is_svip(false)
        .age(i64::from(person.age))
        .gender(sex_number(person.sex));
    Ok(rendered)
}

fn get_profile_like_count(
    context: &mut Context<'_>,
    action: GetProfileLikeCount,
) -> Result<GetProfileLikeCountResponse, Failure> {
    let person = context.world.person(number(action.user_id.as_i64(), "user")?)?;
    Ok(GetProfileLikeCountResponse::new(person.likes.values().map(|like| i64::from(like.count)).sum()))
}

fn get_qq_avatar(context: &mut Context<'_>, action: GetQqAvatar) -> Result<GetQqAvatarResponse, Failure> {
    Ok(GetQqAvatarResponse::new(match (action.user_id, action.group_id) {
        (Some(user), _) => avatar(context.world, context.world.person(number(user.as_i64(), "user")?)?.id),
        (None, group) => {
            let group = number(group.and_then(|group| group.as_i64()), "group")?;
            group_avatar(context.world, context.world.group(group)?.id)
        }
    }))
}

fn set_qq_profile(context: &mut Context<'_>, action: SetQqProfile) -> Result<Empty, Failure> {
    let (nickname, about) = (action.nickname.as_deref(), action.personal_note.as_deref());
    context.world.introduce(context.served.account, nickname, about, None)?;
    Ok(Empty)
}
