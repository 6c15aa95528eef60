//! The text that a run ends with.

use botspec_reports::record::{Capture, Ending, Finding, Run, Verdict};
use botspec_reports::terminal::{Style, summary};

use crate::fixtures::{check, every_verdict, found, run};

#[test]
fn every_verdict_plain() {
    insta::assert_snapshot!(summary(&every_verdict(), Style::Plain, Some("botspec-run/report.html")));
}

#[test]
fn every_verdict_in_colour() {
    let text = summary(&every_verdict(), Style::Colour, Some("botspec-run/report.html"));
    insta::assert_snapshot!(text.replace('\u{1b}', "␛"));
}

#[test]
fn colour_changes_nothing_but_colour() {
    let coloured = summary(&every_verdict(), Style::Colour, None);
    let mut plain = String::new();
    for (at, piece) in coloured.split('\u{1b}').enumerate() {
        plain.push_str(if at == 0 { piece } else { piece.split_once('m').expect("a colour code ends with m").1 });
    }
    assert_eq!(plain, summary(&every_verdict(), Style::Plain, None));
}

#[test]
fn a_run_in_which_everything_passes() {
    let run = run(vec![check("onebot11/a/1", Verdict::Pass), check("onebot11/a/2", Verdict::Pass)]);
    insta::assert_snapshot!(summary(&run, Style::Plain, None));
}

#[test]
fn a_run_that_was_stopped_says_so() {
    let run = Run { footer: None, ending: Ending::NoFooter, ..run(vec![check("onebot11/a/1", Verdict::Pass)]) };
    insta::assert_snapshot!(summary(&run, Style::Plain, None));
}

#[test]
fn a_target_cannot_steer_the_terminal() {
    let finding = Finding {
        response: Some(Capture::new("\u{1b}[2J\u{7}\r\n\u{202e}gnp.exe\u{9b}31m\u{0}👩\u{200d}🍳")),
        ..Finding::new("a", "b\u{1b}]0;title\u{7}")
    };
    let text = summary(&run(vec![found("onebot11/a/\u{1b}b", Verdict::Fail, finding)]), Style::Plain, None);
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text:?}");
    insta::assert_snapshot!(text);
}

#[test]
fn many_findings_are_cut_and_counted() {
    let long = Finding { response: Some(Capture::new(&"x".repeat(1024 * 1024))), ..Finding::new("a", "b") };
    let checks = (0..100).map(|n| found(&format!("onebot11/a/{n}"), Verdict::Fail, long.clone())).collect();
    let text = summary(&run(checks), Style::Plain, None);
    assert_eq!(text.matches("FAIL").count(), 20);
    assert!(text.contains("… and 80 more causes") && text.contains("100 failed"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("… (1.0 MiB)"), "a long value is cut with its length: {text}");
}
