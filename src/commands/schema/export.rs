//! `botspec schema export`: the contracts of a dialect, or the files that people write, in a format that other tools read.

use std::fs;
use std::path::Path;

use botspec_schema::export::{self, Format};
use serde_json::Value;

use super::files;
use crate::cli::{ExportFormat, SchemaExportArgs};
use crate::commands::dialect;
use crate::failure::{Failure, OK};
use crate::print;

/// Writes the document.
pub(crate) fn export(args: &SchemaExportArgs) -> Result<u8, Failure> {
    let of_dialect = |format| -> Result<String, Failure> {
        let name = args.dialect.as_deref().ok_or_else(|| Failure::usage("name the dialect with --dialect"))?;
        Ok(json(&export::export(dialect(name)?, format)))
    };
    let document = match args.format {
        ExportFormat::JsonSchema => of_dialect(Format::JsonSchema)?,
        ExportFormat::OpenApi => of_dialect(Format::OpenApi)?,
        ExportFormat::AsyncApi => of_dialect(Format::AsyncApi)?,
        ExportFormat::TargetSchema => json(&files::target()),
        ExportFormat::WaiversSchema => json(&files::waivers()),
        ExportFormat::WorldSchema => json(&files::world()),
        ExportFormat::ScriptSchema => json(&files::script()),
        ExportFormat::FilesPage => files::page(),
    };
    if args.output == Path::new("-") {
        print::text(&document)?;
    } else {
        let shown = args.output.display();
        fs::write(&args.output, document).map_err(|error| Failure::usage(format!("cannot write {shown}: {error}")))?;
    }
    Ok(OK)
}

fn json(document: &Value) -> String {
    format!("{document:#}\n")
}
