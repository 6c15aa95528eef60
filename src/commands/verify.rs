//! `botspec verify`: judges frames that were recorded.

use std::fmt::Write as _;

use botspec_reports::Language;
use botspec_reports::record::Level;
use botspec_reports::visible::visible_line;
use botspec_watch::{BrokenFrame, Settings, Verified, VerifyError, verify as judge};
use serde_json::{Value, json};

use super::report::{self, RECORD};
use crate::cli::{FailOn, ListFormat, VerifyArgs};
use crate::failure::{FAILED, Failure, OK};
use crate::{print, style};

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
            let language = args.lang.unwrap_or_else(style::language);
            let mut lines: String = broken.iter().map(|frame| line(frame, language)).collect();
            if more > 0 {
                // Writing into a string cannot fail.
                let _ = match language {
                    Language::En => writeln!(lines, "… and {more} more"),
                    Language::Zh => writeln!(lines, "…… 另有 {more} 条"),
                };
            }
            lines.push_str(&totals(&verified, failed, language));
            print::text(&lines)?;
        }
    }
    Ok(code)
}

fn line(frame: &BrokenFrame, language: Language) -> String {
    let BrokenFrame { file, line, check, level, summary, difference } = frame;
    let word = match level {
        Level::Must => "fail",
        Level::Should => "warn",
        Level::May => "note",
    };
    let (colon, differs) = (language.pick(": ", "："), difference.in_summary(summary));
    let text = format!("{file}:{line}: {word} {check}{colon}{}", language.of(&differs));
    format!("{}\n", visible_line(&text))
}

/// How much was judged, in one line.
fn totals(verified: &Verified, failed: u64, language: Language) -> String {
    let Verified { frames, unmatched, skipped, .. } = verified;
    let some = |count: u64, text: String| if count == 0 { String::new() } else { text };
    match language {
        Language::En => {
            let unmatched = some(*unmatched, format!(", {unmatched} answers without their calls"));
            let skipped = some(*skipped, format!(", {skipped} lines without a frame"));
            format!("{frames} frames judged{unmatched}{skipped}; {failed} break a contract\n")
        }
        Language::Zh => {
            let unmatched = some(*unmatched, format!("，{unmatched} 个响应没有对应的调用"));
            let skipped = some(*skipped, format!("，{skipped} 行没有帧"));
            format!("已检查 {frames} 个帧{unmatched}{skipped}；{failed} 个违反契约\n")
        }
    }
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
