//! Messages in all their forms.

use botspec_reference::MessageFormat;
use serde_json::{Value, json};

use crate::bed::{ACTOR, Bed, config, dialect};

/// Sends a message and reads it again.
async fn read_back(bed: &Bed, message: Value) -> Value {
    let id = bed.data("send_private_msg", json!({ "user_id": ACTOR, "message": message })).await["message_id"].clone();
    bed.data("get_msg", json!({ "message_id": id })).await["message"].clone()
}

#[tokio::test]
async fn every_segment_means_the_same_in_its_three_forms() {
    let bed = Bed::new().await;
    let mut tried = 0;
    for segment in dialect().segments.values().filter(|segment| segment.send.is_some() && !segment.vanishes) {
        for example in &segment.examples {
            let (Some(data), name) = (&example.send, &segment.name) else { continue };
            let single = json!({ "type": name, "data": data });
            let array = read_back(&bed, json!([single])).await;
            let title = format!("{name}: {}", example.title);
            let volatile = name == "node";
            let same = |other: &Value| volatile || *other == array;
            let alone = read_back(&bed, single).await;
            assert!(same(&alone), "{title}: {alone} is not {array}");
            if let Some(code) = &example.cq {
                let code = read_back(&bed, json!(code)).await;
                assert!(same(&code), "{title}: {code} is not {array}");
            }
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} examples");
    bed.done().await;
}

#[tokio::test]
async fn a_string_adapter_hands_out_strings_that_mean_the_same() {
    let strings = config().each(|adapter| adapter.message_format = MessageFormat::String);
    let bed = Bed::with(strings).await;
    let text = "[tea, milk & sugar] &#44;";
    let array = json!([
        { "type": "text", "data": { "text": text } },
        { "type": "share", "data": { "url": "https://example.com/?a=1&b=2", "title": "Bread, butter [and jam]" } },
    ]);
    for segment in array.as_array().expect("two segments") {
        let told = read_back(&bed, json!([segment])).await;
        let again = read_back(&bed, told.clone()).await;
        assert!(told.is_string());
        assert_eq!(told, again);
    }
    assert_eq!(read_back(&bed, json!([array[0]])).await, "&#91;tea, milk &amp; sugar&#93; &amp;#44;");
    bed.done().await;
}

#[tokio::test]
async fn auto_escape_leaves_a_string_as_it_is() {
    let bed = Bed::new().await;
    let params = json!({ "user_id": ACTOR, "message": "[CQ:face,id=14]&amp;", "auto_escape": true });
    let id = bed.data("send_private_msg", params).await["message_id"].clone();
    let read = bed.data("get_msg", json!({ "message_id": id })).await["message"].clone();
    assert_eq!(read, json!([{ "type": "text", "data": { "text": "[CQ:face,id=14]&amp;" } }]));
    bed.done().await;
}

#[tokio::test]
async fn a_forward_is_kept_and_opened() {
    let bed = Bed::new().await;
    let inner = json!([{ "type": "node", "data": { "user_id": "30003", "nickname": "Chen", "content": "deep" } }]);
    let message = json!([
        { "type": "node", "data": { "user_id": "20002", "nickname": "Lin", "content": "one [CQ:face,id=14]" } },
        { "type": "node", "data": { "user_id": "30003", "nickname": "Chen", "content": inner } },
        { "type": "node", "data": { "id": "51001" } },
    ]);
    let told = read_back(&bed, message).await;
    assert_eq!(told[0]["type"], "forward");
    let opened = bed.data("get_forward_msg", json!({ "id": told[0]["data"]["id"] })).await["message"].clone();
    let nodes = opened.as_array().expect("nodes");
    assert_eq!(nodes.len(), 3);
    assert_eq!(nodes[0]["data"]["nickname"], "Lin");
    assert_eq!(nodes[0]["data"]["content"][1], json!({ "type": "face", "data": { "id": "14" } }));
    assert_eq!(nodes[2]["data"]["user_id"], "10001");
    let deep = nodes[1]["data"]["content"][0]["data"]["id"].clone();
    let deep = bed.data("get_forward_msg", json!({ "id": deep })).await;
    assert_eq!(deep["message"][0]["data"]["content"][0]["data"]["text"], "deep");
    bed.done().await;
}

#[tokio::test]
async fn what_stands_alone_has_no_company() {
    let bed = Bed::new().await;
    for message in ["[CQ:dice]and text", "[CQ:dice][CQ:dice]", "hello [CQ:json,data={}]"] {
        bed.refused("send_private_msg", json!({ "user_id": ACTOR, "message": message })).await;
    }
    bed.done().await;
}

#[tokio::test]
async fn codes_that_do_not_fit_their_contract_are_refused() {
    let bed = Bed::new().await;
    for message in ["[CQ:face,id=smile]", "[CQ:face]", "[CQ:at,qq=me]", "[CQ:contact,type=other,id=1]"] {
        bed.refused("send_private_msg", json!({ "user_id": ACTOR, "message": message })).await;
    }
    bed.done().await;
}
