//! What people have for themselves: stickers, things put aside, and posts.

use super::{Refusal, UserId, World};

/// A picture that somebody sends in place of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sticker {
    /// What it is asked for by.
    pub id: String,
    /// Its number among those of its owner.
    pub number: i64,
    /// The name of the picture's file.
    pub file: String,
    /// Its caption.
    pub caption: String,
}

/// Something put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// What it is asked for by.
    pub id: String,
    /// What it states.
    pub text: String,
    /// A line about it.
    pub brief: String,
    /// When it was put aside.
    pub time: i64,
}

/// Something that somebody wrote for everybody to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// What it is asked for by.
    pub id: String,
    /// What it states.
    pub text: String,
}

/// Of what somebody has, no more is kept; the oldest goes first.
const MOST: usize = 500;

/// Puts something first, and lets go of what is too much.
pub(crate) fn keep<T>(list: &mut Vec<T>, thing: T) {
    list.insert(0, thing);
    list.truncate(MOST);
}

impl World {
    /// A picture becomes a sticker of the user.
    pub fn add_sticker(&mut self, user: UserId, file: String) -> Result<Sticker, Refusal> {
        let id = format!("{user}_0_0_0_{}_0_0", self.mint.hex());
        let person = self.person_mut(user)?;
        let number = person.stickers.iter().map(|sticker| sticker.number).max().unwrap_or(0) + 1;
        let sticker = Sticker { id, number, file, caption: String::new() };
        keep(&mut person.stickers, sticker.clone());
        Ok(sticker)
    }

    /// Throws stickers away: those with one of the ids.
    pub fn drop_stickers(&mut self, user: UserId, ids: &[String]) -> Result<(), Refusal> {
        let stickers = &mut self.person_mut(user)?.stickers;
        if let Some(missing) = ids.iter().find(|id| stickers.iter().all(|sticker| sticker.id != **id)) {
            return Err(Refusal::NoSuch("sticker", missing.clone()));
        }
        stickers.retain(|sticker| !ids.contains(&sticker.id));
        Ok(())
    }

    /// Gives a sticker another caption.
    pub fn caption_sticker(&mut self, user: UserId, id: &str, caption: &str) -> Result<(), Refusal> {
        let sticker = self.person_mut(user)?.stickers.iter_mut().find(|sticker| sticker.id == id);
        caption.clone_into(&mut sticker.ok_or_else(|| Refusal::NoSuch("sticker", id.to_owned()))?.caption);
        Ok(())
    }

    /// Puts something aside.
    pub fn collect(&mut self, user: UserId, text: &str, brief: &str) -> Result<(), Refusal> {
        let (id, time) = (self.mint.hex(), self.now());
        let thing = Collected { id, text: text.to_owned(), brief: brief.to_owned(), time };
        keep(&mut self.person_mut(user)?.collection, thing);
        Ok(())
    }

    /// Writes something for everybody to see; answers what it is asked for by.
    pub fn post(&mut self, user: UserId, text: &str) -> Result<String, Refusal> {
        let id = self.mint.hex();
        keep(&mut self.person_mut(user)?.posts, Post { id: id.clone(), text: text.to_owned() });
        Ok(id)
    }

    /// Takes a post back.
    pub fn drop_post(&mut self, user: UserId, id: &str) -> Result<(), Refusal> {
        let posts = &mut self.person_mut(user)?.posts;
        let at = posts.iter().position(|post| post.id == id);
        posts.remove(at.ok_or_else(|| Refusal::NoSuch("post", id.to_owned()))?);
        Ok(())
    }
}
