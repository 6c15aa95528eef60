//! Requests per second of the reference over HTTP beside a server that gives back what it gets, with `wrk` as the client: a client in
//! the same process would hide what the server costs.
//!
//! `cargo bench -p botspec-reference --bench throughput`; a number behind `--` is how many seconds each figure takes.

use std::path::Path;
use std::process::Command;

use axum::Router;
use axum::body::Bytes;
use botspec_reference::{Heartbeat, Server, ServerConfig, SharedWorld};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const DIALECT: &str = "napcat";

/// Actions with their parameters.
type Calls = &'static [(&'static str, &'static str)];

const ONE: Calls = &[("get_group_member_info", r#"{"group_id":70001,"user_id":30003}"#)];
const MIXED: Calls = &[
    ("get_group_member_info", r#"{"group_id":70001,"user_id":30003}"#),
    ("send_group_msg", r#"{"group_id":70001,"message":"hello"}"#),
    ("get_group_member_list", r#"{"group_id":70001}"#),
    ("get_login_info", "{}"),
    ("get_friend_list", "{}"),
    ("set_group_card", r#"{"group_id":70001,"user_id":30003,"card":"Chen"}"#),
    ("get_stranger_info", r#"{"user_id":20002}"#),
    ("send_private_msg", r#"{"user_id":20002,"message":[{"type":"text","data":{"text":"hello"}}]}"#),
];

/// Connections, and whether the calls are of several actions.
const LOADS: &[(usize, bool)] = &[(1, false), (8, false), (32, false), (16, true), (64, true)];

fn main() {
    let seconds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(5);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let bare = bare(&runtime);
    let config = ServerConfig::new(DIALECT).on_loopback().each(|adapter| adapter.heartbeat = Heartbeat::Never);
    let server = runtime.block_on(Server::start(config, &SharedWorld::seeded(1))).expect("the server starts");
    let reference = server.http_addr().expect("HTTP is served").to_string();
    println!("{:<24}{:>12}{:>12}{:>8}", "load", "bare echo", "reference", "share");
    for (connections, is_mixed) in LOADS {
        let calls = if *is_mixed { MIXED } else { ONE };
        let script = script(calls);
        let figures = [&bare, &reference].map(|addr| requests_per_second(&script, addr, *connections, seconds));
        let load = format!("{} at {connections}", if *is_mixed { "mixed" } else { "one action" });
        println!("{load:<24}{:>12.0}{:>12.0}{:>8.2}", figures[0], figures[1], figures[1] / figures[0]);
    }
}

fn bare(runtime: &Runtime) -> String {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let router = Router::new().fallback(|body: Bytes| async { body });
    runtime.spawn(async move { axum::serve(listener, router).await });
    addr.to_string()
}

/// What `wrk` sends, one call after the other.
fn script(calls: Calls) -> String {
    let requests: Vec<String> = calls
        .iter()
        .map(|(action, params)| {
            format!("wrk.format('POST', '/{action}', {{['Content-Type']='application/json'}}, '{params}')")
        })
        .collect();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("throughput.lua");
    let text = format!(
        "local calls, at\ninit = function() calls = {{ {} }}; at = 0 end\nrequest = function() at = at % #calls + 1; return calls[at] end\n",
        requests.join(", ")
    );
    std::fs::write(&path, text).expect("the script is written");
    path.display().to_string()
}

fn requests_per_second(script: &str, addr: &str, connections: usize, seconds: u32) -> f64 {
    let (connections, seconds) = (format!("-c{connections}"), format!("-d{seconds}"));
    let url = format!("http://{addr}");
    let done = Command::new("wrk").args(["-t1", &connections, &seconds, "-s", script, &url]).output();
    let done = done.expect("`wrk` is installed (Debian package wrk)");
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && !text.contains("Non-2xx"), "{text}");
    let figure = text.lines().find_map(|line| line.strip_prefix("Requests/sec:")?.trim().parse().ok());
    figure.unwrap_or_else(|| panic!("no figure in\n{text}"))
}
