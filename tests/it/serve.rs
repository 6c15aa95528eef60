//! `botspec serve` as another process, and `botspec run` against it by its addresses.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use crate::harness::{Running, arg, botspec, folder};

/// A served world, with what it printed about itself.
struct Served {
    _process: Running,
    at: BTreeMap<String, String>,
}

fn serve(extra: &[&str]) -> Served {
    let mut args = vec!["serve", "--http", "0", "--ws", "0", "--actor-http", "0", "--actor-ws", "0", "--control", "0"];
    args.extend(extra);
    let mut process = Running::start(args);
    let at = (0..5)
        .map(|_| {
            let line = process.line();
            let (name, address) = line.split_once(": ").expect("a name and an address");
            (name.to_owned(), address.to_owned())
        })
        .collect();
    Served { _process: process, at }
}

/// One HTTP exchange, and the body of the answer.
pub(crate) fn post(url: &str, path: &str, body: &str) -> Value {
    post_with(url, path, "", body)
}

/// The same with further header lines, each with its end.
pub(crate) fn post_with(url: &str, path: &str, headers: &str, body: &str) -> Value {
    exchange(&format!("POST {path}"), url, headers, body)
}

/// Gets a document.
pub(crate) fn get(url: &str, path: &str) -> Value {
    exchange(&format!("GET {path}"), url, "", "")
}

fn exchange(call: &str, url: &str, headers: &str, body: &str) -> Value {
    let host = url.strip_prefix("http://").expect("an http address");
    let mut stream = TcpStream::connect(host).expect("somebody listens");
    let length = body.len();
    write!(
        stream,
        "{call} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         {headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// Every variation that is listed can be switched on, and what is answered is the same.
#[test]
fn what_contracts_leave_open_is_varied() {
    let listed = botspec(["list", "--variations", "--format", "json"]).json();
    let ids: Vec<&str> = listed.as_array().into_iter().flatten().filter_map(|it| it["id"].as_str()).collect();
    assert!(ids.len() > 20, "{ids:?}");
    let plain = post(&serve(&[]).at["bot 10001 http"], "/get_friend_list", "{}");
    let varied = serve(&["--vary", "key-order", "--vary", "white-space", "--vary", "chunks"]);
    let host = varied.at["bot 10001 http"].strip_prefix("http://").expect("an http address").to_owned();
    let mut stream = TcpStream::connect(&host).expect("somebody listens");
    write!(stream, "POST /get_friend_list HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 2\r\n")
        .and_then(|()| write!(stream, "Content-Type: application/json\r\n\r\n{{}}"))
        .expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head") + 4;
    assert!(String::from_utf8_lossy(&answer[..head]).to_lowercase().contains("transfer-encoding: chunked"));
    let json = String::from_utf8(unchunked(&answer[head..])).expect("UTF-8");
    let (retcode, status) = (json.find("\"retcode\"").expect("a retcode"), json.find("\"status\"").expect("a status"));
    assert!(retcode < status, "keys stand the other way round: {json}");
    let document: Value = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_eq!(document, plain);
}

/// What chunks hold, one after the other.
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|bytes| bytes == b"\r\n").expect("the length of a chunk");
        let length = std::str::from_utf8(&body[..end]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let length = length.expect("a length in hexadecimal figures");
        if length == 0 {
            return whole;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + length]);
        body = &body[end + 2 + length + 2..];
    }
}

#[test]
fn a_friend_says_something_and_it_can_be_read() {
    let served = serve(&[]);
    let step = r#"{"step": "say", "params": {"from": "$friend", "text": "hello 🍵"}}"#;
    let said = post(&served.at["control"], "/step", step);
    for (account, address) in [("10001", "bot 10001 http"), ("20002", "actor 20002 http")] {
        let id = said["ids"][account].as_i64().expect("the id that the account knows it by");
        let read = post(&served.at[address], "/get_msg", &format!("{{\"message_id\": {id}}}"));
        assert_eq!(read["data"]["message"][0]["data"]["text"], "hello 🍵", "{read}");
    }
}

#[test]
fn a_run_against_it_reads_only_and_keeps_the_token() {
    let served = serve(&["--token", "very-secret-token"]);
    let folder = folder();
    let (http, ws) = (&served.at["bot 10001 http"], &served.at["bot 10001 ws"]);
    let groups = |served: &Served| {
        let body = "{\"access_token\": 1}";
        post(&served.at["bot 10001 http"], "/get_group_list?access_token=very-secret-token", body)["data"].clone()
    };
    let before = groups(&served);
    let done = botspec([
        "run",
        "--http",
        http,
        "--ws",
        ws,
        "--token",
        "very-secret-token",
        "--friend",
        "20002",
        "--group",
        "70001",
        "--pause",
        "0",
        "--timeout",
        "3000",
        "--heartbeat-wait",
        "3000",
        "--out",
        arg(folder.path()),
    ]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.out, done.err);
    assert_eq!(groups(&served), before, "nothing changed");
    let record = fs::read_to_string(folder.path().join("record.ndjson")).expect("a record");
    assert!(!record.contains("very-secret-token"), "the token stands in the record");
    assert!(!done.out.contains("very-secret-token"), "the token is printed");
    let sent: Vec<Value> = record.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let skipped = sent.iter().filter(|line| line["verdict"] == "skip").count();
    assert!(skipped > 0, "what is not allowed is skipped, not green");
}

/// Reads a request's head and answers that it is refused.
fn refuse(listener: &TcpListener) {
    let (mut stream, _) = listener.accept().expect("it connects");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a request");
        head.extend(byte);
    }
    write!(stream, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").expect("answered");
}

#[test]
fn a_client_that_refuses_is_told_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("ws://{}/ws", listener.local_addr().expect("an address"));
    let mut process = Running::start_heard(["serve", "--reverse-ws", &url, "--reconnect", "1"]);
    assert_eq!(process.line(), format!("bot 10001 reverse-ws: {url}"));
    // It comes again and again: that it is still there for the fourth says that it saw the third being refused.
    (0..4).for_each(|_| refuse(&listener));
    let told = format!("botspec: reverse-ws {url}: HTTP error: 403 Forbidden; it is tried again until it answers");
    assert_eq!(process.complaint(), told);
    assert_eq!(process.other_complaints(), "", "it is said once");
}

#[test]
fn where_nobody_listens_is_told_too() {
    // A port that was free a moment ago.
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address");
    let url = format!("http://{nobody}/events");
    let mut process = Running::start_heard(["serve", "--http", "0", "--webhook", &url, "--heartbeat", "10"]);
    let told = process.complaint();
    assert!(told.starts_with(&format!("botspec: webhook {url}: ")), "{told}");
    assert!(told.contains("refused") && told.ends_with("what is posted until it answers is lost"), "{told}");
}
