//! Albums of a group: pictures that stay, with what members say to them.

use std::collections::BTreeSet;

use super::possessions::keep;
use super::{Group, GroupId, Refusal, Role, UserId, World};

/// An album.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Album {
    /// What it is asked for by.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// A line about it.
    pub about: String,
    /// Who made it.
    pub creator: UserId,
    /// When.
    pub created: i64,
    /// The pictures, the newest first.
    pub pictures: Vec<Picture>,
}

/// A picture in an album.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is asked for by.
    pub id: String,
    /// What pictures that were uploaded together have in common.
    pub batch: String,
    /// The name of the file.
    pub file: String,
    /// Who uploaded it.
    pub uploader: UserId,
    /// When.
    pub time: i64,
    /// Who likes it.
    pub liked: BTreeSet<UserId>,
    /// What was sent to it, the newest first.
    pub comments: Vec<(UserId, String)>,
}

/// How many albums a group takes.
const MOST: usize = 100;

impl Group {
    /// An album.
    pub fn album(&self, id: &str) -> Result<&Album, Refusal> {
        self.albums.get(id).ok_or_else(|| Refusal::NoSuch("album", id.to_owned()))
    }
}

impl World {
    /// A member makes an album; answers what it is asked for by.
    pub fn make_album(&mut self, group: GroupId, creator: UserId, name: &str, about: &str) -> Result<String, Refusal> {
        let room = self.group_as(creator, group)?;
        if name.is_empty() || room.albums.len() >= MOST {
            return Err(Refusal::OutOfRange(format!("an album has a name, and a group takes {MOST} of them")));
        }
        let (id, created) = (self.mint.hex(), self.now());
        let (name, about) = (name.to_owned(), about.to_owned());
        let album = Album { id: id.clone(), name, about, creator, created, pictures: Vec::new() };
        self.group_mut(group)?.albums.insert(id.clone(), album);
        Ok(id)
    }

    /// Throws an album away with everything in it.
    pub fn drop_album(&mut self, group: GroupId, user: UserId, id: &str) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        if room.album(id)?.creator != user {
            room.require(user, Role::Admin, "throw that album away")?;
        }
        room.albums.remove(id);
        Ok(())
    }

    /// A member puts a picture into an album; answers what it is asked for by.
    pub fn add_picture(&mut self, group: GroupId, user: UserId, album: &str, file: String) -> Result<String, Refusal> {
        self.group_as(user, group)?.album(album)?;
        let (id, batch, time) = (self.mint.hex(), self.mint.hex(), self.now());
        let liked = BTreeSet::new();
        let picture = Picture { id: id.clone(), batch, file, uploader: user, time, liked, comments: Vec::new() };
        keep(&mut self.album_mut(group, album)?.pictures, picture);
        Ok(id)
    }

    /// Takes a picture out of an album.
    pub fn drop_picture(&mut self, group: GroupId, user: UserId, album: &str, id: &str) -> Result<(), Refusal> {
        let room = self.group_as(user, group)?;
        let picture = room.album(album)?.pictures.iter().find(|picture| picture.id == id);
        if picture.ok_or_else(|| no_picture(id))?.uploader != user {
            room.require(user, Role::Admin, "take that picture away")?;
        }
        self.album_mut(group, album)?.pictures.retain(|picture| picture.id != id);
        Ok(())
    }

    /// A member comments on a picture.
    pub fn comment(&mut self, group: GroupId, user: UserId, album: &str, id: &str, text: &str) -> Result<(), Refusal> {
        self.group_as(user, group)?;
        let picture = self.album_mut(group, album)?.pictures.iter_mut().find(|picture| picture.id == id);
        keep(&mut picture.ok_or_else(|| no_picture(id))?.comments, (user, text.to_owned()));
        Ok(())
    }

    /// A member likes the pictures that were uploaded together, or one of them alone, or takes that back.
    pub fn like_pictures(
        &mut self,
        group: GroupId,
        user: UserId,
        album: &str,
        (batch, one): (&str, Option<&str>),
        on: bool,
    ) -> Result<(), Refusal> {
        self.group_as(user, group)?;
        let pictures = self.album_mut(group, album)?.pictures.iter_mut();
        let meant = |picture: &&mut Picture| picture.batch == batch && one.is_none_or(|id| picture.id == id);
        let mut found = false;
        for picture in pictures.filter(meant) {
            found = true;
            let changed = if on { picture.liked.insert(user) } else { picture.liked.remove(&user) };
            let _ = changed;
        }
        if found { Ok(()) } else { Err(no_picture(one.unwrap_or(batch))) }
    }

    fn album_mut(&mut self, group: GroupId, id: &str) -> Result<&mut Album, Refusal> {
        self.group_mut(group)?.albums.get_mut(id).ok_or_else(|| Refusal::NoSuch("album", id.to_owned()))
    }
}

fn no_picture(id: &str) -> Refusal {
    Refusal::NoSuch("picture", id.to_owned())
}
