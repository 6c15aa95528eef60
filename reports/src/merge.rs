//! Joining the parts of one run: each was made with `--partition`, on a machine of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read, Seek, Write};

use crate::record::{self, Ending, Footer, Header, Line, ReadError};

/// Why records cannot be joined. Each message names the part.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to join.
    #[error("no record to merge")]
    Nothing,
    /// A part cannot be read.
    #[error("{part}: {source}")]
    Read {
        /// The part.
        part: String,
        /// Why.
        source: ReadError,
    },
    /// A part does not hold everything that its run was to write.
    #[error("{part}: incomplete: {why}; run it again")]
    Incomplete {
        /// The part.
        part: String,
        /// Why.
        why: String,
    },
    /// Two parts are of different runs.
    #[error("{part}: its {what} differs from that of {first}; only parts of one run are merged")]
    Differs {
        /// The part.
        part: String,
        /// The first part.
        first: String,
        /// In what they differ.
        what: &'static str,
    },
    /// A check stands in two parts.
    #[error("{part}: `{check}` is in {other} too; are both the same part?")]
    Twice {
        /// The part.
        part: String,
        /// The part that has it already.
        other: String,
        /// The check.
        check: String,
    },
    /// A part is missing, or is no part.
    #[error("{0}")]
    Parts(String),
    /// The result cannot be written, or a part cannot be read again.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Joins the parts of one run into one record. Check lines are copied as they stand.
pub fn merge<R: Read + Seek>(parts: &mut [(String, R)], out: &mut dyn Write) -> Result<Footer, MergeError> {
    let mut headers: Vec<(String, Header, Footer)> = Vec::new();
    let mut known: BTreeMap<(String, Option<record::Transport>), usize> = BTreeMap::new();
    for (number, (name, input)) in parts.iter_mut().enumerate() {
        let part = || name.clone();
        input.rewind()?;
        let run =
            record::read(BufReader::new(&mut *input)).map_err(|source| MergeError::Read { part: part(), source })?;
        let footer = match (&run.footer, run.ending) {
            (Some(footer), Ending::Complete) if run.is_complete() && run.defects.is_empty() => footer.clone(),
            _ => {
                let why = crate::summary::incomplete(&run).map(|why| why.en);
                let why = why.or_else(|| run.defects.first.first().cloned()).unwrap_or_default();
                return Err(MergeError::Incomplete { part: part(), why });
            }
        };
        if let Some((first, header, _)) = headers.first()
            && let Some(what) = difference(header, &run.header)
        {
            return Err(MergeError::Differs { part: part(), first: first.clone(), what });
        }
        for check in run.checks {
            let label = check.label();
            if let Some(other) = known.insert((check.id, check.transport), number) {
                return Err(MergeError::Twice { part: part(), other: headers[other].0.clone(), check: label });
            }
        }
        headers.push((part(), run.header, footer));
    }
    let Some((_, first, _)) = headers.first() else { return Err(MergeError::Nothing) };
    all_there(&headers)?;
    let selected = headers.iter().map(|(_, header, _)| header.selected).sum();
    let command = without_partition(&first.command);
    let header = Header { partition: None, command, selected, ..first.clone() };
    write_line(out, &Line::Header(std::borrow::Cow::Borrowed(&header)))?;
    for (_, input) in parts.iter_mut() {
        input.rewind()?;
        copy_lines(BufReader::new(input), out)?;
    }
    let footer = joined(headers.iter().map(|(_, _, footer)| footer));
    write_line(out, &Line::Footer(std::borrow::Cow::Borrowed(&footer)))?;
    Ok(footer)
}

/// In what two headers differ that are of one run.
fn difference(one: &Header, other: &Header) -> Option<&'static str> {
    let target = |header: &Header| {
        let target = &header.target;
        (target.name.clone(), target.implementation.clone(), target.version.clone())
    };
    let partitions = |header: &Header| header.partition.map(|partition| partition.of);
    [
        (one.contract_hash != other.contract_hash, "contract hash"),
        (one.dialect != other.dialect, "dialect"),
        (target(one) != target(other), "target"),
        (one.format != other.format, "record format"),
        (partitions(one) != partitions(other), "number of partitions"),
    ]
    .into_iter()
    .find_map(|(differs, what)| differs.then_some(what))
}

/// Where the parts state which they are, each of them has to be there.
fn all_there(headers: &[(String, Header, Footer)]) -> Result<(), MergeError> {
    let partitions: Vec<_> = headers.iter().filter_map(|(_, header, _)| header.partition).collect();
    let Some(of) = partitions.first().map(|partition| partition.of) else { return Ok(()) };
    let there: BTreeSet<u32> = partitions.iter().map(|partition| partition.number).collect();
    let missing: Vec<String> =
        (1..=of).filter(|number| !there.contains(number)).map(|it| format!("{it}/{of}")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(MergeError::Parts(format!("missing: partition {}", missing.join(", "))))
}

/// A command line without the part that it was for.
fn without_partition(command: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    let mut given = command.iter();
    while let Some(word) = given.next() {
        if word == "--partition" {
            given.next();
        } else if !word.starts_with("--partition=") {
            words.push(word.clone());
        }
    }
    words
}

fn joined<'a>(footers: impl Iterator<Item = &'a Footer>) -> Footer {
    let mut all = Footer::default();
    for footer in footers {
        for verdict in record::Verdict::ALL {
            all.counts[verdict] += footer.counts[verdict];
        }
        all.finished_at = all.finished_at.max(footer.finished_at.clone());
        all.duration_ms += footer.duration_ms;
        all.requests += footer.requests;
        if let Some(actions) = &footer.actions {
            all.actions.get_or_insert_with(|| actions.clone()).merge(actions);
        }
        all.changed_answers.extend(footer.changed_answers.iter().cloned());
    }
    all.judged_percent = Some(all.counts.judged_percent());
    all
}

/// Copies the checks, and what was not put back.
fn copy_lines(mut input: impl BufRead, out: &mut dyn Write) -> io::Result<()> {
    #[derive(serde::Deserialize)]
    struct Kind<'a> {
        r#type: &'a str,
    }
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        if serde_json::from_slice::<Kind<'_>>(text).is_ok_and(|kind| ["check", "left"].contains(&kind.r#type)) {
            out.write_all(text.trim_ascii_end())?;
            out.write_all(b"\n")?;
        }
        line.clear();
    }
    Ok(())
}

fn write_line(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
