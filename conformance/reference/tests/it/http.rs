//! HTTP: paths, methods, content types, tokens and what goes wrong.

use reqwest::Method;
use serde_json::json;

use crate::harness::{ACTOR, Reply, TestServer, config};

/// A request, and what comes of it.
struct Case {
    method: Method,
    path: &'static str,
    content_type: Option<&'static str>,
    body: Vec<u8>,
    token: Option<&'static str>,
    status: u16,
    /// `status` of the envelope; nothing where there is no envelope.
    outcome: Option<&'static str>,
}

fn case(method: Method, path: &'static str, status: u16) -> Case {
    let outcome = (status == 200).then_some("ok");
    Case { method, path, content_type: None, body: Vec::new(), token: None, status, outcome }
}

fn get(path: &'static str, status: u16) -> Case {
    case(Method::GET, path, status)
}

fn post(path: &'static str, content_type: &'static str, body: impl Into<Vec<u8>>, status: u16) -> Case {
    Case { content_type: Some(content_type), body: body.into(), ..case(Method::POST, path, status) }
}

impl Case {
    fn outcome(self, outcome: &'static str) -> Self {
        Self { outcome: Some(outcome), ..self }
    }

    fn token(self, token: &'static str) -> Self {
        Self { token: Some(token), ..self }
    }

    async fn check(self, server: &TestServer) {
        let title = format!("{} {} {:?} {:?}", self.method, self.path, self.content_type, self.token);
        let mut request = reqwest::Client::new().request(self.method, server.url(self.path)).body(self.body);
        if let Some(content_type) = self.content_type {
            request = request.header("Content-Type", content_type);
        }
        if let Some(token) = self.token {
            request = request.header("Authorization", token);
        }
        let reply = Reply::of(request).await;
        assert_eq!(reply.status, self.status, "{title}: {reply:?}");
        match self.outcome {
            Some(outcome) => {
                assert_eq!(reply.json()["status"], outcome, "{title}: {reply:?}");
                assert_eq!(reply.content_type, "application/json", "{title}");
                assert!(reply.json().get("echo").is_none(), "{title}");
            }
            None => assert!(!reply.body.starts_with('{'), "{title}: {reply:?}"),
        }
    }
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn actions_are_called_in_every_way_and_nothing_else_is() {
    let server = TestServer::new().await;
    let text = json!({ "user_id": ACTOR, "message": "你好" }).to_string();
    let form = "user_id=20002&message=%E4%BD%A0%E5%A5%BD+%26";
    for case in [
        get("/get_status", 200),
        get("/get_status/", 200),
        get("/get%5Fstatus", 200),
        get("/get_stranger_info?user_id=20002&no_cache=true", 200),
        get("/get_stranger_info?user_id=somebody", 200).outcome("failed"),
        get("/get_stranger_info", 200).outcome("failed"),
        get("/get_stranger_info?user_id=%FF", 400),
        case(Method::POST, "/get_status", 200),
        post("/send_private_msg", JSON, text.clone(), 200),
        post("/send_private_msg/", "application/json; charset=utf-8", text.clone(), 200),
        post("/send_private_msg", "Application/JSON", text.clone(), 200),
        post("/send_private_msg", FORM, form, 200),
        post("/send_private_msg", "application/x-www-form-urlencoded;charset=utf-8", form, 200),
        post(
            "/send_private_msg",
            JSON,
            json!({ "user_id": "20002", "message": "1", "auto_escape": "yes" }).to_string(),
            200,
        ),
        post("/send_private_msg", JSON, json!({ "user_id": ACTOR, "message": "1", "extra": [] }).to_string(), 200),
        post("/get_status", JSON, "", 200),
        post("/get_status_async", JSON, "{}", 200).outcome("async"),
        post("/get_status_rate_limited", JSON, "{}", 200).outcome("async"),
        post("/send_private_msg", JSON, "{}", 200).outcome("failed"),
        post("/send_private_msg", JSON, json!({ "user_id": null, "message": "1" }).to_string(), 200).outcome("failed"),
        post("/send_private_msg", JSON, json!({ "user_id": 1, "message": "1" }).to_string(), 200).outcome("failed"),
        post("/send_private_msg", FORM, "user_id=20002&message=%zz", 400),
        post("/get_status", JSON, "{", 400),
        post("/get_status", JSON, "[]", 400),
        post("/get_status", JSON, "null", 400),
        post("/get_status", JSON, b"{\"a\":\"\xFF\"}".to_vec(), 400),
        post("/get_status", "text/plain", "{}", 406),
        post("/get_status", "application/json+else", "{}", 406),
        post("/get_status", "", "{}", 406),
        get("/no_such_action", 404),
        get("/get_status_later", 404),
        get("/_async", 404),
        get("/", 404),
        get("//", 404),
        get("/get_status//", 404),
        get("/get_status/get_status", 404),
        get("/%FF", 404),
        post("/no_such_action", JSON, "{", 404),
        case(Method::PUT, "/get_status", 405),
        case(Method::DELETE, "/get_status", 405),
    ] {
        case.check(&server).await;
    }
    server.done().await;
}

#[tokio::test]
async fn a_token_is_asked_for_before_anything_is_reported() {
    let with_token = config().each(|adapter| adapter.token = Some("made-up".to_owned()));
    let server = TestServer::with(with_token).await;
    for case in [
        get("/get_status", 401),
        get("/no_such_action", 401),
        get("/get_status?access_token=made-up", 200),
        get("/get_stranger_info?access_token=made-up&user_id=20002", 200),
        get("/get_status?access_token=other", 403),
        get("/get_status?access_token=", 403),
        get("/get_status", 200).token("Bearer made-up"),
        get("/get_status", 200).token("bearer made-up"),
        get("/get_status", 403).token("Bearer other"),
        get("/get_status", 401).token("Bearer "),
        get("/get_status", 401).token("Basic made-up"),
        get("/get_status?access_token=made-up", 403).token("Bearer other"),
        get("/no_such_action", 404).token("Bearer made-up"),
        post("/get_status?access_token=made-up", JSON, "{}", 200),
        post("/get_status", FORM, "access_token=made-up", 401),
    ] {
        case.check(&server).await;
    }
    server.done().await;
}
