//! Every exit code, each from a command line that leads to it.

use std::fs;
use std::net::TcpListener;

use crate::harness::{arg, botspec, folder};

/// A command line (`{dir}` is a folder of its own), its exit code, and what it says on standard error.
const CASES: [(&[&str], i32, &str); 22] = [
    (&["run", "--select", "onebot11/action/get_login_info/result", "--out", "{dir}"], 0, ""),
    (
        &[
            "run",
            "--select",
            "onebot11/action/get_login_info/result",
            "--fault",
            "result-missing/get_login_info/user_id",
            "--out",
            "{dir}",
        ],
        1,
        "",
    ),
    (&["run", "--select", "no/such/check", "--out", "{dir}"], 4, "botspec list"),
    (&["run", "--dialect", "onebot12", "--out", "{dir}"], 2, "closest: `onebot11`"),
    (&["run", "--dialect", "LLBot", "--select", "llonebot/action/get_login_info/result", "--out", "{dir}"], 0, ""),
    (&["run", "--fault", "no/such/fault", "--out", "{dir}"], 2, "no/such/fault"),
    (&["run", "--waivers", "{dir}/none.toml", "--out", "{dir}"], 2, "none.toml"),
    (&["run", "--target", "{dir}/none.toml", "--out", "{dir}"], 2, "none.toml"),
    (&["run", "--target", "{dir}/broken.toml", "--out", "{dir}"], 2, "broken.toml:2:1"),
    (&["run", "--http", "ftp://example.com", "--out", "{dir}"], 2, "https://"),
    (&["run", "--actor-http", "http://127.0.0.1:1", "--out", "{dir}"], 2, "--http"),
    (&["run", "--allow", "everything"], 2, "destructive"),
    (&["serve"], 2, "--http"),
    (&["serve", "--http", "nowhere"], 2, "--http nowhere"),
    (&["serve", "--http", "0", "--script", "{dir}/typo.ndjson"], 2, "typo.ndjson:2: step `say`: unknown field `txt`"),
    (&["serve", "--config", "{dir}/typo.toml"], 2, "typo.toml:3:1: unknown field `wss`, expected one of"),
    (&["serve", "--http", "0", "--account", "7"], 2, "no account 7; it has 10001 and 20002"),
    (&["serve", "--http", "0", "--absent", "get_login_inof"], 2, "the closest is `get_login_info`"),
    (&["serve", "--http", "0", "--vary", "key-oder"], 2, "there is no variation `key-oder` (closest: key-order)"),
    (&["explain", "no/such/check"], 2, "botspec list"),
    (&["report", "render", "{dir}/none"], 2, "none"),
    (&["no-such-command"], 2, "no-such-command"),
];

#[test]
fn each_code() {
    for (args, code, says) in CASES {
        let folder = folder();
        fs::write(folder.path().join("broken.toml"), "name = \"x\"\nnmae = \"y\"\n").expect("written");
        let script =
            "{\"step\": \"say\", \"params\": {\"text\": \"x\"}}\n{\"step\": \"say\", \"params\": {\"txt\": \"x\"}}\n";
        fs::write(folder.path().join("typo.ndjson"), script).expect("written");
        fs::write(folder.path().join("typo.toml"), "dialect = \"napcat\"\n[[account]]\nwss = 1\n").expect("written");
        let args: Vec<String> = args.iter().map(|word| word.replace("{dir}", arg(folder.path()))).collect();
        let done = botspec(args.iter().map(String::as_str));
        assert_eq!(done.code, Some(code), "{args:?}\n{}\n{}", done.out, done.err);
        assert!(done.err.contains(says), "{args:?}: {}", done.err);
        assert!(!done.err.contains("panicked"), "{}", done.err);
    }
}

#[test]
fn nobody_there_is_3_in_one_line() {
    // The port was free a moment ago, and nobody listens at it now.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let url = format!("http://127.0.0.1:{port}");
    let folder = folder();
    let done = botspec(["run", "--http", &url, "--out", arg(folder.path())]);
    assert_eq!(done.code, Some(3), "{}", done.err);
    let said: Vec<&str> = done.err.lines().filter(|line| line.starts_with("botspec:")).collect();
    assert_eq!(said, [format!("botspec: cannot connect to {url}")], "{}", done.err);
}

#[test]
fn help_and_version_are_no_mistakes() {
    for args in [&["--help"][..], &["--version"], &["run", "--help"]] {
        let done = botspec(args.iter().copied());
        assert_eq!(done.code, Some(0), "{args:?}: {}", done.err);
        assert!(done.out.contains("botspec"), "{args:?}");
    }
}
