//! `botspec undo`: puts back what a run changed and could not put back itself.

use std::fmt::Write as _;

use botspec_conformance::{Ledger, Target, Undone, undo as put_back};
use botspec_reports::Language;
use botspec_reports::visible::visible_line;
use botspec_schema::Catalog;
use serde_json::json;
use tokio::runtime::Runtime;

use super::{recorded, target};
use crate::cli::{ListFormat, UndoArgs};
use crate::failure::{FAILED, Failure, OK};
use crate::{print, style};

/// Puts back what the ledger of a run holds; what could not be put back makes it fail.
pub(crate) fn undo(args: &UndoArgs) -> Result<u8, Failure> {
    let ledger = args.dir.join(Ledger::FILE_NAME);
    let undone = if ledger.exists() {
        let target = named(args)?;
        let runtime = Runtime::new().map_err(|error| Failure::usage(format!("no async runtime: {error}")))?;
        let undone = runtime.block_on(put_back(Catalog::builtin(), target, &args.dir));
        undone.map_err(|error| Failure::usage(error.to_string()))?
    } else {
        Undone { put_back: 0, left: Vec::new() }
    };
    match args.format {
        ListFormat::Json => print::json(&json!({ "put_back": undone.put_back, "left": undone.left }))?,
        ListFormat::Text => print::text(&text(&undone, args.lang.unwrap_or_else(style::language)))?,
    }
    Ok(if undone.left.is_empty() { OK } else { FAILED })
}

fn text(undone: &Undone, language: Language) -> String {
    let mut text = String::new();
    for left in &undone.left {
        let (what, why) = (visible_line(language.of(&left.what)), visible_line(language.of(&left.why)));
        let _ = writeln!(text, "{}: {what} ({why})", language.pick("NOT PUT BACK", "未恢复"));
    }
    match (undone.put_back, undone.left.len()) {
        (0, 0) => text.push_str(language.pick("nothing to put back\n", "没有需要恢复的更改\n")),
        (done, left) => {
            let _ = match language {
                Language::En => writeln!(text, "{done} put back, {left} not"),
                Language::Zh => writeln!(text, "已恢复 {done} 项，未恢复 {left} 项"),
            };
        }
    }
    text
}

/// The target of the flags, or else the one that the run was made on.
fn named(args: &UndoArgs) -> Result<Target, Failure> {
    if let Some(target) = target::target(&args.target)? {
        return Ok(target);
    }
    let run = recorded::read(&args.dir)?;
    let of_run =
        recorded::arguments(&run.header.command).map(|args| target::target(&args.target)).transpose()?.flatten();
    of_run.ok_or_else(|| {
        Failure::usage(format!("{}: the record names no target; name it with --target or --http", args.dir.display()))
    })
}
