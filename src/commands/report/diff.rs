//! `botspec report diff`: what changed between two runs.

use std::path::Path;

use botspec_reports::Analysis;
use botspec_reports::diff::{Diff, diff_html, diff_markdown, diff_text};

use super::records::{one, read};
use super::write;
use crate::cli::{DiffArgs, DiffFormat};
use crate::failure::{FAILED, Failure, OK};
use crate::files::Readers;
use crate::{print, style};

/// Prints what changed; exit 1 when something got worse.
pub(crate) fn diff(args: &DiffArgs) -> Result<u8, Failure> {
    let (old, new) = (read(&one(&args.old)?)?, read(&one(&args.new)?)?);
    let diff = Diff::of(&Analysis::of(&old), &Analysis::of(&new));
    let language = args.lang.unwrap_or_else(style::language);
    let text = match args.format {
        DiffFormat::Text => diff_text(&diff, language),
        DiffFormat::Json => diff.json(),
        DiffFormat::Md => diff_markdown(&diff, language),
        DiffFormat::Html => diff_html(&diff),
    };
    if args.output == Path::new("-") {
        print::text(&text)?;
    } else {
        write(&args.output, Readers::Everybody, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(if diff.worse { FAILED } else { OK })
}
