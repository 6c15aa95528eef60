//! `botspec report`: the record of a run, rendered.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use botspec_reports::record::{self, Run};
use botspec_reports::{report_html, report_json, terminal};

use crate::cli::{RenderArgs, ReportFormat};
use crate::failure::{Failure, OK};
use crate::print;

/// The record's name in the folder of a run.
pub(crate) const RECORD: &str = "record.ndjson";

/// Renders a record.
pub(crate) fn render(args: &RenderArgs) -> Result<u8, Failure> {
    let path = if args.record.is_dir() { args.record.join(RECORD) } else { args.record.clone() };
    let run = read(&path)?;
    let text = match args.format {
        ReportFormat::Html => report_html(&run),
        ReportFormat::Json => report_json(&run),
        ReportFormat::Text => terminal::summary(&run, crate::style::of_stdout(), None),
    };
    let output = args.output.clone().or_else(|| beside(&path, args.format));
    match output {
        Some(output) if output != Path::new("-") => {
            write(&output, &text)?;
            print::text(&format!("{}\n", output.display()))?;
        }
        _ => print::text(&text)?,
    }
    Ok(OK)
}

/// Writes `report.json` and `report.html` into the folder of a run.
pub(crate) fn write_all(run: &Run, folder: &Path) -> Result<(), Failure> {
    write(&folder.join("report.json"), &report_json(run))?;
    write(&folder.join("report.html"), &report_html(run))
}

/// Reads a record; one that was cut off is read as far as it goes.
pub(crate) fn read(path: &Path) -> Result<Run, Failure> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| Failure::usage(format!("cannot open {shown}: {error}")))?;
    record::read(BufReader::new(file)).map_err(|error| Failure::usage(format!("{shown}: {error}")))
}

fn beside(record: &Path, format: ReportFormat) -> Option<PathBuf> {
    match format {
        ReportFormat::Html => Some(record.with_file_name("report.html")),
        ReportFormat::Json => Some(record.with_file_name("report.json")),
        ReportFormat::Text => None,
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}
