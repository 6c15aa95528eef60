//! Files that were sent: pictures, voices, videos and files of groups.

use super::ids::fingerprint;
use super::{Node, Piece, Refusal, World};

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
}

impl Media {
    /// Where it could be fetched, were this not a made-up world.
    pub fn url(&self) -> String {
        format!("https://example.com/files/{}", self.name)
    }

    /// What tells it from every other file.
    pub fn hash(&self) -> String {
        format!("{:016x}", fingerprint(&self.name))
    }
}

/// What a URL of the world's own files begins with.
const SCHEMES: [&str; 3] = ["http://", "https://", "file://"];
const INLINE: &str = "base64://";

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
        let size = if let Some(known) = known {
            known.size
        } else if let Some(content) = source.strip_prefix(INLINE) {
            base64_size(content).ok_or_else(|| Refusal::UnreadableFile(shorten(source)))?
        } else if is_address(source) {
            1_024 + i64::try_from(fingerprint(source) % 60_000).unwrap_or_default()
        } else {
            return Err(Refusal::UnreadableFile(shorten(source)));
        };
        let print = fingerprint(title.unwrap_or(kind.suffix()));
        let name = format!("{:016X}{print:016X}.{}", fingerprint(source), kind.suffix());
        let title = title.map_or_else(|| name.clone(), str::to_owned);
        Ok(self.add_file(name, title, kind, size))
    }

    pub(crate) fn add_file(&mut self, name: String, title: String, kind: MediaKind, size: i64) -> String {
        let weight = name.len() + title.len();
        self.files.keep(name.clone(), Media { name: name.clone(), title, kind, size }, weight);
        name
    }

    /// The nodes of a merged forward.
    pub fn forward(&self, id: &str) -> Result<&[Node], Refusal> {
        self.forwards.get(id).map(Vec::as_slice).ok_or_else(|| Refusal::NoSuchForward(id.to_owned()))
    }

    pub(crate) fn keep_forward(&mut self, id: String, nodes: Vec<Node>) {
        let weight = nodes.iter().flat_map(|node| &node.pieces).map(Piece::weight).sum();
        self.forwards.keep(id, nodes, weight);
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

/// Whether the text says where something is: on the network, or on a disk.
fn is_address(source: &str) -> bool {
    let url = SCHEMES.iter().any(|scheme| source.len() > scheme.len() && source.starts_with(scheme));
    let drive = source.as_bytes().get(1..3).is_some_and(|colon| matches!(colon, b":\\" | b":/"));
    url || drive || (source.len() > 1 && source.starts_with('/'))
}

/// How many bytes the text stands for; `None` if it is no base64.
pub(crate) fn base64_size(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    if digits.is_empty() || padding > 2 || digits.len() % 4 == 1 || !digits.bytes().all(known) {
        return None;
    }
    if padding > 0 && !text.len().is_multiple_of(4) {
        return None;
    }
    i64::try_from(digits.len() * 3 / 4).ok()
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::base64_size;

    #[test]
    fn base64_is_measured_and_nonsense_refused() {
        for (text, size) in
            [("aGVsbG8=", Some(5)), ("aGVsbG8", Some(5)), ("", None), ("a", None), ("####", None), ("aGVsbG8==", None)]
        {
            assert_eq!(base64_size(text), size, "{text}");
        }
    }
}
