//! The forms for CI systems and other programs.

use std::collections::BTreeSet;

use botspec_reports::record::{Capture, Expectation, Finding, Run, Verdict};
use botspec_reports::{Analysis, Format, Language};
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::Value;

use crate::fixtures::{check, every_verdict, found, run, waived};

fn render(format: Format, run: &Run) -> String {
    format.render(&Analysis::of(run))
}

/// A run whose every field is hostile.
fn hostile() -> Run {
    let evil = "a/<script>alert(1)</script>]]>\u{0}\u{1b}[31m\u{202e}\"'&%0A::error::`|@me\r\n\u{fffe}";
    let finding = Finding {
        request: Some(Capture::new(evil)),
        response: Some(Capture::new(evil)),
        repeat: vec![evil.to_owned()],
        ..Finding::new(evil, evil)
    };
    let mut run = run(vec![
        found(evil, Verdict::Fail, finding.clone()),
        found(evil, Verdict::Fail, finding.clone()),
        found(evil, Verdict::Warn, finding.clone()),
        waived(found("onebot11/x/y", Verdict::Fail, finding.clone()), Expectation::Failure),
        found("onebot11/x/z", Verdict::Error, finding),
        check(evil, Verdict::Pass),
    ]);
    evil.clone_into(&mut run.header.target.name);
    evil.clone_into(&mut run.header.dialect);
    run
}

#[test]
fn junit_has_a_case_per_check_with_a_name_of_its_own() {
    for run in [every_verdict(), hostile()] {
        let xml = render(Format::Junit, &run);
        let report = Report::deserialize_from_str(&xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
        let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
        assert_eq!(cases.len(), run.checks.len());
        let names: BTreeSet<_> = cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names.len(), cases.len(), "names are unique");
        let of = |wanted: fn(&TestCaseStatus) -> bool| cases.iter().filter(|case| wanted(&case.status)).count();
        let failures = of(|it| matches!(it, TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, .. }));
        let errors = of(|it| matches!(it, TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, .. }));
        assert_eq!((report.failures, report.errors), (failures, errors));
        assert!(errors > 0 && failures > 0);
        for case in &cases {
            if let TestCaseStatus::NonSuccess { message, kind: NonSuccessKind::Failure, .. } = &case.status {
                assert!(message.as_ref().is_some_and(|text| !text.is_empty()), "a failure says why");
            }
        }
    }
}

#[test]
fn a_waived_failure_is_skipped_with_the_reason() {
    let xml = render(Format::Junit, &every_verdict());
    assert!(xml.contains("<skipped message=\"expected to fail by a waiver:"), "{xml}");
}

#[test]
fn no_form_lets_a_target_write_anything_but_text() {
    let run = hostile();
    let analysis = Analysis::of(&run);
    for format in Format::ALL {
        for language in Language::ALL {
            let mut bytes = Vec::new();
            format.write(&analysis, language, &mut bytes).expect("a vector takes everything");
            let text = String::from_utf8(bytes).expect("text");
            // In JSON, in plain text and between the backticks of Markdown a tag is text.
            let is_json = matches!(format, Format::Json | Format::Ctrf | Format::BadgeJson);
            let is_text = matches!(format, Format::Text | Format::Annotations | Format::Md);
            assert!(is_json || is_text || !text.contains("<script>alert"), "{format}: {text}");
            assert!(is_json || !text.contains(['\u{1b}', '\0', '\u{202e}']), "{format}: {text}");
        }
    }
    let commands = render(Format::Annotations, &run);
    assert!(commands.lines().all(|line| line.starts_with("::error title=") || line.starts_with("::warning title=")));
}

#[test]
fn markdown_stays_within_what_github_shows() {
    let body = "`".repeat(60_000);
    let checks = (0..3000)
        .map(|n| {
            let finding =
                Finding { response: Some(Capture::new(&body)), ..Finding::new(format!("s{n}"), format!("x{n}")) };
            found(&format!("onebot11/part{n}/b"), Verdict::Fail, finding)
        })
        .collect();
    let text = render(Format::Md, &run(checks));
    assert!(text.len() < 1024 * 1024, "{} bytes", text.len());
    assert!(text.contains("more causes; the report lists all of them"));
    insta::assert_snapshot!(render(Format::Md, &every_verdict()));
}

#[test]
fn annotations_name_causes_worst_first() {
    insta::assert_snapshot!(render(Format::Annotations, &every_verdict()));
}

#[test]
fn ctrf_counts_what_it_lists() {
    let document: Value = serde_json::from_str(&render(Format::Ctrf, &every_verdict())).expect("JSON");
    let results = &document["results"];
    let tests = results["tests"].as_array().expect("tests");
    assert_eq!(results["summary"]["tests"], tests.len());
    for status in ["passed", "failed", "skipped", "other"] {
        let listed = tests.iter().filter(|test| test["status"] == status).count();
        assert_eq!(results["summary"][status], listed, "{status}");
    }
    assert_eq!(results["summary"]["start"], 1_709_208_000_000_u64);
}

#[test]
fn a_badge_says_how_much_was_tested() {
    let few = {
        let mut checks = vec![check("onebot11/a/1", Verdict::Pass)];
        checks.extend((0..9).map(|n| check(&format!("onebot11/b/{n}"), Verdict::Untestable)));
        run(checks)
    };
    let badge: Value = serde_json::from_str(&render(Format::BadgeJson, &few)).expect("JSON");
    assert_eq!(badge["message"], "? partial · 1 of 10 tested");
    assert_eq!(badge["color"], "#555d66", "too little was tested for green");
    let all: Value = serde_json::from_str(&render(Format::BadgeJson, &run(vec![check("onebot11/a/1", Verdict::Pass)])))
        .expect("JSON");
    assert_eq!(all["color"], "#00705c");
    assert!(render(Format::BadgeSvg, &few).contains("1 of 10 tested"));
}
