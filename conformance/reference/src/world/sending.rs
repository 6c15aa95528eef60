//! Saying something, reading it again and taking it back.

use std::collections::BTreeMap;

use super::{
    Change, Conversation, GroupId, Message, MessageElement, MessageId, Refusal, Role, Scene, Sender, SenderMember,
    UserId, World,
};

impl World {
    /// `from` sends a message to `to`.
    pub fn send_private(
        &mut self,
        from: UserId,
        to: UserId,
        elements: Vec<MessageElement>,
    ) -> Result<MessageId, Refusal> {
        self.person(to)?;
        let through = if self.are_friends(from, to) {
            None
        } else {
            let common = self.groups_of(from).find(|group| group.members.contains_key(&to));
            Some(common.ok_or(Refusal::Unreachable { from, to })?.id)
        };
        self.post_message(from, Scene::Private { to, through }, elements)
    }

    /// `from` sends a message to a group, with or without their name.
    pub fn send_in_group(
        &mut self,
        from: UserId,
        group: GroupId,
        elements: Vec<MessageElement>,
        masked: bool,
    ) -> Result<MessageId, Refusal> {
        let now = self.now();
        let room = self.group(group)?;
        let member = room.member(from)?;
        if member.silenced_until > now || (room.silenced && member.role == Role::Member) {
            return Err(Refusal::Silenced { user: from, group });
        }
        self.check_elements(from, &elements)?;
        let mask = if masked { Some(self.mask(group, from)?) } else { None };
        self.post_message(from, Scene::Group { group, mask }, elements)
    }

    /// A message that the user can see.
    pub fn message(&self, reader: UserId, id: MessageId) -> Result<&Message, Refusal> {
        let message = self.messages.get(&id).filter(|message| !message.recalled);
        message.filter(|message| self.can_see(reader, message)).ok_or_else(|| self.no_message(reader, id))
    }

    /// The message at a place in the order of everything sent, if the user can see it.
    pub fn message_at(&self, reader: UserId, place: i64) -> Result<&Message, Refusal> {
        let there = self.messages_of(reader).rfind(|message| i64::from(message.seq) == place);
        there.ok_or_else(|| Refusal::NoSuch("message at the place", place.to_string()))
    }

    /// A message, whoever asks; also one that was taken back.
    pub(crate) fn any_message(&self, id: MessageId) -> Option<&Message> {
        self.messages.get(&id)
    }

    /// Every message, whoever sees it, the oldest first.
    pub fn all_messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter()
    }

    /// The messages that the user can see, the oldest first.
    pub fn messages_of(&self, reader: UserId) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter().filter(move |message| !message.recalled && self.can_see(reader, message))
    }

    /// Whether the user takes part where the message was sent.
    pub fn can_see(&self, reader: UserId, message: &Message) -> bool {
        match &message.scene {
            Scene::Private { to, .. } => *to == reader || message.sender.user == reader,
            Scene::Group { group, .. } => self.group_as(reader, *group).is_ok(),
        }
    }

    /// `operator` takes a message back: their own, or in a group one of somebody below them.
    pub fn recall(&mut self, id: MessageId, operator: UserId) -> Result<(), Refusal> {
        let message = self.message(operator, id)?;
        let author = message.sender.user;
        if author != operator {
            match message.scene {
                Scene::Private { .. } => return Err(self.no_message(operator, id)),
                Scene::Group { group, .. } => {
                    let room = self.group(group)?;
                    let what = "take back that message";
                    room.require(operator, Role::Admin, what)?;
                    if room.members.contains_key(&author) {
                        room.require_above(operator, author, what)?;
                    }
                }
            }
        }
        self.retract(id, operator)
    }

    pub(crate) fn check_elements(&self, from: UserId, elements: &[MessageElement]) -> Result<(), Refusal> {
        let empty = |element: &MessageElement| matches!(element, MessageElement::Text(text) if text.is_empty());
        if elements.iter().all(empty) {
            return Err(Refusal::EmptyMessage);
        }
        elements.iter().try_for_each(|element| match element {
            MessageElement::Reply(id) => self.message(from, *id).map(drop),
            MessageElement::Forward(id) => self.forward(id).map(drop),
            MessageElement::Image { file, .. }
            | MessageElement::Record { file, .. }
            | MessageElement::Video { file }
            | MessageElement::File { file } => self.file(file).map(drop),
            _ => Ok(()),
        })
    }

    pub(crate) fn sender(&self, user: UserId, group: Option<GroupId>) -> Result<Sender, Refusal> {
        let person = self.person(user)?;
        let member = match group {
            Some(group) => {
                let member = self.group(group)?.member(user)?;
                Some(SenderMember {
                    card: member.card.clone(),
                    role: member.role,
                    title: member.title.clone(),
                    level: member.level,
                })
            }
            None => None,
        };
        Ok(Sender { user, nickname: person.nickname.clone(), sex: person.sex, age: person.age, member })
    }

    pub(crate) fn keep(&mut self, sender: Sender, scene: Scene, elements: Vec<MessageElement>) -> MessageId {
        let id = self.unused_id();
        self.keep_as(id, sender, scene, elements);
        id
    }

    fn unused_id(&mut self) -> MessageId {
        loop {
            let id = self.mint.message();
            if self.messages.get(&id).is_none() {
                return id;
            }
        }
    }

    pub(crate) fn keep_as(&mut self, id: MessageId, sender: Sender, scene: Scene, elements: Vec<MessageElement>) {
        self.remember(id, sender, scene, elements);
        self.emit(Change::MessageSent(id));
        self.hand_over(id);
    }

    /// A file between two people is more than a message.
    fn hand_over(&mut self, id: MessageId) {
        let Some(Message { sender, scene: Scene::Private { to, .. }, elements, .. }) = self.any_message(id) else {
            return;
        };
        let (from, to) = (sender.user, *to);
        let file = elements.iter().find_map(|element| match element {
            MessageElement::File { file } => Some(file.clone()),
            _ => None,
        });
        if let Some(file) = file {
            self.emit(Change::Handed { from, to, file });
        }
    }

    /// A file in a group is a message too.
    pub(crate) fn show_file(&mut self, group: GroupId, user: UserId, file: String) -> Result<(), Refusal> {
        let (id, sender) = (self.unused_id(), self.sender(user, Some(group))?);
        self.remember(id, sender, Scene::Group { group, mask: None }, vec![MessageElement::File { file }]);
        self.emit(Change::FileMessageSent(id));
        Ok(())
    }

    fn remember(&mut self, id: MessageId, sender: Sender, scene: Scene, elements: Vec<MessageElement>) {
        self.seq += 1;
        let conversation = match scene {
            Scene::Private { to, .. } => Conversation::between(sender.user, to),
            Scene::Group { group, .. } => Conversation::Group(group),
        };
        let message = Message {
            id,
            seq: self.seq,
            number: self.next_number(conversation),
            time: self.now(),
            sender,
            scene,
            elements,
            recalled: false,
            reactions: BTreeMap::new(),
        };
        let weight = message.elements.iter().map(MessageElement::weight).sum();
        self.messages.keep(id, message, weight);
    }
}
