//! Frames that a real NapCat sent, against plain OneBot 11: valid, or invalid for a reason that is known.
//!
//! The documents stand beside the repository, not in it. Where they are missing, `frames_of_the_same_shape` still runs.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{botspec_with_input, repository};

/// NapCat leaves `anonymous` out of group messages; the standard has null there.
const ANONYMOUS: &str = "/anonymous: expected object or null, found nothing";
/// NapCat has a segment type that the standard does not know.
const FILE: &str = "/message/0/type: expected one of";

/// The headings of the document with what is wrong with the frame below it; all others are valid.
const DEVIATIONS: [(&str, &str); 4] =
    [("文件", FILE), ("群聊 纯文本", ANONYMOUS), ("群聊 复杂混排", ANONYMOUS), ("群聊 私聊记录的合并转发", ANONYMOUS)];

#[track_caller]
fn check(what: &str, frame: &Value, expected: Option<&str>) {
    let (kind, name, document) = if let Some(action) = frame["action"].as_str() {
        ("action-params", Some(action), &frame["params"])
    } else if frame.get("retcode").is_some() {
        ("response", Some("send_private_msg"), frame)
    } else {
        ("event", None, frame)
    };
    let mut args = vec!["schema", "check", "--dialect", "onebot11", "--kind", kind];
    args.extend(name.into_iter().flat_map(|name| ["--name", name]));
    args.push("-");
    let done = botspec_with_input(args, document.to_string().as_bytes());
    match expected {
        None => assert_eq!((done.code, done.out.as_str()), (Some(0), ""), "{what}"),
        Some(expected) => {
            assert_eq!(done.code, Some(1), "{what}");
            assert_eq!(done.out.lines().count(), 1, "{what}: {}", done.out);
            assert!(done.out.starts_with(expected), "{what}: {}", done.out);
        }
    }
}

#[test]
fn documented_frames() {
    let path = repository().join("../shared/docs/napcat-ws-frames.md");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("not checked: {} is not there", path.display());
        return;
    };
    let (mut part, mut heading, mut block, mut frames) = ("", String::new(), None::<String>, 0);
    for line in text.lines() {
        match (&mut block, line) {
            (None, "```json") => block = Some(String::new()),
            (Some(json), "```") => {
                let frame = serde_json::from_str(json).expect("a frame is JSON");
                let deviation = DEVIATIONS.iter().find(|(title, _)| *title == heading);
                check(&heading, &frame, deviation.map(|(_, why)| *why));
                frames += 1;
                block = None;
            }
            (Some(json), line) => {
                json.push_str(line);
                json.push('\n');
            }
            (None, line) => {
                if let Some(title) = line.strip_prefix("### ") {
                    heading = format!("{part}{title}");
                } else if let Some(title) = line.strip_prefix("## ") {
                    part = if title.starts_with("群聊") { "群聊 " } else { "" };
                }
            }
        }
    }
    assert_eq!(frames, 15, "every frame of the document was checked");
}

/// Own frames with what NapCat's have.
#[test]
fn frames_of_the_same_shape() {
    let private = json!({
        "self_id": 10001, "user_id": 20002, "time": 1_767_225_600, "message_id": 51001, "message_seq": 51001,
        "real_id": 51001, "real_seq": "12", "message_type": "private",
        "sender": { "user_id": 20002, "nickname": "Lin 🍵", "card": "" },
        "raw_message": "hello", "font": 14, "sub_type": "friend",
        "message": [{ "type": "text", "data": { "text": "hello" } }],
        "message_format": "array", "post_type": "message", "target_id": 20002
    });
    check("a private message with keys of NapCat's own", &private, None);

    let mut file = private.clone();
    file["message"] =
        json!([{ "type": "file", "data": { "file": "plan [v2].pdf", "file_id": "f-1", "file_size": "7072" } }]);
    check("a segment that the standard does not know", &file, Some(FILE));

    let mut group = private.clone();
    group["message_type"] = json!("group");
    group["sub_type"] = json!("normal");
    group["group_id"] = json!(70001);
    check("a group message without anonymous", &group, Some(ANONYMOUS));

    let mut id = private;
    id["user_id"] = json!("20002");
    check("an id as a string", &id, Some("/user_id: expected integer, found string"));

    check("a call", &json!({ "action": "send_private_msg", "params": { "user_id": "20002", "message": "hi" } }), None);
    let failed =
        json!({ "status": "failed", "retcode": 1200, "data": null, "message": "no", "wording": "no", "echo": "1" });
    check("a failure", &failed, None);
}
