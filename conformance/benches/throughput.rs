//! Requests per second of the engine, beside what a plain loop of the same HTTP client gets from the same server.
//!
//! `cargo bench -p botspec-conformance`: the engine draws, sends, reads, validates and tells; the loop sends and reads.

use botspec_conformance::{Cancel, Embedded, EmbeddedConfig, RunConfig, run};
use botspec_schema::Catalog;
use divan::Bencher;
use divan::counter::ItemsCount;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::unbounded_channel;

fn main() {
    divan::main();
}

/// Reads that take parameters, with real ids.
fn calls(embedded: &Embedded) -> Vec<(&'static str, Value)> {
    let known = embedded.world().fixtures(embedded.bot().account());
    let of = |name: &str| known.get(name).cloned().unwrap_or_default();
    vec![
        ("get_stranger_info", json!({ "user_id": of("friend") })),
        ("get_group_info", json!({ "group_id": of("group") })),
        ("get_group_member_info", json!({ "group_id": of("group"), "user_id": of("member") })),
        ("get_group_member_list", json!({ "group_id": of("group") })),
        ("get_group_honor_info", json!({ "group_id": of("group"), "type": "all" })),
        ("get_msg", json!({ "message_id": of("own_message") })),
        ("get_image", json!({ "file": of("image") })),
        ("get_forward_msg", json!({ "id": of("forward") })),
    ]
}

/// How many times each of the calls is made in one round.
const CASES: u32 = 1000;

fn start() -> (Runtime, Embedded) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let embedded = runtime.block_on(Embedded::start(EmbeddedConfig::new("onebot11"))).expect("the reference starts");
    (runtime, embedded)
}

#[divan::bench(args = [1, 8], sample_count = 10)]
fn plain_loop(bencher: Bencher, concurrency: usize) {
    let (runtime, embedded) = start();
    let target = embedded.target();
    let adapter = target.http.as_ref().expect("http");
    let token = adapter.token.as_ref().expect("a token").expose();
    let requests: Vec<(String, String)> = calls(&embedded)
        .into_iter()
        .map(|(action, params)| (format!("{}/{action}", adapter.url), params.to_string()))
        .collect();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let all: Vec<_> = (0..CASES).flat_map(|_| requests.iter()).collect();
    bencher.counter(ItemsCount::new(all.len())).bench_local(|| {
        runtime.block_on(async {
            let client = &client;
            let sent = futures_util::stream::iter(&all).map(|(url, body)| async move {
                let request = client.post(url).bearer_auth(token).header("Content-Type", "application/json");
                let answer = request.body(body.clone()).send().await.expect("an answer");
                answer.bytes().await.expect("a body").len()
            });
            sent.buffer_unordered(concurrency).fold(0, |sum, length| async move { sum + length }).await
        })
    });
}

#[divan::bench(args = [1, 8], sample_count = 10)]
fn engine(bencher: Bencher, concurrency: usize) {
    let (runtime, embedded) = start();
    let mut config = RunConfig::new(embedded.target().clone());
    config.target.limits.concurrency = concurrency;
    config.target.limits.cases = CASES;
    config.selection.select =
        calls(&embedded).iter().map(|(action, _)| format!("*/action/{action}/random @http")).collect();
    let once = || {
        let (events, arrived) = unbounded_channel();
        let result = runtime.block_on(run(Catalog::builtin(), config.clone(), events, Cancel::new()));
        drop(arrived);
        let result = result.expect("the run can begin");
        assert_eq!(result.counts.total(), result.counts.pass);
        result.requests
    };
    let requests = once();
    bencher.counter(ItemsCount::new(requests)).bench_local(once);
}
