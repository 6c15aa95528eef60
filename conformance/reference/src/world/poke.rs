//! Small things that people do to each other.

use super::{Change, GroupId, Honor, Honored, Refusal, UserId, World};

impl World {
    /// Somebody pokes somebody, in a group or between the two alone.
    pub fn poke(&mut self, group: Option<GroupId>, user: UserId, target: UserId) -> Result<(), Refusal> {
        match group {
            Some(group) => {
                self.group_as(user, group)?;
                self.group_as(target, group)?;
            }
            None if !self.are_friends(user, target) => return Err(Refusal::Unreachable { from: user, to: target }),
            None => {}
        }
        self.emit(Change::Poked { group, user, target });
        Ok(())
    }

    /// Somebody pokes themselves where a friend sees it.
    pub fn poke_themselves(&mut self, user: UserId, friend: UserId) -> Result<(), Refusal> {
        self.friend(user, friend)?;
        self.emit(Change::PokedThemselves { user, friend });
        Ok(())
    }

    /// Somebody takes a poke back.
    pub fn take_poke_back(&mut self, group: Option<GroupId>, user: UserId, target: UserId) -> Result<(), Refusal> {
        match group {
            Some(group) => drop(self.group_as(user, group)?),
            None => drop(self.friend(user, target)?),
        }
        self.emit(Change::PokeRecalled { group, user, target });
        Ok(())
    }

    /// Of everybody who drew from the user's red packet, the target drew the most.
    pub fn lucky(&mut self, group: GroupId, user: UserId, target: UserId) -> Result<(), Refusal> {
        self.group_as(user, group)?;
        self.group_as(target, group)?;
        self.emit(Change::Lucky { group, user, target });
        Ok(())
    }

    /// A member is honoured; there is one most talkative member at a time.
    pub fn honor(&mut self, group: GroupId, user: UserId, honor: Honor) -> Result<(), Refusal> {
        self.group_as(user, group)?;
        let list = self.group_mut(group)?.honors.entry(honor).or_default();
        list.retain(|honored| honored.user != user);
        list.insert(0, Honored { user, description: "for today".to_owned(), days: 1 });
        self.emit(Change::Honored { group, user, honor });
        Ok(())
    }

    /// A grey line stands in a group, of a kind that nobody knows.
    pub fn note(&mut self, group: GroupId, user: UserId, text: &str) -> Result<(), Refusal> {
        self.group_as(user, group)?;
        self.emit(Change::Noted { group, user, text: text.to_owned() });
        Ok(())
    }

    /// A number from 1 to `most`, as chance has it.
    pub(crate) fn chance(&mut self, most: u32) -> u32 {
        self.mint.draw(most)
    }

    /// Asks every adapter for a sign of life.
    pub fn beat(&mut self) {
        self.emit(Change::Heartbeat);
    }
}
