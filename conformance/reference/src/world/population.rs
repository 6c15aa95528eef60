//! Who and what is there when a world begins.
//!
//! The people, groups, messages and files that examples in the contracts name are there under these names, so that every
//! example can be tried. The seed decides over everybody else.

use std::collections::BTreeMap;

use super::ids::Rng;
use super::{
    Conversation, Friend, Group, GroupId, Honor, Honored, MediaKind, Member, MessageElement, MessageId, Node, Person,
    Request, Role, Scene, Sex, UserId, World,
};

pub(super) const BOT: UserId = 10_001;
pub(super) const ACTOR: UserId = 20_002;
pub(super) const COOK: UserId = 30_003;
pub(super) const STRANGER: UserId = 40_004;
const FRIENDS: [UserId; 3] = [30_004, 30_005, 30_006];
/// The first of those who ask for something.
const ASKING: UserId = 40_005;
/// The first of the members that the seed decides over.
const CROWD: UserId = 50_001;
const CROWD_SIZE: UserId = 24;

pub(super) const OWNED: GroupId = 70_001;
const RULED: GroupId = 70_002;
/// A group that the bot is not in.
const FOREIGN: GroupId = 70_003;
const JOINED: GroupId = 70_004;

const NAMES: [&str; 20] = [
    "Ada", "Bo", "Cleo", "Dong", "Emil", "Fei", "Gus", "Hana", "Ivo", "Jun", "阿竹", "白露", "长庚", "冬至", "二毛",
    "飞鱼", "归云", "海棠", "橘子", "空山",
];

impl World {
    pub(super) fn populate(&mut self, seed: u64) {
        let mut rng = Rng::new(seed ^ 0x5EED);
        self.people_come(&mut rng);
        self.groups_form(&mut rng);
        self.files_lie_about();
        self.talk_goes_on();
        self.requests_wait();
        self.furnish();
    }

    fn people_come(&mut self, rng: &mut Rng) {
        self.accounts.extend([BOT, ACTOR]);
        self.born(BOT, "Botspec", Sex::Unknown, 0);
        self.born(ACTOR, "Lin", Sex::Male, 31);
        self.born(COOK, "Chen", Sex::Female, 27);
        self.born(STRANGER, "Wang", Sex::Unknown, 0);
        let others = FRIENDS.into_iter().chain(ASKING..ASKING + 4).chain(CROWD..CROWD + CROWD_SIZE);
        for id in others {
            let name = format!("{}{}", rng.pick(&NAMES), rng.between(1, 99));
            let sex = *rng.pick(&[Sex::Male, Sex::Female, Sex::Unknown]);
            self.born(id, &name, sex, rng.between(16, 70));
        }
        for (friend, remark) in [(ACTOR, ""), (COOK, "the cook")].into_iter().chain(FRIENDS.map(|id| (id, ""))) {
            self.start_friendship(BOT, friend, remark);
        }
        self.start_friendship(ACTOR, COOK, "");
    }

    fn born(&mut self, id: UserId, name: &str, sex: Sex, age: u32) {
        self.people.insert(id, Person::new(id, name, sex, age));
    }

    fn start_friendship(&mut self, one: UserId, other: UserId, remark: &str) {
        for (from, to, remark) in [(one, other, remark), (other, one, "")] {
            if let Some(person) = self.people.get_mut(&from) {
                person.friends.insert(to, Friend::called(remark));
            }
        }
    }

    fn groups_form(&mut self, rng: &mut Rng) {
        let crowd = |from: UserId, to: UserId| (CROWD + from..CROWD + to).map(|id| (id, Role::Member));
        let named = |list: &[(UserId, Role)]| list.to_vec();
        let owned = named(&[
            (BOT, Role::Owner),
            (ACTOR, Role::Admin),
            (COOK, Role::Member),
            (FRIENDS[0], Role::Member),
            (CROWD, Role::Admin),
        ]);
        self.form(OWNED, "Cooking club", 200, owned.into_iter().chain(crowd(1, 14)), rng);
        let ruled = named(&[(BOT, Role::Admin), (ACTOR, Role::Member), (CROWD, Role::Owner), (CROWD + 1, Role::Admin)]);
        self.form(RULED, "Night shift", 500, ruled.into_iter().chain(crowd(2, 12)), rng);
        let joined = named(&[(BOT, Role::Member), (ACTOR, Role::Owner), (CROWD, Role::Admin)]);
        self.form(JOINED, "Bird watchers", 200, joined.into_iter().chain(crowd(12, 20)), rng);
        let foreign = named(&[(ACTOR, Role::Owner), (COOK, Role::Admin)]);
        self.form(FOREIGN, "Tea tasting", 200, foreign.into_iter().chain(crowd(18, 24)), rng);
    }

    fn form(
        &mut self,
        id: GroupId,
        name: &str,
        capacity: u32,
        members: impl Iterator<Item = (UserId, Role)>,
        rng: &mut Rng,
    ) {
        let now = self.now();
        let members: BTreeMap<UserId, Member> = members
            .map(|(user, role)| {
                let joined = now - i64::from(rng.between(1_000_000, 90_000_000));
                let mut member = Member::new(user, role, joined);
                member.last_sent = joined + i64::from(rng.between(1, 900_000));
                member.level = rng.between(1, 100);
                (user, member)
            })
            .collect();
        let plain: Vec<UserId> = members.values().filter(|it| it.role == Role::Member).map(|it| it.user).collect();
        let honored = |days: u32, rng: &mut Rng| Honored {
            user: *rng.pick(&plain),
            description: format!("{days} days in a row"),
            days,
        };
        let honors = [Honor::Talkative, Honor::Performer, Honor::Legend, Honor::StrongNewbie, Honor::Emotion]
            .into_iter()
            .map(|honor| (honor, vec![honored(rng.between(1, 30), rng)]))
            .collect();
        let group = Group { id, name: name.to_owned(), capacity, members, anonymity: true, honors, ..Group::default() };
        self.groups.insert(id, group);
        if let Ok(cook) = self.group_mut(id).and_then(|group| group.member_mut(COOK)) {
            "Chen (cook)".clone_into(&mut cook.card);
            "Chef".clone_into(&mut cook.title);
        }
    }

    fn files_lie_about(&mut self) {
        for (name, kind, size) in [
            ("IMAGE0001.png", MediaKind::Image, 707),
            ("VOICE0001.silk", MediaKind::Record, 2_048),
            ("VIDEO0001.mp4", MediaKind::Video, 445_391),
            ("NOTES0001.txt", MediaKind::File, 1_204),
        ] {
            self.add_file(name.to_owned(), name.to_owned(), kind, size);
        }
        let nodes = vec![
            Node { user: ACTOR, name: "Lin".to_owned(), time: None, elements: vec![text("Who brings the cake?")] },
            Node {
                user: COOK,
                name: "Chen".to_owned(),
                time: None,
                elements: vec![text("I do "), MessageElement::Face("14".to_owned())],
            },
        ];
        self.keep_forward("fwd-0001".to_owned(), nodes);
    }

    fn talk_goes_on(&mut self) {
        self.talked_before(Conversation::between(BOT, ACTOR), 47);
        self.talked_before(Conversation::Group(OWNED), 619);
        let image = MessageElement::image("IMAGE0001.png".to_owned());
        let voice = MessageElement::Record { file: "VOICE0001.silk".to_owned(), magic: false };
        let video = MessageElement::Video { file: "VIDEO0001.mp4".to_owned() };
        let forward = MessageElement::Forward("fwd-0001".to_owned());
        // What clients cannot send everywhere and still receive.
        let sticker = MessageElement::Sticker {
            package: 231_182,
            id: "sticker-0001".to_owned(),
            key: "made-up".to_owned(),
            summary: "[cake]".to_owned(),
        };
        self.private_history(61_101, ACTOR, BOT, vec![MessageElement::File { file: "NOTES0001.txt".to_owned() }]);
        self.private_history(61_102, ACTOR, BOT, vec![sticker]);
        self.private_history(61_103, ACTOR, BOT, vec![MessageElement::Xml("<msg brief=\"A card\"/>".to_owned())]);
        self.private_history(51_001, BOT, ACTOR, vec![text("Good morning "), MessageElement::Face("14".to_owned())]);
        self.private_history(-51_002, BOT, ACTOR, vec![text("Slept well?")]);
        self.private_history(61_001, ACTOR, BOT, vec![text("Hello")]);
        self.private_history(61_002, ACTOR, BOT, vec![text("Look: "), image]);
        self.private_history(61_003, ACTOR, BOT, vec![voice]);
        self.private_history(61_004, COOK, BOT, vec![video]);
        self.group_history(62_001, COOK, OWNED, vec![text("[plan] bread & butter")]);
        self.group_history(
            -62_002,
            COOK,
            OWNED,
            vec![MessageElement::Reply(MessageId(62_001)), MessageElement::At(BOT), text(" and jam")],
        );
        self.group_history(62_003, ACTOR, OWNED, vec![forward]);
        self.group_history(52_001, BOT, OWNED, vec![MessageElement::At(COOK), text(" lunch at noon?")]);
        if let Ok(group) = self.group_mut(OWNED) {
            let mask = super::Mask {
                flag: "mask-flag-1".to_owned(),
                id: 80_001,
                name: "Green Tea".to_owned(),
                silenced_until: 0,
            };
            group.masks.insert(CROWD + 1, mask);
        }
    }

    fn private_history(&mut self, id: i32, from: UserId, to: UserId, elements: Vec<MessageElement>) {
        if let Ok(sender) = self.sender(from, None) {
            self.keep_as(MessageId(id), sender, Scene::Private { to, through: None }, elements);
        }
    }

    fn group_history(&mut self, id: i32, from: UserId, group: GroupId, elements: Vec<MessageElement>) {
        if let Ok(sender) = self.sender(from, Some(group)) {
            self.keep_as(MessageId(id), sender, Scene::Group { group, mask: None }, elements);
        }
    }

    fn requests_wait(&mut self) {
        let comment = "May I?".to_owned();
        let friend = Request::Friend { from: STRANGER, to: BOT, comment: comment.clone() };
        let other = Request::Friend { from: ASKING + 1, to: BOT, comment: comment.clone() };
        let join = Request::Join { group: OWNED, user: STRANGER, comment: comment.clone() };
        let second = Request::Join { group: RULED, user: ASKING, comment };
        let invitation = Request::Invitation { group: FOREIGN, inviter: ACTOR, user: BOT };
        for (flag, request) in [
            ("friend-req-1", friend),
            ("friend-req-2", other),
            ("group-req-1", join),
            ("group-req-2", second),
            ("group-invite-1", invitation),
        ] {
            self.file_request(flag.to_owned(), request);
        }
    }
}

fn text(text: &str) -> MessageElement {
    MessageElement::Text(text.to_owned())
}
