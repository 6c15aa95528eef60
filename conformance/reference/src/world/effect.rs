//! What simply happens, without asking whether anybody may: the rules end here, and steps of the world begin here.

use super::{Change, Entry, GroupId, Member, MessageElement, MessageId, Recorded, Refusal, Role, Scene, UserId, World};

impl World {
    /// `user` is in the group from now on. Somebody who is there already goes first, so that they can come.
    pub(crate) fn enter(
        &mut self,
        group: GroupId,
        user: UserId,
        operator: UserId,
        entry: Entry,
    ) -> Result<(), Refusal> {
        self.person(user)?;
        self.person(operator)?;
        if self.group(group)?.members.contains_key(&user) {
            self.go(group, user, user)?;
        }
        let now = self.now();
        self.group_mut(group)?.members.insert(user, Member::new(user, Role::Member, now));
        self.emit(Change::Joined { group, user, operator, entry });
        Ok(())
    }

    /// `user` is not in the group any more; `operator` is who threw them out, or they themselves.
    pub(crate) fn go(&mut self, group: GroupId, user: UserId, operator: UserId) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        room.member(user)?;
        let witnesses = room.members.keys().copied().collect();
        room.members.remove(&user);
        room.masks.remove(&user);
        self.record(if user == operator {
            Recorded::Left { group, user }
        } else {
            Recorded::Removed { group, user, operator }
        });
        self.emit(Change::Left { group, user, operator, witnesses });
        Ok(())
    }

    /// A group that has ended is there again, as it was. Nobody is notified of it.
    pub(crate) fn begin_again(&mut self, group: GroupId) {
        if let Some(room) = self.ended.remove(&group) {
            self.groups.insert(group, room);
        }
    }

    /// A member is administrator, or a plain member again.
    pub(crate) fn appoint(&mut self, group: GroupId, user: UserId, on: bool) -> Result<(), Refusal> {
        let member = self.group_mut(group)?.member_mut(user)?;
        if member.role == Role::Owner {
            return Err(Refusal::NotAllowed { user, group, what: "be anything but its owner" });
        }
        member.role = if on { Role::Admin } else { Role::Member };
        let operator = self.group(group)?.owner().unwrap_or(user);
        self.record(Recorded::Appointed { group, user, operator, on });
        self.emit(Change::AdminSet { group, user, on });
        Ok(())
    }

    /// A member cannot talk for some seconds; 0 lifts it. Without a user it is everybody.
    pub(crate) fn hush(
        &mut self,
        group: GroupId,
        user: Option<UserId>,
        operator: UserId,
        seconds: i64,
    ) -> Result<(), Refusal> {
        let until = if seconds == 0 { 0 } else { self.now().saturating_add(seconds) };
        let room = self.group_mut(group)?;
        match user {
            Some(user) => room.member_mut(user)?.silenced_until = until,
            None => room.silenced = seconds != 0,
        }
        self.emit(Change::Silenced { group, user, operator, seconds });
        Ok(())
    }

    /// A member has another name in the group.
    pub(crate) fn name_member(&mut self, group: GroupId, user: UserId, card: &str) -> Result<(), Refusal> {
        let old = std::mem::replace(&mut self.group_mut(group)?.member_mut(user)?.card, card.to_owned());
        self.emit(Change::Carded { group, user, old, new: card.to_owned() });
        Ok(())
    }

    /// A message is taken back.
    pub(crate) fn retract(&mut self, id: MessageId, operator: UserId) -> Result<(), Refusal> {
        let unknown = self.no_message(operator, id);
        let message = self.messages.get_mut(&id).filter(|message| !message.recalled);
        message.ok_or(unknown)?.recalled = true;
        self.emit(Change::Recalled { message: id, operator });
        Ok(())
    }

    /// Something is sent, by somebody who could be silenced or a stranger.
    pub(crate) fn post_message(
        &mut self,
        from: UserId,
        scene: Scene,
        elements: Vec<MessageElement>,
    ) -> Result<MessageId, Refusal> {
        self.check_elements(from, &elements)?;
        let now = self.now();
        let group = match &scene {
            Scene::Private { to, through } => {
                self.person(*to)?;
                *through
            }
            Scene::Group { group, .. } => Some(*group),
        };
        let sender = self.sender(from, group)?;
        if let Scene::Group { group, .. } = scene {
            self.group_mut(group)?.member_mut(from)?.last_sent = now;
        }
        Ok(self.keep(sender, scene, elements))
    }

    /// The two are no friends any more.
    pub(crate) fn part(&mut self, one: UserId, other: UserId) {
        for (person, friend) in [(one, other), (other, one)] {
            if let Some(person) = self.people.get_mut(&person) {
                person.friends.remove(&friend);
            }
        }
    }
}
