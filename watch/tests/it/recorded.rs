//! Frames that were recorded: in lines, in logs, in HAR files.

use std::fs;

use botspec_watch::{BrokenFrame, Settings, Verified, verify};

const LOGIN: &str = r#"{"action":"get_login_info","echo":1}"#;
const WRONG: &str = r#"{"status":"ok","retcode":0,"data":{"user_id":"x","nickname":"Lin"},"echo":1}"#;
const POKE: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"notice","notice_type":"notify","sub_type":"poke","target_id":"x","user_id":20002,"group_id":70001}"#;

/// What is found in a file of a name.
#[track_caller]
fn judged(name: &str, text: &str) -> (Verified, Vec<BrokenFrame>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a file");
    let settings = Settings::new("onebot11", folder.path().join("out"));
    let mut broken = Vec::new();
    let verified = verify(settings, &[path], true, &mut |frame| broken.push(frame)).expect("it is read");
    let record = fs::read_to_string(folder.path().join("out/record.ndjson")).expect("a record");
    assert!(!record.contains("Lin"), "people are masked");
    (verified, broken)
}

/// The line and the check of each frame that breaks something.
fn places(broken: &[BrokenFrame]) -> Vec<(u64, &str)> {
    broken.iter().map(|frame| (frame.line, frame.check.as_str())).collect()
}

const RESULT: &str = "onebot11/action/get_login_info/result";
const SHAPE: &str = "onebot11/event/notice.notify.poke/shape";

#[test]
fn lines_with_and_without_a_direction() {
    let poke = POKE.replace("\"target_id\":\"x\"", "\"target_id\":10001");
    let (verified, broken) = judged("a.ndjson", &format!("{LOGIN}\n\n{WRONG}\n{poke}\nhello\n"));
    assert_eq!(places(&broken), [(3, RESULT)], "{broken:?}");
    assert_eq!((verified.frames, verified.skipped, verified.unmatched), (3, 1, 0));
    let wrapped = |direction: &str, frame: &str| {
        serde_json::json!({ "time": "10:00", "direction": direction, "frame": frame }).to_string()
    };
    let text = [wrapped("out", LOGIN), wrapped("in", WRONG)].join("\n");
    assert_eq!(places(&judged("a.ndjson", &text).1), [(2, RESULT)]);
    let nested = format!(r#"{{"level":30,"msg":"recv","payload":{{"data":{WRONG}}}}}"#);
    assert_eq!(judged("a.ndjson", &nested).0.unmatched, 1, "nobody knows what was asked");
}

#[test]
fn logs_with_words_around_the_frames() {
    let text = format!(
        "10:00 [INFO] send: {LOGIN}\n10:01 [INFO] recv: {WRONG}\n10:02 [DEBUG] get_login_info answered {WRONG}\n"
    );
    assert_eq!(places(&judged("bot.log", &text).1), [(2, RESULT), (3, RESULT)]);
    let text = format!(r#"{{"api":"/get_login_info","params":{{}},"response":{WRONG}}}"#);
    assert_eq!(places(&judged("bot.log", &text).1), [(1, RESULT)]);
}

#[test]
fn a_document_over_many_lines() {
    let text = format!("[\n  {LOGIN},\n  {WRONG}\n]\n");
    assert_eq!(places(&judged("frames.json", &text).1), [(2, RESULT)]);
}

#[test]
fn har_files() {
    let post = |url: &str, body: &str, answer: &str| {
        serde_json::json!({
            "request": { "method": "POST", "url": url, "headers": [], "postData": { "mimeType": "application/json", "text": body } },
            "response": { "status": 200, "headers": [], "content": { "text": answer } },
        })
    };
    let socket = serde_json::json!({
        "request": { "method": "GET", "url": "ws://127.0.0.1:3001/" }, "response": { "status": 101 },
        "_webSocketMessages": [
            { "type": "send", "time": 1.0, "opcode": 1, "data": LOGIN },
            { "type": "receive", "time": 2.0, "opcode": 1, "data": WRONG },
        ],
    });
    let called = post("http://127.0.0.1:3000/get_login_info", "{}", WRONG);
    let poked = post("http://127.0.0.1:8080/bot", &POKE.replace("\"target_id\":\"x\"", "\"user_id\":\"x\""), "");
    let har = serde_json::json!({ "log": { "version": "1.2", "entries": [called, socket, poked] } });
    let (_, broken) = judged("a.har", &har.to_string());
    let found = places(&broken);
    assert!(found.starts_with(&[(1, RESULT), (2, RESULT)]) && found.contains(&(3, SHAPE)), "{broken:?}");
    let (_, same) = judged("a.json", &serde_json::to_string_pretty(&har).expect("JSON"));
    assert_eq!(places(&same), found, "whatever it is called");
}

#[test]
fn what_is_no_har_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.har");
    fs::write(&path, "{}").expect("a file");
    let error = verify(Settings::new("onebot11", ""), &[path], false, &mut |_| {}).expect_err("it is none");
    assert!(error.to_string().contains("is no HAR file"), "{error}");
}
