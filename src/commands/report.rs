//! `botspec report`: records of runs, rendered, compared and joined.

mod diff;
mod matrix;
mod merge;
mod records;
mod render;

use std::io::{self, Write};
use std::path::Path;

pub(crate) use diff::diff;
pub(crate) use matrix::matrix;
pub(crate) use merge::merge;
pub(crate) use records::{RECORD, read};
pub(crate) use render::{render, write_all, write_index};

use crate::failure::Failure;
use crate::files::{self, Readers};

/// Writes a file whole or not at all.
fn write(path: &Path, readers: Readers, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let written = files::write_whole(path, readers, content);
    written.map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}
