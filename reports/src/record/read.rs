//! Reading a record back, also one that was cut off or that another version wrote.

use std::io::{self, BufRead, Read};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::defects::Defects;
use super::evidence::Evidence;
use super::{Check, Counts, FORMAT, Footer, Header, Left, Stopped};

/// The longest line that is read, in bytes. What botspec writes stays far below it.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// How much of a line that is too long is skipped in search of its end.
const MAX_SKIPPED: u64 = 1 << 30;

/// A record that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What was checked.
    pub header: Header,
    /// What came of each check, in the order of the run.
    pub checks: Vec<Check>,
    /// What was changed on the target and not put back.
    pub left: Vec<Left>,
    /// Why the run ended before every selected check had run, where it did.
    pub stopped: Option<Stopped>,
    /// The footer; absent where the run was cut off.
    pub footer: Option<Footer>,
    /// How the record ends.
    pub ending: Ending,
    /// What is wrong with the record, one line each, though the rest of it can be used.
    pub defects: Defects,
}

impl Run {
    /// Whether the record holds everything the run was to write.
    pub fn is_complete(&self) -> bool {
        self.ending == Ending::Complete && self.stopped.is_none()
    }

    /// How many checks were selected and are not in the record.
    pub fn not_run(&self) -> u64 {
        self.header.selected.saturating_sub(self.checks.len() as u64)
    }

    /// How many of the checks that were read came to which verdict.
    pub fn counts(&self) -> Counts {
        self.checks.iter().map(|check| check.verdict).collect()
    }
}

/// How a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a footer that counts the checks that are there.
    Complete,
    /// Without a footer: the run was stopped.
    NoFooter,
    /// In the middle of this line, which was dropped.
    CutLine(usize),
    /// With a footer that counts this many checks, while another number is there.
    CountsDiffer(u64),
    /// This many lines cannot be used, wherever they stand.
    LinesLeftOut(u64),
}

/// Why a record cannot be read. Each message names the line, what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is nothing to read.
    #[error("the record is empty: the run ended before it wrote its header; run it again")]
    Empty,
    /// The first line is not whole.
    #[error("line 1: the record was cut off in its header, before any check; run it again")]
    CutHeader,
    /// The first line is something else.
    #[error(
        "line {line}: expected a line of type `header` first, found `{found}`; the beginning of the record is missing"
    )]
    NoHeader {
        /// The line.
        line: usize,
        /// Its type.
        found: String,
    },
    /// A line after the header is not what a record has there.
    #[error("line {line}: a second `header`; a file holds one record, split it before this line")]
    SecondHeader {
        /// The line.
        line: usize,
    },
    /// Something stands after the footer.
    #[error(
        "line {line}: a line of type `{found}` after the footer; a record ends with its footer, remove what follows"
    )]
    AfterFooter {
        /// The line.
        line: usize,
        /// Its type.
        found: String,
    },
    /// A line has another type than those of a record.
    #[error(
        "line {line}: unknown type `{found}`, expected `header`, `check`, `left`, `stopped` or `footer`; \
         is it a record of botspec, or one of a newer version?"
    )]
    UnknownType {
        /// The line.
        line: usize,
        /// Its type.
        found: String,
    },
    /// A line is not JSON, or not what its type states.
    #[error(
        "line {line}, column {column}: {what}; a record is one JSON object per line, as `botspec run` writes it \
         (record.ndjson); remove the line, or run again"
    )]
    Malformed {
        /// The line.
        line: usize,
        /// The column, in bytes from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// A line is not text.
    #[error("line {line}: invalid UTF-8 at byte {byte}; is it a record (record.ndjson), and not compressed?")]
    NotUtf8 {
        /// The line.
        line: usize,
        /// The first byte that is wrong, counted from 1.
        byte: usize,
    },
    /// A line is longer than [`MAX_LINE`].
    #[error("line {line}: longer than {MAX_LINE} bytes, which no record has; is it a record (record.ndjson)?")]
    LineTooLong {
        /// The line.
        line: usize,
    },
    /// The format is newer than this crate.
    #[error(
        "line {line}: record format {found}, this botspec reads up to {FORMAT}; use the botspec that wrote it ({version}), or a newer one"
    )]
    NewerFormat {
        /// The line.
        line: usize,
        /// The format.
        found: u32,
        /// The botspec that wrote it.
        version: String,
    },
    /// The file cannot be read.
    #[error("line {line}: {source}")]
    Io {
        /// The line.
        line: usize,
        /// What the system states.
        source: io::Error,
    },
}

/// Reads a record. A last line that is cut off, a footer that is missing and lines that cannot be used leave a run that
/// is not complete and states so; what is valid is kept. Without a header there is nothing to keep, which is an error.
pub fn read(input: impl BufRead) -> Result<Run, ReadError> {
    let mut reader = Lines { input, line: 0, endless: false };
    let first = reader.next_line()?.ok_or(ReadError::Empty)?;
    let header = read_header(&first)?;
    let (checks, left, defects) = (Vec::new(), Vec::new(), Defects::default());
    let mut run = Run { header, checks, left, stopped: None, footer: None, ending: Ending::NoFooter, defects };
    let mut evidence = Evidence::default();
    let mut cut = None;
    loop {
        let line = match reader.next_line() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error @ ReadError::LineTooLong { .. }) => {
                run.defects.left_out(&error);
                continue;
            }
            Err(error) => return Err(error),
        };
        match read_line(&mut run, &line, &mut evidence) {
            Ok(()) => {}
            Err(_) if !line.ended => cut = Some(line.number),
            Err(error) => {
                let ends = matches!(error, ReadError::SecondHeader { .. });
                run.defects.left_out(&error);
                if ends {
                    break;
                }
            }
        }
    }
    run.defects.duplicates(&run.checks);
    run.ending = match (cut, &run.footer) {
        (Some(line), _) => Ending::CutLine(line),
        (None, _) if run.defects.lines > 0 => Ending::LinesLeftOut(run.defects.lines),
        (None, None) => Ending::NoFooter,
        (None, Some(footer)) if footer.counts == run.counts() => Ending::Complete,
        (None, Some(footer)) => Ending::CountsDiffer(footer.counts.total()),
    };
    Ok(run)
}

fn read_header(line: &RawLine) -> Result<Header, ReadError> {
    match line.kind() {
        Ok(kind) if kind == "header" => {}
        Ok(found) if ["check", "left", "stopped", "footer"].contains(&found.as_str()) => {
            return Err(ReadError::NoHeader { line: line.number, found });
        }
        Ok(found) => return Err(ReadError::UnknownType { line: line.number, found }),
        Err(_) if !line.ended && line.bytes.starts_with(b"{\"type\":\"header\"") => return Err(ReadError::CutHeader),
        Err(error) => return Err(error),
    }
    let format: Format = line.parse()?;
    if format.format > FORMAT {
        let version = format.botspec_version.unwrap_or_else(|| "unknown version".to_owned());
        return Err(ReadError::NewerFormat { line: line.number, found: format.format, version });
    }
    line.parse()
}

fn read_line(run: &mut Run, line: &RawLine, evidence: &mut Evidence) -> Result<(), ReadError> {
    let kind = line.kind()?;
    if run.footer.is_some() {
        return Err(ReadError::AfterFooter { line: line.number, found: kind });
    }
    match kind.as_str() {
        "check" => {
            let mut check: Check = line.parse()?;
            evidence.keep(&mut check);
            run.checks.push(check);
        }
        "left" => run.left.push(line.parse()?),
        "stopped" => run.stopped = Some(line.parse()?),
        "footer" => run.footer = Some(line.parse()?),
        "header" => return Err(ReadError::SecondHeader { line: line.number }),
        _ => return Err(ReadError::UnknownType { line: line.number, found: kind }),
    }
    Ok(())
}

/// The key that every line has.
#[derive(Deserialize)]
struct Kind {
    r#type: String,
}

/// The keys of a header that report whether the rest can be understood.
#[derive(Deserialize)]
struct Format {
    format: u32,
    botspec_version: Option<String>,
}

struct RawLine {
    number: usize,
    bytes: Vec<u8>,
    /// Whether the line has its end.
    ended: bool,
}

impl RawLine {
    fn kind(&self) -> Result<String, ReadError> {
        self.parse::<Kind>().map(|kind| kind.r#type)
    }

    /// The line as a type. The type tag is read by itself and not through a tagged enum, which would lose the column.
    fn parse<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        let text = std::str::from_utf8(&self.bytes)
            .map_err(|error| ReadError::NotUtf8 { line: self.number, byte: error.valid_up_to() + 1 })?
            .trim_end();
        let start = text.len() - text.trim_start().len();
        if !text[start..].starts_with('{') {
            let what = "expected a JSON object".to_owned();
            return Err(ReadError::Malformed { line: self.number, column: start + 1, what });
        }
        serde_json::from_str(text).map_err(|error| ReadError::Malformed {
            line: self.number,
            column: error.column(),
            what: without_position(&error),
        })
    }
}

/// What a JSON error states without its position, which counts lines within the line.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

struct Lines<R> {
    input: R,
    line: usize,
    /// Whether a line goes on and on.
    endless: bool,
}

impl<R: BufRead> Lines<R> {
    /// The next line that is not blank.
    fn next_line(&mut self) -> Result<Option<RawLine>, ReadError> {
        while !self.endless {
            let mut bytes = Vec::new();
            let number = self.line + 1;
            let read = (&mut self.input)
                .take(MAX_LINE as u64 + 1)
                .read_until(b'\n', &mut bytes)
                .map_err(|source| ReadError::Io { line: number, source })?;
            if read == 0 {
                return Ok(None);
            }
            self.line = number;
            let ended = bytes.last() == Some(&b'\n');
            if !ended && read > MAX_LINE {
                drop(bytes);
                self.skip_line().map_err(|source| ReadError::Io { line: number, source })?;
                return Err(ReadError::LineTooLong { line: number });
            }
            if number == 1 && bytes.starts_with("\u{feff}".as_bytes()) {
                bytes.drain(..3);
            }
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(RawLine { number, bytes, ended }));
            }
        }
        Ok(None)
    }

    /// Goes to the end of a line that is too long, without holding it; what has no end is given up.
    fn skip_line(&mut self) -> io::Result<()> {
        let skipped = (&mut self.input).take(MAX_SKIPPED).skip_until(b'\n')?;
        self.endless = skipped as u64 == MAX_SKIPPED;
        Ok(())
    }
}
