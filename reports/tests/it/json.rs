//! `report.json`.

use botspec_reports::json::Report;
use botspec_reports::record::{Ending, Run};
use botspec_reports::{Analysis, report_json};

use crate::fixtures::every_verdict;

#[test]
fn the_report_of_every_verdict() {
    insta::assert_snapshot!(report_json(&every_verdict()));
}

#[test]
fn a_report_reads_back() {
    let run = every_verdict();
    let report: Report<'_> = serde_json::from_str(&report_json(&run)).expect("the report reads");
    assert_eq!(report, Report::of(&Analysis::of(&run)));
}

#[test]
fn a_run_that_was_cut_off_says_so() {
    let run = Run { footer: None, ending: Ending::CutLine(24), ..every_verdict() };
    let analysis = Analysis::of(&run);
    let report = Report::of(&analysis);
    assert!(!report.figures.complete);
    assert!(report.footer.is_none());
}
