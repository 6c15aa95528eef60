//! `botspec report render`: a record in one form or in all of them.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use botspec_reports::record::Run;
use botspec_reports::{Analysis, Format, Language, index_html, terminal};

use super::records::{self, read};
use super::write;
use crate::cli::{RenderArgs, ReportFormat};
use crate::failure::{Failure, OK};
use crate::files::Readers;
use crate::{print, style};

/// Renders a record, or each record of a run over several dialects.
pub(crate) fn render(args: &RenderArgs) -> Result<u8, Failure> {
    let records = records::all(&args.record)?;
    let language = args.lang.unwrap_or_else(style::language);
    let several = records.len() > 1;
    if several && args.output.as_deref() == Some(Path::new("-")) {
        return Err(Failure::usage(format!("{} records do not fit on standard output; name one", records.len())));
    }
    let mut written = Vec::new();
    for record in &records {
        let run = read(record)?;
        let folder = match (&args.output, record.parent()) {
            (Some(output), Some(folder)) if several => output.join(folder.file_name().unwrap_or_default()),
            (Some(output), _) => output.clone(),
            (None, folder) => folder.unwrap_or(Path::new("")).to_owned(),
        };
        one(&run, args, language, several, &folder, &mut written)?;
    }
    if several && args.format != ReportFormat::One(Format::Text) {
        let folder = args.output.clone().unwrap_or_else(|| args.record.clone());
        written.push(write_index_of(&folder, &records)?);
    }
    let lines: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    print::text(&text)?;
    Ok(OK)
}

fn one(
    run: &Run,
    args: &RenderArgs,
    language: Language,
    several: bool,
    folder: &Path,
    written: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let analysis = Analysis::of(run);
    let format = match args.format {
        ReportFormat::All => {
            for format in Format::ALL {
                let path = folder.join(format.file_name());
                write(&path, Readers::Everybody, |out| format.write(&analysis, language, out))?;
                written.push(path);
            }
            return step_summary(&analysis, language);
        }
        ReportFormat::One(format) => format,
    };
    if format == Format::Md {
        step_summary(&analysis, language)?;
    }
    let to_terminal = matches!(format, Format::Text | Format::Annotations) && args.output.is_none();
    if to_terminal || args.output.as_deref() == Some(Path::new("-")) {
        return if format == Format::Text {
            print::text(&terminal::summary_in(language, &analysis, style::of_stdout(), None))
        } else {
            let mut bytes = Vec::new();
            format.write(&analysis, language, &mut bytes).map_err(|error| Failure::usage(error.to_string()))?;
            print::text(&String::from_utf8_lossy(&bytes))
        };
    }
    let path = if several || args.output.is_none() { folder.join(format.file_name()) } else { folder.to_owned() };
    write(&path, Readers::Everybody, |out| format.write(&analysis, language, out))?;
    written.push(path);
    Ok(())
}

/// Appends the Markdown to the summary of a GitHub job, where there is one.
fn step_summary(analysis: &Analysis<'_>, language: Language) -> Result<(), Failure> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let appended = OpenOptions::new().create(true).append(true).open(&path).and_then(|mut file| {
        let mut bytes = Vec::new();
        Format::Md.write(analysis, language, &mut bytes)?;
        file.write_all(&bytes)
    });
    appended
        .map_err(|error| Failure::usage(format!("cannot append to $GITHUB_STEP_SUMMARY `{}`: {error}", path.display())))
}

/// Writes `report.json` and `report.html` into the folder of a run, for its owner alone. One that cannot be written costs
/// no other; the first failure comes back.
pub(crate) fn write_all(run: &Run, folder: &Path) -> Result<(), Failure> {
    let analysis = Analysis::of(run);
    let one = |format: Format| {
        write(&folder.join(format.file_name()), Readers::Owner, |out| format.write(&analysis, Language::En, out))
    };
    [Format::Json, Format::Html].map(one).into_iter().fold(Ok(()), Result::and)
}

/// Writes the page over the runs whose folders stand in this one.
pub(crate) fn write_index(folder: &Path) -> Result<PathBuf, Failure> {
    write_index_of(folder, &records::all(folder)?)
}

fn write_index_of(folder: &Path, records: &[PathBuf]) -> Result<PathBuf, Failure> {
    let runs: Vec<_> = records
        .iter()
        .map(|record| {
            let name = record.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
            (format!("{name}/{}", Format::Html.file_name()), read(record).map_err(|error| error.to_string()))
        })
        .collect();
    let entries: Vec<_> =
        runs.iter().map(|(link, run)| (link.as_str(), run.as_ref().map_err(String::as_str))).collect();
    let path = folder.join("index.html");
    write(&path, Readers::Everybody, |out| out.write_all(index_html(&entries).as_bytes()))?;
    Ok(path)
}
