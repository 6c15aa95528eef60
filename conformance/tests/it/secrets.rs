//! What is secret is written nowhere.

use std::sync::Arc;

use botspec_conformance::gate::{Form, Gate};
use botspec_conformance::{Contract, Embedded, EmbeddedConfig, RunConfig, Secrets};
use botspec_reference::faults;
use botspec_reports::record::Transport;
use botspec_schema::Catalog;
use serde_json::json;

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
