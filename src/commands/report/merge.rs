//! `botspec report merge`: the parts of one run, joined.

use std::fs::File;
use std::io;

use botspec_reports::merge::merge as join;

use super::records::one;
use super::write;
use crate::cli::MergeArgs;
use crate::failure::{Failure, OK};
use crate::files::Readers;
use crate::print;

/// Joins the parts and states where the whole is.
pub(crate) fn merge(args: &MergeArgs) -> Result<u8, Failure> {
    let mut parts = Vec::new();
    for part in &args.parts {
        let path = one(part)?;
        let name = path.display().to_string();
        let file =
            File::open(&path).map_err(|error| Failure::usage(format!("cannot read record `{name}`: {error}")))?;
        parts.push((name, file));
    }
    let mut refused = None;
    let written = write(&args.output, Readers::Everybody, |out| {
        join(&mut parts, out).map(drop).map_err(|error| {
            refused = Some(error.to_string());
            io::Error::other("not merged")
        })
    });
    match refused {
        Some(why) => Err(Failure::usage(why)),
        None => written.and_then(|()| print::text(&format!("{}\n", args.output.display()))).map(|()| OK),
    }
}
