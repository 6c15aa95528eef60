//! Which actions a target has, in everything that people read, and in the matrix.

use std::collections::BTreeMap;

use botspec_reports::matrix::Input;
use botspec_reports::record::{Actions, Run, Verdict};
use botspec_reports::terminal::{Style, summary_in};
use botspec_reports::{Analysis, Format, Language};
use serde_json::Value;

use crate::fixtures::{check, run};
use crate::matrix::made;

/// A run of the standard in which two actions were absent.
fn lacking(absent: &[&str]) -> Run {
    let mut run = run(vec![check("onebot11/action/set_group_card/minimal", Verdict::Fail)]);
    let names: Vec<String> = absent.iter().map(|name| (*name).to_owned()).collect();
    let absent = if names.is_empty() { BTreeMap::new() } else { BTreeMap::from([("group".to_owned(), names)]) };
    let not_asked = vec!["clean_cache".to_owned()];
    run.footer.as_mut().expect("a footer").actions = Some(Actions { total: 38, absent, not_asked });
    run
}

#[test]
fn every_format_has_the_figure_and_what_is_absent() {
    let run = lacking(&["set_group_card", "set_group_ban"]);
    let analysis = Analysis::of(&run);
    for (language, figure) in [
        (Language::En, "Actions: 35 of 38; absent: 2; not called: 1"),
        (Language::Zh, "动作：38 个中有 35 个；缺少 2 个；未调用 1 个"),
    ] {
        let text = summary_in(language, &analysis, Style::Plain, None);
        assert!(text.contains(figure) && text.contains("group: set_group_card, set_group_ban"), "{text}");
    }
    for format in [Format::Html, Format::Md] {
        let text = format.render(&analysis).replace('\\', "");
        assert!(text.contains("Actions: 35 of 38; absent: 2; not called: 1"), "{text}");
        assert!(text.contains("group: set_group_card, set_group_ban"), "{text}");
    }
}

#[test]
fn what_is_absent_is_missing_in_the_matrix() {
    for (absent, word) in [(&["set_group_card"][..], "missing"), (&[], "deviates")] {
        let files = made(&[Input { name: "a.ndjson".to_owned(), run: Ok(lacking(absent)) }]);
        let data: Value = serde_json::from_str(&files["index.json"]).expect("JSON");
        let row = data["rows"].as_array().expect("rows").iter().find(|row| row["name"] == "set_group_card");
        assert_eq!(row.expect("the row")["cells"][0]["status"], word);
        let page = files.iter().find(|(path, _)| path.starts_with("implementation/"));
        assert!(page.expect("a page of the implementation").1.contains("of 38; "), "the figure");
    }
}
