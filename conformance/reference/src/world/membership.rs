//! Coming into a group and going.

use super::{Change, GroupId, Refusal, Role, UserId, World};

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
        let room = self.group(group)?;
        if room.members.contains_key(&user) {
            return Err(Refusal::AlreadyAMember { user, group });
        }
        if room.members.len() >= room.capacity as usize {
            return Err(Refusal::OutOfRange(format!("group {group} is full")));
        }
        self.enter(group, user, operator, entry)
    }

    /// `user` goes by themselves. An owner can only dissolve the group.
    pub fn leave(&mut self, group: GroupId, user: UserId, dissolve: bool) -> Result<(), Refusal> {
        let room = self.group(group)?;
        let role = room.member(user)?.role;
        if role == Role::Owner && !dissolve {
            return Err(Refusal::NotAllowed { user, group, what: "leave without dissolving it" });
        }
        if role == Role::Owner {
            let witnesses = room.members.keys().copied().collect();
            if let Some(room) = self.groups.remove(&group) {
                self.ended.insert(group, room);
            }
            self.requests.retain(|_, request| request.group() != Some(group));
            self.emit(Change::Dissolved { group, operator: user, witnesses });
            return Ok(());
        }
        self.go(group, user, user)
    }

    /// `operator` throws several users out, all of them or none.
    pub fn kick_all(
        &mut self,
        group: GroupId,
        users: &[UserId],
        operator: UserId,
        shut_out: bool,
    ) -> Result<(), Refusal> {
        let room = self.group(group)?;
        users.iter().try_for_each(|user| room.require_above(operator, *user, "throw that member out"))?;
        let each: std::collections::BTreeSet<UserId> = users.iter().copied().collect();
        each.into_iter().try_for_each(|user| self.kick(group, user, operator, shut_out))
    }

    /// `operator` throws `user` out, and may shut them out for good.
    pub fn kick(&mut self, group: GroupId, user: UserId, operator: UserId, shut_out: bool) -> Result<(), Refusal> {
        self.group(group)?.require_above(operator, user, "throw that member out")?;
        self.go(group, user, operator)?;
        if shut_out {
            self.group_mut(group)?.shut_out.insert(user);
        }
        Ok(())
    }
}
