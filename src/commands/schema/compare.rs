//! `botspec schema compare`: what differs for a bot that moves from one dialect to another.

use botspec_reports::compare_html;
use botspec_schema::compare::{Language, compare as differences, markdown, text};
use serde_json::json;

use crate::cli::{CompareFormat, CompareLanguage, SchemaCompareArgs};
use crate::commands::dialect;
use crate::failure::{Failure, OK};
use crate::print;

/// Prints the differences. That there are some is no failure.
pub(crate) fn compare(args: &SchemaCompareArgs) -> Result<u8, Failure> {
    let comparison = differences(dialect(&args.from)?, dialect(&args.to)?);
    let language = match args.lang {
        CompareLanguage::En => Language::En,
        CompareLanguage::Zh => Language::Zh,
    };
    match args.format {
        CompareFormat::Text => print::text(&text(&comparison, language))?,
        CompareFormat::Json => print::json(&json!(comparison))?,
        CompareFormat::Md => print::text(&markdown(&comparison, language))?,
        CompareFormat::Html => {
            let language = match language {
                Language::En => botspec_reports::Language::En,
                Language::Zh => botspec_reports::Language::Zh,
            };
            print::text(&compare_html(&comparison, language))?;
        }
    }
    Ok(OK)
}
