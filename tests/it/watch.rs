//! `botspec watch` between the stand-in and who talks to it: a run, programs that nobody here wrote, and signals.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::harness::{Done, Running, arg, botspec, command, folder, signal};

/// A watch that goes on until it is ended.
pub(crate) struct Watching {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Watching {
    /// Starts one, and gives the addresses at which it listens.
    pub(crate) fn start(args: &[&str], links: usize) -> (Self, Vec<String>) {
        let mut command = command(["watch"].iter().chain(args).copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        let mut printed = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let addresses = (0..links).map(|_| {
            let mut line = String::new();
            printed.read_line(&mut line).expect("a line");
            let url = line.split_whitespace().nth(1).unwrap_or_else(|| panic!("no address in `{line}`"));
            url.to_owned()
        });
        let addresses = addresses.collect();
        (Self { child, lines: printed }, addresses)
    }

    /// Ends it with a signal, as services are ended.
    pub(crate) fn end(mut self, name: &str) -> Done {
        signal(&self.child, name);
        let (mut out, mut err) = (String::new(), String::new());
        self.lines.read_to_string(&mut out).expect("text");
        self.child.stderr.take().expect("it is piped").read_to_string(&mut err).expect("text");
        Done { code: self.child.wait().expect("it ends").code(), out, err }
    }
}

/// The checks of a record that are bad.
pub(crate) fn bad(folder: &Path) -> Vec<String> {
    checks(folder)
        .iter()
        .filter(|it| ["fail", "warn", "error"].contains(&it["verdict"].as_str().unwrap_or_default()))
        .map(shown)
        .collect()
}

/// How many checks judged something.
pub(crate) fn judged(folder: &Path) -> usize {
    checks(folder).len()
}

fn shown(check: &Value) -> String {
    format!("{} {}", check["id"].as_str().unwrap_or_default(), check["finding"]["summary"])
}

fn checks(folder: &Path) -> Vec<Value> {
    let record = std::fs::read_to_string(folder.join("record.ndjson")).expect("a record");
    let lines = record.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["type"] == "check").collect()
}

/// Starts the stand-in and gives the address of each of its adapters.
fn serve(args: &[&str], adapters: usize) -> (Running, Vec<String>) {
    let mut running = Running::start(["serve"].iter().chain(args).copied());
    let urls = (0..adapters).map(|_| running.line().rsplit(' ').next().unwrap_or_default().to_owned()).collect();
    (running, urls)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port()
}

/// A run over HTTP and a WebSocket through a watch; what the watch left stands in the folder.
fn run_through(faults: &[&str], select: &str, out: &Path, more: &[&str]) -> Done {
    let mut serving = vec!["--dialect", "onebot11", "--http", "127.0.0.1:0", "--ws", "127.0.0.1:0"];
    serving.extend(faults.iter().flat_map(|fault| ["--fault", *fault]));
    let (_serving, urls) = serve(&serving, 2);
    let (http, ws) = (format!("127.0.0.1:0={}", urls[0]), format!("127.0.0.1:0={}", urls[1]));
    let mut watching = vec!["--dialect", "onebot11", "--http", &http, "--ws", &ws, "--out", arg(out)];
    watching.extend(more);
    let (watching, at) = Watching::start(&watching, 2);
    let run = folder();
    let run = botspec([
        "run",
        "--dialect",
        "onebot11",
        "--http",
        &at[0],
        "--ws",
        &at[1],
        "--pause",
        "0",
        "--select",
        select,
        "--out",
        arg(run.path()),
    ]);
    assert_eq!(run.code, Some(i32::from(!faults.is_empty())), "{}\n{}", run.out, run.err);
    watching.end("TERM")
}

#[test]
fn a_faultless_target_passes_and_a_signal_ends_with_a_report() {
    let out = folder();
    let done = run_through(&[], "onebot11/action/get_*/minimal", out.path(), &["--fail-on", "must"]);
    assert_eq!((done.code, bad(out.path())), (Some(0), Vec::new()), "{}\n{}", done.out, done.err);
    let all = checks(out.path());
    for over in ["http", "ws"] {
        let passed = |check: &&Value| check["transport"] == over && check["verdict"] == "pass";
        assert!(all.iter().filter(passed).count() > 20, "{over}: {all:#?}");
    }
    assert!(out.path().join("report.html").is_file() && done.out.contains("report.html"), "{}", done.out);
}

#[test]
fn a_fault_is_seen_and_fails_the_command_where_that_is_asked() {
    let fault = "result-type/get_login_info/user_id";
    for (more, code) in [(&["--fail-on", "must"][..], 1), (&[], 0)] {
        let out = folder();
        let done = run_through(&[fault], "onebot11/action/get_login_info/result", out.path(), more);
        assert_eq!(done.code, Some(code), "{}\n{}", done.out, done.err);
        let bad = bad(out.path());
        assert!(
            !bad.is_empty() && bad.iter().all(|it| it.starts_with("onebot11/action/get_login_info/result")),
            "{bad:?}"
        );
        assert!(done.err.contains("get_login_info/result @http"), "a line as it comes: {}", done.err);
    }
}

#[test]
fn a_reverse_websocket_is_watched() {
    let (out, port) = (folder(), free_port());
    let link = format!("127.0.0.1:0=ws://127.0.0.1:{port}");
    let (watching, at) =
        Watching::start(&["--dialect", "onebot11", "--reverse-ws", &link, "--out", arg(out.path())], 1);
    let (_serving, _) =
        serve(&["--dialect", "onebot11", "--reverse-ws", &at[0], "--reconnect", "50", "--events", "all"], 1);
    let (run, port) = (folder(), port.to_string());
    let select = "onebot11/action/get_*/minimal";
    let run = botspec([
        "run",
        "--dialect",
        "onebot11",
        "--reverse-ws",
        &port,
        "--pause",
        "0",
        "--select",
        select,
        "--out",
        arg(run.path()),
    ]);
    assert_eq!(run.code, Some(0), "{}\n{}", run.out, run.err);
    let done = watching.end("INT");
    assert_eq!((done.code, bad(out.path())), (Some(0), Vec::new()), "{}", done.err);
    let events =
        checks(out.path()).iter().filter(|check| check["id"].as_str().is_some_and(|id| id.contains("/event/"))).count();
    assert!(events > 5, "{events} kinds of events");
}

/// What stands in a file is judged by the same contracts; the exit code shows whether a frame breaks one.
#[test]
fn recorded_frames_are_verified() {
    let folder = folder();
    let file = folder.path().join("frames.ndjson");
    let call = r#"{"action":"get_login_info","echo":1}"#;
    let answer =
        |id: &str| format!(r#"{{"status":"ok","retcode":0,"data":{{"user_id":{id},"nickname":"N"}},"echo":1}}"#);
    for (id, code) in [("10001", 0), ("\"x\"", 1)] {
        std::fs::write(&file, format!("{call}\n{}\n", answer(id))).expect("a file");
        let done = botspec(["verify", arg(&file)]);
        assert_eq!(done.code, Some(code), "{}\n{}", done.out, done.err);
        let shown = done.out.contains("frames.ndjson:2: fail onebot11/action/get_login_info/result: ");
        assert_eq!(shown, code == 1, "{}", done.out);
        let chinese = botspec(["verify", "--lang", "zh", arg(&file)]).out;
        assert_eq!(chinese.contains("/data/user_id 应为 整数，实际为 字符串"), code == 1, "{chinese}");
        assert!(chinese.contains("已检查 2 个帧"), "{chinese}");
        let json = botspec(["verify", "--format", "json", arg(&file)]).json();
        assert_eq!(
            json["broken"].as_array().map(Vec::len),
            Some(usize::try_from(code).expect("it is small")),
            "{json:#}"
        );
    }
    std::fs::write(&file, "hello\n").expect("a file");
    assert_eq!(botspec(["verify", arg(&file)]).code, Some(2), "no frame at all");
    assert_eq!(botspec(["verify", "/nowhere"]).code, Some(2));
    let no_link = botspec(["watch"]);
    assert!(no_link.code == Some(2) && no_link.err.contains("name at least one link"), "{}", no_link.err);
}

/// Several bots at once, each by its target file, each with a record of its own; a run takes the same file.
#[test]
fn target_files_say_what_is_watched() {
    let (out, files) = (folder(), folder());
    let (_serving, urls) = serve(&["--dialect", "milky", "--http", "127.0.0.1:0"], 1);
    let file = |name: &str| {
        let path = files.path().join(format!("{name}.toml"));
        let text = format!(
            "name = \"{name}\"\ndialect = \"milky\"\n[http]\nurl = \"{0}\"\n[watch]\nhttp = [\"127.0.0.1:0={0}\"]\nmax-calls = 5\n",
            urls[0]
        );
        std::fs::write(&path, text).expect("a file");
        path
    };
    let (one, two) = (file("one"), file("two"));
    let args = ["--target", arg(&one), "--target", arg(&two), "--out", arg(out.path())];
    let (watching, at) = Watching::start(&args, 2);
    let run = folder();
    let done = botspec([
        "run",
        "--target",
        arg(&one),
        "--select",
        "milky/action/get_login_info/minimal",
        "--out",
        arg(run.path()),
    ]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.out, done.err);
    let run = botspec([
        "run",
        "--dialect",
        "milky",
        "--http",
        &at[1],
        "--select",
        "milky/action/get_login_info/minimal",
        "--out",
        arg(run.path()),
    ]);
    assert_eq!(run.code, Some(0), "{}\n{}", run.out, run.err);
    let done = watching.end("TERM");
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(checks(&out.path().join("one")).len(), 0, "nothing passed there");
    assert!(checks(&out.path().join("two")).iter().any(|check| check["id"] == "milky/action/get_login_info/result"));
    std::fs::write(&one, "name = \"one\"\ndialect = \"milky\"\n").expect("a file");
    let without = botspec(["watch", "--target", arg(&one)]);
    assert!(without.code == Some(2) && without.err.contains("no `[watch]` table"), "{}", without.err);
}
