//! Files that were sent: pictures, voices, videos and files of groups.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::content::decode_base64;
use super::ids::fingerprint;
use super::{MessageElement, Node, Refusal, World};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A voice.
    Record,
    /// A video.
    Video,
    /// Anything else.
    File,
}

impl MediaKind {
    fn suffix(self) -> &'static str {
        match self {
            Self::Image => "png",
            Self::Record => "amr",
            Self::Video => "mp4",
            Self::File => "bin",
        }
    }
}

/// A file that the world knows.
#[derive(Debug, Clone)]
pub struct Media {
    /// The name it is asked for by.
    pub name: String,
    /// The name people see.
    pub title: String,
    /// What it holds.
    pub kind: MediaKind,
    /// Its size in bytes.
    pub size: i64,
    /// What is in it; made up where nobody uploaded it.
    pub(crate) content: Option<Arc<[u8]>>,
    /// What its address begins with.
    pub(super) base: Arc<str>,
}

impl Media {
    /// Where it can be fetched.
    pub fn url(&self) -> String {
        let mut url = format!("{}/files/", self.base);
        for byte in self.name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                url.push(byte as char);
            } else {
                let _ = write!(url, "%{byte:02X}");
            }
        }
        url
    }
}

/// What a URL of the world's own files begins with.
const SCHEMES: [&str; 3] = ["http://", "https://", "file://"];
const INLINE: &str = "base64://";

/// Of what was fetched for calls, so much is kept until it is thrown away.
const MOST_FETCHED: usize = 64;

impl World {
    /// A file by its name.
    pub fn file(&self, name: &str) -> Result<&Media, Refusal> {
        self.files.get(name).ok_or_else(|| Refusal::NoSuchFile(name.to_owned()))
    }

    /// A file by its name, or the newest one that people see under it.
    pub fn file_called(&self, name: &str) -> Result<&Media, Refusal> {
        self.file(name).or_else(|unknown| self.files.iter().rfind(|file| file.title == name).ok_or(unknown))
    }

    /// A file of the kind by its name.
    pub fn file_of(&self, name: &str, kind: MediaKind) -> Result<&Media, Refusal> {
        self.file(name).ok().filter(|file| file.kind == kind).ok_or_else(|| Refusal::NoSuchFile(name.to_owned()))
    }

    /// Takes over what a sender names: a file the world knows, a path, a URL or the content itself. Nothing is fetched or
    /// read from a disk: what a URL leads to is made up.
    pub fn import(&mut self, source: &str, kind: MediaKind) -> Result<String, Refusal> {
        self.import_as(source, kind, None)
    }

    /// The same under a name for people.
    pub fn import_as(&mut self, source: &str, kind: MediaKind, title: Option<&str>) -> Result<String, Refusal> {
        // As a file, anything will do.
        let known = self.file(source).ok().filter(|known| known.kind == kind || kind == MediaKind::File);
        if title.is_none() && known.is_some() {
            return Ok(source.to_owned());
        }
        let unreadable = || Refusal::UnreadableFile(shorten(source));
        let mut content = None;
        let size = if let Some(known) = known {
            content.clone_from(&known.content);
            known.size
        } else if let Some(digits) = source.strip_prefix(INLINE) {
            let bytes: Arc<[u8]> = decode_base64(digits).ok_or_else(unreadable)?.into();
            i64::try_from(content.insert(bytes).len()).unwrap_or(i64::MAX)
        } else if let Some(fetched) = self.fetched.get(source) {
            let bytes = fetched.clone().ok_or_else(unreadable)?;
            i64::try_from(content.insert(bytes).len()).unwrap_or(i64::MAX)
        } else if is_address(source) {
            1_024 + i64::try_from(fingerprint(source) % 60_000).unwrap_or_default()
        } else {
            return Err(unreadable());
        };
        let print = fingerprint(title.unwrap_or(kind.suffix()));
        let name = format!("{:016X}{print:016X}.{}", fingerprint(source), kind.suffix());
        let title = title.map_or_else(|| name.clone(), str::to_owned);
        Ok(self.add_file_with(name, title, kind, size, content))
    }

    pub(crate) fn add_file(&mut self, name: String, title: String, kind: MediaKind, size: i64) -> String {
        self.add_file_with(name, title, kind, size, None)
    }

    pub(crate) fn add_file_with(
        &mut self,
        name: String,
        title: String,
        kind: MediaKind,
        size: i64,
        content: Option<Arc<[u8]>>,
    ) -> String {
        let weight = name.len() + title.len() + content.as_ref().map_or(0, |content| content.len());
        let base = Arc::clone(&self.file_base);
        self.files.keep(name.clone(), Media { name: name.clone(), title, kind, size, content, base }, weight);
        name
    }

    /// What addresses of files and pictures begin with.
    pub fn file_base(&self) -> &str {
        &self.file_base
    }

    /// Everything can be fetched from below this address from now on.
    pub(crate) fn serve_files_at(&mut self, base: &str) {
        self.file_base = base.into();
        for file in self.files.values_mut() {
            file.base = Arc::clone(&self.file_base);
        }
    }

    /// What was fetched for the call that comes next; nothing where it could not be.
    pub(crate) fn set_fetched(&mut self, fetched: BTreeMap<String, Option<Arc<[u8]>>>) {
        if self.fetched.len() > MOST_FETCHED {
            self.fetched.clear();
        }
        self.fetched.extend(fetched);
    }

    /// The nodes of a merged forward.
    pub fn forward(&self, id: &str) -> Result<&[Node], Refusal> {
        self.merged(id).map(|(nodes, _)| nodes)
    }

    /// The nodes of a merged forward, and when it was made: of the messages in it no other time is known.
    pub(crate) fn merged(&self, id: &str) -> Result<(&[Node], i64), Refusal> {
        let found = self.forwards.get(id).map(|(nodes, time)| (nodes.as_slice(), *time));
        found.ok_or_else(|| Refusal::NoSuchForward(id.to_owned()))
    }

    pub(crate) fn keep_forward(&mut self, id: String, nodes: Vec<Node>) {
        let weight = nodes.iter().flat_map(|node| &node.elements).map(MessageElement::weight).sum();
        let time = self.now();
        self.forwards.keep(id, (nodes, time), weight);
    }

    /// Merges messages into one; answers its id.
    pub fn merge(&mut self, nodes: Vec<Node>) -> Result<String, Refusal> {
        if nodes.is_empty() {
            return Err(Refusal::EmptyMessage);
        }
        let id = self.mint.digits();
        self.keep_forward(id.clone(), nodes);
        Ok(id)
    }
}

/// Whether the text states where something is: on the network, or on a disk.
fn is_address(source: &str) -> bool {
    let url = SCHEMES.iter().any(|scheme| source.len() > scheme.len() && source.starts_with(scheme));
    let drive = source.as_bytes().get(1..3).is_some_and(|colon| matches!(colon, b":\\" | b":/"));
    url || drive || (source.len() > 1 && source.starts_with('/'))
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
