//! Friends and strangers.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    FriendPoke, GetFriendList, GetFriendsWithCategory, GetFriendsWithCategoryResponseItem,
    GetFriendsWithCategoryResponseItemInit, GetStrangerInfo, GetStrangerInfoResponse, GetStrangerInfoResponseInit,
    SetFriendCategory,
};
use botspec_bindings::llonebot::types::{FriendInfo, FriendInfoInit};

use crate::answer::Failure;
use crate::onebot11::handlers::lookup::{Category, Known, categories, friends};
use crate::onebot11::people::{number, sex};
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::synthetic::{REGISTERED, birthday, qid};

pub(super) fn add(table: &mut Table) {
    table.add::<GetFriendList>(LLONEBOT, get_friend_list);
    table.add::<GetFriendsWithCategory>(LLONEBOT, get_friends_with_category);
    table.add::<GetStrangerInfo>(LLONEBOT, get_stranger_info);
    table.add::<SetFriendCategory>(LLONEBOT, set_friend_category);
    table.add::<FriendPoke>(LLONEBOT, friend_poke);
}

fn info(known: &Known<'_>) -> FriendInfo {
    let Known { person, friend } = known;
    let [year, month, day] = birthday(person);
    FriendInfo::new(FriendInfoInit {
        user_id: person.id.into(),
        nickname: person.nickname.clone(),
        remark: friend.remark.clone(),
        sex: sex(person.sex),
        birthday_year: year,
        birthday_month: month,
        birthday_day: day,
        age: i64::from(person.age),
        qid: qid(person),
        long_nick: person.about.clone(),
    })
}

fn get_friend_list(context: &mut Context<'_>, _: GetFriendList) -> Result<Vec<FriendInfo>, Failure> {
    Ok(friends(context)?.iter().map(info).collect())
}

fn get_friends_with_category(
    context: &mut Context<'_>,
    _: GetFriendsWithCategory,
) -> Result<Vec<GetFriendsWithCategoryResponseItem>, Failure> {
    let rendered = |category: &Category<'_>| {
        GetFriendsWithCategoryResponseItem::new(GetFriendsWithCategoryResponseItemInit {
            category_id: category.id,
            category_sort_id: category.id,
            category_name: category.name.to_owned(),
            category_mb_count: category.count(),
            online_count: category.count(),
            buddy_list: category.friends.iter().map(info).collect(),
        })
    };
    Ok(categories(context)?.iter().map(rendered).collect())
}

fn get_stranger_info(context: &mut Context<'_>, action: GetStrangerInfo) -> Result<GetStrangerInfoResponse, Failure> {
    let person = context.world.person(number(action.user_id.as_i64(), "user")?)?;
    let friend = context.world.friend(context.served.account, person.id);
    let [year, month, day] = birthday(person);
    let rendered = GetStrangerInfoResponse::new(GetStrangerInfoResponseInit {
        user_id: person.id.into(),
        nickname: person.nickname.clone(),
        sex: sex(person.sex),
        age: i64::from(person.age),
        qid: qid(person),
        level: i64::from(person.level),
        login_days: i64::from(person.level),
        reg_time: REGISTERED,
        long_nick: person.about.clone(),
        city: String::new(),
        country: String::new(),
        birthday_year: year,
        birthday_month: month,
        birthday_day: day,
        labels: Vec::new(),
        is_vip: false,
        is_svip: false,
        is_years_vip: false,
        vip_level: 0,
        remark: friend.map(|friend| friend.remark.clone()).unwrap_or_default(),
    });
    Ok(rendered)
}

fn set_friend_category(context: &mut Context<'_>, action: SetFriendCategory) -> Result<Empty, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.sort_friend(context.served.account, user, action.category_id)?;
    Ok(Empty)
}

/// Pokes the friend, or the account itself where the friend sees it.
fn friend_poke(context: &mut Context<'_>, action: FriendPoke) -> Result<Empty, Failure> {
    let (account, friend) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    let target = action.target_id.map_or(Ok(friend), |target| number(target.as_i64(), "user"))?;
    if target == account {
        context.world.poke_themselves(account, friend)?;
    } else {
        context.world.poke(None, account, target)?;
    }
    Ok(Empty)
}
