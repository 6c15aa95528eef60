//! Whom actions ask about. Dialects report these people in forms of their own, and look them up in the same way.

use crate::answer::Failure;
use crate::onebot11::people::{number, own};
use crate::protocol::Context;
use crate::world::{Friend, Group, Honor, Honored, Member, Person, Role, UserId, World};

/// A member of a group that the account is in too.
pub(super) struct FriendEntry<'w> {
    pub(super) group: &'w Group,
    pub(super) member: &'w Member,
    pub(super) person: &'w Person,
    asking: UserId,
}

impl<'w> FriendEntry<'w> {
    fn of(context: &'w Context<'_>, group: &'w Group, member: &'w Member) -> Result<Self, Failure> {
        let (person, asking) = (context.world.person(member.user)?, context.served.account);
        Ok(Self { group, member, person, asking })
    }

    /// Whether the account may change their name in the group.
    pub(super) fn card_changeable(&self) -> bool {
        let outranks = |own: &Member| own.role > self.member.role && own.role >= Role::Admin;
        self.member.user == self.asking || self.group.member(self.asking).is_ok_and(outranks)
    }

    /// When their title ends; 0 where it does not.
    pub(super) fn title_end(&self) -> i32 {
        self.member.title_until.and_then(|until| i32::try_from(until).ok()).unwrap_or(0)
    }
}

fn group<'w>(context: &'w Context<'_>, group: Option<i64>) -> Result<&'w Group, Failure> {
    Ok(context.world.group_as(context.served.account, number(group, "group")?)?)
}

/// A member of a group.
pub(super) fn fellow<'w>(
    context: &'w Context<'_>,
    of: Option<i64>,
    user: Option<i64>,
) -> Result<FriendEntry<'w>, Failure> {
    let group = group(context, of)?;
    FriendEntry::of(context, group, group.member(number(user, "user")?)?)
}

/// The members of a group.
pub(super) fn fellows<'w>(context: &'w Context<'_>, of: Option<i64>) -> Result<Vec<FriendEntry<'w>>, Failure> {
    let group = group(context, of)?;
    group.members.values().map(|member| FriendEntry::of(context, group, member)).collect()
}

/// Those who may not speak in a group for now.
pub(super) fn silenced<'w>(context: &'w Context<'_>, of: Option<i64>) -> Result<Vec<FriendEntry<'w>>, Failure> {
    let mut fellows = fellows(context, of)?;
    fellows.retain(|fellow| fellow.member.silenced_until > context.world.now());
    Ok(fellows)
}

/// A friend with what the account calls them.
#[derive(Clone, Copy)]
pub(super) struct Known<'w> {
    pub(super) friend: &'w Friend,
    pub(super) person: &'w Person,
}

/// The friends of the account.
pub(super) fn friends<'w>(context: &'w Context<'_>) -> Result<Vec<Known<'w>>, Failure> {
    let known = |(user, friend)| Ok(Known { friend, person: context.world.person(user)? });
    own(context)?.friends.iter().map(|(user, friend)| known((*user, friend))).collect()
}

/// Friends that the account sorted together.
pub(super) struct Category<'w> {
    pub(super) id: i64,
    pub(super) name: &'w str,
    pub(super) friends: Vec<Known<'w>>,
}

impl Category<'_> {
    /// How many there are.
    pub(super) fn count(&self) -> i64 {
        i64::try_from(self.friends.len()).unwrap_or(i64::MAX)
    }
}

/// The friends of the account, as it sorted them.
pub(super) fn categories<'w>(context: &'w Context<'_>) -> Result<Vec<Category<'w>>, Failure> {
    let all = friends(context)?;
    let of = |id: i64| all.iter().filter(|known| known.friend.category == id).copied().collect();
    let categories = &own(context)?.categories;
    Ok(categories.iter().map(|(id, name)| Category { id: *id, name, friends: of(*id) }).collect())
}

/// Who has an honor in a group.
pub(super) fn honored<'w>(
    world: &'w World,
    group: &'w Group,
    honor: Honor,
) -> impl Iterator<Item = (&'w Person, &'w Honored)> {
    let honored = group.honors.get(&honor).into_iter().flatten();
    honored.filter_map(|honored| Some((world.person(honored.user).ok()?, honored)))
}
