//! `botspec report` and `--partition`: records of real runs rendered, compared, joined and laid side by side.

use std::fs;
use std::path::Path;

use crate::harness::{arg, botspec, command, folder};

const SELECT: &str = "onebot11/action/get_*/result";

/// Runs a few checks of the stand-in into a folder.
fn run(out: &Path, more: &[&str]) -> Option<i32> {
    let words = ["run", "--dialect", "onebot11", "--select", SELECT, "--out", arg(out)];
    botspec(words.into_iter().chain(more.iter().copied())).code
}

#[test]
fn a_worse_build_is_told_from_a_better_one() {
    let folder = folder();
    let (good, bad) = (folder.path().join("good"), folder.path().join("bad"));
    assert_eq!(run(&good, &[]), Some(0));
    assert_eq!(run(&bad, &["--fault", "result-type/get_login_info/user_id"]), Some(1));
    let worse = botspec(["report", "diff", arg(&good), arg(&bad)]);
    assert_eq!(worse.code, Some(1), "{}", worse.err);
    assert!(
        worse.out.contains("`/data/user_id` in the response of `get_login_info` has the wrong type")
            || worse.out.contains("`/user_id` in `login_info` (a shared type) has the wrong type"),
        "{}",
        worse.out
    );
    assert!(worse.out.lines().all(|line| line.chars().count() <= 80), "{}", worse.out);
    let better = botspec(["report", "diff", arg(&bad), arg(&good), "--format", "json"]);
    assert_eq!(better.code, Some(0), "{}", better.err);
    assert_eq!(better.json()["fixed_causes"].as_array().map(Vec::len), Some(1));
    let page = folder.path().join("diff.html");
    let written = botspec(["report", "diff", arg(&good), arg(&bad), "--format", "html", "-o", arg(&page)]);
    assert_eq!(written.code, Some(1));
    assert!(fs::read_to_string(page).expect("a page").contains("New causes"));

    let site = folder.path().join("site");
    let broken = folder.path().join("broken.ndjson");
    fs::write(&broken, "{\"type\":\"hea").expect("a broken record");
    let made = botspec(["report", "matrix", arg(&good), arg(&bad), arg(&broken), "--out", arg(&site)]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let table = fs::read_to_string(site.join("index.html")).expect("the table");
    assert!(table.contains("fault: result-type/get_login_info/user_id"), "a stand-in with a fault is labelled");
    assert!(table.contains("broken.ndjson"), "a broken record is a column that says so");
    let names = fs::read_to_string(site.join("action/get_msg.html")).expect("a page of an action");
    assert!(names.contains("botspec_bindings::onebot11::actions::GetMsg"), "it names what is generated");
}

#[test]
fn parts_of_a_run_are_the_run() {
    let folder = folder();
    let whole = folder.path().join("whole");
    assert_eq!(run(&whole, &["--seed", "1"]), Some(0));
    let mut words = vec!["report".to_owned(), "merge".to_owned()];
    for part in 1..=3 {
        let out = folder.path().join(format!("part-{part}"));
        assert_eq!(run(&out, &["--seed", "1", "--partition", &format!("{part}/3")]), Some(0), "part {part}");
        words.push(arg(&out).to_owned());
    }
    let merged = folder.path().join("merged/record.ndjson");
    words.extend(["-o".to_owned(), arg(&merged).to_owned()]);
    let done = botspec(words.iter().map(String::as_str));
    assert_eq!(done.code, Some(0), "{}", done.err);
    let checks = |record: &Path| {
        let text = fs::read_to_string(record).expect("a record");
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line"));
        let mut ids: Vec<String> = lines
            .filter(|line| line["type"] == "check")
            .map(|line| format!("{} {} {}", line["id"], line["transport"], line["verdict"]))
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(checks(&merged), checks(&whole.join("record.ndjson")));
    words.remove(3);
    let missing = botspec(words.iter().map(String::as_str));
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("missing: partition 2/3"), "{}", missing.err);
}

#[test]
fn every_form_is_rendered_and_the_job_summary_is_appended_to() {
    let folder = folder();
    let run_folder = folder.path().join("run");
    assert_eq!(run(&run_folder, &["--fault", "result-type/get_login_info/user_id"]), Some(1));
    let out = folder.path().join("out");
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").expect("a summary");
    let done = command(["report", "render", arg(&run_folder), "--format", "all", "-o", arg(&out)])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .expect("the command runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for format in botspec_reports::Format::ALL {
        let file = out.join(format.file_name());
        assert!(fs::metadata(&file).is_ok_and(|file| file.len() > 0), "{}", file.display());
    }
    let summary = fs::read_to_string(summary).expect("a summary");
    assert!(summary.starts_with("before\n## ✕ Not conformant: 1 cause"), "{summary}");

    // A folder of runs over several dialects becomes pages and one over them.
    let several = folder.path().join("several");
    fs::create_dir_all(&several).expect("a folder");
    for dialect in ["a", "b"] {
        fs::create_dir_all(several.join(dialect)).expect("a folder");
        fs::copy(run_folder.join("record.ndjson"), several.join(dialect).join("record.ndjson")).expect("a copy");
    }
    let rendered = botspec(["report", "render", arg(&several)]);
    assert_eq!(rendered.code, Some(0), "{}", rendered.err);
    let index = fs::read_to_string(several.join("index.html")).expect("a page over them");
    assert!(index.contains("a/report.html") && index.contains("b/report.html"));
    let none = botspec(["report", "render", arg(&folder.path().join("nothing"))]);
    assert_eq!((none.code, none.err.contains("cannot read record")), (Some(2), true), "{}", none.err);
}
