use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::Transport;
use botspec_schema::Catalog;
use serde_json::{Value, json};

use super::*;
use crate::contract::Contract;
use crate::exchange::{Exchange, Sent};
use crate::received::Received;
use crate::redact::Secrets;

fn collected(answers: &[Value]) -> Snapshots {
    let contract = Arc::new(Contract::new(Catalog::builtin(), "onebot11").expect("the dialect"));
    let collector = SnapshotCollector::new(contract);
    for answer in answers {
        let now = Instant::now();
        let exchange = Exchange {
            transport: Transport::Http,
            sent: Sent::Http(crate::exchange::HttpRequest::default()),
            sent_at: now,
            received_at: now,
            status: Some(200),
            headers: Vec::new(),
            received: Received::Json(answer.clone()),
            echo: None,
        };
        collector.answer("get_msg", &json!({ "message_id": 5 }), &exchange);
    }
    collector.snapshots(&Secrets::default())
}

/// What another build does to the data of an answer.
type Deviation<'a> = &'a dyn Fn(&mut Value);

fn message(change: Deviation<'_>) -> Value {
    let mut answer = json!({ "status": "ok", "retcode": 0, "echo": "sent", "data": {
        "time": 1_700_000_000, "message_type": "private", "message_id": 5, "real_id": 6,
        "sender": { "user_id": 20002, "nickname": "Lin", "sex": "female" },
        "message": [{ "type": "text", "data": { "text": "hi" } }, { "type": "face", "data": { "id": "5" } }],
    } });
    change(&mut answer["data"]);
    answer
}

fn plain() -> Value {
    message(&|_| {})
}

/// What is reported of a new build whose answers are these, after so many runs of the old one.
fn changes(old_runs: &[&[Value]], new: &[Value]) -> Vec<String> {
    let mut kept = KeptSnapshots::default();
    for answers in old_runs {
        let result = kept.settle(Some("bot"), Some("1"), collected(answers));
        assert_eq!(result.changes, [], "the old build by itself");
        kept.snapshots.extend(result.keep);
        kept.build = result.build;
    }
    let result = kept.settle(Some("bot"), Some("2"), collected(new));
    result
        .changes
        .iter()
        .map(|it| format!("{:?} {} {}: {} -> {}", it.kind, it.snapshot, it.pointer, it.before, it.now))
        .collect()
}

#[test]
fn what_a_bot_could_miss_is_told() {
    let once: &[Value] = &[plain()];
    let cases: [(Deviation<'_>, &str); 6] = [
        (
            &|data| drop(data.as_object_mut().expect("data").remove("real_id")),
            "Lost action/get_msg ok/data/real_id: integer -> nothing",
        ),
        (&|data| data["more"] = json!({ "a": 1 }), "Added action/get_msg ok/data/more: nothing -> object"),
        (&|data| data["message_id"] = json!("5"), "Retyped action/get_msg ok/data/message_id: integer -> string"),
        (
            &|data| data["message_type"] = json!("group"),
            "Value action/get_msg ok/data/message_type: \"private\" -> \"group\"",
        ),
        (
            &|data| data["message"][1]["data"]["raw"] = json!({}),
            "Added segment/face segment/data/raw: nothing -> object",
        ),
        (&|data| data["sender"] = Value::Null, "Retyped action/get_msg ok/data/sender: object -> null"),
    ];
    for (change, told) in cases {
        assert_eq!(changes(&[once, once], &[message(change)]), [told]);
    }
    let seldom = message(&|data| drop(data.as_object_mut().expect("data").remove("real_id")));
    assert_eq!(
        changes(&[once, once], &[plain(), seldom]),
        ["Seldom action/get_msg ok/data/real_id: always there -> sometimes missing"]
    );
}

#[test]
fn what_changes_by_itself_is_not_told() {
    let once: &[Value] = &[plain()];
    let others = message(&|data| {
        data["time"] = json!(1_800_000_000);
        data["message_id"] = json!(77);
        data["sender"] = json!({ "user_id": 30003, "nickname": "Zhu", "sex": "female" });
        data["message"] = json!([{ "type": "text", "data": { "text": "others" } }]);
    });
    assert_eq!(changes(&[once], std::slice::from_ref(&others)), [""; 0], "ids, names, times, what others write");
    let grouped: &[Value] = &[message(&|data| data["message_type"] = json!("group"))];
    assert_eq!(changes(&[once, grouped], once), [""; 0], "a value that differed in two runs of one build");
    assert_eq!(changes(&[once], grouped), [""; 0], "after one run nobody knows what stays");
    let failed = json!({ "status": "failed", "retcode": 1404, "data": null, "wording": "no message 5" });
    assert_eq!(changes(&[once, once], &[plain(), failed]), [""; 0], "another way in which a call can end");
    assert_eq!(changes(&[once, once], &[]), [""; 0], "what was not asked");
}

#[test]
fn a_lost_field_of_the_same_version_is_told_all_the_same() {
    let mut kept = KeptSnapshots::default();
    let first = kept.settle(Some("bot"), Some("1"), collected(&[plain()]));
    kept.snapshots = first.keep;
    kept.build = first.build;
    let lost = message(&|data| drop(data.as_object_mut().expect("data").remove("real_id")));
    assert!(kept.settle(Some("bot"), Some("1"), collected(&[lost])).is_worse());
}

#[test]
fn nothing_of_people_is_kept() {
    let text = serde_json::to_string(&collected(&[plain()])).expect("JSON");
    assert!(!text.contains("echo"), "what was sent is no answer: {text}");
    for personal in ["20002", "Lin", "hi"] {
        assert!(
            !text.contains(&format!("\"{personal}\"")) && !text.contains(&format!("[{personal}]")),
            "{personal}: {text}"
        );
    }
}

#[test]
fn a_file_reads_as_it_was_written() {
    let snapshots = collected(&[plain()]);
    for (name, snapshot) in &snapshots {
        let text = write_snapshot(name, snapshot);
        assert_eq!(read_snapshot(&text), Ok((name.clone(), snapshot.clone())));
        // insta writes its own head, with plain words.
        let theirs =
            text.replace(&format!("\"{name}\""), name).replace("source: botspec", "source: botspec\nassertion_line: 3");
        assert_eq!(read_snapshot(&theirs), Ok((name.clone(), snapshot.clone())));
    }
    insta::assert_snapshot!(write_snapshot("segment/face", &snapshots["segment/face"]));
    for (text, line, what) in [
        ("", 1, "expected `---`"),
        ("---\nsource: a\n", 2, "as the head ends"),
        ("---\nsource: a\n---\n{}", 3, "expected `expression: "),
        ("---\nexpression: a\n---\n{\n\"ok\": {\"type\": [], \"typo\": 1}}", 5, "unknown field `typo`"),
    ] {
        let error = read_snapshot(text).expect_err(text);
        assert!(error.line == line && error.what.contains(what), "{text}: {error}");
    }
}
