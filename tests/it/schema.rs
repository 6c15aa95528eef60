//! `botspec schema`.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{arg, botspec, botspec_with_input, folder, repository};

#[test]
fn list_is_an_array_of_rows() {
    let done = botspec(["schema", "list", "--dialect", "onebot11", "--format", "json"]);
    let rows = done.json();
    let rows = rows.as_array().expect("an array");
    let of = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
    assert_eq!((of("action"), of("segment"), of("event")), (39, 20, 17), "38 public actions and a hidden one");
    let keys: Vec<&str> = rows[0].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, ["dialect", "kind", "name", "category", "effect", "declared_in", "status", "since", "untyped"]);
    let kick = rows.iter().find(|row| row["name"] == "set_group_kick").expect("set_group_kick");
    assert_eq!(
        kick,
        &json!({
            "dialect": "onebot11", "kind": "action", "name": "set_group_kick", "category": "group",
            "effect": "destructive", "declared_in": "onebot11", "status": "current", "since": null, "untyped": 0
        })
    );
    let text = botspec(["schema", "list", "--dialect", "onebot11", "--kind", "segment"]);
    assert!(text.out.lines().any(|line| line.contains("image")), "{}", text.out);
    let summary = botspec(["schema", "list", "--dialect", "onebot11"]).out;
    let summary = summary.lines().last().expect("a line").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(summary, "onebot11 39 actions 20 segments 17 events 19 types 1 place x-untyped");
    assert_eq!(text.code, Some(0));
}

#[test]
fn show_bundles_what_a_contract_uses() {
    let shown = botspec(["schema", "show", "send_msg", "--dialect", "onebot11"]).json();
    assert_eq!(shown["effect"], "send");
    assert!(shown["params"]["$defs"]["message_send"].is_object(), "{shown:#}");
    let done = botspec(["schema", "show", "no_such_thing"]);
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(done.err.contains("botspec schema list"), "{}", done.err);
}

#[test]
fn compare_tells_what_differs_in_every_form() {
    let forms: [(&str, &str); 4] = [
        ("text", "YOUR CODE BREAKS ("),
        ("json", "\"level\": \"breaks\""),
        ("md", "## Your code breaks ("),
        ("html", "<html"),
    ];
    for (format, expected) in forms {
        let done = botspec(["schema", "compare", "napcat", "llonebot", "--format", format]);
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{format}");
        assert!(done.out.contains(expected), "{format}");
    }
    let zh = botspec(["schema", "compare", "napcat", "llonebot", "--lang", "zh"]);
    assert!(zh.out.contains("代码会出错"), "{}", zh.out);
    let same = botspec(["schema", "compare", "milky", "milky"]);
    assert_eq!((same.code, same.out.lines().last()), (Some(0), Some("Nothing differs.")));
    for wrong in [&["napcat", "llonbot"][..], &["napcat"], &["napcat", "llonebot", "--format", "xml"]] {
        let done = botspec(["schema", "compare"].into_iter().chain(wrong.iter().copied()));
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{wrong:?}");
    }
}

#[test]
fn lint_of_the_built_in_contracts_is_clean() {
    let done = botspec(["schema", "lint"]);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
}

#[test]
fn lint_names_file_line_and_column() {
    let folder = folder();
    copy(&repository().join("schema/contracts"), &folder.path().join("contracts"));
    copy(&repository().join("schema/requirements"), &folder.path().join("requirements"));
    let path = folder.path().join("contracts/onebot11/actions/message/send_msg.json");
    let text = fs::read_to_string(&path).expect("the contract");
    fs::write(&path, text.replacen("\"effect\": \"send\"", "\"efect\": \"send\"", 1)).expect("written");
    let done = botspec(["schema", "lint", arg(folder.path())]);
    assert_eq!(done.code, Some(1), "{}", done.err);
    let line = text.lines().position(|line| line.contains("\"effect\"")).expect("the line") + 1;
    assert!(done.out.contains(&format!("actions/message/send_msg.json:{line}:")), "{}", done.out);
    assert!(done.out.contains("efect"), "{}", done.out);

    let missing = botspec(["schema", "lint", "no/such/folder"]);
    assert_ne!(missing.code, Some(0), "a folder that is not there is not clean");
}

#[test]
fn check_tells_each_defect_at_its_pointer() {
    let check = |kind: &str, name: Option<&str>, document: &Value| {
        let mut args = vec!["schema", "check", "--kind", kind];
        args.extend(name.into_iter().flat_map(|name| ["--name", name]));
        args.push("-");
        botspec_with_input(args, document.to_string().as_bytes())
    };
    let friends = json!([{ "user_id": "20002", "nickname": "Lin", "remark": "" }]);
    let done = check("action-result", Some("get_friend_list"), &friends);
    assert_eq!((done.code, done.out.as_str()), (Some(1), "/0/user_id: expected integer, found string\n"));
    let answer = json!({ "status": "ok", "retcode": 0, "data": friends });
    let done = check("response", Some("get_friend_list"), &answer);
    assert_eq!((done.code, done.out.as_str()), (Some(1), "/data/0/user_id: expected integer, found string\n"));
    let done =
        check("response", Some("get_friend_list_async"), &json!({ "status": "async", "retcode": 1, "data": null }));
    assert_eq!((done.code, done.out.as_str()), (Some(0), ""));
    let done = check("segment-send", None, &json!({ "type": "at", "data": { "qq": "all" } }));
    assert_eq!((done.code, done.out.as_str()), (Some(0), ""));
}

#[test]
fn check_tells_apart_what_is_taken_though_not_documented() {
    let check = |dialect: &str, strict: bool| {
        let mut args = vec!["schema", "check", "--dialect", dialect, "--kind", "segment-send", "--name", "at"];
        args.extend(strict.then_some("--strict"));
        args.push("-");
        let done = botspec_with_input(args, json!({ "qq": 30003 }).to_string().as_bytes());
        (done.code, done.out)
    };
    let taken = "taken, though not documented: /qq: expected string, found integer\n".to_owned();
    assert_eq!(check("napcat", false), (Some(0), taken.clone()));
    assert_eq!(check("napcat", true), (Some(1), taken));
    assert_eq!(check("onebot11", false), (Some(1), "/qq: expected string, found integer\n".to_owned()));
}

#[test]
fn what_is_no_json_or_no_name_is_told_apart() {
    for (args, input, code) in [
        (&["schema", "check", "--kind", "event", "-"][..], &b"{\"a\":"[..], 1),
        (&["schema", "check", "--kind", "event", "-"], b"\xff\xfe", 1),
        (&["schema", "check", "--kind", "action-params", "--name", "no_such", "-"], b"{}", 2),
        (&["schema", "check", "--kind", "action-params", "-"], b"{}", 2),
        (&["schema", "check", "--kind", "event", "no/such/file"], b"", 2),
        (&["schema", "check", "--kind", "event", "--dialect", "nope", "-"], b"{}", 2),
    ] {
        let done = botspec_with_input(args.iter().copied(), input);
        assert_eq!(done.code, Some(code), "{args:?}: {}{}", done.out, done.err);
        assert!(!done.err.contains("panicked"), "{}", done.err);
    }
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let done = botspec_with_input(["schema", "check", "--kind", "event", "-"], deep.as_bytes());
    assert_eq!(done.code, Some(1), "{}", done.err);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn drift_compares_with_upstream_and_writes_drafts() {
    let folder = folder();
    let upstream = repository().join("schema/tests/data/drift/openapi.json");
    let args = ["schema", "drift", "--dialect", "onebot11", "--upstream", arg(&upstream), "--format", "json"];
    let done = botspec(args.into_iter().chain(["--write-drafts", arg(folder.path())]));
    assert_eq!(done.code, Some(1), "{}", done.err);
    assert!(done.json().is_object());
    let drafts = fs::read_dir(folder.path()).expect("the folder").count();
    assert!(drafts > 0, "drafts of what is missing here: {}", done.err);
    let again = botspec(args.into_iter().chain(["--write-drafts", arg(folder.path())]));
    assert!(
        again.err.starts_with("0 drafts written"),
        "drafts that somebody completes are not overwritten: {}",
        again.err
    );

    let odd = folder.path().join("odd.json");
    fs::write(&odd, "{\"hello\": 1}").expect("written");
    let done = botspec(["schema", "drift", "--dialect", "onebot11", "--upstream", arg(&odd)]);
    assert_eq!(done.code, Some(2), "{}", done.out);
    assert!(done.err.contains("odd.json"), "{}", done.err);
}
