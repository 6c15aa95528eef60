//! The static site over many records.

use std::collections::BTreeMap;
use std::path::Path;

use botspec_reports::matrix::{Input, SiteFile, site};
use botspec_reports::record::{Capture, Check, Difference, Finding, Run, Transport, Verdict};
use botspec_schema::Catalog;
use serde_json::{Value, json};

use crate::browser::{AT_A_DESK, Browser, Reader};
use crate::fixtures::{check, found, run};

/// A run of a build.
fn build(name: &str, version: &str, checks: Vec<Check>) -> Input {
    let mut run = run(checks);
    run.header.target.implementation = Some(name.to_owned());
    run.header.target.version = Some(version.to_owned());
    Input { name: format!("{name}.ndjson"), run: Ok(run) }
}

fn on(transport: Transport, check: Check) -> Check {
    Check { transport: Some(transport), ..check }
}

/// Two builds of one implementation, one of another, and a record that is broken.
pub(crate) fn inputs() -> Vec<Input> {
    let unknown = Finding {
        response: Some(Capture::new("").with_head(vec!["HTTP/1.1 404 Not Found".to_owned()])),
        ..Finding::new("A minimal call succeeds.", "HTTP 404")
    };
    let no_sender = Finding {
        differences: vec![Difference { pointer: "/sender".into(), expected: "object".into(), found: "nothing".into() }],
        ..Finding::new("The event matches the contract.", "it does not")
    };
    let good = || check("onebot11/action/get_msg/result", Verdict::Pass);
    vec![
        build("ExampleBot", "1.9.0", vec![good(), check("onebot11/action/get_status/minimal", Verdict::Pass)]),
        build(
            "ExampleBot",
            "1.10.0",
            vec![
                good(),
                on(Transport::Http, found("onebot11/action/get_status/minimal", Verdict::Fail, unknown)),
                found("onebot11/event/message.group/shape", Verdict::Fail, no_sender),
            ],
        ),
        build("OtherBot", "3", vec![good(), check("onebot11/action/get_status/minimal", Verdict::Untestable)]),
        Input { name: "half <b>record</b>.ndjson".to_owned(), run: Err("line 1: the record was cut off".to_owned()) },
    ]
}

/// The files of the site over them.
pub(crate) fn made(inputs: &[Input]) -> BTreeMap<String, String> {
    let names = |_: &botspec_schema::Dialect, _, name: &str| vec![("Rust", format!("Generated{name}"))];
    site(Catalog::builtin(), inputs, &names).into_iter().map(|SiteFile { path, content }| (path, content)).collect()
}

/// How the name of a file ends.
fn ending(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, ending)| ending)
}

/// Writes a site into a folder and opens a page of it.
pub(crate) async fn open(folder: &Path, files: &BTreeMap<String, String>, page: &str, reader: Reader) -> Browser {
    for (path, content) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    Browser::visit(&folder.join(page), reader).await
}

#[test]
fn a_cell_says_what_is_known_in_one_word() {
    let files = made(&inputs());
    let data: Value = serde_json::from_str(&files["index.json"]).expect("JSON");
    let versions: Vec<_> =
        data["columns"].as_array().expect("columns").iter().map(|it| it["version"].clone()).collect();
    assert_eq!(versions, [json!("1.9.0"), json!("1.10.0"), json!("3"), json!("")], "ordered as versions are");
    let row = |name: &str| {
        let rows = data["rows"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}"));
        row["cells"].as_array().expect("cells").iter().map(|cell| cell["status"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(row("get_msg"), ["supported", "supported", "supported", "no record"]);
    assert_eq!(row("get_status"), ["supported", "missing", "not run", "no record"]);
    assert_eq!(row("message.group"), ["not run", "deviates", "not run", "no record"]);
}

#[test]
fn a_cell_says_how_often_it_was_seen_in_use() {
    let seen = Check { seen: Some(312), ..check("onebot11/action/get_msg/result", Verdict::Pass) };
    let files = made(&[build("ExampleBot", "1", vec![seen]), build("OtherBot", "1", Vec::new())]);
    let data: Value = serde_json::from_str(&files["index.json"]).expect("JSON");
    let row = data["rows"].as_array().expect("rows").iter().find(|row| row["name"] == "get_msg").expect("the row");
    assert_eq!((&row["cells"][0]["seen"], &row["cells"][1]["seen"]), (&json!(312), &Value::Null));
    assert!(files["action/get_msg.html"].contains("seen in use 312 times"));
    assert!(files["index.html"].contains("×312"));
}

#[test]
fn every_page_has_its_data_beside_it_and_every_link_leads_somewhere() {
    let files = made(&inputs());
    assert!(files.len() > 100, "{}", files.len());
    for (path, content) in files.iter().filter(|(path, _)| ending(path) == Some("html")) {
        let data = path.replace(".html", ".json");
        assert!(serde_json::from_str::<Value>(&files[&data]).is_ok(), "{data}");
        let folder = Path::new(path).parent().expect("a folder");
        for link in content.split("href=\"").skip(1).chain(content.split("src=\"").skip(1)) {
            let link = link.split('"').next().expect("an end").split('#').next().expect("a start");
            if link.is_empty() || link.starts_with("data:") {
                continue;
            }
            let mut target: Vec<&str> = folder.iter().map(|part| part.to_str().expect("text")).collect();
            for part in link.split('/') {
                if part == ".." {
                    target.pop();
                } else {
                    target.push(part);
                }
            }
            assert!(files.contains_key(&target.join("/")), "{path} links to {link}");
        }
    }
}

#[test]
fn a_page_says_who_is_hurt_and_what_moving_costs() {
    let files = made(&inputs());
    let page = &files["implementation/examplebot.html"];
    for part in ["koishi-plugin-adapter-onebot", "throws while it reads the event", "get_status", "1.9.0"] {
        assert!(page.contains(part), "{part}");
    }
    let to = files
        .iter()
        .find(|(path, _)| path.starts_with("move/otherbot-3") && ending(path) == Some("json"))
        .expect("a way");
    let moving: Value = serde_json::from_str(to.1).expect("JSON");
    assert_eq!(moving["breaks"], json!([]));
    assert!(files["action/get_msg.html"].contains("Generatedget_msg"));
    assert!(files["action/get_msg.html"].contains("message_id"));
}

#[test]
fn the_profiles_of_clients_name_effects_and_clients_that_there_are() {
    let text = include_str!("../../clients/profiles.json");
    let profiles: Value = serde_json::from_str(text).expect("JSON");
    let clients: Vec<_> =
        profiles["clients"].as_array().expect("clients").iter().map(|it| it["name"].clone()).collect();
    for deviation in profiles["deviations"].as_array().expect("deviations") {
        for (client, effect) in deviation["clients"].as_object().expect("clients") {
            assert!(clients.contains(&json!(client)), "{client}");
            assert!(profiles["effects"].get(effect.as_str().expect("a word")).is_some(), "{effect}");
        }
        let known = |name: &str| {
            Catalog::builtin().dialects().any(|dialect| {
                dialect
                    .events
                    .keys()
                    .any(|event| name.strip_suffix('*').map_or(event == name, |start| event.starts_with(start)))
            })
        };
        for event in deviation["events"].as_array().expect("events") {
            assert!(known(event.as_str().expect("a name")), "{event}");
        }
    }
}

#[tokio::test]
async fn the_table_is_filtered_and_the_filter_is_in_the_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = made(&inputs());
    let mut page = open(folder.path(), &files, "index.html", AT_A_DESK).await;
    let shown = "[...document.querySelectorAll('.matrix tr[data-s]')].filter((row) => row.checkVisibility()).map((row) => row.id)";
    let set = |script: &str| {
        format!(
            "(() => {{ const form = document.querySelector('.filter'); {script}; form.dispatchEvent(new Event('input')); }})()"
        )
    };
    page.eval(&set("form.q.value = 'get_status'")).await;
    assert_eq!(page.eval(shown).await, json!(["action/get_status"]));
    assert_eq!(page.eval("location.hash").await, "#q=get_status");
    page.eval(&set("form.q.value = ''; form.diff.checked = true")).await;
    assert_eq!(page.eval(shown).await, json!(["action/get_status"]));
    page.eval(&set("form.diff.checked = false; form.lack.value = '1'")).await;
    assert_eq!(page.eval(shown).await, json!(["action/get_status"]), "only what the second column lacks");
    page.eval("new Promise((done) => { addEventListener('hashchange', () => setTimeout(done)); location.hash = '#q=get_msg'; })").await;
    assert_eq!(page.eval("document.querySelector('.filter').q.value").await, "get_msg");
    page.eval("new Promise((done) => { addEventListener('hashchange', () => setTimeout(done)); location.hash = '#action/get_status'; })").await;
    assert_eq!(page.eval("document.querySelector('.is-target').id").await, "action/get_status");
    assert!(page.complaints().is_empty(), "{:#?}", page.complaints());
}

#[tokio::test]
async fn a_phone_shows_the_site_without_scrolling_the_page_sideways() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = made(&inputs());
    for path in ["index.html", "action/get_msg.html", "implementation/examplebot.html", "move/index.html"] {
        let reader = Reader { width: 360, language: "zh-CN", ..AT_A_DESK };
        let mut page = open(folder.path(), &files, path, reader).await;
        page.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })").await;
        assert_eq!(page.eval("document.documentElement.scrollWidth").await, 360, "{path}");
        assert_eq!(page.eval("document.documentElement.lang").await, "zh-CN", "{path}");
        assert!(page.complaints().is_empty(), "{path}: {:#?}", page.complaints());
    }
}

/// Two tables say the same whatever order the records came in.
#[test]
fn the_order_of_the_records_changes_nothing() {
    let mut turned = inputs();
    turned.reverse();
    assert_eq!(made(&inputs()), made(&turned));
}

#[test]
fn records_that_disagree_about_a_version_are_told() {
    let on_one_day = |version: &str| {
        let mut input = build("ExampleBot", version, vec![check("onebot11/action/get_msg/result", Verdict::Pass)]);
        let run: &mut Run = input.run.as_mut().expect("a run");
        run.header.started_at = "2024-02-29T12:00:00Z".to_owned();
        input
    };
    let page = &made(&[on_one_day("1"), on_one_day("2")])["index.html"];
    assert!(page.contains("name different versions: 1, 2"));
}
