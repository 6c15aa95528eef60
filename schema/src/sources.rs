//! The texts of contract files, wherever they come from.

use std::fs;
use std::path::Path;

use crate::defect::Defect;

/// The files that were there when the program was built, by their path in the crate.
static BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// Where the built-in files stand in the repository; their defects are shown with this path.
const BUILTIN_ROOT: &str = "schema";

/// The two folders of a set of contracts.
const FOLDERS: [&str; 2] = ["contracts", "requirements"];

/// One contract file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as it is shown to people.
    pub path: String,
    /// The path below the folder that holds `contracts/` and `requirements/`, with `/` between its parts.
    pub place: String,
    /// What stands in it.
    pub text: String,
}

/// A set of contract files, in the order of their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    files: Vec<SourceFile>,
    unreadable: Vec<Defect>,
}

/// The names of the dialects that this crate carries, in their order.
pub(crate) fn builtin_dialects() -> Vec<&'static str> {
    let files = BUILTIN.iter().filter(|(place, _)| place.ends_with("/dialect.json"));
    files.filter_map(|(place, _)| dialect_of(place)).collect()
}

/// The dialect that a file belongs to, by where it stands.
fn dialect_of(place: &str) -> Option<&str> {
    let (folder, below) = place.split_once('/')?;
    match folder {
        "contracts" => below.split('/').next(),
        _ => below.strip_suffix(".json"),
    }
}

impl Sources {
    /// The contracts that this crate carries.
    pub fn builtin() -> Self {
        Self::from_texts(BUILTIN_ROOT, BUILTIN.iter().map(|(place, text)| (*place, *text)))
    }

    /// The contracts and requirements of one dialect that this crate carries, without those that it extends.
    pub(crate) fn builtin_of(dialect: &str) -> Self {
        let own = BUILTIN.iter().filter(|(place, _)| dialect_of(place) == Some(dialect));
        Self::from_texts(BUILTIN_ROOT, own.map(|(place, text)| (*place, *text)))
    }

    /// Texts that are in memory already, each with its place below `root`.
    pub fn from_texts<'a>(root: &str, texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut sources = Self::default();
        for (place, text) in texts {
            sources.push(root, place, text.to_owned());
        }
        sources.sort();
        sources
    }

    /// Reads the folders `contracts/` and `requirements/` below `root`.
    ///
    /// What cannot be read becomes a defect that loading and lint report.
    pub fn read_dir(root: &Path) -> Self {
        let mut sources = Self::default();
        for folder in FOLDERS {
            let path = root.join(folder);
            if path.is_dir() {
                sources.walk(root, &path, folder);
            }
        }
        if sources.files.is_empty() && sources.unreadable.is_empty() {
            let shown = root.display().to_string();
            sources.unreadable.push(
                Defect::of_file(&shown, "unreadable", "there is no contract below this folder")
                    .with_help("name the folder that holds `contracts/` and `requirements/`"),
            );
        }
        sources.sort();
        sources
    }

    /// The files, in the order of their places.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Files and folders that could not be read.
    pub fn unreadable(&self) -> &[Defect] {
        &self.unreadable
    }

    fn sort(&mut self) {
        self.files.sort_by(|a, b| a.place.cmp(&b.place));
    }

    fn push(&mut self, root: &str, place: &str, text: String) {
        let path = if root.is_empty() { place.to_owned() } else { format!("{root}/{place}") };
        self.files.push(SourceFile { path, place: place.to_owned(), text });
    }

    fn walk(&mut self, root: &Path, folder: &Path, place: &str) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.cannot_read(folder, &error),
        };
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    self.cannot_read(folder, &error);
                    continue;
                }
            };
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let place = format!("{place}/{name}");
            if path.is_dir() {
                self.walk(root, &path, &place);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                match fs::read_to_string(&path) {
                    Ok(text) => {
                        let root = root.display().to_string();
                        self.push(root.trim_end_matches('/'), &place, text);
                    }
                    Err(error) => self.cannot_read(&path, &error),
                }
            }
        }
    }

    fn cannot_read(&mut self, path: &Path, error: &std::io::Error) {
        self.unreadable.push(Defect::of_file(&path.display().to_string(), "unreadable", error.to_string()));
    }
}
