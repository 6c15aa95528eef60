//! What is secret is written nowhere.

use std::sync::Arc;

use botspec_conformance::gate::{Form, Gate};
use botspec_conformance::{Adapter, Contract, Embedded, EmbeddedConfig, RunConfig, Secrets, Target, Token};
use botspec_reference::faults;
use botspec_reports::record::{self, Transport};
use botspec_reports::{Analysis, Format};
use botspec_schema::Catalog;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::harness::recorded;

/// Runs checks that find a fault, and gives the record they leave.
async fn record(fault: &str, select: &[&str], cookies: &mut String) -> String {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    let mut config = EmbeddedConfig::new("onebot11");
    config.faults = vec![faults::find(dialect, fault).expect("the fault")];
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let contract = Arc::new(Contract::new(Catalog::builtin(), "onebot11").expect("the dialect"));
    let gate = Gate::new(embedded.target().clone(), contract, Arc::new(Secrets::default()));
    let reported = gate.call(Transport::Http, "get_cookies", &json!({}), Form::Json).await.expect("a read");
    if let Some(reported) = reported.json().and_then(|it| it["data"]["cookies"].as_str()) {
        reported.clone_into(cookies);
    }
    let mut run = RunConfig::new(embedded.target().clone());
    run.selection.select = select.iter().map(|it| (*it).to_owned()).collect();
    let (ran, record) = recorded(run).await;
    assert!(!ran.bad().is_empty(), "{fault} is found");
    String::from_utf8(record).expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cookies_tokens_and_keys_are_masked_in_the_record() {
    let mut cookies = String::new();
    let written =
        Box::pin(record("result-missing/get_credentials/csrf_token", &["*/action/get_credentials/*"], &mut cookies))
            .await;
    assert!(cookies.len() > 4, "the reference tells cookies: {cookies}");
    assert!(written.contains("<secret>") && written.contains("cookies"), "{written}");
    assert!(!written.contains(&cookies), "{written}");

    // Every request of these findings carried the token, in the header or in the query.
    for (fault, select) in
        [("token-ignored/header", "*/action/get_status/*"), ("token-ignored/query", "*/auth/*/query")]
    {
        let written = Box::pin(record(fault, &[select], &mut cookies)).await;
        assert!(written.contains("<secret>") || written.contains("$BOTSPEC_TOKEN"), "{written}");
        assert!(!written.contains("embedded-token"), "{written}");
    }
}

/// A server that answers every action in the same way, whatever it is asked, with bodies chosen by the action.
async fn answering(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
                // Closing a connection with something unread on it would take the answer away.
                while !is_whole(&read) {
                    let count = stream.read(&mut buffer).await.unwrap_or_default();
                    if count == 0 {
                        return;
                    }
                    read.extend_from_slice(&buffer[..count]);
                }
                let head = String::from_utf8_lossy(&read).into_owned();
                let body = answer(head.split([' ', '?']).nth(1).unwrap_or_default().trim_start_matches('/'));
                let head = format!(
                    "HTTP/1.1 200 OK\r\nX-Told: {TOKEN}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                // Who has gone needs no answer.
                let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    addr
}

/// Whether a request has come with its whole body.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let begins = request.windows(4).position(|it| it == b"\r\n\r\n").map_or(0, |at| at + 4);
    request.len() >= begins + length.unwrap_or_default()
}

const TOKEN: &str = "t0ken'of the \"target\"";

/// Everything that a run of some checks of a target leaves and says.
async fn everything_said(target: Target, select: &[&str]) -> String {
    let mut run = RunConfig::new(target);
    run.selection.select = select.iter().map(|it| (*it).to_owned()).collect();
    let (ran, written) = recorded(run).await;
    assert!(!ran.bad().is_empty(), "something is found: {:?}\n{}", ran.notes, ran.lines(|_| true).join("\n"));
    let read = record::read(&written[..]).expect("the record reads");
    let mut said = String::from_utf8(written).expect("text");
    let analysis = Analysis::of(&read);
    said.extend(Format::ALL.map(|format| format.render(&analysis)));
    said.extend(ran.notes);
    said
}

/// Whatever the shape of an answer to an action that is called for a secret, nothing of it is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_deviate_keep_their_secrets_too() {
    let envelope = |data: Value| json!({"status": "ok", "retcode": 0, "data": data}).to_string().into_bytes();
    let failed =
        json!({"status": "failed", "retcode": 1, "data": {"left": "skey=@planted-here"}, "more": "@planted-here-2"});
    let answers: [Vec<u8>; 7] = [
        envelope(json!({"cookie": "uin=o10001; skey=@planted-here", "token": "778899112"})),
        envelope(json!("skey=@planted-here")),
        envelope(json!(["skey=@planted-here", {"deep": [{"er": "@planted-here-2"}]}])),
        envelope(json!({"cookies": 778_899_112, "csrf_token": "@planted-here"})),
        failed.to_string().into_bytes(),
        b"skey=@planted-here".to_vec(),
        b"<html>skey=@planted-here\xff</html>".to_vec(),
    ];
    for dialect in ["onebot11", "napcat", "llonebot", "milky"] {
        for answer in &answers {
            let told = answer.clone();
            let addr = answering(move |_| told.clone()).await;
            let mut target = Target::new("indiscreet", dialect);
            target.http = Some(Adapter::new(format!("http://{addr}"), Some(Token::new(TOKEN))));
            target.limits = botspec_conformance::Limits { cases: 1, ..botspec_conformance::Limits::fast() };
            let said = everything_said(target, &["*/action/get_cookies/*", "*/action/get_credentials/*"]).await;
            for secret in ["planted-here", "778899112", TOKEN, "t0ken"] {
                assert!(!said.contains(secret), "{dialect}, {}: {secret}", String::from_utf8_lossy(answer));
            }
            assert!(said.contains("<secret>"), "{dialect}");
        }
    }
}

/// A token in what a target says of itself, in every encoding, and in lines to paste.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_comes_back_is_masked_wherever_it_stands() {
    let percent = "t0ken%27of%20the%20%22target%22";
    let base64 = "dDBrZW4nb2YgdGhlICJ0YXJnZXQi";
    let hex = "74306b656e276f662074686520227461726765742";
    let told = format!("{TOKEN} {percent} {base64} {hex}2");
    let addr = answering(move |action| {
        let data = match action {
            "get_version_info" => json!({"app_name": told, "app_version": told, "protocol_version": "v11"}),
            _ => json!({ told.clone(): told.clone(), "user_id": told }),
        };
        json!({"status": "ok", "retcode": 0, "data": data}).to_string().into_bytes()
    })
    .await;
    let mut target = Target::new("echoing", "onebot11");
    target.http = Some(Adapter::new(format!("http://{addr}"), Some(Token::new(TOKEN))));
    let said = everything_said(target, &["*/action/get_login_info/*", "*/action/get_version_info/*"]).await;
    for secret in ["t0ken", "dDBrZW4nb2YgdGhlICJ0YXJnZXQ", "74306b656e", "target%22"] {
        let at = said.find(secret).map(|at| said[at.saturating_sub(100)..].chars().take(200).collect::<String>());
        assert_eq!(at, None, "{secret}");
    }
    assert!(
        said.contains("\\\"Authorization: Bearer $BOTSPEC_TOKEN\\\"") || said.contains("Bearer $BOTSPEC_TOKEN"),
        "a whole line"
    );
}

/// Keys and values of any length leave a record that can be read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_bounded_whatever_is_told() {
    let long = "k".repeat(3_000_000);
    let many: serde_json::Map<String, Value> =
        (0..5_000).map(|number| (format!("key-{number}"), Value::Null)).collect();
    let addr = answering(move |action| {
        let data = match action {
            "get_status" => json!({ long.clone(): {long.clone(): 1} }),
            "get_version_info" => json!({"app_name": long, "app_version": long, "protocol_version": 1}),
            _ => json!({ "user_id": long, "nickname": many }),
        };
        json!({"status": "ok", "retcode": 0, "data": data}).to_string().into_bytes()
    })
    .await;
    let mut target = Target::new("verbose", "onebot11");
    target.http = Some(Adapter::new(format!("http://{addr}"), None));
    let select = ["*/action/get_login_info/*", "*/action/get_status/*", "*/action/get_version_info/*"];
    let said = everything_said(target, &select).await;
    assert!(said.len() < 8 << 20, "{}", said.len());
    let longest = said.lines().map(str::len).max().unwrap_or_default();
    assert!(longest < 1 << 20, "a line of {longest}");
    assert!(said.contains("characters)"), "what was cut says how long it was");
}
