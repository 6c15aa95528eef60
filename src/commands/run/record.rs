//! Where the record of a run is written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

use crate::commands::report::RECORD;
use crate::failure::Failure;

/// The record's file, which belongs to one run at a time.
pub(super) struct Record {
    pub(super) file: File,
}

impl Record {
    /// Makes the record of a run in a folder, empty.
    pub(super) fn create(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(RECORD);
        let cannot = |error: std::io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
        fs::create_dir_all(folder).map_err(cannot)?;
        // Not truncated before it is locked: the record of another run that is under way stays whole.
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(cannot)?;
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
        file.set_len(0).map_err(cannot)?;
        Ok(Self { file })
    }
}
