//! Judges frames that were recorded: lines of JSON, logs with JSON in them, and HAR files.

mod har;
mod lines;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::{Instant, SystemTime};

use botspec_conformance::{Judge, RunError, TrafficKind};
use botspec_reports::record::{Counts, Difference, Level, Text, Transport};
use botspec_schema::Catalog;
use serde_json::Value;

use crate::call;
use crate::folder::Folder;
use crate::queue::Unit;
use crate::settings::Settings;
use crate::tee::{Head, Passed, Payload};
use crate::traffic::Traffic;

/// The longest line that is read.
const LINE: u64 = 64 << 20;

/// Why recorded frames cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is no such dialect.
    #[error(transparent)]
    Dialect(#[from] RunError),
    /// A file cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A file that looks like a HAR is none.
    #[error("`{path}` is no HAR file: {why}")]
    Har {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The record cannot be written.
    #[error("cannot write the record into `{folder}`: {source}")]
    Record {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
}

/// A frame that breaks something.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokenFrame {
    /// The file.
    pub file: String,
    /// The line in it; in a HAR file the number of the entry.
    pub line: u64,
    /// The id of the check about what is broken.
    pub check: String,
    /// How binding that is.
    pub level: Level,
    /// What is wrong.
    pub summary: Text,
    /// Where, what should be there, and what is.
    pub difference: Difference,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verified {
    /// Calls, answers and events that were judged.
    pub frames: u64,
    /// Lines that hold none of these.
    pub skipped: u64,
    /// Answers whose calls are not there, so that nobody knows what they should hold.
    pub unmatched: u64,
    /// The verdicts.
    pub counts: Counts,
}

/// Judges the frames in files, hands out each that breaks something, and leaves a record where the settings name a folder.
pub fn verify(
    settings: Settings,
    files: &[PathBuf],
    record: bool,
    broken: &mut dyn FnMut(BrokenFrame),
) -> Result<Verified, VerifyError> {
    let judge = Judge::new(Catalog::builtin(), &settings.dialect, TrafficKind::Recorded)?;
    let folder = record.then(|| Folder::open(&settings)).transpose();
    let unwritten = |source, settings: &Settings| {
        let folder = settings.out.display().to_string();
        VerifyError::Record { folder, source }
    };
    let folder = folder.map_err(|source| unwritten(source, &settings))?;
    let (notify, _notices) = channel();
    let mut reading = Reading {
        traffic: Traffic::new(judge, Settings { max_calls: 0, ..settings }, notify),
        verified: Verified::default(),
        file: String::new(),
        connection: 0,
        broken,
    };
    reading.traffic.judge_each();
    for file in files {
        reading.file(file)?;
    }
    let Reading { traffic, mut verified, .. } = reading;
    verified.unmatched = traffic.unmatched();
    verified.counts = match folder {
        Some(folder) => folder
            .write(|out, since| traffic.write(out, since, &[]))
            .map_err(|source| unwritten(source, &traffic.settings))?,
        None => traffic.write(io::sink(), SystemTime::now(), &[]).unwrap_or_default(),
    };
    Ok(verified)
}

/// Files on their way to be judged.
struct Reading<'a> {
    traffic: Traffic,
    verified: Verified,
    file: String,
    /// The number of the connection that frames are taken to have passed on.
    connection: u64,
    broken: &'a mut dyn FnMut(BrokenFrame),
}

impl Reading<'_> {
    fn file(&mut self, path: &Path) -> Result<(), VerifyError> {
        self.file = path.display().to_string();
        let error = |source| VerifyError::Read { path: path.display().to_string(), source };
        let input: Box<dyn Read> =
            if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(path).map_err(error)?) };
        let mut input = BufReader::new(input);
        let is_har = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("har"));
        if is_har {
            let har = har::read(input).map_err(|why| VerifyError::Har { path: self.file.clone(), why })?;
            self.entries(har);
            return Ok(());
        }
        let mut number = 0;
        loop {
            let mut line = Vec::new();
            if input.by_ref().take(LINE).read_until(b'\n', &mut line).map_err(error)? == 0 {
                break;
            }
            number += 1;
            if number == 1 && is_beginning(&line) {
                // A document over many lines.
                input.by_ref().take(LINE).read_to_end(&mut line).map_err(error)?;
                self.whole(&line);
                return Ok(());
            }
            self.line(number, &line);
        }
        Ok(())
    }

    /// A file that is one document: a list of frames, or a HAR without the name of one.
    fn whole(&mut self, text: &[u8]) {
        if let Ok(entries) = har::read(text) {
            return self.entries(entries);
        }
        match serde_json::from_slice(text) {
            Ok(Value::Array(items)) => {
                for (item, number) in items.iter().zip(1..) {
                    self.line(number, item.to_string().as_bytes());
                }
            }
            Ok(document) => self.line(1, document.to_string().as_bytes()),
            Err(_) => {
                for (line, number) in text.split(|byte| *byte == b'\n').zip(1..) {
                    self.line(number, line);
                }
            }
        }
    }

    fn entries(&mut self, entries: Vec<har::Entry>) {
        for entry in entries {
            self.entry(entry);
        }
    }

    fn line(&mut self, number: u64, line: &[u8]) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        if number == 1 || self.connection == 0 {
            self.open(Transport::Ws);
        }
        let frames = lines::frames(self.traffic.judge.contract(), line);
        if frames.is_empty() {
            self.verified.skipped += 1;
        }
        for frame in frames {
            let limit = self.traffic.settings.max_message;
            let passed = match frame {
                lines::Frame::Message { from_bot, document } => Passed::Message {
                    from_bot,
                    text: true,
                    payload: Payload::of(document.to_string().as_bytes(), limit),
                },
                lines::Frame::Exchange { called, answer } => {
                    let size = line.len();
                    self.verified.frames += 1;
                    self.traffic.recorded_answer(Transport::Http, called, answer, size);
                    self.hand_out(number);
                    continue;
                }
            };
            self.take(number, self.connection, passed);
        }
    }

    fn entry(&mut self, entry: har::Entry) {
        for mut passed in entry.passed {
            if let Passed::Exchange(exchange) = &mut passed {
                let contract = self.traffic.judge.contract();
                let called = call::over_http(contract, &exchange.request, &exchange.body);
                let is_known = called.is_some_and(|called| contract.resolve(&called.action).is_some());
                let body = exchange.body.received();
                let is_event = body.json().is_some_and(|body| contract.dialect().recognise_event(body).is_some());
                exchange.bot_asked = is_known || !is_event;
            }
            if matches!(passed, Passed::Message { .. }) && self.connection != entry.number {
                self.connection = entry.number;
                self.open_as(entry.number, Transport::Ws);
            }
            self.take(entry.number, entry.number, passed);
        }
    }

    fn take(&mut self, line: u64, connection: u64, passed: Passed) {
        self.verified.frames += 1;
        let (at, time) = (Instant::now(), SystemTime::now());
        self.traffic.take(Unit { connection, missed: 0, at, time, passed });
        self.hand_out(line);
    }

    /// A new connection, of which the beginning is not known.
    fn open(&mut self, transport: Transport) {
        self.connection += 1;
        self.open_as(self.connection, transport);
    }

    fn open_as(&mut self, connection: u64, transport: Transport) {
        let request = Box::new(Head::default());
        let (at, time) = (Instant::now(), SystemTime::now());
        let passed = Passed::Opened { transport, request, extension: None };
        self.traffic.take(Unit { connection, missed: 0, at, time, passed });
        self.traffic.begins_later(connection);
    }

    fn hand_out(&mut self, line: u64) {
        for found in self.traffic.each_found() {
            let level = self.traffic.level(&found.check);
            (self.broken)(BrokenFrame {
                file: self.file.clone(),
                line,
                check: found.check,
                level,
                summary: found.summary,
                difference: found.difference,
            });
        }
    }
}

/// Whether a line begins a document that goes on behind it.
fn is_beginning(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let read = serde_json::from_slice::<serde::de::IgnoredAny>(text);
    matches!(text.first(), Some(b'[' | b'{')) && read.is_err_and(|error| error.is_eof())
}
