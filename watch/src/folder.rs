//! Where the record goes: a folder, or one for each day.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use botspec_reports::record::rfc3339;

use crate::settings::Settings;

/// The record's name in its folder.
const RECORD: &str = "record.ndjson";

/// Where the record goes now.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    daily: bool,
    path: PathBuf,
    since: SystemTime,
    /// Held while this process writes there.
    _lock: Option<File>,
}

impl Folder {
    /// Makes the folder and sees to it that it can be written.
    pub(crate) fn open(settings: &Settings) -> io::Result<Self> {
        let since = SystemTime::now();
        let root = settings.out.clone();
        let path = if settings.daily { root.join(day(since)) } else { root.clone() };
        fs::create_dir_all(&path)?;
        let lock = private().create(true).truncate(false).open(root.join(".watch.lock"))?;
        lock.try_lock()
            .map_err(|_| io::Error::other("another botspec writes there; name another folder with --out"))?;
        Ok(Self { root, daily: settings.daily, path, since, _lock: Some(lock) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn record(&self) -> PathBuf {
        self.path.join(RECORD)
    }

    /// Whether something at this time belongs to another folder.
    pub(crate) fn is_over(&self, now: SystemTime) -> bool {
        self.daily && !self.path.ends_with(day(now))
    }

    /// Goes on to the folder of another day.
    pub(crate) fn next(&mut self, now: SystemTime) {
        (self.path, self.since) = (self.root.join(day(now)), now);
    }

    /// Writes a record beside its name and renames it, so that there is a whole one at any time.
    pub(crate) fn write<T>(&self, content: impl FnOnce(&mut dyn Write, SystemTime) -> io::Result<T>) -> io::Result<T> {
        fs::create_dir_all(&self.path)?;
        let beside = self.path.join(format!("{RECORD}.part"));
        let written = private().create(true).truncate(true).open(&beside).and_then(|file| {
            let mut file = BufWriter::new(file);
            let written = content(&mut file, self.since)?;
            file.flush()?;
            fs::rename(&beside, self.record())?;
            Ok(written)
        });
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.root.join(".watch.lock"));
    }
}

/// Files are readable by their owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The day in UTC, such as `2026-01-31`.
fn day(time: SystemTime) -> String {
    rfc3339(time).chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_day_has_a_folder() {
        let root = tempfile::tempdir().expect("a folder");
        let settings = Settings { daily: true, ..Settings::new("onebot11", root.path()) };
        let mut folder = Folder::open(&settings).expect("it opens");
        let now = SystemTime::now();
        let tomorrow = now + Duration::from_secs(24 * 60 * 60);
        assert!(folder.is_over(tomorrow) && !folder.is_over(folder.since));
        folder.write(|out, _| out.write_all(b"one")).expect("it is written");
        folder.next(tomorrow);
        folder.write(|out, _| out.write_all(b"two")).expect("it is written");
        for (time, text) in [(now, "one"), (tomorrow, "two")] {
            assert_eq!(fs::read_to_string(root.path().join(day(time)).join(RECORD)).expect("a record"), text);
        }
        assert!(Folder::open(&settings).is_err(), "one process at a time");
    }

    #[test]
    fn a_record_that_cannot_be_written_leaves_the_one_before() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&Settings::new("onebot11", root.path())).expect("it opens");
        folder.write(|out, _| out.write_all(b"whole")).expect("it is written");
        let full = |out: &mut dyn Write, _| {
            out.write_all(b"half")?;
            Err::<(), _>(io::Error::from(io::ErrorKind::StorageFull))
        };
        assert!(folder.write(full).is_err());
        assert_eq!(fs::read_to_string(folder.record()).expect("a record"), "whole");
    }
}
