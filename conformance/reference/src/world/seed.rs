//! What lies about in a world that begins, beside people, groups and what they sent: files, albums, stickers and offers,
//! under the names that examples in the contracts use.

use std::collections::{BTreeMap, BTreeSet};

use super::population::{ACTOR, BOT, COOK, OWNED, STRANGER};
use super::{
    Album, Announcement, Collected, Doubt, Essence, Folder, Like, MediaKind, MessageId, Offer, Parcel, Picture, Post,
    ROOT, Sticker, Todo, World,
};

/// The message that the group keeps in mind, reacts to, and should do something about.
const PLAN: MessageId = MessageId(62_001);
/// A face that somebody reacted with.
const ROSE: &str = "76";

impl World {
    pub(super) fn furnish(&mut self) {
        self.fill_shelves();
        self.pin_up();
        self.hang_pictures();
        self.give_belongings();
        self.send_things();
    }

    fn fill_shelves(&mut self) {
        let now = self.now();
        let file = self.add_file("/file-0001".to_owned(), "menu.txt".to_owned(), MediaKind::File, 120);
        self.add_file("file-0002".to_owned(), "menu.txt".to_owned(), MediaKind::File, 12);
        let id = "/folder-0001".to_owned();
        if self.store(OWNED, file, BOT, ROOT).is_ok()
            && let Ok(room) = self.group_mut(OWNED)
        {
            let name = "Recipes of old".to_owned();
            room.folders.insert(id.clone(), Folder { id, name, creator: BOT, created: now });
        }
    }

    fn pin_up(&mut self) {
        let time = self.now();
        let Ok(room) = self.group_mut(OWNED) else { return };
        room.announcements.push(Announcement {
            id: "notice-0001".to_owned(),
            time,
            confirm: true,
            ..Announcement::new(BOT, "Dinner is at eight")
        });
        room.essence.push(Essence { message: PLAN, operator: BOT, time });
        room.todo = Some(Todo { message: PLAN, done: BTreeSet::new() });
        room.signed.insert(COOK, time);
        if let Some(message) = self.messages.get_mut(&PLAN) {
            message.reactions.insert(ROSE.to_owned(), BTreeSet::from([ACTOR]));
        }
    }

    fn hang_pictures(&mut self) {
        let time = self.now();
        let picture = Picture {
            id: "picture-0001".to_owned(),
            batch: "upload-0001".to_owned(),
            file: "IMAGE0001.png".to_owned(),
            uploader: BOT,
            time,
            liked: BTreeSet::from([ACTOR, BOT]),
            comments: vec![(ACTOR, "That looks good".to_owned())],
        };
        let album = Album {
            id: "album-0001".to_owned(),
            name: "Cakes".to_owned(),
            about: String::new(),
            creator: BOT,
            created: time,
            pictures: vec![picture],
        };
        if let Ok(room) = self.group_mut(OWNED) {
            room.albums.insert(album.id.clone(), album);
        }
    }

    fn give_belongings(&mut self) {
        let time = self.now();
        let Ok(person) = self.person_mut(BOT) else { return };
        person.stickers.push(Sticker {
            id: "10001_0_0_0_made-up_0_0".to_owned(),
            number: 1,
            file: "IMAGE0001.png".to_owned(),
            caption: "A cake".to_owned(),
        });
        let (text, brief) = ("Buy bread".to_owned(), "Note".to_owned());
        person.collection.push(Collected { id: "note-0001".to_owned(), text, brief, time });
        person.posts.push(Post { id: "post-0001".to_owned(), text: "Fresh bread".to_owned() });
        person.likes = BTreeMap::from([(COOK, Like { count: 3, time })]);
        person.categories.insert(1, "The kitchen".to_owned());
    }

    fn send_things(&mut self) {
        let time = self.now();
        let parcel = Parcel {
            id: "set-0001".to_owned(),
            code: "ABCDE".to_owned(),
            name: "Cakes".to_owned(),
            owner: BOT,
            created: time,
            files: vec!["IMAGE0001.png".to_owned()],
        };
        self.parcels.insert(parcel.id.clone(), parcel);
        let comment = "May I?".to_owned();
        self.doubts.insert("u_made_up_40004".to_owned(), Doubt { from: STRANGER, to: BOT, comment, time });
        for (message, element, from, to) in [
            ("7400000000000000001", "7400000000000000002", ACTOR, BOT),
            ("7400000000000000003", "7400000000000000004", BOT, ACTOR),
        ] {
            let offer = Offer {
                message: message.to_owned(),
                element: element.to_owned(),
                from,
                to,
                name: "cake.png".to_owned(),
                size: 67,
                folder: false,
            };
            self.offers.insert(offer.message.clone(), offer);
        }
    }
}
