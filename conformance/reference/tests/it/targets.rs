//! Implementations that serve less than their dialect has, as the stand-in plays them.

use botspec_reference::faults;
use serde_json::json;
use tokio_tungstenite::connect_async;

use crate::harness::{TestServer, config_in};

async fn with(ids: &[&str]) -> TestServer {
    let mut config = config_in("napcat");
    let dialect = crate::harness::dialects().find(|dialect| dialect.name() == "napcat").expect("the dialect");
    config.faults = ids.iter().map(|id| faults::find(dialect, id).unwrap_or_else(|error| panic!("{error}"))).collect();
    TestServer::with(config).await
}

#[tokio::test]
async fn serves_only_one_path() {
    let server = with(&["serves-only/"]).await;
    let url = |path: &str| format!("ws://{}{path}", server.server.ws_addr().expect("WebSocket is served"));
    for path in ["/api", "/event", "/anything"] {
        assert!(connect_async(url(path)).await.is_err(), "{path}");
    }
    let mut socket = server.ws("/").await;
    assert_eq!(socket.frame().await["meta_event_type"], "lifecycle");
    assert_eq!(socket.call("get_login_info", &json!({})).await["status"], "ok");
    server.done().await;
}

#[tokio::test]
async fn absent_actions_are_answered_as_asked() {
    let absent = ["unknown", "not-implemented", "ok", "404", "1404"];
    let actions = ["get_msg", "get_friend_list", "get_group_list", "get_status", "get_login_info"];
    let ids: Vec<String> =
        absent.iter().zip(actions).map(|(answer, action)| format!("absent/{action}/{answer}")).collect();
    let server = with(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut replies = Vec::new();
    for action in actions {
        replies.push(server.post(action, &json!({})).await);
    }
    assert_eq!(replies[0].json()["status"], "failed");
    assert!(replies[1].json()["message"].as_str().is_some_and(|text| text.contains("not implemented")));
    assert_eq!((replies[2].json()["status"].clone(), replies[2].json()["data"].clone()), (json!("ok"), json!(null)));
    assert_eq!((replies[3].status, replies[3].body.as_str()), (404, "404 page not found"));
    assert_eq!(replies[4].json()["retcode"], 1404);
    assert_eq!(server.post("get_version_info", &json!({})).await.json()["status"], "ok");
    server.server.shutdown().await;
}

#[tokio::test]
async fn calls_are_limited_with_429() {
    let server = with(&["rate-limit/1"]).await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(server.post("get_status", &json!({})).await.status);
    }
    assert_eq!(statuses[0], 200);
    assert!(statuses.contains(&429), "{statuses:?}");
    server.server.shutdown().await;
}

#[tokio::test]
async fn a_role_takes_one_client_and_silence_is_silence() {
    let server = with(&["one-client-per-role", "silent/get_status", "echo-changed/dropped"]).await;
    let mut first = server.ws("/api").await;
    let url = format!("ws://{}/api", server.server.ws_addr().expect("WebSocket is served"));
    assert!(connect_async(url).await.is_err(), "there is a client already");
    first.send(r#"{"action":"get_status","echo":1}"#).await;
    first.send(r#"{"action":"get_login_info","echo":2}"#).await;
    let answer = first.frame().await;
    assert_eq!((&answer["status"], answer.get("echo")), (&json!("ok"), None));
    assert_eq!(answer["data"]["user_id"], 10_001);
    server.server.shutdown().await;
}

#[test]
fn wrong_ids_are_refused() {
    let dialect = crate::harness::dialect();
    for id in [
        "absent/get_msg",
        "absent/no_such/ok",
        "absent/get_msg/perhaps",
        "rate-limit/0",
        "rate-limit/x",
        "silent/no_such",
    ] {
        assert!(faults::find(dialect, id).is_err(), "{id}");
    }
}
