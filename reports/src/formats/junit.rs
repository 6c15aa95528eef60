//! `junit.xml`: a test case per check and transport, in a suite per part of each dialect.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{CiStatus, Names, evidence, message};
use crate::Analysis;
use crate::record::Check;
use crate::summary::area;
use crate::visible::visible_line;

/// How many test cases are held beside the run while they are written.
const AT_ONCE: usize = 1_000;

/// Writes the document. Test cases are written as they come, so that only some are held beside the run.
pub(crate) fn write(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<String, Vec<&Check>> = BTreeMap::new();
    for check in &analysis.run.checks {
        suites.entry(visible_line(&format!("{}/{}", check.dialect, area(check)))).or_default().push(check);
    }
    let checks: Vec<&Check> = analysis.run.checks.iter().collect();
    let seconds = analysis.run.footer.as_ref().map_or(0.0, |footer| footer.duration_ms / 1000.0);
    let name = visible_line(&format!("botspec: {}", analysis.run.header.target.name));
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    writeln!(out, "<testsuites {} time=\"{seconds:.3}\">", attributes(&name, &checks)?)?;
    let mut names = Names::default();
    for (suite, checks) in &suites {
        let skipped = checks.iter().filter(|check| CiStatus::of(check) == CiStatus::Skipped).count();
        writeln!(out, "    <testsuite {} skipped=\"{skipped}\">", attributes(suite, checks)?)?;
        for some in checks.chunks(AT_ONCE) {
            let text = document(suite, some, &mut names)?;
            let inside = text.split_once("<testsuite ").and_then(|(_, rest)| rest.split_once('\n'));
            let cases = inside.and_then(|(_, rest)| rest.rsplit_once("</testsuite>")).map_or("", |(cases, _)| cases);
            writeln!(out, "{}", cases.trim_end())?;
        }
        out.write_all(b"    </testsuite>\n")?;
    }
    out.write_all(b"</testsuites>\n")
}

/// The name of a suite and the counts of its cases.
fn attributes(name: &str, checks: &[&Check]) -> io::Result<String> {
    let count = |wanted| checks.iter().filter(|check| CiStatus::of(check) == wanted).count();
    let text = Report::new(name.to_owned()).to_string().map_err(io::Error::other)?;
    let quoted = text.split_once("name=").and_then(|(_, rest)| rest.split_once(" tests=")).map_or("\"\"", |it| it.0);
    let (failures, errors) = (count(CiStatus::Failed), count(CiStatus::Error));
    Ok(format!("name={quoted} tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", checks.len()))
}

/// A document with one suite of these cases.
fn document(suite: &str, checks: &[&Check], names: &mut Names) -> io::Result<String> {
    let mut own = TestSuite::new(suite.to_owned());
    for check in checks {
        own.add_test_case(case(check, suite, names));
    }
    let mut report = Report::new("botspec");
    report.add_test_suite(own);
    report.to_string().map_err(io::Error::other)
}

fn case(check: &Check, suite: &str, names: &mut Names) -> TestCase {
    let message = visible_line(&message(check));
    let kind = check.verdict.as_str();
    let mut status = match CiStatus::of(check) {
        CiStatus::Passed => TestCaseStatus::success(),
        CiStatus::Skipped => TestCaseStatus::skipped(),
        CiStatus::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        CiStatus::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let is_pass = matches!(status, TestCaseStatus::Success { .. });
    if !is_pass {
        status.set_message(message.clone()).set_type(kind.to_owned());
        if let Some(finding) = check.finding.as_ref().filter(|_| CiStatus::of(check) != CiStatus::Skipped) {
            status.set_description(evidence(finding));
        }
    }
    let mut case = TestCase::new(names.of(check), status);
    case.set_classname(suite.to_owned());
    case.set_time(Duration::try_from_secs_f64(check.duration_ms / 1000.0).unwrap_or_default());
    if is_pass && let Some(finding) = &check.finding {
        case.set_system_out(format!("{kind}: {}", evidence(finding)));
    }
    case
}
