//! The files of a group, and the folders they lie in.

use std::sync::Arc;

use super::{Change, Group, GroupId, Media, MediaKind, Refusal, Role, UserId, World};

/// The folder that every file lies in which lies in no other.
pub const ROOT: &str = "/";
/// How many files a group takes.
pub const MOST_FILES: usize = 10_000;
/// How many bytes a group takes.
pub const MOST_BYTES: i64 = 10 * 1024 * 1024 * 1024;
/// How many folders a group takes.
const MOST_FOLDERS: usize = 1_000;

/// A folder of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// What it is asked for by.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// Who made it.
    pub creator: UserId,
    /// When.
    pub created: i64,
}

/// A file of a group; its title and size stand with the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The name of the file in the world.
    pub file: String,
    /// The folder that it lies in.
    pub folder: String,
    /// Who uploaded it.
    pub uploader: UserId,
    /// When.
    pub uploaded: i64,
    /// Whether it stays for good.
    pub kept: bool,
    /// How many times somebody asked where to fetch it.
    pub fetched: u32,
}

/// How long a file stays that nobody keeps: 30 days.
const LIFETIME: i64 = 30 * 24 * 60 * 60;

impl Stored {
    /// When it goes away; nothing where it stays.
    pub fn ends(&self) -> Option<i64> {
        (!self.kept).then_some(self.uploaded + LIFETIME)
    }
}

impl Group {
    /// A folder; the root is none.
    pub fn folder(&self, id: &str) -> Result<&Folder, Refusal> {
        self.folders.get(id).ok_or_else(|| Refusal::NoSuch("folder", id.to_owned()))
    }

    fn is_place(&self, folder: &str) -> Result<(), Refusal> {
        if folder == ROOT { Ok(()) } else { self.folder(folder).map(drop) }
    }

    /// A file.
    pub fn stored(&self, file: &str) -> Result<&Stored, Refusal> {
        self.files.get(file).ok_or_else(|| Refusal::NoSuchFile(file.to_owned()))
    }

    /// The files of a folder.
    pub fn files_in(&self, folder: &str) -> impl Iterator<Item = &Stored> {
        self.files.values().filter(move |stored| stored.folder == folder)
    }

    /// Who may change something that belongs to another member.
    fn require_own(&self, user: UserId, owner: UserId, what: &'static str) -> Result<(), Refusal> {
        if user == owner { self.member(user).map(drop) } else { self.require(user, Role::Admin, what) }
    }
}

impl World {
    /// A member puts a file into a folder of the group.
    pub fn upload(
        &mut self,
        group: GroupId,
        user: UserId,
        title: &str,
        (size, content): (i64, Option<Arc<[u8]>>),
        folder: &str,
    ) -> Result<String, Refusal> {
        let room = self.group_as(user, group)?;
        room.is_place(folder)?;
        if room.files.len() >= MOST_FILES {
            return Err(Refusal::OutOfRange(format!("a group takes {MOST_FILES} files")));
        }
        let name = format!("/{}", self.mint.hex());
        let file = self.add_file_with(name, title.to_owned(), MediaKind::File, size, content);
        self.store(group, file.clone(), user, folder)?;
        self.emit(Change::Uploaded { group, user, file: file.clone() });
        self.show_file(group, user, file.clone())?;
        Ok(file)
    }

    pub(crate) fn store(
        &mut self,
        group: GroupId,
        file: String,
        uploader: UserId,
        folder: &str,
    ) -> Result<(), Refusal> {
        let time = self.now();
        let stored =
            Stored { file: file.clone(), folder: folder.to_owned(), uploader, uploaded: time, kept: false, fetched: 0 };
        self.group_mut(group)?.files.insert(file, stored);
        Ok(())
    }

    /// Puts a file into another folder.
    pub fn move_file(&mut self, group: GroupId, user: UserId, file: &str, to: &str) -> Result<(), Refusal> {
        let room = self.group(group)?;
        room.require_own(user, room.stored(file)?.uploader, "move that file")?;
        room.is_place(to)?;
        if let Some(stored) = self.group_mut(group)?.files.get_mut(file) {
            to.clone_into(&mut stored.folder);
        }
        Ok(())
    }

    /// Gives a file of a group another name.
    pub fn rename_file(&mut self, group: GroupId, user: UserId, file: &str, title: &str) -> Result<(), Refusal> {
        let room = self.group(group)?;
        room.require_own(user, room.stored(file)?.uploader, "rename that file")?;
        let media = self.files.get_mut(&file.to_owned()).ok_or_else(|| Refusal::NoSuchFile(file.to_owned()))?;
        title.clone_into(&mut media.title);
        Ok(())
    }

    /// A member fetches a file of a group.
    pub fn fetch_file(&mut self, group: GroupId, user: UserId, file: &str) -> Result<&Media, Refusal> {
        self.group_as(user, group)?.stored(file)?;
        if let Some(stored) = self.group_mut(group)?.files.get_mut(file) {
            stored.fetched = stored.fetched.saturating_add(1);
        }
        self.file(file)
    }

    /// Makes a file of a group stay for good.
    pub fn keep_file(&mut self, group: GroupId, user: UserId, file: &str) -> Result<(), Refusal> {
        let room = self.group(group)?;
        room.require_own(user, room.stored(file)?.uploader, "keep that file for good")?;
        if let Some(stored) = self.group_mut(group)?.files.get_mut(file) {
            stored.kept = true;
        }
        Ok(())
    }

    /// Throws a file of a group away.
    pub fn drop_file(&mut self, group: GroupId, user: UserId, file: &str) -> Result<(), Refusal> {
        let room = self.group(group)?;
        room.require_own(user, room.stored(file)?.uploader, "throw that file away")?;
        self.group_mut(group)?.files.remove(file);
        Ok(())
    }

    /// Makes a folder.
    pub fn make_folder(&mut self, group: GroupId, user: UserId, name: &str) -> Result<Folder, Refusal> {
        let room = self.group(group)?;
        room.require(user, Role::Admin, "make folders")?;
        if room.folders.values().any(|folder| folder.name == name) {
            return Err(Refusal::OutOfRange(format!("there is a folder `{name}` already")));
        }
        if name.is_empty() || room.folders.len() >= MOST_FOLDERS {
            return Err(Refusal::OutOfRange(format!("a folder has a name, and a group takes {MOST_FOLDERS} of them")));
        }
        let id = format!("/{}", self.mint.hex());
        let folder = Folder { id: id.clone(), name: name.to_owned(), creator: user, created: self.now() };
        self.group_mut(group)?.folders.insert(id, folder.clone());
        Ok(folder)
    }

    /// Gives a folder another name.
    pub fn rename_folder(&mut self, group: GroupId, user: UserId, id: &str, name: &str) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        room.require(user, Role::Admin, "rename folders")?;
        let folder = room.folders.get_mut(id).ok_or_else(|| Refusal::NoSuch("folder", id.to_owned()))?;
        name.clone_into(&mut folder.name);
        Ok(())
    }

    /// Throws a folder away with everything in it.
    pub fn drop_folder(&mut self, group: GroupId, user: UserId, id: &str) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        room.require(user, Role::Admin, "throw folders away")?;
        room.folder(id)?;
        room.folders.remove(id);
        room.files.retain(|_, stored| stored.folder != id);
        Ok(())
    }
}
