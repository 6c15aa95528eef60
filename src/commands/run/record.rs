//! Where the record of a run is written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use botspec_reports::Format;

use crate::commands::report::RECORD;
use crate::failure::Failure;
use crate::files;

/// The record's file, which belongs to one run at a time. What an earlier run left there stays until the first line is
/// written: a run that reaches nobody changes nothing.
pub(super) struct Record {
    file: File,
    folder: PathBuf,
    begun: Arc<AtomicBool>,
}

impl Record {
    /// Takes the record of a folder.
    pub(super) fn open(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(RECORD);
        let cannot = |error: io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
        fs::create_dir_all(folder).map_err(cannot)?;
        let mut options = OpenOptions::new();
        let file = files::private(options.write(true).create(true).truncate(false)).open(&path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::usage(format!(
                    "another run writes to {}; name another folder with --out",
                    folder.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        Ok(Self { file, folder: folder.to_owned(), begun: Arc::default() })
    }

    /// States, also after the record was handed to who writes it, whether it was begun.
    pub(super) fn begun(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.begun)
    }

    /// Removes what an earlier run left: its pages would be taken for those of this run.
    fn begin(&mut self) -> io::Result<()> {
        for format in Format::ALL {
            // Most often there is none. What cannot be removed cannot be written either, which is reported then.
            let _ = fs::remove_file(self.folder.join(format.file_name()));
        }
        files::make_private(&self.file)?;
        self.file.set_len(0)
    }
}

impl Write for Record {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.begun.load(Ordering::Acquire) {
            self.begin()?;
            self.begun.store(true, Ordering::Release);
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let begun = self.begun.load(Ordering::Acquire);
        if !begun && self.file.metadata().is_ok_and(|file| file.len() == 0) {
            // A file that only this run made, and in which nothing stands; should it stay, nothing is lost.
            let _ = fs::remove_file(self.folder.join(RECORD));
        }
    }
}
