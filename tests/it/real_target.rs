//! What `run`, `init`, `doctor`, `replay` and `undo` do on a target in another process, of which they know nothing but its
//! addresses.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Done, Running, arg, botspec, command, folder};

/// A served account, and where it answers over HTTP.
fn served(extra: &[&str]) -> (Running, String) {
    let mut process = Running::start(["serve", "--http", "0"].into_iter().chain(extra.to_vec()));
    let line = process.line();
    let (_, address) = line.split_once(": ").expect("a name and an address");
    (process, address.to_owned())
}

fn record(folder: &std::path::Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("record.ndjson")).expect("a record");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn a_target_that_is_killed_ends_the_run() {
    let (process, address) = served(&[]);
    let folder = folder();
    let file = folder.path().join("bot.toml");
    let text = format!(
        "name = \"bot\"\ndialect = \"onebot11\"\n[http]\nurl = \"{address}\"\n[limits]\nconnect_timeout_ms = 600\npause_ms = 20\n"
    );
    fs::write(&file, text).expect("written");
    let out = folder.path().join("out");
    let mut child = command(["run", "--target", arg(&file), "--select", "*/action/**", "--out", arg(&out)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
    lines
        .find(|line| line.as_ref().is_ok_and(|line| line.contains("checks of onebot11")))
        .expect("it runs")
        .expect("text");
    drop(process);
    lines.for_each(drop);
    let done: Done = child.wait_with_output().expect("it ends").into();
    assert_eq!(done.code, Some(3), "{}", done.out);
    assert!(done.out.contains("The target stopped answering after"), "{}", done.out);
    assert!(done.out.contains("curl "), "a line to paste: {}", done.out);
    assert!(!done.out.contains("onformant"), "{}", done.out);
    let stopped = record(&out).into_iter().find(|line| line["type"] == "stopped").expect("why it ended");
    assert_eq!(stopped["by"], "target");
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    assert!(page.contains("stopped answering") && page.contains("not run"));
}

#[test]
fn a_dry_run_says_what_a_run_comes_to_and_sends_nothing() {
    // Nobody listens there: nothing is sent.
    let target = ["--http", "http://127.0.0.1:1", "--dialect", "napcat", "--allow", "send,write"];
    let done = botspec(["run", "--dry-run", "--format", "json"].into_iter().chain(target));
    assert_eq!(done.code, Some(0), "{}", done.err);
    let budget = done.json();
    assert!(budget["calls"]["read"].as_u64().is_some_and(|calls| calls > 100), "{budget}");
    assert_eq!(budget["calls"]["send"], 30, "{budget}");
    assert_eq!(budget["limits"]["send"], 30, "{budget}");
    assert!(budget["seconds"].as_u64().is_some_and(|seconds| seconds > 30), "{budget}");
    let wide =
        botspec(["run", "--dry-run", "--format", "json", "--limit", "send=1000"].into_iter().chain(target)).json();
    assert!(wide["calls"]["send"].as_u64().is_some_and(|calls| calls > 100), "{wide}");
    let text = botspec(["run", "--dry-run"].into_iter().chain(target)).out;
    assert!(text.contains("at most 30 send"), "{text}");
    assert_eq!(botspec(["run", "--dry-run", "--limit", "send"].into_iter().chain(target)).code, Some(2));
}

#[test]
fn a_target_file_is_written_and_read_again() {
    let (_process, address) = served(&["--dialect", "napcat"]);
    let folder = folder();
    let file = folder.path().join("bot.toml");
    let port = address.rsplit(':').next().expect("a port");
    let done = botspec(["init", "--http", port, "--dialect", "napcat", "--group", "70001", "--out", arg(&file)]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.out, done.err);
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.contains(&format!("url = \"http://127.0.0.1:{port}\"")), "{text}");
    assert!(text.contains("\ngroup = 70001") && text.contains("# friend = "), "{text}");
    let doctor = botspec(["doctor", "--target", arg(&file), "--format", "json"]);
    assert_eq!(doctor.code, Some(0), "{}", doctor.err);
    let checks = &doctor.json()["checks"];
    assert!(checks["ready"].as_u64().is_some_and(|ready| ready > 100), "{checks}");
    assert!(checks["not_allowed"]["send"].as_u64().is_some_and(|number| number > 10), "{checks}");
    let told = botspec(["doctor", "--target", arg(&file)]).out;
    assert!(told.contains("--allow send") && told.contains("connected"), "{told}");
    let again = botspec(["init", "--http", port, "--dialect", "napcat", "--out", arg(&file)]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("exists already"), "{}", again.err);
    let nobody = botspec(["doctor", "--http", "1"]);
    assert_eq!(nobody.code, Some(3), "{}", nobody.out);
}

const FAULTY: [&str; 2] = ["--fault", "result-missing/get_login_info/user_id"];
const SELECT: [&str; 2] = ["--select", "onebot11/action/get_login_info/*"];

#[test]
fn a_check_of_a_record_is_repeated() {
    let (_process, address) = served(&FAULTY);
    let folder = folder();
    let out = folder.path().join("out");
    let run = botspec(["run", "--http", &address, "--out", arg(&out)].into_iter().chain(SELECT));
    assert_eq!(run.code, Some(1), "{}", run.err);
    let again = folder.path().join("again");
    let id = "onebot11/action/get_login_info/result";
    let done = botspec(["replay", arg(&out), id, "--out", arg(&again)]);
    assert_eq!(done.code, Some(1), "{}\n{}", done.out, done.err);
    let lines = record(&again);
    assert_eq!(lines.iter().filter(|line| line["type"] == "check").count(), 1);
    assert_eq!(lines[0]["seed"], record(&out)[0]["seed"]);
    let unknown = botspec(["replay", arg(&out), "onebot11/action/get_login_info/resul"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains(&format!("closest: `{id}`")), "{}", unknown.err);
}

#[test]
fn a_run_that_was_cut_off_goes_on() {
    let (_process, address) = served(&[]);
    let folder = folder();
    let out = folder.path().join("out");
    let run = botspec(["run", "--http", &address, "--out", arg(&out)].into_iter().chain(SELECT));
    assert_eq!(run.code, Some(0), "{}", run.err);
    let path = out.join("record.ndjson");
    let whole = fs::read_to_string(&path).expect("a record");
    let complete = botspec(["run", "--resume", arg(&out)]);
    assert_eq!(complete.code, Some(2), "there is nothing to go on with");
    let cut: Vec<&str> = whole.lines().take(2).collect();
    fs::write(&path, format!("{}\n", cut.join("\n"))).expect("written");
    let done = botspec(["run", "--resume", arg(&out)]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.out, done.err);
    let ids = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["type"] == "check").map(|line| line["id"].to_string()).collect()
    };
    let now = fs::read_to_string(&path).expect("a record");
    assert_eq!(ids(&now), ids(&whole), "each check once");
    assert!(now.contains("\"type\":\"footer\""));
}

#[test]
fn waivers_are_written_and_hold() {
    let (_process, address) = served(&FAULTY);
    let folder = folder();
    let file = folder.path().join("waivers.toml");
    let out = folder.path().join("out");
    let run = |more: &[&str]| {
        let args = ["run", "--http", &address, "--out", arg(&out)];
        botspec(args.into_iter().chain(SELECT).chain(more.to_vec()))
    };
    assert_eq!(run(&["--write-waivers", arg(&file)]).code, Some(1));
    let written = fs::read_to_string(&file).expect("waivers");
    assert!(written.contains("cause = { place = \"onebot11/type/login_info\""), "{written}");
    let held = run(&["--waivers", arg(&file)]);
    assert_eq!(held.code, Some(0), "{}\n{written}", held.out);
    fs::write(&file, written.replace("type/login_info", "type/login_inf")).expect("written");
    let misspelt = run(&["--waivers", arg(&file)]);
    assert_eq!(misspelt.code, Some(2));
    assert!(misspelt.err.contains("no check matches") && misspelt.err.contains("closest"), "{}", misspelt.err);
}

#[test]
fn strict_makes_warnings_fail() {
    let folder = folder();
    let args = ["run", "--fault", "absent/get_status/unknown", "--select", "onebot11/action/get_status/minimal"];
    let out = ["--out", arg(folder.path())];
    // Also where every dialect is run that has the check.
    for dialect in [&["--dialect", "onebot11"][..], &[]] {
        let line = || args.into_iter().chain(out).chain(dialect.iter().copied());
        assert_eq!(botspec(line()).code, Some(0));
        assert_eq!(botspec(line().chain(["--strict"])).code, Some(1));
    }
}

/// Whoever is killed leaves a ledger, and `undo` finds the target where the run did.
#[test]
fn a_ledger_is_put_back_later() {
    let (_process, address) = served(&[]);
    let folder = folder();
    let out = folder.path().join("out");
    let run = botspec(["run", "--http", &address, "--out", arg(&out)].into_iter().chain(SELECT));
    assert_eq!(run.code, Some(0), "{}", run.err);
    let nothing = botspec(["undo", arg(&out)]);
    assert_eq!((nothing.code, nothing.out.as_str()), (Some(0), "nothing to put back\n"));
    let call =
        |name: &str| format!(r#"{{"action":"set_group_name","params":{{"group_id":70001,"group_name":"{name}"}}}}"#);
    let name = || {
        let told = crate::serve::post(&address, "/get_group_info", r#"{"group_id":70001}"#);
        told["data"]["group_name"].as_str().expect("a name").to_owned()
    };
    let before = name();
    crate::serve::post(&address, "/set_group_name", r#"{"group_id":70001,"group_name":"changed"}"#);
    assert_eq!(name(), "changed");
    let line = format!(
        r#"{{"type":"change","number":0,"account":"checked","call":{},"undo":{}}}"#,
        call("changed"),
        call(&before)
    );
    fs::write(out.join("undo.ndjson"), format!("{line}\n")).expect("written");
    let done = botspec(["undo", arg(&out)]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.out, done.err);
    assert_eq!(name(), before);
    assert!(!out.join("undo.ndjson").exists());
}
