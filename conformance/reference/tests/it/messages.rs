//! Messages in all their forms.

use botspec_reference::MessageFormat;
use serde_json::{Value, json};

use crate::harness::{ACTOR, TestServer, config, dialect};

/// Sends a message and reads it again.
async fn read_back(server: &TestServer, message: Value) -> Value {
    let id =
        server.data("send_private_msg", json!({ "user_id": ACTOR, "message": message })).await["message_id"].clone();
    server.data("get_msg", json!({ "message_id": id })).await["message"].clone()
}

#[tokio::test]
async fn every_segment_means_the_same_in_its_three_forms() {
    let server = TestServer::new().await;
    let mut tried = 0;
    for segment in dialect().segments.values().filter(|segment| segment.send.is_some() && !segment.vanishes) {
        for example in &segment.examples {
            let (Some(data), name) = (&example.send, &segment.name) else { continue };
            let single = json!({ "type": name, "data": data });
            let array = read_back(&server, json!([single])).await;
            let title = format!("{name}: {}", example.title);
            let volatile = name == "node";
            let same = |other: &Value| volatile || *other == array;
            let alone = read_back(&server, single).await;
            assert!(same(&alone), "{title}: {alone} is not {array}");
            if let Some(code) = &example.cq {
                let code = read_back(&server, json!(code)).await;
                assert!(same(&code), "{title}: {code} is not {array}");
            }
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} examples");
    server.done().await;
}

#[tokio::test]
async fn a_string_adapter_hands_out_strings_that_mean_the_same() {
    let strings = config().each(|adapter| adapter.message_format = MessageFormat::String);
    let server = TestServer::with(strings).await;
    let text = "[tea, milk & sugar] &#44;";
    let array = json!([
        { "type": "text", "data": { "text": text } },
        { "type": "share", "data": { "url": "https://example.com/?a=1&b=2", "title": "Bread, butter [and jam]" } },
    ]);
    for segment in array.as_array().expect("two segments") {
        let rendered = read_back(&server, json!([segment])).await;
        let again = read_back(&server, rendered.clone()).await;
        assert!(rendered.is_string());
        assert_eq!(rendered, again);
    }
    assert_eq!(read_back(&server, json!([array[0]])).await, "&#91;tea, milk &amp; sugar&#93; &amp;#44;");
    server.done().await;
}

#[tokio::test]
async fn auto_escape_leaves_a_string_as_it_is() {
    let server = TestServer::new().await;
    let params = json!({ "user_id": ACTOR, "message": "[CQ:face,id=14]&amp;", "auto_escape": true });
    let id = server.data("send_private_msg", params).await["message_id"].clone();
    let read = server.data("get_msg", json!({ "message_id": id })).await["message"].clone();
    assert_eq!(read, json!([{ "type": "text", "data": { "text": "[CQ:face,id=14]&amp;" } }]));
    server.done().await;
}

#[tokio::test]
async fn a_forward_is_kept_and_opened() {
    let server = TestServer::new().await;
    let inner = json!([{ "type": "node", "data": { "user_id": "30003", "nickname": "Chen", "content": "deep" } }]);
    let message = json!([
        { "type": "node", "data": { "user_id": "20002", "nickname": "Lin", "content": "one [CQ:face,id=14]" } },
        { "type": "node", "data": { "user_id": "30003", "nickname": "Chen", "content": inner } },
        { "type": "node", "data": { "id": "51001" } },
    ]);
    let rendered = read_back(&server, message).await;
    assert_eq!(rendered[0]["type"], "forward");
    let opened = server.data("get_forward_msg", json!({ "id": rendered[0]["data"]["id"] })).await["message"].clone();
    let nodes = opened.as_array().expect("nodes");
    assert_eq!(nodes.len(), 3);
    assert_eq!(nodes[0]["data"]["nickname"], "Lin");
    assert_eq!(nodes[0]["data"]["content"][1], json!({ "type": "face", "data": { "id": "14" } }));
    assert_eq!(nodes[2]["data"]["user_id"], "10001");
    let deep = nodes[1]["data"]["content"][0]["data"]["id"].clone();
    let deep = server.data("get_forward_msg", json!({ "id": deep })).await;
    assert_eq!(deep["message"][0]["data"]["content"][0]["data"]["text"], "deep");
    server.done().await;
}

#[tokio::test]
async fn what_stands_alone_has_no_company() {
    let server = TestServer::new().await;
    for message in ["[CQ:dice]and text", "[CQ:dice][CQ:dice]", "hello [CQ:json,data={}]"] {
        server.refused("send_private_msg", json!({ "user_id": ACTOR, "message": message })).await;
    }
    server.done().await;
}

#[tokio::test]
async fn codes_that_do_not_fit_their_contract_are_refused() {
    let server = TestServer::new().await;
    for message in ["[CQ:face,id=smile]", "[CQ:face]", "[CQ:at,qq=me]", "[CQ:contact,type=other,id=1]"] {
        server.refused("send_private_msg", json!({ "user_id": ACTOR, "message": message })).await;
    }
    server.done().await;
}
