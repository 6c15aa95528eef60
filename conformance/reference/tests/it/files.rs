//! Every address that is handed out leads to what it says, and what was uploaded can be fetched again.

use botspec_reference::{FileServer, SharedWorld};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::harness::{ACTOR, BOT, TestServer, config_in, dialects};

async fn with_files(dialect: &str) -> (TestServer, FileServer) {
    let world = SharedWorld::seeded(1);
    let files = FileServer::start(([127, 0, 0, 1], 0).into(), &world).await.expect("it starts");
    (TestServer::of(config_in(dialect), &world).await, files)
}

async fn fetch(url: &str) -> (u16, Vec<u8>) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let response = client.get(url).send().await.expect("an answer");
    (response.status().as_u16(), response.bytes().await.expect("a body").to_vec())
}

/// Every address in a value.
fn urls(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with("http") && !text.contains(' ') => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| urls(item, found)),
        Value::Object(entries) => entries.values().for_each(|item| urls(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn addresses_lead_to_bytes_of_the_size_that_is_told() {
    let (server, files) = with_files("napcat").await;
    let mut found = Vec::new();
    for (action, params) in [
        ("get_group_msg_history", json!({ "group_id": 70_001 })),
        ("get_friend_msg_history", json!({ "user_id": ACTOR })),
        ("get_group_honor_info", json!({ "group_id": 70_001, "type": "all" })),
        ("fetch_custom_face", json!({})),
    ] {
        urls(&server.data(action, params).await, &mut found);
    }
    assert!(found.len() > 4, "{found:?}");
    for url in &found {
        let (status, bytes) = fetch(url).await;
        assert!(status == 200 && !bytes.is_empty(), "{url}: {status}");
    }
    let image = server.world.fixtures(BOT).get("image").cloned().expect("a picture");
    let told = server.data("get_image", json!({ "file": image })).await;
    let (_, bytes) = fetch(told["url"].as_str().expect("an address")).await;
    assert_eq!(bytes.len().to_string(), told["file_size"].as_str().expect("a size"));
    assert!(bytes.starts_with(b"\x89PNG"));
    assert_eq!(fetch(&format!("http://{}/files/nothing", files.addr())).await.0, 404);
    files.shutdown().await;
    server.done().await;
}

#[tokio::test]
async fn uploads_can_be_fetched_again() {
    let (server, files) = with_files("napcat").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let source_url = format!("http://{}/menu.txt", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await.expect("a request");
            let answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
            stream.write_all(answer).await.expect("sent");
        }
    });
    for source in ["base64://aGVsbG8=", source_url.as_str()] {
        let params = json!({ "group_id": 70_001, "file": source, "name": "menu.txt" });
        let id = server.data("upload_group_file", params).await["file_id"].clone();
        let told = server.data("get_group_file_url", json!({ "group_id": 70_001, "file_id": id })).await;
        assert_eq!(fetch(told["url"].as_str().expect("an address")).await.1, b"hello", "{source}");
        let sent = json!({ "user_id": ACTOR, "message": format!("[CQ:image,file={source}]") });
        let sent = server.data("send_private_msg", sent).await["message_id"].clone();
        let read = server.data("get_msg", json!({ "message_id": sent })).await;
        let url = read["message"][0]["data"]["url"].as_str().expect("an address");
        assert_eq!(fetch(url).await.1, b"hello", "{source}");
    }
    // Nobody listens there.
    let params = json!({ "group_id": 70_001, "file": "http://127.0.0.1:1/x", "name": "x" });
    server.refused("upload_group_file", params).await;
    files.shutdown().await;
    server.done().await;
}

#[tokio::test]
async fn a_hash_is_that_of_the_bytes() {
    let (server, files) = with_files("milky").await;
    let params = json!({ "user_id": ACTOR, "file_uri": "base64://aGVsbG8=", "file_name": "hello.txt" });
    let mut events = server.ws("/event").await;
    server.data("upload_private_file", params).await;
    let told = loop {
        let event = events.frame().await;
        if event["event_type"] == "friend_file_upload" {
            break event["data"].clone();
        }
    };
    assert_eq!(told["file_hash"], "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
    let params = json!({ "user_id": ACTOR, "file_id": told["file_id"], "file_hash": told["file_hash"] });
    let url = server.data("get_private_file_download_url", params).await["download_url"].clone();
    assert_eq!(fetch(url.as_str().expect("an address")).await.1, b"hello");
    files.shutdown().await;
    server.done().await;
}

#[tokio::test]
async fn every_dialect_starts_with_files_served() {
    for dialect in dialects() {
        let (server, files) = with_files(dialect.name()).await;
        files.shutdown().await;
        server.done().await;
    }
}
