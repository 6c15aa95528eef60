//! People and groups as Milky reports them.

use botspec_bindings::milky::types::{
    FriendCategoryEntity, FriendEntity, FriendEntityInit, GroupEntity, GroupEntityInit, GroupMemberEntity,
    GroupMemberEntityInit, GroupRole, Sex as SexName,
};

use crate::synthetic::qid;
use crate::world::{Group, Mask, Member, Person, Refusal, Role, Sender, Sex, UserId, World};

pub(super) fn sex(sex: Sex) -> SexName {
    match sex {
        Sex::Male => SexName::Male,
        Sex::Female => SexName::Female,
        Sex::Unknown => SexName::Unknown,
    }
}

fn rank(role: Role) -> GroupRole {
    match role {
        Role::Owner => GroupRole::Owner,
        Role::Admin => GroupRole::Admin,
        Role::Member => GroupRole::Member,
    }
}

pub(super) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What the account calls somebody by; nothing where that is the own name.
pub(super) fn remark(owner: &Person, user: UserId) -> String {
    owner.friends.get(&user).map(|friend| friend.remark.clone()).unwrap_or_default()
}

/// Somebody as a friend; who is none any more is in the category of new ones.
pub(super) fn friend(world: &World, account: UserId, user: UserId) -> Result<FriendEntity, Refusal> {
    let (owner, person) = (world.person(account)?, world.person(user)?);
    let usual = owner.categories.keys().next().copied().unwrap_or_default();
    let category = owner.friends.get(&user).map_or(usual, |friend| friend.category);
    let name = owner.categories.get(&category).map(String::as_str).unwrap_or_default();
    Ok(FriendEntity::new(FriendEntityInit {
        user_id: user.into(),
        nickname: person.nickname.clone(),
        sex: sex(person.sex),
        qid: qid(person),
        remark: remark(owner, user),
        category: FriendCategoryEntity::new(category, name),
    }))
}

/// Of an announcement only an element stands with the group.
const PIECE: usize = 50;

pub(super) fn group(world: &World, account: UserId, group: &Group) -> GroupEntity {
    let remark = world.person(account).ok().and_then(|person| person.group_remarks.get(&group.id).cloned());
    let announcement = group.announcements.first().map(|rendered| rendered.text.chars().take(PIECE).collect());
    GroupEntity::new(GroupEntityInit {
        group_id: group.id.into(),
        group_name: group.name.clone(),
        member_count: whole(group.members.len()),
        max_member_count: group.capacity.into(),
        remark: remark.unwrap_or_default(),
        created_time: group.members.values().map(|member| member.joined).min().unwrap_or_default(),
        description: String::new(),
        question: String::new(),
        announcement: announcement.unwrap_or_default(),
    })
}

pub(super) fn member(world: &World, group: &Group, member: &Member) -> Result<GroupMemberEntity, Refusal> {
    let person = world.person(member.user)?;
    let rendered = GroupMemberEntity::new(GroupMemberEntityInit {
        user_id: member.user.into(),
        nickname: person.nickname.clone(),
        sex: sex(person.sex),
        group_id: group.id.into(),
        card: member.card.clone(),
        title: member.title.clone(),
        level: member.level.into(),
        role: rank(member.role),
        join_time: member.joined,
        last_sent_time: member.last_sent,
    });
    let silenced = member.silenced_until > world.now();
    Ok(if silenced { rendered.shut_up_end_time(member.silenced_until) } else { rendered })
}

/// Who sent something in a group: as they are now, or as they were then where they are no member any more, or as they show
/// themselves behind a mask.
pub(super) fn speaker(
    world: &World,
    group: &Group,
    (sender, mask): (&Sender, Option<&Mask>),
    time: i64,
) -> Result<GroupMemberEntity, Refusal> {
    if let (None, Ok(there)) = (mask, group.member(sender.user)) {
        return member(world, group, there);
    }
    let was = sender.member.as_ref().filter(|_| mask.is_none());
    Ok(GroupMemberEntity::new(GroupMemberEntityInit {
        user_id: mask.map_or(sender.user, |mask| mask.id).into(),
        nickname: mask.map_or(&sender.nickname, |mask| &mask.name).clone(),
        sex: if mask.is_some() { SexName::Unknown } else { sex(sender.sex) },
        group_id: group.id.into(),
        card: was.map(|was| was.card.clone()).unwrap_or_default(),
        title: was.map(|was| was.title.clone()).unwrap_or_default(),
        level: was.map_or(0, |was| was.level.into()),
        role: was.map_or(GroupRole::Member, |was| rank(was.role)),
        join_time: time,
        last_sent_time: time,
    }))
}

/// What somebody is called in a group, or anywhere: by the card, or else by their own name.
pub(super) fn called(world: &World, group: Option<&Group>, user: UserId) -> String {
    let card = group.and_then(|group| group.members.get(&user)).map(|member| member.card.as_str());
    let name = world.person(user).map(|person| person.nickname.as_str());
    match card.filter(|card| !card.is_empty()) {
        Some(card) => card.to_owned(),
        None => name.map_or_else(|_| user.to_string(), str::to_owned),
    }
}
