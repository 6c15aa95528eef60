//! What a tester needs to know: real numbers of friends, groups, members, messages and files.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::world::{
    Group, Media, MediaKind, Member, Message, MessageElement, MessageId, Parcel, Request, Role, Scene, UserId, World,
};

/// Values by name: `self`, `actor`, `friend`, `group`, `member` and so on. What does not exist now is left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Fixtures(BTreeMap<&'static str, Value>);

/// What a name of a fixture begins with in parameters.
const SIGN: char = '$';

impl Fixtures {
    /// The value of a name, with dashes or underscores.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).or_else(|| self.0.get(name.replace('-', "_").as_str()))
    }

    /// All of them, with their names as they are spelt in flags and files.
    pub(crate) fn dashed(&self) -> Map<String, Value> {
        self.iter().map(|(name, value)| (name.replace('_', "-"), value.clone())).collect()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Whether a value holds the name of a fixture anywhere.
    pub(crate) fn named_in(value: &Value) -> bool {
        match value {
            Value::String(text) => text.starts_with(SIGN),
            Value::Array(items) => items.iter().any(Self::named_in),
            Value::Object(entries) => entries.values().any(Self::named_in),
            _ => false,
        }
    }

    /// Puts values in the place of every string that is `$` and a name; the error is the name that stands for nothing.
    pub fn resolve(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::String(text) => match text.strip_prefix(SIGN) {
                Some(name) => self.get(name).cloned().ok_or_else(|| text.clone()),
                None => Ok(value.clone()),
            },
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(entries) => {
                entries.iter().map(|(key, item)| Ok((key.clone(), self.resolve(item)?))).collect()
            }
            _ => Ok(value.clone()),
        }
    }

    pub(crate) fn of(world: &World, account: UserId) -> Self {
        Self::known_to(world, account, account)
    }

    /// What an account can try things on, with the numbers by which another one knows its messages.
    pub(crate) fn known_to(world: &World, account: UserId, reader: UserId) -> Self {
        let mut found = Self(BTreeMap::new());
        found.people(world, account);
        let actor = world.accounts().find(|other| *other != account);
        let group = best_group(world, account);
        if let Some(group) = group {
            found.group(world, (account, reader), actor, group);
        }
        let newest = |wanted: &dyn Fn(&Message) -> bool| {
            world.messages_of(account).rev().find(|message| wanted(message)).map(|it| world.number_for(reader, it.id))
        };
        let private = |message: &Message| matches!(message.scene, Scene::Private { .. });
        found.put("own_message", newest(&|it| it.sender.user == account));
        found.put("actor_message", newest(&|it| Some(it.sender.user) == actor && private(it)));
        let voice = |element: &MessageElement| matches!(element, MessageElement::Record { .. });
        found.put("voice_message", newest(&|it| it.elements.iter().any(voice)));
        found.files(world, account);
        found.belongings(world, account);
        found.requests(world, account);
        found
    }

    /// Puts another value under a name, or takes the name away.
    pub(crate) fn replace(&mut self, name: &'static str, value: Option<impl Into<Value>>) {
        self.0.remove(name);
        self.put(name, value);
    }

    fn put(&mut self, name: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(name, value.into());
        }
    }

    fn people(&mut self, world: &World, account: UserId) {
        let is_account = |user: UserId| world.accounts().any(|other| other == user);
        let friends = |person: UserId| world.person(person).map(|it| it.friends.keys().copied().collect::<Vec<_>>());
        let friends = friends(account).unwrap_or_default();
        let stranger = world.people().find(|user| {
            *user != account && !friends.contains(user) && world.groups_of(account).all(|it| it.member(*user).is_err())
        });
        self.put("self", Some(account));
        self.put("actor", world.accounts().find(|other| *other != account));
        let friend = friends.iter().find(|user| is_account(**user)).or(friends.first()).copied();
        self.put("friend", friend);
        self.put("stranger", stranger);
    }

    fn group(&mut self, world: &World, (account, reader): (UserId, UserId), actor: Option<UserId>, group: &Group) {
        let sent = |who: UserId| {
            let here = |it: &&Message| matches!(it.scene, Scene::Group { group: there, .. } if there == group.id);
            world.messages_of(account).rev().filter(here).find(|it| it.sender.user == who).map(|it| it.id)
        };
        let member = best_member(world, account, group).map(|member| member.user);
        self.put("group", Some(group.id));
        self.put("member", member);
        let number = |id: MessageId| world.number_for(reader, id);
        self.put("group_message", member.and_then(sent).or_else(|| actor.and_then(sent)).map(number));
        self.put("actor_group_message", actor.and_then(sent).map(number));
        self.put("own_group_message", sent(account).map(number));
        self.put("essence_message", group.essence.first().map(|essence| number(essence.message)));
        self.put("todo_message", group.todo.as_ref().map(|todo| number(todo.message)));
        self.board(group);
        let mask = group.masks.values().find(|mask| mask.silenced_until <= world.now());
        self.put("anonymous", mask.map(|mask| mask.flag.clone()));
    }

    /// What the group shows, and what lies on its shelves.
    fn board(&mut self, group: &Group) {
        self.put("group_file", group.files.keys().next().cloned());
        self.put("group_folder", group.folders.keys().next().cloned());
        self.put("announcement", group.announcements.first().map(|rendered| rendered.id.clone()));
        let album = group.albums.values().find(|album| !album.pictures.is_empty()).or(group.albums.values().next());
        self.put("album", album.map(|album| album.id.clone()));
        let picture = album.and_then(|album| album.pictures.first());
        self.put("album_picture", picture.map(|picture| picture.id.clone()));
        self.put("album_upload", picture.map(|picture| picture.batch.clone()));
    }

    /// What the account has for itself, and what is on its way.
    fn belongings(&mut self, world: &World, account: UserId) {
        let person = world.person(account).ok();
        let sticker = person.and_then(|it| it.stickers.first());
        self.put("sticker", sticker.map(|sticker| sticker.id.clone()));
        self.put("sticker_number", sticker.map(|sticker| sticker.number));
        let picture = sticker.and_then(|sticker| world.file(&sticker.file).ok());
        self.put("sticker_md5", picture.map(Media::hash));
        self.put("post", person.and_then(|it| it.posts.first()).map(|post| post.id.clone()));
        self.put("doubtful_request", world.doubts_for(account).next().map(|(flag, _)| flag.to_owned()));
        let parcel = world.parcels_of(account).next();
        self.put("flash_set", parcel.map(|parcel| parcel.id.clone()));
        self.put("flash_link", parcel.map(Parcel::link));
        let offer = world.offers().find(|offer| offer.to == account);
        self.put("offer", offer.map(|it| it.message.clone()));
        self.put("offer_element", offer.map(|it| it.element.clone()));
        self.put("own_offer", world.offers().find(|offer| offer.from == account).map(|it| it.message.clone()));
    }

    fn files(&mut self, world: &World, account: UserId) {
        let received = |wanted: &dyn Fn(&MessageElement) -> Option<String>| {
            let messages = world.messages_of(account).rev().filter(|message| message.sender.user != account);
            messages.flat_map(|message| &message.elements).find_map(wanted)
        };
        let file = |kind: MediaKind| {
            received(&|element| match element {
                MessageElement::Image { file, .. }
                | MessageElement::Record { file, .. }
                | MessageElement::Video { file } => world.file_of(file, kind).is_ok().then(|| file.clone()),
                _ => None,
            })
        };
        let handed = received(&|element| match element {
            MessageElement::File { file } => Some(file.clone()),
            _ => None,
        });
        self.put("private_file_hash", handed.as_deref().and_then(|it| world.file(it).ok()).map(Media::hash));
        self.put("private_file", handed);
        self.put("image", file(MediaKind::Image));
        self.put("record", file(MediaKind::Record));
        self.put(
            "forward",
            received(&|element| match element {
                MessageElement::Forward(id) => Some(id.clone()),
                _ => None,
            }),
        );
    }

    fn requests(&mut self, world: &World, account: UserId) {
        let open = |wanted: &dyn Fn(&Request) -> bool| {
            world.requests_for(account).find(|(_, request)| wanted(request)).map(|(flag, _)| flag.to_owned())
        };
        self.put("friend_request", open(&|it| matches!(it, Request::Friend { .. })));
        self.put("group_request", open(&|it| matches!(it, Request::Join { .. })));
        self.put("group_invitation", open(&|it| matches!(it, Request::Invitation { .. })));
    }
}

/// The group in which the account may do the most, and in which somebody stands below it.
fn best_group(world: &World, account: UserId) -> Option<&Group> {
    let rank = |group: &Group| group.member(account).map_or(Role::Member, |member| member.role);
    let useful = |group: &&Group| best_member(world, account, group).is_some();
    world
        .groups_of(account)
        .filter(useful)
        .reduce(|best, group| if rank(group) > rank(best) { group } else { best })
        .or_else(|| world.groups_of(account).next())
}

/// Somebody else in the group who stands below the account, better no account that is served.
fn best_member<'w>(world: &World, account: UserId, group: &'w Group) -> Option<&'w Member> {
    let own = group.member(account).ok()?.role;
    let below = || group.members.values().filter(|member| member.user != account && member.role < own);
    let served = |user: UserId| world.accounts().any(|other| other == user);
    below()
        .find(|member| member.role == Role::Member && !served(member.user))
        .or_else(|| below().find(|member| !served(member.user)))
        .or_else(|| below().next())
        .or_else(|| group.members.values().find(|member| member.user != account && !served(member.user)))
}
