//! How a run ends, and what it says.

use std::time::Duration;

use botspec_conformance::reporters::{Progress, RecordWriter, Reporter, Style};
use botspec_conformance::{
    Adapter, Cancel, Embedded, EmbeddedConfig, EngineEvent, RunConfig, RunStatus, Target, Waivers, catalogue, explain,
    matches, run,
};
use botspec_reference::faults;
use botspec_reports::record::{Ending as RecordEnding, Transport, Verdict, read};
use botspec_schema::Catalog;
use insta::assert_snapshot;
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;

use crate::harness::{ran, recorded};

async fn embedded(fault: Option<&str>) -> Embedded {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    let mut config = EmbeddedConfig::new("onebot11");
    config.faults.extend(fault.map(|id| faults::find(dialect, id).expect("the fault")));
    Embedded::start(config).await.expect("the reference starts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_codes_and_waivers() {
    let waiver = |kind: &str| {
        let text = format!("[[waiver]]\nchecks = \"onebot11/echo/string\"\nkind = \"{kind}\"\nreason = \"known\"");
        Waivers::parse("waivers.toml".as_ref(), &text).expect("waivers")
    };
    let none = Waivers::default();
    for (fault, waivers, code, unexpected, stale) in [
        (None, &none, 0, 0, 0),
        // It is seen on both sides of a WebSocket.
        (Some("echo-changed/lower-cased"), &none, 1, 2, 0),
        (Some("echo-changed/lower-cased"), &waiver("failure"), 0, 0, 0),
        (Some("echo-changed/lower-cased"), &waiver("flaky"), 0, 0, 0),
        (None, &waiver("failure"), 1, 0, 2),
        (None, &waiver("flaky"), 0, 0, 0),
    ] {
        let embedded = embedded(fault).await;
        let mut config = RunConfig::new(embedded.target().clone());
        config.selection.select = vec!["onebot11/echo/*".to_owned()];
        config.waivers = waivers.clone();
        let (ran, record) = recorded(config).await;
        assert_eq!(ran.result.exit_code().code(), code, "{fault:?} {waivers:?}");
        assert_eq!((ran.result.unexpected, ran.result.stale), (unexpected, stale), "{fault:?} {waivers:?}");
        assert!(read(&record[..]).expect("a record").is_complete());
    }
}

#[tokio::test]
async fn a_selection_of_nothing_is_told() {
    let embedded = embedded(None).await;
    let mut config = RunConfig::new(embedded.target().clone());
    config.selection.select = vec!["onebot12/*".to_owned()];
    let ran = ran(config).await;
    assert_eq!(ran.result.status, RunStatus::NothingSelected);
    assert_eq!(ran.result.exit_code().code(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_stopped_leaves_a_record_that_can_be_read() {
    let embedded = embedded(None).await;
    let (events, mut arrived) = unbounded_channel();
    let cancel = Cancel::new();
    let config = RunConfig::new(embedded.target().clone());
    let running = tokio::spawn(run(Catalog::builtin(), config, events, cancel.clone()));
    let mut record = Vec::new();
    let mut writer = RecordWriter::new(&mut record);
    let mut finished = 0;
    while let Some(event) = arrived.recv().await {
        writer.on_event(&event);
        if matches!(event, EngineEvent::CheckFinished(_)) {
            finished += 1;
            if finished == 20 {
                cancel.cancel();
            }
        }
    }
    writer.result().expect("the record is written");
    let result = running.await.expect("no panic").expect("the run began");
    assert_eq!(result.status, RunStatus::Cancelled);
    assert_eq!(result.exit_code().code(), 130);
    let run = read(&record[..]).expect("the record can be read");
    assert_eq!(run.ending, RecordEnding::NoFooter);
    assert_eq!(run.checks.len(), finished);
    assert!(finished >= 20 && finished < catalogue(Catalog::builtin(), embedded.target()).expect("checks").len());
}

#[tokio::test]
async fn a_run_that_waits_is_stopped_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let mut target = Target::new("silent", "onebot11");
    target.http = Some(Adapter::new(format!("http://{}", listener.local_addr().expect("an address")), None));
    target.limits.timeout = Duration::from_secs(3600);
    let (events, _heard) = unbounded_channel();
    let cancel = Cancel::new();
    let running = tokio::spawn(run(Catalog::builtin(), RunConfig::new(target), events, cancel.clone()));
    let (_stream, _) = listener.accept().await.expect("botspec connects");
    cancel.cancel();
    let result = running.await.expect("no panic").expect("the run began");
    assert_eq!(result.status, RunStatus::Cancelled);
}

/// What a reporter shows of a run, without what differs from run to run.
async fn shown(style: Style) -> String {
    let embedded = embedded(Some("echo-changed/lower-cased")).await;
    let mut config = RunConfig::new(embedded.target().clone());
    config.selection.select = ["onebot11/echo/*", "onebot11/params/extra"].map(str::to_owned).to_vec();
    config.selection.transports = [Transport::Http, Transport::Ws].into();
    let (events, mut arrived) = unbounded_channel();
    run(Catalog::builtin(), config, events, Cancel::new()).await.expect("the run can begin");
    let mut out = Vec::new();
    let mut progress = Progress::new(&mut out, style);
    while let Some(event) = arrived.recv().await {
        progress.on_event(&event);
    }
    drop(progress);
    String::from_utf8(out).expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_progress_is_lines() {
    assert_snapshot!(shown(Style::Plain { verbose: false }).await, @r#"
    18 checks of onebot11 on embedded reference
          fail onebot11/echo/string @ws: Botspec-Echo: the echo came back changed: /echo expected "Botspec-Echo", found "botspec-echo"
    "#);
    assert_snapshot!(shown(Style::Plain { verbose: true }).await, @r#"
    18 checks of onebot11 on embedded reference
          fail onebot11/echo/string @ws: Botspec-Echo: the echo came back changed: /echo expected "Botspec-Echo", found "botspec-echo"
          pass onebot11/echo/unicode @ws
          pass onebot11/echo/integer @ws
          pass onebot11/echo/fraction @ws
          pass onebot11/echo/true @ws
          pass onebot11/echo/object @ws
          pass onebot11/echo/array @ws
          pass onebot11/echo/empty-string @ws
          pass onebot11/echo/zero @ws
          pass onebot11/echo/false @ws
          pass onebot11/echo/empty-object @ws
          pass onebot11/echo/empty-array @ws
          pass onebot11/echo/null @ws
          pass onebot11/echo/absent @ws
          pass onebot11/echo/failure @ws
          pass onebot11/echo/matched @ws
          pass onebot11/params/extra @http
          pass onebot11/params/extra @ws
    "#);
    let coloured = shown(Style::Bar { colour: true }).await;
    assert!(coloured.contains("\u{1b}[31m"), "{coloured}");
    assert!(!shown(Style::Bar { colour: false }).await.contains('\u{1b}'));
}

#[tokio::test]
async fn every_requirement_has_its_checks() {
    let embedded = embedded(None).await;
    let checks = catalogue(Catalog::builtin(), embedded.target()).expect("checks");
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    let set = dialect.requirements.as_ref().expect("requirements");
    for requirement in &set.requirements {
        for pattern in &requirement.checks {
            let covered = checks.iter().any(|check| matches(pattern, &check.id));
            assert!(covered, "{}: no check is called {pattern}", requirement.id);
        }
    }
    let mut labels: Vec<String> = checks.iter().map(botspec_conformance::CheckInfo::label).collect();
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), checks.len(), "an id with its transport is one check");
}

#[tokio::test]
async fn checks_come_in_the_order_of_the_harm_they_do() {
    let embedded = embedded(None).await;
    let checks = catalogue(Catalog::builtin(), embedded.target()).expect("checks");
    let effects: Vec<_> = checks.iter().map(|check| check.effect).collect();
    assert!(effects.is_sorted(), "reads first, a restart last");
    let place = |id: &str| checks.iter().position(|check| check.id == id).expect("the check");
    assert!(place("onebot11/action/clean_cache/minimal") < place("onebot11/action/delete_msg/minimal"));
    assert!(place("onebot11/action/set_group_kick/minimal") < place("onebot11/action/set_group_leave/minimal"));
}

#[tokio::test]
async fn a_check_is_explained() {
    let embedded = embedded(None).await;
    let target = embedded.target();
    let explained = explain(Catalog::builtin(), target, "onebot11/transport/http/unknown-action").expect("the dialect");
    let [check] = &explained[..] else { panic!("one check: {explained:?}") };
    assert_snapshot!(serde_json::to_string_pretty(check).expect("JSON"), @r#"
    {
      "id": "onebot11/transport/http/unknown-action",
      "dialect": "onebot11",
      "transport": "http",
      "level": "MUST",
      "effect": "read",
      "requirement": "onebot11/transport/http/unknown-action",
      "sentence": {
        "en": "An unknown action is answered with HTTP status 404.",
        "zh": "动作不存在时返回 404。"
      },
      "source": {
        "document": "botuniverse/onebot-11 communication/http.md",
        "heading": "响应"
      },
      "sends": {
        "en": "a call of an unknown action",
        "zh": "调用不存在的动作"
      },
      "expects": {
        "en": "the HTTP status for an unknown action",
        "zh": "未知动作对应的状态码"
      }
    }
    "#);
    assert_eq!(explain(Catalog::builtin(), target, "onebot11/action/get_msg/result").expect("the dialect").len(), 2);
    assert_eq!(
        explain(Catalog::builtin(), target, "onebot11/action/get_msg/result @ws").expect("the dialect").len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_tells_everything_about_itself() {
    let embedded = embedded(Some("result-type/get_stranger_info/user_id")).await;
    let mut config = RunConfig::new(embedded.target().clone());
    config.selection.select = vec!["onebot11/action/get_stranger_info/result @http".to_owned()];
    let ran = ran(config).await;
    let check = ran.checks.first().expect("one check");
    assert_eq!(check.verdict, Verdict::Fail);
    let finding = check.finding.as_ref().expect("a finding");
    let address = embedded.target().http.as_ref().expect("http").url.clone();
    let mut reported = serde_json::to_value(finding).expect("JSON");
    for line in reported["trace"].as_array_mut().expect("a trace") {
        line["at_ms"] = 0.into();
    }
    let headers = reported["response"]["head"].as_array_mut().expect("a head");
    headers.retain(|line| !line.as_str().is_some_and(|line| line.starts_with("date")));
    let reported = serde_json::to_string_pretty(&reported).expect("JSON").replace(&address, "http://target");
    assert_snapshot!(reported, @r#"
    {
      "sentence": {
        "en": "get_stranger_info: `data` of a successful call matches the contract of the action.",
        "zh": "get_stranger_info：调用成功时 `data` 符合该动作的约定。"
      },
      "summary": {
        "en": "`data` does not match the contract: /data/user_id expected integer, found string",
        "zh": "`data` 与契约不符：/data/user_id 应为 整数，实际为 字符串"
      },
      "source": {
        "document": "botuniverse/onebot-11 api/public.md",
        "heading": "get_stranger_info 获取陌生人信息"
      },
      "request": {
        "head": [
          "POST http://target/get_stranger_info",
          "Authorization: Bearer <secret>",
          "Content-Type: application/json"
        ],
        "body": "{\"user_id\":20002}"
      },
      "response": {
        "head": [
          "HTTP 200",
          "content-type: application/json",
          "content-length: 93"
        ],
        "body": "{\"status\":\"ok\",\"retcode\":0,\"data\":{\"user_id\":\"20002\",\"nickname\":\"Lin\",\"age\":31,\"sex\":\"male\"}}"
      },
      "differences": [
        {
          "pointer": "/data/user_id",
          "expected": "integer",
          "found": "string"
        }
      ],
      "trace": [
        {
          "at_ms": 0,
          "direction": "sent",
          "transport": "http",
          "text": "POST http://target/get_stranger_info {\"user_id\":20002}"
        },
        {
          "at_ms": 0,
          "direction": "received",
          "transport": "http",
          "text": "HTTP 200 {\"status\":\"ok\",\"retcode\":0,\"data\":{\"user_id\":\"20002\",\"nickname\":\"Lin\",\"age\":31,\"sex\":\"male\"}}"
        }
      ],
      "seed": 0,
      "repeat": [
        "curl -isS -X POST -H \"Authorization: Bearer $BOTSPEC_TOKEN\" -H 'Content-Type: application/json' --data-binary '{\"user_id\":20002}' http://target/get_stranger_info",
        "botspec run --seed 0 --select onebot11/action/get_stranger_info/result"
      ]
    }
    "#);
}
