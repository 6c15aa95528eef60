//! What a run leaves in its folder, and what it leaves alone.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use crate::harness::{Done, arg, botspec, command, folder};

const SELECT: &str = "onebot11/action/get_login_info/result";

fn run(out: &Path, more: &[&str]) -> Done {
    botspec(["run", "--dialect", "onebot11", "--select", SELECT, "--out", arg(out)].into_iter().chain(more.to_vec()))
}

/// The files of a folder with what is in them.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut files: Vec<_> = entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

#[test]
fn a_run_that_reaches_nobody_changes_nothing() {
    // The port was free a moment ago, and nobody listens at it now.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let folder = folder();
    let out = folder.path().join("out");
    let nobody = || botspec(["run", "--http", &format!("http://127.0.0.1:{port}"), "--out", arg(&out)]);
    assert_eq!(nobody().code, Some(3));
    assert_eq!(files(&out), [], "nothing is left where nothing was");
    assert_eq!(run(&out, &[]).code, Some(0));
    let before = files(&out);
    assert_eq!(
        before.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["record.ndjson", "report.html", "report.json"]
    );
    assert_eq!(nobody().code, Some(3));
    assert_eq!(run(&out, &["--deselect", "**"]).code, Some(4));
    assert!(files(&out) == before, "the run before is as it was");
}

#[test]
fn a_page_of_an_earlier_run_is_not_taken_for_this_one() {
    let folder = folder();
    assert_eq!(run(folder.path(), &[]).code, Some(0));
    let old = folder.path().join("report.txt");
    fs::write(&old, "all passed").expect("written");
    assert_eq!(run(folder.path(), &["--fault", "result-missing/get_login_info/user_id"]).code, Some(1));
    assert!(!old.exists());
    let page = fs::read_to_string(folder.path().join("report.html")).expect("a page");
    assert!(page.contains("Not conformant"));
}

#[test]
fn one_report_that_cannot_be_written_costs_no_other() {
    let folder = folder();
    // A folder of that name stands in the way.
    fs::create_dir(folder.path().join("report.json")).expect("made");
    let done = run(folder.path(), &[]);
    assert_eq!(done.code, Some(2), "{}", done.err);
    assert!(done.err.contains("cannot write") && done.err.contains("report.json"), "{}", done.err);
    assert!(done.out.contains(" passed"), "{}", done.out);
    assert!(folder.path().join("report.html").is_file());
    let names: Vec<String> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["record.ndjson", "report.html"], "nothing half written is left");
}

#[cfg(unix)]
#[test]
fn what_a_run_leaves_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let record = folder.path().join("record.ndjson");
    fs::write(&record, "old").expect("written");
    fs::set_permissions(&record, fs::Permissions::from_mode(0o644)).expect("set");
    assert_eq!(run(folder.path(), &[]).code, Some(0));
    for name in ["record.ndjson", "report.html", "report.json"] {
        let mode = fs::metadata(folder.path().join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_line_to_paste_leaves_the_run_that_is_being_read_alone() {
    let folder = folder();
    let out = folder.path().join("out");
    let done = run(&out, &["--fault", "result-missing/get_login_info/user_id"]);
    assert_eq!(done.code, Some(1));
    let record = fs::read_to_string(out.join("record.ndjson")).expect("a record");
    let checks = record.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON"));
    let failed = checks.into_iter().find(|line| line["verdict"] == "fail").expect("a failure");
    let lines = failed["finding"]["repeat"].as_array().expect("lines to paste").clone();
    let line = lines.iter().filter_map(serde_json::Value::as_str).find(|line| line.contains("--select"));
    let line = line.expect("a line to paste");
    assert!(line.contains(&format!("--out {}-repeat", arg(&out))), "{line}");
    let before = files(&out);
    let words: Vec<&str> = line.split_whitespace().skip_while(|word| *word != "run").collect();
    assert_eq!(botspec(words).code, Some(1), "{line}");
    assert!(files(&out) == before);
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let done: Done = command(["run", "--out"]).arg(OsStr::from_bytes(b"a\xff")).output().expect("it runs").into();
    assert_eq!(done.code, Some(2), "{}", done.err);
    assert!(done.err.contains("UTF-8") && !done.err.contains("panicked"), "{}", done.err);
}
