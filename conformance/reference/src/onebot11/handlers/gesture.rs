//! Small things that people do to each other: pokes and reactions.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    FetchEmojiLike, FetchEmojiLikeResponse, FetchEmojiLikeResponseEmojiLikesListItem, FetchEmojiLikeResponseInit,
    FriendPoke, GetEmojiLikes, GetEmojiLikesResponse, GetEmojiLikesResponseEmojiLikeListItem, GroupPoke, SendPoke,
    SetMsgEmojiLike,
};
use botspec_bindings::napcat::types::ClientAnswer;

use super::count;
use crate::answer::Failure;
use crate::onebot11::people::{name_of, number, or_nobody};
use crate::onebot11::table::{NAPCAT, Table, example};
use crate::params::message as known_as;
use crate::protocol::Context;
use crate::synthetic::avatar;
use crate::world::UserId;

pub(super) fn add(table: &mut Table) {
    table.add::<FriendPoke>(NAPCAT, |context, action| {
        poke(
            context,
            action.group_id.map(|id| or_nobody(id.as_i64())),
            action.target_id.unwrap_or(action.user_id).as_i64(),
        )
    });
    table.add::<GroupPoke>(NAPCAT, |context, action| {
        poke(
            context,
            action.group_id.map(|id| or_nobody(id.as_i64())),
            action.target_id.unwrap_or(action.user_id).as_i64(),
        )
    });
    table.add::<SendPoke>(NAPCAT, |context, action| {
        poke(
            context,
            action.group_id.map(|id| or_nobody(id.as_i64())),
            action.target_id.unwrap_or(action.user_id).as_i64(),
        )
    });
    table.add::<SetMsgEmojiLike>(NAPCAT, set_msg_emoji_like);
    table.add::<FetchEmojiLike>(NAPCAT, fetch_emoji_like);
    table.add::<GetEmojiLikes>(NAPCAT, get_emoji_likes);
}

fn poke(context: &mut Context<'_>, group: Option<i64>, target: Option<i64>) -> Result<Empty, Failure> {
    let group = group.map(|group| number(Some(group), "group")).transpose()?;
    context.world.poke(group, context.served.account, number(target, "user")?)?;
    Ok(Empty)
}

fn set_msg_emoji_like(context: &mut Context<'_>, action: SetMsgEmojiLike) -> Result<ClientAnswer, Failure> {
    let message = known_as(context, action.message_id.as_i64())?.id;
    let on = action.set.unwrap_or(true);
    context.world.react(context.served.account, message, action.emoji_id.to_string().as_str().into(), on)?;
    example::<SetMsgEmojiLike>(NAPCAT)
}

/// Who reacted to a message with an emoji.
pub(super) fn reacted(context: &Context<'_>, message: Option<i64>, emoji: i64) -> Result<Vec<UserId>, Failure> {
    let message = known_as(context, message)?;
    Ok(message.reactions.get(&emoji.to_string()).into_iter().flatten().copied().collect())
}

fn fetch_emoji_like(context: &mut Context<'_>, action: FetchEmojiLike) -> Result<FetchEmojiLikeResponse, Failure> {
    let users = reacted(context, action.message_id.as_i64(), action.emoji_id)?;
    let most = count(action.count, 20);
    let rendered = users.iter().take(most).map(|user| {
        FetchEmojiLikeResponseEmojiLikesListItem::new(*user, name_of(context, *user), avatar(context.world, *user))
    });
    Ok(FetchEmojiLikeResponse::new(FetchEmojiLikeResponseInit {
        emoji_likes_list: rendered.collect(),
        cookie: String::new(),
        is_last_page: users.len() <= most,
        is_first_page: true,
        result: 0,
        err_msg: String::new(),
    }))
}

fn get_emoji_likes(context: &mut Context<'_>, action: GetEmojiLikes) -> Result<GetEmojiLikesResponse, Failure> {
    let users = reacted(context, action.message_id.as_i64(), action.emoji_id)?;
    let most = match count(action.count, 0) {
        0 => users.len(),
        most => most,
    };
    let rendered = users.iter().take(most);
    let rendered = rendered.map(|user| GetEmojiLikesResponseEmojiLikeListItem::new(*user, name_of(context, *user)));
    Ok(GetEmojiLikesResponse::new(rendered.collect::<Vec<_>>()))
}
