//! `botspec report`: records of runs, rendered, compared and joined.

mod diff;
mod matrix;
mod merge;
mod records;
mod render;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub(crate) use diff::diff;
pub(crate) use matrix::matrix;
pub(crate) use merge::merge;
pub(crate) use records::{RECORD, read};
pub(crate) use render::{render, write_all, write_index};

use crate::failure::Failure;

/// Writes a file beside its name and renames it, so that no reader ever sees half of it.
fn write(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let cannot = |error: io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(name);
    let written = File::create(&beside).and_then(|file| {
        let mut file = BufWriter::new(file);
        content(&mut file)?;
        file.flush()?;
        fs::rename(&beside, path)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        cannot(error)
    })
}
