//! `botspec verify`: judges frames that were recorded.

use std::fmt::Write as _;

use botspec_reports::record::{Difference, Level};
use botspec_reports::visible::visible_line;
use botspec_watch::{BrokenFrame, Settings, VerifyError, verify as judge};
use serde_json::{Value, json};

use super::report::{self, RECORD};
use crate::cli::{FailOn, ListFormat, VerifyArgs};
use crate::failure::{FAILED, Failure, OK};
use crate::print;

/// How many frames are written out; the record has all of them by cause.
const SHOWN: usize = 1_000;

/// Judges the files; exit 1 where a frame breaks a contract.
pub(crate) fn verify(args: &VerifyArgs) -> Result<u8, Failure> {
    let out = args.out.clone().unwrap_or_default();
    let settings = Settings {
        name: "recorded frames".to_owned(),
        private: args.private,
        command: std::iter::once("botspec".to_owned()).chain(std::env::args().skip(1)).collect(),
        ..Settings::new(super::dialect(&args.dialect)?.name(), out)
    };
    let (mut broken, mut more, mut failed) = (Vec::new(), 0_u64, 0_u64);
    let verified = judge(settings, &args.files, args.out.is_some(), &mut |frame| {
        failed += u64::from(match args.fail_on {
            FailOn::Must => frame.level == Level::Must,
            FailOn::Should => frame.level <= Level::Should,
        });
        if broken.len() < SHOWN {
            broken.push(frame);
        } else {
            more += 1;
        }
    });
    let verified = verified.map_err(|error: VerifyError| Failure::usage(error.to_string()))?;
    if let Some(folder) = &args.out {
        report::write_all(&report::read(&folder.join(RECORD))?, folder)?;
    }
    if verified.frames == 0 {
        return Err(Failure::usage("no frame was found: neither calls nor answers nor events of the dialect"));
    }
    let code = if failed > 0 { FAILED } else { OK };
    match args.format {
        ListFormat::Json => print::json(&json!({
            "frames": verified.frames,
            "lines_without_frame": verified.skipped,
            "answers_without_call": verified.unmatched,
            "counts": verified.counts,
            "broken": broken.iter().map(as_json).collect::<Vec<_>>(),
            "broken_left_out": more,
            "exit_code": code,
        }))?,
        ListFormat::Text => {
            let mut lines: String = broken.iter().map(line).collect();
            if more > 0 {
                // Writing into a string cannot fail.
                let _ = writeln!(lines, "… and {more} more");
            }
            let unmatched = match verified.unmatched {
                0 => String::new(),
                some => format!(", {some} answers without their calls"),
            };
            let skipped = match verified.skipped {
                0 => String::new(),
                some => format!(", {some} lines without a frame"),
            };
            let frames = verified.frames;
            let _ = writeln!(lines, "{frames} frames judged{unmatched}{skipped}; {failed} break a contract");
            print::text(&lines)?;
        }
    }
    Ok(code)
}

fn line(frame: &BrokenFrame) -> String {
    let BrokenFrame { file, line, check, level, summary, difference } = frame;
    let Difference { pointer, expected, found } = difference;
    let word = match level {
        Level::Must => "fail",
        Level::Should => "warn",
        Level::May => "note",
    };
    let place = if pointer.is_empty() { String::new() } else { format!("{pointer} ") };
    let text = format!("{file}:{line}: {word} {check}: {}: {place}expected {expected}, found {found}", summary.en);
    format!("{}\n", visible_line(&text))
}

fn as_json(frame: &BrokenFrame) -> Value {
    json!({
        "file": frame.file,
        "line": frame.line,
        "check": frame.check,
        "level": frame.level.as_str(),
        "summary": frame.summary,
        "difference": frame.difference,
    })
}
