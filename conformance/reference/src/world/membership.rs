//! Coming into a group and going.

use super::{Change, GroupId, Member, Refusal, Role, UserId, World};

/// How somebody came into a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A ruler let them in.
    Approved,
    /// A member brought them.
    Invited,
}

impl World {
    /// `user` comes into the group; `operator` let them in or brought them.
    pub fn join(&mut self, group: GroupId, user: UserId, operator: UserId, entry: Entry) -> Result<(), Refusal> {
        self.person(user)?;
        let now = self.now();
        let room = self.group_mut(group)?;
        if room.members.contains_key(&user) {
            return Err(Refusal::AlreadyAMember { user, group });
        }
        if room.members.len() >= room.capacity as usize {
            return Err(Refusal::OutOfRange(format!("group {group} is full")));
        }
        room.members.insert(user, Member::new(user, Role::Member, now));
        self.tell(Change::Joined { group, user, operator, entry });
        Ok(())
    }

    /// `user` goes by themselves. An owner can only dissolve the group.
    pub fn leave(&mut self, group: GroupId, user: UserId, dissolve: bool) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        if room.member(user)?.role == Role::Owner {
            if !dissolve {
                return Err(Refusal::NotAllowed { user, group, what: "leave without dissolving it" });
            }
            let witnesses = self.witnesses(group);
            self.groups.remove(&group);
            self.requests.retain(|_, request| request.group() != Some(group));
            self.tell(Change::Left { group, user, operator: user, witnesses });
            return Ok(());
        }
        let witnesses = self.witnesses(group);
        self.group_mut(group)?.members.remove(&user);
        self.tell(Change::Left { group, user, operator: user, witnesses });
        Ok(())
    }

    /// `operator` throws `user` out.
    pub fn kick(&mut self, group: GroupId, user: UserId, operator: UserId, shut_out: bool) -> Result<(), Refusal> {
        self.group(group)?.require_above(operator, user, "throw that member out")?;
        let witnesses = self.witnesses(group);
        let room = self.group_mut(group)?;
        room.members.remove(&user);
        if shut_out {
            room.shut_out.push(user);
        }
        self.tell(Change::Left { group, user, operator, witnesses });
        Ok(())
    }

    /// Everybody who sees what happens in the group now.
    pub(crate) fn witnesses(&self, group: GroupId) -> Vec<UserId> {
        self.groups.get(&group).map(|group| group.members.keys().copied().collect()).unwrap_or_default()
    }
}
