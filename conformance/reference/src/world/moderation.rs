//! What rulers of a group do, and what members set for themselves.

use super::{Change, GroupId, Mask, Refusal, Role, UserId, World};

/// The longest time somebody can be silenced: 30 days.
const LONGEST_SILENCE: i64 = 30 * 24 * 60 * 60;

impl World {
    /// Silences a member for some seconds; 0 lifts it.
    pub fn silence(&mut self, group: GroupId, user: UserId, operator: UserId, seconds: i64) -> Result<(), Refusal> {
        self.group(group)?.require_above(operator, user, "silence that member")?;
        self.silence_end(seconds)?;
        self.hush(group, Some(user), operator, seconds)
    }

    fn silence_end(&self, seconds: i64) -> Result<i64, Refusal> {
        match seconds {
            0 => Ok(0),
            1..=LONGEST_SILENCE => Ok(self.now() + seconds),
            _ => Err(Refusal::OutOfRange(format!("a member is silenced for 0 to {LONGEST_SILENCE} seconds"))),
        }
    }

    /// Silences everybody but the rulers, or lifts that.
    pub fn silence_all(&mut self, group: GroupId, operator: UserId, on: bool) -> Result<(), Refusal> {
        self.group(group)?.require(operator, Role::Admin, "silence everybody")?;
        self.hush(group, None, operator, if on { -1 } else { 0 })
    }

    /// Silences somebody who talks without their name.
    pub fn silence_mask(&mut self, group: GroupId, flag: &str, operator: UserId, seconds: i64) -> Result<(), Refusal> {
        let until = self.silence_end(seconds)?;
        let room = self.group_mut(group)?;
        room.require(operator, Role::Admin, "silence an anonymous member")?;
        let mask = room.masks.values_mut().find(|mask| mask.flag == flag);
        mask.ok_or_else(|| Refusal::NoSuchAnonymous(flag.to_owned()))?.silenced_until = until;
        Ok(())
    }

    /// Makes a member an administrator, or a plain member again.
    pub fn set_admin(&mut self, group: GroupId, user: UserId, operator: UserId, on: bool) -> Result<(), Refusal> {
        self.group(group)?.require(operator, Role::Owner, "appoint administrators")?;
        self.appoint(group, user, on)
    }

    /// Whether the user may change how the group is set up.
    pub fn may_set_up(&self, group: GroupId, user: UserId) -> Result<(), Refusal> {
        self.group(group)?.require(user, Role::Admin, "change how it is set up")
    }

    /// The user calls a group by another name; an empty one takes it away.
    pub fn remark_group(&mut self, user: UserId, group: GroupId, remark: &str) -> Result<(), Refusal> {
        self.group_as(user, group)?;
        self.person_mut(user)?.group_remarks.insert(group, remark.to_owned());
        Ok(())
    }

    /// Lets members talk without their names, or not.
    pub fn set_anonymity(&mut self, group: GroupId, operator: UserId, on: bool) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        room.require(operator, Role::Admin, "change whether members may be anonymous")?;
        room.anonymity = on;
        Ok(())
    }

    /// Gives a member a name in the group; an empty one takes it away. Everybody may name themselves.
    pub fn set_card(&mut self, group: GroupId, user: UserId, operator: UserId, card: &str) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        if user != operator {
            room.require_above(operator, user, "name that member")?;
        }
        self.name_member(group, user, card)
    }

    /// Gives a member a special title; an empty one takes it away. It ends after `seconds`, or never.
    pub fn set_title(
        &mut self,
        group: GroupId,
        user: UserId,
        operator: UserId,
        title: &str,
        seconds: Option<i64>,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let room = self.group_mut(group)?;
        room.require(operator, Role::Owner, "give titles")?;
        let member = room.member_mut(user)?;
        title.clone_into(&mut member.title);
        member.title_until = seconds.filter(|_| !title.is_empty()).map(|seconds| now.saturating_add(seconds));
        self.emit(Change::Titled { group, user, title: title.to_owned() });
        Ok(())
    }

    /// Gives the group another name.
    pub fn rename_group(&mut self, group: GroupId, operator: UserId, name: &str) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        room.require(operator, Role::Admin, "rename it")?;
        if name.is_empty() {
            return Err(Refusal::OutOfRange("a group has a name".to_owned()));
        }
        name.clone_into(&mut room.name);
        self.emit(Change::Renamed { group, operator, name: name.to_owned() });
        Ok(())
    }

    /// The mask that the member wears in the group; a new one the first time.
    pub(crate) fn mask(&mut self, group: GroupId, user: UserId) -> Result<Mask, Refusal> {
        let now = self.now();
        let flag = self.mint.hex();
        let room = self.group_mut(group)?;
        room.member(user)?;
        if !room.anonymity {
            return Err(Refusal::NotAllowed { user, group, what: "be anonymous" });
        }
        let count = i64::try_from(room.masks.len()).unwrap_or(i64::MAX);
        let mask = room.masks.entry(user).or_insert_with(|| Mask {
            flag,
            id: 1_000_000 + count,
            name: format!("Anonymous {}", count + 1),
            silenced_until: 0,
        });
        if mask.silenced_until > now {
            return Err(Refusal::Silenced { user, group });
        }
        Ok(mask.clone())
    }
}
