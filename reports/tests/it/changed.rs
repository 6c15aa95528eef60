//! Answers that are not as in the snapshots of an earlier build, in everything that people and programs read.

use std::io::Cursor;

use botspec_reports::diff::{Diff, diff_html, diff_markdown, diff_text};
use botspec_reports::record::{AnswerChange, ChangedAnswer, Run, Verdict, Writer};
use botspec_reports::terminal::{Style, summary_in};
use botspec_reports::{Analysis, Format, Language, record};

use crate::fixtures::{check, run};

fn change(kind: AnswerChange, name: &str, before: &str, now: &str) -> ChangedAnswer {
    let [snapshot, pointer] = ["action/get_a".to_owned(), format!("ok/data/{name}")];
    ChangedAnswer { snapshot, pointer, kind, before: before.to_owned(), now: now.to_owned() }
}

fn changed(changes: Vec<ChangedAnswer>) -> Run {
    let mut run = run(vec![check("d/action/get_a/result", Verdict::Pass)]);
    run.footer.as_mut().expect("a footer").changed_answers = changes;
    run
}

#[test]
fn every_format_tells_them_and_the_worst_first() {
    let run = changed(vec![
        change(AnswerChange::Added, "a_new", "nothing", "string"),
        change(AnswerChange::Value, "sex", "\"male\"", "\"<script>\u{202e}\""),
        change(AnswerChange::Lost, "level", "integer", "nothing"),
    ]);
    let analysis = Analysis::of(&run);
    let diff = Diff::of(&Analysis::of(&changed(Vec::new())), &analysis);
    for (format, text) in [
        ("terminal", summary_in(Language::En, &analysis, Style::Plain, None)),
        ("Markdown", Format::Md.render(&analysis)),
        ("page", Format::Html.render(&analysis)),
        ("diff", diff_text(&diff, Language::En)),
        ("diff in Markdown", diff_markdown(&diff, Language::En)),
        ("diff as a page", diff_html(&diff)),
    ] {
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{format}: {what} is missing in\n{text}"));
        assert!(at("ok/data/level") < at("ok/data/sex") && at("ok/data/sex") < at("ok/data/a_new"), "{format}: {text}");
        assert!(at("gone; was integer") > 0, "{format}");
        assert!(!text.contains('\u{202e}'), "{format}: {text}");
        assert!(!text.contains("\"<script>") || ["terminal", "diff"].contains(&format), "{format}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&Format::Json.render(&analysis)).expect("JSON");
    assert_eq!(json["footer"]["changed_answers"].as_array().map(Vec::len), Some(3));
    assert!(diff.worse && diff.headline().en.contains("1 changed answers"), "{}", diff.headline().en);
}

#[test]
fn what_is_new_makes_nothing_worse() {
    let run = changed(vec![change(AnswerChange::Added, "a", "nothing", "string")]);
    let diff = Diff::of(&Analysis::of(&changed(Vec::new())), &Analysis::of(&run));
    assert!(!diff.worse && diff.changed_answers.len() == 1);
}

#[test]
fn a_record_keeps_them_in_its_footer() {
    let run = changed(Vec::new());
    let changes = vec![change(AnswerChange::Retyped, "id", "integer", "string")];
    let mut writer = Writer::new(Vec::new(), &run.header).expect("written");
    writer.check(&run.checks[0]).expect("written");
    writer.changed_answers(changes.clone());
    let (_, text) = writer.finish("2026-01-01T00:00:00Z".to_owned(), 1.0, 1).expect("written");
    let read = record::read(Cursor::new(text)).expect("a record");
    assert_eq!(read.footer.expect("a footer").changed_answers, changes);
}
