//! `botspec run` on the embedded implementation: the record, the reports, interruption, two at once.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Done, arg, botspec, command, folder, signal};

fn lines(record: &std::path::Path) -> Vec<Value> {
    let text = fs::read_to_string(record).expect("a record");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn a_run_leaves_a_record_and_reports() {
    let folder = folder();
    let done = botspec(["run", "--select", "onebot11/action/get_*/**", "--out", arg(folder.path())]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.out, done.err);
    let lines = lines(&folder.path().join("record.ndjson"));
    assert_eq!(lines[0]["type"], "header");
    let footer = lines.last().expect("a footer");
    assert_eq!(footer["type"], "footer");
    let checks: Vec<&Value> = lines.iter().filter(|line| line["type"] == "check").collect();
    assert!(!checks.is_empty());
    for check in &checks {
        for key in ["id", "dialect", "transport", "level", "verdict", "expected", "duration_ms"] {
            assert!(check.get(key).is_some(), "{key} is missing in {check}");
        }
        assert!(check["verdict"] == "pass" || check["finding"].is_object(), "{check}");
    }
    assert_eq!(footer["counts"]["pass"].as_u64().map(usize::try_from), Some(Ok(checks.len())), "{footer}");
    let page = fs::read_to_string(folder.path().join("report.html")).expect("a page");
    assert!(page.contains("get_login_info"));
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("report.json")).expect("a report")).expect("JSON");
    assert!(report.is_object());
}

#[test]
fn a_failure_says_all_that_is_needed() {
    let folder = folder();
    let done = botspec([
        "run",
        "--select",
        "onebot11/action/get_login_info/result",
        "--transport",
        "http",
        "--fault",
        "result-type/get_login_info/user_id",
        "--format",
        "json",
        "--out",
        arg(folder.path()),
    ]);
    assert_eq!(done.code, Some(1), "{}", done.err);
    assert_eq!(done.json()["exit_code"], 1);
    let lines = lines(&folder.path().join("record.ndjson"));
    let failed = lines.iter().find(|line| line["verdict"] == "fail").expect("a failure");
    let finding = &failed["finding"];
    assert_eq!(finding["differences"][0]["pointer"], "/data/user_id", "{finding:#}");
    for key in ["sentence", "source", "request", "response", "trace"] {
        assert!(!finding[key].is_null(), "{key} is missing in {finding:#}");
    }
    let repeat = finding["repeat"].as_array().expect("lines to paste");
    assert!(repeat.iter().any(|line| line.as_str().is_some_and(|line| line.starts_with("curl "))), "{repeat:?}");
    assert!(repeat.iter().any(|line| line.as_str().is_some_and(|line| line.contains("--select"))), "{repeat:?}");
}

#[test]
fn two_runs_do_not_share_a_record() {
    let folder = folder();
    let record = fs::File::create(folder.path().join("record.ndjson")).expect("a record");
    record.try_lock().expect("nobody else has it");
    let done = botspec(["run", "--select", "onebot11/action/get_login_info/**", "--out", arg(folder.path())]);
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("another run writes to"), "{}", done.err);
}

/// From a terminal, and as containers and services are stopped.
#[test]
fn an_interrupted_run_can_be_shown() {
    for name in ["INT", "TERM"] {
        interrupted_by(name);
    }
}

fn interrupted_by(name: &str) {
    let folder = folder();
    let out = arg(folder.path());
    // The pauses make the run last far longer than this test; the first failure says that it is under way.
    let broken = ["run", "--dialect", "onebot11", "--pause", "300", "--fault", "envelope-type/retcode", "--out", out];
    let mut child = command(broken).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    let mut said = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
    said.find(|line| line.as_ref().is_ok_and(|line| line.contains("fail onebot11/")))
        .expect("a failure")
        .expect("a line");
    signal(&child, name);
    said.for_each(drop);
    let done: Done = child.wait_with_output().expect("the command ends").into();
    assert_eq!(done.code, Some(130), "{}", done.out);
    assert!(done.out.contains("INCOMPLETE"), "{}", done.out);

    let lines = lines(&folder.path().join("record.ndjson"));
    assert!(lines.iter().any(|line| line["verdict"] == "fail"), "what was seen is kept");
    assert!(lines.iter().all(|line| line["type"] != "footer"), "an interrupted record has no footer");
    fs::remove_file(folder.path().join("report.html")).expect("the run wrote a page");
    let rendered = botspec(["report", "render", out]);
    assert_eq!(rendered.code, Some(0), "{}", rendered.err);
    assert!(fs::read_to_string(folder.path().join("report.html")).expect("a page").contains("Incomplete"));
}

#[test]
fn without_a_target_every_dialect_is_checked() {
    let folder = folder();
    let out = arg(folder.path());
    let select = "*/action/get_login_info/result";
    let done = botspec(["run", "--select", select, "--out", out]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.out, done.err);
    let spoken = botspec_reference::spoken();
    assert!(spoken.len() > 1, "{spoken:?}");
    for dialect in &spoken {
        let lines = lines(&folder.path().join(dialect).join("record.ndjson"));
        assert_eq!(lines[0]["dialect"], dialect.as_str());
        assert!(lines.iter().any(|line| line["id"] == format!("{dialect}/action/get_login_info/result")), "{lines:?}");
        let command = lines[0]["command"].as_array().expect("a command line");
        assert!(command.windows(2).any(|words| words[0] == "--dialect" && words[1] == dialect.as_str()), "{command:?}");
        let page = folder.path().join(dialect).join("report.html");
        assert!(page.exists());
        let row = done.out.lines().find(|line| line.starts_with(dialect.as_str()) && line.ends_with(arg(&page)));
        assert!(row.is_some_and(|row| row.contains("0 failed")), "no row of {dialect} in\n{}", done.out);
    }
    let told = botspec(["run", "--select", select, "--out", out, "--format", "json"]).json();
    let runs = told["runs"].as_array().expect("a run of each dialect");
    assert_eq!(runs.iter().map(|run| run["dialect"].as_str().expect("a name")).collect::<Vec<_>>(), spoken);
}

/// A fault of one dialect, or a selection that only one of them has, is a run of that one.
#[test]
fn a_fault_is_looked_for_where_it_can_be() {
    let folder = folder();
    let out = arg(folder.path());
    let fault = "result-missing/get_impl_info/impl_name";
    let done = botspec(["run", "--select", "*/action/get_impl_info/result", "--fault", fault, "--out", out]);
    assert_eq!(done.code, Some(1), "{}\n{}", done.out, done.err);
    assert_eq!(lines(&folder.path().join("record.ndjson"))[0]["dialect"], "milky");
}
