//! `botspec schema export`: the contracts of a dialect in a format that other tools read.

use std::fs;
use std::path::Path;

use botspec_schema::export::{self, Format};

use crate::cli::{ExportFormat, SchemaExportArgs};
use crate::commands::dialect;
use crate::failure::{Failure, OK};
use crate::print;

/// Writes the document.
pub(crate) fn export(args: &SchemaExportArgs) -> Result<u8, Failure> {
    let format = match args.format {
        ExportFormat::JsonSchema => Format::JsonSchema,
        ExportFormat::OpenApi => Format::OpenApi,
        ExportFormat::AsyncApi => Format::AsyncApi,
    };
    let document = export::export(dialect(&args.dialect)?, format);
    if args.output == Path::new("-") {
        print::json(&document)?;
    } else {
        let shown = args.output.display();
        fs::write(&args.output, format!("{document:#}\n"))
            .map_err(|error| Failure::usage(format!("cannot write {shown}: {error}")))?;
    }
    Ok(OK)
}
