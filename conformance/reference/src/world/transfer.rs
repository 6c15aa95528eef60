//! Files on their way: offers between friends who are both there, transfers by a link, and uploads in chunks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Change, MediaKind, MessageElement, MessageId, Refusal, Scene, UserId, World};

/// A file or folder that somebody offers to a friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The message that offers it, as QQ's client knows it.
    pub message: String,
    /// The place in the message.
    pub element: String,
    /// Who offers.
    pub from: UserId,
    /// To whom.
    pub to: UserId,
    /// The name of what is offered.
    pub name: String,
    /// Its size in bytes.
    pub size: i64,
    /// Whether it is a folder.
    pub folder: bool,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// The friend took it.
    Taken,
    /// The friend does not want it.
    Refused,
    /// It is not offered any more.
    Cancelled,
}

/// Files that anybody with the link can fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// What it is asked for by.
    pub id: String,
    /// The word in the link that stands for it.
    pub code: String,
    /// The name people see.
    pub name: String,
    /// Who made it.
    pub owner: UserId,
    /// When.
    pub created: i64,
    /// The names of the files in the world.
    pub files: Vec<String>,
}

/// How far files are that anybody with the link can fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// They are on their way there.
    Going,
    /// They are there.
    Gone,
    /// They are on their way from there.
    Coming,
    /// They were fetched.
    Come,
}

impl Parcel {
    /// The link that people share: it is opened in QQ, and nothing is fetched from it.
    pub fn link(&self) -> String {
        format!("https://qfile.qq.com/q/{}", self.code)
    }

    /// When it is thrown away.
    pub fn ends(&self) -> i64 {
        self.created + LIFETIME
    }
}

/// How long a parcel stays: a week.
const LIFETIME: i64 = 7 * 24 * 60 * 60;
/// How many offers, parcels and uploads there are of each.
const MOST: usize = 1_000;
/// How many chunks an upload has at most.
const MOST_PIECES: usize = 100_000;

/// A file that comes in chunks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    /// The name that the file will have.
    pub name: String,
    /// How many chunks there are.
    pub total: usize,
    /// Those that came.
    pub chunks: BTreeMap<usize, Vec<u8>>,
}

impl World {
    /// `from` offers something to a friend; answers the offer, and the message that makes it.
    pub fn offer(&mut self, from: UserId, to: UserId, name: &str, folder: bool) -> Result<(Offer, MessageId), Refusal> {
        self.friend(from, to)?;
        room_for(self.offers.len())?;
        let (message, element) = (self.mint.digits(), self.mint.digits());
        let offer = Offer { message: message.clone(), element, from, to, name: name.to_owned(), size: 1_024, folder };
        self.offers.insert(message, offer.clone());
        let sent = self.post_message(
            from,
            Scene::Private { to, through: None },
            vec![MessageElement::Offer(offer.message.clone())],
        )?;
        Ok((offer, sent))
    }

    /// Every offer.
    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.offers.values()
    }

    /// The parcels that somebody made.
    pub fn parcels_of(&self, owner: UserId) -> impl Iterator<Item = &Parcel> {
        self.parcels.values().filter(move |parcel| parcel.owner == owner)
    }

    /// An offer by the message that makes it.
    pub fn an_offer(&self, message: &str) -> Option<&Offer> {
        self.offers.get(message)
    }

    /// The offers between the two.
    pub fn offers_between(&self, one: UserId, other: UserId) -> impl Iterator<Item = &Offer> {
        let between = move |offer: &&Offer| [(one, other), (other, one)].contains(&(offer.from, offer.to));
        self.offers.values().filter(between)
    }

    /// `user` ends an offer between them and `other`.
    pub fn end_offer(&mut self, user: UserId, other: UserId, message: &str, end: Offered) -> Result<(), Refusal> {
        let missing = || Refusal::NoSuch("offer", message.to_owned());
        let offer = self.offers.get(message).ok_or_else(missing)?;
        let sides = if end == Offered::Cancelled { (user, other) } else { (other, user) };
        if (offer.from, offer.to) != sides {
            return Err(missing());
        }
        self.offers.remove(message);
        self.emit(Change::OfferEnded { from: sides.0, to: sides.1, end });
        Ok(())
    }

    /// Puts files where anybody with the link can fetch them; answers the parcel.
    pub fn send_parcel(&mut self, owner: UserId, name: &str, sources: &[String]) -> Result<Parcel, Refusal> {
        room_for(self.parcels.len())?;
        let files: Vec<String> =
            sources.iter().map(|source| self.import(source, MediaKind::File)).collect::<Result<_, _>>()?;
        if files.is_empty() {
            return Err(Refusal::OutOfRange("nothing is sent".to_owned()));
        }
        let (id, code) = (self.mint.hex(), self.mint.hex());
        let name = if name.is_empty() { last_part(&sources[0]) } else { name };
        let parcel = Parcel { id: id.clone(), code, name: name.to_owned(), owner, created: self.now(), files };
        self.parcels.insert(id.clone(), parcel.clone());
        for stage in [Stage::Going, Stage::Gone] {
            self.emit(Change::Carried { user: owner, parcel: id.clone(), stage });
        }
        Ok(parcel)
    }

    /// Somebody fetches the files of a parcel.
    pub fn fetch_parcel(&mut self, user: UserId, id: &str) -> Result<(), Refusal> {
        let parcel = self.parcel(id)?.id.clone();
        for stage in [Stage::Coming, Stage::Come] {
            self.emit(Change::Carried { user, parcel: parcel.clone(), stage });
        }
        Ok(())
    }

    /// A parcel by its id.
    pub fn parcel(&self, id: &str) -> Result<&Parcel, Refusal> {
        self.parcels.get(id).ok_or_else(|| Refusal::NoSuch("transfer", id.to_owned()))
    }

    /// A parcel by the word in its link, or by the link.
    pub fn parcel_by_code(&self, code: &str) -> Result<&Parcel, Refusal> {
        let found = self.parcels.values().find(|parcel| parcel.code == code || parcel.link() == code);
        found.ok_or_else(|| Refusal::NoSuch("transfer", code.to_owned()))
    }

    /// Puts the files of a parcel into another one, with a link of its own; answers that one.
    pub fn share_again(&mut self, user: UserId, id: &str) -> Result<Parcel, Refusal> {
        room_for(self.parcels.len())?;
        let shared = self.parcel(id)?.clone();
        let (id, code) = (self.mint.hex(), self.mint.hex());
        let parcel = Parcel { id: id.clone(), code, owner: user, created: self.now(), ..shared };
        self.parcels.insert(id, parcel.clone());
        Ok(parcel)
    }

    /// The upload of that name, which begins where there is none.
    pub fn upload_mut(&mut self, stream: &str) -> Result<&mut Upload, Refusal> {
        if !self.uploads.contains_key(stream) {
            room_for(self.uploads.len())?;
        }
        Ok(self.uploads.entry(stream.to_owned()).or_default())
    }

    /// A chunk of an upload came.
    pub fn add_chunk(&mut self, stream: &str, index: usize, total: usize, chunk: Vec<u8>) -> Result<&Upload, Refusal> {
        if index >= total || total > MOST_PIECES {
            return Err(Refusal::OutOfRange(format!("piece {index} of {total}, at most {MOST_PIECES}")));
        }
        let upload = self.upload_mut(stream)?;
        upload.total = total;
        upload.chunks.insert(index, chunk);
        Ok(upload)
    }

    /// Makes a file of an upload whose chunks have all come; answers the name of the file and the number of chunks.
    pub fn finish_upload(&mut self, stream: &str) -> Result<(String, usize), Refusal> {
        let upload = self.uploads.get(stream).ok_or_else(|| Refusal::NoSuch("upload", stream.to_owned()))?;
        if upload.chunks.len() != upload.total || upload.total == 0 {
            let (have, all) = (upload.chunks.len(), upload.total);
            return Err(Refusal::OutOfRange(format!("{have} of {all} pieces of `{stream}` came")));
        }
        let upload = self.uploads.remove(stream).unwrap_or_default();
        let content: Arc<[u8]> = upload.chunks.into_values().flatten().collect();
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        let name = format!("/data/stream/{}", self.mint.hex());
        Ok((self.add_file_with(name, upload.name, MediaKind::File, size, Some(content)), upload.total))
    }

    /// Throws away what came of uploads: one, or all.
    pub fn drop_uploads(&mut self, stream: Option<&str>) {
        self.uploads.retain(|name, _| stream.is_some_and(|stream| stream != name));
    }
}

fn room_for(there_are: usize) -> Result<(), Refusal> {
    if there_are < MOST { Ok(()) } else { Err(Refusal::OutOfRange(format!("there are {MOST} already"))) }
}

/// The name of a file in a path or an address.
pub(crate) fn last_part(source: &str) -> &str {
    source.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(source)
}
